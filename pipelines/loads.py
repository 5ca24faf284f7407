"""The store of loads: what was loaded, by whom, from which file, and the rows that came of it.

Layout of ``<warehouse>/loads``::

    manifest.json             every load in the order of loading, answers about names, deadlines and returns;
                              replaced atomically, so a load is there or not
    originals/<sha256>.xlsx   the files as they came; pupil-level ones are never kept
    <load id>/*.parquet       staged rows, territories by code; a folder without an entry is what a killed call left

A load's id is a hash of the file and of what the call said beyond it: the same file read in another way is another
load. A load that is withdrawn, or replaced by one that is not, gives nothing to a snapshot.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines import own_targets
from pipelines.errors import PipelineError, UnknownCode
from pipelines.own_indicators import parse
from pipelines.snapshot import Warehouse, now, replace_atomically
from pipelines.territories.register import Register

HALF_WRITTEN_SECONDS = 3600
DOCUMENT_TABLES = ("document", "document_field", "document_table", "document_cell")
TABLES = ("territory", "territory_name", "observation", "position", "mechanism_score", "trait", "boundary",
          "distribution", *DOCUMENT_TABLES)  # fmt: skip


@dataclass(frozen=True)
class Load:
    """One entry of the manifest. ``replaces`` and ``withdrawn`` hold load ids and a moment with a name."""

    id: str
    file: str
    sha256: str
    format: str
    rows: int
    observations: int
    when: str
    by: str = ""
    replaces: tuple[str, ...] = ()
    withdrawn: str | None = None
    withdrawn_by: str | None = None
    pupil_level: bool = False
    register: bool = False
    original: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of input that a snapshot lists: registers describe territories before other loads do."""
        return "load_register" if self.register else "load"


