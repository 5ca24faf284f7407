"""A load of decisions on «Данные» and on «Совет»: what goes with it, what stays because people worked on it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pages import council
from pages.shared import access
from pipelines.loads import Loads
from pipelines.snapshot import Warehouse
from pipelines.store import Decision, open_store
from pipelines.store.engine import forget
from tests.app.test_council import opened as council_page
from tests.app.test_council import pressed
from tests.app.test_council import said as council_said
from tests.app.test_data_upload import FLAT, book, given, opened, published, said, school, warehouse

__all__ = ["warehouse"]

HEADS = ["Дата заседания", "Территория", "Орган", "Тема", "Пункт", "Номер решения", "Текст решения", "Срок"]
WHERE = "RU-KYA-lesosibirsk"


class Someone:
    name = "методист"


@pytest.fixture(autouse=True)
def fresh(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The store of this warehouse alone; whoever looks is at this machine."""
    monkeypatch.delenv("STORE_URL", raising=False)
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)
    (warehouse.folder / "store.sqlite").unlink(missing_ok=True)
    council._seeded.clear()
    yield
    forget()


def decisions(**texts: str) -> bytes:
    """A form of one meeting: ``n1="…"`` is decision 1."""
    row = ["14.02.2024", "город Лесосибирск", "Совет", "Итоги", "1"]
    return book(HEADS, *[[*row, number[1:], text, "05.2024"] for number, text in texts.items()])


def register() -> bytes:
    heads = ["Логин", "Название", "Уровень", "Тип", "Муниципалитет", "Регион"]
    place = ["", "город Лесосибирск", "муниципалитет", "", "", "Красноярский край"]
    return book(
        heads, place, ["edu240001", "СОШ № 1", "организация", "школа", "город Лесосибирск", "Красноярский край"]
    )


def loaded(name: str, contents: bytes) -> str:
    return said(published(given((name, contents))))


def own() -> dict[str, Decision]:
    store = open_store()
    councils = [one for one in store.councils() if one.collection == "own"]
    meetings = [one for council in councils for one in store.meetings("own", council.territory)]
    return {one.number: one for one in store.decisions([one.id for one in meetings])}


def withdrawn(file: str, warehouse: Warehouse) -> tuple[str, str]:
    """What is said before and after taking back a load."""
    page = opened()
    entry = next(one for one in Loads(warehouse).entries() if one.file == file and one.withdrawn is None)
    page.selectbox(key="withdraw_choice").set_value(entry.id).run()
    page.button(key="withdraw_ask").click().run()
    asked = said(page)
    page.text_input(key="withdraw_name").input("начальник отдела")
    page.button(key="withdraw_yes").click().run()
    return asked, said(page)


def test_decisions_go_with_their_load_but_for_what_people_edited(warehouse: Warehouse) -> None:
    loaded("реестр.xlsx", register())
    assert "новых 2" in loaded("решения.xlsx", decisions(n1="Первое", n2="Второе"))
    open_store().save_decision(replace(own()["2"], done="Сделано."), Someone())
    asked, done = withdrawn("решения.xlsx", warehouse)
    assert "уйдёт 1 решение" in asked and "не изменится: 1 (2)" in asked
    assert "ушло 1" in done and "осталось 1: 2" in done
    assert list(own()) == ["2"]
    text = council_said(council_page(data="own"))
    assert "Сделано." in text and "её правили здесь" in text and "начальник отдела" in text
    assert "ушло вместе с загрузкой" in text  # in the history of what was taken out, with who and when
    # The same file again: what went comes back, nothing is doubled, nothing differs.
    assert "новых 1" in loaded("решения.xlsx", decisions(n1="Первое", n2="Второе"))
    assert list(own()) == ["1", "2"]
    assert "расходятся" not in council_said(council_page(data="own"))


