"""What was found in each load, after it was published: for the history, its sender and the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from pages import data_letters as letters
from pages import data_upload_return
from pages import data_upload_words as words
from pages.shared import facts, numbers
from pages.shared.texts import _
from pipelines import collection
from pipelines.load_findings import of_load
from pipelines.loads import Load, Loads
from pipelines.snapshot import Warehouse

PREFIX = "load_return"


def counted(store: Loads, entry: Load) -> str:
    """«2 вопроса, 1 заметка», «нет»: anybody may know that much."""
    kept = of_load(store, entry)
    return words.graded_counts(kept.counts) if kept.known else facts.NOTHING


def draw(warehouse: Warehouse, entries: Sequence[Load], names: Mapping[str, str]) -> None:
    """For an editor, as findings quote figures of the files: those of one load, and the text for its sender.

    ``names`` are those of indicators by their codes.
    """
    store = Loads(warehouse)
    told = {entry.id: entry for entry in entries if of_load(store, entry).findings}
    data_upload_return.say_done(PREFIX)
    if not told:
        return
    with st.expander(_("Что было найдено в загруженных файлах")):
        words.newest_first("load_findings", list(told))
        chosen = st.selectbox(
            _("Загрузка"), list(told), key="load_findings",
            format_func=lambda code: f"{told[code].file} · {words.moment(told[code].when)} · "
            + words.graded_counts(of_load(store, told[code]).counts),
        )  # fmt: skip
        entry, kept = told[chosen], of_load(store, told[chosen])
        heads, rows = words.findings_table(kept.findings, False, names)
        facts.table(heads, rows, _("Замечания к файлу, как они были при публикации"))
        everything = sum(kept.counts.values())
        if everything > len(kept.findings):
            st.caption(
                _("Сохранены первые {n} из {all}.").format(n=len(kept.findings), all=numbers.shortest(everything))
            )
        sentences = letters.sentences(kept.findings, names)
        if not sentences:
            return
        text = letters.findings_letter(entry.file, entry.format, sentences, loaded=True)
        letters.offer(text, _("замечания — {name}.txt").format(name=entry.file), f"load_{entry.id}")
        if entry.format in collection.COLLECTED and entry.withdrawn is None:
            rows_of = collection.held(store, entry)
            year = max((year for _code, year in rows_of), default=date.today().year)
            codes = sorted({code for code, _year in rows_of})
            data_upload_return.keep(warehouse, entry.file, entry.format, year, codes, sentences, PREFIX)
