"""One entity with its values, relations and where each came from, now or as it was recorded at an earlier version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from graph_engine.findings import marks_of
from graph_engine.graph import Graph, Row
from graph_engine.store import rows
from ontology import values
from ontology.errors import NotFound
from ontology.model import Ontology
from ontology.types import EntityState, RelationState, Value
from validation.marks import Mark

LIMIT = 25


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record is: enough for a person to open the file at the row."""

    id: str
    kind: str
    run: str
    path: str
    file: str
    row: int
    stale: bool
    recorded: str
    agent: str
    because: str


@dataclass(frozen=True, slots=True)
class RelationLine:
    """One relation as seen from the entity."""

    role: str
    label: str
    other: str
    other_title: str
    other_class: str
    state: RelationState


@dataclass(frozen=True, slots=True)
class EntityView:
    """What `knockon show` and ``GET /entities/{id}`` give."""

    state: EntityState
    aliases: tuple[str, ...]
    relations: tuple[RelationLine, ...]
    totals: Mapping[str, int]
    """Role → number of relations, also those beyond the limit."""
    records: Mapping[str, RecordPlace]
    version: int | None = None
    """Recorded version that is shown; None = the current one."""
    marks: tuple[Mark, ...] = ()
    """Warnings and notes of rules that it breaks now."""
    published: int = 0
    """The graph version that was the published one when this was read."""


def view(
    graph: Graph, ontology: Ontology, id_: str, *, version: int | None = None, valid_at: date | None = None,
    limit: int = LIMIT,
) -> EntityView:  # fmt: skip
    """The entity with this id (or alias).

    Args:
        version: as recorded at that graph version.
        valid_at: only relations that held on that day; None = all.
        limit: relations shown of each role.

    Raises:
        NotFound: no such entity, or it was not there at that version.
    """
    found = graph.read("read/entity", id=id_)
    published = int(str(found[0]["published"])) if found else 0
    if version is None and found and int(str(found[0]["seq"])) > published:
        version = published  # a run is being written: what is live now may be half of it
    if version is not None:
        shown = _at(graph, ontology, id_, version, found, valid_at, limit)
        return replace(shown, published=published)
    properties = _map(found[0]["properties"]) if found else {}
    if not properties:
        raise NotFound(f"There is no entity {id_!r}.", do="`knockon search NAME` finds ids.")
    state = rows.read_entity(properties)
    lines, totals = _relations(graph, ontology, state, valid_at, limit)
    aliases = found[0]["aliases"]
    return EntityView(
        state=state,
        aliases=tuple(sorted(str(a) for a in aliases)) if isinstance(aliases, list) else (),
        relations=lines,
        totals=totals,
        records=_places(graph, _needed(state, lines)),
        marks=marks_of(properties),
        published=published,
    )


def places(graph: Graph, records: Sequence[str]) -> dict[str, RecordPlace]:
    """Where these records are."""
    return _places(graph, records)


def earlier_states(graph: Graph, id_: str) -> tuple[tuple[int, int, Mapping[str, object]], ...]:
    """(from version, to version, payload) of each state that was closed, oldest first."""
    return tuple(
        (int(str(r["seq_from"])), int(str(r["seq_to"])), json.loads(str(r["payload"])))
        for r in graph.read("read/closed_items", id=id_)
        if r["kind"] == "entity"
    )


