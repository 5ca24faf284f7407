"""A map drawn by Vega-Lite from one's own boundaries: no tiles, can be exported."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import altair as alt
import pandas as pd

from pages.shared import numbers, theme
from pages.shared.templates import base
from pages.shared.templates.base import Picture, Spec
from pages.shared.templates.ranked import prepared
from pages.shared.texts import _

HEIGHT = 380

Point = tuple[float, float]


@dataclass(frozen=True)
class Shade:
    """One class of a map: its word in the legend, its fill on a light and on a dark page, a sign at the figure."""

    word: str
    light: str
    dark: str
    sign: str = ""

    def fill(self, dark: bool) -> str:
        return self.dark if dark else self.light


def shades(bounds: Sequence[float], words: Sequence[str] = ()) -> tuple[Shade, ...]:
    """Steps of one hue for the classes between ``bounds``; darker is more, and neither better nor worse."""
    steps = zip(words or class_names(bounds), theme.LIGHT.steps, theme.DARK.steps, strict=False)
    return tuple(Shade(word, light, dark) for word, light, dark in steps)


# The shape of a point says what kind of organisation it is: type → shape of Vega.
KINDS = {"school": "circle", "preschool": "square", "additional": "triangle-up"}
OTHER_KIND = "diamond"
SHORT_KINDS = {"муниципальный округ": "МО", "муниципальный район": "МР", "городской округ": "ГО"}


@dataclass(frozen=True)
class Shapes:
    """Boundaries on a plane, prepared once: code → flat geometry and the point where its figure is written.

    Vega's own projections take a polygon's direction for its inside, and files differ in it; on a plane there is
    no such trap. Degrees of longitude are shortened by the cosine of the middle latitude, which keeps the shape
    of a region; longitudes beyond 180° continue to the east.
    """

    geometries: Mapping[str, Mapping[str, Any]]
    centres: Mapping[str, Point]
    narrowing: float = 1.0
    spots: Mapping[str, Point] = field(default_factory=dict)
    ties: tuple[tuple[str, str], ...] = ()

    def with_ties(self, pairs: Iterable[tuple[str, str]]) -> Shapes:
        """The same map with a line between the points of each pair of codes; one without a place has no line."""
        return replace(self, ties=tuple((a, b) for a, b in pairs if a in self.spots and b in self.spots))

    def with_spots(self, places: Mapping[str, Point]) -> Shapes:
        """The same boundaries and points on the plane: code → (longitude, latitude) in degrees.

        Without boundaries the points themselves say how much a degree of longitude is to be shortened.
        """
        narrowing = self.narrowing if self.geometries else _narrowing([y for _x, y in places.values()])
        spots = {code: _flat(place, narrowing) for code, place in places.items()}
        return replace(self, spots=spots, narrowing=narrowing)

    def only(self, codes: Iterable[str]) -> Shapes:
        """The boundaries of ``codes`` alone."""
        return replace(self, geometries={code: self.geometries[code] for code in codes if code in self.geometries})

    @classmethod
    def from_geojson(cls, collection: Mapping[str, Any]) -> Shapes:
        """From a FeatureCollection whose features carry ``properties.code``; other geometries than polygons are
        left out. KeyError for a feature without a code."""
        polygons = {
            str(feature["properties"]["code"]): feature["geometry"]
            for feature in collection["features"]
            if feature.get("geometry") and feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
        }
        latitudes = [y for geometry in polygons.values() for ring in _rings(geometry) for _x, y in ring]
        if not latitudes:
            return cls({}, {})
        narrowing = _narrowing(latitudes)

        def flat(ring: Sequence[Sequence[float]]) -> list[list[float]]:
            return [[round(x, 5), round(y, 5)] for x, y in (_flat(point, narrowing) for point in ring)]

        geometries, centres = {}, {}
        for code, geometry in polygons.items():
            parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            plane = [[flat(ring) for ring in part] for part in parts]
            geometries[code] = {"type": "MultiPolygon", "coordinates": plane}
            centres[code] = _centre(max((part[0] for part in plane), key=lambda ring: abs(_area(ring))))
        return cls(geometries, centres, narrowing)


def _narrowing(latitudes: Sequence[float]) -> float:
    """How much shorter a degree of longitude is in the middle of these; 1 for none."""
    return math.cos(math.radians((min(latitudes) + max(latitudes)) / 2)) if latitudes else 1.0


def _flat(point: Sequence[float], narrowing: float) -> Point:
    x, y, *_height = point
    return (x + 360 if x < 0 else x) * narrowing, y


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for part in parts:
        yield from ([[x, y] for x, y, *_z in ring] for ring in part)


def _area(ring: Sequence[Sequence[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _centre(ring: Sequence[Sequence[float]]) -> Point:
    """Centroid of a polygon (shoelace formula)."""
    area = _area(ring)
    if not area:
        return ring[0][0], ring[0][1]
    x = y = 0.0
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return x / (6 * area), y / (6 * area)


def shortened(name: str) -> str:
    """A name as a map has room for it; tooltip and list keep it whole."""
    for whole, letters in SHORT_KINDS.items():
        name = name.replace(whole, letters)
    return name


def folded(text: str, letters: int = 12) -> list[str]:
    """Words in short lines, so that a text stays inside its district."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


