"""«Резервная копия»: one button writes everything to one file, another brings it back."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import streamlit as st

from pages.shared import access, data, upload
from pages.shared.tables import escaped
from pages.shared.texts import _
from pipelines.backup import Backup, backup, restore
from pipelines.errors import PipelineError
from pipelines.store import open_store

READY, DONE, ROUND = "backup_ready", "backup_done", "backup_round"


def make_backup() -> bytes:
    """The file's contents; raises :class:`access.NotAnEditor` for anybody but an editor."""
    access.require_editor("page")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "backup.zip"
        backup(target, data.warehouse(), open_store())
        return target.read_bytes()


def bring_back(contents: bytes) -> Backup:
    """Restore from an uploaded file; raises :class:`access.NotAnEditor` for anybody but an editor."""
    editor = access.require_editor("page")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "backup.zip"
        source.write_bytes(contents)
        return restore(source, data.warehouse(), open_store(), by=editor.name)


def draw() -> None:
    """The part of the page: what a backup holds, the way there and the way back."""
    if DONE in st.session_state:
        st.success(st.session_state.pop(DONE))
    st.markdown(
        _("Копия — один файл: опубликованные снимки, загрузки с исходными файлами и решения совета. "
          "Демонстрация в неё не входит: она создаётся заново.")
    )  # fmt: skip
    try:
        access.require_editor()
    except access.NotAnEditor as refusal:
        st.info(str(refusal))
        return
    left, right = st.columns(2, gap="large")
    with left:
        _save()
    with right:
        _return()
    st.caption(_("То же из командной строки: «python -m pipelines backup КОПИЯ.zip» и «… restore КОПИЯ.zip»."))


def _save() -> None:
    st.header(_("Сохранить"), anchor=False)
    if READY not in st.session_state:
        if st.button(_("Подготовить копию"), key="backup_make"):
            with st.spinner(_("Собираем копию…")):
                try:
                    st.session_state[READY] = make_backup()
                except PipelineError as error:
                    st.error(escaped(str(error)))
                    return
            st.rerun()
        return
    name = _("Резервная копия {day}.zip").format(day=date.today().isoformat())
    st.download_button(
        _("Скачать копию"), st.session_state[READY], file_name=name, mime="application/zip", key="backup_file",
        type="primary", on_click=lambda: st.session_state.pop(READY, None),
    )  # fmt: skip


def _return() -> None:
    st.header(_("Вернуть из копии"), anchor=False)
    # A new chooser after each return: the file that was brought back is not offered once more.
    number = st.session_state.setdefault(ROUND, 0)
    given = upload.chooser(_("Файл копии (.zip)"), ["zip"], key=f"backup_given_{number}")
    if given is None:
        return
    st.warning(_("Решения совета и список загрузок станут такими, как в копии. Нынешние сохранятся в папке backups."))
    if not st.button(_("Вернуть из копии"), key="backup_return", type="primary"):
        return
    with st.spinner(_("Возвращаем…")):
        try:
            told = bring_back(given.getvalue())
        except PipelineError as error:
            st.error(escaped(str(error)))
            return
    st.session_state[ROUND] += 1
    st.session_state[DONE] = _("Возвращено: снимков {snapshots}, загрузок {loads}, решений {decisions}.").format(
        snapshots=told.snapshots, loads=told.loads, decisions=told.decisions
    ) + "".join(f" {warning}" for warning in told.warnings)
    st.rerun()
