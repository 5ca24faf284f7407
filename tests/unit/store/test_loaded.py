"""Decisions of loaded forms follow their loads; what people did to them is never undone by a load."""

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pipelines.store import Conflict, Decision, Meeting, Store, open_store
from pipelines.store.engine import forget
from pipelines.store.loaded import Form, apart, bring_back, conflict_of, follow, let_go, settle
from pipelines.store.portable import write
from pipelines.store.records import Member

WHERE, DAY = "own-a", "2024-02-14"
FIRST, SECOND = "own-decisions-1111111111", "own-decisions-2222222222"
KNOWN = {FIRST, SECOND}


def form(document=FIRST, theme="Итоги", **texts):
    """A form of one meeting: ``n1="…"`` is the text of decision 1."""
    meeting = Meeting("own", WHERE, "Совет", theme, DAY)
    found = [(Decision(0, name[1:], said, position=n), document) for n, (name, said) in enumerate(texts.items(), 1)]
    return {(WHERE, DAY): Form(meeting, document, found)}


def load(store, forms, known=KNOWN):
    return follow(store, forms, known, lambda _document, back: "кто отозвал" if back else "кто загрузил")


def own(store):
    """The decisions of the meeting by number."""
    return {one.number: one for one in store.decisions([one.id for one in store.meetings("own", WHERE)])}


def said(store):
    return {number: one.text for number, one in own(store).items()}


def numbers(marks):
    return sorted(mark.number for mark in marks if mark.kind == "decision")


# --- what nobody touched ----------------------------------------------------------------------------------


def test_what_nobody_touched_goes_with_its_load_and_says_who_and_when(store: Store) -> None:
    assert numbers(load(store, form(n1="Первое", n2="Второе")).added) == ["1", "2"]
    one = own(store)["1"]
    done = load(store, {})
    assert numbers(done.withdrawn) == ["1", "2"] and not done.left
    assert store.councils() == []
    last = store.revisions("decision", one.id)[0]
    assert (last.event, last.by, last.content["text"]) == ("withdrawn", "кто отозвал", "Первое")
    assert last.moment
    assert {(r.event, r.content.get("number")) for r in store.removed("own", None)} == {
        ("withdrawn", "1"), ("withdrawn", "2"), ("withdrawn", None),
    }  # fmt: skip


def test_loaded_again_it_is_the_same_record_with_its_history(store: Store) -> None:
    load(store, form(n1="Первое"))
    one = own(store)["1"]
    load(store, {})
    load(store, form(n1="Первое"))
    again = own(store)["1"]
    assert (again.id, again.text) == (one.id, "Первое")
    assert [r.event for r in store.revisions("decision", one.id)] == ["reloaded", "withdrawn", "loaded"]
    assert store.removed("own", WHERE) == []
    assert len(store.meetings("own", WHERE)) == 1


def test_a_newer_form_changes_it(store: Store) -> None:
    load(store, form(n1="Было", theme="Старая тема"))
    done = load(store, form(SECOND, n1="Стало", theme="Новая тема"))
    assert numbers(done.updated) == ["1"] and not done.conflicts
    assert said(store) == {"1": "Стало"} and store.meetings("own", WHERE)[0].theme == "Новая тема"
    load(store, form(n1="Было", theme="Старая тема"))  # the newer load was taken back
    assert said(store) == {"1": "Было"}


def test_the_place_in_a_newer_file_is_no_other_text(store: Store, secretary) -> None:
    load(store, form(n1="Первое"))
    store.save_decision(replace(own(store)["1"], state="done"), secretary)
    moved = form(SECOND, n1="Первое")
    ((decision, document),) = moved[WHERE, DAY].decisions
    moved = {(WHERE, DAY): replace(moved[WHERE, DAY], decisions=[(replace(decision, source="b.xlsx"), document)])}
    done = load(store, moved)
    assert not done.conflicts and own(store)["1"].source == "b.xlsx"


# --- what people did --------------------------------------------------------------------------------------


