"""``query``: the forms that outside checks call, and the verdict columns beside each figure."""

import csv
import io
import json
from pathlib import Path

import pytest

from pipelines.__main__ import main

INDICATOR = ["--indicator", "assessment_vpr_pass", "--subject", "Математика", "--grade", "4"]
WORDS = {"better", "worse", "higher", "lower", "not_distinguishable", "not_enough_data", None}
FIELDS = {
    "collection", "territory", "territory_name", "level", "year", "period", "indicator", "mechanism", "numerator",
    "denominator", "percent", "value", "unit", "absence", "flag", "coverage_reported", "coverage_total", "source",
    "snapshot", "verdict", "benchmark", "benchmark_percent", "interval_low", "interval_high", "rule_version",
    "suppressed",
}  # fmt: skip


@pytest.fixture
def ask(built_warehouse: Path, capsys: pytest.CaptureFixture[str]):
    """Call ``query`` and give its standard output; the exit status must be ``status``."""

    def call(*arguments: str, status: int = 0, form: str = "json") -> str:
        command = ["query", *arguments, "--format", form, "--warehouse", str(built_warehouse)]
        assert main(command) == status
        return capsys.readouterr().out

    return call


def test_json_has_the_promised_fields(ask) -> None:
    rows = json.loads(ask("--level", "school", *INDICATOR, "--collection", "demo", "--year", "2024"))
    assert len(rows) > 100 and all(row.keys() >= FIELDS for row in rows)
    assert {row["verdict"] for row in rows} <= WORDS
    shown = [row for row in rows if row["percent"] is not None]
    assert all(0 <= row["interval_low"] <= row["percent"] <= row["interval_high"] <= 100 for row in shown)


def test_hidden_figures_leave_no_number_in_any_column(ask) -> None:
    rows = json.loads(ask("--level", "school", *INDICATOR, "--collection", "demo"))
    hidden = [row for row in rows if row["suppressed"]]
    assert hidden and all(row["absence"] == "suppressed" for row in hidden)
    names = ("numerator", "denominator", "percent", "value", "verdict", "interval_low", "interval_high", "people_gap")
    assert {row[name] for row in hidden for name in names} == {None}


def test_the_benchmark_is_the_regions_own_figure(ask) -> None:
    schools = json.loads(ask("--level", "school", *INDICATOR, "--collection", "demo", "--year", "2024"))
    (region,) = json.loads(ask("--level", "region", *INDICATOR, "--collection", "demo", "--year", "2024"))
    assert {row["benchmark_percent"] for row in schools} == {region["percent"]}
    assert region["verdict"] is None and region["verdict_reason"] == "no_benchmark"


@pytest.mark.parametrize("kind", ["region", "district", "similar", "target", "previous"])
def test_every_promised_benchmark_is_taken(ask, kind: str) -> None:
    rows = json.loads(ask("--level", "any", *INDICATOR, "--collection", "demo", "--year", "2024", "--benchmark", kind))
    assert rows and {row["benchmark"] for row in rows} == {kind}


def test_csv_says_the_same(ask) -> None:
    question = ("--level", "district", *INDICATOR, "--collection", "demo", "--year", "2024")
    rows = json.loads(ask(*question))
    table = list(csv.DictReader(io.StringIO(ask(*question, form="csv"))))
    assert [row["verdict"] for row in table] == [row["verdict"] or "" for row in rows]
    assert [row["interval_low"] for row in table] == [
        "" if row["interval_low"] is None else repr(row["interval_low"]) for row in rows
    ]
    assert {row["suppressed"] for row in table} <= {"true", "false"}
    assert {"source_file", "source_sheet", "source_cell"} <= table[0].keys()


def test_mechanisms_are_never_judged(ask) -> None:
    rows = json.loads(ask("--level", "any", "--mechanism", "assessment"))
    assert rows
    for name in ("indicator", "verdict", "benchmark", "benchmark_percent", "interval_low", "interval_high"):
        assert {row[name] for row in rows} == {None}


def test_unknown_codes_and_benchmarks_are_refused(ask) -> None:
    ask("--level", "school", "--indicator", "nosuch", status=2)
    with pytest.raises(SystemExit) as refusal:
        ask("--level", "school", *INDICATOR, "--benchmark", "best")
    assert refusal.value.code == 2


def test_no_matching_row_is_an_empty_list(ask) -> None:
    assert json.loads(ask("--level", "school", *INDICATOR, "--year", "1991")) == []
