"""A dozen tables as departments draw them: the proposal that ``mapping`` prints loads unedited, figure by figure.

The expected figures are typed from the tables by hand: (place, indicator, year) → (numerator, denominator, per cent or
value, reason of absence).
"""

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines.__main__ import main
from pipelines.catalogue import load_catalogue
from pipelines.errors import UnknownCode
from pipelines.loading import prepare
from pipelines.readers.context import Context
from pipelines.readers.mapping import parse_mapping
from pipelines.readers.opening import open_file
from pipelines.readers.propose import propose
from pipelines.snapshot import Warehouse

CERTIFICATE, EDUCATION = "assessment_no_certificate", "talent_additional_education"
CATEGORY, YOUNG = "leaders_teacher_category", "leaders_teachers_under_30"

TABLES = {
    "wide by indicator, the year in the title": (
        [
            ["Охват и кадры в 2023 году"], [],
            ["№ п/п", "Муниципалитет", "Охват доп. образованием, %", "Учителя до 30 лет, %"],
            [1, "Алданский район", 74.5, 12], [2, "Ленский район", "80,2", "н/д"], ["Примечание: на 1 сентября"],
        ],
        {("Алданский район", EDUCATION, 2023): (None, None, 74.5, None),
         ("Ленский район", EDUCATION, 2023): (None, None, 80.2, None),
         ("Ленский район", YOUNG, 2023): (None, None, None, "not_reported")},
    ),
    "wide by year, the indicator in the title": (
        [
            ["Охват дополнительным образованием, %"], ["Муниципалитет", 2021, 2022, 2023],
            ["Алданский район", 70, 72.2, 74.5], ["Ленский район", "–", 60, 61],
        ],
        {("Алданский район", EDUCATION, 2021): (None, None, 70, None),
         ("Алданский район", EDUCATION, 2023): (None, None, 74.5, None),
         ("Ленский район", EDUCATION, 2021): (None, None, None, "not_reported")},
    ),
    "wide by school year in words, two header rows": (
        [
            ["Муниципалитет", "Охват дополнительным образованием, %", None],
            [None, "2021-2022 уч. год", "2022/23"], ["Алданский район", 70, 72.2], ["Ленский район", 59, 60],
        ],
        {("Алданский район", EDUCATION, 2021): (None, None, 70, None),
         ("Ленский район", EDUCATION, 2022): (None, None, 60, None)},
    ),
    "two columns of counts of which nothing says which is the whole": (
        [
            ["Мониторинг, 2023 год"], ["Муниципалитет", "Охват дополнительным образованием", None],
            [None, "Детей, чел.", "Охвачено, чел."], ["Алданский район", 1250, 1000], ["Ленский район", 600, 600],
        ],
        {},
    ),
    "counts and a per cent of one indicator": (
        [
            ["Сведения об аттестатах, 2023 год"],
            ["Муниципалитет", "Всего выпускников, чел.", "Не получили аттестат, чел.", "Не получили аттестат, %"],
            ["Алданский район", 200, 4, 2], ["Ленский район", "1 000", 5, "0,5 %"], ["Итого", "1 200", 9, 0.75],
        ],
        {("Алданский район", CERTIFICATE, 2023): (4, 200, None, None),
         ("Ленский район", CERTIFICATE, 2023): (5, 1000, None, None)},
    ),
    "counts by year under a header of two rows": (
        [
            ["Не получили аттестат"], ["Муниципалитет", "2022 год", None, "2023 год", None],
            [None, "Выпускников", "Не получили аттестат, чел.", "Выпускников", "Не получили аттестат, чел."],
            ["Алданский район", 100, 1, 120, 0], ["Ленский район", 50, 2, 60, 3],
        ],
        {("Алданский район", CERTIFICATE, 2022): (1, 100, None, None),
         ("Алданский район", CERTIFICATE, 2023): (0, 120, None, None),
         ("Ленский район", CERTIFICATE, 2023): (3, 60, None, None)},
    ),
    "long, named by words": (
        [
            ["Показатель", "Муниципалитет", "Год", "Процент"],
            ["Охват доп. образованием", "Алданский район", "2023 г.", 74.5],
            ["Учителя до 30 лет", "Алданский район", 2023, 12],
        ],
        {("Алданский район", EDUCATION, 2023): (None, None, 74.5, None),
         ("Алданский район", YOUNG, 2023): (None, None, 12, None)},
    ),
    "per cents by number format": (
        [["Муниципалитет", "Охват доп. образованием 2023"], ["Алданский район", 0.745], ["Ленский район", 0.5]],
        {("Алданский район", EDUCATION, 2023): (None, None, 74.5, None)},
    ),
    "a row of column numbers, a total above, a signature below": (
        [
            ["Мониторинг 2022-2023 учебный год"], ["№", "Район", "Педагоги с первой и высшей категорией, %"], [1, 2, 3],
            [None, "Всего", 60], [1, "Алданский район", "62,5*"], [2, "Ленский район", "нет данных"], [],
            ["* без совместителей"], ["Исполнитель: методист, тел. 2-00-00"],
        ],
        {("Алданский район", CATEGORY, 2022): (None, None, 62.5, None),
         ("Ленский район", CATEGORY, 2022): (None, None, None, "not_reported")},
    ),
    "merged municipalities beside schools": (
        [
            ["Кадры, 2023 год"], ["Муниципалитет", "Школа", "Учителя до 30 лет, %"], ["Алданский район", "СОШ № 1", 12],
            [None, "СОШ № 2", 0], ["Ленский район", "СОШ № 1", 7],
        ],
        {("СОШ № 2", YOUNG, 2023): (None, None, 0, None)},
    ),
    "two tables of two years on one sheet": (
        [
            ["Охват доп. образованием в 2022 году"], ["Муниципалитет", "Охват доп. образованием, %"],
            ["Алданский район", 70],
            ["Ленский район", 60], [], ["Охват доп. образованием в 2023 году"],
            ["Муниципалитет", "Охват доп. образованием, %"], ["Алданский район", 71], ["Ленский район", 61],
        ],
        {("Алданский район", EDUCATION, 2022): (None, None, 70, None),
         ("Ленский район", EDUCATION, 2022): (None, None, 60, None),
         ("Алданский район", EDUCATION, 2023): (None, None, 71, None),
         ("Ленский район", EDUCATION, 2023): (None, None, 61, None)},
    ),
    "three tables of different columns on one sheet, the year said once on top": (
        [
            ["Мониторинг за 2023 год"], ["Таблица 1. Охват"], ["Муниципалитет", "Охват доп. образованием, %"],
            ["Алданский район", 70], ["Ленский район", 60], ["Итого", 65], [],
            ["Таблица 2. Кадры"],
            ["№", "Район", "Педагоги с первой и высшей категорией, %", "Учителя до 30 лет, %"],
            [1, "Алданский район", 62.5, 12], [2, "Ленский район", "н/д", 9.5], [], [],
            ["Таблица 3. Аттестаты"],
            ["Муниципалитет", "Всего выпускников, чел.", "Не получили аттестат, чел."],
            ["Алданский район", 200, 4], ["Ленский район", 100, 0], [], ["Исполнитель: методист"],
        ],
        {("Алданский район", EDUCATION, 2023): (None, None, 70, None),
         ("Ленский район", EDUCATION, 2023): (None, None, 60, None),
         ("Алданский район", CATEGORY, 2023): (None, None, 62.5, None),
         ("Ленский район", CATEGORY, 2023): (None, None, None, "not_reported"),
         ("Ленский район", YOUNG, 2023): (None, None, 9.5, None),
         ("Алданский район", CERTIFICATE, 2023): (4, 200, None, None),
         ("Ленский район", CERTIFICATE, 2023): (0, 100, None, None)},
    ),
    "per cents or fractions": (
        [
            ["2023 год"], ["Муниципалитет", "Охват доп. образованием"], ["Алданский район", 0.745],
            ["Ленский район", 0.5],
        ],
        None,
    ),
}  # fmt: skip
MERGES = {
    "wide by school year in words, two header rows": ["B1:C1", "A1:A2"],
    "counts by year under a header of two rows": ["B2:C2", "D2:E2", "A2:A3"],
    "merged municipalities beside schools": ["A3:A4"],
}
FORMATS = {"per cents by number format": {"B2": "0.0%", "B3": "0.0%"}}


