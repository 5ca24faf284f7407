"""Loading from the call to the figures: all files or none, the later wins, and every load can be taken back."""

import json
import shutil

import pytest
from openpyxl import Workbook

from pipelines import loading
from pipelines.__main__ import main
from pipelines.errors import PipelineError
from pipelines.loads import Loads, effective
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
REGISTER = ["Логин", "Название", "Тип", "Муниципалитет", "Регион"]


def book(path, *rows):
    workbook = Workbook()
    for row in rows:
        workbook.active.append(list(row))
    workbook.save(path)
    return path


def mark_row(number=1, n=25, shares=(8, 40, 36, 16), year=2023):
    return [year, 5, "Математика", "город Лесосибирск", f"edu24000{number}", f"СОШ № {number}", n, *shares]


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    """An empty warehouse that the command line means; the shipped data are left out for speed, except in one test."""
    folder = tmp_path / "склад данных"
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    monkeypatch.setattr("pipelines.build._shipped_inputs", lambda *_: [])
    return Warehouse(folder)


@pytest.fixture
def load(capsys):
    """``load(*arguments)``: exit status and the JSON answer."""

    def call(*arguments):
        status = main(["load", *map(str, arguments), "--format", "json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def figures(warehouse, indicator="assessment_vpr_low"):
    with warehouse.open() as snapshot:
        rows = snapshot.rows(
            "SELECT territory, year, numerator, denominator, source_file, source_cell FROM shown"
            " WHERE collection = 'own' AND indicator = $indicator AND level = 'school'",
            {"indicator": indicator},
        )
    return {(row["territory"], row["year"]): row for row in rows}


def rules(answer, file=0):
    return {told["rule"] for told in answer["files"][file]["findings"]}


def test_a_file_becomes_figures_with_their_cells(warehouse, load, tmp_path):
    status, answer = load(book(tmp_path / "отметки.xlsx", FLAT, mark_row(), mark_row(2, 50)))
    assert (status, answer["published"]) == (0, warehouse.current())
    assert {name: answer["files"][0][name] for name in ("file", "format", "rows", "observations")} == {
        "file": "отметки.xlsx", "format": "flat_marks", "rows": 2, "observations": 6,
    }  # fmt: skip
    found = figures(warehouse)["edu240001", 2023]
    assert (found["numerator"], found["denominator"], found["source_file"], found["source_cell"]) == (
        2, 25, "отметки.xlsx", "H2",
    )  # fmt: skip
    assert "register_from_file" in rules(answer)


def test_one_call_publishes_all_its_files_or_none(warehouse, load, tmp_path):
    load(book(tmp_path / "прежний.xlsx", FLAT, mark_row(3)))
    before = warehouse.current()
    good = book(tmp_path / "верный.xlsx", FLAT, mark_row())
    bad = book(tmp_path / "неверный.xlsx", FLAT, mark_row(2, shares=("восемь", 40, 36, 16)))
    status, answer = load(good, bad)
    assert (status, answer["published"], warehouse.current()) == (1, None, before)
    assert "not_a_number" in rules(answer, 1)
    assert [entry.file for entry in Loads(warehouse).entries()] == ["прежний.xlsx"]


def test_beside_the_shipped_data(built_warehouse, tmp_path, monkeypatch, load):
    folder = tmp_path / "склад"
    shutil.copytree(built_warehouse, folder)
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    assert load(book(tmp_path / "отметки.xlsx", FLAT, mark_row()))[0] == 0
    with Warehouse(folder).open() as snapshot:
        held = {row["collection"] for row in snapshot.rows("SELECT DISTINCT collection FROM shown")}
    assert held == {"sources", "demo", "own"}


def test_two_files_of_one_name_keep_their_findings_apart(warehouse, load, tmp_path):
    for folder in ("север", "юг"):
        (tmp_path / folder).mkdir()
    north = book(tmp_path / "север/форма.xlsx", FLAT, mark_row())
    south = book(tmp_path / "юг/форма.xlsx", FLAT, mark_row(2, shares=(8, 40, 36, 99)))
    _, answer = load(north, south, "--dry-run")
    assert [file["file"] for file in answer["files"]] == ["форма.xlsx", "юг/форма.xlsx"]
    assert "shares_not_100" not in rules(answer, 0) and "shares_not_100" in rules(answer, 1)


def test_a_killed_publication_leaves_the_last_good_data(warehouse, load, tmp_path, monkeypatch):
    load(book(tmp_path / "первый.xlsx", FLAT, mark_row()))
    before = warehouse.current()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Loads, "save", killed)
        assert main(["load", str(book(tmp_path / "второй.xlsx", FLAT, mark_row(2)))]) == 1
    assert warehouse.current() == before
    assert [entry.file for entry in Loads(warehouse).entries()] == ["первый.xlsx"]
    status, _ = load(tmp_path / "второй.xlsx")
    assert (status, len(figures(warehouse))) == (0, 2)


def test_a_dry_run_leaves_no_trace(warehouse, load, tmp_path):
    before = sorted(path for path in warehouse.folder.rglob("*"))
    status, answer = load(book(tmp_path / "отметки.xlsx", FLAT, mark_row()), "--dry-run")
    assert (status, answer["published"]) == (0, None)
    assert sorted(path for path in warehouse.folder.rglob("*")) == before


def test_the_same_file_changes_nothing(warehouse, load, tmp_path):
    path = book(tmp_path / "отметки.xlsx", FLAT, mark_row())
    load(path)
    before = warehouse.current()
    status, answer = load(path)
    assert (status, answer["published"], rules(answer)) == (0, None, {"already_loaded"})
    assert warehouse.current() == before


def test_a_later_file_wins_key_by_key_and_replaces_withdraws_the_rest(warehouse, load, tmp_path):
    load(book(tmp_path / "первый.xlsx", FLAT, mark_row(), mark_row(2, 50)))
    load(book(tmp_path / "второй.xlsx", FLAT, mark_row(shares=(16, 32, 36, 16))))
    found = figures(warehouse)
    assert (found["edu240001", 2023]["numerator"], found["edu240002", 2023]["numerator"]) == (4, 4)
    first = Loads(warehouse).entries()[0]
    third = book(tmp_path / "третий.xlsx", FLAT, mark_row(shares=(20, 28, 36, 16)))
    status, _ = load(third, "--replaces", first.sha256)
    assert status == 0
    assert {key: row["numerator"] for key, row in figures(warehouse).items()} == {("edu240001", 2023): 5}


def test_a_load_is_withdrawn_by_itself_and_what_it_replaced_comes_back(warehouse, load, tmp_path):
    load(book(tmp_path / "первый.xlsx", FLAT, mark_row()))
    load(book(tmp_path / "второй.xlsx", FLAT, mark_row(shares=(16, 32, 36, 16))))
    second = Loads(warehouse).entries()[1]
    loading.withdraw(warehouse, second.sha256, by="методист")
    assert figures(warehouse)["edu240001", 2023]["numerator"] == 2
    entries = Loads(warehouse).entries()
    assert [entry.withdrawn_by for entry in entries] == [None, "методист"]
    assert [entry.file for entry in effective(entries)] == ["первый.xlsx"]


def test_names_are_matched_to_the_register_and_the_unknown_is_an_error_with_candidates(warehouse, load, tmp_path):
    register = book(
        tmp_path / "реестр.xlsx",
        REGISTER,
        ["edu240001", "МБОУ «СОШ № 1»", "школа", "город Лесосибирск", "Красноярский край"],
        ["edu240002", "МБОУ «Ёлочка»", "школа", "Ачинский район", "Красноярский край"],
    )
    assert load(register)[0] == 0
    header = ["Код показателя", "Организация", "Год", "Числитель", "Знаменатель"]
    long = [header, ["leaders_teacher_category", 'мбоу "сош №1"', 2023, 20, 40]]
    long += [
        ["leaders_teacher_category", "МБОУ Елочка", 2023, 10, 20],
        ["leaders_teacher_category", "МБОУ Ёлачка", 2023, 1, 2],
    ]
    status, answer = load(book(tmp_path / "кадры.xlsx", *long))
    told = [finding for finding in answer["files"][0]["findings"] if finding["rule"] == "unknown_territory"]
    assert status == 1
    assert [(finding["seen"], finding["cell"]) for finding in told] == [("МБОУ Ёлачка", "B4")]
    assert "МБОУ «Ёлочка» (edu240002)" in told[0]["expected"]
    status, _ = load(book(tmp_path / "кадры.xlsx", *long[:3]))
    assert status == 0
    assert {key[0] for key in figures(warehouse, "leaders_teacher_category")} == {"edu240001", "edu240002"}


def test_without_a_register_a_file_of_bare_names_leads_to_it(warehouse, load, tmp_path):
    rows = [["Год", "Класс", "Предмет", "Муниципалитет", "ОО", "Кол-во участников", 2, 3, 4, 5]]
    rows.append([2023, 5, "Математика", "Лесосибирск", "СОШ № 1", 25, 8, 40, 36, 16])
    status, answer = load(book(tmp_path / "имена.xlsx", *rows))
    assert (status, rules(answer)) == (1, {"no_register"})
    status, answer = load(book(tmp_path / "имена.xlsx", *rows), "--territory", "Красноярский край")
    assert (status, rules(answer)) == (1, {"names_without_register", "register_from_file"})
    assert "template organisations" in answer["files"][0]["findings"][0]["message"]


def test_conflicting_rows_stop_and_exact_repeats_are_counted_once(warehouse, load, tmp_path):
    status, answer = load(book(tmp_path / "повтор.xlsx", FLAT, mark_row(), mark_row(), mark_row()), "--dry-run")
    repeated = [told for told in answer["files"][0]["findings"] if told["rule"] == "duplicate_rows"]
    # Two rows too many, of three figures each; the first of them is row 3.
    assert (status, [(told["count"], told["cell"]) for told in repeated]) == (0, [(2, "H3")])
    status, answer = load(book(tmp_path / "спор.xlsx", FLAT, mark_row(), mark_row(n=50)), "--dry-run")
    assert status == 1 and "conflicting_rows" in rules(answer)


def test_against_the_years_before(warehouse, load, tmp_path):
    load(
        book(
            tmp_path / "было.xlsx",
            FLAT,
            *[mark_row(n=100, shares=(10, 40, 30, 20), year=y) for y in (2021, 2022, 2023)],
        )
    )
    _, answer = load(
        book(tmp_path / "стало.xlsx", FLAT, mark_row(n=40, shares=(50, 30, 15, 5), year=2024)), "--dry-run"
    )
    # 50 % after three years of 10 %; 40 pupils after 100.
    assert {"outside_own_band", "denominator_jump"} <= rules(answer)
    _, answer = load(
        book(tmp_path / "то же.xlsx", FLAT, mark_row(n=100, shares=(10, 40, 30, 20), year=2024)), "--dry-run"
    )
    assert "unchanged_value" in rules(answer)


def test_an_indicator_of_its_own_loads_whole(warehouse, load, tmp_path):
    table = book(tmp_path / "чужие.xlsx", ["Край", "Доля"], ["Первый", 10.5], ["Второй", "нет"])
    mapping = tmp_path / "соответствие.toml"
    mapping.write_text(
        'header = 1\n[constants]\nyear = 2021\nindicator = "own_share"\n[columns]\nterritory = "A"\npercent = "B"\n'
        '[absence]\n"нет" = "not_collected"\n[[indicator]]\ncode = "own_share"\nname = "Своя доля"\n'
        '[[territory]]\ncode = "own-1"\nname = "Первый"\nlevel = "region"\n'
        '[[territory]]\ncode = "own-2"\nname = "Второй"\nlevel = "region"\n',
        encoding="utf-8",
    )
    status, _ = load(table, "--mapping", mapping)
    assert status == 0
    with warehouse.open() as snapshot:
        rows = snapshot.rows(
            "SELECT territory, percent, absence FROM shown WHERE indicator = 'own_share' ORDER BY territory"
        )
        assert snapshot.catalogue.indicators["own_share"].name == "Своя доля"
    assert [(row["percent"], row["absence"]) for row in rows] == [(10.5, None), (None, "not_collected")]


def test_of_a_pupil_level_file_only_sums_and_its_hash_are_kept(warehouse, load, tmp_path):
    rows = [["ВПР 2025 Математика 5 класс"], ["МБОУ СОШ № 1 (edu240001) | Кол-во участников: 2"]]
    rows += [["№", "Код участника", "1 (2б)", "Первичный балл", "Отметка", "Отметка по журналу"]]
    rows += [[1, 777001, 2, 2, 5, 4], [2, 777002, 0, 0, 2, 2]]
    status, _ = load(book(tmp_path / "ученики.xlsx", *rows))
    assert status == 0
    entry = Loads(warehouse).entries()[0]
    assert entry.pupil_level and len(entry.sha256) == 64 and Loads(warehouse).original(entry) is None
    assert not any(b"777001" in path.read_bytes() for path in (warehouse.folder / "loads").rglob("*") if path.is_file())


def test_the_preview_says_what_would_change(warehouse, load, tmp_path):
    old = book(tmp_path / "первый.xlsx", FLAT, mark_row(), mark_row(2, 50), mark_row(3))
    load(old)
    new = book(tmp_path / "второй.xlsx", FLAT, mark_row(shares=(16, 32, 36, 16)), mark_row(2, 50), mark_row(4))
    told = loading.prepare(warehouse, [new], replaces=Loads(warehouse).entries()[0].sha256).changes()
    low = told[told["indicator"] == "assessment_vpr_low"]
    assert dict(zip(low["territory"], low["change"], strict=True)) == {
        "edu240001": "changed", "edu240002": "same", "edu240003": "withdrawn", "edu240004": "new",
    }  # fmt: skip
    assert set(low["district"]) == {"город Лесосибирск"}


def test_whoever_comes_second_is_told(warehouse, tmp_path):
    first = loading.prepare(warehouse, [book(tmp_path / "первый.xlsx", FLAT, mark_row())])
    second = loading.prepare(warehouse, [book(tmp_path / "второй.xlsx", FLAT, mark_row(2))])
    loading.publish(first)
    with pytest.raises(PipelineError, match="кто-то другой"):
        loading.publish(second)
    assert [entry.file for entry in Loads(warehouse).entries()] == ["первый.xlsx"]


@pytest.mark.parametrize(
    "arguments", [["нет такого.xlsx"], [], ["{file}", "--replaces", "0000"], ["{file}", "--mapping", "нет.toml"]]
)
def test_an_unusable_call_ends_with_2(warehouse, tmp_path, arguments, capsys):
    path = book(tmp_path / "отметки.xlsx", FLAT, mark_row())
    arguments = [argument.replace("{file}", str(path)) for argument in arguments]
    try:
        assert main(["load", *arguments]) == 2
    except SystemExit as ended:
        assert ended.code == 2


def test_a_key_on_hundreds_of_rows_is_told_by_a_few_and_compared_with_other_years_once(warehouse, load, tmp_path):
    # 400 rows of one key a year: compared row by row with the year before they would be 160,000 pairs a year.
    rows = [mark_row(year=year, n=25 * (1 + row % 8)) for year in (2021, 2022, 2023) for row in range(400)]
    status, answer = load(book(tmp_path / "один ключ.xlsx", FLAT, *rows), "--dry-run")
    told = [found for found in answer["files"][0]["findings"] if found["rule"] == "conflicting_rows"]
    assert status == 1
    assert {(found["count"], found["cell"].count(",")) for found in told} == {(400, 5)}
    unchanged = [found for found in answer["files"][0]["findings"] if found["rule"] == "unchanged_value"]
    assert sum(found["count"] for found in unchanged) <= 3 * 2  # three indicators, two pairs of years
