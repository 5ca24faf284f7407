"""Internal use: off by default, for editors alone, marked on the page, written down, never carried away."""

import json

import pytest

from pages import router
from pages.shared import access, internal
from tests.app.conftest import serve
from tests.app.test_compare import sent, texts
from tests.unit.comparison.region import SHARE, row, small_region

# d1-s1 has 5 pupils and takes d1-s2 with it; 7 of 35 is nowhere but in the hidden ones.
ROWS = [row("d1-s1", 2024, 3, 5), row("d1-s2", 2024, 7, 35), row("d1-s3", 2024, 60, 100), row("d2-s1", 2024, 50, 100)]
CODES = {"data": "own", "district": "d1", "level": "school", "indicator": SHARE, "subject": "Математика", "grade": "4"}
SECRET = "7 из 35"


@pytest.fixture
def open_compare(tmp_path, monkeypatch, open_page):
    warehouse = small_region(tmp_path, ROWS, ["d1-s1", "d1-s2", "d1-s3", "d2-s1"]).path.parent.parent
    serve(warehouse, monkeypatch)
    internal._opened.clear()
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    opened = lambda **codes: open_page("compare", **(CODES | codes))  # noqa: E731
    opened.log = warehouse / "internal_use.jsonl"
    return opened


def switched_on(page, purpose: str = "сверка с протоколом"):
    page.session_state["internal-box"] = True
    page.run()
    page.text_input(key="internal-role").input("методист")
    page.text_input(key="internal-purpose").input(purpose)
    return next(one for one in page.button if one.label == "Показать скрытые числа").click().run()


def told(page) -> str:
    return sent(page).decode("utf-8", errors="replace").replace("\u00a0", " ").replace("\u202f", " ")


def test_off_by_default_there_is_no_trace_of_it(open_compare, monkeypatch):
    monkeypatch.delenv("SHOW_SMALL_NUMBERS")
    page = open_compare()
    assert "Служебный просмотр" not in texts(page) and SECRET not in told(page)


def test_a_visitor_never_sees_it_even_with_the_state_of_an_editor(open_compare, monkeypatch):
    page = switched_on(open_compare())
    assert SECRET in told(page)
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    page.run()
    assert SECRET not in told(page) and not page.error
    assert "Служебный просмотр" not in texts(page)
    assert internal.USE not in page.session_state


def test_an_editor_sees_the_hidden_figures_under_a_banner_and_it_is_written(open_compare):
    page = open_compare()
    assert SECRET not in told(page) and "скрыто: менее 10 человек" in told(page)
    page = switched_on(page)
    assert SECRET in told(page)
    assert "показаны скрытые малые числа" in page.error[0].value and "Скачивание выключено" in page.error[0].value
    first, *_rest = [json.loads(line) for line in open_compare.log.read_text(encoding="utf-8").splitlines()]
    assert (first["editor"], first["purpose"]) == ("методист", "сверка с протоколом")
    assert first["filters"]["district"] == "d1"
    lines = len(open_compare.log.read_text(encoding="utf-8").splitlines())
    page.run()
    assert len(open_compare.log.read_text(encoding="utf-8").splitlines()) == lines + 1  # each look


def test_another_session_of_the_same_server_sees_nothing(open_compare):
    switched_on(open_compare())
    other = open_compare()
    assert SECRET not in told(other) and not other.error


def test_switched_off_everything_is_hidden_again(open_compare):
    page = switched_on(open_compare())
    page.button(key="internal-off").click().run()
    assert SECRET not in told(page) and not page.error


def test_without_a_purpose_nothing_is_shown(open_compare):
    page = switched_on(open_compare(), " ")
    assert "цель" in page.error[0].value and SECRET not in told(page)
    assert not open_compare.log.exists()


def test_without_a_log_nothing_is_shown(open_compare):
    open_compare.log.mkdir()
    page = switched_on(open_compare())
    assert "журнал служебного просмотра не пишется" in page.error[0].value and SECRET not in told(page)


def test_nothing_can_be_carried_away(open_compare):
    page = open_compare()
    assert "Скачать" in told(page)
    assert "Скачать" not in told(switched_on(page))


PLACES = [page.code for page in router.PAGES if page.places]


@pytest.mark.parametrize("code", PLACES)
def test_on_every_page_an_editor_sees_the_banner_and_a_visitor_nothing(open_compare, open_page, monkeypatch, code):
    codes = {"data": "own", "district": "d1", "indicator": SHARE, "subject": "Математика", "grade": "4"}
    page = open_page(code, **codes)
    assert not page.exception and SECRET not in told(page)
    page = switched_on(page)
    assert not page.exception and "показаны скрытые малые числа" in page.error[0].value
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    visitor = open_page(code, **codes)
    assert not visitor.exception and SECRET not in told(visitor)
    assert "Служебный просмотр" not in texts(visitor) and not visitor.error
