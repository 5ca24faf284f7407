"""The overview: the protocol's figures as published, no mean over mechanisms, a reason for whatever is not there."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import cards
from pipelines import queries, queries_overview
from pipelines.catalogue import load_catalogue
from pipelines.comparison.verdicts import with_verdicts
from pipelines.queries_overview import same_definition
from pipelines.snapshot import Snapshot, Warehouse

Open = Callable[..., AppTest]
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


def unfolded(page: AppTest) -> AppTest:
    """The page with the indicators of every mechanism unfolded: tables are made when they are opened."""
    for mechanism in load_catalogue().mechanisms:
        page.session_state[f"overview-indicators-{mechanism}"] = True
    return page.run()


def shown_cards(page: AppTest) -> dict[str, str]:
    """Short name of a mechanism → all words on its card."""
    found = {}
    for block in page.get("html"):
        if '<article class="mechanism">' in block.proto.body:
            name = unescape(re.search(r"<h2>(.*?)</h2>", block.proto.body).group(1))
            found[name] = re.sub(r"[\s\u00a0]+", " ", unescape(re.sub(r"<[^>]+>", " ", block.proto.body)))
    return found


# --- the protocol of 16.12.2019 -------------------------------------------------------------------------


def test_the_sources_open_on_the_eight_figures_of_the_protocol(open_page: Open) -> None:
    page = open_page("overview")
    found = shown_cards(page)
    # The protocol's own figures with its own precision: «0 %» has no decimals there.
    published = {
        "Оценка качества подготовки": "86,4 %",
        "Объективность процедур": "78,6 %",
        "Эффективность руководителей": "0 %",
        "Профессиональное развитие": "11,1 %",
        "Методическая работа": "21,4 %",
        "Поддержка ШНОР и ШНСУ": "53,8 %",
        "Профориентация": "62,5 %",
    }
    assert len(found) == 8
    for name, figure in published.items():
        assert f" {figure} " in found[name], name
        assert "доля баллов за документы системы управления, не оценка людей" in found[name]
    assert "в документе нет" in found["Развитие таланта"]
    assert "%" not in found["Развитие таланта"]
    assert "выведено: 19 из 22 баллов" in found["Оценка качества подготовки"]


def test_where_it_was_reported_and_whose_it_is(open_page: Open) -> None:
    said = texts(open_page("overview"))
    assert "в протоколе не названа; отнесение выведено" in said
    assert "Лесосибирск, заседание Совета управления" in said
    assert "16.12.2019" in said
    assert 'href="sources?' in "".join(block.value for block in open_page("overview").markdown)


def test_no_mean_or_total_over_mechanisms_is_ever_shown(open_page: Open) -> None:
    said = texts(open_page("overview"))
    # 313.8 ÷ 7 = 44.8 over the known, ÷ 8 = 39.2 with the missing one taken for 0.
    for mean in ("44,8", "39,2", "313,8"):
        assert mean not in said


def test_a_mechanism_without_a_figure_is_neither_lowest_nor_highest(open_page: Open) -> None:
    said = texts(open_page("overview"))
    assert "Выше всего — «Оценка качества подготовки» (86,4 %)" in said
    assert "ниже всего — «Эффективность руководителей» (0 %)" in said
    assert "Без числа: «Развитие таланта» (в документе нет)" in said


def test_a_region_without_mechanisms_says_so_once_and_offers_its_indicators(open_page: Open) -> None:
    page = open_page("overview", data="sources", region="RU-SA", year="2021")
    said = texts(page)
    assert not shown_cards(page)
    assert len(page.info) == 1 and "оценок механизмов нет" in said
    # 31 of 50 schools chose the factor in 2021; 2020 had other schools and another list.
    assert "62,0 % 31 из 50" in said
    assert "другое определение — не сравнивается" in said
    assert "лучше" not in said.split("Показатели, 2021")[1].split("вывода")[0]


def test_the_district_that_heard_the_figures_has_none_of_its_own(open_page: Open) -> None:
    page = open_page("overview", data="sources", district="RU-KYA-lesosibirsk")
    assert not shown_cards(page)
    assert "86,4" not in texts(page)
    assert "Оценки региона: Красноярский край" in texts(page)


# --- the demonstration region ---------------------------------------------------------------------------


def test_a_year_after_an_edition_break_is_not_compared(open_page: Open) -> None:
    found = shown_cards(open_page("overview", data="demo", year="2021"))
    assert len(found) == 8
    assert "другая редакция перечня — не сравнивается с 2020 годом" in found["Профориентация"]
    assert "п.п." not in "".join(found.values())


def test_the_list_is_that_of_the_year(open_page: Open) -> None:
    assert len(shown_cards(open_page("overview", data="demo", year="2020"))) == 9
    assert "Методическая работа" not in shown_cards(open_page("overview", data="demo", year="2024"))


def test_a_year_before_the_first_edition_has_no_cards_but_a_reason(open_page: Open) -> None:
    page = open_page("overview", data="demo", year="2018")
    assert not shown_cards(page)
    assert "первая редакция перечня — 2019 года" in texts(page)


def test_a_district_stands_beside_the_region_s_own_figure(open_page: Open, snapshot: Snapshot) -> None:
    found = shown_cards(open_page("overview", data="demo", district="demo-d03", year="2024"))
    region = queries.mechanisms(snapshot, "guidance", level="region", years=[2024], collection="demo").iloc[0]
    said = f"{100 * region['numerator'] / region['denominator']:.1f}".replace(".", ",")
    assert f"оценка самого региона: {said} %" in found["Профориентация"]
    assert not set(re.findall("лучше|хуже", " ".join(found.values())))


def test_an_organisation_has_no_mechanisms_of_its_own(open_page: Open) -> None:
    page = open_page("overview", data="demo", district="demo-d03", school="demo-d03-s001")
    assert not shown_cards(page)
    assert "Неприменимо: механизмы оценивают для региона и муниципалитета" in texts(page)


def test_hidden_small_numbers_are_said_and_never_written(open_page: Open, snapshot: Snapshot) -> None:
    passed = queries.figures(snapshot, ["assessment_vpr_pass"], level="school", years=[2024], collection="demo")
    small = str(passed.loc[passed["absence"] == "suppressed", "territory"].iloc[0])
    register = queries.territories(snapshot, "demo").set_index("code").loc[small]
    frame = queries_overview.indicators_of(snapshot, [int(register["territory_id"])], int(register["region_id"]), 2024)
    hidden = frame[frame["absence"] == "suppressed"]
    # What is hidden has no number, no verdict and no difference from which the number could be worked out.
    parts = ["numerator", "denominator", "percent", "value", "change", "against_region"]
    assert len(hidden) and hidden[parts].isna().all().all()
    assert "скрыто: менее 10 человек" in texts(unfolded(open_page("overview", data="demo", school=small, year="2024")))


def test_every_indicator_with_data_stands_on_the_page(open_page: Open, snapshot: Snapshot) -> None:
    known = queries.availability(snapshot)
    known = known[(known["collection"] == "demo") & (known["level"] == "region") & (known["year"] == 2024)]
    said = texts(unfolded(open_page("overview", data="demo", year="2024")))
    assert [n for c in set(known["indicator"]) if (n := load_catalogue().indicators[c].name) not in said] == []


def test_many_comparisons_say_what_chance_would_flag(open_page: Open) -> None:
    assert re.search(r"\d+ сравнени\w: случайно ожидается [\d,]+ отклонени\w+, видно \d+", texts(
        open_page("overview", data="demo", year="2024")
    ))  # fmt: skip


def test_an_unknown_mechanism_in_the_link_is_said(open_page: Open) -> None:
    page = open_page("overview", data="demo", district="demo-d03", mechanism="alchemy")
    assert "Механизма «alchemy» в каталоге нет" in texts(page)


# --- words of a card ------------------------------------------------------------------------------------

CATALOGUE = load_catalogue()


def card(**more):
    row = {
        "mechanism": "objectivity", "edition": "2019", "percent": 78.5714, "numerator": 11.0, "denominator": 14.0,
        "basis": "points", "absence": None, "before_year": None, "other_year": None, "compared": None,
    }  # fmt: skip
    return row | more


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_change_is_told_in_positions_where_points_are_known() -> None:
    one_more = card(before_year=2018, compared=14, gained=1, lost=0, points_change=1.0)
    assert plain(cards.change(one_more, CATALOGUE)) == "+1 позиция из 14 к 2018 году"
    # Two gained, five lost: a net of three lost, and both sides are told.
    mixed = card(before_year=2018, compared=14, gained=2, lost=5, points_change=-3.0)
    assert plain(cards.change(mixed, CATALOGUE)) == "−3 позиции из 14 к 2018 году (2 прибавили, 5 потеряли)"
    # Positions of several points: the points differ from the count of positions and are told too.
    heavy = card(before_year=2018, compared=14, gained=1, lost=0, points_change=2.0)
    assert plain(cards.change(heavy, CATALOGUE)).endswith("(+2 балла)")
    same = card(before_year=2018, compared=14, gained=0, lost=0, points_change=0.0)
    assert cards.change(same, CATALOGUE) == "без изменений с 2018 года"


def test_without_points_a_change_is_told_in_points_of_per_cent_and_without_a_verdict() -> None:
    published = card(
        percent=85.7, numerator=None, denominator=None, basis="published", percent_digits=1,
        before_year=2018, before_percent=78.6,
    )  # fmt: skip
    assert plain(cards.change(published, CATALOGUE)) == "+7,1 п.п. (без вывода) к 2018 году"


def test_points_lost_are_the_rest_of_the_maximum() -> None:
    assert plain(cards.points(card())) == "11 из 14 баллов; потеряно 3"


def test_an_inferred_fraction_is_marked_and_an_unknown_maximum_is_said() -> None:
    published = card(numerator=None, denominator=None)
    assert cards.points(published | {"inferred": "11/14"}).startswith("выведено: 11 из 14")
    assert cards.points(published | {"inferred": "0/?"}) == "баллы в документе не названы, максимум неизвестен"
    assert cards.points(published | {"inferred": None}) == ""


# --- the questions behind it ----------------------------------------------------------------------------


def test_gained_and_lost_positions_agree_with_the_positions_themselves(snapshot: Snapshot) -> None:
    register = queries.territories(snapshot, "demo")
    for unit in register.loc[register["level"] != "school", "territory_id"].head(4):
        found = queries_overview.mechanism_cards(snapshot, [int(unit)], 2024).set_index("mechanism")
        now, before = (
            queries.positions(snapshot, int(unit), "talent", year).set_index("position")["points"]
            for year in (2024, 2023)
        )
        moved = (now - before).dropna()
        row = found.loc["talent"]
        if pd.isna(row["before_year"]):
            continue
        assert (row["gained"], row["lost"]) == ((moved > 0).sum(), (moved < 0).sum())
        assert row["points_change"] == moved.sum()


def test_a_unit_that_is_the_whole_region_is_not_compared_with_itself(snapshot: Snapshot) -> None:
    register = queries.territories(snapshot, "demo")
    region = int(register.loc[register["level"] == "region", "territory_id"].iloc[0])
    frame = queries_overview.indicators_of(snapshot, [region], region, 2024)
    assert frame["against_region"].isna().all()


@pytest.mark.parametrize(("column", "benchmark"), [("change", "previous"), ("against_region", "region")])
def test_the_overview_says_what_every_other_page_says(snapshot: Snapshot, column: str, benchmark: str) -> None:
    register = queries.territories(snapshot, "demo").set_index("code")
    region = int(register.loc["demo", "territory_id"])
    keys = ["indicator", "subject", "grade"]
    for code in ("demo-d03", "demo-d03-s001"):
        unit = int(register.loc[code, "territory_id"])
        own = queries_overview.indicators_of(snapshot, [unit], region, 2024)
        frame = queries.figures(snapshot, list(own["indicator"].unique()), territories=[unit], years=[2024])
        judged = with_verdicts(snapshot, frame, benchmark)
        both = own.fillna({"subject": "", "grade": ""}).merge(judged.fillna({"subject": "", "grade": ""}), on=keys)
        assert len(both) == len(own)
        assert both[column].fillna("").tolist() == both["verdict"].fillna("").tolist()


def test_another_definition_is_not_compared() -> None:
    risk = CATALOGUE.indicators["support_risk_01"]
    assert not same_definition(risk, 2020, 2021)
    assert same_definition(risk, 2021, 2022)
