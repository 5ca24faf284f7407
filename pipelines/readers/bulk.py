"""Files of many rows (parquet, CSV, GeoJSON) such as the demonstration data; the engine reads tables itself."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.readers.staged import Finding, Staged

TABLES = {
    "territories": "territory",
    "territory_names": "territory_name",
    "observations": "observation",
    "positions": "position",
    "mechanism_scores": "mechanism_score",
    "traits": "trait",
    "distributions": "distribution",
}


def table_of(path: Path) -> str | None:
    """The staging table that a parquet or CSV file feeds, by name: ``observations.parquet``, ``observations-3…``."""
    return TABLES.get(path.stem.split("-")[0])


def source(path: str) -> str:
    """The engine's reading of one file, for a query's FROM; its only parameter is the path.

    A CSV is in UTF-8 with a header of the table's column names; every value is a text until its column's type is known.
    """
    if path.lower().endswith(".csv"):
        return "read_csv(?, header = true, all_varchar = true, nullstr = '')"
    return "read_parquet(?)"


def read_table(path: Path) -> Staged:
    """Hand the file over to the engine; its columns are matched by name."""
    staged = Staged()
    table = table_of(path)
    if table:
        staged.parquet[table] = str(path)
    return staged


def read_boundaries(path: Path, file: str) -> Staged:
    """Read boundaries from a GeoJSON FeatureCollection whose features carry ``properties.code``."""
    staged = Staged()
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        for feature in features:
            staged.add("boundary", code=feature["properties"]["code"], geometry=json.dumps(feature["geometry"]))
    except (ValueError, KeyError, TypeError) as error:
        staged.findings.append(
            Finding("error", file, None, None, "boundary_unreadable",
                    f"{file}: границы не читаются ({error}). Нужен GeoJSON FeatureCollection с кодом территории "
                    "в properties.code.")
        )  # fmt: skip
    return staged
