"""The table of rules is complete: every code that can be reported stands in it, with words that can be filled in."""

import re

from pipelines import sql
from pipelines.readers.recognise import FORMATS, READERS
from pipelines.readers.rules import rules


def used_in(root) -> set[str]:
    """Rule codes in calls: ``finding("…"``, ``report.cells("…"``, ``report.add("…"``, ``_find("…"``, ``Finding(…``."""
    pattern = re.compile(r"""(?:\bfinding|report\.cells|report\.add|\._find|rule=)\(?\s*["']([a-z_0-9]+)["']""")
    plain = re.compile(r"""Finding\((?:[^()]|\([^()]*\))*?["']([a-z]+_[a-z_]+)["']""")
    found: set[str] = set()
    for path in (root / "pipelines").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(pattern.findall(text)) | set(plain.findall(text))
        found |= set(re.findall(r'"((?:year|subject|grade)_missing)"', text))
    return found


def test_every_rule_that_is_reported_is_documented(root):
    used = used_in(root) | {name.removeprefix("loads/") for name in sql.names("loads")}
    assert len(used) > 40, "the calls have another form now"
    assert used - set(rules()) == set()


def test_every_check_of_a_build_is_documented():
    assert {name.removeprefix("checks/") for name in sql.names("checks")} - set(rules()) == set()


def test_no_rule_is_documented_in_vain(root):
    used = used_in(root) | {name.rpartition("/")[2] for folder in ("loads", "checks") for name in sql.names(folder)}
    assert set(rules()) - used == set()


def test_rules_can_be_told():
    for rule in rules().values():
        assert rule.grade in ("error", "warning", "note")
        assert rule.message.format(seen="1", expected="2", count=3).endswith(".")
        assert rule.mend or rule.grade == "note", f"{rule.code}: the sender is not told how to mend it"


def test_every_format_a_reader_gives_has_a_name(root):
    given: set[str] = set()
    for reader in READERS:
        path = root / (reader.__module__.replace(".", "/") + ".py")
        given |= set(re.findall(r"""Reading\(opened\.file, "([a-z_]+)\"""", path.read_text(encoding="utf-8")))
    assert given - set(FORMATS) == set()
