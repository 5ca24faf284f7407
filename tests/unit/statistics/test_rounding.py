"""Rounding half away from zero from exact numbers (rule 10), and Russian number texts."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics import rounding
from pipelines.statistics.inputs import ImpossibleRow


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (2.85, 1, "2.9"),  # rule 10; the float lies above by luck, 2.675 below
        (2.675, 2, "2.68"),
        (2.5, 0, "3"),
        (-2.25, 1, "-2.3"),
        (Fraction(-1, 2), 0, "-1"),
        (-0.04, 1, "0.0"),  # never «−0,0»
        ("2", 1, "2.0"),
        ("1e-7", 3, "0.000"),
        (25, -1, "30"),
        (-24, -1, "-20"),
        ("12345678901234567890123456789.05", 1, "12345678901234567890123456789.1"),
    ],
)
def test_round_half_away(value, digits, expected):
    assert str(rounding.round_half_away(value, digits)) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9), st.integers(0, 6))
def test_rounding_is_decimals_half_up(value, digits):
    # Decimal's ROUND_HALF_UP is half away from zero; its default context would be too short for long decimals.
    expected = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, context=Context(prec=400))
    assert rounding.round_half_away(value, digits) == expected


def test_a_per_cent_is_rounded_from_the_whole_numbers():
    assert rounding.percent(23, 80) == Decimal("28.8")  # 28.75
    # 100·(201/400) in floats is 50.24999999999999, which would round down.
    assert rounding.percent(201, 400) == Decimal("50.3")


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 3))
def test_columns_round_as_single_figures_do(pair, digits):
    x, n = pair
    assert rounding.percents([x], [n], digits)[0] == float(rounding.percent(x, n, digits))


def test_columns_keep_missing_rows_and_take_sums_of_points():
    column = rounding.percents([23, np.nan, 0], [80, 10, 4])
    assert column[0] == 28.8 and np.isnan(column[1]) and column[2] == 0
    assert rounding.percents([12.5], [18])[0] == 69.4
    with pytest.raises(ImpossibleRow, match="row 2"):
        rounding.percents([1, 2], [2, 0])


def test_numbers_are_written_in_russian():
    assert rounding.number_text(12345678.25) == "12\u202f345\u202f678,3"
    assert rounding.number_text(72, trim=True) == "72"
    assert rounding.number_text(-0.25) == "\u22120,3"
    assert rounding.number_text("-0.04") == "0,0"
    assert rounding.percent_text(23, 80) == "28,8\u00a0%"
    assert rounding.points_text(2.25) == "+2,3\u00a0п.п."
    assert rounding.points_text(Fraction(-4, 10)) == "\u22120,4\u00a0п.п."
    assert rounding.points_text(0) == "0,0\u00a0п.п."


def test_a_line_never_ends_between_a_number_and_its_noun():
    text = "72 % (18 из 25), в районе 80 %: ниже на 8 п.п. = 2 ученика"
    assert rounding.no_break(text).split(" ") == [
        "72\u00a0%", "(18\u00a0из\u00a025),", "в\u00a0районе", "80\u00a0%:", "ниже", "на\u00a08\u00a0п.п.", "=",
        "2\u00a0ученика",
    ]  # fmt: skip


def test_a_difference_is_rounded_once():
    # 72.25 − 80.04 is −7.79; the rounded per cents 72.3 and 80.0 would give −7.7.
    assert rounding.percent_differences([2001], [2500], [289], [400]).tolist() == [-7.8]
    column = rounding.percent_differences([1, np.nan, 5], [2, 2, 8], [1, 1, np.nan], [4, 4, 8])
    assert column[0] == -25 and np.isnan(column[1:]).all()
