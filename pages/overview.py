"""«Обзор»: the mechanisms valid in the chosen year at a glance, then the indicators of the chosen place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages import chain
from pages.shared import cards, charts, files, filters, indicator_rows, numbers, unit
from pages.shared.data import ask, derived
from pages.shared.filters import COLLECTIONS, Place
from pages.shared.links import page_link
from pages.shared.tables import escaped
from pages.shared.texts import _, level_name
from pages.shared.view import View, dated
from pipelines import queries_overview
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import Edition
from pipelines.snapshot import Snapshot

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
        st.markdown(escaped(" ".join(cards.summary(rows, view.catalogue))))
        cards.grid(rows, view.catalogue)
        _origin(view)
        chain.compact(view, [str(row["mechanism"]) for row in rows])
    else:
        st.info(_why_none(view, edition), icon="ℹ️")
        _offer_region(view)
    missing: list[str] = []
    _heat(view, edition, missing)
    if unit.indicators(view).empty:
        missing.append(_("показатели — за {year} год для «{place}» их нет").format(
            year=here.year, place=here.unit["name"]
        ))  # fmt: skip
    else:
        _indicators(view)
    if missing:
        st.caption(_("Здесь нет: {parts}.").format(parts="; ".join(escaped(part) for part in missing)))
    notes = [here.words(), str(here.year), edition.name, _(cards.NO_VERDICT), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


def _mechanisms(view: View, edition: Edition) -> list[Mapping[str, Any]]:
    """The edition's mechanisms in its order; empty when none was scored for this very unit in the year."""
    return derived(_in_order, unit.mechanism_cards(view), edition)


def _in_order(frame: pd.DataFrame, edition: Edition) -> list[Mapping[str, Any]]:
    found = {row["mechanism"]: row for row in frame[frame["edition"] == edition.code].to_dict("records")}
    if not found:
        return []
    unscored = {"absence": None, "edition": edition.code}
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
    has_indicators = not unit.indicators(view).empty
    return f"{why} {_('Ниже — показатели этих механизмов.') if has_indicators else ''}".strip()


def _offer_region(view: View) -> None:
    """Lead from a unit without scores to its region, where that was scored."""
    here = view.here
    region = int(here.region["territory_id"])
    if here.unit["territory_id"] != region and len(unit.mechanism_cards(view, region)):
        label = _("Оценки региона: {name}").format(name=here.region["name"])
        page_link("overview", escaped(label), district=None, school=None)


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
        said_column, link_column = st.columns([5, 1], vertical_alignment="center")
        said_column.markdown(escaped("; ".join(parts)) + ".")
        with link_column:
            page_link("sources", _("Источники"), document=str(document))


def _heat(view: View, edition: Edition, missing: list[str]) -> None:
    """Districts × mechanisms for a region of several; else organisations × indicators of one mechanism."""
    here = view.here
    districts = here.members("district")
    if here.school is not None:
        return
    if here.district is None and len(districts) > 1:
        _mechanism_heat(view, edition, missing)
    else:
        _organisation_heat(view, missing)


def _mechanism_heat(view: View, edition: Edition, missing: list[str]) -> None:
    here = view.here
    frame = ask(
        queries_overview.mechanism_table,
        view.snapshot, int(here.region["territory_id"]), "district", here.year, edition.code,
    )  # fmt: skip
    if frame.empty:
        missing.append(_("муниципалитеты и механизмы — за {year} год их не оценивали").format(year=here.year))
        return
    heading = _("{units} и механизмы, {year}").format(units=level_name("district", plural=True), year=here.year)
    if _too_many(frame, heading):
        return
    code = charts.draw(
        charts.HeatTable(names=_shorts(view.catalogue)),
        frame,
        key="overview-mechanisms",
        title=heading,
        stamp=stamp(view),
        note=_("Темнее — больший процент: оттенок — пятая часть значений столбца, как на карте; порогов для механизмов "
               "нет, он ничего не оценивает. Щелчок по строке открывает муниципалитет."),
        selection=True,
    )  # fmt: skip
    if code:
        filters.set_code("district", code)
        st.rerun()


