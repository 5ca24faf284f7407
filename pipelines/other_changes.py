"""What a load changes beside figures: scored positions, context traits, boundaries, targets, rows of forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pandas as pd
import pyarrow as pa

from pipelines import sql
from pipelines.catalogue import Catalogue
from pipelines.loads import Load, Loads
from pipelines.readers.programme_forms import FORM_FIELD
from pipelines.readers.reading import Reading
from pipelines.snapshot import Snapshot

COLUMNS = ("topic", "item", "territory", "territory_name", "district", "year", "detail", "was", "becomes", "absence",
           "change")  # fmt: skip
TOPICS = ("position", "trait", "boundary", "target", "form")
_PUBLISHED: dict[str, pa.DataType] = {
    "topic": pa.string(), "item": pa.string(), "territory": pa.string(), "territory_name": pa.string(),
    "district_name": pa.string(), "year": pa.int32(), "detail": pa.string(), "value": pa.float64(),
    "self_points": pa.float64(), "absence": pa.string(),
}  # fmt: skip
_KEYS = {"position": "mechanism AS item, territory, year, position AS detail",
         "trait": "trait AS item, territory, year, trait AS detail",
         "boundary": "'boundary' AS item, code AS territory, NULL AS year, geometry AS detail"}  # fmt: skip


def other_changes(
    connection: duckdb.DuckDBPyConnection,
    current: Snapshot | None,
    catalogue: Catalogue,
    readings: Sequence[Reading],
    replaced: Sequence[tuple[Loads, Load]] = (),
) -> pd.DataFrame:
    """One row a key, columns :data:`COLUMNS`; ``change`` is new, changed, same or withdrawn.

    ``item`` is a mechanism, trait, indicator or format of a form, ``detail`` a position. ``was`` and ``becomes`` are
    points or a target's value (counts of a check-list: nobody's small number). The staging tables of the load are on
    ``connection``, ``place`` among them (``loads/prepare/known``).
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE replaced_other"
        " (topic VARCHAR, item VARCHAR, territory VARCHAR, year INTEGER, detail VARCHAR)"
    )
    for store, load in replaced:
        for topic, columns in _KEYS.items():
            if path := store.rows_of(load, topic):
                connection.execute(
                    f"INSERT INTO replaced_other SELECT '{topic}', {columns} FROM read_parquet(?)", [str(path)]
                )
    rows = [*_targets(readings, current, catalogue), *_forms(connection, readings)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    if any(
        _holds(connection, table) for table in ("stage.position", "stage.trait", "stage.boundary", "replaced_other")
    ):
        frame = (
            pd.concat([_of_rows(connection, current), frame], ignore_index=True)
            if rows
            else _of_rows(connection, current)
        )
    return frame


def _holds(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def _of_rows(connection: duckdb.DuckDBPyConnection, current: Snapshot | None) -> pd.DataFrame:
    """Positions, traits and boundaries against the served snapshot."""
    published = pa.table({name: pa.array([], kind) for name, kind in _PUBLISHED.items()})
    if current is not None:
        told = current.cursor().execute(sql.read("loads/prepare/others_published")).to_arrow_table()
        published = told.cast(pa.schema(list(_PUBLISHED.items())))
    connection.register("published_other", published)
    frame: pd.DataFrame = connection.execute(sql.read("loads/prepare/others")).df()
    connection.unregister("published_other")
    # Context of single schools may be few children: that it changes is told, not from what to what.
    frame.loc[frame["topic"] != "position", ["was", "becomes"]] = None
    return frame


def _targets(
    readings: Sequence[Reading], current: Snapshot | None, catalogue: Catalogue
) -> Iterable[dict[str, object]]:  # fmt: skip
    indicators = (current.catalogue if current else catalogue).indicators
    for reading in readings:
        for target in reading.targets:
            known = indicators[target["indicator"]].target if target["indicator"] in indicators else None
            same = known is not None and all(
                str(getattr(known, name)) == str(target[name]) for name in ("value", "source", "date")
            )
            yield {
                "topic": "target", "item": target["indicator"], "was": known.value if known else None,
                "becomes": target["value"], "change": "new" if known is None else "same" if same else "changed",
            }  # fmt: skip


def _forms(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> Iterable[dict[str, object]]:
    """Rows of forms of the programmes: each file stands beside the others as a document of its own."""
    if not any(reading.documents for reading in readings):
        return
    places = {
        code: (name, district)
        for code, name, district in connection.execute(
            "SELECT t.code, t.name, CASE WHEN t.level = 'district' THEN t.name ELSE d.name END"
            " FROM place t LEFT JOIN place d ON d.code = t.parent AND d.level = 'district'"
        ).fetchall()
    }
    for reading in readings:
        if not reading.documents:
            continue
        named = reading.references
        of_row = (
            {(s, int(r)): c for s, r, c in named[["sheet", "row", "territory"]].itertuples(index=False)}
            if len(named)
            else {}
        )
        fields = reading.documents.get("document_field", ())
        forms = {one["document"]: f"form_{one['value']}" for one in fields if one["field"] == FORM_FIELD}
        # A workbook may hold several forms, a sheet each.
        form_of = {one["sheet"]: forms.get(one["document"]) for one in reading.documents.get("document_table", ())}
        lines = {(cell["sheet"], int(cell["row_number"]) - 1) for cell in reading.documents.get("document_cell", ())}
        for sheet, row in sorted(lines, key=str):
            code = of_row.get((sheet, row))
            name, district = places.get(code, (None, None)) if isinstance(code, str) else (None, None)
            item = form_of.get(sheet) or reading.format
            yield {"topic": "form", "item": item, "territory": code, "territory_name": name,
                   "district": district, "change": "new"}  # fmt: skip