class Loads:
    """The loads of a warehouse. Reading needs no lock; whoever saves holds the warehouse's."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.folder = warehouse.folder / "loads"

    def entries(self) -> list[Load]:
        """All loads, oldest first, withdrawn ones included."""
        return [_entry(entry) for entry in self._manifest().get("loads", [])]

    def aliases(self) -> dict[str, str]:
        """Names that people have answered for: key (:func:`pipelines.territories.names.alias_key`) → code."""
        return dict(self._manifest().get("aliases", {}))

    def _manifest(self) -> dict[str, Any]:
        path = self.folder / "manifest.json"
        try:
            manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return manifest
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise PipelineError(
                f"Список загрузок не читается: {path} ({error}). Восстановите его из резервной копии папки данных; "
                "опубликованные данные остались на месте."
            ) from error

    def save(self, entries: Sequence[Load], aliases: Mapping[str, str] | None = None) -> None:
        """Write loads and answers about names (by :func:`alias_key`) in one atomic step; what else is kept stays."""
        kept = self.aliases() | dict(aliases or {})
        self._write({"loads": [asdict(entry) for entry in entries], "aliases": kept})

    def kept(self, name: str) -> list[dict[str, Any]]:
        """What else is kept beside the loads (:mod:`pipelines.collection`): ``deadlines`` or ``returns``."""
        return list(self._manifest().get(name, []))

    def change(
        self, warehouse: Warehouse, name: str, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
    ) -> None:
        """Change what is kept under ``name``, under the warehouse's lock."""
        lock = warehouse.lock(wait=10)
        try:
            self._write({name: change(self.kept(name))})
        finally:
            lock.release()

    def forget(self, warehouse: Warehouse, alias: str) -> None:
        """Withdraw an answer about a name: the next file that bears it is asked about again."""
        lock = warehouse.lock(wait=10)
        try:
            self._write({"aliases": {word: code for word, code in self.aliases().items() if word != alias}})
        finally:
            lock.release()

    def _write(self, changed: Mapping[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        manifest = {"version": 1, "loads": [], "aliases": {}} | self._manifest() | dict(changed)
        replace_atomically(self.folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))

    def rows_of(self, entry: Load, table: str) -> Path | None:
        """The parquet file of one table of a load, if it has any."""
        path = self.folder / entry.id / f"{table}.parquet"
        return path if path.exists() else None

    def register(self, entries: Iterable[Load] | None = None) -> Register:
        """The territories that the effective loads describe; registers have the last word."""
        chosen = effective(self.entries() if entries is None else list(entries))
        register = Register(aliases=self.aliases())
        for entry in sorted(chosen, key=lambda entry: entry.register):
            path = self.rows_of(entry, "territory")
            for row in pq.read_table(path).to_pylist() if path else []:
                register.add(row)
                # Regions that a mapping declares beside its figures are no register of organisations.
                register.given |= entry.register and row["level"] == "school"
        register.touched.clear()
        return register

    def declared(self, entries: Iterable[Load] | None = None) -> list[dict[str, Any]]:
        """Indicators that the effective loads declare."""
        found: list[dict[str, Any]] = []
        for entry in effective(self.entries() if entries is None else list(entries)):
            path = self.folder / entry.id / "indicators.toml"
            if path.exists():
                found += parse(path.read_text(encoding="utf-8"))
        return found

    def targets(self, entries: Iterable[Load] | None = None) -> list[dict[str, Any]]:
        """Targets that the effective loads set, in the order of loading."""
        found: list[dict[str, Any]] = []
        for entry in effective(self.entries() if entries is None else list(entries)):
            path = self.folder / entry.id / "targets.toml"
            if path.exists():
                found += own_targets.parse(path.read_text(encoding="utf-8"))
        return found

    def place(self, load_id: str, prepared: Path) -> None:
        """Move a folder of staged rows to where the load's rows belong.

        One that is there already is of a load that was withdrawn or never finished: the file may have been read in
        another way since, with other answers about names.
        """
        target = self.folder / load_id
        self.folder.mkdir(parents=True, exist_ok=True)
        if target.exists():
            former = prepared.with_name(f"{prepared.name}.former")
            os.replace(target, former)
            os.replace(prepared, target)
            shutil.rmtree(former, ignore_errors=True)
        else:
            os.replace(prepared, target)

    def sweep(self) -> None:
        """Remove what killed calls left half written; a call that is still at work is younger than that."""
        if not self.folder.is_dir():
            return
        for path in (*self.folder.glob(".*"), *self.folder.glob("*.tmp"), *self.folder.glob("originals/*.tmp")):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > HALF_WRITTEN_SECONDS:
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    def keep_original(self, data: Path, sha256: str, suffix: str) -> str:
        """Keep a file by its hash; returns the name under ``originals``."""
        folder = self.folder / "originals"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{sha256}{suffix}"
        if not (folder / name).exists():
            temporary = folder / f"{name}.{os.getpid()}.tmp"
            shutil.copyfile(data, temporary)
            os.replace(temporary, folder / name)
        return name

    def original(self, entry: Load) -> Path | None:
        """The file as it came, where it was kept."""
        path = self.folder / "originals" / entry.original if entry.original else None
        return path if path and path.exists() else None

    def named(self, text: str) -> Load:
        """The load whose id or file hash begins with ``text``; the latest of several of one file."""
        found = [e for e in self.entries() if text and (e.id.startswith(text) or e.sha256.startswith(text.lower()))]
        if len({entry.sha256 for entry in found}) != 1:
            told = "нет" if not found else f"подходит к нескольким файлам ({len(found)})"
            raise UnknownCode(f"Загрузки «{text}» {told}. Укажите хеш файла из истории загрузок.")
        return found[-1]


def effective(entries: Sequence[Load]) -> list[Load]:
    """The loads that a snapshot is built of: neither withdrawn nor replaced by a load that counts itself."""
    gone: set[str] = set()
    chosen: list[Load] = []
    for entry in reversed(entries):
        if entry.withdrawn is None and entry.id not in gone:
            chosen.append(entry)
            gone |= set(entry.replaces)
    return chosen[::-1]


def withdrawn(entries: Sequence[Load], load_id: str, by: str = "") -> list[Load]:
    """The entries with one load taken back."""
    return [replace(e, withdrawn=now(), withdrawn_by=by) if e.id == load_id and not e.withdrawn else e for e in entries]


def load_id(sha256: str, options: Mapping[str, Any]) -> str:
    """The id of a file read with these options."""
    text = json.dumps({name: value for name, value in sorted(options.items()) if value}, ensure_ascii=False)
    return hashlib.sha256(f"{sha256} {text}".encode()).hexdigest()[:20]


def _entry(entry: Mapping[str, Any]) -> Load:
    known = {f.name for f in fields(Load)}
    given = {name: value for name, value in entry.items() if name in known}
    return Load(**given | {"replaces": tuple(given.get("replaces", ()))})
