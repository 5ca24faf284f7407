"""Columns of a raw table as numbers, with what stood in their place, and headers as roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import infer_dtype

from pipelines.readers.numbers import decimals, parse_number
from pipelines.readers.raw import Cells, RawTable, clean, key
from pipelines.readers.reading import coded, recoded
from pipelines.statistics.inputs import FloatArray

EMPTY, NUMBER, WORD, BAD = 0, 1, 2, 3

ABSENCES: Mapping[str, str] = {
    "x": "not_reported", "х": "not_reported", "-": "not_reported", "--": "not_reported", "н/д": "not_reported",
    "нд": "not_reported", "нет данных": "not_reported", "нет отметки": "not_reported", "нет сведений": "not_reported",
    "не предоставлено": "not_reported", "не представлено": "not_reported", "отсутствовал": "not_reported",
    "отсутствовала": "not_reported", "...": "not_reported", "…": "not_reported", "n/a": "not_reported",
    "na": "not_reported", "nan": "not_reported", "null": "not_reported",
    "нет участников": "not_applicable", "не участвовали": "not_applicable", "не участвовала": "not_applicable",
    "неприменимо": "not_applicable", "не применимо": "not_applicable",
    "не собирается": "not_collected", "не проводилось": "not_collected", "не проводилась": "not_collected",
    "в документе нет": "not_published", "не опубликовано": "not_published",
    "not_reported": "not_reported", "not_published": "not_published", "not_collected": "not_collected",
    "not_applicable": "not_applicable",
}  # fmt: skip
"""Words that stand for a missing value, and the reason each of them means."""

MOST_DIGITS = 6
LARGEST = 1e15
"""No figure of education is larger; beyond it whole numbers are no longer exact."""
MOST_COLUMNS = 600
"""Where headers are looked for: no form is wider, and a sheet of 16,384 columns must not cost minutes."""


@dataclass
class Numbers:
    """A column of N cells. ``values`` are NaN where ``kinds`` is not NUMBER; ``words`` maps texts met to reasons.

    ``digits`` is the precision with which each number was written (its text, its number format, else its own
    decimals); ``signed`` says that it carries a «%», in the text or by its format (then ``values`` are per cents).
    """

    values: FloatArray
    kinds: npt.NDArray[np.uint8]
    digits: npt.NDArray[np.int64]
    signed: npt.NDArray[np.bool_]
    absence: npt.NDArray[np.object_]


def numbers(table: RawTable, rows: npt.NDArray[np.int64], column: int, words: Mapping[str, str] = ABSENCES) -> Numbers:
    """The cells of one column at ``rows`` (0-based) as numbers; nothing is guessed and 0 is never missing."""
    cells = table.cells[rows, column]
    count = len(cells)
    if infer_dtype(cells, skipna=False) == "floating":
        is_float, is_text = np.ones(count, bool), np.zeros(count, bool)
    else:
        is_text = np.fromiter((type(cell) is str for cell in cells), bool, count)
        is_float = np.fromiter((type(cell) is float or type(cell) is int for cell in cells), bool, count)
    values = np.full(count, np.nan)
    kinds = np.full(count, BAD, np.uint8)
    digits = np.zeros(count, np.int64)
    signed = np.zeros(count, bool)
    absence = np.full(count, None, object)
    if is_float.any():
        values[is_float] = cells[is_float].astype(np.float64)
        is_float &= ~(np.abs(values) > LARGEST)
        values[~is_float] = np.nan
        kinds[is_float] = NUMBER
        digits[is_float] = _own_digits(values[is_float])
        _formats(table, rows, column, is_float, values, digits, signed)
    if is_text.any():
        places = np.flatnonzero(is_text)
        texts = cells[places]
        known: dict[str, tuple[float, int, int, bool, str | None]] = {}
        for text in set(texts):
            known[text] = _text(text, words)
        parsed = [known[text] for text in texts]
        values[places] = [p[0] for p in parsed]
        kinds[places] = [p[1] for p in parsed]
        digits[places] = [p[2] for p in parsed]
        signed[places] = [p[3] for p in parsed]
        absence[places] = [p[4] for p in parsed]
    return Numbers(values, kinds, digits, signed, absence)


def _text(text: str, words: Mapping[str, str]) -> tuple[float, int, int, bool, str | None]:
    plain = clean(text)
    if not plain:
        return np.nan, EMPTY, 0, False, None
    reason = words.get(key(plain)) or words.get(plain)
    if reason:
        return np.nan, WORD, 0, False, reason
    # A footnote mark after a figure («85,7*») belongs to the page and not to the figure.
    bare = re.sub(r"[*¹²³]+$", "", plain.lstrip("'"))
    try:
        value = parse_number(bare)
    except ValueError:
        return np.nan, BAD, 0, False, None
    if value is None or abs(value) > LARGEST:
        return np.nan, BAD, 0, False, None
    return value, NUMBER, min(decimals(bare, None) or 0, MOST_DIGITS), bare.rstrip().endswith("%"), None


def _own_digits(values: FloatArray) -> npt.NDArray[np.int64]:
    """The least number of decimals that writes each value, up to :data:`MOST_DIGITS`."""
    digits = np.full(len(values), MOST_DIGITS, np.int64)
    for places in range(MOST_DIGITS - 1, -1, -1):
        scaled = values * 10.0**places
        digits[np.abs(scaled - np.rint(scaled)) <= 1e-7 * np.maximum(1, np.abs(scaled))] = places
    return digits


def _formats(
    table: RawTable,
    rows: npt.NDArray[np.int64],
    column: int,
    is_float: npt.NDArray[np.bool_],
    values: FloatArray,
    digits: npt.NDArray[np.int64],
    signed: npt.NDArray[np.bool_],
) -> None:
    """Let the cells' number formats decide: 0.75 shown as 75 % is 75, and 86.4 shown as 0.00 was published as 86,40."""
    marks = table.marks
    if not any(code != "General" for code in marks.formats) or not len(marks.rows):
        return
    mask = marks.columns == column
    style = np.full(table.height + 1, -1, np.int64)
    inside = marks.rows[mask]
    within = inside < table.height
    style[inside[within]] = marks.style[mask][within]
    for number, code in enumerate(marks.formats):
        if code == "General":
            continue
        here = is_float & (style[rows] == number)
        if not here.any():
            continue
        is_percent = "%" in re.sub(r'"[^"]*"|\\.', "", code)
        shown = decimals(0.0, code)
        if is_percent:
            values[here] = np.round(values[here] * 100, 9)
            signed[here] = True
            digits[here] = _own_digits(values[here])
        if shown is not None and re.search(r"[0#]", code):
            digits[here] = np.minimum(np.maximum(digits[here], shown), MOST_DIGITS)


