"""A table of a source document as HTML: wrapped texts, cards on a phone, and the address of every cell.

``st.dataframe`` cuts long texts and draws on a canvas; documents are read, printed and searched in the browser.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from pages.shared import numbers, theme
from pages.shared.texts import N_, _
from pipelines.queries_documents import NOTE, PLACE, Cell, Column, Row, Table

# What an empty cell of such a column says; of any other column it says nothing.
SILENCES = {
    "Сроки": N_("срок не указан"),
    "Формулировка срока": N_("срок не указан"),
    "Ответственный": N_("не указан"),
    "Тема": N_("не названа"),
    "Процент": N_("в документе нет"),
    "Результат": N_("не указан"),
    "Причина": N_("в документе не названа"),
}
# How the file's author read the document's words on time; where the words stand, these are tucked away.
READINGS = {"Начало", "Окончание", "Срок", "Повторяемость"}
WORDINGS = ("Сроки", "Формулировка срока")
# Said in every row of its table all the same: who answers and what became of it is what a reader looks for.
ALWAYS_SHOWN = {"Ответственный"}
ALIKE_AT_LEAST = 3
SHORT_TEXT, LONG_TEXT = 12, 70
CARDS_FROM = 4
SHARED_AT_LEAST = 16
DENSE_FROM = 8  # columns


@dataclass(frozen=True)
class Layout:
    """Which columns of a table are read row by row, which only say where it came from, and which are all alike.

    ``place`` is the beginning that the places of all rows share («раздел …, таблица 1, »); it is said once.
    """

    words: tuple[Column, ...]
    origin: tuple[Column, ...]
    alike: tuple[Column, ...]
    cards: bool
    place: str


def layout(table: Table) -> Layout:
    """How a table is laid out; follows from its headers and texts alone, so that a new table needs no code."""
    alike = tuple(column for column in table.columns if _alike(table, column))
    rest = [column for column in table.columns if column not in alike]
    codes = [column for column in rest if column.is_code]
    places = [column for column in rest if column.role == PLACE]
    notes = [column for column in rest if column.role == NOTE]
    worded = any(table.has(role) for role in WORDINGS)
    readings = [column for column in rest if worded and column.role in READINGS]
    tucked = {*codes, *places, *notes, *readings}
    words = [column for column in rest if column not in tucked]
    long = [column for column in words if _longest(table, column) > LONG_TEXT]
    return Layout(
        words=(*words, *notes),
        origin=(*places, *readings, *codes),
        alike=alike,
        cards=len(long) >= CARDS_FROM,
        place=_shared_place(table),
    )


def _shared_place(table: Table) -> str:
    """The common beginning of all places up to a comma; empty when it would save a reader nothing."""
    places = [table.text(row, PLACE) for row in table.rows]
    if len(places) < ALIKE_AT_LEAST:
        return ""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*places, strict=False))
    shared = "".join(letters[0] for letters in same)
    shared = shared[: shared.rfind(", ") + 2] if ", " in shared else ""
    return shared if len(shared) >= SHARED_AT_LEAST and all(len(place) > len(shared) for place in places) else ""


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


def common_words(table: Table) -> str:
    """«Во всех строках: Год — 2020 (E4:E14). Место в документе: раздел …, таблица 1, …»; empty when all differ."""
    form = layout(table)
    sentences = []
    if form.alike:
        first, last = table.rows[0], table.rows[-1]
        said = [
            f"{column.header} — {shown(first.cells[column.letter], column)} "
            f"({column.letter}{first.number}:{column.letter}{last.number})"
            for column in form.alike
        ]
        sentences.append(_("Во всех строках: ") + "; ".join(said) + ".")
    if form.place:
        sentences.append(f"{PLACE}: {form.place}…")
    return " ".join(sentences)


def html(table: Table, *, addresses: bool = False) -> str:
    """The table as HTML with the address of each cell in its tooltip, or beside it when ``addresses``.

    Every text of the document is escaped: nothing in a workbook becomes markup.
    """
    form = layout(table)
    kinds = {column: _kind(table, column) for column in form.words}
    head = "".join(
        f'<th role="columnheader" scope="col" class="{kinds[column]}">{escape(column.header)}</th>'
        for column in form.words
    )
    head += f'<th role="columnheader" scope="col" class="origin">{escape(_origin_words())}</th>'
    rows = "".join(_row(table, row, form, kinds, addresses) for row in table.rows)
    look = " cards" if form.cards else " dense" if len(form.words) > DENSE_FROM else ""
    return (
        # Reachable by keyboard, since a wide one has to be scrolled.
        f'<div class="document-table{look}" tabindex="0" role="region" aria-label="{escape(_("Строки таблицы"))}">'
        f'<table role="table" aria-label="{escape(table.contents.title, quote=True)}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _origin_words() -> str:
    return _("Место в документе, ячейки файла")


def _row(table: Table, row: Row, form: Layout, kinds: dict[Column, str], addresses: bool) -> str:
    cells = []
    for column in form.words:
        cell = row.cells.get(column.letter)
        label = escape(column.header, quote=True)
        if cell is None:
            words = _(SILENCES[column.role]) if column.role in SILENCES and not _told(row, column, table) else ""
            inner = f"<i>{escape(words)}</i>" if words else '<span aria-hidden="true">·</span>'
            kind = kinds[column] + ("" if words else " empty")
            cells.append(f'<td role="cell" class="{kind}" data-label="{label}">{inner}</td>')
        else:
            inner = _marked(cell, column, table, addresses)
            cells.append(f'<td role="cell" class="{kinds[column]}" data-label="{label}">{inner}</td>')
    label = escape(_origin_words(), quote=True)
    origin = []
    for column in form.origin:
        cell = row.cells.get(column.letter)
        if cell is not None:
            shared = len(form.place) if column.role == PLACE else 0
            origin.append(_marked(cell, column, table, addresses, shared))
    origin.insert(1, f'<span class="cells">{row.range}</span>')
    cells.append(f'<td role="cell" class="origin" data-label="{label}">{" ".join(origin)}</td>')
    return f'<tr role="row">{"".join(cells)}</tr>'


def _marked(cell: Cell, column: Column, table: Table, addresses: bool, shared: int = 0) -> str:
    """A cell's text with its address; the first ``shared`` letters of a place stand above the table."""
    text = escape(("… " if shared else "") + shown(cell, column)[shared:]).replace("\n", "<br>")
    place = _("{header}: лист «{sheet}», ячейка {cell}").format(
        header=column.header, sheet=table.sheet, cell=cell.address
    )
    if column.role.startswith("Код показателя"):
        # A code leads to the passport of its indicator.
        address = urlencode({"data": "sources", "indicator": cell.text})
        text = f'<a href="passport?{address}" target="_self">{text}</a>'
    beside = f" <small>{cell.address}</small>" if addresses else ""
    if column.role in READINGS:
        text = f"{escape(column.role)}: {text}"
    kind = "code" if column.is_code or column.role in READINGS else "cell"
    return f'<span class="{kind}" title="{escape(place, quote=True)}">{text}</span>{beside}'


