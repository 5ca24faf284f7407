"""Numbers as people write them in Russian spreadsheets."""

from __future__ import annotations

import re

SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)$")


def parse_number(value: object) -> float | None:
    """The number in a cell, or ``None`` for an empty cell; raises ``ValueError`` for anything else.

    Decimal commas, thin and non-breaking spaces in thousands, a minus sign and a trailing «%» are understood.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = SPACES.sub("", str(value)).replace("\u2212", "-").removesuffix("%")
    if not text:
        return None
    if not NUMBER.match(text):
        raise ValueError(str(value))
    return float(text.replace(",", "."))


def decimals(value: object, number_format: str | None) -> int | None:
    """Digits after the comma with which a figure was published: from its text, else from its number format."""
    if isinstance(value, str):
        _, _, tail = SPACES.sub("", value).removesuffix("%").replace(",", ".").partition(".")
        return len(tail)
    if number_format and number_format != "General":
        tail = number_format.split(";")[0].partition(".")[2]
        return len(re.match(r"[0#?]*", tail).group())  # type: ignore[union-attr]
    return None
