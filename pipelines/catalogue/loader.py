"""Reads the catalogue's TOML files into frozen classes and checks that they agree."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.catalogue.model import (
    LEVELS,
    Catalogue,
    ChangeCuts,
    Component,
    ContextTrait,
    Crosswalk,
    Edition,
    EditionMechanism,
    Indicator,
    Mechanism,
    Noun,
    Position,
    Preset,
    SimilarSchools,
    Target,
    Term,
    Threshold,
    Track,
    Version,
)
from pipelines.errors import CatalogueError


def default_folder() -> Path:
    """The catalogue's folder: ``PIPELINES_CATALOGUE`` if set, else the one shipped with the code."""
    return Path(os.environ.get("PIPELINES_CATALOGUE") or Path(__file__).parent)


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read every TOML file of ``folder``; raises :class:`CatalogueError` naming file and entry."""
    root = Path(folder or default_folder()).resolve()
    return _load(root, max((path.stat().st_mtime_ns for path in root.rglob("*.toml")), default=0))


@cache
def _load(folder: Path, _changed: int) -> Catalogue:
    texts = {}
    for path in sorted(folder.rglob("*.toml")):
        try:
            texts[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CatalogueError(f"{path}: файл каталога не читается: {error}") from error
    if not texts:
        raise CatalogueError(f"Каталог показателей пуст или не найден: {folder}")
    return catalogue_from_texts(texts)


def catalogue_from_texts(texts: Mapping[str, str]) -> Catalogue:
    """Build the catalogue from ``{relative path: TOML text}``: a folder's files, or a snapshot's."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        digest.update(name.encode() + b"\0" + text.encode())
    files = {name: _parse(name, text) for name, text in texts.items()}
    try:
        editions, glossary, absences = files["editions.toml"], files["glossary.toml"], files["absence.toml"]
        nouns = {
            code: Noun(
                code,
                tuple(entry["forms"]),
                entry["independent"],
                entry["person"],
                tuple(entry["locative"]) if "locative" in entry else None,
            )
            for code, entry in files["nouns.toml"].items()
        }
    except KeyError as error:
        raise CatalogueError(f"В каталоге показателей нет файла или поля {error}") from error
    mechanisms = {}
    for name, entries in files.items():
        if not name.startswith("mechanisms/"):
            continue
        try:
            mechanism = _mechanism(entries)
        except (KeyError, TypeError) as error:
            raise CatalogueError(f"{name}: не хватает поля или оно записано неверно: {error}") from error
        mechanisms[mechanism.code] = mechanism
    order = [entry["code"] for edition in editions["edition"] for entry in edition["mechanism"]]
    ranked = sorted(mechanisms.values(), key=lambda m: (order.index(m.code) if m.code in order else 99, m.code))
    catalogue = Catalogue(
        hash=digest.hexdigest(),
        texts=dict(texts),
        mechanisms={m.code: m for m in ranked},
        indicators={i.code: i for m in ranked for i in m.indicators},
        editions=tuple(_edition(entry) for entry in editions["edition"]),
        crosswalk=tuple(
            Crosswalk(c["from_edition"], c["from"], c["to_edition"], c["to"], c["comparable"], c.get("note", ""))
            for c in editions.get("crosswalk", [])
        ),
        components=tuple(Component(c["number"], c["code"], c["name"]) for c in editions["component"]),
        nouns=nouns,
        glossary=tuple(Term(t["term"], t["text"]) for t in glossary["term"]),
        presets=tuple(_preset(p) for entries in files.values() for p in entries.get("preset", [])),
        absences={reason["code"]: reason["name"] for reason in absences["reason"]},
        similar=_similar(files.get("similar.toml", {})),
    )
    _agree(catalogue)
    return catalogue


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: файл каталога не читается: {error}") from error


def _edition(entry: Mapping[str, Any]) -> Edition:
    return Edition(
        code=entry["code"],
        name=entry["name"],
        valid_from=entry["from"],
        valid_to=entry.get("to"),
        source=entry["source"],
        mechanisms=tuple(
            EditionMechanism(m["code"], m["number"], m["name"], m.get("published_name")) for m in entry["mechanism"]
        ),
        note=entry.get("note", ""),
    )


def _preset(entry: Mapping[str, Any]) -> Preset:
    return Preset(
        entry["name"],
        tuple(entry["bounds"]),
        entry["source"],
        str(entry["date"]),
        tuple(entry.get("labels", ())),
    )


def _similar(entry: Mapping[str, Any]) -> SimilarSchools:
    """Missing keys take the defaults of the class; without traits no school has similar ones."""
    try:
        given = {name: value for name, value in entry.items() if name != "trait"}
        if "counts" in given:
            given["counts"] = tuple(given["counts"])
        return SimilarSchools(
            traits=tuple(
                ContextTrait(t["code"], t["name"], t["unit"], float(t["weight"])) for t in entry.get("trait", [])
            ),
            **given,
        )
    except (KeyError, TypeError) as error:
        raise CatalogueError(f"similar.toml: не хватает поля или оно записано неверно: {error}") from error


