"""A table of a source document as HTML: wrapped texts, cards on a phone, and the address of every cell.

``st.dataframe`` cuts long texts and draws on a canvas; documents are read, printed and searched in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from pages.shared import numbers, theme
from pages.shared.texts import N_, _
from pipelines.queries_documents import NOTE, PLACE, Cell, Column, Row, Table

# What an empty cell of such a column says; of any other column it says nothing.
SILENCES = {
    "Срок": N_("не указан"),
    "Сроки": N_("срок не указан"),
    "Формулировка срока": N_("срок не указан"),
    "Ответственный": N_("не указан"),
    "Тема": N_("не названа"),
    "Процент": N_("в документе нет"),
    "Результат": N_("не указан"),
    "Причина": N_("в документе не названа"),
}
# Said in every row of its table all the same: who answers and what became of it is what a reader looks for.
ALWAYS_SHOWN = {"Ответственный"}
ALIKE_AT_LEAST = 3
LONG_TEXT = 70
CARDS_FROM = 4


@dataclass(frozen=True)
class Layout:
    """Which columns of a table are read row by row, which stand last, and which say the same in every row."""

    words: tuple[Column, ...]
    trailing: tuple[Column, ...]
    alike: tuple[Column, ...]
    cards: bool

    @property
    def shown(self) -> tuple[Column, ...]:
        """All columns that are drawn, in order."""
        return self.words + self.trailing


def layout(table: Table) -> Layout:
    """How a table is laid out; follows from its headers and texts alone, so that a new table needs no code."""
    alike = tuple(column for column in table.columns if _alike(table, column))
    rest = [column for column in table.columns if column not in alike]
    codes = [column for column in rest if column.is_code]
    places = [column for role in (NOTE, PLACE) for column in rest if column.role == role]
    words = tuple(column for column in rest if column not in codes and column not in places)
    long = [column for column in words if _longest(table, column) > LONG_TEXT]
    return Layout(words, (*places, *codes), alike, cards=len(long) >= CARDS_FROM)


def _alike(table: Table, column: Column) -> bool:
    texts = {row.cells[column.letter].text for row in table.rows if column.letter in row.cells}
    everywhere = all(column.letter in row.cells for row in table.rows)
    return (
        len(table.rows) >= ALIKE_AT_LEAST
        and everywhere
        and len(texts) == 1
        and column.role not in ALWAYS_SHOWN
        and len(next(iter(texts))) <= LONG_TEXT
    )


def _longest(table: Table, column: Column) -> int:
    return max((len(row.cells[column.letter].text) for row in table.rows if column.letter in row.cells), default=0)


def shown(cell: Cell, column: Column) -> str:
    """A cell as people read it: a number with its decimal comma, a reason instead of its code."""
    if cell.number is not None:
        return cell.text.replace(".", ",").replace("-", "−")
    return numbers.absence(cell.text) if column.role == "Причина отсутствия" else cell.text


def alike_words(table: Table, columns: Sequence[Column]) -> str:
    """«Во всех строках: год — 2020 (E4:E14)»; empty when nothing is alike."""
    if not columns:
        return ""
    first, last = table.rows[0], table.rows[-1]
    said = [
        f"{column.header} — {shown(first.cells[column.letter], column)} "
        f"({column.letter}{first.number}:{column.letter}{last.number})"
        for column in columns
    ]
    return _("Во всех строках: ") + "; ".join(said)


def html(table: Table, *, addresses: bool = False) -> str:
    """The table as HTML with the address of each cell in its tooltip, or beside it when ``addresses``.

    Every text of the document is escaped: nothing in a workbook becomes markup.
    """
    form = layout(table)
    numeric = {column for column in form.words if _is_numeric(table, column)}
    kinds = {column: _kind(table, column, column in numeric) for column in form.shown}
    caption = escape(table.contents.title)
    head = "".join(
        f'<th role="columnheader" scope="col" class="{kinds[column]}">{escape(column.header)}</th>'
        for column in form.shown
    )
    rows = "".join(_row(table, row, form, kinds, addresses) for row in table.rows)
    where = f'<th role="columnheader" scope="col" class="where">{escape(_("Ячейки файла"))}</th>'
    return (
        f'<div class="document-table{" cards" if form.cards else ""}">'
        f'<table role="table" aria-label="{caption}"><thead role="rowgroup"><tr role="row">{head}{where}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _row(table: Table, row: Row, form: Layout, kinds: dict[Column, str], addresses: bool) -> str:
    cells = []
    for column in form.shown:
        cell = row.cells.get(column.letter)
        label = escape(column.header, quote=True)
        if cell is None:
            words = _(SILENCES[column.role]) if column.role in SILENCES and not _told(row, column, table) else ""
            inner = f"<i>{escape(words)}</i>" if words else '<span aria-hidden="true">·</span>'
            kind = kinds[column] + ("" if words else " empty")
            cells.append(f'<td role="cell" class="{kind}" data-label="{label}">{inner}</td>')
            continue
        inner = _linked(cell, column)
        if addresses:
            inner += f" <small>{cell.address}</small>"
        place = escape(_("лист «{sheet}», ячейка {cell}").format(sheet=table.sheet, cell=cell.address), quote=True)
        cells.append(
            f'<td role="cell" class="{kinds[column]}" data-label="{label}" title="{place}"><span>{inner}</span></td>'
        )
    where = escape(_("Ячейки файла"), quote=True)
    cells.append(f'<td role="cell" class="where" data-label="{where}">{row.range}</td>')
    return f'<tr role="row">{"".join(cells)}</tr>'


def _told(row: Row, column: Column, table: Table) -> bool:
    """Whether a neighbour says what this empty cell would: a wording where there is no date, or a reason."""
    if column.role == "Срок":
        return bool(table.text(row, "Формулировка срока"))
    if column.role == "Причина":
        return False
    return bool(table.text(row, "Причина отсутствия"))


def _linked(cell: Cell, column: Column) -> str:
    """The cell's text; the code of an indicator leads to its passport."""
    text = escape(shown(cell, column)).replace("\n", "<br>")
    if column.role.startswith("Код показателя"):
        return f'<a href="passport?{urlencode({"data": "sources", "indicator": cell.text})}" target="_self">{text}</a>'
    return text


