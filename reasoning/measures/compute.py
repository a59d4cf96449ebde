"""Computes columns: whole, for some rows, period by period, level by level."""

from __future__ import annotations

import numpy as np

from reasoning.measures.catalogue import Definition
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.columns import Columns
from reasoning.measures.faults import encode
from reasoning.measures.finish import finished
from reasoning.measures.frame import Frame
from reasoning.measures.levels import levels
from reasoning.measures.results import Results
from reasoning.measures.types import Array, FaultKind, Int32, Int64, Kind, MeasureColumn


def _columns(results: Results, definition: Definition, itself: Cells | None) -> Columns:
    return Columns(
        results.context,
        (definition.before, definition.after, definition.undated),
        results.cells,
        lambda: itself if itself is not None else results.cells(definition.measure.name),
        class_of=results.class_of,
    )


def _length(results: Results, definition: Definition) -> int:
    axis = definition.measure.axis
    return 1 if axis is None else len(results.context.bounds(axis)) - 1


def whole(results: Results, definition: Definition) -> None:
    """Compute a whole column."""
    measure = definition.measure
    members = results.context.tables.members(measure.class_name)
    if definition.through is not None:
        by_levels(results, definition, members)
        return
    frame = Frame(results.context.tables, 0, measure.class_name, members, whole=True)
    cells, off = rows_of(results, definition, frame)
    results.recomputed += cells.values.size
    results.put(definition, cells, members, off)


def rows_of(results: Results, definition: Definition, frame: Frame) -> tuple[Cells, Int64 | None]:
    """The cells of the rows of a frame."""
    length = _length(results, definition)
    if definition.shifted:
        return _by_periods(results, definition, frame, length)
    columns = _columns(results, definition, None)
    found = columns.evaluate(definition.plan, frame)
    return finished(definition, found, frame.entities, length), columns.off_axis


def _by_periods(results: Results, definition: Definition, frame: Frame, length: int) -> tuple[Cells, Int64 | None]:
    """A measure that reads its own earlier values: one period after the other."""
    measure = definition.measure
    blank = finished(definition, Cells(measure.kind, zeros(measure.kind, len(frame), length)), frame.entities, length)
    members = results.context.tables.members(measure.class_name)
    at, _ = results.context.tables.place(measure.class_name, frame.entities)
    state = np.full((len(members), length, 1), UNKNOWN)
    values = np.zeros((len(members), length, 1), dtype=blank.values.dtype)
    cause = np.zeros((len(members), length, 1), dtype=np.int64)
    currency = np.zeros((len(members), length, 1), dtype=np.int32) if measure.is_money else None
    itself = Cells(measure.kind, values, state, cause, blank.den, currency)
    columns = _columns(results, definition, itself)
    for period in range(length):
        found = columns.at_period(definition.plan, frame, period)
        one = finished(definition, found, frame.entities, 1)
        values[at, period] = one.values[:, 0]
        state[at, period] = KNOWN if one.state is None else one.state[:, 0]
        cause[at, period] = 0 if one.cause is None else one.cause[:, 0]
        if currency is not None and one.currency is not None:
            currency[at, period] = one.currency[:, 0]
    rows = slice(None) if frame.whole else at
    kept = cause[rows] if bool((state[rows] == ERROR).any()) else None
    return (
        Cells(measure.kind, values[rows], state[rows], kept, blank.den, None if currency is None else currency[rows]),
        columns.off_axis,
    )


def zeros(kind: Kind, rows: int, length: int) -> Array:
    if kind is Kind.TEXT:
        return np.full((rows, length, 1), "", dtype=object)
    dtype = {Kind.FLOAT: np.float64, Kind.BOOLEAN: np.bool_}.get(kind, np.int64)
    return np.zeros((rows, length, 1), dtype=dtype)


