"""Official lists that were filled in the form and loaded: by type and source, with selection, groups and difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages import support_selection
from pages.shared import facts, files, filters, numbers, programmes
from pages.shared.data import ask
from pages.shared.numbers import GLUE
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import heading, schools, stamp
from pages.support_profile import places
from pipelines import queries_support
from pipelines.programmes import own
from pipelines.programmes.own import Listed
from pipelines.programmes.support_demo import SETTLEMENTS
from pipelines.snapshot import Snapshot
from pipelines.statistics import low_results

KINDS = {"low": N_("ШНОР"), "hard": N_("ШНСУ"), "both": N_("ШНОР и ШНСУ сразу")}
ANY = "any"
LOADED = N_("Свои списки, форма")


def lists(view: View) -> None:
    """The official lists of the year with the document behind each school, or how to bring them in."""
    here = view.here
    every = ask(own.low_lists, view.snapshot)
    years = sorted({one.year for one in every})
    if here.year not in years:
        _no_list(years, here.year)
        return
    names, at = names_of(view), places(view)
    found = [one for one in every if one.year == here.year and one.code in names and one.code in at]
    st.markdown(f"**{escaped(summary(found, here.year))}**")
    _difference(view, found)
    picked = any(one.step for one in found)
    left, right = st.columns([1.4, 1], gap="large") if picked else (st.container(), None)
    with left:
        _table(view, found)
    if right is not None:
        with right:
            _selection(view, found)
    _groups(view, found)


def _table(view: View, found: Sequence[Listed]) -> None:
    kind, source = _choice(found)
    shown = [one for one in found if _fits(one, kind) and source in (ANY, one.source)]
    title = _("Официальные списки, {year}: {schools}").format(year=view.here.year, schools=schools(len(shown)))
    heading(title, demo=False)
    if not shown:
        st.info(_("Для этого выбора школ в списках нет."))
        return
    names = names_of(view)
    heads = [_("Школа"), level_name("district"), _("Тип"), _("Источник"), _("Ступень отбора")]
    ordered = sorted(shown, key=lambda one: names[one.code][::-1])
    rows = [
        [*names[one.code], kind_words(one), one.source, "" if one.step is None else str(one.step)] for one in ordered
    ]
    with st.container(key="support-small-lists"):
        facts.table(heads, rows, _("По муниципалитетам и названиям: это список, а не рейтинг."))

    def whole() -> pd.DataFrame:
        more = [[one.cluster, one.deficit, programmes.cells_words(one.origin)] for one in ordered]
        columns = [*heads, _("Кластер"), _("Дефициты"), _("Где в файле")]
        return pd.DataFrame([[*row, *rest] for row, rest in zip(rows, more, strict=True)], columns=columns)

    files.offer(whole, title, stamp(view, _(LOADED)), "own-lists")
    programmes.lineage((one.origin for one in shown), "lists")


def _choice(found: Sequence[Listed]) -> tuple[str, str]:
    """Codes of the type of school and of the document that the list comes from."""
    left, right = st.columns(2)
    with left:
        kind = filters.choose(
            "kind", _("Тип школ"), [ANY, *KINDS], lambda code: _(KINDS[code]) if code in KINDS else _("Все")
        )
    with right:
        sources = sorted({one.source for one in found})
        source = filters.choose(
            "list_source", _("Источник списка"), [ANY, *sources], lambda code: _("Все") if code == ANY else code
        )
    return kind, source


def _fits(one: Listed, kind: str) -> bool:
    """A school of both lists stands on either."""
    return {ANY: True, "low": one.low, "hard": one.hard, "both": one.kind == "both"}[kind]


def kind_words(one: Listed) -> str:
    """«ШНОР, ШНСУ»."""
    return ", ".join([_("ШНОР")] * one.low + [_("ШНСУ")] * one.hard)


def _difference(view: View, found: Sequence[Listed]) -> None:
    """The list of ШНОР beside the computed one of the usual rule, in a line; the rule is moved on its own view."""
    split = ask(_against, view.snapshot, int(view.here.region["territory_id"]), view.here.year,
                tuple(one.code for one in found if one.low), tuple(sorted(places(view))))  # fmt: skip
    if split is None:
        st.caption(_("С расчётным списком не сравнить: результатов ВПР за {year} год здесь нет.").format(
            year=view.here.year))  # fmt: skip
        return
    st.markdown(
        _("Рядом с расчётным, не официальным списком ({share}{glue}% «2» хотя бы в {n} ВПР): в обоих **{both}**, "
          "только в официальном **{less}**, только в расчётном **{more}**, рассчитать нельзя **{open}**.").format(
            share=low_results.THRESHOLD, glue=GLUE, n=low_results.NEEDED, both=len(split.both),
            less=len(split.only_official), more=len(split.only_computed), open=len(split.open),
        )
    )  # fmt: skip
    st.button(_("Показать отличие по школам"), key="own-difference", on_click=filters.set_code,
              args=("view", "computed"))  # fmt: skip


def _against(
    snapshot: Snapshot, region: int, year: int, official: Sequence[str], at: Sequence[str]
) -> low_results.Differences | None:
    computed = queries_support.computed(
        snapshot, region, own.COLLECTION, year, low_results.THRESHOLD, low_results.NEEDED
    )
    outcomes = [(code, one.outcome) for code, one in computed.items() if code in at]
    return low_results.differences(outcomes, official) if outcomes else None


def _selection(view: View, found: Sequence[Listed]) -> None:
    """How many schools each step of the selection left."""
    counts = [sum((one.step or 0) >= n for one in found) for n in range(1, max(one.step or 0 for one in found) + 1)]
    support_selection.steps(view, counts, _("Свой отбор, форма"))


def _groups(view: View, found: Sequence[Listed]) -> None:
    """The twelve groups of the schools that passed the last step, as far as the form names cluster and deficit."""
    last = max((one.step or 0 for one in found), default=0)
    chosen = [one for one in found if one.step == last and last]
    named = [one for one in chosen if one.cluster and one.deficit]
    if not named:
        return
    register = view.here.register.set_index("code")
    settlements = dict(zip(("город", "село"), SETTLEMENTS, strict=True))
    cells = [
        (str(register["name"][one.code]), settlements.get(register["settlement"][one.code]), one.deficit, one.cluster)
        for one in named
    ]
    placed = [one for one in cells if one[1]]
    support_selection.groups(view, placed, _("Свои группы, форма"))
    if unknown := len(chosen) - len(placed):
        st.caption(
            _("Не в группах {schools}: в форме нет кластера или дефицитов либо в реестре — города или села.").format(
                schools=schools(unknown)
            )
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


def summary(shown: Sequence[Listed], year: int) -> str:
    """«2024: ШНОР — 28, ШНСУ — 25, в обоих перечнях — 5»."""
    counted = Counter(one.kind for one in shown)
    return _("{year}: ШНОР — {low}, ШНСУ — {hard}, в обоих перечнях — {both}").format(
        year=year, low=counted["low"] + counted["both"], hard=counted["hard"] + counted["both"], both=counted["both"]
    )


def names_of(view: View) -> dict[str, tuple[str, str]]:
    """Name and district of the organisations of the region by code."""
    here = view.here
    inside = here.register[here.register["region_id"] == here.region["territory_id"]]
    districts = inside[inside["level"] == "district"].set_index("territory_id")["name"]
    own_ones = inside[inside["level"] == "school"]
    return {
        str(code): (str(name), str(districts.get(district, "")))
        for code, name, district in zip(own_ones["code"], own_ones["name"], own_ones["district_id"], strict=True)
    }
