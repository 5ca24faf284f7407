"""A small region of one's own, built by the product itself, with every number in the test that uses it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.build import build
from pipelines.snapshot import Snapshot, Warehouse

SHARE = "assessment_vpr_pass"  # pupils, up, minimum 10
SLICE = {"subject": "Математика", "grade": "4"}
POINTS = "assessment_vpr_basic"  # points: not independent
OBSERVATION = pa.schema(
    [("indicator", pa.string()), ("territory", pa.string()), ("level", pa.string()), ("year", pa.int32())]
    + [(name, pa.string()) for name in ("period", "subject", "grade")]
    + [(name, pa.float64()) for name in ("numerator", "denominator", "percent")]
    + [("percent_digits", pa.int32()), ("value", pa.float64()), ("unit", pa.string()), ("absence", pa.string())]
)
TERRITORY = pa.schema(
    [(name, pa.string()) for name in ("code", "name", "level", "parent", "type", "settlement", "region")]
)
TRAIT = pa.schema([("territory", pa.string()), ("year", pa.int32()), ("trait", pa.string()), ("value", pa.float64())])


def row(territory: str, year: int, x: float | None = None, n: float | None = None, **more: object) -> dict[str, object]:
    """One observation of the share of pupils; ``more`` overrides any column."""
    level = "region" if territory == "r" else "district" if "-" not in territory else "school"
    given = {"indicator": SHARE, "territory": territory, "level": level, "year": year, "numerator": x, "denominator": n}
    return given | SLICE | more


def small_region(
    folder: Path,
    observations: Iterable[Mapping[str, object]],
    schools: Iterable[str],
    traits: Iterable[tuple[str, int, str, float | None]] = (),
) -> Snapshot:
    """A published snapshot of the region ``r``; a school ``d1-s1`` lies in the district ``d1``."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "collection.toml").write_text('collection = "own"\nname = "Проба"\n', encoding="utf-8")
    codes = sorted(schools)
    districts = sorted({code.split("-")[0] for code in codes})
    territories = [
        {"code": "r", "name": "Область", "level": "region"},
        *({"code": d, "name": f"Район {d}", "level": "district", "parent": "r"} for d in districts),
        *(
            {"code": s, "name": f"Школа {s}", "level": "school", "parent": s.split("-")[0], "type": "school"}
            for s in codes
        ),
    ]
    _write(source / "territories.parquet", [{"region": "r"} | t for t in territories], TERRITORY)
    _write(source / "observations.parquet", observations, OBSERVATION)
    names = ("territory", "year", "trait", "value")
    _write(source / "traits.parquet", [dict(zip(names, entry, strict=True)) for entry in traits], TRAIT)
    warehouse = Warehouse(folder / "warehouse")
    result = build(warehouse, sources=source)
    assert result.published, result.findings
    return warehouse.open()


def _write(path: Path, rows: Iterable[Mapping[str, object]], schema: pa.Schema) -> None:
    table = pa.Table.from_pylist([{name: entry.get(name) for name in schema.names} for entry in rows], schema)
    pq.write_table(table, path)