def test_a_newer_text_is_taken_or_disputed(warehouse: Warehouse) -> None:
    loaded("реестр.xlsx", register())
    loaded("решения.xlsx", decisions(n1="Первое", n2="Второе"))
    open_store().save_decision(replace(own()["2"], text="Второе, правка"), Someone())
    told = loaded("новее.xlsx", decisions(n1="Первое, новое", n2="Второе, новое"))
    assert "изменено 1" in told and "в форме теперь иначе: 1 (2)" in told
    assert {number: one.text for number, one in own().items()} == {"1": "Первое, новое", "2": "Второе, правка"}
    page = council_page(data="own", decision=str(own()["2"].id))
    page = pressed(page, "Сравнить с формой")
    text = council_said(page)
    assert "Второе, правка" in text and "Второе, новое" in text
    page.radio[0].set_value("both")
    page = pressed(page, "Сохранить вместе")
    assert own()["2"].text == "Второе, правка\nВторое, новое"
    assert "расходятся" not in council_said(page)


def test_a_return_to_an_earlier_snapshot_takes_its_decisions_along(warehouse: Warehouse) -> None:
    loaded("реестр.xlsx", register())
    before = warehouse.current()
    loaded("решения.xlsx", decisions(n1="Первое"))
    after = warehouse.current()
    council_page(data="own")
    warehouse.rollback(before, by="page")
    council_page(data="own")
    assert own() == {}
    assert {one.by for one in open_store().removed("own", None)} == {"возврат к прежнему снимку"}
    warehouse.rollback(after, by="page")
    council_page(data="own")
    assert list(own()) == ["1"]


def test_readers_see_what_differs_and_can_decide_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded("реестр.xlsx", register())
    loaded("решения.xlsx", decisions(n1="Первое"))
    one = own()["1"]
    open_store().save_decision(replace(one, text="Правка"), Someone())
    loaded("новее.xlsx", decisions(n1="Новое"))
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    page = council_page(data="own", decision=str(one.id))
    assert "решает редактор" in council_said(page)
    labels = {button.label for button in page.button}
    assert not labels & {"Сравнить с формой", "Изменить", "Оставить как своё"}


def test_whose_decision_goes_while_they_edit_it_keeps_their_words(warehouse: Warehouse) -> None:
    loaded("реестр.xlsx", register())
    loaded("решения.xlsx", decisions(n1="Первое", n2="Второе"))
    page = pressed(council_page(data="own", decision=str(own()["1"].id)), "Изменить")
    open_store().save_decision(replace(own()["2"], done="Сделано."), Someone())
    withdrawn("решения.xlsx", warehouse)
    next(area for area in page.text_area if area.label == "Текст решения").input("Мои слова")
    page = pressed(page, "Сохранить")
    assert "Ваш текст не потерян" in council_said(page)
    page = pressed(page, "Сохранить")
    assert own()["1"].text == "Мои слова"


def test_whose_whole_council_goes_can_still_copy_their_words(warehouse: Warehouse) -> None:
    loaded("реестр.xlsx", register())
    loaded("решения.xlsx", decisions(n1="Первое"))
    page = pressed(council_page(data="own", decision=str(own()["1"].id)), "Изменить")
    withdrawn("решения.xlsx", warehouse)
    next(area for area in page.text_area if area.label == "Текст решения").input("Мои слова")
    page = pressed(page, "Сохранить")
    assert [block.value for block in page.code] == ["Мои слова"]
    page = page.run()
    assert [block.value for block in page.code] == ["Мои слова"], "it stays until it is not needed"
    assert not pressed(page, "Текст больше не нужен").code


def test_a_load_of_figures_says_nothing_of_decisions(warehouse: Warehouse) -> None:
    loaded("реестр.xlsx", register())
    loaded("решения.xlsx", decisions(n1="Первое"))
    open_store().save_decision(replace(own()["1"], done="Сделано."), Someone())
    withdrawn("решения.xlsx", warehouse)
    assert "Правили" not in loaded("отметки.xlsx", book(FLAT, school(1)))
