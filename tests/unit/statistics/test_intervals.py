"""Wilson, Byar and Newcombe (rules 2, 3, 7) against published figures, statsmodels and their own definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson

from pipelines.statistics.inputs import ImpossibleRow
from pipelines.statistics.intervals import byar, differs_from_constant, newcombe, wilson, z_of

counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_z_is_the_exact_quantile():
    assert z_of(0.95) == pytest.approx(1.959963984540054, abs=1e-15)
    assert z_of(0.998) == pytest.approx(3.090232306167813, abs=1e-15)


@pytest.mark.parametrize(
    ("x", "n", "level", "lower", "upper"),
    [
        # Test data published with UKHSA PHEindicatormethods, to all the digits shown there.
        (5, 100, 0.95, 0.0215436791543680, 0.111750469231919),
        (5, 100, 0.998, 0.0138653207259972, 0.164588522825964),
        (9856, 12345, 0.95, 0.791210175290907, 0.805364007361491),
        (0, 5, 0.95, 0, 0.434482464783),
    ],
)
def test_wilson_gives_the_published_limits(x, n, level, lower, upper):
    limits = wilson(x, n, level)
    assert limits.lower == pytest.approx(lower, abs=1e-14)
    assert limits.upper == pytest.approx(upper, abs=1e-12)


@given(st.integers(1, 10**7), st.sampled_from([0.95, 0.998]))
def test_wilson_reaches_0_and_1_exactly_at_the_ends(n, level):
    assert wilson(0, n, level).lower == 0 < wilson(0, n, level).upper < 1
    assert wilson(n, n, level).upper == 1 > wilson(n, n, level).lower > 0


def test_one_pupil_has_a_wide_interval_and_not_a_point():
    # By hand: z²/(1 + z²) = 3.841459/4.841459 = 0.793451.
    assert wilson(0, 1).upper == pytest.approx(0.793451, abs=1e-6)
    assert wilson(1, 1).lower == pytest.approx(0.206549, abs=1e-6)


@given(counts)
def test_wilson_is_the_formula_of_statsmodels(pair):
    reference = proportion_confint(*pair, method="wilson")
    assert [float(limit) for limit in wilson(*pair)] == pytest.approx(reference, abs=1e-12)


def test_statsmodels_answers_an_impossible_row_and_we_do_not():
    with pytest.warns(RuntimeWarning):
        assert np.isnan(proportion_confint(11, 10, method="wilson")).all()
    with pytest.raises(ImpossibleRow):
        wilson(11, 10)


def test_a_missing_number_keeps_its_row():
    lower, upper = wilson([5, np.nan, 5], [100, 100, np.nan])
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("x", "n", "reason"),
    [
        ([1, -1], [5, 5], "negative"),
        ([1, 0], [5, 0], "no_units"),
        ([1, 6], [5, 5], "x_above_n"),
        ([1, 2], [5, -5], "negative"),
        ([1, np.inf], [5, np.inf], "not_finite"),
        ([1, np.nan], [5, 0], "no_units"),
    ],
)
def test_an_impossible_row_is_refused_by_its_number(x, n, reason):
    with pytest.raises(ImpossibleRow, match=r"^row 2: ") as refusal:
        wilson(x, n)
    assert (refusal.value.index, refusal.value.reason) == (1, reason)


@pytest.mark.parametrize(
    ("x", "level", "lower", "upper"),
    [
        # PHEindicatormethods' published test data: Byar's method and, below ten events, the exact one.
        (65, 0.95, 50.1631877104595, 82.8491385459398),
        (5, 0.95, 1.62348639011842, 11.6683320793227),
        # By hand: the exact upper limit of no event is −ln(α/2).
        (0, 0.95, 0, -np.log(0.025)),
        (0, 0.998, 0, -np.log(0.001)),
    ],
)
def test_byar_gives_the_published_limits(x, level, lower, upper):
    limits = byar(x, level)
    assert limits.lower == pytest.approx(lower, abs=1e-12)
    assert limits.upper == pytest.approx(upper, abs=1e-12)


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_byar_is_exact_below_ten_and_only_near_it_from_ten_on(level):
    for x in range(10):
        exact = confint_poisson(x, 1, method="exact-c", alpha=1 - level)
        assert tuple(byar(x, level)) == pytest.approx(np.nan_to_num(exact), rel=1e-9)
    exact = confint_poisson(10, 1, method="exact-c", alpha=1 - level)
    assert tuple(byar(10, level)) != pytest.approx(exact, rel=1e-6)
    assert tuple(byar(10, level)) == pytest.approx(exact, rel=0.03)


def test_byar_keeps_missing_rows_and_refuses_negative_counts():
    assert np.isnan(byar([5, np.nan]).upper).tolist() == [False, True]
    with pytest.raises(ImpossibleRow, match="row 2"):
        byar([5, -1])


def test_newcombe_example_of_rule_7():
    change = newcombe(120, 200, 144, 200)
    # +12.0 п.п. [+2.7; +21.0] although 53–67 % and 65–78 % overlap.
    assert np.round(100 * np.array(change), 1).tolist() == [12.0, 2.7, 21.0]
    assert wilson(120, 200).upper > wilson(144, 200).lower
    assert change.excludes_zero


@given(counts, counts)
def test_newcombe_excludes_zero_both_ways_round_alike(first, second):
    there, back = newcombe(*first, *second), newcombe(*second, *first)
    assert bool(there.excludes_zero) == bool(back.excludes_zero)
    assert there.lower == pytest.approx(-back.upper, abs=1e-12)
    assert there.lower <= there.difference <= there.upper


@given(counts, counts)
def test_newcombe_is_statsmodels_with_the_pairs_changed_over(first, second):
    reference = confint_proportions_2indep(*second, *first, method="newcomb", compare="diff")
    assert tuple(newcombe(*first, *second))[1:] == pytest.approx(reference, abs=1e-9)


@given(counts)
def test_nothing_differs_from_itself(pair):
    x, n = pair
    assert not newcombe(x, n, x, n).excludes_zero
    assert not differs_from_constant(x, n, x / n)


@given(counts, st.floats(0.001, 0.999))
def test_the_decision_is_the_score_test(pair, p0):
    x, n = pair
    z = abs(x / n - p0) / np.sqrt(p0 * (1 - p0) / n)
    p_value = 2 * stats.norm.sf(z)
    if abs(p_value - 0.05) > 1e-9:
        assert bool(differs_from_constant(x, n, p0)) == (p_value < 0.05)
