"""Builds a snapshot from input files and publishes it: files → readers → checks → staged tables → snapshot."""

from __future__ import annotations

import hashlib
import os
import shutil
import tomllib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import duckdb
import pyarrow as pa
from openpyxl import load_workbook

from pipelines import sql
from pipelines.catalogue import Catalogue, load_catalogue
from pipelines.catalogue.model import LEVELS, UNIT_NAMES
from pipelines.checks import findings_of, run_checks
from pipelines.comparison import sets
from pipelines.demo import ensure_demo
from pipelines.errors import PipelineError, SnapshotDamaged
from pipelines.loads import TABLES, Load, Loads, effective
from pipelines.own_indicators import extended
from pipelines.own_targets import with_targets
from pipelines.readers import bulk
from pipelines.readers.source_document import is_source_document, read_source_document
from pipelines.readers.staged import Finding, Staged
from pipelines.snapshot import DATA, SCHEMA_VERSION, Warehouse, now
from pipelines.suppression import hide_small_numbers

Progress = Callable[[str], None]
COLLECTIONS = ("sources", "demo", "own")


@dataclass(frozen=True)
class InputFile:
    """One file that goes into a snapshot; ``file`` is its name as told to people, relative to its folder."""

    path: Path
    file: str
    collection: str
    sha256: str
    kind: str


@dataclass
class BuildResult:
    """``published`` is the id of the served snapshot, or ``None`` when errors stopped the build."""

    published: str | None
    observations: int
    findings: list[Finding] = field(default_factory=list)
    unchanged: bool = False


def silent(_message: str) -> None:
    """Progress that nobody watches."""


def build(
    warehouse: Warehouse,
    *,
    sources: Path | None = None,
    catalogue: Catalogue | None = None,
    progress: Progress = silent,
    wait: float = 0,
    loads: Sequence[Load] | None = None,
    before_publishing: Callable[[], None] | None = None,
) -> BuildResult:
    """Build and publish a snapshot from ``sources`` alone, or from the shipped data, the demonstration and the loads.

    Unchanged inputs publish nothing. Findings of grade ``error`` stop the build, all of them are returned and the
    last good snapshot stays served. ``loads`` stand for those of the store (a load that is about to be published,
    or to be withdrawn); ``before_publishing`` is called under the lock when the snapshot is good, and may refuse.
    Raises :class:`PipelineError` for anything that makes building impossible.
    """
    catalogue = catalogue or load_catalogue()
    lock = warehouse.lock(wait)
    try:
        building = warehouse.folder / "building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        inputs = _inputs_of(sources) if sources else _default_inputs(warehouse, catalogue, progress, loads)
        if not sources:
            store = Loads(warehouse)
            catalogue = with_targets(extended(catalogue, store.declared(loads)), store.targets(loads))
        fingerprint = _fingerprint(inputs, catalogue)
        state = warehouse.state()
        if state.get("fingerprint") == fingerprint and warehouse.path(state["current"]).exists():
            # a damaged snapshot is no reason to refuse: it is built anew
            with suppress(SnapshotDamaged), warehouse.open(state["current"]) as snapshot:
                return BuildResult(snapshot.id, int(snapshot.meta["observations"]), _kept_findings(snapshot), True)
        moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"[:-3]  # to the millisecond, so that ids sort by time
        name = f"{moment}-{fingerprint[:10]}"
        target = building / f"{name}.duckdb"
        try:
            result = _fill(target, building, name, inputs, catalogue, fingerprint, progress)
        except duckdb.Error as error:
            raise PipelineError(
                f"Снимок не собран: {_first_line(error)} Если дело в диске, проверьте свободное место и права на папку "
                f"{warehouse.folder}; если в данных — строку, которую называет сообщение. "
                "Прежние данные остались на месте."
            ) from error
        if any(finding.grade == "error" for finding in result.findings):
            return result
        if before_publishing:
            before_publishing()
        os.replace(target, warehouse.path(name))
        warehouse.point_at(name, event="build", fingerprint=fingerprint)
        progress(f"Опубликован снимок {name}")
        return result
    except OSError as error:
        raise PipelineError(
            f"Снимок не собран: {error.strerror or error} ({error.filename or warehouse.folder}). "
            "Проверьте свободное место и права на папку; прежние данные остались на месте."
        ) from error
    finally:
        shutil.rmtree(warehouse.folder / "building", ignore_errors=True)
        lock.release()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _kept_findings(snapshot: object) -> list[Finding]:
    rows = snapshot.rows(  # type: ignore[attr-defined]
        "SELECT grade, file, sheet, cell, rule, message, count, seen, expected FROM finding"
    )
    return [Finding(**row) for row in rows]


