"""«Данные»: what is served, what it was built from, where one figure came from, and the way back to a former snapshot.

Whatever changes something is a function of its own that asks for an editor's proof itself: hiding its button is a
courtesy, not the guard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from pages.shared import access, data, facts, filters, numbers, origin
from pages.shared.data import ask
from pages.shared.facts import Cell, Short
from pages.shared.filters import COLLECTIONS, EVERY
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name, ngettext
from pages.shared.view import View, dated
from pipelines import queries_lineage
from pipelines.build import BuildResult, Progress, build
from pipelines.errors import PipelineError
from pipelines.publishing import Release, releases

# The loading of files gets its own part here.
PARTS = {
    "versions": N_("Версии"),
    "files": N_("Файлы"),
    "findings": N_("Замечания"),
    "origin": N_("Откуда число"),
    "compare": N_("Что изменилось"),
}
KINDS = {
    "source_document": N_("книга документа (.xlsx)"),
    "parquet": N_("таблица (.parquet)"),
    "boundaries": N_("границы (.geojson)"),
}
GRADES = {"error": N_("ошибка"), "warning": N_("вопрос"), "note": N_("заметка")}
EVENTS = {"build": N_("опубликован"), "rollback": N_("возврат")}
BY_PAGE, BY = "page", {"page": N_("со страницы «Данные»"), "command line": N_("из командной строки")}
MOST_ROWS, MOST_TERRITORIES = 300, 50
ASKED, DONE = "return_asked", "data_page_done"


# --- what changes something -----------------------------------------------------------------------------


def return_to(snapshot: str) -> None:
    """Serve an earlier snapshot again; raises :class:`access.NotAnEditor` for anybody else."""
    editor = access.require_editor(BY_PAGE)
    data.warehouse().rollback(snapshot, by=editor.name)


def build_again(progress: Progress) -> BuildResult:
    """Read all input files anew and publish what they say; raises :class:`access.NotAnEditor` for anybody else."""
    access.require_editor(BY_PAGE)
    return build(data.warehouse(), progress=progress, wait=5)


# --- the page -------------------------------------------------------------------------------------------


def run(view: View) -> None:
    """Draw the page."""
    facts.style()
    st.title(_("Данные"))
    known = releases(data.warehouse())
    if DONE in st.session_state:
        st.success(st.session_state.pop(DONE), icon="✅")
    _now(view, known)
    part = filters.choose("part", _("Показать"), list(PARTS), lambda code: _(PARTS[code]), segmented=True)
    draw: Mapping[str, Callable[[View, list[Release]], None]] = {
        "versions": _versions,
        "files": _files,
        "findings": _findings,
        "origin": _origin,
        "compare": _compare,
    }
    draw[part](view, known)
    st.caption(f"{dated(view.snapshot)} · {view.snapshot.id}")


def _now(view: View, known: Sequence[Release]) -> None:
    """What everybody sees at present."""
    shown = next((release for release in known if release.id == view.snapshot.id), None)
    if shown is None:
        return
    st.markdown(
        _("Показаны данные от **{moment}**: {observations}, {files}, {findings}.").format(
            moment=_moment(shown.created),
            observations=_counted(shown.observations, _("значение"), _("значения"), _("значений")),
            files=_counted(shown.files, _("файл"), _("файла"), _("файлов")),
            findings=_counted(sum(shown.findings.values()), _("замечание"), _("замечания"), _("замечаний")),
        )
    )
    newest = next((release for release in known if not release.damaged), shown)
    if newest.id != shown.id:
        st.info(
            _("Это не последняя версия: последняя — от {moment}. Её можно вернуть ниже.").format(
                moment=_moment(newest.created)
            ),
            icon="🕘",
        )


def _counted(n: int, one: str, few: str, many: str) -> str:
    return f"{numbers.shortest(n)} {ngettext(one, few, many, n)}"


def _moment(text: str) -> str:
    """«22.11.2026 04:01» in the reader's time zone, in the server's where the browser has not said."""
    if not text:
        return numbers.MISSING
    then = datetime.fromisoformat(text)
    try:
        zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return then.astimezone(zone).strftime("%d.%m.%Y %H:%M")


# --- versions -------------------------------------------------------------------------------------------


def _versions(view: View, known: list[Release]) -> None:
    rows = [
        [
            _moment(release.created) if not release.damaged else numbers.MISSING,
            _state(release, view.snapshot.id),
            *(_figures(release)),
            Short(release.id, 40),
        ]
        for release in known
    ]
    heads = [_("Собран"), _("Состояние"), _("Файлов"), _("Значений"), _("Замечаний"), _("Снимок")]
    facts.table(heads, rows, _("Опубликованные снимки, новые сверху"), numbers=(2, 3, 4))
    for release in known:
        if release.damaged:
            st.warning(_damage(release), icon="⚠️")
    _change_controls(view, known)
    _history()


def _figures(release: Release) -> list[str]:
    if release.damaged:
        return [numbers.MISSING] * 3
    return [numbers.shortest(n) for n in (release.files, release.observations, sum(release.findings.values()))]


def _state(release: Release, served: str) -> str:
    if release.damaged:
        return _("не читается")
    if release.id == served:
        return _("показан сейчас")
    return _("можно вернуть")


def _damage(release: Release) -> str:
    """What to do about a file that cannot be read; the advice depends on whether it is the one to be served."""
    what = str(release.damaged).split(". ")[0]
    if release.current:
        advice = _("Вернитесь к исправному снимку или соберите данные заново — кнопки ниже.")
    else:
        advice = _(
            "На показ это не влияет. Повреждённый файл верните из резервной копии, ненужный удалите: "
            "snapshots/{file} в папке данных."
        ).format(file=f"{release.id}.duckdb")
    return f"{escaped(what)}. {escaped(advice)}"


def _change_controls(view: View, known: list[Release]) -> None:
    """The two changes, or why this visitor cannot make them and how to become one who can."""
    st.subheader(_("Изменить"))
    try:
        access.require_editor()
    except access.NotAnEditor as refusal:
        st.info(str(refusal), icon="🔒")
        if access.configured_password():
            _password()
        return
    left, right = st.columns(2, gap="large")
    with left:
        _return_controls(view, known)
    with right:
        st.markdown(_("**Собрать заново** — прочесть файлы ещё раз. Если они не менялись, ничего не изменится."))
        if st.button(_("Собрать заново"), key="build_again"):
            _build_now(view)


def _password() -> None:
    with st.form("editor", border=False, clear_on_submit=True):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        password = left.text_input(_("Пароль редактора"), type="password", key="editor_password")
        pressed = right.form_submit_button(_("Войти"), width="stretch")
    if pressed:
        if access.unlock(password):
            st.rerun()
        st.error(_("Пароль не подошёл."), icon="🚫")


def _return_controls(view: View, known: list[Release]) -> None:
    offered = {r.id: r for r in known if not r.damaged and not (r.current and r.id == view.snapshot.id)}
    st.markdown(_("**Вернуться к прежнему снимку.** Нынешний останется в списке, его тоже можно вернуть."))
    if not offered:
        st.caption(_("Других исправных снимков пока нет."))
        return
    chosen = st.selectbox(
        _("Снимок"),
        list(offered),
        format_func=lambda name: f"{_moment(offered[name].created)} · {name}",
        key="return_choice",
    )
    if st.button(_("Вернуться к нему…"), key="return_ask"):
        st.session_state[ASKED] = chosen
    if st.session_state.get(ASKED) != chosen:
        return
    st.warning(_("Все посетители увидят данные от {moment}.").format(moment=_moment(offered[chosen].created)), icon="↩️")
    yes, no = st.columns(2)
    if no.button(_("Отмена"), key="return_no", width="stretch"):
        del st.session_state[ASKED]
        st.rerun()
    if yes.button(_("Да, вернуться"), key="return_yes", type="primary", width="stretch"):
        del st.session_state[ASKED]
        return_to(chosen)
        st.session_state[DONE] = _("Показаны данные от {moment}.").format(moment=_moment(offered[chosen].created))
        st.rerun()


def _build_now(view: View) -> None:
    with st.status(_("Собираем…"), expanded=True) as status:
        result = build_again(status.write)
        if result.published is None:
            status.update(
                label=_("Данные не опубликованы: исправьте ошибки. Прежние остались на месте."), state="error"
            )
            for finding in result.findings:
                if finding.grade == "error":
                    st.error(escaped(finding.message))
            return
    if result.unchanged or result.published == view.snapshot.id:
        st.session_state[DONE] = _("Файлы не менялись со времени последней сборки: показ прежний.")
    else:
        st.session_state[DONE] = _("Опубликован новый снимок {snapshot}.").format(snapshot=result.published)
    st.rerun()


def _history() -> None:
    events = data.warehouse().history()
    with st.expander(_("История публикаций: {n}").format(n=len(events))):
        rows = [
            [
                _moment(event.get("time", "")),
                _(EVENTS.get(event.get("event", ""), event.get("event", ""))),
                _(BY.get(event["by"], event["by"])) if event.get("by") else numbers.MISSING,
                Short(event.get("snapshot", ""), 40),
            ]
            for event in reversed(events[-MOST_ROWS:])
        ]
        facts.table([_("Когда"), _("Что"), _("Как"), _("Снимок")], rows, _("Публикации и возвраты, новые сверху"))


# --- files and findings ---------------------------------------------------------------------------------


def _files(view: View, _known: list[Release]) -> None:
    frame = ask(queries_lineage.inputs, view.snapshot)
    rows = [
        [
            row["file"],
            _(COLLECTIONS[row["collection"]]),
            _(KINDS.get(row["kind"], row["kind"])),
            numbers.shortest(int(row["rows"])),
            Short(row["sha256"]),
        ]
        for row in frame.to_dict("records")
    ]
    heads = [_("Файл"), _("Собрание"), _("Вид"), _("Строк"), _("Отпечаток (SHA-256)")]
    facts.table(heads, rows, _("Файлы, из которых собран показанный снимок"), numbers=(3,))
    st.caption(_("Отпечаток меняется, если изменить в файле хотя бы один знак: по нему узнают тот же самый файл."))


def _findings(view: View, _known: list[Release]) -> None:
    frame = ask(queries_lineage.findings, view.snapshot)
    if frame.empty:
        st.success(_("Проверки замечаний не дали."), icon="✅")
        return
    rows: list[list[Cell]] = [
        [
            _(GRADES[row["grade"]]),
            row["message"],
            numbers.shortest(int(row["count"])),
            row["rule"],
        ]
        for row in frame.head(MOST_ROWS).to_dict("records")
    ]
    heads = [_("Степень"), _("Что замечено"), _("Раз"), _("Правило")]
    facts.table(heads, rows, _("Замечания проверок показанного снимка"), numbers=(2,))
    if len(frame) > MOST_ROWS:
        st.caption(_("Показаны первые {n} из {all}.").format(n=MOST_ROWS, all=numbers.shortest(len(frame))))
    st.caption(_("Ошибка не даёт опубликовать данные; вопрос задают составителю; заметка ничего не требует."))


# --- where a figure came from ---------------------------------------------------------------------------


def _origin(view: View, _known: list[Release]) -> None:
    """Collection, indicator and territory chosen one after another; then every year's file and cell."""
    counted = ask(queries_lineage.figures_by_indicator, view.snapshot)
    mechanisms = ask(queries_lineage.mechanisms_present, view.snapshot)
    held = {*counted["collection"], *mechanisms["collection"]}
    collection = filters.choose(
        "data",
        _("Собрание"),
        [code for code in COLLECTIONS if code in held],
        lambda code: _(COLLECTIONS[code]),
        segmented=True,
        unknown=_("Собрания данных «{value}» нет."),
    )
    remarks = st.container()
    for_indicator, for_search, for_place, for_year = st.columns([3, 2, 3, 1])
    with for_indicator:
        what = _what(
            view,
            remarks,
            list(mechanisms.loc[mechanisms["collection"] == collection, "mechanism"]),
            list(counted.loc[counted["collection"] == collection, "indicator"]),
        )
    if what is None:
        return
    indicator, mechanism = what
    places = ask(
        queries_lineage.territories_with, view.snapshot, collection, indicator=indicator, mechanism=mechanism
    )  # fmt: skip
    place = _where(places, remarks, for_search, for_place)
    if place is None:
        return
    if indicator:
        frame = ask(queries_lineage.figure_origins, view.snapshot, indicator, int(place["territory_id"]))
    else:
        frame = ask(queries_lineage.mechanism_origins, view.snapshot, str(mechanism), int(place["territory_id"]))
    with for_year:
        frame = _of_year(frame)
    _origin_table(view, frame, indicator, place, collection == "demo")
    if st.button(_("Открыть паспорт этого числа"), key="open_passport"):
        filters.go(
            "passport",
            data=collection,
            region=place["region"],
            district=place["district"] if place["level"] != "region" else None,
            school=place["code"] if place["level"] == "school" else None,
            year=str(int(frame["year"].iloc[-1])),
            mechanism=mechanism or view.catalogue.indicators[str(indicator)].mechanism,
            indicator=indicator,
        )


