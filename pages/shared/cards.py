"""A mechanism's own per cent on a card, and the words around it (rule 17).

No verdict stands here: points of a check-list are not independent units, so there is no interval and no better or
worse, only positions gained and lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from pages.shared import numbers, theme
from pages.shared.links import page_link
from pages.shared.numbers import GLUE, is_missing
from pages.shared.texts import N_, _, ngettext
from pipelines.catalogue import Catalogue
from pipelines.statistics.rounding import number_text

Row = Mapping[str, Any]

WHAT_IT_IS = N_("доля баллов за документы системы управления, не оценка людей")
NO_VERDICT = N_("проверочные позиции — не независимые единицы: без интервала и без вывода «лучше» или «хуже»")

STYLE = f"""<style>
.st-key-mechanism-cards{{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.8rem;align-items:stretch}}
@media (max-width:1100px){{.st-key-mechanism-cards{{grid-template-columns:repeat(2,minmax(0,1fr))}}}}
@media (max-width:640px){{.st-key-mechanism-cards{{grid-template-columns:minmax(0,1fr)}}}}
.st-key-mechanism-cards>div{{height:auto;min-width:0;break-inside:avoid}}
.st-key-mechanism-cards>div>div{{justify-content:space-between}}
[data-testid=stMain] [data-testid=stPageLink] a{{padding:.1rem .35rem;text-decoration:underline currentColor 1px;
  text-underline-offset:.18em}}
.mechanism h2{{font-size:1rem;line-height:1.25;margin:0 0 .15rem;padding:0}}
.mechanism .official{{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;margin:0}}
.mechanism p{{margin:0 0 .2rem;line-height:1.3}}
.mechanism .figure{{font-size:1.9rem;line-height:1.15;font-weight:650;font-variant-numeric:tabular-nums;margin:.1rem 0}}
.mechanism .reason{{font-size:1.35rem;line-height:1.3;font-weight:600;margin:.35rem 0 .45rem}}
.mechanism .quiet{{opacity:.82;font-size:.875rem}}
.mechanism .scale{{position:relative;height:.4rem;margin:.1rem 0 .4rem;background:rgba(128,140,150,.25);
  border-radius:2px}}
.mechanism .scale i{{position:absolute;left:0;top:0;bottom:0;background:{theme.BLUE};border-radius:2px}}
.mechanism .scale b{{position:absolute;top:-.2rem;bottom:-.2rem;width:3px;background:currentColor}}
</style>"""


def style() -> None:
    """The look of cards; once a page."""
    st.html(STYLE)


def grid(rows: Sequence[Row], catalogue: Catalogue) -> None:
    """Cards of equal height: four across, two on a tablet, one on a phone."""
    with st.container(key="mechanism-cards"):
        for row in rows:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.html(body(row, catalogue))
                with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                    code = str(row["mechanism"])
                    scored = numbers.figure(row) is not None
                    page_link("mechanism", _("Механизм") if scored else _("Показатели"), mechanism=code)
                    page_link("passport", _("Паспорт"), mechanism=code, indicator=None)


def body(row: Row, catalogue: Catalogue, named: bool = True) -> str:
    """The HTML of one card: name, figure, change, points, region, coverage."""
    figure = numbers.figure(row)
    if figure is None:
        told = f'<p class="reason">{escape(reason(row))}</p>'
    else:
        region = _region_figure(row)
        mark = f'<b style="left:calc({float(region)}% - 1px)"></b>' if region is not None else ""
        told = (
            f'<p class="figure">{escape(numbers.figure_text(row))}</p>'
            f'<div class="scale" aria-hidden="true"><i style="width:{float(figure)}%"></i>{mark}</div>'
        )
    lines = [(change(row, catalogue), ""), (points(row), ""), (beside_region(row), "quiet"), (coverage(row), "quiet")]
    told += "".join(f'<p class="{kind}">{escape(text)}</p>' for text, kind in lines if text)
    return (
        f'<article class="mechanism">{_heading(row, catalogue) if named else ""}{told}'
        f'<p class="quiet">{escape(_(WHAT_IT_IS))}</p></article>'
    )


def _heading(row: Row, catalogue: Catalogue) -> str:
    """The short name with the edition's number, and the official name of the edition under it."""
    code = str(row["mechanism"])
    short = escape(catalogue.mechanisms[code].short)
    official = catalogue.mechanism_name(code, str(row.get("edition") or ""))
    return f'<h2>{short}</h2><p class="quiet official" title="{escape(official, quote=True)}">{escape(official)}</p>'


