"""What was loaded by a form of the programmes stands on its page: projects, communities with mentors, decisions."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pages.shared import data
from pipelines.__main__ import main
from pipelines.store.engine import forget
from pipelines.templates.workbook import FIRST_ROW, HEADER_ROW
from tests.app.page_texts import texts

REGISTER = [
    {"Логин": "edu240001", "Название": "СОШ № 1", "Уровень": "организация", "Тип": "школа",
     "Муниципалитет": "Енисейск", "Регион": "Красноярский край"},
    {"Логин": "edu240009", "Название": "Детский сад № 9", "Уровень": "организация", "Тип": "ДОУ",
     "Муниципалитет": "Енисейск", "Регион": "Красноярский край"},
]  # fmt: skip
PROJECT = {"Код проекта": "mentors", "Проект": "Наставник рядом"}
FORMS = {
    "projects": [
        PROJECT | {"Раздел": "Цель", "Текст": "Наставник у каждого", "Механизм": "Методическая работа"},
        PROJECT | {"Раздел": "Этап", "Текст": "Запуск", "Сроки": "09.2023–05.2024"},
        PROJECT | {"Раздел": "Мероприятие", "Текст": "Круглый стол", "Сроки": "когда получится", "Этап": "Запуск"},
    ],
    "communities": [
        {"Год": 2023, "Группа": "Чтение вместе", "Код или логин": "edu240001", "Тема": "Читательская грамотность"},
        {"Год": 2023, "Группа": "Переход в школу", "Код или логин": "edu240009"},
    ],
    "mentors": [
        {"Код или логин": "edu240001", "Роль": "наставник", "Компетенция": "подготовка к ГИА", "Мест": 4, "Занято": 1},
        {"Код или логин": "edu240009", "Роль": "коуч", "Компетенция": "игровая среда", "Мест": 2, "Занято": 0},
    ],
    "support": [
        {"Год": 2024, "Код или логин": "edu240001", "Список": "ШНОР", "Источник": "приказ от 01.09.2024 № 5"},
    ],
    "worktable": [
        {"Год": 2024, "Код или логин": "edu240001", "Документ": "Концепция", "Состояние документа": "возвращено",
         "Куратор": "методист", "Что дальше": "исправить"},
    ],
    "decisions": [
        {"Дата заседания": "16.12.2023", "Территория": "Енисейск", "Орган": "Совет района", "Тема": "Итоги",
         "Пункт": "1", "Номер решения": "1.1", "Текст решения": "Назначить наставников.", "Срок": "03.2024",
         "Механизм": "Методическая работа"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One's own register and forms alone, filled in the templates and loaded by the command line."""
    folder = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIPELINES_WAREHOUSE", str(folder / "wh"))
        patch.setattr("pipelines.build._shipped_inputs", lambda *_: [])
        for kind, rows in {"organisations": REGISTER, "indicators": [], **FORMS}.items():
            path = folder / f"{kind}.xlsx"
            if kind == "indicators":
                _figure(path)
            else:
                assert main(["template", kind, str(path)]) == 0
                _fill(path, rows)
            assert main(["load", str(path)]) == 0
    return folder / "wh"


def _figure(path: Path) -> None:
    """One figure of one's own: a region without any has no place on pages that are about one."""
    book = Workbook()
    book.active.append(["Код показателя", "Логин", "Год", "Предмет", "Класс", "Числитель", "Знаменатель"])
    book.active.append(["assessment_vpr_quality", "edu240001", 2024, "Математика", "5", 12, 40])
    book.save(path)


def _fill(path: Path, rows: list[dict[str, object]]) -> None:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {str(cell.value).partition(",")[0]: cell.column for cell in sheet[HEADER_ROW + 1] if cell.value}
    for number, row in enumerate(rows):
        for name, value in row.items():
            sheet.cell(FIRST_ROW + 1 + number, columns[name], value)
    book.save(path)


@pytest.fixture(autouse=True)
def served(warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(warehouse))
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}/store.sqlite")
    data._opened.clear()
    data._answers.clear()
    yield
    forget()


def test_a_loaded_project_stands_in_the_portfolio_with_its_unread_words(open_page):
    page = open_page("projects", data="own")
    assert not page.exception and not page.error
    assert "Наставник рядом" in texts(page) and "документ" not in page.title[0].value
    one = texts(open_page("projects", data="own", project="mentors"))
    assert "Наставник у каждого" in one and "Методическая работа" in one
    assert "отнесение наше" not in one and "когда получится" in one


def test_loaded_groups_and_mentors_stand_on_the_page_of_communities_and_obey_the_type(open_page):
    page = open_page("communities", data="own")
    assert not page.exception and not page.error
    said = texts(page)
    assert "Чтение вместе" in said and "Переход в школу" in said
    assert "Мест 6, занято 1, свободно 5" in said and "демонстрационные данные" not in said
    gardens = texts(open_page("communities", data="own", type="preschool"))
    assert "Переход в школу" in gardens and "Чтение вместе" not in gardens and "Мест 2, занято 0" in gardens


def test_loaded_decisions_stand_on_the_page_of_the_council(open_page):
    page = open_page("council", data="own")
    assert not page.exception and not page.error
    assert "Назначить наставников" in texts(page)


def test_loaded_lists_and_worktable_stand_on_the_page_of_low_results(open_page):
    page = open_page("support", data="own", view="lists", year="2024")
    assert not page.exception and not page.error
    said = texts(page)
    assert "ШНОР — 1, ШНСУ — 0" in said and "приказ от 01.09.2024 № 5" in said
    table = texts(open_page("support", data="own", view="work", year="2024"))
    assert "возвращено — 1" in table and "исправить" in table and "не назначен" in table
