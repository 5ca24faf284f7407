"""Files a reader takes away: they open rightly in a Russian Excel, run nothing, and say where they came from."""

from __future__ import annotations

import csv
import datetime as dt
import io
import struct
import xml.etree.ElementTree as ET

import openpyxl
import pandas as pd
import pytest

from pages.shared import export
from pages.shared.charts import HeatTable, Ranked
from pages.shared.export import Stamp

STAMP = Stamp(
    source="Протокол совета",
    snapshot="20260112-1a2b3c",
    filters=(("Год", "2021"), ("Муниципалитет", "все")),
    notes=("Правило сравнения, версия 1",),
    made=dt.date(2026, 1, 12),
)
DEMO = Stamp(source="Демонстрационный регион", snapshot="s1", made=dt.date(2026, 1, 12), demo=True)


@pytest.fixture
def frame() -> pd.DataFrame:
    shared = {"level": "district", "year": 2021, "period": "2021", "indicator": "i", "mechanism": "m"}
    return pd.DataFrame(
        [
            shared
            | {"territory": "d1", "territory_name": "=HYPERLINK(1)", "numerator": 23.0, "denominator": 80.0,
               "percent": 28.75, "absence": None, "source_file": "a.xlsx", "source_cell": "B7"},
            shared
            | {"territory": "d2", "territory_name": "Лесной", "numerator": None, "denominator": None,
               "percent": None, "absence": "suppressed", "source_file": "a.xlsx", "source_cell": "B8"},
            shared
            | {"territory": "d3", "territory_name": "Озёрный", "numerator": 0.0, "denominator": 1234.0,
               "percent": 0.0, "absence": None, "source_file": "a.xlsx", "source_cell": "B9"},
        ]
    )  # fmt: skip


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_csv_is_what_a_russian_excel_opens(frame):
    data = export.csv_bytes(frame, STAMP)
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    first, hidden, zero = read_csv(data)
    assert first["Процент, %"] == "28,8"  # 28.75 half away from zero, as on the chart
    assert (first["Числитель"], first["Знаменатель"]) == ("23", "80")
    assert zero["Процент, %"] == "0,0"
    assert (hidden["Процент, %"], hidden["Числитель"]) == ("", "")
    assert hidden["Причина отсутствия"] == "скрыто: менее 10 человек"


def test_every_row_of_a_csv_carries_the_stamp(frame):
    for row in read_csv(export.csv_bytes(frame, STAMP)):
        assert row["Источник"] == "Протокол совета"
        assert row["Отбор"] == "Год: 2021; Муниципалитет: все"
        assert row["Снимок данных"] == "20260112-1a2b3c"
        assert row["Дата выгрузки"] == "12.01.2026"
        assert "Пометка" not in row
    assert {row["Пометка"] for row in read_csv(export.csv_bytes(frame, DEMO))} == {"демонстрационные данные"}
    # A file without rows still says what was asked for.
    assert read_csv(export.csv_bytes(frame.iloc[:0], STAMP))[0]["Источник"] == "Протокол совета"


@pytest.mark.parametrize(
    ("text", "written"),
    # OWASP, «CSV injection»; a leading space or a full-width sign does not disarm a formula.
    [("=1+1", "'=1+1"), ("+7 999", "+7 999"), ("+A1", "'+A1"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
     ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), (" =1", "' =1"), ("＝1", "'＝1"), ("-2,5", "-2,5"), ("-12", "-12"),
     ("-", "'-"), ("— нет", "— нет"), ("Школа = дом", "Школа = дом"), ("", "")],
)  # fmt: skip
def test_formulas_are_neutralised_and_numbers_stay_numbers(text, written):
    assert export.harmless(text) == written


def test_negative_numbers_stay_numbers():
    changes = pd.DataFrame({"Муниципалитет": ["-лесной"], "Изменение": [-2.25], "Людей": [-3]})
    (row,) = read_csv(export.csv_bytes(changes, STAMP))
    assert (row["Муниципалитет"], row["Изменение"], row["Людей"]) == ("'-лесной", "-2,25", "-3")


