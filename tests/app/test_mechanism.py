"""The mechanism page: points lost by component and position, editions as breaks, a reason for each missing part."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages import mechanism
from pages.shared import cycle
from pipelines import queries, queries_overview
from pipelines.catalogue import load_catalogue
from pipelines.snapshot import Snapshot, Warehouse

Open = Callable[..., AppTest]
CATALOGUE = load_catalogue()
pytestmark = pytest.mark.usefixtures("demo_warehouse")


@pytest.fixture
def snapshot(demo_warehouse: Path) -> Snapshot:
    with Warehouse(demo_warehouse).open() as opened:
        yield opened


def texts(page: AppTest) -> str:
    """All words of a page without markup."""
    assert not page.exception, page.exception[0].value
    parts = [unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", block.proto.body)) for block in page.get("html")]
    parts += [
        b.value
        for kind in (page.title, page.header, page.markdown, page.caption, page.warning, page.info)
        for b in kind
    ]
    parts += [block.label for block in page.expander]
    return re.sub(r"[\s\u00a0\u2009]+", " ", "\n".join(parts).replace("\\", ""))


def tables(page: AppTest) -> dict[str, list[list[str]]]:
    """Caption of each plain table → its rows as texts, name first."""
    found = {}
    for block in page.get("html"):
        caption = re.search(r'class="rows[^>]*aria-label="([^"]*)"', block.proto.body)
        if caption:
            rows = re.findall(r"<tr[^>]*>(<th scope=\"row\">.*?)</tr>", block.proto.body)
            cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
            found[unescape(caption.group(1))] = [
                [re.sub(r"[\s\u00a0]+", " ", unescape(re.sub(r"<[^>]+>", " ", cell))).strip() for cell in row]
                for row in cells
            ]
    return found


# --- collections without positions ----------------------------------------------------------------------


def test_the_protocol_s_mechanism_has_its_figure_and_one_reason_for_the_rest(open_page: Open) -> None:
    page = open_page("mechanism", data="sources", mechanism="objectivity")
    said = texts(page)
    assert "78,6 %" in said and "выведено: 11 из 14 баллов" in said
    assert "в источнике только процент, без баллов по позициям" in said
    assert said.count("Здесь нет:") == 1
    assert not tables(page)


def test_the_slip_of_the_protocol_is_kept_beside_the_right_name(open_page: Open) -> None:
    said = texts(open_page("mechanism", data="sources", mechanism="support"))
    assert "Система работы со школами с низкими образовательными результатами" in said
    assert "в документе: «Система работы со школами с низкими образовательными организациями»" in said


def test_a_missing_figure_is_not_a_zero(open_page: Open) -> None:
    said = texts(open_page("mechanism", data="sources", mechanism="talent"))
    assert "в документе нет" in said
    assert "0 %" not in said


def test_a_region_without_mechanisms_keeps_its_indicators(open_page: Open) -> None:
    page = open_page("mechanism", data="sources", region="RU-SA", year="2021", mechanism="support")
    said = texts(page)
    assert "этот механизм не оценивался" in said
    # 31 schools of 50 chose factor 4 in 2021.
    assert "62,0 % 31 из 50" in said


# --- components and positions ---------------------------------------------------------------------------


def test_components_hold_all_points_and_lose_what_is_missing(open_page: Open, snapshot: Snapshot) -> None:
    page = open_page("mechanism", data="demo", mechanism="talent", year="2024")
    rows = tables(page)["Компоненты управленческого цикла"]
    assert len(rows) == 9
    region = queries.mechanisms(snapshot, "talent", level="region", years=[2024], collection="demo").iloc[0]
    scored = [re.search(r"(\d+) из (\d+)", row[1]).groups() for row in rows]
    assert sum(int(points) for points, _ in scored) == region["numerator"]
    assert sum(int(maximum) for _, maximum in scored) == region["denominator"]


def test_a_short_track_has_no_cells_in_the_first_six_components(open_page: Open) -> None:
    # talent has one full track and one short one (components 7–9).
    rows = tables(open_page("mechanism", data="demo", mechanism="talent", year="2024"))[
        "Компоненты управленческого цикла"
    ]
    assert [row[-1] for row in rows[:6]] == ["—"] * 6
    assert all("из" in row[-1] for row in rows[6:])


def test_positions_with_lost_points_come_first_and_most_lost_at_the_top(open_page: Open) -> None:
    page = open_page("mechanism", data="demo", district="demo-d03", mechanism="assessment", year="2024")
    lost = [int(row[2]) for row in tables(page)["Позиции, где потеряны баллы"]]
    assert lost == sorted(lost, reverse=True) and min(lost) > 0
    full = tables(page)["Позиции, выполненные полностью"]
    assert {row[2] for row in full} == {"0"}
    assert len(lost) + len(full) == len(CATALOGUE.positions("assessment", "2021"))


def frame_of(*rows: tuple[str, float | None, float, float | None]) -> pd.DataFrame:
    names = ["position", "points", "maximum", "self_points"]
    return pd.DataFrame(rows, columns=names).assign(
        absence=[None if row[1] is not None else "not_reported" for row in rows],
        before_points=None, before_year=None, evidence=None,
        source_file=None, source_sheet=None, source_cell=None,
    )  # fmt: skip


def test_an_unscored_position_counts_neither_as_lost_nor_in_the_maximum() -> None:
    positions = [p for p in CATALOGUE.positions("objectivity", "2019") if p.component == 1][:1]
    other = next(p for p in CATALOGUE.positions("objectivity", "2019") if p.component != 1)
    found = cycle.cycle(frame_of((positions[0].code, None, 1.0, None), (other.code, 0.0, 1.0, None)), CATALOGUE,
                        "objectivity")  # fmt: skip
    assert (found.components[1].maximum, found.components[1].lost, found.components[1].unscored) == (0, 0, 1)
    assert found.components[other.component].lost == 1


def test_the_own_estimate_stands_beside_the_experts() -> None:
    # 3 + 2 + 1 = 6 by the region itself, 1 + 2 + 2 = 5 by the experts; a position without one side is left out.
    rows = frame_of(("a", 1.0, 3.0, 3.0), ("b", 2.0, 2.0, 2.0), ("c", 2.0, 2.0, 1.0), ("d", 2.0, 2.0, None))
    said = cycle.self_assessment(rows)
    assert said.startswith("Самооценка — 6 баллов, эксперты — 5")
    assert "выше экспертов — 1, ниже — 1" in said
    assert cycle.self_assessment(frame_of(("a", 1.0, 3.0, None))) == ""


def test_evidence_is_a_link_only_if_it_is_one() -> None:
    rows = frame_of(("a", 1.0, 1.0, None), ("b", 1.0, 1.0, None)).assign(
        evidence=["javascript:alert(1)", "https://example.org/?a=1&b=<2>"]
    )
    made = [cycle._evidence(row) for row in rows.to_dict("records")]
    assert "<a" not in made[0]
    assert 'href="https://example.org/?a=1&amp;b=&lt;2&gt;"' in made[1]


# --- editions, units, addresses -------------------------------------------------------------------------


def test_no_line_passes_from_one_edition_to_another(snapshot: Snapshot) -> None:
    region = queries.mechanisms(snapshot, "talent", level="region", collection="demo")
    assert [year for year, _ in mechanism._breaks(region[region["percent"].notna()])] == [2020, 2021]


def test_an_older_mechanism_is_reached_and_its_heir_is_named(open_page: Open) -> None:
    said = texts(open_page("mechanism", data="demo", year="2024", mechanism="methodology"))
    assert "В перечне этого года механизма «Методическая работа» нет" in said
    assert "Методическая работа вошла в систему профессионального развития педагогов" in said
    assert "2019, 2020" in said


def test_an_unknown_mechanism_in_the_link_is_said(open_page: Open) -> None:
    page = open_page("mechanism", data="demo", mechanism="alchemy")
    assert "Механизма «alchemy» в каталоге нет" in texts(page)
    assert "Оценка качества подготовки" in page.title[0].value


def test_an_organisation_gets_indicators_and_a_reason(open_page: Open) -> None:
    page = open_page("mechanism", data="demo", school="demo-d03-s001", mechanism="assessment", year="2024")
    said = texts(page)
    assert "Неприменимо: механизм оценивают для региона и муниципалитета" in said
    assert "Показатели: Оценка качества подготовки" in tables(page)


def test_a_page_that_orders_schools_says_what_the_order_is_not(open_page: Open) -> None:
    page = open_page("mechanism", data="demo", district="demo-d03", mechanism="assessment", year="2024")
    assert texts(page).count("Порядок школ — повод для вопроса, а не оценка работы людей.") == 1


@pytest.mark.parametrize("code", list(CATALOGUE.mechanisms))
def test_every_mechanism_has_a_page_in_every_edition(open_page: Open, code: str) -> None:
    for year in ("2018", "2019", "2020", "2024"):
        page = open_page("mechanism", data="demo", mechanism=code, year=year)
        assert CATALOGUE.mechanisms[code].short in texts(page)


def test_the_change_of_a_position_is_against_its_latest_earlier_score(snapshot: Snapshot) -> None:
    register = queries.territories(snapshot, "demo")
    unit = int(register.loc[register["level"] == "district", "territory_id"].iloc[2])
    frame = queries_overview.mechanism_positions(snapshot, unit, "assessment", 2023).set_index("position")
    before = queries.positions(snapshot, unit, "assessment", 2022).set_index("position")["points"]
    known = before.dropna()
    assert len(known) and (frame.loc[known.index, "before_points"] == known).all()
    assert (frame.loc[known.index, "before_year"] == 2022).all()
