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
     "Муниципалитет": "Енисейск", "Регион": "Красноярский край", "Город или село": "город", "Широта": 58.45,
     "Долгота": 92.17},
    {"Логин": "edu240002", "Название": "СОШ № 2", "Уровень": "организация", "Тип": "школа",
     "Муниципалитет": "Мотыгинский район", "Регион": "Красноярский край"},
    {"Логин": "edu240003", "Название": "СОШ № 3", "Уровень": "организация", "Тип": "школа",
     "Муниципалитет": "Енисейск", "Регион": "Красноярский край"},
    {"Логин": "edu240010", "Название": "ЦНППМ края", "Уровень": "организация", "Тип": "ЦНППМ",
     "Муниципалитет": "Енисейск", "Регион": "Красноярский край"},
    {"Логин": "edu240009", "Название": "Детский сад № 9", "Уровень": "организация", "Тип": "ДОУ",
     "Муниципалитет": "Енисейск", "Регион": "Красноярский край"},
]  # fmt: skip
PROJECT = {"Код проекта": "mentors", "Проект": "Наставник рядом"}
FORMS = {
    "projects": [
        PROJECT | {"Раздел": "Цель", "Текст": "Наставник у каждого", "Механизм": "Методическая работа",
                   "Территория": "Енисейск", "Тип организаций": "школы"},
        PROJECT | {"Раздел": "Показатель", "Показатель": "methodology_young_mentored"},
        PROJECT | {"Раздел": "Показатель", "Показатель": "Доля отметок «2» по ВПР"},
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
        {"Код или логин": "edu240010", "Роль": "куратор", "Компетенция": "маршруты", "Мест": 3, "Занято": 1},
    ],
    "support": [
        {"Год": 2024, "Код или логин": "edu240001", "Список": "ШНОР", "Источник": "приказ от 01.09.2024 № 5",
         "Ступень отбора": 3, "Кластер": "Сильно неуспевающие", "Дефициты": "кадровые дефициты"},
        {"Год": 2024, "Код или логин": "edu240002", "Список": "ШНОР и ШНСУ", "Источник": "приказ от 01.09.2024 № 6",
         "Ступень отбора": 2},
        {"Год": 2025, "Код или логин": "edu240002", "Список": "ШНСУ", "Источник": "приказ от 01.09.2025 № 1"},
    ],
    "risks": [
        {"Год": 2024, "Код или логин": "edu240001", "Фактор риска": "Дефицит кадров", "Уровень": "высокий",
         "Выбран школой": "да", "Программа есть": "да"},
        {"Год": 2024, "Код или логин": "edu240001", "Фактор риска": "Школьный климат", "Уровень": "средний",
         "Выбран школой": "нет", "Другие названия": "Пониженный уровень благополучия"},
        {"Год": 2024, "Код или логин": "edu240002", "Фактор риска": "Школьный климат", "Выбран школой": "да"},
    ],
    "pairs": [
        {"Год": 2025, "Код или логин": "edu240001", "Код или логин лидера": "edu240003",
         "Причина": "договор о сетевом взаимодействии"},
        {"Год": 2024, "Код или логин": "edu240001", "Код или логин лидера": "edu240002", "Причина": "общий подвоз"},
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
            elif kind == "risks":
                continue  # a sheet of the form of lists
            else:
                assert main(["template", kind, str(path)]) == 0
                _fill(path, rows, FORMS["risks"] if kind == "support" else [])
            assert main(["load", str(path)]) == 0
    return folder / "wh"


def _figure(path: Path) -> None:
    """A few figures of one's own: what is low, and what a project is to move."""
    book = Workbook()
    book.active.append(
        ["Код показателя", "Логин", "Муниципалитет", "Год", "Предмет", "Класс", "Числитель", "Знаменатель"]
    )
    for subject in ("Математика", "Русский язык"):
        # СОШ № 1 has 30 % of «2» and more in both, СОШ № 3 too; СОШ № 2 none.
        for login, low in (("edu240001", 12), ("edu240002", 0), ("edu240003", 20)):
            book.active.append(["assessment_vpr_low", login, None, 2024, subject, "5", low, 40])
            book.active.append(["assessment_vpr_quality", login, None, 2024, subject, "5", 30 - low, 40])
    for year, numerator in ((2022, 8), (2024, 30)):
        book.active.append(["methodology_young_mentored", None, "Енисейск", year, None, None, numerator, 40])
    book.save(path)


def _fill(path: Path, *sheets: list[dict[str, object]]) -> None:
    """Write the rows of each sheet into the first open rows of the template."""
    book = load_workbook(path)
    for sheet, rows in zip(book.worksheets, sheets, strict=False):
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
    assert "Мест 9, занято 2, свободно 7" in said and "демонстрационные данные" not in said
    gardens = texts(open_page("communities", data="own", type="preschool"))
    assert "Переход в школу" in gardens and "Чтение вместе" not in gardens and "Мест 2, занято 0" in gardens
    centre = texts(open_page("communities", data="own", type="cnppm"))
    assert "ЦНППМ края" in centre and "Мест 3, занято 1" in centre


def test_loaded_decisions_stand_on_the_page_of_the_council(open_page):
    page = open_page("council", data="own")
    assert not page.exception and not page.error
    assert "Назначить наставников" in texts(page)


def test_a_loaded_project_shows_its_indicators_before_and_after_where_it_runs(open_page):
    said = texts(open_page("projects", data="own", project="mentors")).replace("\xa0", " ")
    # 8 of 40 before 09.2023, 30 of 40 after 05.2024, in Енисейск: told by the sender, not by us.
    assert "20,0 % (2022/23; 8 из 40)" in said and "75,0 % (2024/25; 30 из 40)" in said
    assert "▲ стало лучше, не случайно" in said and "слово отправителя" in said
    assert "Доля отметок «2» по ВПР: Математика, 5 класс" in said, "an indicator told by subject moves in each"
    assert "projects.xlsx, лист «Проекты»" in said
    assert "рядом записано" not in said, "a form states its words alone"


def test_projects_obey_the_district_in_which_they_run(open_page):
    page = open_page("projects", data="own")
    assert "Енисейск" in page.selectbox(key="filter_district").options
    assert "Показаны" not in texts(page)


def test_a_loaded_list_is_compared_with_the_computed_one(open_page):
    page = open_page("support", data="own", view="lists", year="2024")
    assert not page.exception and not page.error
    said = texts(page)
    assert "ШНОР — 2, ШНСУ — 1, в обоих перечнях — 1" in said and "приказ от 01.09.2024 № 5" in said
    # Official: 1 and 2. Computed (30 % in two procedures): 1 and 3.
    assert "в обоих **1**, только в официальном **1**, только в расчётном **1**" in said
    one = texts(open_page("support", data="own", view="lists", year="2024", list_source="приказ от 01.09.2024 № 6"))
    assert "Официальные списки, 2024: 1 школа" in one
    computed = texts(open_page("support", data="own", view="computed", year="2024"))
    for words in ("= в обоих", "+ только в расчётном", "− только в официальном"):
        assert words in computed


def test_a_list_of_a_year_without_any_figure_is_reached(open_page):
    page = open_page("support", data="own", view="lists", year="2025")
    assert not page.warning and "2025: ШНОР — 0, ШНСУ — 1" in texts(page)


def test_loaded_profiles_keep_found_and_chosen_apart_and_their_own_words(open_page):
    page = open_page("support", data="own", view="risks", year="2024")
    assert not page.exception and not page.error
    said = texts(page)
    assert "Выявлено в профилях, 2024: 2 школы" in said and "Школьный климат" in said
    assert "Программа противодействия есть у 1 из 2 выбранных рисков" in said.replace("\xa0", " ")
    one = texts(open_page("support", data="own", view="risks", year="2024", school="edu240002"))
    assert "уровень не указан" in one and "● выбран" in one and "Пониженный уровень благополучия" in one


def test_a_loaded_worktable_is_a_row_a_school_with_its_next_step(open_page):
    table = texts(open_page("support", data="own", view="work", year="2024"))
    assert "возвращено документов — 1" in table and "исправить" in table and "не назначен" in table
    assert "Этап в форме не указан: 1 школа" in table and "▲1 ◆1" in table
    assert "демонстрационные данные" not in table


def test_loaded_pairs_stand_where_nothing_can_be_computed(open_page):
    page = open_page("pairs", data="own", year="2025")
    assert not page.exception and not page.error
    assert "договор о сетевом взаимодействии" in texts(page) and "pairs.xlsx, лист «Пары школ»" in texts(page)


def test_a_pair_of_a_form_stands_against_the_rule_with_its_reason(open_page):
    page = open_page("pairs", data="own", year="2024", indicator="assessment_vpr_quality", subject="Математика")
    assert not page.exception and not page.error
    said = texts(page).replace("\xa0", " ")
    assert "Пара закреплена человеком: общий подвоз." in said
    # 18 of 40 is 45 %, 30 of 40 is 75 %: 30 п.п. better.
    assert "на 30,0 п.п. лучше" in said and "лидер лучше на 30,0 п.п." in said
    strict = texts(open_page("pairs", data="own", year="2024", indicator="assessment_vpr_quality", margin="60"))
    assert "закреплены вопреки запасу 1" in strict


def test_before_and_after_needs_a_year_after_the_selection(open_page):
    page = open_page("support", data="own", view="effect", year="2024")
    assert not page.exception and "Сравнить нельзя" in texts(page)  # СОШ № 1 and № 2 have no figures of 2025


def test_members_of_loaded_groups_stand_on_a_map_and_obey_year_and_district(open_page):
    said = texts(open_page("communities", data="own"))
    assert "Молодые педагоги с наставником" in said and "communities.xlsx" in said
    narrowed = texts(open_page("communities", data="own", district="nothing-here"))
    assert "показаны все муниципалитеты" in narrowed
