"""«ШНОР и 500+»: which schools are supported and why, what they work on, how far they are, and whether it helped.

What document 003 holds is shown from it; what it lacks is shown on the demonstration region and said to be lacking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages import (
    support_common,
    support_computed,
    support_effect,
    support_lists,
    support_programmes,
    support_risks,
    support_work,
)
from pages.shared import facts, filters
from pages.shared.data import ask
from pages.shared.texts import N_, _
from pages.shared.view import View, dated, opened
from pipelines import queries
from pipelines.programmes import own
from pipelines.programmes import support as source

VIEWS: Mapping[str, str] = {
    "lists": N_("Списки и отбор"),
    "computed": N_("Расчётный список"),
    "risks": N_("Риски и меры"),
    "work": N_("Рабочая таблица"),
    "effect": N_("До и после"),
    "programmes": N_("Программы"),
}
DRAWN: Mapping[str, Callable[[View], None]] = {
    "lists": support_lists.official,
    "computed": support_computed.computed,
    "risks": support_risks.risks,
    "work": support_work.work,
    "effect": support_effect.effect,
    "programmes": support_programmes.programmes,
}
CAUTION = N_("порядок школ — повод для вопроса, а не оценка работы людей")


def run(view: View) -> None:
    """Draw the page."""
    st.title(_("ШНОР и 500+"))
    facts.style()
    support_common.style()
    forms = ask(own.years, view.snapshot, "support", "risks", "worktable")
    _own_region(view, with_forms=bool(forms))
    view = opened(with_place=True, also={own.COLLECTION: forms})
    chosen = filters.choose(
        "view", _("Что показать"), list(VIEWS), lambda code: _(VIEWS[code]), segmented=True,
        unknown=_("Вида «{value}» на этой странице нет."),
    )  # fmt: skip
    here = view.here
    if here.collection == "sources" and here.region["code"] != source.TERRITORY and chosen != "programmes":
        _elsewhere(view)
    else:
        DRAWN[chosen](view)
    st.caption(" · ".join([_(CAUTION), dated(view.snapshot)]))


def _own_region(view: View, with_forms: bool) -> None:
    """Documents open on the region that document 003 is about, unless the address names another."""
    codes = filters.codes()
    if with_forms and codes.get("data") == own.COLLECTION:
        return
    offered = ask(queries.coverage_of_collections, view.snapshot)
    collection = codes.get("data") if codes.get("data") in offered else next(iter(filters.COLLECTIONS))
    years = offered.get("sources", {}).get(source.TERRITORY)
    if collection != "sources" or "region" in codes or years is None:
        return
    codes["region"] = source.TERRITORY
    if codes.get("year") not in map(str, years):
        codes.pop("year", None)
    for below in ("district", "school"):
        if not codes.get(below, "").startswith(f"{source.TERRITORY}-"):
            codes.pop(below, None)


def _elsewhere(view: View) -> None:
    st.info(
        _("О школах с низкими результатами этого региона в документах ничего нет: документ 003 — о Республике Саха "
          "(Якутия).")
    )  # fmt: skip
    left, right = st.columns([1, 2.2])
    left.button(
        _("Показать Якутию"), key="support-region", on_click=filters.set_code, args=("region", source.TERRITORY)
    )
    right.button(_("Показать демонстрацию"), key="support-demo", on_click=filters.set_code, args=("data", "demo"))
