"""The ontology as knockon uses it: classes, properties, relations, and how impact runs along them.

Read from Turtle by :mod:`ontology.load`; everything else (constraints, indexes, OGM classes, wire schema,
``docs/ontology.md``) is derived from these types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

K = "https://w3id.org/knockon/ns#"
"""Namespace of classes, properties and relations (prefix ``k:``)."""
KO = "https://w3id.org/knockon/meta#"
"""Namespace of the annotations that knockon reads (prefix ``ko:``)."""


class Datatype(StrEnum):
    """What a property holds; in brackets the Neo4j type. Canonical text: :mod:`ontology.values`."""

    STRING = "string"  # [STRING] NFC
    INTEGER = "integer"  # [INTEGER]
    DECIMAL = "decimal"  # [INTEGER] at the property's scale; also money
    FLOAT = "float"  # [FLOAT] finite, no -0.0
    BOOLEAN = "boolean"  # [BOOLEAN]
    DATE = "date"  # [DATE]
    DATETIME = "datetime"  # [ZONED DATETIME] UTC


@dataclass(frozen=True, slots=True)
class PropertyDef:
    """A property of a class or of a relation."""

    name: str
    iri: str
    datatype: Datatype
    label: str
    comment: str = ""
    scale: int = 0
    """Digits after the point that a DECIMAL is stored with."""
    unit: str | None = None
    """QUDT unit local name (``DAY``, ``KiloGM``, ``NUM``); None for plain text and money."""
    currency: str | None = None
    """For money: the sibling property that holds the ISO 4217 code."""
    functional: bool = True
    """At most one value for an entity; otherwise a list of distinct values."""
    identifying: bool = False
    """Equal values in two records of the class mean the same entity (exact key)."""
    personal: bool = False
    searchable: bool = False
    discriminator: bool = False
    """Relation properties only: part of the relation's identity."""
    synonyms: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Labels by language tag."""
    values: tuple[str, ...] = ()
    """Closed list of permitted values, if there is one."""

    @property
    def is_money(self) -> bool:
        """Whether the value is an amount in a currency."""
        return self.currency is not None


class Direction(StrEnum):
    """Which end of a relation passes impact to which."""

    WITH = "with"  # from the relation's source to its target
    AGAINST = "against"  # from the relation's target to its source


class Gate(StrEnum):
    """How many of the things it depends on (over this relation) a dependant needs."""

    ALL = "all"  # fails when any one fails
    ANY = "any"  # fails when all fail
    K_OF_N = "k"  # fails when fewer than k stand


@dataclass(frozen=True, slots=True)
class ImpactSpec:
    """How impact runs along a relation.

    ``weight`` and ``lag`` are constants, or the name of a property of the relation (``weight_property``/
    ``lag_property``; missing there: the constant). Weights lie in [0, 1]; lags are days, ≥ 0.
    """

    direction: Direction
    weight: float = 1.0
    weight_property: str | None = None
    lag: float = 0.0
    lag_property: str | None = None
    lag_node_property: str | None = None
    """A property, in days, of the entity that impact leaves from (an offer's lead time, a product's days to make)."""
    gate: Gate = Gate.ALL
    k: int = 1


@dataclass(frozen=True, slots=True)
class RelationDef:
    """A typed, directed relation between two classes."""

    name: str
    iri: str
    type: str
    """Neo4j relationship type."""
    source: str
    target: str
    role: str
    """Its name as seen from the source (``order.lines``); unique within a class with its ancestors."""
    inverse_role: str
    label: str
    inverse_label: str
    comment: str = ""
    functional: bool = False
    """At most one target for a source."""
    inverse_functional: bool = False
    acyclic: bool = False
    has_valid_time: bool = False
    properties: Mapping[str, PropertyDef] = field(default_factory=lambda: MappingProxyType({}))
    impact: ImpactSpec | None = None
    synonyms: tuple[str, ...] = ()

    @property
    def discriminators(self) -> tuple[str, ...]:
        """Relation properties that are part of its identity, by name."""
        return tuple(sorted(p.name for p in self.properties.values() if p.discriminator))


@dataclass(frozen=True, slots=True)
class ClassDef:
    """A class with everything it inherits."""

    name: str
    iri: str
    label: str
    plural: str
    comment: str
    parents: tuple[str, ...]
    ancestors: tuple[str, ...]
    """All superclasses, nearest first, without itself."""
    properties: Mapping[str, PropertyDef]
    """Own and inherited."""
    module: str = ""
    title: str | None = None
    """The property a person would call the thing by; own or inherited."""
    amount: str | None = None
    """The property that says how much money is at stake."""
    when: str | None = None
    """The property that says when it matters (a due date)."""
    when_of: str | None = None
    """The role of the whole whose date counts where it has none of its own (an order line: its order)."""
    arrives: str | None = None
    """The property that says when it is expected to come in: later if what it comes from stands still meanwhile."""
    synonyms: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def neo4j_labels(self) -> tuple[str, ...]:
        """Labels that a node of this class carries, most general first."""
        return ("Entity", *reversed(self.ancestors), self.name)

    @property
    def identifying(self) -> tuple[PropertyDef, ...]:
        """Exact keys, by name."""
        return tuple(p for _, p in sorted(self.properties.items()) if p.identifying)


@dataclass(frozen=True, slots=True)
class Role:
    """A relation as seen from one of its ends."""

    name: str
    relation: RelationDef
    inverse: bool

    @property
    def target(self) -> str:
        """The class at the other end."""
        return self.relation.source if self.inverse else self.relation.target

    @property
    def label(self) -> str:
        """How the role reads from this end."""
        return self.relation.inverse_label if self.inverse else self.relation.label


@dataclass(frozen=True, slots=True)
class Ontology:
    """All classes and relations, with the version they came from."""

    version: str
    digest: str
    """sha256 over the parsed content: equal ontologies have equal digests."""
    classes: Mapping[str, ClassDef]
    relations: Mapping[str, RelationDef]
    files: tuple[str, ...] = ()
    turtle: tuple[tuple[str, str], ...] = ()
    """(file name, text) of every module read, so that a run can pin them."""

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether class ``name`` is ``ancestor`` or a subclass of it."""
        return name == ancestor or ancestor in self.classes[name].ancestors

    def subclasses(self, name: str) -> tuple[str, ...]:
        """``name`` and all its subclasses, sorted."""
        return tuple(sorted(c for c in self.classes if self.is_a(c, name)))

    def roles(self, class_name: str) -> Mapping[str, Role]:
        """Roles of a class by name: relations that start (or, inverse, end) at it or an ancestor."""
        return MappingProxyType({role.name: role for role in self._roles(class_name)})

    def _roles(self, class_name: str) -> Iterator[Role]:
        for relation in self.relations.values():
            if self.is_a(class_name, relation.source):
                yield Role(relation.role, relation, inverse=False)
            if self.is_a(class_name, relation.target):
                yield Role(relation.inverse_role, relation, inverse=True)
