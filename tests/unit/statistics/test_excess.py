"""Excess above the cut of a mark, by hand: four neighbouring scores and what honest works would look like."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.excess import excess_above_cut
from pipelines.statistics.inputs import ImpossibleRow

# Scores 0…5. Honest works rise straight: 30, 34, 38, 42 at the scores 1…4; 24 of 34 were lifted from 2 to 3.
LIFTED = [20, 30, 10, 62, 42, 40]


def test_the_lifted_works_are_counted_and_stand_out() -> None:
    # D = (62 − 10) − (42 − 30)/3 = 48, so 24 works; z = 48/√(72 + 72/9) = 48/√80 = 5.3666.
    (found,) = excess_above_cut(LIFTED, [3])
    assert found.excess == 24
    assert found.z == pytest.approx(5.36656, abs=1e-5)
    assert found.stands_out


def test_a_step_that_chance_explains_does_not_stand_out() -> None:
    # D = (46 − 30) − (42 − 30)/3 = 12; z = 12/√(76 + 8) = 1.31.
    (found,) = excess_above_cut([20, 30, 30, 46, 42, 40], [3])
    assert found.excess == 6
    assert not found.stands_out


def test_a_hole_above_the_cut_is_no_excess() -> None:
    (found,) = excess_above_cut([20, 30, 62, 10, 42, 40], [3])
    assert found.excess < 0
    assert not found.stands_out


@pytest.mark.parametrize(
    ("counts", "cuts", "reason"),
    [
        (LIFTED, [1], "edge"),  # nothing two points below
        (LIFTED, [5], "edge"),  # nothing above
        (LIFTED, [3, 4], "cuts_too_near"),  # the lift of one cut stands in the neighbours of the other
        ([0, 5, 4, 6, 4, 0], [3], "few_works"),  # 19 works
    ],
)
def test_where_nothing_can_be_said_there_is_a_reason_and_no_number(counts, cuts, reason) -> None:
    found = excess_above_cut(counts, cuts)[0]
    assert found.reason == reason
    assert math.isnan(found.excess)
    assert not found.stands_out


@pytest.mark.parametrize("count", [-1, math.nan, math.inf])
def test_an_impossible_count_is_refused(count: float) -> None:
    with pytest.raises(ImpossibleRow):
        excess_above_cut([10, 20, count, 20, 10], [2])


@given(st.integers(40, 500), st.integers(-5, 40), st.integers(0, 20), st.integers(0, 30))
def test_a_straight_or_symmetrically_bent_run_has_no_excess_and_each_lifted_work_counts_once(
    start: int, step: int, bend: int, lifted: int
) -> None:
    # A bend that is the same on both sides of the cut: the middle two scores are higher by ``bend``.
    run = [start + step * place for place in range(4)]
    run[1] += bend - lifted
    run[2] += bend + lifted
    (found,) = excess_above_cut([0, 0, *run, 0], [4])
    assert found.excess == pytest.approx(lifted)
