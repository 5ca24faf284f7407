"""Drawing a chart on a page: the picture, its table, and one menu of files made on click.

A page says what and from which frame; how it looks is the template's matter::

    code = draw(Ranked(), frame, key="compare-dots", title="…", stamp=stamp, selection=True)
"""

from __future__ import annotations

import contextvars
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import sleep
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from pages.shared import export, internal, tables, theme
from pages.shared.data import derived
from pages.shared.export import Stamp
from pages.shared.tables import escaped
from pages.shared.templates.area import Choropleth, Shapes
from pages.shared.templates.base import MAXIMUM_ROWS, UNIT, Picture, Spec, Template
from pages.shared.templates.counts import Bars, Parts, Steps
from pages.shared.templates.grid import GroupGrid, HeatTable
from pages.shared.templates.ranked import Ranked, YearPanels
from pages.shared.templates.sparkline import sparkline, sparkline_alt, sparkline_uri
from pages.shared.templates.strip import Strip
from pages.shared.templates.time import Gantt, Trend
from pages.shared.texts import _

__all__ = [
    "MAXIMUM_ROWS",
    "Bars",
    "Choropleth",
    "Gantt",
    "GroupGrid",
    "HeatTable",
    "Parts",
    "Picture",
    "Ranked",
    "Shapes",
    "Stamp",
    "Steps",
    "Strip",
    "Template",
    "Trend",
    "YearPanels",
    "draw",
    "draw_sparkline",
    "page_spec",
    "selected",
    "sparkline",
    "sparkline_alt",
    "sparkline_uri",
    "tools",
]


def draw(
    chart: Template,
    frame: pd.DataFrame,
    *,
    key: str,
    title: str,
    stamp: Stamp,
    note: str | None = None,
    table: pd.DataFrame | None = None,
    selection: bool | Callable[[], None] | None = None,
) -> str | None:
    """Draw ``frame`` as ``chart`` with its title, its table and its «Скачать» menu.

    ``key`` keeps the chart mounted from one rerun to the next and names its widgets. ``table`` is what the table
    and the files hold, ``frame`` by default. With ``selection`` a click on a unit reruns the page (after the
    function, if one is given) and the unit's territory code is returned; else None. ``note`` is one line below.
    ValueError for a frame of more than ``MAXIMUM_ROWS`` rows.
    """
    mark = f" :orange-badge[{_(tables.DEMO)}]" if stamp.demo else ""
    # Second after the page's own title, for whoever listens; small, for whoever looks (see view.style).
    st.header(f"{escaped(title)}{mark}", anchor=False)
    if frame.empty:
        st.info(_("Для этого выбора данных нет."))
        return None
    options = (chart, stamp.demo, theme.is_dark(), bool(selection))
    drawn = derived(_drawn, frame, *options) if _hashable(chart) else _drawn(frame, *options)
    on_select = selection if callable(selection) else "rerun" if selection else "ignore"
    event: Any = st.vega_lite_chart(
        spec=drawn.spec,
        key=key,
        width="stretch",
        theme=None,
        on_select=on_select,
        alt=f"{title}. {drawn.alt}",
    )
    lines = [*drawn.absent, *([note] if note else [])]
    if lines:
        st.caption("  \n".join(escaped(line) for line in lines))
    tools(chart, frame, frame if table is None else table, key, title, stamp)
    return selected(event) if selection else None


@dataclass(frozen=True)
class _Drawn:
    """What goes to the browser for one picture."""

    spec: Spec
    alt: str
    absent: tuple[str, ...]


def _drawn(frame: pd.DataFrame, chart: Template, demo: bool, dark: bool, selectable: bool) -> _Drawn:
    picture = chart.picture(frame, dark=dark, selectable=selectable)
    return _Drawn(page_spec(picture, demo, dark), picture.alt, picture.absent)


def _hashable(chart: Template) -> bool:
    """Whether a picture can be kept: a template that holds a frame of its own is drawn each time."""
    try:
        hash(chart)
    except TypeError:
        return False
    return True


def page_spec(picture: Picture, demo: bool, dark: bool) -> Spec:
    """The dict that Streamlit draws: rows as Arrow, the colours of the reader's page, the demonstration mark."""
    spec = {**picture.spec, "config": theme.configure(dark)}
    if demo:
        # Inside the chart, so that a screenshot carries it too.
        spec["title"] = {"text": _(tables.DEMO), "anchor": "end", "fontSize": 11, "fontWeight": 400, "offset": 4}
    words = set(re.findall(r"\w+", json.dumps(spec, ensure_ascii=False)))
    spec["datasets"] = {
        name: rows if isinstance(rows, Mapping) else _arrow(rows, words) for name, rows in picture.data.items()
    }
    return spec


