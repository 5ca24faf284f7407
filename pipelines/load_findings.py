"""What was found in a file that was published all the same: kept with the load, for its history and its sender.

``<warehouse>/loads/<load id>/findings.json``, bounded. Of results of single pupils only cells are kept, no values.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from pipelines.loads import Load, Loads
from pipelines.readers.reading import Reading
from pipelines.readers.rules import finding, rules
from pipelines.readers.staged import Finding

FILE = "findings.json"
MOST_KEPT = 200
MOST_TERRITORIES, MOST_ROWS = 50, 1000
UNTOLD = "…"
"""What stands for a value of a pupil."""


@dataclass(frozen=True)
class Kept:
    """The findings of one load: ``counts`` of all of them by grade, and the gravest with the territories of their rows.

    ``known`` is false of a load that was published before findings were kept.

    ``territories`` has an entry a finding: codes, none where it is about the file as a whole or about very many rows.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    territories: tuple[tuple[str, ...], ...] = ()
    known: bool = True


def as_json(findings: Sequence[Finding], reading: Reading) -> str:
    """The text of a load's file; ``reading`` has its territories matched."""
    counts = Counter(told.grade for told in findings)
    gravest = findings[:MOST_KEPT]
    rows = _territories(reading, {row for told in gravest for row in _rows(told)})
    kept = [
        asdict(_without_values(told) if reading.pupil_level else told) | {"territories": _of(told, rows)}
        for told in gravest
    ]
    return json.dumps({"counts": counts, "findings": kept}, ensure_ascii=False)


def of_load(store: Loads, entry: Load) -> Kept:
    """What was found in a load's file; nothing for loads older than this record."""
    path = store.folder / entry.id / FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, TypeError, KeyError):
        return Kept(known=False)


@lru_cache(maxsize=5000)
def _read(path: Path, _changed: int) -> Kept:
    told = json.loads(path.read_text(encoding="utf-8"))
    territories = tuple(tuple(one.pop("territories")) for one in told["findings"])
    return Kept(told["counts"], tuple(Finding(**one) for one in told["findings"]), territories)


def _without_values(told: Finding) -> Finding:
    if told.rule not in rules():
        return told
    seen, expected = (None if value is None else UNTOLD for value in (told.seen, told.expected))
    return finding(told.rule, told.file, told.sheet, told.cell, seen=seen, expected=expected, count=told.count)


def _rows(told: Finding) -> Iterator[int]:
    """The 0-based rows of a finding's cells."""
    for first, last in re.findall(r"[A-Z]+(\d+)(?::[A-Z]+(\d+))?", told.cell or ""):
        yield from range(int(first) - 1, min(int(last or first), int(first) + MOST_ROWS))


def _territories(reading: Reading, wanted: set[int]) -> dict[tuple[str, int], set[str]]:
    """Codes by sheet («» where a file has none) and row."""
    found: dict[tuple[str, int], set[str]] = {}
    for frame in (reading.observations, reading.positions, reading.references):
        if not len(frame) or not wanted or not {"sheet", "row", "territory"} <= set(frame):
            continue
        here = frame.loc[frame["row"].isin(wanted), ["sheet", "row", "territory"]].astype(object)
        for sheet, row, code in here.drop_duplicates().itertuples(index=False):
            if isinstance(code, str):
                found.setdefault((sheet or "", int(row)), set()).add(code)
    return found


def _of(told: Finding, rows: Mapping[tuple[str, int], set[str]]) -> list[str]:
    codes = {code for row in _rows(told) for code in rows.get((told.sheet or "", row), ())}
    return sorted(codes) if len(codes) <= MOST_TERRITORIES else []
