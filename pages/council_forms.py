"""Writing: a decision, a meeting, and the merging of two texts when two people edited one record.

Every function that changes something asks for the editor's proof itself. An edit is pinned to the version it began
with: whoever saves second sees both texts, and nobody's is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, asdict, fields, replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages import council_words as words
from pages.council_room import Room
from pages.shared import access, facts, filters, numbers
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import N_, _
from pages.shared.view import View
from pipelines.decision_effects import measurable
from pipelines.errors import PipelineError, UnknownCode
from pipelines.store import (
    STATES,
    AgendaItem,
    Attendance,
    Conflict,
    Decision,
    FormConflict,
    Meeting,
    Member,
    Revision,
    Speech,
    Store,
    moments,
    open_store,
)
from pipelines.store.loaded import SAID, settle

EDITING, CONFLICT, DONE, ROLE = "council_editing", "council_conflict", "council_done", "council_role"
ROLE_HINT = N_("Роль, а не имя: «директор школы», «методист».")
NAMES = {
    "item": N_("Вопрос повестки"), "session": N_("Группа"), "text": N_("Текст решения"), "mechanism": N_("Механизм"),
    "responsible": N_("Ответственный (роль)"), "start": N_("Начало"), "due": N_("Срок"),
    "recurs": N_("Повторяется ежегодно"), "wording": N_("Слова протокола о сроке"),
    "indicator": N_("Показатель, который должен измениться"), "subject": N_("Предмет"), "grade": N_("Класс"),
    "measured_at": N_("Где измеряем"), "before_year": N_("Год до"), "after_year": N_("Год после"),
    "expected": N_("Ожидаемое значение"), "state": N_("Состояние"), "state_on": N_("Когда записано состояние"),
    "done": N_("Что сделано"), "effect": N_("Что изменилось"), "repeats": N_("Повторяет решение №"),
    "note": N_("Примечание"), "body": N_("Орган"), "theme": N_("Тема"), "held": N_("Дата"), "number": N_("Номер"),
    "place": N_("Место"), "chair": N_("Председатель (роль)"), "secretary": N_("Секретарь (роль)"),
    "present": N_("Присутствовали, чел."), "absent": N_("Отсутствовали, чел."), "enclosure": N_("Приложение"),
    "attendance": N_("Присутствие по группам"), "agenda": N_("Повестка"), "speeches": N_("Слушали и выступили"),
    "members": N_("Рабочие группы"),
}  # fmt: skip


Shown = Callable[[str, Any], str]
JOINED = (
    "text", "wording", "done", "effect", "note", "theme", "enclosure", "attendance", "agenda", "speeches", "members",
)  # fmt: skip
"""Fields in which two answers can stand one after the other."""
TYPED = ("responsible", "wording", "done", "effect", "note")


EVENTS = {
    "loaded": N_("загружено из формы"),
    "reloaded": N_("загружено снова"),
    "withdrawn": N_("ушло вместе с загрузкой"),
    "in_form": N_("так в новой форме, запись не тронута"),
    "removed": N_("удалено"),
}


# --- what changes something -----------------------------------------------------------------------------


def save_decision(changed: Decision) -> Decision:
    """Save or add a decision; :class:`access.NotAnEditor`, :class:`Conflict` or a refusal with its reason."""
    editor = access.require_editor(role())
    store = open_store()
    return store.save_decision(changed, editor) if changed.id else store.add_decision(changed, editor)


def save_meeting(changed: Meeting) -> Meeting:
    """Save or add a meeting, in the same way."""
    editor = access.require_editor(role())
    store = open_store()
    return store.save_meeting(changed, editor) if changed.id else store.add_meeting(changed, editor)


def remove_decision(one: Decision) -> None:
    """Take out a decision that was written down by mistake; its text stays in the history."""
    open_store().remove_decision(one.id, one.version, access.require_editor(role()))


def remove_meeting(one: Meeting) -> None:
    """Take out a meeting with its decisions, in the same way."""
    open_store().remove_meeting(one.id, one.version, access.require_editor(role()))


def decide(found: FormConflict, changed: Decision | Meeting) -> Decision | Meeting:
    """Save what was chosen of the page's and the form's text; the same form is not brought up again."""
    editor = access.require_editor(role())
    saved: Decision | Meeting = changed
    if changed != found.theirs:
        saved = save_meeting(changed) if isinstance(changed, Meeting) else save_decision(changed)
    said_by_form = SAID["meeting" if isinstance(changed, Meeting) else "decision"]
    settle(open_store(), found.loaded, {name: getattr(found.yours, name) for name in said_by_form}, editor)
    return saved


def role() -> str:
    """Under which role the editor of this session writes."""
    return str(st.session_state.get(ROLE) or "").strip()


def said() -> None:
    """What the last change came to."""
    if DONE in st.session_state:
        st.success(st.session_state.pop(DONE))


def say(done: str) -> None:
    """Tell at the top of the next run what a change came to."""
    st.session_state[DONE] = done


def begin_merge(found: Conflict) -> None:
    """Show two texts of one record side by side."""
    st.session_state[CONFLICT] = found
    st.session_state.pop(EDITING, None)
    st.rerun()


# --- one decision ---------------------------------------------------------------------------------------


def decision(room: Room, one: Decision) -> None:
    """History, and for editors the form of one decision."""
    _history(room.store, "decision", one.id, partial(_shown, room))
    if not access.is_editor():
        return
    if merging("decision", one.id):
        _merge(save_decision, partial(_shown, room))
        return
    editing = st.session_state.get(EDITING)
    if not (isinstance(editing, Decision) and editing.id == one.id):
        with st.container(horizontal=True, gap="small"):
            if st.button(_("Изменить"), key=f"council-edit-{one.id}"):
                st.session_state[EDITING] = one
                st.rerun()
            _removal(_("Удалить решение"), f"council-remove-{one.id}", one.origin, lambda: remove_decision(one))
        return
    _decision_form(room, editing)


def new_decision(room: Room) -> None:
    """For editors: a decision that the protocol of the chosen (else the newest) meeting does not hold yet."""
    if not access.is_editor():
        return
    meeting = room.meeting or room.meetings[0]
    editing = st.session_state.get(EDITING)
    if isinstance(editing, Decision) and editing.id == 0 and editing.meeting_id == meeting.id:
        _decision_form(room, editing)
        return
    label = _("Записать новое решение заседания {day}").format(day=f"{meeting.day:%d.%m.%Y}")
    if st.button(label, key="council-new-decision"):
        last = max((one.position for one in room.decisions if one.meeting_id == meeting.id), default=0)
        st.session_state[EDITING] = Decision(
            meeting_id=meeting.id, number="", text="", state="planned", position=last + 1
        )
        st.rerun()


def rescued(store: Store, room: Room | None) -> None:
    """Whose decision was taken out while they edited it: their words stand ready as a new decision, or to be copied."""
    editing = st.session_state.get(EDITING)
    if not isinstance(editing, Decision) or not editing.id:
        return
    with suppress(UnknownCode):
        store.decision(editing.id)
        return
    key = f"council-form-{editing.id}-{editing.version}"
    typed = {name: st.session_state.get(f"{key}-{name}", getattr(editing, name)) for name in (*TYPED, "text")}
    mine = replace(editing, **typed)
    st.warning(
        _("Пока вы правили решение {number}, его убрали со страницы. Ваш текст не потерян.").format(
            number=escaped(editing.number)
        )
    )
    if room is None or mine.meeting_id not in room.by_id:
        st.session_state[EDITING] = mine
        st.code("\n".join(str(text) for text in typed.values() if text), language=None, wrap_lines=True)
        if st.button(_("Текст больше не нужен"), key="council-rescued"):
            _close()
        return
    last = max((one.position for one in room.decisions if one.meeting_id == mine.meeting_id), default=0)
    st.caption(_("Он стоит ниже как новое решение: сохраните его или откажитесь."))
    st.session_state[EDITING] = replace(mine, id=0, version=0, origin=None, source=None, position=last + 1)
    filters.set_code("meeting", str(mine.meeting_id))


def _decision_form(room: Room, base: Decision) -> None:
    meeting = room.by_id[base.meeting_id]
    items = {item.number: f"{item.number}. {words.short(item.title, 60)}" for item in meeting.agenda}
    sessions = {item.session: item.session for item in meeting.agenda if item.session}
    mechanisms = room.mechanisms
    measures = _measures(room, base)
    key = f"council-form-{base.id}-{base.version}"
    with st.form(key, border=True):
        st.markdown(f"**{_('Решение')} {escaped(base.number)}**" if base.id else f"**{_('Новое решение')}**")
        number = base.number
        if not base.id:
            number = st.text_input(_("Номер решения"), base.number, placeholder="2.3", key=f"{key}-number")
        given: dict[str, Any] = {}
        given["text"] = st.text_area(_(NAMES["text"]), base.text, key=f"{key}-text", help=_("Без имён: роли."))
        left, right = st.columns(2)
        with left:
            given["item"] = _select("item", items, base.item, key) or ""
            given["mechanism"] = _select("mechanism", mechanisms, base.mechanism, key)
            given["start"] = _moment("start", base.start, key)
            given["recurs"] = _recurs(base, key)
            given["state"] = st.selectbox(
                _(NAMES["state"]), STATES, STATES.index(base.state), key=f"{key}-state",
                format_func=lambda code: _(words.STATES[code][0]),
            )  # fmt: skip
        with right:
            given["session"] = _select("session", sessions, base.session, key)
            given["responsible"] = _line("responsible", base.responsible, key, hint=_(ROLE_HINT))
            given["due"] = _moment("due", base.due, key)
            given["wording"] = _line("wording", base.wording, key)
            given["state_on"] = _moment("state_on", base.state_on, key)
        given["done"] = st.text_area(_(NAMES["done"]), base.done or "", key=f"{key}-done", height=80)
        st.caption(
            _("Что решение должно изменить: показатель, годы до и после, ожидаемое значение. Без показателя ожидаемое "
              "значение относится к проценту самого механизма.")
        )  # fmt: skip
        options = list(measures)
        current = (base.indicator, base.subject, base.grade) if base.indicator else None
        measure = st.selectbox(
            _(NAMES["indicator"]), [None, *options], options.index(current) + 1 if current else 0,
            format_func=lambda one: measures[one] if one else _("не назван: речь о проценте механизма"),
            key=f"{key}-indicator",
        )  # fmt: skip
        given |= dict(zip(("indicator", "subject", "grade"), measure or (None, None, None), strict=True))
        first, second, third, fourth = st.columns(4)
        with first:
            given["before_year"] = _number("before_year", base.before_year, key)
        with second:
            given["after_year"] = _number("after_year", base.after_year, key)
        with third:
            given["expected"] = _number("expected", base.expected, key, whole=False)
        with fourth:
            given["repeats"] = _line("repeats", base.repeats, key)
        given["effect"] = st.text_area(_(NAMES["effect"]), base.effect or "", key=f"{key}-effect", height=80)
        given["note"] = _line("note", base.note, key)
        _signed(key)
        save, cancel = st.columns(2)
        saved = save.form_submit_button(_("Сохранить"), type="primary", width="stretch")
        left_off = cancel.form_submit_button(_("Не сохранять"), width="stretch")
    if left_off:
        _close()
    if saved:
        try:
            changed = replace(base, number=number.strip(), **_parsed(given))
        except ValueError as error:
            st.error(_("Дату или число «{text}» не разобрать. Пишите 15.03.2020, март 2020 или 2020.").format(
                text=escaped(str(error))))  # fmt: skip
            return
        if changed.mechanism != base.mechanism:
            changed = replace(changed, mechanism_ours=False)
        if changed.state != base.state and changed.state_on == base.state_on:
            # A new state is not of the day on which the former one was written down.
            changed = replace(changed, state_on=None if changed.state == "unknown" else room.today.isoformat())
        _try(save_decision, changed)


def _removal(label: str, key: str, origin: str | None, remove: Callable[[], None]) -> None:
    """For what people wrote themselves: a button that asks once more before it takes anything out."""
    if origin is not None:
        return
    with st.popover(label, key=f"{key}-menu", type="tertiary"):
        st.write(_("Запись исчезнет со страницы и из выписок. Текст останется в истории удалённого."))
        if st.button(_("Да, удалить"), key=key, type="primary"):
            try:
                remove()
            except Conflict:
                st.error(_("Пока вы решали, запись изменил другой редактор. Обновите страницу и посмотрите."))
                return
            except PipelineError as error:
                st.error(escaped(str(error)))
                return
            for name in ("decision", "meeting"):
                filters.set_code(name, None)
            st.session_state[DONE] = _("Удалено. Текст остался в истории удалённого.")
            _close()


def removed(store: Store, collection: str, territory: str | None, names: Mapping[str, str]) -> None:
    """For editors: what was taken out of this council (of the whole collection), with every text as it last stood.

    A council without a meeting left has no page of its own: its history stands with the others'.
    """
    if not access.is_editor():
        return
    found = store.removed(collection, territory)
    if territory is not None and (elsewhere := store.removed(collection, None)) != found:
        standing = {one.territory for one in store.councils() if one.collection == collection}
        gone = {one.content["territory"] for one in elsewhere if "held" in one.content} - standing
        found += [one for place in sorted(gone) for one in store.removed(collection, place)]
    if not found:
        return
    with st.expander(_("История удалённого: {n}").format(n=len(found))):
        rows = [
            [
                f"{one.moment[8:10]}.{one.moment[5:7]}.{one.moment[:4]} {one.moment[11:16]} UTC",
                one.by or _("роль не указана"),
                _("заседание {day}, {where}").format(
                    day=moments.spoken(one.content["held"]),
                    where=names.get(one.content["territory"], one.content["territory"]),
                ) if "held" in one.content
                else _("решение {number}").format(number=one.content["number"]),
                _became(one) if one.event else _(EVENTS["removed"]),
                one.content.get("text") or one.content.get("theme") or "",
            ]
            for one in found
        ]  # fmt: skip
        heads = [_("Когда"), _("Кто"), _("Что"), _("Что стало"), _("Текст")]
        facts.table(heads, rows, _("Удалённые и отозванные записи, новые сверху"))


def _measures(room: Room, base: Decision) -> dict[tuple[str, str | None, str | None], str]:
    """What can be measured at the council's territory; the decision's own choice in any case."""
    found: Sequence[tuple[str, str | None, str | None]] = []
    with suppress(PipelineError):
        found = ask(measurable, room.view.snapshot, room.collection, room.territory)
    if not found:
        found = [(code, None, None) for code in room.view.catalogue.indicators]
    own = (base.indicator, base.subject, base.grade)
    if base.indicator and own not in found:
        found = [(base.indicator, base.subject, base.grade), *found]
    return {one: _measure_name(room.view, one) for one in found}


def _measure_name(view: View, one: tuple[str, str | None, str | None]) -> str:
    indicator = view.catalogue.indicators.get(one[0])
    grade = _("{grade} класс").format(grade=one[2]) if one[2] else None
    return ", ".join(part for part in (indicator.name if indicator else one[0], one[1], grade) if part)


def _select(name: str, options: Mapping[Any, str], value: str | None, key: str) -> str | None:
    known = [None, *options]
    if value and value not in options:
        known.append(value)
    chosen: str | None = st.selectbox(
        _(NAMES[name]), known, known.index(value) if value else 0, key=f"{key}-{name}",
        format_func=lambda code: options.get(code, code) if code else _("не указано"),
    )  # fmt: skip
    return chosen


def _line(name: str, value: str | None, key: str, hint: str | None = None) -> str:
    return st.text_input(_(NAMES[name]), value or "", key=f"{key}-{name}", placeholder=hint)


def _moment(name: str, value: str | None, key: str) -> str:
    hint = _("15.03.2020, март 2020 или 2020")
    return st.text_input(_(NAMES[name]), moments.spoken(value), key=f"{key}-{name}", placeholder=hint)


def _recurs(base: Decision, key: str) -> str | None:
    chosen = st.multiselect(
        _(NAMES["recurs"]), list(range(1, 13)), list(base.months), key=f"{key}-recurs", placeholder=_("месяцы"),
        format_func=lambda month: moments.MONTHS[month - 1], select_all=False,
    )  # fmt: skip
    return ",".join(map(str, sorted(chosen))) or None


def _number(name: str, value: float | None, key: str, whole: bool = True) -> str:
    shown = "" if value is None else f"{value:g}".replace(".", ",")
    hint = "70,5" if not whole else "2024" if name.endswith("year") else None
    return st.text_input(_(NAMES[name]), shown, key=f"{key}-{name}", placeholder=hint)


def _parsed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Texts of a form as fields of a decision; ValueError with the text that cannot be understood."""
    fields_: dict[str, Any] = {}
    for name, value in given.items():
        text = value.strip() if isinstance(value, str) else value
        if name in ("start", "due", "state_on"):
            fields_[name] = moments.parsed(text or "")
        elif name in ("before_year", "after_year"):
            fields_[name] = int(text) if text else None
        elif name == "expected":
            fields_[name] = _float(text) if text else None
        else:
            fields_[name] = text or (None if name not in ("text", "item") else "")
    return fields_


