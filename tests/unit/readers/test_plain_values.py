"""Values read straight from a large sheet are those of the general reader, whatever stands in the sheet."""

import math
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.cell import get_column_letter

from pipelines.readers import opening
from pipelines.readers.opening import open_file

cell = (
    st.none()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
    | st.sampled_from(["&<>\"'", " край ", "_x0041_", "=1+1 как текст", "№ 1", "é"])
)
grid = st.lists(st.lists(cell, min_size=1, max_size=6), min_size=1, max_size=12)


def book(path: Path, rows, formats=None, merged=None) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    for row, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value is not None:
                written = sheet.cell(row, column, value)
                if isinstance(value, str):
                    written.data_type = "s"
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    if merged:
        sheet.merge_cells(merged)
    workbook.save(path)
    return path


def cells_of(path: Path, least: int) -> list[list[object]]:
    before, opening.LEAST_BYTES = opening.LEAST_BYTES, least
    try:
        return [list(row) for row in open_file(path).tables[0].cells]
    except opening.Refused as refused:
        return [[refused.finding.rule]]
    finally:
        opening.LEAST_BYTES = before


def same(first: object, second: object) -> bool:
    return type(first) is type(second) and (
        math.isclose(first, second, rel_tol=1e-15) if isinstance(first, float) else first == second
    )


@settings(max_examples=60, deadline=None)
@given(grid)
def test_both_ways_give_the_same_cells(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    path = book(tmp_path_factory.mktemp("b") / "книга.xlsx", rows)
    fast, general = cells_of(path, 0), cells_of(path, 1 << 40)
    assert [len(row) for row in fast] == [len(row) for row in general]
    for one, other in zip(fast, general, strict=True):
        assert all(same(a, b) for a, b in zip(one, other, strict=True)), (one, other)


@pytest.mark.parametrize(
    "more",
    [
        {"rows": [["Дата"], [date(2024, 5, 1)]]},
        {"rows": [["Да"], [True]]},
        {"rows": [["Сумма", 1, 2], ["=B1+C1"]]},
        {"rows": [["Год", "Год"], [2024.0, 2025.0]], "merged": "A1:B1"},
        {"rows": [["Доля"], [0.5]], "formats": {"A2": "0%"}},
    ],
)
def test_what_is_not_plain_is_left_to_the_general_reader(tmp_path, more) -> None:
    path = book(tmp_path / "книга.xlsx", **more)
    assert cells_of(path, 0) == cells_of(path, 1 << 40)


def rewritten(path: Path, change) -> Path:
    """The workbook with its sheet's XML changed."""
    out = path.with_name("иначе.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename.startswith("xl/worksheets/sheet") else data)
    return out


def test_a_sheet_whose_tags_bear_a_prefix_is_no_empty_file(tmp_path) -> None:
    import re

    def prefixed(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml)
        return xml.replace(b'xmlns="', b'xmlns:x="')

    path = rewritten(book(tmp_path / "книга.xlsx", [["Год", "Доля"], [2024, 0.5]], {"B2": "0%"}), prefixed)
    table = open_file(path).tables[0]
    assert table.cells.tolist() == [["Год", "Доля"], [2024.0, 0.5]]
    assert table.marks.formats_of(1)[1] == ["General", "0%"]


def test_cells_without_addresses_are_read(tmp_path) -> None:
    import re

    def bare(xml: bytes) -> bytes:
        return re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml)

    path = rewritten(book(tmp_path / "книга.xlsx", [["Год", "Доля"], [2024, 50]]), bare)
    assert cells_of(path, 0) == [["Год", "Доля"], [2024.0, 50.0]] == cells_of(path, 1 << 40)


def test_columns_beyond_z(tmp_path) -> None:
    rows = [[get_column_letter(column) for column in range(1, 740)]]
    path = book(tmp_path / "книга.xlsx", rows)
    assert cells_of(path, 0) == rows == cells_of(path, 1 << 40)
