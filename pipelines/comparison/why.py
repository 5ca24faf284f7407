"""Why a district or a region changed between two years (rule 14), told without telling a hidden school.

A district is made of its schools, a region of its districts: these are its members. Everything here is computed from
figures as they are shown. What the total holds beyond its shown members is one more unit, the hidden ones together:
its numbers are what anybody gets by subtraction, and suppression has already made that safe (rule 13). So the parts
say nothing new about a hidden school, whichever years are compared, and they still sum to the whole change exactly.
A hidden member that opened or closed is part of this unit's change.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from pipelines import queries
from pipelines.catalogue.model import LEVELS
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics.decomposition import Decomposition, Part, decompose
from pipelines.statistics.rounding import as_fraction

HIDDEN = "hidden"  # no territory has this code: codes of organisations hold a hyphen
REASONS = {
    "suppressed": "итог скрыт: за ним мало людей",
    "missing": "за один из годов нет данных",
    "published": "муниципалитет сдал свой итог сам, по школам он не складывается",
    "published_region": "регион сдал свой итог сам, по муниципалитетам он не складывается",
    "does_not_add": "часть муниципалитетов сдала свои итоги сама, и с итогом региона они не сходятся",
    "other_denominator": "итог считают не по всем этим ОО: кого считать, говорит другой файл",
    "no_schools": "показатель не считается по школам",
    "no_districts": "показатель не считается по муниципалитетам",
    "definition_changed": "определение показателя между этими годами изменилось",
}

Reports = dict[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Why:
    """The waterfall of one district or region.

    ``reason`` is a key of :data:`REASONS` where there is none, and the rest is empty. ``before`` and ``after`` are
    exact shares of 1; ``level`` is that of the members, ``school`` or ``district``. ``parts``, in the order of the
    waterfall, has one row a part: ``part`` (``within``, ``mix``, ``entered``, ``left``, ``revision`` or
    ``replaced``), ``value`` in п.п., ``exact`` (Fraction of 1; they sum to ``after − before``), ``schools`` (how many
    shown members stand behind it) and ``with_hidden`` (whether the hidden ones together do). ``schools`` has one row
    a part and shown member: ``part, territory_id, territory, territory_name, numerator_0, denominator_0, percent_0``
    and the same with ``_1`` (NaN in a year without it), ``value`` in п.п., ``exact``; the hidden ones together are
    the row whose ``territory`` is ``hidden``. ``hidden_schools`` is how many they are, in either year.
    """

    reason: str | None
    before: Fraction | None
    after: Fraction | None
    parts: pd.DataFrame
    schools: pd.DataFrame
    hidden_schools: int = 0
    level: str = "school"


def decompose_unit(
    snapshot: Snapshot,
    indicator: str,
    unit: int,
    year0: int,
    year1: int,
    subject: str | None = None,
    grade: str | None = None,
    *,
    earlier: Snapshot | None = None,
) -> Why:
    """Split the change of a district or a region between two years into the parts of rule 14.

    ``unit`` is an id. ``earlier`` is a named earlier snapshot, against which a revision of ``year0`` is seen;
    without it the revision is 0. Raises :class:`~pipelines.errors.UnknownCode` for an unknown indicator.
    """
    entry = snapshot.catalogue.indicators.get(indicator)
    if entry is not None and not same_definition(entry, year0, year1):
        return _nothing("definition_changed")
    frame = queries.figures(snapshot, [indicator], within=unit, years=[year0, year1], subject=subject, grade=grade)
    frame = frame[_same(frame["subject"], subject) & _same(frame["grade"], grade)]
    totals = frame[frame["territory_id"] == unit]
    level = "district" if (totals["level"] == "region").any() else "school"
    schools = frame[frame["level"] == level]
    reason = _refusal(totals, schools, (year0, year1))
    if reason:
        return _nothing(reason)
    hidden = sorted(set(schools.loc[schools["absence"] == "suppressed", "territory"]))
    first, second = (_reports(totals, schools, year, hidden) for year in (year0, year1))
    if first is None or second is None:
        return _nothing("does_not_add" if level == "district" else "other_denominator")
    if not first or not second:
        return _nothing("missing")
    published = None if earlier is None else _as_published(earlier, indicator, totals, year0, subject, grade)
    found = decompose(first, second, published)
    addends = _addends(found, first, second, schools)
    return Why(None, found.before, found.after, _parts(found), addends, len(hidden), level)


def by_member(why: Why) -> pd.DataFrame:
    """The same change member by member: one row a member, the greatest addend first, and the revision last.

    ``territory, territory_name, value`` in п.п. and ``exact``; they too sum to ``after − before`` exactly. The
    revision, where there is one, has the ``territory`` ``revision``; a change of all members alike (``replaced``)
    has that name, since no member stands in both years.
    """
    rows: list[dict[str, Any]] = []
    if len(why.schools):
        for code, own in why.schools.groupby("territory", sort=False):
            exact = sum(own["exact"], Fraction(0))
            rows.append({"territory": code, "territory_name": own["territory_name"].iloc[0], "exact": exact})
    rows.sort(key=lambda row: (-abs(row["exact"]), str(row["territory"])))
    for part in why.parts.to_dict("records"):
        if part["part"] in ("revision", "replaced") and part["exact"] != 0:
            rows.append({"territory": part["part"], "territory_name": None, "exact": part["exact"]})
    frame = pd.DataFrame(rows, columns=["territory", "territory_name", "exact"])
    return frame.assign(value=[float(100 * exact) for exact in frame["exact"]])


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
            if total["level"] == "region":
                return "no_districts" if schools.empty else "published_region"
            return "no_schools" if schools.empty else "published"
    return None


def _reports(totals: pd.DataFrame, schools: pd.DataFrame, year: int, hidden: list[str]) -> Reports | None:
    """Shown members by code, and under :data:`HIDDEN` what the total holds beyond them.

    A member that is hidden in one of the years belongs to the hidden ones in both. None where the shown ones are
    more than the total: some district reported a total of its own that its schools do not make up.
    """
    of_year = schools[(schools["year"] == year) & schools["numerator"].notna() & (schools["denominator"] > 0)]
    reports = {
        str(code): (as_fraction(float(x)), as_fraction(float(n)))
        for code, x, n in zip(of_year["territory"], of_year["numerator"], of_year["denominator"], strict=True)
        if code not in hidden
    }
    total = totals[totals["year"] == year].iloc[0]
    x = as_fraction(float(total["numerator"])) - sum((x for x, _ in reports.values()), Fraction(0))
    n = as_fraction(float(total["denominator"])) - sum((n for _, n in reports.values()), Fraction(0))
    if not 0 <= x <= n:
        return None
    if n > 0:
        reports[HIDDEN] = (x, n)
    return reports


def _as_published(
    earlier: Snapshot, indicator: str, totals: pd.DataFrame, year: int, subject: str | None, grade: str | None
) -> Reports | None:
    """The unit's total of ``year`` in an earlier snapshot, found by its code; None where it was not shown there."""
    total = totals.iloc[0]
    shown = figure_then(
        earlier, indicator, total["territory"], total["collection"], total["level"], year, subject, grade
    )
    return None if shown is None else {total["territory"]: shown}


def figure_then(
    earlier: Snapshot, indicator: str, territory: str, collection: str, level: str, year: int,
    subject: str | None, grade: str | None,
) -> tuple[Fraction, Fraction] | None:  # fmt: skip
    """Numerator and denominator of a unit, found by its code, as another snapshot showed them; None if it did not."""
    if indicator not in earlier.indicator_ids:
        return None
    found = [
        place["territory_id"]
        for place in queries.find_territory(earlier, territory, collection)
        if LEVELS[place["level_id"] - 1] == level
    ]
    then = queries.figures(earlier, [indicator], territories=found, years=[year], subject=subject, grade=grade)
    then = then[_same(then["subject"], subject) & _same(then["grade"], grade) & (then["denominator"] > 0)]
    if then.empty:
        return None
    row = then.iloc[0]
    return as_fraction(float(row["numerator"])), as_fraction(float(row["denominator"]))


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