def _organisation_heat(view: View, missing: list[str]) -> None:
    here = view.here
    catalogue = view.catalogue
    reported = ask(
        queries_overview.organisation_indicators, view.snapshot, int(here.region["territory_id"]), here.year
    )  # fmt: skip
    if not reported:
        missing.append(_("организации и показатели — по организациям за {year} год данных нет").format(year=here.year))
        return
    names = _shorts(catalogue)
    # What was chosen on another page stays chosen, even where organisations have nothing for it.
    elsewhere = filters.codes().get("mechanism")
    others = [elsewhere] if elsewhere in names and elsewhere not in reported else []
    st.markdown("## " + _("Организации и показатели, {year}").format(year=here.year))
    with st.columns([2, 3])[0]:
        chosen = filters.choose(
            "mechanism", _("Показатели какого механизма"), [*reported, *others], names.__getitem__,
            unknown=_("Механизма «{value}» в каталоге нет."),
        )  # fmt: skip
    frame = ask(
        queries_overview.organisation_table, view.snapshot, int((here.district or here.region)["territory_id"]),
        here.year, reported.get(chosen, [])[:MOST_COLUMNS],
    )  # fmt: skip
    if frame.empty:
        st.info(_("По организациям за {year} год показателей этого механизма нет.").format(year=here.year), icon="ℹ️")
        return
    if _too_many(frame, names[chosen]):
        return
    frame = derived(_with_heads, frame, view.snapshot)
    charts.draw(
        charts.HeatTable(rows="short_name", columns="indicator_name"),
        frame,
        key=f"overview-organisations-{chosen}",
        title=names[chosen],
        stamp=stamp(view),
        note=_(
            "Порядок по алфавиту. Темнее — больше: оттенок — пятая часть значений столбца, не лучше и не хуже. "
            "Пусто — неприменимо."
        ),
    )


def _with_heads(frame: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """Of several subjects and classes the first stands for the indicator, and is named."""
    first = frame.drop_duplicates("indicator")[["indicator", "subject", "grade"]].to_dict("records")
    heads = {
        row["indicator"]: ", ".join(filter(None, (
            snapshot.catalogue.indicators[row["indicator"]].name, indicator_rows.slice_words(row),
        )))
        for row in first
    }  # fmt: skip
    return frame.assign(indicator_name=frame["indicator"].map(heads))


def _too_many(frame: pd.DataFrame, heading: str) -> bool:
    """Say that a table is too large for one picture; True if it is."""
    if len(frame) <= charts.MAXIMUM_ROWS:
        return False
    said = _("«{heading}»: слишком много строк для одной картины. Выберите муниципалитет или откройте «Сравнение».")
    st.info(said.format(heading=heading), icon="ℹ️")
    return True


def _shorts(catalogue: Catalogue) -> dict[str, str]:
    return {code: mechanism.short for code, mechanism in catalogue.mechanisms.items()}


@st.fragment
def _indicators(view: View) -> None:
    """The indicators of the chosen place, mechanism by mechanism, with the words of the one verdict function.

    A folded table is made and sent when it is opened: all of them would be half of what the page sends.
    """
    here = view.here
    heading = _("Показатели, {year}").format(year=here.year)
    frame = unit.indicators(view)
    sections = derived(indicator_rows.sections, frame, tuple(view.catalogue.mechanisms))
    st.markdown(f"## {heading}")
    for section in sections.tables:
        size = numbers.counted(section.rows, (_("значение"), _("значения"), _("значений")))
        told = _("; к прошлому году: {told}").format(told=section.told) if section.told else ""
        name = escaped(view.catalogue.mechanisms[section.mechanism].short)
        box = st.expander(
            f"**{name}** — {size}{told}", expanded=len(frame) <= OPEN_ROWS,
            key=f"overview-indicators-{section.mechanism}", on_change="rerun",
        )  # fmt: skip
        if box.open:
            with box:
                made = derived(indicator_rows.of_mechanism, frame, section.mechanism, view.snapshot)
                indicator_rows.draw(made[0])
    if sections.chance:
        st.caption(sections.chance)
    files.offer(
        lambda: indicator_rows.for_file(frame, view.catalogue), heading, stamp(view), key="overview-indicators"
    )  # fmt: skip


def stamp(view: View, more: Sequence[tuple[str, str]] = ()) -> charts.Stamp:
    """What every file of a page says about itself."""
    here: Place = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Территория"), here.words()), (_("Год"), str(here.year)), *more),
        demo=here.demo,
    )
