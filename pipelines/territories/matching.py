"""Finds the territory that a row means: by key first, then by normalised name with aliases, never by a guess.

A register is either given (a load of organisations, or a mapping that declares them), and then an unknown name is
an error with the nearest candidates, or it is still empty, and then organisations with logins and the municipalities
that the file names found one (finding ``register_from_file``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from pipelines.readers.raw import clean, column_letters, key
from pipelines.readers.reading import Reading, coded
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding
from pipelines.territories.names import alias_key, name_key, region_row, regions, slug
from pipelines.territories.register import LEFT_OUT, Question, Register, area_of, missing

_REGISTER_COLUMNS = ("name", "level", "type", "settlement", "latitude", "longitude", "opened", "closed", "merged_into",
                     "history_continues", "oktmo", "login", "note", "sheet", "cell")  # fmt: skip
REFERENCE = ("territory", "login", "school", "district", "region", "oktmo", "level")


@dataclass
class _Matcher:
    """Resolves the references of one reading, remembering what was founded and what could not be found."""

    reading: Reading
    register: Register
    area: str | None
    region: str | None
    founded: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    references: list[Mapping[str, Any]] = field(default_factory=list)

    def code(self, reference: Mapping[str, Any], where: tuple[str | None, str]) -> str | None:
        """The territory's code, or ``None`` after a finding at ``where`` (sheet, cell)."""
        register = self.register
        direct = reference.get("territory")
        if direct:
            found = direct if direct in register.rows else register.by_login(direct)
            if found:
                return str(found)
            names = [code for level in ("region", "district", "school") for code in self._named(direct, level, where)]
            if len(names) == 1:
                return names[0]
            self._unknown(direct, None, where, names)
            return None
        level = reference.get("level") or "school"
        login, school, district = reference.get("login"), reference.get("school"), reference.get("district")
        if level == "school" and (login or school):
            return self._school(reference, where)
        if level == "district" and district:
            return self._district(district, reference, where)
        if reference.get("oktmo") and (found_codes := register.by_oktmo(reference["oktmo"], level)):
            return found_codes[0]
        if level == "region" and reference.get("region"):
            return self._region(reference, where, name=reference["region"])
        if self.area:
            return self.area
        if district:
            return self._district(district, reference, where)
        self._find("territory_missing", where)
        return None

    def _school(self, reference: Mapping[str, Any], where: tuple[str | None, str]) -> str | None:
        login, school, district = reference.get("login"), reference.get("school"), reference.get("district")
        known = self.register.by_login(login)
        if login and not known:
            known = next(iter(self._named(login, "school", where)), None)
        if known:
            self._compare_district(known, district, where)
            return known
        within = self.area
        if district and (self.register.given or self.register.by_name(district, "district", self.area)):
            within = self._district(district, reference, where)
            if within is None:
                return None
        if school and not login:
            found = self._named(school, "school", where, within)
            if len(found) == 1:
                return found[0]
            if self.register.given or len(found) > 1:
                self._unknown(school, "school", where, found, within)
                return None
            parent = within or (
                self._district(district, reference, where) if district else self._region(reference, where)
            )
            if parent is None:
                return None
            if not self.reading.register_from_names:
                self._find("names_without_register", where, seen=school)
                return None
            code = f"{parent}-{slug(name_key(school, 'school') or school)}"
            return self._found({"code": code, "name": school, "level": "school", "parent": parent, "type": "school"})
        if self.register.given:
            found = self.register.by_name(school, "school", within) if school else []
            if len(found) == 1 and not self.register.rows[found[0]].get("login"):
                return found[0]
            self._unknown(str(login), "school", where, [], within, school)
            return None
        parent = within if district else None
        if district and not parent:
            parent = self._district(district, reference, where)
        elif not district:
            parent = self.area or self._region(reference, where)
        if parent is None:
            return None
        return self._found(
            {
                "code": login,
                "name": school or login,
                "level": "school",
                "parent": parent,
                "login": login,
                "type": "school",
            }
        )

    def _compare_district(self, code: str, district: str | None, where: tuple[str | None, str]) -> None:
        parent = self.register.rows.get(self.register.rows[code].get("parent") or "", {})
        if not district or parent.get("level") != "district":
            return
        if name_key(district, "district") != name_key(str(parent["name"]), "district"):
            if self.register.by_name(district, "district") == [parent["code"]]:
                return
            self._find("district_differs", where, seen=self.register.rows[code]["name"], expected=parent["name"])

    def _district(self, name: str, reference: Mapping[str, Any], where: tuple[str | None, str]) -> str | None:
        keys = self.register.by_oktmo(reference.get("oktmo"), "district")
        if len(keys) == 1:
            return keys[0]
        within = self.area if self.area and self.register.rows[self.area]["level"] == "region" else None
        if reference.get("region"):
            named = self.register.by_name(reference["region"], "region")
            within = named[0] if len(named) == 1 else within
        found = self._named(name, "district", where, within)
        if len(found) == 1:
            return found[0]
        if self.register.given or len(found) > 1:
            self._unknown(name, "district", where, found, within)
            return None
        region = self._region(reference, where)
        if region is None:
            return None
        code = f"{region}-{slug(name_key(name, 'district') or name)}"
        return self._found({"code": code, "name": clean(name), "level": "district", "parent": region})

    def _region(
        self, reference: Mapping[str, Any], where: tuple[str | None, str], name: str | None = None
    ) -> str | None:
        """The region of a row: as named, as called for, as the login begins, or the only one there is."""
        name = name or reference.get("region")
        if name:
            found = self.register.by_name(name, "region")
            if len(found) == 1:
                return found[0]
            if self.register.given:
                self._unknown(name, "region", where, found)
                return None
            return self._found(region_row(name))
        if self.area:
            here: str | None = self.area
            while here and self.register.rows[here]["level"] != "region":
                here = self.register.rows[here].get("parent")
            return here
        if self.region:
            found = self.register.by_name(self.region, "region")
            return found[0] if len(found) == 1 else self._found(region_row(self.region))
        login = str(reference.get("login") or "")
        by_login = next((region for region in regions() if login[3:5] == region.login), None)
        if by_login:
            found = self.register.by_name(by_login.name, "region")
            return found[0] if found else self._found(region_row(by_login.name))
        only = self.register.of_level("region")
        if len(only) == 1:
            return only[0]
        self._find("no_register", where, seen=reference.get("district") or reference.get("school") or login)
        return None

    def _found(self, row: Mapping[str, Any]) -> str:
        code = str(row["code"])
        if code not in self.register.rows:
            self.register.add(row)
            self.founded.add(code)
        return code

    def _named(self, name: str, level: str, where: tuple[str | None, str], within: str | None = None) -> list[str]:
        """Territories of this name; what an earlier answer decides is said."""
        found = self.register.by_name(name, level, within)
        remembered = alias_key(name) in self.register.aliases or alias_key(name, within or "") in self.register.aliases
        if len(found) == 1 and remembered and self.register.answered(name, level, within) == found[0]:
            self._find("known_by_answer", where, seen=name, expected=self.register.rows[found[0]]["name"])
        return found

    def _unknown(
        self,
        name: str,
        level: str | None,
        where: tuple[str | None, str],
        found: Sequence[str],
        within: str | None = None,
        like: str | None = None,
    ) -> None:
        """A question about ``name``; ``like`` are the words beside a login."""
        register, where = self.register, self._at(where, level)
        if register.answered(name, level, within) == LEFT_OUT:
            self._find("left_out_by_answer", where, seen=name)
            return
        told = ", ".join(part for part in (name, like) if part)
        near = list(found[:5]) if len(found) > 1 else register.nearest(like or name, level, within)
        near = near or register.nearest(like or name, level)
        names = "; ".join(f"{register.rows[code]['name']} ({code})" for code in near)
        if len(found) > 1:
            self._find("ambiguous_territory", where, seen=told, expected=names)
        else:
            self._find("unknown_territory", where, seen=told, expected=f"; похоже на: {names}" if near else "")
        question = Question(self.findings[-1].rule, name, told, level, within or "", tuple(near), *where)
        self.questions.append(question)

    def _at(self, where: tuple[str | None, str], level: str | None) -> tuple[str | None, str]:
        """The cell of a row that names its territory of a level, where such a column is known."""
        sheet, cell = where
        column = self.reading.level_columns.get((sheet, level or ""))
        return where if column is None else (sheet, column_letters(column) + cell.lstrip(ascii_uppercase))

    def _find(self, rule: str, where: tuple[str | None, str], **words: Any) -> None:
        self.findings.append(finding(rule, self.reading.file, *where, **words))