def test_what_was_edited_stays_and_is_named(store: Store, secretary) -> None:
    load(store, form(n1="Первое", n2="Второе"))
    store.save_decision(replace(own(store)["2"], state="done", done="Сделано."), secretary)
    would = follow(store, {}, KNOWN, lambda *_: "", only_tell=True)
    assert (numbers(would.withdrawn), numbers(would.left)) == (["1"], ["2"])
    assert list(own(store)) == ["1", "2"] and not apart(store, WHERE), "asking changes nothing"
    done = load(store, {})
    assert (numbers(done.withdrawn), numbers(done.left)) == (["1"], ["2"])
    assert own(store)["2"].done == "Сделано."
    (kept,) = apart(store, WHERE)  # that its meeting stays with it goes without saying
    assert (kept.what, kept.reasons, kept.changed_by) == ("left", ("edited",), "кто отозвал")
    again = load(store, {})
    assert not again.left, "it is told once"
    load(store, form(n1="Первое", n2="Второе"))
    assert own(store)["2"].done == "Сделано." and list(own(store)) == ["1", "2"] and apart(store, WHERE) == []


def test_what_is_linked_to_stays(store: Store, secretary) -> None:
    load(store, form(n1="Первое", n2="Второе", n3="Третье"))
    meeting = store.meetings("own", WHERE)[0]
    store.add_decision(Decision(meeting.id, "9", "Своё", repeats="1"), secretary)
    later = store.add_meeting(Meeting("own", WHERE, "Совет", "Позже", "2024-09-01"), secretary)
    store.add_decision(Decision(later.id, "1", "Снова", repeats="2 от 14.02.2024"), secretary)
    assert numbers(load(store, {}).left) == ["1", "2"]
    assert [one.reasons for one in apart(store, WHERE)] == [("repeated",)] * 2


def test_a_working_group_keeps_its_decision(store: Store, secretary) -> None:
    load(store, form(n1="Первое"))
    meeting = store.meetings("own", WHERE)[0]
    store.save_meeting(replace(meeting, members=(Member("по порядку", "методист", decision="1"),)), secretary)
    load(store, {})
    assert {one.mark.kind: one.reasons for one in apart(store, WHERE)} == {
        "decision": ("group",), "meeting": ("edited", "decisions"),
    }  # fmt: skip


def test_an_edited_one_is_not_overwritten_by_a_newer_form_but_disputed(store: Store, secretary, methodist) -> None:
    load(store, form(n1="Было"))
    store.save_decision(replace(own(store)["1"], text="Правка людей", state="done"), secretary)
    done = load(store, form(SECOND, n1="Стало"))
    assert numbers(done.conflicts) == ["1"] and not done.updated
    assert said(store) == {"1": "Правка людей"}
    (one,) = apart(store, WHERE)
    both = conflict_of(store, one)
    assert (both.theirs.text, both.yours.text, both.disputed) == ("Правка людей", "Стало", ["text"])
    assert both.merged()["state"] == "done"
    kept = [(r.event, r.accepted, r.content["text"]) for r in store.revisions("decision", one.mark.record)]
    assert ("in_form", False, "Стало") in kept
    # One decides: the page's text stays, and only a newer form brings it up again.
    settle(store, one.id, one.form, methodist)
    assert apart(store, WHERE) == [] and not load(store, form(SECOND, n1="Стало")).conflicts
    assert numbers(load(store, form(FIRST, n1="Совсем другое")).conflicts) == ["1"]


def test_who_takes_the_form_s_text_lets_it_follow_the_form_again(store: Store, secretary) -> None:
    load(store, form(n1="Было"))
    store.save_decision(replace(own(store)["1"], text="Правка людей"), secretary)
    load(store, form(SECOND, n1="Стало"))
    (one,) = apart(store, WHERE)
    store.save_decision(replace(own(store)["1"], text="Стало"), secretary)
    settle(store, one.id, one.form, secretary)
    assert numbers(load(store, form(FIRST, n1="Ещё новее")).updated) == ["1"]


