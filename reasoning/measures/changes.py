"""What differs between two snapshots, as far as measures read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from graph_engine.snapshot import Block, Column, Edges, Snapshot
from reasoning.measures.types import Array, Int32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Entities are numbers of the edited snapshot. Too much never hurts; what is missing is not computed anew."""

    moved: Int32 | None
    """Base entity → edited entity (-1: gone), the company as a whole last; None: all have the numbers they had."""
    added: Int32
    """Entities that are new (or have other classes)."""
    properties: Mapping[str, Int32] = field(default_factory=dict)
    """Property → entities of which its value differs."""
    relations: Mapping[str, tuple[Int32, Int32]] = field(default_factory=dict)
    """Relation → both ends (source, target) of each that is new, gone or different; -1: that end is gone."""
    gone: int = 0
    """Entities that are no more."""


def edits(
    base: Snapshot, edited: Snapshot, properties: Iterable[tuple[str, str]], relations: Iterable[tuple[str, str]] = ()
) -> Changes:
    """Changes that the caller knows: (entity id, property) and (relation name, relation id). Nothing is compared.

    Only for snapshots with the same entities.
    """
    by_name: dict[str, list[int]] = {}
    for id_, name in properties:
        by_name.setdefault(name, []).append(edited.index(id_))
    ends: dict[str, tuple[list[int], list[int]]] = {}
    for name, id_ in relations:
        for snapshot in (base, edited):
            edges = snapshot.relation(name)
            row = edges.ids.find(id_)
            if row is not None:
                held = ends.setdefault(name, ([], []))
                held[0].append(int(edges.source[row]))
                held[1].append(int(edges.target[row]))
    return Changes(
        None, _none(), {n: np.unique(np.array(e, dtype=np.int32)) for n, e in by_name.items()},
        {n: (np.array(s, dtype=np.int32), np.array(t, dtype=np.int32)) for n, (s, t) in ends.items()},
    )  # fmt: skip


def changes_between(base: Snapshot, edited: Snapshot, properties: Iterable[str], relations: Iterable[str]) -> Changes:
    """What differs in these properties and relations, found by comparing. What is the same memory is not looked at."""
    moved = _moved(base, edited)
    added = _none()
    gone = 0
    if moved is not None:
        there = np.zeros(edited.size + 1, dtype=np.bool_)
        there[moved[moved >= 0]] = True
        added = np.flatnonzero(~there).astype(np.int32)
        gone = int((moved < 0).sum())
    found = {n: _property(base, edited, moved, n) for n in sorted(set(properties))}
    ends = {n: _relation(base, edited, moved, n) for n in sorted(set(relations))}
    return Changes(
        moved, added, {n: e for n, e in found.items() if len(e)}, {n: e for n, e in ends.items() if len(e[0])}, gone
    )


def _none() -> Int32:
    return np.zeros(0, dtype=np.int32)


def _moved(base: Snapshot, edited: Snapshot) -> Int32 | None:
    if _blocks(base) == _blocks(edited) and _equal(base.ids.array, edited.ids.array):
        return None
    moved = np.full(base.size + 1, -1, dtype=np.int32)
    moved[base.size] = edited.size
    by_class = {b.classes: b for b in edited.blocks}
    for block in base.blocks:
        other = by_class.get(block.classes)
        if other is None:
            continue
        old = _ids(base, block)
        new = _ids(edited, other)
        at = np.minimum(np.searchsorted(new, old), max(len(new) - 1, 0))
        same = new[at] == old if len(new) else np.zeros(len(old), dtype=np.bool_)
        moved[block.start : block.stop] = np.where(same, at + other.start, -1)
    return moved


def _ids(snapshot: Snapshot, block: Block) -> Array:
    array = snapshot.ids.array[block.start : block.stop]
    if not snapshot.ids.prefix:
        return array
    return array.astype(f"S{max(array.dtype.itemsize, 1)}")


def _blocks(snapshot: Snapshot) -> list[tuple[tuple[str, ...], int, int]]:
    return [(b.classes, b.start, b.stop) for b in snapshot.blocks]


def _equal(a: Array, b: Array) -> bool:
    if a is b:
        return True
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.__array_interface__["data"] == b.__array_interface__["data"]:
        return True
    return bool(np.array_equal(a, b))