def _float(text: str) -> float:
    try:
        return float(text.replace(",", ".").replace("%", "").strip())
    except ValueError as error:
        raise ValueError(text) from error


def _signed(key: str) -> None:
    role = st.text_input(
        _("Кто вносит (роль)"), st.session_state.get(ROLE, ""), key=f"{key}-role",
        placeholder=_("например: секретарь совета"),
    )  # fmt: skip
    st.session_state[ROLE] = role


def _try(save: Callable[[Any], Any], changed: Any) -> None:
    """Save; a refusal is said and the form stays as it is, a conflict opens both texts side by side."""
    try:
        saved = save(changed)
    except Conflict as conflict:
        begin_merge(conflict)
        return
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    st.session_state[DONE] = _("Сохранено.")
    if isinstance(saved, Meeting):
        filters.set_code("data", saved.collection)
        filters.set_code("council", saved.territory)
        filters.set_code("meeting", str(saved.id))
    else:
        filters.set_code("decision", str(saved.id))
    _close()


def _close() -> None:
    st.session_state.pop(EDITING, None)
    st.session_state.pop(CONFLICT, None)
    st.rerun()


# --- two people, one record -------------------------------------------------------------------------------


def merging(kind: str, record: int) -> bool:
    """Whether two texts of this record are being merged in this session."""
    found = st.session_state.get(CONFLICT)
    wanted = Decision if kind == "decision" else Meeting
    return isinstance(found, Conflict) and isinstance(found.theirs, wanted) and found.theirs.id == record


