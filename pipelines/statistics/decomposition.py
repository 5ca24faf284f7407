"""Why a district changed between two years (rule 14): parts that sum to the whole change exactly, in fractions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipelines.statistics.rounding import Number, as_fraction

PARTS = ("within", "mix", "entered", "left", "revision")
HALF = Fraction(1, 2)

Reports = Mapping[str, tuple[Number, Number]]


@dataclass(frozen=True)
class Part:
    """One step of the waterfall; ``value`` is a fraction of 1 (0.08 is 8 п.п.), exact.

    ``names`` is one of :data:`PARTS`, several where parts were merged, or ``("replaced",)``. ``schools`` holds
    each school's own addend; they sum to ``value``, except that the revision has no schools.
    """

    names: tuple[str, ...]
    value: Fraction
    schools: Mapping[str, Fraction]


@dataclass(frozen=True)
class Decomposition:
    """Change of a district's share; ``total`` = Σ part values = ``after`` − ``before``, exactly.

    ``before`` is the earlier year as the named earlier snapshot had it (as it stands now without one).
    """

    before: Fraction
    after: Fraction
    parts: tuple[Part, ...]

    @property
    def total(self) -> Fraction:
        """The whole change."""
        return self.after - self.before


def decompose(earlier: Reports, later: Reports, earlier_as_published: Reports | None = None) -> Decomposition:
    """Split the change of Σx/Σn between two years into the five parts of rule 14.

    ``earlier`` and ``later`` map a school's code to its (x, n), for schools that reported both (n > 0).
    ``earlier_as_published`` is the earlier year in a named earlier snapshot, where revisions are to be seen. With
    no school in both years there is no within and no mix: one part ``replaced`` is the whole change. Raises
    ValueError for a year in which nobody reported and for x < 0, n ≤ 0 or x > n, naming the school.

    A school's addend to the mix is counted from the mean of both years' shares, which changes no sum and gives a
    growing school a plus only where it lies above the others.
    """
    first, second = _exact(earlier), _exact(later)
    share_0, share_1 = _share(first), _share(second)
    published = share_0 if earlier_as_published is None else _share(_exact(earlier_as_published))
    both = [school for school in first if school in second]
    parts = _common(first, second, both) if both else [Part(("replaced",), share_1 - share_0, {})]
    parts.append(Part(("revision",), share_0 - published, {}))
    return Decomposition(published, share_1, tuple(parts))


def _common(first: _Exact, second: _Exact, both: list[str]) -> list[Part]:
    common_0, common_1 = {s: first[s] for s in both}, {s: second[s] for s in both}
    p_0, p_1 = _share(common_0), _share(common_1)
    of_0, of_1 = _units(common_0), _units(common_1)
    centre = HALF * (p_0 + p_1)
    within, mix = {}, {}
    for school in both:
        (x_0, n_0), (x_1, n_1) = first[school], second[school]
        w_0, w_1 = n_0 / of_0, n_1 / of_1
        within[school] = HALF * (w_0 + w_1) * (x_1 / n_1 - x_0 / n_0)
        mix[school] = (HALF * (x_0 / n_0 + x_1 / n_1) - centre) * (w_1 - w_0)
    all_0, all_1 = _units(first), _units(second)
    # −(N_new/N₁)(P_C1 − P_new) and (N_exit/N₀)(P_C0 − P_exit), school by school.
    entered = {s: (x - n * p_1) / all_1 for s, (x, n) in second.items() if s not in first}
    left = {s: (n * p_0 - x) / all_0 for s, (x, n) in first.items() if s not in second}
    named = zip(PARTS, (within, mix, entered, left), strict=False)
    return [Part((name,), sum(addends.values(), Fraction(0)), addends) for name, addends in named]


def merge_exposing(parts: Sequence[Part], hidden: Collection[str], smallest: int = 2) -> tuple[Part, ...]:
    """Merge each part that would expose a hidden school with the next one, the last with the one before (rule 14).

    A part exposes when at least one but fewer than ``smallest`` hidden schools stand behind it: their addends
    would be the part minus those of the visible schools. The sum stays what it was. Parts without schools
    (the revision) expose none by themselves.
    """
    merged: list[Part] = []
    waiting: Part | None = None
    for part in parts:
        joined = part if waiting is None else _join(waiting, part)
        waiting = joined if 0 < sum(s in hidden for s in joined.schools) < smallest else None
        if waiting is None:
            merged.append(joined)
    if waiting is not None:
        merged = [*merged[:-1], _join(merged[-1], waiting)] if merged else [waiting]
    return tuple(merged)


def _join(one: Part, other: Part) -> Part:
    schools = dict(one.schools)
    for school, addend in other.schools.items():
        schools[school] = schools.get(school, Fraction(0)) + addend
    return Part((*one.names, *other.names), one.value + other.value, schools)


_Exact = dict[str, tuple[Fraction, Fraction]]


def _exact(reports: Reports) -> _Exact:
    exact = {school: (as_fraction(x), as_fraction(n)) for school, (x, n) in reports.items()}
    for school, (x, n) in exact.items():
        if x < 0 or n <= 0 or x > n:
            raise ValueError(f"{school}: x = {x} of n = {n} cannot be")
    if not exact:
        raise ValueError("nobody reported in one of the years")
    return exact


def _units(reports: _Exact) -> Fraction:
    return sum((n for _, n in reports.values()), Fraction(0))


def _share(reports: _Exact) -> Fraction:
    return sum((x for x, _ in reports.values()), Fraction(0)) / _units(reports)
