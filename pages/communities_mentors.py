"""The parts of «Сообщества» that only demonstration data can show: mentors, young teachers, groups on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import charts, facts, filters, numbers, programmes, tables, theme
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.links import page_link
from pages.shared.templates.area import Shade, shades
from pages.shared.templates.worded import Lanes
from pages.shared.texts import _, level_name, ngettext
from pages.shared.view import View
from pipelines import queries, queries_compare, queries_map
from pipelines.programmes import demo
from pipelines.programmes.communities import FocusGroup, roles
from pipelines.snapshot import Snapshot

Region = Mapping[str, Any]
YOUNG = "methodology_young_mentored"
ANY = "any"


def mentors(view: View, region: Region, kind: str) -> None:
    """Places with mentors: how many are free, by competence, by district on a map, and by organisation."""
    every = ask(demo.offers, view.snapshot, int(region["territory_id"]))
    if kind:
        every = every[every["type"] == kind]
    st.markdown("#### " + _("Карта наставников") + f" :orange-badge[{_(tables.DEMO)}]")
    if every.empty:
        st.caption(_("Организации этого типа мест у наставников не предлагают."))
        return
    chosen = _choose(every)
    if chosen.empty:
        st.info(_("Для этого выбора мест нет: смените роль или компетенцию."))
        return
    st.markdown(f"**{_summary(chosen)}**")
    stamp = Stamp(
        source=_("Демонстрационная карта наставников"), snapshot=view.snapshot.id,
        filters=((_("Регион"), str(region["name"])),), demo=True,
    )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left:
        by_competence(chosen, stamp)
    with right:
        by_district(view, region, chosen, stamp)
    by_organisation(chosen)


def _choose(every: pd.DataFrame) -> pd.DataFrame:
    """The filters of role, competence and district."""
    names = {role.code: role.name for role in roles()}
    districts = dict(zip(every["district"], every["district_name"], strict=True))
    columns = st.columns(3)
    with columns[0]:
        role = _one(every, "role", _("Роль"), names)
    with columns[1]:
        competence = _one(every, "competence", _("Компетенция"), {one: one for one in sorted(set(every["competence"]))})
    with columns[2]:
        district = _one(every, "district", level_name("district"), dict(sorted(districts.items(), key=lambda d: d[1])))
    for column, value in (("role", role), ("competence", competence), ("district", district)):
        every = every[every[column] == value] if value else every
    return every


def _one(every: pd.DataFrame, name: str, label: str, names: Mapping[str, str]) -> str:
    present = [code for code in names if code in set(every[name])]
    code = filters.codes().get(name)
    every_code = "" if name == "district" else ANY
    if name == "district":
        # The shared filter of the other pages: no code is «Все».
        options = [every_code, *present]
        key = "filter_district"
        st.session_state[key] = code if code in present else every_code
        st.selectbox(
            label, options, format_func=lambda one: names.get(one, _("Все")), key=key,
            on_change=lambda: filters.set_code("district", st.session_state.get(key) or None),
        )  # fmt: skip
        return st.session_state[key] or ""
    chosen = filters.choose(name, label, [ANY, *present], lambda one: names.get(one, _("Все")))
    return "" if chosen == ANY else chosen


def _summary(chosen: pd.DataFrame) -> str:
    places, taken = int(chosen["places"].sum()), int(chosen["taken"].sum())
    organisations = chosen["territory"].nunique()
    return _("Мест {places}, занято {taken}, свободно {free}; предлагают {n} {organisations}").format(
        places=numbers.shortest(places), taken=numbers.shortest(taken), free=numbers.shortest(places - taken),
        n=organisations, organisations=ngettext("организация", "организации", "организаций", organisations),
    )  # fmt: skip


def by_competence(chosen: pd.DataFrame, stamp: Stamp) -> None:
    """Taken places of all, one bar a competence."""
    totals = chosen.groupby("competence", as_index=False)[["places", "taken"]].sum()
    totals = totals.sort_values(["places", "competence"], ascending=[False, True])
    frame = pd.DataFrame(
        {"label": totals["competence"], "lane": "1", "numerator": totals["taken"], "denominator": totals["places"]}
    )
    table = totals.assign(free=totals["places"] - totals["taken"])[["competence", "places", "taken", "free"]]
    charts.draw(
        Lanes((("1", _("занято мест из всех")),)), frame, key="mentors-competence", title=_("По компетенциям"),
        stamp=stamp,
        table=table.set_axis([_("Компетенция"), _("Мест"), _("Занято"), _("Свободно")], axis=1),
    )  # fmt: skip


def by_district(view: View, region: Region, chosen: pd.DataFrame, stamp: Stamp) -> None:
    """Free places on the map of districts; a district that offers none is named as such, not drawn as 0."""
    register = ask(queries.territories, view.snapshot, demo.COLLECTION)
    own = register[(register["level"] == "district") & (register["region_id"] == region["territory_id"])]
    free = (chosen["places"] - chosen["taken"]).groupby(chosen["district"]).sum()
    frame = pd.DataFrame(
        {
            "territory": own["code"],
            "territory_name": own["name"],
            "level": "district",
            "value": own["code"].map(free).astype(float),
            "unit": "item",
            "absence": None,
        }
    )
    bounds = _bounds([float(value) for value in frame["value"].dropna()])
    scale = shades(bounds) if bounds else (Shade(_("свободные места"), theme.LIGHT.steps[2], theme.DARK.steps[2]),)
    frame["class"] = [0 if value != value else 1 + sum(value > bound for bound in bounds) for value in frame["value"]]
    frame.loc[frame["value"].isna(), "absence"] = "not_applicable"
    shapes = ask(_shapes, view.snapshot, int(region["territory_id"]))
    charts.draw(
        charts.Choropleth(shapes, shades=scale, names=True), frame, key="mentors-map",
        title=_("Свободные места по муниципалитетам"), stamp=stamp,
        note=_("«Неприменимо» — по этому выбору мест никто не предлагает."),
        table=frame[["territory_name", "value"]].set_axis([level_name("district"), _("Свободных мест")], axis=1),
    )  # fmt: skip


def _bounds(values: Sequence[float]) -> tuple[float, ...]:
    """Two round bounds between three classes; none where all are alike."""
    if len(set(values)) < 3:
        return ()
    low, high = min(values), max(values)
    one, other = round(low + (high - low) / 3), round(low + 2 * (high - low) / 3)
    return (float(one), float(other)) if one < other else ()


def _shapes(snapshot: Snapshot, region: int) -> charts.Shapes:
    return charts.Shapes.from_geojson(queries_map.boundaries(snapshot, region))


def by_organisation(chosen: pd.DataFrame) -> None:
    """Every offer, in the order of districts and names: this is a list, not a rating."""
    names = {role.code: role.name for role in roles()}
    shown = chosen.sort_values(["district_name", "territory_name", "competence"], kind="stable")
    table = pd.DataFrame(
        {
            _("Организация"): shown["territory_name"],
            _("Тип"): [_(programmes.TYPES[one]) for one in shown["type"]],
            level_name("district"): shown["district_name"],
            _("Роль"): [names[one] for one in shown["role"]],
            _("Компетенция"): shown["competence"],
            _("Мест"): shown["places"],
            _("Свободно"): shown["places"] - shown["taken"],
        }
    ).reset_index(drop=True)
    st.markdown("##### " + _("Кто предлагает"))
    alt = _("Организации, которые предлагают наставников")
    if len(table) > tables.STATIC_ROWS:
        tables.show(table, key="mentors-organisations", alt=alt)
        return
    cells = [[str(value) for value in row] for row in table.itertuples(index=False)]
    facts.table(list(table.columns), cells, alt, numbers=(5, 6))


def young_teachers(view: View, region: Region, years: Sequence[int], kind: str) -> None:
    """Young teachers with a mentor by district, beside the region, in the latest year with figures."""
    indicator = view.catalogue.indicators[YOUNG]
    if kind and kind not in indicator.organisation_types:
        return
    number = int(region["territory_id"])
    year = max(years)
    frame = ask(
        queries_compare.indicator_units, view.snapshot, YOUNG,
        region=number, within=number, level="district", years=(year,),
    )  # fmt: skip
    st.markdown("#### " + _("Молодые педагоги с наставником") + f" :orange-badge[{_(tables.DEMO)}]")
    if frame.empty:
        st.caption(_("За {year} год значений нет.").format(year=year))
        return
    verdicts = frame["verdict"].value_counts()
    row = frame.iloc[0]
    region_share = numbers.share(row["region_numerator"], row["region_denominator"])
    st.markdown(
        "**"
        + _("{region}: {figure} ({fraction}); лучше области {better}, хуже {worse} из {n} муниципалитетов").format(
            region=region["name"], figure=numbers.percent(region_share),
            fraction=numbers.out_of(row["region_numerator"], row["region_denominator"]),
            better=int(verdicts.get("better", 0)), worse=int(verdicts.get("worse", 0)), n=len(frame),
        )
        + "**"
    )  # fmt: skip
    charts.draw(
        charts.Ranked(benchmark_name=str(region["name"])), frame, key="young-teachers",
        title=_("По муниципалитетам, {year}").format(year=numbers.year(year, indicator.period)),
        stamp=Stamp(
            source=_("Демонстрационная область"), snapshot=view.snapshot.id,
            filters=((_("Год"), numbers.year(year, indicator.period)),), demo=True,
        ),
        note=_("Молодые — до 35 лет, стаж до 3 лет; по школам не считается: за числом стоял бы один человек."),
    )  # fmt: skip
    page_link("passport", _("Паспорт показателя"), indicator=YOUNG)


def groups_map(view: View, region: Region, groups: Sequence[FocusGroup]) -> None:
    """Members of the focus groups where they stand, coloured by the year of their (latest) group."""
    register = ask(queries.territories, view.snapshot, demo.COLLECTION)
    years = {member.code: number for number, group in enumerate(groups, start=1) for member in group.members}
    own = register[register["code"].isin(years) & register["latitude"].notna()]
    spots = dict(zip(own["code"], zip(own["longitude"], own["latitude"], strict=True), strict=True))
    frame = pd.DataFrame(
        {
            "territory": own["code"],
            "territory_name": own["name"],
            "level": "school",
            "type": own["type"],
            "value": [float(groups[years[code] - 1].year) for code in own["code"]],
            "unit": "",
            "absence": None,
            "class": [years[code] for code in own["code"]],
        }
    )
    colours = (theme.SKY, theme.AMBER, theme.GREEN, theme.PURPLE)
    scale = tuple(Shade(str(group.year), colour, colour) for group, colour in zip(groups, colours, strict=False))
    shapes = ask(_shapes, view.snapshot, int(region["territory_id"])).with_spots(spots)
    charts.draw(
        charts.Choropleth(shapes, shades=scale), frame, key="groups-map", title=_("Где участники фокус-групп"),
        stamp=Stamp(source=_("Демонстрационные фокус-группы"), snapshot=view.snapshot.id, demo=True),
        table=frame[["territory_name", "class"]].assign(**{"class": [groups[n - 1].year for n in frame["class"]]})
        .set_axis([_("Организация"), _("Год группы")], axis=1),
    )  # fmt: skip
