"""One snapshot of the shipped documents and the demonstration region for all tests of programmes."""

from pathlib import Path

import pytest

from pipelines.snapshot import Warehouse


@pytest.fixture(scope="module")
def snapshot(built_warehouse: Path):
    with Warehouse(built_warehouse).open() as opened:
        yield opened
