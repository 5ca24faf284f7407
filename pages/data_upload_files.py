"""An upload between choosing files and publishing them: kept on disk, so that a reload or a restart loses nothing.

``<warehouse>/uploads/<id>/``::

    upload.json      what was given and answered; written last, replaced atomically
    mapping.toml     the mapping that an editor accepted, if any
    1/<file name>    the files as they came, each in a folder of its own

What was read of them is not kept but read again: the files are the state. They are removed when the upload is
published or given up, and in any case after a week; a day after they came if they hold results of single pupils, or
if nobody has looked yet whether they do.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pages.shared import access
from pages.shared.texts import _
from pipelines import loading
from pipelines.build import BuildResult
from pipelines.catalogue import load_catalogue
from pipelines.errors import PipelineError, UnknownCode
from pipelines.loading import LoadedFile
from pipelines.loads import Loads
from pipelines.own_indicators import extended
from pipelines.readers.context import Context
from pipelines.readers.mapped import read_mapped
from pipelines.readers.mapping import TableMapping, parse_mapping
from pipelines.readers.propose import Proposal, compose, propose
from pipelines.readers.report import write_report
from pipelines.readers.staged import Finding
from pipelines.register_changes import UnitChange
from pipelines.snapshot import Warehouse, now, replace_atomically
from pipelines.territories.register import Answer, Question

UPLOAD_ID = re.compile(r"[0-9a-f]{16}")
KEPT_SECONDS = 7 * 24 * 3600
KEPT_SHORT_SECONDS = 24 * 3600
MOST_NAME = 80
SHOWN_ROWS = 8
MOST_PROPOSED = 20
KEPT_CHECKS = 6

_lock = threading.Lock()
_publishing = threading.Lock()
_checks: OrderedDict[tuple[object, ...], Checked] = OrderedDict()


class PublishedMeanwhile(PipelineError):
    """Somebody else published after the changes were shown: they are to be looked at again."""


@dataclass(frozen=True)
class Upload:
    """One upload. ``published`` is the snapshot that came of it; its files are gone then.

    ``year``, ``territory`` and ``answers`` (names of territories) are what the files do not say, ``replaces`` the id of
    the load whose other figures they withdraw. ``pupil_level`` is ``None`` until the files are read; ``begun`` is when
    they came.
    """

    id: str
    folder: Path
    names: tuple[str, ...]
    year: int | None = None
    territory: str | None = None
    published: str | None = None
    pupil_level: bool | None = None
    replaces: str | None = None
    answers: tuple[Answer, ...] = ()
    begun: str = ""

    @property
    def paths(self) -> list[Path]:
        """The files in the order in which they were given."""
        return [self.folder / str(number) / name for number, name in enumerate(self.names, 1) if name]

    @property
    def mapping(self) -> str:
        """The accepted mapping as text; empty when there is none."""
        path = self.folder / "mapping.toml"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@dataclass(frozen=True)
class Told:
    """What is known of one file after the checks; nothing of its contents beyond the first rows of a mapped table."""

    file: str
    path: Path
    kind: str
    format: str | None
    rows: int
    observations: int
    findings: tuple[Finding, ...]
    pupil_level: bool
    first_rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    territories: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    empty: bool = False

    @property
    def loaded(self) -> bool:
        """Whether the file is loaded already."""
        return any(finding.rule == "already_loaded" for finding in self.findings)

    @property
    def unknown(self) -> bool:
        """Whether the file is a table of no known form."""
        return any(finding.rule == "unknown_format" for finding in self.findings)


@dataclass(frozen=True)
class Checked:
    """The answer to an upload against the snapshot ``base``.

    ``changes`` is :meth:`Prepared.changes`, ``asked`` are names of territories to be answered for, ``units``
    what becomes of the register, ``others`` what else changes (:mod:`pipelines.other_changes`). For a file of no
    known form ``proposal`` is a mapping to begin with, and ``proposed_rows`` are the first rows of its tables as they
    would load, by their labels.
    """

    files: tuple[Told, ...]
    base: str | None
    changes: pd.DataFrame
    names: dict[str, str]
    asked: tuple[Question, ...] = ()
    units: tuple[UnitChange, ...] = ()
    others: pd.DataFrame = field(default_factory=pd.DataFrame)
    proposal: Proposal = field(default_factory=lambda: Proposal(""))
    proposed_rows: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        """All findings of all files."""
        return [finding for file in self.files for finding in file.findings]

    @property
    def stopped(self) -> bool:
        """Whether an error keeps the upload from being published."""
        return any(finding.grade == "error" for finding in self.findings)

    @property
    def only_unknown(self) -> bool:
        """Whether nothing stands in the way but the unknown form of the tables."""
        errors = {finding.rule for finding in self.findings if finding.grade == "error"}
        return errors == {"unknown_format"} and all(file.unknown for file in self.files)

    @property
    def nothing_new(self) -> bool:
        """Whether every file is loaded already, or is a form that nobody has filled in."""
        return all(file.loaded or file.empty for file in self.files)


# --- what changes something: each asks for the editor's proof itself ----------------------------------------


def start(warehouse: Warehouse, files: Sequence[tuple[str, bytes]]) -> Upload:
    """Keep the given files (name, contents) as a new upload."""
    access.require_editor()
    remove_old(warehouse)
    upload_id = secrets.token_hex(8)
    folder = warehouse.folder / "uploads" / upload_id
    names = tuple(safe_name(name, number) for number, (name, _contents) in enumerate(files, 1))
    try:
        folder.mkdir(parents=True, mode=0o700)
        upload = Upload(upload_id, folder, names, begun=now())
        for path, (_name, contents) in zip(upload.paths, files, strict=True):
            path.parent.mkdir()
            path.write_bytes(contents)
        _save(upload)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PipelineError(
            _("Файлы не записаны: {why}. Проверьте свободное место и права на папку данных.").format(
                why=error.strerror or error
            )
        ) from error
    return upload


def answer(upload: Upload, *, year: int | None, territory: str | None) -> Upload:
    """Keep what the files do not say."""
    access.require_editor()
    answered = replace(upload, year=year, territory=territory)
    _save(answered)
    return answered


def name_territories(upload: Upload, answers: Sequence[Answer]) -> Upload:
    """Keep what names of the files mean; a later answer about a name takes the place of the former."""
    access.require_editor()
    kept = {answer.alias[0]: answer for answer in (*upload.answers, *answers)}
    answered = replace(upload, answers=tuple(kept.values()))
    _save(answered)
    return answered


def replace_load(upload: Upload, load: str | None) -> Upload:
    """Keep which earlier load the files take the place of."""
    access.require_editor()
    answered = replace(upload, replaces=load)
    _save(answered)
    return answered


def accept_mapping(upload: Upload, text: str) -> None:
    """Keep a mapping (an empty text: none); raises :class:`UnknownCode` for one that cannot be used."""
    access.require_editor()
    if not text.strip():
        (upload.folder / "mapping.toml").unlink(missing_ok=True)
        return
    parse_mapping(text, _("Соответствие"))
    replace_atomically(upload.folder / "mapping.toml", text)


def set_apart(warehouse: Warehouse, upload: Upload, path: Path) -> Upload:
    """Make one file an upload of its own; the others stay."""
    access.require_editor()
    apart = start(warehouse, [(path.name, path.read_bytes())])
    number = int(path.parent.name)
    shutil.rmtree(path.parent, ignore_errors=True)
    names = tuple("" if n == number else name for n, name in enumerate(upload.names, 1))
    _save(replace(upload, names=names))
    return apart


def give_up(upload: Upload) -> None:
    """Remove an upload with its files."""
    access.require_editor()
    shutil.rmtree(upload.folder, ignore_errors=True)


def publish(warehouse: Warehouse, upload: Upload, base: str | None, name: str) -> str | None:
    """Check the files once more and publish them; the new snapshot's id, ``None`` when nothing was new.

    ``base`` is the snapshot against which the editor saw the changes. Raises :class:`access.NotAnEditor`,
    :class:`PublishedMeanwhile`, and :class:`PipelineError` for everything else that stops a load.
    """
    editor = access.require_editor(name)
    if not _publishing.acquire(timeout=60):
        raise PipelineError(_("Другая публикация ещё идёт. Повторите через минуту: ничего не потеряно."))
    try:
        if warehouse.state().get("current") != base:
            raise PublishedMeanwhile(_("Пока вы смотрели, данные опубликовал кто-то другой."))
        prepared = loading.prepare(warehouse, upload.paths, **_call(upload))
        try:
            if prepared.base != base:
                raise PublishedMeanwhile(_("Пока вы смотрели, данные опубликовал кто-то другой."))
            published = loading.publish(prepared, by=editor.name, wait=5)
        finally:
            prepared.close()
    finally:
        _publishing.release()
    _finish(upload, published or base or "")
    return published


def withdraw(warehouse: Warehouse, load: str, name: str) -> BuildResult:
    """Take one load back; the findings of the result say why it could not be."""
    editor = access.require_editor(name)
    with _publishing:
        return loading.withdraw(warehouse, load, by=editor.name, wait=5)


# --- what only reads ----------------------------------------------------------------------------------------


def find(warehouse: Warehouse, upload_id: str) -> Upload | None:
    """The upload of this id; ``None`` for one that is not there, or is no id at all."""
    if not UPLOAD_ID.fullmatch(upload_id):
        return None
    folder = warehouse.folder / "uploads" / upload_id
    try:
        kept: dict[str, Any] = json.loads((folder / "upload.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    names = tuple(safe_name(name, n) if name else "" for n, name in enumerate(kept.get("names", []), 1))
    try:
        answers = tuple(Answer(**answer) for answer in kept.get("answers", []))
    except TypeError:  # written by another version
        answers = ()
    upload = Upload(
        upload_id, folder, names, kept.get("year"), kept.get("territory"), kept.get("published"),
        kept.get("pupil_level"), kept.get("replaces"), answers, str(kept.get("begun") or ""),
    )  # fmt: skip
    whole = upload.published is not None or all(path.exists() for path in upload.paths)
    return upload if whole else None


def safe_name(name: str, number: int) -> str:
    """A file's own name without folders, invisible characters and what some system would not store."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    shown = re.sub(r'[<>:"|?*]', "_", shown).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        stem, ending = shown, ""
    return f"{stem[:MOST_NAME].strip() or _('файл {n}').format(n=number)}{dot}{ending[:8]}"


def check(warehouse: Warehouse, upload: Upload) -> Checked:
    """Read and check the files; the answer is kept as long as neither they nor the published data change."""
    store = Loads(warehouse)
    known = tuple(entry.id for entry in store.entries()), tuple(store.aliases().items())
    key = (
        str(warehouse.folder),
        replace(upload, pupil_level=None),
        upload.mapping,
        warehouse.state().get("current"),
        *known,
    )
    with _lock:
        if key in _checks:
            _checks.move_to_end(key)
            return _checks[key]
    checked = _check(warehouse, upload)
    with _lock:
        _checks[key] = checked
        while len(_checks) > KEPT_CHECKS:
            _checks.popitem(last=False)
    _tell_pupils(upload, checked)
    return checked


def _tell_pupils(upload: Upload, checked: Checked) -> None:
    """Remember whether single pupils are in the files; files with pupils once stay such, however they are answered."""
    pupils = upload.pupil_level or any(file.pupil_level for file in checked.files)
    if pupils is not upload.pupil_level:
        _save(replace(upload, pupil_level=pupils))


def report(file: Told, target: Path) -> bytes:
    """The sender's workbook with the findings marked in it; raises :class:`PipelineError` for pupil-level files."""
    write_report(file.path, file.kind, file.findings, target, pupil_level=file.pupil_level)
    return target.read_bytes()


def remove_old(warehouse: Warehouse) -> None:
    """Remove uploads that nobody came back to, and what killed calls left half written; also at the server's start.

    An upload that waits for an editor is kept for a week; results of single pupils, files that were never read, uploads
    that are published already and those that never became whole go after a day.
    """
    with suppress(OSError):
        for folder in (warehouse.folder / "uploads").glob("*/"):
            upload = find(warehouse, folder.name)
            waits = upload is not None and upload.pupil_level is False and upload.published is None
            with suppress(OSError):
                age = time.time() - folder.stat().st_mtime
                if upload is not None and upload.begun and not waits:
                    # An answer makes the folder younger; results of pupils do not become so.
                    age = max(age, time.time() - datetime.fromisoformat(upload.begun).timestamp())
                if age > (KEPT_SECONDS if waits else KEPT_SHORT_SECONDS):
                    shutil.rmtree(folder, ignore_errors=True)
    Loads(warehouse).sweep()


def _call(upload: Upload) -> dict[str, Any]:
    mapping = parse_mapping(upload.mapping, _("Соответствие")) if upload.mapping else None
    return {
        "year": upload.year, "territory": upload.territory, "mapping": mapping, "replaces": upload.replaces,
        "answers": upload.answers,
    }  # fmt: skip


def _check(warehouse: Warehouse, upload: Upload) -> Checked:
    call = _call(upload)
    prepared = loading.prepare(warehouse, upload.paths, **call)
    try:
        changes = prepared.changes() if prepared.news else pd.DataFrame()
    finally:
        prepared.close()
    catalogue = extended(load_catalogue(), Loads(warehouse).declared())
    mapping: TableMapping | None = call["mapping"]
    declared = mapping.declared if mapping else ()
    names = {code: indicator.name for code, indicator in extended(catalogue, declared).indicators.items()}
    proposed = _proposed(prepared.files, Context(catalogue, upload.year, upload.territory))
    told = tuple(_told(file) for file in prepared.files)
    return Checked(told, prepared.base, changes, names, prepared.questions, prepared.units, prepared.others, *proposed)


def _told(file: LoadedFile) -> Told:
    reading = file.reading
    pupils = reading is not None and reading.pupil_level
    rows = pd.DataFrame()
    if reading is not None and reading.format == "mapping":
        rows = _beginnings(reading.observations)
    frames = [] if reading is None else [frame for frame in (reading.observations, reading.positions) if len(frame)]
    territories = {str(code) for code in _values(frames, "territory")}
    years = {int(year) for year in _values(frames, "year")}
    return Told(
        file.file, file.path, file.opened.kind if file.opened else "—", file.format, file.rows, file.observations,
        tuple(file.findings), pupils, rows, tuple(sorted(territories)), tuple(sorted(years, reverse=True)),
        file.empty,
    )  # fmt: skip


def _beginnings(frame: pd.DataFrame) -> pd.DataFrame:
    """The first rows of what a mapping reads, some of each sheet, indicator and year."""
    keys = [name for name in ("sheet", "indicator", "year") if name in frame]
    parts = frame.groupby(keys, dropna=False, sort=False, observed=True) if keys and len(frame) else None
    if parts is None or parts.ngroups == 1:
        return frame.head(SHOWN_ROWS).copy()
    return parts.head(2).head(2 * SHOWN_ROWS).copy()


def _values(frames: Sequence[pd.DataFrame], name: str) -> list[Any]:
    return [value for frame in frames if name in frame for value in frame[name].dropna().unique()]


def _proposed(files: Sequence[LoadedFile], context: Context) -> tuple[Proposal, dict[str, pd.DataFrame]]:
    """A mapping for the first file of no known form, and the first rows of each of its tables read by it."""
    told = (file for file in files if any(finding.rule == "unknown_format" for finding in file.findings))
    file = next((file for file in told if file.opened is not None and file.opened.tables), None)
    if file is None or file.opened is None:
        return Proposal(""), {}
    proposal = propose(file.opened, context)
    rows: dict[str, pd.DataFrame] = {}
    for one in proposal.tables[:MOST_PROPOSED]:
        with suppress(UnknownCode):
            mapping = parse_mapping(compose((one,), [one]).text)
            rows[one.label] = read_mapped(file.opened, mapping, context).observations.head(SHOWN_ROWS).copy()
    return proposal, rows


def _save(upload: Upload) -> None:
    kept = {
        "names": list(upload.names), "year": upload.year, "territory": upload.territory,
        "published": upload.published, "pupil_level": upload.pupil_level, "replaces": upload.replaces,
        "answers": [asdict(answer) for answer in upload.answers], "when": now(), "begun": upload.begun,
    }  # fmt: skip
    replace_atomically(upload.folder / "upload.json", json.dumps(kept, ensure_ascii=False))


def _finish(upload: Upload, published: str) -> None:
    """Remember what came of the upload and let its files go."""
    _save(replace(upload, published=published))
    for path in upload.paths:
        shutil.rmtree(path.parent, ignore_errors=True)
