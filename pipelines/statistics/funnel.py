"""Funnel limits around a benchmark (rule 5) and their overdispersed form (rule 6), a method of its own.

Fractions 0–1 throughout; rows with a missing x or n stay and get no limits and no label.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.inputs import FloatArray, ObjectArray, as_counts, as_proportions
from pipelines.statistics.intervals import LEVEL_95, LEVEL_998, Limits, differs_from_constant, z_of

LABELS = ("below_998", "below_95", "within", "above_95", "above_998")
WINSORISED = (0.1, 0.9)


class Funnel(NamedTuple):
    """A funnel over N units: ``baseline`` p̄ (NaN without data), limits and labels of shape N; a label may be None."""

    baseline: float
    limits_95: Limits
    limits_998: Limits
    label: ObjectArray


class Overdispersion(NamedTuple):
    """φ and τ² of rule 6; both None with fewer than two reporting units."""

    phi: float | None
    tau2: float | None


def baseline(x: ArrayLike, n: ArrayLike) -> float:
    """p̄ = Σx/Σn over the rows that have both; NaN when there is none."""
    xs, ns = as_counts(x, n)
    total = float(np.nansum(ns))
    return float(np.nansum(xs)) / total if total else float("nan")


def limits(p0: ArrayLike, n: ArrayLike, level: float = LEVEL_95) -> Limits:
    """p₀ ± z√(p₀(1−p₀)/n), clipped to [0; 1] (rule 5). ``p0`` and ``n`` broadcast; for a curve pass a grid of n."""
    p = as_proportions(p0)
    _, ns = as_counts(0 * np.asarray(n, dtype=np.float64), n)
    half = z_of(level) * np.sqrt(p * (1 - p) / ns)
    return Limits(np.clip(p - half, 0, 1), np.clip(p + half, 0, 1))


def labels(x: ArrayLike, n: ArrayLike, p0: ArrayLike) -> ObjectArray:
    """Where each unit lies: one of :data:`LABELS`, outermost first, strictly outside; None where data are missing.

    Decided by rule 4's inequality and not by comparing with the limits' floats, so that a label outside the 95 %
    limits and a verdict other than ``not_distinguishable`` are one decision.
    """
    xs, ns = as_counts(x, n)
    p = as_proportions(p0)
    outside_95 = differs_from_constant(xs, ns, p, LEVEL_95)
    outside_998 = differs_from_constant(xs, ns, p, LEVEL_998)
    side = np.sign(xs / ns - p)
    steps = np.where(outside_95, side, 0) + np.where(outside_998, side, 0)
    known = ~np.isnan(side)
    words: ObjectArray = np.array((*LABELS, None), dtype=object)
    return words[np.where(known, steps + 2, len(LABELS)).astype(np.int64)]


def funnel(x: ArrayLike, n: ArrayLike) -> Funnel:
    """The whole of rule 5 for one group of units around its own p̄. A single unit, or all units alike, is within."""
    xs, ns = as_counts(x, n)
    p = baseline(xs, ns)
    return Funnel(p, limits(p, ns, LEVEL_95), limits(p, ns, LEVEL_998), labels(xs, ns, p))


def overdispersion(x: ArrayLike, n: ArrayLike) -> Overdispersion:
    """φ and τ² after Spiegelhalter, as NHS-R FunnelPlotR computes them on the arcsine scale (rule 6).

    z-scores are winsorised at their own 10th and 90th percentiles (inclusive, linear interpolation). All units
    alike → φ = 0, τ² = 0.
    """
    xs, ns = as_counts(x, n)
    known = ~np.isnan(xs)
    xs, ns = xs[known], ns[known]
    units = xs.size
    if units < 2:
        return Overdispersion(None, None)
    precision = 2 * np.sqrt(ns)
    scores = (np.arcsin(np.sqrt(xs / ns)) - _target(xs, ns)) * precision
    winsorised = np.clip(scores, *np.quantile(scores, WINSORISED))
    total = float(np.sum(winsorised**2))
    if total < units - 1:
        return Overdispersion(total / units, 0.0)
    weight = precision**2
    spread = float(weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(total / units, max(0.0, (total - (units - 1)) / spread))


def adjusted_limits(x: ArrayLike, n: ArrayLike, level: float = LEVEL_95) -> Limits:
    """Overdispersed limits sin²(T ± z√(s² + τ²)) with the argument clipped to [0, π/2] (rule 6).

    All missing with fewer than two reporting units. These limits decide no verdict.
    """
    xs, ns = as_counts(x, n)
    tau2 = overdispersion(xs, ns).tau2
    if tau2 is None:
        nothing: FloatArray = np.full(ns.shape, np.nan)
        return Limits(nothing, nothing)
    known = ~np.isnan(xs)
    target = _target(xs[known], ns[known])
    half = z_of(level) * np.sqrt(1 / (4 * ns) + tau2)
    lower, upper = (np.sin(np.clip(target + side * half, 0, np.pi / 2)) ** 2 for side in (-1, 1))
    return Limits(lower, upper)


def _target(x: FloatArray, n: FloatArray) -> float:
    return float(np.arcsin(np.sqrt(x.sum() / n.sum())))
