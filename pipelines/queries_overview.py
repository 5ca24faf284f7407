"""Questions behind «Обзор» and «Механизм»: what one territory's mechanisms and indicators say beside last year.

Mechanisms follow rule 17 (never rolled up, no interval, change in positions); indicators rules 3, 4 and 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipelines import queries, sql
from pipelines.catalogue.model import LEVELS, Catalogue, Indicator
from pipelines.snapshot import Snapshot
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.verdicts import verdicts


def mechanism_cards(snapshot: Snapshot, territories: Sequence[int], year: int) -> pd.DataFrame:
    """One row a territory, mechanism and edition that has a figure or a reason in ``year``.

    ``percent`` is 0–100. ``before_*`` is the latest earlier scored year of the same edition, ``gained`` and ``lost``
    of the ``compared`` positions (``points_change`` in points) between the two; ``other_*`` the latest year under
    another edition, which is not comparable; ``region_*`` the region's own figure of the year. ``positions_scored``
    of ``positions_total`` is the coverage; missing where only a per cent was published.
    """
    region = queries.region_of(snapshot, territories)
    return _frame(snapshot, "overview_mechanisms", territories=list(territories), region=region, year=year)


def mechanism_units(
    snapshot: Snapshot, within: int, level: str, year: int, edition: str, mechanism: str | None = None
) -> pd.DataFrame:
    """Mechanisms' own per cents of the units of ``level`` inside ``within``: one row a mechanism and unit."""
    level_id = LEVELS.index(level) + 1
    return _frame(
        snapshot, "mechanism_units", within=within, level=level_id, year=year, edition=edition, mechanism=mechanism
    )


def mechanism_table(snapshot: Snapshot, within: int, level: str, year: int, edition: str) -> pd.DataFrame:
    """:func:`mechanism_units` of all mechanisms, units by name and mechanisms in the edition's order."""
    frame = mechanism_units(snapshot, within, level, year, edition)
    listed = next(entry.mechanisms for entry in snapshot.catalogue.editions if entry.code == edition)
    order = {entry.code: number for number, entry in enumerate(listed)}
    names = {code: mechanism.short for code, mechanism in snapshot.catalogue.mechanisms.items()}
    frame = frame.assign(order=frame["mechanism"].map(order), mechanism_name=frame["mechanism"].map(names))
    return frame.sort_values(["territory_name", "territory", "order"]).reset_index(drop=True)


def organisation_indicators(snapshot: Snapshot, region: int, year: int) -> dict[str, list[str]]:
    """Mechanism → its per cents for which organisations of the region have rows in ``year``."""
    known = queries.availability(snapshot, region)
    rows = known[(known["level"] == "school") & (known["year"] == year)]
    reported = set(rows["indicator"])
    found = {
        code: [one.code for one in mechanism.indicators if one.code in reported and one.unit == "percent"]
        for code, mechanism in snapshot.catalogue.mechanisms.items()
    }
    return {mechanism: codes for mechanism, codes in found.items() if codes}


def organisation_table(snapshot: Snapshot, within: int, year: int, indicators: Sequence[str]) -> pd.DataFrame:
    """Organisations of the unit ``within`` by ``indicators``, by name with «№ 2» before «№ 10».

    One row an organisation and indicator: of several subjects and classes the first stands for all. What does not
    apply to an organisation has no row. ``short_name`` is what stands in the quotes of an official name.
    """
    frame = queries.figures(snapshot, indicators, level="school", within=within, years=[year])
    frame = frame[frame["absence"] != "not_applicable"]
    first = frame.drop_duplicates("indicator")[["indicator", "subject", "grade"]]
    frame = frame.merge(first, on=["indicator", "subject", "grade"])
    order = {code: number for number, code in enumerate(indicators)}
    names = frame["territory_name"].unique()
    frame = frame.assign(
        order=frame["indicator"].map(order),
        place=frame["territory_name"].map({n: re.sub(r"\d+", lambda found: found[0].zfill(6), n) for n in names}),
        short_name=frame["territory_name"].map({n: re.sub(r"^[А-ЯЁ]{2,8} «(.+)»$", r"\1", n) for n in names}),
    )
    return frame.sort_values(["place", "territory", "order"]).reset_index(drop=True)


