"""«Паспорт показателя»: what a figure is, where it came from, how good its data are, which rule made its colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import facts, filters, numbers, origin
from pages.shared.data import ask
from pages.shared.facts import Cell, Fact, Share
from pages.shared.filters import COLLECTIONS, Place
from pages.shared.texts import N_, _, level_name, ngettext
from pages.shared.view import View, dated
from pipelines import queries, queries_lineage
from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import LEVELS, Indicator, Mechanism, Noun
from pipelines.statistics.verdicts import RULE_VERSION

Unit = Mapping[str, Any]
MOST_REVISIONS = 50

ORGANISATIONS = {
    "school": N_("школы"),
    "preschool": N_("детские сады"),
    "additional": N_("дополнительное образование"),
    "methodical": N_("методические центры"),
    "cnppm": N_("ЦНППМ"),
}
UNITS = {"percent": N_("процент"), "person": N_("человек"), "score": N_("балл"), "item": N_("единица")}
DIRECTIONS = {
    "up": N_("больше — лучше"),
    "down": N_("меньше — лучше"),
    "none": N_("без оценки: слов «лучше» и «хуже» у этого показателя нет"),
}
PERIODS = {
    "school_year": N_("учебный год, обозначен первым годом: 2019 — это 2019/20"),
    "calendar_year": N_("календарный год"),
    "event_year": N_("год проведения процедуры"),
}
# Columns of the coverage table: a reason that never occurs takes no room.
REASONS = ("suppressed", "not_reported", "not_published", "not_collected", "not_applicable")


def run(view: View) -> None:
    """Draw the page: of an indicator if the address names one, else of the mechanism's own per cent."""
    facts.style()
    mechanism, indicator = _choice(view.catalogue)
    if indicator:
        _indicator_page(view, mechanism, indicator)
    else:
        _mechanism_page(view, mechanism)
    _glossary(view.catalogue)
    st.caption(f"{view.here.words()} · {view.here.year} · {dated(view.snapshot)}")


# --- what the passport is of ----------------------------------------------------------------------------


def _choice(catalogue: Catalogue) -> tuple[Mechanism, Indicator | None]:
    """Draw the two selectors. An indicator in the address decides the mechanism, whatever that code says."""
    state = filters.codes()
    code = state.get("indicator")
    if code and code not in catalogue.indicators:
        st.warning(_("Показателя «{code}» в каталоге нет. Выберите из списка.").format(code=code[:80]), icon="⚠️")
        state.pop("indicator")
        code = None
    if code:
        state["mechanism"] = catalogue.indicators[code].mechanism
    left, right = st.columns([2, 3])
    with left:
        chosen = filters.choose(
            "mechanism",
            _("Механизм"),
            list(catalogue.mechanisms),
            lambda name: catalogue.mechanisms[name].short or catalogue.mechanisms[name].name,
            unknown=_("Механизма «{value}» в каталоге нет. Показан первый из списка."),
        )
    mechanism = catalogue.mechanisms[chosen]
    by_code = {indicator.code: indicator for indicator in mechanism.indicators}
    key = "passport_indicator"
    st.session_state[key] = code or filters.EVERY
    with right:
        st.selectbox(
            _("Показатель"),
            [filters.EVERY, *by_code],
            format_func=lambda name: by_code[name].name if name else _("Процент самого механизма"),
            key=key,
            on_change=lambda: filters.set_code("indicator", st.session_state[key]),
        )
    return mechanism, by_code.get(code or "")


def _indicator_page(view: View, mechanism: Mechanism, indicator: Indicator) -> None:
    here, noun = view.here, view.catalogue.nouns[indicator.counts]
    st.title(indicator.name)
    st.markdown(indicator.definition)
    if indicator.assumption:
        st.info(indicator.assumption_note or _("Показатель предложен каталогом: определение можно менять."), icon="✏️")
    unit, remark = _unit_for(here, indicator)
    origins = ask(queries_lineage.figure_origins, view.snapshot, indicator.code, int(unit["territory_id"]))
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(border=True):
        subject, grade = _figure_card(view, indicator, unit, remark, origins)
    with right:
        st.subheader(_("Что это за показатель"))
        facts.facts(_indicator_facts(view, mechanism, indicator, noun))
    _members(view, indicator, unit, origins, subject, grade)
    _quality(view, indicator, subject, grade)
    st.subheader(_("Чем определяется цвет"))
    for paragraph in colour_rule(indicator, noun):
        st.markdown(paragraph)


