"""Why a district changed between two years (rule 14), told without telling a hidden school.

Everything here is computed from figures as they are shown. What the district's total holds beyond its shown schools
is one more unit, the hidden schools together: its numbers are what anybody gets by subtraction, and suppression has
already made that safe (rule 13). So the parts say nothing new about a hidden school, whichever years are compared,
and they still sum to the whole change exactly. A hidden school that opened or closed is part of this unit's change.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from pipelines import queries
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics.decomposition import Decomposition, Part, decompose
from pipelines.statistics.rounding import as_fraction

HIDDEN = "hidden"  # no territory has this code: codes of organisations hold a hyphen
REASONS = {
    "suppressed": "итог муниципалитета скрыт: за ним мало людей",
    "missing": "за один из годов нет данных",
    "published": "муниципалитет сдал свой итог сам, по школам он не складывается",
    "no_schools": "показатель не считается по школам",
    "definition_changed": "определение показателя между этими годами изменилось",
}

Reports = dict[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Why:
    """The waterfall of one district. ``reason`` is a key of :data:`REASONS` where there is none, and the rest is empty.

    ``before`` and ``after`` are exact shares of 1. ``parts``, in the order of the waterfall, has one row a part:
    ``part`` (``within``, ``mix``, ``entered``, ``left``, ``revision`` or ``replaced``), ``value`` in п.п.,
    ``exact`` (Fraction of 1; they sum to ``after − before``), ``schools`` (how many shown ones stand behind it) and
    ``with_hidden`` (whether the hidden schools together do). ``schools`` has one row a part and shown school:
    ``part, territory_id, territory, territory_name, numerator_0, denominator_0, percent_0`` and the same with
    ``_1`` (NaN in a year without it), ``value`` in п.п., ``exact``; the hidden schools together are the row
    whose ``territory`` is ``hidden``. ``hidden_schools`` is how many they are, in either year.
    """

    reason: str | None
    before: Fraction | None
    after: Fraction | None
    parts: pd.DataFrame
    schools: pd.DataFrame
    hidden_schools: int = 0


def decompose_district(
    snapshot: Snapshot,
    indicator: str,
    district: int,
    year0: int,
    year1: int,
    subject: str | None = None,
    grade: str | None = None,
    *,
    earlier: Snapshot | None = None,
) -> Why:
    """Split a district's change between two years into the parts of rule 14.

    ``district`` is an id. ``earlier`` is a named earlier snapshot, against which a revision of ``year0`` is seen;
    without it the revision is 0. Raises :class:`~pipelines.errors.UnknownCode` for an unknown indicator.
    """
    entry = snapshot.catalogue.indicators.get(indicator)
    if entry is not None and not same_definition(entry, year0, year1):
        return _nothing("definition_changed")
    frame = queries.figures(snapshot, [indicator], within=district, years=[year0, year1], subject=subject, grade=grade)
    frame = frame[_same(frame["subject"], subject) & _same(frame["grade"], grade)]
    totals, schools = (frame[frame["level"] == level] for level in ("district", "school"))
    reason = _refusal(totals, schools, (year0, year1))
    if reason:
        return _nothing(reason)
    hidden = sorted(set(schools.loc[schools["absence"] == "suppressed", "territory"]))
    first, second = (_reports(totals, schools, year, hidden) for year in (year0, year1))
    if not first or not second:
        return _nothing("missing")
    published = None if earlier is None else _as_published(earlier, indicator, frame, year0, subject, grade)
    found = decompose(first, second, published)
    return Why(None, found.before, found.after, _parts(found), _addends(found, first, second, schools), len(hidden))


def _refusal(totals: pd.DataFrame, schools: pd.DataFrame, years: tuple[int, int]) -> str | None:
    for year in years:
        of_year = totals[totals["year"] == year]
        if of_year.empty:
            return "missing"
        total = of_year.iloc[0]
        if total["absence"] == "suppressed":
            return "suppressed"
        if pd.isna(total["numerator"]) and pd.isna(total["percent"]):
            return "missing"
        if total["basis"] != "computed":
            return "no_schools" if schools.empty else "published"
    return None


def _reports(totals: pd.DataFrame, schools: pd.DataFrame, year: int, hidden: list[str]) -> Reports:
    """Shown schools by code, and under :data:`HIDDEN` what the total holds beyond them.

    A school that is hidden in one of the years belongs to the hidden ones in both.
    """
    of_year = schools[(schools["year"] == year) & schools["numerator"].notna() & (schools["denominator"] > 0)]
    reports = {
        str(code): (as_fraction(float(x)), as_fraction(float(n)))
        for code, x, n in zip(of_year["territory"], of_year["numerator"], of_year["denominator"], strict=True)
        if code not in hidden
    }
    if hidden:
        total = totals[totals["year"] == year].iloc[0]
        x = as_fraction(float(total["numerator"])) - sum((x for x, _ in reports.values()), Fraction(0))
        n = as_fraction(float(total["denominator"])) - sum((n for _, n in reports.values()), Fraction(0))
        if n > 0:
            reports[HIDDEN] = (x, n)
    return reports


def _as_published(
    earlier: Snapshot, indicator: str, frame: pd.DataFrame, year: int, subject: str | None, grade: str | None
) -> Reports | None:
    """The district's total of ``year`` in an earlier snapshot, found by its code; None where it was not shown there."""
    total = frame[frame["level"] == "district"].iloc[0]
    found = [
        place
        for place in queries.find_territory(earlier, total["territory"], total["collection"])
        if place["level_id"] == 2
    ]
    then = queries.figures(
        earlier, [indicator], territories=[place["territory_id"] for place in found], years=[year],
        subject=subject, grade=grade,
    )  # fmt: skip
    then = then[_same(then["subject"], subject) & _same(then["grade"], grade) & (then["denominator"] > 0)]
    if then.empty:
        return None
    row = then.iloc[0]
    return {total["territory"]: (as_fraction(float(row["numerator"])), as_fraction(float(row["denominator"])))}


def _parts(found: Decomposition) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "part": [_name(part) for part in found.parts],
            "value": [float(100 * part.value) for part in found.parts],
            "exact": [part.value for part in found.parts],
            "schools": [len(part.schools.keys() - {HIDDEN}) for part in found.parts],
            "with_hidden": [HIDDEN in part.schools for part in found.parts],
        }
    )


def _addends(found: Decomposition, first: Reports, second: Reports, schools: pd.DataFrame) -> pd.DataFrame:
    names = schools.drop_duplicates("territory").set_index("territory")
    rows: list[dict[str, Any]] = []
    for part in found.parts:
        for code, addend in part.schools.items():
            known = code in names.index
            row: dict[str, Any] = {
                "part": _name(part),
                "territory_id": int(names["territory_id"][code]) if known else None,
                "territory": code,
                "territory_name": names["territory_name"][code] if known else None,
            }
            for year, reports in enumerate((first, second)):
                x, n = reports.get(code, (None, None))
                row[f"numerator_{year}"] = None if x is None else float(x)
                row[f"denominator_{year}"] = None if n is None else float(n)
                row[f"percent_{year}"] = None if x is None or n is None else float(100 * x / n)
            rows.append(row | {"value": float(100 * addend), "exact": addend})
    return pd.DataFrame(rows)


def _name(part: Part) -> str:
    return "+".join(part.names)


def _same(column: pd.Series, value: str | None) -> pd.Series:
    return column.isna() if value is None else column == value


def _nothing(reason: str) -> Why:
    return Why(reason, None, None, pd.DataFrame(), pd.DataFrame())
