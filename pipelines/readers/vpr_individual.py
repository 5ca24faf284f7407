"""Pupil-level files: «Индивидуальные результаты» (Ф1) and the ВПР collection form («Протокол»), domain.md §5, 3 and 4.

Rows of pupils are summed while they are read and go nowhere: a reading holds sums by organisation, its findings carry
a cell and no value (152-ФЗ). An organisation may stand in several parts of a file (parallel classes, variants, sheets):
the parts of one subject, class and year are one sum. A pupil is known by a code: the same row twice is one pupil, the
same code with other marks is an error within a part and a question between parts, whose classes may be numbered apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.columns import ABSENCES, BAD, MOST_COLUMNS, NUMBER, numbers
from pipelines.readers.context import Context
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable, address, clean, key, ranges
from pipelines.readers.reading import Reading, lists_column
from pipelines.readers.references import login_in, without_login
from pipelines.readers.shares import Report
from pipelines.readers.told import Told

SEARCHED_ROWS = 30
_TASK = re.compile(r"^(\d+(?:\.\d+)?(?:\s*[kк]\s*\d+)?)\s*(?:\((\d+)\s*б\.?\))?$")
_DECLARED = re.compile(r"(?:кол-во|количество) участников\s*:?\s*(\d+)")
_MAXIMUM = re.compile(r"максимальный первичный балл\s*:?\s*(\d+)?")
_ORDINAL = re.compile(r"№|n|№ ?п[/.]?п\.?|номер|порядковый номер")
_CLASS = re.compile(r"(номер |название |наименование )?класс(а)?|литера( класса)?|буква( класса)?")
MARKS = (2, 3, 4, 5)
MOST_SCORE = 500
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass
class _Form:
    """Where the columns stand; ``tasks`` maps a column to the task's maximum (``None`` if the header is silent)."""

    header: int
    code: int
    total: int | None
    mark: int | None
    journal: int | None
    own_class: int | None
    headers: list[str]
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


@dataclass
class _Part:
    """The rows of one organisation in one section of a sheet, and the report of that sheet."""

    table: RawTable
    form: _Form
    organisation: _Organisation
    told: Told
    report: Report
    rows: Ints

    @property
    def summed_as(self) -> tuple[object, ...]:
        """What the parts of one sum have in common."""
        organisation = self.organisation.login or key(self.organisation.name)
        return organisation, self.told, self.form.mark is None


@dataclass
class _Results:
    """N works: marks and scores (NaN where there is none), marks in the journal, and whether the work was written."""

    mark: Floats
    journal: Floats
    score: Floats
    wrote: npt.NDArray[np.bool_]


def read(opened: Opened, context: Context) -> Reading | None:
    """The sums of a pupil-level file, or ``None`` when it is none."""
    reading: Reading | None = None
    parts: dict[tuple[object, ...], list[_Part]] = {}
    reports: list[Report] = []
    for table in opened.tables:
        form = _form(table)
        if form is None:
            continue
        kind = "fioko_individual" if form.mark is not None else "vpr_collection"
        reading = reading or Reading(opened.file, kind, pupil_level=True)
        reports.append(Report(table, silent=True))
        for part in _parts(table, form, reports[-1], context):
            reading.rows += len(part.rows)
            parts.setdefault(part.summed_as, []).append(part)
    if reading is None:
        return None
    for same in parts.values():
        _each_pupil_once(same)
        _declared(same)
        _add(same, reading, context.minimum_distribution)
    for report in reports:
        reading.findings += report.findings
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
        own_class = next((at for at, header in enumerate(headers) if _CLASS.fullmatch(header)), None)
        total = column("первичный балл", "итого", "сумма баллов")
        form = _Form(row, column("код") or 0, total, mark, journal, own_class, headers)
        for at, header in enumerate(headers):
            found = _TASK.match(header)
            if found:
                form.tasks[at] = float(found.group(2)) if found.group(2) else None
        return form
    return None


