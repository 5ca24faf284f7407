"""«Школа – Школе»: who could be paired with whom, what makes them alike, and why somebody was left without a pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from pages import pairs_document, pairs_pins
from pages.shared import charts, facts, filters, numbers, picker, tables, theme
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.picker import Measure
from pages.shared.tables import escaped
from pages.shared.templates.area import Shade
from pages.shared.texts import N_, _, level_name, ngettext
from pages.shared.view import View, dated, opened
from pipelines import queries, queries_compare, queries_map
from pipelines.catalogue.model import Indicator
from pipelines.programmes import own, pairs, support_demo
from pipelines.programmes.pairs import Matched, Plan, School, Unpaired
from pipelines.snapshot import Snapshot

MARGIN, MOST = 10, 100
RULES = {
    "verdict": N_("Хуже и лучше региона (95 %)"),
    "fifths": N_("Нижняя и верхняя пятая часть школ"),
    "official": N_("Список ШНОР и лучше региона"),
}
LIKENESS = {"any": N_("Любых"), "usual": N_("Только похожих")}
SHADES = (
    Shade(N_("школа с низкими результатами"), theme.ORANGE, theme.ORANGE, "▼"),
    Shade(N_("школа-лидер"), theme.BLUE, theme.BLUE, "▲"),
)
STYLE = """<style>
@media (min-width:641px){.st-key-pairs-table .facts-table td,.st-key-pairs-table .facts-table th
{font-size:.88rem;line-height:1.35;padding-right:.4rem}}
</style>"""


@dataclass(frozen=True)
class Scene:
    """What is on the screen: the plan of the whole region and the pairs of the place chosen."""

    view: View
    measure: Measure
    indicator: Indicator
    plan: Plan
    matched: Sequence[Matched]
    unpaired: Sequence[Unpaired]
    margin: Fraction
    rule: str
    silent: int = 0
    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def reason(self, one: Matched) -> str:
        """Why a person pinned the pair; empty for one that was computed."""
        return self.reasons.get((one.low.code, one.leader.code), "") if one.pinned else ""

    @property
    def region(self) -> Mapping[str, Any]:
        return self.view.here.region

    @property
    def year(self) -> int:
        return self.view.here.year


def run(view: View) -> None:
    """Draw the page."""
    st.title(_("Школа – Школе"))
    facts.style()
    st.html(STYLE)
    view = opened(with_place=True, also={own.COLLECTION: ask(own.years, view.snapshot, "pairs")})
    if view.here.collection == "sources":
        pairs_document.section(view)
        st.caption(dated(view.snapshot))
        return
    _begin_with(view)
    measure = picker.measure(view, only=lambda indicator: suits(view, indicator))
    if measure is None:
        pairs_pins.loaded_alone(view)
        return
    if measure.indicator is None or not suits(view, measure.indicator):
        st.info(_("Пары составляют по показателю, который посчитан по школам: выберите показатель."), icon="ℹ️")
        pairs_pins.loaded_alone(view)
        return
    if view.here.year not in measure.years(pairs.SCHOOL):
        _other_years(measure)
        pairs_pins.loaded_alone(view)
        return
    scene = _scene(view, measure, measure.indicator)
    if not scene.plan.schools:
        st.info(_("За этот год по школам показать нечего: у всех значения скрыты или не предоставлены."), icon="ℹ️")
        pairs_pins.loaded_alone(view)
        return
    st.markdown(f"**{escaped(lead(scene))}**")
    _infeasible(scene)
    if scene.matched:
        left, right = st.columns([1.5, 1], gap="medium")
        with left, st.container(key="pairs-table"):
            _list(scene)
        with right:
            _map(scene)
        _one_pair(scene)
    _without(scene)
    pairs_pins.section(view, scene.plan)
    _notes(scene)


def suits(view: View, indicator: Indicator) -> bool:
    """Whether schools can be paired by it: a share of independent units, by school, of which more is better."""
    return (
        pairs.SCHOOL in indicator.levels
        and "school" in indicator.organisation_types
        and indicator.unit == "percent"
        and indicator.direction == "up"
        and view.catalogue.nouns[indicator.counts].independent
    )


def _begin_with(view: View) -> None:
    """Without a choice in the address, the first indicator that suits, not a mechanism's own per cent."""
    state = filters.codes()
    if not state.get("indicator"):
        wanted = state.get("mechanism")
        rows = ask(queries_compare.available, view.snapshot, int(view.here.region["territory_id"]))
        there = set(rows.loc[rows["level"] == pairs.SCHOOL, "indicator"].dropna())
        fit = [one for one in view.catalogue.indicators.values() if one.code in there and suits(view, one)]
        fit.sort(key=lambda one: one.mechanism != wanted)
        if fit:
            state["indicator"] = fit[0].code


