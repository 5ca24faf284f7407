"""Puts what a file was read as into the staging tables, where one file's rows are checked against another's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.readers import boundaries, programme_forms
from pipelines.readers.raw import column_letters
from pipelines.readers.reading import Reading, coded
from pipelines.territories.register import Register

_PIECE = 60_000
"""Rows that the engine reads at once, one piece a processor."""
_STAGED: dict[str, pa.DataType] = {
    "indicator": pa.string(), "territory": pa.string(), "year": pa.int32(), "period": pa.string(),
    "subject": pa.string(), "grade": pa.string(), "numerator": pa.float64(), "denominator": pa.float64(),
    "percent": pa.float64(), "percent_digits": pa.int32(), "value": pa.float64(), "unit": pa.string(),
    "absence": pa.string(), "flag": pa.string(), "place": pa.string(), "note": pa.string(),
}  # fmt: skip
_POSITION: dict[str, pa.DataType] = {
    "sheet": pa.string(), "mechanism": pa.string(), "edition": pa.string(), "territory": pa.string(),
    "year": pa.int32(),
    "position": pa.string(), "points": pa.float64(), "maximum": pa.float64(), "self_points": pa.float64(),
    "evidence": pa.string(), "date": pa.string(), "absence": pa.string(),
}  # fmt: skip
_TRAIT: dict[str, pa.DataType] = {
    "territory": pa.string(), "year": pa.int32(), "trait": pa.string(), "value": pa.float64(),
}  # fmt: skip
_TERRITORY: dict[str, pa.DataType] = {
    "sheet": pa.string(), "cell": pa.string(), "code": pa.string(), "name": pa.string(), "level": pa.string(),
    "parent": pa.string(), "type": pa.string(), "settlement": pa.string(), "latitude": pa.float64(),
    "longitude": pa.float64(), "opened": pa.int32(), "closed": pa.int32(), "merged_into": pa.string(),
    "history_continues": pa.bool_(), "oktmo": pa.string(), "login": pa.string(), "note": pa.string(),
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The file that the rows come from, as the snapshot will name it."""

    file: str
    sha256: str
    kind: str


def insert(
    connection: duckdb.DuckDBPyConnection, number: int, source: Source, reading: Reading, register: Register
) -> int:
    """Put the matched rows of file ``number`` into the staging tables; returns how many figures they are."""
    connection.execute(
        "INSERT INTO input VALUES (?, 'own', ?, ?, ?, ?)",
        [number, source.file, source.sha256, source.kind, reading.rows],
    )
    told = [
        _insert_positions(connection, number, reading.positions),
        _insert_traits(connection, number, reading.traits),
        _insert_observations(connection, number, reading),
    ]
    figures, codes = sum(rows for rows, _ in told), set().union(*(found for _, found in told))
    if reading.documents:
        codes |= _insert_documents(connection, number, reading)
    bounds = boundaries.resolve(reading, register)
    if bounds:
        rows_of_bounds = [(number, code, geometry) for code, geometry in bounds]
        connection.executemany("INSERT INTO stage.boundary VALUES (?, ?, ?)", rows_of_bounds)
        codes |= {code for code, _ in bounds}
    if reading.declares_register and len(reading.organisations):
        codes |= set(reading.organisations["code"].dropna())
    rows = register.with_parents(codes)
    if rows:
        table = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in _TERRITORY.items()}
        _insert_arrow(connection, number, "territory", pa.table(table))
    return figures


def _insert_arrow(connection: duckdb.DuckDBPyConnection, number: int, table: str, rows: pa.Table) -> None:
    connection.register("arrow_rows", rows)
    connection.execute(f"INSERT INTO stage.{table} BY NAME SELECT *, ? AS input_id FROM arrow_rows", [number])
    connection.unregister("arrow_rows")


def _insert_positions(connection: duckdb.DuckDBPyConnection, number: int, frame: pd.DataFrame) -> tuple[int, set[str]]:
    if not len(frame) or "territory" not in frame:
        return 0, set()
    frame = frame[frame["territory"].notna()]
    places = zip(frame["row"], frame["column"], strict=True)
    cells = [f"{column_letters(int(column))}{int(row) + 1}" for row, column in places]
    arrow = _table(frame, _POSITION).append_column("cell", pa.array(cells, pa.string()))
    _insert_arrow(connection, number, "position", arrow)
    return arrow.num_rows, set(frame["territory"])


def _insert_traits(connection: duckdb.DuckDBPyConnection, number: int, frame: pd.DataFrame) -> tuple[int, set[str]]:
    if not len(frame) or "territory" not in frame:
        return 0, set()
    frame = frame[frame["territory"].notna()]
    _insert_arrow(connection, number, "trait", _table(frame, _TRAIT))
    return 0, set(frame["territory"])


