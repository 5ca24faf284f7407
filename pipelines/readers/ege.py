"""ЕГЭ by school: a header of three levels (subject → measure → unit), merged municipalities and schools (§5, 6).

Of a subject: who sat, who passed, and the mean score of the school with the number of those who sat, by which it is
hidden where they are few. Of the sum of three subjects: the graduates in each band that the catalogue counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.blocks import Block, drop_notes, filled_rows
from pipelines.readers.columns import MOST_COLUMNS, role_of
from pipelines.readers.context import Context
from pipelines.readers.figures import figures
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable, address, clean, key
from pipelines.readers.reading import Reading
from pipelines.readers.references import references
from pipelines.readers.shares import Report
from pipelines.readers.told import SHORT, SUBJECTS

SEARCHED_ROWS = 60
Ints = npt.NDArray[np.int64]
_SUBJECT = re.compile("|".join(re.escape(key(subject)) for subject in sorted(SUBJECTS, key=len, reverse=True)))
_LEVEL = {"профил": "Математика", "базов": "Математика (базовый уровень)"}
_N = re.compile(r"участник|сдавал|кол-во|количество|всего сдавали")
_FAILED = re.compile(r"не преодолел|ниже (минимальн|порог)|не достиг|не сдал")
_PASSED = re.compile(r"преодолел|выше порог|достиг")
_MEAN = re.compile(r"средн\w+ (тестов\w+ )?балл|средний балл")


_FROM_TO = re.compile(r"(?<!\d)(\d{1,3}) ?(?:-|до) ?(\d{2,3})(?!\d)")
_UP_TO = re.compile(r"(?<!не )(?:\bдо|\bменее|\bменьше|\bниже|<) ?(\d{3})(?!\d)")
_AND_MORE = re.compile(r"(?<!\d)(\d{3})(?!\d)")
_GRADUATES = re.compile(r"выпускник|обучающихся 11")
LEAST_SUM = 150
"""Bands of one subject end at 100 points; from here on they are of a sum."""
_THREE = {
    (0, 160): "assessment_ege_below_160", (160, 220): "assessment_ege_160_219", (160, 301): "assessment_ege_160",
    (220, 301): "assessment_ege_220",
}  # fmt: skip
"""The first sum that belongs to a band and the first above it, by indicator; three subjects give 300 at most."""
_MEAN_OF_MARKS = _LEVEL["базов"]
"""Where the «score» of the exam is a mark."""


@dataclass
class _Subject:
    """Columns of one subject, or of the sum of three where ``name`` is ``None``.

    ``failed`` are below the threshold; suffix ``_n`` people, ``_percent`` per cents.
    """

    name: str | None
    columns: dict[str, int] = field(default_factory=dict)
    indicator: str = "assessment_ege_threshold"


def read(opened: Opened, context: Context) -> Reading | None:
    """The file as observations, or ``None`` when no sheet has such a header."""
    reading: Reading | None = None
    for table in opened.tables:
        found = _header(table)
        if found is None:
            continue
        first, last, subjects, roles = found
        reading = reading or Reading(opened.file, "ege_schools")
        _read_table(table, first, last, subjects, roles, reading, context)
    return reading


def _header(table: RawTable) -> tuple[int, int, list[_Subject], dict[str, list[int]]] | None:
    """The header's rows, its subjects and the columns of names; a header names a subject above a measure."""
    height = min(SEARCHED_ROWS, table.height)
    texts = [[clean(cell) for cell in row[:MOST_COLUMNS]] for row in table.filled(0, height - 1)]
    for first in range(height):
        keys = [key(text) for text in texts[first]]
        if not any(_SUBJECT.search(text) and len(text) < 60 for text in keys):
            continue
        for last in range(first + 2, first, -1):
            if last >= height:
                continue
            subjects = _subjects(texts, first, last)
            roles = _names(texts, max(first - 1, 0), last)
            if subjects and roles:
                return first, last, subjects, roles
    return None


def _names(texts: list[list[str]], first: int, last: int) -> dict[str, list[int]]:
    roles: dict[str, list[int]] = {}
    for row in range(first, last + 1):
        for column, text in enumerate(texts[row]):
            role = role_of(text) if text else None
            if role in ("login", "school", "district", "region", "oktmo") and column not in roles.get(role, []):
                roles.setdefault(role, []).append(column)
    return roles


