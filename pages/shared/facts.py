"""Facts and small tables as plain HTML: they wrap on a phone, print whole and are read aloud in order.

Texts are escaped here, so a name from a file can never become markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from pages.shared.theme import BLUE

STYLE = f"""<style>
dl.facts{{display:grid;grid-template-columns:minmax(8.5rem,12rem) 1fr;gap:.35rem 1rem;margin:0;padding:0}}
.facts dt,.facts dd{{margin:0;padding:0;overflow-wrap:anywhere}}
.facts dt{{opacity:.8}}
.facts dd div+div{{margin-top:.3rem}}
dl.facts.close{{grid-template-columns:minmax(6.5rem,8.5rem) 1fr}}
.facts-table{{overflow:auto;max-height:34rem;margin:0}}
.facts-table table{{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}}
.facts-table caption{{text-align:left;opacity:.8;padding:0 0 .3rem;caption-side:top}}
.facts-table th,.facts-table td{{text-align:left;vertical-align:top;padding:.28rem .6rem .28rem 0;
  border:0;border-bottom:1px solid rgba(128,140,150,.3)}}
.facts-table th{{font-weight:600}}
.facts-table .number{{text-align:right}}
.facts-table td.number,.facts-table td.share{{white-space:nowrap}}
.facts-table th{{vertical-align:bottom}}
.facts-bar{{display:inline-block;width:5rem;height:.7rem;background:rgba(128,140,150,.25);margin-right:.5rem}}
.facts-bar span{{display:block;height:100%;background:{BLUE}}}
.facts-mono{{font-family:"Source Code Pro",monospace;font-size:.9em}}
@media (max-width:640px){{
  dl.facts,dl.facts.close{{grid-template-columns:1fr;gap:.1rem}}
  .facts dd{{margin-bottom:.5rem}}
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
    """A table that scrolls in its own frame. ``numbers`` are the columns set to the right."""
    right = set(numbers)

    def marked(column: int, cell: Cell = "") -> str:
        kind = "number" if column in right else "share" if isinstance(cell, Share) else ""
        return f' class="{kind}"' if kind else ""

    head = "".join(f'<th scope="col"{marked(n)}>{escape(text)}</th>' for n, text in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{marked(n, cell)}>{_html(cell)}</td>" for n, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    label = escape(caption, quote=True)
    # Reachable by keyboard, since it may have to be scrolled.
    st.html(
        f'<div class="facts-table" tabindex="0" role="region" aria-label="{label}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html(cell: Cell) -> str:
    if isinstance(cell, Share):
        width = 100 * cell.part / cell.whole if cell.whole else 0
        return (
            f'<span class="facts-bar" aria-hidden="true"><span style="width:{width:.1f}%"></span></span>'
            f"{escape(cell.words)}"
        )
    if isinstance(cell, Short):
        shown = cell.text if len(cell.text) <= cell.shown else cell.text[: cell.shown] + "…"
        return f'<span class="facts-mono" title="{escape(cell.text, quote=True)}">{escape(shown)}</span>'
    return escape(cell)
