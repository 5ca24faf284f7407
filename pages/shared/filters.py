"""Filters that cascade, live in the address as codes, and survive page changes and reloads.

One dict of codes in the session is the state; the address bar is its copy. A link wins over the session when it
differs from what this session last wrote there. Codes that mean nothing are said, not swallowed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared.data import ask, derived
from pages.shared.texts import N_, _, level_name
from pipelines import queries
from pipelines.errors import PipelineError
from pipelines.snapshot import Snapshot

EVERY = ""  # not None: that would show the widget's own English placeholder
STATE, WRITTEN = "filter_codes", "filter_codes_in_address"
PAGE_OBJECTS = "page_objects"
COLLECTIONS = {
    "sources": N_("Документы"),
    "demo": N_("Демонстрация"),
    "own": N_("Свои данные"),
}
# what a choice makes meaningless: another collection has other regions, another region other districts …
DEPENDENTS = {
    "data": ("region", "district", "school", "year", "units"),
    "region": ("district", "school", "year", "units"),
    "district": ("school", "units"),
    "mechanism": ("indicator", "subject", "grade", "position"),
    "indicator": ("subject", "grade"),
    "document": ("table",),
}


def codes() -> dict[str, str]:
    """The state of this session: ``{"data": "demo", "district": "demo-d03", …}``."""
    state: dict[str, str] = st.session_state.setdefault(STATE, {})
    return state


def adopt_address() -> None:
    """Take the codes of the address when a person came by a link or moved through the history."""
    address = {name: st.query_params[name] for name in st.query_params}
    if address and address != st.session_state.get(WRITTEN):
        st.session_state[STATE] = address


def write_address() -> None:
    """Write the state to the address if it is not there already."""
    wanted = dict(codes())
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[WRITTEN] = wanted


def set_code(name: str, value: str | None) -> None:
    """Choose ``value`` for ``name`` and drop what depended on the former choice."""
    state = codes()
    if (state.get(name) or None) == (value or None):
        return
    for dependent in DEPENDENTS.get(name, ()):
        state.pop(dependent, None)
    if value:
        state[name] = value
    else:
        state.pop(name, None)


class NoFigures(PipelineError):
    """No collection of the snapshot holds a figure yet: a page about a place and year has nothing to show."""


Coverage = Mapping[str, Mapping[str, Sequence[int]]]
"""Collection → code of a region → years of which there is something."""
NOWHERE: Coverage = {}


@dataclass
class Place:
    """What is being looked at, in codes and in rows of the register.

    ``unit`` is the narrowest chosen territory or organisation; ``complaints`` are sentences about codes of a link
    that this snapshot does not hold.
    """

    collection: str
    region: Mapping[str, Any]
    district: Mapping[str, Any] | None
    school: Mapping[str, Any] | None
    year: int
    register: pd.DataFrame
    years: tuple[int, ...]
    complaints: list[str] = field(default_factory=list)

    @property
    def unit(self) -> Mapping[str, Any]:
        """The narrowest chosen unit."""
        return self.school or self.district or self.region

    @property
    def known(self) -> frozenset[str]:
        """All codes of the register."""
        return derived(_codes_of, self.register)

    @property
    def demo(self) -> bool:
        """Whether everything on the page is invented."""
        return self.collection == "demo"

    def members(self, level: str) -> pd.DataFrame:
        """Districts of the region, or organisations of the chosen district (of the region without one)."""
        key, owner = (
            ("district_id", self.district) if level == "school" and self.district else ("region_id", self.region)
        )
        return derived(_members, self.register, level, key, owner["territory_id"])

    def words(self) -> str:
        """«Вымышленная область · Примерный район · 2024»."""
        return " · ".join(str(unit["name"]) for unit in (self.region, self.district, self.school) if unit is not None)


def _codes_of(register: pd.DataFrame) -> frozenset[str]:
    return frozenset(register["code"])


def _members(register: pd.DataFrame, level: str, key: str, owner: int) -> pd.DataFrame:
    return register[(register["level"] == level) & (register[key] == owner)]


@dataclass(frozen=True)
class _Units:
    """Rows of the register by code, in its order; ``names`` of organisations by district, all of them under None."""

    districts: dict[str, Mapping[str, Any]]
    organisations: dict[str, Mapping[str, Any]]
    names: dict[int | None, dict[str, str]]


def _joined(figures: Coverage, more: Coverage) -> Coverage:
    """Both together: regions with figures first, years rising."""
    if not more:
        return figures
    found: dict[str, dict[str, Sequence[int]]] = {collection: dict(own) for collection, own in figures.items()}
    for collection, regions in more.items():
        own = found.setdefault(collection, {})
        for region, years in regions.items():
            own[region] = sorted({*own.get(region, ()), *years})
    return {collection: regions for collection, regions in found.items() if regions}


def _regions(register: pd.DataFrame) -> dict[str, Mapping[str, Any]]:
    return {row["code"]: row for row in register[register["level"] == "region"].to_dict("records")}


def _inside(register: pd.DataFrame, region: int) -> _Units:
    rows = register[register["region_id"] == region].to_dict("records")
    organisations = {row["code"]: row for row in rows if row["level"] == "school"}
    names: dict[int | None, dict[str, str]] = {None: {code: row["name"] for code, row in organisations.items()}}
    for code, row in organisations.items():
        names.setdefault(row["district_id"], {})[code] = row["name"]
    return _Units({row["code"]: row for row in rows if row["level"] == "district"}, organisations, names)


def place(snapshot: Snapshot, with_school: bool = True, also: Coverage = NOWHERE) -> Place:
    """Draw the filter row (collection, region, district, organisation, year) and return what it says.

    ``also`` is where the page has something to show without any figure. Raises :class:`NoFigures` where there is
    nothing to choose from.
    """
    complaints: list[str] = []
    available = _joined(ask(queries.coverage_of_collections, snapshot), also)
    offered = [code for code in COLLECTIONS if code in available]
    if not offered:
        raise NoFigures
    collection = _valid("data", offered, complaints, _("Собрания данных «{value}» нет.")) or offered[0]
    register = ask(queries.territories, snapshot, collection)
    with_data = available[collection]
    regions = {code: row for code, row in derived(_regions, register).items() if code in with_data}
    region_code = _valid("region", regions, complaints, _("Региона «{value}» в этих данных нет."))
    region = regions[region_code or next(iter(with_data))]
    inside = derived(_inside, register, region["territory_id"])
    districts, organisations = inside.districts, inside.organisations
    district_code = _valid("district", districts, complaints, _("Муниципалитета «{value}» в этом регионе нет."))
    school_code = _valid("school", organisations, complaints, _("Организации «{value}» здесь нет."))
    school = organisations[school_code] if school_code and with_school else None
    if school is not None and pd.notna(school["district_id"]):
        district_code = next(code for code, row in districts.items() if row["territory_id"] == school["district_id"])
    district = districts[district_code] if district_code else None
    years = tuple(with_data[region["code"]])
    year_code = _valid("year", [str(year) for year in years], complaints, _("За {value} год данных нет."))
    year = int(year_code) if year_code else years[-1]
    state = codes()
    state["data"] = collection
    state["year"] = str(year)

    many_regions = len(regions) > 1
    # Three collections side by side need more room than two, or the last one is cut off.
    widths = (
        [2.2 if len(offered) < 3 else 2.9]
        + [1.6] * many_regions
        + [1.6] * bool(len(districts))
        + [2] * (with_school and len(organisations) > 0)
    )
    with st.container(key="filters"):
        columns = iter(st.columns([*widths, 1], vertical_alignment="bottom"))
    with next(columns):
        _choose("data", _("Данные"), offered, collection, lambda code: _(COLLECTIONS[code]), segmented=True)
    if many_regions:
        with next(columns):
            _choose("region", level_name("region"), list(regions), region["code"], lambda code: regions[code]["name"])
    if len(districts):
        with next(columns):
            _choose(
                "district", level_name("district"), list(districts), district_code,
                lambda code: districts[code]["name"], every=_("Все"),
            )  # fmt: skip
    if with_school and len(organisations):
        with next(columns):
            names = inside.names.get(district["territory_id"] if district else None, {})
            _choose("school", level_name("school"), list(names), school_code, names.__getitem__, every=_("Все"))
    with next(columns):
        _choose("year", _("Год"), [str(y) for y in reversed(years)], str(year), str)
    return Place(collection, region, district, school, year, register, years, complaints)


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    words: Callable[[str], str],
    *,
    default: str | None = None,
    segmented: bool = False,
    unknown: str = "",
) -> str:
    """A page's own filter kept like the others; returns the chosen code. ``options`` must not be empty."""
    complaints: list[str] = []
    valid = _valid(name, options, complaints, unknown or _("Значения «{value}» здесь нет."))
    chosen = valid or (default if default in options else options[0])
    for complaint in complaints:
        st.warning(complaint)
    codes()[name] = chosen
    _choose(name, label, list(options), chosen, words, segmented=segmented)
    return chosen


