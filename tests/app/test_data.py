"""«Данные»: what is served can be seen by everybody and changed by an editor alone, at the function that changes."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from pages import data as page_of_data
from pages.shared import access
from pipelines import queries_lineage
from pipelines.build import build
from pipelines.publishing import releases
from pipelines.snapshot import Warehouse

ROOT = Path(__file__).resolve().parents[2]
WORKBOOK = ROOT / "data" / "sources" / "003_low_results_schools.xlsx"
ASKED_OF_THE_ADDRESS = access.is_local_visitor


@pytest.fixture
def two(built_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse of two snapshots: the shipped data, and after them one workbook alone, which is served.

    The visitor is at this very machine, which AppTest itself does not say.
    """
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    folder = tmp_path / "данные с пробелом"
    shutil.copytree(built_warehouse, folder)
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(folder))
    only = tmp_path / "одна книга"
    only.mkdir()
    shutil.copy(WORKBOOK, only)
    warehouse = Warehouse(folder)
    build(warehouse, sources=only)
    assert len(warehouse.snapshots()) == 2
    return warehouse


def earlier(warehouse: Warehouse) -> str:
    return warehouse.snapshots()[-1].id


def opened(section: str = "versions", **codes: str) -> AppTest:
    page = AppTest.from_string("from pages import router\nrouter.show('data')", default_timeout=60)
    for name, code in {"section": section, **codes}.items():
        page.query_params[name] = code
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception, page.exception[0].value
    parts = [block.proto.body for block in page.get("html")]
    parts += [
        block.value for kind in (page.markdown, page.caption, page.warning, page.info, page.success) for block in kind
    ]
    return "\n".join(parts)


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor's browser runs on another machine and no password is set."""
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)


def test_local_editor_returns_to_an_earlier_snapshot(two: Warehouse) -> None:
    """Asked, confirmed, served: the same session shows the earlier data at once, and the history says so."""
    wanted, left = earlier(two), two.current()
    page = opened()
    assert "1 файл" in said(page)
    page.selectbox(key="return_choice").select(wanted)
    page.button(key="return_ask").click().run()
    assert two.current() == left, "asking changes nothing yet"
    page.button(key="return_yes").click().run()
    assert not page.error and not page.exception
    assert two.current() == wanted
    text = said(page)
    assert "Это не последняя версия" in text and wanted in text
    assert two.history()[-1] | {"time": ""} == {"time": "", "event": "rollback", "snapshot": wanted, "by": "page"}
    # … and back again: the snapshot that was left is still offered.
    page.selectbox(key="return_choice").select(left)
    page.button(key="return_ask").click().run()
    page.button(key="return_yes").click().run()
    assert two.current() == left


def test_return_can_be_thought_better_of(two: Warehouse) -> None:
    page, left = opened(), two.current()
    page.button(key="return_ask").click().run()
    page.button(key="return_no").click().run()
    assert two.current() == left
    assert "return_yes" not in keys(page)


