"""District boundaries from a local GeoJSON: features with ``properties.code`` or ``properties.name``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.readers.reading import Reading
from pipelines.readers.rules import finding
from pipelines.territories.register import LEFT_OUT, Question, Register

SUFFIXES = (".geojson", ".json")
MOST_BYTES = 100 << 20
_NAMES = ("name", "NAME", "name:ru", "название", "Название")


def read(path: Path) -> Reading:
    """The boundaries as read: ``boundaries`` holds (code or name, geometry); what does not fit becomes findings."""
    reading = Reading(path.name, "boundaries")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            expected = f"до {MOST_BYTES >> 20} МБ"
            reading.findings.append(finding("too_large", path.name, seen=f"{size >> 20} МБ", expected=expected))
            return reading
        data = path.read_bytes()
        reading.sha256 = hashlib.sha256(data).hexdigest()
        features = json.loads(data.decode("utf-8-sig"))["features"]
        reading.boundaries = tuple(_feature(feature, at) for at, feature in enumerate(features, 1))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        told = str(error) if isinstance(error, _Wrong) else "это не GeoJSON: нет списка features с геометрией"
        reading.findings.append(finding("boundary_unreadable", path.name, seen=told))
    reading.rows = len(reading.boundaries)
    return reading


class _Wrong(ValueError):
    """A feature that is no boundary; the text is for people."""


def _feature(feature: dict[str, Any], at: int) -> tuple[str, str]:
    told = feature.get("properties") or {}
    name = told.get("code") or next((told[name] for name in _NAMES if told.get(name)), None)
    geometry = feature.get("geometry") or {}
    if not name:
        raise _Wrong(f"у объекта {at} нет ни кода, ни названия")
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Wrong(f"объект {at} ({name}) не многоугольник")
    for longitude, latitude in _points(geometry["coordinates"]):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise _Wrong(f"у объекта {at} ({name}) координаты не в градусах")
    return str(name), json.dumps(geometry)


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
    else:
        for part in coordinates:
            yield from _points(part)


def resolve(reading: Reading, register: Register) -> list[tuple[str, str]]:
    """(territory code, geometry) of every feature; an unknown or ambiguous name becomes a finding."""
    found: list[tuple[str, str]] = []
    for name, geometry in reading.boundaries:
        codes = [name] if name in register.rows else register.by_oktmo(name, "district")
        codes = codes or register.by_name(name, "district") or register.by_name(name, "region")
        if len(codes) == 1:
            found.append((codes[0], geometry))
            continue
        if register.answered(name, "district") == LEFT_OUT:
            reading.findings.append(finding("left_out_by_answer", reading.file, seen=name))
            continue
        near = codes or register.nearest(name, "district")
        rule = "ambiguous_territory" if codes else "unknown_territory"
        told = "; ".join(f"{register.rows[code]['name']} ({code})" for code in near)
        if told and not codes:
            told = f"; похоже на: {told}"
        register.questions.append(Question(rule, name, name, "district", "", tuple(near)))
        reading.findings.append(finding(rule, reading.file, seen=name, expected=told))
    return found
