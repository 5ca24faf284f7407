"""Which schools a stated rule would list as schools with low results: a computed list, never an official one.

Commonly a school is identified by at least 30 % of participants with a low result in at least two procedures
(domain.md §3, an assumption): both numbers are parameters. A figure that is hidden or was not reported is neither
low nor high: where the missing ones could decide, the school stays undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipelines.statistics.rounding import Number, as_fraction

THRESHOLD = 30
"""Per cent of participants with a low result from which a procedure counts as low (an assumption)."""
NEEDED = 2
"""So many low procedures make a school one with low results (an assumption)."""

Outcome = Literal["listed", "not_listed", "undecided"]


@dataclass(frozen=True)
class Result:
    """Participants with a low result of all participants in one procedure; ``None`` where hidden or not reported."""

    numerator: float | None
    denominator: float | None

    @property
    def share(self) -> Fraction | None:
        """0–100, exact; ``None`` without a figure or without participants."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * as_fraction(self.numerator) / as_fraction(self.denominator)


@dataclass(frozen=True)
class Finding:
    """What the rule says of a school: procedures that are low, known and not known."""

    outcome: Outcome
    low: int
    known: int
    unknown: int


def identify(results: Sequence[Result], threshold: Number = THRESHOLD, needed: int = NEEDED) -> Finding:
    """Apply the rule to the procedures of one school; a share of exactly ``threshold`` is low.

    Raises ValueError for a threshold outside 0–100 and for fewer than one needed procedure.
    """
    if not 0 <= as_fraction(threshold) <= 100 or needed < 1:
        raise ValueError(f"threshold {threshold} % and {needed} procedures make no rule")
    shares = [result.share for result in results]
    low = sum(share is not None and share >= as_fraction(threshold) for share in shares)
    unknown = sum(share is None for share in shares)
    outcome: Outcome = "listed" if low >= needed else "undecided" if low + unknown >= needed else "not_listed"
    return Finding(outcome, low, len(shares) - unknown, unknown)


@dataclass(frozen=True)
class Differences:
    """A computed list beside an official one, each a sorted tuple of codes.

    ``open`` stand on the official list and cannot be decided by the rule: they are no difference.
    """

    both: tuple[str, ...]
    only_computed: tuple[str, ...]
    only_official: tuple[str, ...]
    open: tuple[str, ...]


def differences(computed: Iterable[tuple[str, Outcome]], official: Iterable[str]) -> Differences:
    """Where the two lists agree and where not; an official school without any result is undecided."""
    outcomes = dict(computed)
    listed = {code for code, outcome in outcomes.items() if outcome == "listed"}
    named = set(official)
    undecided = {code for code in named if outcomes.get(code, "undecided") == "undecided"}
    return Differences(
        both=tuple(sorted(named & listed)),
        only_computed=tuple(sorted(listed - named)),
        only_official=tuple(sorted(named - listed - undecided)),
        open=tuple(sorted(undecided)),
    )
