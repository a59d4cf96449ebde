"""What may be ranked, as matrices: words, names, definitions, sentences and vectors of a set of passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reasoning.retrieval.embedding import Vectors
from reasoning.retrieval.mentions import Mention, openers_of
from reasoning.retrieval.types import Passage

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Row:
    """One passage with what was computed from it."""

    passage: Passage
    keys: dict[str, float]
    spans: tuple[tuple[int, int], ...]
    mentions: tuple[tuple[Mention, ...], ...]
    counts: Counter[str]
    vector: Vectors | None
    sentence_vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class View:
    """Passages, in a fixed order, and the graph between them.

    ``words`` is passages x words (BM25 weights, by column), ``mentions`` sentences x names (weights in 0..1),
    ``definitions`` names x passages; ``spread`` counts the passages that mention or define a name, ``meanings`` those
    that define it. ``places`` holds the mentions of each sentence with their offsets in it.
    """

    passages: tuple[Passage, ...]
    position: dict[str, int]
    spans: tuple[tuple[int, int], ...]
    places: tuple[tuple[Mention, ...], ...]
    owner: Ints
    first_sentence: Ints
    vocabulary: dict[str, int]
    counts: sparse.csr_matrix
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
    vectors: Vectors | None
    sentence_vectors: Vectors | None

    def restricted(self, allowed: npt.NDArray[np.bool_]) -> View:
        """The same view of ``allowed`` passages only: statistics, names and links of the others are gone with them."""
        kept = np.flatnonzero(allowed)
        sentences = np.flatnonzero(allowed[self.owner]) if len(self.owner) else np.zeros(0, dtype=np.int64)
        renumber = np.cumsum(allowed) - 1
        mentions, definitions = self.mentions[sentences], self.definitions[:, kept]
        present = np.zeros(len(self.names), dtype=bool)
        present[mentions.indices] = True
        present[np.flatnonzero(np.diff(definitions.indptr))] = True
        columns = np.flatnonzero(present)
        number = np.cumsum(present) - 1
        return _assemble(
            tuple(self.passages[i] for i in kept),
            tuple(self.spans[i] for i in sentences),
            tuple(self.places[i] for i in sentences),
            renumber[self.owner[sentences]],
            self.vocabulary,
            self.counts[kept],
            {name: int(number[i]) for name, i in self.names.items() if present[i]},
            mentions[:, columns],
            definitions[columns],
            None if self.vectors is None else self.vectors[kept],
            None if self.sentence_vectors is None else self.sentence_vectors[sentences],
        )

    def bm25(self, terms: Sequence[str]) -> Floats:
        """BM25 of each passage for a bag of stems (k1 1.2, b 0.75; Robertson & Zaragoza 2009, eq. 3.15)."""
        columns = [self.vocabulary[t] for t in dict.fromkeys(terms) if t in self.vocabulary]
        if not columns:
            return np.zeros(len(self.passages))
        return np.asarray(self.words[:, columns].sum(axis=1), dtype=np.float64).ravel()

    def worth(self, terms: Sequence[str]) -> dict[str, float]:
        """How telling each stem is: its rarity among the passages, 0 (in all) to 1 (in one); unknown ones are left out."""
        total = len(self.passages)
        columns = {t: self.vocabulary[t] for t in terms if t in self.vocabulary}
        held = {t: int(self.words.indptr[c + 1] - self.words.indptr[c]) for t, c in columns.items()}
        return {t: float(np.log(total / n) / np.log(total)) if total > 1 else 1.0 for t, n in held.items() if n}

    def is_name(self, key: str) -> bool:
        """Whether ``key`` is the name of something that a visible passage defines."""
        number = self.names.get(key)
        return number is not None and self.meanings[number] > 0

    def sentences_of(self, passage: int) -> tuple[int, int]:
        """The range of sentence numbers of a passage."""
        return int(self.first_sentence[passage]), int(self.first_sentence[passage + 1])


def build_view(rows: Sequence[Row]) -> View:
    """Matrices over ``rows``, in their order."""
    vocabulary: dict[str, int] = {}
    names: dict[str, int] = {}
    w_row, w_col, w_val = [], [], []
    m_row, m_col, m_val = [], [], []
    d_row, d_col, d_val = [], [], []
    spans: list[tuple[int, int]] = []
    places: list[tuple[Mention, ...]] = []
    owner: list[int] = []
    for number, row in enumerate(rows):
        for word, count in row.counts.items():
            w_row.append(number)
            w_col.append(vocabulary.setdefault(word, len(vocabulary)))
            w_val.append(count)
        for key, weight in row.keys.items():
            d_row.append(names.setdefault(key, len(names)))
            d_col.append(number)
            d_val.append(weight)
        for span, mentions in zip(row.spans, row.mentions, strict=True):
            for mention in mentions:
                m_row.append(len(spans))
                m_col.append(names.setdefault(mention.key, len(names)))
                m_val.append(mention.weight)
            spans.append(span)
            places.append(mentions)
            owner.append(number)
    complete = bool(rows) and all(row.vector is not None for row in rows)
    vectors = [row.vector for row in rows if row.vector is not None]
    pieces = [row.sentence_vectors for row in rows if row.sentence_vectors is not None and len(row.sentence_vectors)]
    return _assemble(
        tuple(row.passage for row in rows),
        tuple(spans),
        tuple(places),
        np.asarray(owner, dtype=np.int64),
        vocabulary,
        sparse.csr_matrix((w_val, (w_row, w_col)), shape=(len(rows), len(vocabulary)), dtype=np.float64),
        names,
        sparse.csr_matrix((m_val, (m_row, m_col)), shape=(len(spans), len(names)), dtype=np.float64),
        sparse.csr_matrix((d_val, (d_row, d_col)), shape=(len(names), len(rows)), dtype=np.float64),
        np.stack(vectors) if complete else None,
        np.concatenate(pieces) if complete and pieces else None,
    )


def _assemble(
    passages: tuple[Passage, ...],
    spans: tuple[tuple[int, int], ...],
    places: tuple[tuple[Mention, ...], ...],
    owner: Ints,
    vocabulary: dict[str, int],
    counts: sparse.csr_matrix,
    names: dict[str, int],
    mentions: sparse.csr_matrix,
    definitions: sparse.csr_matrix,
    vectors: Vectors | None,
    sentence_vectors: Vectors | None,
) -> View:
    total = len(passages)
    belongs = sparse.csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(total, len(owner)))
    about = (belongs @ mentions + definitions.T).tocsr()
    meanings = np.diff(definitions.indptr).astype(np.float64)
    return View(
        passages=passages,
        position={p.id: i for i, p in enumerate(passages)},
        spans=spans,
        places=places,
        owner=owner,
        first_sentence=np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=total)))).astype(np.int64),
        vocabulary=vocabulary,
        counts=counts,
        words=_bm25_weights(counts),
        names=names,
        spelled=tuple(names),
        openers=openers_of(name for name, i in names.items() if meanings[i]),
        mentions=mentions,
        mentioned_in=mentions.tocsc(),
        definitions=definitions,
        defined_by=definitions.tocsc(),
        spread=np.maximum(np.bincount(about.indices, minlength=len(names)), 1).astype(np.float64),
        meanings=meanings,
        vectors=vectors,
        sentence_vectors=sentence_vectors,
    )


def _bm25_weights(counts: sparse.csr_matrix) -> sparse.csc_matrix:
    total = counts.shape[0]
    if total == 0:
        return counts.tocsc()
    length = np.asarray(counts.sum(axis=1)).ravel()
    holding = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log1p((total - holding + 0.5) / (holding + 0.5))
    cells = counts.tocoo()
    norm = 1 - _B + _B * length[cells.row] / max(length.mean(), 1e-9)
    weights = rarity[cells.col] * cells.data * (_K1 + 1) / (cells.data + _K1 * norm)
    return sparse.csc_matrix((weights, (cells.row, cells.col)), shape=counts.shape)
