"""Reading and writing the store. Whoever writes shows an editor's proof and the version that was read.

A change is accepted only for the version it was made on; otherwise :class:`Conflict` brings both texts back, and the
text that was not accepted is kept among the revisions. Personal names are refused with a request for a role.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipelines.errors import PipelineError, UnknownCode
from pipelines.snapshot import now
from pipelines.store import models
from pipelines.store.engine import connect, store_url, told
from pipelines.store.names import first_name_in
from pipelines.store.records import (
    EDITABLE,
    MOMENT,
    STATES,
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    Editor,
    Meeting,
    Member,
    Revision,
    Speech,
    first_day,
    last_day,
)

Record = TypeVar("Record")
CHILDREN: dict[str, tuple[type[Any], type[Any]]] = {
    "attendance": (models.AttendanceRow, Attendance),
    "agenda": (models.AgendaRow, AgendaItem),
    "speeches": (models.SpeechRow, Speech),
    "members": (models.MemberRow, Member),
}
KEPT = ("id", "version", "changed", "changed_by")
FLAGS = ("part", "mechanism_ours")


class Refused(PipelineError):
    """What was to be saved is not acceptable; the message says what to change."""


@dataclass(frozen=True)
class Council:
    """A body that meets: its territory (a code of a collection) and how many meetings it has held."""

    collection: str
    territory: str
    body: str
    meetings: int


class Store:
    """The decisions of all councils. Every method opens a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def url(self) -> URL:
        """The address of the database."""
        return self.engine.url

    # --- reading ----------------------------------------------------------------------------------------

    def councils(self) -> list[Council]:
        """All councils that have held a meeting, the one with the latest meeting first within its collection."""
        with told(self.url), Session(self.engine) as session:
            rows = session.execute(
                select(models.MeetingRow.collection, models.MeetingRow.territory, models.MeetingRow.body).order_by(
                    models.MeetingRow.collection.desc(), models.MeetingRow.held.desc(), models.MeetingRow.id.desc()
                )
            ).all()
        counted: dict[tuple[str, str], list[str]] = {}
        for collection, territory, body in rows:
            counted.setdefault((collection, territory), []).append(body)
        return [Council(*key, bodies[0], len(bodies)) for key, bodies in counted.items()]

    def meetings(self, collection: str, territory: str) -> list[Meeting]:
        """The meetings of one council, newest first."""
        row = models.MeetingRow
        wanted = (
            select(row)
            .where(row.collection == collection, row.territory == territory)
            .order_by(row.held.desc(), row.id.desc())
        )
        with told(self.url), Session(self.engine) as session:
            return [as_meeting(found) for found in session.scalars(wanted)]

    def decisions(self, meetings: Sequence[int]) -> list[Decision]:
        """The decisions of these meetings in the order of the protocols."""
        row = models.DecisionRow
        wanted = select(row).where(row.meeting_id.in_(list(meetings))).order_by(row.meeting_id, row.position, row.id)
        with told(self.url), Session(self.engine) as session:
            return [as_decision(found) for found in session.scalars(wanted)]

    def decision(self, decision: int) -> Decision:
        """One decision; raises :class:`UnknownCode`."""
        with told(self.url), Session(self.engine) as session:
            return as_decision(_row(session, models.DecisionRow, decision))

    def meeting(self, meeting: int) -> Meeting:
        """One meeting; raises :class:`UnknownCode`."""
        with told(self.url), Session(self.engine) as session:
            return as_meeting(_row(session, models.MeetingRow, meeting))

    def revisions(self, kind: str, record: int) -> list[Revision]:
        """Every text ever saved of a ``decision`` or ``meeting``, newest first."""
        row = models.RevisionRow
        wanted = select(row).where(row.kind == kind, row.record == record).order_by(row.id.desc())
        with told(self.url), Session(self.engine) as session:
            return [
                Revision(f.version, bool(f.accepted), f.moment, f.by, json.loads(f.content), f.event)
                for f in session.scalars(wanted)
            ]

    # --- writing ----------------------------------------------------------------------------------------

    def add_meeting(self, meeting: Meeting, by: Editor) -> Meeting:
        """Write down a new meeting; returns it with its id."""
        check_meeting(meeting)
        with told(self.url), Session(self.engine) as session, session.begin():
            return as_meeting(insert_meeting(session, meeting, by.name))

    def save_meeting(self, meeting: Meeting, by: Editor) -> Meeting:
        """Replace a meeting's record, children included; :class:`Conflict` if ``meeting.version`` is not the last."""
        check_meeting(meeting)
        row = models.MeetingRow
        with told(self.url), Session(self.engine) as session:
            with session.begin():
                taken = session.execute(
                    update(row)
                    .where(row.id == meeting.id, row.version == meeting.version)
                    .values(version=meeting.version + 1)
                ).rowcount  # type: ignore[attr-defined]
                found = _row(session, row, meeting.id)
                if taken:
                    _fill_meeting(found, meeting, by.name, meeting.version + 1)
                    session.flush()
                    keep(session, "meeting", found.id, meeting.version + 1, True, by.name, meeting)
                    return as_meeting(found)
                theirs = as_meeting(found)
                keep(session, "meeting", found.id, meeting.version, False, by.name, meeting)
            raise Conflict(theirs, meeting, self._as_read("meeting", meeting))

    def add_decision(self, decision: Decision, by: Editor) -> Decision:
        """Write down a new decision; :class:`Refused` if its meeting has that number already."""
        check_decision(decision)
        try:
            with told(self.url), Session(self.engine) as session, session.begin():
                _row(session, models.MeetingRow, decision.meeting_id)
                return as_decision(insert_decision(session, decision, by.name))
        except PipelineError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise Refused(
                    f"Решение № {decision.number} в этом протоколе уже есть. Возьмите другой номер."
                ) from error
            raise

    def save_decision(self, decision: Decision, by: Editor) -> Decision:
        """Save a changed decision; :class:`Conflict` if ``decision.version`` is not the last one."""
        check_decision(decision)
        row = models.DecisionRow
        values = {name: _plain(name, getattr(decision, name)) for name in (*EDITABLE, "mechanism_ours")}
        with told(self.url), Session(self.engine) as session:
            with session.begin():
                # One statement decides who was first; nobody can come between reading and writing.
                taken = session.execute(
                    update(row)
                    .where(row.id == decision.id, row.version == decision.version)
                    .values(**values, version=decision.version + 1, changed=now(), changed_by=by.name)
                ).rowcount  # type: ignore[attr-defined]
                theirs = as_decision(_row(session, row, decision.id))
                keep(session, "decision", decision.id, theirs.version if taken else decision.version, bool(taken),
                      by.name, decision)  # fmt: skip
            if taken:
                return theirs
            raise Conflict(theirs, decision, self._as_read("decision", decision))

    def seed(self, origin: str, protocols: Sequence[tuple[Meeting, Sequence[Decision]]], by: str) -> bool:
        """Take protocols over once: ``False`` if this origin was taken over before, whatever became of it since."""
        try:
            with told(self.url), Session(self.engine) as session, session.begin():
                if session.get(models.SeedRow, origin) is not None:
                    return False
                session.add(models.SeedRow(origin=origin, seeded=now()))
                session.flush()  # a second process that seeds at this moment fails here and takes nothing over twice
                for meeting, decisions in protocols:
                    stored = insert_meeting(session, meeting, by)
                    for decision in decisions:
                        insert_decision(session, replace(decision, meeting_id=stored.id), by)
                return True
        except PipelineError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False
            raise

    def seeded(self) -> set[str]:
        """What was taken over."""
        with told(self.url), Session(self.engine) as session:
            return set(session.scalars(select(models.SeedRow.origin)))

    def remove_decision(self, decision: int, version: int, by: Editor) -> None:
        """Take out a decision that was written down by mistake; its text stays among the revisions."""
        row = models.DecisionRow
        with told(self.url), Session(self.engine) as session, session.begin():
            found = as_decision(_row(session, row, decision))
            if found.version != version:
                raise Conflict(found, found, None)
            if found.origin is not None:
                raise Refused("Решение взято из документа: его не удаляют, а отмечают состояние.")
            keep(session, "decision", decision, version + 1, True, by.name, found, "removed")
            session.execute(delete(row).where(row.id == decision, row.version == version))

    def remove_meeting(self, meeting: int, version: int, by: Editor) -> None:
        """Take out a meeting that was written down by mistake, with its decisions; every text stays a revision."""
        row, decisions = models.MeetingRow, models.DecisionRow
        with told(self.url), Session(self.engine) as session, session.begin():
            found = as_meeting(_row(session, row, meeting))
            if found.version != version:
                raise Conflict(found, found, None)
            own = [
                as_decision(one) for one in session.scalars(select(decisions).where(decisions.meeting_id == meeting))
            ]
            if found.origin is not None or any(one.origin is not None for one in own):
                raise Refused("Заседание взято из документа: его не удаляют.")
            for one in own:
                keep(session, "decision", one.id, one.version + 1, True, by.name, one, "removed")
            keep(session, "meeting", meeting, version + 1, True, by.name, found, "removed")
            session.execute(delete(decisions).where(decisions.meeting_id == meeting))
            session.delete(_row(session, row, meeting))

    def removed(self, collection: str, territory: str | None) -> list[Revision]:
        """The last text of every meeting and decision taken out of one council (of all for ``None``), newest first."""
        row = models.RevisionRow
        there = {
            "meeting": select(models.MeetingRow.id),
            "decision": select(models.DecisionRow.id),
        }
        with told(self.url), Session(self.engine) as session:
            gone = {
                kind: list(
                    session.scalars(
                        select(row).where(row.kind == kind, row.record.not_in(known)).order_by(row.id.desc())
                    )
                )
                for kind, known in there.items()
            }
            current = select(models.MeetingRow.id).where(models.MeetingRow.collection == collection)
            if territory is not None:
                current = current.where(models.MeetingRow.territory == territory)
            meetings = set(session.scalars(current))
        last: dict[tuple[str, int], Any] = {}
        for found in (*gone["meeting"], *gone["decision"]):
            last.setdefault((found.kind, found.record), found)
        chosen = []
        for (kind, record), found in last.items():
            content = json.loads(found.content)
            if kind == "meeting" and content["collection"] == collection and territory in (None, content["territory"]):
                meetings.add(record)
                chosen.append((found, content))
            elif kind == "decision" and content["meeting_id"] in meetings:
                chosen.append((found, content))
        chosen.sort(key=lambda pair: -pair[0].id)
        return [Revision(f.version, bool(f.accepted), f.moment, f.by, content, f.event) for f, content in chosen]

    def _as_read(self, kind: str, record: Any) -> Any | None:
        """The record as it was in the version that the editor began with, from its revisions."""
        kept = next((r for r in self.revisions(kind, record.id) if r.accepted and r.version == record.version), None)
        if kept is None:
            return None
        return _meeting_of(kept.content) if kind == "meeting" else Decision(**kept.content)


