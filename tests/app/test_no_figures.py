"""A warehouse that knows organisations and not one figure: every page says so and leads to where figures come from."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from pages.router import PAGES
from pipelines.build import build
from pipelines.snapshot import Warehouse
from tests.app.conftest import serve

PLACES = [
    {"code": "r", "name": "Область", "level": "region", "parent": None, "region": "r"},
    {"code": "r-d", "name": "Район", "level": "district", "parent": "r", "region": "r"},
    {"code": "r-d-s", "name": "СОШ № 1", "level": "school", "parent": "r-d", "region": "r", "type": "school"},
]


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registered")
    (folder / "sources").mkdir()
    (folder / "sources" / "collection.toml").write_text('collection = "own"\nname = "Реестр"\n', encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(PLACES[::-1]), folder / "sources" / "territories.parquet")
    result = build(Warehouse(folder / "wh"), sources=folder / "sources")
    assert result.published, result.findings
    return folder / "wh"


@pytest.mark.parametrize("code", [page.code for page in PAGES])
def test_page_without_any_figure_says_what_is_missing(
    registered: Path, monkeypatch: pytest.MonkeyPatch, open_page: Callable[..., AppTest], code: str
) -> None:
    serve(registered, monkeypatch)
    page = open_page(code)
    assert not page.exception, page.exception[0].value
    assert len(page.title) == 1, "a page keeps its title"
    if code == "support" or next(entry for entry in PAGES if entry.code == code).places:
        assert "Показателей пока нет" in page.info[0].value
        assert any("data?section=upload" in block.value for block in page.markdown)


def test_link_to_a_collection_that_is_not_there_does_not_break(
    registered: Path, monkeypatch: pytest.MonkeyPatch, open_page: Callable[..., AppTest]
) -> None:
    serve(registered, monkeypatch)
    page = open_page("overview", data="demo", region="demo", year="2024")
    assert not page.exception and "Показателей пока нет" in page.info[0].value
