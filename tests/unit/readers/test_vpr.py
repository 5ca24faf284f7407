"""The forms of ВПР: known by content, read to counts, every fault at its cell."""

import pytest

HEADER = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]


def row(login="edu240001", n=25, shares=(8, 40, 36, 16), year=2023, subject="Математика"):
    return [year, 5, subject, "город Лесосибирск", login, f"СОШ {login}", n, *shares]


def figure(reading, indicator, **where):
    frame = reading.observations[reading.observations["indicator"] == indicator]
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_shares_become_the_whole_counts_behind_them(read, book):
    reading = read(book([FLAT, row()]))
    assert (reading.format, reading.rows) == ("flat_marks", 1)
    # 8 % of 25 is 2 pupils with «2», 36 % and 16 % are 9 and 4 with «4» and «5».
    low, good, all_right = (figure(reading, f"assessment_vpr_{name}") for name in ("low", "quality", "pass"))
    assert (low.numerator, good.numerator, all_right.numerator, low.denominator) == (2, 13, 23, 25)


def test_several_possible_counts_leave_the_per_cent_alone_with_its_n(read, book):
    # At one decimal 13.5 % of 30,000 may be 4,036 … 4,064 pupils: rule 1 leaves the per cent standing.
    low = figure(read(book([FLAT, row(n=30000, shares=(13.5, 40.1, 33.2, 13.2))])), "assessment_vpr_low")
    assert (low.numerator != low.numerator, low.percent, low.percent_digits, low.denominator) == (True, 13.5, 1, 30000)


def test_a_per_cent_that_no_whole_number_explains_is_asked_about(read, book, found):
    reading = read(book([FLAT, row(n=10, shares=(13, 37, 30, 20))]))
    assert {told.cell for told in found(reading, "no_whole_numerator")} == {"H2", "I2"}  # 1.3 and 3.7 pupils


def test_shares_that_do_not_make_a_hundred(read, book, found):
    reading = read(book([FLAT, row(shares=(8, 40, 36, 20)), row("edu240002", 3, (33.3, 33.3, 33.3, 0))]))
    # 33.3 × 3 is 99.9: within rounding, so only the first row is asked about.
    assert [(told.cell, told.seen) for told in found(reading, "shares_not_100")] == [("H2", "104")]


def test_a_number_format_makes_a_fraction_a_per_cent(read, book):
    formats = {f"{column}2": "0%" for column in "HIJK"}
    reading = read(book([FLAT, row(shares=(0.08, 0.4, 0.36, 0.16))], formats=formats))
    assert figure(reading, "assessment_vpr_low").numerator == 2


def test_fractions_without_a_format_are_asked_about_and_not_scaled(read, book, found):
    reading = read(book([FLAT, row(shares=(0.08, 0.4, 0.36, 0.16)), row("edu240002", 20, (0, 0.5, 0.25, 0.25))]))
    assert {told.cell for told in found(reading, "fraction_or_percent")} >= {"H2:H3", "I2:I3"}


def test_a_row_of_fractions_among_rows_of_per_cents_is_an_error(read, book, found):
    """Nothing in the format tells them apart, but 0.08 + 0.4 + 0.36 + 0.16 is 1 and no 100."""
    rows = [row(), row("edu240002", 25, (0.08, 0.4, 0.36, 0.16)), row("edu240003")]
    asked = found(read(book([FLAT, *rows])), "fractions_in_row")
    assert [(told.grade, told.cell, told.seen) for told in asked] == [("error", "K3", "0,16")]


def test_mixed_formats_in_a_column_are_an_error(read, book, found):
    rows = [row(f"edu24000{n}", shares=(8, 40, 36, 16)) for n in range(1, 4)]
    rows[1][7] = 0.08
    reading = read(book([FLAT, *rows], formats={"H3": "0%"}))
    assert [(told.grade, told.cell) for told in found(reading, "mixed_formats")] == [("error", "H3")]


@pytest.mark.parametrize(
    ("value", "rule"), [("восемь", "not_a_number"), (108, "percent_out_of_range"), (-8, "percent_out_of_range")]
)
def test_a_wrong_share_is_an_error_at_its_cell(read, book, found, value, rule):
    reading = read(book([FLAT, row(shares=(value, 40, 36, 16))]))
    assert [(told.grade, told.cell) for told in found(reading, rule)] == [("error", "H2")]


