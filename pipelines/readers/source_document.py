"""Reads a source document kept as a workbook: its passport, its territories and every table with its places.

The form is described in the README («Файлы документов»): sheets «О документе», «Содержание», «Территории»
and one sheet a table, whose header row is the one that holds «Место в документе».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.readers import wordings
from pipelines.readers.numbers import decimals, parse_number
from pipelines.readers.staged import Finding, Staged

PASSPORT, CONTENTS, TERRITORIES = "О документе", "Содержание", "Территории"
PLACE = "место в документе"
OWN_COLUMNS = {"примечание", "причина отсутствия"}
LEVELS = {"регион": "region", "муниципалитет": "district", "организация": "school"}
TYPES = {
    "школа": "school",
    "доу": "preschool",
    "дополнительное образование": "additional",
    "методический центр": "methodical",
    "цнппм": "cnppm",
}


def is_source_document(sheets: list[str]) -> bool:
    """Whether a workbook with these sheet names is a source document."""
    return PASSPORT in sheets and CONTENTS in sheets


def read_source_document(path: Path, file: str) -> Staged:
    """Read one workbook; ``file`` is the name told to people. Cells that cannot be read become findings."""
    workbook = load_workbook(path, data_only=True)
    staged = Staged()
    document = path.stem
    for ordinal, row in enumerate(workbook[PASSPORT].iter_rows(min_row=2, values_only=True)):
        name, value = (*row, None, None)[:2]
        if name and name != "Поле":
            staged.add("document_field", document=document, ordinal=ordinal, field=str(name), value=_text(value))
            if name == "Код документа" and value:
                document = str(value)
    for row in staged.rows.get("document_field", []):
        row["document"] = document
    title = next((r["value"] for r in staged.rows.get("document_field", []) if r["field"] == "Название"), None)
    staged.add("document", document=document, title=title or path.stem)
    places = _contents(workbook[CONTENTS])
    for ordinal, sheet in enumerate(workbook.worksheets):
        if sheet.title in (PASSPORT, CONTENTS):
            continue
        try:
            header_row, headers = _header(sheet)
        except LookupError:
            staged.findings.append(
                Finding("error", file, sheet.title, "A1", "no_header_row",
                        f"{file}, лист «{sheet.title}»: нет строки заголовков со столбцом «Место в документе». "
                        "Добавьте этот столбец в шапку таблицы.")
            )  # fmt: skip
            continue
        if sheet.title == TERRITORIES:
            _territories(sheet, header_row, headers, staged)
            continue
        staged.add(
            "document_table", document=document, ordinal=ordinal, sheet=sheet.title,
            title=_text(sheet["A1"].value) or sheet.title,
            note=_text(sheet["A2"].value) if header_row > 2 else None,
            place=places.get(sheet.title),
        )  # fmt: skip
        empty = _empty_columns(sheet, header_row, headers)
        for cells in _data_rows(sheet, header_row, len(headers)):
            for header, cell in zip(headers, cells, strict=True):
                if header in empty:
                    # Told once: that the document left the whole column empty is a fact about the document.
                    empty.discard(header)
                elif cell.value is None:
                    continue
                if header:
                    staged.add(
                        "document_cell", document=document, sheet=sheet.title, row_number=cell.row,
                        column_number=cell.column, header=header, value=_text(cell.value),
                        number=float(cell.value)
                        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool) else None,
                        cell=cell.coordinate,
                    )  # fmt: skip
            _figures(sheet, headers, cells, staged, file)
    staged.findings += wordings.findings(staged, file)
    return staged


def _empty_columns(sheet: Worksheet, header_row: int, headers: list[str]) -> set[str]:
    """Headers of the document's columns under which nothing stands; our own columns for remarks do not count."""
    filled = {
        header
        for cells in _data_rows(sheet, header_row, len(headers))
        for header, cell in zip(headers, cells, strict=True)
        if cell.value is not None
    }
    return {header for header in headers if header and _role(header) not in OWN_COLUMNS} - filled


