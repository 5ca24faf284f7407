"""Indicators that a mapping declares: they join the catalogue of every snapshot that is built with the load."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.catalogue import Catalogue
from pipelines.catalogue.loader import catalogue_from_texts
from pipelines.errors import CatalogueError, UnknownCode

DEFAULTS: Mapping[str, Any] = {
    "mechanism": "assessment", "counts": "pupil", "unit": "percent", "direction": "none",
    "levels": ["region", "district", "school"], "organisation_types": ["school"], "period": "calendar_year",
    "source": "загруженный файл", "minimum_n": 10, "assumption": True,
    "assumption_note": "Показатель описан в соответствии загруженного файла.",
}  # fmt: skip
_TEXTS = ("name", "definition", "numerator", "denominator", "counts", "unit", "direction", "period", "source", "family",
          "aggregation", "assumption_note", "note")  # fmt: skip


def extended(catalogue: Catalogue, declared: Iterable[Mapping[str, Any]]) -> Catalogue:
    """The catalogue with these indicators added; raises :class:`UnknownCode` for one that does not fit.

    An indicator that the catalogue already holds keeps the catalogue's definition.
    """
    texts = dict(catalogue.texts)
    added: set[str] = set()
    for entry in declared:
        code = str(entry.get("code", ""))
        if code in catalogue.indicators or code in added:
            continue
        if not re.fullmatch(r"[a-z][a-z0-9_]{2,60}", code):
            raise UnknownCode(f"Код показателя «{code}»: нужны латинские строчные буквы, цифры и «_».")
        mechanism = str(entry.get("mechanism", DEFAULTS["mechanism"]))
        file = next((name for name in texts if tomllib_code(name, texts[name]) == mechanism), None)
        if file is None:
            raise UnknownCode(
                f"Показатель «{code}»: механизма «{mechanism}» нет. Есть: {', '.join(catalogue.mechanisms)}."
            )
        texts[file] = f"{texts[file].rstrip()}\n\n{as_toml(entry)}"
        added.add(code)
    if not added:
        return catalogue
    try:
        return catalogue_from_texts(texts)
    except CatalogueError as error:
        raise UnknownCode(f"Показатели соответствия не подходят: {error}") from error


def tomllib_code(name: str, text: str) -> str | None:
    """The mechanism that a catalogue file describes."""
    if not name.startswith("mechanisms/"):
        return None
    found = re.search(r'^code\s*=\s*"([^"]+)"', text, re.MULTILINE)
    return found.group(1) if found else None


def as_toml(entry: Mapping[str, Any]) -> str:
    """One declared indicator as catalogue TOML, what it leaves unsaid filled in and marked as an assumption."""
    full = {**DEFAULTS, "definition": entry.get("name", ""), **entry}
    lines = ["[[indicator]]", f"code = {json.dumps(str(full['code']))}"]
    for name in _TEXTS:
        if full.get(name):
            lines.append(f"{name} = {json.dumps(str(full[name]), ensure_ascii=False)}")
    for name in ("levels", "organisation_types", "subjects", "grades", "aliases"):
        if full.get(name):
            lines.append(f"{name} = {json.dumps([str(item) for item in full[name]], ensure_ascii=False)}")
    lines.append(f"minimum_n = {int(full['minimum_n'])}")
    lines.append(f"assumption = {'true' if full['assumption'] else 'false'}")
    lines += ["", "[[indicator.version]]", 'version = "1"', "from = 1990"]
    return "\n".join(lines) + "\n"


def parse(text: str) -> list[dict[str, Any]]:
    """Declared indicators as a load keeps them."""
    return list(tomllib.loads(text).get("indicator", []))
