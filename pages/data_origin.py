"""The search of «Данные»: an indicator, a territory, a year, and the file, sheet and cell of the figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import facts, filters, numbers, origin
from pages.shared.data import ask
from pages.shared.facts import Cell, Short
from pages.shared.filters import COLLECTIONS
from pages.shared.tables import escaped
from pages.shared.texts import _, level_name
from pages.shared.view import View
from pipelines import queries_lineage

MOST_TERRITORIES = 50


def draw(view: View) -> None:
    """Collection, indicator and territory chosen one after another; then every year's file and cell."""
    counted = ask(queries_lineage.figures_by_indicator, view.snapshot)
    mechanisms = ask(queries_lineage.mechanisms_present, view.snapshot)
    held = {*counted["collection"], *mechanisms["collection"]}
    collection = filters.choose(
        "data",
        _("Собрание"),
        [code for code in COLLECTIONS if code in held],
        lambda code: _(COLLECTIONS[code]),
        segmented=True,
        unknown=_("Собрания данных «{value}» нет."),
    )
    remarks = st.container()
    for_indicator, for_search, for_place, for_year = st.columns([3, 2, 3, 1])
    with for_indicator:
        what = _what(
            view,
            remarks,
            list(mechanisms.loc[mechanisms["collection"] == collection, "mechanism"]),
            list(counted.loc[counted["collection"] == collection, "indicator"]),
        )
    if what is None:
        return
    indicator, mechanism = what
    places = ask(
        queries_lineage.territories_with, view.snapshot, collection, indicator=indicator, mechanism=mechanism
    )  # fmt: skip
    place = _where(places, remarks, for_search, for_place)
    if place is None:
        return
    if indicator:
        frame = ask(queries_lineage.figure_origins, view.snapshot, indicator, int(place["territory_id"]))
    else:
        frame = ask(queries_lineage.mechanism_origins, view.snapshot, str(mechanism), int(place["territory_id"]))
    with for_year:
        frame = _of_year(frame)
    _origin_table(view, frame, indicator, place, collection == "demo")
    if st.button(_("Открыть паспорт этого числа"), key="open_passport"):
        filters.go(
            "passport",
            data=collection,
            region=place["region"],
            district=place["district"] if place["level"] != "region" else None,
            school=place["code"] if place["level"] == "school" else None,
            year=str(int(frame["year"].iloc[-1])),
            mechanism=mechanism or view.catalogue.indicators[str(indicator)].mechanism,
            indicator=indicator,
        )


def _what(
    view: View, remarks: Any, mechanisms: list[str], indicators: list[str]
) -> tuple[str | None, str | None] | None:
    """An indicator, or a mechanism for its own per cent, of those that the collection holds."""
    catalogue, state = view.catalogue, filters.codes()
    known = [code for code in catalogue.indicators if code in set(indicators)]
    names = {f"mechanism:{code}": catalogue.mechanisms[code].short for code in mechanisms}
    options = [*names, *known]
    if not options:
        st.caption(_("В этом собрании значений нет."))
        return None
    asked = state.get("indicator") or (f"mechanism:{state['mechanism']}" if state.get("mechanism") else options[0])
    if asked not in options:
        words = asked.removeprefix("mechanism:")[:80]
        remarks.warning(_("Значений «{code}» в этом собрании нет.").format(code=words))
        asked = options[0]

    def keep() -> None:
        chosen = st.session_state["origin_what"]
        mechanism = chosen.removeprefix("mechanism:") if chosen in names else catalogue.indicators[chosen].mechanism
        filters.set_code("mechanism", mechanism)
        filters.set_code("indicator", None if chosen in names else chosen)

    st.session_state["origin_what"] = asked
    st.selectbox(
        _("Показатель"),
        options,
        format_func=lambda code: (
            _("Процент механизма: {name}").format(name=names[code])
            if code in names
            else catalogue.indicators[code].name
        ),
        key="origin_what",
        on_change=keep,
    )
    return (None, asked.removeprefix("mechanism:")) if asked in names else (asked, None)


