"""Indicators that share a denominator: how their numerators are drawn so that they never contradict each other.

Picture the denominator's units put in order from the worst to the best result. Every indicator of the family
counts a stretch of that order: "passed" the upper 86 %, "good marks" the upper 48 % (so never more than
passed), "marks «2»" the lower 14 % (so exactly the rest), and indicators without a direction («понизили»,
«подтвердили», «повысили») stretches laid end to end. Where a stretch ends in a given school and year is one
function, which grows with the stretch, and the numerator is the difference of its values at both ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipelines.catalogue import Catalogue, Indicator
from pipelines.catalogue.model import Level
from pipelines.demo.organisations import Floats

_PERCENT_MEANS = {"up": 0.64, "down": 0.12, "none": 0.3}
_NEARLY = 0.1
"""Means of a family that miss 1 together by less are taken as parts of one whole."""
_EDGE = 3.3
_LUCK = 0.4

Stretch = tuple[float, float]


@dataclass(frozen=True)
class Plan:
    """What is known of an indicator's figures; everything that the catalogue leaves out has a default.

    ``mean``, ``spread`` (between units), ``trend`` (a year) and ``urban`` (town minus country) are shares of 1
    for per cents and in the indicator's unit otherwise; ``denominator`` is a word of :meth:`Measures.size`.
    """

    mean: float
    spread: float
    trend: float
    urban: float
    denominator: str
    numerator: str | None
    """Another word of :meth:`Measures.size`: the numerator (or the count) is taken from there, not drawn."""
    repeats: str | None
    """Another indicator's code: a unit is counted if that one counted it this year and the two years before."""
    first_year: int


_NUMERATORS = {"low_before": "left_low"}
_DENOMINATORS = {
    "pupil": "pupils",
    "teacher": "teachers",
    "leader": "leaders",
    "organisation": "organisations",
    "work": "works",
    "point": "points",
    "risk": "risks",
    "room": "rooms",
    "graduate": "graduates",
    "observer": "rooms",
}


def plan_of(indicator: Indicator) -> Plan:
    """The indicator's plan from its ``demo`` table, with defaults."""
    given: Mapping[str, object] = indicator.demo
    better = {"up": 1.0, "down": -1.0, "none": 0.0}[indicator.direction]
    per_cent = indicator.unit == "percent"

    def number(key: str, default: float) -> float:
        value = given.get(key, default)
        return float(value) if isinstance(value, int | float) else default

    mean = number("mean", _PERCENT_MEANS[indicator.direction] if per_cent else 40.0)
    if per_cent:
        mean = min(max(mean, 0.001), 0.999)
    fallback = "pupils_grade" if indicator.grades else _DENOMINATORS.get(indicator.counts, "pupils")
    denominator = str(given.get("denominator", fallback))
    numerator = given.get("numerator", _NUMERATORS.get(denominator))
    repeats = given.get("repeats")
    return Plan(
        mean=mean,
        spread=number("spread", 0.4 * min(mean, 1 - mean) if per_cent else 0.15 * mean),
        trend=number("trend", better * (0.004 if per_cent else 0.01 * mean)),
        urban=number("urban", better * (0.02 if per_cent else 0.03 * mean)),
        denominator=denominator,
        numerator=str(numerator) if numerator else None,
        repeats=str(repeats) if repeats else None,
        first_year=int(number("from", 0)),
    )


