"""Document 003 as it stands, and invented lists that contradict no figure of the demonstration region."""

import pytest

from pipelines import queries, queries_support
from pipelines.programmes import support as source
from pipelines.programmes import support_demo as demo
from pipelines.programmes import support_work


@pytest.fixture(scope="module")
def found(snapshot):
    return source.support(snapshot)


@pytest.fixture(scope="module")
def region(snapshot) -> int:
    register = queries.territories(snapshot, "demo")
    return int(register.loc[register["level"] == "region", "territory_id"].iloc[0])


@pytest.fixture(scope="module")
def lists(snapshot, region):
    return demo.lists(snapshot, region, 2023)


@pytest.fixture(scope="module")
def rows(snapshot, region):
    return support_work.work(snapshot, region, 2024)


def counts(snapshot, region, code: str, year: int) -> dict[str, float]:
    frame = queries.figures(snapshot, [code], level="district", within=region, years=[year], collection="demo")
    number = "value" if code == demo.IN_PROJECT else "numerator"
    known = frame[frame[number].notna()]
    return dict(zip(known["territory"], known[number], strict=True))


def test_the_selection_and_the_papers_of_eleven_schools(found):
    assert found.selection == (159, 81, 11)
    assert len(found.schools) == 11
    assert [number for _name, number in found.papers] == [11, 11, 45, 11, 11]


def test_names_are_whole_and_without_the_slips_of_the_table(found):
    assert "МБОУ «Вилюйская СОШ №2 им. Г.С. Донского»" in [one.official for one in found.schools]
    assert not any('""' in one.official for one in found.schools)


def test_causes_and_decisions_are_matched_by_factor_and_empty_stays_empty(found):
    silent = [one.code for one in found.factors if not one.causes]
    # The document's own table of decisions has no causes for motivation, parents and discipline.
    assert silent == ["support_risk_03", "support_risk_08", "support_risk_10"]
    assert all(one.decisions for one in found.factors)
    equipment = found.factors[0]
    assert ("таблица решений", "Оснащение школы") in equipment.aliases


def test_discipline_is_no_factor_of_2020(found):
    assert [where for where, _name in found.factors[-1].aliases] == ["2021", "таблица решений"]


def test_three_programmes_with_what_the_document_leaves_out(snapshot):
    overcoming, step, drivers = source.programmes(snapshot)
    parts = {part.title: part for part in step.parts}
    assert len(parts["Этапы"].lines) == 3 and len(parts["Целевые группы"].lines) == 4
    assert len(parts["Предметы, которые беспокоят учителей"].lines) == 8 and len(parts["Потребности"].lines) == 4
    assert any("168" in line for part in overcoming.parts for line in part.lines)
    assert drivers.parts[0].title == "Цель"


@pytest.mark.parametrize("year", [2019, 2021, 2023, 2024])
def test_every_district_lists_as_many_schools_as_its_indicator_counts(snapshot, region, year):
    listed: dict[str, int] = {}
    project: dict[str, int] = {}
    for one in demo.lists(snapshot, region, year).schools:
        listed[one.district] = listed.get(one.district, 0) + one.low
        project[one.district] = project.get(one.district, 0) + one.project
    for district, number in counts(snapshot, region, demo.LISTED, year).items():
        assert listed.get(district, 0) == number, district
    assert {d: n for d, n in project.items() if n} == {
        d: n for d, n in counts(snapshot, region, demo.IN_PROJECT, year).items() if n
    }


def test_each_step_of_the_selection_keeps_schools_of_the_one_before(lists):
    steps = [{one.code for one in lists.schools if one.step >= number} for number in (1, 2, 3)]
    assert steps[0] > steps[1] > steps[2]
    assert all(one.cluster and one.deficit for one in lists.schools if one.low)


def test_those_who_stay_on_the_list_are_as_many_as_did_not_leave(snapshot, region):
    before, now = ({o.code: o.district for o in demo.lists(snapshot, region, y).schools if o.low} for y in (2022, 2023))
    frame = queries.figures(snapshot, [demo.LEFT], level="district", within=region, years=[2023], collection="demo")
    told = frame[frame["numerator"].notna()]
    for row in told.to_dict("records"):
        earlier = [code for code, district in before.items() if district == row["territory"]]
        if len(earlier) == row["denominator"]:
            assert sum(code in now for code in earlier) == row["denominator"] - row["numerator"]


def test_a_factor_is_chosen_as_often_as_its_indicator_says(snapshot, region, lists):
    profiles = demo.profiles(snapshot, region, 2023)
    places = {one.code: one.district for one in lists.schools}
    for factor in demo.FACTORS:
        chosen: dict[str, int] = {}
        for code, risks in profiles.items():
            own = sum(risk.chosen for risk in risks if risk.code == factor)
            chosen[places[code]] = chosen.get(places[code], 0) + own
        for district, number in counts(snapshot, region, factor, 2023).items():
            assert chosen.get(district, 0) == number, (factor, district)


