"""«ШНОР и 500+» as document 003 gives it: the selection, the schools, the factors of risk with causes and decisions.

The document holds no choice by school, no levels of risk, no factor by district and no state of any school: what is
not here is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.programmes.projects import Remark
from pipelines.programmes.sheets import Line, Sheets, sheets
from pipelines.snapshot import Snapshot

DOCUMENT = "003"
TERRITORY = "RU-SA"
"""The region that the document is about."""
FACTOR = r"support_risk_\d+"
"""The code of a factor is that of the indicator that counts the schools which chose it."""


@dataclass(frozen=True)
class Factor:
    """A factor of risk: its names in each list, what caused it and what was decided, in the document's words.

    ``aliases`` are (where it is called so, the name). No causes where the document's cell is empty. ``notes`` are
    what whoever entered the document remarked about its words: a torn line, a slip.
    """

    code: str
    name: str
    aliases: tuple[tuple[str, str], ...]
    causes: tuple[str, ...]
    decisions: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class School:
    """A school of the project of 2020; ``official`` is its name without the slips of the table."""

    code: str
    name: str
    official: str
    settlement: str
    cluster: str
    deficit: str
    note: str = ""


@dataclass(frozen=True)
class Support:
    """What document 003 says; pairs are (what is told, its text).

    ``selection`` is how many schools each step left.
    """

    selection: tuple[int, ...]
    schools: tuple[School, ...]
    factors: tuple[Factor, ...]
    stages: tuple[str, ...]
    monitoring: tuple[tuple[str, str], ...]
    project: tuple[tuple[str, str], ...]
    tasks: tuple[str, ...]
    regions: tuple[str, ...]
    progress: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str, str], ...]
    papers: tuple[tuple[str, int], ...]
    remarks: tuple[Remark, ...]


def support(snapshot: Snapshot) -> Support | None:
    """The document's contents; ``None`` where the snapshot has no such document."""
    found = sheets(snapshot, DOCUMENT)
    schools = tuple(_schools(found))
    if not schools:
        return None
    return Support(
        selection=tuple(filter(None, (line.whole("Значение") for line in found.lines("Отбор")))),
        schools=schools,
        factors=tuple(_factor(found, line) for line in found.lines("Справочник факторов")),
        stages=found.texts("Этапы 500+", "Этап"),
        monitoring=tuple((line["Вид мониторинга"], line["Параметр"]) for line in found.lines("Мониторинг 500+")),
        project=tuple((line["Сведение"], line["Запись"]) for line in found.lines("Проект 500+")),
        tasks=found.texts("Задачи 500+", "Задача"),
        regions=found.texts("Регионы 500+", "Субъект Российской Федерации"),
        progress=(
            *((f"2020, {line['Состояние']}", line["Содержание"]) for line in found.lines("Ход работы 2020")),
            *(("2021", line["Содержание"]) for line in found.lines("Ход работы 2021")),
        ),
        roles=tuple((line["Роль"], line["Что делает"], line["Где названа"]) for line in found.lines("Роли")),
        papers=tuple((line["Документ"], line.whole("Количество") or 0) for line in found.lines("Документы 2020")),
        remarks=tuple(Remark(line["Вид"], line["Что замечено"], line.place) for line in found.lines("Оговорки")),
    )


def factor_names(snapshot: Snapshot) -> dict[str, str]:
    """The name of each factor by its code: the document's, or the catalogue's where there is no document."""
    found = support(snapshot)
    if found is not None:
        return {factor.code: factor.name for factor in found.factors}
    known = snapshot.catalogue.indicators.values()
    names = {one.code: one.name.removeprefix("Риск: ") for one in known if re.fullmatch(FACTOR, one.code)}
    return {code: _capital(name) for code, name in names.items()}


def _schools(found: Sheets) -> list[School]:
    officials = {line["Код территории"]: line["Школа"] for line in found.lines("Двенадцать групп")}
    return [
        School(
            code=line["Код территории"],
            name=line["Наименование ОО"],
            official=officials.get(line["Код территории"], line["Наименование ОО"]),
            settlement=line["Тип населенного пункта"],
            cluster=line["Кластер не освоения ОП"],
            deficit=line["Дефициты"].replace("Преобладающие ", ""),
            note=line.note,
        )
        for line in found.lines("Школы 2020")
    ]


