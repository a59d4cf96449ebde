"""neomodel classes built from the ontology at run time: read the graph as objects.

Reading only. What enters the graph goes through validation and the writer, so ``save``, ``delete``, ``connect`` and
the like are refused here.

    classes = object_classes(ontology)
    connect(graph)
    pump = classes["Product"].nodes.get(sku="P-100")
    [line.order.single().number for line in pump.order_lines.all()]

Decimals and money come out as ``Decimal``, dates and instants as Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType, new_class
from typing import Any

from neomodel import RelationshipFrom, RelationshipTo, StructuredNode, StructuredRel, ZeroOrMore, db
from neomodel.properties import ArrayProperty, BooleanProperty, FloatProperty, IntegerProperty, Property, StringProperty

from graph_engine.graph import Graph
from ontology.errors import KnockonError
from ontology.model import Datatype, Ontology, PropertyDef, RelationDef
from ontology.values import canonical


class ReadOnly(KnockonError):
    """Somebody tried to write through the object classes."""

    code = "read-only"
    http_status = 405


def _refuse(*_: object, **__: object) -> None:
    raise ReadOnly(
        "Objects of the graph can only be read here.",
        do="Change the source and ingest it again, or use `knockon correct`.",
    )


class DecimalProperty(Property[Decimal]):
    """An exact decimal, stored as an integer at a scale."""

    def __init__(self, definition: PropertyDef) -> None:
        super().__init__()
        self.definition = definition

    def inflate(self, value: object, rethrow: bool = False) -> Decimal:  # noqa: ARG002
        """The decimal of a stored integer."""
        assert isinstance(value, int)
        return Decimal(value).scaleb(-self.definition.scale)

    def deflate(self, value: Decimal | int, rethrow: bool = False) -> int:  # noqa: ARG002
        """The stored integer, for look-ups by value."""
        return int(canonical(self.definition, Decimal(value)))


class NativeDateProperty(Property[date]):
    """A date, stored as Neo4j's DATE."""

    def inflate(self, value: object, rethrow: bool = False) -> date:  # noqa: ARG002
        """Python's date."""
        found = getattr(value, "to_native", lambda: value)()
        assert isinstance(found, date)
        return found

    def deflate(self, value: date, rethrow: bool = False) -> date:  # noqa: ARG002
        """What the driver takes."""
        return value


class NativeDateTimeProperty(Property[datetime]):
    """An instant, stored as Neo4j's ZONED DATETIME in UTC."""

    def inflate(self, value: object, rethrow: bool = False) -> datetime:  # noqa: ARG002
        """Python's datetime, in UTC."""
        found = getattr(value, "to_native", lambda: value)()
        assert isinstance(found, datetime)
        return found.astimezone(UTC)

    def deflate(self, value: datetime, rethrow: bool = False) -> datetime:  # noqa: ARG002
        """What the driver takes."""
        return value.astimezone(UTC)


class ReadOnlyRelations(ZeroOrMore):
    """The things at the other end of a role."""

    connect = disconnect = disconnect_all = reconnect = replace = _refuse


class EntityObject(StructuredNode):
    """What all classes of the ontology have in common."""

    __abstract_node__ = True

    save = delete = _refuse
    create = create_or_update = get_or_create = classmethod(_refuse)
    bulk_save = classmethod(_refuse)  # type: ignore[assignment, var-annotated]


class RelationObject(StructuredRel):
    """What all relations have in common."""

    save = delete = _refuse


@cache
def _taken() -> frozenset[str]:
    """Attribute names that neomodel uses itself."""
    return frozenset(dir(StructuredNode)) | frozenset({"deleted", "entity_id", "display_name"})


def attribute(name: str) -> str:
    """The attribute that holds a property or role: its name, with ``_`` after it where neomodel uses the name."""
    return f"{name}_" if name in _taken() else name


_built: dict[str, Mapping[str, type[StructuredNode]]] = {}


