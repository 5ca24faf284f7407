"""Change over time for whole frames: the status × change matrix (rule 8) and trends (rule 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipelines.catalogue.model import ChangeCuts, Indicator
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics.classes import Cuts, status_change
from pipelines.statistics.intervals import newcombe
from pipelines.statistics.trend import POINTS, trends

UNIT = ["territory_id", "slice_id"]
DIFFERENCE = ("difference", "difference_low", "difference_high")
TOLD = ["collection", "territory", "territory_name", "level", "subject", "grade", "type", "settlement", "district_id"]


def cuts_of(indicator: Indicator) -> ChangeCuts | None:
    """The cuts that the matrix of an indicator is drawn with: the catalogue's last ones, or None."""
    return indicator.cuts[-1] if indicator.cuts else None


def status_by_change(
    snapshot: Snapshot, frame: pd.DataFrame, year0: int, year1: int, *, noise_rule: bool = True
) -> pd.DataFrame:
    """Units of one indicator in the 5 × 5 matrix: status in ``year1`` by change since ``year0`` (rule 8).

    ``frame`` is of ``queries.figures`` and holds both years. One row a unit, subject and class:
    ``status``, ``change`` and ``cell`` are 1 (worst) … 5, 0 where no class is given, and then ``reason`` says why
    (``suppressed``, ``missing``, ``not_enough_data``, ``no_direction``, ``dependent_units``, ``no_cuts``,
    ``definition_changed``). ``percent_0``, ``percent_1`` are 0–100, ``difference`` is in п.п. rounded to 0.1 as it
    was classed, ``difference_low`` and ``difference_high`` its 95 % limits, ``changed`` whether they exclude 0.
    With ``noise_rule`` an unproven change counts as none; without it the plain matrix, for comparison.
    """
    units, both = _two_years(frame, year0, year1)
    if units.empty:
        return units.assign(status=0, change=0, cell=0, reason=None)
    indicator = snapshot.catalogue.indicators[str(frame["indicator"].iloc[0])]
    cuts, refusal = cuts_of(indicator), _no_matrix(snapshot, indicator, year0, year1)
    told: dict[str, Any]
    if refusal or cuts is None:
        told = dict.fromkeys(("status", "change", "cell"), 0) | dict.fromkeys(DIFFERENCE, np.nan) | {"changed": False}
        reason = np.full(len(units), refusal, dtype=object)
    else:
        x0, n0, x1, n1 = (
            both[name].to_numpy(dtype=np.float64, na_value=np.nan)
            for name in ("numerator_0", "denominator_0", "numerator_1", "denominator_1")
        )
        rule = Cuts(cuts.status, cuts.change, cuts.source, cuts.version)
        found = status_change(
            x0, n0, x1, n1, rule, indicator.direction, minimum_n=indicator.minimum_n, noise_rule=noise_rule
        )
        gap = newcombe(x0, np.where(n0 > 0, n0, np.nan), x1, np.where(n1 > 0, n1, np.nan))
        told = {"status": found.status, "change": found.change, "cell": found.cell, "changed": gap.excludes_zero}
        told |= dict(zip(DIFFERENCE, (found.difference, 100 * gap.lower, 100 * gap.upper), strict=True))
        reason = found.reason.copy()
    hidden = (both["absence_0"] == "suppressed") | (both["absence_1"] == "suppressed")
    reason[hidden.fillna(False).to_numpy(dtype=bool)] = "suppressed"
    numbers = both.drop(columns=[*UNIT, "absence_0", "absence_1"])
    return pd.concat([units, numbers], axis=1).assign(**told, reason=pd.Series(reason, dtype=object))


