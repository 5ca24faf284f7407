"""The figures of every indicator at its base level, year by year, with the faults that real reports have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.catalogue import Catalogue, Indicator
from pipelines.catalogue.model import LEVELS
from pipelines.demo.chance import Generator, stream
from pipelines.demo.family import Family, Plan, counted, families, is_drawn, level_of, plan_of
from pipelines.demo.measures import Measures
from pipelines.demo.organisations import Country, Flags, Floats, Whole
from pipelines.demo.units import Units, make_units, territory_codes

ABSENCES = ("not_reported", "not_published", "not_collected", "not_applicable")
FLAGS = ("rounds_to_zero", "low_reliability")
_NOT_REPORTED, _NOT_PUBLISHED, _NOT_COLLECTED, _NOT_APPLICABLE = range(4)

COVID_YEAR = 2020
SILENT = 0.025
"""Share of missing reports; a village school is half as much again likelier to stay silent."""
SILENT_DISTRICT = 0.01
"""Share of district-years from which not one report came."""
UNPUBLISHED = 0.002
REVISED = 0.006
UNRELIABLE = 0.003


class Series(NamedTuple):
    """One indicator, subject and grade."""

    indicator: Indicator
    subject: str | None
    grade: str | None


class Grid(NamedTuple):
    """A series by (year, unit): which pairs have a row, denominator, numerator or value, absence, chance of faults."""

    kept: Flags
    size: Floats
    figure: Floats
    absence: NDArray[np.int8]
    faults: Floats


@dataclass(frozen=True)
class Figures:
    """Columns of one series, sorted by year and territory; what is missing is NaN, or −1 in a place.

    ``place`` is the territory's, ``level`` the one in ``LEVELS``, ``absence`` and ``flag`` those in their lists.
    ``percent`` (0–100, one decimal) stands only where a per cent was published without numbers.
    """

    year: Whole
    place: Whole
    level: NDArray[np.int8]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    percent: NDArray[np.float64]
    value: NDArray[np.float64]
    absence: NDArray[np.int8]
    flag: NDArray[np.int8]
    revised_from: NDArray[np.float64]


class Observations:
    """Draws the figures of all indicators of a catalogue for one country."""

    def __init__(self, country: Country, measures: Measures, catalogue: Catalogue) -> None:
        self.country, self.measures, self.catalogue = country, measures, catalogue
        self.years = np.array(country.years, np.int32)
        self.codes = territory_codes(country)
        self._families = families(catalogue)
        self._units: dict[tuple[object, ...], Units] = {}
        self._sizes: dict[tuple[object, ...], Whole] = {}

    def series(self) -> Iterator[Series]:
        """All series in ascending order of indicator, subject and grade."""
        for code in sorted(self.catalogue.indicators):
            indicator = self.catalogue.indicators[code]
            if not is_drawn(indicator):
                continue
            subjects: list[str | None] = [*sorted(indicator.subjects)] or [None]
            grades: list[str | None] = [*sorted(indicator.grades)] or [None]
            for subject in subjects:
                for grade in grades:
                    yield Series(indicator, subject, grade)

    def units(self, indicator: Indicator) -> Units:
        """The territories that report the indicator: those of its base level."""
        key = (level_of(indicator), indicator.organisation_types)
        if key not in self._units:
            self._units[key] = make_units(self.country, self.measures, self.codes, *key)
        return self._units[key]

    def figures(self, series: Series) -> Figures:
        """The figures of one series for the years of its versions."""
        return _laid_out(series.indicator, self.years, self.units(series.indicator), self._grid(series))

    def _grid(self, series: Series) -> Grid:
        indicator = series.indicator
        family = self._families[indicator.code]
        units = self.units(indicator)
        size = self._denominator(series, family, units)
        absence, faults = self._faults(family, series, units)
        chance = self._stream("figures", family.key, series.subject, series.grade)
        repeated = self.catalogue.indicators.get(family.plan.repeats or "")
        if repeated and repeated is not indicator and self.units(repeated) is units:
            always, known = self._three_years(repeated, series)
            size = size * known
            figure = size * always
        elif indicator.unit == "percent":
            figure = self._numerator(series, family, units, size, chance)
        else:
            figure = self._value(series, family, units, size, chance)
        absence = np.where(size > 0, absence, np.int8(_NOT_APPLICABLE))
        return Grid(self._kept(indicator, units), size, figure, absence, faults)

    def _three_years(self, indicator: Indicator, series: Series) -> tuple[Flags, Flags]:
        """Which units another indicator counted this year and in both years before; for which all three are known."""
        subject = series.subject if series.subject in indicator.subjects else None
        grade = series.grade if series.grade in indicator.grades else None
        grid = self._grid(Series(indicator, subject, grade))
        known = grid.kept & (grid.absence < 0)
        return _thrice(known & (grid.figure > 0)), _thrice(known)

    def _stream(self, purpose: str, *names: object) -> Generator:
        return stream(self.country.seed, purpose, *names)

    def _kept(self, indicator: Indicator, units: Units) -> Flags:
        """The (year, unit) pairs that have a row: the unit is open and a definition holds."""
        first = plan_of(indicator).first_year
        valid = [indicator.version_in(year) is not None and year >= first for year in self.country.years]
        kept: Flags = units.open & np.array(valid)[:, None]
        return kept

    def _size(self, kind: str, grade: str | None, indicator: Indicator, units: Units) -> Whole:
        key = (kind, grade, level_of(indicator), indicator.organisation_types)
        if key not in self._sizes:
            self._sizes[key] = units.sum(self.measures.size(kind, grade))
        return self._sizes[key]

    def _denominator(self, series: Series, family: Family, units: Units) -> Floats:
        """The denominator by (year, unit); of pupils who sit a test a few are always absent."""
        kind = family.plan.denominator
        size = self._size(kind, series.grade, series.indicator, units)
        if kind not in ("pupils_grade", "graduates", "works", "points"):
            return size.astype(np.float32)
        chance = self._stream("participants", family.name, series.subject, series.grade)
        present = 1 - 0.12 * chance.random(size.shape, np.float32)
        return np.ceil(size * present).astype(np.float32)

    def _numerator(self, series: Series, family: Family, units: Units, size: Floats, chance: Generator) -> Floats:
        plan = family.plan
        if plan.numerator:
            known = self._size(plan.numerator, series.grade, series.indicator, units)
            return np.minimum(known, size).astype(np.float32)
        shift = self._spread(family, units, plan.spread * abs(family.slope), chance) + (
            family.slope * self._drift(plan, units)
        )
        shift += _breaks(family.lead, self.country.years, self._stream("versions", family.key))
        luck = chance.standard_normal(size.shape, np.float32)
        rest = chance.random(size.shape, np.float32)
        if plan.denominator in ("organisations", "low_schools", "project_schools"):
            # A yes or no of one organisation mostly stays what it was a year ago.
            again = chance.random(size.shape, np.float32) < 0.7
            for year in range(1, len(rest)):
                rest[year] = np.where(again[year], rest[year - 1], rest[year])
        return counted(family.stretches[series.indicator.code], size, shift.astype(np.float32), luck, rest)

    def _drift(self, plan: Plan, units: Units) -> Floats:
        """Trend, town and the year of the pandemic, in the plan's own unit; shape (years, units)."""
        middle = (self.country.years[0] + self.country.years[-1]) / 2
        trend = plan.trend * (self.years - middle) - 0.25 * plan.spread * (self.years == COVID_YEAR)
        drift: Floats = (trend[:, None] + plan.urban * (units.town - 0.5)).astype(np.float32)
        return drift

    def _spread(self, family: Family, units: Units, scale: float, chance: Generator) -> Floats:
        """How units differ, with standard deviation about ``scale``: lasting parts and one that fades by years."""
        lasting = self._stream("lasting", family.key)
        count = len(units.place)
        by_district = lasting.standard_normal(len(self.country.district_codes) + 1, np.float32)
        fixed = (
            0.45 * units.inclination
            + 0.4 * by_district[units.district]
            + 0.5 * lasting.standard_normal(count, np.float32)
            + 0.25 * chance.standard_normal(count, np.float32)
        )
        fading = 0.4 * chance.standard_normal((len(self.years), count), np.float32)
        for year in range(1, len(fading)):
            fading[year] = 0.6 * fading[year - 1] + 0.8 * fading[year]
        result: Floats = np.float32(scale) * np.clip(fixed + fading, -2.6, 2.6)
        return result

    def _value(self, series: Series, family: Family, units: Units, size: Floats, chance: Generator) -> Floats:
        """A count or a score; counts follow the unit's size, scores keep one decimal."""
        plan = family.plan
        if plan.numerator:
            return self._size(plan.numerator, series.grade, series.indicator, units).astype(np.float32)
        better = -1.0 if series.indicator.direction == "down" else 1.0
        drift = self._drift(plan, units) + better * self._spread(family, units, plan.spread, chance)
        if series.indicator.unit == "score":
            return np.round(np.maximum(plan.mean + drift, 0), 1).astype(np.float32)
        share = size / max(float(size[units.open].mean()) if units.open.any() else 1.0, 1.0)
        expected = np.maximum(plan.mean + drift, 0) * share
        luck = chance.standard_normal(size.shape, np.float32)
        count: Floats = np.maximum(np.round(expected + np.sqrt(expected) * luck), 0).astype(np.float32)
        return count

    def _faults(self, family: Family, series: Series, units: Units) -> tuple[NDArray[np.int8], Floats]:
        """Why figures are absent (−1: they are not), and a number in [0, 1) that decides on the lesser faults."""
        chance = self._stream("faults", family.name, series.subject, series.grade)
        faults = chance.random(units.open.shape, np.float32)
        silent = SILENT * (1.2 - 0.4 * units.town)
        absence = np.full(units.open.shape, -1, np.int8)
        absence[faults < silent + UNPUBLISHED] = _NOT_PUBLISHED
        absence[faults < silent] = _NOT_REPORTED
        whole = self._stream("silent districts", family.name)
        districts = len(self.country.district_codes) + 1
        absence[(whole.random((len(self.years), districts)) < SILENT_DISTRICT)[:, units.district]] = _NOT_REPORTED
        share = 1.0 if whole.random() < 0.15 else whole.uniform(0.1, 0.4)
        untouched = whole.random(districts)
        if COVID_YEAR in self.country.years and len(self.country.years) > 1:
            skipped = untouched[units.district] < share
            absence[self.country.years.index(COVID_YEAR), skipped] = _NOT_COLLECTED
        return absence, faults


