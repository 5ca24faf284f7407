"""«Обзор»: the mechanisms valid in the chosen year at a glance, then the indicators of the chosen place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import cards, charts, filters, indicator_rows, numbers
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS, Place
from pages.shared.links import page_link
from pages.shared.texts import _, level_name
from pages.shared.view import View, dated
from pipelines import queries, queries_overview
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import Edition

MOST_COLUMNS = 10
OPEN_ROWS = 40


def run(view: View) -> None:
    """Draw the page."""
    here = view.here
    cards.style()
    indicator_rows.style()
    st.title(_("Обзор: {place}, {year}").format(place=here.unit["name"], year=here.year))
    edition = view.catalogue.edition_in(here.year)
    rows = _mechanisms(view, edition)
    if rows:
        _origin(view)
        st.markdown(charts.tables.escaped(" ".join(cards.summary(rows, view.catalogue))))
        st.markdown(f"## {_('Механизмы')}")
        cards.grid(rows, view.catalogue)
    else:
        st.info(_why_none(view, edition), icon="ℹ️")
    _heat(view, edition)
    _indicators(view)
    notes = [here.words(), str(here.year), edition.name, _(cards.NO_VERDICT), dated(view.snapshot)]
    st.caption(" · ".join(charts.tables.escaped(note) for note in notes))


def _mechanisms(view: View, edition: Edition) -> list[Mapping[str, Any]]:
    """The edition's mechanisms in its order; empty when none was scored for this very unit in the year."""
    here = view.here
    frame = ask(queries_overview.mechanism_cards, view.snapshot, int(here.unit["territory_id"]), here.year)
    found = {row["mechanism"]: row for row in frame[frame["edition"] == edition.code].to_dict("records")}
    if not found:
        return []
    unscored = {"absence": "not_applicable"}
    return [found.get(entry.code, {"mechanism": entry.code, **unscored}) for entry in edition.mechanisms]


def _why_none(view: View, edition: Edition) -> str:
    """One reason why no mechanism stands here, and what there is instead."""
    here = view.here
    first = view.catalogue.editions[0].valid_from
    if here.year < first:
        why = _("За {year} год механизмы не оценивались: первая редакция перечня — {first} года.").format(
            year=here.year, first=first
        )
    elif here.school is not None:
        why = _("Неприменимо: механизмы оценивают для региона и муниципалитета, а не для организации.")
    else:
        why = _("Для «{place}» за {year} год оценок механизмов нет.").format(place=here.unit["name"], year=here.year)
    has_indicators = not _own_indicators(view).empty
    return f"{why} {_('Ниже — показатели этих механизмов.') if has_indicators else ''}".strip()


def _origin(view: View) -> None:
    """Where a document reported the figures, and whose it says they are."""
    here = view.here
    remarks = ask(queries_overview.origin, view.snapshot, int(here.unit["territory_id"]), here.year)
    if not remarks:
        return
    for document in dict.fromkeys(row["document"] for row in remarks):
        own = [row for row in remarks if row["document"] == document]
        said = {row["header"]: row["value"] for row in own if row["header"]}
        paper = ", ".join(str(own[0][part]) for part in ("kind", "dated") if own[0][part])
        parts = [_("Источник: {paper}").format(paper=paper or own[0]["title"])]
        if where := said.get("Где доложено"):
            parts.append(_("доложено: {where}").format(where=where))
        if basis := said.get("Территория: основание"):
            parts.append(_("территория — {basis}").format(basis=basis))
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown("📄 " + charts.tables.escaped("; ".join(parts)) + ".", width="stretch")
            page_link("sources", _("Источники"))


def _heat(view: View, edition: Edition) -> None:
    """Districts × mechanisms for a region of several; else organisations × indicators of one mechanism."""
    here = view.here
    districts = here.members("district")
    if here.school is not None:
        return
    if here.district is None and len(districts) > 1:
        _mechanism_heat(view, edition)
    else:
        _organisation_heat(view, edition)


def _mechanism_heat(view: View, edition: Edition) -> None:
    here = view.here
    frame = ask(
        queries_overview.mechanism_units,
        view.snapshot, int(here.region["territory_id"]), "district", here.year, edition.code,
    )  # fmt: skip
    heading = _("{units} и механизмы, {year}").format(units=level_name("district", plural=True), year=here.year)
    if frame.empty:
        _left_out(heading, _("механизмы муниципалитетов за этот год не оценивались или не опубликованы"))
        return
    order = {entry.code: number for number, entry in enumerate(edition.mechanisms)}
    frame = frame.assign(order=frame["mechanism"].map(order)).sort_values(["territory_name", "territory", "order"])
    names = {entry.code: view.catalogue.mechanisms[entry.code].short for entry in edition.mechanisms}
    code = charts.draw(
        charts.HeatTable(names=names),
        frame.assign(mechanism_name=frame["mechanism"].map(names)),
        key="overview-mechanisms",
        title=heading,
        stamp=stamp(view),
        note=_("Темнее — больший процент; порогов для механизмов нет, оттенок ничего не оценивает. "
               "Щелчок по строке открывает муниципалитет."),
        selection=True,
    )  # fmt: skip
    if code:
        filters.set_code("district", code)
        st.rerun()


