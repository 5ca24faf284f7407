"""A store of each kind: SQLite in a file, and a real PostgreSQL server where its programs are installed."""

import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from pipelines.snapshot import Snapshot, Warehouse
from pipelines.store import Store, open_store
from pipelines.store.engine import forget


@dataclass(frozen=True)
class Hand:
    """An editor's proof as the pages give it."""

    name: str


@pytest.fixture
def secretary() -> Hand:
    return Hand("секретарь совета")


@pytest.fixture
def methodist() -> Hand:
    return Hand("методист")


@pytest.fixture(scope="session")
def snapshot(built_warehouse: Path) -> Iterator[Snapshot]:
    with Warehouse(built_warehouse).open() as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """The address of a PostgreSQL server of this run; skipped by name where there is none to start."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: the store is tested with SQLite alone")
    # The server refuses to run as root, and must be able to reach its folder.
    home = Path(tempfile.mkdtemp(prefix="store-"))
    as_server: list[str] = []
    if getpass.getuser() == "root":
        if shutil.which("runuser") is None:
            pytest.skip("PostgreSQL does not run as root and there is no runuser")
        shutil.chown(home, "postgres")
        home.chmod(0o700)
        as_server = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cluster, log = home / "cluster", home / "log"
    quiet = {"check": True, "capture_output": True, "cwd": home}
    subprocess.run(
        [*as_server, programs / "initdb", "-D", cluster, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"],
        **quiet,
    )
    options = f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off"
    # Its output goes to a file: a pipe would stay open as long as the server lives.
    start = [*as_server, programs / "pg_ctl", "-D", cluster, "-l", log, "-o", options, "-w", "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=home)
    try:
        yield URL.create("postgresql+psycopg", "tester", host="127.0.0.1", port=port, database="postgres")
    finally:
        subprocess.run([*as_server, programs / "pg_ctl", "-D", cluster, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path | None:
    """The folder of ``initdb``: on the path, or where Debian keeps it."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else [Path(p) for p in sorted(glob.glob("/usr/lib/postgresql/*/bin"))]
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "папка с пробелом" / "store.sqlite"))
        forget()
        return
    server: URL = request.getfixturevalue("postgres")
    name = f"store_{os.getpid()}_{abs(hash(tmp_path)) % 10**9}"
    root = create_engine(server, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name)
    forget()
    with root.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    root.dispose()


@pytest.fixture
def store(address: URL) -> Store:
    """A store whose schema was just made."""
    return open_store(address)
