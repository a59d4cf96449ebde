"""Three-valued logic on whole columns: conditions, choices, what stands in for what is unknown."""

from __future__ import annotations

import numpy as np

from reasoning.measures import cells as ops
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.types import Array, Kind


def holds(condition: Cells) -> tuple[Array, Array | None]:
    """Where a condition lets a term count (an error does: it spoils the aggregate), and where it is an error."""
    wrong = _flag(condition.state, ERROR) if condition.cause is not None else None
    counts = condition.values.astype(np.bool_)
    if condition.state is not None:
        counts = counts & (condition.state == KNOWN)
    return (counts if wrong is None else counts | wrong), wrong


def with_failures(body: Cells | None, failed: Cells) -> Cells:
    """A term whose condition is an error is an error."""
    wrong = _flag(failed.state, ERROR)
    base = ops.constant(Kind.NUMBER, 1) if body is None else body
    state = np.where(wrong, ERROR, KNOWN if base.state is None else base.state)
    assert failed.cause is not None
    cause = np.where(wrong, failed.cause, np.int64(0) if base.cause is None else base.cause)
    return Cells(base.kind, base.values, state, cause, base.den, base.currency)


def combined(op: str, a: Cells, b: Cells) -> Cells:
    """*and* and *or* of Kleene, where an error is never made up for."""
    left, right = a.values.astype(np.bool_), b.values.astype(np.bool_)
    if a.state is None and b.state is None:
        return Cells(Kind.BOOLEAN, left & right if op == "and" else left | right)
    state = ops.joined(a.state, b.state)
    assert state is not None
    decides = op == "or"
    settled = (left == decides) & ~_flag(a.state, UNKNOWN) | (right == decides) & ~_flag(b.state, UNKNOWN)
    # A known value that decides makes up for one that is unknown, not for an error.
    state = np.where(settled & (state == UNKNOWN), KNOWN, state)
    values = np.where(settled, decides, not decides)
    return Cells(Kind.BOOLEAN, values, state, ops.caused((a, b)))


def where_true(condition: Cells, chosen: Cells) -> Cells:
    """What was chosen by a condition; unknown or an error where the condition is."""
    if condition.state is None:
        return chosen
    base = KNOWN if chosen.state is None else chosen.state
    state = np.where(condition.state != KNOWN, condition.state, base).astype(np.uint8)
    cause = chosen.cause
    if condition.cause is not None:
        inner = np.int64(0) if cause is None else cause
        cause = np.where(condition.state == ERROR, condition.cause, inner)
    return Cells(chosen.kind, chosen.values, state, cause, chosen.den, chosen.currency)


def first_known(parts: list[Cells]) -> Cells:
    """The first part that is not unknown."""
    found = parts[-1]
    for part in reversed(parts[:-1]):
        if part.state is not None:
            found = ops.choose(part.state != UNKNOWN, part, found)
        else:
            found = part
    return found


def _flag(state: Array | None, which: np.uint8) -> Array:
    return np.zeros((1, 1, 1), np.bool_) if state is None else state == which
