"""Meetings and decisions of loaded forms: the store follows the loads without touching what people did.

What nobody touched since says what the forms in force say: it comes, changes and goes with them. What people edited,
linked to or took out is left as they left it; how a form differs from it is kept for them to see and decide
(:func:`apart`). Following the same forms again changes nothing, and which loads came before does not matter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, false, func, select, update
from sqlalchemy.orm import Session

from pipelines.errors import UnknownCode
from pipelines.snapshot import now
from pipelines.store import models
from pipelines.store.engine import told
from pipelines.store.models import DecisionRow, LoadedRow, MeetingRow, MemberRow
from pipelines.store.records import Decision, Editor, FormConflict, Meeting
from pipelines.store.repository import (
    Store,
    as_decision,
    as_meeting,
    insert_decision,
    insert_meeting,
    keep,
)

COLLECTION = "own"
SAID: Mapping[str, tuple[str, ...]] = {
    "meeting": ("body", "theme", "number"),
    "decision": ("item", "text", "mechanism", "responsible", "start", "due", "recurs", "wording", "state", "state_on",
                 "done", "note", "session", "indicator", "subject", "grade", "before_year", "after_year", "expected",
                 "effect", "repeats"),
}  # fmt: skip
"""What a form says of each; a difference in one of these is another text."""
ASIDE: Mapping[str, tuple[str, ...]] = {"meeting": (), "decision": ("position", "source")}
"""What comes along: where it stands, in the form and in the protocol."""
ROWS: Mapping[str, Any] = {"meeting": MeetingRow, "decision": DecisionRow}
LOCK_NUMBER = 7_034_212  # of PostgreSQL's advisory lock, under which one process follows
TAKEN_OVER = ""
"""The document of what was taken over before loads were followed: every list of loads may speak of it."""


@dataclass(frozen=True)
class Form:
    """What the forms in force say of one meeting: each record with the document (the load) that says it last."""

    meeting: Meeting
    document: str
    decisions: Sequence[tuple[Decision, str]]


@dataclass(frozen=True)
class Mark:
    """One record that something became of; ``number`` is empty for a meeting."""

    kind: str
    territory: str
    held: str
    number: str
    record: int


@dataclass
class Followed:
    """What became of the records; what stood as it does before is not told again.

    ``left``: no load says it any more and people touched it. ``conflicts``: a form says another text than the one that
    people edited. ``removed``: a form says it and people took it out.
    """

    added: list[Mark] = field(default_factory=list)
    updated: list[Mark] = field(default_factory=list)
    withdrawn: list[Mark] = field(default_factory=list)
    left: list[Mark] = field(default_factory=list)
    conflicts: list[Mark] = field(default_factory=list)
    removed: list[Mark] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the store is another than before."""
        return bool(self.added or self.updated or self.withdrawn)


@dataclass(frozen=True)
class Apart:
    """A record that does not say what the loads say, and why (``what``: ``conflict``, ``left`` or ``removed``).

    ``form`` is the record as the form has it, ``None`` for one that no load says any more; ``reasons`` are ``edited``,
    ``repeated`` (another decision repeats it), ``group`` (a working group was set up by it) and ``decisions`` (a
    meeting that holds decisions).
    """

    what: str
    mark: Mark
    id: int
    form: Mapping[str, Any] | None
    base: Mapping[str, Any] | None
    reasons: tuple[str, ...]
    changed: str
    changed_by: str


Key = tuple[str, str, str, str]
Who = Callable[[str, bool], str]


def follow(
    store: Store,
    forms: Mapping[tuple[str, str], Form],
    known: Collection[str],
    who: Who,
    still: Callable[[], bool] = lambda: True,
    only_tell: bool = False,
) -> Followed | None:
    """Bring the store in step with ``forms``, by territory and day of the meeting.

    Only what a document of ``known`` brought is ever withdrawn: the list of loads that speaks here must have had it.
    ``who(document, back)`` is under whose name it is written down, ``back`` where a load is taken back. ``None``, and
    nothing done, where ``still`` says, alone with the store, that these are not the forms in force any more. With
    ``only_tell`` nothing is done either: the answer is what would become of the records.
    """
    with told(store.url), Session(store.engine) as session, session.begin() as transaction:
        alone(session)
        if not still():
            return None
        followed = _Following(session, who).run(forms, known)
        if only_tell:
            transaction.rollback()
        return followed


