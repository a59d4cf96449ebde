"""The cells of an edited snapshot, from those of the snapshot before the edit."""

from __future__ import annotations

import numpy as np

from graph_engine.snapshot import Snapshot
from ontology.model import Role
from reasoning.measures.catalogue import Definition
from reasoning.measures.cells import UNKNOWN
from reasoning.measures.changes import Changes, changes_between
from reasoning.measures.compute import Growing, by_levels, counted, rows_of, some, whole, zeros
from reasoning.measures.difference import differing
from reasoning.measures.dirty import affected, back
from reasoning.measures.faults import moved
from reasoning.measures.frame import Frame
from reasoning.measures.levels import levels
from reasoning.measures.reads import ReadKind
from reasoning.measures.results import Results
from reasoning.measures.tables import Tables
from reasoning.measures.types import Array, Int32, Int64, MeasureColumn

_FEW = 0.05
"""Share of rows up to which only these are computed; above it a whole column is cheaper."""


def update(results: Results, edited: Snapshot, changes: Changes | None = None) -> Results:
    """The cells of an edited snapshot; only what depends on the changes is computed. As ``evaluate``, bit for bit.

    Args:
        changes: what was changed; None: it is found by comparing the snapshots.
    """
    measures = results.measures
    definitions = [measures.definitions[n] for n in results.names]
    if changes is None:
        reads = [r for d in definitions for r in d.reads]
        properties = {r.name for r in reads if r.kind is ReadKind.PROPERTY}
        relations = {r.name for r in reads if r.kind is ReadKind.RELATION}
        if any(r.kind is ReadKind.RATES for r in reads):
            properties |= {"on", "closing_rate", "code"}
            relations |= {"exchange_rate_from", "exchange_rate_to"}
        changes = changes_between(results.snapshot, edited, properties, relations)
    new = Results(edited, measures, results.options, results.names)
    touched: dict[str, Int32] = {}
    for definition in definitions:
        _updated(results, new, definition, changes, touched)
    return new


def _updated(base: Results, new: Results, definition: Definition, changes: Changes, touched: dict[str, Int32]) -> None:
    """Bring one column up to date; ``touched`` gets the entities whose value differs."""
    measure = definition.measure
    members = new.context.tables.members(measure.class_name)
    old = base.column(measure.name)
    held, carried = _carried(old, members, changes)
    dirty = affected(new.context.tables, definition, changes, touched, members)
    if definition.through is not None:
        _levels_updated(base, new, definition, members, held, dirty, changes, touched)
        return
    if len(dirty) == 0 and carried:
        new._columns[measure.name] = held
        if measure.name in base._off:
            new._off[measure.name] = base._off[measure.name]
        return
    if len(dirty) > _FEW * len(members):
        whole(new, definition)
        touched[measure.name] = differing(held, new.column(measure.name), members)
        return
    off_before = base._off.get(measure.name)
    off = None if off_before is None else _moved_rows(off_before, old.entities, members, changes)
    column = Growing(new, definition, members, held)
    if len(dirty):
        frame = Frame(new.context.tables, 0, measure.class_name, members[dirty])
        cells, counts = rows_of(new, definition, frame)
        differs = column.fill(dirty, cells)
        off = counted(off, counts, dirty, len(members))
        touched[measure.name] = members[dirty[differs]]
        new.recomputed += cells.values.size
    new.put(definition, column.result(), members, off)