def _merge(save: Callable[[Any], Any], shown: Shown) -> None:
    """Both texts of every field that both changed; what only one of them changed is kept without asking."""
    found: Conflict = st.session_state[CONFLICT]
    of_form = isinstance(found, FormConflict)
    st.warning(escaped(str(found)))
    result = found.merged()
    disputed = found.disputed
    if not disputed:
        st.info(
            _("Здесь и в форме меняли разное: обе правки совместимы, выбирать ничего не нужно.")
            if of_form
            else _("Вы меняли разное: обе правки совместимы, ничего выбирать не нужно.")
        )
    with st.form("council-merge", border=True):
        for name in disputed:
            theirs, yours = getattr(found.theirs, name), getattr(found.yours, name)
            st.markdown(f"**{escaped(_(NAMES[name]))}**")
            left, right = st.columns(2)
            left.caption(_("Сейчас на странице") if of_form else _("Сохранил другой редактор"))
            left.markdown(escaped(shown(name, theirs)) or "—")
            right.caption(_("В загруженной форме") if of_form else _("Ваш текст"))
            right.markdown(escaped(shown(name, yours)) or "—")
            both = _both(theirs, yours) if name in JOINED else None
            choices = {
                "theirs": _("Оставить как на странице") if of_form else _("Оставить текст другого"),
                "yours": _("Взять из формы") if of_form else _("Взять мой"),
                "both": _("Оба подряд"),
            }
            if both is None:
                del choices["both"]
            chosen = st.radio(
                _("Что оставить: {field}").format(field=_(NAMES[name])), list(choices), horizontal=True,
                index=len(choices) - 1, format_func=choices.__getitem__, key=f"merge-{name}",
                label_visibility="collapsed",
            )  # fmt: skip
            result[name] = {"theirs": theirs, "yours": yours, "both": both}[chosen]
        _signed("council-merge")
        left, right = st.columns(2)
        saved = left.form_submit_button(_("Сохранить вместе"), type="primary", width="stretch")
        dropped = right.form_submit_button(
            _("Оставить всё как на странице") if of_form else _("Отказаться от моих правок"), width="stretch"
        )
    st.caption(
        _("Текст формы в любом случае остаётся в истории записи.")
        if of_form
        else _("Ваш текст в любом случае остаётся в истории записи.")
    )
    if isinstance(found, FormConflict):
        save = partial(decide, found)
        if dropped:
            _try(save, found.theirs)
    elif dropped:
        _close()
    if saved:
        _try(save, replace(found.theirs, **result))