def _arrow(rows: Sequence[Mapping[str, Any]], words: set[str]) -> pa.Table:
    """Rows as Arrow, of the columns that ``words`` of the chart name, repeated texts once.

    A key that some rows lack is null in them (pyarrow alone would drop it).
    """
    names = dict.fromkeys(name for row in rows for name in row if name in words)
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    return pa.table({name: _compact(column) for name, column in columns.items()})


def _compact(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column
    encoded = column.dictionary_encode()
    return encoded if len(encoded.dictionary) * 2 <= len(column) else column


def selected(event: Any, field: str = "territory") -> str | None:
    """The code of the unit clicked in a chart, from what ``st.vega_lite_chart`` returns; None without a click."""
    try:
        points = event["selection"][UNIT]
    except (KeyError, TypeError):
        return None
    if isinstance(points, Mapping):  # {"territory": [codes]} from a legend, {} when nothing is chosen
        values = points.get(field) or points.get(f"properties.{field}") or []
        return str(values[0]) if values else None
    for point in points:
        code = point.get(field) or point.get(f"properties.{field}") or (point.get("properties") or {}).get(field)
        if code:
            return str(code)
    return None


@st.fragment
def tools(chart: Template, frame: pd.DataFrame, table: pd.DataFrame, key: str, title: str, stamp: Stamp) -> None:
    """Table and files. A fragment: opening either reruns these lines and not the page with all its charts."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = st.toggle(_("Таблица"), key=f"{key}-as-table")
        menu = None if internal.is_on() else st.popover(
            _("Скачать"), key=f"{key}-files", on_change="rerun", type="tertiary"
        )  # fmt: skip
    if menu is not None and menu.open:
        with menu, st.container(horizontal=True):
            for ending, make in makers(chart, frame, table, title, stamp).items():
                st.download_button(
                    ending.upper(),
                    data=make,
                    file_name=export.file_name(title, ending, stamp),
                    mime=_MIME[ending],
                    key=f"{key}-{ending}",
                    on_click="ignore",
                )
    if shown:
        tables.show(table, key=key, demo=stamp.demo, alt=title)


def warm() -> None:
    """Author the commonest templates before the first reader comes: a second at the start of the server."""
    rows = {"territory": ["a", "b"], "territory_name": ["А", "Б"], "year": 2021, "numerator": 1.0, "denominator": 2.0}
    figures = pd.DataFrame({**rows, "percent": 50.0, "mechanism": "m"})
    compared = figures.assign(benchmark_percent=50.0, verdict="better", interval_low=40.0, interval_high=60.0)
    for selectable in (False, True):
        for mark in ("dot", "bar"):
            Ranked(mark).picture(figures, selectable=selectable)
        Ranked().picture(compared, selectable=selectable)
        for chart in (YearPanels(), Trend(), HeatTable()):
            chart.picture(figures, selectable=selectable)


def warm_rest(pause: float = 0.25) -> None:
    """Author the other templates, with a pause in seconds after each: meant for a thread beside the first readers."""
    from pages.shared.templates.warm import rest

    for author in rest():
        author()
        sleep(pause)


_MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def makers(
    chart: Template, frame: pd.DataFrame, table: pd.DataFrame, title: str, stamp: Stamp
) -> dict[str, Callable[[], bytes]]:
    """File ending → what makes the file. Nothing is made before it is called.

    Streamlit calls it in a thread of its server, outside the session: the session's language goes along.
    """
    session = contextvars.copy_context()
    makes: dict[str, Callable[[], bytes]] = {
        "csv": partial(export.csv_bytes, table, stamp),
        "xlsx": partial(export.xlsx_bytes, table, stamp, title),
        "png": lambda: export.png_bytes(chart.picture(frame), title, stamp),
        "svg": lambda: export.svg_bytes(chart.picture(frame), title, stamp),
    }
    return {ending: partial(session.copy().run, make) for ending, make in makes.items()}


def draw_sparkline(values: Sequence[float | None], labels: Sequence[str], texts: Sequence[str]) -> None:
    """A word-sized line with its description: ``labels`` are the years, ``texts`` the figures in words."""
    st.image(sparkline(values), alt=sparkline_alt(labels, texts), width=120)
