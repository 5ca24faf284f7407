"""Cells: a heat table of territories by mechanisms, and the twelve groups of schools."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.templates.ranked import prepared
from pages.shared.texts import _
from pipelines.statistics.classes import quintiles

_CELL = 30
_GROUP_CELL = 76
_HEAD_LETTERS = 13  # of a heading's line: eight columns fit on a laptop
_MIDDLE = 2  # the shade of what has no class
_MOST_NAMED = 8  # cells without a figure that are named one by one; more are counted


@dataclass(frozen=True)
class HeatTable:
    """Rows × columns with the figure written in each cell; a shade only repeats it.

    ``rows`` and ``columns`` name columns of the frame; ``names`` gives short headings for the values of
    ``columns`` (a mechanism's code, a year). Shades are steps of one hue: the fifths of the values of each column
    (rule 9, the quintiles that the map is coloured by), for columns count different things; a single value and equal
    ones are of the middle shade. A cell without a figure has a dashed frame, «—», and its reason in the tooltip.
    """

    rows: str = "territory_name"
    columns: str = "mechanism"
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.rows, self.columns)
        columns = list(dict.fromkeys(row[self.columns] for row in source))
        heads = {column: self._head(column) for column in columns}
        units = list(dict.fromkeys((base.text_of(r.get("territory")), base.text_of(r[self.rows])) for r in source))
        labels = base.unique_labels([{"territory": code, "territory_name": name} for code, name in units])
        label_of = dict(zip(units, labels, strict=True))
        page = theme.surface(dark)
        places = _fifths(source, self.columns)
        rows = []
        for place, row, ready in zip(places, source, prepared(source, self.rows), strict=True):
            ready["label"] = label_of[(base.text_of(row.get("territory")), base.text_of(row[self.rows]))]
            ready["column"] = heads[row[self.columns]]
            ready["tip_series"] = ready["column"]
            number = ready["number"]
            ready["fill"] = "transparent" if number is None else page.steps[place]
            ready["ink"] = page.muted if number is None else theme.ink(ready["fill"])
            ready["short"] = numbers.MISSING if number is None else ready["text"].rstrip("%").rstrip()
            ready["spoken"] = f"{ready['label']}, {ready['column']}: {ready['tip_value']}"
            ready["where"] = f"{ready['label']}: {ready['column']}"
            rows.append(ready)
        spec = base.with_params(
            _heat(base.told(rows), dark=dark, selectable=selectable),
            heads={head: _lines(head) for head in heads.values()},
        )
        absent = _absent(rows)
        return Picture(spec, {"rows": rows}, base.extremes(rows, "where"), absent)

    def _head(self, column: object) -> str:
        if isinstance(column, int | float):
            return str(int(column))
        return self.names.get(str(column), str(column))


def _fifths(source: Sequence[Row], by: str) -> list[int]:
    """The step 0–4 of each row among the figures of its column; the middle one where there are no classes."""
    columns: dict[object, list[int]] = {}
    for at, row in enumerate(source):
        columns.setdefault(row[by], []).append(at)
    steps = [_MIDDLE] * len(source)
    for members in columns.values():
        found = quintiles([_exact(source[at]) for at in members]).classes
        if found.any():
            for at, place in zip(members, found.tolist(), strict=True):
                steps[at] = max(place, 1) - 1
    return steps


def _exact(row: Row) -> float:
    """The figure as it is, before rounding; NaN without one."""
    for name in ("percent", "value"):
        if not numbers.is_missing(row.get(name)):
            return float(row[name])
    return math.nan


def _lines(head: str) -> str:
    """A heading in short lines."""
    return "\n".join(textwrap.wrap(head, _HEAD_LETTERS, break_long_words=False, break_on_hyphens=False)) or head


def _absent(rows: Sequence[Row]) -> tuple[str, ...]:
    """One line a reason; where many cells are empty they are counted, and the table gives the reason of each."""
    reasons = Counter(row["tip_value"] for row in rows if row["number"] is None)
    if sum(reasons.values()) <= _MOST_NAMED:
        return base.absent_lines(rows, "label", "column")
    return tuple(
        _("{reason} — {n} из {all} ячеек").format(reason=reason, n=n, all=len(rows)) for reason, n in reasons.items()
    )


@base.kept
def _heat(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    # Words under one another where there is room, one slanting line where there is none.
    words = f"{base.NARROW} ? datum.label : split(heads[datum.label], '\\n')"
    head = alt.Axis(
        title=None,
        orient="top",
        labelExpr=words,
        labelAngle=alt.ExprRef(f"{base.NARROW} ? -60 : 0"),
        labelAlign=alt.ExprRef(f"{base.NARROW} ? 'left' : 'center'"),
        labelBaseline="bottom",
        labelLimit=alt.ExprRef(f"{base.NARROW} ? 110 : 160"),
        labelOverlap=False,
        labelFontSize=11,
        grid=False,
    )
    x = alt.X("column:N", sort=None, axis=head, scale=alt.Scale(paddingInner=0.05))
    y = base.names_axis()
    y.scale = alt.Scale(paddingInner=0.1)
    cells = alt.Chart(alt.NamedData("rows")).encode(x=x, y=y)
    # The first layer settles the order of rows and columns, so it holds all cells, those without a figure too.
    ground = cells.mark_rect(opacity=0, aria=False)
    full = cells.transform_filter("isValid(datum.number)").mark_rect(cornerRadius=2, aria=False)
    empty = cells.transform_filter("!isValid(datum.number)").mark_rect(
        cornerRadius=2, strokeDash=[3, 3], stroke=page.muted, strokeOpacity=0.7, fillOpacity=0, aria=False
    )
    size = alt.ExprRef(f"{base.NARROW} ? 10 : 12")
    texts = cells.mark_text(fontSize=size, aria=False).encode(text="short:N", color=alt.Color("ink:N", scale=None))
    hit = cells.mark_rect(color=page.text, ariaRoleDescription=_("ячейка")).encode(
        tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.12), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    chart = alt.layer(ground, full.encode(fill=alt.Fill("fill:N", scale=None)), empty, texts, hit)
    chart = chart.properties(height=alt.Step(_CELL)).add_params(alt.param(name="heads", value={}))
    return base.finished(chart, padding={"left": 2, "right": 4, "top": 5, "bottom": 5})


@dataclass(frozen=True)
class GroupGrid:
    """The groups of schools: clusters across, settlement and deficit down, each cell with what stands in it.

    Columns of the frame: ``cluster``, ``row`` (settlement and deficit in words) and ``label`` (a school; missing
    for a group that holds none). Several schools of a group are listed in its cell. Clusters and rows keep the
    order of the frame, so an empty group has to be in it.
    """

    cluster: str = "cluster"
    row: str = "row"
    label: str = "label"

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.cluster, self.row, self.label)
        cells: dict[tuple[str, str], list[str]] = {}
        codes: dict[tuple[str, str], str] = {}
        for item in source:
            place = (base.text_of(item[self.row]), base.text_of(item[self.cluster]))
            cells.setdefault(place, [])
            codes.setdefault(place, base.text_of(item.get("territory")))
            if base.text_of(item.get(self.label)):
                cells[place].append(base.text_of(item[self.label]))
        rows = []
        for (across, cluster), names in cells.items():
            whole = "; ".join(names) or _("нет школы")
            rows.append(
                {
                    "label": across,
                    "column": cluster,
                    "name": whole,
                    "tip_series": cluster,
                    "tip_note": across,
                    "wide": _wrapped([base.short_name(n) for n in names] or [whole], 26, 4),
                    "narrow": _wrapped([base.short_name(n) for n in names] or [whole], 13, 5),
                    "empty": not names,
                    "territory": codes[(across, cluster)],
                    "spoken": f"{cluster}, {across}: {whole}",
                    "number": 1 if names else None,
                    "tip_value": _("нет школы"),
                    "where": f"{cluster}, {across}",
                }
            )
        empty = [row["where"] for row in rows if row["empty"]]
        sentence = _("групп {n}, без школы {empty}").format(n=len(rows), empty=len(empty))
        spec = _groups(("tip_series", "tip_note"), dark=dark, selectable=selectable)
        return Picture(spec, {"rows": rows}, sentence, base.absent_lines(rows, "where"))


def _wrapped(names: Sequence[str], width: int, lines: int) -> str:
    text = [line for name in names for line in textwrap.wrap(name, width, break_on_hyphens=False)]
    return "\n".join(text if len(text) <= lines else [*text[: lines - 1], text[lines - 1][: width - 1] + "…"])


@base.kept
def _groups(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    head = alt.Axis(
        title=None,
        orient="top",
        labelAngle=0,
        labelExpr=f"{base.NARROW} ? split(datum.label, ' ') : datum.label",
        labelLimit=alt.ExprRef(f"{base.NARROW} ? 88 : 240"),
        labelFontSize=alt.ExprRef(f"{base.NARROW} ? 10.5 : 12"),
        labelBaseline="bottom",
        labelFontWeight=600,
        grid=False,
    )
    side = alt.Axis(
        title=None,
        labelExpr=f"split(replace(datum.label, ', ', '\\n'), {base.NARROW} ? regexp('\\n| ') : '\\n')",
        labelFontSize=alt.ExprRef(f"{base.NARROW} ? 10.5 : 12"),
        labelLimit=base.LABEL_LIMIT,
        grid=False,
    )
    cells = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("column:N", sort=None, axis=head, scale=alt.Scale(paddingInner=0.04)),
        y=alt.Y("label:N", sort=None, axis=side, scale=alt.Scale(paddingInner=0.06)),
    )
    # First a layer of every cell: the axes take their order from it, not from the cells that are filled.
    ground = cells.mark_rect(fillOpacity=0, aria=False)
    full = cells.transform_filter("!datum.empty").mark_rect(fill=page.steps[0], cornerRadius=3, aria=False)
    empty = cells.transform_filter("datum.empty").mark_rect(
        fillOpacity=0, stroke=page.muted, strokeDash=[4, 3], cornerRadius=3, aria=False
    )
    texts = [
        cells.transform_filter(f"({base.NARROW}) == {here}")
        .mark_text(
            lineBreak="\n",
            fontSize=12 if here == "false" else 10,
            lineHeight=base.LINE + 1,
            dy=alt.ExprRef(f"-{(base.LINE + 1) / 2} * (length(split(datum.{column}, '\\n')) - 1)"),
        )
        .encode(text=f"{column}:N", color=alt.condition("datum.empty", alt.value(page.muted), alt.value(page.text)))
        for column, here in (("wide", "false"), ("narrow", "true"))
    ]
    hit = cells.mark_rect(color=theme.BLUE, ariaRoleDescription=_("ячейка")).encode(
        tooltip=base.tooltip(present), description=alt.Description("spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.18), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    chart = alt.layer(ground, full, empty, *texts, hit).properties(height=alt.Step(_GROUP_CELL))
    return base.finished(chart, padding={"left": 2, "right": 4, "top": 5, "bottom": 5})
