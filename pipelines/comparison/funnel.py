"""Funnels over frames (rules 5 and 6): the limits that the verdicts were decided by, and the overdispersed ones."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from pipelines.comparison.benchmarks import find
from pipelines.comparison.verdicts import with_verdicts
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot
from pipelines.statistics.funnel import adjusted_limits, labels, limits, overdispersion
from pipelines.statistics.inputs import FloatArray
from pipelines.statistics.intervals import LEVEL_95, LEVEL_998, Limits

LIMITS = ("low_95", "high_95", "low_998", "high_998")
CURVE_POINTS = 80
Constant = Literal["region", "district", "target"]


def with_funnel(
    snapshot: Snapshot, frame: pd.DataFrame, benchmark: Constant = "region", *, overdispersed: bool = False
) -> pd.DataFrame:
    """:func:`~pipelines.comparison.verdicts.with_verdicts` and where each unit lies in the funnel around it.

    ``label`` is ``below_998``, ``below_95``, ``within``, ``above_95`` or ``above_998``, None where there is no
    verdict by independent units; a label other than ``within`` and a verdict other than ``not_distinguishable`` are
    one decision. ``low_95`` … ``high_998`` are the limits at the unit's own denominator, 0–100. With
    ``overdispersed`` these are the wider limits of rule 6 over the frame's own units, which decide nothing; ``phi``
    and ``tau2`` stand on each row. Raises :class:`UnknownCode` for a benchmark that is itself a sample.
    """
    if benchmark not in ("region", "district", "target"):
        raise UnknownCode("Границы рассеяния строят вокруг постоянной величины: region, district или target.")
    judged = with_verdicts(snapshot, frame, benchmark)
    if judged.empty:
        return judged.assign(label=None, **dict.fromkeys(LIMITS, np.nan))
    free = (judged["verdict"].notna() & (judged["denominator"] > 0)).to_numpy(dtype=bool)
    x, n = (np.where(free, judged[name].to_numpy(np.float64, na_value=np.nan), np.nan) for name in
            ("numerator", "denominator"))  # fmt: skip
    p0 = find(snapshot, frame, benchmark).benchmark.value
    columns = _columns(limits(p0, n, LEVEL_95), limits(p0, n, LEVEL_998))
    judged = judged.assign(label=pd.Series(labels(x, n, np.where(free, p0, np.nan)), frame.index, dtype=object))
    if overdispersed:
        spread = overdispersion(x, n)
        columns = _columns(adjusted_limits(x, n, LEVEL_95), adjusted_limits(x, n, LEVEL_998))
        judged = judged.assign(phi=spread.phi, tau2=spread.tau2)
    return judged.assign(**{name: np.where(free, column, np.nan) for name, column in columns.items()})


def funnel_curve(judged: pd.DataFrame, points: int = CURVE_POINTS) -> pd.DataFrame:
    """Smooth limits to draw under the units of :func:`with_funnel`, around their one benchmark.

    One row a ``denominator``, rising: ``benchmark_percent`` and ``low_95`` … ``high_998``, 0–100. Empty without a
    benchmark or with several of them (units of different districts against their own).
    """
    known = judged[judged["benchmark_percent"].notna() & (judged["denominator"] > 0)]
    benchmarks = known["benchmark_percent"].unique()
    if len(benchmarks) != 1:
        return pd.DataFrame(columns=["denominator", "benchmark_percent", *LIMITS])
    low, high = float(known["denominator"].min()), float(known["denominator"].max())
    grid = np.geomspace(max(1.0, low * 0.9), high * 1.05, points)
    p0 = float(benchmarks[0]) / 100
    columns = _columns(limits(p0, grid, LEVEL_95), limits(p0, grid, LEVEL_998))
    return pd.DataFrame({"denominator": grid, "benchmark_percent": 100 * p0} | columns)


def _columns(of_95: Limits, of_998: Limits) -> dict[str, FloatArray]:
    return {name: 100 * column for name, column in zip(LIMITS, (*of_95, *of_998), strict=True)}
