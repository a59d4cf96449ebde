"""How RDF names lie in the property graph: which label, property or relationship type stands for which IRI."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from ontology.model import Datatype, Ontology
from validation.image import ENTITY, STATEMENT, VALID_FROM, VALID_TO, XSD_OF, is_reified
from validation.terms import RDF, TYPE, XSD, Iri, Term


@dataclass(frozen=True, slots=True)
class PropertySlot:
    """A predicate's literals of one datatype, in a node (or relationship) property."""

    key: str
    datatype: str
    language: str = ""
    scale: int = 0
    many: bool = False
    text: bool = False
    """Stored as text because it does not fit its datatype."""
    zoned: bool = True
    """For instants: stored with a zone."""
    guards: tuple[str, ...] = ()
    """The property means this predicate only on nodes with one of these labels (empty: always)."""


@dataclass(frozen=True, slots=True)
class RelationSlot:
    """A predicate's nodes, at the other end of a relationship type.

    What the ontology says of the class at that end is not used: it is what validation is there to find out.
    """

    type: str


@dataclass(frozen=True, slots=True)
class TypeSlot:
    """``rdf:type``, held in the list of most specific class names."""

    key: str


Slot = PropertySlot | RelationSlot | TypeSlot


class Vocabulary(Protocol):
    """What the compiler must know of a graph. Identifiers are safe to be written between back-quotes."""

    node_label: str
    node_key: str
    """The property that names a node."""
    reified: Mapping[str, Iri]
    """Relationship types that have statement nodes, with the IRI of their relation."""

    def label(self, cls: Iri) -> str | None:
        """The label that instances of a class (or a subclass) carry; None: there can be none."""
        ...

    def is_a(self, label: str, guards: tuple[str, ...]) -> bool:
        """Whether nodes with the label are known to carry one of the guards."""
        ...

    def slots(self, predicate: Iri) -> tuple[Slot, ...]:
        """Where the objects of a predicate of a node lie; empty: nowhere."""
        ...

    def statement_slot(self, type_: str, predicate: Iri) -> PropertySlot | None:
        """Where a predicate of a statement node lies on the relationship."""
        ...

    def statement_types(self, cls: Iri) -> tuple[str, ...]:
        """Relationship types whose statements are instances of a class."""
        ...

    def key_of(self, term: Term) -> str | None:
        """The name of a node; None: no node can have that term."""
        ...

    def term_of(self, key: str) -> Term:
        """The term of a node."""
        ...

    def class_iris(self) -> Mapping[str, Iri]:
        """Class IRI by the name that :class:`TypeSlot` lists."""
        ...

    def has_blanks(self) -> bool:
        """Whether nodes can be blank (property ``_blank``)."""
        ...

    def predicates_of(self, key: str, labels: tuple[str, ...]) -> tuple[Iri, ...]:
        """What a property key says on a node with these labels, or a relationship type anywhere."""
        ...

    def rivals(self, slot: PropertySlot, allowed: Collection[Iri]) -> tuple[str, ...]:
        """Labels on which the slot's key also says something that is not among ``allowed``."""
        ...


class OntologyVocabulary:
    """The graph as knockon writes it."""

    node_label = "Entity"
    node_key = "id"

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._labels = {c.iri: c.name for c in ontology.classes.values()}
        self._relations = {r.iri: r for r in ontology.relations.values()}
        self._types = {r.type: r for r in ontology.relations.values()}
        self.reified: Mapping[str, Iri] = {r.type: Iri(r.iri) for r in ontology.relations.values() if is_reified(r)}
        self._slots: dict[str, PropertySlot] = {}
        owners: dict[str, set[str]] = {}
        for c in ontology.classes.values():
            for p in c.properties.values():
                owners.setdefault(p.name, set()).add(p.iri)
        for c in sorted(ontology.classes.values(), key=lambda c: len(c.ancestors)):
            for p in c.properties.values():
                inherited = any(
                    p.name in ontology.classes[a].properties and ontology.classes[a].properties[p.name].iri == p.iri
                    for a in c.ancestors
                )
                if inherited:
                    continue
                known = self._slots.get(p.iri)
                guards = () if len(owners[p.name]) == 1 else (*(known.guards if known else ()), c.name)
                self._slots[p.iri] = PropertySlot(
                    p.name, XSD_OF[p.datatype], scale=p.scale if p.datatype is Datatype.DECIMAL else 0,
                    many=not p.functional, guards=guards,
                )  # fmt: skip

    def label(self, cls: Iri) -> str | None:
        """The label of a class."""
        return self._labels.get(cls)

    def is_a(self, label: str, guards: tuple[str, ...]) -> bool:
        """Whether a class is one of ``guards`` or below."""
        return label in self._ontology.classes and any(self._ontology.is_a(label, g) for g in guards)

    def slots(self, predicate: Iri) -> tuple[Slot, ...]:
        """Where the objects of a predicate lie."""
        if predicate == TYPE:
            return (TypeSlot("_classes"),)
        relation = self._relations.get(predicate)
        if relation is not None:
            return (RelationSlot(relation.type),)
        slot = self._slots.get(predicate)
        return (slot,) if slot is not None else ()

    def statement_slot(self, type_: str, predicate: Iri) -> PropertySlot | None:
        """Where a predicate of a statement lies on the relationship."""
        if predicate == VALID_FROM:
            return PropertySlot("valid_from", XSD + "date")
        if predicate == VALID_TO:
            return PropertySlot("valid_to", XSD + "date")
        for p in self._types[type_].properties.values():
            if p.iri == predicate:
                scale = p.scale if p.datatype is Datatype.DECIMAL else 0
                return PropertySlot(p.name, XSD_OF[p.datatype], scale=scale)
        return None

    def statement_types(self, cls: Iri) -> tuple[str, ...]:
        """Relationship types whose statements are instances of a class."""
        if cls in (STATEMENT, Iri(RDF + "Statement")):
            return tuple(self.reified)
        return tuple(t for t, iri in self.reified.items() if iri == cls)

    def key_of(self, term: Term) -> str | None:
        """The entity id."""
        return term.removeprefix(ENTITY) if isinstance(term, Iri) and term.startswith(ENTITY) else None

    def term_of(self, key: str) -> Term:
        """The entity's IRI."""
        return Iri(ENTITY + key)

    def class_iris(self) -> Mapping[str, Iri]:
        """Class IRIs by name."""
        return {c.name: Iri(c.iri) for c in self._ontology.classes.values()}

    def has_blanks(self) -> bool:
        """Entities are never blank."""
        return False

    def predicates_of(self, key: str, labels: tuple[str, ...]) -> tuple[Iri, ...]:
        """The predicates of a property or type; none for what is internal."""
        relation = self._types.get(key)
        if relation is not None:
            return (Iri(relation.iri),)
        found = {
            Iri(definition.properties[key].iri)
            for label in labels
            if (definition := self._ontology.classes.get(label)) is not None and key in definition.properties
        }
        return tuple(sorted(found))

    def rivals(self, slot: PropertySlot, allowed: Collection[Iri]) -> tuple[str, ...]:
        """Classes in which the same name stands for another property."""
        others = (s for iri, s in self._slots.items() if s.key == slot.key and iri not in allowed)
        return tuple(dict.fromkeys(guard for s in others for guard in s.guards))
