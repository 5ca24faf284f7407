"""The four source documents as workbooks: every figure here was counted by hand in the documents themselves."""

import re
from pathlib import Path

import openpyxl
import pytest

FILES = (
    "001_focus_groups.xlsx",
    "002_project_cascade.xlsx",
    "003_low_results_schools.xlsx",
    "004_council_protocol.xlsx",
)
PASSPORT, CONTENTS, TERRITORIES = "О документе", "Содержание", "Территории"
PLACE = "Место в документе"
LEVELS = {"регион": 1, "муниципалитет": 2, "организация": 3}
TYPES = {"школа", "ДОУ", "дополнительное образование", "методический центр", "ЦНППМ"}

# A surname beside initials on either side, or a first name beside a patronymic.
PERSON = re.compile(
    r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?,?\s+[А-ЯЁ]\.\s?[А-ЯЁ]\."
    r"|[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+"
    r"|[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+(?:вна|вич|ична|ьич)\b"
)
# Official names of institutions stay whole, the people they are called after included.
NAMED_AFTER = re.compile(
    r"(?:им\.|имени)\s?"
    r"(?:Академика И\.П\. Павлова|Г\.С\. Донского|С\.Н\. Донского|С\.П\. Алексеева|И\.И\. Константинова"
    r"|М\.Т\. Егорова|В\.И\.Сергеева|М\.Н\.Турнина)"
)