def _relations(
    graph: Graph, ontology: Ontology, state: EntityState, valid_at: date | None, limit: int
) -> tuple[tuple[RelationLine, ...], dict[str, int]]:
    by_type = {r.type: r for r in ontology.relations.values()}
    lines: list[RelationLine] = []
    totals: dict[str, int] = {}
    take = limit if valid_at is None else 1_000_000
    for row in graph.read("read/entity_relations", id=state.id, limit=take):
        definition = by_type.get(str(row["type"]))
        items = row["items"]
        if definition is None or not isinstance(items, list):
            continue
        outgoing = bool(row["outgoing"])
        role = definition.role if outgoing else definition.inverse_role
        label = definition.label if outgoing else definition.inverse_label
        held: list[RelationLine] = []
        for properties, other, title, classes in items:
            source, target = (state.id, str(other)) if outgoing else (str(other), state.id)
            relation = rows.read_relation(definition.name, properties, source, target)
            if valid_at is None or holds(relation, valid_at):
                held.append(RelationLine(role, label, str(other), str(title), str(classes[0]), relation))
        totals[role] = int(str(row["total"])) if valid_at is None else len(held)
        lines.extend(held[:limit])
    return tuple(lines), {r: n for r, n in totals.items() if n}


def holds(relation: RelationState, day: date) -> bool:
    """Whether the relation held on that day: intervals are ``[from, to)``, open where nothing is said."""
    return (relation.valid_from is None or relation.valid_from <= day) and (
        relation.valid_to is None or day < relation.valid_to
    )


def _needed(state: EntityState, lines: Sequence[RelationLine]) -> list[str]:
    from_values = {r for records in state.winners.values() for r in records}
    from_mentions = {m.split("#", 1)[0] for m in state.mentions}
    from_relations = {r for line in lines for r in line.state.records}
    from_mentions |= {record for _, _, record in state.others}
    return sorted(from_values | from_mentions | from_relations)


def _places(graph: Graph, records: Sequence[str]) -> dict[str, RecordPlace]:
    return {
        str(r["id"]): RecordPlace(
            id=str(r["id"]), kind=str(r["kind"]), run=str(r["run"]), path=str(r["path"] or ""),
            file=str(r["file"] or ""), row=int(str(r["row"])), stale=bool(r["stale"]),
            recorded=str(r["started"] or ""), agent=str(r["agent"] or ""), because=str(r["because"] or ""),
        )
        for r in graph.read("read/record_places", ids=list(records))
    }  # fmt: skip


# -- as recorded earlier --


def _at(
    graph: Graph, ontology: Ontology, id_: str, version: int, live: Sequence[Row], valid_at: date | None, limit: int
) -> EntityView:
    state = _closed_state(graph, ontology, id_, version)  # the id itself, before what it is an alias of by now
    properties = _map(live[0]["properties"]) if live else {}
    if state is None and properties:
        if int(str(properties["_seq"])) <= version:
            state = rows.read_entity(properties)
        else:
            state = _closed_state(graph, ontology, str(properties["id"]), version)
    if state is None:
        raise NotFound(
            f"{id_!r} was not in the graph at version {version}.", do="`knockon runs` lists versions and their times."
        )
    relations = _live_relations(graph, ontology, state.id, version)
    for row in graph.read("read/closed_relations", id=state.id, version=version):
        relations.append(_relation_from_payload(ontology, str(row["id"]), json.loads(str(row["payload"]))))
    if valid_at is not None:
        relations = [r for r in relations if holds(r, valid_at)]
    lines, totals = _lines(graph, ontology, state.id, relations, limit, version)
    places_ = _places_at(graph, _needed(state, lines), version)
    return EntityView(state, (), lines, totals, places_, version)


def _closed_state(graph: Graph, ontology: Ontology, id_: str, version: int) -> EntityState | None:
    for start, end, payload in earlier_states(graph, id_):
        if start <= version < end:
            return _from_payload(ontology, id_, payload)
    return None


def _places_at(graph: Graph, records: Sequence[str], version: int) -> dict[str, RecordPlace]:
    """Where the records were at that version: what was changed or retracted since is taken from history."""
    out = _places(graph, records)
    for row in graph.read("read/closed_records", ids=list(records), version=version):
        was = json.loads(str(row["payload"]))
        out[str(row["id"])] = RecordPlace(
            id=str(row["id"]), kind=str(was["kind"]), run=str(was["run"]), path=str(row["path"] or ""),
            file=str(was["file"] or ""), row=int(was["row"]), stale=bool(was["stale"]),
            recorded=str(row["started"] or ""), agent=str(row["agent"] or ""), because=str(row["because"] or ""),
        )  # fmt: skip
    return out


