"""«Школа – Школе» for a region, an indicator and a year: whom rule 12 pairs with whom, why, and why not.

The document says which schools make a pair — of like circumstances, different in results alone — and names none. So
who has low results and who leads is computed here from the figures that may be shown, and every answer is headed
«расчётный, не официальный». A pair is looked for in the whole region, whichever part of it is on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from pipelines import queries_compare
from pipelines.comparison.sets import groups
from pipelines.snapshot import Snapshot
from pipelines.statistics.classes import CLASSES, quintiles
from pipelines.statistics.inputs import FloatArray
from pipelines.statistics.pairs import pair_schools
from pipelines.statistics.similar import Context

Rule = Literal["verdict", "fifths", "official"]
Obstacle = Literal["margin", "context", "unlike", "taken"]
SCHOOL = "school"


@dataclass(frozen=True)
class School:
    """A school with a figure that may be shown: ``percent`` is 100·numerator ÷ denominator, exactly."""

    code: str
    name: str
    district: str
    district_name: str
    numerator: float
    denominator: float
    percent: Fraction


@dataclass(frozen=True)
class Trait:
    """One trait of the context of both schools; ``share`` is its part of the square distance in per cent.

    A value that is missing on either side is NaN and the trait was left out: its share is NaN too.
    """

    code: str
    name: str
    unit: str
    low: float
    leader: float
    share: float


@dataclass(frozen=True)
class Matched:
    """A pair: ``better`` is by how many п.п. the leader does better, ``distance`` how unlike they are (rule 11).

    ``usual`` is whether they are no further apart than half of all pairs of schools of the region. ``pinned`` pairs
    stand as a person made them; their distance may be NaN where the traits of a school are not known.
    """

    low: School
    leader: School
    better: Fraction
    distance: float
    usual: bool
    traits: tuple[Trait, ...]
    pinned: bool = False


@dataclass(frozen=True)
class Unpaired:
    """A low-result school without a leader: ``margin`` nobody is better by so much (``nearly``: by how many п.п. the
    best one is), ``context`` traits are missing, ``unlike`` those better by the margin are too unlike for the limit,
    ``taken`` the leaders that fit are in other pairs.
    """

    school: School
    obstacle: Obstacle
    nearly: Fraction


@dataclass(frozen=True)
class Plan:
    """All pairs of a region; ``low`` and ``leaders`` are how many schools there were to pair, ``hidden`` how many
    schools have no figure that may be shown. ``idle`` pins name a school without a figure and so do not hold.
    """

    matched: tuple[Matched, ...]
    unpaired: tuple[Unpaired, ...]
    low: int
    leaders: int
    schools: int
    hidden: int
    idle: tuple[tuple[str, str], ...]
    known: Mapping[str, School]


def plan(
    snapshot: Snapshot,
    region: int,
    indicator: str,
    year: int,
    margin: Fraction,
    *,
    subject: str | None = None,
    grade: str | None = None,
    rule: Rule = "verdict",
    listed: Sequence[str] = (),
    like: bool = False,
    pinned: Sequence[tuple[str, str]] = (),
) -> Plan:
    """Pair the schools of a region by an indicator of a year (rule 12); ``margin`` in п.п., at least 0.

    Low-result schools and leaders are those worse and better than the region by ``rule``: at 95 % (rule 4), or in
    the lowest and the highest of five classes (rule 9); with ``official`` the low ones are those of ``listed``, codes
    of an official list, and the leaders as by the verdict. With ``like`` no pair is made of schools further apart than
    half of all pairs of schools of the region; without it that is said of the pair. ``pinned`` are pairs of codes
    (low, leader): they stand whatever the rule says of them. Raises ValueError for an indicator of which more is not
    better.
    """
    if snapshot.catalogue.indicators[indicator].direction != "up":
        raise ValueError("pairs are made by an indicator of which more is better")
    frame = queries_compare.indicator_units(
        snapshot, indicator, region=region, within=region, level=SCHOOL, years=(year,), subject=subject, grade=grade,
    )  # fmt: skip
    shown = frame[frame["numerator"].notna() & (frame["denominator"] > 0)]
    known = {str(row["territory"]): _school(row) for row in shown.to_dict("records")}
    low, leaders = _sides(shown, rule, listed)
    # The last word on who pairs with whom is a person's, also of a school that no rule would have put here.
    held = {a: b for a, b in pinned if a in known and b in known}
    low = sorted({*(set(low) - set(held.values())), *held})
    leaders = sorted({*(set(leaders) - set(held)), *held.values()} - set(low))
    context = _context(snapshot, region, year)
    distances = _distances(context, low, leaders)
    typical = _typical(context)
    results = {code: school.percent for code, school in known.items()}
    allowed = np.where(distances <= typical, distances, np.nan) if like else distances
    found = pair_schools(low, leaders, allowed, results, margin, held)
    apart = {(a, b): float(distances[n, m]) for n, a in enumerate(low) for m, b in enumerate(leaders)}
    return Plan(
        matched=tuple(
            Matched(
                known[pair.low], known[pair.leader], known[pair.leader].percent - known[pair.low].percent,
                apart[pair.low, pair.leader], apart[pair.low, pair.leader] <= typical,
                _traits(snapshot, context, pair.low, pair.leader), pair.pinned,
            )
            for pair in found.pairs
        ),
        unpaired=tuple(
            _unpaired(known, code, leaders, distances[low.index(code)], allowed[low.index(code)], margin)
            for code in found.unpaired
        ),
        low=len(low),
        leaders=len(leaders),
        schools=len(known),
        hidden=len(frame) - len(known),
        idle=tuple((a, b) for a, b in pinned if (a, b) not in held.items()),
        known=known,
    )  # fmt: skip


def _school(row: Mapping[Any, Any]) -> School:
    x, n = float(row["numerator"]), float(row["denominator"])
    code, name, district, its_name = (str(row[c]) for c in ("territory", "territory_name", "parent", "parent_name"))
    return School(code, name, district, its_name, x, n, 100 * Fraction(x) / Fraction(n))


def _sides(shown: Any, rule: Rule, listed: Sequence[str]) -> tuple[list[str], list[str]]:
    """Codes of the schools with low results and of the leaders; a listed school leads nobody."""
    if rule in ("verdict", "official"):
        word, named = shown["verdict"], shown["territory"].isin(listed)
        low = named if rule == "official" else word == "worse"
        return list(shown.loc[low, "territory"]), list(shown.loc[(word == "better") & ~low, "territory"])
    classes = quintiles(100 * shown["numerator"] / shown["denominator"]).classes
    return list(shown.loc[classes == 1, "territory"]), list(shown.loc[classes == CLASSES, "territory"])


@dataclass(frozen=True)
class _Known:
    schools: Context
    values: FloatArray
    row: Mapping[str, int]


def _context(snapshot: Snapshot, region: int, year: int) -> _Known | None:
    """Traits of the region's schools in the year; None where nothing is known of them."""
    rules = snapshot.catalogue.similar
    if not rules.traits:
        return None
    for _, _ids, schools, values in groups(snapshot.cursor(), rules, region, SCHOOL, year):
        return _Known(schools, values, {code: number for number, code in enumerate(schools.codes)})
    return None


