"""A plan in time: every row has its name above and all its bars, recurrences included, and a line for a day."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from pages.shared import theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.templates.worded import (
    BAND,
    LETTERS,
    MONTHS_UP_TO,
    THINNEST,
    WHOLE,
    at_pixel,
    name_lines,
    placed,
    side_of,
    wraps,
)
from pages.shared.texts import _

FILLS = ("stated", "recurring", "steady", "done", "under_way", "planned", "late")
"""What a bar says by its fill: how its days are known or, where it is on record, what became of it."""


class Bar(NamedTuple):
    """One bar of a row; an end without a start is a mark."""

    start: date | None
    end: date | None


@dataclass(frozen=True)
class Plan:
    """Rows on a time axis, and the day ``on`` as a line through all of them.

    Columns: ``label``; ``bars`` (a list of :class:`Bar`); ``when`` (the document's own words on time); ``fill`` (one
    of :data:`FILLS`); ``heading`` (a row that heads the next ones). A row
    without bars shows its words.
    """

    on: date | None = None

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, "label", "bars", "when", "fill", "heading")
        every = [bar for row in source for bar in row["bars"]]
        begin, finish = _ends(every)
        length = max(1, (finish - begin).days)
        rows: list[Row] = []
        bars: list[Row] = []
        for key, row in enumerate(source):
            heading, words = bool(row["heading"]), base.text_of(row["when"])
            days = [day for bar in row["bars"] for day in bar if day is not None]
            side, anchor = "none", None
            beside = True
            if days:
                left, right = ((day - begin).days / length for day in (min(days), max(days)))
                side = side_of(left, right)
                anchor = max(days) if side == "after" else min(days)
                # Between the bars of a recurrence there is no room for words.
                beside = len(row["bars"]) == 1 and _fits(words, side, left, right)
            ready = {
                "key": key,
                "label": row["label"],
                "name": row["label"],
                "heading": heading,
                **(wraps(row["label"]) if beside or not words else _with_words(row["label"], words)),
                "side": side if beside else "",
                "anchor": _milliseconds(anchor),
                "said": words,
                "tip_value": words,
                "number": None,
                "spoken": f"{row['label']}: {words}" if words else row["label"],
                "territory": "",
            }
            rows.append(ready)
            bars += [_bar(key, bar, row["fill"], length, dark) for bar in row["bars"]]
        height = placed(rows)
        places = {row["key"]: {name: row[name] for name in ("bar_top", "bar_bottom", "bar_middle")} for row in rows}
        bars = [bar | places[bar["key"]] for bar in bars]
        shown = self.on if self.on is not None and begin <= self.on <= finish else None
        lines = [{"day": _milliseconds(shown), "words": _("на {day}").format(day=f"{shown:%d.%m.%Y}")}] if shown else []
        spec = base.with_params(
            _plan(months=length <= MONTHS_UP_TO, dark=dark), span=[_milliseconds(begin), _milliseconds(finish)]
        )
        data = {"rows": rows, "bars": bars or [_NO_BAR], "lines": lines or [_NO_LINE]}
        sentence = _("строк {n}, без места на оси времени {undated}").format(
            n=sum(bool(row["bars"]) or not row["heading"] for row in source),
            undated=sum(not row["heading"] and not row["bars"] for row in source),
        )
        return Picture({**spec, "height": height}, data, sentence)


_LETTER = 6 / 340  # of the width of a phone


def _fits(words: str, side: str, left: float, right: float) -> bool:
    """Whether the words of a bar have room beside it on a phone too; otherwise they follow the name."""
    width = len(words) * _LETTER
    return {"inside": left + width, "after": right + width, "before": 1 - left + width}[side] <= 1


def _with_words(label: str, words: str) -> dict[str, str]:
    """The lines of a name with the words on time behind it, or on a line of their own: they are never cut off."""
    lines = {}
    for size, name in wraps(label).items():
        *before, last = name.split("\n")
        joined = f"{last} · {words}"
        fits = len(joined) <= LETTERS[size]
        told = [joined] if fits else [last, *textwrap.wrap(words, LETTERS[size], break_on_hyphens=False)]
        lines[size] = "\n".join([*before, *told])
    return lines


# Arrow needs at least one row to know the columns.
_NO_BAR = {
    "key": -1,
    "from": None,
    "to": None,
    "colour": "",
    "mark": "",
    "bar_top": 0.0,
    "bar_bottom": 0.0,
    "bar_middle": 0.0,
}
_NO_LINE = {"day": None, "words": ""}


def _ends(bars: Sequence[Bar]) -> tuple[date, date]:
    days = [day for bar in bars for day in bar if day is not None]
    return (min(days), max(days)) if days else (date(2000, 1, 1), date(2000, 12, 31))


def _bar(key: int, bar: Bar, fill: str, length: int, dark: bool) -> Row:
    end = bar.end
    if bar.start is not None and end is not None:
        # A single day would be thinner than a pixel on an axis of years.
        end = max(end, bar.start + pd.Timedelta(days=length * THINNEST).to_pytimedelta())
    return {
        "key": key,
        "from": _milliseconds(bar.start),
        "to": _milliseconds(end),
        "colour": colour(fill, dark),
        "mark": theme.ORANGE if fill == "late" else theme.surface(dark).steps[3],
    }


def colour(fill: str, dark: bool) -> str:
    """The colour of a bar; the words on it say the same."""
    page = theme.surface(dark)
    if fill == "late":
        return "#8f4a12" if dark else "#f0a868"
    return page.steps[{"stated": 2, "recurring": 1, "steady": 0, "done": 2, "under_way": 1}.get(fill, 0)]


def _milliseconds(day: date | None) -> int | None:
    return None if day is None else int(pd.Timestamp(day).timestamp() * 1000)


@base.kept
def _plan(*, months: bool, dark: bool) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(
        title=None,
        orient="top",
        format="%b %Y" if months else "%Y",
        tickCount={"interval": "month", "step": 3} if months else "year",  # type: ignore[arg-type]
        grid=True,
        labelOverlap="greedy",
    )
    scale = alt.Scale(type="utc", nice=False, padding=8, domain=alt.ExprRef("span"))

    def time(field: str) -> alt.X:
        return alt.X(f"{field}:T", axis=axis, scale=scale)

    rows, bars = alt.Chart(alt.NamedData("rows")), alt.Chart(alt.NamedData("bars"))
    fill: Any = alt.Color("colour:N", scale=None)
    line = alt.Chart(alt.NamedData("lines")).transform_filter("isValid(datum.day)")
    layers: list[alt.Chart] = [
        bars.transform_filter("isValid(datum.from)")
        .mark_rect(aria=False, cornerRadius=2)
        .encode(x=time("from"), x2="to:T", color=fill, **BAND),
        bars.transform_filter("!isValid(datum.from) && isValid(datum.to)")
        .mark_point(shape="triangle-left", filled=True, opacity=1, size=110, aria=False)
        .encode(x=time("to"), y=at_pixel("bar_middle"), color=alt.Color("mark:N", scale=None)),
        line.mark_rule(color=theme.ORANGE, strokeWidth=2, aria=False).encode(x=time("day")),
        *name_lines(rows, page),
    ]
    for side, align, dx in (("inside", "left", 6), ("after", "left", 8), ("before", "right", -8)):
        layers.append(
            rows.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=align, dx=dx, fontSize=11, color=page.text, aria=False)
            .encode(x=time("anchor"), y=at_pixel("bar_middle"), text="said:N")
        )
    layers += [
        rows.transform_filter("datum.side == 'none'")
        .mark_text(align="left", fontSize=12, fontStyle="italic", color=page.muted, aria=False)
        .encode(x=alt.value(0), y=at_pixel("bar_middle"), text="said:N"),
        line.mark_text(
            align=alt.ExprRef("datum.day > (span[0] + span[1]) / 2 ? 'right' : 'left'"),
            dx=alt.ExprRef("datum.day > (span[0] + span[1]) / 2 ? -5 : 5"),
            dy=-24, fontSize=12, fontWeight=600, color=page.text, aria=False,
        ).encode(x=time("day"), y=alt.value(0), text="words:N"),
        rows.mark_rect(opacity=0, ariaRoleDescription=_("строка")).encode(
            x=alt.value(0),
            x2=alt.value("width"),
            **WHOLE,
            tooltip=base.tooltip(("tip_value",)),
            description=alt.Description("spoken:N"),
        ),
    ]  # fmt: skip
    chart = alt.layer(*layers).add_params(alt.param(name="span", value=[0, 1]))
    return base.finished(chart, padding={"left": 2, "right": 6, "top": 18, "bottom": 5})
