"""Points of the mechanisms' positions."""

from __future__ import annotations

import pandas as pd

from pipelines.catalogue import Catalogue


def test_every_position_of_the_valid_edition_is_scored(
    positions: pd.DataFrame, catalogue: Catalogue, territories: pd.DataFrame
) -> None:
    scored = territories.loc[territories["level"] != "school", "code"]
    years = {"2019": {2019}, "2020": {2020}, "2021": {2021, 2022, 2023, 2024}}
    for edition in catalogue.editions:
        rows = positions[positions["edition"] == edition.code]
        assert set(rows["year"]) == years[edition.code]
        expected = {each.code for entry in edition.mechanisms for each in catalogue.positions(entry.code, edition.code)}
        assert set(rows["position"]) == expected
        assert len(rows) == len(expected) * len(years[edition.code]) * len(scored)
    assert set(positions["territory"]) == set(scored)


def test_points_are_whole_and_within_the_maximum(positions: pd.DataFrame, catalogue: Catalogue) -> None:
    maximum = {each.code: each.maximum for mechanism in catalogue.mechanisms.values() for each in mechanism.positions}
    assert (positions["maximum"] == positions["position"].map(maximum)).all()
    for column in ("points", "self_points"):
        points = positions[column].dropna()
        assert (points % 1 == 0).all() and points.between(0, positions.loc[points.index, "maximum"]).all()


def test_self_assessment_is_near_the_experts_and_mostly_kinder(positions: pd.DataFrame) -> None:
    difference = (positions["self_points"] - positions["points"]).dropna()
    assert 0.9 < (difference == 0).mean() < 1
    assert (difference > 0).sum() > 2 * (difference < 0).sum() > 0
    assert set(difference) == {-1, 0, 1}


def test_what_was_not_scored_has_a_reason_and_no_points(positions: pd.DataFrame) -> None:
    assert positions["points"].notna().equals(positions["absence"].isna())
    assert positions["self_points"].notna().equals(positions["absence"].isna())
    whole = positions.groupby(["mechanism", "edition", "territory", "year"])["absence"].agg(["count", "size"])
    silent = whole[whole["count"] > 0]
    assert (silent["count"] == silent["size"]).all()
    assert 0.005 < len(silent) / len(whole) < 0.1
    assert set(positions["absence"].dropna()) == {"not_reported", "not_applicable"}


def test_one_mechanism_does_not_apply_to_one_district(positions: pd.DataFrame) -> None:
    rows = positions[(positions["absence"] == "not_applicable") & (positions["edition"] == "2021")]
    assert rows[["mechanism", "territory"]].drop_duplicates().shape == (1, 2)
    assert set(rows["year"]) == {2021, 2022, 2023, 2024}


def test_one_district_scored_a_true_zero(positions: pd.DataFrame) -> None:
    sums = positions.groupby(["mechanism", "edition", "territory", "year"])["points"].sum(min_count=1)
    assert sums[("leaders", "2019", "demo-d01", 2019)] == 0


def test_documents_are_linked_only_where_points_were_given(positions: pd.DataFrame) -> None:
    assert positions["evidence"].notna().equals(positions["points"] > 0)
    # A reserved domain: such a link leads nowhere.
    assert positions["evidence"].dropna().str.startswith("https://dokumenty.example/").all()


def test_most_positions_are_kept_from_year_to_year(positions: pd.DataFrame) -> None:
    rows = positions[positions["edition"] == "2021"].pivot_table(
        index=["territory", "position"], columns="year", values="points"
    )
    change = (rows[2024] - rows[2023]).dropna()
    assert 0.6 < (change == 0).mean() < 1 and change.mean() > 0
