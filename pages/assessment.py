"""«Оценка качества»: успеваемость, качество and the share of «2» by subject and class, with verdicts; marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words, marks_charts
from pages.shared import charts, exclusions, files, filters, indicator_rows, links, numbers
from pages.shared.data import ask
from pages.shared.filters import COLLECTIONS
from pages.shared.links import page_link
from pages.shared.numbers import is_missing
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, ngettext
from pages.shared.view import View, dated
from pipelines import queries_marks
from pipelines.comparison import objectivity
from pipelines.queries_overview import same_definition
from pipelines.statistics.chance import chance, chance_sentence
from pipelines.statistics.verdicts import RULE_VERSION

MARKS = objectivity.MARKS
HEADS = {"pass": N_("Успеваемость («3», «4», «5»)"), "quality": N_("Качество («4» и «5»)"), "low": N_("Доля «2»")}
AGAINST = {
    "region": N_("регион"),
    "district": N_("свой муниципалитет"),
    "similar": N_("похожие школы"),
    "previous": N_("прошлый год"),
}
CAUTION = N_("По результатам ВПР не оценивают учителей; порядок школ — повод для вопроса, а не оценка работы людей.")
MOST_NAMED = 3
BELOW = {"school": N_("ОО"), "district": N_("муниципалитеты")}


def run(view: View) -> None:
    """Draw the page."""
    compare_words.style()
    st.title(_("Оценка качества"))
    rows = marks_charts.offered(view, marks_charts.MARKS)
    if marks_charts.no_year(marks_charts.MARKS, rows, view.here.year):
        page_link("mechanism", _("Механизм «Оценка качества подготовки» →"), mechanism="assessment")
        return
    _results(view)
    marks_charts.draw(view, marks_charts.MARKS, ("units", "years", "subjects"))
    here = view.here
    notes = [_(CAUTION), here.words(), str(here.year), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


# --- the table ------------------------------------------------------------------------------------------


def _results(view: View) -> None:
    """Subjects and classes of the chosen unit: three shares each, with what they say against the benchmark."""
    here = view.here
    offered = _benchmarks(view)
    benchmark = ""
    if len(offered) == 1:
        benchmark = offered[0]
    elif offered:
        # A code of its own: «Сравнение» should not take over what only this page offers.
        benchmark = filters.choose(
            "against", _("Сравниваем с"), offered, lambda code: _(AGAINST[code]), segmented=True,
            unknown=_("Сравнить с «{value}» здесь нельзя."),
        )  # fmt: skip
    unit = int(here.unit["territory_id"])
    out = exclusions.of_school(view) if benchmark == "similar" else ()
    frame = ask(
        queries_marks.results, view.snapshot, unit, here.year, benchmark or "region", exclusions.pairs(view, out)
    )
    if frame.empty:
        st.info(_("За {year} год результатов ВПР для «{name}» нет.").format(year=here.year, name=here.unit["name"]),
                icon="ℹ️")  # fmt: skip
        return
    if not benchmark:
        frame = frame.assign(verdict=None)
    _summary(view, frame, benchmark)
    if out:
        st.caption(escaped(exclusions.said(view, out)))
    below = _below(view)
    title = _("Результаты ВПР: {name}, {year}").format(name=here.unit["name"], year=here.year)
    st.header(escaped(title) + (f" :orange-badge[{_('демонстрационные данные')}]" if here.demo else ""), anchor=False)
    indicator_rows.style()
    heads = [_("Предмет и класс"), *(_(head) for head in HEADS.values())]
    body = [_row(view, heads[1:], own, below) for _key, own in _slices(frame)]
    st.html(indicator_rows.framed(heads, body, title))
    lines = [_coverage(view, frame), _chance(frame), _how_to_read(benchmark, bool(below))]
    st.caption("  \n".join(escaped(line) for line in lines if line))
    files.offer(lambda: _for_file(view, frame), title, _stamp(view, benchmark), "assessment-results")


def _benchmarks(view: View) -> list[str]:
    """What the chosen unit can be compared with: a region only with its own last year."""
    here = view.here
    found = []
    if here.district is not None or here.school is not None:
        found.append("region")
    if here.school is not None:
        found += ["similar"] + ["district"] * (here.district is not None)
    indicator = view.catalogue.indicators[MARKS["quality"]]
    if here.year - 1 in here.years and same_definition(indicator, here.year - 1, here.year):
        found.append("previous")
    return found


def _slices(frame: pd.DataFrame) -> list[tuple[tuple[str, str], dict[str, dict[Any, Any]]]]:
    """Subject and class → indicator → its row."""
    found: dict[tuple[str, str], dict[str, dict[Any, Any]]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(_slice(row), {})[str(row["indicator"])] = row
    return sorted(found.items())


def _slice(row: Mapping[Any, Any]) -> tuple[str, str]:
    subject, grade = ("" if is_missing(row[name]) else str(row[name]) for name in ("subject", "grade"))
    return subject, grade


def _row(
    view: View, heads: Sequence[str], own: Mapping[str, dict[Any, Any]], below: Mapping[tuple[str, ...], Counter[str]]
) -> str:
    first = next(iter(own.values()))
    cells = []
    for code in MARKS.values():
        row = own.get(code)
        cells.append(numbers.MISSING if row is None else _cell(view, row, below.get((code, *_slice(row)))))
    name = marks_charts.slice_words(first["subject"], first["grade"]) or _("Все предметы и классы")
    return indicator_rows.table_row(escape(name), heads, cells)


def _cell(view: View, row: dict[Any, Any], below: Counter[str] | None) -> str:
    """The figure as a link to «Сравнение», what it is made of, its verdict, and how the units below stand."""
    where = links.address(
        "compare", mechanism="assessment", indicator=str(row["indicator"]), subject=_slice(row)[0] or None,
        grade=_slice(row)[1] or None, benchmark=None, level=None,
    )  # fmt: skip
    figure = indicator_rows.figure_cell(row, view.catalogue)
    parts = [f'<a href="{escape(where, quote=True)}" target="_self">{figure}</a>']
    word = row.get("verdict")
    if isinstance(word, str):
        size = "" if word == "not_enough_data" else numbers.percentage_points(row["percent"] - row["benchmark_percent"])
        told = _(compare_words.theme.VERDICTS[word].word)
        said = escape(", ".join(part for part in (told, size) if part))
        parts.append(f"<div>{compare_words.sign(word)}{said}</div>")
    if below:
        level = "school" if view.here.district is not None else "district"
        parts.append(f'<div class="quiet">{escape(_(BELOW[level]))}: {_counts(below)}</div>')
    return "".join(parts)


def _counts(words: Counter[str]) -> str:
    """«▲ 3 ▼ 4 ● 7»: how many units below are better, worse, not distinguishable."""
    shown = [f"{compare_words.sign(word)}{words[word]}" for word in compare_words.theme.VERDICTS if words[word]]
    spoken = ", ".join(
        f"{_(compare_words.theme.VERDICTS[word].word)}: {words[word]}"
        for word in compare_words.theme.VERDICTS
        if words[word]
    )
    return f'<span title="{escape(spoken, quote=True)}">{" ".join(shown)}</span>'


def _below(view: View) -> dict[tuple[str, ...], Counter[str]]:
    """Indicator, subject and class → how many members of the unit are better, worse, … than the region."""
    here = view.here
    if here.school is not None:
        return {}
    level = "school" if here.district is not None else "district"
    unit = int(here.unit["territory_id"])
    frame = ask(queries_marks.verdicts_below, view.snapshot, unit, level, here.year)
    found: dict[tuple[str, ...], Counter[str]] = {}
    for row in frame.to_dict("records"):
        found.setdefault((str(row["indicator"]), *_slice(row)), Counter())[str(row["verdict"])] += int(row["units"])
    return found


# --- words ----------------------------------------------------------------------------------------------


def _summary(view: View, frame: pd.DataFrame, benchmark: str) -> None:
    """How the unit stands against the benchmark in one look: what is worse, what is better, how many are neither.

    Успеваемость and «2» are one result from two sides: only the first is counted, as in :func:`_chance`.
    """
    here = view.here
    frame = frame[frame["indicator"] != MARKS["low"]]
    name = escape(str(here.unit["name"]))
    rows = frame.to_dict("records")
    words = Counter(row["verdict"] for row in rows if isinstance(row["verdict"], str))
    if not words:
        st.caption(escaped(_no_verdict(frame, benchmark)))
        return
    head = _("{name}, {year}. Сравниваем с: {benchmark}.").format(
        name=name, year=here.year, benchmark=escape(_(AGAINST[benchmark]))
    )
    lines = []
    for word in ("worse", "better", "not_distinguishable", "not_enough_data"):
        if not words[word]:
            continue
        look = compare_words.theme.VERDICTS[word]
        told = _(look.word)
        if word == "not_distinguishable":
            told = ngettext(_("не отличается"), _("не отличаются"), _("не отличаются"), words[word])
        said = f"{compare_words.sign(word)} <b>{words[word]}</b> {escape(told)}"
        if word in ("worse", "better"):
            said += ": " + escape(_widest(view, [row for row in rows if row["verdict"] == word]))
        lines.append(f"<li>{said}</li>")
    st.html(f'<div class="words-summary">{head}<ul>{"".join(lines)}</ul></div>')


def _no_verdict(frame: pd.DataFrame, benchmark: str) -> str:
    """Why nothing is judged, in one sentence; empty where the page says it elsewhere."""
    if not benchmark:
        return ""
    reasons = set(frame["verdict_reason"].dropna())
    if "published_percent" in reasons:
        return _("Вывода нет: опубликованы проценты без числа участников.")
    if "no_benchmark" in reasons:
        nothing = {
            "similar": _("Вывода нет: похожих школ с данными за этот год нет."),
            "previous": _("Вывода нет: за прошлый год данных нет."),
        }
        return nothing.get(benchmark, _("Вывода нет: других территорий с данными нет, сравнивать не с чем."))
    return _("Вывода нет: значения скрыты или не предоставлены.")


def _widest(view: View, rows: Sequence[Mapping[Any, Any]]) -> str:
    """«качество, Математика, 5 класс (−8,1 п.п. = 12 учеников)», the greatest differences first."""
    what = {MARKS["pass"]: _("успеваемость"), MARKS["quality"]: _("качество")}
    widest = sorted(rows, key=lambda row: -abs(row["percent"] - row["benchmark_percent"]))
    named = []
    for row in widest[:MOST_NAMED]:
        gap = numbers.percentage_points(row["percent"] - row["benchmark_percent"])
        people = row["people_gap"]
        if not is_missing(people) and people:
            noun = view.catalogue.nouns[view.catalogue.indicators[str(row["indicator"])].counts]
            gap += f" = {numbers.counted(float(people), noun.forms)}"
        where = marks_charts.slice_words(row["subject"], row["grade"])
        short = what[row["indicator"]]
        named.append(f"{short}, {where} ({gap})" if where else f"{short} ({gap})")
    rest = len(rows) - len(named)
    return "; ".join(named) + (_(" и ещё {n}").format(n=rest) if rest > 0 else "")


def _coverage(view: View, frame: pd.DataFrame) -> str:
    row = frame.iloc[0].to_dict()
    told = numbers.out_of(row.get("coverage_reported"), row.get("coverage_total"))
    return (
        "" if told == numbers.MISSING or view.here.school is not None else _("Отчитались {told} ОО.").format(told=told)
    )


def _chance(frame: pd.DataFrame) -> str:
    """How many flags chance alone would give (rule 16)."""
    once = frame[frame["indicator"] != MARKS["low"]]
    found = chance(word if isinstance(word, str) else None for word in once["verdict"])
    if found.comparisons < 2:
        return ""
    return chance_sentence(found) + "."


def _how_to_read(benchmark: str, below: bool) -> str:
    said = [_("Доля «2» — тот же результат, что успеваемость, с другой стороны: в счёт сравнений не входит.")]
    if below:
        said.append(
            _("Нижняя строка ячейки: сколько из них ▲ лучше, ▼ хуже региона, ● от него не отличаются, ○ мало данных.")
        )
    if not benchmark:
        said.append(_("С прошлым годом не сравнивается: определение другое или данных нет."))
    return " ".join(said)


def _for_file(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    names = [view.catalogue.indicators[code].name for code in frame["indicator"]]
    return frame.assign(indicator_name=names)


def _stamp(view: View, benchmark: str) -> charts.Stamp:
    here = view.here
    against = ((_("Сравниваем с"), _(AGAINST[benchmark])),) if benchmark else ()
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Территория"), here.words()), (_("Год"), str(here.year)), *against),
        notes=(_(CAUTION), _("правило вывода, версия {n}").format(n=RULE_VERSION)),
        demo=here.demo,
    )
