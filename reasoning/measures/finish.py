"""From a formula's cells to a measure's column: rounded to its scale, in 64 bits, nothing left of what is not known."""

from __future__ import annotations

import numpy as np

from reasoning.measures import cells as ops
from reasoning.measures import exact
from reasoning.measures.catalogue import Definition
from reasoning.measures.cells import ERROR, KNOWN, Cells
from reasoning.measures.faults import encode
from reasoning.measures.types import Array, FaultKind, Int32, Int64, Kind, State

_DTYPES = {Kind.FLOAT: np.float64, Kind.BOOLEAN: np.bool_, Kind.TEXT: object}


def finished(definition: Definition, found: Cells, entities: Int32, periods: int, draws: int = 1) -> Cells:
    """Cells of the shape (entities, periods, draws), NUMBER over ``10**scale``."""
    measure = definition.measure
    shape = (len(entities), periods, draws)
    den = 1
    if measure.kind is Kind.NUMBER:
        values = exact.rounded(found.values, found.den, measure.scale)
        den = 10**measure.scale
    elif measure.kind is Kind.FLOAT:
        values = ops.as_float(found).values + 0.0
    else:
        values = found.values
    if values.dtype == object and measure.kind is not Kind.TEXT:
        # Numbers past 64 bits that stand where nothing is known mean nothing.
        known = np.ones((1, 1, 1), np.bool_) if found.state is None else found.state == KNOWN
        large = np.asarray(abs(values) >= 2**63, dtype=np.bool_)
        here = encode(definition.plan.site, FaultKind.OVERFLOW, entities)[:, None, None]
        found = ops.fail(found, np.broadcast_to(large, shape), np.broadcast_to(here, shape))
        values = np.where(large | ~known, 0, values)
    values = np.broadcast_to(values, shape)
    state = None if found.state is None else np.broadcast_to(found.state, shape)
    dtype = _DTYPES.get(measure.kind, np.int64)
    if state is not None and state.any():
        blank: Array = np.array("" if measure.kind is Kind.TEXT else 0, dtype=dtype)
        values = np.where(state == KNOWN, values, blank).astype(dtype)
    else:
        state = None
        values = np.array(values, dtype=dtype)
    cause = None
    if state is not None and found.cause is not None and bool((state == ERROR).any()):
        cause = np.where(state == ERROR, np.broadcast_to(found.cause, shape), np.int64(0))
    currency = None
    if measure.is_money:
        held = np.zeros((1, 1, 1), np.int32) if found.currency is None else found.currency
        currency = np.broadcast_to(held, shape)
        if state is not None:
            currency = np.where(state == KNOWN, currency, np.int32(0))
    return Cells(measure.kind, values, state, cause, den, currency)


def flat(a: Array | None, shape: tuple[int, ...], fill: int, dtype: object) -> Array:
    """An array as it is stored, of its own memory."""
    if a is None:
        return np.full(shape, fill, dtype=dtype)  # type: ignore[call-overload, no-any-return]
    return np.ascontiguousarray(a.reshape(shape))


def stored(cells: Cells, timed: bool) -> tuple[Array, State, Int32 | None, Int64 | None]:
    """Values, state, currency and cause as a column keeps them."""
    n, periods, _ = cells.values.shape
    shape = (n, periods) if timed else (n,)
    return (
        flat(cells.values, shape, 0, cells.values.dtype),
        flat(cells.state, shape, 0, np.uint8),
        None if cells.currency is None else flat(cells.currency, shape, 0, np.int32),
        None if cells.cause is None else flat(cells.cause, shape, 0, np.int64),
    )
