"""«Динамика»: one figure over the years for the region and the territories chosen, with its breaks and gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages import compare_words as words
from pages.shared import charts, filters, numbers, picker
from pages.shared.data import ask, derived, where
from pages.shared.filters import COLLECTIONS, Place
from pages.shared.links import page_link
from pages.shared.numbers import GLUE, is_missing
from pages.shared.picker import Measure
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, level_name, ngettext
from pages.shared.view import View, dated
from pipelines import queries_compare
from pipelines.statistics.rounding import number_text
from pipelines.statistics.trend import POINTS
from pipelines.statistics.verdicts import RULE_VERSION

Row = Mapping[Any, Any]

MOST_LINES = 8  # more lines cannot be told apart
CHANGES = {
    "better": N_("стало лучше, это не случайность"),
    "worse": N_("стало хуже, это не случайность"),
    "higher": N_("стало больше, это не случайность"),
    "lower": N_("стало меньше, это не случайность"),
    "not_distinguishable": N_("в пределах случайного"),
    "not_enough_data": N_("для вывода мало данных"),
}


def run(view: View) -> None:
    """Draw the page."""
    words.style()
    st.title(_("Динамика"))
    measure = picker.measure(view)
    if measure is None:
        return
    lines = _lines(view, measure)
    if not lines:
        st.info(f"{_no_region()} {_('Добавьте: {units}.').format(units=_offered_words(measure))}", icon="ℹ️")
        return
    frame = _series(view, measure, lines)
    known = frame["figure"].notna()
    if not known.any():
        st.info(_("У выбранных территорий нет ни одного значения, которое можно показать."), icon="ℹ️")
        return
    _changes(view, measure, frame, lines)
    breaks = _breaks(view, measure, frame)
    if frame.loc[known, "year"].nunique() > 1:
        charts.draw(
            charts.Trend(series="series", breaks=tuple((year, label) for year, label, _why in breaks)),
            frame,
            key=f"trend-{view.here.region['code']}",
            title=measure.name,
            stamp=_stamp(view, measure),
        )
    else:
        st.info(_("Значения есть только за один год: линию провести не по чему."), icon="ℹ️")
    if below := [*_break_lines(breaks), *_gaps(view, measure, frame, lines)]:
        st.caption("  \n".join(escaped(line) for line in below))
    with st.container(horizontal=True):
        page_link("compare", _("Сравнение →"))
        page_link("passport", _("Паспорт показателя →"))
    notes = [view.here.words(), *words.notes(view.catalogue, measure), dated(view.snapshot)]
    st.caption(" · ".join(escaped(note) for note in notes))


# --- whose lines ----------------------------------------------------------------------------------------


def _lines(view: View, measure: Measure) -> list[Row]:
    """Draw the choice by name; the rows of the register to draw, the region first, at most eight."""
    here = view.here
    names = _names(view, measure)
    state = filters.codes()
    asked = [code for code in state.get("units", "").split(",") if code]
    register = here.known
    for code in asked:
        if code not in register:
            st.warning(_("Территории или организации «{code}» в этих данных нет.").format(code=code[:80]), icon="⚠️")
    if set(asked) - register:
        state["units"] = ",".join(code for code in asked if code in register)
    looked_at = [str(unit["code"]) for unit in (here.district, here.school) if unit is not None]
    chosen = [code for code in asked if code in names]
    key = f"trend-units-{here.region['code']}"
    st.session_state[key] = chosen
    if names:
        st.multiselect(
            _("Добавить к региону"),
            list(names),
            format_func=names.__getitem__,
            key=key,
            placeholder=_("{units}: начните писать название").format(units=_offered_words(measure)),
            select_all=False,
            on_change=lambda: filters.set_code("units", ",".join(st.session_state[key])),
        )
    for code in [*looked_at, *asked]:
        if code in register and code not in names:
            _say_left_out(view, measure, code)
    codes = list(dict.fromkeys(code for code in [*looked_at, *chosen] if code in names))
    if len(codes) >= MOST_LINES:
        said = _("На одном рисунке — не больше {n} линий: показаны первые. Не показаны: {names}.")
        left = [names[code] for code in codes[MOST_LINES - 1 :]]
        st.warning(said.format(n=MOST_LINES, names=", ".join(left)), icon="⚠️")
        codes = codes[: MOST_LINES - 1]
    chosen_rows = [where(here.register, "code", code).iloc[0].to_dict() | {"series": names[code]} for code in codes]
    region = [dict(here.region) | {"series": str(here.region["name"])}] if "region" in measure.levels else []
    return [*region, *chosen_rows]


def _names(view: View, measure: Measure) -> dict[str, str]:
    """Code → name of every territory that may have the figure; namesakes with what they belong to."""
    types = None if measure.indicator is None else tuple(measure.indicator.organisation_types)
    return derived(_names_of, view.here.register, view.here.region["territory_id"], tuple(measure.levels), types)


def _names_of(
    register: pd.DataFrame, region: int, levels: tuple[str, ...], types: tuple[str, ...] | None
) -> dict[str, str]:
    units = register[(register["region_id"] == region) & (register["level"] != "region")]
    units = units[units["level"].isin(levels)]
    if types is not None:
        units = units[(units["level"] == "district") | units["type"].isna() | units["type"].isin(types)]
    seen = Counter(units["name"])
    by_id = dict(zip(register["territory_id"], register["name"], strict=True))
    rows = zip(units["code"], units["name"], units["parent_id"], strict=True)
    return {code: f"{name} ({by_id.get(parent, '')})" if seen[name] > 1 else name for code, name, parent in rows}


def _offered_words(measure: Measure) -> str:
    levels = [level_name(level, plural=True) for level in ("district", "school") if level in measure.levels]
    return f" {_('и')} ".join(levels)


def _say_left_out(view: View, measure: Measure, code: str) -> None:
    """Why a chosen territory has no line here."""
    register = view.here.register
    row = register[register["code"] == code].iloc[0]
    if row["level"] == "region" or row["region_id"] != view.here.region["territory_id"]:
        return
    if row["level"] not in measure.levels:
        why = words.no_level(measure, str(row["level"]))
    else:
        why = _("показатель не относится к организациям этого типа.")
    st.info(f"{row['name']}: {why}", icon="ℹ️")


def _ids(lines: Sequence[Row]) -> tuple[int, ...]:
    return tuple(int(line["territory_id"]) for line in lines)


def _series(view: View, measure: Measure, lines: Sequence[Row]) -> pd.DataFrame:
    """The rows of all lines, each with the name of its line."""
    ids = _ids(lines)
    if measure.indicator is None:
        frame = ask(queries_compare.mechanism_series, view.snapshot, measure.mechanism.code, territories=ids)
    else:
        frame = ask(
            queries_compare.indicator_series, view.snapshot, measure.indicator.code,
            region=int(view.here.region["territory_id"]), territories=ids,
            subject=measure.subject, grade=measure.grade,
        )  # fmt: skip
    return derived(_by_line, frame, tuple((str(line["code"]), str(line["series"])) for line in lines))


def _by_line(frame: pd.DataFrame, lines: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    order = {code: number for number, (code, _name) in enumerate(lines)}
    frame = frame.assign(series=frame["territory"].map(dict(lines)), order=frame["territory"].map(order))
    return frame.sort_values(["order", "year"], kind="stable").drop(columns="order").reset_index(drop=True)


def _no_region() -> str:
    return _("Значения региона у этого показателя нет: его не складывают из значений ниже.")


# --- what changed ---------------------------------------------------------------------------------------


def _changes(view: View, measure: Measure, frame: pd.DataFrame, lines: Sequence[Row]) -> None:
    """One sentence a line: the last figure, its change, and whether either is more than chance."""
    if measure.indicator is None:
        said = _mechanism_sentences(view, frame)
    else:
        said = _indicator_sentences(view, measure, lines)
    trends = {trend for _mark, _text, trend in said.values()}
    shared = trends.pop() if len(trends) == 1 and len(said) > 1 else ""
    items = ""
    for line in lines:
        code = str(line["code"])
        mark, text, trend = said.get(code) or ("", _why_silent(measure, frame, code), "")
        own = f" {trend[:1].upper()}{trend[1:]}." if trend and not shared else ""
        items += f"<li>{mark}<b>{escape(str(line['series']))}:</b> {escape(text + own)}</li>"
    st.html(
        f'<div class="words-summary"><ul>{items}</ul>{escape(shared and _("Все линии") + ": " + shared + ".")}</div>'
    )


def _why_silent(measure: Measure, frame: pd.DataFrame, code: str) -> str:
    """The latest reason why a line has no figure at all."""
    own = frame[frame["territory"] == code]
    minimum = measure.indicator.minimum_n if measure.indicator else 10
    return numbers.absence(own["absence"].iloc[-1] if len(own) else None, minimum) + "."


def _indicator_sentences(view: View, measure: Measure, lines: Sequence[Row]) -> dict[str, tuple[str, str, str]]:
    """Code → mark, what the figure did by the chosen year, and its trend."""
    assert measure.indicator is not None
    changes = ask(
        queries_compare.indicator_changes, view.snapshot, measure.indicator.code,
        region=int(view.here.region["territory_id"]), territories=_ids(lines),
        subject=measure.subject, grade=measure.grade, until=view.here.year,
    )  # fmt: skip
    said = {}
    for row in changes.to_dict("records"):
        parts = [_figure_in(row)]
        verdict = row["verdict"] if isinstance(row["verdict"], str) else None
        before = _named(row["before_year"], row["before_period"])
        if is_missing(row["before_year"]):
            parts.append(_("другого года для сравнения нет"))
        elif not row["comparable"]:
            text = _("с {year} не сравнивается: на границе определений линия прерывается")
            parts.append(text.format(year=before))
        else:
            size = _units(row) if is_missing(row["percent"]) else numbers.percentage_points(row["difference"])
            since = _("{size} к {year}").format(size=size, year=before)
            parts.append(f"{since} — {_(CHANGES[verdict])}" if verdict else since)
        mark = words.sign(verdict) if verdict else ""
        said[str(row["territory"])] = (mark, ", ".join(parts) + ".", _trend(view, measure, row))
    return said


def _figure_in(now: Row) -> str:
    figure, year = numbers.figure_text(now), _named(now["year"], now["period"])
    return _("{figure} в {year}").format(figure=figure, year=year)


def _named(year: Any, period: object) -> str:
    """The year as the data name it; empty for none."""
    return "" if is_missing(year) else numbers.year(int(year), str(period))


def _units(row: Row) -> str:
    change = number_text(row["difference"], 1, trim=True, signed=True)
    return f"{change}{GLUE}{numbers.unit_name(row.get('unit'))}"


def _trend(view: View, measure: Measure, row: Row) -> str:
    """Rule 7's trend in words; empty for what has no such test."""
    indicator = measure.indicator
    assert indicator is not None
    if not view.catalogue.nouns[indicator.counts].independent or is_missing(row["trend_from"]):
        return ""
    if row["reported"] < POINTS:
        said = _("для вывода о росте или спаде нужно {points} лет одного определения, есть {n}")
        return said.format(points=POINTS, n=int(row["reported"]))
    if not isinstance(row["trend"], str):
        return _("по этим значениям вывода о росте или спаде нет")
    words_of = {
        "increasing": _("за {first}–{last} — устойчивый рост"),
        "decreasing": _("за {first}–{last} — устойчивый спад"),
        "none": _("устойчивого роста или спада за {first}–{last} нет"),
    }
    return words_of[row["trend"]].format(first=row["trend_from"], last=row["period"])


