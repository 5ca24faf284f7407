"""Targets that were loaded: they stand in the catalogue of every snapshot that is built with the load.

A target belongs to an indicator, with its own source and date (domain: targets are kept apart from values). Of
several loads the later wins, indicator by indicator; a load that is withdrawn gives the earlier target back.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.catalogue import Catalogue
from pipelines.catalogue.loader import catalogue_from_texts

_BLOCKS = re.compile(r"(?m)^(?=\[\[indicator\]\]\s*$)")
_TARGET = re.compile(r"(?ms)^\[indicator\.target\]\s*$.*?(?=^\[|\Z)")


def with_targets(catalogue: Catalogue, targets: Iterable[Mapping[str, Any]]) -> Catalogue:
    """The catalogue with these targets (``indicator, value, source, date``) in the place of its own.

    A target of an indicator that the catalogue does not hold is left out: its indicator was withdrawn.
    """
    chosen = {str(target["indicator"]): target for target in targets}
    if not chosen:
        return catalogue
    texts = {name: _written(text, chosen) if name.startswith("mechanisms/") else text
             for name, text in catalogue.texts.items()}  # fmt: skip
    return catalogue_from_texts(texts)


def _written(text: str, targets: Mapping[str, Mapping[str, Any]]) -> str:
    blocks = _BLOCKS.split(text)
    for place, block in enumerate(blocks):
        found = re.search(r'(?m)^code\s*=\s*"([^"]+)"', block) if block.startswith("[[indicator]]") else None
        target = targets.get(found.group(1)) if found else None
        if target:
            lines = [f"{name} = {_toml(target[name])}" for name in ("value", "source", "date")]
            rest = _TARGET.sub("", block).rstrip()
            blocks[place] = "\n".join([rest, "", "[indicator.target]", *lines, "", ""])
    return "".join(blocks)


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def as_toml(targets: Iterable[Mapping[str, Any]]) -> str:
    """Targets as a load keeps them."""
    names = ("indicator", "value", "source", "date")
    entries = [["[[target]]", *(f"{name} = {_toml(target[name])}" for name in names), ""] for target in targets]
    return "\n".join(line for entry in entries for line in entry)


def parse(text: str) -> list[dict[str, Any]]:
    """The same, read back."""
    return list(tomllib.loads(text).get("target", []))
