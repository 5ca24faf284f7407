"""What «Сравнение» and «Динамика» say: reasons, the sentence on top, coverage and absences.

Names come from files and are escaped here; verdict words come from the one verdict function and are only counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import facts, numbers, theme
from pages.shared.numbers import is_missing
from pages.shared.picker import Measure
from pages.shared.templates.base import short_name
from pages.shared.texts import N_, _, level_name, ngettext
from pipelines import queries_compare
from pipelines.catalogue import Catalogue
from pipelines.comparison import verdicts
from pipelines.queries_overview import same_definition

Row = Mapping[Any, Any]

# Each list of the sentence names so many units; the rest stands in the chart just below.
MOST_NAMES = 4
STYLE = """<style>
.words-summary{font-size:1.1rem;line-height:1.55;margin:.2rem 0 .4rem}
.words-summary ul{margin:.15rem 0 0;padding:0;list-style:none}
.words-summary li{margin:.2rem 0}
.words-glyph{display:inline-block;width:1.1em;text-align:center}
</style>"""

# Why there is no interval, by what the denominator counts (rule 3).
DEPENDENT = {
    "point": N_("баллы одного ученика или одной анкеты зависят друг от друга"),
    "mark": N_("отметки одного ученика по разным предметам зависят друг от друга"),
    "work": N_("работы одной школы зависят друг от друга"),
    "risk": N_("риски одной школы зависят друг от друга"),
}


# What a figure can be compared with, as a sentence names it.
BENCHMARKS = {
    "region": N_("регион"),
    "district": N_("свой муниципалитет"),
    "target": N_("цель"),
    "previous": N_("прошлый год"),
    "similar": N_("похожие школы"),
}
SCHOOL_BENCHMARKS = ("district", "similar")


def style() -> None:
    """The look of the sentence; once a page."""
    facts.style()
    st.html(STYLE)


# --- why something is not there -------------------------------------------------------------------------


def no_level(measure: Measure, level: str) -> str:
    """Why the measure has no figures at a level."""
    indicator = measure.indicator
    if indicator is None:
        if level == "school":
            return _("Процент механизма выставляют региону и муниципалитету, а не организации: "
                     "для ОО выберите показатель этого механизма.")  # fmt: skip
        return _("В этих данных процент механизма есть только у региона: сравнивать не с чем.")
    if level in indicator.levels:
        if measure.levels == ["region"]:
            return _("В этих данных есть только значение региона: сравнивать не с чем.")
        return _("В этих данных значений уровня «{level}» нет.").format(level=level_name(level))
    if level == "district":
        return _("Показатель считается только для региона.")
    if indicator.counts == "leader":
        return _("Показатель не считается на уровне ОО: за ним стоял бы один человек.")
    if indicator.counts == "organisation":
        return _("Показатель не считается на уровне ОО: он считает сами организации, а здесь была бы одна.")
    return _("Показатель не считается на уровне ОО: он определён начиная с муниципалитета.")


def no_year(catalogue: Catalogue, measure: Measure, year: int) -> str:
    """Why the measure has no figures in a year, and which years have."""
    there = _("Данные есть за {years}.").format(years=numbers.years(measure.years(), _kind(measure)))
    if measure.indicator is not None:
        if measure.indicator.version_in(year) is None:
            first = measure.indicator.versions[0].valid_from
            why = _("В {year} году показатель ещё не вёлся: он ведётся с {first} года.").format(year=year, first=first)
        else:
            why = _("За {year} год значений в данных нет.").format(year=year)
        return f"{why} {there}"
    instead = _("Или выберите показатель этого механизма.") if measure.mechanism.indicators else ""
    return f"{no_edition(catalogue, measure.mechanism.code, year)} {there} {instead}".strip()


def no_edition(catalogue: Catalogue, mechanism: str, year: int) -> str:
    """Why a mechanism has no own per cent in a year: not scored yet, or gone over into another one."""
    if year < catalogue.editions[0].valid_from:
        return _("До {year} года механизмы не оценивались.").format(year=catalogue.editions[0].valid_from)
    edition = catalogue.edition_in(year)
    if any(entry.code == mechanism for entry in edition.mechanisms):
        return _("За {year} год механизм не оценён.").format(year=year)
    for step in catalogue.crosswalk:
        if step.from_mechanism == mechanism and step.to_edition == edition.code and step.to_mechanism != mechanism:
            return _("В редакции {edition} года этого механизма нет. {note}").format(
                edition=edition.code, note=step.note
            )
    return _("В редакции {edition} года этого механизма нет.").format(edition=edition.code)


def crosswalk_note(catalogue: Catalogue, mechanism: str, edition: str) -> str:
    """Why a mechanism's figures of an edition do not continue those before it."""
    steps = [s for s in catalogue.crosswalk if s.from_mechanism == s.to_mechanism == mechanism]
    return next((step.note for step in reversed(steps) if step.to_edition == edition), "")


