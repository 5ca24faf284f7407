"""«Откуда число»: the words about where one figure came from, for the passport and for the search of «Данные»."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import facts, filters, numbers
from pages.shared.data import ask
from pages.shared.facts import Cell, Fact, Short
from pages.shared.filters import EVERY
from pages.shared.numbers import is_missing
from pages.shared.texts import _
from pipelines.catalogue.model import Indicator
from pipelines.snapshot import Snapshot

Row = Mapping[str, Any]
SOURCE = ("source_file", "source_sheet", "source_cell", "place", "source_sha256")


def basis(code: object) -> str:
    """How a figure got here, in words."""
    words = {
        "direct": _("дано в файле"),
        "published": _("опубликовано в документе и не складывается из значений ниже"),
        "computed": _("сложено здесь: сумма числителей ÷ сумма знаменателей по отчитавшимся"),
        "points": _("сложено здесь: набранные баллы ÷ максимум по оценённым позициям"),
    }
    return words.get(str(code), "")


def flag(code: object) -> str:
    """What a flag of a figure warns of."""
    words = {
        "rounds_to_zero": _("округляется до нуля, но не ноль"),
        "low_reliability": _("низкая надёжность: так помечено в исходных данных"),
    }
    return words.get(str(code), "")


def of_figure(row: Row, indicator: Indicator) -> list[Fact]:
    """The facts about an indicator's figure; what is hidden has an origin and no number."""
    minimum = indicator.minimum_n
    shown = not isinstance(row.get("absence"), str)
    rows: list[Fact] = []
    if not shown:
        rows.append((_("Значение"), numbers.absence(row["absence"], minimum)))
    elif not is_missing(row.get("numerator")) and not is_missing(row.get("denominator")):
        rows += [
            (_("Числитель"), f"{numbers.shortest(row['numerator'])} — {indicator.numerator}"),
            (_("Знаменатель"), f"{numbers.shortest(row['denominator'])} — {indicator.denominator}"),
        ]
    elif not is_missing(row.get("percent")):
        rows.append((_("Числитель и знаменатель"), _("в документе только процент: в суммы он не входит")))
    summed = row.get("basis") == "computed" and indicator.aggregation == "sum"
    rows.append((_("Как получено"), _("сложено здесь по отчитавшимся") if summed else basis(row.get("basis"))))
    if not is_missing(row.get("coverage_reported")):
        rows.append((_("Отчитались"), numbers.out_of(row["coverage_reported"], row["coverage_total"])))
    if not is_missing(row.get("revised_from")):
        was = numbers.shortest(row["revised_from"])
        rows.append((_("Пересмотрено"), _("прежний числитель {was}").format(was=was)))
    return [*rows, (_("Пометка"), flag(row.get("flag"))), *place(row)]


def of_mechanism(row: Row) -> list[Fact]:
    """The facts about a mechanism's own per cent (rule 17)."""
    rows: list[Fact] = []
    if isinstance(row.get("absence"), str):
        rows.append((_("Значение"), numbers.absence(row["absence"])))
    elif not is_missing(row.get("numerator")):
        scored = numbers.out_of(row["numerator"], row["denominator"])
        rows.append((_("Баллы"), scored))
    elif isinstance(row.get("inferred"), str):
        rows.append(
            (_("Баллы"), _("в документе только процент; выведенная доля — {share}").format(share=row["inferred"]))
        )
    if not is_missing(row.get("positions")):
        rows.append((_("Оценено позиций"), numbers.shortest(row["positions"])))
    published = row.get("basis") == "published"
    rows.append((_("Как получено"), _("опубликовано в документе") if published else basis(row.get("basis"))))
    return rows + place(row)


def place(row: Row) -> list[Fact]:
    """Document, file, sheet, cell, place in the document, hash of the file and note, where they are known."""

    def text(name: str) -> str:
        return "" if is_missing(row.get(name)) else str(row[name])

    file = text("source_file")
    cell = ", ".join(
        part
        for part in (
            _("лист «{sheet}»").format(sheet=text("source_sheet")) if text("source_sheet") else "",
            _("ячейка {cell}").format(cell=text("source_cell")) if text("source_cell") else "",
        )
        if part
    )
    if file and not cell:
        cell = _("у таблицы этого формата нет листов и ячеек")
    return [
        (_("Документ"), text("document")),
        (_("Файл"), file),
        (_("Где в файле"), cell),
        (_("Место в документе"), text("place")),
        (_("Отпечаток файла"), Short(text("source_sha256"), 16) if text("source_sha256") else ""),
        (_("Примечание"), text("note")),
    ]


