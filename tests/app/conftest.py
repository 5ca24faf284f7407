"""Pages without a browser: one built snapshot for all tests that change nothing, one way to open a page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import data


@pytest.fixture
def demo_warehouse(built_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped documents and the demonstration region, served to the pages; read only."""
    serve(built_warehouse, monkeypatch)
    return built_warehouse


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """``open_page("overview", data="demo", year="2024")``: the page run once with these codes in the address."""

    def opened(code: str, **codes: str) -> AppTest:
        page = AppTest.from_string(f"from pages import router\nrouter.show({code!r})\n", default_timeout=60)
        for name, value in codes.items():
            page.query_params[name] = value
        return page.run()

    return opened


def serve(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages of this test look at ``warehouse`` and at nothing opened before."""
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(warehouse))
    data._opened.clear()
    data._answers.clear()
