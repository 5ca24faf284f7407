"""How many pupils, teachers and so on each organisation has by year, and the context it works in.

Every denominator of every indicator comes from here, so figures of different indicators fit together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipelines.demo.chance import Generator, stream
from pipelines.demo.organisations import TYPES, Country, Flags, Floats, Whole

LOW_SHARE = 0.13
"""Share of school-years on the list of schools with low results (an invented figure)."""
PROJECT_FROM = 2020
"""The first year in which some of the listed schools take part in the support project."""
PROJECT_SHARE = 0.6

TRAITS = (
    "pupils",
    "rural_share",
    "disability_share",
    "non_native_share",
    "low_income_share",
    "teacher_experience",
    "pupils_per_teacher",
    "distance_to_centre",
)
"""Context traits: a head count, shares in per cent (0–100), years, pupils per teacher, kilometres."""


@dataclass
class Measures:
    """Whole numbers by year, shape (years, organisations), and each organisation's own inclination.

    ``inclination`` is a standardised effect of context and luck that all its indicators share; ``low`` marks
    the years on the list of schools with low results, ``project`` those in the support project.
    """

    pupils: Whole
    teachers: Whole
    young_teachers: Whole
    leaders: Whole
    rooms: Whole
    open: Flags
    low: Flags
    project: Flags
    inclination: Floats
    top_grade: Whole
    traits: dict[str, Floats] = field(default_factory=dict)

    def size(self, kind: str, grade: str | None) -> Whole:
        """The number of units that a denominator of this kind counts, 0 where the organisation is not open.

        ``kind`` is a word of ``indicator.demo["denominator"]`` or ``["numerator"]``; an unknown one means pupils.
        """
        if kind == "pupils_grade":
            counted = self._in_grade(_number(grade))
        elif kind == "graduates":
            counted = self._in_grade(_number(grade) or 11)
        elif kind == "works":
            counted = 2 * self._in_grade(_number(grade))
        elif kind == "points":
            counted = 20 * self._in_grade(_number(grade))
        elif kind == "organisations":
            counted = np.ones_like(self.pupils)
        elif kind == "low_schools":
            counted = self.low.astype(np.int32)
        elif kind == "low_before":
            counted = self.low_before.astype(np.int32)
        elif kind == "left_low":
            counted = (self.low_before & ~self.low).astype(np.int32)
        elif kind == "project_schools":
            counted = self.project.astype(np.int32)
        elif kind == "risks":
            counted = self.project * (2 + np.arange(self.pupils.shape[1], dtype=np.int32) % 5)
        elif kind in ("teachers", "young_teachers", "leaders", "rooms"):
            counted = getattr(self, kind)
        else:
            counted = self.pupils
        result: Whole = np.where(self.open, counted, 0).astype(np.int32)
        return result

    @property
    def low_before(self) -> Flags:
        """Schools that were on the list in the year before; nothing is known before the first year."""
        return np.vstack([np.zeros_like(self.low[:1]), self.low[:-1]])

    def _in_grade(self, grade: int | None) -> Whole:
        """Pupils of one grade; preschools have four age groups and no grades."""
        grades = np.where(self.top_grade > 0, self.top_grade, 4)
        # Half of those who finish the ninth grade go on to the tenth.
        share = np.where(grades == 11, 0.1, 1 / grades)
        if grade is not None:
            share = np.where((grades == 11) & (grade > 9), share / 2, share)
            share = np.where((self.top_grade > 0) & (grade > self.top_grade), 0.0, share)
        counted: Whole = np.ceil(self.pupils * share).astype(np.int32)
        return counted


def measure(country: Country) -> Measures:
    """Give every organisation its people and its context, year by year."""
    chance = stream(country.seed, "measures")
    years, count = len(country.years), len(country.codes)
    is_school = country.of_type("school")
    opened = country.open_by_year
    pupils = _pupils(country, opened, chance)
    per_teacher = np.array([60.0, 0, 0, 9.0, 13.0], np.float32)[country.kind]
    base = np.array([3, 25, 6, 2, 3], np.float32)[country.kind]
    teachers = np.ceil(pupils / np.where(per_teacher > 0, per_teacher, 1) * (per_teacher > 0) + base)
    teachers = (teachers * chance.uniform(0.9, 1.1, count)).astype(np.int32) + 1
    young = np.round(teachers * _walk(chance.beta(2, 10, count), 0.02, years, chance)).astype(np.int32)
    district = chance.standard_normal(len(country.district_codes))[country.district]
    poor = np.clip(24 - 8 * country.town + 6 * district + 7 * chance.standard_normal(count), 1, 75)
    foreign = np.clip(4 + 3 * district + 4 * chance.standard_normal(count), 0, 60)
    inclination = (
        -0.55 * (poor - 21) / 10
        - 0.2 * (foreign - 4) / 5
        + 0.3 * chance.standard_normal(len(country.region_codes))[np.array(country.district_region)][country.district]
        + 0.7 * chance.standard_normal(count)
    ).astype(np.float32)
    low = _low(inclination, is_school & (country.top_grade >= 9), opened, chance)
    chosen = (chance.random(count) < PROJECT_SHARE) & (np.array(country.years)[:, None] >= PROJECT_FROM)
    measures = Measures(
        pupils=pupils,
        teachers=teachers,
        young_teachers=young,
        leaders=1 + pupils // 350,
        rooms=1 + pupils // 60,
        open=opened,
        low=low,
        project=low & chosen,
        inclination=inclination,
        top_grade=country.top_grade,
    )
    rural = np.where(country.town, chance.uniform(0, 12, count), chance.uniform(80, 100, count))
    traits = {
        "pupils": pupils.astype(np.float32),
        "rural_share": _walk(rural, 1.0, years, chance),
        "disability_share": _walk(chance.gamma(4, 1.8, count), 0.8, years, chance),
        "non_native_share": _walk(foreign, 0.7, years, chance),
        "low_income_share": _walk(poor, 1.5, years, chance),
        "teacher_experience": _walk(chance.normal(19, 4, count), 0.6, years, chance),
        "pupils_per_teacher": pupils / teachers,
        "distance_to_centre": np.broadcast_to(country.kilometres, (years, count)),
    }
    for name in TRAITS:
        values = np.clip(np.round(traits[name], 1), 0, None).astype(np.float32)
        if name.endswith("_share"):
            values = np.minimum(values, 100)
        lost = 0.08 if name in ("teacher_experience", "low_income_share") else 0.01
        values[chance.random((years, count)) < (0 if name == "pupils" else lost)] = np.nan
        measures.traits[name] = values
    return measures


def _pupils(country: Country, opened: Flags, chance: Generator) -> Whole:
    """Pupils by year: towns grow, villages shrink, a school that takes in another grows by its pupils."""
    years, count = len(country.years), len(country.codes)
    growth = np.where(country.town, 1.015, 0.985) ** (np.arange(years) - years // 2)[:, None]
    noise = np.exp(0.02 * chance.standard_normal((years, count)))
    least = np.where(country.kind == TYPES.index("school"), 2, 0)
    pupils = np.maximum(np.round(country.size * growth * noise), least).astype(np.int32)
    for school in np.flatnonzero(country.merged_into >= 0):
        gone = np.array(country.years) >= country.closed[school]
        pupils[gone, country.merged_into[school]] += pupils[gone, school]
    return np.where(opened, pupils, 0)


def _walk(start: np.ndarray, step: float, years: int, chance: Generator) -> np.ndarray:
    """Values that move a little from year to year."""
    steps = step * chance.standard_normal((years, len(start)))
    steps[0] = 0
    walked: np.ndarray = np.maximum(start + np.cumsum(steps, axis=0), 0)
    return walked


def _low(inclination: Floats, may: Flags, opened: Flags, chance: Generator) -> Flags:
    """The schools on the list by year: those least inclined to good results, with some luck of the year."""
    years, count = opened.shape
    luck = 0.45 * chance.standard_normal((years, count))
    score = inclination + luck
    possible = opened & may
    if not possible.any():
        return np.zeros_like(opened)
    listed: Flags = possible & (score < np.quantile(score[possible], LOW_SHARE))
    return listed


def _number(grade: str | None) -> int | None:
    """The first whole number of a grade («10–11» → 10), or nothing."""
    digits = ""
    for letter in grade or "":
        if letter.isdigit():
            digits += letter
        elif digits:
            break
    return int(digits) if digits else None
