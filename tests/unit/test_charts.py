"""Chart templates: what is drawn from a query frame, and what a reader would miss if it went wrong."""

from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest
import vl_convert
from streamlit.testing.v1 import AppTest

from pages.shared import charts, theme
from pages.shared.charts import (
    Bars,
    Choropleth,
    Gantt,
    GroupGrid,
    HeatTable,
    Parts,
    Ranked,
    Shapes,
    Stamp,
    Steps,
    Strip,
    Trend,
    YearPanels,
)
from pages.shared.templates import base
from pages.shared.templates.worded import Members
from pipelines import queries_map

ROOT = Path(__file__).resolve().parents[2]


def row(code: str, name: str, numerator: float | None, denominator: float | None = 80, **more):
    """One row of a query frame."""
    missing = numerator is None
    return {
        "territory": code,
        "territory_name": name,
        "level": "district",
        "year": 2021,
        "period": "2021",
        "indicator": "assessment_vpr_pass",
        "mechanism": "assessment",
        "numerator": numerator,
        "denominator": None if missing else denominator,
        "percent": None if missing else 100 * numerator / denominator,
        "value": None,
        "unit": "percent",
        "absence": "suppressed" if missing else None,
        "basis": "direct",
        **more,
    }


def frame(*rows) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


@pytest.fixture
def districts() -> pd.DataFrame:
    return frame(
        row("d1", "Озёрный", 40, benchmark_percent=50.0, verdict="not_distinguishable"),
        row("d2", "Лесной", None, benchmark_percent=50.0, verdict=None),
        row("d3", "Заречный", 60, benchmark_percent=50.0, verdict="better"),
    )


def rows_of(picture) -> dict[str, dict]:
    return {r["label"]: r for r in picture.data["rows"]}


# --- ranked ---------------------------------------------------------------------------------------------


def test_ranked_orders_by_figure_and_keeps_the_absent_last_with_its_reason(districts):
    picture = Ranked().picture(districts)
    assert [r["label"] for r in picture.data["rows"]] == ["Заречный", "Озёрный", "Лесной"]
    hidden = rows_of(picture)["Лесной"]
    assert hidden["number"] is None
    assert hidden["why"] == "скрыто: менее 10 человек"
    assert "без значения 1" in picture.alt
    ascending = Ranked(order="asc").picture(districts)
    assert [r["label"] for r in ascending.data["rows"]] == ["Озёрный", "Заречный", "Лесной"]


def test_a_true_zero_is_drawn():
    picture = Ranked("bar").picture(frame(row("d1", "Озёрный", 0, 14)))
    assert rows_of(picture)["Озёрный"]["number"] == 0
    assert rows_of(picture)["Озёрный"]["text"] == "0\u00a0%"


def test_a_bar_is_as_long_as_its_label_says():
    # Rule 10: 23 of 80 is 28.75 %, written 28,8 %, so the bar is 28.8 long as well.
    drawn = rows_of(Ranked("bar").picture(frame(row("d1", "Озёрный", 23))))["Озёрный"]
    assert (drawn["number"], drawn["text"]) == (28.8, "28,8\u00a0%")


def test_tooltip_tells_the_fraction_and_the_difference(districts):
    drawn = rows_of(Ranked().picture(districts))["Заречный"]
    assert drawn["tip_of"] == "60\u00a0из\u00a080"
    assert drawn["tip_difference"] == "+25,0\u00a0п.п."
    assert drawn["tip_verdict"] == "лучше"


def test_one_benchmark_is_a_line_and_several_are_ticks(districts):
    one = Ranked(benchmark_name="область").picture(districts)
    assert one.data["benchmark"] == [{"at": 50.0, "said": "область 50,0\u00a0%"}]
    several = districts.assign(benchmark_percent=[40.0, 50.0, 60.0])
    assert "benchmark" not in Ranked().picture(several).data