def open_store(url: URL | None = None) -> Store:
    """The store at ``url`` (by default ``STORE_URL`` or the warehouse's file), its schema up to date.

    Raises :class:`~pipelines.store.records.StoreUnavailable` with what to do.
    """
    return Store(connect(url or store_url()))


# --- what is acceptable -----------------------------------------------------------------------------------


def check_decision(decision: Decision) -> None:
    """Raise :class:`Refused` for a decision without words, with an impossible time or with a personal name."""
    if not decision.text.strip():
        raise Refused("Впишите текст решения.")
    if not decision.number.strip():
        raise Refused("Укажите номер решения: пункт протокола и номер внутри пункта, например 2.3.")
    if decision.state not in STATES:
        raise UnknownCode(f"Состояния «{decision.state}» нет. Есть: {', '.join(STATES)}.")
    for moment in (decision.start, decision.due, decision.state_on):
        if moment is not None and not _is_moment(moment):
            raise Refused(f"Дату «{moment}» не разобрать. Пишите 15.03.2020, 03.2020 или 2020.")
    if decision.start and decision.due and first_day(decision.start) > last_day(decision.due):
        raise Refused("Начало позже срока. Исправьте одно из двух.")
    if any(not 1 <= month <= 12 for month in decision.months):
        raise Refused("Месяцы повторения — числа от 1 до 12.")
    refuse_names(decision.text, decision.responsible, decision.wording, decision.done, decision.effect, decision.note)