def test_a_form_that_says_what_people_wrote_is_no_conflict(store: Store, secretary) -> None:
    load(store, form(n1="Было"))
    store.save_decision(replace(own(store)["1"], text="Исправлено"), secretary)
    assert not load(store, form(SECOND, n1="Исправлено")).conflicts


def test_what_people_took_out_stays_out_and_can_be_brought_back(store: Store, secretary) -> None:
    load(store, form(n1="Первое", n2="Второе"))
    one = own(store)["1"]
    store.remove_decision(one.id, one.version, secretary)
    done = load(store, form(SECOND, n1="Первое", n2="Второе"))
    assert numbers(done.removed) == ["1"] and list(own(store)) == ["2"]
    load(store, {})
    load(store, form(n1="Первое", n2="Второе"))
    (mark,) = apart(store, WHERE)
    assert mark.what == "removed"
    bring_back(store, mark.id, secretary)
    back = own(store)["1"]
    assert (back.id, back.text, back.version) == (one.id, "Первое", 3)  # 1 loaded, 2 taken out
    assert apart(store, WHERE) == []


def test_a_meeting_that_people_took_out_comes_back_whole(store: Store, secretary) -> None:
    load(store, form(n1="Первое", n2="Второе"))
    meeting = store.meetings("own", WHERE)[0]
    store.remove_meeting(meeting.id, meeting.version, secretary)
    done = load(store, form(SECOND, n1="Первое", n2="Второе", n3="Новое"))
    assert numbers(done.removed) == ["1", "2", "3"] and not done.added
    removed = next(one for one in apart(store, WHERE) if one.mark.kind == "meeting")
    bring_back(store, removed.id, secretary)
    assert said(store) == {"1": "Первое", "2": "Второе", "3": "Новое"} and apart(store, WHERE) == []


def test_what_people_wrote_before_the_form_is_met_and_not_doubled(store: Store, secretary) -> None:
    meeting = store.add_meeting(Meeting("own", WHERE, "Совет", "Итоги", DAY), secretary)
    store.add_decision(Decision(meeting.id, "1", "Записано вручную"), secretary)
    done = load(store, form(n1="В форме", n2="Второе"))
    assert (numbers(done.added), numbers(done.conflicts)) == (["2"], ["1"])
    assert said(store) == {"1": "Записано вручную", "2": "Второе"}
    assert len(store.meetings("own", WHERE)) == 1
    load(store, {})
    assert said(store) == {"1": "Записано вручную"} and apart(store, WHERE) == []


def test_another_installation_s_loads_are_left_alone(store: Store) -> None:
    """Two programs with warehouses of their own may share a server: neither knows the other's loads."""
    load(store, form(n1="Первое"))
    done = load(store, {}, known={SECOND})
    assert not done.withdrawn and said(store) == {"1": "Первое"}


def test_forms_that_are_not_in_force_any_more_change_nothing(store: Store) -> None:
    assert follow(store, form(n1="Первое"), KNOWN, lambda *_: "", still=lambda: False) is None
    assert store.councils() == []


def test_people_may_keep_what_is_left_as_their_own(store: Store, secretary) -> None:
    load(store, form(n1="Первое"))
    store.save_decision(replace(own(store)["1"], state="done"), secretary)
    load(store, {})
    for one in apart(store, WHERE):
        let_go(store, one.id)
    assert apart(store, WHERE) == [] and said(store) == {"1": "Первое"}


def test_who_edits_while_the_load_changes_it_is_told(store: Store, secretary) -> None:
    load(store, form(n1="Было"))
    read = own(store)["1"]
    load(store, form(SECOND, n1="Стало"))
    with pytest.raises(Conflict) as caught:
        store.save_decision(replace(read, text="Правка"), secretary)
    assert (caught.value.theirs.text, caught.value.yours.text) == ("Стало", "Правка")