def _other_years(measure: Measure) -> None:
    years = measure.years(pairs.SCHOOL)
    st.info(_("По школам за этот год значений нет."), icon="ℹ️")
    with st.container(horizontal=True):
        for year in years[-6:]:
            st.button(measure.period(year), key=f"pairs-year-{year}", on_click=filters.set_code,
                      args=("year", str(year)))  # fmt: skip


def _scene(view: View, measure: Measure, indicator: Indicator) -> Scene:
    columns = st.columns([1, 1.6, 1.2], vertical_alignment="bottom")
    with columns[0]:
        margin = _margin()
    with columns[1]:
        region = int(view.here.region["territory_id"])
        listed = ask(_listed, view.snapshot, region, view.here.collection, view.here.year)
        offered = [one for one in RULES if one != "official" or listed]
        rule = filters.choose("pair_rule", _("Кто слабее и кто лидер"), offered, lambda code: _(RULES[code]))
    with columns[2]:
        like = filters.choose(
            "pair_like", _("Из каких школ"), list(LIKENESS), lambda code: _(LIKENESS[code]), segmented=True
        )
    here = view.here
    plan = ask(
        pairs.plan, view.snapshot, int(here.region["territory_id"]), indicator.code, here.year, margin,
        subject=measure.subject, grade=measure.grade, rule=rule, listed=listed if rule == "official" else (),
        like=like == "usual",
        pinned=pairs_pins.pinned(view),
    )  # fmt: skip
    matched = [one for one in plan.matched if _here(view, one.low) or _here(view, one.leader)]
    unpaired = [one for one in plan.unpaired if _here(view, one.school)]
    silent = sum(code not in plan.known for code in listed) if rule == "official" else 0
    reasons = pairs_pins.reasons(view)
    return Scene(view, measure, indicator, plan, matched, unpaired, margin, rule, silent, reasons)


def _listed(snapshot: Snapshot, region: int, collection: str, year: int) -> tuple[str, ...]:
    """Codes of the schools on the official list of the year: invented on the demonstration, else of loaded forms."""
    if collection == "demo":
        found = support_demo.lists(snapshot, region, year)
        return tuple(sorted(one.code for one in found.schools if one.low)) if found else ()
    return tuple(sorted(one.code for one in own.low_lists(snapshot) if one.year == year and one.kind != "hard"))


def _margin() -> Fraction:
    """The margin in п.п., kept in the address; what is no number there is said."""
    state = filters.codes()
    told = state.get("margin", str(MARGIN))
    if not told.isdigit() or int(told) > MOST:
        st.warning(_("Запас «{value}» не понят: нужно целое число от 0 до {most}.").format(
            value=told[:20], most=MOST))  # fmt: skip
        state.pop("margin")
        told = str(MARGIN)
    key = "filter_margin"
    st.session_state[key] = int(told)
    st.number_input(
        _("Лидер лучше хотя бы на, п.п."), 0, MOST, step=5, key=key,
        on_change=lambda: filters.set_code("margin", str(st.session_state[key])),
    )  # fmt: skip
    return Fraction(int(told))


def _here(view: View, school: School) -> bool:
    """Whether a school belongs to the place chosen; pairs are looked for in the whole region all the same."""
    here = view.here
    if here.school is not None:
        return school.code == here.school["code"]
    return here.district is None or school.district == here.district["code"]


# --- what it came to --------------------------------------------------------------------------------------