def mechanism_positions(snapshot: Snapshot, territory: int, mechanism: str, year: int) -> pd.DataFrame:
    """Positions of the year with the points of the latest earlier year that scored the same position.

    One row a position, most points lost first; ``points`` is ``NaN`` with an ``absence`` where it was not scored.
    ``self_points`` is the territory's own estimate, ``evidence`` the link that proved the position.
    """
    return _frame(snapshot, "mechanism_positions", territory=territory, mechanism=mechanism, year=year)


def origin(snapshot: Snapshot, territory: int, year: int) -> list[dict[str, Any]]:
    """Where a document reported the mechanisms' figures and whose it says they are.

    Rows ``{document, title, kind, dated, header, value}``; empty when the figures come from no document.
    """
    return snapshot.rows(sql.read("queries/overview_origin"), {"territory": territory, "year": year})


def indicators_of(
    snapshot: Snapshot, territories: Sequence[int], region: int, year: int, mechanism: str | None = None
) -> pd.DataFrame:
    """All indicators of units of one region in ``year``: one row a unit, indicator, subject and class.

    Beside the figure as it may be shown: ``before_*`` of the previous year, ``region_*`` of the region, and the words
    of the one verdict function: ``change`` against the previous year (a sample, so Newcombe's interval decides) and
    ``against_region`` (the region's own share, the unit included; none for a unit that is the whole group).
    ``comparable`` is false where the definition changed between the two years.
    """
    lowest = snapshot.rows(sql.read("queries/lowest_level"), {"units": list(territories)})[0]["level"]
    frame = _frame(
        snapshot,
        "overview_indicators",
        lowest=lowest,
        territories=list(territories),
        region=region,
        year=year,
        mechanism=mechanism,
    )
    entries = [snapshot.catalogue.indicators[code] for code in frame["indicator"]]
    comparable = np.array([same_definition(entry, year - 1, year) for entry in entries], dtype=bool)
    change = _words(snapshot.catalogue, frame, entries, "before", comparable, sampled=True)
    # A region that published a per cent alone is taken at that per cent. A unit that holds everybody whom the region
    # counts is the whole group: it is not compared with itself.
    alone = frame["region_percent"].notna() & frame["region_denominator"].isna()
    whole = frame.assign(
        region_numerator=frame["region_numerator"].where(~alone, frame["region_percent"]),
        region_denominator=frame["region_denominator"].where(~alone, 100.0),
    )
    group = (alone | (frame["region_denominator"] > frame["denominator"])).to_numpy(dtype=bool)
    against = _words(snapshot.catalogue, whole, entries, "region", group, sampled=False)
    return frame.assign(comparable=comparable, change=change, against_region=against)


def same_definition(indicator: Indicator, earlier: int, later: int) -> bool:
    """Whether one definition holds in both years, or each later one between them says it is comparable."""
    then, now = indicator.version_in(earlier), indicator.version_in(later)
    if then is None or now is None:
        return False
    between = [version for version in indicator.versions if then.valid_from < version.valid_from <= now.valid_from]
    return all(version.comparable for version in between)


def _words(
    catalogue: Catalogue,
    frame: pd.DataFrame,
    entries: Sequence[Indicator],
    other: str,
    allowed: np.ndarray[Any, np.dtype[np.bool_]],
    *,
    sampled: bool,
) -> pd.Series:
    """Verdict words of every row against its columns ``<other>_numerator`` and ``<other>_denominator``."""
    if frame.empty:
        return pd.Series([], dtype=object)
    pair = [f"{other}_numerator", f"{other}_denominator"]
    whole = frame[["numerator", "denominator", *pair]].astype(float)
    top, bottom = (whole[name].where(allowed).to_numpy() for name in pair)
    against = Benchmark.sample(top, bottom)
    if not sampled:
        against = Benchmark(against.value, against.numerator, against.denominator)
    found = verdicts(
        whole["numerator"],
        whole["denominator"],
        against,
        np.array([entry.direction for entry in entries], dtype=object),
        minimum_n=[float(entry.minimum_n) for entry in entries],
        independent=[catalogue.nouns[entry.counts].independent for entry in entries],
    )
    return pd.Series(found.word, index=frame.index, dtype=object)


def _frame(snapshot: Snapshot, query: str, **parameters: Any) -> pd.DataFrame:
    frame: pd.DataFrame = snapshot.cursor().execute(sql.read(f"queries/{query}"), parameters).df()
    return frame
