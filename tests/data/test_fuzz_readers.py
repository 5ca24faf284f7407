"""Whatever comes in ends as a table with findings or as a refusal in Russian: never as a crash of the program.

Each form is made as .xlsx, .ods, .xls and .csv, whole; then bytes, parts, cells and names are damaged. A short round
stands in the suite; ``FUZZ_EXAMPLES=5000 python -m pytest tests/data/test_fuzz_readers.py`` is long, and holds the
process to :data:`MOST_BYTES` of memory, so that a reader who believes a lie about a size is found out.
"""

import csv
import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from pipelines.catalogue import load_catalogue
from pipelines.loading import prepare
from pipelines.readers.context import Context
from pipelines.readers.opening import Refused, open_bytes
from pipelines.readers.propose import propose
from pipelines.readers.recognise import FORMATS, recognise
from pipelines.readers.rules import rules
from pipelines.snapshot import Warehouse
from tests.unit.readers.old_excel import old_book

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "40"))
MOST_BYTES = 6 << 30
"""Of address space in a long run: threads and libraries reserve a few of them without using any."""
bounded = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
RUSSIAN = re.compile("[а-яё]")

MARKS = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
BOOKS: dict[str, list[list[object]]] = {
    "fioko_marks": [
        ["ВПР 2023. Русский язык. 5 класс"], MARKS, ["Вся выборка", 35000, 1300000, 8, 40, 36, 16],
        ["Красноярский край", 900, 2500, 8, 40, 36, 16], ["город Лесосибирск", 2, 75, 8, 40, 36, 16],
        ["МБОУ СОШ № 1 (edu240001)", 1, 25, 8, 40, 36, 16],
    ],
    "flat_marks": [FLAT, *([2023, 5, "Математика", "Лесосибирск", f"edu24000{n}", f"СОШ {n}", 25, 8, 40, 36, 16]
                          for n in range(1, 5))],
    "fioko_journal": [
        ["ВПР 2023 Математика 5 класс"], ["Группы участников", "Кол-во участников", "%"], ["Красноярский край"],
        ["Понизили (Отметка < Отметка по журналу) %", 20, 20], ["Подтвердили (Отметка = Отметке по журналу) %", 70, 70],
        ["Повысили (Отметка > Отметка по журналу) %", 10, 10], ["Всего", 100, 100],
    ],
    "fioko_individual": [
        ["ВПР 2025 Математика 5 класс"], ["Максимальный первичный балл: 6"], [],
        ["МБОУ СОШ № 1 (edu240001) | Кол-во участников: 3"], [],
        ["№", "Код участника", "1 (2б)", "9.1 (1б)", "5К1 (3б)", "Первичный балл", "Отметка", "Отметка по журналу"],
        [1, 50001, 2, 1, 3, 6, 5, 4], [2, 50002, 1, "X", 1, 2, 3, 3], [3, 50003, "-", "—", "Х", "-", "НЕТ ОТМЕТКИ", 3],
    ],
    "vpr_collection": [
        ["ВПР 2024 Математика 5 класс, edu240001"],
        ["Код", "Вариант", "1 (1б)", "2 (2б)", "Пол", "Отметка за предыдущий период", "Итого баллов"],
        [1001, 1, 1, 2, "м", 4, 3], [1002, "отсутствовал", "отсутствовал", "отсутствовал", "ж", 3, 0],
    ],
    "vpr_signs": [
        ["Год", "Логин", "Муниципалитет", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА", "Количество маркеров"],
        ["2023", "edu240001", "Лесосибирск", "СОШ 1", 0, 1, None, 0, 1],
        [2023, "edu240002", "Лесосибирск", "СОШ 2", 0, 0, 0, 0, 0],
    ],
    "ege_schools": [
        ["Результаты ЕГЭ 2023 года по школам"], [],
        ["№", "Муниципалитет", "ОО", "Русский язык", "Русский язык", "Русский язык", "Русский язык"],
        [None, None, None, "Кол-во участников", "Средний балл", "Не преодолели порог", "Не преодолели порог"],
        [None, None, None, "чел.", None, "чел.", "%"], [1, 2, 3, 4, 5, 6, 7],
        [1, "город Лесосибирск", "СОШ № 1", 25, 68.1, 1, 4], [None, None, "Всего", 45, 69, 1, 2.2],
    ],
    "organisations": [
        ["Логин", "Название", "Тип", "Муниципалитет", "Регион", "Город или село", "Широта", "Долгота"],
        ["edu240001", "СОШ № 1", "школа", "Лесосибирск", "Красноярский край", "город", 58.2, 92.5],
    ],
    "observations": [
        ["Код показателя", "Логин", "Год", "Числитель", "Знаменатель"],
        ["assessment_no_certificate", "edu240001", 2023, 1, 40],
    ],
}  # fmt: skip
HOSTILE = (
    "", " ", "=1+1", "=cmd|'/c calc'!A1", "+7 391 000", "-", "@x", "\tтаб", "\u202eзеркало", "\u200b", "1\u00a0234,5",
    "12,5 %", "%", "1e309", "-1", "0", "1/2", "н/д", "НЕТ ОТМЕТКИ", "Х", "2019/20", "edu999999", "edu240001", "Всего",
    "Итого", "х" * 40000, "../../etc/passwd", "<b>&amp;", "2023 г.", "№", "Год", "ОО", "Код участника",
    "Группы участников", "\u0378", "𝟙𝟚", "٣", "²",
)  # fmt: skip
value = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(HOSTILE)
    | st.text(max_size=20)
    | st.dates(date(1901, 1, 1), date(2200, 1, 1))
    | st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1))
)
edits = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 11), value), max_size=12)