def _mechanism_sentences(view: View, frame: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    """A mechanism's change is told in positions where points are known, and never judged (rule 17)."""
    said = {}
    known = frame[frame["figure"].notna()]
    early = known[known["year"] <= view.here.year]
    for code, own in (known if early.empty else early).groupby("territory", sort=False):
        rows = own.tail(2).to_dict("records")
        now, before = rows[-1], rows[-2] if len(rows) > 1 else None
        parts = [_figure_in(now)]
        if before is None:
            parts.append(_("другого года для сравнения нет"))
        elif before["definition"] != now["definition"]:
            parts.append(_("с {year} не сравнивается: на границе редакции линия прерывается").format(
                year=before["year"]))  # fmt: skip
        elif not is_missing(now["compared"]) and now["compared"]:
            parts.append(_("{positions} к {year}").format(positions=_positions(now), year=before["year"]))
        else:
            size = numbers.percentage_points(now["percent"] - before["percent"])
            parts.append(_("{size} к {year}, вывода нет").format(size=size, year=before["year"]))
        said[str(code)] = ("", ", ".join(parts) + ".", "")
    return said


def _positions(now: Row) -> str:
    """«+1 позиция из 14 (2 прибавили, 1 потеряли)»."""
    gained, lost, compared = (int(now[name]) for name in ("gained", "lost", "compared"))
    net = gained - lost
    forms = ngettext(_("позиция"), _("позиции"), _("позиций"), abs(net))
    text = f"{number_text(net, 0, signed=True)}{GLUE}{forms} {_('из')}{GLUE}{compared}"
    if gained and lost:
        text += " " + _("({gained} прибавили, {lost} потеряли)").format(gained=gained, lost=lost)
    return text


# --- breaks and gaps ------------------------------------------------------------------------------------


def _breaks(view: View, measure: Measure, frame: pd.DataFrame) -> list[tuple[int, str, str]]:
    """First year of each new definition or edition among the years drawn, its label, and why in words."""
    runs = frame[frame["definition"].notna()].groupby("definition")["year"].min().sort_values()
    found = []
    for year in [int(year) for year in runs.iloc[1:]]:
        if measure.indicator is None:
            edition = view.catalogue.edition_in(year).code
            label = _("редакция {edition}").format(edition=edition)
            found.append((year, label, words.crosswalk_note(view.catalogue, measure.mechanism.code, edition)))
        else:
            version = measure.indicator.version_in(year)
            note = version.note if version else ""
            found.append((year, _("определение {year}").format(year=year), note))
    return found


def _break_lines(breaks: Sequence[tuple[int, str, str]]) -> list[str]:
    return [
        _("С {year} года линия начинается заново: {why}").format(
            year=year, why=why or _("что и как считают, изменилось.")
        )
        for year, _label, why in breaks
    ]


def _gaps(view: View, measure: Measure, frame: pd.DataFrame, lines: Sequence[Row]) -> list[str]:
    """Why whole years are missing: before the first and after the last figure of anybody, and for single lines."""
    here = view.here
    said = [] if "region" in measure.levels else [_no_region()]
    there = set(measure.years())
    by_reason: dict[str, list[int]] = {}
    for year in here.years:
        if year not in there:
            by_reason.setdefault(_why_nobody(view, measure, year), []).append(year)
    for reason, years in by_reason.items():
        said.append(f"{numbers.years(years)}: {reason}")
    for line in lines:
        own = set(frame.loc[frame["territory"] == line["code"], "year"])
        gone = sorted(there - own)
        if gone:
            said.append(f"{line['series']}, {numbers.years(gone)}: {_why_line(line, gone)}")
    return said


def _why_nobody(view: View, measure: Measure, year: int) -> str:
    if measure.indicator is None:
        return words.no_edition(view.catalogue, measure.mechanism.code, year)
    if measure.indicator.version_in(year) is None:
        return _("показатель ещё не вёлся или уже не ведётся.")
    return _("значений в данных нет.")


def _why_line(line: Row, years: Sequence[int]) -> str:
    if not is_missing(line.get("opened")) and max(years) < line["opened"]:
        return _("открыта в {year} году.").format(year=int(line["opened"]))
    if not is_missing(line.get("closed")) and min(years) >= line["closed"]:
        return _("закрыта в {year} году.").format(year=int(line["closed"]))
    return _("в данных нет ни значения, ни причины его отсутствия.")


def _stamp(view: View, measure: Measure) -> charts.Stamp:
    here: Place = view.here
    return charts.Stamp(
        source=_(COLLECTIONS[here.collection]),
        snapshot=view.snapshot.id,
        filters=((_("Территория"), here.words()), (_("Показатель"), measure.name)),
        notes=(_("правило вывода, версия {n}").format(n=RULE_VERSION),),
        demo=here.demo,
    )
