"""A name that nobody can know is asked about once: the answer is remembered, holds where it was given, can go."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import loading
from pipelines.__main__ import main
from pipelines.loads import Loads
from pipelines.territories.names import alias_key
from pipelines.territories.register import LEFT_OUT, MOST_SEARCHED, Answer, Register

CITY, RURAL = "город Лесосибирск", "Енисейский район"
LESOSIBIRSK, YENISEY = "RU-KYA-lesosibirsk", "RU-KYA-eniseyskiy"


def rules_of(prepared: loading.Prepared) -> list[str]:
    return [told.rule for file in prepared.files for told in file.findings]


def test_unknown_name_is_a_question_with_the_likeliest_first(register, marks, checked):
    prepared = checked(marks("а.xlsx", (CITY, "СОШ № 1"), (CITY, "СОШ №2 им. Героя"), (CITY, "СОШ №2 им. Героя")))
    assert rules_of(prepared)[0] == "unknown_territory" and prepared.stopped
    (asked,) = prepared.questions
    assert (asked.told, asked.within, asked.level) == ("СОШ №2 им. Героя", LESOSIBIRSK, "school")
    assert asked.candidates[0] == "edu240002", "the school of the same town and number is the likeliest"
    assert (asked.sheet, asked.cell) == ("Sheet", "E3")


def test_answer_is_remembered_and_the_next_file_needs_no_question(register, marks, checked, published, schools):
    path = marks("а.xlsx", (CITY, "Школа Героя"))
    answer = Answer("Школа Героя", LESOSIBIRSK, code="edu240002")
    assert not checked(path, answers=[answer]).stopped
    assert published(path, answers=[answer])
    assert schools() == {"edu240002"}
    again = checked(path)
    assert rules_of(again) == ["already_loaded"], "the answer makes no other load of the same file"
    later = checked(marks("б.xlsx", (CITY, "«Школа  героя»"), year=2024))
    assert not later.stopped and not later.questions
    (told,) = [told for file in later.files for told in file.findings if told.rule == "known_by_answer"]
    assert told.grade == "note" and told.expected == "СОШ № 2", "what an earlier answer decides is always said"


def test_answer_holds_where_it_was_given(register, marks, checked, published):
    published(marks("а.xlsx", (CITY, "Школа Героя")), answers=[Answer("Школа Героя", LESOSIBIRSK, code="edu240002")])
    elsewhere = checked(marks("б.xlsx", (RURAL, "Школа Героя")))
    assert elsewhere.stopped and [asked.within for asked in elsewhere.questions] == [YENISEY]


def test_withdrawn_answer_is_asked_for_again(register, marks, checked, published, warehouse):
    published(marks("а.xlsx", (CITY, "Школа Героя")), answers=[Answer("Школа Героя", LESOSIBIRSK, code="edu240002")])
    (alias,) = Loads(warehouse).aliases()
    assert alias == alias_key("школа героя", LESOSIBIRSK)
    Loads(warehouse).forget(warehouse, alias)
    assert Loads(warehouse).aliases() == {}
    assert checked(marks("б.xlsx", (CITY, "Школа Героя"), year=2024)).stopped
    assert len(Loads(warehouse).entries()) == 2, "forgetting an answer withdraws no load"


def test_rows_are_left_out_and_it_is_said(register, marks, published, checked, schools):
    path = marks("а.xlsx", (CITY, "СОШ № 2"), (CITY, "Лагерь"), (CITY, "Лагерь"))
    answer = Answer("Лагерь", LESOSIBIRSK, code=LEFT_OUT)
    (told,) = [f for f in checked(path, answers=[answer]).files[0].findings if f.rule == "left_out_by_answer"]
    assert (told.grade, told.seen, told.count) == ("note", "Лагерь", 2)
    published(path, answers=[answer])
    assert schools() == {"edu240002"}
    assert not checked(marks("б.xlsx", (CITY, "Лагерь"), (CITY, "СОШ № 1"), year=2024)).stopped


def test_new_organisation_joins_the_register(register, marks, published, checked, schools, warehouse):
    path = marks("а.xlsx", (CITY, "Лицей новый"))
    answer = Answer("Лицей новый", LESOSIBIRSK, parent=LESOSIBIRSK, title="Лицей новый", login="EDU240077")
    published(path, answers=[answer])
    assert schools() == {"edu240077"}
    row = Loads(warehouse).register().rows["edu240077"]
    assert (row["name"], row["parent"], row["level"]) == ("Лицей новый", LESOSIBIRSK, "school")
    assert not checked(marks("б.xlsx", (CITY, "Лицей новый"), year=2024)).stopped


def test_ambiguous_name_is_answered_by_choosing_one(register, book, checked, published, schools):
    head = ["Год", "Класс", "Предмет", "ОО", "Кол-во участников", 2, 3, 4, 5]
    path = book("а.xlsx", head, [2023, 5, "Математика", "СОШ № 1", 25, 8, 40, 36, 16])
    prepared = checked(path)
    (asked,) = prepared.questions
    assert asked.rule == "ambiguous_territory" and set(asked.candidates) == {"edu240001", "edu240003"}
    published(path, answers=[Answer("СОШ № 1", code="edu240003")])
    assert schools() == {"edu240003"}


def test_answer_without_a_place_never_overrules_the_place_of_a_row(register, marks, book, published, checked, schools):
    """«СОШ № 1» was answered for the rural one; a row that says the town means the town's."""
    head = ["Год", "Класс", "Предмет", "ОО", "Кол-во участников", 2, 3, 4, 5]
    published(
        book("а.xlsx", head, [2023, 5, "Математика", "СОШ № 1", 25, 8, 40, 36, 16]),
        answers=[Answer("СОШ № 1", code="edu240003")],
    )
    published(marks("б.xlsx", (CITY, "СОШ № 1")))
    assert schools() == {"edu240001", "edu240003"}


