"""What changed in the facts since a version: things that came, went, or have other values, with the rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from graph_engine.graph import Graph
from graph_engine.graph_image import GraphImage
from graph_engine.store import rows
from graph_engine.store.runs import Run
from ontology.model import Ontology, PropertyDef
from ontology.values import as_written, native
from validation.image import RelationImage

_PART = 2_000


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One property before and after."""

    name: str
    before: object
    after: object
    record: str
    """The record that gives the new value."""


@dataclass(frozen=True, slots=True)
class ThingChange:
    """One thing that is new, gone, or different."""

    id: str
    class_name: str
    title: str
    kind: str
    """``new``, ``gone`` or ``changed``."""
    values: tuple[ValueChange, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkChange:
    """One relation that came, went, or has other values."""

    name: str
    source: str
    target: str
    gone: bool
    """It holds no longer."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed between two versions."""

    since: int
    until: int
    runs: tuple[Run, ...]
    things: tuple[ThingChange, ...]
    relations: tuple[tuple[str, int], ...]
    """Relation → how many were added, changed or removed."""
    links: tuple[LinkChange, ...] = ()


def changes_since(graph: Graph, ontology: Ontology, version: int, until: int, runs: Sequence[Run]) -> Changes:
    """What is different from how the graph was at ``version``."""
    image = GraphImage(graph, ontology)
    touched = image.changed_since(version, [r.name for r in ontology.relations.values()])
    ids = sorted(touched.entities)
    now = {str(p["id"]): p for part in _parts(ids) for p in _live(graph, part)}
    then = {i: p for part in _parts(ids) for i, p in _earlier(graph, part, version)}
    things = [_thing(i, then.get(i), now.get(i), ontology) for i in ids]
    counts: dict[str, int] = {}
    for relation in touched.relations:
        counts[relation.name] = counts.get(relation.name, 0) + 1
    between = tuple(r for r in runs if r.published is not None and version < r.published <= until)
    found = [t for t in things if t is not None]
    links = tuple(_links(image, touched.relations))
    return Changes(version, until, between, tuple(found), tuple(sorted(counts.items(), key=lambda c: -c[1])), links)


def _links(image: GraphImage, touched: Collection[RelationImage]) -> Iterator[LinkChange]:
    """Each touched relation once, and whether it still holds."""
    live: set[str] = set()
    for part in _parts(sorted({r.source for r in touched})):
        live |= {r.id for r in image.outgoing(part, None)}
    for relation in {r.id: r for r in touched}.values():
        yield LinkChange(relation.name, relation.source, relation.target, relation.id not in live)


def _parts(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _PART):
        yield list(ids[start : start + _PART])


def _live(graph: Graph, ids: list[str]) -> Iterator[dict[str, object]]:
    for row in graph.read("read/entities_by_id", ids=ids):
        held = row["properties"]
        assert isinstance(held, dict)
        yield held


def _earlier(graph: Graph, ids: list[str], version: int) -> Iterator[tuple[str, dict[str, object]]]:
    for row in graph.read("read/closed_entities", ids=ids, version=version):
        yield str(row["id"]), json.loads(str(row["payload"]))


def _thing(
    id_: str, then: dict[str, object] | None, now: dict[str, object] | None, ontology: Ontology
) -> ThingChange | None:
    if now is None and then is None:
        return None
    if now is None:
        assert then is not None
        return ThingChange(id_, _class(then.get("classes")), str(then.get("title")), "gone")
    state = rows.read_entity(now)
    if then is None:
        return ThingChange(id_, state.classes[0], state.title, "new")
    before = then.get("values")
    assert isinstance(before, dict)
    definitions = rows.class_properties(ontology, state.classes)
    after = rows.canonical_values(definitions, state.values)
    values = [
        ValueChange(
            name,
            _shown(definitions.get(name), before.get(name)),
            _shown(definitions.get(name), after.get(name)),
            next(iter(state.winners.get(name, ())), ""),
        )
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    return ThingChange(id_, state.classes[0], state.title, "changed", tuple(values)) if values else None


def _shown(definition: PropertyDef | None, value: object) -> object:
    """A stored value as people write it (4.99, not 49900 at a scale of four)."""
    if isinstance(value, list):
        return [_shown(definition, v) for v in value]
    if definition is None or value is None:
        return value
    return as_written(definition, native(definition, str(value)))


def _class(classes: object) -> str:
    return str(classes[0]) if isinstance(classes, list) and classes else ""
