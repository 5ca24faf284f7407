"""«Паспорт показателя»: what a figure is, where it came from, how good its data are, which rule made its colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages import passport_mechanism, passport_quality
from pages.passport_words import colour_rule, indicator_facts, level_words
from pages.shared import facts, files, filters, numbers, origin
from pages.shared.data import ask
from pages.shared.export import Stamp
from pages.shared.filters import COLLECTIONS, Place
from pages.shared.origin import Row
from pages.shared.tables import escaped
from pages.shared.texts import _, level_name, ngettext
from pages.shared.view import View, dated
from pipelines import queries_lineage
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import LEVELS, Indicator, Mechanism, Term

Unit = Mapping[str, Any]


def run(view: View) -> None:
    """Draw the page: of an indicator if the address names one, else of the mechanism's own per cent."""
    facts.style()
    mechanism, indicator = _choice(view.catalogue)
    if indicator:
        _indicator_page(view, mechanism, indicator)
    else:
        passport_mechanism.draw(view, mechanism)
    _glossary(view.catalogue)
    st.caption(f"{escaped(view.here.words())} · {view.here.year} · {dated(view.snapshot)}")


# --- what the passport is of ----------------------------------------------------------------------------


def _choice(catalogue: Catalogue) -> tuple[Mechanism, Indicator | None]:
    """Draw the two selectors. An indicator in the address decides the mechanism, whatever that code says."""
    state = filters.codes()
    code = state.get("indicator")
    if code and code not in catalogue.indicators:
        st.warning(_("Показателя «{code}» в каталоге нет. Выберите из списка.").format(code=code[:80]))
        state.pop("indicator")
        code = None
    if code:
        state["mechanism"] = catalogue.indicators[code].mechanism
    left, right = st.columns([2, 3])
    with left:
        chosen = filters.choose(
            "mechanism",
            _("Механизм"),
            list(catalogue.mechanisms),
            lambda name: catalogue.mechanisms[name].short or catalogue.mechanisms[name].name,
            unknown=_("Механизма «{value}» в каталоге нет. Показан первый из списка."),
        )
    mechanism = catalogue.mechanisms[chosen]
    by_code = {indicator.code: indicator for indicator in mechanism.indicators}
    with right:
        code = origin.pick(
            "indicator",
            _("Показатель"),
            list(by_code),
            lambda name: by_code[name].name,
            every=_("Процент самого механизма"),
        )
    return mechanism, by_code.get(code or "")


def _indicator_page(view: View, mechanism: Mechanism, indicator: Indicator) -> None:
    here, noun = view.here, view.catalogue.nouns[indicator.counts]
    st.title(escaped(indicator.name))
    st.markdown(escaped(indicator.definition))
    if indicator.assumption:
        st.info(escaped(indicator.assumption_note) or _("Показатель предложен каталогом: определение можно менять."))
    unit, remark = _unit_for(here, indicator)
    origins = origin.kept_rows(view.snapshot, queries_lineage.figure_origins, indicator.code, int(unit["territory_id"]))
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(border=True):
        subject, grade = _figure_card(view, indicator, unit, remark, origins)
    with right:
        st.subheader(_("Что это за показатель"))
        facts.facts(indicator_facts(mechanism, indicator, noun, here.year))
    _members(view, indicator, unit, origins, subject, grade)
    passport_quality.draw(view, indicator, subject, grade)
    st.subheader(_("Чем определяется цвет"))
    for paragraph in colour_rule(indicator, noun):
        st.markdown(paragraph)


def _unit_for(here: Place, indicator: Indicator) -> tuple[Unit, str]:
    """The narrowest chosen unit at which the indicator exists, and a remark if that is not the chosen one."""
    chosen = {"school": here.school, "district": here.district, "region": here.region}
    for level in reversed(LEVELS):
        unit = chosen[level]
        if unit is not None and level in indicator.levels:
            if unit is here.unit:
                return unit, ""
            begins = level_words(indicator.base_level)
            return unit, _("Показатель начинается с уровня «{level}»: показано значение выше: {name}.").format(
                level=begins, name=unit["name"]
            )
    return here.region, ""


def _slice(origins: list[Row]) -> tuple[str | None, str | None]:
    """Let a person choose subject and class among those for which this unit has rows."""
    pairs = list(dict.fromkeys((_text(row["subject"]), _text(row["grade"])) for row in origins))
    if all(pair == (None, None) for pair in pairs):
        return None, None
    columns = st.columns([3, 2])
    with columns[0]:
        subject = _part("subject", _("Предмет"), {subject for subject, _grade in pairs}, _("Все предметы"))
    with columns[1]:
        grade = _part("grade", _("Класс"), {grade for of, grade in pairs if of == subject}, _("Все классы"))
    return subject, grade


def _part(name: str, label: str, found: set[str | None], every: str) -> str | None:
    """Choose among the parts found; «all» is offered only where there is a row of all together."""
    options = sorted((part for part in found if part), key=lambda part: (len(part) if part.isdigit() else 0, part))
    return origin.pick(name, label, options, every=every if None in found else "") if options else None


def _text(value: object) -> str | None:
    return None if numbers.is_missing(value) else str(value)


# --- «Откуда число» -------------------------------------------------------------------------------------


