"""What a fast reader of values leaves out of an .ods table: per cents, shown decimals, merges, hidden rows.

One streamed pass over ``content.xml``, bounded in cells and seconds; the size of every sheet is found in any case,
because a reader of values that is not told of a far cell dies of it. LibreOffice says of every cell what it is and how
it is shown: «12,5%» is a per cent of one decimal, whatever name its style has.
"""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import numpy as np

from pipelines.readers.raw import Range
from pipelines.readers.xlsx_marks import MOST_PLACES, MOST_SECONDS, Marks, TooLong

MOST_MARKED = 2_000_000
MOST_ELEMENTS = 2_000_000
"""In one row, or outside of the tables: so many are in memory at once."""
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_SHOWN = re.compile(r"[-−]?[\d\s\u00a0\u202f]+(?:[.,](\d+))?\s*(%?)")


@dataclass
class _Sheet:
    """The marks of one sheet while they are gathered."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    formats: dict[str, int] = field(default_factory=lambda: {"General": 0})
    merges: list[Range] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    row: int = 0
    column: int = 0
    last_row: int = -1
    last_column: int = -1
    complete: bool = True

    def marks(self) -> Marks:
        """As the marks of an .xlsx sheet: none of the cells where the pass was cut short."""
        rows, columns, styles = (
            np.array(told if self.complete else [], np.int64) for told in (self.rows, self.columns, self.styles)
        )
        return Marks(
            rows=rows, columns=columns, style=styles, formats=list(self.formats), hidden_rows=self.hidden_rows,
            hidden_columns=self.hidden_columns, last_row=self.last_row, last_column=self.last_column,
            complete=self.complete,
        )  # fmt: skip


def read_ods_marks(archive: zipfile.ZipFile) -> dict[str, tuple[Marks, list[Range]]]:
    """Marks and merged ranges of every sheet by its name.

    Raises :class:`KeyError` for an archive without ``content.xml``, :class:`ValueError` for broken XML and
    :class:`TooLong` where not even the sizes are found in time.
    """
    found: dict[str, tuple[Marks, list[Range]]] = {}
    try:
        with archive.open("content.xml") as part:
            for name, sheet in _sheets(ElementTree.iterparse(part, ("start", "end"))):
                marks = sheet.marks()
                if name in found:  # the reader of values reads both
                    marks.last_row = max(marks.last_row, found[name][0].last_row)
                    marks.last_column = max(marks.last_column, found[name][0].last_column)
                found[name] = (marks, sheet.merges)
    except ElementTree.ParseError as error:
        raise ValueError(f"content.xml: {error}") from error
    return found


def _sheets(events: Iterator[tuple[str, ElementTree.Element]]) -> Iterator[tuple[str, _Sheet]]:
    started, alive = time.monotonic(), 0
    sheet, name = _Sheet(), ""
    row: ElementTree.Element | None = None
    for event, element in events:
        tag = element.tag.removeprefix(_TABLE)
        alive += event == "start"
        if alive > MOST_ELEMENTS:
            raise TooLong("content.xml")
        if tag == "table":
            if event == "start":
                sheet, name = _Sheet(), element.get(f"{_TABLE}name", "")
            else:
                yield name, sheet
                element.clear()
        elif tag == "table-row" and event == "start":
            row, sheet.column = element, 0
        elif tag == "table-row":
            _row(sheet, element)
            element.clear()
            row, alive = None, 0
            passed = time.monotonic() - started
            if passed > 2 * MOST_SECONDS:
                raise TooLong("content.xml")
            sheet.complete &= passed <= MOST_SECONDS
        elif tag == "table-column" and event == "end" and row is None:
            repeated = _count(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                sheet.hidden_columns += range(sheet.column, sheet.column + min(repeated, MOST_PLACES))
            sheet.column += repeated


def _row(sheet: _Sheet, element: ElementTree.Element) -> None:
    repeated = _count(element, "number-rows-repeated")
    filled: list[tuple[int, int, int]] = []
    column = 0
    for cell in element:
        across = _count(cell, "number-columns-repeated")
        kind = cell.get(_TYPE)
        if kind:
            style = sheet.formats.setdefault(_format(kind, cell), len(sheet.formats))
            filled.append((column, across, style))
            down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                sheet.merges.append(((sheet.row, column), (sheet.row + down - 1, column + right - 1)))
        column += across
    if filled:
        sheet.last_row = sheet.row + repeated - 1
        sheet.last_column = max(sheet.last_column, *(first + across - 1 for first, across, _ in filled))
        sheet.complete &= len(sheet.rows) + repeated * sum(across for _, across, _ in filled) <= MOST_MARKED
        if sheet.complete:
            _mark(sheet, repeated, filled)
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows += range(sheet.row, sheet.row + min(repeated, MOST_PLACES))
    sheet.row += repeated


def _mark(sheet: _Sheet, repeated: int, filled: list[tuple[int, int, int]]) -> None:
    columns = [column for first, across, _ in filled for column in range(first, first + across)]
    styles = [style for _, across, style in filled for _ in range(across)]
    for row in range(sheet.row, sheet.row + repeated):
        sheet.rows += [row] * len(columns)
        sheet.columns += columns
        sheet.styles += styles


def _count(element: ElementTree.Element, name: str) -> int:
    told = element.get(f"{_TABLE}{name}", "1")
    return max(int(told), 1) if told.isascii() and told.isdigit() else 1


def _format(kind: str, cell: ElementTree.Element) -> str:
    """How the cell is shown, as a number format of Excel."""
    if kind not in ("float", "percentage"):
        return "General"
    shown = _SHOWN.fullmatch("".join(cell.itertext()).strip())
    places = len(shown.group(1) or "") if shown else 0
    decimals = "0." + "0" * places if places else "0"
    return decimals + "%" if kind == "percentage" else decimals if places else "General"
