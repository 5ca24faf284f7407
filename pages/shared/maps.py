"""A map drawn by deck.gl from one's own boundaries: no tiles, no map service, no request to anybody.

What is drawn is plain rows made by :func:`rows`; the same classes, words and figures stand in the list beside the
map, in its legend and in the picture that leaves the page (``templates.area.Choropleth``).
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import pydeck as pdk
import streamlit as st
from pydeck.bindings.json_tools import default_serialize

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.area import KINDS, OTHER_KIND, Point, Shade, Shapes, folded, labelled, shortened
from pages.shared.templates.ranked import prepared
from pages.shared.texts import _

HEIGHT, NARROW_HEIGHT = 520, 380
WIDTH, NARROW_WIDTH = 620, 350  # the least width that the map has in each layout; the region is fitted to it
NARROW = 640  # Streamlit puts columns one under another below this width
WINDOW = "map-window"
MARGIN = 14
NAME_LINE, FIGURE_LINE = 14, 17  # pixels
CLOSEST = 11.5  # zoom: beyond it a lone school would fill the map

STYLE = """<style>
ul.map-legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:0;padding:0}
.map-legend li{display:flex;align-items:center;gap:.45rem;margin:0;line-height:1.3}
.map-legend i{width:1.35rem;height:.95rem;border:1px solid rgba(110,120,130,.9);border-radius:2px;flex:none}
.map-legend i.none{border:2px dashed rgba(110,120,130,.9)}
.map-legend i.grey{width:.95rem;margin:0 .2rem}
.map-legend b{font-weight:400;width:1.35rem;text-align:center}
.map-legend .n{opacity:.8}
.st-key-map-box{position:relative}
.st-key-map-zoom{position:absolute;right:0;top:0;z-index:2;width:auto}
.st-key-map-zoom button{min-height:0;width:2.2rem;height:2.2rem;padding:0}
/* the toolbar of the map speaks English only; the page has its own buttons for zoom and for the way back */
[class*="st-key-map-deck"] [data-testid="stElementToolbar"]{display:none}
</style>"""

# A list of units as rows of buttons: the name to the left, the figure to the right.
LIST_STYLE = """
.st-key-map-units button{min-height:0;padding:.28rem .6rem;border-radius:2px;margin-bottom:2px}
.st-key-map-units button>div,.st-key-map-units button span,.st-key-map-units [data-testid="stMarkdownContainer"]
{width:100%}
.st-key-map-units button p{display:flex;justify-content:space-between;gap:.75rem;text-align:left;line-height:1.25}
.st-key-map-units button strong{flex:none;max-width:60%;text-align:right;font-variant-numeric:tabular-nums}
"""

OF_THE_SILENT = ("tip_value", "tip_coverage")  # what a tooltip says of a unit without a figure

# White shapes that deck.gl tints. Inline: an icon must not be fetched.
_ATLAS = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="64"><g fill="#fff"><circle cx="32" cy="32" r="27"/>'
    '<rect x="71" y="7" width="50" height="50"/><path d="M160 3L191 58H129Z"/>'
    '<path d="M224 1L255 32L224 63L193 32Z"/></g></svg>'
)
_SHAPES = ("circle", "square", "triangle-up", "diamond")
_SIGNS = {"circle": "●", "square": "■", "triangle-up": "▲", "diamond": "◆"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """What the map shows at first: its centre in degrees and deck.gl's zoom; ``box`` are its bounds in degrees."""

    longitude: float
    latitude: float
    zoom: float
    box: tuple[float, float, float, float]

    @classmethod
    def around(cls, points: Sequence[Point], narrow: bool, margin: float = MARGIN) -> Window:
        """The window that holds all ``points`` (longitude, latitude), also when they lie on both sides of 180°.

        ``margin`` is left free on each side, in pixels.
        """
        east = [x + 360 if x < 0 else x for x, _y in points]
        north = [y for _x, y in points]
        west, south, right, top = min(east), min(north), max(east), max(north)
        width, height = (NARROW_WIDTH, NARROW_HEIGHT) if narrow else (WIDTH, HEIGHT)
        across, up = (right - west) / 360, _mercator(top) - _mercator(south)
        # deck.gl draws the world 512 pixels wide at zoom 0.
        spans = [(size, span) for size, span in ((width, across), (height, up)) if span > 0]
        zoom = min([CLOSEST, *(math.log2((size - 2 * margin) / (512 * span)) for size, span in spans)])
        middle = (_mercator(top) + _mercator(south)) / 2
        latitude = math.degrees(2 * math.atan(math.exp(2 * math.pi * middle)) - math.pi / 2)
        longitude = (west + right) / 2
        return cls(longitude - 360 * (longitude > 180), latitude, zoom, (west, south, right, top))

    def pixels(self, point: Point) -> Point:
        """Where a point in degrees stands, in pixels, right and down."""
        scale = 512 * 2**self.zoom
        return (point[0] % 360) / 360 * scale, -_mercator(point[1]) * scale