def test_remote_visitor_is_refused_by_the_functions(two: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """No button is needed to try: a remote address is refused where the change would be made."""
    monkeypatch.setattr(access, "is_local_visitor", ASKED_OF_THE_ADDRESS)
    elsewhere = SimpleNamespace(headers={"Host": "dashboard.example"}, ip_address="203.0.113.7")
    monkeypatch.setattr(access, "st", SimpleNamespace(context=elsewhere, session_state={}))
    left = two.current()
    with pytest.raises(access.NotAnEditor, match="только смотреть"):
        page_of_data.return_to(earlier(two))
    with pytest.raises(access.NotAnEditor, match="только смотреть"):
        page_of_data.build_again(print)
    assert two.current() == left
    assert len(two.history()) == 2


def test_remote_visitor_sees_why_and_no_buttons(two: Warehouse, remote: None) -> None:
    page = opened()
    assert "С этого адреса можно только смотреть" in said(page)
    assert keys(page) == set()
    assert two.current() in said(page), "what is served may be seen by everybody"


def test_right_lost_between_asking_and_pressing_is_refused(two: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    left = two.current()
    page = opened()
    page.button(key="return_ask").click().run()
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    page.button(key="return_yes").click().run()
    assert not page.exception
    assert two.current() == left


def test_password_makes_an_editor_and_a_wrong_one_does_not(two: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a password set even the machine itself has to enter it."""
    monkeypatch.setenv("EDITOR_PASSWORD", "верный пароль")
    page = opened()
    assert "return_ask" not in keys(page)
    page.text_input(key="editor_password").input("неверный")
    page.button[0].click().run()
    assert page.error[0].value == "Пароль не подошёл."
    assert "return_ask" not in keys(page)
    page.text_input(key="editor_password").input("верный пароль")
    page.button[0].click().run()
    assert "return_ask" in keys(page)


def test_damaged_snapshot_is_listed_and_never_offered(two: Warehouse) -> None:
    broken = two.path("20200101T000000-0000000000")
    broken.write_bytes(b"not a database")
    page = opened()
    text = said(page)
    assert "не читается" in text and broken.name in text.replace("\\", "")
    assert "На показ это не влияет" in text
    assert broken.stem not in page.selectbox(key="return_choice").options
    assert [r.id for r in releases(two) if r.damaged] == [broken.stem]


def test_damaged_served_snapshot_leaves_the_page_and_the_way_back(two: Warehouse) -> None:
    """The pointer names a file that is broken: the last good one stays on screen and can be made the served one."""
    good = earlier(two)
    two.path(two.current()).write_bytes(b"not a database")
    page = opened()
    assert any("Показан последний исправный снимок" in warning.value for warning in page.warning)
    page.selectbox(key="return_choice").select_index(0)
    page.button(key="return_ask").click().run()
    page.button(key="return_yes").click().run()
    assert not page.exception
    assert two.current() == good
    assert not any("последний исправный" in warning.value for warning in page.warning)


def test_building_again_from_the_same_files_changes_nothing(two: Warehouse) -> None:
    """The shipped files are as they were at the first build, so only the pointer goes back to what they say."""
    build(two)  # the last build is now that of the shipped files
    left, count = two.current(), len(two.snapshots())
    page = opened()
    page.button(key="build_again").click().run()
    assert not page.exception and not page.error
    assert "Файлы не менялись" in said(page)
    assert two.current() == left and len(two.snapshots()) == count


def test_files_carry_kind_rows_and_hash(demo_warehouse: Path) -> None:
    text = said(opened("files"))
    for entry in Warehouse(demo_warehouse).snapshots()[0].inputs:
        assert entry["file"] in text and entry["sha256"] in text


def test_findings_are_told_with_their_grade(demo_warehouse: Path) -> None:
    text = said(opened("findings"))
    assert "вопрос" in text and "published_disagrees_with_sum" in text


def test_lineage_search_ends_at_the_cell(demo_warehouse: Path) -> None:
    """19/22 of the protocol: file, sheet and cell of the published 86,4 %."""
    text = said(opened("origin", data="sources", mechanism="assessment", territory="RU-KYA", year="2019"))
    for part in ("86,4", "004_council_protocol.xlsx", "Механизмы 2019", "H4"):
        assert part in text


def test_lineage_search_finds_a_school_by_a_part_of_its_name(demo_warehouse: Path) -> None:
    page = opened("origin", data="demo", indicator="assessment_vpr_pass")
    with Warehouse(demo_warehouse).open() as snapshot:
        school = snapshot.rows("SELECT code, name FROM territory WHERE code = 'demo-d02-s002'")[0]
    page.text_input(key="origin_sought").input(school["name"].upper()).run()
    assert page.selectbox(key="origin_where").value == school["code"]
    page.text_input(key="origin_sought").input("такой школы нет").run()
    assert "Ничего не нашлось." in said(page)


def test_lineage_search_says_unknown_codes(demo_warehouse: Path) -> None:
    text = said(opened("origin", data="demo", indicator="no_such", territory="nowhere"))
    assert "«no_such»" in text and "«nowhere»" in text


def test_comparison_of_snapshots_names_what_went(two: Warehouse) -> None:
    """One workbook alone holds no demonstration: every demonstration indicator has gone."""
    with two.open(earlier(two)) as before, two.open() as after:
        changed = queries_lineage.changes(before, after)
        assert queries_lineage.changes(before, before).empty
    demo = changed[changed["collection"] == "demo"]
    assert len(demo) > 50 and (demo["after"] == 0).all() and (demo["before"] > 0).all()
    assert "исчез" in said(opened("compare", snapshot=earlier(two)))


def test_comparison_sees_corrected_values_behind_equal_counts(two: Warehouse, tmp_path: Path) -> None:
    """One numerator of a risk factor is corrected: the counts stay the same and the fingerprint does not."""
    from openpyxl import load_workbook

    folder = tmp_path / "исправлено"
    folder.mkdir()
    with two.open() as snapshot:
        figure = snapshot.rows(
            "SELECT source_sheet, source_cell, numerator FROM shown"
            " WHERE indicator = 'support_risk_01' AND year = 2021 AND numerator > 1"
        )[0]
    book = load_workbook(WORKBOOK)
    line = re.search(r"\d+", figure["source_cell"]).group()
    row = book[figure["source_sheet"]][line]
    cell = next(cell for cell in row if cell.value == figure["numerator"])
    cell.value -= 1
    book.save(folder / WORKBOOK.name)
    before = two.current()
    build(two, sources=folder)
    with two.open(before) as earlier_one, two.open() as later:
        changed = queries_lineage.changes(earlier_one, later)
    assert list(changed["indicator"]) == ["support_risk_01"]
    assert changed["before"].iloc[0] == changed["after"].iloc[0]
    assert "значения исправлены" in said(opened("compare", snapshot=before))
