"""The invented country: its size, its names, its map and what happened to its schools."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.catalogue import Catalogue
from pipelines.demo import generate
from pipelines.demo.family import is_drawn
from pipelines.demo.names import DistrictName, region_name

Ring = np.ndarray


def inside(points: np.ndarray, ring: Ring) -> np.ndarray:
    """Which points lie in a closed ring, by the even-odd rule."""
    found = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        crosses = (y0 > points[:, 1]) != (y1 > points[:, 1])
        if y0 != y1:
            found ^= crosses & (points[:, 0] < (x1 - x0) * (points[:, 1] - y0) / (y1 - y0) + x0)
    return found


def area(ring: Ring) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


@pytest.fixture(scope="module")
def rings(region: Path) -> dict[str, Ring]:
    features = json.loads((region / "boundaries.geojson").read_text(encoding="utf-8"))["features"]
    return {each["properties"]["code"]: np.array(each["geometry"]["coordinates"][0]) for each in features}


def test_as_many_territories_as_the_issue_asks_for(territories: pd.DataFrame) -> None:
    assert (territories["level"] == "region").sum() == 1
    assert (territories["level"] == "district").sum() >= 12
    types = territories["type"].value_counts()
    assert types["school"] == 240 and types["preschool"] == 60
    assert {"additional", "methodical", "cnppm"} <= set(types.index)
    for kind in ("school", "preschool"):
        towns = territories.loc[territories["type"] == kind, "settlement"].value_counts(normalize=True)
        assert set(towns.index) == {"город", "село"} and towns.min() > 0.2


def test_every_code_name_and_login_is_its_own(territories: pd.DataFrame) -> None:
    assert territories["code"].is_unique and territories["name"].is_unique
    logins = territories["login"].dropna()
    assert logins.is_unique and logins.str.fullmatch(r"edu9\d{5}").all()
    assert territories["oktmo"].str.fullmatch(r"00\d{6}").all()


def test_parents_stand_one_level_higher(territories: pd.DataFrame) -> None:
    level = territories.set_index("code")["level"]
    assert territories.loc[territories["level"] == "region", "parent"].isna().all()
    assert (level[territories.loc[territories["level"] == "district", "parent"]] == "region").all()
    assert (level[territories.loc[territories["level"] == "school", "parent"]] == "district").all()


def test_one_district_has_a_single_school(territories: pd.DataFrame) -> None:
    # Its figure is the district's own, which the protection of small numbers must notice.
    counts = territories[territories["type"] == "school"].groupby("parent").size()
    assert (counts == 1).sum() == 1


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "Вымышленная область"), (27, "Вымышленный край"), (54, "Республика Вымышленная")],
)
def test_regions_are_plainly_invented(number: int, expected: str) -> None:
    assert region_name(number) == expected


def test_region_names_do_not_repeat() -> None:
    assert len({region_name(number) for number in range(200)}) == 200


def test_names_decline() -> None:
    district, town = DistrictName(0, 1, 14), DistrictName(0, 0, 14)
    assert district.name == "Условный район"
    assert district.school("СОШ", 1) == "МБОУ «Условная СОШ № 1»"
    assert district.preschool(2) == "МБДОУ «Детский сад № 2» Условного района"
    assert town.name == "город Образцовск"
    assert town.school("Лицей", 3) == "МБОУ «Лицей № 3» города Образцовска"


def test_organisations_lie_within_their_district(territories: pd.DataFrame, rings: dict[str, Ring]) -> None:
    for code, group in territories[territories["level"] == "school"].groupby("parent"):
        assert inside(group[["longitude", "latitude"]].to_numpy(), rings[str(code)]).all(), code


def test_districts_tile_the_region(territories: pd.DataFrame, rings: dict[str, Ring]) -> None:
    districts = territories.loc[territories["level"] == "district", "code"]
    assert set(rings) == {"demo", *districts}
    # No gaps and no overlaps: areas add up (corners are rounded to 1e-6 degrees), and points lie in one only.
    assert sum(area(rings[code]) for code in districts) == pytest.approx(area(rings["demo"]), rel=1e-6)
    low, high = rings["demo"].min(axis=0), rings["demo"].max(axis=0)
    points = np.random.default_rng(0).uniform(low, high, (4000, 2))
    hits = sum(inside(points, rings[code]).astype(int) for code in districts)
    assert np.array_equal(hits, inside(points, rings["demo"]).astype(int))


def test_schools_open_close_and_merge(territories: pd.DataFrame) -> None:
    schools = territories[territories["type"] == "school"].set_index("code")
    assert (schools["opened"] > 2017).sum() >= 2
    assert (schools["closed"].notna() & schools["merged_into"].isna()).sum() >= 2
    merged = schools[schools["merged_into"].notna()]
    assert len(merged) >= 2 and set(merged["history_continues"]) == {True, False}
    assert merged["closed"].notna().all()
    hosts = schools.loc[merged["merged_into"]]
    assert hosts["closed"].isna().all() and list(hosts["parent"]) == list(merged["parent"])
    assert schools["history_continues"].notna().sum() == len(merged)


def test_a_school_takes_over_the_pupils_of_the_one_that_joined_it(region: Path, territories: pd.DataFrame) -> None:
    traits = pd.read_parquet(region / "traits.parquet")
    pupils = traits[traits["trait"] == "pupils"].set_index(["territory", "year"])["value"]
    for _, gone in territories[territories["merged_into"].notna()].iterrows():
        year, host = int(gone["closed"]), gone["merged_into"]
        assert (gone["code"], year) not in pupils.index
        before = pupils[(gone["code"], year - 1)] + pupils[(host, year - 1)]
        # One per cent or two of growth and a few per cent of chance lie between two years.
        assert pupils[(host, year)] == pytest.approx(before, rel=0.15)


def test_renamed_territories_keep_their_current_name(region: Path, territories: pd.DataFrame) -> None:
    names = pd.read_parquet(region / "territory_names.parquet")
    current = names[names["to_year"].isna()].set_index("code")["name"]
    assert len(current) >= 3 and current.index.is_unique
    assert (territories.set_index("code")["name"][current.index] == current).all()
    earlier = names[names["to_year"].notna()].set_index("code")
    starts = names[names["to_year"].isna()].set_index("code")["from_year"]
    assert (earlier["to_year"] + 1 == starts[earlier.index]).all()
    assert (earlier["name"] != current[earlier.index]).all()
    kinds = territories.set_index("code")["level"][current.index]
    assert set(kinds) == {"district", "school"}


def test_traits_are_known_for_most_but_not_for_all(region: Path, territories: pd.DataFrame) -> None:
    traits = pd.read_parquet(region / "traits.parquet")
    assert set(traits["trait"]) == {
        "pupils", "rural_share", "disability_share", "non_native_share", "low_income_share", "teacher_experience",
        "pupils_per_teacher", "distance_to_centre",
    }  # fmt: skip
    assert not traits.duplicated(["territory", "year", "trait"]).any()
    missing = traits.groupby("trait")["value"].apply(lambda values: values.isna().mean())
    assert missing["pupils"] == 0 and 0.02 < missing["teacher_experience"] < 0.2
    shares = traits[traits["trait"].str.endswith("_share")]["value"].dropna()
    assert shares.between(0, 100).all()
    settlement = territories.set_index("code")["settlement"]
    rural = traits[traits["trait"] == "rural_share"].dropna()
    mean = rural.groupby(rural["territory"].map(settlement))["value"].mean()
    assert mean["село"] > 80 and mean["город"] < 20


@pytest.mark.parametrize("schools", [1, 3, 13])
def test_a_handful_of_schools_is_enough(tmp_path: Path, catalogue: Catalogue, schools: int) -> None:
    generate(tmp_path, schools=schools, years=2, catalogue=catalogue)
    territories = pd.read_parquet(tmp_path / "territories.parquet")
    assert (territories["type"] == "school").sum() == schools
    assert (territories["type"] == "preschool").sum() == schools // 4


def test_a_country_has_regions_of_like_build(tmp_path: Path, catalogue: Catalogue) -> None:
    generate(tmp_path, schools=2000, years=2, catalogue=catalogue)
    territories = pd.read_parquet(tmp_path / "territories.parquet")
    types = territories["type"].value_counts()
    assert types["school"] == 2000 and types["preschool"] == 500
    assert list(territories.loc[territories["level"] == "region", "code"]) == [
        "demo",
        "demo-r02",
        "demo-r03",
        "demo-r04",
    ]
    districts = territories[territories["level"] == "district"].groupby("parent").size()
    assert districts.between(15, 20).all()
    assert territories["code"].str.fullmatch(r"demo(-r\d\d)?(-d\d\d(-[ackms]\d+)?)?").all()
    assert territories["code"].is_unique and territories["login"].dropna().is_unique
    observations = pd.read_parquet(tmp_path / "observations.parquet")
    assert set(observations["indicator"]) == {
        code
        for code, indicator in catalogue.indicators.items()
        if is_drawn(indicator) and any(indicator.version_in(year) for year in (2023, 2024))
    }
    assert (observations["numerator"].dropna() <= observations["denominator"].dropna()).all()
    order = observations[["indicator", "subject", "grade", "year", "territory"]].fillna("")
    assert order.equals(order.sort_values(list(order.columns), kind="stable"))
