"""The passport's part about the data behind an indicator: coverage, absences, flags, revisions, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.passport_words import level_words
from pages.shared import facts, numbers, origin
from pages.shared.data import ask
from pages.shared.facts import Cell, Share
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries_lineage
from pipelines.catalogue.model import LEVELS, Indicator

MOST_REVISIONS = 50
# Columns of the coverage table: a reason that never occurs takes no room.
REASONS = ("suppressed", "not_reported", "not_published", "not_collected", "not_applicable")


def draw(view: View, indicator: Indicator, subject: str | None, grade: str | None) -> None:
    """Coverage by year, absences, flags, what was published and what summed, revisions and findings."""
    here = view.here
    # inside a municipality only where it has members: the coverage of one unit by itself says nothing
    inside = here.district if indicator.base_level == "school" else None
    within = inside or here.region
    frame = ask(queries_lineage.quality, view.snapshot, indicator.code, int(within["territory_id"]))
    if frame.empty:
        return
    st.subheader(_("Качество данных"))
    rows = origin.of_slice(frame, subject, grade)
    levels = [level for level in LEVELS if level in set(rows["level"])]
    if not levels:
        return
    lowest = levels[-1]
    words = origin.slice_words({"subject": subject, "grade": grade})
    caption = [_("Охват по годам"), str(within["name"]), level_words(lowest, plural=True), words]
    _coverage_table(
        rows, lowest, str(within["level"]), indicator, " · ".join(filter(None, caption)) + origin.demo_mark(here.demo)
    )
    st.caption(_how_made(rows, levels, indicator))
    revised = int(rows["revised"].sum())
    if revised:
        _revisions(view, indicator, within, subject, grade)
    found = ask(queries_lineage.findings_about, view.snapshot, indicator.code)
    if found.empty:
        st.caption(_("Проверки при загрузке замечаний к этому показателю не дали."))
    for finding in found.head(20).to_dict("records"):
        st.warning(escaped(finding["message"]))


def _coverage_table(rows: pd.DataFrame, lowest: str, own: str, indicator: Indicator, caption: str) -> None:
    """One row a year: who reported of how many as a bar, then what is missing and why."""
    base = rows[rows["level"] == lowest].set_index("year")
    sums = rows[rows["level"] == own].set_index("year")
    reasons = [reason for reason in REASONS if base[reason].sum()]
    flags = [name for name in ("low_reliability", "rounds_to_zero") if base[name].sum()]
    revised = bool(base["revised"].sum())
    table = []
    for year in sorted(set(base.index) | set(sums.index)):
        row = (
            base.loc[year].to_dict() if year in base.index else dict.fromkeys([*REASONS, *flags, "revised", "units"], 0)
        )
        part = row.get("shown", 0) + row["suppressed"]
        whole = max(part, row["units"] - row["not_applicable"])
        if year in sums.index and not numbers.is_missing(sums.loc[year, "total"]):
            part, whole = int(sums.loc[year, "reported"]), int(sums.loc[year, "total"])
        version = indicator.version_in(int(year))
        cells: list[Cell] = [
            numbers.year(int(year), indicator.period),
            Share(part, whole, numbers.out_of(part, whole)),
            *(_count(row[reason]) for reason in reasons),
            *(_count(row[name]) for name in flags),
        ]
        if revised:
            cells.append(_count(row["revised"]))
        if len(indicator.versions) > 1:
            cells.append(version.version if version else numbers.MISSING)
        table.append(cells)
    names = {"low_reliability": _("низкая надёжность"), "rounds_to_zero": _("округлено до нуля")}
    heads = [_("Год"), _("Отчитались"), *(numbers.absence(reason, indicator.minimum_n) for reason in reasons)]
    heads += [names[name] for name in flags]
    heads += [_("пересмотрено")] if revised else []
    heads += [_("версия определения")] if len(indicator.versions) > 1 else []
    facts.table(heads, table, caption, numbers=range(2, len(heads)))


def _count(value: Any) -> str:
    return str(int(value)) if value else facts.NOTHING


def _how_made(rows: pd.DataFrame, levels: Sequence[str], indicator: Indicator) -> str:
    """«Регион — сложено; муниципалитеты — сложено; ОО — дано в файле»."""
    parts = []
    for level in levels:
        of_level = rows[rows["level"] == level]
        made = [
            words
            for name, words in (
                ("direct", _("дано в файле")),
                ("published", _("опубликовано")),
                ("computed", _("сложено здесь")),
            )
            if of_level[name].sum()
        ]
        parts.append(f"{level_words(level, plural=level != 'region')} — {', '.join(made)}")
    return _("Происхождение значений: {parts}.").format(parts="; ".join(parts))


def _revisions(
    view: View, indicator: Indicator, within: Mapping[str, Any], subject: str | None, grade: str | None
) -> None:
    frame = ask(queries_lineage.revisions, view.snapshot, indicator.code, int(within["territory_id"]))
    frame = origin.of_slice(frame, subject, grade)
    with st.expander(_("Пересмотренные значения: {n}").format(n=len(frame))):
        rows = [
            [
                numbers.year(int(row["year"]), indicator.period),
                str(row["territory_name"]),
                numbers.out_of(row["revised_from"], row["denominator"]),
                numbers.out_of(row["numerator"], row["denominator"]),
            ]
            for row in frame.head(MOST_REVISIONS).to_dict("records")
        ]
        heads = [_("Год"), _("Территория или организация"), _("было"), _("стало")]
        facts.table(heads, rows, _("Исправленные позже числители") + origin.demo_mark(view.here.demo), numbers=(2, 3))
        if len(frame) > MOST_REVISIONS:
            st.caption(_("Показаны первые {n}.").format(n=MOST_REVISIONS))
