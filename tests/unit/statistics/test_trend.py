"""χ² for linear trend over the last five reported years (rule 7)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table

from pipelines.statistics.inputs import ImpossibleRow
from pipelines.statistics.trend import CRITICAL_CHI2, trends

# The published series of rule 7.
X, N = [994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701]
YEARS = [2019, 2020, 2021, 2022, 2023]


def one(years, x, n):
    """The trend of a single unit as (χ², significant, direction)."""
    result = trends(["school"] * len(years), years, x, n)
    return result.chi2[0], bool(result.significant[0]), result.direction[0]


def test_the_published_series():
    chi2, significant, direction = one(YEARS, X, N)
    assert chi2 == pytest.approx(47.896677, abs=5e-7)
    assert (significant, direction) == (True, "increasing")
    assert one(YEARS, X[::-1], N[::-1])[2] == "decreasing"


def test_only_the_last_five_reported_years_count():
    earlier = one([2010, 2018, *YEARS], [30000, 20000, *X], [40000, 40000, *N])
    assert earlier == one(YEARS, X, N)
    with_gap = one([2018, *YEARS[:4], 2023, 2024], [*X[:4], np.nan, 1367, np.nan], [*N[:4], 44000, 44701, np.nan])
    assert with_gap == one([2018, 2019, 2020, 2021, 2023], X, N)
    # Order of rows does not matter.
    assert one(YEARS[::-1], X[::-1], N[::-1]) == one(YEARS, X, N)


def test_years_are_scored_by_the_calendar():
    years = [2015, 2020, 2021, 2022, 2023]
    t = [year - 2015 for year in years]
    # The textbook formula in exact fractions.
    total, events = sum(N), sum(X)
    cross = total * sum(a * b for a, b in zip(X, t, strict=True)) - events * sum(
        a * b for a, b in zip(N, t, strict=True)
    )
    spread = (
        total * sum(a * b * b for a, b in zip(N, t, strict=True)) - sum(a * b for a, b in zip(N, t, strict=True)) ** 2
    )
    expected = Fraction(total * cross**2, events * (total - events) * spread)
    assert one(years, X, N)[0] == pytest.approx(float(expected), rel=1e-12)
    assert one(years, X, N)[0] != pytest.approx(one(YEARS, X, N)[0], rel=0.01)


def test_statsmodels_differs_by_the_factor_it_is_said_to():
    table = Table(np.column_stack([np.array(N) - X, X]), shift_zeros=False)
    reference = table.test_ordinal_association(np.arange(5), np.arange(2)).zscore ** 2
    total = sum(N)
    assert reference * total / (total - 1) == pytest.approx(one(YEARS, X, N)[0], rel=1e-9)


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([10, 20, 30, 40], [100] * 4),  # four years
        ([10, 20, 30, 40, np.nan], [100] * 5),  # five rows, four reported
        ([10, 20, 100, 40, 50], [100] * 5),  # a year at 100 %
        ([0, 0, 0, 0, 0], [100] * 5),  # no event at all
    ],
)
def test_no_result(x, n):
    chi2, significant, direction = one(YEARS[: len(x)], x, n)
    assert np.isnan(chi2)
    assert (significant, direction) == (False, "none")


def test_all_years_alike_are_no_trend():
    assert one(YEARS, [30] * 5, [100] * 5) == (0, False, "none")


def test_a_trend_that_hangs_on_one_year_is_none():
    # Level years and one jump at the end: χ² is large, but without the last year the slope is 0.
    chi2, significant, direction = one(YEARS, [100, 100, 100, 100, 200], [1000] * 5)
    assert chi2 > CRITICAL_CHI2
    assert (significant, direction) == (False, "none")


def test_units_come_in_order_of_first_appearance_and_do_not_mix():
    unit = ["b"] * 5 + ["a"] * 5 + ["c"]
    result = trends(unit, [*YEARS, *YEARS, 2019], [*X, *X[::-1], np.nan], [*N, *N[::-1], np.nan])
    assert result.unit.tolist() == ["b", "a", "c"]
    assert result.direction.tolist() == ["increasing", "decreasing", "none"]
    assert trends([], [], [], []).unit.tolist() == []


def test_a_year_reported_twice_is_refused_by_its_second_row():
    with pytest.raises(ImpossibleRow, match="row 3: a reports the year 2019 twice"):
        trends(["a", "b", "a"], [2019, 2019, 2019], [1, 2, 3], [10, 10, 10])
    with pytest.raises(ImpossibleRow, match="row 2"):
        trends(["a", "a"], [2019, 2020], [1, 11], [10, 10])


@given(st.lists(st.tuples(st.integers(0, 499), st.integers(500, 900)), min_size=5, max_size=5))
def test_doubling_every_count_doubles_chi2_and_keeps_the_direction(rows):
    x, n = np.array(rows).T
    single, double = one(YEARS, x, n), one(YEARS, 2 * x, 2 * n)
    if not np.isnan(single[0]):
        assert double[0] == pytest.approx(2 * single[0], rel=1e-9, abs=1e-9)
        assert double[1] or not single[1]
