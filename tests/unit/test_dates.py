"""Words on time: every wording of the documents, and laws that hold for any."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import dates
from pipelines.dates import MonthDay, Reading, Recurrence, Span, occurrences, phase, read

# Read by hand from the documents.
SPANS = {
    "08.2021- 01.2022": ("2021-08", "2022-01"),
    "08.2021–01.2022": ("2021-08", "2022-01"),
    "2019-2024": ("2019", "2024"),
    "2022 – 2023": ("2022", "2023"),
    # No «учебный год» here: two calendar years.
    "2020-2021": ("2020", "2021"),
    "2020-2021 учебный год": ("2020-09", "2021-08"),
    "2018-2019 учебный год": ("2018-09", "2019-08"),
    "2020-2021 гг.": ("2020", "2021"),
    "2019 год": ("2019", "2019"),
    "2020": ("2020", "2020"),
    "2023 – сентябрь 2024": ("2023", "2024-09"),
    "сентябрь 2020 – декабрь 2021": ("2020-09", "2021-12"),
    "сентябрь 2021 г. – октябрь 2024 г.": ("2021-09", "2024-10"),
    "ноябрь 2021-декабрь 2024": ("2021-11", "2024-12"),
    "ноябрь-декабрь 2024 г.": ("2024-11", "2024-12"),
    "июнь-август 2021": ("2021-06", "2021-08"),
    "октябрь-ноябрь 2021": ("2021-10", "2021-11"),
    "сентябрь 2021": ("2021-09", "2021-09"),
    "декабрь, 2020 г.": ("2020-12", "2020-12"),
    "март.. 2020г": ("2020-03", "2020-03"),
    "август 2020": ("2020-08", "2020-08"),
    "18.10.2021": ("2021-10-18", "2021-10-18"),
    "30.09.2021": ("2021-09-30", "2021-09-30"),
    "22 ноября 2021": ("2021-11-22", "2021-11-22"),
    "6.08.2020": ("2020-08-06", "2020-08-06"),
    "до 08.2024": (None, "2024-08"),
    "до 30.10.2025": (None, "2025-10-30"),
    "до 31.10.2025": (None, "2025-10-31"),
    # A start, not an end.
    "с января 2020 г.": ("2020-01", None),
}
RECURRENCES = {
    "в течение года": Recurrence("all_year"),
    "регулярно": Recurrence("regular"),
    "непрерывно": Recurrence("continuous"),
    "постоянно": Recurrence("continuous"),
    "ежегодно": Recurrence("yearly"),
    "ежегодно, апрель": Recurrence("yearly", MonthDay(4), MonthDay(4)),
    "ежегодно, сентябрь-октябрь": Recurrence("yearly", MonthDay(9), MonthDay(10)),
    "ежегодно, октябрь-ноябрь": Recurrence("yearly", MonthDay(10), MonthDay(11)),
    "ежегодно, ноябрь-декабрь": Recurrence("yearly", MonthDay(11), MonthDay(12)),
    "ежегодно, октябрь-февраль": Recurrence("yearly", MonthDay(10), MonthDay(2)),
    "ежегодно, декабрь – март": Recurrence("yearly", MonthDay(12), MonthDay(3)),
    "ежегодно до 01.06.": Recurrence("yearly", None, MonthDay(6, 1)),
    "май каждого учебного года": Recurrence("yearly", MonthDay(5), MonthDay(5)),
    "август каждого учебного года": Recurrence("yearly", MonthDay(8), MonthDay(8)),
    "не менее 1 раза в учебном полугодии": Recurrence("at_least", times=1, per="учебном полугодии"),
    # Bare months: yearly is our reading, and marked so.
    "Сентябрь": Recurrence("yearly", MonthDay(9), MonthDay(9), assumed=True),
    "Октябрь-ноябрь": Recurrence("yearly", MonthDay(10), MonthDay(11), assumed=True),
    "ноябрь - декабрь": Recurrence("yearly", MonthDay(11), MonthDay(12), assumed=True),
    "январь – март": Recurrence("yearly", MonthDay(1), MonthDay(3), assumed=True),
    "апрель – май": Recurrence("yearly", MonthDay(4), MonthDay(5), assumed=True),
    "июнь – сентябрь": Recurrence("yearly", MonthDay(6), MonthDay(9), assumed=True),
}
BOTH = {
    "2020-2024 ежегодно": ("2020", "2024", Recurrence("yearly")),
    "2020-2024 постоянно": ("2020", "2024", Recurrence("continuous")),
}


@pytest.mark.parametrize(("wording", "span"), SPANS.items())
def test_a_span_is_read_as_exactly_as_it_is_written(wording, span):
    assert read(wording) == Reading(wording, *span)


@pytest.mark.parametrize(("wording", "recurrence"), RECURRENCES.items())
def test_a_recurrence_is_no_span(wording, recurrence):
    assert read(wording) == Reading(wording, None, None, recurrence)


@pytest.mark.parametrize(("wording", "meaning"), BOTH.items())
def test_a_span_may_repeat(wording, meaning):
    assert read(wording) == Reading(wording, *meaning)


@pytest.mark.parametrize(
    "wording",
    [
        "", "скоро", "по мере необходимости", "в установленные сроки", "31.02.2020", "2024-2020", "13.2021",
        "декабрь-ноябрь 2024", "до октября", "осень 2021", "2020-2022 учебный год", "январь-март-май", "до", "с",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_guessed(wording):
    assert read(wording) is None


def test_a_month_over_new_year_is_one_season_and_not_two_ends_of_a_year():
    # Two whole school years of the project: October–February twice, the second cut by the project's end.
    reading = read("ежегодно, октябрь-февраль")
    assert occurrences(reading, date(2019, 9, 1), date(2021, 1, 31)) == [
        Span(date(2019, 10, 1), date(2020, 2, 29)),
        Span(date(2020, 10, 1), date(2021, 1, 31)),
    ]


def test_a_season_that_began_before_the_project_is_shown_from_its_first_day():
    reading = read("ежегодно, декабрь – март")
    assert occurrences(reading, date(2019, 1, 1), date(2019, 6, 30)) == [Span(date(2019, 1, 1), date(2019, 3, 31))]


def test_a_yearly_deadline_is_a_day_without_a_beginning():
    reading = read("ежегодно до 01.06.")
    assert occurrences(reading, date(2020, 1, 1), date(2021, 12, 31)) == [
        Span(None, date(2020, 6, 1)),
        Span(None, date(2021, 6, 1)),
    ]


def test_a_stated_span_stays_whole_outside_its_stage():
    # «ноябрь 2021-декабрь 2024» stands in a stage that ends in October 2024.
    reading = read("ноябрь 2021-декабрь 2024")
    assert occurrences(reading, date(2021, 9, 1), date(2024, 10, 31)) == [Span(date(2021, 11, 1), date(2024, 12, 31))]


@pytest.mark.parametrize(
    ("wording", "on", "expected"),
    [
        ("сентябрь 2021", date(2021, 8, 31), "before"),
        ("сентябрь 2021", date(2021, 9, 30), "during"),
        ("сентябрь 2021", date(2021, 10, 1), "after"),
        ("до 31.10.2025", date(2025, 10, 31), "until"),
        ("до 31.10.2025", date(2025, 11, 1), "after"),
        ("с января 2020 г.", date(2030, 1, 1), "during"),
        ("ежегодно, апрель", date(2020, 5, 1), "between"),
        ("ежегодно, апрель", date(2020, 4, 1), "during"),
        ("регулярно", date(2020, 4, 1), "during"),
    ],
)
def test_the_phase_on_a_day(wording, on, expected):
    assert phase(read(wording), on, date(2019, 1, 1), date(2022, 12, 31)) == expected


# --- laws --------------------------------------------------------------------------------------------------

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))
MONTH_NAMES = list(dates.MONTHS)[::2]


@given(DAYS, DAYS, st.sampled_from([" - ", "–", " — ", "-"]))
def test_a_span_of_days_is_read_back(one, other, dash):
    start, end = sorted((one, other))
    reading = read(f"{start:%d.%m.%Y}{dash}{end:%d.%m.%Y}")
    assert (reading.start, reading.end) == (start.isoformat(), end.isoformat())
    assert dates.own_span(reading) == (start, end)


@given(st.sampled_from([*SPANS, *RECURRENCES, *BOTH]), st.sampled_from([str.upper, str.title, lambda w: f"  {w} "]))
def test_case_and_spaces_change_the_wording_and_not_its_meaning(wording, change):
    written = change(wording)
    plain, changed = read(wording), read(written)
    assert changed == Reading(written, plain.start, plain.end, plain.recurrence)


@given(st.sampled_from(MONTH_NAMES), st.sampled_from(MONTH_NAMES), DAYS, st.integers(0, 4000))
def test_recurrences_stay_in_bounds_in_order_and_apart(first, last, begin, length):
    finish = begin + timedelta(days=length)
    spans = occurrences(read(f"ежегодно, {first}-{last}"), begin, finish)
    assert all(begin <= span.start <= span.end <= finish for span in spans)
    assert all(before.end < after.start for before, after in itertools.pairwise(spans))


@given(st.sampled_from(MONTH_NAMES), st.sampled_from(MONTH_NAMES), DAYS, st.integers(1, 2000), st.integers(1, 2000))
def test_a_time_cut_in_two_holds_the_same_days(first, last, begin, one, other):
    reading = read(f"ежегодно, {first}-{last}")
    cut, finish = begin + timedelta(days=one), begin + timedelta(days=one + other)

    def days(spans):
        return sum((span.end - span.start).days + 1 for span in spans)

    parts = days(occurrences(reading, begin, cut)) + days(occurrences(reading, cut + timedelta(days=1), finish))
    assert parts == days(occurrences(reading, begin, finish))


@given(st.text(alphabet="абвгдежз 0123456789.-–,", max_size=25))
def test_any_text_is_read_or_left_unread(text):
    reading = read(text)
    assert reading is None or reading.wording == text
