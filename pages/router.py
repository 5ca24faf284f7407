"""The one script that Streamlit runs: one table of pages, the gate, shared filters, then the page."""

from __future__ import annotations

import importlib
import logging
import traceback
from dataclasses import dataclass
from pathlib import Path
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
    PageEntry("pairs", N_("Школа – Школе"), places=False, group=PROGRAMMES),
    PageEntry("sources", N_("Источники"), places=False),
    PageEntry("data", N_("Данные"), places=False),
)


def module(entry: PageEntry) -> ModuleType | Exception | None:
    """The page's module, ``pages/<code>.py``; ``None`` while it does not exist, what went wrong where it is broken.

    A page that cannot be imported must not take the others with it.
    """
    try:
        return importlib.import_module(f"pages.{entry.code}")
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name == f"pages.{entry.code}":
            return None
        return error


def show(code: str) -> None:
    """Draw one page with everything around it; also the way tests reach a page."""
    entry = next(page for page in PAGES if page.code == code)
    page = module(entry)
    assert page is not None
    if isinstance(page, Exception):
        _broken(entry, page)
        return
    try:
        filters.adopt_address()
        if unknown := filters.codes().pop("page", None):
            st.warning(_("Страницы «{name}» нет.").format(name=unknown[:80]))
        if not view.first_start():
            return
        page.run(view.opened(with_place=entry.places))
        filters.write_address()
    except filters.NoFigures:
        if entry.places:  # such a page is refused before it has drawn anything
            st.title(_(entry.title))
        view.say_no_figures()
    except PipelineError as error:
        st.error(str(error))


def _broken(entry: PageEntry, error: Exception) -> None:
    """Say on this page alone that it is broken, and where; the whole trace goes to the server's log."""
    logging.getLogger(__name__).error("The page %s cannot be imported", entry.code, exc_info=error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    st.title(_(entry.title))
    st.error(
        _(
            "Эта страница не открылась: в её программе ошибка. Остальные страницы и данные на месте. "
            "Сообщите администратору строку ниже; полный след — в журнале сервера."
        )
    )
    st.text(f"{place} · {type(error).__name__}: {str(error)[:300]}")


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