_LISTS = (
    ("2020", "Таблица 2020: название"),
    ("2021", "Таблица 2021: название"),
    ("таблица решений", "Таблица решений: название"),
)


def _factor(found: Sheets, line: Line) -> Factor:
    code = line["Код показателя в перечне"]

    def own(sheet: str, role: str) -> list[tuple[str, str]]:
        lines = found.lines(sheet)
        return [(one[role], one.note) for one in lines if one["Код показателя фактора"] == code and one[role]]

    causes, decisions = own("Причины", "Причина"), own("Решения по факторам", "Управленческое решение")
    return Factor(
        code=code,
        name=line["Таблица 2021: название"] or line["Таблица 2020: название"],
        aliases=tuple((where, line[role]) for where, role in _LISTS if line[role]),
        causes=tuple(text for text, _note in causes),
        decisions=tuple(text for text, _note in decisions),
        notes=tuple(f"{text.rstrip('.;')} — {note}" for text, note in (*causes, *decisions) if note),
    )


# --- the three programmes beside 500+ ----------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One heading of a programme with its lines in the document's words.

    ``silent`` is what the document does not say of it, ``number`` the count that it names.
    """

    title: str
    lines: tuple[str, ...]
    silent: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Programme:
    """A programme of support as the document describes it."""

    code: str
    name: str
    parts: tuple[Part, ...]


def programmes(snapshot: Snapshot) -> tuple[Programme, ...]:
    """«Преодоление рисков учебной неуспешности», «Школа: шаг к продуктивности», «Драйверы инноваций»."""
    found = sheets(snapshot, DOCUMENT)
    return (
        Programme("overcoming", "Преодоление рисков учебной неуспешности", _overcoming(found)),
        Programme("step", "Школа: шаг к продуктивности", _step(found)),
        Programme("drivers", "Драйверы инноваций", _drivers(found)),
    )


def _overcoming(found: Sheets) -> tuple[Part, ...]:
    lines = found.lines("Преодоление рисков")
    return tuple(
        Part(_capital(line["Часть"]), (line["Содержание"],), _capital(line.note), line.whole("Значение"))
        for line in lines
    )


def _step(found: Sheets) -> tuple[Part, ...]:
    courses: dict[str, list[str]] = {}
    for line in found.lines("Курсы и семинары"):
        courses.setdefault(line["Вид"], []).append(line["Название или содержание"])
    listed = (
        ("Этапы", found.texts("Шаг - этапы", "Этап"), "Сроков этапов в документе нет."),
        ("Целевые группы", found.texts("Шаг - целевые группы", "Целевая группа"), ""),
        (
            "Социальные паспорта: классы",
            found.texts("Шаг - социальный паспорт", "Классы"),
            "Самих данных паспортов нет.",
        ),
        ("Предметы, которые беспокоят учителей", found.texts("Шаг - предметы", "Учебный предмет"), ""),
        ("Потребности", found.texts("Шаг - потребности", "Потребность"), ""),
        (
            "Проведено",
            tuple(f"{_capital(kind)}: {'; '.join(names)}" for kind, names in courses.items()),
            "Числа слушателей и дат в документе нет.",
        ),
        ("Что сделано", found.texts("Шаг - ход работы", "Содержание"), "Числа школ в документе нет."),
        ("Что даёт анализ процедур", found.texts("Шаг - анализ процедур", "Что позволяет"), ""),
    )
    return tuple(Part(title, lines, silent) for title, lines, silent in listed if lines)


def _drivers(found: Sheets) -> tuple[Part, ...]:
    by_title: dict[str, list[str]] = {}
    for line in found.lines("Драйверы инноваций"):
        by_title.setdefault(line["Сведение"], []).append(line["Запись"])
    silent = {"Проведено": "Названия ДПП, числа команд и дат в документе нет."}
    return tuple(Part(title, tuple(lines), silent.get(title, "")) for title, lines in by_title.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def chosen_by(factors: Sequence[Factor], codes: Sequence[str]) -> list[Factor]:
    """The factors of these codes, in the order of the list; all of them for no codes."""
    return [one for one in factors if not codes or one.code in codes]
