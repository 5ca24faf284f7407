"""The folder of demonstration files: what may be overwritten, what is written, and in which order."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.catalogue import Catalogue
from pipelines.demo.columns import Told, write_observations, write_table
from pipelines.demo.distributions import write_distributions
from pipelines.demo.geography import feature
from pipelines.demo.measures import TRAITS, Measures, measure
from pipelines.demo.mechanisms import write_positions
from pipelines.demo.observations import Observations
from pipelines.demo.organisations import TYPES, Country, build_country
from pipelines.errors import PipelineError

DESCRIPTION = "collection.toml"
NOTICE = "демонстрационные данные"
GENERATOR = 3
"""Rises when the generator gives other data for the same order, so that the app makes its own anew."""
_PARTIAL = ".demo-partial"
FIRST_LOGIN = 900_001
"""Logins of the demonstration data: region codes 90 and above do not occur among real ones."""

_TEXT, _WHOLE, _REAL = pa.string(), pa.int32(), pa.float64()
TERRITORIES = pa.schema(
    [
        ("code", _TEXT),
        ("name", _TEXT),
        ("level", _TEXT),
        ("parent", _TEXT),
        ("type", _TEXT),
        ("settlement", _TEXT),
        ("latitude", _REAL),
        ("longitude", _REAL),
        ("opened", _WHOLE),
        ("closed", _WHOLE),
        ("merged_into", _TEXT),
        ("history_continues", pa.bool_()),
        ("oktmo", _TEXT),
        ("login", _TEXT),
        ("region", _TEXT),
    ]
)
NAMES = pa.schema([("code", _TEXT), ("name", _TEXT), ("from_year", _WHOLE), ("to_year", _WHOLE)])
TRAIT_ROWS = pa.schema([("territory", _TEXT), ("year", _WHOLE), ("trait", _TEXT), ("value", _REAL)])


@dataclass(frozen=True)
class Order:
    """What is to be generated; the defaults are the demonstration region of the app."""

    schools: int = 240
    years: int = 8
    seed: int = 2024


def write_files(out: Path, order: Order, catalogue: Catalogue, progress: Told) -> None:
    """Generate everything beside and move it into ``out`` at the end; the description comes last.

    So a folder with a description is whole, and a generation that was cut short leaves an earlier one as it was,
    or none. Raises :class:`PipelineError` for a folder that holds something else, or cannot be written.
    """
    require_own(out)
    partial = out / _PARTIAL
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _write(partial, order, catalogue, progress)
        (out / DESCRIPTION).unlink(missing_ok=True)
        for path in sorted(partial.iterdir(), key=lambda path: path.name == DESCRIPTION):
            path.replace(out / path.name)
        partial.rmdir()
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise PipelineError(
            f"Не удалось записать демонстрационные данные в «{out}»: {error.strerror or error}. "
            "Проверьте место на диске и право записи или укажите другую папку."
        ) from error


def require_own(out: Path) -> None:
    """Refuse a path that is a file, or a folder with anything but earlier demonstration data."""
    if not out.exists():
        return
    if not out.is_dir():
        raise PipelineError(f"«{out}» — файл, а не папка. Укажите пустую или новую папку.")
    present = {path.name for path in out.iterdir()}
    if not present or present == {_PARTIAL} or _collection(out / DESCRIPTION) == "demo":
        return
    raise PipelineError(
        f"В папке «{out}» уже есть файлы, и это не демонстрационные данные (нет {DESCRIPTION} с записью "
        'collection = "demo"). Чтобы ничего не потерять, она не тронута. Укажите пустую или новую папку.'
    )


def _collection(path: Path) -> object:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")).get("collection")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None


def is_current(folder: Path, order: Order, catalogue: Catalogue) -> bool:
    """Whether the folder holds just what this order, catalogue and version of the generator would give."""
    try:
        return (folder / DESCRIPTION).read_text(encoding="utf-8") == _description(order, catalogue)
    except (OSError, UnicodeDecodeError):
        return False


def _description(order: Order, catalogue: Catalogue) -> str:
    return (
        'collection = "demo"\n'
        'name = "Демонстрация"\n'
        f'notice = "{NOTICE}"\n'
        f"seed = {order.seed}\nschools = {order.schools}\nyears = {order.years}\n"
        f'generator = {GENERATOR}\ncatalogue = "{catalogue.hash}"\n'
    )


def _write(folder: Path, order: Order, catalogue: Catalogue, progress: Told) -> None:
    progress("Территории и организации")
    country = build_country(order.schools, order.years, order.seed)
    measures = measure(country)
    _write_territories(folder, country)
    _write_traits(folder / "traits.parquet", country, measures)
    _write_boundaries(folder / "boundaries.geojson", country)
    progress("Позиции механизмов")
    write_positions(folder / "positions.parquet", country, catalogue)
    observations = Observations(country, measures, catalogue)
    rows = write_observations(folder / "observations.parquet", observations, progress)
    progress("Распределения баллов")
    write_distributions(folder / "distributions.parquet", observations)
    (folder / DESCRIPTION).write_text(_description(order, catalogue), encoding="utf-8", newline="\n")
    progress(f"Готово: организаций {len(country.codes)}, наблюдений {rows}")


def _write_territories(folder: Path, country: Country) -> None:
    regions, districts = len(country.region_codes), len(country.district_codes)
    above = [None] * (regions + districts)
    region_of = [country.region_codes[region] for region in country.district_region]
    centres = [drawn.sites[0] for drawn in country.maps]
    centres += [site for drawn in country.maps for site in drawn.sites]
    organisations = range(len(country.codes))
    rows: dict[str, list[Any]] = {
        "code": country.region_codes + country.district_codes + country.codes,
        "name": country.region_names + country.district_names + country.titles,
        "level": ["region"] * regions + ["district"] * districts + ["school"] * len(country.codes),
        "parent": [None] * regions + region_of + [country.district_codes[at] for at in country.district],
        "type": above + [TYPES[at] for at in country.kind],
        "settlement": above + ["город" if town else "село" for town in country.town],
        "latitude": [latitude for _, latitude in centres] + country.points[:, 1].tolist(),
        "longitude": [longitude for longitude, _ in centres] + country.points[:, 0].tolist(),
        "opened": above + [int(year) or None for year in country.opened],
        "closed": above + [int(year) or None for year in country.closed],
        "merged_into": above + [country.codes[at] if at >= 0 else None for at in country.merged_into],
        "history_continues": above
        + [bool(country.history_continues[at]) if country.merged_into[at] >= 0 else None for at in organisations],
        "oktmo": _oktmo(country),
        "login": above + [f"edu{FIRST_LOGIN + at:06d}" for at in organisations],
        "region": country.region_codes + region_of + [region_of[at] for at in country.district],
    }
    write_table(folder / "territories.parquet", rows, TERRITORIES)
    first, renames = country.years[0], country.renames
    names: dict[str, list[Any]] = {
        "code": [rename.code for rename in renames for _ in range(2)],
        "name": [name for rename in renames for name in (rename.earlier, rename.later)],
        "from_year": [year for rename in renames for year in (first, rename.year)],
        "to_year": [year for rename in renames for year in (rename.year - 1, None)],
    }
    write_table(folder / "territory_names.parquet", names, NAMES)


def _oktmo(country: Country) -> list[str]:
    """Invented keys of eight digits; they begin with 00, as no real one does. An organisation has its district's."""
    numbers = np.array(country.district_region)
    within = np.arange(len(numbers)) - np.searchsorted(numbers, numbers)
    districts = [f"00{region + 1:03d}{at + 1:03d}" for region, at in zip(numbers, within, strict=True)]
    regions = [f"00{region + 1:03d}000" for region in range(len(country.region_codes))]
    return regions + districts + [districts[at] for at in country.district]


