"""Rank passages for a question: direct evidence, then bridges over names, in rounds.

A passage is scored by what it says (dense, sentence, words, names of the question) and by how it is reached: the best
sentence of a passage that already ranks high names a thing, and the passage that defines or mentions that thing is
judged by what is left of the question once its own names are taken out. Scores of bridges take the best way, not the
sum, so each passage has one path that explains it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasoning.retrieval.index import Searchable
from reasoning.retrieval.joined import Floats, Ints
from reasoning.retrieval.mentions import Mention
from reasoning.retrieval.question import Query
from reasoning.retrieval.text import terms
from reasoning.retrieval.types import Filter, Hop, Ranked, Weights
from reasoning.retrieval.view import View

_NONE = -1
_UNKNOWN = 0.1  # what a bridge's end is given without a model when it shares no word with the question
_FAINT = 0.02  # starts that are trusted less than this cannot move a passage past its direct evidence


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Per passage and sentence: how well it fits the question, and how well it fits the rest of the question."""

    direct: Floats
    linked: Floats
    fit: Floats
    sentence: Floats
    sentence_fit: Floats


@dataclass(slots=True)
class _Bridges:
    """The best bridge found so far to each passage: its score, the passage, sentence and name it comes from."""

    score: Floats
    source: Ints
    via: Ints

    @classmethod
    def none(cls, size: int) -> _Bridges:
        return cls(np.zeros(size), np.full(size, _NONE, dtype=np.int64), np.full(size, _NONE, dtype=np.int64))

    def offer(self, targets: Ints, scores: Floats, source: int, names: Ints) -> None:
        """Keep a bridge where it is better than what is known; ties stay with the earlier one."""
        order = np.argsort(-scores, kind="stable")
        targets, scores, names = targets[order], scores[order], names[order]
        unique, first = np.unique(targets, return_index=True)
        better = scores[first] > self.score[unique] + 1e-12
        won, at = unique[better], first[better]
        self.score[won], self.source[won], self.via[won] = scores[at], source, names[at]


class Retriever:
    """Ranked passages for questions, over an index in memory or in the database."""

    def __init__(self, index: Searchable, weights: Weights | None = None) -> None:
        self._index = index
        self._weights = weights or Weights()

    def read(self, question: str, filter_: Filter | None = None) -> Query:
        """Take a question apart and embed it: the only step that runs a model."""
        return self._index.read(question, filter_)

    def over(self, questions: Sequence[str], filter_: Filter | None = None) -> Retriever:
        """A retriever for these questions only, over no more passages than can matter to them."""
        return Retriever(self._index.narrowed(questions, filter_), self._weights)

    def view(self, filter_: Filter | None = None) -> View:
        """The passages that are ranked."""
        return self._index.view(filter_)

    def search(self, question: str, *, k: int = 10, filter_: Filter | None = None) -> tuple[Ranked, ...]:
        """The ``k`` best passages, best first, none that has nothing to do with the question; may be empty."""
        over = self.over((question,), filter_)
        return over.rank(over.read(question, filter_), k=k, filter_=filter_)

    def rank(self, query: Query, *, k: int = 10, filter_: Filter | None = None) -> tuple[Ranked, ...]:
        """Rank for a question that was read before; no model runs."""
        view = self._index.view(filter_)
        if not view.passages or not query.stems:
            return ()
        evidence = gather(view, query, self._weights)
        bridges = _Bridges.none(len(view.passages))
        score = evidence.direct
        leaving: dict[int, tuple[Ints, Floats]] = {}
        for _ in range(self._weights.rounds):
            _cross(view, query, evidence, score, bridges, leaving, self._weights)
            score = evidence.direct + self._weights.bridge * bridges.score
        order = np.lexsort((np.arange(len(score)), -np.round(score, 9)))[:k]
        return tuple(_ranked(view, evidence, bridges, score, int(p)) for p in order if score[p] > 0)


