"""Verdicts of frames in words: one sentence with people in it, the reason where there is none, and chance (rule 16)."""

from __future__ import annotations

import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.comparison.benchmarks import Excluded, find
from pipelines.comparison.verdicts import judge, with_verdicts
from pipelines.snapshot import Snapshot
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.sentences import REASON_TEXTS, Counted, sentences

NAMES = {
    "region": "регион",
    "district": "муниципалитет",
    "similar": "похожие школы",
    "target": "цель",
    "previous": "год назад",
}
MORE_REASONS = {
    "not_a_share": "это не доля, вывод не делается",
    "published_percent": "опубликован только процент, без числителя и знаменателя; вывод не делается",
}


def counted(catalogue: Catalogue, code: str) -> Counted:
    """The noun ``code`` of the catalogue («pupil») as the sentences decline it; KeyError for another."""
    noun = catalogue.nouns[code]
    return Counted(noun.forms, noun.locative)


def reason_text(catalogue: Catalogue, reason: str) -> str:
    """Why there is no verdict (``verdict_reason``) in Russian."""
    if reason == "suppressed":
        return catalogue.absences["suppressed"]
    return MORE_REASONS.get(reason) or REASON_TEXTS.get(reason) or reason


def with_sentences(
    snapshot: Snapshot,
    frame: pd.DataFrame,
    benchmark: str = "region",
    name: str | None = None,
    excluded: Excluded = (),
) -> pd.DataFrame:
    """:func:`~pipelines.comparison.verdicts.with_verdicts` and a column ``sentence`` (rule 4), for rows on a screen.

    ``name`` is what the sentences call the benchmark («район»). A row without a verdict says why; nothing is said
    about a hidden figure but that it is hidden.
    """
    judged = with_verdicts(snapshot, frame, benchmark, excluded)
    if frame.empty:
        return judged.assign(sentence=pd.Series([], dtype=object))
    catalogue = snapshot.catalogue
    nouns = [counted(catalogue, catalogue.indicators[code].counts) for code in frame["indicator"]]
    found = judge(snapshot, frame, find(snapshot, frame, benchmark, excluded))
    told = sentences(found, nouns, name or NAMES[benchmark])
    without = judged["verdict"].isna()
    reasons = [
        reason_text(catalogue, reason) if none else sentence
        for none, reason, sentence in zip(without, judged["verdict_reason"], told, strict=True)
    ]
    return judged.assign(sentence=pd.Series(reasons, frame.index, dtype=object))


def chance_words(frame: pd.DataFrame) -> str:
    """«240 сравнений: случайно ожидается 12 отклонений, видно 31» for the verdicts of a screen; "" for fewer than 2."""
    found = chance([None if pd.isna(word) else str(word) for word in frame["verdict"]])
    return chance_sentence(found) if found.comparisons > 1 else ""
