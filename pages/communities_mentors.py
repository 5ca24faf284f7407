"""The parts of «Сообщества» that only demonstration data can show: mentors, young teachers, groups on a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import charts, facts, files, filters, numbers, programmes, tables, theme
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


def mentors(
    view: View, region: Region, kind: str, collection: str = demo.COLLECTION, district: str | None = None
) -> None:
    """Places with mentors: how many are free, by competence, by district on a map, and by organisation.

    ``district`` is the one that the page has asked for already, ``""`` for all; ``None`` lets it be chosen here.
    """
    invented = collection == demo.COLLECTION
    st.header(_("Карта наставников") + f" :orange-badge[{_(tables.DEMO)}]" * invented, anchor=False)
    number = int(region["territory_id"])
    choices = ask(demo.choices, view.snapshot, number, kind, collection)
    if not choices.competences:
        st.caption(_("Организации этого типа мест у наставников не предлагают."))
        return
    columns = iter(st.columns(3 if district is None else 2))
    with next(columns):
        names = {role.code: role.name for role in roles() if role.code in choices.roles}
        role = _one("role", _("Роль"), names)
    with next(columns):
        competence = _one("competence", _("Компетенция"), {one: one for one in choices.competences})
    if district is None:
        with next(columns):
            district = programmes.district(choices.districts, choices.districts)
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
    by_organisation(found, stamp)


def _one(name: str, label: str, names: Mapping[str, str]) -> str:
    chosen = filters.choose(name, label, [ANY, *names], lambda one: names.get(one, _("Все")))
    return "" if chosen == ANY else chosen


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


def by_organisation(found: Offered, stamp: Stamp) -> None:
    """Every offer, in the order of districts and names: this is a list, not a rating."""
    names = {role.code: role.name for role in roles()}
    title = _("Кто предлагает")
    st.header(title, anchor=False)
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
            _("Тип"): [_(programmes.ONE.get(one, "")) for one in shown["type"]],
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
    else:
        cells = [[str(value) for value in row] for row in table.itertuples(index=False)]
        facts.table(list(table.columns), cells, alt, numbers=(5, 6))
    told = [*shown["origin"]] if "origin" in shown else []
    whole = table.assign(**{_("Где в файле"): [programmes.cells_words(one) for one in told]}) if told else table
    files.offer(lambda: whole, title, stamp, "mentors-offers")
    programmes.lineage(told, "mentors")


def young_teachers(
    view: View, region: Region, years: Sequence[int], kind: str, collection: str = demo.COLLECTION
) -> None:
    """Young teachers with a mentor by district, beside the region, in the latest year with figures."""
    invented = collection == demo.COLLECTION
    indicator = view.catalogue.indicators[YOUNG]
    if kind and kind not in indicator.organisation_types:
        return
    number = int(region["territory_id"])
    told = ask(
        queries_compare.indicator_units, view.snapshot, YOUNG,
        region=number, within=number, level="district", years=tuple(years),
    )  # fmt: skip
    known = told.loc[told["numerator"].notna(), "year"]
    year = int(known.max()) if len(known) else max(years, default=0)
    frame = told[told["year"] == year]
    st.header(_("Молодые педагоги с наставником") + f" :orange-badge[{_(tables.DEMO)}]" * invented, anchor=False)
    if frame.empty:
        st.caption(_("Значений показателя нет: загрузите его на странице «Данные».") if not invented
                   else _("За {year} год значений нет.").format(year=year))  # fmt: skip
        return
    verdicts = frame["verdict"].value_counts()
    row = frame.iloc[0]
    region_share = numbers.share(row["region_numerator"], row["region_denominator"])
    st.markdown(
        "**"
        + _("{region}: {figure} ({fraction}); лучше региона {better}, хуже {worse} из {n} муниципалитетов").format(
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
            source=_("Демонстрационная область") if invented else _("Свои данные"), snapshot=view.snapshot.id,
            filters=((_("Год"), numbers.year(year, indicator.period)),), demo=invented,
        ),
        note=_("Молодые — до 35 лет, стаж до 3 лет; по школам не считается: за числом стоял бы один человек."),
    )  # fmt: skip
    page_link("passport", _("Паспорт показателя"), data=collection, region=str(region["code"]), indicator=YOUNG)


def groups_map(view: View, region: Region, groups: Sequence[FocusGroup], collection: str = demo.COLLECTION) -> None:
    """Members of the focus groups where they stand, coloured by the year of their latest group."""
    years = sorted({group.year for group in groups})
    times = Counter(member.code for group in groups for member in group.members)
    latest = {member.code: group.year for group in sorted(groups, key=lambda one: one.year) for member in group.members}
    found = ask(demo.whereabouts, view.snapshot, int(region["territory_id"]), collection, tuple(sorted(latest)))
    found = found.assign(year=found["territory"].map(latest))
    if found.empty:
        st.caption(_("Координат участников в реестре нет, поэтому на карту они не нанесены."))
        return
    invented = collection == demo.COLLECTION
    spots = dict(zip(found["territory"], zip(found["longitude"], found["latitude"], strict=True), strict=True))
    frame = found[["territory", "territory_name", "type"]].assign(
        **{
            "level": "school",
            "value": found["territory"].map(times).astype(float),
            "unit": "",
            "absence": None,
            "class": [years.index(year) + 1 for year in found["year"]],
        }
    )
    colours = (theme.SKY, theme.AMBER, theme.GREEN, theme.PURPLE)
    scale = tuple(Shade(str(year), colour, colour) for year, colour in zip(years, cycle(colours), strict=False))
    shapes = ask(_shapes, view.snapshot, int(region["territory_id"])).with_spots(spots)
    missing = len(latest) - len(found)
    left_out = [_("Без координат в реестре: {n}.").format(n=missing)] if missing else []
    charts.draw(
        charts.Choropleth(shapes, shades=scale), frame, key="groups-map", title=_("Где участники фокус-групп"),
        stamp=Stamp(
            source=_("Демонстрационные фокус-группы") if invented else _("Свои сообщества, загруженная форма"),
            snapshot=view.snapshot.id, demo=invented,
        ),
        note=" ".join([_("Цвет — год последней группы, число — сколько раз участвовали."), *left_out]),
        table=found[["territory_name", "year"]].assign(times=found["territory"].map(times)).set_axis(
            [_("Организация"), _("Год последней группы"), _("Сколько раз участвовала")], axis=1
        ),
    )  # fmt: skip
