"""Frozen sets of similar schools: the same as school by school, inside one region and type only."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.comparison import sets
from pipelines.statistics.similar import context, nearest
from tests.unit.comparison.region import row, small_region

value = st.one_of(st.just(float("nan")), st.integers(0, 6).map(float), st.floats(0, 100))
tables = st.integers(1, 3).flatmap(
    lambda traits: st.lists(st.lists(value, min_size=traits, max_size=traits), min_size=1, max_size=12)
)


@given(tables, st.integers(1, 5), st.booleans())
def test_all_at_once_is_school_by_school(table: list[list[float]], count: int, small_blocks: bool) -> None:
    codes = [f"s{number:02d}" for number in range(len(table))]
    traits = [f"t{number}" for number in range(len(table[0]))]
    schools = context(codes, traits, table, np.arange(1, len(traits) + 1))
    with pytest.MonkeyPatch.context() as patch:
        if small_blocks:
            patch.setattr(sets, "MOST_PAIRS", 1)
        order, distance = sets.nearest_of_all(schools, count)
    for own, code in enumerate(codes):
        expected = nearest(schools, code, count)
        found = [codes[peer] for peer in order[own] if peer >= 0]
        assert found == [peer.code for peer in expected]
        assert distance[own][: len(found)].tolist() == pytest.approx([peer.distance for peer in expected])


def test_the_snapshot_holds_the_nearest_first(tmp_path: Path) -> None:
    # pupils 100, 110, 200: from 100 the neighbour of 110 is nearer than that of 200.
    sizes = {"d1-s1": 100.0, "d1-s2": 110.0, "d2-s1": 200.0}
    everyone = [(code, 2024, trait, size) for code, size in sizes.items() for trait in ("pupils", "rural_share",
                "low_income_share", "pupils_per_teacher")]  # fmt: skip
    snapshot = small_region(tmp_path, [row(code, 2024, 20, 40) for code in sizes], sizes, everyone)
    found = snapshot.rows(
        "SELECT t.code, p.rank, o.code AS peer, p.distance FROM peer p JOIN territory t USING (territory_id)"
        " JOIN territory o ON o.territory_id = p.peer_id ORDER BY ALL"
    )
    assert [(entry["code"], entry["peer"]) for entry in found] == [
        ("d1-s1", "d1-s2"), ("d1-s1", "d2-s1"),
        ("d1-s2", "d1-s1"), ("d1-s2", "d2-s1"),
        ("d2-s1", "d1-s2"), ("d2-s1", "d1-s1"),
    ]  # fmt: skip
    # Scaled by the range, the ends are 1 apart in each of the four traits: 2 + 2 + 2 + 1 = 7, times 11 ÷ 7 for the
    # traits that nobody reported.
    assert found[-1]["distance"] == pytest.approx(11**0.5)
