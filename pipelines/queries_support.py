"""Questions behind «ШНОР и 500+»: results of the schools of a region and the circumstances that they work in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipelines import queries, sql
from pipelines.programmes import low_results
from pipelines.programmes.low_results import Finding, Result
from pipelines.snapshot import Snapshot

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
    """What the rule of :mod:`pipelines.programmes.low_results` says of each school, by its code.

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
