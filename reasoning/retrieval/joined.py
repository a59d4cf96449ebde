"""Rows joined into flat arrays; a few documents can come, go or change without joining all of them anew."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from reasoning.retrieval.embedding import Vectors
from reasoning.retrieval.mentions import Mention
from reasoning.retrieval.types import Passage

T = TypeVar("T")
P = TypeVar("P")
N = TypeVar("N", bound=np.generic)
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cells = tuple[npt.NDArray[np.int32], Floats]


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
class Ragged:
    """Cells (numbers and values) of rows, end to end; ``lengths`` says how many each row has."""

    lengths: Ints
    columns: npt.NDArray[np.int32]
    values: Floats

    @classmethod
    def of(cls, cells: Sequence[Cells]) -> Ragged:
        """The cells of some rows."""
        lengths = np.fromiter((len(c[0]) for c in cells), dtype=np.int64, count=len(cells))
        columns = np.concatenate([c[0] for c in cells]) if cells else np.zeros(0, dtype=np.int32)
        values = np.concatenate([c[1] for c in cells]) if cells else np.zeros(0)
        return cls(lengths, columns, values)

    @property
    def starts(self) -> Ints:
        """Where each row begins, and where the last one ends."""
        return _starts(self.lengths)

    def with_parts(self, places: Sequence[tuple[int, int]], parts: Sequence[Ragged]) -> Ragged:
        """Rows ``places`` replaced by ``parts``, in order."""
        starts = self.starts
        cells = [(int(starts[a]), int(starts[b])) for a, b in places]
        return Ragged(
            _spliced(self.lengths, places, [p.lengths for p in parts]),
            _spliced(self.columns, cells, [p.columns for p in parts]),
            _spliced(self.values, cells, [p.values for p in parts]),
        )


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows of documents, in the order of their ids, as flat arrays; vectors only where every row has them.

    ``first`` says at which row each document begins, and where the last one ends; ``sentences`` how many sentences each
    row has, ``said`` how many mentions each sentence has.
    """

    documents: tuple[str, ...]
    first: Ints
    passages: tuple[Passage, ...]
    spans: tuple[tuple[int, int], ...]
    places: tuple[tuple[Mention, ...], ...]
    sentences: Ints
    said: Ints
    words: Ragged
    keys: Ragged
    mentioned: Ragged
    vectors: Vectors | None
    sentence_vectors: Vectors | None

    @classmethod
    def of(cls, rows: Mapping[str, Sequence[Row]]) -> Joined:
        """The rows of documents."""
        documents = tuple(sorted(rows))
        own = [row for document in documents for row in rows[document]]
        places = tuple(chain.from_iterable(row.mentions for row in own))
        vectors = [row.vector for row in own if row.vector is not None]
        pieces = [row.sentence_vectors for row in own if row.sentence_vectors is not None and len(row.sentence_vectors)]
        whole = np.stack(vectors) if own and len(vectors) == len(own) else None
        return cls(
            documents,
            _starts(np.fromiter((len(rows[d]) for d in documents), dtype=np.int64, count=len(documents))),
            tuple(row.passage for row in own),
            tuple(chain.from_iterable(row.spans for row in own)),
            places,
            np.fromiter((len(row.spans) for row in own), dtype=np.int64, count=len(own)),
            np.fromiter((len(mentions) for mentions in places), dtype=np.int64, count=len(places)),
            Ragged.of([row.words for row in own]),
            Ragged.of([row.keys for row in own]),
            Ragged.of([row.mentioned for row in own]),
            whole,
            None if whole is None else np.concatenate(pieces) if pieces else whole[:0],
        )

    def changed(self, rows: Mapping[str, Sequence[Row]]) -> Joined:
        """The same with these documents as they are now; one without rows is gone."""
        kept = dict(sorted(rows.items()))
        at = [bisect_left(self.documents, document) for document in kept]
        held = [i < len(self.documents) and self.documents[i] == document for i, document in zip(at, kept, strict=True)]
        upto = [i + there for i, there in zip(at, held, strict=True)]
        ranges = list(zip(at, upto, strict=True))
        parts = [Joined.of({d: own} if own else {}) for d, own in kept.items()]
        places = [(int(self.first[a]), int(self.first[b])) for a, b in ranges]
        lines = _starts(self.sentences)
        within = [(int(lines[a]), int(lines[b])) for a, b in places]
        vectors = sentence_vectors = None
        filled = [p for p in parts if p.passages]
        if all(p.vectors is not None for p in filled):
            vectors = _woven(self.vectors, places, [p.vectors for p in parts])
            sentence_vectors = _woven(self.sentence_vectors, within, [p.sentence_vectors for p in parts])
        lengths = _spliced(
            np.diff(self.first), ranges, [np.array([len(own)] if own else [], dtype=np.int64) for own in kept.values()]
        )
        return Joined(
            _joined(self.documents, ranges, [p.documents for p in parts]),
            _starts(lengths),
            _joined(self.passages, places, [p.passages for p in parts]),
            _joined(self.spans, within, [p.spans for p in parts]),
            _joined(self.places, within, [p.places for p in parts]),
            _spliced(self.sentences, places, [p.sentences for p in parts]),
            _spliced(self.said, within, [p.said for p in parts]),
            self.words.with_parts(places, [p.words for p in parts]),
            self.keys.with_parts(places, [p.keys for p in parts]),
            self.mentioned.with_parts(places, [p.mentioned for p in parts]),
            vectors,
            sentence_vectors,
        )


def _starts(lengths: Ints) -> Ints:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)))


def _spliced(old: npt.NDArray[N], places: Sequence[tuple[int, int]], parts: Sequence[npt.NDArray[N]]) -> npt.NDArray[N]:
    return np.concatenate(list(_pieces(lambda a, b: old[a:b], places, parts)))


def _woven(old: Vectors | None, places: Sequence[tuple[int, int]], parts: Sequence[Vectors | None]) -> Vectors | None:
    """As :func:`_spliced`; None where the old rows have no vectors. Parts that are None have no rows."""
    if old is None:
        return None
    return _spliced(old, places, [old[:0] if part is None else part for part in parts])


def _joined(old: tuple[T, ...], places: Sequence[tuple[int, int]], parts: Sequence[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(chain.from_iterable(_pieces(lambda a, b: old[a:b], places, parts)))


def _pieces(old: Callable[[int, int | None], P], places: Sequence[tuple[int, int]], parts: Sequence[P]) -> Iterator[P]:
    """What is between the places, and each part in its place."""
    at = 0
    for (start, stop), part in zip(places, parts, strict=True):
        yield old(at, start)
        yield part
        at = stop
    yield old(at, None)
