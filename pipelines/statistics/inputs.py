"""What every rule asks of x and n, and the one error for a row that cannot be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
ObjectArray = NDArray[np.object_]


class ImpossibleRow(ValueError):
    """A row that no data can produce. ``index`` counts from 0, the message from 1; ``reason`` is a code.

    Reasons: ``negative`` (x < 0 or n < 0), ``no_units`` (n = 0 where units are needed), ``x_above_n``,
    ``not_finite``, ``not_whole``, ``repeated_year``, ``outside_0_1``.
    """

    def __init__(self, index: int, reason: str, detail: str) -> None:
        super().__init__(f"row {index + 1}: {detail}")
        self.index = index
        self.reason = reason
        self.detail = detail


def refuse(bad: BoolArray, reason: str, detail: str, *columns: FloatArray) -> None:
    """Raise :class:`ImpossibleRow` for the first True of ``bad``; ``detail`` is filled with that row's columns."""
    if bad.any():
        index = int(np.argmax(bad))
        raise ImpossibleRow(index, reason, detail.format(*(f"{column.flat[index]:g}" for column in columns)))


def as_counts(x: ArrayLike, n: ArrayLike, *, zero_n: bool = False) -> tuple[FloatArray, FloatArray]:
    """``x`` and ``n`` as float arrays of one shape; a row with either missing (NaN, None) has both missing.

    Rule 2: x < 0, n ≤ 0 or x > n raises :class:`ImpossibleRow`, also where the other number is missing.
    With ``zero_n`` a row 0 of 0 is allowed and stays 0 of 0.
    """
    xs, ns = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
    refuse(np.isinf(xs) | np.isinf(ns), "not_finite", "x = {}, n = {}", xs, ns)
    refuse(xs < 0, "negative", "x = {} is negative", xs)
    refuse(ns < 0, "negative", "n = {} is negative", ns)
    if not zero_n:
        refuse(ns == 0, "no_units", "n = {}: a proportion needs at least one unit", ns)
    refuse(xs > ns, "x_above_n", "x = {} is greater than n = {}", xs, ns)
    missing = np.isnan(xs) | np.isnan(ns)
    return np.where(missing, np.nan, xs), np.where(missing, np.nan, ns)


def as_events(x: ArrayLike) -> FloatArray:
    """Counts of events as floats, NaN where missing; a negative or infinite one raises :class:`ImpossibleRow`."""
    xs = np.asarray(x, dtype=np.float64)
    refuse(np.isinf(xs), "not_finite", "x = {}", xs)
    refuse(xs < 0, "negative", "x = {} is negative", xs)
    return xs


def as_proportions(p: ArrayLike) -> FloatArray:
    """Benchmarks as fractions, NaN where there is none; outside 0–1 (a per cent, say) raises ImpossibleRow."""
    ps = np.asarray(p, dtype=np.float64)
    refuse((ps < 0) | (ps > 1), "outside_0_1", "benchmark = {} is not a fraction between 0 and 1", ps)
    return ps
