"""What the shipped catalogue says, read as plain TOML: the loader is tested elsewhere."""

import re
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "pipelines" / "catalogue"
EIGHT = ("assessment", "objectivity", "leaders", "development", "methodology", "support", "talent", "guidance")
LATER = ("upbringing", "preschool")
LEVELS = ["region", "district", "school"]
# Code pattern of the contract: the mechanism, an underscore, an English slug.
SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


EDITIONS = _read("editions.toml")
NOUNS = _read("nouns.toml")
MECHANISMS = {code: _read(f"mechanisms/{code}.toml") for code in (*EIGHT, *LATER)}
INDICATORS = [i for entries in MECHANISMS.values() for i in entries["indicator"]]
POSITIONS = [(code, p) for code, entries in MECHANISMS.items() for p in entries["position"]]
TRACKS = {t["code"]: t for entries in MECHANISMS.values() for t in entries["track"]}
LISTED = {e["code"]: [m["code"] for m in e["mechanism"]] for e in EDITIONS["edition"]}

each_indicator = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i["code"])


def test_there_is_one_file_a_mechanism_and_it_says_its_code():
    files = {path.stem for path in (FOLDER / "mechanisms").glob("*.toml")}
    assert files == {*EIGHT, *LATER}
    assert all(entries["code"] == code for code, entries in MECHANISMS.items())


@pytest.mark.parametrize("code", EIGHT)
def test_each_mechanism_of_2019_has_at_least_six_indicators(code):
    assert len(MECHANISMS[code]["indicator"]) >= 6


@pytest.mark.parametrize("code", LATER)
def test_the_later_mechanisms_have_at_least_three_indicators(code):
    assert len(MECHANISMS[code]["indicator"]) >= 3


def test_codes_are_unique_over_indicators_positions_and_tracks():
    codes = Counter([i["code"] for i in INDICATORS] + [p["code"] for _, p in POSITIONS] + list(TRACKS))
    assert [code for code, times in codes.items() if times > 1] == []


def test_indicator_codes_begin_with_their_mechanism():
    for mechanism, entries in MECHANISMS.items():
        for indicator in entries["indicator"]:
            assert SLUG.fullmatch(indicator["code"])
            assert indicator["code"].startswith(f"{mechanism}_")


@each_indicator
def test_an_indicator_can_be_understood_and_counted(indicator):
    for field in ("definition", "numerator", "denominator", "source"):
        assert len(indicator[field]) > 5
    assert len(indicator["name"]) <= 60  # longer names do not fit a card or a table's header
    assert indicator["definition"].endswith(".")
    assert indicator["counts"] in NOUNS
    assert indicator["unit"] in ("percent", "person", "score", "item")
    assert indicator["direction"] in ("up", "down", "none")
    assert indicator["period"] in ("school_year", "calendar_year", "event_year")
    expected = {"percent": "ratio", "score": "none", "person": "sum", "item": "sum"}[indicator["unit"]]
    assert indicator["aggregation"] == expected


@each_indicator
def test_levels_run_without_a_gap_from_the_region_down(indicator):
    assert indicator["levels"] == LEVELS[: len(indicator["levels"])] != []


@each_indicator
def test_one_person_s_figure_does_not_exist_at_an_organisation(indicator):
    # Rule 13: a school has one director, so what counts leaders begins at the municipality.
    if indicator["counts"] == "leader":
        assert "school" not in indicator["levels"]


@each_indicator
def test_what_small_numbers_cannot_protect_does_not_reach_the_school(indicator):
    # Points, works and marks of three pupils may be a denominator above ten, which hides nobody.
    if indicator["counts"] in ("work", "mark") or (
        indicator["counts"] == "point" and "preschool" not in indicator["organisation_types"]
    ):
        assert "school" not in indicator["levels"]
    # A count of people has no denominator by which it could be hidden; a mean must have one (check mean_without_n).
    if NOUNS[indicator["counts"]]["person"] and indicator["unit"] not in ("percent", "score"):
        assert "school" not in indicator["levels"]


@each_indicator
def test_versions_follow_each_other_without_overlap_or_gap(indicator):
    versions = indicator["version"]
    assert len({v["version"] for v in versions}) == len(versions)
    for earlier, later in pairwise(versions):
        assert later["from"] == earlier["to"] + 1
        # A break that nobody explains cannot be told from a mistake.
        assert earlier.get("note") or later.get("note")
    assert "to" not in versions[-1]


def test_assumptions_are_explained():
    assert [i["code"] for i in INDICATORS if i["assumption"] and len(i.get("assumption_note", "")) < 20] == []
    assert [p["code"] for _, p in POSITIONS if not p["source"]] == []


