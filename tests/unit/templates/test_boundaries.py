"""District boundaries from a GeoJSON stand on the map's territories; what cannot be placed is told."""

import json

import pytest

SQUARE = [[[92.0, 58.0], [93.0, 58.0], [93.0, 59.0], [92.0, 59.0], [92.0, 58.0]]]


def geojson(path, *features):
    shapes = [
        {"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": ring}}
        for told, ring in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), encoding="utf-8")
    return path


def boundaries(warehouse):
    with warehouse.open() as snapshot:
        rows = snapshot.rows("SELECT t.code, b.geometry FROM boundary b JOIN territory t USING (territory_id)")
    return {row["code"]: json.loads(row["geometry"])["coordinates"] for row in rows}


def test_boundaries_are_matched_by_code_or_name_and_the_later_file_wins(register, loads_without_a_question, tmp_path):
    first = geojson(tmp_path / "a.geojson", ({"code": "RU-KYA-lesosibirsk"}, SQUARE), ({"name": "г. Енисейск"}, SQUARE))
    answer = loads_without_a_question(first)
    assert (answer["files"][0]["format"], answer["files"][0]["rows"]) == ("boundaries", 2)
    assert set(boundaries(register)) == {"RU-KYA-lesosibirsk", "RU-KYA-eniseysk"}
    smaller = [[[92.0, 58.0], [92.5, 58.0], [92.5, 58.5], [92.0, 58.0]]]
    loads_without_a_question(geojson(tmp_path / "b.geojson", ({"name": "Енисейск"}, smaller)))
    assert boundaries(register) == {"RU-KYA-lesosibirsk": SQUARE, "RU-KYA-eniseysk": smaller}


@pytest.mark.parametrize("told, ring, rule", [
    ({"name": "Енисейскк район"}, SQUARE, "unknown_territory"),
    ({}, SQUARE, "boundary_unreadable"),
    ({"name": "Енисейск"}, [[[10250000.0, 8100000.0], [10260000.0, 8100000.0], [10250000.0, 8110000.0]]],
     "boundary_unreadable"),
])  # fmt: skip
def test_what_cannot_be_placed_is_refused(register, load, tmp_path, told, ring, rule):
    status, answer = load(geojson(tmp_path / "a.geojson", (told, ring)))
    assert (status, [one["rule"] for one in answer["files"][0]["findings"]]) == (1, [rule])


def test_a_broken_geojson_is_no_crash(register, load, tmp_path):
    (tmp_path / "a.geojson").write_text('{"features": [', encoding="utf-8")
    status, answer = load(tmp_path / "a.geojson")
    assert (status, answer["files"][0]["findings"][0]["rule"]) == (1, "boundary_unreadable")
