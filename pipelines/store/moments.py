"""Moments as people write them, «15.03.2020», «03.2020», «март 2020», «2020»; kept as ISO, as far as they are known."""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
GENITIVE = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_MONTH = re.compile(r"(\d{1,2})\.(\d{4})")
_YEAR = re.compile(r"\d{4}")
_ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([а-яё]+)[\s,.]+(\d{4})")


def parsed(text: str) -> str | None:
    """The moment that ``text`` means, ``None`` for an empty one; ValueError for anything else."""
    words = re.sub(r"\s*(г\.?|года?)$", "", text.strip().lower())
    if not words:
        return None
    day = month = None
    if match := _DAY.fullmatch(words):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    elif match := _MONTH.fullmatch(words):
        month, year = int(match[1]), int(match[2])
    elif match := _ISO.fullmatch(words):
        year, month, day = int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    elif _YEAR.fullmatch(words):
        year = int(words)
    elif match := _WORDS.fullmatch(words):
        names = GENITIVE if match[1] else MONTHS
        if match[2] not in names:
            raise ValueError(text)
        day, month, year = int(match[1]) if match[1] else None, names.index(match[2]) + 1, int(match[3])
    else:
        raise ValueError(text)
    date(year, month or 1, day or 1)  # ValueError for 31.02.2020
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)])


def spoken(moment: str | None) -> str:
    """«15.03.2020», «март 2020», «2020»; empty for none."""
    if not moment:
        return ""
    year, month, day = (*moment.split("-"), None, None)[:3]
    if day:
        return f"{day}.{month}.{year}"
    return f"{MONTHS[int(month) - 1]} {year}" if month else str(year)


def day_in_words(day: date) -> str:
    """«16 декабря 2019 г.», as protocols write it."""
    return f"{day.day} {GENITIVE[day.month - 1]} {day.year} г."


def yearly(months: tuple[int, ...]) -> str:
    """«ежегодно, май»; empty for none."""
    return "ежегодно, " + ", ".join(MONTHS[month - 1] for month in months) if months else ""
