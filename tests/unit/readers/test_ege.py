"""ЕГЭ by school: a header of three levels, merged names, a row of column numbers, totals and dashes."""

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
    told = {(r.school, r.subject): (r.numerator, r.denominator, r.absence) for r in reading.observations.itertuples()}
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


def test_sums_of_three_subjects_are_shares_of_the_graduates_and_means_of_a_school_are_left(read, book, found):
    rows = [list(row) for row in ROWS]
    more = [
        [], [], ["Выпускников", "Сумма баллов по трём предметам", None, None, None],
        [None, "160 и более", None, "от 160 до 219", "220 и более"],
        ["чел.", "чел.", "%", "чел.", "чел."], [12, 13, 14, 15, 16], [30, 12, 40, 9, 3], [20, 0, 0, 0, "-"], [],
    ]  # fmt: skip
    merges = [*MERGES, "L3:L4", "M3:P3", "M4:N4"]
    wide = [[*row, *[None] * (11 - len(row)), *tail] for row, tail in zip(rows, more, strict=True)]
    reading = read(book(wide, merges=merges))
    told = {
        (r.school, r.indicator): (r.numerator, r.denominator, r.absence)
        for r in reading.observations.itertuples()
        if r.indicator in ("assessment_ege_160", "assessment_ege_220")
    }
    assert told["СОШ № 1", "assessment_ege_160"][:2] == (12, 30)  # 12 of 30 are the 40 % beside them
    assert told["СОШ № 1", "assessment_ege_220"][:2] == (3, 30)
    assert told["СОШ № 2", "assessment_ege_160"][:2] == (0, 20)
    assert told["СОШ № 2", "assessment_ege_220"][2] == "not_reported"
    assert [(one.cell, one.count) for one in found(reading, "mean_of_school_left")] == [("E5", 2)]
    assert [(one.cell, one.count) for one in found(reading, "range_left")] == [("O5", 1)]
    assert not found(reading, "percent_disagrees")
