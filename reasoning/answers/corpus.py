"""The texts of a graph as passages: pieces of documents, and longer texts that records hold."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from graph_engine.snapshot import Block
from ontology.model import Datatype
from ontology.types import Value
from reasoning.network import Network
from reasoning.retrieval.types import Passage

_WORDS = 6
"""Words from which on a record's text is worth finding by what it says; shorter ones are names."""
_SAID = 0.6
"""Standing of a record's text beside a document's."""
_ASKED = 0.3
"""Standing of what a customer wrote: more often a question than an answer."""
_SINCE = ("starts_on", "valid_from", "issued_on", "sent_at", "opened_at", "created_at", "occurred_on")
_HELD = ("text", "kind", "first_character", "headings", "language_tag")
_UNTIL = ("valid_until", "valid_to", "ends_on", "expires_on")

_ABOUT = ("number", "language_tag", *_SINCE, *_UNTIL)


def passages_of(network: Network) -> Iterator[Passage]:
    """Every text of the snapshot that can be cited; ids are entity ids (``id#property`` for a record's text)."""
    yield from _of_documents(network)
    yield from _of_records(network)


def entity_of(passage_id: str) -> str:
    """The entity that a passage is, or that holds its text."""
    return passage_id.partition("#")[0]


def passage_at(network: Network, id_: str) -> Passage | None:
    """One text of the snapshot by its passage id; None where it holds none of that id."""
    owner, _, name = id_.partition("#")
    entity = network.snapshot.exact(owner)
    if entity is None:
        return None
    if not name:
        snapshot = network.snapshot
        if not snapshot.is_a(entity, "Passage"):
            return None
        edges = snapshot.relation("passage_document")
        rows = edges.out.of(entity)
        document = int(edges.target[rows[0]]) if len(rows) else entity
        about = _About.of(network, document, snapshot.values(document))
        return _of_document(network, entity, about, snapshot.values(entity))
    return _of_record(network, entity, name, network.snapshot.value(entity, name))


class _Columns:
    """Values of a whole snapshot, decoded a column at a time: a hundred thousand single ones would take seconds."""

    def __init__(self, network: Network) -> None:
        self._snapshot = network.snapshot
        self._starts = [block.start for block in network.snapshot.blocks]
        self._held: dict[tuple[int, str], list[Value | None]] = {}

    def block(self, entity: int) -> Block:
        """The block an entity lies in."""
        return self._snapshot.blocks[bisect_right(self._starts, entity) - 1]

    def of(self, block: Block, name: str) -> list[Value | None]:
        """A property of all entities of a block."""
        key = (block.number, name)
        if key not in self._held:
            column = self._snapshot.block_column(block, name)
            self._held[key] = [None] * (block.stop - block.start) if column is None else column.listed()
        return self._held[key]

    def values(self, entity: int, names: Iterable[str]) -> dict[str, Value]:
        """Some values of an entity."""
        block = self.block(entity)
        found = {name: self.of(block, name)[entity - block.start] for name in names if name in block.columns}
        return {name: value for name, value in found.items() if value is not None}


def _of_documents(network: Network) -> Iterator[Passage]:
    snapshot = network.snapshot
    if "Passage" not in network.ontology.classes:
        return
    edges, columns = snapshot.relation("passage_document"), _Columns(network)
    documents: dict[int, _About] = {}
    for entity in snapshot.members("Passage").tolist():
        rows = edges.out.of(entity)
        document = int(edges.target[rows[0]]) if len(rows) else entity
        if document not in documents:
            documents[document] = _About.of(network, document, columns.values(document, _ABOUT))
        passage = _of_document(network, entity, documents[document], columns.values(entity, _HELD))
        if passage is not None:
            yield passage


@dataclass(frozen=True, slots=True)
class _About:
    """What all passages of a document have in common."""

    id: str
    title: str
    aliases: tuple[str, ...]
    classes: frozenset[str]
    language: str | None
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, network: Network, document: int, said: dict[str, Value]) -> _About:
        """A document (or the passage itself, where it is of none) with some of its values."""
        snapshot = network.snapshot
        return cls(
            snapshot.entity_id(document),
            snapshot.title(document),
            tuple(v for v in (said.get("number"),) if isinstance(v, str)),
            frozenset(_with_ancestors(network, document)),
            _text(said.get("language_tag")),
            _first_day(said, _SINCE),
            _first_day(said, _UNTIL),
        )


def _of_document(network: Network, entity: int, about: _About, values: dict[str, Value]) -> Passage | None:
    text = values.get("text")
    if not isinstance(text, str) or values.get("kind") == "quoted":
        return None
    start = values.get("first_character")
    first = start if isinstance(start, int) else 0
    return Passage(
        id=network.snapshot.entity_id(entity),
        document=about.id,
        text=text,
        title=about.title,
        aliases=about.aliases,
        path=headings(values.get("headings")),
        start=first,
        end=first + len(text),
        classes=about.classes,
        language=_text(values.get("language_tag")) or about.language,
        valid_from=about.valid_from,
        valid_to=about.valid_to,
    )


def _of_records(network: Network) -> Iterator[Passage]:
    snapshot = network.snapshot
    for block in snapshot.blocks:
        definitions = [network.ontology.classes[c] for c in block.classes if c in network.ontology.classes]
        if any(network.ontology.is_a(d.name, "Passage") for d in definitions):
            continue
        for definition in definitions:
            names = [
                p.name
                for p in definition.properties.values()
                if p.datatype is Datatype.STRING and p.functional and p.name in block.columns
                and p.name != definition.title and not p.identifying and not p.values
            ]  # fmt: skip
            for name in sorted(names):
                column = snapshot.block_column(block, name)
                if column is None:
                    continue
                for row, text in enumerate(column.listed()):
                    passage = _of_record(network, block.start + row, name, text)
                    if passage is not None:
                        yield passage
            break


def _of_record(network: Network, entity: int, name: str, text: Value | None) -> Passage | None:
    if not isinstance(text, str) or text.count(" ") < _WORDS - 1:
        return None
    said = network.snapshot.values(entity)
    id_ = network.snapshot.entity_id(entity)
    return Passage(
        id=f"{id_}#{name}",
        document=id_,
        text=text,
        title=network.snapshot.title(entity),
        end=len(text),
        classes=frozenset(_with_ancestors(network, entity)),
        language=_text(said.get("language_tag")),
        valid_from=_first_day(said, _SINCE),
        valid_to=_first_day(said, _UNTIL),
        standing=_ASKED if said.get("from_customer") is True else _SAID,
    )


def headings(value: Value | None) -> tuple[str, ...]:
    """The titles that a passage stands under, outermost first, from their JSON list."""
    return _headings(value) if isinstance(value, str) else ()


@lru_cache(maxsize=4096)
def _headings(value: str) -> tuple[str, ...]:
    try:
        found = json.loads(value)
    except ValueError:
        return (value,)
    return tuple(str(v) for v in found) if isinstance(found, list) else (value,)


def _with_ancestors(network: Network, entity: int) -> Iterator[str]:
    for name in network.snapshot.classes(entity):
        yield name
        definition = network.ontology.classes.get(name)
        if definition is not None:
            yield from definition.ancestors


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None


def _first_day(values: dict[str, Value], names: tuple[str, ...]) -> date | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
    return None
