"""Indicators of one unit as a table: figure, coverage, change, region, and a link to the passport of each.

Plain HTML: it wraps on a phone, prints whole and is read aloud in order. Texts are escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from pages.shared import links, numbers, theme
from pages.shared.numbers import GLUE, is_missing
from pages.shared.texts import N_, _
from pipelines.catalogue import Catalogue
from pipelines.snapshot import Snapshot
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.rounding import as_fraction, number_text

Row = dict[str, Any]
ADDRESS = "\x01"  # stands for «passport?data=…» until a table is drawn

STYLE = """<style>
.rows{overflow-x:auto;margin:0}
.rows table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.rows th,.rows td{text-align:left;vertical-align:top;padding:.32rem .8rem .32rem 0;border:0;
  border-bottom:1px solid rgba(128,140,150,.3);line-height:1.35}
.rows th{font-weight:600}
.rows th[scope=row]{min-width:12rem}
.rows a{color:inherit;text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.18em}
.rows a:hover{text-decoration-thickness:2px}
.rows tr.again th{padding-left:1rem;font-weight:400}
.rows .quiet{opacity:.82;font-size:.875rem;display:block}
.rows .figure{white-space:nowrap;font-weight:600}
.rows .sign{font-size:.9em;margin-right:.25rem}
@media (max-width:640px){
  .rows.stacks thead{position:absolute;left:-9999px}
  .rows.stacks tr{display:block;border-bottom:1px solid rgba(128,140,150,.45);padding:.4rem 0}
  .rows.stacks td,.rows.stacks th[scope=row]{display:block;border:0;padding:.1rem 0}
  .rows.stacks td[data-head]::before{content:attr(data-head) ": ";opacity:.82}
}
</style>"""

# A shape beside the word: colour is never the only carrier.
SIGNS = {"better": "▲", "worse": "▼", "higher": "▲", "lower": "▼", "not_distinguishable": "●", "not_enough_data": "○"}
# Said of a change between two years; against the region the words of the theme hold.
CHANGED = {
    "better": N_("лучше"),
    "worse": N_("хуже"),
    "higher": N_("выше"),
    "lower": N_("ниже"),
    "not_distinguishable": N_("не отличается"),
    "not_enough_data": N_("мало данных"),
}


def style() -> None:
    """The look of these tables; once a page."""
    st.html(STYLE)


@dataclass(frozen=True)
class Section:
    """What one mechanism's table holds. ``told``: «лучше 5, хуже 2», empty where nothing is certain."""

    mechanism: str
    rows: int
    told: str


@dataclass(frozen=True)
class Sections:
    """The tables that one unit and year have, and what chance alone would flag in all of them (rule 16)."""

    tables: tuple[Section, ...]
    chance: str


def sections(frame: pd.DataFrame, mechanisms: Sequence[str]) -> Sections:
    """Which of the mechanisms have indicators for one unit. Made to be kept (``data.derived``)."""
    columns = zip(frame["mechanism"].tolist(), frame["change"].tolist(), strict=True)
    changes: dict[str, list[Any]] = {}
    for mechanism, change in columns:
        changes.setdefault(mechanism, []).append(change)
    made = [Section(code, len(changes[code]), counted(changes[code])) for code in mechanisms
            if code in changes]  # fmt: skip
    return Sections(tuple(made), chance_words(frame))


def of_mechanism(frame: pd.DataFrame, mechanism: str, snapshot: Snapshot) -> tuple[str, str]:
    """The table of one mechanism's indicators for one unit as HTML, and the words on chance for it alone.

    Made to be kept (``data.derived``): nothing in it depends on the session but the language, and links hold
    :data:`ADDRESS` until they are drawn.
    """
    own = frame[frame["mechanism"] == mechanism]
    caption = _("Показатели: {mechanism}").format(mechanism=snapshot.catalogue.mechanisms[mechanism].short)
    return table(own, snapshot.catalogue, caption), chance_words(own)


def draw(html: str) -> None:
    """Draw a table with links that keep the filters of this session."""
    keep = links.address("passport", mechanism=None, indicator=None, subject=None, grade=None)
    st.html(html.replace(ADDRESS, escape(keep, quote=True)))


