"""Reads the filled forms of the programmes: every cell checked at its place, then staged as a document of one's own.

A form is known by its header words wherever they stand. Its rows become a table of a document of the collection
``own``, cell by cell with their addresses, the way source documents are kept; organisations get their codes from the
register beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from pipelines import dates
from pipelines.catalogue import Catalogue
from pipelines.personal_names import first_name_in
from pipelines.readers.blocks import filled_rows
from pipelines.readers.columns import BAD, NUMBER, numbers
from pipelines.readers.context import Context
from pipelines.readers.form_kinds import (
    FORMS,
    LEADER,
    LEADER_CODE,
    MOST_FACTORS,
    ORGANISATION,
    ORGANISATION_CODE,
    TERRITORY,
    Field,
    Form,
)
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable, address, clean, key
from pipelines.readers.reading import Reading
from pipelines.readers.shares import Report

FORM_FIELD = "Форма"
"""The field of a document's passport that holds the code of its form."""
PLACED, PLACED_LEADER = "Код территории", "Код лидера"
NAMED = {ORGANISATION: ORGANISATION_CODE, LEADER: LEADER_CODE}
"""The columns that name an organisation, each with the one of its code."""
_INSTEAD = NAMED | {"Текст": "Показатель"}
"""Columns that may stay empty where the other one is filled."""
SEARCHED_ROWS = 30
MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")


@dataclass
class _Line:
    """One filled row: texts by header, numbers by header."""

    row: int
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)


def read(opened: Opened, context: Context) -> Reading | None:
    """The file as forms of the programmes, or ``None``."""
    reading: Reading | None = None
    for table in opened.tables:
        found = _header(table)
        if found is None:
            continue
        row, form, columns = found
        if reading is None:
            reading = Reading(opened.file, f"form_{form.code}")
        _form(table, row, form, columns, reading, context.catalogue, f"own-{form.code}-{opened.sha256[:10]}")
    if reading is not None and reading.rows:
        # Of a workbook of several sheets those that are not needed stay empty.
        reading.findings = [one for one in reading.findings if one.rule != "form_empty"]
    return reading


def _header(table: RawTable) -> tuple[int, Form, dict[str, int]] | None:
    for row in np.flatnonzero(filled_rows(table.cells[:SEARCHED_ROWS])):
        words = {_words(str(cell)): column for column, cell in reversed(list(enumerate(table.cells[row])))}
        for form in FORMS.values():
            if all(key(header) in words for header in form.signature):
                named = {one.header: words[key(one.header)] for one in form.fields if key(one.header) in words}
                return int(row), form, named
    return None


def _words(header: str) -> str:
    """A header for comparison: its text before any bracket, comma or line break."""
    return key(re.split(r"[(,\n*]", header, maxsplit=1)[0])


def _form(
    table: RawTable,
    header: int,
    form: Form,
    columns: Mapping[str, int],
    reading: Reading,
    catalogue: Catalogue,
    document: str,
) -> None:
    report = Report(table)
    for one in form.fields:
        if one.needed and one.header not in columns:
            report.add("form_column_missing", address(header, 0), seen=one.header)
    rows = np.flatnonzero(filled_rows(table.cells[header + 1 :])) + header + 1
    lines = []
    for row in rows:
        line = _line(table, int(row), form, columns)
        if line.texts:
            lines.append(line)
    if not lines:
        report.add("form_empty", None, seen=form.title)
        reading.findings += report.findings
        return
    for line in lines:
        _check(line, form, columns, report, catalogue)
    _unique(lines, form, columns, report)
    if form.code in _CHECKS:
        _CHECKS[form.code](lines, columns, report)
    _bounds(table, lines, form, columns, report)
    reading.rows += len(lines)
    reading.findings += report.findings
    _stage(table, lines, form, columns, reading, document)
    _refer(table, lines, columns, reading)


def _line(table: RawTable, row: int, form: Form, columns: Mapping[str, int]) -> _Line:
    line = _Line(row)
    for one in form.fields:
        column = columns.get(one.header)
        value = table.cells[row, column] if column is not None else ""
        if value == "" or value is None:
            continue
        text = _text(value, one)
        if text:
            line.texts[one.header] = text
    return line


def _text(value: Any, one: Field) -> str:
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    return clean(value)


# --- checks of one row -----------------------------------------------------------------------------------------


