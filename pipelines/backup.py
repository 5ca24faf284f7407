"""Everything that cannot be made again in one file, and back: snapshots, loads with their originals, the store.

A backup is a zip file: ``manifest.json`` (what it is, every file with its hash), ``warehouse/…`` as on the disk and
``store.json`` (the rows of the store, the same for SQLite and PostgreSQL). The demonstration is generated anew.

A restore checks the whole file before it touches anything and writes what there was to ``backups/`` of the warehouse.
Snapshots and loads only ever come in addition; the store, the list of loads and the pointer change together.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pipelines.errors import PipelineError, SnapshotDamaged
from pipelines.snapshot import Snapshot, Warehouse, now, replace_atomically
from pipelines.store import Store
from pipelines.store.portable import dump, modern, write

FORMAT = 1
MANIFEST, STORE = "manifest.json", "store.json"
POINTER, HISTORY, LOADS = "warehouse/current.json", "warehouse/history.jsonl", "warehouse/loads/manifest.json"
# Read last by whoever looks, so written last: pointers to what was put in place before.
POINTERS = (LOADS, POINTER)
KNOWN = re.compile(r"warehouse/(current\.json|history\.jsonl|snapshots/[\w.-]+\.duckdb|loads/[\w./-]+)")
CHUNK = 1 << 20

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Backup:
    """What a file holds: when it was made, the snapshot that was served, how many snapshots, loads and decisions."""

    made: str
    snapshot: str | None
    snapshots: int
    loads: int
    decisions: int
    kept: Path | None = None
    warnings: tuple[str, ...] = ()


def _quiet(_message: str) -> None:
    """Progress that nobody watches."""


def backup(target: Path, warehouse: Warehouse, store: Store, progress: Progress = _quiet) -> Backup:
    """Write everything to ``target``; it appears whole or not at all. Reading goes on meanwhile.

    Raises :class:`PipelineError` where the store cannot be read or the file cannot be written.
    """
    temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
    with _told(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # Pointers first: whatever they name is in place already and is never changed or taken away.
            found = {name: _bytes(warehouse, name) for name in (POINTER, HISTORY, LOADS)}
            small = {name: data for name, data in found.items() if data is not None}
            rows = dump(store)
            small[STORE] = json.dumps(rows, ensure_ascii=False).encode()
            files = {name: hashlib.sha256(data).hexdigest() for name, data in small.items()}
            with ZipFile(temporary, "w", ZIP_DEFLATED, compresslevel=1) as archive:
                for name, data in small.items():
                    archive.writestr(name, data)
                for name, path in _large(warehouse):
                    if name.startswith("warehouse/snapshots/"):
                        progress(f"Сохраняем снимок {path.stem}")
                    with path.open("rb") as file:
                        files[name] = hashlib.file_digest(file, "sha256").hexdigest()
                    archive.write(path, name)
                manifest = {"format": FORMAT, "made": now(), "files": files}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(temporary, target)
            return _described(manifest, small, rows)
        finally:
            temporary.unlink(missing_ok=True)


def restore(source: Path, warehouse: Warehouse, store: Store, *, by: str = "", progress: Progress = _quiet) -> Backup:
    """Bring back what ``source`` holds; what there was before is kept in ``backups/`` (``Backup.kept``).

    Raises :class:`PipelineError` for a file that is not a whole backup; then nothing has changed.
    """
    unpacked = warehouse.folder / f"restoring-{os.getpid()}"
    with _told(warehouse.folder):
        lock = warehouse.lock(wait=30)
        try:
            shutil.rmtree(unpacked, ignore_errors=True)
            progress("Проверяем копию")
            manifest = _unpack(source, unpacked)
            small = {
                name: (unpacked / name).read_bytes()
                for name in (POINTER, HISTORY, LOADS, STORE)
                if name in manifest["files"]
            }
            rows = json.loads(small[STORE])
            tables = modern(rows)
            kept = _kept(warehouse, store, progress)
            progress("Возвращаем снимки и загрузки")
            for name, digest in manifest["files"].items():
                target = warehouse.folder / name.removeprefix("warehouse/")
                if name in (*POINTERS, HISTORY, STORE) or _is(target, digest):
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(unpacked / name, target)
            with _put_back_on_failure(warehouse):
                write(store, tables, lambda: _point(warehouse, small, by))
            told = _described(manifest, small, rows)
            return Backup(**{**told.__dict__, "kept": kept, "warnings": tuple(_warnings(warehouse, told.snapshot))})
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
            lock.release()


# --- parts ------------------------------------------------------------------------------------------------


def _bytes(warehouse: Warehouse, name: str) -> bytes | None:
    path = warehouse.folder / name.removeprefix("warehouse/")
    return path.read_bytes() if path.exists() else None


def _is(path: Path, digest: str) -> bool:
    """Whether the file is there and whole: then it stays untouched, for the running app may have it open."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _large(warehouse: Warehouse) -> Iterator[tuple[str, Path]]:
    """Published snapshots, staged rows and originals of loads: files that never change."""
    folder = warehouse.folder
    found = [*sorted((folder / "snapshots").glob("*.duckdb")), *sorted((folder / "loads").rglob("*"))]
    for path in found:
        name = f"warehouse/{path.relative_to(folder).as_posix()}"
        if path.is_file() and name != LOADS and path.suffix != ".tmp":
            yield name, path


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack and check every file against the manifest; the manifest."""
    refusal = f"{source.name}: это не резервная копия этой программы или она повреждена ({{why}}). Ничего не изменено."
    try:
        with ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest["format"] > FORMAT:
                raise PipelineError(f"{source.name}: копия сделана более новой версией программы. Обновите программу.")
            if STORE not in manifest["files"]:
                raise PipelineError(refusal.format(why="нет решений"))
            for name, digest in manifest["files"].items():
                if name != STORE and (not KNOWN.fullmatch(name) or ".." in name):
                    raise PipelineError(refusal.format(why=f"лишний файл {name}"))
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                found = hashlib.sha256()
                with archive.open(name) as packed, target.open("wb") as file:
                    while chunk := packed.read(CHUNK):
                        found.update(chunk)
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                if found.hexdigest() != digest:
                    raise PipelineError(refusal.format(why=f"изменён файл {name}"))
            return manifest
    except FileNotFoundError as error:
        if error.filename and Path(error.filename) == source:
            raise PipelineError(f"Файла {source} нет.") from error
        raise
    except (BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise PipelineError(refusal.format(why=type(error).__name__)) from error


def _kept(warehouse: Warehouse, store: Store, progress: Progress) -> Path | None:
    """What there is now, saved before it is changed; nothing where there is nothing yet."""
    if not warehouse.pointer.exists() and not store.councils():
        return None
    progress("Сохраняем нынешнее")
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    target = warehouse.folder / "backups" / f"before-restore-{moment}.zip"
    backup(target, warehouse, store)
    return target


def _point(warehouse: Warehouse, small: dict[str, bytes], by: str) -> None:
    """The list of loads and the pointer, each in one atomic step; then the event."""
    for name in POINTERS:
        path = warehouse.folder / name.removeprefix("warehouse/")
        if name in small:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_atomically(path, small[name].decode())
        else:
            path.unlink(missing_ok=True)
    current = json.loads(small[POINTER]).get("current", "") if POINTER in small else ""
    event = {"time": now(), "event": "restore", "snapshot": current, "by": by}
    path = warehouse.folder / "history.jsonl"
    if not path.exists() and HISTORY in small:
        path.write_bytes(small[HISTORY])
    with path.open("a", encoding="utf-8") as history:
        history.write(json.dumps(event, ensure_ascii=False) + "\n")


@contextmanager
def _put_back_on_failure(warehouse: Warehouse) -> Iterator[None]:
    """If the database refuses at the very end, the pointers point where they did."""
    before = {name: _bytes(warehouse, name) for name in POINTERS}
    try:
        yield
    except BaseException:
        for name, data in before.items():
            path = warehouse.folder / name.removeprefix("warehouse/")
            if data is None:
                path.unlink(missing_ok=True)
            else:
                replace_atomically(path, data.decode())
        raise


def _described(manifest: dict[str, Any], small: dict[str, bytes], rows: dict[str, Any]) -> Backup:
    loads = json.loads(small[LOADS]).get("loads", []) if LOADS in small else []
    return Backup(
        made=manifest["made"],
        snapshot=json.loads(small[POINTER]).get("current") if POINTER in small else None,
        snapshots=sum(name.startswith("warehouse/snapshots/") for name in manifest["files"]),
        loads=len(loads),
        decisions=len(rows["tables"].get("decision", [])),
    )


def _warnings(warehouse: Warehouse, snapshot: str | None) -> Iterator[str]:
    if snapshot is None:
        return
    try:
        Snapshot(warehouse.path(snapshot)).close()
    except SnapshotDamaged as error:
        yield str(error)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PipelineError(
            f"Не получилось: {error.strerror or error} ({error.filename or place}). "
            "Проверьте свободное место и права; прежние данные остались на месте."
        ) from error
