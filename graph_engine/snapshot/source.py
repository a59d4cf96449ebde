"""Graph → rows: everything that made up one version, read in pages while writers may go on.

Version V = current items stamped at or before V, plus closed items that were current at V. Closed items are read after
the current ones: whatever a writer changes in between is then found among the closed, so the rows are those of V.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from neo4j import READ_ACCESS

from graph_engine.graph import Graph, _translated
from graph_engine.snapshot.rows import AliasRow, EntityRow, FileRow, RecordRow, RelationRow
from graph_engine.statements import statement, with_identifiers
from ontology.errors import StoreDamaged
from ontology.model import Datatype, Ontology, PropertyDef, RelationDef
from ontology.values import native

Progress = Callable[[str, int], None]
ENTITY_PAGE = 5_000
RELATION_PAGE = 20_000
RECORD_PAGE = 20_000


@dataclass(slots=True)
class Rows:
    """All rows of one version."""

    entities: list[EntityRow] = field(default_factory=list)
    relations: list[RelationRow] = field(default_factory=list)
    records: list[RecordRow] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)
    aliases: list[AliasRow] = field(default_factory=list)


@dataclass(slots=True)
class Changes:
    """What happened between two versions."""

    rows: Rows = field(default_factory=Rows)
    """Entities and relations that are new or different, all files and aliases, records that are new or different."""
    entities: set[str] = field(default_factory=set)
    """Ids whose earlier state holds no more."""
    relations: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class GraphState:
    """The counters that say which snapshot fits."""

    published: int
    epoch: int


def graph_state(graph: Graph) -> GraphState:
    """The published version and the epoch; 0 and 0 for a graph that nothing was written to."""
    rows = graph.read("read/graph_state")
    if not rows:
        return GraphState(0, 0)
    return GraphState(_integer(rows[0]["published"]), _integer(rows[0]["epoch"]))


def read_version(graph: Graph, ontology: Ontology, version: int, progress: Progress | None = None) -> Rows:
    """The rows of a version.

    Raises:
        StoreDamaged: a closed item's payload cannot be understood.
    """
    tell = progress or (lambda _stage, _count: None)
    rows = Rows()
    for chunk in _pages(graph, statement("read/snapshot_entities").text, ENTITY_PAGE, version=version):
        for id_, classes, title, mentions, winners, values in chunk:
            rows.entities.append(EntityRow(id_, classes or (), title or id_, mentions or (), winners or (), values))
        tell("entities", len(rows.entities))
    for name, relation in _held_relations(graph, ontology):
        text = with_identifiers("read/snapshot_relations", {"type": relation.type})
        keys = sorted(relation.properties)
        for chunk in _pages(graph, text, RELATION_PAGE, version=version, properties=keys):
            for id_, source, target, valid_from, valid_to, records, values in chunk:
                named = dict(zip(keys, values, strict=True)) if keys else {}
                rows.relations.append(
                    RelationRow(id_, name, source, target, valid_from, valid_to, records or (), named)
                )
            tell("relations", len(rows.relations))
    for chunk in _pages(graph, statement("read/snapshot_records").text, RECORD_PAGE):
        rows.records.extend(
            RecordRow(i, kind or "source", bool(stale), file, row) for i, kind, stale, file, row in chunk
        )
        tell("records", len(rows.records))
    rows.files.extend(FileRow(str(r["sha256"]), str(r["path"])) for r in graph.stream("read/snapshot_files"))
    _add_closed(graph, ontology, version, rows)
    rows.aliases.extend(AliasRow(str(r["alias"]), str(r["entity"])) for r in graph.stream("read/aliases"))
    return rows


def read_changes(graph: Graph, ontology: Ontology, since: int, version: int, limit: int) -> Changes | None:
    """What is different at ``version`` from what was at ``since``; None when it is more than ``limit`` items.

    Raises:
        StoreDamaged: a closed item's payload cannot be understood.
    """
    found = Changes()
    rows = found.rows
    span = {"since": since, "version": version}
    for row in _raw(graph, statement("read/snapshot_entities_since").text, **span, limit=limit):
        id_, classes, title, mentions, winners, values = row
        rows.entities.append(EntityRow(id_, classes or (), title or id_, mentions or (), winners or (), values))
    for name, relation in _held_relations(graph, ontology):
        text = with_identifiers("read/snapshot_relations_since", {"type": relation.type})
        keys = sorted(relation.properties)
        for row in _raw(graph, text, **span, limit=limit, properties=keys):
            id_, source, target, valid_from, valid_to, records, values = row
            named = dict(zip(keys, values, strict=True))
            rows.relations.append(RelationRow(id_, name, source, target, valid_from, valid_to, records or (), named))
        if len(rows.entities) + len(rows.relations) >= limit:
            return None
    for id_, kind, stale, file, at in _raw(graph, statement("read/snapshot_records_since").text, since=since):
        rows.records.append(RecordRow(id_, kind or "source", bool(stale), file, at))
    rows.files.extend(FileRow(str(r["sha256"]), str(r["path"])) for r in graph.stream("read/snapshot_files"))
    # After the current items, as in read_version; what was closed later than `version` still held then.
    for kind, id_, seq_to in _raw(graph, statement("read/snapshot_closed_since").text, since=since):
        if seq_to <= version and kind in ("entity", "relation"):
            (found.entities if kind == "entity" else found.relations).add(id_)
    _add_closed(graph, ontology, version, rows, since)
    rows.aliases.extend(AliasRow(str(r["alias"]), str(r["entity"])) for r in graph.stream("read/aliases"))
    return found if len(found.entities) + len(found.relations) < limit else None


def _held_relations(graph: Graph, ontology: Ontology) -> list[tuple[str, RelationDef]]:
    """The relations that the graph has any of, by name: a query for each of the others costs its planning."""
    held = {str(r["type"]) for r in graph.read("read/relation_counts")}
    return [(name, relation) for name, relation in sorted(ontology.relations.items()) if relation.type in held]


def read_records(graph: Graph, ids: list[str]) -> list[RecordRow]:
    """Records by id."""
    text = statement("read/snapshot_records_by_id").text
    return [RecordRow(i, k or "source", bool(s), f, r) for i, k, s, f, r in _raw(graph, text, ids=ids)]


def _add_closed(graph: Graph, ontology: Ontology, version: int, rows: Rows, since: int = -1) -> None:
    for closed in graph.stream("read/snapshot_closed", version=version, since=since):
        id_ = str(closed["id"])
        try:
            state = json.loads(str(closed["payload"]))
            if closed["kind"] == "entity":
                rows.entities.append(closed_entity(ontology, id_, state))
            elif closed["kind"] == "relation" and state["name"] in ontology.relations:
                rows.relations.append(closed_relation(ontology, id_, state))
        except (ValueError, KeyError, TypeError) as problem:
            raise StoreDamaged(
                f"The history of {id_} cannot be read: {problem!r}.",
                do="Restore the last backup (`knockon db restore`), or ask for a later version.",
            ) from problem


def closed_entity(ontology: Ontology, id_: str, state: Mapping[str, object]) -> EntityRow:
    """An entity from the payload of its closed version."""
    classes = _texts(state["classes"])
    definitions: dict[str, PropertyDef] = {}
    for name in classes:
        if name in ontology.classes:
            definitions.update(ontology.classes[name].properties)
    title = str(state.get("title") or id_)
    values = _values(definitions, state["values"])
    return EntityRow(id_, classes, title, _texts(state.get("mentions")), _texts(state.get("winners")), values)


def closed_relation(ontology: Ontology, id_: str, state: Mapping[str, object]) -> RelationRow:
    """A relation from the payload of its closed version."""
    definition = ontology.relations[str(state["name"])]
    return RelationRow(
        id_,
        definition.name,
        str(state["source"]),
        str(state["target"]),
        _date(state.get("valid_from")),
        _date(state.get("valid_to")),
        _texts(state.get("records")),
        _values(definition.properties, state.get("values") or {}),
    )


def _values(definitions: Mapping[str, PropertyDef], values: object) -> dict[str, object]:
    if not isinstance(values, dict):
        raise TypeError("values are not a map")
    found: dict[str, object] = {}
    for name, value in values.items():
        definition = definitions.get(name)
        if definition is None or value is None:
            continue
        found[name] = [_one(definition, v) for v in value] if isinstance(value, list) else _one(definition, value)
    return found


def _one(definition: PropertyDef, value: object) -> object:
    if isinstance(value, str):
        return native(definition, value)
    return float(value) if definition.datatype is Datatype.FLOAT and isinstance(value, int) else value


def _pages(graph: Graph, text: str, limit: int, **params: object) -> Iterator[list[list[Any]]]:
    after = ""
    while True:
        rows = list(_raw(graph, text, after=after, limit=limit, **params))
        if not rows:
            return
        after, chunk = rows[0]
        yield chunk


def _raw(graph: Graph, text: str, **params: object) -> Iterator[list[Any]]:
    """Rows as the driver has them: its ``data()`` walks nested lists again, which takes most of the time."""
    with (
        _translated(graph.credentials),
        graph.driver.session(database=graph.credentials.database, default_access_mode=READ_ACCESS) as session,
    ):
        for record in session.run(text, params):
            yield record.values()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list | tuple) else ()


def _date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0
