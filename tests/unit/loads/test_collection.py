"""The collection table, by hand: what was loaded decides, a return asks once more, a correction makes nobody late."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import collection
from pipelines.collection import Deadline, Report, Return, Unit, coverage, statuses
from pipelines.errors import UnknownCode
from pipelines.load_findings import Kept
from pipelines.loads import Loads, withdrawn
from pipelines.readers.rules import finding

DUE, TODAY = date(2024, 3, 15), date(2024, 3, 20)
CITY, RURAL = "RU-KYA-lesosibirsk", "RU-KYA-eniseyskiy"


def noon(day: int) -> str:
    """Noon UTC: the same day in every time zone of Russia."""
    return f"2024-03-{day:02}T09:00:00Z"


def one(reports=(), returns=(), due=DUE, today=TODAY, inside=()):
    (status,) = statuses([Unit("d", "Район", inside=frozenset(inside))], reports, returns, due, today)
    return status


def sent_back(day: int, code: str = "d") -> Return:
    return Return("flat_marks", 2023, code, "а.xlsx", noon(day), findings=("Ошибка: не число.",))


@pytest.mark.parametrize(
    ("reports", "returns", "today", "state", "late"),
    [
        # nobody sent anything: waited for until the last day itself, five days overdue on the 20th
        ([], [], date(2024, 3, 15), "awaited", 0),
        ([], [], TODAY, "overdue", 5),
        # handed in on the last day is in time, a day after it is one day late
        ([Report("d", noon(15), "а.xlsx")], [], TODAY, "reported", 0),
        ([Report("d", noon(16), "а.xlsx")], [], TODAY, "late", 1),
        # a corrected file after the deadline does not make a report late
        ([Report("d", noon(10), "а.xlsx", counts=False), Report("d", noon(18), "б.xlsx")], [], TODAY, "reported", 0),
        # sent back and silent since; sent back and mended; sent back after it was loaded
        ([], [sent_back(12)], TODAY, "returned", 5),
        ([Report("d", noon(14), "б.xlsx")], [sent_back(12)], TODAY, "reported", 0),
        ([Report("d", noon(10), "а.xlsx")], [sent_back(12)], date(2024, 3, 13), "returned", 0),
        # a load that was replaced whole by one without this municipality is no report
        ([Report("d", noon(10), "а.xlsx", counts=False)], [], TODAY, "overdue", 5),
    ],
)
def test_state_of_one_municipality(reports, returns, today, state, late):
    status = one(reports, returns, today=today)
    assert (status.state, status.days_late) == (state, late)


def test_municipality_reports_through_its_schools_and_they_are_counted():
    status = one([Report("s1", noon(10), "а.xlsx"), Report("s9", noon(10), "а.xlsx")], inside=("s1", "s2", "s3"))
    assert (status.state, status.inside_reported, status.inside_total) == ("reported", 1, 3)


def test_without_a_deadline_nobody_is_late():
    assert one(due=None).state == "awaited"
    assert one([Report("d", noon(30), "а.xlsx")], due=None).state == "reported"


def test_those_who_are_asked_for_something_stand_first():
    units = [Unit(code, f"Район {code}") for code in "абвг"]
    reports = [Report("а", noon(10), "а.xlsx"), Report("б", noon(17), "б.xlsx")]
    found = statuses(units, reports, [sent_back(12, "в")], DUE, TODAY)
    assert [(status.unit.code, status.state) for status in found] == [
        ("г", "overdue"), ("в", "returned"), ("б", "late"), ("а", "reported"),
    ]  # fmt: skip
    assert coverage(found) == (2, 4)


@given(
    st.lists(st.tuples(st.sampled_from("абвгд"), st.integers(1, 28), st.booleans()), max_size=12),
    st.lists(st.tuples(st.sampled_from("абвгд"), st.integers(1, 28)), max_size=6),
    st.integers(1, 28),
)
def test_every_unit_has_one_state_and_coverage_is_what_has_figures(loaded, back, today):
    units = [Unit(code, code) for code in "абвгд"]
    reports = [Report(code, noon(day), "ф", counts) for code, day, counts in loaded]
    returns = [sent_back(day, code) for code, day in back]
    found = statuses(units, reports, returns, DUE, date(2024, 3, today))
    assert sorted(status.unit.code for status in found) == list("абвгд")
    done, expected = coverage(found)
    assert expected == 5 and done <= len({code for code, _, counts in loaded if counts})
    # a state that says «handed in» always rests on a load that counts
    with_figures = {code for code, _, counts in loaded if counts}
    assert {status.unit.code for status in found if status.state in ("reported", "late")} <= with_figures
    assert all(status.days_late == 0 for status in found if status.state in ("reported", "awaited"))


def test_loads_decide_who_reported(register, marks, published, warehouse):
    """Both municipalities are expected; a load of another year is no report; a withdrawn load neither."""
    path = marks("а.xlsx", ("город Лесосибирск", "СОШ № 1"), ("город Лесосибирск", "СОШ № 2"))
    published(path)
    store = Loads(warehouse)
    entries = store.entries()

    def found(year, entries=entries):
        units = collection.units(store.register(), "district", year=year)
        return {
            status.unit.code: (status.state, status.inside_reported, status.inside_total)
            for status in statuses(
                units, collection.reports(store, entries, "flat_marks", year), [], date(2099, 1, 1), TODAY
            )
        }

    assert found(2023) == {CITY: ("reported", 2, 2), RURAL: ("awaited", 0, 1)}
    assert found(2022) == {CITY: ("awaited", 0, 2), RURAL: ("awaited", 0, 1)}
    assert collection.years(store, entries, "flat_marks") == [2023]
    load = next(entry for entry in entries if entry.format == "flat_marks")
    assert found(2023, withdrawn(entries, load.id)) == {CITY: ("awaited", 0, 2), RURAL: ("awaited", 0, 1)}


def test_deadlines_and_returns_are_kept_beside_the_loads(register, marks, published, warehouse):
    store = Loads(warehouse)
    collection.set_deadline(warehouse, Deadline("flat_marks", 2023, "district", "2024-03-15", "Отдел"))
    collection.set_deadline(warehouse, Deadline("flat_marks", 2023, "school", "2024-03-20", "Отдел"))
    collection.add_returns(warehouse, [sent_back(12, CITY)])
    published(marks("а.xlsx", ("город Лесосибирск", "СОШ № 1")))
    (kept,) = collection.deadlines(store)
    assert (kept.level, kept.last_day, kept.by) == ("school", date(2024, 3, 20), "Отдел")
    assert collection.returns(store, "flat_marks", 2023) == [sent_back(12, CITY)], "a publication loses nothing of it"
    collection.drop_deadline(warehouse, "flat_marks", 2023)
    assert collection.deadlines(store) == [] and len(store.entries()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        Deadline("organisations", 2023, "district", "2024-03-15"),
        Deadline("flat_marks", 23, "district", "2024-03-15"),
        Deadline("flat_marks", 2023, "region", "2024-03-15"),
        Deadline("flat_marks", 2023, "district", "15 марта"),
    ],
)
def test_deadline_that_cannot_be_is_refused(warehouse, wrong):
    with pytest.raises(UnknownCode):
        collection.set_deadline(warehouse, wrong)
    assert collection.deadlines(Loads(warehouse)) == []


# --- questions that stayed open --------------------------------------------------------------------------------


def kept(*told: tuple[str, tuple[str, ...]]) -> Kept:
    """Findings of a load by rule, each with the territories of its rows."""
    return Kept({}, tuple(finding(rule, "а.xlsx") for rule, _ in told), tuple(codes for _, codes in told))


def asked_of(unit: Unit, reports, found):
    (status,) = statuses([unit], reports, [], DUE, TODAY, found)
    return [one.rule for asked in status.asked for one in asked.findings]


def test_questions_go_to_whose_rows_they_are_about():
    """Two schools in one file: each is asked about its own row, the municipality about both and the file as a whole."""
    reports = [Report("s1", noon(10), "а.xlsx", load="1"), Report("s2", noon(10), "а.xlsx", load="1")]
    found = {"1": kept(("shares_not_100", ("s1",)), ("denominator_jump", ("s2",)), ("all_hundred", ()))}
    assert asked_of(Unit("s1", "СОШ № 1"), reports, found) == ["shares_not_100"]
    assert asked_of(Unit("s2", "СОШ № 2"), reports, found) == ["denominator_jump"]
    district = Unit("d", "Район", inside=frozenset({"s1", "s2"}))
    assert asked_of(district, reports, found) == ["shares_not_100", "denominator_jump", "all_hundred"]
    assert asked_of(Unit("d", "Район", inside=frozenset({"s1"})), reports, found) == ["shares_not_100"]


def test_corrected_file_closes_the_questions_of_the_former():
    reports = [Report("d", noon(10), "а.xlsx", load="1"), Report("d", noon(12), "б.xlsx", load="2")]
    assert asked_of(Unit("d", "Район"), reports, {"1": kept(("all_hundred", ("d",))), "2": kept()}) == []


def test_notes_are_no_questions():
    reports = [Report("d", noon(10), "а.xlsx", load="1")]
    assert asked_of(Unit("d", "Район"), reports, {"1": kept(("empty_share_is_zero", ("d",)))}) == []


# --- forms of the programmes -----------------------------------------------------------------------------------


def reported(store: Loads, form: str, year: int) -> set[str]:
    return {report.territory for report in collection.reports(store, store.entries(), form, year)}


def test_form_of_a_programme_counts_for_its_organisations_and_its_year(register, book, published, warehouse):
    head = ["Год", "Код или логин", "Организация", "Документ", "Состояние документа", "Что дальше"]
    row = ["концепция", "принято", "программа"]
    published(book("таблица.xlsx", head, [2023, "edu240001", "СОШ № 1", *row], [2024, "edu240002", "", *row]))
    store = Loads(warehouse)
    assert reported(store, "form_worktable", 2023) == {"edu240001"}
    assert reported(store, "form_worktable", 2024) == {"edu240002"}
    assert collection.years(store, store.entries(), "form_worktable") == [2024, 2023]


def test_form_without_a_year_counts_for_the_year_of_its_load(register, book, published, warehouse):
    head = ["Код или логин", "Организация", "Роль", "Компетенция", "Мест", "Занято"]
    published(book("наставники.xlsx", head, ["edu240003", "СОШ № 1", "тьютор", "подготовка к ГИА", 4, 0]))
    store = Loads(warehouse)
    this_year = collection.local_day(store.entries()[-1].when).year
    assert reported(store, "form_mentors", this_year) == {"edu240003"}


def test_decisions_count_for_the_year_of_the_meeting(register, book, published, warehouse):
    head = ["Дата заседания", "Территория", "Орган", "Тема", "Пункт", "Номер решения", "Текст решения"]
    row = ["16.12.2019", "город Лесосибирск", "Совет", "Качество", "1", "1.1", "Утвердить план."]
    published(book("решения.xlsx", head, row))
    assert reported(Loads(warehouse), "form_decisions", 2019) == {CITY}


def test_what_has_no_sender_is_not_collected():
    """A project says nowhere whose it is; a register, targets and boundaries have no year."""
    assert not {"form_projects", "organisations", "targets", "boundaries"} & set(collection.COLLECTED)
    assert {"form_worktable", "form_support", "form_mentors", "form_decisions"} <= set(collection.COLLECTED)