def _kind(measure: Measure) -> str | None:
    return measure.indicator.period if measure.indicator else None


def nothing_inside(measure: Measure, level: str, name: str) -> str:
    """Why a place has no units to compare: none of the types that the indicator applies to."""
    return _("«{name}»: для показателя «{measure}» здесь нет ни одной территории уровня «{level}».").format(
        name=name, measure=measure.name, level=level_name(level)
    )


def no_verdict(catalogue: Catalogue, measure: Measure) -> str | None:
    """Why a figure has no interval and no verdict, in a word; None where it may have both."""
    indicator = measure.indicator
    if indicator is None:
        return _("интервала и вывода нет: баллы за документы — не случайная выборка")
    if indicator.unit != "percent":
        return _("вывода нет: это не доля, а количество или балл")
    noun = catalogue.nouns[indicator.counts]
    if noun.independent:
        return None
    why = DEPENDENT.get(indicator.counts)
    said = _(why) if why else _("единицы счёта ({units}) зависят друг от друга").format(units=noun.forms[2])
    return _("интервала и вывода нет: {why}").format(why=said)


def notes(catalogue: Catalogue, measure: Measure) -> list[str]:
    """What the page's one line of notes says about the measure."""
    documents = _("доля баллов за документы системы управления, не оценка людей")
    said = [None if measure.indicator else documents, no_verdict(catalogue, measure)]
    if measure.left_out:
        said.append(_("показателей механизма без данных в этом регионе: {n}").format(n=measure.left_out))
    return [text for text in said if text]


def breaks_between(catalogue: Catalogue, measure: Measure, years: Sequence[int]) -> str | None:
    """That years of different definitions stand side by side; None where one definition holds for all."""
    runs: dict[object, int] = {}
    for year in sorted(years):
        if measure.indicator is not None:
            run: object = queries_compare.definition(measure.indicator, year)
        else:
            edition = catalogue.edition_in(year).code
            run = queries_compare.comparable_edition(catalogue, measure.mechanism.code, edition)
        runs.setdefault(run, year)
    later = [str(year) for year in list(runs.values())[1:]]
    if not later:
        return None
    what = _("редакция перечня") if measure.indicator is None else _("определение показателя")
    return _("С {years} года — другая версия ({what}): годы по разные стороны не сравниваются.").format(
        years=", ".join(later), what=what
    )


# --- who is compared, and with what ---------------------------------------------------------------------


def benchmarks(measure: Measure, level: str, year: int) -> dict[str, str]:
    """Code → words of what the units can be compared with in the year; a benchmark without a figure is left out."""
    indicator = measure.indicator
    if indicator is None or indicator.unit != "percent":
        return {"region": _(BENCHMARKS["region"])}
    possible = {
        "region": True,
        "district": level == "school",
        "similar": level == "school",
        "target": indicator.target is not None,
        "previous": year - 1 in measure.years(level) and same_definition(indicator, year - 1, year),
    }
    return {code: _(BENCHMARKS[code]) for code, can in possible.items() if can and code in verdicts.BENCHMARKS}


def no_benchmark(measure: Measure, year: int, asked: str) -> str:
    """Why the benchmark ``asked`` for is not offered; ``{value}`` stays for its code."""
    indicator = measure.indicator
    if asked == "previous" and indicator is not None and not same_definition(indicator, year - 1, year):
        return _("С прошлым годом не сравнивается: в {year} году действует другое определение.").format(year=year)
    if asked == "target" and indicator is not None:
        return _("Цели у этого показателя нет. Показано сравнение с регионом.")
    return _("Сравнить с «{value}» здесь нельзя. Показано сравнение с регионом.")


def level_words(level: str) -> str:
    """«муниципалитеты», «ОО»."""
    name = level_name(level, plural=True)
    return name if name.isupper() else name.lower()


_FORMED = re.compile(r"[А-ЯЁ]{2,8} «(.+)»(.*)")


def plain_name(name: str) -> str:
    """A name without its legal form: «СОШ № 20 города …» for «МБОУ «СОШ № 20» города …»; others as they are.

    On a narrow screen an axis shows the beginning of a name, and that is the same for all schools.
    """
    formed = _FORMED.fullmatch(name)
    if formed is None:
        return name
    inner, rest = formed.groups()
    return inner + "»" * (inner.count("«") - inner.count("»")) + rest


