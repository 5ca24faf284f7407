"""Figures of one indicator from whichever columns a table has: numerator, denominator, per cent, value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.columns import ABSENCES, BAD, EMPTY, NUMBER, WORD, Numbers, numbers
from pipelines.readers.raw import RawTable
from pipelines.readers.shares import Report, percents, whole_numerators
from pipelines.statistics.published import numerators

Ints = npt.NDArray[np.int64]
KINDS = ("numerator", "denominator", "percent", "value")


def figures(
    table: RawTable,
    rows: Ints,
    columns: dict[str, int],
    report: Report,
    *,
    scale: str | None = None,
    words: dict[str, str] | None = None,
    percent_unit: bool = True,
) -> pd.DataFrame:
    """One row a data row: ``numerator, denominator, percent, percent_digits, value, absence, column, empty``.

    ``columns`` maps some of :data:`KINDS` to 0-based columns; ``scale`` is ``"fraction"`` or ``"percent"`` where a
    person has answered how the per cent is written. A per cent with its n becomes a numerator by rule 1.
    """
    known = {**ABSENCES, **(words or {})}
    found: dict[str, Numbers] = {}
    for kind, column in columns.items():
        if kind == "percent":
            found[kind] = percents(table, rows, column, report, ask=scale is None, words=known)
            if scale == "fraction":
                _scaled(found[kind])
            continue
        found[kind] = numbers(table, rows, column, known)
        report.cells("not_a_number", rows[found[kind].kinds == BAD], column, expected="число")
    missing = np.full(len(rows), np.nan)
    numerator = found["numerator"].values.copy() if "numerator" in found else missing.copy()
    denominator = found["denominator"].values.copy() if "denominator" in found else missing.copy()
    percent = found["percent"].values.copy() if "percent" in found else missing.copy()
    value = found["value"].values.copy() if "value" in found else missing.copy()
    digits = np.full(len(rows), np.nan)
    if "percent" in found:
        digits = np.where(np.isnan(percent), np.nan, found["percent"].digits).astype(float)
        _reconcile(rows, columns["percent"], numerator, denominator, percent, found["percent"], report)
    if not percent_unit and "value" not in found and "numerator" in found and "denominator" not in found:
        value, numerator = numerator, missing.copy()
    both = ~np.isnan(numerator) & ~np.isnan(denominator)
    percent = np.where(both, np.nan, percent)
    zero = both & (denominator == 0)
    numerator, denominator = np.where(zero, np.nan, numerator), np.where(zero, np.nan, denominator)
    empty = np.all([n.kinds == EMPTY for n in found.values()], axis=0) if found else np.ones(len(rows), bool)
    nothing = np.isnan(numerator) & np.isnan(percent) & np.isnan(value)
    absence = np.full(len(rows), None, object)
    for at in np.flatnonzero(nothing):
        told = next((n.absence[at] for n in found.values() if n.kinds[at] == WORD), None)
        absence[at] = "not_applicable" if zero[at] or (denominator[at] == 0 and not told) else told or "not_reported"
    half = nothing & ~np.isnan(denominator)
    denominator[half] = np.nan
    main = next((columns[kind] for kind in ("numerator", "percent", "value", "denominator") if kind in columns), 0)
    return pd.DataFrame(
        {
            "row": rows,
            "column": main,
            "numerator": numerator,
            "denominator": denominator,
            "percent": percent,
            "percent_digits": np.where(np.isnan(percent), np.nan, digits),
            "value": value,
            "absence": absence,
            "empty": empty,
        }
    )


def _scaled(found: Numbers) -> None:
    plain = (found.kinds == NUMBER) & ~found.signed
    found.values[plain] = np.round(found.values[plain] * 100, 6)
    found.digits[plain] = np.maximum(found.digits[plain] - 2, 0)


def _reconcile(
    rows: Ints,
    column: int,
    numerator: npt.NDArray[np.float64],
    denominator: npt.NDArray[np.float64],
    percent: npt.NDArray[np.float64],
    published: Numbers,
    report: Report,
) -> None:
    """Compare a published per cent with its own counts; without a numerator find the whole one (rule 1), in place."""
    usable = (denominator > 0) & (np.rint(denominator) == denominator) & ~np.isnan(percent)
    given = usable & ~np.isnan(numerator)
    if given.any():
        possible = numerators(percent[given], published.digits[given], denominator[given])
        outside = ~((possible.lowest <= numerator[given]) & (numerator[given] <= possible.highest))
        # The true per cent may itself have been rounded half to even, or cut: a last place is no disagreement.
        exact = 100 * numerator[given] / denominator[given]
        outside &= np.abs(exact - percent[given]) > 0.5 * 10.0 ** -published.digits[given] + 1e-9
        wrong = np.flatnonzero(given)[outside]
        report.cells(
            "percent_disagrees", rows[wrong], column,
            [f"{percent[at]:g}".replace(".", ",") for at in wrong], "отношение числителя и знаменателя той же строки",
        )  # fmt: skip
    alone = usable & np.isnan(numerator)
    if alone.any():
        at = np.flatnonzero(alone)
        status, low, _, digits = whole_numerators(percent[at], published.digits[at], denominator[at])
        published.digits[at] = digits
        one = status == "one"
        numerator[at[one]] = low[one]
        none = at[status == "none"]
        report.cells(
            "no_whole_numerator", rows[none], column,
            [f"{percent[i]:g} % от {denominator[i]:g}".replace(".", ",") for i in none], "целое число в числителе",
        )  # fmt: skip


def check_totals(table: RawTable, rows: Ints, totals: Ints, columns: dict[str, int], report: Report) -> None:
    """Compare a table's one total row with the sum of its rows; an empty total is computed and said."""
    if len(totals) != 1 or len(rows) < 2:
        return
    for kind in ("numerator", "denominator", "value"):
        if kind not in columns:
            continue
        column = columns[kind]
        parts, total = numbers(table, rows, column), numbers(table, totals, column)
        if (parts.kinds != NUMBER).any():
            continue
        summed: Any = parts.values.sum()
        if total.kinds[0] == EMPTY:
            report.cells("total_computed", totals, column, ["пусто"], f"{summed:g}")
        elif total.kinds[0] == NUMBER and abs(total.values[0] - summed) > 1e-9:
            report.cells("total_disagrees", totals, column, expected=f"{summed:g}")
