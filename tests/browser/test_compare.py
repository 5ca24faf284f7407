"""A head of department compares districts, goes down to the schools of one, comes back, and sends the link on."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.axe import grave_findings
from tests.browser.page import exceptions, settle

DEMO = "compare?data=demo&year=2024&mechanism=assessment&indicator=assessment_vpr_pass"


def rows(page: Page) -> Locator:
    """The rows of the first chart; each is spoken as «Name: figure»."""
    return page.get_by_test_id("stVegaLiteChart").first.locator("[aria-roledescription='строка']")


def first_name(page: Page) -> str:
    """The unit in the first row."""
    return str(rows(page).first.get_attribute("aria-label")).split(":")[0]


def codes(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def sentence(page: Page) -> str:
    return page.locator(".words-summary").inner_text()


def test_down_to_the_schools_of_a_district_back_up_and_the_link_opened_cold(
    app_server, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(f"{app_server.url}/{DEMO}")
    settle(page)
    district = first_name(page)
    assert "Из 14 муниципалитетов с данными" in sentence(page)

    rows(page).first.click()
    page.wait_for_url(re.compile("level=school"))
    settle(page)
    assert codes(page)["district"].startswith("demo-d")
    assert page.get_by_text("порядок школ — повод для вопроса").count() == 1
    assert page.get_by_text("ОО с данными").count() > 0
    assert exceptions(page) == []

    link, seen, crumb = page.url, sentence(page), f"› {district}"
    assert page.get_by_text(crumb).count() == 1
    page.get_by_role("button", name="все муниципалитеты").click()
    page.wait_for_url(re.compile("level=district"))
    settle(page)
    assert "district" not in codes(page)
    assert first_name(page) == district, "the way back leads to another place"

    another = new_page()
    another.goto(link)
    settle(another)
    assert sentence(another) == seen
    assert another.get_by_text(crumb).count() == 1


def test_a_unit_found_by_name_is_compared_and_kept_in_the_link(app_server, browser_page: Page) -> None:
    page = browser_page
    page.goto(f"{app_server.url}/{DEMO}")
    settle(page)
    for name in ("Пробн", "Макетный"):
        page.get_by_role("combobox", name=re.compile("Кого сравниваем")).fill(name)
        page.get_by_role("option").first.click()
        settle(page)
    assert rows(page).count() == 2
    assert len(codes(page)["units"].split(",")) == 2
    assert "Из 2 муниципалитетов с данными" in sentence(page)
    # The choice goes along to the other page.
    page.get_by_test_id("stPageLink").filter(has_text="Динамика").locator("a").click()
    page.wait_for_url(re.compile("/trend"))
    settle(page)
    assert len(codes(page)["units"].split(",")) == 2
    said = sentence(page)
    assert "Пробный район:" in said and "Макетный район:" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", [DEMO, DEMO + "&district=demo-d03", DEMO.replace("compare?", "trend?")])
def test_the_pages_have_no_grave_barrier(app_server, new_page, address: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(f"{app_server.url}/{address}")
    settle(page)
    page.get_by_text("Таблица", exact=True).first.click()
    settle(page)
    assert grave_findings(page) == []
