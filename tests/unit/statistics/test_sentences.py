"""The Russian sentence of rule 4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.benchmarks import Benchmark
from pipelines.statistics.sentences import Counted, plural_form, sentences
from pipelines.statistics.verdicts import verdicts

PUPILS = Counted(("ученик", "ученика", "учеников"), ("ученике", "учениках"))
ORGANISATIONS = Counted(("организация", "организации", "организаций"))


def say(x, n, benchmark, direction="up", counted=PUPILS, **options):
    """The sentence of one unit against a district."""
    return sentences(verdicts(x, n, benchmark, direction, **options), counted, "район")[0]


def test_the_example_of_rule_4_word_by_word():
    assert say(18, 25, 0.8) == (
        "72 % (18 из 25), район 80 %: ниже на 8 п.п. = 2 ученика; "
        "при 25 учениках разница меньше 16 п.п. ничего не доказывает"
    )


def test_a_proven_difference_says_so():
    assert say(15, 25, 0.8) == (
        "60 % (15 из 25), район 80 %: хуже, ниже на 20 п.п. = 5 учеников; при 25 учениках для вывода достаточно 16 п.п."
    )
    assert "лучше, выше на 16 п.п.; при" in say(24, 25, 0.8)  # nobody is short: no people are named
    assert "хуже, выше на 16 п.п. = 4 ученика;" in say(24, 25, 0.8, "down")
    # Without a direction there is neither better nor worse, and nobody to be short of.
    assert ": ниже на 20 п.п.; при" in say(15, 25, 0.8, "none")


def test_no_difference_at_all():
    assert say(20, 25, 0.8).startswith("80 % (20 из 25), район 80 %: разницы нет; при 25 учениках разница меньше 16")


def test_where_no_difference_could_be_proven():
    assert say(10, 10, 0.98).endswith("выше на 2 п.п.; при 10 учениках такая разница ничего не доказывает")


def test_small_numbers_are_not_told():
    text = say(3, 5, 0.8)
    assert text == "данных мало: меньше 10 учеников, вывод не делается"
    assert say(0, 0, 0.8, minimum_n=21) == "данных мало: меньше 21 ученика, вывод не делается"
    assert say(0, 0, 0.8, minimum_n=0) == "данных мало: меньше 1 ученика, вывод не делается"


def test_without_a_verdict_the_reason_is_said():
    assert say(None, 5, 0.8) == "данных нет"
    assert say(3, 5, 0.8, independent=False) == "единицы счёта не независимы, вывод не делается"
    assert say(30, 50, Benchmark.pooled([30], [50])) == "сравнивать не с чем"


def test_nouns_without_a_locative_go_round_the_case():
    assert "= 8 организаций; при числе организаций 21 для вывода" in say(9, 21, 0.8, counted=ORGANISATIONS)
    assert "при 21 ученике" in say(9, 21, 0.8)


def test_large_numbers_and_small_differences_stay_readable():
    text = say(30_000, 40_000, "0.7503")
    # 0.03 п.п. would round to «0 п.п.»; the limit keeps as many decimals.
    assert "(30\u202f000 из 40\u202f000)" in text
    assert "ниже на 0,03 п.п. = 12 учеников;" in text
    assert "разница меньше 0,42 п.п." in text


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (0, 2),
        (1, 0),
        (2, 1),
        (4, 1),
        (5, 2),
        (11, 2),
        (12, 2),
        (14, 2),
        (21, 0),
        (22, 1),
        (111, 2),
        (112, 2),
        (1001, 0),
    ],
)
def test_russian_plural_forms(count, form):
    assert plural_form(count) == form


def number(text):
    return float(text.replace("\u202f", "").replace(",", "."))


@given(
    st.integers(10, 50_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(0, 1000).map(lambda k: k / 1000),
)
def test_the_numbers_of_a_sentence_never_contradict_its_verdict(pair, p0):
    text = say(*pair, p0)
    if " на " in text and "разница меньше" in text:
        assert number(text.split(" на ")[1].split(" п.п.")[0]) < number(text.split("меньше ")[1].split(" п.п.")[0])
    if "достаточно" in text:
        assert number(text.split(" на ")[1].split(" п.п.")[0]) >= number(text.split("достаточно ")[1].split(" п.п.")[0])
