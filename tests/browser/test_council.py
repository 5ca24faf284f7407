"""Two editors in two browsers, and a protocol that is downloaded and read back."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.page import settle


@pytest.fixture(scope="module")
def council(start_app, built_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard with a store of its own."""
    ignored = shutil.ignore_patterns("demo", "*.sqlite*")
    warehouse = shutil.copytree(built_warehouse, tmp_path_factory.mktemp("council") / "wh", ignore=ignored)
    with start_app(warehouse=warehouse) as server:
        yield f"{server.url}/council?data=sources"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    return settle(page)


def pressed(page: Page, name: str) -> Page:
    page.get_by_role("button", name=name, exact=True).click()
    return settle(page)


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def test_nobodys_text_is_lost(council: str, new_page) -> None:
    first, second = opened(new_page(), council), opened(new_page(), council)
    for page in (first, second):
        page.get_by_role("link", name="2.2.1", exact=True).click()
        settle(page)
        pressed(page, "Изменить")
    write(first, "Текст решения", "Текст первого редактора")
    pressed(first, "Сохранить")
    expect(first.get_by_text("Сохранено.")).to_be_visible()
    write(second, "Текст решения", "Текст второго редактора")
    pressed(second, "Сохранить")
    expect(second.get_by_text(re.compile("Ваш текст не потерян"))).to_be_visible()
    expect(second.get_by_text("Текст первого редактора").first).to_be_visible()
    expect(second.get_by_text("Текст второго редактора").first).to_be_visible()
    pressed(second, "Сохранить вместе")
    expect(second.get_by_text("Сохранено.")).to_be_visible()
    opened(first, council)
    row = first.get_by_role("row").filter(has=first.get_by_role("link", name="2.2.1", exact=True))
    expect(row).to_contain_text("Текст первого редактора")
    expect(row).to_contain_text("Текст второго редактора")


def test_protocol_is_downloaded_and_read_back(council: str, browser_page: Page, tmp_path: Path) -> None:
    page = opened(browser_page, f"{council}&council_part=protocol")
    page.get_by_role("button", name="Скачать DOCX").click()
    settle(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Протокол", exact=True).click()
    file = tmp_path / waited.value.suggested_filename
    waited.value.save_as(file)
    assert file.suffix == ".docx" and "16 12 2019" in file.name
    lines = [paragraph.text for paragraph in docx.Document(file).paragraphs]
    assert lines[:2] == ["Управление образования администрации города Лесосибирска", "ПРОТОКОЛ"]
    assert "Присутствовали: 75 чел." in lines
