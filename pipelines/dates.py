"""Words on time as documents write them, read into spans and recurrences; the wording itself is always kept.

«08.2021–01.2022» is a span, «ежегодно, октябрь-февраль» a recurrence, «2020-2024 ежегодно» both. What cannot be
read is said to be unread (``None``), never guessed: a wording may name no time at all, and that is a finding.

A moment is ISO text exactly as precise as the words: «2019», «2021-08», «2025-10-31».
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

MONTHS = {
    "январь": 1, "января": 1, "февраль": 2, "февраля": 2, "март": 3, "марта": 3, "апрель": 4, "апреля": 4,
    "май": 5, "мая": 5, "июнь": 6, "июня": 6, "июль": 7, "июля": 7, "август": 8, "августа": 8,
    "сентябрь": 9, "сентября": 9, "октябрь": 10, "октября": 10, "ноябрь": 11, "ноября": 11,
    "декабрь": 12, "декабря": 12,
}  # fmt: skip
SCHOOL_YEAR = (9, 8)
"""A school year runs from September to August of the next year."""

Kind = Literal["yearly", "all_year", "regular", "continuous", "at_least"]
Phase = Literal["before", "during", "between", "after", "until", "unknown"]


class MonthDay(NamedTuple):
    """A place in every year: a whole month, or a day of it."""

    month: int
    day: int | None = None


@dataclass(frozen=True)
class Recurrence:
    """How something repeats.

    ``yearly`` runs from ``first`` to ``last`` of each year, over New Year where ``last`` is the earlier; without
    ``first`` it is a yearly deadline, without both once a year at no stated time. ``all_year`` («в течение года»),
    ``regular`` and ``continuous`` have no place in the year. ``at_least`` is ``times`` in each ``per``.
    ``assumed``: the document names bare months and does not say that they repeat.
    """

    kind: Kind
    first: MonthDay | None = None
    last: MonthDay | None = None
    times: int = 0
    per: str = ""
    assumed: bool = False


@dataclass(frozen=True)
class Reading:
    """What a wording says: the span from ``start`` to ``end`` (either may be unnamed), and how it repeats."""

    wording: str
    start: str | None = None
    end: str | None = None
    recurrence: Recurrence | None = None


class Span(NamedTuple):
    """Days from ``start`` to ``end``, both included; ``None`` where the document names none."""

    start: date | None
    end: date | None


# --- reading -----------------------------------------------------------------------------------------------

_DASHES = re.compile(r"\s*[-–—−‐‑]\s*")
_YEAR_WORD = re.compile(r"(?<=\d{4})\s*(?:гг?\b\.?|год(?:а|у|ы|ах)?\b)")
_BEFORE_YEAR = re.compile(r"(?<=[а-яё])[\s.,]+(?=\d{4}\b)")
_NAME = "|".join(MONTHS)
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DAY_IN_WORDS = re.compile(rf"(\d{{1,2}}) ({_NAME}) (\d{{4}})")
_MONTH = re.compile(r"(\d{1,2})\.(\d{4})")
_MONTH_IN_WORDS = re.compile(rf"({_NAME}) (\d{{4}})")
_YEAR = re.compile(r"\d{4}")
_SCHOOL_YEAR = re.compile(r"(\d{4})[-/](\d{2}|\d{4}) уч(?:ебный|\.) год")
_MONTHS_OF_YEAR = re.compile(rf"({_NAME})-({_NAME}) (\d{{4}})")
_AT_LEAST = re.compile(r"не менее (\d+) раза? в ((?:учебном )?(?:полугодии|году)|год|полугодие|квартал|месяц)")
_STEADY: dict[str, Kind] = {"регулярно": "regular", "непрерывно": "continuous", "постоянно": "continuous"}
_ALL_YEAR = re.compile(r"в течение (?:всего )?(?:учебного |календарного )?года")
_EVERY_YEAR = re.compile(r"(.+?) каждого (?:учебного |календарного )?года")


def read(wording: str) -> Reading | None:
    """The meaning of ``wording``; ``None`` where it cannot be read."""
    words = _tidy(wording)
    try:
        found = _read(words)
    except ValueError:  # 31.02.2020, a span that ends before it begins
        return None
    return replace(found, wording=wording) if found else None


def _tidy(wording: str) -> str:
    words = " ".join(wording.lower().replace("\u00a0", " ").split())
    words = _DASHES.sub("-", words)
    words = _BEFORE_YEAR.sub(" ", _YEAR_WORD.sub("", words))
    return words.strip(" .,;")


def _read(words: str) -> Reading | None:
    return _recurring(words) or _span(words)


def _recurring(words: str) -> Reading | None:
    if words in _STEADY:
        return Reading("", recurrence=Recurrence(_STEADY[words]))
    if _ALL_YEAR.fullmatch(words):
        return Reading("", recurrence=Recurrence("all_year"))
    if match := _AT_LEAST.fullmatch(words):
        return Reading("", recurrence=Recurrence("at_least", times=int(match[1]), per=match[2]))
    if words == "ежегодно":
        return Reading("", recurrence=Recurrence("yearly"))
    if words.startswith("ежегодно"):
        return _of_every_year(words.removeprefix("ежегодно").strip(" ,"), assumed=False)
    if match := _EVERY_YEAR.fullmatch(words):
        return _of_every_year(match[1], assumed=False)
    for word, kind in (*_STEADY.items(), ("ежегодно", "yearly")):
        if words.endswith(f" {word}"):
            span = _span(words.removesuffix(word).strip(" ,"))
            return replace(span, recurrence=Recurrence(kind)) if span else None
    # Bare months name no year: the plan of a school year, which comes round again.
    return _of_every_year(words, assumed=True)


def _of_every_year(words: str, *, assumed: bool) -> Reading | None:
    """Months or days without a year: «октябрь-февраль», «апрель», «до 01.06»."""
    if words.startswith("до "):
        day = _month_day(words.removeprefix("до "))
        # «до октября» ends before October or with it: the words do not say.
        return Reading("", recurrence=Recurrence("yearly", None, day)) if day and day.day and not assumed else None
    parts = [_month_day(part) for part in words.split("-")]
    if len(parts) > 2 or None in parts:
        return None
    return Reading("", recurrence=Recurrence("yearly", parts[0], parts[-1], assumed=assumed))


def _month_day(words: str) -> MonthDay | None:
    if words in MONTHS:
        return MonthDay(MONTHS[words])
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})", words):
        day, month = int(match[1]), int(match[2])
    elif (match := re.fullmatch(rf"(\d{{1,2}}) ({_NAME})", words)) is not None:
        day, month = int(match[1]), MONTHS[match[2]]
    else:
        return None
    date(2000, month, day)  # a leap year: 29.02 is a day
    return MonthDay(month, day)


def _span(words: str) -> Reading | None:
    if match := _SCHOOL_YEAR.fullmatch(words):
        begin = int(match[1])
        if int(match[2]) % 100 != (begin + 1) % 100:
            raise ValueError(words)
        return Reading("", f"{begin}-{SCHOOL_YEAR[0]:02d}", f"{begin + 1}-{SCHOOL_YEAR[1]:02d}")
    if match := _MONTHS_OF_YEAR.fullmatch(words):
        return _ordered(_iso(match[3], MONTHS[match[1]]), _iso(match[3], MONTHS[match[2]]))
    if moment := _moment(words):
        return Reading("", moment, moment)
    if words.startswith("до "):
        end = _moment(words.removeprefix("до "))
        return Reading("", None, end) if end else None
    if words.startswith("с "):
        begin_words, *rest = re.split(r" (?:по|до) ", words.removeprefix("с "))
        start, ends = _moment(begin_words), [_moment(one) for one in rest]
        if start is None or len(ends) > 1 or None in ends:
            return None
        return _ordered(start, ends[0]) if ends else Reading("", start, None)
    first, dash, last = words.partition("-")
    start, end = (_moment(first), _moment(last)) if dash else (None, None)
    return _ordered(start, end) if start and end else None


def _ordered(start: str, end: str | None) -> Reading:
    if end is not None and first_day(start) > last_day(end):
        raise ValueError(f"{start} > {end}")
    return Reading("", start, end)


def _moment(words: str) -> str | None:
    if match := _DAY.fullmatch(words):
        return _iso(match[3], int(match[2]), int(match[1]))
    if match := _DAY_IN_WORDS.fullmatch(words):
        return _iso(match[3], MONTHS[match[2]], int(match[1]))
    if match := _MONTH.fullmatch(words):
        return _iso(match[2], int(match[1]))
    if match := _MONTH_IN_WORDS.fullmatch(words):
        return _iso(match[2], MONTHS[match[1]])
    return words if _YEAR.fullmatch(words) else None


def _iso(year: str, month: int, day: int | None = None) -> str:
    date(int(year), month, day or 1)
    return f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")


# --- days --------------------------------------------------------------------------------------------------


def first_day(moment: str) -> date:
    """The first day that a moment covers: «2021-08» → 01.08.2021."""
    year, month, day = _parts(moment)
    return date(year, month or 1, day or 1)


def last_day(moment: str) -> date:
    """The last day that a moment covers: «2021-08» → 31.08.2021."""
    year, month, day = _parts(moment)
    return date(year, month or 12, day or _length(year, month or 12))


def _parts(moment: str) -> tuple[int, int, int]:
    year, month, day = (*map(int, moment.split("-")), 0, 0)[:3]
    return year, month, day


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def own_span(reading: Reading) -> Span:
    """The stated span in days, without its recurrences."""
    return Span(
        None if reading.start is None else first_day(reading.start),
        None if reading.end is None else last_day(reading.end),
    )


def occurrences(reading: Reading, first: date, last: date) -> list[Span]:
    """When it happens between ``first`` and ``last``, which bound what the document itself leaves open.

    Those are the days of the stage or project to which an activity belongs. A yearly window gives one span a year,
    a yearly deadline a span without a start; what has no place in the year fills its whole time. A stated span
    without recurrence comes back whole, even where it leaves the bounds: the contradiction is the document's.
    """
    own = own_span(reading)
    recurrence = reading.recurrence
    if recurrence is None:
        return [own]
    first, last = max(first, own.start or first), min(last, own.end or last)
    if first > last:
        return []
    if recurrence.kind != "yearly":
        return [Span(first, last)]
    return list(_yearly(recurrence, first, last))


def _yearly(recurrence: Recurrence, first: date, last: date) -> Iterator[Span]:
    for year in range(first.year - 1, last.year + 1):
        if recurrence.last is None:
            begin, end = date(year, 1, 1), date(year, 12, 31)
        else:
            end_year = year
            if recurrence.first is not None and recurrence.last.month < recurrence.first.month:
                end_year += 1
            end = _on(end_year, recurrence.last, last=True)
            if recurrence.first is None:
                if first <= end <= last:
                    yield Span(None, end)
                continue
            begin = _on(year, recurrence.first, last=False)
        if begin <= last and end >= first:
            yield Span(max(begin, first), min(end, last))


def _on(year: int, place: MonthDay, *, last: bool) -> date:
    length = _length(year, place.month)
    day = place.day or (length if last else 1)
    return date(year, place.month, min(day, length))


def phase(reading: Reading, on: date, first: date, last: date) -> Phase:
    """Where ``on`` falls in the plan: before it, during, between two recurrences, after.

    ``until`` is a deadline still to come whose beginning is not named. This is the plan alone: whether anything was
    done it cannot say.
    """
    spans = occurrences(reading, first, last)
    if not spans:
        return "unknown"
    if any(span.start and span.start <= on and (span.end is None or on <= span.end) for span in spans):
        return "during"
    if all(span.start and on < span.start for span in spans):
        return "before"
    if all(span.end and span.end < on for span in spans):
        return "after"
    return "until" if any(span.start is None and span.end and on <= span.end for span in spans) else "between"