@each_indicator
def test_thresholds_and_targets_carry_source_and_date(indicator):
    thresholds = indicator.get("threshold", [])
    for entry in [*thresholds, *([indicator["target"]] if "target" in indicator else [])]:
        assert len(entry["source"]) > 10
        assert entry["date"]
    for threshold in thresholds:
        assert threshold["bounds"] == sorted(set(threshold["bounds"]))
        assert len(threshold["labels"]) == len(threshold["bounds"]) + 1
    if "target" in indicator and indicator["unit"] == "percent":
        # A share of 1 by mistake would colour everybody as having reached it.
        assert 1 < indicator["target"]["value"] <= 100


def test_targets_and_thresholds_read_in_sources():
    found = {i["code"]: i for i in INDICATORS}
    assert found["objectivity_rechecked_works"]["target"]["value"] == 90
    assert found["methodology_mentored_pupils"]["target"]["value"] == 70
    assert found["assessment_vpr_basic"]["threshold"][0]["bounds"] == [57, 60]
    assert found["assessment_vpr_advanced"]["threshold"][0]["bounds"] == [28.5, 30]


def test_presets_carry_source_and_date():
    presets = _read("thresholds.toml")["preset"]
    assert {tuple(p["bounds"]) for p in presets} == {(51, 91), (90,)}
    for preset in presets:
        assert preset["source"] and preset["date"]
        assert len(preset["labels"]) == len(preset["bounds"]) + 1


def test_nouns_have_three_forms_and_only_independent_units_get_intervals():
    assert all(len(noun["forms"]) == 3 for noun in NOUNS.values())
    # Rule 3: points, marks over several subjects, works and risks are not independent.
    for code in ("point", "mark", "work", "risk"):
        assert NOUNS[code]["independent"] is False
    for code in ("pupil", "teacher", "organisation"):
        assert NOUNS[code]["independent"] is True
    # Rule 13: organisations, documents and points are not persons.
    assert {code for code, noun in NOUNS.items() if noun["person"]} == {
        "pupil", "graduate", "child", "teacher", "leader", "parent", "observer", "mark",
    }  # fmt: skip


def test_a_family_counts_one_kind_of_thing_at_the_same_levels():
    families: dict[str, set] = {}
    for i in INDICATORS:
        shape = (i["counts"], tuple(i["levels"]), tuple(i.get("subjects", ())), tuple(i.get("grades", ())))
        families.setdefault(i.get("family", i["code"]), set()).add((i["denominator"], *shape))
    assert [name for name, shapes in families.items() if len(shapes) > 1] == []


def test_vpr_marks_share_a_family_and_journal_shares_have_no_judgement():
    found = {i["code"]: i for i in INDICATORS}
    marks = {found[f"assessment_vpr_{code}"]["family"] for code in ("pass", "quality", "low")}
    journal = [found[f"objectivity_journal_{code}"] for code in ("lower", "confirmed", "raised")]
    assert len(marks) == 1
    assert {i["direction"] for i in journal} == {"none"}
    assert len({i["family"] for i in journal}) == 1


def test_the_risk_factors_of_the_source_are_there_under_their_names():
    # Source 003, the table of 2021; 2020 and 2021 are other schools and another list, so never one line.
    names = (
        "Низкий уровень оснащенности",
        "Высокая доля обучающихся с ОВЗ",
        "Низкая учебная мотивация обучающихся",
        "Высокая доля обучающихся с рисками учебной неуспешности",
        "Недостаточная предметная и методическая компетентность",
        "Низкое качество преодоления языковых и культурных барьеров",
        "Пониженный уровень школьного благополучия",
        "Низкий уровень вовлеченности родителей",
        "Дефицит педагогических кадров",
        "Низкий уровень дисциплины в классе",
    )
    found = {i["code"]: i for i in MECHANISMS["support"]["indicator"]}
    for number, name in enumerate(names, 1):
        risk = found[f"support_risk_{number:02d}"]
        assert name in risk["definition"] and name in risk["aliases"]
        assert risk["direction"] == "down" and risk["counts"] == "organisation"
        assert [(v["version"], v.get("comparable", False)) for v in risk["version"]] == [
            ("2020", False),
            ("2021", False),
        ]
    assert found["support_risk_programmes"]["counts"] == "risk"
    assert (found["support_project_schools"]["unit"], found["support_project_schools"]["aggregation"]) == (
        "item",
        "sum",
    )


def test_some_indicators_are_values_and_not_per_cents():
    units = Counter(i["unit"] for i in INDICATORS)
    assert units["score"] >= 1 and units["person"] >= 1 and units["item"] >= 1


@each_indicator
def test_demonstration_figures_stay_possible(indicator):
    demo = indicator["demo"]
    if demo.get("absent"):  # the demonstration does without it
        assert demo == {"absent": True}
        return
    assert demo.get("level", indicator["levels"][-1]) in indicator["levels"]
    if indicator["unit"] == "percent":
        assert 0 < demo["mean"] < 1
        assert 0 <= demo["mean"] + 7 * demo["trend"] / 2 <= 1.1
    else:
        assert demo["mean"] > 0
    assert demo.get("from", 2018) >= indicator["version"][0]["from"]


