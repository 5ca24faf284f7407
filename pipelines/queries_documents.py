"""Questions about the source documents themselves: which there are, and their tables cell by cell.

A table comes back as its author laid it out: texts stay texts, an empty cell stays empty, and every cell knows
its address. Numbers of indicators that may be compared are asked for in :mod:`pipelines.queries` instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines import sql
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot

PLACE = "Место в документе"
NOTE = "Примечание"
OWN = "own-"
"""How the code of a document begins that a loaded form became."""
ADDED = ("Код территории", "Код лидера")
"""What the register adds to the rows of a loaded form (:func:`pipelines.readers.programme_forms.placed`)."""


@dataclass(frozen=True)
class Document:
    """One source document; ``file`` is its workbook, ``tables`` how many tables were read from it."""

    code: str
    title: str
    file: str
    kind: str | None
    dated: str | None
    tables: int


@dataclass(frozen=True)
class Contents:
    """One entry of a document's contents: a sheet of its workbook and what stands there."""

    sheet: str
    title: str
    note: str | None
    place: str | None
    rows: int


@dataclass(frozen=True)
class Cell:
    """A filled cell; ``number`` is set where the workbook holds a number rather than text.

    ``added`` is one that stands right of those of the file: a code that the register gave to a loaded form.
    """

    text: str
    number: float | None
    address: str
    added: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table; ``letter`` is its letter in the workbook."""

    letter: str
    header: str

    @property
    def role(self) -> str:
        """The header up to the first bracket or comma: «Числитель (выбрали)» is a «Числитель»."""
        return re.split(r"[(,]", self.header, maxsplit=1)[0].strip()

    @property
    def is_code(self) -> bool:
        """Whether the column holds codes of this system rather than words of the document."""
        return self.role.startswith("Код ")


@dataclass(frozen=True)
class Row:
    """A row of a table: its number in the workbook and its filled cells by column letter."""

    number: int
    cells: Mapping[str, Cell]

    @property
    def range(self) -> str:
        """Where the row stands in the workbook: «A4:K4»."""
        addresses = [cell.address for cell in self.cells.values() if not cell.added]
        return addresses[0] if len(addresses) == 1 else f"{addresses[0]}:{addresses[-1]}"


@dataclass(frozen=True)
class Table:
    """One table of a document with everything needed to trace any of its cells."""

    document: str
    file: str
    contents: Contents
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def sheet(self) -> str:
        """The sheet's name, which is also the table's code."""
        return self.contents.sheet

    def column(self, role: str) -> Column | None:
        """The first column of this role or with this whole header; ``None`` if the table has none."""
        wanted = role.lower()
        return next((one for one in self.columns if wanted in (one.role.lower(), one.header.lower())), None)

    def has(self, *roles: str) -> bool:
        """Whether the table has a column of each of these roles."""
        return all(self.column(role) for role in roles)

    def cell(self, row: Row, role: str) -> Cell | None:
        """The cell of ``row`` in the column of this role; ``None`` where it is empty or there is no such column."""
        column = self.column(role)
        return row.cells.get(column.letter) if column else None

    def text(self, row: Row, role: str) -> str:
        """The text of that cell; empty where there is none."""
        cell = self.cell(row, role)
        return cell.text if cell else ""

    def number(self, row: Row, role: str) -> float | None:
        """The number of that cell; ``None`` where there is none: an empty cell is never 0."""
        cell = self.cell(row, role)
        return cell.number if cell else None

    def numbers(self, label: str, amount: str) -> Iterator[tuple[Row, str, float]]:
        """Rows that have a number in ``amount``, with the text of ``label``."""
        for row in self.rows:
            number = self.number(row, amount)
            if number is not None:
                yield row, self.text(row, label), number


def documents(snapshot: Snapshot) -> list[Document]:
    """All source documents of the snapshot, in the order of their codes."""
    return [Document(code=row.pop("document"), **row) for row in snapshot.rows(sql.read("queries/documents"))]


def document_fields(snapshot: Snapshot, document: str) -> list[tuple[str, str | None]]:
    """The passport of a document: field and value, in the order of the file."""
    rows = snapshot.rows(sql.read("queries/document_fields"), {"document": document})
    return [(row["field"], row["value"]) for row in rows]


def document_contents(snapshot: Snapshot, document: str) -> list[Contents]:
    """The tables of a document, in the order of the file."""
    return [Contents(**row) for row in snapshot.rows(sql.read("queries/document_tables"), {"document": document})]


def document_table(snapshot: Snapshot, document: str, sheet: str) -> Table:
    """One table of a document; raises :class:`UnknownCode` for a document or sheet that the snapshot has not."""
    found = {one.code: one for one in documents(snapshot)}.get(document)
    if found is None:
        raise UnknownCode(f"Документа «{document}» среди источников нет.")
    contents = next((one for one in document_contents(snapshot, document) if one.sheet == sheet), None)
    if contents is None:
        raise UnknownCode(f"В документе {document} нет таблицы «{sheet}».")
    columns: dict[int, Column] = {}
    rows: dict[int, dict[str, Cell]] = {}
    for cell in snapshot.rows(sql.read("queries/document_cells"), {"document": document, "sheet": sheet}):
        column = columns.setdefault(cell["column_number"], _column(cell))
        filled = rows.setdefault(cell["row_number"], {})
        if cell["value"] is not None:
            added = document.startswith(OWN) and cell["header"] in ADDED
            filled[column.letter] = Cell(cell["value"], cell["number"], cell["cell"], added)
    return Table(
        document=document,
        file=found.file,
        contents=contents,
        columns=tuple(columns[number] for number in sorted(columns)),
        rows=tuple(Row(number, cells) for number, cells in rows.items() if cells),
    )


def _column(cell: Mapping[str, Any]) -> Column:
    return Column(letter=cell["cell"].rstrip("0123456789"), header=cell["header"])
