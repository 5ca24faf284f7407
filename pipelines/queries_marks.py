"""Questions behind «Объективность» and «Оценка качества»: signs beside their region, results of ВПР with verdicts.

Verdicts are those of the one layer (rule 4); shares of schools with signs have their denominator from the file of
marks (who took part). Signs are reasons to look into a result, never guilt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from pipelines import queries
from pipelines.comparison import objectivity
from pipelines.comparison.benchmarks import Excluded, find
from pipelines.comparison.verdicts import with_verdicts
from pipelines.snapshot import Snapshot
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.verdicts import verdicts

MARKS = tuple(objectivity.MARKS.values())
SLICE = ["subject", "grade"]


def signs_by_year(snapshot: Snapshot, region: int, district: int | None, years: Sequence[int]) -> pd.DataFrame:
    """Schools with signs among those that took part, in the region and in one district of it: one row a unit, year.

    Only years with a loaded list. ``unit`` is ``region`` or ``district``; else as
    :func:`pipelines.comparison.objectivity.share_with_signs`, with ``verdict`` and 95 % limits (0–100) of the
    district against its region.
    """
    frame = objectivity.signs(snapshot, region, years)
    shares = [_loaded(frame, ["year"]).assign(unit="region")]
    if district is not None:
        own = _loaded(frame[frame["district_id"] == district], ["year"]).assign(unit="district")
        shares.append(_against_region(snapshot, own, shares[0]))
    return pd.concat(shares, ignore_index=True)


def signs_by_district(snapshot: Snapshot, region: int, year: int) -> pd.DataFrame:
    """The same share in each district of a region in ``year``, the greatest first: one row a district."""
    frame = objectivity.signs(snapshot, region, [year])
    of_district = frame[frame["district_id"].notna()]
    shares = _loaded(of_district, ["district_id", "district_name", "year"])
    judged = _against_region(snapshot, shares, _loaded(frame, ["year"]))
    order = judged.sort_values(["percent", "district_name"], ascending=[False, True], na_position="last")
    return order.reset_index(drop=True)


def schools_with_signs(snapshot: Snapshot, within: int, year: int) -> pd.DataFrame:
    """Schools that the list of ``year`` names, those named most often in the last three years first.

    One row a school: ``repeated`` and ``signs`` of :func:`pipelines.comparison.objectivity.repeats` (missing for a
    school that was not open all three years), ``took_part``, and one column ``sign_<year>`` for each of the years.
    """
    years = [year - back for back in reversed(range(objectivity.REPEATED_YEARS))]
    frame = objectivity.signs(snapshot, within, years)
    by_year = frame.pivot(index="territory", columns="year", values="sign").reindex(columns=years)
    by_year.columns = pd.Index([f"sign_{one}" for one in years])
    repeated = objectivity.repeats(frame, year)[["territory", "repeated", "signs"]]
    now = frame[(frame["year"] == year) & (frame["sign"] == "sign")]
    named = now.drop(columns=["sign", "in_list", "year"])
    table = named.merge(by_year, on="territory", how="left").merge(repeated, on="territory", how="left")
    seen = (by_year == "sign").sum(axis=1).rename("seen")
    table = table.merge(seen, on="territory", how="left")
    return table.sort_values(["seen", "district_name", "territory_name"], ascending=[False, True, True]).reset_index(
        drop=True
    )


def results(snapshot: Snapshot, unit: int, year: int, benchmark: str, excluded: Excluded = ()) -> pd.DataFrame:
    """Успеваемость, качество and the share of «2» of one unit in ``year`` by subject and class, with verdicts."""
    frame = queries.figures(snapshot, MARKS, territories=[unit], years=[year])
    return with_verdicts(snapshot, frame, benchmark, excluded)


def verdicts_below(snapshot: Snapshot, within: int, level: str, year: int) -> pd.DataFrame:
    """How many units of ``level`` inside ``within`` are better, worse, … than their region in ``year``.

    One row an indicator, subject, class and verdict with ``units``; a unit without a verdict is not counted.
    """
    frame = with_verdicts(
        snapshot, queries.figures(snapshot, MARKS, level=level, within=within, years=[year]), "region"
    )
    judged = frame[frame["verdict"].notna()]
    return judged.groupby(["indicator", *SLICE, "verdict"], dropna=False).size().rename("units").reset_index()


def beside(
    snapshot: Snapshot,
    question: Callable[..., pd.DataFrame],
    first: Sequence[int],
    rest: Sequence[int],
    year: int,
    subject: str | None,
    grade: str | None,
) -> pd.DataFrame:
    """Distributions (``question``: ``objectivity.marks`` or ``journal``) of units beside one another in one year.

    The units ``first`` (ids) in their order, then ``rest`` by name with «№ 2» before «№ 10».
    """
    frame = question(snapshot, [*first, *rest], years=[year], subject=subject, grade=grade)
    order = {unit: place for place, unit in enumerate(first)}
    names = frame["territory_name"].str.replace(r"^[А-ЯЁ]{2,8} «", "", regex=True)
    natural = names.str.replace(r"\d+", lambda found: found.group().zfill(6), regex=True)
    ranked = frame.assign(rank=frame["territory_id"].map(order).fillna(len(order)), natural=natural)
    ranked = ranked.sort_values(["rank", "natural", "territory_id"], kind="stable")
    return ranked.drop(columns=["rank", "natural"]).reset_index(drop=True)


def similar_marks(
    snapshot: Snapshot, school: int, year: int, subject: str | None, grade: str | None, excluded: Excluded = ()
) -> pd.DataFrame:
    """The marks of the schools similar to ``school`` together: one row a ``part`` as in ``objectivity.marks``.

    Peers whose figures are shown, without the school itself (rules 11 and 13). Empty where the school has none, or
    where the three shares do not rest on the same pupils.
    """
    own = queries.figures(snapshot, MARKS, territories=[school], years=[year], subject=subject, grade=grade)
    if own.empty:
        return pd.DataFrame(columns=["part", "numerator", "denominator", "percent"])
    against = find(snapshot, own, "similar", excluded)
    sums = pd.DataFrame({"x": against.numerator, "n": against.denominator}, index=own["indicator"])
    if set(sums.index) != set(MARKS) or sums["n"].isna().any() or sums["n"].nunique() != 1:
        return pd.DataFrame(columns=["part", "numerator", "denominator", "percent"])
    low, passed, quality = (float(sums["x"][objectivity.MARKS[name]]) for name in ("low", "pass", "quality"))
    everybody = float(sums["n"].iloc[0])
    parts = pd.DataFrame({"part": ["2", "3", "4-5"], "numerator": [low, passed - quality, quality]})
    return parts.assign(denominator=everybody, percent=100 * parts["numerator"] / everybody)


def _loaded(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Shares of the years in which something is known."""
    shares = objectivity.share_with_signs(frame, by)
    told = frame[frame["sign"].isin(["sign", "none"])]["year"].unique()
    return shares[shares["year"].isin(told)].reset_index(drop=True)


def _against_region(snapshot: Snapshot, shares: pd.DataFrame, region: pd.DataFrame) -> pd.DataFrame:
    """Rule 4 for shares of districts, each against the region's of its year."""
    indicator = snapshot.catalogue.indicators[objectivity.SIGNS]
    whole = shares[["year"]].merge(region, on="year", how="left")
    x, n = (shares[name].where(shares["denominator"] > 0).astype(float) for name in ("numerator", "denominator"))
    share = whole["numerator"] / whole["denominator"].where(whole["denominator"] > 0)
    benchmark = Benchmark.constant(share.astype(float).to_numpy())
    found = verdicts(
        x.to_numpy(), n.to_numpy(), benchmark, indicator.direction, minimum_n=float(indicator.minimum_n)
    )  # fmt: skip
    return shares.assign(
        verdict=pd.Series(found.word, shares.index, dtype=object),
        benchmark_percent=whole["percent"].to_numpy(),
        interval_low=100 * found.interval_95.lower,
        interval_high=100 * found.interval_95.upper,
    )