def _default_inputs(
    warehouse: Warehouse, catalogue: Catalogue, progress: Progress, loads: Sequence[Load] | None = None
) -> list[InputFile]:
    inputs = _shipped_inputs(warehouse, catalogue, progress)
    store = Loads(warehouse)
    chosen = effective(store.entries() if loads is None else loads)
    return inputs + [InputFile(store.folder / e.id, e.file, "own", e.sha256, e.kind) for e in chosen]


def _shipped_inputs(warehouse: Warehouse, catalogue: Catalogue, progress: Progress) -> list[InputFile]:
    """The source documents and the demonstration region."""
    inputs = _inputs_of(DATA / "sources", "sources")
    return inputs + _inputs_of(ensure_demo(warehouse.folder / "demo", catalogue, progress))


def _inputs_of(folder: Path, collection: str | None = None) -> list[InputFile]:
    """The files of a folder; its ``collection.toml`` says to which collection they belong."""
    if not folder.is_dir():
        raise PipelineError(f"Папки с данными нет: {folder}")
    manifest = folder / "collection.toml"
    if manifest.exists():
        try:
            collection = tomllib.loads(manifest.read_text(encoding="utf-8")).get("collection")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PipelineError(f"{manifest}: файл не читается ({error}).") from error
        if collection not in COLLECTIONS:
            raise PipelineError(f"{manifest}: collection должна быть одной из {', '.join(COLLECTIONS)}.")
    inputs = []
    for path in sorted(folder.rglob("*")):
        kind = _kind(path)
        if kind:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            owner = collection or ("sources" if kind == "source_document" else "own")
            inputs.append(InputFile(path, path.relative_to(folder).as_posix(), owner, digest, kind))
    if not inputs:
        raise PipelineError(f"В папке {folder} нет файлов, которые можно загрузить (.xlsx, .parquet, .csv, .geojson).")
    return inputs


def _kind(path: Path) -> str | None:
    if path.name.startswith(("~$", ".")) or not path.is_file():
        return None
    if path.suffix.lower() == ".xlsx":
        return "source_document"
    if path.suffix.lower() in (".parquet", ".csv") and bulk.table_of(path):
        return "parquet"
    return "boundaries" if path.suffix.lower() == ".geojson" else None


def _fingerprint(inputs: list[InputFile], catalogue: Catalogue) -> str:
    digest = hashlib.sha256(f"{SCHEMA_VERSION} {catalogue.hash}".encode())
    for name in [name for folder in ("build", "checks", "tests") for name in sql.names(folder)] + ["schema"]:
        digest.update(sql.read(name).encode())
    for entry in sorted(inputs, key=lambda i: (i.collection, i.file)):
        digest.update(f"\n{entry.collection} {entry.file} {entry.sha256}".encode())
    for load in (entry for entry in inputs if entry.kind.startswith("load")):
        digest.update(f"\n{load.path.name}".encode())
    return digest.hexdigest()


def _fill(
    target: Path,
    building: Path,
    name: str,
    inputs: list[InputFile],
    catalogue: Catalogue,
    fingerprint: str,
    progress: Progress,
) -> BuildResult:
    """Write the snapshot's file; returns findings, with errors when it must not be published."""
    connection = duckdb.connect(str(target), config={"temp_directory": str(building), "preserve_insertion_order": True})
    try:
        stage = str(building / "stage.duckdb").replace("'", "''")
        connection.execute(f"ATTACH '{stage}' AS stage")
        return _fill_open(connection, name, inputs, catalogue, fingerprint, progress)
    finally:
        with suppress(duckdb.Error):  # a full disk has been told already
            connection.close()


