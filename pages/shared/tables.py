"""A query frame as a table: texts for the page, real numbers for a file, both under Russian headings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from pages.shared import numbers, theme
from pages.shared.numbers import is_missing
from pages.shared.texts import N_, _, level_name

Kind = Literal["text", "whole", "percent", "number", "date"]
Row = Mapping[str, Any]

STATIC_ROWS = 40
"""Up to so many rows a table is plain HTML, which is printed and read aloud; longer ones can be scrolled and sorted."""

DEMO = N_("демонстрационные данные")


@dataclass(frozen=True)
class Column:
    """One column of a table: heading, kind of its values, and how a row's value is found."""

    heading: str
    kind: Kind
    value: Callable[[Row], Any]


def _plain(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


def _verdict(row: Row) -> str | None:
    look = theme.VERDICTS.get(str(row.get("verdict")))
    return _(look.word) if look else None


def _reason(row: Row) -> str | None:
    return numbers.absence(row["absence"]) if not is_missing(row.get("absence")) else None


def _unit(row: Row) -> str | None:
    return None if is_missing(row.get("value")) else numbers.unit_name(row.get("unit"))


def _percent(row: Row) -> float | None:
    """The per cent as it is written on the chart, from the exact fraction."""
    if is_missing(row.get("percent")):
        return None
    number = numbers.figure(row)
    return None if number is None else float(number)


def _year(row: Row) -> Any:
    if is_missing(row.get("year")):
        return None
    period = row.get("period")
    return numbers.year(int(row["year"]), period if isinstance(period, str) else None)


def _interval(row: Row) -> str | None:
    low, high = row.get("interval_low"), row.get("interval_high")
    return None if is_missing(low) or is_missing(high) else f"{numbers.plain(low, 1)}–{numbers.percent(high)}"


def _some(text: str) -> str | None:
    return None if text == numbers.MISSING else text


# Columns of frames that are no query frames, as the chart templates name them.
def _own_columns() -> dict[str, tuple[str, Kind]]:
    return {
        "label": (_("Название"), "text"),
        "item": (_("Название"), "text"),
        "group": (_("Группа"), "text"),
        "series": (_("Ряд"), "text"),
        "cluster": (_("Кластер"), "text"),
        "row": (_("Условия"), "text"),
        "part": (_("Часть"), "text"),
        "start": (_("Начало"), "date"),
        "end": (_("Окончание"), "date"),
        "when": (_("Срок в документе"), "text"),
        "place": (_("Место в документе"), "text"),
        "note": (_("Примечание"), "text"),
    }


def _territory_heading(frame: pd.DataFrame) -> str:
    levels = frame["level"].dropna().unique() if "level" in frame else []
    return level_name(str(levels[0])) if len(levels) == 1 else _("Территория")


def _named(frame: pd.DataFrame) -> list[Column]:
    return [
        Column(_territory_heading(frame), "text", _plain("territory_name")),
        Column(_("Входит в"), "text", _plain("parent_name")),
        Column(_("Год"), "text", _year),
        Column(_("Механизм"), "text", _plain("mechanism_name")),
        Column(_("Показатель"), "text", _plain("indicator_name")),
        Column(_("Предмет"), "text", _plain("subject")),
        Column(_("Класс"), "text", _plain("grade")),
    ]


def page_columns(frame: pd.DataFrame) -> list[Column]:
    """What a reader of the page sees: the figure as one text, with the fraction behind it."""
    return [*_named(frame), Column(_("Значение"), "text", numbers.figure_text), *_context()]


def sortable_columns(frame: pd.DataFrame) -> list[Column]:
    """The same for a long table, which is sorted by its numbers: figure and reason stand apart."""
    return [
        *_named(frame),
        Column(_("Процент"), "percent", _percent),
        Column(_("Значение"), "number", _plain("value")),
        Column(_("Единица"), "text", _unit),
        Column(_("Причина отсутствия"), "text", _reason),
        *_context(),
    ]


def _context() -> list[Column]:
    return [
        Column(_("Из чего"), "text", lambda r: _some(numbers.out_of(r.get("numerator"), r.get("denominator")))),
        Column(_("Сравниваем с"), "text", lambda r: _some(numbers.percent(r.get("benchmark_percent")))),
        Column(_("Интервал"), "text", _interval),
        Column(_("Вывод"), "text", _verdict),
        Column(
            _("Отчитались"),
            "text",
            lambda r: _some(numbers.out_of(r.get("coverage_reported"), r.get("coverage_total"))),
        ),
    ]


def file_columns(frame: pd.DataFrame) -> list[Column]:
    """What goes into a file: numbers as numbers, codes, and the cell each figure came from."""
    return [
        Column(_("Код территории"), "text", _plain("territory")),
        *_named(frame),
        Column(_("Код показателя"), "text", _plain("indicator")),
        Column(_("Код механизма"), "text", _plain("mechanism")),
        Column(_("Числитель"), "number", _plain("numerator")),
        Column(_("Знаменатель"), "number", _plain("denominator")),
        Column(_("Процент, %"), "percent", _percent),
        Column(_("Значение"), "number", _plain("value")),
        Column(
            _("Единица"), "text", lambda r: None if is_missing(r.get("value")) else numbers.unit_name(r.get("unit"))
        ),
        Column(_("Причина отсутствия"), "text", _reason),
        Column(_("Сравниваем с, %"), "percent", _plain("benchmark_percent")),
        Column(_("Интервал от, %"), "percent", _plain("interval_low")),
        Column(_("Интервал до, %"), "percent", _plain("interval_high")),
        Column(_("Вывод"), "text", _verdict),
        Column(_("Отчитались"), "whole", _plain("coverage_reported")),
        Column(_("Всего должны отчитаться"), "whole", _plain("coverage_total")),
        Column(_("Файл"), "text", _plain("source_file")),
        Column(_("Лист"), "text", _plain("source_sheet")),
        Column(_("Ячейка"), "text", _plain("source_cell")),
    ]


def _is_query_frame(frame: pd.DataFrame) -> bool:
    return "territory_name" in frame and ("percent" in frame or "absence" in frame)


def _guess(series: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(series):
        return "text"
    if pd.api.types.is_datetime64_any_dtype(series):
        return "date"
    if pd.api.types.is_numeric_dtype(series):
        known = series.dropna()
        return "whole" if (known == known.round()).all() else "number"
    return "text"


def _other(frame: pd.DataFrame) -> list[Column]:
    """Columns of any other frame: its Russian headings stay, the templates' names are translated."""
    own = _own_columns()
    columns = []
    for name in map(str, frame.columns):
        if name in own:
            columns.append(Column(own[name][0], own[name][1], _plain(name)))
        elif name == "value":
            columns.append(Column(_("Значение"), _guess(frame[name]), _plain(name)))
        elif name == "territory_name":
            columns.append(Column(_territory_heading(frame), "text", _plain(name)))
        elif re.search("[А-Яа-яЁё]", name):
            columns.append(Column(name, _guess(frame[name]), _plain(name)))
    return columns


Choice = Callable[[pd.DataFrame], list[Column]]


def typed(frame: pd.DataFrame, choice: Choice = file_columns) -> tuple[list[Column], list[list[Any]]]:
    """Columns that hold something and the rows under them; a missing value is None.

    ``choice`` says which columns a query frame has; any other frame keeps its own. A frame without rows keeps all
    its columns, so that a file still says what it would have held.
    """
    if _is_query_frame(frame):
        columns = choice(frame)
        known = {column.heading for column in columns}
        columns += [column for column in _other(frame) if column.heading not in known and column.heading in frame]
    else:
        columns = _other(frame)
    raw = [frame[name].tolist() for name in frame.columns]
    source = [dict(zip(frame.columns, values, strict=True)) for values in zip(*raw, strict=True)]
    cells = [[None if is_missing(value := column.value(row)) else value for row in source] for column in columns]
    kept = [i for i, values in enumerate(cells) if not source or any(v not in (None, "") for v in values)]
    return [columns[i] for i in kept], [list(row) for row in zip(*(cells[i] for i in kept), strict=True)]


def cell_text(value: Any, kind: Kind) -> str:
    """One cell as Russian text; None is a dash."""
    if value is None:
        return numbers.MISSING
    if kind == "percent":
        return numbers.percent(value)
    if kind in ("whole", "number") and isinstance(value, int | float):
        return numbers.shortest(value)
    if isinstance(value, dt.date | pd.Timestamp):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    return str(value)


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The table of the page as texts: Russian headings, formatted numbers, reasons instead of gaps."""
    columns, rows = typed(frame, page_columns)
    texts = [[cell_text(v, c.kind) for v, c in zip(row, columns, strict=True)] for row in rows]
    return pd.DataFrame(texts, columns=[column.heading for column in columns], dtype=object)


_MARKDOWN = re.compile(r"([\\`*_\[\]<>$~|#]|:(?=[A-Za-z])|^[-+](?=\s)|(?<=\d)[.)](?=\s))")


def escaped(text: str) -> str:
    """``text`` with Markdown's signs made harmless: names hold «*» and «_», lines begin with «-» and «1.»."""
    return _MARKDOWN.sub(r"\\\1", text)


def show(frame: pd.DataFrame, *, key: str, demo: bool = False, alt: str | None = None) -> None:
    """Draw ``frame`` as a table: plain HTML when short, scrollable and sortable by its numbers when long."""
    import streamlit as st

    if demo:
        st.caption(_(DEMO))
    if len(frame) <= STATIC_ROWS:
        texts = readable(frame)
        texts.columns = [escaped(str(name)) for name in texts.columns]
        texts = texts.map(escaped)
        if _verdict_heading() in texts:
            texts[_verdict_heading()] = [_signed(word) for word in texts[_verdict_heading()]]
        st.table(texts, hide_index=True, alt=alt)
        return
    columns, rows = typed(frame, sortable_columns)
    values = pd.DataFrame(
        {column.heading: pd.Series([row[i] for row in rows], dtype=_dtype(column)) for i, column in enumerate(columns)}
    )
    styler = values.style.format({column.heading: _formatter(column.kind) for column in columns})
    if _verdict_heading() in values:
        styler = styler.format(_with_sign, subset=[_verdict_heading()])
        styler = styler.map(_verdict_style, subset=[_verdict_heading()])
    st.dataframe(styler, hide_index=True, key=f"{key}-table", placeholder=numbers.MISSING)


# Streamlit's names of colours nearest to those of the verdicts; the sign and the word say the same.
_HUES = {theme.BLUE: "blue", theme.ORANGE: "orange", theme.PURPLE: "violet", theme.GREY: "gray"}


def _verdict_heading() -> str:
    return _("Вывод")


def _look(word: object) -> theme.Look | None:
    return next((look for look in theme.VERDICTS.values() if _(look.word) == word), None)


def _with_sign(word: object) -> str:
    """«▲ лучше»; anything but a verdict stays as it is."""
    look = _look(word)
    return f"{look.sign} {word}" if look else cell_text(None if is_missing(word) else word, "text")


def _signed(word: str) -> str:
    """The same in Markdown with the sign in its colour."""
    look = _look(word)
    return f":{_HUES[look.colour]}[{look.sign}] {word}" if look else word


def _verdict_style(word: object) -> str:
    look = _look(word)
    return f"color: {look.colour}" if look else ""


def _dtype(column: Column) -> str:
    return "float64" if column.kind in ("whole", "number", "percent") else "object"


def _formatter(kind: Kind) -> Callable[[Any], str]:
    return lambda value: cell_text(None if is_missing(value) else value, kind)
