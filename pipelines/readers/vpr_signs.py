"""Lists of schools with signs of biased ВПР results: four markers of 0, 1 or empty (domain.md §5, format 5)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.blocks import Block, Roles, find_blocks
from pipelines.readers.columns import BAD, NUMBER, numbers
from pipelines.readers.context import Context
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable
from pipelines.readers.reading import Reading
from pipelines.readers.references import references
from pipelines.readers.shares import Report
from pipelines.readers.told import years

NAMED = ("login", "school", "district", "region", "oktmo", "level")
SIGNS = ("sign_4ru", "sign_4ma", "sign_5ru", "sign_5ma")


def wanted(roles: Roles) -> bool:
    """Whether a header names at least two of the four markers and a school."""
    return sum(sign in roles for sign in SIGNS) >= 2 and ("login" in roles or "school" in roles)


def read(opened: Opened, context: Context) -> Reading | None:
    """The file as observations «1 of 1» and «0 of 1», or ``None`` when it is no such list."""
    reading: Reading | None = None
    for table in opened.tables:
        for block in find_blocks(table, wanted):
            reading = reading or Reading(opened.file, "vpr_signs")
            _read_block(block, table, reading, context)
    return reading


def _read_block(block: Block, table: RawTable, reading: Reading, context: Context) -> None:
    report = Report(table)
    reference = references(block)
    reading.names_stand(table.sheet, block.roles)
    used = ~reference["total"].to_numpy(bool)
    rows, reference = block.rows[used], reference[used].reset_index(drop=True)
    reading.rows += len(rows)
    columns = [block.roles[sign][0] for sign in SIGNS if sign in block.roles]
    found = [numbers(table, rows, column) for column in columns]
    for column, sign in zip(columns, found, strict=True):
        wrong = (sign.kinds == BAD) | ((sign.kinds == NUMBER) & ~np.isin(sign.values, (0, 1)))
        report.cells("not_a_marker", rows[wrong], column, expected="0, 1 или пусто")
    values = np.vstack([sign.values for sign in found])
    told_signs = (values == 1).sum(axis=0)
    known: npt.NDArray[np.bool_] = np.asarray(~np.isnan(values).all(axis=0))
    total_column = block.column("signs")
    if total_column is not None:
        total = numbers(table, rows, total_column)
        counted = total.kinds == NUMBER
        differs = counted & known & (total.values != told_signs)
        report.cells("markers_disagree", rows[differs], total_column, expected="сумма маркеров строки")
        told_signs = np.where(counted & ~known, total.values, told_signs)
        known |= counted
    year_column = block.column("year")
    told = context.told(table, block.titles)
    year = years(table.cells[rows, year_column]) if year_column is not None else np.full(len(rows), told.year, object)
    missing = np.array([value is None for value in year], bool)
    report.cells("year_missing", rows[missing], year_column or 0)
    reading.add(
        pd.DataFrame(
            {
                "sheet": table.sheet, "row": rows, "column": total_column if total_column is not None else columns[0],
                "indicator": "objectivity_signs", "year": year,
                "numerator": np.where(known, (told_signs > 0).astype(float), np.nan),
                "denominator": np.where(known, 1.0, np.nan),
                "absence": pd.Series("not_reported", index=range(len(rows)), dtype=object).where(~known, None),
                **{name: reference[name].to_numpy() for name in NAMED},
            }
        )
    )  # fmt: skip
    reading.findings += report.findings
