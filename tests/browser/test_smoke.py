"""The least that must hold: a person opens the dashboard and sees it, and nobody outside hears of it."""

import re

from tests.browser.page import exceptions, settle


def test_the_first_page_opens_in_russian_with_no_error_and_no_call_outside(
    app_server, browser_page, foreign_requests
):
    browser_page.goto(app_server.url)
    settle(browser_page)
    headings = browser_page.get_by_role("heading").all_inner_texts()
    assert any(re.search("[А-Яа-яЁё]{3}", heading) for heading in headings), headings
    assert exceptions(browser_page) == []
    assert foreign_requests == []
