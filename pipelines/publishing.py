"""What was published and what each publication holds, for people who decide which of them to serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pipelines.errors import PipelineError, SnapshotDamaged
from pipelines.snapshot import Snapshot, Warehouse


@dataclass(frozen=True)
class Release:
    """A published snapshot in figures. ``findings`` counts them by grade; ``damaged`` says why it cannot be read."""

    id: str
    created: str
    current: bool
    files: int
    observations: int
    findings: Mapping[str, int]
    damaged: str | None = None


def releases(warehouse: Warehouse) -> list[Release]:
    """All published snapshots, newest first; an unreadable pointer leaves none of them ``current``."""
    try:
        current = warehouse.state().get("current")
    except PipelineError:
        current = None
    found = []
    for path in sorted((warehouse.folder / "snapshots").glob("*.duckdb"), reverse=True):
        stat = path.stat()
        release = _described(path, stat.st_mtime_ns, stat.st_size)
        found.append(replace(release, current=release.id == current))
    return found


@lru_cache(maxsize=1000)
def _described(path: Path, _changed: int, _size: int) -> Release:
    """A published file never changes, so it is opened once; a damaged one that was replaced is looked at again."""
    try:
        with Snapshot(path) as snapshot:
            counted = snapshot.rows("SELECT (SELECT count(*) FROM input) AS files")[0]
            graded = snapshot.rows("SELECT grade, count(*) AS findings FROM finding GROUP BY grade")
            return Release(
                path.stem,
                snapshot.meta["created"],
                False,
                int(counted["files"]),
                int(snapshot.meta["observations"]),
                {row["grade"]: int(row["findings"]) for row in graded},
            )
    except SnapshotDamaged as error:
        return Release(path.stem, "", False, 0, 0, {}, str(error))
