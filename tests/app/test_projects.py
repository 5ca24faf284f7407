"""«Проекты»: the portfolio, one passport, the movable day, invented records, and what is said to be missing."""

import datetime as dt

import pytest

from tests.app.page_texts import texts

pytestmark = pytest.mark.usefixtures("demo_warehouse")


def test_the_portfolio_shows_six_projects_and_calls_none_late(open_page):
    page = open_page("projects", data="sources", date="2022-03-01")
    assert not page.exception and not page.error and not page.warning
    said = texts(page)
    # «Тьютор…» was over in November 2021; the other five run in March 2022.
    assert "6 проектов, 2019–2025: на 01.03.2022 по плану идут 5" in said
    assert "Сведений об исполнении в документе нет" in said
    assert "просрочено" not in said
    assert [button.label for button in page.button].count("Паспорт и план") == 6


def test_another_day_gives_another_count(open_page):
    # In January 2025 the laboratory alone is not over.
    assert "по плану идёт 1" in texts(open_page("projects", data="sources", date="2025-01-15"))


def test_the_day_is_chosen_on_the_page_and_kept_in_the_address(open_page):
    page = open_page("projects", data="sources", date="2022-03-01")
    page.date_input(key="filter_date").set_value(dt.date(2025, 1, 15)).run()
    assert page.query_params["date"] == "2025-01-15"
    assert "на 15.01.2025 по плану идёт 1" in texts(page)


@pytest.mark.parametrize(("day", "words"), [("2031-01-01", "вне планов"), ("вчера", "не понята")])
def test_a_day_that_means_nothing_is_said(open_page, day, words):
    page = open_page("projects", data="sources", date=day)
    assert not page.exception
    assert any(words in warning.value for warning in page.warning)


def test_a_passport_opens_by_its_code(open_page):
    page = open_page("projects", data="sources", project="leaders_school", date="2022-03-01")
    assert not page.exception and not page.warning
    said = texts(page)
    for part in ("матрица профессиональных компетенций", "Кадровый резерв включает 35 человек", "Социальные лифты"):
        assert part in said
    # Our own reading is marked as such, and figures that the documents lack are said to be lacking.
    assert "отнесение наше, в документе его нет" in said
    assert "Значений до проекта и после него в документах нет" in said
    assert "7 из 35" in said.replace("\u00a0", " ")


@pytest.mark.parametrize("code", ["community", "trajectory", "school_to_school", "laboratory", "tutor"])
def test_every_project_opens(open_page, code):
    page = open_page("projects", data="sources", project=code)
    assert not page.exception and not page.warning
    assert "сведений об исполнении нет" in texts(page).lower()


def test_a_contradiction_stands_on_the_page(open_page):
    assert "Заключительный этап — до 31.10.2025, мероприятие 12 — до 30.10.2025" in texts(
        open_page("projects", data="sources", project="laboratory")
    )


def test_an_unknown_project_is_said_and_all_are_shown(open_page):
    page = open_page("projects", data="sources", project="nothing")
    assert any("nothing" in warning.value for warning in page.warning)
    assert "6 проектов" in texts(page)


def test_preschools_see_the_laboratory_and_not_the_low_result_schools(open_page):
    said = texts(open_page("projects", data="sources", type="preschool"))
    assert "Лаборатория профессиональных компетенций" in said
    assert "3 проекта" in said
    assert "начальник ЦУОКО" not in said  # who answers for «Школа – Школе» alone


def test_invented_records_say_late_and_are_marked(open_page):
    page = open_page("projects", data="demo", project="trajectory", date="2024-04-01")
    assert not page.exception
    said = texts(page)
    assert "демонстрационные данные" in said
    assert "▲ просрочено 1" in said
    assert "стало лучше, не случайно" in said and "данных до начала проекта нет" in said


def test_before_its_deadline_the_same_activity_is_not_late(open_page):
    assert "просрочено" not in texts(open_page("projects", data="demo", project="trajectory", date="2024-03-01"))
