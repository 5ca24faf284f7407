"""``stats``: the product's own statistics over a CSV, at full double precision, for checks against other sources.

Proportions are fractions. The input's columns come first, except for ``overdispersion`` and ``trend``, whose answers
are not row by row. Blank cells (also ``NA`` and ``NaN``) are missing: the row stays and its results are blank.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.commands.output import add_warehouse, tell
from pipelines.statistics.classes import quintiles
from pipelines.statistics.funnel import funnel, overdispersion
from pipelines.statistics.inputs import FloatArray, ImpossibleRow
from pipelines.statistics.intervals import LEVEL_95, LEVEL_998, Limits, byar, newcombe, wilson
from pipelines.statistics.rounding import round_half_away
from pipelines.statistics.trend import trends

LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
NUMBER = re.compile(r"[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
BLANKS = {"", "na", "nan"}
DIGITS = re.compile(r"[+-]?\d{1,2}", re.ASCII)

IMPOSSIBLE = {
    "negative": "число меньше 0",
    "no_units": "n = 0: доля без единиц не существует",
    "x_above_n": "x больше n",
    "not_finite": "число вне пределов счёта",
    "repeated_year": "этот год у этой единицы уже был",
}

Cell = float | int | str | bool | None
Column = Sequence[Cell] | FloatArray


class UnusableFile(Exception):
    """The file cannot be read as the table that the kind asks for; status 2."""


class ImpossibleLine(Exception):
    """A line of the file that cannot be; status 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"строка {line}: {reason}")


@dataclass(frozen=True)
class Table:
    """A CSV as text: cells as they stand, and the line of the file where each row begins."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]

    def texts(self, name: str) -> list[str]:
        """A column's cells without surrounding blanks."""
        place = self.header.index(name)
        return [row[place].strip() for row in self.rows]

    def numbers(self, name: str) -> FloatArray:
        """A column as floats, NaN for blanks."""
        return np.array([self._number(name, i, text) for i, text in enumerate(self.texts(name))], dtype=np.float64)

    def _number(self, name: str, index: int, text: str) -> float:
        if text.lower() in BLANKS:
            return float("nan")
        value = float(text) if NUMBER.fullmatch(text) else float("inf")
        if np.isinf(value):
            raise self.impossible(index, f"в столбце {name} не число: {text!r}")
        return value

    def impossible(self, index: int, reason: str) -> ImpossibleLine:
        """The refusal of a row, by the line where it stands."""
        return ImpossibleLine(self.lines[index], reason)


@dataclass(frozen=True)
class Answer:
    """Named result columns; ``beside`` puts them after the input's own columns."""

    columns: dict[str, Column]
    beside: bool = True


def _wilson(table: Table) -> Answer:
    x, n = table.numbers("x"), table.numbers("n")
    return Answer(_limits(wilson(x, n, LEVEL_95), wilson(x, n, LEVEL_998)))


def _byar(table: Table) -> Answer:
    x = table.numbers("x")
    return Answer(_limits(byar(x, LEVEL_95), byar(x, LEVEL_998)))


def _funnel(table: Table) -> Answer:
    found = funnel(table.numbers("x"), table.numbers("n"))
    baseline = [None if label is None else found.baseline for label in found.label]
    limits = _limits(found.limits_95, found.limits_998)
    return Answer({"baseline": baseline, **limits, "label": found.label.tolist()})


def _newcombe(table: Table) -> Answer:
    x1, n1, x2, n2 = (table.numbers(name) for name in ("x1", "n1", "x2", "n2"))
    found = newcombe(x1, n1, x2, n2)
    return Answer({"difference": found.difference, "lower_95": found.lower, "upper_95": found.upper})


def _overdispersion(table: Table) -> Answer:
    found = overdispersion(table.numbers("x"), table.numbers("n"))
    return Answer({"phi": [found.phi], "tau2": [found.tau2]}, beside=False)


def _trend(table: Table) -> Answer:
    years = table.numbers("year")
    for index in np.flatnonzero(np.rint(years) != years):
        if not np.isnan(years[index]):
            raise table.impossible(int(index), f"год не целый: {years[index]:g}")
    found = trends(table.texts("unit"), years, table.numbers("x"), table.numbers("n"))
    columns: dict[str, Column] = {
        "unit": found.unit.tolist(),
        "chi2": found.chi2,
        "significant": found.significant.tolist(),
        "direction": found.direction.tolist(),
    }
    return Answer(columns, beside=False)


