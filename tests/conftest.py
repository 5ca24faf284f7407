"""What holds for every test: one idea of where the repository is, and hands off the user's own data."""

import os
from pathlib import Path

import pytest
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
