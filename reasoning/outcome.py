"""What a semantics computes, before it is put into words: arrays, and how to rank and explain them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from reasoning.flow import Float, Flow, Int32, Int64
from reasoning.spreading import Reached


@dataclass(frozen=True, slots=True)
class Outcome:
    """The entities affected, without the starts. All arrays have one entry for each."""

    flow: Flow
    entities: Int32
    score: Float
    hops: Int32
    earliest: Float
    """Days; NaN where unknown."""
    descending: bool
    """Whether a higher score comes first."""
    reached: Reached
    """Where the paths shown come from."""
    dropped: int = 0
    complete: bool = True
    low: Float | None = None
    high: Float | None = None
    until: Float | None = None
    """Days after the start until it is over."""
    notes: tuple[str, ...] = ()
    groups: tuple[tuple[int, ...], ...] = field(default=())
    """``requires``: sets that support only themselves."""


def top(keys: Sequence[Float | Int32 | Int64], limit: int | None) -> Int64:
    """Positions of the ``limit`` smallest rows by keys (first key first), sorted; without sorting the rest."""
    size = len(keys[0])
    chosen = np.arange(size, dtype=np.int64)
    if limit is not None and limit < size:
        chosen = _smallest(keys, chosen, limit)
    return chosen[np.lexsort([key[chosen] for key in reversed(keys)])]


def _smallest(keys: Sequence[Float | Int32 | Int64], among: Int64, limit: int) -> Int64:
    if limit <= 0:
        return among[:0]
    if limit >= len(among):
        return among
    values = keys[0][among]
    bound = np.partition(values, limit - 1)[limit - 1]
    below, level = among[values < bound], among[values == bound]
    if len(keys) == 1:
        return np.concatenate([below, level[: limit - len(below)]])
    return np.concatenate([below, _smallest(keys[1:], level, limit - len(below))])