def _parts(table: RawTable, form: _Form, report: Report, context: Context) -> list[_Part]:
    lines = [clean(cell) for row in range(form.header) for cell in table.cells[row] if cell != ""]
    told = context.told(table, lines)
    for value, rule in ((told.year, "year_missing"), (told.subject, "subject_missing"), (told.grade, "grade_missing")):
        if not value:
            report.add(rule, None)
    form.maximum = _maximum(table, form)
    found = [
        _Part(table, form, organisation, told, report, np.array(organisation.rows, np.int64))
        for organisation in _organisations(table, form)
    ]
    if form.mark is None:
        report.add("marks_not_given", None)
    report.add("pupil_rows_aggregated", None, count=sum(len(part.rows) for part in found))
    return found


def _each_pupil_once(parts: list[_Part]) -> None:
    """Leave out repeated rows of a pupil; tell codes that stand for different rows."""
    places: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, part in enumerate(parts):
        for at, row in enumerate(part.rows):
            code = _code(part, int(row))
            if code:
                places.setdefault(code, []).append((number, at))
    repeated, conflicts, apart = ([np.zeros(len(part.rows), bool) for part in parts] for _ in range(3))
    pairs: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    for same in places.values():
        first: dict[int, object] = {}
        for number, at in same if len(same) > 1 else ():
            content = _content(parts[number], at)
            if number in first:
                (repeated if first[number] == content else conflicts)[number][at] = True
                continue
            for other, earlier in first.items():
                pairs.setdefault((other, number), []).append((at, earlier == content))
            first[number] = content
    for (_, number), shared in pairs.items():
        # Classes that are numbered apart share codes and hardly a row; a class that stands twice shares most rows.
        same_class = 2 * sum(equal for _, equal in shared) > len(shared)
        for at, equal in shared:
            (apart if not same_class else repeated if equal else conflicts)[number][at] = True
    for part, twice, otherwise, elsewhere in zip(parts, repeated, conflicts, apart, strict=True):
        report = part.report
        if twice.any():
            report.add("duplicate_rows", _places(part, twice), count=int(twice.sum()))
        if otherwise.any():
            report.add("pupil_row_conflict", _places(part, otherwise), count=int(otherwise.sum()))
        if elsewhere.any():
            report.add("pupil_codes_overlap", _places(part, elsewhere), count=int(elsewhere.sum()))
        part.rows = part.rows[~twice]


def _places(part: _Part, chosen: npt.NDArray[np.bool_]) -> str:
    return ranges(part.rows[chosen], part.form.code)


def _code(part: _Part, row: int) -> tuple[str, str] | None:
    """The class, where a column tells it, and the code of a pupil; ``None`` for a code that is none."""
    code = key(part.table.cells[row, part.form.code])
    own = key(part.table.cells[row, part.form.own_class]) if part.form.own_class is not None else ""
    return None if not code or code in ABSENCES else (own, code)


def _content(part: _Part, at: int) -> object:
    """What a row says of a pupil, without its number in the list."""
    return {
        header: clean(part.table.cells[part.rows[at], column])
        for column, header in enumerate(part.form.headers)
        if header and not _ORDINAL.fullmatch(header)
    }


def _declared(parts: list[_Part]) -> None:
    """The declared number is that of the part, or that of the school in all parts."""
    together = sum(len(part.rows) for part in parts)
    for part in parts:
        told = part.organisation.declared
        if told is not None and told not in (len(part.rows), together):
            part.report.add("participants_differ", address(part.organisation.line or 0, part.organisation.column))


def _add(parts: list[_Part], reading: Reading, minimum: int) -> None:
    """The sums and distributions of one organisation, subject and class; they stand at the line of the first part."""
    several = [_results(part) for part in parts if len(part.rows)]
    if not several:
        return
    first = parts[0]
    results = _Results(*(np.concatenate(found) for found in zip(*(vars(one).values() for one in several), strict=True)))
    maximum = max((part.form.maximum for part in parts if part.form.maximum is not None), default=None)
    for gathered, add in (
        (_sums(first, results), reading.add),
        (_distributions(first, results, maximum, minimum), reading.add_distributions),
    ):
        if gathered:
            frame = pd.DataFrame(gathered)
            frame["sheet"], frame["year"] = first.table.sheet, first.told.year
            frame["subject"], frame["grade"] = first.told.subject, first.told.grade
            for lists in {"pupils", "marks"} & set(frame):
                frame[lists] = lists_column(frame[lists].tolist())
            add(frame)


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


