"""The one verdict function (rule 4): its decision, its people gap, its edges."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics import funnel
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.inputs import ImpossibleRow
from pipelines.statistics.intervals import newcombe
from pipelines.statistics.verdicts import WORDS, provable_difference, verdicts

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
decimals = st.integers(0, 1000).map(lambda k: k / 1000)
Z = Decimal("1.959963984540054235524594430520551527955")  # Φ⁻¹(0.975) from tables


def one(x, n, benchmark, direction="up", **options):
    """The verdict of a single unit as (word, gap)."""
    result = verdicts(x, n, benchmark, direction, **options)
    gap = result.people_gap[0]
    return result.word[0], None if np.isnan(gap) else gap


def test_the_example_of_rule_4():
    result = verdicts(18, 25, 0.8)
    assert result.word.tolist() == ["not_distinguishable"]
    assert result.people_gap.tolist() == [2]
    assert result.share.tolist() == [0.72]
    assert result.difference[0] == pytest.approx(-0.08)


@pytest.mark.parametrize(
    ("direction", "low", "high"), [("up", "worse", "better"), ("down", "better", "worse"), ("none", "lower", "higher")]
)
def test_direction_gives_the_word(direction, low, high):
    # Half-width at p₀ = 80 %, n = 100 is 7.8 п.п.: 72 is out below, 88 above, 73 and 87 are not.
    result = verdicts([72, 73, 87, 88], 100, 0.8, direction)
    assert result.word.tolist() == [low, "not_distinguishable", "not_distinguishable", high]


@pytest.mark.parametrize(
    ("x", "n", "p0", "direction", "gap"),
    [
        (7, 25, 0.28, "up", 0),  # 25 × 0.28 is 7; floats make it 7.000000000000001 and the gap 1
        (6, 25, 0.28, "up", 1),
        (7, 25, 0.28, "down", 0),
        (8, 25, 0.28, "down", 1),
        (8, 25, 0.28, "none", None),
        (18, 25, 0.81, "up", 3),  # ⌈20.25⌉ − 18
        (22, 25, 0.81, "down", 2),  # 22 − ⌊20.25⌋
        (20, 25, 0.8, "up", 0),
        (0, 10, 1.0, "up", 10),
        (10, 10, 0.0, "down", 10),
        (1, 3, Fraction(1, 3), "down", 0),  # as a float ⅓·3 falls short of 1
        (1, 3, Benchmark.sample(10, 30), "down", 0),
        (57, 100, "0.57", "up", 0),  # 100 × 0.57 = 56.99999999999999 in floats
        (57, 100, Decimal("0.57"), "down", 0),
    ],
)
def test_people_gap_is_exact(x, n, p0, direction, gap):
    against = p0 if isinstance(p0, Benchmark) else Benchmark.constant(p0)
    assert one(x, n, against, direction)[1] == gap


@given(counts, decimals, st.sampled_from(["up", "down"]))
def test_people_gap_closes_the_gap_and_not_one_person_less_would(pair, p0, direction):
    x, n = pair
    exact = Fraction(str(p0))
    gap = int(one(x, n, p0, direction)[1])
    sign = 1 if direction == "up" else -1
    assert sign * (x + sign * gap - n * exact) >= 0
    assert gap == 0 or sign * (x + sign * (gap - 1) - n * exact) < 0


@given(counts, decimals)
def test_the_decision_is_the_inequality_in_exact_numbers(pair, p0):
    x, n = pair
    with localcontext(prec=60):
        p = Decimal(str(p0))
        inside = n * (Decimal(x) / n - p) ** 2 <= Z * Z * p * (1 - p)
    assert (one(x, n, p0, minimum_n=1)[0] == "not_distinguishable") == inside


@given(st.lists(counts, min_size=2, max_size=20), st.sampled_from(["up", "down", "none"]))
def test_verdict_funnel_label_and_interval_agree(rows, direction):
    x, n = np.array(rows, dtype=float).T
    result = verdicts(x, n, Benchmark.pooled(x, n), direction, minimum_n=1)
    picture = funnel.funnel(x, n)
    for i, word in enumerate(result.word):
        assert (word == "not_distinguishable") == (picture.label[i] == "within")
        assert (word in ("better", "higher")) == (
            picture.label[i] in (("below_95", "below_998") if direction == "down" else ("above_95", "above_998"))
        )
        p, low, high = picture.baseline, result.interval_95.lower[i], result.interval_95.upper[i]
        if min(abs(p - low), abs(high - p)) > 1e-12:
            assert (word == "not_distinguishable") == (low <= p <= high)


@given(counts, st.sampled_from(["lower", "upper"]))
def test_the_decision_turns_at_the_ends_of_the_interval(pair, end):
    x, n = pair
    limit = float(getattr(verdicts(x, n, 0.5).interval_95, end)[0])
    if 1e-6 < limit < 1 - 1e-6:
        outward = -1e-9 if end == "lower" else 1e-9
        assert one(x, n, limit + outward, minimum_n=1)[0] != "not_distinguishable"
        assert one(x, n, limit - outward, minimum_n=1)[0] == "not_distinguishable"


@pytest.mark.parametrize(
    ("x", "n", "minimum", "word"),
    [
        (3, 5, 10, "not_enough_data"),
        (0, 9, 10, "not_enough_data"),
        (0, 10, 10, "worse"),
        (0, 0, 10, "not_enough_data"),
        (0, 0, 0, "not_enough_data"),  # nobody is never enough
        (1, 1, 1, "not_distinguishable"),  # one pupil of one: z = 0.5
        (0, 1, 1, "worse"),  # 0.64 > 3.84 · 0.16
    ],
)
def test_too_little_data(x, n, minimum, word):
    assert one(x, n, 0.8, minimum_n=minimum)[0] == word


def test_nobody_has_neither_share_nor_interval_nor_gap():
    result = verdicts(0, 0, 0.8)
    assert np.isnan([result.share[0], result.interval_95.lower[0], result.people_gap[0]]).all()


@pytest.mark.parametrize(
    ("x", "p0", "word"),
    [(0, 0.0, "not_distinguishable"), (1, 0.0, "better"), (50, 1.0, "not_distinguishable"), (49, 1.0, "worse")],
)
def test_a_benchmark_of_exactly_0_or_1(x, p0, word):
    assert one(x, 50, p0)[0] == word


def test_all_units_equal_are_not_distinguishable_from_their_group():
    x, n = [5, 50, 500], [10, 100, 1000]
    result = verdicts(x, n, Benchmark.pooled(x, n))
    assert set(result.word) == {"not_distinguishable"}
    assert result.people_gap.tolist() == [0, 0, 0]


def test_a_group_of_one_has_no_verdict():
    x, n = [40, 30, 20, np.nan, 0], [50, 50, 50, np.nan, 0]
    groups = ["north", "north", "south", "south", "south"]
    result = verdicts(x, n, Benchmark.pooled(x, n, groups))
    assert result.benchmark.value[:2].tolist() == [0.7, 0.7]
    # In the south one unit reported: the others neither make it a group nor get a verdict.
    assert result.word.tolist() == ["not_distinguishable", "not_distinguishable", None, None, None]
    assert result.reason.tolist() == [None, None, "no_benchmark", "missing", "no_benchmark"]


def test_units_that_are_not_independent_get_no_verdict_and_no_interval():
    result = verdicts([10, 10], [50, 50], 0.8, independent=[True, False])
    assert result.word.tolist() == ["worse", None]
    assert result.reason.tolist() == [None, "dependent_units"]
    assert np.isnan(result.interval_95.lower).tolist() == np.isnan(result.people_gap).tolist() == [False, True]
    assert result.share.tolist() == [0.2, 0.2]  # the figure itself stays


def test_missing_rows_stay_in_their_place():
    result = verdicts([np.nan, 18, 5], [25, 25, np.nan], 0.8)
    assert result.word.tolist() == [None, "not_distinguishable", None]
    assert result.reason.tolist() == ["missing", None, "missing"]


def test_arguments_may_differ_from_row_to_row():
    result = verdicts(
        [10, 10, 10, 10], 50, [0.8, 0.8, np.nan, 0.2], ["up", "down", "up", "none"], minimum_n=[1, 1, 1, 60]
    )
    assert result.word.tolist() == ["worse", "better", None, "not_enough_data"]
    assert set(WORDS) > set(result.word) - {None}


@pytest.mark.parametrize("row", [(6, 5), (-1, 5), (1, -5), (1, 0)])
def test_impossible_rows_are_refused_by_number(row):
    with pytest.raises(ImpossibleRow, match="row 2"):
        verdicts([1, row[0]], [5, row[1]], 0.5)


def test_a_per_cent_for_a_benchmark_and_an_unknown_direction_are_refused():
    with pytest.raises(ImpossibleRow, match="not a fraction"):
        verdicts([1, 1], [5, 5], [0.5, 80])
    with pytest.raises(ValueError, match="sideways"):
        verdicts(1, 5, 0.5, "sideways")


@given(counts, counts, st.sampled_from(["up", "down", "none"]))
def test_against_another_sample_newcombe_decides(own, peers, direction):
    word = one(*own, Benchmark.sample(*peers), direction, minimum_n=1)[0]
    change = newcombe(*peers, *own)
    if change.excludes_zero and change.difference > 0:
        assert word == {"up": "better", "down": "worse", "none": "higher"}[direction]
    assert (word == "not_distinguishable") == (not change.excludes_zero)


def test_an_earlier_year_is_no_constant():
    # 60 % and 70 % of 200: against 60 % as a constant it is proven, against last year's 40 of 66 it is not.
    assert one(140, 200, 0.6)[0] == "better"
    assert one(140, 200, Benchmark.sample(40, 66))[0] == "not_distinguishable"


@pytest.mark.parametrize(
    ("x", "n", "p0", "difference"),
    [
        (18, 25, 0.8, 0.16),  # half-width 15.7 п.п.; of 25 pupils the first count beyond is 16
        (24, 25, 0.8, 0.16),
        (75, 100, 0.8, 0.08),  # half-width 7.8
        (20, 25, 0.8, 0.16),  # on the benchmark: the nearer side
        (25, 25, 1.0, 0.04),  # one pupil short of all
        (10, 10, 0.98, None),  # even all of ten prove nothing above 98 %
    ],
)
def test_the_smallest_difference_that_n_units_can_prove(x, n, p0, difference):
    found = provable_difference(np.array([float(x)]), np.array([float(n)]), Benchmark.constant(p0))[0]
    assert np.isnan(found) if difference is None else found == pytest.approx(difference)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), counts, decimals, st.booleans())
def test_a_proven_difference_is_never_smaller_than_the_provable_one(pair, peers, p0, sampled):
    x, n = pair
    against = Benchmark.sample(*peers) if sampled else Benchmark.constant(p0)
    result = verdicts(x, n, against, minimum_n=1)
    smallest = provable_difference(result.x, result.n, against)[0]
    proven = result.word[0] != "not_distinguishable"
    assert proven == bool(abs(result.difference[0]) >= smallest - 1e-12)


def test_a_proportion_of_points_has_an_exact_benchmark_too():
    # 12.5 of 20 points and 7.5 of 20: together exactly one half.
    pooled = Benchmark.pooled([12.5, 7.5], [20, 20])
    top, bottom = pooled.fractions((2,))
    assert [Fraction(a, b) for a, b in zip(top, bottom, strict=True)] == [Fraction(1, 2)] * 2


def test_no_units_at_all_are_no_verdicts_and_no_crash():
    found = verdicts([], [], Benchmark.constant(np.array([])), "up")
    assert found.word.tolist() == [] and found.people_gap.tolist() == []
