"""``reach``, ``strongest`` and ``earliest``: the best single path decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reasoning.flow import Float, Flow, Int32
from reasoning.outcome import Outcome
from reasoning.spreading import EARLIEST, REACH, STRONGEST, Reached, reach_from

GATES_IGNORED = (
    "Earliest date: alternatives and stocks are not counted; `--semantics delayed` counts what can stand in."
)


def reach(flow: Flow, starts: Sequence[int], after: Sequence[float], depth: int | None) -> Outcome:
    """Everything that any path of at most ``depth`` hops leads to. Score: 1."""
    reached = reach_from(flow, starts, [0.0] * len(starts), REACH, depth=depth, cutoff=None)
    entities, hops, _ = _others(reached, starts)
    earliest = earliest_days(flow, starts, after, depth, entities)
    return Outcome(flow, entities, np.ones(len(entities)), hops, earliest, True, reached, reached.dropped)


def strongest(
    flow: Flow,
    starts: Sequence[int],
    severity: Sequence[float],
    after: Sequence[float],
    depth: int | None,
    cutoff: float | None,
) -> Outcome:
    """The largest product of weights over all paths of at most ``depth`` hops (Dijkstra's algebra on −log w)."""
    reached = reach_from(flow, starts, severity, STRONGEST, depth=depth, cutoff=cutoff)
    entities, hops, score = _others(reached, starts)
    earliest = earliest_days(flow, starts, after, depth, entities)
    return Outcome(flow, entities, score, hops, earliest, True, reached, reached.dropped)


def earliest(
    flow: Flow, starts: Sequence[int], after: Sequence[float], depth: int | None, cutoff: float | None
) -> Outcome:
    """The smallest sum of lags over all paths of at most ``depth`` hops; gates are ignored. Score: days."""
    reached = reach_from(flow, starts, after, EARLIEST, depth=depth, cutoff=cutoff)
    entities, hops, days = _others(reached, starts)
    return Outcome(flow, entities, days, hops, days, False, reached, reached.dropped, notes=(GATES_IGNORED,))


def earliest_days(
    flow: Flow, starts: Sequence[int], after: Sequence[float], depth: int | None, entities: Int32
) -> Float:
    """Smallest sum of lags to each of some entities that can be reached."""
    if not flow.lag.any() and len(set(after)) <= 1:
        return np.full(len(entities), after[0] if len(after) else 0.0)
    reached = reach_from(flow, starts, after, EARLIEST, depth=depth, cutoff=None)
    days: Float = reached.state[entities, 0]
    return np.where(np.isinf(days), np.nan, days)


def _others(reached: Reached, starts: Sequence[int]) -> tuple[Int32, Int32, Float]:
    events = reached.events
    node = reached.node[events]
    others = ~np.isin(node, np.array(starts, dtype=np.int32))
    events, node = events[others], node[others]
    return node, reached.hops[events], reached.value[events]