def unit_names(frame: pd.DataFrame) -> dict[str, str]:
    """Code → name in the order of the alphabet; namesakes with what they belong to."""
    names = dict(zip(frame["territory"], frame["territory_name"], strict=True))
    parents = dict(zip(frame["territory"], frame["parent_name"], strict=True))
    seen = Counter(names.values())
    told = {c: f"{name} ({parents[c]})" if seen[name] > 1 else name for c, name in names.items()}
    return dict(sorted(told.items(), key=lambda item: item[1]))


def row_name(catalogue: Catalogue, row: Row) -> str:
    """What a row is of: the indicator with its subject and class."""
    code, subject, grade = str(row["indicator"]), row.get("subject"), row.get("grade")
    parts = [catalogue.indicators[code].name if code in catalogue.indicators else code]
    parts += [] if is_missing(subject) else [str(subject)]
    parts += [] if is_missing(grade) else [_("{grade} класс").format(grade=grade)]
    return ", ".join(parts)


def units_counted(level: str, n: int, genitive: bool = False) -> str:
    """«14 муниципалитетов», «236 ОО»; in the genitive «из 1 муниципалитета»."""
    if level == "school":
        return f"{n} {level_name('school')}"
    forms = (
        (_("муниципалитета"), _("муниципалитетов"), _("муниципалитетов"))
        if genitive
        else (_("муниципалитет"), _("муниципалитета"), _("муниципалитетов"))
    )
    return f"{n} {ngettext(*forms, n)}"


# --- the sentence on top --------------------------------------------------------------------------------


def summary(measure: Measure, now: pd.DataFrame, level: str, benchmark: str, name: str) -> None:
    """Who stands out against the benchmark, and how many cannot be told from it."""
    words = Counter(now["verdict"].dropna()) if "verdict" in now else Counter()
    against = _against(measure, now, benchmark, name)
    if words:
        head = _("{against}. Из {units} с данными:").format(
            against=against, units=units_counted(level, sum(words.values()), genitive=True)
        )
        lines = "".join(f"<li>{_judged(now, word, words[word])}</li>" for word in theme.VERDICTS if words[word])
        body = f"{escape(head)}<ul>{lines}</ul>"
    else:
        body = escape(" ".join(part for part in (_extremes(now), against and f"{against}.") if part))
    st.html(f'<div class="words-summary">{body}</div>')


def _against(measure: Measure, now: pd.DataFrame, benchmark: str, name: str) -> str:
    """«Сравниваем с: Прибрежная область — 85,5 % (6 677 из 7 808)», or why there is no such figure.

    Empty for counts and scores: a region's are no measure for one of its parts.
    """
    row = now.iloc[0].to_dict()
    if "value" in now and now["value"].notna().any():
        return ""
    said = _("Сравниваем с: {what}")
    one = now["benchmark_percent"].nunique() == 1
    if benchmark == "target" and measure.indicator is not None and measure.indicator.target is not None:
        return said.format(what=f"{name} {numbers.shortest(measure.indicator.target.value)}{numbers.GLUE}%")
    if benchmark in ("region", "district") and (one or is_missing(row.get(f"{benchmark}_percent"))):
        return said.format(what=f"{name} — {_group_figure(row, benchmark)}")
    return said.format(what=name)


def _group_figure(row: Row, of: str) -> str:
    """«85,5 % (6 677 из 7 808)», or the reason of its absence."""
    own = {part: row.get(f"{of}_{part}") for part in ("percent", "numerator", "denominator", "basis", "absence")}
    told = numbers.out_of(own["numerator"], own["denominator"])
    return numbers.figure_text(own) + ("" if told == numbers.MISSING else f" ({told})")


def sign(word: str) -> str:
    """A verdict's shape in its colour, as HTML; the word beside it says the same."""
    look = theme.VERDICTS[word]
    return f'<span class="words-glyph" style="color:{look.colour}" aria-hidden="true">{look.sign}</span>'


def _judged(now: pd.DataFrame, word: str, n: int) -> str:
    """«▲ 3 лучше: Заречный, Озёрный, Лесной»; those within chance are only counted."""
    look = theme.VERDICTS[word]
    glyph = sign(word)
    counted = ngettext("не отличается", "не отличаются", "не отличаются", n)
    said = f"{glyph} <b>{n}</b> {escape(counted if word == 'not_distinguishable' else _(look.word))}"
    if word in ("not_distinguishable", "not_enough_data"):
        return said
    own = now[now["verdict"] == word].sort_values("percent", ascending=word in ("lower",) or _down(now, word))
    names = [short_name(plain_name(name)) for name in own["territory_name"].head(MOST_NAMES)]
    rest = n - len(names)
    more = _(" и ещё {n}").format(n=rest) if rest > 0 else ""
    return f"{said}: {escape(', '.join(names))}{more}"