def _live_relations(graph: Graph, ontology: Ontology, id_: str, version: int) -> list[RelationState]:
    by_type = {r.type: r.name for r in ontology.relations.values()}
    out: list[RelationState] = []
    for row in graph.read("read/entity_relations", id=id_, limit=1_000_000):
        name, items = by_type.get(str(row["type"])), row["items"]
        if name is None or not isinstance(items, list):
            continue
        for properties, other, _, _ in items:
            if int(str(properties["_seq"])) <= version:
                ends = (id_, str(other)) if row["outgoing"] else (str(other), id_)
                out.append(rows.read_relation(name, properties, *ends))
    return out


def _lines(
    graph: Graph, ontology: Ontology, id_: str, relations: Sequence[RelationState], limit: int, version: int
) -> tuple[tuple[RelationLine, ...], dict[str, int]]:
    others = sorted({r.target if r.source == id_ else r.source for r in relations})
    named: dict[str, Row] = {str(r["id"]): r for r in graph.read("read/titles", ids=others)}
    for row in graph.read("read/closed_entities", ids=others, version=version):
        named[str(row["id"])] = json.loads(str(row["payload"]))  # title and classes as they were
    by_role: dict[str, list[RelationLine]] = {}
    for relation in sorted(relations, key=lambda r: r.id):
        definition = ontology.relations.get(relation.name)
        if definition is None:
            continue
        outgoing = relation.source == id_
        other = relation.target if outgoing else relation.source
        held = named.get(other)
        classes = held["classes"] if held else None
        role = definition.role if outgoing else definition.inverse_role
        line = RelationLine(
            role,
            definition.label if outgoing else definition.inverse_label,
            other,
            str(held["title"]) if held else f"{other} (gone)",
            str(classes[0]) if isinstance(classes, list) else (definition.target if outgoing else definition.source),
            relation,
        )
        by_role.setdefault(role, []).append(line)
    totals = {role: len(held) for role, held in sorted(by_role.items())}
    return tuple(line for held in by_role.values() for line in held[:limit]), totals


def _from_payload(ontology: Ontology, id_: str, payload: Mapping[str, object]) -> EntityState:
    classes = tuple(str(c) for c in _list(payload["classes"]))
    definitions = rows.class_properties(ontology, classes)
    held: dict[str, Value] = {}
    for name, text in _map(payload["values"]).items():
        definition = definitions.get(name)
        if isinstance(text, list):
            held[name] = tuple(str(t) if definition is None else values.native(definition, str(t)) for t in text)
        else:
            held[name] = str(text) if definition is None else values.native(definition, str(text))
    winners: dict[str, tuple[str, ...]] = {}
    for pair in _list(payload["winners"]):
        name, _, record = str(pair).partition("=")
        winners[name] = (*winners.get(name, ()), record)
    return EntityState(
        id=id_,
        classes=classes,
        founding=str(payload["founding"]),
        mentions=tuple(str(m) for m in _list(payload["mentions"])),
        values=held,
        winners=winners,
        title=str(payload["title"]),
    )


def _relation_from_payload(ontology: Ontology, id_: str, payload: Mapping[str, object]) -> RelationState:
    definition = ontology.relations.get(str(payload["name"]))
    held = {
        n: str(t)
        if definition is None or n not in definition.properties
        else values.native(definition.properties[n], str(t))
        for n, t in _map(payload["values"]).items()
    }
    state = RelationState(
        id_, str(payload["name"]), str(payload["source"]), str(payload["target"]), held,
        tuple(str(r) for r in _list(payload["records"])),
    )  # fmt: skip
    days = [date.fromisoformat(str(d)) if d else None for d in (payload["valid_from"], payload["valid_to"])]
    return replace(state, valid_from=days[0], valid_to=days[1])


def _map(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