def gather(view: View, query: Query, weights: Weights) -> _Evidence:
    """Direct evidence for every visible passage and sentence."""
    total = len(view.passages)
    words = _to_top(view.bm25(query.stems))
    rest_words = _to_top(view.bm25(query.rest_stems))
    if query.vectors is not None and view.vectors is not None and view.sentence_vectors is not None:
        passage = view.vectors @ query.vectors.T
        sentence = view.sentence_vectors @ query.vectors.T
        best = _best_of(sentence, view)
        dense = (passage[:, 0] + best[:, 0]).astype(np.float64) / 2
        dense_rest = (passage[:, 1] + best[:, 1]).astype(np.float64) / 2
        said, said_rest = sentence[:, 0].astype(np.float64), sentence[:, 1].astype(np.float64)
    else:
        dense, dense_rest = words * weights.without_model, np.maximum(rest_words * weights.without_model, _UNKNOWN)
        said, said_rest = dense[view.owner], dense_rest[view.owner]
    linked = np.zeros(total)
    for mention in query.names:
        number = view.names.get(mention.key)
        if number is not None and view.meanings[number]:
            row = view.definitions[number]
            np.maximum.at(linked, row.indices, mention.weight * row.data / np.sqrt(view.meanings[number]))
    share = weights.rest
    return _Evidence(
        direct=dense + weights.words * words + weights.link * linked,
        linked=linked,
        fit=share * dense_rest + (1 - share) * dense + weights.words_fit * words,
        sentence=said,
        sentence_fit=share * said_rest + (1 - share) * said,
    )


def _cross(
    view: View,
    query: Query,
    evidence: _Evidence,
    score: Floats,
    bridges: _Bridges,
    leaving: dict[int, tuple[Ints, Floats]],
    weights: Weights,
) -> None:
    """One round: from the passages that rank highest over the names in their sentences to other passages."""
    asked = {view.names[m.key] for m in query.names if m.key in view.names}
    starts = np.argsort(-score, kind="stable")[: weights.starts]
    top = score[starts[0]]
    for start in (int(s) for s in starts):
        if score[start] <= 0:
            break
        trust = max(float(np.exp((score[start] - top) / weights.trust)), evidence.linked[start])
        if trust < _FAINT:
            continue
        if start not in leaving:
            leaving[start] = _names_of(view, query, evidence, start, asked, weights)
        names, force = leaving[start]
        if len(names) == 0:
            continue
        _to_definitions(view, evidence, bridges, start, names, force * trust)
        _to_mentions(view, evidence, bridges, start, names, force * trust, weights)


def _names_of(
    view: View, query: Query, evidence: _Evidence, start: int, asked: set[int], weights: Weights
) -> tuple[Ints, Floats]:
    """Names in a passage that the question did not hold, weighted by the sentence and the words that surround them."""
    first, last = view.sentences_of(start)
    own = view.defined_by.indices[view.defined_by.indptr[start] : view.defined_by.indptr[start + 1]]
    best = {name: 1.0 for name in own.tolist() if name not in asked}
    text = view.passages[start].text
    said = evidence.sentence[first:last]
    for number, near in enumerate(np.exp((said - said.max(initial=-1.0)) / weights.focus).tolist(), first):
        sentence = text[slice(*view.spans[number])]
        for mention in view.places[number]:
            name = view.names[mention.key]
            if name in asked:
                continue
            force = near * mention.weight * (1 + weights.cue * _cue(sentence, mention, query, weights.cue_reach))
            if force > best.get(name, 0.0):
                best[name] = force
    found = sorted(best, key=view.spelled.__getitem__)
    return np.array(found, dtype=np.int64), np.array([best[n] for n in found])


