"""Similar schools (rule 11)."""

import numpy as np
import pytest

from pipelines.statistics.similar import context, nearest

NAN = np.nan


def codes(peers):
    return [peer.code for peer in peers]


def test_scaled_squared_differences_are_the_published_ones():
    # Rule 11: of the values 0, 5, 10 neighbours are 0.25 apart, the ends 1.
    schools = context("abc", ["size"], [[0], [5], [10]], [1])
    assert schools.squares(0).ravel().tolist() == [0, 0.25, 1]
    assert schools.squares(1).ravel().tolist() == [0.25, 0, 0.25]


def test_weights_and_scaling():
    values = [[0, 0], [10, 1], [5, 4]]
    by_range = context("abc", ["size", "rural"], values, [3, 1])
    # From a: b differs by the whole range of size and a quarter of the second, c by a half and by the whole.
    assert by_range.distances(0) == pytest.approx([0, np.sqrt(3 + 1 / 16), np.sqrt(3 / 4 + 1)])
    by_deviation = context("abc", ["size", "rural"], values, [1, 0], "deviation")
    # The sample deviation of 0, 10, 5 is 5.
    assert by_deviation.distances(0) == pytest.approx([0, 2, 1])


def test_a_missing_trait_is_left_out_and_said_and_never_zero():
    values = [[0, 0, 0], [10, NAN, 2], [0, 10, 10]]
    schools = context("abc", ["size", "rural", "poor"], values, [2, 1, 1])
    peer = {p.code: p for p in nearest(schools, "a", 5)}["b"]
    # Available weight 3 of 4: (2·1² + 1·0.2²)·4/3.
    assert peer.distance == pytest.approx(np.sqrt((2 + 0.04) * 4 / 3))
    assert peer.missing == ("rural",)
    assert set(peer.contributions) == {"size", "poor"}


def test_below_half_the_weight_a_school_is_not_matched():
    values = [[0, 0], [NAN, 0], [1, NAN]]
    uneven = context("abc", ["size", "rural"], values, [3, 1])
    assert codes(nearest(uneven, "a", 5)) == ["c"]  # b shares a quarter of the weight only
    even = context("abc", ["size", "rural"], values, [1, 1])
    assert codes(nearest(even, "a", 5)) == ["b", "c"]  # just half is enough


def test_contributions_are_parts_of_the_distance():
    schools = context("ab", ["size", "rural"], [[0, 0], [10, 5]], [3, 1])
    peer = nearest(schools, "a", 1)[0]
    assert peer.contributions == {"size": 0.75, "rural": 0.25}
    same = context("ab", ["size"], [[7], [7]], [1])
    assert nearest(same, "a", 1)[0].contributions == {"size": 0}


def test_never_itself_never_the_excluded_ties_by_code_and_as_many_as_there_are():
    # 0.3 − 0.2 and 0.2 − 0.1 are the same distance, though not the same float.
    schools = context(["m", "z", "a", "far"], ["size"], [[0.2], [0.3], [0.1], [1.2]], [1])
    assert codes(nearest(schools, "m", 2)) == ["a", "z"]
    assert codes(nearest(schools, "m", 30)) == ["a", "z", "far"]
    assert codes(nearest(schools, "m", 2, excluded=["a"])) == ["z", "far"]


def test_a_single_school_has_no_peers():
    assert nearest(context("a", ["size"], [[1]], [1]), "a", 5) == ()


def test_unusable_tables_are_refused():
    with pytest.raises(ValueError, match="twice"):
        context(["a", "a"], ["size"], [[1], [2]], [1])
    with pytest.raises(ValueError, match="weights"):
        context(["a", "b"], ["size"], [[1], [2]], [0])
    with pytest.raises(ValueError, match="unknown school"):
        nearest(context(["a", "b"], ["size"], [[1], [2]], [1]), "c", 1)
