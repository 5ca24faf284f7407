"""A table as it stands in a file: values by row and column, and the address of every one of them.

Addresses are computed from row and column when a finding needs one; there is no object a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.readers.xlsx_marks import Marks

Cells = npt.NDArray[np.object_]
Range = tuple[tuple[int, int], tuple[int, int]]

# Spaces of every width, marks of writing direction and control characters: none of them is seen by a reader.
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_ALIKE = str.maketrans(_DASHES | dict.fromkeys("«»\"'“”„‘’`", ""))


@dataclass
class RawTable:
    """One sheet: ``cells`` is rows × columns of ``str``, ``float``, ``bool``, ``date`` or ``""`` for empty.

    Row 0 and column 0 are the sheet's A1, so that :func:`address` needs nothing else.
    """

    file: str
    sheet: str | None
    cells: Cells
    merges: list[Range] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    hidden: bool = False

    @property
    def height(self) -> int:
        """Rows, leading empty ones included."""
        return int(self.cells.shape[0])

    @property
    def width(self) -> int:
        """Columns, leading empty ones included."""
        return int(self.cells.shape[1])

    def text(self, row: int, column: int) -> str:
        """A cell as a person reads it; empty outside the table."""
        if not (0 <= row < self.height and 0 <= column < self.width):
            return ""
        return clean(self.cells[row, column])

    def filled(self, first: int, last: int) -> Cells:
        """Rows ``first``…``last`` with every merged cell's value repeated over its range (for headers)."""
        part = self.cells[first : last + 1].copy()
        for (top, left), (bottom, right) in self.merges:
            if top <= last and bottom >= first and top < self.height and left < self.width:
                part[max(top - first, 0) : bottom - first + 1, left : right + 1] = self.cells[top, left]
        return part


def address(row: int, column: int) -> str:
    """The A1 address of a 0-based row and column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def column_letters(column: int) -> str:
    """The letters of a 0-based column."""
    return address(0, column)[:-1]


def ranges(rows: Iterable[int], column: int, most: int = 5) -> str:
    """A short A1 description of many cells of one column: ``C5:C9, C12 …``."""
    ordered = sorted(set(int(row) for row in rows))
    runs: list[list[int]] = []
    for row in ordered:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [
        address(first, column) if first == last else f"{address(first, column)}:{address(last, column)}"
        for first, last in runs[:most]
    ]
    return ", ".join(told) + (" …" if len(runs) > most else "")


def clean(value: Any) -> str:
    """A value as text without what nobody sees: control characters, direction marks, repeated spaces."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M").removesuffix(" 00:00")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    text = str(value)
    if text.isprintable() and "  " not in text:  # the usual case: nothing that nobody sees, and no wide spaces
        return text.strip()
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def key(value: Any) -> str:
    """A text for comparison: case, «ё», kinds of dashes and of quotes, and spaces do not count."""
    return " ".join(clean(value).translate(_ALIKE).casefold().replace("ё", "е").split())


def safe(value: object) -> str | None:
    """A text that no spreadsheet takes for a formula."""
    if value is None:
        return None
    text = clean(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
