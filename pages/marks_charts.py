"""Distributions of marks and of their comparison with the journal, for «Объективность» and «Оценка качества».

One chart, three ways to lay it out: territories of the year beside one another, the years of one territory, its
subjects and classes. Hidden and missing figures keep an empty row that says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words
from pages.shared import charts, exclusions, filters, numbers
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.numbers import is_missing
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pipelines import queries_compare, queries_marks
from pipelines.comparison import objectivity

MOST_ROWS = 60  # of one chart; the table and the files hold all
CUTS = {"units": N_("По территориям"), "years": N_("По годам"), "subjects": N_("По предметам")}


@dataclass(frozen=True)
class Kind:
    """What is distributed: a question of the layer, its parts in words and in order, and their colours."""

    code: str
    title: str
    question: Callable[..., pd.DataFrame]
    indicators: tuple[str, ...]
    parts: dict[str, str]
    people: str
    colours: tuple[str, ...] = ()


MARKS = Kind(
    "marks",
    N_("Отметки за ВПР"),
    objectivity.marks,
    tuple(objectivity.MARKS.values()),
    {"2": N_("«2»"), "3": N_("«3»"), "4-5": N_("«4» и «5»")},
    N_("Участников"),
)
JOURNAL = Kind(
    "journal",
    N_("Отметка за ВПР и отметка в журнале"),
    objectivity.journal,
    tuple(objectivity.JOURNAL.values()),
    {"lower": N_("ниже журнала"), "confirmed": N_("как в журнале"), "raised": N_("выше журнала")},
    N_("Участников с отметкой в журнале"),
    # No judgement: two violets, neither good nor bad.
    ("#6a4c93", "#c9d2dc", "#c587b4"),
)


def offered(view: View, kind: Kind) -> pd.DataFrame:
    """For which subjects, classes, levels and years the region has this distribution; one row each."""
    rows = ask(queries_compare.available, view.snapshot, int(view.here.region["territory_id"]))
    return rows[rows["indicator"].isin(kind.indicators)]


def no_year(kind: Kind, rows: pd.DataFrame, year: int) -> bool:
    """Say that there is nothing in ``year`` and offer the years that have; True when something was missing."""
    years = sorted(set(rows["year"].astype(int)))
    if year in years:
        return False
    if not years:
        st.info(_("В данных этого региона таких сведений нет."), icon="ℹ️")
        return True
    st.info(
        _("За {year} год сведений нет. Данные есть за {years}.").format(year=year, years=numbers.years(years)),
        icon="ℹ️",
    )
    with st.container(horizontal=True):
        for one in years[-6:]:
            key = f"{kind.code}-year-{one}"
            st.button(str(one), key=key, on_click=partial(filters.set_code, "year", str(one)))
    return True


def draw(view: View, kind: Kind, cuts: Sequence[str]) -> None:
    """The chart with its choices. The caller has seen to it that the year has data."""
    here = view.here
    rows = offered(view, kind)
    rows = rows[rows["year"] == here.year]
    columns = st.columns([2.6, 1.5, 1.1, 1.2], vertical_alignment="bottom")
    with columns[0]:
        cut = filters.choose("cut", _("Что рядом"), list(cuts), lambda code: _(CUTS[code]), segmented=True)
    subject = grade = None
    if cut != "subjects":
        subject, grade = _choose_slice(rows, columns[1:3])
    frame = _by_units(view, kind, subject, grade) if cut == "units" else _of_one(view, kind, cut, subject, grade)
    if frame.empty:
        st.info(_("Для этого выбора данных нет."), icon="ℹ️")
        return
    labels = list(dict.fromkeys(frame["row"]))
    drawn = frame[frame["row"].isin(labels[:MOST_ROWS])]
    mixed = drawn["numerator"].isna() & drawn["percent"].notna()
    what = ", ".join(part for part in (subject, _grade(grade)) if part)
    where = "" if cut == "units" else f" — {here.unit['name']}"
    when = "" if cut == "years" else f", {here.year}"
    charts.draw(
        charts.Parts(
            tuple(_(word) for word in kind.parts.values()),
            label="row",
            part="word",
            value="percent" if mixed.any() else "numerator",
            percent=bool(mixed.any()),
            colours=kind.colours,
        ),
        drawn,
        key=f"{kind.code}-{cut}",
        title=_(kind.title) + (f": {what}" if what else "") + where + when,
        stamp=charts.Stamp(
            source=_(COLLECTIONS[here.collection]),
            snapshot=view.snapshot.id,
            filters=((_("Территория"), here.words()), (_("Год"), str(here.year)), (_("Предмет и класс"), what)),
            demo=here.demo,
        ),
        table=_wide(kind, frame, cut),
        note=" ".join(_notes(kind, frame, labels, cut, view)) or None,
    )


def _choose_slice(rows: pd.DataFrame, columns: Sequence[Any]) -> tuple[str | None, str | None]:
    chosen: list[str | None] = []
    for column, name, label in zip(columns, ("subject", "grade"), (_("Предмет"), _("Класс")), strict=True):
        options = sorted(str(value) for value in rows[name].dropna().unique())
        if not options:
            chosen.append(None)
            continue
        words: Callable[[str], str] = str if name == "subject" else lambda code: _grade(code)
        with column:
            value = filters.choose(name, label, options, words)
        rows = rows[rows[name] == value]
        chosen.append(value)
    return chosen[0], chosen[1]


def _grade(grade: str | None) -> str:
    return _("{grade} класс").format(grade=grade) if grade else ""


def _by_units(view: View, kind: Kind, subject: str | None, grade: str | None) -> pd.DataFrame:
    """The chosen organisation and its likes, its district and region, then all members by name."""
    here = view.here
    level = "school" if here.district is not None or here.school is not None else "district"
    members = here.members(level)
    if level == "school":
        types = view.catalogue.indicators[kind.indicators[0]].organisation_types
        members = members[members["type"].isin(types)]
    above = [unit for unit in (here.school, here.district, here.region) if unit is not None]
    first = [int(unit["territory_id"]) for unit in above]
    rest = [int(number) for number in members["territory_id"] if number not in first]
    frame = ask(
        queries_marks.beside, view.snapshot, kind.question, tuple(first), tuple(rest), here.year, subject, grade
    )
    shown = {str(here.region["code"]): _("Весь регион")}
    if here.district is not None:
        shown[str(here.district["code"])] = _("Весь ") + _lower(level_name("district"))
    if here.school is not None:
        shown[str(here.school["code"])] = "▶ " + compare_words.plain_name(str(here.school["name"]))
    codes, names = frame["territory"].tolist(), frame["territory_name"].tolist()
    told = {
        code: shown.get(code) or compare_words.plain_name(name)
        for code, name in dict(zip(codes, names, strict=True)).items()
    }
    frame = frame.assign(row=[told[code] for code in codes])
    if kind is MARKS and here.school is not None:
        out = exclusions.pairs(view, exclusions.of_school(view))
        similar = ask(queries_marks.similar_marks, view.snapshot, first[0], here.year, subject, grade, out)
        extra = similar.assign(row=_("Похожие школы"), territory="", territory_name=_("Похожие школы"))
        own = frame["territory"] == here.school["code"]
        frame = pd.concat([frame[own], extra, frame[~own]]) if len(extra) else frame
    return _worded(kind, frame)


def _lower(word: str) -> str:
    return word if word.isupper() else word.lower()


def _of_one(view: View, kind: Kind, cut: str, subject: str | None, grade: str | None) -> pd.DataFrame:
    """The chosen territory by years, or by subjects and classes."""
    years = None if cut == "years" else (view.here.year,)
    unit = (int(view.here.unit["territory_id"]),)
    frame = ask(kind.question, view.snapshot, unit, years=years, subject=subject, grade=grade)
    if cut == "years":
        return _worded(kind, frame.sort_values("year", kind="stable").assign(row=frame["year"].astype(str)))
    slices = zip(frame["subject"], frame["grade"], strict=True)
    return _worded(kind, frame.assign(row=[slice_words(subject, grade) for subject, grade in slices]))


def slice_words(subject: object, grade: object) -> str:
    """«Математика, 4 класс»; empty where nothing is split."""
    parts = ["" if is_missing(subject) else str(subject), "" if is_missing(grade) else _grade(str(grade))]
    return ", ".join(part for part in parts if part)


def _worded(kind: Kind, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(word=frame["part"].map({code: _(word) for code, word in kind.parts.items()}))


def _wide(kind: Kind, frame: pd.DataFrame, cut: str) -> pd.DataFrame:
    """One row a bar, for the table and the files."""
    head = {"units": _("Территория"), "years": _("Год"), "subjects": _("Предмет и класс")}[cut]
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for item in frame.to_dict("records"):
        row = rows.setdefault((str(item["territory"]), item["row"]), {head: item["row"]})
        shown = None if is_missing(item["percent"]) else _percent(item)
        row[_("{part}, %").format(part=item["word"])] = shown
        row[_(kind.people)] = None if is_missing(item["denominator"]) else item["denominator"]
        row[_("Причина отсутствия")] = (
            numbers.absence(item.get("absence")) if shown is None else row.get(_("Причина отсутствия"))
        )
    return pd.DataFrame(list(rows.values()))


def _percent(item: dict[Any, Any]) -> float:
    if is_missing(item["numerator"]):
        return float(numbers.rounded(item["percent"]))
    return float(numbers.share(item["numerator"], item["denominator"]))


def _notes(kind: Kind, frame: pd.DataFrame, labels: Sequence[str], cut: str, view: View) -> list[str]:
    said = []
    if len(labels) > MOST_ROWS:
        said.append(
            _("Показаны первые {n} из {total} строк; остальные — в таблице и в файлах.").format(
                n=MOST_ROWS, total=len(labels)
            )
        )
    if cut == "units":
        said.append(_coverage(frame))
    if cut == "years" and (breaks := _breaks(kind, sorted(set(frame["year"].astype(int))), view)):
        said.append(
            _("С {years} года — другое определение: по разные стороны годы не сравниваются.").format(
                years=", ".join(map(str, breaks))
            )
        )
    unclosed = frame[frame["percent"].notna() & frame["whole"].eq(False)] if "whole" in frame else frame.iloc[:0]
    if len(unclosed):
        rows = ", ".join(dict.fromkeys(unclosed["row"]))
        said.append(_("Доли не составляют 100 %: {rows}.").format(rows=rows))
    return [text for text in said if text]


def _coverage(frame: pd.DataFrame) -> str:
    """«С данными 10 из 15 (скрыто: менее 10 человек — 5)», of the members alone."""
    level = "school" if "school" in set(frame["level"]) else "district"
    members = frame[frame["level"] == level].drop_duplicates("territory")
    if members.empty:
        return ""
    reasons = Counter(numbers.absence(code) for code in members.loc[members["percent"].isna(), "absence"])
    why = f" ({', '.join(f'{reason} — {n}' for reason, n in reasons.most_common())})" if reasons else ""
    said = _("{level}: с данными {n} из {all}{why}.")
    told = len(members) - sum(reasons.values())
    return said.format(level=level_name(level, plural=True), n=told, all=len(members), why=why)


def _breaks(kind: Kind, years: Sequence[int], view: View) -> list[int]:
    """The years in which another definition begins."""
    indicator = view.catalogue.indicators[kind.indicators[0]]
    runs: dict[Any, int] = {}
    for year in years:
        runs.setdefault(queries_compare.definition(indicator, year), year)
    return list(runs.values())[1:]