def _cue(sentence: str, mention: Mention, query: Query, reach: int) -> float:
    """Worth of the rarest word left to ask that stands close to a mention: ``director``, by ``directed by Mann``.

    What stands behind a name counts half: it often belongs to the next one.
    """
    before = terms(sentence[max(0, mention.start - reach) : mention.start])
    behind = terms(sentence[mention.end : mention.end + reach // 2])
    worth = query.rest_worth
    return max((*(worth.get(t, 0.0) for t in before), *(worth.get(t, 0.0) / 2 for t in behind)), default=0.0)


def _to_definitions(view: View, evidence: _Evidence, bridges: _Bridges, start: int, names: Ints, force: Floats) -> None:
    """Bridges to the passages that define ``names``; a name of several meanings shares its weight among them."""
    targets, which = _rows(view.definitions.indptr, view.definitions.indices, names)
    values = view.definitions.data[_places(view.definitions.indptr, names)]
    scores = force[which] * values / np.sqrt(view.meanings[names[which]]) * evidence.fit[targets]
    keep = (targets != start) & (scores > 0)
    bridges.offer(targets[keep], scores[keep], start, names[which[keep]])


def _to_mentions(
    view: View, evidence: _Evidence, bridges: _Bridges, start: int, names: Ints, force: Floats, weights: Weights
) -> None:
    """Bridges to passages that mention ``names`` too; the rarer the name, the stronger. Very common ones carry none."""
    rare = view.spread[names] <= weights.common
    names, force = names[rare], force[rare]
    said_in, which = _rows(view.mentioned_in.indptr, view.mentioned_in.indices, names)
    values = view.mentioned_in.data[_places(view.mentioned_in.indptr, names)]
    targets = view.owner[said_in]
    about = np.isin(names, view.defined_by.indices[view.defined_by.indptr[start] : view.defined_by.indptr[start + 1]])
    kind = np.where(about, weights.mention_of, weights.shared)[which]
    fit = (evidence.fit[targets] + evidence.sentence_fit[said_in]) / 2
    scores = force[which] * values * kind / np.sqrt(view.spread[names[which]]) * fit
    keep = (targets != start) & (scores > 0)
    bridges.offer(targets[keep], scores[keep], start, names[which[keep]])


def _places(indptr: npt.NDArray[np.integer], rows: Ints) -> Ints:
    """Positions in a compressed matrix's data of the cells of ``rows``, in order."""
    first = indptr[rows].astype(np.int64)
    lengths = indptr[rows + 1].astype(np.int64) - first
    return np.repeat(first - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())


def _rows(indptr: npt.NDArray[np.integer], indices: npt.NDArray[np.integer], rows: Ints) -> tuple[Ints, Ints]:
    """Column numbers of the cells of ``rows``, and for each the position in ``rows`` that it belongs to."""
    lengths = (indptr[rows + 1] - indptr[rows]).astype(np.int64)
    return indices[_places(indptr, rows)].astype(np.int64), np.repeat(np.arange(len(rows)), lengths)


def _best_of(sentence: npt.NDArray[np.float32], view: View) -> npt.NDArray[np.float32]:
    """Per passage the best value of its sentences; 0 where it has none."""
    best = np.zeros((len(view.passages), sentence.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(np.diff(view.first_sentence))
    if len(filled):
        best[filled] = np.maximum.reduceat(sentence, view.first_sentence[filled], axis=0)
    return best


def _to_top(values: Floats) -> Floats:
    """Scaled so that the best is 1; zeros stay zeros."""
    top = values.max(initial=0.0)
    return values / top if top > 0 else values


def _ranked(view: View, evidence: _Evidence, bridges: _Bridges, score: Floats, number: int) -> Ranked:
    hops: list[Hop] = []
    at, seen = number, {number}
    while bridges.source[at] != _NONE and evidence.linked[at] < 1 and int(bridges.source[at]) not in seen:
        source = int(bridges.source[at])
        hops.insert(0, Hop(view.passages[source].id, view.spelled[int(bridges.via[at])], view.passages[at].id))
        seen.add(source)
        at = source
    first, last = view.sentences_of(number)
    best: tuple[int, int] | None = None
    if last > first:
        best = view.spans[first + int(np.argmax(evidence.sentence[first:last]))]
    return Ranked(view.passages[number], float(score[number]), float(evidence.direct[number]), tuple(hops), best)


def ids(ranked: Sequence[Ranked]) -> list[str]:
    """The passage ids, in order."""
    return [r.passage.id for r in ranked]