def _contents(sheet: Worksheet) -> dict[str, str | None]:
    places = {}
    for row in sheet.iter_rows(min_row=2, values_only=True):
        name, _, place = (*row, None, None, None)[:3]
        if name:
            places[str(name)] = _text(place)
    return places


def _header(sheet: Worksheet) -> tuple[int, list[str]]:
    for row in sheet.iter_rows(min_row=1, max_row=30):
        texts = [_text(cell.value) or "" for cell in row]
        if any(_role(text) == PLACE for text in texts):
            return row[0].row or 1, texts
    raise LookupError(sheet.title)


def _data_rows(sheet: Worksheet, header_row: int, width: int) -> Iterator[tuple[Cell, ...]]:
    for row in sheet.iter_rows(min_row=header_row + 1, max_col=width):
        if any(cell.value is not None for cell in row):
            yield row


def _role(header: str) -> str:
    """The part of a header that decides what the column is: «Числитель (выбрали)» is a «числитель»."""
    return re.split(r"[(,]", header, maxsplit=1)[0].strip().lower()


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text or None


def _territories(sheet: Worksheet, header_row: int, headers: list[str], staged: Staged) -> None:
    for cells in _data_rows(sheet, header_row, len(headers)):
        row = {_role(header): _text(cell.value) for header, cell in zip(headers, cells, strict=True)}
        if row.get("код"):
            staged.add(
                "territory", sheet=sheet.title, cell=cells[0].coordinate, code=row["код"], name=row.get("название"),
                level=LEVELS.get((row.get("уровень") or "").lower()), parent=row.get("входит в"),
                type=TYPES.get((row.get("тип организации") or "").lower()),
                settlement=row.get("населённый пункт"), note=row.get("примечание"),
            )  # fmt: skip


def _figures(sheet: Worksheet, headers: list[str], cells: tuple[Cell, ...], staged: Staged, file: str) -> None:
    """Stage the observation or the mechanism's per cent that a row of a table holds, if it holds one."""
    by_role = {_role(header): cell for header, cell in zip(headers, cells, strict=True) if header}

    def text(role: str) -> str | None:
        return _text(by_role[role].value) if role in by_role else None

    def number(role: str) -> float | None:
        if role not in by_role:
            return None
        try:
            return parse_number(by_role[role].value)
        except ValueError:
            cell = by_role[role]
            staged.findings.append(
                Finding("error", file, sheet.title, cell.coordinate, "not_a_number",
                        f"{file}, лист «{sheet.title}», ячейка {cell.coordinate}: «{cell.value}» — не число. "
                        "Оставьте число, а пояснение перенесите в «Примечание».",
                        seen=str(cell.value), expected="число")
            )  # fmt: skip
            return None

    indicator, mechanism = text("код показателя"), text("код механизма")
    if not indicator and not (mechanism and text("редакция")):
        return
    origin = next(
        (role for role in ("числитель", "процент", "баллы", "значение", "причина отсутствия") if text(role)),
        PLACE,
    )
    percent_cell = by_role.get("процент")
    year = number("год")
    common: dict[str, Any] = {
        "sheet": sheet.title,
        "cell": by_role[origin].coordinate,
        "territory": text("код территории"),
        "year": None if year is None else int(year),
        "percent": number("процент"),
        "percent_digits": decimals(percent_cell.value, percent_cell.number_format)
        if percent_cell is not None and percent_cell.value is not None
        else None,
        "absence": text("причина отсутствия"),
        "place": text(PLACE),
        "note": text("примечание"),
    }
    if indicator:
        staged.add(
            "observation", **common, indicator=indicator, period=text("период"), subject=text("предмет"),
            grade=text("класс"), numerator=number("числитель"), denominator=number("знаменатель"),
            value=number("значение"), unit=text("единица"),
        )  # fmt: skip
    else:
        staged.add(
            "mechanism_score", **common, mechanism=mechanism, edition=text("редакция"), points=number("баллы"),
            maximum=number("максимум"), inferred=text("выведенная дробь"),
        )  # fmt: skip


def cell_address(row: int, column: int) -> str:
    """The A1 address of a 1-based row and column."""
    return f"{get_column_letter(column)}{row}"