def match(reading: Reading, register: Register, territory: str | None = None) -> set[str]:
    """Fill ``territory`` of the reading's rows with codes; returns the codes that were founded.

    ``territory`` is the area that stands for what the file does not say. What cannot be found becomes findings of
    the reading, one a name with its first cell and the number of rows.
    """
    for name, code in reading.aliases.items():
        register.answers[alias_key(name)] = code
    area: str | None = None
    region: str | None = None
    if territory:
        area, near = area_of(register, territory)
        if area is None and register.given:
            told = f"; похоже на: {'; '.join(near)}" if near else ""
            reading.findings.append(finding("unknown_territory", reading.file, seen=territory, expected=told))
            return set()
        region = territory if area is None else None
    matcher = _Matcher(reading, register, area, region)
    if region and not register.given and not reading.declares_register:
        matcher.area = matcher._found(region_row(region))
    declared = _declare(matcher) if reading.declares_register else set()
    for frame in (reading.observations, reading.positions, reading.references):
        if not frame.empty:
            _fill(frame, matcher)
    reading.findings += _merged(matcher.findings)
    register.questions += _once(matcher.questions)
    founded = matcher.founded - declared
    if founded and not reading.declares_register:
        names = [str(register.rows[code]["name"]) for code in register.of_level("region")]
        reading.findings.append(
            finding("register_from_file", reading.file, seen=", ".join(names[:3]), count=len(founded))
        )
    reading.findings += _names(reading, matcher.references)
    return matcher.founded


