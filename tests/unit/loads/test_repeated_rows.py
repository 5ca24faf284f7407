"""A row that stands many times counts once in every comparison: else two years of a thousand copies are a million."""

from tests.unit.loads.conftest import FLAT


def test_copies_of_a_row_are_asked_about_once(register, book, checked):
    """The same figures in both years, each row three times: one question a figure, not nine."""
    rows = [[year, 5, "Математика", "город Лесосибирск", "СОШ № 1", 25, 8, 40, 36, 16] for year in (2022, 2023)]
    once = [told.rule for told in checked(book("раз.xlsx", FLAT, *rows)).files[0].findings]
    thrice = [told.rule for told in checked(book("трижды.xlsx", FLAT, *rows, *rows, *rows)).files[0].findings]
    assert once.count("unchanged_value") == thrice.count("unchanged_value") == 3
    assert "duplicate_rows" in thrice


def test_preview_counts_a_repeated_row_once(register, book, warehouse):
    from pipelines import loading

    row = [2023, 5, "Математика", "город Лесосибирск", "СОШ № 1", 25, 8, 40, 36, 16]
    prepared = loading.prepare(warehouse, [book("дважды.xlsx", FLAT, row, row)])
    try:
        assert len(prepared.changes()) == 3, "one row a figure"
    finally:
        prepared.close()
