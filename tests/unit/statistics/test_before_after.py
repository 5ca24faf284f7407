"""Before and after beside a comparison group: values by hand, and the laws that any such comparison obeys."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.before_after import Change, Share, change, compare, minus, pooled

sizes = st.integers(1, 500)
shares = sizes.flatmap(lambda n: st.integers(0, n).map(lambda x: Share(x, n)))


def test_a_group_is_pooled_and_not_averaged():
    # 1 of 10 and 40 of 50: together 41 of 60 = 68,3 %, while the mean of 10 % and 80 % would be 45 %.
    assert pooled([Share(1, 10), Share(40, 50)]) == Share(41, 60)
    assert pooled([]) is None


def test_a_change_is_newcombe_s_difference():
    # rules.md, rule 7: 120/200 → 144/200 is +12,0 п.п. [+2,7; +21,0].
    found = change(Share(120, 200), Share(144, 200))
    assert [round(100 * value, 1) for value in (found.difference, found.lower, found.upper)] == [12.0, 2.7, 21.0]
    assert found.word == "higher"


def test_a_rise_that_the_others_had_as_well_proves_nothing():
    """Regression to the mean: both groups rise by 12 п.п., so help explains none of it."""
    rise = (Share(120, 200), Share(144, 200))
    found = compare(rise, rise)
    assert found.chosen.word == "higher"
    assert found.beyond.difference == 0
    # By hand: the distances to the limits are 9,284 down and 9,020 up; both ways √(9,284² + 9,020²) = 12,94.
    assert round(100 * found.beyond.upper, 1) == 12.9
    assert found.beyond.lower == pytest.approx(-found.beyond.upper)
    assert found.beyond.word == "not_distinguishable"


def test_distances_to_the_limits_are_squared_and_added():
    # 3 down and 4 up, 4 down and 3 up: lower 10 − √(3² + 3²), upper 10 + √(4² + 4²).
    found = minus(Change(15, 12, 19), Change(5, 1, 8))
    assert found.difference == 10
    assert found.lower == pytest.approx(10 - math.sqrt(18))
    assert found.upper == pytest.approx(10 + math.sqrt(32))


@given(shares, shares, shares, shares)
def test_changing_places_changes_the_sign(a, b, c, d):
    one, other = compare((a, b), (c, d)).beyond, compare((c, d), (a, b)).beyond
    assert one.difference == pytest.approx(-other.difference)
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower))


@given(shares, shares, shares, shares)
def test_the_comparison_is_never_surer_than_either_change_alone(a, b, c, d):
    found = compare((a, b), (c, d))
    width = found.beyond.upper - found.beyond.lower
    for own in (found.chosen, found.others):
        assert width >= own.upper - own.lower - 1e-9
    assert found.beyond.lower - 1e-12 <= found.beyond.difference <= found.beyond.upper + 1e-12
