"""A fault is told once: what merely follows from another finding of the same rows is left unsaid.

A column of fractions makes every per cent of it disagree with its participants; a word instead of a number leaves half
a fraction. The sender mends the cause, and the rest goes by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding

UNREAD = frozenset(
    {"not_a_number", "not_a_count", "percent_out_of_range", "formula_without_value", "formula_error", "negative_number"}
)
"""Causes: the value of a cell cannot be used."""

FOLLOWS = {
    **dict.fromkeys(
        UNREAD, frozenset({"half_a_fraction", "share_missing", "nothing_reported", "shares_not_100", "mean_without_n"})
    ),
    "fraction_or_percent": frozenset({"no_whole_numerator", "shares_not_100", "percent_disagrees"}),
    "fractions_in_row": frozenset({"no_whole_numerator", "shares_not_100", "percent_disagrees"}),
    "mixed_formats": frozenset({"no_whole_numerator", "shares_not_100", "percent_disagrees"}),
}
"""What follows from a finding in its own rows."""

_ROWS = re.compile(r"[A-Z]{1,3}(\d+)(?::[A-Z]{1,3}(\d+))?")
_Spans = list[tuple[int, int]]


def told_once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without consequences, in their order; a year that cannot be read is one that cannot be.

    A consequence goes when every row that it names is named by a cause of its own sheet.
    """
    causes: dict[tuple[str | None, str | None, str], _Spans] = {}
    for told in findings:
        for consequence in FOLLOWS.get(told.rule, ()):
            causes.setdefault((told.file, told.sheet, consequence), []).extend(_rows(told.cell))
    return [_named(told) for told in findings if not _follows(told, causes)]


def _follows(told: Finding, causes: dict[tuple[str | None, str | None, str], _Spans]) -> bool:
    known = causes.get((told.file, told.sheet, told.rule))
    rows = _rows(told.cell) if known else []
    return bool(rows) and all(any(first <= a and b <= last for first, last in known or ()) for a, b in rows)


def _rows(cell: str | None) -> _Spans:
    """«G2:G5, G9» as spans of rows."""
    found: Iterable[tuple[str, str]] = _ROWS.findall(cell or "")
    return [(int(first), int(last or first)) for first, last in found]


def _named(told: Finding) -> Finding:
    """«20244» in a column of years is no missing year."""
    if told.rule != "year_missing" or not told.seen or told.cell is None:
        return told
    return finding("year_impossible", told.file, told.sheet, told.cell, seen=told.seen, count=told.count,
                   expected="1990–2100")  # fmt: skip
