"""How units are spread along one scale, and where one of them stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Spec
from pages.shared.templates.ranked import prepared
from pages.shared.texts import _

_BINS = 60
HEIGHT = 170


@dataclass(frozen=True)
class Strip:
    """One dot a unit, piled where they are many; ``marked`` is the code of the unit shown as a named diamond.

    One ``benchmark_percent`` of the frame is a dashed line, with ``benchmark_name``.
    """

    marked: str | None = None
    name: str = "territory_name"
    benchmark_name: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        rows = prepared(base.records(frame, self.name), self.name)
        drawn = sorted((row for row in rows if row["number"] is not None), key=lambda row: row["number"])
        if drawn:
            low, high = drawn[0]["number"], drawn[-1]["number"]
            width = (high - low) / _BINS or 1
            piled: Counter[int] = Counter()
            # The marked unit comes first in its pile, so it stands on the middle line.
            for row in sorted(drawn, key=lambda row: row["territory"] != self.marked):
                bin_ = int((row["number"] - low) / width)
                # 0, 1, −1, 2, −2 … : a pile grows both ways from the middle.
                row["pile"] = (piled[bin_] + 1) // 2 * (1 if piled[bin_] % 2 else -1)
                piled[bin_] += 1
        for row in drawn:
            row["marked"] = bool(self.marked) and row["territory"] == self.marked
            row["said"] = f"{row['label']}: {row['tip_value']}" if row["marked"] else ""
        chosen = next((row for row in drawn if row["marked"]), None)
        benchmarks = {row["benchmark"] for row in rows if row["benchmark"] is not None}
        side = ""
        if chosen:
            side = "left" if chosen["number"] <= (drawn[0]["number"] + drawn[-1]["number"]) / 2 else "right"
        spec = _strip(base.told(drawn), benchmark=len(benchmarks) == 1, side=side, dark=dark, selectable=selectable)
        data: dict[str, Any] = {"rows": drawn}
        if len(benchmarks) == 1:
            (at,) = benchmarks
            data["benchmark"] = [{"at": at, "said": f"{self.benchmark_name} {numbers.percent(at)}".strip()}]
        sentence = base.extremes(rows, "label")
        if chosen:
            place = sum(row["number"] > chosen["number"] for row in drawn) + 1
            sentence = (
                _("{name}: {value}, место {place} из {n}; ").format(
                    name=chosen["label"], value=chosen["tip_value"], place=place, n=len(drawn)
                )
                + sentence
            )
        return Picture(spec, data, sentence, base.absent_lines(rows, "label"))


@base.kept
def _strip(present: Sequence[str], *, benchmark: bool, side: str, dark: bool, selectable: bool) -> Spec:
    # A layer without rows is left out (``side`` is empty where no unit is marked): Vega warns of an empty scale.
    page = theme.surface(dark)
    scale = alt.Scale(zero=False, nice=True, padding=8)
    axis = alt.Axis(title=None, tickCount=5, format=",.9~f", grid=True)
    x = alt.X("number:Q", axis=axis, scale=scale)
    y = alt.Y("pile:Q", axis=None, scale=alt.Scale(domainMin=-8, domainMax=8, nice=False))
    rows = alt.Chart(alt.NamedData("rows"))
    others = rows.transform_filter("!datum.marked").mark_circle(size=46, opacity=0.75, color=theme.GREY, aria=False)
    chosen = rows.transform_filter("datum.marked")
    layers: list[Any] = [others.encode(x=x, y=y)]
    if benchmark:
        line = alt.Chart(alt.NamedData("benchmark"))
        at = alt.X("at:Q", axis=axis, scale=scale)
        layers.append(line.mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=page.text, aria=False).encode(x=at))
        layers.append(
            line.mark_text(dy=-6, baseline="bottom", color=page.text, aria=False).encode(
                x=at, y=alt.value(0), text="said:N"
            )
        )
    if side:
        # The name hangs on a thin line from the top, clear of the dots.
        layers.append(
            chosen.mark_rule(color=theme.ORANGE, aria=False).encode(x=x, y=alt.value(16), y2=alt.value(HEIGHT / 2))
        )
        diamond = chosen.mark_point(
            shape="diamond", size=210, filled=True, opacity=1, color=theme.ORANGE, stroke=page.background, aria=False
        )
        layers.append(diamond.encode(x=x, y=y))
        name = chosen.mark_text(
            align=side, dx=-4 if side == "left" else 4, fontWeight=600, color=page.text,
            limit=alt.ExprRef("width * 0.8"),
        )  # fmt: skip
        layers.append(name.encode(x=x, y=alt.value(8), text="said:N"))
    hit = rows.mark_circle(size=140, color=theme.BLUE, ariaRoleDescription=_("точка")).encode(
        x=x, y=y, tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.3), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    chart = alt.layer(*layers, hit).properties(height=HEIGHT)
    return base.finished(chart, padding={"left": 6, "right": 6, "top": 22 if benchmark else 5, "bottom": 5})
