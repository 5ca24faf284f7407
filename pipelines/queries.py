"""Questions to a snapshot. Each answers with a data frame or plain rows; nothing above this module writes SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipelines import sql
from pipelines.catalogue.model import LEVELS
from pipelines.comparison.internal import InternalUse, reveal
from pipelines.errors import PipelineError, UnknownCode
from pipelines.snapshot import Snapshot

COLLECTIONS = ("sources", "demo", "own")


def figures(
    snapshot: Snapshot,
    indicators: Sequence[str],
    *,
    level: str | None = None,
    territories: Sequence[int] | None = None,
    within: int | None = None,
    years: Sequence[int] | None = None,
    collection: str | None = None,
    subject: str | None = None,
    grade: str | None = None,
    types: Sequence[str] | None = None,
    internal: InternalUse | None = None,
) -> pd.DataFrame:
    """Figures of indicators as they may be shown: one row an indicator, subject, class, territory and year.

    ``level`` is region, district or school (``None``: all). ``territories`` are ids of single units, ``within`` is
    the id of a unit whose members (itself included) are wanted. ``percent`` is 0–100, ``NaN`` when absent or hidden.
    With ``internal`` hidden figures stand in it too, and the use is written down (see that module). Raises
    :class:`UnknownCode` for an indicator that the snapshot's catalogue does not hold.
    """
    frame = _frame(
        snapshot,
        "figures",
        indicators=[_indicator_id(snapshot, code) for code in indicators],
        region=region_of(snapshot, [within] if within is not None else territories),
        level=_level_id(level),
        years=None if years is None else list(years),
        collection=collection,
        subject=subject,
        grade=grade,
        types=None if types is None else list(types),
        territories=None if territories is None else list(territories),
        within=within,
    )
    frame = frame if internal is None else reveal(snapshot, frame, internal)
    return frame.assign(snapshot=snapshot.id)


def mechanisms(
    snapshot: Snapshot,
    mechanism: str | None = None,
    *,
    edition: str | None = None,
    level: str | None = None,
    territories: Sequence[int] | None = None,
    within: int | None = None,
    years: Sequence[int] | None = None,
    collection: str | None = None,
) -> pd.DataFrame:
    """Mechanisms' own per cents (rule 17): one row a mechanism, edition, territory and year; never rolled up."""
    if mechanism is not None and mechanism not in snapshot.catalogue.mechanisms:
        raise UnknownCode(f"Механизма «{mechanism}» нет в каталоге: {', '.join(snapshot.catalogue.mechanisms)}.")
    frame = _frame(
        snapshot,
        "mechanisms",
        mechanism=mechanism,
        edition=edition,
        level=_level_id(level),
        years=None if years is None else list(years),
        collection=collection,
        territories=None if territories is None else list(territories),
        within=within,
    )
    return frame.assign(snapshot=snapshot.id)


def positions(snapshot: Snapshot, territory: int, mechanism: str, year: int | None = None) -> pd.DataFrame:
    """Scored positions of one mechanism for one territory."""
    return _frame(snapshot, "positions", territory=territory, mechanism=mechanism, year=year)


def territories(snapshot: Snapshot, collection: str | None = None) -> pd.DataFrame:
    """The register: one row a region, district or organisation, ordered by level and name."""
    return _frame(snapshot, "territories", collection=collection)


def availability(snapshot: Snapshot, region: int | None = None) -> pd.DataFrame:
    """For which regions, indicators, levels, years, subjects and classes there are rows; ``region`` is an id."""
    return _frame(snapshot, "availability", region=region)


def find_territory(snapshot: Snapshot, text: str, collection: str | None = None) -> list[dict[str, Any]]:
    """The territories that a code or a name means; more than one only for the same code in several collections.

    Raises :class:`UnknownCode` when there is none and :class:`PipelineError` with the candidates when a name is
    ambiguous.
    """
    found = snapshot.rows(sql.read("queries/territory_by_name"), {"text": text, "collection": collection})
    if not found:
        raise UnknownCode(f"Территории «{text}» нет среди данных. Проверьте код или точное название.")
    by_code = [row for row in found if row["by_code"]]
    if by_code or len(found) == 1:
        return by_code or found
    candidates = "; ".join(f"{row['code']} — {row['name']} ({row['collection']})" for row in found[:20])
    raise PipelineError(f"Название «{text}» носят несколько территорий: {candidates}. Укажите код.")


def _indicator_id(snapshot: Snapshot, code: str) -> int:
    if code not in snapshot.indicator_ids:
        raise UnknownCode(f"Показателя «{code}» нет в каталоге. Список: «python -m pipelines catalogue».")
    return snapshot.indicator_ids[code]


def region_of(snapshot: Snapshot, units: Sequence[int] | None) -> int | None:
    """The one region that holds all ``units``, so that the engine reads only its rows; ``None`` when several do."""
    if not units:
        return None
    query = "SELECT DISTINCT region_id FROM territory WHERE territory_id IN (SELECT unnest($units))"
    regions = snapshot.rows(query, {"units": list(units)})
    return int(regions[0]["region_id"]) if len(regions) == 1 else None


def _level_id(level: str | None) -> int | None:
    return None if level in (None, "any") else LEVELS.index(level) + 1


def _frame(snapshot: Snapshot, query: str, **parameters: Any) -> pd.DataFrame:
    frame: pd.DataFrame = snapshot.cursor().execute(sql.read(f"queries/{query}"), parameters).df()
    return frame


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as JSON-ready dicts: missing is ``None``, whole numbers stay whole."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15, force_ascii=False))
    return rows


def coverage_of_collections(snapshot: Snapshot) -> dict[str, dict[str, tuple[int, ...]]]:
    """``{collection: {region code: years with data}}``, regions with mechanisms' per cents first."""
    rows = snapshot.rows(sql.read("queries/coverage_of_collections"))
    with_mechanisms = {(row["collection"], row["region"]) for row in rows if row["mechanisms"]}
    rows.sort(key=lambda row: (row["collection"], row["region"]) not in with_mechanisms)
    found: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        found.setdefault(row["collection"], {}).setdefault(row["region"], []).append(row["year"])
    return {
        collection: {region: tuple(sorted(set(years))) for region, years in regions.items()}
        for collection, regions in found.items()
    }
