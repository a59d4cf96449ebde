"""The cells in which two results differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reasoning.measures.results import Results
from reasoning.measures.types import Array, Cell, CellChange, Int32, MeasureColumn


def changed(before: Results, after: Results, *, names: Sequence[str] | None = None) -> tuple[CellChange, ...]:
    """The cells that differ, by measure, entity id and period."""
    found: list[CellChange] = []
    for name in before.names if names is None else before.measures.needed(names):
        found.extend(_changed(before, after, before.column(name), after.column(name)))
    return tuple(found)


def _changed(before: Results, after: Results, a: MeasureColumn, b: MeasureColumn) -> list[CellChange]:
    if a is b:
        return []
    old, new = before.snapshot, after.snapshot
    if np.array_equal(a.entities, b.entities) and old.ids.array is new.ids.array:
        same = np.flatnonzero(_flags(a, b)).tolist()
        rows = [(old.entity_id(int(a.entities[r])), r, r) for r in same]
    else:
        left_ids = {old.entity_id(int(e)): at for at, e in enumerate(a.entities)}
        right_ids = {new.entity_id(int(e)): at for at, e in enumerate(b.entities)}
        rows = [(i, left_ids.get(i, -1), right_ids.get(i, -1)) for i in {**left_ids, **right_ids}]
    periods: list[int | None] = [None] if a.measure.axis is None else list(range(a.values.shape[1]))
    found: list[CellChange] = []
    for id_, i, j in sorted(rows):
        for period in periods:
            left = before.at(a, _place(i, period)) if i >= 0 else None
            right = after.at(b, _place(j, period)) if j >= 0 else None
            if left != right:
                found.append(CellChange(Cell(a.measure.name, id_, period), left, right))
    return found


def _place(row: int, period: int | None) -> tuple[int, ...]:
    return (row,) if period is None else (row, period)


def differing(a: MeasureColumn, b: MeasureColumn, members: Int32) -> Int32:
    """The entities whose cells differ between two columns with the same rows."""
    return members[_flags(a, b)]


def _flags(a: MeasureColumn, b: MeasureColumn) -> Array:
    differ = (a.values != b.values) | (a.state != b.state)
    if a.currency is not None and b.currency is not None:
        differ = differ | (a.currency != b.currency)
    if a.cause is not None or b.cause is not None:
        nothing = np.zeros(1, dtype=np.int64)
        differ = differ | ((nothing if a.cause is None else a.cause) != (nothing if b.cause is None else b.cause))
    flags = np.asarray(differ, dtype=np.bool_)
    return np.asarray(flags.any(axis=1)) if flags.ndim == 2 else flags
