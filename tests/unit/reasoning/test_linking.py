"""Which entity a text means; nothing is guessed."""

from __future__ import annotations

import itertools

import pytest

from ontology.errors import Ambiguous, NotFound
from reasoning.linking import AmbiguousName, UnknownName, candidates, link
from reasoning.network import Network
from tests.unit.reasoning.company import id_of, network


@pytest.fixture(scope="module")
def firm() -> Network:
    return network()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (id_of("V1"), "V1"),
        ("e_" + "0" * 20, "C1"),  # an id it had before a merge
        ("erp/orders/7", "7"),
        ("Supplier:V1", "V1"),
        ("supplier:V2", "V2"),
        ("suppliers:DE111", "V1"),  # by tax number
        ("OrderLine:7|1", "7|1"),
        ("Order:7", "7"),
        ("Product:BO-2", "P2"),  # by SKU
        ("Ünal Metall GmbH", "V1"),
        ("UNAL  metall gmbh", "V1"),
        ("unal", "V1"),  # the only name that begins so
        ("Bolt", "P2"),  # exact beats longer names
        ("Customer:Anna Schmidt", "C1"),
        (" Frame ", "P3"),
    ],
)
def test_one_meaning(firm: Network, text: str, key: str) -> None:
    assert link(firm, text).id == id_of(key)


def test_two_of_that_name_are_listed(firm: Network) -> None:
    with pytest.raises(Ambiguous, match="may mean 2 things") as problem:
        link(firm, "anna schmidt")
    assert isinstance(problem.value, AmbiguousName)
    assert {c.entity.id for c in problem.value.found} == {id_of("C1"), id_of("E1")}
    assert link(firm, "anna schmidt", to_class="Employee").id == id_of("E1")


def test_a_beginning_of_several_names_is_ambiguous(firm: Network) -> None:
    with pytest.raises(Ambiguous):
        link(firm, "Steel")


def test_a_misspelt_name_is_offered_not_taken(firm: Network) -> None:
    with pytest.raises(NotFound, match="Did you mean Ünal Metall GmbH") as problem:
        link(firm, "Unnal Metal GmbH")
    assert isinstance(problem.value, UnknownName)
    assert problem.value.found[0].why == "similar name"


def test_a_bare_key_that_one_thing_has_is_taken(firm: Network) -> None:
    assert link(firm, "V1").id == id_of("V1")
    assert link(firm, "DE111").id == id_of("V1")  # its tax number
    assert link(firm, "BO-2").id == id_of("P2")


def test_an_own_key_goes_before_names_that_begin_so(firm: Network) -> None:
    """Lines are called 7-1 and 7-2; the order's own key is 7."""
    assert link(firm, "7").id == id_of("7")


@pytest.mark.parametrize("text", ["Summe", "Zoll", "ing", "Schmied Gesellschaft"])
def test_what_only_shares_letters_with_names_is_not_offered(firm: Network, text: str) -> None:
    assert candidates(firm, text) == ()


@pytest.mark.parametrize("text", ["", "   ", "xqzw", "Supplier:", ":", "Nonsense:V1", "Supplier:P1", "a/b/c"])
def test_nothing(firm: Network, text: str) -> None:
    with pytest.raises(NotFound):
        link(firm, text)


def test_a_class_restricts(firm: Network) -> None:
    with pytest.raises(NotFound):
        link(firm, id_of("V1"), to_class="Product")


def test_candidates_put_the_certain_first(firm: Network) -> None:
    found = candidates(firm, "Anna Schmid")
    assert {c.entity.id for c in found[:2]} == {id_of("C1"), id_of("E1")}
    assert all(a.score >= b.score for a, b in itertools.pairwise(found))
    assert len(candidates(firm, "b", limit=3)) == 3


@pytest.mark.parametrize("text", ["Uenal Metall", "unal metal", "Metall Ünal"])
def test_a_name_spelt_otherwise_finds_the_one_that_shares_its_words_first(firm: Network, text: str) -> None:
    found = candidates(firm, text)
    assert found and found[0].entity.title == "Ünal Metall GmbH"
