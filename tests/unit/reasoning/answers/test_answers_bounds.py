"""What bounds an answer: names of hundreds, other languages, kept vectors that are damaged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graph_engine.snapshot import EntityRow, RecordRow, assemble
from ontology.ids import entity_id
from ontology.load import load_ontology
from reasoning.answers.engine import Answerer
from reasoning.answers.types import Kind
from reasoning.network import Network
from reasoning.retrieval.embedding import Vectors
from reasoning.retrieval.vectors import KeptVectors
from tests.unit.reasoning.answers import shop


def test_a_name_of_six_hundred_is_listed_in_part_and_soon() -> None:
    ontology = load_ontology()
    keys = [f"crm/people/{n:04}" for n in range(600)]
    people = [
        EntityRow(
            entity_id("Customer", k), ["Customer"], "Jo Weber", [k], [], {"name": "Jo Weber", "account_number": k[-4:]}
        )
        for k in keys
    ]
    records = [RecordRow(k, "source", False, None, None) for k in keys]
    answerer = Answerer(Network(assemble(ontology, people, [], records, version=1), ontology))
    answerer.ask("Who is it?")
    begun = time.monotonic()
    answer = answerer.ask("Can Jo Weber return the pump?")
    assert answer.kind is Kind.AMBIGUOUS
    assert len(answer.readings) == 10
    assert "The first 10 are listed" in answer.notes[0]
    assert time.monotonic() - begun < 5


def test_a_question_in_another_language_is_not_known_and_says_why() -> None:
    answer = Answerer(shop.network()).ask("Wie lange kann ein Händler die Ware zurückgeben?", today=shop.TODAY)
    assert answer.kind is Kind.UNKNOWN
    assert answer.notes[0] == "The question is in another language than the documents (en)."


class _Counting:
    name = "counting"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        return np.array([[len(t), 1.0] for t in texts], dtype=np.float32)


def test_vectors_are_made_once_and_kept_by_model(tmp_path: Path) -> None:
    first = _Counting()
    kept = KeptVectors(first, tmp_path)
    made = kept.encode(["a", "bb", "a"])
    kept.save()
    again = _Counting()
    reopened = KeptVectors(again, tmp_path)
    assert np.array_equal(
        reopened.encode(["bb", "a", "ccc"]), np.array([made[1], made[0], [3.0, 1.0]], dtype=np.float32)
    )
    assert first.seen == ["a", "bb"] and again.seen == ["ccc"]
    reopened.save(["a"])
    third = _Counting()
    KeptVectors(third, tmp_path).encode(["a", "bb"])
    assert third.seen == ["bb"]


def test_questions_are_not_kept(tmp_path: Path) -> None:
    model = _Counting()
    kept = KeptVectors(model, tmp_path)
    kept.encode(["a", "bb"])
    kept.save()
    kept.remembers = False
    assert np.array_equal(kept.encode(["bb", "ccc"]), np.array([[2.0, 1.0], [3.0, 1.0]], dtype=np.float32))
    kept.encode(["ccc"])
    assert model.seen == ["a", "bb", "ccc", "ccc"] and kept.made == 0


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nonsense", b"\x00" * 200])
def test_damaged_vectors_are_made_anew(tmp_path: Path, damage: bytes) -> None:
    kept = KeptVectors(_Counting(), tmp_path)
    kept.encode(["a"])
    kept.save()
    (tmp_path / "counting.npz").write_bytes(damage)
    fresh = _Counting()
    KeptVectors(fresh, tmp_path).encode(["a"])
    assert fresh.seen == ["a"]