def _quintiles(table: Table) -> Answer:
    values = table.numbers("value")
    found = quintiles(values)
    bounds = {f"bound_{i}": np.where(np.isnan(values), np.nan, bound) for i, bound in enumerate(found.bounds)}
    return Answer({**bounds, "class": [int(number) if number else None for number in found.classes]})


def _round(table: Table) -> Answer:
    """The value is read as text, never as a float: 2.675 is 2.675."""
    rounded: list[str | None] = []
    for i, (value, digits) in enumerate(zip(table.texts("value"), table.texts("digits"), strict=True)):
        if value.lower() in BLANKS or digits.lower() in BLANKS:
            rounded.append(None)
        elif not NUMBER.fullmatch(value):
            raise table.impossible(i, f"в столбце value не число: {value!r}")
        elif not DIGITS.fullmatch(digits):
            raise table.impossible(i, f"в столбце digits не целое число от -99 до 99: {digits!r}")
        else:
            rounded.append(f"{round_half_away(value, int(digits)):f}")
    return Answer({"rounded": rounded})


def _limits(of_95: Limits, of_998: Limits) -> dict[str, Column]:
    return dict(zip(LIMITS, (*of_95, *of_998), strict=True))


KINDS: dict[str, tuple[tuple[str, ...], Callable[[Table], Answer]]] = {
    "wilson": (("x", "n"), _wilson),
    "byar": (("x",), _byar),
    "funnel": (("x", "n"), _funnel),
    "newcombe": (("x1", "n1", "x2", "n2"), _newcombe),
    "overdispersion": (("x", "n"), _overdispersion),
    "trend": (("unit", "year", "x", "n"), _trend),
    "quintiles": (("value",), _quintiles),
    "round": (("value", "digits"), _round),
}


def add_parser(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("stats", help="статистики по файлу CSV с полной точностью")
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="таблица с запятыми и заголовком, UTF-8")
    add_warehouse(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the answer as CSV, all or nothing; 1 with the line number for an impossible row, 2 for a wrong file."""
    columns, compute = KINDS[args.kind]
    try:
        table = read(args.file, columns)
        answer = _compute(table, columns, compute)
    except UnusableFile as error:
        tell(f"{args.file}: {error}")
        return 2
    except ImpossibleLine as error:
        tell(f"{args.file}, {error}")
        return 1
    write(table, answer)
    return 0


def _compute(table: Table, columns: Sequence[str], compute: Callable[[Table], Answer]) -> Answer:
    try:
        return compute(table)
    except ImpossibleRow as error:
        row = ", ".join(f"{name} = {table.texts(name)[error.index]}" for name in columns)
        raise table.impossible(error.index, f"{IMPOSSIBLE.get(error.reason, error.detail)} ({row})") from error


def read(path: Path, columns: Sequence[str]) -> Table:
    """The file as text. A line that is wholly empty is a row only where one column is all there is."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _parse(csv.reader(file, strict=True), columns)
    except OSError as error:
        raise UnusableFile(f"файл не читается ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnusableFile("файл не в UTF-8; сохраните его как «CSV UTF-8»") from error
    except csv.Error as error:
        raise UnusableFile(f"это не таблица CSV ({error})") from error


def _parse(reader: Any, columns: Sequence[str]) -> Table:
    header = [name.strip() for name in next(reader, [])]
    for name in columns:
        if header.count(name) != 1:
            found = ", ".join(header) or "ничего"
            raise UnusableFile(f"нужны столбцы {', '.join(columns)} через запятую, по одному разу; есть: {found}")
    table = Table(header, [], [])
    line = reader.line_num + 1
    for row in reader:
        if len(row) > len(header):
            raise ImpossibleLine(line, f"ячеек {len(row)}, а столбцов {len(header)}")
        if row or len(header) == 1:
            table.rows.append(row + [""] * (len(header) - len(row)))
            table.lines.append(line)
        line = reader.line_num + 1
    return table


def write(table: Table, answer: Answer) -> None:
    """The answer on standard output."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*(table.header if answer.beside else []), *answer.columns])
    results = [[cell(value) for value in column] for column in answer.columns.values()]
    for i, result in enumerate(zip(*results, strict=True)):
        writer.writerow([*(table.rows[i] if answer.beside else []), *result])


def cell(value: Any) -> str:
    """A value as a CSV cell: floats as the shortest decimal that reads as them, missing as blank."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, float) else str(value)
