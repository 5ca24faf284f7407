"""Proposes a mapping from the content of a file: header words, shapes of values, the catalogue's aliases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

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
MOST_TABLES = 100
NO_FIGURES = "ни один столбец не похож на показатель каталога"
LEAST_LIKENESS = 92
LEAST_AGREEING = 0.9
"""Of the rows whose published per cent is the one of two columns, for these to be its part and whole."""
NAME_ROLES = ("login", "school", "district", "region", "oktmo", "territory")
OTHER_ROLES = ("year", "subject", "grade", "period", "indicator", "absence", "note", "unit")
_SAME = {"name": "school", "code": "territory", "group": "territory", "indicator_name": "indicator", "n": "denominator",
         "share": "percent"}  # fmt: skip
_YEARS = re.compile(
    r"[,(]?\s*\b(за|в|на)?\s*(19|20)\d\d(\s*[-/]\s*(?:\d{4}|\d\d))?\s*(г\.|год\w*|уч\.?( г\w*\.?)?|учебн\w+ год\w*)?\s*"
    r"(год\w*)?\)?"
)
_WHOLE = re.compile(r"всего|общ|кол-во|количество|числ|выпускник|участник|обучающ|учени|педагог|учител|организаци|школ")
_ALL = re.compile(r"\bвсего\b|\bобщ(ее|ая|ий)\b")
_NOT_YEAR = re.compile(r"[^\W\d_]{2,}")
_COUNT = re.compile(r"кол-во|количество|число|всего|чел\b|чел\.|ед\b|ед\.")


@dataclass(frozen=True)
class Offered:
    """One table of a file as proposed: ``label`` tells it from the others, ``lines`` are its part of the mapping.

    ``why_not`` is the reason why it is left out unless somebody asks for it; empty for one that is taken.
    """

    label: str
    sheet: str | None
    rows: str
    lines: tuple[str, ...]
    questions: tuple[str, ...] = ()
    why_not: str = ""


@dataclass
class Proposal:
    """A mapping as TOML text, and what a person has to answer before it loads (empty: nothing is ambiguous).

    ``tables`` are all that were found, ``taken`` those of the text; ``left`` says which it leaves out and why.
    """

    text: str
    questions: list[str] = field(default_factory=list)
    tables: tuple[Offered, ...] = ()
    taken: tuple[Offered, ...] = ()
    left: tuple[str, ...] = ()


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
    """A mapping for every table of the file that tells of territories; where none does, for the likeliest one."""
    found = list(islice(_all_offered(opened, context), MOST_TABLES))
    taken = [one for one in found if not one.why_not]
    if not taken:
        weights = {table.sheet: _weight(table) for table in opened.tables}
        taken = sorted(found, key=lambda one: weights[one.sheet], reverse=True)[:1]
    return compose(tuple(found), taken)


def _all_offered(opened: Opened, context: Context) -> Iterator[Offered]:
    for table in opened.tables:
        titles_of_sheet: list[str] = []
        for block in _blocks(table):
            titles = _texts(table, block.start, block.header[0])
            yield _offered(table, block, titles, titles_of_sheet, context)
            titles_of_sheet = titles_of_sheet or titles


def compose(offered: tuple[Offered, ...], taken: Sequence[Offered]) -> Proposal:
    """The text that takes these tables; equal ones of several sheets are written once."""
    sheets: dict[tuple[str, ...], list[Offered]] = {}
    for one in taken:
        sheets.setdefault(one.lines, []).append(one)
    several = len(sheets) > 1
    questions: list[str] = []
    lines = ["# Соответствие столбцов: буквы столбцов и номера строк — как в Excel."]
    for part, group in sheets.items():
        names = [one.sheet for one in group if one.sheet]
        told = f"sheet = {_quoted(names[0]) if len(names) == 1 else _list(names)}" if names else "# один лист"
        if several:
            lines += ["", f"# {group[0].label}", "[[table]]"]
        lines += [told, *(_inside(line) if several else line for line in part)]
        asked = [question for one in group for question in one.questions]
        questions += [f"{group[0].label}: {question}" if several else question for question in dict.fromkeys(asked)]
    left = tuple(f"{one.label}: {one.why_not or 'не выбрана'}" for one in offered if one not in taken)
    if len(offered) == MOST_TABLES:
        left += (f"просмотрены первые {MOST_TABLES} таблиц файла; остальные, если они есть, загрузите отдельно",)
    head = [f"# ВОПРОС: {question}" for question in questions]
    if left:
        how = (
            "допишите [[table]] с её листом, строками и столбцами"
            if several
            else "опишите каждую в [[table]] (README, «Соответствие столбцов») или впишите сюда эту вместо той"
        )
        head += [*(f"# НЕ ВЗЯТО: {told}" for told in left), f"# Чтобы взять и её, {how}."]
    return Proposal("\n".join([*head, *lines]) + "\n", questions, offered, tuple(taken), left)


def _inside(line: str) -> str:
    """A line of a table's part where the file holds several: its own sections stand below ``[[table]]``."""
    return re.sub(r"^(#? ?)(\[\[?)(?=columns|constants|values)", r"\1\2table.", line)


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(_quoted(name) for name in names) + "]"


