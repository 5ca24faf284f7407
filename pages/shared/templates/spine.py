"""All indicators of one unit under one another: where it stands between the lowest and the highest of the others.

The idea is the spine chart of England's public health profiles (Fingertips): every row has its own scale, the
benchmark of all rows is one vertical line, and better is always to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.numbers import is_missing
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Row, Spec
from pages.shared.templates.ranked import legend_words, prepared
from pages.shared.texts import _

SPREAD = ("lowest", "lower_quarter", "upper_quarter", "highest")
_STEP = 37  # three lines of a phone
SHORT = {"left": "←", "right": "→"}  # where there is no room for words
_BAND = 15  # pixels, the height of the grey bands


@dataclass(frozen=True)
class Spine:
    """One row an indicator, under headings: grey from the lowest to the highest of the other units, darker their
    middle half, the unit as a mark of its verdict, the benchmark as the line in the middle.

    Beside the columns of a query frame: ``name`` (the row's label), ``group`` (the heading above it), ``key`` (what a
    click selects), ``direction`` (``down`` turns the row round, so that better is to the right), and the spread
    ``lowest`` … ``highest``. Each row is scaled by its own farthest point, rows without
    others by one scale of п.п. A row without a figure says why.
    """

    name: str = "name"
    group: str = "group"
    key: str = "key"
    benchmark_name: str = ""

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        source = base.records(frame, self.name, self.group, self.key, "direction", *SPREAD)
        rows: list[Row] = []
        heads: list[str] = []
        several = len({row[self.group] for row in source}) > 1
        common = max((abs(gap) for row in source for gap in _gaps(row)[:1] if gap is not None), default=0.0)
        for row, ready in zip(source, prepared(source, self.name), strict=True):
            head = base.text_of(row[self.group]).upper()
            if several and head not in heads:
                heads.append(head)
                rows.append({"label": head, "name": head, "heading": True, "spoken": head, "territory": ""})
            scaled = _scaled(row, common)
            if ready["number"] is not None and scaled["place"] is None:
                ready["why"] = _("сравнивать не с чем")
            rows.append(ready | {"territory": row[self.key], "heading": False} | scaled)
        used = {row["verdict"] for row in rows if not row["heading"] and row["place"] is not None}
        spec = base.with_params(
            _spine(base.told(rows), dark=dark, selectable=selectable),
            heads=heads,
            verdicts=[word for word in legend_words() if word in used],
        )
        sides = {"left": _("← хуже"), "center": self.benchmark_name, "right": _("лучше →")}
        drawn = [row for row in rows if not row["heading"]]
        return Picture(
            spec,
            {
                "rows": rows,
                "sides": [{"side": side, "said": said, "short": SHORT.get(side, said)} for side, said in sides.items()],
            },
            self._told(drawn),
        )

    def _told(self, drawn: Sequence[Row]) -> str:
        """How many rows there are of each verdict."""
        used = [row["verdict"] for row in drawn if row["place"] is not None]
        counted = [f"{word} {used.count(word)}" for word in legend_words() if word in used]
        return "; ".join([_("показателей {n}").format(n=len(drawn)), *counted])


def _gaps(row: Row) -> list[float | None]:
    """Differences from the benchmark in п.п.: of the unit itself, then of the spread; None for what is not known."""
    number, centre = numbers.figure(row), row.get("benchmark_percent")
    if number is None or centre is None or is_missing(centre):
        return [None] * (1 + len(SPREAD))
    values = [float(number), *(row.get(name) for name in SPREAD)]
    return [None if value is None or is_missing(value) else float(value) - float(centre) for value in values]


def _scaled(row: Row, common: float) -> Row:
    """Places from −1 to 1, the benchmark at 0, on the row's own scale; on the ``common`` one where there are no others
    to measure by.
    """
    gaps = _gaps(row)
    known = [abs(gap) for gap in gaps if gap is not None]
    farthest = (max(known) if len(known) > 1 else common) or 1.0
    turn = -1 if row.get("direction") == "down" else 1
    places = [None if gap is None else turn * gap / farthest for gap in gaps]
    return dict(zip(("place", *SPREAD), places, strict=True))


def verdict_marks(drawn: alt.Chart, page: theme.Surface, size: int = 105) -> alt.Chart:
    """Points whose colour, fill and shape say the verdict of a row; the legend shows the parameter ``verdicts``."""
    looks = [*theme.VERDICTS.values(), theme.NO_VERDICT]
    words = [_(look.word) for look in looks]
    legend = alt.Legend(title=None, orient="bottom", values=alt.ExprRef("verdicts"), columns=base.LEGEND_COLUMNS)

    def scale(values: Sequence[str]) -> alt.Scale:
        return alt.Scale(domain=words, range=list(values))

    fills = scale([look.colour if look.filled else page.background for look in looks])
    return drawn.mark_point(size=size, strokeWidth=2, opacity=1, aria=False).encode(
        fill=alt.Fill("verdict:N", scale=fills, legend=legend),
        stroke=alt.Stroke("verdict:N", scale=scale([look.colour for look in looks]), legend=legend),
        shape=alt.Shape("verdict:N", scale=scale([look.shape for look in looks]), legend=legend),
    )


@base.kept
def _spine(present: Sequence[str], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    scale = alt.Scale(domain=[-1.05, 1.05], nice=False)
    names = base.names_axis(wrap=True)
    heading = "indexof(heads, datum.label) >= 0"
    names.axis.labelFontWeight = alt.condition(heading, alt.value(700), alt.value(400))
    names.axis.labelColor = alt.condition(heading, alt.value(page.muted), alt.value(page.text))
    rows = alt.Chart(alt.NamedData("rows")).encode(y=names)
    drawn = rows.transform_filter("isValid(datum.place)")
    known = rows.transform_filter("isValid(datum.lowest)")

    def at(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=scale)

    def said(side: str, x: Any) -> alt.Chart:
        words = alt.Chart(alt.NamedData("sides")).transform_filter(f"datum.side == '{side}'")
        words = words.transform_calculate(said=f"{base.NARROW} ? datum.short : datum.said")
        return words.mark_text(align=side, x=x, y=-8, color=page.muted, aria=False).encode(text="said:N")

    layers: list[Any] = [
        # The first layer settles the order of the rows, so it holds all of them, the headings too.
        rows.mark_bar(opacity=0, aria=False).encode(x=alt.value(0)),
        known.mark_bar(height=_BAND, color=page.grid, aria=False).encode(x=at("lowest"), x2="highest:Q"),
        known.mark_bar(height=_BAND, color=page.muted, opacity=0.45, aria=False).encode(
            x=at("lower_quarter"), x2="upper_quarter:Q"
        ),
        drawn.mark_tick(thickness=2, bandSize=_STEP - 6, color=page.text, aria=False).encode(
            x=alt.X(datum=0, type="quantitative", scale=scale, axis=None)
        ),
        verdict_marks(drawn, page).encode(x=at("place")),
        rows.transform_filter("!datum.heading && isValid(datum.number)")
        .mark_text(align="left", dx=6, color=page.text, aria=False)
        .encode(x=alt.value("width"), text="text:N"),
        rows.transform_filter("!datum.heading && !isValid(datum.place)")
        .mark_text(align="left", dx=2, fontStyle="italic", color=page.muted, aria=False)
        .encode(x=alt.value(0), text="why:N"),
        said("left", 0),
        said("center", alt.ExprRef("width / 2")),
        said("right", alt.ExprRef("width")),
        base.row_hit(rows.transform_filter("!datum.heading"), present, theme.BLUE, selectable),
    ]
    params = [alt.param(name=name, value=[]) for name in ("heads", "verdicts")]
    chart = alt.layer(*layers).properties(height=alt.Step(_STEP)).add_params(*params).resolve_scale(fill="shared")
    return base.finished(chart, padding={"left": 2, "right": 62, "top": 22, "bottom": 5})
