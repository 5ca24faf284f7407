"""Invented mentors and focus groups of the demonstration region: what the documents do not hold.

Drawn from the codes of its organisations alone, so every snapshot gives the same. An offer is a number of places at
an organisation for one competence; no person stands behind it, by name or otherwise.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines import dates, queries
from pipelines.programmes import own as loaded
from pipelines.programmes.communities import FocusGroup, Member
from pipelines.snapshot import Snapshot

COLLECTION = "demo"
OFFERING = 35
"""Of a hundred organisations so many offer a mentor."""

COMPETENCES: Mapping[str, tuple[str, ...]] = {
    "school": (
        "подготовка к ГИА", "функциональная грамотность", "классное руководство",
        "дети с ОВЗ", "цифровые инструменты", "управление школой",
    ),
    "preschool": ("речевое развитие", "игровая среда", "работа с семьёй", "дети с ОВЗ"),
    "additional": ("техническое творчество", "проектная работа"),
    "methodical": ("индивидуальные маршруты", "школы с низкими результатами"),
}  # fmt: skip
ROLE_OF = {
    "управление школой": "mentor",
    "индивидуальные маршруты": "tutor",
    "школы с низкими результатами": "curator",
    "проектная работа": "coach",
}
"""Everyone else who passes a trade on is a наставник."""
ADVISER = "adviser"

_GROUPS: tuple[tuple[int, str, str, str, tuple[str, ...]], ...] = (
    (2022, "2022-2023 учебный год", "Внутришкольная система оценки", "методика взаимных посещений", ("school",)),
    (2023, "2023-2024 учебный год", "Переход из детского сада в школу", "общая карта ребёнка", ("school", "preschool")),
    (2024, "2024-2025 учебный год", "Наставник для молодого педагога", "целевая модель в малых школах", ("school",)),
)
_FORMS = ("выездная встреча", "взаимопосещение уроков", "консультация методиста", "общественная экспертиза")


def _draw(*name: object, below: int) -> int:
    """A number from 0 to ``below`` − 1 that depends on ``name`` alone."""
    return zlib.crc32("|".join(map(str, name)).encode()) % below


def offers(snapshot: Snapshot, region: int) -> pd.DataFrame:
    """Places with mentors in a demonstration region: one row an organisation, role and competence.

    Columns: ``territory``, ``territory_name``, ``type``, ``district``, ``district_name``, ``role`` (a code of
    ``communities.roles``), ``competence``, ``places``, ``taken`` (never more than ``places``).
    """
    organisations = _organisations(snapshot, region)
    rows = []
    for one in organisations.to_dict("records"):
        offered = COMPETENCES.get(str(one["type"]), ())
        if not offered or _draw("offers", one["code"], below=100) >= OFFERING:
            continue
        first = _draw("first", one["code"], below=len(offered))
        number = 1 + _draw("number", one["code"], below=min(2, len(offered)))
        for step in range(number):
            competence = offered[(first + step) % len(offered)]
            places = 2 + _draw("places", one["code"], competence, below=5)
            rows.append(
                {
                    "territory": one["code"],
                    "territory_name": one["name"],
                    "type": one["type"],
                    "district": one["district"],
                    "district_name": one["district_name"],
                    "role": ROLE_OF.get(competence, ADVISER),
                    "competence": competence,
                    "places": places,
                    "taken": _draw("taken", one["code"], competence, below=places + 1),
                }
            )
    columns = (
        "territory", "territory_name", "type", "district", "district_name", "role", "competence", "places", "taken",
    )  # fmt: skip
    return pd.DataFrame(rows, columns=list(columns))


@dataclass(frozen=True)
class Choices:
    """What can be chosen among the offers of a type of organisation: codes of roles, competences, districts."""

    roles: frozenset[str]
    competences: tuple[str, ...]
    districts: Mapping[str, str]


@dataclass(frozen=True)
class Offered:
    """The offers of one choice and their sums.

    ``by_competence`` has ``competence``, ``places``, ``taken``, the most places first; ``by_district`` every district
    of the region with ``territory``, ``territory_name`` and ``free``, missing where nothing is offered: not 0.
    """

    offers: pd.DataFrame
    by_competence: pd.DataFrame
    by_district: pd.DataFrame
    places: int
    taken: int
    organisations: int


def choices(snapshot: Snapshot, region: int, kind: str = "", collection: str = COLLECTION) -> Choices:
    """What the offers of organisations of type ``kind`` (all for an empty one) can be narrowed by."""
    frame = _of_kind(_offers(snapshot, region, collection), kind)
    named = sorted(set(zip(frame["district_name"], frame["district"], strict=True)))
    return Choices(
        frozenset(frame["role"]), tuple(sorted(set(frame["competence"]))), {code: name for name, code in named}
    )


def offered(
    snapshot: Snapshot,
    region: int,
    kind: str = "",
    role: str = "",
    competence: str = "",
    district: str = "",
    collection: str = COLLECTION,
) -> Offered:
    """The offers of one choice; an empty code narrows nothing."""
    frame = _of_kind(_offers(snapshot, region, collection), kind)
    for column, value in (("role", role), ("competence", competence), ("district", district)):
        frame = frame[frame[column] == value] if value else frame
    totals = frame.groupby("competence", as_index=False)[["places", "taken"]].sum()
    register = queries.territories(snapshot, collection)
    own = register[(register["level"] == "district") & (register["region_id"] == region)]
    free = (frame["places"] - frame["taken"]).groupby(frame["district"]).sum()
    return Offered(
        offers=frame.sort_values(["district_name", "territory_name", "competence"], kind="stable"),
        by_competence=totals.sort_values(["places", "competence"], ascending=[False, True]),
        by_district=pd.DataFrame(
            {"territory": own["code"], "territory_name": own["name"], "free": own["code"].map(free).astype("float64")}
        ),
        places=int(frame["places"].sum()),
        taken=int(frame["taken"].sum()),
        organisations=int(frame["territory"].nunique()),
    )


def _offers(snapshot: Snapshot, region: int, collection: str) -> pd.DataFrame:
    """The invented offers, or those of the forms that were loaded."""
    if collection == COLLECTION:
        return offers(snapshot, region)
    frame = loaded.offers(snapshot)
    return frame[frame["region_id"] == region]


def _of_kind(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    return frame[frame["type"] == kind] if kind else frame


def whereabouts(snapshot: Snapshot, region: int, collection: str, codes: Sequence[str]) -> pd.DataFrame:
    """Those of the organisations ``codes`` that stand somewhere in the region.

    Columns: ``territory``, ``territory_name``, ``type``, ``longitude``, ``latitude``.
    """
    own = _organisations(snapshot, region, collection)
    own = own[own["code"].isin(codes) & own["latitude"].notna() & own["longitude"].notna()]
    named = own.rename(columns={"code": "territory", "name": "territory_name"})
    return named[["territory", "territory_name", "type", "longitude", "latitude"]]


def groups(snapshot: Snapshot, region: int) -> tuple[FocusGroup, ...]:
    """Invented focus groups of three years; one organisation takes part twice."""
    organisations = _organisations(snapshot, region)
    found: list[FocusGroup] = []
    for year, wording, theme, goal, types in _GROUPS:
        pool: list[Mapping[Any, Any]] = [*organisations[organisations["type"].isin(types)].to_dict("records")]
        pool.sort(key=lambda one: _draw("group", year, one["code"], below=1 << 32))
        members = [_member(one) for one in _one_a_district(pool)[:6]]
        if found and found[0].members and found[0].members[0].code not in {member.code for member in members}:
            members = [*members[:5], found[0].members[0]] if year == _GROUPS[-1][0] else members
        found.append(
            FocusGroup(
                year, f"фокус-группа {year}", wording, dates.read(wording), theme, goal, "", tuple(members), _FORMS[:3]
            )
        )
    return tuple(found)


def _one_a_district(pool: Sequence[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
    by_district: dict[object, Mapping[Any, Any]] = {}
    for one in pool:
        by_district.setdefault(one["district"], one)
    return list(by_district.values())


def _member(one: Mapping[Any, Any]) -> Member:
    return Member(str(one["code"]), str(one["name"]), str(one["name"]), type=str(one["type"]))


def _organisations(snapshot: Snapshot, region: int, collection: str = COLLECTION) -> pd.DataFrame:
    """Organisations of the region that still exist, with the code and name of their district."""
    register = queries.territories(snapshot, collection)
    own = register[(register["region_id"] == region) & (register["level"] == "school") & register["closed"].isna()]
    districts = register.loc[register["level"] == "district", ["territory_id", "code", "name"]]
    districts = districts.rename(columns={"territory_id": "district_id", "code": "district", "name": "district_name"})
    return own.merge(districts, on="district_id", how="inner").sort_values("code", kind="stable")