def book(path: Path, name: str) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    for cells in TABLES[name][0]:
        sheet.append(cells)
    for merged in MERGES.get(name, ()):
        sheet.merge_cells(merged)
    for cell, code in FORMATS.get(name, {}).items():
        sheet[cell].number_format = code
    workbook.save(path)
    return path


def proposed(path: Path):
    return propose(open_file(path), Context(load_catalogue()))


def told(value):
    return None if value is None or value != value else value


@pytest.mark.parametrize("name", [name for name, (_, expected) in TABLES.items() if expected])
def test_the_proposal_loads_unedited(tmp_path, name) -> None:
    path = book(tmp_path / "файл.xlsx", name)
    proposal = proposed(path)
    assert proposal.questions == [], proposal.text
    prepared = prepare(
        Warehouse(tmp_path / "warehouse"),
        [path],
        mapping=parse_mapping(proposal.text),
        territory="Республика Саха (Якутия)",
    )
    file = prepared.files[0]
    prepared.close()
    wrong = [
        one.message
        for one in file.findings
        if one.grade == "error" and one.rule not in ("no_register", "names_without_register")
    ]
    assert wrong == [], proposal.text
    found = {}
    for one in file.reading.observations.itertuples():
        place = told(getattr(one, "school", None)) or told(getattr(one, "district", None))
        figure = told(one.percent) if told(one.percent) is not None else told(one.value)
        found[place, one.indicator, one.year] = (told(one.numerator), told(one.denominator), figure, told(one.absence))
    for key, figures in TABLES[name][1].items():
        assert found.get(key) == figures, (key, proposal.text)