def _subjects(texts: list[list[str]], first: int, last: int) -> list[_Subject]:
    found: dict[str, _Subject] = {}
    current: str | None = None
    for column in range(len(texts[first])):
        top = key(texts[first][column])
        named = _subject(top)
        if named:
            current = named
        elif top:
            current = None
        if current is None:
            continue
        kind = _kind([key(texts[row][column]) for row in range(first + 1, last + 1)])
        if kind:
            found.setdefault(current, _Subject(current)).columns.setdefault(kind, column)
    return [subject for subject in found.values() if "n" in subject.columns and len(subject.columns) > 1]


def _three(table: RawTable, first: int, last: int) -> tuple[list[_Subject], list[int]]:
    """Columns of graduates by the sum of three subjects, and columns of bands that no indicator counts."""
    texts = [[key(cell) for cell in row[:MOST_COLUMNS]] for row in table.filled(first, last)]
    found: dict[str, _Subject] = {}
    graduates: int | None = None
    left: list[int] = []
    for column in range(len(texts[0])):
        words = " ".join(dict.fromkeys(row[column] for row in texts))
        band = _band(words)
        if band is None:
            if graduates is None and _GRADUATES.search(words) and "%" not in words:
                graduates = column
        elif code := _THREE.get(band):
            kind = "percent" if "%" in words or "доля" in words else "numerator"
            found.setdefault(code, _Subject(None, {}, code)).columns.setdefault(kind, column)
        else:
            left.append(column)
    if graduates is not None:
        for subject in found.values():
            subject.columns["denominator"] = graduates
    usable = [subject for subject in found.values() if graduates is not None or "percent" in subject.columns]
    return usable, left


def _band(words: str) -> tuple[int, int] | None:
    """The band of sums that a header names: its first sum, and the first above it; «160–219» is (160, 220)."""
    if told := _FROM_TO.search(words):
        first, last = int(told.group(1)), int(told.group(2))
        band = (first, last if last in (160, 220) else last + 1)
    elif told := _UP_TO.search(words):
        last = int(told.group(1))
        band = (0, last + 1 if last % 10 == 9 else last)
    elif told := _AND_MORE.search(words):
        band = (int(told.group(1)), 301)
    else:
        return None
    return band if max(band[0], band[1] % 301) >= LEAST_SUM else None


def _and_more(frames: dict[str, pd.DataFrame], columns: dict[str, int], rows: Ints, report: Report) -> None:
    """«160 и более» are those of «160–219» and of «220 и более»: compared where it stands, else their sum."""
    parts = [frames.get("assessment_ege_160_219"), frames.get("assessment_ege_220")]
    if any(part is None or part["numerator"].isna().all() for part in parts):
        return
    band, more = (part for part in parts if part is not None)
    summed = band["numerator"] + more["numerator"]
    whole = frames.get("assessment_ege_160")
    if whole is None:
        frames["assessment_ege_160"] = band.assign(numerator=summed, absence=band["absence"].where(summed.isna()))
        return
    differs = (whole["numerator"] != summed) & whole["numerator"].notna() & summed.notna()
    for at in np.flatnonzero(differs):
        place = address(int(rows[at]), columns["assessment_ege_160"])
        report.add("parts_not_total", place, seen=f"{whole['numerator'][at]:g}", expected=f"{summed[at]:g}")


def _tell_left(last: int, subjects: list[_Subject], left: list[int], report: Report) -> None:
    """Say which measures stand in the file and are not loaded: means of marks, and other bands of sums."""
    for subject in subjects:
        if "mean" in subject.columns and subject.name == _MEAN_OF_MARKS:
            report.add("mean_of_marks_left", address(last, subject.columns["mean"]))
    if left:
        report.add("range_left", address(last, left[0]), count=len(left))


def _subject(text: str) -> str | None:
    found = _SUBJECT.search(text)
    if not found or len(text) > 60:
        return SHORT.get(text)
    name = next(subject for subject in SUBJECTS if key(subject) == found.group())
    return next((level for word, level in _LEVEL.items() if name == "Математика" and word in text), name)


