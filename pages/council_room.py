"""What the page «Совет» is about: one council with its meetings and decisions, shared by its parts and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pages import council_words as words
from pages.shared.export import Stamp
from pages.shared.filters import COLLECTIONS
from pages.shared.texts import _
from pages.shared.view import View
from pipelines.decision_effects import Effect
from pipelines.store import Decision, Meeting, Store


@dataclass(frozen=True)
class Room:
    """What the page is about: one council, its meetings (newest first) and decisions, and words for their codes.

    ``meeting`` is the one chosen, ``None`` for all. ``effects`` are by the decision's id.
    """

    view: View
    store: Store
    collection: str
    territory: str
    body: str
    meetings: Sequence[Meeting]
    meeting: Meeting | None
    decisions: Sequence[Decision]
    effects: Mapping[int, Effect]
    names: Mapping[str, str]
    today: date

    @property
    def shown(self) -> list[Decision]:
        """The decisions of the chosen meeting or of all: late ones first, then the newest meeting's."""
        order = {meeting.id: n for n, meeting in enumerate(self.meetings)}
        own = [d for d in self.decisions if self.meeting is None or d.meeting_id == self.meeting.id]
        return sorted(own, key=lambda d: (not d.overdue(self.today), order[d.meeting_id], d.position, d.id))

    @property
    def by_id(self) -> dict[int, Meeting]:
        """Meetings by their ids."""
        return {meeting.id: meeting for meeting in self.meetings}

    @property
    def mechanisms(self) -> dict[str, str]:
        """Short names of mechanisms by code."""
        return {code: entry.short for code, entry in self.view.catalogue.mechanisms.items()}

    def changed(self, decision: Decision) -> list[str]:
        """What a decision changed, in lines of words."""
        over = decision.state not in ("planned", "under_way")
        return words.effect(self.effects.get(decision.id), self.view.catalogue, self.names, self.territory, over)

    def stamp(self, *notes: str) -> Stamp:
        """Where the words came from, for every file."""
        chosen = [(_("Совет"), f"{self.body} ({self.names.get(self.territory, self.territory)})")]
        if self.meeting:
            chosen.append((_("Заседание"), words.meeting_name(self.meeting)))
        return Stamp(
            source=_("Хранилище решений, {collection}").format(collection=_(COLLECTIONS[self.collection])),
            snapshot=self.view.snapshot.id,
            filters=tuple(chosen),
            notes=notes,
            demo=self.collection == "demo",
        )


def report(room: Room, before: Meeting | None) -> list[Decision]:
    """Decisions that a meeting opens with: of the meeting before it, and earlier ones that are still open.

    One that repeats another of the same protocol, and one that was dropped, is left out. Without ``before`` the
    next meeting is meant.
    """
    earlier = [m for m in room.meetings if before is None or (m.held, m.id) < (before.held, before.id)]
    if not earlier:
        return []
    last = earlier[0].id
    known = {meeting.id for meeting in earlier}
    numbers = {(one.meeting_id, one.number) for one in room.decisions}
    chosen = [
        one
        for one in room.decisions
        if one.meeting_id in known
        and one.state != "dropped"
        and (one.meeting_id, one.repeats) not in numbers
        and (one.meeting_id == last or one.state != "done")
    ]
    order = {meeting.id: n for n, meeting in enumerate(earlier)}
    return sorted(chosen, key=lambda d: (not d.overdue(room.today), order[d.meeting_id], d.position, d.id))
