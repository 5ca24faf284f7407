"""What the parts of «ШНОР и 500+» share: document 003, charts of its sheets, stamps, and the chosen place."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from pages import sources_charts
from pages.shared import charts, filters, tables
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.tables import escaped
from pages.shared.texts import _, ngettext
from pages.shared.view import View
from pages.sources_charts import Drawing
from pipelines import queries_documents as documents
from pipelines.errors import UnknownCode
from pipelines.programmes import support as source
from pipelines.programmes.support import Support
from pipelines.programmes.support_demo import Listed
from pipelines.queries_documents import Table
from pipelines.snapshot import Snapshot


def document(view: View) -> Support | None:
    """What document 003 says; says so itself where the snapshot does not hold it."""
    found = ask(source.support, view.snapshot)
    if found is None:
        st.info(_("В снимке нет документа 003 о школах с низкими результатами: выполните «python -m pipelines build»."))
    return found


def stamp(view: View, what: str) -> Stamp:
    """The stamp of a table or chart of this page."""
    here = view.here
    return Stamp(
        source=what, snapshot=view.snapshot.id, demo=here.demo,
        filters=((_("Территория"), here.words()), (_("Год"), str(here.year))),
    )  # fmt: skip


def sheet_chart(view: View, sheet: str) -> Drawing | None:
    """Draw the chart of a sheet of document 003, as «Источники» has it; returns it, ``None`` if there is none."""
    drawing = ask(_drawing, view.snapshot, sheet)
    if drawing is not None:
        charts.draw(
            drawing.template, drawing.frame, key=f"support-{sheet}", title=drawing.title, note=drawing.note,
            table=drawing.table,
            stamp=Stamp(
                source=_("Документ 003, лист «{sheet}»").format(sheet=sheet), snapshot=view.snapshot.id
            ),
        )  # fmt: skip
    return drawing


def _drawing(snapshot: Snapshot, sheet: str) -> Drawing | None:
    def sibling(name: str) -> Table | None:
        try:
            return documents.document_table(snapshot, source.DOCUMENT, name)
        except UnknownCode:
            return None

    table = sibling(sheet)
    return sources_charts.drawing(table, sibling) if table else None


def inside(view: View, schools: Iterable[Listed]) -> list[Listed]:
    """The schools of the chosen place."""
    here = view.here
    return [
        one
        for one in schools
        if (here.district is None or one.district == here.district["code"])
        and (here.school is None or one.code == here.school["code"])
    ]


def schools(n: int) -> str:
    """«11 школ»."""
    return f"{n} {ngettext('школа', 'школы', 'школ', n)}"


def heading(text: str, demo: bool) -> None:
    """A heading of a part; invented parts carry their mark."""
    st.header(escaped(text) + (f" :orange-badge[{_(tables.DEMO)}]" if demo else ""), anchor=False)


def bullets(title: str, items: Iterable[str]) -> None:
    """A short list of texts of the document under a quiet heading."""
    body = "".join(f"<li>{escape(item)}</li>" for item in items)
    if body:
        st.html(f'<p class="facts-caption"><b>{escape(title)}</b></p><ul class="support-list">{body}</ul>')


STYLE = """<style>
.support-list{margin:0 0 .6rem;padding-left:1.15rem}
.support-list li{margin:.15rem 0;line-height:1.4}
[class*=st-key-support-small] .facts-table td{font-size:.88rem;line-height:1.35}
</style>"""


def style() -> None:
    """The look of lists; once a page."""
    st.html(STYLE)


def lacking(text: str, key: str) -> None:
    """«В документе нет»: what the document does not hold, with the way to see it on the demonstration region."""
    st.info(escaped(text))
    st.button(_("Как это выглядит с данными: демонстрация"), key=key, on_click=filters.set_code, args=("data", "demo"))
