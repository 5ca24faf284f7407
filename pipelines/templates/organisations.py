"""The register of organisations: keys, names, place, opening, closing, merging, and the traits of the context."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipelines import sql
from pipelines.templates.known import LEVELS, TYPES, Known
from pipelines.templates.workbook import CLOSED, Column, Template

SPARE = 300


def template(known: Known) -> Template:
    """One row a region, municipality or organisation of the register, then open rows for new ones."""
    traits = known.catalogue.similar.traits
    names = known.territories["name"] if not known.empty else pd.Series(dtype=object)
    level = known.territories["level"] if not known.empty else pd.Series(dtype=object)
    columns = [
        Column("Код", "Ключ в программе. У новых строк оставьте пустым: код даст программа.", width=18, key=True),
        Column("Логин", "Как в ФИС ОКО: edu или sch и шесть цифр. По нему организацию узнают в файлах.", width=13),
        Column("ОКТМО", "8 или 11 цифр, с нулём впереди.", width=14),
        Column("Название", "Полное, как в уставе. Новое название пишут поверх прежнего.", width=44),
        Column("Уровень", "Строка о чём: выберите из списка.", "choice", 16, choices=tuple(LEVELS.values())),
        Column("Тип", "Только у организаций: выберите из списка.", "choice", 22, choices=tuple(TYPES.values())),
        Column("Муниципалитет", "У организаций: в каком муниципалитете. Новый — впишите сюда же.", "choice", 26,
               choices=tuple(names[level == "district"]), others=True),
        Column("Регион", "Название субъекта целиком, как в Конституции.", "choice", 26,
               choices=tuple(names[level == "region"]), others=True),
        Column("Город или село", "Где стоит здание: выберите из списка.", "choice", 12, choices=("город", "село")),
        Column("Широта, градусы", "Десятичные градусы, например 58,23.", "number", 11, least=-90, most=90),
        Column("Долгота, градусы", "Десятичные градусы, например 92,49.", "number", 11, least=-180, most=180),
        Column("Год открытия", "Первый год работы; пусто — давно.", "year", 11),
        Column("Год закрытия", "Последний год работы; пусто — работает.", "year", 11),
        Column("Присоединена к", "Для закрытых слиянием: код, логин или название той, в которую вошла.", width=24),
        Column("История продолжается", "Для закрытых слиянием: «да» — прежние годы считать историей той, в которую"
               " вошла; «нет» — история кончилась.", "choice", 16, choices=("да", "нет")),
        *(Column(f"{trait.name}, {trait.unit}, {known.year}", _hint(trait.unit, known.year), "number", 16, least=0,
                 most=100 if trait.unit == "%" else None) for trait in traits),
        Column("Примечание", "Что важно знать о строке.", width=30),
    ]  # fmt: skip
    return Template(
        "Организации",
        "Реестр организаций",
        "Известные строки заполнены: проверьте их и допишите новые ниже. Закрытым ставят год, строки не удаляют.",
        columns,
        _rows(known, [trait.code for trait in traits]),
        SPARE,
        {"Муниципалитет": known.district} if known.empty and known.district else {},
        (
            "Реестр загружают первым: по нему программа узнаёт организации во всех других файлах.",
            "Ключ организации — логин; нет логина — код. Название может меняться, ключ нет.",
            "Если школу присоединили к другой: у прежней поставьте год закрытия, к какой присоединена, и продолжается "
            "ли её история. «да» — её прошлые годы считаются вместе с годами преемника; «нет» — они остаются отдельно.",
            f"Признаки контекста (число обучающихся и другие) — за {known.year} год; за другой год возьмите шаблон с "
            "этим годом. Доли — в процентах от 0 до 100.",
        ),
    )


def _hint(unit: str, year: int) -> str:
    return f"В процентах от 0 до 100, за {year} год." if unit == "%" else f"Единица — {unit}; за {year} год."


def _rows(known: Known, traits: list[str]) -> list[list[Any]]:
    if known.empty or known.snapshot is None:
        return []
    told = known.snapshot.rows(sql.read("queries/template_traits"), {"year": known.year})
    values = {(row["territory_id"], row["trait"]): row["value"] for row in told}
    rows: list[list[Any]] = []
    for unit in known.territories.to_dict("records"):
        school = unit["level"] == "school"
        continues = unit["history_continues"]
        own: list[Any] = [values.get((unit["territory_id"], trait)) for trait in traits]
        rows.append([
            unit["code"], unit["login"], unit["oktmo"], unit["name"], LEVELS[unit["level"]],
            TYPES.get(unit["type"]) if school else CLOSED, unit["district"] if school else CLOSED,
            unit["region"] if unit["level"] != "region" else CLOSED, unit["settlement"],
            unit["latitude"], unit["longitude"], unit["opened"], unit["closed"],
            unit["merged_into"] if school else CLOSED,
            (None if continues is None else "да" if continues else "нет") if school else CLOSED,
            *own, unit["note"],
        ])  # fmt: skip
    return rows
