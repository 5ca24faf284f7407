"""Pupil-level files: «Индивидуальные результаты» (Ф1) and the ВПР collection form («Протокол»), domain.md §5, 3 and 4.

Rows of pupils are summed while they are read and go nowhere: a reading holds sums by organisation, its findings carry
a cell and no value (152-ФЗ).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.columns import BAD, EMPTY, MOST_COLUMNS, NUMBER, numbers
from pipelines.readers.context import Context
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable, address, clean, key
from pipelines.readers.reading import Reading, lists_column
from pipelines.readers.references import login_in, without_login
from pipelines.readers.shares import Report

SEARCHED_ROWS = 30
_TASK = re.compile(r"^(\d+(?:\.\d+)?(?:\s*[kк]\s*\d+)?)\s*(?:\((\d+)\s*б\.?\))?$")
_DECLARED = re.compile(r"(?:кол-во|количество) участников\s*:?\s*(\d+)")
_MAXIMUM = re.compile(r"максимальный первичный балл\s*:?\s*(\d+)?")
MARKS = (2, 3, 4, 5)
MOST_SCORE = 500
Ints = npt.NDArray[np.int64]


@dataclass
class _Form:
    """Where the columns stand; ``tasks`` maps a column to the task's maximum (``None`` if the header is silent)."""

    header: int
    code: int
    total: int | None
    mark: int | None
    journal: int | None
    tasks: dict[int, float | None] = field(default_factory=dict)
    maximum: int | None = None


@dataclass
class _Organisation:
    """A section of rows that belong to one organisation; ``line`` is the row that names it."""

    line: int | None
    column: int
    name: str | None
    login: str | None
    declared: int | None
    rows: list[int] = field(default_factory=list)


def read(opened: Opened, context: Context) -> Reading | None:
    """The sums of a pupil-level file, or ``None`` when it is none."""
    reading: Reading | None = None
    for table in opened.tables:
        form = _form(table)
        if form is None:
            continue
        kind = "fioko_individual" if form.mark is not None else "vpr_collection"
        reading = reading or Reading(opened.file, kind, pupil_level=True)
        _read_table(table, form, reading, context)
    return reading


def _form(table: RawTable) -> _Form | None:
    for row in range(min(SEARCHED_ROWS, table.height)):
        headers = [key(cell) for cell in table.cells[row][:MOST_COLUMNS]]
        individual = "код участника" in headers and any(h.startswith("первичный балл") for h in headers)
        collection = any(h in ("код", "код участника") for h in headers) and any(
            h.startswith("вариант") for h in headers
        )
        if not (individual or (collection and any(h.startswith(("итого", "сумма баллов")) for h in headers))):
            continue

        def column(*words: str, among: list[str] = headers) -> int | None:
            return next((at for at, header in enumerate(among) if header.startswith(words)), None)

        journal = column("отметка по журналу", "отметка за предыдущий", "отметка в журнале")
        mark = next((at for at, header in enumerate(headers) if header in ("отметка", "отметка за впр")), None)
        form = _Form(row, column("код") or 0, column("первичный балл", "итого", "сумма баллов"), mark, journal)
        for at, header in enumerate(headers):
            found = _TASK.match(header)
            if found:
                form.tasks[at] = float(found.group(2)) if found.group(2) else None
        return form
    return None


