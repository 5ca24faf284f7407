"""A head of department on the way, phone in hand: nothing sticks out sideways, on any page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.router import PAGES
from tests.browser.page import exceptions, settle

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# Streamlit scrolls inside its own box, so the document alone never tells. What may be moved sideways on purpose
# (a wide table in its own frame) is not sticking out, nor is what is hidden.
STICKING_OUT = """
() => {
  const scrolls = element => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(element).overflowX);
  const main = document.querySelector('[data-testid=stMain]');
  const framed = element => {
    for (let up = element.parentElement; up && up !== main; up = up.parentElement) if (scrolls(up)) return true;
    return false;
  };
  const out = [...main.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !framed(element) && element.checkVisibility();
  });
  return out.map(element => `${element.tagName} ${element.dataset.testid || element.className}: ` +
    `${Math.round(element.getBoundingClientRect().right)} px, «${element.textContent.slice(0, 60)}»`);
}
"""


def width_of(page: Page, element: str) -> tuple[int, int]:
    """What the element holds and what of it can be seen, in pixels."""
    return tuple(page.evaluate(f"(e => [e.scrollWidth, e.clientWidth])({element})"))


@pytest.mark.parametrize("page_code", [page.code for page in PAGES])
def test_nothing_sticks_out_of_a_phone(app_server, new_page: Callable[..., Page], page_code: str) -> None:
    """The demonstration has the longest names, the most columns and the most charts."""
    page = new_page(**PHONE)
    page.goto(f"{app_server.url}/{page_code}?data=demo")
    settle(page)
    assert exceptions(page) == []
    for box in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        whole, seen = width_of(page, box)
        assert whole <= seen, page.evaluate(STICKING_OUT)
    assert page.evaluate(STICKING_OUT) == []
