"""Verdicts over a snapshot: every figure against its benchmark, with a reason where there is none."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines import queries
from pipelines.comparison.verdicts import with_verdicts
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot
from pipelines.statistics.funnel import labels
from tests.unit.comparison.region import POINTS, SHARE, row, small_region

# d1: 40 of 100, 82 of 100, two hidden (5 and, as its partner, 30 pupils); d2: 95 of 100 and 80 of 100; d3 published
# a per cent alone. Region: (40 + 82 + 4 + 27 + 95 + 80) / (100 + 100 + 5 + 30 + 100 + 100) = 328 / 435.
FIGURES = [
    row("d1-s1", 2024, 40, 100),
    row("d1-s2", 2024, 82, 100),
    row("d1-s3", 2024, 4, 5),
    row("d1-s4", 2024, 27, 30),
    row("d2-s1", 2024, 95, 100),
    row("d2-s2", 2024, 80, 100),
    row("d3", 2024, percent=70.0, percent_digits=0),
    row("d2-s1", 2023, 80, 100),
    row("d2-s2", 2023, 79, 100),
    row("d2-s3", 2024, absence="not_reported"),
    row("d1", 2024, 50, 60, indicator=POINTS, grade="5"),
    row("d2", 2024, 10, 60, indicator=POINTS, grade="5"),
]
SCHOOLS = ["d1-s1", "d1-s2", "d1-s3", "d1-s4", "d2-s1", "d2-s2", "d2-s3", "d3-s1"]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_region(tmp_path_factory.mktemp("verdicts"), FIGURES, SCHOOLS)


def judged(snapshot: Snapshot, benchmark: str = "region", indicator: str = SHARE, year: int = 2024) -> pd.DataFrame:
    frame = queries.figures(snapshot, [indicator], years=[year])
    return with_verdicts(snapshot, frame, benchmark).set_index("territory")


def test_the_regional_benchmark_is_the_whole_group_with_hidden_units_and_the_unit_itself(snapshot: Snapshot) -> None:
    schools = judged(snapshot)
    assert schools["benchmark_percent"].loc["d1-s1"] == pytest.approx(100 * 328 / 435)
    assert schools["verdict"][["d1-s1", "d1-s2", "d2-s1", "d2-s2"]].tolist() == [
        "worse", "not_distinguishable", "better", "not_distinguishable",
    ]  # fmt: skip


def test_the_interval_is_wilsons_in_per_cent(snapshot: Snapshot) -> None:
    # 40 of 100: (2·40 + z² ∓ z√(z² + 160·0.6)) / 2(100 + z²) → 0.309401…, 0.497997… (Wilson 1927, 95 %).
    assert judged(snapshot).loc["d1-s1", ["interval_low", "interval_high"]].tolist() == pytest.approx(
        [30.9401, 49.7997], abs=1e-3
    )


def test_people_gap_counts_whole_people(snapshot: Snapshot) -> None:
    # 100 × 328/435 = 75.4 → 76 pupils would reach the region; 40 do.
    assert judged(snapshot)["people_gap"].loc["d1-s1"] == 36


def test_hidden_rows_carry_no_number_and_no_word(snapshot: Snapshot) -> None:
    hidden = judged(snapshot).loc[["d1-s3", "d1-s4"]]
    assert hidden["suppressed"].all()
    assert hidden["verdict"].isna().all() and (hidden["verdict_reason"] == "suppressed").all()
    numbers = hidden[["numerator", "denominator", "percent", "interval_low", "interval_high", "people_gap"]]
    assert numbers.isna().all(axis=None)


@pytest.mark.parametrize(
    ("territory", "reason"),
    [("d3", "published_percent"), ("d2-s3", "missing"), ("r", "no_benchmark")],
)
def test_no_verdict_says_why(snapshot: Snapshot, territory: str, reason: str) -> None:
    found = judged(snapshot).loc[territory]
    assert found["verdict"] is None and found["verdict_reason"] == reason


def test_points_have_neither_interval_nor_verdict(snapshot: Snapshot) -> None:
    found = judged(snapshot, indicator=POINTS).loc[["d1", "d2"]]
    assert (found["verdict_reason"] == "dependent_units").all() and found["verdict"].isna().all()
    assert found[["interval_low", "interval_high"]].isna().all(axis=None)
    assert found["benchmark_percent"].tolist() == pytest.approx([50.0, 50.0])  # 60 of 120


def test_the_own_district_is_another_benchmark(snapshot: Snapshot) -> None:
    # d2 without its silent school: 175 of 200. 80 of 100 lies 7.5 below it, 1.96·√(0.875·0.125/100) = 6.5.
    found = judged(snapshot, "district")
    assert found["benchmark_percent"].loc["d2-s2"] == 87.5
    assert found["verdict"].loc["d2-s2"] == "worse"
    assert found["verdict_reason"].loc["d1"] == "no_benchmark"


def test_last_year_is_a_sample_of_its_own(snapshot: Snapshot) -> None:
    # 80 → 95 of 100: Newcombe's interval is about +5.8…+24.1, without 0; 79 → 80 is nothing.
    found = judged(snapshot, "previous")
    assert found["verdict"][["d2-s1", "d2-s2"]].tolist() == ["better", "not_distinguishable"]
    assert found["benchmark_percent"].loc["d2-s1"] == 80
    assert found["verdict_reason"].loc["d1-s1"] == "no_benchmark"


def test_a_group_of_one_has_no_verdict(snapshot: Snapshot, tmp_path: Path) -> None:
    alone = small_region(tmp_path, [row("d1-s1", 2024, 40, 50), row("d2-s1", 2024, absence="not_reported")],
                         ["d1-s1", "d2-s1"])  # fmt: skip
    found = judged(alone).loc["d1-s1"]
    assert found["verdict"] is None and found["verdict_reason"] == "no_benchmark"


def test_a_hidden_total_is_no_benchmark(tmp_path: Path) -> None:
    # Two schools of 3 and 4 pupils: everything up to the region is hidden, so nothing is told about it.
    tiny = small_region(tmp_path, [row("d1-s1", 2024, 1, 3), row("d1-s2", 2024, 3, 4)], ["d1-s1", "d1-s2"])
    found = judged(tiny)
    assert found["suppressed"].all() and found["benchmark_percent"].isna().all()


def test_verdict_interval_and_funnel_are_one_decision(snapshot: Snapshot) -> None:
    schools = judged(snapshot)
    schools = schools[schools["verdict"].notna()]
    p0 = schools["benchmark_percent"] / 100
    outside = labels(schools["numerator"], schools["denominator"], p0) != "within"
    assert ((schools["verdict"] != "not_distinguishable").to_numpy() == outside).all()
    excluded = (schools["interval_low"] > 100 * p0) | (schools["interval_high"] < 100 * p0)
    assert (excluded.to_numpy() == outside).all()


def test_rows_keep_their_order_and_index(snapshot: Snapshot) -> None:
    frame = queries.figures(snapshot, [SHARE]).sample(frac=1, random_state=1)
    found = with_verdicts(snapshot, frame)
    assert found.index.equals(frame.index) and found["territory"].equals(frame["territory"])


def test_an_empty_frame_and_an_unknown_benchmark(snapshot: Snapshot) -> None:
    empty = queries.figures(snapshot, [SHARE], years=[1999])
    assert with_verdicts(snapshot, empty).empty
    with pytest.raises(UnknownCode, match="region"):
        with_verdicts(snapshot, empty, "best")