def table(frame: pd.DataFrame, catalogue: Catalogue, caption: str) -> str:
    """The rows of ``queries_overview.indicators_of`` for one unit as HTML, in the order of the frame."""
    columns = [frame[name].tolist() for name in frame.columns]
    rows = [dict(zip(frame.columns, values, strict=True)) for values in zip(*columns, strict=True)]
    with_region = bool(frame["region_percent"].notna().any() or frame["region_value"].notna().any())
    with_coverage = bool(frame["coverage_total"].notna().any())
    with_change = bool(frame["before_year"].notna().any())
    heads = [_("Показатель"), _("Значение")]
    heads += [_("Отчитались")] if with_coverage else []
    heads += [_("К прошлому году")] if with_change else []
    heads += [_("Регион")] if with_region else []
    body = []
    above = None
    for row in rows:
        cells = [figure_cell(row, catalogue)]
        if with_coverage:
            cells.append(escape(numbers.out_of(row["coverage_reported"], row["coverage_total"])))
        if with_change:
            cells.append(change_cell(row, catalogue))
        if with_region:
            cells.append(region_cell(row))
        again = above == row["indicator"] and bool(slice_words(row))
        above = row["indicator"]
        body.append(table_row(name_cell(row, catalogue, again), heads[1:], cells, "again" if again else ""))
    return framed(heads, body, caption)


def table_row(name: str, heads: Sequence[str], cells: Sequence[str], kind: str = "") -> str:
    """One row of ready cells; each carries its heading for the phone, where cells stand under one another."""
    tds = "".join(
        f'<td data-head="{escape(head, quote=True)}">{cell}</td>' for head, cell in zip(heads, cells, strict=True)
    )
    mark = f' class="{kind}"' if kind else ""
    return f'<tr{mark}><th scope="row">{name}</th>{tds}</tr>'


def framed(heads: Sequence[str], rows: Sequence[str], caption: str) -> str:
    """A table of ready rows in a frame of its own that can be reached and scrolled by keyboard."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    label = escape(caption, quote=True)
    return (
        f'<div class="rows stacks" tabindex="0" role="region" aria-label="{label}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def name_cell(row: Row, catalogue: Catalogue, again: bool = False) -> str:
    """The indicator's name as a link to its passport, with subject and class; ``again``: the name stands above."""
    code = str(row["indicator"])
    slices = slice_words(row)
    chosen = {"mechanism": str(row["mechanism"]), "indicator": code}
    chosen |= {name: str(row[name]) for name in ("subject", "grade") if isinstance(row.get(name), str)}
    where = f"{ADDRESS}{escape('&' + urlencode(chosen), quote=True)}"
    name = catalogue.indicators[code].name
    if again:
        whole = escape(f"{name}, {slices}", quote=True)
        return f'<a href="{where}" target="_self" title="{whole}">{escape(slices)}</a>'
    under = f'<span class="quiet">{escape(slices)}</span>' if slices else ""
    return f'<a href="{where}" target="_self">{escape(name)}</a>{under}'


def slice_words(row: Row) -> str:
    """«Математика, 4 класс»; empty where an indicator has neither."""
    parts = [str(row["subject"])] if isinstance(row.get("subject"), str) else []
    if isinstance(row.get("grade"), str):
        parts.append(_("{grade} класс").format(grade=row["grade"]))
    return ", ".join(parts)


def figure_cell(row: Row, catalogue: Catalogue) -> str:
    """The figure with what it is made of, or the reason of its absence."""
    if isinstance(row.get("absence"), str):
        return escape(numbers.absence(row["absence"], catalogue.indicators[str(row["indicator"])].minimum_n))
    of = numbers.out_of(row.get("numerator"), row.get("denominator"))
    small = "" if of == numbers.MISSING else f'<span class="quiet">{escape(of)}</span>'
    return f'<span class="figure">{escape(numbers.figure_text(row))}</span>{small}'