def test_names_in_a_csv_run_nothing(frame):
    assert read_csv(export.csv_bytes(frame, STAMP))[0]["Муниципалитет"] == "'=HYPERLINK(1)"


def test_xlsx_holds_real_numbers_and_no_formulas(frame):
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes(frame, STAMP, "Успеваемость")))
    assert book.sheetnames == ["Данные", "О выгрузке"]
    sheet = book["Данные"]
    head = {cell.value: cell.column for cell in sheet[1]}
    percent = sheet.cell(2, head["Процент, %"])
    assert (percent.value, percent.number_format) == (28.8, "0.0")
    assert sheet.cell(4, head["Знаменатель"]).value == 1234
    assert sheet.cell(4, head["Знаменатель"]).number_format.startswith(
        "#,##0"
    )  # thousands parted by the reader's Excel
    assert sheet.cell(4, head["Процент, %"]).value == 0
    assert sheet.cell(3, head["Процент, %"]).value is None
    assert sheet.cell(3, head["Причина отсутствия"]).value == "скрыто: менее 10 человек"
    name = sheet.cell(2, head["Муниципалитет"])
    assert (name.value, name.data_type, name.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    assert sheet.cell(2, head["Ячейка"]).value == "B7"
    assert sheet.freeze_panes is not None


def test_xlsx_says_where_it_came_from(frame):
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes(frame, STAMP, "Успеваемость")))
    said = {name.value: text.value for name, text in book["О выгрузке"].iter_rows()}
    assert said == {
        "Название": "Успеваемость",
        "Источник": "Протокол совета",
        "Отбор": "Год: 2021; Муниципалитет: все",
        "Снимок данных": "20260112-1a2b3c",
        "Дата выгрузки": "12.01.2026",
        "Примечание": "Правило сравнения, версия 1",
    }
    demo = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes(frame, DEMO, "Успеваемость")))
    marks = [row[-1].value for row in demo["Данные"].iter_rows()]
    assert marks == ["Пометка"] + ["демонстрационные данные"] * 3


def svg_texts(data: bytes) -> list[str]:
    return ["\n".join(node.itertext()) for node in ET.fromstring(data).iter("{http://www.w3.org/2000/svg}text")]


def test_svg_carries_title_stamp_notes_and_figures(frame):
    data = export.svg_bytes(Ranked().picture(frame), "Успеваемость по ВПР", STAMP)
    texts = svg_texts(data)
    said = " ".join(texts)
    for part in ("Успеваемость по ВПР", "Протокол совета", "Год: 2021", "20260112-1a2b3c", "12.01.2026", "версия 1"):
        assert part in said
    assert "28,8\u00a0%" in texts and "скрыто: менее 10 человек" in texts
    assert "ДЕМОНСТРАЦИОННЫЕ ДАННЫЕ" not in said
    assert b"http://" not in data.replace(b"http://www.w3.org", b"") and b"https://" not in data
    demo = svg_texts(export.svg_bytes(Ranked().picture(frame), "Успеваемость", DEMO))
    assert any("ДЕМОНСТРАЦИОННЫЕ ДАННЫЕ" in text for text in demo)


def test_a_picture_names_what_has_no_figure(frame):
    said = " ".join(svg_texts(export.svg_bytes(HeatTable().picture(frame), "Механизмы", STAMP)))
    assert "скрыто: менее 10 человек — Лесной" in said


def test_png_is_large_enough_to_print(frame):
    data = export.png_bytes(Ranked().picture(frame), "Успеваемость", STAMP)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width >= 1600 and height >= 300


def test_a_long_title_is_broken_and_not_cut(frame):
    title = "Доля обучающихся, подтвердивших отметку, " * 4
    said = " ".join(svg_texts(export.svg_bytes(Ranked().picture(frame), title, STAMP)))
    assert said.count("подтвердивших отметку") == 4


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Успеваемость: ВПР / 4 класс?", "Успеваемость ВПР 4 класс 2026-01-12.csv"),
        ("../../etc", "etc 2026-01-12.csv"),
        ("???", "Данные 2026-01-12.csv"),
    ],
)
def test_file_names_suit_every_system(title, name):
    assert export.file_name(title, "csv", STAMP) == name
