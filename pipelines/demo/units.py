"""The territories that report at a level, and the organisations whose numbers they add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.demo.measures import Measures
from pipelines.demo.organisations import Country, Flags, Floats, Whole


def territory_codes(country: Country) -> list[str]:
    """All territory codes in ascending order; a territory is known in the figures by its place in the list."""
    return sorted([*country.region_codes, *country.district_codes, *country.codes])


@dataclass(frozen=True)
class Units:
    """The territories that report at one level; arrays by unit, ``open`` by (year, unit)."""

    place: Whole
    district: Whole
    town: Floats
    inclination: Floats
    open: Flags
    member: Whole
    """For every organisation the unit that it belongs to, −1 for none."""

    def sum(self, by_organisation: Whole) -> Whole:
        """Add up whole numbers by (year, organisation) to (year, unit)."""
        inside = self.member >= 0
        member, count = self.member[inside], len(self.place)
        if np.array_equal(member, np.arange(count)):  # organisations report for themselves
            return by_organisation[:, inside]
        rows = [np.bincount(member, weights=row[inside], minlength=count) for row in by_organisation]
        return np.array(rows).astype(np.int32)


def make_units(country: Country, measures: Measures, codes: list[str], level: str, types: tuple[str, ...]) -> Units:
    """The territories of a level, and which organisations of the given types belong to each of them."""
    chosen = country.of_type(*types)
    at_level = {"region": country.region_codes, "district": country.district_codes, "school": country.codes}
    place = np.searchsorted(np.array(codes), np.array(at_level[level]))
    if level == "school":
        member = np.where(chosen, np.cumsum(chosen) - 1, -1)
        return Units(
            place[chosen].astype(np.int32),
            country.district[chosen],
            country.town[chosen].astype(np.float32),
            measures.inclination[chosen],
            measures.open[:, chosen],
            member.astype(np.int32),
        )
    region = np.array(country.district_region, np.int32)
    unit = country.district if level == "district" else region[country.district]
    member = np.where(chosen, unit, -1)
    inside = np.maximum(np.bincount(unit[chosen], minlength=len(place)), 1)
    mean = [
        np.bincount(unit[chosen], weights=each[chosen], minlength=len(place)) / inside
        for each in (country.town.astype(float), measures.inclination)
    ]
    return Units(
        place.astype(np.int32),
        np.arange(len(place), dtype=np.int32),
        mean[0].astype(np.float32),
        mean[1].astype(np.float32),
        np.ones((len(country.years), len(place)), np.bool_),
        member.astype(np.int32),
    )
