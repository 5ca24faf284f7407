"""Spine, waterfall, matrix and control limits: what is drawn, and what a reader would miss if it went wrong."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import vl_convert

from pages.shared import theme
from pages.shared.templates.funnel import Funnel
from pages.shared.templates.matrix import StatusMatrix
from pages.shared.templates.spine import Spine
from pages.shared.templates.waterfall import Waterfall

FIGURE = {"territory": "d1", "territory_name": "Район", "year": 2024, "absence": None, "value": None, "unit": "percent",
          "basis": "direct", "interval_low": None, "interval_high": None}  # fmt: skip


def indicator(name: str, percent: float | None, direction: str = "up", **more) -> dict:
    """A row of the spine: benchmark 50, the others from 40 to 90."""
    spread = {"lowest": 40.0, "lower_quarter": 45.0, "upper_quarter": 60.0, "highest": 90.0}
    own = {"name": name, "group": "Оценка", "key": f"{name}//", "direction": direction, "benchmark_percent": 50.0}
    counts = {"numerator": percent, "denominator": None if percent is None else 100.0}
    return FIGURE | spread | own | counts | {"percent": percent, "verdict": "better"} | more


def spine(*rows: dict) -> dict[str, dict]:
    drawn = Spine().picture(pd.DataFrame(list(rows))).data["rows"]
    return {row["label"]: row for row in drawn}


def test_better_is_to_the_right_whatever_the_direction():
    # The farthest point of the row is 90, 40 п.п. from the benchmark: 60 lies at 10/40 of the way.
    rows = spine(indicator("Охват", 60.0), indicator("Отсев", 60.0, "down"))
    assert rows["Охват"]["place"] == pytest.approx(0.25)
    assert rows["Отсев"]["place"] == pytest.approx(-0.25)
    assert (rows["Отсев"]["lowest"], rows["Отсев"]["highest"]) == (pytest.approx(0.25), pytest.approx(-1.0))


def test_a_unit_beyond_all_others_still_lies_on_its_row():
    rows = spine(indicator("Охват", 100.0))
    assert rows["Охват"]["place"] == 1.0  # 50 п.п. from the benchmark, farther than the 40 of the highest
    assert rows["Охват"]["highest"] == pytest.approx(0.8)


def test_rows_without_others_share_one_scale_so_that_they_can_be_compared():
    # A region against its last year: 10 and 5 п.п. above 50.
    alone = dict.fromkeys(("lowest", "lower_quarter", "upper_quarter", "highest"))
    rows = spine(indicator("А", 60.0, **alone), indicator("Б", 55.0, **alone))
    assert (rows["А"]["place"], rows["Б"]["place"]) == (1.0, pytest.approx(0.5))


def test_no_figure_leaves_no_mark_and_its_reason():
    rows = spine(indicator("Охват", None, verdict=None, absence="suppressed"), indicator("Охват 2", 0.0))
    assert rows["Охват"]["place"] is None and "скрыто" in rows["Охват"]["why"]
    assert rows["Охват 2"]["place"] is not None  # a true 0 is drawn


def test_a_figure_without_a_benchmark_says_that_there_is_nothing_to_compare_it_with():
    rows = spine(indicator("Средний балл", 60.0, benchmark_percent=None, verdict=None))
    assert rows["Средний балл"]["place"] is None
    assert rows["Средний балл"]["why"] == "сравнивать не с чем"


def test_groups_have_headings_only_where_there_are_several():
    assert [row["heading"] for row in spine(indicator("А", 60.0), indicator("Б", 60.0)).values()] == [False, False]
    two = spine(indicator("А", 60.0), indicator("Б", 60.0, group="Кадры"))
    assert [label for label, row in two.items() if row["heading"]] == ["ОЦЕНКА", "КАДРЫ"]


STEPS = pd.DataFrame([
    {"label": "2022", "change": None, "level": 70.0, "key": "", "note": ""},
    {"label": "Сами ОО", "change": 5.0, "level": 75.0, "key": "within", "note": ""},
    {"label": "Доли", "change": -2.0, "level": 73.0, "key": "mix", "note": ""},
    {"label": "2024", "change": None, "level": 73.0, "key": "", "note": ""},
])  # fmt: skip


def test_each_step_of_the_waterfall_begins_where_the_one_before_ended():
    rows = Waterfall().picture(STEPS).data["rows"]
    assert [(row["start"], row["end"]) for row in rows] == [(70, 70), (70, 75), (75, 73), (73, 73)]
    assert [row["text"].replace("\u00a0", " ") for row in rows] == ["70,0 %", "▲ +5,0 п.п.", "▼ −2,0 п.п.", "73,0 %"]


@pytest.mark.parametrize(("direction", "rise", "fall"), [
    ("up", theme.BLUE, theme.ORANGE), ("down", theme.ORANGE, theme.BLUE), ("none", theme.PURPLE, theme.PURPLE),
])  # fmt: skip
def test_a_rise_is_coloured_by_what_is_good(direction, rise, fall):
    rows = Waterfall(direction).picture(STEPS).data["rows"]
    assert (rows[1]["colour"], rows[2]["colour"]) == (rise, fall)


def unit(code: str, status: int, change: int, **more) -> dict:
    return {"territory": code, "territory_name": f"Школа {code}", "status": status, "change": change, "changed": False,
            "percent_0": 70.0, "percent_1": 75.0, "difference": 5.0, "why": ""} | more  # fmt: skip


def test_a_unit_lies_in_the_cell_of_its_status_and_change():
    picture = StatusMatrix().picture(pd.DataFrame([unit("a", 5, 1), unit("b", 1, 5)]))
    a, b = picture.data["units"]
    assert 0 < a["x"] < 1 and 4 < a["y"] < 5  # left column, top row
    assert 4 < b["x"] < 5 and 0 < b["y"] < 1
    assert (a["verdict"], b["verdict"]) == ("хуже", "лучше")


def test_many_units_of_one_cell_stay_inside_it_apart_and_are_counted():
    picture = StatusMatrix().picture(pd.DataFrame([unit(str(n), 3, 3) for n in range(40)]))
    places = {(row["x"], row["y"]) for row in picture.data["units"]}
    assert len(places) == 40
    assert all(2 < x < 3 and 2 < y < 3 for x, y in places)
    assert [cell["count"] for cell in picture.data["cells"] if cell["count"]] == ["40"]


def test_a_unit_without_a_class_is_named_with_its_reason_and_not_drawn():
    picture = StatusMatrix().picture(pd.DataFrame([unit("a", 3, 3), unit("b", 0, 0, why="мало данных")]))
    assert [row["territory"] for row in picture.data["units"]] == ["a"]
    assert picture.absent == ("мало данных — Школа b",)


def school(code: str, x: float | None, n: float | None, label: str | None) -> dict:
    known = x is not None
    limits = dict(zip(("low_95", "high_95", "low_998", "high_998"), (40.0, 60.0, 30.0, 70.0), strict=True))
    own = {"territory": code, "territory_name": f"Школа {code}", "numerator": x, "denominator": n, "label": label}
    absence = {"absence": None if known else "suppressed", "verdict": "not_distinguishable" if known else None}
    return FIGURE | own | absence | {"percent": 100 * x / n if known else None, "benchmark_percent": 50.0} | (
        limits if known else dict.fromkeys(limits))  # fmt: skip


SCHOOLS = pd.DataFrame([school("a", 10, 20, "within"), school("b", 2, 40, "below_998"), school("c", None, None, None)])


def test_a_hidden_unit_has_no_point_and_a_reason():
    picture = Funnel().picture(SCHOOLS)
    assert [row["territory"] for row in picture.data["rows"]] == ["a", "b"]
    assert any("скрыто" in line and "Школа c" in line for line in picture.absent)


def test_the_picture_is_told_with_how_many_lie_outside_and_each_point_with_its_limit():
    picture = Funnel().picture(SCHOOLS)
    assert picture.alt.startswith("за пределами 99,8 % — 1;")
    assert [row["tip_note"] for row in picture.data["rows"]] == ["в пределах 95 %", "ниже предела 99,8 %"]


def test_adjusted_limits_run_through_the_units_in_the_order_of_their_size():
    assert [row["denominator"] for row in Funnel().picture(SCHOOLS).data["curve"]] == [20, 40]


def pictures():
    spines = pd.DataFrame([indicator("А", 60.0), indicator("Б", None, group="Кадры", verdict=None)])
    return [(Spine(benchmark_name="регион"), spines), (Waterfall(), STEPS), (Funnel(counted="учеников"), SCHOOLS),
            (StatusMatrix(), pd.DataFrame([unit("a", 5, 1), unit("b", 0, 0)]))]  # fmt: skip


@pytest.mark.parametrize(("chart", "frame"), pictures(), ids=lambda part: type(part).__name__)
@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_can_be_drawn_and_selected_on(chart, frame, dark):
    picture = chart.picture(frame, dark=dark, selectable=True)
    spec = picture.spec | {"config": theme.configure(dark, export=True), "width": 900,
                           "datasets": {name: list(rows) for name, rows in picture.data.items()}}  # fmt: skip
    svg = vl_convert.vegalite_to_svg(json.dumps(spec))
    assert svg.startswith("<svg") and picture.alt
    assert '"name": "unit"' in json.dumps(picture.spec)  # a click selects
