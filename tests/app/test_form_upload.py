"""A filled form of the programmes goes through the page of data like any other file: seen, published, on its page."""

from pipelines.snapshot import Warehouse
from tests.app.test_data_upload import book, given, published, said, warehouse

__all__ = ["warehouse"]

PROJECTS = [
    ["Код проекта", "Проект", "Раздел", "Текст", "Сроки"],
    ["mentors", "Наставник рядом", "Цель", "Наставник у каждого", None],
    ["mentors", "Наставник рядом", "Этап", "Запуск", "09.2023–05.2024"],
    ["mentors", "Наставник рядом", "Мероприятие", "Круглый стол", "когда получится"],
]


def test_a_form_is_seen_published_and_drawn(warehouse: Warehouse, open_page) -> None:
    page = given(("проекты.xlsx", book(*PROJECTS)))
    told = said(page)
    assert "проекты (шаблон)" in told and "Можно публиковать" in told
    assert "когда получится" in told, "a wording that cannot be read is a question to the sender"
    assert "Опубликовано: проекты.xlsx" in said(published(page))
    drawn = open_page("projects", data="own", project="mentors")
    assert not drawn.exception and "Наставник у каждого" in said(drawn) and "когда получится" in said(drawn)