def _check(line: _Line, form: Form, columns: Mapping[str, int], report: Report, catalogue: Catalogue) -> None:
    for one in form.fields:
        if one.header not in columns:
            continue
        place = address(line.row, columns[one.header])
        text = line.texts.get(one.header, "")
        if not text:
            if one.needed and not line.texts.get(_INSTEAD.get(one.header, "")):
                report.add("form_value_missing", place, seen=one.header)
            continue
        if name := first_name_in([text]) if one.header not in NAMED else None:
            report.add("personal_name", place, seen=name)
        if one.kind == "choice":
            chosen = _chosen(text, one.choices)
            if chosen is None:
                report.add("not_in_list", place, seen=text, expected=", ".join(one.choices))
            else:
                line.texts[one.header] = chosen  # from here on in the words of the list
        elif one.kind == "mechanism" and mechanism_of(text, catalogue) is None:
            short = ", ".join(entry.short for entry in catalogue.mechanisms.values())
            report.add("not_in_list", place, seen=text, expected=short)
        elif one.kind == "indicator" and indicator_of(text, catalogue) is None:
            report.add("form_indicator_unknown", place, seen=text, expected=_nearest(text, catalogue))
        elif (one.kind == "moment" and moment_of(text) is None) or (one.kind == "months" and not months_of(text)):
            report.add("moment_unread", place, seen=text)
        elif one.kind == "wording" and dates.read(text) is None:
            report.add("unread_date", place, seen=text)
    if "Состояние" in line.texts and "На дату" not in line.texts:
        report.add("state_undated", address(line.row, columns["Состояние"]), seen=line.texts["Состояние"])


def _chosen(text: str, choices: Sequence[str]) -> str | None:
    return next((choice for choice in choices if key(choice) == key(text)), None)


def mechanism_of(text: str, catalogue: Catalogue) -> str | None:
    """The code of a mechanism given by its code or short name."""
    wanted = key(text)
    return next((code for code, one in catalogue.mechanisms.items() if wanted in (key(code), key(one.short))), None)


def indicator_of(text: str, catalogue: Catalogue) -> str | None:
    """The code of an indicator given by its code, name or alias; ``None`` also for words that two of them bear."""
    wanted = key(text)
    for names in (lambda one: (one.code,), lambda one: (one.name,), lambda one: one.aliases):
        found = {code for code, one in catalogue.indicators.items() if wanted in map(key, names(one))}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _nearest(text: str, catalogue: Catalogue) -> str:
    """The three indicators whose names are most like the words."""
    names = [one.name for one in catalogue.indicators.values()]
    found = process.extract(text, names, scorer=fuzz.WRatio, processor=key, limit=3)
    return "; ".join(f"«{name}»" for name, _score, _place in found)


def moment_of(text: str) -> str | None:
    """«15.03.2020», «03.2020», «2020» → ISO as precise as the words; ``None`` for anything else."""
    reading = dates.read(text)
    if reading is None or reading.recurrence is not None or reading.start is None or reading.start != reading.end:
        return None
    return reading.start


def months_of(text: str) -> tuple[int, ...]:
    """«ежегодно, май, октябрь» → (5, 10); empty where no month is named."""
    words = key(text).replace(",", " ").split()
    return tuple(n for n, stem in enumerate(MONTHS, 1) if any(_is_month(word, n, stem) for word in words))


def _is_month(word: str, number: int, stem: str) -> bool:
    return word in ("май", "мая", "мае") if number == 5 else word.startswith(stem)


# --- checks of many rows ---------------------------------------------------------------------------------------


def _unique(lines: Sequence[_Line], form: Form, columns: Mapping[str, int], report: Report) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        same = tuple(key(line.texts.get(header, "")) for header in form.unique)
        if same in seen:
            place = address(line.row, min(columns.values()))
            report.add("form_row_repeated", place, seen=seen[same] + 1, expected=", ".join(form.unique))
        seen.setdefault(same, line.row)


