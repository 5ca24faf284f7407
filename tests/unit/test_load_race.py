"""Two people publish at the same instant: one wins, the other is told, and no load is lost."""

from pathlib import Path

import pytest

from pipelines import loading
from pipelines.errors import PipelineError
from pipelines.loads import Load, Loads
from pipelines.snapshot import Warehouse


def load(name: str) -> Load:
    """One entry of the manifest."""
    return Load(id=name, file=f"{name}.xlsx", sha256=name, format="observations", rows=1, observations=1, when="2024")


def test_a_load_published_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    store = Loads(Warehouse(tmp_path))
    seen = store.entries()  # both begin from here
    store.save([load("first")])  # … and the first is faster
    with pytest.raises(PipelineError, match="Ничего не потеряно"):
        loading._save(store, seen, [*seen, load("second")], {})
    assert [entry.id for entry in store.entries()] == ["first"]


def test_without_anybody_else_it_is_written(tmp_path: Path) -> None:
    store = Loads(Warehouse(tmp_path))
    loading._save(store, store.entries(), [load("only")], {})
    assert [entry.id for entry in store.entries()] == ["only"]
