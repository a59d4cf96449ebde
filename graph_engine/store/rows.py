"""Between the core types and what Neo4j holds: node and relationship properties, and payloads of history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ontology import values
from ontology.ids import canonical_json
from ontology.model import Ontology, PropertyDef
from ontology.types import EntityState, RecordState, RelationState, Value
from ontology.values import Native

Properties = dict[str, object]


def record_row(state: RecordState) -> Properties:
    """Properties of a Record node."""
    return {
        "id": state.id, "hash": state.hash, "source": state.source, "table": state.table, "run": state.run,
        "file": state.file, "row": state.row, "kind": state.kind, "stale": state.stale,
    }  # fmt: skip


def entity_row(state: EntityState) -> Properties:
    """Properties of an Entity node (without ``_seq``, which the transaction stamps)."""
    return {
        "id": state.id,
        **{name: list(v) if isinstance(v, tuple) else v for name, v in state.values.items()},
        "_hash": state.hash,
        "_title": state.title,
        "_classes": list(state.classes),
        "_founding": state.founding,
        "_first": state.first,
        "_mentions": list(state.mentions),
        "_winners": [f"{name}={record}" for name, records in sorted(state.winners.items()) for record in records],
        **({"_others": ["\x1f".join(other) for other in state.others]} if state.others else {}),
    }


def relation_row(state: RelationState) -> Properties:
    """Properties of a relationship (without ``_seq``)."""
    row: Properties = {"id": state.id, **state.values, "_hash": state.hash, "_records": list(state.records)}
    if state.valid_from is not None:
        row["valid_from"] = state.valid_from
    if state.valid_to is not None:
        row["valid_to"] = state.valid_to
    return row


def labels(ontology: Ontology, classes: Iterable[str]) -> list[str]:
    """All labels of a node of these classes, without ``Entity``; sorted."""
    return sorted({label for c in classes for label in ontology.classes[c].neo4j_labels} - {"Entity"})


def class_properties(ontology: Ontology, classes: Iterable[str]) -> Mapping[str, PropertyDef]:
    """Properties of all the classes together."""
    return {n: p for c in classes if c in ontology.classes for n, p in ontology.classes[c].properties.items()}


def read_value(raw: object) -> Value:
    """A property's value as the core types hold it."""
    if isinstance(raw, list):
        return tuple(read_native(v) for v in raw)
    return read_native(raw)


def read_native(raw: object) -> Native:
    """One value from the driver; its temporal types become Python's."""
    to_native = getattr(raw, "to_native", None)
    return to_native() if to_native is not None else raw  # type: ignore[return-value]


def read_entity(properties: Mapping[str, object]) -> EntityState:
    """The core type of an Entity node's properties (``_seq`` is not part of it)."""
    winners: dict[str, list[str]] = {}
    for pair in _texts(properties["_winners"]):
        name, _, record = pair.partition("=")
        winners.setdefault(name, []).append(record)
    return EntityState(
        id=str(properties["id"]),
        classes=tuple(_texts(properties["_classes"])),
        founding=str(properties["_founding"]),
        mentions=tuple(_texts(properties["_mentions"])),
        values={n: read_value(v) for n, v in sorted(properties.items()) if not n.startswith("_") and n != "id"},
        winners={n: tuple(r) for n, r in winners.items()},
        title=str(properties["_title"]),
        first=int(str(properties["_first"])),
        hash=str(properties["_hash"]),
        others=tuple(_other(text) for text in _texts(properties.get("_others") or [])),
    )


def _other(text: str) -> tuple[str, str, str]:
    name, value, record = text.split("\x1f", 2)
    return name, value, record


def read_relation(name: str, properties: Mapping[str, object], source: str, target: str) -> RelationState:
    """The core type of a relationship's properties."""
    special = {"id", "valid_from", "valid_to"}
    valid = {n: read_native(properties[n]) for n in ("valid_from", "valid_to") if properties.get(n) is not None}
    return RelationState(
        id=str(properties["id"]),
        name=name,
        source=source,
        target=target,
        values={n: read_native(v) for n, v in sorted(properties.items()) if n not in special and not n.startswith("_")},
        records=tuple(_texts(properties["_records"])),
        valid_from=_day(valid.get("valid_from")),
        valid_to=_day(valid.get("valid_to")),
        hash=str(properties["_hash"]),
    )


def read_record(properties: Mapping[str, object]) -> RecordState:
    """The core type of a Record node's properties."""
    return RecordState(
        id=str(properties["id"]), hash=str(properties["hash"]), source=str(properties["source"]),
        table=str(properties["table"]), run=str(properties["run"]), file=str(properties["file"]),
        row=int(str(properties["row"])), kind=str(properties["kind"]), stale=bool(properties["stale"]),
    )  # fmt: skip


def _day(value: Native | None) -> date | None:
    return value if isinstance(value, date) else None


def _texts(raw: object) -> list[str]:
    return [str(v) for v in raw] if isinstance(raw, list | tuple) else []


def canonical_values(
    definitions: Mapping[str, PropertyDef], held: Mapping[str, Value] | Mapping[str, Native]
) -> dict[str, object]:
    """Canonical text of each value (a list of texts where there may be several); unknown properties keep their text."""
    out: dict[str, object] = {}
    for name, value in held.items():
        definition = definitions.get(name)
        many = value if isinstance(value, tuple) else (value,)
        texts = [str(v) if definition is None else values.canonical(definition, v) for v in many]
        out[name] = sorted(texts) if isinstance(value, tuple) else texts[0]
    return out


def entity_payload(ontology: Ontology, state: EntityState) -> str:
    """What history keeps of an entity, JSON."""
    return canonical_json(
        {
            "classes": list(state.classes),
            "values": canonical_values(class_properties(ontology, state.classes), state.values),
            "title": state.title,
            "founding": state.founding,
            "mentions": list(state.mentions),
            "winners": [f"{n}={r}" for n, records in sorted(state.winners.items()) for r in records],
        }
    )


def relation_payload(ontology: Ontology, state: RelationState) -> str:
    """What history keeps of a relation, JSON."""
    definition = ontology.relations.get(state.name)
    return canonical_json(
        {
            "name": state.name,
            "source": state.source,
            "target": state.target,
            "values": canonical_values(definition.properties if definition else {}, state.values),
            "records": list(state.records),
            "valid_from": state.valid_from.isoformat() if state.valid_from else None,
            "valid_to": state.valid_to.isoformat() if state.valid_to else None,
        }
    )


def record_payload(state: RecordState) -> str:
    """What history keeps of a record, JSON."""
    return canonical_json(record_row(state))
