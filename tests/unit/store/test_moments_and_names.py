"""Dates as people write them, and what looks like a person's name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.store import personal_names
from pipelines.store.moments import day_in_words, parsed, spoken, yearly
from pipelines.store.records import first_day, last_day


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("15.03.2020", "2020-03-15"),
        ("3.2020", "2020-03"),
        ("март 2020", "2020-03"),
        ("Март, 2020 г.", "2020-03"),
        ("16 декабря 2019 г.", "2019-12-16"),
        ("2020", "2020"),
        ("2020-03", "2020-03"),
        ("  ", None),
    ],
)
def test_written_in_many_ways(words: str, moment: str | None) -> None:
    assert parsed(words) == moment


@pytest.mark.parametrize("words", ["весной", "31.02.2020", "13.2020", "до 01.06.", "марта 2020 мая", "5 март 2020"])
def test_a_wording_that_cannot_be_read_is_not_guessed(words: str) -> None:
    with pytest.raises(ValueError):
        parsed(words)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_what_is_said_is_read_again(day: date) -> None:
    assert parsed(day_in_words(day)) == day.isoformat()
    for moment in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert parsed(spoken(moment)) == moment
        assert first_day(moment) <= day <= last_day(moment)


def test_ends_of_a_month_and_of_a_year() -> None:
    assert last_day("2020-02") == date(2020, 2, 29)
    assert last_day("2020") == date(2020, 12, 31)
    assert yearly((3, 10)) == "ежегодно, март, октябрь"


@pytest.mark.parametrize(
    "text",
    ["Петрова А.Б.", "отв. Петрова А. Б., методист", "А.Б. Петрова", "Петровой Анне Борисовне", "Иванов-Петров С.С."],
)
def test_names_are_found(text: str) -> None:
    assert personal_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "директор МБОУ «СОШ № 9»",
        "школа им. Г.С. Донского",  # an official name stays whole
        "МБОУ «Гимназия имени А.С. Пушкина»",
        "Министерство образования Красноярского края",
        "г. Лесосибирск, ул. Мира",
        "Т.о., задача работы группы – рассмотреть варианты",
        "заместитель директора по УВР",
    ],
)
def test_what_is_no_name_passes(text: str) -> None:
    assert personal_names(text) == []
