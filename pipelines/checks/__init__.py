"""Checks of staged rows: one check is one SQL file that returns offending rows, told as findings."""

from __future__ import annotations

import re

import duckdb

from pipelines import sql
from pipelines.catalogue import load_catalogue
from pipelines.readers.staged import Finding

MOST_ROWS = 200


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Run every check over the staging tables; findings come in the order of files, sheets and cells."""
    findings = []
    for name in sql.names("checks"):
        findings += findings_of(connection, sql.read(name), rule=name.removeprefix("checks/"))
    return sorted(findings, key=lambda f: (f.grade, f.file or "", f.sheet or "", f.cell or "", f.rule))


_CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def _in_words(told: str | None) -> str | None:
    """Codes of indicators as their names, where the catalogue knows them: whoever sends a file never saw a code."""
    known = load_catalogue().indicators
    return _CODE.sub(lambda code: known[code[0]].name if code[0] in known else code[0], told) if told else told


def findings_of(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    rule: str,
    grade: str | None = None,
    message: str | None = None,
) -> list[Finding]:
    """Findings of one query that returns ``input_id, sheet, cell, count, seen, expected``.

    Grade and message stand in the query's first comments (``-- grade:``, ``-- message:``) unless given. At most
    ``MOST_ROWS`` rows of a rule are told one by one; the rest are summed up in a last finding.
    """
    header = dict(
        line.removeprefix("-- ").split(": ", 1)
        for line in query.splitlines()
        if line.startswith("-- ") and ": " in line
    )
    grade, message = grade or header["grade"], message or header["message"]
    cursor = connection.execute(
        f"SELECT i.file, q.sheet, q.cell, q.count, q.seen, q.expected FROM ({query}) q"
        " LEFT JOIN input i USING (input_id) ORDER BY i.file, q.sheet, q.cell"
    )
    rows = cursor.fetchall()
    findings = []
    for file, sheet, cell, count, seen, expected in rows[:MOST_ROWS]:
        place = cell and f"{'ячейки' if ':' in cell or ',' in cell else 'ячейка'} {cell}"
        where = ", ".join(part for part in (file, sheet and f"лист «{sheet}»", place) if part)
        text = message.format(seen=_in_words(seen), expected=_in_words(expected), count=count)
        findings.append(Finding(grade, file, sheet, cell, rule, f"{where}: {text}", int(count), seen, expected))
    if len(rows) > MOST_ROWS:
        rest = rows[MOST_ROWS:]
        findings.append(
            Finding(grade, rest[0][0], None, None, rule, f"…и ещё {len(rest)} таких же.", sum(int(r[3]) for r in rest))
        )
    return findings
