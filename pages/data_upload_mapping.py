"""A table of no known form: which tables to take, the mapping proposed for them, and how it reads their first rows."""

from __future__ import annotations

import hashlib

import streamlit as st

from pages import data_upload_files as uploads
from pages import data_upload_words as words
from pages.data_upload_files import Checked, Upload
from pages.shared import facts, filters
from pages.shared.tables import escaped
from pages.shared.texts import _
from pipelines.errors import UnknownCode
from pipelines.readers.propose import Proposal, compose
from pipelines.snapshot import Warehouse

MOST_SHOWN = 6


def draw(warehouse: Warehouse, given: Upload, checked: Checked) -> None:
    """The proposal, or the mapping that was accepted, for a person to correct."""
    unknown = [file for file in checked.files if file.unknown]
    accepted = given.mapping
    if not unknown and not accepted:
        return
    st.header(_("Таблица незнакомой формы"), anchor=False)
    if unknown and len(unknown) < len(checked.files):
        _apart(warehouse, given, checked)
        return
    proposal = checked.proposal if accepted else _chosen(given, checked)
    if proposal.questions and not accepted:
        st.markdown(
            _("Ниже — предложенное соответствие столбцов. Осталось ответить:")
            + "".join(f"\n- {escaped(words.asked(question))}" for question in proposal.questions)
        )
    else:
        st.markdown(_("Так таблица будет прочитана. Поправьте соответствие, если что-то не так."))
    _first_rows(checked, proposal, bool(accepted))
    _indicator_codes(checked, proposal)
    _text(given, accepted, proposal)


def _apart(warehouse: Warehouse, given: Upload, checked: Checked) -> None:
    st.markdown(_("Такую таблицу загружают отдельно: остальные файлы останутся здесь."))
    for file in checked.files:
        if file.unknown and st.button(
            _("Отдельно: {file}").format(file=escaped(file.file)), key=f"upload_apart_{file.path.parent.name}"
        ):
            apart = uploads.set_apart(warehouse, given, file.path)
            filters.codes()["upload"] = apart.id
            st.rerun()


def _chosen(given: Upload, checked: Checked) -> Proposal:
    """The proposal for the tables that are to be taken: all that look like figures of territories, to begin with."""
    offered = checked.proposal.tables
    if len(offered) < 2:
        return checked.proposal
    labels = {one.label: one for one in offered}
    chosen = st.multiselect(
        _("Таблицы файла: какие загрузить"), list(labels), default=[one.label for one in checked.proposal.taken],
        key=f"upload_tables_{given.id}", placeholder=_("выберите хотя бы одну"),
        format_func=lambda label: f"{label} — {labels[label].why_not}" if labels[label].why_not else label,
    )  # fmt: skip
    left = [one for one in offered if one.label not in chosen]
    if left:
        st.caption(
            _("Не загрузятся: {tables}.").format(
                tables="; ".join(escaped(one.label + (f" ({one.why_not})" if one.why_not else "")) for one in left)
            )
        )
    return compose(offered, [labels[label] for label in labels if label in chosen])


def _first_rows(checked: Checked, proposal: Proposal, accepted: bool) -> None:
    """The first rows as they would load, of each table that is taken."""
    if accepted:
        shown = {_("Первые строки, как они загрузятся"): checked.files[0].first_rows}
    elif len(proposal.taken) == 1:
        rows = checked.proposed_rows.get(proposal.taken[0].label)
        shown = {_("Первые строки, как они загрузятся"): rows}
    else:
        shown = {
            _("Первые строки: {table}").format(table=one.label): checked.proposed_rows.get(one.label)
            for one in proposal.taken[:MOST_SHOWN]
        }
    for caption, rows in shown.items():
        if rows is not None and len(rows):
            heads, lines = words.first_rows(rows, checked.names)
            facts.table(heads, lines, caption, numbers=(len(heads) - 1,))
    if not accepted and len(proposal.taken) > MOST_SHOWN:
        st.caption(_("Показаны первые {n} из {all}.").format(n=MOST_SHOWN, all=len(proposal.taken)))


def _text(given: Upload, accepted: str, proposal: Proposal) -> None:
    # Another choice of tables is another text: a field keeps what was typed into it under its own key.
    digest = hashlib.sha256(proposal.text.encode()).hexdigest()[:8]
    key = f"upload_toml_{given.id}" + ("" if accepted else f"_{digest}")
    with st.form("upload_mapping"):
        text = st.text_area(
            _("Соответствие столбцов: буквы столбцов и номера строк — как на листе"),
            value=accepted or proposal.text, height=320, key=key,
        )  # fmt: skip
        left, right = st.columns(2)
        pressed = left.form_submit_button(_("Прочитать так"), type="primary", width="stretch")
        dropped = right.form_submit_button(_("Предложить заново"), width="stretch", disabled=not accepted)
    if pressed or dropped:
        try:
            uploads.accept_mapping(given, text if pressed else "")
        except UnknownCode as error:
            st.error(escaped(str(error)))
            return
        st.session_state.pop(key, None)
        st.rerun()
    st.download_button(
        _("Сохранить соответствие в файл"), (accepted or proposal.text).encode(), file_name="mapping.toml",
        mime="application/toml", key="upload_toml_file", on_click="ignore", type="tertiary",
    )  # fmt: skip


def _indicator_codes(checked: Checked, proposal: Proposal) -> None:
    """The code of an indicator found by its name: a mapping wants codes."""
    if not any("indicator" in text for text in (proposal.text, *proposal.questions)):
        return
    chosen = st.selectbox(
        _("Найти код показателя по названию"), ["", *checked.names], key="upload_indicator",
        format_func=lambda code: checked.names.get(code) or _("начните вводить название"),
    )  # fmt: skip
    if chosen:
        st.markdown(f"`{chosen}`")
