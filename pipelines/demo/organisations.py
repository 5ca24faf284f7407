"""Regions, districts and organisations of the demonstration data, with what happened to them over the years."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.demo import geography, names
from pipelines.demo.chance import stream
from pipelines.demo.geography import RegionMap

LAST_YEAR = 2024
SCHOOLS_PER_REGION = 500
TYPES = ("additional", "cnppm", "methodical", "preschool", "school")
_LETTERS = {"additional": "a", "cnppm": "c", "methodical": "m", "preschool": "k", "school": "s"}

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Rename:
    """A territory's names: ``earlier`` until the year before ``year``, then ``later``."""

    code: str
    earlier: str
    later: str
    year: int


@dataclass
class Country:
    """All territories, sorted by code, and the state of the organisations by year.

    Arrays named ``…_by_year`` have the shape (years, organisations). ``closed`` is the first year without
    the organisation; 0 in ``opened`` or ``closed`` means "not within what is known".
    """

    seed: int
    years: tuple[int, ...]
    region_codes: list[str] = field(default_factory=list)
    region_names: list[str] = field(default_factory=list)
    maps: list[RegionMap] = field(default_factory=list)
    district_codes: list[str] = field(default_factory=list)
    district_names: list[str] = field(default_factory=list)
    district_region: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    district: Whole = field(default_factory=lambda: np.empty(0, np.int32))
    kind: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    town: Flags = field(default_factory=lambda: np.empty(0, np.bool_))
    points: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    kilometres: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    top_grade: Whole = field(default_factory=lambda: np.empty(0, np.int32))
    size: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    opened: Whole = field(default_factory=lambda: np.empty(0, np.int32))
    closed: Whole = field(default_factory=lambda: np.empty(0, np.int32))
    merged_into: Whole = field(default_factory=lambda: np.empty(0, np.int32))
    history_continues: Flags = field(default_factory=lambda: np.empty(0, np.bool_))
    renames: list[Rename] = field(default_factory=list)

    @property
    def open_by_year(self) -> Flags:
        """Which organisations work in which years."""
        years = np.array(self.years, np.int32)[:, None]
        flags: Flags = (self.opened <= years) & ((self.closed == 0) | (years < self.closed))
        return flags

    def of_type(self, *types: str) -> Flags:
        """Which organisations are of these types."""
        flags: Flags = np.isin(self.kind, [TYPES.index(name) for name in types if name in TYPES])
        return flags


def build_country(schools: int, years: int, seed: int) -> Country:
    """Invent a country of so many schools (and a quarter as many preschools) over the last ``years`` years."""
    country = Country(seed, tuple(range(LAST_YEAR - years + 1, LAST_YEAR + 1)))
    rows: list[_Row] = []
    regions = max(1, round(schools / SCHOOLS_PER_REGION))
    for region, share in enumerate(_shares(schools, regions)):
        rows += _region(country, region, share, _preschools(schools, regions, region))
    rows.sort(key=lambda row: row.code)
    country.codes = [row.code for row in rows]
    country.titles = [row.title for row in rows]
    country.district = np.array([row.district for row in rows], np.int32)
    country.kind = np.array([TYPES.index(row.type) for row in rows], np.int8)
    country.town = np.array([row.town for row in rows], np.bool_)
    country.points = np.array([row.point for row in rows]).reshape(-1, 2)
    centres = np.array([drawn.sites[0] for drawn in country.maps])
    country.kilometres = np.round(
        geography.kilometres_between(country.points, centres[np.array(country.district_region)[country.district]]), 1
    )
    country.top_grade = np.array([row.top_grade for row in rows], np.int32)
    country.size = np.array([row.size for row in rows], np.float32)
    _live(country)
    return country


@dataclass
class _Row:
    code: str
    title: str
    type: str
    district: int
    town: bool
    point: tuple[float, float]
    top_grade: int
    size: float


