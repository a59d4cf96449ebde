"""Which edges of a graph lie on a simple path between two nodes.

An edge lies on a simple path from s to t exactly when its biconnected block lies on the path from s to t in the
block-cut tree (Harary, *Graph Theory*, 1969, ch. 4).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

import igraph

Pair = tuple[int, int]


def edges_between(edges: Sequence[Pair], ends: Sequence[Pair]) -> list[list[int]]:
    """For each (s, t) the positions of the edges on simple paths between them; s ≠ t."""
    number: dict[int, int] = {}
    for a, b in edges:
        number.setdefault(a, len(number))
        number.setdefault(b, len(number))
    plain = [(number[a], number[b]) for a, b in edges]
    graph = igraph.Graph(n=len(number), edges=sorted({(min(e), max(e)) for e in plain if e[0] != e[1]}))
    blocks: list[list[int]] = [list(block) for block in graph.biconnected_components()]
    of_node: defaultdict[int, set[int]] = defaultdict(set)
    for index, block in enumerate(blocks):
        for node in block:
            of_node[node].add(index)
    in_block: defaultdict[int, list[int]] = defaultdict(list)
    for position, (a, b) in enumerate(plain):
        if a != b:
            (index,) = of_node[a] & of_node[b]
            in_block[index].append(position)
    out = []
    for s, t in ends:
        path = _blocks_on_path(blocks, of_node, number[s], number[t])
        out.append(sorted(position for index in path for position in in_block[index]))
    return out


def _blocks_on_path(blocks: list[list[int]], of_node: dict[int, set[int]], start: int, goal: int) -> list[int]:
    """Breadth-first over node → block → node; a shortest such walk is the path in the block-cut tree."""
    came: dict[int, tuple[int, int]] = {}
    seen_blocks: set[int] = set()
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal:
            break
        for index in of_node[node]:
            if index in seen_blocks:
                continue
            seen_blocks.add(index)
            for other in blocks[index]:
                if other not in came and other != start:
                    came[other] = (node, index)
                    queue.append(other)
    path = []
    node = goal
    while node != start:
        node, index = came[node]
        path.append(index)
    return path
