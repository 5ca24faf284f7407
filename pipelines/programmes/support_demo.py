"""Invented lists, selection and risk profiles of the demonstration region: what document 003 does not hold by school.

Which school stands on a list is invented; how many do is not: each district lists as many as its indicator
``support_low_share`` counts, sends as many to the project as ``support_project_schools`` says, and chose each factor
as often as ``support_risk_…`` tells. So no number here contradicts another page. Everything depends on codes and on
the figures shown alone: the same snapshot gives the same, and hidden figures are not used.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import pandas as pd

from pipelines import queries, queries_support
from pipelines.readers.form_kinds import CLUSTERS, DEFICITS
from pipelines.snapshot import Snapshot

COLLECTION = "demo"
LISTED, IN_PROJECT, LEFT = "support_low_share", "support_project_schools", "support_left_list"
FACTORS = tuple(f"support_risk_{number:02d}" for number in range(1, 11))
HARD_SHARE = 12
"""So many of a hundred schools, those with the most low incomes, are on the invented list of ШНСУ."""
SCREENED = 2
"""The first step of the invented selection holds so many times the schools of the second."""
SETTLEMENTS = ("Город", "Сельская местность")

Level = Literal["низкий", "средний", "высокий"]
Row = Mapping[Any, Any]


def draw(*name: object, below: int) -> int:
    """A number from 0 to ``below`` − 1 that depends on ``name`` alone."""
    return zlib.crc32("|".join(map(str, name)).encode()) % below


@dataclass(frozen=True)
class Listed:
    """A school that some list or step of the selection of a year holds.

    ``step`` is the last step it passed: 1 screened, 2 on the official list of ШНОР, 3 in the project; 0 for a school
    of the other list alone. ``cluster`` and ``deficit`` are empty before step 2.
    """

    code: str
    name: str
    district: str
    district_name: str
    settlement: str
    step: int
    hard: bool
    cluster: str = ""
    deficit: str = ""

    @property
    def low(self) -> bool:
        """Whether it stands on the official list of schools with low results."""
        return self.step >= 2

    @property
    def project(self) -> bool:
        """Whether it takes part in the project."""
        return self.step == 3


@dataclass(frozen=True)
class Lists:
    """The lists of one year; ``silent`` are names of districts that gave no list."""

    year: int
    schools: tuple[Listed, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Risk:
    """A factor in the profile of a school: the level found, whether the school chose it, whether it has a programme.

    «Выявлен» (``level``) and «выбран» (``chosen``) are two facts; ``None`` where one of them was not told.
    """

    code: str
    level: Level | None
    chosen: bool | None
    programme: bool


def years(snapshot: Snapshot, region: int) -> tuple[int, ...]:
    """The years with a list, rising."""
    return tuple(sorted(_every_year(snapshot, region)))


def lists(snapshot: Snapshot, region: int, year: int) -> Lists | None:
    """The lists of a region in one year, by district and name; ``None`` for a year without them."""
    return _every_year(snapshot, region).get(year)


_kept: WeakKeyDictionary[Snapshot, dict[int, dict[int, Lists]]] = WeakKeyDictionary()


def _every_year(snapshot: Snapshot, region: int) -> dict[int, Lists]:
    """The lists of all years; each year builds on the one before, so they are made together and once a snapshot."""
    regions = _kept.setdefault(snapshot, {})
    if region not in regions:
        regions[region] = _made(snapshot, region)
    return regions[region]


def _made(snapshot: Snapshot, region: int) -> dict[int, Lists]:
    counts = _counts(snapshot, region)
    results = queries_support.results(snapshot, region, COLLECTION)
    results = results[results["absence"] != "not_applicable"]
    # НОШ have no fifth class, and no list of those who leave the ninth: as in the figures of the region.
    results = results[results["grade"] == "5"]
    scores = _scores(results)
    hard = _hard(snapshot, region)
    staff = queries_support.context(snapshot, region, ["pupils_per_teacher"])
    loads = {(row["territory"], row["year"]): row["value"] for row in staff.to_dict("records")}
    register = queries.territories(snapshot, COLLECTION)
    named = {row["code"]: row for row in register[register["region_id"] == region].to_dict("records")}
    districts = {row["territory_id"]: row for row in named.values() if row["level"] == "district"}
    found: dict[int, Lists] = {}
    before: dict[str, set[str]] = {}
    for year in sorted({year for name, _district, year in counts if name == LISTED}):
        own = {code: score for (code, at), score in scores.items() if at == year and code in named}
        low: dict[str, set[str]] = {}
        project: set[str] = set()
        silent = []
        for place in districts.values():
            inside = {code: own[code] for code in own if named[code]["district_id"] == place["territory_id"]}
            listed, sent = (counts.get((name, place["code"], year)) for name in (LISTED, IN_PROJECT))
            if listed is None and inside:
                silent.append(str(place["name"]))
            wanted = int(sent or 0) if listed is None else int(listed)
            stay = counts.get((LEFT, place["code"], year))
            low[place["code"]] = _chosen(inside, wanted, before.get(place["code"], set()), stay)
            by_lot = sorted(low[place["code"]], key=lambda code: draw("project", code, below=1 << 32))
            project |= set(by_lot[: int(sent or 0)])
        before = low
        every = set().union(*low.values())
        screened = {*sorted(own, key=lambda code: (code not in every, -own[code], code))[: SCREENED * len(every)]}
        ranked = {code: place for place, code in enumerate(sorted(every, key=lambda code: (-own[code], code)))}
        codes = sorted({*every, *screened, *(code for code in hard.get(year, ()) if code in named)})
        middle = _median([loads[(code, year)] for code in every if (code, year) in loads])
        found[year] = Lists(
            year,
            tuple(
                sorted(
                    (
                        Listed(
                            code, str(named[code]["name"]),
                            str(districts[named[code]["district_id"]]["code"]),
                            str(districts[named[code]["district_id"]]["name"]),
                            SETTLEMENTS[named[code]["settlement"] != "город"],
                            3 if code in project else 2 if code in every else int(code in screened),
                            code in hard.get(year, ()),
                            CLUSTERS[min(2, 3 * ranked[code] // len(ranked))] if code in every else "",
                            DEFICITS[loads.get((code, year), middle) <= middle] if code in every else "",
                        )
                        for code in codes
                    ),
                    key=lambda one: (one.district_name, one.name, one.code),
                )
            ),
            tuple(sorted(silent)),
        )  # fmt: skip
    return found


def _counts(snapshot: Snapshot, region: int) -> dict[tuple[str, str, int], float]:
    """(indicator, district, year) → schools; of those that left the list: schools that stayed."""
    frame = queries.figures(
        snapshot, [LISTED, IN_PROJECT, LEFT], level="district", within=region, collection=COLLECTION
    )
    found: dict[tuple[str, str, int], float] = {}
    for row in frame.to_dict("records"):
        number = row["value"] if row["indicator"] == IN_PROJECT else row["numerator"]
        if number == number:
            stayed = row["denominator"] - number if row["indicator"] == LEFT else number
            found[(str(row["indicator"]), str(row["territory"]), int(row["year"]))] = float(stayed)
    return found


def _scores(results: pd.DataFrame) -> dict[tuple[str, int], float]:
    """(school, year) → how low it seems, 0–1 and some luck; a school without figures gets a middling one."""
    known = results[results["numerator"].notna()]
    sums = known.groupby(["territory", "year"])[["numerator", "denominator"]].sum()
    shares = dict(zip(sums.index, sums["numerator"] / sums["denominator"], strict=True))
    every = set(zip(results["territory"], results["year"], strict=True))
    return {
        (str(code), int(year)): float(shares.get((code, year), 0.1 + draw("middling", code, below=200) / 1000))
        + draw("luck", code, year, below=100) / 1000
        for code, year in every
    }


def _chosen(scores: Mapping[str, float], wanted: int, before: set[str], stay: float | None) -> set[str]:
    """The ``wanted`` lowest schools of a district, of which ``stay`` were on the list before (where that is known)."""
    order = sorted(scores, key=lambda code: (-scores[code], code))
    if stay is None:
        return set(order[:wanted])
    kept = [code for code in order if code in before][: min(int(stay), wanted)]
    new = [code for code in order if code not in before]
    rest = [code for code in order if code in before and code not in kept]
    return {*kept, *(new + rest)[: wanted - len(kept)]}


def _hard(snapshot: Snapshot, region: int) -> dict[int, set[str]]:
    """The schools with the most low incomes of each year."""
    frame = queries_support.context(snapshot, region, ["low_income_share"])
    frame = frame.sort_values(["year", "value", "territory"], ascending=[True, False, True])
    return {
        int(str(year)): {str(code) for code in own["territory"].head(len(own) * HARD_SHARE // 100)}
        for year, own in frame.groupby("year")
    }


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0


# --- social passports --------------------------------------------------------------------------------------

BANDS = ((1, 4), (5, 9), (10, 11))
"""The classes of a social passport, as the document names them."""


@dataclass(frozen=True)
class Band:
    """Pupils of some classes and, of them, how many have each trait (codes of the context traits)."""

    first: int
    last: int
    pupils: int
    counts: Mapping[str, int]


def passport(snapshot: Snapshot, region: int, school: str, year: int, traits: Sequence[str]) -> tuple[Band, ...]:
    """An invented social passport in three bands of classes; empty where the school has no such traits that year.

    Pupils and shares are those of the school; how they fall into the bands is invented. A primary school (НОШ) has
    one band, an ООШ two. A trait that the school did not report is in no band.
    """
    frame = queries_support.context(snapshot, region, ["pupils", *traits])
    own = frame[(frame["territory"] == school) & (frame["year"] == year)]
    values = dict(zip(own["trait"], own["value"], strict=True))
    if "pupils" not in values:
        return ()
    register = queries.territories(snapshot, COLLECTION)
    name = str(register.loc[register["code"] == school, "name"].iloc[0])
    bands = BANDS[: 1 if "НОШ" in name else 2 if "ООШ" in name else 3]
    weights = [(last - first + 1) * (90 + draw("band", school, first, below=21)) for first, last in bands]
    pupils = _parts(int(values["pupils"]), weights)
    shared = {
        trait: _parts(round(values["pupils"] * values[trait] / 100), pupils) for trait in traits if trait in values
    }
    return tuple(
        Band(first, last, pupils[place], {trait: min(pupils[place], parts[place]) for trait, parts in shared.items()})
        for place, (first, last) in enumerate(bands)
    )


def _parts(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` divided into whole parts by ``weights``."""
    ends = [total * sum(weights[: place + 1]) // max(1, sum(weights)) for place in range(len(weights))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


# --- risk profiles -----------------------------------------------------------------------------------------


def profiles(snapshot: Snapshot, region: int, year: int) -> dict[str, tuple[Risk, ...]]:
    """The profile of each school of the project by its code; none for the schools of a district that reported none."""
    found = lists(snapshot, region, year)
    if found is None:
        return {}
    frame = queries.figures(
        snapshot, list(FACTORS), level="district", within=region, years=[year], collection=COLLECTION
    )
    chose = {
        (str(row["territory"]), str(row["indicator"])): int(row["numerator"])
        for row in frame[frame["numerator"].notna()].to_dict("records")
    }
    factors = [code for code in FACTORS if any(code == factor for _district, factor in chose)]
    by_district: dict[str, list[str]] = {}
    for school in found.schools:
        if school.project:
            by_district.setdefault(school.district, []).append(school.code)
    chosen: dict[str, set[str]] = {}
    for (district, factor), number in chose.items():
        own = sorted(by_district.get(district, ()), key=lambda code: draw(factor, code, year, below=1 << 32))
        for place, code in enumerate(own):
            chosen.setdefault(code, set()).update({factor} if place < number else ())
    return {code: tuple(_risk(code, factor, year, factor in own) for factor in factors) for code, own in chosen.items()}


def _risk(code: str, factor: str, year: int, chosen: bool) -> Risk:
    luck = draw("level", code, factor, year, below=100)
    level: Level = ("высокий" if luck < 55 else "средний") if chosen else _other(luck)
    return Risk(factor, level, chosen, chosen and draw("programme", code, factor, year, below=100) < 90)


def _other(luck: int) -> Level:
    """A factor that the school did not choose: mostly low, but a risk that was found may also be left."""
    return "низкий" if luck < 60 else "средний" if luck < 88 else "высокий"
