"""Before and after against a comparison group: what regression to the mean would have done alone is taken off.

Schools chosen because a result was low mostly do better the next time without any help. So the change of the chosen
is set beside the change of those who passed the previous step of the same selection and were not chosen (domain.md
§3). Each change is rule 7's: the difference of two Σ/Σ with Newcombe's interval. Their difference has the interval
that follows from the two by the same "square and add" of distances to the limits (Zou and Donner 2008, MOVER).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.statistics.intervals import newcombe

Word = Literal["higher", "lower", "not_distinguishable"]


@dataclass(frozen=True)
class Share:
    """Units with the mark (``numerator``) of all units (``denominator`` > 0) of a group in one year."""

    numerator: float
    denominator: float


@dataclass(frozen=True)
class Change:
    """A difference with its limits at 95 %, all fractions −1…1 (of a difference of changes: −2…2)."""

    difference: float
    lower: float
    upper: float

    @property
    def word(self) -> Word:
        """What is proved: only an interval without 0 is a difference (rule 7)."""
        if self.lower > 0:
            return "higher"
        return "lower" if self.upper < 0 else "not_distinguishable"


@dataclass(frozen=True)
class BeforeAfter:
    """The change of the chosen, that of the comparison group, and the first minus the second."""

    chosen: Change
    others: Change
    beyond: Change


def pooled(shares: Sequence[Share]) -> Share | None:
    """Σ numerators ÷ Σ denominators of a group (rule 1); ``None`` for a group without members."""
    if not shares:
        return None
    return Share(sum(one.numerator for one in shares), sum(one.denominator for one in shares))


def change(before: Share, after: Share) -> Change:
    """After minus before; raises :class:`~pipelines.statistics.inputs.ImpossibleRow` for an impossible share."""
    found = newcombe(before.numerator, before.denominator, after.numerator, after.denominator)
    return Change(float(found.difference), float(found.lower), float(found.upper))


def minus(one: Change, other: Change) -> Change:
    """``one`` minus ``other`` for two independent groups: the distances to the limits squared and added."""
    difference = one.difference - other.difference
    down = math.hypot(one.difference - one.lower, other.upper - other.difference)
    up = math.hypot(one.upper - one.difference, other.difference - other.lower)
    return Change(difference, difference - down, difference + up)


def compare(chosen: tuple[Share, Share], others: tuple[Share, Share]) -> BeforeAfter:
    """Both groups with (before, after); what the chosen changed beyond the others is ``beyond``."""
    first, second = change(*chosen), change(*others)
    return BeforeAfter(first, second, minus(first, second))
