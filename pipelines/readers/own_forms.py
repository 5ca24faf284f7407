"""The dashboard's own templates: the register of organisations, scored positions, and long tables of observations.

They are known by their header words, wherever they stand in the workbook, so that a copy saved by another program or
typed by hand is read the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

import numpy as np
import pandas as pd

from pipelines.readers.blocks import filled_rows
from pipelines.readers.columns import ABSENCES, BAD, MOST_COLUMNS, numbers, texts, year_of
from pipelines.readers.context import Context
from pipelines.readers.mapped import read_mapped
from pipelines.readers.mapping import TableMapping
from pipelines.readers.opening import Opened
from pipelines.readers.raw import Cells, RawTable, address, clean, key
from pipelines.readers.reading import Reading, texts_column
from pipelines.readers.references import login_in
from pipelines.readers.shares import Report

SEARCHED_ROWS = 30
HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("код", "код организации", "код территории"),
    "login": ("логин", "логин оо"),
    "oktmo": ("октмо", "код октмо"),
    "name": ("название", "наименование", "название организации", "наименование организации", "полное название",
             "наименование оо", "название оо", "организация", "оо", "территория"),
    "short_name": ("краткое название", "краткое наименование"),
    "level": ("уровень",),
    "type": ("тип", "тип организации"),
    "district": ("муниципалитет", "муниципальное образование", "район", "улус"),
    "region": ("регион", "субъект", "субъект рф"),
    "parent": ("входит в", "код вышестоящей территории"),
    "settlement": ("населенный пункт", "город или село", "город/село", "местность", "тип населенного пункта"),
    "latitude": ("широта",),
    "longitude": ("долгота",),
    "opened": ("год открытия", "открыта", "открыт"),
    "closed": ("год закрытия", "закрыта", "закрыт"),
    "merged_into": ("присоединена к", "вошла в состав", "вошла в", "объединена с"),
    "history_continues": ("история продолжается", "история продолжается у преемника"),
    "trait_year": ("год контекста", "год показателей контекста", "год признаков"),
    "mechanism": ("код механизма", "механизм"),
    "edition": ("редакция",),
    "position": ("код позиции",),
    "position_name": ("позиция", "оцениваемая позиция"),
    "points": ("баллы", "балл", "экспертная оценка", "баллы экспертов"),
    "maximum": ("максимум", "максимальный балл"),
    "self_points": ("самооценка", "баллы самооценки"),
    "evidence": ("подтверждение", "ссылка", "ссылка на подтверждение", "подтверждающий документ"),
    "date": ("дата", "дата оценки"),
    "year": ("год", "год проведения", "учебный год"),
    "period": ("период",),
    "indicator": ("код показателя",),
    "indicator_name": ("показатель", "название показателя"),
    "subject": ("предмет",),
    "grade": ("класс",),
    "numerator": ("числитель",),
    "denominator": ("знаменатель",),
    "percent": ("процент", "%"),
    "value": ("значение",),
    "unit": ("единица", "единица измерения"),
    "absence": ("причина отсутствия", "код причины отсутствия"),
    "place": ("место в документе",),
    "note": ("примечание",),
    "target": ("цель", "целевое значение"),
    "source": ("источник", "источник цели"),
}  # fmt: skip
_ROLE_OF = {word: role for role, words in HEADERS.items() for word in words}
TRAITS: Mapping[str, str] = {
    "обучающихся": "pupils", "число обучающихся": "pupils", "доля сельских": "rural_share",
    "доля обучающихся с овз": "disability_share", "доля детей, для которых русский язык не родной": "non_native_share",
    "доля детей из малообеспеченных семей": "low_income_share", "средний стаж педагогов": "teacher_experience",
    "обучающихся на педагога": "pupils_per_teacher", "расстояние до центра": "distance_to_centre",
}  # fmt: skip
"""Context traits by the words of their headers; a code is understood as well."""
LONG = ("year", "period", "subject", "grade", "numerator", "denominator", "percent", "value", "unit", "absence",
        "place", "note")  # fmt: skip
TYPES = {
    "школа": "school", "сош": "school", "доу": "preschool", "детский сад": "preschool", "цнппм": "cnppm",
    "дополнительное образование": "additional", "методический центр": "methodical",
}  # fmt: skip
LEVELS = {"регион": "region", "муниципалитет": "district", "организация": "school"}


def read(opened: Opened, context: Context) -> Reading | None:
    """The file as one of the own forms, or ``None``."""
    reading: Reading | None = None
    for table in opened.tables:
        found = _header(table)
        if found is None:
            continue
        row, roles = found
        if _is_register(roles):
            reading = reading or Reading(opened.file, "organisations", declares_register=True)
            _organisations(table, row, roles, reading, context)
        elif _is_targets(roles):
            reading = reading or Reading(opened.file, "targets")
            _targets(table, row, roles, reading, context)
        elif {"position", "points"} <= set(roles) and {"code", "name", "district", "region"} & set(roles):
            reading = reading or Reading(opened.file, "mechanisms")
            _positions(table, row, roles, reading, context)
        elif _is_long(roles):
            mapping = _long(table, row, roles)
            long = read_mapped(opened, mapping, context, "observations")
            long.findings = [told for told in long.findings if told not in opened.findings]
            _leave_untouched(table, roles, long)
            if reading is None:
                reading = long
            else:
                reading.add(long.observations)
                reading.findings += long.findings
                reading.rows += long.rows
    return reading


def is_register(opened: Opened) -> bool:
    """Whether a file is a register of organisations."""
    return any((found := _header(table)) is not None and _is_register(found[1]) for table in opened.tables)


@lru_cache(maxsize=50_000)
def role_of(header: str) -> str | None:
    """The role of a header: its text before any bracket, comma or line break."""
    text = key(re.split(r"[(,\n*]", header, maxsplit=1)[0])
    return _ROLE_OF.get(text) or _ROLE_OF.get(key(header))


def _header(table: RawTable) -> tuple[int, dict[str, int]] | None:
    for row in np.flatnonzero(filled_rows(table.cells[:SEARCHED_ROWS])):
        roles: dict[str, int] = {}
        for column in range(min(table.width, MOST_COLUMNS)):
            role = role_of(str(table.cells[row, column])) if table.cells[row, column] != "" else None
            if role:
                roles.setdefault(role, column)
        if _is_register(roles) or _is_long(roles) or _is_targets(roles) or {"position", "points"} <= set(roles):
            return int(row), roles
    return None


def _is_register(roles: Mapping[str, int]) -> bool:
    keys = {"type", "settlement", "latitude", "opened", "level"} & set(roles)
    return "name" in roles and bool({"login", "code"} & set(roles)) and bool(keys) and not (
        {"indicator", "numerator", "position", "percent"} & set(roles)
    )  # fmt: skip


def _is_long(roles: Mapping[str, int]) -> bool:
    named = {"indicator", "indicator_name"} & set(roles)
    placed = {"code", "login", "name", "district"} & set(roles)
    return (
        bool(named)
        and bool(placed)
        and bool({"numerator", "percent", "value"} & set(roles))
        and "position" not in roles
    )


def _is_targets(roles: Mapping[str, int]) -> bool:
    return "target" in roles and "indicator" in roles


def _long(table: RawTable, row: int, roles: Mapping[str, int]) -> TableMapping:
    """A long table described as a mapping: its header words say everything."""
    columns = {role: roles[role] for role in LONG if role in roles}
    columns["indicator"] = roles.get("indicator", roles.get("indicator_name", 0))
    if "code" in roles:
        columns["territory"] = roles["code"]
    elif "login" in roles:
        columns |= {"login": roles["login"]} | ({"school": roles["name"]} if "name" in roles else {})
    elif "name" in roles:
        columns["territory"] = roles["name"]
    columns |= {role: roles[role] for role in ("district", "region") if role in roles}
    # A header that says «0–100» answers what a column of small per cents would be asked about.
    percent = clean(table.cells[row, roles["percent"]]) if "percent" in roles else ""
    return TableMapping(
        sheets=(table.sheet,) if table.sheet else (), header=(row, row), rows=(row + 1, None), skip=(), columns=columns,
        constants={}, values=(), scale="percent" if "0-100" in key(percent) else None,
        absence={}, indicators={}, declared=(), territories=(), aliases={},
        register=False,
    )  # fmt: skip


def _leave_untouched(table: RawTable, roles: Mapping[str, int], reading: Reading) -> None:
    """Where a reason can be told, a row with neither figure nor reason says nothing: a prefilled row left as it was."""
    frame = reading.observations
    if "absence" not in roles or frame.empty:
        return
    told = [roles[role] for role in ("numerator", "denominator", "percent", "value", "absence") if role in roles]
    rows = frame["row"].to_numpy(np.int64)
    touched = (texts(table.cells[rows][:, told].ravel()).reshape(len(rows), len(told)) != None).any(axis=1)  # noqa: E711
    if touched.all():
        return
    reading.observations = frame[touched].reset_index(drop=True)
    report = Report(table)
    report.add("row_untouched", None, count=int((~touched).sum()))
    reading.findings += report.findings


def _data_rows(table: RawTable, row: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.flatnonzero(filled_rows(table.cells[row + 1 :])) + row + 1


def _organisations(table: RawTable, header: int, roles: dict[str, int], reading: Reading, context: Context) -> None:
    report = Report(table)
    rows = _data_rows(table, header)
    named = texts(table.cells[rows, roles["name"]])
    rows = rows[np.array([name is not None for name in named], bool)]
    if not len(rows):
        report.add("no_rows", None)
        reading.findings += report.findings
        return
    reading.rows += len(rows)
    frame = pd.DataFrame(
        {"sheet": table.sheet, "cell": [address(int(row), roles["name"]) for row in rows]}, dtype=object
    )
    for role in ("code", "name", "short_name", "level", "type", "district", "region", "parent", "settlement", "oktmo",
                 "merged_into", "note", "login"):  # fmt: skip
        if role in roles:
            frame[role] = texts_column(texts(table.cells[rows, roles[role]]))
    for role in ("latitude", "longitude", "opened", "closed"):
        if role in roles:
            found = numbers(table, rows, roles[role])
            report.cells("not_a_number", rows[found.kinds == BAD], roles[role], expected="число")
            frame[role] = found.values
    if "login" in frame:
        logins = [login_in(text) or (text.lower() if text else None) for text in frame["login"]]
        frame["login"] = texts_column(logins)
    if "level" in frame:
        frame["level"] = [LEVELS.get(key(text or ""), text or "school") for text in frame["level"]]
    else:
        frame["level"] = "school"
    types = [TYPES.get(key(text or ""), text) for text in frame["type"]] if "type" in frame else "school"
    frame["type"] = texts_column(types, None if "type" in frame else len(frame))
    frame.loc[frame["level"] != "school", "type"] = None
    if "settlement" in frame:
        frame["settlement"] = texts_column([_settlement(text) for text in frame["settlement"]])
    if "history_continues" in roles:
        told = texts(table.cells[rows, roles["history_continues"]])
        continues = [None if text is None else key(text) in ("да", "1", "истина", "true") for text in told]
        frame["history_continues"] = texts_column(continues)
    _repeated(frame, rows, roles, report)
    reading.organisations = pd.concat([reading.organisations, frame], ignore_index=True)
    _traits(table, header, rows, roles, frame, reading, report, context)
    reading.findings += report.findings


def _settlement(text: str | None) -> str | None:
    plain = key(text or "")
    if not plain:
        return None
    return "село" if plain.startswith(("с", "дер", "пос", "ху", "ст")) and not plain.startswith("ст.") else "город"


def _repeated(frame: pd.DataFrame, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]], roles: dict[str, int],
              report: Report) -> None:  # fmt: skip
    """One key under two names is an error: a register must say what is what."""
    for role in ("login", "code"):
        if role not in frame:
            continue
        for value, group in frame.dropna(subset=[role]).groupby(role):
            if group["name"].map(key).nunique() > 1:
                report.cells("territory_contradiction", rows[group.index[1:]], roles[role],
                             [value] * (len(group) - 1), "; ".join(group["name"].unique()[:3]))  # fmt: skip


def _traits(table: RawTable, header: int, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]], roles: dict[str, int],
            frame: pd.DataFrame, reading: Reading, report: Report, context: Context) -> None:  # fmt: skip
    found = []
    entries = tomllib.loads(context.catalogue.texts.get("similar.toml", "")).get("trait", [])
    words = {**TRAITS, **{key(entry["name"]): entry["code"] for entry in entries}}
    words |= {code: code for code in list(words.values())}
    for column in range(table.width):
        text = clean(table.cells[header, column])
        plain = key(re.sub(r",?\s*(19|20)\d\d.*$", "", text))
        trait = words.get(plain) or words.get(plain.partition(",")[0])
        if trait is None:
            continue
        values = numbers(table, rows, column)
        report.cells("not_a_number", rows[values.kinds == BAD], column, expected="число")
        year = year_of(text)
        told = (
            np.array([year_of(cell) for cell in table.cells[rows, roles["trait_year"]]], object)
            if year is None and "trait_year" in roles
            else np.full(len(rows), year, object)
        )
        if all(value is None for value in told):
            report.add("year_missing", address(header, column), seen=text, expected="год в заголовке: «…, 2024»")
            continue
        found.append(pd.DataFrame({"organisation": np.arange(len(rows)) + len(reading.organisations) - len(frame),
                                   "year": told, "trait": trait, "value": values.values}))  # fmt: skip
    if found:
        reading.traits = pd.concat([reading.traits, *found], ignore_index=True).dropna(subset=["year", "value"])


def _positions(table: RawTable, header: int, roles: dict[str, int], reading: Reading, context: Context) -> None:
    report = Report(table)
    rows = _data_rows(table, header)
    position = texts(table.cells[rows, roles["position"]])
    rows = rows[np.array([code is not None for code in position], bool)]
    reading.rows += len(rows)
    known = {p.code: p for m in context.catalogue.mechanisms.values() for p in m.positions}
    frame = pd.DataFrame({"sheet": table.sheet, "row": rows, "column": roles["points"]})
    frame["position"] = texts(table.cells[rows, roles["position"]])
    unknown = np.array([code not in known for code in frame["position"]], bool)
    report.cells("unknown_position", rows[unknown], roles["position"])
    named = roles.get("code", roles.get("name"))
    if named is not None:
        frame["territory"] = texts_column(texts(table.cells[rows, named]))
    else:
        # Without a register a row names the region and, if it speaks of one, the municipality.
        for role in {"district", "region"} & set(roles):
            frame[role] = texts_column(texts(table.cells[rows, roles[role]]))
        district = frame["district"] if "district" in frame else texts_column(None, len(frame))
        frame["level"] = texts_column(["region" if name is None else "district" for name in district])
    for name, default in (("mechanism", "mechanism"), ("edition", "edition")):
        told = texts(table.cells[rows, roles[name]]) if name in roles else np.full(len(rows), None, object)
        frame[name] = [
            getattr(known[p], default) if p in known else t for p, t in zip(frame["position"], told, strict=True)
        ]
    points = numbers(table, rows, roles["points"])
    report.cells("not_a_number", rows[points.kinds == BAD], roles["points"], expected="число баллов")
    frame["points"] = points.values
    maximum = numbers(table, rows, roles["maximum"]).values if "maximum" in roles else np.full(len(rows), np.nan)
    frame["maximum"] = [known[p].maximum if np.isnan(m) and p in known else m
                        for p, m in zip(frame["position"], maximum, strict=True)]  # fmt: skip
    if "self_points" in roles:
        frame["self_points"] = numbers(table, rows, roles["self_points"]).values
    if "evidence" in roles:
        frame["evidence"] = texts_column(texts(table.cells[rows, roles["evidence"]]))
    if "date" in roles:
        frame["date"] = texts_column(_dates(table.cells[rows, roles["date"]]))
    year_column = roles.get("year", roles.get("date"))
    told_year = context.told(table, []).year
    frame["year"] = (
        [year_of(cell) or told_year for cell in table.cells[rows, year_column]]
        if year_column is not None
        else told_year
    )
    report.cells("year_missing", rows[frame["year"].isna().to_numpy()], year_column or 0)
    absence = points.absence.copy()
    if "absence" in roles:
        told = texts(table.cells[rows, roles["absence"]])
        absence = np.array([ABSENCES.get(key(t or ""), t) or a for t, a in zip(told, absence, strict=True)], object)
    frame["absence"] = [
        None if not np.isnan(p) else a or "not_reported" for p, a in zip(points.values, absence, strict=True)
    ]
    # An untouched row of a prefilled template says nothing: neither points, nor a reason, nor an evidence.
    said = ~np.isnan(points.values) | np.array([a is not None for a in absence], bool)
    if "self_points" in frame:
        said |= frame["self_points"].notna().to_numpy()
    if "evidence" in frame:
        said |= frame["evidence"].notna().to_numpy()
    reading.positions = pd.concat([reading.positions, frame[said]], ignore_index=True)
    reading.findings += report.findings


def _dates(cells: Cells) -> list[str | None]:
    """Dates as ``2024-05-31``; what is no date stays as it was written."""
    found: list[str | None] = []
    for cell in cells:
        told = cell.date() if isinstance(cell, datetime) else cell
        day = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", clean(cell))
        if isinstance(told, date):
            found.append(told.isoformat())
        elif day:
            found.append(f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}")
        else:
            found.append(clean(cell) or None)
    return found


def _targets(table: RawTable, header: int, roles: dict[str, int], reading: Reading, context: Context) -> None:
    """A target a row, always with its source and date; rows without a target say nothing."""
    report = Report(table)
    rows = _data_rows(table, header)
    codes = texts(table.cells[rows, roles["indicator"]])
    values = numbers(table, rows, roles["target"])
    reading.rows += int((codes != None).sum())  # noqa: E711 (elementwise)
    report.cells("not_a_number", rows[values.kinds == BAD], roles["target"], expected="число")
    said = ~np.isnan(values.values)
    known = context.catalogue.indicators
    unknown = said & np.array([code not in known for code in codes], bool)
    report.cells("unknown_indicator", rows[unknown], roles["indicator"])
    percent = np.array([code in known and known[code].unit == "percent" for code in codes], bool)
    outside = said & percent & ((values.values < 0) | (values.values > 100))
    report.cells("percent_out_of_range", rows[outside], roles["target"], expected="0–100")
    sources, days = (
        texts(table.cells[rows, roles["source"]]) if "source" in roles else np.full(len(rows), None, object),
        _dates(table.cells[rows, roles["date"]]) if "date" in roles else [None] * len(rows),
    )
    bare = said & np.array([not source or not day for source, day in zip(sources, days, strict=True)], bool)
    report.cells("target_without_source", rows[bare], roles["target"], expected="источник и дата")
    good = np.flatnonzero(said & ~unknown & ~outside & ~bare)
    reading.targets += tuple(
        {"indicator": codes[at], "value": float(values.values[at]), "source": sources[at], "date": days[at]}
        for at in good
    )
    reading.findings += report.findings
