"""Figures of indicators: one row a unit, indicator, subject and class of a year."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any

import pandas as pd

from pipelines import queries
from pipelines.catalogue.model import LEVELS, UNIT_NAMES, Indicator
from pipelines.errors import PipelineError
from pipelines.templates.known import MOST_ROWS, Known
from pipelines.templates.workbook import CLOSED, Column, Template

SPARE = 500
Slice = tuple[str | None, str | None]
Key = tuple[str, str, str | None, str | None]

_INSTRUCTIONS = (
    "Для процентов пишите числитель и знаменатель: процент программа посчитает сама, и только так его можно "
    "складывать по муниципалитетам. Столбец «Процент» — для тех, у кого опубликован один процент.",
    "Для количеств и баллов пишите «Значение»; единица названа в строке.",
    "Если сведений нет, выберите причину в столбце «Причина отсутствия» и оставьте числа пустыми. Строка без числа и "
    "без причины ничего не меняет.",
    "Сведения об учениках и учителях — только количествами, без имён.",
)


def template(known: Known) -> Template:
    """Rows for every unit at the narrowest level at which an indicator may be counted."""
    chosen = _chosen(known)
    names = tuple(reason for _, reason, _ in known.absences())
    figures = [
        Column("Числитель", "Сколько подошло под показатель.", "number", 12, least=0),
        Column("Знаменатель", "Из скольких всего.", "number", 13, least=0),
        Column("Процент, 0–100", "Только если чисел нет, а процент опубликован; 86,4 — это 86,4 %.", "percent", 12),
        Column("Значение", "Для количеств и баллов.", "number", 12),
        Column("Причина отсутствия", "Если числа нет: выберите из списка.", "choice", 20, choices=names),
        Column("Место в документе", "Откуда число: документ, таблица, страница.", width=24),
        Column("Примечание", "Что важно знать о числе.", width=30),
    ]
    title = f"Показатели, {known.year} год"
    if known.mechanism:
        title = f"{known.catalogue.mechanisms[known.mechanism].short}: показатели, {known.year} год"
    if known.empty:
        return _blank(known, chosen, title, figures)
    columns = [
        Column("Код территории", "Ключ из реестра.", width=16, key=True),
        Column("Территория", "Чьи сведения.", width=34, key=True),
        Column("Муниципалитет", "Где находится.", width=22, key=True),
        Column("Код показателя", "Ключ из каталога.", width=26, key=True),
        Column("Показатель", "Что считают.", width=44, key=True),
        Column("Что в числителе", "Словами.", width=30, key=True),
        Column("Что в знаменателе", "Словами.", width=30, key=True),
        Column("Единица", "В чём измеряют.", width=10, key=True),
        Column("Год", "Учебный год считают по первому.", width=10, key=True),
        Column("Предмет", "Если показатель по предметам.", width=16, key=True),
        Column("Класс", "Если показатель по классам.", width=8, key=True),
        *figures,
    ]
    rows = _rows(known, chosen)
    if not rows:
        raise PipelineError(
            "В реестре нет территорий и организаций, к которым относятся эти показатели. Проверьте реестр "
            "(«template organisations») или выберите другой механизм или муниципалитет."
        )
    note = "Впишите числа в светло-жёлтые ячейки; строка без числа и без причины ничего не меняет."
    return Template("Показатели", title, note, columns, rows, instructions=_INSTRUCTIONS, absences=known.absences())


def _chosen(known: Known) -> list[Indicator]:
    chosen = [
        indicator
        for indicator in known.catalogue.indicators.values()
        if known.mechanism in (None, indicator.mechanism) and indicator.version_in(known.year)
    ]
    if not chosen:
        raise PipelineError(f"В каталоге нет показателей, определённых на {known.year} год. Укажите другой год.")
    return chosen


def _blank(known: Known, chosen: list[Indicator], title: str, figures: list[Column]) -> Template:
    """Open rows for whoever has no register yet: units are known by login or by names."""
    columns = [
        Column("Регион", "Название субъекта целиком.", width=24),
        Column("Муниципалитет", "Где находится организация, или чьи это сведения.", width=24),
        Column("Логин", "У организаций: edu или sch и шесть цифр.", width=13),
        Column("Организация", "Название; пусто — сведения всего муниципалитета.", width=34),
        Column("Показатель", "Выберите из списка.", "choice", 44, choices=tuple(i.name for i in chosen)),
        Column("Год", "Учебный год считают по первому.", "year", 8),
        Column("Предмет", "Если показатель по предметам.", "choice", 16, others=True,
               choices=tuple(dict.fromkeys(s for i in chosen for s in i.subjects))),
        Column("Класс", "Если показатель по классам.", width=8),
        *figures,
    ]  # fmt: skip
    prefilled: dict[str, Any] = {"Год": known.year}
    if known.district:
        prefilled["Муниципалитет"] = known.district
    note = "Своего реестра ещё нет: лучше сначала загрузить его («organisations»), тогда строки будут заполнены."
    return Template("Показатели", title, note, columns, (), SPARE, prefilled, _INSTRUCTIONS, known.absences())


def _rows(known: Known, chosen: list[Indicator]) -> list[list[Any]]:
    filled = _filled(known, chosen)
    slices: dict[str, list[Slice]] = {}
    for indicator in chosen:
        told: list[Slice] = list(product(indicator.subjects or (None,), indicator.grades or (None,)))
        met = {(s, g) for code, _, s, g in filled if code == indicator.code}
        slices[indicator.code] = told + sorted(met - set(told), key=str)
    rows: list[list[Any]] = []
    placed: dict[int, list[list[Any]]] = {}
    for indicator in chosen:
        for unit in _units(known, indicator).to_dict("records"):
            for subject, grade in slices[indicator.code]:
                numbers = filled.get((indicator.code, unit["code"], subject, grade))
                placed.setdefault(unit["territory_id"], []).append(
                    _row(indicator, unit, known.year, subject, grade, numbers)
                )
    # A unit finds all its rows together: districts first, then organisations, as in the register.
    for number in known.territories["territory_id"]:
        rows += placed.get(number, [])
    if len(rows) > MOST_ROWS:
        raise PipelineError(
            f"В шаблоне было бы {len(rows)} строк, а удобно заполнять до {MOST_ROWS}. "
            "Укажите --mechanism или --district."
        )
    return rows


def _units(known: Known, indicator: Indicator) -> pd.DataFrame:
    """Units at the narrowest level of the indicator that the register holds."""
    start = LEVELS.index(indicator.base_level)
    for level in LEVELS[start::-1]:
        found = known.of_level(level, indicator.organisation_types)
        if level in indicator.levels and len(found):
            return found
    return known.territories.iloc[:0]


def _row(
    indicator: Indicator, unit: Mapping[Hashable, Any], year: int, subject: str | None, grade: str | None,
    numbers: tuple[Any, Any, Any] | None,
) -> list[Any]:  # fmt: skip
    percent = indicator.unit == "percent"
    numerator, denominator, value = numbers or (None, None, None)
    period = f"{year}/{(year + 1) % 100:02d}" if indicator.period == "school_year" else str(year)
    return [
        unit["code"], unit["name"], unit["district"] if unit["level"] == "school" else None, indicator.code,
        indicator.name, indicator.numerator or None, indicator.denominator or None, UNIT_NAMES[indicator.unit], period,
        subject, grade,
        *((numerator, denominator, None, CLOSED) if percent else (CLOSED, CLOSED, CLOSED, value)),
        None, None, None,
    ]  # fmt: skip


def _filled(known: Known, chosen: list[Indicator]) -> dict[Key, tuple[Any, Any, Any]]:
    """Numbers that are loaded already and may be shown.

    A published per cent without its numbers stays out: written anew it could lose the precision that it was
    published with, and an untouched row leaves it as it is.
    """
    assert known.snapshot is not None
    codes = [indicator.code for indicator in chosen if indicator.code in known.snapshot.indicator_ids]
    frame = queries.figures(known.snapshot, codes, years=[known.year], collection="own")
    frame = frame[(frame["basis"] != "computed") & frame["absence"].isna()]
    frame = frame[frame["numerator"].notna() | frame["value"].notna()]
    return {
        (row["indicator"], row["territory"], _plain(row["subject"]), _plain(row["grade"])): (
            row["numerator"], row["denominator"], row["value"],
        )
        for row in frame.to_dict("records")
    }  # fmt: skip


def _plain(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
