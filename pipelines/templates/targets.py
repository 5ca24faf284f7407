"""Targets of indicators: the value to reach, always with its source and date."""

from __future__ import annotations

from typing import Any

from pipelines.catalogue.model import UNIT_NAMES, Indicator
from pipelines.templates.known import Known
from pipelines.templates.workbook import Column, Template

DIRECTIONS = {"up": "больше — лучше", "down": "меньше — лучше", "none": "без оценки"}


def template(known: Known) -> Template:
    """One row an indicator, with the target that the catalogue or an earlier load gives it."""
    columns = [
        Column("Код показателя", "Ключ из каталога.", width=28, key=True),
        Column("Показатель", "Что считают.", width=50, key=True),
        Column("Единица", "В чём измеряют.", width=10, key=True),
        Column("Направление", "Куда стремиться.", width=18, key=True),
        Column("Цель", "Число в единицах показателя; проценты — от 0 до 100.", "number", 10, least=0),
        Column("Источник цели", "Документ, который её установил: название, номер, пункт.", width=60),
        Column("Дата", "Когда документ принят: день, месяц, год.", "date", 12),
    ]  # fmt: skip
    chosen = [i for i in known.catalogue.indicators.values() if known.mechanism in (None, i.mechanism)]
    return Template(
        "Цели", "Цели показателей", "Впишите цель вместе с её источником и датой; строка без цели ничего не меняет.",
        columns, [_row(indicator) for indicator in chosen],
        instructions=(
            "Цель хранится отдельно от значений и показывается рядом с ними вместе с источником.",
            "Цель без источника и даты не загружается: никто не сможет проверить, откуда она.",
            "У показателя одна действующая цель: загруженная позже заменяет прежнюю.",
        ),
    )  # fmt: skip


def _row(indicator: Indicator) -> list[Any]:
    target = indicator.target
    told = [target.value, target.source, target.date] if target else [None, None, None]
    return [indicator.code, indicator.name, UNIT_NAMES[indicator.unit], DIRECTIONS[indicator.direction], *told]
