"""The collection of a form: who handed it in by its deadline, who was sent back, who is late, who is silent.

What was handed in is what was loaded: nothing is ticked off by hand. Deadlines and returns are kept beside the loads
(``loads/manifest.json``), so that a backup brings all of it back together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import pyarrow.parquet as pq

from pipelines.errors import UnknownCode
from pipelines.load_findings import Kept, of_load
from pipelines.loads import Load, Loads, effective
from pipelines.readers.columns import year_of
from pipelines.readers.programme_forms import PLACED
from pipelines.readers.recognise import FORMATS
from pipelines.readers.staged import Finding
from pipelines.snapshot import Warehouse, now
from pipelines.territories.register import Register

State = Literal["reported", "late", "returned", "overdue", "awaited"]
STATES: tuple[State, ...] = ("overdue", "returned", "late", "awaited", "reported")
"""In the order in which they ask for action: silent past the deadline, sent back, late, still in time, done."""

NOT_COLLECTED = ("organisations", "targets", "boundaries", "form_projects")
COLLECTED = tuple(form for form in FORMATS if form not in NOT_COLLECTED)
"""Forms that a municipality or an organisation hands in for a year.

A register, targets and boundaries have no year, and no row of a project says whose it is.
"""

YEAR_HEADERS = ("Год", "Дата заседания")
"""Columns of the forms of the programmes that say of which year a row is."""
LEVELS = ("district", "school")
MOST_FINDINGS = 100


@dataclass(frozen=True)
class Deadline:
    """By which ``day`` (ISO date, inclusive) the units of a level hand in a form for a year; one a form and year."""

    form: str
    year: int
    level: str
    day: str
    by: str = ""
    when: str = ""

    @property
    def last_day(self) -> date:
        """The day itself."""
        return date.fromisoformat(self.day)


@dataclass(frozen=True)
class Return:
    """A file that was sent back: to which territory, when, with which findings (sentences without pupils' values)."""

    form: str
    year: int
    territory: str
    file: str
    when: str
    by: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """That a load holds rows of a territory. ``counts`` unless another load replaced it as a whole."""

    territory: str
    when: str
    file: str
    counts: bool = True
    load: str = ""


@dataclass(frozen=True)
class Asked:
    """Questions to the sender that stayed open when a file was published all the same."""

    file: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Unit:
    """Somebody who is expected to hand the form in; ``inside`` are the organisations that it answers for."""

    code: str
    name: str
    within: str = ""
    inside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Status:
    """What became of one unit's form.

    ``handed_in`` is the day of the first load that still stands (days of this machine's time zone), ``days_late`` how
    many days after the deadline that was, or how many days it is overdue by today; 0 where it is in time.
    ``inside_reported`` of ``inside_total`` organisations of the unit have rows of their own. ``asked`` are the open
    questions of the files that count now.
    """

    unit: Unit
    state: State
    handed_in: date | None = None
    file: str = ""
    days_late: int = 0
    inside_reported: int = 0
    inside_total: int = 0
    returned: Return | None = None
    asked: tuple[Asked, ...] = ()

    @property
    def questions(self) -> int:
        """How many questions are open."""
        return sum(len(one.findings) for one in self.asked)


def statuses(
    units: Sequence[Unit],
    reports: Iterable[Report],
    returns: Iterable[Return],
    last_day: date | None,
    today: date,
    found: Mapping[str, Kept] | None = None,
) -> list[Status]:
    """One status a unit, those that ask for action first, then by name.

    A unit has reported when a load that counts holds a row of itself or of an organisation inside it. The moment is
    that of its first load, also of one that a later file replaced: a correction does not make a report late. A return
    after the latest load asks for the form once more. Without a deadline nobody is late. ``found`` are the findings
    of the loads by their ids.
    """
    loaded: dict[str, list[Report]] = {}
    among: dict[str, set[str]] = {}
    for report in reports:
        loaded.setdefault(report.territory, []).append(report)
        among.setdefault(report.load, set()).add(report.territory)
    sent_back: dict[str, list[Return]] = {}
    for returned in returns:
        sent_back.setdefault(returned.territory, []).append(returned)
    told = [
        replace(_status(unit, loaded, sent_back, last_day, today), asked=_asked(unit, loaded, among, found or {}))
        for unit in units
    ]
    return sorted(
        told,
        key=lambda status: (STATES.index(status.state), status.unit.within.casefold(), status.unit.name.casefold()),
    )


def _asked(
    unit: Unit, loaded: Mapping[str, Sequence[Report]], among: Mapping[str, set[str]], found: Mapping[str, Kept]
) -> tuple[Asked, ...]:
    """The questions of the latest file of the unit and of each organisation in it.

    One that names no row is the unit's own where the file holds nobody else.
    """
    latest: dict[str, set[str]] = {}
    files: dict[str, str] = {}
    for code in {unit.code, *unit.inside}:
        report = max((one for one in loaded.get(code, ()) if one.counts), key=lambda one: one.when, default=None)
        if report is not None and report.load in found:
            latest.setdefault(report.load, set()).add(code)
            files[report.load] = report.file
    told = []
    for load, codes in sorted(latest.items()):
        kept = found[load]
        own = among[load] <= {unit.code, *unit.inside}
        here = tuple(
            finding
            for finding, about in zip(kept.findings, kept.territories, strict=True)
            if finding.grade == "warning" and (codes & set(about) if about else own)
        )
        if here:
            told.append(Asked(files[load], here))
    return tuple(told)


def _status(
    unit: Unit,
    loaded: Mapping[str, Sequence[Report]],
    sent_back: Mapping[str, Sequence[Return]],
    last_day: date | None,
    today: date,
) -> Status:
    own = [report for code in (unit.code, *unit.inside) for report in loaded.get(code, ())]
    inside = sum(any(report.counts for report in loaded.get(code, ())) for code in unit.inside)
    returns = [one for code in (unit.code, *unit.inside) for one in sent_back.get(code, ())]
    last_return = max(returns, key=lambda one: one.when, default=None)
    common: dict[str, Any] = {"unit": unit, "inside_reported": inside, "inside_total": len(unit.inside)}
    if any(report.counts for report in own):
        first, last = min(own, key=lambda one: one.when), max(own, key=lambda one: one.when)
        common |= {"handed_in": local_day(first.when), "file": last.file}
        if last_return is None or last_return.when <= last.when:
            late = _days_after(last_day, local_day(first.when))
            return Status(state="late" if late else "reported", days_late=late, **common)
    late = _days_after(last_day, today)
    if last_return is not None:
        return Status(state="returned", days_late=late, returned=last_return, **common)
    return Status(state="overdue" if late else "awaited", days_late=late, **common)


def _days_after(last_day: date | None, day: date) -> int:
    return max((day - last_day).days, 0) if last_day else 0


def local_day(moment: str) -> date:
    """The day of a moment in this machine's time zone: a deadline ends with the day where the office is."""
    return datetime.fromisoformat(moment).astimezone().date()


def coverage(found: Sequence[Status]) -> tuple[int, int]:
    """How many of how many have reported, in time or late."""
    return sum(status.state in ("reported", "late") for status in found), len(found)


# --- what the loads say -------------------------------------------------------------------------------------


def units(register: Register, level: str, within: str | None = None, year: int | None = None) -> list[Unit]:
    """Those of a level, inside ``within`` if given, that existed in ``year``; a district with its organisations."""
    there = {code for code in register.of_level("school") if _existed(register.rows[code], year)}
    inside: dict[str, set[str]] = {}
    for code in there:
        above = register.rows[code].get("parent")
        if above:
            inside.setdefault(above, set()).add(code)
    chosen = there if level == "school" else register.of_level(level)
    return [
        Unit(code, str(register.rows[code]["name"]), _name(register, register.rows[code].get("parent")),
             frozenset(inside.get(code, ())) if level != "school" else frozenset())
        for code in chosen
        if within is None or register.is_within(code, within)
    ]  # fmt: skip


def _existed(row: Mapping[str, Any], year: int | None) -> bool:
    return year is None or (int(row.get("opened") or year) <= year <= int(row.get("closed") or year))


def _name(register: Register, code: str | None) -> str:
    return str(register.rows[code]["name"]) if code in register.rows else ""


def reports(store: Loads, entries: Sequence[Load], form: str, year: int) -> list[Report]:
    """Which territories the loads of a form hold for a year; withdrawn loads say nothing."""
    counted = {entry.id for entry in effective(entries)}
    found = []
    for entry in entries:
        if entry.format != form or entry.withdrawn:
            continue
        here = {code for code, told in held(store, entry) if told == year}
        found += [Report(code, entry.when, entry.file, entry.id in counted, entry.id) for code in sorted(here)]
    return found


def findings(store: Loads, entries: Sequence[Load], form: str) -> dict[str, Kept]:
    """What was found in the loads of a form, by their ids."""
    return {entry.id: of_load(store, entry) for entry in effective(entries) if entry.format == form}


def years(store: Loads, entries: Sequence[Load], form: str) -> list[int]:
    """Years of which the loads of a form tell, newest first."""
    told = (held(store, entry) for entry in entries if entry.format == form and not entry.withdrawn)
    return sorted({year for found in told for _, year in found}, reverse=True)


def held(store: Loads, entry: Load) -> frozenset[tuple[str, int]]:
    """Of which territories and years the rows of a load tell."""
    paths = [store.rows_of(entry, table) for table in ("observation", "position")]
    form = store.rows_of(entry, "document_cell")
    told = _told(form, form.stat().st_mtime_ns, local_day(entry.when).year) if form else frozenset()
    return told.union(*(_held(path, path.stat().st_mtime_ns) for path in paths if path))


@lru_cache(maxsize=2000)
def _held(path: Path, _changed: int) -> frozenset[tuple[str, int]]:
    """Territory and year of every row of a load's table; its file is read once."""
    table = pq.read_table(path, columns=["territory", "year"]).group_by(["territory", "year"]).aggregate([])
    rows = zip(table["territory"].to_pylist(), table["year"].to_pylist(), strict=True)
    return frozenset((code, int(year)) for code, year in rows if code is not None and year is not None)


@lru_cache(maxsize=500)
def _told(path: Path, _changed: int, loaded_in: int) -> frozenset[tuple[str, int]]:
    """The same of a form of the programmes; one that asks for no year tells of that in which it was loaded."""
    lines: dict[tuple[str, int], dict[str, str]] = {}
    for cell in pq.read_table(path, columns=["sheet", "row_number", "header", "value"]).to_pylist():
        if cell["header"] in (PLACED, *YEAR_HEADERS):
            lines.setdefault((cell["sheet"], cell["row_number"]), {})[cell["header"]] = str(cell["value"])
    found = set()
    for line in lines.values():
        words = next((line[header] for header in YEAR_HEADERS if header in line), None)
        year = loaded_in if words is None else year_of(words) or year_of(words[-4:])
        if PLACED in line and year is not None:
            found.add((line[PLACED], year))
    return frozenset(found)


Noted = TypeVar("Noted", Deadline, Return)

# --- deadlines and returns ----------------------------------------------------------------------------------


def deadlines(store: Loads) -> list[Deadline]:
    """All deadlines, the latest day first."""
    return sorted((_read(Deadline, told) for told in store.kept("deadlines")), key=lambda one: one.day, reverse=True)


def set_deadline(warehouse: Warehouse, deadline: Deadline) -> None:
    """Keep a deadline in place of the former one of its form and year.

    Raises :class:`UnknownCode` for a form, level, year or day that cannot be.
    """
    if deadline.form not in COLLECTED or deadline.level not in LEVELS or not 1990 <= deadline.year <= 2100:
        raise UnknownCode(f"Срок сдачи: такой формы, уровня или года нет ({deadline.form}, {deadline.year}).")
    try:
        date.fromisoformat(deadline.day)
    except ValueError as error:
        raise UnknownCode(f"Срок сдачи: «{deadline.day}» — не дата.") from error
    told = replace(deadline, when=deadline.when or now())

    def change(kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in kept if (one["form"], one["year"]) != (told.form, told.year)] + [asdict(told)]

    Loads(warehouse).change(warehouse, "deadlines", change)


def drop_deadline(warehouse: Warehouse, form: str, year: int) -> None:
    """Take a deadline away; what was handed in and sent back stays."""
    Loads(warehouse).change(
        warehouse, "deadlines", lambda kept: [one for one in kept if (one["form"], one["year"]) != (form, year)]
    )


def returns(store: Loads, form: str, year: int) -> list[Return]:
    """What was sent back of a form and year, oldest first."""
    found = (_read(Return, told) for told in store.kept("returns"))
    return [one for one in found if (one.form, one.year) == (form, year)]


def add_returns(warehouse: Warehouse, sent: Sequence[Return]) -> None:
    """Write down that files were sent back; raises :class:`UnknownCode` for a form that nobody hands in."""
    for one in sent:
        if one.form not in COLLECTED:
            raise UnknownCode(f"Форму «{one.form}» не собирают.")
    told = [asdict(replace(one, findings=one.findings[:MOST_FINDINGS])) for one in sent]
    Loads(warehouse).change(warehouse, "returns", lambda kept: kept + told)


def _read(kind: type[Noted], told: Mapping[str, Any]) -> Noted:
    known = {one.name for one in fields(kind)}
    given: dict[str, Any] = {name: value for name, value in told.items() if name in known}
    if "findings" in given:
        given["findings"] = tuple(given["findings"])
    return kind(**given)
