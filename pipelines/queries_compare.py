"""Questions behind «Сравнение» and «Динамика»: units beside one another and beside their region, and years in a row.

Every word comes from the one verdict function (rule 4); changes and trends are rule 7, mechanisms rule 17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from pipelines import sql
from pipelines.catalogue.model import LEVELS, Catalogue, Indicator
from pipelines.comparison.benchmarks import Excluded, find
from pipelines.comparison.verdicts import judge, with_verdicts
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.rounding import as_fraction, no_break
from pipelines.statistics.sentences import Counted, sentences
from pipelines.statistics.trend import trends
from pipelines.statistics.verdicts import Verdicts, verdicts

Row = Mapping[Any, Any]
BEFORE = ("year", "period", "numerator", "denominator")
AVAILABLE = ("mechanism", "indicator", "subject", "grade", "level", "period")


def available(snapshot: Snapshot, region: int) -> pd.DataFrame:
    """What can be compared in a region: one row an indicator, subject, class, level and year.

    A missing indicator is the mechanism's own per cent. ``units`` counts the territories that have a figure or a
    reason for its absence; ``region`` is an id.
    """
    # Objects compare faster than Arrow's texts, and every page asks this frame several times a rerun.
    return _frame(snapshot, "compare_available", region=region).astype({name: object for name in AVAILABLE})


def indicator_units(
    snapshot: Snapshot,
    indicator: str,
    *,
    region: int,
    within: int,
    level: str,
    years: Sequence[int],
    subject: str | None = None,
    grade: str | None = None,
    benchmark: str = "region",
    excluded: Excluded = (),
) -> pd.DataFrame:
    """Units of ``level`` inside ``within`` beside their region: one row a unit and year, the greatest figure first.

    Only organisations of the types that the indicator applies to. Beside the query frame: ``figure`` (per cent or
    value), ``parent_name``, the figures and coverage of its region and district (``region_…``, ``district_…``) and
    what :func:`pipelines.comparison.verdicts.with_verdicts` adds for ``benchmark``. Raises KeyError for an indicator
    that the snapshot's catalogue does not hold.
    """
    types = list(snapshot.catalogue.indicators[indicator].organisation_types)
    frame = _frame(
        snapshot, "compare_indicator",
        indicator=indicator, region=region, within=within, level=LEVELS.index(level) + 1, years=list(years),
        subject=subject, grade=grade, types=types,
    )  # fmt: skip
    return with_verdicts(snapshot, frame, benchmark, excluded).assign(snapshot=snapshot.id)


def mechanism_units(
    snapshot: Snapshot, mechanism: str, *, within: int, level: str, years: Sequence[int]
) -> pd.DataFrame:
    """Mechanisms' own per cents of the units of ``level`` inside ``within``: one row a unit, edition and year.

    In each year the greatest first, those without a figure last.

    ``benchmark_percent`` is the region's own score, drawn for orientation: points have no interval and no verdict.
    """
    frame = _frame(
        snapshot, "compare_mechanism",
        mechanism=mechanism, within=within, level=LEVELS.index(level) + 1, years=list(years),
    )  # fmt: skip
    return frame.assign(benchmark_percent=frame["region_percent"].astype(float), snapshot=snapshot.id)


def unit_sentence(snapshot: Snapshot, unit: pd.DataFrame, benchmark: str, name: str, excluded: Excluded = ()) -> str:
    """Rule 4's sentence with people in it for the one row ``unit`` of :func:`indicator_units`.

    ``benchmark`` is the kind that the frame was asked with, ``name`` what the sentence calls it («район»).
    """
    indicator = snapshot.catalogue.indicators[str(unit["indicator"].iloc[0])]
    noun = snapshot.catalogue.nouns[indicator.counts]
    found = judge(snapshot, unit, find(snapshot, unit, benchmark, excluded))
    return no_break(sentences(found, Counted(noun.forms, noun.locative), name)[0])


def indicator_series(
    snapshot: Snapshot,
    indicator: str,
    *,
    region: int,
    territories: Sequence[int],
    subject: str | None = None,
    grade: str | None = None,
) -> pd.DataFrame:
    """One indicator over the years: one row a territory and year, region first, years rising.

    ``definition`` is the first year of the run of comparable versions that the year belongs to: no line, change or
    trend goes from one to another.
    """
    frame = _frame(
        snapshot, "trend_indicator",
        indicator=indicator, region=region, territories=list(territories), subject=subject, grade=grade,
    )  # fmt: skip
    entry = snapshot.catalogue.indicators[indicator]
    runs = {int(year): definition(entry, int(year)) for year in frame["year"].unique()}
    return frame.assign(definition=frame["year"].map(runs), snapshot=snapshot.id)


def mechanism_series(snapshot: Snapshot, mechanism: str, *, territories: Sequence[int]) -> pd.DataFrame:
    """A mechanism's own per cent over the years: one row a territory and year, region first, years rising.

    ``gained`` and ``lost`` of the ``compared`` positions since the previous scored year of the same edition;
    ``definition`` is the edition, or the earliest one of a chain that the crosswalk calls comparable.
    """
    frame = _frame(snapshot, "trend_mechanism", mechanism=mechanism, territories=list(territories))
    catalogue, editions = snapshot.catalogue, frame["edition"].unique()
    runs = {edition: comparable_edition(catalogue, mechanism, edition) for edition in editions}
    return frame.assign(definition=frame["edition"].map(runs), snapshot=snapshot.id)


def definition(indicator: Indicator, year: int) -> int | None:
    """The first year of the run of comparable definitions that ``year`` belongs to; None where none was valid."""
    now = indicator.version_in(year)
    if now is None:
        return None
    starts = [v.valid_from for v in indicator.versions if v.valid_from <= now.valid_from]
    return min(start for start in starts if same_definition(indicator, start, now.valid_from))


def comparable_edition(catalogue: Catalogue, mechanism: str, edition: str) -> str:
    """The earliest edition whose figures for ``mechanism`` the crosswalk calls comparable with ``edition``'s."""
    for entry in catalogue.crosswalk:
        same = entry.from_mechanism == mechanism == entry.to_mechanism
        if same and entry.comparable and entry.to_edition == edition and entry.from_edition != edition:
            return comparable_edition(catalogue, mechanism, entry.from_edition)
    return edition


