"""Loops over CSR arrays. Plain Python that numba can compile: :func:`fast` says which of the two runs.

All functions take and give arrays and numbers only, keep to themselves (no calls of each other, so that each can be
compiled alone) and are deterministic. Values of a *mode*: ``REACH`` counts hops, ``STRONGEST`` multiplies weights
(more is better), ``EARLIEST`` adds lags (less is better).

Compiling takes seconds once per machine (cached on disk), importing numba a second: a command that asks one question of
a small graph is answered in plain Python, a server compiles after its first few.
"""

from __future__ import annotations

import heapq
import math
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

F = TypeVar("F", bound=Callable[..., Any])
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]

REACH, STRONGEST, EARLIEST = 0, 1, 2
SMALL = 200_000
"""Edges past which the first question already pays for compiling."""
PATIENCE = 1_000_000
"""Edges looked at in plain Python after which a process is taken to be one that answers many questions."""
_looked_at = [0]
WIDE = 8
"""A layer is *wide* where it holds more than one in so many nodes."""
NO_BOUND = 2**31 - 2
"""A depth that nothing reaches."""


def fast(function: F, work: int) -> F:
    """``function`` compiled, or itself where the work (in edges) has not yet paid for compiling."""
    if "numba" not in sys.modules and work <= SMALL:
        _looked_at[0] += work
        if _looked_at[0] <= PATIENCE:
            return function
    return cast(F, _compiled(function))


@cache
def _compiled(function: Callable[..., object]) -> Callable[..., object]:
    import numba

    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written to
        compiled = numba.njit(nogil=True)(function)
    return cast(Callable[..., object], compiled)


def spread(
    pointer: Int64,
    head: Int32,
    weight: Float,
    lag: Float,
    starts: Int32,
    initial: Float,
    depth: int,
    cutoff: float,
    mode: int,
    state: Float,
) -> tuple[Int32, Int32, Float, Int32, int]:
    """Best value of every node by paths of at most ``depth`` hops.

    Layered label correcting: layer h extends only what layer h - 1 improved, with the values it had then, so a value
    never uses more hops than its layer (state = node and hops). Each node improved in a layer is an *event*; the events
    of a node form a chain, newest first, with falling hops: its best value within any number of hops can be read off.

    Args:
        pointer, head, weight, lag: CSR; edges of node u are ``pointer[u]:pointer[u + 1]``.
        starts, initial: nodes with their values at hop 0 (distinct nodes).
        depth: bound on hops.
        cutoff: STRONGEST: smaller values are dropped; EARLIEST: larger ones. REACH ignores it.
        state: for each node (its best value, its newest event plus 1); comes as (worst value of the mode, 0). Both
            lie together because a node is met at random: one cache miss instead of two.

    Returns:
        node, hops, value and previous event (plus 1; 0 = none) of each event, and how much was dropped: nodes at the
        depth that lead on, and steps past the cutoff; 0 if following them would have changed nothing.
    """
    capacity = 1024 + 2 * len(starts)
    node = np.empty(capacity, dtype=np.int32)
    hops = np.empty(capacity, dtype=np.int32)
    value = np.empty(capacity, dtype=np.float64)
    previous = np.empty(capacity, dtype=np.int32)
    count = len(starts)
    for i in range(count):
        node[i] = starts[i]
        hops[i] = 0
        value[i] = initial[i]
        previous[i] = 0
        state[starts[i], 0] = initial[i]
        state[starts[i], 1] = i + 1
    cut = 0
    begin = 0
    layer = 1
    size = len(state)
    unbounded = cutoff <= 0.0 if mode == STRONGEST else cutoff == np.inf
    best = np.empty(0, dtype=np.float64)
    while begin < count and layer <= depth:
        end = count
        steps = 0
        for event in range(begin, end):
            steps += pointer[node[event] + 1] - pointer[node[event]]
        if capacity < count + min(steps, size):
            capacity = max(2 * capacity, count + min(steps, size))
            more = capacity - count
            node = np.concatenate((node[:count], np.empty(more, dtype=np.int32)))
            hops = np.concatenate((hops[:count], np.empty(more, dtype=np.int32)))
            previous = np.concatenate((previous[:count], np.empty(more, dtype=np.int32)))
            value = np.concatenate((value[:count], np.empty(more, dtype=np.float64)))
        if unbounded and WIDE * (end - begin) > size:
            # Much of the graph is improved at once: edges are read in order and best values taken without a branch
            # (which could not be foretold), events made in one pass after that. Three times as fast.
            if len(best) == 0:
                best = np.empty(size, dtype=np.float64)
            for v in range(size):
                best[v] = state[v, 0]
            for u in range(size):
                event = int(state[u, 1]) - 1
                if event < begin:
                    continue
                base = value[event]
                if mode == STRONGEST:
                    for e in range(pointer[u], pointer[u + 1]):
                        best[head[e]] = max(best[head[e]], base * weight[e])
                else:
                    for e in range(pointer[u], pointer[u + 1]):
                        new = base + (lag[e] if mode == EARLIEST else 1.0)
                        best[head[e]] = min(best[head[e]], new if weight[e] > 0.0 else np.inf)
            for v in range(size):
                if best[v] != state[v, 0]:
                    node[count] = v
                    hops[count] = layer
                    value[count] = best[v]
                    previous[count] = int(state[v, 1])
                    count += 1
                    state[v, 0] = best[v]
                    state[v, 1] = count
            begin = end
            layer += 1
            continue
        for event in range(begin, end):
            u = node[event]
            base = value[event]
            for e in range(pointer[u], pointer[u + 1]):
                v = head[e]
                if mode == STRONGEST:
                    new = base * weight[e]
                    if new <= state[v, 0]:
                        continue
                    if new < cutoff:
                        cut += 1
                        continue
                else:
                    new = base + (lag[e] if mode == EARLIEST else 1.0)
                    if new >= state[v, 0] or weight[e] <= 0.0:
                        continue
                    if new > cutoff:
                        cut += 1
                        continue
                state[v, 0] = new
                at = int(state[v, 1]) - 1
                if at >= end:
                    value[at] = new
                else:
                    node[count] = v
                    hops[count] = layer
                    value[count] = new
                    previous[count] = at + 1
                    count += 1
                    state[v, 1] = count
        begin = end
        layer += 1
    # Would the bounds have to be lifted to change anything? The first step that says so is enough.
    lost = False
    event = 0 if cut > 0 else begin
    while event < count and not lost:
        u = node[event]
        base = value[event]
        for e in range(pointer[u], pointer[u + 1]):
            v = head[e]
            if mode == STRONGEST:
                new = base * weight[e]
                beyond = new < cutoff
                better = new > state[v, 0]
            else:
                new = base + (lag[e] if mode == EARLIEST else 1.0)
                beyond = new > cutoff
                better = new < state[v, 0] and weight[e] > 0.0
            if better and (beyond or event >= begin):
                lost = True
                break
        event += 1
    dropped = 0
    if lost:
        dropped = cut
        for event in range(begin, count):
            if pointer[node[event] + 1] > pointer[node[event]]:
                dropped += 1
    return node[:count], hops[:count], value[:count], previous[:count], dropped


