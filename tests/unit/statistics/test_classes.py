"""Classes and ranks by value (rule 9), status × change (rule 8), «лучший = 100»."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.classes import MATRIX, Cuts, best_is_100, quintiles, ranks, status_change
from pipelines.statistics.inputs import ImpossibleRow

NAN = np.nan
# Tenths, so that equal values and values on a bound are common.
columns = st.lists(st.integers(0, 60).map(lambda k: k / 10), min_size=1, max_size=60)


def test_the_published_bounds():
    found = quintiles(np.arange(1, 51))
    assert found.bounds.tolist() == [1, 10.8, 20.6, 30.4, 40.2, 50]
    assert found.classes.tolist() == [1] * 10 + [2] * 10 + [3] * 10 + [4] * 10 + [5] * 10


def test_a_value_on_a_bound_joins_the_lower_class():
    # Six values: the bounds are the values themselves.
    found = quintiles([1, 2, 3, 4, 5, 6])
    assert found.bounds.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.classes.tolist() == [1, 1, 2, 3, 4, 5]


def test_equal_values_and_single_ones_have_no_class():
    assert quintiles([7, 7, 7]).classes.tolist() == [0, 0, 0]
    assert quintiles([7]).classes.tolist() == [0]
    assert quintiles([7]).bounds.tolist() == [7] * 6
    assert np.isnan(quintiles([NAN]).bounds).all()
    assert quintiles([]).classes.tolist() == []


def test_missing_values_keep_their_row_and_change_no_bound():
    found = quintiles([1, NAN, 2, 3, 4, 5, NAN, 6])
    assert found.bounds.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.classes.tolist() == [1, 0, 1, 2, 3, 4, 0, 5]


@given(columns)
def test_classes_obey_their_bounds(values):
    bounds, classes = quintiles(values)
    assert bounds == pytest.approx(np.quantile(values, [0, 0.2, 0.4, 0.6, 0.8, 1]), abs=1e-12)
    assert (np.diff(bounds) >= 0).all()
    if len(set(values)) == 1:
        assert set(classes) == {0}
        return
    for value, number in zip(values, classes, strict=True):
        assert value <= bounds[number] or number == 5
        assert number == 1 or value > bounds[number - 1]
    # The same value, the same class; a greater value, never a lower class.
    order = np.argsort(values, kind="stable")
    assert (np.diff(classes[order]) >= 0).all()
    assert all(len({c for v, c in zip(values, classes, strict=True) if v == value}) == 1 for value in set(values))


def test_ties_share_the_minimum_rank():
    assert ranks([80, 90, 80, 70], "up").tolist() == [2, 1, 2, 4]
    assert ranks([80, 90, 80, 70], "down").tolist() == [2, 4, 2, 1]
    found = ranks([80, NAN, 90], "up")
    assert found[0] == 2 and np.isnan(found[1]) and found[2] == 1
    assert np.isnan(ranks([80, 90], "none")).all()


def test_the_best_is_100():
    assert best_is_100([40, 80, 60], "up").tolist() == [50, 100, 75]
    assert best_is_100([4, 8, 2], "down").tolist() == [50, 25, 100]
    assert best_is_100([0, 8, 0], "down").tolist() == [100, 0, 100]
    assert best_is_100([7, 7], "up").tolist() == [100, 100]
    assert best_is_100([7], "up").tolist() == [100]
    missing = best_is_100([40, NAN, 80], "up")
    assert missing[0] == 50 and np.isnan(missing[1])
    assert np.isnan(best_is_100([0, 0], "up")).all()  # nobody is the best of nothing
    assert np.isnan(best_is_100([40, 80], "none")).all()
    assert np.isnan(best_is_100([NAN], "down")).all()
    with pytest.raises(ValueError, match="0 and above"):
        best_is_100([-1, 2], "up")


CUTS = Cuts(status=(50, 60, 70, 80), change=(-5, -1, 1, 5), source="test")


def level(x0, n0, x1, n1, direction="up", **options):
    found = status_change(x0, n0, x1, n1, CUTS, direction, **options)
    return int(found.status[0]), int(found.change[0]), int(found.cell[0])


def test_status_and_change_choose_the_cell():
    # 60 % → 72 % of 200 is a change by rule 7: status 4 of 5, the greatest rise: the best colour.
    assert level(120, 200, 144, 200) == (4, 5, 5)
    # 72 % → 60 %: a status on its cut joins the better level.
    assert level(144, 200, 120, 200) == (3, 1, 2)


def test_a_change_within_chance_is_maintained_and_without_the_rule_it_is_not():
    # 60 % → 72 % of 25 children is no change by rule 7.
    assert level(15, 25, 18, 25) == (4, 3, 4)
    assert level(15, 25, 18, 25, noise_rule=False) == (4, 5, 5)


def test_values_are_rounded_before_they_are_classed():
    # 15991/20000 is 79.955 %, shown as 80.0 and so at the cut of 80; the change of 0.995 п.п. is shown as 1.0.
    found = status_change(15792, 20000, 15991, 20000, CUTS, "up")
    assert (found.percent[0], found.difference[0]) == (80.0, 1.0)
    assert (found.status[0], found.change[0]) == (5, 4)


def test_a_change_on_a_cut_is_the_greater_change():
    assert level(10000, 20000, 9000, 20000)[1] == 1  # −5.0
    assert level(10000, 20000, 9020, 20000)[1] == 2  # −4.9
    assert level(10000, 20000, 9800, 20000)[1] == 2  # −1.0
    assert level(10000, 20000, 11000, 20000)[1] == 5  # +5.0


def test_where_lower_is_better_the_levels_turn_round():
    # 72 % → 60 % of «двойки» is the greatest improvement; 60 lies on a cut and joins the better level again.
    assert level(144, 200, 120, 200, "down") == (4, 5, 5)
    assert level(10, 200, 90, 200, "down") == (5, 1, 3)


def test_no_class_without_data_or_direction():
    found = status_change([1, 15, NAN, 0], [5, 25, 25, 0], [4, 18, 18, 18], [5, 25, 25, 25], CUTS, "up")
    assert found.reason.tolist() == ["not_enough_data", None, "missing", "not_enough_data"]
    assert found.cell.tolist() == [0, 4, 0, 0]
    assert np.isnan(found.percent).tolist() == [True, False, True, True]
    assert status_change(15, 25, 18, 25, CUTS, "none").reason.tolist() == ["no_direction"]
    with pytest.raises(ImpossibleRow, match="row 2"):
        status_change([1, 1], [50, 50], [1, 51], [50, 50], CUTS, "up")


def test_the_matrix_never_punishes_better_status_or_change():
    table = np.array(MATRIX)
    assert (np.diff(table, axis=0) >= 0).all()
    assert (np.diff(table, axis=1) >= 0).all()


@pytest.mark.parametrize(
    ("status", "change"),
    [((50, 60, 60, 80), (-5, -1, 1, 5)), ((50, 60, 70, 80), (-5, 1, 2, 5)), ((80, 70, 60, 50), (-5, -1, 1, 5))],
)
def test_cuts_that_contradict_themselves_are_refused(status, change):
    with pytest.raises(ValueError, match="cuts rise"):
        Cuts(status, change, "test")
