"""The RDF image of the graph (``docs/rdf-image.md``): the one view that the gate and the compiler to Cypher share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from ontology.model import KO, Datatype, Ontology, PropertyDef, RelationDef
from validation.terms import RDF, SUBCLASS, TYPE, XSD, Iri, Literal, Term, Triple, scaled_decimal_text

ENTITY = "urn:knockon:entity:"
RELATION = "urn:knockon:relation:"
STATEMENT = Iri(KO + "Statement")
VALID_FROM = Iri(KO + "valid_from")
VALID_TO = Iri(KO + "valid_to")
SUBJECT, PREDICATE, OBJECT = Iri(RDF + "subject"), Iri(RDF + "predicate"), Iri(RDF + "object")

XSD_OF: Mapping[Datatype, str] = {
    Datatype.STRING: XSD + "string",
    Datatype.INTEGER: XSD + "integer",
    Datatype.DECIMAL: XSD + "decimal",
    Datatype.FLOAT: XSD + "double",
    Datatype.BOOLEAN: XSD + "boolean",
    Datatype.DATE: XSD + "date",
    Datatype.DATETIME: XSD + "dateTime",
}
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EntityImage:
    """An entity as the gate sees it: most specific classes, and canonical texts (``ontology.values``) by property."""

    id: str
    classes: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RelationImage:
    """A relation instance as the gate sees it: ontology name, entity ids, canonical texts, ISO dates."""

    id: str
    name: str
    source: str
    target: str
    values: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    valid_from: str | None = None
    valid_to: str | None = None


class Image(Protocol):
    """The state after the change, read in batches. Ids that name nothing are left out of the answers."""

    def entities(self, ids: Sequence[str]) -> Iterable[EntityImage]:
        """The entities with these ids."""
        ...

    def outgoing(self, ids: Sequence[str], names: Collection[str] | None) -> Iterable[RelationImage]:
        """Relations that start at one of ``ids``; only those ``names`` (None: all)."""
        ...

    def incoming(self, ids: Sequence[str], names: Collection[str] | None) -> Iterable[RelationImage]:
        """Relations that end at one of ``ids``; only those ``names`` (None: all)."""
        ...

    def entities_of_class(self, name: str) -> Iterable[str]:
        """Ids of the entities of the class or of one of its subclasses."""
        ...


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change touches, before and after.

    ``relations`` holds the added ones, and changed and removed ones as they were before: those are what the walk
    backwards needs and the state after the change no longer has. ``everything`` checks the whole image;
    ``shapes`` are those (by :meth:`validation.gate.Gate.rules`) that are checked on all they target.
    """

    entities: Collection[str] = ()
    relations: Collection[RelationImage] = ()
    everything: bool = False
    shapes: Collection[str] = ()


class MemoryImage:
    """An image held in memory: scenarios, small graphs, tests."""

    def __init__(self, ontology: Ontology, entities: Iterable[EntityImage], relations: Iterable[RelationImage]) -> None:
        self._ontology = ontology
        self._entities = {e.id: e for e in entities}
        self._out: dict[str, list[RelationImage]] = {}
        self._in: dict[str, list[RelationImage]] = {}
        for relation in relations:
            self._out.setdefault(relation.source, []).append(relation)
            self._in.setdefault(relation.target, []).append(relation)

    def entities(self, ids: Sequence[str]) -> Iterable[EntityImage]:
        """The entities with these ids."""
        return [self._entities[i] for i in ids if i in self._entities]

    def outgoing(self, ids: Sequence[str], names: Collection[str] | None) -> Iterable[RelationImage]:
        """Relations that start at one of ``ids``."""
        return [r for i in ids for r in self._out.get(i, ()) if names is None or r.name in names]

    def incoming(self, ids: Sequence[str], names: Collection[str] | None) -> Iterable[RelationImage]:
        """Relations that end at one of ``ids``."""
        return [r for i in ids for r in self._in.get(i, ()) if names is None or r.name in names]

    def entities_of_class(self, name: str) -> Iterable[str]:
        """Ids of the entities of the class or of one of its subclasses."""
        wanted = set(self._ontology.subclasses(name))
        return [e.id for e in self._entities.values() if not wanted.isdisjoint(e.classes)]


