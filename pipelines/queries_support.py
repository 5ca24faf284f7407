"""Questions behind «ШНОР и 500+»: results of the schools of a region and the circumstances that they work in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines import queries, sql
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics import low_results
from pipelines.statistics.before_after import BeforeAfter, Share, compare, pooled
from pipelines.statistics.low_results import Finding, Result

LOW = "assessment_vpr_low"
"""The share of «2»: a procedure is a subject and a class of it."""


def context(snapshot: Snapshot, region: int, traits: Sequence[str]) -> pd.DataFrame:
    """Context traits of the schools of a region: ``territory`` (code), ``year``, ``trait``, ``value``."""
    parameters: dict[str, Any] = {"region": region, "traits": list(traits)}
    frame: pd.DataFrame = snapshot.cursor().execute(sql.read("queries/support_context"), parameters).df()
    return frame


def results(snapshot: Snapshot, within: int, collection: str, years: Sequence[int] | None = None) -> pd.DataFrame:
    """Shares of «2» of the schools inside ``within`` (an id) as they may be shown: a row a school, procedure and year.

    Columns of :func:`pipelines.queries.figures`.
    """
    return queries.figures(
        snapshot, [LOW], level="school", within=within, collection=collection,
        years=None if years is None else list(years), types=["school"],
    )  # fmt: skip


def computed(
    snapshot: Snapshot, within: int, collection: str, year: int, threshold: int, needed: int
) -> dict[str, Finding]:
    """What the rule of :mod:`pipelines.statistics.low_results` says of each school, by its code.

    A procedure in which the school has no such class is none of its procedures. Hidden figures stay unknown, so the
    list gives away none of them.
    """
    frame = results(snapshot, within, collection, [year])
    frame = frame[frame["absence"] != "not_applicable"]
    by_school: dict[str, list[Result]] = {}
    columns = (frame[name].tolist() for name in ("territory", "numerator", "denominator"))
    for code, numerator, denominator in zip(*columns, strict=True):
        missing = numerator != numerator or denominator != denominator
        by_school.setdefault(str(code), []).append(
            Result(None, None) if missing else Result(float(numerator), float(denominator))
        )
    return {code: low_results.identify(own, threshold, needed) for code, own in by_school.items()}


@dataclass(frozen=True)
class Followed:
    """Two groups of one selection before and after: the chosen and those of the previous step alone.

    ``seen`` and ``asked`` are (chosen, others): schools with a figure that may be shown in both years, and all.
    ``result`` and ``shares`` are ``None`` where a group has no such school or a definition changed between the years.
    """

    before: int
    after: int
    comparable: bool
    seen: tuple[int, int]
    asked: tuple[int, int]
    shares: tuple[tuple[Share, Share], tuple[Share, Share]] | None = None
    result: BeforeAfter | None = None


def followed(
    snapshot: Snapshot,
    region: int,
    collection: str,
    years: tuple[int, int],
    subject: str,
    grade: str,
    chosen: tuple[str, ...],
    others: tuple[str, ...],
) -> Followed:
    """The share of «2» of both groups of schools (codes) in ``years`` (before, after): Σ/Σ over the same schools.

    Only schools whose figures of both years may be shown are summed (rule 13: free selections are made of visible
    units), so no hidden figure can be told from the sums.
    """
    before, after = years
    frame = results(snapshot, region, collection, years)
    frame = frame[(frame["subject"] == subject) & (frame["grade"] == grade) & frame["numerator"].notna()]
    found: dict[tuple[str, int], Share] = {}
    columns = (frame[name].tolist() for name in ("territory", "year", "numerator", "denominator"))
    for code, year, numerator, denominator in zip(*columns, strict=True):
        if denominator > 0:
            found[(str(code), int(year))] = Share(float(numerator), float(denominator))
    groups = [[code for code in own if (code, before) in found and (code, after) in found] for own in (chosen, others)]
    comparable = same_definition(snapshot.catalogue.indicators[LOW], before, after)
    seen, asked = (len(groups[0]), len(groups[1])), (len(chosen), len(others))
    shares = [tuple(pooled([found[(code, year)] for code in own]) for year in years) for own in groups]
    (a, b), (c, d) = shares
    if not comparable or a is None or b is None or c is None or d is None:
        return Followed(before, after, comparable, seen, asked)
    return Followed(before, after, comparable, seen, asked, ((a, b), (c, d)), compare((a, b), (c, d)))
