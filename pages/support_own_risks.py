"""Risk profiles that were loaded by a form: prevalence by year and district, what was found, one school's profile."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.shared import facts, files, filters, numbers, programmes
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import N_, _
from pages.shared.view import View
from pages.support_common import heading, schools, stamp
from pages.support_profile import LOADED, by_district, places, profile, programmes_told, spread
from pipelines.programmes import own_risks
from pipelines.programmes.own_risks import Profiles

FOUND: Mapping[str, str] = {
    "высокий": N_("▲ высокий"), "средний": N_("◆ средний"), "низкий": N_("○ низкий"),
}  # fmt: skip


def risks(view: View) -> dict[str, str]:
    """What the loaded profiles say of the chosen place and year; returns the factors that the chosen school chose.

    They are names by code, in the words of the year.
    """
    here = view.here
    found = ask(own_risks.profiles, view.snapshot)
    own = found.of(here.year)
    at = places(view)
    if not own:
        _nothing(found, here.year)
        return {}
    names = found.names(here.year)
    years = [year for year in found.years if year <= here.year][-2:]
    frame = ask(own_risks.prevalence, view.snapshot, tuple(years), tuple(sorted(_district_places(view))))
    now = frame[(frame["lane"] == str(here.year)) & (frame["denominator"] > 0)]
    if here.school is None and len(now) and now["numerator"].max() > 0:
        _headline(view, now)
    told = {code: one.risks for code, one in own.items()}
    programmes_told(view, told)
    chosen = profile(view, names, told)
    if not at & own.keys():
        if here.school is None:
            st.info(_("Рисковых профилей школ этого места за {year} год в ваших данных нет.").format(year=here.year))
    elif here.school is None:
        _spread(view, found, frame, now)
    _dictionary(found)
    programmes.lineage((origin for one in own.values() if one.school in at for origin in one.origins), "risks")
    return {code: names[code] for code in chosen}


def _nothing(found: Profiles, year: int) -> None:
    told = _("Рисковых профилей за {year} год в ваших данных нет.").format(year=year)
    if found.years:
        told += " " + _("Есть за годы: {years}.").format(years=numbers.years(found.years))
    st.info(
        told + " "
        + _("Загрузить их: лист «Рисковые профили» шаблона `support` на странице «Данные» или `python -m pipelines "
            "template support списки.xlsx`.")
    )  # fmt: skip


def _district_places(view: View) -> frozenset[str]:
    """Codes of the schools of the chosen district, of the region without one; a chosen school stands for its own."""
    return frozenset(view.here.members("school")["code"])


def _headline(view: View, now: pd.DataFrame) -> None:
    top = now.iloc[0]
    unit = view.here.district or view.here.region
    st.markdown(
        "**"
        + escaped(
            _("{place}, {year}: чаще всего выбирали «{factor}» — {of} школ; всего выборов {total}").format(
                place=unit["name"], year=view.here.year, factor=top["label"],
                of=numbers.out_of(top["numerator"], top["denominator"]),
                total=numbers.shortest(now["numerator"].sum()),
            )
        )
        + "**"
    )  # fmt: skip


def _spread(view: View, found: Profiles, frame: pd.DataFrame, now: pd.DataFrame) -> None:
    """What was chosen as bars, and what was found as a table: two facts, two pictures."""
    here = view.here
    if here.district is None:
        left, right = st.columns(2, gap="large")
        with left:
            spread(view, frame)
        with right:
            _by_district(view, found)
    else:
        spread(view, frame)
    title = _("Выявлено в профилях, {year}: {schools}").format(
        year=here.year, schools=schools(int(now["denominator"].max()))
    )
    heading(title, demo=False)
    heads = [_("Фактор риска"), *(_(word) for word in FOUND.values()), _("Выбрали школы")]
    rows = [
        [str(row["label"]), *(numbers.shortest(row[level]) for level in FOUND), numbers.shortest(row["numerator"])]
        for row in now.to_dict("records")
    ]
    facts.table(
        heads, rows, _("Сколько школ: уровень — из анкет, выбор — решение школы."), numbers=range(1, len(heads))
    )
    files.offer(lambda: pd.DataFrame(rows, columns=heads), title, stamp(view, _(LOADED)), "found")


def _by_district(view: View, found: Profiles) -> None:
    here = view.here
    names = found.names(here.year)
    listed = {risk.code for one in found.of(here.year).values() for risk in one.risks}
    offered = {code: name for code, name in names.items() if code in listed}
    factor = filters.choose("factor", _("Фактор по муниципалитетам"), list(offered), offered.__getitem__)
    by_district(view, _districts(view, found, factor))


def _districts(view: View, found: Profiles, factor: str) -> pd.DataFrame:
    """A row a district with schools that have a profile: label, numerator, denominator, lane."""
    here = view.here
    inside = here.members("school").set_index("code")["district_id"]
    names = here.register.set_index("territory_id")["name"]
    counted: dict[str, list[int]] = {}
    for code, one in found.of(here.year).items():
        if code in inside.index:
            cell = counted.setdefault(str(names[inside[code]]), [0, 0])
            cell[0] += any(risk.code == factor and risk.chosen is True for risk in one.risks)
            cell[1] += 1
    rows = [
        {"label": name, "numerator": float(chose), "denominator": float(all_), "lane": str(here.year)}
        for name, (chose, all_) in sorted(counted.items())
    ]
    return pd.DataFrame(rows, columns=["label", "numerator", "denominator", "lane"])


def _dictionary(found: Profiles) -> None:
    """The words of each factor in every loaded edition, and the aliases of the form."""
    editions = list(dict.fromkeys(edition for one in found.factors.values() for edition, _words in one.editions))
    with st.expander(_("Факторы загруженных редакций: {editions}").format(editions=", ".join(editions))):
        rows = []
        for factor in found.factors.values():
            named = dict(factor.editions)
            rows.append(
                [factor.name, *(named.get(edition, _("нет в перечне")) for edition in editions),
                 "; ".join(factor.aliases) or facts.NOTHING]
            )  # fmt: skip
        heads = [
            _("Фактор"),
            *(_("Редакция {name}").format(name=edition) for edition in editions),
            _("Другие названия"),
        ]
        facts.table(heads, rows, _("Слова — из загруженной формы; одинаковыми их делают столбец «Другие названия» и "
                                   "справочник каталога, сходство слов — нет."))  # fmt: skip
