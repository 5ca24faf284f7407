"""«Сравнение»: one figure of many districts or organisations beside one another and beside their region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words as words
from pages.compare_more import more
from pages.shared import charts, exclusions, filters, numbers, picker, programmes
from pages.shared.data import ask, derived, where
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.picker import Measure
from pages.shared.tables import escaped
from pages.shared.texts import _, level_name
from pages.shared.view import View, dated
from pipelines import queries, queries_compare
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.verdicts import RULE_VERSION

LEVELS = ("district", "school")
MOST_UNITS = 60  # rows of one chart; more are turned over, and the page says so
MANY_COMPARISONS = 10  # from here on chance alone may raise a flag
PANEL_YEARS = 4


@dataclass(frozen=True)
class Scene:
    """What is drawn: the units of ``level`` inside ``within`` in ``year``; ``marked`` is the unit looked at."""

    view: View
    measure: Measure
    level: str
    year: int
    benchmark: str = "region"

    @property
    def within(self) -> Mapping[str, Any]:
        """The unit whose members are compared."""
        here = self.view.here
        return here.district if self.level == "school" and here.district is not None else here.region

    @property
    def marked(self) -> str | None:
        """The code of the unit chosen in the filters, if it is one of those compared."""
        unit = self.view.here.school if self.level == "school" else self.view.here.district
        return None if unit is None else str(unit["code"])

    @property
    def key(self) -> str:
        """Names the widgets: another set of units is another chart, so no click on the former one lingers."""
        return f"compare-{self.level}-{self.within['code']}"


def run(view: View) -> None:
    """Draw the page."""
    words.style()
    st.title(_("Сравнение"))
    measure = picker.measure(view)
    if measure is not None:
        _compare(view, measure)


def _compare(view: View, measure: Measure) -> None:
    offered = [level for level in LEVELS if level in measure.levels]
    if not offered:
        _region_alone(view, measure)
        return
    level = _wanted_level(view, measure, offered)
    scene = Scene(view, measure, level, view.here.year)
    benchmarks = words.benchmarks(measure, level, scene.year)
    types = _types(scene)
    widths = [1.5] * (len(offered) > 1) + [1.2] * (len(benchmarks) > 1) + [1.1] * (len(types) > 1) + [3.3]
    columns = iter(st.columns(widths, vertical_alignment="bottom"))
    if len(offered) > 1:
        with next(columns):
            _switch_level(offered, level)
    if scene.year not in measure.years(level):
        _year_buttons(measure, measure.years(level), words.no_year(view.catalogue, measure, scene.year))
        return
    if len(benchmarks) > 1:
        with next(columns):
            scene = replace(scene, benchmark=_benchmark(scene, benchmarks))
    elif (asked := filters.codes().pop("benchmark", "region")) != "region":
        st.warning(words.no_benchmark(measure, scene.year, asked).format(value=asked[:80]), icon="⚠️")
    panel_years = _panel_years(scene)
    frame = _figures(scene, sorted({scene.year, *panel_years}))
    if frame.empty:
        st.info(words.nothing_inside(measure, level, scene.within["name"]), icon="ℹ️")
        _up(scene)
        return
    if len(types) > 1:
        with next(columns):
            kind = programmes.organisation_type(types)
        frame = where(frame, "type", kind) if kind else frame
    with next(columns):
        chosen = _units(scene, frame)
    if chosen:
        frame = where(frame, "territory", chosen)
    _breadcrumb(scene)
    now = where(frame, "year", scene.year)
    if now.empty:
        st.info(_("За этот год по выбранным территориям данных нет: измените выбор или год."), icon="ℹ️")
    else:
        _main(scene, now, bool(chosen))
    _by_year(scene, frame, now, panel_years)
    notes = [view.here.words(), measure.period(scene.year), *words.notes(view.catalogue, measure), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


# --- what is compared -----------------------------------------------------------------------------------


def _wanted_level(view: View, measure: Measure, offered: Sequence[str]) -> str:
    """Districts, or organisations once a district is chosen; a level that has no figures is said and left."""
    state = filters.codes()
    inside = view.here.district is not None or view.here.school is not None
    wanted = state.get("level") or ("school" if inside else "district")
    if wanted not in LEVELS:
        st.warning(_("Уровня «{value}» нет: есть district и school.").format(value=wanted[:80]), icon="⚠️")
        state.pop("level")
        wanted = offered[0]
    if wanted in offered:
        return wanted
    shown = _("Показаны {units}.").format(units=words.level_words(offered[0]))
    st.info(f"{words.no_level(measure, wanted)} {shown}", icon="ℹ️")
    return offered[0]


def _switch_level(offered: Sequence[str], level: str) -> None:
    key = "compare-level"
    st.session_state[key] = level
    st.segmented_control(
        _("Что сравниваем"),
        offered,
        format_func=lambda code: level_name(code, plural=True),
        key=key,
        required=True,
        on_change=lambda: _go_to(st.session_state[key]),
    )


def _go_to(level: str) -> None:
    filters.set_code("level", level)
    if filters.codes().get("benchmark") in words.SCHOOL_BENCHMARKS:
        filters.set_code("benchmark", None)
    filters.set_code("part", None)


def _benchmark(scene: Scene, offered: Mapping[str, str]) -> str:
    """Draw the choice of what everyone is compared with."""
    return filters.choose(
        "benchmark", _("Сравниваем с"), list(offered), offered.__getitem__,
        unknown=words.no_benchmark(scene.measure, scene.year, filters.codes().get("benchmark", "")),
    )  # fmt: skip


def _region_alone(view: View, measure: Measure) -> None:
    """The region's own figure where there is nothing to compare it with, and why."""
    here = view.here
    region = int(here.region["territory_id"])
    frame = _series(view, measure, [region])
    own = frame[frame["year"] == here.year]
    if own.empty:
        _year_buttons(measure, measure.years(), words.no_year(view.catalogue, measure, here.year))
        return
    row = own.to_dict("records")[-1]
    with st.container(border=True):
        st.markdown(f"**{escaped(measure.name)}**, {escaped(numbers.year(int(row['year']), row['period']))}")
        of = numbers.out_of(row["numerator"], row["denominator"])
        behind = "" if of == numbers.MISSING else f" ({of})"
        st.markdown(f"{escaped(here.region['name'])}: **{numbers.figure_text(row)}**{behind}")
        st.caption(words.no_level(measure, "district"))
    _region_side_by_side(view, measure)
    page_link("trend", _("Динамика →"))
    notes = [here.words(), str(here.year), *words.notes(view.catalogue, measure), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


def _region_side_by_side(view: View, measure: Measure) -> None:
    """The region's mechanisms, or the per cents of this mechanism's indicators, beside one another and unjudged."""
    here = view.here
    region = [int(here.region["territory_id"])]
    if measure.indicator is None:
        frame = ask(queries.mechanisms, view.snapshot, territories=region, years=[here.year])
        frame = frame.assign(mechanism_name=[view.catalogue.mechanisms[code].short for code in frame["mechanism"]])
        frame, title = frame.assign(what=frame["mechanism_name"]), _("Механизмы региона рядом")
        note = _("У каждого механизма свой перечень позиций: среднее по механизмам не считается.")
    else:
        codes = [entry.code for entry in measure.mechanism.indicators if entry.unit == "percent"]
        frame = ask(queries.figures, view.snapshot, codes, level="region", territories=region, years=[here.year])
        frame = frame.assign(what=[words.row_name(view.catalogue, row) for row in frame.to_dict("records")])
        frame, title = frame.assign(indicator_name=frame["what"]), _("Показатели механизма рядом")
        note = _("У каждого показателя свой знаменатель: между собой они не сравниваются.")
    if len(frame) < 2:
        return
    charts.draw(
        charts.Ranked(mark="bar", name="what"),
        frame,
        key=f"compare-region-{here.region['code']}",
        title=f"{title} — {here.year}",
        stamp=charts.Stamp(
            source=_(COLLECTIONS[here.collection]),
            snapshot=view.snapshot.id,
            filters=((_("Территория"), here.words()), (_("Год"), str(here.year))),
            demo=here.demo,
        ),
        note=note,
    )


def _year_buttons(measure: Measure, years: Sequence[int], reason: str) -> None:
    """Why the chosen year is empty, and the years that are not."""
    st.info(reason, icon="ℹ️")
    with st.container(horizontal=True):
        for year in years[-6:]:
            st.button(measure.period(year), key=f"year-{year}", on_click=partial(filters.set_code, "year", str(year)))


def _figures(scene: Scene, years: Sequence[int]) -> pd.DataFrame:
    """The units' figures of the years, whatever is compared."""
    here, measure = scene.view.here, scene.measure
    inside = int(scene.within["territory_id"])
    if measure.indicator is None:
        return ask(
            queries_compare.mechanism_units, scene.view.snapshot, measure.mechanism.code,
            within=inside, level=scene.level, years=tuple(years),
        )  # fmt: skip
    return ask(
        queries_compare.indicator_units, scene.view.snapshot, measure.indicator.code,
        region=int(here.region["territory_id"]), within=inside, level=scene.level, years=tuple(years),
        subject=measure.subject, grade=measure.grade, benchmark=scene.benchmark, excluded=_pairs(scene),
    )  # fmt: skip


def _with_exclusions(scene: Scene, now: pd.DataFrame) -> int:
    """How many of the schools shown have somebody excluded from their similar ones."""
    return len({one.school for one in exclusions.of_collection(scene.view)} & set(now["territory"]))


def _pairs(scene: Scene) -> tuple[tuple[int, int], ...]:
    """Who is excluded from whose similar schools, where these are what is compared with."""
    view = scene.view
    return exclusions.pairs(view, exclusions.of_collection(view)) if scene.benchmark == "similar" else ()


def _series(view: View, measure: Measure, territories: Sequence[int]) -> pd.DataFrame:
    if measure.indicator is None:
        return ask(
            queries_compare.mechanism_series, view.snapshot, measure.mechanism.code, territories=tuple(territories)
        )
    return ask(
        queries_compare.indicator_series, view.snapshot, measure.indicator.code,
        region=int(view.here.region["territory_id"]), territories=tuple(territories),
        subject=measure.subject, grade=measure.grade,
    )  # fmt: skip


def _breadcrumb(scene: Scene) -> None:
    """Where one is, and the way back up."""
    if scene.level != "school" or "district" not in scene.measure.levels:
        return
    here = scene.view.here
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _up(scene)
        if here.district is not None:
            st.markdown(f"› **{escaped(here.district['name'])}**")
        else:
            st.markdown("› " + _("все ОО региона"))


def _up(scene: Scene) -> None:
    region = scene.view.here.region["name"]
    label = _("← {region}: все муниципалитеты").format(region=region)
    st.button(label, key="compare-up", type="tertiary", on_click=_to_districts)


def _to_districts() -> None:
    filters.set_code("school", None)
    filters.set_code("district", None)
    _go_to("district")


def _types(scene: Scene) -> list[str]:
    """The types of organisations that the indicator is counted for, where organisations are compared."""
    if scene.level != "school" or scene.measure.indicator is None:
        return []
    return [code for code in programmes.TYPES if code in scene.measure.indicator.organisation_types]


def _units(scene: Scene, frame: pd.DataFrame) -> list[str]:
    """Draw the choice of single units by name; the codes chosen, empty for all of them."""
    names = derived(words.unit_names, frame)
    asked = [code for code in filters.codes().get("units", "").split(",") if code]
    register = scene.view.here.known
    for code in asked:
        if code not in register:
            st.warning(_("Территории или организации «{code}» в этих данных нет.").format(code=code[:80]), icon="⚠️")
    chosen = [code for code in asked if code in names]
    if set(asked) - register:
        filters.codes()["units"] = ",".join(code for code in asked if code in register)
    key = f"{scene.key}-units"
    st.session_state[key] = chosen

    def changed() -> None:
        filters.set_code("units", ",".join(st.session_state[key]))

    everyone = _("Все {units}: {n}. Можно искать по названию").format(
        units=words.level_words(scene.level), n=frame.loc[frame["year"] == scene.year, "territory"].nunique()
    )
    st.multiselect(
        _("Кого сравниваем"),
        list(names),
        format_func=names.__getitem__,
        key=key,
        placeholder=everyone,
        select_all=False,
        on_change=changed,
    )
    return chosen


# --- the chosen year ------------------------------------------------------------------------------------


def _main(scene: Scene, now: pd.DataFrame, selected: bool) -> None:
    """Sentence, chart and what must be said beside it."""
    measure, here = scene.measure, scene.view.here
    words.summary(measure, now, scene.level, scene.benchmark, _benchmark_name(scene))
    _looked_at(scene, now)
    part, drawn = _part(now)
    if len(drawn) < len(now):
        _turn_over(scene, now, part)
    judged = "interval_low" in now and bool(now["interval_low"].notna().any())
    down = scene.level == "district" and "school" in measure.levels
    key = f"{scene.key}-chart"
    charts.draw(
        charts.Ranked(mark="dot" if judged else "bar", name="marked", benchmark_name=_benchmark_name(scene)),
        derived(_with_mark, part, scene.marked),
        key=key,
        title=f"{measure.name} — {measure.period(scene.year)}",
        stamp=_stamp(scene),
        table=derived(words.with_difference, now),
        selection=partial(_clicked, key, scene.level),
        note=words.reading(measure, scene.benchmark, judged, down),
    )
    lines = [words.coverage(measure, now, scene.level, inside=scene.within is here.district, all_units=not selected)]
    if "verdict" in now:
        found = chance(now["verdict"].where(now["verdict"].notna(), None))
        if found.comparisons >= MANY_COMPARISONS:
            lines.append(chance_sentence(found))
    if scene.benchmark == "similar" and (own := _with_exclusions(scene, now)):
        lines.append(_("из похожих исключены отдельные школы: у {n} ОО, причины — в их профилях").format(n=own))
    if scene.level == "school":
        lines.append(_("порядок школ — повод для вопроса, а не оценка работы людей"))
    st.caption(" · ".join(escaped(line) for line in lines if line))
    if len(drawn) < len(now):
        words.absent_list(now, measure, f"{scene.key}-absent")
    more(
        scene.view, measure, now, within=int(scene.within["territory_id"]), level=scene.level,
        benchmark=scene.benchmark, benchmark_name=_benchmark_name(scene), marked=scene.marked,
        stamp=_stamp(scene), key=scene.key, clicked=lambda chart: _clicked(chart, scene.level),
    )  # fmt: skip
    with st.container(horizontal=True):
        page_link("trend", _("Динамика →"))
        page_link("passport", _("Паспорт показателя →"))


def _benchmark_name(scene: Scene) -> str:
    """What the benchmark is called where one line stands for it."""
    here = scene.view.here
    if scene.benchmark == "district" and here.district is not None:
        return str(here.district["name"])
    return str(here.region["name"]) if scene.benchmark == "region" else words.BENCHMARKS[scene.benchmark]


def _looked_at(scene: Scene, now: pd.DataFrame) -> None:
    """Rule 4's sentence about the unit chosen in the filters."""
    own = now[now["territory"] == scene.marked]
    if own.empty:
        return
    row = own.iloc[0].to_dict()
    if scene.measure.indicator is None or numbers.figure(row) is None or row["verdict"] is None:
        said = numbers.figure_text(row)
    else:
        name = _(words.BENCHMARKS[scene.benchmark])
        said = queries_compare.unit_sentence(scene.view.snapshot, own, scene.benchmark, name, _pairs(scene))
    st.markdown(f"▶ **{escaped(row['territory_name'])}:** {escaped(said.rstrip('.'))}.")
    if scene.benchmark == "similar" and (out := exclusions.of_school(scene.view)):
        st.caption(escaped(exclusions.said(scene.view, out)))


def _clicked(key: str, level: str) -> None:
    """A click on a district goes down to its organisations, one on an organisation looks at it."""
    code = charts.selected(st.session_state.get(key))
    if not code:
        return
    if level == "district":
        filters.set_code("district", code)
        _go_to("school")
    else:
        filters.set_code("school", code)


def _with_mark(part: pd.DataFrame, marked: str | None) -> pd.DataFrame:
    names = zip(part["territory"], part["territory_name"], strict=True)
    return part.assign(marked=[("▶ " if code == marked else "") + words.plain_name(name) for code, name in names])


def _part(now: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The units of the open part, and all that can be drawn: with a figure where there are too many to show."""
    if len(now) <= MOST_UNITS:
        return now, now
    drawn = now[now["figure"].notna()]
    start = MOST_UNITS * (_part_number(len(drawn)) - 1)
    return drawn.iloc[start : start + MOST_UNITS], drawn


def _part_number(total: int) -> int:
    asked = filters.codes().get("part", "1")
    last = max(1, -(-total // MOST_UNITS))
    number = int(asked) if asked.isdigit() else 1
    return min(max(number, 1), last)


def _turn_over(scene: Scene, now: pd.DataFrame, part: pd.DataFrame) -> None:
    """The parts of a list too long for one chart; nothing is left out silently."""
    total = int(now["figure"].notna().sum())
    number = _part_number(total)
    parts = [str(n + 1) for n in range(-(-total // MOST_UNITS))]
    first = MOST_UNITS * (number - 1) + 1
    key = f"{scene.key}-part"
    st.session_state[key] = str(number)
    if len(parts) > 1:
        st.segmented_control(
            _("Показаны {first}–{last} из {total} по убыванию; остальные:").format(
                first=first, last=first + len(part) - 1, total=total
            ),
            parts,
            format_func=lambda n: f"{MOST_UNITS * (int(n) - 1) + 1}–{min(MOST_UNITS * int(n), total)}",
            key=key,
            required=True,
            on_change=lambda: filters.set_code("part", st.session_state[key]),
        )


def _stamp(scene: Scene) -> charts.Stamp:
    here, measure = scene.view.here, scene.measure
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=scene.view.snapshot.id,
        filters=(
            (_("Территория"), here.words()),
            (_("Показатель"), measure.name),
            (_("Год"), measure.period(scene.year)),
            (_("Сравниваем с"), _benchmark_name(scene)),
        ),
        notes=(_("правило вывода, версия {n}").format(n=RULE_VERSION),),
        demo=here.demo,
    )


# --- several years --------------------------------------------------------------------------------------


def _panel_years(scene: Scene) -> list[int]:
    """The years of the link, or the last few up to the chosen one; those without data are said."""
    offered = scene.measure.years(scene.level)
    asked = [code for code in filters.codes().get("years", "").split(",") if code]
    known = [int(code) for code in asked if code.isdigit() and int(code) in offered]
    for code in asked:
        if not code.isdigit() or int(code) not in offered:
            st.warning(_("За {value} год данных нет.").format(value=code[:80]), icon="⚠️")
    if asked and len(known) < len(asked):
        filters.set_code("years", ",".join(map(str, known)))
    return sorted(known) or [year for year in offered if year <= scene.year][-PANEL_YEARS:]


def _side_by_side(
    frame: pd.DataFrame, part: pd.DataFrame, own: pd.DataFrame | None, years: tuple[int, ...]
) -> pd.DataFrame:
    """The units of ``part`` and their region in ``years``."""
    rows = frame[frame["year"].isin(years) & frame["territory"].isin(part["territory"])]
    if own is not None:
        own = own[own["year"].isin(years)].assign(territory_name=_("Регион в целом"))
        rows = pd.concat([own[own.columns.intersection(rows.columns)], rows], ignore_index=True)
    return rows.assign(plain=rows["territory_name"].map(words.plain_name))


def _by_year(scene: Scene, frame: pd.DataFrame, now: pd.DataFrame, years: Sequence[int]) -> None:
    """Small multiples: the units of the open part in each chosen year, their region among them."""
    measure = scene.measure
    offered = measure.years(scene.level)
    part = _part(now)[0]
    if len(offered) < 2:
        st.caption(_("Данные есть за один год: рядом поставить нечего."))
        return
    key = f"{scene.key}-years"
    st.session_state[key] = list(years)
    st.pills(
        _("Годы рядом"),
        offered,
        selection_mode="multi",
        format_func=measure.period,
        key=key,
        on_change=lambda: filters.set_code("years", ",".join(map(str, sorted(st.session_state[key])))),
    )
    own = None
    if frame["percent"].notna().any():  # a region's count would dwarf those of its parts
        own = _series(scene.view, measure, [int(scene.view.here.region["territory_id"])])
    rows = derived(_side_by_side, frame, part, own, tuple(years))
    charts.draw(
        charts.YearPanels(name="plain"),
        rows,
        key=f"{scene.key}-panels",
        title=_("{name} по годам").format(name=measure.name),
        stamp=_stamp(scene),
        table=rows.drop(columns="plain"),
        note=words.breaks_between(scene.view.catalogue, measure, years),
    )
