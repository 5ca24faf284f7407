"""Scored positions of the mechanisms for regions and their districts: points for documents, never for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.catalogue import Catalogue, Edition, Position
from pipelines.demo.chance import stream
from pipelines.demo.columns import write_table
from pipelines.demo.organisations import Country

FIRST_SCORED_YEAR = 2019
UNSCORED = 0.03
"""Share of district × mechanism × year for which no documents were handed in."""
SELF_HIGHER, SELF_LOWER = 0.06, 0.015
"""How often a territory's own score lies a point above or below the experts'."""

SCHEMA = pa.schema(
    [
        ("mechanism", pa.string()),
        ("edition", pa.string()),
        ("territory", pa.string()),
        ("level", pa.string()),
        ("year", pa.int32()),
        ("position", pa.string()),
        ("points", pa.float64()),
        ("maximum", pa.float64()),
        ("self_points", pa.float64()),
        ("evidence", pa.string()),
        ("absence", pa.string()),
    ]
)


def write_positions(path: Path, country: Country, catalogue: Catalogue) -> None:
    """Write the points of every position of the editions that were valid in the scored years."""
    parts = list(_parts(country, catalogue))
    columns: dict[str, Any] = {
        name: np.concatenate([part[name] for part in parts]) if parts else [] for name in SCHEMA.names
    }
    write_table(path, columns, SCHEMA)


def _parts(country: Country, catalogue: Catalogue) -> Iterator[dict[str, NDArray[Any]]]:
    """The columns of each mechanism in each edition."""
    for edition in catalogue.editions:
        years = [year for year in country.years if year >= FIRST_SCORED_YEAR and edition.holds(year)]
        for entry in edition.mechanisms:
            positions = catalogue.positions(entry.code, edition.code)
            if years and positions:
                yield _mechanism(country, catalogue, edition, entry.code, positions, years)


def _mechanism(
    country: Country,
    catalogue: Catalogue,
    edition: Edition,
    mechanism: str,
    positions: tuple[Position, ...],
    years: list[int],
) -> dict[str, NDArray[Any]]:
    """Points by (year, territory, position): what a territory has once documented it mostly keeps."""
    codes = np.array([*country.region_codes, *country.district_codes], object)
    regions = len(country.region_codes)
    lasting, chance = stream(country.seed, "ripeness"), stream(country.seed, "positions", mechanism, edition.code)
    shape = (len(years), len(codes), len(positions))
    own = lasting.standard_normal(len(codes)) + 0.7 * chance.standard_normal(len(codes))
    since = np.array(years)[:, None, None] - FIRST_SCORED_YEAR
    # Goals are written down everywhere, the analysis of measures almost nowhere: components differ in difficulty.
    hard = np.array([0.2 * (position.component - 5) for position in positions])
    ripe = 0.4 + 0.2 * since + 0.6 * own[:, None] - hard
    luck = chance.logistic(size=shape[1:]) + 0.4 * chance.standard_normal(shape)
    maximum = np.array([position.maximum for position in positions])
    # Between no points and all of them lie the partial ones, where a position has any.
    points = np.clip(np.floor((1 / (1 + np.exp(-(ripe + luck) * 3))) * (maximum + 1)), 0, maximum)
    zero = catalogue.editions[0].code == edition.code and _zero_mechanism(edition) == mechanism
    if zero:
        points[:, regions] = 0
    other = chance.random(shape)
    claimed = points + (other < SELF_HIGHER) - (other > 1 - SELF_LOWER)
    absence = np.full(shape, "", object)
    silent = chance.random(shape[:2]) < UNSCORED
    silent[:, :regions] = False
    if zero:
        silent[:, regions] = False
    absence[silent] = "not_reported"
    if mechanism == edition.mechanisms[-1].code:
        absence[:, -1] = "not_applicable"
    scored = absence == ""
    absence[scored] = None
    evidence = np.full(shape, None, object)
    links = np.array([f"https://dokumenty.example/{position.code}" for position in positions], object)
    np.copyto(evidence, links, where=scored & (points > 0))

    def spread(values: Any) -> NDArray[Any]:
        return np.broadcast_to(values, shape).ravel()

    return {
        "mechanism": spread(np.array(mechanism, object)),
        "edition": spread(np.array(edition.code, object)),
        "territory": spread(codes[:, None]),
        "level": spread(np.where(np.arange(len(codes)) < regions, "region", "district").astype(object)[:, None]),
        "year": spread(np.array(years, np.int32)[:, None, None]),
        "position": spread(np.array([position.code for position in positions], object)),
        "points": np.where(scored, points, np.nan).ravel(),
        "maximum": spread(maximum.astype(float)),
        "self_points": np.where(scored, np.clip(claimed, 0, maximum), np.nan).ravel(),
        "evidence": evidence.ravel(),
        "absence": absence.ravel(),
    }


def _zero_mechanism(edition: Edition) -> str:
    """The mechanism in which the first district scored a true zero; the leaders' one if the edition has it."""
    codes = [entry.code for entry in edition.mechanisms]
    return "leaders" if "leaders" in codes else codes[0]
