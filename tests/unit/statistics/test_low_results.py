"""The computed list: a stated rule over shares that may be missing, and its difference from an official list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.low_results import Differences, Result, differences, identify

UNKNOWN = Result(None, None)
LOW, FINE = Result(9, 30), Result(8, 30)  # 30 % exactly, and 26,7 %
results = st.lists(
    st.one_of(st.just(UNKNOWN), st.integers(1, 60).flatmap(lambda n: st.integers(0, n).map(lambda x: Result(x, n)))),
    max_size=6,
)
RANK = {"not_listed": 0, "undecided": 1, "listed": 2}


@pytest.mark.parametrize(
    ("procedures", "outcome"),
    [
        ([LOW, LOW, FINE, FINE], "listed"),
        ([LOW, FINE, FINE, FINE], "not_listed"),
        # One low and one unknown: the unknown could be the second.
        ([LOW, FINE, FINE, UNKNOWN], "undecided"),
        # Two are low already: whatever is hidden changes nothing.
        ([LOW, LOW, UNKNOWN, UNKNOWN], "listed"),
        # One unknown cannot make two.
        ([FINE, FINE, FINE, UNKNOWN], "not_listed"),
        ([UNKNOWN] * 4, "undecided"),
        ([], "not_listed"),
    ],
)
def test_thirty_per_cent_in_two_procedures(procedures, outcome):
    assert identify(procedures).outcome == outcome


def test_exactly_the_threshold_is_low_also_where_floats_would_miss_it():
    # 7 of 25 is 28 % exactly, 100 * 7 / 25 in floats is 28.000000000000004 or 27.999…, depending on the order.
    assert identify([Result(7, 25)], threshold=28, needed=1).outcome == "listed"
    assert identify([Result(7, 25)], threshold=29, needed=1).outcome == "not_listed"


def test_nobody_low_is_a_true_zero_and_known():
    found = identify([Result(0, 25)] * 4)
    assert (found.outcome, found.low, found.known, found.unknown) == ("not_listed", 0, 4, 0)


@pytest.mark.parametrize(("threshold", "needed"), [(-1, 2), (101, 2), (30, 0)])
def test_a_rule_without_sense_is_refused(threshold, needed):
    with pytest.raises(ValueError):
        identify([LOW], threshold, needed)


@given(results, st.integers(0, 99), st.integers(1, 4))
def test_a_stricter_rule_never_lists_more(procedures, threshold, needed):
    loose = RANK[identify(procedures, threshold, needed).outcome]
    assert RANK[identify(procedures, threshold + 1, needed).outcome] <= loose
    assert RANK[identify(procedures, threshold, needed + 1).outcome] <= loose


@given(results, results, st.integers(0, 100), st.integers(1, 4))
def test_what_is_decided_stays_decided_when_the_missing_figures_come(procedures, later, threshold, needed):
    before = identify(procedures, threshold, needed).outcome
    coming = iter(result for result in later if result.share is not None)
    filled = [next(coming, result) if result.share is None else result for result in procedures]
    after = identify(filled, threshold, needed).outcome
    assert before == "undecided" or after == before


def test_lists_are_compared_school_by_school():
    computed = {"a": "listed", "b": "listed", "c": "not_listed", "d": "undecided"}
    # e has no result at all: nothing can be said against its place on the official list.
    assert differences(computed.items(), ["a", "c", "d", "e"]) == Differences(("a",), ("b",), ("c",), ("d", "e"))
