"""«Школа – Школе» on the demonstration region: rule 12 end to end, and plain reasons where there is no pair."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import queries
from pipelines.programmes.pairs import plan
from pipelines.snapshot import Snapshot

WHAT = {"indicator": "assessment_vpr_quality", "year": 2024, "subject": "Русский язык", "grade": "5"}


@pytest.fixture(scope="module")
def region(snapshot: Snapshot) -> int:
    register = queries.territories(snapshot, "demo")
    return int(register.loc[register["level"] == "region", "territory_id"].iloc[0])


def planned(snapshot, region, margin=10, **more):
    return plan(snapshot, region, WHAT["indicator"], WHAT["year"], Fraction(margin), subject=WHAT["subject"],
                grade=WHAT["grade"], **more)  # fmt: skip


@given(margin=st.integers(0, 100), rule=st.sampled_from(["verdict", "fifths"]), like=st.booleans())
@settings(max_examples=12)
def test_each_school_once_each_leader_better_and_nobody_forgotten(snapshot, region, margin, rule, like) -> None:
    found = planned(snapshot, region, margin, rule=rule, like=like)
    low, leaders = ([getattr(one, side).code for one in found.matched] for side in ("low", "leader"))
    assert len({*low, *leaders}) == 2 * len(found.matched)
    assert all(one.better >= margin and one.better == one.leader.percent - one.low.percent for one in found.matched)
    assert not like or all(one.usual for one in found.matched)
    assert len(found.matched) + len(found.unpaired) == found.low
    assert len(found.matched) <= min(found.low, found.leaders)
    for one in found.unpaired:
        assert (one.obstacle == "margin") == (one.nearly < margin)


def test_an_official_list_decides_who_is_low_and_a_listed_school_leads_nobody(snapshot, region) -> None:
    free = planned(snapshot, region)
    listed = (free.matched[0].leader.code, free.matched[0].low.code, "demo-d01-s999")
    found = planned(snapshot, region, 0, rule="official", listed=listed)
    assert found.low == 2 and {one.low.code for one in found.matched} <= set(listed)
    assert not {one.leader.code for one in found.matched} & set(listed)


def test_a_greater_margin_never_gives_more_pairs(snapshot, region) -> None:
    counts = [len(planned(snapshot, region, margin).matched) for margin in (0, 40, 60, 100)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0 == counts[-1]  # nobody is better by a hundred points


def test_the_shares_of_the_traits_explain_the_whole_distance(snapshot, region) -> None:
    for one in planned(snapshot, region).matched[:5]:
        known = [trait.share for trait in one.traits if trait.share == trait.share]
        assert sum(known) == pytest.approx(100)
        assert known == sorted(known, reverse=True)


def test_nothing_hidden_is_paired(snapshot, region) -> None:
    shown = queries.figures(
        snapshot, [WHAT["indicator"]], level="school", years=[2024], collection="demo",
        subject=WHAT["subject"], grade=WHAT["grade"],
    )  # fmt: skip
    visible = set(shown.loc[shown["numerator"].notna(), "territory"])
    found = planned(snapshot, region)
    assert set(found.known) <= visible and found.hidden > 0


def test_a_pin_stands_whatever_the_rule_says_and_the_search_leaves_both_alone(snapshot, region) -> None:
    free = planned(snapshot, region)
    low, leader = free.matched[0].low.code, free.matched[1].leader.code
    found = planned(snapshot, region, pinned=((low, leader),))
    (one,) = [pair for pair in found.matched if pair.pinned]
    assert (one.low.code, one.leader.code) == (low, leader)
    # Also two schools that no rule would have chosen.
    sides = {school.code for pair in free.matched for school in (pair.low, pair.leader)}
    plain = sorted(set(free.known) - sides - {one.school.code for one in free.unpaired})[:2]
    pinned = planned(snapshot, region, pinned=((plain[0], plain[1]),))
    assert (plain[0], plain[1]) in {(pair.low.code, pair.leader.code) for pair in pinned.matched if pair.pinned}


def test_a_pin_on_a_school_without_a_figure_is_told(snapshot, region) -> None:
    leader = planned(snapshot, region).matched[0].leader.code
    assert planned(snapshot, region, pinned=(("demo-d01-s999", leader),)).idle == (("demo-d01-s999", leader),)


def test_pairs_are_only_made_by_what_is_better_when_greater(snapshot, region) -> None:
    with pytest.raises(ValueError, match="more is better"):
        plan(snapshot, region, "assessment_vpr_low", 2024, Fraction(5), subject="Русский язык", grade="5")
