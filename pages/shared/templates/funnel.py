"""«График контрольных пределов»: per cents by the number counted, with the limits within which chance moves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.templates.ranked import legend_words, prepared
from pages.shared.templates.spine import verdict_marks
from pages.shared.texts import _

LIMITS = ("low_95", "high_95", "low_998", "high_998")
HEIGHT = 380


@dataclass(frozen=True)
class Funnel:
    """Units of ``pipelines.comparison.funnel.with_funnel``: across the denominator, up the per cent.

    ``curve`` is ``funnel_curve`` of the same frame; without it (limits adjusted for overdispersion) the lines go
    through the limits of the units themselves. ``counted`` names what the denominator counts («учеников»), and
    ``marked`` is the code of the unit looked at. The line in the middle is the one benchmark.
    """

    curve: pd.DataFrame | None = field(default=None, hash=False, compare=False)
    counted: str = ""
    marked: str | None = None
    name: str = "territory_name"
    benchmark_name: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.name, "label", *LIMITS)
        rows = []
        for row, ready in zip(source, prepared(source, self.name), strict=True):
            drawn = ready["number"] is not None and not numbers.is_missing(row.get("denominator"))
            ready |= {
                "n": float(row["denominator"]) if drawn else None,
                "tip_note": _beyond(base.text_of(row.get("label"))),
                "marked": ready["territory"] == self.marked,
            }
            rows.append(ready)
        drawn_rows = [row for row in rows if row["n"] is not None]
        used = {row["verdict"] for row in drawn_rows}
        benchmarks = {row["benchmark"] for row in drawn_rows if row["benchmark"] is not None}
        # A layer without rows is left out: Vega warns of a scale that has no values.
        spec = base.with_params(
            _funnel(
                base.told(drawn_rows),
                self.counted,
                marked=any(row["marked"] for row in drawn_rows),
                benchmark=len(benchmarks) == 1,
                dark=dark,
                selectable=selectable,
            ),
            verdicts=[word for word in legend_words() if word in used],
        )
        lines = _lines(source) if self.curve is None else base.records(self.curve, *LIMITS)
        middle = [{"at": at, "said": f"{self.benchmark_name} {numbers.percent(at)}".strip()} for at in benchmarks]
        outside = sum(base.text_of(row.get("label")).endswith("998") for row in source)
        sentence = _("за пределами 99,8 % — {n}; ").format(n=outside) + base.extremes(rows, "label")
        ends = [{"denominator": lines[-1]["denominator"], "at": lines[-1][name], "said": said}
                for name, said in (("high_95", numbers.percent(95, 0)), ("high_998", numbers.percent(99.8)))
                if lines]  # fmt: skip
        data = {"rows": drawn_rows, "curve": lines, "ends": ends}
        if len(benchmarks) == 1:
            data["benchmark"] = middle
        return Picture(spec, data, sentence, base.absent_lines(rows, "label"))


def _beyond(label: str) -> str:
    return {
        "below_998": _("ниже предела 99,8 %"),
        "below_95": _("ниже предела 95 %"),
        "within": _("в пределах 95 %"),
        "above_95": _("выше предела 95 %"),
        "above_998": _("выше предела 99,8 %"),
    }.get(label, "")


def _lines(source: Sequence[Row]) -> list[Row]:
    """The limits at the units' own denominators, one row a denominator, rising."""
    known = {float(row["denominator"]): row for row in source if not numbers.is_missing(row.get("low_95"))}
    return [{"denominator": n, **{name: float(known[n][name]) for name in LIMITS}} for n in sorted(known)]


@base.kept
def _funnel(
    present: Sequence[str], counted: str, *, marked: bool, benchmark: bool, dark: bool, selectable: bool
) -> Spec:
    page = theme.surface(dark)
    # A root scale: small units stand apart, and large ones still fit.
    wide = alt.Scale(type="sqrt", zero=False, nice=False, padding=14)
    across = alt.Axis(title=counted or None, tickCount=6, format=",.9~f", grid=False)
    up = alt.Axis(title=None, tickCount=6, labelExpr="datum.label + '\u00a0%'", format=",.9~f")
    tall = alt.Scale(zero=False, nice=True)

    def x(name: str) -> alt.X:
        return alt.X(f"{name}:Q", axis=across, scale=wide)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", axis=up, scale=tall)

    curve, rows = alt.Chart(alt.NamedData("curve")), alt.Chart(alt.NamedData("rows"))
    layers: list[Any] = [
        curve.mark_area(opacity=0.5, color=page.grid, aria=False).encode(
            x=x("denominator"), y=y("low_95"), y2="high_95:Q"
        )
    ]
    for name in LIMITS:
        dash = [5, 4] if name.endswith("95") else [1, 0]
        line = curve.mark_line(strokeWidth=1.3, strokeDash=dash, color=page.muted, aria=False)
        layers.append(line.encode(x=x("denominator"), y=y(name)))
    text = alt.Chart(alt.NamedData("ends")).mark_text(align="right", dy=-7, fontSize=11, color=page.muted, aria=False)
    layers.append(text.encode(x=x("denominator"), y=y("at"), text="said:N"))
    if benchmark:
        middle = alt.Chart(alt.NamedData("benchmark"))
        layers.append(middle.mark_rule(strokeWidth=1.5, color=page.text, aria=False).encode(y=y("at")))
        layers.append(
            middle.mark_text(align="left", dy=-7, color=page.text, aria=False).encode(
                y=y("at"), x=alt.value(4), text="said:N"
            )
        )
    layers.append(verdict_marks(rows, page, size=70).encode(x=x("n"), y=y("number")))
    if marked:
        chosen = rows.transform_filter("datum.marked")
        layers.append(
            chosen.mark_point(size=320, strokeWidth=2, color=page.text, filled=False, aria=False).encode(
                x=x("n"), y=y("number")
            )
        )
        layers.append(
            chosen.mark_text(align="right", dx=-12, fontWeight=600, color=page.text, aria=False).encode(
                x=x("n"), y=y("number"), text="label:N"
            )
        )
    hit = rows.mark_circle(size=220, color=theme.BLUE, ariaRoleDescription=_("точка")).encode(
        x=x("n"), y=y("number"), tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.35), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    chart = alt.layer(*layers, hit).properties(height=HEIGHT).add_params(alt.param(name="verdicts", value=[]))
    return base.finished(chart, padding={"left": 2, "right": 8, "top": 8, "bottom": 5})
