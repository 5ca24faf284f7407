"""The whole numerator behind a published per cent (rule 1), and flags by chance (rule 16)."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics import rounding
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.inputs import ImpossibleRow
from pipelines.statistics.published import decimals, numerators


def one(text, n):
    value, digits = decimals(text)
    found = numerators(value, digits, n)
    known = None if np.isnan(found.lowest[0]) else (int(found.lowest[0]), int(found.highest[0]))
    return found.status[0], known


@pytest.mark.parametrize(
    ("published", "n", "expected"),
    [
        # Fractions that explain the protocol's figures: 19/22, 11/14, 1/9, 7/13, 5/8.
        ("86,4", 22, ("one", (19, 19))),
        ("78.6", 14, ("one", (11, 11))),
        ("11.1", 9, ("one", (1, 1))),
        ("53.8", 13, ("one", (7, 7))),
        ("62.5", 8, ("one", (5, 5))),
        ("0", 14, ("one", (0, 0))),
        ("100", 14, ("one", (14, 14))),
        ("86.4", 23, ("none", None)),  # 19/23 is 82.6, 20/23 is 87.0
        ("60", 22, ("none", None)),  # «60 % методистов» of 22: 13 is 59.1, 14 is 63.6
        ("50", 1000, ("several", (495, 504))),  # 49.5 rounds up to 50, 50.5 to 51
        ("0.0", 5000, ("several", (0, 2))),  # 3/5000 = 0.06 shows as 0.1
        ("28.8", 80, ("one", (23, 23))),  # 28.75
        ("28.7", 80, ("none", None)),
        ("101", 10, ("none", None)),
        ("-1", 10, ("none", None)),
    ],
)
def test_only_a_numerator_that_rounds_to_the_published_figure(published, n, expected):
    assert one(published, n) == expected


@given(st.integers(0, 1000), st.integers(0, 2), st.integers(1, 400))
def test_the_range_is_exactly_those_that_round_to_it(tenths, digits, n):
    value = Decimal(tenths).scaleb(-1) if digits else Decimal(tenths // 10)
    value = value.quantize(Decimal(1).scaleb(-digits))
    expected = [k for k in range(n + 1) if rounding.percent(k, n, digits) == value]
    status, found = one(str(value), n)
    assert status == ["none", "one", "several"][min(len(expected), 2)]
    assert found == ((expected[0], expected[-1]) if expected else None)


def test_missing_rows_stay_and_impossible_ones_are_refused():
    found = numerators([np.nan, 50.0, 50.0], 0, [10, np.nan, 10])
    assert found.status.tolist() == [None, None, "one"]
    with pytest.raises(ImpossibleRow, match="row 2"):
        numerators([50.0, 50.0], 0, [10, 0])
    with pytest.raises(ImpossibleRow, match="not whole"):
        numerators(50.0, 0, 10.5)


def test_a_float_with_more_decimals_than_were_published_is_explained_by_nothing():
    assert numerators(86.36, 1, 22).status.tolist() == ["none"]


def test_published_precision_is_read_from_the_text():
    assert decimals("86,4 %") == (86.4, 1)
    assert decimals("0 %") == (0.0, 0)
    assert decimals("62,50") == (62.5, 2)
    for bad in ("н/д", "NaN", ""):
        with pytest.raises(ValueError, match="not a per cent"):
            decimals(bad)


def test_the_example_of_rule_16():
    words = ["worse"] * 16 + ["higher"] * 15 + ["not_distinguishable"] * 209 + ["not_enough_data"] * 7 + [None] * 3
    found = chance(words)
    assert (found.comparisons, found.expected, found.seen) == (240, 12, 31)
    assert chance_sentence(found) == "240 сравнений: случайно ожидается 12 отклонений, видно 31"


@pytest.mark.parametrize(
    ("comparisons", "text"),
    [
        (0, "0 сравнений: случайно ожидается 0 отклонений, видно 0"),
        (1, "1 сравнение: случайно ожидается 0,1 отклонения, видно 0"),  # 0.05, half away from zero
        (21, "21 сравнение: случайно ожидается 1,1 отклонения, видно 0"),
        (40, "40 сравнений: случайно ожидается 2 отклонения, видно 0"),
        (250, "250 сравнений: случайно ожидается 13 отклонений, видно 0"),
    ],
)
def test_the_sentence_declines_its_words(comparisons, text):
    assert chance_sentence(chance(["not_distinguishable"] * comparisons)) == text
