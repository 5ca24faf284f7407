"""«Сбор», шаблоны, вопросы о названиях, замена загрузки: what an editor does on «Данные» beside publishing."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from streamlit.testing.v1 import AppTest

from pages import data_collection, data_upload_names, data_upload_return
from pages import data_upload_files as uploads
from pages.shared import access
from pipelines import collection
from pipelines.collection import Deadline, Return
from pipelines.loads import Loads
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "ОО", "Кол-во участников", 2, 3, 4, 5]
REGISTER = [
    ["Логин", "Название", "Уровень", "Тип", "Муниципалитет", "Регион"],
    ["", "город Лесосибирск", "муниципалитет", "", "", "Красноярский край"],
    ["", "Енисейский район", "муниципалитет", "", "", "Красноярский край"],
    ["edu240001", "СОШ № 1", "организация", "школа", "город Лесосибирск", "Красноярский край"],
    ["edu240002", "СОШ № 2", "организация", "школа", "город Лесосибирск", "Красноярский край"],
    ["edu240003", "СОШ № 3", "организация", "школа", "Енисейский район", "Красноярский край"],
]
CITY, RURAL = "RU-KYA-lesosibirsk", "RU-KYA-eniseyskiy"


def book(*rows: list) -> bytes:
    workbook, contents = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(contents)
    return contents.getvalue()


def school(name: str, n: object = 25, district: str = "город Лесосибирск", year: int = 2023) -> list:
    return [year, 5, "Математика", district, name, n, 8, 40, 36, 16]


@pytest.fixture(scope="module")
def registered(built_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped data and a register of two municipalities, built once."""
    folder = tmp_path_factory.mktemp("registered") / "данные"
    shutil.copytree(built_warehouse, folder)
    load(Warehouse(folder), ("реестр.xlsx", book(*REGISTER)))
    return folder


