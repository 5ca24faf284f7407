"""Classes and ranks by value (rule 9), status × change (rule 8), and the replaced «лучший = 100».

Equal values never fall into different classes or ranks, and nothing here judges a figure below its minimum n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import FloatArray, ObjectArray, as_counts
from pipelines.statistics.intervals import newcombe
from pipelines.statistics.rounding import Number, percent_differences, percents

CLASSES = 5
NO_CLASS = 0

IntColumn = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Direction = Literal["up", "down", "none"]


class Quintiles(NamedTuple):
    """``bounds`` of shape (6,), NaN without data; ``classes`` 1 (lowest) to 5, 0 for missing or no class."""

    bounds: FloatArray
    classes: IntColumn


def quintiles(values: ArrayLike) -> Quintiles:
    """Five classes by value (rule 9): bounds at the inclusive percentiles (n−1)p + 1 with linear interpolation.

    A value on a bound joins the lower class. All values equal, or a single one → bounds, but no class. The same
    percentiles as ``numpy.quantile(method="linear")``, with positions taken in integers, so that a bound that is a
    value of the data is that very float and the value joins the class below it.
    """
    column = np.asarray(values, dtype=np.float64)
    known = np.sort(column[~np.isnan(column)])
    classes = np.full(column.shape, NO_CLASS, dtype=np.int64)
    if not known.size:
        return Quintiles(np.full(CLASSES + 1, np.nan), classes)
    whole, fifths = np.divmod((known.size - 1) * np.arange(CLASSES + 1), CLASSES)
    lower, upper = known[whole], known[np.minimum(whole + 1, known.size - 1)]
    bounds = np.where(fifths == 0, lower, lower + (upper - lower) * fifths / CLASSES)
    if known[0] < known[-1]:
        found = 1 + np.searchsorted(bounds[1:CLASSES], column, side="left")
        classes = np.where(np.isnan(column), NO_CLASS, found).astype(np.int64)
    return Quintiles(bounds, classes)


def ranks(values: ArrayLike, direction: Direction) -> FloatArray:
    """Ranks from 1, best first by ``direction``; ties share the minimum rank (rule 9), missing values have none.

    Direction ``none`` has no best and so no ranks: all NaN.
    """
    column = np.asarray(values, dtype=np.float64)
    if direction == "none":
        return np.full(column.shape, np.nan)
    ordered = -column if direction == "up" else column
    known = np.sort(ordered[~np.isnan(ordered)])
    return np.where(np.isnan(ordered), np.nan, 1.0 + np.searchsorted(known, ordered, side="left"))


def best_is_100(values: ArrayLike, direction: Direction) -> FloatArray:
    """Points of the replaced «Мотивирующий мониторинг»: the best unit gets 100, the others relative to it.

    Higher is better: 100·x/x_best. Lower is better was not published; 100·x_best/x is an assumption, with 100 for
    a unit that is itself at a best of 0. A best of 0 where higher is better, and direction ``none``, give no
    points (NaN). Values below 0 raise ValueError.
    """
    column = np.asarray(values, dtype=np.float64)
    if (column < 0).any():
        raise ValueError("points relative to the best need values of 0 and above")
    nothing: FloatArray = np.full(column.shape, np.nan)
    if direction == "none" or np.isnan(column).all():
        return nothing
    if direction == "up":
        best = np.nanmax(column)
        return 100 * column / best if best > 0 else nothing
    best = np.nanmin(column)
    at_best = column == best
    return np.where(at_best, 100.0, 100 * best / np.where(at_best, 1.0, column))


@dataclass(frozen=True)
class Cuts:
    """Cuts of one indicator and version (rule 8), as data with their source.

    ``status`` are four rising per cents, ``change`` four rising differences in п.п., the first two not above 0 and
    the last two not below. A status on a cut joins the better level; a change on a cut is the greater change.
    """

    status: tuple[float, float, float, float]
    change: tuple[float, float, float, float]
    source: str
    version: str = "1"

    def __post_init__(self) -> None:
        rising = all(list(cuts) == sorted(set(cuts)) for cuts in (self.status, self.change))
        if not rising or self.change[1] > 0 or self.change[2] < 0:
            raise ValueError("cuts rise; of the four for change two are not above 0 and two not below")


# Rows: status from the worst to the best; columns: change from the greatest decline to the greatest rise; values 1–5.
# The placement of the California School Dashboard (California Department of Education, five-by-five tables).
MATRIX = (
    (1, 1, 1, 2, 3),
    (1, 2, 2, 3, 3),
    (2, 2, 3, 4, 4),
    (2, 3, 4, 4, 5),
    (3, 4, 5, 5, 5),
)
MAINTAINED = 3


class StatusChange(NamedTuple):
    """For U units: ``status`` and ``change`` levels 1–5 (1 the worst), their ``cell`` of the matrix 1–5, and the
    rounded per cent and difference that were classed. 0 where no class is given, and then ``reason`` says why:
    ``missing``, ``not_enough_data`` or ``no_direction``; else None.
    """

    status: IntColumn
    change: IntColumn
    cell: IntColumn
    percent: FloatArray
    difference: FloatArray
    reason: ObjectArray


def status_change(
    x0: ArrayLike, n0: ArrayLike, x1: ArrayLike, n1: ArrayLike, cuts: Cuts, direction: Direction,
    *, minimum_n: Number = 10, noise_rule: bool = True, matrix: tuple[tuple[int, ...], ...] = MATRIX,
) -> StatusChange:  # fmt: skip
    """Status of the later year (x1 of n1) by change since the earlier (x0 of n0) after the California Dashboard.

    Per cent and difference are rounded to 0.1 before they are classed. With the ``noise_rule`` a change counts
    only if rule 7's interval excludes 0, else it is level 3, maintained; without it the plain matrix, for
    comparison. No class is given where either year is below ``minimum_n``, or without a direction. Where lower is
    better, levels turn round: 5 is still the best.
    """
    earlier, later = as_counts(x0, n0, zero_n=True), as_counts(x1, n1, zero_n=True)
    (a, b), (c, d) = ((np.atleast_1d(part) for part in pair) for pair in (earlier, later))
    a, b, c, d = np.broadcast_arrays(a, b, c, d)
    missing = np.isnan(a) | np.isnan(c)
    few = ~missing & (np.minimum(b, d) < max(1.0, float(minimum_n)))
    usable = ~missing & ~few & (direction != "none")
    reason = np.full(a.shape, None, dtype=object)
    reason[few], reason[missing] = "not_enough_data", "missing"
    if direction == "none":
        reason[~missing & ~few] = "no_direction"

    a, b, c, d = (np.where(usable, part, np.nan) for part in (a, b, c, d))
    share, difference = percents(c, d), percent_differences(a, b, c, d)
    sign = -1 if direction == "down" else 1
    status = _level(sign * share, sorted(sign * cut for cut in cuts.status), 0)
    change = _level(sign * difference, sorted(sign * cut for cut in cuts.change), 2)
    if noise_rule:
        change = np.where(newcombe(a, b, c, d).excludes_zero, change, MAINTAINED)
    cell = np.array(matrix, dtype=np.int64)[np.maximum(status, 1) - 1, np.maximum(change, 1) - 1]
    status, change, cell = (np.where(usable, level, NO_CLASS) for level in (status, change, cell))
    return StatusChange(status, change, cell, share, difference, reason)


def _level(value: FloatArray, cuts: list[float], strict: int) -> IntColumn:
    """1 + the number of cuts reached; the first ``strict`` of them must be passed, a value on them stays below."""
    passed = np.sum([value > cut for cut in cuts[:strict]], axis=0)
    reached = np.sum([value >= cut for cut in cuts[strict:]], axis=0)
    result: IntColumn = np.asarray(1 + passed + reached, dtype=np.int64)
    return result
