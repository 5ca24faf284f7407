"""Questions about similar schools (rule 11): who they are, what makes them alike, and whether the verdict holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipelines import queries, sql
from pipelines.catalogue.model import Indicator
from pipelines.comparison.sets import groups
from pipelines.snapshot import Snapshot
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.intervals import newcombe
from pipelines.statistics.similar import Context, Peer, context, nearest
from pipelines.statistics.verdicts import verdicts

SIDES = {"below": "ниже", "above": "выше", "same": "не отличается", "unknown": "данных мало"}


def peers(
    snapshot: Snapshot, school: int, year: int, count: int | None = None, excluded: Collection[int] = ()
) -> pd.DataFrame:
    """A school (``rank`` 0) and its peers, nearest first: the traits side by side; empty without traits of the year.

    ``school`` and ``excluded`` are ids; an excluded school's place is taken by the next nearest. One row a school:
    ``territory_id, territory, territory_name, district_name, settlement, distance``, then for each trait of
    ``snapshot.catalogue.similar`` its number ``value_<code>`` (NaN when missing) and ``share_<code>``, its part of
    the square distance in per cent (NaN where it was left out), and ``missing``, the codes of the traits left out.
    """
    rules = snapshot.catalogue.similar
    found = _context(snapshot, school, year)
    if found is None:
        return pd.DataFrame()
    ids, schools, values = found
    own = ids[school]
    codes = {code: number for number, code in ids.items()}
    near = _nearest(schools, own, ids, rules.usual if count is None else count, excluded)
    rows: list[dict[str, Any]] = []
    for rank, peer in enumerate([Peer(own, 0.0, {}, ()), *near]):
        traits = dict(zip(schools.traits, values[schools.codes.index(peer.code)], strict=True))
        rows.append(
            {"rank": rank, "territory_id": codes[peer.code], "distance": peer.distance if rank else np.nan}
            | {f"value_{trait}": value for trait, value in traits.items()}
            | {f"share_{trait}": 100 * peer.contributions.get(trait, np.nan) for trait in schools.traits}
            | {"missing": list(peer.missing)}
        )
    frame = pd.DataFrame(rows)
    return frame.merge(units(snapshot, frame["territory_id"].tolist()), on="territory_id", how="left")


def robustness(snapshot: Snapshot, figure: Mapping[str, Any], excluded: Collection[int] = ()) -> pd.DataFrame:
    """How a school's verdict changes with other sets of peers: one row a set.

    ``figure`` is one row of ``queries.figures`` (a school's, with numerator and denominator). ``kind`` is ``count``
    (``variant`` 5, 10, 20, 30 peers, as many as there are; a set that would be the same again is left out) or
    ``without`` (``variant`` is the trait left out of the usual set). ``peers`` is how many are in the set: only
    those whose figure is shown. ``benchmark_percent`` is theirs; ``difference``, ``difference_low`` and
    ``difference_high`` are in п.п. (rule 7); ``verdict`` is a word of rule 4 and ``side`` one of :data:`SIDES`.
    Empty where the school has no traits, no figure or an indicator that gives no verdicts.
    """
    indicator = snapshot.catalogue.indicators[figure["indicator"]]
    year, school = int(figure["year"]), int(figure["territory_id"])
    found = _context(snapshot, school, year)
    independent = snapshot.catalogue.nouns[indicator.counts].independent
    if found is None or not independent or not figure["denominator"] > 0:
        return pd.DataFrame(columns=["kind", "variant", "peers", "verdict", "side"])
    ids, schools, values = found
    shown = _shown(snapshot, figure, list(ids))
    rules = snapshot.catalogue.similar
    rows = []
    seen: set[tuple[int, ...]] = set()
    near = _visible(_nearest(schools, ids[school], ids, rules.stored, excluded), ids, shown)
    for count in rules.counts:
        if tuple(near[:count]) not in seen:
            seen.add(tuple(near[:count]))
            rows.append({"kind": "count", "variant": str(count)} | _against(figure, indicator, shown, near[:count]))
    for place, trait in enumerate(schools.traits):
        if len(schools.traits) > 1:
            others = _without(schools, values, place, rules.scaling)
            less = _visible(_nearest(others, ids[school], ids, rules.stored, excluded), ids, shown)[: rules.usual]
            rows.append({"kind": "without", "variant": trait} | _against(figure, indicator, shown, less))
    return pd.DataFrame(rows)


def robustness_sentence(frame: pd.DataFrame) -> str:
    """«ниже в 4 из 5 наборов»; the side that most sets show, «во всех 12 наборах» when they agree; "" without sets."""
    if frame.empty:
        return ""
    counted = frame["side"].value_counts()
    side, most = counted.index[0], int(counted.iloc[0])
    if most == len(frame):
        return f"{SIDES[side]} во всех наборах ({most})" if most > 1 else f"{SIDES[side]} в единственном наборе"
    return f"{SIDES[side]} в {most} из {len(frame)} наборов"


def _against(
    figure: Mapping[str, Any], indicator: Indicator, shown: pd.DataFrame, chosen: Sequence[int]
) -> dict[str, Any]:
    x, n = float(figure["numerator"]), float(figure["denominator"])
    sums = shown.loc[list(chosen), ["numerator", "denominator"]].sum() if chosen else None
    top, bottom = (np.nan, np.nan) if sums is None else (float(sums["numerator"]), float(sums["denominator"]))
    word = verdicts(x, n, Benchmark.sample(top, bottom), indicator.direction, minimum_n=indicator.minimum_n).word[0]
    difference, low, high = (100 * float(part) for part in newcombe(top, bottom, x, n))
    side = "same" if word == "not_distinguishable" else "above" if difference > 0 else "below"
    return {
        "peers": len(chosen),
        "benchmark_percent": 100 * top / bottom,
        "difference": difference,
        "difference_low": low,
        "difference_high": high,
        "verdict": word,
        "side": "unknown" if word in (None, "not_enough_data") else side,
    }


def _context(
    snapshot: Snapshot, school: int, year: int
) -> tuple[dict[int, str], Context, np.ndarray[Any, np.dtype[np.float64]]] | None:
    """Codes by id, the scaled context and the traits as they are, for the school's region, type and year."""
    unit = units(snapshot, [school])
    if unit.empty or unit["level_id"].iloc[0] != 3 or not snapshot.catalogue.similar.traits:
        return None
    rules, place = snapshot.catalogue.similar, unit.iloc[0]
    of_type = "" if pd.isna(place["type"]) else str(place["type"])
    for _, ids, schools, values in groups(snapshot.cursor(), rules, int(place["region_id"]), of_type, year):
        if school in ids:
            return dict(zip(ids.tolist(), schools.codes, strict=True)), schools, values
    return None


def _nearest(
    schools: Context, own: str, ids: Mapping[int, str], count: int, excluded: Collection[int]
) -> tuple[Peer, ...]:
    return nearest(schools, own, count, {ids[number] for number in excluded if number in ids})


def _visible(near: Sequence[Peer], ids: Mapping[int, str], shown: pd.DataFrame) -> list[int]:
    codes = {code: number for number, code in ids.items()}
    return [codes[peer.code] for peer in near if codes[peer.code] in shown.index]


def _without(schools: Context, values: np.ndarray[Any, np.dtype[np.float64]], place: int, scaling: Any) -> Context:
    traits = [trait for number, trait in enumerate(schools.traits) if number != place]
    rest, weights = np.delete(values, place, axis=1), np.delete(schools.weights, place)
    return context(schools.codes, traits, rest, weights, scaling)


def _shown(snapshot: Snapshot, figure: Mapping[str, Any], territories: list[int]) -> pd.DataFrame:
    """Shown shares of the same indicator, subject, class and year, by id."""
    frame = queries.figures(
        snapshot, [figure["indicator"]], level="school", territories=territories, years=[int(figure["year"])]
    )
    keep = (frame["slice_id"] == figure["slice_id"]) & frame["numerator"].notna() & (frame["denominator"] > 0)
    shown: pd.DataFrame = frame[keep].set_index("territory_id")
    return shown


def units(snapshot: Snapshot, territories: list[int]) -> pd.DataFrame:
    found: pd.DataFrame = (
        snapshot.cursor().execute(sql.read("queries/comparison_units"), {"territories": territories}).df()
    )
    return found
