"""What the store begins with: the protocol of the source documents, taken over once with its origin.

From then on the decisions are people's own: a change is never overwritten, and nothing is taken over again. Decisions
of loaded forms follow their loads (:mod:`pipelines.store.loaded`).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pipelines import queries_documents as documents
from pipelines.errors import PipelineError, UnknownCode
from pipelines.queries_documents import Row, Table
from pipelines.snapshot import Snapshot
from pipelines.store import moments, seed_demo, seed_own
from pipelines.store.records import AgendaItem, Attendance, Decision, Meeting, Member, Speech
from pipelines.store.repository import Store

DOCUMENT = "004"
BY = "документ 004"


def ensure_seeded(store: Store, snapshot: Snapshot) -> None:
    """Take over the protocol of the source documents and that of the demonstration, once; follow the loaded forms."""
    seeded = store.seeded()
    if DOCUMENT not in seeded:
        try:
            protocol = read_protocol(snapshot)
        except UnknownCode:  # a snapshot without this document
            protocol = None
        if protocol:
            store.seed(DOCUMENT, [protocol], BY)
    if seed_demo.ORIGIN not in seeded:
        protocols = seed_demo.protocols(snapshot)
        if protocols:
            store.seed(seed_demo.ORIGIN, protocols, seed_demo.BY)
    seed_own.follow_loads(store, snapshot)


def read_protocol(snapshot: Snapshot) -> tuple[Meeting, list[Decision]]:
    """The meeting of 16.12.2019 and its thirteen decisions from the source document's tables.

    Raises :class:`UnknownCode` where the snapshot has no such document.
    """
    passport = {
        table.text(row, "Сведение"): (table.text(row, "Запись") or None, table.number(row, "Запись"))
        for table in [_table(snapshot, "Паспорт заседания")]
        for row in table.rows
    }
    fields = dict(documents.document_fields(snapshot, DOCUMENT))
    meeting = Meeting(
        collection="sources",
        territory=str(fields["Территория (код)"]),
        body=str(passport["Орган"][0]),
        theme=str(passport["Тема"][0]),
        held=_day(str(passport["Дата"][0])),
        number=passport["Номер"][0] if "Номер" in passport else None,
        place=passport["Место"][0],
        chair=passport["Председатель (роль)"][0],
        secretary=passport["Секретарь (роль)"][0],
        present=_whole(passport["Присутствовали, чел."][1]),
        absent=_whole(passport["Отсутствовали, чел."][1]),
        enclosure=passport["Приложение"][0],
        note=fields.get("Примечание"),
        origin=DOCUMENT,
        attendance=_attendance(_table(snapshot, "Присутствие")),
        agenda=_agenda(_table(snapshot, "Повестка"), _table(snapshot, "Группы")),
        speeches=(
            *_speeches(_table(snapshot, "Слушали"), "heard", "Докладчик (роль)", {}),
            *_speeches(_table(snapshot, "Выступили"), "spoken", "Выступающий (роль)", _names(snapshot)),
        ),
        members=_members(_table(snapshot, "Рабочие группы")),
    )
    mechanisms = tomllib.loads((Path(__file__).parent / "mechanisms_004.toml").read_text(encoding="utf-8"))
    table = _table(snapshot, "Решения")
    decisions = [
        Decision(
            meeting_id=0,
            number=number,
            position=position,
            text=table.text(row, "Текст решения"),
            item=table.text(row, "Пункт"),
            session=table.text(row, "Группа") or None,
            mechanism=mechanisms.get(number),
            mechanism_ours=number in mechanisms,
            responsible=table.text(row, "Ответственный").removeprefix("не указан") or None,
            start=table.text(row, "Начало") or None,
            due=table.text(row, "Срок") or None,
            recurs=_months(table.text(row, "Повторяемость")),
            wording=table.text(row, "Формулировка срока") or None,
            repeats=table.text(row, "Повторяет") or None,
            source=table.text(row, documents.PLACE),
            note=table.text(row, documents.NOTE) or None,
            origin=DOCUMENT,
        )
        for position, row in enumerate(table.rows, 1)
        for number in [table.text(row, "Номер решения")]
    ]
    return meeting, decisions


def _table(snapshot: Snapshot, sheet: str) -> Table:
    return documents.document_table(snapshot, DOCUMENT, sheet)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _day(words: str) -> str:
    """«16 декабря 2019 г.» → «2019-12-16»."""
    try:
        return str(moments.parsed(words))
    except ValueError as error:
        raise PipelineError(f"Документ {DOCUMENT}: дату заседания «{words}» не разобрать.") from error


def _months(words: str) -> str | None:
    """«ежегодно, май» → «5»."""
    if not words:
        return None
    found = [n for n, month in enumerate(moments.MONTHS, 1) if month in words]
    if not words.startswith("ежегодно") or not found:
        raise PipelineError(f"Документ {DOCUMENT}: повторяемость «{words}» не разобрать.")
    return ",".join(map(str, found))


def _said(table: Table, row: Row) -> dict[str, Any]:
    return {
        "source": table.text(row, documents.PLACE) or None,
        "note": table.text(row, documents.NOTE) or None,
    }


def _attendance(table: Table) -> tuple[Attendance, ...]:
    """The groups; the totals stand in the meeting itself."""
    kinds = {"часть": True, "участники группы": False}
    return tuple(
        Attendance(
            name=table.text(row, "Группа участников"),
            present=_whole(table.number(row, "Человек")),
            organisations=_whole(table.number(row, "Организаций")),
            part=kinds[table.text(row, "Вид строки")],
            **_said(table, row),
        )
        for row in table.rows
        if table.text(row, "Вид строки") in kinds
    )


def _agenda(table: Table, groups: Table) -> tuple[AgendaItem, ...]:
    by_item = {groups.text(row, "Пункт"): row for row in groups.rows}
    items = []
    for row in table.rows:
        number = table.text(row, "Пункт")
        group = by_item.get(number)
        more: dict[str, Any] = {}
        if group is not None:
            people, organisations = (_whole(groups.number(group, name)) for name in ("Человек", "Организаций"))
            more = {
                "session": groups.text(group, "Группа"),
                "moderator": groups.text(group, "Модератор (роль)") or None,
                "task": groups.text(group, "Задача") or None,
                "outcome": groups.text(group, "Итог") or None,
                "people": people,
                "organisations": organisations,
                # «22 человека из 17 ДОУ»: the third group is about preschools
                "organisation_type": "preschool" if "ДОУ" in groups.text(group, documents.NOTE) else None,
            }
        items.append(AgendaItem(number=number, title=table.text(row, "Вопрос"), **more, **_said(table, row)))
    return tuple(items)


def _names(snapshot: Snapshot) -> dict[str, str]:
    """Names of organisations by their codes, as the register of the sources has them."""
    from pipelines import queries

    register = queries.territories(snapshot, "sources")
    return dict(zip(register["code"], register["name"], strict=True))


def _speeches(table: Table, kind: str, role: str, names: dict[str, str]) -> list[Speech]:
    return [
        Speech(
            item=table.text(row, "Пункт"),
            kind=kind,
            role=table.text(row, role) or None,
            organisation=names.get(table.text(row, "Код территории")),
            text=table.text(row, "Содержание") or None,
            **_said(table, row),
        )
        for row in table.rows
    ]


def _members(table: Table) -> tuple[Member, ...]:
    return tuple(
        Member(
            working_group=table.text(row, "Рабочая группа"),
            role=table.text(row, "Роль"),
            organisation=table.text(row, "Организация") or None,
            decision=table.text(row, "Номер решения"),
            **_said(table, row),
        )
        for row in table.rows
    )