MOST_LABELS = 120


def labelled(
    points: Sequence[Point], others: Sequence[Point], mark: float, width: float, height: float
) -> dict[int, Point]:
    """Where the labels of points stand so that none covers another label or mark: number → centre of the label.

    ``others`` bear no label and are not to be covered either. ``mark`` is the size of a point's mark, ``width`` and
    ``height`` those of a label, all in the units of the plane. Points come in the order of their importance; one
    that has no room above, below or beside it gets no label, and of very many points none does.
    """
    boxes = [(x, y, mark, mark) for x, y in (*points, *others)]
    places: dict[int, Point] = {}
    if len(points) > MOST_LABELS:
        return places
    up, aside = (mark + height) / 2, (mark + width) / 2
    for number, (x, y) in enumerate(points):
        for place in ((x, y - up), (x, y + up), (x + aside, y), (x - aside, y)):
            if not any(
                # What only touches, as a label does its own mark, does not cover: sums of halves are not exact.
                abs(place[0] - left) < 0.499 * (width + wide) and abs(place[1] - top) < 0.499 * (height + tall)
                for left, top, wide, tall in boxes
            ):
                boxes.append((*place, width, height))
                places[number] = place
                break
    return places


@dataclass(frozen=True)
class Choropleth:
    """Units coloured by class, the figure written in each; organisations as points shaped by their kind.

    Without ``shades`` the classes are the same steps as in the heat table, between ``bounds``. With them the frame
    has a column ``class``, 1 for the first shade and 0 for none, so that the classes of a picture are those of the
    page. With ``names`` each district bears its name too. A unit of the frame without a boundary or a place, and one
    without a figure, are both named: the first below the map, the second by a dashed outline and its reason. A
    boundary that is not in the frame is ground.
    """

    shapes: Shapes = field(hash=False)
    bounds: tuple[float, ...] = (20, 40, 60, 80)
    name: str = "territory_name"
    shades: tuple[Shade, ...] = ()
    names: bool = False

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        page = theme.surface(dark)
        scale = self.shades or shades(self.bounds)
        features, spots, texts, homeless = [], [], [], []
        source = base.records(frame, self.name, "class", "type")
        rows = prepared(source, self.name)
        for row, unit in zip(rows, source, strict=True):
            number = row["number"]
            place = self._class(unit, number)
            fill = scale[place - 1].fill(dark) if place else "transparent"
            row |= {"class": str(place), "fill": fill, "shape": KINDS.get(base.text_of(unit.get("type")), OTHER_KIND)}
            sign = scale[place - 1].sign if place else ""
            short = numbers.MISSING if number is None else f"{sign} {row['text'].rstrip('%').rstrip()}".lstrip()
            if row["territory"] in self.shapes.geometries:
                geometry = self.shapes.geometries[row["territory"]]
                features.append({"type": "Feature", "geometry": geometry, "properties": row})
                x, y = self.shapes.centres[row["territory"]]
                lines = [*folded(shortened(row["name"])), short] if self.names else [short]
                texts.append({"x": x, "y": y, "text": "\n".join(lines), "ink": theme.ink(fill) if place else page.text})
            elif row["territory"] in self.shapes.spots:
                x, y = self.shapes.spots[row["territory"]]
                spots.append({**row, "x": x, "y": y, "said": short})
            else:
                why = _("нет координат") if unit.get("level") == "school" else _("нет границ на карте")
                homeless.append({**row, "number": None, "tip_value": why})
        known = [spot for spot in spots if spot["number"] is not None]
        silent = [(spot["x"], spot["y"]) for spot in spots if spot["number"] is None]
        places = labelled([(spot["x"], spot["y"]) for spot in known], silent, *self._sizes())
        texts += [{"x": x, "y": y, "text": known[n]["said"], "ink": page.text} for n, (x, y) in places.items()]
        ground = [
            {"type": "Feature", "geometry": geometry, "properties": {}}
            for code, geometry in self.shapes.geometries.items()
            if code not in {row["territory"] for row in rows}
        ]
        spec = _map(
            base.told(rows), tuple(shade.fill(dark) for shade in scale),
            areas=bool(features), ground=bool(ground), spots=bool(spots), ties=bool(self.shapes.ties),
            dark=dark, selectable=selectable,
        )  # fmt: skip
        spec = base.with_params(spec, words=[shade.word for shade in scale])
        data: dict[str, Any] = {"shapes": {"type": "FeatureCollection", "features": features}, "texts": texts}
        data |= {"ground": {"type": "FeatureCollection", "features": ground}} if ground else {}
        data |= {"spots": spots} if spots else {}
        data |= {"ties": self._ties()} if self.shapes.ties else {}
        absent = base.absent_lines([*rows, *homeless], "label")
        return Picture(spec, data, base.extremes(rows, "label"), absent)

    def _class(self, unit: Mapping[str, Any], number: float | None) -> int:
        if self.shades:
            return int(unit["class"])
        return 0 if number is None else 1 + sum(number > bound for bound in self.bounds)

    def _ties(self) -> list[dict[str, float]]:
        """Both ends of each line."""
        ends = [(self.shapes.spots[a], self.shapes.spots[b]) for a, b in self.shapes.ties]
        return [{"x": a[0], "y": a[1], "x2": b[0], "y2": b[1]} for a, b in ends]

    def _sizes(self) -> tuple[float, float, float]:
        """Sizes of a point's mark and of its label (width, height) on the plane of the map."""
        parts = [part for shape in self.shapes.geometries.values() for part in shape["coordinates"]]
        corners = [point for part in parts for point in part[0]] or list(self.shapes.spots.values())
        xs, ys = ([point[axis] for point in corners] or [0] for axis in (0, 1))
        span = max(max(xs) - min(xs), max(ys) - min(ys))
        return 0.035 * span, 0.075 * span, 0.033 * span


