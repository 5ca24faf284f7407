"""A table saved by LibreOffice as .ods or as the old .xls loads like the .xlsx that it was made of."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")

HEAD = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
FILTERS = {"ods": "ods", "xls": "xls:MS Excel 97"}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One workbook of marks with a merged title, a formula and a date; in three formats."""
    folder = tmp_path_factory.mktemp("книги")
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Отметки 2023"
    sheet.append(["ВПР, сводная таблица", *[None] * 9, date(2023, 5, 10)])
    sheet.merge_cells("A1:E1")
    sheet.append(HEAD)
    place = ["город Лесосибирск"]
    sheet.append([2023, 5, "Математика", *place, "edu240001", "СОШ № 1", 25, 8, 40, 36, 16])
    sheet.append([2023, 5, "Математика", *place, "edu240002", "СОШ № 2", "=20+20", 10, 40, 30, 20])
    sheet.append([2023, 5, "Русский язык", *place, "edu240001", "СОШ № 1", 24, 12.5, 37.5, 37.5, 12.5])
    path = folder / "отметки.xlsx"
    workbook.save(path)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    found = {}
    # The workbook itself goes through LibreOffice too: openpyxl leaves its formula without a value.
    for ending, kind in {**FILTERS, "xlsx": "xlsx:Calc MS Excel 2007 XML"}.items():
        out = folder / ending
        command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(path)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
        found[ending] = out / f"отметки.{ending}"
        assert found[ending].exists(), done.stderr
    return found


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A municipal form: a merged municipality, per cents by format alone, a hidden row."""
    folder = tmp_path_factory.mktemp("форма")
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Форма"
    sheet.append(HEAD)
    for number in (1, 2, 3):
        place = ["город Лесосибирск" if number == 1 else None, f"edu24000{number}", f"СОШ № {number}"]
        sheet.append([2023, 5, "Математика", *place, 24, 0.125, 0.375, 0.375, 0.125])
        for column in "HIJK":
            sheet[f"{column}{number + 1}"].number_format = "0.0%"
    sheet.merge_cells("D2:D4")
    sheet.row_dimensions[4].hidden = True
    path = folder / "форма.xlsx"
    workbook.save(path)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "ods", "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, timeout=300, check=True)
    return {"xlsx": path, "ods": folder / "форма.ods"}


def test_ods_keeps_per_cents_merges_and_hidden_rows(form, checked):
    """12,5 % of 24 pupils are three: the format says per cent, so nobody is asked; the merged town counts for all."""
    found = checked(form["ods"])
    assert told(found) == told(checked(form["xlsx"]))
    low = [row for row in told(found) if row["indicator"] == "assessment_vpr_low"]
    assert {(row["numerator"], row["denominator"]) for row in low} == {(3, 24)}
    rules = [(told.rule, told.cell) for told in found.files[0].findings if told.grade != "note"]
    assert rules == [("hidden_rows", "A4")]
    parents = {row["parent"] for row in found.files[0].reading.observations.to_dict("records") if row.get("parent")}
    assert parents <= {"RU-KYA-lesosibirsk"}


def told(prepared):
    file = prepared.files[0]
    frame = file.reading.observations
    columns = ["territory", "year", "subject", "grade", "indicator", "numerator", "denominator", "sheet", "row"]
    frame = frame[columns].astype({"numerator": float, "denominator": float})
    return frame.sort_values(columns[:5]).reset_index(drop=True).to_dict("records")


@pytest.mark.parametrize("ending", FILTERS)
def test_it_loads_the_same(saved, checked, ending):
    expected, found = checked(saved["xlsx"]), checked(saved[ending])
    assert found.files[0].opened.kind == ending and found.files[0].format == "flat_marks"
    assert not found.stopped, [f.message for f in found.files[0].findings if f.grade == "error"]
    assert told(found) == told(expected)
    # by hand: 8 % of 25 pupils have «2», 10 % of the 40 that a formula gives, 12,5 % of 24
    low = {(row["territory"], row["subject"]): (row["numerator"], row["denominator"])
           for row in told(found) if row["indicator"] == "assessment_vpr_low"}  # fmt: skip
    assert low == {
        ("edu240001", "Математика"): (2, 25),
        ("edu240002", "Математика"): (4, 40),
        ("edu240001", "Русский язык"): (3, 24),
    }


@pytest.mark.parametrize("ending", FILTERS)
def test_faults_carry_the_same_cells(saved, checked, ending, tmp_path):
    """A word instead of a number is found at its own cell in every format."""
    from openpyxl import load_workbook

    workbook = load_workbook(saved["xlsx"])
    workbook.active["G3"] = "много"
    spoilt = tmp_path / "плохой.xlsx"
    workbook.save(spoilt)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", FILTERS[ending], "--outdir", str(tmp_path), str(spoilt)]
    subprocess.run(command, capture_output=True, timeout=300, check=True)
    errors = [
        (told.rule, told.sheet, told.cell, told.seen)
        for told in checked(tmp_path / f"плохой.{ending}").files[0].findings
        if told.grade == "error"
    ]
    assert errors == [("not_a_number", "Отметки 2023", "G3", "много")]
