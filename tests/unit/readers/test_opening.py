"""What is no table, or is made to hurt, is refused in plain words; nothing is unpacked before it is measured."""

import zipfile

import pytest
from openpyxl import Workbook

from pipelines.readers.opening import Refused, decoded, open_bytes, open_file


def refused(data: bytes, tmp_path, name="файл.xlsx"):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Refused) as told:
        open_file(path)
    return told.value.finding


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_table"),
        (b"%PDF-1.4 ...", "not_a_table"),
        (b"PK\x03\x04 broken", "unreadable_file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_table"),
        ("Уважаемая коллега! Направляем сведения.".encode(), "not_a_table"),
        ("Уважаемая коллега!\nСведения, о которых Вы просили, будут в среду.\nС уважением".encode(), "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "unreadable_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
    ],
)
def test_what_is_no_table_is_named(data, rule, tmp_path):
    assert refused(data, tmp_path).rule == rule


def workbook_bytes(tmp_path, **parts: bytes) -> bytes:
    workbook = Workbook()
    workbook.active.append(["ОО", 1])
    path = tmp_path / "whole.xlsx"
    workbook.save(path)
    changed = tmp_path / "changed.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, parts.get(item, old.read(item)))
        for name in set(parts) - set(old.namelist()):
            new.writestr(name, parts[name])
    return changed.read_bytes()


def test_a_truncated_workbook_is_damaged(tmp_path):
    data = workbook_bytes(tmp_path)
    assert refused(data[: len(data) // 2], tmp_path).rule == "unreadable_file"


def test_entities_are_refused_before_they_are_parsed(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert refused(workbook_bytes(tmp_path, **{"xl/sharedStrings.xml": bomb}), tmp_path).rule == "unsafe_file"


def test_a_zip_bomb_is_measured_and_not_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _ in range(800):
            part.write(b"\0" * (1 << 20))
    with pytest.raises(Refused) as told:
        open_file(path)
    assert told.value.finding.rule == "too_large"


def test_two_far_cells_do_not_become_a_table_of_billions(tmp_path):
    workbook = Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = 1, 2
    path = tmp_path / "far.xlsx"
    workbook.save(path)
    with pytest.raises(Refused) as told:
        open_file(path)
    assert (told.value.finding.rule, told.value.finding.cell) == ("too_large", "XFD1048576")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_as_russian_excel_saves_it(tmp_path, encoding, separator):
    lines = [["Год", "ОО", "Процент"], ["2023", "Школа № 1", '"85,7"'], ["2023", "Ёлка", '"12,5"']]
    text = "\r\n".join(separator.join(line) + separator for line in lines)  # a trailing separator, as Excel writes
    path = tmp_path / "таблица.csv"
    path.write_bytes(text.encode(encoding) if encoding != "cp1251" else text.encode("cp1251"))
    table = open_file(path).tables[0]
    assert [table.text(1, column) for column in range(3)] == ["2023", "Школа № 1", "85,7"]
    assert table.text(2, 1) == "Ёлка"


def test_a_mislabelled_file_is_read_by_its_content(tmp_path):
    opened = open_bytes("Год;ОО\n2023;Школа".encode(), tmp_path / "таблица.xlsx", "таблица.xlsx")
    assert (opened.kind, [told.rule for told in opened.findings]) == ("csv", ["mislabelled"])


def test_commas_of_a_table_are_no_commas_of_a_letter(tmp_path):
    path = tmp_path / "таблица.csv"
    path.write_text("Результаты\nГод, ОО, Процент\n2023, Школа № 1, 85\n2023,Школа № 2,86", encoding="utf-8")
    assert open_file(path).tables[0].text(3, 2) == "86"


def test_decoding_prefers_utf8_and_falls_back_to_windows():
    assert decoded("Школа".encode("cp1251")) == decoded("Школа".encode()) == "Школа"


def test_invisible_characters_do_not_survive(tmp_path, book):
    path = book([["ОО\u202e", "Школа\u200b № 1\x7f"]])
    table = open_file(path).tables[0]
    assert [table.text(0, column) for column in range(2)] == ["ОО", "Школа № 1"]
