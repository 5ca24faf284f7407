"""Signs of biased ВПР results by year, and distributions of marks and of their comparison with the journal.

Signs are reasons to look into a result, never guilt. A school that a loaded list does not name has no sign; where
no list was loaded nothing is known (domain.md, markers of objectivity).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipelines import queries, sql
from pipelines.comparison.similar import units
from pipelines.snapshot import Snapshot

SIGNS = "objectivity_signs"
MARKS = {"pass": "assessment_vpr_pass", "quality": "assessment_vpr_quality", "low": "assessment_vpr_low"}
JOURNAL = {
    "lower": "objectivity_journal_lower",
    "confirmed": "objectivity_journal_confirmed",
    "raised": "objectivity_journal_raised",
}
REPEATED_YEARS = 3
ROUNDING = 0.2  # п.п. by which published per cents may miss 100 together
SLICE = ["collection", "territory_id", "territory", "territory_name", "level", "year", "subject", "grade"]


def signs(snapshot: Snapshot, within: int, years: Sequence[int]) -> pd.DataFrame:
    """Schools of a region, a district or one school (its id) by year: one row a school that was open and a year.

    ``sign`` is ``sign``, ``none`` (a loaded list does not name it, or says 0), ``unknown`` (no list was loaded, or
    the school gave a reason instead) or ``not_applicable``. ``in_list`` is whether the list names it. ``took_part``
    is whether the file of marks has the school in that year, None where no such file was loaded.
    """
    types = list(snapshot.catalogue.indicators[SIGNS].organisation_types)
    scope = {
        "signs": snapshot.indicator_ids[SIGNS],
        "marks": [snapshot.indicator_ids[code] for code in MARKS.values()],
        "region": int(units(snapshot, [within])["region_id"].iloc[0]),
        "years": [int(year) for year in years],
        "types": types,
        "within": within,
    }
    found: pd.DataFrame = snapshot.cursor().execute(sql.read("queries/comparison_signs"), scope).df()
    return found


def share_with_signs(frame: pd.DataFrame, by: Sequence[str] = ("year",)) -> pd.DataFrame:
    """Schools with signs among those that took part, by ``by``, from a frame of :func:`signs`.

    The denominator comes from the file of marks: ``denominator`` are schools that took part and of which it is
    known, ``unknown`` those that took part and of which it is not; ``percent`` is 0–100. NaN where no file of marks
    was loaded.
    """
    took_part = frame["took_part"].eq(True).fillna(False)
    told = frame["sign"].isin(["sign", "none"])
    counted = frame[list(by)].assign(
        numerator=(took_part & (frame["sign"] == "sign")).astype(float),
        denominator=(took_part & told).astype(float),
        unknown=(took_part & (frame["sign"] == "unknown")).astype(float),
        loaded=frame["took_part"].notna(),
    )
    sums = counted.groupby(list(by), as_index=False, dropna=False).agg(
        numerator=("numerator", "sum"),
        denominator=("denominator", "sum"),
        unknown=("unknown", "sum"),
        loaded=("loaded", "any"),
    )
    for name in ("numerator", "denominator", "unknown"):
        sums[name] = sums[name].where(sums["loaded"])
    share = 100 * sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
    return sums.drop(columns="loaded").assign(percent=share)


def repeats(frame: pd.DataFrame, last_year: int) -> pd.DataFrame:
    """Schools by the three years that end in ``last_year``, from a frame of :func:`signs`: one row a school.

    ``repeated`` is True with a sign in each of the three, False where one of them is known to have none, None where
    only the unknown years stand in the way. ``signs`` counts the years with a sign. A school that was not open, or to
    which signs do not apply, in one of them is left out.
    """
    window = frame[frame["year"].between(last_year - REPEATED_YEARS + 1, last_year)]
    kept = window[window["sign"] != "not_applicable"]
    keys = ["territory_id", "territory", "territory_name", "district_id", "district_name"]
    counted = kept.groupby(keys, as_index=False, dropna=False).agg(
        years=("year", "nunique"),
        signs=("sign", lambda column: int((column == "sign").sum())),
        unknown=("sign", lambda column: int((column == "unknown").sum())),
    )
    whole = counted[counted["years"] == REPEATED_YEARS].reset_index(drop=True)
    repeated = (whole["signs"] == REPEATED_YEARS).astype(object)
    in_doubt = (whole["unknown"] > 0) & (whole["signs"] + whole["unknown"] == REPEATED_YEARS)
    return whole.assign(repeated=repeated.mask(in_doubt, None)).drop(columns=["years", "unknown"])


def marks(
    snapshot: Snapshot,
    territories: Sequence[int],
    years: Sequence[int] | None = None,
    subject: str | None = None,
    grade: str | None = None,
) -> pd.DataFrame:
    """Distributions of ВПР marks of units (ids): one row a unit, year, subject, class and ``part``.

    ``part`` is ``2``, ``3`` or ``4-5`` (the files' shares are kept as three indicators, in which «4» and «5» stand
    together). ``numerator`` of ``denominator`` pupils, ``percent`` 0–100; of published per cents only these; NaN
    with an ``absence`` where a figure is hidden or missing. ``whole`` is whether the parts make up everybody.
    """
    wide = _wide(snapshot, MARKS, territories, years, subject, grade)
    for kind in ("numerator", "percent"):
        wide[f"{kind}_three"] = wide[f"{kind}_pass"] - wide[f"{kind}_quality"]
    return _long(wide, {"2": "low", "3": "three", "4-5": "quality"}, list(MARKS))


def journal(
    snapshot: Snapshot,
    territories: Sequence[int],
    years: Sequence[int] | None = None,
    subject: str | None = None,
    grade: str | None = None,
) -> pd.DataFrame:
    """How many ВПР marks were ``lower`` than, ``confirmed`` or ``raised`` over the journal's; as :func:`marks`."""
    wide = _wide(snapshot, JOURNAL, territories, years, subject, grade)
    return _long(wide, {part: part for part in JOURNAL}, list(JOURNAL))