def _bounds(
    table: RawTable, lines: Sequence[_Line], form: Form, columns: Mapping[str, int], report: Report
) -> None:  # fmt: skip
    """Numbers, also those that stand there as text, and what is wrong with them."""
    rows = np.array([line.row for line in lines])
    found = {
        one.header: numbers(table, rows, columns[one.header])
        for one in form.fields
        if one.kind in ("whole", "number", "year") and one.header in columns
    }
    for header, read_numbers in found.items():
        one, column = form.field(header), columns[header]
        for line, value, kind in zip(lines, read_numbers.values, read_numbers.kinds, strict=True):
            if kind == NUMBER:
                line.numbers[header] = float(value)
        report.cells("not_a_number", rows[read_numbers.kinds == BAD], column, expected="число")
        values = read_numbers.values
        known = ~np.isnan(values)
        if one.kind in ("whole", "year"):
            broken = known & ((values < 0) | (values % 1 != 0))
            report.cells("not_a_count", rows[broken], column)
        if one.kind == "year":
            report.cells("year_impossible", rows[known & ((values < 1990) | (values > 2100))], column)
        if one.most_in and one.most_in in found:
            most = found[one.most_in].values
            report.cells("more_than_whole", rows[known & (values > most)], column, expected=one.most_in)


def _one_word(
    lines: Sequence[_Line], owner: Sequence[str], header: str, columns: Mapping[str, int], report: Report
) -> None:
    """A field that says one thing of its owner must not say two."""
    said: dict[tuple[str, ...], str] = {}
    for line in lines:
        text = line.texts.get(header)
        if text is None:
            continue
        whose = tuple(key(line.texts.get(one, "")) for one in owner)
        if key(said.setdefault(whose, text)) != key(text):
            report.add("form_said_otherwise", address(line.row, columns[header]), seen=text, expected=said[whose])


def _projects(lines: Sequence[_Line], columns: Mapping[str, int], report: Report) -> None:
    _one_word(lines, ("Код проекта",), "Проект", columns, report)
    for header in ("Механизм", TERRITORY):
        _one_word(lines, ("Код проекта",), header, columns, report)
    stages = {(key(line.texts.get("Код проекта", "")), key(line.texts.get("Текст", ""))) for line in lines
              if key(line.texts.get("Раздел", "")) == "этап"}  # fmt: skip
    for line in lines:
        stage = line.texts.get("Этап")
        if stage and (key(line.texts.get("Код проекта", "")), key(stage)) not in stages:
            report.add("stage_unknown", address(line.row, columns["Этап"]), seen=stage)


def _communities(lines: Sequence[_Line], columns: Mapping[str, int], report: Report) -> None:
    for header in ("Период", "Тема", "Цель"):
        _one_word(lines, ("Год", "Группа"), header, columns, report)


def _decisions(lines: Sequence[_Line], columns: Mapping[str, int], report: Report) -> None:
    for header in ("Орган", "Тема", "Номер заседания"):
        _one_word(lines, ("Дата заседания", TERRITORY), header, columns, report)
    for line in lines:
        held = moment_of(line.texts.get("Дата заседания", ""))
        if held is not None and len(held) < len("2019-12-16"):
            report.add("moment_unread", address(line.row, columns["Дата заседания"]), seen=line.texts["Дата заседания"])
        start, due = (moment_of(line.texts.get(header, "")) for header in ("Начало", "Срок"))
        if start and due and dates.first_day(start) > dates.last_day(due):
            report.add("start_after_end", address(line.row, columns["Начало"]), seen=line.texts["Начало"],
                       expected=line.texts["Срок"])  # fmt: skip
        if "Ожидаемое значение" in line.texts and not {"Показатель", "Механизм"} & set(line.texts):
            report.add("form_value_missing", address(line.row, columns["Ожидаемое значение"]), seen="Показатель")


def _worktable(lines: Sequence[_Line], columns: Mapping[str, int], report: Report) -> None:
    for header in ("Куратор", "Муниципальный координатор", "Ментор", "Этап"):
        _one_word(lines, ("Год", ORGANISATION_CODE, ORGANISATION), header, columns, report)
    for line in lines:
        if key(line.texts.get("Документ", "")) == "программа против риска" and "Риск" not in line.texts:
            report.add("form_value_missing", address(line.row, columns.get("Риск", columns["Документ"])), seen="Риск")


