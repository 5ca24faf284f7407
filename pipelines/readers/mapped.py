"""Reads a table by a mapping, and long tables of observations whose header words say everything themselves."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.readers.blocks import Block, drop_notes, filled_rows
from pipelines.readers.columns import ABSENCES, texts
from pipelines.readers.context import Context
from pipelines.readers.figures import check_totals, figures
from pipelines.readers.mapping import TableMapping, Value
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable, clean, key
from pipelines.readers.reading import Reading
from pipelines.readers.references import is_total, references
from pipelines.readers.rules import finding
from pipelines.readers.shares import Report
from pipelines.readers.told import grade_name, mapped, subject_name, years

NAMES = ("territory", "login", "school", "district", "region", "oktmo", "level")


def read_mapped(opened: Opened, mapping: TableMapping, context: Context, kind: str = "mapping") -> Reading:
    """The file read by a mapping; what does not fit becomes findings."""
    reading = Reading(opened.file, kind, findings=list(opened.findings))
    for one in mapping.tables:
        tables = [table for table in opened.tables if not one.sheets or _named(table, one.sheets)]
        if not tables:
            told = ", ".join(table.sheet or "" for table in opened.tables)
            reading.findings.append(
                finding("mapping_unusable", opened.file, seen=f"листа «{', '.join(one.sheets)}» нет, есть: {told}")
            )
        for table in tables[: None if one.sheets else 1]:
            _read_table(table, one, context, reading)
    if mapping.territories:
        reading.organisations = pd.DataFrame([dict(entry) for entry in mapping.territories], dtype=object)
        reading.declares_register = True
    reading.aliases = dict(mapping.aliases)
    reading.indicators = tuple(mapping.declared)
    reading.register_from_names = mapping.register
    return reading


def _named(table: RawTable, sheets: tuple[str, ...]) -> bool:
    return key(table.sheet or "") in {key(sheet) for sheet in sheets}


def _read_table(table: RawTable, mapping: TableMapping, context: Context, reading: Reading) -> None:
    report = Report(table)
    widest = max([*mapping.columns.values(), *(c for v in mapping.values for c in v.columns.values())], default=0)
    if widest >= table.width:
        report.add(
            "mapping_unusable", None, seen=f"в таблице {table.width} столбцов, а соответствие называет {widest + 1}"
        )
        reading.findings += report.findings
        return
    first, last = mapping.rows
    filled = filled_rows(table.cells)
    end = table.height if last is None else min(last + 1, table.height)
    rows = np.flatnonzero(filled[first:end]) + first
    if last is None:
        rows = drop_notes(table, rows)
    roles = {role: [column] for role, column in mapping.columns.items()}
    rows, totals = _split(table, rows, mapping, roles)
    block = Block(table, mapping.header, rows, roles)
    reading.rows += len(rows)
    if not len(rows):
        report.add("no_rows", None)
        reading.findings += report.findings
        return
    reference = _references(block, mapping)
    named = next((mapping.columns[role] for role in NAMES if role in mapping.columns), None)
    if named is not None:
        reading.name_columns[table.sheet] = named
    common = _common(block, mapping, context, report)
    used: list[Value] = list(mapping.values)
    if not used:
        kinds = {kind: mapping.columns[kind] for kind in ("numerator", "denominator", "percent", "value")
                 if kind in mapping.columns}  # fmt: skip
        used = [Value(kinds, {}, mapping.scale)]
    unknown_year = False
    for value in used:
        indicator = value.constants.get("indicator") or mapping.constants.get("indicator")
        entry = context.catalogue.indicators.get(indicator or "")
        unit = next((d.get("unit", "percent") for d in mapping.declared if d["code"] == indicator), None)
        frame = figures(
            table, rows, dict(value.columns), report, scale=value.scale or mapping.scale, words=dict(mapping.absence),
            percent_unit=(unit or (entry.unit if entry else "percent")) == "percent",
        )  # fmt: skip
        check_totals(table, rows, totals, dict(value.columns), report)
        for name, column in common.items():
            constant = value.constants.get(name)
            frame[name] = np.full(len(frame), constant, object) if constant is not None else column
        if indicator and "indicator" not in mapping.columns:
            frame["indicator"] = indicator
        frame["indicator"] = mapped(frame["indicator"].to_numpy(object), _codes(mapping, context.catalogue))
        for name in NAMES:
            if name in reference:
                frame[name] = reference[name].to_numpy()
            if name in value.constants:
                frame[name] = value.constants[name]
        if "absence" in mapping.columns:
            told = texts(table.cells[rows, mapping.columns["absence"]])
            reasons = mapped(told, lambda text: {**ABSENCES, **mapping.absence}.get(key(text or ""), text))
            replaced = np.array([reason is not None for reason in reasons], bool)
            frame["absence"] = np.where(replaced, reasons, frame["absence"].to_numpy(object))
        frame["sheet"] = table.sheet
        if len(used) > 1:
            frame = frame[~frame["empty"]]
        unknown_year |= bool(frame["year"].isna().any())
        reading.add(frame.drop(columns="empty"))
    if unknown_year and "year" not in mapping.columns:
        report.add("year_missing", None)
    reading.findings += report.findings


def _split(
    table: RawTable, rows: npt.NDArray[np.int64], mapping: TableMapping, roles: dict[str, list[int]]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Data rows and total rows; rows that match ``skip`` and a row of column numbers are left out."""
    names = [roles[role][0] for role in ("territory", "school", "district", "region", "login") if role in roles]
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in mapping.skip]
    keep: list[int] = []
    totals: list[int] = []
    for row in rows:
        told = [clean(table.cells[row, column]) for column in (names or [0])]
        if any(pattern.search(text) for pattern in patterns for text in told if text):
            (totals if any(is_total(text) for text in told) else []).append(int(row))
        elif any(is_total(text) for text in told):
            totals.append(int(row))
        elif names and not any(told):
            continue
        else:
            keep.append(int(row))
    first = [clean(cell) for cell in table.cells[keep[0]] if cell != ""] if keep else []
    if len(first) > 2 and first == [str(n) for n in range(1, len(first) + 1)]:
        keep = keep[1:]
    return np.array(keep, np.int64), np.array(totals, np.int64)


