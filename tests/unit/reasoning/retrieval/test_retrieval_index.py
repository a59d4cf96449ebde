"""The index: what is added can be taken away, order does not matter, filters hide without a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.errors import BadQuestion, NotFound
from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.search import Retriever
from reasoning.retrieval.types import Filter, Passage

TITLES = ["Acme Pump", "Acme", "Pump", "Berlin", "Berlin Office", "Jane Roe"]


class HashedWords:
    """A deterministic stand-in for a model: words hashed into 64 signed buckets."""

    def __init__(self, name: str = "hashed", size: int = 64) -> None:
        self.name, self.size = name, size

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.sha256(word.strip(".,:?").encode()).digest()
                found[row, digest[0] % self.size] += 1 if digest[1] % 2 else -1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def passage(pid: str, title: str, text: str, **more: object) -> Passage:
    return Passage(id=pid, document=pid, title=title, text=text, **more)  # type: ignore[arg-type]


texts = st.lists(st.sampled_from([*TITLES, "was sold in", "moved to", "and", "is broken.", "The", "acme"]), max_size=8)
corpora = st.lists(st.tuples(st.sampled_from(TITLES), texts), min_size=1, max_size=6)


def corpus(rows: list[tuple[str, list[str]]]) -> list[Passage]:
    return [passage(f"p{n}", title, " ".join(words)) for n, (title, words) in enumerate(rows)]


@settings(max_examples=60, deadline=None)
@given(corpora, st.tuples(st.sampled_from(TITLES), texts))
def test_adding_then_deleting_a_document_leaves_the_same_digest_and_ranking(
    rows: list[tuple[str, list[str]]], extra: tuple[str, list[str]]
) -> None:
    index = PassageIndex(HashedWords())
    index.put_all({p.document: [p] for p in corpus(rows)})
    before, found = index.digest(), Retriever(index).search("Who sold the Acme Pump in Berlin?")
    index.put("extra", [Passage(id="x", document="extra", title=extra[0], text=" ".join(extra[1]))])
    index.view()
    index.delete("extra")
    assert index.digest() == before
    assert Retriever(index).search("Who sold the Acme Pump in Berlin?") == found


@settings(max_examples=60, deadline=None)
@given(corpora, st.randoms(use_true_random=False))
def test_the_order_in_which_documents_come_does_not_matter(rows: list[tuple[str, list[str]]], random: object) -> None:
    passages = corpus(rows)
    one, two = PassageIndex(), PassageIndex()
    one.put_all({p.document: [p] for p in passages})
    random.shuffle(passages)  # type: ignore[attr-defined]
    for p in passages:
        two.put(p.document, [p])
        two.view()
    assert one.digest() == two.digest()
    question = "What did Jane Roe say of Acme?"
    assert Retriever(one).search(question) == Retriever(two).search(question)


@settings(max_examples=60, deadline=None)
@given(corpora, st.sets(st.integers(0, 5)))
def test_a_filtered_index_ranks_as_one_that_never_held_the_rest(
    rows: list[tuple[str, list[str]]], hidden: set[int]
) -> None:
    passages = [
        passage(p.id, p.title, p.text, labels=frozenset({"secret"} if n in hidden else ()))
        for n, p in enumerate(corpus(rows))
    ]
    whole, part = PassageIndex(HashedWords()), PassageIndex(HashedWords())
    whole.put_all({p.document: [p] for p in passages})
    part.put_all({p.document: [p] for p in passages if not p.labels})
    question = "Which pump did Acme move to Berlin Office?"
    seen = Retriever(whole).search(question, filter_=Filter(labels=frozenset()))
    alone = Retriever(part).search(question)
    assert [(r.passage.id, round(r.score, 9)) for r in seen] == [(r.passage.id, round(r.score, 9)) for r in alone]


def test_a_new_name_is_found_in_old_passages_and_forgotten_with_its_document() -> None:
    index = PassageIndex()
    index.put("a", [passage("a", "Order 17", "It was shipped with the quiet flange kit yesterday.")])
    assert not index.view().is_name("quiet flange kit")
    index.put("b", [passage("b", "Quiet flange kit", "A kit of parts.")])
    view = index.view()
    number = view.names["quiet flange kit"]
    assert view.mentions[:, number].nnz == 1
    index.delete("b")
    assert not index.view().is_name("quiet flange kit")


def test_classes_languages_and_valid_time_filter_before_ranking() -> None:
    index = PassageIndex()
    index.put("old", [passage("old", "Returns", "Returns within 14 days.", valid_to=date(2025, 1, 1), language="en")])
    index.put("new", [passage("new", "Returns", "Returns within 30 days.", valid_from=date(2025, 1, 1), language="en")])
    index.put("de", [passage("de", "Rückgabe", "Returns 30 Tage.", language="de", classes=frozenset({"Policy"}))])

    def found(**what: object) -> set[str]:
        filter_ = Filter(**what)  # type: ignore[arg-type]
        return {r.passage.id for r in Retriever(index).search("Returns within how many days?", filter_=filter_)}

    assert found(valid_at=date(2024, 12, 31), languages=frozenset({"en"})) == {"old"}
    assert found(valid_at=date(2025, 1, 1), languages=frozenset({"en"})) == {"new"}
    assert found(classes=frozenset({"Policy"})) == {"de"}


def test_changing_the_model_keeps_the_old_vectors_until_all_are_made() -> None:
    index = PassageIndex(HashedWords("one"))
    index.put_all(
        {p.document: [p] for p in corpus([("Acme", ["was sold in"]), ("Berlin", ["moved to"]), ("Pump", ["and"])])}
    )
    other = HashedWords("two", size=32)
    assert index.reembed(other, at_most=2) == 1
    assert index.embedder is not None and index.embedder.name == "one"
    assert Retriever(index).search("Where is Acme?")
    assert index.reembed(other, at_most=2) == 0
    assert index.embedder.name == "two"
    vectors = index.view().vectors
    assert vectors is not None and vectors.shape == (3, 32)
    fresh = PassageIndex(other)
    fresh.put_all({p.document: [p] for p in index.view().passages})
    assert fresh.digest() == index.digest()


def test_what_cannot_be_is_refused() -> None:
    index = PassageIndex()
    index.put("a", [passage("a", "A", "Text.")])
    with pytest.raises(BadQuestion):
        index.put("b", [Passage(id="a", document="b", text="Taken.")])
    with pytest.raises(NotFound):
        index.delete("c")
    assert index.documents == ("a",)


changes_of = st.lists(
    st.tuples(st.integers(0, 7), st.one_of(st.none(), st.lists(st.tuples(st.sampled_from(TITLES), texts), max_size=3))),
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(corpora, changes_of)
def test_a_fork_that_changed_is_the_index_that_was_made_so_and_leaves_the_other_alone(
    rows: list[tuple[str, list[str]]], changes: list[tuple[int, list[tuple[str, list[str]]] | None]]
) -> None:
    now = {f"d{n}": [Passage(f"d{n}#0", f"d{n}", " ".join(words), title)] for n, (title, words) in enumerate(rows)}
    index = PassageIndex(HashedWords())
    index.put_all(dict(now))
    before, view = index.digest(), index.view()
    fork = index.fork()
    for number, made in changes:
        document = f"d{number}"
        if made is None:
            if document in fork.documents:
                fork.delete(document)
                del now[document]
        else:
            now[document] = [
                Passage(f"{document}#{n}", document, " ".join(words), title) for n, (title, words) in enumerate(made)
            ]
            fork.put(document, now[document])
        fork.view()  # what is joined now is what the next change is worked into
    fresh = PassageIndex(HashedWords())
    fresh.put_all(dict(now))
    assert fork.digest() == fresh.digest()
    one, other = fork.view(), fresh.view()
    assert one.passages == other.passages
    assert one.spans == other.spans
    assert one.places == other.places
    assert (one.owner == other.owner).all()
    for mine, theirs in ((one.vectors, other.vectors), (one.sentence_vectors, other.sentence_vectors)):
        assert (mine is None) == (theirs is None) or not one.passages
        assert mine is None or theirs is None or np.array_equal(mine, theirs)
    for name, number in other.names.items():
        assert one.spread[one.names[name]] == other.spread[number]
        assert one.meanings[one.names[name]] == other.meanings[number]
    for question in ("Who sold the Acme Pump in Berlin?", "What did Jane Roe say?"):
        assert [(r.passage.id, round(r.score, 9), r.path) for r in Retriever(fork).search(question)] == [
            (r.passage.id, round(r.score, 9), r.path) for r in Retriever(fresh).search(question)
        ]
    assert index.view() is view
    assert index.digest() == before
    index.put("more", [Passage("more", "more", "Acme was sold in Berlin.", "Jane Roe")])
    assert fork.digest() == fresh.digest()


def test_one_document_among_many_is_worked_in_and_taken_out_without_joining_all_again() -> None:
    index = PassageIndex(HashedWords())
    index.put_all({f"d{n:04d}": [passage(f"d{n:04d}", f"Pump {n}", f"Pump {n} is in Berlin.")] for n in range(400)})
    first = index.view()
    joined = index._joined
    assert joined is not None
    read: list[str] = []
    rows = index._rows
    index._rows = lambda document: read.append(document) or rows(document)  # type: ignore[method-assign,func-returns-value]
    index.put("x", [passage("x", "Quiet flange", "The quiet flange fits.")])
    assert Retriever(index).search("What is a quiet flange?")[0].passage.id == "x"
    index.delete("x")
    assert index.view().passages == first.passages
    assert read == ["x", "x"]


def test_an_index_whose_texts_changed_all_the_time_says_that_it_is_worn() -> None:
    index = PassageIndex()
    index.put("stays", [passage("stays", "Acme", "Acme was sold in Berlin.")])
    for number in range(150):
        words = " ".join(f"w{number}x{n}" for n in range(100))
        index.put("log", [Passage("log", "log", f"{words}. Name{number} Here{number} was told.", "Log")])
        index.view()
        index = index.fork()
        if number == 20:
            assert not index.worn
    assert index.worn
    fresh = PassageIndex()
    fresh.put_all({d: list(index.passages_of(d)) for d in index.documents})
    assert not fresh.worn
    assert fresh.digest() == index.digest()
