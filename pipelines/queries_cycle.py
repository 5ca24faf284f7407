"""The state of the management cycle of each mechanism: which of the nine components stand and which are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pipelines import sql
from pipelines.catalogue import Catalogue
from pipelines.snapshot import Snapshot

State = Literal["whole", "part", "missing", "unscored", "absent"]


@dataclass(frozen=True)
class Link:
    """One component: ``points`` of ``maximum`` over its scored positions.

    ``whole``: all points given; ``part``: some; ``missing``: none of a maximum; ``unscored``: nobody scored it;
    ``absent``: the mechanism has no position there, as in a track of the short cycle.
    """

    component: int
    state: State
    points: float = 0.0
    maximum: float = 0.0


@dataclass(frozen=True)
class Chain:
    """The nine components of one mechanism in their order; ``cycles`` are ``full`` or ``short``, one a track."""

    mechanism: str
    links: tuple[Link, ...]
    cycles: tuple[str, ...]

    def of_state(self, *states: State) -> tuple[Link, ...]:
        """The components in one of these states."""
        return tuple(link for link in self.links if link.state in states)

    @property
    def scored(self) -> bool:
        """Whether any position of it was scored."""
        return any(link.maximum for link in self.links)


def chains(snapshot: Snapshot, territory: int, year: int) -> Mapping[str, Chain]:
    """Mechanism → its chain for one territory (id) and year; only mechanisms with positions in that year."""
    rows = snapshot.rows(sql.read("queries/cycle_positions"), {"territory": territory, "year": year})
    by_mechanism: dict[str, list[tuple[str, float | None, float | None]]] = {}
    for row in rows:
        by_mechanism.setdefault(row["mechanism"], []).append((row["position"], row["points"], row["maximum"]))
    return {code: chain(snapshot.catalogue, code, found) for code, found in by_mechanism.items()}


def chain(catalogue: Catalogue, mechanism: str, scores: Iterable[tuple[str, float | None, float | None]]) -> Chain:
    """Lay scores (position, points or None, maximum) on the components; an unknown position is left out."""
    known = {position.code: position for position in catalogue.mechanisms[mechanism].positions}
    points: dict[int, float] = {}
    maximum: dict[int, float] = {}
    met: set[int] = set()
    tracks: dict[str, None] = {}
    for code, given, most in scores:
        position = known.get(code)
        if position is None:
            continue
        met.add(position.component)
        tracks.setdefault(position.track)
        if given is not None and most is not None:
            points[position.component] = points.get(position.component, 0.0) + given
            maximum[position.component] = maximum.get(position.component, 0.0) + most
    cycles = [track.cycle for track in catalogue.mechanisms[mechanism].tracks if track.code in tracks]
    return Chain(
        mechanism,
        tuple(_link(n, points.get(n, 0.0), maximum.get(n, 0.0), n in met) for n in range(1, 10)),
        tuple(cycles),
    )


def _link(component: int, points: float, maximum: float, met: bool) -> Link:
    if not met:
        return Link(component, "absent")
    if not maximum:
        return Link(component, "unscored")
    state: State = "whole" if points >= maximum else "part" if points else "missing"
    return Link(component, state, points, maximum)