def _mercator(latitude: float) -> float:
    """The height of a latitude on a world map of width 1."""
    return math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)


def narrow() -> bool:
    """Whether the reader's window is as narrow as a phone, once :func:`ask_width` was answered.

    deck.gl fits nothing by itself, so the zoom depends on the width.
    """
    return bool(getattr(st.session_state.get(WINDOW), "narrow", False))


def ask_width() -> None:
    """Let the browser say that its window is narrow, which the server cannot know; a wide one says nothing.

    It takes no place of its own but a gap, so it is called last on a page.
    """
    probe = st.components.v2.component(
        "window_width",
        js="export default function({setStateValue}) {"
        f" if (window.innerWidth < {NARROW}) setStateValue('narrow', true); }}",
    )
    probe(key=WINDOW, on_narrow_change=lambda: None)


# --- rows -----------------------------------------------------------------------------------------------


def rows(frame: pd.DataFrame, shades: Sequence[Shade], dark: bool) -> list[Row]:
    """The units of a frame with ``class`` (1 for the first of ``shades``, 0 for none), ready to be drawn.

    Each row has ``territory``, ``name``, ``number``, ``tip_value`` (the figure, or the reason of its absence), ``tip``
    (lines of the tooltip), ``class``, ``fill`` (None without a class), ``sign`` and ``shape``.
    """
    source = base.records(frame, "class", "type")
    ready = prepared(source)
    columns = base.told(ready, (name for name in base.tip_fields() if name != "tip_year"))
    names = base.tip_fields()
    drawn = []
    for row, unit in zip(ready, source, strict=True):
        place = int(unit["class"])
        shade = shades[place - 1] if place else None
        drawn.append(
            {
                "territory": row["territory"],
                "name": row["name"],
                "number": row["number"],
                "tip_value": row["tip_value"],
                "tip": "\n".join(
                    f"{names[c]}: {row[c]}"
                    for c in columns
                    if row[c] != numbers.MISSING and (row["number"] is not None or c in OF_THE_SILENT)
                ),
                "class": place,
                "fill": shade.fill(dark) if shade else None,
                "sign": shade.sign if shade else "",
                "shape": KINDS.get(base.text_of(unit.get("type")), OTHER_KIND),
            }
        )
    return drawn


def signed(row: Row) -> str:
    """«▲ 72,4 %»: the figure with the sign of its class, or the reason of its absence."""
    return f"{row['sign']} {row['tip_value']}".strip()


def ranked(drawn: Iterable[Row]) -> list[Row]:
    """The greatest figure first, namesakes by name; rows without a figure last."""
    ordered = sorted(drawn, key=lambda row: row["name"])
    return sorted(ordered, key=lambda row: -math.inf if row["number"] is None else row["number"], reverse=True)


# --- layers ---------------------------------------------------------------------------------------------


class _Deck(pdk.Deck):  # type: ignore[misc]
    """A deck written without blanks: half the bytes of pydeck's own JSON, and several times faster."""

    def to_json(self) -> str:
        return json.dumps(self, default=default_serialize, ensure_ascii=False, separators=(",", ":"))


