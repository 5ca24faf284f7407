"""Status × change: where each unit stands now and where it came from, five levels by five (rule 8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.templates.spine import verdict_marks
from pages.shared.texts import N_, _
from pipelines.statistics.classes import MAINTAINED, MATRIX

STATUS = (N_("очень слабо"), N_("слабо"), N_("средне"), N_("хорошо"), N_("очень хорошо"))
CHANGE = (N_("намного хуже"), N_("хуже"), N_("без изменений"), N_("лучше"), N_("намного лучше"))
_HEIGHT = 92  # pixels of a cell
_LISTED = 5  # so many units of a cell are named in it


@dataclass(frozen=True)
class StatusMatrix:
    """Units of ``pipelines.comparison.change.status_by_change`` in their cells: a list of names while there are few,
    points when there are many; the mark says whether they became better or worse.

    ``marked`` is the code of the unit looked at. Beside the columns of that frame: ``why``, the reason in words for
    units without a class; they stand under the chart.
    """

    marked: str | None = None

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        more = ("status", "change", "difference", "percent_0", "percent_1", "changed", "why")
        source = base.records(frame, *more)
        labels = base.unique_labels(source)
        cells: dict[tuple[int, int], list[Row]] = {}
        absent = []
        for row, label in zip(source, labels, strict=True):
            if row["status"]:
                cells.setdefault((int(row["status"]), int(row["change"])), []).append(self._unit(row, label))
            else:
                absent.append({"name": label, "number": None, "tip_value": base.text_of(row["why"])})
        units = [unit for place, inside in cells.items() for unit in _placed(place, inside)]
        grid = [
            {"left": change, "right": change + 1, "low": status, "high": status + 1,
             "fill": theme.parts(5)[MATRIX[status][change] - 1],
             "count": str(n) if (n := len(cells.get((status + 1, change + 1), ()))) > _LISTED else ""}
            for status in range(5) for change in range(5)
        ]  # fmt: skip
        spec = base.with_params(
            _matrix(("tip_value", "tip_difference", "tip_note"), dark=dark, selectable=selectable),
            status=[_(word) for word in STATUS],
            change=[_(word) for word in CHANGE],
            verdicts=[_(theme.VERDICTS[code].word) for code in ("better", "worse", "not_distinguishable")],
        )
        said = [_("{n}: {status}, {change}").format(n=len(inside), status=_(STATUS[place[0] - 1]),
                                                    change=_(CHANGE[place[1] - 1]))
                for place, inside in sorted(cells.items(), reverse=True)]  # fmt: skip
        return Picture(spec, {"units": units, "cells": grid}, "; ".join(said), base.absent_lines(absent))

    def _unit(self, row: Row, label: str) -> Row:
        change = int(row["change"])
        verdict = "better" if change > MAINTAINED else "worse" if change < MAINTAINED else "not_distinguishable"
        status, moved = _(STATUS[int(row["status"]) - 1]), _(CHANGE[change - 1])
        proven = _("изменение больше случайного") if row["changed"] else _("изменение в пределах случайного")
        here = row["territory"] == self.marked
        return {
            "territory": base.text_of(row["territory"]),
            "name": base.text_of(row["territory_name"]),
            "label": ("▶ " if here else "") + label,
            "verdict": _(theme.VERDICTS[verdict].word),
            "tip_value": f"{numbers.percent(row['percent_1'])}: {status}",
            "tip_difference": f"{numbers.percentage_points(row['difference'])}: {moved}",
            "tip_note": proven,
            "spoken": f"{label}: {numbers.percent(row['percent_1'])}, {status}; {moved}",
        }


def _placed(place: tuple[int, int], units: Sequence[Row]) -> list[Row]:
    """The units of one cell with their places in it: one under another with names, or in a grid without."""
    few = len(units) <= _LISTED
    across = 1 if few else math.ceil(math.sqrt(2 * len(units)))
    down = _LISTED if few else math.ceil(len(units) / across)
    placed = []
    for number, unit in enumerate(units):
        x = 0.08 if few else (number % across + 0.5) / across
        y = (number // across + 0.5) / down
        placed.append({**unit, "x": place[1] - 1 + x, "y": place[0] - y, "listed": few})
    return placed


@base.kept
def _matrix(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    ends = alt.Scale(domain=[0, 5], nice=False)
    middles = [0.5, 1.5, 2.5, 3.5, 4.5]

    def axis(words: str, **more: Any) -> alt.Axis:
        said = f"{words}[floor(datum.value)]"
        return alt.Axis(title=None, values=middles, grid=False, labelOverlap=False, **more, labelExpr=(
            f"{base.NARROW} ? split({said}, ' ') : {said}"))  # fmt: skip

    across, down = axis("change", orient="top", labelFontSize=11), axis("status", labelFontSize=11)
    cells, units = alt.Chart(alt.NamedData("cells")), alt.Chart(alt.NamedData("units"))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=across, scale=ends)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=down, scale=ends)

    ground = cells.mark_rect(opacity=0.28, stroke=page.background, strokeWidth=3, aria=False).encode(
        x=x("left"), x2="right:Q", y=y("low"), y2="high:Q", color=alt.Color("fill:N", scale=None)
    )
    counts = cells.mark_text(align="right", baseline="top", dx=-6, dy=6, fontWeight=600, color=page.text, aria=False)
    names = units.transform_filter(f"datum.listed && !({base.NARROW})").mark_text(
        align="left", dx=9, fontSize=11, color=page.text, limit=alt.ExprRef("width / 5 - 26"), aria=False
    )
    hit = units.mark_circle(size=260, color=theme.BLUE, ariaRoleDescription=_("точка")).encode(
        x=x("x"), y=y("y"), tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.35), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    chart = alt.layer(
        ground,
        counts.encode(x=x("right"), y=y("high"), text="count:N"),
        verdict_marks(units, page, size=60).encode(x=x("x"), y=y("y")),
        names.encode(x=x("x"), y=y("y"), text="label:N"),
        hit,
    ).properties(height=5 * _HEIGHT)
    params = [alt.param(name=name, value=[]) for name in ("status", "change", "verdicts")]
    return base.finished(chart.add_params(*params), padding={"left": 2, "right": 4, "top": 5, "bottom": 5})
