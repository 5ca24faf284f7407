"""The figures: honest levels, parts that fit together, and the faults that real reports have."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.catalogue import Catalogue
from pipelines.demo import generate
from pipelines.demo.family import counted, is_drawn, level_of
from pipelines.demo.units import Units

KEY = ["territory", "year", "subject", "grade"]


def keyed(observations: pd.DataFrame, code: str) -> pd.DataFrame:
    return observations[observations["indicator"] == code].set_index(KEY)


def test_every_indicator_stands_at_its_level(observations: pd.DataFrame, catalogue: Catalogue) -> None:
    # A few rows published by districts are the one exception (see below).
    base = observations.groupby("indicator")["level"].agg(lambda levels: levels.value_counts().index[0])
    drawn = {code: level_of(one) for code, one in catalogue.indicators.items() if is_drawn(one)}
    assert base.to_dict() == drawn


def test_only_a_handful_of_rows_stands_above_the_base_level(observations: pd.DataFrame, catalogue: Catalogue) -> None:
    base = observations["indicator"].map({code: level_of(each) for code, each in catalogue.indicators.items()})
    above = observations[observations["level"] != base]
    assert 0 < len(above) < 60 and set(above["level"]) == {"district"}
    assert above["indicator"].nunique() == 2
    with_numbers, alone = above[above["percent"].isna()], above[above["percent"].notna()]
    assert len(with_numbers) and with_numbers[["numerator", "denominator"]].notna().all(axis=None)
    assert len(alone) and alone[["numerator", "denominator"]].isna().all(axis=None)
    assert (alone["percent_digits"] == 1).all() and (alone["percent"].round(1) == alone["percent"]).all()
    names = ["indicator", "year", "subject", "grade", "district"]
    schools = observations[observations["level"] == "school"].assign(district=observations["territory"].str[:8])
    sums = schools.fillna({"subject": "", "grade": ""}).groupby(names)["denominator"].sum()
    for row in with_numbers.fillna({"subject": "", "grade": ""}).itertuples():
        difference = row.denominator - sums[(row.indicator, row.year, row.subject, row.grade, row.territory)]
        assert 0 < difference < 0.05 * row.denominator


def test_every_subject_grade_and_year_of_a_definition_has_rows(
    observations: pd.DataFrame, catalogue: Catalogue
) -> None:
    for code, indicator in catalogue.indicators.items():
        if not is_drawn(indicator):
            continue
        first = int(indicator.demo.get("from", 0))
        years = {year for year in range(2017, 2025) if indicator.version_in(year) and year >= first}
        rows = observations[observations["indicator"] == code]
        assert set(rows["year"]) == years, code
        slices = {(subject, grade) for subject in indicator.subjects or [None] for grade in indicator.grades or [None]}
        found = rows[["subject", "grade"]].astype(object).where(rows[["subject", "grade"]].notna(), None)
        assert set(found.drop_duplicates().itertuples(index=False, name=None)) == slices, code


def test_only_organisations_of_the_indicators_types_report(
    observations: pd.DataFrame, territories: pd.DataFrame, catalogue: Catalogue
) -> None:
    kind = territories.set_index("code")["type"]
    rows = observations[observations["level"] == "school"]
    for code, group in rows.groupby("indicator"):
        assert set(kind[group["territory"]]) <= set(catalogue.indicators[str(code)].organisation_types), code


def test_closed_and_future_schools_have_no_rows(observations: pd.DataFrame, territories: pd.DataFrame) -> None:
    schools = territories.set_index("code")[["opened", "closed"]]
    rows = observations.join(schools, on="territory")
    assert (rows["opened"].fillna(0) <= rows["year"]).all()
    assert (rows["closed"].fillna(9999) > rows["year"]).all()


def test_numerators_are_whole_parts_of_their_denominators(observations: pd.DataFrame) -> None:
    rows = observations.dropna(subset=["numerator"])
    assert (rows["numerator"] % 1 == 0).all() and (rows["denominator"] % 1 == 0).all()
    assert rows["numerator"].between(0, rows["denominator"]).all() and (rows["denominator"] > 0).all()


def test_a_row_holds_a_figure_or_the_reason_for_its_absence(observations: pd.DataFrame, catalogue: Catalogue) -> None:
    figure = observations[["numerator", "percent", "value"]].notna().sum(axis=1)
    assert ((figure == 1) == observations["absence"].isna()).all() and (figure <= 1).all()
    assert (
        observations.loc[observations["absence"].notna(), ["denominator", "flag", "revised_from"]].isna().all(axis=None)
    )
    unit = observations["indicator"].map({code: each.unit for code, each in catalogue.indicators.items()})
    assert (observations["value"].notna() <= (unit != "percent")).all()
    assert set(observations["unit"].dropna()) <= {"чел.", "балл", "ед."}


def test_school_years_are_named_by_both_years(observations: pd.DataFrame, catalogue: Catalogue) -> None:
    kind = observations["indicator"].map({code: each.period for code, each in catalogue.indicators.items()})
    pairs = observations.assign(kind=kind == "school_year")[["year", "kind", "period"]].drop_duplicates()
    assert pairs.groupby(["year", "kind"]).size().max() == 1
    assert pairs.set_index(["year", "kind"])["period"][(2019, True)] == "2019/20"
    assert pairs.set_index(["year", "kind"])["period"][(2019, False)] == "2019"


def test_a_districts_number_is_the_sum_of_its_organisations() -> None:
    # As many organisations as districts, but two of them in the first and none in the second.
    nothing = np.zeros(3, np.float32)
    district = np.arange(3, dtype=np.int32)
    units = Units(district, district, nothing, nothing, np.ones((1, 3), bool), np.array([0, 0, -1, 2], np.int32))
    assert units.sum(np.array([[5, 7, 100, 2]], np.int32)).tolist() == [[12, 0, 2]]


class TestParts:
    """Figures of one family never contradict each other."""

    def test_marks_add_up(self, observations: pd.DataFrame) -> None:
        passed, good, low = (keyed(observations, f"assessment_vpr_{name}") for name in ("pass", "quality", "low"))
        assert passed["denominator"].equals(good["denominator"]) and passed["denominator"].equals(low["denominator"])
        assert (good["numerator"].dropna() <= passed["numerator"].dropna()).all()
        assert (passed["numerator"] + low["numerator"]).dropna().equals(passed["denominator"].dropna())

    def test_comparison_with_the_journal_adds_up(self, observations: pd.DataFrame) -> None:
        parts = [keyed(observations, f"objectivity_journal_{name}") for name in ("lower", "confirmed", "raised")]
        assert sum(part["numerator"] for part in parts).dropna().equals(parts[0]["denominator"].dropna())

    def test_the_list_of_low_schools_is_one_list(self, observations: pd.DataFrame) -> None:
        listed, covered = keyed(observations, "support_low_share"), keyed(observations, "support_coverage")
        both = listed["numerator"].to_frame("listed").join(covered["denominator"].rename("covered")).dropna()
        assert len(both) > 50 and (both["listed"] == both["covered"]).all()
        left = keyed(observations, "support_left_list")["denominator"].dropna()
        before = listed["numerator"].copy()
        before.index = before.index.set_levels(before.index.levels[1] + 1, level="year")
        pairs = left.to_frame("left").join(before.rename("before")).dropna()
        # Only a school that closed meanwhile may be missing from the list of the year before.
        assert len(pairs) > 30 and (pairs["left"] <= pairs["before"]).all()

    def test_risk_factors_share_the_schools_of_the_project(self, observations: pd.DataFrame) -> None:
        risks = observations[observations["indicator"].str.fullmatch(r"support_risk_\d\d")]
        assert set(risks["level"]) == {"district"}
        shared = risks.dropna(subset=["denominator"]).groupby(["territory", "year"])["denominator"]
        assert (shared.nunique() == 1).all() and shared.first().between(1, 12).all()

    def test_an_indicator_may_repeat_another_for_three_years(
        self, tmp_path: Path, extended: Callable[[str], Catalogue]
    ) -> None:
        catalogue = extended('demo = { repeats = "objectivity_signs", denominator = "organisations" }')
        generate(tmp_path / "out", catalogue=catalogue)
        rows = pd.read_parquet(tmp_path / "out" / "observations.parquet")
        signs = keyed(rows, "objectivity_signs")["numerator"].unstack("year").droplevel([1, 2])
        repeated = keyed(rows, "talent_temporary")["numerator"].unstack("year").droplevel([1, 2])
        for year in range(2020, 2025):
            three = signs[[year - 2, year - 1, year]]
            known = repeated[year].dropna()
            assert three.loc[known.index].notna().all(axis=None)
            assert (known == three.loc[known.index].min(axis=1)).all()
        assert repeated.sum(axis=None) > 0 and 2019 not in repeated.dropna(axis=1, how="all")

    @given(
        size=st.integers(1, 400),
        shift=st.floats(-3, 3),
        luck=st.floats(-4, 4),
        rest=st.floats(0, 0.999),
        cuts=st.lists(st.floats(0.001, 0.999), min_size=2, max_size=4, unique=True),
    )
    def test_stretches_that_cover_the_order_cover_the_whole(
        self, size: int, shift: float, luck: float, rest: float, cuts: list[float]
    ) -> None:
        arrays = [np.array([number], np.float32) for number in (size, shift, luck, min(rest, 0.999))]
        ends = [0.0, *sorted(cuts), 1.0]
        parts = [counted((low, high), *arrays)[0] for low, high in itertools.pairwise(ends)]
        assert sum(parts) == size
        assert min(parts) >= 0


@pytest.fixture(scope="session")
def good(observations: pd.DataFrame) -> pd.DataFrame:
    """Shares of good marks at schools with ten pupils and more."""
    rows = observations[observations["indicator"] == "assessment_vpr_quality"].dropna(subset=["numerator"])
    rows = rows[rows["denominator"] >= 10]
    return rows.assign(share=rows["numerator"] / rows["denominator"], district=rows["territory"].str[:8])


class TestLife:
    """Without these the pages would have nothing to show."""

    def test_districts_differ_more_than_by_chance(self, good: pd.DataFrame) -> None:
        last = good[good["year"] == 2024].groupby("district")[["numerator", "denominator"]].sum()
        last = last[last["denominator"] > 100]
        whole = last["numerator"].sum() / last["denominator"].sum()
        chance = np.sqrt(whole * (1 - whole) / last["denominator"])
        beyond = (last["numerator"] / last["denominator"] - whole).abs() > 1.96 * chance
        assert 3 <= beyond.sum() < len(last)

    def test_a_schools_year_resembles_the_year_before(self, good: pd.DataFrame) -> None:
        table = good.groupby(["territory", "year"])["share"].mean().unstack()
        assert 0.4 < table[2023].corr(table[2024]) < 0.98
        assert table[2017].corr(table[2024]) < table[2023].corr(table[2024])

    def test_towns_are_ahead_where_the_catalogue_says_so(self, good: pd.DataFrame, territories: pd.DataFrame) -> None:
        town = good["territory"].map(territories.set_index("code")["settlement"])
        sums = good.groupby(town)[["numerator", "denominator"]].sum()
        shares = sums["numerator"] / sums["denominator"]
        assert shares["город"] > shares["село"]

    def test_poor_context_goes_with_lower_results(self, good: pd.DataFrame, region: Path) -> None:
        traits = pd.read_parquet(region / "traits.parquet")
        poor = traits[traits["trait"] == "low_income_share"].groupby("territory")["value"].mean()
        assert good.groupby("territory")["share"].mean().corr(poor) < -0.2


class TestFaults:
    """The faults of real data that the dashboard has to bear."""

    @pytest.mark.parametrize("reason", ["not_reported", "not_published", "not_collected", "not_applicable"])
    def test_reports_are_missing_for_a_reason(self, observations: pd.DataFrame, reason: str) -> None:
        assert (observations["absence"] == reason).mean() > 0.001

    def test_most_reports_are_there(self, observations: pd.DataFrame) -> None:
        assert (observations["absence"] == "not_reported").mean() < 0.06
        assert observations["absence"].isna().mean() > 0.8

    def test_a_district_may_be_silent_as_a_whole(self, observations: pd.DataFrame) -> None:
        rows = observations[(observations["level"] == "school") & (observations["absence"] != "not_applicable")]
        rows = rows.assign(district=rows["territory"].str[:8], silent=rows["absence"] == "not_reported")
        groups = rows.groupby(["indicator", "year", "district"])["silent"].agg(["all", "size"])
        assert (groups["all"] & (groups["size"] >= 10)).any()

    def test_the_year_of_the_pandemic_is_partly_not_collected(self, observations: pd.DataFrame) -> None:
        missing = observations["absence"] == "not_collected"
        assert set(observations.loc[missing, "year"]) == {2020}
        by_indicator = missing[observations["year"] == 2020].groupby(observations["indicator"]).mean()
        assert (by_indicator == 1).any() and ((by_indicator > 0.05) & (by_indicator < 0.7)).sum() > 10

    def test_schools_without_the_grade_are_not_asked(
        self, observations: pd.DataFrame, territories: pd.DataFrame
    ) -> None:
        kind = observations["territory"].map(territories.set_index("code")["name"])
        basic = kind.str.contains("ООШ", na=False) & (observations["indicator"] == "assessment_ege_threshold")
        assert basic.any() and (observations.loc[basic, "absence"] == "not_applicable").all()

    def test_small_schools_have_small_denominators(self, observations: pd.DataFrame) -> None:
        small = observations[observations["indicator"] == "assessment_vpr_pass"]["denominator"].between(1, 9)
        assert 0.05 < small.mean() < 0.5

    def test_true_zeros_are_figures(self, observations: pd.DataFrame) -> None:
        zeros = observations[(observations["numerator"] == 0) & (observations["denominator"] >= 10)]
        assert len(zeros) > 50 and zeros["absence"].isna().all()

    def test_some_figures_were_revised(self, observations: pd.DataFrame) -> None:
        revised = observations.dropna(subset=["revised_from"])
        assert 0.002 < len(revised) / len(observations) < 0.02
        assert (revised["revised_from"] != revised["numerator"]).all()
        assert revised["revised_from"].between(0, revised["denominator"]).all()

    def test_some_figures_are_flagged(self, observations: pd.DataFrame) -> None:
        assert (observations["flag"] == "low_reliability").sum() > 10


class TestNewIndicator:
    """Adding an indicator touches the catalogue alone."""

    @pytest.mark.parametrize(
        "extra",
        ["", 'unit = "score"', 'unit = "person"\naggregation = "sum"', 'subjects = ["Химия"]\ngrades = ["8", "9"]'],
    )
    def test_it_gets_figures_without_a_word_to_the_generator(
        self, tmp_path: Path, extended: Callable[[str], Catalogue], extra: str
    ) -> None:
        generate(tmp_path / "out", schools=24, years=3, catalogue=extended(extra))
        rows = pd.read_parquet(tmp_path / "out" / "observations.parquet")
        rows = rows[rows["indicator"] == "talent_temporary"]
        assert set(rows["level"]) == {"school"} and set(rows["year"]) == {2022, 2023, 2024}
        figure = rows["value"] if "unit" in extra else rows["numerator"] / rows["denominator"]
        assert figure.notna().mean() > 0.6 and figure.nunique() > 10

    def test_it_leaves_all_others_as_they_were(
        self, tmp_path: Path, catalogue: Catalogue, extended: Callable[[str], Catalogue]
    ) -> None:
        for name, used in (("before", catalogue), ("after", extended(""))):
            generate(tmp_path / name, schools=24, years=3, catalogue=used)
        before, after = (pd.read_parquet(tmp_path / name / "observations.parquet") for name in ("before", "after"))
        after = after[after["indicator"] != "talent_temporary"].reset_index(drop=True)
        pd.testing.assert_frame_equal(before, after)
