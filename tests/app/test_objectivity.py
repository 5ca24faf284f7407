"""«Объективность»: what a list says, what it does not, and words that ask and never accuse."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages import compare_words
from pages.shared.data import served
from pipelines import queries_distribution
from pipelines.comparison import objectivity, scores
from tests.app.conftest import serve
from tests.app.test_compare import sent, texts
from tests.unit.comparison.region import row, small_region

Open = Callable[..., AppTest]
SIGN = {"indicator": objectivity.SIGNS, "subject": None, "grade": None}
FIFTH = {"subject": "Математика", "grade": "5"}
SCHOOLS = ["d1-s1", "d1-s2", "d1-s3", "d2-s1"]


def sign(school: str, year: int) -> dict[str, object]:
    return row(school, year, 1, 1, **SIGN)


def journal(unit: str, year: int, part: str, x: int, n: int, **more: object) -> dict[str, object]:
    return row(unit, year, x, n, indicator=objectivity.JOURNAL[part], **FIFTH | more)


# The lists of 2021–2023 name d1-s1 each year and d2-s1 first and last; that of 2022 is of d1 alone, so of d2 it says
# nothing. d1-s3 did not sit the papers of 2023.
LISTS = [
    *(sign("d1-s1", year) for year in (2021, 2022, 2023)),
    *(sign("d2-s1", year) for year in (2021, 2023)),
    *(row(s, year, 90, 100) for s in SCHOOLS for year in (2021, 2022, 2023) if (s, year) != ("d1-s3", 2023)),
    *(row(s, 2024, 90, 100) for s in SCHOOLS),
]
JOURNAL = [
    *(journal("d1-s1", 2023, part, x, 50) for part, x in (("lower", 10), ("confirmed", 35), ("raised", 5))),
    *(journal("d1-s2", 2023, part, x, 8) for part, x in (("lower", 1), ("confirmed", 7), ("raised", 0))),
    *(journal("d1-s3", 2023, part, x, 40) for part, x in (("lower", 4), ("confirmed", 32), ("raised", 4))),
]


@pytest.fixture
def region(tmp_path, monkeypatch, open_page) -> Open:
    def opened(**codes: str) -> AppTest:
        snapshot = small_region(tmp_path, [*LISTS, *JOURNAL], SCHOOLS)
        serve(snapshot.path.parent.parent, monkeypatch)
        return open_page("objectivity", **({"data": "own", "year": "2023"} | codes))

    return opened


def test_the_share_is_of_those_who_took_part_and_three_years_in_a_row_are_counted(region):
    # Of four schools three sat the papers of 2023; the list names two of them: 2 of 3.
    said = texts(region())
    assert "Область: признаки у 2 из 3 школ, писавших ВПР в 2023 году, — 66,7 %" in said
    assert "Три года подряд (2021–2023) признаки есть у 1 школы." in said
    assert "Школа d1-s1 Район d1 2021, 2022, 2023 — три года подряд" in said
    assert "Школа d2-s1 Район d2 2021, 2023; неизвестно: 2022" in said
    assert "Школа d1-s2" not in said


def test_a_year_without_a_list_is_unknown_and_not_free_of_signs(region):
    said = texts(region(year="2024"))
    assert "Список школ с признаками за 2024 год не загружен: есть ли признаки, неизвестно. Есть за 2021–2023." in said
    assert "признаки у 0" not in said


def test_a_school_sees_its_own_years(region):
    page = region(school="d2-s1", year="2023")
    said = texts(page)
    assert "2024 неизвестно да 2023 есть да 2022 неизвестно да 2021 есть да" in said


def test_signs_are_reasons_to_look_and_the_caution_stands_once(region):
    said = texts(region())
    assert said.count("повод разобраться, а не доказательство нарушения") == 1
    assert "Где посмотреть внимательнее" in said
    for word in ("нарушител", "виновн", "необъективная школа", "фальсифи"):
        assert word not in said.lower()


def test_the_journal_is_told_without_judgement_and_a_small_school_stays_hidden(region):
    page = region(objectivity_part="journal", district="d1")
    said = texts(page)
    assert "Само по себе это не хорошо и не плохо" in said
    assert "лучше" not in said and "хуже" not in said
    # d1-s2 has 8 pupils; with it alone hidden it would follow from the district, so a second one is hidden too.
    assert "скрыто: менее 10 человек — 2" in said
    assert "скрыто".encode() in sent(page)


def test_the_page_says_that_no_loaded_file_has_primary_scores(region):
    said = texts(region(objectivity_part="scores"))
    assert "нет распределений первичных баллов: их даёт форма «Индивидуальные результаты»" in said


def test_a_region_without_lists_says_so(demo_warehouse, open_page):
    page = open_page("objectivity", data="sources", region="RU-KYA")
    assert "не загружены: есть ли признаки, неизвестно" in texts(page)


def test_a_district_of_a_region_without_lists_says_so_too(tmp_path, monkeypatch, open_page):
    rows = [row("d1-s1", 2024, 90, 100), row("d2-s1", 2024, 90, 100)]
    serve(small_region(tmp_path, rows, ["d1-s1", "d2-s1"]).path.parent.parent, monkeypatch)
    assert "есть ли признаки, неизвестно" in texts(open_page("objectivity", data="own", district="d1"))


def test_the_demonstration_region_draws_every_section(demo_warehouse, open_page):
    for section in ("signs", "journal", "marks"):
        for cut in ("units", "years", "subjects"):
            assert texts(open_page("objectivity", data="demo", year="2024", objectivity_part=section, cut=cut))


def test_works_heaped_above_a_cut_are_named_school_by_school(demo_warehouse, open_page):
    snapshot, _trouble = served()
    region = int(snapshot.rows("SELECT territory_id FROM territory WHERE code = 'demo'")[0]["territory_id"])
    codes = {"data": "demo", "year": "2024", "objectivity_part": "scores", "subject": "Математика", "grade": "4"}
    found = scores.excess_of_schools(snapshot, region, region, year=2024, subject="Математика", grade="4")
    planted = found[found["stands_out"]].iloc[0]  # the demonstration lifts works in schools with signs
    page = open_page("objectivity", **codes)
    said = texts(page)
    assert compare_words.plain_name(planted["territory_name"]) in said
    assert "проверок: случайно ожидается" in said and "повод посмотреть работы, а не оценка людей" in said
    assert "ОО не показаны: работ меньше 20 или результат скрыт" in said
    next(button for button in page.button if button.key == f"scores-school-{planted['territory']}").click().run()
    assert "стоит посмотреть работы" in texts(page)


def test_a_school_of_few_works_has_no_distribution_and_says_why(demo_warehouse, open_page):
    snapshot, _trouble = served()
    region = int(snapshot.rows("SELECT territory_id FROM territory WHERE code = 'demo'")[0]["territory_id"])
    whole = queries_distribution.schools(snapshot, region, year=2024, subject="Математика", grade="4")
    hidden = whole.loc[whole["hidden"], "territory"].iloc[0]
    said = texts(open_page("objectivity", data="demo", year="2024", objectivity_part="scores", school=hidden,
                           district=hidden.rsplit("-", 1)[0], subject="Математика", grade="4"))  # fmt: skip
    assert "распределение скрыто — работ меньше 20 или скрыт сам результат" in said


def test_a_year_without_distributions_offers_those_that_have(demo_warehouse, open_page):
    page = open_page("objectivity", data="demo", year="2019", objectivity_part="scores")
    assert "За 2019 год распределений нет. Есть за" in texts(page)
