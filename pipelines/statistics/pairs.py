"""«Школа – Школе» (rule 12): one-to-one pairs of low-result schools with leader schools that do better by a margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from pipelines.statistics.inputs import FloatArray
from pipelines.statistics.rounding import Number, as_fraction


@dataclass(frozen=True)
class Pair:
    """A low-result school with its leader; ``pinned`` by a person and not found here. Distance NaN if unknown."""

    low: str
    leader: str
    distance: float
    pinned: bool = False


@dataclass(frozen=True)
class Pairing:
    """Pairs in the order of the low schools' codes, and the low schools for which no leader was left."""

    pairs: tuple[Pair, ...]
    unpaired: tuple[str, ...]


def pair_schools(
    low: Sequence[str],
    leaders: Sequence[str],
    distances: ArrayLike,
    results: Mapping[str, Number],
    margin: Number,
    pinned: Mapping[str, str] | None = None,
) -> Pairing:
    """First the most pairs, then the least total context distance (linear assignment, not a greedy search).

    ``distances`` has shape (low, leaders) with NaN where two schools cannot be compared; ``results`` are per cents
    (or points) of each school, compared exactly; a leader must be better by at least ``margin`` п.п. ``pinned``
    maps low schools to leaders that a person chose: they stand as they are, margin or not, and are out of the
    search. Raises ValueError for an unknown or twice-used school and for a shape that does not fit.
    """
    cost = np.array(distances, dtype=np.float64).reshape(-1, len(leaders)) if len(leaders) else np.empty((len(low), 0))
    if cost.shape != (len(low), len(leaders)):
        raise ValueError("distances: one row a low-result school, one column a leader")
    if len({*low, *leaders}) != len(low) + len(leaders):
        raise ValueError("a school stands twice among the low-result and leader schools")
    chosen = dict(pinned or {})
    if (
        len(set(chosen.values())) != len(chosen)
        or not set(chosen) <= set(low)
        or not set(chosen.values()) <= set(leaders)
    ):
        raise ValueError("pinned pairs: each school once, low-result schools on the left, leaders on the right")

    row, column = {code: i for i, code in enumerate(low)}, {code: i for i, code in enumerate(leaders)}
    pairs = [Pair(a, b, float(cost[row[a], column[b]]), pinned=True) for a, b in chosen.items()]
    # Sorted codes make the choice among equal totals independent of the order of the input.
    free_low = sorted(set(low) - set(chosen))
    free_leaders = sorted(set(leaders) - set(chosen.values()))
    better = {code: as_fraction(results[code]) for code in (*free_low, *free_leaders)}
    feasible = np.array(
        [[better[b] - better[a] >= as_fraction(margin) for b in free_leaders] for a in free_low], dtype=np.bool_
    ).reshape(len(free_low), len(free_leaders))
    searched = cost[np.ix_([row[a] for a in free_low], [column[b] for b in free_leaders])]
    for i, j in _assign(np.where(feasible, searched, np.nan)):
        pairs.append(Pair(free_low[i], free_leaders[j], float(searched[i, j])))
    paired = {pair.low for pair in pairs}
    return Pairing(tuple(sorted(pairs, key=lambda pair: pair.low)), tuple(sorted(set(low) - paired)))


def _assign(cost: FloatArray) -> list[tuple[int, int]]:
    """Row–column pairs of the assignment; NaN costs are impossible."""
    possible = ~np.isnan(cost)
    if not possible.any():
        return []
    # An impossible pair costs more than all possible ones together, so none is taken where a possible one could be.
    forbidden = 1.0 + float(np.where(possible, cost, 0).max()) * min(cost.shape)
    rows, columns = linear_sum_assignment(np.where(possible, cost, forbidden))
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if possible[i, j]]
