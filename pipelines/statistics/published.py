"""The whole numerator behind a published per cent (rule 1): only k for which 100k/n rounds to what was published."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import FloatArray, IntArray, ObjectArray, refuse

STATUSES = ("none", "one", "several")


class Numerators(NamedTuple):
    """For N published per cents, shape (N,) each.

    ``status`` is one of :data:`STATUSES` or None where per cent or n is missing. ``lowest`` and ``highest`` are
    the possible numerators (NaN where there is none); with ``one`` they are the same, and only then it is known.
    ``none`` is a finding; ``several`` leaves the per cent standing alone, not to be summed.
    """

    status: ObjectArray
    lowest: FloatArray
    highest: FloatArray


def numerators(percent: ArrayLike, digits: ArrayLike, n: ArrayLike) -> Numerators:
    """Whole k, 0 ≤ k ≤ n, with 100k/n rounding (half away from zero) to ``percent`` at ``digits`` decimals.

    ``percent`` is 0–100 as floats that hold at most ``digits`` decimals (else no k explains it), ``n`` whole; all
    broadcast. n ≤ 0 or not whole raises :class:`~pipelines.statistics.inputs.ImpossibleRow`; a per cent outside
    0–100 is explained by no k. Exact integers throughout: 2.85 of 1000 is no float question.
    """
    percents, places, units = np.broadcast_arrays(
        np.atleast_1d(np.asarray(percent, dtype=np.float64)),
        np.asarray(digits, dtype=np.int64),
        np.asarray(n, dtype=np.float64),
    )
    refuse(units <= 0, "no_units", "n = {}: a per cent needs at least one unit", units)
    refuse(~np.isnan(units) & (np.rint(units) != units), "not_whole", "n = {} is not whole", units)
    known = ~(np.isnan(percents) | np.isnan(units))
    scale: IntArray = 10**places
    # The published decimal in units of its last place; a float that is no such decimal is off by more than dust.
    scaled = np.where(known, percents * scale, 0)
    shown = np.rint(scaled)
    decimal = np.abs(scaled - shown) <= 1e-6
    count = np.where(known, units, 1).astype(np.int64)
    # shown − ½ ≤ 100·k·scale/n < shown + ½, except that 0 has nothing below it.
    per_place = 200 * scale
    lowest = np.maximum(-(-count * (2 * shown.astype(np.int64) - 1) // per_place), 0)
    highest = np.minimum(-(-count * (2 * shown.astype(np.int64) + 1) // per_place) - 1, count)
    possible = known & decimal & (shown >= 0) & (lowest <= highest)
    words: ObjectArray = np.array(STATUSES, dtype=object)
    status = words[np.where(possible, 1 + (highest > lowest), 0)]
    status[~known] = None
    return Numerators(status, np.where(possible, lowest, np.nan), np.where(possible, highest, np.nan))


def decimals(text: str) -> tuple[float, int]:
    """A published per cent as read and its precision: «86,4» → (86.4, 1), «0» → (0.0, 0). ValueError otherwise."""
    plain = text.replace("%", "").replace("\u00a0", "").strip().replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"not a per cent: {text!r}") from None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"not a per cent: {text!r}")
    return float(value), max(0, -exponent)
