"""National scale: the whole build with its rows per second, and each query behind a page from a warm snapshot."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

from pipelines import queries, queries_compare, queries_lineage, queries_map, queries_overview
from pipelines.snapshot import Snapshot, Warehouse
from tests.bench.timing import milliseconds


def measure(folder: Path, schools: int) -> dict[str, object]:
    """Generate, build and ask; a warehouse left in ``folder`` by an earlier run is asked again without a build."""
    files, warehouse = folder / "national-files", Warehouse(folder / "national")
    figures: dict[str, object] = {"schools": schools, "years": 8}
    if not warehouse.state().get("current"):
        figures["generate_s"] = _run("demo", "--schools", str(schools), "--years", "8", "--out", str(files))
        figures["build_s"] = _run("build", "--sources", str(files), "--warehouse", str(warehouse.folder))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        figures["build_peak_memory_mb"] = peak // (1024 * 1024 if sys.platform == "darwin" else 1024)
    with warehouse.open() as snapshot:
        observations = int(snapshot.meta["observations"])
        figures["observations"] = observations
        if "build_s" in figures:
            figures["build_rows_per_s"] = round(observations / float(str(figures["build_s"])))
        figures["snapshot_mb"] = round(snapshot.path.stat().st_size / 1e6)
        figures |= _ask(snapshot)
    return figures


def _run(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipelines", *command], check=True, capture_output=True)
    return round(time.perf_counter() - start, 1)


def _ask(snapshot: Snapshot) -> dict[str, object]:
    region = queries.find_territory(snapshot, "demo")[0]["territory_id"]
    district = queries.find_territory(snapshot, "demo-d03")[0]["territory_id"]
    school = queries.find_territory(snapshot, "demo-d03-s001")[0]["territory_id"]
    one, every = ["assessment_ege_threshold"], list(snapshot.catalogue.indicators)
    demo = {"collection": "demo"}
    register = queries.territories(snapshot, "demo")
    inside = (register["region_id"] == region) & (register["level"] != "school")
    units = register.loc[inside, "territory_id"].tolist()
    asked = {
        "schools of a region, one indicator, a year": lambda: queries.figures(
            snapshot, one, level="school", years=[2024], within=region, **demo
        ),
        "districts of a region, one indicator, all years": lambda: queries.figures(
            snapshot, one, level="district", within=region, **demo
        ),
        "districts of a region, all indicators, a year": lambda: queries.figures(
            snapshot, every, level="district", years=[2024], within=region, **demo
        ),
        "a region, all indicators, all years": lambda: queries.figures(
            snapshot, every, level="region", territories=[region], **demo
        ),
        "schools of a district, all indicators, a year": lambda: queries.figures(
            snapshot, every, level="school", years=[2024], within=district, **demo
        ),
        "a school, all indicators, all years": lambda: queries.figures(
            snapshot, every, level="school", territories=[school], **demo
        ),
        "mechanisms of a region's districts, all years": lambda: queries.mechanisms(
            snapshot, level="district", within=region, **demo
        ),
        "overview: mechanisms of a region and its districts": lambda: queries_overview.mechanism_cards(
            snapshot, units, 2024
        ),
        "overview: indicators of a region and its districts": lambda: queries_overview.indicators_of(
            snapshot, units, region, 2024
        ),
        "overview: organisations of a district, ten indicators": lambda: queries_overview.organisation_table(
            snapshot, district, 2024, every[:10]
        ),
        "comparison: a region's schools with verdicts": lambda: queries_compare.indicator_units(
            snapshot, one[0], region=region, within=region, level="school", years=[2024]
        ),
        "comparison: a region's schools with similar schools": lambda: queries_compare.indicator_units(
            snapshot, one[0], region=region, within=region, level="school", years=[2024], benchmark="similar"
        ),
        "trend: a school beside its region": lambda: queries_compare.indicator_series(
            snapshot, one[0], region=region, territories=[region, school]
        ),
        "trend: changes and their verdicts": lambda: queries_compare.indicator_changes(
            snapshot, one[0], region=region, territories=[region, school], until=2024
        ),
        "map: boundaries of a region": lambda: queries_map.boundaries(snapshot, region),
        "passport: where a school's figure came from": lambda: queries_lineage.figure_origins(snapshot, one[0], school),
        "register of a collection": lambda: queries.territories(snapshot, "demo"),
        "what there is in a region": lambda: queries.availability(snapshot, region),
        "collections, regions and years": lambda: queries.coverage_of_collections(snapshot),
    }
    return {f"{name}, ms": milliseconds(question) for name, question in asked.items()}