@pytest.fixture
def warehouse(registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A copy that may be changed, and an editor at this very machine."""
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    folder = tmp_path / "данные"
    shutil.copytree(registered, folder)
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    return Warehouse(folder)


def load(warehouse: Warehouse, *files: tuple[str, bytes]) -> str | None:
    """Load files past the page, as the command line would."""
    from pipelines import loading

    folder = warehouse.folder / "given"
    folder.mkdir(exist_ok=True)
    paths = []
    for name, contents in files:
        (folder / name).write_bytes(contents)
        paths.append(folder / name)
    prepared = loading.prepare(warehouse, paths)
    try:
        return loading.publish(prepared, by="Отдел")
    finally:
        prepared.close()


def opened(section: str, **codes: str) -> AppTest:
    page = AppTest.from_string("from pages import router\nrouter.show('data')", default_timeout=120)
    for name, code in {"section": section, **codes}.items():
        page.query_params[name] = code
    return page.run()


def given(*files: tuple[str, bytes]) -> AppTest:
    page = opened("upload")
    page.file_uploader[0].set_value([(name, contents, "application/octet-stream") for name, contents in files])
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception, page.exception[0].value
    parts = [block.proto.body for block in page.get("html")]
    kinds = (page.header, page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    text = "\n".join(parts + [block.value for kind in kinds for block in kind])
    return text.replace("\N{NO-BREAK SPACE}", " ")


def pressed(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    return page.run()


def schools(warehouse: Warehouse) -> set[str]:
    with warehouse.open() as snapshot:
        rows = snapshot.rows("SELECT DISTINCT territory FROM shown WHERE collection = 'own' AND level = 'school'")
    return {row["territory"] for row in rows}


# --- the collection -----------------------------------------------------------------------------------------


def test_collection_tells_who_reported_who_was_sent_back_and_who_is_silent(warehouse: Warehouse) -> None:
    load(warehouse, ("отметки.xlsx", book(FLAT, school("СОШ № 1"))))
    collection.set_deadline(warehouse, Deadline("flat_marks", 2023, "district", "2024-03-15", "Отдел"))
    text = said(opened("collection"))
    assert "Отчитались 1 из 2" in text and "**15.03.2024** включительно" in text
    assert "сдали с опозданием" in text, "what is loaded today is late for a deadline of 2024"
    assert "не сдали, срок прошёл" in text
    late = Return("flat_marks", 2023, RURAL, "район.xlsx", "2024-03-10T09:00:00Z", "Отдел", ("Ошибка: не число.",))
    collection.add_returns(warehouse, [late])
    page = opened("collection")
    assert "возвращено с замечаниями" in said(page) and "район.xlsx" in said(page)
    letter = next(area for area in page.text_area if area.key.startswith("collection_")).value
    assert letter.startswith("Енисейский район: форма «плоская таблица отметок ВПР» за 2023 год.")
    assert "1. Ошибка: не число." in letter


def test_editor_sets_and_lifts_a_deadline(warehouse: Warehouse) -> None:
    page = opened("collection", form="flat_marks", collected="2023")
    assert "Срок не назначен" in said(page) and "ещё не сдали" in said(page)
    page.date_input(key="deadline_day_flat_marks_2023").set_value(date(2024, 3, 15))
    page.text_input(key="deadline_name_flat_marks_2023").input("Отдел")
    next(button for button in page.button if button.label == "Сохранить").click()
    page.run()
    assert "**15.03.2024** включительно" in said(page) and "срок прошёл" in said(page)
    assert collection.deadlines(Loads(warehouse))[0].by == "Отдел"
    next(button for button in page.button if button.label == "Снять срок").click()
    page.run()
    assert "Срок не назначен" in said(page)


def test_table_of_the_collection_is_a_file_of_real_dates_and_numbers(warehouse: Warehouse) -> None:
    store = Loads(warehouse)
    load(warehouse, ("отметки.xlsx", book(FLAT, school("СОШ № 1"))))
    found = collection.statuses(
        collection.units(store.register(), "district", year=2023),
        collection.reports(store, store.entries(), "flat_marks", 2023), [], date(2024, 3, 15), date(2024, 3, 20),
    )  # fmt: skip
    frame = data_collection.table(found, "district")
    silent, late = frame.iloc[0], frame.iloc[1]
    assert (silent["Муниципалитет"], silent["Опоздание, дней"]) == ("Енисейский район", 5)
    assert (silent["Организаций сдали"], silent["Организаций всего"]) == (0, 1), "a true zero of organisations"
    assert (late["Организаций сдали"], late["Организаций всего"]) == (1, 2)
    assert isinstance(late["Первая сдача"], date)


def test_without_a_register_the_collection_asks_for_it(
    built_warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(built_warehouse, tmp_path / "пусто")
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(tmp_path / "пусто"))
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    assert "Загрузите реестр" in said(opened("collection"))
    text = said(opened("upload"))
    assert "Первый шаг — реестр организаций" in text and "Реестр загружен" not in text


def test_returned_file_stands_in_the_collection_with_its_findings(warehouse: Warehouse) -> None:
    """H3 is the number of the second school; the sender is the one municipality of the file."""
    page = given(("город.xlsx", book(FLAT, school("СОШ № 1"), school("СОШ № 2", "много"))))
    letter = next(area for area in page.text_area if area.key.startswith("return_")).value
    assert "Файл «город.xlsx» (плоская таблица отметок ВПР)" in letter
    assert "1. Ошибка (Sheet, F3): «много» — не число." in letter
    assert page.multiselect(key="return_who").value == [CITY]
    assert page.number_input(key="return_year").value == 2023
    pressed(page, "return_keep")
    assert "Впишите имя" in said(page)
    page.text_input(key="return_name").input("Отдел")
    pressed(page, "return_keep")
    assert "Возврат отмечен" in said(page)
    (kept,) = collection.returns(Loads(warehouse), "flat_marks", 2023)
    assert (kept.territory, kept.by, kept.file) == (CITY, "Отдел", "город.xlsx")
    assert "возвращено с замечаниями" in said(opened("collection", form="flat_marks", collected="2023"))


# --- names --------------------------------------------------------------------------------------------------


def test_unknown_name_is_answered_on_the_page_and_not_asked_again(warehouse: Warehouse) -> None:
    page = given(("отметки.xlsx", book(FLAT, school("Школа Героя"))))
    assert "Кого имел в виду составитель: 1 название" in said(page)
    question = page.selectbox(key=f"upload_name_0_{CITY}_Школа Героя")
    assert "«Школа Героя» (город Лесосибирск) — 1 строка, Sheet · E2" in question.label
    assert "edu240002" in question.proto.options[-1] or any("edu240002" in text for text in question.options)
    question.set_value("edu240002").run()
    pressed(page, "upload_names")
    assert "Можно публиковать" in said(page)
    page.text_input(key="upload_name").input("Отдел")
    pressed(page, "upload_publish")
    assert "Запомненные названия: 1" in {expander.label for expander in page.expander} or "школа героя" in said(page)
    assert schools(warehouse) == {"edu240002"}

    again = given(("позже.xlsx", book(FLAT, school("Школа Героя", year=2024))))
    assert "Можно публиковать" in said(again) and "так ответили раньше" in said(again)
    pressed(again, "alias_forget")
    assert Loads(warehouse).aliases() == {}
    assert "Кого имел в виду составитель" in said(again), "the same upload is asked about again"


def test_new_organisation_is_founded_from_the_question(warehouse: Warehouse) -> None:
    page = given(("отметки.xlsx", book(FLAT, school("Лицей новый", district="Енисейский район"))))
    page.selectbox(key=f"upload_name_0_{RURAL}_Лицей новый").set_value(data_upload_names.NEW).run()
    assert page.selectbox(key="upload_new_place_0").value == RURAL
    page.text_input(key="upload_new_login_0").input("edu240077").run()
    pressed(page, "upload_names")
    assert "Можно публиковать" in said(page)
    page.text_input(key="upload_name").input("Отдел")
    pressed(page, "upload_publish")
    assert schools(warehouse) == {"edu240077"}


# --- templates, boundaries, replacing -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["organisations", "mechanisms", "indicators", "targets"])
def test_template_is_made_on_the_page_prefilled(warehouse: Warehouse, kind: str) -> None:
    page = opened("upload")
    page.selectbox(key="template_kind").set_value(kind).run()
    page.number_input(key="template_year").set_value(2024).run()
    if kind != "organisations":
        page.selectbox(key="template_mechanism").set_value("assessment").run()
    if kind != "targets":
        page.selectbox(key="template_district").set_value(CITY).run()
    pressed(page, "template_make")
    said(page)
    (chosen, contents) = page.session_state["template_ready"]
    narrowed = ("assessment" if kind != "organisations" else None, CITY if kind != "targets" else None)
    assert chosen == (kind, *narrowed, 2024)
    told = {str(cell) for row in load_workbook(io.BytesIO(contents)).worksheets[0].values for cell in row if cell}
    assert ("СОШ № 1" in told) == (kind in ("organisations", "indicators")), "the register is written in"
    assert "СОШ № 3" not in told, "the other municipality is left out"


def test_template_that_cannot_be_made_says_why(warehouse: Warehouse) -> None:
    page = opened("upload")
    page.selectbox(key="template_kind").set_value("indicators").run()
    page.number_input(key="template_year").set_value(1991).run()
    pressed(page, "template_make")
    assert "1991" in said(page) and page.error


def test_change_of_the_register_is_seen_before_it_is_published(warehouse: Warehouse) -> None:
    changed = [list(row) for row in REGISTER]
    changed[4][1] = "Гимназия"
    changed.append(["edu240009", "СОШ № 9", "организация", "школа", "Енисейский район", "Красноярский край"])
    page = given(("реестр новый.xlsx", book(*changed)))
    text = said(page)
    assert "новых организаций — **1**, описаны иначе — **1**" in text
    assert "СОШ № 2" in text and "Гимназия" in text and "название" in text
    page.text_input(key="upload_name").input("Отдел")
    pressed(page, "upload_publish")
    assert "Опубликовано" in said(page)
    assert "upload_see" not in {button.key for button in page.button}, "a register alone has no figures to compare"


def test_replaced_register_shows_who_leaves_it_by_municipality(warehouse: Warehouse) -> None:
    """School 1 has figures and stays in the data; school 3 goes; school 2 moves to the other municipality."""
    load(warehouse, ("отметки.xlsx", book(FLAT, school("СОШ № 1"))))
    newer = [list(row) for row in (*REGISTER[:3], REGISTER[4])]
    newer[3][4] = "Енисейский район"
    page = given(("реестр новый.xlsx", book(*newer)))
    assert "выбывают" not in said(page)
    old = next(entry for entry in Loads(warehouse).entries() if entry.register)
    replaces = next(box for box in page.selectbox if box.key.startswith("upload_replaces_"))
    replaces.set_value(old.id).run()
    text = said(page)
    assert "описаны иначе — **1**, выбывают — **2**" in text
    assert "показатели остаются" in text and "больше нет в данных" in text
    assert ">город Лесосибирск<" in text and ">Енисейский район<" in text
    assert "Реестр по муниципалитетам" in text


def test_points_targets_and_boundaries_are_seen_before_they_are_published(warehouse: Warehouse) -> None:
    head = ["Код территории", "Территория", "Год", "Редакция", "Код позиции", "Максимум", "Баллы"]
    row = [CITY, "город Лесосибирск", 2024, "2021", "assessment_2021_01", 2]
    text = said(given(("баллы.xlsx", book(head, [*row, 1]))))
    assert "Баллы: Система оценки качества подготовки обучающихся" in text and "Новых" in text
    load(warehouse, ("баллы.xlsx", book(head, [*row, 1])))
    page = given(("исправлено.xlsx", book(head, [*row, 2])))
    assert "Изменённых" in said(page) and "Баллы и цели, было → станет: 1" in {box.label for box in page.expander}
    target = [["Код показателя", "Показатель", "Цель", "Источник цели", "Дата"]]
    target.append(["assessment_vpr_pass", "Успеваемость", 95, "Приказ, п. 3", "15.01.2026"])
    text = said(given(("цели.xlsx", book(*target))))
    assert "Цель: Успеваемость по ВПР" in text and "95" in text


def test_after_a_return_the_page_says_what_the_next_publication_brings_back(warehouse: Warehouse) -> None:
    before = warehouse.current()
    load(warehouse, ("отметки.xlsx", book(FLAT, school("СОШ № 1"))))
    assert "в показанной версии её нет" not in said(opened("upload"))
    warehouse.rollback(before)
    assert "действует, но в показанной версии её нет" in said(opened("upload"))
    text = said(given(("другие.xlsx", book(FLAT, school("СОШ № 3", district="Енисейский район")))))
    assert "Показана прежняя версия данных" in text and "вернётся отметки.xlsx" in text


def test_latest_load_is_offered_for_withdrawal_first(warehouse: Warehouse) -> None:
    """The choice of an older load does not outlive a newer one: a press would take back the register."""
    page = opened("upload")
    entries = Loads(warehouse).entries()
    assert page.selectbox(key="withdraw_choice").value == entries[0].id
    load(warehouse, ("отметки.xlsx", book(FLAT, school("СОШ № 1"))))
    page.run()
    assert page.selectbox(key="withdraw_choice").value == Loads(warehouse).entries()[-1].id


def test_boundaries_come_through_the_same_chooser(warehouse: Warehouse) -> None:
    square = '{"type":"Polygon","coordinates":[[[92,58],[93,58],[93,59],[92,58]]]}'
    feature = '{"type":"Feature","properties":{"name":"%s"},"geometry":' + square + "}"
    text = '{"type":"FeatureCollection","features":[' + feature % "г. Лесосибирск" + "]}"
    page = given(("границы.geojson", text.encode()))
    assert "границы муниципалитетов" in said(page) and "Можно публиковать" in said(page)
    wrong = given(("границы.geojson", text.replace("Лесосибирск", "Енисейск").encode()))
    assert "Кого имел в виду составитель" in said(wrong)
    wrong.selectbox(key="upload_name_0__г. Енисейск").set_value(RURAL).run()
    pressed(wrong, "upload_names")
    assert "Можно публиковать" in said(wrong)


def test_replaced_load_withdraws_what_the_new_file_lacks(warehouse: Warehouse) -> None:
    load(warehouse, ("первый.xlsx", book(FLAT, school("СОШ № 1"), school("СОШ № 2"))))
    page = given(("второй.xlsx", book(FLAT, school("СОШ № 1", 50))))
    assert "отозванных" not in said(page)
    choice = next(box for box in page.selectbox if box.label == "Заменяет прежнюю загрузку целиком")
    earlier = next(entry for entry in Loads(warehouse).entries() if entry.file == "первый.xlsx")
    choice.set_value(earlier.id).run()
    text = said(page)
    assert "отозванных: **" in text and "СОШ № 2" in text and "отозвано" in text
    page.text_input(key="upload_name").input("Отдел")
    pressed(page, "upload_publish")
    assert schools(warehouse) == {"edu240001"}
    assert Loads(warehouse).entries()[-1].replaces == (earlier.id,)


# --- those who may only look --------------------------------------------------------------------------------


def test_visitor_sees_the_collection_and_changes_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = uploads.start(warehouse, [("отметки.xlsx", book(FLAT, school("СОШ № 1")))])
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    page = opened("collection")
    assert "Отчитались 0 из 2" in said(page)
    assert "Назначить срок" not in said(page) and not page.date_input
    for forbidden in (
        lambda: data_collection.keep_deadline(warehouse, Deadline("flat_marks", 2023, "district", "2024-03-15")),
        lambda: data_collection.drop_deadline(warehouse, "flat_marks", 2023),
        lambda: data_upload_return.send_back(warehouse, [], "Кто угодно"),
        lambda: data_upload_names.forget(warehouse, "школа"),
        lambda: uploads.name_territories(kept, []),
        lambda: uploads.replace_load(kept, None),
    ):
        with pytest.raises(access.NotAnEditor, match="только смотреть"):
            forbidden()
    assert collection.deadlines(Loads(warehouse)) == []


# --- what was found in a file that was published all the same --------------------------------------------------


def doubtful(warehouse: Warehouse) -> None:
    """The second school's shares give 110, and 26 % of 25 is nobody whole: two questions, the file is published."""
    second = school("СОШ № 2")
    second[-1] = 26
    load(warehouse, ("отметки.xlsx", book(FLAT, school("СОШ № 1"), second)))


def test_history_tells_what_was_found_and_gives_the_text_for_its_sender(warehouse: Warehouse) -> None:
    doubtful(warehouse)
    page = opened("upload")
    text = said(page)
    assert "2 вопроса" in text and "Доли в сумме дают 110" in text
    letter = next(area for area in page.text_area if area.key.startswith("load_")).value
    assert "загружен, но есть вопросы" in letter and "110" in letter
    assert page.multiselect(key="load_return_who").value == [CITY]
    page.text_input(key="load_return_name").input("Отдел")
    pressed(page, "load_return_keep")
    assert "Возврат отмечен" in said(page)
    (kept,) = collection.returns(Loads(warehouse), "flat_marks", 2023)
    assert kept.territory == CITY and "110" in kept.findings[0]


def test_collection_asks_about_a_published_file_and_sends_it_back(warehouse: Warehouse) -> None:
    doubtful(warehouse)
    page = opened("collection", form="flat_marks", collected="2023")
    assert "✓ сдали" in said(page)
    choice = page.selectbox(key="collection_letter")
    assert any("город Лесосибирск — ✓ сдали, 2 вопроса" in option for option in choice.options)
    choice.set_value(CITY).run()
    letter = page.text_area(key=f"collection_{CITY}_text").value
    assert "«отметки.xlsx» загружен, но есть вопросы" in letter and "110" in letter
    page.text_input(key="collection_name").input("Отдел")
    pressed(page, "collection_return")
    assert "ждём исправленный файл" in said(page) and "возвращено с замечаниями" in said(page)


def test_visitor_reads_no_findings_of_files(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings quote numbers of single schools; a reminder quotes none."""
    doubtful(warehouse)
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    text = said(opened("upload"))
    assert "2 вопроса" in text and "110" not in text
    page = opened("collection", form="flat_marks", collected="2023")
    assert "110" not in said(page)
    assert [option.partition(" —")[0] for option in page.selectbox(key="collection_letter").options] == [
        "Енисейский район"
    ]


def test_form_of_a_programme_is_collected_like_any_other(warehouse: Warehouse) -> None:
    head = ["Год", "Код или логин", "Организация", "Документ", "Состояние документа", "Что дальше"]
    load(warehouse, ("таблица.xlsx", book(head, [2024, "edu240001", "", "концепция", "принято", "программа"])))
    page = opened("collection", form="form_worktable", collected="2024")
    assert "Отчитались 1 из 2" in said(page), "one municipality of two, through one of its schools"
