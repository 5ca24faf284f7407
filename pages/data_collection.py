"""«Сбор»: for a form and a year, who has handed in by the deadline, who was sent back, who is late or silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from pages import data_letters as letters
from pages import data_upload_return
from pages import data_upload_words as words
from pages.shared import access, data, facts, files, filters, numbers
from pages.shared.export import Stamp
from pages.shared.facts import NOTHING, Cell
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pipelines import collection
from pipelines.collection import Deadline, Return, Status
from pipelines.errors import PipelineError
from pipelines.loads import Load, Loads
from pipelines.snapshot import Warehouse, now
from pipelines.territories.register import Register

STATES = {
    "overdue": N_("✕ не сдали, срок прошёл"),
    "returned": N_("↩ возвращено с замечаниями"),
    "late": N_("◷ сдали с опозданием"),
    "awaited": N_("… ещё не сдали"),
    "reported": N_("✓ сдали"),
}
MOST_SHOWN = 500
YEARS_BACK = 9
EDITOR, DONE = "editor_name", "collection_done"


# --- what changes something: each asks for the editor's proof itself ----------------------------------------


def keep_deadline(warehouse: Warehouse, deadline: Deadline) -> None:
    """Keep a deadline; raises :class:`access.NotAnEditor` for anybody but an editor."""
    access.require_editor(deadline.by)
    collection.set_deadline(warehouse, deadline)


def drop_deadline(warehouse: Warehouse, form: str, year: int) -> None:
    """Take a deadline away; raises :class:`access.NotAnEditor` for anybody but an editor."""
    access.require_editor()
    collection.drop_deadline(warehouse, form, year)


# --- the section --------------------------------------------------------------------------------------------


def draw(view: View) -> None:
    """Form, year and deadline; coverage; one line a unit; what to write to whom."""
    warehouse = data.warehouse()
    store = Loads(warehouse)
    entries = store.entries()
    register = store.register(entries)
    if not (register.of_level("district") or register.of_level("school")):
        st.info(
            _("Кто должен сдавать, говорит реестр организаций, а его ещё нет. Загрузите реестр в разделе «Загрузка».")
        )
        return
    known = collection.deadlines(store)
    form, year = _form_and_year(store, entries, known)
    deadline = next((one for one in known if (one.form, one.year) == (form, year)), None)
    _deadline(warehouse, form, year, deadline)
    level = deadline.level if deadline else "district"
    if not register.of_level(level):
        level = "school"
    within = _within(register, level)
    expected = collection.units(register, level, within, year)
    if not expected:
        st.info(_("Здесь нет никого, кто сдаёт эту форму."))
        return
    found = collection.statuses(
        expected, collection.reports(store, entries, form, year), collection.returns(store, form, year),
        deadline.last_day if deadline else None, date.today(), collection.findings(store, entries, form),
    )  # fmt: skip
    if DONE in st.session_state:
        st.success(st.session_state.pop(DONE))
    _summary(found, deadline)
    _table(view, found, form, year, deadline, level)
    _letters(view, warehouse, found, form, year, deadline)


def _form_and_year(store: Loads, entries: Sequence[Load], known: Sequence[Deadline]) -> tuple[str, int]:
    """Forms that are collected already come first; the year is the latest of their deadlines and loads."""
    used = [one.form for one in known] + [entry.format for entry in reversed(entries)]
    forms = list(dict.fromkeys([*(form for form in used if form in collection.COLLECTED), *collection.COLLECTED]))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        form = filters.choose(
            "form", _("Форма"), forms, letters.form_name, unknown=_("Формы «{value}» нет.")
        )  # fmt: skip
    told = {one.year for one in known if one.form == form} | set(collection.years(store, entries, form))
    told |= {one["year"] for one in store.kept("returns") if one["form"] == form}
    this = date.today().year
    years = sorted(told | set(range(this - YEARS_BACK, this + 1)), reverse=True)
    with right:
        year = filters.choose(
            "collected", _("Год"), [str(one) for one in years], str, default=str(max(told, default=this)),
            unknown=_("За {value} год сбора нет."),
        )  # fmt: skip
    return form, int(year)


def _within(register: Register, level: str) -> str | None:
    """One municipality out of several, where organisations hand in themselves."""
    districts = sorted(register.of_level("district"), key=lambda code: str(register.rows[code]["name"]))
    if level != "school" or len(districts) < 2:
        return None
    chosen = st.selectbox(
        _("Муниципалитет"), ["", *districts], key="collection_within",
        format_func=lambda code: str(register.rows[code]["name"]) if code else _("Все"),
    )  # fmt: skip
    return chosen or None


def _deadline(warehouse: Warehouse, form: str, year: int, deadline: Deadline | None) -> None:
    """The deadline as everybody sees it, and for an editor the way to set it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if deadline:
            who = _("муниципалитеты") if deadline.level == "district" else _("организации")
            told = _("Сдают **{who}**, срок — **{day}** включительно.").format(who=who, day=_day(deadline.last_day))
        else:
            told = _("Срок не назначен: опоздавших нет, видно только, кто сдал.")
        st.markdown(told, width="content")
        try:
            access.require_editor()
        except access.NotAnEditor:
            return
        with st.popover(_("Изменить срок") if deadline else _("Назначить срок"), type="tertiary"):
            _deadline_form(warehouse, form, year, deadline)


