"""The computed list of «ШНОР и 500+»: never official, with its rule in sight and its difference from the official."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.shared import facts, files, filters, numbers
from pages.shared.data import ask
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import heading, lacking, schools, stamp
from pages.support_profile import places
from pipelines import queries_support
from pipelines.programmes import own as own_lists
from pipelines.programmes import support_demo
from pipelines.programmes.support_demo import Lists
from pipelines.snapshot import Snapshot
from pipelines.statistics import low_results

THRESHOLDS = ("20", "25", "30", "35", "40", "50")
OUTCOMES: Mapping[str, str] = {
    "listed": N_("в расчётном списке"),
    "not_listed": N_("нет"),
    "undecided": N_("решить нельзя: числа скрыты или не предоставлены"),
}


def computed(view: View) -> None:
    """Schools that the rule would list, with the rule in sight and the difference from the official list."""
    here = view.here
    st.header(_("Список расчётный, не официальный"), anchor=False)
    if here.collection == "sources":
        lacking(_("Результатов школ в документах нет: считать не из чего."), "computed-demo")
        return
    left, right = st.columns(2)
    with left:
        threshold = int(
            filters.choose("threshold", _("Низкий результат — не меньше, % участников"), THRESHOLDS, str, default="30")
        )
    with right:
        needed = int(filters.choose("procedures", _("Хотя бы в стольких процедурах"), ("1", "2", "3", "4"), str,
                                    default="2"))  # fmt: skip
    region = int(here.region["territory_id"])
    found = ask(queries_support.computed, view.snapshot, region, here.collection, here.year, threshold, needed)
    names = here.register.set_index("code")
    own = {
        code: finding
        for code, finding in found.items()
        if (here.district is None or names["district_id"].get(code) == here.district["territory_id"])
        and (here.school is None or code == here.school["code"])
    }
    if not own:
        st.info(_("За {year} год результатов ВПР здесь нет.").format(year=here.year))
        return
    outcomes = Counter(finding.outcome for finding in own.values())
    st.markdown(
        "**"
        + _("По правилу «не меньше {share} % отметок «2» хотя бы в {n} из четырёх ВПР» — {listed}; ещё о {undecided} "
            "решить нельзя").format(
            share=threshold, n=needed, listed=schools(outcomes["listed"]), undecided=outcomes["undecided"]
        )
        + "**"
    )  # fmt: skip
    st.caption(
        _("Процедуры: ВПР по русскому языку и математике в 4 и 5 классах. Порог и число процедур — предположение, "
          "общего правила в документах нет. Скрытое число не низкое и не высокое.")
    )  # fmt: skip
    official_codes = _official(view.snapshot, region, here.year, here.collection)
    if official_codes is None:
        st.caption(_("Официального списка за этот год нет: сравнивать не с чем."))
    _computed_table(view, own, names, official_codes)


def _official(snapshot: Snapshot, region: int, year: int, collection: str) -> frozenset[str] | None:
    """Codes of the official list of ШНОР; ``None`` where no list of the year is known."""
    if collection == own_lists.COLLECTION:
        loaded = [one.code for one in ask(own_lists.low_lists, snapshot) if one.year == year and one.low]
        return frozenset(loaded) or None
    found: Lists | None = ask(support_demo.lists, snapshot, region, year)
    return None if found is None else frozenset(one.code for one in found.schools if one.low)


def _computed_table(
    view: View,
    own: Mapping[str, low_results.Finding],
    names: pd.DataFrame,
    official_codes: frozenset[str] | None,
) -> None:
    named = [code for code in (official_codes or ()) if code in places(view)]
    split = low_results.differences(((code, one.outcome) for code, one in own.items()), named)
    words = {
        **dict.fromkeys(split.both, _("= в обоих")),
        **dict.fromkeys(split.only_computed, _("+ только в расчётном")),
        **dict.fromkeys(split.only_official, _("− только в официальном")),
        **dict.fromkeys(split.open, _("? в официальном, расчёт невозможен")),
    }
    if official_codes is not None:
        st.markdown(
            _("Отличие от официального: в обоих **{both}**, только в расчётном **{more}**, только в официальном "
              "**{less}**, в официальном, но рассчитать нельзя **{open}**.").format(
                both=len(split.both), more=len(split.only_computed), less=len(split.only_official), open=len(split.open)
            )
        )  # fmt: skip
    title = _("Расчётный список, не официальный, {year}").format(year=view.here.year)
    heading(title, view.here.demo)
    districts = view.here.register.set_index("territory_id")["name"]
    shown = sorted(words, key=lambda code: (str(districts.get(names["district_id"][code])), str(names["name"][code])))
    if not shown:
        st.info(_("По этому правилу список пуст."))
        return
    heads = [_("Школа"), level_name("district"), _("Низких процедур"), _("Отличие от официального")]
    rows = [
        [
            str(names["name"][code]), str(districts.get(names["district_id"][code], "")), _low_words(own.get(code)),
            words[code] if official_codes is not None else _(OUTCOMES[own[code].outcome]),
        ]
        for code in shown
    ]  # fmt: skip
    with st.container(key="support-small-computed"):
        facts.table(heads, rows, _("По муниципалитетам и названиям: это список, а не рейтинг."))
    files.offer(
        lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _("Расчёт по ВПР, не официальный")), "computed"
    )


def _low_words(finding: low_results.Finding | None) -> str:
    if finding is None:
        return _("результатов нет")
    said = numbers.out_of(finding.low, finding.known) if finding.known else numbers.MISSING
    return said + (_(", неизвестно {n}").format(n=finding.unknown) if finding.unknown else "")
