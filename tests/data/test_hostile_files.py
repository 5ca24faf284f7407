"""Files made to hurt, or broken in a way that people really meet: a clear word, bounded memory, nothing published.

Each large one is read in a process of its own, whose memory is measured; the limit of time is a guard against a hang.
"""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines.loading import prepare
from pipelines.readers.opening import Refused, open_file
from pipelines.readers.raw import safe
from pipelines.readers.report import write_report
from pipelines.readers.rules import finding
from pipelines.snapshot import Warehouse

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
MOST_MB = 1024
SECONDS = 120


def row(n: int = 1) -> list[object]:
    return [2023, 5, "Математика", "Лесосибирск", f"edu24{n:04d}", f"СОШ {n}", 25, 8, 40, 36, 16]


def book(path: Path, rows: list[list[object]]) -> Path:
    workbook = Workbook()
    for cells in rows:
        workbook.active.append(cells)
    workbook.save(path)
    return path


def with_parts(path: Path, change: dict[str, bytes], sheet=None) -> Path:
    """The workbook with parts added or replaced; ``sheet`` changes the XML of its first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if sheet:
        parts["xl/worksheets/sheet1.xml"] = sheet(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts | change).items():
            archive.writestr(name, data)
    return path


def read(path: Path):
    prepared = prepare(Warehouse(path.parent / "warehouse"), [path], territory="Красноярский край")
    try:
        prepared.preview()
        return prepared.files[0]
    finally:
        prepared.close()


def apart(path: Path) -> dict:
    """``load --dry-run`` in a process of its own: its answer, and its greatest memory in MB."""
    code = (
        "import resource, sys\nfrom pipelines.__main__ import main\nstatus = main(sys.argv[1:])\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(status, peak // (1 << 20 if sys.platform == 'darwin' else 1 << 10), file=sys.stderr)"
    )
    call = [sys.executable, "-c", code, "load", str(path), "--dry-run", "--format", "json"]
    call += ["--territory", "Красноярский край", "--warehouse", str(path.parent / "warehouse")]
    done = subprocess.run(call, capture_output=True, encoding="utf-8", timeout=SECONDS)
    status, peak = done.stderr.split()[-2:]
    return {"status": int(status), "mb": int(peak), **json.loads(done.stdout)["files"][0]}


def rules_of(file) -> set[str]:
    found = file["findings"] if isinstance(file, dict) else file.findings
    return {told["rule"] if isinstance(told, dict) else told.rule for told in found}


def test_a_million_empty_formatted_rows_cost_nothing(tmp_path) -> None:
    """Excel writes such sheets after somebody coloured whole columns: the three rows in them are read."""
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="K%d" s="0"/></row>' % (n, n, n) for n in range(5, 1048577))
    path = with_parts(
        book(tmp_path / "файл.xlsx", [FLAT, row(1), row(2), row(3)]),
        {},
        lambda xml: xml.replace(b"</sheetData>", empty + b"</sheetData>"),
    )
    told = apart(path)
    assert (told["status"], told["rows"], told["format"]) == (0, 3, "flat_marks")
    assert told["mb"] < MOST_MB


def test_a_header_of_all_columns_that_excel_has(tmp_path) -> None:
    path = book(tmp_path / "файл.xlsx", [[*FLAT, *(f"Столбец {n}" for n in range(16384 - len(FLAT)))], row(1)])
    told = apart(path)
    assert (told["status"], told["rows"]) == (0, 1)
    assert told["mb"] < MOST_MB


def test_a_part_that_swells_while_it_is_unpacked(tmp_path) -> None:
    """800 MB of shared strings in an archive of less than one: refused by what the archive itself says."""
    path = book(tmp_path / "файл.xlsx", [FLAT, row(1)])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.xml", "w") as part:
        for _ in range(800):
            part.write(b"<" + b" " * ((1 << 20) - 1))
    assert path.stat().st_size < 3 << 20
    told = apart(path)
    assert (told["status"], rules_of(told)) == (1, {"too_large"})
    assert told["mb"] < MOST_MB


@pytest.mark.parametrize("before", [b"", b" " * 10_000, b"<!-- <a> -->" * 2_000])
def test_entities_are_found_whatever_stands_before_them(tmp_path, before) -> None:
    bomb = b'<?xml version="1.0"?>' + before + b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    path = with_parts(book(tmp_path / "файл.xlsx", [FLAT, row(1)]), {"xl/sharedStrings.xml": bomb})
    assert rules_of(read(path)) == {"unsafe_file"}


def test_an_encrypted_archive_asks_for_the_password_to_be_removed(tmp_path) -> None:
    path = book(tmp_path / "файл.xlsx", [FLAT, row(1)])
    data = bytearray(path.read_bytes())
    for start in (found.start() for found in re.finditer(b"PK\x03\x04|PK\x01\x02", bytes(data))):
        data[start + (6 if data[start + 2] == 3 else 8)] |= 1  # the flag «encrypted» of the entry
    path.write_bytes(data)
    assert rules_of(read(path)) == {"password_protected"}


def test_a_hundred_tables_on_a_sheet(tmp_path) -> None:
    rows: list[list[object]] = []
    for n in range(100):
        rows += [[f"Таблица {n + 1}"], FLAT, row(n + 1), []]
    file = read(book(tmp_path / "файл.xlsx", rows))
    assert (file.rows, len({*file.reading.observations["login"]})) == (100, 100)


def test_macros_and_links_are_named_and_not_followed(tmp_path) -> None:
    parts = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    file = read(with_parts(book(tmp_path / "файл.xlsx", [FLAT, row(1)]), parts))
    assert {"macros_ignored", "external_links"} <= rules_of(file) and file.rows == 1


def test_a_formula_without_a_value_is_an_error_at_its_cell_and_not_a_zero(tmp_path) -> None:
    path = book(tmp_path / "файл.xlsx", [FLAT, row(1), [*row(2)[:6], "=20+5", *row(2)[7:]]])
    told = [one for one in read(path).findings if one.rule == "formula_without_value"]
    assert [(one.grade, one.cell) for one in told] == [("error", "G3")]


def test_a_letter_and_a_picture_under_the_name_of_a_workbook(tmp_path) -> None:
    letter, picture = "Направляем сведения.".encode(), b"\xff\xd8\xff\xe0" + b"\0" * 99
    for name, data in (("письмо.xlsx", letter), ("фото.xlsx", picture)):
        path = tmp_path / name
        path.write_bytes(data)
        assert rules_of(read(path)) == {"not_a_table"}
    word = tmp_path / "письмо.docx.xlsx"
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(Refused, match="документ Word"):
        open_file(word)


def test_invisible_signs_do_not_make_another_school(tmp_path) -> None:
    """A mark of writing direction and a zero-width space in a name: the same school as without them, said cleanly."""
    first, second = row(1), row(1)
    second[5], second[2] = "СОШ\u200b 1\u202e", "Русский язык\u200f"
    file = read(book(tmp_path / "файл.xlsx", [FLAT, first, second]))
    assert set(file.reading.observations["subject"]) == {"Математика", "Русский язык"}
    assert "one_school_many_names" not in rules_of(file)
    assert not any(re.search("[\u200b-\u200f\u202a-\u202e]", told.message) for told in file.findings)


def test_a_path_in_a_file_name_leads_nowhere(tmp_path) -> None:
    path = book(tmp_path / "..%2F..%2Fetc%2Fpasswd .xlsx", [FLAT, row(1)])
    file = read(path)
    assert file.rows == 1 and {entry.name for entry in tmp_path.iterdir()} <= {path.name, "warehouse"}


INJECTIONS = ("=HYPERLINK(1)", "+7 391", "-1+1", "@SUM(1)", "\t=1")


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_export_of_findings_runs_what_the_sender_wrote(tmp_path, text) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "файл.csv"
    path.write_text("а;б", encoding="utf-8")
    told = finding("not_a_number", path.name, "Лист1", "A1", seen=text, expected=text)
    write_report(path, "csv", [told], tmp_path / "замечания.xlsx")
    cells = [cell for line in load_workbook(tmp_path / "замечания.xlsx").active.iter_rows() for cell in line]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(str(cell.value or "").startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    assert (safe(text) or "").startswith("'") or text.strip() != text


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@СОШ", "+СОШ", "-СОШ"])
def test_a_school_called_like_a_formula_runs_nowhere(tmp_path, name, capsys) -> None:
    from pipelines.__main__ import main

    cells = row(1)
    cells[5] = name
    workbook = Workbook()
    workbook.active.append(FLAT)
    workbook.active.append(cells)
    workbook.active["F2"].data_type = "s"
    path = tmp_path / "файл.xlsx"
    workbook.save(path)
    warehouse = ["--warehouse", str(tmp_path / "warehouse")]
    assert main(["load", str(path), "--territory", "Красноярский край", *warehouse]) == 0
    capsys.readouterr()
    call = ["query", "--indicator", "assessment_vpr_pass", "--level", "school", "--collection", "own"]
    assert main([*call, "--format", "csv", *warehouse]) == 0
    out = capsys.readouterr().out
    assert f"'{name}" in out and not re.search(r"(?:^|,)[=+@-][^\d,]", out, re.MULTILINE)


def test_the_last_good_data_stay(tmp_path) -> None:
    good = book(tmp_path / "хороший.xlsx", [FLAT, row(1)])
    from pipelines.loading import publish

    warehouse = Warehouse(tmp_path / "warehouse")
    prepared = prepare(warehouse, [good], territory="Красноярский край")
    published = publish(prepared)
    prepared.close()
    bad = tmp_path / "плохой.xlsx"
    bad.write_bytes(good.read_bytes()[:900])
    again = prepare(warehouse, [bad, good], territory="Красноярский край")
    assert again.stopped and {told.rule for told in again.files[0].findings} == {"unreadable_file"}
    again.close()
    assert warehouse.current() == published
