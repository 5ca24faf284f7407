"""A mapping: how to read a table of no known form, as a small TOML file that can be kept and shared.

The keys are described in the README («Соответствие столбцов»); ``python -m pipelines mapping FILE`` proposes one.
Columns are Excel letters, rows are 1-based, as a person sees them.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping as Words
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.errors import UnknownCode
from pipelines.readers.columns import year_of

ROLES = ("territory", "login", "school", "district", "region", "oktmo", "year", "period", "subject", "grade",
         "indicator", "numerator", "denominator", "percent", "value", "unit", "absence", "place", "note")  # fmt: skip
CONSTANTS = ("year", "period", "subject", "grade", "indicator", "territory", "district", "region", "level", "unit")
ABSENCE_CODES = ("not_reported", "not_published", "not_collected", "not_applicable")
SCALES = ("percent", "fraction")
LEVELS = ("region", "district", "school")
_TABLE_KEYS = {"sheet", "header", "rows", "skip", "columns", "constants", "values", "scale"}
_KEYS = _TABLE_KEYS | {"format", "absence", "indicators", "indicator", "territory", "aliases", "register", "table"}
MOST_TABLES = 200


@dataclass(frozen=True)
class Value:
    """One column, or one numerator with its denominator, of a wide table."""

    columns: Words[str, int]
    constants: Words[str, Any]
    scale: str | None = None


@dataclass(frozen=True)
class TableMapping:
    """A mapping as read. Columns are 0-based; ``header`` and ``rows`` are 0-based and inclusive.

    ``more`` are the second and later tables of a file that holds several (``[[table]]``): they share words, declared
    indicators and territories with this one.
    """

    sheets: tuple[str, ...]
    header: tuple[int, int]
    rows: tuple[int, int | None]
    skip: tuple[str, ...]
    columns: Words[str, int]
    constants: Words[str, Any]
    values: tuple[Value, ...]
    scale: str | None
    absence: Words[str, str]
    indicators: Words[str, str]
    declared: tuple[Words[str, Any], ...]
    territories: tuple[Words[str, Any], ...]
    aliases: Words[str, str]
    register: bool
    sha256: str = ""
    text: str = field(default="", repr=False)
    more: tuple[TableMapping, ...] = ()

    @property
    def tables(self) -> tuple[TableMapping, ...]:
        """All tables of the file."""
        return (self, *self.more)

    @property
    def answers_alone(self) -> bool:
        """Whether it says nothing of columns and only answers what names mean: the file is read by its own form."""
        return bool(self.aliases) and not self.values and not self.columns


def load_mapping(path: Path) -> TableMapping:
    """Read a mapping file; raises :class:`UnknownCode` (an unusable call) naming the entry that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownCode(f"{path.name}: файл соответствия не читается ({error}).") from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name: str = "соответствие") -> TableMapping:
    """The same from the text."""
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnknownCode(f"{name}: это не TOML: {error}.") from error

    def wrong(what: str) -> UnknownCode:
        return UnknownCode(f"{name}: {what}")

    unknown = set(entries) - _KEYS
    if unknown:
        raise wrong(f"неизвестные записи: {', '.join(sorted(unknown))}. Известны: {', '.join(sorted(_KEYS))}.")
    try:
        absence = {str(word): str(code) for word, code in entries.get("absence", {}).items()}
        declared = tuple(entries.get("indicator", []))
        territories = tuple(entries.get("territory", []))
        shared: dict[str, Any] = {
            "absence": absence, "declared": declared, "territories": territories,
            "indicators": {str(word): str(code) for word, code in entries.get("indicators", {}).items()},
            "aliases": {str(word): str(code) for word, code in entries.get("aliases", {}).items()},
            "register": bool(entries.get("register", False)),
            "sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text,
        }  # fmt: skip
        several = list(entries.get("table", []))
        tables = [TableMapping(**_table(table), **shared) for table in several or [entries]]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise wrong(f"запись не того вида: {error}.") from error
    if bad := sorted(set(absence.values()) - set(ABSENCE_CODES)):
        raise wrong(f"неизвестные причины отсутствия: {', '.join(bad)}. Известны: {', '.join(ABSENCE_CODES)}.")
    for entry in declared:
        if missing := [key for key in ("code", "name") if not entry.get(key)]:
            raise wrong(f"у показателя в [[indicator]] нет {', '.join(missing)}.")
    for entry in territories:
        if missing := [key for key in ("code", "name", "level") if not entry.get(key)]:
            raise wrong(f"у территории в [[territory]] нет {', '.join(missing)}.")
        if entry["level"] not in LEVELS:
            raise wrong(
                f"у территории «{entry['name']}» уровень «{entry['level']}»: нужно одно из {', '.join(LEVELS)}."
            )
    if len(several) > MOST_TABLES:
        raise wrong(f"таблиц {len(several)}, а допустимо {MOST_TABLES}.")
    for number, table in enumerate(several, 1):
        if bad := sorted(set(table) - _TABLE_KEYS):
            raise wrong(f"неизвестные записи в таблице {number}: {', '.join(bad)}.")
    if several and (bad := sorted(set(entries) & _TABLE_KEYS)):
        raise wrong(f"{', '.join(bad)}: когда есть [[table]], это пишут внутри каждой таблицы.")
    first = tables[0]
    if first.answers_alone and not several:
        return first
    for number, mapping in enumerate(tables, 1):
        if refusal := _unusable(mapping):
            raise wrong(f"таблица {number}: {refusal}" if several else refusal)
    return replace(first, more=tuple(tables[1:]))


