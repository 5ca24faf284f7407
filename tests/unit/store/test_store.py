"""The store holds what the protocol says, loses nobody's text, and tells its troubles in Russian.

Expected values are read from source 004 by hand: thirteen decisions of which 2.3.2 comes again as 3.1 and 2.3.4 as 3.3,
five without any deadline, none with a responsible person; 5 + 28 + 42 = 75 present, 0 absent.
"""

import sqlite3
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from pipelines.errors import UnknownCode
from pipelines.snapshot import Snapshot
from pipelines.store import Conflict, Decision, Meeting, Refused, Store, StoreUnavailable, ensure_seeded, open_store
from pipelines.store.engine import forget
from pipelines.store.models import Base
from pipelines.store.records import STATES

COUNCIL = ("sources", "RU-KYA-lesosibirsk")


@pytest.fixture
def seeded(store: Store, snapshot: Snapshot) -> Store:
    ensure_seeded(store, snapshot)
    return store


def decisions(store: Store) -> dict[str, Decision]:
    meetings = store.meetings(*COUNCIL)
    return {one.number: one for one in store.decisions([meeting.id for meeting in meetings])}


# --- what the protocol says -------------------------------------------------------------------------------


def test_thirteen_decisions_eleven_distinct(seeded: Store) -> None:
    found = decisions(seeded)
    assert list(found) == [
        "1.1", "2.1.1", "2.2.1", "2.2.2", "2.2.3", "2.2.4", "2.3.1", "2.3.2", "2.3.3", "2.3.4", "3.1", "3.2", "3.3",
    ]  # fmt: skip
    assert {number: one.repeats for number, one in found.items() if one.repeats} == {"3.1": "2.3.2", "3.3": "2.3.4"}


def test_deadlines_starts_and_recurrences_are_different_fields(seeded: Store) -> None:
    found = decisions(seeded)
    timed = {n: (d.start, d.due, d.months) for n, d in found.items() if d.start or d.due or d.months}
    assert timed == {
        "2.2.4": (None, "2020-03", ()),
        "2.3.1": (None, None, (5,)),
        "2.3.2": (None, "2020-12", ()),
        "2.3.3": (None, None, (8,)),
        "2.3.4": (None, "2020-01", ()),
        "3.1": (None, "2020-12", ()),
        "3.2": (None, "2020-08", ()),
        "3.3": ("2020-01", None, ()),  # «с января 2020 г.» is a start, not an end
    }
    assert found["2.2.4"].wording == "март.. 2020г"  # kept as it stands
    assert found["3.2"].last_day == date(2020, 8, 31)


def test_nothing_of_the_document_is_done_or_late(seeded: Store) -> None:
    found = decisions(seeded).values()
    assert {one.state for one in found} == {"unknown"}
    assert not any(one.overdue(date(2030, 1, 1)) for one in found)
    assert not any(one.responsible for one in found)


def test_meeting_is_whole_and_by_roles(seeded: Store) -> None:
    meeting = seeded.meetings(*COUNCIL)[0]
    assert (meeting.held, meeting.number, meeting.place) == ("2019-12-16", None, "г. Лесосибирск")
    assert (meeting.chair, meeting.secretary) == ("начальник управления образования", "специалист отдела образования")
    assert [(g.present, g.part) for g in meeting.attendance] == [(5, True), (28, True), (42, True), (22, False)]
    assert (meeting.present, meeting.absent) == (75, 0)  # a true zero
    assert [item.number for item in meeting.agenda] == ["1", "2", "2.1", "2.2", "2.3", "3"]
    preschools = next(item for item in meeting.agenda if item.number == "2.3")
    assert (preschools.people, preschools.organisations, preschools.organisation_type) == (22, 17, "preschool")
    sizes = [m.working_group for m in meeting.members]
    assert [sizes.count(name) for name in dict.fromkeys(sizes)] == [8, 7]
    assert sum(member.role == "роль в документе не указана" for member in meeting.members) == 2