def test_many_at_once_follow_and_edit_without_a_double_or_a_loss(store: Store, secretary) -> None:
    """Four processes open the council after a publication while an editor saves."""
    load(store, form(n1="Было", n2="Второе"))
    read, failures, kept = own(store)["1"], [], []

    def follows() -> None:
        try:
            load(store, form(SECOND, n1="Стало", n2="Второе", n3="Третье"))
        except BaseException as error:
            failures.append(error)

    def edits() -> None:
        try:
            kept.append(store.save_decision(replace(read, text="Правка"), secretary).text)
        except Conflict as conflict:
            kept.append(conflict.yours.text)

    at_once = [threading.Thread(target=one) for one in (follows, follows, edits, follows, follows)]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    assert failures == [] and kept == ["Правка"]
    assert list(own(store)) == ["1", "2", "3"] and len(store.meetings("own", WHERE)) == 1
    assert own(store)["1"].text in {"Стало", "Правка"}
    texts = {r.content["text"] for r in store.revisions("decision", read.id)}
    assert texts == {"Было", "Стало", "Правка"}, "whoever was second, both texts are kept"


# --- laws -------------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(["а", "б", "в"])
FORMS = st.dictionaries(st.sampled_from(["n1", "n2", "n3"]), TEXTS, max_size=3)
LOADS = st.tuples(st.just("load"), st.sampled_from([FIRST, SECOND]), FORMS)
PEOPLE = st.tuples(st.sampled_from(["edit", "remove"]), st.sampled_from(["1", "2", "3"]), TEXTS)
HARD = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def put(store, document, texts):
    return load(store, form(document, **texts) if texts else {})


@given(st.lists(LOADS, max_size=5), LOADS)
@HARD
def test_without_people_only_the_last_load_counts(store: Store, before, last) -> None:
    write(store, {})
    for _load, document, texts in before:
        put(store, document, texts)
    put(store, *last[1:])
    assert said(store) == {name[1:]: words for name, words in last[2].items()}
    assert apart(store) == []
    assert put(store, *last[1:]).changed is False  # a second time nothing is left to do


@given(st.lists(st.one_of(LOADS, PEOPLE), max_size=9))
@HARD
def test_no_load_ever_undoes_what_a_person_did(store: Store, steps) -> None:
    write(store, {})

    class Someone:
        name = "методист"

    edited: dict[str, str] = {}
    removed: set[str] = set()
    for number, (what, name, value) in enumerate(steps):
        there = own(store)
        if what == "load":
            put(store, name, value)
        elif name in there and what == "edit":
            edited[name] = f"{value}, {number}"
            removed.discard(name)
            store.save_decision(replace(there[name], text=edited[name]), Someone())
        elif name in there:
            edited.pop(name, None)
            removed.add(name)
            store.remove_decision(there[name].id, there[name].version, Someone())
        now = own(store)
        assert {key: now[key].text for key in edited} == edited
        assert not removed & set(now)
        assert len(store.meetings("own", WHERE)) <= 1
        kept = {r.content["text"] for one in now.values() for r in store.revisions("decision", one.id)}
        assert set(edited.values()) <= kept


def test_what_an_older_version_took_over_is_known_after_the_migration(address, secretary) -> None:
    """A store of revision 0003 with a form taken over: its decisions follow their load from now on."""
    store = open_store(address)
    load(store, form(n1="Первое", n2="Второе"))
    with store.engine.begin() as connection:  # as it stood before: the same rows without what 0004 brought
        connection.execute(text("UPDATE revision SET \"by\" = 'загруженная форма'"))
        connection.execute(text("INSERT INTO seed VALUES ('own own-a 2024-02-14', '')"))
        connection.execute(text("DROP TABLE loaded"))
        connection.execute(text("ALTER TABLE revision DROP COLUMN event"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    forget()
    again = open_store(address)
    assert "own own-a 2024-02-14" not in again.seeded()
    again.save_decision(replace(own(again)["2"], state="done"), secretary)
    done = load(again, {}, known=set())
    assert (numbers(done.withdrawn), numbers(done.left)) == (["1"], ["2"])