def reason(row: Row) -> str:
    """Why a mechanism has no figure: «в документе нет», «не оценивался: не предоставлено»."""
    code = row.get("absence")
    if code == "not_published":
        return numbers.absence(code)
    if is_missing(code):
        return _("не оценивался")
    return _("не оценивался: {reason}").format(reason=numbers.absence(code))


def change(row: Row, catalogue: Catalogue) -> str:
    """The change to the latest earlier year of the same edition, in positions where points are known.

    «+1 позиция из 14 к 2023 году»; else points or п.п.; never across an edition break that no crosswalk allows.
    """
    if numbers.figure(row) is None:
        return ""
    if not is_missing(row.get("before_year")):
        return _since(row)
    if not is_missing(row.get("other_year")):
        if _crosses(row, catalogue):
            since = _("к {year} году").format(year=int(row["other_year"]))
            return f"{_points_of_per_cent(row, row['other_percent'])} {since}"
        return _("другая редакция перечня — не сравнивается с {year} годом").format(year=int(row["other_year"]))
    return ""


def _since(row: Row) -> str:
    since = _("к {year} году").format(year=int(row["before_year"]))
    if not is_missing(row.get("compared")) and row["compared"]:
        gained, lost, compared = (int(row[name]) for name in ("gained", "lost", "compared"))
        net = gained - lost
        if not gained and not lost:
            return _("без изменений с {year} года").format(year=int(row["before_year"]))
        text = f"{signed(net)}{GLUE}{positions(net)} {_('из')}{GLUE}{compared} {since}"
        details = []
        if gained and lost:
            details.append(_("{gained} прибавили, {lost} потеряли").format(gained=gained, lost=lost))
        if row["points_change"] != net:
            value = row["points_change"]
            details.append(signed(value) + GLUE + ngettext("балл", "балла", "баллов", abs(value)))
        return text + (f" ({'; '.join(details)})" if details else "")
    if not is_missing(row.get("numerator")) and row.get("denominator") == row.get("before_denominator"):
        value = row["numerator"] - row["before_numerator"]
        unit = ngettext("балл", "балла", "баллов", abs(value))
        return _("{change} {unit} из {maximum} {since}").format(
            change=signed(value), unit=unit, maximum=numbers.shortest(row["denominator"]), since=since
        )
    return f"{_points_of_per_cent(row, row['before_percent'])} {since}"


def _points_of_per_cent(row: Row, earlier: float) -> str:
    return numbers.percentage_points(row["percent"] - earlier) + " " + _("(без вывода)")


def _crosses(row: Row, catalogue: Catalogue) -> bool:
    """Whether a crosswalk calls the mechanism's two editions comparable."""
    return any(
        link.comparable
        and link.from_edition == row["other_edition"]
        and link.to_edition == row["edition"]
        and link.from_mechanism == link.to_mechanism == row["mechanism"]
        for link in catalogue.crosswalk
    )


def signed(value: float) -> str:
    """«+2», «−1», «0», «+0,5»."""
    return number_text(value, 2, trim=True, signed=True)


def positions(n: float) -> str:
    """The word that goes with a number of positions."""
    return ngettext("позиция", "позиции", "позиций", abs(n))


def points(row: Row) -> str:
    """«11 из 14 баллов; потеряно 3», or the fraction that was inferred from a published per cent, marked so."""
    if not is_missing(row.get("numerator")) and not is_missing(row.get("denominator")):
        lost = row["denominator"] - row["numerator"]
        return _("{points} баллов; потеряно {lost}").format(
            points=numbers.out_of(row["numerator"], row["denominator"]), lost=numbers.shortest(lost)
        )
    return inferred(row)


def inferred(row: Row) -> str:
    """«выведено: 19 из 22 баллов»: a fraction that explains the published per cent and stands in no document."""
    text = row.get("inferred")
    if not isinstance(text, str) or "/" not in text:
        return ""
    part, whole = (piece.strip() for piece in text.split("/", 1))
    if not whole.isdigit():
        return _("баллы в документе не названы, максимум неизвестен")
    return _("выведено: {part} из {whole} баллов, в документе дроби нет").format(part=part, whole=whole)


