"""One file holds everything that people made and brings it back, whole or not at all, to either kind of database."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL

from pipelines import backup as backups
from pipelines.backup import backup, restore
from pipelines.errors import PipelineError
from pipelines.loads import Load, Loads
from pipelines.snapshot import Snapshot, Warehouse
from pipelines.store import Decision, Store, ensure_seeded, open_store
from pipelines.store.portable import dump


@pytest.fixture
def warehouse(built_warehouse: Path, tmp_path: Path) -> Warehouse:
    """A copy with a published snapshot and one load with its original and its rows."""
    ignored = shutil.ignore_patterns("demo", "*.sqlite*")
    home = Warehouse(shutil.copytree(built_warehouse, tmp_path / "wh", ignore=ignored))
    loads = Loads(home)
    (loads.folder / "abc").mkdir(parents=True)
    (loads.folder / "abc" / "observation.parquet").write_bytes(b"rows")
    (loads.folder / "originals").mkdir()
    (loads.folder / "originals" / "f00.xlsx").write_bytes(b"original")
    loads.save([Load("abc", "свод.xlsx", "f00", "flat", 1, 1, "2024-05-20T10:00:00Z", original="f00.xlsx")])
    return home


@pytest.fixture
def filled(store: Store, snapshot: Snapshot, secretary) -> Store:
    """A store in which somebody has written: a decision of the protocol was carried out."""
    ensure_seeded(store, snapshot)
    one = decision(store, "3.2")
    store.save_decision(replace(one, state="done", done="Модель утверждена"), secretary)
    return store


def decision(store: Store, number: str) -> Decision:
    meetings = store.meetings("sources", "RU-KYA-lesosibirsk")
    return next(d for d in store.decisions([m.id for m in meetings]) if d.number == number)


def files(warehouse: Warehouse) -> dict[str, bytes]:
    return {
        p.relative_to(warehouse.folder).as_posix(): p.read_bytes()
        for p in sorted(warehouse.folder.rglob("*"))
        if p.is_file() and p.suffix != ".lock" and "backups" not in p.parts
    }


def test_everything_comes_back_to_an_empty_machine(
    warehouse: Warehouse, filled: Store, tmp_path: Path, secretary
) -> None:
    """From either database to a new SQLite file: the same rows, the same files, and the counters go on."""
    told = backup(tmp_path / "копия.zip", warehouse, filled)
    assert (told.snapshots, told.loads, told.decisions) == (1, 1, 21)  # 13 of the protocol, 8 of the demonstration
    empty = Warehouse(tmp_path / "new machine")
    fresh = open_store(URL.create("sqlite", database=str(empty.folder / "store.sqlite")))
    back = restore(tmp_path / "копия.zip", empty, fresh, by="tester")
    assert back.kept is None and back.warnings == ()
    assert dump(fresh) == dump(filled)
    assert empty.current() == warehouse.current()
    with empty.open() as snapshot:
        assert int(snapshot.meta["observations"]) > 0
    assert Loads(empty).original(Loads(empty).entries()[0]).read_bytes() == b"original"
    assert empty.history()[-1]["event"] == "restore"
    one = decision(fresh, "3.2")
    added = fresh.add_decision(replace(one, id=0, version=0, number="3.4"), secretary)
    assert added.id not in {d.id for d in filled.decisions([one.meeting_id])}


def test_back_into_the_same_database_after_later_work(
    warehouse: Warehouse, filled: Store, tmp_path: Path, secretary
) -> None:
    """What was written after the backup goes, and stands in the file that the restore keeps."""
    backup(tmp_path / "b.zip", warehouse, filled)
    one = decision(filled, "3.2")
    filled.save_decision(replace(one, done="Позднейший текст"), secretary)
    back = restore(tmp_path / "b.zip", warehouse, filled)
    assert decision(filled, "3.2").done == "Модель утверждена"
    assert back.kept is not None and back.kept.exists()
    restore(back.kept, warehouse, filled)
    assert decision(filled, "3.2").done == "Позднейший текст"
    # A server's counters go on after the rows that came back.
    assert filled.add_decision(replace(one, id=0, version=0, number="9.9"), secretary).id > one.id


def test_failure_at_the_last_moment_changes_nothing(
    warehouse: Warehouse, filled: Store, tmp_path: Path, secretary, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(tmp_path / "b.zip", warehouse, filled)
    filled.save_decision(replace(decision(filled, "3.2"), done="Позднейший текст"), secretary)
    state = warehouse.state() | {"fingerprint": "later"}
    warehouse.pointer.write_text(json.dumps(state), encoding="utf-8")
    before, rows = files(warehouse), dump(filled)
    real = backups._point

    def fails(*arguments: object) -> None:
        real(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_point", fails)
    with pytest.raises(PipelineError):
        restore(tmp_path / "b.zip", warehouse, filled)
    assert dump(filled) == rows
    changed = {name for name, data in files(warehouse).items() if before.get(name) != data}
    assert changed <= {"history.jsonl"}


@pytest.mark.parametrize("damage", ["cut", "changed", "foreign", "outside", "newer"])
def test_damaged_file_is_refused_before_anything_changes(
    warehouse: Warehouse, filled: Store, tmp_path: Path, damage: str
) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    backup(good, warehouse, filled)
    if damage == "cut":
        bad.write_bytes(good.read_bytes()[:-2000])
    elif damage == "foreign":
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("readme.txt", "hello")
    else:
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if damage == "changed" and name.startswith("warehouse/loads/originals/"):
                    data = b"another"
                if name == "manifest.json":
                    manifest = json.loads(data)
                    if damage == "newer":
                        manifest["format"] = 99
                    if damage == "outside":
                        manifest["files"]["warehouse/loads/../../evil"] = "0"
                    data = json.dumps(manifest).encode()
                new.writestr(name, data)
            if damage == "outside":
                new.writestr("warehouse/loads/../../evil", b"evil")
    before, rows = files(warehouse), dump(filled)
    with pytest.raises(PipelineError):
        restore(bad, warehouse, filled)
    assert files(warehouse) == before and dump(filled) == rows
    assert not (tmp_path / "evil").exists()


def test_no_half_of_a_backup_stays(warehouse: Warehouse, filled: Store, tmp_path: Path) -> None:
    """A folder stands where the file should: refused in words, and nothing is left beside it."""
    (tmp_path / "out" / "b.zip").mkdir(parents=True)
    with pytest.raises(PipelineError, match="Не получилось"):
        backup(tmp_path / "out" / "b.zip", warehouse, filled)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["b.zip"]


def test_commands(root: Path, warehouse: Warehouse, tmp_path: Path) -> None:
    """``backup`` and ``restore`` as typed; a file that is not there ends with status 1 and a sentence."""

    def run(*arguments: object) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "pipelines", *map(str, arguments), "--warehouse", str(warehouse.folder)]
        return subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8")

    done = run("backup", tmp_path / "c.zip")
    assert done.returncode == 0, done.stderr
    done = run("restore", tmp_path / "c.zip")
    assert done.returncode == 0 and "Прежнее сохранено" in done.stderr, done.stderr
    missing = run("restore", tmp_path / "none.zip")
    assert missing.returncode == 1 and "нет" in missing.stderr and "Traceback" not in missing.stderr