def _unit_for(here: Place, indicator: Indicator) -> tuple[Unit, str]:
    """The narrowest chosen unit at which the indicator exists, and a remark if that is not the chosen one."""
    chosen = {"school": here.school, "district": here.district, "region": here.region}
    for level in reversed(LEVELS):
        unit = chosen[level]
        if unit is not None and level in indicator.levels:
            if unit is here.unit:
                return unit, ""
            begins = _level(indicator.base_level)
            return unit, _("Показатель начинается с уровня «{level}»: показан {name}.").format(
                level=begins, name=unit["name"]
            )
    return here.region, ""


def _slice(origins: pd.DataFrame) -> tuple[str | None, str | None]:
    """Let a person choose subject and class among those for which this unit has rows."""
    pairs = list(dict.fromkeys((_text(s), _text(g)) for s, g in zip(origins["subject"], origins["grade"], strict=True)))
    subjects = sorted({subject for subject, _grade in pairs if subject})
    subject = grade = None
    if not any(subject or grade for subject, grade in pairs):
        return None, None
    columns = st.columns([3, 2])
    if subjects:
        with columns[0]:
            subject = filters.choose("subject", _("Предмет"), subjects, str)
    grades = sorted({g for s, g in pairs if g and s == subject}, key=lambda g: (len(g), g))
    if grades:
        with columns[1]:
            grade = filters.choose("grade", _("Класс"), grades, str)
    return subject, grade


def _text(value: object) -> str | None:
    return None if numbers.is_missing(value) else str(value)


def _of_slice(frame: pd.DataFrame, subject: str | None, grade: str | None) -> pd.DataFrame:
    matches = pd.Series(True, index=frame.index)
    for name, wanted in (("subject", subject), ("grade", grade)):
        matches &= frame[name].isna() if wanted is None else frame[name] == wanted
    return frame[matches]


# --- «Откуда число» -------------------------------------------------------------------------------------


def _figure_card(
    view: View,
    indicator: Indicator,
    unit: Unit,
    remark: str,
    origins: pd.DataFrame,
) -> tuple[str | None, str | None]:
    """The figure of the chosen place and year with its whole origin, or why there is none; the slice chosen."""
    here = view.here
    st.subheader(_("Откуда число"))
    subject, grade = _slice(origins)
    rows = _of_slice(origins, subject, grade)
    of_year = rows[rows["year"] == here.year]
    what = [str(unit["name"]), numbers.year(here.year, indicator.period)]
    row: dict[str, Any] = {} if of_year.empty else of_year.iloc[0].to_dict()
    words = origin.slice_words({"subject": subject, "grade": grade})
    st.caption(" · ".join([*what, words] if words else what))
    if remark:
        st.caption(remark)
    if row:
        _big(numbers.figure_text(row))
        facts.facts(origin.of_figure(row, indicator), close=True)
    elif len(rows):
        known = numbers.years([int(year) for year in rows["year"]], indicator.period)
        st.markdown(_("За этот год строки нет. Есть за {years}.").format(years=known))
    else:
        st.markdown(_("Для этой территории показателя в данных нет."))
        _elsewhere(view, indicator)
    return subject, grade


def _big(text: str) -> None:
    """The figure itself; a reason («скрыто: менее 10 человек») is written smaller than a number."""
    st.markdown(("## " if text[:1].isdigit() or text[:1] == "−" else "#### ") + text)


