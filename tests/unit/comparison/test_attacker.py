"""Nothing that compares tells more about a hidden school than the shown figures do (rules 13 and 14).

Two worlds differ only in the numbers of two hidden schools of one district, exchanged. Their shown figures are the
same, so whatever is told must be the same to the last bit: then no attacker, however clever, can tell the worlds
apart. This is stronger than solving for the hidden cells, which ``tests/unit/test_suppression.py`` does for totals.
"""

import tempfile
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines import queries
from pipelines.comparison import similar
from pipelines.comparison.verdicts import BENCHMARKS, with_verdicts
from pipelines.comparison.why import HIDDEN, by_member, decompose_unit
from pipelines.snapshot import Snapshot
from tests.unit.comparison.region import SHARE
from tests.unit.comparison.worlds import REGION, YEARS, World, write_world

cells = st.one_of(
    st.none(),
    st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
worlds = st.lists(st.lists(st.tuples(cells, cells), min_size=1, max_size=6), min_size=1, max_size=3).filter(
    lambda world: any(cell for schools in world for pair in schools for cell in pair)
)


def told(snapshot: Snapshot) -> list[object]:
    """Everything that comparison says about a world."""
    shown = queries.figures(snapshot, [SHARE]).drop(columns="snapshot")
    frames = [with_verdicts(snapshot, shown, kind) for kind in BENCHMARKS]
    units = queries.territories(snapshot)
    texts: list[object] = [frame.to_json() for frame in [shown, *frames]]
    for district in units.loc[units["level"].isin(["district", "region"]), "territory_id"]:
        found = decompose_unit(snapshot, SHARE, int(district), *YEARS)
        texts += [found.reason, found.before, found.after, found.hidden_schools]
        texts += [found.parts.to_string(), found.schools.to_string()]
    shares = shown[(shown["level"] == "school") & (shown["denominator"] > 0)]
    texts += [similar.robustness(snapshot, row).to_json() for row in shares.to_dict("records")[:1]]
    return texts


def exchanged(world: World, hidden: pd.DataFrame, year: int) -> World | None:
    """The world with two hidden schools of one district exchanged in ``year``; None where there are no two."""
    place = YEARS.index(year)
    codes = set(hidden["territory"])
    unit = REGION
    for number, schools in enumerate(world):
        unit += 1
        district, found = unit, []
        for at, pair in enumerate(schools):
            unit += 1
            if pair[place] is not None and f"d{district}-s{unit}" in codes:
                found.append(at)
        for one in found:
            for other in found:
                if schools[one][place] != schools[other][place]:
                    changed = [list(pair) for pair in schools]
                    changed[one][place], changed[other][place] = changed[other][place], changed[one][place]
                    new = [tuple(pair) for pair in changed]
                    return [*world[:number], new, *world[number + 1 :]]
    return None


@settings(max_examples=10)
@given(worlds, st.sampled_from(YEARS))
def test_two_worlds_that_look_alike_are_told_alike(world: World, year: int) -> None:
    with tempfile.TemporaryDirectory() as folder, write_world(Path(folder) / "one.duckdb", world, SHARE) as one:
        shown = queries.figures(one, [SHARE], level="school", years=[year])
        twin = exchanged(world, shown[shown["absence"] == "suppressed"], year)
        assume(twin is not None)
        with write_world(Path(folder) / "two.duckdb", twin, SHARE) as two:
            before, after = told(one), told(two)
    assume(before[0] == after[0])  # the same figures are shown
    assert before == after


@settings(max_examples=25)
@given(worlds)
def test_parts_sum_to_the_change_exactly_and_name_no_hidden_school(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder, write_world(Path(folder) / "w.duckdb", world, SHARE) as snapshot:
        shown = queries.figures(snapshot, [SHARE])
        hidden = set(shown.loc[shown["absence"] == "suppressed", "territory"])
        units = queries.territories(snapshot)
        for row in units[units["level"].isin(["district", "region"])].itertuples():
            found = decompose_unit(snapshot, SHARE, int(row.territory_id), *YEARS)
            if found.reason is None:
                assert sum(found.parts["exact"], Fraction(0)) == found.after - found.before
                ends = shown[shown["territory"] == row.code].set_index("year")
                # The ends are the district's shown figures.
                for year, share in zip(YEARS, (found.before, found.after), strict=True):
                    assert share == Fraction(int(ends["numerator"][year]), int(ends["denominator"][year]))
                assert sum(by_member(found)["exact"], Fraction(0)) == found.after - found.before
                if not found.schools.empty:
                    assert hidden.isdisjoint(found.schools["territory"])
                    by_part = found.schools.groupby("part")["exact"].sum()
                    parts = found.parts.set_index("part")["exact"]
                    assert all(by_part[part] == parts[part] for part in by_part.index)


# d2: 20 → 30 of 40, 30 of 40 → none (closed), none → 9 of 30 (opened), and two hidden ones: 3 of 5 and 8 of 20
# pupils, then 4 of 6 and 10 of 20. By hand: P₀ = 61/105, P₁ = 53/96.
EXAMPLE: World = [[((20, 40), (30, 40)), ((30, 40), None), (None, (9, 30)), ((3, 5), (4, 6)), ((8, 20), (10, 20))],
                  [((50, 100), (50, 100)), ((60, 100), (60, 100))]]  # fmt: skip


@pytest.fixture
def example(tmp_path: Path) -> Snapshot:
    return write_world(tmp_path / "example.duckdb", EXAMPLE, SHARE)


def test_parts_by_hand(example: Snapshot) -> None:
    found = decompose_unit(example, SHARE, 2, *YEARS)
    assert found.reason is None and found.hidden_schools == 2
    assert (found.before, found.after) == (Fraction(61, 105), Fraction(53, 96))
    parts = found.parts.set_index("part")["exact"]
    # In both years: the first school 20/40 → 30/40 and the hidden two together 11/25 → 14/26; weights 40/65, 25/65
    # and 40/66, 26/66. P_C0 = 31/65, P_C1 = 44/66.
    assert parts["left"] == Fraction(40, 105) * (Fraction(31, 65) - Fraction(30, 40))
    assert parts["entered"] == -Fraction(30, 96) * (Fraction(44, 66) - Fraction(9, 30))
    w0, w1, h0, h1 = Fraction(40, 65), Fraction(40, 66), Fraction(25, 65), Fraction(26, 66)
    half = Fraction(1, 2)
    assert parts["within"] == half * (w0 + w1) * Fraction(10, 40) + half * (h0 + h1) * (
        Fraction(14, 26) - Fraction(11, 25)
    )
    assert parts["revision"] == 0
    together = found.schools[found.schools["territory"] == HIDDEN].iloc[0]
    assert (together["numerator_0"], together["denominator_0"]) == (11, 25)


def test_a_region_is_made_of_its_districts_by_hand(example: Snapshot) -> None:
    found = decompose_unit(example, SHARE, 1, *YEARS)
    # d2: 61/105 → 53/96; d8: 110/200 in both years. Weights 105/305 → 96/296 and 200/305 → 200/296.
    assert found.level == "district" and found.hidden_schools == 0
    assert (found.before, found.after) == (Fraction(171, 305), Fraction(163, 296))
    parts = found.parts.set_index("part")["exact"]
    half, w0, w1 = Fraction(1, 2), Fraction(105, 305), Fraction(96, 296)
    assert parts["within"] == half * (w0 + w1) * (Fraction(53, 96) - Fraction(61, 105))
    # The weights move by w₁ − w₀ and back: half the sum of shares of one, less that of the other.
    assert parts["mix"] == half * (w1 - w0) * (Fraction(53, 96) + Fraction(61, 105) - 2 * Fraction(110, 200))
    members = by_member(found).set_index("territory")["exact"]
    assert members.sum() == found.after - found.before and abs(members.iloc[0]) >= abs(members.iloc[1])


def test_a_region_s_revision_is_seen_too(example: Snapshot, tmp_path: Path) -> None:
    earlier = [[((18, 40), (30, 40)), *EXAMPLE[0][1:]], EXAMPLE[1]]
    with write_world(tmp_path / "earlier.duckdb", earlier, SHARE) as before:
        found = decompose_unit(example, SHARE, 1, *YEARS, earlier=before)
    assert found.before == Fraction(169, 305)
    assert by_member(found).set_index("territory")["exact"]["revision"] == Fraction(2, 305)


def test_a_revision_is_seen_against_an_earlier_snapshot(example: Snapshot, tmp_path: Path) -> None:
    earlier = [[((18, 40), (30, 40)), *EXAMPLE[0][1:]], EXAMPLE[1]]
    with write_world(tmp_path / "earlier.duckdb", earlier, SHARE) as before:
        found = decompose_unit(example, SHARE, 2, *YEARS, earlier=before)
    parts = found.parts.set_index("part")["exact"]
    assert found.before == Fraction(59, 105) and parts["revision"] == Fraction(2, 105)
    assert sum(parts, Fraction(0)) == found.after - found.before


def test_a_hidden_district_is_not_explained(tmp_path: Path) -> None:
    tiny: World = [[((2, 4), (3, 4))], [((50, 100), (50, 100)), ((60, 100), (60, 100))], [((5, 20), (6, 20))]]
    with write_world(tmp_path / "tiny.duckdb", tiny, SHARE) as snapshot:
        found = decompose_unit(snapshot, SHARE, 2, *YEARS)
    assert found.reason == "suppressed" and found.parts.empty and found.before is None


def test_a_changed_definition_is_not_explained(example: Snapshot) -> None:
    # The works of 2020 were written in autumn on the programme of the class below: the catalogue's version 2.
    assert decompose_unit(example, SHARE, 2, 2020, 2024).reason == "definition_changed"
