"""An editor brings a file from ФИС ОКО, sees what it is and what it changes, publishes, finds it, takes it back."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import exceptions, settle

HEADER = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]


def flat_table(path: Path, *spoilt: object) -> Path:
    """A flat regional table of two schools; ``spoilt`` stands in the first one's number of participants."""
    workbook = Workbook()
    workbook.active.append(HEADER)
    for number in (1, 2):
        count = spoilt[0] if spoilt and number == 1 else 25
        place = ["город Лесосибирск", f"edu24000{number}", f"СОШ № {number}"]
        workbook.active.append([2023, 5, "Математика", *place, count, 8, 40, 36, 16])
    workbook.save(path)
    return path


def test_a_file_is_checked_published_found_and_withdrawn(
    start_app, built_warehouse: Path, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    warehouse = tmp_path / "данные"
    shutil.copytree(built_warehouse, warehouse)
    with start_app(warehouse=warehouse) as server:
        page = new_page()
        page.goto(f"{server.url}/data?section=upload")
        settle(page)
        expect(page.get_by_text("Своих данных пока нет")).to_be_visible()
        page.locator("input[type=file]").set_input_files(flat_table(tmp_path / "плохой.xlsx", "много"))
        page.wait_for_url(re.compile("upload="))
        settle(page)
        expect(page.get_by_text("Загрузить пока нельзя: 1 ошибка")).to_be_visible()
        expect(page.get_by_text("· G2")).to_be_visible()
        assert page.get_by_role("button", name="Опубликовать").count() == 0
        assert grave_findings(page) == []

        page.get_by_role("button", name="Выбрать другие файлы").click()
        settle(page)
        page.locator("input[type=file]").set_input_files(flat_table(tmp_path / "отметки.xlsx"))
        page.wait_for_url(re.compile("upload="))
        settle(page)
        link = page.url
        reloaded = new_page()
        reloaded.goto(link)
        settle(reloaded)
        expect(reloaded.get_by_text("плоская таблица отметок ВПР")).to_be_visible()

        reloaded.get_by_label("Ваше имя").fill("Отдел оценки качества")
        reloaded.get_by_role("button", name="Опубликовать").click()
        expect(reloaded.get_by_text("Опубликовано: отметки.xlsx")).to_be_visible(timeout=60_000)
        settle(reloaded)
        assert "upload=" not in reloaded.url
        assert grave_findings(reloaded) == []
        reloaded.get_by_role("button", name="Открыть в «Сравнении»").click()
        reloaded.wait_for_url(re.compile("compare.*data=own"))
        settle(reloaded)
        assert exceptions(reloaded) == []
        expect(reloaded.get_by_text("Лесосибирск").first).to_be_visible()

        page.goto(f"{server.url}/data?section=upload")
        settle(page)
        page.get_by_role("button", name="Отозвать…").click()
        page.get_by_label("Ваше имя").fill("Методист")
        page.get_by_role("button", name="Да, отозвать").click()
        expect(page.get_by_text("Отозвано: отметки.xlsx")).to_be_visible(timeout=60_000)
        page.goto(f"{server.url}/compare?data=own")
        settle(page)
        expect(page.get_by_text("Собрания данных «Свои данные» нет")).to_be_visible()


def test_upload_waits_through_a_kill_of_the_server(
    start_app, built_warehouse: Path, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    """Files, an answer and the preview are there again after the process was killed and started anew."""
    warehouse = tmp_path / "данные"
    shutil.copytree(built_warehouse, warehouse)
    path = flat_table(tmp_path / "без года.xlsx")
    workbook = load_workbook(path)
    workbook.active.delete_cols(1)
    workbook.save(path)
    with start_app(warehouse=warehouse) as server:
        page = new_page()
        page.goto(f"{server.url}/data?section=upload")
        settle(page)
        page.locator("input[type=file]").set_input_files(path)
        page.wait_for_url(re.compile("upload="))
        settle(page)
        page.get_by_label("Год", exact=True).first.fill("2023")
        page.get_by_role("button", name="Проверить снова").click()
        expect(page.get_by_text("Можно публиковать")).to_be_visible()
        settle(page)
        asked = urlsplit(page.url).query
        server.process.kill()
        server.process.wait()
    with start_app(warehouse=warehouse) as server:
        page = new_page()
        page.goto(f"{server.url}/data?{asked}")
        settle(page)
        expect(page.get_by_text("Можно публиковать")).to_be_visible()
        expect(page.get_by_label("Год", exact=True).first).to_have_value("2023")
        page.get_by_label("Ваше имя").last.fill("Отдел")
        page.get_by_role("button", name="Опубликовать").click()
        expect(page.get_by_text("Опубликовано: без года.xlsx")).to_be_visible(timeout=60_000)


def test_editor_who_presses_second_is_shown_the_new_difference(
    start_app, built_warehouse: Path, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    warehouse = tmp_path / "данные"
    shutil.copytree(built_warehouse, warehouse)
    with start_app(warehouse=warehouse) as server:
        editors = [new_page(), new_page()]
        for number, page in enumerate(editors):
            page.goto(f"{server.url}/data?section=upload")
            settle(page)
            path = flat_table(tmp_path / f"файл {number}.xlsx", 25 + 25 * number)
            page.locator("input[type=file]").set_input_files(path)
            page.wait_for_url(re.compile("upload="))
            settle(page)
            page.get_by_label("Ваше имя").last.fill(f"Редактор {number}")
        for page in editors:
            page.get_by_role("button", name="Опубликовать").click(no_wait_after=True)
        first, second = editors
        expect(first.get_by_text("Опубликовано: файл 0.xlsx")).to_be_visible(timeout=60_000)
        expect(second.get_by_text("опубликовал кто-то другой")).to_be_visible(timeout=60_000)
        settle(second)
        expect(second.get_by_text("изменённых").first).to_be_visible()
        second.get_by_role("button", name="Опубликовать").click()
        expect(second.get_by_text("Опубликовано: файл 1.xlsx")).to_be_visible(timeout=60_000)
