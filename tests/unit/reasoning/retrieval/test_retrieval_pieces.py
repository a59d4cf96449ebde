"""Pieces by change: whatever came and went, an index holds what it would hold if it were made anew."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.text_index import Piece
from reasoning.retrieval.mentions import definition_keys, openers_of
from reasoning.retrieval.pieces import changes, changes_since, names_of, passage_hash, piece_of, texts_of
from reasoning.retrieval.types import Passage

TITLES = ["Acme Pump", "Acme", "Pump", "The Mill of Kiel", "Kiel", "Jane Roe", "7"]
WORDS = ["Acme", "pump", "Pump", "was sold in", "Kiel.", "the mill of Kiel", "Jane Roe", "and", "It broke.", "7"]
passages = st.builds(
    lambda number, title, words: Passage(f"p{number}", f"d{number}", " ".join(words), title),
    st.integers(0, 5), st.sampled_from(TITLES), st.lists(st.sampled_from(WORDS), max_size=6),
)  # fmt: skip
corpora = st.lists(passages, max_size=6).map(lambda found: {p.id: p for p in found})


class Held:
    """What a database's index answers, from a dictionary."""

    def __init__(self) -> None:
        self.pieces: dict[str, Piece] = {}

    def names_of(self, ids: Sequence[str]) -> set[str]:
        return {k for i in ids if i in self.pieces for k in self.pieces[i].defines}

    def defined(self, keys: Sequence[str]) -> dict[str, int]:
        found = {k: sum(k in p.defines for p in self.pieces.values()) for k in keys}
        return {k: n for k, n in found.items() if n}

    def holding(self, wanted: Sequence[Sequence[str]]) -> list[str]:
        return [i for i, p in self.pieces.items() if any(some and all(w in p.counts for w in some) for some in wanted)]

    def bring_up(self, corpus: dict[str, Passage], known: bool = False) -> int:
        hashes = {i: p.hash for i, p in self.pieces.items()}
        if known:  # by a process that brought it up before
            due = changes_since(corpus, self.corpus, self.names, self.names_of, self.defined, self.holding)
            assert self.names == names_of(corpus.values())
        else:
            due = changes(corpus, hashes, self.names_of, self.defined, self.holding)
        self.corpus, self.names = corpus, names_of(corpus.values())
        for piece in (*due.touched, *due.fresh):
            self.pieces[piece.id] = piece
        for id_ in due.gone:
            del self.pieces[id_]
        return len(due)


def anew(corpus: dict[str, Passage]) -> dict[str, Piece]:
    names = {k for p in corpus.values() for k in definition_keys(p.title, p.aliases)}
    return {i: piece_of(p, names, openers_of(names)) for i, p in corpus.items()}


@settings(max_examples=150, deadline=None)
@given(st.lists(corpora, min_size=1, max_size=4), st.booleans())
def test_by_change_is_as_made_anew(states: list[dict[str, Passage]], known: bool) -> None:
    held = Held()
    for number, corpus in enumerate(states):
        held.bring_up(corpus, known and number > 0)
        wanted = anew(corpus)
        assert held.pieces.keys() == wanted.keys()
        for id_, piece in wanted.items():
            assert held.pieces[id_].row == piece.row, id_
            assert held.pieces[id_].says == piece.says
    assert held.bring_up(states[-1], known) == 0


def test_a_passage_is_made_again_only_for_what_it_is_made_from() -> None:
    one = Passage("p", "d", "Acme was sold.", "Pump")
    assert passage_hash(one) == passage_hash(Passage("p", "d", "Acme was sold.", "Pump", language="en", start=7))
    assert passage_hash(one) != passage_hash(Passage("p", "d", "Acme was bought.", "Pump"))
    assert passage_hash(one) != passage_hash(Passage("p", "d", "Acme was sold.", "Pumps"))


def test_texts_to_embed_are_the_passage_and_its_sentences_below_the_title() -> None:
    assert texts_of(Passage("p", "d", "It broke. It was mended.", "Pump")) == [
        "Pump. It broke. It was mended.", "Pump: It broke.", "Pump: It was mended.",
    ]  # fmt: skip
