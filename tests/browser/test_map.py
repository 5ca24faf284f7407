"""«Карта» in a browser: it is really drawn, answers to mouse and keyboard, and leaves as a picture."""

import io
import re
from contextlib import suppress

import pytest
from PIL import Image
from playwright.sync_api import Page, TimeoutError, expect

from pages.shared import theme
from tests.browser.axe import grave_findings
from tests.browser.page import exceptions, settle

VPR = "data=demo&year=2024&indicator=assessment_vpr_pass&subject=Математика&grade=4"


@pytest.fixture(autouse=True)
def with_webgl(browser):
    """deck.gl draws with WebGL; a machine without a graphics card has it by software, or not at all."""
    page = browser.new_page()
    try:
        if not page.evaluate("!!document.createElement('canvas').getContext('webgl2')"):
            pytest.skip("this browser has no WebGL 2")
    finally:
        page.close()


def opened(page: Page, server, query: str = VPR) -> Page:
    page.goto(f"{server.url}/map?{query}")
    settle(page)
    page.get_by_test_id("stDeckGlJsonChart").locator("canvas").first.wait_for()
    wait_for_colours(page)
    assert exceptions(page) == []
    return page


def colours(page: Page) -> dict[tuple[int, int, int], int]:
    """How many pixels of the map have each colour."""
    shot = page.get_by_test_id("stDeckGlJsonChart").screenshot()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    return {colour: n for n, colour in image.getcolors(image.width * image.height)}


def rgb(code: str) -> tuple[int, int, int]:
    return tuple(int(code[i : i + 2], 16) for i in (1, 3, 5))


def wait_for_colours(page: Page) -> None:
    """The map is drawn a moment after the page has settled."""
    for _attempt in range(50):
        if len(colours(page)) > 20:
            return
        page.wait_for_timeout(200)
    raise AssertionError("nothing was drawn on the map")


def on_map(page: Page, across: float, down: float) -> tuple[float, float]:
    box = page.get_by_test_id("stDeckGlJsonChart").bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_districts_are_drawn_in_the_colours_of_their_classes(app_server, new_page, scheme):
    page = opened(new_page(color_scheme=scheme), app_server)
    drawn = colours(page)
    for step in theme.surface(scheme == "dark").steps:
        assert drawn.get(rgb(step), 0) > 1000, f"no district in {step}"
    assert grave_findings(page) == []


def test_a_click_on_a_district_goes_down_and_stands_in_the_address(app_server, browser_page):
    page = opened(browser_page, app_server)
    # The middle of the region is a district of the demonstration, whichever it is.
    # Drawn without a graphics card, the map may not hear the first click; a person would click again.
    for _ in range(6):
        page.mouse.click(*on_map(page, 0.5, 0.5))
        with suppress(TimeoutError):
            page.wait_for_url(re.compile(r"district=demo-d\d\d"), timeout=10_000)
            break
    assert re.search(r"district=demo-d\d\d", page.url)
    settle(page)
    heading = page.get_by_text(re.compile("ОО: число есть у"))
    expect(heading).to_be_visible()
    page.get_by_role("button", name="← Вымышленная область").click()
    page.wait_for_url(lambda url: "district=" not in url)
    settle(page)
    expect(page.get_by_text(re.compile("Муниципалитеты: число есть у"))).to_be_visible()
    # The former click must not come back by itself.
    page.wait_for_timeout(500)
    assert "district=" not in page.url


def test_a_tooltip_tells_figure_and_coverage_in_russian(app_server, browser_page):
    page = opened(browser_page, app_server)
    x, y = on_map(page, 0.5, 0.5)
    page.mouse.move(x - 5, y - 5)
    page.mouse.move(x, y, steps=4)
    tooltip = page.locator(".deck-tooltip")
    expect(tooltip).to_contain_text(re.compile(r"Значение: \d+,\d\s%"))
    expect(tooltip).to_contain_text(re.compile(r"Отчитались: \d+\sиз\s\d+"))


def test_the_list_is_reached_by_keyboard(app_server, browser_page):
    page = opened(browser_page, app_server)
    unit = page.locator(".st-key-map-units button").first
    unit.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"district=demo-d\d\d"))


def test_a_phone_sees_the_whole_region(app_server, new_page):
    page = opened(new_page(viewport={"width": 390, "height": 844}), app_server)
    page.wait_for_timeout(1000)  # the width becomes known a moment later
    wait_for_colours(page)
    shot = page.get_by_test_id("stDeckGlJsonChart").screenshot()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    steps = {rgb(step) for step in theme.LIGHT.steps}
    at_edge = [image.getpixel((x, y)) for x in (1, image.width - 2) for y in range(image.height)]
    assert steps & {colour for _n, colour in image.getcolors(image.width * image.height)}
    assert not steps & set(at_edge), "a district is cut off by the edge of the phone"


def test_the_picture_leaves_by_the_one_menu(app_server, browser_page):
    page = opened(browser_page, app_server, f"{VPR}&paint=verdict")
    page.get_by_role("button", name="Скачать").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    image = Image.open(download.value.path()).convert("RGB")
    drawn = {colour: n for n, colour in image.getcolors(image.width * image.height)}
    for verdict in ("better", "worse"):
        assert drawn.get(rgb(theme.VERDICTS[verdict].colour), 0) > 1000
