"""The report is the sender's own workbook, marked: what was in it reads back equal, results of formulas included."""

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation

from pipelines.errors import PipelineError
from pipelines.readers.report import write_report
from pipelines.readers.rules import finding


@pytest.fixture
def sent(tmp_path):
    workbook = Workbook()
    page = workbook.active
    page.title = "Форма"
    page.append(["Школа", "n", "Доля", "Итог"])
    page.append(["=cmd", 25, 0.5, "=B2*2"])
    page["C2"].number_format = "0.0%"
    page.merge_cells("A4:B5")
    page["A4"] = "примечание"
    page.column_dimensions["A"].width = 33
    rule = DataValidation(type="whole", operator="between", formula1="0", formula2="100")
    rule.add("B2:B9")
    page.add_data_validation(rule)
    path = tmp_path / "форма.xlsx"
    workbook.save(path)
    return path


def with_result(path):
    """The same workbook as Excel saves it, with the formula's result beside the formula."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    contents[part] = contents[part].replace(b"<f>B2*2</f><v></v>", b"<f>B2*2</f><v>50</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)


def told(cell="B2", rule="not_a_number"):
    return finding(rule, "форма.xlsx", "Форма", cell, seen="=1+1", expected="число")


def test_what_was_sent_reads_back_equal(sent, tmp_path):
    with_result(sent)
    out = tmp_path / "ответ.xlsx"
    write_report(sent, "xlsx", [told(), told("B5")], out)
    before, after = load_workbook(sent)["Форма"], load_workbook(out)["Форма"]
    assert [[cell.value for cell in row] for row in before] == [[cell.value for cell in row] for row in after]
    assert [[cell.number_format for cell in row] for row in before] == [
        [cell.number_format for cell in row] for row in after
    ]
    assert before.merged_cells.ranges == after.merged_cells.ranges
    assert after.column_dimensions["A"].width == 33
    assert [str(v.sqref) for v in after.data_validations.dataValidation] == ["B2:B9"]
    assert load_workbook(out, data_only=True)["Форма"]["D2"].value == 50
    assert "не число" in after["B2"].comment.text and after["B2"].fill.fgColor.rgb == "FFF4B6B6"
    assert after["A4"].comment is not None  # B5 lies in a merged cell: its corner is marked


def test_nothing_in_the_list_is_taken_for_a_formula(sent, tmp_path):
    out = tmp_path / "ответ.xlsx"
    write_report(sent, "xlsx", [told()], out)
    seen = [cell.value for row in load_workbook(out)["Замечания"].iter_rows(min_row=4) for cell in row]
    assert not any(isinstance(value, str) and value.startswith("=") for value in seen)


def test_other_files_get_a_list_that_says_so(tmp_path):
    path = tmp_path / "таблица.csv"
    path.write_text("a;b\n1;2", encoding="utf-8")
    out = tmp_path / "ответ.xlsx"
    write_report(path, "csv", [told()], out)
    assert "не размечена" in load_workbook(out)["Замечания"]["A1"].value


def test_a_pupil_level_file_is_never_copied(sent, tmp_path):
    with pytest.raises(PipelineError):
        write_report(sent, "xlsx", [told()], tmp_path / "ответ.xlsx", pupil_level=True)
    assert not (tmp_path / "ответ.xlsx").exists()


def test_the_sender_s_file_is_never_overwritten(sent):
    before = sent.read_bytes()
    with pytest.raises(PipelineError):
        write_report(sent, "xlsx", [told()], sent)
    assert sent.read_bytes() == before
