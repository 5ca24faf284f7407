"""«Совет»: what was decided, by whom and until when, what became of it and what it changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from pages import council_files, council_forms, council_loads
from pages import council_words as words
from pages.council_room import Room, report
from pages.shared import access, charts, facts, filters, links, tables
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS, EVERY
from pages.shared.programmes import ANY_TYPE, TYPES, organisation_type
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, ngettext
from pages.shared.view import View, dated
from pipelines import queries
from pipelines.decision_effects import effects
from pipelines.store import Council, Decision, Meeting, Store, StoreUnavailable, ensure_seeded, open_store
from pipelines.store.records import first_day

PARTS = {
    "decisions": N_("Решения"),
    "deadlines": N_("Сроки"),
    "protocol": N_("Протокол"),
    "groups": N_("Группы"),
    "next": N_("К следующему заседанию"),
}
# Another collection has other councils, another council other meetings, another meeting other decisions.
FILTERS = ("topic", "session", "state")
filters.DEPENDENTS["meeting"] = ("decision", *FILTERS)
filters.DEPENDENTS["council"] = ("meeting", *filters.DEPENDENTS["meeting"])
if "council" not in filters.DEPENDENTS["data"]:
    filters.DEPENDENTS["data"] = (*filters.DEPENDENTS["data"], "council", *filters.DEPENDENTS["council"])
_seeded: dict[str, str] = {}


def run(view: View) -> None:
    """Draw the page."""
    facts.style()
    st.html(words.style())
    st.title(_("Совет"))
    try:
        store = opened_store(view)
        room = _room(view, store)
        council_forms.rescued(store, room)
        if room is None:
            return
        council_forms.said()
        _lead(room)
        council_loads.told(room, council_loads.found(room))
        part = filters.choose("council_part", _("Показать"), list(PARTS), lambda code: _(PARTS[code]), segmented=True)
        draw: Mapping[str, Callable[[Room], None]] = {
            "decisions": _decisions,
            "deadlines": _deadlines,
            "protocol": _protocol,
            "groups": _groups,
            "next": _next,
        }
        draw[part](room)
        _foot(room)
    except StoreUnavailable as error:
        st.error(escaped(str(error)))


def opened_store(view: View) -> Store:
    """The store with the protocols of the sources and the demonstration taken over, in step with the loaded forms."""
    store = open_store()
    # By address the snapshot that it was last brought in step with: a return to an earlier one counts too.
    if _seeded.get(str(store.url)) != view.snapshot.id or not store.seeded():
        ensure_seeded(store, view.snapshot)
        _seeded[str(store.url)] = view.snapshot.id
    return store


# --- which council ----------------------------------------------------------------------------------------


def _room(view: View, store: Store) -> Room | None:
    """Draw the filters and read what they choose; None, with the reason said, where no council has met."""
    councils = store.councils()
    with_data = ask(queries.coverage_of_collections, view.snapshot)
    offered = [c for c in COLLECTIONS if c in with_data or any(one.collection == c for one in councils)] or ["own"]
    columns = st.columns([2.1, 2.1, 1.6], vertical_alignment="bottom")
    with columns[0]:
        collection = filters.choose(
            "data", _("Данные"), offered, lambda code: _(COLLECTIONS[code]), segmented=True,
            unknown=_("Собрания данных «{value}» нет."),
        )  # fmt: skip
    register = ask(queries.territories, view.snapshot, collection)
    names = dict(zip(register["code"], register["name"], strict=True))
    own = {one.territory: one for one in councils if one.collection == collection}
    if not own:
        st.info(_("Заседаний в этом собрании данных ещё не записано."))
        council_forms.first_meeting(collection, names)
        council_forms.removed(store, collection, None, names)
        return None
    # What leaves nothing to choose is not offered.
    territory = _likely(own)
    if len(own) > 1 or filters.codes().get("council") not in (None, territory):
        with columns[1]:
            territory = filters.choose(
                "council", _("Совет"), list(own), lambda code: f"{names.get(code, code)} · {own[code].body}",
                default=territory, unknown=_("Совета территории «{value}» здесь нет."),
            )  # fmt: skip
    meetings = store.meetings(collection, territory)
    by_code = {str(one.id): one for one in meetings}
    options = {code: words.meeting_name(one) for code, one in by_code.items()}
    chosen = None
    if len(meetings) > 1 or filters.codes().get("meeting"):
        with columns[2]:
            chosen = optional("meeting", _("Заседание"), options, every=_("Все"))
    where = names.get(territory, territory)
    when = options[str(meetings[0].id)] if len(meetings) == 1 else _("заседаний: {n}").format(n=len(meetings))
    about = [where, own[territory].body, when]
    if collection == "demo":
        about.insert(0, _("демонстрационные данные: все названия и числа вымышлены"))
    st.caption(escaped(" · ".join(about)))
    decisions = store.decisions([meeting.id for meeting in meetings])
    held = tuple((meeting.id, meeting.day.year) for meeting in meetings)
    found = ask(_effects, view.snapshot, tuple(decisions), collection, territory, held)
    return Room(
        view, store, collection, territory, own[territory].body, meetings, by_code.get(chosen or ""), decisions, found,
        names, date.today(),
    )  # fmt: skip


def _effects(snapshot, decisions, collection, territory, held):  # type: ignore[no-untyped-def]
    return effects(snapshot, decisions, collection, territory, dict(held))


def _likely(own: Mapping[str, Council]) -> str:
    """The council of the territory that the other pages look at, if it has one."""
    state = filters.codes()
    return next((state[name] for name in ("district", "region") if state.get(name) in own), next(iter(own)))


def optional(name: str, label: str, options: Mapping[str, str], every: str, quiet: bool = False) -> str | None:
    """A filter that may stand on «все», kept in the address like the others; what a link asks in vain is said.

    A ``quiet`` one has its label in its first choice.
    """
    state = filters.codes()
    if state.get(name) and state[name] not in options:
        said = _("«{label}»: значения «{value}» здесь нет. Показаны все.")
        st.warning(said.format(label=label, value=escaped(state.pop(name)[:80])))
    key = f"filter_{name}"
    st.session_state[key] = state.get(name) or EVERY
    st.selectbox(
        label,
        [EVERY, *options],
        format_func=lambda code: options[code] if code else every,
        key=key,
        on_change=lambda: filters.set_code(name, st.session_state[key]),
        label_visibility="collapsed" if quiet else "visible",
    )
    return state.get(name)


# --- what stands on top -----------------------------------------------------------------------------------


def _lead(room: Room) -> None:
    """The whole in two lines: how many decisions, what became of them, what is late."""
    shown = room.shown
    if not shown:
        st.info(_("Решений пока не записано."))
        return
    total = f"{len(shown)} {ngettext(_('решение'), _('решения'), _('решений'), len(shown))}"
    repeated = sum(bool(one.repeats) for one in shown)
    if repeated:
        total += _(", различных {n}").format(n=len(shown) - repeated)
    counted = Counter(one.state for one in shown)
    states = "".join(
        f"<span>{shape} {escape(_(word))}: {counted[code]}</span>"
        for code, (word, shape) in words.STATES.items()
        if counted[code]
    )
    late = [one for one in shown if one.overdue(room.today)]
    behind = "".join(
        f'<div class="late">{escape(words.state(one, room.today))}: {escape(one.number)} '
        f"{escape(words.short(one.text, 90))}</div>"
        for one in late[:3]
    )
    unsaid = (
        (_("ответственный не указан: {n}"), sum(not d.responsible for d in shown)),
        (_("без срока: {n}"), sum(not (d.due or d.recurs or d.start) for d in shown)),
    )
    silent = [text.format(n=_all_or(n, len(shown))) for text, n in unsaid if n]
    st.html(
        f'<div class="council-lead"><span><b>{escape(total)}</b></span>{states}{behind}'
        f'<div style="font-size:.95rem;opacity:.85">{escape(" · ".join(silent))}</div></div>'
    )


def _all_or(n: int, total: int) -> str:
    return _("у всех") if n == total else str(n)


# --- decisions --------------------------------------------------------------------------------------------


def _decisions(room: Room) -> None:
    shown = room.shown
    if not shown:
        council_forms.new_decision(room)
        return
    tools = st.container(horizontal=True, gap="small")
    with tools:
        left = _filtered(room, shown)
    if not left:
        st.info(_("Решений с таким отбором нет."))
        if st.button(_("Показать все решения"), key="council_all"):
            for name in (*FILTERS, "type"):
                filters.set_code(name, None)
            st.rerun()
        return
    ids = {str(one.id): one for one in left}
    with tools:
        council_files.decisions_menu(room, left)
        chosen = optional(
            "decision",
            _("Решение подробно"),
            {code: f"{one.number} {words.short(one.text, 60)}" for code, one in ids.items()},
            every=_("Решение подробно…"),
            quiet=True,
        )
    if chosen:
        _card(room, ids[chosen])
    st.html(
        words.table(
            left,
            today=room.today,
            links=_addresses(left),
            mechanisms=room.mechanisms,
            meetings=room.by_id,
            changed={one.id: room.changed(one) for one in left},
            chosen=int(chosen) if chosen else None,
        )
    )
    if any(one.overdue(room.today) for one in left) or any(one.state == "unknown" for one in left):
        st.caption(
            _("«Срок прошёл» — только там, где невыполнение записано. Где сведений нет, решение не считается "
              "просроченным.")
        )  # fmt: skip
    council_forms.new_decision(room)


def _addresses(decisions: Sequence[Decision], **changes: str | None) -> dict[int, str]:
    """The addresses of decisions by their ids, for a table.

    None for an editor by password: such a link begins a new session, in which nobody has entered yet; the list
    «Решение подробно» stays in this one.
    """
    if access.configured_password() and access.is_editor():
        return {}
    return {
        one.id: links.address("council", council_part="decisions", decision=str(one.id), **changes) for one in decisions
    }


def _filtered(room: Room, shown: Sequence[Decision]) -> list[Decision]:
    mechanisms = {code: name for code, name in room.mechanisms.items() if any(one.mechanism == code for one in shown)}
    types = {
        item.session: _(" · детские сады") if item.organisation_type == "preschool" else ""
        for meeting in room.meetings
        for item in meeting.agenda
        if item.session
    }
    sessions = {one.session: one.session + types.get(one.session, "") for one in shown if one.session}
    states = {code: _(word) for code, (word, _shape) in words.STATES.items() if any(d.state == code for d in shown)}
    kinds = {item.session: item.organisation_type for m in room.meetings for item in m.agenda if item.session}
    about = {kind: _(TYPES[kind]) for kind in TYPES if kind and kind in kinds.values()}
    # A type chosen on another page of programmes narrows nothing here unless a group is about it.
    of_type = filters.codes().get("type") if filters.codes().get("type") in about else None
    offered = (
        ("topic", _("Механизм"), mechanisms, _("Все")),
        ("session", _("Группа"), dict(sorted(sessions.items())), _("Все")),
        ("state", _("Состояние"), states, _("Любое")),
    )
    state = filters.codes()
    active = [options[state[name]] for name, _label, options, _every in offered if state.get(name) in options]
    active += [about[of_type]] if of_type else []
    asked: dict[str, str | None] = {}
    with st.popover(_("Отбор: {what}").format(what=", ".join(active)) if active else _("Отбор решений")):
        for name, label, options, every in offered:
            asked[name] = optional(name, label, options, every)
        if about:
            filters.codes()["type"] = of_type or ANY_TYPE
            of_type = organisation_type(list(about)) or None
    return [
        one
        for one in shown
        if asked["topic"] in (None, one.mechanism)
        and asked["session"] in (None, one.session)
        and asked["state"] in (None, one.state)
        and (not of_type or kinds.get(one.session or "") == of_type)
    ]


def _card(room: Room, one: Decision) -> None:
    """One decision whole, with everything that was ever written of it."""
    meeting = room.by_id[one.meeting_id]
    item = next((item for item in meeting.agenda if item.number == one.item), None)
    ours = _(" (отнесено нами: в протоколе механизм не назван)") if one.mechanism_ours else ""
    mechanism = room.mechanisms.get(one.mechanism or "", one.mechanism or "")
    with st.container(border=True):
        st.header(f"{_('Решение')} {escaped(one.number)}", anchor=False)
        facts.facts(
            [
                (_("Текст"), one.text.split("\n")),
                (_("Заседание"), f"{words.meeting_name(meeting)}, {meeting.body}"),
                (_("Вопрос повестки"), f"{item.number}. {item.title}" if item else one.item),
                (_("Группа"), one.session or ""),
                (_("Механизм"), mechanism + ours if mechanism else _("не указан")),
                (_("Ответственный"), one.responsible or _(words.NOT_NAMED)),
                (_("Начало"), words.spoken(one.start)),
                (_("Срок"), [words.deadline(one), words.wording(one)]),
                (_("Состояние"), [words.state(one, room.today), _recorded(one)]),
                (_("Что сделано"), one.done or ""),
                (_("Показатель до и после"), room.changed(one)),
                (_("Что изменилось"), one.effect or ""),
                (_("Повторяет"), one.repeats or ""),
                (_("Место в документе"), one.source or ""),
                (_("Примечание"), one.note or ""),
                (_("Происхождение"), _origin(one)),
            ]
        )
        if one.indicator and one.indicator in room.view.catalogue.indicators:
            st.caption(_("«После» не значит «благодаря»: показатель мог измениться и по другим причинам."))
            links.page_link("passport", _("Паспорт показателя →"), indicator=one.indicator, data=room.collection)
        council_loads.beside(room, "decision", one.id)
        council_forms.decision(room, one)


def _recorded(one: Decision) -> str:
    return _("записано {day}").format(day=words.spoken(one.state_on)) if one.state_on else ""


def _origin(one: Decision) -> str:
    changed = _("изменено {day}, {who}").format(day=f"{one.changed[8:10]}.{one.changed[5:7]}.{one.changed[:4]}",
                                                who=one.changed_by or _("роль не указана"))  # fmt: skip
    if one.origin == "demo":
        taken = _("вымышлено для демонстрации")
    elif one.origin:
        taken = _("взято из документа {code}").format(code=one.origin)
    elif one.source:
        taken = _("взято из загруженной формы")
    else:
        return changed
    return taken if one.version == 1 else f"{taken}; {changed}"


# --- deadlines --------------------------------------------------------------------------------------------


def _deadlines(room: Room) -> None:
    rows = []
    for one in room.shown:
        since = room.by_id[one.meeting_id].day
        start = first_day(one.start) if one.start else None
        end = one.last_day or one.occurrence(since)
        label = f"{one.number} {words.short(one.text, 48)}"
        rows.append(
            {
                "item": label + (_(" (ежегодно)") if one.months else ""),
                "start": start,
                "end": end,
                "when": f"{one.wording or words.deadline(one)} · {_(words.STATES[one.state][0])}",
            }
        )
    rows.sort(key=lambda row: (row["end"] or row["start"] or date.max, row["start"] or date.max))
    frame = pd.DataFrame(rows, columns=["item", "start", "end", "when"])
    if frame.empty:
        st.info(_("Решений пока не записано."))
        return
    recurring = any(one.months for one in room.shown)
    charts.draw(
        charts.Gantt(group=None),
        frame,
        key=f"council-deadlines-{room.collection}-{room.territory}",
        title=_("Сроки решений"),
        stamp=room.stamp(),
        note=_("У ежегодных отмечен первый срок после заседания.") if recurring else None,
    )


# --- the protocol -----------------------------------------------------------------------------------------


def one_meeting(room: Room) -> Meeting:
    """The chosen meeting, the newest when none is chosen."""
    return room.meeting or room.meetings[0]


def _protocol(room: Room) -> None:
    meeting = one_meeting(room)
    if room.meeting is None and len(room.meetings) > 1:
        st.caption(_("Показано последнее заседание; другое выбирают вверху."))
    st.header(_("Заседание {name}").format(name=words.meeting_name(meeting)), anchor=False)
    council_files.protocol_menu(room, meeting)
    facts.facts(
        [
            (_("Орган"), meeting.body),
            (_("Тема"), meeting.theme),
            (_("Номер"), meeting.number or _("в протоколе не заполнен")),
            (_("Дата"), f"{meeting.day:%d.%m.%Y}"),
            (_("Место"), meeting.place or ""),
            (_("Председатель"), meeting.chair or _("роль не указана")),
            (_("Секретарь"), meeting.secretary or _("роль не указана")),
            (_("Присутствовали"), [_people(meeting.present), *_groups_present(meeting)]),
            (_("Отсутствовали"), _people(meeting.absent)),
            (_("Приложение"), meeting.enclosure or ""),
            (_("Примечание"), meeting.note or ""),
        ]
    )
    st.subheader(_("Повестка"), anchor=False)
    decisions = [one for one in room.decisions if one.meeting_id == meeting.id]
    for item in meeting.agenda:
        _item(item, meeting, [one for one in decisions if one.item == item.number])
    council_loads.beside(room, "meeting", meeting.id)
    council_forms.meeting(room, meeting)


def _people(n: int | None) -> str:
    return _("не указано") if n is None else _("{n} чел.").format(n=n)


def _out_of(organisations: int | None) -> str:
    return "" if organisations is None else _(" из {n} организаций").format(n=organisations)


def _groups_present(meeting: Meeting) -> list[str]:
    lines = []
    for group in meeting.attendance:
        text = f"{group.name}: {_people(group.present)}{_out_of(group.organisations)}"
        if group.absent is not None:
            text += _(", не было {n}").format(n=group.absent)
        lines.append(text)
    return lines


def _item(item, meeting: Meeting, decisions: Sequence[Decision]) -> None:  # type: ignore[no-untyped-def]
    speeches = [one for one in meeting.speeches if one.item == item.number]
    title = f"{item.number}. {item.title}"
    if not speeches and not decisions:
        st.markdown(escaped(title))
        return
    with st.expander(escaped(title)):
        rows = []
        for kind, label in (("heard", _("Слушали")), ("spoken", _("Выступили"))):
            said = []
            for one in speeches:
                if one.kind != kind:
                    continue
                who = ", ".join(part for part in (one.role, one.organisation) if part)
                said.append(": ".join(part for part in (who, one.text or _("содержание не записано")) if part))
            rows.append((label, said))
        rows.append((_("Решили"), [f"{one.number}. {one.text}" for one in decisions]))
        facts.facts(rows)


# --- groups -----------------------------------------------------------------------------------------------


def _groups(room: Room) -> None:
    meetings = [room.meeting] if room.meeting else room.meetings
    rows = [
        [
            f"{item.session}, {meeting.day:%d.%m.%Y}",
            item.title,
            item.moderator or _("не указан"),
            _people(item.people) + _out_of(item.organisations),
            item.task or _("в протоколе нет"),
            item.outcome or _("в протоколе нет"),
        ]
        for meeting in meetings
        for item in meeting.agenda
        if item.session
    ]
    if rows:
        heads = [_("Группа"), _("О чём"), _("Модератор (роль)"), _("Участников"), _("Задача"), _("Итог")]
        facts.table(heads, rows, _("Группы, которые работали на заседании"))
    created = [(m.working_group, m.decision, meeting.id) for meeting in meetings for m in meeting.members]
    names = list(dict.fromkeys(created))
    st.header(_("Рабочие группы, созданные решениями"), anchor=False)
    if not names:
        st.caption(_("Рабочих групп не создано."))
    for name, decision, owner in names:
        members = [m for m in room.by_id[owner].members if (m.working_group, m.decision) == (name, decision)]
        frame = pd.DataFrame(
            {
                _("Роль"): [member.role for member in members],
                _("Организация"): [member.organisation or _("не указана") for member in members],
            }
        )
        count = f"{len(members)} {ngettext(_('человек'), _('человека'), _('человек'), len(members))}"
        said = _("решение {number}").format(number=decision) if decision else ""
        st.markdown(f"**{escaped(name[:1].upper() + name[1:])}** — {count}" + (f", {escaped(said)}" if said else ""))
        tables.show(frame, key=f"council-group-{owner}-{decision}", demo=room.collection == "demo", alt=name)


# --- the next meeting -------------------------------------------------------------------------------------


def _next(room: Room) -> None:
    """What the next meeting opens with: what was decided, what was done, what it changed."""
    pending = report(room, None)
    st.markdown(
        _("Заседание начинают с того, что решили раньше, что сделано и что изменилось: {n}.").format(
            n=f"{len(pending)} {ngettext(_('решение'), _('решения'), _('решений'), len(pending))}"
        )
    )
    if pending:
        st.html(
            words.table(
                pending,
                today=room.today,
                links=_addresses(pending, meeting=None),
                mechanisms=room.mechanisms,
                meetings=room.by_id,
                changed={one.id: room.changed(one) for one in pending},
                chosen=None,
            )
        )
        notes = [_("Повторы внутри одного протокола и снятые решения не перечислены; «после» не значит «благодаря».")]
        silent = sum(not one.indicator for one in pending)
        if silent:
            notes.append(
                _("Показатель не назван: {n} — что эти решения изменили, сказать нельзя.").format(
                    n=_("ни в одном решении") if silent == len(pending) else silent
                )
            )
        st.caption(escaped("  \n".join(notes)))
        council_files.report_menu(room, pending)
    council_forms.next_meeting(room)


def _foot(room: Room) -> None:
    council_forms.removed(room.store, room.collection, room.territory, room.names)
    notes = [room.names.get(room.territory, room.territory), dated(room.view.snapshot)]
    if not access.is_editor():
        notes.append(_("записывать и править может редактор"))
    st.caption(" · ".join(escaped(note) for note in notes))
