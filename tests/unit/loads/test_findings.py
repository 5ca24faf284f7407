"""A fault is told once, and what a document left empty stays visible as empty."""

from openpyxl import Workbook

from pipelines.readers.source_document import read_source_document

HEAD = ["Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]


def rules(prepared) -> list[str]:
    return [told.rule for file in prepared.files for told in file.findings if told.grade == "error"]


def test_file_without_a_year_is_asked_for_it_once(book, checked):
    row = [5, "Математика", "город Лесосибирск", "edu240001", "СОШ № 1", 25, 8, 40, 36, 16]
    path = book("отметки.xlsx", HEAD, row, [*row[:3], "edu240002", "СОШ № 2", *row[5:]])
    assert rules(checked(path)) == ["year_missing"]
    assert rules(checked(path, year=2023)) == []


def test_year_that_cannot_be_is_still_told(book, checked):
    """1899 stands in a cell of its own: it is not missing, it cannot be."""
    path = book("отметки.xlsx", ["Код показателя", "Логин", "Год", "Числитель", "Знаменатель"],
                ["assessment_vpr_pass", "edu240001", 1899, 20, 25])  # fmt: skip
    assert set(rules(checked(path))) & {"year_impossible", "year_missing"}


def test_conflicting_rows_are_told_as_a_person_writes_figures(book, checked):
    head = ["Код показателя", "Логин", "Муниципалитет", "Год", "Числитель", "Знаменатель", "Процент"]
    place = ["edu240001", "город Лесосибирск", 2023]
    rows = [["assessment_vpr_pass", *place, 20, 25, ""], ["assessment_vpr_pass", *place, "", "", 62.5]]
    path = book("два.xlsx", head, *rows)
    (told,) = [f for f in checked(path).files[0].findings if f.rule == "conflicting_rows"]
    assert set(told.seen.split("; ")) == {"20 из 25", "62,5 %"}


def test_form_that_nobody_filled_in_is_not_published(book, published, checked, warehouse):
    path = book("пустая.xlsx", ["Год", *HEAD])
    assert published(path) is None and not warehouse.pointer.exists()
    assert [told.rule for told in checked(path).files[0].findings] == ["no_rows"]


def test_wholly_empty_column_of_a_document_stays(tmp_path):
    """«Сумма» stands empty in the document: the column is kept; our own «Примечание» says nothing and goes."""
    workbook = Workbook()
    passport = workbook.active
    passport.title = "О документе"
    for row in (["Поле", "Значение"], ["Код документа", "009"], ["Название", "Проба"]):
        passport.append(row)
    contents = workbook.create_sheet("Содержание")
    for row in (["Лист", "Таблица", "Место в документе", "Примечание"], ["Деньги", "Деньги", "с. 1", ""]):
        contents.append(row)
    sheet = workbook.create_sheet("Деньги")
    for row in (["Деньги"], ["Источник", "Сумма", "Место в документе", "Примечание"],
                ["бюджет", None, "с. 1", None], ["грант", None, "с. 1", None]):  # fmt: skip
        sheet.append(row)
    path = tmp_path / "009.xlsx"
    workbook.save(path)
    cells = read_source_document(path, path.name).rows["document_cell"]
    told = {(cell["header"], cell["cell"]): cell["value"] for cell in cells if cell["sheet"] == "Деньги"}
    assert told["Сумма", "B3"] is None and ("Сумма", "B4") not in told
    assert told["Источник", "A4"] == "грант"
    assert {header for header, _ in told} == {"Источник", "Сумма", "Место в документе"}


def test_an_unknown_municipality_is_told_at_its_own_cell(register, book, checked):
    """The row has a login before and a school behind it: the word to mend stands in C."""
    row = [5, "Математика", "город Лесосибирк", "edu240099", "СОШ № 99", 25, 8, 40, 36, 16]
    found = checked(book("отметки.xlsx", HEAD, row), year=2023).files[0].findings
    assert [(told.cell, told.rule) for told in found if told.grade == "error"] == [("C2", "unknown_territory")]
