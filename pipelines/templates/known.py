"""What a template can be prefilled with: the catalogue, and the register and figures of one's own collection."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipelines import queries
from pipelines.catalogue import Catalogue, load_catalogue
from pipelines.errors import NoSnapshot, SnapshotDamaged, UnknownCode
from pipelines.snapshot import Snapshot, Warehouse
from pipelines.territories.names import name_key

MOST_ROWS = 100_000
TYPES = {
    "school": "школа", "preschool": "ДОУ", "additional": "дополнительное образование",
    "methodical": "методический центр", "cnppm": "ЦНППМ",
}  # fmt: skip
LEVELS = {"region": "регион", "district": "муниципалитет", "school": "организация"}


@dataclass(frozen=True)
class Known:
    """The call, and what stands behind it.

    ``territories`` is the register of the own collection (columns of :func:`pipelines.queries.territories`, plus
    ``district`` and ``region`` as names), within ``district`` if one is asked for; empty where nothing of one's own
    is loaded yet: then ``district`` is a name to write into the sheet. ``year`` is always given.
    """

    catalogue: Catalogue
    snapshot: Snapshot | None
    territories: pd.DataFrame
    year: int
    mechanism: str | None = None
    district: str | None = None

    @property
    def empty(self) -> bool:
        """Whether there is no register of one's own yet."""
        return self.territories.empty

    def of_level(self, level: str, types: tuple[str, ...] = ()) -> pd.DataFrame:
        """Units of a level that existed in the year, organisations of these types alone."""
        found = self.territories[self.territories["level"] == level]
        if level != "school":
            return found
        opened, closed = pd.to_numeric(found["opened"]), pd.to_numeric(found["closed"])
        there = ~(opened > self.year) & ~(closed < self.year)
        return found[there & found["type"].isin(types)] if types else found[there]

    def absences(self) -> list[tuple[str, str, str]]:
        """Reasons that a sender may choose: code, name, text. Hiding is the program's own reason, not a sender's."""
        entries = tomllib.loads(self.catalogue.texts["absence.toml"])["reason"]
        return [(entry["code"], entry["name"], entry["text"]) for entry in entries if entry["code"] != "suppressed"]


def known(
    warehouse: Warehouse, mechanism: str | None = None, district: str | None = None, year: int | None = None
) -> Known:
    """What is known for a call; raises :class:`UnknownCode` for a mechanism or district that does not exist."""
    try:
        snapshot: Snapshot | None = warehouse.open()
    except (NoSnapshot, SnapshotDamaged):
        snapshot = None
    catalogue = snapshot.catalogue if snapshot else load_catalogue()
    if mechanism is not None and mechanism not in catalogue.mechanisms:
        raise UnknownCode(f"Механизма «{mechanism}» нет в каталоге: {', '.join(catalogue.mechanisms)}.")
    if year is not None and not 1990 <= year <= 2100:
        raise UnknownCode(f"Год {year} не подходит: нужен год от 1990 до 2100.")
    territories = queries.territories(snapshot, "own") if snapshot else pd.DataFrame()
    if len(territories):
        territories = _within(_named(territories), district)
    return Known(catalogue, snapshot, territories, year or date.today().year, mechanism, district)


def _named(territories: pd.DataFrame) -> pd.DataFrame:
    names = territories.set_index("territory_id")["name"]
    named = territories.assign(
        district=territories["district_id"].map(names), region=territories["region_id"].map(names)
    ).astype(object)
    return named.where(named.notna(), None)


def _within(territories: pd.DataFrame, district: str | None) -> pd.DataFrame:
    """The district and its organisations; by code, or by name if one district alone bears it."""
    if district is None:
        return territories
    districts = territories[territories["level"] == "district"]
    found = districts[districts["code"] == district]
    if found.empty:
        same = districts["name"].map(lambda name: name_key(name, "district")) == name_key(district, "district")
        found = districts[same]
    if len(found) != 1:
        told = "нет в реестре" if found.empty else "носят несколько муниципалитетов"
        near = "; ".join(f"{row['name']} ({row['code']})" for row in districts.to_dict("records"))
        raise UnknownCode(f"Муниципалитет «{district}»: {told}. Есть: {near[:600]}")
    inside: pd.DataFrame = territories[territories["district_id"] == found["territory_id"].iloc[0]]
    return inside
