"""What each row of a frame is compared with: its region, its district, a target, its own last year, similar schools."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines import sql
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.inputs import BoolArray, FloatArray
from pipelines.statistics.rounding import as_fraction

LEVEL_IDS = {"region": 1, "district": 2, "school": 3}
FEW_ROWS = 1000
SERIES = ["indicator_id", "slice_id", "year"]


@dataclass(frozen=True)
class Against:
    """One benchmark a row of the frame, shape (N,): ``numerator`` of ``denominator``, NaN where there is none.

    A published per cent or a target stands as ``percent`` of 100. ``sampled``: rule 7's interval decides (rule 4).
    """

    numerator: FloatArray
    denominator: FloatArray
    sampled: bool

    @property
    def percent(self) -> FloatArray:
        """The benchmark in per cent, 0–100, NaN where there is none."""
        result: FloatArray = 100 * self.benchmark.value
        return result

    @property
    def benchmark(self) -> Benchmark:
        """The benchmark as the verdict function takes it."""
        found = Benchmark.sample(self.numerator, self.denominator)
        return Benchmark(found.value, found.numerator, found.denominator, self.sampled)

    def only(self, rows: BoolArray) -> Against:
        """The same without a benchmark for the other rows."""
        return Against(np.where(rows, self.numerator, np.nan), np.where(rows, self.denominator, np.nan), self.sampled)


Excluded = Collection[tuple[int, int]]
"""Pairs of a school and one that a person excluded from its similar ones, both by id."""


def find(snapshot: Snapshot, frame: pd.DataFrame, kind: str, excluded: Excluded = ()) -> Against:
    """The benchmarks of ``kind`` for a frame of ``queries.figures`` that is not empty.

    ``excluded`` matters to similar schools alone: the next nearest stands in for an excluded one.
    """
    return _similar(snapshot, frame, excluded) if kind == "similar" else FINDERS[kind](snapshot, frame)


def _region(snapshot: Snapshot, frame: pd.DataFrame) -> Against:
    """The region's own figure: every unit in it, the hidden ones and the row's own included (rules 4 and 13)."""
    return _group(snapshot, frame, "region")


def _district(snapshot: Snapshot, frame: pd.DataFrame) -> Against:
    return _group(snapshot, frame, "district")


def _group(snapshot: Snapshot, frame: pd.DataFrame, of: str) -> Against:
    groups = query(snapshot, "comparison_groups", frame, of=LEVEL_IDS[of])
    keys = frame[[*SERIES, f"{of}_id"]].rename(columns={f"{of}_id": "group_id"})
    keys["level_id"] = frame["level"].map(LEVEL_IDS)
    found = _beside(keys, groups, ["group_id", "level_id", *SERIES])
    published = (found["percent"].notna() & found["denominator"].isna()).to_numpy()
    numerator = np.where(published, found["percent"], found["numerator"])
    denominator = np.where(published, 100.0, found["denominator"])
    several = (found["units"] >= 2).to_numpy()  # a unit is not compared with itself
    return Against(numerator, denominator, sampled=False).only(several)


def _target(snapshot: Snapshot, frame: pd.DataFrame) -> Against:
    targets = {}
    for code in frame["indicator"].unique():
        indicator = snapshot.catalogue.indicators[code]
        if indicator.target is not None and indicator.unit == "percent":
            targets[code] = float(as_fraction(indicator.target.value))
    value = frame["indicator"].map(targets).to_numpy(dtype=np.float64)
    return Against(value, np.where(np.isnan(value), np.nan, 100.0), sampled=False)


def _previous(snapshot: Snapshot, frame: pd.DataFrame) -> Against:
    """The unit's own figure of the year before, under one definition (or one that says it is comparable)."""
    earlier = query(snapshot, "comparison_previous", frame)
    keys = frame[["territory_id", *SERIES]]
    found = _beside(keys, earlier, ["territory_id", *SERIES])
    pairs = frame[["indicator", "year"]].drop_duplicates()
    comparable = {
        (code, year): same_definition(snapshot.catalogue.indicators[code], int(year) - 1, int(year))
        for code, year in zip(pairs["indicator"], pairs["year"], strict=True)
    }
    same = [comparable[pair] for pair in zip(frame["indicator"], frame["year"], strict=True)]
    numerator, denominator = (found[name].to_numpy(dtype=np.float64) for name in ("numerator", "denominator"))
    return Against(numerator, denominator, sampled=True).only(np.array(same, dtype=np.bool_))


def _similar(snapshot: Snapshot, frame: pd.DataFrame, excluded: Excluded = ()) -> Against:
    """The usual number of nearest peers whose figures are shown, without the school itself (rules 4, 11, 13)."""
    few = frame["territory_id"].unique() if len(frame) <= FEW_ROWS else None
    peers = query(
        snapshot, "comparison_similar", frame,
        count=snapshot.catalogue.similar.usual,
        territories=None if few is None else [int(number) for number in few],
        excluded=[list(pair) for pair in excluded],
    )  # fmt: skip
    found = _beside(frame[["territory_id", *SERIES]], peers, ["territory_id", *SERIES])
    numerator, denominator = (found[name].to_numpy(dtype=np.float64) for name in ("numerator", "denominator"))
    return Against(numerator, denominator, sampled=True)


FINDERS: dict[str, Callable[[Snapshot, pd.DataFrame], Against]] = {
    "region": _region,
    "district": _district,
    "similar": _similar,
    "target": _target,
    "previous": _previous,
}


def query(snapshot: Snapshot, name: str, frame: pd.DataFrame, **more: object) -> pd.DataFrame:
    """A query about the indicators, years and regions of ``frame``."""
    scope = {
        "indicators": [int(number) for number in frame["indicator_id"].unique()],
        "years": [int(year) for year in frame["year"].unique()],
        "regions": [int(number) for number in frame["region_id"].unique()],
    }
    found: pd.DataFrame = snapshot.cursor().execute(sql.read(f"queries/{name}"), scope | more).df()
    return found


def _beside(keys: pd.DataFrame, found: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """``found`` in the order of ``keys``, missing where a key has none; keys of missing parts match nothing."""
    left, right = (table.astype(dict.fromkeys(on, "float64")) for table in (keys[on], found))
    return left.merge(right, how="left", on=on, validate="many_to_one")
