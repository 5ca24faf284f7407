"""Excess of works above the cuts of marks, school by school, for the shown distributions of primary scores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines import queries_distribution
from pipelines.snapshot import Snapshot
from pipelines.statistics.excess import excess_above_cut

COLUMNS = [
    "territory",
    "territory_name",
    "district_name",
    "mark",
    "cut",
    "works",
    "excess",
    "z",
    "stands_out",
    "reason",
]
BY_CHANCE = 0.001
"""The part of tests that chance alone puts above 99.8 %, one side."""


def work_cuts(snapshot: Snapshot, region: int, *, year: int, subject: str | None, grade: str | None) -> dict[int, int]:
    """The lowest score of «3», «4» and «5» of one work, from all shown distributions of the region (its id)."""
    frame = queries_distribution.distribution(snapshot, region, year=year, subject=subject, grade=grade)
    return queries_distribution.cuts(frame)


def excess_of_schools(
    snapshot: Snapshot, within: int, region: int, *, year: int, subject: str | None, grade: str | None
) -> pd.DataFrame:
    """One row a school inside ``within`` and cut, the greatest z first: columns :data:`COLUMNS`.

    What :func:`pipelines.statistics.excess.excess_above_cut` finds; ``reason`` says why a cut was not tested.
    """
    at = work_cuts(snapshot, region, year=year, subject=subject, grade=grade)
    frame = queries_distribution.schools(snapshot, within, year=year, subject=subject, grade=grade)
    shown = frame[~frame["hidden"]]
    if not at or shown.empty:
        return pd.DataFrame(columns=COLUMNS)
    height = int(shown["score"].max()) + 1
    members, place = np.unique(shown["territory_id"].to_numpy(), return_inverse=True)
    counts = np.zeros((members.size, height))
    counts[place, shown["score"].to_numpy(dtype=int)] = shown["pupils"].to_numpy(dtype=float)
    names = shown.drop_duplicates("territory_id").set_index("territory_id")
    rows = []
    for member, works in zip(members, counts, strict=True):
        who = names.loc[member]
        for mark, found in zip(at, excess_above_cut(works, list(at.values())), strict=True):
            rows.append((who["territory"], who["territory_name"], who["district_name"], mark, found.cut, found.works,
                         found.excess, found.z, found.stands_out, found.reason))  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = table.sort_values(["z", "territory"], ascending=[False, True], na_position="last")
    return order.reset_index(drop=True)
