"""What a change of the ontology would do to the data that is there.

A change is *harmless* when everything that was stored under the old definitions means the same under the new ones:
new classes, properties, relations, labels, impact. Anything else is listed with how much data it would orphan, and
refused while that is more than nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ontology.errors import OntologyChangeRefused
from ontology.load import load_texts
from ontology.model import ClassDef, Ontology, PropertyDef, RelationDef

Counts = Callable[[str, str], int]
"""(kind, name) → how many there are in the graph.

=====================  ==============================  ==========================================
kind                   name                            counts
=====================  ==============================  ==========================================
``class``              ``Product``                     entities that carry the class
``property``           ``Product.sku``                 entities of the class that have a value
``relation``           ``component``                   relations
``relation_property``  ``component.quantity``          relations that have a value
=====================  ==============================  ==========================================
"""


@dataclass(frozen=True, slots=True)
class Orphan:
    """One definition whose data the new ontology has no place for."""

    kind: str
    name: str
    why: str
    count: int

    def __str__(self) -> str:
        things = "relation" if self.kind.startswith("relation") else "entity"
        plural = {"relation": "relations", "entity": "entities"}[things]
        return f"{self.name}: {self.why} ({self.count:,} {things if self.count == 1 else plural})"


def orphans(old: Ontology | Sequence[tuple[str, str]], new: Ontology, counts: Counts) -> tuple[Orphan, ...]:
    """What the change from ``old`` (an ontology, or its pinned Turtle texts) to ``new`` would orphan.

    Only definitions with data are listed; ``counts`` is asked for those that changed, and for no others.
    """
    before = old if isinstance(old, Ontology) else load_texts(old)
    if before.digest == new.digest:
        return ()
    found: dict[tuple[str, str], Orphan] = {}
    for kind, name, why in _changes(before, new):
        count = counts(kind, name)
        if count and (kind, name) not in found:
            found[kind, name] = Orphan(kind, name, why, count)
    return tuple(sorted(found.values(), key=lambda o: (o.kind, o.name)))


def require_compatible(old: Ontology | Sequence[tuple[str, str]], new: Ontology, counts: Counts) -> None:
    """Refuse a change that would orphan data.

    Raises:
        OntologyChangeRefused: with the list.
    """
    lost = orphans(old, new, counts)
    if lost:
        listed = "".join(f"\n  {orphan}" for orphan in lost)
        raise OntologyChangeRefused(
            f"The new ontology has no place for data that is in the graph:{listed}\n",
            do="Keep these definitions, or first change the mapping so that nothing uses them and ingest again.",
        )


def _changes(old: Ontology, new: Ontology) -> Iterator[tuple[str, str, str]]:
    for name, before in sorted(old.classes.items()):
        after = new.classes.get(name)
        if after is None:
            yield "class", name, "the class is gone"
        else:
            inherited = {
                p for parent in before.ancestors if parent in old.classes for p in old.classes[parent].properties
            }
            yield from _class_changes(before, after, inherited)
    for name, relation in sorted(old.relations.items()):
        following = new.relations.get(name)
        if following is None:
            yield "relation", name, "the relation is gone"
        else:
            yield from _relation_changes(relation, following, old, new)


def _class_changes(before: ClassDef, after: ClassDef, inherited: set[str]) -> Iterator[tuple[str, str, str]]:
    if before.iri != after.iri:
        yield "class", before.name, f"its IRI changed from {before.iri} to {after.iri}"
    if set(before.ancestors) != set(after.ancestors):
        yield "class", before.name, f"its superclasses changed ({_difference(before.ancestors, after.ancestors)})"
    own = {name: property_ for name, property_ in before.properties.items() if name not in inherited}
    yield from _property_changes("property", before.name, own, after.properties)


def _property_changes(
    kind: str, owner: str, before: Mapping[str, PropertyDef], after: Mapping[str, PropertyDef]
) -> Iterator[tuple[str, str, str]]:
    for name, old in sorted(before.items()):
        new = after.get(name)
        why = "the property is gone" if new is None else _retyped(old, new)
        if why:
            yield kind, f"{owner}.{name}", why


def _retyped(old: PropertyDef, new: PropertyDef) -> str:
    """How a property's stored values change their meaning; empty when they don't."""
    if old.datatype is not new.datatype:
        return f"it was a {old.datatype.value} and becomes a {new.datatype.value}"
    if old.scale != new.scale:
        return f"it was stored with {old.scale} digits after the point and would be read with {new.scale}"
    if old.unit != new.unit:
        return f"its unit changed from {old.unit or 'none'} to {new.unit or 'none'}"
    if old.currency != new.currency:
        return f"its currency was in {old.currency or 'no property'} and would be in {new.currency or 'no property'}"
    if old.functional != new.functional:
        return "it held several values" if new.functional else "it held one value and would hold several"
    if old.discriminator != new.discriminator:
        return "it is part of the relation's identity in one version only"
    if old.iri != new.iri:
        return f"its IRI changed from {old.iri} to {new.iri}"
    narrowed = sorted(set(old.values or ()) - set(new.values)) if new.values else []
    if new.values and (not old.values or narrowed):
        return f"only these values would be permitted: {', '.join(new.values)}"
    return ""


def _relation_changes(
    before: RelationDef, after: RelationDef, old: Ontology, new: Ontology
) -> Iterator[tuple[str, str, str]]:
    for side, was, becomes in (("source", before.source, after.source), ("target", before.target, after.target)):
        lost = [c for c in old.subclasses(was) if c in new.classes and not new.is_a(c, becomes)]
        if lost:
            yield "relation", before.name, f"its {side} was {was} and becomes {becomes}, which leaves out {lost[0]}"
    if (before.type, before.iri) != (after.type, after.iri):
        yield "relation", before.name, "its name changed"
    for flag in ("functional", "inverse_functional", "acyclic"):
        if getattr(after, flag) and not getattr(before, flag):
            yield "relation", before.name, f"it becomes {flag.replace('_', ' ')}, which the data was not checked for"
    if before.has_valid_time and not after.has_valid_time:
        yield "relation", before.name, "it would lose its valid time"
    yield from _property_changes("relation_property", before.name, before.properties, after.properties)
    for name, property_ in sorted(after.properties.items()):
        if property_.discriminator and name not in before.properties:
            yield "relation", before.name, f"{name} becomes part of its identity"


def _difference(before: Sequence[str], after: Sequence[str]) -> str:
    gone = [f"no longer {name}" for name in before if name not in after]
    come = [f"now also {name}" for name in after if name not in before]
    return ", ".join((*gone, *come))
