"""Primary scores and marks of the invented works: they agree with the shares of marks of the same school.

How many works passed and how many have good marks stands in the observations already; a normal curve through these two
points says how the works spread over the scores. In schools with signs («признаки») some works one point short
of «3» or of «4» were given that point: the excess above a cut that «Объективность» looks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import ndtr, ndtri

from pipelines.demo.chance import Generator, stream
from pipelines.demo.observations import Figures, Observations, Series
from pipelines.demo.organisations import Whole
from pipelines.readers.context import MINIMUM_DISTRIBUTION

YEARS = 2
"""The last years of which distributions are kept; of the first region alone (they are many rows)."""
LIFTED = 0.7
"""Share of the works one point short that were given the point, in a school with signs (an invented figure)."""
MARKS = (2, 3, 4, 5)


@dataclass(frozen=True)
class Work:
    """A work of ВПР: its maximum and the lowest scores of «3», «4» and «5» (invented, of the usual size)."""

    subject: str
    grade: str
    maximum: int
    cuts: tuple[int, int, int]


WORKS = (
    Work("Русский язык", "4", 38, (14, 24, 33)),
    Work("Математика", "4", 20, (6, 10, 15)),
    Work("Русский язык", "5", 45, (18, 29, 39)),
    Work("Математика", "5", 20, (7, 11, 15)),
)
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("family", "kind", "territory")]
    + [("year", pa.int32()), ("subject", pa.string()), ("grade", pa.string())]
    + [("lowest", pa.int32()), ("pupils", pa.list_(pa.int32())), ("marks", pa.list_(pa.int32()))]
)


def write_distributions(path: Path, observations: Observations) -> int:
    """Write the distributions of the first region's schools; returns the number of rows."""
    rows = [row for work in WORKS for row in _of_work(work, observations)]
    pq.write_table(pa.Table.from_pylist(rows, _SCHEMA), path, compression="zstd", store_schema=False)
    return len(rows)


def _of_work(work: Work, observations: Observations) -> Iterator[dict[str, object]]:
    passed = _known(observations, "assessment_vpr_pass", work)
    good = _known(observations, "assessment_vpr_quality", work)
    signs = _known(observations, "objectivity_signs", None)
    chance = stream(observations.country.seed, "distributions", work.subject, work.grade)
    region = observations.country.region_codes[0]
    for (year, place), (numerator, n) in sorted(passed.items()):
        territory = observations.codes[place]
        if not territory.startswith(f"{region}-") or (year, place) not in good or n <= 0:
            continue
        key = {"family": "vpr_marks", "territory": territory, "year": year}
        key |= {"subject": work.subject, "grade": work.grade}
        if n < MINIMUM_DISTRIBUTION:
            yield key | {"kind": "score", "lowest": 0}
            yield key | {"kind": "mark", "lowest": MARKS[0]}
            continue
        counts = spread(work, n, numerator, good[year, place][0], signs.get((year, place), (0, 1))[0] > 0, chance)
        mark_of = np.searchsorted(work.cuts, np.arange(work.maximum + 1), side="right") + MARKS[0]
        marks = [int(mark) if pupils else None for mark, pupils in zip(mark_of, counts, strict=True)]
        yield key | {"kind": "score", "lowest": 0, "pupils": counts.tolist(), "marks": marks}
        by_mark = [int(counts[mark_of == mark].sum()) for mark in MARKS]
        yield key | {"kind": "mark", "lowest": MARKS[0], "pupils": by_mark}


def _known(observations: Observations, code: str, work: Work | None) -> dict[tuple[int, int], tuple[int, int]]:
    """Numerator and denominator by year and territory's place, for the years that are kept."""
    indicator = observations.catalogue.indicators.get(code)
    if indicator is None or (work and (work.subject not in indicator.subjects or work.grade not in indicator.grades)):
        return {}
    figures: Figures = observations.figures(
        Series(indicator, work.subject if work else None, work.grade if work else None)
    )
    kept = np.isfinite(figures.numerator) & (figures.year > observations.years[-1] - YEARS)
    columns = (figures.year, figures.place, figures.numerator, figures.denominator)
    return {
        (int(year), int(place)): (int(numerator), int(n))
        for year, place, numerator, n in zip(*(column[kept] for column in columns), strict=True)
    }


def spread(work: Work, n: int, passed: int, good: int, lifted: bool, chance: Generator) -> Whole:
    """Works by score, shape (maximum + 1,): ``n - passed`` below the first cut, ``good`` from the second up."""
    first, second, third = work.cuts
    low, high = (ndtri((n - above + 0.5) / (n + 1)) for above in (passed, good))
    slope = max((high - low) / (second - first), 0.05)
    edges = low + slope * (np.arange(work.maximum + 2) - first)
    edges[0], edges[-1] = -np.inf, np.inf
    weights = np.diff(ndtr(edges)) + 1e-9
    if lifted:
        for cut in (first, second):
            moved = LIFTED * weights[cut - 1]
            weights[cut - 1] -= moved
            weights[cut] += moved
    above = weights[second:].sum()
    best = int(chance.binomial(good, weights[third:].sum() / above))
    counts = np.zeros(work.maximum + 1, np.int32)
    bounds = (0, first, second, third, work.maximum + 1)
    for start, end, inside in zip(bounds, bounds[1:], (n - passed, passed - good, good - best, best), strict=False):
        share = weights[start:end] / weights[start:end].sum()
        counts[start:end] = chance.multinomial(inside, share)
    return counts
