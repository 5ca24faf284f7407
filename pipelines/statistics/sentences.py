"""A verdict in one Russian sentence, with people in it (rule 4). Words come in as data, numbers from the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pipelines.statistics.rounding import as_fraction, number_text, round_half_away
from pipelines.statistics.verdicts import Verdicts, provable_difference

JUDGEMENTS = {"better": "лучше, ", "worse": "хуже, ", "higher": "", "lower": "", "not_distinguishable": ""}
REASON_TEXTS = {
    "missing": "данных нет",
    "dependent_units": "единицы счёта не независимы, вывод не делается",
    "no_benchmark": "сравнивать не с чем",
}


@dataclass(frozen=True)
class Counted:
    """What is counted. ``forms`` are for 1, 2 and 5 («ученик», «ученика», «учеников», as in the catalogue).

    ``locative`` are the forms after «при» («ученике», «учениках»); without them the sentence goes round the case.
    """

    forms: tuple[str, str, str]
    locative: tuple[str, str] | None = None

    def with_number(self, count: int) -> str:
        """«1 ученик», «2 ученика», «25 учеников»."""
        return f"{number_text(count, 0)} {self.forms[plural_form(count)]}"

    def genitive(self, count: int) -> str:
        """As after «меньше»: «21 ученика», «10 учеников»."""
        return f"{number_text(count, 0)} {self.forms[1 if plural_form(count) == 0 else 2]}"

    def at_number(self, count: int) -> str:
        """«при 25 учениках», «при 21 ученике»; «при числе учеников 25» where the forms are not given."""
        if self.locative is None:
            return f"при числе {self.forms[2]} {number_text(count, 0)}"
        return f"при {number_text(count, 0)} {self.locative[0 if plural_form(count) == 0 else 1]}"


def plural_form(count: int) -> int:
    """Which of the three Russian forms a number takes: 0 as 1 and 21, 1 as 2–4, 2 as 0, 5–20, 11–14."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


def sentences(verdicts: Verdicts, counted: Counted | Sequence[Counted], benchmark_name: str) -> list[str]:
    """One sentence a unit, in plain spaces (``rounding.no_break`` binds them for a page).

    «72 % (18 из 25), район 80 %: ниже на 8 п.п. = 2 ученика; при 25 учениках разница меньше 16 п.п. ничего не
    доказывает». A proven difference begins with «хуже,» or «лучше,» and ends with the difference that suffices.
    With too little data, or without a verdict, no figure is named, so the sentence gives away no small number.
    """
    nouns = [counted] * len(verdicts.word) if isinstance(counted, Counted) else counted
    provable = provable_difference(verdicts.x, np.where(verdicts.n > 0, verdicts.n, np.nan), verdicts.benchmark)
    tops, bottoms = verdicts.benchmark.fractions(verdicts.x.shape)
    return [
        _sentence(verdicts, i, noun, f"{benchmark_name} ", Fraction(tops[i], bottoms[i]), float(provable[i]))
        for i, noun in enumerate(nouns)
    ]


def _sentence(verdicts: Verdicts, i: int, noun: Counted, name: str, p0: Fraction, provable: float) -> str:
    word = verdicts.word[i]
    if word is None:
        return REASON_TEXTS[verdicts.reason[i]]
    if word == "not_enough_data":
        return f"данных мало: меньше {noun.genitive(max(1, int(verdicts.minimum_n[i])))}, вывод не делается"
    x, n = as_fraction(float(verdicts.x[i])), as_fraction(float(verdicts.n[i]))
    difference = 100 * (x / n - p0)
    limit = None if np.isnan(provable) else 100 * as_fraction(provable)
    proven = word != "not_distinguishable"
    size, limit_text = _told_apart(abs(difference), limit, proven)
    start = f"{_short(100 * x / n)} % ({_short(x)} из {_short(n)}), {name}{_short(100 * p0)} %: "
    side = f"{'ниже' if difference < 0 else 'выше'} на {size} п.п." if difference else "разницы нет"
    gap = verdicts.people_gap[i]
    people = f" = {noun.with_number(int(gap))}" if gap > 0 else ""
    at = noun.at_number(int(n))
    if proven:
        end = f"{at} для вывода достаточно {limit_text} п.п."
    elif limit is None:
        end = f"{at} такая разница ничего не доказывает"
    else:
        end = f"{at} разница меньше {limit_text} п.п. ничего не доказывает"
    return f"{start}{JUDGEMENTS[word]}{side}{people}; {end}"


def _told_apart(size: Fraction, limit: Fraction | None, proven: bool) -> tuple[str, str]:
    """Both differences in as few decimals (1 to 4) as keep them apart: an unproven one must read as the smaller."""
    for digits in range(1, 5):
        apart = limit is None or proven or round_half_away(size, digits) < round_half_away(limit, digits)
        visible = size == 0 or round_half_away(size, digits) > 0
        if apart and visible:
            break
    return number_text(size, digits, trim=True), "" if limit is None else number_text(limit, digits, trim=True)


def _short(value: Fraction) -> str:
    return number_text(value, 1, trim=True)
