"""Texts in Neo4j's own indexes: the same ranking as in memory, changes without a trace, vectors of two models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from bench.retrieval import make_world
from graph_engine.graph import Graph
from graph_engine.text_index import TextIndex
from reasoning.retrieval.embedding import Vectors
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.pieces import changes, texts_of
from reasoning.retrieval.search import Retriever
from reasoning.retrieval.stored import StoredIndex
from reasoning.retrieval.text import words
from reasoning.retrieval.types import Filter, Passage

pytestmark = pytest.mark.integration
_DIMENSIONS = 48


class HashedWords:
    """Vectors of which words a text has; alike where words are shared."""

    def __init__(self, name: str = "hashed@1", shift: int = 0) -> None:
        self.name = name
        self._shift = shift

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                rng = np.random.default_rng(sum(word.encode()) * 31 + len(word) + self._shift)
                row += rng.normal(size=_DIMENSIONS).astype(np.float32)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)


def world() -> tuple[dict[str, Passage], list[str]]:
    made = make_world(3, 60)
    passages = {}
    for row in made.passages:
        id_ = f"p{row['pid']:04d}"
        language = "en" if int(str(row["pid"])) % 2 else "de"
        passages[id_] = Passage(id_, f"d{row['pid']:04d}", str(row["text"]), str(row["title"]), language=language)
    return passages, [str(q["question"]) for q in made.questions]


def bring_up(index: TextIndex, passages: Mapping[str, Passage], embedder: HashedWords | None, place: str = "a") -> int:
    index.prepare()
    due = changes(
        passages, index.hashes(), index.defined_by,
        lambda keys: {n: d for n, (d, _) in index.names(keys).items()}, index.holding,
    )  # fmt: skip
    for pieces in (due.touched, due.fresh):
        list(index.replace((), pieces))
    list(index.replace(due.gone, ()))
    if embedder is not None:
        index.note_model(place, embedder.name, "test")
        while ids := index.waiting(place, embedder.name, 64):
            made = {i: embedder.encode(texts_of(passages[i])).tolist() for i in ids}
            index.prepare_vectors(place, _DIMENSIONS)
            index.set_vectors(place, embedder.name, {i: (v[0], v[1:]) for i, v in made.items()})
    return len(due)


def in_memory(passages: Mapping[str, Passage], embedder: HashedWords | None) -> Retriever:
    index = PassageIndex(embedder)
    index.put_all({p.document: [p] for p in passages.values()})
    return Retriever(index)


@pytest.fixture
def index(graph: Graph) -> TextIndex:
    made = TextIndex(graph, "Test")
    for place in "ab":
        made.drop_vectors(place)
    return made


@pytest.mark.parametrize("embedder", [HashedWords(), None], ids=["vectors", "words"])
def test_ranks_as_the_index_in_memory(index: TextIndex, embedder: HashedWords | None) -> None:
    passages, questions = world()
    bring_up(index, passages, embedder)
    memory = in_memory(passages, embedder)
    whole = Retriever(StoredIndex(index, passages.get, embedder, near=len(passages)))
    few = Retriever(StoredIndex(index, passages.get, embedder, near=25))
    same = 0
    for question in questions:
        wanted = memory.search(question, k=5)
        found = whole.search(question, k=5)
        assert [r.passage.id for r in found] == [r.passage.id for r in wanted], question
        assert [r.score for r in found] == pytest.approx([r.score for r in wanted], abs=2e-4), question
        assert [r.path for r in found] == [r.path for r in wanted]
        same += len({r.passage.id for r in few.search(question, k=5)} & {r.passage.id for r in wanted})
    assert same >= 0.95 * 5 * len(questions)


def test_what_a_filter_leaves_out_takes_no_place(index: TextIndex) -> None:
    passages, questions = world()
    bring_up(index, passages, HashedWords())
    german = {i: p for i, p in passages.items() if p.language == "de"}
    stored = Retriever(StoredIndex(index, passages.get, HashedWords(), near=10))
    for question in questions[:15]:
        found = stored.search(question, k=5, filter_=Filter(languages=frozenset({"de"})))
        assert len(found) == 5
        assert all(r.passage.id in german for r in found)


def test_a_version_that_lacks_a_passage_does_not_find_it(index: TextIndex) -> None:
    passages, questions = world()
    bring_up(index, passages, HashedWords())
    best = Retriever(StoredIndex(index, passages.get, HashedWords())).search(questions[0])[0].passage
    gone = {i: p for i, p in passages.items() if i != best.id}
    changed = passages | {best.id: replace(best, text="Quite another text.")}
    for held in (gone, changed):
        found = Retriever(StoredIndex(index, held.get, HashedWords())).search(questions[0])
        assert best.id not in {r.passage.id for r in found}


def test_add_then_delete_leaves_the_same_digest_and_old_texts_learn_new_names(index: TextIndex) -> None:
    passages, _ = world()
    texts = list(passages.values())[:40]
    held = {p.id: p for p in texts}
    old = Passage("old", "old", "The Quirlington mill was sold in 1931 to a brewer.", "A sale")
    held["old"] = old
    bring_up(index, held, HashedWords())
    before = index.digest()
    assert bring_up(index, held, HashedWords()) == 0
    more = held | {"new": Passage("new", "new", "It grinds rye and wheat since 1850.", "Quirlington mill")}
    assert bring_up(index, more, HashedWords()) == 2  # the new one, and the old one that turns out to name it
    known = {m[0] for stored in index.likeness("a", ["old"], []) for said in stored.mentions for m in said if m[3]}
    assert "quirlington mill" in known
    assert index.digest() != before
    assert bring_up(index, held, HashedWords()) == 2
    assert index.digest() == before
    assert index.names(["quirlington mill"]).get("quirlington mill", (0, 0))[0] == 0


def test_counts_follow_their_passages(index: TextIndex) -> None:
    passages, _ = world()
    held = dict(list(passages.items())[:30])
    bring_up(index, held, None)
    view = in_memory(held, None).view()
    state = index.state()
    assert (state.passages, state.version) == (30, None)
    known = index.stems(sorted(view.vocabulary))
    assert known == {stem: int(view.holding[number]) for stem, number in view.vocabulary.items()}
    bring_up(index, {}, None)
    assert index.state().passages == index.state().words == 0
    assert not index.stems(sorted(view.vocabulary))


def test_vectors_of_another_model_are_made_beside_those_in_use(index: TextIndex) -> None:
    passages, questions = world()
    old, new = HashedWords("old@1"), HashedWords("new@2", shift=7)
    bring_up(index, passages, old)
    wanted = Retriever(StoredIndex(index, passages.get, old)).search(questions[0])
    index.note_model("b", new.name, "test")
    index.prepare_vectors("b", _DIMENSIONS)
    ids = index.waiting("b", new.name, 10)
    made = {i: new.encode(texts_of(passages[i])).tolist() for i in ids}
    index.set_vectors("b", new.name, {i: (v[0], v[1:]) for i, v in made.items()})
    assert index.waiting_count("b", new.name) == len(passages) - 10
    assert index.state().model == "old@1"
    assert Retriever(StoredIndex(index, passages.get, old)).search(questions[0]) == wanted
    bring_up(index, passages, new, "b")
    index.use("b")
    index.drop_vectors("a")
    assert index.state().model == "new@2"
    found = Retriever(StoredIndex(index, passages.get, new, near=len(passages))).search(questions[0], k=5)
    alone = in_memory(passages, new).search(questions[0], k=5)
    assert [r.passage.id for r in found] == [r.passage.id for r in alone]
    assert index.waiting_count("a", "old@1") == len(passages)
