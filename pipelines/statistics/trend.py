"""Has a proportion a trend? (rule 7) χ² for linear trend over the last five reported years of one edition.

Follows UKHSA Fingertips' trend markers with two differences that rule 7 asks for: years are scored by the calendar,
so a gap counts as a gap, and the slope whose sign must hold is that of the χ² itself (weighted by n), not of a line
through logits. statsmodels' ``Table.test_ordinal_association`` has N − 1 where this has N: its χ² is smaller by the
factor (N − 1)/N.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import BoolArray, FloatArray, ImpossibleRow, ObjectArray, as_counts

POINTS = 5
CRITICAL_CHI2 = 9.54953570608324  # 99.8 %, one degree of freedom


class Trends(NamedTuple):
    """Trends of U units in order of first appearance; every array has shape (U,).

    ``chi2`` is NaN where there is no result: fewer than five reported years, any of the five with x = n, or no
    event in all five. ``direction`` is ``increasing`` or ``decreasing`` only where ``significant``, else ``none``.
    """

    unit: ObjectArray
    chi2: FloatArray
    significant: BoolArray
    direction: ObjectArray


def trends(unit: ArrayLike, year: ArrayLike, x: ArrayLike, n: ArrayLike) -> Trends:
    """Trends of all units from one long table, in any order; rows of one unit must be of one edition.

    A row with year, x or n missing is a year not reported. Raises
    :class:`~pipelines.statistics.inputs.ImpossibleRow` for a row that rule 2 refuses and for a year that a unit
    reports twice.
    """
    xs, ns = as_counts(x, n)
    years = np.asarray(year, dtype=np.float64)
    names = list(dict.fromkeys(np.asarray(unit, dtype=object).tolist()))
    number = {name: i for i, name in enumerate(names)}
    member = np.array([number[name] for name in np.asarray(unit, dtype=object).tolist()], dtype=np.int64)

    rows = np.flatnonzero(~np.isnan(xs) & ~np.isnan(years))
    rows = rows[np.lexsort((rows, -years[rows], member[rows]))]  # by unit, the latest year first
    again = (np.diff(member[rows]) == 0) & (np.diff(years[rows]) == 0)
    if again.any():
        row = int(rows[1:][again].min())
        raise ImpossibleRow(row, "repeated_year", f"{names[member[row]]} reports the year {years[row]:g} twice")

    first = np.searchsorted(member[rows], np.arange(len(names)))
    reported = np.bincount(member[rows], minlength=len(names))
    chi2, slope = np.full(len(names), np.nan), np.zeros(len(names))
    enough = np.flatnonzero(reported >= POINTS)
    if enough.size:
        last = rows[first[enough][:, np.newaxis] + np.arange(POINTS)]
        chi2[enough], slope[enough] = _five_years(years[last], xs[last], ns[last])
    significant = (chi2 > CRITICAL_CHI2) & (slope != 0)
    direction = np.select([significant & (slope > 0), significant], ["increasing", "decreasing"], "none")
    return Trends(np.array(names, dtype=object), chi2, significant, direction.astype(object))


def _five_years(year: FloatArray, x: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """χ² and the sign of a slope that keeps it (else 0) for arrays of shape (units, POINTS)."""
    # Counting from the first year changes neither figure and keeps the squares small.
    score = year - year.min(axis=1, keepdims=True)
    parts = np.stack([n, x, x * score, n * score, n * score**2])
    total = parts.sum(axis=2)
    units, events, _, scored, squared = total
    variance = events * (units - events) * (units * squared - scored**2)
    possible = (variance > 0) & (x < n).all(axis=1)
    chi2 = np.where(possible, units * _slope(total) ** 2 / np.where(possible, variance, 1), np.nan)
    slope = np.sign(_slope(total))
    without = np.sign(_slope(total[:, :, np.newaxis] - parts))
    return chi2, np.where((without == slope[:, np.newaxis]).all(axis=1), slope, 0)


def _slope(total: FloatArray) -> FloatArray:
    """NΣxt − RΣnt, which has the sign of the slope."""
    units, events, eventscored, scored, _ = total
    result: FloatArray = units * eventscored - events * scored
    return result
