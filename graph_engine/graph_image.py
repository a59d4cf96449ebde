"""The gate's image of what is in Neo4j, and what changed since a version."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from graph_engine.graph import Graph, Row
from graph_engine.statements import with_identifiers
from graph_engine.store.rows import read_native
from ontology import values
from ontology.model import Ontology, PropertyDef
from validation.image import EntityImage, RelationImage, Touched

_BATCH = 5000


class GraphImage:
    """Entities and relations of the graph, read in batches, as :class:`validation.image.Image` has them."""

    def __init__(self, graph: Graph, ontology: Ontology) -> None:
        self._graph = graph
        self._ontology = ontology
        self._types = {r.type: r for r in ontology.relations.values()}

    def entities(self, ids: Sequence[str]) -> Iterator[EntityImage]:
        """The entities with these ids."""
        for part in _parts(ids):
            for row in self._graph.stream("read/entities_by_id", ids=part):
                yield self._entity(_map(row["properties"]))

    def outgoing(self, ids: Sequence[str], names: Collection[str] | None) -> Iterator[RelationImage]:
        """Relations that start at one of ``ids``."""
        for part in _parts(ids):
            for row in self._graph.stream("read/image_outgoing", ids=part, types=self._type_names(names)):
                yield self.relation(row)

    def incoming(self, ids: Sequence[str], names: Collection[str] | None) -> Iterator[RelationImage]:
        """Relations that end at one of ``ids``."""
        for part in _parts(ids):
            for row in self._graph.stream("read/image_incoming", ids=part, types=self._type_names(names)):
                yield self.relation(row)

    def entities_of_class(self, name: str) -> Iterator[str]:
        """Ids of the entities of the class or of one of its subclasses."""
        text = with_identifiers("read/image_class", {"label": name})
        for row in self._graph.stream_text(text):
            yield str(row["id"])

    def changed_since(self, version: int, names: Collection[str]) -> Touched:
        """What was added, changed or removed after a version; relations only of these ontology names."""
        entities = {str(r["id"]) for r in self._graph.stream("read/changed_entities", version=version)}
        present = {str(r["type"]) for r in self._graph.read("read/relation_counts")}
        relations: list[RelationImage] = []
        for type_ in self._type_names(names):
            if type_ in present:
                text = with_identifiers("read/changed_relations", {"type": type_})
                relations.extend(self.relation(r) for r in self._graph.stream_text(text, version=version))
        for row in self._graph.stream("read/closed_since", version=version):
            if row["kind"] == "entity":
                entities.add(str(row["id"]))
            elif row["kind"] == "relation":
                kept = json.loads(str(row["payload"]))
                relations.append(RelationImage(str(row["id"]), kept["name"], kept["source"], kept["target"]))
        return Touched(entities=entities, relations=tuple(relations))

    def types_of(self, names: Collection[str], among: Collection[str] = ()) -> list[str]:
        """The relationship types of these ontology names, and those of ``among`` that the ontology has."""
        return sorted({t for t, r in self._types.items() if r.name in names} | (set(among) & set(self._types)))

    def _type_names(self, names: Collection[str] | None) -> list[str]:
        return sorted(r.type for r in self._ontology.relations.values() if names is None or r.name in names)

    def _entity(self, held: Mapping[str, object]) -> EntityImage:
        listed = held["_classes"]
        classes = tuple(str(c) for c in listed) if isinstance(listed, list) else ()
        definitions: dict[str, PropertyDef] = {}
        for name in classes:
            if name in self._ontology.classes:
                definitions.update(self._ontology.classes[name].properties)
        texts: dict[str, tuple[str, ...]] = {}
        for name, raw in held.items():
            if name in definitions:
                many = raw if isinstance(raw, list) else [raw]
                texts[name] = tuple(values.canonical(definitions[name], read_native(v)) for v in many)
        return EntityImage(str(held["id"]), classes, texts)

    def relation(self, row: Row) -> RelationImage:
        """A relation from a row with id, type, source, target and properties."""
        definition = self._types[str(row["type"])]
        held = _map(row["properties"])
        texts = {
            n: values.canonical(definition.properties[n], read_native(v))
            for n, v in held.items()
            if n in definition.properties
        }
        days = {n: str(read_native(held[n])) for n in ("valid_from", "valid_to") if held.get(n) is not None}
        return RelationImage(
            str(row["id"]), definition.name, str(row["source"]), str(row["target"]), texts,
            days.get("valid_from"), days.get("valid_to"),
        )  # fmt: skip


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = list(ids)
    for start in range(0, len(listed), _BATCH):
        yield listed[start : start + _BATCH]


def _map(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