def test_namesakes_stay_apart():
    # Two schools of one name in two districts would otherwise share one row of the axis.
    same = frame(row("a-1", "Школа № 1", 40, parent_name="Лесной"), row("b-1", "Школа № 1", 60, parent_name="Озёрный"))
    assert sorted(rows_of(Ranked().picture(same))) == ["Школа № 1 (Лесной)", "Школа № 1 (Озёрный)"]
    no_parent = same.drop(columns="parent_name")
    assert sorted(rows_of(Ranked().picture(no_parent))) == ["Школа № 1 (a-1)", "Школа № 1 (b-1)"]


def test_official_names_are_shortened_only_on_the_axis():
    full = "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 3»"
    drawn = Ranked().picture(frame(row("s", full, 40))).data["rows"][0]
    assert drawn["label"] == "МБОУ «СОШ № 3»"
    assert drawn["name"] == full


def test_too_many_rows_are_refused_and_not_cut():
    many = frame(*(row(str(i), str(i), 40) for i in range(base.MAXIMUM_ROWS + 1)))
    with pytest.raises(ValueError, match="2001 rows"):
        Ranked().picture(many)


def test_drawing_changes_neither_the_frame_nor_the_kept_template(districts):
    before = districts.copy(deep=True)
    first = Ranked().picture(districts)
    spec = str(first.spec)
    Ranked().picture(frame(row("d9", "Новый", 1, benchmark_percent=50.0, verdict="worse")))
    assert str(Ranked().picture(districts).spec) == spec
    pd.testing.assert_frame_equal(districts, before)


# --- years ----------------------------------------------------------------------------------------------


def years(*pairs, code="d1", name="Озёрный", **more):
    return [row(code, name, n, year=y, period=f"{y}/{(y + 1) % 100:02d}", **more) for y, n in pairs]


def test_a_line_stops_at_a_missing_year():
    picture = Trend().picture(frame(*years((2017, 40), (2018, 41), (2020, 44), (2021, 45))))
    piece = {r["year"]: r["piece"] for r in picture.data["rows"]}
    assert piece[2017] == piece[2018]
    assert piece[2018] != piece[2020]
    assert piece[2020] == piece[2021]
    names = next(p["value"] for p in picture.spec["params"] if p["name"] == "year_names")
    assert names == ["2017/18", "2018/19", "2019/20", "2020/21", "2021/22"]  # the silent year keeps its place


def test_a_hidden_year_is_a_gap_with_its_reason():
    picture = Trend().picture(frame(*years((2017, 40), (2018, None), (2019, 44))))
    assert [r["year"] for r in picture.data["rows"]] == [2017, 2019]
    assert len({r["piece"] for r in picture.data["rows"]}) == 2
    assert picture.absent == ("скрыто: менее 10 человек — Озёрный (2018/19)",)


def test_a_line_stops_where_the_definition_changes():
    listed = Trend(breaks=((2019, "новая редакция"),)).picture(frame(*years((2018, 40), (2019, 41))))
    assert len({r["piece"] for r in listed.data["rows"]}) == 2
    assert listed.data["breaks"][0]["at"] == 2018.5
    versions = frame(*years((2018, 40), version="1"), *years((2019, 41), version="2"))
    found = Trend().picture(versions)
    assert len({r["piece"] for r in found.data["rows"]}) == 2
    assert found.data["breaks"][0]["label"] == "с 2019 — редакция 2"


def test_a_break_inside_a_gap_stops_the_line_once():
    picture = Trend(breaks=((2019, "новая редакция"),)).picture(frame(*years((2018, 40), (2020, 41), (2021, 42))))
    piece = {r["year"]: r["piece"] for r in picture.data["rows"]}
    assert piece[2018] != piece[2020] == piece[2021]


