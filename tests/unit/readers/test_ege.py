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
