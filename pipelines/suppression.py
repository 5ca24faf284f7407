"""Small numbers (rule 13): the one place that decides which figures may be shown.

It runs once, when a snapshot is built; every reader of a snapshot goes through the view ``shown``, so that no
page, export or command can forget it.
"""

from __future__ import annotations

import duckdb

from pipelines import sql
from pipelines.readers.context import MINIMUM_DISTRIBUTION

MAXIMUM_STEPS = 50


def hide_small_numbers(connection: duckdb.DuckDBPyConnection) -> int:
    """Mark what must be hidden in ``figure`` and return how many figures that is.

    Primary: persons counted below the indicator's minimum n. Then, until nothing changes: partners within a
    district or region so that no hidden figure is a total minus what is shown, totals that have no partner left
    below them, and the same units in every indicator of the family.
    """
    connection.execute(sql.read("build/suppress_prepare"))
    for _ in range(MAXIMUM_STEPS):
        connection.execute("CREATE OR REPLACE TEMP TABLE newly_hidden AS " + sql.read("build/suppress_step"))
        connection.execute(
            "UPDATE protect SET hidden = true FROM newly_hidden h WHERE protect.territory_id = h.territory_id"
            " AND protect.indicator_id = h.indicator_id AND protect.slice_id = h.slice_id AND protect.year = h.year"
        )
        if not _count(connection, "SELECT count(*) FROM newly_hidden"):
            break
    else:
        raise AssertionError("suppression did not settle")
    connection.execute(
        "UPDATE figure SET hidden = true FROM protect p WHERE p.hidden AND figure.territory_id = p.territory_id"
        " AND figure.indicator_id = p.indicator_id AND figure.slice_id = p.slice_id AND figure.year = p.year"
    )
    connection.execute("DROP TABLE protect; DROP TABLE newly_hidden")
    _hide_distributions(connection)
    return _count(connection, "SELECT count(*) FROM figure WHERE hidden")


def _hide_distributions(connection: duckdb.DuckDBPyConnection) -> None:
    """Take distributions of few works, or of schools whose result is hidden, out of the snapshot altogether."""
    connection.execute(sql.read("build/suppress_distribution"), {"minimum": MINIMUM_DISTRIBUTION})


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