def check_meeting(meeting: Meeting) -> None:
    """Raise :class:`Refused` for a meeting without a day or a theme, or with a personal name in any text."""
    try:
        date.fromisoformat(meeting.held)
    except ValueError as error:
        raise Refused("Укажите день заседания.") from error
    if not meeting.theme.strip():
        raise Refused("Укажите тему заседания.")
    if any(n is not None and n < 0 for n in (meeting.present, meeting.absent)):
        raise Refused("Число людей не бывает меньше нуля.")
    texts = [meeting.theme, meeting.place, meeting.chair, meeting.secretary, meeting.enclosure, meeting.note]
    for children in (meeting.attendance, meeting.agenda, meeting.speeches, meeting.members):
        for child in children:
            texts += [value for value in asdict(child).values() if isinstance(value, str)]
    refuse_names(*texts)


def refuse_names(*texts: str | None) -> None:
    """Raise :class:`Refused` for a text that seems to name a person."""
    found = first_name_in(texts)
    if found:
        raise Refused(
            f"Похоже на имя человека: «{found}». Имена здесь не хранятся: напишите роль, например «директор школы»."
        )


def _is_moment(text: str) -> bool:
    try:
        return bool(MOMENT.fullmatch(text) and first_day(text))
    except ValueError:
        return False


