"""What a formula depends on: over which relations it reaches what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ontology.model import Role
from reasoning.measures import plan
from reasoning.measures.every import Every
from reasoning.measures.plan import Node


class ReadKind(StrEnum):
    """What is read at the end of the path."""

    PROPERTY = "property"
    RELATION = "relation"  # which relations there are, their valid time, their properties
    MEASURE = "measure"
    MEMBERS = "members"  # which things a class has
    RATES = "rates"


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that a formula reads, seen from the owner of the cell."""

    kind: ReadKind
    path: tuple[Role | Every, ...]
    """Relations followed, one after the other; for RELATION without the one that is read. A whole class comes first."""
    name: str
    """Property, relation, measure or class."""
    class_name: str = ""
    """Of the entity that is read."""


def reads(root: Node) -> tuple[Read, ...]:
    """Everything that a plan reads, each once, in the order in which it is met."""
    paths: dict[int, tuple[Role | Every, ...]] = {0: ()}
    found: dict[tuple[object, ...], Read] = {}

    def add(read: Read) -> None:
        path = tuple((r.name,) if isinstance(r, Every) else (r.relation.name, r.inverse) for r in read.path)
        found.setdefault((read.kind, path, read.name, read.class_name), read)

    for node in plan.walk(root):
        match node:
            case plan.Aggregate(role=Every() as every):
                paths[node.scope] = (every,)
                add(Read(ReadKind.MEMBERS, (), every.class_name))
            case plan.Aggregate():
                assert isinstance(node.role, Role)
                path = paths[node.owner]
                paths[node.scope] = (*path, node.role)
                add(Read(ReadKind.RELATION, path, node.role.relation.name))
            case plan.Property():
                add(Read(ReadKind.PROPERTY, paths[node.scope], node.definition.name, node.class_name))
                if node.definition.currency is not None:
                    add(Read(ReadKind.PROPERTY, paths[node.scope], node.definition.currency, node.class_name))
            case plan.Reference():
                add(Read(ReadKind.MEASURE, paths[node.scope], node.measure))
            case plan.Convert():
                add(Read(ReadKind.RATES, (), "ExchangeRate"))
    # A relation's own properties need no mention: a relation with other values is another relation.
    return tuple(found.values())
