"""A wording on time that cannot be read is a finding at its own cell: when a document is read, and in `build`."""

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipelines import dates
from pipelines.__main__ import main
from pipelines.readers.source_document import read_source_document
from pipelines.readers.wordings import asked
from tests.app.conftest import serve


@given(st.text(max_size=40))
def test_what_is_read_is_not_asked_about_and_what_is_not_is(wording: str) -> None:
    told = asked(wording, None, "план.xlsx", "Лист", "B5")
    if dates.read(wording) is not None or not wording:
        assert told is None
    elif told is not None:
        assert (told.rule, told.sheet, told.cell) == ("unread_date", "Лист", "B5")


@pytest.mark.parametrize("wording", ["в течение года", "08.2021–01.2022", "до 31.10.2025", "2020-03", "май", ""])
def test_words_of_the_documents_are_read(wording: str) -> None:
    assert asked(wording, None, None, None, None) is None


def test_words_read_otherwise_than_stated_beside_them_are_asked_about() -> None:
    assert asked("08.2021–01.2022", ("2021-08", "2022-01"), None, None, None) is None
    told = asked("08.2021–01.2022", ("2021-08", "2022-02"), None, None, None)
    assert told is not None and told.rule == "date_read_otherwise" and "2022-02" in told.message


def test_the_shipped_documents_ask_nothing(root) -> None:
    for path in sorted((root / "data/sources").glob("*.xlsx")):
        found = read_source_document(path, path.name).findings
        assert [told.message for told in found if told.rule in ("unread_date", "date_read_otherwise")] == []


@pytest.fixture
def spoiled(root, tmp_path):
    """Document 002 with one activity at an hour that no calendar knows."""
    folder = tmp_path / "sources"
    folder.mkdir()
    path = folder / "002_project_cascade.xlsx"
    shutil.copy(root / "data/sources" / path.name, path)
    book = load_workbook(path)
    sheet = book["Мероприятия"]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "Место в документе" for cell in row))
    column = next(cell.column for cell in header if str(cell.value).startswith("Сроки"))
    cell = sheet.cell(header[0].row + 1, column, "когда зацветёт сакура")
    book.save(path)
    return folder, cell.coordinate


def test_build_and_the_page_of_sources_name_the_cell(spoiled, tmp_path, capsys, monkeypatch) -> None:
    folder, cell = spoiled
    warehouse = tmp_path / "wh"
    status = main(["build", "--sources", str(folder), "--warehouse", str(warehouse), "--format", "json"])
    told = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["rule"] == "unread_date"]
    assert status == 0
    assert [(one["grade"], one["sheet"], one["cell"]) for one in told] == [("warning", "Мероприятия", cell)]
    assert "когда зацветёт сакура" in told[0]["message"] and f"ячейка {cell}" in told[0]["message"]

    from streamlit.testing.v1 import AppTest

    serve(warehouse, monkeypatch)
    page = AppTest.from_string("from pages import router\nrouter.show('sources')\n", default_timeout=60).run()
    assert not page.exception
    assert any("когда зацветёт сакура" in block.body for block in page.get("html") if hasattr(block, "body")) or any(
        "когда зацветёт сакура" in str(block.proto) for block in page.get("html")
    )
