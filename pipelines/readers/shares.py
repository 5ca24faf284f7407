"""Shares of marks «2», «3», «4», «5» of n participants become three indicators, with their checks (rule 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipelines.readers.columns import ABSENCES, BAD, EMPTY, NUMBER, WORD, Numbers, numbers
from pipelines.readers.raw import RawTable, address, clean, column_letters, ranges
from pipelines.readers.reading import lists_column
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding
from pipelines.statistics.published import numerators

Ints = npt.NDArray[np.int64]
MOST_SINGLE = 10


class Report:
    """Gathers findings of columns: a few stand one by one, many as one with a range and a count."""

    def __init__(self, table: RawTable, silent: bool = False) -> None:
        self.table, self.silent = table, silent
        self.findings: list[Finding] = []

    def cells(
        self, rule: str, rows: Ints, column: int, seen: Sequence[Any] | None = None, expected: object = None
    ) -> None:
        """Findings of ``rule`` at ``rows`` (0-based) of one column; ``seen`` holds a value a row."""
        if not len(rows):
            return
        if seen is None:
            seen = [clean(self.table.cells[row, column]) for row in rows[:MOST_SINGLE]]
        if self.silent:
            seen = [None] * len(seen)
        if len(rows) <= MOST_SINGLE:
            for row, value in zip(rows, seen, strict=False):
                self.add(rule, address(int(row), column), seen=value, expected=expected)
        else:
            self.add(rule, ranges(rows, column), seen=_few(seen), expected=expected, count=len(rows))

    def add(self, rule: str, cell: str | None, seen: object = None, expected: object = None, count: int = 1) -> None:
        """One finding on this table."""
        self.findings.append(
            finding(rule, self.table.file, self.table.sheet, cell, seen=seen, expected=expected, count=count)
        )


def _few(values: Sequence[Any]) -> str | None:
    told = [str(value) for value in dict.fromkeys(values[:MOST_SINGLE]) if value is not None][:3]
    return ", ".join(told) + (", …" if len(values) > len(told) else "") if told else None


def counts(table: RawTable, rows: Ints, column: int, report: Report) -> Numbers:
    """A column of whole counts; anything else is a finding and becomes missing."""
    found = numbers(table, rows, column)
    report.cells("not_a_number", rows[found.kinds == BAD], column, expected="число")
    broken = (found.kinds == NUMBER) & ((found.values < 0) | (np.rint(found.values) != found.values))
    report.cells("not_a_count", rows[broken], column, expected="целое число не меньше нуля")
    found.values[broken] = np.nan
    _uncomputed(table, rows, column, found, report)
    return found


def percents(
    table: RawTable, rows: Ints, column: int, report: Report, ask: bool = True, words: Mapping[str, str] = ABSENCES
) -> Numbers:
    """A column of per cents 0–100, whatever way they are written; ``digits`` is the column's precision.

    A «%» in a number format scales the stored fraction; a «%» in a text does not. A column without either whose
    values all lie within 0–1 is asked about (``fraction_or_percent``), one that mixes both is an error.
    """
    found = numbers(table, rows, column, words)
    report.cells("not_a_number", rows[found.kinds == BAD], column, expected="процент")
    here = found.kinds == NUMBER
    plain = here & ~found.signed
    if found.signed.any() and plain.any():
        fractions = plain & (found.values > 0) & (found.values <= 1)
        if fractions.any() or not _texts(table, rows, column, found):
            rarer = plain if plain.sum() <= found.signed.sum() else here & found.signed
            report.cells("mixed_formats", rows[rarer], column, expected="один формат чисел на весь столбец")
    elif ask and plain.any():
        values = found.values[plain]
        whole = bool((values == np.rint(values)).all()) and table.marks.complete
        if (values <= 1).all() and (values > 0).any() and not whole:
            report.add(
                "fraction_or_percent",
                ranges(rows[plain], column),
                seen=f"столбец {column_letters(column)}: от {values.min():g} до {values.max():g}",
                expected="проценты от 0 до 100 или числовой формат «%»",
                count=int(plain.sum()),
            )
    above = here & (found.values > 100)
    if above.sum() > 1 and above.sum() * 2 > here.sum():
        told = f"в столбце процентов {column_letters(column)} большинство чисел больше 100, похоже на количества"
        report.add("column_contradicts_name", ranges(rows[above], column), seen=told, count=int(above.sum()))
    outside = here & ((found.values < 0) | (found.values > 100 + 1e-9))
    report.cells("percent_out_of_range", rows[outside], column, expected="0–100")
    found.values[outside] = np.nan
    _uncomputed(table, rows, column, found, report)
    if here.any():
        found.digits[here] = found.digits[here].max()
        found.values[here] = np.round(found.values[here], 6)
    return found


def _texts(table: RawTable, rows: Ints, column: int, found: Numbers) -> bool:
    """Whether the signs stand in texts («75 %» beside «75»), where nothing is scaled and nothing can be mistaken."""
    return all(type(cell) is str for cell in table.cells[rows[found.signed], column])


def _uncomputed(table: RawTable, rows: Ints, column: int, found: Numbers, report: Report) -> None:
    if not table.marks.uncomputed and not table.marks.errors:
        return
    places = {address(int(row), column): int(row) for row in rows[found.kinds == EMPTY]}
    broken = [places[place] for place in table.marks.uncomputed if place in places]
    report.cells("formula_without_value", np.array(broken, np.int64), column, seen=["формула"] * len(broken))
    for place, text in table.marks.errors.items():
        if place in places:
            report.add("formula_error", place, seen=text)


MARKS = (2, 3, 4, 5)
REASONS = tuple(dict.fromkeys(ABSENCES.values()))
_INDICATORS = ("assessment_vpr_pass", "assessment_vpr_quality", "assessment_vpr_low")


def mark_observations(
    table: RawTable, rows: Ints, n_column: int, mark_columns: Sequence[int], report: Report, *, keep_empty: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three observations a row from n and the four shares: ``place`` (index into ``rows``), indicator, figures.

    Beside them the distributions of marks: ``place, column, pupils`` (a list of four counts) of the rows whose four
    shares give whole counts that sum to n.

    The numerator of a share is the only whole k that explains it; where several do, the per cent stands alone
    (with n, which small-number protection needs). Rows that hold nothing are left out unless ``keep_empty``.
    """
    n = counts(table, rows, n_column, report)
    marks = [percents(table, rows, column, report) for column in mark_columns]
    values = np.vstack([mark.values for mark in marks])
    kinds = np.vstack([mark.kinds for mark in marks])
    whole = (kinds == NUMBER).all(axis=0)
    sums = values.sum(axis=0)
    are_counts = _are_counts(n.values, values, whole)
    if not are_counts:
        # Four shares that make 1 are fractions, whatever the rows around them are: 0,4 % would be loaded of 40 %.
        fractions = whole & (np.abs(sums - 1) <= 0.02) & (n.values > 1)
        if (whole & (np.abs(sums - 100) <= 1)).any():
            seen = [_plain(value) for value in values[-1][fractions]]
            report.cells(
                "fractions_in_row", rows[fractions], mark_columns[-1], seen, "проценты, как в остальных строках"
            )
        tolerance = 0.5 * sum(10.0**-mark.digits for mark in marks) + 1e-6
        wrong = whole & (np.abs(sums - 100) > tolerance) & ~((sums == 0) & (n.values == 0))
        if not any(f.rule in ("fraction_or_percent", "mixed_formats") for f in report.findings):
            report.cells(
                "shares_not_100", rows[wrong], mark_columns[0], [_plain(value) for value in sums[wrong]], "100 в сумме"
            )
    partial = (kinds == NUMBER).any(axis=0) & ~whole & (kinds != BAD).all(axis=0)
    # Excel users leave a mark that nobody got empty: where the rest make 100 it is a zero, else it is unknown.
    filled = np.where(np.isnan(values) & partial, 0.0, values)
    completed = partial & (np.abs(filled.sum(axis=0) - 100) < 0.5)
    values = np.where(completed, filled, values)
    for mark, column in zip(marks, mark_columns, strict=True):
        report.cells("empty_share_is_zero", rows[completed & (mark.kinds == EMPTY)], column, [""] * len(rows))
    report.cells("share_missing", rows[partial & ~completed], mark_columns[0], expected="доли всех четырёх отметок")
    if not are_counts:
        low, high, unexplained = _whole(n.values, values, marks, rows, mark_columns, report)
    else:
        low = high = values
        unexplained = np.zeros(len(rows), bool)
        values = np.divide(100 * values, n.values, out=np.full_like(values, np.nan), where=n.values > 0)
    present = ~np.isnan(values).all(axis=0)
    absent = ~present
    empty = absent & (n.kinds == EMPTY) & (kinds == EMPTY).all(axis=0)
    nobody = (n.values == 0) & absent
    reason = np.full(len(rows), None, object)
    for at in np.flatnonzero(absent):
        reason[at] = "not_applicable" if nobody[at] else _reason(n, marks, at)
    zero = (n.values == 0) & present
    reason[zero] = "not_applicable"
    frames = []
    digits = np.vstack([mark.digits for mark in marks]).max(axis=0)
    for indicator, chosen, origin in (
        ("assessment_vpr_pass", (1, 2, 3), 1), ("assessment_vpr_quality", (2, 3), 2), ("assessment_vpr_low", (0,), 0)
    ):  # fmt: skip
        parts = list(chosen)
        numerator = np.where((low[parts] == high[parts]).all(axis=0), low[parts].sum(axis=0), np.nan)
        if indicator == "assessment_vpr_pass":
            # The complement of the share of «2» is known as soon as that one is.
            numerator = np.where(np.isnan(numerator) & (low[0] == high[0]), n.values - low[0], numerator)
        numerator = np.where(unexplained | np.isnan(n.values), np.nan, numerator)
        percent = np.minimum(np.round(values[parts].sum(axis=0), 6), 100.0)
        known = ~np.isnan(numerator)
        valid = present & ~zero
        frames.append(
            pd.DataFrame(
                {
                    "place": np.arange(len(rows)),
                    "column": mark_columns[origin],
                    "indicator": pd.Categorical([indicator], _INDICATORS).repeat(len(rows)),
                    "numerator": np.where(valid & known, numerator, np.nan),
                    "denominator": np.where(valid, n.values, np.nan),
                    "percent": np.where(valid & ~known, percent, np.nan),
                    "percent_digits": np.where(valid & ~known, digits, np.nan),
                    "absence": pd.Categorical(_where(reason, ~valid | np.isnan(percent)), REASONS),
                }
            )[np.ones(len(rows), bool) if keep_empty else ~empty]
        )
    return pd.concat(frames, ignore_index=True), _distributions(n.values, low, high, mark_columns)


