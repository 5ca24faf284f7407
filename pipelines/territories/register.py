"""The register of territories that one's own files are matched against, and what people answered about names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from pipelines.readers.raw import clean, key
from pipelines.territories.names import alias_key, name_key, slug

LEAST_LIKENESS = 60
MOST_CANDIDATES = 3
MOST_SEARCHED = 100
"""Names whose nearest ones are looked for in a call: a file with more unknown ones is a wrong file."""

LEFT_OUT = ""
"""What a person answers about a name whose rows are not to be loaded."""


@dataclass(frozen=True)
class Question:
    """A name that stands for none or for several territories, for a person to answer.

    ``name`` is what an answer is remembered for (a login where the row has one), ``told`` the words of the file;
    ``candidates`` are codes, likeliest first; ``level`` is ``None`` where the file does not tell it.
    """

    rule: str
    name: str
    told: str
    level: str | None
    within: str
    candidates: tuple[str, ...]
    sheet: str | None = None
    cell: str | None = None
    count: int = 1


@dataclass(frozen=True)
class Answer:
    """What a person said about a name: a ``code``, :data:`LEFT_OUT`, or with ``parent`` a new territory inside it.

    A new one is called ``title``; its code is the ``login``, or made of the parent's and the title.
    """

    name: str
    within: str = ""
    level: str = "school"
    code: str = LEFT_OUT
    parent: str = ""
    title: str = ""
    login: str = ""
    type: str = "school"

    @property
    def new_code(self) -> str:
        """The code of the new territory."""
        return self.login.lower() or f"{self.parent}-{slug(name_key(self.title, self.level) or self.title)}"

    @property
    def alias(self) -> tuple[str, str]:
        """Key and code, as remembered."""
        return alias_key(self.name, self.within), self.new_code if self.parent else self.code


@dataclass
class Register:
    """The territories of one's own: rows as in the staging table ``territory``; ``given`` unless made from files.

    ``aliases`` are answers remembered from earlier loads, ``answers`` those of the present call; ``questions`` are
    what the files of the call leave to be answered, ``touched`` the codes that they added or described.
    """

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    given: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._logins: dict[str, str] = {}
        self._oktmo: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._names: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._unnamed: list[Mapping[str, Any]] = []
        self._choices: dict[tuple[str | None, str | None], dict[str, str]] = {}
        self._nearest: dict[tuple[str, str | None, str | None], list[str]] = {}
        for row in list(self.rows.values()):
            self._index(row)

    def add(self, row: Mapping[str, Any]) -> str:
        """Add a territory, or take its newer description; returns its code."""
        known = {name: value for name, value in row.items() if not missing(value)}
        code = str(known["code"])
        self.rows[code] = self.rows.get(code, {}) | known
        self.touched.add(code)
        self._choices.clear()
        self._index(self.rows[code])
        return code

    def _index(self, row: Mapping[str, Any]) -> None:
        code, level = str(row["code"]), str(row["level"])
        if row.get("login"):
            self._logins[str(row["login"]).lower()] = code
        if row.get("oktmo") and code not in self._oktmo[level, str(row["oktmo"])]:
            self._oktmo[level, str(row["oktmo"])].append(code)
        self._unnamed.append(row)

    def _named(self, name: str, level: str) -> list[str]:
        """Codes by name; names are put in order when first asked for: a file with logins never asks."""
        for row in self._unnamed:
            code, own = str(row["code"]), str(row["level"])
            for told in {str(row["name"]), *row.get("names", ())}:
                found = self._names[own, name_key(told, own)]
                if code not in found:
                    found.append(code)
        self._unnamed.clear()
        return self._names.get((level, name_key(name, level)), [])

    def by_login(self, login: str | None) -> str | None:
        """The organisation with this login."""
        return self._logins.get(login.lower()) if login else None

    def by_oktmo(self, oktmo: str | None, level: str) -> list[str]:
        """Territories of a level with this ОКТМО."""
        return list(self._oktmo.get((level, oktmo), ())) if oktmo else []

    def by_name(self, name: str, level: str, within: str | None = None) -> list[str]:
        """Territories of a level with this name, inside ``within`` if given."""
        answered = self.answered(name, level, within)
        if answered:
            return [answered]
        found = self._named(name, level)
        if within and (len(found) > 1 or level == "school"):
            found = [code for code in found if self.is_within(code, within)]
        if len(found) > 1:
            exact = [code for code in found if key(str(self.rows[code]["name"])) == key(name)]
            found = exact if len(exact) == 1 else found
        return list(found)

    def answer(self, answer: Answer) -> None:
        """Take an answer of the present call; a new territory joins the register."""
        alias, code = answer.alias
        self.answers[alias] = code
        if answer.parent in self.rows:
            row = {"code": code, "name": clean(answer.title), "level": answer.level, "parent": answer.parent}
            school = {"type": answer.type, "login": answer.login.lower()} if answer.level == "school" else {}
            self.add(row | school)

    def answered(self, name: str, level: str | None, within: str | None = None) -> str | None:
        """What people said that a name means: a code, :data:`LEFT_OUT`, or ``None``.

        An answer given for one place holds there alone; one without a place holds wherever its territory lies within.
        """
        for remembered in (self.answers, self.aliases):
            scopes = [*self._above(within), ""] if remembered else ()
            for scope in scopes:
                for words in (name, name_key(name, level or "school")):
                    code = remembered.get(alias_key(words, scope))
                    if code is None:
                        continue
                    code = self.by_login(code) or code
                    if code == LEFT_OUT:
                        return code
                    anywhere = remembered is self.answers or not within or scope == within
                    fits = code in self.rows and level in (None, self.rows[code]["level"])
                    if fits and (anywhere or self.is_within(code, within or "")):
                        return code
        return None

    def _above(self, code: str | None) -> list[str]:
        """A territory and all above it."""
        found: list[str] = []
        while code and code in self.rows and code not in found:
            found.append(code)
            code = self.rows[code].get("parent")
        return found

    def is_within(self, code: str, area: str) -> bool:
        """Whether a territory is ``area`` or lies in it."""
        here: str | None = code
        for _ in range(4):
            if here == area:
                return True
            if here is None or here not in self.rows:
                return False
            here = self.rows[here].get("parent")
        return False

    def of_level(self, level: str) -> list[str]:
        """Codes of a level."""
        return [code for code, row in self.rows.items() if row["level"] == level]

    def candidates(self, name: str, level: str | None, within: str | None = None) -> list[str]:
        """The names most like ``name``, best first, each with its code."""
        return [f"{self.rows[code]['name']} ({code})" for code in self.nearest(name, level, within)]

    def nearest(self, name: str, level: str | None, within: str | None = None) -> list[str]:
        """The codes of the names most like ``name``, best first; none after :data:`MOST_SEARCHED` names."""
        asked = (name_key(name, level or "school"), level, within)
        if asked not in self._nearest and len(self._nearest) < MOST_SEARCHED:
            if (level, within) not in self._choices:
                self._choices[level, within] = {
                    code: name_key(str(row["name"]), level or str(row["level"]))
                    for code, row in self.rows.items()
                    if (level is None or row["level"] == level) and (within is None or self.is_within(code, within))
                }
            found = process.extract(
                asked[0], self._choices[level, within], scorer=fuzz.WRatio, limit=MOST_CANDIDATES,
                score_cutoff=LEAST_LIKENESS,
            )  # fmt: skip
            self._nearest[asked] = [code for _, _, code in found]
        return self._nearest.get(asked, [])

    def with_parents(self, codes: Iterable[str]) -> list[dict[str, Any]]:
        """The rows of these territories and of all above them, widest first."""
        wanted: set[str] = set()
        for code in codes:
            here: str | None = code
            while here and here in self.rows and here not in wanted:
                wanted.add(here)
                here = self.rows[here].get("parent")
        order = {"region": 0, "district": 1, "school": 2}
        return sorted(
            (self.rows[code] for code in wanted), key=lambda row: (order[str(row["level"])], str(row["code"]))
        )


def missing(value: object) -> bool:
    """Whether a cell of a frame holds nothing."""
    return value is None or value is pd.NA or bool(value == "" or value != value)


def area_of(register: Register, territory: str) -> tuple[str | None, list[str]]:
    """The territory of the register that ``--territory`` means, or ``None`` with the candidates."""
    if territory in register.rows:
        return territory, []
    by_login = register.by_login(territory)
    if by_login:
        return by_login, []
    found = [code for level in ("region", "district", "school") for code in register.by_name(territory, level)]
    if len(found) == 1:
        return found[0], []
    return None, [f"{register.rows[code]['name']} ({code})" for code in found] or register.candidates(territory, None)