Roles = Mapping[str, Sequence[str]]

ROLES: Roles = {
    "year": (r"(учебный |отчетный |календарный )?год( проведения| обучения| сдачи)?", r"учебный период"),
    "grade": (r"класс(ы)?", r"параллель", r"класс обучения"),
    "subject": (r"(учебный )?предмет(ы)?", r"наименование предмета", r"дисциплина"),
    "region": (r"регион", r"субъект( рф| российской федерации)?"),
    "district": (
        r"(наименование )?муниципалитет(а)?", r"(наименование )?муниципально(е|го) образовани(е|я)", r"мо", r"моуо",
        r"(муниципальный )?район", r"муниципальный (округ|район)", r"городской округ", r"улус", r"ате", r"территория",
        r"(район|муниципалитет|округ)( ?[/(,].*)?",
    ),
    "login": (r"логин( оо| школы)?", r"login", r"код оо", r"код школы", r"логин \(код\) оо"),
    "oktmo": (r"(код )?октмо",),
    "school": (
        r"оо", r"(краткое |полное )?(наименование|название) (оо|школы|организации|образовательной организации|оу)",
        r"оу",
        r"(образовательная |общеобразовательная )?организация", r"школа", r"образовательное учреждение",
    ),
    "group": (r"группы участников",),
    "schools": (r"(кол-во|количество|число) (оо|школ|организаций)",),
    "n": (
        r"((общее )?(кол-во|количество|число) )?участников( впр)?( \(чел\.?\)|, ?чел\.?| чел\.?)?", r"n",
        r"(кол-во|количество|число) (обучающихся|учеников|писавших)( впр)?", r"писали(, чел\.?)?", r"участники",
    ),
    "m2": (r"2", r"отметка 2", r"доля 2", r"2 ?,? ?\(?%\)?"),
    "m3": (r"3", r"отметка 3", r"доля 3", r"3 ?,? ?\(?%\)?"),
    "m4": (r"4", r"отметка 4", r"доля 4", r"4 ?,? ?\(?%\)?"),
    "m5": (r"5", r"отметка 5", r"доля 5", r"5 ?,? ?\(?%\)?"),
    "sign_4ru": (
        r"(маркер |признак )?4( класс)?[ ,-]*(ру|рус|русский язык)",
        r"(маркер |признак )?(ру|рус|русский язык)[ ,-]*4( класс)?",
    ),
    "sign_4ma": (
        r"(маркер |признак )?4( класс)?[ ,-]*(ма|мат|математика)",
        r"(маркер |признак )?(ма|мат|математика)[ ,-]*4( класс)?",
    ),
    "sign_5ru": (
        r"(маркер |признак )?5( класс)?[ ,-]*(ру|рус|русский язык)",
        r"(маркер |признак )?(ру|рус|русский язык)[ ,-]*5( класс)?",
    ),
    "sign_5ma": (
        r"(маркер |признак )?5( класс)?[ ,-]*(ма|мат|математика)",
        r"(маркер |признак )?(ма|мат|математика)[ ,-]*5( класс)?",
    ),
    "signs": (r"(количество|кол-во|число) (маркеров|признаков)( необъективности)?",),
    "share": (r"%", r"доля(, ?%)?", r"процент", r"доля участников(, ?%)?"),
}  # fmt: skip
"""Header words as met in files; matched on the whole text in the form of :func:`pipelines.readers.raw.key`."""

