"""An invented geography: region outlines in the open ocean, divided without gaps into districts.

Districts are Voronoi cells, cut out of the outline half-plane by half-plane (a few dozen sites do not need
scipy, whose import would cost more than the whole region). Straight borders are then bent: each edge once,
for both its neighbours, so that the tiling stays exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.demo.chance import Generator

Point = tuple[float, float]
Ring = list[Point]

KM_PER_DEGREE = 111.2
_ORIGIN = (32.0, -160.0)
"""Latitude and longitude of the first region: the open North Pacific, where there is no land."""
_COLUMNS = 10
_STEP = (1.7, 3.0)
"""Degrees of latitude and longitude between the centres of neighbouring regions."""
_RADIUS = 0.8
"""Degrees of latitude from a region's centre to its outline, about."""
_BEND = 0.12
_SHRINK = 0.8


@dataclass(frozen=True)
class RegionMap:
    """A region's outline and its districts, closed rings of (longitude, latitude) in degrees.

    ``sites`` are the districts' centres; ``cells`` their straight-edged shapes before the borders were bent.
    """

    outline: Ring
    districts: list[Ring]
    sites: list[Point]
    cells: list[Ring]


def draw_region(number: int, districts: int, chance: Generator) -> RegionMap:
    """Draw region ``number`` (from 0) with so many districts."""
    latitude = _ORIGIN[0] + _STEP[0] * (number // _COLUMNS)
    longitude = _ORIGIN[1] + _STEP[1] * (number % _COLUMNS)
    stretch = 1 / np.cos(np.radians(latitude))
    outline = _outline(chance)
    sites = _spread(outline, districts, chance)
    cells = _snapped([_cell(outline, sites, index) for index in range(districts)])
    bent = _bent(cells, sites, chance)

    def placed(ring: Ring) -> Ring:
        return [(round(longitude + x * _RADIUS * stretch, 6), round(latitude + y * _RADIUS, 6)) for x, y in ring]

    return RegionMap(
        outline=_closed(placed(_border(bent))),
        districts=[_closed(placed(ring)) for ring in bent],
        sites=placed(sites),
        cells=[placed(ring) for ring in cells],
    )


def scatter(region: RegionMap, district: int, count: int, reach: float, chance: Generator) -> np.ndarray:
    """``count`` points (longitude, latitude) inside a district; a smaller ``reach`` (0…1) keeps to its centre."""
    site = np.array(region.sites[district])
    ring = np.array(region.cells[district])
    after = np.roll(ring, -1, axis=0)
    a, b = ring - site, after - site
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    triangle = chance.choice(len(ring), size=count, p=area / area.sum())
    # Uniform in the triangle (site, corner, next corner); shrunk, so that a bent border cannot leave a point out.
    far = np.sqrt(chance.random(count)) * _SHRINK * reach
    side = chance.random(count)
    offset = far[:, None] * ((1 - side)[:, None] * a[triangle] + side[:, None] * b[triangle])
    points: np.ndarray = np.round(site + offset, 5)
    return points


def kilometres_between(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Distance in km of points (longitude, latitude) from centres, row by row, as on a small plane."""
    across = (points[:, 0] - centres[:, 0]) * np.cos(np.radians(centres[:, 1]))
    distance: np.ndarray = KM_PER_DEGREE * np.hypot(across, points[:, 1] - centres[:, 1])
    return distance


def feature(code: str, name: str, level: str, ring: Ring) -> dict[str, object]:
    """One GeoJSON feature."""
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "level": level},
        "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
    }


def _outline(chance: Generator) -> Ring:
    """A convex outline of about unit radius: cells cut from it are convex, hence whole."""
    angles = np.sort((np.arange(14) + chance.uniform(-0.3, 0.3, 14)) * 2 * np.pi / 14)
    radius = np.array([1.0, chance.uniform(0.75, 0.95)])
    return [(float(radius[0] * np.cos(angle)), float(radius[1] * np.sin(angle))) for angle in angles]


def _spread(outline: Ring, count: int, chance: Generator) -> list[Point]:
    """Sites kept apart: each new one is the candidate farthest from those chosen (Mitchell's best candidate)."""
    chosen: list[Point] = [(float(chance.uniform(-0.1, 0.1)), float(chance.uniform(-0.1, 0.1)))]
    while len(chosen) < count:
        angle, radius = chance.uniform(0, 2 * np.pi, 24), 0.85 * np.sqrt(chance.random(24))
        candidates = np.column_stack([radius * np.cos(angle), 0.75 * radius * np.sin(angle)])
        gaps = np.linalg.norm(candidates[:, None] - np.array(chosen)[None], axis=2).min(axis=1)
        best = candidates[int(gaps.argmax())]
        chosen.append((float(best[0]), float(best[1])))
    return chosen


def _cell(outline: Ring, sites: list[Point], index: int) -> Ring:
    """The part of the outline that is nearer to site ``index`` than to any other."""
    here = sites[index]
    ring = outline
    for other, there in enumerate(sites):
        if other != index:
            ring = _nearer(ring, here, there)
    return ring


def _nearer(ring: Ring, here: Point, there: Point) -> Ring:
    """Clip a convex ring by the bisector of two points, keeping the side of ``here``."""
    normal = (there[0] - here[0], there[1] - here[1])
    middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
    beyond = [(x - middle[0]) * normal[0] + (y - middle[1]) * normal[1] for x, y in ring]
    kept: Ring = []
    for index, point in enumerate(ring):
        following = (index + 1) % len(ring)
        if beyond[index] <= 0:
            kept.append(point)
        if (beyond[index] < 0) != (beyond[following] < 0) and beyond[index] != beyond[following]:
            share = beyond[index] / (beyond[index] - beyond[following])
            nearby = ring[following]
            kept.append((point[0] + share * (nearby[0] - point[0]), point[1] + share * (nearby[1] - point[1])))
    return kept


def _snapped(cells: list[Ring]) -> list[Ring]:
    """Make corners that neighbours share exactly equal; rounding errors kept them a hair apart."""
    corners: list[Point] = []

    def corner(point: Point) -> Point:
        for known in corners:
            if abs(known[0] - point[0]) + abs(known[1] - point[1]) < 1e-6:
                return known
        corners.append(point)
        return point

    rings = []
    for cell in cells:
        ring = [corner(point) for point in cell]
        rings.append([point for index, point in enumerate(ring) if point != ring[index - 1]])
    return rings


def _bent(cells: list[Ring], sites: list[Point], chance: Generator) -> list[Ring]:
    """Bend every edge once and give the same line to both neighbours."""
    lines: dict[tuple[Point, Point], Ring] = {}
    rings = []
    for cell, site in zip(cells, sites, strict=True):
        ring: Ring = []
        for index, start in enumerate(cell):
            end = cell[(index + 1) % len(cell)]
            key = (min(start, end), max(start, end))
            if key not in lines:
                lines[key] = _bent_edge(*key, site, chance)
            ring += lines[key][:-1] if start == key[0] else lines[key][:0:-1]
        rings.append(ring)
    return rings


def _bent_edge(start: Point, end: Point, site: Point, chance: Generator) -> Ring:
    """A bent line from start to end; it leaves the straight one by less than schools keep away from it."""
    along = np.array(end) - np.array(start)
    length = float(np.hypot(*along))
    across = np.array([-along[1], along[0]]) / length
    gap = abs(float((np.array(site) - np.array(start)) @ across))
    share = np.linspace(0, 1, 6)
    shift = chance.uniform(-1, 1, 6) * min(_BEND * length, _BEND * gap) * (share * (1 - share) > 0)
    points = np.array(start) + share[:, None] * along + shift[:, None] * across
    return [start, *((float(x), float(y)) for x, y in points[1:-1]), end]


def _border(rings: list[Ring]) -> Ring:
    """The outer border of a tiling: the edges that belong to one ring only, joined end to end."""
    edges = {(ring[index - 1], point) for ring in rings for index, point in enumerate(ring)}
    onward = {start: end for start, end in edges if (end, start) not in edges}
    border = [min(onward)]
    while len(border) < len(onward):
        border.append(onward[border[-1]])
    return border


def _closed(ring: Ring) -> Ring:
    return [*ring, ring[0]]
