"""Schools that a person excluded from the similar ones of a school (rule 11), each with its reason.

An exclusion is about one school and holds for every year and indicator, until somebody takes it back. Every one ever
made or taken back stays among the revisions (kind ``exclusion``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipelines.errors import PipelineError, UnknownCode
from pipelines.snapshot import now
from pipelines.store.engine import told
from pipelines.store.models import SimilarExclusionRow
from pipelines.store.records import Editor
from pipelines.store.repository import Refused, Store, fresh_id, keep, refuse_names

KIND = "exclusion"
_OURS = ("id", "changed", "changed_by")


@dataclass(frozen=True)
class Exclusion:
    """``peer`` does not count among the similar schools of ``school``; codes of schools of ``collection``."""

    collection: str
    school: str
    peer: str
    reason: str
    id: int = 0
    changed: str = ""
    changed_by: str = ""


def exclusions(store: Store, collection: str) -> tuple[Exclusion, ...]:
    """The exclusions in force in a collection, by school and then by peer."""
    row = SimilarExclusionRow
    wanted = select(row).where(row.collection == collection).order_by(row.school, row.peer)
    with told(store.url), Session(store.engine) as session:
        return tuple(_exclusion(found) for found in session.scalars(wanted))


def exclude(store: Store, exclusion: Exclusion, by: Editor) -> Exclusion:
    """Keep an exclusion; :class:`Refused` without a reason, for a school from itself, or a second time."""
    if not exclusion.reason.strip():
        raise Refused("Впишите причину: почему эту школу нельзя сравнивать с ней.")
    if exclusion.school == exclusion.peer:
        raise Refused("Школа и так не сравнивается сама с собой.")
    refuse_names(exclusion.reason)
    values = {field.name: getattr(exclusion, field.name) for field in fields(Exclusion) if field.name not in _OURS}
    try:
        with told(store.url), Session(store.engine) as session, session.begin():
            row = SimilarExclusionRow(id=fresh_id(session, KIND), **values, changed=now(), changed_by=by.name)
            session.add(row)
            session.flush()
            keep(session, KIND, row.id, 1, True, by.name, _exclusion(row))
            return _exclusion(row)
    except PipelineError as error:
        if not isinstance(error.__cause__, IntegrityError):
            raise
        raise Refused("Эта школа уже исключена: обновите страницу, чтобы увидеть причину.") from error


def restore(store: Store, exclusion: int, by: Editor) -> None:
    """Take an exclusion back; :class:`UnknownCode` if somebody did so already."""
    with told(store.url), Session(store.engine) as session, session.begin():
        found = session.get(SimilarExclusionRow, exclusion)
        if found is None:
            raise UnknownCode("Этого исключения уже нет: школу вернул кто-то другой.")
        keep(session, KIND, exclusion, 2, True, by.name, _exclusion(found))
        session.execute(delete(SimilarExclusionRow).where(SimilarExclusionRow.id == exclusion))


def _exclusion(row: Any) -> Exclusion:
    return Exclusion(**{field.name: getattr(row, field.name) for field in fields(Exclusion)})
