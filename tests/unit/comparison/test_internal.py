"""Hidden figures for authorised internal use: off by default, and never without a trace."""

import json
from pathlib import Path

import pytest

from pipelines import queries
from pipelines.comparison.internal import NotAllowed, allow, record, reveal, unhidden
from pipelines.snapshot import Snapshot, Warehouse
from tests.unit.comparison.region import SHARE, row, small_region


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    rows = [row("d1-s1", 2024, 3, 5), row("d1-s2", 2024, 20, 30), row("d1-s3", 2024, 60, 100)]
    return small_region(tmp_path, rows, ["d1-s1", "d1-s2", "d1-s3"])


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_it_is_off_by_default(monkeypatch: pytest.MonkeyPatch, warehouse: Warehouse) -> None:
    monkeypatch.delenv("SHOW_SMALL_NUMBERS", raising=False)
    with pytest.raises(NotAllowed, match="SHOW_SMALL_NUMBERS"):
        allow("Редактор", "сверка", warehouse)
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "true")  # only the one documented value switches it on
    with pytest.raises(NotAllowed):
        allow("Редактор", "сверка", warehouse)


def test_an_editor_and_a_purpose_are_named(monkeypatch: pytest.MonkeyPatch, warehouse: Warehouse) -> None:
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    with pytest.raises(NotAllowed, match="цель"):
        allow("Редактор", " ", warehouse)


def test_hidden_figures_are_filled_in_and_the_use_is_written(
    monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot, warehouse: Warehouse
) -> None:
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    use = allow("Редактор", "сверка", warehouse)
    found = queries.figures(snapshot, [SHARE], level="school", internal=use).set_index("territory")
    assert found.loc["d1-s1", ["numerator", "denominator", "percent"]].tolist() == [3, 5, 60]
    assert found["internal"].to_dict() == {"d1-s1": True, "d1-s2": True, "d1-s3": False}
    assert found["absence"].isna().all()
    (line,) = (warehouse.folder / "internal_use.jsonl").read_text(encoding="utf-8").splitlines()
    entry = json.loads(line)
    assert (entry["editor"], entry["purpose"], entry["figures"]) == ("Редактор", "сверка", 2)
    assert entry["indicators"] == [SHARE] and entry["snapshot"] == snapshot.id


def test_without_a_log_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot, warehouse: Warehouse
) -> None:
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    use = allow("Редактор", "сверка", warehouse)
    (warehouse.folder / "internal_use.jsonl").mkdir()  # a folder in its place cannot be written to
    with pytest.raises(NotAllowed, match="журнал"):
        reveal(snapshot, queries.figures(snapshot, [SHARE]), use)


def test_a_permission_ends_with_the_setting(
    monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot, warehouse: Warehouse
) -> None:
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    use = allow("Редактор", "сверка", warehouse)
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "0")
    with pytest.raises(NotAllowed):
        reveal(snapshot, queries.figures(snapshot, [SHARE]), use)


def test_a_whole_snapshot_is_unhidden_for_its_user_alone(
    monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot, warehouse: Warehouse
) -> None:
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    use = allow("Редактор", "сверка", warehouse)
    with unhidden(snapshot, use) as whole:
        found = queries.figures(whole, [SHARE], level="school").set_index("territory")
        assert found["denominator"].to_dict() == {"d1-s1": 5, "d1-s2": 30, "d1-s3": 100}
        assert found["absence"].isna().all()
        # What is kept of answers is kept by these two: nobody else's question finds an answer from here.
        assert whole.id != snapshot.id and whole.path != snapshot.path
    shown = queries.figures(snapshot, [SHARE], level="school").set_index("territory")
    assert shown["absence"].eq("suppressed").tolist() == [True, True, False]


def test_a_snapshot_is_not_unhidden_once_it_is_switched_off(
    monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot, warehouse: Warehouse
) -> None:
    monkeypatch.setenv("SHOW_SMALL_NUMBERS", "1")
    use = allow("Редактор", "сверка", warehouse)
    monkeypatch.delenv("SHOW_SMALL_NUMBERS")
    with pytest.raises(NotAllowed):
        unhidden(snapshot, use)
    with pytest.raises(NotAllowed):
        record(snapshot, use, "compare", {})
    assert not use.log.exists()
