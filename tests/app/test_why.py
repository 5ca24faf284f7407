"""«Почему изменилось»: steps that meet, the schools behind them, refusals in a sentence, hidden schools unseen."""

import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from streamlit.testing.v1 import AppTest

from pages import why
from tests.app.conftest import serve
from tests.app.test_compare import sent, texts
from tests.unit.comparison.region import SHARE, row, small_region

Open = Callable[..., AppTest]


@pytest.fixture
def region(tmp_path, monkeypatch, open_page) -> Callable[..., AppTest]:
    """The page on a region of one's own with these observations."""

    def opened(observations, schools, **codes: str) -> AppTest:
        serve(small_region(tmp_path, observations, schools).path.parent.parent, monkeypatch)
        return open_page("why", **({"data": "own", "indicator": SHARE, "district": "d1"} | codes))

    return opened


# d1: 60 of 100 and 30 of 100 in 2021 (45 %); 80 of 100 and 30 of 100 in 2022, and a new school with 45 of 50: in all
# 155 of 250 (62 %). Weights of the two are equal in both years, so they give 10 п.п. and no mix; the new one gives
# −(50/250)(55 % − 90 %) = 7 п.п. In all 17 п.п.
ROWS = [
    row("d1-s1", 2021, 60, 100), row("d1-s2", 2021, 30, 100),
    row("d1-s1", 2022, 80, 100), row("d1-s2", 2022, 30, 100), row("d1-s3", 2022, 45, 50),
    row("d2-s1", 2021, 50, 100), row("d2-s1", 2022, 50, 100),
]  # fmt: skip
SCHOOLS = ["d1-s1", "d1-s2", "d1-s3", "d2-s1"]


def test_the_change_and_its_main_cause_stand_in_one_sentence(region):
    said = texts(region(ROWS, SCHOOLS))
    assert "Район d1: 45,0 % в 2021 → 62,0 % в 2022, +17,0 п.п. — изменение больше случайного." in said
    assert "Главное: изменились результаты самих ОО, +10,0 п.п." in said
    assert "Без вклада: изменилась доля ОО в итоге; закрылись или не отчитались." in said


def test_an_unproven_change_is_called_so(region):
    # 50 of 100 → 55 of 100: Newcombe's interval holds 0.
    rows = [row("d1-s1", 2021, 50, 100), row("d1-s1", 2022, 55, 100), *ROWS[5:]]
    assert "в пределах случайного: причины ниже описывают числа, а не тенденцию" in texts(region(rows, SCHOOLS))


def test_the_schools_behind_a_part_stand_by_the_size_of_what_they_added(region):
    said = texts(region(ROWS, SCHOOLS))
    # ½(w₀+w₁)(p₁−p₀) = 0.5 × 20 п.п. and 0.5 × 0.
    assert re.search(
        r"Школа d1-s1 \+10,00 п\.п\. 60,0 % \(60 из 100\) 80,0 % \(80 из 100\) Школа d1-s2 0,00 п\.п\.", said
    )


def test_another_part_shows_its_own_schools(region):
    said = texts(region(ROWS, SCHOOLS, cause="entered"))
    assert re.search(r"Школа d1-s3 \+7,00 п\.п\. нет 90,0 % \(45 из 50\)", said)
    assert "Школа d1-s1" not in said


def test_hidden_schools_are_told_only_together(region):
    # Two schools below the minimum of 10 in both years: together 18 of 18, one by one never.
    small = [row(f"d1-s{n}", year, 9, 9) for n in (4, 5) for year in (2021, 2022)]
    page = region([*ROWS, *small], [*SCHOOLS, "d1-s4", "d1-s5"])
    assert re.search(r"2 ОО вместе \(скрыто: менее 10 человек\) 0,00 п\.п\. 100 % \(18 из 18\)", texts(page))
    assert "Школа d1-s4" not in texts(page)
    assert "9 из 9".encode() not in sent(page).replace("\u00a0".encode(), b" ")


def test_merged_parts_are_said():
    assert why.part_name("within+mix").endswith("(вместе, чтобы не выдать скрытую школу)")
    assert why.part_name("within+mix").startswith("Изменились результаты самих ОО и изменилась доля ОО")


def test_the_steps_meet_exactly(demo_warehouse, open_page):
    from pages.shared.data import served
    from pipelines.comparison.why import decompose_unit

    snapshot, _trouble = served()
    district = snapshot.rows("SELECT territory_id FROM territory WHERE code = 'demo-d03'")[0]["territory_id"]
    found = decompose_unit(snapshot, SHARE, int(district), 2022, 2024, "Математика", "5")
    assert found.before + sum(found.parts["exact"], Fraction(0)) == found.after