def _carried(old: MeasureColumn, members: Int32, changes: Changes) -> tuple[MeasureColumn, bool]:
    """The old column with the edited snapshot's entities, and whether that is all of it."""
    if changes.moved is None:
        return old, True
    rows, places = _same_entities(old.entities, members, changes)
    complete = len(rows) == len(members) == len(old.entities) and old.cause is None
    shape = (len(members), *old.values.shape[1:])
    values = zeros(old.measure.kind, len(members), 1).reshape(len(members), *([1] * (len(shape) - 1)))
    values = np.array(np.broadcast_to(values, shape), dtype=old.values.dtype)
    state = np.full(shape, UNKNOWN)
    values[places], state[places] = old.values[rows], old.state[rows]
    cause = currency = None
    if old.cause is not None:
        cause = np.zeros(shape, dtype=np.int64)
        cause[places] = moved(old.cause[rows], changes.moved)
    if old.currency is not None:
        currency = np.zeros(shape, dtype=np.int32)
        currency[places] = old.currency[rows]
    return MeasureColumn(old.measure, members, values, state, currency, cause, old.off_axis), complete


def _same_entities(old: Int32, members: Int32, changes: Changes) -> tuple[Array, Array]:
    """Rows of the old column, and their rows in the new one."""
    assert changes.moved is not None
    to = changes.moved[old]
    at = np.minimum(np.searchsorted(members, to), max(len(members) - 1, 0))
    there = (to >= 0) & (members[at] == to) if len(members) else np.zeros(len(old), dtype=np.bool_)
    return np.flatnonzero(there), at[there]


def _moved_rows(off: Int64, old: Int32, members: Int32, changes: Changes) -> Int64:
    if changes.moved is None:
        return off.copy()
    rows, places = _same_entities(old, members, changes)
    found = np.zeros((len(members), 3), dtype=np.int64)
    found[places] = off[rows]
    return found


def _levels_updated(
    base: Results, new: Results, definition: Definition, members: Int32, held: MeasureColumn, dirty: Int64,
    changes: Changes, touched: dict[str, Int32],
) -> None:  # fmt: skip
    measure, through = definition.measure, definition.through
    assert through is not None
    tables = new.context.tables
    before = base._levels[measure.name]
    other_relations = changes.moved is not None or through.relation.name in changes.relations
    now = levels(tables, measure.class_name, through) if other_relations else before
    new._levels[measure.name] = now
    if len(dirty) == 0 and not other_relations:
        new._columns[measure.name] = held
        if measure.name in base._off:
            new._off[measure.name] = base._off[measure.name]
        return
    if len(dirty) > _FEW * len(members) or changes.moved is not None:
        by_levels(new, definition, members)
        touched[measure.name] = differing(held, new.column(measure.name), members)
        return
    column = Growing(new, definition, members, held)
    waiting = np.zeros(len(members), dtype=np.bool_)
    waiting[dirty] = True
    waiting[before.cyclic] = True  # those that are on one no more
    changed = np.zeros(len(members), dtype=np.bool_)
    if len(now.cyclic):
        changed[now.cyclic[column.cyclic(now.cyclic, now.first[now.cyclic])]] = True
        waiting[now.cyclic] = False
        waiting[_owners(tables, through, measure.class_name, members, np.flatnonzero(changed))] = True
        waiting[now.cyclic] = False
    off_before = base._off.get(measure.name)
    off = None if off_before is None else off_before.copy()
    front = np.flatnonzero(waiting)
    while len(front):
        level = now.level[front].min()
        rows = front[now.level[front] == level]
        waiting[rows] = False
        cells, counts = some(new, definition, members[rows], column.cells())
        new.recomputed += cells.values.size
        differs = rows[column.fill(rows, cells)]
        off = counted(off, counts, rows, len(members))
        changed[differs] = True
        front = front[now.level[front] != level]
        owners = _owners(tables, through, measure.class_name, members, differs)
        owners = owners[now.level[owners] >= 0]
        front = np.union1d(front, owners)
    touched[measure.name] = members[changed]
    new.put(definition, column.result(), members, off)


def _owners(tables: Tables, through: Role, class_name: str, members: Int32, rows: Array) -> Array:
    """Rows of the owners of some rows, over the relation of a measure to itself."""
    owners = back(tables, (through,), members[rows])
    at, inside = tables.place(class_name, owners)
    return at if inside is None else at[inside]
