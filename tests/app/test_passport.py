"""The passport: every indicator has one, every figure leads to its cell, and nothing hidden comes out in its origin."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages import passport, passport_words
from pipelines import queries, queries_lineage
from pipelines.catalogue import load_catalogue
from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot, Warehouse


@pytest.fixture
def snapshot(demo_warehouse: Path) -> Snapshot:
    with Warehouse(demo_warehouse).open() as opened:
        yield opened


def opened(**codes: str) -> AppTest:
    """The page as a link with these codes opens it."""
    page = AppTest.from_string("from pages import router\nrouter.show('passport')", default_timeout=60)
    for name, code in codes.items():
        page.query_params[name] = code
    return page.run()


def follow(page: AppTest, **codes: str) -> AppTest:
    """The same session comes by another link."""
    page.query_params.clear()
    for name, code in codes.items():
        page.query_params[name] = code
    return page.run()


def said(page: AppTest) -> str:
    """All that the page says, lists and tables included."""
    assert not page.exception, page.exception[0].value
    parts = [block.proto.body for block in page.get("html")]
    parts += [block.value for kind in (page.markdown, page.caption, page.warning, page.info) for block in kind]
    return "\n".join(parts)


def test_every_indicator_and_mechanism_has_a_passport(demo_warehouse: Path) -> None:
    """One session walks the whole catalogue: a new indicator needs no line of code to get its passport."""
    catalogue = load_catalogue()
    page = opened(data="demo")
    for indicator in catalogue.indicators.values():
        follow(page, data="demo", indicator=indicator.code)
        text = said(page)
        assert not page.error, (indicator.code, page.error[0].value)
        assert page.title[0].value.replace("\\", "") == indicator.name
        assert indicator.source in text and indicator.numerator in text, indicator.code
    for mechanism in catalogue.mechanisms.values():
        follow(page, data="demo", mechanism=mechanism.code)
        assert not page.exception and not page.error, mechanism.code
        assert mechanism.short in page.title[0].value


def test_published_per_cent_leads_to_its_cell(demo_warehouse: Path) -> None:
    """86,4 % of the protocol of 2019 stands in the workbook's sheet «Механизмы 2019», cell H4."""
    text = said(opened(data="sources", region="RU-KYA", year="2019", mechanism="assessment"))
    for part in ("86,4", "004_council_protocol.xlsx", "лист «Механизмы 2019», ячейка H4", "19/22"):
        assert part in text
    fingerprint = Warehouse(demo_warehouse).snapshots()[0].inputs
    sha256 = next(entry["sha256"] for entry in fingerprint if entry["file"] == "004_council_protocol.xlsx")
    assert sha256 in text


def test_missing_per_cent_and_true_zero_differ(demo_warehouse: Path) -> None:
    talent = said(opened(data="sources", region="RU-KYA", year="2019", mechanism="talent"))
    assert "#### в документе нет" in talent
    leaders = said(opened(data="sources", region="RU-KYA", year="2019", mechanism="leaders"))
    assert "## 0\N{NO-BREAK SPACE}%" in leaders


def test_unknown_codes_are_said(demo_warehouse: Path) -> None:
    assert "Показателя «no_such» в каталоге нет" in said(opened(data="demo", indicator="no_such"))
    assert "Механизма «no_such» в каталоге нет" in said(opened(data="demo", mechanism="no_such"))
    assert "«Астрономия»" in said(opened(data="demo", indicator="assessment_vpr_pass", subject="Астрономия"))


def test_indicator_of_the_link_decides_the_mechanism(demo_warehouse: Path) -> None:
    page = opened(data="demo", mechanism="talent", indicator="assessment_vpr_pass")
    assert page.title[0].value == "Успеваемость по ВПР"
    assert page.selectbox(key="filter_mechanism").value == "assessment"


