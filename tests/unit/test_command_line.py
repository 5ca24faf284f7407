"""The command line is a contract: JSON alone on standard output, messages beside it, status 0, 1 or 2, no traceback."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.__main__ import COMMANDS, main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one call."""
    try:
        status = main(list(arguments))
    except SystemExit as end:  # argparse ends unusable calls itself
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


@pytest.fixture
def published(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A warehouse built by the command from two documents."""
    files = tmp_path / "files"
    files.mkdir()
    for name in ("003_low_results_schools.xlsx", "004_council_protocol.xlsx"):
        shutil.copy(root / "data" / "sources" / name, files)
    warehouse = str(tmp_path / "warehouse")
    status, out, _ = run(capsys, "build", "--sources", str(files), "--warehouse", warehouse, "--format", "json")
    answer = json.loads(out)
    assert status == 0 and set(answer) == {"published", "observations", "findings"}
    assert answer["published"] and answer["observations"] > 30
    return warehouse


def test_a_figure_is_told_with_its_cell(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        capsys, "query", "--level", "region", "--indicator", "support_risk_04", "--year", "2021",
        "--territory", "Республика Саха (Якутия)", "--format", "json", "--warehouse", published,
    )  # fmt: skip
    (row,) = json.loads(out)
    # Source 003: the factor was chosen by 31 of the 50 schools of 2021, «62 %».
    assert status == 0
    assert (row["numerator"], row["denominator"], row["percent"]) == (31, 50, 62)
    assert row["source"]["file"] == "003_low_results_schools.xlsx" and row["source"]["cell"]
    needed = {
        "collection", "territory", "territory_name", "level", "year", "period", "indicator", "mechanism", "numerator",
        "denominator", "percent", "value", "unit", "absence", "flag", "coverage_reported", "coverage_total", "source",
        "snapshot", "verdict", "benchmark", "benchmark_percent", "interval_low", "interval_high", "rule_version",
        "suppressed",
    }  # fmt: skip
    assert needed <= set(row)


def test_a_mechanism_without_a_figure_is_not_zero(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["query", "--level", "any", "--format", "json", "--warehouse", published, "--mechanism"]
    (talent,) = json.loads(run(capsys, *ask, "talent")[1])
    (leaders,) = json.loads(run(capsys, *ask, "leaders")[1])
    assert (talent["percent"], talent["absence"], talent["indicator"]) == (None, "not_published", None)
    assert (leaders["percent"], leaders["absence"]) == (0, None)


def test_csv_has_the_source_in_three_columns(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["query", "--level", "region", "--indicator", "support_risk_01", "--format", "csv", "--warehouse", published]
    header = run(capsys, *ask)[1].splitlines()[0].split(",")
    assert {"source_file", "source_sheet", "source_cell"} <= set(header)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["query", "--level", "region", "--indicator", "nobody_knows", "--format", "json"], 2),
        (["query", "--level", "region", "--mechanism", "nobody_knows", "--format", "json"], 2),
        (
            [
                "query",
                "--level",
                "region",
                "--indicator",
                "support_risk_01",
                "--territory",
                "Атлантида",
                "--format",
                "json",
            ],
            2,
        ),
        (["query", "--level", "village", "--indicator", "support_risk_01", "--format", "json"], 2),
        (["query", "--level", "region", "--format", "json"], 2),
        (["rollback", "20000101T000000.000-0000000000"], 2),
        (["build", "--sources", "/nowhere/at/all"], 1),
        (["no-such-command"], 2),
        ([], 2),
    ],
)
def test_refusals_say_why_and_leave_standard_output_empty(
    published: str, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int
) -> None:
    known = arguments[:1] and (arguments[0] in COMMANDS or arguments[0] == "rollback")
    got, out, err = run(capsys, *arguments, *(["--warehouse", published] if known else []))
    assert got == status
    assert not out and err.strip()


def test_an_empty_warehouse_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["query", "--level", "region", "--indicator", "support_risk_01", "--format", "json"]
    status, out, err = run(capsys, *ask, "--warehouse", str(tmp_path / "empty"))
    assert status == 1 and not out and "python -m pipelines build" in err


def test_snapshots_are_listed_and_returned_to(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    (info,) = json.loads(run(capsys, "snapshots", "--format", "json", "--warehouse", published)[1])
    assert info["current"] and {"id", "created", "inputs"} <= set(info)
    assert run(capsys, "rollback", info["id"], "--warehouse", published)[0] == 0


def test_the_catalogue_lists_what_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    entries = json.loads(run(capsys, "catalogue", "--format", "json")[1])
    needed = {
        "indicator", "mechanism", "version", "levels", "unit", "counts", "direction", "minimum_n", "assumption",
    }  # fmt: skip
    assert all(needed <= set(entry) for entry in entries)
    assert {entry["direction"] for entry in entries} <= {"up", "down", "none"}
    assert {level for entry in entries for level in entry["levels"]} == {"region", "district", "school"}
    codes = {entry["indicator"] for entry in entries}
    assert {f"support_risk_{number:02}" for number in range(1, 11)} <= codes


def test_an_ambiguous_name_is_refused_with_the_candidates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = tmp_path / "files"
    files.mkdir()
    (files / "collection.toml").write_text('collection = "own"')
    rows = [("r", "Регион", "region", None), ("a", "Город", "district", "r"), ("b", "Город", "district", "r")]
    columns = list(zip(*rows, strict=True))
    names = ("code", "name", "level", "parent")
    pq.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), files / "territories.parquet")
    warehouse = str(tmp_path / "warehouse")
    assert run(capsys, "build", "--sources", str(files), "--warehouse", warehouse)[0] == 0
    ask = ["query", "--level", "district", "--indicator", "support_risk_01", "--format", "json", "--territory", "Город"]
    status, out, err = run(capsys, *ask, "--warehouse", warehouse)
    assert status == 1 and not out and "a — Город" in err and "b — Город" in err