def test_seeded_once(seeded: Store, snapshot: Snapshot, secretary) -> None:
    """A change by people outlives every later start, and the protocol does not come a second time."""
    one = decisions(seeded)["3.2"]
    seeded.save_decision(replace(one, state="done", done="Модель утверждена."), secretary)
    ensure_seeded(seeded, snapshot)
    forget()
    again = open_store(seeded.url)
    ensure_seeded(again, snapshot)
    assert len(decisions(again)) == 13
    assert decisions(again)["3.2"].done == "Модель утверждена."


def test_two_first_visitors_seed_once(address: URL, snapshot: Snapshot) -> None:
    """Two threads that open an empty database at once migrate and take over once."""
    failures: list[BaseException] = []

    def visit() -> None:
        try:
            ensure_seeded(open_store(address), snapshot)
        except BaseException as error:
            failures.append(error)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert failures == []
    assert len(open_store(address).meetings(*COUNCIL)) == 1


def test_demonstration_shows_what_the_document_lacks(seeded: Store) -> None:
    meetings = seeded.meetings("demo", "demo")
    found = seeded.decisions([meeting.id for meeting in meetings])
    assert {"done", "under_way", "not_done", "planned", "unknown"} <= {one.state for one in found}
    assert [one.number for one in found if one.overdue(date(2024, 6, 1))] == ["2.1"]
    assert {council.collection for council in seeded.councils()} == {"sources", "demo"}


# --- two people, one record -------------------------------------------------------------------------------


def test_second_editor_sees_both_texts(seeded: Store, secretary, methodist) -> None:
    read_by_both = decisions(seeded)["2.2.1"]
    first = seeded.save_decision(replace(read_by_both, text="Текст первого"), secretary)
    assert first.version == 2
    with pytest.raises(Conflict) as caught:
        seeded.save_decision(replace(read_by_both, text="Текст второго", responsible="методист"), methodist)
    conflict = caught.value
    assert (conflict.theirs.text, conflict.yours.text) == ("Текст первого", "Текст второго")
    assert conflict.disputed == ["text"]
    # What only the second changed is taken over without asking.
    assert conflict.merged()["responsible"] == "методист"
    assert decisions(seeded)["2.2.1"].text == "Текст первого"
    kept = seeded.revisions("decision", read_by_both.id)
    texts = [(one.accepted, one.content["text"], one.by) for one in kept]
    assert (False, "Текст второго", "методист") in texts
    assert (True, "Текст первого", "секретарь совета") in texts
    merged = replace(conflict.theirs, **conflict.merged() | {"text": "Текст первого\nТекст второго"})
    assert seeded.save_decision(merged, methodist).version == 3
    assert decisions(seeded)["2.2.1"].responsible == "методист"


def test_edits_of_different_fields_do_not_dispute(seeded: Store, secretary, methodist) -> None:
    read_by_both = decisions(seeded)["2.2.4"]
    seeded.save_decision(replace(read_by_both, state="done"), secretary)
    with pytest.raises(Conflict) as caught:
        seeded.save_decision(replace(read_by_both, note="видеозапись есть"), methodist)
    assert caught.value.disputed == []
    merged = caught.value.merged()
    assert (merged["state"], merged["note"]) == ("done", "видеозапись есть")


def test_of_many_at_once_exactly_one_wins(seeded: Store, secretary) -> None:
    """Twelve threads save over the same version: one is accepted, eleven get both texts, twelve texts are kept."""
    one = decisions(seeded)["1.1"]
    outcomes: list[str] = []

    def save(n: int) -> None:
        try:
            seeded.save_decision(replace(one, text=f"Текст {n}"), secretary)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")

    editors = [threading.Thread(target=save, args=(n,)) for n in range(12)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    assert sorted(outcomes) == ["conflict"] * 11 + ["saved"]
    kept = {revision.content["text"] for revision in seeded.revisions("decision", one.id)}
    assert {f"Текст {n}" for n in range(12)} <= kept


def test_meetings_conflict_too(seeded: Store, secretary, methodist) -> None:
    meeting = seeded.meetings(*COUNCIL)[0]
    seeded.save_meeting(replace(meeting, number="7"), secretary)
    with pytest.raises(Conflict) as caught:
        seeded.save_meeting(replace(meeting, number="8"), methodist)
    assert caught.value.disputed == ["number"]
    stored = seeded.meeting(meeting.id)
    assert stored.number == "7"
    assert stored.agenda == meeting.agenda and stored.speeches == meeting.speeches  # children came through whole


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"responsible": "Иванова И.И."},
        {"text": "Поручить И. И. Ивановой подготовить план."},
        {"done": "Доложила Петрова Мария Ивановна."},
    ],
)
def test_personal_names_are_asked_to_become_roles(seeded: Store, secretary, change) -> None:
    one = decisions(seeded)["2.2.2"]
    with pytest.raises(Refused, match="напишите роль"):
        seeded.save_decision(replace(one, **change), secretary)
    assert decisions(seeded)["2.2.2"] == one