def _kind(levels: list[str]) -> str | None:
    words = " ".join(dict.fromkeys(levels))
    percent = "%" in words or "доля" in words
    if _MEAN.search(words):
        return "mean"
    if _FAILED.search(words):
        return "failed_percent" if percent else "failed_n"
    if _PASSED.search(words):
        return "passed_percent" if percent else "passed_n"
    return "n" if _N.search(words) and not percent and not re.search(r"балл|100|от \d", words) else None


def _read_table(
    table: RawTable,
    first: int,
    last: int,
    subjects: list[_Subject],
    roles: dict[str, list[int]],
    reading: Reading,
    context: Context,
) -> None:
    report = Report(table)
    rows = drop_notes(table, np.flatnonzero(filled_rows(table.cells[last + 1 :])) + last + 1)
    rows = rows[_no_numbering(table, rows)]
    block = Block(table, (first, last), rows, roles)
    reference = references(block)
    used = ~reference["total"].to_numpy(bool)
    if (~used).any():
        report.add("total_left_out", None, count=int((~used).sum()))
    rows, reference = rows[used], reference[used].reset_index(drop=True)
    reading.rows += len(rows)
    lines = [clean(cell) for row in range(first) for cell in table.cells[row] if cell != ""]
    told = context.told(table, lines)
    if told.year is None:
        report.add("year_missing", None)
    reading.names_stand(table.sheet, roles)
    three, left = _three(table, first, last)
    _tell_left(last, subjects, left, report)
    frames: list[tuple[str, str | None, pd.DataFrame]] = []
    for subject in subjects:
        for indicator, columns, complement in _wanted(subject):
            frame = figures(table, rows, columns, report)
            if complement:
                _complement(frame)
            if "value" in columns:
                outside = frame["value"].notna() & ~frame["value"].between(0, 100)
                report.cells("mean_out_of_range", rows[outside.to_numpy()], columns["value"])
            frames.append((indicator, subject.name, frame))
    sums = {band.indicator: figures(table, rows, band.columns, report) for band in three}
    _and_more(sums, {band.indicator: band.columns.get("numerator", 0) for band in three}, rows, report)
    for indicator, name, frame in [*frames, *((code, None, sum_of) for code, sum_of in sums.items())]:
        frame = frame[~frame["empty"]].drop(columns="empty")
        places = frame.index.to_numpy()
        frame["indicator"], frame["subject"], frame["year"] = indicator, name, told.year
        frame["sheet"] = table.sheet
        for role in ("login", "school", "district", "region", "oktmo", "level"):
            frame[role] = reference[role].to_numpy()[places]
        reading.add(frame.reset_index(drop=True))
    # Several figures share a column of participants: what is wrong there is said once.
    reading.findings += {(told.rule, told.cell): told for told in report.findings}.values()


def _no_numbering(table: RawTable, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """False for the row of column numbers that stands under such headers."""
    keep = np.ones(len(rows), bool)
    for at, row in enumerate(rows[:3]):
        told = [clean(cell) for cell in table.cells[row] if cell != ""]
        keep[at] = not (len(told) > 2 and told == [str(n) for n in range(1, len(told) + 1)])
    return keep


def _wanted(subject: _Subject) -> list[tuple[str, dict[str, int], bool]]:
    """Indicators that the columns of a subject give; the last says that the columns count those who failed."""
    columns = subject.columns
    found: list[tuple[str, dict[str, int], bool]] = []
    for part in ("passed", "failed"):
        chosen = {"numerator": columns[f"{part}_n"]} if f"{part}_n" in columns else {}
        if f"{part}_percent" in columns:
            chosen["percent"] = columns[f"{part}_percent"]
        if chosen:
            found.append(("assessment_ege_threshold", {**chosen, "denominator": columns["n"]}, part == "failed"))
            break
    if "mean" in columns and subject.name != _MEAN_OF_MARKS:
        found.append(("assessment_ege_mean_score", {"value": columns["mean"], "denominator": columns["n"]}, False))
    return found


def _complement(frame: pd.DataFrame) -> None:
    """Those who passed are the rest: n − failed, 100 − per cent."""
    frame["numerator"] = frame["denominator"] - frame["numerator"]
    frame["percent"] = (100 - frame["percent"]).round(6)
