"""The one script that Streamlit runs: one table of pages, the gate, shared filters, then the page."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType

import streamlit as st

from pages.shared import filters, view
from pages.shared.texts import N_, _
from pipelines.errors import PipelineError


@dataclass(frozen=True)
class PageEntry:
    """A row of the table of pages.

    ``places`` says whether the page is about one place and year; pages of a ``group`` share one entry of the menu,
    which holds what fits a screen.
    """

    code: str
    title: str
    places: bool = True
    group: str = ""


ANALYSIS, PROGRAMMES = N_("Разбор"), N_("Программы")
PAGES = (
    PageEntry("overview", N_("Обзор")),
    PageEntry("compare", N_("Сравнение")),
    PageEntry("trend", N_("Динамика")),
    PageEntry("profile", N_("Профиль"), group=ANALYSIS),
    PageEntry("why", N_("Почему изменилось"), group=ANALYSIS),
    PageEntry("assessment", N_("Оценка качества"), group=ANALYSIS),
    PageEntry("objectivity", N_("Объективность"), group=ANALYSIS),
    PageEntry("mechanism", N_("Механизм")),
    PageEntry("map", N_("Карта")),
    PageEntry("passport", N_("Паспорт")),
    PageEntry("council", N_("Совет"), places=False, group=PROGRAMMES),
    PageEntry("projects", N_("Проекты"), places=False, group=PROGRAMMES),
    PageEntry("communities", N_("Сообщества"), places=False, group=PROGRAMMES),
    PageEntry("support", N_("ШНОР и 500+"), places=False, group=PROGRAMMES),
    PageEntry("pairs", N_("Школа – Школе"), group=PROGRAMMES),
    PageEntry("sources", N_("Источники"), places=False),
    PageEntry("data", N_("Данные"), places=False),
)


def module(entry: PageEntry) -> ModuleType | None:
    """The page's module, ``pages/<code>.py``, or ``None`` while it does not exist."""
    try:
        return importlib.import_module(f"pages.{entry.code}")
    except ModuleNotFoundError as error:
        if error.name != f"pages.{entry.code}":
            raise
        return None


def show(code: str) -> None:
    """Draw one page with everything around it; also the way tests reach a page."""
    entry = next(page for page in PAGES if page.code == code)
    page = module(entry)
    assert page is not None
    try:
        filters.adopt_address()
        if unknown := filters.codes().pop("page", None):
            st.warning(_("Страницы «{name}» нет.").format(name=unknown[:80]))
        if not view.first_start():
            return
        page.run(view.opened(with_place=entry.places))
        filters.write_address()
    except PipelineError as error:
        st.error(str(error))


def main() -> None:
    """Set the document up and run the page that the address names."""
    st.set_page_config(page_title=_("Качество образования"), page_icon="🎓", layout="wide")
    view.style()
    ready = [entry for entry in PAGES if module(entry)]
    pages = {
        entry.code: st.Page(_runner(entry.code), title=_(entry.title), url_path=entry.code, default=not number)
        for number, entry in enumerate(ready)
    }
    st.session_state[filters.PAGE_OBJECTS] = pages
    menu: dict[str, list[st.Page]] = {}
    for entry in ready:
        menu.setdefault(_(entry.group) if entry.group else "", []).append(pages[entry.code])
    st.navigation(menu, position="top").run()


def _runner(code: str):  # type: ignore[no-untyped-def]
    def run() -> None:
        show(code)

    return run


if __name__ == "__main__":
    main()