class Growing:
    """A column that is filled level by level."""

    def __init__(self, results: Results, definition: Definition, members: Int32, base: MeasureColumn | None) -> None:
        measure = definition.measure
        self.definition = definition
        self.entities = members
        length = _length(results, definition)
        shape = (len(members), length, 1)
        self.den = 10**measure.scale if measure.kind is Kind.NUMBER else 1
        if base is None:
            self.values = zeros(measure.kind, *shape[:2])
            self.state = np.zeros(shape, dtype=np.uint8)
            self.cause: Array | None = None
            self.currency = np.zeros(shape, dtype=np.int32) if measure.is_money else None
        else:
            self.values = base.values.reshape(shape)
            self.state = base.state.reshape(shape)
            self.cause = None if base.cause is None else base.cause.reshape(shape)
            self.currency = None if base.currency is None else base.currency.reshape(shape)
        self._shared = set() if base is None else {"values", "state", "cause", "currency"}
        """Arrays that are still the base's: copied only when a row of theirs becomes another."""

    def cells(self) -> Cells:
        """What is there by now; arrays that say nothing are left out, so that nobody gathers from them."""
        state = self.state if self.state.any() else None
        cause = None if state is None else self.cause
        return Cells(self.definition.measure.kind, self.values, state, cause, self.den, self.currency)

    def fill(self, rows: Array, cells: Cells) -> Array:
        """Put cells at some rows; gives which rows differ from before."""
        state = np.zeros_like(cells.values, dtype=np.uint8) if cells.state is None else cells.state
        differ = self._put("values", self.values, rows, cells.values) | self._put("state", self.state, rows, state)
        if self.cause is None and cells.cause is not None:
            self.cause = np.zeros(self.values.shape, np.int64)
            self._shared.discard("cause")
        if self.cause is not None:
            cause = np.zeros(cells.values.shape, np.int64) if cells.cause is None else cells.cause
            differ = differ | self._put("cause", self.cause, rows, cause)
        if self.currency is not None:
            assert cells.currency is not None
            differ = differ | self._put("currency", self.currency, rows, cells.currency)
        return np.asarray(np.asarray(differ, dtype=np.bool_).any(axis=(1, 2)))

    def _put(self, name: str, held: Array, rows: Array, new: Array) -> Array:
        """Set rows of an array; gives where they differ from before."""
        differ: Array = held[rows] != new
        if name in self._shared and differ.any():
            self._shared.discard(name)
            held = held.copy()
            setattr(self, name, held)
        if name not in self._shared:
            held[rows] = new
        return differ

    def cyclic(self, rows: Array, first: Int32) -> Array:
        """Make rows errors of a cycle."""
        cause = encode(self.definition.plan.site, FaultKind.CYCLE, first)[:, None, None]
        shape = (len(rows), *self.values.shape[1:])
        blank: object = "" if self.definition.measure.kind is Kind.TEXT else 0
        values = np.full(shape, blank, dtype=self.values.dtype)
        currency = None if self.currency is None else np.zeros(shape, np.int32)
        kind = self.definition.measure.kind
        return self.fill(
            rows, Cells(kind, values, np.full(shape, ERROR), np.broadcast_to(cause, shape), self.den, currency)
        )

    def result(self) -> Cells:
        """The column, without arrays that say nothing."""
        cause = self.cause if self.cause is not None and bool((self.state == ERROR).any()) else None
        return Cells(self.definition.measure.kind, self.values, self.state, cause, self.den, self.currency)


def by_levels(results: Results, definition: Definition, members: Int32) -> None:
    """A measure that uses itself over an acyclic relation: leaves first."""
    measure = definition.measure
    tables = results.context.tables
    assert definition.through is not None
    held = levels(tables, measure.class_name, definition.through)
    results._levels[measure.name] = held
    column = Growing(results, definition, members, None)
    if len(held.cyclic):
        column.cyclic(held.cyclic, held.first[held.cyclic])
    off: Int64 | None = None
    order = np.argsort(held.level, kind="stable")
    bounds = np.searchsorted(held.level[order], np.arange(int(held.level.max(initial=-1)) + 2))
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        rows = order[low:high]
        cells, counts = some(results, definition, members[rows], column.cells())
        column.fill(rows, cells)
        off = counted(off, counts, rows, len(members))
    results.recomputed += column.values.size
    results.put(definition, column.result(), members, off)


def some(results: Results, definition: Definition, entities: Int32, itself: Cells) -> tuple[Cells, Int64 | None]:
    columns = _columns(results, definition, itself)
    frame = Frame(results.context.tables, 0, definition.measure.class_name, entities)
    found = columns.evaluate(definition.plan, frame)
    return finished(definition, found, entities, _length(results, definition)), columns.off_axis


def counted(off: Int64 | None, counts: Int64 | None, rows: Array, size: int) -> Int64 | None:
    if counts is None:
        return off
    total = np.zeros((size, 3), dtype=np.int64) if off is None else off
    total[rows] = counts
    return total