def _what(
    view: View, remarks: Any, mechanisms: list[str], indicators: list[str]
) -> tuple[str | None, str | None] | None:
    """An indicator, or a mechanism for its own per cent, of those that the collection holds."""
    catalogue, state = view.catalogue, filters.codes()
    known = [code for code in catalogue.indicators if code in set(indicators)]
    names = {f"mechanism:{code}": catalogue.mechanisms[code].short for code in mechanisms}
    options = [*names, *known]
    if not options:
        st.caption(_("В этом собрании значений нет."))
        return None
    asked = state.get("indicator") or (f"mechanism:{state['mechanism']}" if state.get("mechanism") else options[0])
    if asked not in options:
        words = asked.removeprefix("mechanism:")[:80]
        remarks.warning(_("Значений «{code}» в этом собрании нет.").format(code=words), icon="⚠️")
        asked = options[0]

    def keep() -> None:
        chosen = st.session_state["origin_what"]
        mechanism = chosen.removeprefix("mechanism:") if chosen in names else catalogue.indicators[chosen].mechanism
        filters.set_code("mechanism", mechanism)
        filters.set_code("indicator", None if chosen in names else chosen)

    st.session_state["origin_what"] = asked
    st.selectbox(
        _("Показатель"),
        options,
        format_func=lambda code: (
            _("Процент механизма: {name}").format(name=names[code])
            if code in names
            else catalogue.indicators[code].name
        ),
        key="origin_what",
        on_change=keep,
    )
    return (None, asked.removeprefix("mechanism:")) if asked in names else (asked, None)


