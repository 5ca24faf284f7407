"""What a fast reader of values leaves out of an .xlsx sheet: number formats, hidden rows, formulas never computed.

One streamed pass over the sheet's XML, bounded in bytes and seconds. Cells are found with numpy and not by an XML
parser: a hundred thousand rows take a third of a second. Where the time is over, only the size of the sheet is still
looked for, because a reader of values that is not told of a far cell dies of it.
"""

from __future__ import annotations

import re
import time
import zipfile
from dataclasses import dataclass, field
from html import unescape
from posixpath import join, normpath

import numpy as np
import numpy.typing as npt

from pipelines.readers.xlsx_values import NotPlain, Plain

CHUNK = 1 << 20
"""A piece with all that is made of it stays near the processor."""
MOST_SECONDS = 4.0
"""Of the processor, for the marks of all sheets of a workbook; as long again is left for the size of what follows.

Not of the clock: a file that is read today is read tomorrow, when the machine is busy."""
MOST_PLACES = 10_000
MOST_MERGES = 200_000
MOST_STRINGS = 6_000_000
MOST_STRING_BYTES = 300 << 20
MOST_LISTED = 32 << 20
"""Bytes of the list of sheets or of styles: a thousand times what Excel allows to be made by hand."""
PERCENT_FORMATS = {9: "0%", 10: "0.00%"}
DATE_FORMATS = dict.fromkeys([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)], "dd.mm.yyyy")
PLAIN_FORMATS = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00"}

# No tag holds a «<»: a pattern that may run past one takes for ever on a file made of them.
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*\br="(\d{1,7})"')
_HIDDEN_COLUMNS = re.compile(rb'<col\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*>')
_UNCOMPUTED = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^<>]*><f\b[^<>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^<>]*\bt="e"[^<>]*>(?:<f\b[^<>]*(?:/>|>[^<]*</f>))?<v>([^<]*)</v>')
_NUMBER_FORMAT = re.compile(r'<numFmt\b(?:[^<>"]|"[^"<]*")*>')
_STYLE_OF_CELLS = re.compile(r"<xf\b[^<>]*>")
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_ANY_PREFIX = re.compile(r"(</?)\w+:")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*?)(/?)>(</(?:\w+:)?c>)?")
_ADDRESS = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})(\d{1,7})[\"']")
_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d{1,5})[\"']")
_SIZE = re.compile(rb"<(?:\w+:)?(?:row|c)(?=\s)[^<>]*?\sr\s*=\s*[\"']([A-Z]{0,3})(\d{1,7})[\"']")
_LONGEST_CELL = 1 << 20
_SPACES = b" >/\t\n\r"
_FOREIGN = tuple(b":c" + sign.to_bytes() for sign in _SPACES)

Ints = npt.NDArray[np.int64]


class TooLong(Exception):
    """Not even the size of the sheet could be found in time: ``seen`` and ``expected`` in the words of a finding."""

    def __init__(self, seen: str, expected: str) -> None:
        super().__init__(seen, expected)
        self.seen, self.expected = seen, expected


@dataclass
class Marks:
    """What the pass found. Rows and columns are 0-based; ``style`` indexes :attr:`formats`.

    ``rows``, ``columns`` and ``style`` describe the filled cells only. Where the pass was cut short (``complete`` is
    then false) they are empty, so that a half of a column is not taken for the whole; ``last_row`` and
    ``last_column`` hold all the same. ``addressed`` says that every cell was found by the fast way.
    """

    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    columns: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    style: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    formats: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    last_row: int = -1
    last_column: int = -1
    complete: bool = True
    values: Plain | None = None
    addressed: bool = True

    def formats_of(self, column: int) -> tuple[Ints, list[str]]:
        """Rows and number formats of one column's filled cells (0-based)."""
        mask = self.columns == column
        known = len(self.formats)
        return self.rows[mask], [self.formats[s] if s < known else "General" for s in self.style[mask]]


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The XML part of every sheet by the sheet's name; "" for a sheet whose part is not there."""
    parts = {name.lower().replace("\\", "/"): name for name in archive.namelist()}
    relations = {}
    for tag in _RELATION.findall(_text(archive, "xl/_rels/workbook.xml.rels")):
        target = unescape(_attribute(tag, "Target"))
        whole = target.lstrip("/") if target.startswith(("/", "xl/")) else normpath(join("xl", target))
        relations[_attribute(tag, "Id")] = parts.get(whole.lower(), "")
    found: dict[str, str] = {}
    for tag in _SHEET.findall(_text(archive, "xl/workbook.xml")):
        found.setdefault(unescape(_attribute(tag, "name")), relations.get(_attribute(tag, "r:id"), ""))
    return found


