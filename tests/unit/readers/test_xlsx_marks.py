"""The pass over an .xlsx sheet: whoever wrote it, formats are found and sizes told, and it stops in time."""

import re
import zipfile

import pytest

from pipelines.readers import xlsx_marks
from pipelines.readers.opening import Refused, open_file
from pipelines.readers.xlsx_marks import number_formats, read_marks, sheet_parts

FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]


def row(n: int, shares=(0.08, 0.4, 0.36, 0.16)) -> list[object]:
    return [2023, 5, "Математика", "Лесосибирск", f"edu24000{n}", f"СОШ {n}", 25, *shares]


@pytest.fixture
def percents(book):
    formats = {f"{column}{at}": "0.0%" for at in (2, 3) for column in "HIJK"}
    return book([FLAT, row(1), row(2)], formats=formats)


def rewritten(path, **change):
    """The workbook with the XML of some parts changed by functions of the part's text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in parts:
        for suffix, function in change.items():
            if name.endswith(f"{suffix}.xml"):
                parts[name] = function(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def style_first(xml: str) -> str:
    return re.sub(r'<c r="([A-Z]+\d+)" s="(\d+)"', r'<c s="\2" r="\1"', xml)


def without_addresses(xml: str) -> str:
    return re.sub(r'(<(?:c|row)) r="[A-Z]*\d+"', r"\1", xml)


def prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(\w+)", r"<\1x:\2", xml.replace("xmlns=", "xmlns:x="))


def marks_of(path):
    with zipfile.ZipFile(path) as archive:
        (part,) = sheet_parts(archive).values()
        return read_marks(archive, part, number_formats(archive))


def told(marks) -> dict[tuple[int, int], str]:
    cells = zip(marks.rows, marks.columns, marks.style, strict=True)
    return {(int(r), int(c)): marks.formats[s] for r, c, s in cells}


@pytest.mark.parametrize("written", [style_first, without_addresses, prefixed])
def test_other_programs_write_cells_otherwise_and_the_formats_are_the_same(percents, written):
    usual = marks_of(percents)
    assert told(usual)[1, 7] == "0.0%"
    other = marks_of(rewritten(percents, sheet1=written))
    assert told(other) == told(usual)
    assert (other.last_row, other.last_column) == (usual.last_row, usual.last_column) == (2, 10)


def test_styles_under_a_prefix(percents):
    assert told(marks_of(rewritten(percents, styles=prefixed)))[1, 7] == "0.0%"


FAR = [
    '<c s="0" r="XFD1048576"><v>1</v></c>', "<c r='XFD1048576'><v>1</v></c>", '<c\nr="XFD1048576"><v>1</v></c>',
    '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><x:v>1</x:v></x:c>',
]  # fmt: skip


@pytest.mark.parametrize("cell", FAR)
def test_a_far_cell_is_seen_however_it_is_written(percents, cell):
    """The reader of values would ask for the memory of 17 milliard cells, and the process is gone."""
    path = rewritten(percents, sheet1=lambda xml: xml.replace("</sheetData>", f"<row>{cell}</row></sheetData>"))
    with pytest.raises(Refused) as refused:
        open_file(path)
    assert (refused.value.finding.rule, refused.value.finding.cell) == ("too_large", "XFD1048576")


def test_a_sheet_whose_size_nobody_knows_is_not_read(percents):
    with pytest.raises(Refused, match="лист в книге не найден"):
        open_file(rewritten(percents, workbook=lambda xml: xml.replace("r:id=", "relationships:id=")))


def test_a_name_of_a_sheet_may_be_written_in_numbers(percents):
    path = rewritten(percents, workbook=lambda xml: xml.replace('name="Лист1"', 'name="&#1051;ист1"'))
    assert open_file(path).tables[0].sheet == "Лист1"


def test_a_pass_that_takes_too_long_asks_about_fractions_and_says_what_was_not_read(percents, read, found, monkeypatch):
    monkeypatch.setattr(xlsx_marks, "_in_time", lambda *_: False)
    monkeypatch.setattr(xlsx_marks, "CHUNK", 400)  # the pass is cut in the middle of the sheet
    reading = read(percents)
    assert [told.grade for told in found(reading, "formats_not_read")] == ["warning"]
    assert [told.cell for told in found(reading, "fraction_or_percent")] == ["H2:H3", "I2:I3", "J2:J3", "K2:K3"]
    assert not found(reading, "mixed_formats")


def test_a_pass_that_is_cut_short_still_knows_the_size(percents, monkeypatch):
    whole = marks_of(percents)
    monkeypatch.setattr(xlsx_marks, "_in_time", lambda *_: False)
    monkeypatch.setattr(xlsx_marks, "CHUNK", 400)
    for written in (str, style_first, without_addresses, prefixed):
        cut = marks_of(rewritten(percents, sheet1=written))
        assert (cut.complete, len(cut.rows)) == (False, 0)
        assert (cut.last_row, cut.last_column) == (whole.last_row, whole.last_column), written


def test_ones_alone_are_asked_about_where_formats_are_unknown(book, read, found, monkeypatch):
    """1 may be 100 % by its format, or 1 %: without the formats nobody can tell."""
    path = book([FLAT, row(1, (0, 1, 0, 0))], formats={f"{column}2": "0%" for column in "HIJK"})
    assert not found(read(path), "fraction_or_percent")
    monkeypatch.setattr(xlsx_marks, "_in_time", lambda *_: False)
    monkeypatch.setattr(xlsx_marks, "CHUNK", 400)
    assert [told.cell for told in found(read(path), "fraction_or_percent")] == ["I2"]


def test_not_even_the_size_in_time_is_a_refusal(percents, monkeypatch):
    monkeypatch.setattr(xlsx_marks, "MOST_SECONDS", -1.0)
    with pytest.raises(Refused) as refused:
        open_file(percents)
    assert refused.value.finding.rule == "too_large"


@pytest.mark.parametrize(("name", "most"), [("MOST_STRINGS", 10), ("MOST_STRING_BYTES", 100)])
def test_strings_that_are_many_or_long_are_counted_before_they_are_read(percents, monkeypatch, name, most):
    """Forty million empty strings fit an archive of one megabyte and no memory of a server."""
    strings = "<sst>" + "<si/>" * 2000 + "<si><t>а</t></si>" * 20 + "</sst>"
    with zipfile.ZipFile(percents, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    monkeypatch.setattr(xlsx_marks, "MOST_LISTED", 100)
    monkeypatch.setattr(xlsx_marks, name, most)
    with zipfile.ZipFile(percents) as archive, pytest.raises(xlsx_marks.TooLong):
        xlsx_marks.check_strings(archive)


def test_merged_cells_beyond_number_are_refused(percents, monkeypatch):
    monkeypatch.setattr(xlsx_marks, "MOST_MERGES", 10)
    merges = "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 11 + "</mergeCells>"
    path = rewritten(percents, sheet1=lambda xml: xml.replace("</sheetData>", f"</sheetData>{merges}"))
    with pytest.raises(Refused, match="объединённых ячеек"):
        open_file(path)


@pytest.mark.parametrize(
    "tags", ["<row " * 400_000 + 'hidden="1"', "<c " * 400_000, '<c r="A1" t="e" ' * 100_000, '<c r="A1"><f ' * 100_000]
)
def test_tags_that_never_end_cost_no_minutes(percents, tags):
    """Patterns that run on to the end of the file from each of them would take hours."""
    path = rewritten(percents, sheet1=lambda xml: xml.replace("</sheetData>", tags + "</sheetData>"))
    assert marks_of(path).last_row >= 2