def test_missing_is_never_zero_and_zero_is_never_missing(read, book):
    rows = [
        row(shares=(0, 40, 44, 16)),
        row("edu240002", "нет участников", ("-", "-", "-", "-")),
        row("edu240003", None, (None,) * 4),
    ]
    reading = read(book([FLAT, *rows]))
    assert figure(reading, "assessment_vpr_low", login="edu240001").numerator == 0
    assert figure(reading, "assessment_vpr_low", login="edu240002").absence == "not_applicable"
    assert figure(reading, "assessment_vpr_low", login="edu240003").absence == "not_reported"


def test_statistics_nest_region_municipality_and_organisation(read, book, found):
    shares = (8, 40, 36, 16)
    reading = read(
        book(
            [
                ["ВПР 2023. Русский язык. 5 класс"],
                HEADER,
                ["Вся выборка", 35000, 1300000, *shares],
                ["Красноярский край", 900, 2500, *shares],
                ["город Лесосибирск", 2, 75, *shares],
                ["МБОУ СОШ № 1 (edu240001)", 1, 25, *shares],
            ]
        )
    )
    assert reading.format == "fioko_marks"
    school = figure(reading, "assessment_vpr_low", level="school")
    assert (school.login, school.district, school.region) == ("edu240001", "город Лесосибирск", "Красноярский край")
    assert (school.year, school.subject, school.grade) == (2023, "Русский язык", "5")
    assert set(reading.observations["level"]) == {"region", "district", "school"}
    assert [told.count for told in found(reading, "country_left_out")] == [1]


def test_a_regional_export_has_a_block_of_columns_a_year(read, book):
    top = ["Муниципалитет", "Логин", "ОО", 2021, None, None, None, None, 2022, None, None, None, None]
    names = ["Кол-во участников", 2, 3, 4, 5]
    rows = [
        ["Русский язык, 4 класс"],
        top,
        [None, None, None, *names, *names],
        ["город Лесосибирск", "edu240001", "СОШ № 1", 25, 8, 40, 36, 16, 20, 0, 50, 50, 0],
    ]
    reading = read(book(rows, merges=["A2:A3", "B2:B3", "C2:C3", "D2:H2", "I2:M2"]))
    assert reading.format == "flat_marks_by_year"
    low = {
        r.year: (r.numerator, r.denominator) for r in reading.observations.itertuples() if r.indicator.endswith("low")
    }
    assert low == {2021: (2, 25), 2022: (0, 20)}


def test_comparison_with_the_journal(read, book, found):
    rows = [
        ["ВПР 2023 Математика 5 класс"],
        ["Группы участников", "Кол-во участников", "%"],
        ["Красноярский край"],
        ["Понизили (Отметка < Отметка по журналу) %", 20, 20],
        ["Подтвердили (Отметка = Отметке по журналу) %", 70, 71],
        ["Повысили (Отметка > Отметка по журналу) %", 10, 10],
        ["Всего", 101, 100],
    ]
    reading = read(book(rows))
    lower = figure(reading, "objectivity_journal_lower")
    assert (reading.format, lower.numerator, lower.denominator, lower.region) == (
        "fioko_journal", 20, 101, "Красноярский край",
    )  # fmt: skip
    assert [told.cell for told in found(reading, "parts_not_total")] == ["B7"]
    assert [told.cell for told in found(reading, "percent_disagrees")] == ["C5"]  # 70 of 101 is 69.3, not 71


