"""Verdicts, both intervals and classes for all schools of a country and one indicator."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.classes import quintiles
from pipelines.statistics.verdicts import verdicts
from tests.bench.timing import milliseconds


def measure(_folder: Path, schools: int) -> dict[str, object]:
    """Time the one verdict function and the classes over ``schools`` rows."""
    random = np.random.default_rng(1)
    n = random.integers(5, 200, schools).astype(float)
    x = random.binomial(n.astype(int), 0.8).astype(float)

    def judge() -> object:
        found = verdicts(x, n, Benchmark.pooled(x, n), "up", minimum_n=10)
        return found, quintiles(found.share)

    return {"rows": schools, "verdicts, intervals and classes, ms": milliseconds(judge)}
