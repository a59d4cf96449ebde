"""Best values and best paths over a flow: the kernels with names for what they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reasoning.flow import Float, Flow, Int32, Int64
from reasoning.kernels import EARLIEST, NO_BOUND, REACH, SMALL, STRONGEST, best_paths, fast, spread

EFFORT = 200_000
"""Unfinished paths looked at for one entity before its path search is given up as incomplete."""

__all__ = ["EARLIEST", "REACH", "STRONGEST", "Reached", "Route", "reach_from"]


@dataclass(frozen=True, slots=True)
class Route:
    """A path as forward edges of the flow, start to end."""

    edges: tuple[int, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Reached:
    """The best value of every node that starts lead to, by number of hops (see :func:`reasoning.kernels.spread`)."""

    flow: Flow
    mode: int
    depth: int
    state: Float
    """Best value and newest event (plus 1) of each node; goes back to the flow when this object goes."""
    node: Int32
    hops: Int32
    value: Float
    previous: Int32
    dropped: int

    def __del__(self) -> None:
        self.flow.leave(_worst(self.mode), self.state, self.node)

    @property
    def events(self) -> Int32:
        """The newest event of each node reached, starts included, in the order in which they were first improved."""
        newest = self.state[self.node, 1] == np.arange(1, len(self.node) + 1)
        return np.flatnonzero(newest).astype(np.int32)

    def best(self, node: int) -> float | None:
        """The best value of a node; None: not reached."""
        return float(self.state[node, 0]) if self.state[node, 1] else None

    def routes(self, target: int, k: int, rank: Int64) -> tuple[tuple[Route, ...], bool]:
        """The k best simple paths to a node, and whether the search was complete."""
        # A path search looks at the neighbourhood of one node, not at all edges.
        run = fast(best_paths, self.flow.edges // 20 if self.flow.edges <= SMALL else self.flow.edges)
        offsets, edges, values, complete = run(
            self.flow.back_pointer,
            self.flow.back_tail,
            self.flow.back_edge,
            self.flow.weight,
            self.flow.lag,
            self.state,
            self.hops,
            self.value,
            self.previous,
            rank,
            target,
            k,
            self.depth,
            self.mode,
            EFFORT,
        )
        found = [
            Route(tuple(edges[offsets[i] : offsets[i + 1]].tolist()), float(values[i])) for i in range(len(values))
        ]
        return tuple(found), bool(complete)


def reach_from(
    flow: Flow, starts: Sequence[int], initial: Sequence[float], mode: int, *, depth: int | None, cutoff: float | None
) -> Reached:
    """Spread from starts. ``initial`` are their values: 0 for REACH, a severity for STRONGEST, days for EARLIEST."""
    if cutoff is None:
        cutoff = 0.0 if mode == STRONGEST else np.inf
    bound = NO_BOUND if depth is None else depth
    state = flow.room(_worst(mode))
    node, hops, value, previous, dropped = fast(spread, flow.edges)(
        flow.pointer,
        flow.head,
        flow.weight,
        flow.lag,
        np.array(starts, dtype=np.int32),
        np.array(initial, dtype=np.float64),
        bound,
        float(cutoff),
        mode,
        state,
    )
    return Reached(flow, mode, bound, state, node, hops, value, previous, int(dropped))


def _worst(mode: int) -> float:
    return 0.0 if mode == STRONGEST else np.inf
