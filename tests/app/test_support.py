"""«ШНОР и 500+»: what document 003 says and does not say, invented lists on the demonstration region, one school."""

import pytest

from tests.app.page_texts import texts

pytestmark = pytest.mark.usefixtures("demo_warehouse")

VIEWS = ("lists", "computed", "risks", "work", "effect", "programmes")
SCHOOL = "demo-d01-s023"  # in the project of 2024


def plain(page) -> str:
    return texts(page).replace("\u00a0", " ").replace("\\", "")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "codes",
    [
        {"data": "sources"},
        {"data": "demo"},
        {"data": "demo", "district": "demo-d02"},
        {"data": "demo", "school": SCHOOL},
    ],
    ids=["documents", "region", "district", "school"],
)
def test_every_view_opens(open_page, view, codes):
    page = open_page("support", view=view, **codes)
    assert not page.exception and not page.error
    assert not [warning.value for warning in page.warning if "Возврат к среднему" not in warning.value]


# --- lists and selection -----------------------------------------------------------------------------------


def test_the_page_opens_on_the_region_of_the_document(open_page):
    said = plain(open_page("support"))
    assert "159 → 81 → 11 школ" in said and "50 школ из 13 районов" in said
    assert "пусто — Город, кадровые дефициты, сильно неуспевающие" in said


def test_another_region_is_told_that_the_document_is_not_about_it(open_page):
    page = open_page("support", data="sources", region="RU-KYA")
    assert any("документ 003 — о Республике Саха" in info.value for info in page.info)
    page.button(key="support-region").click().run()
    assert "159 → 81 → 11" in plain(page)


def test_eleven_schools_are_named_and_fifty_are_not(open_page):
    first, second = (plain(open_page("support", data="sources", year=year)) for year in ("2020", "2021"))
    assert "МБОУ «СОШ №35» городского округа «город Якутск»" in first
    assert "Названий 50 школ в документе нет" in second and "Вилюйская СОШ №2 им" not in second


def test_a_district_of_2021_has_its_count_and_one_outside_the_list_is_not_zero(open_page):
    inside, outside = (
        plain(open_page("support", data="sources", year="2021", district=f"RU-SA-{name}"))
        for name in ("amginsky", "yakutsk")
    )
    assert "Амгинский район: 6 школ" in inside
    assert "это не ноль" in outside


def test_the_document_has_no_list_of_schools_in_hard_conditions(open_page):
    page = open_page("support", data="sources", kind="hard")
    assert any("Перечня ШНСУ в документе нет" in info.value for info in page.info)


def test_types_and_sources_narrow_the_invented_lists(open_page):
    everyone, both, project = (
        plain(open_page("support", data="demo", year="2024", **codes))
        for codes in ({}, {"kind": "both"}, {"list": "project"})
    )
    # 28 on the list of ШНОР as support_low_share counts, 17 in the project as support_project_schools counts.
    assert "ШНОР — 28" in everyone and "«500+» — 17" in everyone and "56 → 28 → 17" in everyone
    assert "Официальные списки, 2024: 17 школ" in project
    assert "Официальные списки, 2024: 5 школ" in both
    assert "демонстрационные данные" in everyone


def test_the_computed_list_says_what_it_is_and_how_it_differs(open_page):
    page = open_page("support", data="demo", view="computed", year="2024")
    said = plain(page)
    assert page.header[0].value == "Список расчётный, не официальный" and "Отличие от официального" in said
    strict = plain(open_page("support", data="demo", view="computed", year="2024", threshold="50", procedures="4"))
    assert "«не меньше 50 % отметок «2» хотя бы в 4 из четырёх ВПР»" in strict
    assert "предположение" in said and said != strict


# --- risks -------------------------------------------------------------------------------------------------