def apart(store: Store, territory: str | None = None) -> list[Apart]:
    """What does not say what the loads say, in one council or in all, meeting by meeting."""
    with told(store.url), Session(store.engine) as session:
        found = _State(session)
        listed = [found.apart(row) for row in found.rows.values() if territory is None or row.territory == territory]
        # A meeting that only waits for its decisions to go is nothing to decide about.
        telling = (one for one in listed if one and one.reasons != ("decisions",))
        return sorted(telling, key=lambda one: (one.mark.held, one.mark.kind, one.id))


def conflict_of(store: Store, one: Apart) -> FormConflict:
    """Both texts of a conflict, to be merged like those of two editors."""
    current: Any = store.meeting(one.mark.record) if one.mark.kind == "meeting" else store.decision(one.mark.record)
    said = SAID[one.mark.kind]
    form = replace(current, **{name: (one.form or {}).get(name) for name in said})
    base = replace(current, **{name: one.base.get(name) for name in said}) if one.base is not None else None
    return FormConflict(current, form, base, one.id)


def settle(store: Store, loaded: int, form: Mapping[str, Any], by: Editor) -> None:
    """Write down that a person has seen what the form says and decided; only a newer form brings it up again."""
    with told(store.url), Session(store.engine) as session, session.begin():
        alone(session)
        row = session.get(LoadedRow, loaded)
        if row is None or row.form is None or _said(row.kind, json.loads(row.form)) != _said(row.kind, form):
            return
        row.base, row.changed, row.changed_by = row.form, now(), by.name
        current = _State(session).current(row)
        if current is not None and _same(row.kind, current, form) and row.version:
            # It says what the form says: from here on it goes with the form again.
            row.version = current.version


def bring_back(store: Store, loaded: int, by: Editor) -> None:
    """Put back what people took out and a form still says: a decision with its meeting, a meeting with all of them."""
    with told(store.url), Session(store.engine) as session, session.begin():
        alone(session)
        state = _State(session, writing=True)
        row = next((one for one in state.rows.values() if one.id == loaded), None)
        if row is None or row.form is None or state.current(row) is not None:
            raise UnknownCode("Возвращать уже нечего: запись вернули или её больше нет ни в одной загрузке.")
        following = _Following(session, lambda _document, _back: by.name, state)
        meeting = state.rows[("meeting", row.territory, row.held, "")]
        wanted = [row]
        if row is meeting:
            wanted += [
                one for key, one in state.rows.items() if key[:3] == ("decision", row.territory, row.held) and one.form
            ]
        elif state.current(meeting) is None:
            wanted.insert(0, meeting)
        for one in wanted:
            if state.current(one) is None and one.form is not None:
                owner = state.current(meeting)
                following.appear(one, json.loads(one.form), owner.id if owner is not None else None)


def let_go(store: Store, loaded: int) -> None:
    """Stop comparing a record with loads: it is people's own from now on."""
    with told(store.url), Session(store.engine) as session, session.begin():
        session.execute(delete(LoadedRow).where(LoadedRow.id == loaded))


# --- one following ----------------------------------------------------------------------------------------


