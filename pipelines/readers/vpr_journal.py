"""«Сравнение отметок с отметками по журналу» of ФИС ОКО: lowered, confirmed and raised marks (domain.md §5, 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipelines.readers.blocks import Block, Roles, find_blocks
from pipelines.readers.columns import NUMBER, Numbers
from pipelines.readers.context import Context
from pipelines.readers.opening import Opened
from pipelines.readers.raw import RawTable, address, key
from pipelines.readers.reading import Reading
from pipelines.readers.references import level_of, login_in, without_login
from pipelines.readers.shares import Report, counts, percents
from pipelines.statistics.published import numerators

INDICATORS = {
    "понизили": "objectivity_journal_lower",
    "подтвердили": "objectivity_journal_confirmed",
    "повысили": "objectivity_journal_raised",
}
_PART = re.compile(r"^(понизили|подтвердили|повысили|всего)\b")


@dataclass
class _Group:
    """The rows of one territory: ``parts`` by word, ``label`` the row that named it."""

    label: str | None
    district: str | None
    region: str | None
    parts: dict[str, int] = field(default_factory=dict)


def wanted(roles: Roles) -> bool:
    """Whether a header is «Группы участников | Кол-во участников | %»."""
    return "group" in roles and "n" in roles and "share" in roles and "m2" not in roles


def read(opened: Opened, context: Context) -> Reading | None:
    """The file as observations, or ``None`` when no sheet compares marks with the journal."""
    reading: Reading | None = None
    for table in opened.tables:
        for block in find_blocks(table, wanted):
            words = [_PART.match(key(text or "")) for text in block.texts("group")]
            if sum(bool(word) for word in words) < 3:
                continue
            reading = reading or Reading(opened.file, "fioko_journal")
            _read_block(block, table, reading, context)
    return reading


def _read_block(block: Block, table: RawTable, reading: Reading, context: Context) -> None:
    report = Report(table)
    n_column, share_column = block.roles["n"][0], block.roles["share"][0]
    n = counts(table, block.rows, n_column, report)
    share = percents(table, block.rows, share_column, report)
    told = context.told(table, block.titles)
    reading.rows += len(block.rows)
    rows = []
    for group in _groups(block):
        if group.label and level_of(group.label) == "country":
            continue
        rows += _observations(group, block, n, share, report)
    if rows:
        frame = pd.DataFrame(rows)
        frame["sheet"], frame["year"], frame["subject"], frame["grade"] = (
            table.sheet,
            told.year,
            told.subject,
            told.grade,
        )
        reading.add(frame)
    for value, rule in ((told.year, "year_missing"), (told.subject, "subject_missing"), (told.grade, "grade_missing")):
        if not value:
            report.add(rule, None, expected="заголовок над таблицей")
    reading.findings += report.findings


def _groups(block: Block) -> list[_Group]:
    groups: list[_Group] = []
    label = region = district = None
    fresh = True
    for at, text in enumerate(block.texts("group")):
        if text is None:
            continue
        word = _PART.match(key(text))
        if not word:
            label, fresh = text, True
            level = level_of(text)
            if level == "region":
                region, district = text, None
            elif level in ("district", None):
                district = text
            continue
        if fresh or word.group(1) in groups[-1].parts:
            groups.append(_Group(label, district, region))
            fresh = False
        groups[-1].parts[word.group(1)] = at
    return groups


def _observations(group: _Group, block: Block, n: Numbers, share: Numbers, report: Report) -> list[dict[str, object]]:
    n_column, share_column = block.roles["n"][0], block.roles["share"][0]
    places = {word: at for word, at in group.parts.items() if word != "всего"}
    counted = {word: n.values[at] for word, at in places.items()}
    total_at = group.parts.get("всего")
    total = n.values[total_at] if total_at is not None else np.nan
    summed = sum(counted.values()) if len(counted) == 3 else np.nan
    if total_at is not None and n.kinds[total_at] != NUMBER and not np.isnan(summed):
        report.add("total_computed", address(int(block.rows[total_at]), n_column), seen="пусто", expected=f"{summed:g}")
        total = summed
    if not np.isnan(total) and not np.isnan(summed) and total != summed:
        report.add("parts_not_total", address(int(block.rows[total_at or 0]), n_column), seen=f"{total:g}",
                   expected=f"{summed:g}")  # fmt: skip
    denominator = summed if np.isnan(total) else total
    level = level_of(group.label) if group.label else None
    level = level or ("district" if group.label else None)
    found: list[dict[str, object]] = []
    shares = [share.values[at] for at in places.values()]
    tolerance = 0.5 * sum(10.0 ** -share.digits[at] for at in places.values()) + 1e-6
    if len(shares) == 3 and not np.isnan(shares).any() and abs(sum(shares) - 100) > tolerance and sum(shares) > 0:
        report.add("shares_not_100", address(int(block.rows[next(iter(places.values()))]), share_column),
                   seen=f"{sum(shares):g}", expected="100 в сумме")  # fmt: skip
    for word, at in places.items():
        row = int(block.rows[at])
        known = not np.isnan(counted[word]) and denominator > 0
        percent = share.values[at]
        if known and not np.isnan(percent):
            status = numerators([percent], [int(share.digits[at])], [denominator])
            if not status.lowest[0] <= counted[word] <= status.highest[0]:
                report.add("percent_disagrees", address(row, share_column), seen=f"{percent:g} %",
                           expected=f"{counted[word]:g} из {denominator:g}")  # fmt: skip
        reason = "not_applicable" if denominator == 0 else "not_reported"
        absent = not known and np.isnan(percent)
        found.append(
            {
                "row": row, "column": n_column if known else share_column, "indicator": INDICATORS[word],
                "numerator": counted[word] if known else np.nan,
                "denominator": denominator if denominator > 0 and not absent else np.nan,
                "percent": np.nan if known else percent,
                "percent_digits": np.nan if known or absent else int(share.digits[at]),
                "absence": (n.absence[at] or share.absence[at] or reason)
                if absent else None,
                "login": login_in(group.label), "school": without_login(group.label) if level == "school" else None,
                "district": group.district if level != "region" else None, "region": group.region, "level": level,
            }
        )  # fmt: skip
    return found


def is_journal(table: RawTable) -> bool:
    """Whether a sheet holds such a table."""
    return bool(find_blocks(table, wanted))