def _told(row: Row, column: Column, table: Table) -> bool:
    """Whether a neighbour says what this empty cell would: a wording where there is no date, or a reason."""
    return bool(table.text(row, "Причина отсутствия"))


def _kind(table: Table, column: Column) -> str:
    """The class of a column, which decides its width and alignment."""
    cells = [row.cells[column.letter] for row in table.rows if column.letter in row.cells]
    if column.role == NOTE:
        return "aside"
    if all(cell.number is not None for cell in cells):
        return "number"
    longest = max(len(cell.text) for cell in cells)
    return "short" if longest <= SHORT_TEXT else "long" if longest > 3 * LONG_TEXT else "text"


def style() -> str:
    """The sheet of styles for these tables, in the colours of the reader's theme."""
    page = theme.surface(theme.is_dark())
    cards = f"""
 thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
 table,tbody,tr,td{{display:block;width:auto;max-width:none}}
 tr{{border:1px solid {page.grid};border-radius:.4rem;padding:.35rem .7rem;margin:0 0 .6rem}}
 td,td.number{{border:0;padding:.16rem 0;text-align:left;max-width:none;min-width:0}}
 td.aside,td.origin{{max-width:none}}
 td.empty{{display:none}}
 td::before{{content:attr(data-label) ": ";font-size:.8rem;color:{page.muted}}}
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
.document-table .text{{min-width:7.5rem}}
.document-table .long{{min-width:16rem}}
.document-table .short{{min-width:2.6rem}}
.document-table td.short{{white-space:nowrap}}
.document-table .number{{text-align:right;font-variant-numeric:tabular-nums;min-width:2.6rem}}
.document-table td.aside,.document-table td.origin{{font-size:.8rem;color:{page.muted}}}
.document-table .aside{{min-width:8rem;max-width:16rem}}
.document-table .origin{{min-width:8rem;max-width:15rem}}
.document-table .cells,.document-table .code{{font-size:.72rem;margin-right:.35rem}}
.document-table .cells{{white-space:nowrap}}
.document-table .code{{overflow-wrap:anywhere}}
.document-table a{{color:inherit}}
.document-table.dense{{font-size:.82rem}}
.document-table.dense th,.document-table.dense td{{padding:.35rem .4rem}}
.document-table.dense .text{{min-width:4.5rem}}
.document-table.dense .long{{min-width:8.5rem}}
.document-table.dense .aside{{min-width:5rem}}
.document-table.dense .origin{{min-width:6rem}}
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