def _property(base: Snapshot, edited: Snapshot, moved: Int32 | None, name: str) -> Int32:
    parts: list[Array] = []
    others = {b.classes: b for b in base.blocks}
    for block in edited.blocks:
        old = others.get(block.classes)
        if old is None:
            continue  # all of them are added
        before, after = base.block_column(old, name), edited.block_column(block, name)
        if before is None and after is None:
            continue
        if moved is None:
            places: Array = np.arange(block.stop - block.start)
            rows = places
        else:
            to = moved[old.start : old.stop]
            rows = np.flatnonzero((to >= block.start) & (to < block.stop))
            places = to[rows] - block.start
        if before is None or after is None:
            held, at = (after, places) if before is None else (before, rows)
            assert held is not None
            parts.append(places[~held.null[at]] + block.start)
            continue
        same = moved is None
        parts.append(places[_different(before, after, rows, places, same)] + block.start)
    return np.concatenate(parts).astype(np.int32) if parts else _none()


def _different(a: Column, b: Column, rows: Array, places: Array, same: bool) -> Array:
    """Which rows of two columns differ."""
    if a.offsets is not None or b.offsets is not None:
        return np.array(
            [a.python(int(i)) != b.python(int(j)) for i, j in zip(rows, places, strict=True)], dtype=np.bool_
        )
    left, right = a.values, b.values
    if a.dictionary is not None and b.dictionary is not None:
        if not (_equal(a.dictionary.data, b.dictionary.data) and _equal(a.dictionary.offsets, b.dictionary.offsets)):
            place = {text: code for code, text in enumerate(b.dictionary)}
            table = np.array([*(place.get(t, -2) for t in a.dictionary), -1], dtype=np.int64)
            left = table[left]
        elif same and _equal(left, right) and _equal(a.null, b.null):
            return np.zeros(len(rows), dtype=np.bool_)
    if same and len(left) == len(right):
        if left is right:
            return np.asarray(a.null != b.null)
        return np.asarray((left != right) | (a.null != b.null))
    return np.asarray((left[rows] != right[places]) | (a.null[rows] != b.null[places]))


def _relation(base: Snapshot, edited: Snapshot, moved: Int32 | None, name: str) -> tuple[Int32, Int32]:
    old, new = base.relation(name), edited.relation(name)
    if old.size == 0 and new.size == 0:
        return _none(), _none()
    same_ids = old.ids.prefix == new.ids.prefix and _equal(old.ids.array, new.ids.array)
    rows: Array
    if same_ids:
        before = after = np.arange(old.size)
        lost = fresh = np.zeros(0, dtype=np.int64)
    else:
        before, after, lost, fresh = _matched(old, new)
    differ = _ends(old.source, moved, before) != new.source[after]
    differ |= _ends(old.target, moved, before) != new.target[after]
    if old.is_timed or new.is_timed:
        differ |= old.valid_from[before] != new.valid_from[after]
        differ |= old.valid_to[before] != new.valid_to[after]
    for prop in sorted(old.filled | new.filled):
        differ |= _different(old.column(prop), new.column(prop), before, after, same_ids)
    rows = np.flatnonzero(differ)
    gone = np.concatenate([lost, before[rows]])
    come = np.concatenate([fresh, after[rows]])
    source = np.concatenate([_ends(old.source, moved, gone), new.source[come]])
    target = np.concatenate([_ends(old.target, moved, gone), new.target[come]])
    return source.astype(np.int32), target.astype(np.int32)


def _ends(ends: Int32, moved: Int32 | None, rows: Array) -> Array:
    return ends[rows] if moved is None else moved[ends[rows]]


def _matched(old: Edges, new: Edges) -> tuple[Int64, Int64, Int64, Int64]:
    """Rows of both that have one id, then rows of one only."""
    if old.ids.prefix == new.ids.prefix and old.size and new.size:
        width = max(old.ids.array.dtype.itemsize, new.ids.array.dtype.itemsize)
        a, b = old.ids.array.astype(f"S{width}"), new.ids.array.astype(f"S{width}")
        at = np.minimum(np.searchsorted(b, a), len(b) - 1)
        same = b[at] == a
        after = at[same]
        fresh = np.ones(new.size, dtype=np.bool_)
        fresh[after] = False
        return np.flatnonzero(same), after, np.flatnonzero(~same), np.flatnonzero(fresh)
    place = {new.id(i): i for i in range(new.size)}
    pairs = [(i, place.pop(id_)) for i in range(old.size) if (id_ := old.id(i)) in place]
    known = {i for i, _ in pairs}
    lost = [i for i in range(old.size) if i not in known]
    return (
        np.array([i for i, _ in pairs], dtype=np.int64), np.array([j for _, j in pairs], dtype=np.int64),
        np.array(lost, dtype=np.int64), np.array(sorted(place.values()), dtype=np.int64),
    )  # fmt: skip
