"""Which records stand behind what rules found in the graph, and where those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graph_engine.entity_view import places
from graph_engine.graph import Graph, Row
from graph_engine.graph_image import GraphImage
from graph_engine.statements import with_identifiers
from validation import shape_model as m
from validation.image import ENTITY, RELATION, RelationImage
from validation.report import Finding, Place
from validation.terms import Term
from validation.violations import Violation

_BLAMED = 20_000
"""So many findings get their records looked up; a rule that breaks more often is explained by its first ones."""
_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation and the records that state it."""

    image: RelationImage
    records: tuple[str, ...]


def first_hops(
    graph: Graph, image: GraphImage, focus: Iterable[Term], shapes: m.Shapes, names: Mapping[str, str]
) -> dict[str, Stated]:
    """Relations at the entities that broke a rule, along the paths of the rules."""
    ids = sorted({str(f).removeprefix(ENTITY) for f in focus if str(f).startswith(ENTITY)})[:_BLAMED]
    on_paths = {
        names[p] for s in shapes.by_id.values() if s.path is not None for p in m.predicates(s.path) if p in names
    }
    types = image.types_of(on_paths)
    found: dict[str, Stated] = {}
    for start in range(0, len(ids), _BATCH):
        for name in ("read/image_outgoing", "read/image_incoming"):
            for row in graph.stream(name, ids=ids[start : start + _BATCH], types=types):
                stated = _stated(image, row)
                found[stated.image.id] = stated
    return found


def statements(graph: Graph, image: GraphImage, focus: Iterable[Term]) -> dict[str, Stated]:
    """The relations that broke a rule themselves."""
    ids = sorted({str(f).removeprefix(RELATION) for f in focus if str(f).startswith(RELATION)})[:_BLAMED]
    found: dict[str, Stated] = {}
    for held in graph.read("read/relation_counts") if ids else ():
        if not image.types_of((), [str(held["type"])]):
            continue
        text = with_identifiers("read/relations_by_id", {"type": str(held["type"])})
        for row in graph.stream_text(text, ids=ids):
            properties = row["properties"]
            assert isinstance(properties, dict)
            stated = _stated(image, {**row, "type": held["type"], "id": properties["id"]})
            found[stated.image.id] = stated
    return found


def _stated(image: GraphImage, row: Row) -> Stated:
    held = row["properties"]
    listed = held.get("_records") if isinstance(held, dict) else None
    return Stated(image.relation(row), tuple(str(r) for r in listed) if isinstance(listed, list) else ())


def blamed(
    graph: Graph, violations: list[Violation], shapes: m.Shapes, relation_records: Mapping[str, tuple[str, ...]]
) -> list[Finding]:
    """The findings, each with the records to blame and where they are."""
    entities: dict[str, Row] = {}
    ids = sorted({v.entity for v in violations if v.entity})[:_BLAMED]
    for start in range(0, len(ids), _BATCH):
        for row in graph.stream("read/blame_entities", ids=ids[start : start + _BATCH]):
            entities[str(row["id"])] = row
    chosen = [_records(v, entities.get(v.entity, {}), relation_records) for v in violations]
    wanted = sorted({r for records in chosen for r in records})
    found = {k: Place(k, p.path, p.row) for k, p in places(graph, wanted).items()}
    keys = {str(k): k for k in shapes.by_id}
    findings: list[Finding] = []
    for violation, records in zip(violations, chosen, strict=True):
        entity = entities.get(violation.entity, {})
        classes = entity.get("classes")
        key = keys.get(violation.shape_id)
        findings.append(
            Finding(
                focus=violation.focus,
                title=str(entity.get("title") or ""),
                cls=str(classes[0]) if isinstance(classes, list) and classes else "",
                shape=violation.shape,
                shape_id=violation.shape_id,
                path=violation.path,
                value=violation.value,
                component=violation.component,
                severity=violation.severity,
                messages=violation.messages,
                records=tuple(found.get(r, Place(r)) for r in records),
                mend=MappingProxyType(dict(shapes.notes.get(key, {}) if key is not None else {})),
                entity=violation.entity,
                on_relation=violation.focus != violation.entity and bool(violation.entity),
            )
        )
    return findings


def _records(
    violation: Violation, entity: Mapping[str, object], relation_records: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Records behind the relations on the path, else behind the values, else those that describe the entity."""
    found = sorted({r for relation in violation.relations for r in relation_records.get(relation, ())})
    if not found:
        winners = entity.get("winners")
        for pair in winners if isinstance(winners, list) else ():
            name, _, record = str(pair).partition("=")
            if name in violation.properties:
                found.append(record)
    if not found:
        mentions = entity.get("mentions")
        found = [str(mention).split("#", 1)[0] for mention in mentions] if isinstance(mentions, list) else []
    return tuple(dict.fromkeys(found))
