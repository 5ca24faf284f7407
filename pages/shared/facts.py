"""Facts and small tables as plain HTML: they wrap on a phone, print whole and are read aloud in order.

Texts are escaped here, so a name from a file can never become markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from pages.shared.theme import BLUE

NOTHING = "·"
"""A count of zero in a column of reasons: there, so that the eye can follow the row, and left out on a phone."""

WIDE = 5
"""From so many columns on a table becomes, on a phone, a list of rows with a line for each column."""

STYLE = f"""<style>
dl.facts{{display:grid;grid-template-columns:minmax(8.5rem,12rem) 1fr;gap:.35rem 1rem;margin:0;padding:0}}
.facts dt,.facts dd{{margin:0;padding:0;overflow-wrap:anywhere}}
.facts dt{{opacity:.8}}
.facts dd div+div{{margin-top:.3rem}}
dl.facts.close{{grid-template-columns:minmax(6.5rem,8.5rem) 1fr}}
.facts-table{{overflow:auto;max-height:34rem;margin:0}}
.facts-table table{{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}}
.facts-caption{{opacity:.8;margin:0 0 .3rem}}
.facts-table th,.facts-table td{{text-align:left;vertical-align:top;padding:.28rem .6rem .28rem 0;
  border:0;border-bottom:1px solid rgba(128,140,150,.3)}}
.facts-table th{{font-weight:600}}
.facts-table .number{{text-align:right;padding-right:1.4rem}}
.facts-table td.number,.facts-table td.share{{white-space:nowrap}}
.facts-table th{{vertical-align:bottom}}
.facts-bar{{display:inline-block;width:5rem;height:.7rem;background:rgba(128,140,150,.25);margin-right:.5rem}}
.facts-bar span{{display:block;height:100%;background:{BLUE}}}
.facts-mono{{font-family:"Source Code Pro",monospace;font-size:.9em}}
@media (max-width:640px){{
  dl.facts,dl.facts.close{{grid-template-columns:1fr;gap:.1rem}}
  .facts dd{{margin-bottom:.5rem}}
  .facts-table{{max-height:none}}
  .facts-table.wide thead,.facts-table.wide td.empty{{display:none}}
  .facts-table.wide tr{{display:block;padding:.4rem 0;border-bottom:1px solid rgba(128,140,150,.3)}}
  .facts-table.wide td{{display:grid;grid-template-columns:8.5rem 1fr;gap:.6rem;padding:.1rem 0;border:0;
    text-align:left;white-space:normal;overflow-wrap:anywhere}}
  .facts-table.wide td::before{{content:attr(data-head);opacity:.8}}
}}
@media print{{.facts-table{{max-height:none;overflow:visible}}}}
</style>"""


@dataclass(frozen=True)
class Share:
    """A cell that shows a part of a whole as a bar beside its words. ``part`` and ``whole`` are counts."""

    part: float
    whole: float
    words: str


@dataclass(frozen=True)
class Short:
    """A long technical text of which only the beginning is shown; the whole appears on hovering."""

    text: str
    shown: int = 12


Cell = str | Share | Short
Fact = tuple[str, Cell | Sequence[Cell]]


def style() -> None:
    """The look of everything below; once a page."""
    st.html(STYLE)


def facts(rows: Iterable[Fact], close: bool = False) -> None:
    """A list of names with what is said about them; a row that says nothing is left out."""
    items = []
    for name, said in rows:
        cells = [said] if isinstance(said, str | Share | Short) else list(said)
        cells = [cell for cell in cells if cell != ""]
        if cells:
            items.append(
                f"<dt>{escape(name)}</dt><dd>" + "".join(f"<div>{_html(cell)}</div>" for cell in cells) + "</dd>"
            )
    if items:
        st.html(f'<dl class="facts{" close" if close else ""}">{"".join(items)}</dl>')


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str, numbers: Iterable[int] = ()) -> None:
    """A table that scrolls in its own frame under its caption. ``numbers`` are the columns set to the right."""
    right = set(numbers)

    def attributes(column: int, cell: Cell = "") -> str:
        kinds = ["number"] * (column in right) + ["share"] * isinstance(cell, Share) + ["empty"] * (cell == NOTHING)
        return f' class="{" ".join(kinds)}"' if kinds else ""

    head = "".join(f'<th scope="col"{attributes(n)}>{escape(text)}</th>' for n, text in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-head="{escape(heads[n], quote=True)}"{attributes(n, cell)}>{_html(cell)}</td>'
            for n, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    wide = " wide" if len(heads) >= WIDE else ""
    # Reachable by keyboard, since it may have to be scrolled.
    st.html(
        f'<p class="facts-caption">{escape(caption)}</p>'
        f'<div class="facts-table{wide}" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html(cell: Cell) -> str:
    if isinstance(cell, Share):
        width = 100 * cell.part / cell.whole if cell.whole else 0
        return (
            f'<span><span class="facts-bar" aria-hidden="true"><span style="width:{width:.1f}%"></span></span>'
            f"{escape(cell.words)}</span>"
        )
    if isinstance(cell, Short):
        shown = cell.text if len(cell.text) <= cell.shown else cell.text[: cell.shown] + "…"
        return f'<span class="facts-mono" title="{escape(cell.text, quote=True)}">{escape(shown)}</span>'
    return escape(cell)
