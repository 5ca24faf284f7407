"""One's own programmes, from the forms that were filled in and loaded (:mod:`pipelines.readers.form_kinds`).

A form loaded later stands for an earlier one project by project, group by group, offer by offer, school by school.
What a sender did not say stays empty; that a project serves a mechanism is here the sender's word, not ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from pipelines import dates, queries, queries_documents, sql
from pipelines.catalogue import Catalogue
from pipelines.programmes.communities import FocusGroup, Member
from pipelines.programmes.projects import Link, Project, Record, Step
from pipelines.programmes.sheets import Line, Origin
from pipelines.programmes.support_work import Parameter
from pipelines.readers.form_kinds import (
    LISTS,
    ORGANISATION,
    PAPER_STATES,
    PAPERS,
    ROLES,
    SECTIONS,
    STAGES,
    STATES,
    TYPES,
)
from pipelines.readers.programme_forms import FORM_FIELD, PLACED, PLACED_LEADER, indicator_of, mechanism_of, moment_of
from pipelines.snapshot import Snapshot

COLLECTION = "own"
Action = Literal["appoint", "correct", "send", "check", "carry_out", "sum_up"]
Key = tuple[str, ...]


def lines(snapshot: Snapshot, form: str) -> list[list[Line]]:
    """The rows of every loaded form of one kind, a list a sheet, in the order of loading."""
    found = snapshot.rows(sql.read("queries/own_forms"), {"field": FORM_FIELD, "form": form})
    tables = [queries_documents.document_table(snapshot, row["document"], row["sheet"]) for row in found]
    return [[Line(table, row) for row in table.rows] for table in tables]


def has(snapshot: Snapshot, *forms: str) -> bool:
    """Whether any form of these kinds was loaded."""
    return any(snapshot.rows(sql.read("queries/own_forms"), {"field": FORM_FIELD, "form": form}) for form in forms)


def years(snapshot: Snapshot, *forms: str) -> dict[str, tuple[int, ...]]:
    """The years of the loaded forms of these kinds by the code of the region that their rows are about."""
    register = queries.territories(snapshot, COLLECTION)
    codes = dict(zip(register["territory_id"], register["code"], strict=True))
    region_of = {code: codes[number] for code, number in zip(register["code"], register["region_id"], strict=True)}
    found: dict[str, set[int]] = {}
    for form in forms:
        for line in (line for sheet in lines(snapshot, form) for line in sheet):
            if line[PLACED] in region_of and line["Год"].isdigit():
                found.setdefault(region_of[line[PLACED]], set()).add(int(line["Год"]))
    return {region: tuple(sorted(own)) for region, own in found.items()}


def latest(forms: Iterable[Iterable[Line]], key: Callable[[Line], Key]) -> dict[Key, list[Line]]:
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
    found = latest(lines(snapshot, "projects"), lambda line: (line["Код проекта"],))
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
        territory=next((line[PLACED] for line in own if line[PLACED]), ""),
        types=_types_of(own),
        origins=origins(own),
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
        stated=None,
        cells=f"{line.origin.sheet}!{line.origin.cells}",
        note=line.note,
    )


def _records(line: Line) -> tuple[Record, ...]:
    """What is on record of a step; a state without a day says of no day what it was."""
    state, moment = STATES.get(line["Состояние"].lower()), moment_of(line["На дату"])
    return (Record(dates.first_day(moment), state),) if state and moment else ()  # type: ignore[arg-type]


def _link(code: str, own: list[Line], catalogue: Catalogue) -> Link | None:
    """The mechanism and the indicators that the sender names; without a mechanism, that of the first indicator."""
    told = (indicator_of(line["Показатель"], catalogue) for line in own if line["Показатель"])
    indicators = tuple(dict.fromkeys(one for one in told if one))
    named = (mechanism_of(line["Механизм"], catalogue) for line in own if line["Механизм"])
    mechanism = next((one for one in named if one), None)
    if mechanism is None and indicators:
        mechanism = catalogue.indicators[indicators[0]].mechanism
    return Link(code, mechanism, indicators, _types_of(own), False, "") if mechanism else None


def _types_of(own: list[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(TYPES[line["Тип организаций"]] for line in own if line["Тип организаций"]))


def origins(own: Iterable[Line]) -> tuple[Origin, ...]:
    """Where some rows stand, a sheet once: from the first to the last of their cells."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for line in own:
        one = line.origin
        found.setdefault((one.document, one.file, one.sheet), []).extend(one.cells.split(":"))
    return tuple(
        Origin(*where, cells[0] if len(cells) == 1 else f"{cells[0]}:{cells[-1]}") for where, cells in found.items()
    )


