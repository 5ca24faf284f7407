"""A map drawn by Vega-Lite from one's own boundaries: no tiles, can be exported."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
class Shapes:
    """Boundaries on a plane, prepared once: code → flat geometry and the point where its figure is written.

    Vega's own projections take a polygon's direction for its inside, and files differ in it; on a plane there is
    no such trap. Degrees of longitude are shortened by the cosine of the middle latitude, which keeps the shape
    of a region; longitudes beyond 180° continue to the east.
    """

    geometries: Mapping[str, Mapping[str, Any]]
    centres: Mapping[str, Point]

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
        narrowing = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))

        def flat(ring: Sequence[Sequence[float]]) -> list[list[float]]:
            return [[round((x + 360 if x < 0 else x) * narrowing, 5), round(y, 5)] for x, y, *_z in ring]

        geometries, centres = {}, {}
        for code, geometry in polygons.items():
            parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            plane = [[flat(ring) for ring in part] for part in parts]
            geometries[code] = {"type": "MultiPolygon", "coordinates": plane}
            centres[code] = _centre(max((part[0] for part in plane), key=lambda ring: abs(_area(ring))))
        return cls(geometries, centres)


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


@dataclass(frozen=True)
class Choropleth:
    """Units coloured by the same steps as the heat table, the figure written in each.

    A unit of the frame without a boundary, and a boundary without a figure, are both named: the first below the
    map, the second by a dashed outline and its reason.
    """

    shapes: Shapes = field(hash=False)
    bounds: tuple[float, ...] = (20, 40, 60, 80)
    name: str = "territory_name"

    def picture(self, frame: pd.DataFrame, *, dark: bool = False, selectable: bool = False) -> Picture:
        page = theme.surface(dark)
        classes = class_names(self.bounds)
        features, texts, homeless = [], [], []
        rows = prepared(base.records(frame, self.name), self.name)
        for row in rows:
            geometry = self.shapes.geometries.get(row["territory"])
            if geometry is None:
                homeless.append({**row, "number": None, "tip_value": _("нет границ на карте")})
                continue
            number = row["number"]
            place = None if number is None else sum(number > bound for bound in self.bounds)
            fill = "transparent" if place is None else page.steps[place]
            row |= {"class": _("нет данных") if place is None else classes[place], "fill": fill}
            features.append({"type": "Feature", "geometry": geometry, "properties": row})
            x, y = self.shapes.centres[row["territory"]]
            short = numbers.MISSING if number is None else row["text"].rstrip("%").rstrip()
            texts.append({"x": x, "y": y, "text": short, "ink": page.text if place is None else theme.ink(fill)})
        spec = _map(base.told(rows), classes, dark=dark, selectable=selectable)
        data = {"shapes": {"type": "FeatureCollection", "features": features}, "texts": texts}
        absent = base.absent_lines([*rows, *homeless], "label")
        return Picture(spec, data, base.extremes(rows, "label"), absent)


def class_names(bounds: Sequence[float]) -> tuple[str, ...]:
    """Names of the classes between ``bounds``: «до 20», «20–40», … «больше 80» (a bound joins the lower class)."""
    texts = [numbers.shortest(bound) for bound in bounds]
    between = [f"{low}–{high}" for low, high in itertools.pairwise(texts)]
    return (_("до {bound}").format(bound=texts[0]), *between, _("больше {bound}").format(bound=texts[-1]))


@base.kept
def _map(present: Sequence[str], classes: tuple[str, ...], *, dark: bool, selectable: bool) -> Spec:
    page = theme.surface(dark)
    # GeoJSON rows keep their columns under `properties`.
    shapes = alt.Chart(alt.NamedData("shapes", format=alt.DataFormat(type="json", property="features")))
    scale = alt.Scale(domain=list(classes), range=list(page.steps[: len(classes)]))
    legend = alt.Legend(title=None, orient="bottom", columns=alt.ExprRef(f"{base.NARROW} ? 3 : 5"))
    names = base.tip_fields()
    tooltip = [
        alt.Tooltip("properties.name:N", title="title"),
        *(alt.Tooltip(f"properties.{column}:N", title=names[column]) for column in present),
    ]
    full = shapes.transform_filter("isValid(datum.properties.number)").mark_geoshape(
        stroke=page.background, strokeWidth=1, aria=False
    )
    empty = shapes.transform_filter("!isValid(datum.properties.number)").mark_geoshape(
        fill="transparent", stroke=page.muted, strokeDash=[3, 3], aria=False
    )
    texts = alt.Chart(alt.NamedData("texts")).mark_text(fontSize=11, aria=False)
    hit = shapes.mark_geoshape(fill=theme.BLUE, stroke=page.text, ariaRoleDescription=_("территория")).encode(
        tooltip=tooltip, description=alt.Description("properties.spoken:N")
    )
    if selectable:
        unit = alt.selection_point(name=base.UNIT, fields=["properties.territory"], empty=False)
        hit = hit.encode(opacity=alt.condition(unit, alt.value(0.35), alt.value(0))).add_params(unit)
    else:
        hit = hit.encode(opacity=alt.value(0))
    chart = alt.layer(
        full.encode(fill=alt.Fill("properties.class:N", title=None, scale=scale, legend=legend)),
        empty,
        texts.encode(longitude="x:Q", latitude="y:Q", text="text:N", color=alt.Color("ink:N", scale=None)),
        hit,
    )
    chart = chart.project(type="identity", reflectY=True).properties(height=HEIGHT)
    return base.finished(chart, padding={"left": 4, "right": 4, "top": 5, "bottom": 5})
