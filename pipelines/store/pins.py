"""Pairs of schools pinned by a person: kept with the reason, until somebody takes the pin out.

A school stands in one pinned pair of a year at most, on either side. Every pin ever made, refused or taken out stays
among the revisions (kind ``pin``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipelines.errors import PipelineError, UnknownCode
from pipelines.snapshot import now
from pipelines.store.engine import told
from pipelines.store.models import PairPinRow
from pipelines.store.records import Editor
from pipelines.store.repository import Refused, Store, fresh_id, keep, refuse_names

KIND = "pin"


@dataclass(frozen=True)
class Pin:
    """``low`` and ``leader`` are codes of schools of ``region`` in ``collection``; it holds for ``year`` alone."""

    collection: str
    region: str
    year: int
    low: str
    leader: str
    reason: str
    id: int = 0
    changed: str = ""
    changed_by: str = ""


def pins(store: Store, collection: str, region: str, year: int) -> tuple[Pin, ...]:
    """The pins of a region and year in the order of the low schools' codes."""
    row = PairPinRow
    wanted = select(row).where(row.collection == collection, row.region == region, row.year == year).order_by(row.low)
    with told(store.url), Session(store.engine) as session:
        return tuple(_pin(found) for found in session.scalars(wanted))


def add_pin(store: Store, pin: Pin, by: Editor) -> Pin:
    """Keep a pin; :class:`Refused` without a reason, for a school with itself, and for one that is pinned already."""
    if not pin.reason.strip():
        raise Refused("Впишите причину: почему эти школы стоят в паре, хотя подбор предлагает другое.")
    if pin.low == pin.leader:
        raise Refused("Школа не может стоять в паре сама с собой: выберите две разные.")
    refuse_names(pin.reason)
    values = {field.name: getattr(pin, field.name) for field in fields(Pin) if field.name not in _OURS}
    try:
        with told(store.url), Session(store.engine) as session, session.begin():
            taken = _taken(session, pin)
            if taken is None:
                row = PairPinRow(id=fresh_id(session, KIND), **values, changed=now(), changed_by=by.name)
                session.add(row)
                session.flush()
                keep(session, KIND, row.id, 1, True, by.name, _pin(row))
                return _pin(row)
            keep(session, KIND, taken, 1, False, by.name, pin)
    except PipelineError as error:
        if not isinstance(error.__cause__, IntegrityError):
            raise
        # Another editor came between the question and the answer: the constraint of the table decided.
    raise Refused(
        "Одна из этих школ уже закреплена в паре этого года. Снимите прежнее закрепление или выберите другую школу."
    )


def remove_pin(store: Store, pin: int, by: Editor) -> None:
    """Take a pin out; its text stays among the revisions. :class:`UnknownCode` if somebody did so already."""
    with told(store.url), Session(store.engine) as session, session.begin():
        found = session.get(PairPinRow, pin)
        if found is None:
            raise UnknownCode("Этого закрепления уже нет: его снял кто-то другой.")
        keep(session, KIND, pin, 2, True, by.name, _pin(found))
        session.execute(delete(PairPinRow).where(PairPinRow.id == pin))


_OURS = ("id", "changed", "changed_by")


def _taken(session: Session, pin: Pin) -> int | None:
    """The pin of this year in which one of the two schools stands already, on either side."""
    row, schools = PairPinRow, (pin.low, pin.leader)
    wanted = select(row.id).where(
        row.collection == pin.collection, row.year == pin.year, or_(row.low.in_(schools), row.leader.in_(schools))
    )
    return session.scalars(wanted).first()


def _pin(row: Any) -> Pin:
    return Pin(**{field.name: getattr(row, field.name) for field in fields(Pin)})