def test_hidden_figure_keeps_its_numbers_in_its_origin(snapshot: Snapshot) -> None:
    """The address of a hidden figure may be told; its numerator and denominator may not, anywhere on the page."""
    hidden = snapshot.rows(
        "SELECT t.code, f.year, f.numerator, f.denominator, s.subject, s.grade FROM figure f"
        " JOIN territory t USING (territory_id) JOIN indicator n USING (indicator_id) JOIN slice s USING (slice_id)"
        " WHERE f.hidden AND f.level = 3 AND n.code = 'assessment_vpr_pass' AND f.denominator > 0 LIMIT 1"
    )[0]
    page = opened(
        data="demo", school=hidden["code"], year=str(hidden["year"]), indicator="assessment_vpr_pass",
        subject=hidden["subject"], grade=hidden["grade"],
    )  # fmt: skip
    text = said(page)
    assert "#### скрыто: менее 10 человек" in text
    assert "участники, получившие" in text  # the definition stands there …
    assert f"{hidden['numerator']:.0f} — участники" not in text  # … and the number in front of it does not
    assert f"{hidden['denominator']:.0f} — число участников" not in text
    assert "observations.parquet" in text


def test_units_behind_a_sum_add_up_to_it(snapshot: Snapshot) -> None:
    """Rule 1: the region is Σ numerators ÷ Σ denominators of its municipalities, and coverage adds up as well."""
    register = queries.territories(snapshot, "demo")
    region = int(register.loc[register["code"] == "demo", "territory_id"].iloc[0])
    origins = queries_lineage.figure_origins(snapshot, "assessment_vpr_pass", region)
    whole = origins[(origins["subject"] == "Математика") & (origins["grade"] == "4") & (origins["year"] == 2021)].iloc[
        0
    ]
    assert whole["basis"] == "computed"
    parts = queries_lineage.members(snapshot, "assessment_vpr_pass", region, 2021, "Математика", "4")
    assert set(parts["level"]) == {"district"}
    assert not (parts["absence"] == "suppressed").any()
    for column in ("numerator", "denominator", "coverage_reported", "coverage_total"):
        assert parts[column].sum() == whole[column], column


def test_hidden_units_are_counted_and_not_told(snapshot: Snapshot) -> None:
    """A municipality with hidden schools: the list has them all, those hidden with no number at all."""
    register = queries.territories(snapshot, "demo")
    for code in register.loc[register["level"] == "district", "code"]:
        district = int(register.loc[register["code"] == code, "territory_id"].iloc[0])
        parts = queries_lineage.members(snapshot, "assessment_vpr_pass", district, 2021, "Математика", "4")
        hidden = parts[parts["absence"] == "suppressed"]
        if len(hidden):
            break
    assert hidden[["numerator", "denominator", "percent"]].isna().all(axis=None)
    page = opened(
        data="demo", district=code, year="2021", indicator="assessment_vpr_pass", subject="Математика", grade="4"
    )
    labels = [expander.label for expander in page.expander]
    assert any(f"скрыто {len(hidden)}" in label and f"{len(parts)} организац" in label for label in labels), labels


def test_indicator_begins_where_one_person_is_not_alone(demo_warehouse: Path) -> None:
    """A school has one leader: the passport of the leaders' reserve shows the municipality and says so."""
    text = said(opened(data="demo", school="demo-d01-s001", year="2021", indicator="leaders_reserve_contest"))
    assert "Показатель начинается с уровня «муниципалитет»" in text
    assert "За ним стоял бы один человек".lower() in text.lower()


def test_every_indicator_that_begins_above_the_school_says_why() -> None:
    """Either its note says why, which the passport then points at, or the kind of thing that it counts does."""
    catalogue = load_catalogue()
    reasons = {}
    for indicator in catalogue.indicators.values():
        mechanism, noun = catalogue.mechanisms[indicator.mechanism], catalogue.nouns[indicator.counts]
        levels = dict(passport_words.indicator_facts(mechanism, indicator, noun, 2021))["Уровни"]
        reasons[indicator.code] = levels[1]
    assert reasons["assessment_vpr_pass"] == "считается от организации, выше — суммами"
    assert "почему — в примечании" in reasons["talent_additional_education"]
    assert "отдельные люди" in reasons["development_growth"]
    assert "«да» или «нет»" in reasons["support_coverage"]