def _breaks(indicator: Indicator, years: tuple[int, ...], chance: Generator) -> Floats:
    """A step in logits at every version that is not comparable with the one before; shape (years, 1)."""
    steps = np.zeros(len(years), np.float32)
    level, last = 0.0, None
    for at, year in enumerate(years):
        version = indicator.version_in(year)
        if version is not None and last is not None and version != last and not version.comparable:
            level += 0.12 * float(np.clip(chance.standard_normal(), -1.5, 1.5))
        last = version or last
        steps[at] = level
    return steps[:, None]


def _thrice(flags: Flags) -> Flags:
    """What held this year, last year and the year before; never in the first two years."""
    result = np.zeros_like(flags)
    result[2:] = flags[2:] & flags[1:-1] & flags[:-2]
    return result


def _laid_out(indicator: Indicator, years: Whole, units: Units, grid: Grid) -> Figures:
    """Lay the rows out in ascending order of year and territory, and add revisions and flags."""
    year, unit = np.nonzero(grid.kept)
    absence, faults = grid.absence[grid.kept], grid.faults[grid.kept]
    present = absence < 0
    nothing = np.full(len(year), np.nan)
    # Single precision was enough to draw with; 61.6 must not become 61.599998.
    figure = np.where(present, grid.figure[grid.kept].astype(float).round(1), np.nan)
    flag = np.where(present & (faults > 1 - UNRELIABLE), np.int8(1), np.int8(-1))
    per_cent = indicator.unit == "percent"
    denominator, revised = nothing, nothing
    if per_cent:
        denominator = np.where(present, grid.size[grid.kept].astype(float), np.nan)
        # An earlier report was off by one, or by up to two per cent; it is moved towards the middle, so it fits.
        step = 1 + np.floor(0.02 * denominator * (faults * 977 % 1))
        earlier = np.where(2 * figure > denominator, figure - step, figure + step)
        corrected = present & (faults > 1 - UNRELIABLE - REVISED) & (faults <= 1 - UNRELIABLE)
        revised = np.where(corrected, earlier, np.nan)
        flag[present & (figure > 0) & (2000 * figure < denominator)] = 0
    return Figures(
        year=years[year],
        place=units.place[unit],
        level=np.full(len(year), LEVELS.index(level_of(indicator)), np.int8),
        numerator=figure if per_cent else nothing,
        denominator=denominator,
        percent=nothing,
        value=nothing if per_cent else figure,
        absence=absence,
        flag=flag,
        revised_from=revised,
    )
