"""Evaluation: figures against sums by hand, sets that are wrong are refused with their line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.retrieval import make_world
from ontology.errors import SourceError
from reasoning.retrieval.evaluation import Question, evaluate, load_corpus, load_questions, score


def question(*gold: str) -> Question:
    return Question("q", "?", "all", frozenset(gold))


def test_recall_is_averaged_over_questions() -> None:
    ranked = [["a", "x", "b", "y", "z", "c"], ["x", "y", "z", "u", "v", "d"]]
    found = score(ranked, [question("a", "b", "c"), question("d")])
    assert found.recall[2] == pytest.approx(100 * (1 / 3 + 0) / 2)
    assert found.recall[5] == pytest.approx(100 * (2 / 3 + 0) / 2)
    assert found.recall[10] == pytest.approx(100)
    assert found.all_at_5 == 0


def write(folder: Path, corpus: list[object], questions: list[object]) -> Path:
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in corpus), encoding="utf-8")
    (folder / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in questions), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        ([{"question": "q", "gold": [9]}], r"questions.jsonl:1: Gold passage 9 is not in the corpus"),
        ([{"question": "q", "gold": []}], r"questions.jsonl:1: A question needs"),
        ([], r"There are no questions"),
        ([[1]], r"Each line must be one object"),
    ],
)
def test_a_set_that_is_wrong_is_refused(tmp_path: Path, questions: list[object], says: str) -> None:
    folder = write(tmp_path, [{"pid": 1, "title": "A", "text": "b"}], questions)
    known = frozenset(p.id for p in load_corpus(folder))
    with pytest.raises(SourceError, match=says):
        load_questions(folder, known)


def test_made_up_chains_are_followed_where_words_alone_fail(tmp_path: Path) -> None:
    world = make_world(seed=11, films=60)
    folder = write(tmp_path, list(world.passages), list(world.questions))
    corpus = load_corpus(folder)
    found = evaluate(corpus, load_questions(folder, frozenset(p.id for p in corpus)), None)
    assert found.scores.recall[5] >= 90
    assert found.peers["bm25"].recall[5] <= 75
    assert set(found.by_type) == {"bridge_comparison", "comparison", "compositional", "inference"}
    assert list(found.peers) == ["bm25"] and found.model is None
