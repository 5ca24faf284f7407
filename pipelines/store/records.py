"""What the store gives and takes: plain frozen records, free of any session with the database."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Protocol

from pipelines.errors import PipelineError

STATES = ("unknown", "planned", "under_way", "done", "not_done", "dropped")
"""``unknown``: nothing is known of what became of it, which is the state of everything taken from a document."""

MOMENT = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class Editor(Protocol):
    """The proof that a visitor may change things, as the pages' ``require_editor`` gives it."""

    @property
    def name(self) -> str:
        """The role under which the change is written down."""


@dataclass(frozen=True)
class Attendance:
    """How many of a group came and did not; ``None`` where it was not said. ``part``: one of the parts of the total."""

    name: str
    present: int | None = None
    absent: int | None = None
    organisations: int | None = None
    part: bool = True
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class AgendaItem:
    """One item; ``session`` is the group that worked on it («Группа 1»), with its moderator, task and outcome."""

    number: str
    title: str
    session: str | None = None
    moderator: str | None = None
    task: str | None = None
    outcome: str | None = None
    people: int | None = None
    organisations: int | None = None
    organisation_type: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Speech:
    """What was heard (``kind`` heard) or said (spoken) on an item; the speaker is a role."""

    item: str
    kind: str
    role: str | None = None
    organisation: str | None = None
    text: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Member:
    """One member of a working group that a decision set up."""

    working_group: str
    role: str
    organisation: str | None = None
    decision: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Meeting:
    """A meeting; ``id`` and ``version`` are 0 until it is stored. ``held`` is an ISO day, ``territory`` a code."""

    collection: str
    territory: str
    body: str
    theme: str
    held: str
    number: str | None = None
    place: str | None = None
    chair: str | None = None
    secretary: str | None = None
    present: int | None = None
    absent: int | None = None
    enclosure: str | None = None
    note: str | None = None
    origin: str | None = None
    attendance: tuple[Attendance, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    speeches: tuple[Speech, ...] = ()
    members: tuple[Member, ...] = ()
    id: int = 0
    version: int = 0
    changed: str = ""
    changed_by: str = ""

    @property
    def day(self) -> date:
        """The day on which it was held."""
        return date.fromisoformat(self.held)


@dataclass(frozen=True)
class Decision:
    """One decision of a meeting.

    ``start`` and ``due`` are moments («2020», «2020-03», «2020-03-15»), ``recurs`` the months of every year («5» or
    «5,8»), ``wording`` the words of the protocol about time; each may be missing. ``responsible`` is a role, ``None``
    where the protocol names none. ``expected`` is the value that ``indicator`` should reach (per cent, or the
    indicator's own unit) at the territory ``measured_at`` (the council's own by default) in ``after_year`` against
    ``before_year``. ``mechanism_ours``: the mechanism was assigned here and is not in the protocol. ``done`` says
    what was done, ``state_on`` the day of that record.
    """

    meeting_id: int
    number: str
    text: str
    item: str = ""
    session: str | None = None
    mechanism: str | None = None
    mechanism_ours: bool = False
    responsible: str | None = None
    start: str | None = None
    due: str | None = None
    recurs: str | None = None
    wording: str | None = None
    indicator: str | None = None
    subject: str | None = None
    grade: str | None = None
    measured_at: str | None = None
    before_year: int | None = None
    after_year: int | None = None
    expected: float | None = None
    state: str = "unknown"
    state_on: str | None = None
    done: str | None = None
    effect: str | None = None
    repeats: str | None = None
    source: str | None = None
    note: str | None = None
    origin: str | None = None
    position: int = 0
    id: int = 0
    version: int = 0
    changed: str = ""
    changed_by: str = ""

    @property
    def months(self) -> tuple[int, ...]:
        """The months of every year in which it falls due."""
        return tuple(int(month) for month in (self.recurs or "").split(",") if month)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is still in time; a recurring decision has none."""
        return last_day(self.due) if self.due else None

    def overdue(self, today: date) -> bool:
        """Late only where non-completion is on record and the deadline is over; silence is never lateness."""
        return self.state == "not_done" and self.last_day is not None and self.last_day < today

    def occurrence(self, since: date) -> date | None:
        """The last day of its first recurring month from ``since`` on."""
        days = [month_end(year, month) for year in (since.year, since.year + 1) for month in self.months]
        return min((day for day in days if day >= since), default=None)


EDITABLE = (
    "item", "session", "text", "mechanism", "responsible", "start", "due", "recurs", "wording", "indicator", "subject",
    "grade", "measured_at", "before_year", "after_year", "expected", "state", "state_on", "done", "effect", "repeats",
    "note",
)  # fmt: skip
"""The fields of a decision that people change."""


@dataclass(frozen=True)
class Revision:
    """A text that somebody saved, or tried to save over another's and was told (``accepted`` is false).

    ``event`` tells what was not simply saved: ``loaded`` or ``reloaded`` from a form, ``withdrawn`` with its load,
    ``in_form`` (a newer form says so, the record was left alone) or ``removed`` by a person.
    """

    version: int
    accepted: bool
    moment: str
    by: str
    content: dict[str, Any] = field(default_factory=dict)
    event: str | None = None


class StoreUnavailable(PipelineError):
    """The store cannot be read or written; everything else keeps working."""


class Conflict(PipelineError):
    """Somebody saved the same record first. Holds both texts; nothing was overwritten and nothing is lost."""

    said = "Пока вы правили, эту запись сохранил другой редактор. Ваш текст не потерян: выберите, что оставить."

    def __init__(self, theirs: Any, yours: Any, base: Any | None) -> None:
        super().__init__(self.said)
        self.theirs, self.yours, self.base = theirs, yours, base

    @property
    def disputed(self) -> list[str]:
        """Fields in which the two differ and which both changed (all that differ, when the base is not known)."""
        return [
            name for name in _compared(self.theirs)
            if getattr(self.theirs, name) != getattr(self.yours, name)
            and (self.base is None or self._changed_by_both(name))
        ]  # fmt: skip

    def _changed_by_both(self, name: str) -> bool:
        base = getattr(self.base, name)
        return bool(getattr(self.theirs, name) != base and getattr(self.yours, name) != base)

    def merged(self) -> dict[str, Any]:
        """Every field with the change of whoever changed it alone; disputed ones as the other saved them."""
        result = {}
        for name in _compared(self.theirs):
            theirs, yours = getattr(self.theirs, name), getattr(self.yours, name)
            untouched = self.base is not None and theirs == getattr(self.base, name)
            result[name] = yours if untouched else theirs
        return result


class FormConflict(Conflict):
    """A loaded form says another text (``yours``) than the one that people edited (``theirs``)."""

    said = (
        "В загруженной форме эта запись теперь другая, а здесь её правили. Ничего не затёрто: выберите, что оставить."
    )

    def __init__(self, theirs: Any, yours: Any, base: Any | None, loaded: int) -> None:
        super().__init__(theirs, yours, base)
        self.loaded = loaded


def _compared(record: Any) -> tuple[str, ...]:
    kept = ("id", "version", "changed", "changed_by", "origin", "collection", "territory")
    return EDITABLE if isinstance(record, Decision) else tuple(f.name for f in fields(record) if f.name not in kept)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def first_day(moment: str) -> date:
    """The first day that a moment means: «2020-03» → 01.03.2020. ValueError for anything else."""
    year, month, day = _parts(moment)
    return date(year, month or 1, day or 1)


def last_day(moment: str) -> date:
    """The last day that a moment means: «2020-03» → 31.03.2020, «2020» → 31.12.2020."""
    year, month, day = _parts(moment)
    return date(year, month, day) if month and day else month_end(year, month or 12)


def _parts(moment: str) -> tuple[int, int | None, int | None]:
    if not MOMENT.fullmatch(moment):
        raise ValueError(moment)
    year, month, day = (*moment.split("-"), None, None)[:3]
    return int(year or 0), int(month) if month else None, int(day) if day else None
