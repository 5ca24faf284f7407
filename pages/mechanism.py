"""«Механизм»: one mechanism of one place: its figure, the cycle and its positions, its indicators, who is where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages import chain
from pages.shared import cards, charts, cycle, files, filters, indicator_rows, numbers, unit
from pages.shared.charts import Stamp
from pages.shared.data import ask, derived, where
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.tables import escaped
from pages.shared.texts import _, level_name
from pages.shared.view import View, dated
from pipelines import queries, queries_compare, queries_overview
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import Edition, EditionMechanism

Row = Mapping[str, Any]
# A page of bars taller than this is a list for «Сравнение», not a picture.
MOST_UNITS = 60


def run(view: View) -> None:
    """Draw the page."""
    here = view.here
    catalogue = view.catalogue
    cards.style()
    indicator_rows.style()
    st.html(cycle.STYLE)
    edition = catalogue.edition_in(here.year)
    code = _choose(catalogue, edition)
    entry = next((one for one in edition.mechanisms if one.code == code), None)
    st.title(_("{mechanism}: {place}, {year}").format(
        mechanism=catalogue.mechanisms[code].short, place=here.unit["name"], year=here.year
    ))  # fmt: skip
    if entry is None:
        _elsewhere(catalogue, code, edition)
    else:
        st.markdown(escaped(_official(entry)))
    missing: list[str] = []
    row = _figure_row(view, code, edition) if entry else None
    positions = _positions(view, code) if row is not None else pd.DataFrame()
    _figure(view, code, row, positions, entry, missing)
    _cycle(view, code, row, positions, missing)
    chain.section(view, code)
    _indicators(view, code, missing)
    _units(view, code, edition, entry, missing)
    _units_by_indicator(view, code, missing)
    _crosswalk(catalogue, code)
    if missing:
        st.caption(_("Здесь нет: {parts}.").format(parts="; ".join(escaped(part) for part in missing)))
    notes = [_(cards.WHAT_IT_IS), _(cards.NO_VERDICT), here.words(), str(here.year), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


# --- which mechanism ------------------------------------------------------------------------------------


def _choose(catalogue: Catalogue, edition: Edition) -> str:
    """The selector: the year's list in its order, then the mechanisms of other editions, named as such."""
    listed = {entry.code: entry.number for entry in edition.mechanisms}
    others = [code for code in catalogue.mechanisms if code not in listed]

    def words(code: str) -> str:
        short = catalogue.mechanisms[code].short
        if code in listed:
            return f"{listed[code]} {short}"
        return _("{short} (нет в редакции этого года)").format(short=short)

    indicator = catalogue.indicators.get(filters.codes().get("indicator", ""))
    with st.columns([2, 3])[0]:
        return filters.choose(
            "mechanism", _("Механизм"), [*listed, *others], words, default=indicator.mechanism if indicator else None,
            unknown=_("Механизма «{value}» в каталоге нет. Показан первый из перечня."),
        )  # fmt: skip


def _official(entry: EditionMechanism) -> str:
    if entry.published_name:
        return _("{name} (в документе: «{published}»)").format(name=entry.name, published=entry.published_name)
    return entry.name


def _elsewhere(catalogue: Catalogue, code: str, edition: Edition) -> None:
    """Why the year's list does not hold the mechanism, and where it is found instead."""
    short = catalogue.mechanisms[code].short
    said = [_("В перечне этого года механизма «{short}» нет ({edition}).").format(short=short, edition=edition.name)]
    heirs = {
        link.to_mechanism: link.note for link in catalogue.crosswalk
        if link.from_mechanism == code and link.to_edition == edition.code and link.to_mechanism != code
    }  # fmt: skip
    said += [note for note in heirs.values() if note]
    others = [one.code for one in catalogue.editions if any(entry.code == code for entry in one.mechanisms)]
    if others:
        said.append(_("Он есть в редакциях: {editions}.").format(editions=", ".join(others)))
    st.info(" ".join(said), icon="ℹ️")
    for heir in heirs:
        page_link("mechanism", _("Открыть: {short}").format(short=catalogue.mechanisms[heir].short), mechanism=heir)


