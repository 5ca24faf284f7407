"""Verdicts of frames in Russian words."""

import pandas as pd
import pytest

from pipelines import queries
from pipelines.catalogue import load_catalogue
from pipelines.comparison.words import chance_words, counted, with_sentences
from pipelines.snapshot import Snapshot
from tests.unit.comparison.region import SHARE, row, small_region


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    # The issue's own example: 18 of 25 in a region of 80 % (here 18 + 182 of 25 + 225 = 200 of 250).
    rows = [row("d1-s1", 2024, 18, 25), row("d1-s2", 2024, 182, 225), row("d2-s1", 2024, 3, 5),
            row("d2-s2", 2024, 9, 10), row("d3", 2024, percent=70.0, percent_digits=0)]  # fmt: skip
    return small_region(tmp_path_factory.mktemp("words"), rows, ["d1-s1", "d1-s2", "d2-s1", "d2-s2", "d3-s1"])


def test_the_sentence_has_people_in_it(snapshot: Snapshot) -> None:
    frame = queries.figures(snapshot, [SHARE])
    told = with_sentences(snapshot, frame, "district", "район").set_index("territory")["sentence"]
    assert told["d1-s1"] == (
        "72 % (18 из 25), район 80 %: ниже на 8 п.п. = 2 ученика; "
        "при 25 учениках разница меньше 16 п.п. ничего не доказывает"
    )
    assert told["d2-s1"] == "скрыто: менее 10 человек"
    assert told["d3"].startswith("опубликован только процент")
    assert told["d1"] == "сравнивать не с чем"


def test_an_empty_screen_has_no_sentences(snapshot: Snapshot) -> None:
    assert with_sentences(snapshot, queries.figures(snapshot, [SHARE], years=[1999])).empty


def test_every_independent_noun_can_stand_after_при() -> None:
    catalogue = load_catalogue()
    for noun in catalogue.nouns.values():
        if noun.independent:
            assert not counted(catalogue, noun.code).at_number(25).startswith("при числе"), noun.code
    assert counted(catalogue, "organisation").at_number(21) == "при 21 организации"


def test_flags_by_chance_are_said_once_for_a_screen() -> None:
    frame = pd.DataFrame({"verdict": ["worse"] * 31 + ["not_distinguishable"] * 209 + [None, "not_enough_data"]})
    assert chance_words(frame) == "240 сравнений: случайно ожидается 12 отклонений, видно 31"
    assert chance_words(frame.iloc[:1]) == ""
