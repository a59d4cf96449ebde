"""Which cells of measures differ between two results, counted column by column; only the largest are put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph_engine.snapshot import COMPANY
from reasoning.measures.evaluate import Results
from reasoning.measures.types import Array, Cell, CellChange, CellState, Kind, MeasureColumn
from reasoning.outcome import top

LISTED = 10


@dataclass(frozen=True, slots=True)
class MeasureDelta:
    """One measure in the scenario against the base."""

    name: str
    """``Class.name`` of the measure."""
    count: int
    """Cells that differ."""
    risen: int
    fallen: int
    lost: int
    """Cells that had a value and have none in the scenario."""
    found: int
    """Cells that have a value only in the scenario."""
    largest: tuple[CellChange, ...]
    """The largest differences first; cells that lose or gain a value before these."""


def deltas_of(
    before: Results, after: Results, names: Sequence[str] = (), *, limit: int | None = LISTED
) -> tuple[MeasureDelta, ...]:
    """The measures of which some cell differs; only those named, if any are.

    Raises:
        NotFound: a measure that is named is not there.
    """
    found = []
    wanted = [before.measures.get(n).name for n in names] or list(before.names)
    for name in wanted:
        a, b = before.column(name), after.column(name)
        if a is not b:
            made = _delta(before, after, a, b, limit)
            if made is not None:
                found.append(made)
    return tuple(found)


def _delta(
    before: Results, after: Results, a: MeasureColumn, b: MeasureColumn, limit: int | None
) -> MeasureDelta | None:
    left, right = _common(before, after, a, b)
    here = a.state[left] == CellState.KNOWN
    there = b.state[right] == CellState.KNOWN
    was, now = a.values[left], b.values[right]
    both = here & there
    differ = (a.state[left] != b.state[right]) | (both & (was != now))
    if a.currency is not None and b.currency is not None:
        differ |= both & (a.currency[left] != b.currency[right])
    gone, come = _others(len(a.entities), left), _others(len(b.entities), right)
    periods = a.values.shape[1] if a.values.ndim == 2 else 1
    count = int(differ.sum()) + periods * (len(gone) + len(come))
    if count == 0:
        return None
    is_number = a.measure.kind is not Kind.TEXT
    change = now.astype(np.float64) - was.astype(np.float64) if is_number else np.zeros(was.shape)
    places = np.argwhere(differ)
    size = np.where(both, np.abs(change), np.inf)[differ]
    order = top([-size, np.arange(len(size), dtype=np.float64)], limit)
    largest = [_change(before, after, a, b, left, right, tuple(place)) for place in places[order].tolist()]
    for rows, results, column, first in ((gone, before, a, True), (come, after, b, False)):
        for row in rows.tolist() if limit is None else rows[: max(limit - len(largest), 0)].tolist():
            for period in range(periods) if column.measure.axis else (None,):
                place = (row,) if period is None else (row, period)
                cell = Cell(column.measure.name, results.snapshot.entity_id(int(column.entities[row])), period)
                value = results.at(column, place)
                largest.append(CellChange(cell, value, None) if first else CellChange(cell, None, value))
    known = both & differ
    return MeasureDelta(
        a.measure.name,
        count,
        int((change[known] > 0).sum()),
        int((change[known] < 0).sum()),
        int((here & ~there).sum()) + int((a.state[gone] == CellState.KNOWN).sum()),
        int((there & ~here).sum()) + int((b.state[come] == CellState.KNOWN).sum()),
        tuple(largest),
    )


def _others(size: int, rows: Array) -> Array:
    """Rows that are not among some."""
    if len(rows) == size:
        return rows[:0]
    mask = np.ones(size, dtype=np.bool_)
    mask[rows] = False
    return np.flatnonzero(mask)


def _common(before: Results, after: Results, a: MeasureColumn, b: MeasureColumn) -> tuple[Array, Array]:
    """Rows of both columns that are the same entity."""
    ids_a, ids_b = before.snapshot.ids, after.snapshot.ids
    if ids_a.array is ids_b.array and np.array_equal(a.entities, b.entities):
        rows = np.arange(len(a.entities))
        return rows, rows
    if a.measure.class_name == COMPANY and before.snapshot.has_company:
        return np.arange(len(a.entities)), np.arange(len(b.entities))
    texts_a, texts_b = ids_a.array[a.entities], ids_b.array[b.entities]
    _, left, right = np.intersect1d(texts_a, texts_b, assume_unique=True, return_indices=True)
    return left, right


def _change(
    before: Results, after: Results, a: MeasureColumn, b: MeasureColumn, left: Array, right: Array,
    place: tuple[int, ...],
) -> CellChange:  # fmt: skip
    i, *rest = place
    row_a, row_b = int(left[i]), int(right[i])
    cell = Cell(a.measure.name, before.snapshot.entity_id(int(a.entities[row_a])), rest[0] if rest else None)
    return CellChange(cell, before.at(a, (row_a, *rest)), after.at(b, (row_b, *rest)))
