"""What the graph holds now, in bulk: for the difference with the desired state, and for the digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from graph_engine.graph import Graph, Row
from graph_engine.statements import with_identifiers
from graph_engine.store import rows
from ontology.errors import DatabaseError
from ontology.ids import canonical_json
from ontology.model import Ontology
from ontology.types import EntityState, RelationState

CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class GraphState:
    """Version counters of the graph."""

    seq: int
    published: int
    epoch: int
    ontology_version: str
    ontology_digest: str


def graph_state(graph: Graph) -> GraphState | None:
    """The version counters, or None where knockon has never written."""
    found = graph.read("read/graph_state")
    if not found:
        return None
    row = found[0]
    return GraphState(
        int(str(row["seq"])), int(str(row["published"])), int(str(row["epoch"])),
        str(row["ontology_version"]), str(row["ontology_digest"]),
    )  # fmt: skip


def chunks(graph: Graph, name: str) -> Iterator[list[list[object]]]:
    """Chunks of a statement that pages by id (``after``, ``limit``)."""
    after = ""
    while True:
        found = graph.read(name, after=after, limit=CHUNK)
        chunk = _lists(found[0], "chunk") if found else []
        if not chunk:
            return
        yield chunk
        after = str(chunk[-1][0])


def relation_hashes(graph: Graph) -> Iterator[list[list[object]]]:
    """Chunks of [id, hash, type, source, target]."""
    held: list[list[object]] = []
    for row in graph.stream("read/relation_hashes"):
        held.extend(_lists(row, "chunk"))
        if len(held) >= CHUNK:
            yield held
            held = []
    if held:
        yield held


def _lists(row: Row, name: str) -> list[list[object]]:
    value = row[name]
    if not isinstance(value, list):
        raise DatabaseError(f"Neo4j gave {type(value).__name__} where a list was expected.")
    return value


def entities(graph: Graph, after: str = "") -> Iterator[EntityState]:
    """All current entities in id order."""
    while True:
        found = graph.read("read/entities_page", after=after, limit=CHUNK // 4)
        if not found:
            return
        for row in found:
            properties = row["properties"]
            if isinstance(properties, dict):
                state = rows.read_entity(properties)
                after = state.id
                yield state


def relations(graph: Graph, ontology: Ontology) -> Iterator[RelationState]:
    """All current relations, in no stated order."""
    names = {r.type: name for name, r in ontology.relations.items()}
    for row in graph.stream("read/relations_all"):
        name = names.get(str(row["type"]))
        if name is None:
            continue
        for properties, target in _lists(row, "chunk"):
            if isinstance(properties, dict):
                yield rows.read_relation(name, properties, str(row["source"]), str(target))


def digest(graph: Graph, ontology: Ontology) -> str:
    """sha256 over the content of the graph: equal content gives equal digests, however it came about.

    Lines (sorted canonical JSON): records (id, hash), entities named by their smallest mention (classes, values,
    winners, mentions), relations (ends by their entities' smallest mentions, values, valid time, records), judgements
    by people. Ids, aliases, runs, clock times, versions, history, vectors and quarantine are left out
    (``docs/semantics.md``). Computed from the values themselves, not from kept hashes.
    """
    lines: list[bytes] = []
    name: dict[str, str] = {}
    for chunk in chunks(graph, "read/record_hashes"):
        lines.extend(_line(["record", row[0], row[1]]) for row in chunk)
    for state in entities(graph):
        name[state.id] = min(state.mentions)
        held = rows.canonical_values(rows.class_properties(ontology, state.classes), state.values)
        winners = {n: sorted(r) for n, r in state.winners.items()}
        lines.append(_line(["entity", name[state.id], list(state.classes), held, winners, sorted(state.mentions)]))
    for relation in relations(graph, ontology):
        held = rows.canonical_values(ontology.relations[relation.name].properties, relation.values)
        valid = [d.isoformat() if d else None for d in (relation.valid_from, relation.valid_to)]
        ends = [name.get(relation.source, relation.source), name.get(relation.target, relation.target)]
        lines.append(_line(["relation", relation.id, relation.name, ends, held, valid, sorted(relation.records)]))
    for row in graph.read("read/judgements_by_people"):
        said = row["properties"]
        if isinstance(said, dict) and not said["asleep"]:
            lines.append(_line(["judgement", said["left"], said["right"], said["verdict"]]))
    lines.sort()
    total = hashlib.sha256()
    for line in lines:
        total.update(line)
        total.update(b"\n")
    return total.hexdigest()


def _line(value: object) -> bytes:
    # 32 bytes a line in place of the line itself keep a graph of millions in some hundred megabytes.
    return hashlib.sha256(canonical_json(value).encode()).digest()


def count_of(graph: Graph, ontology: Ontology, kind: str, name: str) -> int:
    """How much data a definition has; kinds and names as in :data:`ontology.compatibility.Counts`."""
    owner, _, property_ = name.partition(".")
    if kind.startswith("relation"):
        identifiers = {"type": ontology.relations[owner].type}
    else:
        identifiers = {"class": owner}
    if property_:
        identifiers["property"] = property_
    rows = graph.stream_text(with_identifiers(f"read/count_{kind}", identifiers))
    return int(str(next(iter(rows))["count"]))