def _elsewhere(view: View, indicator: Indicator) -> None:
    """Where else the indicator has figures, one click away."""
    presence = ask(queries_lineage.presence, view.snapshot, indicator.code)
    if presence.empty:
        st.markdown(_("Значений этого показателя не загружено: есть только его определение."))
        return
    st.markdown(_("Он есть здесь:"))
    for row in presence.head(4).to_dict("records"):
        first, last = int(row["first_year"]), int(row["last_year"])
        years = str(last) if first == last else f"{first}–{last}"
        label = f"{_(COLLECTIONS[row['collection']])} · {row['region_name']} · {years}"
        if st.button(label, key=f"elsewhere_{row['collection']}_{row['region']}"):
            codes = (("data", row["collection"]), ("region", row["region"]), ("district", None), ("year", str(last)))
            for name, value in codes:
                filters.set_code(name, value)
            st.rerun()


def _members(
    view: View,
    indicator: Indicator,
    unit: Unit,
    origins: pd.DataFrame,
    subject: str | None,
    grade: str | None,
) -> None:
    """The units behind a sum: visible ones with their figures, hidden ones with the reason and their number."""
    rows = _of_slice(origins, subject, grade)
    of_year = rows[rows["year"] == view.here.year]
    if of_year.empty or of_year.iloc[0]["basis"] != "computed":
        return
    row = of_year.iloc[0]
    frame = ask(
        queries_lineage.members,
        view.snapshot,
        indicator.code,
        int(unit["territory_id"]),
        view.here.year,
        subject,
        grade,
    )
    if frame.empty:
        return
    hidden = int((frame["absence"] == "suppressed").sum())
    absent = int(frame["absence"].notna().sum()) - hidden
    below = str(frame["level"].iloc[0])
    title = _("Из чего сложено: {n}").format(n=f"{len(frame)} " + _units(below, len(frame)))
    parts = [_("со значением {n}").format(n=len(frame) - hidden - absent)]
    parts += [_("скрыто {n}").format(n=hidden)] if hidden else []
    parts += [_("без значения {n}").format(n=absent)] if absent else []
    with st.expander(f"{title} ({', '.join(parts)})"):
        if hidden:
            st.caption(_("Скрытые значения входят в сумму, но по отдельности не показываются."))
        silent = 0 if below != "school" else int(row["coverage_total"]) - len(frame)
        if silent > 0:
            st.caption(_("Ещё не прислали ни строки: {n}.").format(n=silent))
        if below == "school":
            st.caption(_("Порядок — по названию: список не оценивает работу людей."))
        caption = f"{indicator.name} · {unit['name']} · {view.here.year}" + _demo_mark(view.here)
        origin.members_table(frame, indicator.minimum_n, level_name(below), caption)


def _units(level: str, n: int) -> str:
    forms = {
        "district": (_("муниципалитет"), _("муниципалитета"), _("муниципалитетов")),
        "school": (_("организация"), _("организации"), _("организаций")),
    }.get(level, (_("территория"), _("территории"), _("территорий")))
    return ngettext(*forms, n)


def _level(level: str, plural: bool = False) -> str:
    """A level inside a sentence: «муниципалитет», but «ОО»."""
    name = level_name(level, plural)
    return name if name.isupper() else name.lower()


def _demo_mark(here: Place) -> str:
    return " · " + _("демонстрационные данные") if here.demo else ""


# --- what it is -----------------------------------------------------------------------------------------


