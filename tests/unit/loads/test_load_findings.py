"""What was found in a published file stays with its load: bounded, by territory, without values of pupils."""

from pipelines import load_findings
from pipelines.load_findings import UNTOLD, of_load
from pipelines.loads import Loads
from pipelines.readers.reading import Reading
from pipelines.readers.rules import finding
from tests.unit.loads.conftest import FLAT


def school(name: str, *shares: float, n: int = 25) -> list:
    return [2023, 5, "Математика", "город Лесосибирск", name, n, *shares]


def test_findings_of_a_published_load_are_kept_with_their_schools(warehouse, register, book, published):
    """Row 3 («СОШ № 2»): the shares of marks give 110, not 100: a question that does not stop the load."""
    published(book("отметки.xlsx", FLAT, school("СОШ № 1", 8, 40, 36, 16), school("СОШ № 2", 8, 40, 36, 26)))
    store = Loads(warehouse)
    entry = store.entries()[-1]
    kept = of_load(store, entry)
    assert kept.counts["warning"] == len([told for told in kept.findings if told.grade == "warning"]) >= 1
    asked = {told.rule: codes for told, codes in zip(kept.findings, kept.territories, strict=True)}
    assert asked["shares_not_100"] == ("edu240002",)
    (told,) = [told for told in kept.findings if told.rule == "shares_not_100"]
    assert told.cell and "3" in told.cell and told.seen


def test_load_without_the_record_has_no_findings(warehouse, register):
    store = Loads(warehouse)
    entry = store.entries()[0]
    (store.folder / entry.id / load_findings.FILE).unlink()
    assert of_load(store, entry).findings == ()


def test_values_of_pupils_are_not_kept():
    """A check of sums may quote figures of a small class: of such a file only the cell stays."""
    told = finding("score_above_maximum", "класс.xlsx", "Лист1", "D7", seen="17")
    jump = finding("denominator_jump", "класс.xlsx", "Лист1", "D7", seen="4", expected="25")
    text = load_findings.as_json([told, jump], Reading("класс.xlsx", "fioko_individual", pupil_level=True))
    assert "17" not in text and "25" not in text and '"4"' not in text
    assert "D7" in text and UNTOLD in text


def test_record_is_bounded_and_still_counts_everything():
    many = [finding("all_hundred", "все.xlsx", count=n) for n in range(load_findings.MOST_KEPT * 3)]
    text = load_findings.as_json(many, Reading("все.xlsx", "flat_marks"))
    assert f'"warning": {len(many)}' in text
    assert text.count('"rule"') == load_findings.MOST_KEPT