def _references(block: Block, mapping: TableMapping) -> pd.DataFrame:
    if "territory" in mapping.columns:
        frame = pd.DataFrame({"territory": block.texts("territory")}, dtype=object)
        for role in ("district", "region"):
            if role in mapping.columns:
                frame[role] = block.texts(role)
    else:
        frame = references(block)
        if not {"login", "school", "district", "region", "oktmo"} & set(mapping.columns):
            frame["level"] = None
    for name in ("territory", "district", "region", "level"):
        if name in mapping.constants:
            frame[name] = mapping.constants[name]
    return frame


def _common(
    block: Block, mapping: TableMapping, context: Context, report: Report
) -> dict[str, npt.NDArray[np.object_]]:
    """Year, period, subject, class, indicator, unit and note of every row, from columns or constants."""
    count = len(block.rows)
    found: dict[str, npt.NDArray[np.object_]] = {}
    told = context.told(block.table, [])
    if "year" in mapping.columns:
        cells = block.table.cells[block.rows, mapping.columns["year"]]
        found["year"] = years(cells)
        missing = np.array([year is None for year in found["year"]], bool)
        report.cells("year_missing", block.rows[missing], mapping.columns["year"])
    else:
        found["year"] = np.full(count, mapping.constants.get("year", told.year), object)
    for name in ("period", "subject", "grade", "indicator", "unit", "place", "note"):
        found[name] = block.texts(name, mapping.constants.get(name))
    found["subject"] = mapped(found["subject"], subject_name)
    found["grade"] = mapped(found["grade"], grade_name)
    return found


def _codes(mapping: TableMapping, catalogue: Catalogue) -> Any:
    """Turns an indicator as the file names it into its code; what is unknown stays and becomes a finding."""
    known = {key(word): code for word, code in mapping.indicators.items()}
    for indicator in catalogue.indicators.values():
        for word in (indicator.code, indicator.name, *indicator.aliases):
            known.setdefault(key(word), indicator.code)
    known |= {key(str(entry["name"])): str(entry["code"]) for entry in mapping.declared}

    def code(text: str | None) -> str | None:
        return None if text is None else known.get(key(text), text)

    return code