def _indicator_facts(view: View, mechanism: Mechanism, indicator: Indicator, noun: Noun) -> list[Fact]:
    percent = indicator.unit == "percent"
    slices = []
    if indicator.subjects:
        slices.append(", ".join(indicator.subjects))
    if indicator.grades:
        slices.append(_("классы: {grades}").format(grades=", ".join(indicator.grades)))
    target = indicator.target
    return [
        (_("Механизм"), mechanism.name),
        (_("Числитель"), indicator.numerator),
        (_("Знаменатель"), indicator.denominator if percent else ""),
        (_("Что считает"), what_it_counts(indicator, noun)),
        (_("Единица"), _(UNITS[indicator.unit])),
        (_("Направление"), _(DIRECTIONS[indicator.direction])),
        (_("Период"), _(PERIODS[indicator.period])),
        (_("Уровни"), [", ".join(level_name(level) for level in indicator.levels), _why_levels(indicator, noun)]),
        (_("Организации"), ", ".join(_(ORGANISATIONS.get(kind, kind)) for kind in indicator.organisation_types)),
        (_("Предметы и классы"), "; ".join(slices)),
        (_("Скрывается"), _hidden_below(indicator, noun)),
        (_("Источник данных"), indicator.source),
        (
            _("Цель"),
            [
                _value(target.value, indicator) + _if_assumed(target.assumption),
                _("источник: {source}, {date}").format(source=target.source, date=_date(target.date)),
            ]
            if target
            else _("не задана: цель без документа-источника не показывается"),
        ),
        (_("Пороги"), _thresholds(indicator)),
        (_("Определение по годам"), _versions(indicator, view.here.year)),
        (_("Как ещё называют"), ", ".join(indicator.aliases)),
        (_("Примечание"), indicator.note),
        (_("Код"), indicator.code),
    ]


def what_it_counts(indicator: Indicator, noun: Noun) -> list[Cell]:
    """The noun with its forms, and in a word what follows from it for intervals and verdicts (rule 3)."""
    forms = ", ".join(f"{n} {form}" for n, form in zip((1, 2, 5), noun.forms, strict=True))
    if indicator.unit != "percent":
        return [forms, _("это число, а не доля: интервала и вывода нет")]
    if noun.independent:
        return [forms, _("единицы независимы: у доли есть интервал и вывод")]
    return [forms, _("единицы зависят друг от друга: интервала и вывода нет")]


def _why_levels(indicator: Indicator, noun: Noun) -> str:
    """Why the indicator begins where it does."""
    if indicator.base_level == "school":
        return _("считается от организации, выше — суммами")
    lowest = _level(indicator.base_level)
    if noun.person:
        reason = _("ниже за числом стояли бы отдельные люди")
    elif indicator.mechanism == "leaders":
        reason = _("ниже показатель стал бы оценкой одного человека")
    else:
        reason = _("ниже он не собирается или не имеет смысла")
    return _("начинается с уровня «{level}»: {reason}").format(level=lowest, reason=reason)


def _hidden_below(indicator: Indicator, noun: Noun) -> str:
    if not noun.person:
        return _("нет: показатель считает не людей")
    return _("если в знаменателе меньше {n}, и то, по чему скрытое можно вычислить").format(
        n=numbers.counted(indicator.minimum_n, (noun.forms[1], noun.forms[2], noun.forms[2]))
    )


def _value(value: float, indicator: Indicator) -> str:
    return f"{numbers.shortest(value)}{numbers.GLUE}{numbers.unit_name(indicator.unit)}"


def _if_assumed(assumption: bool) -> str:
    return " (" + _("предположение") + ")" if assumption else ""


def _date(text: str) -> str:
    """«08.02.2023» of an ISO date; what is no date («дата не установлена») stays."""
    parts = text.split("-")
    return ".".join(reversed(parts)) if len(parts) == 3 and text.replace("-", "").isdigit() else text


def _thresholds(indicator: Indicator) -> list[Cell]:
    if not indicator.thresholds:
        return [_("нет: порог без документа-источника не применяется")]
    lines: list[Cell] = []
    for threshold in indicator.thresholds:
        lines.append(threshold.name + _if_assumed(threshold.assumption))
        lines.append(_("источник: {source}, {date}").format(source=threshold.source, date=_date(threshold.date)))
    return lines


def _versions(indicator: Indicator, year: int) -> list[Cell]:
    lines: list[Cell] = []
    for number, version in enumerate(indicator.versions):
        until = _("по настоящее время") if version.valid_to is None else str(version.valid_to)
        years = str(version.valid_from) if version.valid_to == version.valid_from else f"{version.valid_from} — {until}"
        line = _("версия {version}: {years}").format(version=version.version, years=years)
        if version is indicator.version_in(year):
            line += " " + _("(выбранный год)")
        if number and not version.comparable:
            line += "; " + _("с прежней не сравнивается, линия прерывается")
        lines.append(line + (f". {version.note}" if version.note else ""))
    return lines


