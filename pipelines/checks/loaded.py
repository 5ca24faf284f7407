"""Checks of loaded rows against each other and against what is already published: one check is one SQL file.

Each query of ``sql/loads`` returns ``input_id, sheet, cell, count, seen, expected``; its name is the rule's code, and
grade and words stand in the table of rules.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipelines import sql
from pipelines.catalogue import Catalogue
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding
from pipelines.snapshot import Snapshot

MOST_ROWS = 50


def run_load_checks(
    connection: duckdb.DuckDBPyConnection,
    current: Snapshot | None,
    catalogue: Catalogue,
    replaced: Sequence[str] = (),
) -> list[Finding]:
    """Run every check; ``current`` is the snapshot that the load would follow, if there is one.

    ``replaced`` are the hashes of files whose other keys the load withdraws.
    """
    _take_published(connection, current, replaced)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE version (indicator VARCHAR, version VARCHAR, valid_from INTEGER,"
        " valid_to INTEGER, comparable BOOLEAN)"
    )
    versions = [
        (indicator.code, entry.version, entry.valid_from, entry.valid_to or 9999, entry.comparable)
        for indicator in catalogue.indicators.values()
        for entry in indicator.versions
    ]
    names = ("indicator", "version", "valid_from", "valid_to", "comparable")
    arrow = pa.table(dict(zip(names, zip(*versions, strict=True), strict=True)))
    connection.register("version_rows", arrow)
    connection.execute("INSERT INTO version SELECT * FROM version_rows")
    connection.unregister("version_rows")
    connection.execute(sql.read("loads/prepare/known"))
    found = []
    for name in sql.names("loads"):
        rule = name.removeprefix("loads/")
        rows = connection.execute(
            f"SELECT i.file, q.sheet, q.cell, q.count, q.seen, q.expected FROM ({sql.read(name)}) q"
            " JOIN input i USING (input_id) ORDER BY i.input_id, q.sheet, q.cell"
        ).fetchall()
        found += [_told(rule, *row) for row in rows[:MOST_ROWS]]
        if len(rows) > MOST_ROWS:
            file, sheet, cell, _, seen, expected = rows[MOST_ROWS]
            rest = sum(int(row[3]) for row in rows[MOST_ROWS:])
            found.append(_told(rule, file, sheet, cell, rest, seen, expected))
    return found


def _take_published(connection: duckdb.DuckDBPyConnection, current: Snapshot | None, replaced: Sequence[str]) -> None:
    """What is published of the load's own indicators and territories: of a whole country the rest is never asked."""
    if current is None:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE published (indicator VARCHAR, territory VARCHAR, year INTEGER,"
            " subject VARCHAR, grade VARCHAR, numerator DOUBLE, denominator DOUBLE, percent DOUBLE, value DOUBLE,"
            " absence VARCHAR, basis VARCHAR, territory_name VARCHAR, district_name VARCHAR, sha256 VARCHAR)"
        )
        connection.execute("CREATE OR REPLACE TEMP TABLE published_year (indicator VARCHAR, year INTEGER)")
        return
    asked = {
        words: [code for (code,) in connection.execute(f"SELECT DISTINCT {column} FROM stage.observation").fetchall()]
        for words, column in (("indicators", "indicator"), ("territories", "territory"))
    }
    for table, name, words in (
        ("published", "figures", asked | {"replaced": list(replaced)}),
        ("published_year", "years", {"indicators": asked["indicators"]}),
    ):
        connection.register(
            "published_rows", current.cursor().execute(sql.read(f"loads/published/{name}"), words).to_arrow_table()
        )
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM published_rows")
        connection.unregister("published_rows")


def _told(
    rule: str, file: str, sheet: str | None, cell: str | None, count: int, seen: str | None, expected: str | None
) -> Finding:
    return finding(rule, file, sheet, cell, seen=seen, expected=expected, count=int(count))