def class_names(bounds: Sequence[float]) -> tuple[str, ...]:
    """Names of the classes between ``bounds``: «до 20», «20–40», … «больше 80» (a bound joins the lower class)."""
    texts = [numbers.shortest(bound) for bound in bounds]
    between = [f"{low}–{high}" for low, high in itertools.pairwise(texts)]
    return (_("до {bound}").format(bound=texts[0]), *between, _("больше {bound}").format(bound=texts[-1]))


@base.kept
def _map(
    present: Sequence[str],
    colours: tuple[str, ...],
    *,
    areas: bool,
    ground: bool,
    spots: bool,
    ties: bool,
    dark: bool,
    selectable: bool,
) -> Spec:
    page = theme.surface(dark)
    words = alt.param(name="words", value=[])
    scale = alt.Scale(domain=[str(n) for n in range(1, len(colours) + 1)], range=list(colours))
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=alt.ExprRef(f"{base.NARROW} ? 3 : 5"),
        labelExpr="words[toNumber(datum.label) - 1]",
        symbolType="square",
        symbolStrokeColor=page.muted,
        symbolStrokeWidth=1,
    )
    names = base.tip_fields()
    # GeoJSON rows keep their columns under `properties`.
    shapes = _features("shapes")
    tooltip = [
        alt.Tooltip("properties.name:N", title="title"),
        *(alt.Tooltip(f"properties.{column}:N", title=names[column]) for column in present),
    ]
    full = shapes.transform_filter("datum.properties.class != '0'").mark_geoshape(
        stroke=page.background, strokeWidth=1, aria=False
    )
    empty = shapes.transform_filter("datum.properties.class == '0'").mark_geoshape(
        fill="transparent", stroke=page.muted, strokeDash=[3, 3], aria=False
    )
    texts = alt.Chart(alt.NamedData("texts")).mark_text(
        fontSize=11, lineBreak="\n", lineHeight=13, baseline="middle", aria=False
    )
    hit = shapes.mark_geoshape(fill=theme.BLUE, stroke=page.text, ariaRoleDescription=_("территория")).encode(
        tooltip=tooltip, description=alt.Description("properties.spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["properties.territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.35), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    filled = full.encode(fill=alt.Fill("properties.class:N", title=None, scale=scale, legend=legend))
    written = texts.encode(longitude="x:Q", latitude="y:Q", text="text:N", color=alt.Color("ink:N", scale=None))
    # A layer of areas without any would be a picture without a name to those who do not see it.
    layers = [filled, empty, written, hit] if areas else [written]
    if ground:
        layers.insert(0, _features("ground").mark_geoshape(fill=page.panel, stroke=page.muted, aria=False))
    if ties:
        line = alt.Chart(alt.NamedData("ties")).mark_rule(stroke=page.text, strokeWidth=1.5, opacity=0.75, aria=False)
        layers.append(line.encode(longitude="x:Q", latitude="y:Q", longitude2="x2:Q", latitude2="y2:Q"))
    if spots:
        layers += _points(scale, legend, present, page)
    chart = alt.layer(*layers).add_params(words)
    chart = chart.project(type="identity", reflectY=True).properties(height=HEIGHT)
    return base.finished(chart, padding={"left": 4, "right": 4, "top": 5, "bottom": 5})


def _features(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name, format=alt.DataFormat(type="json", property="features")))


def _points(scale: alt.Scale, legend: alt.Legend, present: Sequence[str], page: theme.Surface) -> list[alt.Chart]:
    """Organisations: the shape says the kind, the fill the class; one without a figure is a hollow dashed shape."""
    rows = alt.Chart(alt.NamedData("spots")).encode(longitude="x:Q", latitude="y:Q")
    shape = alt.Shape("shape:N", scale=None, legend=None)
    full = rows.transform_filter("datum['class'] != '0'").mark_point(
        size=150, opacity=1, stroke=page.text, strokeWidth=1, ariaRoleDescription=_("организация")
    )
    empty = rows.transform_filter("datum['class'] == '0'").mark_point(
        size=110, opacity=1, fill=page.background, stroke=page.muted, strokeDash=[2, 2], aria=False
    )
    return [
        empty.encode(shape=shape, tooltip=base.tooltip(present)),
        full.encode(
            shape=shape,
            fill=alt.Fill("class:N", title=None, scale=scale, legend=legend),
            tooltip=base.tooltip(present),
            description=alt.Description("spoken:N"),
        ),
    ]