def _read_table(table: RawTable, form: _Form, reading: Reading, context: Context) -> None:
    report = Report(table, silent=True)
    lines = [clean(cell) for row in range(form.header) for cell in table.cells[row] if cell != ""]
    told = context.told(table, lines)
    for value, rule in ((told.year, "year_missing"), (told.subject, "subject_missing"), (told.grade, "grade_missing")):
        if not value:
            report.add(rule, None)
    organisations = _organisations(table, form)
    form.maximum = _maximum(table, form)
    found: list[dict[str, object]] = []
    distributions: list[dict[str, object]] = []
    for organisation in organisations:
        rows = np.array(organisation.rows, np.int64)
        reading.rows += len(rows)
        if organisation.declared is not None and organisation.declared != len(rows):
            report.add("participants_differ", address(organisation.line or 0, organisation.column))
        if len(rows):
            found += _sums(table, form, organisation, rows, report)
            distributions += _distributions(table, form, organisation, rows, context.minimum_distribution)
    for gathered, add in ((found, reading.add), (distributions, reading.add_distributions)):
        if gathered:
            frame = pd.DataFrame(gathered)
            frame["sheet"], frame["year"] = table.sheet, told.year
            frame["subject"], frame["grade"] = told.subject, told.grade
            for lists in {"pupils", "marks"} & set(frame):
                frame[lists] = lists_column(frame[lists].tolist())
            add(frame)
    if form.mark is None:
        report.add("marks_not_given", None)
    report.add("pupil_rows_aggregated", None, count=sum(len(o.rows) for o in organisations))
    reading.findings += report.findings


def _organisations(table: RawTable, form: _Form) -> list[_Organisation]:
    current = _Organisation(None, 0, None, None, None)
    found: list[_Organisation] = [current]
    for row in range(table.height):
        if row == form.header:
            continue
        texts = [(at, cell) for at, cell in enumerate(table.cells[row]) if isinstance(cell, str) and cell]
        named = next(((at, cell) for at, cell in texts if login_in(cell)), None)
        declared = next((match for _, cell in texts if (match := _DECLARED.search(key(cell)))), None)
        if named or (declared and not current.rows and row < form.header):
            if named:
                name = without_login(re.split(r"\||(?i:кол-во|количество) участников", clean(named[1]))[0])
                current = _Organisation(row, named[0], name, login_in(named[1]), None)
                found.append(current)
            if declared:
                current.declared = int(declared.group(1))
            continue
        if (
            row > form.header
            and table.cells[row, form.code] != ""
            and key(table.cells[row, form.code]) != "код участника"
        ):
            current.rows.append(row)
    return [organisation for organisation in found if organisation.rows or organisation.declared is not None]


def _sums(
    table: RawTable, form: _Form, organisation: _Organisation, rows: Ints, report: Report
) -> list[dict[str, object]]:
    scores = np.zeros(len(rows))
    complete = np.ones(len(rows), bool)
    for column, most in form.tasks.items():
        task = numbers(table, rows, column)
        report.cells("not_a_score", rows[task.kinds == BAD], column)
        if most is not None:
            report.cells("score_above_maximum", rows[(task.kinds == NUMBER) & (task.values > most)], column)
        complete &= task.kinds != BAD
        scores += np.nan_to_num(task.values)
    if form.total is not None:
        total = numbers(table, rows, form.total)
        report.cells("not_a_score", rows[total.kinds == BAD], form.total)
        if form.tasks:
            differs = complete & (total.kinds == NUMBER) & (total.values != scores)
            report.cells("score_sum_differs", rows[differs], form.total)
    if form.mark is None:
        wrote = _wrote(table, form, rows)
        return [_row(organisation, form.code, "assessment_vpr_participation", int(wrote.sum()), len(rows))]
    mark = numbers(table, rows, form.mark)
    wrong = (mark.kinds == BAD) | ((mark.kinds == NUMBER) & ~np.isin(mark.values, (2, 3, 4, 5)))
    report.cells("not_a_score", rows[wrong], form.mark)
    given = (mark.kinds == NUMBER) & ~wrong
    n = int(given.sum())
    found = [
        _row(organisation, form.mark, indicator, int(np.isin(mark.values[given], good).sum()), n)
        for indicator, good in (
            ("assessment_vpr_pass", (3, 4, 5)),
            ("assessment_vpr_quality", (4, 5)),
            ("assessment_vpr_low", (2,)),
        )
    ]
    if form.journal is not None:
        journal = numbers(table, rows, form.journal)
        report.cells("not_a_score", rows[(journal.kinds == BAD) & (journal.kinds != EMPTY)], form.journal)
        both = given & (journal.kinds == NUMBER)
        change = mark.values[both] - journal.values[both]
        if both.any():
            for indicator, counted in (
                ("objectivity_journal_lower", change < 0),
                ("objectivity_journal_confirmed", change == 0),
                ("objectivity_journal_raised", change > 0),
            ):
                found.append(_row(organisation, form.journal, indicator, int(counted.sum()), int(both.sum())))
    return found