def _results(part: _Part) -> _Results:
    """The works of a part; what cannot be read is told at its cell."""
    table, form, rows, report = part.table, part.form, part.rows, part.report
    summed, complete, wrote = np.zeros(len(rows)), np.ones(len(rows), bool), np.zeros(len(rows), bool)
    for column, most in form.tasks.items():
        task = numbers(table, rows, column)
        report.cells("not_a_score", rows[task.kinds == BAD], column)
        if most is not None:
            report.cells("score_above_maximum", rows[(task.kinds == NUMBER) & (task.values > most)], column)
        complete &= task.kinds != BAD
        wrote |= task.kinds == NUMBER
        summed += np.nan_to_num(task.values)
    missing = np.full(len(rows), np.nan)
    score, mark, journal = missing, missing, missing
    if form.total is not None:
        total = numbers(table, rows, form.total)
        score = total.values
        report.cells("not_a_score", rows[total.kinds == BAD], form.total)
        if form.tasks:
            differs = complete & (total.kinds == NUMBER) & (total.values != summed)
            report.cells("score_sum_differs", rows[differs], form.total)
    if form.mark is not None:
        given = numbers(table, rows, form.mark)
        right = np.isin(given.values, MARKS)
        report.cells("not_a_score", rows[(given.kinds == BAD) | ((given.kinds == NUMBER) & ~right)], form.mark)
        mark = np.where(right, given.values, np.nan)
        if form.journal is not None:
            known = numbers(table, rows, form.journal)
            report.cells("not_a_score", rows[known.kinds == BAD], form.journal)
            journal = known.values
    # A collection form sums the tasks of those who were absent to 0, which is no score.
    wrote |= form.mark is not None or not form.tasks
    return _Results(mark, journal, score, wrote)


def _sums(part: _Part, results: _Results) -> list[dict[str, object]]:
    organisation, form = part.organisation, part.form
    if form.mark is None:
        wrote = results.wrote
        return [_row(organisation, form.code, "assessment_vpr_participation", int(wrote.sum()), len(wrote))]
    mark = results.mark[~np.isnan(results.mark)]
    found = [
        _row(organisation, form.mark, indicator, int(np.isin(mark, good).sum()), len(mark))
        for indicator, good in (
            ("assessment_vpr_pass", (3, 4, 5)),
            ("assessment_vpr_quality", (4, 5)),
            ("assessment_vpr_low", (2,)),
        )
    ]
    change = (results.mark - results.journal)[~np.isnan(results.mark - results.journal)]
    if form.journal is not None and len(change):
        for indicator, counted in (
            ("objectivity_journal_lower", change < 0),
            ("objectivity_journal_confirmed", change == 0),
            ("objectivity_journal_raised", change > 0),
        ):
            found.append(_row(organisation, form.journal, indicator, int(counted.sum()), len(change)))
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


def _distributions(part: _Part, results: _Results, maximum: int | None, minimum: int) -> list[dict[str, object]]:
    """How many pupils of an organisation have each primary score and each mark; from ``minimum`` works up.

    Below it a row without counts says that there are too few. ``marks`` are those that all pupils with a score were
    given.
    """
    organisation, form = part.organisation, part.form
    found: list[dict[str, object]] = []
    for kind, column, values in (("score", form.total, results.score), ("mark", form.mark, results.mark)):
        if column is None:
            continue
        usable = results.wrote & (values >= 0) & (values <= MOST_SCORE) & (np.rint(values) == values)
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
            highest = MARKS[-1] if kind == "mark" else max(maximum or 0, int(counted.max()))
            pupils = np.bincount(counted - lowest, minlength=highest - lowest + 1).tolist()
            if kind == "score" and form.mark is not None:
                marks = [_one(results.mark[usable][counted == score]) for score in range(highest + 1)]
        found.append(place | {"lowest": lowest, "pupils": pupils, "marks": marks})
    return found


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