def _both(theirs: Any, yours: Any) -> Any | None:
    """The two as one where that can be: texts under one another, lists joined."""
    if isinstance(theirs, str) and isinstance(yours, str):
        return f"{theirs}\n{yours}"
    if isinstance(theirs, tuple) and isinstance(yours, tuple):
        return (*theirs, *(one for one in yours if one not in theirs))
    return None


def _shown(room: Room, name: str, value: Any) -> str:
    """A field as people read it."""
    if value is None or value == "":
        return ""
    if name == "state":
        return _(words.STATES[value][0])
    if name == "mechanism":
        return room.mechanisms.get(value, value)
    if name in ("start", "due", "state_on", "held"):
        return moments.spoken(value)
    if name == "expected":
        return numbers.shortest(value, 1)
    if name == "recurs":
        return moments.yearly(tuple(int(month) for month in value.split(",")))
    if name == "indicator":
        return _measure_name(room.view, (value, None, None))
    if isinstance(value, tuple):
        lines = [[str(v) for v in asdict(one).values() if v is not None and not isinstance(v, bool)] for one in value]
        return "  \n".join(", ".join(line) for line in lines)
    return str(value)


def _became(one: Revision) -> str:
    """What became of a text that stands in the history."""
    if one.event in EVENTS:
        return _(EVENTS[one.event])
    return _("сохранено") if one.accepted else _("не принято: другой сохранил раньше")


