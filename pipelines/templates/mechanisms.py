"""Positions of mechanisms: what a region or municipality says of itself, what experts gave, and the proof."""

from __future__ import annotations

from typing import Any

from pipelines import sql
from pipelines.catalogue.model import Position
from pipelines.errors import PipelineError
from pipelines.templates.known import Known
from pipelines.templates.workbook import Column, Template


def template(known: Known) -> Template:
    """One row a region or municipality and a position of the edition that was valid in the year."""
    positions = _positions(known)
    edition = known.catalogue.edition_in(known.year)
    if known.empty:
        placed = [
            Column("Регион", "Название субъекта целиком — в каждой строке.", width=24),
            Column("Муниципалитет", "Пусто — баллы всего региона.", width=24),
        ]
    else:
        placed = [
            Column("Код территории", "Ключ из реестра.", width=18, key=True),
            Column("Территория", "Чьи баллы.", width=28, key=True),
        ]
    columns = [
        *placed,
        Column("Год", "За какой год оценка.", "year", 8, key=True),
        Column("Редакция", "Список механизмов этого года.", width=10, key=True),
        Column("Механизм", "Как его называет эта редакция.", width=36, key=True),
        Column("Код позиции", "Ключ из каталога.", width=22, key=True),
        Column("Позиция", "Что должно быть подтверждено документом.", width=60, key=True),
        Column("Максимум, баллы", "Больше поставить нельзя.", "number", 10, key=True),
        Column("Самооценка, баллы", "Что территория поставила себе сама.", "number", 12, most_in="Максимум, баллы"),
        Column("Экспертная оценка, баллы", "Что поставили эксперты; ноль пишите цифрой 0.", "number", 12,
               most_in="Максимум, баллы"),
        Column("Ссылка на подтверждение", "Адрес опубликованного документа.", width=44),
        Column("Дата оценки", "День, месяц, год.", "date", 12),
        Column("Причина отсутствия", "Если оценки нет: выберите из списка.", "choice", 20,
               choices=tuple(name for _, name, _ in known.absences())),
    ]  # fmt: skip
    named = known.catalogue.mechanism_name
    rows: list[list[Any]] = []
    scored = _scored(known)
    for place in _places(known):
        for position in positions:
            told = scored.get((place[0], position.code), (None, None, None, None)) if not known.empty else [None] * 4
            self_points, points, evidence, date = told
            rows.append([
                *place, known.year, edition.code, named(position.mechanism, edition.code), position.code,
                position.name, position.maximum, self_points, points, evidence, date, None,
            ])  # fmt: skip
    return Template(
        "Позиции", f"Баллы механизмов, {known.year} год, {edition.name}",
        "Доля баллов за документы системы управления, не оценка людей.", columns, rows,
        instructions=(
            "Самооценка и экспертная оценка хранятся отдельно; процент механизма считается по экспертной.",
            "Если позицию не оценивали, оставьте баллы пустыми и выберите причину. Строка без баллов, причины и "
            "подтверждения ничего не меняет.",
            "Баллы больше максимума не загружаются.",
        ),
        absences=known.absences(),
    )  # fmt: skip


def _positions(known: Known) -> list[Position]:
    edition = known.catalogue.edition_in(known.year)
    listed = [entry.code for entry in edition.mechanisms]
    if known.mechanism and known.mechanism not in listed:
        on = {entry.to_mechanism for entry in known.catalogue.crosswalk
              if entry.from_mechanism == known.mechanism and entry.to_edition == edition.code}  # fmt: skip
        told = f" Он продолжается в: {', '.join(sorted(on))}." if on else ""
        raise PipelineError(
            f"В списке {known.year} года механизма «{known.mechanism}» нет.{told} Есть: {', '.join(listed)}."
        )
    chosen = [known.mechanism] if known.mechanism else listed
    return [position for code in chosen for position in known.catalogue.positions(code, edition.code)]


def _places(known: Known) -> list[list[Any]]:
    if known.empty:
        return [[None, known.district]]
    units = known.territories[known.territories["level"] != "school"]
    return [[unit["code"], unit["name"]] for unit in units.to_dict("records")]


def _scored(known: Known) -> dict[tuple[str, str], tuple[Any, Any, Any, Any]]:
    """Scores of the year that are loaded already: (self-assessment, points, evidence, date)."""
    if known.snapshot is None:
        return {}
    rows = known.snapshot.rows(sql.read("queries/template_positions"), {"year": known.year})
    return {
        (row["territory"], row["position"]): (row["self_points"], row["points"], row["evidence"], row["date"])
        for row in rows
    }
