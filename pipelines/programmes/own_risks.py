"""Risk profiles of schools from the forms that were loaded: what a profile found, and what the school chose.

An edition of the list of factors has its own words, up to twelve of them. A factor is the same one in two editions
where the catalogue knows both wordings as aliases of one indicator, or where the form says so; else it stands by its
own words: nothing is guessed from likeness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.programmes.own import latest, lines, origins
from pipelines.programmes.sheets import Line, Origin
from pipelines.programmes.support_demo import FACTORS, Risk
from pipelines.readers.form_kinds import LEVELS, YES_NO
from pipelines.readers.programme_forms import PLACED
from pipelines.readers.raw import key
from pipelines.snapshot import Snapshot

FORM = "risks"


@dataclass(frozen=True)
class OwnFactor:
    """A factor of risk: ``code`` is that of the catalogue's indicator where one is known by any of its words.

    ``editions`` are (edition, its words there) in the order of the years; ``aliases`` are further words of the form.
    """

    code: str
    name: str
    editions: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """The profile of a school in a year, with where it stands in the files."""

    year: int
    school: str
    edition: str
    risks: tuple[Risk, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Profiles:
    """All loaded profiles, and their factors by code in the order in which they first appear."""

    profiles: tuple[Profile, ...]
    factors: Mapping[str, OwnFactor]

    def of(self, year: int) -> dict[str, Profile]:
        """The profiles of a year by school."""
        return {one.school: one for one in self.profiles if one.year == year}

    @property
    def years(self) -> tuple[int, ...]:
        """The years with a profile, rising."""
        return tuple(sorted({one.year for one in self.profiles}))

    def names(self, year: int) -> dict[str, str]:
        """The words of each factor in the edition of this year; in the last known one for a factor that it lacks."""
        editions = {one.edition for one in self.profiles if one.year == year}
        return {
            code: next((words for edition, words in factor.editions if edition in editions), factor.name)
            for code, factor in self.factors.items()
        }


def profiles(snapshot: Snapshot) -> Profiles:
    """The profiles of the loaded forms; a later form stands for an earlier one school by school."""
    found = latest(lines(snapshot, FORM), lambda line: (line["Год"], line[PLACED]))
    every = sorted((line for own in found.values() for line in own), key=lambda line: line["Год"])
    code_of = _codes(every, snapshot.catalogue)
    made = [_profile(int(year), school, own, code_of) for (year, school), own in found.items()]
    return Profiles(tuple(sorted(made, key=lambda one: (one.year, one.school))), _factors(every, code_of))


def _edition(line: Line) -> str:
    return line["Редакция перечня"] or line["Год"]


def _other_words(line: Line) -> list[str]:
    return [words.strip() for words in line["Другие названия"].split(";") if words.strip()]


def _codes(every: Iterable[Line], catalogue: Catalogue) -> dict[str, str]:
    """Words (as keys) → code of the factor: wordings that somebody called one are one, the catalogue's come first."""
    known = {
        key(words): code
        for code in FACTORS
        for words in (catalogue.indicators[code].name.partition(": ")[2], *catalogue.indicators[code].aliases)
    }
    groups: list[dict[str, str]] = []  # each the words of one factor, as keys and as they stand
    for line in every:
        words = {key(one): one for one in (line["Фактор риска"], *_other_words(line))}
        same = [group for group in groups if group.keys() & words.keys()]
        groups = [group for group in groups if not any(group is one for one in same)]
        joined: dict[str, str] = {}
        for group in (*same, words):
            joined = {**group, **joined}
        groups.append(joined)
    codes: dict[str, str] = {}
    for group in groups:
        code = next((known[one] for one in group if one in known), min(group))
        codes |= dict.fromkeys(group, code)
    return codes


def _factors(every: Iterable[Line], code_of: Mapping[str, str]) -> dict[str, OwnFactor]:
    editions: dict[str, dict[str, str]] = {}
    others: dict[str, dict[str, None]] = {}
    for line in every:
        code = code_of[key(line["Фактор риска"])]
        editions.setdefault(code, {})[_edition(line)] = line["Фактор риска"]
        others.setdefault(code, {}).update(dict.fromkeys(_other_words(line)))
    return {
        code: OwnFactor(
            code, list(own.values())[-1], tuple(own.items()),
            tuple(words for words in others[code] if words not in own.values()),
        )
        for code, own in editions.items()
    }  # fmt: skip


def _profile(year: int, school: str, own: list[Line], code_of: Mapping[str, str]) -> Profile:
    return Profile(year, school, _edition(own[0]), tuple(_risk(line, code_of) for line in own), origins(own))


def _risk(line: Line, code_of: Mapping[str, str]) -> Risk:
    level = next((one for one in LEVELS if one == line["Уровень"]), None)
    chosen, programme = (YES_NO.get(line[header]) for header in ("Выбран школой", "Программа есть"))
    return Risk(code_of[key(line["Фактор риска"])], level, chosen, bool(programme))  # type: ignore[arg-type]


def prevalence(snapshot: Snapshot, years: Iterable[int], schools: Iterable[str]) -> pd.DataFrame:
    """How many of these schools chose each factor, and what the profiles found: a row a factor and year.

    Columns: ``code``, ``label`` (its words of the last year), ``lane`` (the year as text), ``numerator`` (chose it),
    ``denominator`` (schools with a profile), ``высокий``, ``средний``, ``низкий`` (found so). Missing where the list
    of that year does not hold the factor; the most chosen of the last year come first.
    """
    found, wanted, at = profiles(snapshot), sorted(years), set(schools)
    names = found.names(wanted[-1]) if wanted else {}
    rows = []
    for year in wanted:
        own = [one for code, one in found.of(year).items() if code in at]
        listed = {risk.code for one in found.of(year).values() for risk in one.risks}
        for code in names:
            risks = [risk for one in own for risk in one.risks if risk.code == code]
            there = code in listed
            rows.append(
                {"code": code, "label": names[code], "lane": str(year),
                 "numerator": float(sum(risk.chosen is True for risk in risks)) if there else float("nan"),
                 "denominator": float(len(own)) if there else float("nan"),
                 **{level: float(sum(risk.level == level for risk in risks)) if there else float("nan")
                    for level in LEVELS}}
            )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["code", "label", "lane", "numerator", "denominator", *LEVELS])
    last = frame[frame["lane"] == str(wanted[-1])].set_index("code")["numerator"] if wanted else pd.Series(dtype=float)
    order = list(last.fillna(-1).sort_values(ascending=False, kind="stable").index)
    place = {code: number for number, code in enumerate(order)}
    return frame.sort_values("code", key=lambda codes: codes.map(place), kind="stable").reset_index(drop=True)
