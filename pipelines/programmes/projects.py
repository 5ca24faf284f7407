"""The cascade of projects (document 002): each project with its whole passport, its plan in time, and its gaps.

What the document says stands as it says it. What is ours, the mechanism that a project serves and the indicators
that it should move, comes from ``links.toml`` and is marked as an assumption. The document tells nothing of what
was carried out, so no activity of it is ever late.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines import dates
from pipelines.dates import Reading, Span
from pipelines.programmes.sheets import Line, Origin, Sheets, sheets
from pipelines.readers import wordings
from pipelines.readers.staged import Finding
from pipelines.snapshot import Snapshot

DOCUMENT = "002"
LINKS = Path(__file__).with_name("links.toml")
NOBODY = "не указан"

State = Literal["unknown", "planned", "under_way", "done", "not_done", "late"]


@dataclass(frozen=True)
class Link:
    """What a project serves: as we read it (``assumption``: the document does not say), or as its sender says."""

    project: str
    mechanism: str
    indicators: tuple[str, ...]
    organisation_types: tuple[str, ...]
    assumption: bool
    note: str


@dataclass(frozen=True)
class Record:
    """What is on record about an activity: its state as it was noted on ``day``."""

    day: date
    state: State


@dataclass(frozen=True)
class Step:
    """A stage or an activity. ``reading`` is ``None`` where its words on time could not be read, or there are none.

    ``stated`` is how the author of the workbook read them (start, end), ``None`` where only words are asked for;
    ``place`` and ``cells`` are where they stand.
    """

    name: str
    wording: str
    reading: Reading | None
    number: str = ""
    stage: str = ""
    group: str = ""
    result: str = ""
    responsible: str = ""
    records: tuple[Record, ...] = ()
    stated: tuple[str, str] | None = ("", "")
    place: str = ""
    cells: str = ""
    note: str = ""


@dataclass(frozen=True)
class Remark:
    """A contradiction, slip or silence noted about a project."""

    kind: str
    text: str
    place: str


@dataclass(frozen=True)
class Project:
    """One project: its passport in the document's words, its plan, and ``link``, which is ours.

    Of a loaded one ``territory`` is the code of where it runs, ``types`` whose organisations it is about, ``origins``
    where it was told.
    """

    code: str
    name: str
    short: str
    idea: str
    goal: str
    finance: str
    participants: tuple[str, ...]
    leaders: tuple[str, ...]
    directions: tuple[str, ...]
    tasks: tuple[str, ...]
    concept: tuple[tuple[str, str], ...]
    tools: tuple[str, ...]
    norms: tuple[str, ...]
    expected: tuple[str, ...]
    achieved: tuple[str, ...]
    stages: tuple[Step, ...]
    activities: tuple[Step, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    remarks: tuple[Remark, ...] = ()
    place: str = ""
    link: Link | None = None
    territory: str = ""
    types: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """The types of organisations that it is about; none where nothing is said of them, which is all."""
        return self.types or (self.link.organisation_types if self.link else ())

    @property
    def period(self) -> Span:
        """The days from the earliest to the latest that the document names; ``None`` where it names none."""
        spans = [dates.own_span(step.reading) for step in (*self.stages, *self.activities) if step.reading]
        days = [day for span in spans for day in span if day is not None]
        return Span(min(days), max(days)) if days else Span(None, None)

    def bounds(self, step: Step) -> tuple[date, date] | None:
        """The days between which ``step`` recurs: its stage's where both ends are named, else the project's."""
        own = next((stage for stage in self.stages if stage.reading and stage.name == step.stage), None)
        for span in (dates.own_span(own.reading) if own and own.reading else None, self.period):
            if span and span.start and span.end:
                return span.start, span.end
        return None

    def spans(self, step: Step) -> list[Span]:
        """When ``step`` happens by the plan; nothing where its words cannot be placed in time."""
        bounds = self.bounds(step)
        if step.reading is None or bounds is None:
            return []
        return dates.occurrences(step.reading, *bounds)

    def phase(self, step: Step, on: date) -> dates.Phase:
        """Where ``on`` falls in the plan of ``step``."""
        bounds = self.bounds(step)
        if step.reading is None or bounds is None:
            return "unknown"
        return dates.phase(step.reading, on, *bounds)

    def state(self, step: Step, on: date) -> State:
        """What is known of ``step`` on the day ``on``: the last record until then.

        Late only where non-completion is on record and the plan's last day is over; without records, unknown.
        """
        known = [record for record in step.records if record.day <= on]
        if not known:
            return "planned" if step.records and self.phase(step, on) == "before" else "unknown"
        state = max(known, key=lambda record: record.day).state
        return "late" if state == "not_done" and self.phase(step, on) == "after" else state


@dataclass(frozen=True)
class Cascade:
    """The programme, its strategic projects and the methodical projects under it."""

    programme: tuple[tuple[str, str], ...]
    strategic: tuple[tuple[str, str], ...]
    approach: tuple[str, ...]
    projects: tuple[Project, ...]
    remarks: tuple[Remark, ...] = ()


@cache
def links() -> dict[str, Link]:
    """Our own assignment of projects to mechanisms and indicators, by the code of the project."""
    with LINKS.open("rb") as file:
        entries = tomllib.load(file)["link"]
    return {
        one["project"]: Link(
            one["project"], one["mechanism"], tuple(one["indicators"]), tuple(one["organisation_types"]),
            bool(one["assumption"]), one["note"],
        )
        for one in entries
    }  # fmt: skip


def cascade(snapshot: Snapshot) -> Cascade | None:
    """The cascade as document 002 gives it; ``None`` where the snapshot has no such document."""
    found = sheets(snapshot, DOCUMENT)
    projects = tuple(_project(found, line) for line in found.lines("Проекты"))
    if not projects:
        return None
    codes = {project.code for project in projects}
    return Cascade(
        programme=tuple((line["Сведение"], line["Запись"]) for line in found.lines("Головная программа")),
        strategic=tuple((line["Проект"], line["Направленность"]) for line in found.lines("Стратегические проекты")),
        approach=found.texts("Проектный подход", "Возможность"),
        projects=projects,
        remarks=tuple(_remark(line) for line in found.lines("Оговорки") if line["Код проекта"] not in codes),
    )


def _project(found: Sheets, line: Line) -> Project:
    code = line["Код проекта"]
    tasks = list(found.lines("Задачи", code))
    return Project(
        code=code,
        name=line["Название"],
        short=tasks[0]["Проект"] if tasks else line["Название"],
        idea=line["Уникальная идея"],
        goal=line["Цель"],
        finance=line["Источники финансирования"],
        participants=found.texts("Участники", "Участники", code) or (line["Участники"],),
        leaders=found.texts("Руководители групп", "Роль", code),
        directions=found.texts("Направления НП", "Направление", code),
        tasks=tuple(one["Задача"] for one in tasks),
        concept=tuple((one["Раздел"], one["Текст"]) for one in found.lines("Замысел", code)),
        tools=found.texts("Инструментарий", "Инструмент", code),
        norms=found.texts("Нормы", "Документ", code),
        expected=found.texts("Ожидаемые результаты", "Ожидаемый результат", code),
        achieved=found.texts("Достигнутые результаты", "Результат", code),
        stages=tuple(_step(one, "Этап") for one in found.lines("Этапы", code)),
        activities=tuple(_step(one, "Мероприятие") for one in found.lines("Мероприятия", code)),
        lists=(*_own_sheets(found, code), *_lists(found, code)),
        remarks=tuple(_remark(one) for one in found.lines("Оговорки", code)),
        place=line.place,
        link=links().get(code),
    )


def _step(line: Line, name: str) -> Step:
    wording = line["Сроки"]
    return Step(
        name=line[name],
        wording=wording,
        reading=dates.read(wording) if wording else None,
        number=line["№"].rstrip("."),
        stage=line["Этап"] if name != "Этап" else "",
        group=line["Группа"],
        result=line["Результат"],
        responsible=line["Ответственный"],
        stated=(line["Начало"], line["Окончание"]),
        place=line.place,
        cells=f"{line.table.sheet}!{line.row.range}",
        note=line.note,
    )


def _remark(line: Line) -> Remark:
    return Remark(line["Вид"], line["Что замечено"], line.place)


# Sheets that belong to one project and name it only in their titles.
_SHEETS_OF = {
    "community": (
        ("Принципы", "Семь принципов", ("Принцип", "Содержание")),
        ("Подготовка спринтов", "Подготовка спринтов (08.2021–01.2022)", ("Содержание",)),
        ("Спринты", "Пять спринтов", ("№ спринта", "Сроки")),
        ("Потребности", "На какие потребности отвечает проект", ("Потребность", "Содержание")),
        ("Понятия", "Понятия документа", ("Понятие", "Определение")),
    ),
    "tutor": (
        ("Тьютор - модули", "Модули программы", ("Модуль", "Содержание")),
        ("Тьютор - партнёры", "Партнёры", ("Партнёр", "Роль в проекте")),
    ),
}


def _own_sheets(found: Sheets, code: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    for sheet, title, roles in _SHEETS_OF.get(code, ()):
        items = tuple(" — ".join(filter(None, (line[role] for role in roles))) for line in found.lines(sheet))
        if items:
            yield title, items


def _lists(found: Sheets, code: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    by_title: dict[str, list[str]] = {}
    for line in found.lines("Перечни", code):
        by_title.setdefault(line["Перечень"], []).append(line["Элемент"])
    for title, items in by_title.items():
        yield title[:1].upper() + title[1:], tuple(items)


# --- what is to be asked of whoever sent the document ------------------------------------------------------


def findings(project: Project) -> list[Finding]:
    """Words on time that cannot be read, or that we read otherwise than the workbook beside them does.

    The same rule by which a document is asked about when it is read (:mod:`pipelines.readers.wordings`).
    """
    found = []
    for step in (*project.stages, *project.activities):
        sheet, _, cells = step.cells.partition("!")
        told = wordings.asked(step.wording, step.stated if step.cells else None, None, sheet or None, cells or None)
        if told:
            found.append(told)
    return found


def outside_stage(project: Project) -> list[tuple[Step, Step]]:
    """Activities with stated dates that leave their stage, with that stage: contradictions of the document."""
    found = []
    by_name = {stage.name: stage for stage in project.stages}
    for step in project.activities:
        stage = by_name.get(step.stage)
        if stage is None or stage.reading is None or step.reading is None:
            continue
        own, whole = dates.own_span(step.reading), dates.own_span(stage.reading)
        late = own.end and whole.end and own.end > whole.end
        early = own.start and whole.start and own.start < whole.start
        if late or early:
            found.append((step, stage))
    return found


def final_dates(project: Project) -> tuple[Step, Step] | None:
    """The last stage and an activity that should end together with it and name different days."""
    ends = [(step, dates.own_span(step.reading)) for step in project.stages if step.reading]
    last = max((one for one in ends if one[1].end), key=lambda one: one[1].end or date.min, default=None)
    if last is None:
        return None
    for step in project.activities:
        span = dates.own_span(step.reading) if step.reading else Span(None, None)
        exact = step.reading is not None and step.reading.end is not None and len(step.reading.end) == len("2025-10-30")
        if exact and span.start is None and span.end != last[1].end:
            return last[0], step
    return None


def alike(project: Project) -> list[tuple[Step, Step]]:
    """Activities with the same words on time and the same result: perhaps one activity written twice."""
    pairs = []
    for number, one in enumerate(project.activities):
        for other in project.activities[number + 1 :]:
            same = one.result and (one.wording, one.result) == (other.wording, other.result)
            if same and _last_words(one.name) == _last_words(other.name):
                pairs.append((one, other))
    return pairs


def _last_words(name: str, n: int = 4) -> tuple[str, ...]:
    return tuple(name.lower().split()[-n:])
