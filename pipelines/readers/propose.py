"""Proposes a mapping from the content of a file: header words, shapes of values, the catalogue's aliases."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from pipelines.catalogue import Catalogue
from pipelines.catalogue.model import Indicator
from pipelines.readers.blocks import drop_notes, filled_rows
from pipelines.readers.columns import MOST_COLUMNS, NUMBER, WORD, numbers, role_of, texts, year_of
from pipelines.readers.context import Context
from pipelines.readers.opening import Opened
from pipelines.readers.own_forms import role_of as own_role_of
from pipelines.readers.raw import RawTable, clean, column_letters, key
from pipelines.readers.references import login_in

SEARCHED_ROWS = 60
LEAST_LIKENESS = 92
NAME_ROLES = ("login", "school", "district", "region", "oktmo", "territory")
OTHER_ROLES = ("year", "subject", "grade", "period", "indicator", "absence", "note", "unit")
_SAME = {"name": "school", "code": "territory", "group": "territory", "indicator_name": "indicator", "n": "denominator",
         "share": "percent"}  # fmt: skip
_YEARS = re.compile(
    r"[,(]?\s*\b(за|в|на)?\s*(19|20)\d\d(\s*[-/]\s*(?:\d{4}|\d\d))?\s*(г\.|год\w*|уч\.?( г\w*\.?)?|учебн\w+ год\w*)?\s*"
    r"(год\w*)?\)?"
)
_WHOLE = re.compile(r"всего|общ|кол-во|количество|числ|выпускник|участник|обучающ|учени|педагог|учител|организаци|школ")
_NOT_YEAR = re.compile(r"[^\W\d_]{2,}")
_COUNT = re.compile(r"кол-во|количество|число|всего|чел\b|чел\.|ед\b|ед\.")


@dataclass
class Proposal:
    """A mapping as TOML text, and what a person has to answer before it loads (empty: nothing is ambiguous)."""

    text: str
    questions: list[str] = field(default_factory=list)


@dataclass
class _Column:
    column: int
    header: str
    role: str | None
    indicator: Indicator | None
    kind: str | None
    year: int | None
    figures: bool = False
    counts: bool = False
    """Whether it holds whole numbers from 0 up, so that it may be a denominator."""


def propose(opened: Opened, context: Context) -> Proposal:
    """A mapping for the sheet that looks most like a table of figures."""
    table = max(opened.tables, key=lambda table: _weight(table))
    header, first = _header_rows(table)
    rows = _rows(table, first)
    columns = [
        _column(table, header, rows, column, context.catalogue) for column in range(min(table.width, MOST_COLUMNS))
    ]
    titles = [clean(cell) for row in range(header[0]) for cell in table.cells[row] if cell != ""]
    _from_title(columns, titles, context.catalogue)
    again = _next_table(table, header, first)
    return _written(table, header, (first, again), columns, titles, context)


def _from_title(columns: list[_Column], titles: list[str], catalogue: Catalogue) -> None:
    """Where only the title names the indicator, the columns of figures under a year (or the only one) are its own."""
    if any(entry.indicator for entry in columns) or any(entry.role == "indicator" for entry in columns):
        return
    indicator = next((named for title in titles if (named := _indicator(title, catalogue))), None)
    figured = [entry for entry in columns if entry.figures and not entry.role]
    of_years = [entry for entry in figured if entry.year and not _NOT_YEAR.search(_YEARS.sub("", key(entry.header)))]
    for entry in of_years if indicator else []:
        entry.indicator = indicator
        entry.kind = "percent" if indicator and indicator.unit == "percent" else "value"


def _next_table(table: RawTable, header: tuple[int, int], first: int) -> int | None:
    """The row where the same header stands again, if it does: another table begins there."""
    own = [clean(cell) for cell in table.cells[header[1]]]
    if sum(bool(text) for text in own) < 2:
        return None
    for row in range(first, table.height):
        if table.cells[row, own.index(next(text for text in own if text))] != "" and [
            clean(cell) for cell in table.cells[row]
        ] == own:
            return row
    return None


def _weight(table: RawTable) -> int:
    sample = table.cells[:500]
    return sum(isinstance(cell, float) for row in sample for cell in row) * 2 + int(filled_rows(sample).sum())


def _header_rows(table: RawTable) -> tuple[tuple[int, int], int]:
    """The header's first and last row and the first row of data: data begin where figures stand under words."""
    filled = np.flatnonzero(filled_rows(table.cells[: SEARCHED_ROWS * 2]))
    known = [row for row in filled if sum(_known(cell) for cell in table.cells[row]) >= 2]
    numeric = [
        row for row in filled
        if sum(_figure(cell) for cell in table.cells[row]) >= 1 and sum(cell != "" for cell in table.cells[row]) >= 2
        and not _is_numbering(table, int(row)) and sum(_known(cell) for cell in table.cells[row]) < 2
    ]  # fmt: skip
    last = int(known[-1]) if known and known[-1] - known[0] <= 3 else int(known[0]) if known else None
    start = next((int(row) for row in numeric if last is None or row > last), None)
    if last is None:
        above = [int(row) for row in filled if start is not None and row < start]
        last = above[-1] if above else 0
    elif start is not None:
        between = [int(row) for row in filled if last < row < start and not _is_numbering(table, int(row))]
        last = between[-1] if between and len(between) <= 2 else last
    top = last
    while top - 1 in filled and last - top < 3 and _wide(table, top - 1):
        top -= 1
    return (top, last), start if start is not None else last + 1


