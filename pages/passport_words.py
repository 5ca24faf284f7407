"""The words of the passport: what an indicator is, by its catalogue entry, and which rule makes its colour.

The names of statistical methods stand here and nowhere else in the interface.
"""

from __future__ import annotations

import re

from pages.shared import numbers
from pages.shared.facts import Cell, Fact
from pages.shared.texts import N_, _, level_name
from pipelines.catalogue.model import Indicator, Mechanism, Noun
from pipelines.statistics.rounding import NO_BREAK_SPACE
from pipelines.statistics.verdicts import RULE_VERSION

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

# A note of the catalogue that already says why an indicator is not counted lower.
TELLS_WHY = re.compile("[Нн]а уровне|начинается|не делятся|не определён")


def indicator_facts(mechanism: Mechanism, indicator: Indicator, noun: Noun, year: int) -> list[Fact]:
    """Everything that the catalogue says of an indicator; ``year`` marks the definition that held then."""
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
                _value(target.value, indicator) + if_assumed(target.assumption),
                _("источник: {source}, {date}").format(source=target.source, date=date_words(target.date)),
            ]
            if target
            else _("не задана: цель без документа-источника не показывается"),
        ),
        (_("Пороги"), _thresholds(indicator)),
        (_("Определение по годам"), _versions(indicator, year)),
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
    lowest = level_words(indicator.base_level)
    if TELLS_WHY.search(indicator.note):
        reason = _("почему — в примечании")
    elif indicator.counts == "organisation":
        reason = _("у одной организации это «да» или «нет», а не доля")
    elif noun.person:
        reason = _("ниже за числом стояли бы отдельные люди")
    else:
        reason = _("ниже не собирается")
    return _("начинается с уровня «{level}»: {reason}").format(level=lowest, reason=reason)


def _hidden_below(indicator: Indicator, noun: Noun) -> str:
    if not noun.person:
        return _("нет: показатель считает не людей")
    return _("если в знаменателе меньше {n}, и то, по чему скрытое можно вычислить").format(
        n=numbers.counted(indicator.minimum_n, (noun.forms[1], noun.forms[2], noun.forms[2]))
    )


def _value(value: float, indicator: Indicator) -> str:
    return f"{numbers.shortest(value)}{NO_BREAK_SPACE}{numbers.unit_name(indicator.unit)}"


def if_assumed(assumption: bool) -> str:
    return " (" + _("предположение") + ")" if assumption else ""


def date_words(text: str) -> str:
    """«08.02.2023» of an ISO date; what is no date («дата не установлена») stays."""
    parts = text.split("-")
    return ".".join(reversed(parts)) if len(parts) == 3 and text.replace("-", "").isdigit() else text


def _thresholds(indicator: Indicator) -> list[Cell]:
    if not indicator.thresholds:
        return [_("нет: порог без документа-источника не применяется")]
    lines: list[Cell] = []
    for threshold in indicator.thresholds:
        lines.append(threshold.name + if_assumed(threshold.assumption))
        lines.append(_("источник: {source}, {date}").format(source=threshold.source, date=date_words(threshold.date)))
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
        dependent = _(
            "Знаменатель считает «{noun}»: такие единицы зависят друг от друга, поэтому интервал не вычисляется "
            "и вывода «лучше» или «хуже» нет."
        ).format(noun=noun.forms[0])
        return [*texts, dependent] if texts else [dependent + " " + _("Цвет нейтральный.")]
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


def level_words(level: str, plural: bool = False) -> str:
    """A level inside a sentence: «муниципалитет», but «ОО»."""
    name = level_name(level, plural)
    return name if name.isupper() else name.lower()
