"""A template that LibreOffice opened and saved anew loads like the one that was filled in."""

import json
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from pipelines import queries
from pipelines.__main__ import main
from pipelines.programmes import own
from pipelines.snapshot import Warehouse
from pipelines.templates.workbook import FIRST_ROW, HEADER_ROW

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
TERRITORY = {"Уровень": "организация", "Тип": "школа", "Муниципалитет": "Лесосибирск", "Регион": "Красноярский край"}


def saved_by_libreoffice(path, folder):
    """The workbook as LibreOffice writes it."""
    folder.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder)]
    done = subprocess.run([*command, str(path)], capture_output=True, encoding="utf-8", timeout=300)
    assert (folder / path.name).exists(), done.stderr
    return folder / path.name


def fill(path, find, **values):
    """Write ``values`` into the first row in which ``find`` holds."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value.partition(",")[0]: cell.column for cell in sheet[HEADER_ROW + 1] if cell.value}
    for row in range(FIRST_ROW + 1, sheet.max_row + 1):
        if all(sheet.cell(row, columns[name]).value == value for name, value in find.items()):
            for name, value in values.items():
                sheet.cell(row, columns[name.replace("_", " ")], value)
            book.save(path)
            return
    raise AssertionError(f"no row with {find}")


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    folder = tmp_path / "склад"
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    monkeypatch.setattr("pipelines.build._shipped_inputs", lambda *_: [])
    return Warehouse(folder)


def test_a_template_saved_by_libreoffice_loads_the_same(warehouse, tmp_path, capsys):
    def load(path):
        capsys.readouterr()
        status = main(["load", str(path), "--format", "json"])
        answer = json.loads(capsys.readouterr().out)
        asked = [told for told in answer["files"][0]["findings"] if told["grade"] != "note"]
        assert (status, asked) == (0, [])

    register = tmp_path / "organisations.xlsx"
    assert main(["template", "organisations", str(register), "--year", "2024"]) == 0
    school = {"Логин": "edu240001", "Название": "СОШ № 1", "ОКТМО": "04712000", "Широта": 58.23}
    fill(register, {"Название": None}, **school, **TERRITORY)
    load(saved_by_libreoffice(register, tmp_path / "первая"))
    with warehouse.open() as snapshot:
        told = {row["login"]: row for row in queries.territories(snapshot, "own").to_dict("records")}
    assert (told["edu240001"]["oktmo"], told["edu240001"]["latitude"]) == ("04712000", 58.23)

    figures = tmp_path / "indicators.xlsx"
    assert main(["template", "indicators", str(figures), "--mechanism", "guidance", "--year", "2024"]) == 0
    wanted = {"Код территории": "edu240001", "Код показателя": "guidance_career_trials"}
    fill(figures, wanted, Числитель=30, Знаменатель=40)
    again = saved_by_libreoffice(figures, tmp_path / "вторая")
    sheet = load_workbook(again).worksheets[0]
    assert sheet.protection.sheet, "the structure stays locked"
    assert any(rule.type == "list" for rule in sheet.data_validations.dataValidation), "the lists are still offered"
    load(again)
    with warehouse.open() as snapshot:
        frame = queries.figures(snapshot, ["guidance_career_trials"], level="school", collection="own")
    [row] = frame.to_dict("records")
    assert (row["numerator"], row["denominator"], row["percent"], row["period"]) == (30, 40, 75, "2024/25")


def test_a_form_of_the_programmes_saved_by_libreoffice_loads_the_same(warehouse, tmp_path):
    form = tmp_path / "projects.xlsx"
    assert main(["template", "projects", str(form), "--year", "2024"]) == 0
    row = {"Код проекта": "mentors", "Проект": "Наставник рядом", "Раздел": "Этап", "Текст": "Запуск"}
    fill(form, {"Проект": None}, **row, Сроки="09.2023–05.2024")
    assert main(["load", str(saved_by_libreoffice(form, tmp_path / "снова"))]) == 0
    with warehouse.open() as snapshot:
        (project,) = own.projects(snapshot)
    assert (project.short, project.stages[0].wording) == ("Наставник рядом", "09.2023–05.2024")