def _known(cell: object) -> bool:
    return isinstance(cell, str) and bool(cell) and _role(cell) is not None


def _role(header: str) -> str | None:
    """The role of a column in a mapping; a bare figure names none here."""
    if key(header) in ("территория", "территория / организация", "код территории"):
        return "territory"
    role = role_of(header) or own_role_of(header)
    if role is None or re.fullmatch(r"m\d", role):
        return None
    return _SAME.get(role, role)


def _figure(cell: object) -> bool:
    if isinstance(cell, float):
        return year_of(cell) is None
    return isinstance(cell, str) and bool(re.fullmatch(r"[\d\s\u00a0\u2009\u202f]+([.,]\d+)?\s*%?", cell.strip()))


def _is_numbering(table: RawTable, row: int) -> bool:
    told = [clean(cell) for cell in table.cells[row] if cell != ""]
    return len(told) > 2 and told == [str(n) for n in range(1, len(told) + 1)]


def _wide(table: RawTable, row: int) -> bool:
    told = [clean(cell) for cell in table.filled(row, row)[0] if cell != ""]
    return len(set(told)) >= 2 and not any(_figure(cell) for cell in table.cells[row])


def _rows(table: RawTable, first: int) -> npt.NDArray[np.int64]:
    rows = np.flatnonzero(filled_rows(table.cells[first:])) + first
    rows = drop_notes(table, rows)
    return rows[1:] if len(rows) and _is_numbering(table, int(rows[0])) else rows


def _column(
    table: RawTable, header: tuple[int, int], rows: npt.NDArray[np.int64], column: int, catalogue: Catalogue
) -> _Column:
    levels = [clean(row[column]) for row in table.filled(*header)]
    told = list(dict.fromkeys(text for text in levels if text))
    words = " ".join(told)
    role = next((match for text in reversed(told) if (match := _role(text))), None)
    indicator = next((named for text in [*reversed(told), words] if (named := _indicator(text, catalogue))), None)
    year = next((y for text in reversed(told) if (y := year_of(text)) is not None), None)
    if not len(rows):
        return _Column(column, words, role, indicator, None, year)
    cells = texts(table.cells[rows, column])
    logins = sum(login_in(text) is not None for text in cells)
    if logins > len(rows) / 2:
        return _Column(column, words, "login", None, None, None)
    found = numbers(table, rows, column)
    given = found.kinds == NUMBER
    filled = given | (found.kinds == WORD) | (found.kinds == 3)
    understood = given | (found.kinds == WORD)
    is_figures = given.any() and given.sum() >= 0.5 * filled.sum() and understood.sum() >= 0.8 * filled.sum()
    if role in (*NAME_ROLES, *OTHER_ROLES) or not is_figures:
        return _Column(column, words, role if role in (*NAME_ROLES, *OTHER_ROLES) else None, None, None, year)
    plain = key(words)
    if role in ("numerator", "denominator", "percent", "value"):
        kind: str | None = role
    elif (
        "%" in words
        or "доля" in plain
        or "процент" in plain
        or found.signed.any()
        or (indicator is not None and indicator.unit == "percent" and not _COUNT.search(plain))
    ):
        kind = "percent"
    elif indicator is not None:
        kind = "value" if indicator.unit != "percent" else "numerator"
    else:
        kind = None
    here = found.values[given]
    counts = bool((here >= 0).all() and (here == np.rint(here)).all() and not found.signed.any())
    return _Column(column, words, role, indicator, kind, year, True, counts)