def _where(values: npt.NDArray[np.object_], kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """The values that are kept, the others missing."""
    result = values.copy()
    result[~kept] = None
    return result


def _distributions(
    n: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    mark_columns: Sequence[int],
) -> pd.DataFrame:
    known = (low == high).all(axis=0) & (n > 0)
    known &= np.where(known, low.sum(axis=0), -1) == n
    places = np.flatnonzero(known)
    flat = pa.array(low[:, places].T.ravel().astype(np.int32))
    lists = pa.ListArray.from_arrays(np.arange(len(places) + 1, dtype=np.int32) * len(MARKS), flat)
    return pd.DataFrame({"place": places, "column": mark_columns[0], "pupils": lists_column(lists)})


def _reason(n: Numbers, marks: Sequence[Numbers], at: Any) -> str:
    for found in (n, *marks):
        if found.kinds[at] == WORD:
            return str(found.absence[at])
    return "not_reported"


def _are_counts(n: npt.NDArray[np.float64], values: npt.NDArray[np.float64], whole: npt.NDArray[np.bool_]) -> bool:
    """Whether the four columns hold people and not per cents: whole numbers that sum to n, and not to 100."""
    here = whole & (n > 0)
    if not here.any():
        return False
    sums = values[:, here].sum(axis=0)
    return bool((sums == n[here]).all() and (np.abs(sums - 100) > 1).any() and (values[:, here] % 1 == 0).all())


def _whole(
    n: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    marks: Sequence[Numbers],
    rows: Ints,
    columns: Sequence[int],
    report: Report,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    usable = np.where(n > 0, n, np.nan)
    low, high = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    unexplained = np.zeros(values.shape[1], bool)
    for at, (mark, column) in enumerate(zip(marks, columns, strict=True)):
        status, low[at], high[at], digits = whole_numerators(values[at], mark.digits, usable)
        mark.digits[:] = digits
        none = status == "none"
        unexplained |= none
        report.cells(
            "no_whole_numerator", rows[none], column,
            [f"{_plain(v)} % от {c:g}" for v, c in zip(values[at][none][:20], n[none][:20], strict=True)],
            "процент, которому отвечает целое число участников",
        )  # fmt: skip
    return low, high, unexplained


def whole_numerators(
    percent: npt.NDArray[np.float64], digits: Ints, n: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], npt.NDArray[np.float64], Ints]:
    """Status, least and greatest numerator and the precision that was used for published per cents (rule 1).

    Excel drops trailing zeros, so a column's precision is tried first and, where nothing fits, the figure's own.
    """
    status, low, high = numerators(percent, digits, n)
    none = np.flatnonzero(status == "none")
    if len(none):
        own = digits[none].copy()
        for places in range(int(digits.max(initial=0)) - 1, -1, -1):
            scaled = percent[none] * 10.0**places
            own[np.abs(scaled - np.rint(scaled)) <= 1e-6] = places
        again, low[none], high[none] = numerators(percent[none], own, n[none])
        status[none] = again
        digits = digits.copy()
        digits[none] = own
    return status, low, high, digits


def _plain(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
