"""Works heaped above a cut, school by school: by hand, from distributions as the queries give them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared.templates.scores import Scores
from pipelines import queries_distribution
from pipelines.comparison import scores
from pipelines.statistics.excess import Z_998, excess_above_cut

WORK = {"year": 2024, "subject": "Математика", "grade": "4"}
# A straight slope 20, 18, 16 … and the same with 8 works of score 5 given the point for «4» (score 6).
PLAIN = [20, 22, 24, 26, 28, 30, 32, 34, 36]
LIFTED = [20, 22, 24, 26, 28, 12, 50, 34, 36]
MARKS = [2, 2, 2, 3, 3, 3, 4, 4, 4]


def school(number: int, counts: list[int], hidden: bool = False) -> list[dict]:
    told = {"territory_id": number, "territory": f"s{number}", "territory_name": f"Школа {number}",
            "district_name": "Район", "hidden": hidden}  # fmt: skip
    if hidden:
        return [told | {"score": None, "pupils": None, "mark": None}]
    return [told | {"score": score, "pupils": n, "mark": MARKS[score]} for score, n in enumerate(counts)]


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*school(2, PLAIN), *school(1, LIFTED), *school(3, [], hidden=True)]
    region = pd.DataFrame({"score": range(9), "pupils": np.add(PLAIN, LIFTED), "mark": MARKS})
    monkeypatch.setattr(queries_distribution, "schools", lambda *_args, **_asked: pd.DataFrame(rows))
    monkeypatch.setattr(queries_distribution, "distribution", lambda *_args, **_asked: region)


def test_a_lifted_school_stands_out_and_an_even_one_does_not(three) -> None:
    found = scores.excess_of_schools(None, 1, 1, **WORK)
    assert set(found["territory"]) == {"s1", "s2"}  # of the hidden one nothing is said
    first = found.iloc[0]
    # D = (50 − 12) − (34 − 28)/3 = 36, half of it 18 works; z = 36/√(50 + 12 + (34 + 28)/9) = 4.34.
    assert (first["territory"], first["mark"], first["cut"], first["excess"]) == ("s1", 4, 6, 18.0)
    assert first["z"] == pytest.approx(36 / (62 + 62 / 9) ** 0.5) and first["stands_out"]
    assert found["stands_out"].sum() == 1
    assert found.loc[found["territory"] == "s2", "excess"].tolist() == [0.0, 0.0]


def test_cuts_come_from_the_marks_of_the_whole_region(three) -> None:
    assert scores.work_cuts(None, 1, **WORK) == {3: 3, 4: 6}


def test_without_marks_nothing_is_tested(monkeypatch) -> None:
    blind = pd.DataFrame({"score": range(9), "pupils": PLAIN, "mark": [None] * 9})
    monkeypatch.setattr(queries_distribution, "distribution", lambda *_args, **_asked: blind)
    monkeypatch.setattr(queries_distribution, "schools", lambda *_args, **_asked: pd.DataFrame(school(1, LIFTED)))
    assert scores.excess_of_schools(None, 1, 1, **WORK).empty


@given(st.integers(0, 400), st.integers(-30, 30), st.integers(2, 8))
def test_a_straight_line_never_has_an_excess(start: int, slope: int, cut: int) -> None:
    counts = [max(start, 300) + slope * score for score in range(10)]
    (found,) = excess_above_cut(counts, [cut])
    assert found.reason is None and found.excess == pytest.approx(0, abs=1e-9) and found.z < Z_998


def test_the_chart_draws_every_score_and_the_cuts_between_them() -> None:
    frame = pd.DataFrame({"score": range(9), "pupils": [0, *LIFTED[1:]]})
    picture = Scores(((3, 3), (4, 6)), above=(6,)).picture(frame)
    rows = picture.data["rows"]
    assert [row["score"] for row in rows] == list(range(9)) and rows[0]["pupils"] == 0
    assert [(cut["at"], cut["said"]) for cut in picture.data["cuts"]] == [(2.5, "«3»"), (5.5, "«4»")]
    assert [row["score"] for row in rows if row["above"]] == [6]
    assert "отметка «4»; больше, чем объясняет случай" in rows[6]["tip_note"]
    assert "отметка «2»" in rows[2]["tip_note"]
