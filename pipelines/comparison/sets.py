"""Sets of similar schools, computed once and frozen with the snapshot (rule 11).

A school is compared with those of its own region, type and year, so the work grows with the size of regions and
not with the square of the country. Each trait's share of a distance is not stored: :mod:`pipelines.comparison.similar`
computes it for the few schools on a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from pipelines import sql
from pipelines.catalogue.model import SimilarSchools
from pipelines.statistics.inputs import FloatArray, IntArray
from pipelines.statistics.similar import ENOUGH_WEIGHT, Context, context

Item = TypeVar("Item")
BATCH = 50
MOST_PAIRS = 1_000_000
TIE_BITS = 40  # of 53; 2⁴⁰ is about 10¹²


def freeze(connection: duckdb.DuckDBPyConnection, rules: SimilarSchools) -> None:
    """Fill the table ``peer`` from the table ``trait``: the ``rules.stored`` nearest of every school and year."""
    if not rules.traits or not connection.execute("SELECT count(*) FROM trait").fetchone()[0]:  # type: ignore[index]
        return
    # A few groups at a time: the sets of a whole country at once would be held in memory twice.
    for batch in batched(groups(connection, rules), BATCH):
        parts = [_rows(year, ids, *nearest_of_all(schools, rules.stored)) for year, ids, schools, _ in batch]
        connection.register("peer_rows", pa.concat_tables(parts))
        connection.execute("INSERT INTO peer BY NAME SELECT * FROM peer_rows")
        connection.unregister("peer_rows")


def groups(
    connection: duckdb.DuckDBPyConnection,
    rules: SimilarSchools,
    region: int | None = None,
    type: str | None = None,
    year: int | None = None,
) -> Iterator[tuple[int, IntArray, Context, FloatArray]]:
    """Schools that may be compared: year, ids, context and traits (S, T) as they are; all groups, or those asked."""
    traits = [trait.code for trait in rules.traits]
    scope = {"traits": traits, "region": region, "type": type, "year": year}
    found = connection.execute(sql.read("queries/comparison_traits"), scope).df()
    for _, rows in found.groupby(["region_id", "type", "year"], sort=False):
        values = rows["value"].to_numpy(dtype=np.float64).reshape(-1, len(traits))
        schools = rows.iloc[:: len(traits)]
        weights = [trait.weight for trait in rules.traits]
        made = context(schools["code"].tolist(), traits, values, weights, rules.scaling)
        yield int(rows["year"].iloc[0]), schools["territory_id"].to_numpy(dtype=np.int64), made, values


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of ``size`` items in turn, the last one shorter (``itertools.batched`` of Python 3.12)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def nearest_of_all(schools: Context, count: int) -> tuple[IntArray, FloatArray]:
    """For S schools in the order of their codes: rows of their nearest and the distances, shape (S, ≤ count).

    What :func:`pipelines.statistics.similar.nearest` gives school by school, for all at once; −1 and NaN where a
    school has fewer peers. Taken in blocks, so that a very large region does not ask for S² numbers at a time.
    """
    size = len(schools.codes)
    block = max(1, MOST_PAIRS // max(size, 1))
    found = [_nearest(schools, np.arange(first, min(first + block, size)), count) for first in range(0, size, block)]
    return np.concatenate([order for order, _ in found]), np.concatenate([distance for _, distance in found])


def _nearest(schools: Context, rows: IntArray, count: int) -> tuple[IntArray, FloatArray]:
    known = ~np.isnan(schools.scaled)
    squares = np.zeros((rows.size, len(schools.codes)))
    for trait, weight in enumerate(schools.weights):
        column, missing = schools.scaled[:, trait], ~known[:, trait]
        part = np.subtract.outer(column[rows], column)
        part *= part
        part *= weight
        part[missing[rows]] = 0.0
        part[:, missing] = 0.0
        squares += part
    available = (known[rows] * schools.weights) @ known.T
    total = float(schools.weights.sum())
    enough = available >= ENOUGH_WEIGHT * total
    enough[np.arange(rows.size), rows] = False
    distance = np.sqrt(squares * total / np.where(enough, available, 1.0))
    order = _first(np.where(enough, _rounded(distance), np.inf), count)
    is_peer = np.take_along_axis(enough, order, axis=1)
    return np.where(is_peer, order, -1), np.where(is_peer, np.take_along_axis(distance, order, axis=1), np.nan)


def _first(distance: FloatArray, count: int) -> IntArray:
    """Columns of the ``count`` smallest of each row, smallest first, equal ones in their order: that of codes."""
    if distance.shape[1] <= count:
        return np.argsort(distance, axis=1, kind="stable")
    chosen = np.sort(np.argpartition(distance, count - 1, axis=1)[:, :count], axis=1)
    near = np.take_along_axis(distance, chosen, axis=1)
    order = np.take_along_axis(chosen, np.argsort(near, axis=1, kind="stable"), axis=1)
    # Where the last place is shared, partition may have taken any of the equal ones: these rows are sorted whole.
    last = near.max(axis=1)
    shared = np.isfinite(last) & ((distance <= last[:, None]).sum(axis=1) > count)
    order[shared] = np.argsort(distance[shared], axis=1, kind="stable")[:, :count]
    return order


def _rounded(distance: FloatArray) -> FloatArray:
    """Distances without their last bits (12 digits stay), so that equal differences tie as they do in ``nearest``."""
    mantissa, exponent = np.frexp(distance)
    result: FloatArray = np.ldexp(np.rint(mantissa * 2.0**TIE_BITS), exponent)
    return result


def _rows(year: int, ids: IntArray, order: IntArray, distance: FloatArray) -> pa.Table:
    school, rank = np.nonzero(order >= 0)
    return pa.table(
        {
            "territory_id": ids[school].astype(np.uint32),
            "year": np.full(school.size, year, dtype=np.uint16),
            "rank": (rank + 1).astype(np.uint8),
            "peer_id": ids[order[school, rank]].astype(np.uint32),
            "distance": distance[school, rank],
        }
    )