def lead(scene: Scene) -> str:
    """«Расчётный, не официальный подбор: 29 пар; без пары 1 школа. Лидер лучше на 18,3–72,1 п.п.»."""
    n, without = len(scene.matched), len(scene.unpaired)
    parts = [
        _("Расчётный, не официальный подбор: {n} {pairs}").format(
            n=n, pairs=ngettext(_("пара"), _("пары"), _("пар"), n)
        )
    ]
    if without:
        parts.append(_("без пары {n} {schools}").format(
            n=without, schools=ngettext(_("школа"), _("школы"), _("школ"), without)))  # fmt: skip
    # What a person pinned stands whatever the margin is: it is told apart.
    against = [one for one in scene.matched if one.pinned and one.better < scene.margin]
    gaps = [float(one.better) for one in scene.matched if one not in against]
    if gaps:
        low, high = numbers.plain(min(gaps), 1), numbers.plain(max(gaps), 1)
        parts.append(
            _("лидер лучше на {gap} п.п.").format(gap=low if low == high else f"{low}–{high}").replace(" п", "\u00a0п")
        )
    unlike = sum(not one.usual for one in scene.matched)
    if unlike:
        parts.append(_("непохожих среди них {n}").format(n=unlike))
    if against:
        parts.append(_("закреплены вопреки запасу {n}").format(n=len(against)))
    return "; ".join(parts) + "."


def _infeasible(scene: Scene) -> None:
    """What was asked for and cannot be had, plainly."""
    plan = scene.plan
    for line in demands(plan, scene.margin):
        st.info(line, icon="ℹ️")  # a fact of the data: warnings are for codes and pins that cannot stand
    for low, leader in plan.idle:
        register = ask(queries.territories, scene.view.snapshot, scene.view.here.collection)
        names = dict(zip(register["code"], register["name"], strict=True))
        st.warning(
            _("Закреплённая пара «{low}» – «{leader}» не показана: у одной из школ нет показанного значения.")
            .format(low=escaped(names.get(low, low)), leader=escaped(names.get(leader, leader))),
            icon="⚠️",
        )  # fmt: skip


def demands(plan: Plan, margin: Fraction) -> list[str]:
    """Why the region as a whole gives fewer pairs than there are low-result schools; empty where it does not."""
    if not plan.low:
        return [_("Школ с низкими результатами по этому правилу нет: составлять пары не для кого.")]
    if not plan.leaders:
        return [_("Лидеров по этому правилу нет: ни одну пару составить нельзя.")]
    told = []
    if plan.leaders < plan.low:
        told.append(
            _("В регионе школ с низкими результатами {low}, лидеров {leaders}: больше {leaders} пар не бывает.")
            .format(low=plan.low, leaders=plan.leaders)
        )  # fmt: skip
    beyond = [one for one in plan.unpaired if one.obstacle == "margin"]
    if beyond:
        most = max(one.nearly for one in beyond)
        told.append(
            _("Запас {margin} п.п. невыполним для {n} {schools}: лидера лучше на столько у них нет. При запасе до "
              "{most} п.п. лидер нашёлся бы хотя бы для одной из них.").format(
                margin=numbers.shortest(margin), n=len(beyond),
                schools=ngettext(_("школы"), _("школ"), _("школ"), len(beyond)),
                most=numbers.plain(Fraction(int(most * 10), 10), 1),
            )
        )  # fmt: skip
    return told


def percent_of(school: School) -> str:
    """«16,7 % (2 из 12)»."""
    return f"{numbers.percent(school.percent)} ({numbers.out_of(school.numerator, school.denominator)})"


def likeness(one: Matched) -> str:
    """«похожи», «непохожи» with the distance; what is not known is said."""
    if one.distance != one.distance:
        return _("обстоятельства неизвестны")
    word = _("похожи") if one.usual else _("непохожи")
    return f"{word} ({numbers.plain(one.distance, 2)})"


def _ordered(scene: Scene) -> list[Matched]:
    """By district and name: a list, not a rating."""
    return sorted(scene.matched, key=lambda one: (one.low.district_name, one.low.name))


def _table(scene: Scene) -> pd.DataFrame:
    rows = [
        {
            level_name("district"): one.low.district_name,
            _("Школа с низкими результатами"): one.low.name,
            _("Её результат, %"): float(numbers.rounded(one.low.percent)),
            _("Школа-лидер"): one.leader.name,
            _("Муниципалитет лидера"): one.leader.district_name,
            _("Результат лидера, %"): float(numbers.rounded(one.leader.percent)),
            _("Лучше на, п.п."): float(numbers.rounded(one.better)),
            _("Расстояние"): None if one.distance != one.distance else float(numbers.rounded(one.distance, 2)),
            _("Похожи"): _("да") if one.usual else _("нет") if one.distance == one.distance else _("неизвестно"),
            _("Закреплена"): _("да") if one.pinned else "",
            _("Причина закрепления"): scene.reason(one),
        }
        for one in _ordered(scene)
    ]
    return pd.DataFrame(rows)