def test_found_and_chosen_are_two_facts(snapshot, region):
    risks = [risk for own in demo.profiles(snapshot, region, 2023).values() for risk in own]
    # Schools chose among factors found high or middling, and not all of those.
    assert all(risk.level != "низкий" for risk in risks if risk.chosen)
    assert any(risk.level == "высокий" and not risk.chosen for risk in risks)
    assert not any(risk.programme and not risk.chosen for risk in risks)


def test_the_edition_of_2020_has_nine_factors(snapshot, region):
    profiles = demo.profiles(snapshot, region, 2020)
    assert {len(own) for own in profiles.values()} == {9}


def test_the_worktable_has_a_row_for_each_school_of_the_project(snapshot, region, rows):
    project = {one.code for one in demo.lists(snapshot, region, 2024).schools if one.project}
    assert {row.school.code for row in rows} == project
    assert {row.stage for row in rows} <= {2, 3, 4, 5}


def test_what_was_sent_has_a_day_and_a_link_and_what_was_not_has_neither(rows):
    for paper in (paper for row in rows for paper in row.papers):
        assert (paper.state == "none") == (paper.day is None) == (not paper.link)


def test_a_social_passport_adds_up_to_the_school_and_knows_its_classes(snapshot, region):
    traits = ("low_income_share", "disability_share")
    frame = queries_support.context(snapshot, region, ["pupils", *traits])
    own = frame[(frame["territory"] == "demo-d01-s023") & (frame["year"] == 2024)].set_index("trait")["value"]
    bands = demo.passport(snapshot, region, "demo-d01-s023", 2024, traits)
    assert [(band.first, band.last) for band in bands] == [(1, 4), (5, 9), (10, 11)]
    assert sum(band.pupils for band in bands) == own["pupils"]
    for trait in own.index.drop("pupils"):
        assert sum(band.counts[trait] for band in bands) == round(own["pupils"] * own[trait] / 100)


def test_what_is_next_comes_before_what_follows_it(rows):
    for row in rows:
        action, paper = row.next
        if action in ("correct", "send", "check"):
            done = support_work.PAPERS[: support_work.PAPERS.index(paper)]
            assert all(row.paper(code).state == "accepted" for code in done)
    assert {row.next[0] for row in rows} > {"correct", "send"}


def test_seven_parameters_count_parts_of_wholes(rows):
    found = support_work.monitoring(rows, 2024)
    assert len(found) == 7
    assert all(one.whole is None or 0 <= one.part <= one.whole for one in found)


def test_before_and_after_sums_the_same_visible_schools_in_both_years(snapshot, region, lists):
    chosen = tuple(one.code for one in lists.schools if one.project)
    others = tuple(one.code for one in lists.schools if one.low and not one.project)
    found = queries_support.followed(snapshot, region, "demo", (2023, 2024), "Математика", "5", chosen, others)
    figures = queries_support.results(snapshot, region, "demo", [2023, 2024])
    figures = figures[(figures["subject"] == "Математика") & (figures["grade"] == "5") & figures["numerator"].notna()]
    for codes, seen, pair in zip((chosen, others), found.seen, found.shares, strict=True):
        own = figures[figures["territory"].isin(codes)]
        both = own.groupby("territory")["year"].nunique()
        own = own[own["territory"].isin(both[both == 2].index)]
        assert seen == own["territory"].nunique() < len(codes)  # some are hidden: they are in no sum
        for year, share in zip((2023, 2024), pair, strict=True):
            of_year = own[own["year"] == year]
            assert (share.numerator, share.denominator) == (of_year["numerator"].sum(), of_year["denominator"].sum())
    assert found.result.beyond.difference == found.result.chosen.difference - found.result.others.difference


def test_nothing_is_compared_over_a_changed_definition_or_without_the_other_group(snapshot, region, lists):
    chosen = tuple(one.code for one in lists.schools if one.project)
    ask = (snapshot, region, "demo")
    assert queries_support.followed(*ask, (2020, 2021), "Математика", "5", chosen, chosen).result is None
    assert queries_support.followed(*ask, (2023, 2024), "Математика", "5", chosen, ()).result is None


def test_hidden_figures_leave_a_school_undecided(snapshot, region):
    findings = queries_support.computed(snapshot, region, "demo", 2024, 30, 2)
    figures = queries_support.results(snapshot, region, "demo", [2024])
    hidden = figures[figures["absence"] == "suppressed"].groupby("territory").size()
    whole = hidden[hidden == 4].index
    assert len(whole) and {findings[code].outcome for code in whole} == {"undecided"}


def test_without_the_document_factors_are_named_as_in_the_catalogue(snapshot, monkeypatch):
    monkeypatch.setattr(source, "support", lambda _snapshot: None)
    names = source.factor_names(snapshot)
    assert list(names) == list(demo.FACTORS)
    assert names["support_risk_10"] == "Низкий уровень дисциплины в классе"
