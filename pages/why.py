"""«Почему изменилось»: what the change of a district or a region between two years is made of (rule 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from pages.shared.texts import N_, _, ngettext
from pages.shared.view import View, dated
from pipelines import queries, queries_compare
from pipelines.catalogue.model import Indicator
from pipelines.comparison.revisions import Earlier, revised
from pipelines.comparison.why import HIDDEN, REASONS, Why, by_member, decompose_unit
from pipelines.snapshot import Snapshot, Warehouse
from pipelines.statistics.intervals import newcombe

Row = Mapping[Any, Any]

PARTS = {
    "within": N_("Изменились результаты самих ОО"),
    "mix": N_("Изменилась доля ОО в итоге"),
    "entered": N_("Открылись или начали отчитываться"),
    "left": N_("Закрылись или не отчитались"),
    "revision": N_("Пересмотр данных"),
    "replaced": N_("Все ОО другие: общих для двух лет нет"),
}
OF_DISTRICTS = {
    "within": N_("Изменились результаты самих муниципалитетов"),
    "mix": N_("Изменилась доля муниципалитетов в итоге"),
    "entered": N_("Начали отчитываться"),
    "left": N_("Перестали отчитываться"),
    "replaced": N_("Все муниципалитеты другие: общих для двух лет нет"),
}
EXPLAINED = {
    "within": N_("те же ОО, в обоих годах, при средней для двух лет доле каждой"),
    "mix": N_("те же ОО: детей стало больше там, где результат выше или ниже общего"),
    "entered": N_("ОО, которых в первом году не было"),
    "left": N_("ОО, которых во втором году нет"),
    "revision": N_("прежний год теперь другой, чем был в прежней версии данных"),
}
EXPLAINED_DISTRICTS = {
    "within": N_("те же муниципалитеты, в обоих годах, при средней для двух лет доле каждого"),
    "mix": N_("те же муниципалитеты: детей стало больше там, где результат выше или ниже общего"),
    "entered": N_("муниципалитеты, которых в первом году не было"),
    "left": N_("муниципалитеты, которых во втором году нет"),
}
STEPS = {"causes": N_("По причинам"), "members": N_("По муниципалитетам")}
AS_NOW = "now"  # the code of no earlier version: nothing is counted as revised


@dataclass(frozen=True)
class Question:
    """What is asked: the change of one unit since ``since``; ``then`` is the earlier version of the data, if any."""

    view: View
    measure: Measure
    since: int
    then: Earlier | None = None

    @property
    def unit(self) -> Mapping[str, Any]:
        """The district, or the region as a whole."""
        return self.view.here.district or self.view.here.region

    @property
    def of_region(self) -> bool:
        """Whether the members are districts."""
        return self.view.here.district is None


def run(view: View) -> None:
    """Draw the page."""
    words.style()
    st.title(_("Почему изменилось"))
    _default_indicator(view)
    members = ("region", "district") if view.here.district is None else ("district", "school")
    measure = picker.measure(view, only=by_districts if view.here.district is None else by_schools)
    if measure is None:
        return
    if measure.indicator is None:
        st.info(_("Процент механизма складывается из позиций, а не из школ: выберите показатель."), icon="ℹ️")
        return
    years = measure.years(*members)
    earlier = [year for year in years if year < view.here.year]
    if view.here.year not in years or not earlier:
        known = ", ".join(measure.period(year) for year in years)
        st.info(_("Нужны два года: за {year} или раньше него данных нет. Данные есть за {years}.").format(
            year=view.here.year, years=known), icon="ℹ️")  # fmt: skip
        return
    columns = st.columns([1.2, 2.6, 1.6], vertical_alignment="bottom")
    with columns[0]:
        since = int(filters.choose(
            "since", _("С какого года"), [str(year) for year in reversed(earlier)],
            lambda code: measure.period(int(code)),
        ))  # fmt: skip
    question = Question(view, measure, since)
    with columns[1]:
        question = Question(view, measure, since, _version(question))
    _explain(question)
    if question.of_region:
        _choose_district(question)
    notes = [view.here.words(), *words.notes(view.catalogue, measure), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


def by_schools(indicator: Indicator) -> bool:
    """Whether a district's figure is a sum of its organisations' ones."""
    return indicator.unit == "percent" and "school" in indicator.levels and "district" in indicator.levels


def by_districts(indicator: Indicator) -> bool:
    """Whether a region's figure is a sum of its districts' ones."""
    return indicator.unit == "percent" and "district" in indicator.levels and "region" in indicator.levels


def _version(question: Question) -> Earlier | None:
    """Draw the choice of an earlier version of the data where one told another figure; the newest by default."""
    view, measure, unit = question.view, question.measure, question.unit
    assert measure.indicator is not None
    found = {
        one.snapshot: one
        for one in ask(
            revised, view.snapshot, measure.indicator.code, str(unit["code"]), view.here.collection,
            "region" if question.of_region else "district", question.since, measure.subject, measure.grade,
        )
    }  # fmt: skip
    if not found:
        return None
    words_of = {code: _("данные от {day}: {percent}").format(
        day=_day(one.created), percent=numbers.percent(_percent(one.numerator / one.denominator)))
        for code, one in found.items()}  # fmt: skip
    words_of[AS_NOW] = _("как в нынешних данных")
    label = _("{year}: прежние данные были другими").format(year=measure.period(question.since))
    return found.get(filters.choose("version", label, list(words_of), words_of.__getitem__))


def _day(created: str) -> str:
    return date.fromisoformat(created[:10]).strftime("%d.%m.%Y")


def _default_indicator(view: View) -> None:
    """Without an indicator in the address: the first of the mechanism that can be split here."""
    state = filters.codes()
    if state.get("indicator"):
        return
    rows = ask(queries_compare.available, view.snapshot, int(view.here.region["territory_id"]))
    level, able_to = ("school", by_schools) if view.here.district is not None else ("district", by_districts)
    there = set(rows.loc[rows["level"] == level, "indicator"].dropna())
    able = [i for code, i in view.catalogue.indicators.items() if code in there and able_to(i)]
    own = [indicator for indicator in able if indicator.mechanism == state.get("mechanism")]
    for indicator in (own or able)[:1]:
        state["mechanism"], state["indicator"] = indicator.mechanism, indicator.code


# --- which district to look into ------------------------------------------------------------------------


def _choose_district(question: Question) -> None:
    """The districts in both years; a click opens one of them."""
    view, measure = question.view, question.measure
    assert measure.indicator is not None
    if "school" not in measure.indicator.levels:
        return
    st.markdown(_("Выберите муниципалитет, чтобы увидеть его школы: щёлкните строку или найдите его в фильтре."))
    region = int(view.here.region["territory_id"])
    frame = ask(
        queries_compare.indicator_units, view.snapshot, measure.indicator.code,
        region=region, within=region, level="district", years=(question.since, view.here.year),
        subject=measure.subject, grade=measure.grade, benchmark="region",
    )  # fmt: skip
    key = f"why-districts-{view.here.region['code']}"
    charts.draw(
        charts.YearPanels(),
        frame,
        key=key,
        title=measure.name,
        stamp=_stamp(question),
        selection=lambda: _opened(key),
    )


def _opened(key: str) -> None:
    code = charts.selected(st.session_state.get(key))
    if code:
        filters.set_code("district", code)


# --- the change -----------------------------------------------------------------------------------------


def decomposed(
    snapshot: Snapshot, indicator: str, unit: int, since: int, until: int, subject: str | None, grade: str | None,
    version: str | None,
) -> Why:  # fmt: skip
    """:func:`decompose_unit`, against the earlier snapshot ``version`` where one is named."""
    if version is None:
        return decompose_unit(snapshot, indicator, unit, since, until, subject, grade)
    with Warehouse(snapshot.path.parent.parent).open(version) as earlier:
        return decompose_unit(snapshot, indicator, unit, since, until, subject, grade, earlier=earlier)


def _explain(question: Question) -> None:
    view, measure = question.view, question.measure
    assert measure.indicator is not None
    found = ask(
        decomposed, view.snapshot, measure.indicator.code, int(question.unit["territory_id"]), question.since,
        view.here.year, measure.subject, measure.grade, question.then.snapshot if question.then else None,
    )  # fmt: skip
    if found.reason:
        st.info(_refusal(question, found.reason), icon="ℹ️")
        with st.container(horizontal=True):
            page_link("trend", _("Динамика →"))
            page_link("passport", _("Паспорт показателя →"))
        return
    steps = "causes"
    if question.of_region:
        steps = filters.choose("steps", _("Ступени"), list(STEPS), lambda code: _(STEPS[code]), segmented=True)
    shown, silent = _steps(found)
    _summary(question, found, shown)
    key = f"why-{question.unit['code']}-{steps}"
    rows = _member_rows(question, found) if steps == "members" else _rows(question, found, shown)
    charts.draw(
        Waterfall(direction=measure.indicator.direction),
        rows,
        key=key,
        title=measure.name,
        stamp=_stamp(question),
        table=rows[["label", "change", "level"]].set_axis([_("Ступень"), _("Вклад, п.п."), _("Процент, %")], axis=1)
        if steps == "members" else _table(question, found),
        selection=lambda: _opened(key) if steps == "members" else _cause_clicked(key),
        note=" ".join([_("Ступени складываются точно; округлённые могут расходиться на 0,1 п.п."),
                       *(silent if steps == "causes" else [])]),
    )  # fmt: skip
    if steps == "causes":
        _behind(question, found, shown)
    with st.container(horizontal=True):
        page_link("trend", _("Динамика →"))
        page_link("compare", _("Сравнение →"))
        page_link("passport", _("Паспорт показателя →"))


def _refusal(question: Question, reason: str) -> str:
    """Why there is no waterfall, in a sentence, with what the definition changed."""
    view, measure = question.view, question.measure
    assert measure.indicator is not None
    said = _("{first} и {second} не разложить: {why}.").format(
        first=measure.period(question.since), second=measure.period(view.here.year), why=_(REASONS[reason])
    )
    if reason == "definition_changed":
        version = measure.indicator.version_in(view.here.year)
        return f"{said} {version.note if version else ''}".strip()
    return said


def part_name(part: str, level: str = "school") -> str:
    """«Изменились результаты самих ОО»; merged parts are joined and say so."""
    said = PARTS | (OF_DISTRICTS if level == "district" else {})
    names = [_(said[name]) for name in part.split("+")]
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
    # Without a revision there is nothing to say: most data were never revised.
    still = [lowered(part_name(row["part"], found.level)) for row in rows
             if row["exact"] == 0 and row["part"] != "revision"]  # fmt: skip
    return shown, [_("Без вклада: {parts}.").format(parts="; ".join(still))] if still else []


def _percent(share: Any) -> float:
    return float(100 * share)


def _summary(question: Question, found: Why, shown: Sequence[Row]) -> None:
    """«2022/23 → 2024/25: 83,9 % → 89,2 %, +5,3 п.п.; главное — …»."""
    view, measure = question.view, question.measure
    assert found.before is not None and found.after is not None
    head = _("{district}: {before} в {first} → {after} в {second}, {change}").format(
        district=question.unit["name"],
        before=numbers.percent(_percent(found.before)), first=measure.period(question.since),
        after=numbers.percent(_percent(found.after)), second=measure.period(view.here.year),
        change=numbers.percentage_points(_percent(found.after - found.before)),
    )  # fmt: skip
    proven = _proven(question)
    main = max(shown, key=lambda row: abs(row["exact"]), default=None)
    said = [] if main is None else [_("Главное: {part}, {value}.").format(
        part=lowered(part_name(main["part"], found.level)), value=numbers.percentage_points(main["value"])
    ).replace("..", ".")]  # fmt: skip
    if question.then is not None:
        now = found.before + next(row["exact"] for row in shown if row["part"] == "revision")
        said.append(_("В данных от {day} за {year} было {then}, теперь {now}: разница — пересмотр данных.").format(
            day=_day(question.then.created), year=measure.period(question.since),
            then=numbers.percent(_percent(found.before)), now=numbers.percent(_percent(now)),
        ))  # fmt: skip
        if proven:  # which is about the data as they are now
            change = numbers.percentage_points(_percent(found.after - now))
            said.append(_("Без пересмотра: {change} {proven}").format(change=change, proven=proven))
            proven = ""
    st.markdown(f"**{escaped(head)}** {escaped(proven)}  \n{escaped(' '.join(said))}")


def _proven(question: Question) -> str:
    """Whether the whole change is more than chance (rule 7); nothing where the units are not independent."""
    view, measure = question.view, question.measure
    indicator = measure.indicator
    assert indicator is not None
    if not view.catalogue.nouns[indicator.counts].independent:
        return ""
    frame = ask(
        queries.figures, view.snapshot, [indicator.code], territories=[int(question.unit["territory_id"])],
        years=[question.since, view.here.year], subject=measure.subject, grade=measure.grade,
    )  # fmt: skip
    for name, value in (("subject", measure.subject), ("grade", measure.grade)):
        frame = frame[frame[name].isna() if value is None else frame[name] == value]
    pairs = frame.set_index("year")[["numerator", "denominator"]].astype(float)
    gap = newcombe(*pairs.loc[question.since], *pairs.loc[view.here.year])
    if bool(gap.excludes_zero):
        return _("— изменение больше случайного.")
    return _("— в пределах случайного: причины ниже описывают числа, а не тенденцию.")


def _rows(question: Question, found: Why, shown: Sequence[Row]) -> pd.DataFrame:
    """The steps of the waterfall with the level that each reaches, exactly; what was revised comes first."""
    told = EXPLAINED | (EXPLAINED_DISTRICTS if found.level == "district" else {})
    order = sorted(shown, key=lambda row: row["part"] != "revision")
    steps = []
    for row in order:
        note = "; ".join(_(told[name]) for name in row["part"].split("+") if name in told)
        steps.append((part_name(row["part"], found.level), row["exact"], str(row["part"]), note))
    return _reached(question, found, steps)


def _member_rows(question: Question, found: Why) -> pd.DataFrame:
    """A step a district, what was revised first; those that added nothing are left out."""
    steps = []
    for row in by_member(found).to_dict("records"):
        code = str(row["territory"])
        name = part_name(code, found.level) if code in PARTS else _member(row, found, question.measure)
        if row["exact"] != 0:
            steps.append((name, row["exact"], "" if code in (*PARTS, HIDDEN) else code, ""))
    return _reached(question, found, sorted(steps, key=lambda step: step[0] != _(PARTS["revision"])))


def _reached(question: Question, found: Why, steps: Sequence[tuple[str, Any, str, str]]) -> pd.DataFrame:
    assert found.before is not None and found.after is not None
    reached = found.before
    first, last = question.measure.period(question.since), question.measure.period(question.view.here.year)
    rows = [{"label": first, "change": None, "level": _percent(found.before), "key": "", "note": ""}]
    for label, exact, key, note in steps:
        reached += exact
        rows.append({"label": label, "change": _percent(exact), "level": _percent(reached), "key": key, "note": note})
    assert reached == found.after
    rows.append({"label": last, "change": None, "level": _percent(found.after), "key": "", "note": ""})
    return pd.DataFrame(rows)


def _table(question: Question, found: Why) -> pd.DataFrame:
    """The waterfall as a table: every part, those without a contribution too."""
    rows = [(question.measure.period(question.since), None, _percent(found.before))]
    rows += [(part_name(row["part"], found.level), row["value"], None) for row in found.parts.to_dict("records")]
    rows.append((question.measure.period(question.view.here.year), None, _percent(found.after)))
    return pd.DataFrame(rows, columns=[_("Ступень"), _("Вклад, п.п."), _("Процент, %")])


def _cause_clicked(key: str) -> None:
    chosen = charts.selected(st.session_state.get(key))
    if chosen:
        filters.set_code("cause", chosen)


def _behind(question: Question, found: Why, shown: Sequence[Row]) -> None:
    """The members behind one part: those shown by name, the hidden ones together."""
    parts = [row["part"] for row in shown if row["schools"] or row["with_hidden"]]
    if not parts:
        return
    measure = question.measure
    cause = filters.choose(
        "cause", _("Кто за этим стоит"), parts, lambda part: part_name(part, found.level), default=parts[0],
        unknown=_("За этой причиной никто не стоит."),
    )  # fmt: skip
    rows = found.schools[found.schools["part"] == cause]
    rows = rows.iloc[rows["value"].abs().sort_values(ascending=False, kind="stable").index.map(rows.index.get_loc)]
    years = (measure.period(question.since), measure.period(question.view.here.year))
    of_districts = found.level == "district"
    facts.table(
        [_("Муниципалитет") if of_districts else _("ОО"), _("Вклад"), *years],
        [[_member(row, found, measure), numbers.percentage_points(row["value"], 2), *(_figure(row, n) for n in (0, 1))]
         for row in rows.to_dict("records")],
        _("Порядок — по величине вклада") if of_districts
        else _("Порядок — по величине вклада: повод для вопроса, а не оценка работы людей"),
        numbers=(1, 2, 3),
    )  # fmt: skip


def _member(row: Row, found: Why, measure: Measure) -> str:
    if row["territory"] != HIDDEN:
        return words.plain_name(str(row["territory_name"]))
    n = found.hidden_schools
    if not n:
        return _("Остальные, вне муниципалитетов")
    reason = numbers.absence("suppressed", measure.indicator.minimum_n if measure.indicator else 10)
    if found.level == "district":
        noun = ngettext(_("муниципалитет"), _("муниципалитета"), _("муниципалитетов"), n)
        return _("{n} {noun} вместе ({reason})").format(n=n, noun=noun, reason=reason)
    return _("{n} ОО вместе ({reason})").format(n=n, reason=reason)


def _figure(row: Row, year: int) -> str:
    x, n = row[f"numerator_{year}"], row[f"denominator_{year}"]
    if is_missing(n):
        return _("нет")
    return f"{numbers.percent(numbers.share(x, n))} ({numbers.out_of(x, n)})"


def _stamp(question: Question) -> charts.Stamp:
    here, measure = question.view.here, question.measure
    then = [] if question.then is None else [(_("Прежние данные"), question.then.snapshot)]
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=question.view.snapshot.id,
        filters=(
            (_("Территория"), here.words()),
            (_("Показатель"), measure.name),
            (_("Годы"), f"{measure.period(question.since)} → {measure.period(here.year)}"),
            *then,
        ),
        demo=here.demo,
    )
