"""Similar schools (rule 11): the nearest by weighted Euclidean distance over scaled context traits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import FloatArray

Scaling = Literal["range", "deviation"]

ENOUGH_WEIGHT = 0.5
# Distances this close are the same distance: floats of equal differences differ in the last digits.
TIE_DIGITS = 12


@dataclass(frozen=True)
class Peer:
    """One similar school: ``distance`` ≥ 0, each trait's ``contribution`` to it (parts of 1, summing to 1; all 0 at
    distance 0), and the traits ``missing`` on either side, which were left out.
    """

    code: str
    distance: float
    contributions: Mapping[str, float]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """Traits of S schools in one year, scaled and ready to be compared; make it with :func:`context`.

    ``scaled`` has shape (S, T) with NaN where a trait is missing, ``weights`` shape (T,).
    """

    codes: tuple[str, ...]
    traits: tuple[str, ...]
    scaled: FloatArray
    weights: FloatArray

    def squares(self, school: int) -> FloatArray:
        """Weighted squared differences of one school (its row) to all, shape (S, T); NaN where a trait is missing."""
        result: FloatArray = self.weights * (self.scaled - self.scaled[school]) ** 2
        return result

    def distances(self, school: int) -> FloatArray:
        """Distances of one school (its row) to all, shape (S,).

        The square is scaled by Σw ÷ Σw available; NaN where less than half the weight is available.
        """
        squares = self.squares(school)
        available = np.where(np.isnan(squares), 0.0, self.weights).sum(axis=1)
        total = float(self.weights.sum())
        enough = available >= ENOUGH_WEIGHT * total
        result: FloatArray = np.where(
            enough, np.sqrt(np.nansum(squares, axis=1) * total / np.where(enough, available, 1.0)), np.nan
        )
        return result


def context(
    codes: Sequence[str], traits: Sequence[str], values: ArrayLike, weights: ArrayLike, scaling: Scaling = "range"
) -> Context:
    """Scale the traits: ``values`` (S, T) with NaN for missing, ``weights`` (T,) ≥ 0 with a positive sum.

    By range (maximum minus minimum) or by standard deviation (of a sample, n − 1) over the schools that have the
    trait. A trait that is the same everywhere adds no distance. A code given twice raises ValueError.
    """
    table = np.asarray(values, dtype=np.float64).reshape(len(codes), len(traits))
    weight = np.asarray(weights, dtype=np.float64)
    if len(set(codes)) != len(codes):
        raise ValueError("a school stands in the table twice")
    if weight.shape != (len(traits),) or (weight < 0).any() or not weight.sum() > 0:
        raise ValueError("weights: one a trait, none below 0, not all 0")
    spread = np.array([_spread(column[~np.isnan(column)], scaling) for column in table.T])
    return Context(tuple(codes), tuple(traits), table / np.where(spread > 0, spread, np.inf), weight)


def _spread(column: FloatArray, scaling: Scaling) -> float:
    if column.size < 2:
        return 0.0
    return float(np.ptp(column) if scaling == "range" else np.std(column, ddof=1))


def nearest(schools: Context, code: str, count: int, excluded: Collection[str] = ()) -> tuple[Peer, ...]:
    """The ``count`` schools nearest to ``code``, nearest first, ties by code; as many as there are.

    Never the school itself, never one twice, none of ``excluded``, none with less than half the weight in common.
    Raises ValueError for an unknown code. Leave hidden schools out of the context: peers are visible units.
    """
    if code not in schools.codes:
        raise ValueError(f"unknown school: {code}")
    own = schools.codes.index(code)
    distance, squares = schools.distances(own), schools.squares(own)
    candidates = [
        i for i, other in enumerate(schools.codes) if i != own and other not in excluded and not np.isnan(distance[i])
    ]
    candidates.sort(key=lambda i: (float(f"{distance[i]:.{TIE_DIGITS}g}"), schools.codes[i]))
    return tuple(_peer(schools, i, float(distance[i]), squares[i]) for i in candidates[:count])


def _peer(schools: Context, i: int, distance: float, squares: FloatArray) -> Peer:
    total = float(np.nansum(squares))
    shares = np.nan_to_num(squares) / total if total else np.zeros(squares.shape)
    known = ~np.isnan(squares)
    return Peer(
        schools.codes[i],
        distance,
        {trait: float(share) for trait, share, there in zip(schools.traits, shares, known, strict=True) if there},
        tuple(trait for trait, there in zip(schools.traits, known, strict=True) if not there),
    )
