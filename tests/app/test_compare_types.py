"""«Сравнение» obeys the type of organisations that the pages of programmes obey."""

import pytest

pytestmark = pytest.mark.usefixtures("demo_warehouse")


def test_organisations_of_one_type_alone_are_compared_where_an_indicator_is_counted_for_several(open_page):
    where = {"data": "demo", "level": "school", "indicator": "leaders_teacher_category", "district": "demo-d01"}
    everyone, gardens = open_page("compare", **where), open_page("compare", **where, type="preschool")
    assert not everyone.exception and not gardens.exception and not gardens.warning
    names = [set(page.multiselect[0].options) for page in (everyone, gardens)]
    assert names[1] < names[0] and names[1]
    assert all("сад" in name.lower() for name in names[1])
    assert "filter_type" not in {box.key for box in open_page("compare", data="demo", level="school").selectbox}
