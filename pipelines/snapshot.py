"""Snapshots: files that never change once published, and one pointer that says which of them is served.

Layout of a warehouse folder::

    current.json            the pointer: {"current": id, "fingerprint": inputs of the last build}
    snapshots/<id>.duckdb   published snapshots; <id> is <UTC time>-<hash of the inputs>
    building/               builds under way; whatever a killed build left there is swept by the next one
    history.jsonl           one line a publication or return, in the order of events
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from pipelines.catalogue import Catalogue, catalogue_from_texts
from pipelines.errors import NoSnapshot, PipelineError, SnapshotDamaged, SnapshotOutdated, UnknownCode

SCHEMA_VERSION = "6"
DATA = Path(__file__).resolve().parent.parent / "data"


def default_warehouse() -> Path:
    """``PIPELINES_WAREHOUSE`` if set, else ``data/warehouse`` beside the code."""
    return Path(os.environ.get("PIPELINES_WAREHOUSE") or DATA / "warehouse")


@dataclass(frozen=True)
class SnapshotInfo:
    """What ``snapshots`` lists: ``inputs`` are ``{collection, file, sha256, kind, rows}``; ``damaged`` says why."""

    id: str
    created: str
    current: bool
    inputs: list[dict[str, Any]]
    damaged: str | None = None


class Warehouse:
    """The folder that holds snapshots. Reading needs no lock; publishing and returning take one."""

    def __init__(self, folder: Path | str | None = None) -> None:
        self.folder = Path(folder or default_warehouse())

    @property
    def pointer(self) -> Path:
        """The one small file that is replaced atomically."""
        return self.folder / "current.json"

    def state(self) -> dict[str, str]:
        """The pointer's contents; empty when nothing was ever published."""
        try:
            state: dict[str, str] = json.loads(self.pointer.read_text(encoding="utf-8"))
            return state
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SnapshotDamaged(
                f"Указатель снимка не читается: {self.pointer} ({error}). "
                "Удалите этот файл и выполните «python -m pipelines build»."
            ) from error

    def path(self, snapshot: str) -> Path:
        """The file of a snapshot."""
        return self.folder / "snapshots" / f"{snapshot}.duckdb"

    def current(self) -> str:
        """The id of the served snapshot; raises :class:`NoSnapshot` when there is none."""
        snapshot = self.state().get("current")
        if not snapshot:
            raise NoSnapshot(f"Данные ещё не опубликованы ({self.folder}). Выполните «python -m pipelines build».")
        return snapshot

    def lock(self, wait: float = 0) -> FileLock:
        """The lock that one build at a time holds; use :meth:`locked` to tell people who waits for whom."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "snapshots").mkdir(exist_ok=True)
            lock = FileLock(self.folder / "build.lock")
            lock.acquire(timeout=wait)
            return lock
        except Timeout as error:
            raise PipelineError(
                f"Другая сборка уже идёт в {self.folder}. Дождитесь её окончания и повторите; "
                "опубликованные данные не изменились."
            ) from error
        except OSError as error:
            raise PipelineError(
                f"В папку данных нельзя писать: {self.folder} ({error.strerror}). Проверьте права и свободное место "
                "или задайте другую папку: --warehouse или PIPELINES_WAREHOUSE."
            ) from error

    def point_at(self, snapshot: str, *, event: str, by: str = "", fingerprint: str | None = None) -> None:
        """Make ``snapshot`` the served one in a single atomic step and write the event to the history."""
        state = self.state() | {"current": snapshot}
        if fingerprint is not None:
            state["fingerprint"] = fingerprint
        replace_atomically(self.pointer, json.dumps(state))
        entry = {"time": now(), "event": event, "snapshot": snapshot, "by": by}
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as history:
            history.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def history(self) -> list[dict[str, str]]:
        """Publications and returns, oldest first; a line cut off by a killed process is left out."""
        events = []
        with suppress(FileNotFoundError):
            for line in (self.folder / "history.jsonl").read_text(encoding="utf-8").splitlines():
                with suppress(ValueError):
                    events.append(json.loads(line))
        return events

    def snapshots(self) -> list[SnapshotInfo]:
        """All published snapshots, newest first."""
        current = self.state().get("current")
        infos = []
        for path in sorted((self.folder / "snapshots").glob("*.duckdb"), reverse=True):
            try:
                with Snapshot(path) as snapshot:
                    inputs = snapshot.rows("SELECT collection, file, sha256, kind, rows FROM input ORDER BY input_id")
                    infos.append(SnapshotInfo(path.stem, snapshot.meta["created"], path.stem == current, inputs))
            except SnapshotDamaged as error:
                infos.append(SnapshotInfo(path.stem, "", path.stem == current, [], str(error)))
        return infos

    def rollback(self, snapshot: str, by: str = "") -> None:
        """Serve an earlier snapshot again; raises :class:`UnknownCode` for an id that is not there."""
        if snapshot not in {path.stem for path in (self.folder / "snapshots").glob("*.duckdb")}:
            raise UnknownCode(f"Снимка «{snapshot}» нет. Список: «python -m pipelines snapshots».")
        Snapshot(self.path(snapshot)).close()
        lock = self.lock(wait=5)
        try:
            self.point_at(snapshot, event="rollback", by=by)
        finally:
            lock.release()

    def open(self, snapshot: str | None = None) -> Snapshot:
        """Open a snapshot (the served one by default) for reading."""
        snapshot = snapshot or self.current()
        return Snapshot(self.path(snapshot))


class Snapshot:
    """A published snapshot, opened read-only and locked down; cursors are one a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.stem
        try:
            self._connection = duckdb.connect(
                str(path), read_only=True, config={"enable_external_access": False, "lock_configuration": True}
            )
            self.meta: Mapping[str, str] = dict(self._connection.execute("SELECT key, value FROM meta").fetchall())
        except (duckdb.Error, OSError) as error:
            raise SnapshotDamaged(
                f"Снимок данных {path.name} повреждён или недоступен ({type(error).__name__}). "
                "Вернитесь к прежнему: «python -m pipelines snapshots», затем «python -m pipelines rollback ID»."
            ) from error
        if self.meta.get("schema") != SCHEMA_VERSION:
            self._connection.close()
            raise SnapshotOutdated(
                f"Снимок {path.name} собран другой версией программы. Выполните «python -m pipelines build»."
            )
        self._local = threading.local()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of a small query as dicts."""
        result = self.cursor().execute(sql, parameters or {})
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    @cached_property
    def indicator_ids(self) -> dict[str, int]:
        """The keys of indicators in this snapshot by their codes."""
        return dict(self.cursor().execute("SELECT code, indicator_id FROM indicator").fetchall())

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue that the snapshot was built with."""
        return catalogue_from_texts(dict(self.cursor().execute("SELECT path, text FROM catalogue_file").fetchall()))

    def close(self) -> None:
        """Let the file go; cursors of other threads must not be in use."""
        self._connection.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def replace_atomically(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old contents or the new, never a part."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def now() -> str:
    """The present moment in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
