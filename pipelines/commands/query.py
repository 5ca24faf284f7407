"""``query``: figures of the served snapshot, as they may be shown."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import Any

import pandas as pd

from pipelines import queries
from pipelines.catalogue.model import LEVELS
from pipelines.commands.output import add_warehouse, print_json, tell, warehouse_of
from pipelines.comparison.verdicts import BENCHMARKS, with_verdicts, without_verdicts
from pipelines.readers.raw import safe
from pipelines.snapshot import Snapshot

COLUMNS = (
    "collection", "territory", "territory_name", "level", "year", "period", "indicator", "mechanism", "edition",
    "subject", "grade", "numerator", "denominator", "percent", "value", "unit", "absence", "flag", "basis",
    "coverage_reported", "coverage_total",
)  # fmt: skip
VERDICT = (
    "verdict", "verdict_reason", "benchmark", "benchmark_percent", "interval_low", "interval_high", "people_gap",
    "rule_version", "suppressed",
)  # fmt: skip
SOURCE = ("source_file", "source_sheet", "source_cell")


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("query", help="значения показателей и механизмов")
    parser.add_argument("--level", required=True, choices=(*LEVELS, "any"), help="уровень")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--indicator", metavar="CODE", help="код показателя")
    what.add_argument("--mechanism", metavar="CODE", help="код механизма: его собственный процент")
    parser.add_argument("--territory", metavar="CODE-OR-NAME", help="территория; с более низким --level — её состав")
    parser.add_argument("--year", type=int, help="год (по умолчанию все)")
    parser.add_argument("--subject", help="предмет")
    parser.add_argument("--grade", help="класс")
    parser.add_argument("--collection", choices=queries.COLLECTIONS, help="собрание (по умолчанию все)")
    parser.add_argument(
        "--benchmark", choices=BENCHMARKS, default="region", help="с чем сравнивать (по умолчанию region: свой регион)"
    )
    parser.add_argument("--format", choices=("json", "csv"), required=True, help="вид ответа")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a list of rows; an empty list says why on standard error."""
    with warehouse_of(args).open() as snapshot:
        frame = _answer(snapshot, args)
    if frame.empty:
        tell("Под эти условия не подошла ни одна строка.")
    if args.format == "json":
        print_json([_record(row) for row in queries.records(frame)])
    else:
        frame["observations"] = frame["coverage_reported"].where(frame["basis"] == "computed")
        writer = csv.writer(sys.stdout, lineterminator="\n")
        columns = [*COLUMNS, *VERDICT, *SOURCE, "observations", "snapshot"]
        writer.writerow(columns)
        for row in queries.records(frame[columns]):
            writer.writerow([_cell(row[column]) for column in columns])
    return 0


def _answer(snapshot: Snapshot, args: argparse.Namespace) -> pd.DataFrame:
    scope: dict[str, Any] = {
        "level": None if args.level == "any" else args.level,
        "years": None if args.year is None else [args.year],
        "collection": args.collection,
    }
    found = queries.find_territory(snapshot, args.territory, args.collection) if args.territory else [None]
    parts = []
    for place in found:
        if place is not None:
            inside = args.level == "any" or LEVELS.index(args.level) + 1 > place["level_id"]
            scope |= {"within": place["territory_id"]} if inside else {"territories": [place["territory_id"]]}
        if args.indicator:
            figures = queries.figures(snapshot, [args.indicator], subject=args.subject, grade=args.grade, **scope)
            parts.append(with_verdicts(snapshot, figures, args.benchmark))
        else:
            parts.append(without_verdicts(queries.mechanisms(snapshot, args.mechanism, **scope)))
    frame = pd.concat(parts, ignore_index=True)
    return frame.reindex(columns=[*COLUMNS, *VERDICT, *SOURCE, "positions", "snapshot"])


def _cell(value: Any) -> Any:
    """Missing is blank, truth is ``true`` or ``false`` as in JSON; no spreadsheet takes a text for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return safe(value)
    return "" if value is None else value


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its source: file, sheet and cell, or the number of observations behind an aggregate."""
    file, sheet, cell = (row.pop(name) for name in SOURCE)
    positions = row.pop("positions")
    row["source"] = (
        {"file": file, "sheet": sheet, "cell": cell}
        if file
        else {"observations": row["coverage_reported"] if positions is None else positions}
    )
    return row
