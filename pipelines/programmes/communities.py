"""Focus groups (document 001) by year, and five roles that help a colleague, kept apart.

A school is known by its code, so that it is one school under two names. Nothing in the documents places a school on
a map, names a mentor or counts young teachers: that is said, and shown on demonstration data alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines import dates
from pipelines.dates import Reading
from pipelines.programmes.projects import Remark
from pipelines.programmes.sheets import Line, Origin, Sheets, sheets
from pipelines.snapshot import Snapshot

DOCUMENT = "001"
ROLES = Path(__file__).with_name("roles.toml")


@dataclass(frozen=True)
class Role:
    """Who helps whom. ``from_document`` is whether the documents say it; ``met`` quotes them."""

    code: str
    name: str
    who: str
    text: str
    from_document: bool
    met: str


@dataclass(frozen=True)
class Member:
    """An organisation in a group, under the name that the document gives it there."""

    code: str
    name: str
    official: str
    note: str = ""
    type: str = "school"


@dataclass(frozen=True)
class FocusGroup:
    """One year's focus group. An empty ``theme`` or ``goal`` is one that the document does not state."""

    year: int
    name: str
    wording: str
    reading: Reading | None
    theme: str
    goal: str
    basis: str
    members: tuple[Member, ...]
    forms: tuple[str, ...] = ()
    expertise: tuple[tuple[str, str], ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    place: str = ""
    note: str = ""
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class Communities:
    """The focus groups with the agreement behind them, the priorities, and what the document leaves open."""

    groups: tuple[FocusGroup, ...]
    agreement: tuple[tuple[str, str], ...] = ()
    priorities: tuple[str, ...] = ()
    understanding: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def places(self) -> int:
        """How many times an organisation took part; one that came twice counts twice."""
        return sum(len(group.members) for group in self.groups)

    @property
    def distinct(self) -> int:
        """How many organisations took part, each counted once."""
        return len({member.code for group in self.groups for member in group.members})


@dataclass(frozen=True)
class Again:
    """An organisation that took part more than once: each year with the name it bore there."""

    code: str
    official: str
    times: tuple[tuple[int, str], ...]


def repeated(groups: Iterable[FocusGroup]) -> list[Again]:
    """Organisations in more than one group, in the order in which they first appear."""
    found: dict[str, list[tuple[int, str]]] = {}
    officials: dict[str, str] = {}
    for group in groups:
        for member in group.members:
            found.setdefault(member.code, []).append((group.year, member.name))
            officials.setdefault(member.code, member.official)
    return [Again(code, officials[code], tuple(times)) for code, times in found.items() if len(times) > 1]


def of_type(groups: Iterable[FocusGroup], kind: str) -> list[FocusGroup]:
    """The groups with members of this type of organisation; all of them for an empty ``kind``."""
    return [group for group in groups if not kind or any(member.type == kind for member in group.members)]


@cache
def roles() -> tuple[Role, ...]:
    """Ментор, наставник, куратор, тьютор, коуч."""
    with ROLES.open("rb") as file:
        entries = tomllib.load(file)["role"]
    return tuple(
        Role(one["code"], one["name"], one["who"], one["text"], one["origin"] == "document", one["met"])
        for one in entries
    )


def communities(snapshot: Snapshot) -> Communities | None:
    """The focus groups as document 001 gives them; ``None`` where the snapshot has no such document."""
    found = sheets(snapshot, DOCUMENT)
    groups = tuple(_group(found, line) for line in found.lines("Фокус-группы"))
    if not groups:
        return None
    return Communities(
        groups=groups,
        agreement=tuple((line["Сведение"], line["Запись"]) for line in found.lines("Договор")),
        priorities=found.texts("Приоритеты", "Приоритет"),
        understanding=tuple((line["Сведение"], line["Запись"]) for line in found.lines("Цель и вектор 2020")),
        remarks=tuple(Remark(line["Вид"], line["Что замечено"], line.place) for line in found.lines("Оговорки")),
    )


def _group(found: Sheets, line: Line) -> FocusGroup:
    year = line["Год"]

    def own(sheet: str) -> list[Line]:
        return [one for one in found.lines(sheet) if one["Год"] == year]

    return FocusGroup(
        year=int(year),
        name=line["Название"],
        wording=line["Период"],
        reading=dates.read(line["Период"]),
        theme=line["Тема"],
        goal=line["Цель"],
        basis=line["Основа"],
        members=tuple(
            Member(one["Код территории"], one["Название"], one["Название организации"] or one["Название"], one.note)
            for one in own("Школы по годам")
        ),
        forms=tuple(one["Форма работы"] for one in own("Формы работы")),
        expertise=tuple((one["Сведение"], one["Запись"]) for one in own("Общественная экспертиза")),
        roles=tuple((one["Роль в фокус-группе"], one["Роль в организации"]) for one in own("Роли")),
        place=line.place,
        note=line.note,
    )
