"""Excluding a similar school: editors alone, with a reason that stands beside the verdict until it is taken back."""

import pytest

from pages.shared import access
from tests.app.conftest import serve
from tests.app.test_compare import texts
from tests.unit.comparison.region import row, small_region
from tests.unit.comparison.test_similar import FIGURES, traits

CODES = {"data": "own", "district": "d1", "school": "d1-s1", "benchmark": "similar",
         "indicator": "assessment_vpr_pass", "subject": "Математика", "grade": "4"}  # fmt: skip
WITH, WITHOUT = "похожие школы 75,8 %", "похожие школы 71 %"  # 303 of 400; 213 of 300 without d1-s2


@pytest.fixture
def page(tmp_path, monkeypatch, open_page):
    """The profile of d1-s1 against its similar schools; the store stands beside the snapshot."""
    rows = [row(code, 2024, x, n) for code, (x, n) in FIGURES.items()]
    serve(small_region(tmp_path, rows, FIGURES, traits()).path.parent.parent, monkeypatch)
    monkeypatch.delenv("STORE_URL", raising=False)
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    return lambda **codes: open_page("profile", **(CODES | codes))


def excluded(opened, reason: str):
    opened.session_state["profile-exclusion-box"] = True
    opened.run()
    opened.selectbox(key="profile-exclusion-peer").select("d1-s2")
    opened.text_input(key="profile-exclusion-reason").input(reason)
    opened.text_input(key="profile-exclusion-role").input("методист")
    return next(one for one in opened.button if one.label == "Исключить").click().run()


def test_an_editor_excludes_a_school_and_takes_it_back(page):
    opened = page()
    assert WITH in texts(opened)
    opened = excluded(opened, "вечерняя школа")
    said = texts(opened)
    assert WITHOUT in said and "исключена: Школа d1-s2 — вечерняя школа" in said and "методист" in said
    # Anybody who opens the link sees the same, on every page that compares with similar schools.
    assert WITHOUT in texts(page())
    back = next(one for one in opened.button if one.label == "Вернуть").click().run()
    assert WITH in texts(back) and "исключена" not in texts(back)


def test_the_comparison_of_schools_uses_and_says_it_too(page, open_page):
    excluded(page(), "вечерняя школа")
    said = texts(open_page("compare", **CODES, level="school"))
    assert WITHOUT in said and "исключена: Школа d1-s2 — вечерняя школа" in said
    assert "из похожих исключены отдельные школы: у 1 ОО" in said


def test_a_reason_is_asked_for_and_nothing_happens_without_it(page):
    opened = excluded(page(), "  ")
    assert "Впишите причину" in opened.error[0].value and WITH in texts(opened)


def test_a_visitor_is_not_offered_it_and_cannot_do_it(page, monkeypatch):
    opened = page()
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    opened.run()
    assert "Исключить школу" not in " ".join(box.label for box in opened.expander)
    from pages.shared import exclusions

    with pytest.raises(access.NotAnEditor):
        exclusions.take_back(1, "")
