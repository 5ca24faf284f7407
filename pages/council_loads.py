"""What loaded forms say and the page does not: told to everybody, decided by editors.

A load never overwrites what people did (:mod:`pipelines.store.loaded`); here they see where the two differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages import council_forms
from pages.council_room import Room
from pages.shared import access, facts, links
from pages.shared.tables import escaped
from pages.shared.texts import N_, _
from pipelines.errors import PipelineError
from pipelines.store import open_store
from pipelines.store.loaded import Apart, Mark, apart, bring_back, conflict_of, let_go

COLLECTION = "own"
WHATS = {
    "conflict": N_("в форме теперь другой текст, а здесь запись правили: что оставить, решает редактор"),
    "left": N_("в загрузках её больше нет, запись осталась"),
    "removed": N_("здесь удалено, а в загруженной форме есть"),
}
REASONS = {
    "edited": N_("её правили здесь"),
    "repeated": N_("её повторяет другое решение"),
    "group": N_("по ней создана рабочая группа"),
    "decisions": N_("в нём остались решения"),
}


# --- what changes something -----------------------------------------------------------------------------


def return_removed(one: Apart) -> None:
    """Put back what was taken out here and a form still says; raises :class:`access.NotAnEditor`."""
    bring_back(open_store(), one.id, access.require_editor(council_forms.role()))


def keep_as_own(one: Apart) -> None:
    """Stop comparing a record with loads; raises :class:`access.NotAnEditor`."""
    access.require_editor(council_forms.role())
    let_go(open_store(), one.id)


# --- what is seen ---------------------------------------------------------------------------------------


def found(room: Room) -> Sequence[Apart]:
    """What differs in this council; nothing where no forms can have been loaded."""
    return apart(room.store, room.territory) if room.collection == COLLECTION else ()


def told(room: Room, differing: Sequence[Apart]) -> None:
    """All of it, under one heading, with the way to each."""
    if not differing:
        return
    title = _("Загруженные формы и эта страница расходятся: {n}").format(n=len(differing))
    with st.expander(title):
        rows = [[name(one.mark), why(one), _when(one)] for one in differing]
        facts.table([_("Запись"), _("Что случилось"), _("Когда и кто")], rows, _("Ничьи правки не затёрты"))
        with st.container(horizontal=True, gap="small"):
            for one in differing:
                _way(one)


def _way(one: Apart) -> None:
    label = name(one.mark)
    if one.what == "removed":
        if access.is_editor():
            text = _("Вернуть: {what}").format(what=label)
            _act(text, f"council-bring-back-{one.id}", lambda: return_removed(one), _("Возвращено."))
    elif one.mark.kind == "decision":
        codes = {"council_part": "decisions", "meeting": None, "decision": str(one.mark.record)}
        links.page_link("council", escaped(label), **codes)
    else:
        links.page_link("council", escaped(label), council_part="protocol", meeting=str(one.mark.record))


def name(mark: Mark) -> str:
    """«решение 2.1 от 14.02.2024», «заседание 14.02.2024»."""
    day = ".".join(reversed(mark.held.split("-")))
    if mark.kind == "meeting":
        return _("заседание {day}").format(day=day)
    return _("решение {number} от {day}").format(number=mark.number, day=day)


def why(one: Apart) -> str:
    """What happened, and what kept the record."""
    text = _(WHATS[one.what])
    if one.what == "left" and one.reasons:
        text += ": " + ", ".join(_(REASONS[reason]) for reason in one.reasons)
    return text


def _when(one: Apart) -> str:
    day = f"{one.changed[8:10]}.{one.changed[5:7]}.{one.changed[:4]}"
    return ", ".join(part for part in (day, one.changed_by) if part)


def of_record(differing: Sequence[Apart], kind: str, record: int) -> Apart | None:
    """What is to be said of one record."""
    return next((one for one in differing if (one.mark.kind, one.mark.record) == (kind, record)), None)


def beside(room: Room, kind: str, record: int) -> None:
    """At one record: what its form says, and for editors what to do about it."""
    one = of_record(found(room), kind, record)
    if one is None or one.what == "removed" or council_forms.merging(kind, record):
        return
    text = _("{what} (загрузки изменились {when}).").format(what=why(one), when=_when(one))
    st.info(escaped(text[:1].upper() + text[1:]))
    if not access.is_editor():
        return
    if one.what == "conflict":
        if st.button(_("Сравнить с формой"), key=f"council-compare-{one.id}"):
            council_forms.begin_merge(conflict_of(room.store, one))
    else:
        _act(
            _("Оставить как своё"),
            f"council-own-{one.id}",
            lambda: keep_as_own(one),
            _("С загрузками не сравнивается."),
        )


def _act(label: str, key: str, act: Callable[[], Any], done: str) -> None:
    if not st.button(label, key=key):
        return
    try:
        act()
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    council_forms.say(done)
    st.rerun()
