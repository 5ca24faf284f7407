"""Words on time in a document: one that cannot be read, or is read otherwise than stated beside it, is a finding.

Nothing is guessed: a plan whose words are not understood is not drawn in time, and whoever sent it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pipelines import dates
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding, Staged

WORDED = frozenset({"сроки", "период"})
START, END = "начало", "окончание"
_ISO = re.compile(r"\d{4}(-\d{2}){0,2}")


def asked(
    wording: str, stated: tuple[str, str] | None, file: str | None, sheet: str | None, cell: str | None
) -> Finding | None:
    """What is to be asked about a wording at its place; None where the words are read, and read as stated.

    ``stated`` is the start and end that stand beside it (ISO, "" for none), if any do.
    """
    if not wording or _ISO.fullmatch(wording):
        return None
    reading = dates.read(wording)
    if reading is None:
        return finding("unread_date", file, sheet, cell, seen=wording)
    ours = (reading.start or "", reading.end or "")
    if stated is not None and ours != stated:
        told, beside = (" – ".join(part or "не назван" for part in pair) for pair in (ours, stated))
        return finding("date_read_otherwise", file, sheet, cell, seen=f"{wording}: {told}", expected=beside)
    return None


def findings(staged: Staged, file: str) -> list[Finding]:
    """The complaints about all wordings of a document's staged cells, at their own cells."""
    found = []
    for row in _rows(staged.rows.get("document_cell", [])):
        for role in WORDED & set(row):
            cell = row[role]
            beside = (
                (_value(row, START), _value(row, END)) if START in cell["columns"] and END in cell["columns"] else None
            )
            told = asked(str(cell["value"] or ""), beside, file, str(cell["sheet"]), str(cell["cell"]))
            if told:
                found.append(told)
    return found


def _rows(cells: Iterable[dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """Cells by row and role; each carries the roles that its table has (``columns``)."""
    columns: dict[tuple[str, str], set[str]] = {}
    rows: dict[tuple[str, str, int], dict[str, dict[str, Any]]] = {}
    for cell in cells:
        role = re.split(r"[(,]", str(cell["header"]), maxsplit=1)[0].strip().lower()
        table = (str(cell["document"]), str(cell["sheet"]))
        roles = columns.setdefault(table, set())
        roles.add(role)
        rows.setdefault((*table, int(cell["row_number"])), {})[role] = {**cell, "columns": roles}
    return list(rows.values())


def _value(row: dict[str, dict[str, Any]], role: str) -> str:
    return str(row[role]["value"] or "") if role in row else ""
