"""Risk profiles on the page: how many schools chose a factor, and the profile of one, wherever they come from.

«Выявлен» (a level in a profile) and «выбран» (a direction of work) are two facts and are never counted together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pages.shared import charts, facts, files, filters, numbers
from pages.shared.tables import escaped
from pages.shared.templates.worded import Lanes
from pages.shared.texts import N_, _, level_name
from pages.shared.view import View
from pages.support_common import heading, stamp
from pipelines.programmes.support_demo import Risk

LEVEL_SIGNS: Mapping[str, str] = {"высокий": "▲", "средний": "◆", "низкий": "○"}
SIDE_BY_SIDE = N_("Годы стоят рядом и не сравниваются: школы и перечень факторов в них разные.")
INVENTED, LOADED = N_("Вымышленные выборы школ"), N_("Свои рисковые профили, форма")


def _source(view: View) -> str:
    return _(INVENTED if view.here.demo else LOADED)


def spread(view: View, frame: pd.DataFrame) -> None:
    """How many schools of the region or district chose each factor, two years side by side.

    ``frame`` has a row a factor and year: ``label``, ``lane`` (the year), ``numerator``, ``denominator``.
    """
    unit = view.here.district or view.here.region
    lanes = list(dict.fromkeys(frame["lane"]))
    heads = [_("Фактор риска"), _("Год"), _("Школ выбрали"), _("Школ с профилем")]
    if view.here.demo:
        heads[-1] = _("Школ в проекте")
    charts.draw(
        _lanes_of(lanes, _("в перечне этого года нет")), frame, key="support-prevalence",
        title=_("Выбранные факторы: {place}").format(place=unit["name"]), stamp=stamp(view, _source(view)),
        note=_(SIDE_BY_SIDE) if len(lanes) > 1 else "",
        table=frame[["label", "lane", "numerator", "denominator"]].set_axis(heads, axis=1),
    )  # fmt: skip


def _lanes_of(lanes: Sequence[str], absent: str = "") -> Lanes:
    """One lane a year, each with its own denominator."""
    return Lanes(tuple((lane, lane) for lane in lanes), absent=absent)


def by_district(view: View, frame: pd.DataFrame) -> None:
    """One factor by district; the columns of :func:`spread`, ``label`` a district."""
    charts.draw(
        _lanes_of([str(view.here.year)]), frame, key="support-districts", stamp=stamp(view, _source(view)),
        title=_("По муниципалитетам, {year}").format(year=view.here.year),
        note=_("Знаменатель — школы проекта в муниципалитете: их единицы, поэтому доли скачут."),
        table=frame[["label", "numerator", "denominator"]].set_axis(
            [level_name("district"), _("Школ выбрали"), _("Школ в проекте")], axis=1
        ),
    )  # fmt: skip


def programmes_told(view: View, profiles: Mapping[str, Sequence[Risk]]) -> None:
    """Programmes against the risks chosen, of the schools of the chosen place."""
    at = places(view)
    own = [risk for code, found in profiles.items() if code in at for risk in found if risk.chosen]
    if own:
        made = sum(risk.programme for risk in own)
        said = (
            _("Программа противодействия есть у {of} выбранных рисков (по рабочей таблице).")
            if view.here.demo
            else _("Программа противодействия есть у {of} выбранных рисков (по рисковым профилям).")
        )
        st.markdown(escaped(said.format(of=numbers.out_of(made, len(own)))))


def places(view: View) -> frozenset[str]:
    """Codes of the schools of the chosen place."""
    here = view.here
    return frozenset({here.school["code"]} if here.school is not None else here.members("school")["code"])


def profile(view: View, names: Mapping[str, str], profiles: Mapping[str, Sequence[Risk]]) -> list[str]:
    """The profile of one school, chosen here or above; the factors that it works on."""
    here = view.here
    inside = set(here.members("school")["code"])
    offered = [code for code in profiles if code in inside]
    called = dict(zip(here.register["code"], here.register["name"], strict=True))
    if here.school is not None and here.school["code"] not in profiles:
        st.info(_("Школа не в проекте {year} года или профиль не представлен.").format(year=here.year))
        return []
    if not offered:
        return []
    key = "support_profile"
    st.session_state[key] = here.school["code"] if here.school is not None else ""
    st.selectbox(
        _("Рисковый профиль школы"), ["", *sorted(offered, key=lambda code: str(called[code]))],
        format_func=lambda code: str(called[code]) if code else _("Выберите школу проекта: {n}").format(n=len(offered)),
        key=key, on_change=lambda: filters.set_code("school", st.session_state.get(key) or None),
    )  # fmt: skip
    if here.school is None:
        return []
    own = profiles[here.school["code"]]
    rows = [[names[risk.code], level_words(risk), _chosen_words(risk), _programme_words(risk)] for risk in own]
    counts = {level: sum(risk.level == level for risk in own) for level in LEVEL_SIGNS}
    chosen = [risk.code for risk in own if risk.chosen]
    said = _("Выявлено рисков: высоких — {high}, средних — {middle}; выбрано направлений — {chosen}")
    said = said.format(high=counts["высокий"], middle=counts["средний"], chosen=len(chosen))
    st.markdown(f"**{escaped(said)}**")
    title = _("Рисковый профиль: {school}, {year}").format(school=here.school["name"], year=here.year)
    heading(title, demo=here.demo)
    heads = [_("Фактор"), _("Выявлен (уровень)"), _("Выбран школой"), _("Программа")]
    facts.table(heads, rows, _("Уровень приходит из анкет и здесь не вычисляется; выбор школы — другой факт."))
    files.offer(lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _source(view)), "profile")
    return chosen


def level_words(risk: Risk) -> str:
    """«▲ высокий»; what a profile does not tell is said."""
    return f"{LEVEL_SIGNS[risk.level]} {_(risk.level)}" if risk.level else _("уровень не указан")


def _chosen_words(risk: Risk) -> str:
    return _("не указано") if risk.chosen is None else _("● выбран") if risk.chosen else _("нет")


def _programme_words(risk: Risk) -> str:
    if not risk.chosen:
        return facts.NOTHING
    return _("есть") if risk.programme else _("ещё нет")