def number_formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of every cell style, in the order in which cells refer to them."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    text = _text(archive, "xl/styles.xml")
    if "<styleSheet" not in text:
        text = _ANY_PREFIX.sub(r"\1", text)
    codes = PLAIN_FORMATS | PERCENT_FORMATS | DATE_FORMATS
    for tag in _NUMBER_FORMAT.findall(text):
        codes[_number_of(tag)] = unescape(_attribute(tag, "formatCode"))
    first = text.find("<cellXfs")
    cells = text[first : text.find("</cellXfs>", first)] if first >= 0 else ""
    return [codes.get(_number_of(tag)) or "General" for tag in _STYLE_OF_CELLS.findall(cells)]


def _number_of(tag: str) -> int:
    told = _attribute(tag, "numFmtId")
    return int(told) if told.isascii() and told.isdigit() else 0


def _text(archive: zipfile.ZipFile, name: str) -> str:
    """A part that lists things and is never large; raises :class:`TooLong` for one that was blown up."""
    if (size := archive.getinfo(name).file_size) > MOST_LISTED:
        raise TooLong(f"служебная часть {name} на {size >> 20} МБ", f"до {MOST_LISTED >> 20} МБ")
    return archive.read(name).decode("utf-8", "replace")


def check_strings(archive: zipfile.ZipFile) -> None:
    """Raises :class:`TooLong` for more shared strings than can be kept: five bytes of a file cost fifty of memory."""
    for info in archive.infolist():
        if not info.filename.lower().endswith("sharedstrings.xml") or info.file_size <= MOST_LISTED:
            continue
        if info.file_size > MOST_STRING_BYTES:
            raise TooLong(f"тексты книги на {info.file_size >> 20} МБ", f"до {MOST_STRING_BYTES >> 20} МБ")
        count = 0
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                count += chunk.count(b"si>") + chunk.count(b"si/>") + chunk.count(b"si ")
        if count > 2 * MOST_STRINGS:  # a tag opens and closes
            raise TooLong(f"разных текстов в книге {count // 2}", f"до {MOST_STRINGS}")


def read_marks(
    archive: zipfile.ZipFile, part: str, formats: list[str], values: bool = False, started: float | None = None
) -> Marks:
    """One pass over a sheet's XML. Raises ``zipfile.BadZipFile`` or ``zlib.error`` for a damaged part.

    With ``values`` those of a plain sheet are gathered on the way (:attr:`Marks.values` is ``None`` for any other).
    The time is counted from ``started`` (``time.thread_time``); raises :class:`TooLong` when twice of it is over.
    """
    marks = Marks(formats=formats, values=Plain() if values else None)
    found: list[tuple[Ints, Ints, Ints]] = []
    place = _Place()
    started = time.thread_time() if started is None else started
    merges = 0
    with archive.open(part) as stream:
        rest, prefix, waiting = b"", b"", b""
        head = True
        while True:
            chunk = stream.read(CHUNK)
            last = not chunk
            if head and (named := _PREFIX.search(chunk[:2000])):
                prefix = named.group(1)
            if prefix:  # some write «<x:c» for «<c»; a tag cut in two at the end of a chunk waits for the rest
                chunk, waiting = _whole_tags(waiting + chunk, last)
                chunk = chunk.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
            block = rest + chunk
            if head:
                _hidden_columns(block, marks)
                head = False
            cut = len(block) if last else _last_cell(block)
            block, rest = block[:cut], block[cut:]
            if (merges := merges + block.count(b"mergeCell ")) > MOST_MERGES:
                raise TooLong("объединённых ячеек больше, чем их бывает", f"до {MOST_MERGES}")
            if block and (marks.complete or marks.addressed):
                rows, columns, style = _cells(block, marks, place)
                marks.last_row = max(marks.last_row, int(rows.max(initial=-1)))
                marks.last_column = max(marks.last_column, int(columns.max(initial=-1)))
                if marks.complete:
                    found.append((rows, columns, style))
            elif block:
                _size(block, marks, place)
            if last:
                break
            if not _in_time(started):
                marks.complete, marks.values = False, None
    if found and marks.complete:
        marks.rows, marks.columns, marks.style = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return marks


