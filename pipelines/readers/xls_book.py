"""Old .xls workbooks: values, number formats, merges and hidden rows in one pass, bounded in bytes and seconds.

The fast native reader believes what such a file says of its own size, and where that is a lie the whole process dies
with it. This one is plain Python: whatever a file says, the worst is an exception.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xlrd
from xlrd.biffh import error_text_from_code

from pipelines.readers.raw import Range, address
from pipelines.readers.xlsx_marks import Marks

MOST_BYTES = 64 << 20
"""65,536 rows of sixty columns: a sheet of the format is no longer, and hardly ever wider."""
MOST_SECONDS = 8.0
"""Of the processor: a file that is read today is read tomorrow, when the machine is busy."""

_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR, _BLANK = range(7)


class Locked(Exception):
    """The workbook asks for a password."""


class TooMuch(Exception):
    """The workbook takes longer to read than it may; the text says how far the pass came."""


@dataclass
class XlsSheet:
    """One worksheet; ``rows`` are lists of unequal length from A1, with ``""`` for what is empty."""

    name: str
    hidden: bool
    height: int
    width: int
    rows: list[list[object]]
    merges: list[Range]
    marks: Marks


def sheets(data: bytes) -> Iterator[XlsSheet]:
    """Every worksheet of a workbook, one at a time.

    Raises :class:`Locked`, :class:`TooMuch`, and ``ValueError`` for a damaged file.
    """
    if len(data) > MOST_BYTES:
        raise TooMuch(f"{len(data) >> 20} МБ")
    started = time.thread_time()
    told = io.StringIO()  # the library writes its warnings to a file and not to a logger
    with _damage_told():
        book = xlrd.open_workbook(
            file_contents=data, logfile=told, formatting_info=True, on_demand=True, ragged_rows=True,
            ignore_workbook_corruption=True,
        )  # fmt: skip
    formats = [_format(book, xf) for xf in book.xf_list]
    for number, name in enumerate(book.sheet_names()):
        book.get_record_parts = _stopped_in_time(book.get_record_parts, started, name)
        with _damage_told():
            sheet = book.sheet_by_index(number)
            found = _sheet(sheet, name, formats, book.datemode)
        yield found
        book.unload_sheet(number)


class _damage_told:
    """Turns whatever a damaged file makes the library raise into ``ValueError``: it asserts, unpacks and indexes."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, xlrd.XLRDError) and "encrypted" in str(error):
            raise Locked from error
        if isinstance(error, Exception) and not isinstance(error, TooMuch):
            raise ValueError("внутренняя структура книги нарушена") from error


def _stopped_in_time(read: Callable[[], Any], started: float, name: str) -> Callable[[], Any]:
    """The library's reader of one record, which looks at the clock now and then."""
    count = 0

    def bounded() -> Any:
        nonlocal count
        count += 1
        if count % 10_000 == 0 and time.thread_time() - started > MOST_SECONDS:
            raise TooMuch(f"лист «{name}» не прочитан за {MOST_SECONDS:g} с")
        return read()

    return bounded


def _format(book: Any, xf: Any) -> str:
    known = book.format_map.get(xf.format_key)
    code = str(known.format_str) if known is not None else ""
    return "General" if not code or code.lower() in ("general", "основной", "standard") else code


def _sheet(sheet: Any, name: str, formats: list[str], datemode: int) -> XlsSheet:
    errors: dict[str, str] = {}
    values, rows, columns, styles = [], [], [], []
    for row in range(sheet.nrows):
        kinds = np.array(sheet.row_types(row), np.uint8)
        cells = list(sheet.row_values(row))
        for at in np.flatnonzero(kinds > _NUMBER):
            if kinds[at] == _ERROR:
                errors[address(row, int(at))] = error_text_from_code.get(cells[at], "#?")
            cells[at] = _value(int(kinds[at]), cells[at], datemode)
        filled = np.flatnonzero((kinds != _EMPTY) & (kinds != _BLANK))
        values.append(cells)
        if len(filled):
            rows.append(np.full(len(filled), row, np.int64))
            columns.append(filled)
            # The public way to a style is a call a cell: a minute for a large sheet.
            styles.append(np.array(sheet._cell_xf_indexes[row], np.int64)[filled])
    marks = Marks(
        formats=formats, errors=errors,
        hidden_rows=[row for row, info in sorted(sheet.rowinfo_map.items()) if info.hidden and row < sheet.nrows],
        hidden_columns=[column for column, info in sorted(sheet.colinfo_map.items()) if info.hidden],
    )  # fmt: skip
    if rows:
        marks.rows, marks.columns, marks.style = np.concatenate(rows), np.concatenate(columns), np.concatenate(styles)
        marks.last_row, marks.last_column = int(marks.rows.max()), int(marks.columns.max())
    merges = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells]
    return XlsSheet(name, sheet.visibility != 0, sheet.nrows, sheet.ncols, values, merges, marks)


def _value(kind: int, value: Any, datemode: int) -> object:
    """A cell that is neither text nor number; an error is told apart and leaves nothing behind."""
    if kind == _BOOLEAN:
        return bool(value)
    if kind != _DATE:
        return ""
    try:
        moment = xlrd.xldate.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return value
    if value < 1:
        return moment.time()
    return moment.date() if value == int(value) else moment
