"""Units one under another: dots or bars by size, and the same as narrow panels year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.numbers import is_missing
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.texts import _

Order = Literal["desc", "asc", "given"]
STEP = 26  # pixels a row: a finger still hits it
TALL = 25  # rows that a screen holds


def verdict_words() -> dict[str, str]:
    return {code: _(look.word) for code, look in theme.VERDICTS.items()}


def legend_words() -> list[str]:
    """The words of the legend, in its order."""
    return [*verdict_words().values(), _(theme.NO_VERDICT.word)]


def prepared(rows: Sequence[Row], name: str = "territory_name") -> list[Row]:
    """The rows of a query frame with label, number, texts for the tooltip and a sentence to be spoken."""
    words = verdict_words()
    ready = []
    for row, label in zip(rows, base.unique_labels(rows, name), strict=True):
        number = numbers.figure(row)
        tip = base.tips(row, words)
        of = "" if tip["tip_of"] == numbers.MISSING else f" ({tip['tip_of']})"
        ready.append(
            {
                "territory": base.text_of(row.get("territory")),
                "name": base.text_of(row.get(name)) or label,
                "label": label,
                "number": None if number is None else float(number),
                "text": numbers.MISSING if number is None else tip["tip_value"],
                "why": tip["tip_value"] if number is None else "",
                "verdict": tip["tip_verdict"] if tip["tip_verdict"] in words.values() else _(theme.NO_VERDICT.word),
                "low": None if number is None or is_missing(row.get("interval_low")) else float(row["interval_low"]),
                "high": None if number is None or is_missing(row.get("interval_high")) else float(row["interval_high"]),
                "benchmark": None if is_missing(row.get("benchmark_percent")) else float(row["benchmark_percent"]),
                "spoken": f"{label}: {tip['tip_value']}{of}",
                **tip,
            }
        )
    return ready


def ordered(rows: list[Row], order: Order) -> list[Row]:
    """By the number that is shown, namesakes by label; rows without a figure always stand last."""
    drawn = [row for row in rows if row["number"] is not None]
    silent = [row for row in rows if row["number"] is None]
    if order != "given":
        drawn.sort(key=lambda row: row["label"])
        drawn.sort(key=lambda row: row["number"], reverse=order == "desc")
    return drawn + silent


@dataclass(frozen=True)
class Ranked:
    """Dots (from the nearest round number) or bars (from zero), one row a unit.

    Drawn when the frame has them: ``interval_low``/``interval_high`` as a thin line, ``benchmark_percent`` as a
    dashed line (one benchmark) or a tick in each row (several), ``verdict`` as shape and colour. A unit without
    a figure keeps its row and says why. ``benchmark_name`` stands at the dashed line («Прибрежная область»).
    """

    mark: Literal["dot", "bar"] = "dot"
    order: Order = "desc"
    name: str = "territory_name"
    benchmark_name: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        rows = ordered(prepared(base.records(frame, self.name), self.name), self.order)
        benchmarks = {row["benchmark"] for row in rows if row["benchmark"] is not None}
        used = {row["verdict"] for row in rows if row["number"] is not None}
        judged = not used.isdisjoint(verdict_words().values())
        verdicts = [word for word in legend_words() if word in used] if judged else []
        spec = _ranked(
            base.told(rows),
            self.mark,
            interval=any(row["low"] is not None for row in rows),
            benchmark="none" if not benchmarks else "line" if len(benchmarks) == 1 else "ticks",
            verdict=bool(verdicts),
            tall=len(rows) > TALL,
            dark=dark,
            selectable=selectable,
        )
        data: dict[str, Any] = {"rows": rows}
        if len(benchmarks) == 1:
            (at,) = benchmarks
            said = numbers.percent(at)
            data["benchmark"] = [{"at": at, "said": f"{self.benchmark_name} {said}".strip()}]
        if verdicts:
            spec = base.with_params(spec, verdicts=verdicts)
        return Picture(spec, data, base.extremes(rows, "label"))


@base.kept
def _ranked(
    present: Sequence[str],
    mark: str,
    *,
    interval: bool,
    benchmark: str,
    verdict: bool,
    tall: bool,
    dark: bool,
    selectable: bool,
) -> Spec:
    page = theme.surface(dark)
    looks = [*theme.VERDICTS.values(), theme.NO_VERDICT]
    # Down a long list the scale stands on top, where the reader begins.
    axis = alt.Axis(title=None, orient="top" if tall else "bottom", tickCount=5, format=",.9~f", grid=True)
    scale = alt.Scale(zero=mark == "bar", nice=True)
    number = alt.X("number:Q", axis=axis, scale=scale)
    rows = alt.Chart(alt.NamedData("rows")).encode(y=base.names_axis())
    drawn = rows.transform_filter("isValid(datum.number)")

    layers: list[alt.Chart] = []
    if mark == "bar":
        colour: Any = alt.value(theme.BLUE)
        if verdict:
            colour = _verdict_colour(looks, shape=False)
        layers.append(drawn.mark_bar(height={"band": 0.62}, aria=False).encode(x=number, color=colour))
    if interval:
        layers.append(
            drawn.mark_rule(strokeWidth=2, opacity=0.55, color=page.muted, aria=False).encode(
                x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q"
            )
        )
    if mark == "dot":
        dots = drawn.mark_point(filled=True, size=105, opacity=1, aria=False)
        if verdict:
            # The hollow look has no shape of its own: white inside a grey ring.
            fills = [look.colour if look.filled else page.background for look in looks]
            words = [_(look.word) for look in looks]
            dots = drawn.mark_point(size=105, strokeWidth=2, opacity=1, aria=False).encode(
                fill=alt.Fill("verdict:N", scale=alt.Scale(domain=words, range=fills), legend=_legend()),
                stroke=alt.Stroke(
                    "verdict:N",
                    scale=alt.Scale(domain=words, range=[look.colour for look in looks]),
                    legend=_legend(),
                ),
                shape=alt.Shape(
                    "verdict:N",
                    scale=alt.Scale(domain=words, range=[look.shape for look in looks]),
                    legend=_legend(),
                ),
            )
        else:
            dots = dots.encode(color=alt.value(theme.BLUE))
        layers.append(dots.encode(x=number))
    if benchmark == "ticks":
        layers.append(
            rows.mark_tick(thickness=2, bandSize=18, color=page.text, aria=False).encode(
                x=alt.X("benchmark:Q", axis=axis, scale=scale)
            )
        )
    elif benchmark == "line":
        line = alt.Chart(alt.NamedData("benchmark"))
        layers.append(
            line.mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=page.text, aria=False).encode(
                x=alt.X("at:Q", axis=axis, scale=scale)
            )
        )
        layers.append(
            line.mark_text(dy=-24 if tall else -8, baseline="bottom", color=page.text, aria=False).encode(
                x=alt.X("at:Q", axis=axis, scale=scale), y=alt.value(0), text="said:N"
            )
        )
    values = rows.mark_text(align="left", dx=8, color=page.text, aria=False)
    layers.append(values.encode(x=alt.value("width"), text="text:N"))
    why = rows.mark_text(align="left", dx=2, fontStyle="italic", color=page.muted, aria=False)
    layers.append(why.encode(x=alt.value(0), text="why:N"))
    layers.append(base.row_hit(rows, present, theme.BLUE, selectable))

    chart = alt.layer(*layers).properties(height=alt.Step(STEP))
    if verdict:
        chart = chart.add_params(alt.param(name="verdicts", value=[]))
    if verdict and mark == "dot":
        chart = chart.resolve_scale(fill="shared")
    top = (42 if tall else 24) if benchmark == "line" else 5
    return base.finished(chart, padding={"left": 2, "right": 62, "top": top, "bottom": 5})


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", values=alt.ExprRef("verdicts"), columns=base.LEGEND_COLUMNS)


def _verdict_colour(looks: Sequence[theme.Look], shape: bool) -> alt.Color:
    words = [_(look.word) for look in looks]
    return alt.Color(
        "verdict:N", scale=alt.Scale(domain=words, range=[look.colour for look in looks]), legend=_legend()
    )


@dataclass(frozen=True)
class YearPanels:
    """Small multiples: one narrow panel a year, a bar in it for each unit, all panels on one scale from 0.

    ``full`` is the length of a full panel; by default 100 for per cents and the largest value otherwise.
    Units are ordered by the last year that has a figure for them.
    """

    order: Order = "desc"
    name: str = "territory_name"
    full: float | None = None

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.name)
        years = sorted({int(row["year"]) for row in source})
        labels = _labels_by_unit(source, self.name)
        rows = []
        for row, ready in zip(source, prepared(source, self.name), strict=True):
            ready["label"] = ready["name"] = labels[_unit(row, self.name)]
            ready["lane"] = years.index(int(row["year"]))
            ready["tip_year"] = base.year_of(row)
            ready["text"] = numbers.MISSING if ready["number"] is None else ready["text"].rstrip("%").rstrip()
            ready["spoken"] = f"{ready['label']}, {ready['tip_year']}: {ready['tip_value']}"
            rows.append(ready)
        percents = any(not is_missing(row.get("percent")) for row in source)
        largest = max((row["number"] for row in rows if row["number"] is not None), default=1) or 1
        full = self.full or (100 if percents else largest)
        for row in rows:
            row["end"] = row["lane"] + _GAPLESS * (row["number"] or 0) / full
        last: dict[str, float | None] = {}
        for row in sorted(rows, key=lambda r: r["lane"]):
            if row["number"] is not None or row["label"] not in last:
                last[row["label"]] = row["number"]
        place = [r["label"] for r in ordered([{"label": k, "number": v} for k, v in last.items()], self.order)]
        rows.sort(key=lambda r: (place.index(r["label"]), r["lane"]))
        names = {int(row["year"]): base.year_of(row) for row in source}
        spec = base.with_params(
            _panels(base.told(rows), dark=dark, selectable=selectable),
            lanes=list(range(len(years))),
            lane_names=[names[year] for year in years],
        )
        newest = [row for row in rows if row["lane"] == len(years) - 1]
        return Picture(spec, {"rows": rows}, base.extremes(newest, "label"), base.absent_lines(newest, "label"))


_GAPLESS = 0.9  # the part of a lane that a full bar takes; the rest parts the panels


def _unit(row: Row, name: str) -> str:
    return base.text_of(row.get("territory")) or base.text_of(row.get(name))


def _labels_by_unit(rows: Sequence[Row], name: str) -> dict[str, str]:
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(_unit(row, name), {**row, "year": None})
    return dict(zip(first, base.unique_labels(list(first.values()), name), strict=True))


@base.kept
def _panels(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(
        title=None,
        orient="top",
        values=alt.ExprRef("lanes"),
        labelExpr="lane_names[datum.value]",
        labelAlign="left",
        labelFontWeight=600,
        labelOverlap=True,
        gridColor=page.grid,
    )
    lane = alt.X("lane:Q", axis=axis, scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("length(lanes)"), nice=False))
    rows = alt.Chart(alt.NamedData("rows")).encode(y=base.names_axis(), x=lane)
    size = alt.ExprRef(f"{base.NARROW} ? 11 : 12")
    bars = rows.mark_bar(color=page.steps[1], height={"band": 0.78}, aria=False).encode(x2="end:Q")
    texts = rows.mark_text(align="left", dx=4, fontSize=size, color=page.text, aria=False).encode(text="text:N")
    band = rows.transform_calculate(next_lane=f"datum.lane + {_GAPLESS}").mark_bar(
        color=theme.BLUE, ariaRoleDescription=_("строка")
    )
    band = band.encode(
        x2="next_lane:Q",
        tooltip=base.tooltip(present),
        description=alt.Description("spoken:N"),
        opacity=alt.value(0),
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        band = band.encode(opacity=alt.condition(unit, alt.value(0.18), alt.value(0))).add_params(unit)
    chart = alt.layer(bars, texts, band).properties(height=alt.Step(STEP))
    chart = chart.add_params(alt.param(name="lanes", value=[]), alt.param(name="lane_names", value=[]))
    return base.finished(chart, padding={"left": 2, "right": 4, "top": 5, "bottom": 5})
