"""What a fast reader of values leaves out of an .ods table: per cents, shown decimals, merges, hidden rows.

One streamed pass over ``content.xml``, bounded in cells and seconds; the size of every sheet is found in any case,
because a reader of values that is not told of a far cell dies of it. LibreOffice says of every cell what it is and how
it is shown: «12,5%» is a per cent of one decimal, whatever name its style has.
"""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

import numpy as np

from pipelines.readers.raw import Range
from pipelines.readers.xlsx_marks import CHUNK, MOST_PLACES, MOST_SECONDS, Marks, TooLong

MOST_MARKED = 2_000_000
MOST_BYTES = 300 << 20
"""Three hundred thousand rows of eleven columns; what is larger could not be read in time."""
MOST_IN_ROW = 100_000
"""Filled cells of one row: no program knows as many columns."""
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CELLS = frozenset((f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"))
_ROW_TAG, _TABLE_TAG, _COLUMN_TAG = f"{_TABLE}table-row", f"{_TABLE}table", f"{_TABLE}table-column"
_ACROSS = f"{_TABLE}number-columns-repeated"
_DOWN, _RIGHT = f"{_TABLE}number-rows-spanned", f"{_TABLE}number-columns-spanned"
_NUMBERS = ("float", "percentage")
_TYPE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_SHOWN = re.compile(r"[-−]?[\d\s\u00a0\u202f]+(?:[.,](\d+))?\s*(%?)")

Attributes = Mapping[str, str]


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
    gathered = _Pass()
    try:
        if (size := archive.getinfo("content.xml").file_size) > MOST_BYTES:
            raise TooLong(f"{size >> 20} МБ в распакованном виде", f"до {MOST_BYTES >> 20} МБ")
        with archive.open("content.xml") as part:
            while chunk := part.read(CHUNK >> 4):
                gathered.parser.Parse(chunk, False)
                gathered.look_at_the_clock()
            gathered.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(f"content.xml: {error}") from error
    return gathered.found


class _Pass:
    """The pass over the XML: what it is in just now, and the sheets that are done. Nothing else is kept."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[Marks, list[Range]]] = {}
        self._sheet, self._name = _Sheet(), ""
        self._row: Attributes | None = None
        self._filled: list[tuple[int, int, int]] = []
        self._column = 0
        self._cell: Attributes | None = None
        self._shown: list[str] = []
        self._started = time.thread_time()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def look_at_the_clock(self) -> None:
        """Stop marking cells, and later stop altogether, when the time is over."""
        passed = time.thread_time() - self._started
        if passed > 2 * MOST_SECONDS:
            raise TooLong(f"лист «{self._name}» ещё не прочитан", f"до {2 * MOST_SECONDS:g} с чтения")
        self._sheet.complete &= passed <= MOST_SECONDS

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag in _CELLS:
            self._cell, self._shown = attributes, []
        elif tag == _ROW_TAG:
            self._row, self._filled, self._column = attributes, [], 0
        elif tag == _TABLE_TAG:
            self._sheet, self._name = _Sheet(), attributes.get(f"{_TABLE}name", "")
        elif tag == _COLUMN_TAG and self._row is None:
            _columns(self._sheet, attributes)

    def _text(self, text: str) -> None:
        if self._cell is not None:
            self._shown.append(text)

    def _end(self, tag: str) -> None:
        if tag in _CELLS and self._cell is not None:
            self._end_of_cell(self._cell)
            self._cell = None
        elif tag == _ROW_TAG and self._row is not None:
            _row(self._sheet, self._row, self._filled)
            self._row = None
        elif tag == _TABLE_TAG:
            marks = self._sheet.marks()
            if self._name in self.found:  # the reader of values reads both
                marks.last_row = max(marks.last_row, self.found[self._name][0].last_row)
                marks.last_column = max(marks.last_column, self.found[self._name][0].last_column)
            self.found[self._name] = (marks, self._sheet.merges)

    def _end_of_cell(self, cell: Attributes) -> None:
        sheet, column = self._sheet, self._column
        across = _count(cell, _ACROSS) if _ACROSS in cell else 1
        self._column += across
        kind = cell.get(_TYPE)
        if kind is None:
            return
        code = _format(kind, "".join(self._shown)) if kind in _NUMBERS else "General"
        style = sheet.formats.setdefault(code, len(sheet.formats))
        self._filled.append((column, across, style))
        if len(self._filled) > MOST_IN_ROW:
            raise TooLong(f"строка листа «{self._name}» без конца", f"до {MOST_IN_ROW} ячеек в строке")
        if _DOWN in cell or _RIGHT in cell:
            down, right = _count(cell, _DOWN), _count(cell, _RIGHT)
            if down > 1 or right > 1:
                sheet.merges.append(((sheet.row, column), (sheet.row + down - 1, column + right - 1)))


def _columns(sheet: _Sheet, attributes: Attributes) -> None:
    repeated = _count(attributes, _ACROSS)
    if attributes.get(f"{_TABLE}visibility") in ("collapse", "filter"):
        sheet.hidden_columns += range(sheet.column, sheet.column + min(repeated, MOST_PLACES))
    sheet.column += repeated


def _row(sheet: _Sheet, attributes: Attributes, filled: list[tuple[int, int, int]]) -> None:
    repeated = _count(attributes, f"{_TABLE}number-rows-repeated")
    if filled:
        sheet.last_row = sheet.row + repeated - 1
        sheet.last_column = max(sheet.last_column, *(first + across - 1 for first, across, _ in filled))
        sheet.complete &= len(sheet.rows) + repeated * sum(across for _, across, _ in filled) <= MOST_MARKED
        if sheet.complete:
            _mark(sheet, repeated, filled)
        if attributes.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows += range(sheet.row, sheet.row + min(repeated, MOST_PLACES))
    sheet.row += repeated


def _mark(sheet: _Sheet, repeated: int, filled: list[tuple[int, int, int]]) -> None:
    columns = [column for first, across, _ in filled for column in range(first, first + across)]
    styles = [style for _, across, style in filled for _ in range(across)]
    for row in range(sheet.row, sheet.row + repeated):
        sheet.rows += [row] * len(columns)
        sheet.columns += columns
        sheet.styles += styles


def _count(attributes: Attributes, name: str) -> int:
    told = attributes.get(name, "1")
    return max(int(told), 1) if told.isascii() and told.isdigit() and len(told) < 10 else 1


@lru_cache(maxsize=50_000)
def _format(kind: str, text: str) -> str:
    """How a number is shown, as a number format of Excel."""
    shown = _SHOWN.fullmatch(text.strip())
    places = len(shown.group(1) or "") if shown else 0
    decimals = "0." + "0" * places if places else "0"
    return decimals + "%" if kind == "percentage" else decimals if places else "General"
