"""Rounding half away from zero from exact numbers (rule 10), and how a rounded number is written in Russian.

A float stands for the shortest decimal that reads as it (2.85 is 2.85, not 2.8500000000000000888); a per cent is
rounded from the whole numbers behind it. Rounding belongs to presentation only.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import FloatArray, ObjectArray, as_counts

Number = int | float | str | Decimal | Fraction

THIN_SPACE = "\u202f"  # narrow and no-break: a number is never torn apart at the end of a line
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


def as_fraction(value: Number) -> Fraction:
    """``value`` exactly. ValueError for what is not a finite number."""
    if isinstance(value, float | np.floating):
        return Fraction(repr(float(value)))
    return Fraction(value)


def round_half_away(value: Number, digits: int = 0) -> Decimal:
    """``value`` to ``digits`` decimals, halves away from zero: 2.5 → 3, −2.25 → −2.3; never −0.

    ``digits`` below 0 rounds to tens, hundreds…: 25 → 30 at −1. The Decimal keeps its zeros: 2 → 2.0 at 1.
    """
    scaled = as_fraction(value) * Fraction(10) ** digits
    whole = _half_away(scaled.numerator, scaled.denominator)
    text = f"{abs(whole):0{max(digits, 0) + 1}d}" + "0" * max(-digits, 0)
    sign = "-" if whole < 0 else ""
    # Built as text because the default context would round a long Decimal a second time.
    return Decimal(sign + (f"{text[:-digits]}.{text[-digits:]}" if digits > 0 else str(int(text))))


def _half_away(numerator: int, denominator: int) -> int:
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def percent(numerator: Number, denominator: Number, digits: int = 1) -> Decimal:
    """100·numerator/denominator rounded from the exact fraction: 23 of 80 is 28.8."""
    return round_half_away(100 * as_fraction(numerator) / as_fraction(denominator), digits)


def integer_ratio(top: FloatArray, bottom: FloatArray) -> tuple[ObjectArray, ObjectArray]:
    """Columns of the same ratios in Python integers (dtype object), for exact arithmetic without overflow.

    Whole counts stay as they are; sums of points need not be whole and are read as the decimals they print as.
    """
    if np.array_equal(np.rint(top), top) and np.array_equal(np.rint(bottom), bottom):
        return top.astype(np.int64).astype(object), bottom.astype(np.int64).astype(object)
    ratios = [as_fraction(float(a)) / as_fraction(float(b)) for a, b in zip(top.flat, bottom.flat, strict=True)]
    pairs = np.array([ratio.as_integer_ratio() for ratio in ratios], dtype=object)
    return pairs[:, 0].reshape(top.shape), pairs[:, 1].reshape(top.shape)


def percents(numerator: ArrayLike, denominator: ArrayLike, digits: int = 1) -> FloatArray:
    """:func:`percent` for whole columns; each result is the float nearest to the rounded decimal, missing stays NaN.

    Raises :class:`~pipelines.statistics.inputs.ImpossibleRow` as rule 2 does.
    """
    x, n = as_counts(numerator, denominator)
    known = ~np.isnan(x)
    rounded = _rounded(*integer_ratio(np.where(known, x, 0), np.where(known, n, 1)), digits)
    return np.where(known, rounded, np.nan)


def percent_differences(x0: ArrayLike, n0: ArrayLike, x1: ArrayLike, n1: ArrayLike, digits: int = 1) -> FloatArray:
    """100·(x1/n1 − x0/n0) in п.п. for whole columns, rounded from the exact fractions; missing stays NaN.

    The difference is rounded once, not taken between two rounded per cents.
    """
    (a, b), (c, d) = as_counts(x0, n0), as_counts(x1, n1)
    a, b, c, d = np.broadcast_arrays(a, b, c, d)
    known = ~(np.isnan(a) | np.isnan(c))
    a, b, c, d = (np.where(known, part, 1) for part in (a, b, c, d))
    (first, of_first), (second, of_second) = integer_ratio(a, b), integer_ratio(c, d)
    rounded = _rounded(second * of_first - first * of_second, of_first * of_second, digits)
    return np.where(known, rounded, np.nan)


def _rounded(top: ObjectArray, bottom: ObjectArray, digits: int) -> FloatArray:
    """100·top/bottom to ``digits`` decimals, half away from zero, for exact integers with ``bottom`` > 0."""
    scale = 10**digits
    size = (200 * scale * np.abs(top) + bottom) // (2 * bottom)
    result: FloatArray = np.where(top < 0, -size, size).astype(np.float64) / scale
    return result


def number_text(value: Number, digits: int = 1, *, trim: bool = False, signed: bool = False) -> str:
    """«12 345,6» with thin spaces and a decimal comma; ``trim`` drops a whole number's «,0», ``signed`` writes «+»."""
    rounded = round_half_away(value, digits)
    text = f"{rounded.copy_abs():,f}".replace(",", THIN_SPACE).replace(".", ",")
    if trim and "," in text:
        text = text.rstrip("0").rstrip(",")
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + text


def percent_text(numerator: Number, denominator: Number, digits: int = 1) -> str:
    """«28,8 %» with a no-break space."""
    return number_text(percent(numerator, denominator, digits), digits) + NO_BREAK_SPACE + "%"


def points_text(difference: Number, digits: int = 1) -> str:
    """A difference of per cents, signed: «+2,3 п.п.», «−0,4 п.п.», «0,0 п.п.»."""
    return number_text(difference, digits, signed=True) + NO_BREAK_SPACE + "п.п."


def no_break(text: str) -> str:
    """``text`` with no-break spaces where a Russian line must not end.

    Between a number and what follows it («25 учеников», «72 %», «18 из 25»), and after a preposition or
    conjunction of one or two letters.
    """
    text = re.sub(r"(?<=\d) (?=[%\w])", NO_BREAK_SPACE, text)
    return re.sub(r"(?<!\w)([А-Яа-яЁё]{1,2}) (?=\w)", rf"\1{NO_BREAK_SPACE}", text)
