"""«Шаблоны»: a workbook to fill in, prefilled from what is known; the same that ``template`` writes."""

from __future__ import annotations

from datetime import date

import streamlit as st

from pages.shared import data
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines.errors import PipelineError
from pipelines.loads import Loads
from pipelines.templates import KINDS, template_bytes

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READY = "template_ready"
WHOLE, BY_MECHANISM = ("targets",), ("mechanisms", "indicators", "targets")


def book(kind: str, mechanism: str | None, district: str | None, year: int) -> bytes:
    """The workbook's contents; raises :class:`~pipelines.errors.PipelineError` where there is nothing to fill in."""
    return template_bytes(kind, data.warehouse(), mechanism=mechanism, district=district, year=year)


def draw(view: View) -> None:
    """Kind, mechanism, municipality and year, and the workbook; made only when it is asked for."""
    kinds, year_column = st.columns([3, 1], vertical_alignment="bottom")
    kind = kinds.selectbox(_("Шаблон"), list(KINDS), format_func=_name, key="template_kind")
    year = year_column.number_input(_("Год"), 1990, 2100, date.today().year, key="template_year")
    register = Loads(data.warehouse()).register()
    districts = sorted(register.of_level("district"), key=lambda code: str(register.rows[code]["name"]))
    # What a template does not ask about is left out: a field that is greyed out cannot be read by everybody.
    asked = [kind in BY_MECHANISM, kind not in WHOLE and bool(districts)]
    columns = iter(st.columns(sum(asked), vertical_alignment="bottom") if any(asked) else ())
    mechanism, district = "", ""
    if asked[0]:
        mechanism = next(columns).selectbox(
            _("Механизм"), ["", *view.catalogue.mechanisms], key="template_mechanism",
            format_func=lambda code: view.catalogue.mechanisms[code].name if code else _("Все"),
        )  # fmt: skip
    if asked[1]:
        district = next(columns).selectbox(
            _("Муниципалитет"), ["", *districts], key="template_district",
            format_func=lambda code: str(register.rows[code]["name"]) if code else _("Все"),
        )  # fmt: skip
    _file((kind, mechanism or None, district or None, int(year)))
    st.caption(
        _("Известное уже вписано. В книге — указания, списки и причины отсутствия; заполненную загружают здесь же.")
    )


def _file(chosen: tuple[str, str | None, str | None, int]) -> None:
    """Two steps, so that a workbook that cannot be made says why."""
    made = st.session_state.get(READY)
    if made is None or made[0] != chosen:
        if not st.button(_("Подготовить шаблон"), key="template_make"):
            return
        try:
            with st.spinner(_("Заполняем известное…")):
                made = chosen, book(*chosen)
        except PipelineError as error:
            st.error(escaped(str(error)))
            return
        st.session_state[READY] = made
        st.rerun()
    name = f"{_name(chosen[0])} {chosen[3]}.xlsx"
    st.download_button(
        _("Скачать «{name}»").format(name=name), made[1], file_name=name, mime=MIME, key="template_file",
        type="primary", on_click="ignore",
    )  # fmt: skip


def _name(kind: str) -> str:
    return KINDS[kind][:1].upper() + KINDS[kind][1:]
