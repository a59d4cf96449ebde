# ruff: noqa: ARG002 - one interface, of which each implementation needs a part
"""Passages found through the database's own indexes: few are fetched for a question, then ranked as in memory.

Neo4j's vector index and full-text index give the passages that come near; names lead on to further ones, twice. Those
are made a small :class:`~reasoning.retrieval.view.View` with the counts of the whole index, so their scores are those
of an index in memory. What differs is only which passages are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph_engine.text_index import IndexState, Stored, TextIndex
from ontology.errors import DatabaseError
from reasoning.retrieval.embedding import Embedder
from reasoning.retrieval.index import Searchable
from reasoning.retrieval.joined import Row
from reasoning.retrieval.mentions import FoldedText, Mention, openers_of
from reasoning.retrieval.pieces import passage_hash
from reasoning.retrieval.question import Query, read_part, take_apart
from reasoning.retrieval.text import words
from reasoning.retrieval.types import Filter, Passage, Weights
from reasoning.retrieval.view import Numbers, Statistics, View, build_view

_LONGEST_NAME = 8  # words of a name that is looked for in a question
_MANY = 4_000  # passages that are fetched at most, however much a filter leaves out
_BRIDGED = 250  # passages that one round of names leads on to


class StoredIndex:
    """A :class:`Searchable` over a :class:`~graph_engine.text_index.TextIndex`.

    Args:
        passage_at: gives a passage of the version that is asked about, or None; what the index holds beyond it is left.
        embedder: the model whose vectors are in use.
        near: how many passages are taken in each way (by meaning, by words).
    """

    def __init__(
        self, index: TextIndex, passage_at: Callable[[str], Passage | None], embedder: Embedder | None = None,
        *, languages: Callable[[], frozenset[str]] = frozenset, weights: Weights | None = None, near: int = 80,
    ) -> None:  # fmt: skip
        self._index = index
        self._passage_at = passage_at
        self._languages = languages
        self._weights = weights or Weights()
        self._near = near
        self.embedder = embedder

    def __len__(self) -> int:
        return self._index.state().passages

    def view(self, filter_: Filter | None = None) -> View:
        """Nothing: only after :meth:`narrowed` is there something to rank."""
        return build_view((), Numbers(), Numbers())

    def read(self, question: str, filter_: Filter | None = None) -> Query:
        """A question taken apart and embedded."""
        return self.narrowed((question,), filter_).read(question, filter_)

    def knows(self, stem: str, filter_: Filter | None = None) -> bool:
        """Whether a passage holds the stem."""
        return bool(self._index.stems([stem]))

    def languages(self, filter_: Filter | None = None) -> frozenset[str]:
        """Languages of the passages."""
        return self._languages()

    def narrowed(self, questions: Sequence[str], filter_: Filter | None = None) -> Searchable:
        """The passages that can matter to these questions, with the counts of the whole index."""
        asked = list(dict.fromkeys(read_part(q) for q in questions))
        state = self._index.state()
        try:
            return self._narrowed(asked, filter_ or Filter(), state)
        except DatabaseError:
            after = self._index.state()
            if after.active == state.active:
                raise
            return self._narrowed(asked, filter_ or Filter(), after)  # another model's vectors came into use meanwhile

    def _narrowed(self, asked: Sequence[str], filter_: Filter, state: IndexState) -> Searchable:
        queries = self._queries(asked, state)
        if not queries:
            return _Narrowed(self.embedder, self.view(), {})
        finding = _Finding(self._index, self._passage_at, filter_, self._weights, queries, state)
        limit = self._near
        finding.seek(limit)
        while len(finding.found) < self._near and finding.left_out and limit < _MANY:
            limit *= 4
            finding.seek(limit)
        for _ in range(self._weights.rounds):
            finding.go_on()
        return finding.narrowed(self.embedder)

    def _queries(self, asked: Sequence[str], state: IndexState) -> list[Query]:
        keys = {key for text in asked for key in _parts(FoldedText.of(text).words)}
        names = {key for key, (defined, _) in self._index.names(sorted(keys)).items() if defined}
        openers = openers_of(names)
        queries = [take_apart(text, names, openers) for text in asked]
        if self.embedder is None or not any(words(q.text) for q in queries):
            return queries
        if state.model != self.embedder.name:
            return queries  # another model's vectors are in use: words and names until asked anew
        vectors = self.embedder.encode([t for q in queries for t in (q.text, q.rest)])
        return [replace(q, vectors=vectors[2 * i : 2 * i + 2]) for i, q in enumerate(queries)]


class _Finding:
    """One search under way: the passages found so far."""

    def __init__(
        self, index: TextIndex, passage_at: Callable[[str], Passage | None], filter_: Filter, weights: Weights,
        queries: Sequence[Query], state: IndexState,
    ) -> None:  # fmt: skip
        self._index = index
        self._passage_at = passage_at
        self._filter = filter_
        self._weights = weights
        self._queries = queries
        self._vectors = [row.tolist() for q in queries if q.vectors is not None for row in q.vectors]
        self._place = state.active
        stems = {t for q in queries for t in (*q.stems, *q.rest_stems)}
        self._passages, self._words = state.passages, state.words
        self._holding = index.stems(sorted(stems))
        self._names = index.names(sorted({m.key for q in queries for m in q.names}))
        self._asked = frozenset(m.key for q in queries for m in q.names)
        self._seen: set[str] = set()
        self.found: dict[str, tuple[Passage, Stored]] = {}
        self.left_out = False
        """Whether something that came near may not be seen."""

    def seek(self, limit: int) -> None:
        """Fetch what comes near the questions."""
        names = [key for key in self._asked if self._names.get(key, (0, 0))[0]]
        words_ = [list(dict.fromkeys(q.stems)) for q in self._queries]
        self._fetch(
            self._index.seeds(self._place, vectors=self._vectors, words=words_, names=sorted(names), limit=limit)
        )

    def go_on(self) -> None:
        """Fetch what the names in the best passages lead to."""
        from reasoning.retrieval.search import Retriever

        narrowed = self.narrowed(None)
        retriever = Retriever(narrowed, self._weights)
        starts: dict[str, None] = {}
        for query in self._queries:
            ranked = retriever.rank(narrowed.read(query.text), k=self._weights.starts)
            starts |= dict.fromkeys(r.passage.id for r in ranked)
        keys = {
            key
            for id_ in starts
            for key in (*self.found[id_][1].defines, *(m[0] for said in self.found[id_][1].mentions for m in said))
        } - self._asked
        self._names |= self._index.names(sorted(keys - self._names.keys()))
        held = [key for key in sorted(keys) if key in self._names]
        rare = [k for k in held if 1 < self._names[k][1] <= self._weights.common]
        meant = [k for k in held if self._names[k][0]]
        self._fetch(self._index.across(meant, rare, common=self._weights.common, limit=_BRIDGED))

    def _fetch(self, ids: Iterable[str]) -> None:
        wanted: dict[str, Passage] = {}
        for id_ in ids:
            if id_ in self._seen:
                continue
            self._seen.add(id_)
            passage = self._passage_at(id_)
            if passage is None or not self._filter.allows(passage):
                self.left_out = True
            else:
                wanted[id_] = passage
        for stored in self._index.likeness(self._place, list(wanted), self._vectors) if wanted else ():
            if stored.hash == passage_hash(wanted[stored.id]):  # else another version of the text
                self.found[stored.id] = (wanted[stored.id], stored)

    def narrowed(self, embedder: Embedder | None) -> _Narrowed:
        """What was found as matrices; vectors are told as their likeness to the questions' vectors."""
        order = sorted(self.found.values(), key=lambda f: (f[0].document, f[0].start, f[0].id))
        numbers, names = Numbers(), Numbers()
        width = len(self._vectors)
        rows = [_row(passage, stored, numbers, names, width) for passage, stored in order]
        statistics = Statistics(
            self._passages, self._words, self._holding,
            {k: said for k, (_, said) in self._names.items()},
            {k: defined for k, (defined, _) in self._names.items()},
        )  # fmt: skip
        view = build_view(rows, numbers, names, statistics)
        axes = np.eye(width, dtype=np.float32)
        at, queries = 0, {}
        for query in self._queries:
            own = None
            if query.vectors is not None:
                own, at = axes[at : at + 2], at + 2
            queries[query.text] = replace(query, vectors=own, rest_worth=view.worth(query.rest_stems))
        return _Narrowed(embedder, view, queries)


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """The passages found for some questions, as a :class:`Searchable`."""

    embedder: Embedder | None
    held: View
    queries: dict[str, Query]

    def __len__(self) -> int:
        return len(self.held.passages)

    def narrowed(self, questions: Sequence[str], filter_: Filter | None = None) -> Searchable:
        return self

    def view(self, filter_: Filter | None = None) -> View:
        return self.held

    def read(self, question: str, filter_: Filter | None = None) -> Query:
        return self.queries[read_part(question)]

    def knows(self, stem: str, filter_: Filter | None = None) -> bool:
        return stem in self.held.vocabulary

    def languages(self, filter_: Filter | None = None) -> frozenset[str]:
        return frozenset(p.language for p in self.held.passages if p.language is not None)


def _row(passage: Passage, stored: Stored, numbers: Numbers, names: Numbers, width: int) -> Row:
    mentions = tuple(tuple(Mention(*m) for m in said) for said in stored.mentions)
    every = [m for said in mentions for m in said]
    vector = sentence = None
    if width:
        vector = np.zeros(width, dtype=np.float32)
        sentence = np.zeros((len(stored.spans), width), dtype=np.float32)
        if stored.likeness is not None:
            vector = np.array(stored.likeness, dtype=np.float32)
            if stored.sentences:
                sentence = np.array(stored.sentences, dtype=np.float32)
    return Row(
        passage,
        (names.of(stored.defines), np.array(list(stored.defines.values()), dtype=np.float64)),
        stored.spans,
        mentions,
        (names.of(m.key for m in every), np.array([m.weight for m in every], dtype=np.float64)),
        (numbers.of(stored.counts), np.array(list(stored.counts.values()), dtype=np.float64)),
        vector,
        sentence,
    )


def _parts(found: Sequence[str]) -> Iterable[str]:
    """Every run of words that may be a name."""
    for at in range(len(found)):
        for length in range(1, min(_LONGEST_NAME, len(found) - at) + 1):
            yield " ".join(found[at : at + length])