def object_classes(ontology: Ontology) -> Mapping[str, type[StructuredNode]]:
    """One class for each class of the ontology, by name, and ``Entity``, their root. Built once for an ontology.

    Each has its properties and, for each role, the things at the other end; ``entity_id`` is knockon's id and
    ``display_name`` what a person calls it. A node of several classes comes out as the most specific one that
    covers most of its labels.
    """
    found = _built.get(ontology.digest)
    if found is None:
        _built.clear()  # neomodel knows one class for a set of labels, so only the latest ontology's classes are kept
        found = _built[ontology.digest] = _build(ontology)
    return found


def connect(graph: Graph) -> None:
    """Let the object classes read through this connection (for the whole process: that is how neomodel works)."""
    db.set_connection(driver=graph.driver)


def _build(ontology: Ontology) -> Mapping[str, type[StructuredNode]]:
    root = _class(
        "Entity",
        (EntityObject,),
        {
            "__optional_labels__": sorted(ontology.classes),
            "entity_id": StringProperty(db_property="id"),
            "display_name": StringProperty(db_property="_title"),
        },
    )
    models = {relation.name: _relation_class(relation) for relation in ontology.relations.values()}
    classes: dict[str, type[StructuredNode]] = {"Entity": root}
    ends: list[tuple[RelationshipTo | RelationshipFrom, str]] = []
    for name in sorted(ontology.classes, key=lambda n: (len(ontology.classes[n].ancestors), n)):
        found = ontology.classes[name]
        parents = tuple(classes[parent] for parent in found.parents) or (root,)
        inherited = {p for parent in found.ancestors for p in ontology.classes[parent].properties}
        body: dict[str, object] = {
            attribute(p.name): _property(p) for p in found.properties.values() if p.name not in inherited
        }
        for relation in ontology.relations.values():
            for end, far, role, kind in (
                (relation.source, relation.target, relation.role, RelationshipTo),
                (relation.target, relation.source, relation.inverse_role, RelationshipFrom),
            ):
                if end == name:
                    made = kind(root, relation.type, cardinality=ReadOnlyRelations, model=models[relation.name])
                    ends.append((made, far))
                    body[attribute(role)] = made
        classes[name] = _class(name, parents, {**body, "__doc__": found.comment})
    for made, far in ends:
        made._raw_class = classes[far]  # the class at the other end may have been built later
    return MappingProxyType(classes)


def _class(name: str, parents: tuple[type, ...], body: dict[str, object]) -> type[StructuredNode]:
    full = {"__module__": __name__, "__label__": name, **body}
    made: type[StructuredNode] = new_class(name, parents, exec_body=lambda namespace: namespace.update(full))
    return made


def _relation_class(relation: RelationDef) -> type[StructuredRel]:
    db._NODE_CLASS_REGISTRY.pop(frozenset([relation.type]), None)  # of an ontology that was loaded before
    body: dict[str, object] = {attribute(p.name): _property(p) for p in relation.properties.values()}
    body |= {"__module__": __name__, "relation_id": StringProperty(db_property="id")}
    if relation.has_valid_time:
        body |= {"valid_from": NativeDateProperty(), "valid_to": NativeDateProperty()}
    name = "".join(part.capitalize() for part in relation.name.split("_")) + "Relation"
    made: type[StructuredRel] = new_class(name, (RelationObject,), exec_body=lambda namespace: namespace.update(body))
    return made


_PLAIN: Mapping[Datatype, Callable[[], Property[Any]]] = {
    Datatype.STRING: StringProperty,
    Datatype.INTEGER: IntegerProperty,
    Datatype.FLOAT: FloatProperty,
    Datatype.BOOLEAN: BooleanProperty,
    Datatype.DATE: NativeDateProperty,
    Datatype.DATETIME: NativeDateTimeProperty,
}


def _property(definition: PropertyDef) -> Property[Any]:
    one = DecimalProperty(definition) if definition.datatype is Datatype.DECIMAL else _PLAIN[definition.datatype]()
    made = one if definition.functional else ArrayProperty(one)
    made.db_property = definition.name
    return made