def _word(text: str) -> Any:
    """A text that pydeck must not take for the name of a column."""
    return pdk.types.String(text)


def _colour(code: str, alpha: int = 255) -> list[int]:
    return [*(int(code[i : i + 2], 16) for i in (1, 3, 5)), alpha]


def _pixels(**sizes: Any) -> dict[str, Any]:
    """Sizes in pixels of the screen, whatever the zoom."""
    return {**sizes, **{f"{name}_units": _word("pixels") for name in ("size", "line_width", "width")}}


@dataclass(frozen=True)
class Ground:
    """Boundaries of the districts in degrees, and the same on a plane for the exported picture."""

    features: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    shapes: Shapes

    @classmethod
    def of(cls, collection: Mapping[str, Any]) -> Ground:
        """From a FeatureCollection whose features carry ``properties.code``."""
        shapes = Shapes.from_geojson(collection)
        found = {str(f["properties"]["code"]): f for f in collection["features"]}
        return cls(
            {code: found[code]["geometry"] for code in shapes.geometries},
            {code: str(found[code]["properties"].get("name") or code) for code in shapes.geometries},
            shapes,
        )

    def points(self, code: str) -> list[Point]:
        """The corners of one district."""
        geometry = self.features[code]
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        return [(point[0], point[1]) for part in parts for point in part[0]]

    def centre(self, code: str) -> Point:
        """Where the label of a district stands, in degrees."""
        x, y = self.shapes.centres[code]
        longitude = x / self.shapes.narrowing
        return longitude - 360 * (longitude > 180), y


def _boundaries(ground: Ground, drawn: Sequence[Row], name: str, page: theme.Surface) -> list[pdk.Layer]:
    """Districts: those with a class are filled, those without are empty inside an outline of dashes."""
    full, empty = [], []
    for row in drawn:
        if row["territory"] in ground.features:
            properties = {key: row[key] for key in ("territory", "name", "tip")}
            feature = {"type": "Feature", "geometry": ground.features[row["territory"]], "properties": properties}
            if row["fill"]:
                properties["fill"] = _colour(row["fill"])
            (full if row["fill"] else empty).append(feature)
    line = _pixels(get_line_width=1, get_line_color=_colour(page.muted))
    return [
        pdk.Layer("GeoJsonLayer", id=f"areas-{name}", data=full, pickable=True, auto_highlight=True,
                  highlight_color=[255, 255, 255, 60], get_fill_color="properties.fill", **line),
        pdk.Layer("GeoJsonLayer", id=f"silent-{name}", data=empty, pickable=True,
                  get_fill_color=_colour(page.background), get_dash_array=[4, 3],
                  extensions=[{"@@type": "PathStyleExtension", "dash": True}],
                  **_pixels(get_line_width=1.5, get_line_color=_colour(page.muted))),
    ]  # fmt: skip


def surroundings(ground: Ground, district: str | None, dark: bool) -> list[pdk.Layer]:
    """Districts without figures, as the ground for organisations; a click on a neighbour goes over to it."""
    page = theme.surface(dark)
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {"territory": code, "name": ground.names[code], "tip": _("Щёлкните, чтобы перейти сюда")},
        }
        for code, geometry in ground.features.items()
        if code != district
    ]
    line = _pixels(get_line_width=1, get_line_color=_colour(page.muted))
    layers = [
        pdk.Layer("GeoJsonLayer", id=f"neighbours-{district}", data=features, pickable=True,
                  get_fill_color=_colour(page.panel), **line)
    ]  # fmt: skip
    return layers + ([_outline(ground, district, page)] if district in ground.features else [])


def _outline(ground: Ground, code: str, page: theme.Surface) -> pdk.Layer:
    """A thick line around the chosen district."""
    feature = {"type": "Feature", "geometry": ground.features[code], "properties": {}}
    return pdk.Layer("GeoJsonLayer", id="chosen", data=[feature], filled=False,
                     **_pixels(get_line_width=3, get_line_color=_colour(page.text)))  # fmt: skip


