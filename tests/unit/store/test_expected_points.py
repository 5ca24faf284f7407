"""A decision may expect a per cent of its mechanism: told in points, compared within an edition, never judged."""

import pandas as pd

from pipelines.decision_effects import _effect, effects
from pipelines.snapshot import Snapshot
from pipelines.store import Decision


def effect(snapshot: Snapshot, territory: str = "demo", collection: str = "demo", **more):
    decision = Decision(1, "1.1", "Решили", mechanism="support", id=7, **more)
    return effects(snapshot, [decision], collection, territory, {1: 2022}).get(7)


def test_the_mechanism_s_own_per_cent_before_and_after(snapshot: Snapshot) -> None:
    found = effect(snapshot, expected=50.0, before_year=2023, after_year=2024)
    assert found is not None and found.mechanism == "support" and found.indicator == ""
    # the demonstration region: 15 of 26 points in 2024, three more than the year before
    assert found.before["percent"] == 100 * 12 / 26 and found.after["percent"] == 100 * 15 / 26
    assert found.change == found.after["percent"] - found.before["percent"]
    assert (found.word, found.reason, found.reached) == (None, "points", True)
    assert effect(snapshot, expected=90.0, before_year=2023, after_year=2024).reached is False


def test_without_an_expected_value_nothing_is_claimed(snapshot: Snapshot) -> None:
    assert effect(snapshot, before_year=2023, after_year=2024) is None


def test_nothing_is_compared_across_an_edition(snapshot: Snapshot) -> None:
    found = effect(snapshot, expected=50.0, before_year=2019, after_year=2024)
    assert (found.reason, found.change) == ("definition_changed", None)


def test_a_territory_that_was_not_scored_says_so(snapshot: Snapshot) -> None:
    found = effect(snapshot, "RU-KYA-lesosibirsk", "sources", expected=50.0)
    assert found.reached is None and found.reason in ("no_before", "not_yet")


def test_a_year_without_a_figure_is_nothing_to_compare_and_no_lone_per_cent(snapshot):
    """«не предоставлено» in one of the years: not «в данных только процент», which is another lack."""
    given = {"percent": 80.0, "value": None, "numerator": 32.0, "denominator": 40.0, "absence": None}
    absent = dict.fromkeys(given) | {"absence": "not_reported"}
    alone = given | {"numerator": None}
    decision = Decision(1, "1", "…", indicator="assessment_vpr_pass", before_year=2021, after_year=2023, id=7)

    def reason(first, second):
        rows = pd.DataFrame([{"year": 2021, **first}, {"year": 2023, **second}])
        return _effect(snapshot, decision, "any", rows, 2021).reason

    assert reason(absent, given) == reason(given, absent) == "absent"
    assert reason(given, alone) == "missing"
    assert reason(given, absent | {"absence": "suppressed"}) == "suppressed"
