"""A snapshot never changes, is published in one step, and the last good one stays whatever happens to a build."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from pipelines import queries
from pipelines.build import build
from pipelines.errors import NoSnapshot, PipelineError, SnapshotDamaged, UnknownCode
from pipelines.snapshot import Warehouse

SOURCES = Path("data/sources")


@pytest.fixture
def protocol(root: Path, tmp_path: Path) -> Path:
    """A folder with the council protocol alone."""
    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(root / SOURCES / "004_council_protocol.xlsx", folder)
    return folder


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """An empty warehouse."""
    return Warehouse(tmp_path / "склад данных")


def grow(root: Path, folder: Path) -> None:
    """Another document arrives."""
    shutil.copy(root / SOURCES / "003_low_results_schools.xlsx", folder)


def test_the_protocol_is_told_as_published(warehouse: Warehouse, protocol: Path) -> None:
    build(warehouse, sources=protocol)
    with warehouse.open() as snapshot:
        frame = queries.mechanisms(snapshot, collection="sources").set_index("mechanism")
    # The figures of the protocol of 16.12.2019, read from the document itself.
    assert frame["percent"].dropna().to_dict() == {
        "assessment": 86.4, "objectivity": 78.6, "leaders": 0.0, "development": 11.1,
        "methodology": 21.4, "support": 53.8, "guidance": 62.5,
    }  # fmt: skip
    assert frame.loc["talent", "absence"] == "not_published"
    # A loader that takes the missing figure as 0 would give 39.2 over eight instead of 44.8 over seven.
    assert round(frame["percent"].mean(), 1) == 44.8


def test_unchanged_inputs_publish_nothing(warehouse: Warehouse, protocol: Path) -> None:
    first = build(warehouse, sources=protocol)
    again = build(warehouse, sources=protocol)
    assert again.published == first.published and again.unchanged
    assert len(warehouse.snapshots()) == 1


def test_a_rollback_is_not_undone_by_the_next_start(root: Path, warehouse: Warehouse, protocol: Path) -> None:
    first = build(warehouse, sources=protocol).published
    grow(root, protocol)
    second = build(warehouse, sources=protocol).published
    assert first and second and first != second
    warehouse.rollback(first)
    assert build(warehouse, sources=protocol).published == first
    assert warehouse.current() == first
    assert [info.current for info in warehouse.snapshots()] == [False, True]


def test_errors_stop_a_build_and_all_of_them_are_told(warehouse: Warehouse, protocol: Path) -> None:
    good = build(warehouse, sources=protocol).published
    (protocol / "half.xlsx").write_bytes((protocol / "004_council_protocol.xlsx").read_bytes()[:5000])
    (protocol / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    result = build(warehouse, sources=protocol)
    assert result.published is None
    assert {finding.file for finding in result.findings if finding.grade == "error"} == {"half.xlsx", "picture.xlsx"}
    assert warehouse.current() == good


def test_an_earlier_snapshot_answers_while_a_new_one_is_published(
    root: Path, warehouse: Warehouse, protocol: Path
) -> None:
    build(warehouse, sources=protocol)
    grow(root, protocol)
    stop, seen, failures = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            try:
                with warehouse.open() as snapshot:
                    rows = len(queries.mechanisms(snapshot)), len(queries.figures(snapshot, ["support_risk_04"]))
                    seen.add(rows)
            except Exception as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    build(warehouse, sources=protocol)
    time.sleep(0.5)
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures
    # Never half a load: the eight mechanisms alone, or with both years of the risk factor.
    assert seen == {(8, 0), (8, 2)}


@pytest.mark.parametrize("delay", [0.3, 0.8, 1.2, 1.6])
def test_a_build_killed_at_any_moment_leaves_the_old_snapshot(
    root: Path, warehouse: Warehouse, protocol: Path, delay: float
) -> None:
    good = build(warehouse, sources=protocol).published
    grow(root, protocol)
    command = [
        sys.executable,
        "-m",
        "pipelines",
        "build",
        "--sources",
        str(protocol),
        "--warehouse",
        str(warehouse.folder),
    ]
    process = subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    with warehouse.open() as snapshot:
        assert len(queries.mechanisms(snapshot)) == 8
    # The lock died with its owner, and what the killed build left is swept.
    after = build(warehouse, sources=protocol)
    assert after.published and after.published != good
    assert not (warehouse.folder / "building").exists()


def test_two_builds_at_once_one_is_told_to_wait(warehouse: Warehouse, protocol: Path) -> None:
    lock = warehouse.lock()
    try:
        with pytest.raises(PipelineError, match="Другая сборка уже идёт"):
            build(warehouse, sources=protocol)
    finally:
        lock.release()


def test_a_damaged_snapshot_is_said_and_listed(warehouse: Warehouse, protocol: Path) -> None:
    snapshot = build(warehouse, sources=protocol).published
    assert snapshot
    path = warehouse.path(snapshot)
    path.write_bytes(path.read_bytes()[:4096] + b"\0" * 4096)
    with pytest.raises(SnapshotDamaged, match="повреждён"):
        warehouse.open()
    assert warehouse.snapshots()[0].damaged


def test_a_snapshot_is_locked_down(warehouse: Warehouse, protocol: Path, tmp_path: Path) -> None:
    build(warehouse, sources=protocol)
    with warehouse.open() as snapshot:
        for attempt in (
            "INSERT INTO meta VALUES ('a', 'b')",
            f"COPY meta TO '{tmp_path / 'out.csv'}'",
            "SELECT * FROM read_csv('pyproject.toml')",
            f"ATTACH '{tmp_path / 'x.duckdb'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                snapshot.cursor().execute(attempt)


def test_nothing_published_yet_says_what_to_do(warehouse: Warehouse) -> None:
    with pytest.raises(NoSnapshot, match="python -m pipelines build"):
        warehouse.open()


def test_rollback_to_nowhere(warehouse: Warehouse, protocol: Path) -> None:
    build(warehouse, sources=protocol)
    with pytest.raises(UnknownCode):
        warehouse.rollback("20200101T000000-0000000000")


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root writes anywhere")
def test_a_read_only_warehouse_is_said(warehouse: Warehouse, protocol: Path) -> None:
    warehouse.folder.mkdir()
    warehouse.folder.chmod(0o500)
    with pytest.raises(PipelineError, match="нельзя писать"):
        build(warehouse, sources=protocol)


def test_a_snapshot_carries_its_inputs_and_catalogue(warehouse: Warehouse, protocol: Path) -> None:
    build(warehouse, sources=protocol)
    info = warehouse.snapshots()[0]
    assert [(i["file"], i["collection"], len(i["sha256"])) for i in info.inputs] == [
        ("004_council_protocol.xlsx", "sources", 64)
    ]
    with warehouse.open() as snapshot:
        assert snapshot.catalogue.mechanisms["talent"].code == "talent"
        assert snapshot.meta["catalogue"] == snapshot.catalogue.hash


def test_the_pointer_is_never_half_written(warehouse: Warehouse, protocol: Path) -> None:
    build(warehouse, sources=protocol)
    assert json.loads(warehouse.pointer.read_text())["current"] == warehouse.current()
    warehouse.pointer.write_text("{")
    with pytest.raises(SnapshotDamaged, match="Указатель"):
        warehouse.open()


def test_a_damaged_snapshot_is_built_anew_from_unchanged_inputs(warehouse: Warehouse, protocol: Path) -> None:
    first = build(warehouse, sources=protocol).published
    assert first
    warehouse.path(first).write_bytes(b"not a database")
    second = build(warehouse, sources=protocol).published
    assert second and second != first
    with warehouse.open() as snapshot:
        assert len(queries.mechanisms(snapshot)) == 8


def test_a_full_disk_is_said_and_costs_nothing(
    warehouse: Warehouse, protocol: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = build(warehouse, sources=protocol).published
    grow(root, protocol)

    def full(*_: object) -> None:
        raise duckdb.FatalException("FATAL Error: Could not write file: No space left on device")

    monkeypatch.setattr("pipelines.build.hide_small_numbers", full)
    with pytest.raises(PipelineError, match="проверьте свободное место"):
        build(warehouse, sources=protocol)
    assert warehouse.current() == good
    with warehouse.open() as snapshot:
        assert len(queries.mechanisms(snapshot)) == 8