def test_year_panels_share_one_scale_from_zero():
    picture = YearPanels().picture(
        frame(*years((2020, 40), (2021, 80)), *years((2020, None), (2021, 20), code="d2", name="Лесной"))
    )
    drawn = {(r["label"], r["lane"]): r for r in picture.data["rows"]}
    # 40 of 80 is half of a full panel, 80 of 80 the whole of it.
    assert drawn["Озёрный", 0]["end"] * 2 == pytest.approx(drawn["Озёрный", 1]["end"] - 1)
    assert drawn["Лесной", 0]["number"] is None
    assert drawn["Лесной", 0]["text"] == "—"
    assert [r["label"] for r in picture.data["rows"]] == ["Озёрный", "Озёрный", "Лесной", "Лесной"]


def test_calendar_tells_open_ends_from_undated():
    items = pd.DataFrame(
        [
            {"item": "Этап 1", "start": "2021-08-01", "end": "2022-01-31", "group": "А", "when": None},
            {"item": "Этап 2", "start": "2022-02-01", "end": None, "group": "А", "when": "с февраля"},
            {"item": "Отчёт", "start": None, "end": "2025-10-31", "group": "Б", "when": "до 31.10.2025"},
            {"item": "Встречи", "start": None, "end": None, "group": "Б", "when": "в течение года"},
        ]
    )
    picture = Gantt().picture(items)
    drawn = rows_of(picture)
    assert drawn["Этап 2"]["open"] and drawn["Этап 2"]["until"] == drawn["Отчёт"]["to"]
    assert drawn["Отчёт"]["from"] is None
    assert "Встречи" not in drawn
    assert picture.absent == ("в течение года — Встречи",)


# --- cells ----------------------------------------------------------------------------------------------


def test_heat_table_names_what_is_missing_and_never_shades_it(districts):
    picture = HeatTable(names={"assessment": "Оценка качества"}).picture(districts)
    drawn = rows_of(picture)
    assert drawn["Лесной"]["fill"] == "transparent"
    assert drawn["Лесной"]["short"] == "—"
    assert drawn["Лесной"]["tip_value"] == "скрыто: менее 10 человек"
    assert drawn["Озёрный"]["column"] == "Оценка качества"
    assert picture.absent == ("скрыто: менее 10 человек — Лесной",)


def test_cells_are_shaded_by_the_fifths_of_their_column_as_the_map_is():
    # 1…6: bounds at 2, 3, 4, 5 (rule 9: inclusive percentiles); what lies on a bound joins the lower fifth.
    cells = [row(letter, letter, n, 100) for letter, n in zip("абвгде", range(1, 7), strict=True)]
    drawn = rows_of(HeatTable(columns="year").picture(frame(*cells)))
    steps = [theme.LIGHT.steps.index(drawn[letter]["fill"]) for letter in "абвгде"]
    assert steps == [0, 0, 1, 2, 3, 4]
    assert steps == [of - 1 for of in queries_map.classes(frame(*cells), None).of]


def test_equal_figures_are_neither_dark_nor_light():
    cells = HeatTable(columns="year").picture(frame(row("a", "А", 40, 100), row("b", "Б", 40, 100)))
    assert {one["fill"] for one in rows_of(cells).values()} == {theme.LIGHT.steps[2]}


def test_twelve_groups_name_the_empty_one():
    groups = pd.DataFrame(
        [
            {"cluster": "Базово", "row": "Город, кадровые", "label": "Школа № 1"},
            {"cluster": "Сильно", "row": "Город, кадровые", "label": None},
        ]
    )
    picture = GroupGrid().picture(groups)
    assert [r["empty"] for r in picture.data["rows"]] == [False, True]
    assert picture.absent == ("нет школы — Сильно, Город, кадровые",)


# --- counts ---------------------------------------------------------------------------------------------


def test_empty_groups_do_not_change_the_order_of_clusters():
    rows = [("Сильно", None), ("Умеренно", "школа А"), ("Базово", "школа Б")]
    frame = pd.DataFrame([{"cluster": cluster, "row": "Город, кадры", "label": label} for cluster, label in rows])
    svg = vl_convert.vegalite_to_svg(full(GroupGrid().picture(frame)), allowed_base_urls=[])
    assert svg.index("Сильно") < svg.index("Умеренно") < svg.index("Базово")


