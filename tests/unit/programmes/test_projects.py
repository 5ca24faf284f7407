"""The cascade of projects: whole passports, plans in time, contradictions noted, and nothing called late unproved."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import dates
from pipelines.catalogue import load_catalogue
from pipelines.dates import Span
from pipelines.programmes import demo_projects, movement, projects
from pipelines.programmes.projects import Record, Step


@pytest.fixture(scope="module")
def cascade(snapshot):
    found = projects.cascade(snapshot)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def by_code(cascade):
    return {project.code: project for project in cascade.projects}


# --- the passport ------------------------------------------------------------------------------------------


def test_the_cascade_has_its_programme_three_strategic_and_six_methodical_projects(cascade):
    assert any("до 2024 года" in text for _name, text in cascade.programme)
    assert len(cascade.strategic) == 3
    assert [project.code for project in cascade.projects] == [
        "community", "leaders_school", "trajectory", "school_to_school", "laboratory", "tutor",
    ]  # fmt: skip


# Counted by hand in document 002: tasks, tools, norms, expected results, stages, activities, achieved results.
COUNTS = {
    "community": (8, 0, 1, 7, 3, 0, 0),
    "leaders_school": (6, 9, 1, 3, 1, 16, 9),
    "trajectory": (4, 6, 3, 5, 3, 9, 0),
    "school_to_school": (6, 5, 0, 3, 3, 6, 0),
    "laboratory": (3, 1, 1, 1, 3, 12, 0),
    "tutor": (3, 5, 1, 5, 0, 5, 0),
}


@pytest.mark.parametrize(("code", "counts"), COUNTS.items())
def test_a_passport_is_whole(by_code, code, counts):
    one = by_code[code]
    parts = (one.tasks, one.tools, one.norms, one.expected, one.stages, one.activities, one.achieved)
    assert tuple(map(len, parts)) == counts
    assert one.goal and one.finance and one.participants and one.leaders and one.directions and one.concept
    # «Раздела „Уникальная идея“ нет» in the first project alone.
    assert bool(one.idea) == (code != "community")


def test_the_first_project_keeps_its_principles_sprints_and_definition(by_code):
    lists = dict(by_code["community"].lists)
    assert len(lists["Семь принципов"]) == 7 and len(lists["Пять спринтов"]) == 5
    assert any("пяти и более человек" in text for text in lists["Понятия документа"])


def test_roles_stand_where_the_document_names_people(cascade):
    patronymic = re.compile(r"[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+(?:вна|вич|ична)\b")
    for project in cascade.projects:
        assert not patronymic.search(repr(project))


def test_only_the_laboratory_names_who_answers(by_code):
    assert {step.responsible for step in by_code["leaders_school"].activities} == {projects.NOBODY}
    assert all(step.responsible != projects.NOBODY for step in by_code["laboratory"].activities)


# --- plans in time -----------------------------------------------------------------------------------------


def test_every_wording_is_read_as_the_workbook_reads_it(cascade):
    assert [finding.message for project in cascade.projects for finding in projects.findings(project)] == []
    unread = [step.name for project in cascade.projects for step in (*project.stages, *project.activities)
              if step.reading is None]  # fmt: skip
    # A row of the first project's stages has no date at all.
    assert unread == ["Мероприятия фиксируются в выбранном инструменте гибкого управления проектами"]


PERIODS = {
    "community": Span(date(2021, 8, 1), date(2024, 8, 31)),
    "leaders_school": Span(date(2019, 1, 1), date(2024, 12, 31)),
    "trajectory": Span(date(2020, 9, 1), date(2024, 12, 31)),
    "school_to_school": Span(date(2020, 9, 1), date(2024, 9, 30)),
    "laboratory": Span(date(2020, 1, 1), date(2025, 10, 31)),
    "tutor": Span(date(2021, 6, 1), date(2021, 11, 30)),
}


@pytest.mark.parametrize(("code", "period"), PERIODS.items())
def test_a_project_lasts_from_its_first_to_its_last_day(by_code, code, period):
    assert by_code[code].period == period


def test_bare_months_recur_within_the_project_and_in_no_other_year(by_code):
    project = by_code["school_to_school"]
    # «Сентябрь» in a project from September 2020 to September 2024: five Septembers.
    years = [span.start.year for span in project.spans(project.activities[0])]
    assert years == [2020, 2021, 2022, 2023, 2024]


def test_an_activity_recurs_within_its_own_stage(by_code):
    project = by_code["trajectory"]
    regular = next(step for step in project.activities if step.number == "4")
    assert project.spans(regular) == [Span(date(2021, 9, 1), date(2024, 10, 31))]


def test_an_unreadable_wording_is_a_finding_and_has_no_place_on_the_axis(by_code):
    odd = Step("Итоги", "по мере готовности", dates.read("по мере готовности"), cells="Мероприятия!A9:O9")
    project = replace(by_code["laboratory"], activities=(odd,))
    (finding,) = projects.findings(project)
    assert (finding.rule, finding.sheet, finding.cell) == ("unread_date", "Мероприятия", "A9:O9")
    assert "по мере готовности" in finding.message
    assert project.spans(odd) == [] and project.phase(odd, date(2022, 1, 1)) == "unknown"


def test_a_reading_other_than_the_workbooks_is_a_finding(by_code):
    step = by_code["laboratory"].stages[0]
    project = replace(by_code["laboratory"], stages=(replace(step, stated=("2020-09", "2021-08")),), activities=())
    assert [finding.rule for finding in projects.findings(project)] == ["date_read_otherwise"]


# --- contradictions ----------------------------------------------------------------------------------------


def test_an_activity_that_outlasts_its_stage_is_found(cascade):
    found = {(project.code, step.number, stage.name) for project in cascade.projects
             for step, stage in projects.outside_stage(project)}  # fmt: skip
    assert found == {("trajectory", "5", "Основной")}


def test_two_last_days_are_found(by_code):
    stage, step = projects.final_dates(by_code["laboratory"])
    assert (stage.wording, step.wording) == ("до 31.10.2025", "до 30.10.2025")
    assert all(projects.final_dates(one) is None for code, one in by_code.items() if code != "laboratory")


def test_activities_alike_are_found_and_no_others(cascade):
    found = [(project.code, one.number, other.number) for project in cascade.projects
             for one, other in projects.alike(project)]  # fmt: skip
    assert found == [("leaders_school", "1.1", "2.7")]


# --- states ------------------------------------------------------------------------------------------------


@given(on=st.dates(date(2015, 1, 1), date(2040, 1, 1)))
def test_nothing_of_the_documents_is_ever_late(cascade, on):
    for project in cascade.projects:
        for step in (*project.stages, *project.activities):
            assert project.state(step, on) == "unknown"


def test_late_needs_a_record_of_non_completion_and_a_deadline_that_is_over():
    step = Step("Карта", "до 31.12.2022", dates.read("до 31.12.2022"), records=(
        Record(date(2022, 10, 1), "not_done"), Record(date(2023, 3, 1), "done"),
    ))  # fmt: skip
    project = replace(demo_projects.portfolio().projects[0], stages=(), activities=(step, Step("Начало", "2022",
                      dates.read("2022"))))  # fmt: skip
    assert project.state(step, date(2022, 9, 1)) == "unknown"  # nothing was on record then
    assert project.state(step, date(2022, 12, 31)) == "not_done"  # the last day is still in time
    assert project.state(step, date(2023, 1, 1)) == "late"
    assert project.state(step, date(2023, 3, 1)) == "done"


@given(on=st.dates(date(2019, 1, 1), date(2030, 1, 1)))
def test_on_any_day_only_what_is_on_record_as_not_done_is_late(on):
    for project in demo_projects.portfolio().projects:
        for step in project.activities:
            if project.state(step, on) == "late":
                assert max((r for r in step.records if r.day <= on), key=lambda r: r.day).state == "not_done"
                assert project.phase(step, on) == "after"


# --- what is ours ------------------------------------------------------------------------------------------


def test_every_project_has_a_link_marked_as_ours_to_what_the_catalogue_holds(by_code):
    catalogue = load_catalogue()
    assert set(projects.links()) == set(by_code)
    for link in projects.links().values():
        assert link.assumption and link.note
        assert link.mechanism in catalogue.mechanisms
        assert all(catalogue.indicators[code].mechanism == link.mechanism for code in link.indicators)


def test_the_laboratory_is_for_preschools_alone():
    assert projects.links()["laboratory"].organisation_types == ("preschool",)


def test_invented_projects_are_marked_and_every_word_on_time_is_read():
    for project in demo_projects.portfolio().projects:
        assert "(пример)" in project.name
        assert all(step.reading for step in (*project.stages, *project.activities))
        assert project.code in projects.links()


def test_before_is_before_the_project_and_after_is_not_before_its_end(snapshot):
    for project in demo_projects.portfolio().projects:
        for moved in movement.movements(snapshot, project, "demo"):
            effect = moved.effect
            assert effect.before is None or effect.before["year"] < project.period.start.year
            # The demonstration region has figures up to 2024: a project that ends later is measured there.
            assert effect.after is None or effect.after["year"] >= min(project.period.end.year, 2024)
            if effect.word in ("better", "worse"):
                assert effect.low * effect.high > 0  # Newcombe's interval leaves 0 out
            elif effect.word == "not_distinguishable":
                assert effect.low <= 0 <= effect.high


def test_without_figures_before_the_project_there_is_no_verdict(snapshot):
    # Preschools are counted in the demonstration region from 2021 on.
    project = next(one for one in demo_projects.portfolio().projects if one.code == "laboratory")
    earlier = replace(project, stages=(Step("запуск", "2020", dates.read("2020")),), activities=())
    assert {moved.effect.reason for moved in movement.movements(snapshot, earlier, "demo")} == {"no_before"}


def test_an_indicator_told_by_subject_alone_moves_in_each_subject_and_class(snapshot):
    project = next(one for one in demo_projects.portfolio().projects if one.code == "trajectory")
    by_subject = replace(project, link=replace(project.link, indicators=("assessment_vpr_pass",)))
    found = movement.movements(snapshot, by_subject, "demo")
    assert {("Математика", "5"), ("Русский язык", "4")} <= {(one.subject, one.grade) for one in found}
    assert all(one.effect.before["subject"] == one.subject for one in found if one.effect.before is not None)
