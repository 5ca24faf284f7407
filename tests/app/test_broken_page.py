"""One page whose module cannot be imported says so by itself; the menu and the other pages stay."""

import importlib

import pytest
from streamlit.testing.v1 import AppTest

from pages import router

REAL = importlib.import_module


def break_page(code: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def imported(name: str, *rest: object):
        if name == f"pages.{code}":
            raise error
        return REAL(name, *rest)

    monkeypatch.setattr(router.importlib, "import_module", imported)


def entry(code: str) -> router.PageEntry:
    return next(page for page in router.PAGES if page.code == code)


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'pydeck'", name="pydeck"),
        SyntaxError("invalid syntax"),
        RuntimeError("сломано"),
    ],
)
def test_broken_page_says_so_and_the_others_live(demo_warehouse, monkeypatch, error) -> None:
    break_page("map", error, monkeypatch)
    page = AppTest.from_string("from pages import router\nrouter.show('map')", default_timeout=60).run()
    assert not page.exception
    assert "не открылась" in page.error[0].value and "Остальные страницы" in page.error[0].value
    assert type(error).__name__ in page.text[0].value
    other = AppTest.from_string("from pages import router\nrouter.show('sources')", default_timeout=60).run()
    assert not other.exception and not other.error


def test_whole_app_starts_with_a_broken_page_in_its_menu(demo_warehouse, monkeypatch) -> None:
    break_page("map", RuntimeError("сломано"), monkeypatch)
    app = AppTest.from_string("from pages import router\nrouter.main()", default_timeout=60).run()
    assert not app.exception and not app.error
    assert isinstance(router.module(entry("map")), RuntimeError)


def test_page_that_does_not_exist_yet_is_no_broken_page() -> None:
    assert router.module(router.PageEntry("no_such_page", "Нет")) is None
