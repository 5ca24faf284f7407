"""Decisions of one's own that came in filled forms: what the served snapshot holds of them, and from which loads."""

from __future__ import annotations

from pathlib import Path

from pipelines.loads import Load, Loads
from pipelines.programmes import own
from pipelines.programmes.sheets import Line
from pipelines.readers.form_kinds import STATES
from pipelines.readers.programme_forms import PLACED, indicator_of, mechanism_of, moment_of, months_of
from pipelines.snapshot import Snapshot, Warehouse
from pipelines.store.engine import store_url
from pipelines.store.loaded import Followed, Form, follow
from pipelines.store.records import Decision, Meeting
from pipelines.store.repository import Store, open_store

BY = "загруженная форма"
BACK = {"rollback": "возврат к прежнему снимку", "restore": "возврат из резервной копии"}
FORMAT = "form_decisions"


def follow_loads(store: Store, snapshot: Snapshot, *, without: str | None = None) -> Followed | None:
    """Bring the store in step with the loads of ``snapshot``; ``None`` unless it is the one that is served.

    ``without`` the document of a load nothing is done: the answer is what would come of taking that load back.
    """
    warehouse = Warehouse(snapshot.path.parents[1])
    entries = {document_of(one): one for one in Loads(warehouse).entries() if one.format == FORMAT}

    def who(document: str, back: bool) -> str:
        load = entries.get(document)
        if back and load is not None and load.withdrawn is None:
            # Not the load was taken back: an earlier state of everything was, or another load took its place.
            return BACK.get(next((event["event"] for event in reversed(warehouse.history())), ""), BY)
        return ((load.withdrawn_by if back else load.by) if load is not None else "") or BY

    return follow(
        store, forms(snapshot, without), entries.keys(), who,
        still=lambda: warehouse.state().get("current") == snapshot.id, only_tell=without is not None,
    )  # fmt: skip


def after_publication(warehouse: Warehouse) -> Followed | None:
    """Bring the store in step with what was just published; ``None`` where no load ever held decisions.

    Raises :class:`~pipelines.store.records.StoreUnavailable`: then it is done when somebody next opens the council.
    """
    if not any(one.format == FORMAT for one in Loads(warehouse).entries()):
        return None
    with warehouse.open() as snapshot:
        return follow_loads(open_store(store_url(warehouse.folder)), snapshot)


def before_withdrawal(warehouse: Warehouse, load: Load) -> Followed | None:
    """What would become of the decisions if this load were taken back; ``None`` for a load of something else."""
    if load.format != FORMAT:
        return None
    with warehouse.open() as snapshot:
        return follow_loads(open_store(store_url(warehouse.folder)), snapshot, without=document_of(load))


def document_of(load: Load) -> str:
    """The code under which a load of decisions stands in a snapshot."""
    return f"own-decisions-{load.sha256[:10]}"


def forms(snapshot: Snapshot, without: str | None = None) -> dict[tuple[str, str], Form]:
    """What the loaded forms say, by territory and day of the meeting; the last form that names a decision counts.

    Leaves out the document ``without``.
    """
    headings: dict[tuple[str, str], Line] = {}
    decisions: dict[tuple[str, str], dict[str, Line]] = {}
    for lines in own.lines(snapshot, "decisions"):
        named: set[tuple[str, str]] = set()
        for line in (one for one in lines if one.table.document != without):
            meeting = (line[PLACED], moment_of(line["Дата заседания"]) or "")
            if all(meeting):
                if meeting not in named:
                    headings[meeting] = line
                named.add(meeting)
                decisions.setdefault(meeting, {})[line["Номер решения"]] = line
    return {
        meeting: Form(
            _meeting(*meeting, heading),
            heading.table.document,
            [
                (_decision(position, line, snapshot), line.table.document)
                for position, line in enumerate(decisions[meeting].values(), 1)
            ],
        )
        for meeting, heading in headings.items()
    }


def _meeting(territory: str, held: str, line: Line) -> Meeting:
    return Meeting(
        collection=own.COLLECTION, territory=territory, body=line["Орган"], theme=line["Тема"], held=held,
        number=line["Номер заседания"] or None,
    )  # fmt: skip


def _decision(position: int, line: Line, snapshot: Snapshot) -> Decision:
    months = months_of(line["Повторяется"])
    return Decision(
        meeting_id=0,
        number=line["Номер решения"],
        position=position,
        text=line["Текст решения"],
        item=line["Пункт"],
        session=line["Группа"] or None,
        mechanism=mechanism_of(line["Механизм"], snapshot.catalogue) if line["Механизм"] else None,
        mechanism_ours=False,
        responsible=line["Ответственный"] or None,
        start=moment_of(line["Начало"]),
        due=moment_of(line["Срок"]),
        recurs=",".join(map(str, months)) or None,
        wording=line["Повторяется"] or None,
        state=STATES.get(line["Состояние"].lower(), "unknown") if line["На дату"] else "unknown",
        state_on=moment_of(line["На дату"]),
        done=line["Что сделано"] or None,
        indicator=indicator_of(line["Показатель"], snapshot.catalogue) if line["Показатель"] else None,
        subject=line["Предмет"] or None,
        grade=line["Класс"] or None,
        before_year=line.whole("Год до"),
        after_year=line.whole("Год после"),
        expected=line.table.number(line.row, "Ожидаемое значение"),
        effect=line["Что изменилось"] or None,
        repeats=line["Повторяет"] or None,
        note=line.note or None,
        source=f"{Path(line.table.file).name}, {line.table.sheet}!{line.row.range}",
    )
