"""Any other table: a mapping says how to read it, and a proposal that is not ambiguous loads as it is printed."""

import pytest

from pipelines.errors import UnknownCode
from pipelines.readers.mapped import read_mapped
from pipelines.readers.mapping import parse_mapping
from pipelines.readers.opening import open_file
from pipelines.readers.propose import propose
from pipelines.readers.recognise import recognise

FORM = [
    ["Мониторинг управления качеством образования, 2022-2023 учебный год"],
    [],
    ["№", "Образовательная организация", "Кадры", None, "Безопасность, %"],
    [None, None, "Педагоги с первой и высшей категорией", "Учителя до 30 лет, %", None],
    [1, 2, 3, 4, 5],
    [1, "МБОУ «СОШ №1»", "62,5", "12,5 %", "1 00"],
    [2, "МБОУ «СОШ № 2»", "н/д", "–", 75],
    [None, "Итого", None, None, None],
    [],
    ["* по состоянию на 1 сентября"],
]
MERGES = ["A3:A4", "B3:B4", "C3:D3", "E3:E4"]


@pytest.fixture
def opened(book):
    return lambda rows=FORM, merges=MERGES: open_file(book(rows, merges=merges, sheet="МУКО "))


def test_a_municipal_form_is_proposed_and_loads_unedited(opened, context):
    proposal = propose(opened(), context)
    assert proposal.questions == []
    reading = read_mapped(opened(), parse_mapping(proposal.text), context)
    figures = {(r.school, r.indicator): (r.percent, r.absence) for r in reading.observations.itertuples()}
    assert reading.rows == 2  # neither the row of numbers, nor the total, nor the footnote
    assert figures["МБОУ «СОШ №1»", "leaders_teacher_category"][0] == 62.5
    assert figures["МБОУ «СОШ №1»", "leaders_teachers_under_30"][0] == 12.5
    assert figures["МБОУ «СОШ № 2»", "leaders_teacher_category"][1] == "not_reported"
    assert set(reading.observations["year"]) == {2022}


def test_a_wide_table_of_years_with_its_own_indicator_and_territories(opened, context):
    rows = [["Край", 2021, 2022], ["Первый", "10,5", 11], ["Второй", "нет", 12]]
    mapping = parse_mapping(
        """
        header = 1
        [columns]
        territory = "A"
        [[values]]
        percent = "B"
        indicator = "own_share"
        year = 2021
        [[values]]
        percent = "C"
        indicator = "own_share"
        year = 2022
        [absence]
        "нет" = "not_collected"
        [[indicator]]
        code = "own_share"
        name = "Своя доля"
        [[territory]]
        code = "a"
        name = "Первый"
        level = "region"
        [[territory]]
        code = "b"
        name = "Второй"
        level = "region"
        """
    )
    reading = read_mapped(opened(rows, []), mapping, context)
    told = {(r.territory, r.year): (r.percent, r.absence) for r in reading.observations.itertuples()}
    assert told["Первый", 2021][0] == 10.5 and told["Второй", 2022][0] == 12
    assert told["Второй", 2021][1] == "not_collected"
    assert reading.declares_register and [entry["code"] for entry in reading.indicators] == ["own_share"]


def test_scale_answers_whether_a_column_holds_fractions(opened, context):
    rows = [["ОО", "n", "Доля"], ["А", 40, 0.875], ["Б", 40, 1]]
    text = (
        'header = 1\n[constants]\nyear = 2023\nindicator = "leaders_safety"\n[columns]\nschool = "A"\n'
        'denominator = "B"\npercent = "C"\n'
    )
    asked = read_mapped(opened(rows, []), parse_mapping(text), context)
    assert "fraction_or_percent" in {told.rule for told in asked.findings}
    answered = read_mapped(opened(rows, []), parse_mapping('scale = "fraction"\n' + text), context)
    assert "fraction_or_percent" not in {told.rule for told in answered.findings}
    assert answered.observations["numerator"].tolist() == [35, 40]  # 87.5 % and 100 % of 40


def test_totals_are_compared_and_an_empty_one_is_computed(opened, context):
    text = (
        'header = 1\n[constants]\nyear = 2023\nindicator = "leaders_safety"\n[columns]\nschool = "A"\n'
        'numerator = "B"\ndenominator = "C"\n'
    )
    rows = [["ОО", "да", "всего"], ["А", 3, 10], ["Б", 4, 10], ["Итого", 8, None]]
    reading = read_mapped(opened(rows, []), parse_mapping(text), context)
    told = {finding.rule: (finding.cell, finding.expected) for finding in reading.findings}
    assert told["total_disagrees"] == ("B4", "7") and told["total_computed"] == ("C4", "20")


@pytest.mark.parametrize(
    "text",
    ["not toml", 'colums = {}', '[columns]\nschool = "Я"\npercent = "B"', '[columns]\nschool = "A"',
     'scale = "доля"\n[columns]\npercent = "B"', '[columns]\npercent = "B"\n[absence]\n"нет" = "zero"'],
)  # fmt: skip
def test_a_mapping_with_a_slip_is_an_unusable_call(text):
    with pytest.raises(UnknownCode):
        parse_mapping(text)


def test_long_tables_need_no_mapping(book, context):
    rows = [
        [
            "Код показателя",
            "Логин",
            "Год",
            "Предмет",
            "Класс",
            "Числитель",
            "Знаменатель",
            "Процент",
            "Причина отсутствия",
        ],
        ["assessment_vpr_pass", "edu240001", "2022/23", "Математика", 5, 20, 25, None, None],
        ["Успеваемость", "edu240002", 2022, "Математика", 5, None, 40, "87,5%", None],
        ["assessment_vpr_pass", "edu240003", 2022, "Математика", 5, None, None, None, "нет данных"],
    ]
    reading = recognise(open_file(book(rows)), context)
    frame = reading.observations
    assert reading.format == "observations"
    assert frame["numerator"].tolist()[:2] == [20, 35]
    assert frame["absence"].tolist()[2] == "not_reported"
    assert set(frame["indicator"]) == {"assessment_vpr_pass"} and set(frame["year"]) == {2022}