class _State:
    """Everything that came in forms, with what stands in the store now."""

    def __init__(self, session: Session, writing: bool = False) -> None:
        self.session = session
        self.rows = {_key(row): row for row in session.scalars(select(LoadedRow).order_by(LoadedRow.id))}
        self.records: dict[str, dict[int, Any]] = {}
        for kind, model in ROWS.items():
            wanted = [row.record for row in self.rows.values() if row.kind == kind]
            found = select(model).where(model.id.in_(wanted))
            # Whoever saves one of them at this moment waits, and is then told of the other version.
            self.records[kind] = {one.id: one for one in session.scalars(found.with_for_update() if writing else found)}

    def current(self, row: LoadedRow) -> Any | None:
        """The record as it stands; ``None`` where there is none."""
        return self.records[row.kind].get(row.record)

    def touched(self, row: LoadedRow) -> bool:
        """Whether people saved it since the load wrote it, or had written it before."""
        current = self.current(row)
        return current is not None and current.version != row.version

    def apart(self, row: LoadedRow) -> Apart | None:
        """How the record differs from what the loads say; ``None`` where it does not."""
        current = self.current(row)
        if current is None:
            return self.as_apart(row, "removed", ()) if row.form is not None and not row.withdrawn else None
        if row.form is None:
            return self.as_apart(row, "left", self.staying([row]).get(row.id, ("edited",))) if row.version else None
        return self.as_apart(row, "conflict", ("edited",)) if self.disputed(row) else None

    def as_apart(self, row: LoadedRow, what: str, reasons: tuple[str, ...]) -> Apart:
        """The row for whoever reads."""
        form, base = (json.loads(one) if one is not None else None for one in (row.form, row.base))
        return Apart(what, _mark(row), row.id, form, base, reasons, row.changed, row.changed_by)

    def disputed(self, row: LoadedRow) -> bool:
        """Whether people touched it and its form says something else than when that was taken."""
        current = self.current(row)
        if current is None or row.form is None or not self.touched(row):
            return False
        form, base = json.loads(row.form), json.loads(row.base) if row.base is not None else None
        moved = [name for name in SAID[row.kind] if base is None or form.get(name) != base.get(name)]
        return any(getattr(current, name) != form.get(name) for name in moved)

    def staying(self, rows: Sequence[LoadedRow]) -> dict[int, tuple[str, ...]]:
        """Of rows that no load says any more those that people touched, with the reasons, by the rows' ids."""
        going = {(row.kind, row.record) for row in rows}
        reasons: dict[int, tuple[str, ...]] = {}
        decisions = [row for row in rows if row.kind == "decision"]
        while True:  # what a staying one repeats stays too
            found = {row.id: why for row in decisions if row.id not in reasons and (why := self._held_by(row, going))}
            reasons |= found
            going -= {(row.kind, row.record) for row in decisions if row.id in found}
            if not found:
                break
        gone = {record for kind, record in going if kind == "decision"}
        for row in rows:
            if row.kind == "meeting" and (current := self.current(row)) is not None:
                held: tuple[str, ...] = ("edited",) if self.touched(row) else ()
                own = select(DecisionRow.id).where(DecisionRow.meeting_id == current.id)
                held += ("decisions",) if set(self.session.scalars(own)) - gone else ()
                if held:
                    reasons[row.id] = held
        return reasons

    def _held_by(self, row: LoadedRow, going: Collection[tuple[str, int]]) -> tuple[str, ...]:
        current = self.current(row)
        if current is None:
            return ()
        why: tuple[str, ...] = ("edited",) if self.touched(row) else ()
        day = ".".join(reversed(row.held.split("-")))
        linking = self.session.execute(
            select(DecisionRow.id, DecisionRow.meeting_id, DecisionRow.repeats).where(
                DecisionRow.repeats.in_((row.number, f"{row.number} от {day}")), DecisionRow.id != current.id
            )
        ).all()
        if any(
            ("decision", one.id) not in going and (one.meeting_id == current.meeting_id or one.repeats != row.number)
            for one in linking
        ):
            why += ("repeated",)
        group = select(MemberRow.id).where(MemberRow.meeting_id == current.meeting_id, MemberRow.decision == row.number)
        return why + (("group",) if self.session.scalars(group).first() is not None else ())


