"""«Школа – Школе»: pairs on invented data, silence of the documents said, pins by editors alone."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import access
from pipelines.store import open_store
from pipelines.store.engine import forget
from tests.app.page_texts import texts

pytestmark = pytest.mark.usefixtures("demo_warehouse")

DEMO = {"data": "demo", "year": "2024", "indicator": "assessment_vpr_quality", "subject": "Русский язык", "grade": "5"}


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}/store.sqlite")
    yield
    forget()


def test_pairs_are_headed_computed_and_marked_as_invented(open_page):
    page = open_page("pairs", **DEMO)
    assert not page.exception and not page.error
    said = texts(page)
    # 30 schools worse and 29 better than the region at 95 %: counted from the verdicts of «Сравнение»
    assert "Расчётный, не официальный подбор: 29 пар; без пары 1 школа" in said
    assert "демонстрационные данные" in said and "не оценка работы людей" in said
    assert any("лидеров 29: больше 29 пар не бывает" in info.value for info in page.info)
    assert "Доля в различии" in said and "Обучающихся" in said


def test_the_official_list_can_be_what_is_paired(open_page):
    page = open_page("pairs", **DEMO, pair_rule="official")
    assert not page.exception and not page.error
    assert "Расчётный, не официальный подбор" in texts(page)


def test_a_margin_that_cannot_be_had_is_said_with_the_nearest_that_can(open_page):
    page = open_page("pairs", **DEMO, margin="100")
    assert not page.exception
    assert any("Запас 100 п.п. невыполним для 30 школ" in info.value for info in page.info)
    assert "лидера лучше на 100 п.п. нет" in texts(page)


def test_a_margin_that_is_no_number_is_said(open_page):
    page = open_page("pairs", **DEMO, margin="много")
    assert any("Запас «много» не понят" in warning.value for warning in page.warning)
    assert page.number_input(key="filter_margin").value == 10


def test_a_district_shows_its_own_pairs_of_the_same_plan(open_page):
    everyone, one = open_page("pairs", **DEMO), open_page("pairs", **DEMO, district="demo-d02")
    assert not one.exception
    assert set(one.selectbox(key="filter_pair").options) < set(everyone.selectbox(key="filter_pair").options)


def test_the_documents_name_no_pair_and_none_is_invented(open_page):
    page = open_page("pairs", data="sources")
    assert not page.exception and not page.error
    said = texts(page)
    assert "ни одной пары не называет" in said and "в документе нет" in said
    assert "схожих социальных условиях" in said and "демонстрационные данные" not in said


def test_a_pinned_pair_stands_with_its_reason_and_can_be_taken_out(open_page, monkeypatch):
    monkeypatch.setattr(access, "is_editor", lambda: True)
    page = open_page("pairs", **DEMO)
    low, leader = page.selectbox(key="pairs_low").value, page.selectbox(key="pairs_leader").value
    page.text_area(key="pairs_reason").set_value("общий микрорайон")
    _send(page)
    assert not page.exception and not page.error
    assert "общий микрорайон" in texts(page) and "· закреплена" in texts(page)
    assert page.success[0].value == "Пара закреплена."
    (number,) = [row["id"] for row in _rows()]
    assert [(row["low"], row["leader"]) for row in _rows()] == [(low, leader)]
    page.button(key=f"unpin-{number}").click().run()
    assert _rows() == [] and "· закреплена" not in texts(page)


def test_a_pin_without_a_reason_is_refused_in_words(open_page, monkeypatch):
    monkeypatch.setattr(access, "is_editor", lambda: True)
    page = open_page("pairs", **DEMO)
    _send(page)
    assert any("Впишите причину" in error.value for error in page.error) and _rows() == []


def test_a_reader_is_offered_no_pin(open_page, monkeypatch):
    monkeypatch.setattr(access, "is_editor", lambda: False)
    page = open_page("pairs", **DEMO)
    assert not page.exception and not any(one.key == "pairs_reason" for one in page.text_area)
    with pytest.raises(access.NotAnEditor):
        from pages import pairs_pins

        pairs_pins.unpin(1)


def _send(page: AppTest) -> None:
    next(button for button in page.button if button.label == "Закрепить").click().run()


def _rows():
    from pipelines.store.portable import dump

    return dump(open_store())["tables"]["pair_pin"]
