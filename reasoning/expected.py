"""``expected``: how much arrives in total, over all walks (sum-product); without a depth only where no circle is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ontology.errors import Cycle
from reasoning.direct import earliest_days
from reasoning.flow import Float, Flow, Int32, Int64
from reasoning.kernels import NO_BOUND, STRONGEST, fast
from reasoning.network import Network
from reasoning.outcome import Outcome
from reasoning.spreading import reach_from

Colour = npt.NDArray[np.int8]
NOT_A_SHARE = (
    "Totals add up all paths: a total above 1 means that a thing is hit over several paths, not a probability."
)


def expected(
    network: Network,
    flow: Flow,
    starts: Sequence[int],
    severity: Sequence[float],
    after: Sequence[float],
    depth: int | None,
) -> Outcome:
    """Sum over all walks of at most ``depth`` hops of the product of their weights (matrix powers of the weights).

    Raises:
        Cycle: no depth is given and the starts lead into a circle, over which infinitely many walks run.
    """
    reached = reach_from(flow, starts, severity, STRONGEST, depth=depth, cutoff=None)
    nodes = np.sort(reached.node)
    if depth is None:
        circle = find_circle(flow, nodes)
        if circle:
            names = tuple(network.snapshot.title(i) for i in circle)
            raise Cycle(
                f"Things depend on each other in a circle: {' → '.join((*names, names[0]))}.",
                tuple(network.snapshot.entity_id(i) for i in circle),
                do="Give a depth: then walks of at most so many hops are counted.",
            )
    total, mass_left = fast(walk_sum, flow.edges)(
        flow.pointer, flow.head, flow.weight, np.array(starts, dtype=np.int32), np.array(severity, dtype=np.float64),
        NO_BOUND if depth is None else depth, np.zeros(flow.size),
    )  # fmt: skip
    events = reached.events
    node = reached.node[events]
    others = ~np.isin(node, np.array(starts, dtype=np.int32))
    events, node = events[others], node[others]
    earliest = earliest_days(flow, starts, after, depth, node)
    return Outcome(
        flow, node, total[node], reached.hops[events], earliest, True, reached, int(mass_left), notes=(NOT_A_SHARE,)
    )


def walk_sum(
    pointer: Int64, head: Int32, weight: Float, starts: Int32, initial: Float, depth: int, total: Float
) -> tuple[Float, int]:
    """Add to ``total`` (zeros) what arrives at each node; also how many nodes at the depth would pass more on.

    Layer by layer, nodes in order of number, edges in order: the same sums in the same order every time.
    """
    size = len(total)
    now = np.zeros(size, dtype=np.float64)
    then = np.zeros(size, dtype=np.float64)
    front = np.sort(starts)
    for i in range(len(starts)):
        now[starts[i]] = initial[i]
    layer = 0
    while len(front) > 0 and layer < depth:
        layer += 1
        fresh = [0]
        fresh.clear()
        for i in range(len(front)):
            u = front[i]
            for e in range(pointer[u], pointer[u + 1]):
                if weight[e] <= 0.0:
                    continue
                v = head[e]
                if then[v] == 0.0:
                    fresh.append(int(v) + 0)
                then[v] += now[u] * weight[e]
        for i in range(len(front)):
            now[front[i]] = 0.0
        front = np.zeros(len(fresh), dtype=np.int32)
        for i in range(len(fresh)):
            front[i] = fresh[i]
        front = np.sort(front)
        for i in range(len(front)):
            v = front[i]
            total[v] += then[v]
            now[v] = then[v]
            then[v] = 0.0
    left = 0
    for i in range(len(front)):
        u = front[i]
        for e in range(pointer[u], pointer[u + 1]):
            if weight[e] > 0.0:
                left += 1
                break
    return total, left


def find_circle(flow: Flow, nodes: Int32) -> tuple[int, ...]:
    """A circle of edges with weight among some nodes (ascending), or nothing. Depth-first search, iterative."""
    colour = np.zeros(flow.size, dtype=np.int8)
    stack = fast(circle, flow.edges)(flow.pointer, flow.head, flow.weight, nodes, colour)
    return tuple(int(v) for v in stack)


def circle(pointer: Int64, head: Int32, weight: Float, nodes: Int32, colour: Colour) -> list[int]:
    """The first circle met, in order; empty if there is none. ``colour``: zeros, 1 = on the way, 2 = done."""
    path = [0]
    path.clear()
    edge = [0]
    edge.clear()
    for i in range(len(nodes)):
        if colour[nodes[i]] != 0:
            continue
        path.append(int(nodes[i]) + 0)
        edge.append(int(pointer[nodes[i]]) + 0)
        colour[nodes[i]] = 1
        while len(path) > 0:
            u = path[-1]
            e = edge[-1]
            if e == pointer[u + 1]:
                colour[u] = 2
                path.pop()
                edge.pop()
                continue
            edge[-1] = e + 1
            v = int(head[e]) + 0
            if weight[e] <= 0.0 or colour[v] == 2:
                continue
            if colour[v] == 1:
                while path[0] != v:
                    path.pop(0)
                return path
            colour[v] = 1
            path.append(v)
            edge.append(int(pointer[v]) + 0)
    return path