def _table(entries: Words[str, Any]) -> dict[str, Any]:
    """What a mapping says of one table."""
    sheet = entries.get("sheet", [])
    header, rows = _span(entries.get("header", 1)), entries.get("rows")
    first = header[1] + 1 if rows is None else _span(rows)[0]
    last = None if rows is None or not isinstance(rows, list) or len(rows) < 2 else int(rows[1]) - 1
    return {
        "sheets": (sheet,) if isinstance(sheet, str) else tuple(sheet),
        "header": header,
        "rows": (first, last),
        "skip": tuple(str(word) for word in entries.get("skip", [])),
        "columns": {role: _column(letters) for role, letters in entries.get("columns", {}).items()},
        "constants": _constants(entries.get("constants", {})),
        "values": tuple(_value(entry) for entry in entries.get("values", [])),
        "scale": entries.get("scale"),
    }


def _unusable(mapping: TableMapping) -> str:
    """Why a table cannot be read: it names what is not known, or no column of figures; empty if it can."""
    if bad := sorted(set(mapping.columns) - set(ROLES)):
        return f"неизвестные роли столбцов: {', '.join(bad)}. Известны: {', '.join(ROLES)}."
    for scale in (mapping.scale, *(value.scale for value in mapping.values)):
        if scale not in (None, *SCALES):
            return f"scale «{scale}»: нужно percent или fraction."
    if mapping.constants.get("level") not in (None, *LEVELS):
        return f"level «{mapping.constants['level']}»: нужно одно из {', '.join(LEVELS)}."
    if not mapping.values and not {"numerator", "denominator", "percent", "value"} & set(mapping.columns):
        return "не указано ни одного столбца со значениями: нужны columns.percent, numerator, value или [[values]]."
    return ""


def _value(entry: Words[str, Any]) -> Value:
    kinds = {kind: _column(entry[kind]) for kind in ("numerator", "denominator", "percent", "value") if kind in entry}
    if not kinds:
        raise ValueError("[[values]] без numerator, denominator, percent или value")
    return Value(kinds, _constants({k: v for k, v in entry.items() if k in CONSTANTS}), entry.get("scale"))


def _constants(entries: Words[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in entries.items():
        if name not in CONSTANTS:
            raise ValueError(f"неизвестное постоянное значение {name}")
        if name == "year":
            year = value if isinstance(value, int) else year_of(value)
            if year is None:
                raise ValueError(f"год «{value}»")
            found[name] = year
            if isinstance(value, str) and value.strip() != str(year):
                found.setdefault("period", value.strip())
        else:
            found[name] = str(value)
    return found


def _span(value: Any) -> tuple[int, int]:
    """1-based rows as a person writes them: 4 or [4, 6]."""
    first, last = (value, value) if isinstance(value, int) else (int(value[0]), int(value[-1]))
    if first < 1 or last < first:
        raise ValueError(f"строки {value}")
    return first - 1, last - 1


def _column(value: Any) -> int:
    letters = str(value).strip().upper()
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise ValueError(f"столбец «{value}»: нужны латинские буквы, как в Excel")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
