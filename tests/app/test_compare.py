"""«Сравнение»: who stands out, against what, and a reason wherever something is not there."""

import re
import struct
from collections.abc import Callable
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from pages import compare_words
from tests.app.conftest import serve
from tests.unit.comparison.region import POINTS, SHARE, row, small_region

Open = Callable[..., AppTest]


def texts(page: AppTest) -> str:
    """All words of a page outside its charts, without markup."""
    assert not page.exception, page.exception[0].value
    parts = [unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", b.proto.body, flags=re.S)) for b in page.get("html")]
    parts += [
        b.value
        for kind in (page.title, page.header, page.markdown, page.caption, page.warning, page.info)
        for b in kind
    ]
    parts += [block.label for block in page.expander]
    return re.sub(r"[\s\u00a0\u2009]+", " ", re.sub(r"[\\\\*]", "", "\n".join(parts)))


def sent(page: AppTest) -> bytes:
    """All that goes to the browser, the data of charts included."""

    def below(block) -> bytes:
        own = block.proto.SerializeToString() if getattr(block, "proto", None) is not None else b""
        return own + b"".join(map(below, getattr(block, "children", {}).values()))

    return below(page.main)


@pytest.fixture
def shipped(demo_warehouse, open_page) -> Open:
    """The page on the demonstration region; a code overrides."""
    return lambda **codes: open_page("compare", **({"data": "demo", "year": "2024"} | codes))


@pytest.fixture
def region(tmp_path, monkeypatch, open_page) -> Callable[..., AppTest]:
    """The page on a region of one's own with these observations."""

    def opened(observations, schools, **codes: str) -> AppTest:
        serve(small_region(tmp_path, observations, schools).path.parent.parent, monkeypatch)
        return open_page("compare", **({"data": "own", "indicator": SHARE} | codes))

    return opened


# 90, 60 and 75 of 100 pupils: the region has 225 of 300, 75 %. Rule 4: n(x/n − p₀)² against z²·0.75·0.25 = 0.72;
# ±15 п.п. give 2.25, which is more, and 0 is less.
THREE = [row("d1-s1", 2022, 90, 100), row("d2-s1", 2022, 60, 100), row("d3-s1", 2022, 75, 100)]
THREE_CODES = ["d1-s1", "d2-s1", "d3-s1"]


# --- the sentence ---------------------------------------------------------------------------------------


def test_the_sentence_names_who_stands_out_against_the_region_and_counts_the_rest(region):
    said = texts(region(THREE, THREE_CODES))
    assert "Сравниваем с: Область — 75,0 % (225 из 300). Из 3 муниципалитетов с данными:" in said
    assert re.search(r"▲ 1 лучше: Район d1", said)
    assert re.search(r"▼ 1 хуже: Район d2", said)
    assert re.search(r"● 1 не отличается", said)
    assert "отчитались 3 из 3 муниципалитетов" in said


def test_the_unit_looked_at_is_told_in_people(region):
    # Rule 4: 60 of 100 against 75 % is 15 п.п. below, and ⌈100 × 0.75⌉ − 60 = 15 pupils short.
    said = texts(region(THREE, THREE_CODES, level="district", district="d2"))
    assert "Район d2: 60 % (60 из 100), регион 75 %: хуже, ниже на 15 п.п. = 15 учеников" in said


def test_points_of_a_check_list_get_no_verdict_and_the_page_says_why(region):
    given = [row("d1", 2022, 90, 100, indicator=POINTS, level="district"),
             row("d2", 2022, 60, 100, indicator=POINTS, level="district")]  # fmt: skip
    said = texts(region(given, ["d1-s1", "d2-s1"], indicator=POINTS))
    assert "лучше" not in said and "хуже" not in said
    assert "Больше всего — Район d1, 90,0 %; меньше всего — Район d2, 60,0 %." in said
    assert "интервала и вывода нет: баллы одного ученика" in said


def test_a_mechanism_is_shown_beside_the_regions_own_score_and_never_judged(shipped):
    said = texts(shipped(mechanism="assessment"))
    assert "Больше всего" in said and "Сравниваем с: Вымышленная область" in said
    assert "лучше" not in said and "хуже" not in said
    assert "доля баллов за документы системы управления, не оценка людей" in said


def test_many_comparisons_say_what_chance_alone_would_give(shipped):
    # 172 schools have a figure in the demonstration region; 5 % of 172 is 8.6.
    said = texts(shipped(indicator=SHARE, level="school"))
    assert re.search(r"172 сравнения: случайно ожидается 8,6 отклонения, видно \d+", said)


def test_the_replaced_method_stands_apart_with_ranks_and_is_called_replaced(region):
    page = region(THREE, THREE_CODES)
    assert "лучший муниципалитет = 100" not in texts(page)
    page.session_state["compare-district-r-more"] = True
    said = texts(page.run())
    assert "Прежний метод «лучший муниципалитет = 100» (Мотивирующий мониторинг): заменён" in said
    # 90 % is the best: 75/90 is 83.3 points, 60/90 is 66.7.
    assert re.search(r"Район d1 90,0 % 100,0 1 Район d3 75,0 % 83,3 2 Район d2 60,0 % 66,7 3", said)


# --- down and up ----------------------------------------------------------------------------------------


def test_a_district_leads_to_its_own_organisations_and_back(shipped):
    page = shipped(indicator=SHARE, district="demo-d03")
    said = texts(page)
    assert "Модельный муниципальный округ" in said and "порядок школ — повод для вопроса" in said
    assert all("Модельная" in name for name in page.multiselect[0].options)
    page.button(key="compare-up").click().run()
    assert page.query_params["level"] == "district" and "district" not in page.query_params
    assert "порядок школ" not in texts(page), "the caution is for lists of schools"


def test_only_organisations_to_which_the_indicator_applies_are_listed(shipped):
    pupils = shipped(indicator=SHARE, level="school").multiselect[0].options
    assert pupils and not any("Детский сад" in name for name in pupils)
    preschools = shipped(indicator="preschool_quality_score", level="school").multiselect[0].options
    assert preschools and all("Детский сад" in name for name in preschools)


def test_a_long_list_is_turned_over_and_says_how_much_of_it_is_shown(shipped):
    page = shipped(indicator=SHARE, level="school")
    (parts,) = [group for group in page.button_group if "из 172" in group.label]
    assert "Показаны 1–60 из 172" in parts.label.replace("\xa0", " ")
    assert "Без значения 60 ОО" in texts(page)
    last = shipped(indicator=SHARE, level="school", part="3")
    assert any("Показаны 121–172 из 172" in group.label.replace("\xa0", " ") for group in last.button_group)


def test_units_of_the_link_are_the_ones_compared(shipped):
    page = shipped(indicator=SHARE, units="demo-d01,demo-d02")
    assert page.multiselect[0].value == ["demo-d01", "demo-d02"]
    assert "Из 2 муниципалитетов с данными" in texts(page)


# --- what is not there ----------------------------------------------------------------------------------


def test_a_hidden_number_never_reaches_the_page(region):
    # 3 of 7 pupils is below the minimum of 10; 42,857… % could come from nothing else here. A second school of the
    # district is hidden with it, or the district's sum would tell.
    given = [*THREE, row("d1-s2", 2022, 3, 7), row("d1-s3", 2022, 45, 60), row("d1-s4", 2022, 31, 50)]
    codes = [*THREE_CODES, "d1-s2", "d1-s3", "d1-s4"]
    page = region(given, codes, level="school")
    assert not page.exception
    assert "скрыто: менее 10 человек".encode() in sent(page)
    assert b"90,0" in sent(page) and struct.pack("<d", 90) in sent(page), "the chart was not looked at"
    for trace in ("42,9", "42.857", "3 из 7", "3\u00a0из\u00a07"):
        assert trace.encode() not in sent(page)
    assert struct.pack("<d", 100 * 3 / 7) not in sent(page)


def test_one_persons_figure_is_refused_at_a_school_with_the_reason_and_districts_instead(shipped):
    page = shipped(indicator="leaders_reserve_contest", level="school")
    said = texts(page)
    assert "Показатель не считается на уровне ОО: за ним стоял бы один человек. Показаны муниципалитеты." in said
    assert "Из 14 муниципалитетов" in said or "муниципалитетов с данными" in said


def test_a_year_without_figures_says_why_and_leads_to_one_that_has_them(shipped):
    page = shipped(mechanism="objectivity")
    said = texts(page)
    assert "В редакции 2021 года этого механизма нет. Объективность процедур вошла в систему оценки" in said
    assert "Данные есть за 2019–2020." in said
    page.button(key="year-2020").click().run()
    assert "Больше всего" in texts(page)


def test_a_region_without_parts_shows_its_own_figures_and_says_so(demo_warehouse, open_page):
    said = texts(open_page("compare", data="sources", region="RU-KYA", year="2019"))
    assert "86,4 %" in said  # the protocol of 16.12.2019
    assert "процент механизма есть только у региона: сравнивать не с чем" in said


@pytest.mark.parametrize(
    ("codes", "complaint"),
    [
        ({"indicator": "nothing_such"}, "Показателя «nothing_such» в каталоге нет."),
        ({"mechanism": "nothing_such"}, "По механизму «nothing_such» в этих данных ничего нет."),
        ({"indicator": SHARE, "units": "demo-d77"}, "Территории или организации «demo-d77» в этих данных нет."),
        ({"indicator": SHARE, "level": "planet"}, "Уровня «planet» нет"),
        ({"indicator": SHARE, "years": "1999,2023"}, "За 1999 год данных нет."),
        ({"indicator": SHARE, "benchmark": "target"}, "Цели у этого показателя нет."),
        # The definition of 2021 is another than that of 2020.
        ({"indicator": SHARE, "year": "2021", "benchmark": "previous"}, "С прошлым годом не сравнивается"),
    ],
)
def test_what_a_link_cannot_mean_is_said_and_something_is_shown_all_the_same(shipped, codes, complaint):
    page = shipped(**codes)
    assert complaint in texts(page)
    assert page.multiselect, "nothing was shown instead"


def test_an_indicator_without_data_in_the_region_is_not_offered_and_counted(demo_warehouse, open_page):
    page = open_page("compare", data="sources", region="RU-SA", year="2021")
    (choice,) = [box for box in page.selectbox if box.label == "Показатель"]
    assert "Выполнение дорожной карты" not in choice.options
    assert re.search(r"показателей механизма без данных в этом регионе: \d+", texts(page))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("МБОУ «СОШ № 20» города Образцовска", "СОШ № 20 города Образцовска"),
        ("МБДОУ «Детский сад №10 «Кораблик»", "Детский сад №10 «Кораблик»"),  # written so in a source document
        ("Кузьмоловская СОШ", "Кузьмоловская СОШ"),
        ("город Примерск", "город Примерск"),
    ],
)
def test_an_axis_begins_with_what_tells_schools_apart(name, shown):
    assert compare_words.plain_name(name) == shown
