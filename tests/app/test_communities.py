"""«Сообщества»: focus groups of the documents, roles, the reserve; mentors on invented data; types obeyed."""

import pytest

from tests.app.page_texts import texts

pytestmark = pytest.mark.usefixtures("demo_warehouse")


def test_the_documents_groups_are_counted_and_the_repeated_school_named(open_page):
    page = open_page("communities", data="sources")
    assert not page.exception and not page.error and not page.warning
    said = texts(page)
    assert "5 + 5 + 6 школ, различных 15" in said
    assert "больше одного раза — МОУ «Дубровская школа»" in said
    assert "тема не названа: 2019" in said
    assert "Координат школ в документе нет" in said


def test_five_roles_stand_side_by_side(open_page):
    said = texts(open_page("communities", data="sources"))
    assert all(role in said for role in ("Ментор", "Наставник", "Куратор", "Тьютор", "Коуч"))
    assert "директор — директору" in said


def test_the_reserve_is_a_share_with_the_words_of_the_verdict_layer(open_page):
    said = texts(open_page("communities", data="sources")).replace("\u00a0", " ")
    assert "20 % (7 из 35)" in said
    # Wilson's limits of 7/35 at 95 %, by hand: 10,04 and 35,89; one district alone is compared with nothing.
    assert "10,0–35,9 %" in said and "сравнивать не с чем" in said


def test_mentors_are_said_to_be_missing_and_not_invented_among_documents(open_page):
    page = open_page("communities", data="sources")
    said = texts(page)
    assert "в документе нет; её составление — задача «Лаборатории»" in said
    assert "свободно" not in said


def test_preschools_have_no_focus_group_and_are_led_on(open_page):
    page = open_page("communities", data="sources", type="preschool")
    assert not page.exception
    assert any("третья рабочая группа совета" in info.value for info in page.info)
    assert "различных 15" not in texts(page) and "Кадровый резерв" not in texts(page)


def test_invented_mentors_are_marked_and_narrowed_by_type(open_page):
    everyone, preschools = (
        texts(open_page("communities", data="demo", **codes)) for codes in ({}, {"type": "preschool"})
    )
    assert "демонстрационные данные" in everyone and "свободно" in everyone
    assert "подготовка к ГИА" not in preschools and everyone != preschools


def test_a_role_and_a_district_narrow_the_map_of_mentors(open_page):
    page = open_page("communities", data="demo", role="mentor", district="demo-d07")
    assert not page.exception and not page.warning
    assert page.selectbox(key="filter_district").value == "demo-d07"


def test_a_choice_without_offers_says_so(open_page):
    page = open_page("communities", data="demo", role="mentor", competence="речевое развитие")
    assert not page.exception
    assert any("мест нет" in info.value for info in page.info)


def test_young_teachers_are_told_by_district_and_never_by_school(open_page):
    page = open_page("communities", data="demo")
    said = texts(page)
    assert "лучше региона" in said and "по школам не считается" in said
