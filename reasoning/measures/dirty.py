"""Which cells of a measure depend on what changed: the paths that its formula reads, walked backwards."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ontology.model import Role
from reasoning.measures.catalogue import Definition
from reasoning.measures.changes import Changes
from reasoning.measures.every import Every
from reasoning.measures.rates import CLASS, RELATIONS
from reasoning.measures.reads import ReadKind
from reasoning.measures.tables import Tables
from reasoning.measures.types import Int32, Int64


def affected(
    tables: Tables, definition: Definition, changes: Changes, touched: Mapping[str, Int32], members: Int32
) -> Int64:
    """Rows of a measure's column (in the edited snapshot) that may differ; ascending."""
    parts: list[Int32] = [changes.added]
    for read in definition.reads:
        match read.kind:
            case ReadKind.PROPERTY:
                met = changes.properties.get(read.name)
            case ReadKind.MEASURE:
                met = touched.get(read.name)
            case ReadKind.RELATION:
                met = _ends(changes, read.name)
            case ReadKind.RATES:
                if _rates(tables, changes):
                    return np.arange(len(members))
                met = None
            case ReadKind.MEMBERS:
                if changes.gone or len(_within(tables, read.name, changes.added)):
                    return np.arange(len(members))
                met = None
        if met is None or not len(met):
            continue
        first, roles = _split(read.path)
        if first is None:
            parts.append(back(tables, roles, met))
        elif len(_within(tables, first.class_name, back(tables, roles, met))):
            return np.arange(len(members))  # what is read of a whole class is read for every cell
    every = _distinct(np.concatenate(parts), tables)
    at, inside = tables.place(definition.measure.class_name, every)
    found: Int64 = np.asarray(at if inside is None else at[inside], dtype=np.int64)
    return found


def _distinct(entities: Int32, tables: Tables) -> Int32:
    """Each entity once, ascending; of many by marking them, which is faster than sorting."""
    if len(entities) < tables.snapshot.size // 16:
        return np.unique(entities)
    marked = np.zeros(tables.snapshot.size + 1, dtype=np.bool_)
    marked[entities] = True
    return np.flatnonzero(marked).astype(np.int32)


def _within(tables: Tables, class_name: str, entities: Int32) -> Int32:
    """Those of some entities that are of a class."""
    return np.intersect1d(entities, tables.members(class_name)).astype(np.int32)


def _split(path: tuple[Role | Every, ...]) -> tuple[Every | None, tuple[Role, ...]]:
    """The class that a path begins at (None: at the cell's owner), and the relations that it follows."""
    first = path[0] if path and isinstance(path[0], Every) else None
    return first, tuple(r for r in path if isinstance(r, Role))


def back(tables: Tables, path: tuple[Role, ...], entities: Int32) -> Int32:
    """The entities from which a path leads to some entities, whenever its relations hold."""
    met = _distinct(entities[entities >= 0], tables)
    for role in reversed(path):
        edges = tables.edges(role.relation.name)
        csr = edges.out if role.inverse else edges.into
        far = edges.target if role.inverse else edges.source
        start, stop = csr.bounds(met)
        counts = (stop - start).astype(np.int64)
        before = np.cumsum(counts) - counts
        rows = csr.rows[np.repeat(start - before, counts) + np.arange(int(counts.sum()))]
        met = _distinct(far[rows], tables)
    return met


def ahead(tables: Tables, path: tuple[Role | Every, ...], entities: Int32) -> Int32:
    """The entities to which a path leads from some entities, over the relations that count."""
    first, roles = _split(path)
    met = _distinct(entities, tables)
    if first is not None and len(met):
        met = tables.members(first.class_name)
    for role in roles:
        met = _distinct(tables.terms(role, met).targets, tables)
    return met


def _ends(changes: Changes, relation: str) -> Int32 | None:
    """Both ends of changed relations: which of them is the near one is a matter of the role."""
    held = changes.relations.get(relation)
    return None if held is None else np.unique(np.concatenate(held))


def _rates(tables: Tables, changes: Changes) -> bool:
    if any(name in changes.relations for name in RELATIONS):
        return True
    if changes.moved is not None:
        return True
    rates = set(tables.members(CLASS).tolist()) if CLASS in tables.snapshot._properties else set()
    for name in ("on", "closing_rate"):
        if rates & set(changes.properties.get(name, np.zeros(0, np.int32)).tolist()):
            return True
    return "code" in changes.properties