def _texts(name: str, data: Sequence[Row], size: float, **more: Any) -> pdk.Layer:
    return pdk.Layer(
        "TextLayer", id=name, data=list(data), get_position="at", get_text="text", get_color="ink", get_size=size,
        # Without it deck.gl knows Latin letters only.
        character_set=_word("auto"), font_family=_word(theme.FONT), **more,
    )  # fmt: skip


def areas(
    ground: Ground, drawn: Sequence[Row], chosen: str | None, name: str, dark: bool, names: bool
) -> list[pdk.Layer]:
    """Coloured districts with the figure on each, and their names where there is room for them (``names``)."""
    page = theme.surface(dark)
    figures, titles = [], []
    for row in drawn:
        if row["territory"] not in ground.features:
            continue
        at = ground.centre(row["territory"])
        ink = _colour(theme.ink(row["fill"]) if row["fill"] else page.text)
        # A phone has no room for the reason of an absence: tooltip, legend and list have it.
        figure = folded(signed(row)) if names or row["number"] is not None else [numbers.MISSING]
        title = folded(shortened(row["name"])) if names else []
        up = -(NAME_LINE * len(title) + FIGURE_LINE * len(figure)) / 2  # the block stands in the middle
        for line in title:
            titles.append({"at": at, "text": line, "ink": ink, "offset": [0, up + NAME_LINE / 2]})
            up += NAME_LINE
        for line in figure:
            figures.append({"at": at, "text": line, "ink": ink, "offset": [0, up + FIGURE_LINE / 2]})
            up += FIGURE_LINE
    layers = _boundaries(ground, drawn, name, page)
    if chosen in ground.features:
        layers.append(_outline(ground, str(chosen), page))
    more = {"get_pixel_offset": "offset"}
    return [*layers, _texts("names", titles, 12, **more), _texts("figures", figures, 15 if names else 13, **more)]


def spots(
    drawn: Sequence[Row], places: Mapping[str, Point], window: Window, chosen: str | None, name: str, dark: bool
) -> list[pdk.Layer]:
    """Organisations: the shape says the kind, the fill the class; grey and smaller where there is no figure.

    A figure is written at a point unless it would cover another one; the tooltip and the list hold them all.
    """
    page = theme.surface(dark)
    points = []
    for row in drawn:
        if row["territory"] in places:
            empty, own = row["fill"] is None, row["territory"] == chosen
            points.append(
                {
                    **{key: row[key] for key in ("territory", "name", "tip", "shape")},
                    "at": places[row["territory"]],
                    "fill": _colour(theme.GREY if empty else row["fill"]),
                    "edge": _colour(page.background if empty and not own else page.text),
                    "size": 13 if empty else 18,
                    "around": 28 if own else 16 if empty else 22,
                    "text": "" if row["number"] is None else signed(row),
                    "ink": _colour(page.text),
                    "own": own,
                }
            )
    # What lies on top is drawn last: figures over grey ones, the chosen one over all.
    points.sort(key=lambda point: (point["own"], point["text"] != ""))
    first = [point for point in reversed(points) if point["text"]]
    at = [window.pixels(point["at"]) for point in first]
    silent = [window.pixels(point["at"]) for point in points if not point["text"]]
    labels = [
        {"at": first[n]["at"], "text": first[n]["text"], "ink": first[n]["ink"], "offset": [x - at[n][0], y - at[n][1]]}
        for n, (x, y) in labelled(at, silent, 22, 50, 15).items()
    ]
    for point in points:
        del point["text"], point["ink"], point["own"]
    icons = {
        "data": points, "get_position": "at", "get_icon": "shape", "size_units": _word("pixels"),
        "icon_atlas": _word("data:image/svg+xml;base64," + base64.b64encode(_ATLAS.encode()).decode()),
        "icon_mapping": {
            shape: {"x": 64 * n, "y": 0, "width": 64, "height": 64, "mask": True} for n, shape in enumerate(_SHAPES)
        },
    }  # fmt: skip
    return [
        pdk.Layer("IconLayer", id=f"edges-{name}", get_size="around", get_color="edge", **icons),
        pdk.Layer("IconLayer", id=f"spots-{name}", get_size="size", get_color="fill", pickable=True, **icons),
        _texts("figures", labels, 13, get_pixel_offset="offset"),
    ]  # fmt: skip