def _list(scene: Scene) -> None:
    st.header(_("Пары") + _badge(scene), anchor=False)
    heads = [
        level_name("district"), _("Школа с низкими результатами"), _("Школа-лидер"), _("Лучше на"), _("Условия"),
    ]  # fmt: skip
    rows = []
    for one in _ordered(scene):
        pin = " · " + _("закреплена") if one.pinned else ""
        rows.append(
            [
                one.low.district_name,
                f"▼ {one.low.name}: {numbers.percent(one.low.percent)}",
                f"▲ {one.leader.name}{_elsewhere(one)}: {numbers.percent(one.leader.percent)}{pin}",
                numbers.plain(one.better, 1) + numbers.GLUE + _("п.п."),
                likeness(one),
            ]
        )
    if len(rows) > tables.STATIC_ROWS:
        tables.show(_table(scene), key="pairs-list", demo=scene.view.here.demo, alt=_("Пары школ"))
    else:
        facts.table(heads, rows, _("по муниципалитетам и названиям; это не порядок школ"), numbers=(3,))


def _elsewhere(one: Matched) -> str:
    """Where the leader is, if it is in another district."""
    return "" if one.leader.district == one.low.district else f", {one.leader.district_name}"


def _badge(scene: Scene) -> str:
    return f" :orange-badge[{_(tables.DEMO)}]" if scene.view.here.demo else ""


# --- where they are ---------------------------------------------------------------------------------------


def _map(scene: Scene) -> None:
    register = ask(queries.territories, scene.view.snapshot, scene.view.here.collection)
    places = register[register["level"].eq("school") & register["latitude"].notna()]
    spots = dict(zip(places["code"], zip(places["longitude"], places["latitude"], strict=True), strict=True))
    schools = [(one.low, 1) for one in scene.matched] + [(one.leader, 2) for one in scene.matched]
    frame = pd.DataFrame(
        [
            {
                "territory": school.code, "territory_name": school.name, "level": "school", "type": "school",
                "year": scene.year, "percent": float(school.percent), "numerator": school.numerator,
                "denominator": school.denominator, "unit": "percent", "absence": None, "basis": "direct",
                "class": side,
            }
            for school, side in schools
        ]
    )  # fmt: skip
    shapes = ask(_shapes, scene.view.snapshot, int(scene.region["territory_id"]))
    own = {school.code: spots[school.code] for school, _side in schools if school.code in spots}
    tied = shapes.with_spots(own).with_ties([(one.low.code, one.leader.code) for one in scene.matched])
    shades = tuple(Shade(_(one.word), one.light, one.dark, one.sign) for one in SHADES)
    charts.draw(
        charts.Choropleth(tied, shades=shades), frame, key="pairs-map", title=_("Пары на карте"),
        stamp=_stamp(scene), table=_table(scene),
    )  # fmt: skip


def _shapes(snapshot: Snapshot, region: int) -> charts.Shapes:
    return charts.Shapes.from_geojson(queries_map.boundaries(snapshot, region))


def _stamp(scene: Scene) -> Stamp:
    here = scene.view.here
    return Stamp(
        source=_(COLLECTIONS[here.collection]), snapshot=scene.view.snapshot.id, demo=here.demo,
        filters=(
            (_("Территория"), here.words()), (_("Показатель"), scene.measure.name),
            (_("Год"), scene.measure.period(scene.year)),
            (_("Запас, п.п."), numbers.shortest(scene.margin)), (_("Кто слабее и кто лидер"), _(RULES[scene.rule])),
        ),
        notes=(_("расчётный, не официальный подбор"),),
    )  # fmt: skip


# --- why these two, and why nobody ------------------------------------------------------------------------