# --- quality of the data --------------------------------------------------------------------------------


def _quality(view: View, indicator: Indicator, subject: str | None, grade: str | None) -> None:
    """Coverage by year, absences, flags, what was published and what summed, revisions and findings."""
    here = view.here
    within = here.district or here.region
    frame = ask(queries_lineage.quality, view.snapshot, indicator.code, int(within["territory_id"]))
    if frame.empty:
        return
    st.subheader(_("Качество данных"))
    rows = _of_slice(frame, subject, grade)
    levels = [level for level in LEVELS if level in set(rows["level"])]
    if not levels:
        return
    lowest = levels[-1]
    words = origin.slice_words({"subject": subject, "grade": grade})
    caption = [_("Охват по годам"), str(within["name"]), _level(lowest, plural=True), words]
    _coverage_table(rows, lowest, str(within["level"]), indicator, " · ".join(filter(None, caption)) + _demo_mark(here))
    st.caption(_how_made(rows, levels, indicator))
    revised = int(rows["revised"].sum())
    if revised:
        _revisions(view, indicator, within, subject, grade)
    found = ask(queries_lineage.findings_about, view.snapshot, indicator.code)
    if found.empty:
        st.caption(_("Проверки при загрузке замечаний к этому показателю не дали."))
    for finding in found.head(20).to_dict("records"):
        st.warning(finding["message"], icon="🔎")


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
    return str(int(value)) if value else "·"


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
        parts.append(f"{_level(level, plural=level != 'region')} — {', '.join(made)}")
    return _("Происхождение значений: {parts}.").format(parts="; ".join(parts))


def _revisions(view: View, indicator: Indicator, within: Unit, subject: str | None, grade: str | None) -> None:
    frame = ask(queries_lineage.revisions, view.snapshot, indicator.code, int(within["territory_id"]))
    frame = _of_slice(frame, subject, grade)
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
        facts.table(heads, rows, _("Исправленные позже числители") + _demo_mark(view.here), numbers=(2, 3))
        if len(frame) > MOST_REVISIONS:
            st.caption(_("Показаны первые {n}.").format(n=MOST_REVISIONS))


# --- the rule of the colour: the one place where methods are named --------------------------------------


def colour_rule(indicator: Indicator, noun: Noun) -> list[str]:
    """Paragraphs that say how a figure of this indicator gets its colour and word."""
    texts = []
    for threshold in indicator.thresholds:
        bounds = "; ".join(numbers.shortest(bound) for bound in threshold.bounds)
        labels = " / ".join(threshold.labels) or threshold.name
        texts.append(
            _("**По порогам.** Границы {bounds}, значение на границе входит в верхний класс: {labels}.").format(
                bounds=bounds, labels=labels
            )
        )
    if indicator.unit != "percent":
        return [*texts, _("Это число с единицей, а не доля: вывода нет, цвет нейтральный.")]
    if not noun.independent:
        return [
            *texts,
            _(
                "Знаменатель считает «{noun}»: такие единицы зависят друг от друга, поэтому интервал не вычисляется, "
                "вывода «лучше» или «хуже» нет, цвет нейтральный."
            ).format(noun=noun.forms[0]),
        ]
    word = {
        "up": _("Выше сравниваемого — «лучше», ниже — «хуже»."),
        "down": _("Ниже сравниваемого — «лучше», выше — «хуже»."),
        "none": _("Направления нет: только «выше» и «ниже» одного цвета, без оценки."),
    }[indicator.direction]
    few = numbers.counted(indicator.minimum_n, (noun.forms[1], noun.forms[2], noun.forms[2]))
    return [
        *texts,
        _("**По выводу** (правило, версия {version}). {word} Слово и фигура повторяют цвет.").format(
            version=RULE_VERSION, word=word
        ),
        _(
            "**С регионом, муниципалитетом или целью p₀.** Отличие доказано, если n(x/n − p₀)² > z²·p₀(1 − p₀), "
            "z = 1,96 (95 %). Это одно и то же решение в трёх видах: интервал Уилсона не содержит p₀; точка вне "
            "границ воронки; разница больше той, что даёт случай. Границы 99,8 % показываются и ничего не решают."
        ),
        _(
            "**С похожими школами и прошлым годом.** Они сами измерены на выборке, поэтому решает интервал "
            "Ньюкомба для разности двух долей: отличие доказано, если он не содержит 0."
        ),
        _(
            "**За годы.** Хи-квадрат для линейного тренда по пяти последним годам одной редакции; меньше лет — "
            "вывода нет."
        ),
        _("**Мало данных.** Меньше {few} в знаменателе — вывода нет.").format(few=few),
        _(
            "Пример: при доле 80 % и 25 единицах в знаменателе разница меньше 16 п.п. ничего не доказывает, "
            "при 100 — меньше 8 п.п."
        ),
    ]


