"""Words on time in a document: one that cannot be read, or is read otherwise than stated beside it, is a finding.

Nothing is guessed: a plan whose words are not understood is not drawn in time, and whoever sent it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from pipelines import dates
from pipelines.readers.staged import Finding, Staged

WORDED = frozenset({"сроки", "период"})
START, END = "начало", "окончание"
_ISO = re.compile(r"\d{4}(-\d{2}){0,2}")


class Complaint(NamedTuple):
    """What is wrong with a wording: the rule's code, a sentence, and what stands there."""

    rule: str
    message: str
    seen: str


def complaint(wording: str, stated: tuple[str, str] | None = None, what: str = "") -> Complaint | None:
    """What is to be asked about a wording; ``stated`` is the start and end that stand beside it (ISO, "" for none).

    ``what`` names the row («мероприятие …»). None where the words are read, and read as stated.
    """
    if not wording or _ISO.fullmatch(wording):
        return None
    reading = dates.read(wording)
    of = f" («{what[:80]}»)" if what else ""
    if reading is None:
        message = (
            f"Срок «{wording}»{of} не прочитан и на ось времени не нанесён. Напишите, например, «март 2024», "
            "«09.2023–05.2024», «ежегодно, октябрь» или «в течение года»."
        )
        return Complaint("unread_date", message, wording)
    ours = (reading.start or "", reading.end or "")
    if stated is not None and ours != stated:
        told, beside = (" – ".join(part or "не назван" for part in pair) for pair in (ours, stated))
        return Complaint(
            "date_read_otherwise", f"Срок «{wording}»{of} прочитан как {told}, а рядом записано {beside}.", beside
        )
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
            named = next((_value(row, name) for name in ("мероприятие", "этап", "название") if name in row), "")
            asked = complaint(str(cell["value"] or ""), beside, named)
            if asked:
                place = f"{file}, лист «{cell['sheet']}», ячейка {cell['cell']}: "
                message = place + asked.message[:1].lower() + asked.message[1:]
                found.append(
                    Finding("warning", file, cell["sheet"], cell["cell"], asked.rule, message, seen=asked.seen)
                )
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
