"""Charts for long names: each name has a line of its own above its bar, so it stays whole on a phone too."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.numbers import is_missing
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.texts import _

LETTERS = {"wide": 104, "narrow": 46}
_MOST_LINES = 2
_LINE = 15
_BAR = 20


def wraps(text: str) -> Row:
    """The lines of a name on a wide page and on a phone; what does not fit ends in «…» and is whole in the tooltip."""
    lines = {}
    for size, letters in LETTERS.items():
        wrapped = textwrap.wrap(text, letters, break_on_hyphens=False) or [""]
        if len(wrapped) > _MOST_LINES:
            wrapped = [*wrapped[: _MOST_LINES - 1], wrapped[_MOST_LINES - 1][: letters - 1] + "…"]
        lines[size] = "\n".join(wrapped)
    return lines


def placed(rows: Sequence[Row]) -> int:
    """Give every row its place in pixels from the top, by the lines that its name needs on a phone; the whole height.

    A band scale would make all rows as high as the highest. Rows of one ``key`` share a place.
    """
    heights: dict[int, int] = {}
    for row in rows:
        bar = 0 if row["heading"] and not row["said"] else _BAR + 4
        height = bar + 10 + _LINE * (row["narrow"].count("\n") + 1) + (8 if row["heading"] else 0)
        heights[row["key"]] = max(height, heights.get(row["key"], 0))
    bottoms = dict(zip(heights, itertools.accumulate(heights.values()), strict=True))
    for row in rows:
        bottom = bottoms[row["key"]]
        bare = row["heading"] and not row["said"]
        row |= {
            "top": bottom - heights[row["key"]],
            "bottom": bottom,
            "bar_top": bottom - _BAR - 2,
            "bar_bottom": bottom - 2,
            "bar_middle": bottom - _BAR / 2 - 2,
            "name_bottom": bottom - 4 if bare else bottom - _BAR - 5,
        }
    return max(bottoms.values(), default=0)


def at_pixel(field: str) -> alt.Y:
    """A place in pixels: no scale."""
    return alt.Y(f"{field}:Q", scale=None, axis=None)


BAND = {"y": at_pixel("bar_top"), "y2": alt.Y2("bar_bottom:Q")}
WHOLE = {"y": at_pixel("top"), "y2": alt.Y2("bottom:Q")}
_CHOSEN = f"split({base.NARROW} ? datum.narrow : datum.wide, '\\n')"


def name_lines(rows: alt.Chart, page: theme.Surface) -> list[alt.Chart]:
    """The names above the bars; a row that heads a group is bold."""
    return [
        rows.transform_filter(f"datum.heading == {heading}")
        .mark_text(
            align="left",
            baseline="bottom",
            text=alt.ExprRef(_CHOSEN),
            # Lines hang from the first one, which therefore goes up.
            dy=alt.ExprRef(f"-{_LINE} * (length({_CHOSEN}) - 1)"),
            lineHeight=_LINE,
            color=page.text,
            aria=False,
            fontWeight=weight,
        )
        .encode(x=alt.value(0), y=at_pixel("name_bottom"))
        for heading, weight in (("false", "normal"), ("true", "bold"))
    ]


@dataclass(frozen=True)
class Lanes:
    """Shares side by side: one lane a year (or whatever ``lane`` names), each with its own denominator.

    Columns: ``label``, ``lane``, ``numerator``, ``denominator``, or ``percent`` and ``percent_digits`` where a
    document gives no more; optionally ``absence``, whose words ``absent`` replaces. Every bar says
    «9 из 11 · 81,8 %». All lanes have one scale from 0 to 100 %; nothing is joined, compared or judged across
    lanes. ``heads`` are the lanes and their headings.
    """

    heads: tuple[tuple[str, str], ...]
    absent: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, "label", "lane")
        lanes = {lane: number for number, (lane, _head) in enumerate(self.heads)}
        heads = dict(self.heads)
        places = {label: number for number, label in enumerate(dict.fromkeys(row["label"] for row in source))}
        rows = []
        for row in source:
            share, said = _share(row)
            if share is None:
                said = self.absent or numbers.absence(row.get("absence"))
            lane, head = lanes[row["lane"]], heads[row["lane"]]
            rows.append(
                {
                    "key": places[row["label"]],
                    "label": row["label"],
                    "name": row["label"],
                    "heading": False,
                    **(wraps(row["label"]) if lane == 0 else {"wide": "", "narrow": ""}),
                    "lane": lane,
                    "end": lane + (0 if share is None else _GAPLESS * float(share) / 100),
                    "stop": lane + _GAPLESS,
                    "number": None if share is None else float(share),
                    "said": said,
                    "tip_series": head,
                    "tip_value": said,
                    "spoken": f"{row['label']}, {head}: {said}",
                    "territory": "",
                }
            )
        height = placed(rows)
        spec = base.with_params(_lanes(dark=dark), lanes=list(range(len(heads))), lane_names=list(heads.values()))
        return Picture({**spec, "height": height}, {"rows": rows}, "; ".join(heads.values()))


_GAPLESS = 0.94


def _share(row: Row) -> tuple[Any, str]:
    """The share of a row, 0–100, and its words; ``None`` where there is none."""
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if not is_missing(numerator) and not is_missing(denominator) and denominator:
        share = numbers.share(numerator, denominator)  # type: ignore[arg-type]
        return share, f"{numbers.out_of(numerator, denominator)} · {numbers.percent(share)}"
    if not is_missing(row.get("percent")):
        digits = row.get("percent_digits")
        share = numbers.rounded(row["percent"], 1 if is_missing(digits) else int(digits))  # type: ignore[arg-type]
        return share, numbers.percent(share)
    return None, ""


@base.kept
def _lanes(*, dark: bool) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(
        title=None,
        orient="top",
        values=alt.ExprRef("lanes"),
        labelExpr="lane_names[datum.value]",
        labelAlign="left",
        labelFontWeight=600,
        labelOverlap=False,
        grid=False,
    )
    scale = alt.Scale(domainMin=0, domainMax=alt.ExprRef("length(lanes)"), nice=False)
    x = alt.X("lane:Q", axis=axis, scale=scale)
    rows = alt.Chart(alt.NamedData("rows"))
    known = rows.transform_filter("isValid(datum.number)")
    ground = rows.mark_rect(color=page.panel, aria=False).encode(x=x, x2="stop:Q", **BAND)
    bars = known.mark_rect(color=page.steps[1], aria=False).encode(x=x, x2="end:Q", **BAND)
    size = alt.ExprRef(f"{base.NARROW} ? 11 : 12")
    texts = [
        part.mark_text(align="left", dx=5, fontSize=size, color=colour, aria=False, fontStyle=style).encode(
            x=x, y=at_pixel("bar_middle"), text="said:N"
        )
        for part, colour, style in (
            (known, page.text, "normal"),
            (rows.transform_filter("!isValid(datum.number)"), page.muted, "italic"),
        )
    ]
    hit = rows.mark_rect(opacity=0, ariaRoleDescription=_("строка")).encode(
        x=x,
        x2="stop:Q",
        **WHOLE,
        tooltip=base.tooltip(("tip_series", "tip_value")),
        description=alt.Description("spoken:N"),
    )
    chart = alt.layer(ground, bars, *name_lines(rows, page), *texts, hit)
    chart = chart.add_params(alt.param(name="lanes", value=[]), alt.param(name="lane_names", value=[]))
    return base.finished(chart, padding={"left": 2, "right": 4, "top": 5, "bottom": 5})


@dataclass(frozen=True)
class Calendar:
    """What stands on the time axis and what cannot be put there, each row with the document's own words on time.

    Columns: ``label``; ``start`` and ``end`` («2019», «2021-08» or «2025-10-31», each as exact as the document;
    missing where it names none); ``when`` (its words); ``heading`` (a row that only heads the next ones).
    A row without dates shows its words in place of a bar. An end without a start is a mark, not a bar: the
    document does not say when it began.
    """

    silent: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, "label", "start", "end", "when", "heading")
        spans = [(_first_day(row["start"]), _last_day(row["end"])) for row in source]
        days = [day for span in spans for day in span if day is not None]
        begin, finish = (min(days), max(days)) if days else (pd.Timestamp("2000-01-01"), pd.Timestamp("2001-01-01"))
        length = (finish - begin) / pd.Timedelta(days=1) or 1.0
        rows, undated = [], []
        for key, (row, (start, end)) in enumerate(zip(source, spans, strict=True)):
            heading = bool(row["heading"])
            words = base.text_of(row["when"]) or ("" if heading else self.silent or _("срок не указан"))
            until = end if end is not None or start is None else finish
            if start is not None and until is not None:
                # A single day would be thinner than a pixel on an axis of years.
                until = max(until, start + pd.Timedelta(days=length * THINNEST))
            left, right = (
                None if day is None else (day - begin) / pd.Timedelta(days=1) / length for day in (start or end, until)
            )
            side = "none" if left is None else side_of(left, right if right is not None else 1.0)
            ready = {
                "key": key,
                "label": row["label"],
                "name": row["label"],
                "heading": heading,
                **wraps(row["label"]),
                "from": milliseconds(start),
                "to": milliseconds(until),
                "open": start is not None and end is None,
                "side": "heading" if heading else side,
                "said": words,
                "tip_value": words,
                "number": None,
                "spoken": f"{row['label']}: {words}" if words else row["label"],
                "territory": "",
            }
            rows.append(ready)
            if not heading and start is None and end is None:
                undated.append(ready)
        spec = base.with_params(
            _calendar(months=length <= MONTHS_UP_TO, dark=dark), span=[milliseconds(begin), milliseconds(finish)]
        )
        spec = {**spec, "height": placed(rows)}
        sentence = _("строк {n}, без места на оси времени {undated}").format(
            n=sum(not row["heading"] for row in rows), undated=len(undated)
        )
        return Picture(spec, {"rows": rows}, sentence)


THINNEST = 0.006  # of the axis
MONTHS_UP_TO = 750  # days: a longer axis is divided by years


def side_of(left: float, right: float) -> str:
    """Where the words of a bar find room: on a long bar, after a short one, before one at the right edge."""
    if right - left >= 0.45:
        return "inside"
    return "after" if right <= 0.55 else "before"


def _first_day(value: Any) -> pd.Timestamp | None:
    return None if is_missing(value) or value == "" else pd.Period(str(value)).start_time.normalize()


def _last_day(value: Any) -> pd.Timestamp | None:
    return None if is_missing(value) or value == "" else pd.Period(str(value)).end_time.normalize()


def milliseconds(day: pd.Timestamp | None) -> int | None:
    return None if day is None else int(day.timestamp() * 1000)


@base.kept
def _calendar(*, months: bool, dark: bool) -> Spec:
    page = theme.surface(dark)
    ticks: Any = {"interval": "month", "step": 3} if months else "year"
    axis = alt.Axis(
        title=None,
        orient="top",
        format="%b %Y" if months else "%Y",
        tickCount=ticks,
        grid=True,
        labelOverlap="greedy",
    )
    scale = alt.Scale(type="utc", nice=False, padding=8, domain=alt.ExprRef("span"))
    x, until = alt.X("from:T", axis=axis, scale=scale), alt.X("to:T", axis=axis, scale=scale)
    rows = alt.Chart(alt.NamedData("rows"))
    bars = rows.transform_filter("isValid(datum.from)").mark_rect(color=page.steps[2], aria=False)
    ends = rows.transform_filter("!isValid(datum.from) && isValid(datum.to)").mark_point(
        shape="triangle-left", filled=True, opacity=1, size=130, color=page.steps[2], aria=False
    )
    words: list[alt.Chart] = []
    for side, align, dx in (("inside", "left", 6), ("after", "left", 8), ("before", "right", -8)):
        # An end alone is anchored at itself.
        anchor = "datum.to" if side == "after" else "isValid(datum.from) ? datum.from : datum.to"
        words.append(
            rows.transform_filter(f"datum.side == '{side}'")
            .transform_calculate(anchor=anchor)
            .mark_text(align=align, dx=dx, fontSize=11, color=page.text, aria=False)
            .encode(x=alt.X("anchor:T", axis=axis, scale=scale), y=at_pixel("bar_middle"), text="said:N")
        )
    words.append(
        rows.transform_filter("datum.side == 'none' || datum.side == 'heading'")
        .mark_text(align="left", fontSize=12, fontStyle="italic", color=page.muted, aria=False)
        .encode(x=alt.value(0), y=at_pixel("bar_middle"), text="said:N")
    )
    hit = rows.mark_rect(opacity=0, ariaRoleDescription=_("строка")).encode(
        x=alt.value(0),
        x2=alt.value("width"),
        **WHOLE,
        tooltip=base.tooltip(("tip_value",)),
        description=alt.Description("spoken:N"),
    )
    layers = [
        bars.encode(x=x, x2="to:T", **BAND),
        ends.encode(x=until, y=at_pixel("bar_middle")),
        *name_lines(rows, page),
        *words,
        hit,
    ]
    chart = alt.layer(*layers).add_params(alt.param(name="span", value=[0, 1]))
    return base.finished(chart, padding={"left": 2, "right": 6, "top": 5, "bottom": 5})


@dataclass(frozen=True)
class Members:
    """Who belonged to what: one column a group (a year), one cell a member; a member of several groups is marked.

    Columns: ``group`` (its heading), ``member`` (a key that is the same for the same member), ``label``.
    """

    again: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, "group", "member", "label")
        groups: dict[str, int] = {}
        times: dict[str, int] = {}
        for row in source:
            times[row["member"]] = times.get(row["member"], 0) + 1
        rows = []
        for row in source:
            place = groups[row["group"]] = groups.get(row["group"], 0) + 1
            repeated = times[row["member"]] > 1
            mark = (self.again or _("участвует повторно")) if repeated else ""
            names = {
                size: "\n".join([*_fitted(row["label"], letters, 4), *([f"↻ {mark}"] if mark else [])])
                for size, letters in (("wide", 38), ("narrow", 17))
            }
            rows.append(
                {
                    "column": row["group"],
                    "key": place,
                    "label": row["label"],
                    "name": row["label"],
                    **names,
                    "again": repeated,
                    "tip_series": row["group"],
                    "tip_note": mark,
                    "spoken": f"{row['group']}: {row['label']}" + (f" ({mark})" if mark else ""),
                    "territory": row["member"],
                    "number": 1,
                }
            )
        # The more groups stand side by side, the narrower the lines of their headings.
        heads = {
            size: {group: "\n".join(_fitted(group, max(8, letters // len(groups)), 4)) for group in groups}
            for size, letters in (("wide", 130), ("narrow", 44))
        }
        spec = _members(base.told(rows, ("tip_series", "tip_note")), dark=dark)
        return Picture(base.with_params(spec, heads=heads), {"rows": rows}, "; ".join(groups))


def _fitted(text: str, letters: int, most: int) -> list[str]:
    lines = textwrap.wrap(text, letters, break_on_hyphens=False, break_long_words=False)
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][: letters - 1] + "…"]


@base.kept
def _members(present: Sequence[str], *, dark: bool) -> Spec:
    page = theme.surface(dark)
    lines = f"split(({base.NARROW} ? heads.narrow : heads.wide)[datum.label], '\\n')"
    head = alt.Axis(
        title=None, orient="top", labelAngle=0, labelFontWeight=600, labelLimit=0, labelExpr=lines, grid=False,
        labelFontSize=alt.ExprRef(f"{base.NARROW} ? 10.5 : 12"), labelBaseline="bottom", labelOverlap=False,
    )  # fmt: skip
    cells = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("column:N", sort=None, axis=head, scale=alt.Scale(paddingInner=0.04)),
        y=alt.Y("key:O", sort="ascending", axis=None, scale=alt.Scale(paddingInner=0.06)),
    )
    frames = [
        cells.mark_rect(fillOpacity=0, aria=False),  # every cell: the axis takes the order of groups from it
        cells.transform_filter("!datum.again").mark_rect(fill=page.steps[0], cornerRadius=3, aria=False),
        cells.transform_filter("datum.again").mark_rect(
            fill=page.steps[0], stroke=theme.ORANGE, strokeWidth=2, cornerRadius=3, aria=False
        ),
    ]
    texts = cells.mark_text(
        text=alt.ExprRef(_CHOSEN),
        # Several lines hang from their first one: half of them go above the middle.
        dy=alt.ExprRef(f"-({base.NARROW} ? 6.5 : 7.5) * (length({_CHOSEN}) - 1)"),
        fontSize=alt.ExprRef(f"{base.NARROW} ? 10 : 12"),
        lineHeight=alt.ExprRef(f"{base.NARROW} ? 13 : 15"),
        color=page.text,
        aria=False,
    )
    hit = cells.mark_rect(opacity=0, ariaRoleDescription=_("ячейка")).encode(
        tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    chart = alt.layer(*frames, texts, hit).properties(height=alt.Step(78))
    chart = chart.add_params(alt.param(name="heads", value={"wide": {}, "narrow": {}}))
    return base.finished(chart, padding={"left": 2, "right": 4, "top": 5, "bottom": 5})
