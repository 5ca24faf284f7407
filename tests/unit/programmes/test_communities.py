"""Focus groups of document 001, roles kept apart, and invented mentors that stay plausible."""

import pytest

from pipelines import queries
from pipelines.programmes import communities as source
from pipelines.programmes import demo


@pytest.fixture(scope="module")
def found(snapshot):
    return source.communities(snapshot)


@pytest.fixture(scope="module")
def region(snapshot) -> int:
    register = queries.territories(snapshot, "demo")
    return int(register.loc[register["level"] == "region", "territory_id"].iloc[0])


def test_sixteen_places_and_fifteen_schools(found):
    assert [len(group.members) for group in found.groups] == [5, 5, 6]
    assert (found.places, found.distinct) == (16, 15)


def test_one_school_came_twice_under_two_names(found):
    (again,) = source.repeated(found.groups)
    assert again.times == (
        (2018, "МОУ «Дубровская школа»"),
        (2020, "Дубровская средняя общеобразовательная школа"),
    )


def test_school_2_of_the_town_and_the_evening_school_2_are_two_schools(found):
    codes = {member.code for group in found.groups for member in group.members if "№2" in member.name}
    assert len(codes) == 3  # with the centre of education №2 in Murino


def test_a_theme_that_is_not_stated_stays_empty(found):
    assert [bool(group.theme) for group in found.groups] == [True, False, True]


def test_periods_are_read(found):
    assert [(group.reading.start, group.reading.end) for group in found.groups] == [
        ("2018-09", "2019-08"), ("2019", "2019"), ("2020", "2020"),
    ]  # fmt: skip


def test_forms_priorities_and_expertise_stand_by_year(found):
    assert [len(group.forms) for group in found.groups] == [5, 3, 4]
    assert [len(group.expertise) for group in found.groups] == [4, 3, 0]
    assert len(found.priorities) == 5


def test_the_same_head_stands_in_all_three_years_as_a_role(found):
    assert {group.roles[0][0] for group in found.groups} == {"руководитель фокус-группы 2018"}


def test_five_roles_are_five():
    roles = source.roles()
    assert [role.name for role in roles] == ["Ментор", "Наставник", "Куратор", "Тьютор", "Коуч"]
    assert len({role.text for role in roles}) == len({role.who for role in roles}) == 5
    # The documents use the word «коучинг» and do not say what it is.
    assert [role.code for role in roles if not role.from_document] == ["coach"]


def test_groups_of_schools_are_not_shown_for_preschools(found):
    assert source.of_type(found.groups, "preschool") == []
    assert len(source.of_type(found.groups, "school")) == 3


# --- invented ----------------------------------------------------------------------------------------------


def test_offers_are_the_same_each_time_and_nobody_takes_more_than_there_is(snapshot, region):
    one, other = demo.offers(snapshot, region), demo.offers(snapshot, region)
    assert one.equals(other) and len(one) > 50
    assert ((one["taken"] >= 0) & (one["taken"] <= one["places"]) & (one["places"] > 0)).all()
    assert not one.duplicated(["territory", "competence"]).any()


def test_offers_come_from_organisations_that_exist_and_suit_their_type(snapshot, region):
    frame = demo.offers(snapshot, region)
    register = queries.territories(snapshot, "demo").set_index("code")
    assert register.loc[frame["territory"], "closed"].isna().all()
    assert all(row.competence in demo.COMPETENCES[row.type] for row in frame.itertuples())
    assert {"school", "preschool", "additional", "methodical"} == set(frame["type"])


def test_a_director_is_helped_by_a_mentor_and_a_teacher_by_an_adviser(snapshot, region):
    frame = demo.offers(snapshot, region).set_index("competence")["role"]
    assert set(frame.loc["управление школой"]) == {"mentor"}
    assert set(frame.loc["классное руководство"]) == {demo.ADVISER}
    assert set(frame) <= {role.code for role in source.roles()}


def test_invented_groups_have_one_organisation_that_came_again(snapshot, region):
    groups = demo.groups(snapshot, region)
    assert len(source.repeated(groups)) == 1
    assert all(len({member.code for member in group.members}) == len(group.members) for group in groups)


def test_sums_of_a_choice_are_the_sums_of_its_offers(snapshot, region):
    found = demo.offered(snapshot, region, kind="preschool", competence="речевое развитие")
    assert set(found.offers["type"]) == {"preschool"} and set(found.by_competence["competence"]) == {"речевое развитие"}
    assert (found.places, found.taken) == (found.offers["places"].sum(), found.offers["taken"].sum())
    assert found.by_district["free"].sum() == found.places - found.taken


def test_a_district_that_offers_nothing_has_no_number_and_not_a_zero(snapshot, region):
    found = demo.offered(snapshot, region, district="demo-d07")
    by_code = found.by_district.set_index("territory")["free"]
    assert by_code["demo-d07"] == found.places - found.taken
    assert by_code.drop("demo-d07").isna().all() and len(by_code) == 14