def _distances(context: _Known | None, low: Sequence[str], leaders: Sequence[str]) -> FloatArray:
    """Shape (low, leaders), NaN where two schools cannot be compared."""
    table: FloatArray = np.full((len(low), len(leaders)), np.nan)
    if context is None:
        return table
    columns = [context.row.get(code, -1) for code in leaders]
    there = [n for n, column in enumerate(columns) if column >= 0]
    for n, code in enumerate(low):
        if code in context.row:
            table[n, there] = context.schools.distances(context.row[code])[[columns[column] for column in there]]
    return table


def _typical(context: _Known | None) -> float:
    """The median distance between two schools of the region; NaN where nothing is known of them."""
    if context is None:
        return float("nan")
    size = len(context.schools.codes)
    parts = [context.schools.distances(school)[school + 1 :] for school in range(size)]
    distances = np.concatenate(parts) if parts else np.empty(0)
    distances = distances[~np.isnan(distances)]
    return float(np.median(distances)) if distances.size else float("nan")


def _traits(snapshot: Snapshot, context: _Known | None, low: str, leader: str) -> tuple[Trait, ...]:
    """The traits of a pair, what sets the two apart most first, those left out last."""
    if context is None or low not in context.row or leader not in context.row:
        return ()
    own, other = context.row[low], context.row[leader]
    squares = context.schools.squares(own)[other]
    total = float(np.nansum(squares))
    shares = 100 * squares / total if total else np.where(np.isnan(squares), np.nan, 0.0)
    made = [
        Trait(entry.code, entry.name, entry.unit, float(context.values[own, n]), float(context.values[other, n]),
              float(shares[n]))
        for n, entry in enumerate(snapshot.catalogue.similar.traits)
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda trait: -trait.share if trait.share == trait.share else 1.0))


def _unpaired(
    known: Mapping[str, School],
    code: str,
    leaders: Sequence[str],
    distances: FloatArray,
    allowed: FloatArray,
    margin: Fraction,
) -> Unpaired:
    better = [known[leader].percent - known[code].percent for leader in leaders]
    enough = [n for n, by in enumerate(better) if by >= margin]
    comparable = [n for n in enough if not np.isnan(distances[n])]
    alike = [n for n in comparable if not np.isnan(allowed[n])]
    obstacle: Obstacle = "taken" if alike else "unlike" if comparable else "context" if enough else "margin"
    return Unpaired(known[code], obstacle, max(better, default=Fraction(0)))