def _where(places: pd.DataFrame, remarks: Any, for_search: Any, for_place: Any) -> Mapping[str, Any] | None:
    """A territory found by a part of its name or by its code; a list of all would be too long for a page."""
    asked = filters.codes().get("territory")
    if asked and asked not in set(places["code"]):
        remarks.warning(_("У территории «{code}» таких значений нет.").format(code=asked[:80]), icon="⚠️")
        filters.set_code("territory", None)
        asked = None
    sought = for_search.text_input(_("Поиск территории"), key="origin_sought", placeholder=_("название, код"))
    words = sought.strip().casefold().replace("ё", "е")
    found = places
    if words:
        names = places["name"].str.casefold().str.replace("ё", "е", regex=False)
        found = places[
            names.str.contains(words, regex=False) | places["code"].str.casefold().str.contains(words, regex=False)
        ]
        if found.empty:
            for_place.caption(_("Ничего не нашлось."))
            return None
        asked = asked if asked in set(found["code"]) else None
    elif asked:
        found = pd.concat([places[places["code"] == asked], places[places["code"] != asked]])
    offered = {row["code"]: row for row in found.head(MOST_TERRITORIES).to_dict("records")}
    key = "origin_where"
    st.session_state[key] = asked or next(iter(offered))
    for_place.selectbox(
        _("Территория или организация"),
        list(offered),
        format_func=lambda code: _place_words(offered[code]),
        key=key,
        on_change=lambda: filters.set_code("territory", st.session_state[key]),
    )
    if len(found) > MOST_TERRITORIES:
        for_place.caption(
            _("В списке первые {n} из {all}.").format(n=MOST_TERRITORIES, all=numbers.shortest(len(found)))
        )
    return offered[st.session_state[key]]


