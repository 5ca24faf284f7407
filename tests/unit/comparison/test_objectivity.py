"""Signs by year with what is known and what is not, and distributions of marks, by hand."""

import pandas as pd
import pytest

from pipelines import queries
from pipelines.comparison import objectivity
from pipelines.snapshot import Snapshot
from tests.unit.comparison.region import SLICE, row, small_region

SIGN = {"indicator": objectivity.SIGNS, "subject": None, "grade": None}
SCHOOLS = ["d1-s1", "d1-s2", "d1-s3", "d2-s1", "d2-s2"]


def sign(school: str, year: int, x: int | None, **more: object) -> dict[str, object]:
    return row(school, year, x, None if x is None else 1, **SIGN | more)


def share(school: str, year: int, code: str, x: int, n: int) -> dict[str, object]:
    return row(school, year, x, n, indicator=objectivity.MARKS[code])


# 2021–2023: the region's list of both districts. 2024: a list of d1 alone. 2025: no list. d2-s2 never took part.
OBSERVATIONS = [
    *(sign("d1-s1", year, 1) for year in (2021, 2022, 2023, 2024)),
    *(sign("d2-s1", year, 1) for year in (2021, 2022)),
    sign("d1-s2", 2022, 0),
    sign("d1-s3", 2023, None, absence="not_reported"),
    sign("d2-s1", 2023, 1),
    *(share(s, year, "pass", 90, 100) for s in SCHOOLS[:4] for year in (2021, 2022, 2023, 2024)),
    share("d1-s1", 2024, "quality", 60, 100),
    share("d1-s1", 2024, "low", 10, 100),
    share("d1-s2", 2024, "quality", 40, 100),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return small_region(tmp_path_factory.mktemp("objectivity"), OBSERVATIONS, SCHOOLS)


def ids(snapshot: Snapshot) -> dict[str, int]:
    units = queries.territories(snapshot)
    return dict(zip(units["code"], units["territory_id"].astype(int), strict=True))


def signs(snapshot: Snapshot, years: range = range(2021, 2026)) -> pd.DataFrame:
    return objectivity.signs(snapshot, ids(snapshot)["r"], list(years))


def test_absent_from_a_loaded_list_is_no_sign_and_without_a_list_nothing_is_known(snapshot: Snapshot) -> None:
    table = signs(snapshot).pivot(index="territory", columns="year", values="sign")
    assert table.loc["d1-s1"].tolist() == ["sign"] * 4 + ["unknown"]
    assert table.loc["d1-s2"].tolist() == ["none", "none", "none", "none", "unknown"]
    # The list of 2024 names schools of d1 alone: of d2 nothing is known.
    assert table.loc["d2-s1"].tolist() == ["sign", "sign", "sign", "unknown", "unknown"]
    assert table.loc["d1-s3", 2023] == "unknown"  # it gave a reason instead


def test_the_denominator_is_who_took_part(snapshot: Snapshot) -> None:
    found = objectivity.share_with_signs(signs(snapshot)).set_index("year")
    # 2021: d1-s1 and d2-s1 of the four that wrote the works; d2-s2, in no list either, wrote none.
    assert found.loc[2021, ["numerator", "denominator", "percent"]].tolist() == [2, 4, 50]
    # 2023: of d1-s3 it is not known, so three remain.
    assert found.loc[2023, ["numerator", "denominator", "unknown"]].tolist() == [2, 3, 1]
    assert found.loc[2025, ["numerator", "denominator", "percent"]].isna().all()


def test_the_indicator_itself_has_the_same_denominator(snapshot: Snapshot) -> None:
    # «Сравнение» and «Объективность» tell one figure: the list alone would say 2 of 2 in 2021.
    table = signs(snapshot)
    for level, by in (("region", ["year"]), ("district", ["year", "district_id"])):
        figures = queries.figures(snapshot, [objectivity.SIGNS], level=level)
        told = objectivity.share_with_signs(table, by)
        told = told[told["denominator"] > 0]
        known = figures[figures["denominator"].notna()]
        key = ["year"] if level == "region" else ["year", "territory_id"]
        one = known.set_index(key)[["numerator", "denominator"]].sort_index()
        two = told.set_index(by)[["numerator", "denominator"]].sort_index()
        assert one.to_numpy().tolist() == two.to_numpy().tolist() and len(one)
    whole = queries.figures(snapshot, [objectivity.SIGNS], level="region").set_index("year")
    assert whole.loc[2021, ["numerator", "denominator"]].tolist() == [2, 4]


def test_a_list_without_a_file_of_marks_gives_no_share(tmp_path) -> None:
    rows = [sign("d1-s1", 2021, 1), sign("d2-s1", 2021, 1)]
    with small_region(tmp_path, rows, SCHOOLS) as alone:
        whole = queries.figures(alone, [objectivity.SIGNS], level="region").iloc[0]
    assert pd.isna(whole["denominator"]) and whole["absence"] == "not_reported"


def test_three_years_in_a_row(snapshot: Snapshot) -> None:
    table = signs(snapshot)
    of_2023 = objectivity.repeats(table, 2023).set_index("territory")["repeated"]
    assert of_2023.to_dict() == {"d1-s1": True, "d1-s2": False, "d1-s3": False, "d2-s1": True, "d2-s2": False}
    # 2022, 2023 with signs and 2024 unknown: it cannot be said.
    assert objectivity.repeats(table, 2024).set_index("territory")["repeated"]["d2-s1"] is None


def test_a_year_before_a_school_opened_is_not_asked_about(snapshot: Snapshot) -> None:
    assert objectivity.repeats(signs(snapshot, range(2022, 2024)), 2023).empty


def test_marks_make_up_everybody(snapshot: Snapshot) -> None:
    numbers = ids(snapshot)
    found = objectivity.marks(snapshot, [numbers["d1-s1"], numbers["d1-s2"]], [2024], **SLICE)
    one = found[found["territory"] == "d1-s1"]
    # 90 passed, of them 60 with «4» and «5»: 30 with «3», 10 with «2».
    assert one["part"].tolist() == ["2", "3", "4-5"]
    assert one["numerator"].tolist() == [10, 30, 60] and one["percent"].tolist() == [10, 30, 60]
    assert one["whole"].all()
    # The other did not report «2»: its distribution is not told in part.
    other = found[found["territory"] == "d1-s2"]
    assert other["percent"].isna().all() and not other["whole"].any()


def test_the_journal_keeps_its_order(snapshot: Snapshot, tmp_path) -> None:
    codes = objectivity.JOURNAL
    rows = [
        row("d1-s1", 2024, x, 50, indicator=codes[part], grade="5")
        for part, x in {"lower": 15, "confirmed": 30, "raised": 5}.items()
    ]
    own = small_region(tmp_path, rows, ["d1-s1"])
    found = objectivity.journal(own, [ids(own)["d1-s1"]])
    assert found["part"].tolist() == ["lower", "confirmed", "raised"]
    assert found["percent"].tolist() == [30, 60, 10] and found["whole"].all()
