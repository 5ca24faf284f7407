"""Only causes are told: each case is a small workbook whose fault a person would name in one sentence."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.checks.consequences import FOLLOWS, told_once
from pipelines.readers.staged import Finding

CITY = "город Лесосибирск"
HEAD = ["Год", "Класс", "Предмет", "Муниципалитет", "ОО", "Кол-во участников", 2, 3, 4, 5]


def row(school: str, n: object = 25, shares: tuple = (8, 40, 36, 16), year: object = 2023) -> list:
    return [year, 5, "Математика", CITY, school, n, *shares]


def told(prepared) -> set[tuple[str, str | None]]:
    return {(f.rule, f.cell) for file in prepared.files for f in file.findings if f.grade != "note"}


def test_column_of_fractions_is_one_question_a_column(register, book, checked):
    path = book("доли.xlsx", HEAD, *[row(f"СОШ № {n}", shares=(0.08, 0.4, 0.36, 0.16)) for n in (1, 2)])
    assert told(checked(path)) == {("fraction_or_percent", f"{column}2:{column}3") for column in "GHIJ"}


def test_impossible_share_is_one_error(register, book, checked):
    path = book("доля.xlsx", HEAD, row("СОШ № 1"), row("СОШ № 2", shares=(8, 40, 36, 150)))
    assert told(checked(path)) == {("percent_out_of_range", "J3")}


def test_fault_of_another_row_is_still_told(register, book, checked):
    """Shares of the third line give 94, whatever is wrong in the second."""
    path = book("две.xlsx", HEAD, row("СОШ № 1", shares=(8, 40, 36, 150)), row("СОШ № 2", shares=(8, 40, 30, 16)))
    assert {("percent_out_of_range", "J2"), ("shares_not_100", "G3")} <= told(checked(path))


def test_year_that_cannot_be_read_is_quoted(register, book, checked):
    path = book("годы.xlsx", HEAD, row("СОШ № 1", year=20244), row("СОШ № 2", year="прошлый"), row("СОШ № 1", year=""))
    found = {(f.rule, f.cell, f.seen) for f in checked(path).files[0].findings if f.grade == "error"}
    assert {("year_impossible", "A2", "20244"), ("year_impossible", "A3", "прошлый")} <= found
    assert "A4" in {cell for rule, cell, _ in found if rule == "year_missing"}
    assert len(found) == 3


cells = st.builds(lambda column, first, more: f"{column}{first}:{column}{first + more}" if more else f"{column}{first}",
                  st.sampled_from("GHI"), st.integers(1, 9), st.integers(0, 3))  # fmt: skip
rules = st.sampled_from(sorted({*FOLLOWS, *set().union(*FOLLOWS.values()), "unknown_territory"}))
findings = st.lists(
    st.builds(lambda rule, sheet, at: Finding("error", "а", sheet, at, rule, ""), rules, st.sampled_from("АБ"), cells)
)


@given(findings)
def test_causes_stay_in_their_order_and_nothing_goes_without_one(given_findings):
    kept = told_once(given_findings)
    assert [f for f in given_findings if f in kept] == kept
    consequences = set().union(*FOLLOWS.values())
    assert [f for f in kept if f.rule not in consequences] == [f for f in given_findings if f.rule not in consequences]
    for gone in (f for f in given_findings if f not in kept):
        assert any(cause.sheet == gone.sheet and gone.rule in FOLLOWS.get(cause.rule, ()) for cause in given_findings)
    assert told_once(kept) == kept, "once is enough"


@given(findings)
def test_where_something_is_wrong_something_is_said(given_findings):
    assert bool(told_once(given_findings)) == bool(given_findings)
