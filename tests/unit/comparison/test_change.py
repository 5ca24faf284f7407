"""Status by change, trends, the spine, classes and the replaced «лучший = 100», by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from pipelines import queries
from pipelines.comparison import spread
from pipelines.comparison.change import cuts_of, status_by_change, trend_table
from pipelines.snapshot import Snapshot
from tests.unit.comparison.region import POINTS, SHARE, row, small_region

YEARS = (2021, 2022, 2023, 2024, 2025)
# Rule 7's example as one school: χ² 47.896677, increasing. Its complement falls; the third school stands still.
RISING = [(994, 40299), (1023, 41527), (1199, 42811), (1332, 44064), (1367, 44701)]


def observations() -> list[dict[str, object]]:
    rows = []
    for year, (x, n) in zip(YEARS, RISING, strict=True):
        rows.append(row("d1-s1", year, x, n))
        rows.append(row("d1-s2", year, n - x, n))
        rows.append(row("d1-s3", year, 500, 1000))
        rows.append(row("d2", year, 10 * year % 7, 60, indicator=POINTS, grade="5"))
    # d2-s1: 80 → 95 of 100 (proven); d2-s2: 80 → 85 of 100 (not proven); d2-s3 is hidden with its partner d2-s4.
    for code, x0, x1, n in (("d2-s1", 80, 95, 100), ("d2-s2", 80, 85, 100), ("d2-s3", 3, 4, 5), ("d2-s4", 20, 25, 30)):
        rows += [row(code, 2023, x0, n), row(code, 2024, x1, n)]
    return rows


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    schools = ["d1-s1", "d1-s2", "d1-s3", "d2-s1", "d2-s2", "d2-s3", "d2-s4", "d2-s5"]
    return small_region(tmp_path_factory.mktemp("change"), observations(), schools)


def schools(snapshot: Snapshot, **more: object):
    return queries.figures(snapshot, [SHARE], level="school", **more)


def test_trends_of_all_units_at_once(snapshot: Snapshot) -> None:
    found = trend_table(snapshot, schools(snapshot)).set_index("territory")
    assert found["chi2"]["d1-s1"] == pytest.approx(47.896677, abs=1e-6)
    assert found["direction"][["d1-s1", "d1-s2", "d1-s3"]].tolist() == ["increasing", "decreasing", "none"]
    assert found["verdict"][["d1-s1", "d1-s2", "d1-s3"]].tolist() == ["better", "worse", "not_distinguishable"]
    assert found.loc["d1-s1", ["first_year", "last_year"]].tolist() == [2021, 2025]


def test_no_trend_says_why(snapshot: Snapshot) -> None:
    found = trend_table(snapshot, schools(snapshot)).set_index("territory")
    assert found["reason"][["d2-s1", "d2-s3"]].tolist() == ["too_few_years", "suppressed"]
    assert found["verdict"][["d2-s1", "d2-s3"]].isna().all()
    points = trend_table(snapshot, queries.figures(snapshot, [POINTS], level="district"))
    assert points["reason"].tolist() == ["dependent_units"]


def test_years_before_a_changed_definition_do_not_count(tmp_path: Path) -> None:
    # ВПР of 2019 and of autumn 2020 are other versions, so five reported years make only three of one definition.
    rows = [row("d1-s1", year, x, n) for year, (x, n) in zip(range(2019, 2024), RISING, strict=True)]
    snapshot = small_region(tmp_path, rows, ["d1-s1"])
    found = trend_table(snapshot, schools(snapshot))
    assert found["years"].tolist() == [3] and found["reason"].tolist() == ["too_few_years"]


def test_a_change_counts_only_if_it_is_proven(snapshot: Snapshot) -> None:
    frame = schools(snapshot)
    found = status_by_change(snapshot, frame, 2023, 2024).set_index("territory")
    # Status of 95 % and 85 % with cuts at 70, 80, 90, 95 (a status on a cut joins the better level): 5 and 3.
    assert found["status"][["d2-s1", "d2-s2"]].tolist() == [5, 3]
    # +15 п.п. is the greatest rise (5); +5 п.п. of 100 pupils is not proven, so it is «maintained» (3).
    assert found["change"][["d2-s1", "d2-s2"]].tolist() == [5, 3]
    assert found["changed"][["d2-s1", "d2-s2"]].tolist() == [True, False]
    assert found["cell"]["d2-s1"] == 5
    plain = status_by_change(snapshot, frame, 2023, 2024, noise_rule=False).set_index("territory")
    assert plain["change"]["d2-s2"] == 4


def test_hidden_and_silent_units_have_no_place_in_the_matrix(snapshot: Snapshot) -> None:
    found = status_by_change(snapshot, schools(snapshot), 2022, 2024).set_index("territory")
    assert found["reason"][["d2-s1", "d2-s3"]].tolist() == ["missing", "suppressed"]
    assert (found.loc[["d2-s1", "d2-s3"], ["status", "change", "cell"]] == 0).all(axis=None)
    assert math.isnan(found["percent_1"]["d2-s3"])


def test_points_and_indicators_without_cuts_have_no_matrix(snapshot: Snapshot) -> None:
    points = queries.figures(snapshot, [POINTS], level="district")
    assert set(status_by_change(snapshot, points, 2023, 2024)["reason"]) == {"dependent_units"}
    assert cuts_of(snapshot.catalogue.indicators[POINTS]) is None


def test_the_spine_sets_a_unit_among_the_shown_others(snapshot: Snapshot) -> None:
    school = schools(snapshot).set_index("territory")["territory_id"]["d2-s2"].iloc[0]
    found = spread.spine(snapshot, int(school), 2024)
    assert found["indicator"].tolist() == [SHARE]
    line = found.iloc[0]
    # Shown others: 1332/44064, 42732/44064, 500/1000 and 95/100; the two hidden ones are not among them.
    assert line["others"] == 4
    assert line["lowest"] == pytest.approx(100 * 1332 / 44064)
    assert line["highest"] == pytest.approx(100 * 42732 / 44064)
    assert line["middle"] == pytest.approx((50 + 95) / 2)
    assert line["percent"] == 85 and line["verdict"] == "better"


def test_classes_and_ranks_leave_the_hidden_out(snapshot: Snapshot) -> None:
    found, bounds = spread.with_classes(snapshot, schools(snapshot, years=[2024]))
    found = found.set_index("territory")
    assert found["rank"][["d1-s2", "d2-s1", "d2-s2", "d1-s3", "d1-s1"]].tolist() == [1, 2, 3, 4, 5]
    assert found["class"][["d2-s3", "d2-s4"]].tolist() == [0, 0] and found["rank"][["d2-s3"]].isna().all()
    assert len(bounds) == 6 and found["class"]["d1-s1"] == 1


def test_best_is_100_is_marked_as_replaced(snapshot: Snapshot) -> None:
    found = spread.with_best_is_100(snapshot, schools(snapshot, years=[2024])).set_index("territory")
    assert found["points"]["d1-s2"] == 100
    assert found["points"]["d1-s3"] == pytest.approx(100 * 50 / (100 * 42732 / 44064))
    assert np.isnan(found["points"]["d2-s3"])
    assert found["method"].str.contains("заменён").all()
