"""Texts in Neo4j's own indexes: passages and sentences by meaning (vector) and words (full text), names between them.

What is here is derived from the graph and never part of its state: no version is raised, no digest changes, and it can
be thrown away and made again. A passage is a node with its sentences; vectors lie in one of two places, ``a`` and
``b``, so that those of another model can be made while the old ones are in use.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from graph_engine.graph import Graph, Row, Transaction
from graph_engine.statements import in_one, with_identifiers

T = TypeVar("T")

_BATCH = 200  # passages in one transaction
_PLACES = ("a", "b")
_DROPPED = 5_000  # nodes in one transaction
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as it is indexed.

    ``counts`` are its stems with how often each occurs, ``defines`` the names it defines with a weight, ``says`` those
    it mentions or defines; ``spans`` the sentences as characters; ``mentions`` the names in each sentence as lists of
    (name, start, end, known, weight). ``hash`` is that of all it was made from.
    """

    id: str
    document: str
    hash: str
    counts: Mapping[str, int]
    defines: Mapping[str, float]
    says: frozenset[str]
    spans: tuple[tuple[int, int], ...]
    mentions: tuple[tuple[tuple[str, int, int, bool, float], ...], ...]

    @property
    def row(self) -> str:
        """What a search needs of it, as JSON."""
        held = {"w": dict(sorted(self.counts.items())), "k": dict(self.defines), "s": self.spans, "m": self.mentions}
        return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as a search gets it: ``row`` parsed, and how like the vectors asked with it and its sentences are.

    Likeness is the cosine, -1 to 1; None where it has no vector yet.
    """

    id: str
    hash: str
    counts: dict[str, int]
    defines: dict[str, float]
    spans: tuple[tuple[int, int], ...]
    mentions: tuple[tuple[tuple[str, int, int, bool, float], ...], ...]
    likeness: tuple[float, ...] | None
    sentences: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class EntityMention:
    """Characters of a passage that name an entity; ``candidates`` over 1: they may mean that many things."""

    entity: str
    start: int
    end: int
    text: str
    confidence: float
    how: str
    candidates: int
    record: str | None
    """The record that holds the text."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """What an index stands for: a version of the graph, counts, and the model of each place."""

    version: int | None
    passages: int
    words: int
    active: str
    models: Mapping[str, str | None]
    sources: Mapping[str, str | None]
    """How the model of a place was named, so that it can be opened again."""
    linked: int | None
    """The version of the graph whose entities were looked for in the texts."""

    @property
    def model(self) -> str | None:
        """The model whose vectors are in use."""
        return self.models.get(self.active)


class TextIndex:
    """One set of passages in the database, such as those of documents; ``name`` is a plain capitalised word."""

    def __init__(self, graph: Graph, name: str) -> None:
        self._graph = graph
        self.name = name
        self._labels = {k: f"{name}{k.capitalize()}" for k in ("piece", "sentence", "name", "stem")}
        self._with_vectors: set[str] = set()  # places whose vector indexes are known to be there

    # -- its schema and state ---

    def prepare(self) -> None:
        """Make constraints and the full-text index, and wait for them; doing it again does nothing."""
        self._with_vectors = set()
        with self._graph.transaction() as transaction:
            for kind, label in self._labels.items():
                key = "id" if kind in ("piece", "sentence") else "key"
                self._unique(transaction, label, key)
            self._unique(transaction, "TextIndex", "name")
            words = {"index": self.words_index, "label": self._labels["piece"]}
            transaction.run_text(with_identifiers("texts/words_index", words))
        self._graph.wait_for_indexes()

    def _unique(self, transaction: Transaction, label: str, property_: str) -> None:
        names = {"constraint": f"texts_unique_{label}_{property_}", "label": label, "property": property_}
        transaction.run_text(with_identifiers("schema/unique_node", names))

    def rehearse(self) -> None:
        """Let the database plan and run once what a change and a question take; nothing of it stays.

        A server that runs a statement for the first time takes up to seconds to plan it and to get going.
        """
        piece = Piece(
            "rehearsal", "rehearsal", "", {"rehearsal": 1}, {"rehearsal": 1.0}, frozenset(("rehearsal",)), ((0, 1),), ()
        )
        with self._graph.transaction(kept=False) as transaction:
            self._put(transaction, [piece])
            self._mention(transaction, {piece.id: ()})
            self._take_out(transaction, [piece.id])
        self._set({})  # a commit, too, takes longer the first time
        state = self.state()
        keys = ["rehearsal"]
        self.names(keys)
        self.stems(keys)
        self.holding([keys])
        self.across(keys, keys, common=1, limit=1)
        self.mentions_held()
        if state.model is not None:
            self.set_vectors(state.active, state.model, {})
            self.waiting(state.active, state.model, 1)
            if self._has_vector_indexes(state.active):
                self.seeds(state.active, vectors=[], words=[keys], names=keys, limit=1)
        self.likeness(state.active, keys, [])

    def _has_vector_indexes(self, place: str) -> bool:
        """Whether both vector indexes of a place are there and ready; remembered when they are."""
        if place not in self._with_vectors:
            wanted = {self._vector_index(kind, place) for kind in ("piece", "sentence")}
            ready = {r["name"] for r in self._graph.read("schema/show_indexes") if r["state"] == "ONLINE"}
            if wanted <= ready:
                self._with_vectors.add(place)
        return place in self._with_vectors

    def prepare_vectors(self, place: str, dimensions: int) -> None:
        """Make the vector indexes of one place for vectors of so many dimensions, unless they are there."""
        if self._has_vector_indexes(place):
            return
        config = {"vector.dimensions": dimensions, "vector.similarity_function": "cosine"}
        with self._graph.transaction() as transaction:
            for kind in ("piece", "sentence"):
                names = {
                    "index": self._vector_index(kind, place), "label": self._labels[kind], "property": f"vector_{place}"
                }  # fmt: skip
                transaction.run_text(with_identifiers("texts/vector_index", names), config=config)
        self._graph.wait_for_indexes()
        self._with_vectors.add(place)

    def drop_vectors(self, place: str) -> None:
        """Forget the vectors of one place and its indexes."""
        self._with_vectors.discard(place)
        with self._graph.transaction() as transaction:
            for kind in ("piece", "sentence"):
                names = {"index": self._vector_index(kind, place)}
                transaction.run_text(with_identifiers("schema/drop_index", names))
        for kind, held in (("piece", "vector"), ("sentence", "vector"), ("piece", "model")):
            names = {"label": self._labels[kind], "property": f"{held}_{place}"}
            while self._write("texts/vectors_drop", names, limit=10_000)[0]["dropped"]:
                pass
        self._set({f"model_{place}": None, f"source_{place}": None})

    def drop(self) -> None:
        """Throw the whole index away: nodes, vectors, indexes. What it was made from stays."""
        self._with_vectors = set()
        with self._graph.transaction() as transaction:
            for place in _PLACES:
                for kind in ("piece", "sentence"):
                    names = {"index": self._vector_index(kind, place)}
                    transaction.run_text(with_identifiers("schema/drop_index", names))
            transaction.run_text(with_identifiers("schema/drop_index", {"index": self.words_index}))
        for label in self._labels.values():
            while self._write("texts/nodes_drop", {"label": label}, limit=_DROPPED)[0]["dropped"]:
                pass
        self._graph.write("texts/state_drop", name=self.name)

    @property
    def words_index(self) -> str:
        """The name of the full-text index."""
        return f"texts_words_{self.name}"

    def _vector_index(self, kind: str, place: str) -> str:
        return f"texts_vector_{self._labels[kind]}_{place}"

    def state(self) -> IndexState:
        """What it holds now; empty before the first passage."""
        if not any(r["name"] == self.words_index for r in self._graph.read("schema/show_indexes")):
            return IndexState(None, 0, 0, "a", {}, {}, None)
        rows = self._graph.read("texts/state", name=self.name)
        row: Row = rows[0] if rows else {}
        return IndexState(
            _number(row.get("version")),
            _number(row.get("passages")) or 0,
            _number(row.get("words")) or 0,
            str(row.get("active") or "a"),
            {p: _text(row.get(f"model_{p}")) for p in _PLACES},
            {p: _text(row.get(f"source_{p}")) for p in _PLACES},
            _number(row.get("linked")),
        )

    def note_version(self, version: int) -> None:
        """Note that the index stands for this version of the graph."""
        self._set({"version": version})

    def note_linked(self, version: int) -> None:
        """Note up to which version entities were looked for."""
        self._set({"linked": version})

    def note_model(self, place: str, model: str, source: str) -> None:
        """Note which model makes the vectors of a place."""
        self._with_vectors.discard(place)  # another process may have dropped them
        self._set({f"model_{place}": model, f"source_{place}": source})

    def use(self, place: str) -> None:
        """Search with the vectors of this place from now on."""
        self._set({"active": place})

    def _set(self, values: dict[str, object]) -> None:
        self._graph.write("texts/state_set", name=self.name, values=values)

    # -- what it holds ---

    def hashes(self) -> dict[str, str]:
        """Passage id → hash of what was indexed."""
        return {str(r["id"]): str(r["hash"]) for r in self._read("texts/hashes")}

    def replace(self, gone: Iterable[str], pieces: Iterable[Piece]) -> Iterator[int]:
        """Take passages out, then add (or replace) others; yields after each transaction how many were added.

        Counts (passages, words, stems, names) change in the transaction of the passages that they count, so a crash
        leaves a smaller index, never a wrong one.
        """
        for ids in _chunks(gone, _BATCH):
            with self._graph.transaction() as transaction:
                self._take_out(transaction, ids)
            yield 0
        for batch in _chunks(pieces, _BATCH):
            with self._graph.transaction() as transaction:
                self._take_out(transaction, [p.id for p in batch])
                self._put(transaction, batch)
            yield len(batch)

    def _put(self, transaction: Transaction, pieces: Sequence[Piece]) -> None:
        rows = [
            {
                "id": p.id, "document": p.document, "hash": p.hash, "row": p.row, "sentences": len(p.spans),
                "stems": " ".join(s for stem, n in sorted(p.counts.items()) for s in [stem] * n),
                "says": sorted(p.says | p.defines.keys()), "defines": [[k, w] for k, w in p.defines.items()],
            }
            for p in pieces
        ]  # fmt: skip
        self._run(transaction, "texts/put", rows=rows)
        self._count(transaction, [p.counts for p in pieces], 1)

    def _take_out(self, transaction: Transaction, ids: Sequence[str]) -> None:
        held = self._run(transaction, "texts/rows_of", ids=list(ids))
        if not held:
            return
        keys = [str(r["key"]) for r in self._run(transaction, "texts/remove", ids=[r["id"] for r in held])]
        self._run(transaction, "texts/names_forget", keys=keys)
        self._count(transaction, [json.loads(str(r["row"]))["w"] for r in held], -1)

    def _count(self, transaction: Transaction, counts: Sequence[Mapping[str, int]], sign: int) -> None:
        holding = Counter(stem for held in counts for stem in held)
        rows = [{"key": key, "by": sign * n} for key, n in sorted(holding.items())]
        self._run(transaction, "texts/stems_count", rows=rows)
        words = sum(sum(held.values()) for held in counts)
        transaction.run("texts/state_count", name=self.name, passages=sign * len(counts), words=sign * words)

    def digest(self) -> str:
        """sha256 over passages, names, mentions and the models in use, whatever order they came in."""
        active = self.state().active
        total = hashlib.sha256()
        for row in self._read("texts/image", place=f"model_{active}"):
            total.update(json.dumps(list(row.values()), ensure_ascii=False).encode())
        return total.hexdigest()

    # -- vectors ---

    def waiting(self, place: str, model: str, at_most: int) -> list[str]:
        """Ids of passages that lack the vector of this model."""
        found = self._read("texts/without_vector", place=f"model_{place}", model=model, limit=at_most)
        return [str(r["id"]) for r in found]

    def waiting_count(self, place: str, model: str) -> int:
        """How many passages lack the vector of this model."""
        found = next(self._read("texts/count_without_vector", place=f"model_{place}", model=model))
        return int(str(found["passages"]))

    def set_vectors(self, place: str, model: str, vectors: Mapping[str, tuple[list[float], list[list[float]]]]) -> None:
        """Store vectors: passage id → that of the passage, those of its sentences in order."""
        for ids in _chunks(vectors, _BATCH // 2) if vectors else ([],):
            rows = [{"id": i, "vector": vectors[i][0], "sentences": vectors[i][1]} for i in ids]
            names = {**self._labels, "property": f"model_{place}"}
            with self._graph.transaction() as transaction:
                given = {"rows": rows, "model": model, "property": f"vector_{place}"}
                _run(transaction, "texts/vectors_set", names, given)

    # -- mentions of entities ---

    def set_mentions(self, mentions: Mapping[str, Sequence[EntityMention]]) -> None:
        """Which entities each of these passages names, in place of what was found before."""
        for ids in _chunks(mentions, _BATCH):
            with self._graph.transaction() as transaction:
                self._mention(transaction, {i: mentions[i] for i in ids})

    def _mention(self, transaction: Transaction, mentions: Mapping[str, Sequence[EntityMention]]) -> None:
        rows = [{"id": i, "mentions": [_mention_row(m) for m in found]} for i, found in mentions.items()]
        self._run(transaction, "texts/mentions_set", rows=rows)

    def mentions_held(self) -> int:
        """How many mentions there are; the database keeps count, so this takes no time. Lower: a thing is gone."""
        return int(str(next(self._read("texts/mentions_held"))["mentions"]))

    def unlinked(self) -> list[str]:
        """Passages in which no entities were looked for since they changed, or that lost one which is gone."""
        return [str(r["id"]) for r in self._read("texts/unlinked")]

    def naming(self, entities: Sequence[str]) -> list[str]:
        """Passages that name any of these entities."""
        return [str(r["id"]) for r in self._read("texts/naming", ids=list(entities))]

    def mention_counts(self) -> tuple[int, int, int]:
        """Mentions, ambiguous ones among them, and entities mentioned."""
        row = next(self._read("texts/mention_counts"))
        return int(str(row["mentions"])), int(str(row["ambiguous"])), int(str(row["entities"]))

    # -- searching ---

    def names(self, keys: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Known names among ``keys`` → how many passages define, and how many mention them."""
        found = self._read("texts/names", keys=list(keys))
        return {str(r["key"]): (int(str(r["defined"])), int(str(r["said"]))) for r in found}

    def defined_by(self, ids: Sequence[str]) -> set[str]:
        """Names that these passages define."""
        rows = (r for some in _chunks(ids, 1000) for r in self._read("texts/rows_of", ids=some))
        return {name for r in rows for name in json.loads(str(r["row"]))["k"]}

    def stems(self, keys: Sequence[str]) -> dict[str, int]:
        """Known stems among ``keys`` → how many passages hold them."""
        return {str(r["key"]): int(str(r["passages"])) for r in self._read("texts/stems", keys=list(keys))}

    def seeds(
        self, place: str, *, vectors: Sequence[Sequence[float]], words: Sequence[Sequence[str]], names: Sequence[str],
        limit: int,
    ) -> list[str]:  # fmt: skip
        """Passages near by meaning (of the vectors in one place), words or names, at most ``limit`` in each way."""
        found = self._read(
            "texts/seeds",
            passage_index=self._vector_index("piece", place),
            sentence_index=self._vector_index("sentence", place),
            words_index=self.words_index,
            vectors=[list(v) for v in vectors],
            words=[" OR ".join(f'"{_escaped(w)}"' for w in some) for some in words if some],
            names=list(names),
            limit=limit,
        )
        return [str(r["id"]) for r in found]

    def across(self, defined: Sequence[str], said: Sequence[str], *, common: int, limit: int) -> list[str]:
        """Passages that define names, or mention rare ones."""
        found = self._read("texts/across", defined=list(defined), said=list(said), common=common, limit=limit)
        return [str(r["id"]) for r in found]

    def holding(self, words: Sequence[Sequence[str]]) -> list[str]:
        """Passages that hold all stems of any of the lists."""
        texts = [" AND ".join(f'"{_escaped(w)}"' for w in some) for some in words if some]
        found: dict[str, None] = {}
        for batch in _chunks(texts, 100):
            for row in self._read("texts/by_words", index=self.words_index, words=batch, limit=_ALL):
                found[str(row["id"])] = None
        return list(found)

    def likeness(self, place: str, ids: Sequence[str], vectors: Sequence[Sequence[float]]) -> list[Stored]:
        """Passages with how like their vectors of one place are to others; without others, just the passages."""
        given = [list(v) for v in vectors]
        rows = self._read("texts/likeness", place=f"vector_{place}", ids=list(ids), vectors=given)
        return [_stored(row, bool(vectors)) for row in rows]

    def _read(self, name: str, *, place: str | None = None, **params: object) -> Iterator[Row]:
        names = self._labels if place is None else {**self._labels, "property": place}
        text, given = in_one(with_identifiers(name, names), params)
        return self._graph.stream_text(text, **given)

    def _write(self, name: str, names: dict[str, str], **params: object) -> list[Row]:
        with self._graph.transaction() as transaction:
            return _run(transaction, name, names, params)

    def _run(self, transaction: Transaction, name: str, **params: object) -> list[Row]:
        return _run(transaction, name, self._labels, params)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A passage that names an entity."""

    passage: str
    document: str
    mention: EntityMention


def mentions_of(graph: Graph, entity: str, limit: int) -> tuple[Mentioned, ...]:
    """The passages that name an entity, surest first."""
    return tuple(
        Mentioned(
            str(r["passage"]), str(r["document"]),
            EntityMention(
                entity, int(str(r["start"])), int(str(r["end"])), str(r["text"]), float(str(r["confidence"])),
                str(r["how"]), int(str(r["candidates"])), _text(r["record"]),
            ),
        )
        for r in graph.read("texts/mentions_of", id=entity, limit=limit)
    )  # fmt: skip


def _run(transaction: Transaction, name: str, names: dict[str, str], params: Mapping[str, object]) -> list[Row]:
    text, given = in_one(with_identifiers(name, names), params)
    return transaction.run_text(text, **given)


def _mention_row(m: EntityMention) -> dict[str, object]:
    return {
        "entity": m.entity, "start": m.start, "end": m.end, "text": m.text, "confidence": m.confidence, "how": m.how,
        "candidates": m.candidates, "record": m.record,
    }  # fmt: skip


def _stored(row: Row, with_vectors: bool) -> Stored:
    held = json.loads(str(row["row"]))
    likeness, sentences = row["likeness"], row["sentences"]
    assert isinstance(likeness, list)
    assert isinstance(sentences, list)
    there = with_vectors and None not in likeness
    whole = there and len(sentences) == len(held["s"])
    return Stored(
        str(row["id"]), str(row["hash"]), held["w"], held["k"], tuple((a, b) for a, b in held["s"]),
        tuple(tuple((k, s, e, n, w) for k, s, e, n, w in found) for found in held["m"]),
        tuple(2 * v - 1 for v in likeness) if there else None,
        tuple(tuple(2 * v - 1 for v in some) for some in sentences) if whole else (),
    )  # fmt: skip


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"')


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
