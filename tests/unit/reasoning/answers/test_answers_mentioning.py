"""Which things a text names: points at their end, numbers behind a name, abbreviations, a model of one's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph_engine.snapshot import EntityRow, assemble
from ontology.ids import entity_id
from ontology.load import load_ontology
from reasoning.answers.language import language_of
from reasoning.answers.mentioning import Mentions
from reasoning.answers.reader import Reader
from reasoning.network import Network
from reasoning.retrieval.types import Passage

_NAMES = {
    "S1": ("Supplier", "Solarmodul Ústí a.s."),
    "S2": ("Supplier", "Brightwell Motors Co., Ltd."),
    "S3": ("Supplier", "Magnetfabrik Kolding"),
    "P1": ("Product", "Otter 900 submersible pump"),
    "P2": ("Product", "Otter 250 submersible pump"),
}


@pytest.fixture(scope="module")
def network() -> Network:
    rows = [
        EntityRow(entity_id(c, f"erp/t/{k}"), [c], name, [f"erp/t/{k}"], [], {"name": name})
        for k, (c, name) in _NAMES.items()
    ]
    ontology = load_ontology()
    return Network(assemble(ontology, rows, [], [], version=1), ontology)


def found(network: Network, text: str) -> list[tuple[str, str, str]]:
    """What the text says, what is meant, and how it was found."""
    title = {network.snapshot.entity_id(i): network.snapshot.title(i) for i in range(network.snapshot.size)}
    passage = Passage("d#1", "d", text, "A letter")
    return [(m.text, title[m.entity], m.how) for m in Mentions(Reader(network)).of(passage)]


@pytest.mark.parametrize("key", ["S1", "S2"])
def test_a_name_that_ends_with_a_point_is_found_whole(network: Network, key: str) -> None:
    name = _NAMES[key][1]
    assert found(network, f"We wrote to {name} about it.") == [(name, name, "name")]
    assert found(network, f"The parts come from {name}") == [(name, name, "name")]


def test_a_number_behind_a_word_is_part_of_the_name(network: Network) -> None:
    assert [f[:2] for f in found(network, "The Otter 900 hums.")] == [("Otter 900", "Otter 900 submersible pump")]
    assert {f[1] for f in found(network, "The Otter hums.")} == {_NAMES["P1"][1], _NAMES["P2"][1]}


def test_an_abbreviation_stands_for_the_name_it_is_given_for(network: Network) -> None:
    text = "Magnetfabrik Kolding (MFK) is late. We called MFK twice; MFKX is another firm."
    assert [(t, m) for t, m, _ in found(network, text)] == [
        ("Magnetfabrik Kolding", "Magnetfabrik Kolding"),
        ("MFK", "Magnetfabrik Kolding"),
        ("MFK", "Magnetfabrik Kolding"),
    ]
    assert found(network, "We called MFK twice.") == []


def test_a_model_of_ones_own_finds_names_in_texts_too(network: Network, tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": [{"LOWER": "magnetfabrik"}, {"LOWER": "kolding"}]}])
    pipeline.to_disk(tmp_path / "model")
    reader = Reader(network, spacy_model=str(tmp_path / "model"))
    passage = Passage("d#1", "d", "the rings of magnetfabrik kolding came late", "A letter")
    assert [m.text for m in Mentions(reader).of(passage)] == ["magnetfabrik kolding"]
    assert reader.read("what is late at magnetfabrik kolding", date(2026, 1, 1)).linked


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Lieferanten haben wir?", "de"),
        ("Combien de fournisseurs avons-nous ?", "fr"),
        ("Ile mamy dostawców?", "pl"),
        ("How many suppliers do we have?", None),
        ("Who supplies Die Pumpe?", None),
        ("", None),
    ],
)
def test_the_language_of_a_question(text: str, language: str | None) -> None:
    assert language_of(text) == language
