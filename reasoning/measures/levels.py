"""In which order a measure that uses itself is evaluated: leaves first. What lies on a cycle has no place in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ontology.model import Role
from reasoning.measures.tables import Tables
from reasoning.measures.types import Array, Int32, Int64

CYCLIC = np.int32(-1)


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The level of each member of a class: 0 for leaves, ``CYCLIC`` on a cycle."""

    level: Int32
    first: Int32
    """For rows on a cycle, the smallest entity of all that hang together with it there; elsewhere -1."""

    @property
    def cyclic(self) -> Int64:
        """Rows on a cycle."""
        found: Int64 = np.flatnonzero(self.level == CYCLIC)
        return found


def levels(tables: Tables, class_name: str, role: Role) -> Levels:
    """Levels of all members over a relation of their class to itself."""
    members = tables.members(class_name)
    size = len(members)
    # Seen from the other end, the snapshot has the owners of each target together: nothing needs to be sorted.
    terms = tables.terms(replace(role, inverse=not role.inverse), members, of_class=class_name)
    owners, inside = tables.place(class_name, terms.targets)
    if inside is not None:
        owners, terms = owners[inside], terms.select(inside)
    pointer = terms.pointer
    level = np.zeros(size, dtype=np.int32)
    first = np.full(size, -1, dtype=np.int32)
    if len(owners) == 0:
        return Levels(level, first)
    # Kahn's algorithm by generations: an owner is done in the generation after its last target.
    waiting = np.bincount(owners, minlength=size)
    front = np.flatnonzero(waiting == 0)
    done = np.zeros(size, dtype=np.bool_)
    generation = 0
    while len(front):
        level[front] = generation
        done[front] = True
        counts = pointer[front + 1] - pointer[front]
        starts = np.repeat(pointer[front] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        met = owners[starts + np.arange(int(counts.sum()))]
        if len(met) == 0:
            break
        touched, times = _times(met, size)
        waiting[touched] -= times
        front = touched[waiting[touched] == 0]
        generation += 1
    if bool(done.all()):
        return Levels(level, first)
    return _with_cycles(level, first, done, owners, terms.owners(), members)


def _times(met: Array, size: int) -> tuple[Array, Array]:
    """What is met, each once, ascending, and how often."""
    if len(met) < size // 8:
        return np.unique(met, return_counts=True)
    counts = np.bincount(met, minlength=size)
    touched = np.flatnonzero(counts)
    return touched, counts[touched]


def _with_cycles(level: Int32, first: Int32, done: Array, owners: Array, targets: Array, members: Int32) -> Levels:
    """Those on a cycle are marked; those that only lead to one come after all others, in an order of their own."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    left = np.flatnonzero(~done)
    place = np.full(len(level), -1, dtype=np.int64)
    place[left] = np.arange(len(left))
    kept = ~done[owners] & ~done[targets]
    a, b = place[owners[kept]], place[targets[kept]]
    graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(left), len(left))).tocsr()
    _, part = connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(part)
    cyclic = sizes[part] > 1
    cyclic[a[a == b]] = True
    smallest = np.full(len(sizes), np.iinfo(np.int32).max, dtype=np.int64)
    np.minimum.at(smallest, part, members[left])
    level[left[cyclic]] = CYCLIC
    first[left[cyclic]] = smallest[part[cyclic]]
    # Owners that only lead to a cycle: generations counted from the cycle on.
    base = int(level.max()) + 1
    waiting = np.bincount(a, minlength=len(left))
    front = np.flatnonzero(cyclic)
    finished = np.zeros(len(left), dtype=np.bool_)
    finished[front] = True
    generation = base
    while len(front):
        here = np.isin(b, front)
        touched, times = np.unique(a[here], return_counts=True)
        waiting[touched] -= times
        front = touched[(waiting[touched] <= 0) & ~finished[touched]]
        finished[front] = True
        level[left[front]] = generation
        generation += 1
    return Levels(level, first)


def cycle_of(tables: Tables, role: Role, start: int) -> tuple[int, ...]:
    """The entities of a shortest cycle through one entity, which comes first; empty if it lies on none."""
    before: dict[int, int] = {start: -1}
    front = [start]
    while front:
        terms = tables.terms(role, np.array(front, dtype=np.int32))
        following: list[int] = []
        for row, target in zip(terms.owners().tolist(), terms.targets.tolist(), strict=True):
            if target == start:
                found = [front[row]]
                while before[found[-1]] >= 0:
                    found.append(before[found[-1]])
                return tuple(reversed(found))
            if target not in before:
                before[target] = front[row]
                following.append(target)
        front = following
    return ()