def test_the_most_chosen_risk_is_chosen_and_the_empty_total_is_computed(open_page):
    said = plain(open_page("support", data="sources", view="risks"))
    assert "31 из 50 школ (62,0 %)" in said
    assert "2020 — 45, 2021 — 180" in said and "вычислен" in said
    assert "не динамика" in said and "У каждого выбранного риска".lower() in said.lower()


def test_factors_by_district_are_not_in_the_document(open_page):
    page = open_page("support", data="sources", view="risks", district="RU-SA-amginsky")
    assert any("по районам и школам в документе нет" in info.value for info in page.info)


def test_a_school_has_its_profile_and_only_its_own_measures(open_page):
    page = open_page("support", data="demo", view="risks", year="2024", school=SCHOOL)
    said = plain(page)
    assert not page.exception and "Выявлено рисков:" in said and "● выбран" in said
    offered = page.selectbox(key="filter_measure").options
    assert "Низкий уровень оснащенности" not in offered  # this school did not choose it
    assert "Высокая доля обучающихся с ОВЗ" in offered


def test_a_school_outside_the_project_has_no_profile(open_page):
    page = open_page("support", data="demo", view="risks", year="2024", school="demo-d01-s001")
    assert any("профиль не представлен" in info.value for info in page.info)


def test_causes_that_the_document_does_not_name_are_not_invented(open_page):
    said = plain(open_page("support", data="sources", view="risks", measure="support_risk_10"))
    assert "Работа с родителями обучающихся, имеющих проблемы с дисциплиной" in said
    assert "Причины    в документе нет" in said


def test_a_torn_line_of_the_document_is_said_to_be_one(open_page):
    said = plain(open_page("support", data="sources", view="risks", measure="support_risk_01"))
    assert "в водных зданиях образовательных организаций — обрывок" in said


# --- the worktable -----------------------------------------------------------------------------------------


def test_the_worktable_of_documents_has_totals_and_no_rows(open_page):
    said = plain(open_page("support", data="sources", view="work"))
    assert "программа направления противодействия факторам риска — 45" in said
    assert "По отдельным школам в документе нет ничего" in said and "Что дальше" not in said


def test_the_invented_worktable_has_roles_states_and_what_is_next(open_page):
    said = plain(open_page("support", data="demo", view="work", year="2024"))
    for word in ("куратор:", "координатор:", "ментор:", "▲ возвращено", "● принято", "школе: исправить", "ссылка"):
        assert word in said, word
    assert "17 школ" in said


def test_the_worktable_is_narrowed_by_whom_one_waits_for(open_page):
    page = open_page("support", data="demo", view="work", year="2024", waiting="curator")
    said = plain(page)
    assert "куратору: проверить" in said and "школе: исправить" not in said


# --- before and after --------------------------------------------------------------------------------------


def test_before_and_after_warns_and_compares_with_the_previous_step(open_page):
    page = open_page("support", data="demo", view="effect", cohort="2023")
    assert any("Возврат к среднему" in warning.value for warning in page.warning)
    said = plain(page)
    assert "школы предыдущего шага" in said and "из 22, предыдущего шага" in said


def test_a_changed_definition_is_not_bridged(open_page):
    page = open_page("support", data="demo", view="effect", cohort="2020")
    assert any("определение показателя сменилось" in info.value for info in page.info)


# --- programmes --------------------------------------------------------------------------------------------


def test_three_programmes_stand_in_the_words_of_the_document(open_page):
    overcoming, step, drivers = (
        plain(open_page("support", data="sources", view="programmes", programme=code))
        for code in ("overcoming", "step", "drivers")
    )
    assert "168 человек" in overcoming and "модули для руководителей — 2" in overcoming
    assert "профильной математике" in step and "с 10 по 11" in step
    assert "Форсайт" in drivers


def test_the_social_passport_is_invented_for_a_chosen_school_alone(open_page):
    page = open_page("support", data="demo", view="programmes", programme="step", school=SCHOOL, year="2024")
    assert "Малообеспеченные семьи" in plain(page)
