"""Year, subject and class as a file tells them: in columns, in the lines above a table, or in a sheet's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.columns import year_of
from pipelines.readers.raw import Cells, clean, key
from pipelines.readers.reading import recoded

SUBJECTS = (
    "Русский язык", "Математика", "Окружающий мир", "Литературное чтение", "Литература", "История", "Обществознание",
    "Биология", "География", "Физика", "Химия", "Информатика", "Английский язык", "Немецкий язык",
    "Французский язык", "Испанский язык", "Китайский язык", "Иностранный язык", "Родной язык",
)  # fmt: skip
SHORT = {"ру": "Русский язык", "рус": "Русский язык", "русск. яз.": "Русский язык", "русский": "Русский язык",
         "ма": "Математика", "мат": "Математика", "матем.": "Математика"}  # fmt: skip

_BY_KEY = {key(subject): subject for subject in SUBJECTS}
_GRADE = re.compile(r"(?<!\d)(\d{1,2})\s*-?\s*(?:й|го|ый|ых|х|е)?\s*(?:класс|кл\b)")
_SUBJECT = re.compile(
    "|".join(re.escape(subject) for subject in sorted(_BY_KEY, key=len, reverse=True)) + r"|русскому языку|математике"
)
_CASES = {"русскому языку": "Русский язык", "математике": "Математика"}


@dataclass(frozen=True)
class Told:
    """What stands around a table; ``None`` for what is not said."""

    year: int | None = None
    subject: str | None = None
    grade: str | None = None


def told_by(lines: Iterable[str]) -> Told:
    """What the lines of text say; an earlier line wins."""
    year = subject = grade = None
    for line in lines:
        text = key(line)
        year = year or year_of(text)
        if grade is None and (found := _GRADE.search(text)):
            grade = found.group(1)
        if subject is None and (found := _SUBJECT.search(text)):
            subject = _CASES.get(found.group()) or _BY_KEY[found.group()]
    return Told(year, subject, grade)


def subject_name(text: str | None) -> str | None:
    """A subject under its usual name; an unknown one stays as it stands, with a capital."""
    if not text:
        return None
    plain = key(text)
    return _BY_KEY.get(plain) or SHORT.get(plain) or text[:1].upper() + text[1:]


def grade_name(text: str | None) -> str | None:
    """A class as a bare number where it is one: «5 класс», «5-е классы» and 5 are «5»."""
    if not text:
        return None
    plain = key(text)
    found = re.fullmatch(r"(\d{1,2})\s*-?\s*(?:й|го|ый|ых|х|е|е)?\s*(?:класс\w*|кл\.?)?", plain)
    return found.group(1) if found else clean(text)


def mapped(values: npt.NDArray[np.object_], function: Any) -> npt.NDArray[np.object_]:
    """``function`` of every value, computed once for each distinct one."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    result = np.empty(len(distinct), object)
    result[:] = [function(None if value != value else value) for value in distinct]
    return result[codes]


def recoded_by(values: pd.Categorical, function: Any) -> pd.Categorical:
    """The same of coded values."""
    return recoded(values.codes, [*map(function, values.categories), function(None)])


def flagged(values: pd.Categorical, predicate: Any) -> npt.NDArray[np.bool_]:
    """For every coded value whether ``predicate`` holds."""
    found: npt.NDArray[np.bool_] = np.array([*map(predicate, values.categories), predicate(None)], bool)[values.codes]
    return found


def years(cells: Cells) -> npt.NDArray[np.object_]:
    """The year of every cell, ``None`` where it names none."""
    return mapped(cells, year_of)