def show(
    layers: Sequence[pdk.Layer], window: Window, *, key: str, alt: str, narrow: bool, dark: bool, zoom: float = 0,
    clicked: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Draw the layers; a click on a unit calls ``clicked`` with its code before the page runs again."""
    page = theme.surface(dark)
    deck = _Deck(
        layers=list(layers),
        map_provider=None,  # no base map: nothing is fetched
        initial_view_state=pdk.ViewState(
            longitude=window.longitude, latitude=window.latitude, zoom=window.zoom + zoom, pitch=0, bearing=0
        ),
        # The wheel belongs to the page; a flat map does not turn.
        views=[pdk.View("MapView", controller={
            "scrollZoom": False, "doubleClickZoom": False, "dragRotate": False, "touchRotate": False,
        })],
        tooltip={"html": "<b>{name}</b>\n{tip}", "style": {
            "whiteSpace": "pre-line", "fontFamily": theme.FONT, "fontSize": "14px", "lineHeight": "1.35",
            "maxWidth": "18rem", "color": page.text, "background": page.panel, "border": f"1px solid {page.muted}",
            "borderRadius": "4px", "zIndex": "5",
        }},
    )  # fmt: skip

    def on_select() -> None:
        code = chosen(st.session_state.get(key))
        if code and clicked:
            clicked(code)

    st.pydeck_chart(
        deck,
        height=NARROW_HEIGHT if narrow else HEIGHT,
        key=key,
        on_select=on_select if clicked else "ignore",
        selection_mode="single-object",
        alt=alt,
    )


def chosen(event: Any) -> str | None:
    """The code of the unit clicked in a map, from what ``st.pydeck_chart`` keeps; None without a click."""
    try:
        objects = event["selection"]["objects"]
    except (KeyError, TypeError):
        return None
    for units in objects.values():
        for unit in units:
            code = (unit.get("properties") or unit).get("territory")
            if code:
                return str(code)
    return None


# --- legend ---------------------------------------------------------------------------------------------


def legend(drawn: Sequence[Row], shades: Sequence[Shade], dark: bool, kinds: Mapping[str, str] | None = None) -> None:
    """Classes in words with how many units each has, and reasons of absence.

    ``kinds`` (shape → word) are those of organisations drawn as points; several kinds are explained too.
    """
    items = []
    for number, shade in enumerate(shades, 1):
        n = sum(row["class"] == number for row in drawn)
        word = f"{shade.sign} {_(shade.word)}".strip()
        items.append(_item(f'<i style="background:{shade.fill(dark)}"></i>', word, n))
    unclassed = sum(row["class"] == 0 and row["number"] is not None for row in drawn)
    if unclassed:
        items.append(_item("<i></i>", _("без вывода"), unclassed))
    reasons = dict.fromkeys(row["tip_value"] for row in drawn if row["number"] is None)
    for reason in reasons:
        mark = f'<i class="grey" style="background:{theme.GREY}"></i>' if kinds else '<i class="none"></i>'
        items.append(_item(mark, reason, sum(row["tip_value"] == reason for row in drawn)))
    if kinds and len(kinds) > 1:
        items += [_item(f"<b>{_SIGNS[shape]}</b>", word, None) for shape, word in kinds.items()]
    st.html(f'<ul class="map-legend">{"".join(items)}</ul>')


def _item(mark: str, word: str, n: int | None) -> str:
    count = "" if n is None else f' <span class="n">— {n}</span>'
    return f"<li>{mark.replace('<i', '<i aria-hidden=true ', 1)}<span>{escape(word)}{count}</span></li>"