# --- its figure -----------------------------------------------------------------------------------------


def _figure_row(view: View, code: str, edition: Edition) -> Row | None:
    frame = unit.mechanism_cards(view)
    own = where(where(frame, "edition", edition.code), "mechanism", code)
    return None if own.empty else own.iloc[0].to_dict()


def _positions(view: View, code: str) -> pd.DataFrame:
    here = view.here
    return ask(
        queries_overview.mechanism_positions, view.snapshot, int(here.unit["territory_id"]), code, here.year
    )  # fmt: skip


def _figure(
    view: View, code: str, row: Row | None, positions: pd.DataFrame, entry: EditionMechanism | None, missing: list[str]
) -> None:
    """The figure of the year in words, and beside it the figure year by year."""
    series = ask(
        queries.mechanisms, view.snapshot, code, territories=[int(view.here.unit["territory_id"])],
        collection=view.here.collection,
    )  # fmt: skip
    if row is None and entry is not None:
        st.info(_why_none(view), icon="ℹ️")
    drawn = derived(_known, series)
    if len(drawn) < 2:
        missing.append(_("ряд по годам — данных меньше чем за два года"))
    if row is None and len(drawn) < 2:
        return
    left, right = st.columns([1, 2], gap="large") if row is not None else (None, st.container())
    if left is not None and row is not None:
        with left:
            st.html(cards.body(row, view.catalogue, named=False))
            if own := cycle.self_assessment(positions) if len(positions) else "":
                st.markdown(escaped(own))
            page_link("passport", _("Паспорт: откуда число"), mechanism=code, indicator=None)
    if len(drawn) < 2:
        return
    with right:
        charts.draw(
            charts.Trend(breaks=_breaks(drawn)),
            derived(_named, series, view.catalogue.mechanisms[code].short),
            key="mechanism-years",
            title=_("По годам"),
            stamp=_stamp(view, code),
            note=_("Линия прерывается там, где сменилась редакция перечня: проценты разных редакций не сравнивают."),
        )


def _known(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["percent"].notna()]


def _named(frame: pd.DataFrame, mechanism: str, region: pd.DataFrame | None = None) -> pd.DataFrame:
    """With the mechanism's name, and with the region's own per cent where it is asked for."""
    frame = frame.assign(mechanism_name=mechanism)
    if region is None:
        return frame
    return frame.assign(benchmark_percent=float("nan") if region.empty else region.iloc[0]["percent"])


