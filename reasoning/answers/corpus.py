"""The texts of a graph as passages: pieces of documents, and longer texts that records hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime

from graph_engine.snapshot import Edges
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
_UNTIL = ("valid_until", "valid_to", "ends_on", "expires_on")


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
        return _of_document(network, entity, network.snapshot.relation("passage_document"))
    return _of_record(network, entity, name, network.snapshot.value(entity, name))


def _of_documents(network: Network) -> Iterator[Passage]:
    snapshot = network.snapshot
    if "Passage" not in network.ontology.classes:
        return
    edges = snapshot.relation("passage_document")
    for entity in snapshot.members("Passage").tolist():
        passage = _of_document(network, entity, edges)
        if passage is not None:
            yield passage


def _of_document(network: Network, entity: int, edges: Edges) -> Passage | None:
    snapshot = network.snapshot
    values = snapshot.values(entity)
    text = values.get("text")
    if not isinstance(text, str) or values.get("kind") == "quoted" or not snapshot.is_a(entity, "Passage"):
        return None
    rows = edges.out.of(entity)
    document = int(edges.target[rows[0]]) if len(rows) else entity
    said = snapshot.values(document)
    start = values.get("first_character")
    first = start if isinstance(start, int) else 0
    return Passage(
        id=snapshot.entity_id(entity),
        document=snapshot.entity_id(document),
        text=text,
        title=snapshot.title(document),
        aliases=tuple(v for v in (said.get("number"),) if isinstance(v, str)),
        path=headings(values.get("headings")),
        start=first,
        end=first + len(text),
        classes=frozenset(_with_ancestors(network, document)),
        language=_text(values.get("language_tag")) or _text(said.get("language_tag")),
        valid_from=_first_day(said, _SINCE),
        valid_to=_first_day(said, _UNTIL),
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
                for row in range(len(column)):
                    passage = _of_record(network, block.start + row, name, column.python(row))
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
    if not isinstance(value, str):
        return ()
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
