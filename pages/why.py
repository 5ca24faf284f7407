"""«Почему изменилось»: what a district's change between two years is made of (rule 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words as words
from pages.shared import charts, facts, filters, numbers, picker
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.numbers import is_missing
from pages.shared.picker import Measure
from pages.shared.tables import escaped
from pages.shared.templates.waterfall import Waterfall
from pages.shared.texts import N_, _
from pages.shared.view import View, dated
from pipelines import queries, queries_compare
from pipelines.catalogue.model import Indicator
from pipelines.comparison.why import HIDDEN, REASONS, Why, decompose_district
from pipelines.statistics.intervals import newcombe

Row = Mapping[Any, Any]

PARTS = {
    "within": N_("Изменились результаты самих ОО"),
    "mix": N_("Изменилась доля ОО в итоге"),
    "entered": N_("Открылись или начали отчитываться"),
    "left": N_("Закрылись или не отчитались"),
    "revision": N_("Пересмотрены прежние данные"),
    "replaced": N_("Все ОО другие: общих для двух лет нет"),
}
EXPLAINED = {
    "within": N_("те же ОО, в обоих годах, при средней для двух лет доле каждой"),
    "mix": N_("те же ОО: детей стало больше там, где результат выше или ниже общего"),
    "entered": N_("ОО, которых в первом году не было"),
    "left": N_("ОО, которых во втором году нет"),
}


def run(view: View) -> None:
    """Draw the page."""
    words.style()
    st.title(_("Почему изменилось"))
    _default_indicator(view)
    measure = picker.measure(view, only=by_schools)
    if measure is None:
        return
    if measure.indicator is None:
        st.info(_("Процент механизма складывается из позиций, а не из школ: выберите показатель."), icon="ℹ️")
        return
    years = measure.years("district", "school")
    earlier = [year for year in years if year < view.here.year]
    if view.here.year not in years or not earlier:
        known = ", ".join(measure.period(year) for year in years)
        st.info(_("Нужны два года: за {year} или раньше него данных нет. Данные есть за {years}.").format(
            year=view.here.year, years=known), icon="ℹ️")  # fmt: skip
        return
    with st.columns([1.2, 4])[0]:
        since = int(filters.choose(
            "since", _("С какого года"), [str(year) for year in reversed(earlier)],
            lambda code: measure.period(int(code)),
        ))  # fmt: skip
    if view.here.district is None:
        _choose_district(view, measure, since)
    else:
        _explain(view, measure, since)
    notes = [view.here.words(), *words.notes(view.catalogue, measure), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


def by_schools(indicator: Indicator) -> bool:
    """Whether a district's figure is a sum of its organisations' ones."""
    return indicator.unit == "percent" and "school" in indicator.levels and "district" in indicator.levels


def _default_indicator(view: View) -> None:
    """Without an indicator in the address: the first of the mechanism that can be split here."""
    state = filters.codes()
    if state.get("indicator"):
        return
    rows = ask(queries_compare.available, view.snapshot, int(view.here.region["territory_id"]))
    there = set(rows.loc[rows["level"] == "school", "indicator"].dropna())
    able = [i for code, i in view.catalogue.indicators.items() if code in there and by_schools(i)]
    own = [indicator for indicator in able if indicator.mechanism == state.get("mechanism")]
    for indicator in (own or able)[:1]:
        state["mechanism"], state["indicator"] = indicator.mechanism, indicator.code


# --- the region: which district is asked about ----------------------------------------------------------


def _choose_district(view: View, measure: Measure, since: int) -> None:
    """The districts in both years; a click opens one of them."""
    assert measure.indicator is not None
    st.markdown(_("Выберите муниципалитет: щёлкните строку или найдите его в фильтре наверху."))
    region = int(view.here.region["territory_id"])
    frame = ask(
        queries_compare.indicator_units, view.snapshot, measure.indicator.code,
        region=region, within=region, level="district", years=(since, view.here.year),
        subject=measure.subject, grade=measure.grade, benchmark="region",
    )  # fmt: skip
    key = f"why-districts-{view.here.region['code']}"
    charts.draw(
        charts.YearPanels(),
        frame,
        key=key,
        title=measure.name,
        stamp=_stamp(view, measure, since),
        selection=lambda: _opened(key),
    )


def _opened(key: str) -> None:
    code = charts.selected(st.session_state.get(key))
    if code:
        filters.set_code("district", code)


# --- one district ---------------------------------------------------------------------------------------


def _explain(view: View, measure: Measure, since: int) -> None:
    assert measure.indicator is not None and view.here.district is not None
    district = view.here.district
    found = ask(
        decompose_district, view.snapshot, measure.indicator.code, int(district["territory_id"]),
        since, view.here.year, measure.subject, measure.grade,
    )  # fmt: skip
    if found.reason:
        st.info(_refusal(view, measure, since, found.reason), icon="ℹ️")
        with st.container(horizontal=True):
            page_link("trend", _("Динамика →"))
            page_link("passport", _("Паспорт показателя →"))
        return
    shown, silent = _steps(found)
    _summary(view, measure, since, found, shown)
    key = f"why-{district['code']}"
    charts.draw(
        Waterfall(direction=measure.indicator.direction),
        _rows(view, measure, since, found, shown),
        key=key,
        title=measure.name,
        stamp=_stamp(view, measure, since),
        table=_table(view, measure, since, found),
        selection=lambda: _cause_clicked(key),
        note=" ".join([_("Ступени складываются точно; округлённые могут расходиться на 0,1 п.п."), *silent]),
    )
    _behind(view, measure, since, found, shown)
    with st.container(horizontal=True):
        page_link("trend", _("Динамика →"))
        page_link("compare", _("Сравнение →"))
        page_link("passport", _("Паспорт показателя →"))


def _refusal(view: View, measure: Measure, since: int, reason: str) -> str:
    """Why there is no waterfall, in a sentence, with what the definition changed."""
    assert measure.indicator is not None
    said = _("{first} и {second} не разложить: {why}.").format(
        first=measure.period(since), second=measure.period(view.here.year), why=_(REASONS[reason])
    )
    if reason == "definition_changed":
        version = measure.indicator.version_in(view.here.year)
        return f"{said} {version.note if version else ''}".strip()
    return said


def part_name(part: str) -> str:
    """«Изменились результаты самих ОО»; merged parts are joined and say so."""
    names = [_(PARTS[name]) for name in part.split("+")]
    if len(names) == 1:
        return names[0]
    joined = f" {_('и')} ".join([names[0], *map(lowered, names[1:])])
    return _("{parts} (вместе, чтобы не выдать скрытую школу)").format(parts=joined)


def lowered(text: str) -> str:
    """The text inside a sentence; abbreviations stay («ОО»)."""
    return text[:1].lower() + text[1:]


def _steps(found: Why) -> tuple[list[Row], list[str]]:
    """The parts that did something, and a sentence about the rest."""
    rows = found.parts.to_dict("records")
    shown = [row for row in rows if row["exact"] != 0]
    # A revision is only known against a named earlier snapshot, and none is named here.
    still = [lowered(part_name(row["part"])) for row in rows if row["exact"] == 0 and row["part"] != "revision"]
    return shown, [_("Без вклада: {parts}.").format(parts="; ".join(still))] if still else []


def _percent(share: Any) -> float:
    return float(100 * share)


def _summary(view: View, measure: Measure, since: int, found: Why, shown: Sequence[Row]) -> None:
    """«2022/23 → 2024/25: 83,9 % → 89,2 %, +5,3 п.п.; главное — …»."""
    assert found.before is not None and found.after is not None and view.here.district is not None
    head = _("{district}: {before} в {first} → {after} в {second}, {change}").format(
        district=view.here.district["name"],
        before=numbers.percent(_percent(found.before)), first=measure.period(since),
        after=numbers.percent(_percent(found.after)), second=measure.period(view.here.year),
        change=numbers.percentage_points(_percent(found.after - found.before)),
    )  # fmt: skip
    proven = _proven(view, measure, since)
    main = max(shown, key=lambda row: abs(row["exact"]), default=None)
    said = "" if main is None else _("Главное: {part}, {value}.").format(
        part=lowered(part_name(main["part"])), value=numbers.percentage_points(main["value"])
    )  # fmt: skip
    st.markdown(f"**{escaped(head)}** {escaped(proven)}  \n{escaped(said.replace('..', '.'))}")


def _proven(view: View, measure: Measure, since: int) -> str:
    """Whether the whole change is more than chance (rule 7); nothing where the units are not independent."""
    indicator, district = measure.indicator, view.here.district
    assert indicator is not None and district is not None
    if not view.catalogue.nouns[indicator.counts].independent:
        return ""
    frame = ask(
        queries.figures, view.snapshot, [indicator.code], territories=[int(district["territory_id"])],
        years=[since, view.here.year], subject=measure.subject, grade=measure.grade,
    )  # fmt: skip
    for name, value in (("subject", measure.subject), ("grade", measure.grade)):
        frame = frame[frame[name].isna() if value is None else frame[name] == value]
    pairs = frame.set_index("year")[["numerator", "denominator"]].astype(float)
    gap = newcombe(*pairs.loc[since], *pairs.loc[view.here.year])
    if bool(gap.excludes_zero):
        return _("— изменение больше случайного.")
    return _("— в пределах случайного: причины ниже описывают числа, а не тенденцию.")


def _rows(view: View, measure: Measure, since: int, found: Why, shown: Sequence[Row]) -> pd.DataFrame:
    """The steps of the waterfall with the level that each reaches, exactly."""
    assert found.before is not None and found.after is not None
    reached = found.before
    first, last = measure.period(since), measure.period(view.here.year)
    rows = [{"label": first, "change": None, "level": _percent(found.before), "key": "", "note": ""}]
    for row in shown:
        reached += row["exact"]
        note = "; ".join(_(EXPLAINED[name]) for name in row["part"].split("+") if name in EXPLAINED)
        rows.append({"label": part_name(row["part"]), "change": row["value"], "level": _percent(reached),
                     "key": row["part"], "note": note})  # fmt: skip
    assert reached == found.after
    rows.append({"label": last, "change": None, "level": _percent(found.after), "key": "", "note": ""})
    return pd.DataFrame(rows)


def _table(view: View, measure: Measure, since: int, found: Why) -> pd.DataFrame:
    """The waterfall as a table: every part, those without a contribution too."""
    rows = [(measure.period(since), None, _percent(found.before))]
    rows += [(part_name(row["part"]), row["value"], None) for row in found.parts.to_dict("records")]
    rows.append((measure.period(view.here.year), None, _percent(found.after)))
    return pd.DataFrame(rows, columns=[_("Ступень"), _("Вклад, п.п."), _("Процент, %")])


def _cause_clicked(key: str) -> None:
    chosen = charts.selected(st.session_state.get(key))
    if chosen:
        filters.set_code("cause", chosen)


def _behind(view: View, measure: Measure, since: int, found: Why, shown: Sequence[Row]) -> None:
    """The organisations behind one part: those shown by name, the hidden ones together."""
    parts = [row["part"] for row in shown if row["schools"] or row["with_hidden"]]
    if not parts:
        return
    cause = filters.choose("cause", _("Кто за этим стоит"), parts, part_name, default=parts[0])
    rows = found.schools[found.schools["part"] == cause]
    rows = rows.iloc[rows["value"].abs().sort_values(ascending=False, kind="stable").index.map(rows.index.get_loc)]
    years = (measure.period(since), measure.period(view.here.year))
    facts.table(
        [_("ОО"), _("Вклад"), *years],
        [[_school(row, found, measure), numbers.percentage_points(row["value"], 2), *(_figure(row, n) for n in (0, 1))]
         for row in rows.to_dict("records")],
        _("Порядок — по величине вклада: повод для вопроса, а не оценка работы людей"),
        numbers=(1, 2, 3),
    )  # fmt: skip


def _school(row: Row, found: Why, measure: Measure) -> str:
    if row["territory"] != HIDDEN:
        return words.plain_name(str(row["territory_name"]))
    reason = numbers.absence("suppressed", measure.indicator.minimum_n if measure.indicator else 10)
    return _("{n} ОО вместе ({reason})").format(n=found.hidden_schools, reason=reason)


def _figure(row: Row, year: int) -> str:
    x, n = row[f"numerator_{year}"], row[f"denominator_{year}"]
    if is_missing(n):
        return _("нет")
    return f"{numbers.percent(numbers.share(x, n))} ({numbers.out_of(x, n)})"


def _stamp(view: View, measure: Measure, since: int) -> charts.Stamp:
    here = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=(
            (_("Территория"), here.words()),
            (_("Показатель"), measure.name),
            (_("Годы"), f"{measure.period(since)} → {measure.period(here.year)}"),
        ),
        demo=here.demo,
    )