def _one_pair(scene: Scene) -> None:
    """One pair trait by trait."""
    st.header(_("Почему эти двое"), anchor=False)
    ordered = {one.low.code: one for one in _ordered(scene)}
    code = filters.choose(
        "pair", _("Пара"), list(ordered),
        lambda code: f"{ordered[code].low.name} – {ordered[code].leader.name}",
        unknown=_("Пары школы «{value}» здесь нет: показана первая."),
    )  # fmt: skip
    one = ordered[code]
    st.markdown(escaped(words_of(one, scene.reason(one))))
    if not one.traits:
        st.caption(_("Обстоятельства одной из школ за этот год неизвестны: сравнить их нечем."))
        return
    heads = [_("Обстоятельство"), one.low.name, one.leader.name, _("Доля в различии")]
    rows = [
        [
            trait.name,
            _value(trait.low, trait.unit),
            _value(trait.leader, trait.unit),
            _("нет данных, не учтено") if trait.share != trait.share
            else facts.Share(trait.share, 100, numbers.percent(trait.share, 0)),
        ]
        for trait in one.traits
    ]  # fmt: skip
    facts.table(heads, rows, _("что различает школы пары сильнее всего, стоит выше"), numbers=(1, 2))
    with st.container(horizontal=True):
        page_link("profile", _("Профиль школы"), district=one.low.district, school=one.low.code)
        page_link("profile", _("Профиль лидера"), district=one.leader.district, school=one.leader.code)


def words_of(one: Matched, reason: str = "") -> str:
    """The pair in two sentences: how far apart in results, how alike in circumstances, by whom made."""
    said = (
        _("{low}: {x}; {leader}: {y} — на {gap} п.п. лучше.")
        if one.better >= 0
        else _("{low}: {x}; {leader}: {y} — на {gap} п.п. хуже: по этому показателю лидер не впереди.")
    )
    told = said.format(
        low=one.low.name, x=percent_of(one.low), leader=one.leader.name, y=percent_of(one.leader),
        gap=numbers.plain(abs(one.better), 1),
    )  # fmt: skip
    if one.distance != one.distance:
        like = ""
    elif one.usual:
        like = _("По обстоятельствам они ближе, чем половина всех пар школ региона.")
    else:
        like = _("По обстоятельствам они дальше, чем половина всех пар школ региона.")
        if not one.pinned:
            like += " " + _("Так меньше всего различий у всех пар вместе.")
    made = ""
    if one.pinned:
        said = _("Пара закреплена человеком: {reason}.") if reason else _("Пара закреплена человеком.")
        made = said.format(reason=reason.rstrip("."))
    return " ".join(part for part in (told, like, made) if part)


def _value(value: float, unit: str) -> str:
    return numbers.MISSING if value != value else f"{numbers.shortest(value, 1)}{numbers.GLUE}{unit}"


def obstacle(one: Unpaired, margin: Fraction) -> str:
    """Why a school has no pair, in one sentence."""
    if one.obstacle == "margin":
        best = numbers.plain(one.nearly, 1)
        return _("лидера лучше на {margin} п.п. нет: самый сильный лучше на {best} п.п.").format(
            margin=numbers.shortest(margin), best=best
        )
    return {
        "context": _("обстоятельства школы неизвестны: похожего лидера не найти"),
        "unlike": _("похожего лидера нет: все подходящие по результату отличаются обстоятельствами"),
        "taken": _("лидеры, которые подходят, уже стоят в других парах"),
    }[one.obstacle]


def _without(scene: Scene) -> None:
    if not scene.unpaired:
        return
    st.header(_("Без пары"), anchor=False)
    ordered = sorted(scene.unpaired, key=lambda one: (one.school.district_name, one.school.name))
    rows = [
        [f"{one.school.name}, {one.school.district_name}", percent_of(one.school), obstacle(one, scene.margin)]
        for one in ordered
    ]
    facts.table([_("Школа"), _("Результат"), _("Почему")], rows, _("почему пары нет"))


def _notes(scene: Scene) -> None:
    plan = scene.plan
    told = [
        scene.view.here.words(), scene.measure.name, scene.measure.period(scene.year),
        _("сначала больше всего пар, затем меньше всего различий в обстоятельствах"),
        _("пары ищутся во всём регионе"),
        _("расчётный, не официальный список; порядок школ — повод для вопроса, а не оценка работы людей"),
    ]  # fmt: skip
    if plan.hidden:
        told.append(_("без показанного значения {n} {schools}: в подборе их нет").format(
            n=plan.hidden, schools=ngettext(_("школа"), _("школы"), _("школ"), plan.hidden)))  # fmt: skip
    if scene.silent:
        told.append(_("из списка ШНОР без показанного значения {n}: им пару не подобрать").format(n=scene.silent))
    if scene.view.catalogue.similar.note:
        told.append(scene.view.catalogue.similar.note.rstrip("."))
    st.caption(" · ".join(escaped(one) for one in (*told, dated(scene.view.snapshot))))
