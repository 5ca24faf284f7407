"""Old .xls workbooks: the number format decides, hidden parts and errors are told, and lies about size do no harm."""

import io
import shutil
import struct
import subprocess

import pytest
import python_calamine

from pipelines.readers import xls_book
from pipelines.readers.opening import Refused, open_bytes, open_file
from pipelines.readers.recognise import recognise
from tests.unit.readers.old_excel import old_book

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
SHARES = [0.08, 0.4, 0.36, 0.16]


def row(n: int, shares=SHARES) -> list[object]:
    return [2023, 5, "Математика", "Лесосибирск", f"edu24000{n}", f"СОШ {n}", 25, *shares]


@pytest.fixture
def written(tmp_path):
    """``written(data)``: the path of a workbook of these bytes."""

    def write(data: bytes, name: str = "книга.xls"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


PERCENT = {(at, column): "0%" for at in (1, 2) for column in range(7, 11)}


def test_a_number_format_makes_a_fraction_a_per_cent(read, written):
    reading = read(written(old_book({"Отметки": [FLAT, row(1), row(2)]}, PERCENT)))
    low = reading.observations[reading.observations["indicator"] == "assessment_vpr_low"]
    assert low["numerator"].tolist() == [2, 2]  # 8 % of 25
    assert not [told for told in reading.findings if told.grade == "error"]


def test_fractions_without_a_format_are_asked_about(read, written, found):
    asked = found(read(written(old_book({"Отметки": [FLAT, row(1), row(2)]}))), "fraction_or_percent")
    assert [told.cell for told in asked] == ["H2:H3", "I2:I3", "J2:J3", "K2:K3"]


def test_mixed_formats_in_a_column_are_an_error(read, written, found):
    shares = {key: code for key, code in PERCENT.items() if key[0] == 1}
    reading = read(
        written(old_book({"Отметки": [FLAT, row(1), row(2, [8, 40, 36, 16]), row(3, [8, 40, 36, 16])]}, shares))
    )
    assert [(told.grade, told.cell) for told in found(reading, "mixed_formats")][:1] == [("error", "H2")]


def test_hidden_parts_are_told(read, written, found):
    data = old_book({"Отметки": [FLAT, row(1), row(2)]}, PERCENT, hidden_rows=[2], hidden_columns=[2])
    assert [told.cell for told in found(read(written(data)), "hidden_rows")] == ["A3", "C2:C3"]
    data = old_book({"Лист": [["пусто"]], "Отметки": [FLAT, row(1, [8, 40, 36, 16])]}, hidden_sheets=["Отметки"])
    assert len(found(read(written(data)), "hidden_sheet")) == 1


def test_an_error_in_a_cell_is_told_and_is_no_missing_value(read, written, found):
    data = old_book({"Отметки": [FLAT, [*row(1)[:6], "#DIV/0!", *SHARES]]}, PERCENT)
    assert [(told.grade, told.cell, told.seen) for told in found(read(written(data)), "formula_error")] == [
        ("error", "G2", "#DIV/0!")
    ]


def test_values_are_those_that_the_fast_reader_gives(written):
    rows = [["Заголовок", None, 1.5], [None, True, 2023], ["ещё", "", -0.25]]
    data = old_book({"Лист1": rows, "Второй ": [[1]]}, {(0, 2): "0.00"}, merges=[(0, 0, 0, 1)])
    ours = open_bytes(data, written(data), "книга.xls").tables
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert [table.sheet for table in ours] == ["Лист1", "Второй "]
    assert [list(line) for line in ours[0].cells] == theirs.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert ours[0].merges == theirs.get_sheet_by_index(0).merged_cell_ranges == [((0, 0), (0, 1))]


def test_a_lie_about_the_size_of_a_sheet_takes_nothing_down(written):
    """The fast reader reserves what DIMENSIONS says: here 268 million rows, and the process is gone."""
    whole = old_book({"Отметки": [FLAT, row(1, [8, 40, 36, 16])]})
    said = struct.pack("<IIHHH", 0, 2, 0, 11, 0)
    lie = whole.replace(said, struct.pack("<IIHHH", 0, 0x0FFFFFFF, 0, 0xFFFF, 0))
    assert lie != whole
    assert open_file(written(lie)).tables[0].cells.shape == (2, 11)


def test_a_far_cell_is_refused_with_its_place(written):
    cells = [FLAT, row(1)]
    far = old_book({"Отметки": [*cells, *[[]] * 60000, [None] * 250 + [1]]})
    with pytest.raises(Refused) as told:
        open_file(written(far))
    assert (told.value.finding.rule, told.value.finding.cell) == ("too_large", "IQ60003")


def test_reading_stops_in_time(written, monkeypatch):
    monkeypatch.setattr(xls_book, "MOST_SECONDS", 0.0)
    long = old_book({"Отметки": [FLAT, *[row(1)] * 1000]})
    with pytest.raises(Refused, match="не прочитан за 0 с"):
        open_file(written(long))


@pytest.mark.parametrize("at", [30, 48, 76, 512, 520, 900])
def test_a_damaged_workbook_is_said(written, at):
    whole = bytearray(old_book({"Отметки": [FLAT, row(1)]}))
    whole[at : at + 4] = b"\xff\xff\xff\x7f"
    try:
        open_file(written(bytes(whole)))
    except Refused as told:
        assert told.finding.rule in ("unreadable_file", "empty_file", "too_large")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice(book, context, tmp_path):
    """The same table through another program: LibreOffice writes shared strings and numbers in other records."""
    formats = {f"{column}{at}": "0%" for at in (2, 3) for column in "HIJK"}
    path = book([FLAT, row(1), row(2)], formats=formats)
    call = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xls"]
    subprocess.run([*call, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    reading = recognise(open_file(path.with_suffix(".xls")), context)
    assert reading is not None and reading.format == "flat_marks"
    assert not [told for told in reading.findings if told.grade == "error"]
    low = reading.observations[reading.observations["indicator"] == "assessment_vpr_low"]
    assert low["numerator"].tolist() == [2, 2]