def best_paths(
    pointer: Int64,
    tail: Int32,
    edge: Int32,
    weight: Float,
    lag: Float,
    state: Float,
    hops: Int32,
    value: Float,
    previous: Int32,
    rank: Int64,
    target: int,
    k: int,
    depth: int,
    mode: int,
    effort: int,
) -> tuple[Int64, Int32, Float, bool]:
    """The k best simple paths from the starts of :func:`spread` to one node.

    Best-first search from the target backwards (A*, Hart, Nilsson & Raphael 1968). The bound of an unfinished path is
    its own value joined with the best value of its first node within the hops that are left, read off the events: it
    never underestimates how good a completion can be, so paths are completed in order. Paths that would visit a node
    twice are not extended. Ties: fewer hops, then smaller mention keys, read from the target back.

    Args:
        pointer, tail, edge: reverse CSR with the number of each edge in the forward arrays.
        state, hops, value, previous: what :func:`spread` left.
        rank: order of the nodes' mention keys.
        effort: bound on the unfinished paths that are kept.

    Returns:
        offsets and forward edge numbers of the paths (start to target), their values, and whether the search was
        complete (False: the effort ran out).
    """
    # The search tree: each state is a node with the state after it on the way to the target.
    at_node = [int(target)]
    at_edge = [-1]
    at_next = [-1]
    at_used = [0]
    at_value = [1.0 if mode == STRONGEST else 0.0]
    heap = [(0.0, 0, 0, 0, 0)]  # bound, hops expected, rank, state, whether it is finished
    heap.pop()
    path_offsets = [0]
    path_edges = [-1]
    path_edges.pop()
    path_values = [0.0]
    path_values.pop()
    complete = True
    fresh = 0
    while True:
        # Push what the states made since the last round promise.
        while fresh < len(at_node):
            v = at_node[fresh]
            used = at_used[fresh]
            best = int(state[v, 1]) - 1
            while best >= 0 and hops[best] > depth - used:
                best = int(previous[best]) - 1
            own = best
            while own >= 0 and hops[own] > 0:
                own = int(previous[own]) - 1
            for finished in range(2):
                chosen = own if finished == 1 else best
                # The target is not a start of its own; a start is passed through only where another start hits it
                # harder than it is hit itself.
                if chosen < 0 or (finished == 1 and used == 0) or (finished == 0 and best == own):
                    continue
                if mode == STRONGEST:
                    bound = -at_value[fresh] * value[chosen]
                else:
                    bound = at_value[fresh] + value[chosen]
                # Products in another order differ in their last bits: equal values must stay equal.
                mantissa, exponent = math.frexp(bound)
                bound = math.ldexp(math.floor(mantissa * 1099511627776.0 + 0.5) / 1099511627776.0, exponent)
                entry = (bound, used + int(hops[chosen]), int(rank[v]), fresh, finished)
                heapq.heappush(heap, entry)
            fresh += 1
        if len(heap) == 0 or len(path_values) == k:
            break
        bound, _, _, chosen, finished = heapq.heappop(heap)
        if finished == 1:
            step = chosen
            while at_next[step] >= 0:
                path_edges.append(at_edge[step])
                step = at_next[step]
            path_offsets.append(len(path_edges))
            path_values.append(-bound if mode == STRONGEST else bound)
            continue
        if len(at_node) > effort:
            complete = False
            break
        v = at_node[chosen]
        used = at_used[chosen]
        if used == depth:
            continue
        for e in range(pointer[v], pointer[v + 1]):
            u = int(tail[e])
            w = weight[edge[e]]
            if w <= 0.0 or state[u, 1] == 0.0:
                continue
            step = chosen
            while step >= 0 and at_node[step] != u:
                step = at_next[step]
            if step >= 0:
                continue
            at_node.append(u)
            at_edge.append(int(edge[e]))
            at_next.append(chosen)
            at_used.append(used + 1)
            if mode == STRONGEST:
                at_value.append(at_value[chosen] * w)
            elif mode == EARLIEST:
                at_value.append(at_value[chosen] + lag[edge[e]])
            else:
                at_value.append(at_value[chosen] + 1.0)
    return np.array(path_offsets), np.array(path_edges, dtype=np.int32), np.array(path_values), complete