# --- rows and records -------------------------------------------------------------------------------------


def _row(session: Session, model: type[Record], key: int) -> Record:
    found = session.get(model, key)
    if found is None:
        raise UnknownCode(f"Записи № {key} в хранилище решений нет: её удалили или ссылка неверна.")
    return found


def _plain(name: str, value: Any) -> Any:
    return int(value) if name in FLAGS else value


def _of(record: type[Record], row: Any, **more: Any) -> Record:
    values = {
        f.name: bool(getattr(row, f.name)) if f.name in FLAGS else getattr(row, f.name)
        for f in fields(record)  # type: ignore[arg-type]
        if f.name not in more
    }
    return record(**values, **more)


def as_decision(row: Any) -> Decision:
    """A row of the table as a record."""
    return _of(Decision, row)


def as_meeting(row: Any) -> Meeting:
    """A row of the table as a record, with its children."""
    children = {
        name: tuple(_of(record, child) for child in getattr(row, name)) for name, (_model, record) in CHILDREN.items()
    }
    return _of(Meeting, row, **children)


def _meeting_of(content: dict[str, Any]) -> Meeting:
    children = {
        name: tuple(record(**child) for child in content.get(name, ())) for name, (_m, record) in CHILDREN.items()
    }
    return Meeting(**content | children)


def _fill_meeting(row: Any, meeting: Meeting, by: str, version: int) -> None:
    for f in fields(Meeting):
        if f.name not in CHILDREN and f.name not in KEPT:
            setattr(row, f.name, getattr(meeting, f.name))
    for name, (model, _record) in CHILDREN.items():
        children = [
            model(position=n, **{key: _plain(key, value) for key, value in asdict(child).items()})
            for n, child in enumerate(getattr(meeting, name), 1)
        ]
        setattr(row, name, children)
    row.version, row.changed, row.changed_by = version, now(), by


def insert_meeting(
    session: Session, meeting: Meeting, by: str, *, key: int | None = None, version: int = 1, event: str | None = None
) -> models.MeetingRow:
    """Write a meeting down; under ``key`` where it stood there before."""
    row = models.MeetingRow(id=key or fresh_id(session, "meeting"))
    _fill_meeting(row, meeting, by, version)
    session.add(row)
    session.flush()
    keep(session, "meeting", row.id, version, True, by, meeting, event)
    return row


def insert_decision(
    session: Session, decision: Decision, by: str, *, key: int | None = None, version: int = 1,
    event: str | None = None,
) -> models.DecisionRow:  # fmt: skip
    """Write a decision down; under ``key`` where it stood there before."""
    values = {f.name: _plain(f.name, getattr(decision, f.name)) for f in fields(Decision) if f.name not in KEPT}
    row = models.DecisionRow(
        id=key or fresh_id(session, "decision"), **values, version=version, changed=now(), changed_by=by
    )
    session.add(row)
    session.flush()
    keep(session, "decision", row.id, version, True, by, decision, event)
    return row


def fresh_id(session: Session, kind: str) -> int | None:
    """A number that no record of this kind ever had, so that nobody inherits a removed one's history.

    A server's sequence never goes back; SQLite gives the number of a removed last row again.
    """
    if session.get_bind().dialect.name != "sqlite":
        return None
    row = models.RevisionRow
    return int(session.scalar(select(func.max(row.record)).where(row.kind == kind)) or 0) + 1


def keep(
    session: Session,
    kind: str,
    record: int,
    version: int,
    accepted: bool,
    by: str,
    content: Any,
    event: str | None = None,
) -> None:
    """Write a text down among the revisions; every text stays there, also the one that was not accepted."""
    session.add(
        models.RevisionRow(
            kind=kind, record=record, version=version, accepted=int(accepted), moment=now(), by=by, event=event,
            content=json.dumps(asdict(content) | {"id": record, "version": version}, ensure_ascii=False),
        )
    )  # fmt: skip
