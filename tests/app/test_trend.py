"""«Динамика»: what changed and whether it is more than chance, where a line breaks, why a year is missing."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.catalogue import load_catalogue
from pipelines.queries_compare import definition
from tests.app.conftest import serve
from tests.app.test_compare import sent, texts
from tests.unit.comparison.region import SHARE, row, small_region

Open = Callable[..., AppTest]


@pytest.fixture
def shipped(demo_warehouse, open_page) -> Open:
    """The page on the demonstration region; a code overrides."""
    return lambda **codes: open_page("trend", **({"data": "demo", "year": "2024"} | codes))


@pytest.fixture
def region(tmp_path, monkeypatch, open_page) -> Open:
    """The page on a region of one's own with these observations of one school."""

    def opened(observations, **codes: str) -> AppTest:
        snapshot = small_region(tmp_path, observations, ["d1-s1", "d2-s1"])
        serve(snapshot.path.parent.parent, monkeypatch)
        return open_page("trend", **({"data": "own", "indicator": SHARE} | codes))

    return opened


# --- what changed ---------------------------------------------------------------------------------------


def test_a_change_that_is_more_than_chance_is_called_one(region):
    # Rule 7's example: 120/200 → 144/200 is +12.0 п.п. [+2.7; +21.0], although the two intervals overlap.
    said = texts(region([row("d1-s1", 2021, 120, 200), row("d1-s1", 2022, 144, 200)]))
    assert "Область: 72,0 % в 2022, +12,0 п.п. к 2021 — стало лучше, это не случайность." in said


def test_a_change_within_chance_is_not(region):
    # By hand: 12/20 → 13/20 is +5 п.п.; with 20 pupils either interval is about 20 п.п. wide on each side.
    said = texts(region([row("d1-s1", 2021, 12, 20), row("d1-s1", 2022, 13, 20)]))
    assert "+5,0 п.п. к 2021 — в пределах случайного" in said


def test_a_trend_of_five_years_is_told(region):
    # Rule 7's example (published test data): χ² = 47.896677, increasing.
    numbers = [(994, 40299), (1023, 41527), (1199, 42811), (1332, 44064), (1367, 44701)]
    said = texts(region([row("d1-s1", 2021 + i, x, n) for i, (x, n) in enumerate(numbers)], year="2025"))
    assert "За 2021–2025 — устойчивый рост." in said


def test_fewer_years_of_one_definition_give_no_trend(region):
    # The definition of this indicator changed with 2020 and with 2021 (its notes say why).
    years = [(2017, 60), (2018, 61), (2019, 63), (2020, 70), (2021, 71), (2022, 72)]
    said = texts(region([row("d1-s1", year, x, 100) for year, x in years]))
    assert "Для вывода о росте или спаде нужно 5 лет одного определения, есть 2." in said


def test_nothing_is_compared_over_a_break_and_the_break_is_told(region):
    page = region([row("d1-s1", 2020, 70, 100), row("d1-s1", 2021, 90, 100)])
    said = texts(page)
    assert "с 2020 не сравнивается: на границе определений линия прерывается" in said
    assert "п.п." not in said
    assert "С 2021 года линия начинается заново: Весенний порядок проведения возобновлён." in said
    assert "определение 2021".encode() in sent(page), "the break is not drawn"


def test_a_mechanisms_change_is_told_in_positions_and_not_over_an_edition(shipped):
    said = texts(shipped(mechanism="assessment"))
    assert re.search(r"Вымышленная область: [\d,]+ % в 2024, [+−]?\d+ позиц\w+ из \d+", said)
    assert "случайн" not in said.replace("не случайная выборка", "")
    assert "С 2021 года линия начинается заново: Перечень позиций и максимум изменились" in said
    assert "на границе редакции линия прерывается" in texts(shipped(mechanism="assessment", year="2021"))


def test_the_words_are_about_the_chosen_year(shipped):
    assert " в 2022, " in texts(shipped(indicator=SHARE, year="2022"))


# --- whose lines ----------------------------------------------------------------------------------------


def test_lines_of_the_link_stand_beside_the_region(shipped):
    said = texts(shipped(indicator=SHARE, units="demo-d01,demo-d03-s001"))
    for name in ("Вымышленная область", "город Образцовск", "Модельная СОШ № 1"):
        assert re.search(rf"{name}[^:]*: [\d,]+ % в 2024", said)


def test_more_lines_than_can_be_told_apart_are_named_and_left_out(shipped):
    units = ",".join(f"demo-d{n:02}" for n in range(1, 11))
    said = texts(shipped(indicator=SHARE, units=units))
    assert "не больше 8 линий" in said and "Не показаны: " in said
    assert len(re.findall(r" в 2024, ", said)) == 8


def test_a_school_without_a_figure_of_its_own_says_why(shipped):
    page = shipped(indicator="leaders_reserve_contest", school="demo-d03-s001")
    assert "Показатель не считается на уровне ОО: за ним стоял бы один человек." in texts(page)


def test_a_figure_that_no_region_has_asks_for_a_territory(shipped):
    # The mean score of ЕГЭ is given by districts and never summed up.
    assert "Значения региона у этого показателя нет" in texts(shipped(indicator="assessment_ege_mean_score"))
    said = texts(shipped(indicator="assessment_ege_mean_score", units="demo-d01"))
    assert re.search(r"город Образцовск: [\d,]+ балл\.? в 2024, [+−][\d,]+ балл\.? к 2023", said)


# --- what is missing ------------------------------------------------------------------------------------


def test_a_hidden_number_is_a_gap_with_its_reason(region):
    given = [
        row("d1-s1", 2021, 3, 7),
        row("d1-s1", 2022, 40, 60),
        row("d2-s1", 2021, 50, 80),
        row("d2-s1", 2022, 50, 80),
    ]
    page = region(given, units="d1-s1")
    assert "скрыто: менее 10 человек" in texts(page)
    for trace in ("42,9", "42.857", "3\u00a0из\u00a07"):
        assert trace.encode() not in sent(page)


def test_years_in_which_nobody_has_a_figure_are_listed_with_the_reason(shipped):
    assert "2017–2018: До 2019 года механизмы не оценивались." in texts(shipped(mechanism="assessment"))
    gone = texts(shipped(mechanism="objectivity"))
    assert "В редакции 2021 года этого механизма нет. Объективность процедур вошла" in gone


def test_one_year_alone_is_no_line(demo_warehouse, open_page):
    said = texts(open_page("trend", data="sources", region="RU-KYA"))
    assert "Красноярский край: 86,4 % в 2019, другого года для сравнения нет." in said  # the protocol of 16.12.2019
    assert "линию провести не по чему" in said


def test_versions_that_say_they_are_comparable_make_one_definition():
    entry = load_catalogue().indicators["leaders_teacher_category"]
    assert [v.comparable for v in entry.versions] == [False, True], "the example changed"
    first, second = entry.versions
    assert definition(entry, second.valid_from) == definition(entry, first.valid_from) == first.valid_from
    other = load_catalogue().indicators[SHARE]
    assert definition(other, 2021) == 2021 != definition(other, 2020)