def _history(store: Store, kind: str, record: int, shown: Shown) -> None:
    """All texts ever saved, those that were not accepted too, each with what else was changed along with it."""
    menu = st.popover(_("История записи"), key=f"council-history-{kind}-{record}", on_change="rerun", type="tertiary")
    if not menu.open:
        return
    with menu:
        found = store.revisions(kind, record)
        rows = [
            [
                f"{one.moment[8:10]}.{one.moment[5:7]}.{one.moment[:4]} {one.moment[11:16]} UTC",
                one.by or _("роль не указана"),
                _became(one),
                one.content.get("text") or one.content.get("theme") or "",
                _changed_besides(one, next((older for older in found[n + 1 :] if older.accepted), None), shown),
            ]
            for n, one in enumerate(found)
        ]
        heads = [_("Когда"), _("Кто"), _("Что стало"), _("Текст"), _("Что ещё изменилось")]
        facts.table(heads, rows, _("Все сохранённые тексты, новые сверху"))


def _changed_besides(one: Revision, before: Revision | None, shown: Shown) -> str:
    """«Состояние: выполнено; Срок: март 2024» against the text that stood before."""
    if before is None:
        return ""
    parts = []
    for name, label in NAMES.items():
        now, then = one.content.get(name), before.content.get(name)
        if name in ("text", "theme") or now == then or not (now or then):
            continue
        said = "" if isinstance(now, list) else shown(name, now) or _("пусто")
        parts.append(f"{_(label)}: {said}" if said else _(label))
    return "; ".join(parts)