def _region_figure(row: Row) -> Any:
    return numbers.figure(
        {
            "percent": row.get("region_percent"),
            "percent_digits": row.get("region_digits"),
            "numerator": row.get("region_numerator"),
            "denominator": row.get("region_denominator"),
            "basis": row.get("region_basis"),
        }
    )


def beside_region(row: Row) -> str:
    """The region's own figure, named as such: «черта — оценка самого региона: 70,7 %»."""
    figure = _region_figure(row)
    if figure is None or numbers.figure(row) is None:
        return ""
    said = numbers.percent(figure, _digits(row.get("region_digits")))
    return _("черта — оценка самого региона: {figure}").format(figure=said)


def _digits(value: Any) -> int:
    return 1 if is_missing(value) else int(value)


def coverage(row: Row) -> str:
    """How many of the positions were scored: «оценены 14 из 14 позиций»."""
    if is_missing(row.get("positions_total")) or numbers.figure(row) is None:
        return ""
    return _("оценены {part} позиций").format(part=numbers.out_of(row["positions_scored"], row["positions_total"]))


def joined(names: Sequence[str]) -> str:
    """«а», «а и б», «а, б и в»."""
    return names[0] if len(names) == 1 else _("{first} и {last}").format(first=", ".join(names[:-1]), last=names[-1])


def summary(rows: Sequence[Row], catalogue: Catalogue) -> list[str]:
    """Sentences on a set of cards: highest and lowest among those with a figure, what moved, what has no figure.

    Never a mean or a total over mechanisms; one without a figure is never among the lowest.
    """
    short = {str(row["mechanism"]): catalogue.mechanisms[str(row["mechanism"])].short for row in rows}
    figures = {str(row["mechanism"]): figure for row in rows if (figure := numbers.figure(row)) is not None}
    texts = {str(row["mechanism"]): numbers.figure_text(row) for row in rows}
    said = []
    if len(set(figures.values())) > 1:
        ends = []
        for word, bound in ((_("Выше всего"), max(figures.values())), (_("ниже всего"), min(figures.values()))):
            codes = [code for code, figure in figures.items() if figure == bound]
            ends.append(f"{word} — {joined([f'«{short[code]}»' for code in codes])} ({texts[codes[0]]})")
        said.append("; ".join(ends) + ".")
    elif len(figures) > 1:
        said.append(_("У всех механизмов с оценкой одинаково: {figure}.").format(figure=texts[next(iter(figures))]))
    said += _moved([row for row in rows if str(row["mechanism"]) in figures])
    silent = [row for row in rows if str(row["mechanism"]) not in figures]
    if silent:
        listed = joined([f"«{short[str(row['mechanism'])]}» ({reason(row)})" for row in silent])
        said.append(_("Без числа: {listed}.").format(listed=listed))
    return said


def _moved(rows: Sequence[Row]) -> list[str]:
    """«К 2023 году выполненных позиций прибавилось у 5 из 8, убавилось у 1, столько же у 2»; breaks too."""
    if rows and all(is_missing(row.get("before_year")) and is_missing(row.get("other_year")) for row in rows):
        return [_("Сравнить не с чем: прежних оценок нет.")]
    if rows and all(is_missing(row.get("before_year")) for row in rows):
        return [_("С прежними годами не сравнивается: другая редакция перечня.")]
    compared = [row for row in rows if not is_missing(row.get("compared")) and row["compared"]]
    if not compared:
        return []
    nets = [int(row["gained"]) - int(row["lost"]) for row in compared]
    more, fewer, same = sum(n > 0 for n in nets), sum(n < 0 for n in nets), sum(n == 0 for n in nets)
    parts = [
        _("прибавилось у {n} из {all}").format(n=more, all=len(nets)) if more else "",
        _("убавилось у {n}").format(n=fewer) if fewer else "",
        _("столько же у {n}").format(n=same) if same else "",
    ]
    years = sorted({int(row["before_year"]) for row in compared})
    since = _("К {year} году").format(year=years[0]) if len(years) == 1 else _("К прежней оценке")
    listed = ", ".join(part for part in parts if part)
    return [_("{since} выполненных позиций {listed}.").format(since=since, listed=listed)]
