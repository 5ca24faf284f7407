"""«Источники»: every table of every document can be read, traced to its cells and, where it fits, seen as a chart."""

import io
from pathlib import Path

import openpyxl
import pytest

from pages import sources, sources_charts
from pages.shared import documents, export, theme
from pages.shared.export import Stamp
from pipelines import queries_documents as queries
from pipelines.queries_documents import Contents, Table
from pipelines.snapshot import Snapshot, Warehouse

CASES = {
    "Риски 2020": "003",
    "Программы против рисков": "003",
    "Отбор": "003",
    "Двенадцать групп": "003",
    "Школы 2021 по районам": "003",
    "Механизмы 2019": "004",
    "Присутствие": "004",
    "Решения": "004",
    "Этапы": "002",
    "Мероприятия": "002",
    "Школы по годам": "001",
}


pytestmark = pytest.mark.usefixtures("demo_warehouse")


@pytest.fixture(scope="module")
def snapshot(built_warehouse: Path):
    with Warehouse(built_warehouse).open() as opened:
        yield opened


def tables(snapshot: Snapshot, document: str) -> dict[str, Table]:
    contents = queries.document_contents(snapshot, document)
    return {one.sheet: queries.document_table(snapshot, document, one.sheet) for one in contents}


def drawn(snapshot: Snapshot, sheet: str) -> sources_charts.Drawing:
    found = tables(snapshot, CASES[sheet])
    drawing = sources_charts.drawing(found[sheet], found.get)
    assert drawing is not None, f"«{sheet}» lost its chart"
    return drawing


def rows(drawing: sources_charts.Drawing) -> list[dict]:
    return list(drawing.template.picture(drawing.frame).data["rows"])


# --- the page ------------------------------------------------------------------------------------------


def test_without_codes_the_page_opens_on_a_document_with_its_tables(open_page):
    page = open_page("sources")
    assert not page.exception
    assert page.title[0].value == "Источники"
    choice = page.selectbox(key="filter_document")
    assert len(choice.options) == 4


@pytest.mark.parametrize(("sheet", "document"), CASES.items())
def test_a_link_opens_its_table(open_page, sheet, document):
    page = open_page("sources", document=document, table=sheet)
    assert not page.exception and not page.error and not page.warning
    assert page.selectbox(key="filter_table").value == sheet
    assert page.query_params["table"] == [sheet] or page.query_params["table"] == sheet


def test_another_document_drops_the_table_of_the_last_one_without_a_complaint(open_page):
    page = open_page("sources", document="003", table="Отбор")
    page.selectbox(key="filter_document").select("004").run()
    assert not page.exception and not page.warning
    assert page.selectbox(key="filter_document").value == "004"


def test_unknown_codes_of_a_link_are_said(open_page):
    page = open_page("sources", document="999", table="Нет такой")
    said = " ".join(warning.value for warning in page.warning)
    assert "999" in said and "Нет такой" in said


def test_the_next_table_is_one_click_away(open_page):
    page = open_page("sources", document="003", table="Риски 2020")
    page.button(key="table-after").click().run()
    assert page.selectbox(key="filter_table").value == "Риски 2021"


def test_without_documents_the_page_says_how_to_get_them(open_page, monkeypatch):
    monkeypatch.setattr(queries, "documents", lambda _snapshot: [])
    page = open_page("sources")
    assert not page.exception
    assert "data/sources" in page.info[0].value


# --- every table ---------------------------------------------------------------------------------------


def test_every_filled_cell_of_every_workbook_is_on_the_page_with_its_address(snapshot, root):
    for document in queries.documents(snapshot):
        book = openpyxl.load_workbook(root / "data" / "sources" / document.file, data_only=True)
        found = tables(snapshot, document.code)
        assert set(found) == set(book.sheetnames) - {"О документе", "Содержание", "Территории"}
        for name, table in found.items():
            kept = {cell.address: cell.text for row in table.rows for cell in row.cells.values()}
            first = table.rows[0].number
            for line in book[name].iter_rows(min_row=first):
                for cell in line:
                    if cell.value is not None and cell.column_letter in {one.letter for one in table.columns}:
                        assert cell.coordinate in kept, f"{document.file}, {name}!{cell.coordinate}"
            html = documents.html(table)
            assert html.count("<tr") == len(table.rows) + 1
            assert all(f">{row.range}<" in html for row in table.rows)


def test_every_row_says_where_it_stands_in_the_document(snapshot):
    for document in queries.documents(snapshot):
        for table in tables(snapshot, document.code).values():
            assert all(table.text(row, queries.PLACE) for row in table.rows), table.sheet