# --- one meeting ----------------------------------------------------------------------------------------


def meeting(room: Room, one: Meeting) -> None:
    """History, and for editors the form of a meeting."""
    _history(room.store, "meeting", one.id, partial(_shown, room))
    if not access.is_editor():
        return
    if merging("meeting", one.id):
        _merge(save_meeting, partial(_shown, room))
        return
    editing = st.session_state.get(EDITING)
    if not (isinstance(editing, Meeting) and editing.id == one.id):
        with st.container(horizontal=True, gap="small"):
            if st.button(_("Изменить протокол"), key=f"council-edit-meeting-{one.id}"):
                st.session_state[EDITING] = one
                st.rerun()
            _removal(
                _("Удалить заседание"), f"council-remove-meeting-{one.id}", one.origin, lambda: remove_meeting(one)
            )
        return
    _meeting_form(editing)


def next_meeting(room: Room) -> None:
    """For editors: a new meeting that begins with the report on the last one's decisions."""
    if not access.is_editor():
        return
    editing = st.session_state.get(EDITING)
    if isinstance(editing, Meeting) and editing.id == 0:
        _meeting_form(editing)
        return
    last = room.meetings[0]
    if st.button(_("Записать новое заседание"), key="council-new-meeting", type="primary"):
        report = _("О выполнении решений заседания {day}.").format(day=f"{last.day:%d.%m.%Y}")
        st.session_state[EDITING] = Meeting(
            collection=room.collection, territory=room.territory, body=last.body, theme="",
            held=date.today().isoformat(), place=last.place, chair=last.chair, secretary=last.secretary,
            attendance=tuple(Attendance(group.name) for group in last.attendance if group.part),
            agenda=(AgendaItem("1", report),),
        )  # fmt: skip
        st.rerun()