def _valid(name: str, options: Collection[str], complaints: list[str], sentence: str) -> str | None:
    value = codes().get(name)
    if value is None or value in options:
        return value
    known = _(COLLECTIONS[value]) if name == "data" and value in COLLECTIONS else value
    complaints.append(sentence.format(value=known[:80]))
    codes().pop(name, None)
    return None


def _choose(
    name: str,
    label: str,
    options: list[str],
    value: str | None,
    words: Callable[[str], str],
    *,
    every: str | None = None,
    segmented: bool = False,
) -> None:
    key = f"filter_{name}"
    st.session_state[key] = value if value is not None or segmented else EVERY

    def changed() -> None:
        chosen = st.session_state.get(key)
        set_code(name, chosen or (value if every is None else None))

    if segmented:
        st.segmented_control(label, options, format_func=words, key=key, on_change=changed)
    else:
        st.selectbox(
            label,
            [EVERY, *options] if every is not None else options,
            format_func=lambda code: every if code == EVERY else words(code),
            key=key,
            on_change=changed,
        )


def go(page: str, **chosen: str | None) -> None:
    """Open another page with these codes set and everything else kept."""
    for name, value in chosen.items():
        set_code(name, value)
    pages: Mapping[str, Any] = st.session_state.get(PAGE_OBJECTS, {})
    if page in pages:
        st.switch_page(pages[page])