def _fill(frame: pd.DataFrame, matcher: _Matcher) -> None:
    combined, columns = _distinct(frame)
    inverse = combined
    first = np.empty(int(combined.max()) + 1, np.int64)
    first[combined[::-1]] = np.arange(len(combined))[::-1]
    codes = np.empty(len(first), object)
    sheets, rows, cells = frame["sheet"].to_numpy(), frame["row"].to_numpy(), frame["column"].to_numpy()
    told = {name: np.asarray(values[first], object).tolist() for name, values in columns.items()}
    for place, at in enumerate(first):
        reference = {name: _plain(values[place]) for name, values in told.items()}
        matcher.references.append(reference)
        sheet = _plain(sheets[at])
        column = matcher.reading.name_columns.get(sheet, int(cells[at]))
        where = (sheet, f"{column_letters(column)}{int(rows[at]) + 1}")
        before, asked = len(matcher.findings), len(matcher.questions)
        codes[place] = matcher.code(reference, where)
        if len(matcher.findings) > before:
            # One line of a file may give several observations; people count lines.
            here = inverse == place
            count = len(set(zip(sheets[here], rows[here], strict=True)))
            for trouble in matcher.findings[before:]:
                trouble.count = count
            matcher.questions[asked:] = [replace(one, count=count) for one in matcher.questions[asked:]]
    frame["territory"] = coded(codes)[inverse]


def _declare(matcher: _Matcher) -> set[str]:
    """Add the rows of a register: regions first, then municipalities, then organisations; returns their codes."""
    reading, register = matcher.reading, matcher.register
    before = set(register.rows)
    # A register is asked as one that is still empty: it may name municipalities that nobody described yet.
    given, register.given = register.given, False
    order = {"region": 0, "district": 1, "school": 2}
    codes: list[str | None] = []
    rows = [
        {str(name): _plain(value) for name, value in row.items()} for row in reading.organisations.to_dict("records")
    ]
    told: dict[int, str | None] = {}
    for at in sorted(range(len(rows)), key=lambda at: order.get(str(rows[at].get("level")), 3)):
        told[at] = _declared(rows[at], matcher)
    codes = [told[at] for at in range(len(rows))]
    register.given = given or any(row.get("level") == "school" for row in rows)
    reading.organisations["code"] = codes
    by_name = {key(str(row["name"])): code for row, code in zip(rows, codes, strict=True) if code}
    for row, code in zip(rows, codes, strict=True):
        into = row.get("merged_into")
        if into and code and into not in register.rows:
            found = register.by_login(into) or by_name.get(key(str(into)))
            register.rows[code] = register.rows[code] | {"merged_into": found or into}
    if len(reading.traits) and "organisation" in reading.traits:
        reading.traits["territory"] = [codes[int(at)] for at in reading.traits["organisation"]]
    return {code for code in register.rows if code not in before}


