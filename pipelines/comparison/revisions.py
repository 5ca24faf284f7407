"""What a figure was in the snapshots before this one, for the revision part of a change (rule 14)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipelines.comparison.why import figure_then
from pipelines.errors import PipelineError
from pipelines.snapshot import Snapshot

MOST_SNAPSHOTS = 6  # the newest ones; older ones are hardly what somebody remembers


@dataclass(frozen=True)
class Earlier:
    """A snapshot that showed another figure: its id, when it was made (UTC, ISO) and the figure, exact."""

    snapshot: str
    created: str
    numerator: Fraction
    denominator: Fraction


def revised(
    snapshot: Snapshot, indicator: str, territory: str, collection: str, level: str, year: int,
    subject: str | None, grade: str | None,
) -> tuple[Earlier, ...]:  # fmt: skip
    """Earlier snapshots that showed another figure of a unit (its code) for ``year``, the newest first.

    Of several with the same figure the newest alone. Empty where the unit's figure is not shown now. Snapshots that
    cannot be read, or were built by another version of the program, are passed over.
    """
    asked = (indicator, territory, collection, level, year, subject, grade)
    now = figure_then(snapshot, *asked)
    if now is None:
        return ()
    found: list[Earlier] = []
    seen = {now}
    older = sorted((path for path in snapshot.path.parent.glob("*.duckdb") if path.stem < snapshot.id), reverse=True)
    for path in older[:MOST_SNAPSHOTS]:
        earlier = _opened(path)
        then = None if earlier is None else figure_then(earlier, *asked)
        if earlier is not None and then is not None and then not in seen:
            seen.add(then)
            found.append(Earlier(path.stem, earlier.meta["created"], *then))
    return tuple(found)


@functools.lru_cache(maxsize=MOST_SNAPSHOTS)
def _opened(path: Path) -> Snapshot | None:
    """An earlier snapshot, kept open: published ones never change. None for one that cannot be read."""
    try:
        return Snapshot(path)
    except PipelineError:
        return None
