"""Risks of «ШНОР и 500+»: what schools chose to work on, what was found in a profile, causes and decisions.

«Выявлен» (a level in a profile) and «выбран» (a direction of work) are two facts and are never counted together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages import support_own_risks
from pages.shared import facts, filters, numbers
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pages.support_common import bullets, document, heading, lacking, schools, sheet_chart
from pages.support_profile import by_district, profile, programmes_told, spread
from pipelines import queries
from pipelines.catalogue import Catalogue
from pipelines.programmes import support as source
from pipelines.programmes import support_demo
from pipelines.programmes.support import Factor, Support, chosen_by
from pipelines.programmes.support_demo import FACTORS
from pipelines.snapshot import Snapshot

ALL = "all"


def risks(view: View) -> None:
    """Prevalence by year and district, programmes against chosen risks, profile of a school, causes and decisions."""
    here = view.here
    names = ask(source.factor_names, view.snapshot)
    chosen: Mapping[str, str] = {}
    if here.demo:
        chosen = {code: names[code] for code in _demo(view, names)}
    elif here.collection == "own":
        chosen = support_own_risks.risks(view)
    found = document(view)
    if found is None:
        return
    if here.collection == "sources":
        _documents(view, names)
    measures(found, chosen)
    dictionary(view.catalogue, found)


# --- documents ---------------------------------------------------------------------------------------------


def _documents(view: View, names: Mapping[str, str]) -> None:
    here = view.here
    frame = ask(_chosen, view.snapshot, int(here.region["territory_id"]), "sources")
    totals = frame.groupby("year")["numerator"].sum()
    last = frame[frame["year"] == frame["year"].max()]
    top = last.loc[last["numerator"].idxmax()]
    st.markdown(
        "**"
        + escaped(
            _("Чаще всего в {year} году выбирали «{factor}»: {of} школ ({share})").format(
                year=int(top["year"]), factor=names[str(top["indicator"])],
                of=numbers.out_of(top["numerator"], top["denominator"]),
                share=numbers.percent(numbers.share(top["numerator"], top["denominator"])),
            )
        )
        + "**"
    )  # fmt: skip
    st.markdown(
        escaped(
            _("Всего выборов: {counts}. Итог 2021 года вычислен: строка «ВСЕГО» в документе пуста.").format(
                counts=", ".join(f"{year} — {numbers.shortest(total)}" for year, total in totals.items())
            )
        )
    )
    if here.district is not None or here.school is not None:
        st.info(_("Факторов по районам и школам в документе нет: показан весь регион."))
    left, right = st.columns(2, gap="large")
    with left:
        sheet_chart(view, "Риски 2020")
    with right:
        sheet_chart(view, "Программы против рисков")
    lacking(
        _("«Выявлен» — уровень риска в профиле (низкий, средний, высокий): по школам его в документе нет. Таблицы "
          "считают выбранные направления."),
        "profile-demo",
    )  # fmt: skip


def _chosen(snapshot: Snapshot, unit: int, collection: str) -> pd.DataFrame:
    """Factors chosen at one unit with a figure: a row a factor and year."""
    frame = queries.figures(snapshot, list(FACTORS), territories=[unit], collection=collection)
    return frame[frame["numerator"].notna()].reset_index(drop=True)


# --- demonstration -----------------------------------------------------------------------------------------


def _demo(view: View, names: Mapping[str, str]) -> list[str]:
    """The region or district in the chosen year; returns the factors that the chosen school works on."""
    here = view.here
    unit = here.district or here.region
    frame = ask(_lanes, view.snapshot, int(unit["territory_id"]), here.year)
    now = frame[frame["lane"] == str(here.year)]
    profiles = ask(support_demo.profiles, view.snapshot, int(here.region["territory_id"]), here.year)
    if now["numerator"].notna().any() and here.school is None:
        top = now.loc[now["numerator"].idxmax()]
        st.markdown(
            "**"
            + escaped(
                _("{place}, {year}: чаще всего выбирали «{factor}» — {of} школ; всего выборов {total}").format(
                    place=unit["name"], year=here.year, factor=top["label"],
                    of=numbers.out_of(top["numerator"], top["denominator"]),
                    total=numbers.shortest(now["numerator"].sum()),
                )
            )
            + "**"
        )  # fmt: skip
    programmes_told(view, profiles)
    chosen = profile(view, names, profiles)
    if not now["numerator"].notna().any():
        st.info(_("За {year} год о выбранных факторах здесь не сообщили.").format(year=here.year))
    elif here.district is not None:
        spread(view, frame)
    else:
        left, right = st.columns(2, gap="large")
        with left:
            spread(view, frame)
        with right:
            _by_district(view, names, [str(code) for code in now.loc[now["numerator"].notna(), "code"]])
    return chosen


def _lanes(snapshot: Snapshot, unit: int, year: int) -> pd.DataFrame:
    """Two years at most, the most chosen factor of ``year`` first: label, lane, numerator, denominator, code."""
    every = queries.figures(snapshot, list(FACTORS), territories=[unit], collection="demo")
    names = source.factor_names(snapshot)
    told = every[every["numerator"].notna() & (every["year"] <= year)]
    shown = sorted(map(int, told["year"].unique()))[-2:]
    rows = []
    for code in FACTORS:
        for at in shown:
            own = every[(every["indicator"] == code) & (every["year"] == at)]
            row: Mapping[Any, Any] = own.iloc[0].to_dict() if len(own) else {}
            rows.append(
                {
                    "label": names[code],
                    "lane": str(at),
                    "numerator": row.get("numerator"),
                    "denominator": row.get("denominator"),
                    "code": code,
                }
            )
    frame = pd.DataFrame(rows, columns=["label", "lane", "numerator", "denominator", "code"])
    last = frame[frame["lane"] == str(year)].set_index("code")["numerator"]
    order = last.fillna(-1).sort_values(ascending=False, kind="stable").index
    place = {code: number for number, code in enumerate(order)}
    return frame.sort_values("code", key=lambda codes: codes.map(place), kind="stable").reset_index(drop=True)


def _by_district(view: View, names: Mapping[str, str], factors: Sequence[str]) -> None:
    here = view.here
    factor = filters.choose("factor", _("Фактор по муниципалитетам"), factors, lambda code: names[code])
    by_district(view, ask(_districts, view.snapshot, int(here.region["territory_id"]), factor, here.year))


def _districts(snapshot: Snapshot, region: int, factor: str, year: int) -> pd.DataFrame:
    frame = queries.figures(snapshot, [factor], level="district", within=region, years=[year], collection="demo")
    frame = frame[frame["absence"] != "not_applicable"].sort_values("territory_name", kind="stable")
    named = frame.rename(columns={"territory_name": "label"})
    return named[["label", "numerator", "denominator", "absence", "territory"]].assign(lane=str(year))


# --- causes and decisions ----------------------------------------------------------------------------------


def measures(found: Support, chosen: Mapping[str, str]) -> None:
    """Causes and decisions by factor, in the document's words; only what the school chose, if one is chosen.

    ``chosen`` are names of factors by code; those that the document does not know are named as such.
    """
    heading(_("Причины и управленческие решения по факторам"), demo=False)
    offered = chosen_by(found.factors, list(chosen))
    names = {one.code: one.name for one in offered}
    if strange := [name for code, name in chosen.items() if code not in names]:
        said = _("Школа выбрала и то, о чём в документе 003 ничего нет: {names}.")
        st.caption(escaped(said.format(names="; ".join(strange))))
    if not offered:
        return
    picked = filters.choose(
        "measure", _("Фактор (выбранные школой)") if chosen else _("Фактор"), [*names, ALL],
        lambda code: names.get(code, _("Все")), unknown=_("Этого фактора в списке нет."),
    )  # fmt: skip
    for factor in offered if picked == ALL else chosen_by(offered, [picked]):
        _measure(factor)
    schools_silent = _("Кто и в какой школе принял решение и выполнено ли оно, документ 003 не говорит.")
    st.caption(schools_silent + ("" if chosen else " " + _("Выбора факторов по школам в нём нет.")))


def _measure(factor: Factor) -> None:
    st.markdown(f"**{escaped(factor.name)}**")
    left, right = st.columns(2, gap="large")
    with left:
        bullets(_("Причины"), factor.causes or [_("в документе нет")])
    with right:
        bullets(_("Решения"), factor.decisions or [_("в документе нет")])
    if factor.notes:
        st.caption("  \n".join(escaped(note) for note in factor.notes))


def dictionary(catalogue: Catalogue, found: Support) -> None:
    """The names of each factor in the lists of the document, and the aliases known to the catalogue."""
    with st.expander(_("Справочник факторов: редакции перечня и другие названия")):
        rows = []
        for factor in found.factors:
            named = dict(factor.aliases)
            others = [alias for alias in catalogue.indicators[factor.code].aliases if alias not in named.values()]
            rows.append(
                [factor.name, _in_list(named, "2020"), _in_list(named, "2021"), named.get("таблица решений", "·"),
                 "; ".join(others) or "·"]
            )  # fmt: skip
        heads = [_("Фактор"), _("Перечень 2020"), _("Перечень 2021"), _("В таблице решений"), _("Ещё названия")]
        facts.table(heads, rows, _("Девять факторов в 2020 году, десять в 2021; у решений своя нумерация."))
        st.caption(
            _("Позднейшие профили содержат до двенадцати факторов в других формулировках: в документах их нет, "
              "добавляются в каталог показателей как новые редакции. {schools} проекта 2020 года и школы 2021 года — "
              "разные.").format(schools=schools(len(found.schools)))
        )  # fmt: skip


def _in_list(named: Mapping[str, str], where: str) -> str:
    return _("есть") if where in named else _("нет в перечне")
