"""What every page begins with: the served snapshot, its catalogue, the place chosen, and words about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from pages.shared import data, filters, internal
from pages.shared.filters import Place
from pages.shared.links import page_link
from pages.shared.texts import _
from pipelines.build import build
from pipelines.catalogue import Catalogue
from pipelines.errors import NoSnapshot, SnapshotOutdated
from pipelines.snapshot import Snapshot


@dataclass(frozen=True)
class View:
    """A page's givens; ``place`` is ``None`` on pages that are not about one place and year."""

    snapshot: Snapshot
    catalogue: Catalogue
    place: Place | None

    @property
    def here(self) -> Place:
        """The place, on pages that have one."""
        assert self.place is not None
        return self.place


def first_start() -> bool:
    """Build the first snapshot with its progress shown; ``True`` when there is one to draw."""
    try:
        data.served()
        return True
    except (NoSnapshot, SnapshotOutdated):
        pass
    with st.status(_("Первый запуск этой версии: готовим данные…"), expanded=True) as status:
        result = build(data.warehouse(), progress=status.write, wait=120)
        for finding in result.findings:
            if finding.grade == "error":
                st.error(finding.message)
        if result.published is None:
            status.update(label=_("Данные не опубликованы"), state="error")
            return False
    st.rerun()


def say_no_figures() -> None:
    """What stands in place of a page about figures while there are none."""
    st.info(
        _(
            "**Показателей пока нет.** Организации известны, но ни одного значения ни в одном собрании. "
            "Загрузите файлы с показателями: «Данные» → «Загрузка»."
        )
    )
    page_link("data", _("Открыть «Данные»"), section="upload")


def opened(with_place: bool, also: filters.Coverage = filters.NOWHERE) -> View:
    """Open the served snapshot and draw the shared filters; raises :class:`filters.NoFigures` without any figure.

    ``also`` as in :func:`filters.place`: where the page has something to show without one.
    """
    snapshot, trouble = data.served()
    if trouble:
        st.warning(trouble + " " + _("Показан последний исправный снимок."))
    if with_place:
        snapshot = internal.offered(snapshot)
    place = filters.place(snapshot, also=also) if with_place else None
    if place:
        for complaint in place.complaints:
            st.warning(complaint + " " + _("Показано ближайшее, что есть."))
        if place.demo:
            st.caption(_("демонстрационные данные: все названия и числа вымышлены"))
    return View(snapshot, snapshot.catalogue, place)


def dated(snapshot: Snapshot) -> str:
    """«данные от 22.11.2026»."""
    created = date.fromisoformat(snapshot.meta["created"][:10])
    return _("данные от {day}").format(day=created.strftime("%d.%m.%Y"))


def style() -> None:
    """The few rules that themes cannot express: tighter top, print without controls."""
    st.html(
        "<style>"
        ".block-container{padding-top:4rem;padding-bottom:3rem}"
        # Streamlit's own chart toolbar is English and saves an unstamped picture; «Скачать» is ours.
        "[data-testid='stFullScreenFrame']:has([data-testid='stVegaLiteChart']) [data-testid='stElementToolbar']"
        "{display:none}"
        # Titles of charts, as small as they were when they skipped two levels.
        "[data-testid='stHeading'] h2{font-size:1.25rem;font-weight:600;padding:.6rem 0 .2rem}"
        # The chosen part of a row of choices: Streamlit's own blue is too dim on a dark page (3.8:1).
        "[data-testid='stButtonGroup'] :is([aria-checked='true'],[aria-pressed='true']) p"
        "{color:light-dark(#00588f,#7cc0f5)}"
        # On a phone two filters share a row, or they would fill the screen.
        "@media(max-width:640px){.st-key-filters [data-testid='stHorizontalBlock']{gap:.5rem}"
        ".st-key-filters [data-testid='stColumn']:not(:first-child){min-width:calc(50% - .25rem);"
        "flex:1 1 calc(50% - .25rem)}"
        # Columns that only keep others narrow stand below each other there, as gaps.
        "[data-testid='stColumn']:not(:has([data-testid='stElementContainer'])){display:none}}"
        # A name of a file or a command inside a sentence: Streamlit's green is too dim in a caption (4.2:1).
        "[data-testid='stMain'] :not(pre)>code{color:inherit!important}"
        # Shown in a list whose text was wiped; what is chosen stands there again as soon as it is left.
        "[data-testid='stSelectbox'] input::placeholder{color:transparent}"
        f"{_own_words()}"
        "@media print{header,[data-testid='stToolbar'],.stButton,.stDownloadButton,[data-testid='stPopover']"
        "{display:none!important}}"
        "</style>"
    )


def _own_words() -> str:
    """Rules for the English words that Streamlit lets nobody change: they shrink to nothing, ours stand after them."""
    typed = "[data-testid='InputInstructions'] span:first-child"
    words = {
        "[data-testid='stSkipToContent']": _("К содержанию страницы"),
        "[role='listbox'][data-empty] [role='option'] span": _("Ничего не найдено"),
        f":is([data-testid='stTextInput'],[data-testid='stNumberInput']) {typed}": _("Enter — применить"),
        f"[data-testid='stTextArea'] {typed}": _("Ctrl+Enter — применить"),
    }
    return "".join(
        f"{element}{{font-size:0!important}}{element}::after{{content:'{text}';font-size:.875rem}}"
        for element, text in words.items()
    )