def _place_words(row: Mapping[str, Any]) -> str:
    parts = [str(row["name"])]
    if not numbers.is_missing(row["parent_name"]):
        parts.append(str(row["parent_name"]))
    return " · ".join(parts)


def _of_year(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the year of the address, or of a chosen one; all of them by default."""
    years = sorted({str(year) for year in frame["year"]}, reverse=True)
    asked = filters.codes().get("year", EVERY)
    key = "origin_year"
    st.session_state[key] = asked if asked in years else EVERY
    st.selectbox(
        _("Год"),
        [EVERY, *years],
        format_func=lambda year: year or _("Все"),
        key=key,
        on_change=lambda: filters.set_code("year", st.session_state[key]),
    )
    chosen = st.session_state[key]
    return frame[frame["year"] == int(chosen)] if chosen else frame


def _origin_table(view: View, frame: pd.DataFrame, indicator: str | None, place: Mapping[str, Any], demo: bool) -> None:
    minimum = view.catalogue.indicators[indicator].minimum_n if indicator else 10
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        absent = isinstance(row["absence"], str)
        source = {name: "" if numbers.is_missing(row[name]) else str(row[name]) for name in origin.SOURCE}
        rows.append(
            [
                numbers.year(int(row["year"]), str(row["period"])),
                origin.slice_words(row) or numbers.MISSING,
                numbers.absence(row["absence"], minimum) if absent else numbers.figure_text(row),
                numbers.out_of(row["numerator"], row["denominator"]),
                source["source_file"] or _summed(row),
                source["source_sheet"] or numbers.MISSING,
                source["source_cell"] or numbers.MISSING,
                source["place"] or numbers.MISSING,
                Short(source["source_sha256"]) if source["source_sha256"] else numbers.MISSING,
            ]
        )
    heads = [_("Год"), _("Срез"), _("Значение"), _("Из чего"), _("Файл"), _("Лист"), _("Ячейка")]
    heads += [_("Место в документе"), _("Отпечаток файла")]
    kept = [n for n in range(len(heads)) if n < 1 or any(row[n] != numbers.MISSING for row in rows)]
    name = view.catalogue.indicators[indicator].name if indicator else _("Процент механизма")
    caption = f"{name} · {place['name']}" + (" · " + _("демонстрационные данные") if demo else "")
    facts.table([heads[n] for n in kept], [[row[n] for n in kept] for row in rows], caption)
    st.caption(level_name(str(place["level"])) + " · " + escaped(_place_words(place)))


def _summed(row: Mapping[str, Any]) -> str:
    """What stands instead of a file where a figure was summed here."""
    if row["basis"] == "points":
        return _("сумма баллов по позициям: {n}").format(n=numbers.shortest(row["positions"]))
    if row["basis"] == "computed":
        reported = numbers.out_of(row["coverage_reported"], row["coverage_total"])
        return _("сумма по отчитавшимся: {reported}").format(reported=reported)
    return numbers.MISSING


# --- two snapshots --------------------------------------------------------------------------------------


def _compare(view: View, known: list[Release]) -> None:
    """Which indicators differ between the snapshot served and another one."""
    others = {r.id: r for r in known if not r.damaged and r.id != view.snapshot.id}
    if not others:
        st.info(_("Сравнивать не с чем: исправный снимок один."), icon="🕘")
        return
    other = filters.choose(
        "snapshot",
        _("Сравнить показанный снимок с"),
        list(others),
        lambda name: f"{_moment(others[name].created)} · {name}",
        unknown=_("Снимка «{value}» нет."),
    )
    try:
        frame = ask(_changes, view.snapshot, other)
    except PipelineError as error:
        st.error(str(error), icon="🚫")
        return
    if frame.empty:
        st.success(_("Значения показателей в обоих снимках одни и те же."), icon="✅")
        return
    indicators = view.catalogue.indicators
    rows: list[list[Cell]] = [
        [
            _(COLLECTIONS[row["collection"]]),
            indicators[row["indicator"]].name if row["indicator"] in indicators else row["indicator"],
            numbers.shortest(int(row["before"])),
            numbers.shortest(int(row["after"])),
            _change_words(int(row["before"]), int(row["after"])),
        ]
        for row in frame.to_dict("records")
    ]
    heads = [_("Собрание"), _("Показатель"), _("Значений там"), _("Значений здесь"), _("Что изменилось")]
    facts.table(heads, rows, _("Показатели, значения которых различаются"), numbers=(2, 3))


def _changes(snapshot: Any, other: str) -> pd.DataFrame:
    with data.warehouse().open(other) as earlier:
        return queries_lineage.changes(earlier, snapshot)


def _change_words(before: int, after: int) -> str:
    if not before:
        return _("появился")
    if not after:
        return _("исчез")
    if before == after:
        return _("значения исправлены")
    return _("добавлено {n}").format(n=after - before) if after > before else _("убрано {n}").format(n=before - after)
