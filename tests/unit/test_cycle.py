"""The chain of a mechanism's cycle: what is whole, partial, missing, unscored and not foreseen are five things."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import queries
from pipelines.catalogue import load_catalogue
from pipelines.queries_cycle import chain, chains
from pipelines.snapshot import Warehouse

CATALOGUE = load_catalogue()
POSITIONS = [p for p in CATALOGUE.mechanisms["support"].positions if p.edition == "2019"]


def scored(points):
    return [(p.code, points(p), p.maximum) for p in POSITIONS]


def test_all_points_make_a_whole_chain_and_none_a_missing_one() -> None:
    assert {one.state for one in chain(CATALOGUE, "support", scored(lambda p: p.maximum)).links} == {"whole"}
    assert {one.state for one in chain(CATALOGUE, "support", scored(lambda p: 0.0)).links} == {"missing"}


def test_nobody_s_score_is_not_a_zero() -> None:
    found = chain(CATALOGUE, "support", scored(lambda p: None if p.component == 4 else p.maximum))
    assert [one.component for one in found.of_state("unscored")] == [4] and not found.of_state("missing")


def test_a_track_of_the_short_cycle_alone_has_no_first_six_components() -> None:
    short = [(p.code, p.maximum, p.maximum) for p in POSITIONS if p.track == "support_t2"]
    found = chain(CATALOGUE, "support", short)
    assert [one.component for one in found.of_state("absent")] == [1, 2, 3, 4, 5, 6] and found.cycles == ("short",)


@given(st.lists(st.one_of(st.none(), st.sampled_from([0.0, 1.0])), min_size=len(POSITIONS), max_size=len(POSITIONS)))
def test_the_points_of_the_links_are_the_points_of_the_positions(given_points) -> None:
    scores = [(p.code, x, p.maximum) for p, x in zip(POSITIONS, given_points, strict=True)]
    found = chain(CATALOGUE, "support", [*scores, ("unknown_position", 1.0, 1.0)])
    assert len(found.links) == 9
    assert sum(one.points for one in found.links) == sum(x for x in given_points if x is not None)
    assert found.scored == any(x is not None for x in given_points)


@pytest.mark.parametrize("mechanism", ["support", "preschool"])
def test_the_chain_of_the_region_adds_up_to_its_published_points(built_warehouse: Path, mechanism: str) -> None:
    with Warehouse(built_warehouse).open() as snapshot:
        region = int(queries.find_territory(snapshot, "demo", "demo")[0]["territory_id"])
        found = chains(snapshot, region, 2024)[mechanism]
        positions = queries.positions(snapshot, region, mechanism, 2024)
    assert sum(one.maximum for one in found.links) == positions["maximum"].sum()
    assert sum(one.points for one in found.links) == positions["points"].sum()
