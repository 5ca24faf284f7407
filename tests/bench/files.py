"""Files of real size: a large workbook beside pandas with openpyxl, a folder of 500, and a full national year.

Seconds of processor time and of the clock, each measured once in its own process: these are figures, not tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from tests.bench.workbooks import REGION, as_csv, flat_marks, national_csv, national_year

LARGE_ROWS = 100_000
FOLDER = 500
FOLDER_ROWS = 60
_READ = """
import json, resource, sys, time
{imports}
begin, cpu = time.perf_counter(), time.process_time()
{body}
taken = {{"cpu_s": round(time.process_time() - cpu, 2), "clock_s": round(time.perf_counter() - begin, 2)}}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
taken["peak_mb"] = peak // (1024 * 1024 if sys.platform == "darwin" else 1024)
print(json.dumps(taken | {{"rows": rows}}))
"""
_PANDAS = ("import pandas as pd", "rows = len(pd.read_excel(sys.argv[1], engine='openpyxl'))")
_PANDAS_CHECKS = (
    "from tests.bench.with_pandas import read_and_check",
    "rows, found, preview = read_and_check(sys.argv[1])",
)
_OURS = (
    "from pathlib import Path\nfrom pipelines.loading import prepare\nfrom pipelines.snapshot import Warehouse\n"
    "from pipelines.catalogue import load_catalogue\nload_catalogue()",
    "prepared = prepare(Warehouse(sys.argv[2]), [Path(sys.argv[1])], territory=sys.argv[3])\n"
    "prepared.preview()\nrows = prepared.files[0].rows",
)


def measure(folder: Path, schools: int) -> dict[str, object]:
    """Make the files in ``folder``, then read each of them once."""
    figures: dict[str, object] = {}
    large = flat_marks(folder / "отметки.xlsx", LARGE_ROWS)
    pandas = _python(_PANDAS, large)
    checked = _python(_PANDAS_CHECKS, large)
    ours = _python(_OURS, large, folder / "empty", REGION)
    figures |= _told(f"{LARGE_ROWS} rows, pandas with openpyxl: read alone", pandas)
    figures |= _told(f"{LARGE_ROWS} rows, pandas with openpyxl: read, ten checks, preview", checked)
    figures |= _told(f"{LARGE_ROWS} rows, this: file to findings and preview", ours)
    for name, other in (("read alone", pandas), ("checks and preview too", checked)):
        for key in ("clock_s", "cpu_s"):
            figures[f"times faster than pandas, {name}, {key}"] = round(_seconds(other, key) / _seconds(ours, key), 1)

    many = folder / "папка"
    many.mkdir(exist_ok=True)
    paths = [
        flat_marks(many / f"{number:03d}.xlsx", FOLDER_ROWS, first_school=number * FOLDER_ROWS)
        for number in range(FOLDER)
    ]
    figures |= _told(f"a folder of {FOLDER} workbooks, one load call", _load(folder / "of-many", paths))

    year = national_year(folder / "год", schools)
    figures["national year, observations"] = pq.read_metadata(year / "observations.parquet").num_rows
    figures |= _told("national year from parquet, build", _run("build", "--sources", year, "--warehouse", folder / "y"))
    told = national_csv(year, folder / "год-csv")
    figures["national year, csv as people send it, MB"] = round(sum(path.stat().st_size for path in told) / 1e6)
    figures |= _told(
        "national year from such csv, load", _run("load", *told, "--warehouse", folder / "l", "--format", "json")
    )
    figures["national year, csv MB"] = round(as_csv(year) / 1e6)
    figures |= _told("national year from csv, build", _run("build", "--sources", year, "--warehouse", folder / "c"))
    return figures


def _seconds(taken: dict[str, object], key: str) -> float:
    return float(str(taken[key]))


def _told(name: str, taken: dict[str, object]) -> dict[str, object]:
    return {f"{name}, {key}": value for key, value in taken.items()}


def _python(code: tuple[str, str], *arguments: object) -> dict[str, object]:
    text = _READ.format(imports=code[0], body=code[1])
    call = [sys.executable, "-c", text, *map(str, arguments)]
    told = subprocess.run(call, check=True, capture_output=True, text=True)
    taken: dict[str, object] = json.loads(told.stdout.splitlines()[-1])
    return taken


def _load(warehouse: Path, paths: list[Path]) -> dict[str, object]:
    return _run("load", *paths, "--warehouse", warehouse, "--territory", REGION, "--format", "json")


def _run(*command: object) -> dict[str, object]:
    """A command as a person calls it; ``progress`` counts its lines on standard error, ``exit`` is its status."""
    text = _READ.format(
        imports="import contextlib, io\nfrom pipelines.__main__ import main",
        body="with contextlib.redirect_stdout(io.StringIO()):\n    rows = main(sys.argv[1:])",
    )
    told = subprocess.run([sys.executable, "-c", text, *map(str, command)], capture_output=True, text=True)
    if told.returncode:
        return {"failed": told.stderr.strip().splitlines()[-1][:200]}
    taken: dict[str, object] = json.loads(told.stdout.splitlines()[-1])
    taken["exit"] = taken.pop("rows")
    return taken | {"progress_lines": told.stderr.count("\n")}
