"""«Источники»: the documents from which the figures come, every table of them with its place and its cells."""

from __future__ import annotations

import contextvars
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from pages import sources_charts
from pages.shared import charts, documents, export, facts, filters
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.tables import escaped
from pages.shared.texts import _, ngettext
from pages.shared.view import View, dated
from pipelines import queries_documents as queries
from pipelines import queries_lineage as lineage
from pipelines.queries_documents import Contents, Document, Table
from pipelines.snapshot import Snapshot

SILENCES = "Оговорки"
OWN = "own-"  # how the code of a document begins that a loaded form of the programmes became
# Another document has other tables.


def run(view: View) -> None:
    """Draw the page."""
    st.title(_("Источники"))
    found = ask(queries.documents, view.snapshot)
    if not found:
        st.info(
            _("В снимке нет документов-источников. Положите книги Excel в data/sources/ и выполните "
              "«python -m pipelines build».")
        )  # fmt: skip
        return
    st.html(documents.style())
    facts.style()
    st.caption(
        _("Каждая строка — с местом в документе и ячейками файла. Чего в документе нет, того нет и здесь")
        + " · "
        + dated(view.snapshot)
    )
    by_code = {one.code: one for one in found}
    left, right = st.columns([1, 1.3])
    with left:
        code = filters.choose(
            "document", _("Документ"), list(by_code), lambda one: short_title(by_code[one]),
            unknown=_("Документа «{value}» среди источников нет."),
        )  # fmt: skip
    document = by_code[code]
    contents = ask(queries.document_contents, view.snapshot, code)
    by_sheet = {one.sheet: one for one in contents}
    with right:
        sheet = filters.choose(
            "table",
            _("Таблица ({n} в документе)").format(n=len(contents)),
            list(by_sheet),
            lambda one: title_of(by_sheet[one]),
            default=first_with_chart(contents),
            unknown=_("Таблицы «{value}» в этом документе нет."),
        )
    passport(view.snapshot, document)
    table = ask(queries.document_table, view.snapshot, code, sheet)
    show(view, document, table, set(by_sheet))
    walk(list(by_sheet), sheet)


def short_title(document: Document) -> str:
    """«004 · Протокол заседания, 16.12.2019»; a date that is a sentence is left out."""
    said = document.dated or ""
    day = f", {said}" if len(said) <= 12 and said else ""
    kind = (document.kind or _("документ")).split(" (")[0]
    if document.code.startswith(OWN):
        return f"{kind[:1].upper()}{kind[1:]} · {document.file}"
    return f"{document.code} · {kind[:1].upper()}{kind[1:]}{day}"


def title_of(contents: Contents) -> str:
    """What a table is called in the list."""
    return contents.title


def first_with_chart(contents: list[Contents]) -> str:
    """The table that a document opens with: the first that has a chart, else the first."""
    return next((one.sheet for one in contents if one.sheet in sources_charts.CHARTS), contents[0].sheet)


def passport(snapshot: Snapshot, document: Document) -> None:
    """The document's name and what its passport and its author's remarks say, folded."""
    st.markdown(f"**:small[{escaped(document.title)}]**")
    fields = ask(queries.document_fields, snapshot, document.code)
    remarks = remarks_of(snapshot, document)
    with st.container(horizontal=True, gap="small"):
        with st.popover(_("О документе")):
            facts.facts([(name, value) for name, value in fields if value] + [(_("Файл"), document.file)])
        if remarks:
            with st.popover(_("Противоречия и молчание документа: {n}").format(n=len(remarks))):
                items = "".join(
                    f"<li><b>{escape(kind.capitalize())}.</b> {escape(text)} <span>{escape(place)}</span></li>"
                    for kind, text, place in remarks
                )
                st.html(f'<ul class="document-list">{items}</ul>')
        asked = ask(lineage.findings, snapshot)
        asked = asked[asked["file"] == document.file]
        if len(asked):
            with st.popover(_("Замечания проверок: {n}").format(n=len(asked))):
                items = "".join(f"<li>{escape(message)}</li>" for message in asked["message"])
                st.html(f'<ul class="document-list">{items}</ul>')


