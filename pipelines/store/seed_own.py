"""Decisions of one's own that came in a filled form: taken over once a meeting, then they are people's own.

The protocol that came twice is taken over once; what was changed in the app since is never overwritten.
"""

from __future__ import annotations

from pipelines.programmes import own
from pipelines.programmes.sheets import Line
from pipelines.readers.form_kinds import STATES
from pipelines.readers.programme_forms import mechanism_of, moment_of, months_of
from pipelines.snapshot import Snapshot
from pipelines.store.records import Decision, Meeting
from pipelines.store.repository import Store

BY = "загруженная форма"


def take_over(store: Store, snapshot: Snapshot, seeded: set[str]) -> None:
    """Take over the meetings of the loaded forms that were not taken over before."""
    for (held, territory), lines in own.decision_lines(snapshot).items():
        origin = f"own {territory} {held}"
        if origin not in seeded:
            decisions = [_decision(position, line, snapshot) for position, line in enumerate(lines, 1)]
            store.seed(origin, [(_meeting(held, territory, lines[0]), decisions)], BY)


def _meeting(held: str, territory: str, line: Line) -> Meeting:
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
        note=line.note or None,
        source=f"{line.table.file}, {line.table.sheet}!{line.row.range}",
    )