def _mechanism(entry: Mapping[str, Any]) -> Mechanism:
    code = entry["code"]
    return Mechanism(
        code=code,
        name=entry["name"],
        short=entry["short"],
        note=entry.get("note", ""),
        tracks=tuple(
            Track(t["code"], t["name"], t["cycle"], tuple(t["editions"]), t.get("assumption", True))
            for t in entry.get("track", [])
        ),
        positions=tuple(
            Position(
                p["code"],
                code,
                p["edition"],
                p["track"],
                p["component"],
                p["name"],
                p["maximum"],
                p.get("assumption", True),
                p.get("source", ""),
            )
            for p in entry.get("position", [])
        ),
        indicators=tuple(_indicator(code, i) for i in entry.get("indicator", [])),
    )


def _indicator(mechanism: str, entry: Mapping[str, Any]) -> Indicator:
    unit = entry.get("unit", "percent")
    target = entry.get("target")
    return Indicator(
        code=entry["code"],
        mechanism=mechanism,
        name=entry["name"],
        definition=entry["definition"],
        numerator=entry.get("numerator", ""),
        denominator=entry.get("denominator", ""),
        counts=entry["counts"],
        unit=unit,
        direction=entry["direction"],
        levels=tuple(level for level in LEVELS if level in entry["levels"]),
        organisation_types=tuple(entry.get("organisation_types", ("school",))),
        period=entry["period"],
        source=entry["source"],
        minimum_n=entry.get("minimum_n", 10),
        family=entry.get("family", entry["code"]),
        subjects=tuple(entry.get("subjects", ())),
        grades=tuple(str(grade) for grade in entry.get("grades", ())),
        aggregation=entry.get("aggregation", "ratio" if unit == "percent" else "none"),
        assumption=entry["assumption"],
        assumption_note=entry.get("assumption_note", ""),
        note=entry.get("note", ""),
        aliases=tuple(entry.get("aliases", ())),
        versions=tuple(
            Version(str(v["version"]), v["from"], v.get("to"), v.get("note", ""), v.get("comparable", False))
            for v in entry["version"]
        ),
        thresholds=tuple(
            Threshold(
                t["name"],
                tuple(t["bounds"]),
                t["source"],
                str(t["date"]),
                t.get("assumption", False),
                tuple(t.get("labels", ())),
            )
            for t in entry.get("threshold", [])
        ),
        target=Target(target["value"], target["source"], str(target["date"]), target.get("assumption", False))
        if target
        else None,
        demo=entry.get("demo", {}),
        cuts=tuple(
            ChangeCuts(
                tuple(c["status"]),
                tuple(c["change"]),
                c["source"],
                str(c.get("version", "1")),
                c.get("assumption", False),
            )
            for c in entry.get("cuts", [])
        ),
    )


def _agree(catalogue: Catalogue) -> None:
    """Refuse a catalogue whose entries point at nothing or stand twice."""
    seen: set[str] = set()
    for mechanism in catalogue.mechanisms.values():
        tracks = {track.code for track in mechanism.tracks}
        for position in mechanism.positions:
            if position.track not in tracks:
                raise CatalogueError(f"{mechanism.code}: позиция {position.code} ссылается на трек {position.track}")
            if position.code in seen:
                raise CatalogueError(f"{mechanism.code}: код позиции {position.code} встречается дважды")
            seen.add(position.code)
        for indicator in mechanism.indicators:
            if indicator.code in seen:
                raise CatalogueError(f"{mechanism.code}: код показателя {indicator.code} встречается дважды")
            seen.add(indicator.code)
            if indicator.counts not in catalogue.nouns:
                raise CatalogueError(f"{indicator.code}: единица счёта {indicator.counts} не описана в nouns.toml")
            for cuts in indicator.cuts:
                rising = all(len(c) == 4 and list(c) == sorted(set(c)) for c in (cuts.status, cuts.change))
                if not rising or cuts.change[1] > 0 or cuts.change[2] < 0:
                    raise CatalogueError(
                        f"{indicator.code}: границы status и change — по четыре числа по возрастанию; из четырёх "
                        "границ изменения две не больше нуля и две не меньше"
                    )
            if not indicator.levels or not indicator.versions:
                raise CatalogueError(f"{indicator.code}: нет ни одного уровня или ни одной версии определения")
    for edition in catalogue.editions:
        for entry in edition.mechanisms:
            if entry.code not in catalogue.mechanisms:
                raise CatalogueError(f"editions.toml: механизм {entry.code} не описан в папке mechanisms")
