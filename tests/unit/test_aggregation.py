"""Aggregation (rules 1 and 13): Σ numerators ÷ Σ denominators over those who reported both, whatever the partition."""

import tempfile
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.build import BuildResult, build
from pipelines.snapshot import Warehouse

INDICATOR = "assessment_ege_threshold"  # counts pupils, stands at all three levels


def publish(
    folder: Path, schools: dict[str, list[tuple[int, int] | None]], extra: list[dict] | None = None
) -> BuildResult:
    """Publish a region whose districts' schools reported these (numerator, denominator) pairs, or nothing."""
    territories = [{"code": "r", "name": "Регион", "level": "region", "parent": None, "type": None}]
    observations = []
    for district, pairs in schools.items():
        territories.append({"code": district, "name": district, "level": "district", "parent": "r", "type": None})
        for number, pair in enumerate(pairs):
            code = f"{district}-{number}"
            territories.append({"code": code, "name": code, "level": "school", "parent": district, "type": "school"})
            numerator, denominator = pair or (None, None)
            observations.append(row(code, numerator, denominator))
    files = folder / "files"
    files.mkdir()
    (files / "collection.toml").write_text('collection = "own"')
    pq.write_table(pa.Table.from_pylist(territories), files / "territories.parquet")
    pq.write_table(pa.Table.from_pylist(observations + (extra or [])), files / "observations.parquet")
    return build(Warehouse(folder / "warehouse"), sources=files)


def row(territory: str, numerator: float | None, denominator: float | None, **more: object) -> dict:
    """One observation of 2024; without a fraction it was not reported."""
    return {
        "indicator": INDICATOR, "territory": territory, "year": 2024, "subject": "Физика",
        "numerator": numerator, "denominator": denominator, "percent": None,
        "absence": "not_reported" if numerator is None and "percent" not in more else None,
    } | more  # fmt: skip


def figure(folder: Path, territory: str) -> dict:
    """The figure of one territory, as the snapshot holds it (small numbers included)."""
    with Warehouse(folder / "warehouse").open() as snapshot:
        sql = (
            "SELECT f.* FROM figure f JOIN territory t USING (territory_id) JOIN indicator i USING (indicator_id)"
            " WHERE t.code = $code AND i.code = $indicator AND year = 2024"
        )
        (found,) = snapshot.rows(sql, {"code": territory, "indicator": INDICATOR})
    return found


pair = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
region = st.dictionaries(
    st.sampled_from(["d1", "d2", "d3"]), st.lists(st.none() | pair, min_size=1, max_size=5), min_size=1
)