def _deadline_form(warehouse: Warehouse, form: str, year: int, deadline: Deadline | None) -> None:
    with st.form(f"deadline_{form}_{year}", border=False):
        day = st.date_input(
            _("Последний день сдачи"), deadline.last_day if deadline else date.today(), format="DD.MM.YYYY",
            key=f"deadline_day_{form}_{year}",
        )  # fmt: skip
        level = st.radio(
            _("Кто сдаёт"), list(collection.LEVELS), format_func=lambda code: level_name(code), horizontal=True,
            index=collection.LEVELS.index(deadline.level) if deadline else 0, key=f"deadline_level_{form}_{year}",
        )  # fmt: skip
        name = st.text_input(
            _("Ваше имя"), st.session_state.get(EDITOR, ""), key=f"deadline_name_{form}_{year}", max_chars=80
        )
        left, right = st.columns(2)
        kept = left.form_submit_button(_("Сохранить"), type="primary", width="stretch")
        dropped = right.form_submit_button(_("Снять срок"), width="stretch", disabled=deadline is None)
    if not (kept or dropped):
        return
    if kept and not name.strip():
        st.error(_("Впишите имя: видно, кто назначил срок."))
        return
    try:
        if dropped:
            drop_deadline(warehouse, form, year)
        else:
            st.session_state[EDITOR] = name.strip()
            keep_deadline(warehouse, Deadline(form, year, level, day.isoformat(), name.strip()))
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    st.rerun()


def _summary(found: Sequence[Status], deadline: Deadline | None) -> None:
    done, expected = collection.coverage(found)
    counts = {state: sum(status.state == state for status in found) for state in collection.STATES}
    told = [f"{_(STATES[state])}: **{n}**" for state, n in counts.items() if n and state != "reported"]
    st.header(_("Отчитались {done} из {all}").format(done=done, all=expected), anchor=False)
    if told:
        st.markdown(" · ".join(told))
    elif deadline:
        st.success(_("Сдали все и в срок."))


def _table(view: View, found: Sequence[Status], form: str, year: int, deadline: Deadline | None, level: str) -> None:
    frame = table(found, level)
    heads, rows = _lines(found[:MOST_SHOWN], level)
    facts.table(heads, rows, _("Кому напомнить — сверху"), numbers=_numeric(heads))
    if len(frame) > MOST_SHOWN:
        st.caption(_("Показаны первые {n} из {all}; все — в файле.").format(n=MOST_SHOWN, all=len(frame)))
    chosen = [(_("Форма"), letters.form_name(form)), (_("Год"), str(year))]
    if deadline:
        chosen.append((_("Срок"), _day(deadline.last_day)))
    stamp = Stamp(source=_("Свои данные: загрузки и возвраты"), snapshot=view.snapshot.id, filters=tuple(chosen))
    files.offer(lambda: frame, _("Сбор: {form}, {year}").format(form=letters.form_name(form), year=year), stamp, "sbor")


def _numeric(heads: Sequence[str]) -> list[int]:
    return [at for at, head in enumerate(heads) if head in (_("Опоздание, дней"), _("Вопросов"))]


def table(found: Sequence[Status], level: str) -> pd.DataFrame:
    """One row a unit under Russian headings, dates and counts as such."""
    columns = {
        level_name(level): [status.unit.name for status in found],
        _("Входит в"): [status.unit.within for status in found],
        _("Состояние"): [_(STATES[status.state]) for status in found],
        _("Первая сдача"): [status.handed_in for status in found],
        _("Опоздание, дней"): pd.Series([status.days_late or None for status in found], dtype="float64"),
        _("Организаций сдали"): pd.Series([_inside(status) for status in found], dtype="float64"),
        _("Организаций всего"): pd.Series([status.inside_total or None for status in found], dtype="float64"),
        _("Файл"): [status.returned.file if status.returned else status.file for status in found],
        _("Вопросов к сданному"): pd.Series([_questions(status) for status in found], dtype="float64"),
        _("Замечаний в возврате"): pd.Series(
            [len(status.returned.findings) if status.returned else None for status in found], dtype="float64"
        ),
        _("Возвращено"): [collection.local_day(status.returned.when) if status.returned else None for status in found],
    }
    frame = pd.DataFrame(columns)
    if level == "school":
        frame = frame.drop(columns=[_("Организаций сдали"), _("Организаций всего")])
    return frame


