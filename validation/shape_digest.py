"""A digest of each shape: the same for the same rule however it is written down, another as soon as the rule changes.

Blank nodes have other names each time a file is read, so nothing of their names goes into a digest; what a shape
refers to goes in by its own digest. A shape without a name is part of the one it stands in: the same words in another
shape are another rule, since they are checked on other things.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from rdflib import BNode, Graph
from rdflib.term import Node as RdfNode

from validation import shape_model as m
from validation.terms import Blank, Term, to_rdflib


def shape_digests(by_id: Mapping[Term, m.Shape], graph: Graph) -> Mapping[Term, str]:
    """The digest of every shape.

    Args:
        by_id: shapes that do not refer to themselves.
        graph: where they came from; the queries of SPARQL constraints are read there.
    """
    said: dict[Term, str] = {}
    owners: dict[Term, set[Term]] = {}
    for key, shape in by_id.items():
        _shape(key, by_id, graph, said)
        for constraint in shape.constraints:
            for part in m.references(constraint):
                owners.setdefault(part, set()).add(key)
    done: dict[Term, str] = {}
    for key in by_id:
        _owned(key, said, owners, done)
    return MappingProxyType(done)


def _owned(key: Term, said: Mapping[Term, str], owners: Mapping[Term, set[Term]], done: dict[Term, str]) -> str:
    if key not in done:
        held = sorted(_owned(o, said, owners, done) for o in owners.get(key, ())) if isinstance(key, Blank) else []
        done[key] = _hash("\n".join([said[key], *held])) if held else said[key]
    return done[key]


def _shape(key: Term, by_id: Mapping[Term, m.Shape], graph: Graph, done: dict[Term, str]) -> str:
    if key in done:
        return done[key]
    shape = by_id[key]
    parts = [
        "" if isinstance(key, Blank) else str(key),
        repr(shape.path),
        str(shape.severity),
        str(shape.deactivated),
        repr(sorted(shape.messages.items())),
        *sorted(_plain(t) for t in shape.targets),
        *sorted(_constraint(c, by_id, graph, done) for c in shape.constraints),
    ]
    done[key] = _hash("\n".join(parts))
    return done[key]


def _constraint(constraint: m.Constraint, by_id: Mapping[Term, m.Shape], graph: Graph, done: dict[Term, str]) -> str:
    if isinstance(constraint, m.Sparql):
        return "Sparql " + _described(to_rdflib(constraint.node), graph, frozenset())
    referred = [_shape(k, by_id, graph, done) for k in m.references(constraint)]
    if isinstance(constraint, m.Qualified):
        own, *siblings = referred
        return f"Qualified {own} {constraint.minimum} {constraint.maximum} {sorted(siblings)}"
    if referred:
        ordered = referred if isinstance(constraint, m.Not | m.Node | m.Property) else sorted(referred)
        return f"{type(constraint).__name__} {ordered}"
    return _plain(constraint)


def _plain(item: m.Constraint | m.Target) -> str:
    values = [getattr(item, f.name) for f in fields(item)]
    return " ".join([type(item).__name__, *(repr(sorted(v) if isinstance(v, frozenset) else v) for v in values)])


def _described(node: RdfNode, graph: Graph, above: frozenset[RdfNode]) -> str:
    """All that the graph says of a node and of what it leads to."""
    if node in above:
        return "…"
    said = sorted(f"{p} {_described(o, graph, above | {node})}" for p, o in graph.predicate_objects(node))
    name = "" if isinstance(node, BNode) else node.n3()
    return f"{name} [{'; '.join(said)}]" if said else name


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