# --- a mechanism's own per cent -------------------------------------------------------------------------


def _mechanism_page(view: View, mechanism: Mechanism) -> None:
    here = view.here
    st.title(_("Процент механизма: {name}").format(name=mechanism.short or mechanism.name))
    st.markdown(
        _(
            "Доля баллов, набранных за документы системы управления, от максимума баллов. "
            "Это не оценка школ и людей и не среднее показателей."
        )
    )
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(border=True):
        _mechanism_card(view, mechanism)
    with right:
        st.subheader(_("Что это за число"))
        facts.facts(_mechanism_facts(view.catalogue, mechanism))
    _positions(view, mechanism)
    st.subheader(_("Чем определяется цвет"))
    st.markdown(
        _(
            "Баллы — не независимые единицы: интервала и вывода нет. Официальных порогов для механизмов не найдено, "
            "поэтому цвет нейтральный, пока порог не выбран. Встречаются такие шкалы:"
        )
    )
    facts.facts(
        (preset.name, ["; ".join(preset.labels), _("источник: {source}, {date}").format(
            source=preset.source, date=_date(preset.date))])
        for preset in view.catalogue.presets
    )  # fmt: skip
    st.markdown(
        _("Изменение рассказывается в позициях («+1 позиция из 14»), если баллы известны, иначе в п.п. без вывода.")
    )
    if here.year and mechanism.indicators:
        st.subheader(_("Показатели механизма"))
        columns = st.columns(2)
        for number, indicator in enumerate(mechanism.indicators):
            with columns[number % 2]:
                if st.button("→ " + indicator.name, key=f"open_{indicator.code}", type="tertiary"):
                    filters.set_code("indicator", indicator.code)
                    st.rerun()


def _mechanism_card(view: View, mechanism: Mechanism) -> None:
    here = view.here
    st.subheader(_("Откуда число"))
    st.caption(f"{here.unit['name']} · {here.year}")
    frame = ask(queries_lineage.mechanism_origins, view.snapshot, mechanism.code, int(here.unit["territory_id"]))
    of_year = frame[frame["year"] == here.year]
    if of_year.empty:
        st.markdown(_("Для этой территории за этот год механизм не оценивали."))
        if len(frame):
            st.markdown(_("Оценка есть за {years}.").format(years=numbers.years([int(y) for y in frame["year"]])))
        st.markdown(_("Ниже — показатели механизма."))
        return
    row = of_year.iloc[0].to_dict()
    _big(numbers.figure_text(row))
    facts.facts(origin.of_mechanism(row), close=True)


