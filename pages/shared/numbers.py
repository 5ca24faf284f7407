"""How numbers are written, in one place: decimal comma, thin space in thousands, half away from zero.

Everything here is text for people; figures themselves are never rounded (rule 10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from pages.shared.texts import _, ngettext
from pipelines.statistics import rounding
from pipelines.statistics.rounding import NO_BREAK_SPACE as GLUE
from pipelines.statistics.rounding import Number

MISSING = "—"

# The same figures are written again at every rerun of every reader; exact rounding is paid for once.
_round = lru_cache(maxsize=65_536)(rounding.round_half_away)
_share = lru_cache(maxsize=65_536)(rounding.percent)
_text = lru_cache(maxsize=65_536)(rounding.number_text)


def is_missing(value: object) -> bool:
    """True for None and every kind of not-a-number (NaN, NaT, NA); 0 is not missing."""
    return value is None or value is pd.NA or value != value


def rounded(value: Number, digits: int = 1) -> Decimal:
    """``value`` to ``digits`` decimals, half away from zero: 2.85 → 2.9, −2.25 → −2.3 (rule 10)."""
    return _round(value, digits)


def share(numerator: Number, denominator: Number, digits: int = 1) -> Decimal:
    """100·numerator/denominator from the exact fraction, not from its float: 23 of 80 is 28.8."""
    return _share(_whole(numerator), _whole(denominator), digits)


def _whole(value: Number) -> Number:
    """A whole float as an int: the same number, several times faster as a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def plain(value: Number | None, digits: int = 0) -> str:
    """«12 345», «72,4», «−3,0»; a missing value is a dash."""
    return MISSING if value is None or is_missing(value) else _text(value, digits)


def shortest(value: Number | None, digits: int = 2) -> str:
    """As :func:`plain` with at most ``digits`` decimals and no zeros at the end: «7», «7,5»."""
    return MISSING if value is None or is_missing(value) else _text(_whole(value), digits, trim=True)


def percent(value: Number | None, digits: int = 1) -> str:
    """«72,4 %». A true 0 and a full 100 carry no decimals, so «0,0 %» can only be a rounded one."""
    if is_missing(value):
        return MISSING
    return plain(value, 0 if value in (0, 100) else digits) + GLUE + "%"


def percentage_points(value: Number | None, digits: int = 1) -> str:
    """«+2,3 п.п.», «−0,4 п.п.», «0,0 п.п.»."""
    if value is None or is_missing(value):
        return MISSING
    return _text(value, digits, signed=True) + GLUE + _("п.п.")


def out_of(part: Number | None, whole: Number | None) -> str:
    """«17 из 21»."""
    if is_missing(part) or is_missing(whole):
        return MISSING
    return _("{part} из {whole}").format(part=shortest(part), whole=shortest(whole)).replace(" ", GLUE)


def counted(n: Number, forms: Sequence[str]) -> str:
    """«21 ученик», «2 ученика», «25 учеников»; ``forms`` as in the catalogue of nouns."""
    one, few, many = forms
    return shortest(n) + GLUE + ngettext(one, few, many, float(n))


def year(value: int, period: str | None = None) -> str:
    """A school year counts as its first year: 2019 → «2019/20»; other periods stay «2019».

    ``period`` is the kind of the catalogue (``school_year`` …) or the text of a frame («2019/20»), which wins.
    """
    if period == "school_year":
        return f"{value}/{(value + 1) % 100:02d}"
    return period if period and period[:1].isdigit() else str(value)


def years(values: Sequence[int], period: str | None = None) -> str:
    """«2017–2024», «2017/18–2024/25»; years apart are listed: «2017, 2019–2021»."""
    runs: list[list[int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    kind = "school_year" if period and (period == "school_year" or "/" in period) else None
    return ", ".join(
        year(run[0], kind) if len(run) == 1 else f"{year(run[0], kind)}–{year(run[-1], kind)}" for run in runs
    )


def absence(code: object, minimum: int = 10) -> str:
    """Why there is no figure, in words. Never 0. A missing or unknown ``code`` is «нет данных»."""
    words = {
        "not_reported": _("не предоставлено"),
        "not_published": _("в документе нет"),
        "not_collected": _("не собирается"),
        "not_applicable": _("неприменимо"),
        "suppressed": _("скрыто: менее {minimum} человек").format(minimum=minimum),
    }
    return words.get(code if isinstance(code, str) else "", _("нет данных"))


def unit_name(unit: object) -> str:
    """The short name of a unit code; a text that is no code stays as it is."""
    names = {"person": _("чел."), "score": _("балл."), "item": _("ед."), "percent": "%"}
    return names.get(unit, unit) if isinstance(unit, str) else ""


def figure(row: Mapping[str, Any]) -> Decimal | None:
    """The rounded number a row of a query frame is drawn with, or None where it has none.

    Per cents come from the exact numerator and denominator unless the figure was published as such;
    ``percent_digits``, where the frame has it, is the precision in which a document gave it.
    """
    published = row.get("basis") == "published"
    numerator, denominator = row.get("numerator"), row.get("denominator")
    if isinstance(row.get("absence"), str) and row["absence"]:
        return None
    if not is_missing(row.get("percent")):
        digits = _digits(row)
        if not published and not is_missing(numerator) and not is_missing(denominator) and denominator:
            return share(numerator, denominator, digits)  # type: ignore[arg-type]
        return rounded(row["percent"], digits)
    if not is_missing(row.get("value")):
        return rounded(row["value"], 0 if float(row["value"]).is_integer() else 1)
    return None


def figure_text(row: Mapping[str, Any]) -> str:
    """What a row of a query frame says: «72,4 %», «35 чел.», or the reason of its absence."""
    number = figure(row)
    if number is None:
        return absence(row.get("absence"))
    if is_missing(row.get("percent")):
        return f"{shortest(number, 1)}{GLUE}{unit_name(row.get('unit'))}".strip()
    whole = row["percent"] in (0, 100)
    return plain(number, 0 if whole else _digits(row)) + GLUE + "%"


def _digits(row: Mapping[str, Any]) -> int:
    digits = row.get("percent_digits")
    return 1 if is_missing(digits) or digits is None else int(digits)
