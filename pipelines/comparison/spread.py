"""One unit among the others: the spine of all its indicators, classes and ranks of a group, and «лучший = 100»."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines import queries, sql
from pipelines.catalogue.model import Direction
from pipelines.comparison.benchmarks import Excluded
from pipelines.comparison.similar import units
from pipelines.comparison.verdicts import with_verdicts
from pipelines.snapshot import Snapshot
from pipelines.statistics.classes import best_is_100, quintiles, ranks
from pipelines.statistics.inputs import FloatArray

REPLACED = "Мотивирующий мониторинг (заменён): лучший = 100"
SPREAD = ["others", "lowest", "lower_quarter", "middle", "upper_quarter", "highest"]


def spine(
    snapshot: Snapshot,
    territory: int,
    year: int,
    *,
    mechanism: str | None = None,
    benchmark: str = "region",
    excluded: Excluded = (),
) -> pd.DataFrame:
    """All indicators of one unit beside its benchmark and the others: one row an indicator, subject and class.

    What :func:`~pipelines.comparison.verdicts.with_verdicts` gives, and of the other units of its level, region and
    type that show a figure: how many (``others``), ``lowest``, ``lower_quarter``, ``middle``, ``upper_quarter``,
    ``highest``, in the indicator's own unit (per cents 0–100); NaN where there is none.
    """
    place = units(snapshot, [territory])
    chosen = [code for code, entry in snapshot.catalogue.indicators.items() if mechanism in (None, entry.mechanism)]
    frame = queries.figures(
        snapshot, [code for code in chosen if code in snapshot.indicator_ids], territories=[territory], years=[year]
    )
    frame = with_verdicts(snapshot, frame, benchmark, excluded)
    if frame.empty:
        return frame.assign(**dict.fromkeys(SPREAD, np.nan))
    unit = place.iloc[0]
    scope = {
        "region": int(unit["region_id"]), "level": int(unit["level_id"]), "year": year, "territory": territory,
        "indicators": [int(number) for number in frame["indicator_id"].unique()],
        "type": None if pd.isna(unit["type"]) else str(unit["type"]),
    }  # fmt: skip
    spread: pd.DataFrame = snapshot.cursor().execute(sql.read("queries/comparison_spread"), scope).df()
    return frame.merge(spread, on=["indicator_id", "slice_id"], how="left", validate="one_to_one")


def with_classes(snapshot: Snapshot, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[float]]:
    """Classes and ranks by value of a frame of one indicator, subject, class, year and level (rule 9).

    Adds ``class`` 1 (lowest) … 5, 0 where there is no figure or all are equal, and ``rank`` from 1, best first, NaN
    where the indicator has no better side. Beside the frame the six bounds of the classes, empty without figures.
    """
    values = _values(frame)
    found = quintiles(values)
    bounds = [] if np.isnan(found.bounds).any() else found.bounds.tolist()
    return frame.assign(**{"class": found.classes, "rank": ranks(values, _direction(snapshot, frame))}), bounds


def with_best_is_100(snapshot: Snapshot, frame: pd.DataFrame) -> pd.DataFrame:
    """Points of a replaced method, the best unit 100, and the ``rank``; ``method`` names it on every row.

    ``frame`` is of one indicator, subject, class, year and level. ``points`` are NaN where there is no figure, where
    the indicator has no better side, and where the best is 0 though more is better. It decides nothing.
    """
    values, direction = _values(frame), _direction(snapshot, frame)
    return frame.assign(points=best_is_100(values, direction), rank=ranks(values, direction), method=REPLACED)


def _values(frame: pd.DataFrame) -> FloatArray:
    percent, value = (frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("percent", "value"))
    result: FloatArray = np.where(np.isnan(percent), value, percent)
    return result


def _direction(snapshot: Snapshot, frame: pd.DataFrame) -> Direction:
    """The direction of the frame's one indicator; an empty frame has none."""
    return "none" if frame.empty else snapshot.catalogue.indicators[str(frame["indicator"].iloc[0])].direction
