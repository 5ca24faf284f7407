"""The management cycle on the overview and on the mechanism's page: what is missing and what answers it."""

from pathlib import Path

import pytest

from pipelines.store.engine import forget
from tests.app.page_texts import texts

pytestmark = pytest.mark.usefixtures("demo_warehouse")


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}/store.sqlite")
    yield
    forget()


def test_the_overview_names_what_is_missing_and_asks_no_store(open_page, tmp_path):
    page = open_page("overview", data="demo", year="2024")
    assert not page.exception
    said = texts(page)
    assert "чего нет в цепочке" in said and "нет: 9\u00a0анализ эффективности" in said
    assert not (tmp_path / "store.sqlite").exists()


def test_the_answers_are_told_when_they_are_asked_for(open_page):
    page = open_page("overview", data="demo", year="2024")
    page.session_state["overview-answers"] = True
    page.run()
    assert not page.exception
    said = texts(page)
    # the shipped council of the demonstration region: 2.1 and 2.2 of 2024 are about preschools
    assert "2 решения: предстоит\u00a01, сведений об исполнении нет\u00a01; 1 проект" in said


def test_percent_alone_gives_no_chain_on_the_overview(open_page):
    assert "чего нет в цепочке" not in texts(open_page("overview", data="sources", region="RU-KYA", year="2019"))


def test_a_mechanism_of_the_protocol_shows_its_decisions_and_says_whose_reading_it_is(open_page):
    page = open_page("mechanism", data="sources", region="RU-KYA", year="2019", mechanism="methodology")
    assert not page.exception
    said = texts(page)
    # eight decisions of the protocol are about methodology, one of them (3.3) says 2.3.4 again
    assert "7 решений (и повторы: 1): сведений об исполнении нет\u00a07; проектов нет" in said
    assert "в источнике только процент" in said and "отнесли мы" in said


def test_the_first_gap_is_named_with_the_links_that_stand_without_it(open_page):
    page = open_page("mechanism", data="demo", year="2024", mechanism="support")
    assert not page.exception
    said = texts(page)
    assert "Цепочка прерывается на компоненте 4" in said and "Звенья после него" in said
    assert "1 проект" in said