def first_meeting(collection: str, names: Mapping[str, str]) -> None:
    """For editors: the first meeting of a council in a collection that has none."""
    said()
    if not access.is_editor() or not names:
        return
    editing = st.session_state.get(EDITING)
    if isinstance(editing, Meeting) and editing.id == 0:
        _meeting_form(editing)
        return
    territory = st.selectbox(_("Территория совета"), list(names), format_func=names.__getitem__, key="council-where")
    if st.button(_("Записать первое заседание"), key="council-first-meeting", type="primary"):
        st.session_state[EDITING] = Meeting(
            collection=collection, territory=territory, body="", theme="", held=date.today().isoformat()
        )
        st.rerun()


TABLES: dict[str, tuple[type[Any], dict[str, str]]] = {
    "attendance": (
        Attendance,
        {"name": N_("Группа"), "present": N_("Было"), "absent": N_("Не было"), "organisations": N_("Организаций")},
    ),
    "agenda": (
        AgendaItem,
        {"number": N_("№"), "title": N_("Вопрос"), "session": N_("Группа"), "moderator": N_("Модератор (роль)"),
         "task": N_("Задача"), "outcome": N_("Итог")},
    ),
    "speeches": (
        Speech,
        {"item": N_("Вопрос №"), "kind": N_("Вид"), "role": N_("Роль"), "organisation": N_("Организация"),
         "text": N_("Что сказано")},
    ),
    "members": (
        Member,
        {"working_group": N_("Рабочая группа"), "decision": N_("Решение №"), "role": N_("Роль"),
         "organisation": N_("Организация")},
    ),
}  # fmt: skip
COUNTS = ("present", "absent", "organisations")
KINDS = {"heard": N_("слушали"), "spoken": N_("выступили")}


