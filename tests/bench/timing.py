"""How figures are summed up: median and p95 in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median, quantiles


def milliseconds(action: Callable[[], object], times: int = 9) -> float:
    """Median time of ``action`` after one warming call."""
    action()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return round(median(taken) * 1000, 1)


def median_and_p95(seconds: list[float]) -> dict[str, float]:
    """Both, in milliseconds."""
    p95 = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return {"median_ms": round(median(seconds) * 1000, 1), "p95_ms": round(p95 * 1000, 1), "n": len(seconds)}
