"""The invented council of the demonstration region, from its own file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pipelines import queries
from pipelines.snapshot import Snapshot
from pipelines.store.records import AgendaItem, Attendance, Decision, Meeting, Member, Speech

ORIGIN = "demo"
BY = "демонстрация"
REGION = "demo"
FILE = Path(__file__).parent / "demo_council.toml"


def protocols(snapshot: Snapshot) -> list[tuple[Meeting, list[Decision]]]:
    """The invented meetings with their decisions; none where the snapshot has no demonstration region."""
    if REGION not in set(queries.territories(snapshot, "demo")["code"]):
        return []
    return [_protocol(entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["meeting"]]


def _protocol(entry: dict[str, Any]) -> tuple[Meeting, list[Decision]]:
    decisions = [
        Decision(meeting_id=0, position=position, origin=ORIGIN, **decision)
        for position, decision in enumerate(entry.pop("decision"), 1)
    ]
    children: dict[str, Any] = {
        name: tuple(record(**child) for child in entry.pop(name, []))
        for name, record in (
            ("attendance", Attendance),
            ("agenda", AgendaItem),
            ("speeches", Speech),
            ("members", Member),
        )
    }
    return Meeting(collection="demo", territory=REGION, origin=ORIGIN, **entry, **children), decisions
