"""Names in questions: exact, in part, by key, by id; ambiguous ones stay ambiguous."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.errors import ConfigurationError
from reasoning.answers.names import Gazetteer
from reasoning.answers.reader import Reader
from reasoning.linking import link
from tests.unit.reasoning.answers import shop


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(shop.network())


def found(gazetteer: Gazetteer, text: str) -> list[tuple[str, list[str], str]]:
    snapshot = shop.network().snapshot
    return [
        (n.text, [snapshot.mention_key(e).rsplit("/", 1)[1] for e in n.entities], n.how) for n in gazetteer.find(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What did Acme GmbH order?", [("Acme GmbH", ["C1"], "name")]),
        ("acme gmbh's orders", [("acme gmbh's", ["C1"], "name")]),  # a whole name in any case
        ("acme orders", []),  # one word that is not written like a name
        ("Acme's orders", [("Acme's", ["C1"], "name begins so")]),
        ("Is OT-1 heavy?", [("OT-1", ["P1"], "name")]),
        ("order 1001 is late", [("1001", ["O1"], "name")]),
        ("order #1001 is late", [("#1001", ["O1"], "name")]),
        ("within 30 days", []),
        ("Who is Jo Weber?", [("Jo Weber", ["C3", "C4"], "name")]),
        ("the Braun order", [("Braun", ["C2"], "part of its name")]),
        ("Otter submersible pump", [("Otter submersible pump", ["P1"], "name")]),  # not the order line called so
        ("Nobody knows Zenith", []),
    ],
)
def test_what_is_named(gazetteer: Gazetteer, text: str, expected: list[tuple[str, list[str], str]]) -> None:
    assert found(gazetteer, text) == expected


def test_an_id_names_its_thing(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, f"Who is {shop.id_of('C4')}?") == [(shop.id_of("C4"), ["C4"], "id")]


def test_a_spacy_model_of_ones_own_finds_what_is_not_written_like_a_name(tmp_path: Path) -> None:
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "acme"}])
    pipeline.to_disk(tmp_path / "model")
    reader = Reader(shop.network(), spacy_model=str(tmp_path / "model"))
    names = reader.read("what did acme order", shop.TODAY).names
    assert [n.text for n in names] == ["acme"]
    assert not Reader(shop.network()).read("what did acme order", shop.TODAY).names


def test_a_model_that_is_not_there_or_finds_no_names_is_named(tmp_path: Path) -> None:
    import spacy

    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        Reader(shop.network(), spacy_model="no_such_model")
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ConfigurationError, match="finds no names"):
        Reader(shop.network(), spacy_model=str(tmp_path / "blank"))


def test_a_line_that_is_called_like_its_product_gives_way_to_it() -> None:
    assert link(shop.network(), "Otter submersible pump").id == shop.id_of("P1")
    assert link(shop.network(), "OT-1").id == shop.id_of("P1")