def _declared(row: dict[str, Any], matcher: _Matcher) -> str | None:
    register, level = matcher.register, str(row.get("level") or "school")
    where = (row.get("sheet"), str(row.get("cell") or ""))
    known = {name: value for name, value in row.items() if value is not None and name in _REGISTER_COLUMNS}
    known |= {"level": level, "name": clean(row["name"])}
    if level == "region":
        own = region_row(str(row["name"]))
        return matcher._found(own | known | {"code": row.get("code") or own["code"]})
    parent = row.get("parent")
    if parent and parent not in register.rows:
        found = [c for above in ("district", "region") for c in register.by_name(str(parent), above)]
        parent = found[0] if len(found) == 1 else None
    if not parent and level == "school" and row.get("district"):
        parent = matcher._district(str(row["district"]), row, where)
    if not parent:
        parent = matcher.area if level == "school" and matcher.area else matcher._region(row, where)
    if not parent:
        return None
    name = slug(name_key(str(row["name"]), level) or str(row["name"]))
    code = row.get("code") or (register.by_login(row.get("login")) or row.get("login"))
    if not code:
        same = [c for c in register.by_name(str(row["name"]), level, parent)]
        code = same[0] if len(same) == 1 else f"{parent}-{name}"
    if code not in register.rows:
        matcher.founded.add(str(code))
    return register.add(known | {"code": str(code), "parent": parent})


def _distinct(frame: pd.DataFrame) -> tuple[np.ndarray[Any, np.dtype[np.int64]], dict[str, Any]]:
    """A number a distinct reference, in the order of appearance, and the columns that make it."""
    combined = np.zeros(len(frame), np.int64)
    columns: dict[str, Any] = {}
    for name in REFERENCE:
        if name in frame:
            codes, values, columns[name] = _codes(frame[name])
            combined = combined * (len(values) + 1) + codes + 1
            combined = pd.factorize(combined)[0]
    return combined, columns


def _codes(column: pd.Series) -> tuple[Any, Any, Any]:
    """Places in the list of distinct values, that list, and the values by row."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64), column.cat.categories, column.array
    values = column.to_numpy(object)
    return *pd.factorize(values), values


def _plain(value: Any) -> Any:
    return None if missing(value) else value


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """The same trouble with the same name told once, with the number of rows."""
    found: dict[tuple[str, str | None], Finding] = {}
    for told in findings:
        name = None if told.rule in ("no_register", "names_without_register", "territory_missing") else told.seen
        known = found.setdefault((told.rule, name), told)
        if known is not told:
            known.count += told.count
    return list(found.values())


def _once(questions: Sequence[Question]) -> list[Question]:
    """Each question once, with the number of its rows."""
    found: dict[tuple[str, str, str | None], Question] = {}
    for one in questions:
        name = (key(one.name), one.within, one.level)
        known = found.get(name)
        found[name] = replace(known, count=known.count + one.count) if known else one
    return list(found.values())


def _names(reading: Reading, references: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """One login under several names, and one name under several logins, within the file (a question to the sender)."""
    by_login: dict[str, dict[str, str]] = defaultdict(dict)
    by_name: dict[tuple[str | None, str], dict[str, str]] = defaultdict(dict)
    for reference in references:
        login, school = reference.get("login"), reference.get("school")
        if login and school:
            by_login[login][name_key(school)] = school
            by_name[reference.get("district"), name_key(school)][login] = school
    found = []
    for login, names in by_login.items():
        if len(names) > 1:
            told = "; ".join(list(names.values())[:4])
            found.append(finding("one_school_many_names", reading.file, seen=told, expected=login, count=len(names)))
    for logins in by_name.values():
        if len(logins) > 1:
            name, told = next(iter(logins.values())), ", ".join(sorted(logins)[:5])
            found.append(finding("one_name_many_schools", reading.file, seen=name, expected=told, count=len(logins)))
    return found
