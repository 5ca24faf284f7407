"""What a reader hands over: rows for named staging tables, and findings about what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa


@dataclass
class Finding:
    """One thing that a check or a reader noticed.

    ``grade`` is ``error`` (stops the build), ``warning`` (a question to the sender) or ``note``.
    ``cell`` is an A1 address or range; ``count`` says how many rows the finding stands for.
    """

    grade: str
    file: str | None
    sheet: str | None
    cell: str | None
    rule: str
    message: str
    count: int = 1
    seen: str | None = None
    expected: str | None = None


@dataclass
class Staged:
    """Rows of one input file by staging table; ``rows`` are dicts, ``parquet`` are paths read by the engine."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    parquet: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> None:
        """Append one row to a staging table."""
        self.rows.setdefault(table, []).append(row)

    def arrow(self, table: str) -> pa.Table:
        """The rows of one table as Arrow, columns in the order of their first appearance."""
        rows = self.rows[table]
        columns = list(dict.fromkeys(key for row in rows for key in row))
        return pa.table({column: [row.get(column) for row in rows] for column in columns})
