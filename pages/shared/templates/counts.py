"""Plain counts: bars, parts of a whole, and the steps of a selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.numbers import GLUE, is_missing
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Spec
from pages.shared.templates.ranked import STEP
from pages.shared.texts import _

_MOST_SERIES = 4


@dataclass(frozen=True)
class Bars:
    """One bar a row from zero, or one for each ``series`` under one another (2020 beside 2021: no arrow, no verdict).

    ``label``, ``value`` and ``series`` name columns of the frame; ``unit`` follows the figure («чел.», «%»). A
    missing value leaves no bar; in its place stands the reason in the column ``absence``.
    """

    label: str = "label"
    value: str = "value"
    series: str | None = None
    unit: str = ""
    digits: int = 0

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.label, self.value, *([self.series] if self.series else []))
        if self.series:
            # One label for all series of an item; without series namesakes are told apart.
            labels = [base.short_name(base.text_of(row[self.label])) for row in source]
        else:
            labels = base.unique_labels(source, self.label)
        rows = []
        for row, label in zip(source, labels, strict=True):
            missing = is_missing(row[self.value])
            number = None if missing else float(numbers.rounded(row[self.value], self.digits))
            said = numbers.absence(row.get("absence")) if missing else self._said(row[self.value])
            series = base.text_of(row[self.series]) if self.series else ""
            rows.append(
                {
                    "label": label,
                    "name": base.text_of(row[self.label]),
                    "series": series,
                    "number": number,
                    "text": numbers.MISSING if missing else numbers.shortest(row[self.value], self.digits),
                    "why": said if missing else "",
                    "tip_series": series,
                    "tip_value": said,
                    "spoken": f"{label}{', ' if series else ''}{series}: {said}",
                    "territory": base.text_of(row.get("territory")),
                }
            )
        series = list(dict.fromkeys(row["series"] for row in rows if row["series"]))
        if len(series) > _MOST_SERIES:
            raise ValueError(f"{len(series)} series of bars; at most {_MOST_SERIES}")
        spec = _bars(
            base.told(rows),
            series=max(1, len(series)),
            long=base.any_long(rows),
            unit=self.unit,
            dark=dark,
            selectable=selectable,
        )
        if series:
            spec = base.with_params(spec, series=series)
        return Picture(spec, {"rows": rows}, base.extremes(rows, "label"))

    def _said(self, value: Any) -> str:
        return f"{numbers.shortest(value, self.digits)}{GLUE}{self.unit}".strip()


@base.kept
def _bars(present: Sequence[str], *, series: int, long: bool, unit: str, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(title=unit or None, tickCount=5, tickMinStep=1, format=",.9~f", grid=True)
    x = alt.X("number:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    rows = alt.Chart(alt.NamedData("rows")).encode(y=base.names_axis(wrap=long))
    bars = rows.mark_bar(aria=False, **({"height": {"band": 0.5 if long else 0.66}} if series == 1 else {})).encode(x=x)
    texts = rows.mark_text(align="left", dx=5, color=page.text, aria=False).encode(x=x, text="text:N")
    texts = texts.transform_filter("isValid(datum.number)")
    why = rows.mark_text(align="left", dx=3, fontStyle="italic", fontSize=11, color=page.muted, aria=False)
    why = why.encode(x=alt.value(0), text="why:N")
    if series == 1:
        bars = bars.encode(color=alt.value(theme.BLUE))
    else:
        offset = alt.YOffset("series:N", sort=None, scale=alt.Scale(paddingInner=0.12))
        legend = alt.Legend(title=None, orient="top", columns=alt.ExprRef(f"{base.NARROW} ? 2 : 4"))
        domain = alt.Scale(domain=alt.ExprRef("series"), range=list(theme.PAIRS))
        bars = bars.encode(yOffset=offset, color=alt.Color("series:N", title=None, scale=domain, legend=legend))
        texts, why = texts.encode(yOffset=offset), why.encode(yOffset=offset)
    hit = base.row_hit(rows, present, theme.BLUE, selectable, **({} if series == 1 else {"yOffset": offset}))
    height = max(STEP if series == 1 else 16 * series + 8, base.LONG_STEP if long else 0)
    chart = alt.layer(bars, texts, why, hit).properties(height=alt.Step(height, **{"for": "position"}))
    if series > 1:
        chart = chart.add_params(alt.param(name="series", value=[]))
    return base.finished(chart, padding={"left": 2, "right": 34, "top": 5, "bottom": 5})


@dataclass(frozen=True)
class Parts:
    """Parts of a whole, one bar of 100 % a row: the distribution of marks.

    Long frame: ``label`` (row), ``part`` (in the order given by ``order``, at most six), ``value`` (a count, or a
    per cent when ``percent``). Written shares are rounded for themselves and need not add up to 100,0. Colours go
    from the worse end to the better unless ``colours`` gives others: not all parts can be judged.
    """

    order: tuple[str, ...]
    label: str = "territory_name"
    part: str = "part"
    value: str = "value"
    percent: bool = False
    colours: tuple[str, ...] = ()

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.label, self.part, self.value)
        wholes: dict[tuple[str, str], float] = {}
        firsts: dict[tuple[str, str], Any] = {}
        for row in source:
            unit = (base.text_of(row.get("territory")), base.text_of(row[self.label]))
            firsts.setdefault(unit, {**row, "year": None})
            if not is_missing(row[self.value]):
                wholes[unit] = wholes.get(unit, 0) + row[self.value]
        labels = dict(zip(firsts, base.unique_labels(list(firsts.values()), self.label), strict=True))
        rows, silent = [], []
        for unit, first in firsts.items():
            if not wholes.get(unit):
                reason = numbers.absence(first.get("absence"))
                silent.append({"label": labels[unit], "number": None, "tip_value": reason})
        for row in source:
            unit = (base.text_of(row.get("territory")), base.text_of(row[self.label]))
            value, part = row[self.value], base.text_of(row[self.part])
            if is_missing(value) or not wholes.get(unit):
                continue
            share = numbers.rounded(value) if self.percent else numbers.share(value, wholes[unit])
            said = numbers.percent(share)
            rows.append(
                {
                    "label": labels[unit],
                    "name": unit[1],
                    "territory": unit[0],
                    "part": part,
                    "rank": self.order.index(part),
                    "number": float(share),
                    "text": numbers.plain(share, 0) if share >= 9 else "",
                    "why": "",
                    "tip_series": part,
                    "tip_value": said,
                    "tip_of": numbers.MISSING if self.percent else numbers.out_of(value, wholes[unit]),
                    "spoken": f"{labels[unit]}, {part}: {said}",
                }
            )
        colours = self.colours or theme.parts(len(self.order))
        spec = _parts(base.told(rows), self.order, colours, dark=dark, selectable=selectable)
        sentence = _("всего {n}").format(n=len(firsts)) + "; " + ", ".join(self.order)
        # A unit without figures keeps an empty row.
        data = rows + [{"label": s["label"], "name": s["label"], "spoken": f"{s['label']}: {s['tip_value']}",
                        "tip_value": s["tip_value"], "why": s["tip_value"]} for s in silent]  # fmt: skip
        return Picture(spec, {"rows": data}, sentence)


@base.kept
def _parts(
    present: Sequence[str], order: tuple[str, ...], colours: tuple[str, ...], *, dark: bool, selectable: bool
) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(title=None, tickCount=5, grid=False)
    rows = alt.Chart(alt.NamedData("rows")).encode(y=base.names_axis(), order=alt.Order("rank:Q"))
    x = alt.X("number:Q", stack="normalize", axis=axis)
    x.axis.labelExpr = "format(datum.value * 100, '.0f') + '\u00a0%'"
    legend = alt.Legend(title=None, orient="top", columns=alt.ExprRef(f"{base.NARROW} ? 2 : 6"))
    known = rows.transform_filter("isValid(datum.number)")
    bars = known.mark_bar(height={"band": 0.74}, stroke=page.background, strokeWidth=1).encode(
        x=x,
        color=alt.Color("part:N", scale=alt.Scale(domain=list(order), range=list(colours)), legend=legend),
        tooltip=base.tooltip(present),
        description=alt.Description("spoken:N"),
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"])
        bars = bars.encode(opacity=alt.condition(unit, alt.value(1), alt.value(0.45))).add_params(unit)
    inks = alt.Scale(domain=list(order), range=[theme.ink(colour) for colour in colours])
    texts = known.mark_text(aria=False, tooltip=False).encode(
        x=alt.X("number:Q", stack="normalize", bandPosition=0.5, axis=axis),
        detail="part:N",
        text="text:N",
        color=alt.Color("rank:N", scale=alt.Scale(domain=list(range(len(order))), range=inks.range), legend=None),
    )
    why = rows.mark_text(align="left", dx=2, fontStyle="italic", color=page.muted, aria=False).encode(
        x=alt.value(0), text="why:N"
    )
    chart = alt.layer(bars, texts, why).resolve_scale(color="independent").properties(height=alt.Step(STEP + 2))
    return base.finished(chart, padding={"left": 2, "right": 8, "top": 5, "bottom": 5})


@dataclass(frozen=True)
class Steps:
    """The steps of a selection, each a centred bar narrower than the last: 159 → 81 → 11.

    Columns: ``label`` (the step in words), ``value`` (how many remain); ``forms`` is the counted noun
    («школа, школы, школ»). Between two steps stands how many of the one before remain.
    """

    forms: tuple[str, str, str]
    label: str = "label"
    value: str = "value"

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.label, self.value)
        rows = []
        before = None
        for number, row in enumerate(source, 1):
            value = row[self.value]
            missing = is_missing(value)
            said = numbers.absence(row.get("absence")) if missing else numbers.counted(value, self.forms)
            of = "" if missing or before is None else numbers.out_of(value, before)
            words = base.text_of(row[self.label])
            rows.append(
                {
                    "label": f"{number}. {words}",
                    "name": words,
                    "number": None if missing else float(value),
                    "left": None if missing else -float(value) / 2,
                    "right": None if missing else float(value) / 2,
                    "text": said,
                    "of": of,
                    "tip_value": said,
                    "tip_of": of,
                    "territory": base.text_of(row.get("territory")),
                    "spoken": f"{number}. {words}: {said}{', ' + of if of else ''}",
                }
            )
            before = before if missing else value
        spec = _steps(base.told(rows), dark=dark, selectable=selectable)
        sentence = " → ".join(row["text"] for row in rows)
        return Picture(spec, {"rows": rows}, sentence, base.absent_lines(rows, "label"))


@base.kept
def _steps(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    x = alt.X("left:Q", axis=None, scale=alt.Scale(nice=False, padding=4))
    rows = alt.Chart(alt.NamedData("rows")).encode(y=base.names_axis(wrap=True))
    bars = rows.mark_bar(height={"band": 0.76}, cornerRadius=2, color=page.steps[1], aria=False)

    def words(text: str, where: str, dy: int, **font: Any) -> alt.Chart:
        mark = rows.transform_filter(where).mark_text(
            x=alt.ExprRef("width / 2"), dy=dy, color=page.text, aria=False, **font
        )
        return mark.encode(text=f"{text}:N")

    chart = alt.layer(
        bars.encode(x=x, x2="right:Q"),
        words("text", "datum.of == ''", 0, fontWeight=600, fontSize=13),
        words("text", "datum.of != ''", -8, fontWeight=600, fontSize=13),
        words("of", "datum.of != ''", 8, fontSize=11),
        base.row_hit(rows, present, theme.BLUE, selectable),
    ).properties(height=alt.Step(52))
    return base.finished(chart, padding={"left": 2, "right": 4, "top": 5, "bottom": 5})