# --- the tables of a sheet -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """A table on a sheet (0-based rows): its titles begin at ``start``, its last row is ``end - 1``.

    ``last`` says whether nothing follows it on the sheet.
    """

    start: int
    header: tuple[int, int]
    first: int
    end: int
    last: bool


def _blocks(table: RawTable) -> Iterator[_Block]:
    """The tables of a sheet from top to bottom."""
    filled = _filled_cells(table)
    start = 0
    while start < table.height and filled[start:].any():
        header, first = _header_rows(table, start)
        following = _next_table(table, header, first, filled)
        yield _Block(start, header, first, table.height if following is None else following, following is None)
        if following is None:
            return
        start = following


def _filled_cells(table: RawTable) -> npt.NDArray[np.int64]:
    """How many cells of each row hold anything."""
    counts = np.zeros(table.height, np.int64)
    for column in range(min(table.width, MOST_COLUMNS)):
        counts += table.cells[:, column] != ""
    return counts


def _next_table(
    table: RawTable, header: tuple[int, int], first: int, filled: npt.NDArray[np.int64]
) -> int | None:  # fmt: skip
    """Where the titles of the next table begin: the same header stands again, or another after a gap or a title."""
    own = [clean(cell) for cell in table.cells[header[1]]]
    named = [column for column, text in enumerate(own) if text][:2]
    again = np.zeros(table.height, bool)
    if len(named) == 2:
        again[first + 1 :] = True
        for column in named:
            again[first + 1 :] &= table.cells[first + 1 :, column] == table.cells[header[1], column]
    after_gap = np.zeros(table.height, bool)
    after_gap[first + 2 :] = (filled[first + 2 :] >= 2) & (filled[first + 1 : -1] <= 1)
    for row in np.flatnonzero(again | after_gap):
        repeated = again[row] and [clean(cell) for cell in table.cells[row]] == own
        if repeated or (after_gap[row] and _begins_table(table, int(row))):
            begin = int(row)
            while begin - 1 > first and (filled[begin - 1] <= 1 or _wide(table, begin - 1)):
                begin -= 1
            return begin
    return None


def _begins_table(table: RawTable, row: int) -> bool:
    """Whether a row is a header: words without figures, one of which we know, and figures below."""
    cells = [cell for cell in table.cells[row] if cell != ""]
    words = sum(isinstance(cell, str) and not _figure(cell) for cell in cells)
    if words < 1 or any(_figure(cell) for cell in cells) or not any(_known(cell) for cell in cells):
        return False
    below = range(row + 1, min(row + 5, table.height))
    return any(_figure(cell) for under in below for cell in table.cells[under])


def _texts(table: RawTable, start: int, end: int) -> list[str]:
    return [clean(cell) for row in range(start, end) for cell in table.cells[row] if cell != ""]


def _offered(
    table: RawTable, block: _Block, titles: list[str], titles_of_sheet: list[str], context: Context
) -> Offered:  # fmt: skip
    rows = _rows(table, block.first, block.end)
    columns = [
        _column(table, block.header, rows, column, context.catalogue)
        for column in range(min(table.width, MOST_COLUMNS))
        if (table.cells[block.header[0] : block.end, column] != "").any()
    ]
    _from_title(columns, titles, context.catalogue)
    return _written(table, block, rows, columns, titles, titles_of_sheet, context)


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


def _weight(table: RawTable) -> int:
    sample = table.cells[:500]
    return sum(isinstance(cell, float) for row in sample for cell in row) * 2 + int(filled_rows(sample).sum())


def _header_rows(table: RawTable, start: int) -> tuple[tuple[int, int], int]:
    """The first and last row of the header from ``start`` on and the first of data: figures begin under words."""
    filled = np.flatnonzero(filled_rows(table.cells[start : start + SEARCHED_ROWS * 2])) + start
    known = [row for row in filled if sum(_known(cell) for cell in table.cells[row]) >= 2]
    numeric = [
        row for row in filled
        if sum(_figure(cell) for cell in table.cells[row]) >= 1 and sum(cell != "" for cell in table.cells[row]) >= 2
        and not _is_numbering(table, int(row)) and sum(_known(cell) for cell in table.cells[row]) < 2
    ]  # fmt: skip
    last = int(known[-1]) if known and known[-1] - known[0] <= 3 else int(known[0]) if known else None
    data = next((int(row) for row in numeric if last is None or row > last), None)
    if last is None:
        above = [int(row) for row in filled if data is not None and row < data]
        last = above[-1] if above else start
    elif data is not None:
        between = [int(row) for row in filled if last < row < data and not _is_numbering(table, int(row))]
        last = between[-1] if between and len(between) <= 2 else last
    top = last
    while top - 1 in filled and last - top < 3 and _wide(table, top - 1):
        top -= 1
    return (top, last), data if data is not None else last + 1


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


def _rows(table: RawTable, first: int, end: int) -> npt.NDArray[np.int64]:
    rows = np.flatnonzero(filled_rows(table.cells[first:end])) + first
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
    here = found.values[given]
    counts = bool((here >= 0).all() and (here == np.rint(here)).all() and not found.signed.any())
    if role in ("numerator", "denominator", "percent", "value"):
        kind: str | None = role
    elif (
        "%" in words
        or "доля" in plain
        or "процент" in plain
        or found.signed.any()
        or (indicator is not None and indicator.unit == "percent" and not _COUNT.search(plain) and (here <= 100).all())
    ):
        kind = "percent"
    elif indicator is not None:
        kind = "value" if indicator.unit != "percent" else "numerator"
    else:
        kind = None
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
    block: _Block,
    rows: npt.NDArray[np.int64],
    columns: list[_Column],
    titles: list[str],
    titles_of_sheet: list[str],
    context: Context,
) -> Offered:
    header, first = block.header, block.first
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
    told = context.told(table, [*titles, *titles_of_sheet])
    last = int(rows[-1]) if len(rows) else first
    span = f"rows = [{first + 1}]" if block.last else f"rows = [{first + 1}, {last + 1}]"
    hint = "первая строка данных; вторым числом можно указать последнюю" if block.last else "строки данных"
    lines = [
        f"header = [{header[0] + 1}, {header[1] + 1}]",
        f"{span}        # {hint}",
        'skip = []          # какие строки пропустить: начала или части названий, например ["^Среднее"]',
    ]
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
    title = next((text for text in reversed(titles) if len(text) > 3), "")
    place = f"лист «{table.sheet}», " if table.sheet else ""
    label = f"{place}строки {header[0] + 1}–{last + 1}" + (f", «{title[:60]}»" if title else "")
    return Offered(
        label, table.sheet, f"{first + 1}–{last + 1}", tuple(lines), tuple(questions),
        _why_not(values, roles, context),
    )  # fmt: skip


def _why_not(values: list[_Column], roles: dict[str, int], context: Context) -> str:
    """Why a table is none of territories and their figures; empty if it is."""
    if not values:
        return NO_FIGURES
    return "" if set(NAME_ROLES) & set(roles) or context.territory else "нет столбца с территориями или организациями"


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
        _tell_whole(table, entries)
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


def _tell_whole(table: RawTable, entries: list[_Column]) -> None:
    """Of two columns of counts under one name make the whole the denominator, where the file says which one it is.

    The published per cents say it; without them the header does. Where neither does, a person is asked.
    """
    counted = [entry for entry in entries if entry.kind == "numerator" and entry.counts]
    if len(counted) != 2 or any(entry.kind == "denominator" for entry in entries):
        return
    percent = next((entry for entry in entries if entry.kind == "percent"), None)
    for part, whole in (counted, counted[::-1]):
        x, n = (numbers(table, np.arange(table.height), entry.column).values for entry in (part, whole))
        usable = ~np.isnan(x) & (n > 0)
        if not usable.any() or (x[usable] > n[usable]).any():
            continue
        if percent is None:
            told = bool(_ALL.search(key(whole.header))) and not _ALL.search(key(part.header))
        else:
            published = numbers(table, np.arange(table.height), percent.column)
            usable &= published.kinds == NUMBER
            differs = np.abs(100 * x[usable] / n[usable] - published.values[usable])
            agrees = differs <= 0.5 * 10.0 ** -published.digits[usable] + 1e-9
            told = bool(usable.any() and agrees.mean() >= LEAST_AGREEING)
        if told:
            whole.kind = "denominator"
            return


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
