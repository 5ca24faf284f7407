"""The one table of rules (``rules.toml``): every finding of a reader or a check takes its grade and words from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.readers.raw import clean
from pipelines.readers.staged import Finding


@dataclass(frozen=True)
class Rule:
    """``message`` may hold ``{seen}``, ``{expected}``, ``{count}``; ``mend`` says what the sender should do."""

    code: str
    grade: str
    message: str
    mend: str


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by code."""
    entries = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    return {code: Rule(code, entry["grade"], entry["message"], entry["mend"]) for code, entry in entries.items()}


def finding(
    rule: str,
    file: str | None,
    sheet: str | None = None,
    cell: str | None = None,
    *,
    seen: object = None,
    expected: object = None,
    count: int = 1,
) -> Finding:
    """A finding of ``rule`` at one place; what was seen is shortened and cleaned of invisible characters."""
    entry = rules()[rule]
    seen_text = None if seen is None else shortened(seen)
    expected_text = None if expected is None else shortened(expected, 400)
    where = ", ".join(
        part
        for part in (
            shortened(file or "", 120),
            sheet and f"лист «{shortened(sheet)}»",
            cell and f"{'ячейки' if ':' in cell or ',' in cell else 'ячейка'} {cell}",
        )
        if part
    )
    words = entry.message.format(seen=seen_text or "пусто", expected=expected_text or "", count=count)
    return Finding(
        entry.grade, file, sheet, cell, rule, f"{where}: {words} {entry.mend}".strip(), count, seen_text, expected_text
    )


def shortened(value: object, most: int = 80) -> str:
    """A value as it may be quoted in a message."""
    text = clean(value)
    return text if len(text) <= most else text[: most - 1] + "…"