def _two_years(frame: pd.DataFrame, year0: int, year1: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who the units of either year are, and in the same order their figures of both, marked ``_0`` and ``_1``."""
    frame = frame[frame["year"].isin([year0, year1])]
    units = frame.drop_duplicates(UNIT)[[*UNIT, *TOLD]].reset_index(drop=True)
    both = units[UNIT]
    for mark, year in enumerate((year0, year1)):
        names = {name: f"{name}_{mark}" for name in ("numerator", "denominator", "percent", "absence")}
        part = frame.loc[frame["year"] == year, [*UNIT, *names]].rename(columns=names)
        both = both.merge(part, on=UNIT, how="left", validate="one_to_one")
    return units, both


def _no_matrix(snapshot: Snapshot, indicator: Indicator, year0: int, year1: int) -> str | None:
    """Why an indicator has no matrix between two years, whatever its units."""
    if not snapshot.catalogue.nouns[indicator.counts].independent:
        return "dependent_units"
    if not same_definition(indicator, min(year0, year1), max(year0, year1)):
        return "definition_changed"
    return None if indicator.cuts else "no_cuts"


def trend_table(snapshot: Snapshot, frame: pd.DataFrame) -> pd.DataFrame:
    """Trends of the units of one indicator (rule 7): one row a unit, subject and class.

    ``frame`` is of ``queries.figures`` over the years. Counted are the years under the definition of the latest
    year, or a comparable one; ``first_year`` and ``last_year`` are the ends of the last five. ``chi2`` is NaN where
    there is no result, and ``reason`` says why (``dependent_units``, ``suppressed`` where years are hidden, else
    ``too_few_years`` or ``no_result``). ``direction`` is ``increasing``, ``decreasing`` or ``none``; ``verdict`` is
    ``better``, ``worse``, ``higher``, ``lower`` or ``not_distinguishable`` by the indicator's direction.
    """
    units = frame.drop_duplicates(UNIT)[[*UNIT, *TOLD]].reset_index(drop=True)
    if units.empty:
        return units
    indicator = snapshot.catalogue.indicators[str(frame["indicator"].iloc[0])]
    independent = snapshot.catalogue.nouns[indicator.counts].independent
    known = frame[frame["numerator"].notna() & (frame["denominator"] > 0)]
    latest = int(known["year"].max()) if len(known) else 0
    years = [year for year in known["year"].unique() if same_definition(indicator, int(year), latest)]
    known = known[known["year"].isin(years) & independent]
    number = units.reset_index().set_index(UNIT)["index"]
    member = number.reindex(pd.MultiIndex.from_frame(known[UNIT])).to_numpy()
    found = trends(member, known["year"], known["numerator"], known["denominator"])
    result = pd.DataFrame(
        {"chi2": found.chi2, "significant": found.significant, "direction": found.direction},
        index=found.unit.astype(np.int64),
    ).reindex(units.index)
    last = (
        known.assign(unit=member).sort_values("year").groupby("unit")["year"].agg(lambda column: list(column)[-POINTS:])
    )
    table = units.assign(
        chi2=result["chi2"],
        significant=result["significant"].eq(True),
        direction=result["direction"].where(result["direction"].notna(), "none"),
        years=last.map(len).reindex(units.index).fillna(0).astype(int),
        first_year=last.map(lambda column: column[0]).reindex(units.index),
        last_year=last.map(lambda column: column[-1]).reindex(units.index),
    )
    hidden = frame.loc[frame["absence"] == "suppressed"].drop_duplicates(UNIT).set_index(UNIT).index
    is_hidden = pd.MultiIndex.from_frame(units[UNIT]).isin(hidden)
    reason = np.select(
        [table["chi2"].notna(), not independent, (table["years"] < POINTS) & is_hidden, table["years"] < POINTS],
        ["", "dependent_units", "suppressed", "too_few_years"],
        "no_result",
    )
    words = {"up": ("better", "worse"), "down": ("worse", "better"), "none": ("higher", "lower")}[indicator.direction]
    told = {"increasing": words[0], "decreasing": words[1], "none": "not_distinguishable"}
    verdict = table["direction"].map(told).astype(object).where(table["chi2"].notna(), None)
    return table.assign(verdict=verdict, reason=pd.Series(reason, dtype=object).replace("", None))