def _figure_card(
    view: View,
    indicator: Indicator,
    unit: Unit,
    remark: str,
    origins: list[Row],
) -> tuple[str | None, str | None]:
    """The figure of the chosen place and year with its whole origin, or why there is none; the slice chosen."""
    here = view.here
    st.subheader(_("Откуда число"))
    subject, grade = _slice(origins)
    rows = origin.of_slice(origins, subject, grade)
    row = next((row for row in rows if row["year"] == here.year), None)
    what = [str(unit["name"]), numbers.year(here.year, indicator.period)]
    words = origin.slice_words({"subject": subject, "grade": grade})
    st.caption(escaped(" · ".join([*what, words] if words else what)))
    if remark:
        st.caption(escaped(remark))
    if row:
        origin.big(numbers.figure_text(row))
        facts.facts(origin.of_figure(row, indicator), close=True)
    elif len(rows):
        known = numbers.years([int(row["year"]) for row in rows], indicator.period)
        st.markdown(_("За этот год строки нет. Есть за {years}.").format(years=known))
    else:
        st.markdown(_("Для этой территории показателя в данных нет."))
        _elsewhere(view, indicator)
    return subject, grade


def _elsewhere(view: View, indicator: Indicator) -> None:
    """Where else the indicator has figures, one click away."""
    presence = ask(queries_lineage.presence, view.snapshot, indicator.code)
    if presence.empty:
        st.markdown(_("Значений этого показателя не загружено: есть только его определение."))
        return
    st.markdown(_("Он есть здесь:"))
    for row in presence.head(4).to_dict("records"):
        first, last = int(row["first_year"]), int(row["last_year"])
        years = str(last) if first == last else f"{first}–{last}"
        label = escaped(f"{_(COLLECTIONS[row['collection']])} · {row['region_name']} · {years}")
        if st.button(label, key=f"elsewhere_{row['collection']}_{row['region']}"):
            codes = (("data", row["collection"]), ("region", row["region"]), ("district", None), ("school", None))
            for name, value in codes:
                filters.set_code(name, value)
            filters.set_code("year", str(last))
            st.rerun()


def _members(
    view: View,
    indicator: Indicator,
    unit: Unit,
    origins: list[Row],
    subject: str | None,
    grade: str | None,
) -> None:
    """The units behind a sum: visible ones with their figures, hidden ones with the reason and their number."""
    rows = origin.of_slice(origins, subject, grade)
    row = next((row for row in rows if row["year"] == view.here.year), None)
    if row is None or row["basis"] != "computed":
        return
    frame = ask(
        queries_lineage.members,
        view.snapshot,
        indicator.code,
        int(unit["territory_id"]),
        view.here.year,
        subject,
        grade,
    )
    if frame.empty:
        return
    hidden = int((frame["absence"] == "suppressed").sum())
    absent = int(frame["absence"].notna().sum()) - hidden
    below = str(frame["level"].iloc[0])
    title = _("Из чего сложено: {n}").format(n=f"{len(frame)} " + _units(below, len(frame)))
    parts = [_("со значением {n}").format(n=len(frame) - hidden - absent)]
    parts += [_("скрыто {n}").format(n=hidden)] if hidden else []
    parts += [_("без значения {n}").format(n=absent)] if absent else []
    with st.expander(f"{title} ({', '.join(parts)})"):
        if hidden:
            st.caption(_("Скрытые значения входят в сумму, но по отдельности не показываются."))
        expected = row["coverage_total"]
        silent = 0 if below != "school" or numbers.is_missing(expected) else int(expected) - len(frame)
        if silent > 0:
            st.caption(_("Ещё не прислали ни строки: {n}.").format(n=silent))
        if below == "school":
            st.caption(_("Порядок — по названию: список не оценивает работу людей."))
        caption = f"{indicator.name} · {unit['name']} · {view.here.year}" + origin.demo_mark(view.here.demo)
        origin.members_table(frame, indicator.minimum_n, level_name(below), caption)
        _offer_files(view, indicator, frame, caption)


def _offer_files(view: View, indicator: Indicator, frame: pd.DataFrame, title: str) -> None:
    here = view.here
    stamp = Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Показатель"), indicator.name), (_("Территория"), here.words()), (_("Год"), str(here.year))),
        demo=here.demo,
    )
    files.offer(lambda: frame, title, stamp, key=f"passport-members-{indicator.code}")


def _units(level: str, n: int) -> str:
    forms = {
        "district": (_("муниципалитет"), _("муниципалитета"), _("муниципалитетов")),
        "school": (_("организация"), _("организации"), _("организаций")),
    }.get(level, (_("территория"), _("территории"), _("территорий")))
    return ngettext(*forms, n)


# --- glossary -------------------------------------------------------------------------------------------


def _glossary(catalogue: Catalogue) -> None:
    st.subheader(_("Словарь"))
    sought = st.text_input(_("Найти слово"), key="glossary_search", placeholder=_("например, охват"))
    found = matching_terms(catalogue, sought)
    if not sought.strip():
        with st.expander(_("Все слова: {n}").format(n=len(catalogue.glossary))):
            facts.facts((term.term, term.text) for term in catalogue.glossary)
    elif found:
        facts.facts((term.term, term.text) for term in found)
    else:
        st.caption(_("Такого слова в словаре нет."))


def matching_terms(catalogue: Catalogue, sought: str) -> list[Term]:
    """Terms that contain the words sought, names before explanations; «ё» and case do not matter."""
    wanted = _plain(sought)
    by_name = [term for term in catalogue.glossary if wanted in _plain(term.term)]
    return by_name + [term for term in catalogue.glossary if wanted in _plain(term.text) and term not in by_name]


def _plain(text: str) -> str:
    return text.strip().casefold().replace("ё", "е")
