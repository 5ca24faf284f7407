"""Finds tables on a sheet: where the header is, how deep, which rows are data and which lines stand around them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.columns import MOST_COLUMNS, coded_texts, find_roles, texts
from pipelines.readers.raw import Cells, RawTable, clean, key
from pipelines.readers.reading import constant

SEARCHED_ROWS = 60
MOST_BLOCKS = 150
MOST_HEADER_ROWS = 3

_FOOTNOTE = re.compile(r"^(\*|примечани|источник|составил|исполнител|руководител|директор|начальник|тел\b|\d\) )")

Roles = dict[str, list[int]]


@dataclass
class Block:
    """One table on a sheet: ``header`` are its first and last header rows, ``rows`` its data rows (0-based).

    ``roles`` maps a role to its columns in their order; ``titles`` are the lines above the header.
    """

    table: RawTable
    header: tuple[int, int]
    rows: npt.NDArray[np.int64]
    roles: Roles
    titles: list[str] = field(default_factory=list)

    def column(self, role: str) -> int | None:
        """The first column of a role."""
        found = self.roles.get(role)
        return found[0] if found else None

    def texts(self, role: str, default: str | None = None) -> npt.NDArray[np.object_]:
        """The column of a role as clean texts, ``default`` (else ``None``) where it is missing or empty."""
        column = self.column(role)
        if column is None:
            return np.full(len(self.rows), default, object)
        return texts(self.table.cells[self.rows, column], default)

    def coded(self, role: str, default: str | None = None) -> pd.Categorical:
        """The same as places in the list of distinct texts."""
        column = self.column(role)
        if column is None:
            return constant(default, len(self.rows))
        return coded_texts(self.table.cells[self.rows, column], default)

    def header_texts(self) -> list[list[str]]:
        """The header rows as clean texts, merged cells repeated."""
        return [[clean(cell) for cell in row] for row in self.table.filled(*self.header)]


def filled_rows(cells: Cells) -> npt.NDArray[np.bool_]:
    """Which rows hold anything."""
    found = np.zeros(len(cells), bool)
    for column in range(cells.shape[1]):
        rest = np.flatnonzero(~found)
        if not len(rest):
            break
        found[rest] = cells[rest, column] != ""
    return found


def find_blocks(table: RawTable, wanted: Callable[[Roles], bool]) -> list[Block]:
    """All tables of a sheet whose header satisfies ``wanted``, top to bottom."""
    filled = filled_rows(table.cells)
    blocks: list[Block] = []
    start = 0
    while start < table.height and len(blocks) < MOST_BLOCKS:
        found = _header(table, start, filled, wanted)
        if not found:
            break
        first, last, roles = found
        end = _next_header(table, last, roles)
        rows = np.flatnonzero(filled[last + 1 : end]) + last + 1
        rows = _without_notes(table, rows, roles)
        titles = [
            text
            for row in range(max(start, first - 15), first)
            if filled[row]
            for text in dict.fromkeys(clean(cell) for cell in table.cells[row])
            if text
        ]
        blocks.append(Block(table, (first, last), rows, roles, titles))
        start = end
    return blocks


def _header(
    table: RawTable, start: int, filled: npt.NDArray[np.bool_], wanted: Callable[[Roles], bool]
) -> tuple[int, int, Roles] | None:
    candidates = np.flatnonzero(filled[start:])[:SEARCHED_ROWS] + start
    if not len(candidates):
        return None
    top = int(candidates[0])
    cells = table.filled(top, int(candidates[-1]))[:, :MOST_COLUMNS]
    headers = {int(row): [clean(cell) for cell in cells[row - top]] for row in candidates}
    roles_of = {row: find_roles(texts) for row, texts in headers.items()}
    for row in candidates:
        for depth in range(MOST_HEADER_ROWS):
            last = int(row) + depth
            if last not in headers or (depth and not _is_header_row(headers[int(row)])):
                break
            roles = _deepest(headers, roles_of, int(row), last)
            if wanted(roles):
                first = int(row)
                while first - 1 in headers and first - 1 >= start and _is_header_row(headers[first - 1]):
                    first -= 1
                return first, last, roles
    return None


def _deepest(headers: dict[int, list[str]], roles_of: dict[int, Roles], first: int, last: int) -> Roles:
    """Roles of columns under a header of several rows: the lowest text that has a role decides, else all together.

    «РУ» under «4 класс» and «РУ» under «5 класс» are two markers: neither row alone says which.
    """
    combined: dict[int, str] = {}
    for row in range(first, last + 1):
        for role, columns in roles_of[row].items():
            for column in columns:
                combined[column] = role
    if last > first and combined:
        together = [
            " ".join(dict.fromkeys(text for text in texts if text))
            for texts in zip(*(headers[row] for row in range(first, last + 1)), strict=False)
        ]
        for role, columns in find_roles(together).items():
            for column in columns:
                combined.setdefault(column, role)
    roles: Roles = {}
    for column in sorted(combined):
        roles.setdefault(combined[column], []).append(column)
    return roles


def _is_header_row(headers: list[str]) -> bool:
    """Whether a row names several columns, or one merged over several, and is no line of title."""
    named = {text for text in headers if text}
    return len(named) >= 2 or (len(named) == 1 and sum(bool(text) for text in headers) > 1)


def _next_header(table: RawTable, last: int, roles: Roles) -> int:
    """Where the next table with the same header begins, else the end of the sheet."""
    columns = [found[0] for role, found in roles.items() if role in ("n", "group", "share", "m2")][:2]
    if not columns:
        return table.height
    repeated = np.ones(table.height - last - 1, bool)
    for column in columns:
        text = table.cells[last, column] if table.cells[last, column] != "" else table.cells[max(last - 1, 0), column]
        repeated &= table.cells[last + 1 :, column] == text
    again = np.flatnonzero(repeated)
    if not len(again):
        return table.height
    row = int(again[0]) + last + 1
    while row - 1 > last and _title_like(table, row - 1, columns[0]):
        row -= 1
    return row


def _title_like(table: RawTable, row: int, column: int) -> bool:
    cells = table.cells[row]
    return not isinstance(cells[column], float) and sum(1 for cell in cells if cell != "") <= 2


def _without_notes(table: RawTable, rows: npt.NDArray[np.int64], roles: Roles) -> npt.NDArray[np.int64]:
    """Leave out a row of column numbers under the header and the lines of text under the table."""
    if not len(rows):
        return rows
    first = [cell for cell in table.cells[rows[0]] if cell != ""]
    if len(first) > 2 and [clean(cell) for cell in first] == [str(n) for n in range(1, len(first) + 1)]:
        rows = rows[1:]
    return drop_notes(table, rows)


def drop_notes(table: RawTable, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Leave out lines of text under a table: footnotes, signatures, whatever stands alone after a gap."""
    while len(rows):
        cells = [cell for cell in table.cells[rows[-1]] if cell != ""]
        alone = len(cells) == 1 and isinstance(cells[0], str)
        after_gap = len(rows) > 1 and rows[-1] - rows[-2] > 1
        if not (alone and (after_gap or _FOOTNOTE.match(key(cells[0])) or len(cells[0]) > 150)):
            break
        rows = rows[:-1]
    return rows
