"""Excess of works just above the cut of a mark, a sign to look into a distribution of primary scores.

When marks are honest, the number of works changes smoothly from one primary score to the next. Where works one
point short are given that point, the score just below a cut loses what the cut gains. The rule looks at four scores
around the cut c: c − 2, c − 1, c, c + 1 with n works each. Without a lift the step from c − 1 to c is a third of the
way from c − 2 to c + 1 wherever the distribution is locally straight (a symmetrical bend falls out as well), so

    D = (n[c] − n[c−1]) − (n[c+1] − n[c−2]) / 3      is expected to be 0, and each lifted work adds 2 to it;
    z = D / √(n[c] + n[c−1] + (n[c+1] + n[c−2]) / 9)    under Poisson counts, the neighbours' own chance included.

The excess is D / 2 works. It stands out only above 99.8 % (z > 3.09, one side): a paper has several cuts and a region
many schools. A sign is a reason to look at the works again, never a proof; hard tasks worth two points make steps too.
The rule is this product's own (an assumption): the sources name the sign and publish no formula.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from pipelines.statistics.inputs import refuse

Z_998 = float(ndtri(0.999))
MINIMUM_WORKS = 20  # around one cut; below it a distribution says nothing (domain.md §4: 20–30)
REASONS = ("edge", "cuts_too_near", "few_works")


@dataclass(frozen=True)
class Excess:
    """What is found at one cut. ``excess`` in works, ``z`` without unit; both NaN where ``reason`` says why not."""

    cut: int
    works: float
    excess: float
    z: float
    reason: str | None = None

    @property
    def stands_out(self) -> bool:
        """Whether there are more works above the cut than chance explains."""
        return self.reason is None and self.z > Z_998


def excess_above_cut(counts: ArrayLike, cuts: Sequence[int]) -> list[Excess]:
    """The excess at each of ``cuts``, the lowest primary scores of the marks «3», «4», «5».

    ``counts`` has shape (maximum score + 1,): how many works have the primary score 0, 1, 2 … No result, with a
    reason, where a cut has not two scores below and one above it (``edge``), where another cut lies within two
    points (``cuts_too_near``), or where the four scores hold fewer than 20 works (``few_works``). A negative,
    missing or infinite count raises :class:`ImpossibleRow`; counts of more than one dimension ValueError.
    """
    works = np.asarray(counts, dtype=np.float64)
    if works.ndim != 1:
        raise ValueError("counts: one number a primary score")
    refuse(~np.isfinite(works), "not_finite", "count = {}", works)
    refuse(works < 0, "negative", "count = {} is negative", works)
    return [_at(works, cut, [other for other in cuts if other != cut]) for cut in cuts]


def _at(works: np.ndarray[tuple[int, ...], np.dtype[np.float64]], cut: int, others: Sequence[int]) -> Excess:
    if not 2 <= cut <= len(works) - 2:
        return Excess(cut, math.nan, math.nan, math.nan, "edge")
    below_2, below, at, above = (float(n) for n in works[cut - 2 : cut + 2])
    total = below_2 + below + at + above
    if any(abs(other - cut) <= 2 for other in others):
        return Excess(cut, total, math.nan, math.nan, "cuts_too_near")
    if total < MINIMUM_WORKS:
        return Excess(cut, total, math.nan, math.nan, "few_works")
    contrast = (at - below) - (above - below_2) / 3
    deviation = math.sqrt(at + below + (above + below_2) / 9)
    return Excess(cut, total, contrast / 2, contrast / deviation)