@settings(max_examples=15)
@given(region)
def test_any_partition_gives_the_whole(schools: dict[str, list[tuple[int, int] | None]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish(folder, schools)
        reported = [pair for pairs in schools.values() for pair in pairs if pair]
        whole = figure(folder, "r")
        by_district = [figure(folder, district) for district in schools]
        assert whole["coverage_reported"] == len(reported)
        assert whole["coverage_total"] == sum(map(len, schools.values()))
        if not reported:
            assert whole["absence"] == "not_reported" and whole["numerator"] is None
            return
        assert whole["numerator"] == sum(x for x, _ in reported)
        assert whole["denominator"] == sum(n for _, n in reported)
        # The whole from the districts is the whole from the schools, in exact fractions.
        parts = [d for d in by_district if d["numerator"] is not None]
        if whole["denominator"]:
            assert Fraction(
                sum(int(d["numerator"]) for d in parts), sum(int(d["denominator"]) for d in parts)
            ) == Fraction(int(whole["numerator"]), int(whole["denominator"]))


def test_it_is_not_the_mean_of_per_cents(tmp_path: Path) -> None:
    # 10 of 100 and 90 of 100 … of schools of 10 and of 190: (10 + 95) ÷ 200 = 52.5, the mean of per cents would be 75.
    publish(tmp_path, {"d1": [(10, 10), (95, 190)]})
    whole = figure(tmp_path, "d1")
    assert 100 * whole["numerator"] / whole["denominator"] == 52.5


def test_a_true_zero_is_not_missing_and_missing_is_not_zero(tmp_path: Path) -> None:
    publish(tmp_path, {"d1": [(0, 40), None]})
    whole = figure(tmp_path, "d1")
    assert (whole["numerator"], whole["denominator"], whole["coverage_reported"], whole["coverage_total"]) == (
        0,
        40,
        1,
        2,
    )


def test_a_published_row_wins_at_its_own_level_and_the_sum_is_a_finding(tmp_path: Path) -> None:
    result = publish(tmp_path, {"d1": [(10, 20), (10, 20)], "d2": [(5, 20), (5, 20)]}, [row("d1", 30, 40)])
    assert figure(tmp_path, "d1")["basis"] == "published"
    assert figure(tmp_path, "d1")["numerator"] == 30
    assert [f.rule for f in result.findings] == ["published_disagrees_with_sum"]
    # At its own level only: the region still sums the schools.
    assert figure(tmp_path, "r")["numerator"] == 30


def test_a_published_per_cent_is_never_summed(tmp_path: Path) -> None:
    publish(tmp_path, {"d1": [(10, 20)], "d2": []}, [row("d2", None, None, percent=99.9, percent_digits=1)])
    whole = figure(tmp_path, "r")
    assert (whole["numerator"], whole["denominator"]) == (10, 20)
    assert (whole["coverage_reported"], whole["coverage_total"]) == (1, 2)


@pytest.mark.parametrize(
    ("extra", "rule"),
    [
        (row("d1-0", 30, 20), "numerator_above_denominator"),
        (row("d1-9", 3, 20), "unknown_territory"),
        (row("d1-0", 3, 20, indicator="nobody_knows"), "unknown_indicator"),
        (row("d1-0", 11, 20), "conflicting_rows"),
        (row("d1-0", 3, None), "half_a_fraction"),
        (row("d1-0", 3, 20, year=20244, subject="Химия"), "year_impossible"),
        (row("d1-0", None, None, percent=101.0, subject="Химия"), "percent_out_of_range"),
        (row("d1-0", 1, 1, indicator="leaders_diagnosed"), "level_too_low"),
        (row("d1-0", None, None, absence="забыли", subject="Химия"), "unknown_absence"),
        (row("d1-0", None, None, absence=None, subject="Химия"), "nothing_reported"),
        (row("d1-0", 1, 20, absence="not_reported", subject="Химия"), "absence_with_value"),
        (row("d1-0", -1, 20, subject="Химия"), "negative_number"),
    ],
)
def test_a_bad_row_stops_the_build_and_is_named(tmp_path: Path, extra: dict, rule: str) -> None:
    result = publish(tmp_path, {"d1": [(10, 20)]}, [extra])
    assert result.published is None
    assert rule in [finding.rule for finding in result.findings if finding.grade == "error"]


def test_an_exact_duplicate_is_counted_once_and_said(tmp_path: Path) -> None:
    result = publish(tmp_path, {"d1": [(10, 20)]}, [row("d1-0", 10, 20)])
    assert [(f.rule, f.count) for f in result.findings] == [("duplicate_rows", 1)]
    assert figure(tmp_path, "d1")["denominator"] == 20


def test_tables_as_csv_give_the_same_figures_as_parquet(tmp_path: Path) -> None:
    other = {"indicator": "assessment_ege_160", "subject": "05"}
    publish(tmp_path, {"d1": [(10, 20), (95, 190), None]}, [row("d1-2", 0, 12) | other])
    before = figure(tmp_path, "d1")
    files = tmp_path / "files"
    for path in files.glob("*.parquet"):
        pc.write_csv(pq.read_table(path), path.with_suffix(".csv"))
        path.unlink()
    build(Warehouse(tmp_path / "again"), sources=files)
    with Warehouse(tmp_path / "again").open() as snapshot:
        (kept,) = snapshot.rows("SELECT subject FROM slice WHERE subject LIKE '%5'")
        assert kept["subject"] == "05"  # a text stays a text: nothing is guessed to be a number
    (tmp_path / "warehouse").rename(tmp_path / "of-parquet")
    (tmp_path / "again").rename(tmp_path / "warehouse")
    after = figure(tmp_path, "d1")
    names = ("numerator", "denominator", "absence", "coverage_reported", "coverage_total", "hidden")
    assert [after[name] for name in names] == [before[name] for name in names]