def change_cell(row: Row, catalogue: Catalogue) -> str:
    """What became of the figure since last year; a difference that proves nothing says so."""
    if isinstance(row.get("absence"), str) or is_missing(row.get("before_year")):
        return numbers.MISSING
    if isinstance(row.get("before_absence"), str):
        minimum = catalogue.indicators[str(row["indicator"])].minimum_n
        return escape(_("год назад {reason}").format(reason=numbers.absence(row["before_absence"], minimum)))
    if not row["comparable"]:
        return escape(_("другое определение — не сравнивается"))
    return worded(row.get("change"), difference(row, "before"), CHANGED)


def region_cell(row: Row) -> str:
    """The region's figure, and the verdict against it where there is one."""
    if is_missing(row.get("region_percent")) and is_missing(row.get("region_value")):
        return numbers.MISSING
    figure = numbers.figure_text(
        {
            "percent": row["region_percent"],
            "percent_digits": row["region_digits"],
            "numerator": row["region_numerator"],
            "denominator": row["region_denominator"],
            "value": row["region_value"],
            "unit": row["region_unit"],
            "basis": row["region_basis"],
        }
    )
    if isinstance(row.get("absence"), str) or not isinstance(row.get("against_region"), str):
        return escape(figure)
    return f"{escape(figure)}<br>{worded(row['against_region'], difference(row, 'region'), CHANGED)}"


def difference(row: Row, other: str) -> str:
    """The difference from ``<other>_…``: п.п. from the exact fractions where they are known, else units."""
    if not is_missing(row.get("value")):
        earlier = row.get(f"{other}_value")
        if is_missing(earlier):
            return numbers.MISSING
        return number_text(row["value"] - earlier, 1, trim=True, signed=True)
    pair = (row.get("numerator"), row.get("denominator"))
    its = (row.get(f"{other}_numerator"), row.get(f"{other}_denominator"))
    if not any(is_missing(part) for part in (*pair, *its)) and pair[1] and its[1]:
        exact = 100 * (_share(*pair) - _share(*its))
        return number_text(exact, 1, signed=True) + GLUE + _("п.п.")
    if is_missing(row.get("percent")) or is_missing(row.get(f"{other}_percent")):
        return numbers.MISSING
    return numbers.percentage_points(row["percent"] - row[f"{other}_percent"])


def _share(part: Any, whole: Any) -> Any:
    return as_fraction(float(part)) / as_fraction(float(whole))


def worded(verdict: object, size: str, words: dict[str, str]) -> str:
    """«▲ лучше, +2,3 п.п.»; without a verdict the bare difference."""
    if not isinstance(verdict, str):
        return escape(size)
    look = theme.VERDICTS[verdict]
    sign = f'<span class="sign" style="color:{look.colour}" aria-hidden="true">{SIGNS[verdict]}</span>'
    text = _(words[verdict])
    if verdict == "not_enough_data":
        return sign + escape(text)
    return sign + escape(f"{text}, {size}")


def counted(changes: Sequence[Any]) -> str:
    """«лучше 5, хуже 2» of the words of a folded table's rows, for its heading."""
    told = [word for word in ("better", "worse", "higher", "lower") if word in changes]
    return ", ".join(f"{_(CHANGED[word])} {changes.count(word)}" for word in told)


def chance_words(frame: pd.DataFrame) -> str:
    """What chance alone would flag among the comparisons shown (rule 16); empty where nothing was compared."""
    found = chance([*_words(frame["change"]), *_words(frame["against_region"])])
    return chance_sentence(found) + "." if found.comparisons > 1 else ""


def _words(series: pd.Series) -> list[str | None]:
    return [word if isinstance(word, str) else None for word in series]


def for_file(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The same rows for a file: names beside codes, the change as a word, the region as the benchmark."""
    words = [_(CHANGED[word]) if isinstance(word, str) else None for word in frame["change"]]
    return frame.assign(
        indicator_name=[catalogue.indicators[code].name for code in frame["indicator"]],
        mechanism_name=[catalogue.mechanisms[code].short for code in frame["mechanism"]],
        benchmark_percent=frame["region_percent"],
        verdict=frame["against_region"],
        **{_("К прошлому году"): words},
    )
