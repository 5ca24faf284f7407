"""What a template produces loads without a question, and what was filled in is what a query returns."""

from datetime import datetime

import pytest
from openpyxl import load_workbook

from pipelines import queries
from pipelines.__main__ import main
from pipelines.loading import withdraw
from pipelines.loads import Loads
from pipelines.readers.own_forms import role_of
from pipelines.templates import KINDS
from pipelines.templates.workbook import HEADER_ROW


def figures(warehouse, indicator):
    with warehouse.open() as snapshot:
        frame = queries.figures(snapshot, [indicator], collection="own")
    frame = frame[frame["basis"] != "computed"]
    return {(row["territory"], row["year"]): row for row in frame.to_dict("records")}


def units(warehouse):
    with warehouse.open() as snapshot:
        frame = queries.territories(snapshot, "own").astype(object)
    return {row["code"]: row for row in frame.where(frame.notna(), None).to_dict("records")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_of_every_kind_explains_itself_and_keeps_its_structure(register, template, kind):
    filled = template(kind, "--year", "2024")
    assert {"Как заполнять"} <= set(filled.book.sheetnames)
    assert filled.sheet.protection.sheet and not filled.sheet.protection.password
    assert filled.sheet.data_validations.dataValidation
    for cell in filled.sheet[HEADER_ROW + 1]:
        hint = filled.sheet.cell(HEADER_ROW, cell.column).value
        assert hint and cell.protection.locked, cell.value
        assert role_of(hint) is None, f"a reader would take the hint of «{cell.value}» for a header"


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_template_changes_nothing_and_asks_nothing(register, template, load, kind):
    before = units(register)
    status, answer = load(template(kind, "--year", "2024").save())
    assert status == 0
    assert [told for told in answer["files"][0]["findings"] if told["grade"] != "note"] == []
    assert units(register) == before


@pytest.mark.parametrize("kind", ["indicators", "mechanisms"])
def test_reasons_of_absence_stand_on_a_sheet_of_their_own(register, template, kind):
    sheet = template(kind, "--year", "2024").book["Причины отсутствия"]
    codes = [row[0].value for row in sheet.iter_rows(min_row=2)]
    # Hiding is what the program does; a sender can only say that a figure does not exist.
    assert codes == ["not_reported", "not_published", "not_collected", "not_applicable"]


# --- organisations -------------------------------------------------------------------------------------


def test_a_new_organisation_and_the_history_of_a_merged_one(register, template, loads_without_a_question):
    filled = template("organisations", "--year", "2024")
    old = filled.rows(Логин="edu240002")[0]
    filled.put(old, Год_закрытия=2022, Присоединена_к="edu240001", История_продолжается="да", Обучающихся=0)
    filled.put(filled.rows(Логин="edu240001")[0], Обучающихся=640, Сельские_обучающиеся=12.5)
    new = filled.rows(Название=None)[0]
    filled.put(new, Логин="edu240010", Название="Гимназия", Уровень="организация", Тип="школа",
               Муниципалитет="Енисейск", Регион="Красноярский край", ОКТМО="04712000")  # fmt: skip
    loads_without_a_question(filled.save())
    found = units(register)
    assert (found["edu240002"]["closed"], found["edu240002"]["merged_into"]) == (2022, "edu240001")
    assert found["edu240002"]["history_continues"] is True
    assert found["edu240010"]["oktmo"] == "04712000", "a leading zero is part of the code"
    assert found["edu240010"]["parent_id"] == found["edu240003"]["parent_id"]
    with register.open() as snapshot:
        traits = snapshot.rows("SELECT code, trait, value, year FROM trait JOIN territory USING (territory_id)")
    assert {(row["code"], row["trait"], row["value"], row["year"]) for row in traits} == {
        ("edu240001", "pupils", 640, 2024), ("edu240001", "rural_share", 12.5, 2024), ("edu240002", "pupils", 0, 2024),
    }  # fmt: skip
    # What was loaded is what the next template begins with.
    again = template("organisations", "--year", "2024")
    row = again.rows(Логин="edu240002")[0]
    told = [again.value(row, name) for name in ("Год закрытия", "Присоединена к", "История продолжается")]
    assert told == [2022, "edu240001", "да"]
    assert again.value(again.rows(Логин="edu240001")[0], "Сельские обучающиеся") == 12.5
    assert [again.value(row, name) for name in ("Обучающихся",)] == [0]


def test_an_empty_installation_begins_with_the_register(warehouse, template, loads_without_a_question):
    filled = template("organisations")
    first, second, third = filled.rows(Название=None)[:3]
    filled.put(first, Название="Лесосибирск", Уровень="муниципалитет", Регион="Красноярский край")
    filled.put(second, Логин="edu240001", Название="СОШ № 1", Уровень="организация", Тип="школа",
               Муниципалитет="Лесосибирск", Регион="Красноярский край")  # fmt: skip
    filled.put(third, Название="Детский сад № 9", Уровень="организация", Тип="ДОУ", Муниципалитет="Лесосибирск",
               Регион="Красноярский край")  # fmt: skip
    loads_without_a_question(filled.save())
    found = units(warehouse)
    assert {row["level"] for row in found.values()} == {"region", "district", "school"} and len(found) == 4
    assert {row["type"] for row in found.values() if row["level"] == "school"} == {"school", "preschool"}


# --- indicators ----------------------------------------------------------------------------------------


def test_figures_that_were_filled_in_are_what_a_query_returns(register, template, loads_without_a_question):
    filled = template("indicators", "--mechanism", "objectivity", "--year", "2024")
    [rooms] = filled.rows(Код_территории="edu240001", Код_показателя="objectivity_observed_rooms")
    filled.put(rooms, Числитель=15, Знаменатель=20, Место_в_документе="приказ, приложение 2")
    [absent] = filled.rows(Код_территории="edu240002", Код_показателя="objectivity_observed_rooms")
    filled.put(absent, Причина_отсутствия="не собирается")
    [zero] = filled.rows(Код_территории="edu240003", Код_показателя="objectivity_observed_rooms")
    filled.put(zero, Числитель=0, Знаменатель=12)
    answer = loads_without_a_question(filled.save())
    assert answer["files"][0]["observations"] == 3, "rows that were left as they are say nothing"
    found = figures(register, "objectivity_observed_rooms")
    assert set(found) == {("edu240001", 2024), ("edu240002", 2024), ("edu240003", 2024)}
    one = found["edu240001", 2024]
    assert (one["numerator"], one["denominator"], one["percent"]) == (15, 20, 75)
    assert (one["place"], one["source_sheet"]) == ("приказ, приложение 2", "Показатели")
    assert found["edu240002", 2024]["absence"] == "not_collected"
    assert (found["edu240003", 2024]["numerator"], found["edu240003", 2024]["percent"]) == (0, 0)


def test_the_next_template_begins_with_the_figures_and_loading_it_again_changes_nothing(
    register, template, loads_without_a_question, load
):
    filled = template("indicators", "--mechanism", "objectivity", "--year", "2024")
    [row] = filled.rows(Код_территории="edu240001", Код_показателя="objectivity_observed_rooms")
    filled.put(row, Числитель=15, Знаменатель=20)
    loads_without_a_question(filled.save())
    before = figures(register, "objectivity_observed_rooms")
    again = template("indicators", "--mechanism", "objectivity", "--year", "2024")
    [row] = again.rows(Код_территории="edu240001", Код_показателя="objectivity_observed_rooms")
    assert (again.value(row, "Числитель"), again.value(row, "Знаменатель")) == (15, 20)
    assert load(again.save())[0] == 0
    assert figures(register, "objectivity_observed_rooms")["edu240001", 2024]["percent"] == 75
    assert len(before) == 1


def test_a_school_year_stands_under_its_first_year(register, template, loads_without_a_question):
    filled = template("indicators", "--mechanism", "guidance", "--year", "2024")
    [row] = filled.rows(Код_территории="edu240001", Код_показателя="guidance_career_trials")
    assert filled.value(row, "Год") == "2024/25"
    filled.put(row, Числитель=30, Знаменатель=40)
    loads_without_a_question(filled.save())
    assert figures(register, "guidance_career_trials")["edu240001", 2024]["period"] == "2024/25"


def test_counts_take_a_value_and_no_fraction(register, template, loads_without_a_question):
    filled = template("indicators", "--mechanism", "methodology", "--year", "2024")
    rows = filled.rows(Код_показателя="methodology_mentoring_pilots")
    # Counted by municipalities: their two rows, none of a school.
    assert {filled.value(row, "Территория") for row in rows} == {"Лесосибирск", "Енисейск"}
    assert filled.sheet.cell(rows[0], filled.columns["Числитель"]).protection.locked
    filled.put(rows[0], Значение=4)
    loads_without_a_question(filled.save())
    [row] = figures(register, "methodology_mentoring_pilots").values()
    assert (row["value"], row["unit"]) == (4, "ед.")


def test_small_per_cents_are_per_cents(register, template, loads_without_a_question):
    """0,5 and 0,9 stand in a column that says 0–100: nobody is asked whether they are fractions."""
    filled = template("indicators", "--mechanism", "objectivity", "--year", "2024")
    for login, percent in (("edu240001", 0.5), ("edu240002", 0.9)):
        [row] = filled.rows(Код_территории=login, Код_показателя="objectivity_observed_rooms")
        filled.put(row, Процент=percent)
    loads_without_a_question(filled.save())
    found = figures(register, "objectivity_observed_rooms")
    assert [found[login, 2024]["percent"] for login in ("edu240001", "edu240002")] == [0.5, 0.9]


def test_rows_are_those_of_the_district_the_type_and_the_year(register, template):
    filled = template("indicators", "--district", "город Енисейск", "--year", "2024")
    seen = {filled.value(row, "Код территории") for row in filled.rows()}
    assert seen == {"edu240003", "edu240009", "RU-KYA-eniseysk"}
    kindergarten = filled.rows(Код_территории="edu240009", Код_показателя="assessment_ege_160")
    assert kindergarten == [], "an indicator of schools asks no kindergarten"
    early = template("indicators", "--year", "2018")
    assert early.rows(Код_показателя="objectivity_signs_repeated") == [], "defined from 2020 on"


def test_without_a_register_units_are_named_by_login(warehouse, template, loads_without_a_question):
    filled = template("indicators", "--mechanism", "objectivity", "--year", "2024", "--district", "Лесосибирск")
    row = filled.rows(Показатель=None)[0]
    name = "Аудитории с наблюдением"
    filled.put(row, Логин="edu240001", Организация="СОШ № 1", Показатель=name, Числитель=15, Знаменатель=20)
    loads_without_a_question(filled.save())
    assert figures(warehouse, "objectivity_observed_rooms")["edu240001", 2024]["percent"] == 75


def test_hidden_small_numbers_do_not_come_out_through_a_template(register, template, loads_without_a_question):
    filled = template("indicators", "--mechanism", "guidance", "--year", "2024")
    [row] = filled.rows(Код_территории="edu240001", Код_показателя="guidance_career_trials")
    filled.put(row, Числитель=2, Знаменатель=6)
    loads_without_a_question(filled.save())
    again = template("indicators", "--mechanism", "guidance", "--year", "2024")
    [row] = again.rows(Код_территории="edu240001", Код_показателя="guidance_career_trials")
    assert (again.value(row, "Числитель"), again.value(row, "Знаменатель")) == (None, None)


# --- mechanisms ----------------------------------------------------------------------------------------


def position_rows(warehouse):
    with warehouse.open() as snapshot:
        rows = snapshot.rows("SELECT t.code, p.* FROM position_score p JOIN territory t USING (territory_id)")
    return {(row["code"], row["position"]): row for row in rows}


def test_scores_that_were_filled_in_are_the_mechanism_s_per_cent(register, template, loads_without_a_question):
    filled = template("mechanisms", "--mechanism", "support", "--year", "2024", "--district", "Лесосибирск")
    rows = filled.rows()
    assert {filled.value(row, "Территория") for row in rows} == {"Лесосибирск"}
    assert [filled.value(row, "Максимум") for row in rows[:2]] == [2, 2], "the catalogue's edition of 2021"
    filled.put(rows[0], Самооценка=2, Экспертная_оценка=1, Ссылка_на_подтверждение="https://example.org/prikaz.pdf",
               Дата_оценки=datetime(2024, 5, 31))  # fmt: skip
    filled.put(rows[1], Экспертная_оценка=0)
    filled.put(rows[2], Причина_отсутствия="неприменимо")
    first, code = filled.value(rows[0], "Код позиции"), filled.value(rows[0], "Код территории")
    loads_without_a_question(filled.save())
    found = position_rows(register)
    assert len(found) == 3, "positions that were left as they are were not scored"
    one = found[code, first]
    assert (one["points"], one["self_points"], one["maximum"], one["edition"]) == (1, 2, 2, "2021")
    assert (one["evidence"], one["date"]) == ("https://example.org/prikaz.pdf", "2024-05-31")
    with register.open() as snapshot:
        [row] = queries.mechanisms(snapshot, "support", collection="own").to_dict("records")
    # 1 of 2 and a true 0 of 2 were given: 1/4; the third position does not apply.
    assert row["percent"] == 25
    again = template("mechanisms", "--mechanism", "support", "--year", "2024")
    [row] = again.rows(Код_территории=code, Код_позиции=first)
    assert (again.value(row, "Самооценка"), again.value(row, "Экспертная оценка")) == (2, 1)
    assert again.value(row, "Дата оценки") == datetime(2024, 5, 31)


def test_points_above_the_maximum_are_refused(register, template, load):
    filled = template("mechanisms", "--mechanism", "support", "--year", "2024", "--district", "Лесосибирск")
    filled.put(filled.rows()[0], Экспертная_оценка=3)
    status, answer = load(filled.save())
    assert status == 1
    assert "position_above_maximum" in {told["rule"] for told in answer["files"][0]["findings"]}


def test_without_a_register_scores_name_their_region_and_municipality(warehouse, template, loads_without_a_question):
    filled = template("mechanisms", "--mechanism", "support", "--year", "2024")
    first, second = filled.rows()[:2]
    filled.put(first, Регион="Красноярский край", Экспертная_оценка=2)
    filled.put(second, Регион="Красноярский край", Муниципалитет="Лесосибирск", Экспертная_оценка=1)
    loads_without_a_question(filled.save())
    points = {code: row["points"] for (code, _), row in position_rows(warehouse).items()}
    assert points == {"RU-KYA": 2, "RU-KYA-lesosibirsk": 1}


def test_a_mechanism_that_the_year_s_list_does_not_hold_is_told(register, tmp_path, capsys):
    out = tmp_path / "m.xlsx"
    assert main(["template", "mechanisms", str(out), "--mechanism", "objectivity", "--year", "2024"]) == 1
    assert "assessment" in capsys.readouterr().err and not out.exists()


# --- targets -------------------------------------------------------------------------------------------


def targets(warehouse):
    with warehouse.open() as snapshot:
        return {code: entry.target for code, entry in snapshot.catalogue.indicators.items() if entry.target}


def test_targets_stand_in_the_catalogue_until_they_are_withdrawn(register, template, loads_without_a_question):
    before = targets(register)
    filled = template("targets")
    [new] = filled.rows(Код_показателя="objectivity_observed_rooms")
    filled.put(new, Цель=95, Источник_цели='приказ № 5, «"п. 2"»', Дата=datetime(2024, 1, 15))
    [changed] = filled.rows(Код_показателя="objectivity_rechecked_works")
    assert filled.value(changed, "Цель") == before["objectivity_rechecked_works"].value
    filled.put(changed, Цель=92)
    loads_without_a_question(filled.save())
    found = targets(register)
    told = found["objectivity_observed_rooms"]
    assert (told.value, told.source, told.date) == (95, 'приказ № 5, «"п. 2"»', "2024-01-15")
    assert found["objectivity_rechecked_works"].value == 92
    assert set(found) == {*before, "objectivity_observed_rooms"}
    withdraw(register, Loads(register).entries()[-1].id)
    assert targets(register) == before


@pytest.mark.parametrize("values, rule", [
    ({"Цель": 95}, "target_without_source"),
    ({"Цель": 120, "Источник_цели": "приказ", "Дата": "15.01.2024"}, "percent_out_of_range"),
])  # fmt: skip
def test_a_target_that_cannot_be_checked_is_refused(register, template, load, values, rule):
    filled = template("targets")
    filled.put(filled.rows(Код_показателя="objectivity_observed_rooms")[0], **values)
    status, answer = load(filled.save())
    told = answer["files"][0]["findings"]
    assert status == 1 and {one["rule"] for one in told if one["grade"] == "error"} == {rule}


# --- the call ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [
    ("forecasts", "x.xlsx"), ("indicators", "x.csv"), ("indicators", "x.xlsx", "--mechanism", "nothing"),
    ("indicators", "x.xlsx", "--district", "Тридесятое царство"), ("indicators", "x.xlsx", "--year", "24"),
])  # fmt: skip
def test_an_unusable_call_writes_nothing(register, tmp_path, wrong):
    kind, name, *options = wrong
    try:
        status = main(["template", kind, str(tmp_path / name), *options])
    except SystemExit as stop:
        status = stop.code
    assert status == 2 and not (tmp_path / name).exists()


def test_names_that_look_like_formulas_stay_texts(warehouse, template, loads_without_a_question):
    filled = template("organisations")
    row = filled.rows(Название=None)[0]
    filled.put(row, Логин="edu240001", Название="'=СОШ(1)", Уровень="организация", Тип="школа",
               Муниципалитет="Лесосибирск", Регион="Красноярский край")  # fmt: skip
    loads_without_a_question(filled.save())
    sheet = load_workbook(template("organisations").path).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} <= {"s", "n"}
