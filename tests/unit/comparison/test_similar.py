"""Similar schools over a snapshot: who stands beside a school, and how firm the verdict against them is."""

import numpy as np
import pandas as pd
import pytest

from pipelines import queries
from pipelines.comparison import similar
from pipelines.comparison.verdicts import with_verdicts
from pipelines.snapshot import Snapshot
from tests.unit.comparison.region import SHARE, row, small_region

# Pupils in hundreds and the rural share; the other traits are the same everywhere and add no distance. d1-s2 has no
# rural share, d1-s5 is hidden in the indicator (4 pupils took part) and takes d1-s4 with it, d1-s6 has no traits.
SIZES = {"d1-s1": 100, "d1-s2": 110, "d1-s3": 120, "d1-s4": 130, "d1-s5": 101, "d2-s1": 300, "d2-s2": 200}
FIGURES = {"d1-s1": (60, 100), "d1-s2": (90, 100), "d1-s3": (85, 100), "d1-s4": (19, 20), "d1-s5": (1, 4),
           "d2-s1": (70, 100), "d2-s2": (58, 100), "d1-s6": (80, 100)}  # fmt: skip


def traits() -> list[tuple[str, int, str, float | None]]:
    same = ("low_income_share", "non_native_share", "disability_share", "pupils_per_teacher", "teacher_experience")
    rows: list[tuple[str, int, str, float | None]] = []
    for code, pupils in SIZES.items():
        rows.append((code, 2024, "pupils", float(pupils)))
        rows.append((code, 2024, "rural_share", None if code == "d1-s2" else float(code == "d2-s2")))
        rows += [(code, 2024, trait, 5.0) for trait in same]
    return rows


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows = [row(code, 2024, x, n) for code, (x, n) in FIGURES.items()]
    return small_region(tmp_path_factory.mktemp("similar"), rows, FIGURES, traits())


def school(snapshot: Snapshot, code: str) -> dict:
    frame = with_verdicts(snapshot, queries.figures(snapshot, [SHARE], level="school"), "similar")
    return frame.set_index("territory", drop=False).loc[code].to_dict()


def peers(snapshot: Snapshot, code: str, **more: object):
    return similar.peers(snapshot, int(school(snapshot, code)["territory_id"]), 2024, **more)


def test_peers_stand_nearest_first_with_the_school_at_the_head(snapshot: Snapshot) -> None:
    found = peers(snapshot, "d1-s1")
    assert found["territory"].tolist() == ["d1-s1", "d1-s5", "d1-s2", "d1-s3", "d1-s4", "d2-s1", "d2-s2"]
    assert found["rank"].tolist() == list(range(7))
    assert found["value_pupils"].tolist() == [100, 101, 110, 120, 130, 300, 200]


def test_shares_of_the_distance_make_100(snapshot: Snapshot) -> None:
    found = peers(snapshot, "d1-s1").set_index("territory")
    shares = found.filter(like="share_").iloc[1:]
    assert shares.sum(axis=1).tolist() == pytest.approx([100.0] * 6)
    # To d2-s2: pupils (100/200)²·2 = 0.5, rural 1·2 = 2, so 20 and 80 per cent.
    assert shares.loc["d2-s2", ["share_pupils", "share_rural_share"]].tolist() == pytest.approx([20, 80])


def test_a_missing_trait_is_left_out_and_said(snapshot: Snapshot) -> None:
    found = peers(snapshot, "d1-s1").set_index("territory")
    assert found["missing"]["d1-s2"] == ["rural_share", "distance_to_centre"]
    assert np.isnan(found["share_rural_share"]["d1-s2"]) and np.isnan(found["value_rural_share"]["d1-s2"])


def test_an_excluded_school_gives_its_place_to_the_next(snapshot: Snapshot) -> None:
    nearest = int(school(snapshot, "d1-s5")["territory_id"])
    assert peers(snapshot, "d1-s1", count=2, excluded=[nearest])["territory"].tolist() == ["d1-s1", "d1-s2", "d1-s3"]


def test_the_benchmark_is_made_of_shown_peers_without_the_school(snapshot: Snapshot) -> None:
    # d1-s5 and d1-s4 are hidden: 90 + 85 + 70 + 58 of 400.
    found = school(snapshot, "d1-s1")
    assert found["benchmark_percent"] == pytest.approx(100 * 303 / 400)
    # 60 of 100 against 303 of 400: −15.75, Newcombe about −26.2…−5.7, without 0.
    assert found["verdict"] == "worse"


def test_a_school_without_traits_has_no_similar_ones(snapshot: Snapshot) -> None:
    found = school(snapshot, "d1-s6")
    assert found["verdict"] is None and found["verdict_reason"] == "no_benchmark"
    assert peers(snapshot, "d1-s6").empty
    assert (
        similar.robustness(snapshot, found).empty
        and similar.robustness_sentence(similar.robustness(snapshot, found)) == ""
    )


def test_the_verdict_is_tried_with_other_sets(snapshot: Snapshot) -> None:
    found = similar.robustness(snapshot, school(snapshot, "d1-s1"))
    # Only four shown peers exist, so 5, 10, 20 and 30 are one set; then one set without each of the eight traits.
    assert found["kind"].tolist() == ["count"] + ["without"] * 8
    assert found["peers"].tolist() == [4] * 9
    assert set(found["verdict"]) == {"worse"} and set(found["side"]) == {"below"}
    assert similar.robustness_sentence(found) == "ниже во всех наборах (9)"


def test_the_sentence_counts_the_sets() -> None:
    assert similar.robustness_sentence(pd.DataFrame({"side": ["below"] * 4 + ["same"]})) == "ниже в 4 из 5 наборов"
    assert (
        similar.robustness_sentence(pd.DataFrame({"side": ["same", "same", "above"]}))
        == "не отличается в 2 из 3 наборов"
    )


def test_an_excluded_school_leaves_the_verdict_of_its_school_alone(snapshot: Snapshot) -> None:
    one, other = (int(school(snapshot, code)["territory_id"]) for code in ("d1-s1", "d1-s2"))
    figures = queries.figures(snapshot, [SHARE], level="school")
    found = with_verdicts(snapshot, figures, "similar", [(one, other)]).set_index("territory")
    # Without d1-s2: 85 + 70 + 58 of 300; everybody else keeps what they had.
    assert found["benchmark_percent"]["d1-s1"] == pytest.approx(100 * 213 / 300)
    before = with_verdicts(snapshot, figures, "similar").set_index("territory")
    rest = found.index != "d1-s1"
    pd.testing.assert_series_equal(found.loc[rest, "benchmark_percent"], before.loc[rest, "benchmark_percent"])


def test_sets_and_verdict_leave_out_the_same_schools(snapshot: Snapshot) -> None:
    one, other = (int(school(snapshot, code)["territory_id"]) for code in ("d1-s1", "d1-s2"))
    found = similar.robustness(snapshot, school(snapshot, "d1-s1"), excluded=[other])
    assert found["peers"].iloc[0] == 3
    figures = queries.figures(snapshot, [SHARE], territories=[one])
    judged = with_verdicts(snapshot, figures, "similar", [(one, other)])
    assert found["benchmark_percent"].iloc[0] == pytest.approx(judged["benchmark_percent"].iloc[0])
