"""Intervals for one proportion (rule 2), for a count (rule 3) and for a difference of two proportions (rule 7).

Every function takes arrays (or single numbers) of one shape, returns arrays of that shape and leaves rows with a
missing number missing. Proportions and limits are fractions 0–1. ``level`` is two-sided, 0.95 or 0.998; z is its
exact normal quantile (1.959963984540054, 3.090232306167813), never 1.96.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv, ndtri  # scipy.stats has the same and takes seconds to import

from pipelines.statistics.inputs import BoolArray, FloatArray, as_counts, as_events, as_proportions

LEVEL_95 = 0.95
LEVEL_998 = 0.998
BYAR_FROM = 10


class Limits(NamedTuple):
    """Lower and upper limits, each in the shape of the input; NaN where the input is missing."""

    lower: FloatArray
    upper: FloatArray


class Difference(NamedTuple):
    """Second proportion minus first, with limits; fractions in −1…1."""

    difference: FloatArray
    lower: FloatArray
    upper: FloatArray

    @property
    def excludes_zero(self) -> BoolArray:
        """Rule 7: only this may be called changed or different. A missing difference is not one."""
        return (self.lower > 0) | (self.upper < 0)


@cache
def z_of(level: float) -> float:
    """The two-sided normal quantile of ``level``."""
    return float(ndtri((1 + level) / 2))


def wilson(x: ArrayLike, n: ArrayLike, level: float = LEVEL_95) -> Limits:
    """Wilson's score interval for ``x`` of ``n`` (rule 2; UKHSA PHEindicatormethods).

    Exactly 0 at x = 0 and exactly 1 at x = n. Raises :class:`~pipelines.statistics.inputs.ImpossibleRow` for
    x < 0, n ≤ 0 or x > n. statsmodels' ``proportion_confint(method="wilson")`` is the same formula; it differs in
    answering impossible rows with NaN and, by rounding, in the last digits, which the tests allow for.
    """
    return _wilson(*as_counts(x, n), z_of(level))


def _wilson(x: FloatArray, n: FloatArray, z: float) -> Limits:
    half = z * np.sqrt(z * z + 4 * x * (1 - x / n))
    centre, width = 2 * x + z * z, 2 * (n + z * z)
    # In exact arithmetic these two ends are 0 and 1; floats would miss them by a last digit.
    lower = np.where(x == 0, 0.0, (centre - half) / width)
    upper = np.where(x == n, 1.0, (centre + half) / width)
    return Limits(lower, upper)


def differs_from_constant(x: ArrayLike, n: ArrayLike, p0: ArrayLike, level: float = LEVEL_95) -> BoolArray:
    """Rule 4's decision: is n(x/n − p₀)² > z²p₀(1 − p₀)? False where anything is missing.

    The same as "the Wilson interval excludes p₀" and "x/n lies outside p₀ ± z√(p₀(1−p₀)/n)": both are this
    inequality solved for p₀ or for x/n. Verdict, funnel label and colour all ask here and nowhere else.
    With p₀ of exactly 0 or 1 the right side is 0: any x/n other than p₀ differs.
    """
    xs, ns = as_counts(x, n)
    p = as_proportions(p0)
    result: BoolArray = ns * (xs / ns - p) ** 2 > z_of(level) ** 2 * p * (1 - p)
    return result


def byar(x: ArrayLike, level: float = LEVEL_95) -> Limits:
    """Limits for a count of events (rule 3): Byar's approximation from 10 events, exact χ² below (PHEindicatormethods).

    statsmodels' ``confint_poisson(method="exact-c")`` is the exact part at every count, so it agrees below 10 and
    differs from 10 on, where rule 3 asks for Byar. 0 events → lower limit 0.
    """
    xs = as_events(x)
    z = z_of(level)
    few = xs < BYAR_FROM
    # Each formula sees only counts it is meant for: 0 would divide by zero in Byar's, χ² of 0 degrees is undefined.
    many = np.where(few, BYAR_FROM, xs)
    lower_many = many * (1 - 1 / (9 * many) - z / (3 * np.sqrt(many))) ** 3
    upper_many = (many + 1) * (1 - 1 / (9 * (many + 1)) + z / (3 * np.sqrt(many + 1))) ** 3
    small = np.where(few & (xs > 0), xs, 1.0)
    lower_few = np.where(xs == 0, 0.0, gammaincinv(small, (1 - level) / 2))
    upper_few = gammaincinv(np.where(few, xs, 0.0) + 1, (1 + level) / 2)
    missing = np.isnan(xs)
    lower = np.where(missing, np.nan, np.where(few, lower_few, lower_many))
    upper = np.where(missing, np.nan, np.where(few, upper_few, upper_many))
    return Limits(lower, upper)


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = LEVEL_95) -> Difference:
    """x2/n2 − x1/n1 with Newcombe's interval from the two Wilson intervals (rule 7; Newcombe 1998, method 10).

    The first pair is the earlier year or the peers, the second the unit itself, so a rise is positive. statsmodels'
    ``confint_proportions_2indep(method="newcomb", compare="diff")`` is the same interval for first minus second.
    """
    xs1, ns1 = as_counts(x1, n1)
    xs2, ns2 = as_counts(x2, n2)
    z = z_of(level)
    first, second = _wilson(xs1, ns1, z), _wilson(xs2, ns2, z)
    p1, p2 = xs1 / ns1, xs2 / ns2
    difference = p2 - p1
    lower = difference - np.sqrt((p2 - second.lower) ** 2 + (first.upper - p1) ** 2)
    upper = difference + np.sqrt((second.upper - p2) ** 2 + (p1 - first.lower) ** 2)
    return Difference(difference, lower, upper)
