"""What moved while a project ran: its indicators before it began and once it was over, told apart from chance.

The same rules as for a decision (:mod:`pipelines.decision_effects`): a rise after a project is not yet its effect.
"""

from __future__ import annotations

from pipelines import decision_effects, queries
from pipelines.decision_effects import Effect
from pipelines.programmes.projects import Project
from pipelines.snapshot import Snapshot
from pipelines.store.records import Decision


def movements(snapshot: Snapshot, project: Project, territory: str, collection: str = "demo") -> list[Effect]:
    """One effect an indicator of the project's link, measured at ``territory`` (a code).

    Before is the last year shown before the project's first year; after is the first year shown from its last year
    on, or the latest there is while the project still runs.
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
    frame = frame[frame["subject"].isna() & frame["grade"].isna() & (frame["percent"].notna() | frame["value"].notna())]
    decisions = []
    for number, code in enumerate(project.link.indicators, start=1):
        years = sorted(int(year) for year in frame.loc[frame["indicator"] == code, "year"])
        before = max((year for year in years if year < first.year), default=None)
        over = [year for year in years if year >= last.year]
        after = min(over) if over else max((year for year in years if year > first.year), default=None)
        decisions.append(
            Decision(
                meeting_id=0, number=project.code, text=project.goal, indicator=code, measured_at=territory,
                before_year=before, after_year=after, id=number,
            )
        )  # fmt: skip
    found = decision_effects.effects(snapshot, decisions, collection, territory)
    return [found[decision.id] for decision in decisions]