def test_signs_of_bias_count_schools(read, book, found):
    header = ["Год", "Логин", "Муниципалитет", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА", "Количество маркеров"]
    rows = [
        header,
        ["2023", "edu240001", "Лесосибирск", "СОШ 1", 0, 1, None, 0, 1],
        [2023, "edu240002", "Лесосибирск", "СОШ 2", 0, 0, 0, 0, 2],
        [2023, "edu240003", "Лесосибирск", "СОШ 3", None, None, None, None, None],
        [2023, "edu240004", "Лесосибирск", "СОШ 4", 3, 0, 0, 0, 0],
    ]
    reading = read(book(rows))
    assert [figure(reading, "objectivity_signs", login=f"edu24000{n}").numerator for n in (1, 2)] == [1, 0]
    assert figure(reading, "objectivity_signs", login="edu240003").absence == "not_reported"
    assert [told.cell for told in found(reading, "markers_disagree")] == ["I3"]
    assert [told.cell for told in found(reading, "not_a_marker")] == ["E5"]


@pytest.fixture
def individual(book):
    def write(pupils, declared=3):
        rows = [["ВПР 2025 Математика 5 класс"], ["Максимальный первичный балл: 6"], []]
        rows += [[f"МБОУ СОШ № 1 (edu240001) | Кол-во участников: {declared}"], []]
        rows += [
            ["№", "Код участника", "1 (2б)", "9.1 (1б)", "5К1 (3б)", "Первичный балл", "Отметка", "Отметка по журналу"]
        ]
        return book([*rows, *pupils])

    return write


def test_pupils_are_summed_and_do_not_leave_the_reader(read, individual):
    reading = read(
        individual(
            [
                [1, 50001, 2, 1, 3, 6, 5, 4],
                [2, 50002, 1, "X", 1, 2, 3, 3],
                [3, 50003, "-", "—", "Х", "-", "НЕТ ОТМЕТКИ", 3],
            ]
        )
    )
    assert (reading.format, reading.pupil_level, reading.rows) == ("fioko_individual", True, 3)
    assert (
        figure(reading, "assessment_vpr_quality").numerator,
        figure(reading, "assessment_vpr_quality").denominator,
    ) == (1, 2)
    assert figure(reading, "objectivity_journal_raised").numerator == 1
    assert len(reading.observations) == 6
    assert set(reading.observations["row"]) == {3}  # the organisation's line, never a pupil's


def test_findings_of_a_pupil_level_file_carry_a_cell_and_no_value(read, individual):
    reading = read(individual([[1, 50001, 7, 1, 3, 11, 9, 4]], declared=4))
    told = {finding.rule: finding.cell for finding in reading.findings}
    assert told["score_above_maximum"] == "C7" and told["not_a_score"] == "G7" and told["participants_differ"] == "A4"
    assert all(finding.seen is None for finding in reading.findings)
    assert not any("11" in finding.message or "«9»" in finding.message for finding in reading.findings)


PUPILS = [[1, 50001, 2, 1, 3, 6, 5, 4], [2, 50002, 1, "X", 1, 2, 3, 3]]
MORE = [[1, 50021, 2, 1, 0, 3, 3, 4], [2, 50022, 0, 0, 1, 1, 2, 3], [3, 50023, 2, 1, 3, 6, 5, 5]]
LINE = ["МБОУ СОШ № 1 (edu240001) | Кол-во участников: {}"]


@pytest.fixture
def parts(individual, tmp_path):
    """``parts(pupils, more)``: one school in two sections of a sheet, each under its own line."""

    def write(pupils, more, declared=3, sheets=1):
        path = individual([*pupils, *([[LINE[0].format(declared)], *more] if sheets == 1 else [])], len(pupils))
        if sheets == 2:
            from openpyxl import load_workbook

            workbook = load_workbook(path)
            sheet = workbook.copy_worksheet(workbook.active)
            sheet.title = "5Б"
            sheet.delete_rows(7, len(pupils))
            sheet["A4"] = LINE[0].format(declared)
            for row in more:
                sheet.append(row)
            workbook.save(path)
        return path

    return write


@pytest.mark.parametrize("sheets", [1, 2])
def test_a_school_in_two_parts_is_one_sum(read, parts, sheets):
    """Two classes of a parallel, under each other or on sheets of their own: 5, 3 and 3, 2, 5 are two «5» of five."""
    reading = read(parts(PUPILS, MORE, sheets=sheets))
    quality = figure(reading, "assessment_vpr_quality")
    assert (quality.numerator, quality.denominator, reading.rows) == (2, 5, 5)
    assert figure(reading, "assessment_vpr_low").numerator == 1
    raised = figure(reading, "objectivity_journal_raised")
    assert (raised.numerator, raised.denominator) == (1, 5)
    assert not [told for told in reading.findings if told.rule != "pupil_rows_aggregated"]


def test_two_parts_together_have_a_distribution(read, parts):
    """Twelve works of either class are too few for a distribution, all twenty-four are enough (from twenty up)."""
    classes = [[[n, 50000 + first + n, 2, 1, 3, 6, 5, 4] for n in range(12)] for first in (0, 20)]
    scores = read(parts(*classes, declared=12)).distributions.set_index("kind")["pupils"]
    assert list(scores["score"]) == [0, 0, 0, 0, 0, 0, 24] and list(scores["mark"]) == [0, 0, 0, 24]


def test_other_subjects_of_a_school_are_not_summed(read, parts):
    from openpyxl import load_workbook

    path = parts(PUPILS, MORE, sheets=2)
    workbook = load_workbook(path)
    workbook["5Б"]["A1"] = "ВПР 2025 Русский язык 5 класс"
    workbook.save(path)
    counted = {r.subject: r.denominator for r in read(path).observations.itertuples() if r.indicator.endswith("low")}
    assert counted == {"Математика": 2, "Русский язык": 3}


@pytest.mark.parametrize("sheets", [1, 2])
def test_a_pupil_that_stands_twice_is_counted_once(read, parts, found, sheets):
    """The number in the list may differ; the code and all marks are the same."""
    reading = read(parts(PUPILS, [[7, *PUPILS[0][1:]], [8, *PUPILS[1][1:]], *MORE], declared=5, sheets=sheets))
    assert figure(reading, "assessment_vpr_low").denominator == 5
    (told,) = found(reading, "duplicate_rows")
    assert (told.grade, told.count, told.cell) == ("note", 2, "B10:B11" if sheets == 1 else "B7:B8")
    assert not found(reading, "participants_differ") and not found(reading, "pupil_codes_overlap")


def test_equal_rows_without_a_code_are_different_pupils(read, individual, found):
    reading = read(individual([[n, "-", 2, 1, 3, 6, 5, 4] for n in range(3)]))
    assert figure(reading, "assessment_vpr_low").denominator == 3 and not found(reading, "duplicate_rows")


def test_a_code_with_two_results_is_an_error(read, individual, found):
    reading = read(individual([*PUPILS, [3, 50001, 0, 0, 0, 0, 2, 4]]))
    assert [(told.grade, told.cell, told.seen) for told in found(reading, "pupil_row_conflict")] == [
        ("error", "B9", None)
    ]


def test_a_corrected_copy_of_a_class_is_an_error_at_its_rows(read, parts, found):
    """Two of three rows are the same: it is the class again, and one of its pupils has two results."""
    again = [*[list(pupil) for pupil in MORE[:2]], [3, 50023, 0, 0, 0, 0, 2, 5]]
    reading = read(parts(MORE, again))
    assert [told.cell for told in found(reading, "pupil_row_conflict")] == ["B13"]
    assert [told.count for told in found(reading, "duplicate_rows")] == [2]


def test_classes_numbered_apart_are_different_pupils_and_a_question(read, parts, found):
    """Codes 1 and 2 in either class; one of the two pairs of rows happens to be equal."""
    first = [[1, 1, 2, 1, 3, 6, 5, 4], [2, 2, 1, 0, 1, 2, 3, 3]]
    second = [[1, 1, 2, 1, 3, 6, 5, 4], [2, 2, 0, 0, 1, 1, 2, 3]]
    reading = read(parts(first, second, declared=2))
    assert figure(reading, "assessment_vpr_low").denominator == 4
    assert [(told.grade, told.count) for told in found(reading, "pupil_codes_overlap")] == [("warning", 2)]
    assert not found(reading, "duplicate_rows") and not found(reading, "pupil_row_conflict")


def test_a_column_of_classes_tells_pupils_of_one_code_apart(read, book, found):
    header = ["Код участника", "Класс", "1 (2б)", "Первичный балл", "Отметка"]
    rows = [
        ["ВПР 2025 Математика 5 класс"],
        ["МБОУ СОШ № 1 (edu240001)"],
        header,
        [1, "5А", 2, 2, 5],
        [1, "5Б", 0, 0, 2],
    ]
    reading = read(book(rows))
    assert figure(reading, "assessment_vpr_low").denominator == 2
    assert not found(reading, "pupil_row_conflict")


def test_the_declared_number_may_be_that_of_all_parts(read, parts, found):
    assert not found(read(parts(PUPILS, MORE, declared=5)), "participants_differ")
    assert [told.cell for told in found(read(parts(PUPILS, MORE, declared=7)), "participants_differ")] == ["A9"]
