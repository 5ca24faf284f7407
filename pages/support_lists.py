"""Official lists of «ШНОР и 500+» by year, type and source, the selection behind them and its twelve groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pages import support_own, support_selection
from pages.shared import facts, files, filters
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import bullets, document, heading, inside, lacking, schools, sheet_chart, stamp
from pipelines import queries
from pipelines.programmes import support_demo
from pipelines.programmes.support import Support
from pipelines.programmes.support_demo import Listed

ANY = "any"
KINDS: Mapping[str, str] = {
    ANY: N_("Все"),
    "low": N_("ШНОР"),
    "hard": N_("ШНСУ"),
    "both": N_("ШНОР и ШНСУ сразу"),
}
SOURCES: Mapping[str, str] = {
    ANY: N_("Все"),
    "region": N_("Перечни региона"),
    "project": N_("Участники «500+»"),
}


def official(view: View) -> None:
    """The official lists of the year by type and source, and the selection behind them."""
    if view.here.demo:
        _demo(view)
    elif view.here.collection == "sources":
        _documents(view)
    else:
        support_own.lists(view)


def _choice() -> tuple[str, str]:
    """Codes of the type of school and of the source of the list."""
    left, right = st.columns(2)
    with left:
        kind = filters.choose("kind", _("Тип школ"), list(KINDS), lambda code: _(KINDS[code]))
    with right:
        origin = filters.choose("list", _("Источник списка"), list(SOURCES), lambda code: _(SOURCES[code]))
    return kind, origin


# --- what document 003 holds -------------------------------------------------------------------------------


def _documents(view: View) -> None:
    found = document(view)
    if found is None:
        return
    counts = ask(queries.figures, view.snapshot, [support_demo.IN_PROJECT], collection="sources", within=None)
    st.markdown(f"**{escaped(_headline(found, counts))}**")
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        kind, origin = _choice()
        if kind in ("hard", "both"):
            lacking(
                _("Перечня ШНСУ в документе нет: сказано лишь, что мерами охвачены 100 % ШНОР и ШНСУ вместе."),
                "hard-demo",
            )
        elif origin == "region":
            lacking(_("Перечня ШНОР региона (159 и 81 школа) в документе нет: названы участники проекта."), "low-demo")
        elif view.here.year < 2021:
            _named(view, found)
        else:
            _counted(view, counts)
    with right:
        sheet_chart(view, "Отбор")
        st.caption(_("Правила второго и третьего шагов и состав 159 и 81 школы в документе не приведены."))
    sheet_chart(view, "Двенадцать групп")
    about(found)


def _headline(found: Support, counts: pd.DataFrame) -> str:
    """«Отбор 2020 года: 159 → 81 → 11 школ; в 2021 году в проекте 50 школ из 13 районов»."""
    later = counts[(counts["year"] == 2021) & counts["value"].notna()]
    total = later.loc[later["level"] == "region", "value"].sum()
    return _("Отбор 2020 года: {steps} школ; в 2021 году в проекте {schools} из {n} районов").format(
        steps=" → ".join(map(str, found.selection)),
        schools=schools(int(total)),
        n=int((later["level"] == "district").sum()),
    )


def _named(view: View, found: Support) -> None:
    """The eleven schools of 2020, whole names without the slips of the table."""
    here = view.here
    register = here.register.set_index("code")["district_id"]
    shown = [
        one
        for one in found.schools
        if (here.school is None or here.school["code"] == one.code)
        and (here.district is None or register.get(one.code) == here.district["territory_id"])
    ]
    title = _("Участники «500+», 2020: {schools}").format(schools=schools(len(found.schools)))
    heading(title, demo=False)
    if not shown:
        st.info(_("У школ этого муниципалитета в таблице 2020 года муниципалитет не назван или их там нет."))
        return
    heads = [_("Школа"), _("Тип"), _("Населённый пункт"), _("Кластер"), _("Дефициты")]
    rows = [[one.official, _("ШНОР"), one.settlement, one.cluster, one.deficit] for one in shown]
    with st.container(key="support-small-named"):
        facts.table(heads, rows, _("Источник: документ 003, таблица 2. Порядок — как в документе."))
    files.offer(
        lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _("Документ 003, лист «Школы 2020»")), "named"
    )


def _counted(view: View, counts: pd.DataFrame) -> None:
    """2021: how many schools of each district; their names are not in the document."""
    here = view.here
    if here.district is None:
        sheet_chart(view, "Школы 2021 по районам")
    else:
        own = counts[(counts["territory"] == here.district["code"]) & (counts["year"] == here.year)]
        heading(_("Участники «500+», {year}").format(year=here.year), demo=False)
        said = (
            _("{name}: {schools}").format(name=here.district["name"], schools=schools(int(own["value"].iloc[0])))
            if len(own) and own["value"].notna().any()
            else _("{name} в перечне районов документа не назван: это не ноль.").format(name=here.district["name"])
        )
        st.markdown(escaped(said))
    st.caption(_("Названий 50 школ в документе нет; входят ли в них школы 2020 года, не сказано."))


def about(found: Support) -> None:
    """The project itself: aim, seven tasks, six stages, who takes part."""
    with st.expander(_("Проект «500+»: цель, семь задач, 24 субъекта; противоречия и молчание документа")):
        facts.facts(found.project)
        bullets(_("Задачи"), found.tasks)
        st.markdown(escaped(_("Субъекты: {names}.").format(names=", ".join(found.regions))))
        bullets(_("Оговорки"), [f"{one.kind.capitalize()}: {one.text}" for one in found.remarks])


# --- the demonstration region ------------------------------------------------------------------------------


def _demo(view: View) -> None:
    here = view.here
    found = ask(support_demo.lists, view.snapshot, int(here.region["territory_id"]), here.year)
    if found is None:
        st.info(_("За {year} год списков нет.").format(year=here.year))
        return
    own = inside(view, found.schools)
    st.markdown(f"**{escaped(summary(own, here.year))}**")
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        kind, origin = _choice()
        _table(view, [one for one in own if _fits(one, kind, origin)])
        if found.silent and here.district is None:
            names = ", ".join(found.silent)
            st.caption(
                _("Перечень не предоставили: {names}. Там известны только участники проекта.").format(names=names)
            )
    with right:
        support_selection.steps(view, [sum(one.step >= n for one in own) for n in (1, 2, 3)], _("Вымышленный отбор"))
    placed = [(one.name, one.settlement, one.deficit, one.cluster) for one in own if one.project]
    if placed:
        support_selection.groups(view, placed, _("Вымышленные группы"))


def summary(own: Sequence[Listed], year: int) -> str:
    """«2024: ШНОР 28, ШНСУ 25, в обоих перечнях 5; в проекте «500+» 17»."""
    return _("{year}: ШНОР — {low}, ШНСУ — {hard}, в обоих перечнях — {both}; в проекте «500+» — {project}").format(
        year=year, low=sum(one.low for one in own), hard=sum(one.hard for one in own),
        both=sum(one.low and one.hard for one in own), project=sum(one.project for one in own),
    )  # fmt: skip


def _fits(one: Listed, kind: str, origin: str) -> bool:
    of_kind = {ANY: one.low or one.hard, "low": one.low, "hard": one.hard, "both": one.low and one.hard}
    from_list = {ANY: True, "region": one.low or one.hard, "project": one.project}
    return of_kind[kind] and from_list[origin]


def kind_words(one: Listed) -> str:
    """«ШНОР, ШНСУ»."""
    return ", ".join([_("ШНОР")] * one.low + [_("ШНСУ")] * one.hard)


def _table(view: View, shown: Sequence[Listed]) -> None:
    title = _("Официальные списки, {year}: {schools}").format(year=view.here.year, schools=schools(len(shown)))
    heading(title, demo=True)
    if not shown:
        st.info(_("Для этого выбора школ в списках нет."))
        return
    heads = [_("Школа"), level_name("district"), _("Тип"), _("Источник")]
    rows = [[one.name, one.district_name, kind_words(one), _origins(one)] for one in shown]
    with st.container(key="support-small-lists"):
        facts.table(heads, rows, _("По муниципалитетам и названиям: это список, а не рейтинг."))
    files.offer(lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _("Вымышленные перечни")), "lists")


def _origins(one: Listed) -> str:
    return ", ".join([_("перечень региона"), *[_("участники «500+»")] * one.project])