def _is_numeric(table: Table, column: Column) -> bool:
    cells = [row.cells[column.letter] for row in table.rows if column.letter in row.cells]
    return bool(cells) and all(cell.number is not None for cell in cells)


def _kind(table: Table, column: Column, numeric: bool) -> str:
    if column.is_code:
        return "code"
    if column.role in (PLACE, NOTE):
        return "aside"
    if numeric:
        return "number"
    longest = _longest(table, column)
    return "short" if longest <= 14 else "long" if longest > 200 else "text"


def style() -> str:
    """The sheet of styles for these tables, in the colours of the reader's theme."""
    page = theme.surface(theme.is_dark())
    cards = f"""
 thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
 table,tbody,tr,td{{display:block;width:auto;max-width:none}}
 tr{{border:1px solid {page.grid};border-radius:.4rem;padding:.35rem .7rem;margin:0 0 .6rem}}
 td,td.number{{border:0;padding:.16rem 0;text-align:left;max-width:none;min-width:0}}
 td.empty{{display:none}}
 td::before{{content:attr(data-label);display:block;font-size:.75rem;color:{page.muted}}}
"""
    phone = "\n".join(f".document-table {line.strip()}" for line in _selectors(cards))
    always = "\n".join(f".document-table.cards {line.strip()}" for line in _selectors(cards))
    return f"""<style>
.document-table{{overflow-x:auto;font-size:.92rem;line-height:1.4}}
.document-table table{{border-collapse:collapse;width:100%;margin:0}}
.document-table th{{text-align:left;font-weight:600;font-size:.8rem;color:{page.muted};background:{page.panel};
 vertical-align:bottom;padding:.4rem .6rem;border:0}}
.document-table td{{vertical-align:top;padding:.45rem .6rem;border:0;border-bottom:1px solid {page.grid};
 overflow-wrap:break-word}}
.document-table .text{{min-width:9rem}}
.document-table .long{{min-width:16rem}}
.document-table .short{{min-width:3.2rem}}
.document-table .number{{text-align:right;font-variant-numeric:tabular-nums;min-width:3.2rem}}
.document-table .aside{{font-size:.8rem;color:{page.muted};min-width:8rem;max-width:16rem}}
.document-table .code,.document-table .where{{font-size:.75rem;color:{page.muted};max-width:9rem;
 overflow-wrap:anywhere;min-width:4.5rem}}
.document-table i{{color:{page.muted}}}
.document-table small{{color:{page.muted};font-size:.72rem;white-space:nowrap}}
.document-table td.empty{{color:{page.muted};opacity:.6}}
.document-list{{margin:.2rem 0;padding-left:1.1rem;font-size:.92rem}}
.document-list li{{margin:.2rem 0}}
.document-list b{{font-weight:600}}
.document-list span{{color:{page.muted};font-size:.8rem}}
{always}
@media (max-width:700px){{
{phone}
}}
</style>"""


def _selectors(rules: str) -> list[str]:
    """The rules one a line, with every selector of a list on its own: each needs the prefix."""
    lines = []
    for rule in rules.strip().splitlines():
        selectors, body = rule.strip().split("{", 1)
        lines.extend(f"{selector}{{{body}" for selector in selectors.split(","))
    return lines