def _last_cell(block: bytes) -> int:
    """Where a piece of XML may be cut: before its last cell, or its last tag where that is far."""
    near = max(len(block) - _LONGEST_CELL, 0)
    cut = block.rfind(b"<c ", near)
    cut = block.rfind(b"<", near) if cut < 0 else cut
    return len(block) if cut < 0 else cut


def _in_time(started: float) -> bool:
    passed = time.thread_time() - started
    if passed > 2 * MOST_SECONDS:
        raise TooLong("листы ещё не прочитаны", f"до {2 * MOST_SECONDS:g} с чтения")
    return passed <= MOST_SECONDS


@dataclass
class _Place:
    """Where the next cell without an address stands (0-based)."""

    row: int = -1
    column: int = -1

    def moved(self, tag: bytes, attributes: bytes) -> None:
        """Go to a row or a cell: to the one that its address names, else to the next."""
        told = _ADDRESS.search(attributes)
        if tag == b"row":
            self.row, self.column = int(told.group(2)) - 1 if told else self.row + 1, -1
        elif told and told.group(1):
            self.row, self.column = int(told.group(2)) - 1, _column(told.group(1))
        else:
            self.column += 1


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _size(block: bytes, marks: Marks, place: _Place) -> None:
    """The last row and column of a piece of XML and nothing else."""
    found = _SIZE.findall(block)
    marks.last_row = max((marks.last_row, *(int(row) - 1 for _, row in found)))
    marks.last_column = max((marks.last_column, *map(_column, {letters for letters, _ in found})))
    # Rows and cells may do without an address: then the next one is meant, so that counting them is enough.
    rows = _ROW.split(block)
    place.row += len(rows) - 1
    marks.last_row = max(marks.last_row, place.row)
    marks.last_column = max(marks.last_column, max(len(_CELL.findall(row)) for row in rows) - 1)


def _whole_tags(text: bytes, last: bool) -> tuple[bytes, bytes]:
    """The text up to its last «<», and what follows from there: a tag that may be cut in two."""
    cut = len(text) if last else max(text.rfind(b"<"), 0)
    return text[:cut], text[cut:]