# --- editions, tracks, positions ---------------------------------------------------------------------------------


def test_editions_list_eight_nine_and_eight_mechanisms():
    assert {code: len(codes) for code, codes in LISTED.items()} == {"2019": 8, "2020": 9, "2021": 8}
    assert set(LISTED["2019"]) == set(EIGHT)
    assert set(LISTED["2020"]) == {*EIGHT, "upbringing"}
    assert set(LISTED["2021"]) == {*EIGHT, *LATER} - {"objectivity", "methodology"}


def test_editions_follow_each_other():
    spans = [(e["from"], e.get("to")) for e in EDITIONS["edition"]]
    assert spans == [(2019, 2019), (2020, 2020), (2021, None)]


def test_the_slip_of_the_protocol_is_kept_beside_the_right_name():
    support = next(m for m in EDITIONS["edition"][0]["mechanism"] if m["code"] == "support")
    assert support["published_name"].endswith("с низкими образовательными организациями")
    assert support["name"].endswith("с низкими образовательными результатами")


def test_crosswalk_ends_stand_in_their_editions_and_nothing_is_called_comparable():
    for step in EDITIONS["crosswalk"]:
        assert step["from"] in LISTED[step["from_edition"]]
        assert step["to"] in LISTED[step["to_edition"]]
        # No source says that two editions may be compared.
        assert step["comparable"] is False and step["note"]


def test_every_earlier_mechanism_is_found_again_in_2021():
    for edition in ("2019", "2020"):
        reached = {
            s["from"] for s in EDITIONS["crosswalk"] if (s["from_edition"], s["to_edition"]) == (edition, "2021")
        }
        assert reached == set(LISTED[edition])


def test_the_cycle_has_nine_components():
    assert [c["number"] for c in EDITIONS["component"]] == list(range(1, 10))
    assert EDITIONS["component"][0]["name"] == "Цели"
    assert EDITIONS["component"][8]["name"] == "Анализ эффективности принятых мер"


def test_positions_stand_in_a_track_of_their_edition_within_its_cycle():
    for mechanism, position in POSITIONS:
        track = TRACKS[position["track"]]
        assert position["code"].startswith(f"{mechanism}_{position['edition']}_")
        assert position["track"].startswith(f"{mechanism}_")
        assert position["edition"] in track["editions"]
        assert position["component"] in (range(1, 10) if track["cycle"] == "full" else range(7, 10))
        assert position["maximum"] > 0


def test_a_full_track_has_all_nine_components():
    for track in TRACKS.values():
        for edition in track["editions"]:
            found = {p["component"] for _, p in POSITIONS if (p["track"], p["edition"]) == (track["code"], edition)}
            assert found == set(range(1, 10)) if track["cycle"] == "full" else found


def test_every_mechanism_of_an_edition_has_positions_there_and_no_other_has():
    for edition, codes in LISTED.items():
        assert {mechanism for mechanism, p in POSITIONS if p["edition"] == edition} == set(codes)


def _maximum(edition: str) -> Counter:
    total: Counter = Counter()
    for mechanism, position in POSITIONS:
        if position["edition"] == edition:
            total[mechanism] += position["maximum"]
    return total


def test_maxima_of_2019_fit_the_fractions_inferred_from_the_protocol():
    # 86.4 % = 19/22, 78.6 = 11/14, 11.1 = 1/9, 21.4 = 3/14, 53.8 = 7/13, 62.5 = 5/8; leaders and talent tell nothing.
    total = _maximum("2019")
    known = ("assessment", "objectivity", "development", "methodology", "support", "guidance")
    assert [total[code] for code in known] == [22, 14, 9, 14, 13, 8]


def test_maxima_of_2020_sum_to_the_published_total():
    # Leningrad Region: 304 points = 94.7 % of 321.
    assert sum(_maximum("2020").values()) == 321


def test_only_the_read_positions_of_objectivity_are_not_assumptions():
    read = [p for _, p in POSITIONS if not p["assumption"]]
    assert {(p["edition"], p["code"].split("_")[0]) for p in read} == {("2019", "objectivity")}
    assert len(read) == 8


# --- words -------------------------------------------------------------------------------------------------------


def test_absence_reasons_are_the_five_of_the_field():
    assert {r["code"]: r["name"] for r in _read("absence.toml")["reason"]} == {
        "not_reported": "не предоставлено",
        "not_published": "в документе нет",
        "not_collected": "не собирается",
        "not_applicable": "неприменимо",
        "suppressed": "скрыто: менее 10 человек",
    }


def test_glossary_terms_are_unique_and_explained():
    terms = _read("glossary.toml")["term"]
    assert len({t["term"] for t in terms}) == len(terms)
    assert all(len(t["text"]) > 20 and t["text"].endswith(".") for t in terms)
