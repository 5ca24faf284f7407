"""Funnels over frames: the same decision as the verdict, and rule 6's wider limits as a method of their own."""

import numpy as np
import pytest

from pipelines import queries
from pipelines.comparison.funnel import funnel_curve, with_funnel
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot
from tests.unit.comparison.region import SHARE, row, small_region

# Rule 6's example, but for its smallest school (9 of 15 stays: above the minimum of 10).
X = (18, 22, 35, 40, 12, 28, 44, 9, 30, 25)
N = (25, 30, 40, 60, 20, 35, 50, 15, 33, 45)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows = [row(f"d1-s{i}", 2024, x, n) for i, (x, n) in enumerate(zip(X, N, strict=True))]
    return small_region(tmp_path_factory.mktemp("funnel"), rows, [f"d1-s{i}" for i in range(10)])


def test_limits_stand_around_the_regions_figure(snapshot: Snapshot) -> None:
    found = with_funnel(snapshot, queries.figures(snapshot, [SHARE], level="school")).set_index("territory")
    p, n = 263 / 353, 25
    half = 1.959963984540054 * np.sqrt(p * (1 - p) / n)
    assert found.loc["d1-s0", ["low_95", "high_95"]].tolist() == pytest.approx([100 * (p - half), 100 * (p + half)])
    assert ((found["label"] == "within") == (found["verdict"] == "not_distinguishable")).all()
    assert found["label"].isin(["below_95", "above_95", "within", "below_998", "above_998"]).all()


def test_the_wider_limits_are_rule_6s(snapshot: Snapshot) -> None:
    frame = queries.figures(snapshot, [SHARE], level="school")
    found = with_funnel(snapshot, frame, overdispersed=True)
    assert found["phi"].iloc[0] == pytest.approx(2.5059966795) and found["tau2"].iloc[0] == pytest.approx(0.0128354652)
    narrow = with_funnel(snapshot, frame)
    assert (found["low_95"] < narrow["low_95"]).all() and found["verdict"].equals(narrow["verdict"])


def test_the_curve_passes_through_the_units_limits(snapshot: Snapshot) -> None:
    found = with_funnel(snapshot, queries.figures(snapshot, [SHARE], level="school"))
    curve = funnel_curve(found)
    at_25 = np.interp(25, curve["denominator"], curve["low_95"])
    assert at_25 == pytest.approx(found["low_95"].iloc[0], abs=0.1)
    assert curve["denominator"].is_monotonic_increasing


def test_a_region_alone_has_no_funnel(snapshot: Snapshot) -> None:
    found = with_funnel(snapshot, queries.figures(snapshot, [SHARE], level="region"))
    assert found["label"].isna().all() and found["low_95"].isna().all() and funnel_curve(found).empty


def test_a_sample_has_no_funnel(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownCode):
        with_funnel(snapshot, queries.figures(snapshot, [SHARE]), "previous")