def test_indicator_without_data_here_leads_where_it_has_them(demo_warehouse: Path) -> None:
    """Risk factors are not in Krasnoyarsk Krai's documents, but in Yakutia's, one click away."""
    page = opened(data="sources", region="RU-KYA", year="2019", indicator="support_risk_01")
    assert "Для этой территории показателя в данных нет." in said(page)
    button = next(button for button in page.button if "Саха" in button.label)
    button.click().run()
    text = said(page)
    assert "003_low_results_schools.xlsx" in text
    assert page.selectbox(key="filter_region").value == "RU-SA"


def test_chosen_indicator_goes_to_the_link(demo_warehouse: Path) -> None:
    page = opened(data="demo", mechanism="assessment")
    page.selectbox(key="pick_indicator").select("assessment_vpr_quality").run()
    assert page.query_params["indicator"] == "assessment_vpr_quality"
    page.selectbox(key="pick_indicator").select("").run()
    assert "indicator" not in page.query_params
    assert page.title[0].value.startswith("Процент механизма")


def test_dependent_units_get_no_interval_and_the_page_says_why() -> None:
    """Rule 3: points of a check-list are not independent; pupils are."""
    catalogue = load_catalogue()
    points, pupils = catalogue.indicators["assessment_vpr_basic"], catalogue.indicators["assessment_vpr_pass"]
    about_points = " ".join(passport_words.colour_rule(points, catalogue.nouns["point"]))
    assert "интервал не вычисляется" in about_points and "Уилсона" not in about_points
    assert "57; 60" in about_points  # its sourced threshold decides instead
    about_pupils = " ".join(passport_words.colour_rule(pupils, catalogue.nouns["pupil"]))
    assert "Уилсона" in about_pupils and "Ньюкомба" in about_pupils
    neutral = catalogue.indicators["objectivity_journal_lower"]
    assert "без оценки" in " ".join(passport_words.colour_rule(neutral, catalogue.nouns["pupil"]))


def test_quality_counts_every_reason(snapshot: Snapshot) -> None:
    """Shown, hidden and absent units of a year are all the units there are: nobody is dropped silently."""
    register = queries.territories(snapshot, "demo")
    region = int(register.loc[register["code"] == "demo", "territory_id"].iloc[0])
    frame = queries_lineage.quality(snapshot, "assessment_vpr_pass", region)
    reasons = ["shown", "suppressed", "not_reported", "not_published", "not_collected", "not_applicable"]
    assert (frame[reasons].sum(axis=1) == frame["units"]).all()
    schools = frame[(frame["level"] == "school") & (frame["year"] == 2021)]
    assert (schools["not_reported"] > 0).any() and (schools["suppressed"] > 0).any()


def test_finding_of_the_checks_stands_in_the_passport_it_concerns(snapshot: Snapshot) -> None:
    rows = snapshot.rows("SELECT seen FROM finding WHERE rule = 'published_disagrees_with_sum'")
    assert rows, "the demonstration region has published rows that disagree with the sums"
    code = rows[0]["seen"]
    assert len(queries_lineage.findings_about(snapshot, code)) == 1
    assert queries_lineage.findings_about(snapshot, "talent_intensive_camps").empty
    assert "расходятся с суммой по отчитавшимся" in said(opened(data="demo", indicator=code)).replace("\\", "")


def test_glossary_is_searched_without_case_and_yo() -> None:
    catalogue = load_catalogue()
    assert passport.matching_terms(catalogue, " ОХВАТ ")[0].term == "Охват"
    assert any("отчитались" in term.text for term in passport.matching_terms(catalogue, "Отчитались"))
    assert passport.matching_terms(catalogue, "приемка ракет") == []


def test_glossary_search_on_the_page(demo_warehouse: Path) -> None:
    page = opened(data="demo", indicator="assessment_vpr_pass")
    page.text_input(key="glossary_search").input("неотличимо").run()
    assert "Разница меньше той, которую может дать случайность" in said(page)
    page.text_input(key="glossary_search").input("ракета").run()
    assert "Такого слова в словаре нет." in said(page)


def test_unknown_indicator_is_refused_by_every_question(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownCode, match="no_such"):
        queries_lineage.figure_origins(snapshot, "no_such", 1)
    with pytest.raises(UnknownCode, match="no_such"):
        queries_lineage.mechanism_origins(snapshot, "no_such", 1)