def _insert_observations(connection: duckdb.DuckDBPyConnection, number: int, reading: Reading) -> tuple[int, set[str]]:
    """Observations, and the distributions that belong to them; a column without any value is left to its default."""
    frame = reading.observations
    if not len(frame):
        return 0, set()
    arrow = observations_arrow(frame)
    if arrow["territory"].null_count:
        arrow = arrow.filter(pa.compute.is_valid(arrow["territory"]))
    arrow = arrow.select([name for name in arrow.column_names if arrow[name].null_count < max(arrow.num_rows, 1)])
    letters = [column_letters(column) for column in range(int(frame["column"].max()) + 1)]
    connection.register("arrow_rows", _pieces(arrow))
    connection.execute(
        "INSERT INTO stage.observation BY NAME SELECT * EXCLUDE (row, col), ? AS input_id,"
        " list_extract(?, (col + 1)::BIGINT) || (row + 1)::VARCHAR AS cell FROM arrow_rows",
        [number, letters],
    )
    connection.unregister("arrow_rows")
    if len(reading.distributions):
        _insert_distributions(connection, number, reading)
    return arrow.num_rows, set(pa.compute.unique(arrow["territory"]).to_pylist())


def _insert_documents(connection: duckdb.DuckDBPyConnection, number: int, reading: Reading) -> set[str]:
    """Stage a form of the programmes as a document; returns the codes of the territories that it is about."""
    for table, rows in (reading.documents | {"document_cell": programme_forms.placed(reading)}).items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        arrow = pa.table({name: pa.array([row.get(name) for row in rows]) for name in columns})
        _insert_arrow(connection, number, table, arrow)
    found = reading.references.get("territory", pd.Series(dtype=object))
    return {str(code) for code in found.dropna()}


_DISTRIBUTION: dict[str, pa.DataType] = {
    "sheet": pa.string(), "family": pa.string(), "kind": pa.string(), "territory": pa.string(), "year": pa.int32(),
    "subject": pa.string(), "grade": pa.string(), "lowest": pa.int32(),
}  # fmt: skip


def _insert_distributions(connection: duckdb.DuckDBPyConnection, number: int, reading: Reading) -> None:
    """Stage the distributions of a file: they belong to the territory of the observations in their own row."""
    frame, named = reading.distributions, reading.observations[["sheet", "row", "territory"]]
    sheets, _ = pd.factorize(pd.concat([named["sheet"], frame["sheet"]]).to_numpy(object), use_na_sentinel=False)
    rows = np.concatenate([named["row"].to_numpy("int64"), frame["row"].to_numpy("int64")])
    places, known = sheets * (rows.max() + 1) + rows, len(named)
    territory = np.full(places.max() + 1, None, object)
    territory[places[:known]] = named["territory"].to_numpy(object)
    frame = frame.assign(territory=coded(territory[places[known:]]))
    if frame["territory"].isna().any():
        frame = frame[frame["territory"].notna()]
    arrow = pa.table(
        {name: _array(frame[name], kind) for name, kind in _DISTRIBUTION.items()}
        | {name: pa.array(frame[name]) for name in ("pupils", "marks") if name in frame}
        | {name: frame[name].to_numpy("int64") for name in ("row", "column")}
    )
    connection.register("distribution_rows", _pieces(arrow))
    connection.execute(
        'INSERT INTO stage.distribution BY NAME SELECT * EXCLUDE (row, "column"), ? AS input_id,'
        ' list_extract(?, ("column" + 1)::BIGINT) || (row + 1)::VARCHAR AS cell FROM distribution_rows',
        [number, [column_letters(column) for column in range(int(frame["column"].max() if len(frame) else 0) + 1)]],
    )
    connection.unregister("distribution_rows")


def observations_arrow(frame: pd.DataFrame) -> pa.Table:
    """A reading's observations in the types of the staging table, with ``sheet``, ``row`` and ``col``."""
    columns: dict[str, Any] = {
        "sheet": _array(frame["sheet"], pa.string()),
        "row": pa.array(frame["row"].to_numpy("int64")),
        "col": pa.array(frame["column"].to_numpy("int64")),
    }
    for name, kind in _STAGED.items():
        if name in frame:
            columns[name] = _array(frame[name], kind)
    return pa.table(columns)


def _table(frame: pd.DataFrame, kinds: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.table({name: _array(frame[name], kind) for name, kind in kinds.items() if name in frame})


def _pieces(table: pa.Table) -> pa.Table:
    return pa.Table.from_batches(table.to_batches(max_chunksize=_PIECE), table.schema)


def _array(values: pd.Series, kind: pa.DataType) -> pa.Array:
    if kind == pa.string():
        found: Any
        if isinstance(values.dtype, pd.CategoricalDtype):
            codes, found = values.cat.codes.to_numpy(), values.cat.categories
        else:
            codes, found = pd.factorize(values.to_numpy(object))
        indices = pa.array(codes.astype(np.int32), mask=codes < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array([str(v) for v in found], pa.string()))
    if not pd.api.types.is_numeric_dtype(values.dtype):
        values = pd.to_numeric(values, errors="coerce")
    return pa.array(values.to_numpy(np.float64), from_pandas=True).cast(kind)