def test_a_region_offers_its_districts(region):
    page = region(ROWS, SCHOOLS, district="")
    assert "Выберите муниципалитет" in texts(page)
    assert "Район d2".encode() in sent(page)


def test_a_region_is_explained_by_its_districts(region):
    # d1 45 % → 62 % (90/200 → 155/250), d2 50 % twice (50/100): 140/300 = 46.7 % → 205/350 = 58.6 %.
    said = texts(region(ROWS, SCHOOLS, district=""))
    assert "Область: 46,7 % в 2021 → 58,6 % в 2022, +11,9 п.п." in said
    assert "Главное: изменились результаты самих муниципалитетов" in said
    # ½(200/300 + 250/350) × 17 п.п. = 11.74
    assert re.search(r"Район d1 \+11,74 п\.п\. 45,0 % \(90 из 200\) 62,0 % \(155 из 250\) Район d2 0,00 п\.п\.", said)


def test_a_region_can_be_told_district_by_district(region):
    page = region(ROWS, SCHOOLS, district="", steps="members")
    assert "Кто за этим стоит" not in texts(page)
    # d1: 11.74 within and ½(45 + 62 − 46.75 − 56) × (250/350 − 200/300) of mix; a click on it opens the district.
    assert "Район d1".encode() in sent(page)


def test_what_was_revised_is_a_step_of_its_own(tmp_path, monkeypatch, open_page):
    before = small_region(tmp_path / "a", [row("d1-s1", 2021, 50, 100), *ROWS[1:]], SCHOOLS)
    now = small_region(tmp_path / "b", ROWS, SCHOOLS)
    # One warehouse with both, the earlier one under an earlier name.
    older = now.path.with_name("20200101T000000Z-0000.duckdb")
    before.close()
    older.write_bytes(before.path.read_bytes())
    serve(now.path.parent.parent, monkeypatch)
    page = open_page("why", data="own", indicator=SHARE, district="d1")
    said = texts(page)
    # 80 of 200 then, 90 of 200 now: +5 п.п. of the 22 are a revision.
    assert "Район d1: 40,0 % в 2021 → 62,0 % в 2022, +22,0 п.п." in said
    assert "за 2021 было 40,0 %, теперь 45,0 %: разница — пересмотр данных" in said
    assert "Пересмотр данных".encode() in sent(page)
    as_now = page.selectbox(key="filter_version").select("now").run()
    assert "Район d1: 45,0 % в 2021" in texts(as_now) and "Пересмотр данных".encode() not in sent(as_now)


def test_one_year_alone_is_refused_with_the_years_there_are(region):
    said = texts(region([r for r in ROWS if r["year"] == 2022], SCHOOLS))
    assert "Нужны два года" in said and "Данные есть за 2022" in said


def test_a_district_that_reported_its_own_total_is_refused_with_the_reason(region):
    own = [row("d1", year, 50, 100, level="district") for year in (2021, 2022)]
    said = texts(region([*own, *ROWS[5:], row("d1-s1", 2022, 80, 100)], SCHOOLS))
    assert "не разложить" in said and "сдал свой итог сам" in said


def test_a_break_of_the_definition_is_refused(region, monkeypatch):
    monkeypatch.setattr("pipelines.comparison.why.same_definition", lambda *_years: False)
    said = texts(region(ROWS, SCHOOLS))
    assert "2021 и 2022 не разложить: определение показателя между этими годами изменилось" in said


def test_without_an_indicator_the_first_that_can_be_split_is_taken(region):
    assert "45,0 % в 2021 → 62,0 % в 2022" in texts(region(ROWS, SCHOOLS, indicator=""))


def test_documents_without_schools_say_what_is_missing(demo_warehouse, open_page):
    page = open_page("why", data="sources")
    assert not page.exception
    assert page.info or page.warning


def test_a_total_that_another_file_counts_is_not_split_by_its_list(region):
    # The list names d1-s2 in both years, but the file of marks has d1-s1 alone: 1 of 1, not 2 of 2.
    signs = {"indicator": "objectivity_signs", "subject": None, "grade": None}
    rows = [row(code, year, 1, 1, **signs) for code in ("d1-s1", "d1-s2") for year in (2021, 2022)]
    rows += [row("d1-s1", year, 60, 100) for year in (2021, 2022)]
    said = texts(region(rows, ["d1-s1", "d1-s2"], indicator="objectivity_signs"))
    assert "итог считают не по всем этим ОО: кого считать, говорит другой файл" in said