def test_every_registered_chart_is_drawn_from_the_shipped_documents(snapshot):
    met = set()
    for document in queries.documents(snapshot):
        found = tables(snapshot, document.code)
        for sheet, table in found.items():
            drawing = sources_charts.drawing(table, found.get)
            if drawing:
                met.add(sheet)
                for dark in (False, True):
                    picture = drawing.template.picture(drawing.frame, dark=dark)
                    assert picture.data["rows"] and picture.alt
                assert len(drawing.table) and all(any("А" <= c <= "я" for c in name) for name in drawing.table.columns)
    assert met == set(sources_charts.CHARTS)


def made(columns: list[str], *lines: list[str | float | None], sheet: str = "Новая") -> Table:
    """A small table as it would come from a workbook: headings in row 2, texts and numbers from row 3."""
    letters = "ABCDEFGHIJ"
    return Table(
        "900",
        "new.xlsx",
        Contents(sheet, "Новая таблица", None, None, len(lines)),
        tuple(queries.Column(letter, header) for letter, header in zip(letters, columns, strict=False)),
        tuple(
            queries.Row(
                number,
                {
                    letter: queries.Cell(
                        f"{value:g}" if isinstance(value, float) else value,
                        value if isinstance(value, float) else None,
                        f"{letter}{number}",
                    )
                    for letter, value in zip(letters, line, strict=False)
                    if value is not None
                },
            )
            for number, line in enumerate(lines, 3)
        ),
    )


def test_a_new_table_needs_no_code_and_a_renamed_column_costs_only_the_chart():
    new = made(["Что", "Место в документе"], ["раз", "абзац 1"])
    assert sources_charts.drawing(new, lambda _sheet: None) is None
    assert "абзац 1" in documents.html(new)
    renamed = made(["Шаг", "Осталось", "Место в документе"], ["1", 159.0, "абзац 1"], sheet="Отбор")
    assert sources_charts.drawing(renamed, lambda _sheet: None) is None


def test_nothing_in_a_workbook_becomes_markup():
    table = made(["Что", "Место в документе"], ["<script>alert(1)</script>", '"><b>'])
    html = documents.html(table)
    assert "<script" not in html and "<b>" not in html
    assert "&lt;script&gt;" in html


def test_technical_codes_stand_last_and_lead_to_the_passport():
    table = made(
        ["Код показателя", "Код территории", "Школ", "Место в документе"],
        ["support_project_schools", "RU-SA", 11.0, "абзац 1"],
    )
    html = documents.html(table)
    assert html.index(">11<") < html.index("RU-SA")
    assert 'href="passport?data=sources&indicator=support_project_schools"' in html
    assert "<th" in html and "Код показателя</th>" not in html


def test_an_empty_deadline_says_so_and_an_empty_number_is_not_zero():
    table = made(
        ["Текст", "Сроки (как в документе)", "Школ", "Место в документе"],
        ["а", "до 08.2024", 0.0, "п. 1"],
        ["б", None, None, "п. 2"],
    )
    html = documents.html(table)
    assert "срок не указан" in html
    assert html.count(">0<") == 1, "only the true zero is drawn as 0"


def test_what_is_alike_in_all_rows_is_said_once_with_its_cells():
    table = made(
        ["Год", "Школа", "Место в документе"],
        *[["2020", name, f"таблица 2 документа, строка {n}"] for n, name in enumerate("абв", 1)],
    )
    said = documents.common_words(table)
    assert "Год — 2020 (A3:A5)" in said and "таблица 2 документа, …" in said
    html = documents.html(table)
    assert "2020" not in html and "… строка 3" in html


def test_an_unknown_table_is_refused_by_name(snapshot):
    with pytest.raises(queries.UnknownCode, match="Нет такой"):
        queries.document_table(snapshot, "003", "Нет такой")


def test_a_file_holds_the_rows_as_they_stand_with_their_cells(snapshot):
    table = tables(snapshot, "003")["Риски 2020"]
    frame = sources.rows_frame(table)
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes(frame, Stamp("003", "s"), "Риски")))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert first["Числитель (в документе «Выбрано»)"] == 9
    assert first["Ячейки"] == "A4:J4" and first["Лист"] == "Риски 2020"
    assert "строка 1" in first["Место в документе"]


# --- the charts, against the numbers that domain knowledge gives ---------------------------------------------


def test_risks_stand_side_by_side_with_shares_of_their_own_schools_and_no_verdict(snapshot):
    drawing = drawn(snapshot, "Риски 2020")
    assert "разные школы и разный перечень, не динамика" in drawing.title
    said = {(row["label"], row["lane"]): row["said"].replace("\u00a0", " ") for row in rows(drawing)}
    unsuccessful = "Высокая доля обучающихся с рисками учебной неуспешности"
    # 8/11 = 72.727…, 31/50 = 62
    assert said[unsuccessful, 0] == "8 из 11 · 72,7 %"
    assert said[unsuccessful, 1] == "31 из 50 · 62,0 %"
    # The list of 2020 had nine factors: the tenth is absent there, not 0.
    assert said["Низкий уровень дисциплины в классе", 0] == "в перечне этого года нет"
    assert said["Низкий уровень дисциплины в классе", 1] == "3 из 50 · 6,0 %"
    assert len(said) == 20
    look = str(drawing.template.picture(drawing.frame).spec)
    assert not any(verdict.colour in look for verdict in (theme.VERDICTS["better"], theme.VERDICTS["worse"]))


