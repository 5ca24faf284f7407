"""What a load changes beside figures is told before it is published: points, context, targets, boundaries, forms."""

import json

from openpyxl import Workbook

from pipelines.__main__ import main
from pipelines.loads import Loads

CITY = "RU-KYA-lesosibirsk"
POINTS = ["Код территории", "Территория", "Год", "Редакция", "Код позиции", "Максимум", "Баллы"]
POSITION = ["город Лесосибирск", 2024, "2021"]


def points(*rows: tuple[str, float]) -> list[list]:
    return [POINTS, *([CITY, *POSITION, position, 2, told] for position, told in rows)]


def told(prepared, topic: str) -> dict:
    frame = prepared.others[prepared.others["topic"] == topic]
    return {
        (row.detail if isinstance(row.detail, str) else row.item): (
            row.change,
            *(None if v != v else v for v in (row.was, row.becomes)),
        )
        for row in frame.itertuples()
    }


def test_points_are_new_then_changed_same_or_withdrawn(register, book, published, checked, warehouse):
    first = book("баллы.xlsx", *points(("assessment_2021_01", 1), ("assessment_2021_02", 0), ("assessment_2021_03", 2)))
    assert told(checked(first), "position") == {
        "assessment_2021_01": ("new", None, 1), "assessment_2021_02": ("new", None, 0),
        "assessment_2021_03": ("new", None, 2),
    }  # fmt: skip
    published(first)
    later = book("новые баллы.xlsx", *points(("assessment_2021_01", 2), ("assessment_2021_02", 0)))
    assert told(checked(later), "position") == {
        "assessment_2021_01": ("changed", 1, 2), "assessment_2021_02": ("same", 0, 0),
    }  # fmt: skip
    replaced = checked(later, replaces=Loads(warehouse).entries()[-1].sha256)
    assert told(replaced, "position")["assessment_2021_03"] == ("withdrawn", 2, None)
    assert set(replaced.others["district"]) == {"город Лесосибирск"}


def test_targets_tell_from_what_to_what(register, book, published, checked):
    head = ["Код показателя", "Показатель", "Цель", "Источник цели", "Дата"]
    first = book("цели.xlsx", head, ["assessment_vpr_pass", "Успеваемость", 95, "Приказ, п. 3", "15.01.2026"])
    assert told(checked(first), "target")["assessment_vpr_pass"][0] == "new"
    published(first)
    later = book("цели 2.xlsx", head, ["assessment_vpr_pass", "Успеваемость", 96, "Приказ, п. 4", "15.01.2027"])
    assert told(checked(later), "target") == {"assessment_vpr_pass": ("changed", 95, 96)}


def test_boundaries_and_context_are_counted_without_values(register, book, published, checked, tmp_path):
    square = {"type": "Polygon", "coordinates": [[[92, 58], [93, 58], [93, 59], [92, 58]]]}
    feature = {"type": "Feature", "properties": {"name": "г. Лесосибирск"}, "geometry": square}
    path = tmp_path / "границы.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    (row,) = checked(path).others.to_dict("records")
    assert (row["topic"], row["territory_name"], row["change"]) == ("boundary", "город Лесосибирск", "new")
    published(path)
    head = ["Логин", "Название", "Уровень", "Тип", "Муниципалитет", "Регион", "Обучающихся, чел., 2024"]
    school = ["edu240001", "СОШ № 1", "организация", "школа", "город Лесосибирск", "Красноярский край"]
    assert told(checked(book("контекст.xlsx", head, [*school, 7])), "trait") == {"pupils": ("new", None, None)}


def test_rows_of_a_form_are_counted_by_organisation(register, book, checked):
    head = ["Код или логин", "Организация", "Роль", "Компетенция", "Мест", "Занято"]
    form = book("наставники.xlsx", head, ["edu240003", "", "тьютор", "подготовка к ГИА", 4, 0])
    (row,) = checked(form).others.to_dict("records")
    assert (row["topic"], row["item"], row["territory"], row["district"]) == (
        "form", "form_mentors", "edu240003", "Енисейский район",
    )  # fmt: skip


def test_sheets_of_one_workbook_are_forms_of_their_own(register, checked, tmp_path):
    made = Workbook()
    made.active.append(["Год", "Код или логин", "Организация", "Список", "Источник", "Ступень отбора"])
    made.active.append([2024, "edu240003", "", "ШНОР", "приказ № 5", 3])
    profiles = made.create_sheet("Рисковые профили")
    profiles.append(["Год", "Код или логин", "Организация", "Фактор риска", "Уровень", "Выбран школой"])
    for factor in ("Дефицит кадров", "Школьный климат"):
        profiles.append([2024, "edu240003", "", factor, "высокий", "да"])
    made.save(tmp_path / "списки.xlsx")
    found = checked(tmp_path / "списки.xlsx").others
    assert found["item"].value_counts().to_dict() == {"form_support": 1, "form_risks": 2}


def test_file_of_figures_alone_changes_nothing_else(register, marks, checked):
    assert checked(marks("отметки.xlsx", ("город Лесосибирск", "СОШ № 1"))).others.empty


def test_command_line_tells_them_beside_the_figures(register, book, warehouse, capsys):
    path = book("баллы.xlsx", *points(("assessment_2021_01", 1), ("assessment_2021_02", 0)))
    assert main(["load", str(path), "--dry-run", "--warehouse", str(warehouse.folder)]) == 0
    assert "Баллы, цели, признаки, границы, строки форм: новых 2" in capsys.readouterr().out
