"""What people wrote can be taken out by people; what a document says cannot; every text stays."""

from dataclasses import replace

import pytest

from pipelines.snapshot import Snapshot
from pipelines.store import Conflict, Decision, Meeting, Refused, Store, ensure_seeded

OWN = Meeting("demo", "demo", "Совет", "Итоги года", "2024-05-20")


def written(store: Store, by, theme="Итоги года") -> tuple[Meeting, Decision]:
    meeting = store.add_meeting(replace(OWN, theme=theme), by)
    return meeting, store.add_decision(Decision(meeting.id, "1.1", f"Решили: {theme}", state="planned"), by)


def test_a_meeting_goes_with_its_decisions_and_leaves_their_texts(store: Store, secretary, methodist) -> None:
    meeting, decision = written(store, secretary)
    store.remove_meeting(meeting.id, meeting.version, methodist)
    assert store.meetings("demo", "demo") == [] and store.decisions([meeting.id]) == []
    gone = store.removed("demo", "demo")
    assert {(one.content.get("theme") or one.content["text"], one.by) for one in gone} == {
        ("Итоги года", "методист"), ("Решили: Итоги года", "методист"),
    }  # fmt: skip
    assert store.removed("demo", "elsewhere") == [] and store.removed("own", "demo") == []
    assert [one.by for one in store.revisions("decision", decision.id)] == ["методист", "секретарь совета"]


def test_a_new_record_never_inherits_the_history_of_a_removed_one(store: Store, secretary) -> None:
    meeting, decision = written(store, secretary)
    store.remove_decision(decision.id, decision.version, secretary)
    later = store.add_decision(Decision(meeting.id, "1.2", "Другое", state="planned"), secretary)
    assert [one.content["text"] for one in store.revisions("decision", later.id)] == ["Другое"]
    assert [one.content["text"] for one in store.removed("demo", "demo")] == ["Решили: Итоги года"]


def test_what_was_changed_meanwhile_is_not_taken_out(store: Store, secretary, methodist) -> None:
    meeting, _decision = written(store, secretary)
    store.save_meeting(replace(meeting, theme="Итоги и планы"), methodist)
    with pytest.raises(Conflict):
        store.remove_meeting(meeting.id, meeting.version, secretary)
    assert [one.theme for one in store.meetings("demo", "demo")] == ["Итоги и планы"]


def test_a_protocol_of_a_document_is_not_taken_out(store: Store, snapshot: Snapshot, secretary) -> None:
    ensure_seeded(store, snapshot)
    (meeting,) = store.meetings("sources", "RU-KYA-lesosibirsk")
    with pytest.raises(Refused, match="из документа"):
        store.remove_meeting(meeting.id, meeting.version, secretary)
    assert len(store.decisions([meeting.id])) == 13
