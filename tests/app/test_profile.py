"""«Профиль»: the count of verdicts, the spine, similar schools, the matrix, and a reason where something is missing."""

import re
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.data import served
from tests.app.conftest import serve
from tests.app.test_compare import sent, texts
from tests.unit.comparison.region import POINTS, SHARE, row, small_region

Open = Callable[..., AppTest]
LEFT_OUT = {"indicator": "assessment_vpr_quality"}


@pytest.fixture
def shipped(demo_warehouse, open_page) -> Open:
    """The page on the demonstration region; a code overrides."""
    return lambda **codes: open_page("profile", **({"data": "demo", "year": "2024"} | codes))


@pytest.fixture
def region(tmp_path, monkeypatch, open_page) -> Callable[..., AppTest]:
    """The page on a region of one's own with these observations."""

    def opened(observations, schools, traits=(), **codes: str) -> AppTest:
        serve(small_region(tmp_path, observations, schools, traits).path.parent.parent, monkeypatch)
        return open_page("profile", **({"data": "own", "district": "d2"} | codes))

    return opened


# 90, 60 and 75 of 100: the region has 75 %; rule 4 decides by n(x/n − p₀)² against z²·0.75·0.25 = 0.72, and 15 п.п. of
# 100 pupils give 2.25. The second indicator of d2 is the region's own 50 %: not told apart.
ROWS = [
    row("d1-s1", 2022, 90, 100), row("d2-s1", 2022, 60, 100), row("d3-s1", 2022, 75, 100),
    row("d1-s1", 2022, 50, 100, **LEFT_OUT), row("d2-s1", 2022, 50, 100, **LEFT_OUT),
    row("d1", 2022, 90, 100, indicator=POINTS, level="district"),
    row("d2", 2022, 60, 100, indicator=POINTS, level="district"),
]  # fmt: skip
SCHOOLS = ["d1-s1", "d2-s1", "d3-s1"]


def spine_rows(page: AppTest) -> list[str]:
    """Names of the indicators in the table of the first chart, read from what was sent."""
    return [name for name in ("Успеваемость по ВПР", "Качество по ВПР") if name.encode() in sent(page)]


def test_the_sentence_counts_each_verdict_and_what_has_none(region):
    said = texts(region(ROWS, SCHOOLS))
    assert "Район d2, 2022, сравнение: регион." in said
    assert re.search(r"1 хуже", said)
    assert re.search(r"1 не отличается", said)
    assert "без вывода 1" in said  # points of a check-list
    assert "2 сравнения: случайно ожидается 0,1 отклонения, видно 1" in said


def test_what_stands_out_comes_first_and_a_mechanism_shows_all(region):
    page = region(ROWS, SCHOOLS)
    assert page.selectbox(key="filter_show").value == "different"
    assert spine_rows(page) == ["Успеваемость по ВПР"]


def test_a_mechanism_shows_all_its_indicators(region):
    assert spine_rows(region(ROWS, SCHOOLS, show="assessment")) == ["Успеваемость по ВПР", "Качество по ВПР"]


def test_the_chosen_indicator_is_told_in_people_with_the_way_to_its_passport(region):
    page = region(ROWS, SCHOOLS, indicator=SHARE, subject="Математика", grade="4")
    # ⌈100 × 0.75⌉ − 60 = 15 pupils short.
    assert "60 % (60 из 100), регион 75 %: хуже, ниже на 15 п.п. = 15 учеников" in texts(page)
    assert "passport?" in "".join(block.value for block in page.markdown)


def test_a_figure_that_was_not_reported_keeps_its_row_and_reason(region):
    page = region([*ROWS, row("d1-s1", 2021, 90, 100)], SCHOOLS, district="d2", year="2021")
    assert "без вывода 1" in texts(page)
    assert "не предоставлено".encode() in sent(page)


def test_a_region_of_documents_without_indicators_says_so(demo_warehouse, open_page):
    page = open_page("profile", data="sources", region="RU-KYA", year="2019")
    assert "показателей в данных нет" in texts(page)


def test_the_region_is_compared_with_its_own_last_year(shipped):
    page = shipped()
    assert page.selectbox(key="filter_benchmark").value == "previous"
    assert "сравнение: прошлый год" in texts(page)


def test_hidden_figures_never_reach_the_browser(region):
    # 7 of 9 pupils: below the minimum of 10, and the two other schools of the district keep it from being subtracted.
    observations = [row("d1-s1", 2022, 90, 100), row("d2-s1", 2022, 7, 9), row("d2-s2", 2022, 8, 9),
                    row("d2-s3", 2022, 75, 100), row("d3-s1", 2022, 75, 100)]  # fmt: skip
    page = region(observations, ["d1-s1", "d2-s1", "d2-s2", "d2-s3", "d3-s1"], school="d2-s1", show="assessment")
    assert "без вывода 1" in texts(page)
    assert b"77,8" not in sent(page)  # 7 of 9
    assert "скрыто: менее 10 человек".encode() in sent(page)


def test_a_school_shows_its_peers_and_whether_the_verdict_depends_on_them(shipped):
    page = shipped(school="demo-d03-s011", indicator=SHARE, subject="Русский язык", grade="4")
    assert not page.exception
    said = texts(page)
    # All twelve sets (5, 10, 20, 30 peers and without each of eight traits) in the shipped snapshot.
    assert re.search(
        r"Успеваемость по ВПР, Русский язык, 4 кл\., 75,7 %: ниже во всех наборах \(12\) похожих школ", said
    )
    assert "1 Учебная СОШ № 13" in said


def test_a_school_without_traits_says_why_it_has_no_peers(region):
    page = region(ROWS, SCHOOLS, school="d2-s1")
    assert "Похожих школ нет: за 2022 год у школы нет признаков" in texts(page)


def test_the_matrix_is_offered_where_the_catalogue_has_cuts_and_two_years(shipped, region):
    assert "Подробнее: состояние и изменение" in texts(shipped(district="demo-d03"))


def test_one_year_alone_has_no_matrix(region):
    assert "состояние и изменение" not in texts(region(ROWS, SCHOOLS))


def test_without_noise_an_unproven_change_keeps_its_class(demo_warehouse):
    from pages.profile import _by_status

    snapshot, _trouble = served()
    codes = snapshot.rows("SELECT territory_id FROM territory WHERE code = 'demo-d03'")
    asked = (snapshot, int(codes[0]["territory_id"]), "school", f"{SHARE}/Математика/5", 2022, 2024)
    ruled, plain = _by_status(*asked, True), _by_status(*asked, False)
    assert isinstance(ruled, pd.DataFrame) and len(ruled) == len(plain)
    unproven = ruled["status"].gt(0) & ~ruled["changed"]
    assert (ruled.loc[unproven, "change"] == 3).all()
    # School 1 rose from 16 of 23 to 21 of 22: +25.9 п.п. is «намного лучше» without the rule.
    assert plain.loc[plain["territory"] == "demo-d03-s001", "change"].item() == 5
