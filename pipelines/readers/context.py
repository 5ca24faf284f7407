"""What a call says about a file beyond its content, and what the file itself says around its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.catalogue import Catalogue
from pipelines.readers.raw import RawTable, clean
from pipelines.readers.told import Told, told_by

MINIMUM_DISTRIBUTION = 20
"""Works below which a distribution of scores or marks is not kept (domain.md §4: 20–30)."""


@dataclass(frozen=True)
class Context:
    """``year`` and ``territory`` stand for what the file does not say; the file's own words win."""

    catalogue: Catalogue
    year: int | None = None
    territory: str | None = None
    minimum_distribution: int = MINIMUM_DISTRIBUTION

    def told(self, table: RawTable, titles: list[str]) -> Told:
        """Year, subject and class from the lines above a table, its sheet's name, then the file's name."""
        own = told_by([*titles, table.sheet or ""])
        named = told_by([clean(Path(table.file).stem.replace("_", " "))])
        return Told(own.year or self.year or named.year, own.subject or named.subject, own.grade or named.grade)
