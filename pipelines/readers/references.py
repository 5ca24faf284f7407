"""Which territory a row means, in the words of the file: login, names, and the level where the file tells it."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.readers.blocks import Block
from pipelines.readers.raw import clean, key
from pipelines.readers.reading import coded
from pipelines.readers.told import flagged, mapped, recoded_by

LOGIN = re.compile(r"\b(?:edu|sch)\d{6}\b", re.IGNORECASE)
_TOTAL = re.compile(r"^(всего|итого|итог|общий итог|в целом|среднее)\b")
_SCHOOL = re.compile(
    r"\b(м[абк]?оу|г[абк]?оу|ч?оу|мб?доу|сош|оош|нош|школ\w*|гимнази\w*|лице\w*|кадетск\w*|интернат\w*)\b"
)
_DISTRICT = re.compile(
    r"^(г\.|город |пос[её]лок |зато )|\b(район\w*|округ\w*|улус\w*|муниципальн\w*|зато|г\.о\.|м\.р\.|мо|го|мр)\b"
)
_REGION = re.compile(r"\b(республика|край|область|автономный округ|автономная область|обл\.)(?=\s|$|\()")
_LEVELS = pd.Index(["school", "district", "region"], dtype=object)
COUNTRY = ("вся выборка", "российская федерация", "россия", "рф")


def login_in(text: str | None) -> str | None:
    """The login that a text holds, in small letters."""
    found = LOGIN.search(text) if text else None
    return found.group().lower() if found else None


def without_login(text: str | None) -> str | None:
    """A name without the login in brackets behind it."""
    if not text:
        return None
    return clean(re.sub(r"\(?\b(?:edu|sch)\d{6}\b\)?", "", text, flags=re.IGNORECASE)).strip(" ,;-—|") or None


def is_total(text: str | None) -> bool:
    """Whether a name is the label of a total row."""
    return bool(text) and bool(_TOTAL.match(key(text)))


def level_of(text: str) -> str | None:
    """What the wording of a name says about its level; ``None`` where it says nothing."""
    plain = key(text)
    if plain in COUNTRY:
        return "country"
    if login_in(text) or _SCHOOL.search(plain):
        return "school"
    if _REGION.search(plain) and not re.search(r"\bрайон", plain):
        return "region"
    return "district" if _DISTRICT.search(plain) else None


def references(block: Block) -> pd.DataFrame:
    """One row a data row of a block: ``login, school, district, region, oktmo, level, total``.

    Merged cells and cells left empty under a name take the name above them; ``total`` marks rows of totals.
    """
    columns = {role: _down(block, role) for role in ("region", "district", "school")}
    school = columns["school"]
    login = recoded_by(block.coded("login"), lambda text: login_in(text) or (text.lower() if text else None))
    if any(LOGIN.search(name) for name in school.categories):
        found = recoded_by(school, login_in)
        login = coded(np.where(login.codes < 0, found, login))
        school = recoded_by(school, without_login)
    total = np.zeros(len(block.rows), bool)
    for values in (*columns.values(), block.coded("group")):
        total |= flagged(values, is_total)
    has_school, has_district = (school.codes >= 0) | (login.codes >= 0), columns["district"].codes >= 0
    level = pd.Categorical.from_codes(np.where(has_school, 0, np.where(has_district, 1, 2)), _LEVELS)
    return pd.DataFrame(
        {
            "login": login, "school": school, "district": columns["district"], "region": columns["region"],
            "oktmo": block.coded("oktmo"), "level": level, "total": total,
        }
    )  # fmt: skip


def _down(block: Block, role: str) -> pd.Categorical:
    values = block.coded(role)
    column = block.column(role)
    if column is None:
        return values
    above = _merged(block, column) if role == "school" else _above(values.codes >= 0)
    return pd.Categorical.from_codes(values.codes[above], values.categories)


def _above(filled: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For every row the nearest filled one at or above it (the first row where there is none)."""
    return np.maximum.accumulate(np.where(filled, np.arange(len(filled)), 0))


def _merged(block: Block, column: int) -> npt.NDArray[np.int64]:
    """For every row the one whose cell is merged over it, else the row itself."""
    above = np.arange(len(block.rows))
    for (top, left), (bottom, right) in block.table.merges:
        if left <= column <= right and bottom > top and top in block.rows:
            inside = (block.rows > top) & (block.rows <= bottom)
            above[inside] = np.searchsorted(block.rows, top)
    return above


def nested(block: Block) -> pd.DataFrame:
    """The same for «Группы участников», where rows nest: whole sample → region → municipality → organisation.

    The level follows from the wording and, where that says nothing, from the order and the number of organisations.
    """
    groups = block.texts("group")
    count = len(groups)
    schools = block.texts("schools")
    frame = {name: np.full(count, None, object) for name in ("login", "school", "district", "region", "level")}
    region: str | None = None
    district: str | None = None
    after_country = False
    for at, group in enumerate(groups):
        if group is None:
            frame["level"][at] = "none"
            continue
        level = level_of(group)
        if level is None:
            level = "region" if after_country else "school" if district and schools[at] == "1" else "district"
        if level == "region" and region is not None and key(region) != key(group) and not _REGION.search(key(group)):
            level = "district"
        after_country = level == "country"
        name = without_login(group)
        if level == "region":
            region, district = name, None
        elif level == "district":
            district = name
        elif level == "school":
            frame["login"][at] = login_in(group)
            frame["school"][at] = name
        frame["level"][at] = level
        if level != "country":
            frame["region"][at] = region
            frame["district"][at] = district
    frame["total"] = mapped(groups, is_total).astype(bool)
    frame["oktmo"] = np.full(count, None, object)
    return pd.DataFrame(frame, dtype=object)