def _mechanism_facts(catalogue: Catalogue, mechanism: Mechanism) -> list[Fact]:
    listed: list[Cell] = []
    for edition in catalogue.editions:
        entry = next((entry for entry in edition.mechanisms if entry.code == mechanism.code), None)
        positions = catalogue.positions(mechanism.code, edition.code)
        if entry is None:
            continue
        until = _("по настоящее время") if edition.valid_to is None else str(edition.valid_to)
        years = str(edition.valid_from) if edition.valid_from == edition.valid_to else f"{edition.valid_from} — {until}"
        line = _("{years}: № {number}, «{name}»").format(years=years, number=entry.number, name=entry.name)
        if positions:
            assumed = sum(position.assumption for position in positions)
            line += "; " + _("позиций {n}, баллов {points}").format(
                n=len(positions), points=numbers.shortest(sum(position.maximum for position in positions))
            )
            line += " (" + _("предположений: {n}").format(n=assumed) + ")" if assumed else ""
        listed.append(line)
    breaks = [
        link.note
        for link in catalogue.crosswalk
        if mechanism.code in (link.from_mechanism, link.to_mechanism) and not link.comparable and link.note
    ]
    return [
        (_("Название"), mechanism.name),
        (_("Числитель"), _("баллы, набранные за подтверждённые документами позиции")),
        (_("Знаменатель"), _("максимум баллов за позиции, оценённые у этой территории в этой редакции")),
        (_("Что считает"), _("баллы: единицы зависимы, поэтому интервала и вывода нет")),
        (_("Направление"), _("больше — лучше; «не оценивали» и «в документе нет» — не ноль")),
        (_("Уровни"), _("только та территория, которую оценили: по территориям не складывается и не усредняется")),
        (_("Редакции"), listed),
        (_("Треки"), [track.name + _if_assumed(track.assumption) for track in mechanism.tracks]),
        (_("Разрывы ряда"), list(dict.fromkeys(breaks))),
        (_("Примечание"), mechanism.note),
        (_("Код"), mechanism.code),
    ]


def _positions(view: View, mechanism: Mechanism) -> None:
    """The positions whose points make the per cent, with the cell of each and the evidence given."""
    here = view.here
    frame = ask(queries.positions, view.snapshot, int(here.unit["territory_id"]), mechanism.code, here.year)
    if frame.empty:
        return
    names = {position.code: position for position in mechanism.positions}
    with st.expander(_("Из чего сложено: позиций {n}").format(n=len(frame))):
        rows = []
        for row in frame.to_dict("records"):
            position = names.get(row["position"])
            absent = isinstance(row["absence"], str)
            file = "" if numbers.is_missing(row["source_file"]) else str(row["source_file"])
            cell = "" if numbers.is_missing(row["source_cell"]) else f" {row['source_sheet']}!{row['source_cell']}"
            rows.append(
                [
                    position.name + _if_assumed(position.assumption) if position else str(row["position"]),
                    numbers.absence(row["absence"]) if absent else numbers.out_of(row["points"], row["maximum"]),
                    "" if numbers.is_missing(row["evidence"]) else str(row["evidence"]),
                    file + cell,
                ]
            )
        heads = [_("Позиция"), _("Баллы"), _("Подтверждение"), _("Файл и ячейка")]
        facts.table(heads, rows, f"{here.unit['name']} · {here.year}" + _demo_mark(here), numbers=(1,))


# --- glossary -------------------------------------------------------------------------------------------


def _glossary(catalogue: Catalogue) -> None:
    st.subheader(_("Словарь"))
    sought = st.text_input(_("Найти слово"), key="glossary_search", placeholder=_("например, охват"))
    found = matching_terms(catalogue, sought)
    if not sought.strip():
        with st.expander(_("Все слова: {n}").format(n=len(catalogue.glossary))):
            facts.facts((term.term, term.text) for term in catalogue.glossary)
    elif found:
        facts.facts((term.term, term.text) for term in found)
    else:
        st.caption(_("Такого слова в словаре нет."))


def matching_terms(catalogue: Catalogue, sought: str) -> list[Any]:
    """Terms that contain the words sought, names before explanations; «ё» and case do not matter."""
    wanted = _plain(sought)
    by_name = [term for term in catalogue.glossary if wanted in _plain(term.term)]
    return by_name + [term for term in catalogue.glossary if wanted in _plain(term.text) and term not in by_name]


def _plain(text: str) -> str:
    return text.strip().casefold().replace("ё", "е")
