"""The words and small tables of «Загрузка»: findings, changes, first rows, states of loads."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from pages.shared import numbers
from pages.shared.facts import NOTHING, Cell
from pages.shared.texts import N_, _, level_name, ngettext
from pipelines import queries_loads
from pipelines.catalogue import Catalogue
from pipelines.loads import Load
from pipelines.readers.own_forms import TRAITS
from pipelines.readers.recognise import FORMATS
from pipelines.readers.rules import rules
from pipelines.readers.staged import Finding
from pipelines.register_changes import UnitChange
from pipelines.snapshot import Snapshot
from pipelines.templates.known import TYPES

GRADES = {"error": N_("Ошибки"), "warning": N_("Вопросы"), "note": N_("Заметки")}
MEANINGS = {
    "error": N_("Не дают загрузить файл"),
    "warning": N_("Загрузить можно; спросите составителя"),
    "note": N_("Ничего не требуют"),
}
CHANGES = {
    "new": N_("новых"),
    "changed": N_("изменённых"),
    "withdrawn": N_("отозванных"),
    "same": N_("прежних"),
}
# Headings that the readers know: they are words of a file, not of the page.
TYPED = ("Показатель", "Территория", "Год", "Числитель", "Знаменатель", "Процент", "Значение")
ASK_TERRITORY = {"territory_missing", "no_register"}

# What the table of rules advises to a caller of the command line is said here as it is done on the page.
MENDED_HERE = {
    "year_missing": N_("Впишите год выше или добавьте в файл столбец «Год»."),
    "territory_missing": N_("Впишите территорию выше или добавьте в файл столбец с названием или логином."),
    "no_register": N_("Загрузите реестр организаций или впишите регион выше."),
    "names_without_register": N_("Загрузите реестр организаций или добавьте в файл столбец «Логин»."),
    "unknown_territory": N_("Ответьте выше, кто это, или исправьте название в файле."),
    "ambiguous_territory": N_("Ответьте выше, кто это, или укажите в файле логин либо муниципалитет."),
    "unknown_format": N_("Опишите таблицу соответствием столбцов: оно предложено на этой странице."),
    "mapping_unusable": N_("Исправьте соответствие столбцов на этой странице."),
    "unknown_indicator": N_("Проверьте код показателя или опишите показатель в соответствии."),
    "year_differs": N_("Проверьте, тот ли файл выбран и тот ли год вписан."),
    "fraction_or_percent": N_("Поставьте столбцу формат «Процентный» или впишите проценты (75, а не 0,75)."),
}

# And this is what its sender can do, who has neither: only the file.
MENDED_IN_FILE = {
    "year_missing": N_("Добавьте столбец «Год» или строку с годом над таблицей."),
    "year_differs": N_("Проверьте, за тот ли год прислан файл."),
    "territory_missing": N_("Добавьте столбец с названием или логином."),
    "names_without_register": N_("Добавьте столбец «Логин»."),
    "unknown_territory": N_("Напишите название как в реестре или укажите логин."),
    "ambiguous_territory": N_("Укажите логин или муниципалитет."),
    "unknown_format": N_("Пришлите таблицу по выданной форме."),
    "unknown_indicator": N_("Проверьте название или код показателя."),
    "unknown_position": N_("Возьмите коды позиций из выданного шаблона."),
    "fraction_or_percent": N_("Поставьте столбцу формат «Процентный» или впишите проценты (75, а не 0,75)."),
}
# Here «expected» only repeats what the sentence is about.
NO_EXPECTATION = {"conflicting_rows", "unknown_territory", "ambiguous_territory"}
NOT_FOR_SENDER = {"no_register", "mapping_unusable", "already_loaded"}


def counted(n: int, one: str, few: str, many: str) -> str:
    """«2 ошибки»."""
    return f"{numbers.shortest(n)} {ngettext(one, few, many, n)}"


def moment(text: str) -> str:
    """«22.11.2026 04:01» in the reader's time zone, in the server's where the browser has not said."""
    then = datetime.fromisoformat(text)
    try:
        zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return then.astimezone(zone).strftime("%d.%m.%Y %H:%M")


def grade_name(grade: str) -> str:
    """«Ошибки»."""
    return _(GRADES[grade])


def grade_meaning(grade: str) -> str:
    """What a grade asks of the editor."""
    return _(MEANINGS[grade])


def graded(findings: Iterable[Finding]) -> str:
    """«2 ошибки, 1 вопрос»."""
    return graded_counts(Counter(finding.grade for finding in findings if finding.rule != "already_loaded"))


def graded_counts(found: Mapping[str, int]) -> str:
    """The same of findings counted by grade."""
    forms = {
        "error": (_("ошибка"), _("ошибки"), _("ошибок")),
        "warning": (_("вопрос"), _("вопроса"), _("вопросов")),
        "note": (_("заметка"), _("заметки"), _("заметок")),
    }
    return ", ".join(counted(found[grade], *forms[grade]) for grade in GRADES if found.get(grade)) or _("нет")


def year_help() -> str:
    """How a school year is written."""
    return _("Учебный год пишется первым годом: 2024/25 — это 2024.")


def findings_table(
    findings: Sequence[Finding], with_file: bool, names: Mapping[str, str]
) -> tuple[list[str], list[list[Cell]]]:
    """Heads and rows: place, what was noticed, what was seen, what was expected, how to mend it.

    ``names`` are the names of indicators by their codes.
    """
    heads = [_("Где"), _("Что замечено"), _("Стоит"), _("Ожидалось"), _("Как исправить")]
    rows: list[list[Cell]] = []
    for told in findings:
        what, mend = said(told)
        if told.count > 1 and not counts_itself(told):
            what += " " + _("(строк: {n})").format(n=numbers.shortest(told.count))
        # A check may expect an option of the command line, which this page has not.
        expected = re.sub(r",? или --\w+", "", told.expected or "")
        expected = NOTHING if told.rule in NO_EXPECTATION else expected.removeprefix("; ")
        rows.append(
            [place(told, with_file), named(what, names), told.seen or NOTHING, expected or NOTHING, mend or NOTHING]
        )
    return heads, rows


def counts_itself(told: Finding) -> bool:
    """Whether the sentence of a finding says its count."""
    rule = rules().get(told.rule)
    return rule is not None and "{count}" in rule.message


def named(text: str, names: Mapping[str, str]) -> str:
    """A sentence of a check with the names of indicators instead of their codes."""

    def name(code: re.Match[str]) -> str:
        return f"«{names[code[0]]}»" if code[0] in names else code[0]

    return re.sub(r"\b[a-z]+_[a-z0-9_]+\b", name, text)


def asked(question: str) -> str:
    """A question of a proposed mapping as it is answered on the page."""
    return question.replace(_("загрузите с --year"), _("впишите год выше")).replace(
        _("загрузите с --territory"), _("впишите территорию выше")
    )


def place(told: Finding, with_file: bool) -> str:
    """«отметки.xlsx · Лист1 · H2»."""
    parts = [told.file if with_file else None, told.sheet, told.cell]
    return " · ".join(part for part in parts if part) or told.file or numbers.MISSING


def said(told: Finding, *, to_sender: bool = False) -> tuple[str, str]:
    """What a finding says and its advice; both together where a check has no entry in the table of rules."""
    rule = rules().get(told.rule)
    if rule is None:
        return told.message, ""
    what = rule.message.format(seen=told.seen or _("пусто"), expected=told.expected or "", count=told.count)
    own = MENDED_IN_FILE if to_sender else MENDED_HERE
    mend = _(own[told.rule]) if told.rule in own else rule.mend
    return what[:1].upper() + what[1:], mend


def change_name(kind: str) -> str:
    """«новых»."""
    return _(CHANGES[kind])


def capital(text: str) -> str:
    """A word as the head of a column."""
    return text[:1].upper() + text[1:]


def preview_table(frame: pd.DataFrame, names: Mapping[str, str]) -> tuple[list[str], list[list[Cell]]]:
    """The changes counted by indicator, district and year; kinds that do not occur have no column."""
    kinds = [kind for kind in CHANGES if (frame["change"] == kind).any()]
    keys = ["indicator", "district", "year"]
    counts = frame.groupby([*keys, "change"], dropna=False).size().unstack("change", fill_value=0).reset_index()
    heads = [_("Показатель"), _("Муниципалитет"), _("Год"), *(capital(change_name(kind)) for kind in kinds)]
    rows: list[list[Cell]] = [
        [
            names.get(row["indicator"], row["indicator"]),
            numbers.MISSING if numbers.is_missing(row["district"]) else row["district"],
            str(int(row["year"])),
            *(numbers.shortest(int(row[kind])) if row[kind] else NOTHING for kind in kinds),
        ]
        for row in counts.to_dict("records")
    ]
    return heads, rows


# Fields of the register that are told one by one when they change, in the words of its template.
FIELDS = {
    "name": N_("название"), "type": N_("тип"), "parent": N_("входит в"), "settlement": N_("город или село"),
    "opened": N_("год открытия"), "closed": N_("год закрытия"), "merged_into": N_("присоединена к"),
    "history_continues": N_("история продолжается"), "oktmo": N_("ОКТМО"), "login": N_("логин"),
    "latitude": N_("широта"), "longitude": N_("долгота"), "level": N_("уровень"),
}  # fmt: skip


# What happens to a unit of the register: in a count, in a sentence about one.
UNIT_KINDS = {
    "new": N_("новых"), "changed": N_("описаны иначе"), "merged": N_("присоединены"), "closed": N_("закрыты"),
    "withdrawn": N_("выбывают"),
}  # fmt: skip


def units_summary(units: Sequence[UnitChange]) -> str:
    """«Реестр: новых муниципалитетов — **2**, новых организаций — **20**, выбывают — **3**»; empty if nothing."""
    new = Counter(unit.level for unit in units if unit.new)
    other = Counter(unit.kind for unit in units if not unit.new)
    told = [
        (_("новых регионов"), new["region"]),
        (_("новых муниципалитетов"), new["district"]),
        (_("новых организаций"), new["school"]),
        *((_(words), other[kind]) for kind, words in UNIT_KINDS.items()),
    ]
    parts = [f"{name} — **{numbers.shortest(n)}**" for name, n in told if n]
    return _("Реестр: {what}").format(what=", ".join(parts)) if parts else ""


def units_by_district(units: Iterable[UnitChange]) -> tuple[list[str], list[list[Cell]]]:
    """How many organisations of each kind by municipality; kinds that do not occur have no column."""
    counts = Counter((unit.district, unit.kind) for unit in units if unit.level == "school")
    kinds = [kind for kind in UNIT_KINDS if any(told == kind for _district, told in counts)]
    rows: list[list[Cell]] = [
        [
            district or NOTHING,
            *(numbers.shortest(counts[district, kind]) if counts[district, kind] else NOTHING for kind in kinds),
        ]
        for district in sorted({district for district, _kind in counts}, key=str.casefold)
    ]
    return [_("Муниципалитет"), *(capital(_(UNIT_KINDS[kind])) for kind in kinds)], rows


def units_table(units: Iterable[UnitChange]) -> tuple[list[str], list[list[Cell]]]:
    """Unit by unit, what goes first: field by field what was and what becomes of those that were described before."""
    order = list(reversed(UNIT_KINDS))
    rows: list[list[Cell]] = []
    for unit in sorted(units, key=lambda unit: (order.index(unit.kind), unit.district, unit.name)):
        who: list[Cell] = [unit.district or NOTHING, unit.name]
        if unit.withdrawn:
            left = _("показатели остаются") if unit.stays else _("больше нет в данных")
            rows.append([*who, _("выбывает из реестра"), NOTHING, left])
        elif unit.new:
            kind = TYPES.get(str(unit.becomes.get("type")), level_name(unit.level))
            rows.append([*who, _("новая запись"), NOTHING, kind])
        else:
            rows += [
                [*who, _(FIELDS.get(name, name)), _described(unit, name, was), _described(unit, name, becomes)]
                for name, becomes in unit.becomes.items()
                for was in [unit.was.get(name)]
            ]
    return [_("Муниципалитет"), _("Организация или территория"), _("Что"), _("Было"), _("Станет")], rows


def _described(unit: UnitChange, name: str, value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return _("да") if value else _("нет")
    if name == "type":
        return TYPES.get(str(value), str(value))
    if name == "level":
        return level_name(str(value))
    known = unit.names.get(str(value))
    if known:  # organisations have namesakes, municipalities of a region have not
        return known if name == "parent" else f"{known} ({value})"
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


TOPICS = {
    "position": N_("Баллы: {item}"), "trait": N_("Признак контекста: {item}"), "boundary": N_("Границы"),
    "target": N_("Цель: {item}"), "form": N_("Строки формы: {item}"),
}  # fmt: skip
MOST_NAMED = 3


def others_table(
    frame: pd.DataFrame, catalogue: Catalogue, names: Mapping[str, str]
) -> tuple[list[str], list[list[Cell]]]:
    """What else changes, counted by subject, municipality and year; kinds that do not occur have no column."""
    kinds = [kind for kind in CHANGES if (frame["change"] == kind).any()]
    heads = [_("Что"), _("Муниципалитет"), _("Кому"), _("Год"), *(capital(change_name(kind)) for kind in kinds)]
    rows: list[list[Cell]] = []
    for (topic, item, district, year), part in frame.groupby(
        ["topic", "item", "district", "year"], dropna=False, sort=False
    ):
        counts = part["change"].value_counts()
        who = [str(name) for name in part["territory_name"].dropna().unique() if name != district]
        told = ", ".join(who[:MOST_NAMED]) + (" …" if len(who) > MOST_NAMED else "")
        rows.append(
            [
                _(TOPICS[topic]).format(item=_item(topic, item, catalogue, names)),
                district if isinstance(district, str) else NOTHING,
                told or NOTHING,
                NOTHING if numbers.is_missing(year) else str(int(year)),
                *(numbers.shortest(int(counts[kind])) if kind in counts else NOTHING for kind in kinds),
            ]
        )
    return heads, rows


def others_changed(
    frame: pd.DataFrame, catalogue: Catalogue, names: Mapping[str, str]
) -> tuple[list[str], list[list[Cell]]]:
    """From → to of each point and target."""
    positions = {position.code: position.name for one in catalogue.mechanisms.values() for position in one.positions}
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        detail = row["detail"] if isinstance(row["detail"], str) else ""
        becomes = numbers.absence(row["absence"]) if isinstance(row["absence"], str) else _figure(row["becomes"])
        rows.append(
            [
                row["territory_name"] if isinstance(row["territory_name"], str) else NOTHING,
                positions.get(detail, detail) or _item(row["topic"], row["item"], catalogue, names),
                NOTHING if numbers.is_missing(row["year"]) else str(int(row["year"])),
                _figure(row["was"]),
                _("отозвано") if row["change"] == "withdrawn" else becomes,
            ]
        )
    return [_("Территория"), _("Позиция или показатель"), _("Год"), _("Было"), _("Станет")], rows


def _figure(value: object) -> str:
    return numbers.MISSING if numbers.is_missing(value) else numbers.shortest(value)


def _item(topic: str, item: str, catalogue: Catalogue, names: Mapping[str, str]) -> str:
    if topic == "position":
        return catalogue.mechanisms[item].name if item in catalogue.mechanisms else item
    if topic == "form":
        return FORMATS.get(item, item).removesuffix(" (шаблон)")
    if topic == "trait":
        return next((word for word, code in TRAITS.items() if code == item), item)
    return names.get(item, item)


def changed_table(
    frame: pd.DataFrame, snapshot: Snapshot, names: Mapping[str, str]
) -> tuple[list[str], list[list[Cell]]]:
    """From → to of each key. What it was is told as everybody may see it (rule 13), what it will be from the file."""
    before = queries_loads.published_figures(snapshot, sorted(set(frame["indicator"])))
    was = {_key(row): row for row in before.to_dict("records")}
    heads = [_("Показатель"), _("Территория"), _("Год"), _("Предмет, класс"), _("Было"), _("Станет"), _("Ячейка")]
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        earlier = was.get(_key(row))
        rows.append(
            [
                names.get(row["indicator"], row["indicator"]),
                row["territory_name"] if isinstance(row["territory_name"], str) else row["territory"],
                str(int(row["year"])),
                ", ".join(str(row[part]) for part in ("subject", "grade") if isinstance(row[part], str)) or NOTHING,
                figure(earlier) if earlier else numbers.MISSING,
                _("отозвано") if row["change"] == "withdrawn" else figure(row),
                " · ".join(part for part in (row["sheet"], row["cell"]) if isinstance(part, str)) or NOTHING,
            ]
        )
    return heads, rows


def _key(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(None if numbers.is_missing(row[key]) else row[key] for key in queries_loads.KEYS)


def figure(row: Mapping[Any, Any]) -> str:
    """«72,4 % (18 из 25)», «35», or why there is none."""
    if isinstance(row.get("absence"), str) and row["absence"]:
        return numbers.absence(row["absence"])
    fraction = numbers.out_of(row.get("numerator"), row.get("denominator"))
    known = fraction != numbers.MISSING
    if not numbers.is_missing(row.get("percent")):
        return numbers.percent(row["percent"]) + (f" ({fraction})" if known else "")
    if not numbers.is_missing(row.get("value")):
        return numbers.shortest(row["value"])
    if known and row["denominator"]:
        return f"{numbers.percent(numbers.share(row['numerator'], row['denominator']))} ({fraction})"
    return numbers.shortest(row.get("numerator"))


def first_rows(frame: pd.DataFrame, names: Mapping[str, str]) -> tuple[list[str], list[list[Cell]]]:
    """The first rows of a mapped table as they would load; columns that say nothing are left out."""
    heads = [_("Строка"), _("Территория"), _("Показатель"), _("Год"), _("Предмет, класс"), _("Значение")]
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        places = [row.get(part) for part in ("login", "school", "territory", "district", "region")]
        told = [str(part) for part in places if isinstance(part, str) and part]
        year = row.get("year")
        rows.append(
            [
                str(int(row["row"]) + 1),
                ", ".join(dict.fromkeys(told)) or numbers.MISSING,
                names.get(str(row.get("indicator")), str(row.get("indicator") or numbers.MISSING)),
                numbers.MISSING if numbers.is_missing(year) else str(int(year)),
                ", ".join(str(row[part]) for part in ("subject", "grade") if isinstance(row.get(part), str)) or NOTHING,
                figure(row),
            ]
        )
    return heads, rows


def typed_table(text: str, document: str, place: str) -> bytes:
    """Lines pasted from a letter (tab or «;» between cells) as a table that the readers know; a first line of
    headings may be missing. Document and place go into every line.
    """
    rows = [re.split(r"[\t;]", line.strip("\r")) for line in text.splitlines() if line.strip(" \t;\r")]
    if rows and "показатель" not in [cell.strip().lower() for cell in rows[0]]:
        rows.insert(0, list(TYPED))
    width = max((len(row) for row in rows), default=0)
    where = ", ".join(part.strip() for part in (document, place) if part.strip())
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row] + [""] * (width - len(row))
        writer.writerow([*cells, where if number else "Место в документе"])
    return out.getvalue().encode("utf-8-sig")


def state(entry: Load, counts: bool, shown: bool) -> str:
    """«действует», «отозвана 22.11.2026 …», «заменена другой»; and where the snapshot ``shown`` says otherwise."""
    if entry.withdrawn:
        by = f", {entry.withdrawn_by}" if entry.withdrawn_by else ""
        return _("отозвана {when}").format(when=moment(entry.withdrawn)) + by
    if not counts:
        return _("заменена другой")
    return _("действует") if shown else _("действует, но в показанной версии её нет")


def newest_first(key: str, codes: Sequence[str]) -> None:
    """Choose the first of ``codes`` when it is another than last time: an old choice does not outlive a new entry."""
    if st.session_state.get(f"{key}_newest") != codes[0] or st.session_state.get(key) not in codes:
        st.session_state[f"{key}_newest"] = st.session_state[key] = codes[0]
