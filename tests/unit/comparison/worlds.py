"""Small snapshots written without files to read, so that many of them can be tried: the product hides and shows."""

from pathlib import Path

import duckdb
import pandas as pd

from pipelines import sql
from pipelines.catalogue import load_catalogue
from pipelines.comparison import sets
from pipelines.snapshot import SCHEMA_VERSION, Snapshot
from pipelines.suppression import hide_small_numbers

REGION = 1
YEARS = (2023, 2024)
Cell = tuple[int, int] | None
World = list[list[tuple[Cell, Cell]]]  # districts of schools of two years' (x, n)


def write_world(path: Path, world: World, indicator: str) -> Snapshot:
    """A snapshot of one region: schools as given, districts and region as their sums; all ids in order of writing."""
    catalogue = load_catalogue()
    entry = catalogue.indicators[indicator]
    number = list(catalogue.indicators).index(indicator) + 1
    connection = duckdb.connect(str(path))
    connection.execute(sql.read("schema"))
    connection.execute("INSERT INTO slice VALUES (1, NULL, NULL)")
    connection.execute(
        "INSERT INTO indicator VALUES (?, ?, ?, ?, 'percent', '%', 'event_year', 'ratio', 3, true, ?)",
        [number, indicator, entry.mechanism, entry.family, entry.minimum_n],
    )
    territories: list[tuple[object, ...]] = [(REGION, "r", 1, None, REGION, None)]
    figures: dict[tuple[int, int, int], list[int]] = {}
    traits: list[tuple[object, ...]] = []
    unit = REGION
    for schools in world:
        unit += 1
        district = unit
        territories.append((district, f"d{district}", 2, REGION, REGION, district))
        for cells in schools:
            unit += 1
            territories.append((unit, f"d{district}-s{unit}", 3, district, REGION, district))
            for year, cell in zip(YEARS, cells, strict=True):
                traits += [(unit, year, trait.code, float(unit % 7)) for trait in catalogue.similar.traits]
                for level, owner in ((3, unit), (2, district), (1, REGION)) if cell else ():
                    total = figures.setdefault((level, owner, year), [0, 0])
                    total[0] += cell[0]
                    total[1] += cell[1]
    columns = ["territory_id", "code", "level", "parent_id", "region_id", "district_id"]
    fill(connection, "territory", pd.DataFrame(territories, columns=columns).assign(
        collection="own", name="имя", type="school"
    ))  # fmt: skip
    fill(connection, "trait", pd.DataFrame(traits, columns=["territory_id", "year", "trait", "value"]))
    rows = [
        (number, level, year, owner, x, n, "direct" if level == 3 else "computed")
        for (level, owner, year), (x, n) in figures.items()
    ]
    columns = ["indicator_id", "level", "year", "territory_id", "numerator", "denominator", "basis"]
    fill(connection, "figure", pd.DataFrame(rows, columns=columns).assign(
        region_id=REGION, slice_id=1, period="-", hidden=False
    ))  # fmt: skip
    sets.freeze(connection, catalogue.similar)
    hide_small_numbers(connection)
    connection.execute(sql.read("build/views"))
    connection.execute("INSERT INTO meta VALUES ('schema', ?)", [SCHEMA_VERSION])
    connection.close()
    snapshot = Snapshot(path)
    snapshot.__dict__["catalogue"] = catalogue  # the product reads it from the file, which these worlds do without
    return snapshot


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    """Put the rows of a frame into a table, column by name."""
    connection.register("rows", rows)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
    connection.unregister("rows")
