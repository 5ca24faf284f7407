"""The SQL files: one a query, each stating its grain in the first line."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def read(name: str) -> str:
    """The text of ``name``.sql, for example ``read("queries/figures")``."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """The queries of a folder, sorted: ``["checks/unknown_indicator", …]``."""
    return sorted(f"{folder}/{path.stem}" for path in (FOLDER / folder).glob("*.sql"))
