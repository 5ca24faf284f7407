"""ЕГЭ by school: a header of three levels, merged names, a row of column numbers, totals and dashes."""

import pytest

from pipelines.readers.ege import _band

ROWS = [
    ["Результаты ЕГЭ 2023 года по школам"],
    [],
    ["№", "Муниципалитет", "ОО", "Русский язык", None, None, None, "Математика (профильная)", None, None, None],
    [None, None, None, "Кол-во участников", "Средний балл", "Не преодолели порог", None,
     "Кол-во участников", "Средний балл", "Не преодолели порог", None],
    [None, None, None, "чел.", None, "чел.", "%", "чел.", None, "чел.", "%"],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    [1, "город Лесосибирск", "СОШ № 1", 25, 68.1, 1, 4, 10, 51, 2, 20],
    [2, None, "СОШ № 2", 20, 70, 0, 0, "-", "-", "-", "-"],
    [None, None, "Всего", 45, 69, 1, 2.2, 10, 51, 2, 20],
]  # fmt: skip
MERGES = ["A3:A5", "B3:B5", "C3:C5", "D3:G3", "H3:K3", "F4:G4", "J4:K4", "B7:B8"]


def test_those_who_passed_are_the_rest_of_those_who_sat(read, book, found):
    reading = read(book(ROWS, merges=MERGES))
    assert (reading.format, reading.rows) == ("ege_schools", 2)
    rows = reading.observations[reading.observations["indicator"] == "assessment_ege_threshold"]
    told = {(r.school, r.subject): (r.numerator, r.denominator, r.absence) for r in rows.itertuples()}
    assert told["СОШ № 1", "Русский язык"][:2] == (24, 25)
    assert told["СОШ № 2", "Русский язык"][:2] == (20, 20)  # nobody failed: a true zero
    assert told["СОШ № 1", "Математика"][:2] == (8, 10)
    assert told["СОШ № 2", "Математика"][2] == "not_reported"
    assert set(reading.observations["district"]) == {"город Лесосибирск"}
    assert set(reading.observations["year"]) == {2023}
    assert [finding.count for finding in found(reading, "total_left_out")] == [1]


def test_a_per_cent_beside_its_counts_is_compared(read, book, found):
    rows = [list(row) for row in ROWS]
    rows[6][6] = 40
    assert [told.cell for told in found(read(book(rows, merges=MERGES)), "percent_disagrees")] == ["G7"]


def test_the_mean_score_of_a_school_stands_with_the_number_of_those_who_sat(read, book):
    reading = read(book(ROWS, merges=MERGES))
    rows = reading.observations[reading.observations["indicator"] == "assessment_ege_mean_score"]
    told = {(r.school, r.subject): (r.value, r.denominator, r.absence) for r in rows.itertuples()}
    assert told["СОШ № 1", "Русский язык"][:2] == (68.1, 25)
    assert told["СОШ № 1", "Математика"][:2] == (51, 10)
    assert told["СОШ № 2", "Математика"][2] == "not_reported"
    assert rows["numerator"].isna().all() and rows["percent"].isna().all()


def test_a_mean_of_basic_mathematics_is_a_mean_of_marks_and_is_left(read, book, found):
    rows = [list(row) for row in ROWS]
    rows[2][7] = "Математика (базовый уровень)"
    reading = read(book(rows, merges=MERGES))
    means = reading.observations[reading.observations["indicator"] == "assessment_ege_mean_score"]
    assert set(means["subject"]) == {"Русский язык"}
    assert [(told.grade, told.cell) for told in found(reading, "mean_of_marks_left")] == [("note", "I5")]


def test_a_mean_that_cannot_be(read, book, found):
    rows = [list(row) for row in ROWS]
    rows[6][4] = 681
    assert [(told.grade, told.cell) for told in found(read(book(rows, merges=MERGES)), "mean_out_of_range")] == [
        ("error", "E7")
    ]


def test_a_wrong_number_of_participants_is_said_once(read, book, found):
    rows = [list(row) for row in ROWS]
    rows[6][3] = "много"  # three figures have it in their denominators
    assert [told.cell for told in found(read(book(rows, merges=MERGES)), "not_a_number")] == ["D7"]


def wide(more, merges):
    """The table with further columns from L on."""
    return [[*row, *[None] * (11 - len(row)), *tail] for row, tail in zip(ROWS, more, strict=True)], [*MERGES, *merges]


def sums(reading) -> dict:
    rows = reading.observations[reading.observations["subject"].isna()]
    return {(r.school, r.indicator.removeprefix("assessment_ege_")): (r.numerator, r.denominator, r.absence)
            for r in rows.itertuples()}  # fmt: skip


def test_sums_of_three_subjects_are_shares_of_the_graduates(read, book, found):
    more = [
        [], [], ["Выпускников", "Сумма баллов по трём предметам", None, None, None],
        [None, "160 и более", None, "от 160 до 219", "220 и более"],
        ["чел.", "чел.", "%", "чел.", "чел."], [12, 13, 14, 15, 16], [30, 12, 40, 9, 3], [20, 0, 0, 0, "-"], [],
    ]  # fmt: skip
    rows, merges = wide(more, ["L3:L4", "M3:P3", "M4:N4"])
    reading = read(book(rows, merges=merges))
    told = sums(reading)
    assert told["СОШ № 1", "160"][:2] == (12, 30)  # 12 of 30 are the 40 % beside them
    assert told["СОШ № 1", "160_219"][:2] == (9, 30)
    assert told["СОШ № 1", "220"][:2] == (3, 30)
    assert told["СОШ № 2", "160"][:2] == (0, 20)
    assert told["СОШ № 2", "220"][2] == "not_reported"
    assert not found(reading, "percent_disagrees") and not found(reading, "parts_not_total")
    rows[6][12] = 13
    asked = found(read(book(rows, merges=merges)), "parts_not_total")
    assert [(told.cell, told.seen, told.expected) for told in asked] == [("M7", "13", "12")]


def test_bands_alone_give_those_with_160_and_more(read, book, found):
    more = [
        [], [], ["Выпускников", "Сумма баллов по трём предметам", None, None, None],
        [None, "менее 160", "160–219", "220–300", "от 250 до 300"], ["чел."] * 5, [12, 13, 14, 15, 16],
        [30, 16, 9, 3, 1], [20, 11, "-", 2, 0], [],
    ]  # fmt: skip
    rows, merges = wide(more, ["L3:L4", "M3:P3"])
    reading = read(book(rows, merges=merges))
    told = sums(reading)
    assert told["СОШ № 1", "below_160"][:2] == (16, 30)
    assert told["СОШ № 1", "160"][:2] == (12, 30)  # 9 of «160–219» and 3 of «220–300»
    assert told["СОШ № 2", "160"][2] == "not_reported"  # a part is missing, so the sum is not known
    assert [(one.cell, one.count) for one in found(reading, "range_left")] == [("P5", 1)]


@pytest.mark.parametrize(
    ("words", "band"),
    [
        ("160 и более", (160, 301)), ("не менее 160 баллов", (160, 301)), ("160-219", (160, 220)),
        ("от 160 до 220", (160, 220)), ("до 160 баллов", (0, 160)), ("до 159", (0, 160)), ("0-159", (0, 160)),
        ("менее 220", (0, 220)), ("220+", (220, 301)), ("от 81 до 100 баллов", None), ("100 баллов", None),
        ("егэ 2023 года", None), ("2022-2023 учебный год", None), ("выпускников", None),
    ],
)  # fmt: skip
def test_bands_of_sums_are_read_from_their_words(words, band):
    assert _band(words) == band
