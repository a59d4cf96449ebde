"""The passage index in memory: documents come and go, each one's contributions are counted, a view is cut for ranking.

Nothing here knows a database: entries can be filled from files, from Neo4j, or from an evaluation set alike.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from threading import Lock
from typing import Protocol

import numpy as np

from ontology.errors import BadQuestion, NotFound
from reasoning.retrieval.embedding import Embedder, Vectors
from reasoning.retrieval.joined import Cells, Joined, Row
from reasoning.retrieval.mentions import (
    FoldedText,
    Mention,
    capitalised_spans,
    definition_keys,
    known_names,
    merged,
    openers_of,
)
from reasoning.retrieval.pieces import texts_of
from reasoning.retrieval.question import Query, read_question
from reasoning.retrieval.text import sentences, terms
from reasoning.retrieval.types import Filter, Passage
from reasoning.retrieval.view import Numbers, View, build_view, view_of

_BATCH = 256
_KEPT = 16  # views of different filters
_WORN, _NUMBERED = 3, 10_000  # numbers of words and names for each that there was at first, and some more
_FEW = 0.05  # share of the documents up to which a change is worked into what is joined already


@dataclass(slots=True)
class _Entry:
    """A passage and what was computed from its own text; ``mentions`` also depends on the known names."""

    passage: Passage
    keys: dict[str, float]
    spans: tuple[tuple[int, int], ...]
    folded: tuple[FoldedText, ...]
    looks: tuple[tuple[Mention, ...], ...]
    words: Cells
    defines: Cells
    vector: Vectors | None = None
    sentence_vectors: Vectors | None = None
    mentions: tuple[tuple[Mention, ...], ...] | None = None
    mentioned: Cells | None = None


class Searchable(Protocol):
    """Where passages are found: in memory (:class:`PassageIndex`), or in the indexes of the database."""

    @property
    def embedder(self) -> Embedder | None:
        """The model whose vectors are in use, if any."""
        ...

    def __len__(self) -> int: ...

    def narrowed(self, questions: Sequence[str], filter_: Filter | None = None) -> Searchable:
        """What these questions are answered from: all of it, or the passages that can matter to them."""
        ...

    def view(self, filter_: Filter | None = None) -> View:
        """The passages as matrices."""
        ...

    def read(self, question: str, filter_: Filter | None = None) -> Query:
        """A question taken apart and embedded (after narrowing: one of those given there)."""
        ...

    def knows(self, stem: str, filter_: Filter | None = None) -> bool:
        """Whether a visible passage holds the stem."""
        ...

    def languages(self, filter_: Filter | None = None) -> frozenset[str]:
        """Languages of the visible passages."""
        ...


class PassageIndex:
    """Passages with their words, names and vectors. Adding then deleting a document leaves the same digest.

    Vectors carry the name of the model that made them; ``reembed`` prepares those of another model beside the old ones
    and changes over when all are there.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._entries: dict[str, _Entry] = {}
        self._documents: dict[str, tuple[str, ...]] = {}
        self._names: dict[str, dict[str, float]] = {}
        self._by_word: dict[str, set[str]] = {}
        self._pending: dict[str, tuple[Vectors, Vectors]] = {}
        self._word_numbers, self._name_numbers = Numbers(), Numbers()
        self._views: dict[Filter, View] = {}
        self._unread: set[str] = set()  # passages in which names are to be looked for
        self._joined: Joined | None = None
        self._stale: set[str] = set()  # documents that changed since then
        self._own_names: set[str] | None = None  # what is not shared with the index that this one came from
        self._own_words: set[str] | None = None
        self._began: int | None = None
        self._looking = Lock()

    @property
    def embedder(self) -> Embedder | None:
        """The model whose vectors are in use, if any."""
        return self._embedder

    def fork(self) -> PassageIndex:
        """Another index that holds the same and can be changed while this one goes on to be asked.

        It takes little: what neither changes is shared.
        """
        with self._looking:
            self._mend()
            made = PassageIndex(self._embedder)
            made._entries, made._documents, made._pending = (
                dict(self._entries), dict(self._documents), dict(self._pending)
            )  # fmt: skip
            made._names, made._by_word = dict(self._names), dict(self._by_word)
            made._word_numbers, made._name_numbers = Numbers(self._word_numbers), Numbers(self._name_numbers)
            made._views, made._joined, made._stale = dict(self._views), self._joined, set(self._stale)
            made._began = self._began
            for one in (self, made):
                one._own_names, one._own_words = set(), set()
        return made

    @property
    def worn(self) -> bool:
        """Whether it has numbers for many more words and names than when it was new; most may be gone: make it anew."""
        return self._began is not None and self._numbered > _WORN * self._began + _NUMBERED

    @property
    def _numbered(self) -> int:
        return len(self._word_numbers) + len(self._name_numbers)

    def passages_of(self, document: str) -> tuple[Passage, ...]:
        """The passages of a document, in order; none where it is not held."""
        return tuple(self._entries[pid].passage for pid in self._documents.get(document, ()))

    @property
    def documents(self) -> tuple[str, ...]:
        """Ids of the documents held, sorted."""
        return tuple(sorted(self._documents))

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, document: str, passages: Sequence[Passage]) -> None:
        """Add or replace ``document``. Raises BadQuestion on a passage id that is used twice or by another document."""
        self.put_all({document: passages})

    def put_all(
        self, documents: dict[str, Sequence[Passage]], *, progress: Callable[[int], None] | None = None
    ) -> None:
        """Add or replace many documents at once; ``progress`` hears how many passages were embedded since last time."""
        owners = {p: d for d, held in self._documents.items() if d not in documents for p in held}
        for document, passages in documents.items():
            for passage in passages:
                if owners.setdefault(passage.id, document) != document or passage.document != document:
                    raise BadQuestion(f"Passage {passage.id} belongs to another document than {document}.")
            if len({p.id for p in passages}) != len(passages):
                raise BadQuestion(f"Document {document} holds one passage id twice.")
        fresh = [self._entry(passage) for passages in documents.values() for passage in passages]
        self._embed(fresh, self._embedder, progress)
        gone = [document for document in documents if document in self._documents]
        self._count([self._entries[pid] for d in gone for pid in self._documents.pop(d)], added=False)
        for document, passages in documents.items():
            self._documents[document] = tuple(p.id for p in passages)
        self._count(fresh, added=True)

    def delete(self, document: str) -> None:
        """Take ``document`` and all that it contributed out of the index. Raises NotFound."""
        if document not in self._documents:
            raise NotFound(f"No document {document} in the index.")
        self._count([self._entries[pid] for pid in self._documents.pop(document)], added=False)

    def digest(self) -> str:
        """A hash of passages, names, mentions and model that is independent of the order of changes."""
        with self._looking:
            self._mend()
        total = hashlib.sha256(repr(self._embedder.name if self._embedder else None).encode())
        for pid in sorted(self._entries):
            entry = self._entries[pid]
            p = entry.passage
            plain = replace(p, classes=frozenset(), labels=frozenset())
            total.update(repr((plain, sorted(p.classes), sorted(p.labels), entry.mentions)).encode())
        return total.hexdigest()

    def view(self, filter_: Filter | None = None) -> View:
        """What may be ranked under ``filter_``, as matrices; kept until the index changes.

        It is the view of an index that holds nothing else: names that only hidden passages define are no names here.
        """
        wanted = filter_ or Filter()
        found = self._views.get(wanted)
        if found is None:
            with self._looking:
                found = self._views.get(wanted) or self._made(wanted)
        return found

    def _made(self, wanted: Filter) -> View:
        self._mend()
        if len(self._views) > _KEPT:
            self._views = {}
        if wanted.open:
            found = view_of(self._join(), self._word_numbers, self._name_numbers)
        else:
            order = [self._entries[pid] for d in sorted(self._documents) for pid in self._documents[d]]
            order = self._seen([entry for entry in order if wanted.allows(entry.passage)])
            found = build_view([_row(e) for e in order], self._word_numbers, self._name_numbers)
        self._views[wanted] = found
        return found

    def _join(self) -> Joined:
        """All rows joined: those of documents that changed are put into what was joined before."""
        if self._joined is None or len(self._stale) > max(_FEW * len(self._joined.documents), 10):
            self._joined = Joined.of({d: self._rows(d) for d in self._documents})
        elif self._stale:
            self._joined = self._joined.changed({d: self._rows(d) for d in self._stale})
        self._stale = set()
        self._began = self._numbered if self._began is None else self._began
        return self._joined

    def _rows(self, document: str) -> list[Row]:
        return [_row(self._entries[pid]) for pid in self._documents.get(document, ())]

    def read(self, question: str, filter_: Filter | None = None) -> Query:
        """Take a question apart and embed it: the only step of a search that runs a model."""
        return read_question(question, self.view(filter_), self._embedder)

    def narrowed(self, questions: Sequence[str], filter_: Filter | None = None) -> Searchable:  # noqa: ARG002
        """What these questions are answered from: here the whole index."""
        return self

    def knows(self, stem: str, filter_: Filter | None = None) -> bool:
        """Whether a visible passage holds the stem."""
        view = self.view(filter_)
        number = view.vocabulary.get(stem)
        return number is not None and number < len(view.holding) and int(view.holding[number]) > 0

    def languages(self, filter_: Filter | None = None) -> frozenset[str]:
        """Languages of the visible passages."""
        return frozenset(p.language for p in self.view(filter_).passages if p.language is not None)

    def _seen(self, allowed: list[_Entry]) -> list[_Entry]:
        """``allowed`` with the mentions that it has when only ``allowed`` defines names."""
        names = {key for entry in allowed for key in entry.keys}
        openers, seen = openers_of(names), []
        for entry in allowed:
            if any(m.known and m.key not in names for mentions in entry.mentions or () for m in mentions):
                entry = replace(entry, mentions=None)
                self._find_names(entry, names, openers)
            seen.append(entry)
        return seen

    def reembed(self, embedder: Embedder, *, at_most: int | None = None) -> int:
        """Make vectors of another model, ``at_most`` passages a call; returns how many are left, 0 after the change.

        Until the call that returns 0 the old vectors stay in use.
        """
        if self._embedder is not None and embedder.name == self._embedder.name:
            self._embedder, self._pending = embedder, {}
            return 0
        waiting = [pid for pid in sorted(self._entries) if pid not in self._pending]
        for pid in waiting[:at_most]:
            entry = replace(self._entries[pid])
            self._embed([entry], embedder, None)
            assert entry.vector is not None and entry.sentence_vectors is not None
            self._pending[pid] = (entry.vector, entry.sentence_vectors)
        left = sum(pid not in self._pending for pid in self._entries)
        if left == 0:
            for pid, entry in self._entries.items():
                vector, said = self._pending[pid]
                self._entries[pid] = replace(entry, vector=vector, sentence_vectors=said)
            self._embedder, self._pending, self._views, self._joined = embedder, {}, {}, None
        return left

    def _entry(self, passage: Passage) -> _Entry:
        spans = tuple(sentences(passage.text))
        pieces = [passage.text[a:b] for a, b in spans]
        keys = definition_keys(passage.title, passage.aliases)
        counts = Counter(terms(f"{passage.title} {passage.text}"))
        return _Entry(
            passage,
            keys,
            spans,
            tuple(FoldedText.of(piece) for piece in pieces),
            tuple(tuple(capitalised_spans(piece)) for piece in pieces),
            (self._word_numbers.of(counts), np.array(list(counts.values()), dtype=np.float64)),
            (self._name_numbers.of(keys), np.array(list(keys.values()), dtype=np.float64)),
        )

    def _embed(self, entries: list[_Entry], embedder: Embedder | None, progress: Callable[[int], None] | None) -> None:
        if embedder is None:
            return
        for first in range(0, len(entries), _BATCH):
            batch = entries[first : first + _BATCH]
            texts: list[str] = []
            for entry in batch:
                texts.extend(texts_of(entry.passage))
            vectors, at = embedder.encode(texts), 0
            for entry in batch:
                entry.vector = vectors[at]
                entry.sentence_vectors = vectors[at + 1 : at + 1 + len(entry.spans)]
                at += 1 + len(entry.spans)
            if progress is not None:
                progress(len(batch))

    def _count(self, entries: list[_Entry], *, added: bool) -> None:
        changed: set[str] = set()
        for entry in entries:
            pid = entry.passage.id
            for key, weight in entry.keys.items():
                defined = self._definitions(key)
                if added:
                    defined[pid] = weight
                else:
                    defined.pop(pid, None)
                if len(defined) == (1 if added else 0):
                    changed.add(key)
                if not defined:
                    del self._names[key]
            for word in {w for folded in entry.folded for w in folded.words}:
                held = self._holders(word)
                if added:
                    held.add(pid)
                elif len(held) > 1:
                    held.discard(pid)
                else:
                    del self._by_word[word]
            self._stale.add(entry.passage.document)
            if added:
                self._entries[pid] = entry
                self._unread.add(pid)
            else:
                del self._entries[pid]
                self._pending.pop(pid, None)
                self._unread.discard(pid)
        for key in changed:
            holders = sorted((self._by_word.get(word, set()) for word in key.split()), key=len)
            self._unread |= set.intersection(*holders) if holders else set()
        self._views = {}

    def _definitions(self, key: str) -> dict[str, float]:
        """Passages that define a name, to be changed: what another index shares is copied first."""
        if self._own_names is not None and key not in self._own_names:
            self._own_names.add(key)
            self._names[key] = dict(self._names.get(key, ()))
        return self._names.setdefault(key, {})

    def _holders(self, word: str) -> set[str]:
        """Passages that hold a word, to be changed: what another index shares is copied first."""
        if self._own_words is not None and word not in self._own_words:
            self._own_words.add(word)
            self._by_word[word] = set(self._by_word.get(word, ()))
        return self._by_word.setdefault(word, set())

    def _mend(self) -> None:
        """Find names anew in passages that a name which came or went may touch."""
        if not self._unread:
            return
        openers = openers_of(self._names)
        for pid in sorted(self._unread):
            entry = replace(self._entries[pid])  # another index may hold the old one
            self._find_names(entry, self._names.keys(), openers)
            self._entries[pid] = entry
            self._stale.add(entry.passage.document)
        self._unread = set()

    def _find_names(self, entry: _Entry, names: Set[str], openers: dict[str, int]) -> None:
        entry.mentions = tuple(
            merged(known_names(folded, names, openers), looks)
            for folded, looks in zip(entry.folded, entry.looks, strict=True)
        )
        every = [m for mentions in entry.mentions for m in mentions]
        weights = np.array([m.weight for m in every], dtype=np.float64)
        entry.mentioned = (self._name_numbers.of(m.key for m in every), weights)


def _row(entry: _Entry) -> Row:
    assert entry.mentions is not None and entry.mentioned is not None
    return Row(
        entry.passage,
        entry.defines,
        entry.spans,
        entry.mentions,
        entry.mentioned,
        entry.words,
        entry.vector,
        entry.sentence_vectors,
    )


class WithoutModel:
    """A :class:`Searchable` asked by words and names only, whatever vectors it has."""

    embedder: Embedder | None = None

    def __init__(self, index: Searchable) -> None:
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    def narrowed(self, questions: Sequence[str], filter_: Filter | None = None) -> Searchable:  # noqa: ARG002
        """What these questions are answered from: the whole index."""
        return self

    def view(self, filter_: Filter | None = None) -> View:
        """What may be ranked."""
        return self._index.view(filter_)

    def read(self, question: str, filter_: Filter | None = None) -> Query:
        """A question taken apart; nothing is embedded."""
        return read_question(question, self.view(filter_), None)

    def knows(self, stem: str, filter_: Filter | None = None) -> bool:
        """Whether a visible passage holds the stem."""
        return self._index.knows(stem, filter_)

    def languages(self, filter_: Filter | None = None) -> frozenset[str]:
        """Languages of the visible passages."""
        return self._index.languages(filter_)
