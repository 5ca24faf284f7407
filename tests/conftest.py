"""What holds for every test: one idea of where the repository is, and hands off the user's own data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Shared, slow machines run these tests: an example may take its time, it only has to hold.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def private_warehouse(tmp_path_factory: pytest.TempPathFactory):
    """A test that names no warehouse writes to a temporary one, never to the user's `data/warehouse/`."""
    before = os.environ.get("PIPELINES_WAREHOUSE")
    os.environ["PIPELINES_WAREHOUSE"] = str(tmp_path_factory.mktemp("warehouse"))
    yield
    if before is None:
        del os.environ["PIPELINES_WAREHOUSE"]
    else:
        os.environ["PIPELINES_WAREHOUSE"] = before


@pytest.fixture(scope="session")
def built_warehouse(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one snapshot of the shipped sources and the demonstration region, built once a run.

    All workers read the same folder: a test that changes anything takes a copy.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    warehouse = shared / "built"
    with FileLock(shared / "built.lock"):
        if not (shared / "built.done").exists():
            command = [sys.executable, "-m", "pipelines", "build", "--warehouse", str(warehouse)]
            done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8")
            assert done.returncode == 0, f"the shipped data cannot be built:\n{done.stderr}"
            (shared / "built.done").touch()
    return warehouse
