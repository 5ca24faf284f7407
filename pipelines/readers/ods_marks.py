"""What a fast reader of values leaves out of an .ods table: per cents, shown decimals, merges, hidden rows.

One streamed pass over ``content.xml``, bounded in cells and seconds. LibreOffice says of every cell what it is and how
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
from pipelines.readers.xlsx_marks import MOST_PLACES, MOST_SECONDS, Marks

MOST_MARKED = 2_000_000
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
    complete: bool = True

    def marks(self) -> Marks:
        """As the marks of an .xlsx sheet."""
        return Marks(
            rows=np.array(self.rows, np.int64), columns=np.array(self.columns, np.int64),
            style=np.array(self.styles, np.int64), formats=list(self.formats), hidden_rows=self.hidden_rows,
            hidden_columns=self.hidden_columns, last_row=max(self.rows, default=-1),
            last_column=max(self.columns, default=-1), complete=self.complete,
        )  # fmt: skip


def read_ods_marks(archive: zipfile.ZipFile) -> dict[str, tuple[Marks, list[Range]]]:
    """Marks and merged ranges of every sheet by its name; what is beyond the bounds is left unmarked.

    Raises :class:`KeyError` for an archive without ``content.xml`` and :class:`ValueError` for broken XML.
    """
    found: dict[str, tuple[Marks, list[Range]]] = {}
    try:
        with archive.open("content.xml") as part:
            for name, sheet in _sheets(ElementTree.iterparse(part, ("start", "end"))):
                found[name] = (sheet.marks(), sheet.merges)
    except ElementTree.ParseError as error:
        raise ValueError(f"content.xml: {error}") from error
    return found


def _sheets(events: Iterator[tuple[str, ElementTree.Element]]) -> Iterator[tuple[str, _Sheet]]:
    started, marked = time.monotonic(), 0
    sheet, name = _Sheet(), ""
    row: ElementTree.Element | None = None
    for event, element in events:
        tag = element.tag.removeprefix(_TABLE)
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
            marked += len(element)
            element.clear()
            row = None
            if marked > MOST_MARKED or time.monotonic() - started > MOST_SECONDS:
                sheet.complete = False
                yield name, sheet
                return
        elif tag == "table-column" and event == "end" and row is None:
            repeated = _count(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                sheet.hidden_columns += range(sheet.column, sheet.column + min(repeated, MOST_PLACES))
            sheet.column += repeated


def _row(sheet: _Sheet, element: ElementTree.Element) -> None:
    repeated = _count(element, "number-rows-repeated")
    filled: list[tuple[int, int]] = []
    column = 0
    for cell in element:
        across = _count(cell, "number-columns-repeated")
        kind = cell.get(_TYPE)
        if kind:
            style = sheet.formats.setdefault(_format(kind, cell), len(sheet.formats))
            filled += [(at, style) for at in range(column, column + min(across, MOST_PLACES))]
            down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                sheet.merges.append(((sheet.row, column), (sheet.row + down - 1, column + right - 1)))
        column += across
    if filled:
        for at in range(sheet.row, sheet.row + min(repeated, MOST_PLACES)):
            sheet.rows += [at] * len(filled)
            sheet.columns += [column for column, _ in filled]
            sheet.styles += [style for _, style in filled]
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows += range(sheet.row, sheet.row + min(repeated, MOST_PLACES))
    sheet.row += repeated


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