def test_command_line_answers_without_describing_a_known_form(register, marks, tmp_path, capsys, warehouse, schools):
    """A mapping of answers alone: the file keeps its own form, the answer is remembered."""
    mapping = tmp_path / "ответы.toml"
    mapping.write_text('[aliases]\n"Школа Героя" = "edu240002"\n', encoding="utf-8")
    path = marks("а.xlsx", (CITY, "Школа Героя"))
    assert main(["load", str(path), "--mapping", str(mapping), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["files"][0]["format"] == "flat_marks" and schools() == {"edu240002"}
    assert main(["load", str(path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["published"] is None
    assert [finding["rule"] for finding in told["files"][0]["findings"]] == ["already_loaded"]


def test_mapped_column_of_names_takes_an_answer(register, book, published, schools, tmp_path):
    """A column of territories without a level: an answer must count once, not once a level."""
    from pipelines.readers.mapping import parse_mapping

    mapping = parse_mapping(
        'header = 1\n[columns]\nterritory = "A"\nnumerator = "B"\ndenominator = "C"\n'
        '[constants]\nindicator = "assessment_vpr_pass"\nyear = 2023\n[aliases]\n"Школа Героя" = "edu240002"\n'
    )
    published(book("м.xlsx", ["Кто", "Сдали", "Всего"], ["Школа Героя", 20, 25]), mapping=mapping)
    assert schools() == {"edu240002"}


@given(st.text(min_size=1, max_size=30), st.sampled_from(["", "RU-KYA"]))
def test_an_answer_is_found_by_the_words_it_was_given_for(name, within):
    rows = {
        "RU-KYA": {"code": "RU-KYA", "name": "Край", "level": "region"},
        "s": {"code": "s", "name": "Школа", "level": "school", "parent": "RU-KYA"},
    }
    register = Register(rows=rows, aliases=dict([Answer(name, within, code="s").alias]))
    assert register.answered(name, "school", "RU-KYA") == "s"
    assert register.answered(name, "district", "RU-KYA") is None, "an organisation is no municipality"
    assert Register(rows=rows).answered(name, "school") is None


@pytest.mark.parametrize("code", ["gone", "edu000000"])
def test_answer_that_leads_nowhere_is_no_answer(code):
    register = Register(aliases={alias_key("Школа"): code})
    assert register.answered("Школа", "school") is None and register.by_name("Школа", "school") == []


def test_withdrawn_load_is_read_anew_with_other_answers(register, marks, published, warehouse, schools):
    """The rows of the first reading must not come back under the second answer."""
    from pipelines.loading import withdraw

    path = marks("а.xlsx", (CITY, "Школа Героя"))
    published(path, answers=[Answer("Школа Героя", LESOSIBIRSK, code="edu240002")])
    withdraw(warehouse, Loads(warehouse).entries()[-1].id)
    assert schools() == set()
    published(path, answers=[Answer("Школа Героя", LESOSIBIRSK, code="edu240001")])
    assert schools() == {"edu240001"}
    withdraw(warehouse, Loads(warehouse).entries()[-1].id)
    alias = alias_key("Школа Героя", LESOSIBIRSK)
    Loads(warehouse).save(Loads(warehouse).entries(), {alias: "edu240002"})
    published(path)
    assert schools() == {"edu240002"}, "without an answer of its own it is read by the one that is remembered"


def test_a_wrong_file_is_not_searched_for_likenesses_for_hours():
    rows = {f"s{n}": {"code": f"s{n}", "name": f"Школа № {n} города", "level": "school"} for n in range(3)}
    register = Register(rows=rows, given=True)
    found = [register.nearest(f"Школа № {n}", "school") for n in range(MOST_SEARCHED + 5)]
    assert all(found[:MOST_SEARCHED])
    assert not any(found[MOST_SEARCHED:])
    assert register.nearest("Школа № 0", "school") == found[0], "an answer that was found stays"


def test_a_territory_that_joins_later_is_among_the_likely_ones():
    register = Register(rows={"a": {"code": "a", "name": "Лицей № 1", "level": "school"}}, given=True)
    register.nearest("Гимназия № 7", "school")
    register.add({"code": "b", "name": "Гимназия № 77", "level": "school"})
    assert register.nearest("Гимназия № 78", "school") == ["b"]
    assert register.by_name("гимназия №77", "school") == ["b"]
