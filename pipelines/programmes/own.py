"""One's own programmes, from the forms that were filled in and loaded (:mod:`pipelines.readers.form_kinds`).

A form loaded later stands for an earlier one project by project, group by group, offer by offer, school by school.
What a sender did not say stays empty; that a project serves a mechanism is here the sender's word, not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines import dates, queries, queries_documents, sql
from pipelines.catalogue import Catalogue
from pipelines.programmes.communities import FocusGroup, Member
from pipelines.programmes.projects import Link, Project, Record, Step
from pipelines.programmes.sheets import Line
from pipelines.readers.form_kinds import LISTS, ORGANISATION, PAPER_STATES, PAPERS, ROLES, SECTIONS, STATES
from pipelines.readers.programme_forms import FORM_FIELD, PLACED, PLACED_LEADER, mechanism_of, moment_of
from pipelines.snapshot import Snapshot

COLLECTION = "own"
Key = tuple[str, ...]


def lines(snapshot: Snapshot, form: str) -> list[list[Line]]:
    """The rows of every loaded form of one kind, a list a sheet, in the order of loading."""
    found = snapshot.rows(sql.read("queries/own_forms"), {"field": FORM_FIELD, "form": form})
    tables = [queries_documents.document_table(snapshot, row["document"], row["sheet"]) for row in found]
    return [[Line(table, row) for row in table.rows] for table in tables]


def has(snapshot: Snapshot, *forms: str) -> bool:
    """Whether any form of these kinds was loaded."""
    return any(snapshot.rows(sql.read("queries/own_forms"), {"field": FORM_FIELD, "form": form}) for form in forms)


def _latest(forms: Iterable[Iterable[Line]], key: Callable[[Line], Key]) -> dict[Key, list[Line]]:
    """The rows of each key in the last form that holds it, in the order in which keys first appear."""
    found: dict[Key, list[Line]] = {}
    for form in forms:
        own: dict[Key, list[Line]] = {}
        for line in form:
            own.setdefault(key(line), []).append(line)
        found |= own
    return found


def _whole(line: Line, header: str) -> int:
    return line.whole(header) or 0


# --- projects ----------------------------------------------------------------------------------------------


def projects(snapshot: Snapshot) -> tuple[Project, ...]:
    """The projects of the loaded forms, each with its passport and plan."""
    found = _latest(lines(snapshot, "projects"), lambda line: (line["Код проекта"],))
    return tuple(_project(code, own, snapshot.catalogue) for (code,), own in found.items())


def _project(code: str, own: list[Line], catalogue: Catalogue) -> Project:
    said: dict[str, list[Line]] = {section: [] for section in SECTIONS}
    for line in own:
        section = next((one for one in SECTIONS if one.lower() == line["Раздел"].lower()), None)
        if section:
            said[section].append(line)

    def texts(section: str) -> tuple[str, ...]:
        return tuple(line["Текст"] for line in said[section])

    name = own[0]["Проект"]
    return Project(
        code=code,
        name=name,
        short=name,
        idea=" ".join(texts("Уникальная идея")),
        goal=" ".join(texts("Цель")),
        finance="; ".join(texts("Финансирование")),
        participants=texts("Участники"),
        leaders=texts("Руководитель"),
        directions=texts("Направление НП"),
        tasks=texts("Задача"),
        concept=(),
        tools=texts("Инструмент"),
        norms=texts("Норма"),
        expected=texts("Ожидаемый результат"),
        achieved=texts("Достигнутый результат"),
        stages=tuple(_step(number, line) for number, line in enumerate(said["Этап"], 1)),
        activities=tuple(_step(number, line) for number, line in enumerate(said["Мероприятие"], 1)),
        place=own[0].place,
        link=_link(code, own, catalogue),
    )


def _step(number: int, line: Line) -> Step:
    wording = line["Сроки"]
    return Step(
        name=line["Текст"],
        wording=wording,
        reading=dates.read(wording) if wording else None,
        number=str(number),
        stage=line["Этап"],
        result=line["Результат"],
        responsible=line["Ответственный"],
        records=_records(line),
        cells=f"{line.table.sheet}!{line.row.range}",
        note=line.note,
    )


def _records(line: Line) -> tuple[Record, ...]:
    """What is on record of a step; a state without a day says of no day what it was."""
    state, moment = STATES.get(line["Состояние"].lower()), moment_of(line["На дату"])
    return (Record(dates.first_day(moment), state),) if state and moment else ()  # type: ignore[arg-type]


def _link(code: str, own: list[Line], catalogue: Catalogue) -> Link | None:
    named = (mechanism_of(line["Механизм"], catalogue) for line in own if line["Механизм"])
    mechanism = next((one for one in named if one), None)
    return Link(code, mechanism, (), (), False, "") if mechanism else None


# --- communities, mentors, lists -----------------------------------------------------------------------------


def groups(snapshot: Snapshot) -> tuple[FocusGroup, ...]:
    """The groups of the loaded forms by year, each with its members as the register knows them."""
    types = _types(snapshot)
    found = _latest(lines(snapshot, "communities"), lambda line: (line["Год"], line["Группа"]))
    made = [_group(year, name, own, types) for (year, name), own in found.items()]
    return tuple(sorted(made, key=lambda group: group.year))


def _group(year: str, name: str, own: list[Line], types: Mapping[str, tuple[str, str]]) -> FocusGroup:
    def first(header: str) -> str:
        return next((line[header] for line in own if line[header]), "")

    def member(line: Line) -> Member:
        code = line[PLACED]
        official, kind = types.get(code, (line[ORGANISATION], "school"))
        return Member(code, line[ORGANISATION] or official, official, line.note, kind)

    wording = first("Период") or year
    return FocusGroup(
        year=int(year),
        name=name,
        wording=wording,
        reading=dates.read(wording),
        theme=first("Тема"),
        goal=first("Цель"),
        basis="",
        members=tuple(member(line) for line in own),
        forms=tuple(dict.fromkeys(line["Форма работы"] for line in own if line["Форма работы"])),
    )


def _types(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    register = queries.territories(snapshot, COLLECTION)
    own = register[register["level"] == "school"]
    return {code: (name, kind) for code, name, kind in zip(own["code"], own["name"], own["type"], strict=True)}


def offers(snapshot: Snapshot) -> pd.DataFrame:
    """Places with mentors: the columns of :func:`pipelines.programmes.demo.offers`."""
    found = _latest(lines(snapshot, "mentors"), lambda line: (line[PLACED], line["Роль"], line["Компетенция"]))
    rows: list[dict[str, Any]] = [
        {
            "territory": line[PLACED],
            "role": ROLES[line["Роль"].lower()],
            "competence": line["Компетенция"],
            "places": _whole(line, "Мест"),
            "taken": _whole(line, "Занято"),
        }
        for (line, *_more) in found.values()
    ]
    frame = pd.DataFrame(rows, columns=["territory", "role", "competence", "places", "taken"])
    register = queries.territories(snapshot, COLLECTION)
    above = register.set_index("territory_id")[["code", "name"]]
    own = register[register["level"] == "school"].assign(
        district=lambda part: part["district_id"].map(above["code"]),
        district_name=lambda part: part["district_id"].map(above["name"]),
    )
    own = own.rename(columns={"code": "territory", "name": "territory_name"})
    named: pd.DataFrame = frame.merge(
        own[["territory", "territory_name", "type", "district", "district_name", "region_id"]], on="territory"
    )
    return named


@dataclass(frozen=True)
class Listed:
    """A school in an official list: ``kind`` is ``low`` (ШНОР), ``hard`` (ШНСУ) or ``both``.

    ``step`` is how far it came in the selection; ``None`` where there was none.
    """

    year: int
    code: str
    kind: str
    source: str
    step: int | None = None


def low_lists(snapshot: Snapshot) -> tuple[Listed, ...]:
    """The official lists of schools by year and code, each school with the document that put it there."""
    found = _latest(lines(snapshot, "support"), lambda line: (line["Год"], line[PLACED]))
    kinds = {name.lower(): code for name, code in LISTS.items()}
    made = [
        Listed(int(year), code, kinds[own[0]["Список"].lower()], own[0]["Источник"], own[0].whole("Ступень отбора"))
        for (year, code), own in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.year, one.code)))


@dataclass(frozen=True)
class Chosen:
    """A pair of a year that people chose, with the reason; ``low`` and ``leader`` are codes."""

    year: int
    low: str
    leader: str
    reason: str


def pairs(snapshot: Snapshot) -> tuple[Chosen, ...]:
    """The pairs of the loaded forms by year and code of the low-result school."""
    found = _latest(lines(snapshot, "pairs"), lambda line: (line["Год"], line[PLACED]))
    made = [Chosen(int(year), low, own[0][PLACED_LEADER], own[0]["Причина"]) for (year, low), own in found.items()]
    return tuple(sorted((one for one in made if one.leader), key=lambda one: (one.year, one.low)))


@dataclass(frozen=True)
class Paper:
    """A paper of a school and what is with it; ``kind`` and ``state`` are codes, ``risk`` only of its programmes."""

    kind: str
    state: str
    risk: str = ""
    day: str | None = None
    link: str = ""
    following: str = ""


@dataclass(frozen=True)
class Accompanied:
    """A row of the worktable: who goes with a school in a year, as roles, and its papers in the order of the form."""

    year: int
    code: str
    curator: str
    coordinator: str
    mentor: str
    papers: tuple[Paper, ...]


def worktable(snapshot: Snapshot) -> tuple[Accompanied, ...]:
    """The worktables of the loaded forms by year and school."""
    found = _latest(lines(snapshot, "worktable"), lambda line: (line["Год"], line[PLACED]))
    made = [_accompanied(int(year), code, own) for (year, code), own in found.items()]
    return tuple(sorted(made, key=lambda one: (one.year, one.code)))


def _accompanied(year: int, code: str, own: list[Line]) -> Accompanied:
    def first(header: str) -> str:
        return next((line[header] for line in own if line[header]), "")

    papers = tuple(
        Paper(
            PAPERS[line["Документ"].lower()], PAPER_STATES[line["Состояние документа"].lower()], line["Риск"],
            moment_of(line["Дата"]), line["Ссылка"], line["Что дальше"],
        )
        for line in own
    )  # fmt: skip
    return Accompanied(year, code, first("Куратор"), first("Муниципальный координатор"), first("Ментор"), papers)


# --- decisions ---------------------------------------------------------------------------------------------


def decision_lines(snapshot: Snapshot) -> dict[Key, list[Line]]:
    """The rows of loaded decisions by meeting: day (ISO) and the code of the territory whose council met."""
    found = _latest(lines(snapshot, "decisions"), lambda line: (moment_of(line["Дата заседания"]) or "", line[PLACED]))
    return {key: own for key, own in found.items() if all(key)}
