"""How many flags chance alone would raise on a screen of many comparisons (rule 16)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from pipelines.statistics.rounding import number_text, round_half_away
from pipelines.statistics.sentences import plural_form

FALSE_ALARMS = Fraction(5, 100)  # of 100 comparisons at 95 % with no difference at all
FLAGS = frozenset({"better", "worse", "higher", "lower"})
COMPARISONS = ("сравнение", "сравнения", "сравнений")
DEVIATIONS = ("отклонение", "отклонения", "отклонений")


class Chance(NamedTuple):
    """``comparisons`` made, flags ``expected`` by chance (exact), flags ``seen``."""

    comparisons: int
    expected: Fraction
    seen: int


def chance(words: Iterable[str | None]) -> Chance:
    """Count verdict words: comparisons are those that could be decided, without None and ``not_enough_data``."""
    decided = [word for word in words if word is not None and word != "not_enough_data"]
    return Chance(len(decided), len(decided) * FALSE_ALARMS, sum(word in FLAGS for word in decided))


def chance_sentence(found: Chance) -> str:
    """«240 сравнений: случайно ожидается 12 отклонений, видно 31»; an expectation below 10 keeps one decimal."""
    digits = 0 if found.expected >= 10 else 1
    expected = round_half_away(found.expected, digits)
    # A fraction governs the genitive singular: «2,5 отклонения».
    form = plural_form(int(expected)) if expected == int(expected) else 1
    return (
        f"{number_text(found.comparisons, 0)} {COMPARISONS[plural_form(found.comparisons)]}: случайно ожидается "
        f"{number_text(expected, digits, trim=True)} {DEVIATIONS[form]}, видно {number_text(found.seen, 0)}"
    )