def test_headings_of_groups_are_folded_and_keep_their_order():
    groups = ("2023: Функциональная грамотность", "2024: Переход из детского сада в школу")
    frame = pd.DataFrame({"group": groups, "member": ["a", "b"], "label": ["СОШ № 1", "СОШ № 2"]})
    picture = Members().picture(frame)
    heads = next(one["value"] for one in picture.spec["params"] if one["name"] == "heads")
    assert list(heads["narrow"]) == list(groups)
    # Two columns of a phone: at most 22 letters a line.
    assert max(len(line) for text in heads["narrow"].values() for line in text.split("\n")) <= 22
    svg = vl_convert.vegalite_to_svg(full(picture), allowed_base_urls=[])
    assert svg.index("2023:") < svg.index("2024:")


def test_bars_leave_a_missing_count_empty():
    counts = pd.DataFrame(
        [
            {"label": "Мотивация", "value": 9, "series": "2020", "absence": None},
            {"label": "Мотивация", "value": None, "series": "2021", "absence": "not_published"},
        ]
    )
    first, second = Bars(series="series", unit="школ").picture(counts).data["rows"]
    assert (first["number"], first["tip_value"]) == (9, "9\u00a0школ")
    assert (second["number"], second["why"]) == (None, "в документе нет")


def test_parts_are_shares_of_their_own_row():
    marks = pd.DataFrame(
        [
            {"territory": "a", "territory_name": "А", "part": part, "value": value, "absence": None}
            for part, value in (("«2»", 1), ("«3»", 2), ("«4»", 3), ("«5»", 2))
        ]
        + [{"territory": "b", "territory_name": "Б", "part": "«2»", "value": None, "absence": "suppressed"}]
    )
    picture = Parts(order=("«2»", "«3»", "«4»", "«5»")).picture(marks)
    assert [r.get("number") for r in picture.data["rows"]] == [12.5, 25.0, 37.5, 25.0, None]
    assert picture.data["rows"][-1]["why"] == "скрыто: менее 10 человек"


def test_steps_tell_what_remains_of_the_step_before():
    steps = pd.DataFrame({"label": ["Список", "Отбор", "Проект"], "value": [159, 81, 11]})
    picture = Steps(("школа", "школы", "школ")).picture(steps)
    assert [r["text"] for r in picture.data["rows"]] == ["159\u00a0школ", "81\u00a0школа", "11\u00a0школ"]
    assert [r["of"] for r in picture.data["rows"]] == ["", "81\u00a0из\u00a0159", "11\u00a0из\u00a081"]


def test_strip_marks_one_unit_and_hides_none_behind_another():
    schools = frame(*(row(f"s{i}", f"Школа № {i}", 40) for i in range(5)))
    picture = Strip(marked="s3").picture(schools)
    places = [(r["number"], r["pile"]) for r in picture.data["rows"]]
    assert len(set(places)) == 5
    marked = [r for r in picture.data["rows"] if r["marked"]]
    assert [r["territory"] for r in marked] == ["s3"]
    assert marked[0]["pile"] == 0
    assert picture.alt.startswith("Школа № 3: 50,0\u00a0%, место 1 из 5")  # equal figures share a rank


# --- map ------------------------------------------------------------------------------------------------