def _maximum(table: RawTable, form: _Form) -> int | None:
    """The greatest primary score of the work: as the lines above the table say, or what its tasks come to."""
    for row in range(form.header):
        cells = table.cells[row]
        for at, cell in enumerate(cells):
            found = _MAXIMUM.search(key(cell)) if isinstance(cell, str) else None
            if found:
                beside = [found.group(1), *(clean(next_cell) for next_cell in cells[at + 1 : at + 4])]
                told = next((text for text in beside if text and text.isdigit()), None)
                if told and int(told) <= MOST_SCORE:
                    return int(told)
    known = [most for most in form.tasks.values() if most is not None]
    whole = bool(known) and len(known) == len(form.tasks) and sum(known) <= MOST_SCORE
    return int(sum(known)) if whole else None


def _distributions(
    table: RawTable, form: _Form, organisation: _Organisation, rows: Ints, minimum: int
) -> list[dict[str, object]]:
    """How many pupils of an organisation have each primary score and each mark; from ``minimum`` works up.

    Below it a row without counts says that there are too few. ``marks`` are those that all pupils with a score were
    given.
    """
    mark = numbers(table, rows, form.mark).values if form.mark is not None else np.full(len(rows), np.nan)
    mark = np.where(np.isin(mark, MARKS), mark, np.nan)
    found: list[dict[str, object]] = []
    for kind, column in (("score", form.total), ("mark", form.mark)):
        if column is None:
            continue
        values = numbers(table, rows, column).values if kind == "score" else mark
        usable = _wrote(table, form, rows) & (values >= 0) & (values <= MOST_SCORE) & (np.rint(values) == values)
        counted = values[usable].astype(np.int64)
        place = {
            "row": organisation.line or 0, "column": organisation.column if organisation.line is not None else column,
            "family": "vpr_marks", "kind": kind,
        }  # fmt: skip
        if not len(counted):
            continue
        lowest = MARKS[0] if kind == "mark" else 0
        pupils: list[int] | None = None
        marks: list[int | None] | None = None
        if len(counted) >= minimum:
            highest = MARKS[-1] if kind == "mark" else max(form.maximum or 0, int(counted.max()))
            pupils = np.bincount(counted - lowest, minlength=highest - lowest + 1).tolist()
            if kind == "score" and form.mark is not None:
                marks = [_one(mark[usable][counted == score]) for score in range(highest + 1)]
        found.append(place | {"lowest": lowest, "pupils": pupils, "marks": marks})
    return found


def _wrote(table: RawTable, form: _Form, rows: Ints) -> npt.NDArray[np.bool_]:
    """Who wrote the work: a collection form sums the tasks of those who were absent to 0, which is no score."""
    if form.mark is not None or not form.tasks:
        return np.ones(len(rows), bool)
    tasks = [numbers(table, rows, column).kinds == NUMBER for column in form.tasks]
    return np.asarray(np.any(tasks, axis=0), bool)


def _one(marks: npt.NDArray[np.float64]) -> int | None:
    """The only mark among those given, if there is one."""
    given = np.unique(marks[~np.isnan(marks)])
    return int(given[0]) if len(given) == 1 else None


def _row(organisation: _Organisation, column: int, indicator: str, numerator: int, n: int) -> dict[str, object]:
    """One sum. Its cell is the organisation's line and no pupil's."""
    return {
        "row": organisation.line or 0, "column": organisation.column if organisation.line is not None else column,
        "indicator": indicator, "numerator": float(numerator) if n else np.nan,
        "denominator": float(n) if n else np.nan, "absence": None if n else "not_applicable",
        "login": organisation.login, "school": organisation.name,
        "level": "school" if organisation.login or organisation.name else None,
    }  # fmt: skip
