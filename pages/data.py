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

from pages import data_backup, data_collection, data_origin, data_upload, data_upload_council
from pages.shared import access, data, facts, filters, numbers
from pages.shared.data import ask
from pages.shared.facts import Cell, Short
from pages.shared.filters import COLLECTIONS
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, ngettext
from pages.shared.view import View, dated
from pipelines import queries_lineage
from pipelines.build import BuildResult, Progress, build
from pipelines.errors import PipelineError
from pipelines.publishing import Release, releases

SECTIONS = {
    "upload": N_("Загрузка"),
    "collection": N_("Сбор"),
    "versions": N_("Версии"),
    "files": N_("Файлы"),
    "findings": N_("Замечания"),
    "origin": N_("Откуда число"),
    "compare": N_("Что изменилось"),
    "backup": N_("Резервная копия"),
}
KINDS = {
    "source_document": N_("книга документа (.xlsx)"),
    "parquet": N_("таблица (.parquet)"),
    "boundaries": N_("границы (.geojson)"),
}
GRADES = {"error": N_("ошибка"), "warning": N_("вопрос"), "note": N_("заметка")}
EVENTS = {"build": N_("опубликован"), "rollback": N_("возврат"), "restore": N_("возвращено из копии")}
BY_PAGE, BY = "page", {"page": N_("со страницы «Данные»"), "command line": N_("из командной строки")}
MOST_ROWS = 300
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
        st.success(st.session_state.pop(DONE))
    _now(view, known)
    section = filters.choose("section", _("Показать"), list(SECTIONS), lambda code: _(SECTIONS[code]), segmented=True)
    draw: Mapping[str, Callable[[View, list[Release]], None]] = {
        "upload": lambda view, _known: data_upload.draw(view, _password),
        "collection": lambda view, _known: data_collection.draw(view),
        "versions": _versions,
        "files": _files,
        "findings": _findings,
        "origin": lambda view, _known: data_origin.draw(view),
        "compare": _compare,
        "backup": lambda _view, _known: data_backup.draw(),
    }
    draw[section](view, known)
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
            _("Это не последняя версия: последняя — от {moment}. Её можно вернуть в разделе «Версии».").format(
                moment=_moment(newest.created)
            ),
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
    rows: list[list[Cell]] = [
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
            st.warning(_damage(release))
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
    st.header(_("Изменить"), anchor=False)
    try:
        access.require_editor()
    except access.NotAnEditor as refusal:
        st.info(str(refusal))
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
        st.error(_("Пароль не подошёл."))


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
    st.warning(_("Все посетители увидят данные от {moment}.").format(moment=_moment(offered[chosen].created)))
    yes, no = st.columns(2)
    if no.button(_("Отмена"), key="return_no", width="stretch"):
        del st.session_state[ASKED]
        st.rerun()
    if yes.button(_("Да, вернуться"), key="return_yes", type="primary", width="stretch"):
        del st.session_state[ASKED]
        return_to(chosen)
        sentence = _("Готово: вы вернулись к данным от {moment}.").format(moment=_moment(offered[chosen].created))
        st.session_state[DONE] = f"{sentence} {data_upload_council.after(data.warehouse())}".strip()
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
        st.success(_("Проверки замечаний не дали."))
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


# --- two snapshots --------------------------------------------------------------------------------------


def _compare(view: View, known: list[Release]) -> None:
    """Which indicators differ between the snapshot served and another one."""
    others = {r.id: r for r in known if not r.damaged and r.id != view.snapshot.id}
    if not others:
        st.info(_("Сравнивать не с чем: исправный снимок один."))
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
        st.error(str(error))
        return
    if frame.empty:
        st.success(_("Значения показателей в обоих снимках одни и те же."))
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
