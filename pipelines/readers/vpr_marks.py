"""«Статистика по отметкам» of ФИС ОКО, with one header row or two, and flat regional tables of the same shares.

domain.md §5, formats 1 and 5. The regional export has a block of columns a year under a merged header.
"""

from __future__ import annotations

import numpy as np

from pipelines.readers.blocks import Block, Roles, find_blocks
from pipelines.readers.columns import is_school_year, year_of
from pipelines.readers.context import Context
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable
from pipelines.readers.reading import Reading, coded, constant
from pipelines.readers.references import nested, references
from pipelines.readers.shares import MARKS, Report, mark_observations
from pipelines.readers.told import grade_name, recoded_by, subject_name, years

NAMED = ("group", "login", "school", "district", "region")


def wanted(roles: Roles) -> bool:
    """Whether a header is one of shares of marks."""
    return all(role in roles for role in ("n", "m2", "m3", "m4", "m5")) and any(role in roles for role in NAMED)


def read(opened: Opened, context: Context) -> Reading | None:
    """The file as observations, or ``None`` when no sheet has such a table."""
    reading: Reading | None = None
    for table in opened.tables:
        for block in find_blocks(table, wanted):
            if reading is None:
                kind = "fioko_marks" if "group" in block.roles else "flat_marks"
                years_above = len(block.roles["m2"]) > 1
                reading = Reading(opened.file, f"{kind}_by_year" if years_above else kind)
            _read_block(block, table, reading, context)
    return reading


def _read_block(block: Block, table: RawTable, reading: Reading, context: Context) -> None:
    report = Report(table)
    reference = nested(block) if "group" in block.roles else references(block)
    reading.names_stand(table.sheet, block.roles)
    used = ~reference["total"].to_numpy(bool) & ~reference["level"].isin(["country", "none"]).to_numpy()
    left = int((reference["level"] == "country").sum())
    if left:
        report.add("country_left_out", None, count=left)
    totals = int(reference["total"].sum())
    if totals:
        report.add("total_left_out", None, count=totals)
    rows, reference = block.rows[used], reference[used].reset_index(drop=True)
    block.rows = rows
    reading.rows += len(rows)
    if not len(rows):
        report.add("no_rows", None)
        reading.findings += report.findings
        return
    told = context.told(table, block.titles)
    subject = recoded_by(block.coded("subject", told.subject), subject_name)
    grade = recoded_by(block.coded("grade", told.grade), grade_name)
    year_column = block.column("year")
    own_years = years(table.cells[rows, year_column]) if year_column is not None else None
    if own_years is not None:
        missing = np.array([year is None for year in own_years], bool)
        report.cells("year_missing", rows[missing], int(year_column or 0))
    names = {name: coded(reference[name]) for name in ("login", "school", "district", "region", "oktmo", "level")}
    for at, columns in enumerate(_year_blocks(block)):
        n_column, marks, above = columns
        frame, distributions = mark_observations(table, rows, n_column, marks, report, keep_empty=above is None)
        year, period = _year(above, told.year, block, at)
        for part in (distributions, frame):
            places = part.pop("place").to_numpy()
            part["year"] = own_years[places] if own_years is not None else year
            part["subject"], part["grade"] = subject[places], grade[places]
            part["sheet"], part["row"] = constant(table.sheet, len(places)), rows[places]
        works = {"family": constant("vpr_marks", len(distributions)), "kind": constant("mark", len(distributions))}
        reading.add_distributions(distributions.assign(**works, lowest=MARKS[0]))
        frame["period"] = constant(period, len(places))
        for name, values in names.items():
            frame[name] = values[places]
        reading.add(frame)
        if own_years is None and year is None:
            report.add("year_missing", None, expected="столбец «Год», год в заголовке или --year")
    for values, rule in ((subject, "subject_missing"), (grade, "grade_missing")):
        if nameless := int((values.codes < 0).sum()):
            report.add(rule, None, count=nameless)
    reading.findings += report.findings


def _year_blocks(block: Block) -> list[tuple[int, list[int], str | None]]:
    """The column of n, the four columns of shares and the text above them, for every block of columns."""
    found = []
    headers = block.header_texts()
    fives = block.roles["m5"]
    for at, two in enumerate(block.roles["m2"]):
        if at >= len(fives):
            break
        marks = [block.roles[role][at] for role in ("m2", "m3", "m4", "m5") if at < len(block.roles[role])]
        before = [column for column in block.roles["n"] if column < two]
        if len(marks) < 4 or not before:
            continue
        above = next(
            (row[column] for row in headers for column in (before[-1], two) if year_of(row[column]) is not None), None
        )
        if above is None and at and len(block.roles["m2"]) > 1:
            above = ""
        found.append((before[-1], marks, above))
    return found


def _year(above: str | None, told: int | None, block: Block, at: int) -> tuple[int | None, str | None]:
    if above:
        return year_of(above), above if is_school_year(above) else None
    return told, None
