"""The passport's part about the data behind an indicator: coverage, absences, flags, revisions, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.passport_words import level_words
from pages.shared import facts, numbers, origin
from pages.shared.facts import Cell, Share
from pages.shared.origin import Row
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries_lineage
from pipelines.catalogue.model import LEVELS, Indicator

MOST_REVISIONS, MOST_FINDINGS = 50, 20
# Columns of the coverage table: a reason that never occurs takes no room.
REASONS = ("suppressed", "not_reported", "not_published", "not_collected", "not_applicable")


def draw(view: View, indicator: Indicator, subject: str | None, grade: str | None) -> None:
    """Coverage by year, absences, flags, what was published and what summed, revisions and findings."""
    here = view.here
    # inside a municipality only where it has members: the coverage of one unit by itself says nothing
    inside = here.district if indicator.base_level == "school" else None
    within = inside or here.region
    found = origin.kept_rows(view.snapshot, queries_lineage.quality, indicator.code, int(within["territory_id"]))
    if not found:
        return
    st.subheader(_("Качество данных"))
    rows = origin.of_slice(found, subject, grade)
    levels = [level for level in LEVELS if level in {row["level"] for row in rows}]
    if not levels:
        return
    lowest = levels[-1]
    words = origin.slice_words({"subject": subject, "grade": grade})
    caption = [_("Охват по годам"), str(within["name"]), level_words(lowest, plural=True), words]
    _coverage_table(
        rows, lowest, str(within["level"]), indicator, " · ".join(filter(None, caption)) + origin.demo_mark(here.demo)
    )
    st.caption(_how_made(rows, levels))
    if any(row["revised"] for row in rows):
        _revisions(view, indicator, within, subject, grade)
    findings = origin.kept_rows(view.snapshot, queries_lineage.findings_about, indicator.code)
    if not findings:
        st.caption(_("Проверки при загрузке замечаний к этому показателю не дали."))
    for finding in findings[:MOST_FINDINGS]:
        st.warning(escaped(finding["message"]))


def _coverage_table(rows: Sequence[Row], lowest: str, own: str, indicator: Indicator, caption: str) -> None:
    """One row a year: who reported of how many as a bar, then what is missing and why."""
    base = {int(row["year"]): row for row in rows if row["level"] == lowest}
    sums = {int(row["year"]): row for row in rows if row["level"] == own}
    reasons = [reason for reason in REASONS if any(row[reason] for row in base.values())]
    flags = [name for name in ("low_reliability", "rounds_to_zero") if any(row[name] for row in base.values())]
    revised = any(row["revised"] for row in base.values())
    nobody = dict.fromkeys([*REASONS, *flags, "revised", "units", "shown"], 0)
    table = []
    for year in sorted(base | sums):
        row = base.get(year, nobody)
        part = int(row["shown"] + row["suppressed"])
        whole = max(part, int(row["units"] - row["not_applicable"]))
        if year in sums and not numbers.is_missing(sums[year]["total"]):
            part, whole = int(sums[year]["reported"]), int(sums[year]["total"])
        version = indicator.version_in(year)
        cells: list[Cell] = [
            numbers.year(year, indicator.period),
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


def _how_made(rows: Sequence[Row], levels: Sequence[str]) -> str:
    """«Регион — сложено; муниципалитеты — сложено; ОО — дано в файле»."""
    parts = []
    for level in levels:
        made = [
            words
            for name, words in (
                ("direct", _("дано в файле")),
                ("published", _("опубликовано")),
                ("computed", _("сложено здесь")),
            )
            if any(row[name] for row in rows if row["level"] == level)
        ]
        parts.append(f"{level_words(level, plural=level != 'region')} — {', '.join(made)}")
    return _("Происхождение значений: {parts}.").format(parts="; ".join(parts))


def _revisions(
    view: View, indicator: Indicator, within: Mapping[str, Any], subject: str | None, grade: str | None
) -> None:
    found = origin.kept_rows(view.snapshot, queries_lineage.revisions, indicator.code, int(within["territory_id"]))
    found = origin.of_slice(found, subject, grade)
    with st.expander(_("Пересмотренные значения: {n}").format(n=len(found))):
        rows = [
            [
                numbers.year(int(row["year"]), indicator.period),
                str(row["territory_name"]),
                numbers.out_of(row["revised_from"], row["denominator"]),
                numbers.out_of(row["numerator"], row["denominator"]),
            ]
            for row in found[:MOST_REVISIONS]
        ]
        heads = [_("Год"), _("Территория или организация"), _("было"), _("стало")]
        facts.table(heads, rows, _("Исправленные позже числители") + origin.demo_mark(view.here.demo), numbers=(2, 3))
        if len(found) > MOST_REVISIONS:
            st.caption(_("Показаны первые {n}.").format(n=MOST_REVISIONS))
