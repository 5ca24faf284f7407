"""«Карта»: what is coloured, what is hidden, the way down and up, and that nothing is asked of a map service."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pages.shared import maps
from pages.shared.maps import Ground, Window
from pages.shared.templates.area import labelled
from pipelines import queries, queries_compare, queries_map
from pipelines.snapshot import Warehouse

VPR = {"data": "demo", "year": "2024", "indicator": "assessment_vpr_pass", "subject": "Математика", "grade": "4"}


def deck(page) -> dict:
    """The spec that deck.gl draws."""
    assert not page.exception, page.exception[0].value
    (drawn,) = page.get("deck_gl_json_chart")
    return json.loads(drawn.proto.json)


def layers(page, beginning: str) -> list[dict]:
    """Rows of the layers whose id begins so; features give their properties."""
    found = [layer for layer in deck(page)["layers"] if layer["id"].startswith(beginning)]
    return [row.get("properties", row) for layer in found for row in layer["data"]]


def listed(page) -> dict[str, str]:
    """Code → label of the units in the list beside the map."""
    return {b.key.removeprefix("map-unit-"): b.label for b in page.button if (b.key or "").startswith("map-unit-")}


def said(page) -> str:
    parts = [block.value for kind in (page.markdown, page.caption, page.info, page.warning) for block in kind]
    return "\n".join([*parts, *(block.proto.body for block in page.get("html"))])


def figures(warehouse, level: str, within: str, **slices) -> pd.DataFrame:
    with Warehouse(warehouse).open() as snapshot:
        unit = queries.find_territory(snapshot, within)[0]["territory_id"]
        return queries.figures(
            snapshot, ["assessment_vpr_pass"], level=level, within=unit, years=[2024], collection="demo", **slices
        )


# --- the page -------------------------------------------------------------------------------------------


def test_every_district_is_coloured_and_bears_its_figure(demo_warehouse, open_page):
    page = open_page("map", **VPR)
    districts = figures(demo_warehouse, "district", "demo", subject="Математика", grade="4")
    drawn = layers(page, "areas-") + layers(page, "silent-")
    assert {row["territory"] for row in drawn} == set(districts["territory"])
    texts = [row["text"] for row in layers(page, "figures")]
    for percent in districts["percent"].dropna():
        assert f"{percent:.1f}".replace(".", ",") + "\u00a0%" in texts
    assert set(listed(page)) == set(districts["territory"]), "the list beside the map holds other units"


def test_no_map_service_is_asked(demo_warehouse, open_page):
    spec = deck(open_page("map", **VPR))
    # pydeck's own mark for "no style was given"; with it and no provider Streamlit draws no base map.
    assert spec.get("mapProvider") is None and spec.get("mapStyle") in (None, "", "__MAP_STYLE__")
    addresses = [text for text in json.dumps(spec).split('"') if "//" in text]
    assert all(text.startswith("data:image/svg+xml;base64,") for text in addresses)


@pytest.mark.parametrize("district", ["", "demo-d01", "demo-d02"])
def test_the_map_is_small(demo_warehouse, open_page, district):
    page = open_page("map", **VPR, **({"district": district} if district else {}))
    assert len(page.get("deck_gl_json_chart")[0].proto.json.encode()) <= 50_000


def test_hidden_schools_are_grey_and_carry_no_number(demo_warehouse, open_page):
    schools = figures(demo_warehouse, "school", "demo-d02", subject="Математика", grade="4")
    hidden = set(schools.loc[schools["absence"] == "suppressed", "territory"])
    assert hidden, "the demonstration has no hidden school here any more"
    page = open_page("map", **VPR, district="demo-d02")
    spots = {row["territory"]: row for row in layers(page, "spots-")}
    assert hidden <= set(spots)
    shown = next(row for code, row in spots.items() if code not in hidden and "%" in row["tip"])
    for code in hidden:
        assert spots[code]["tip"] == "Значение: скрыто: менее 10 человек"
        assert spots[code]["size"] < shown["size"]
        assert "скрыто: менее 10 человек" in listed(page)[code] and "%" not in listed(page)[code]
    assert "скрыто: менее 10 человек" in said(page)


def test_a_kindergarten_has_another_shape_than_a_school(demo_warehouse, open_page):
    page = open_page("map", data="demo", year="2024", indicator="leaders_teacher_category", district="demo-d03")
    shapes = {row["territory"][:10]: row["shape"] for row in layers(page, "spots-")}
    assert shapes["demo-d03-s"] == "circle" and shapes["demo-d03-k"] == "square"
    assert "детские сады" in said(page) and "школы" in said(page)


def test_the_list_leads_down_and_the_breadcrumb_up(demo_warehouse, open_page):
    page = open_page("map", **VPR)
    page.button(key="map-unit-demo-d02").click().run()
    assert page.session_state["filter_codes"]["district"] == "demo-d02"
    school = next(code for code in listed(page) if code.startswith("demo-d02-s"))
    page.button(key=f"map-unit-{school}").click().run()
    assert page.session_state["filter_codes"]["school"] == school
    page.button(key="map-up-district").click().run()
    assert "school" not in page.session_state["filter_codes"]
    page.button(key="map-up-region").click().run()
    assert "district" not in page.session_state["filter_codes"]
    assert set(listed(page)) >= {"demo-d01", "demo-d14"}


def test_a_link_to_a_school_alone_goes_up_to_the_region(demo_warehouse, open_page):
    page = open_page("map", **VPR, school="demo-d02-s001")
    page.button(key="map-up-region").click().run()
    assert {"demo-d01", "demo-d14"} <= set(listed(page))


def test_verdicts_colour_with_a_sign_and_a_word(demo_warehouse, open_page):
    page = open_page("map", **VPR, paint="verdict")
    with Warehouse(demo_warehouse).open() as snapshot:
        region = queries.find_territory(snapshot, "demo", "demo")[0]["territory_id"]
        frame = queries_compare.indicator_units(
            snapshot, "assessment_vpr_pass", region=region, within=region, level="district", years=[2024],
            subject="Математика", grade="4",
        )  # fmt: skip
    signs = {"better": "▲", "worse": "▼", "not_distinguishable": "●"}
    names = listed(page)
    for row in frame.itertuples():
        assert signs[row.verdict] in names[row.territory]
    assert "лучше" in said(page) and "сравнений: случайно ожидается" in said(page)


def test_points_of_a_check_list_are_offered_no_verdict(demo_warehouse, open_page):
    page = open_page("map", data="demo", year="2024", mechanism="assessment", paint="verdict")
    assert not any(group.key == "filter_paint" for group in page.get("button_group"))
    assert "без вывода «лучше» или «хуже»" in said(page)


def test_a_sourced_threshold_names_its_classes_and_its_source(demo_warehouse, open_page):
    page = open_page("map", data="demo", year="2024", indicator="assessment_vpr_basic")
    assert "пограничное значение" in said(page)
    assert "региональный порядок анализа результатов ВПР" in said(page)


def test_an_indicator_not_counted_at_schools_says_so_and_keeps_the_districts(demo_warehouse, open_page):
    page = open_page("map", data="demo", year="2024", indicator="talent_intensive_camps", district="demo-d03")
    assert "не считается: показаны муниципалитеты" in said(page)
    assert {row["territory"] for row in layers(page, "areas-")} >= {"demo-d01", "demo-d03"}


def test_documents_without_boundaries_have_a_list_and_one_reason(demo_warehouse, open_page):
    page = open_page("map", data="sources", region="RU-SPE", year="2021", indicator="leaders_reserve_contest")
    assert not page.exception and not page.get("deck_gl_json_chart")
    assert said(page).count("Карты нет") == 1
    # the reserve: 35 people, of whom 7 took part
    assert "20,0\u00a0%" in listed(page)["RU-SPE-moskovsky"]


def test_a_figure_of_the_region_alone_is_shown_with_the_reason(demo_warehouse, open_page):
    page = open_page("map", data="sources", region="RU-KYA", year="2019", mechanism="assessment")
    assert not page.exception and not page.get("deck_gl_json_chart")
    assert said(page).count("Карты нет") == 1
    assert "86,4\u00a0%" in said(page)


def test_a_year_without_figures_offers_the_years_that_have_them(demo_warehouse, open_page):
    page = open_page("map", data="demo", year="2017", mechanism="assessment")
    assert "за 2017 год" in said(page)
    offered = [button for button in page.button if (button.key or "").startswith("map-year-")]
    offered[-1].click().run()
    assert page.get("deck_gl_json_chart")


def test_an_unknown_colouring_in_a_link_is_said(demo_warehouse, open_page):
    page = open_page("map", **VPR, paint="rainbow")
    assert any("rainbow" in warning.value for warning in page.warning)


def test_without_a_snapshot_of_boundaries_a_unit_is_named(demo_warehouse, open_page, monkeypatch):
    whole = queries_map.boundaries

    def without_one(snapshot, region):
        found = whole(snapshot, region)
        return found | {"features": [f for f in found["features"] if f["properties"]["code"] != "demo-d05"]}

    monkeypatch.setattr(queries_map, "boundaries", without_one)
    page = open_page("map", **VPR)
    assert "нет координат или границ: Учебный муниципальный округ" in said(page)
    assert "demo-d05" in listed(page)


# --- its parts ------------------------------------------------------------------------------------------


def frame(*percents: float | None, numerators=None, denominators=None) -> pd.DataFrame:
    n = len(percents)
    return pd.DataFrame(
        {
            "percent": np.array(percents, dtype=float),
            "value": np.full(n, np.nan),
            "numerator": np.array(numerators or [None] * n, dtype=float),
            "denominator": np.array(denominators or [None] * n, dtype=float),
        }
    )


def test_fifths_put_a_value_on_a_bound_into_the_lower_class_and_pass_over_what_is_hidden():
    # Bounds of 0, 10, …, 50 at (n−1)p + 1: 10, 20, 30, 40 are values themselves (rule 9).
    found = queries_map.classes(frame(0, 10, 20, 30, 40, 50, None), None)
    assert found.kind == "quintiles" and found.bounds == (10, 20, 30, 40)
    assert found.of.tolist() == [1, 1, 2, 3, 4, 5, 0]


def test_equal_figures_make_no_classes():
    assert queries_map.classes(frame(70, 70, None), None).kind == "none"


def test_a_figure_on_a_threshold_joins_the_class_above_as_it_is_written():
    threshold = SimpleNamespace(bounds=(57.0, 60.0), labels=("недостаточно", "пограничное", "достаточно"))
    indicator = SimpleNamespace(thresholds=(threshold,))
    # 1199/2000 is 59.95 exactly, written 60.0 (half away from zero), though its float is a hair below.
    data = frame(56.9, 57, 59.95, 59.94, None, numerators=[None, None, 1199, None, None],
                 denominators=[None, None, 2000, None, None])  # fmt: skip
    assert queries_map.classes(data, indicator).of.tolist() == [1, 2, 3, 2, 0]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("points", [[(100, 60), (104, 62)], [(178, 66), (-176, 68)], [(37.6, 55.7)]])
def test_the_window_holds_all_points_also_across_the_180th_meridian(points, narrow):
    window = Window.around(points, narrow)
    at = np.array([window.pixels(point) for point in points])
    width, height = (maps.NARROW_WIDTH, maps.NARROW_HEIGHT) if narrow else (maps.WIDTH, maps.HEIGHT)
    span = at.max(axis=0) - at.min(axis=0)
    assert span[0] <= width - maps.MARGIN and span[1] <= height - maps.MARGIN
    middle = np.array(window.pixels((window.longitude, window.latitude)))
    assert np.abs(middle - (at.max(axis=0) + at.min(axis=0)) / 2).max() < 1e-6


def test_labels_cover_neither_one_another_nor_a_mark():
    rng = np.random.default_rng(7)
    points = [tuple(map(float, point)) for point in rng.uniform(0, 300, (40, 2))]
    silent = [(float(x), 150.0) for x in range(0, 300, 30)]
    places = labelled(points, silent, 20, 50, 15)
    assert places, "no label found room"
    boxes = [(*place, 50, 15) for place in places.values()]
    marks = [(*point, 20, 20) for point in (*points, *silent)]
    for n, (x, y, wide, tall) in enumerate(boxes):
        for left, top, other_wide, other_tall in boxes[:n] + marks:
            assert abs(x - left) >= (wide + other_wide) / 2 or abs(y - top) >= (tall + other_tall) / 2


def test_a_click_is_read_from_areas_and_from_points():
    area = {
        "selection": {"indices": {"areas-demo": [3]}, "objects": {"areas-demo": [{"properties": {"territory": "d"}}]}}
    }
    spot = {"selection": {"indices": {"spots-d": [0]}, "objects": {"spots-d": [{"territory": "s"}]}}}
    nothing = {"selection": {"indices": {}, "objects": {}}}
    assert [maps.chosen(event) for event in (area, spot, nothing, None)] == ["d", "s", None, None]


def test_labels_stand_inside_and_names_are_kept():
    ring = [[100, 60], [102, 60], [102, 61], [100, 61], [100, 60]]
    feature = {"type": "Feature", "properties": {"code": "d", "name": "Лесной"},
               "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    ground = Ground.of({"type": "FeatureCollection", "features": [feature]})
    assert ground.names == {"d": "Лесной"}
    assert ground.centre("d") == pytest.approx((101, 60.5), abs=1e-4)
