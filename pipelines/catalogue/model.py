"""What the catalogue holds, as frozen classes whose fields are the keys of the TOML files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["region", "district", "school"]
Direction = Literal["up", "down", "none"]
Unit = Literal["percent", "person", "score", "item"]
Period = Literal["school_year", "calendar_year", "event_year"]
Aggregation = Literal["ratio", "sum", "none"]

LEVELS: tuple[Level, ...] = ("region", "district", "school")
UNIT_NAMES: Mapping[str, str] = {"percent": "%", "person": "чел.", "score": "балл", "item": "ед."}


@dataclass(frozen=True)
class Noun:
    """What a denominator counts. ``forms`` are the Russian plural forms for 1, 2 and 5.

    ``independent`` decides whether intervals and verdicts exist (rule 3), ``person`` whether small
    numbers are hidden (rule 13). ``locative`` are the forms after «при», for 1 and for many.
    """

    code: str
    forms: tuple[str, str, str]
    independent: bool
    person: bool
    locative: tuple[str, str] | None = None


@dataclass(frozen=True)
class Component:
    """One of the nine components of the management cycle."""

    number: int
    code: str
    name: str


@dataclass(frozen=True)
class EditionMechanism:
    """A mechanism as one edition lists it; ``published_name`` only where the document words it otherwise."""

    code: str
    number: str
    name: str
    published_name: str | None = None


@dataclass(frozen=True)
class Edition:
    """A list of mechanisms valid for the years ``valid_from``…``valid_to`` (open end: ``None``)."""

    code: str
    name: str
    valid_from: int
    valid_to: int | None
    source: str
    mechanisms: tuple[EditionMechanism, ...]
    note: str = ""

    def holds(self, year: int) -> bool:
        """Whether this edition's list was the valid one in ``year``."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


@dataclass(frozen=True)
class Crosswalk:
    """Where a mechanism of one edition continues in another, and whether the two may be compared."""

    from_edition: str
    from_mechanism: str
    to_edition: str
    to_mechanism: str
    comparable: bool
    note: str = ""


@dataclass(frozen=True)
class Track:
    """A part of a mechanism; ``cycle`` is ``full`` (components 1–9) or ``short`` (7–9)."""

    code: str
    name: str
    cycle: Literal["full", "short"]
    editions: tuple[str, ...]
    assumption: bool = True


@dataclass(frozen=True)
class Position:
    """One scored position of a mechanism in one edition; ``maximum`` in points."""

    code: str
    mechanism: str
    edition: str
    track: str
    component: int
    name: str
    maximum: float
    assumption: bool = True
    source: str = ""


@dataclass(frozen=True)
class Version:
    """A definition of an indicator and the years for which it holds.

    Values of two versions are compared only if the later one says ``comparable``.
    """

    version: str
    valid_from: int
    valid_to: int | None = None
    note: str = ""
    comparable: bool = False


@dataclass(frozen=True)
class Threshold:
    """Bounds for colouring, always with a source and a date; never invented."""

    name: str
    bounds: tuple[float, ...]
    source: str
    date: str
    assumption: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A target value (in the indicator's unit) with its own source."""

    value: float
    source: str
    date: str
    assumption: bool = False


@dataclass(frozen=True)
class ChangeCuts:
    """Cuts of the status × change matrix (rule 8): four rising per cents and four rising differences in п.п."""

    status: tuple[float, float, float, float]
    change: tuple[float, float, float, float]
    source: str
    version: str = "1"
    assumption: bool = False


@dataclass(frozen=True)
class Preset:
    """A set of levels seen elsewhere, offered for mechanisms' per cents."""

    name: str
    bounds: tuple[float, ...]
    source: str
    date: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """An entry of the glossary."""

    term: str
    text: str


@dataclass(frozen=True)
class Indicator:
    """An indicator (показатель). ``minimum_n`` is a denominator; ``levels`` run from widest to narrowest."""

    code: str
    mechanism: str
    name: str
    definition: str
    numerator: str
    denominator: str
    counts: str
    unit: Unit
    direction: Direction
    levels: tuple[Level, ...]
    organisation_types: tuple[str, ...]
    period: Period
    source: str
    minimum_n: int
    family: str
    subjects: tuple[str, ...]
    grades: tuple[str, ...]
    aggregation: Aggregation
    assumption: bool
    assumption_note: str
    note: str
    aliases: tuple[str, ...]
    versions: tuple[Version, ...]
    thresholds: tuple[Threshold, ...]
    target: Target | None
    demo: Mapping[str, Any] = field(default_factory=dict)
    cuts: tuple[ChangeCuts, ...] = ()

    @property
    def base_level(self) -> Level:
        """The narrowest level at which the indicator may honestly be counted."""
        return self.levels[-1]

    def version_in(self, year: int) -> Version | None:
        """The definition that was valid in ``year``, or ``None``."""
        for version in self.versions:
            if version.valid_from <= year and (version.valid_to is None or year <= version.valid_to):
                return version
        return None


@dataclass(frozen=True)
class ContextTrait:
    """A trait of a school's context and its weight among the others; ``unit`` as told to people."""

    code: str
    name: str
    unit: str
    weight: float


@dataclass(frozen=True)
class SimilarSchools:
    """How similar schools are found (rule 11): ``stored`` peers a school and year, ``usual`` of them in a verdict,
    ``counts`` are the sets tried beside it.
    """

    traits: tuple[ContextTrait, ...] = ()
    scaling: Literal["range", "deviation"] = "range"
    stored: int = 30
    usual: int = 10
    counts: tuple[int, ...] = (5, 10, 20, 30)
    assumption: bool = True
    note: str = ""


@dataclass(frozen=True)
class Mechanism:
    """A management mechanism, known by its code whatever number an edition gives it."""

    code: str
    name: str
    short: str
    note: str
    tracks: tuple[Track, ...]
    positions: tuple[Position, ...]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything the TOML files say, with their texts and the hash of these."""

    hash: str
    texts: Mapping[str, str]
    mechanisms: Mapping[str, Mechanism]
    indicators: Mapping[str, Indicator]
    editions: tuple[Edition, ...]
    crosswalk: tuple[Crosswalk, ...]
    components: tuple[Component, ...]
    nouns: Mapping[str, Noun]
    glossary: tuple[Term, ...]
    presets: tuple[Preset, ...]
    absences: Mapping[str, str]
    similar: SimilarSchools = SimilarSchools()

    def edition_in(self, year: int) -> Edition:
        """The edition whose list was valid in ``year``; years before the first edition take the first."""
        for edition in self.editions:
            if edition.holds(year):
                return edition
        return self.editions[0] if year < self.editions[0].valid_from else self.editions[-1]

    def mechanism_name(self, code: str, edition: str) -> str:
        """The mechanism's name as the edition lists it, else its general name."""
        for candidate in self.editions:
            if candidate.code == edition:
                for entry in candidate.mechanisms:
                    if entry.code == code:
                        return entry.name
        return self.mechanisms[code].name

    def positions(self, mechanism: str, edition: str) -> tuple[Position, ...]:
        """The positions of one mechanism in one edition, in the order of the file."""
        return tuple(p for p in self.mechanisms[mechanism].positions if p.edition == edition)
