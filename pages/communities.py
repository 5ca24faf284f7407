"""«Сообщества»: focus groups by year, schools that came again, roles that help a colleague, mentors and the reserve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages import communities_mentors
from pages.projects import bullets, remarks
from pages.shared import charts, facts, filters, numbers, programmes
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.links import page_link
from pages.shared.numbers import GLUE
from pages.shared.templates.plan import Bar, Plan
from pages.shared.templates.worded import Members
from pages.shared.texts import N_, _, level_name, ngettext
from pages.shared.view import View, dated
from pipelines import dates, queries
from pipelines.comparison.words import with_sentences
from pipelines.programmes import communities as source
from pipelines.programmes import demo as invented
from pipelines.programmes import own
from pipelines.programmes.communities import Again, Communities, FocusGroup
from pipelines.snapshot import Snapshot

ANY = "any"
RESERVE = "leaders_reserve_contest"
PILOTS = "methodology_mentoring_pilots"
YOUNG = "methodology_young_mentored"
GROUPS = {
    "sources": N_("Документ 001, фокус-группы"), "demo": N_("Демонстрационные фокус-группы"),
    "own": N_("Свои сообщества, загруженная форма"),
}  # fmt: skip

STYLE = """<style>
.years{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.8rem;margin:.2rem 0 .6rem}
.years article{border:1px solid rgba(128,140,150,.4);border-radius:.5rem;padding:.7rem .9rem;break-inside:avoid}
.years h2{font-size:1.05rem;line-height:1.25;margin:0 0 .2rem;padding:0}
.years p{margin:0 0 .35rem;line-height:1.4}
.years .theme{font-weight:600}
.years .quiet{opacity:.82;font-size:.875rem}
.years ul{margin:0 0 .35rem;padding-left:1.1rem}
.years li{font-size:.9rem;line-height:1.35;margin:.1rem 0}
.roles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:.8rem;margin:.2rem 0}
.roles article{border-left:3px solid #0f78b4;padding:.1rem .7rem;break-inside:avoid}
.roles h3{font-size:1rem;line-height:1.25;margin:0;padding:0}
.roles p{margin:.1rem 0;line-height:1.35;font-size:.92rem}
.roles .who{font-weight:600}
.roles .quiet{opacity:.8;font-size:.82rem}
</style>"""


def run(view: View) -> None:
    """Draw the page."""
    st.title(_("Сообщества"))
    st.html(STYLE)
    facts.style()
    left, right = st.columns([1.6, 1], vertical_alignment="bottom")
    with left:
        collection = programmes.collection(own=ask(own.has, view.snapshot, "communities", "mentors"))
    with right:
        kind = programmes.organisation_type([code for code in programmes.TYPES if code])
    if collection == "demo":
        demonstration(view, kind)
    elif collection == "own":
        loaded(view, kind)
    else:
        documents(view, kind)


# --- what the documents hold -------------------------------------------------------------------------------


def documents(view: View, kind: str) -> None:
    """Focus groups of document 001, roles, and what is known of mentors and of the reserve."""
    found = ask(source.communities, view.snapshot)
    if found is None:
        st.info(_("В снимке нет документа 001 «О работе фокус-групп»: выполните «python -m pipelines build»."))
    elif groups := source.of_type(found.groups, kind):
        st.markdown(f"**{summary(found)}**")
        focus_groups(view, groups, origin="sources")
        st.caption(_("Координат школ в документе нет, поэтому на карту они не нанесены."))
        left, right = st.columns(2, gap="large")
        with left:
            bullets(_("Приоритеты методической службы школы, 2020"), found.priorities)
        with right:
            bullets(_("Общественная экспертиза программ развития"), _expertise(groups))
    else:
        st.info(
            _("Фокус-группы документа 001 — о школах. О дошкольных организациях в документах — третья рабочая группа "
              "совета (протокол 004) и проект «Лаборатория профессиональных компетенций» (002).")
            if kind == "preschool"
            else _("Фокус-группы документа 001 — о школах; сообществ выбранного типа в документах нет.")
        )  # fmt: skip
        if kind == "preschool":
            with st.container(horizontal=True, gap="small"):
                page_link("projects", _("Проект «Лаборатория»"), data="sources", project="laboratory", type=None)
                page_link("council", _("Рабочие группы совета"), data="sources")
    roles()
    mentors_in_documents(view, kind)
    if kind in ("", "school"):
        reserve(view)
    if found is not None:
        with st.expander(_("Договор, понимание методической работы, противоречия и молчание документа")):
            facts.facts([*_joined(found.agreement), *found.understanding])
            remarks(found.remarks)
    st.caption(dated(view.snapshot))


def summary(found: Communities) -> str:
    """«16 участий, 15 школ; дважды — МОУ «Дубровская школа»; тема не названа за 2019 год»."""
    again = source.repeated(found.groups)
    counts = " + ".join(str(len(group.members)) for group in found.groups)
    said = _("Фокус-группы {years}: {counts} школ, различных {distinct}").format(
        years=numbers.years([group.year for group in found.groups]), counts=counts, distinct=found.distinct
    )
    if again:
        said += "; " + _("больше одного раза — {names}").format(names=", ".join(one.official for one in again))
    silent = [str(group.year) for group in found.groups if not group.theme]
    if silent:
        said += "; " + _("тема не названа: {years}").format(years=", ".join(silent))
    return escape(said) + "."


def focus_groups(view: View, groups: Sequence[FocusGroup], *, origin: str) -> None:
    """The years as cards, their periods on a time axis, their members, and who came again."""
    st.html(f'<div class="years">{"".join(card(group, origin) for group in groups)}</div>')
    stamp = Stamp(source=_(GROUPS[origin]), snapshot=view.snapshot.id, demo=origin == "demo")
    rows = [
        {"label": label, "bars": [Bar(*dates.own_span(group.reading))] if group.reading else [],
         "when": f"{group.wording} · {schools(len(group.members))}", "fill": "stated", "heading": False,
         "theme": group.theme or _("не названа")}
        for group in groups for label in [f"{group.name}: {_theme(group)}"]
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    heads = {"label": _("Фокус-группа"), "when": _("Период и участники"), "theme": _("Тема")}
    charts.draw(
        Plan(), frame.drop(columns="theme"), key=f"groups-time-{origin}", title=_("Когда и о чём"), stamp=stamp,
        table=frame[list(heads)].rename(columns=heads),
    )  # fmt: skip
    again = source.repeated(groups)
    members = pd.DataFrame(
        {
            "group": f"{group.year}: {schools(len(group.members))}"
            if origin != "own"
            else f"{group.year}: {group.name}",
            "member": one.code,
            "label": one.name,
        }
        for group in groups
        for one in group.members
    )
    charts.draw(
        Members(again=_("ещё раз")), members, key=f"groups-members-{origin}", title=_("Кто участвовал"), stamp=stamp,
        note=again_words(again),
        table=members[["group", "label"]].set_axis([_("Год"), _("Организация (как в документе)")], axis=1),
    )  # fmt: skip


def again_words(again: Iterable[Again]) -> str:
    """Organisations that came more than once, with the years and the names they bore."""
    said = [
        f"{one.official}: " + ", ".join(f"{year} — «{name.strip('«»')}»" for year, name in one.times) for one in again
    ]
    return _("↻ Больше одного раза: {names}.").format(names="; ".join(said)) if said else _("Повторных участий нет.")


def card(group: FocusGroup, origin: str) -> str:
    """One year's group as HTML: theme, goal, how it worked, who led it (roles)."""
    silence = _("в документе не названа") if origin == "sources" else _("не названа")
    lines = [
        f"<h2>{escape(str(group.year))} · {escape(group.name)}</h2>",
        f'<p class="quiet">{escape(group.wording)} · {escape(schools(len(group.members)))}</p>',
        f'<p class="theme">{escape(_("Тема: {theme}").format(theme=_theme(group)))}</p>',
        f"<p>{escape(_('Цель: {goal}').format(goal=group.goal.rstrip('.') or silence))}</p>",
    ]
    if group.basis:
        lines.append(f'<p class="quiet">{escape(_("Основа: {basis}").format(basis=group.basis))}</p>')
    if group.forms:
        items = "".join(f"<li>{escape(form)}</li>" for form in group.forms)
        lines.append(f'<p class="quiet">{escape(_("Формы работы"))}</p><ul>{items}</ul>')
    if group.roles:
        told = Counter(role for role, _place in group.roles)
        words = ", ".join(role if n == 1 else f"{role} ×{n}" for role, n in told.items())
        lines.append(f'<p class="quiet">{escape(_("Роли: {roles}").format(roles=words))}</p>')
    if origin == "sources" and not group.expertise:
        lines.append(f'<p class="quiet">{escape(_("Общественная экспертиза в документе не названа"))}</p>')
    return f"<article>{''.join(lines)}</article>"


def _theme(group: FocusGroup) -> str:
    # A group of a document stands somewhere in it; one of a form says all that there is.
    return group.theme.rstrip(".") or (_("в документе не названа") if group.place else _("не названа"))


def _expertise(groups: Iterable[FocusGroup]) -> list[str]:
    return [f"{group.year}: {text}" for group in groups for _what, text in group.expertise]


def _joined(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name, []).append(text)
    return list(found.items())


def schools(n: int) -> str:
    """«5 организаций», «1 организация»."""
    return f"{n} {ngettext('организация', 'организации', 'организаций', n)}"


def roles() -> None:
    """Five roles side by side, so that they are not taken for one another."""
    st.header(_("Пять разных ролей"), anchor=False)
    items = "".join(
        f'<article><h3>{escape(role.name)}</h3><p class="who">{escape(role.who)}</p><p>{escape(role.text)}</p>'
        f'<p class="quiet">{escape(("" if role.from_document else _("Определение наше. ")) + role.met)}</p></article>'
        for role in source.roles()
    )
    st.html(f'<div class="roles">{items}</div>')


def mentors_in_documents(view: View, kind: str) -> None:
    """What the documents say of mentors: an intention, four pilots, and no map and no counts."""
    st.header(_("Наставники и молодые педагоги"), anchor=False)
    pilots = _row(view.snapshot, PILOTS) if kind in ("", "school") else None
    rows: list[tuple[str, str]] = [
        (_("Карта наставников"), _("в документе нет; её составление — задача «Лаборатории» (детские сады, 002)")),
        (_("Молодые педагоги с наставником"), _("в документе нет")),
    ]
    if pilots is not None:
        rows.append(
            (_("Пилоты целевой модели"), _("{n}, {place}, {period}; сколько всего школ, не сказано").format(
                n=numbers.counted(pilots["value"], (_("школа"), _("школы"), _("школ"))),
                place=pilots["territory_name"], period=pilots["period"],
            ))
        )  # fmt: skip
    facts.facts(rows)
    st.button(_("Как это выглядит с данными: демонстрация"), key="mentors-demo", on_click=filters.set_code,
              args=("data", "demo"))  # fmt: skip


def reserve(view: View) -> None:
    """The reserve of leaders, in the words of the verdict layer."""
    st.header(_("Кадровый резерв"), anchor=False)
    row = ask(_judged, view.snapshot, RESERVE, "sources")
    if row is None:
        st.caption(_("Сведений о кадровом резерве в снимке нет."))
        return
    told = _judged_words(row)
    st.caption(told + " " + _("Год участия в документе не назван, взят год документа."))
    page_link("passport", _("Паспорт показателя"), indicator=RESERVE)


def own_reserve(view: View, region: str) -> None:
    """The reserve of a region (a code) in one's own data; nothing where nobody told of it."""
    row = ask(_judged, view.snapshot, RESERVE, own.COLLECTION, region)
    if row is not None:
        st.header(_("Кадровый резерв"), anchor=False)
        st.caption(_judged_words(row))
        page_link("passport", _("Паспорт показателя"), data=own.COLLECTION, region=region, indicator=RESERVE)


def _judged_words(row: Mapping[str, Any]) -> str:
    """Says the share in a line of its own; returns where, when, how surely."""
    said = _("{figure} ({fraction}) кадрового резерва участвовали в конкурсе «Управленцы будущего»")
    if row["collection"] != "sources":
        said = _("{figure} ({fraction}) кадрового резерва участвовали в конкурсе управленцев")
    said = said.format(
        figure=numbers.percent(100 * row["numerator"] / row["denominator"], 0),
        fraction=numbers.out_of(row["numerator"], row["denominator"]),
    )
    st.markdown(f"**{said}**")
    interval = f"{numbers.plain(row['interval_low'], 1)}–{numbers.plain(row['interval_high'], 1)}{GLUE}%"
    return _("{place}, {year}; интервал 95 %: {interval}; вывод: {sentence}.").format(
        place=row["territory_name"], year=int(row["year"]), interval=interval, sentence=row["sentence"]
    )


def _judged(snapshot: Snapshot, indicator: str, collection: str, region: str | None = None) -> dict[str, object] | None:
    """The latest figure told by a document, or of a region, with its verdict in words."""
    frame = queries.figures(snapshot, [indicator], collection=collection)
    mine = frame["basis"] != "computed" if region is None else frame["territory"] == region
    found = frame[mine & frame["numerator"].notna()].sort_values("year").tail(1).reset_index(drop=True)
    if found.empty:
        return None
    return {str(name): value for name, value in with_sentences(snapshot, found).iloc[0].items()}


def _row(snapshot: Snapshot, indicator: str) -> dict[str, object] | None:
    frame = ask(queries.figures, snapshot, [indicator], collection="sources", level="district")
    own = frame[frame["value"].notna()]
    return None if own.empty else {str(name): value for name, value in own.iloc[0].items()}


# --- what was loaded ---------------------------------------------------------------------------------------


def loaded(view: View, kind: str) -> None:
    """Groups and mentors of the forms that were filled in and loaded, and what is known of young teachers."""
    register = ask(queries.territories, view.snapshot, own.COLLECTION)
    every, offers = ask(own.groups, view.snapshot), ask(own.offers, view.snapshot)
    about = {member.code for group in every for member in group.members} | set(offers["territory"])
    above = register.loc[register["code"].isin(about), "region_id"].unique()
    regions = {str(row["code"]): row for row in register[register["territory_id"].isin(above)].to_dict("records")}
    if not regions:
        st.info(_("В загруженных формах организаций нет."))
        return
    code = next(iter(regions))
    if len(regions) > 1:
        code = filters.choose("region", level_name("region"), list(regions), lambda one: regions[one]["name"])
    region = regions[code]
    district, year = _place_and_year(register, region, about, every)
    groups = _narrowed(source.of_type(every, kind), register, region, district, year)
    if groups:
        st.header(_("Сообщества и фокус-группы"), anchor=False)
        focus_groups(view, groups, origin="own")
        communities_mentors.groups_map(view, region, groups, own.COLLECTION)
        programmes.lineage((one for group in groups for one in group.origins), "groups")
    elif every:
        st.info(_("Для этого выбора сообществ в загруженных формах нет."))
    if len(offers):
        communities_mentors.mentors(view, region, kind, own.COLLECTION, district)
    years = ask(queries.coverage_of_collections, view.snapshot).get(own.COLLECTION, {}).get(code, ())
    communities_mentors.young_teachers(view, region, years, kind, own.COLLECTION)
    if kind in ("", "school"):
        own_reserve(view, code)
    roles()
    st.caption(dated(view.snapshot))


def _place_and_year(
    register: pd.DataFrame, region: Mapping[str, Any], about: set[str], groups: Sequence[FocusGroup]
) -> tuple[str, str]:
    """The district and the year of groups to look at; empty for all."""
    inside = register[register["region_id"] == region["territory_id"]]
    ids = inside.loc[inside["code"].isin(about), "district_id"].dropna().unique()
    districts = inside[inside["level"] == "district"].sort_values("name")
    names = dict(zip(districts["code"], districts["name"], strict=True))
    offered = {code: name for code, name in names.items() if code in set(
        districts.loc[districts["territory_id"].isin(ids), "code"])}  # fmt: skip
    left, right, _rest = st.columns([1, 1, 1])
    with left:
        district = programmes.district(offered, names)
    years = sorted({str(group.year) for group in groups}, reverse=True)
    if len(years) < 2:
        return district, ""
    with right:
        year = filters.choose("group_year", _("Год группы"), [ANY, *years], lambda one: _("Все") if one == ANY else one)
    return district, "" if year == ANY else year


def _narrowed(
    groups: Iterable[FocusGroup], register: pd.DataFrame, region: Mapping[str, Any], district: str, year: str
) -> list[FocusGroup]:
    """The groups of the year with a member in the district (of the region without one); members stay together."""
    inside = register[register["region_id"] == region["territory_id"]]
    if district:
        inside = inside[inside["district_id"] == inside.set_index("code")["territory_id"][district]]
    codes = set(inside["code"])
    return [
        group
        for group in groups
        if (not year or str(group.year) == year) and any(member.code in codes for member in group.members)
    ]


# --- what only invented data can show ----------------------------------------------------------------------


def demonstration(view: View, kind: str) -> None:
    """Mentors by competence and place, young teachers with a mentor, and invented focus groups on a map."""
    st.caption(_("демонстрационные данные: организации, места и группы вымышлены; людей за ними нет"))
    offered = ask(queries.coverage_of_collections, view.snapshot).get("demo", {})
    if not offered:
        st.info(_("Демонстрационной области в снимке нет."))
        return
    code = filters.codes().get("region")
    register = ask(queries.territories, view.snapshot, "demo")
    wanted = code if code in offered else next(iter(offered))
    region = register[register["code"] == wanted].iloc[0].to_dict()
    communities_mentors.mentors(view, region, kind)
    communities_mentors.young_teachers(view, region, offered[wanted], kind)
    groups = source.of_type(ask(invented.groups, view.snapshot, int(region["territory_id"])), kind)
    st.header(_("Фокус-группы"), anchor=False)
    if groups:
        focus_groups(view, groups, origin="demo")
        communities_mentors.groups_map(view, region, groups)
    else:
        st.caption(_("Фокус-групп с организациями этого типа нет."))
    roles()
