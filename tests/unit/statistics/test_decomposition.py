"""Why a district changed (rule 14)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.decomposition import Part, decompose, merge_exposing

reports = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
)


def value(result, name):
    return next(part.value for part in result.parts if name in part.names)


def test_every_part_by_hand():
    earlier = {"a": (10, 20), "b": (20, 20), "gone": (0, 10)}
    later = {"a": (12, 20), "b": (27, 30), "new": (5, 50)}
    result = decompose(earlier, later, earlier_as_published={"a": (10, 20), "b": (18, 20), "gone": (0, 10)})
    # Schools of both years: weights ½ ½ → ⅖ ⅗, shares ½, 1 → ⅗, 9/10; P_C0 = 3/4, P_C1 = 39/50.
    assert value(result, "within") == Fraction(9, 20) * Fraction(1, 10) + Fraction(11, 20) * Fraction(-1, 10)
    assert value(result, "mix") == Fraction(11, 20) * Fraction(-1, 10) + Fraction(19, 20) * Fraction(1, 10)
    assert value(result, "entered") == -Fraction(50, 100) * (Fraction(39, 50) - Fraction(1, 10))
    assert value(result, "left") == Fraction(10, 50) * (Fraction(3, 4) - 0)
    assert value(result, "revision") == Fraction(30, 50) - Fraction(28, 50)
    assert (result.before, result.after) == (Fraction(28, 50), Fraction(44, 100))
    assert sum(part.value for part in result.parts) == result.total == Fraction(-12, 100)


@given(reports, reports, st.none() | reports)
def test_the_parts_sum_to_the_change_exactly(earlier, later, published):
    result = decompose(earlier, later, published)
    now = Fraction(sum(x for x, _ in later.values()), sum(n for _, n in later.values()))
    then = Fraction(*map(sum, zip(*(published or earlier).values(), strict=True)))
    assert sum(part.value for part in result.parts) == now - then
    for part in result.parts:
        if part.schools:
            assert sum(part.schools.values()) == part.value


def test_nothing_changed_is_all_zeros():
    year = {"a": (10, 20), "b": (3, 4)}
    assert [part.value for part in decompose(year, year).parts] == [0, 0, 0, 0, 0]


def test_a_growing_school_adds_to_the_mix_only_when_it_lies_above_the_others():
    result = decompose({"low": (10, 100), "high": (90, 100)}, {"low": (20, 200), "high": (90, 100)})
    mix = next(part for part in result.parts if part.names == ("mix",))
    assert mix.schools["low"] < 0  # it grew, and it is the low one
    assert value(result, "within") == 0


def test_no_school_in_both_years_is_one_part():
    result = decompose({"a": (1, 2)}, {"b": (3, 4)})
    assert [(part.names, part.value) for part in result.parts] == [(("replaced",), Fraction(1, 4)), (("revision",), 0)]


@pytest.mark.parametrize("bad", [{}, {"a": (3, 2)}, {"a": (0, 0)}, {"a": (-1, 2)}])
def test_impossible_years_are_refused(bad):
    with pytest.raises(ValueError, match=r"nobody|a: x"):
        decompose(bad, {"a": (1, 2)})


def test_a_part_that_would_expose_a_hidden_school_is_merged_with_the_next():
    parts = (
        Part(("within",), Fraction(1, 10), {"a": Fraction(1, 20), "h1": Fraction(1, 40), "h2": Fraction(1, 40)}),
        Part(("mix",), Fraction(0), {}),
        Part(("entered",), Fraction(1, 5), {"b": Fraction(1, 10), "h3": Fraction(1, 10)}),
        Part(("left",), Fraction(-1, 5), {"h4": Fraction(-1, 5)}),
        Part(("revision",), Fraction(1, 100), {}),
    )
    merged = merge_exposing(parts, {"h1", "h2", "h3", "h4"})
    assert [part.names for part in merged] == [("within",), ("mix",), ("entered", "left"), ("revision",)]
    assert sum(part.value for part in merged) == sum(part.value for part in parts)
    # Alone to the end: it joins the one before.
    assert [part.names for part in merge_exposing(parts[:2] + parts[3:], {"h4"})] == [
        ("within",),
        ("mix", "left", "revision"),
    ]
    assert merge_exposing(parts, set()) == parts
