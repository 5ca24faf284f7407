"""Time across the page: trends with their breaks, and projects on a calendar."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.numbers import is_missing
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.templates.ranked import STEP, prepared
from pages.shared.texts import _

MOST_SERIES = 8
HEIGHT = 300


@dataclass(frozen=True)
class Trend:
    """One line a series over the years, at most eight; ``series`` names the column that tells them apart.

    A line never passes over a year without a figure, nor over a break: a year listed in ``breaks`` (with its
    label) or one where the frame's column ``version`` changes. A break is a dashed rule with its label. Points
    differ by colour, shape and dash. With more than eight series all lines are grey and none is named.
    """

    series: str = "territory_name"
    breaks: tuple[tuple[int, str], ...] = ()

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = sorted(base.records(frame, self.series), key=lambda row: int(row["year"]))
        known = {int(row["year"]): base.year_of(row) for row in source}
        years = list(range(min(known), max(known) + 1)) if known else []
        names = list(dict.fromkeys(base.text_of(v) for v in frame[self.series]))
        breaks = dict(self.breaks) | _version_breaks(source)
        rows = []
        last: dict[str, tuple[int, int]] = {}  # series → its last year with a figure, and the piece of line
        for row, ready in zip(source, prepared(source, self.series), strict=True):
            name, year = base.text_of(row.get(self.series)), int(row["year"])
            ready |= {"name": name, "year": year, "tip_year": known[year], "label": f"{name}, {known[year]}"}
            ready["spoken"] = f"{name}, {known[year]}: {ready['tip_value']}"
            if ready["number"] is not None:
                before, piece = last.get(name, (year - 1, 0))
                broken = any(before < at <= year for at in breaks)
                piece += year != before + 1 or broken
                last[name] = (year, piece)
                ready["piece"] = f"{name}#{piece}"
            rows.append(ready)
        drawn = [row for row in rows if row["number"] is not None]
        spec = _trend(
            base.told(drawn),
            many=len(names) > MOST_SERIES,
            single=len(names) == 1,
            breaks=bool(breaks),
            unit=_axis_title(source),
            dark=dark,
            selectable=selectable,
        )
        spec = base.with_params(
            spec, series=names, years=years, year_names=[known.get(y, _like(y, known)) for y in years]
        )
        data: dict[str, Any] = {"rows": drawn}
        if breaks:
            middle = (years[0] + years[-1]) / 2
            data["breaks"] = [
                # neighbours stand on two lines, so that breaks of following years do not cover each other
                {"at": at - 0.5, "label": label, "side": "left" if at - 0.5 <= middle else "right", "line": place % 2}
                for place, (at, label) in enumerate(sorted(breaks.items()))
            ]
        absent = base.absent_lines(rows, "name", "tip_year")
        if len(names) > MOST_SERIES:
            absent = (_("линий {n}: названия видны при наведении").format(n=len(names)), *absent)
        return Picture(spec, data, base.extremes(rows, "label"), absent)


def _version_breaks(rows: Sequence[Row]) -> dict[int, str]:
    """First year of each new version, where the frame says which version each year belongs to."""
    versions = {int(r["year"]): base.text_of(r.get("version")) for r in rows if base.text_of(r.get("version"))}
    years = sorted(versions)
    return {
        year: _("с {year} — редакция {version}").format(year=year, version=versions[year])
        for before, year in itertools.pairwise(years)
        if versions[year] != versions[before]
    }


def _like(year: int, known: dict[int, str]) -> str:
    """The name of a year that has no row, in the manner of the others."""
    return numbers.year(year, "school_year" if any("/" in name for name in known.values()) else None)


def _axis_title(rows: Sequence[Row]) -> str:
    if any(not is_missing(row.get("percent")) for row in rows):
        return "%"
    return next((numbers.unit_name(row.get("unit")) for row in rows if row.get("unit")), "")


@base.kept
def _trend(
    present: Sequence[str],
    *,
    many: bool,
    single: bool,
    breaks: bool,
    unit: str,
    dark: bool,
    selectable: bool,
) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(
        title=None,
        values=alt.ExprRef("years"),
        labelExpr="year_names[datum.value - years[0]]",
        labelOverlap="greedy",
        labelFlush=False,
        grid=False,
    )
    scale = alt.Scale(
        nice=False,
        zero=False,
        domainMin=alt.ExprRef("years[0] - 0.4"),
        domainMax=alt.ExprRef("years[length(years) - 1] + 0.4"),
    )
    x = alt.X("year:Q", axis=axis, scale=scale)
    y = alt.Y(
        "number:Q",
        axis=alt.Axis(title=unit or None, titleAngle=0, titleAlign="right", titleY=-8, tickCount=5, format=",.9~f"),
        scale=alt.Scale(zero=False, nice=True, padding=6),
    )
    rows = alt.Chart(alt.NamedData("rows"))
    colour: Any = alt.value(theme.GREY if many else theme.BLUE)
    line, points = (
        rows.mark_line(strokeWidth=1 if many else 2, aria=False),
        rows.mark_point(filled=True, size=30 if many else 70, opacity=1, aria=False),
    )
    if not many and not single:
        legend = alt.Legend(title=None, orient="bottom", columns=alt.ExprRef(f"{base.NARROW} ? 1 : 3"))
        names = alt.ExprRef("series")  # one explicit domain, or colour and shape get a legend each

        def by_series(channel: Any, values: Sequence[Any], shown: alt.Legend | None) -> Any:
            ranged = alt.Scale(domain=names, range=list(values))
            return channel("name:N", sort=None, title=None, scale=ranged, legend=shown)

        colour = by_series(alt.Color, theme.SERIES, legend)
        line = line.encode(strokeDash=by_series(alt.StrokeDash, theme.DASHES, None))
        points = points.encode(shape=by_series(alt.Shape, theme.SHAPES, legend))
    layers: list[Any] = []
    if breaks:
        at = alt.X("at:Q", axis=axis, scale=scale)
        parted = alt.Chart(alt.NamedData("breaks"))
        layers.append(parted.mark_rule(strokeDash=[5, 4], color=page.muted, aria=False).encode(x=at))
        for side, dx, level in (("left", 5, 0), ("left", 5, 1), ("right", -5, 0), ("right", -5, 1)):
            words = parted.transform_filter(f"datum.side == '{side}' && datum.line == {level}").mark_text(
                align=side,
                dx=dx,
                baseline="bottom",
                fontSize=11,
                color=page.muted,
                aria=False,
                limit=alt.ExprRef("width * 0.6"),
            )
            layers.append(words.encode(x=at, y=alt.value(-4 - 14 * level), text="label:N"))
    layers.append(line.encode(x=x, y=y, color=colour, detail="piece:N"))
    layers.append(points.encode(x=x, y=y, color=colour))
    if single:
        # A halo in the colour of the page keeps a figure readable where the line runs through it.
        for halo in ({"stroke": page.background, "strokeWidth": 4}, {}):
            texts = rows.mark_text(dy=-12, color=page.text, fontSize=11, aria=False, **halo)
            layers.append(texts.encode(x=x, y=y, text="text:N"))
    hit = rows.mark_point(size=420, filled=True, ariaRoleDescription=_("точка"), color=theme.BLUE).encode(
        x=x, y=y, tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    if selectable:
        unit_selection = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        shown = alt.condition(unit_selection, alt.value(0.2), alt.value(0))
        hit = hit.encode(opacity=shown).add_params(unit_selection)
    else:
        hit = hit.encode(opacity=alt.value(0))
    layers.append(hit)
    chart = alt.layer(*layers).properties(height=HEIGHT)
    chart = chart.add_params(*(alt.param(name=name, value=[]) for name in ("series", "years", "year_names")))
    top = 36 if breaks else 16
    return base.finished(chart, padding={"left": 2, "right": 6, "top": top, "bottom": 5})


@dataclass(frozen=True)
class Gantt:
    """What runs from when to when: one row an item, grouped by colour and in the order of the frame.

    The frame's columns are named by the options: ``item``, ``start``, ``end`` (dates; an end may be missing: an
    open arrow to the edge; a start may be missing: only the end is marked), ``group`` (optional, at most eight) and
    ``when`` (optional: the document's own words on time, for the tooltip). Items without any date are named
    below the chart, with their words.
    """

    item: str = "item"
    start: str = "start"
    end: str = "end"
    group: str | None = "group"
    when: str | None = "when"

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, *(n for n in (self.item, self.start, self.end, self.group, self.when) if n))
        dated, undated = [], []
        starts = [_day(row.get(self.start)) for row in source]
        ends = [_day(row.get(self.end)) for row in source]
        horizon = max((day for day in starts + ends if day is not None), default=None)
        for row, label, start, end in zip(source, base.unique_labels(source, self.item), starts, ends, strict=True):
            words = base.text_of(row.get(self.when)) if self.when else ""
            span = _span(start, end)
            ready = {
                "label": label,
                "name": base.text_of(row.get(self.item)),
                "group": base.text_of(row.get(self.group)) if self.group else "",
                "from": _milliseconds(start),
                "to": _milliseconds(end),
                "until": _milliseconds(end if end is not None or start is None else horizon),
                "open": start is not None and end is None,
                "tip_year": span,
                "tip_series": base.text_of(row.get(self.group)) if self.group else "",
                "tip_note": words,
                "tip_value": words or _("срок не указан"),
                "spoken": f"{label}: {span}",
                "number": None,
                "territory": base.text_of(row.get("territory")),
            }
            (undated if start is None and end is None else dated).append(ready)
        groups = list(dict.fromkeys(row["group"] for row in dated if row["group"]))
        spec = _gantt(
            base.told(dated), groups=len(groups) > 1, long=base.any_long(dated), dark=dark, selectable=selectable
        )
        first = min((row["from"] or row["to"] for row in dated), default=None)
        sentence = _("всего {n}").format(n=len(source))
        if first is not None and horizon is not None:
            sentence += f"; {pd.Timestamp(first, unit='ms'):%d.%m.%Y}–{horizon:%d.%m.%Y}"
        return Picture(spec, {"rows": dated}, sentence, base.absent_lines(undated, "label"))


def _day(value: Any) -> pd.Timestamp | None:
    return None if is_missing(value) or value == "" else pd.Timestamp(value)


def _milliseconds(day: pd.Timestamp | None) -> int | None:
    return None if day is None else int(day.timestamp() * 1000)


def _span(start: pd.Timestamp | None, end: pd.Timestamp | None) -> str:
    if start is not None and end is not None:
        return f"{start:%d.%m.%Y} – {end:%d.%m.%Y}"
    if start is not None:
        return _("с {day}").format(day=f"{start:%d.%m.%Y}")
    return _("до {day}").format(day=f"{end:%d.%m.%Y}") if end is not None else _("срок не указан")


@base.kept
def _gantt(present: Sequence[str], *, groups: bool, long: bool, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(title=None, orient="top", format="%b %Y", grid=True, tickCount=6, labelOverlap="greedy")
    scale = alt.Scale(type="utc", nice=False, padding=6)
    rows = alt.Chart(alt.NamedData("rows")).encode(y=base.names_axis(wrap=long))
    colour: Any = alt.value(theme.BLUE)
    if groups:
        colour = alt.Color(
            "group:N",
            sort=None,
            title=None,
            scale=alt.Scale(range=list(theme.SERIES)),
            legend=alt.Legend(title=None, orient="bottom", columns=alt.ExprRef(f"{base.NARROW} ? 1 : 3")),
        )
    x = alt.X("from:T", axis=axis, scale=scale)
    whole = rows.transform_filter("isValid(datum.from)").mark_bar(height={"band": 0.45 if long else 0.55}, aria=False)
    ends = rows.transform_filter("!isValid(datum.from)").mark_point(shape="triangle-left", filled=True, size=110)
    layers = [
        whole.encode(
            x=x,
            x2="until:T",
            color=colour,
            opacity=alt.condition("datum.open", alt.value(0.45), alt.value(1)),
        ),
        ends.encode(x=alt.X("to:T", axis=axis, scale=scale), color=colour),
        rows.transform_filter("datum.open")
        .mark_text(align="right", dx=-3, fontSize=13, color=page.text, aria=False)
        .encode(x=alt.X("until:T", axis=axis, scale=scale), text=alt.value("→")),
        base.row_hit(rows, present, theme.BLUE, selectable),
    ]
    chart = alt.layer(*layers).properties(height=alt.Step(base.LONG_STEP if long else STEP))
    return base.finished(chart, padding={"left": 2, "right": 6, "top": 5, "bottom": 5})
