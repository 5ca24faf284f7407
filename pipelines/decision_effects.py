"""What a decision changed: the indicator it was to move, before and after, told apart from chance by rule 7.

A rise after a decision is not yet its effect; the page says «после решения», never «благодаря решению».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipelines import queries, queries_compare
from pipelines.errors import UnknownCode
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot
from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.intervals import newcombe
from pipelines.statistics.verdicts import verdicts
from pipelines.store.records import Decision

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """The figures before and after (rows of ``queries.figures``, ``None`` where there are none) and what follows.

    ``word`` is a verdict of rule 4 against the earlier year, or None with ``reason``: ``not_yet`` (no later figure),
    ``no_before``, ``absent`` (one of the two was not given), ``definition_changed``, ``unknown_indicator``, or a reason
    of the verdict function. ``change``,
    ``low`` and ``high`` are in п.п. (the interval is Newcombe's, absent for dependent units). ``reached`` is whether
    the later figure is at the expected value or beyond it in the indicator's direction; None where that cannot be said.
    With ``mechanism`` it is about that mechanism's own per cent, which has no interval and no verdict (rule 17), and
    ``indicator`` is empty.
    """

    indicator: str
    territory: str
    before: Row | None = None
    after: Row | None = None
    word: str | None = None
    reason: str | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    expected: float | None = None
    reached: bool | None = None
    mechanism: str | None = None


def effects(
    snapshot: Snapshot,
    decisions: Sequence[Decision],
    collection: str,
    territory: str,
    held: Mapping[int, int] | None = None,
) -> dict[int, Effect]:
    """The effect of every decision that names an indicator or expects a per cent of its mechanism, by its id.

    ``territory`` is the council's own, ``held`` the year of each meeting by its id, which is the year before unless
    the decision names another.
    """
    points = {d.id: _of_mechanism(snapshot, d, collection, territory, held) for d in decisions if _expects_points(d)}
    return points | _of_indicators(snapshot, decisions, collection, territory, held)


def _of_indicators(
    snapshot: Snapshot,
    decisions: Sequence[Decision],
    collection: str,
    territory: str,
    held: Mapping[int, int] | None,
) -> dict[int, Effect]:
    wanted = [decision for decision in decisions if decision.indicator]
    known = [d for d in wanted if d.indicator in snapshot.catalogue.indicators]
    found = {d.id: Effect(str(d.indicator), d.measured_at or territory, reason="unknown_indicator") for d in wanted}
    if not known:
        return found
    ids = _territories(snapshot, {d.measured_at or territory for d in known}, collection)
    if not ids:
        return found | {d.id: Effect(str(d.indicator), d.measured_at or territory, reason="no_before") for d in known}
    frame = queries.figures(
        snapshot, sorted({str(d.indicator) for d in known}), territories=sorted(ids.values()), collection=collection
    )
    for decision in known:
        place = decision.measured_at or territory
        rows = frame[(frame["indicator"] == decision.indicator) & (frame["territory"] == place)]
        for name in ("subject", "grade"):
            value = getattr(decision, name)
            rows = rows[rows[name].isna()] if value is None else rows[rows[name] == value]
        since = decision.before_year or (held or {}).get(decision.meeting_id)
        found[decision.id] = _effect(snapshot, decision, place, rows, since)
    return found


def _expects_points(decision: Decision) -> bool:
    """Whether it expects a per cent of its mechanism: a value, a mechanism, and no indicator."""
    return bool(not decision.indicator and decision.mechanism and decision.expected is not None)


def _of_mechanism(
    snapshot: Snapshot, decision: Decision, collection: str, territory: str, held: Mapping[int, int] | None
) -> Effect:
    """The mechanism's own per cent before and after; across editions that are not comparable nothing is told."""
    place, mechanism = decision.measured_at or territory, str(decision.mechanism)
    told: dict[str, Any] = {"indicator": "", "territory": place, "expected": decision.expected, "mechanism": mechanism}
    number = _territories(snapshot, {place}, collection).get(place)
    if mechanism not in snapshot.catalogue.mechanisms or number is None:
        return Effect(**told, reason="no_before")
    frame = queries_compare.mechanism_series(snapshot, mechanism, territories=[number])
    rows = frame[frame["percent"].notna()].assign(value=np.nan)
    since = decision.before_year or (held or {}).get(decision.meeting_id)
    before = _row(rows, since)
    after = _row(rows, decision.after_year) if decision.after_year else _latest(rows, since)
    told |= {"before": before, "after": after, "reached": _reached(after, decision.expected, "up")}
    if after is None or before is None:
        return Effect(**told, reason="not_yet" if after is None else "no_before")
    if before["definition"] != after["definition"]:
        return Effect(**told, reason="definition_changed")
    return Effect(**told, change=_number(after, "percent") - _number(before, "percent"), reason="points")


def _territories(snapshot: Snapshot, codes: set[str], collection: str) -> dict[str, int]:
    register = queries.territories(snapshot, collection)
    rows = register[register["code"].isin(codes)]
    return {str(code): int(number) for code, number in zip(rows["code"], rows["territory_id"], strict=True)}


def _effect(snapshot: Snapshot, decision: Decision, place: str, rows: pd.DataFrame, since: int | None) -> Effect:
    indicator = snapshot.catalogue.indicators[str(decision.indicator)]
    before = _row(rows, since)
    after = _row(rows, decision.after_year) if decision.after_year else _latest(rows, since)
    told: dict[str, Any] = {"indicator": indicator.code, "territory": place, "before": before, "after": after}
    reached = _reached(after, decision.expected, indicator.direction)
    told |= {"expected": decision.expected, "reached": reached}
    if after is None:
        return Effect(**told, reason="not_yet")
    if before is None:
        return Effect(**told, reason="no_before")
    if not same_definition(indicator, int(before["year"]), int(after["year"])):
        return Effect(**told, reason="definition_changed")
    x0, n0, x1, n1 = (_number(row, name) for row in (before, after) for name in ("numerator", "denominator"))
    change = _number(after, "percent") - _number(before, "percent")
    told["change"] = None if np.isnan(change) else change
    if np.isnan([x0, n0, x1, n1]).any() or not n0 or not n1:
        absent = {row.get("absence") for row in (before, after) if not _has_figure(row)}
        reason = "suppressed" if "suppressed" in absent else "absent" if absent else "missing"
        return Effect(**told, reason=reason)
    independent = snapshot.catalogue.nouns[indicator.counts].independent
    found = verdicts(
        x1, n1, Benchmark.sample(x0, n0), indicator.direction, minimum_n=indicator.minimum_n, independent=independent
    )
    if independent:
        gap = newcombe(x0, n0, x1, n1)
        told |= {"low": 100 * float(gap.lower), "high": 100 * float(gap.upper)}
    return Effect(**told, word=found.word[0], reason=found.reason[0])


def _row(rows: pd.DataFrame, year: int | None) -> Row | None:
    own = rows[rows["year"] == year]
    if own.empty:
        return None
    return {str(name): value for name, value in own.iloc[0].items()}


def _latest(rows: pd.DataFrame, since: int | None) -> Row | None:
    """The newest shown figure after ``since``."""
    later = rows[(rows["year"] > (since or 0)) & (rows["percent"].notna() | rows["value"].notna())]
    return _row(rows, int(later["year"].max())) if len(later) else None


def _has_figure(row: Row) -> bool:
    return not (np.isnan(_number(row, "percent")) and np.isnan(_number(row, "value")))


def _number(row: Row, name: str) -> float:
    value = row.get(name)
    return float("nan") if value is None or pd.isna(value) else float(value)


def _reached(after: Row | None, expected: float | None, direction: str) -> bool | None:
    if after is None or expected is None or direction == "none":
        return None
    value = _number(after, "percent")
    value = _number(after, "value") if np.isnan(value) else value
    if np.isnan(value):
        return None
    return value >= expected if direction == "up" else value <= expected


def measurable(snapshot: Snapshot, collection: str, territory: str) -> list[tuple[str, str | None, str | None]]:
    """Indicators, with subject and class where they have them, for which ``territory`` has figures."""
    ids = _territories(snapshot, {territory}, collection)
    if territory not in ids:
        raise UnknownCode(f"Территории «{territory}» в этих данных нет.")
    frame = queries.figures(
        snapshot, list(snapshot.catalogue.indicators), territories=[ids[territory]], collection=collection
    )
    rows = frame[["indicator", "subject", "grade"]].drop_duplicates().itertuples(index=False)
    order = list(snapshot.catalogue.indicators)
    named = [
        (str(code), None if pd.isna(subject) else str(subject), None if pd.isna(grade) else str(grade))
        for code, subject, grade in rows
    ]
    return sorted(named, key=lambda one: (order.index(one[0]), one[1] or "", one[2] or ""))