class _Following:
    """One pass over everything, in one transaction."""

    def __init__(self, session: Session, who: Who, state: _State | None = None) -> None:
        self.session, self.who = session, who
        self.state = state or _State(session, writing=True)
        self.done = Followed()
        self.moved: list[LoadedRow] = []  # of which the loads say something else than before, or in another document

    def run(self, forms: Mapping[tuple[str, str], Form], known: Collection[str]) -> Followed:
        wanted: set[Key] = set()
        for (territory, held), form in forms.items():
            key = ("meeting", territory, held, "")
            wanted.add(key)
            meeting = self._take(key, form.meeting, form.document, None)
            for decision, document in form.decisions:
                key = ("decision", territory, held, decision.number)
                if key not in wanted:
                    wanted.add(key)
                    self._take(key, decision, document, meeting)
        rows = list(self.state.rows.values())
        self._back([row for row in rows if _key(row) not in wanted and row.document in {TAKEN_OVER, *known}])
        self.session.flush()
        for row in self.moved:
            found = self.state.apart(row)
            if found is not None:
                {"left": self.done.left, "conflict": self.done.conflicts, "removed": self.done.removed}[
                    found.what
                ].append(found.mark)
        return self.done

    # --- what a form says ---------------------------------------------------------------------------------

    def _take(self, key: Key, record: Meeting | Decision, document: str, meeting: int | None) -> int | None:
        """Bring one record in step with its form; returns the id of what stands in the store, if anything does."""
        kind = key[0]
        form = {name: getattr(record, name) for name in (*SAID[kind], *ASIDE[kind])}
        row = self.state.rows.get(key)
        if row is None:
            row = LoadedRow(
                kind=kind, territory=key[1], held=key[2], number=key[3], record=0, version=0, withdrawn=1, base=None,
                form=None, document=document, changed=now(), changed_by=self.who(document, False),
            )  # fmt: skip
            self.session.add(row)
            self.state.rows[key] = row
        current = self.state.current(row)
        if current is None and row.withdrawn:
            if kind == "meeting" or meeting is not None:
                row.document = document
                self.appear(row, form, meeting)
            else:  # people took its meeting out, and with it everything that the form says of it
                self._note(row, form, document)
                row.withdrawn = 0
        elif current is not None and not self.state.touched(row):
            self._update(row, current, form, document)
        else:
            self._note(row, form, document)
            if current is not None:
                self._aside(row, current, form)
        current = self.state.current(row)
        return None if current is None else int(current.id)

    def appear(self, row: LoadedRow, form: Mapping[str, Any], meeting: int | None) -> None:
        """Write down what a form says and the store does not hold; what people wrote in its place stays theirs."""
        self._moment(row, row.document, False)
        row.form, row.withdrawn = _json(form), 0
        own = self._written_by_people(row, meeting)
        if own is not None:
            row.record, row.version, row.base = own.id, 0, None
            self.state.records[row.kind][own.id] = own
            if _same(row.kind, own, form):
                row.base = row.form
            elif self.state.disputed(row):
                self._into_history(row, own, form)
            return
        by = self.who(row.document, False)
        values: dict[str, Any] = {name: form.get(name) for name in (*SAID[row.kind], *ASIDE[row.kind])}
        again = row.record or None
        version = self._last_version(row) + 1 if again else 1
        event = "reloaded" if again else "loaded"
        stored: Any
        if row.kind == "meeting":
            record: Any = Meeting(collection=COLLECTION, territory=row.territory, held=row.held, **values)
            stored = insert_meeting(self.session, record, by, key=again, version=version, event=event)
        else:
            record = Decision(meeting_id=meeting or 0, number=row.number, **values)
            stored = insert_decision(self.session, record, by, key=again, version=version, event=event)
        row.record, row.version, row.base = stored.id, version, row.form
        self.state.records[row.kind][stored.id] = stored
        self.done.added.append(_mark(row))

    def _last_version(self, row: LoadedRow) -> int:
        """The version under which it was last written down, whoever took it out then."""
        revision = models.RevisionRow
        wanted = select(func.max(revision.version)).where(revision.kind == row.kind, revision.record == row.record)
        return int(self.session.scalar(wanted) or 0)

    def _written_by_people(self, row: LoadedRow, meeting: int | None) -> Any | None:
        """A record of this very name that did not come of this form."""
        if row.kind == "decision":
            same = select(DecisionRow).where(DecisionRow.meeting_id == meeting, DecisionRow.number == row.number)
            return self.session.scalars(same).first()
        wanted = select(MeetingRow).where(
            MeetingRow.collection == COLLECTION, MeetingRow.territory == row.territory, MeetingRow.held == row.held
        )
        taken = {one.record for one in self.state.rows.values() if one.kind == "meeting" and one is not row}
        return next((one for one in self.session.scalars(wanted.order_by(MeetingRow.id)) if one.id not in taken), None)

    def _update(self, row: LoadedRow, current: Any, form: Mapping[str, Any], document: str) -> None:
        """Let an untouched record say what the form says now."""
        if _same(row.kind, current, form):
            self._aside(row, current, form)
            row.base = row.form = _json(form)
            row.document = document
            return
        by = self.who(document, False)
        for name in (*SAID[row.kind], *ASIDE[row.kind]):
            setattr(current, name, form.get(name))
        current.version, current.changed, current.changed_by = current.version + 1, now(), by
        self.session.flush()
        self._keep(row, current, current.version, True, by, "loaded")
        row.version, row.base, row.form, row.document = current.version, _json(form), _json(form), document
        self._moment(row, document, False)
        self.done.updated.append(_mark(row))

    def _note(self, row: LoadedRow, form: Mapping[str, Any], document: str) -> None:
        """Keep what the form says beside a record that people have touched or taken out."""
        before = json.loads(row.form) if row.form is not None else None
        another, row.form, row.document = row.document != document, _json(form), document
        current = self.state.current(row)
        if before is not None and _said(row.kind, before) == _said(row.kind, form):
            if another:
                self.moved.append(row)
            return
        self._moment(row, document, False)
        if current is not None and self.state.disputed(row):
            self._into_history(row, current, form)
        elif current is not None and row.base is not None:
            row.base = row.form  # the record says so already, or the form says again what was taken of it

    def _aside(self, row: LoadedRow, current: Any, form: Mapping[str, Any]) -> None:
        """Where it stands is not anybody's text: it follows the form in any case."""
        for name in ASIDE[row.kind]:
            if row.version and getattr(current, name) != form.get(name):
                setattr(current, name, form.get(name))

    # --- what no form says any more -----------------------------------------------------------------------

    def _back(self, rows: Sequence[LoadedRow]) -> None:
        staying = self.state.staying([row for row in rows if row.version])
        for row in sorted(rows, key=lambda row: row.kind):  # decisions before their meeting
            current = self.state.current(row)
            if row.version == 0 and not row.withdrawn and current is not None:
                self.session.delete(row)  # people's own from the beginning
                del self.state.rows[_key(row)]
                continue
            if row.form is not None:
                row.form = None
                self._moment(row, row.document, True)
            if current is None or row.id in staying:
                continue
            by = self.who(row.document, True)
            row.version, row.withdrawn = current.version + 1, 1
            self._keep(row, current, row.version, True, by, "withdrawn")
            self.session.delete(current)
            self.session.flush()
            del self.state.records[row.kind][row.record]
            self.done.withdrawn.append(_mark(row))

    # --- writing down -------------------------------------------------------------------------------------

    def _moment(self, row: LoadedRow, document: str, back: bool) -> None:
        self.moved.append(row)
        row.changed, row.changed_by = now(), self.who(document, back)

    def _keep(self, row: LoadedRow, current: Any, version: int, accepted: bool, by: str, event: str) -> None:
        keep(self.session, row.kind, row.record, version, accepted, by, _record(row.kind, current), event)

    def _into_history(self, row: LoadedRow, current: Any, form: Mapping[str, Any]) -> None:
        """The form's text stands in the history too, as one that was not accepted."""
        record = replace(_record(row.kind, current), **{name: form.get(name) for name in SAID[row.kind]})
        by = self.who(row.document, False)
        keep(self.session, row.kind, current.id, current.version, False, by, record, "in_form")


def alone(session: Session) -> None:
    """Let nobody else follow or decide until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK_NUMBER)))
    else:  # the first write takes SQLite's one lock for writers
        session.execute(update(LoadedRow).where(false()).values(kind=LoadedRow.kind))


def _key(row: LoadedRow) -> Key:
    return row.kind, row.territory, row.held, row.number


def _mark(row: LoadedRow) -> Mark:
    return Mark(row.kind, row.territory, row.held, row.number, row.record)


def _json(form: Mapping[str, Any]) -> str:
    return json.dumps(dict(form), ensure_ascii=False)


def _said(kind: str, form: Mapping[str, Any]) -> list[Any]:
    return [form.get(name) for name in SAID[kind]]


def _same(kind: str, current: Any, form: Mapping[str, Any]) -> bool:
    return [getattr(current, name) for name in SAID[kind]] == _said(kind, form)


def _record(kind: str, current: Any) -> Any:
    return as_meeting(current) if kind == "meeting" else as_decision(current)