def _organisation_heat(view: View, edition: Edition) -> None:
    here = view.here
    heading = _("Организации и показатели, {year}").format(year=here.year)
    candidates = _school_indicators(view.catalogue, edition)
    within = here.district or here.region
    frame = ask(
        queries.figures,
        view.snapshot, [code for codes in candidates.values() for code in codes],
        level="school", within=int(within["territory_id"]), years=[here.year], collection=here.collection,
    )  # fmt: skip
    frame = frame[frame["absence"] != "not_applicable"]
    mechanisms = [code for code in candidates if (frame["mechanism"] == code).any()]
    if not mechanisms:
        _left_out(heading, _("по организациям за этот год показателей нет"))
        return
    names = view.catalogue.mechanisms
    chosen = filters.choose(
        "mechanism", _("Показатели какого механизма"), mechanisms, lambda code: names[code].short,
        unknown=_("По механизму «{value}» у организаций показателей нет."),
    )  # fmt: skip
    frame = frame[frame["mechanism"] == chosen]
    # One column an indicator: of several subjects and classes the first stands for it, and is named.
    first = frame.drop_duplicates("indicator")[["indicator", "subject", "grade"]]
    frame = frame.merge(first.head(MOST_COLUMNS), on=["indicator", "subject", "grade"])
    heads = {
        row["indicator"]: ", ".join(
            part for part in (view.catalogue.indicators[row["indicator"]].name, indicator_rows.slice_words(row)) if part
        )
        for row in first.to_dict("records")
    }
    order = {code: number for number, code in enumerate(candidates[chosen])}
    frame = frame.assign(order=frame["indicator"].map(order)).sort_values(["territory_name", "territory", "order"])
    charts.draw(
        charts.HeatTable(columns="indicator", names=heads),
        frame.assign(indicator_name=frame["indicator"].map(heads)),
        key=f"overview-organisations-{chosen}",
        title=heading,
        stamp=stamp(view),
        note=_("Порядок по алфавиту. Темнее — больше: не лучше и не хуже. Пусто — неприменимо."),
    )


def _school_indicators(catalogue: Catalogue, edition: Edition) -> dict[str, list[str]]:
    """Per cents that are counted at organisations, by mechanism of the edition."""
    found = {
        entry.code: [
            indicator.code
            for indicator in catalogue.mechanisms[entry.code].indicators
            if "school" in indicator.levels and indicator.unit == "percent"
        ]
        for entry in edition.mechanisms
    }
    return {mechanism: codes for mechanism, codes in found.items() if codes}


def _own_indicators(view: View) -> pd.DataFrame:
    here = view.here
    return ask(
        queries_overview.indicators_of,
        view.snapshot, int(here.unit["territory_id"]), int(here.region["territory_id"]), here.year,
    )  # fmt: skip


def _indicators(view: View) -> None:
    """The indicators of the chosen place, mechanism by mechanism, with the words of the one verdict function."""
    here = view.here
    heading = _("Показатели, {year}").format(year=here.year)
    frame = _own_indicators(view)
    if frame.empty:
        _left_out(heading, _("за этот год для «{place}» показателей нет").format(place=here.unit["name"]))
        return
    st.markdown(f"## {heading}")
    few = len(frame) <= OPEN_ROWS
    for code, mechanism in view.catalogue.mechanisms.items():
        own = frame[frame["mechanism"] == code]
        if own.empty:
            continue
        size = numbers.counted(len(own), (_("значение"), _("значения"), _("значений")))
        told = indicator_rows.counted(own)
        label = f"**{charts.tables.escaped(mechanism.short)}** — {size}" + (
            _("; к прошлому году: {told}").format(told=told) if told else ""
        )
        with st.expander(label, expanded=few):
            indicator_rows.table(own, view.catalogue, caption=f"{heading}: {mechanism.short}")
    if words := indicator_rows.chance_words(frame):
        st.caption(words)


def _left_out(heading: str, why: str) -> None:
    st.caption(_("Части «{heading}» здесь нет: {why}.").format(heading=charts.tables.escaped(heading), why=why))


def stamp(view: View, more: Sequence[tuple[str, str]] = ()) -> charts.Stamp:
    """What every file of a page says about itself."""
    here: Place = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Территория"), here.words()), (_("Год"), str(here.year)), *more),
        demo=here.demo,
    )


