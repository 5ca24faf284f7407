"""The pass over an .ods: what every cell is shown as, where it stands, and its bounds."""

import io
import zipfile

import pytest

from pipelines.readers import ods_marks
from pipelines.readers.ods_marks import read_ods_marks
from pipelines.readers.opening import Refused, open_file
from pipelines.readers.xlsx_marks import TooLong

HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"


def marks(body: str) -> dict:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("content.xml", f"{HEAD}{body}{TAIL}")
    return read_ods_marks(zipfile.ZipFile(packed))


def cell(kind: str, shown: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{shown}</text:p></table:table-cell>'


def test_cells_are_marked_by_what_they_show():
    """Row 1 is empty and repeated, so the figures stand in row 4 (0-based 3); 86,40 was published with two decimals."""
    body = (
        '<table:table table:name="Лист"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>'
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:visibility="filter"><table:table-cell table:number-columns-repeated="2"/>'
        + cell("percentage", "12,5%") + cell("float", "86,40") + cell("float", "25") + cell("string", "12,5%")
        + "</table:table-row></table:table>"
    )  # fmt: skip
    found, merges = marks(body)["Лист"]
    told = {(int(r), int(c)): found.formats[s] for r, c, s in zip(found.rows, found.columns, found.style, strict=True)}
    assert told == {(3, 2): "0.0%", (3, 3): "0.00", (3, 4): "General", (3, 5): "General"}
    assert (found.hidden_rows, found.hidden_columns, merges) == ([3], [2], [])
    assert (found.last_row, found.last_column) == (3, 5)


def test_merged_cells_are_ranges():
    span = 'table:number-rows-spanned="3" table:number-columns-spanned="2"'
    row = f"<table:table-row>{cell('string', 'город', span)}</table:table-row>"
    assert marks(f'<table:table table:name="А">{row}</table:table>')["А"][1] == [((0, 0), (2, 1))]


def test_a_million_repeated_rows_are_no_million_marks():
    """LibreOffice writes the formatted rest of a sheet as one repeated row: its size is told, its cells are not."""
    body = (
        '<table:table table:name="А"><table:table-row table:number-rows-repeated="1048576">'
        + cell("float", "1", 'table:number-columns-repeated="2"')
        + "</table:table-row></table:table>"
    )
    found, _ = marks(body)["А"]
    assert (found.last_row, found.last_column, len(found.rows), found.complete) == (1048575, 1, 0, False)


def test_a_sheet_of_seventeen_milliard_cells_is_refused(tmp_path):
    """Two hundred bytes of XML: who believes them has no memory left."""
    body = '<table:table table:name="А"><table:table-row table:number-rows-repeated="1048576">'
    body += cell("float", "1", 'table:number-columns-repeated="16384"') + "</table:table-row></table:table>"
    path = tmp_path / "книга.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{HEAD}{body}{TAIL}")
    with pytest.raises(Refused) as told:
        open_file(path)
    assert (told.value.finding.rule, told.value.finding.cell) == ("too_large", "XFD1048576")


def test_a_row_that_never_ends_is_not_gathered(monkeypatch):
    monkeypatch.setattr(ods_marks, "MOST_IN_ROW", 500)
    row = f"<table:table-row>{cell('float', '1') * 600}</table:table-row>"
    with pytest.raises(TooLong):
        marks(f'<table:table table:name="А">{row}</table:table>')


def test_formats_of_a_pass_that_was_cut_short_are_unknown_and_the_size_is_not(monkeypatch):
    monkeypatch.setattr(ods_marks._Pass, "look_at_the_clock", lambda self: setattr(self._sheet, "complete", False))
    monkeypatch.setattr(ods_marks, "CHUNK", 16 * 400)
    rows = f"<table:table-row>{cell('percentage', '5 %') * 3}</table:table-row>" * 20
    found, _ = marks(f'<table:table table:name="А">{rows}</table:table>')["А"]
    assert (found.last_row, found.last_column, len(found.rows), found.complete) == (19, 2, 0, False)


def test_broken_part_is_said():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("content.xml", HEAD)
    with pytest.raises(ValueError, match=r"content\.xml"):
        read_ods_marks(zipfile.ZipFile(packed))


def test_a_document_whose_type_cannot_be_read_is_damaged(tmp_path):
    """Found by the fuzzer: the list of parts is whole, and the part that says what the archive is has moved."""
    path = tmp_path / "книга.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{HEAD}{TAIL}")
    path.write_bytes(b"PK\0\0" + path.read_bytes()[4:])
    with pytest.raises(Refused) as told:
        open_file(path)
    assert told.value.finding.rule == "unreadable_file"