@cache
def context() -> Context:
    return Context(load_catalogue())


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell is None:
                continue
            try:
                book.active.cell(at, column, cell)
            except (IllegalCharacterError, ValueError):
                book.active.cell(at, column, "?")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ODS = "urn:oasis:names:tc:opendocument:xmlns:"
MIME = "application/vnd.oasis.opendocument.spreadsheet"
KINDS = ("xlsx", "ods", "xls", "csv")


def open_document(rows: list[list[object]]) -> bytes:
    """An .ods as LibreOffice writes it, as far as readers look."""
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            number = isinstance(cell, int | float)
            kind = f'office:value-type="float" office:value="{cell}"' if number else 'office:value-type="string"'
            shown = escape(str(cell))
            cells.append(
                "<table:table-cell/>"
                if cell is None
                else f"<table:table-cell {kind}><text:p>{shown}</text:p></table:table-cell>"
            )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    names = " ".join(f'xmlns:{name}="{ODS}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="Лист1">'
        f"{''.join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIME, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{ODS}manifest:1.0">{entry}</manifest:manifest>',
        )
    return out.getvalue()


def separated(rows: list[list[object]]) -> bytes:
    """A CSV as Excel saves it in Russia."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("cp1251")


@cache
def valid(kind: str, suffix: str = "xlsx") -> bytes:
    rows = BOOKS[kind]
    if suffix == "xls":
        return old_book(
            {"Лист1": rows}, {(len(rows) - 1, 4): "0.0%"}, hidden_rows=[1], merges=[(len(rows), len(rows), 0, 3)]
        )
    return {"xlsx": workbook, "ods": open_document, "csv": separated}[suffix](rows)


@pytest.fixture(scope="module", autouse=True)
def little_memory() -> Iterator[None]:
    """In a long run the process may not take more than :data:`MOST_BYTES`: a larger wish ends it, and is seen."""
    if "FUZZ_EXAMPLES" not in os.environ or sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def survives(data: bytes, name: str = "файл.xlsx") -> None:
    """The file is read, or refused by a rule with words that a person understands."""
    try:
        opened = open_bytes(data, Path(name), name)
    except Refused as refusal:
        told = refusal.finding
        assert told.grade == "error" and told.rule in rules() and RUSSIAN.search(told.message)
        return
    reading = recognise(opened, context())
    propose(opened, context())
    for told in reading.findings if reading else opened.findings:
        assert told.grade in ("error", "warning", "note") and told.rule in rules() and RUSSIAN.search(told.message)
        assert not re.search(r"[\x00-\x08\u202a-\u202e]", told.message)
    if reading is not None:
        assert reading.format in FORMATS and reading.rows >= 0


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("kind", BOOKS)
def test_the_books_that_are_broken_below_are_whole(kind: str, suffix: str) -> None:
    name = f"файл.{suffix}"
    reading = recognise(open_bytes(valid(kind, suffix), Path(name), name), context())
    assert reading is not None and reading.format == kind


MAGIC = (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"\x89PNG", b"<?xml ")


@bounded
@given(st.sampled_from(MAGIC), st.binary(max_size=4000))
def test_any_bytes(magic: bytes, data: bytes) -> None:
    survives(magic + data)


@bounded
@given(st.text(max_size=800), st.sampled_from(["utf-8", "cp1251", "utf-16"]))
def test_any_text(text: str, encoding: str) -> None:
    survives(text.encode(encoding, "replace"), "таблица.csv")


csv_rows = st.lists(
    st.lists(st.sampled_from([*HOSTILE[:-15], *map(str, FLAT), "25", "8"]), min_size=1, max_size=14), max_size=12
)


@bounded
@given(csv_rows, st.sampled_from([";", ",", "\t"]))
def test_any_csv(rows: list[list[str]], separator: str) -> None:
    head = separator.join(map(str, FLAT))
    survives("\r\n".join([head, *(separator.join(row) for row in rows)]).encode("utf-8-sig"), "таблица.csv")


names = st.sampled_from(["файл.xlsx", "файл.ods", "файл.xls", "файл.csv", "файл", "=1+1.xlsm", "..\\\u202eслх.xls"])


@bounded
@given(st.sampled_from(sorted(BOOKS)), st.sampled_from(KINDS), names, st.data())
def test_damaged_files(kind: str, suffix: str, name: str, data: st.DataObject) -> None:
    """Bytes changed, taken out or put in, the end cut off, the name of another kind."""
    whole = bytearray(valid(kind, suffix))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    survives(bytes(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole), name)


NUMBERS = (
    b"\xff\xff", b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\xff\xff", b"\0\1", b"\x0a\0\0\0",
)  # fmt: skip
SIGNS = (b";", b'"', b"\r", b"\n", b"\0", b"\xd0", b"\xff\xfe", b"\t", b",", b'";"', b"=", b";" * 300)


@bounded
@given(st.sampled_from(sorted(BOOKS)), st.data())
def test_old_workbooks_that_lie_about_sizes_and_places(kind: str, data: st.DataObject) -> None:
    """The bytes stay where they are and numbers among them change: chains of sectors, lengths, rows, styles."""
    whole = bytearray(valid(kind, "xls"))
    ends = st.integers(0, 700) | st.integers(max(len(whole) - 2100, 0), len(whole) - 8) | st.integers(0, len(whole) - 8)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(ends)
        number = data.draw(st.sampled_from(NUMBERS) | st.binary(min_size=1, max_size=4))
        whole[at : at + len(number)] = number
    survives(bytes(whole), "файл.xls")


@bounded
@given(st.sampled_from(sorted(BOOKS)), st.data())
def test_texts_of_tables_with_damaged_separators(kind: str, data: st.DataObject) -> None:
    whole = bytearray(valid(kind, "csv"))
    for _ in range(data.draw(st.integers(1, 10))):
        at = data.draw(st.integers(0, len(whole)))
        whole[at : at + data.draw(st.integers(0, 2))] = data.draw(st.sampled_from(SIGNS))
    survives(bytes(whole), "файл.csv")


XML = (
    b"<", b"/>", b'"', b"99999999", b"<f>1</f>", b't="e"', b"&#0;", b'<c s="0" r="XFD1048576"><v>1</v></c>',
    b'<row r="1048576">', b' table:number-rows-repeated="1048576"', b' table:number-columns-repeated="16384"',
    b' table:number-columns-spanned="99999"', b' table:visibility="collapse"', b"<x:c>", b"'",
)  # fmt: skip


@bounded
@given(st.sampled_from(sorted(BOOKS)), st.sampled_from(["xlsx", "ods"]), st.data())
def test_damaged_parts_of_workbooks(kind: str, suffix: str, data: st.DataObject) -> None:
    """The archive is whole and its XML is not: deeper than damage to the archive ever comes."""
    with zipfile.ZipFile(io.BytesIO(valid(kind, suffix))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = data.draw(st.sampled_from(sorted(parts)))
    text = bytearray(parts[chosen])
    pieces = st.binary(max_size=4) | st.sampled_from(XML)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(text) - 1, 0)))
        text[at : at + data.draw(st.integers(0, 6))] = data.draw(pieces)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | {chosen: bytes(text)}).items():
            if name != chosen or data.draw(st.integers(0, 9)):  # now and then the part is missing
                archive.writestr(name, content)
    survives(out.getvalue(), f"файл.{suffix}")


def edited(kind: str, changes: list[tuple[int, int, object]]) -> bytes:
    rows = [list(row) for row in BOOKS[kind]]
    for at, column, cell in changes:
        while len(rows) <= at:
            rows.append([])
        rows[at] += [None] * (column + 1 - len(rows[at]))
        rows[at][column] = cell
    return workbook(rows)


@bounded
@given(st.sampled_from(sorted(BOOKS)), edits)
def test_cells_that_hold_anything(kind: str, changes: list[tuple[int, int, object]]) -> None:
    survives(edited(kind, changes))


@settings(max_examples=max(EXAMPLES // 8, 5), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(BOOKS)), edits)
def test_cells_that_hold_anything_up_to_the_preview(
    tmp_path_factory: pytest.TempPathFactory, kind: str, changes: list[tuple[int, int, object]]
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "файл.xlsx").write_bytes(edited(kind, changes))
    prepared = prepare(Warehouse(folder / "warehouse"), [folder / "файл.xlsx"], territory="Красноярский край")
    try:
        assert not prepared.stopped or any(told.grade == "error" for told in prepared.files[0].findings)
        prepared.preview()
        prepared.changes()
    finally:
        prepared.close()
    assert not (folder / "warehouse" / "current.json").exists()