class Encoder:
    """Writes entities and relations as triples; the rules are those of ``docs/rdf-image.md``."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._types = {name: Iri(c.iri) for name, c in ontology.classes.items()}
        self._properties: dict[str, dict[str, tuple[Iri, PropertyDef, str]]] = {
            name: {p.name: (Iri(p.iri), p, XSD_OF[p.datatype]) for p in c.properties.values()}
            for name, c in ontology.classes.items()
        }
        self._relations = {
            name: (Iri(r.iri), {p.name: (Iri(p.iri), p) for p in r.properties.values()})
            for name, r in ontology.relations.items()
        }
        self._merged: dict[tuple[str, ...], dict[str, list[tuple[Iri, PropertyDef, str]]]] = {}

    def hierarchy(self) -> Iterator[Triple]:
        """``rdfs:subClassOf`` between classes; relation IRIs are subclasses of ``ko:Statement``."""
        for name, definition in self.ontology.classes.items():
            for parent in definition.parents:
                if parent in self._types:
                    yield self._types[name], SUBCLASS, self._types[parent]
        for iri, _ in self._relations.values():
            yield iri, SUBCLASS, STATEMENT
        yield STATEMENT, SUBCLASS, Iri(RDF + "Statement")

    def entity(self, entity: EntityImage, only: Collection[str] | None = None) -> Iterator[Triple]:
        """Types and values of one entity; ``only`` these predicates (None: all)."""
        subject = Iri(ENTITY + entity.id)
        properties = self._merged.get(entity.classes)
        if properties is None:
            properties = {}
            for cls in entity.classes:
                for name, item in self._properties[cls].items():
                    known = properties.setdefault(name, [])
                    if item not in known:  # classes may give one name different IRIs: then it is said with each
                        known.append(item)
            self._merged[entity.classes] = properties
        for name in entity.classes:
            yield subject, TYPE, self._types[name]
        for name, texts in entity.values.items():
            for iri, definition, datatype in properties[name]:
                if only is None or iri in only:
                    for text in texts:
                        yield subject, iri, _literal(definition, datatype, text)

    def relation(self, relation: RelationImage) -> Iterator[Triple]:
        """The triple of one relation, and its statement node where the relation type has something to say on it."""
        iri, properties = self._relations[relation.name]
        source, target = Iri(ENTITY + relation.source), Iri(ENTITY + relation.target)
        yield source, iri, target
        if not is_reified(self.ontology.relations[relation.name]):
            return
        node = Iri(RELATION + relation.id)
        yield node, TYPE, iri
        yield node, SUBJECT, source
        yield node, PREDICATE, iri
        yield node, OBJECT, target
        for name, text in relation.values.items():
            key, definition = properties[name]
            yield node, key, _literal(definition, XSD_OF[definition.datatype], text)
        if relation.valid_from is not None:
            yield node, VALID_FROM, Literal(relation.valid_from, XSD + "date")
        if relation.valid_to is not None:
            yield node, VALID_TO, Literal(relation.valid_to, XSD + "date")


def is_reified(relation: RelationDef) -> bool:
    """Whether relations of this type also have a statement node: they carry properties or valid time."""
    return bool(relation.properties) or relation.has_valid_time


def _literal(definition: PropertyDef, datatype: str, text: str) -> Literal:
    if definition.datatype is Datatype.DECIMAL:
        return Literal(scaled_decimal_text(text, definition.scale), datatype)
    return Literal(text, datatype)


def entity_of(term: Term) -> str | None:
    """The entity id of a term that names an entity."""
    return term[len(ENTITY) :] if isinstance(term, Iri) and term.startswith(ENTITY) else None


def relation_of(term: Term) -> str | None:
    """The relation id of a term that names a statement node."""
    return term[len(RELATION) :] if isinstance(term, Iri) and term.startswith(RELATION) else None


__all__ = [
    "ENTITY", "RELATION", "Encoder", "EntityImage", "Image", "MemoryImage", "RelationImage", "Touched",
    "entity_of", "is_reified", "relation_of",
]  # fmt: skip