@dataclass(frozen=True)
class Family:
    """Indicators with one denominator at one level; the first of them, the lead, sets what all share."""

    name: str
    """What all indicators of the same family and level share: denominators and missing reports."""
    key: str
    """What only those share whose numerators are drawn together."""
    members: tuple[Indicator, ...]

    @property
    def lead(self) -> Indicator:
        """The first member in the order of the catalogue."""
        return self.members[0]

    @cached_property
    def plan(self) -> Plan:
        """The lead's plan."""
        return plan_of(self.lead)

    @property
    def sign(self) -> float:
        """+1 where more is counted of better results, −1 where the lead counts the bad ones."""
        return -1.0 if self.lead.direction == "down" else 1.0

    @cached_property
    def slope(self) -> float:
        """How much of a logit one unit of the lead's share is worth at its mean, turned towards better results."""
        return self.sign / (self.plan.mean * (1 - self.plan.mean))

    @cached_property
    def stretches(self) -> Mapping[str, Stretch]:
        """The stretch of the order (0 the worst, 1 the best) that each member counts."""
        means = {member.code: plan_of(member).mean for member in self.members}
        upper = [means[member.code] for member in self.members if member.direction == "up"]
        parts = [member.code for member in self.members if member.direction == "none"]
        total = sum(means[code] for code in parts)
        scale = 1 / total if len(parts) > 1 and total > 1 - _NEARLY else 1.0
        result: dict[str, Stretch] = {}
        start = 0.0
        for member in self.members:
            mean = means[member.code]
            if member.direction == "up":
                result[member.code] = (1 - mean, 1.0)
            elif member.direction == "down":
                rest = next((1 - up for up in upper if abs(1 - up - mean) < _NEARLY * (1 - up)), mean)
                result[member.code] = (0.0, rest)
            else:
                end = start + mean * scale
                result[member.code] = (start, 1.0 if member.code == parts[-1] and scale != 1.0 else end)
                start = end
        return result


def level_of(indicator: Indicator) -> Level:
    """The lowest level at which the demonstration has figures: ``demo.level``, else the indicator's own."""
    given: Level = indicator.demo.get("level", indicator.base_level)
    return given


def is_drawn(indicator: Indicator) -> bool:
    """Whether the demonstration has figures of the indicator at all (``demo.absent``)."""
    return not indicator.demo.get("absent", False)


def families(catalogue: Catalogue) -> dict[str, Family]:
    """Each indicator's family, by the indicator's code; members share name, level, kind of figure and types."""
    grouped: dict[tuple[object, ...], list[Indicator]] = {}
    for indicator in filter(is_drawn, catalogue.indicators.values()):
        plan = plan_of(indicator)
        shared = (indicator.family, level_of(indicator), plan.denominator, indicator.organisation_types)
        # Risk factors are chosen independently of each other: one must not imply the next.
        alone = indicator.unit != "percent" or plan.numerator or plan.repeats or plan.denominator == "project_schools"
        grouped.setdefault((*shared, indicator.code) if alone else shared, []).append(indicator)
    found = {}
    for members in grouped.values():
        name = f"{members[0].family}/{level_of(members[0])}"
        family = Family(name, f"{name}/{members[0].code}", tuple(members))
        found.update({member.code: family for member in members})
    return found


def counted(stretch: Stretch, size: Floats, shift: Floats, luck: Floats, rest: Floats) -> Floats:
    """How many of ``size`` units fall into a stretch; arrays of one shape, whole numbers as floats.

    ``shift`` moves the unit's order towards better results (in logits), ``luck`` is standard normal and
    becomes nearly binomial variation, ``rest`` in [0, 1) decides how fractions are rounded.
    """
    scaled: Floats = np.clip(luck / np.sqrt(np.maximum(size, 1)), -_LUCK, _LUCK).astype(np.float32)
    low, high = stretch
    above_low = size if low <= 0 else _top(1 - low, size, shift, scaled, rest)
    if high >= 1:
        return above_low
    between: Floats = above_low - _top(1 - high, size, shift, scaled, rest)
    return between


def _top(share: float, size: Floats, shift: Floats, luck: Floats, rest: Floats) -> Floats:
    """Units in the upper ``share`` of the order: grows with ``share`` for any one unit, between 0 and ``size``.

    A binomial count varies by √(pq/n), which is 1/√(npq) = 2cosh(logit/2)/√n in logits. The logit is held within
    ±3.3 there and the luck within ±0.4, because then, and only then, the sum grows with the logit everywhere.
    """
    logit = np.float32(np.log(share / (1 - share)))
    moved = shift + logit
    moved += 2 * np.cosh(np.clip(moved, -_EDGE, _EDGE) / 2) * luck
    result: Floats = np.floor(size / (1 + np.exp(-moved)) + rest)
    return np.minimum(result, size)