_COMPILED: dict[str, tuple[str, re.Pattern[str]]] = {
    role: (role, re.compile("|".join(f"(?:{pattern})" for pattern in patterns))) for role, patterns in ROLES.items()
}


@lru_cache(maxsize=50_000)
def role_of(header: str) -> str | None:
    """What a header says its column is, or ``None``."""
    text = key(header).rstrip(".:*")
    if not text or len(text) > 120:
        return None
    return next((role for role, pattern in _COMPILED.values() if pattern.fullmatch(text)), None)


def texts(cells: Cells, default: str | None = None) -> npt.NDArray[np.object_]:
    """Cells as clean texts, ``default`` where they are empty."""
    found = coded_texts(cells)
    told: npt.NDArray[np.object_] = np.array([*found.categories, default], object)[found.codes]
    return told


def coded_texts(cells: Cells, default: str | None = None) -> pd.Categorical:
    """The same as places in the list of distinct texts (``None`` is missing); each distinct cell is cleaned once."""
    if infer_dtype(cells, skipna=False) in ("string", "floating"):
        codes, distinct = pd.factorize(cells, use_na_sentinel=False)
        return recoded(codes, [clean(cell) or default for cell in distinct])
    known: dict[tuple[type, object], str | None] = {}
    result = np.empty(len(cells), object)
    for place, cell in enumerate(cells):
        known_as = (type(cell), cell)
        try:
            result[place] = known[known_as]
        except KeyError:
            result[place] = known[known_as] = clean(cell) or default
    return coded(result)


_SCHOOL_YEAR = re.compile(r"\b((?:19|20)\d\d)\s*[-/]\s*((?:19|20)?\d\d)\b")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def year_of(value: object) -> int | None:
    """The year that a cell names; a school year counts as its first year («2019/20», «2019-2020», «2019 г.»)."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and 1900 <= value <= 2200 else None
    if isinstance(value, date):
        return value.year
    text = key(value)
    found = _SCHOOL_YEAR.search(text) or _YEAR.search(text)
    return int(found.group(1)) if found else None


def is_school_year(value: object) -> bool:
    """Whether a cell names a school year and not a calendar one."""
    return isinstance(value, str) and bool(_SCHOOL_YEAR.search(key(value)))


def find_roles(headers: Iterable[str]) -> dict[str, list[int]]:
    """Columns by role."""
    found: dict[str, list[int]] = {}
    for column, header in enumerate(islice(headers, MOST_COLUMNS)):
        role = role_of(header)
        if role:
            found.setdefault(role, []).append(column)
    return found