def _of_indicator(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.assign(indicator_name=name)


def _breaks(drawn: pd.DataFrame) -> tuple[tuple[int, str], ...]:
    """The first year of each edition but the first: no line passes there."""
    first = drawn.groupby("edition")["year"].min().sort_values()
    return tuple((int(year), _("ред. {edition}").format(edition=edition)) for edition, year in first.iloc[1:].items())


def _why_none(view: View) -> str:
    here = view.here
    if here.school is not None:
        return _("Неприменимо: механизм оценивают для региона и муниципалитета, а не для организации. "
                 "Ниже — показатели механизма.")  # fmt: skip
    return _("Для «{place}» за {year} год этот механизм не оценивался. Ниже — его показатели, если они есть.").format(
        place=here.unit["name"], year=here.year
    )


# --- cycle and positions --------------------------------------------------------------------------------


def _cycle(view: View, code: str, row: Row | None, positions: pd.DataFrame, missing: list[str]) -> None:
    if row is None:
        return
    if positions.empty:
        missing.append(_("компоненты цикла и позиции — в источнике только процент, без баллов по позициям"))
        return
    if positions["points"].isna().all():
        reasons = [*positions["absence"].dropna().unique(), None]
        missing.append(_("баллы по позициям — {reason}").format(reason=numbers.absence(reasons[0])))
        return
    catalogue = view.catalogue
    found = cycle.cycle(positions, catalogue, code)
    st.markdown(f"## {_('Где потеряны баллы: компоненты цикла')}")
    st.markdown(escaped(cycle.weakest(found, catalogue)))
    cycle.component_table(found, catalogue)
    st.markdown(f"## {_('Позиции')}")
    st.caption(_("Формулировки и максимумы позиций — предположение каталога, если не сказано иное."))
    known = {position.code: position for position in catalogue.mechanisms[code].positions}
    rows = positions.to_dict("records")
    lost = [one for one in rows if not one["points"] >= one["maximum"]]
    full = [one for one in rows if one["points"] >= one["maximum"]]
    if lost:
        cycle.position_table(lost, known, catalogue, _("Позиции, где потеряны баллы"))
    if full:
        size = numbers.counted(len(full), (_("позиция"), _("позиции"), _("позиций")))
        with st.expander(_("Выполнены полностью: {size}").format(size=size), expanded=not lost):
            cycle.position_table(full, known, catalogue, _("Позиции, выполненные полностью"))
    files.offer(
        lambda: cycle.as_table(positions, catalogue, code),
        _("Позиции механизма"), _stamp(view, code), key="mechanism-positions",
    )  # fmt: skip


# --- indicators -----------------------------------------------------------------------------------------


def _indicators(view: View, code: str, missing: list[str]) -> None:
    here = view.here
    heading = _("Показатели механизма, {year}").format(year=here.year)
    whole = unit.indicators(view)
    frame = where(whole, "mechanism", code)
    if frame.empty:
        missing.append(_("показатели механизма — за {year} год для «{place}» их нет").format(
            year=here.year, place=here.unit["name"]
        ))  # fmt: skip
        return
    st.markdown(f"## {heading}")
    html, chance = derived(indicator_rows.of_mechanism, whole, code, view.snapshot)
    indicator_rows.draw(html)
    if chance:
        st.caption(chance)
    files.offer(
        lambda: indicator_rows.for_file(frame, view.catalogue), heading, _stamp(view, code), key="mechanism-indicators"
    )


# --- who is where ---------------------------------------------------------------------------------------


def _units(view: View, code: str, edition: Edition, entry: EditionMechanism | None, missing: list[str]) -> None:
    """Districts of the region by the mechanism's own per cent."""
    here = view.here
    if entry is None or here.school is not None:
        return
    frame = ask(
        queries_overview.mechanism_units,
        view.snapshot, int(here.region["territory_id"]), "district", here.year, edition.code, code,
    )  # fmt: skip
    if frame["percent"].notna().sum() < 2:
        missing.append(_("муниципалитеты по этому механизму — за {year} год их не оценивали").format(year=here.year))
        return
    region = unit.mechanism_cards(view, int(here.region["territory_id"]))
    own = where(where(region, "edition", edition.code), "mechanism", code)
    clicked = charts.draw(
        charts.Ranked(mark="bar", benchmark_name=str(here.region["name"])),
        derived(_named, frame, view.catalogue.mechanisms[code].short, own),
        key=f"mechanism-districts-{here.district['code'] if here.district else ''}",
        title=_("{units} по доле баллов").format(units=level_name("district", plural=True)),
        stamp=_stamp(view, code),
        note=_caution(view.catalogue, code, edition),
        selection=True,
    )
    if clicked and (here.district is None or clicked != here.district["code"]):
        filters.set_code("district", clicked)
        st.rerun()


def _caution(catalogue: Catalogue, code: str, edition: Edition) -> str:
    """What an order of districts does not say; how much one position weighs."""
    maxima = [position.maximum for position in catalogue.positions(code, edition.code)]
    said = _("Порядок — по баллам за документы: повод для вопроса, а не оценка работы людей.")
    if maxima:
        weight = numbers.share(max(maxima), sum(maxima))
        said += " " + _("Одна позиция меняет процент на величину до {weight} п.п.").format(
            weight=numbers.plain(weight, 1)
        )
    return said


def _units_by_indicator(view: View, code: str, missing: list[str]) -> None:
    """The units below the chosen place by one indicator of the mechanism, beside the region's own share."""
    here = view.here
    if here.school is not None:
        return
    level = "school" if here.district is not None or len(here.members("district")) < 2 else "district"
    within = int((here.district or here.region)["territory_id"])
    known = view.catalogue.mechanisms[code].indicators
    indicators = {one.code: one for one in known if level in one.levels and one.unit == "percent"}
    frame = ask(
        queries.figures, view.snapshot, list(indicators), level=level, within=within, years=[here.year],
        collection=here.collection,
    ) if indicators else pd.DataFrame()  # fmt: skip
    frame = derived(_known, frame) if len(frame) else frame
    offered = [one for one in indicators if len(frame) and len(where(frame, "indicator", one))]
    units = level_name(level, plural=True)
    if not offered:
        why = _("{units} по показателям механизма — за {year} год данных нет")
        missing.append(why.format(units=units, year=here.year))
        return
    st.markdown(f"## {_('{units} по показателю').format(units=units)}")
    with st.columns([2, 3])[0]:
        chosen = filters.choose(
            "indicator", _("Показатель"), offered, lambda one: indicators[one].name,
            unknown=_("Показателя «{value}» среди показателей этого механизма здесь нет."),
        )  # fmt: skip
    slices = where(frame, "indicator", chosen).iloc[0]
    subject, grade = (slices[name] if isinstance(slices[name], str) else None for name in ("subject", "grade"))
    found = ask(
        queries_compare.indicator_units, view.snapshot, chosen,
        region=int(here.region["territory_id"]), within=within, level=level, years=[here.year],
        subject=subject, grade=grade,
    )  # fmt: skip
    title = ", ".join(part for part in (indicators[chosen].name, indicator_rows.slice_words(slices.to_dict())) if part)
    if len(found) > MOST_UNITS:
        st.info(_("Единиц слишком много для одной картины ({n}): откройте «Сравнение».").format(n=len(found)), icon="ℹ️")
    else:
        caution = _("Порядок школ — повод для вопроса, а не оценка работы людей.") if level == "school" else None
        charts.draw(
            charts.Ranked(benchmark_name=str(here.region["name"])),
            derived(_of_indicator, found, indicators[chosen].name),
            key="mechanism-units",
            title=title,
            stamp=_stamp(view, code),
            note=caution,
        )
    with st.container(horizontal=True):
        page_link("compare", _("Открыть в «Сравнении»"), indicator=chosen, level=level)
        page_link("passport", _("Паспорт показателя"), indicator=chosen)


# --- editions -------------------------------------------------------------------------------------------


def _crosswalk(catalogue: Catalogue, code: str) -> None:
    """Where the mechanism is found in other editions, in words."""
    links = [link for link in catalogue.crosswalk if code in (link.from_mechanism, link.to_mechanism)]
    if not links:
        return
    with st.expander(_("Этот механизм в других редакциях перечня")):
        for link in links:
            before = catalogue.mechanism_name(link.from_mechanism, link.from_edition)
            after = catalogue.mechanism_name(link.to_mechanism, link.to_edition)
            names = f"«{before}»" if before == after else f"«{before}» → «{after}»"
            verdict = _("можно сравнивать") if link.comparable else _("не сравнивается")
            line = f"{link.from_edition} → {link.to_edition}: {names} — {verdict}. {link.note}"
            st.markdown("- " + escaped(line.strip()))


def _stamp(view: View, code: str) -> Stamp:
    here = view.here
    return Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=(
            (_("Территория"), here.words()),
            (_("Год"), str(here.year)),
            (_("Механизм"), view.catalogue.mechanisms[code].short),
        ),
        notes=(_(cards.WHAT_IT_IS), _(cards.NO_VERDICT)),
        demo=here.demo,
    )
