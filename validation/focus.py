"""From what shapes read: what a change can break, and what must be loaded to check it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validation.image import Image, Touched
from validation.reads import Reads


def forward(reads: Reads, ids: Iterable[str], image: Image) -> Iterator[tuple[str, object]]:
    """What to load to check these anchor entities: ``("relation", RelationImage)`` and ``("entity", EntityImage)``."""
    at: dict[int, set[str]] = {0: set(ids)}
    fresh = {0: set(at[0])}
    seen_relations: set[str] = set()
    while fresh:
        following: dict[int, set[str]] = {}
        for step in reads.steps:
            ids_here = fresh.get(step.origin)
            if not ids_here:
                continue
            if not step.names:
                reached = at.setdefault(step.target, set())
                following.setdefault(step.target, set()).update(ids_here - reached)
                reached |= ids_here
                continue
            listed = sorted(ids_here)
            found = image.incoming(listed, step.names) if step.inverse else image.outgoing(listed, step.names)
            reached = at.setdefault(step.target, set())
            for relation in found:
                if relation.id not in seen_relations:
                    seen_relations.add(relation.id)
                    yield "relation", relation
                end = relation.source if step.inverse else relation.target
                if end not in reached:
                    reached.add(end)
                    following.setdefault(step.target, set()).add(end)
        fresh = following
    wanted: set[str] = set()
    for state in reads.entities:
        wanted |= at.get(state, set())
    for entity in image.entities(sorted(wanted)):
        yield "entity", entity


def backward(reads: Reads, touched: Touched, image: Image) -> set[str]:
    """Anchor entities whose verdict the change can have altered, walked over the union of before and after."""
    out: dict[str, list[tuple[str, str]]] = {}
    into: dict[str, list[tuple[str, str]]] = {}
    for relation in touched.relations:
        out.setdefault(relation.source, []).append((relation.name, relation.target))
        into.setdefault(relation.target, []).append((relation.name, relation.source))
    at = _begun(reads, touched)
    fresh = {state: set(ids) for state, ids in at.items()}
    while fresh:
        following: dict[int, set[str]] = {}
        for step in reads.steps:
            ids_here = fresh.get(step.target)
            if not ids_here:
                continue
            listed = sorted(ids_here)
            if not step.names:
                ends, former = set(listed), {}
            elif step.inverse:  # origin is the relation's target, reached node its source
                ends = {r.target for r in image.outgoing(listed, step.names)}
                former = out
            else:
                ends = {r.source for r in image.incoming(listed, step.names)}
                former = into
            for node in listed:
                ends.update(end for name, end in former.get(node, ()) if name in step.names)
            ends -= at[step.origin]
            if ends:
                at[step.origin] |= ends
                following.setdefault(step.origin, set()).update(ends)
        fresh = following
    return at[0]


def _begun(reads: Reads, touched: Touched) -> dict[int, set[str]]:
    """Where the walk backwards begins: an entity where its values are read, a relation where it is walked from.

    A new customer of a country thus reaches that customer, not all customers of the country.
    """
    at: dict[int, set[str]] = {state: set() for state in range(reads.size)}
    for state in {0, *reads.entities}:
        at[state].update(touched.entities)
    for step in reads.steps:
        if step.names:
            found = (r for r in touched.relations if r.name in step.names)
            at[step.origin].update(r.target if step.inverse else r.source for r in found)
    return at
