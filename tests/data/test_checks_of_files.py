"""The checks that are promised, one small workbook each: which rule speaks, in which grade, at which cell."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines.loading import prepare, publish
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
LONG = ["Код показателя", "Логин", "Название", "Муниципалитет", "Год", "Числитель", "Знаменатель"]
VALUES = ["Код показателя", "Муниципалитет", "Год", "Значение"]
PILOTS = "methodology_mentoring_pilots"
SHARE = "assessment_no_certificate"
NORMAL = (8, 40, 36, 16)


def row(n=1, pupils=25, shares=NORMAL, year=2023, name=None, login=None, district="Лесосибирск"):
    return [
        year, 5, "Математика", district, login or f"edu24000{n}", name or f"СОШ № {n}", pupils, *shares,
    ]  # fmt: skip


def long(n=1, numerator=1.0, denominator=40.0, year=2023):
    return [SHARE, f"edu24000{n}", f"СОШ № {n}", "Лесосибирск", year, numerator, denominator]


def journal(lower=20, kept=70, raised=10, total=100, per_cents=(20, 70, 10)):
    return [
        ["ВПР 2023 Математика 5 класс"], ["Группы участников", "Кол-во участников", "%"], ["Красноярский край"],
        ["Понизили (Отметка < Отметка по журналу) %", lower, per_cents[0]],
        ["Подтвердили (Отметка = Отметке по журналу) %", kept, per_cents[1]],
        ["Повысили (Отметка > Отметка по журналу) %", raised, per_cents[2]], ["Всего", total, 100],
    ]  # fmt: skip


def individual(declared: int):
    head = ["Код участника", "1 (2б)", "2 (1б)", "Первичный балл", "Отметка", "Отметка по журналу"]
    return [
        ["ВПР 2023 Математика 5 класс"], [f"СОШ № 1 (edu240001) | Кол-во участников: {declared}"], head,
        [1, 2, 1, 3, 5, 5], [2, 1, 0, 1, 3, 3],
    ]  # fmt: skip


def ege(pupils, failed):
    return [
        ["Результаты ЕГЭ 2023 года"], ["Муниципалитет", "ОО", "Физика", None],
        [None, None, "Участников", "Не преодолели порог"],
        [None, None, "чел.", "чел."], ["Лесосибирск", "СОШ № 1 (edu240001)", pupils, failed],
        ["Лесосибирск", "СОШ № 2 (edu240002)", 20, 1],
    ]  # fmt: skip


CHECKS = {
    "not a number": ([FLAT, row(shares=("восемь", 40, 36, 16))], "not_a_number", "error", "H2"),
    "per cent outside 0–100": ([FLAT, row(shares=(108, 40, 36, 16))], "percent_out_of_range", "error", "H2"),
    "fractions without a format": (
        [FLAT, *(row(n, shares=(0.08, 0.4, 0.36, 0.16)) for n in (1, 2, 3))], "fraction_or_percent", "error", "H2:H4",
    ),
    "numerator above denominator": ([LONG, long(numerator=50)], "numerator_above_denominator", "error", "F2"),
    "more failed than sat": (ege(25, 30), "negative_number", "error", None),
    "parts that miss the total": (journal(total=101), "parts_not_total", "warning", "B7"),
    "a per cent against its own counts": (journal(per_cents=(20, 71, 9)), "percent_disagrees", "warning", "C5"),
    "shares of marks that miss 100": ([FLAT, row(shares=(8, 40, 36, 20))], "shares_not_100", "warning", "H2"),
    "no whole number explains": (
        [FLAT, row(pupils=10, shares=(13, 37, 30, 20))], "no_whole_numerator", "warning", "H2",
    ),
    "the same row twice": ([FLAT, row(), row()], "duplicate_rows", "note", None),
    "two rows that contradict": ([FLAT, row(), row(pupils=50)], "conflicting_rows", "error", None),
    "one school, two names": (
        [FLAT, row(name="Лицей"), [*row(name="Гимназия")[:2], "История", *row(name="Гимназия")[3:]]],
        "one_school_many_names", "warning", None,
    ),
    "one name, two schools": (
        [FLAT, row(1, name="Лицей"), row(2, name="Лицей")], "one_name_many_schools", "warning", None,
    ),
    "per cents that are counts": (
        [FLAT, *(row(n, pupils=900, shares=(120, 360, 320, 140)) for n in (1, 2, 3))],
        "column_contradicts_name", None, None,
    ),
    "all hundred": ([FLAT, *(row(n, shares=(0, 0, 0, 100)) for n in range(1, 6))], "all_hundred", "warning", None),
    "declared against actual": (individual(5), "participants_differ", "warning", "A2"),
    "a year that cannot be": ([LONG, long(year=1223)], "year_impossible", "error", None),
    "a year to come": ([LONG, long(year=2090)], "year_in_future", "warning", None),
    "empty in one year, 0 in another": (
        [VALUES, [PILOTS, "Лесосибирск", 2021, None], [PILOTS, "Лесосибирск", 2022, 0]],
        "coded_two_ways", "warning", None,
    ),
}  # fmt: skip


def book(path: Path, rows) -> Path:
    workbook = Workbook()
    for cells in rows:
        workbook.active.append(cells)
    workbook.save(path)
    return path


def checked(tmp_path, rows, name="файл.xlsx"):
    prepared = prepare(Warehouse(tmp_path / "warehouse"), [book(tmp_path / name, rows)], territory="Красноярский край")
    try:
        return prepared.files[0]
    finally:
        prepared.close()


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_speaks(tmp_path, name) -> None:
    rows, rule, grade, cell = CHECKS[name]
    found = [told for told in checked(tmp_path, rows).findings if told.rule == rule]
    assert found, f"{name}: nobody says {rule}"
    assert grade is None or found[0].grade == grade
    assert cell is None or cell in {told.cell for told in found}


def test_a_right_file_is_told_nothing(tmp_path) -> None:
    told = checked(tmp_path, [FLAT, row(1), row(2, pupils=50, shares=(10, 40, 34, 16))]).findings
    assert {one.rule for one in told} == {"register_from_file"}


@pytest.fixture
def history(tmp_path):
    """Three years are published; ``history(rows)`` checks the next file against them."""
    past = [row(pupils=100, shares=(10, 40, 30, 20), year=year) for year in (2021, 2022, 2023)]
    warehouse = Warehouse(tmp_path / "warehouse")
    prepared = prepare(warehouse, [book(tmp_path / "было.xlsx", [FLAT, *past])], territory="Красноярский край")
    assert publish(prepared)
    prepared.close()

    def check(rows):
        return {told.rule for told in checked(tmp_path, rows, "стало.xlsx").findings}

    return check


def test_against_what_is_published(history) -> None:
    assert "unchanged_value" in history([FLAT, row(pupils=100, shares=(10, 40, 30, 20), year=2024)])
    # 40 pupils after 100, and 50 % of «2» after three years of 10 %
    assert {"denominator_jump", "outside_own_band"} <= history(
        [FLAT, row(pupils=40, shares=(50, 30, 15, 5), year=2024)]
    )


def test_the_sum_of_schools_against_the_published_district(tmp_path) -> None:
    head = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
    rows = [
        ["ВПР 2023. Русский язык. 5 класс"], head, ["город Лесосибирск", 2, 100, 10, 40, 34, 16],
        ["СОШ № 1 (edu240001)", 1, 50, 10, 40, 34, 16], ["СОШ № 2 (edu240002)", 1, 25, 8, 40, 36, 16],
    ]  # fmt: skip
    assert "sum_differs" in {told.rule for told in checked(tmp_path, rows).findings}  # 75 pupils, not 100


def test_markers_of_two_classes_stay_apart_under_a_header_of_two_rows(tmp_path) -> None:
    top = ["Год", "Логин", "Муниципалитет", "ОО", "4 класс", "4 класс", "5 класс", "5 класс", "Количество маркеров"]
    rows = [
        top, ["Год", "Логин", "Муниципалитет", "ОО", "РУ", "МА", "РУ", "МА", "Количество маркеров"],
        [2023, "edu240001", "Лесосибирск", "СОШ 1", 1, 1, 1, 0, 3],
        [2023, "edu240002", "Лесосибирск", "СОШ 2", 0, 0, 0, 1, 2],
    ]  # fmt: skip
    file = checked(tmp_path, rows)
    assert (file.format, file.rows) == ("vpr_signs", 2)
    # Three of four in the first school agree with their number; one of the second stands against two.
    assert [told.cell for told in file.findings if told.rule == "markers_disagree"] == ["I4"]
    assert file.reading.observations["numerator"].tolist() == [1, 1]


@pytest.mark.parametrize("header", ["Маркер 4 РУ", "4 класс, русский язык", "Русский язык, 4 класс", "4РУ", "4-РУ"])
def test_a_marker_is_known_however_its_column_is_called(tmp_path, header) -> None:
    rows = [["Год", "Логин", "Муниципалитет", "ОО", header, "4 МА"], [2023, "edu240001", "Лесосибирск", "СОШ 1", 1, 0]]
    file = checked(tmp_path, rows)
    assert (file.format, file.reading.observations["numerator"].tolist()) == ("vpr_signs", [1])


def test_figures_of_a_school_that_was_merged_away_are_asked_about(tmp_path) -> None:
    head = ["Логин", "Название", "Тип", "Муниципалитет", "Регион", "Год закрытия", "Присоединена к"]
    register = [
        head, ["edu240001", "СОШ № 1", "школа", "Лесосибирск", "Красноярский край", 2022, "edu240002"],
        ["edu240002", "СОШ № 2", "школа", "Лесосибирск", "Красноярский край", None, None],
    ]  # fmt: skip
    warehouse = Warehouse(tmp_path / "warehouse")
    prepared = prepare(warehouse, [book(tmp_path / "реестр.xlsx", register)])
    assert publish(prepared), [told.message for told in prepared.files[0].findings]
    prepared.close()
    file = checked(tmp_path, [FLAT, row(1, year=2021), row(1, year=2023), row(2, year=2023)], "стало.xlsx")
    told = [one for one in file.findings if one.rule == "organisation_closed"]
    # 2021 was before the merger; the three indicators of 2023 are one question
    assert [(one.grade, one.count, one.expected) for one in told] == [
        ("warning", 3, "закрыта в 2022 году, присоединена к «СОШ № 2»")
    ]
