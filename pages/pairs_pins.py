"""Pairs that a person pins: written with a reason, taken out with a question, both by editors alone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.shared import access, facts, programmes
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries
from pipelines.errors import PipelineError
from pipelines.programmes import own
from pipelines.programmes.own import Chosen
from pipelines.programmes.pairs import Plan
from pipelines.store import StoreUnavailable, open_store
from pipelines.store.pins import Pin, add_pin, pins, remove_pin

DONE, LOW, LEADER, REASON, ROLE = "pairs_done", "pairs_low", "pairs_leader", "pairs_reason", "council_role"


def kept(view: View) -> tuple[Pin, ...]:
    """The pins of the region and year."""
    here = view.here
    return pins(open_store(), here.collection, str(here.region["code"]), here.year)


def pinned(view: View) -> tuple[tuple[str, str], ...]:
    """The pinned pairs as codes; none, with the reason said, while the store cannot be reached."""
    try:
        made = tuple((one.low, one.leader) for one in kept(view))
    except StoreUnavailable as error:
        st.warning(escaped(str(error)))
        made = ()
    taken = {school for pair in made for school in pair}
    return made + tuple((one.low, one.leader) for one in loaded(view) if not {one.low, one.leader} & taken)


def reasons(view: View) -> dict[tuple[str, str], str]:
    """Why each pinned pair stands, by the codes of both schools."""
    try:
        made = {(one.low, one.leader): one.reason for one in kept(view)}
    except StoreUnavailable:  # said where the pins themselves are asked for
        made = {}
    return {(one.low, one.leader): one.reason for one in loaded(view)} | made


def loaded(view: View) -> tuple[Chosen, ...]:
    """The pairs of the year that came in a form; what was pinned on this page has the last word."""
    if view.here.collection != own.COLLECTION:
        return ()
    return tuple(one for one in ask(own.pairs, view.snapshot) if one.year == view.here.year)


# --- what changes something -------------------------------------------------------------------------------


def pin(wanted: Pin) -> Pin:
    """Keep a pinned pair; :class:`access.NotAnEditor` or a refusal with its reason."""
    editor = access.require_editor(_role())
    return add_pin(open_store(), wanted, editor)


def unpin(number: int) -> None:
    """Take a pinned pair out, in the same way."""
    editor = access.require_editor(_role())
    remove_pin(open_store(), number, editor)


def _role() -> str:
    return str(st.session_state.get(ROLE) or "").strip()


# --- what is drawn ----------------------------------------------------------------------------------------


def section(view: View, plan: Plan) -> None:
    """The pins with their reasons, and for editors the way to make and to take out one."""
    try:
        found = kept(view)
    except StoreUnavailable:
        return
    editor = access.is_editor()
    from_form = loaded(view)
    if not found and not from_form and not editor:
        return
    st.header(_("Закреплённые пары"), anchor=False)
    if done := st.session_state.pop(DONE, None):
        st.success(done)
    names = _names(view)
    for one in found:
        _one(one, names, editor)
    _from_form(from_form, names)
    if not found and not from_form:
        st.caption(_("Ни одна пара этого года не закреплена: все найдены расчётом."))
    if editor:
        with st.expander(_("Закрепить пару с причиной")):
            _form(view, plan)


def _from_form(found: Sequence[Chosen], names: dict[str, str]) -> None:
    for pair in found:
        facts.facts(
            [
                (_("Пара"), f"{names.get(pair.low, pair.low)} – {names.get(pair.leader, pair.leader)}"),
                (_("Причина"), pair.reason),
                (_("Где в файле"), programmes.cells_words(pair.origin)),
            ],
            close=True,
        )
    programmes.lineage((pair.origin for pair in found), "pairs")


def loaded_alone(view: View) -> None:
    """The pairs of a form where nothing can be computed beside them: they stand all the same."""
    found = loaded(view)
    if found:
        st.header(_("Закреплённые пары"), anchor=False)
        st.caption(_("Показать, насколько лидер лучше, здесь нечем: результатов школ за этот выбор нет."))
        _from_form(found, _names(view))


def _one(one: Pin, names: dict[str, str], editor: bool) -> None:
    facts.facts(
        [
            (_("Пара"), f"{names.get(one.low, one.low)} – {names.get(one.leader, one.leader)}"),
            (_("Причина"), one.reason),
            (_("Кто и когда"), " · ".join(part for part in (one.changed_by, _day(one.changed)) if part)),
        ],
        close=True,
    )
    if not editor:
        return
    with st.popover(_("Снять закрепление"), key=f"unpin-{one.id}-menu"):
        st.write(_("Пара снова станет расчётной. Запись о закреплении останется в истории."))
        if st.button(_("Снять"), key=f"unpin-{one.id}", type="primary"):
            _try(lambda: unpin(one.id), _("Закрепление снято."))


def _day(moment: str) -> str:
    day = moment[:10].split("-")
    return ".".join(reversed(day)) if len(day) == 3 else moment


def _form(view: View, plan: Plan) -> None:
    names = {code: f"{school.name}, {school.district_name}" for code, school in plan.known.items()}
    low = [one.school.code for one in plan.unpaired] + [one.low.code for one in plan.matched]
    leaders = [one.leader.code for one in plan.matched]
    rest = sorted(set(names) - {*low, *leaders}, key=names.__getitem__)
    with st.form("pair-pin", border=False):
        left, right = st.columns(2)
        with left:
            a = st.selectbox(
                _("Школа с низкими результатами"), [*low, *rest, *leaders], format_func=names.__getitem__, key=LOW
            )
        with right:
            b = st.selectbox(_("Школа-лидер"), [*leaders, *rest, *low], format_func=names.__getitem__, key=LEADER)
        reason = st.text_area(
            _("Причина"), key=REASON,
            placeholder=_("Например: школы уже работают вместе по договору о сетевом взаимодействии"),
        )  # fmt: skip
        st.text_input(_("Ваша роль"), key=ROLE, placeholder=_("методист"))
        sent = st.form_submit_button(_("Закрепить"), type="primary")
    if sent and a and b:
        here = view.here
        wanted = Pin(here.collection, str(here.region["code"]), here.year, a, b, reason)
        _try(lambda: pin(wanted), _("Пара закреплена."))


def _try(change, done: str) -> None:  # type: ignore[no-untyped-def]
    try:
        change()
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    st.session_state[DONE] = done
    st.rerun()


def _names(view: View) -> dict[str, str]:
    register = ask(queries.territories, view.snapshot, view.here.collection)
    return dict(zip(register["code"], register["name"], strict=True))
