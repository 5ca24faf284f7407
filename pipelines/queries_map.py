"""Questions behind «Карта»: boundaries, and the class by which a unit is coloured (rule 9)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pipelines import queries_compare, sql
from pipelines.catalogue.model import Indicator, Threshold
from pipelines.snapshot import Snapshot
from pipelines.statistics.classes import CLASSES, NO_CLASS, quintiles
from pipelines.statistics.inputs import FloatArray
from pipelines.statistics.rounding import percents


def boundaries(snapshot: Snapshot, region: int) -> dict[str, Any]:
    """Boundaries of the region's districts as a GeoJSON FeatureCollection; no features where none were loaded.

    Each feature has ``properties`` ``{code, name}`` and the geometry as it was loaded, not simplified; ``region`` is
    an id.
    """
    rows = snapshot.rows(sql.read("queries/map_boundaries"), {"region": region})
    features = [
        {
            "type": "Feature",
            "properties": {"code": row["code"], "name": row["name"]},
            "geometry": json.loads(row["geometry"]),
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


@dataclass(frozen=True)
class Classes:
    """How the units of a frame fall into classes.

    ``of`` has shape (N,): 1 for the lowest class, 0 for a unit without a figure or without a class. ``bounds`` lie
    between the classes, in per cents (0–100) or in the indicator's own unit. ``labels`` name the classes of a
    ``threshold``, which also says where it comes from.
    """

    kind: Literal["quintiles", "threshold", "none"]
    of: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    bounds: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    threshold: Threshold | None = None


def classes(frame: pd.DataFrame, indicator: Indicator | None) -> Classes:
    """Classes of the figures shown in ``frame``: by a sourced threshold where the catalogue has one, else by fifths.

    A figure on the bound of a threshold joins the class above it, and is rounded to 0.1 before it is classed, as it is
    written; one on the bound of a fifth joins the class below (rule 9). Hidden and missing figures have no class and
    move no bound. Equal figures, or a single one, give no classes at all.
    """
    exact = _exact(frame)
    threshold = next((t for t in indicator.thresholds if t.bounds), None) if indicator else None
    if threshold is not None:
        found = 1 + np.searchsorted(np.array(threshold.bounds), _rounded(frame, exact), side="right")
        of = np.where(np.isnan(exact), NO_CLASS, found).astype(np.int64)
        return Classes("threshold", of, threshold.bounds, threshold.labels, threshold)
    fifths = quintiles(exact)
    if not fifths.classes.any():
        return Classes("none", fifths.classes)
    return Classes("quintiles", fifths.classes, tuple(float(bound) for bound in fifths.bounds[1:CLASSES]))


def sentence(
    snapshot: Snapshot,
    indicator: str,
    *,
    unit: int,
    region: int,
    level: str,
    year: int,
    subject: str | None,
    grade: str | None,
    name: str,
) -> str:
    """Rule 4's sentence about one unit beside its region, which it calls ``name``; empty where the unit has no row."""
    row = queries_compare.indicator_units(
        snapshot, indicator, region=region, within=unit, level=level, years=[year], subject=subject, grade=grade
    )
    return queries_compare.unit_sentence(snapshot, row, "region", name) if len(row) else ""


def _exact(frame: pd.DataFrame) -> FloatArray:
    percent = frame["percent"].to_numpy(dtype=np.float64, na_value=np.nan)
    if "value" not in frame:
        return percent
    value = frame["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    result: FloatArray = np.where(np.isnan(percent), value, percent)
    return result


def _rounded(frame: pd.DataFrame, exact: FloatArray) -> FloatArray:
    """The figures as they are written: from the exact fraction where there is one (rule 10)."""
    top, bottom = (frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("numerator", "denominator"))
    counted = ~np.isnan(exact) & ~np.isnan(top) & (bottom > 0)
    result = exact.copy()
    if counted.any():
        result[counted] = percents(top[counted], bottom[counted])
    return result
