"""Invented projects of the demonstration region, with what the documents lack: states on record."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipelines import dates
from pipelines.programmes.projects import Cascade, Project, Record, Step, links

FILE = Path(__file__).with_name("demo_projects.toml")


@cache
def portfolio() -> Cascade:
    """The invented projects, with dates and states; they know no programme above them."""
    with FILE.open("rb") as file:
        entries = tomllib.load(file)["project"]
    return Cascade(programme=(), strategic=(), approach=(), projects=tuple(map(_project, entries)))


def _project(entry: dict[str, Any]) -> Project:
    return Project(
        code=entry["code"],
        name=entry["name"],
        short=entry["name"],
        idea="",
        goal=entry["goal"],
        finance="",
        participants=(),
        leaders=tuple(entry["leaders"]),
        directions=(),
        tasks=(),
        concept=(),
        tools=(),
        norms=(),
        expected=(),
        achieved=(),
        stages=tuple(Step(name, when, dates.read(when)) for name, when in entry["stages"]),
        activities=tuple(_activity(number, one) for number, one in enumerate(entry["activities"], start=1)),
        link=links()[entry["code"]],
    )


def _activity(number: int, entry: dict[str, Any]) -> Step:
    records = tuple(Record(date.fromisoformat(day), state) for day, state in entry.get("records", ()))
    return Step(
        name=entry["name"],
        wording=entry["when"],
        reading=dates.read(entry["when"]),
        number=str(number),
        stage=entry.get("stage", ""),
        responsible=entry["responsible"],
        records=records,
    )
