"""The passport of a mechanism's own per cent (rule 17): its editions, its positions and where the figure stands."""

from __future__ import annotations

import streamlit as st

from pages.passport_words import date_words, if_assumed
from pages.shared import facts, filters, numbers, origin
from pages.shared.data import ask
from pages.shared.facts import Cell, Fact
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries, queries_lineage
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import Mechanism


def draw(view: View, mechanism: Mechanism) -> None:
    st.title(_("Процент механизма: {name}").format(name=mechanism.short or mechanism.name))
    st.markdown(
        _(
            "Доля баллов, набранных за документы системы управления, от максимума баллов. "
            "Это не оценка школ и людей и не среднее показателей."
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(border=True):
        _card(view, mechanism)
    with right:
        st.subheader(_("Что это за число"))
        facts.facts(_facts(view.catalogue, mechanism))
    _positions(view, mechanism)
    st.subheader(_("Чем определяется цвет"))
    st.markdown(
        _(
            "Баллы — не независимые единицы: интервала и вывода нет. Официальных порогов для механизмов не найдено, "
            "поэтому цвет нейтральный, пока порог не выбран. Встречаются такие шкалы:"
        )
    )
    facts.facts(
        (preset.name, ["; ".join(preset.labels), _("источник: {source}, {date}").format(
            source=preset.source, date=date_words(preset.date))])
        for preset in view.catalogue.presets
    )  # fmt: skip
    st.markdown(
        _("Изменение рассказывается в позициях («+1 позиция из 14»), если баллы известны, иначе в п.п. без вывода.")
    )
    if mechanism.indicators:
        st.subheader(_("Показатели механизма"))
        columns = st.columns(2)
        for number, indicator in enumerate(mechanism.indicators):
            with columns[number % 2]:
                if st.button("→ " + escaped(indicator.name), key=f"open_{indicator.code}", type="tertiary"):
                    filters.set_code("indicator", indicator.code)
                    st.rerun()


def _card(view: View, mechanism: Mechanism) -> None:
    here = view.here
    st.subheader(_("Откуда число"))
    st.caption(escaped(f"{here.unit['name']} · {here.year}"))
    frame = ask(queries_lineage.mechanism_origins, view.snapshot, mechanism.code, int(here.unit["territory_id"]))
    of_year = frame[frame["year"] == here.year]
    if of_year.empty:
        st.markdown(_("Для этой территории за этот год механизм не оценивали."))
        if len(frame):
            st.markdown(_("Оценка есть за {years}.").format(years=numbers.years([int(y) for y in frame["year"]])))
        st.markdown(_("Ниже — показатели механизма."))
        return
    row = of_year.iloc[0].to_dict()
    origin.big(numbers.figure_text(row))
    facts.facts(origin.of_mechanism(row), close=True)


def _facts(catalogue: Catalogue, mechanism: Mechanism) -> list[Fact]:
    listed: list[Cell] = []
    for edition in catalogue.editions:
        entry = next((entry for entry in edition.mechanisms if entry.code == mechanism.code), None)
        positions = catalogue.positions(mechanism.code, edition.code)
        if entry is None:
            continue
        until = _("по настоящее время") if edition.valid_to is None else str(edition.valid_to)
        years = str(edition.valid_from) if edition.valid_from == edition.valid_to else f"{edition.valid_from} — {until}"
        line = _("{years}: № {number}, «{name}»").format(years=years, number=entry.number, name=entry.name)
        if positions:
            assumed = sum(position.assumption for position in positions)
            line += "; " + _("позиций {n}, баллов {points}").format(
                n=len(positions), points=numbers.shortest(sum(position.maximum for position in positions))
            )
            line += " (" + _("предположений: {n}").format(n=assumed) + ")" if assumed else ""
        listed.append(line)
    breaks = [
        link.note
        for link in catalogue.crosswalk
        if mechanism.code in (link.from_mechanism, link.to_mechanism) and not link.comparable and link.note
    ]
    return [
        (_("Название"), mechanism.name),
        (_("Числитель"), _("баллы, набранные за подтверждённые документами позиции")),
        (_("Знаменатель"), _("максимум баллов за позиции, оценённые у этой территории в этой редакции")),
        (_("Что считает"), _("баллы: единицы зависимы, поэтому интервала и вывода нет")),
        (_("Направление"), _("больше — лучше; «не оценивали» и «в документе нет» — не ноль")),
        (_("Уровни"), _("только та территория, которую оценили: по территориям не складывается и не усредняется")),
        (_("Редакции"), listed),
        (_("Треки"), [track.name + if_assumed(track.assumption) for track in mechanism.tracks]),
        (_("Разрывы ряда"), list(dict.fromkeys(breaks))),
        (_("Примечание"), mechanism.note),
        (_("Код"), mechanism.code),
    ]


def _positions(view: View, mechanism: Mechanism) -> None:
    """The positions whose points make the per cent, with the cell of each and the evidence given."""
    here = view.here
    frame = ask(queries.positions, view.snapshot, int(here.unit["territory_id"]), mechanism.code, here.year)
    if frame.empty:
        return
    names = {position.code: position for position in mechanism.positions}
    with st.expander(_("Из чего сложено: позиций {n}").format(n=len(frame))):
        rows = []
        for row in frame.to_dict("records"):
            position = names.get(row["position"])
            absent = isinstance(row["absence"], str)
            file = "" if numbers.is_missing(row["source_file"]) else str(row["source_file"])
            cell = "" if numbers.is_missing(row["source_cell"]) else f" {row['source_sheet']}!{row['source_cell']}"
            rows.append(
                [
                    position.name + if_assumed(position.assumption) if position else str(row["position"]),
                    numbers.absence(row["absence"]) if absent else numbers.out_of(row["points"], row["maximum"]),
                    "" if numbers.is_missing(row["evidence"]) else str(row["evidence"]),
                    file + cell,
                ]
            )
        heads = [_("Позиция"), _("Баллы"), _("Подтверждение"), _("Файл и ячейка")]
        facts.table(heads, rows, f"{here.unit['name']} · {here.year}" + origin.demo_mark(here.demo), numbers=(1,))