def _where(places: pd.DataFrame, remarks: Any, for_search: Any, for_place: Any) -> Mapping[str, Any] | None:
    """A territory found by a part of its name or by its code; a list of all would be too long for a page."""
    asked = filters.codes().get("territory")
    if asked and asked not in set(places["code"]):
        remarks.warning(_("У территории «{code}» таких значений нет.").format(code=asked[:80]))
        filters.set_code("territory", None)
        asked = None
    sought = for_search.text_input(_("Поиск территории"), key="origin_sought", placeholder=_("название, код"))
    words = sought.strip().casefold().replace("ё", "е")
    found = places
    if words:
        names = places["name"].str.casefold().str.replace("ё", "е", regex=False)
        found = places[
            names.str.contains(words, regex=False) | places["code"].str.casefold().str.contains(words, regex=False)
        ]
        if found.empty:
            for_place.caption(_("Ничего не нашлось."))
            return None
        asked = asked if asked in set(found["code"]) else None
    elif asked:
        found = pd.concat([places[places["code"] == asked], places[places["code"] != asked]])
    offered = {row["code"]: row for row in found.head(MOST_TERRITORIES).to_dict("records")}
    key = "origin_where"
    st.session_state[key] = asked or next(iter(offered))
    for_place.selectbox(
        _("Территория или организация"),
        list(offered),
        format_func=lambda code: _place_words(offered[code]),
        key=key,
        on_change=lambda: filters.set_code("territory", st.session_state[key]),
    )
    if len(found) > MOST_TERRITORIES:
        for_place.caption(
            _("В списке первые {n} из {all}.").format(n=MOST_TERRITORIES, all=numbers.shortest(len(found)))
        )
    return offered[st.session_state[key]]


def _place_words(row: Mapping[str, Any]) -> str:
    parts = [str(row["name"])]
    if not numbers.is_missing(row["parent_name"]):
        parts.append(str(row["parent_name"]))
    return " · ".join(parts)


def _of_year(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the year of the address, or of a chosen one; all of them by default."""
    years = sorted({str(year) for year in frame["year"]}, reverse=True)
    asked = filters.codes().get("year")
    if asked and asked not in years:  # said and kept: the year belongs to the other pages too
        st.caption(_("За {year} год нет, показаны все.").format(year=asked[:20]))
        return frame
    chosen = origin.pick("year", _("Год"), years, every=_("Все"))
    return frame[frame["year"] == int(chosen)] if chosen else frame


def _origin_table(view: View, frame: pd.DataFrame, indicator: str | None, place: Mapping[str, Any], demo: bool) -> None:
    minimum = view.catalogue.indicators[indicator].minimum_n if indicator else 10
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        absent = isinstance(row["absence"], str)
        source = {name: "" if numbers.is_missing(row[name]) else str(row[name]) for name in origin.SOURCE}
        rows.append(
            [
                numbers.year(int(row["year"]), str(row["period"])),
                origin.slice_words(row) or numbers.MISSING,
                numbers.absence(row["absence"], minimum) if absent else numbers.figure_text(row),
                numbers.out_of(row["numerator"], row["denominator"]),
                source["source_file"] or _summed(row),
                source["source_sheet"] or numbers.MISSING,
                source["source_cell"] or numbers.MISSING,
                source["place"] or numbers.MISSING,
                Short(source["source_sha256"]) if source["source_sha256"] else numbers.MISSING,
            ]
        )
    heads = [_("Год"), _("Срез"), _("Значение"), _("Из чего"), _("Файл"), _("Лист"), _("Ячейка")]
    heads += [_("Место в документе"), _("Отпечаток файла")]
    kept = [n for n in range(len(heads)) if n < 1 or any(row[n] != numbers.MISSING for row in rows)]
    name = view.catalogue.indicators[indicator].name if indicator else _("Процент механизма")
    caption = f"{name} · {place['name']}" + origin.demo_mark(demo)
    facts.table([heads[n] for n in kept], [[row[n] for n in kept] for row in rows], caption)
    st.caption(level_name(str(place["level"])) + " · " + escaped(_place_words(place)))


def _summed(row: Mapping[str, Any]) -> str:
    """What stands instead of a file where a figure was summed here."""
    if row["basis"] == "points":
        return _("сумма баллов по позициям: {n}").format(n=numbers.shortest(row["positions"]))
    if row["basis"] == "computed":
        reported = numbers.out_of(row["coverage_reported"], row["coverage_total"])
        return _("сумма по отчитавшимся: {reported}").format(reported=reported)
    return numbers.MISSING
