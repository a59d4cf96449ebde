"""Cells in bulk, and what formulas do with them. Arrays have the axes (rows, periods, draws), each as long or 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reasoning.measures import exact
from reasoning.measures.exact import Den
from reasoning.measures.types import Array, Int32, Int64, Kind, State

KNOWN, UNKNOWN, ERROR = np.uint8(0), np.uint8(1), np.uint8(2)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Some cells. What is not known holds any value."""

    kind: Kind | None
    values: Array
    """NUMBER: numerators; DATE: days; INSTANT: microseconds; TEXT: str objects."""
    state: State | None = None
    """None: all are known."""
    cause: Int64 | None = None
    """Of errors: ``site << 32 | entity``; None: there is no error."""
    den: Den = 1
    currency: Int32 | None = None
    """Money only."""

    def take(self, rows: Array) -> Cells:
        """The cells of some rows; a single row stands for all."""

        def one(a: Array | None) -> Array | None:
            return a if a is None or a.shape[0] == 1 else a[rows]

        den = self.den if isinstance(self.den, int) else one(self.den)
        values = one(self.values)
        assert values is not None
        assert den is not None
        return Cells(self.kind, values, one(self.state), one(self.cause), den, one(self.currency))

    def period(self, at: int) -> Cells:
        """The cells of one period."""

        def one(a: Array | None) -> Array | None:
            return a if a is None or a.shape[1] == 1 else a[:, at : at + 1]

        den = self.den if isinstance(self.den, int) else one(self.den)
        values = one(self.values)
        assert values is not None
        assert den is not None
        return Cells(self.kind, values, one(self.state), one(self.cause), den, one(self.currency))


_DTYPES: dict[Kind | None, Any] = {Kind.FLOAT: np.float64, Kind.BOOLEAN: np.bool_, Kind.TEXT: object}


def constant(kind: Kind | None, value: object, *, den: int = 1, currency: int | None = None) -> Cells:
    """One value for all rows."""
    dtype = _DTYPES.get(kind, np.int64)
    if value is None:
        return Cells(kind, np.zeros((1, 1, 1), dtype=dtype), np.full((1, 1, 1), UNKNOWN))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**62:
        dtype = object
    values: Array = np.empty((1, 1, 1), dtype=dtype)
    values[0, 0, 0] = value
    held = None if currency is None else np.full((1, 1, 1), currency, dtype=np.int32)
    return Cells(kind, values, None, None, den, held)


def joined(*states: State | None) -> State | None:
    """The worst state of each cell."""
    found: State | None = None
    for state in states:
        if state is not None:
            found = state if found is None else np.maximum(found, state)
    return found


def caused(parts: Sequence[Cells]) -> Int64 | None:
    """The cause of each error: the first part's that is one."""
    found: Int64 | None = None
    for part in reversed(parts):
        if part.cause is not None:
            assert part.state is not None
            bad = part.state == ERROR
            found = np.where(bad, part.cause, np.int64(0) if found is None else found)
    return found


def fail(cells: Cells, bad: Array, cause: Int64) -> Cells:
    """The cells, with those that are known and ``bad`` made errors."""
    if not bad.any():
        return cells
    state = np.zeros((1, 1, 1), dtype=np.uint8) if cells.state is None else cells.state
    new = (state == KNOWN) & bad
    if not new.any():
        return cells
    causes = np.where(new, cause, np.int64(0) if cells.cause is None else cells.cause)
    return Cells(cells.kind, cells.values, np.where(new, ERROR, state), causes, cells.den, cells.currency)


def as_float(cells: Cells) -> Cells:
    """As floating-point numbers."""
    if cells.kind is Kind.FLOAT:
        return cells
    return Cells(Kind.FLOAT, exact.floats(cells.values, cells.den), cells.state, cells.cause, 1, cells.currency)


def alike(parts: Sequence[Cells]) -> tuple[list[Array], Den, Kind | None]:
    """Values of parts of one type over one denominator, with their kind."""
    kinds = {p.kind for p in parts if p.kind is not None}
    kind = Kind.FLOAT if Kind.FLOAT in kinds else next(iter(kinds), None)
    if kind is Kind.FLOAT:
        return [as_float(p).values if p.kind is not None else p.values.astype(np.float64) for p in parts], 1, kind
    if kind is Kind.NUMBER:
        values, den = exact.common([(p.values, p.den if p.kind is not None else 1) for p in parts])
        return values, den, kind
    if kind is Kind.TEXT:
        return [p.values.astype(object) for p in parts], 1, kind
    return [p.values.astype(np.bool_) if kind is Kind.BOOLEAN else p.values for p in parts], 1, kind


def clash(a: Int32 | None, b: Int32 | None) -> tuple[Int32 | None, Array | None]:
    """The currency of two amounts together, and where they have two."""
    if a is None or b is None:
        return (a if b is None else b), None
    both = np.where(a == 0, b, a)
    return both, (a != 0) & (b != 0) & (a != b)


def choose(condition: Array, a: Cells, b: Cells) -> Cells:
    """``a`` where the condition holds, else ``b``; each with its state."""
    (left, right), den, kind = alike([a, b])
    state = None
    if a.state is not None or b.state is not None:
        state = np.where(condition, _state(a), _state(b))
    cause = None
    if a.cause is not None or b.cause is not None:
        cause = np.where(condition, _cause(a), _cause(b))
    if not isinstance(den, int):
        den = np.broadcast_to(den, np.broadcast_shapes(den.shape, condition.shape))
    currency = None
    if a.currency is not None or b.currency is not None:
        currency = np.where(condition, _currency(a), _currency(b))
    return Cells(kind, np.where(condition, left, right), state, cause, den, currency)


def _state(c: Cells) -> State:
    return np.zeros((1, 1, 1), dtype=np.uint8) if c.state is None else c.state


def _cause(c: Cells) -> Int64:
    return np.zeros((1, 1, 1), dtype=np.int64) if c.cause is None else c.cause


def _currency(c: Cells) -> Int32:
    return np.zeros((1, 1, 1), dtype=np.int32) if c.currency is None else c.currency


def same_bits(a: Array, b: Array) -> Array:
    """Where two arrays of results are equal."""
    return np.asarray(a == b, dtype=np.bool_)
