"""Values of a large, plain .xlsx sheet straight from its XML, column by column and without an object a cell.

Only what spreadsheet programs write for plain tables is read here: numbers and shared strings, no formulas, no dates,
no cells without an address. Anything else in a sheet (:class:`NotPlain`) sends it to the general reader, which is
slower and knows everything. Both give the same cells: that is tested.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError, iterparse

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

LEAST_BYTES = 4 << 20
"""Sheets below this size are read in no time by the general reader."""
_LONGEST_NUMBER = 24
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLAIN_DIGITS = 7


class NotPlain(Exception):
    """The sheet holds something that is left to the general reader."""


@dataclass
class Plain:
    """The cells of a sheet as gathered piece by piece: numbers as they are, strings as places in the shared list."""

    numbers: list[npt.NDArray[np.float64]] = field(default_factory=list)
    is_string: list[npt.NDArray[np.bool_]] = field(default_factory=list)

    def add(self, buffer: Bytes, after: Ints, tags: Ints, tag_of: Ints, filled: npt.NDArray[np.bool_]) -> None:
        """Values of the cells of one piece of XML.

        ``after`` is the place behind the quote that ends the address or the style; ``tags`` are the places of all «<»
        and ``tag_of`` the place of each cell among them; only ``filled`` cells are read.
        """
        after, tag_of = after[filled], tag_of[filled]
        if not len(after):
            return
        typed = (buffer[after] == ord(" ")) & (buffer[after + 1] == ord("t")) & (buffer[after + 2] == ord("="))
        string = typed & (buffer[after + 4] == ord("s")) & (buffer[after + 5] == ord('"'))
        end = np.where(string, after + 6, after)
        # Behind the attributes only «><v>» is plain: no formula, no text of its own, no further attribute.
        value_tag, close = tags[np.minimum(tag_of + 1, len(tags) - 1)], tags[np.minimum(tag_of + 2, len(tags) - 1)]
        plain = (buffer[end] == ord(">")) & (value_tag == end + 1) & (buffer[end + 2] == ord("v"))
        plain &= (buffer[end + 3] == ord(">")) & (buffer[close + 1] == ord("/")) & (buffer[close + 2] == ord("v"))
        if not plain.all() or (typed & ~string).any():
            raise NotPlain
        start = value_tag + 3
        self.numbers.append(_parsed(buffer, start, close - start))
        self.is_string.append(string)


def _parsed(buffer: Bytes, start: Ints, length: Ints) -> npt.NDArray[np.float64]:
    """The numbers that begin at ``start`` and are ``length`` characters long."""
    if (length < 1).any() or (length > _LONGEST_NUMBER).any():
        raise NotPlain
    value = np.zeros(len(start), np.float64)
    # A few digits with or without a point: both parts of the division are exact, so it rounds as a parser would.
    whole, scale, behind = length <= _PLAIN_DIGITS, np.ones(len(start), np.float64), np.zeros(len(start), bool)
    for place in range(min(_PLAIN_DIGITS, int(length.max()))):
        sign = buffer[start + place]
        digit = sign - np.uint8(48)
        inside = place < length
        point = inside & (sign == ord("."))
        is_digit = inside & ~point
        whole &= ~is_digit | (digit <= 9)
        if point.any():
            whole &= ~(point & behind)
            behind |= point
        np.add(value * 10, digit, out=value, where=is_digit)
        np.multiply(scale, 10, out=scale, where=is_digit & behind)
    value /= scale
    whole &= length > behind  # a point alone is no number
    rest = np.flatnonzero(~whole)
    if len(rest):
        width = int(length[rest].max())
        places = np.arange(width)
        letters = np.where(places < length[rest, None], buffer[start[rest, None] + places], 0).astype(np.uint8)
        try:
            value[rest] = np.ascontiguousarray(letters).view(f"S{width}").ravel().astype(np.float64)
        except ValueError as error:
            raise NotPlain from error
    if not np.isfinite(value).all():
        raise NotPlain
    return value


def as_objects(plain: Plain, rows: Ints, columns: Ints, strings: Sequence[str]) -> npt.NDArray[np.object_]:
    """The rectangle of cells from A1 to the last filled one: ``str``, ``float``, and ``""`` for empty."""
    numbers, is_string = np.concatenate(plain.numbers), np.concatenate(plain.is_string)
    codes = numbers[is_string].astype(np.int64)
    if len(codes) and codes.max() >= len(strings):
        raise NotPlain
    values = np.empty(len(numbers), object)
    values[~is_string] = numbers[~is_string]
    shared = np.empty(len(strings), object)
    shared[:] = strings
    values[is_string] = shared[codes]
    cells = np.full((int(rows.max()) + 1, int(columns.max()) + 1), "", object)
    cells[rows, columns] = values
    return cells


def shared_strings(archive: zipfile.ZipFile) -> list[str]:
    """The list of shared strings; raises :class:`NotPlain` for what needs the general reader."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    data = archive.read("xl/sharedStrings.xml")
    if b"_x" in data or b"<rPh" in data:
        raise NotPlain
    found: list[str] = []
    try:
        for _, element in iterparse(io.BytesIO(data)):
            if element.tag == f"{_NAMESPACE}si":
                found.append("".join(text.text or "" for text in element.iter(f"{_NAMESPACE}t")))
                element.clear()
    except ParseError as error:
        raise NotPlain from error
    return found


def has_dates(formats: Sequence[str]) -> bool:
    """Whether any cell style may show a date or a time: the general reader makes dates of such numbers."""
    letters = set("ymdhsгмдч")
    return any(code != "General" and letters & set(code.lower()) for code in formats)