def _meeting_form(base: Meeting) -> None:
    key = f"council-meeting-{base.id}-{base.version}"
    with st.form(key, border=True):
        st.markdown(f"**{_('Протокол заседания')}**" if base.id else f"**{_('Новое заседание')}**")
        st.caption(_("Имён здесь не пишут: председатель, секретарь, докладчики и участники — роли."))
        left, right = st.columns(2)
        given: dict[str, Any] = {}
        with left:
            given["body"] = _line("body", base.body, key)
            given["held"] = st.date_input(
                _(NAMES["held"]), date.fromisoformat(base.held), key=f"{key}-held", format="DD.MM.YYYY"
            ).isoformat()
            given["chair"] = _line("chair", base.chair, key, hint=_(ROLE_HINT))
            given["present"] = _number("present", base.present, key)
        with right:
            given["number"] = _line("number", base.number, key)
            given["place"] = _line("place", base.place, key)
            given["secretary"] = _line("secretary", base.secretary, key, hint=_(ROLE_HINT))
            given["absent"] = _number("absent", base.absent, key)
        given["theme"] = st.text_area(_(NAMES["theme"]), base.theme, key=f"{key}-theme", height=80)
        edited = {name: _editor(name, getattr(base, name), key) for name in TABLES}
        given["enclosure"] = _line("enclosure", base.enclosure, key)
        given["note"] = _line("note", base.note, key)
        _signed(key)
        save, cancel = st.columns(2)
        saved = save.form_submit_button(_("Сохранить"), type="primary", width="stretch")
        left_off = cancel.form_submit_button(_("Не сохранять"), width="stretch")
    if left_off:
        _close()
    if not saved:
        return
    values: dict[str, Any] = {
        name: (text.strip() or (None if name not in ("body", "theme") else "")) for name, text in given.items()
    }
    try:
        for name in ("present", "absent"):
            values[name] = int(values[name]) if values[name] else None
    except ValueError:
        st.error(_("Число людей пишут цифрами."))
        return
    children = {name: _children(name, frame, getattr(base, name)) for name, frame in edited.items()}
    _try(save_meeting, replace(base, **values, **children))


def _editor(name: str, rows: Sequence[Any], key: str) -> pd.DataFrame:
    _record, heads = TABLES[name]
    frame = pd.DataFrame([{column: getattr(row, column) for column in heads} for row in rows], columns=list(heads))
    frame = frame.astype({c: "Int64" if c in COUNTS else "string" for c in heads})
    columns: dict[str, Any] = {
        column: st.column_config.NumberColumn(_(head), min_value=0, step=1)
        if column in COUNTS
        else st.column_config.SelectboxColumn(_(head), options=list(KINDS), format_func=lambda code: _(KINDS[code]))
        if column == "kind"
        else st.column_config.TextColumn(_(head))
        for column, head in heads.items()
    }
    st.caption(_(NAMES[name]))
    edited: pd.DataFrame = st.data_editor(
        frame, column_config=columns, num_rows="dynamic", hide_index=True, placeholder="", width="stretch",
        key=f"{key}-{name}",
    )  # fmt: skip
    return edited


def _children(name: str, frame: pd.DataFrame, before: Sequence[Any]) -> tuple[Any, ...]:
    """The rows of an edited table; what it does not show (place in the document …) stays with its row."""
    record, heads = TABLES[name]
    given = [_cleaned(row) for row in frame.to_dict("records")]
    given = [row for row in given if any(value is not None for value in row.values())]
    left = list(before)
    # Rows that were not touched first; an edited one is then the row that stood in its place.
    origins: list[Any] = []
    for row in given:
        same = next((one for one in left if all(getattr(one, c) == row.get(c) for c in heads)), None)
        if same is not None:
            left.remove(same)
        origins.append(same)
    children = []
    for n, (row, same) in enumerate(zip(given, origins, strict=True)):
        if record is Speech and not row.get("kind"):
            row["kind"] = "heard"
        filled = {c: "" if v is None and c in _needed(record) else v for c, v in row.items()}
        if same is None and n < len(before) and before[n] in left:
            same = before[n]
            left.remove(same)
        children.append(replace(same, **filled) if same is not None else record(**filled))
    return tuple(children)


def _cleaned(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of an edited table with nothing where nothing was written, and whole numbers whole."""
    values = {str(column): None if pd.isna(value) else value for column, value in row.items()}
    values = {c: v.strip() or None if isinstance(v, str) else v for c, v in values.items()}
    return {c: int(v) if v is not None and c in COUNTS else v for c, v in values.items()}


def _needed(record: type[Any]) -> tuple[str, ...]:
    """Fields that a record cannot be without."""
    return tuple(f.name for f in fields(record) if f.default is MISSING and f.default_factory is MISSING)
