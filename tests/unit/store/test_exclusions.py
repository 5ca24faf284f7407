"""Exclusions from similar schools are kept with their reason, in either kind of database."""

from dataclasses import replace

import pytest

from pipelines.errors import UnknownCode
from pipelines.store import Refused, Store
from pipelines.store.exclusions import Exclusion, exclude, exclusions, restore
from pipelines.store.portable import dump, modern, write

ONE = Exclusion("demo", "demo-d01-s001", "demo-d02-s002", "вечерняя школа, дети другого возраста")


def test_an_exclusion_is_kept_with_its_reason_and_by_whom(store: Store, methodist) -> None:
    exclude(store, ONE, methodist)
    (kept,) = exclusions(store, "demo")
    assert (kept.school, kept.peer, kept.reason, kept.changed_by) == (ONE.school, ONE.peer, ONE.reason, "методист")
    assert exclusions(store, "own") == ()


def test_a_second_time_is_refused_and_the_first_reason_stays(store: Store, methodist) -> None:
    exclude(store, ONE, methodist)
    with pytest.raises(Refused, match="уже исключена"):
        exclude(store, replace(ONE, reason="другое"), methodist)
    assert [kept.reason for kept in exclusions(store, "demo")] == [ONE.reason]


def test_the_same_school_may_stay_similar_to_another(store: Store, methodist) -> None:
    exclude(store, ONE, methodist)
    exclude(store, replace(ONE, school="demo-d03-s003"), methodist)
    exclude(store, replace(ONE, school=ONE.peer, peer=ONE.school), methodist)
    assert len(exclusions(store, "demo")) == 3


NAMED = "просила Иванова Мария Петровна"


@pytest.mark.parametrize("change", [{"reason": " "}, {"peer": ONE.school}, {"reason": NAMED}])
def test_without_a_reason_from_itself_or_with_a_name_is_refused(store: Store, methodist, change) -> None:
    with pytest.raises(Refused):
        exclude(store, replace(ONE, **change), methodist)
    assert exclusions(store, "demo") == ()


def test_taken_back_it_leaves_its_text_and_is_not_taken_back_twice(store: Store, methodist, secretary) -> None:
    kept = exclude(store, ONE, methodist)
    restore(store, kept.id, secretary)
    assert exclusions(store, "demo") == ()
    told = [(one.by, one.content["reason"]) for one in store.revisions("exclusion", kept.id)]
    assert told == [("секретарь совета", ONE.reason), ("методист", ONE.reason)]
    with pytest.raises(UnknownCode, match="уже нет"):
        restore(store, kept.id, secretary)


def test_exclusions_travel_in_a_backup_and_an_older_copy_is_still_read(store: Store, methodist) -> None:
    exclude(store, ONE, methodist)
    copied = dump(store)
    assert [row["reason"] for row in modern(copied)["similar_exclusion"]] == [ONE.reason]
    older = {"revision": "0002", "tables": {n: r for n, r in copied["tables"].items() if n != "similar_exclusion"}}
    write(store, modern(older))
    assert exclusions(store, "demo") == ()
