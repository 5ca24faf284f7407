"""The one verdict function (rule 4): better, worse or not to be told apart, for whole tables at once.

Interval, funnel, colour, sentence and export all rest on :func:`verdicts`; nothing else decides.

==================================  =============================================================================
what the row is                     what it gets
==================================  =============================================================================
x or n missing                      no verdict, reason ``missing``
units not independent (rule 3)      no verdict, no interval, no gap, reason ``dependent_units``
no benchmark, or a group of one     no verdict, reason ``no_benchmark``
n below the minimum, n = 0 too      ``not_enough_data``; the minimum is at least 1
one pupil, minimum 1                decided like any other: 0 or 1 of 1 differs from a p₀ beyond its interval
p₀ of exactly 0 or 1                any other share differs; the same share is ``not_distinguishable``
all units equal to the benchmark    ``not_distinguishable``, gap 0
x < 0, n < 0, x > n, p₀ not in 0–1  ImpossibleRow, naming the row
==================================  =============================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.inputs import BoolArray, FloatArray, IntArray, ObjectArray, as_counts
from pipelines.statistics.intervals import LEVEL_95, LEVEL_998, Limits, differs_from_constant, newcombe, wilson

RULE_VERSION = "1"

WORDS = ("better", "worse", "higher", "lower", "not_distinguishable", "not_enough_data")
REASONS = ("missing", "dependent_units", "no_benchmark")
DIRECTIONS = ("up", "down", "none")
MINIMUM_N = 10


@dataclass(frozen=True)
class Verdicts:
    """Verdicts of N units; every array has shape (N,). Fractions are 0–1, gaps are people.

    ``word`` is one of :data:`WORDS` or None, and then ``reason`` is one of :data:`REASONS` (else None).
    ``share`` is x/n, ``difference`` x/n minus the benchmark. ``interval_998`` is shown and never decides.
    ``people_gap`` is NaN where direction is ``none``, units are dependent, or there is nothing to compare.
    """

    x: FloatArray
    n: FloatArray
    benchmark: Benchmark
    direction: ObjectArray
    minimum_n: FloatArray
    word: ObjectArray
    reason: ObjectArray
    share: FloatArray
    difference: FloatArray
    interval_95: Limits
    interval_998: Limits
    people_gap: FloatArray


def verdicts(
    x: ArrayLike,
    n: ArrayLike,
    benchmark: Benchmark | ArrayLike,
    direction: ArrayLike = "up",
    *,
    minimum_n: ArrayLike = MINIMUM_N,
    independent: ArrayLike = True,
) -> Verdicts:
    """Compare each ``x`` of ``n`` with its benchmark (rule 4).

    Every argument is one value for all units or one a unit. A bare number for ``benchmark`` is a constant p₀ as
    a fraction. ``direction`` is ``up``, ``down`` or ``none`` (ValueError otherwise), ``independent`` is whether
    the denominator counts independent units. Constants decide by n(x/n − p₀)² ≤ z²p₀(1 − p₀), samples by
    Newcombe's interval. See the module for every edge.
    """
    against = benchmark if isinstance(benchmark, Benchmark) else Benchmark.constant(benchmark)
    xs, ns = (np.atleast_1d(column) for column in as_counts(x, n, zero_n=True))
    shape = xs.shape
    goal = _directions(direction, shape)
    minimum = np.broadcast_to(np.asarray(minimum_n, dtype=np.float64), shape)
    free = np.broadcast_to(np.asarray(independent, dtype=np.bool_), shape)

    counted = np.where(ns > 0, ns, np.nan)
    share = xs / counted
    difference = share - np.broadcast_to(against.value, shape)
    comparable = ~np.isnan(xs) & free & ~np.isnan(np.broadcast_to(against.value, shape))
    enough = (ns > 0) & (ns >= minimum)

    side = np.where(differs(xs, counted, against), np.sign(difference), 0).astype(np.int64)
    word = _words(side, goal)
    word[~enough] = "not_enough_data"
    word[~comparable] = None
    reason = np.full(shape, None, dtype=object)
    reason[~comparable] = "no_benchmark"
    reason[~free] = "dependent_units"
    reason[np.isnan(xs)] = "missing"

    of = np.where(free, counted, np.nan)
    gap = np.where(comparable, people_gap(xs, counted, against, goal), np.nan)
    return Verdicts(
        xs, ns, against, goal, minimum, word, reason, share, difference,
        wilson(xs, of, LEVEL_95), wilson(xs, of, LEVEL_998), gap,
    )  # fmt: skip


def differs(x: FloatArray, n: FloatArray, benchmark: Benchmark, level: float = LEVEL_95) -> BoolArray:
    """The decision behind the words: is this difference more than chance? False where anything is missing."""
    if not benchmark.sampled:
        return differs_from_constant(x, n, benchmark.value, level)
    assert benchmark.numerator is not None and benchmark.denominator is not None
    return newcombe(benchmark.numerator, benchmark.denominator, x, n, level).excludes_zero


def people_gap(x: FloatArray, n: FloatArray, benchmark: Benchmark, direction: ObjectArray) -> FloatArray:
    """How many people short of the benchmark (rule 4), exactly: whole numbers as floats, NaN where undefined.

    Up: max(0, ⌈n·p₀⌉ − x); down: max(0, x − ⌊n·p₀⌋); none: NaN. In integers: 25 × 0.28 is 7 here, and
    7.000000000000001 in floats. NaN too where x or n is missing or not whole.
    """
    defined = (np.rint(x) == x) & (np.rint(n) == n) & ~np.isnan(np.broadcast_to(benchmark.value, x.shape))
    top, bottom = (part[defined] for part in benchmark.fractions(x.shape))
    product = n[defined].astype(np.int64).astype(object) * top
    up = direction[defined] == "up"
    floor = (product // bottom).astype(np.float64)
    ceiling = (-(-product // bottom)).astype(np.float64)
    short = np.where(up, ceiling - x[defined], x[defined] - floor)
    gap: FloatArray = np.full(x.shape, np.nan)
    gap[defined] = np.where(direction[defined] == "none", np.nan, np.maximum(short, 0))
    return gap


def provable_difference(x: FloatArray, n: FloatArray, benchmark: Benchmark) -> FloatArray:
    """The smallest difference from the benchmark that these n units could prove, as a fraction; NaN where none can.

    Units are whole, so this is the first count k beyond the limit, on the side where x lies (on both sides, the
    nearer, when x is on the benchmark). A smaller difference proves nothing and a proven one is never smaller:
    the words of a sentence cannot contradict its verdict. n = 25, p₀ = 0.8 → 0.16.
    """
    p0 = np.broadcast_to(benchmark.value, x.shape)
    below = _first_beyond(n, benchmark, p0, -1)
    above = _first_beyond(n, benchmark, p0, 1)
    side = np.sign(x / n - p0)
    nearer = np.fmin(np.where(side <= 0, below, np.nan), np.where(side >= 0, above, np.nan))
    result: FloatArray = np.where(np.isnan(x), np.nan, nearer)
    return result


def _first_beyond(n: FloatArray, benchmark: Benchmark, p0: FloatArray, side: int) -> FloatArray:
    """|k/n − p₀| of the first whole k on one ``side`` that differs, by halving; NaN where even the last does not."""
    known = (np.rint(n) == n) & ~np.isnan(p0)
    units = np.where(known, n, 1.0)
    start = np.where(known, p0, 0.0) * units
    # Counts are taken in steps outward from the benchmark; the decision changes once along the way.
    near = np.floor(start) if side < 0 else np.ceil(start)
    low = np.zeros(n.shape)
    high = near if side < 0 else units - near
    possible = known & differs(np.where(known, near + side * high, np.nan), np.where(known, n, np.nan), benchmark)
    for _ in range(int(np.max(high, initial=0)).bit_length()):
        middle = np.floor((low + high) / 2)
        beyond = differs(np.where(known, near + side * middle, np.nan), np.where(known, n, np.nan), benchmark)
        high = np.where(beyond, middle, high)
        low = np.where(beyond, low, np.minimum(middle + 1, high))
    result: FloatArray = np.where(possible, np.abs((near + side * high) / units - p0), np.nan)
    return result


def _words(side: IntArray, direction: ObjectArray) -> ObjectArray:
    """The word for below (−1), within (0) and above (1) in each direction."""
    same = "not_distinguishable"
    table: ObjectArray = np.array(
        [["worse", same, "better"], ["better", same, "worse"], ["lower", same, "higher"]], dtype=object
    )
    row = np.select([direction == "up", direction == "down"], [0, 1], 2)
    words: ObjectArray = table[row, side + 1]
    return words


def _directions(direction: ArrayLike, shape: tuple[int, ...]) -> ObjectArray:
    goal = np.broadcast_to(np.asarray(direction, dtype=object), shape)
    unknown = set(goal.tolist()) - set(DIRECTIONS)
    if unknown:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}, not {unknown.pop()!r}")
    return goal
