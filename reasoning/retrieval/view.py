"""What may be ranked, as matrices: words, names, definitions, sentences and vectors of a set of passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reasoning.retrieval.embedding import Vectors
from reasoning.retrieval.joined import Floats, Ints, Joined, Ragged, Row
from reasoning.retrieval.mentions import Mention, openers_of
from reasoning.retrieval.types import Passage

_K1, _B = 1.2, 0.75


class Numbers(dict[str, int]):
    """Gives each new text the next number; numbers are never taken back."""

    def of(self, texts: Iterable[str]) -> npt.NDArray[np.int32]:
        """The number of each text, in order."""
        return np.fromiter((self.setdefault(text, len(self)) for text in texts), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over a whole index, for a view that holds only some of its passages.

    ``passages`` and ``words`` count passages and all their words; ``holding`` the passages that hold a stem, ``spread``
    those that mention or define a name, ``meanings`` those that define it. What is not listed is counted in the view.
    """

    passages: int
    words: int
    holding: Mapping[str, int]
    spread: Mapping[str, int]
    meanings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class View:
    """Passages, in a fixed order, and the graph between them.

    ``words`` is passages x words (BM25 weights, by column), ``mentions`` sentences x names (weights in 0..1),
    ``definitions`` names x passages; ``spread`` counts the passages that mention or define a name, ``meanings`` those
    that define it, ``holding`` those that hold a word, of ``total`` passages. ``places`` holds the mentions of each
    sentence with their offsets in it.
    """

    passages: tuple[Passage, ...]
    position: dict[str, int]
    spans: tuple[tuple[int, int], ...]
    places: tuple[tuple[Mention, ...], ...]
    owner: Ints
    first_sentence: Ints
    vocabulary: dict[str, int]
    words: sparse.csc_matrix
    names: dict[str, int]
    spelled: tuple[str, ...]
    openers: dict[str, int]
    mentions: sparse.csr_matrix
    mentioned_in: sparse.csc_matrix
    definitions: sparse.csr_matrix
    defined_by: sparse.csc_matrix
    spread: Floats
    meanings: Floats
    total: int
    holding: Ints
    vectors: Vectors | None
    sentence_vectors: Vectors | None

    def bm25(self, terms: Sequence[str]) -> Floats:
        """BM25 of each passage for a bag of stems (k1 1.2, b 0.75; Robertson & Zaragoza 2009)."""
        columns = [self.vocabulary[t] for t in dict.fromkeys(terms) if t in self.vocabulary]
        if not columns:
            return np.zeros(len(self.passages))
        return np.asarray(self.words[:, columns].sum(axis=1), dtype=np.float64).ravel()

    def worth(self, terms: Sequence[str]) -> dict[str, float]:
        """How telling each stem is: its rarity, 0 (in all passages) to 1 (in one); unknown ones are left out."""
        total = self.total
        held = {t: int(self.holding[self.vocabulary[t]]) for t in terms if t in self.vocabulary}
        return {t: float(np.log(total / n) / np.log(total)) if total > 1 else 1.0 for t, n in held.items() if n}

    def is_name(self, key: str) -> bool:
        """Whether ``key`` is the name of something that a visible passage defines."""
        number = self.names.get(key)
        return number is not None and self.meanings[number] > 0

    def sentences_of(self, passage: int) -> tuple[int, int]:
        """The range of sentence numbers of a passage."""
        return int(self.first_sentence[passage]), int(self.first_sentence[passage + 1])


def build_view(rows: Sequence[Row], vocabulary: Numbers, names: Numbers, statistics: Statistics | None = None) -> View:
    """Matrices over ``rows``, in their order."""
    return view_of(Joined.of({"": rows} if rows else {}), vocabulary, names, statistics)


def view_of(held: Joined, vocabulary: Numbers, names: Numbers, statistics: Statistics | None = None) -> View:
    """Matrices over rows that are joined already: what it takes hardly depends on how the rows came about."""
    total, lines = len(held.passages), len(held.spans)
    numbered, called = dict(vocabulary), dict(names)
    owner = np.repeat(np.arange(total), held.sentences)
    counts = _matrix(held.words, held.words.lengths, (total, len(numbered)))
    mentions = _matrix(held.mentioned, held.said, (lines, len(called)))
    defining = _matrix(held.keys, held.keys.lengths, (total, len(called)))
    definitions = defining.T.tocsr()
    by_word = counts.tocsc()
    holding = np.diff(by_word.indptr).astype(np.int64)
    length = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    mean, of = (float(length.mean()) if total else 0.0), total
    if statistics is not None:
        holding = _counted(holding, numbered, statistics.holding)
        mean, of = statistics.words / max(statistics.passages, 1), max(statistics.passages, total)
    meanings = np.diff(definitions.indptr).astype(np.float64)
    mentioned_in = mentions.tocsc()
    spread = _spread(held, mentioned_in, owner, len(called))
    if statistics is not None:
        meanings = _counted(meanings.astype(np.int64), called, statistics.meanings).astype(np.float64)
        spread = _counted(spread, called, statistics.spread)
    return View(
        passages=held.passages,
        position={p.id: i for i, p in enumerate(held.passages)},
        spans=held.spans,
        places=held.places,
        owner=owner,
        first_sentence=np.concatenate(([0], np.cumsum(held.sentences))).astype(np.int64),
        vocabulary=numbered,
        words=_bm25_weights(by_word, holding, of, length, mean),
        names=called,
        spelled=tuple(called),
        openers=openers_of(compress(called, (meanings > 0).tolist())),
        mentions=mentions,
        mentioned_in=mentioned_in,
        definitions=definitions,
        defined_by=definitions.tocsc(),
        spread=np.maximum(spread, 1).astype(np.float64),
        meanings=meanings,
        total=of,
        holding=holding,
        vectors=held.vectors,
        sentence_vectors=held.sentence_vectors,
    )


def _matrix(cells: Ragged, lengths: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Rows of so many cells each; a row holds no column twice."""
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return sparse.csr_matrix((cells.values, cells.columns, starts), shape=shape, dtype=np.float64)


def _spread(held: Joined, mentioned_in: sparse.csc_matrix, owner: Ints, names: int) -> Ints:
    """How many passages mention or define each name."""
    total = len(held.passages)
    said = np.repeat(np.arange(names), np.diff(mentioned_in.indptr)), owner[mentioned_in.indices]
    defined = held.keys.columns.astype(np.int64), np.repeat(np.arange(total), held.keys.lengths)
    pairs = np.concatenate([(name * max(total, 1) + passage) for name, passage in (said, defined)])
    return np.bincount(np.unique(pairs) // max(total, 1), minlength=names).astype(np.int64)


def _counted(found: Ints, numbers: Mapping[str, int], known: Mapping[str, int]) -> Ints:
    """``found`` with the counts of the whole index where they are known (never less than what was found)."""
    for text, count in known.items():
        number = numbers.get(text)
        if number is not None:
            found[number] = max(found[number], count)
    return found


def _bm25_weights(
    counts: sparse.csc_matrix, holding: Ints, total: int, length: Floats, mean: float
) -> sparse.csc_matrix:
    if total == 0 or counts.shape[0] == 0:
        return counts
    rarity = np.log1p((total - holding + 0.5) / (holding + 0.5))
    column = np.repeat(np.arange(counts.shape[1]), np.diff(counts.indptr))
    norm = 1 - _B + _B * length[counts.indices] / max(mean, 1e-9)
    weights = rarity[column] * counts.data * (_K1 + 1) / (counts.data + _K1 * norm)
    return sparse.csc_matrix((weights, counts.indices, counts.indptr), shape=counts.shape)
