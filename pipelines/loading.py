"""Loads files: opened → recognised → matched to territories → checked → previewed → published, or refused with reasons.

One call publishes all its files or none. Nothing is written before everything was checked.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pandas as pd

from pipelines import load_findings, sql
from pipelines.build import BuildResult, build, silent
from pipelines.catalogue import Catalogue, load_catalogue
from pipelines.checks import run_checks
from pipelines.checks.consequences import told_once
from pipelines.checks.loaded import run_load_checks
from pipelines.errors import NoSnapshot, PipelineError, SnapshotDamaged
from pipelines.loads import DOCUMENT_TABLES, Load, Loads, load_id
from pipelines.other_changes import other_changes
from pipelines.own_indicators import as_toml, extended
from pipelines.own_targets import as_toml as targets_toml
from pipelines.readers import boundaries, own_forms
from pipelines.readers.context import Context
from pipelines.readers.mapped import read_mapped
from pipelines.readers.mapping import TableMapping
from pipelines.readers.opening import Opened, Refused, open_file
from pipelines.readers.reading import Reading
from pipelines.readers.recognise import recognise
from pipelines.readers.rules import finding
from pipelines.readers.staged import Finding
from pipelines.register_changes import UnitChange, unit_changes, withdrawn_units
from pipelines.snapshot import Snapshot, Warehouse, now
from pipelines.staging import Source, insert
from pipelines.territories.matching import match
from pipelines.territories.names import alias_key
from pipelines.territories.register import Answer, Question, Register

Progress = Callable[[str], None]

GRADES = ("error", "warning", "note")
ANSWERS = "answers"
NO_YEAR = "пусто"
"""What the check of years says of a row without one."""


@dataclass
class LoadedFile:
    """What became of one file. ``format`` is ``None`` where it could not be read or recognised."""

    file: str
    path: Path
    format: str | None = None
    rows: int = 0
    observations: int = 0
    findings: list[Finding] = field(default_factory=list)
    sha256: str = ""
    reading: Reading | None = None
    opened: Opened | None = None
    load: Load | None = None

    @property
    def stopped(self) -> bool:
        """Whether an error keeps the file from being loaded."""
        return any(told.grade == "error" for told in self.findings)

    @property
    def empty(self) -> bool:
        """Whether it is a form that nobody has filled in: it changes nothing."""
        return not self.rows and self.reading is not None and not self.reading.declares_register


@dataclass
class Prepared:
    """Files that were read and checked, ready to publish unless ``stopped``.

    ``base`` is the snapshot against which the changes are told. ``replaced`` are the hashes of files whose other keys
    are withdrawn. ``questions`` are names that a person must answer for, ``answers`` what was answered, ``units``
    what becomes of the register, ``others`` what else changes (:mod:`pipelines.other_changes`). Call :meth:`close`
    when done: the staged rows live in memory until then.
    """

    warehouse: Warehouse
    files: list[LoadedFile]
    base: str | None
    connection: duckdb.DuckDBPyConnection
    replaced: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    questions: tuple[Question, ...] = ()
    units: tuple[UnitChange, ...] = ()
    others: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def stopped(self) -> bool:
        """Whether any file has an error: then none is published."""
        return any(file.stopped for file in self.files)

    def changes(self) -> pd.DataFrame:
        """One row a key of the load: ``change`` is new, changed, same or withdrawn; figures are the load's own.

        Columns: indicator, territory, territory_name, district, year, subject, grade, change, numerator,
        denominator, percent (0–100), value, absence, sheet, cell, input_id (1-based number of the file). Earlier
        figures are not told: they may be hidden (rule 13).
        """
        return self._asked(sql.read("loads/prepare/preview") + " ORDER BY ALL")

    def preview(self) -> pd.DataFrame:
        """The changes counted: one row an indicator, district and year with ``new, changed, same, withdrawn``."""
        changes = sql.read("loads/prepare/preview")
        return self._asked(sql.read("loads/prepare/counts").replace("{changes}", changes))

    def _asked(self, query: str) -> pd.DataFrame:
        frame: pd.DataFrame = self.connection.execute(query, {"replaced": list(self.replaced)}).df()
        return frame

    def close(self) -> None:
        """Let the staged rows go."""
        self.connection.close()

    @property
    def news(self) -> list[LoadedFile]:
        """The files that would change anything."""
        return [file for file in self.files if file.load is not None and not file.stopped and not file.empty]


def prepare(
    warehouse: Warehouse,
    paths: Sequence[Path],
    *,
    year: int | None = None,
    territory: str | None = None,
    mapping: TableMapping | None = None,
    replaces: str | None = None,
    answers: Sequence[Answer] = (),
    catalogue: Catalogue | None = None,
    progress: Progress = silent,
) -> Prepared:
    """Read, match and check files without changing anything.

    Raises :class:`~pipelines.errors.UnknownCode` for a ``replaces`` that is no load, :class:`PipelineError` for a
    store that cannot be read.
    """
    store = Loads(warehouse)
    entries = store.entries()
    catalogue = extended(catalogue or load_catalogue(), store.declared(entries))
    if mapping is not None:
        catalogue = extended(catalogue, mapping.declared)
    older = store.named(replaces) if replaces else None
    replaced = (older.id,) if older else ()
    current = _current(warehouse)
    context = Context(catalogue, year, territory)
    # Answers alone do not make a file that is loaded another one: they are remembered, the next call has them anyway.
    reads = mapping is not None and not mapping.answers_alone
    options = {"year": year, "territory": territory, "mapping": mapping.sha256 if mapping and reads else None}
    said = {name: value for name, value in options.items() if value}
    answered = {ANSWERS: [list(answer.alias) for answer in answers]} if answers else {}
    loaded = [
        (entry.sha256, {name: value for name, value in entry.options.items() if name != ANSWERS})
        for entry in entries
        if entry.withdrawn is None
    ]
    files: list[LoadedFile] = []
    for number, path in enumerate(paths, start=1):
        progress(f"Чтение {number} из {len(paths)}: {path.name}")
        file = _read(path, context, mapping)
        if any(known.file == file.file for known in files):
            _rename(file, f"{path.resolve().parent.name}/{path.name}")
        identity = load_id(file.sha256, options | answered)
        twins = [known for known in files if known.sha256 == file.sha256 and file.sha256]
        if (file.sha256, said) in loaded or twins:
            file.findings = [finding("already_loaded", file.file)]
            file.reading, file.rows = None, 0
        elif file.reading is not None:
            reading = file.reading
            file.load = Load(
                identity, file.file, file.sha256, reading.format, 0, 0, now(), replaces=replaced,
                pupil_level=reading.pupil_level, register=reading.declares_register,
                options=said | answered,
            )  # fmt: skip
        files.append(file)
    connection = duckdb.connect(":memory:", config={"preserve_insertion_order": True})
    prepared = Prepared(warehouse, files, warehouse.state().get("current"), connection, replaces=replaced)
    prepared.replaced = (older.sha256,) if older else ()
    prepared.answers = tuple(answers)
    register = store.register()
    described = dict(register.rows)
    for answer in answers:
        register.answer(answer)
    try:
        _stage_all(prepared, register, catalogue, territory, progress)
        prepared.units = unit_changes(described, register) + withdrawn_units(
            store, entries, older, _described(prepared.connection), register
        )
        prepared.questions = tuple(register.questions)
        progress("Проверки")
        _check(prepared, current, catalogue)
        readings = [file.reading for file in prepared.files if file.reading and file.load]
        replaced_loads = [(store, older)] if older else []
        prepared.others = other_changes(connection, current, catalogue, readings, replaced_loads)
    finally:
        if current:
            current.close()
    return prepared


def publish(prepared: Prepared, *, by: str = "", progress: Progress = silent, wait: float = 0) -> str | None:
    """Publish what was prepared; returns the new snapshot's id, ``None`` where nothing is new.

    Raises :class:`PipelineError` when an error stops it, when somebody else published since the preview was made,
    or when the build of the whole refuses.
    """
    if prepared.stopped:
        raise PipelineError("Загрузка остановлена ошибками; опубликованные данные не изменились.")
    news = prepared.news
    if not news:
        return None
    warehouse = prepared.warehouse
    store = Loads(warehouse)
    _require_base(prepared)
    folders = [_write(prepared, number, file) for number, file in enumerate(prepared.files, 1) if file in news]
    try:
        for file, folder in zip(news, folders, strict=True):
            assert file.load is not None and file.reading is not None
            store.place(file.load.id, folder)
            if not file.load.pupil_level:
                kept = store.keep_original(file.path, file.sha256, file.path.suffix.lower())
                file.load = replace(file.load, original=kept)
        entries = store.entries()
        added = [
            replace(file.load, rows=file.rows, observations=file.observations, by=by, when=now())
            for file in news
            if file.load is not None
        ]
        ids = {load.id for load in added}
        named = [item for file in news if file.reading for item in file.reading.aliases.items()]
        aliases = {alias_key(word): code for word, code in named} | dict(answer.alias for answer in prepared.answers)
        candidate = [entry for entry in entries if entry.id not in ids or entry.withdrawn is not None] + added
        result = build(
            warehouse,
            loads=candidate,
            before_publishing=lambda: _save(store, entries, candidate, aliases),
            progress=progress,
            wait=wait,
        )
    except OSError as error:
        raise PipelineError(
            f"Загрузка не записана: {error.strerror or error} ({error.filename or warehouse.folder}). "
            "Проверьте свободное место и права на папку; прежние данные остались на месте."
        ) from error
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    return _published(result, news)


def withdraw(
    warehouse: Warehouse, load: str, *, by: str = "", progress: Progress = silent, wait: float = 0
) -> BuildResult:
    """Take one load back and publish what remains; findings of grade ``error`` say why it cannot be."""
    from pipelines.loads import withdrawn

    store = Loads(warehouse)
    entry = store.named(load)
    entries = store.entries()
    candidate = withdrawn(entries, entry.id, by)
    return build(
        warehouse,
        loads=candidate,
        before_publishing=lambda: _save(store, entries, candidate, {}),
        progress=progress,
        wait=wait,
    )


def _save(store: Loads, seen: list[Load], candidate: list[Load], aliases: dict[str, str]) -> None:
    """Write the loads down, under the build's lock: nobody else's load of the meantime may be lost."""
    if store.entries() != seen:
        raise PipelineError(
            "Пока собирались данные, кто-то другой опубликовал или отозвал загрузку. Ничего не потеряно: "
            "проверьте новую разницу и повторите."
        )
    store.save(candidate, aliases)


def _published(result: BuildResult, news: Sequence[LoadedFile]) -> str | None:
    errors = [told for told in result.findings if told.grade == "error"]
    if errors:
        for file in news:
            file.findings += [told for told in errors if told.file == file.file]
        others = "; ".join(told.message for told in errors[:3])
        raise PipelineError(f"Загрузка не согласуется с остальными данными: {others}")
    return result.published


def _require_base(prepared: Prepared) -> None:
    current = prepared.warehouse.state().get("current")
    if current != prepared.base:
        raise PipelineError(
            "Пока вы смотрели, данные опубликовал кто-то другой. Повторите загрузку: изменения будут показаны "
            "относительно новых данных; ничего не потеряно."
        )


def _rename(file: LoadedFile, name: str) -> None:
    """Tell a file from another of the same name in the same call by its folder."""
    for told in file.findings:
        told.message = told.message.replace(file.file, name, 1)
        told.file = name
    if file.reading is not None:
        file.reading.file = name
    file.file = name


def _current(warehouse: Warehouse) -> Snapshot | None:
    try:
        return warehouse.open()
    except (NoSnapshot, SnapshotDamaged):
        return None


def _read(path: Path, context: Context, mapping: TableMapping | None) -> LoadedFile:
    file = LoadedFile(path.name, path)
    if path.suffix.lower() in boundaries.SUFFIXES:
        bounds = boundaries.read(path)
        file.sha256, file.reading, file.format = bounds.sha256, bounds, bounds.format
        file.rows, file.findings = bounds.rows, bounds.findings
        return file
    try:
        opened = open_file(path)
    except Refused as refusal:
        file.findings = [refusal.finding]
        return file
    file.opened, file.sha256 = opened, opened.sha256
    recognised = mapping is None or mapping.answers_alone or own_forms.is_register(opened)
    reading = recognise(opened, context) if recognised else None
    if mapping is not None and mapping.answers_alone and reading is not None:
        reading.aliases = dict(mapping.aliases)
    elif mapping is not None and not mapping.answers_alone and reading is None:
        reading = read_mapped(opened, mapping, context)
        reading.sha256 = opened.sha256
    if reading is None:
        sheets = ", ".join(table.sheet or "текст" for table in opened.tables[:5])
        file.findings = [*opened.findings, finding("unknown_format", file.file, seen=f"листы: {sheets}")]
        return file
    told_years = reading.observations.get("year", pd.Series(dtype=float)) if context.year else pd.Series(dtype=float)
    own_years = {int(year) for year in told_years.dropna().unique()}
    if own_years and context.year not in own_years:
        told = ", ".join(str(year) for year in sorted(own_years)[:5])
        reading.findings.append(finding("year_differs", file.file, seen=told, expected=context.year))
    file.reading, file.format, file.rows, file.findings = reading, reading.format, reading.rows, reading.findings
    return file


def _stage_all(
    prepared: Prepared, register: Register, catalogue: Catalogue, territory: str | None, progress: Progress
) -> None:
    connection = prepared.connection
    connection.execute("ATTACH ':memory:' AS stage")
    connection.execute(sql.read("schema"))
    connection.execute(sql.read("build/stage"))
    _write_catalogue(connection, catalogue)
    order = sorted(
        (number for number, file in enumerate(prepared.files, 1) if file.load and file.reading),
        key=lambda number: not prepared.files[number - 1].reading.declares_register,  # type: ignore[union-attr]
    )
    for number in order:
        file = prepared.files[number - 1]
        reading = file.reading
        assert reading is not None and file.load is not None
        match(reading, register, territory)
        file.findings = reading.findings
        file.observations += insert(
            connection, number, Source(file.file, file.sha256, file.load.kind), reading, register
        )
    if len(order) > 1:
        connection.execute(sql.read("build/latest_loads"))
    connection.execute(sql.read("build/repeated"))


def _described(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {code for (code,) in connection.execute("SELECT DISTINCT code FROM stage.territory").fetchall()}


def _write_catalogue(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """What the checks ask of the catalogue."""
    from pipelines.build import _write_catalogue as write

    write(connection, catalogue)


def _check(prepared: Prepared, current: Snapshot | None, catalogue: Catalogue) -> None:
    by_name: dict[str, LoadedFile] = {}
    for file in prepared.files:
        by_name.setdefault(file.file, file)
    found = run_checks(prepared.connection) + run_load_checks(
        prepared.connection, current, catalogue, prepared.replaced
    )
    for told in found:
        if told.file in by_name and not _told_already(told, by_name[told.file]):
            by_name[told.file].findings.append(told)
    for file in prepared.files:
        file.findings = told_once(file.findings)
        file.findings.sort(key=lambda told: GRADES.index(told.grade))


def _told_already(told: Finding, file: LoadedFile) -> bool:
    """Whether a reader has asked for what a check finds missing: a file without a year is asked about once."""
    asked = any(known.rule == "year_missing" for known in file.findings)
    return asked and told.rule == "year_impossible" and told.seen == NO_YEAR


def _write(prepared: Prepared, number: int, file: LoadedFile) -> Path:
    """The staged rows of one file as parquet in a folder of their own, ready to be moved into the store."""
    assert file.load is not None
    store = Loads(prepared.warehouse)
    folder = store.folder / f".{file.load.id}.{hashlib.sha256(str(id(prepared)).encode()).hexdigest()[:8]}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if file.reading is not None and file.reading.indicators:
        text = "\n".join(as_toml(entry) for entry in file.reading.indicators)
        (folder / "indicators.toml").write_text(text, encoding="utf-8", newline="\n")
    if file.reading is not None and file.reading.targets:
        (folder / "targets.toml").write_text(targets_toml(file.reading.targets), encoding="utf-8", newline="\n")
    if file.reading is not None:
        told = load_findings.as_json(file.findings, file.reading)
        (folder / load_findings.FILE).write_text(told, encoding="utf-8")
    for table in ("territory", "observation", "position", "trait", "boundary", "distribution", *DOCUMENT_TABLES):
        counted = prepared.connection.execute(
            f"SELECT count(*) FROM stage.{table} WHERE input_id = {number}"
        ).fetchone()
        if counted and counted[0]:
            path = str(folder / f"{table}.parquet").replace("'", "''")
            prepared.connection.execute(
                f"COPY (SELECT * EXCLUDE (input_id) FROM stage.{table} WHERE input_id = {number})"
                f" TO '{path}' (FORMAT parquet)"
            )
    return folder
