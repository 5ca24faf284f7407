"""What a fast reader of values leaves out of an .xlsx sheet: number formats, hidden rows, formulas never computed.

One streamed pass over the sheet's XML, bounded in bytes and seconds. Cells are found with numpy and not by an XML
parser: a hundred thousand rows take a third of a second.
"""

from __future__ import annotations

import re
import time
import zipfile
from dataclasses import dataclass, field
from posixpath import join, normpath

import numpy as np
import numpy.typing as npt

from pipelines.readers.xlsx_values import NotPlain, Plain

CHUNK = 8 << 20
MOST_SECONDS = 5.0
MOST_PLACES = 10_000
PERCENT_FORMATS = {9: "0%", 10: "0.00%"}
DATE_FORMATS = dict.fromkeys([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)], "dd.mm.yyyy")
PLAIN_FORMATS = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00"}

_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_HIDDEN_COLUMNS = re.compile(rb'<col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_UNCOMPUTED = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}\d+)"[^>]*\bt="e"[^>]*>(?:<f\b[^>]*(?:/>|>[^<]*</f>))?<v>([^<]*)</v>')
_NUMBER_FORMAT = re.compile(r'<numFmt\b[^>]*\bnumFmtId="(\d+)"[^>]*\bformatCode="([^"]*)"')
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")

Ints = npt.NDArray[np.int64]


@dataclass
class Marks:
    """What the pass found. Rows and columns are 0-based; ``style`` indexes :attr:`formats`.

    ``rows``, ``columns`` and ``style`` describe the filled cells only; they are empty where the pass was cut short, and
    say nothing of cells without an address (``addressed`` is then false).
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
    """The XML part of every sheet by the sheet's name."""
    book, root = "xl/workbook.xml", "xl"
    text = archive.read(book).decode("utf-8", "replace")
    relations = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        target = _attribute(tag, "Target")
        relations[_attribute(tag, "Id")] = (
            target.lstrip("/") if target.startswith("/") else normpath(join(root, target))
        )
    return {
        _unescaped(_attribute(tag, "name")): relations.get(_attribute(tag, "r:id"), "") for tag in _SHEET.findall(text)
    }


def number_formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of every cell style, in the order in which cells refer to them."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    text = archive.read("xl/styles.xml").decode("utf-8", "replace")
    codes = PLAIN_FORMATS | PERCENT_FORMATS | DATE_FORMATS
    codes |= {int(number): _unescaped(code) for number, code in _NUMBER_FORMAT.findall(text)}
    found = re.search(r"<cellXfs\b.*?</cellXfs>", text, re.DOTALL)
    numbers = re.findall(r'<xf\b[^>]*?\bnumFmtId="(\d+)"', found.group()) if found else []
    return [codes.get(int(number), "General") for number in numbers]


def read_marks(archive: zipfile.ZipFile, part: str, formats: list[str], values: bool = False) -> Marks:
    """One pass over a sheet's XML. Raises ``zipfile.BadZipFile`` or ``zlib.error`` for a damaged part.

    With ``values`` those of a plain sheet are gathered on the way (:attr:`Marks.values` is ``None`` for any other).
    """
    marks = Marks(formats=formats, values=Plain() if values else None)
    found: list[tuple[Ints, Ints, Ints]] = []
    started = time.monotonic()
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
            cut = len(block) if last else block.rfind(b"<c ")
            rest = block[cut:] if cut >= 0 else block[-64:]
            block = block[: max(cut, 0)] if cut >= 0 else block
            if block:
                found.append(_cells(block, marks))
            if last:
                break
            if time.monotonic() - started > MOST_SECONDS and marks.complete:
                marks.complete = False
    if found:
        marks.rows, marks.columns, marks.style = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    if len(marks.rows):
        marks.last_row, marks.last_column = int(marks.rows.max()), int(marks.columns.max())
    return marks


def _whole_tags(text: bytes, last: bool) -> tuple[bytes, bytes]:
    """The text up to its last «<», and what follows from there: a tag that may be cut in two."""
    cut = len(text) if last else max(text.rfind(b"<"), 0)
    return text[:cut], text[cut:]


def _cells(block: bytes, marks: Marks) -> tuple[Ints, Ints, Ints]:
    """Row, column and style of the filled cells in a piece of XML; places and values go to ``marks``."""
    buffer = np.frombuffer(block + b"\0" * 64, np.uint8)
    tags = np.flatnonzero(buffer[: len(block)] == ord("<"))
    letter = buffer[tags + 1]
    is_c = np.flatnonzero(letter == ord("c"))
    at, second = tags[is_c], buffer[tags[is_c] + 2]
    is_cell = (second == ord(" ")) | (second == ord(">"))
    addressed = is_cell & (buffer[at + 3] == ord("r")) & (buffer[at + 5] == ord('"'))
    marks.addressed &= bool(addressed[is_cell].all())
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
            if not marks.addressed or has_formulas or (has_merges and b"<mergeCell" in block):
                raise NotPlain
            marks.values.add(buffer, after, tags, tag_of, filled)
        except NotPlain:
            marks.values = None
    _places(block, marks, has_formulas)
    return row[filled] - 1, column[filled] - 1, style[filled]


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


def _unescaped(text: str) -> str:
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(code, sign)
    return text
