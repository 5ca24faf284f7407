"""The one verdict function over frames: a whole table at once, with the reason where there is no verdict (rule 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.comparison.benchmarks import FINDERS, Against, Excluded, find
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot
from pipelines.statistics.inputs import ObjectArray
from pipelines.statistics.verdicts import RULE_VERSION, Verdicts, verdicts

BENCHMARKS = tuple(FINDERS)
COLUMNS = (
    "verdict", "verdict_reason", "benchmark", "benchmark_percent", "interval_low", "interval_high", "people_gap",
    "rule_version", "suppressed",
)  # fmt: skip


def with_verdicts(
    snapshot: Snapshot, frame: pd.DataFrame, benchmark: str = "region", excluded: Excluded = ()
) -> pd.DataFrame:
    """A frame of ``queries.figures`` with nine more columns; rows, order and index stay.

    ``verdict`` is one of the six words of rule 4 or None, and ``verdict_reason`` says why there is none
    (``suppressed``, ``missing``, ``not_a_share``, ``published_percent``, ``dependent_units``, ``no_benchmark``) or
    why it is ``not_enough_data`` (``below_minimum``); else None. ``benchmark`` is the kind asked for, one of
    :data:`BENCHMARKS`, and ``benchmark_percent`` its figure. ``interval_low`` and ``interval_high`` are the 95 %
    limits of the row itself. Per cents and limits are 0–100, NaN where there is none. ``people_gap`` is the number
    of units short of the benchmark. ``suppressed`` marks figures hidden by rule 13: all their numbers are NaN.
    ``excluded`` schools do not count among the similar ones; the next nearest of the frozen set stands in for them.
    Raises :class:`UnknownCode` for another benchmark.
    """
    if benchmark not in FINDERS:
        raise UnknownCode(f"Сравнения «{benchmark}» нет. Есть: {', '.join(BENCHMARKS)}.")
    if frame.empty:
        return without_verdicts(frame)
    against = find(snapshot, frame, benchmark, excluded)
    return _add(frame, benchmark, against, judge(snapshot, frame, against))


def without_verdicts(frame: pd.DataFrame) -> pd.DataFrame:
    """The same columns for rows that are never judged (mechanisms' own per cents, rule 17), all of them empty."""
    nothing = np.full(len(frame), None, dtype=object)
    columns = {name: pd.Series(nothing, frame.index, dtype=object) for name in COLUMNS}
    return frame.assign(**columns | {"suppressed": False})


def judge(snapshot: Snapshot, frame: pd.DataFrame, against: Against) -> Verdicts:
    """The verdicts of rule 4 for every row of a frame; rows that are not shares of shown units are missing in it."""
    indicators = snapshot.catalogue.indicators
    codes, place = np.unique(frame["indicator"].to_numpy(dtype=object).astype(str), return_inverse=True)
    entries = [indicators[code] for code in codes]
    return verdicts(
        frame["numerator"].to_numpy(dtype=np.float64, na_value=np.nan),
        frame["denominator"].to_numpy(dtype=np.float64, na_value=np.nan),
        against.benchmark,
        np.array([entry.direction for entry in entries], dtype=object)[place],
        minimum_n=np.array([entry.minimum_n for entry in entries], dtype=np.float64)[place],
        independent=np.array([snapshot.catalogue.nouns[entry.counts].independent for entry in entries])[place],
    )


def _add(frame: pd.DataFrame, kind: str, against: Against, found: Verdicts) -> pd.DataFrame:
    limits = found.interval_95
    return frame.assign(
        verdict=pd.Series(found.word, frame.index, dtype=object),
        verdict_reason=pd.Series(_reasons(frame, found), frame.index, dtype=object),
        benchmark=kind,
        benchmark_percent=against.percent,
        interval_low=100 * limits.lower,
        interval_high=100 * limits.upper,
        people_gap=found.people_gap,
        rule_version=RULE_VERSION,
        suppressed=frame["absence"].eq("suppressed").fillna(False).astype(bool),
    )


def _reasons(frame: pd.DataFrame, found: Verdicts) -> ObjectArray:
    reason = found.reason.copy()
    reason[found.word == "not_enough_data"] = "below_minimum"
    no_fraction = reason == "missing"
    reason[no_fraction & frame["percent"].notna().to_numpy()] = "published_percent"
    reason[no_fraction & frame["value"].notna().to_numpy()] = "not_a_share"
    reason[frame["absence"].eq("suppressed").fillna(False).to_numpy(dtype=bool)] = "suppressed"
    return reason