def square(code: str, x: float, y: float, clockwise: bool):
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    geometry = {"type": "Polygon", "coordinates": [ring[::-1] if clockwise else ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def test_map_draws_polygons_of_either_direction_and_names_what_has_no_boundary(districts):
    shapes = Shapes.from_geojson(
        {"type": "FeatureCollection", "features": [square("d1", 100, 60, True), square("d3", 102, 60, False)]}
    )
    # The middle latitude is 60.5°, cos = 0.4924: one degree of longitude is 0.4924 of a degree of latitude.
    x, y = shapes.centres["d1"]
    assert (round(x, 2), round(y, 2)) == (round(100.5 * 0.49242, 2), 60.5)
    picture = Choropleth(shapes).picture(districts)
    assert [f["properties"]["territory"] for f in picture.data["shapes"]["features"]] == ["d1", "d3"]
    assert any("Лесной" in line and "нет границ" in line for line in picture.absent)
    svg = vl_convert.vegalite_to_svg(full(picture), allowed_base_urls=[])
    # The trap of directions: a polygon turned inside out covers the whole view.
    assert svg.count('aria-roledescription="территория"') == 2


def test_points_without_boundaries_keep_their_proportions_and_their_labels():
    shapes = Shapes.from_geojson({"type": "FeatureCollection", "features": []})
    spots = shapes.with_spots({"a": (100, 60), "b": (101, 60), "c": (100, 61)}).spots
    # At 60.5° a degree of longitude is 0.4924 of a degree of latitude, boundaries or not.
    assert round(spots["b"][0] - spots["a"][0], 4) == 0.4924 and spots["c"][1] - spots["a"][1] == 1
    frame = pd.DataFrame(
        [{"territory": "a", "territory_name": "СОШ № 1", "level": "school", "type": "school", "value": 24.0,
          "unit": "", "absence": None}]
    )  # fmt: skip
    two = shapes.with_spots({"a": (100, 60), "b": (101, 61)})
    (text,) = Choropleth(two).picture(frame).data["texts"]
    assert (text["x"], text["y"]) != two.spots["a"], "a label stands beside its point, not under it"


def test_a_map_goes_on_beyond_the_180th_meridian():
    shapes = Shapes.from_geojson(
        {"type": "FeatureCollection", "features": [square("west", 178, 66, False), square("east", -179, 66, False)]}
    )
    assert shapes.centres["east"][0] > shapes.centres["west"][0]


# --- all of them ----------------------------------------------------------------------------------------


def full(picture, dark: bool = False):
    """A picture with its config and data, as the browser or vl-convert gets it."""
    return {**picture.spec, "config": theme.configure(dark), "datasets": dict(picture.data), "width": 600}


def everything(districts):
    marks = pd.DataFrame(
        [{"territory": "a", "territory_name": "А", "part": p, "value": v} for p, v in (("«2»", 1), ("«3»", 3))]
    )
    items = pd.DataFrame([{"item": "Этап", "start": "2021-08-01", "end": "2022-01-31", "group": "А", "when": "2021"}])
    groups = pd.DataFrame([{"cluster": "Базово", "row": "Город, кадровые", "label": "Школа № 1"}])
    shapes = Shapes.from_geojson({"type": "FeatureCollection", "features": [square("d1", 100, 60, True)]})
    intervals = districts.assign(interval_low=[40.0, None, 60.0], interval_high=[60.0, None, 90.0])
    series = frame(*years((2019, 40), (2020, 41)), *years((2019, 30), (2020, 31), code="d2", name="Лесной"))
    return [
        (Ranked(), intervals),
        (Ranked("bar"), districts),
        (Ranked(), pd.concat([districts.assign(territory=str(i)) for i in range(10)])),
        (YearPanels(), series),
        (Trend(breaks=((2020, "редакция"),)), series),
        (Trend(), frame(*years((2019, 40)))),
        (HeatTable(), districts),
        (GroupGrid(), groups),
        (Bars(series="part"), marks.rename(columns={"territory_name": "label"})),
        (Bars(), marks.rename(columns={"territory_name": "label"})),
        (Parts(order=("«2»", "«3»")), marks),
        (Steps(("школа", "школы", "школ")), pd.DataFrame({"label": ["Список"], "value": [159]})),
        (Strip(marked="d1"), districts),
        (Gantt(), items),
        (Choropleth(shapes), districts),
    ]


@pytest.mark.parametrize("number", range(15))
@pytest.mark.parametrize(("dark", "selectable"), [(False, False), (True, True)])
def test_every_template_is_right_vega_lite(districts, number, dark, selectable, capfd):
    chart, data = everything(districts)[number]
    picture = chart.picture(data, dark=dark, selectable=selectable)
    svg = vl_convert.vegalite_to_svg(full(picture, dark), show_warnings=True, allowed_base_urls=[])
    assert "<svg" in svg
    assert "undefined" not in svg and "NaN" not in svg and "null<" not in svg
    warnings = [
        w for w in capfd.readouterr().err.splitlines() if w and "fit-y" not in w and "Conflicting legend" not in w
    ]
    assert warnings == []
    named = {p["name"] for p in picture.spec.get("params", ())}
    assert ("unit" in named) == selectable
    assert picture.alt


def test_tooltips_say_only_what_the_frame_knows(districts):
    def titles(picture):
        return {tip["title"] for layer in picture.spec["layer"] for tip in layer["encoding"].get("tooltip", ())}

    assert titles(Ranked().picture(districts)) == {"title", "Значение", "Из чего", "Сравниваем с", "Разница", "Вывод"}
    bare = districts[["territory", "territory_name", "year", "percent", "absence"]]
    assert titles(Ranked().picture(bare)) == {"title", "Значение"}


def test_warming_up_needs_no_page():
    charts.warm()


def test_what_is_warmed_later_is_found_again_by_the_templates(monkeypatch, districts):
    charts.warm_rest(pause=0)
    # From here on whoever writes a template anew fails: options in another order would be another template.
    monkeypatch.setattr(base, "finished", lambda *_chart, **_top: pytest.fail("written anew"))
    for dark in (False, True):
        look = {"dark": dark, "selectable": True}
        YearPanels().picture(districts, **look)
        HeatTable().picture(districts, **look)
        Strip().picture(districts.assign(benchmark_percent=50.0), **look)
        bare = districts[["territory", "territory_name", "year", "percent", "absence"]]
        Ranked("bar").picture(bare, **look)


# --- theme ----------------------------------------------------------------------------------------------


def test_verdicts_differ_by_shape_or_fill_and_not_by_colour_alone():
    looks = list(theme.VERDICTS.values())
    assert len({look.word for look in looks}) == len(looks)
    better, worse = theme.VERDICTS["better"], theme.VERDICTS["worse"]
    assert better.shape != worse.shape and better.colour != worse.colour
    higher, lower = theme.VERDICTS["higher"], theme.VERDICTS["lower"]
    assert higher.colour == lower.colour not in (better.colour, worse.colour)  # no judgement, no good side
    assert higher.shape != lower.shape


@pytest.mark.parametrize("page", [theme.LIGHT, theme.DARK])
def test_colours_can_be_read(page):
    # WCAG 2.2: text 4.5:1 (1.4.3), graphical objects 3:1 (1.4.11).
    assert theme.contrast(page.text, page.background) >= 7
    assert theme.contrast(page.muted, page.background) >= 4.5
    for colour in theme.SERIES:
        assert theme.contrast(colour, page.background) >= 3, colour
    for fill in (*page.steps, *itertools.chain.from_iterable(theme.parts(n) for n in range(1, 7))):
        assert theme.contrast(theme.ink(fill), fill) >= 4.5, fill


def test_page_and_charts_have_one_set_of_colours_and_nothing_calls_outside():
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    for page, section in ((theme.LIGHT, "light"), (theme.DARK, "dark")):
        written = config["theme"][section]
        assert written["backgroundColor"] == page.background
        assert written["secondaryBackgroundColor"] == page.panel
        assert written["textColor"] == page.text
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["disableDataExport"] is True
    assert "http" not in str(config)


def test_numbers_on_axes_are_russian(districts):
    svg = vl_convert.vegalite_to_svg(full(Ranked().picture(frame(row("a", "А", 401, 1000), row("b", "Б", 402, 1000)))))
    assert "40,1" in svg and ">40.1" not in svg


# --- drawing on a page ----------------------------------------------------------------------------------


def test_selected_reads_the_code_of_the_clicked_unit():
    assert charts.selected({"selection": {"unit": [{"territory": "d3"}]}}) == "d3"
    assert charts.selected({"selection": {"unit": [{"properties.territory": "d3"}]}}) == "d3"
    assert charts.selected({"selection": {"unit": {}}}) is None
    assert charts.selected({"selection": {"unit": []}}) is None
    assert charts.selected(None) is None


def _page():
    import pandas as pd
    import streamlit as st

    from pages.shared.charts import Ranked, Stamp, draw

    rows = [
        {"territory": "d1", "territory_name": "Озёрный *", "level": "district", "year": 2021, "period": "2021",
         "numerator": 40.0, "denominator": 80.0, "percent": 50.0, "absence": None, "unit": "percent"},
        {"territory": "d2", "territory_name": "Лесной", "level": "district", "year": 2021, "period": "2021",
         "numerator": None, "denominator": None, "percent": None, "absence": "suppressed", "unit": "percent"},
    ]  # fmt: skip
    stamp = Stamp(source="Демо", snapshot="s1", demo=st.session_state.get("demo", True))
    code = draw(Ranked(), pd.DataFrame(rows), key="c", title="Успеваемость", stamp=stamp, note="Сноска", selection=True)
    st.write(f"код {code}")
    draw(Ranked(), pd.DataFrame(rows).iloc[:0], key="e", title="Пусто", stamp=stamp)


def drawn_title(page):
    return json.loads(page.get("vega_lite_chart")[0].proto.spec).get("title")


def test_draw_shows_the_demonstration_mark_the_table_and_an_empty_choice():
    page = AppTest.from_function(_page).run()
    assert not page.exception
    assert "демонстрационные данные" in page.header[0].value
    assert drawn_title(page)["text"] == "демонстрационные данные"
    assert any("Сноска" in c.value for c in page.caption)
    assert any("код None" in m.value for m in page.markdown)
    assert page.info[0].value == "Для этого выбора данных нет."
    assert not page.table
    page.toggle(key="c-as-table").set_value(True).run()
    table = page.table[0].value
    assert list(table.columns) == ["Муниципалитет", "Год", "Значение", "Из чего"]
    assert table["Значение"].tolist() == ["50,0\u00a0%", "скрыто: менее 10 человек"]
    assert table["Муниципалитет"][0] == r"Озёрный \*"  # Markdown in a name stays text
    assert any("демонстрационные данные" in c.value for c in page.caption)


def test_real_data_carry_no_demonstration_mark():
    page = AppTest.from_function(_page)
    page.session_state["demo"] = False
    page.run()
    assert "демонстрационные" not in page.markdown[0].value
    assert drawn_title(page) is None


def test_nothing_is_made_before_it_is_asked_for(districts, monkeypatch):
    made = []
    monkeypatch.setattr(charts.export, "csv_bytes", lambda *_a: made.append("csv") or b"x")
    makers = charts.makers(Ranked(), districts, districts, "Т", Stamp(source="s", snapshot="1"))
    assert made == []
    assert list(makers) == ["csv", "xlsx", "png", "svg"]
    assert makers["csv"]() == b"x" and made == ["csv"]


def test_sparkline_leaves_a_gap():
    svg = charts.sparkline([1.0, 2.0, None, 4.0, 3.0])
    assert svg.count("<polyline") == 2
    assert charts.sparkline([None]).count("<polyline") == 0
    assert charts.sparkline_alt(["2019", "2020"], ["71,2 %", "нет данных"]) == "2019: 71,2 %, 2020: нет данных"


def test_a_figure_without_a_verdict_keeps_its_mark_among_judged_ones() -> None:
    # A district that gives only a published per cent stands between districts with verdicts.
    frame = pd.DataFrame(
        {
            "territory": ["a", "b"], "territory_name": ["А", "Б"], "year": 2024, "numerator": [90.0, None],
            "denominator": [100.0, None], "percent": [90.0, 82.1], "basis": ["computed", "published"],
            "verdict": ["better", None],
        }
    )  # fmt: skip
    rows = Ranked().picture(frame).data["rows"]
    assert [row["verdict"] for row in rows] == ["лучше", "без вывода"]
