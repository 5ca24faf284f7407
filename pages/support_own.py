"""Official lists and the worktable that were filled in the forms and loaded: one's own, beside documents and demo."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from pages.shared import facts, files, filters, numbers
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import heading, schools, stamp
from pipelines.programmes import own
from pipelines.programmes.own import Listed

KINDS = {"low": N_("ШНОР"), "hard": N_("ШНСУ"), "both": N_("ШНОР и ШНСУ")}
ANY = "any"
PAPERS = {
    "profile": N_("Рисковый профиль"), "examination": N_("Самообследование"), "concept": N_("Концепция"),
    "programme": N_("Среднесрочная программа"), "measures": N_("Программа против риска"),
    "monitoring": N_("Мониторинг"),
}  # fmt: skip
PAPER_STATES = {
    "accepted": N_("● принято"), "returned": N_("▲ возвращено"), "sent": N_("◐ на проверке"),
    "none": N_("○ не загружено"),
}  # fmt: skip


def lists(view: View) -> None:
    """The official lists of the year with the document behind each school, or how to bring them in."""
    here = view.here
    found = ask(own.low_lists, view.snapshot)
    years = sorted({one.year for one in found})
    if here.year not in years:
        _no_list(years, here.year)
        return
    names = _names(view)
    shown = [one for one in found if one.year == here.year and one.code in names and _inside(view, one.code)]
    with st.columns([1, 2])[0]:
        kind = filters.choose(
            "kind", _("Тип школ"), [ANY, *KINDS], lambda code: _(KINDS[code]) if code in KINDS else _("Все")
        )
    shown = [one for one in shown if kind == ANY or one.kind == kind]
    st.markdown(f"**{escaped(summary(shown, here.year))}**")
    title = _("Официальные списки, {year}: {schools}").format(year=here.year, schools=schools(len(shown)))
    heading(title, demo=False)
    if not shown:
        st.info(_("Для этого выбора школ в списках нет."))
        return
    heads = [_("Школа"), level_name("district"), _("Тип"), _("Источник"), _("Ступень отбора")]
    ordered = sorted(shown, key=lambda one: names[one.code][::-1])
    rows = [
        [*names[one.code], _(KINDS[one.kind]), one.source, "" if one.step is None else str(one.step)] for one in ordered
    ]
    facts.table(heads, rows, _("По муниципалитетам и названиям: это список, а не рейтинг."))
    files.offer(lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _("Свои списки, форма")), "own-lists")


def work(view: View) -> None:
    """The worktable of the year: who goes with each school, what is with its papers, and what is next."""
    names = _names(view)
    found = [
        one
        for one in ask(own.worktable, view.snapshot)
        if one.year == view.here.year and one.code in names and _inside(view, one.code)
    ]
    if not found:
        st.info(
            _("Рабочей таблицы за {year} год в ваших данных нет. Загрузить её: шаблон `worktable` на странице "
              "«Данные» или `python -m pipelines template worktable таблица.xlsx`.").format(year=view.here.year)
        )  # fmt: skip
        return
    counted = Counter(paper.state for one in found for paper in one.papers)
    states = ", ".join(f"{_(word).lower()} — {counted[code]}" for code, word in PAPER_STATES.items() if counted[code])
    st.markdown(
        f"**{escaped(_('{schools}; документы: {states}').format(schools=schools(len(found)), states=states))}**"
    )
    title = _("Рабочая таблица, {year}").format(year=view.here.year)
    heads = [
        _("Школа"), level_name("district"), _("Куратор; координатор; ментор (роли)"), _("Документ"),
        _("Состояние"), _("Дата"), _("Ссылка"), _("Что дальше"),
    ]  # fmt: skip
    rows = [
        [
            *names[one.code],
            "; ".join(role or _("не назначен") for role in (one.curator, one.coordinator, one.mentor)),
            _(PAPERS[paper.kind]) + (f": {paper.risk}" if paper.risk else ""),
            _(PAPER_STATES[paper.state]),
            ".".join(reversed((paper.day or "").split("-"))),
            paper.link,
            paper.following,
        ]
        for one in sorted(found, key=lambda one: names[one.code][::-1])
        for paper in one.papers
    ]
    heading(title, demo=False)
    facts.table(heads, rows, _("По муниципалитетам и названиям: это список, а не рейтинг."))
    files.offer(
        lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _("Своя рабочая таблица, форма")), "own-work"
    )


def _no_list(years: list[int], year: int) -> None:
    told = _("Официальных списков ШНОР и ШНСУ за {year} год в ваших данных нет.").format(year=year)
    if years:
        told += " " + _("Есть за годы: {years}.").format(years=numbers.years(years))
    st.info(
        told + " "
        + _("Загрузить их: шаблон `support` на странице «Данные» или `python -m pipelines template support "
            "списки.xlsx`. Расчётный список по вашим ВПР — на вкладке рядом.")
    )  # fmt: skip


def summary(shown: list[Listed], year: int) -> str:
    """«2024: ШНОР — 28, ШНСУ — 25, в обоих перечнях — 5»."""
    counted = Counter(one.kind for one in shown)
    return _("{year}: ШНОР — {low}, ШНСУ — {hard}, в обоих перечнях — {both}").format(
        year=year, low=counted["low"] + counted["both"], hard=counted["hard"] + counted["both"], both=counted["both"]
    )


def _names(view: View) -> dict[str, tuple[str, str]]:
    """Name and district of the organisations of the region by code."""
    here = view.here
    inside = here.register[here.register["region_id"] == here.region["territory_id"]]
    districts = inside[inside["level"] == "district"].set_index("territory_id")["name"]
    own_ones = inside[inside["level"] == "school"]
    return {
        str(code): (str(name), str(districts.get(district, "")))
        for code, name, district in zip(own_ones["code"], own_ones["name"], own_ones["district_id"], strict=True)
    }


def _inside(view: View, code: str) -> bool:
    """Whether an organisation belongs to the place chosen."""
    here = view.here
    return (here.school is None and code in set(here.members("school")["code"])) or (
        here.school is not None and code == here.school["code"]
    )