def _fill_open(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    inputs: list[InputFile],
    catalogue: Catalogue,
    fingerprint: str,
    progress: Progress,
) -> BuildResult:
    connection.execute(sql.read("schema"))
    connection.execute(sql.read("build/stage"))
    _write_catalogue(connection, catalogue)
    findings: list[Finding] = []
    for number, entry in enumerate(inputs, start=1):
        progress(f"Чтение {number} из {len(inputs)}: {entry.file}")
        staged = _read(entry)
        findings += staged.findings
        rows = _stage(connection, staged, number)
        connection.execute(
            "INSERT INTO input VALUES (?, ?, ?, ?, ?, ?)",
            [number, entry.collection, entry.file, entry.sha256, entry.kind, rows],
        )
    if any(entry.kind.startswith("load") for entry in inputs):
        connection.execute(sql.read("build/latest_loads"))
        connection.execute(sql.read("build/documents"))
    progress("Проверки")
    connection.execute(sql.read("build/repeated"))
    findings += run_checks(connection)
    if any(finding.grade == "error" for finding in findings):
        return BuildResult(None, 0, findings)
    progress("Сводные значения")
    for step in ("load", "rollup", "mechanisms"):
        connection.execute(sql.read(f"build/{step}"))
    sets.freeze(connection, catalogue.similar)
    findings += findings_of(
        connection,
        sql.read("build/disagreement"),
        rule="published_disagrees_with_sum",
        grade="warning",
        message="опубликованные значения показателя «{seen}» расходятся с суммой по отчитавшимся ({count}). "
        "Показаны опубликованные; уточните у составителя.",
    )
    progress("Защита малых чисел")
    hide_small_numbers(connection)
    for test in sql.names("tests"):
        offending = connection.execute(sql.read(test)).fetchmany(3)
        if offending:
            raise PipelineError(
                f"Снимок не прошёл проверку {test}: {offending} ({sql.read(test).splitlines()[0]}). "
                "Прежние данные остались на месте."
            )
    connection.execute(sql.read("build/views"))
    counted = connection.execute("SELECT count(*) FROM figure WHERE basis <> 'computed'").fetchone()
    observations = int(counted[0]) if counted else 0
    if findings:
        connection.executemany(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [[f.grade, f.file, f.sheet, f.cell, f.rule, f.count, f.seen, f.expected, f.message] for f in findings],
        )
    meta = {
        "id": name,
        "created": now(),
        "schema": SCHEMA_VERSION,
        "fingerprint": fingerprint,
        "catalogue": catalogue.hash,
        "observations": str(observations),
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", list(meta.items()))
    connection.execute("DETACH stage")
    connection.execute("CHECKPOINT")
    return BuildResult(name, observations, findings)


def _read(entry: InputFile) -> Staged:
    if entry.kind.startswith("load"):
        found = {table: entry.path / f"{table}.parquet" for table in TABLES}
        return Staged(parquet={table: str(path) for table, path in found.items() if path.exists()})
    if entry.kind == "parquet":
        return bulk.read_table(entry.path)
    if entry.kind == "boundaries":
        return bulk.read_boundaries(entry.path, entry.file)
    try:
        sheets = load_workbook(entry.path, read_only=True).sheetnames
        if not is_source_document(sheets):
            message = (
                f"{entry.file}: это не книга документа: нет листов «О документе» и «Содержание» "
                f"(есть: {', '.join(sheets)}). Возьмите за образец файлы из data/sources."
            )
            return Staged(findings=[Finding("error", entry.file, None, None, "unknown_format", message)])
        return read_source_document(entry.path, entry.file)
    except (BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        message = (
            f"{entry.file}: файл повреждён или это не книга Excel ({error}). Откройте его в Excel и сохраните заново."
        )
        return Staged(findings=[Finding("error", entry.file, None, None, "unreadable_file", message)])


def _stage(connection: duckdb.DuckDBPyConnection, staged: Staged, number: int) -> int:
    """Put one file's rows into the staging tables (documents go straight to their own) and count them."""
    rows = 0
    for table in staged.rows:
        arrow = staged.arrow(table)
        rows += arrow.num_rows
        owner = "main" if table.startswith("document") else "stage"
        if table in ("document",) or owner != "main":
            arrow = arrow.append_column("input_id", pa.array([number] * arrow.num_rows, pa.uint16()))
        connection.register("arrow_rows", arrow)
        connection.execute(f"INSERT INTO {owner}.{table} BY NAME SELECT * FROM arrow_rows")
        connection.unregister("arrow_rows")
    for table, path in staged.parquet.items():
        known = {row[0] for row in connection.execute(f"DESCRIBE stage.{table}").fetchall()}
        source = bulk.source(path)
        given = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}", [path]).fetchall()]
        columns = ", ".join(f'"{column}"' for column in given if column in known)
        inserted = connection.execute(
            f"INSERT INTO stage.{table} BY NAME SELECT {columns}, {number} AS input_id FROM {source}",
            [path],
        ).fetchone()
        rows += int(inserted[0]) if inserted else 0
    return rows


def _write_catalogue(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    connection.execute("CREATE TEMP TABLE edition_mechanism (edition VARCHAR, mechanism VARCHAR)")
    indicators = list(enumerate(catalogue.indicators.values(), start=1))
    _insert(connection, "catalogue_file", catalogue.texts.items())
    _insert(
        connection,
        "edition_mechanism",
        [(edition.code, entry.code) for edition in catalogue.editions for entry in edition.mechanisms],
    )
    _insert(
        connection,
        "indicator",
        [
            (number, indicator.code, indicator.mechanism, indicator.family, indicator.unit, UNIT_NAMES[indicator.unit],
             indicator.period, indicator.aggregation, LEVELS.index(indicator.base_level) + 1,
             catalogue.nouns[indicator.counts].person, indicator.minimum_n)
            for number, indicator in indicators
        ],
    )  # fmt: skip
    _insert(
        connection,
        "indicator_type",
        [(number, kind) for number, indicator in indicators for kind in indicator.organisation_types],
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows to a table in one step: a statement a row would cost more than all the checks of a small file."""
    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    if not columns:
        return
    connection.register("arrow_rows", pa.table(columns, names=[f"c{number}" for number in range(len(columns))]))
    connection.execute(f"INSERT INTO {table} SELECT * FROM arrow_rows")
    connection.unregister("arrow_rows")
