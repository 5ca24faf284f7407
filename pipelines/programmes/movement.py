"""What moved while a project ran: its indicators before it began and once it was over, told apart from chance.

The same rules as for a decision (:mod:`pipelines.decision_effects`): a rise after a project is not yet its effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines import decision_effects, queries
from pipelines.decision_effects import Effect
from pipelines.programmes.projects import Project
from pipelines.snapshot import Snapshot
from pipelines.store.records import Decision


@dataclass(frozen=True)
class Movement:
    """An effect and the subject and class that it was measured in; ``None`` for an indicator without them."""

    effect: Effect
    subject: str | None = None
    grade: str | None = None


def movements(snapshot: Snapshot, project: Project, territory: str, collection: str = "demo") -> list[Movement]:
    """What became of each indicator of the project's link, measured at ``territory`` (a code).

    Before is the last year shown before the project's first year; after is the first year shown from its last year
    on, or the latest there is while the project still runs. An indicator that is only told by subject and class moves
    in each of them.
    """
    first, last = project.period
    if project.link is None or first is None or last is None:
        return []
    register = queries.territories(snapshot, collection)
    ids = register.loc[register["code"] == territory, "territory_id"]
    if ids.empty:
        return []
    frame = queries.figures(
        snapshot, list(project.link.indicators), territories=[int(ids.iloc[0])], collection=collection
    )
    frame = frame[frame["percent"].notna() | frame["value"].notna()]
    decisions: list[Decision] = []
    for code in project.link.indicators:
        own = frame[frame["indicator"] == code]
        for subject, grade in _slices(own):
            rows = own[_is(own["subject"], subject) & _is(own["grade"], grade)]
            years = sorted(int(year) for year in rows["year"])
            before = max((year for year in years if year < first.year), default=None)
            over = [year for year in years if year >= last.year]
            after = min(over) if over else max((year for year in years if year > first.year), default=None)
            decisions.append(
                Decision(
                    meeting_id=0, number=project.code, text=project.goal, indicator=code, measured_at=territory,
                    before_year=before, after_year=after, subject=subject, grade=grade, id=len(decisions) + 1,
                )
            )  # fmt: skip
    found = decision_effects.effects(snapshot, decisions, collection, territory)
    return [Movement(found[decision.id], decision.subject, decision.grade) for decision in decisions]


def _slices(rows: pd.DataFrame) -> list[tuple[str | None, str | None]]:
    """Subject and class of the rows; only the whole where there is one, or nothing at all."""
    told = {
        (None if pd.isna(subject) else str(subject), None if pd.isna(grade) else str(grade))
        for subject, grade in zip(rows["subject"], rows["grade"], strict=True)
    }
    whole: tuple[str | None, str | None] = (None, None)
    return [whole] if whole in told or not told else sorted(told, key=lambda one: (one[0] or "", int(one[1] or 0)))


def _is(column: pd.Series, value: str | None) -> pd.Series:
    return column.isna() if value is None else column == value
