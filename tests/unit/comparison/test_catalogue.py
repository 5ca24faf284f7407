"""What comparison reads from the catalogue: traits of similar schools and cuts of change."""

import pytest

from pipelines.catalogue import catalogue_from_texts, load_catalogue
from pipelines.errors import CatalogueError


def test_similar_schools_are_found_by_weighted_traits_marked_as_an_assumption() -> None:
    rules = load_catalogue().similar
    assert {trait.code for trait in rules.traits} >= {"pupils", "rural_share", "low_income_share"}
    assert all(trait.weight > 0 and trait.name for trait in rules.traits)
    assert rules.assumption and rules.usual in rules.counts and max(rules.counts) <= rules.stored == 30


def test_a_catalogue_without_traits_has_no_similar_schools() -> None:
    texts = {name: text for name, text in load_catalogue().texts.items() if name != "similar.toml"}
    assert catalogue_from_texts(texts).similar.traits == ()


def test_a_trait_without_a_weight_is_refused() -> None:
    texts = dict(load_catalogue().texts)
    texts["similar.toml"] = '[[trait]]\ncode = "pupils"\nname = "Обучающихся"\nunit = "чел."\n'
    with pytest.raises(CatalogueError, match=r"similar\.toml"):
        catalogue_from_texts(texts)


@pytest.mark.parametrize(
    "cuts",
    [
        "status = [80, 70, 90, 95]\nchange = [-10, -3, 3, 10]",  # not rising
        "status = [70, 80, 90]\nchange = [-10, -3, 3, 10]",  # three of four
        "status = [70, 80, 90, 95]\nchange = [-10, 1, 3, 10]",  # a decline that begins above 0
    ],
)
def test_cuts_that_cannot_be_are_refused(cuts: str) -> None:
    texts = dict(load_catalogue().texts)
    name = "mechanisms/assessment.toml"
    texts[name] = texts[name].rstrip() + f'\n\n[[indicator.cuts]]\n{cuts}\nsource = "проба"\n'
    with pytest.raises(CatalogueError, match="status и change"):
        catalogue_from_texts(texts)


def test_every_cut_has_a_source() -> None:
    cuts = [cut for indicator in load_catalogue().indicators.values() for cut in indicator.cuts]
    assert cuts and all(cut.source for cut in cuts)