def slice_words(row: Row) -> str:
    """«Математика, 5 класс»; empty where an indicator has neither subject nor class."""
    subject, grade = row.get("subject"), row.get("grade")
    parts = [] if is_missing(subject) else [str(subject)]
    if not is_missing(grade):
        parts.append(_("{grade} класс").format(grade=grade))
    return ", ".join(parts)


def members_table(frame: pd.DataFrame, minimum: int, level: str, caption: str) -> None:
    """The units behind a sum, by name; those that are hidden or absent stand with their reason instead of a number."""
    with_parts = bool(frame["denominator"].notna().any())
    heads = [level, _("Значение")]
    heads += [_("Числитель"), _("Знаменатель")] if with_parts else []
    covered = bool(frame["coverage_total"].notna().any())
    heads += [_("Отчитались")] if covered else []
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        absent = isinstance(row["absence"], str)
        cells: list[Cell] = [
            str(row["territory_name"]),
            numbers.absence(row["absence"], minimum) if absent else numbers.figure_text(row),
        ]
        if with_parts:
            cells += [numbers.shortest(row["numerator"]), numbers.shortest(row["denominator"])]
        if covered:
            cells.append(numbers.out_of(row["coverage_reported"], row["coverage_total"]))
        rows.append(cells)
    facts.table(heads, rows, caption, numbers=range(1, len(heads)))


def kept_rows(snapshot: Snapshot, question: Callable[..., pd.DataFrame], *args: Any) -> list[Row]:
    """The rows of a small answer as dicts, kept like the answer itself: reading a frame anew costs more than it tells.

    Shared between sessions: nobody changes one in place.
    """
    return ask(_as_rows, snapshot, question, *args)


def _as_rows(snapshot: Snapshot, question: Callable[..., pd.DataFrame], *args: Any) -> list[Row]:
    return question(snapshot, *args).to_dict("records")  # type: ignore[return-value]


def of_slice(found: Iterable[Row], subject: str | None, grade: str | None) -> list[Row]:
    """The rows of exactly this subject and class; ``None`` is a row without one."""
    return [row for row in found if _same(row["subject"], subject) and _same(row["grade"], grade)]


def _same(value: object, wanted: str | None) -> bool:
    return is_missing(value) if wanted is None else value == wanted


def big(text: str) -> None:
    """The figure itself; a reason («скрыто: менее 10 человек») is written smaller than a number."""
    st.markdown(("## " if text[:1].isdigit() or text[:1] == "−" else "#### ") + text)


def demo_mark(demo: bool) -> str:
    """What a caption of demonstration data ends with."""
    return " · " + _("демонстрационные данные") if demo else ""


def pick(
    name: str, label: str, options: Sequence[str], words: Callable[[str], str] = str, *, every: str = "", key: str = ""
) -> str | None:
    """A filter that may stand at «all»: the code kept as ``name`` in the address, or ``None``.

    ``every`` is the name of that first choice; without one the first option is taken. A code of the address that
    is not offered here is said.
    """
    asked = filters.codes().get(name)
    if asked and asked not in options:
        st.warning(_("«{label}»: значения «{value}» здесь нет.").format(label=label, value=asked[:80]))
        filters.codes().pop(name)
        asked = None
    offered = [EVERY, *options] if every else list(options)
    key = key or f"pick_{name}"
    st.session_state[key] = asked or offered[0]
    st.selectbox(
        label,
        offered,
        format_func=lambda code: words(code) if code != EVERY else every,
        key=key,
        on_change=lambda: filters.set_code(name, st.session_state[key]),
    )
    chosen = st.session_state[key]
    if chosen != EVERY:
        filters.codes()[name] = chosen
    return chosen or None
