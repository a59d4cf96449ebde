"""Ranking: bridges over names reach what no word of the question reaches, and hostile questions stay bounded."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest

from reasoning.retrieval.index import PassageIndex
from reasoning.retrieval.search import Retriever
from reasoning.retrieval.text import terms
from reasoning.retrieval.types import Passage, Weights

FILMS = {
    "film": ("Silent Harbour", "Silent Harbour is a 1954 drama directed by Ada Morrow and produced by Tom Quill."),
    "director": ("Ada Morrow", "Ada Morrow grew up in Lowmere with two sisters."),
    "producer": ("Tom Quill", "Tom Quill was a painter who liked trains."),
    "noise": ("Quay", "A quay is a place for ships, where sailors rest."),
    "other": ("Holy Night", "Holy Night is a carol from Austria."),
}


def index_of(rows: dict[str, tuple[str, str]]) -> PassageIndex:
    index = PassageIndex()
    index.put_all({key: [Passage(id=key, document=key, title=title, text=text)] for key, (title, text) in rows.items()})
    return index


def test_a_bridge_reaches_the_passage_that_shares_no_word_with_the_question() -> None:
    retriever = Retriever(index_of(FILMS))
    found = retriever.search("Where was the director of Silent Harbour born?")
    assert [r.passage.id for r in found][:2] == ["film", "director"]
    hop = found[1].path[-1]
    assert (hop.source, hop.name, hop.target) == ("film", "ada morrow", "director")
    assert found[1].direct < found[1].score


def test_the_word_beside_a_name_decides_which_bridge_is_taken() -> None:
    index = index_of(FILMS)
    by_role = [r.passage.id for r in Retriever(index).search("Where was the producer of Silent Harbour born?")]
    assert by_role.index("producer") < by_role.index("director")
    plain = Retriever(index, replace(Weights(), cue=0.0)).search("Where was the producer of Silent Harbour born?")
    scores = {r.passage.id: r.score for r in plain}
    assert scores["producer"] == pytest.approx(scores["director"], rel=0.05)


def test_without_bridges_the_passage_is_not_found() -> None:
    found = Retriever(index_of(FILMS), replace(Weights(), bridge=0.0)).search("Who directed Silent Harbour?")
    assert "director" not in [r.passage.id for r in found]


def test_bm25_is_the_textbook_formula() -> None:
    index = index_of(FILMS)
    view = index.view()
    documents = [Counter(terms(f"{p.title} {p.text}")) for p in view.passages]
    mean = sum(d.total() for d in documents) / len(documents)
    asked = terms("silent harbour born")
    for number, document in enumerate(documents):
        expected = 0.0
        for term in asked:
            holding = sum(term in d for d in documents)
            rarity = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            norm = 1.2 * (1 - 0.75 + 0.75 * document.total() / mean)
            expected += rarity * document[term] * 2.2 / (document[term] + norm)
        assert view.bm25(asked)[number] == pytest.approx(expected)


@pytest.mark.parametrize("question", ["", "   ", "?!", "the of and who", "zzzxqy unheard", "\x00", "(" * 50])
def test_questions_without_content_find_nothing(question: str) -> None:
    assert Retriever(index_of(FILMS)).search(question) == ()


def test_ten_thousand_words_are_read_up_to_a_limit() -> None:
    retriever = Retriever(index_of(FILMS))
    query = retriever.read("Silent Harbour director " * 10_000)
    assert len(query.text) <= 4_000
    assert retriever.rank(query)[0].passage.id == "film"


def test_a_name_of_many_things_shares_its_weight_among_them() -> None:
    rows = {f"s{n}": (f"Springfield (place {n})", f"Springfield number {n} has a mill.") for n in range(500)}
    rows["one"] = ("Old Mill Museum", "The museum stands alone.")
    found = Retriever(index_of(rows)).search("Springfield and the Old Mill Museum", k=3)
    assert found[0].passage.id == "one"


def test_an_empty_index_answers_with_nothing() -> None:
    assert Retriever(PassageIndex()).search("Who directed Silent Harbour?") == ()


def test_the_best_sentence_is_a_range_of_the_passage() -> None:
    rows = {"p": ("Pump", "It is blue. The warranty of the pump ends in May. It is loud.")}
    best = Retriever(index_of(rows)).search("When does the warranty end?")[0]
    assert best.sentence is not None
    assert best.passage.text[slice(*best.sentence)] in rows["p"][1]