def _shares(total: int, parts: int) -> list[int]:
    """Divide a whole number into nearly equal whole parts."""
    return [total * (part + 1) // parts - total * part // parts for part in range(parts)]


def _preschools(schools: int, regions: int, region: int) -> int:
    return _shares(schools // 4, regions)[region]


def _region(country: Country, number: int, schools: int, preschools: int) -> list[_Row]:
    """Add a region and its districts to the country and return its organisations."""
    chance = stream(country.seed, "region", number)
    code = "demo" if number == 0 else f"demo-r{number + 1:02d}"
    count = max(1, min(schools // 4, 14 if schools < 400 else int(chance.integers(15, 21))))
    drawn = geography.draw_region(number, count, chance)
    country.region_codes.append(code)
    country.region_names.append(names.region_name(number))
    country.maps.append(drawn)
    # The centre is the largest; a closed town has one school, so that its figure is the district's.
    weights = chance.uniform(0.6, 1.4, count) * np.where(np.arange(count) == 0, 3.5, 1.0)
    single = np.array([names.is_closed_town(index, count) for index in range(count)])
    in_district = _divided(schools, weights, single)
    kindergartens = _divided(preschools, weights, single)
    rows: list[_Row] = []
    for index in range(count):
        name = names.DistrictName(number, index, count)
        place = len(country.district_codes)
        prefix = f"{code}-d{index + 1:02d}"
        country.district_codes.append(prefix)
        country.district_names.append(name.name)
        country.district_region.append(number)
        if index == 2 and name.name != name.earlier and len(country.years) > 3:
            country.renames.append(Rename(prefix, name.earlier, name.name, country.years[-4]))
        rows += _schools(country.seed, prefix, name, place, in_district[index], drawn, index)
        rows += _others(country.seed, prefix, name, place, kindergartens[index], drawn, index)
    centre = drawn.sites[0]
    rows.append(
        _Row(f"{code}-d01-c01", names.region_centre(country.region_names[-1]), "cnppm", rows[0].district, True,
             centre, 0, 0)
    )  # fmt: skip
    return rows


def _divided(total: int, weights: NDArray[np.float64], single: Flags) -> list[int]:
    """Divide ``total`` by weights into whole parts, at most one where ``single``, at least one while it lasts."""
    least = min(1, total // len(weights))
    parts = np.full(len(weights), least)
    free = np.where(single, 0.0, weights)
    rest = total - least * len(weights)
    exact = rest * free / free.sum()
    parts += np.floor(exact).astype(int)
    short = total - int(parts.sum())
    parts[np.argsort(-(exact % 1), kind="stable")[:short]] += 1
    return [int(part) for part in parts]


def _schools(
    seed: int, prefix: str, name: names.DistrictName, place: int, count: int, drawn: RegionMap, index: int
) -> list[_Row]:
    chance = stream(seed, "schools", prefix)
    town = chance.random(count) < (1.0 if name.town else 0.22)
    points = np.where(
        town[:, None],
        geography.scatter(drawn, index, count, 0.35, chance),
        geography.scatter(drawn, index, count, 1.0, chance),
    )
    luck, size = chance.random(count), np.exp(chance.standard_normal(count))
    rows = []
    for number in range(count):
        if town[number]:
            kind = "Лицей" if luck[number] < 0.06 else "Гимназия" if luck[number] < 0.13 else "СОШ"
            grade, pupils = 11, 620 * size[number] ** 0.4
        elif luck[number] < 0.08:
            kind, grade, pupils = "НОШ", 4, 18 * size[number] ** 0.6
        elif luck[number] < 0.4:
            kind, grade, pupils = "ООШ", 9, 62 * size[number] ** 0.6
        else:
            kind, grade, pupils = "СОШ", 11, 170 * size[number] ** 0.6
        title = name.school(kind, number + 1, "МБОУ" if town[number] or number % 4 else "МКОУ")
        point = (float(points[number, 0]), float(points[number, 1]))
        code = f"{prefix}-s{number + 1:03d}"
        rows.append(_Row(code, title, "school", place, bool(town[number]), point, grade, max(4.0, pupils)))
    return rows


def _others(
    seed: int, prefix: str, name: names.DistrictName, place: int, preschools: int, drawn: RegionMap, index: int
) -> list[_Row]:
    """Preschools, an organisation of additional education for every eight of them, a methodical centre."""
    chance = stream(seed, "others", prefix)
    types = ["preschool"] * preschools + ["additional"] * (1 + preschools // 8)
    types += ["methodical"] * (not name.closed)
    points = geography.scatter(drawn, index, len(types), 0.5, chance)
    town = chance.random(len(types)) < (1.0 if name.town else 0.4)
    size = np.exp(chance.standard_normal(len(types)) * 0.4)
    rows, numbers = [], dict.fromkeys(TYPES, 0)
    for at, kind in enumerate(types):
        numbers[kind] += 1
        number = numbers[kind]
        if kind == "preschool":
            title, pupils = name.preschool(number), (170.0 if town[at] else 38.0)
        elif kind == "additional":
            title, pupils = name.additional(number), (900.0 if name.town else 260.0)
        else:
            title, pupils = name.methodical(), 0.0
        code = f"{prefix}-{_LETTERS[kind]}{number:02d}"
        point = (float(points[at, 0]), float(points[at, 1]))
        settled = bool(town[at]) if kind == "preschool" else True
        rows.append(_Row(code, title, kind, place, settled, point, 0, pupils * float(size[at])))
    return rows


def _live(country: Country) -> None:
    """Openings, closings, mergers and renamings: a few per cent of schools each, at least two where there is room."""
    count = len(country.codes)
    chance = stream(country.seed, "events")
    country.opened = np.where(chance.random(count) < 0.3, 0, chance.integers(1936, 2012, count)).astype(np.int32)
    country.closed = np.zeros(count, np.int32)
    country.merged_into = np.full(count, -1, np.int32)
    country.history_continues = np.zeros(count, np.bool_)
    if len(country.years) < 2:
        return
    later_years = country.years[1:]
    schools = chance.permutation(np.flatnonzero(country.of_type("school")))
    crowded = np.bincount(country.district[schools], minlength=len(country.district_codes)) >= 6
    movable = [int(school) for school in schools if crowded[country.district[school]]]
    each = min(max(2, len(schools) // 60), len(movable) // 12)
    take = iter(movable)
    for _ in range(each):
        country.opened[next(take)] = int(chance.choice(later_years))
    closing = [next(take) for _ in range(each)]
    country.closed[closing] = chance.choice(later_years, len(closing))
    merging = [next(take) for _ in range(each)]
    # Only a school that works in all the years takes in another.
    lasting: dict[tuple[int, bool], list[int]] = {}
    for school in take:
        if country.top_grade[school] > 4:
            lasting.setdefault((int(country.district[school]), bool(country.town[school])), []).append(school)
    for order, school in enumerate(merging):
        hosts = lasting.get((int(country.district[school]), bool(country.town[school])))
        if hosts:
            country.closed[school] = int(chance.choice(later_years))
            country.merged_into[school] = hosts[order % len(hosts)]
            country.history_continues[school] = order % 2 == 0
    for school in movable[-3 * each :]:
        earlier, later = country.titles[school], country.titles[school]
        earlier = earlier.replace("МБОУ", "МОУ").replace("МКОУ", "МОУ")
        country.renames.append(Rename(country.codes[school], earlier, later, int(chance.choice(later_years))))
    country.renames.sort(key=lambda rename: rename.code)
