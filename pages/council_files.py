"""Files of the council's page, made when somebody asks: decisions as tables, protocol and extracts as DOCX."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from pages import council_words as words
from pages.council_room import Room, report
from pages.shared import export
from pages.shared.export import Stamp
from pages.shared.tables import DEMO
from pages.shared.texts import _
from pipelines import protocol
from pipelines.protocol import Reported
from pipelines.store import Decision, Meeting

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def decisions_menu(room: Room, decisions: Sequence[Decision]) -> None:
    """«Скачать» for the table of decisions."""
    title, stamp = _("Решения совета"), room.stamp()
    frame = partial(_frame, room, decisions)
    menu = st.popover(_("Скачать"), key="council-decisions-files", on_change="rerun", type="tertiary")
    if menu.open:
        with menu, st.container(horizontal=True):
            _button("CSV", lambda: export.csv_bytes(frame(), stamp), title, "csv", stamp, "council-csv")
            _button("XLSX", lambda: export.xlsx_bytes(frame(), stamp, title), title, "xlsx", stamp, "council-xlsx")


def _frame(room: Room, decisions: Sequence[Decision]) -> pd.DataFrame:
    rows = [
        {
            _("Заседание"): words.meeting_name(room.by_id[one.meeting_id]),
            _("№ решения"): one.number,
            _("Группа"): one.session,
            _("Решение"): one.text,
            _("Механизм"): room.mechanisms.get(one.mechanism or "", one.mechanism),
            _("Механизм отнесён нами"): _("да") if one.mechanism_ours else _("нет"),
            _("Ответственный"): one.responsible or _(words.NOT_NAMED),
            _("Начало"): words.spoken(one.start),
            _("Срок"): words.spoken(one.due) or words.yearly(one.months) or _(words.NO_DEADLINE),
            _("Срок как в протоколе"): one.wording,
            _("Состояние"): words.state(one, room.today),
            _("Что сделано"): one.done,
            _("Показатель до и после"): "; ".join(room.changed(one)),
            _("Что изменилось"): one.effect,
            _("Повторяет"): one.repeats,
            _("Место в документе"): one.source,
        }
        for one in decisions
    ]
    return pd.DataFrame(rows)


def protocol_menu(room: Room, meeting: Meeting) -> None:
    """«Скачать»: the protocol and an extract for each responsible role."""
    stamp = room.stamp()
    decisions = [one for one in room.decisions if one.meeting_id == meeting.id]
    menu = st.popover(_("Скачать DOCX"), key="council-protocol-files", on_change="rerun", type="tertiary")
    if not menu.open:
        return
    with menu:
        name = _("Протокол {day}").format(day=f"{meeting.day:%d.%m.%Y}")
        _button(_("Протокол"), partial(protocol_file, room, meeting), name, "docx", stamp, "council-protocol")
        mark = _(DEMO) if stamp.demo else None
        for n, role in enumerate(protocol.roles(decisions)):
            who = role or _("ответственный не указан")
            make = partial(protocol.extract, meeting, decisions, role, mark=mark, stamp=_footer(stamp))
            title = _("Выписка: {role}").format(role=who)
            _button(words.short(title, 60), make, title, "docx", stamp, f"council-extract-{n}")


def protocol_file(room: Room, meeting: Meeting) -> bytes:
    """The protocol; it opens with what became of earlier decisions where there were any."""
    stamp = room.stamp()
    return protocol.protocol(
        meeting,
        [one for one in room.decisions if one.meeting_id == meeting.id],
        reported=reported(room, report(room, meeting)),
        known_on=room.today,
        mark=_(DEMO) if stamp.demo else None,
        stamp=_footer(stamp),
    )


def report_menu(room: Room, pending: Sequence[Decision]) -> None:
    """The sheet with which the next meeting opens."""
    stamp, title = room.stamp(), _("О выполнении решений")
    make: Callable[[], bytes] = lambda: protocol.report(  # noqa: E731
        title,
        reported(room, pending),
        body=room.body,
        known_on=room.today,
        mark=_(DEMO) if stamp.demo else None,
        stamp=_footer(stamp),
    )
    _button(_("Скачать справку (DOCX)"), make, title, "docx", stamp, "council-report")


def reported(room: Room, decisions: Sequence[Decision]) -> list[Reported]:
    """Earlier decisions with their states and effects in words."""
    return [
        Reported(one, f"{room.by_id[one.meeting_id].day:%d.%m.%Y}", words.state(one, room.today)[2:], room.changed(one))
        for one in decisions
    ]


def _footer(stamp: Stamp) -> str:
    return " · ".join(f"{name}: {text}" for name, text in stamp.fields())


def _button(label: str, make: Callable[[], bytes], title: str, ending: str, stamp: Stamp, key: str) -> None:
    # Streamlit calls it in a thread of its server, outside the session: the session's language goes along.
    session = contextvars.copy_context()
    st.download_button(
        label,
        data=partial(session.run, make),
        file_name=export.file_name(title, ending, stamp),
        mime=WORD if ending == "docx" else None,
        key=key,
        on_click="ignore",
    )