def remarks_of(snapshot: Snapshot, document: Document) -> list[tuple[str, str, str]]:
    """Kind, text and place of each contradiction and silence noted about a document."""
    contents = ask(queries.document_contents, snapshot, document.code)
    if SILENCES not in {one.sheet for one in contents}:
        return []
    table = ask(queries.document_table, snapshot, document.code, SILENCES)
    return [
        (table.text(row, "Вид"), table.text(row, "Что замечено"), table.text(row, queries.PLACE)) for row in table.rows
    ]


def show(view: View, document: Document, table: Table, sheets: set[str]) -> None:
    """One table: its place, its notes, its chart if it has one, and every row."""
    stamp = Stamp(
        source=f"{document.title} ({document.file})",
        snapshot=view.snapshot.id,
        filters=((_("Лист"), table.sheet),),
        notes=tuple(filter(None, (table.contents.note,))),
    )

    def sibling(sheet: str) -> Table | None:
        return ask(queries.document_table, view.snapshot, document.code, sheet) if sheet in sheets else None

    st.header(table.contents.title, anchor=False)
    place = table.contents.place
    if place:
        st.caption(_("Где в документе: {place}").format(place=escaped(place)))
    drawing = sources_charts.drawing(table, sibling)
    key = f"document-{document.code}-{table.sheet}"
    if drawing:
        charts.draw(
            drawing.template, drawing.frame, key=key, title=drawing.title, stamp=stamp, note=drawing.note,
            table=drawing.table,
        )  # fmt: skip
    if table.contents.note:
        st.markdown(escaped(table.contents.note))
    rows(table, key, stamp)


@st.fragment
def rows(table: Table, key: str, stamp: Stamp) -> None:
    """The rows as they stand in the document, with their files; a fragment, so its switches rerun nothing else."""
    n = len(table.rows)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        rows_told = f"{n} {ngettext('строка', 'строки', 'строк', n)}"
        st.header(_("Таблица документа: {rows}").format(rows=rows_told), anchor=False)
        addresses = st.toggle(_("Адреса ячеек"), key=f"{key}-addresses")
        menu = st.popover(_("Скачать"), key=f"{key}-rows-files", on_change="rerun", type="tertiary")
    if menu.open:
        # Files are made on click, outside the session: its language goes along.
        session = contextvars.copy_context()
        frame = rows_frame(table)
        makers = {
            "csv": partial(export.csv_bytes, frame, stamp),
            "xlsx": partial(export.xlsx_bytes, frame, stamp, table.contents.title),
        }
        for ending, make in makers.items():
            menu.download_button(
                ending.upper(),
                data=partial(session.copy().run, make),
                file_name=export.file_name(table.contents.title, ending, stamp),
                key=f"{key}-rows-{ending}",
                on_click="ignore",
                width="stretch",
            )
    origin = _("Файл {file}, лист «{sheet}».").format(file=table.file, sheet=table.sheet)
    st.caption(escaped(f"{origin} {documents.common_words(table)}"))
    st.html(documents.html(table, addresses=addresses))


def rows_frame(table: Table) -> pd.DataFrame:
    """The table for a file: one row a row of the document, its columns in their order, then where it came from."""
    data = {column.header: [_value(row.cells.get(column.letter)) for row in table.rows] for column in table.columns} | {
        _("Файл"): [table.file] * len(table.rows),
        _("Лист"): [table.sheet] * len(table.rows),
        _("Ячейки"): [row.range for row in table.rows],
    }
    return pd.DataFrame(data)


def _value(cell: queries.Cell | None) -> str | float | None:
    if cell is None:
        return None
    return cell.text if cell.number is None else cell.number


def walk(sheets: list[str], sheet: str) -> None:
    """Buttons to the neighbouring tables."""
    at = sheets.index(sheet)
    with st.container(horizontal=True, gap="small"):
        if at:
            st.button(
                _("← Предыдущая таблица"), on_click=filters.set_code, args=("table", sheets[at - 1]), key="table-before"
            )
        if at + 1 < len(sheets):
            st.button(
                _("Следующая таблица →"), on_click=filters.set_code, args=("table", sheets[at + 1]), key="table-after"
            )
