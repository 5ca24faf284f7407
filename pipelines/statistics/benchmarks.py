"""What a figure is compared with: a constant p₀ (region, district, target) or another sample (peers, last year)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import FloatArray, IntArray, ObjectArray, as_counts, as_proportions
from pipelines.statistics.rounding import as_fraction, integer_ratio


@dataclass(frozen=True)
class Benchmark:
    """One benchmark for all units, or one a unit; make it with the class methods below.

    ``value`` is the fraction 0–1 as floats, NaN where there is no benchmark; its shape broadcasts to that of the
    units. ``numerator`` and ``denominator``, where known, are what it is exactly the ratio of. ``sampled`` says
    whether it is another sample, whose own chance error counts too (rule 4: then rule 7's interval decides).
    """

    value: FloatArray
    numerator: ObjectArray | FloatArray | None = None
    denominator: ObjectArray | FloatArray | None = None
    sampled: bool = False

    @classmethod
    def constant(cls, value: ArrayLike | Fraction | Decimal | str) -> Benchmark:
        """A target or a given p₀. A float is taken for the decimal it prints as: 0.28 is 28/100 exactly."""
        if isinstance(value, Fraction | Decimal | str):
            exact = as_fraction(value)
            top: ObjectArray = np.array(exact.numerator, dtype=object)
            bottom: ObjectArray = np.array(exact.denominator, dtype=object)
            return cls(as_proportions(float(exact)), top, bottom)
        return cls(as_proportions(value))

    @classmethod
    def pooled(cls, x: ArrayLike, n: ArrayLike, groups: ArrayLike | None = None) -> Benchmark:
        """p̄ = Σx/Σn of each unit's own group, the unit included (rule 4), one value a row.

        Without ``groups`` all rows are one group. Rows that are missing or 0 of 0 add nothing. A group in which
        fewer than two units reported has no benchmark: a unit is not compared with itself.
        """
        xs, ns = as_counts(np.atleast_1d(np.asarray(x, dtype=np.float64)), n, zero_n=True)
        member = np.zeros(xs.shape, dtype=np.int64) if groups is None else _group_numbers(groups)
        reports = (ns > 0) & ~np.isnan(xs)
        size = int(member.max(initial=-1)) + 1
        top, bottom, units = (_sums(member, np.where(reports, part, 0), size) for part in (xs, ns, np.ones(xs.shape)))
        bottom = np.where(units >= 2, bottom, np.nan)
        return cls(top / bottom, top, bottom)

    @classmethod
    def sample(cls, x: ArrayLike, n: ArrayLike) -> Benchmark:
        """Another sample: similar schools without the unit, or the unit's own previous year. 0 of 0 is none."""
        xs, ns = as_counts(x, n, zero_n=True)
        bottom = np.where(ns > 0, ns, np.nan)
        return cls(xs / bottom, xs, bottom, sampled=True)

    def fractions(self, shape: tuple[int, ...]) -> tuple[ObjectArray, ObjectArray]:
        """Exact numerators and denominators as integers (dtype object) in ``shape``; 0/1 where there is none."""
        if self.numerator is None or self.denominator is None:
            # Few distinct values stand in a column of benchmarks: each is read as a decimal once.
            values, position = np.unique(np.where(np.isnan(self.value), 0.0, self.value), return_inverse=True)
            ratios = [as_fraction(float(value)).as_integer_ratio() for value in values]
            pairs = np.array(ratios, dtype=object).reshape(-1, 2)[np.ravel(position)]
            top, bottom = (pairs[:, part].reshape(self.value.shape) for part in (0, 1))
        elif self.numerator.dtype == object:
            top, bottom = np.asarray(self.numerator, dtype=object), np.asarray(self.denominator, dtype=object)
        else:
            known = ~np.isnan(self.value)
            top, bottom = integer_ratio(np.where(known, self.numerator, 0.0), np.where(known, self.denominator, 1.0))
        return np.broadcast_to(top, shape), np.broadcast_to(bottom, shape)


def _sums(member: IntArray, values: FloatArray, size: int) -> FloatArray:
    totals: FloatArray = np.bincount(member, values, size).astype(np.float64)
    return totals[member]


def _group_numbers(groups: ArrayLike) -> IntArray:
    names = np.asarray(groups)
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names.tolist()], dtype=np.int64)
