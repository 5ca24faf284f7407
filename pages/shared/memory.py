"""When this server looks for garbage: once a minute of use, not after each rerun.

Streamlit runs a full collection after every rerun, before it sends the last messages. That walks all objects which
are alive: the pages' modules, kept answers, what each session holds. With a hundred sessions it takes more time
than everything else. Frozen objects are not walked, so what is alive is frozen every few seconds; what became
garbage while it was frozen is found by our own collection.
"""

from __future__ import annotations

import gc
import threading

FREEZE_SECONDS = 2.0
COLLECT_ROUNDS = 30  # freezes to one full collection


def collect() -> None:
    """Free all garbage, the frozen included, and freeze what is alive."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def keep(stop: threading.Event, seconds: float = FREEZE_SECONDS, rounds: int = COLLECT_ROUNDS) -> None:
    """Until ``stop``: freeze every ``seconds`` in which a page ran, and collect every so many ``rounds``."""
    seen, done = _collections(), 0
    while not stop.wait(seconds):
        if _collections() == seen:
            continue
        done += 1
        if done % rounds:
            gc.freeze()
        else:
            collect()
        seen = _collections()


def _collections() -> int:
    """How many full collections there were: one a rerun."""
    return int(gc.get_stats()[2]["collections"])
