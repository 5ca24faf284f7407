"""Small .xls workbooks for tests: the records of BIFF8 in an OLE container, as Excel 97–2003 wrote them."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

BUILT_IN = {"General": 0, "0%": 9, "0.00%": 10, "0.00": 2}
ERRORS = {"#DIV/0!": 7, "#N/A": 42}
SECTOR = 512


def old_book(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    formats: Mapping[tuple[int, int], str] | None = None,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """Rows by sheet; the other arguments hold for the first sheet, rows and columns are 0-based.

    A merge is first row, last row, first column, last column; a text of :data:`ERRORS` is that error.
    """
    formats = formats or {}
    styles = ["General", *sorted(set(formats.values()) - {"General"})]
    own = {code: 164 + at for at, code in enumerate(styles) if code not in BUILT_IN}
    start = _record(0x0809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6)) + _record(0x42, b"\xb0\x04")
    start += b"".join(_record(0x041E, struct.pack("<H", number) + _text(code, "<H")) for code, number in own.items())
    start += b"".join(
        _record(0xE0, struct.pack("<HH", 0, BUILT_IN.get(code, own.get(code, 0))) + bytes(16)) for code in styles
    )
    start += _record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("Arial", "<B"))
    parts = []
    for at, (name, rows) in enumerate(sheets.items()):
        chosen = formats if at == 0 else {}
        body = _record(0x0809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
        width = max((len(row) for row in rows), default=0)
        body += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
        if at == 0:
            body += b"".join(_record(0x7D, struct.pack("<HHHHHH", c, c, 2048, 0, 1, 0)) for c in hidden_columns)
            body += b"".join(
                _record(0x0208, struct.pack("<HHHHHHHH", r, 0, width, 255, 0, 0, 0x0120, 0)) for r in hidden_rows
            )
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    body += _cell(row, column, styles.index(chosen.get((row, column), "General")), cell)
        if at == 0 and merges:
            spans = b"".join(struct.pack("<HHHH", *merge) for merge in merges)
            body += _record(0xE5, struct.pack("<H", len(merges)) + spans)
        parts.append((name, body + _record(0x0A, b"")))
    names = [_text(name, "<B") for name, _ in parts]
    at = len(start) + sum(4 + 6 + len(name) for name in names) + 4
    for (name, body), text in zip(parts, names, strict=True):
        start += _record(0x85, struct.pack("<IBB", at, name in hidden_sheets, 0) + text)
        at += len(body)
    return _container(start + _record(0x0A, b"") + b"".join(body for _, body in parts))


def _record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def _text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\1" + text.encode("utf-16-le")


def _cell(row: int, column: int, style: int, cell: object) -> bytes:
    place = struct.pack("<HHH", row, column, style)
    if isinstance(cell, bool) or cell in ERRORS:
        value = (ERRORS[cell], 1) if isinstance(cell, str) else (int(bool(cell)), 0)
        return _record(0x0205, place + struct.pack("<BB", *value))
    if isinstance(cell, int | float):
        return _record(0x0203, place + struct.pack("<d", cell))
    return _record(0x0204, place + _text(str(cell), "<H"))


def _container(stream: bytes) -> bytes:
    """One stream «Workbook» of whole sectors behind a header, the table of sectors and a directory."""
    stream += bytes(max(4096 - len(stream), -len(stream) % SECTOR))
    count = len(stream) // SECTOR
    tables = (count + 1 + 127) // 128 + 1
    sectors = [*range(1, count), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    sectors += [0xFFFFFFFF] * (tables * 128 - len(sectors))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, count, 0, 4096, 0xFFFFFFFE, 0,
                          0xFFFFFFFE, 0, count + 1)  # fmt: skip
    header += b"".join(struct.pack("<I", count + 1 + n if n < tables else 0xFFFFFFFF) for n in range(1, 109))
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + _entry("Workbook", 2, 0, len(stream)) + bytes(256)
    return header + stream + directory + struct.pack(f"<{len(sectors)}I", *sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    told = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return told + bytes(36) + struct.pack("<III", start, size, 0)