def _indicator(header: str, catalogue: Catalogue) -> Indicator | None:
    """The indicator that a header names: by code, name or alias, else by one very like it; a year does not count."""
    plain = re.sub(r"\s*[,(]?\s*(%|чел\.?|ед\.?|балл\w*)\s*\)?$", "", _YEARS.sub("", key(header))).strip(" ,;:")
    if len(plain) < 3:
        return None
    words = {key(word): i for i in catalogue.indicators.values() for word in (i.code, i.name, *i.aliases)}
    if plain in words:
        return words[plain]
    near = process.extractOne(plain, list(words), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    return words[near[0]] if near else None


def _written(
    table: RawTable,
    header: tuple[int, int],
    span: tuple[int, int | None],
    columns: list[_Column],
    titles: list[str],
    context: Context,
) -> Proposal:
    first, again = span
    questions: list[str] = []
    roles: dict[str, int] = {}
    for entry in columns:
        if entry.role in (*NAME_ROLES, *OTHER_ROLES):
            roles.setdefault(entry.role or "", entry.column)
    values = [entry for entry in columns if entry.kind]
    if {"school", "login"} & set(roles):
        # What cannot honestly be counted at an organisation would only be refused.
        for entry in values:
            if entry.indicator is not None and entry.indicator.base_level != "school":
                entry.kind = None
        values = [entry for entry in values if entry.kind]
    unknown = [
        entry
        for entry in columns
        if not entry.kind and not entry.role and entry.header and _numeric(table, first, entry)
    ]
    told = context.told(table, titles)
    lines = [
        "# Соответствие столбцов: буквы столбцов и номера строк — как в Excel.",
        f"sheet = {_quoted(table.sheet)}" if table.sheet else "# один лист",
        f"header = [{header[0] + 1}, {header[1] + 1}]",
        f"rows = [{first + 1}]        # первая строка данных; вторым числом можно указать последнюю"
        if again is None
        else f"rows = [{first + 1}, {_last_row(table, first, again) + 1}]",
        'skip = []          # какие строки пропустить: начала или части названий, например ["^Среднее"]',
    ]
    if again is not None:
        questions.append(
            f"на листе несколько таблиц: здесь только первая, вторая — со строки {again + 1}; "
            "для каждой сделайте свой файл соответствия и загрузите по очереди"
        )
    constants: dict[str, object] = {}
    if "year" not in roles and not all(entry.year for entry in values):
        if told.year:
            constants["year"] = told.year
        else:
            questions.append("год: впишите year в [constants] или загрузите с --year")
    for name, value in (("subject", told.subject), ("grade", told.grade)):
        if value and name not in roles:
            constants[name] = value
    if not set(NAME_ROLES) & set(roles):
        if context.territory:
            constants["territory"] = context.territory
        else:
            questions.append(
                "территория: укажите столбец в [columns] (school, login, district) или загрузите с --territory"
            )
    if constants:
        lines += ["", "[constants]", *(f"{name} = {_quoted(value)}" for name, value in constants.items())]
    lines += ["", "[columns]", *(f"{role} = {_quoted(column_letters(column))}" for role, column in roles.items())]
    lines += _long_or_wide(values, unknown, roles, questions, table)
    for entry in unknown:
        lines += ["", f"# столбец {column_letters(entry.column)} «{entry.header[:80]}» не узнан: загрузить без «#»",
                  "# [[values]]", f"# percent = {_quoted(column_letters(entry.column))}",
                  '# indicator = "код показателя"']  # fmt: skip
    if not values:
        questions.append("значения: ни один столбец не похож на показатель каталога; опишите хотя бы один в [[values]]")
    head = [f"# ВОПРОС: {question}" for question in questions]
    return Proposal("\n".join([*head, *lines]) + "\n", questions)


def _last_row(table: RawTable, first: int, again: int) -> int:
    """The last row of a table that another follows: neither its title nor the gap before it."""
    filled = filled_rows(table.cells[first:again])
    row = first
    while row < again and filled[row - first] and sum(cell != "" for cell in table.cells[row]) >= 2:
        row += 1
    return max(row - 1, first)


def _long_or_wide(
    values: list[_Column], unknown: list[_Column], roles: dict[str, int], questions: list[str], table: RawTable
) -> list[str]:
    if "indicator" in roles:
        return [f"{entry.kind} = {_quoted(column_letters(entry.column))}" for entry in values if entry.kind]
    kinds = {entry.kind for entry in values}
    # Columns of one indicator and year are its parts; a lone set of parts without a name is one indicator too.
    named = [entry for entry in values if entry.indicator]
    groups: dict[tuple[str, int | None], list[_Column]] = {}
    for entry in named:
        groups.setdefault((entry.indicator.code if entry.indicator else "", entry.year), []).append(entry)
    if not named and values and len(kinds) == len(values):
        groups["", values[0].year] = values
    found: list[str] = []
    shared = next((entry for entry in values if entry.kind == "denominator" and not entry.indicator), None)
    for (code, year), entries in groups.items():
        first = entries[0]
        parts: dict[str, _Column] = {}
        for entry in entries:
            if entry.kind in parts:
                questions.append(f"«{entry.header[:60]}» и «{parts[entry.kind].header[:60]}»: что из них {entry.kind}?")
            parts.setdefault(entry.kind or "", entry)
        if first.indicator and first.indicator.unit == "percent" and "denominator" not in parts:
            own = shared or _denominator(unknown, first, parts)
            if own:
                parts["denominator"] = own
                unknown[:] = [entry for entry in unknown if entry is not own]
            elif "numerator" in parts and "percent" not in parts:
                questions.append(f"«{first.header[:60]}»: в каком столбце знаменатель? Впишите denominator")
        found += ["", f"# {first.header[:120]}", "[[values]]"]
        found += [f"{kind} = {_quoted(column_letters(part.column))}" for kind, part in parts.items() if kind]
        if first.indicator:
            found.append(f"indicator = {_quoted(code)}        # {first.indicator.name}")
        else:
            found.append('indicator = ""')
            questions.append(f"показатель: впишите код для «{first.header[:60]}»")
        if year and "year" not in roles:
            found.append(f"year = {year}")
        if "percent" in parts and (scale := _scale(table, parts["percent"])):
            found.append(f"# scale = {_quoted(scale)}   # уберите «#», если это доли единицы")
            questions.append(f"«{first.header[:60]}»: доли единицы или проценты? Впишите scale")
    return found


def _denominator(unknown: list[_Column], first: _Column, parts: dict[str, _Column]) -> _Column | None:
    """The only column of counts of the same year that may be the whole of an indicator with a numerator."""
    if "numerator" not in parts:
        return None
    counted = [entry for entry in unknown if entry.counts and entry.year == first.year]
    may_be = [entry for entry in counted if _WHOLE.search(key(entry.header))]
    return may_be[0] if len(may_be) == 1 else None


def _scale(table: RawTable, entry: _Column) -> str | None:
    found = numbers(table, np.arange(table.height), entry.column)
    values = found.values[(found.kinds == NUMBER) & ~found.signed]
    is_fraction = len(values) and (values <= 1).all() and (values != np.rint(values)).any()
    return "fraction" if is_fraction else None


def _numeric(table: RawTable, first: int, entry: _Column) -> bool:
    cells = table.cells[first:, entry.column]
    return sum(isinstance(cell, float) for cell in cells[:200]) > 0


def _quoted(value: object) -> str:
    return str(value) if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)