# --- communities, mentors, lists -----------------------------------------------------------------------------


def groups(snapshot: Snapshot) -> tuple[FocusGroup, ...]:
    """The groups of the loaded forms by year, each with its members as the register knows them."""
    types = _types(snapshot)
    found = latest(lines(snapshot, "communities"), lambda line: (line["Год"], line["Группа"]))
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
        origins=origins(own),
        forms=tuple(dict.fromkeys(line["Форма работы"] for line in own if line["Форма работы"])),
    )


def _types(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    register = queries.territories(snapshot, COLLECTION)
    own = register[register["level"] == "school"]
    return {code: (name, kind) for code, name, kind in zip(own["code"], own["name"], own["type"], strict=True)}


def offers(snapshot: Snapshot) -> pd.DataFrame:
    """Places with mentors: the columns of :func:`pipelines.programmes.demo.offers`, and ``origin`` of each."""
    found = latest(lines(snapshot, "mentors"), lambda line: (line[PLACED], line["Роль"], line["Компетенция"]))
    rows: list[dict[str, Any]] = [
        {
            "territory": line[PLACED],
            "role": ROLES[line["Роль"].lower()],
            "competence": line["Компетенция"],
            "places": _whole(line, "Мест"),
            "taken": _whole(line, "Занято"),
            "origin": line.origin,
        }
        for (line, *_more) in found.values()
    ]
    frame = pd.DataFrame(rows, columns=["territory", "role", "competence", "places", "taken", "origin"])
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

    ``step`` is how far it came in the selection; ``None`` where there was none. ``cluster`` and ``deficit`` are empty
    where the list does not name them.
    """

    year: int
    code: str
    kind: str
    source: str
    origin: Origin
    step: int | None = None
    cluster: str = ""
    deficit: str = ""

    @property
    def low(self) -> bool:
        """Whether it stands on the list of schools with low results."""
        return self.kind != "hard"

    @property
    def hard(self) -> bool:
        """Whether it stands on the list of schools in hard conditions."""
        return self.kind != "low"


def low_lists(snapshot: Snapshot) -> tuple[Listed, ...]:
    """The official lists of schools by year and code, each school with the document that put it there."""
    found = latest(lines(snapshot, "support"), lambda line: (line["Год"], line[PLACED]))
    kinds = {name.lower(): code for name, code in LISTS.items()}
    made = [
        Listed(
            int(year), code, kinds[own["Список"].lower()], own["Источник"], own.origin, own.whole("Ступень отбора"),
            own["Кластер"], own["Дефициты"],
        )
        for (year, code), (own, *_more) in found.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda one: (one.year, one.code)))


@dataclass(frozen=True)
class Chosen:
    """A pair of a year that people chose, with the reason; ``low`` and ``leader`` are codes."""

    year: int
    low: str
    leader: str
    reason: str
    origin: Origin


def pairs(snapshot: Snapshot) -> tuple[Chosen, ...]:
    """The pairs of the loaded forms by year and code of the low-result school."""
    found = latest(lines(snapshot, "pairs"), lambda line: (line["Год"], line[PLACED]))
    made = [
        Chosen(int(year), low, own[PLACED_LEADER], own["Причина"], own.origin)
        for (year, low), (own, *_more) in found.items()
    ]
    return tuple(sorted((one for one in made if one.leader), key=lambda one: (one.year, one.low)))


@dataclass(frozen=True)
class Paper:
    """A paper of a school and what is with it; ``kind`` and ``state`` are codes, ``risk`` only of its programmes."""

    kind: str
    state: str
    origin: Origin
    risk: str = ""
    day: str | None = None
    link: str = ""
    following: str = ""


@dataclass(frozen=True)
class Accompanied:
    """A row of the worktable: who goes with a school in a year, as roles, and its papers in the order of the form.

    ``stage`` is 1–6, ``None`` where the form does not say.
    """

    year: int
    code: str
    curator: str
    coordinator: str
    mentor: str
    stage: int | None
    papers: tuple[Paper, ...]

    def of(self, kind: str) -> tuple[Paper, ...]:
        """The papers of a kind; none where the form says nothing of it, several where there are several risks."""
        return tuple(paper for paper in self.papers if paper.kind == kind)

    @property
    def next(self) -> tuple[Action, Paper | None]:
        """The first thing to be done, in the order of the papers, and the paper that it is about."""
        if not self.curator:
            return "appoint", None
        actions: Mapping[str, Action] = {"returned": "correct", "none": "send", "sent": "check"}
        for kind in PAPERS.values():
            for paper in self.of(kind):
                if paper.state in actions:
                    return actions[paper.state], paper
        return ("sum_up" if self.stage == len(STAGES) else "carry_out"), None

    @property
    def waits(self) -> str:
        """Who is to act: ``school``, ``curator``, or ``going`` where nobody is waited for."""
        return {"appoint": "curator", "check": "curator", "correct": "school", "send": "school"}.get(
            self.next[0], "going"
        )


def worktable(snapshot: Snapshot) -> tuple[Accompanied, ...]:
    """The worktables of the loaded forms by year and school."""
    found = latest(lines(snapshot, "worktable"), lambda line: (line["Год"], line[PLACED]))
    made = [_accompanied(int(year), code, own) for (year, code), own in found.items()]
    return tuple(sorted(made, key=lambda one: (one.year, one.code)))


def _accompanied(year: int, code: str, own: list[Line]) -> Accompanied:
    def first(header: str) -> str:
        return next((line[header] for line in own if line[header]), "")

    papers = tuple(
        Paper(
            PAPERS[line["Документ"].lower()], PAPER_STATES[line["Состояние документа"].lower()], line.origin,
            line["Риск"], moment_of(line["Дата"]), line["Ссылка"], line["Что дальше"],
        )
        for line in own
    )  # fmt: skip
    stages = {name.lower(): number for number, name in enumerate(STAGES, start=1)}
    return Accompanied(
        year, code, first("Куратор"), first("Муниципальный координатор"), first("Ментор"),
        stages.get(first("Этап").lower()), papers,
    )  # fmt: skip


def monitored(rows: Iterable[Accompanied]) -> tuple[Parameter, ...]:
    """The seven parameters of :func:`pipelines.programmes.support_work.monitoring` as far as a worktable tells them.

    The form knows no days of the schedule, no measures of road maps, no inquiries and no talks: those four are of a
    whole of 0, which is «не предоставлено» and never a nought.
    """
    every = list(rows)
    sent = [paper for row in every for paper in row.papers if paper.state != "none"]
    concepts = [paper for paper in sent if paper.kind in ("concept", "programme")]
    untold = Parameter(0, 0)
    return (
        Parameter(sum(paper.state == "accepted" for paper in concepts), len(concepts)),
        Parameter(sum(paper.state == "accepted" for paper in sent), len(sent)),
        untold, untold, Parameter(sum(bool(row.curator) for row in every), len(every)), untold, untold,
    )  # fmt: skip
