"""From one year's per cent to another's: each cause is a step, and the steps end exactly where the later year is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec

_STEP = 44


@dataclass(frozen=True)
class Waterfall:
    """Steps one under another between the first and the last row, which are whole per cents.

    Columns of the frame: ``label``, ``change`` (п.п., missing in the two whole rows), ``level`` (per cent reached after
    the row), ``key`` (what a click selects) and ``note`` (for the tooltip). ``direction`` of the indicator says which
    sign is good; each step is drawn by the exact numbers, since rounded ones would not meet, and is labelled with its
    own rounded change and an arrow, so that colour repeats what is written.
    """

    direction: str = "up"

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        rows = []
        before: float | None = None
        for row in base.records(frame, "label", "change", "level", "key", "note"):
            rows.append(self._row(row, before))
            before = float(row["level"])
        for row, following in itertools.pairwise(rows):
            row["next"] = following["label"]
        spec = _waterfall(("tip_value", "tip_note"), dark=dark, selectable=selectable)
        return Picture(spec, {"rows": rows}, "; ".join(row["spoken"] for row in rows))

    def _row(self, row: Row, before: float | None) -> Row:
        level, whole = float(row["level"]), numbers.is_missing(row["change"])
        change = 0.0 if whole else float(row["change"])
        good = {"up": theme.BLUE, "down": theme.ORANGE, "none": theme.PURPLE}[self.direction]
        bad = {"up": theme.ORANGE, "down": theme.BLUE, "none": theme.PURPLE}[self.direction]
        arrow = "" if whole or numbers.rounded(change) == 0 else "▲ " if change > 0 else "▼ "
        text = numbers.percent(level) if whole else numbers.percentage_points(change)
        return {
            "label": row["label"],
            "name": row["label"],
            "territory": base.text_of(row["key"]),
            "whole": whole,
            "start": level if whole or before is None else before,
            "end": level,
            "farther": max(level, level - change),
            "colour": theme.GREY if whole or change == 0 else good if change > 0 else bad,
            "text": arrow + text,
            "next": None,
            "tip_value": text,
            "tip_note": base.text_of(row.get("note")),
            "spoken": f"{row['label']}: {text}",
        }


@base.kept
def _waterfall(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    axis = alt.Axis(
        title=None,
        tickCount=alt.ExprRef(f"{base.NARROW} ? 2 : 5"),
        format=",.9~f",
        grid=True,
        labelExpr="datum.label + '\u00a0%'",
    )
    # Not from zero: only the steps have a length here, the two whole per cents are marks.
    scale = alt.Scale(zero=False, nice=True, padding=12)
    names = base.names_axis(wrap=True)
    rows = alt.Chart(alt.NamedData("rows")).encode(y=names)

    def at(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    colour = alt.Color("colour:N", scale=None)
    layers: list[Any] = [
        # The first layer settles the order of the rows, so it holds all of them.
        rows.mark_bar(opacity=0, aria=False).encode(x=alt.value(0)),
        rows.transform_filter("!datum.whole")
        .mark_bar(height={"band": 0.5}, minBandSize=2, aria=False)
        .encode(x=at("start"), x2="end:Q", color=colour),
        rows.transform_filter("!datum.whole")
        .mark_tick(thickness=2, bandSize=24, aria=False)
        .encode(x=at("end"), color=colour),
        rows.transform_filter("datum.whole")
        .mark_tick(thickness=5, bandSize=28, color=page.text, aria=False)
        .encode(x=at("end")),
        # Where a step ends the next one begins.
        rows.transform_filter("isValid(datum.next)")
        .mark_rule(strokeDash=[2, 3], color=page.muted, aria=False)
        .encode(x=at("end"), y2=alt.Y2("next:N")),
        rows.mark_text(align="left", dx=8, color=page.text, aria=False).encode(x=alt.value("width"), text="text:N"),
        base.row_hit(rows, present, theme.BLUE, selectable),
    ]
    chart = alt.layer(*layers).properties(height=alt.Step(_STEP))
    return base.finished(chart, padding={"left": 2, "right": 84, "top": 5, "bottom": 5})
