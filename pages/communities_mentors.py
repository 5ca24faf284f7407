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
from pipelines import queries_compare, queries_map
from pipelines.programmes import demo
from pipelines.programmes.communities import FocusGroup, roles
from pipelines.programmes.demo import Offered
from pipelines.snapshot import Snapshot

Region = Mapping[str, Any]
YOUNG = "methodology_young_mentored"
ANY = "any"


def mentors(view: View, region: Region, kind: str, collection: str = demo.COLLECTION) -> None:
    """Places with mentors: how many are free, by competence, by district on a map, and by organisation."""
    invented = collection == demo.COLLECTION
    st.markdown("#### " + _("Карта наставников") + f" :orange-badge[{_(tables.DEMO)}]" * invented)
    number = int(region["territory_id"])
    choices = ask(demo.choices, view.snapshot, number, kind, collection)
    if not choices.competences:
        st.caption(_("Организации этого типа мест у наставников не предлагают."))
        return
    columns = st.columns(3)
    with columns[0]:
        names = {role.code: role.name for role in roles() if role.code in choices.roles}
        role = _one("role", _("Роль"), names)
    with columns[1]:
        competence = _one("competence", _("Компетенция"), {one: one for one in choices.competences})
    with columns[2]:
        district = _district(choices.districts)
    found = ask(demo.offered, view.snapshot, number, kind, role, competence, district, collection)
    if not found.organisations:
        st.info(_("Для этого выбора мест нет: смените роль или компетенцию."))
        return
    st.markdown(f"**{_summary(found)}**")
    stamp = Stamp(
        source=_("Демонстрационная карта наставников") if invented else _("Свои наставники, загруженная форма"),
        snapshot=view.snapshot.id, filters=((_("Регион"), str(region["name"])),), demo=invented,
    )  # fmt: skip
    if not ask(_shapes, view.snapshot, number).geometries:
        by_competence(found, stamp)
    else:
        left, right = st.columns(2, gap="medium")
        with left:
            by_competence(found, stamp)
        with right:
            by_district(view, number, found, stamp)
    by_organisation(found)


def _one(name: str, label: str, names: Mapping[str, str]) -> str:
    chosen = filters.choose(name, label, [ANY, *names], lambda one: names.get(one, _("Все")))
    return "" if chosen == ANY else chosen


def _district(names: Mapping[str, str]) -> str:
    """The filter that other pages have too: no code is «Все»; a district without offers is all of them here."""
    key = "filter_district"
    code = filters.codes().get("district", "")
    st.session_state[key] = code if code in names else ""
    st.selectbox(
        level_name("district"), ["", *names], format_func=lambda one: names.get(one, _("Все")), key=key,
        on_change=lambda: filters.set_code("district", st.session_state.get(key) or None),
    )  # fmt: skip
    return st.session_state[key] or ""


def _summary(found: Offered) -> str:
    n = found.organisations
    return _("Мест {places}, занято {taken}, свободно {free}; предлагают {n} {organisations}").format(
        places=numbers.shortest(found.places), taken=numbers.shortest(found.taken),
        free=numbers.shortest(found.places - found.taken),
        n=n, organisations=ngettext("организация", "организации", "организаций", n),
    )  # fmt: skip


def by_competence(found: Offered, stamp: Stamp) -> None:
    """Taken places of all, one bar a competence."""
    totals = found.by_competence
    frame = pd.DataFrame(
        {"label": totals["competence"], "lane": "1", "numerator": totals["taken"], "denominator": totals["places"]}
    )
    heads = [_("Компетенция"), _("Мест"), _("Занято"), _("Свободно")]
    charts.draw(
        Lanes((("1", _("занято мест из всех")),)), frame, key="mentors-competence", title=_("По компетенциям"),
        stamp=stamp, table=totals.assign(free=totals["places"] - totals["taken"]).set_axis(heads, axis=1),
    )  # fmt: skip


def by_district(view: View, region: int, found: Offered, stamp: Stamp) -> None:
    """Free places on the map of districts; a district that offers none is named as such, not drawn as 0."""
    free = [float(value) for value in found.by_district["free"]]
    bounds = _bounds([value for value in free if value == value])
    scale = shades(bounds) if bounds else (Shade(_("свободные места"), theme.LIGHT.steps[2], theme.DARK.steps[2]),)
    frame = found.by_district.rename(columns={"free": "value"}).assign(
        **{
            "level": "district",
            "unit": "item",
            "absence": [None if value == value else "not_applicable" for value in free],
            "class": [0 if value != value else 1 + sum(value > bound for bound in bounds) for value in free],
        }
    )
    shapes = ask(_shapes, view.snapshot, region)
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


def by_organisation(found: Offered) -> None:
    """Every offer, in the order of districts and names: this is a list, not a rating."""
    names = {role.code: role.name for role in roles()}
    st.markdown("##### " + _("Кто предлагает"))
    shown = found.offers
    n = len(shown)
    if n > tables.STATIC_ROWS and not st.toggle(
        _("Весь список: {n}; короче — по муниципалитету, роли или компетенции").format(
            n=f"{n} {ngettext('предложение', 'предложения', 'предложений', n)}"
        ),
        key="mentors-list",
    ):
        return
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
    """Members of the focus groups where they stand, coloured by the year of their latest group."""
    found = ask(demo.whereabouts, view.snapshot, int(region["territory_id"]))
    years = [group.year for group in groups]
    found = found[found["year"].isin(years)]
    spots = dict(zip(found["territory"], zip(found["longitude"], found["latitude"], strict=True), strict=True))
    frame = found[["territory", "territory_name", "type"]].assign(
        **{
            "level": "school",
            "value": found["year"].astype(float),
            "unit": "",
            "absence": None,
            "class": [years.index(year) + 1 for year in found["year"]],
        }
    )
    colours = (theme.SKY, theme.AMBER, theme.GREEN, theme.PURPLE)
    scale = tuple(Shade(str(year), colour, colour) for year, colour in zip(years, colours, strict=False))
    shapes = ask(_shapes, view.snapshot, int(region["territory_id"])).with_spots(spots)
    charts.draw(
        charts.Choropleth(shapes, shades=scale), frame, key="groups-map", title=_("Где участники фокус-групп"),
        stamp=Stamp(source=_("Демонстрационные фокус-группы"), snapshot=view.snapshot.id, demo=True),
        table=found[["territory_name", "year"]].set_axis([_("Организация"), _("Год группы")], axis=1),
    )  # fmt: skip
