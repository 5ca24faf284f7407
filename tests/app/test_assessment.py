"""«Оценка качества»: results by subject and class with the layer's verdicts, and distributions of marks."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages import marks_charts
from pages.shared import charts
from pipelines.comparison import objectivity
from tests.app.conftest import serve
from tests.app.test_compare import texts
from tests.unit.comparison.region import row, small_region

Open = Callable[..., AppTest]
SCHOOLS = ["d1-s1", "d1-s2", "d2-s1", "d2-s2", "d3-s1"]


def marks(school: str, year: int, low: int, three: int, good: int) -> list[dict[str, object]]:
    """One school's marks as the three indicators of one file."""
    n = low + three + good
    counted = {"pass": three + good, "quality": good, "low": low}
    return [row(school, year, x, n, indicator=objectivity.MARKS[name]) for name, x in counted.items()]


# 2022: the region has 60 «2», 150 «3», 190 «4» and «5» of 400; d1 30 % of «2», d2 8 %.
MARKS = [
    *marks("d1-s1", 2022, 30, 40, 30),
    *marks("d1-s2", 2022, 30, 40, 30),
    *marks("d2-s1", 2022, 0, 30, 70),
    *marks("d2-s2", 2022, 0, 40, 60),
    *marks("d1-s1", 2021, 10, 45, 45),
    *marks("d2-s1", 2021, 10, 40, 50),
]
TINY = marks("d3-s1", 2022, 1, 3, 4)


@pytest.fixture
def region(tmp_path, monkeypatch, open_page) -> Callable[..., AppTest]:
    def opened(observations=MARKS, **codes: str) -> AppTest:
        serve(small_region(tmp_path, observations, SCHOOLS).path.parent.parent, monkeypatch)
        return open_page("assessment", **({"data": "own", "year": "2022"} | codes))

    return opened


@pytest.fixture
def drawn(monkeypatch) -> list[object]:
    """The frames that go to the charts of the page."""
    seen: list[object] = []
    real = charts.draw
    monkeypatch.setattr(
        marks_charts.charts,
        "draw",
        lambda *args, **more: (seen.append((args[1], more["table"])), real(*args, **more))[1],
    )
    return seen


def test_a_district_is_judged_against_its_region_in_people(region):
    # Region: pass 340 of 400 (85 %), quality 190 of 400 (47.5 %). d1: 140 of 200 (70 %) and 60 of 200 (30 %).
    # ⌈200 × 0.85⌉ − 140 = 30 pupils; ⌈200 × 0.475⌉ − 60 = 35.
    said = texts(region(district="d1"))
    assert "Район d1, 2022. Сравниваем с: регион." in said
    assert (
        "▼ 2 хуже: качество, Математика, 4 класс (−17,5 п.п. = 35 учеников); успеваемость, Математика, 4 класс " in said
    )
    assert "(−15,0 п.п. = 30 учеников)" in said
    assert "30,0 % 60 из 200 ▼ хуже, +15,0 п.п." in said  # of «2» more is worse
    assert "Отчитались 2 из 2 ОО." in said


def test_a_region_is_set_beside_its_own_last_year_and_counts_its_districts(region):
    said = texts(region())
    assert "Область, 2022. Сравниваем с: прошлый год." in said
    assert "муниципалитеты: ▲ 1 ▼ 1" in said


def test_no_line_is_drawn_from_the_autumn_papers_to_the_next_spring(region):
    # The definition of 2021 is another one than that of 2020: no comparison with the year before.
    said = texts(region([*marks("d1-s1", 2021, 10, 45, 45), *marks("d1-s1", 2020, 30, 40, 30)], year="2021"))
    assert "прошлый год." not in said
    assert "С прошлым годом не сравнивается" in said


def test_the_distribution_shows_two_three_and_good_marks_of_the_same_pupils(region, drawn):
    region(district="d1", cut="units")
    frame, _table = drawn[-1]
    own = frame[frame["territory"] == "d1-s1"].set_index("part")["numerator"]
    assert own.to_dict() == {"2": 30, "3": 40, "4-5": 30}
    assert list(dict.fromkeys(frame["row"]))[:2] == ["Весь муниципалитет", "Весь регион"]


def test_a_school_too_small_to_show_keeps_an_empty_row_with_the_reason(region, drawn):
    page = region([*MARKS, *TINY], district="d3", cut="units")
    frame, table = drawn[-1]
    tiny = frame[frame["territory"] == "d3-s1"]
    assert len(tiny) == 3 and tiny["numerator"].isna().all() and tiny["percent"].isna().all()
    assert "скрыто: менее 10 человек" in table["Причина отсутствия"].tolist()
    assert "скрыто: менее 10 человек" in texts(page)


def test_what_cannot_be_judged_says_why(region):
    alone = region([*marks("d1-s1", 2022, 10, 40, 50)], district="d1")
    assert "Вывода нет: других территорий с данными нет, сравнивать не с чем." in texts(alone)


def test_per_cents_without_counts_are_drawn_and_not_judged(region, drawn):
    # 10, 40 and 50 % as published: «3» is what remains of 90 and 50.
    bare = {"pass": 90.0, "quality": 50.0, "low": 10.0}
    given = [row("d1", 2022, percent=p, indicator=objectivity.MARKS[n], level="district") for n, p in bare.items()]
    page = region([*given, *marks("d2-s1", 2022, 10, 40, 50)], district="d1", cut="units")
    assert "Вывода нет: опубликованы проценты без числа участников." in texts(page)
    frame, table = drawn[-1]
    own = frame[frame["territory"] == "d1"].set_index("part")["percent"]
    assert own.to_dict() == {"2": 10, "3": 40, "4-5": 50}
    assert table["«3», %"].tolist()[0] == 40


def test_the_caution_stands_once(region):
    assert texts(region(district="d1")).count("не оценивают учителей") == 1


def test_a_year_without_marks_offers_the_years_that_have_them(demo_warehouse, open_page):
    said = texts(open_page("assessment", data="sources", region="RU-KYA"))
    assert "В данных этого региона таких сведений нет." in said


def test_a_school_has_similar_ones_beside_it(demo_warehouse, open_page, drawn):
    page = open_page("assessment", data="demo", year="2024", school="demo-d03-s001", against="similar", cut="units")
    assert "Сравниваем с: похожие школы." in texts(page)
    frame, _table = drawn[-1]
    similar = frame[frame["row"] == "Похожие школы"]
    assert similar["numerator"].sum() == similar["denominator"].iloc[0]


def test_the_demonstration_region_draws_every_cut(demo_warehouse, open_page):
    for cut in ("units", "years", "subjects"):
        for where in ({}, {"district": "demo-d03"}, {"school": "demo-d03-s001"}, {"school": "demo-d03-k01"}):
            assert texts(open_page("assessment", data="demo", year="2024", cut=cut, **where))
