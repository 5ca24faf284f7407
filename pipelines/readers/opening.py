"""Opens whatever a person hands over and tells tables from everything else, by content and never by name.

Nothing here trusts a file: sizes are bounded before anything is unpacked, entities are refused before anything is
parsed, and every refusal says in plain words what the file is and what to do.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import python_calamine

from pipelines.readers import xls_book
from pipelines.readers.ods_marks import read_ods_marks
from pipelines.readers.raw import Cells, Range, RawTable, address
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding
from pipelines.readers.xlsx_marks import (
    MOST_SECONDS,
    Marks,
    TooLong,
    check_strings,
    number_formats,
    read_marks,
    sheet_parts,
)
from pipelines.readers.xlsx_values import LEAST_BYTES, NotPlain, as_objects, has_dates, shared_strings

MOST_FILE_BYTES = 300 << 20
MOST_UNPACKED_BYTES = 450 << 20
MOST_PROLOGUE = 1 << 20
MOST_CELLS = 6_000_000
MOST_CSV_CELLS = 120_000_000
"""A text holds no more cells than it has signs, so it cannot blow up; this bounds the memory of a flat one."""
MOST_FLAT_COLUMNS = 200
MOST_SHEETS = 200

_MIMETYPE_OF_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_UNSAFE_XML = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ELEMENT = re.compile(rb"<[A-Za-z]|<\0[A-Za-z]")
_PICTURES = ((b"\x89PNG", "рисунок PNG"), (b"\xff\xd8\xff", "рисунок JPEG"), (b"GIF8", "рисунок GIF"),
             (b"BM", "рисунок BMP"), (b"II*\x00", "рисунок TIFF"), (b"%PDF", "документ PDF"),
             (b"Rar!", "архив RAR"), (b"7z\xbc\xaf", "архив 7z"), (b"{\\rtf", "документ RTF"))  # fmt: skip
_OLD_PROGRAMS = {"WordDocument": "документ старого Word", "PowerPoint Document": "презентация",
                 "__substg1.0_": "письмо Outlook"}  # fmt: skip
_NAMES = {"xlsx": (".xlsx", ".xlsm"), "ods": (".ods",), "xls": (".xls",), "csv": (".csv", ".txt", ".tsv")}  # fmt: skip


BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, OSError, RuntimeError,
)  # fmt: skip
"""What a damaged archive makes the standard library raise."""


class Refused(Exception):
    """The file cannot be read as a table; ``finding`` says why."""

    def __init__(self, refusal: Finding) -> None:
        super().__init__(refusal.message)
        self.finding = refusal


@dataclass
class Opened:
    """A file's tables. ``kind`` is xlsx, xls, ods or csv; ``sha256`` is of the whole file."""

    file: str
    path: Path
    kind: str
    sha256: str
    tables: list[RawTable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def open_file(path: Path, file: str | None = None) -> Opened:
    """Read every sheet of ``path``; raises :class:`Refused` for what is no table or is unsafe to unpack."""
    file = file or path.name
    try:
        size = path.stat().st_size
        if size > MOST_FILE_BYTES:
            raise Refused(
                finding("too_large", file, seen=f"{size >> 20} МБ", expected=f"до {MOST_FILE_BYTES >> 20} МБ")
            )
        data = path.read_bytes()
    except OSError as error:
        raise Refused(finding("unreadable_file", file, seen=error.strerror or type(error).__name__)) from error
    return open_bytes(data, path, file)


def open_bytes(data: bytes, path: Path, file: str) -> Opened:
    """The same for bytes in memory; ``path`` is kept for the store and only its suffix is compared."""
    kind = _kind(data, file)
    opened = Opened(file, path, kind, hashlib.sha256(data).hexdigest())
    suffix = Path(file).suffix.lower()
    if suffix not in _NAMES[kind]:
        opened.findings.append(finding("mislabelled", file, seen=suffix or "без расширения", expected=_NAMES[kind][0]))
    try:
        opened.tables = list(_READERS.get(kind, _workbook)(data, opened))
    except (python_calamine.PasswordError, xls_book.Locked) as error:
        raise Refused(finding("password_protected", file)) from error
    except TooLong as error:
        raise Refused(finding("too_large", file, seen=error.seen, expected=error.expected)) from error
    except BROKEN_ARCHIVE as error:
        raise Refused(finding("unreadable_file", file, seen=_reason(error))) from error
    except (python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError) as error:
        raise Refused(finding("unreadable_file", file, seen=_reason(error))) from error
    except BaseException as error:  # a panic of the native reader is no Exception
        if type(error).__name__ == "PanicException":
            raise Refused(finding("unreadable_file", file, seen="внутренняя структура нарушена")) from None
        raise
    if not any(table.cells.size for table in opened.tables):
        raise Refused(finding("empty_file", file))
    return opened


def _reason(error: BaseException) -> str:
    """What is wrong, as far as it is said in words for people: libraries speak English, and of their own affairs."""
    told = str(error).partition("\n")[0][:120]
    return told if re.search("[а-яё]", told) else "внутренняя структура нарушена"


def _kind(data: bytes, file: str) -> str:
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Refused(finding("empty_file", file))
    if data.startswith(b"PK"):
        return _zip_kind(data, file)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused(finding("password_protected", file))
        if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
            return "xls"
        seen = next((name for part, name in _OLD_PROGRAMS.items() if part.encode("utf-16-le") in data), None)
        if seen:
            raise Refused(finding("not_a_table", file, seen=seen))
        raise Refused(finding("unreadable_file", file, seen="в файле старого Excel нет оглавления"))
    for magic, name in _PICTURES:
        if data.startswith(magic):
            raise Refused(finding("not_a_table", file, seen=name))
    start = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise Refused(finding("not_a_table", file, seen="веб-страница или XML под видом таблицы"))
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(finding("not_a_table", file, seen="двоичный файл или текст с нулевыми байтами"))
    return "csv"


def _zip_kind(data: bytes, file: str) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except BROKEN_ARCHIVE as error:
        raise Refused(finding("unreadable_file", file, seen="архив книги оборван или повреждён")) from error
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(finding("password_protected", file))
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED_BYTES or len(infos) > 20_000:
        raise Refused(
            finding("too_large", file, seen=f"{unpacked >> 20} МБ в распакованном виде",
                    expected=f"до {MOST_UNPACKED_BYTES >> 20} МБ")
        )  # fmt: skip
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            _refuse_entities(archive, info, file)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and _start(archive, "mimetype", file) == _MIMETYPE_OF_ODS:
        return "ods"
    known = {
        "xl/workbook.bin": "двоичная книга Excel (.xlsb), сохраните её как .xlsx",
        "word/document.xml": "документ Word",
        "ppt/presentation.xml": "презентация",
    }
    seen = next((name for part, name in known.items() if part in names), "архив")
    raise Refused(finding("not_a_table", file, seen=seen))


def _start(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(len(_MIMETYPE_OF_ODS))
    except BROKEN_ARCHIVE as error:
        raise Refused(finding("unreadable_file", file, seen="архив книги оборван или повреждён")) from error


def _refuse_entities(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> None:
    """No office program writes a DOCTYPE: where one stands, the part was made to blow up while it is read."""
    start = b""
    try:
        with archive.open(info) as part:
            # A declaration stands before the first element, however much blank or comment is put in front of it.
            while len(start) < MOST_PROLOGUE and (more := part.read(4096)):
                start += more
                if _ELEMENT.search(_COMMENT.sub(b"", start)):
                    break
    except BROKEN_ARCHIVE as error:
        raise Refused(finding("unreadable_file", file, seen="архив книги оборван или повреждён")) from error
    if len(start) >= MOST_PROLOGUE:
        raise Refused(finding("unsafe_file", file, seen="часть без единого элемента XML"))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "ignore").encode()
    if _UNSAFE_XML.search(start):
        raise Refused(finding("unsafe_file", file, seen="объявления сущностей XML"))


def _workbook(data: bytes, opened: Opened) -> Iterator[RawTable]:
    file = opened.file
    marks: dict[str, Marks] = {}
    plain: dict[str, Cells] = {}
    if opened.kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            check_strings(archive)
            formats, started = number_formats(archive), time.thread_time()
            dated = has_dates(formats)
            for name, part in list(sheet_parts(archive).items())[:MOST_SHEETS]:
                if part:
                    values = archive.getinfo(part).file_size >= LEAST_BYTES and not dated
                    marks[name] = read_marks(archive, part, formats, values, started)
                    plain |= _plain(archive, name, marks[name])
        if any(name.endswith("vbaProject.bin") for name in names):
            opened.findings.append(finding("macros_ignored", file))
        if any(name.startswith("xl/externalLinks/") for name in names):
            opened.findings.append(finding("external_links", file))
    merged: dict[str, list[Range]] = {}
    if opened.kind == "ods":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, (marked, spans) in read_ods_marks(archive).items():
                marks[name], merged[name] = marked, spans
    for name, found in marks.items():
        if not found.complete:
            opened.findings.append(finding("formats_not_read", file, name, seen=f"{MOST_SECONDS:g} с"))
        if (found.last_row + 1) * (found.last_column + 1) > MOST_CELLS:
            place = address(found.last_row, found.last_column)
            raise Refused(finding("too_large", file, name, place, seen=f"таблица до ячейки {place}",
                                  expected=f"до {MOST_CELLS} ячеек"))  # fmt: skip
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [meta for meta in workbook.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
    if len(sheets) > MOST_SHEETS:
        opened.findings.append(finding("too_many_sheets", file, seen=len(sheets), expected=MOST_SHEETS))
    for meta in sheets[:MOST_SHEETS]:
        found = marks.get(meta.name, Marks())
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        if meta.name not in marks:  # nobody knows its size, and the reader of values would take any for true
            raise Refused(finding("unreadable_file", file, meta.name, seen="лист в книге не найден"))
        if opened.kind == "xlsx" and found.last_row < 0:
            continue
        if meta.name in plain:
            yield RawTable(file, meta.name, plain.pop(meta.name), [], found, hidden)
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.total_height * max(sheet.total_width, 1) > MOST_CELLS:
            raise Refused(finding("too_large", file, meta.name, seen=f"{sheet.total_height} строк",
                                  expected=f"до {MOST_CELLS} ячеек"))  # fmt: skip
        rows = sheet.to_python(skip_empty_area=False)
        if not rows or not rows[0]:
            continue
        spanned = merged.get(meta.name, []) if opened.kind == "ods" else sheet.merged_cell_ranges
        yield RawTable(file, meta.name, as_cells(rows), list(spanned or []), found, hidden)


def _plain(archive: zipfile.ZipFile, sheet: str, marks: Marks) -> dict[str, Cells]:
    """The cells of a large sheet that is plain enough to be read without a general reader."""
    if marks.values is None or not len(marks.rows) or not marks.complete:
        return {}
    if (marks.last_row + 1) * (marks.last_column + 1) > MOST_CELLS:
        return {}
    try:
        return {sheet: as_objects(marks.values, marks.rows, marks.columns, shared_strings(archive))}
    except NotPlain:
        return {}
    finally:
        marks.values = None


def as_cells(rows: Sequence[Sequence[object]]) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Rows of equal or unequal length as a rectangle of objects; what is missing is ``""``."""
    width = max(len(row) for row in rows)
    if any(len(row) != width for row in rows):
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
    cells = np.empty((len(rows), width), dtype=object)
    cells[:] = rows
    return cells


def _xls(data: bytes, opened: Opened) -> Iterator[RawTable]:
    file = opened.file
    try:
        for number, sheet in enumerate(xls_book.sheets(data)):
            if number >= MOST_SHEETS:
                opened.findings.append(finding("too_many_sheets", file, seen=f"больше {number}", expected=MOST_SHEETS))
                break
            if sheet.height * sheet.width > MOST_CELLS:
                place = address(sheet.height - 1, sheet.width - 1)
                raise Refused(finding("too_large", file, sheet.name, place, seen=f"таблица до ячейки {place}",
                                      expected=f"до {MOST_CELLS} ячеек"))  # fmt: skip
            if sheet.rows:
                yield RawTable(file, sheet.name, as_cells(sheet.rows), sheet.merges, sheet.marks, sheet.hidden)
    except xls_book.TooMuch as error:
        most = f"для .xls до {xls_book.MOST_BYTES >> 20} МБ (больше вмещает .xlsx)"
        raise Refused(finding("too_large", file, seen=error, expected=most)) from error


def _csv(data: bytes, opened: Opened) -> Iterator[RawTable]:
    file = opened.file
    text = decoded(data)
    if text.count("\n") > MOST_CSV_CELLS:
        raise Refused(
            finding("too_large", file, seen=f"{text.count(chr(10))} строк", expected=f"до {MOST_CSV_CELLS} ячеек")
        )
    csv.field_size_limit(10 << 20)
    try:
        separator = _separator(text)
        if len(data) >= LEAST_BYTES and (flat := _flat(text, separator)) is not None:
            yield RawTable(file, None, flat)
            return
        rows = list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator))
    except csv.Error as error:
        raise Refused(finding("unreadable_file", file, seen=str(error))) from error
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows or (max(map(len, rows)) < 2) or (separator == "," and _is_prose(text)):
        raise Refused(finding("not_a_table", file, seen="текст без столбцов, похож на письмо"))
    if len(rows) * max(map(len, rows)) > MOST_CELLS * 4:
        raise Refused(finding("too_large", file, seen=f"{len(rows)} строк", expected=f"до {MOST_CELLS * 4} ячеек"))
    yield RawTable(file, None, as_cells(rows))


def _flat(text: str, separator: str) -> Cells | None:
    """The cells of a large CSV whose rows are equally wide, with each distinct text kept once; ``None`` for another.

    The engine is asked column by column, so a year of the whole country fits where an object a cell would not.
    """
    width = len(next(csv.reader(io.StringIO(text[: 1 << 20]), delimiter=separator), []))
    lines = text.count("\n") + 1
    if width < 2 or width > MOST_FLAT_COLUMNS or lines * width > MOST_CSV_CELLS:
        return None
    names = [f"c{column}" for column in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.py_buffer(text.replace("\0", "").encode()),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=16 << 20),
            parse_options=pa_csv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    cells = np.empty((table.num_rows, width), object, order="F")
    for column, name in enumerate(names):
        coded = table[name].unify_dictionaries().combine_chunks()
        coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
        distinct = np.array([*coded.dictionary.to_pylist(), ""], object)
        cells[:, column] = distinct[coded.indices.to_numpy(zero_copy_only=False)]
    filled = np.flatnonzero((cells[-1000:] != "").any(axis=1))
    return cells[: table.num_rows - 1000 + filled[-1] + 1] if len(filled) and table.num_rows > 1000 else cells


_READERS: Mapping[str, Callable[[bytes, Opened], Iterator[RawTable]]] = {"csv": _csv, "xls": _xls}
"""Kinds that need no general reader of workbooks."""


def decoded(data: bytes) -> str:
    """Text of a CSV as Russian Excel saves it: UTF-8 with or without a mark, UTF-16 with one, else windows-1251."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace")


def _is_prose(text: str) -> bool:
    """Whether commas stand as in sentences: not in each line, and always before a space."""
    lines = [line for line in text[: 1 << 20].splitlines() if line.strip()]
    return any("," not in line for line in lines) and not re.search(r",(?=\S)", text[: 1 << 20])


def _separator(text: str) -> str:
    """The separator that gives the same number of columns, more than one, in most of the first lines."""
    sample = "".join(text.splitlines(keepends=True)[:50])
    best, most = ";", (0.0, 0)
    for separator in (";", "\t", ","):
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=separator) if any(row)]
        if not widths or max(widths) < 2:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)
        if score > most:
            best, most = separator, score
    return best
