"""Reading the tables of one source document by name, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines import queries_documents
from pipelines.queries_documents import Row, Table
from pipelines.snapshot import Snapshot

PROJECT = "Код проекта"


@dataclass(frozen=True)
class Origin:
    """Where something was told: ``document`` and ``sheet`` as «Источники» knows them, ``cells`` in the file."""

    document: str
    file: str
    sheet: str
    cells: str


@dataclass(frozen=True)
class Line:
    """One row with its table: ``line["Сроки"]`` is the text of its cell, empty where the document says nothing."""

    table: Table
    row: Row

    def __getitem__(self, role: str) -> str:
        return self.table.text(self.row, role)

    def whole(self, role: str) -> int | None:
        """The number of a cell as an int; ``None`` where there is none."""
        number = self.table.number(self.row, role)
        return None if number is None else int(number)

    @property
    def origin(self) -> Origin:
        """The cells of the row in the file that was loaded."""
        return Origin(self.table.document, self.table.file, self.table.sheet, self.row.range)

    @property
    def place(self) -> str:
        """Where in the document it stands."""
        return self[queries_documents.PLACE]

    @property
    def note(self) -> str:
        """What whoever entered the document remarked."""
        return self[queries_documents.NOTE]


@dataclass(frozen=True)
class Sheets:
    """The tables of a document by the names of their sheets."""

    tables: Mapping[str, Table]

    def lines(self, sheet: str, project: str | None = None) -> Iterator[Line]:
        """The rows of a sheet, of one project if it is named; none where the document has no such sheet."""
        table = self.tables.get(sheet)
        for row in table.rows if table else ():
            line = Line(table, row)  # type: ignore[arg-type]
            if project is None or line[PROJECT] == project:
                yield line

    def texts(self, sheet: str, role: str, project: str | None = None) -> tuple[str, ...]:
        """The filled cells of one column."""
        return tuple(line[role] for line in self.lines(sheet, project) if line[role])


def sheets(snapshot: Snapshot, document: str) -> Sheets:
    """All tables of ``document``; empty where the snapshot has no such document."""
    contents = queries_documents.document_contents(snapshot, document)
    return Sheets({one.sheet: queries_documents.document_table(snapshot, document, one.sheet) for one in contents})
