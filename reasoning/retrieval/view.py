"""What may be ranked, as matrices: words, names, definitions, sentences and vectors of a set of passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reasoning.retrieval.embedding import Vectors
from reasoning.retrieval.mentions import Mention, openers_of
from reasoning.retrieval.types import Passage

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cells = tuple[npt.NDArray[np.int32], Floats]

_K1, _B = 1.2, 0.75


class Numbers(dict[str, int]):
    """Gives each new text the next number; numbers are never taken back."""

    def of(self, texts: Iterable[str]) -> npt.NDArray[np.int32]:
        """The number of each text, in order."""
        return np.fromiter((self.setdefault(text, len(self)) for text in texts), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Row:
    """One passage with what was computed from it, words and names by number."""

    passage: Passage
    keys: Cells
    spans: tuple[tuple[int, int], ...]
    mentions: tuple[tuple[Mention, ...], ...]
    mentioned: Cells
    words: Cells
    vector: Vectors | None
    sentence_vectors: Vectors | None


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
    """Matrices over ``rows``, in their order; only joins what each row brings, so it takes little after a change."""
    spans = tuple(span for row in rows for span in row.spans)
    places = tuple(mentions for row in rows for mentions in row.mentions)
    each = np.arange(len(rows))
    owner = np.repeat(each, [len(row.spans) for row in rows]).astype(np.int64)
    said = np.repeat(np.arange(len(places)), [len(mentions) for mentions in places])
    complete = bool(rows) and all(row.vector is not None for row in rows)
    vectors = [row.vector for row in rows if row.vector is not None]
    pieces = [row.sentence_vectors for row in rows if row.sentence_vectors is not None and len(row.sentence_vectors)]
    words, mentioned, keys = ([getattr(r, f) for r in rows] for f in ("words", "mentioned", "keys"))
    return _assemble(
        tuple(row.passage for row in rows),
        spans,
        places,
        owner,
        dict(vocabulary),
        _matrix(words, np.repeat(each, [len(c[0]) for c in words]), (len(rows), len(vocabulary))),
        dict(names),
        _matrix(mentioned, said, (len(spans), len(names))),
        _matrix(keys, np.repeat(each, [len(c[0]) for c in keys]), (len(rows), len(names))).T.tocsr(),
        np.stack(vectors) if complete else None,
        np.concatenate(pieces) if pieces else (np.stack(vectors)[:0] if complete else None),
        statistics,
    )


def _matrix(cells: Sequence[Cells], rows: npt.NDArray[np.integer], shape: tuple[int, int]) -> sparse.csr_matrix:
    columns = np.concatenate([c[0] for c in cells]) if cells else np.zeros(0, dtype=np.int32)
    values = np.concatenate([c[1] for c in cells]) if cells else np.zeros(0)
    return sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)


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
    statistics: Statistics | None,
) -> View:
    total = len(passages)
    holding = np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.int64)
    length = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    mean, of = (float(length.mean()) if total else 0.0), total
    if statistics is not None:
        holding = _counted(holding, vocabulary, statistics.holding)
        mean, of = statistics.words / max(statistics.passages, 1), max(statistics.passages, total)
    belongs = sparse.csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(total, len(owner)))
    about = (belongs @ mentions + definitions.T).tocsr()
    meanings = np.diff(definitions.indptr).astype(np.float64)
    spread = np.bincount(about.indices, minlength=len(names)).astype(np.int64)
    if statistics is not None:
        meanings = _counted(meanings.astype(np.int64), names, statistics.meanings).astype(np.float64)
        spread = _counted(spread, names, statistics.spread)
    return View(
        passages=passages,
        position={p.id: i for i, p in enumerate(passages)},
        spans=spans,
        places=places,
        owner=owner,
        first_sentence=np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=total)))).astype(np.int64),
        vocabulary=vocabulary,
        words=_bm25_weights(counts, holding, of, length, mean),
        names=names,
        spelled=tuple(names),
        openers=openers_of(name for name, i in names.items() if meanings[i]),
        mentions=mentions,
        mentioned_in=mentions.tocsc(),
        definitions=definitions,
        defined_by=definitions.tocsc(),
        spread=np.maximum(spread, 1).astype(np.float64),
        meanings=meanings,
        total=of,
        holding=holding,
        vectors=vectors,
        sentence_vectors=sentence_vectors,
    )


def _counted(found: Ints, numbers: Mapping[str, int], known: Mapping[str, int]) -> Ints:
    """``found`` with the counts of the whole index where they are known (never less than what was found)."""
    for text, count in known.items():
        number = numbers.get(text)
        if number is not None:
            found[number] = max(found[number], count)
    return found


def _bm25_weights(
    counts: sparse.csr_matrix, holding: Ints, total: int, length: Floats, mean: float
) -> sparse.csc_matrix:
    if total == 0 or counts.shape[0] == 0:
        return counts.tocsc()
    rarity = np.log1p((total - holding + 0.5) / (holding + 0.5))
    cells = counts.tocoo()
    norm = 1 - _B + _B * length[cells.row] / max(mean, 1e-9)
    weights = rarity[cells.col] * cells.data * (_K1 + 1) / (cells.data + _K1 * norm)
    return sparse.csc_matrix((weights, (cells.row, cells.col)), shape=counts.shape)