def _pairs(lines: Sequence[_Line], columns: Mapping[str, int], report: Report) -> None:
    """A school stands in one pair of a year, on either side."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        for name, code in NAMED.items():
            school = line.texts.get(code) or line.texts.get(name)
            if school is None:
                continue
            same = (line.texts.get("Год", ""), key(school))
            if same in seen:
                place = address(line.row, columns[code if code in line.texts else name])
                report.add("form_row_repeated", place, seen=seen[same] + 1, expected="год и школа")
            seen.setdefault(same, line.row)


def _risks(lines: Sequence[_Line], columns: Mapping[str, int], report: Report) -> None:
    """Something is told of every factor, and an edition of their list holds no more than it can."""
    told: dict[str, dict[str, None]] = {}
    for line in lines:
        if not {"Уровень", "Выбран школой"} & set(line.texts):
            place = address(line.row, columns.get("Уровень", columns["Фактор риска"]))
            report.add("form_value_missing", place, seen="Уровень» или «Выбран школой")
        if key(line.texts.get("Программа есть", "")) == "да" and key(line.texts.get("Выбран школой", "")) != "да":
            report.add("programme_unchosen", address(line.row, columns["Программа есть"]))
        edition = line.texts.get("Редакция перечня") or line.texts.get("Год", "")
        factors = told.setdefault(key(edition), {})
        factor = key(line.texts.get("Фактор риска", ""))
        if factor not in factors and len(factors) == MOST_FACTORS:
            report.add("too_many_factors", address(line.row, columns["Фактор риска"]), seen=edition,
                       expected=MOST_FACTORS)  # fmt: skip
        else:
            factors.setdefault(factor)


_CHECKS = {
    "risks": _risks,
    "pairs": _pairs,
    "worktable": _worktable,
    "projects": _projects,
    "communities": _communities,
    "decisions": _decisions,
}


# --- what is handed over ---------------------------------------------------------------------------------------


def _stage(
    table: RawTable,
    lines: Sequence[_Line],
    form: Form,
    columns: Mapping[str, int],
    reading: Reading,
    document: str,
) -> None:
    sheet = table.sheet or form.sheet
    tables = reading.documents.get("document_table", [])
    if not any(known["document"] == document for known in tables):
        reading.document("document", document=document, title=form.title)
        passport = {"Код документа": document, FORM_FIELD: form.code, "Вид документа": f"форма «{form.name}»"}
        for ordinal, (name, value) in enumerate(passport.items()):
            reading.document("document_field", document=document, ordinal=ordinal, field=name, value=value)
    reading.document(
        "document_table", document=document, ordinal=len(tables), sheet=sheet, title=form.title, note=None, place=None
    )
    for line in lines:
        for header, text in line.texts.items():
            column = columns[header]
            number = line.numbers.get(header)
            reading.document(
                "document_cell", document=document, sheet=sheet, row_number=line.row + 1, column_number=column + 1,
                header=header, value=text, number=number, cell=address(line.row, column),
            )  # fmt: skip


def _refer(table: RawTable, lines: Sequence[_Line], columns: Mapping[str, int], reading: Reading) -> None:
    """Whom the rows are about, for the register to find; the codes come back into the document's cells."""
    rows = []
    named = ((PLACED, (ORGANISATION_CODE, TERRITORY), ORGANISATION), (PLACED_LEADER, (LEADER_CODE,), LEADER))
    for line in lines:
        for placed_as, codes, name in named:
            header = next((one for one in (*codes, name) if one in line.texts), None)
            if header is None:
                continue
            code = line.texts[header] if header != name else None
            rows.append(
                {"sheet": table.sheet, "row": line.row, "column": columns[header], "territory": code,
                 "school": None if code else line.texts[name], "placed_as": placed_as}
            )  # fmt: skip
    if rows:
        frame = pd.DataFrame(rows, dtype=object)
        reading.references = pd.concat([reading.references, frame], ignore_index=True)


def placed(reading: Reading) -> list[dict[str, Any]]:
    """The staged cells of a form with a cell more in every row for each territory that was found: its code.

    The codes stand in columns of their own, right of those of the file.
    """
    cells = list(reading.documents.get("document_cell", []))
    if reading.references.empty or not cells:
        return cells
    named = reading.references[["sheet", "row", "territory", "placed_as"]].itertuples(index=False)
    beyond = max(int(cell["column_number"]) for cell in cells)
    first = {(cell["sheet"], cell["row_number"]): cell for cell in reversed(cells)}
    only = cells[0]["sheet"]  # a text file has one table and no sheets: the form gave its name
    for sheet, row, code, header in named:
        if isinstance(code, str):
            column = beyond + (header == PLACED_LEADER)
            cells.append(
                first[sheet or only, int(row) + 1]
                | {"column_number": column + 1, "header": header, "value": code, "number": None,
                   "cell": address(int(row), column)}
            )  # fmt: skip
    return cells
