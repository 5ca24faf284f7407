"""Distributions of the demonstration: they sum to the school's own marks, and the planted excess is found."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.demo.chance import stream
from pipelines.demo.distributions import MARKS, WORKS, spread
from pipelines.statistics.excess import excess_above_cut

KEY = ["territory", "year", "subject", "grade"]


@pytest.fixture(scope="module")
def rows(region: Path) -> pd.DataFrame:
    """One row a score; a distribution of few works is one row without pupils."""
    frame = pd.read_parquet(region / "distributions.parquet").explode(["pupils"])
    within = frame.groupby(level=0).cumcount()
    return frame.assign(score=(frame["lowest"] + within).where(frame["pupils"].notna()))


@given(st.sampled_from(WORKS), st.integers(20, 200), st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_a_distribution_has_the_marks_it_was_given(work, n, share, good_share, lifted) -> None:
    passed = round(n * share)
    good = round(passed * good_share)
    counts = spread(work, n, passed, good, lifted, stream(1, "t"))
    first, second, _ = work.cuts
    assert (counts.sum(), counts[first:].sum(), counts[second:].sum()) == (n, passed, good)
    assert (counts >= 0).all() and len(counts) == work.maximum + 1


def test_scores_and_marks_agree_with_the_observations(rows: pd.DataFrame, observations: pd.DataFrame) -> None:
    shown = rows[rows["score"].notna()]
    scores = shown[shown["kind"] == "score"].groupby(KEY)["pupils"].sum()
    marks = shown[shown["kind"] == "mark"].pivot_table(index=KEY, columns="score", values="pupils")
    assert len(scores) > 500 and list(marks.columns) == list(MARKS)
    passed = observations[observations["indicator"] == "assessment_vpr_pass"].set_index(KEY)
    beside = passed.reindex(scores.index)
    assert (beside["denominator"] == scores).all() and (beside["denominator"] == marks.sum(axis=1)).all()
    assert (beside["numerator"] == marks[[3, 4, 5]].sum(axis=1)).all()


def test_works_of_few_pupils_have_no_distribution(rows: pd.DataFrame) -> None:
    counted = rows[rows["kind"] == "score"].groupby(KEY)["pupils"].sum(min_count=1)
    assert counted.isna().any() and counted.min() >= 20


def test_schools_with_signs_have_an_excess_above_the_cuts_and_others_have_none(
    rows: pd.DataFrame, observations: pd.DataFrame
) -> None:
    signs = observations[(observations["indicator"] == "objectivity_signs") & (observations["numerator"] == 1)]
    with_signs = pd.MultiIndex.from_frame(signs[["territory", "year"]])
    work = WORKS[0]
    own = rows[(rows["kind"] == "score") & (rows["subject"] == work.subject) & (rows["grade"] == work.grade)]
    own = own[own["score"].notna()]
    listed = pd.MultiIndex.from_frame(own[["territory", "year"]]).isin(with_signs)
    for part, expected in ((own[listed], True), (own[~listed], False)):
        counts = part.groupby("score")["pupils"].sum().to_numpy(np.float64)
        found = excess_above_cut(counts, work.cuts)
        assert [one.stands_out for one in found[:2]] == [expected, expected]
