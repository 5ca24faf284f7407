"""The sender's own workbook with the findings marked in it, or a plain list of findings where that cannot be done.

Only styles and comments of the cells in question are touched: values, formulas, formats, merges, widths and
validation are written back as they were read. What openpyxl would lose (charts, pictures, macros, pivots) is never
written back; such a workbook gets a list beside it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime, timedelta
from datetime import time as dt_time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import to_excel

from pipelines.errors import PipelineError
from pipelines.readers.raw import clean, safe
from pipelines.readers.staged import Finding
from pipelines.readers.xlsx_marks import sheet_parts

COLOURS = {"error": "FFF4B6B6", "warning": "FFFFE3A3", "note": "FFD6E6F5"}
GRADES = {"error": "ошибка", "warning": "вопрос", "note": "заметка"}
MOST_CELLS = 5000
LOST = ("xl/charts/", "xl/media/", "xl/drawings/drawing", "xl/vbaProject", "xl/pivotTables/", "xl/embeddings/",
        "xl/activeX/", "xl/slicers/", "xl/ctrlProps/", "xl/externalLinks/", "xl/threadedComments/")  # fmt: skip


def write_report(path: Path, kind: str, findings: Sequence[Finding], out: Path, *, pupil_level: bool = False) -> str:
    """Write the report to ``out``; returns a sentence about what was written.

    Raises :class:`PipelineError` for a pupil-level file (a marked-up copy of it is never made) and for a place that
    cannot be written, or is the file itself.
    """
    if pupil_level:
        raise PipelineError(
            f"{path.name}: это результаты отдельных учеников, размеченная копия такого файла не создаётся. "
            "Замечания с адресами ячеек — в ответе команды."
        )
    if out.resolve() == path.resolve():
        raise PipelineError("Отчёт нельзя записать поверх исходного файла: укажите другое имя.")
    lost = _what_would_be_lost(path) if kind == "xlsx" else "это не книга .xlsx"
    try:
        if lost is None:
            _marked(path, findings, out)
            return f"Записана книга отправителя с пометками: {out}"
        _listed(path, findings, out, lost)
        return f"Записан список замечаний ({lost}): {out}"
    except OSError as error:
        raise PipelineError(f"Отчёт не записан: {error.strerror or error} ({out}).") from error


def _what_would_be_lost(path: Path) -> str | None:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for sheet in (name for name in names if name.startswith("xl/worksheets/sheet")):
            with archive.open(sheet) as part:
                tail = part.read()[-200_000:]
            if b"<extLst" in tail or b"<x14:" in tail:
                return "в книге есть оформление, которое нельзя переписать без потерь"
    found = next((name for name in names if name.startswith(LOST)), None)
    return "в книге есть диаграммы, рисунки, макросы или связи" if found else None


def _marked(path: Path, findings: Sequence[Finding], out: Path) -> None:
    workbook = load_workbook(path, rich_text=True)
    told: dict[tuple[str, str], list[Finding]] = {}
    general = []
    for finding in findings:
        sheet = next((name for name in workbook.sheetnames if name == finding.sheet), None)
        cells = _cells(finding.cell) if sheet else []
        for cell in cells:
            told.setdefault((sheet or "", cell), []).append(finding)
        if not cells:
            general.append(finding)
    for (sheet, cell), here in list(told.items())[:MOST_CELLS]:
        page = workbook[sheet]
        target = page[cell]
        if type(target).__name__ == "MergedCell":
            target = next(page.cell(r.min_row, r.min_col) for r in page.merged_cells.ranges if cell in r)
        worst = min(here, key=lambda finding: list(COLOURS).index(finding.grade))
        target.fill = PatternFill("solid", fgColor=COLOURS[worst.grade])
        text = "\n".join(f"{GRADES[f.grade].capitalize()}: {safe(f.message)}" for f in here)
        earlier = copy(target.comment.text) + "\n" if target.comment else ""
        target.comment = Comment((earlier + text)[:8000], "Панель качества образования", height=140, width=360)
    title = "Замечания"
    while title in workbook.sheetnames:
        title += "_"
    _sheet(workbook.create_sheet(title), findings, "Замечания к файлу; ячейки с замечаниями закрашены.")
    workbook.save(out)
    _restore_results(path, out)


_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*)>(<f\b[^>]*(?:/>|>.*?</f>))<v\s*(?:/>|></v>)</c>', re.DOTALL)


def _restore_results(path: Path, out: Path) -> None:
    """Put the results of formulas back: openpyxl keeps a formula and drops the value that Excel had computed."""
    results = load_workbook(path, data_only=True)
    with zipfile.ZipFile(out) as archive:
        parts = {part: name for name, part in sheet_parts(archive).items()}
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    changed = False
    for part, name in parts.items():
        if b"<f" not in contents.get(part, b"") or name not in results.sheetnames:
            continue
        page = results[name]

        def result(found: re.Match[bytes], page: Any = page) -> bytes:
            place, attributes, formula = found.groups()
            value = page[place.decode()].value
            if value is None:
                return found.group()
            kind, text = _stored(value)
            attributes = re.sub(rb'\s*\bt="\w+"', b"", attributes) + kind
            return b'<c r="' + place + b'"' + attributes + b">" + formula + b"<v>" + text + b"</v></c>"

        contents[part] = _FORMULA.sub(result, contents[part])
        changed = True
    if changed:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in contents.items():
                archive.writestr(name, data)


def _stored(value: Any) -> tuple[bytes, bytes]:
    if isinstance(value, bool):
        return b' t="b"', b"1" if value else b"0"
    if isinstance(value, int | float):
        return b"", repr(value).encode()
    if isinstance(value, datetime | date | dt_time | timedelta):
        return b"", repr(to_excel(value)).encode()
    text = str(value)
    return (b' t="e"' if text.startswith("#") else b' t="str"'), escape(text).encode()


def _listed(path: Path, findings: Sequence[Finding], out: Path, why: str) -> None:
    workbook = Workbook()
    page = workbook.active
    page.title = "Замечания"
    _sheet(page, findings, f"Исходная книга не размечена: {why}. Файл: {clean(path.name)}")
    workbook.save(out)


def _sheet(page: Any, findings: Sequence[Finding], heading: str) -> None:
    page.append([safe(heading)])
    page.append([])
    page.append(["Степень", "Лист", "Ячейка", "Правило", "Сколько", "Записано", "Ожидалось", "Что сделать"])
    for cell in page[3]:
        cell.font = Font(bold=True)
    for finding in findings:
        page.append(
            [GRADES[finding.grade], safe(finding.sheet), safe(finding.cell), finding.rule, finding.count,
             safe(finding.seen), safe(finding.expected), safe(finding.message)]
        )  # fmt: skip
        page.cell(page.max_row, 1).fill = PatternFill("solid", fgColor=COLOURS[finding.grade])
        page.cell(page.max_row, 8).alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in zip("ABCDEFGH", (11, 18, 16, 24, 9, 24, 24, 90), strict=True):
        page.column_dimensions[column].width = width
    page.freeze_panes = "A4"


def _cells(place: str | None) -> list[str]:
    """The single cells that a place such as «C5:C9, C12 …» names, no more than a few hundred."""
    found: list[str] = []
    for part in re.findall(r"[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?", place or ""):
        left, top, right, bottom = range_boundaries(part)
        for row in range(top, min(bottom, top + 500) + 1):
            for column in range(left, min(right, left + 50) + 1):
                found.append(f"{_letters(column)}{row}")
    return found


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