def _cells(block: bytes, marks: Marks, place: _Place) -> tuple[Ints, Ints, Ints]:
    """Row, column and style of the filled cells in a piece of XML; places and values go to ``marks``."""
    buffer = np.frombuffer(block + b"\0" * 64, np.uint8)
    tags = np.flatnonzero(buffer[: len(block)] == ord("<"))
    letter = buffer[tags + 1]
    is_c = np.flatnonzero(letter == ord("c"))
    at, second = tags[is_c], buffer[tags[is_c] + 2]
    is_cell = np.isin(second, np.frombuffer(_SPACES, np.uint8))
    addressed = is_cell & (buffer[at + 3] == ord("r")) & (buffer[at + 5] == ord('"'))
    foreign = b":c" in block and any(tag in block for tag in _FOREIGN)
    if marks.addressed and (foreign or not addressed[is_cell].all()):
        marks.addressed = False
    if not marks.addressed:
        marks.values = None
        _places(block, marks, True)
        return _cells_in_any_order(block, place)
    tag_of = is_c[addressed]
    has_formulas, has_merges = bool((letter == ord("f")).any()), bool((letter == ord("m")).any())
    at = tags[tag_of] + 6
    column = np.zeros(len(at), np.int64)
    for _ in range(3):
        sign = buffer[at] - np.uint8(64)
        is_letter = (sign >= 1) & (sign <= 26)
        if not is_letter.any():
            break
        np.add(column * 26, sign, out=column, where=is_letter)
        at += is_letter
    row, at = _number(buffer, at, 7)
    styled = (buffer[at + 1] == ord(" ")) & (buffer[at + 2] == ord("s")) & (buffer[at + 3] == ord("="))
    style, after = _number(buffer, np.where(styled, at + 5, at), 5)
    after = after + 1
    empty = (buffer[after] == ord("/")) | (
        (buffer[after] == ord(">")) & (buffer[after + 1] == ord("<")) & (buffer[after + 2] == ord("/"))
    )
    filled = ~empty
    if marks.values is not None:
        try:
            if has_formulas or (has_merges and b"<mergeCell" in block):
                raise NotPlain
            marks.values.add(buffer, after, tags, tag_of, filled)
        except NotPlain:
            marks.values = None
    if marks.complete:
        _places(block, marks, has_formulas)
    if len(row):
        place.row, place.column = int(row[-1]) - 1, int(column[-1]) - 1
    return row[filled] - 1, column[filled] - 1, style[filled]


def _cells_in_any_order(block: bytes, place: _Place) -> tuple[Ints, Ints, Ints]:
    """The same from cells whose attributes stand in another order, or that have no address: slowly, one by one."""
    found = []
    for tag, attributes, closed, ended in _TAG.findall(block):
        place.moved(tag, attributes)
        if tag == b"c" and not closed and not ended:
            style = _STYLE.search(attributes)
            found.append((place.row, place.column, int(style.group(1)) if style else 0))
    rows, columns, styles = np.array(found, np.int64).reshape(-1, 3).T
    return rows, columns, styles


def _number(buffer: npt.NDArray[np.uint8], at: Ints, digits: int) -> tuple[Ints, Ints]:
    """Whole numbers that begin at ``at``, and the places after them."""
    value, at = np.zeros(len(at), np.int64), at.copy()
    for _ in range(digits):
        digit = buffer[at] - np.uint8(48)  # what stands before «0» becomes a large number
        is_digit = digit <= 9
        if not is_digit.any():
            break
        np.add(value * 10, digit, out=value, where=is_digit)
        at += is_digit
    return value, at


def _places(block: bytes, marks: Marks, has_formulas: bool) -> None:
    """Hidden rows, formulas without a value and errors; values that were gathered hold neither of the last two."""
    if b'hidden="' in block and len(marks.hidden_rows) < MOST_PLACES:
        marks.hidden_rows += [int(row) - 1 for row in _HIDDEN_ROW.findall(block)]
    if has_formulas and len(marks.uncomputed) < MOST_PLACES:
        marks.uncomputed += [place.decode() for place in _UNCOMPUTED.findall(block)]
    if marks.values is None and b't="e"' in block and len(marks.errors) < MOST_PLACES:
        marks.errors |= {place.decode(): text.decode() for place, text in _ERROR.findall(block)}


def _hidden_columns(block: bytes, marks: Marks) -> None:
    for tag in _HIDDEN_COLUMNS.findall(block[: 1 << 20]):
        first, last = (int(_attribute(tag.decode("utf-8", "replace"), name) or 0) for name in ("min", "max"))
        marks.hidden_columns += range(first - 1, min(last, first + 200))


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{re.escape(name)}="([^"]*)"', tag) or re.search(rf"\b{re.escape(name)}='([^']*)'", tag)
    return found.group(1) if found else ""
