"""Pairs «Школа – Школе» (rule 12)."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.pairs import pair_schools

NAN = np.nan


def links(pairing):
    return {pair.low: pair.leader for pair in pairing.pairs}


def test_the_most_pairs_come_before_the_least_distance():
    # Greedily a takes L (distance 0) and b, for whom only L is open, stays alone.
    found = pair_schools(["a", "b"], ["L", "M"], [[0, 9], [1, NAN]], {"a": 50, "b": 50, "L": 80, "M": 80}, 10)
    assert links(found) == {"a": "M", "b": "L"}
    assert [pair.distance for pair in found.pairs] == [9, 1]


def test_of_as_many_pairs_the_least_total_distance():
    # Greedily a–L (1) and b–M (9) make 10; a–M and b–L make 5.
    found = pair_schools(["a", "b"], ["L", "M"], [[1, 2], [3, 9]], {"a": 50, "b": 50, "L": 80, "M": 80}, 10)
    assert links(found) == {"a": "M", "b": "L"}


def test_a_leader_is_better_by_the_margin_exactly():
    # 72.3 − 62.3 is 9.999999999999993 in floats.
    results = {"a": 62.3, "b": 62.4, "L": 72.3}
    assert links(pair_schools(["a"], ["L"], [[1]], results, 10)) == {"a": "L"}
    assert pair_schools(["b"], ["L"], [[1]], results, 10).unpaired == ("b",)


def test_pins_stand_and_are_out_of_the_search():
    results = {"a": 50, "b": 50, "L": 80, "M": 55}
    found = pair_schools(["a", "b"], ["L", "M"], [[1, NAN], [1, 1]], results, 10, pinned={"a": "M"})
    assert [(pair.low, pair.leader, pair.pinned) for pair in found.pairs] == [("a", "M", True), ("b", "L", False)]
    with pytest.raises(ValueError, match="pinned"):
        pair_schools(["a", "b"], ["L", "M"], [[1, 1], [1, 1]], results, 10, pinned={"a": "L", "b": "L"})
    with pytest.raises(ValueError, match="pinned"):
        pair_schools(["a", "b"], ["L", "M"], [[1, 1], [1, 1]], results, 10, pinned={"a": "nobody"})


def test_nobody_to_pair_with():
    assert pair_schools(["a"], [], [[]], {"a": 50}, 10).unpaired == ("a",)
    assert pair_schools([], ["L"], [], {"L": 50}, 10).pairs == ()
    assert pair_schools(["a"], ["L"], [[NAN]], {"a": 50, "L": 90}, 10).unpaired == ("a",)


def test_a_school_cannot_be_both():
    with pytest.raises(ValueError, match="twice"):
        pair_schools(["a"], ["a"], [[0]], {"a": 50}, 10)
    with pytest.raises(ValueError, match="one row"):
        pair_schools(["a", "b"], ["L"], [[0]], {"a": 50, "b": 50, "L": 90}, 10)


def test_the_order_of_the_schools_changes_nothing():
    results = {"a": 50, "b": 50, "L": 80, "M": 80}
    one = pair_schools(["a", "b"], ["L", "M"], [[1, 1], [1, 1]], results, 10)
    other = pair_schools(["b", "a"], ["M", "L"], [[1, 1], [1, 1]], results, 10)
    assert one == other


@given(
    st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.just(NAN) | st.integers(0, 9).map(float), min_size=columns, max_size=columns),
            min_size=1, max_size=4,
        )
    )
)  # fmt: skip
def test_no_other_choice_is_better(distances):
    low = [f"low{i}" for i in range(len(distances))]
    leaders = [f"leader{j}" for j in range(len(distances[0]))]
    results = dict.fromkeys(low, 40) | dict.fromkeys(leaders, 90)
    found = pair_schools(low, leaders, distances, results, 10)
    # Every way to give each low school a leader or, beyond the last leader, nobody.
    seats = [*range(len(leaders)), *[None] * len(low)]
    best = min(
        (-len(taken), sum(taken))
        for choice in permutations(seats, len(low))
        for taken in [
            [distances[i][j] for i, j in enumerate(choice) if j is not None and not np.isnan(distances[i][j])]
        ]
    )
    assert (-len(found.pairs), sum(pair.distance for pair in found.pairs)) == best
    assert len({pair.leader for pair in found.pairs}) == len(found.pairs)
    assert len(found.pairs) + len(found.unpaired) == len(low)
