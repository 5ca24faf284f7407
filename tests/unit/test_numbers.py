"""How numbers are written: expected texts by hand, rounding after rule 10."""

import pytest

from pages.shared import numbers


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    # Rule 10: half away from zero, from the decimal as it reads and not from its binary neighbour.
    [(2.85, 1, "2,9"), (2.5, 0, "3"), (-2.25, 1, "−2,3"), (0.05, 1, "0,1"), (1234567.891, 2, "1\u202f234\u202f567,89"),
     (-0.04, 1, "0,0"), (None, 1, "—"), (float("nan"), 1, "—")],
)  # fmt: skip
def test_plain(value, digits, text):
    assert numbers.plain(value, digits) == text


def test_share_is_rounded_from_the_exact_fraction():
    assert str(numbers.share(23, 80)) == "28.8"  # 28.75, which a float rounds to 28.7 in some paths
    assert str(numbers.share(1, 3)) == "33.3"


def test_percent_tells_a_true_zero_from_a_rounded_one():
    assert numbers.percent(0) == "0\u00a0%"
    assert numbers.percent(0.04) == "0,0\u00a0%"
    assert numbers.percent(72.4) == "72,4\u00a0%"
    assert numbers.percentage_points(2.25) == "+2,3\u00a0п.п."


def test_years_are_joined_into_runs():
    assert numbers.years([2017, 2018, 2019, 2021]) == "2017–2019, 2021"
    assert numbers.years([2019, 2018], "school_year") == "2018/19–2019/20"
    assert numbers.year(1999, "school_year") == "1999/00"


def test_a_figure_comes_from_its_numerator_unless_it_was_published():
    computed = {"percent": 28.749999, "numerator": 23.0, "denominator": 80.0, "basis": "direct"}
    assert str(numbers.figure(computed)) == "28.8"
    published = {"percent": 86.4, "numerator": 19.0, "denominator": 23.0, "basis": "published"}
    assert numbers.figure_text(published) == "86,4\u00a0%"
    whole = {"percent": 62.0, "basis": "published", "percent_digits": 0}
    assert numbers.figure_text(whole) == "62\u00a0%"


def test_an_absent_figure_is_a_reason_and_never_zero():
    row = {"percent": float("nan"), "value": None, "absence": "suppressed"}
    assert numbers.figure(row) is None
    assert numbers.figure_text(row) == "скрыто: менее 10 человек"
    assert numbers.figure_text({"percent": 0.0, "numerator": 0, "denominator": 14}) == "0\u00a0%"


def test_values_carry_their_unit():
    assert numbers.figure_text({"percent": None, "value": 35.0, "unit": "person"}) == "35\u00a0чел."
    assert numbers.counted(21, ("ученик", "ученика", "учеников")) == "21\u00a0ученик"
    assert numbers.out_of(17, 21) == "17\u00a0из\u00a021"