@pytest.mark.parametrize("name", [name for name, (_, expected) in TABLES.items() if not expected])
def test_what_is_ambiguous_is_asked_and_not_guessed(tmp_path, name) -> None:
    assert proposed(book(tmp_path / "файл.xlsx", name)).questions


# --- several sheets ------------------------------------------------------------------------------------------------


def sheets(path: Path, **rows: list[list]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, cells in rows.items():
        sheet = workbook.create_sheet(name.replace("_", " "))
        for line in cells:
            sheet.append(line)
    workbook.save(path)
    return path


def loaded(path: Path, text: str) -> dict:
    prepared = prepare(Warehouse(path.parent / "склад"), [path], mapping=parse_mapping(text), territory="Якутия")
    prepared.close()
    frame = prepared.files[0].reading.observations
    return {(r.sheet, r.district, r.indicator, r.year): r.percent for r in frame.itertuples()}


def covered(*figures: float) -> list[list]:
    names = ["Алданский район", "Ленский район"]
    return [["Муниципалитет", "Охват доп. образованием, %"], *([n, f] for n, f in zip(names, figures, strict=True))]


def test_part_and_whole_under_one_heading_are_told_apart_by_their_per_cent(tmp_path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in (
        ["Мониторинг, 2023 год"],
        ["Муниципалитет", "Охват дополнительным образованием", None, None],
        [None, "Детей 5–18 лет", "Охвачено, чел.", "Доля, %"],
        ["Алданский район", "1 250", "1 000", "80,0%"],
        ["Ленский район", 800, 600, "75,0%"],
        ["Итого", 2050, 1600, "78,0%"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:D2")
    workbook.save(tmp_path / "муко.xlsx")
    proposal = proposed(tmp_path / "муко.xlsx")
    assert proposal.questions == [], proposal.text
    assert {'denominator = "B"', 'numerator = "C"', 'percent = "D"'} <= set(proposal.text.splitlines())


def test_sheets_of_two_years_are_one_table_written_once_each_with_its_year(tmp_path) -> None:
    path = sheets(tmp_path / "охват.xlsx", **{"2022_год": covered(70, 60), "2023_год": covered(71, 61)})
    proposal = proposed(path)
    assert proposal.questions == [] and proposal.left == ()
    assert loaded(path, proposal.text) == {
        ("2022 год", "Алданский район", EDUCATION, 2022): 70, ("2022 год", "Ленский район", EDUCATION, 2022): 60,
        ("2023 год", "Алданский район", EDUCATION, 2023): 71, ("2023 год", "Ленский район", EDUCATION, 2023): 61,
    }  # fmt: skip


def test_equal_tables_of_several_sheets_are_written_once(tmp_path) -> None:
    titled = [["2023 год"], *covered(70, 60)]
    path = sheets(tmp_path / "охват.xlsx", Север=titled, Юг=[["2023 год"], *covered(50, 40)])
    proposal = proposed(path)
    assert proposal.text.count("[columns]") == 1 and 'sheet = ["Север", "Юг"]' in proposal.text
    assert set(loaded(path, proposal.text).values()) == {70, 60, 50, 40}


def test_tables_that_are_no_figures_of_territories_are_left_out_and_named(tmp_path) -> None:
    """A sheet of prices and one without places are told with their rows; the rest loads as it is printed."""
    path = sheets(
        tmp_path / "отчёт.xlsx",
        Охват=[["2023 год"], *covered(70, 60)],
        Расходы=[["Статья", "Сумма"], ["Бумага", 1000], ["Краска", 2000]],
        Вывод=[["Возраст", "Охват доп. образованием, %"], ["до 10 лет", 70], ["старше", 50]],
    )
    proposal = proposed(path)
    assert proposal.questions == []
    assert [told.partition(": ")[2] for told in proposal.left] == [
        "ни один столбец не похож на показатель каталога", "нет столбца с территориями или организациями",
    ]  # fmt: skip
    assert "# НЕ ВЗЯТО: лист «Расходы», строки 1–3" in proposal.text
    assert {sheet for sheet, *_ in loaded(path, proposal.text)} == {"Охват"}


def test_question_of_one_table_says_which_table_it_is_about(tmp_path) -> None:
    path = sheets(tmp_path / "без года.xlsx", Первый=[["2023 год"], *covered(70, 60)], Второй=covered(71, 61))
    (question,) = proposed(path).questions
    assert question.startswith("лист «Второй», строки 1–3: год")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[table]]\nheader = 1", "таблица 1: не указано ни одного столбца"),
        ('header = 1\n[[table]]\n[table.columns]\npercent = "B"', "внутри каждой таблицы"),
        ('[[table]]\nsheets = "А"\n[table.columns]\npercent = "B"', "неизвестные записи в таблице 1: sheets"),
        ('[[table]]\n[table.columns]\npercent = "B"\n[[table]]\n[table.columns]\nwho = "A"', "таблица 2:"),
    ],
)
def test_wrong_table_is_named(text, said) -> None:
    with pytest.raises(UnknownCode, match=said):
        parse_mapping(text)


def test_command_prints_what_loads_and_tells_what_it_left(tmp_path, capsys) -> None:
    """The text alone goes to standard output, so that it can be written to a file; the rest is for a person."""
    prices = [["Статья", "Сумма"], ["Бумага", 1000]]
    path = sheets(tmp_path / "отчёт.xlsx", Охват=[["2023 год"], *covered(70, 60)], Расходы=prices)
    assert main(["mapping", str(path)]) == 0
    told = capsys.readouterr()
    assert "НЕ ВЗЯТО: лист «Расходы», строки 1–2" in told.err
    assert set(loaded(path, told.out).values()) == {70, 60}