def _write_traits(path: Path, country: Country, measures: Measures) -> None:
    """Traits of schools and preschools for the years in which they work, sorted by territory, year and trait."""
    chosen = np.flatnonzero(country.of_type("school", "preschool"))
    organisation, year, trait = np.nonzero(
        np.broadcast_to(measures.open[:, chosen].T[:, :, None], (len(chosen), len(country.years), len(TRAITS)))
    )
    names = sorted(TRAITS)
    values = np.stack([measures.traits[name][:, chosen].T for name in names], axis=2)
    write_table(
        path,
        {
            "territory": pa.DictionaryArray.from_arrays(
                pa.array(organisation.astype(np.int32)), pa.array([country.codes[at] for at in chosen], _TEXT)
            ).cast(_TEXT),
            "year": np.array(country.years, np.int32)[year],
            "trait": pa.DictionaryArray.from_arrays(pa.array(trait.astype(np.int32)), pa.array(names)).cast(_TEXT),
            "value": np.round(values[organisation, year, trait].astype(float), 1),
        },
        TRAIT_ROWS,
    )


def _write_boundaries(path: Path, country: Country) -> None:
    """Region and district boundaries as GeoJSON polygons."""
    features, place = [], 0
    for code, name, drawn in zip(country.region_codes, country.region_names, country.maps, strict=True):
        features.append(feature(code, name, "region", drawn.outline))
        for ring in drawn.districts:
            features.append(feature(country.district_codes[place], country.district_names[place], "district", ring))
            place += 1
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8", newline="\n")