def _wide(
    snapshot: Snapshot,
    indicators: Mapping[str, str],
    territories: Sequence[int],
    years: Sequence[int] | None,
    subject: str | None,
    grade: str | None,
) -> pd.DataFrame:
    """One row a unit, year, subject and class, with the figures of each indicator under its short name."""
    frame = queries.figures(
        snapshot, list(indicators.values()), territories=territories, years=years, subject=subject, grade=grade
    )
    wide = frame[SLICE].drop_duplicates().reset_index(drop=True)
    for name, code in indicators.items():
        part = frame.loc[frame["indicator"] == code, [*SLICE, "numerator", "denominator", "percent", "absence"]]
        columns = {column: f"{column}_{name}" for column in ("numerator", "denominator", "percent", "absence")}
        wide = wide.merge(part.rename(columns=columns), on=SLICE, how="left", validate="one_to_one")
    return wide


def _long(wide: pd.DataFrame, parts: Mapping[str, str], names: Sequence[str]) -> pd.DataFrame:
    """Parts under one another; a part is told only where every indicator ``names`` of the unit is."""
    denominators, percents = (wide[[f"{kind}_{name}" for name in names]] for kind in ("denominator", "percent"))
    everybody = denominators.iloc[:, 0]
    same = denominators.notna().all(axis=1) & (denominators.nunique(axis=1) == 1) & (everybody > 0)
    shown = percents.notna().all(axis=1)
    absence = wide[[f"absence_{name}" for name in names]].bfill(axis=1).iloc[:, 0].astype(object)
    tables = []
    for part, name in parts.items():
        numerator = wide[f"numerator_{name}"].where(same)
        percent = (100 * numerator / everybody).where(same, wide[f"percent_{name}"]).where(shown)
        table = wide[SLICE].assign(part=part, numerator=numerator, denominator=everybody.where(same), percent=percent)
        tables.append(table.assign(absence=absence.where(~shown, None)))
    total = sum((table["percent"] for table in tables), pd.Series(0.0, wide.index))
    tables = [table.assign(whole=(total - 100).abs() <= ROUNDING) for table in tables]
    return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
