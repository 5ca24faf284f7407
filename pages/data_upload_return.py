"""Sending a file back: its findings as text, and a note in the collection that it was returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from pages import data_letters as letters
from pages.data_upload_files import Checked, Told, Upload
from pages.shared import access, filters
from pages.shared.tables import escaped
from pages.shared.texts import _
from pipelines import collection
from pipelines.collection import COLLECTED, Return
from pipelines.errors import PipelineError
from pipelines.loads import Loads
from pipelines.snapshot import Warehouse, now
from pipelines.territories.register import Register

EDITOR, PREFIX = "editor_name", "return"


def send_back(warehouse: Warehouse, sent: list[Return], name: str) -> None:
    """Write down that files were sent back; raises :class:`access.NotAnEditor` for anybody but an editor."""
    access.require_editor(name)
    collection.add_returns(warehouse, sent)


def draw(warehouse: Warehouse, given: Upload, checked: Checked) -> None:
    """For each file with findings the text for its sender; with a form, year and sender, the return is kept."""
    told = {file.path.parent.name: file for file in checked.files if letters.sentences(file.findings, {})}
    say_done(PREFIX)
    if not told or checked.only_unknown:
        return
    with st.expander(_("Вернуть составителю: текст замечаний")):
        number = next(iter(told))
        if len(told) > 1:
            number = st.selectbox(
                _("Файл"), list(told), format_func=lambda one: told[one].file, key="return_file_choice"
            )
        file = told[number]
        sentences = letters.sentences(file.findings, checked.names)
        text = letters.findings_letter(file.file, file.format, sentences)
        letters.offer(text, _("замечания — {name}.txt").format(name=file.path.stem), f"return_{given.id}_{number}")
        _keep(warehouse, given, file, sentences)


def _keep(warehouse: Warehouse, given: Upload, file: Told, sentences: tuple[str, ...]) -> None:
    year = given.year or next(iter(file.years), date.today().year)
    keep(warehouse, file.file, file.format, year, file.territories, sentences, PREFIX)


def say_done(prefix: str) -> None:
    """That the return was noted, once."""
    if done := st.session_state.pop(f"{prefix}_done", ""):
        st.success(done)


def keep(
    warehouse: Warehouse, file: str, form: str | None, year: int, territories: Sequence[str],
    sentences: tuple[str, ...], prefix: str,
) -> None:  # fmt: skip
    """The small form that notes a return; ``territories`` are those of the file's rows, ``prefix`` tells its fields."""
    register = Loads(warehouse).register()
    known = [*register.of_level("district"), *register.of_level("school")]
    if not known:
        return
    st.markdown("**" + _("Отметить возврат в «Сборе»") + "**")
    form_column, year_column, who_column = st.columns([2, 1, 2], vertical_alignment="bottom")
    form = form_column.selectbox(
        _("Форма"), list(COLLECTED), format_func=letters.form_name, key=f"{prefix}_form",
        index=COLLECTED.index(form) if form in COLLECTED else 0,
    )  # fmt: skip
    year = int(year_column.number_input(_("Год"), 1990, 2100, year, key=f"{prefix}_year"))
    who = who_column.multiselect(
        _("Кому"), known, default=_senders(register, territories), key=f"{prefix}_who",
        placeholder=_("начните вводить название"), format_func=lambda code: str(register.rows[code]["name"]),
    )  # fmt: skip
    name_column, button = st.columns([3, 1], vertical_alignment="bottom")
    name = name_column.text_input(_("Ваше имя"), st.session_state.get(EDITOR, ""), key=f"{prefix}_name", max_chars=80)
    if not button.button(_("Отметить возврат"), key=f"{prefix}_keep", width="stretch", disabled=not who):
        return
    if not name.strip():
        st.error(_("Впишите имя: в «Сборе» видно, кто вернул."))
        return
    st.session_state[EDITOR] = name.strip()
    sent = [Return(form, year, code, file, now(), name.strip(), sentences) for code in who]
    try:
        send_back(warehouse, sent, name.strip())
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    st.session_state[f"{prefix}_done"] = _("Возврат отмечен. Он виден в разделе «Сбор».")
    filters.write_address()
    st.rerun()


def _senders(register: Register, territories: Sequence[str]) -> list[str]:
    """Who has probably sent the file: its one municipality, or its one organisation."""
    codes = [code for code in territories if code in register.rows]
    if len(codes) == 1:
        return codes
    districts = {
        code if register.rows[code]["level"] == "district" else register.rows[code].get("parent") for code in codes
    }
    return [code for code in districts if code in register.of_level("district")] if len(districts) == 1 else []
