"""Any RDF graph as a property graph, for a while: how a SHACL suite's data is checked inside Neo4j.

Nodes (IRIs and blank nodes) become nodes labelled ``ScratchRdf``; triples between them relationships; literals list
properties, one for each predicate, datatype and language. ``rdf:type`` also becomes labels, for the class and all its
superclasses. What a property cannot hold is refused with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from graph_engine.graph import Graph
from validation import shape_model as m
from validation.graph import TripleIndex
from validation.suite import NotExpressible
from validation.terms import SUBCLASS, TYPE, XSD, Blank, Iri, Literal, Term, canonical, value_of
from validation.vocabulary import PropertySlot, RelationSlot, Slot

_TYPED = frozenset(
    XSD + n
    for n in (
        "string", "boolean", "decimal", "integer", "long", "int", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort",
        "unsignedByte", "double", "float", "date", "dateTime", "time",
    )
)  # fmt: skip
_SlotKey = tuple[Iri, str, str, bool, bool]


class ScratchVocabulary:
    """The names that one RDF graph gets in the property graph.

    Raises:
        NotExpressible: a literal cannot be held.
    """

    node_label = "ScratchRdf"
    node_key = "key"
    reified: Mapping[str, Iri] = {}

    def __init__(self, data: TripleIndex) -> None:
        self.literals: dict[_SlotKey, PropertySlot] = {}
        self.relations: dict[Iri, RelationSlot] = {}
        self._labels: dict[Iri, str] = {}
        self._by_name: dict[str, Iri] = {}
        scales: dict[_SlotKey, int] = {}
        for _, p, o in data:
            if isinstance(o, Literal):
                key = slot_key(p, o)
                scales[key] = max(scales.get(key, 0), _scale(o))
            elif p not in self.relations:
                self.relations[p] = RelationSlot(f"R{len(self.relations)}")
                self._by_name[self.relations[p].type] = p
        for number, (key, scale) in enumerate(sorted(scales.items())):
            p, datatype, language, text, zoned = key
            slot = PropertySlot(f"p{number}", datatype, language, scale, many=True, text=text, zoned=zoned)
            self.literals[key] = slot
            self._by_name[slot.key] = p
        classes = {o for o in data.nodes_with(TYPE, as_object=True) if isinstance(o, Iri)}
        todo = list(classes)
        while todo:
            for parent in data.objects(todo.pop(), SUBCLASS):
                if isinstance(parent, Iri) and parent not in classes:
                    classes.add(parent)
                    todo.append(parent)
        for number, cls in enumerate(sorted(classes)):
            self._labels[cls] = f"C{number}"

    def label(self, cls: Iri) -> str | None:
        """The label of a class that has instances."""
        return self._labels.get(cls)

    def is_a(self, label: str, guards: tuple[str, ...]) -> bool:
        """Whether one label implies another: not known here."""
        return label in guards

    def slots(self, predicate: Iri) -> tuple[Slot, ...]:
        """Where the objects of a predicate lie."""
        found: list[Slot] = [slot for key, slot in self.literals.items() if key[0] == predicate]
        if predicate in self.relations:
            found.append(self.relations[predicate])
        return tuple(found)

    def statement_slot(self, type_: str, predicate: Iri) -> PropertySlot | None:  # noqa: ARG002
        """There are no statement nodes."""
        return None

    def statement_types(self, cls: Iri) -> tuple[str, ...]:  # noqa: ARG002
        """There are no statement nodes."""
        return ()

    def key_of(self, term: Term) -> str | None:
        """The node's IRI or blank label."""
        return None if isinstance(term, Literal) else str(term)

    def term_of(self, key: str) -> Term:
        """The node's term."""
        return Blank(key) if key.startswith("_:") else Iri(key)

    def class_iris(self) -> Mapping[str, Iri]:
        """Types are relationships here."""
        return {}

    def has_blanks(self) -> bool:
        """Nodes may be blank."""
        return True

    def predicates_of(self, key: str, labels: tuple[str, ...]) -> tuple[Iri, ...]:  # noqa: ARG002
        """The predicate of a property or relationship type."""
        return (self._by_name[key],) if key in self._by_name else ()

    def rivals(self, slot: PropertySlot, allowed: Collection[Iri]) -> tuple[str, ...]:  # noqa: ARG002
        """A key stands for one predicate here."""
        return ()


@contextmanager
def loaded(graph: Graph, data: TripleIndex, shapes: m.Shapes) -> Iterator[ScratchVocabulary]:
    """The data in the graph, with its vocabulary; removed at the end, also after an error.

    Raises:
        NotExpressible: a literal cannot be held.
    """
    vocabulary = ScratchVocabulary(data)
    graph.write("write/scratch_remove")
    try:
        nodes = {t for s, _, o in data for t in (s, o) if not isinstance(t, Literal)}
        nodes.update(
            t.node for s in shapes.by_id.values() for t in s.targets
            if isinstance(t, m.TargetNode) and not isinstance(t.node, Literal)
        )  # fmt: skip
        graph.write("write/scratch_nodes", rows=[_node(n, data, vocabulary) for n in sorted(nodes)])
        graph.write(
            "write/scratch_relations",
            rows=[
                {"source": str(s), "target": str(o), "type": vocabulary.relations[p].type}
                for s, p, o in data
                if not isinstance(o, Literal)
            ],
        )
        yield vocabulary
    finally:
        graph.write("write/scratch_remove")


def _node(node: Term, data: TripleIndex, vocabulary: ScratchVocabulary) -> dict[str, object]:
    properties: dict[str, object] = {"key": str(node), "_blank": isinstance(node, Blank)}
    for p in data.predicates(node):
        values: dict[str, list[object]] = {}
        for o in data.objects(node, p):
            if isinstance(o, Literal):
                slot = vocabulary.literals[slot_key(p, o)]
                values.setdefault(slot.key, []).append(_native(o, slot))
        properties.update(values)
    labels = [label for cls, label in vocabulary._labels.items() if data.is_instance(node, cls)]
    return {"properties": properties, "labels": labels}


def slot_key(predicate: Iri, literal: Literal) -> _SlotKey:
    """What literals share that share a property; the last parts: fits its datatype or not, with a zone or not."""
    value = value_of(literal)
    typed = literal.datatype in _TYPED
    zoned = value.tzinfo is not None if isinstance(value, datetime) else True
    return predicate, literal.datatype, literal.language, typed and value is None, zoned


def _scale(literal: Literal) -> int:
    value = value_of(literal)
    if not isinstance(value, Decimal):
        return 0
    return len(canonical(literal).text.split(".")[1])


def _native(literal: Literal, slot: PropertySlot) -> object:
    value = value_of(literal)
    if slot.text or literal.datatype not in _TYPED:
        return literal.text
    if isinstance(value, Decimal):
        value = int(value.scaleb(slot.scale))
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise NotExpressible(f"the number {literal.text} does not fit 64 bits")
    if isinstance(value, float) and not math.isfinite(value):
        raise NotExpressible(f"the number {literal.text} is not finite")
    if literal.datatype == XSD + "date" and len(literal.text) != 10:
        raise NotExpressible(f"the date {literal.text} has a zone, which a DATE cannot hold")
    return value