def indicator_changes(
    snapshot: Snapshot,
    indicator: str,
    *,
    region: int,
    territories: Sequence[int],
    subject: str | None = None,
    grade: str | None = None,
    until: int | None = None,
) -> pd.DataFrame:
    """:func:`last_changes` of :func:`indicator_series` up to the year ``until``; of all years if none has a figure."""
    frame = indicator_series(snapshot, indicator, region=region, territories=territories, subject=subject, grade=grade)
    early = frame if until is None else frame[frame["year"] <= until]
    return last_changes(
        snapshot.catalogue, snapshot.catalogue.indicators[indicator], early if early["figure"].notna().any() else frame
    )


def last_changes(catalogue: Catalogue, indicator: Indicator, frame: pd.DataFrame) -> pd.DataFrame:
    """What each series of :func:`indicator_series` last did: one row a territory, in the order of the frame.

    The columns of its last row with a figure; ``before_year``, ``before_period``, ``before_numerator`` and
    ``before_denominator`` of the one before. ``difference`` is in п.п., or in the indicator's own unit where there
    is no per cent; ``comparable`` is False over a break of definitions. ``verdict`` is rule 7's word, None where
    there are no independent units to judge by. ``trend`` is ``increasing``, ``decreasing`` or ``none`` over the last
    five reported years of one definition, None without a result; ``reported`` is how many such years there are,
    ``trend_from`` the period of the first of the five.
    """
    known = frame[frame["figure"].notna()]
    rows: list[dict[Any, Any]] = []
    for _territory, own in known.groupby("territory", sort=False):
        last: dict[Any, Any] = own.iloc[-1].to_dict()
        before: Row = own.iloc[-2].to_dict() if len(own) > 1 else {}
        same = own[(own["definition"] == last["definition"]) & (own["denominator"] > 0)]
        rows.append(
            last
            | {f"before_{name}": before.get(name) for name in BEFORE}
            | {
                "comparable": bool(before) and before["definition"] == last["definition"],
                "difference": _difference(last, before) if before else None,
                "reported": len(same),
                "trend_from": same["period"].iloc[-5:].iloc[0] if len(same) else None,
            }
        )
    added = ["comparable", "difference", "reported", "trend_from"]
    changes = pd.DataFrame(rows, columns=[*frame.columns, *(f"before_{name}" for name in BEFORE), *added])
    found = _changed(catalogue, indicator, changes)
    return changes.assign(
        verdict=pd.Series(found.word, index=changes.index, dtype=object),
        trend=_trend_words(catalogue, indicator, known, changes),
    )


def _difference(last: Row, before: Row) -> float:
    """Later minus earlier in п.п. from the exact fractions where there are any (rule 10), else as published."""
    if np.isnan(last["percent"]):
        return float(as_fraction(last["value"]) - as_fraction(before["value"]))
    return float(_percent(last) - _percent(before))


def _percent(row: Row) -> Fraction:
    if np.isnan(row["denominator"]):
        return as_fraction(row["percent"])
    return 100 * as_fraction(row["numerator"]) / as_fraction(row["denominator"])


def _changed(catalogue: Catalogue, indicator: Indicator, changes: pd.DataFrame) -> Verdicts:
    """Rule 7 for the last change of each series; the earlier year is a sample, and none over a break."""
    names = ("numerator", "denominator", "before_numerator", "before_denominator")
    x, n, top, bottom = (changes[name].astype(float).to_numpy() for name in names)
    allowed = changes["comparable"].to_numpy(dtype=bool)
    before = Benchmark.sample(np.where(allowed, top, np.nan), np.where(allowed, bottom, np.nan))
    return verdicts(
        x, n, before, indicator.direction,
        minimum_n=float(indicator.minimum_n), independent=catalogue.nouns[indicator.counts].independent,
    )  # fmt: skip


def _trend_words(catalogue: Catalogue, indicator: Indicator, known: pd.DataFrame, changes: pd.DataFrame) -> pd.Series:
    """Rule 7's trend of each series within its last definition; None where the rule gives no result."""
    if changes.empty or not catalogue.nouns[indicator.counts].independent:
        return pd.Series([None] * len(changes), index=changes.index, dtype=object)
    latest = known.groupby("territory", sort=False)["definition"].transform("last")
    rows = known[(known["definition"] == latest) & (known["denominator"] > 0)]
    found = trends(rows["territory"], rows["year"], rows["numerator"], rows["denominator"])
    words = {
        unit: None if np.isnan(chi2) else word
        for unit, chi2, word in zip(found.unit, found.chi2, found.direction, strict=True)
    }
    return pd.Series([words.get(code) for code in changes["territory"]], index=changes.index, dtype=object)


def _frame(snapshot: Snapshot, query: str, **parameters: Any) -> pd.DataFrame:
    frame: pd.DataFrame = snapshot.cursor().execute(sql.read(f"queries/{query}"), parameters).df()
    return frame
