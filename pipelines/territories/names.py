"""Names of territories for comparison and in codes: what a reader of them would take for the same is the same."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipelines.readers.raw import clean, key

_FORMS = (
    (r"муниципальн\w+ (автономн\w+|бюджетн\w+|казенн\w+) общеобразовательн\w+ учрежден\w+", r"м\1оу"),
    (r"муниципальн\w+ общеобразовательн\w+ учрежден\w+", "моу"),
    (r"средн\w+ общеобразовательн\w+ школ\w+", "сош"), (r"основн\w+ общеобразовательн\w+ школ\w+", "оош"),
    (r"начальн\w+ общеобразовательн\w+ школ\w+", "нош"), (r"(?<=\d)\s*имени\b|\bимени\b", "им."),
)  # fmt: skip
_DISTRICT_WORDS = re.compile(
    r"(?:\b(?:г|гор|г\.о|м\.р|м\.о)\.|\b(?:город|городской округ|муниципальный район|муниципальный округ|"
    r"муниципальное образование|муниципальный|национальный|район|округ|улус|го|мр|мо|р-н)\b)"
)
_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        (
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Region:
    """A region of the country: ``login`` is how its schools' logins begin, ``code`` its ISO code."""

    login: str
    code: str
    name: str


@cache
def regions() -> tuple[Region, ...]:
    """The regions that are known by name and by login code."""
    text = (Path(__file__).parents[1] / "readers" / "regions.toml").read_text(encoding="utf-8")
    return tuple(Region(*entry) for entry in tomllib.loads(text)["region"])


def name_key(name: str, level: str = "school") -> str:
    """A name for comparison: case, «ё», quotes, kinds of dashes, «г.»/«город» and usual short forms do not count."""
    return _name_key(name, level)


@lru_cache(maxsize=200_000)
def _name_key(name: str, level: str) -> str:
    text = key(name)
    if "-" in text:
        text = re.sub(r"\s*-\s*", "-", text)
    if level == "school":
        if "общеобразоват" in text or "имени" in text:
            for pattern, short in _FORMS:
                text = re.sub(pattern, short, text)
        text = re.sub(r"м(автономн|бюджетн|казенн)\w+оу", lambda found: f"м{found.group(1)[0]}оу", text)
        text = re.sub(r"(?:№|\bn\b|\bno\b)\.?\s*", "№", text)
        if "г." in text or "гор." in text:
            text = re.sub(r"\b(?:г|гор)\.\s*", "г.", text)
    elif level == "district":
        text = _DISTRICT_WORDS.sub(" ", text)
    return re.sub(r"[\s,.;()]+", " ", text).strip()


def slug(name: str) -> str:
    """A name in Latin letters for a code: «Усть-Майский улус» → ``ust-mayskiy-ulus``."""
    letters = "".join(_LETTERS.get(sign, sign) for sign in key(name))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60] or "bez-nazvaniya"


def alias_key(name: str, within: str = "") -> str:
    """The form under which an answer about a name is remembered; ``within`` is where it holds (a code, or all)."""
    return f"{within}\t{key(name)}" if within else key(name)


def region_row(name: str) -> dict[str, Any]:
    """A region's own row; a region of the country bears its ISO code."""
    wanted = name_key(name, "region")
    known = next(
        (region for region in regions() if wanted in (name_key(region.name, "region"), region.code.casefold())), None
    )
    return {
        "code": known.code if known else f"own-{slug(name)}", "name": known.name if known else clean(name),
        "level": "region"
    }  # fmt: skip