class Document:
    """One workbook: its passport, and each sheet as a list of rows keyed by header."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path)
        self.sheets = self.book.sheetnames
        self.tables = [name for name in self.sheets if name not in (PASSPORT, CONTENTS, TERRITORIES)]

    def header_row(self, sheet: str) -> int:
        for row in self.book[sheet].iter_rows(max_row=5):
            if any(cell.value == PLACE for cell in row):
                return row[0].row
        raise AssertionError(f"no header row on {sheet}")

    def rows(self, sheet: str) -> list[dict[str, object]]:
        first = self.header_row(sheet)
        values = list(self.book[sheet].iter_rows(min_row=first, values_only=True))
        return [dict(zip(values[0], row, strict=True)) for row in values[1:]]

    def where(self, sheet: str, **wanted: object) -> list[dict[str, object]]:
        """The rows whose columns begin with the given words (``Год=2020``) and hold the given values."""
        return [row for row in self.rows(sheet) if all(column(row, key) == value for key, value in wanted.items())]

    def texts(self) -> list[tuple[str, str, str]]:
        return [
            (sheet.title, cell.coordinate, cell.value)
            for sheet in self.book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str)
        ]


def column(row: dict[str, object], name: str) -> object:
    """A cell by the part of its header before a bracket or a comma, as the reader matches it."""
    return next(value for header, value in row.items() if re.split(r"[(,]", str(header))[0].strip() == name)


def codes(rows: list[dict[str, object]]) -> list[object]:
    return [row["Код территории"] for row in rows]


@pytest.fixture(scope="module")
def documents(root) -> dict[str, Document]:
    return {file[:3]: Document(root / "data" / "sources" / file) for file in FILES}


@pytest.fixture(scope="module", params=[file[:3] for file in FILES])
def document(request, documents) -> Document:
    return documents[request.param]


# --- every workbook


def test_contents_lists_every_table_in_order(document):
    listed = document.rows(CONTENTS)
    assert [row["Лист"] for row in listed] == document.tables
    assert [row["Таблица"] for row in listed] == [document.book[name]["A1"].value for name in document.tables]
    assert all(row[PLACE] for row in listed)


def test_every_row_says_where_it_stands_in_the_document(document):
    for sheet in (TERRITORIES, *document.tables):
        rows = document.rows(sheet)
        assert rows, f"{sheet} has no rows"
        assert [row for row in rows if not row[PLACE]] == [], sheet


def test_no_acting_person_is_named(document):
    found = [(*place, text) for *place, text in document.texts() if PERSON.search(NAMED_AFTER.sub("", text))]
    assert found == []


@pytest.mark.parametrize(
    "text", ["Иванова А.Б.", "А.Б. Иванова", "Иванова, А. Б.", "Анна Петровна", "Иванов Пётр Ильич"]
)
def test_the_search_for_persons_would_find_one(text):
    assert PERSON.search(f"слушали: {text}, директор")


def test_the_passport_says_what_the_document_is(document, documents):
    passport = dict(document.book[PASSPORT].iter_rows(min_row=2, values_only=True))
    assert documents[passport["Код документа"]] is document
    assert passport["Название"] and passport["Вид документа"] and passport["Составитель (учреждение/роль)"]
    assert passport["Территория (код)"] in [row["Код"] for row in document.rows(TERRITORIES)]


def test_territories_nest_and_tables_name_only_known_ones(document):
    territories = {row["Код"]: row for row in document.rows(TERRITORIES)}
    assert len(territories) == len(document.rows(TERRITORIES))
    for code, row in territories.items():
        level, parent = LEVELS[row["Уровень"]], territories.get(row["Входит в"])
        assert (parent is None) == (level == 1), code
        assert parent is None or LEVELS[parent["Уровень"]] < level, code
        assert (row["Тип организации"] in TYPES) == (level == 3), code
    for sheet in document.tables:
        for row in document.rows(sheet):
            assert row.get("Код территории") in {None, *territories}, sheet


def test_a_figure_has_parts_or_a_per_cent_or_a_value_or_a_reason(document):
    for sheet in document.tables:
        for row in document.rows(sheet):
            by_name = {re.split(r"[(,]", str(header))[0].strip(): value for header, value in row.items()}
            if not by_name.get("Код показателя"):
                continue
            assert isinstance(by_name["Год"], int) and by_name["Код территории"], sheet
            forms = [
                by_name.get("Числитель") is not None and by_name.get("Знаменатель") is not None,
                by_name.get("Процент") is not None,
                by_name.get("Значение") is not None and by_name.get("Единица") is not None,
                by_name.get("Причина отсутствия") is not None,
            ]
            assert sum(forms) == 1, (sheet, row)


def test_files_do_not_carry_the_hour_they_were_written(document):
    assert document.book.properties.created == document.book.properties.modified
    assert document.book.properties.creator in (None, "")


# --- 004, the council's protocol


def test_mechanism_per_cents_keep_their_precision_and_talent_has_none(documents):
    sheet = documents["004"].book["Механизмы 2019"]
    rows = documents["004"].rows("Механизмы 2019")
    published = {row["Код механизма"]: row["Процент"] for row in rows}
    # As the chief of the department named them on 16.12.2019; the third is a true zero, the seventh is missing.
    assert published == {
        "assessment": 86.4, "objectivity": 78.6, "leaders": 0, "development": 11.1,
        "methodology": 21.4, "support": 53.8, "talent": None, "guidance": 62.5,
    }  # fmt: skip
    column_of = {cell.value: cell.column for cell in sheet[documents["004"].header_row("Механизмы 2019")]}
    first = documents["004"].header_row("Механизмы 2019") + 1
    formats = {
        row["Код механизма"]: sheet.cell(first + i, column_of["Процент"]).number_format for i, row in enumerate(rows)
    }
    assert formats["leaders"] == "0"
    assert {formats[code] for code, percent in published.items() if percent} == {"0.0"}
    assert [row["Код механизма"] for row in rows if row["Причина отсутствия"] == "not_published"] == ["talent"]
    assert {(row["Редакция"], row["Код территории"], row["Год"]) for row in rows} == {("2019", "RU-KYA", 2019)}


def test_inferred_fractions_round_to_the_published_per_cents(documents):
    # 0/? explains the zero whatever the maximum; no fraction is offered for the missing figure.
    rows = documents["004"].rows("Механизмы 2019")
    fractions = {row["Код механизма"]: row["Выведенная дробь (не опубликована)"] for row in rows}
    assert fractions.pop("leaders") == "0/?" and fractions.pop("talent") is None
    for row in rows:
        if row["Код механизма"] in fractions:
            points, maximum = map(int, fractions[row["Код механизма"]].split("/"))
            assert round(100 * points / maximum, 1) == row["Процент"]


def test_the_slip_in_the_support_mechanism_keeps_both_names(documents):
    (row,) = documents["004"].where("Механизмы 2019", **{"Код механизма": "support"})
    assert "с низкими образовательными организациями" in row["Название (опубликованное)"]
    assert "с низкими результатами" in row["Название (нормализованное)"]


def test_attendance_adds_up(documents):
    rows = documents["004"].rows("Присутствие")
    parts = [row["Человек"] for row in rows if row["Вид строки"] == "часть"]
    assert parts == [5, 28, 42]
    total, absent, group = (
        next(row for row in rows if row["Вид строки"].startswith(kind)) for kind in ("всего", "отсутств", "участники")
    )
    assert total["Человек"] == sum(parts) == 75
    assert absent["Человек"] == 0
    assert (group["Человек"], group["Организаций"]) == (22, 17)


def test_thirteen_decisions_of_which_eleven_are_distinct(documents):
    rows = documents["004"].rows("Решения")
    assert len(rows) == 13
    repeats = {row["Номер решения"]: row["Повторяет"] for row in rows if row["Повторяет"]}
    assert repeats == {"3.1": "2.3.2", "3.3": "2.3.4"}
    text = {row["Номер решения"]: row["Текст решения"] for row in rows}
    assert text["3.1"] == text["2.3.2"]
    assert {row["Ответственный"] for row in rows} == {"не указан"}
    without_dates = [
        row["Номер решения"] for row in rows if not (row["Начало"] or row["Срок"] or row["Повторяемость"])
    ]
    assert without_dates == ["1.1", "2.1.1", "2.2.1", "2.2.2", "2.2.3"]


def test_a_start_is_not_a_deadline(documents):
    rows = {row["Номер решения"]: row for row in documents["004"].rows("Решения")}
    assert (rows["3.3"]["Начало"], rows["3.3"]["Срок"]) == ("2020-01", None)
    assert (rows["2.3.4"]["Начало"], rows["2.3.4"]["Срок"]) == (None, "2020-01")
    deadlines = {number: row["Срок"] for number, row in rows.items() if row["Срок"]}
    assert deadlines == {
        "2.2.4": "2020-03", "2.3.2": "2020-12", "2.3.4": "2020-01", "3.1": "2020-12", "3.2": "2020-08",
    }  # fmt: skip
    yearly = {number: row["Повторяемость"] for number, row in rows.items() if row["Повторяемость"]}
    assert yearly == {"2.3.1": "ежегодно, май", "2.3.3": "ежегодно, август"}


def test_leaders_table_stands_shifted_and_reads_right(documents):
    (row,) = documents["004"].rows("Таблица руководителя")
    assert row["Столбец «Трудовые функции»"].count("\n") == 9
    assert row["Столбец «Компетенции руководителя»"].count("\n") == 6
    assert row["Столбец «Эффективность руководителя»"] is None
    read = [item["Раздел"] for item in documents["004"].rows("Таблица в верном чтении")]
    assert (read.count("Компетенции руководителя"), read.count("Эффективность руководителя")) == (10, 7)


@pytest.mark.parametrize(
    ("sheet", "count"),
    [("Рабочие группы", 15), ("Функции руководителя", 3), ("Программа руководителей", 9), ("Практики школ", 4),
     ("Компетенции педагога", 4), ("Повестка", 6)],
)  # fmt: skip
def test_counts_of_the_protocol(documents, sheet, count):
    assert len(documents["004"].rows(sheet)) == count


def test_sixty_per_cent_is_no_count_of_the_twenty_two(documents):
    (row,) = documents["004"].rows("Доля без числа")
    assert (row["Процент"], row["Числитель"], row["Знаменатель"]) == (60, None, None)
    assert 60 not in {round(100 * people / 22) for people in range(23)}


# --- 003, schools with low results


def test_selection_narrows_and_twenty_four_regions_are_listed(documents):
    assert [column(row, "Значение") for row in documents["003"].rows("Отбор")] == [159, 81, 11]
    regions = [row["Субъект Российской Федерации"] for row in documents["003"].rows("Регионы 500+")]
    assert len(set(regions)) == len(regions) == 24


def risks(documents, year):
    rows = [row for row in documents["003"].rows(f"Риски {year}") if row["Код показателя"]]
    return {row["Код показателя"]: (column(row, "Числитель"), column(row, "Знаменатель")) for row in rows}


def test_risk_factors_of_2020(documents):
    chosen = risks(documents, 2020)
    assert [chosen[f"support_risk_{n:02}"] for n in range(1, 10)] == [(n, 11) for n in (9, 2, 5, 8, 8, 3, 4, 3, 3)]
    # The list of 2020 has nine factors: the tenth was not asked about, which is not "nobody chose it".
    assert chosen["support_risk_10"] == (None, None)
    (tenth,) = documents["003"].where("Риски 2020", **{"Код показателя": "support_risk_10"})
    assert tenth["Причина отсутствия"] == "not_collected"
    total = documents["003"].rows("Риски 2020")[-1]
    assert column(total, "Направление") == "ВСЕГО:" and column(total, "Числитель") == 45
    assert sum(n or 0 for n, _ in chosen.values()) == 45


def test_risk_factors_of_2021_and_their_empty_total(documents):
    chosen = risks(documents, 2021)
    assert [n for n, _ in chosen.values()] == [27, 11, 26, 31, 30, 18, 15, 10, 9, 3]
    assert {d for _, d in chosen.values()} == {50}
    total = documents["003"].rows("Риски 2021")[-1]
    # Empty in the document: it stays empty, and the sum is told in the note.
    assert column(total, "Направление") == "ВСЕГО:" and column(total, "Числитель") is None
    assert "180" in total["Примечание"] and sum(n for n, _ in chosen.values()) == 180


@pytest.mark.parametrize("year", [2020, 2021])
def test_each_chosen_risk_has_a_programme(documents, year):
    rows = [row for row in documents["003"].rows(f"Риски {year}") if row["Код показателя"]]
    assert all(row["Составлено программ противодействия"] == column(row, "Числитель") for row in rows)
    (programmes,) = documents["003"].where("Программы против рисков", **{"Год": year})
    expected = {2020: 45, 2021: 180}[year]
    assert (column(programmes, "Числитель"), column(programmes, "Знаменатель")) == (expected, expected)


def test_eleven_schools_fill_eleven_of_twelve_groups(documents):
    schools = documents["003"].rows("Школы 2020")
    assert len(set(codes(schools))) == 11
    groups = documents["003"].rows("Двенадцать групп")
    assert len(groups) == 12 and sum(row["Школ"] for row in groups) == 11
    (empty,) = [row for row in groups if row["Школ"] == 0]
    assert (empty["Тип населённого пункта школы"], empty["Кластер"], empty["Дефициты"]) == (
        "Город", "Сильно неуспевающие", "Преобладающие кадровые дефициты",
    )  # fmt: skip
    kinds = [row["Тип населенного пункта"] for row in schools]
    assert (kinds.count("Город"), kinds.count("Сельская местность")) == (5, 6)


def test_fifty_schools_of_thirteen_districts(documents):
    rows = documents["003"].rows("Школы 2021 по районам")
    districts = [row["Значение"] for row in rows if row["Код территории"] != "RU-SA"]
    assert districts == [8, 6, 4, 3, 6, 1, 6, 3, 6, 4, 1, 1, 1]
    (region,) = documents["003"].where("Школы 2021 по районам", **{"Код территории": "RU-SA"})
    assert region["Значение"] == sum(districts) == 50
    assert {row["Код показателя"] for row in rows} == {"support_project_schools"}


def test_decisions_by_factor_follow_their_own_numbering(documents):
    decisions, causes = documents["003"].rows("Решения по факторам"), documents["003"].rows("Причины")
    factor = {row["№ в таблице решений"]: row["Код показателя фактора"] for row in decisions}
    assert [int(factor[n][-2:]) for n in range(1, 11)] == [1, 7, 9, 5, 4, 6, 2, 3, 8, 10]
    count = [sum(row["№ в таблице решений"] == n for row in decisions) for n in range(1, 11)]
    assert count == [3, 8, 5, 9, 6, 4, 5, 5, 5, 3]
    named = [sum(bool(row["Причина (как в документе)"]) for row in causes if row["№ в таблице решений"] == n)
             for n in range(1, 11)]  # fmt: skip
    assert named == [2, 4, 5, 6, 4, 1, 3, 0, 0, 0]


@pytest.mark.parametrize(
    ("sheet", "count"),
    [("Этапы 500+", 6), ("Задачи 500+", 7), ("Мониторинг 500+", 7), ("Шаг - этапы", 3), ("Шаг - целевые группы", 4),
     ("Шаг - социальный паспорт", 3), ("Шаг - предметы", 8), ("Шаг - потребности", 4)],
)  # fmt: skip
def test_counts_of_the_review(documents, sheet, count):
    assert len(documents["003"].rows(sheet)) == count


def test_documents_of_2020_people_trained_and_coverage(documents):
    assert [row["Количество"] for row in documents["003"].rows("Документы 2020")] == [11, 11, 45, 11, 11]
    (trained,) = [row for row in documents["003"].rows("Преодоление рисков") if row["Код показателя"]]
    assert (trained["Значение"], trained["Единица"]) == (168, "чел.")
    (coverage,) = documents["003"].rows("Охват")
    assert (coverage["Код показателя"], coverage["Процент"], coverage["Год"]) == ("support_coverage", 100, 2020)


def test_a_school_gets_a_district_only_where_the_document_names_one(documents):
    schools = documents["003"].where(TERRITORIES, **{"Тип организации": "школа"})
    named = sorted(row["Входит в"] for row in schools if row["Входит в"] != "RU-SA")
    assert named == ["RU-SA-tattinsky", "RU-SA-tomponsky", "RU-SA-yakutsk"]


# --- 002, six projects


def test_six_projects_with_their_stages_and_activities(documents):
    projects = [row["Код проекта"] for row in documents["002"].rows("Проекты")]
    assert len(set(projects)) == 6

    def count(sheet):
        rows = documents["002"].rows(sheet)
        return [sum(row["Код проекта"] == project for row in rows) for project in projects]

    # ПРОкомьюнити, Школа лидеров, Траектория, Школа – Школе, Лаборатория, Тьютор
    assert count("Задачи") == [8, 6, 4, 6, 3, 3]
    assert count("Этапы") == [3, 1, 3, 3, 3, 0]
    assert count("Мероприятия") == [0, 16, 9, 6, 12, 5]
    assert count("Ожидаемые результаты") == [7, 3, 5, 3, 1, 5]
    assert count("Направления НП") == [1, 2, 3, 1, 1, 2]
    assert all(n > 0 for n in count("Руководители групп"))


def test_the_two_closing_days_of_the_laboratory_are_both_kept(documents):
    rows = documents["002"]
    (stage,) = rows.where("Этапы", **{"Код проекта": "laboratory", "№": 3})
    (activity,) = rows.where("Мероприятия", **{"Код проекта": "laboratory", "№": "12."})
    assert (stage["Окончание"], activity["Окончание"]) == ("2025-10-31", "2025-10-30")
    assert "31.10.2025" in activity["Примечание"] and "30.10.2025" in stage["Примечание"]


def test_an_activity_that_outlives_its_stage_is_noted(documents):
    (activity,) = documents["002"].where("Мероприятия", **{"Код проекта": "trajectory", "№": "5."})
    (stage,) = documents["002"].where("Этапы", **{"Код проекта": "trajectory", "№": 2})
    assert activity["Этап"] == column(stage, "Этап") == "Основной"
    assert (stage["Окончание"], activity["Окончание"]) == ("2024-10", "2024-12")
    assert activity["Примечание"]


def test_nothing_is_said_to_be_done_or_late(documents):
    assert {row["Состояние"] for row in documents["002"].rows("Мероприятия")} == {"сведений об исполнении нет"}
    assert {row["Состояние"] for row in documents["004"].rows("Решения")} == {"сведений об исполнении нет"}


def test_responsible_only_where_the_document_names_one(documents):
    rows = documents["002"].rows("Мероприятия")
    named = {row["Код проекта"] for row in rows if row["Ответственный"] != "не указан"}
    assert named == {"laboratory"}


def test_reserve_principles_sprints_and_pilots(documents):
    (reserve,) = documents["002"].rows("Кадровый резерв")
    assert (column(reserve, "Числитель"), column(reserve, "Знаменатель")) == (7, 35)
    assert len(documents["002"].rows("Принципы")) == 7
    assert len(documents["002"].rows("Спринты")) == 5
    pilots = documents["002"].rows("Пилоты наставничества")
    assert [code[-3:] for code in codes(pilots)[:4]] == ["358", "376", "544", "643"]
    assert [row["Значение"] for row in pilots if row["Код показателя"]] == [4]


# --- 001, focus groups


def test_sixteen_participations_of_fifteen_schools(documents):
    rows = documents["001"].rows("Школы по годам")
    assert [sum(row["Год"] == year for row in rows) for year in (2018, 2019, 2020)] == [5, 5, 6]
    assert len(set(codes(rows))) == 15
    twice = [row for row in rows if codes(rows).count(row["Код территории"]) == 2]
    assert [row["Год"] for row in twice] == [2018, 2020]
    assert len({row["Название (как в документе)"] for row in twice}) == 2


def test_themes_and_heads_of_the_focus_groups(documents):
    rows = documents["001"].rows("Фокус-группы")
    assert [bool(column(row, "Тема")) for row in rows] == [True, False, True]
    assert [row["Значение"] for row in rows] == [5, 5, 6]
    # The head of 2018 stands in the document in all three years.
    assert {column(row, "Руководитель") for row in rows} == {"руководитель фокус-группы 2018"}
    assert len(documents["001"].rows("Приоритеты")) == 5


def test_one_school_of_2018_is_of_another_legal_kind(documents):
    kinds = [column(row, "Вид учреждения") for row in documents["001"].rows("Школы по годам")]
    assert (kinds.count("МОУ"), kinds.count("МБОУ"), kinds.count(None)) == (4, 1, 11)