def test_programmes_answer_every_chosen_risk(snapshot):
    frame = drawn(snapshot, "Программы против рисков").frame.dropna(subset=["numerator"])
    sums = frame.groupby("lane")[["numerator", "denominator"]].sum()
    assert sums.to_dict("index") == {
        "2020": {"numerator": 45, "denominator": 45},
        "2021": {"numerator": 180, "denominator": 180},
    }


def test_the_selection_goes_down_in_three_steps(snapshot):
    assert drawn(snapshot, "Отбор").title == "Отбор школ: 159 → 81 → 11"


def test_eleven_of_twelve_groups_hold_a_school_and_the_empty_one_is_named(snapshot):
    drawing = drawn(snapshot, "Двенадцать групп")
    assert len(drawing.frame) == 12 and drawing.frame["label"].notna().sum() == 11
    assert drawing.frame["cluster"].nunique() == 3 and drawing.frame["row"].nunique() == 4
    assert "Город, кадровые дефициты, сильно неуспевающие" in drawing.title


def test_fifty_schools_stand_in_thirteen_districts_and_the_total_is_no_bar(snapshot):
    drawing = drawn(snapshot, "Школы 2021 по районам")
    assert len(drawing.frame) == 13 and drawing.frame["value"].sum() == 50
    assert drawing.title == "50 школ проекта 2021 года в 13 районах"


def test_talent_has_no_figure_and_leaders_have_a_true_zero(snapshot):
    said = {row["label"]: row["said"].replace("\u00a0", " ") for row in rows(drawn(snapshot, "Механизмы 2019"))}
    assert said["Система развития таланта"] == "в документе нет"
    assert said["Система мониторинга эффективности руководителей ОО"] == "0 %"
    assert said["Система оценки качества подготовки обучающихся"] == "86,4 %"


def test_attendance_adds_up(snapshot):
    drawing = drawn(snapshot, "Присутствие")
    assert drawing.title == "Присутствовали: 5 + 28 + 42 = 75; отсутствовали 0"


def test_decisions_say_what_they_lack_and_what_they_repeat(snapshot):
    drawing = drawn(snapshot, "Решения")
    assert drawing.title == "Решений 13, различных 11; без срока 5; ответственный не указан — 13"
    said = {row["label"].split(". ")[0]: row for row in rows(drawing)}
    assert said["1.1"]["said"] == "срок не указан" and said["1.1"]["from"] is None
    assert said["3.1"]["said"] == "декабрь, 2020 г.; повторяет 2.3.2"
    # A recurring deadline has no date: its words stand, nothing is put on the axis.
    assert said["2.3.1"]["said"] == "май каждого учебного года" and said["2.3.1"]["to"] is None
    # «с января 2020 г.» begins something; it is not a deadline.
    assert "начало, срок не указан" in said["3.3"]["said"]


def test_six_projects_stand_on_one_axis_in_the_documents_own_words(snapshot):
    shown = rows(drawn(snapshot, "Этапы"))
    assert sum(row["heading"] for row in shown) == 6
    words = {row["said"] for row in shown}
    assert {"2020-2021 учебный год", "сентябрь 2021 г. – октябрь 2024 г.", "до 31.10.2025"} <= words
    last = next(row for row in shown if row["said"] == "до 31.10.2025")
    assert last["from"] is None, "the document names no beginning"
    tutor = next(row for row in shown if row["heading"] and "Тьютор" in row["label"])
    assert "этапов в документе нет" in tutor["said"]


def test_activities_whose_words_are_no_dates_are_listed_with_the_words(snapshot):
    drawing = drawn(snapshot, "Мероприятия")
    assert drawing.title == "Мероприятия с датами: 20 из 48"
    assert "«в течение года» — 9" in drawing.note and "«ежегодно до 01.06.» — 2" in drawing.note
    assert not any(row["said"] == "в течение года" for row in rows(drawing))


def test_the_school_that_took_part_twice_is_marked_in_both_years(snapshot):
    drawing = drawn(snapshot, "Школы по годам")
    assert drawing.title == "Школы фокус-групп по годам: 5 + 5 + 6, различных 15"
    marked = [(row["column"][:4], row["label"]) for row in rows(drawing) if row["again"]]
    assert marked == [("2018", "МОУ «Дубровская школа»"), ("2020", "Дубровская средняя общеобразовательная школа")]