def test_impossible_records_are_refused(seeded: Store, secretary) -> None:
    one = decisions(seeded)["2.2.2"]
    for change, words in (
        ({"text": "  "}, "текст"),
        ({"due": "весной"}, "не разобрать"),
        ({"due": "2020-02-31"}, "не разобрать"),
        ({"start": "2020-05", "due": "2020-03"}, "позже срока"),
    ):
        with pytest.raises(Refused, match=words):
            seeded.save_decision(replace(one, **change), secretary)
    with pytest.raises(UnknownCode):
        seeded.save_decision(replace(one, state="forgotten"), secretary)
    with pytest.raises(UnknownCode):
        seeded.decision(10_000)
    with pytest.raises(Refused, match="уже есть"):
        seeded.add_decision(replace(one, id=0, version=0), secretary)


def test_added_meeting_and_decision_come_back_as_written(store: Store, secretary) -> None:
    meeting = store.add_meeting(Meeting("own", "X", "Совет", "Тема", "2024-05-20", present=0), secretary)
    assert (meeting.version, meeting.present, meeting.absent) == (1, 0, None)  # zero stays zero, missing stays missing
    added = store.add_decision(Decision(meeting.id, "1.1", "Решили", state="planned", expected=70.5), secretary)
    assert store.decision(added.id) == added
    assert added.expected == 70.5


# --- the schema -------------------------------------------------------------------------------------------


def test_migrations_make_the_schema_of_the_models(store: Store) -> None:
    found = inspect(store.engine)
    made = {name: {c["name"] for c in found.get_columns(name)} for name in found.get_table_names()}
    made.pop("alembic_version")
    assert made == {name: {c.name for c in table.columns} for name, table in Base.metadata.tables.items()}


def test_database_itself_refuses_unknown_states(seeded: Store) -> None:
    assert "unknown" in STATES
    with pytest.raises(IntegrityError), seeded.engine.begin() as connection:
        connection.execute(text("UPDATE decision SET state = 'late'"))


# --- troubles ---------------------------------------------------------------------------------------------


def test_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a database, " * 300)
    with pytest.raises(StoreUnavailable, match="повреждён") as caught:
        open_store(URL.create("sqlite", database=str(path)))
    assert "резервной копии" in str(caught.value) and "Остальные страницы работают" in str(caught.value)


def test_locked_file_is_told(tmp_path: Path, secretary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.store.engine.PATIENCE", 0)
    path = tmp_path / "store.sqlite"
    store = open_store(URL.create("sqlite", database=str(path)))
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreUnavailable, match="занято"):
            store.add_meeting(Meeting("own", "X", "Совет", "Тема", "2024-05-20"), secretary)
    finally:
        other.close()


def test_store_of_a_newer_program_is_told(address: URL) -> None:
    open_store(address)
    forget()
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="более новой версией"):
        open_store(address)


def test_silent_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_URL", "postgresql://somebody:secret@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable, match="не отвечает") as caught:
        open_store()
    assert "secret" not in str(caught.value)


def test_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_URL", "where?")
    with pytest.raises(StoreUnavailable, match="STORE_URL"):
        open_store()


def test_file_put_away_while_running_begins_anew(tmp_path: Path) -> None:
    """What the message about a damaged file advises: it is renamed, and the next visit makes a new one."""
    address = URL.create("sqlite", database=str(tmp_path / "store.sqlite"))
    open_store(address)
    (tmp_path / "store.sqlite").rename(tmp_path / "old.sqlite")
    assert open_store(address).councils() == []