def _down(now: pd.DataFrame, word: str) -> bool:
    """Whether the units of this verdict are named from the lowest: those that lie below the region."""
    own = now[now["verdict"] == word]
    return bool((own["percent"] < own["benchmark_percent"]).any())


def _extremes(now: pd.DataFrame) -> str:
    """«Больше всего — Заречный, 92,1 %; меньше всего — Озёрный, 61,0 %.» for what is not judged."""
    known = now[now["figure"].notna()]
    if len(known) < 2:
        one = known.to_dict("records")
        return (
            f"{one[0]['territory_name']} — {numbers.figure_text(one[0])}.".replace("..", ".")
            if one
            else _("Значений нет.")
        )
    top, bottom = (known.iloc[at].to_dict() for at in (0, -1))
    if top["figure"] == bottom["figure"]:
        return _("У всех одно значение: {value}.").format(value=numbers.figure_text(top))
    said = _("Больше всего — {top}, {most}; меньше всего — {bottom}, {least}").format(
        top=short_name(plain_name(top["territory_name"])), most=numbers.figure_text(top),
        bottom=short_name(plain_name(bottom["territory_name"])), least=numbers.figure_text(bottom),
    )  # fmt: skip
    return said.rstrip(".") + "."  # «8 ед.» brings a full stop of its own


# --- beside the chart -----------------------------------------------------------------------------------


def reading(measure: Measure, benchmark: str, judged: bool, down: bool) -> str | None:
    """How to read the chart, where a target comes from, and what a click does."""
    said = []
    target = measure.indicator.target if measure.indicator else None
    if benchmark == "target" and target is not None:
        said.append(_("Цель: {source}, {date}.").format(source=target.source, date=target.date))
    if judged:
        said.append(_("Отрезок — в каких пределах значение могло бы колебаться случайно."))
        if benchmark in ("previous", "similar"):
            said.append(_("Риска — с чем сравниваем; её собственная неточность тоже учтена."))
    if down:
        said.append(_("Щёлкните муниципалитет, чтобы увидеть его ОО."))
    return " ".join(said) or None


def coverage(measure: Measure, now: pd.DataFrame, level: str, *, inside: bool, all_units: bool) -> str:
    """«отчитались 13 из 14 муниципалитетов; ОО региона — 228 из 233»."""
    row = now.iloc[0].to_dict()
    if level == "school":
        name = "district" if inside else "region"
        told = numbers.out_of(row.get(f"{name}_reported"), row.get(f"{name}_total"))
        return "" if told == numbers.MISSING else _("отчитались {told} ОО").format(told=told)
    parts = []
    if all_units:
        due = now[now["absence"] != "not_applicable"]
        # What is hidden was reported.
        silent = due["absence"].isin(["not_reported", "not_published", "not_collected"]).sum()
        word = _("оценены") if measure.indicator is None else _("отчитались")
        whole = units_counted(level, len(due), genitive=True)
        parts.append(_("{word} {n} из {whole}").format(word=word, n=len(due) - silent, whole=whole))
    told = numbers.out_of(row.get("region_reported"), row.get("region_total"))
    if measure.indicator is not None and measure.indicator.base_level == "school" and told != numbers.MISSING:
        parts.append(_("ОО региона: отчитались {told}").format(told=told))
    return "; ".join(parts)


def absent_list(now: pd.DataFrame, measure: Measure, key: str) -> None:
    """The units that have no mark in a long chart, by name with the reason; the list is made when it is opened."""
    minimum = measure.indicator.minimum_n if measure.indicator else 10
    absent = now[now["figure"].isna()]
    if absent.empty:
        return
    reasons = [numbers.absence(code, minimum) for code in absent["absence"]]
    counted = ", ".join(f"{reason} — {n}" for reason, n in Counter(reasons).most_common())
    level = str(absent["level"].iloc[0])
    label = _("Без значения {units}: {counted}").format(units=units_counted(level, len(absent)), counted=counted)
    box = st.expander(label, key=key, on_change="rerun")
    if box.open:
        with box:
            facts.table(
                [level_name(level), _("Входит в"), _("Почему нет значения")],
                zip(absent["territory_name"], absent["parent_name"], reasons, strict=True),
                _("Без значения"),
            )


def with_difference(now: pd.DataFrame) -> pd.DataFrame:
    """The rows with a column of differences from the benchmark, for the table and the files."""
    if (now["level"] == "district").all():
        now = now.drop(columns="parent_name")  # the region, in every row
    if "verdict" not in now or now["benchmark_percent"].isna().all() or now["percent"].isna().all():
        return now
    exact = now["percent"] - now["benchmark_percent"]
    told = [None if is_missing(gap) else float(numbers.rounded(gap)) for gap in exact]
    return now.assign(**{_("Разница, п.п."): told})
