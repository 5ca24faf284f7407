"""«Загрузка»: chosen, checked, seen, published, withdrawn; kept over a reload, refused to whoever may only look."""

import io
import os
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from streamlit.testing.v1 import AppTest

from pages import data_upload_files as uploads
from pages.shared import access
from pipelines.loads import Loads
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
SEES = "SELECT numerator, denominator FROM shown WHERE collection = 'own' AND level = 'school' AND territory = $place"


def book(*rows: list) -> bytes:
    workbook, contents = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(contents)
    return contents.getvalue()


def school(number: int, n: object = 25, shares: tuple = (8, 40, 36, 16)) -> list:
    """One line of a flat regional table (domain: 8 % of 25 pupils have «2», that is 2 of 25)."""
    login, name = f"edu24000{number}", f"СОШ № {number}"
    return [2023, 5, "Математика", "город Лесосибирск", login, name, n, *shares]


@pytest.fixture
def warehouse(built_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A copy of the shipped data that may be changed, and an editor at this very machine."""
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    folder = tmp_path / "данные с пробелом"
    shutil.copytree(built_warehouse, folder)
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    return Warehouse(folder)


def opened(**codes: str) -> AppTest:
    page = AppTest.from_string("from pages import router\nrouter.show('data')", default_timeout=120)
    for name, code in {"section": "upload", **codes}.items():
        page.query_params[name] = code
    return page.run()


def given(*files: tuple[str, bytes], **codes: str) -> AppTest:
    """The page after these files were chosen."""
    page = opened(**codes)
    page.file_uploader[0].set_value([(name, contents, "application/octet-stream") for name, contents in files])
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception, page.exception[0].value
    parts = [block.proto.body for block in page.get("html")]
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    text = "\n".join(parts + [block.value for kind in kinds for block in kind])
    return text.replace("\N{NO-BREAK SPACE}", " ")


def upload_of(page: AppTest) -> str:
    code = page.query_params["upload"]
    return code if isinstance(code, str) else code[0]


def published(page: AppTest, name: str = "Отдел оценки качества") -> AppTest:
    page.text_input(key="upload_name").input(name)
    page.button(key="upload_publish").click()
    return page.run()


def pressed(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def read_so(page: AppTest, mapping: str) -> AppTest:
    page.text_area[0].input(mapping)
    return pressed(page, "Прочитать так")


def held(warehouse: Warehouse, place: str) -> list[tuple]:
    with warehouse.open() as snapshot:
        return [(r["numerator"], r["denominator"]) for r in snapshot.rows(SEES, {"place": place})]


def test_file_is_recognised_previewed_published_and_withdrawn(warehouse: Warehouse) -> None:
    before = warehouse.current()
    page = opened()
    assert "Своих данных пока нет" in said(page) and "реестр организаций" in said(page)
    page = given(("отметки.xlsx", book(FLAT, school(1))))
    text = said(page)
    assert "плоская таблица отметок ВПР" in text and "Можно публиковать" in text
    assert "город Лесосибирск" in text and "новых: **" in text
    assert warehouse.current() == before, "nothing changes before the button"

    page = published(page)
    assert warehouse.current() != before
    assert "Опубликовано: отметки.xlsx" in said(page)
    assert (2, 25) in held(warehouse, "edu240001")
    entry = Loads(warehouse).entries()[0]
    assert (entry.by, entry.file, entry.rows) == ("Отдел оценки качества", "отметки.xlsx", 1)
    assert "Отдел оценки качества" in said(page) and "действует" in said(page)
    assert Loads(warehouse).original(entry).read_bytes()[:2] == b"PK", "the file as it came is kept"
    assert list((warehouse.folder / "uploads").rglob("*.xlsx")) == [], "the upload's own copy has gone"

    page.button(key="withdraw_ask").click().run()
    assert held(warehouse, "edu240001"), "asking changes nothing yet"
    page.text_input(key="withdraw_name").input("Методист")
    page.button(key="withdraw_yes").click().run()
    assert "Отозвано: отметки.xlsx" in said(page)
    assert held(warehouse, "edu240001") == []
    assert Loads(warehouse).entries()[0].withdrawn_by == "Методист"


def test_upload_survives_a_reload_and_a_restart(warehouse: Warehouse) -> None:
    page = given(("отметки.xlsx", book(FLAT, school(1))))
    link = upload_of(page)
    uploads._checks.clear()  # all that the process itself knew
    again = opened(upload=link)
    assert "плоская таблица отметок ВПР" in said(again)
    assert "upload_publish" in {button.key for button in again.button}


def test_errors_name_the_cell_and_nothing_can_be_published(warehouse: Warehouse) -> None:
    """G is the number of participants, the third line of the sheet is the second school."""
    page = given(("отметки.xlsx", book(FLAT, school(1), school(2, "много"))))
    text = said(page)
    assert "Загрузить пока нельзя: 1 ошибка" in text
    for part in ("Sheet · G3", "«много» — не число", "Оставьте число"):
        assert part in text
    assert "upload_publish" not in {button.key for button in page.button}
    told = uploads.check(warehouse, uploads.find(warehouse, upload_of(page))).files[0]
    report = load_workbook(io.BytesIO(uploads.report(told, warehouse.folder / "report.xlsx")))
    assert "не число" in report.active["G3"].comment.text and report.active["G2"].comment is None


def test_conflict_is_told_by_names_and_figures_not_by_codes(warehouse: Warehouse) -> None:
    """8 % of 25 are two pupils, 20 % are five; nothing in the sentence is a code but the school's own login."""
    page = given(("отметки.xlsx", book(FLAT, school(1), school(1, 25, (20, 40, 24, 16)))))
    text = said(page)
    assert "«Доля отметок «2» по ВПР», edu240001, 2023" in text and "2 из 25" in text and "5 из 25" in text
    assert "assessment_vpr" not in text


def test_year_that_the_file_does_not_say_is_asked_for(warehouse: Warehouse) -> None:
    page = given(("отметки.xlsx", book(FLAT[1:], school(1)[1:])))
    assert "Не указан год" in said(page) and "--year" not in said(page)
    page.text_input(key="upload_year").input("2022")
    pressed(page, "Проверить снова")
    assert "Можно публиковать" in said(page)
    changes = uploads.check(warehouse, uploads.find(warehouse, upload_of(page))).changes
    assert set(changes["year"]) == {2022}


def test_table_of_no_known_form_loads_by_a_corrected_mapping(warehouse: Warehouse) -> None:
    table = book(
        ["Мониторинг за 2023 год"],
        ["Муниципалитет", "Сдали, %"],
        ["город Лесосибирск", 86.4],
        ["Енисейский район", 77.0],
    )
    page = given(("мониторинг.xlsx", table))
    assert "Форма таблицы незнакома" in said(page) and "86,4 %" in said(page)
    proposed = page.text_area[0].value
    assert 'indicator = ""' in proposed, "the proposal leaves open what it cannot know"
    read_so(page, "columns = не так")
    assert "это не TOML" in said(page)
    read_so(page, proposed.replace('indicator = ""', 'indicator = "assessment_vpr_pass"'))
    assert "Успеваемость по ВПР" in said(page), "the first rows are told by the indicator's name"
    page.text_input(key="upload_territory").input("Красноярский край")
    pressed(page, "Проверить снова")
    changes = uploads.check(warehouse, uploads.find(warehouse, upload_of(page))).changes
    assert dict(zip(changes["territory_name"], changes["percent"], strict=True)) == {
        "город Лесосибирск": 86.4,
        "Енисейский район": 77.0,
    }


def test_several_tables_are_offered_each_and_taken_as_chosen(warehouse: Warehouse) -> None:
    """Two tables of per cents and one of prices: both are taken at first, the prices are named; one can be left out."""
    workbook, contents = Workbook(), io.BytesIO()
    for sheet, head, figures in (
        ("Охват", "Охват доп. образованием, %", (70, 60)),
        ("Кадры", "Педагоги с первой и высшей категорией, %", (50, 40)),
        ("Сметы", "Сумма, руб.", (1000, 2000)),
    ):
        rows = workbook.create_sheet(sheet)
        rows.append(["Мониторинг за 2023 год"])
        rows.append(["Муниципалитет", head])
        for name, figure in zip(("город Лесосибирск", "Енисейский район"), figures, strict=True):
            rows.append([name, figure])
    del workbook["Sheet"]
    workbook.save(contents)
    page = given(("мониторинг.xlsx", contents.getvalue()))
    chosen = next(box for box in page.multiselect if box.key.startswith("upload_tables_"))
    assert [label.partition(",")[0] for label in chosen.value] == ["лист «Охват»", "лист «Кадры»"]
    text = said(page)
    assert "Первые строки: лист «Охват»" in text and "Первые строки: лист «Кадры»" in text
    assert "Не загрузятся: лист «Сметы»" in text and "не похож на показатель каталога" in text
    assert page.text_area[0].value.count("\n[[table]]") == 2
    chosen.set_value(chosen.value[:1]).run()
    assert "\n[[table]]" not in page.text_area[0].value and "Кадры" in said(page)
    chosen = next(box for box in page.multiselect if box.key.startswith("upload_tables_"))
    chosen.set_value([option for option in chosen.options if "Сметы" not in option]).run()
    read_so(page, page.text_area[0].value)
    page.text_input(key="upload_territory").input("Красноярский край")
    pressed(page, "Проверить снова")
    changes = uploads.check(warehouse, uploads.find(warehouse, upload_of(page))).changes
    assert sorted(changes["percent"]) == [40, 50, 60, 70]


def test_somebody_published_meanwhile(warehouse: Warehouse) -> None:
    """The other's figures stay, the loser sees the difference to them, and the second press publishes."""
    mine = given(("мой.xlsx", book(FLAT, school(1, 25, (12, 40, 32, 16)))))
    assert "новых: **" in said(mine)
    other = uploads.start(warehouse, [("чужой.xlsx", book(FLAT, school(1), school(2)))])
    uploads.publish(warehouse, other, warehouse.current(), "Другой редактор")
    mine = published(mine)
    text = said(mine)
    assert "опубликовал кто-то другой (Другой редактор" in text
    assert "изменённых: **" in text and "8,0 % (2 из 25)" in text and "12,0 % (3 из 25)" in text
    assert (2, 25) in held(warehouse, "edu240001")
    published(mine)
    assert (3, 25) in held(warehouse, "edu240001") and held(warehouse, "edu240002")


def test_visitor_who_may_only_look_sees_why_and_is_refused(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = uploads.start(warehouse, [("отметки.xlsx", book(FLAT, school(1)))])
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    page = opened(upload=kept.id)
    text = said(page)
    assert "С этого адреса можно только смотреть" in text
    assert "отметки.xlsx" not in text, "figures that are not published are the editors' own"
    assert not page.get("file_uploader") and not page.button
    left = warehouse.current()
    for forbidden in (
        lambda: uploads.start(warehouse, []),
        lambda: uploads.answer(kept, year=2020, territory=None),
        lambda: uploads.accept_mapping(kept, ""),
        lambda: uploads.give_up(kept),
        lambda: uploads.publish(warehouse, kept, left, "Кто угодно"),
        lambda: uploads.withdraw(warehouse, "0", "Кто угодно"),
    ):
        with pytest.raises(access.NotAnEditor, match="только смотреть"):
            forbidden()
    assert warehouse.current() == left and kept.paths[0].exists()


def test_name_of_a_file_leads_nowhere_else(warehouse: Warehouse) -> None:
    kept = uploads.start(warehouse, [("../../../беда.xlsx", b"1"), ("C:\\x\\беда\u202e.xlsx", b"2"), ("..", b"3")])
    assert kept.names == ("беда.xlsx", "беда.xlsx", "файл 3")
    assert all(path.resolve().is_relative_to(kept.folder.resolve()) for path in kept.paths)
    assert [path.read_bytes() for path in kept.paths] == [b"1", b"2", b"3"]
    for strange in ("../loads", "", "0" * 15, kept.id + "/1"):
        assert uploads.find(warehouse, strange) is None


def test_forgotten_uploads_go_after_a_week_and_pupils_after_a_day(warehouse: Warehouse) -> None:
    """Files that nobody has read yet may hold pupils as well."""
    old, pupils, unread, young = (uploads.start(warehouse, [(f"{n}.csv", b"1;2")]) for n in range(4))
    for kept in (old, young):
        uploads.check(warehouse, kept)
    uploads._save(uploads.replace(pupils, pupil_level=True))
    for kept, days in ((old, 8), (pupils, 2), (unread, 2), (young, 2)):
        then = time.time() - days * 24 * 3600
        os.utime(kept.folder, (then, then))
    uploads.remove_old(warehouse)
    gone = [uploads.find(warehouse, kept.id) is None for kept in (old, pupils, unread, young)]
    assert gone == [True, True, True, False]


def test_answers_do_not_prolong_the_day_of_pupils(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = datetime.now(UTC) - timedelta(hours=25)
    monkeypatch.setattr(uploads, "now", lambda: f"{begun:%Y-%m-%dT%H:%M:%SZ}")
    pupils = uploads.start(warehouse, [("класс.csv", b"1;2")])
    uploads._save(uploads.replace(pupils, pupil_level=True))
    pupils = uploads.find(warehouse, pupils.id)
    assert pupils is not None
    uploads.answer(pupils, year=2024, territory=None)
    uploads.remove_old(warehouse)
    assert uploads.find(warehouse, pupils.id) is None


def test_running_server_sweeps_by_itself(warehouse: Warehouse) -> None:
    import app

    kept = uploads.start(warehouse, [("класс.csv", b"1;2")])
    then = time.time() - 2 * 24 * 3600
    os.utime(kept.folder, (then, then))
    stop = threading.Event()
    thread = threading.Thread(target=app._keep_swept, args=(stop, 0.01))
    thread.start()
    for _ in range(500):
        if not kept.folder.exists():
            break
        time.sleep(0.01)
    stop.set()
    thread.join()
    assert not kept.folder.exists()


def test_server_start_sweeps_what_killed_calls_left(warehouse: Warehouse) -> None:
    """Half-written rows and copies older than an hour, uploads that never became whole older than a day; no more."""
    import app

    done = uploads.start(warehouse, [("отметки.xlsx", book(FLAT, school(1)))])
    uploads.publish(warehouse, done, warehouse.current(), "Редактор")
    loads, entry = warehouse.folder / "loads", Loads(warehouse).entries()[0]
    left = [loads / f".{entry.id}.1", loads / "originals" / "x.xlsx.1.tmp", warehouse.folder / "uploads" / "0" / "1"]
    at_work = loads / ".other.87654321"
    for path in (*left, at_work):
        path.mkdir(parents=True)
    for path in (left[0], left[1], left[2].parent):
        then = time.time() - 2 * 24 * 3600
        os.utime(path, (then, then))
    left[1].rmdir()
    left[1].write_bytes(b"half")
    os.utime(left[1], (then, then))
    app._sweep()
    assert [path.exists() for path in left] == [False, False, False]
    assert at_work.exists(), "a load that is being written now is left alone"
    assert (loads / entry.id / "observation.parquet").exists() and Loads(warehouse).original(entry)


def test_file_loaded_already_changes_nothing(warehouse: Warehouse) -> None:
    contents = book(FLAT, school(1))
    first = uploads.start(warehouse, [("отметки.xlsx", contents)])
    uploads.publish(warehouse, first, warehouse.current(), "Редактор")
    left = warehouse.current()
    page = given(("ещё раз.xlsx", contents))
    assert "Всё это уже загружено" in said(page)
    assert "upload_publish" not in {button.key for button in page.button}
    assert warehouse.current() == left


def test_figures_of_a_letter_are_typed_and_carry_their_document(warehouse: Warehouse) -> None:
    """412 of 480 are given as such, the second line says a per cent alone; the place is known by an earlier load."""
    schools = uploads.start(warehouse, [("отметки.xlsx", book(FLAT, school(1)))])
    uploads.publish(warehouse, schools, warehouse.current(), "Редактор")
    page = opened()
    page.text_area(key="by_hand_text").input(
        "Успеваемость по ВПР; город Лесосибирск; 2022; 412; 480\nassessment_vpr_low\tгород Лесосибирск\t2022\t\t\t8,3"
    )
    pressed(page, "Проверить")
    assert "и документ" in said(page)
    page.text_area(key="by_hand_text").input(
        "Успеваемость по ВПР; город Лесосибирск; 2022; 412; 480\nassessment_vpr_low\tгород Лесосибирск\t2022\t\t\t8,3"
    )
    page.text_input(key="by_hand_document").input("Письмо от 12.03.2024")
    page.text_input(key="by_hand_place").input("таблица 1")
    pressed(page, "Проверить")
    assert "Можно публиковать" in said(page)
    published(page)
    with warehouse.open() as snapshot:
        found = snapshot.rows(
            "SELECT indicator, numerator, denominator, percent, place FROM shown"
            " WHERE collection = 'own' AND year = 2022 AND level = 'district' ORDER BY indicator"
        )
    assert [(row["indicator"], row["numerator"], row["denominator"]) for row in found] == [
        ("assessment_vpr_low", None, None),
        ("assessment_vpr_pass", 412, 480),
    ]
    assert found[0]["percent"] == pytest.approx(8.3)
    assert {row["place"] for row in found} == {"Письмо от 12.03.2024, таблица 1"}
