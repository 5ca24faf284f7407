"""Pinned pairs are kept with their reason, one a school and year, in either kind of database."""

from dataclasses import replace

import pytest

from pipelines.errors import UnknownCode
from pipelines.store import Refused, Store
from pipelines.store.pins import Pin, add_pin, pins, remove_pin
from pipelines.store.portable import dump, modern, write

PIN = Pin("demo", "demo", 2024, "demo-d01-s001", "demo-d02-s002", "общий микрорайон, дети ходят в обе школы")


def test_a_pin_is_kept_with_its_reason_and_by_whom(store: Store, methodist) -> None:
    add_pin(store, PIN, methodist)
    (kept,) = pins(store, "demo", "demo", 2024)
    assert (kept.low, kept.leader, kept.reason, kept.changed_by) == (PIN.low, PIN.leader, PIN.reason, "методист")
    assert pins(store, "demo", "demo", 2023) == () == pins(store, "own", "demo", 2024)


@pytest.mark.parametrize("change", [{"low": "demo-d09-s001"}, {"leader": "demo-d09-s001"},
                                    {"low": "demo-d02-s002", "leader": "demo-d01-s001"}])  # fmt: skip
def test_a_school_stands_in_one_pair_and_the_refused_text_is_not_lost(store: Store, methodist, change) -> None:
    kept = add_pin(store, PIN, methodist)
    with pytest.raises(Refused, match="уже закреплена"):
        add_pin(store, replace(PIN, **change, reason="другая причина"), methodist)
    assert pins(store, "demo", "demo", 2024) == (kept,)
    refused = store.revisions("pin", kept.id)[0]
    assert not refused.accepted and refused.content["reason"] == "другая причина"


def test_another_year_is_another_pair(store: Store, methodist) -> None:
    add_pin(store, PIN, methodist)
    add_pin(store, replace(PIN, year=2023), methodist)
    assert len(pins(store, "demo", "demo", 2023)) == 1


@pytest.mark.parametrize("change", [{"reason": "  "}, {"leader": PIN.low}, {"reason": "решила Иванова М.П."}])
def test_a_pin_without_a_reason_with_itself_or_with_a_name_is_refused(store: Store, methodist, change) -> None:
    with pytest.raises(Refused):
        add_pin(store, replace(PIN, **change), methodist)
    assert pins(store, "demo", "demo", 2024) == ()


def test_a_pin_taken_out_leaves_its_text_and_is_not_taken_out_twice(store: Store, methodist, secretary) -> None:
    kept = add_pin(store, PIN, methodist)
    remove_pin(store, kept.id, secretary)
    assert pins(store, "demo", "demo", 2024) == ()
    assert [one.by for one in store.revisions("pin", kept.id)] == ["секретарь совета", "методист"]
    with pytest.raises(UnknownCode, match="уже нет"):
        remove_pin(store, kept.id, secretary)


def test_pins_travel_in_a_backup_and_a_copy_from_before_them_is_still_read(store: Store, methodist) -> None:
    add_pin(store, PIN, methodist)
    copied = dump(store)
    assert [row["reason"] for row in modern(copied)["pair_pin"]] == [PIN.reason]
    older = {"revision": "0001", "tables": {n: rows for n, rows in copied["tables"].items() if n != "pair_pin"}}
    write(store, modern(older))
    assert pins(store, "demo", "demo", 2024) == ()
