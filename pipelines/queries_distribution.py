"""Distributions of primary scores and of marks: schools, and the shown schools of a district or region together.

A school's distribution stands here from 20 works up and where its result is shown (rule 13, domain.md §4); what a
district or region has is the sum of the shown ones, so nothing hidden can be taken out of it.
"""

from __future__ import annotations

import pandas as pd

from pipelines import sql
from pipelines.snapshot import Snapshot
from pipelines.statistics.excess import Excess, excess_above_cut

VPR = "vpr_marks"
"""The family of indicators whose works are counted."""
KINDS = ("score", "mark")
CUT_MARKS = (3, 4, 5)


def available(snapshot: Snapshot, within: int) -> pd.DataFrame:
    """Which distributions there are inside a unit (its id), itself included; the latest year first.

    One row a ``family, kind, year, subject, grade`` with ``schools`` (shown) and ``hidden_schools``.
    """
    return _frame(snapshot, "distributions", within=within)


def distribution(
    snapshot: Snapshot,
    territory: int,
    *,
    year: int,
    subject: str | None,
    grade: str | None,
    kind: str = "score",
    family: str = VPR,
) -> pd.DataFrame:
    """How many pupils have each score: one row a score, in ascending order; empty where nothing was loaded.

    ``territory`` is the id of a school, district or region. Columns: territory, territory_name, level, score (0 to
    the maximum of the work, every one; marks 2–5 for ``kind="mark"``), pupils (a true 0 where nobody has it), mark
    (the mark that this score was given, missing where unknown or different), schools, hidden_schools, source_file,
    source_sheet, source_cell (of a school). Where all is hidden there is one row without score and pupils.
    """
    return _frame(
        snapshot, "distribution", territory=territory, year=year, subject=subject, grade=grade, kind=kind, family=family
    )


def schools(
    snapshot: Snapshot,
    within: int,
    *,
    year: int,
    subject: str | None,
    grade: str | None,
    kind: str = "score",
    family: str = VPR,
) -> pd.DataFrame:
    """The distributions of all schools inside a unit: one row a school and score, ``hidden`` ones without a score."""
    return _frame(
        snapshot,
        "distribution_schools",
        within=within,
        year=year,
        subject=subject,
        grade=grade,
        kind=kind,
        family=family,
    )


def cuts(frame: pd.DataFrame) -> dict[int, int]:
    """The lowest score of each of the marks 3, 4, 5 in a frame of :func:`distribution` (best that of the region).

    A mark is left out where it is not given, or where a lower score has a higher mark (no cut explains that).
    """
    told = frame.dropna(subset=["score", "mark"])
    marks, scores = told["mark"].astype(int), told["score"].astype(int)
    lowest = {mark: int(scores[marks == mark].min()) for mark in CUT_MARKS if (marks == mark).any()}
    return {
        mark: cut
        for mark, cut in lowest.items()
        if not ((scores < cut) & (marks >= mark)).any() and not ((scores >= cut) & (marks < mark)).any()
    }


def excess(frame: pd.DataFrame, at: dict[int, int]) -> dict[int, Excess]:
    """What :func:`~pipelines.statistics.excess.excess_above_cut` finds at each cut (``at``: mark → lowest score).

    ``frame`` is one of :func:`distribution` with ``kind="score"``; empty where there is nothing to count.
    """
    shown = frame.dropna(subset=["score"])
    if shown.empty or not at:
        return {}
    counts = shown.set_index("score")["pupils"].astype(float)
    whole = counts.reindex(range(int(counts.index.max()) + 1), fill_value=0.0)
    return dict(zip(at, excess_above_cut(whole.to_numpy(), list(at.values())), strict=True))


def _frame(snapshot: Snapshot, query: str, **parameters: object) -> pd.DataFrame:
    frame: pd.DataFrame = snapshot.cursor().execute(sql.read(f"queries/{query}"), parameters).df()
    return frame
