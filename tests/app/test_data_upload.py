"""«Загрузка»: chosen, checked, seen, published, withdrawn; kept over a reload, refused to whoever may only look."""

import io
import os
import re
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from pages import data_upload_files as uploads
from pages.shared import access
from pipelines.loads import Loads
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
ASKED_OF_THE_ADDRESS = access.is_local_visitor
SEES = "SELECT numerator, denominator FROM shown WHERE collection = 'own' AND level = 'school' AND territory = $place"


def book(*rows: list) -> bytes:
    workbook, contents = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(contents)
    return contents.getvalue()


def school(number: int, n: object = 25, shares: tuple = (8, 40, 36, 16)) -> list:
    """One line of a flat regional table (domain: 8 % of 25 pupils have «2», that is 2 of 25)."""
    login, name = f"edu24000{number}", f"СОШ № {number}"
    return [2023, 5, "Математика", "город Лесосибирск", login, name, n, *shares]


@pytest.fixture
def warehouse(built_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A copy of the shipped data that may be changed, and an editor at this very machine."""
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    folder = tmp_path / "данные с пробелом"
    shutil.copytree(built_warehouse, folder)
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    return Warehouse(folder)


def opened(**codes: str) -> AppTest:
    page = AppTest.from_string("from pages import router\nrouter.show('data')", default_timeout=120)
    for name, code in {"section": "upload", **codes}.items():
        page.query_params[name] = code
    return page.run()


def given(*files: tuple[str, bytes], **codes: str) -> AppTest:
    """The page after these files were chosen."""
    page = opened(**codes)
    page.file_uploader[0].set_value([(name, contents, "application/octet-stream") for name, contents in files])
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception, page.exception[0].value
    parts = [block.proto.body for block in page.get("html")]
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(parts + [block.value for kind in kinds for block in kind])


def upload_of(page: AppTest) -> str:
    return page.query_params["upload"][0]


def published(page: AppTest, name: str = "Отдел оценки качества") -> AppTest:
    page.text_input(key="upload_name").input(name)
    page.button(key="upload_publish").click()
    return page.run()


def held(warehouse: Warehouse, place: str) -> list[tuple]:
    with warehouse.open() as snapshot:
        return [(r["numerator"], r["denominator"]) for r in snapshot.rows(SEES, {"place": place})]


def test_file_is_recognised_previewed_published_and_withdrawn(warehouse: Warehouse) -> None:
    before = warehouse.current()
    page = opened()
    assert "Своих данных пока нет" in said(page) and "реестр организаций" in said(page)
    page = given(("отметки.xlsx", book(FLAT, school(1))))
    text = said(page)
    assert "плоская таблица отметок ВПР" in text and "Можно публиковать" in text
    assert "город Лесосибирск" in text and "новых: **" in text
    assert warehouse.current() == before, "nothing changes before the button"

    page = published(page)
    assert warehouse.current() != before
    assert "Опубликовано: отметки.xlsx" in said(page)
    assert (2, 25) in held(warehouse, "edu240001")
    entry = Loads(warehouse).entries()[0]
    assert (entry.by, entry.file, entry.rows) == ("Отдел оценки качества", "отметки.xlsx", 1)
    assert "Отдел оценки качества" in said(page) and "действует" in said(page)
    assert Loads(warehouse).original(entry).read_bytes()[:2] == b"PK", "the file as it came is kept"
    assert list((warehouse.folder / "uploads").rglob("*.xlsx")) == [], "the upload's own copy has gone"

    page.button(key="withdraw_ask").click().run()
    assert held(warehouse, "edu240001"), "asking changes nothing yet"
    page.text_input(key="withdraw_name").input("Методист")
    page.button(key="withdraw_yes").click().run()
    assert "Отозвано: отметки.xlsx" in said(page)
    assert held(warehouse, "edu240001") == []
    assert Loads(warehouse).entries()[0].withdrawn_by == "Методист"
