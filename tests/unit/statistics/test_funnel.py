"""Funnel limits and labels (rule 5), overdispersion (rule 6)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.funnel import LABELS, adjusted_limits, baseline, funnel, labels, limits, overdispersion
from pipelines.statistics.inputs import ImpossibleRow
from pipelines.statistics.intervals import wilson

# The ten units of rule 6.
X = [18, 22, 35, 40, 12, 28, 44, 9, 30, 25]
N = [25, 30, 40, 60, 20, 35, 50, 15, 33, 45]

units = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_limits_are_the_published_ones():
    # The published p̄ is itself rounded to eight digits.
    lower, upper = limits(0.80642448, 20)
    assert (float(lower), float(upper)) == pytest.approx((0.63326743, 0.97958152), abs=1e-8)
    lower, upper = limits(0.80642448, 20, 0.998)
    assert float(lower) == pytest.approx(0.5334116, abs=5e-8)
    assert upper == 1  # clipped


def test_baseline_is_the_ratio_of_sums_over_those_who_reported():
    # 90 of 100 and 1 of 10: 91/110, not the mean of 90 % and 10 %; the third did not report.
    assert baseline([90, 1, np.nan], [100, 10, 500]) == 91 / 110
    assert np.isnan(baseline([np.nan], [np.nan]))


def test_labels_name_the_outermost_limit_passed():
    # p₀ = ½, n = 100: 95 % limits 40.2–59.8, 99.8 % limits 34.5–65.5.
    x = [34, 35, 40, 41, 50, 59, 60, 65, 66, np.nan]
    assert labels(x, [100] * 10, 0.5).tolist() == [
        "below_998", "below_95", "below_95", "within", "within", "within", "above_95", "above_95", "above_998", None,
    ]  # fmt: skip


def test_one_unit_and_units_all_alike_are_within_their_own_funnel():
    single = funnel([3], [4])
    assert (single.baseline, single.label.tolist()) == (0.75, ["within"])
    alike = funnel([5, 50], [10, 100])
    assert alike.label.tolist() == ["within", "within"]
    full = funnel([10, 20], [10, 20])
    assert full.label.tolist() == ["within", "within"]
    assert full.limits_95.lower.tolist() == full.limits_95.upper.tolist() == [1, 1]


def test_a_missing_row_stays_and_an_impossible_one_is_refused():
    result = funnel([5, np.nan], [10, 10])
    assert np.isnan(result.limits_95.lower).tolist() == [False, True]
    assert result.label.tolist() == ["within", None]
    with pytest.raises(ImpossibleRow, match="row 3"):
        funnel([1, 1, 1], [2, 2, 0])


def test_a_benchmark_of_exactly_0_or_1_is_left_by_any_other_share():
    assert labels([0, 1], [50, 50], 0.0).tolist() == ["within", "above_998"]
    assert labels([50, 49], [50, 50], 1.0).tolist() == ["within", "below_998"]


@given(st.lists(units, min_size=1, max_size=30))
def test_label_interval_and_limits_are_one_decision(rows):
    x, n = np.array(rows, dtype=float).T
    result = funnel(x, n)
    for level, bounds, inner in ((0.95, result.limits_95, {"within"}), (0.998, result.limits_998, set(LABELS[1:4]))):
        interval = wilson(x, n, level)
        for i, label in enumerate(result.label):
            share, p = x[i] / n[i], result.baseline
            # A float limit may miss an exact tie by its last digit; the decision itself has no such edge.
            gaps = [share - bounds.lower[i], bounds.upper[i] - share, p - interval.lower[i], interval.upper[i] - p]
            if min(map(abs, gaps)) > 1e-12:
                assert (label in inner) == (bounds.lower[i] <= share <= bounds.upper[i])
                assert (label in inner) == (interval.lower[i] <= p <= interval.upper[i])


def test_overdispersion_of_the_ten_units_of_rule_6():
    result = overdispersion(X, N)
    assert result.phi == pytest.approx(2.5059966795, abs=5e-11)
    assert result.tau2 == pytest.approx(0.0128354652, abs=5e-11)


def test_overdispersion_ignores_missing_rows_and_needs_two_units():
    assert overdispersion([*X, np.nan], [*N, 30]) == overdispersion(X, N)
    assert overdispersion([5, np.nan], [10, 10]) == (None, None)
    assert overdispersion([], []) == (None, None)
    assert np.isnan(adjusted_limits([5], [10]).lower).all()


def test_units_alike_have_no_extra_spread():
    assert overdispersion([5, 50, 500], [10, 100, 1000]) == (0, 0)


def test_adjusted_limits_are_wider_only_when_units_spread():
    spread, plain = adjusted_limits(X, N), limits(baseline(X, N), N)
    assert (spread.lower < plain.lower).all()
    # By hand for n = 25: T = asin√(263/353) = 1.041301…, s² = 0.01, τ² = 0.0128354652.
    half = 1.959963984540054 * np.sqrt(0.01 + 0.0128354652)
    assert spread.lower[0] == pytest.approx(np.sin(np.arcsin(np.sqrt(263 / 353)) - half) ** 2, abs=1e-9)
    assert spread.upper[0] == pytest.approx(np.sin(np.arcsin(np.sqrt(263 / 353)) + half) ** 2, abs=1e-9)
    small = adjusted_limits([1, 60], [1, 100])
    assert small.upper[0] == 1  # the argument is clipped at π/2, where sin² would turn back