def _inside(status: Status) -> int | None:
    return status.inside_reported if status.inside_total else None


def _questions(status: Status) -> int | None:
    return status.questions if status.handed_in else None


def _lines(found: Sequence[Status], level: str) -> tuple[list[str], list[list[Cell]]]:
    """The same for the page: what belongs together in one cell, and no column that says the same everywhere."""
    places = len({status.unit.within for status in found}) > 1
    through = any(status.inside_total for status in found)
    asked = any(status.questions for status in found)
    late, back = any(status.days_late for status in found), any(status.returned for status in found)
    heads = [
        level_name(level), *([_("Входит в")] if places else []), _("Состояние"), _("Первая сдача"),
        *([_("Опоздание, дней")] if late else []), *([_("Организаций")] if through else []), _("Файл"),
        *([_("Вопросов")] if asked else []), *([_("Возврат")] if back else []),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for status in found:
        returned = status.returned
        rows.append([
            status.unit.name, *([status.unit.within or NOTHING] if places else []), _(STATES[status.state]),
            _day(status.handed_in) if status.handed_in else NOTHING,
            *([numbers.shortest(status.days_late) if status.days_late else NOTHING] if late else []),
            *([numbers.out_of(status.inside_reported, status.inside_total)] if through else []),
            (returned.file if returned else status.file) or NOTHING,
            *([numbers.shortest(status.questions) if status.handed_in else NOTHING] if asked else []),
            *([_returned(returned) if returned else NOTHING] if back else []),
        ])  # fmt: skip
    return heads, rows


def _returned(one: Return) -> str:
    told = words.counted(len(one.findings), _("замечание"), _("замечания"), _("замечаний"))
    return f"{_day(collection.local_day(one.when))}, {told}"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _letters(
    view: View, warehouse: Warehouse, found: Sequence[Status], form: str, year: int, deadline: Deadline | None
) -> None:
    """What to write to those who are asked for something: to each, and all of them in one file.

    Findings quote figures of the files, hidden ones too: only an editor reads them. A reminder is for everybody.
    """
    editor = access.is_editor()
    last_day = deadline.last_day if deadline else None
    names = {code: one.name for code, one in view.catalogue.indicators.items()}
    told = {
        status.unit.code: (status, text)
        for status in found
        if (editor or status.state in ("overdue", "awaited"))
        and (text := letters.status_letter(status, form, year, last_day, names))
    }
    if not told:
        return
    n = words.counted(len(told), _("письмо"), _("письма"), _("писем"))
    with st.expander(_("Что написать: {n}").format(n=n)):
        chosen = st.selectbox(
            _("Кому"), list(told), key="collection_letter",
            format_func=lambda code: f"{told[code][0].unit.name} — {_what(told[code][0])}",
        )  # fmt: skip
        status, text = told[chosen]
        letters.offer(text, _("письмо {year}.txt").format(year=year), f"collection_{chosen}")
        if status.state in ("reported", "late"):
            _send_back(warehouse, status, form, year, letters.questions(status, names))
        everything = "\n\n———\n\n".join(text for _status, text in told.values())
        st.download_button(
            _("Все письма одним файлом"), everything.encode("utf-8-sig"), mime="text/plain", key="collection_letters",
            file_name=_("письма {year}.txt").format(year=year), on_click="ignore", type="tertiary",
        )  # fmt: skip


def _what(status: Status) -> str:
    """«✓ сдали, 3 вопроса»."""
    asked = words.counted(status.questions, _("вопрос"), _("вопроса"), _("вопросов")) if status.questions else ""
    return ", ".join(part for part in (_(STATES[status.state]), asked) if part)


def _send_back(
    warehouse: Warehouse, status: Status, form: str, year: int, asked: Sequence[tuple[str, tuple[str, ...]]]
) -> None:
    """Note that what is published already was sent back with its questions: it is waited for once more."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    name = left.text_input(_("Ваше имя"), st.session_state.get(EDITOR, ""), key="collection_name", max_chars=80)
    if not right.button(_("Отметить возврат"), key="collection_return", width="stretch"):
        return
    if not name.strip():
        st.error(_("Впишите имя: в «Сборе» видно, кто вернул."))
        return
    st.session_state[EDITOR] = name.strip()
    several = len(asked) > 1
    said = tuple(f"«{file}»: {line}" if several else line for file, lines in asked for line in lines)
    files = ", ".join(file for file, _lines in asked)
    try:
        data_upload_return.send_back(
            warehouse, [Return(form, year, status.unit.code, files, now(), name.strip(), said)], name.strip()
        )
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    st.session_state[DONE] = _("Возврат отмечен: ждём исправленный файл.")
    st.rerun()
