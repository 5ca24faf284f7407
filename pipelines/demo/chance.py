"""Chance that repeats: every part of the demonstration data draws from its own named stream.

Because a stream depends on the seed and on its name alone, a new indicator leaves the data of all others as
they were, and the order in which parts are generated does not matter.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

Generator = np.random.Generator


def stream(seed: int, *name: object) -> Generator:
    """The random stream of that name; SFC64 is numpy's fastest generator."""
    keys = [crc32(str(part).encode()) for part in name]
    return Generator(np.random.SFC64(np.random.SeedSequence([seed, *keys])))
