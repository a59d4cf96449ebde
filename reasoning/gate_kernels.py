"""Loops over groups of suppliers, for :mod:`reasoning.gates`; compiled by :func:`reasoning.kernels.fast`."""

from __future__ import annotations

import heapq

import numpy as np

from reasoning.flow import Bool, Float, Int32, Int64


def fail(pointer: Int64, entry_group: Int32, owner: Int32, needed: Int32, starts: Int32, size: int) -> Int32:
    """Least fixpoint of failure in rounds (Dowling & Gallier 1984: linear, each entry is looked at once).

    Returns:
        the round in which each node fails (0 for starts, -1 for those that stand).
    """
    layer = np.full(size, -1, dtype=np.int32)
    lost = np.zeros(len(owner), dtype=np.int32)
    queue = np.empty(size, dtype=np.int32)
    count = len(starts)
    for i in range(count):
        queue[i] = starts[i]
        layer[starts[i]] = 0
    at = 0
    while at < count:
        u = queue[at]
        at += 1
        for e in range(pointer[u], pointer[u + 1]):
            g = entry_group[e]
            lost[g] += 1
            v = owner[g]
            if lost[g] == needed[g] and layer[v] < 0:
                layer[v] = layer[u] + 1
                queue[count] = v
                count += 1
    return layer


def fail_sets(
    pointer: Int64, entry_group: Int32, owner: Int32, needed: Int32, one: Int32, two: Int32, size: int
) -> tuple[Int64, Int32, Int64, Int32, Int32]:
    """For many starts (``one[i]`` and, unless it is -1, ``two[i]``): what fails, and which groups lose some suppliers.

    Returns:
        offsets and nodes that fail (starts first), offsets and groups that lost some but not enough, and how many.
    """
    fails = np.zeros(size, dtype=np.bool_)
    lost = np.zeros(len(owner), dtype=np.int32)
    node_offsets = np.zeros(len(one) + 1, dtype=np.int64)
    group_offsets = np.zeros(len(one) + 1, dtype=np.int64)
    nodes = [0]
    nodes.clear()
    groups = [0]
    groups.clear()
    counts = [0]
    counts.clear()
    for i in range(len(one)):
        begin = len(nodes)
        nodes.append(int(one[i]) + 0)
        fails[one[i]] = True
        if two[i] >= 0:
            nodes.append(int(two[i]) + 0)
            fails[two[i]] = True
        at = begin
        while at < len(nodes):
            u = nodes[at]
            at += 1
            for e in range(pointer[u], pointer[u + 1]):
                g = entry_group[e]
                lost[g] += 1
                v = owner[g]
                if lost[g] == needed[g] and not fails[v]:
                    fails[v] = True
                    nodes.append(int(v) + 0)
        for j in range(begin, len(nodes)):
            u = nodes[j]
            for e in range(pointer[u], pointer[u + 1]):
                g = entry_group[e]
                if lost[g] > 0:
                    if lost[g] < needed[g] and not fails[owner[g]]:
                        groups.append(int(g) + 0)
                        counts.append(int(lost[g]) + 0)
                    lost[g] = 0
        for j in range(begin, len(nodes)):
            fails[nodes[j]] = False
        node_offsets[i + 1] = len(nodes)
        group_offsets[i + 1] = len(groups)
    return (
        node_offsets,
        np.array(nodes, dtype=np.int32),
        group_offsets,
        np.array(groups, dtype=np.int32),
        np.array(counts, dtype=np.int32),
    )


def stand(
    pointer: Int64, entry_group: Int32, owner: Int32, needed: Int32, members: Int32, failed: Int32, size: int
) -> Bool:
    """Least fixpoint of standing: which nodes are held up by something that is not themselves.

    A group stands when ``members - needed + 1`` of its suppliers do; suppliers outside the region stand.
    """
    inside = np.zeros(len(owner), dtype=np.int32)
    for e in range(len(entry_group)):
        inside[entry_group[e]] += 1
    open_groups = np.zeros(size, dtype=np.int32)
    held = np.zeros(len(owner), dtype=np.int32)
    for g in range(len(owner)):
        held[g] = members[g] - inside[g]
        if held[g] < members[g] - needed[g] + 1:
            open_groups[owner[g]] += 1
    down = np.zeros(size, dtype=np.bool_)
    for i in range(len(failed)):
        down[failed[i]] = True
    stands = np.zeros(size, dtype=np.bool_)
    queue = np.empty(size, dtype=np.int32)
    count = 0
    for v in range(size):
        if open_groups[v] == 0 and not down[v]:
            stands[v] = True
            queue[count] = v
            count += 1
    at = 0
    while at < count:
        u = queue[at]
        at += 1
        for e in range(pointer[u], pointer[u + 1]):
            g = entry_group[e]
            held[g] += 1
            v = owner[g]
            if held[g] == members[g] - needed[g] + 1:
                open_groups[v] -= 1
                if open_groups[v] == 0 and not down[v] and not stands[v]:
                    stands[v] = True
                    queue[count] = v
                    count += 1
    return stands


def pulses(
    pointer: Int64,
    entry_group: Int32,
    entry_lag: Float,
    owner: Int32,
    needed: Int32,
    starts: Int32,
    begin: Float,
    end: Float,
    size: int,
    horizon: float,
    limit: int,
) -> tuple[Float, Float, Int32, int, bool]:
    """Failures and recoveries in order of time (discrete-event simulation).

    A moment is worked on until nothing changes in it any more, and only then what is down counts as down: a need that
    ends in the moment in which another begins is not seen as both.

    Returns:
        for each node when it is first down and when it is up for good (infinity: never), the number of hops to its
        first failure, how many events past the horizon were dropped, and whether the limit was kept.
    """
    first = np.full(size, np.inf)
    last = np.full(size, np.inf)
    layer = np.full(size, -1, dtype=np.int32)
    lost = np.zeros(len(owner), dtype=np.int32)
    closed = np.zeros(size, dtype=np.int32)
    is_down = np.zeros(size, dtype=np.bool_)
    cause = np.zeros(size, dtype=np.int32)
    # time, number, node (of a start) or -1, entry, change (+1 down, -1 up), hops
    heap = [(0.0, 0, 0, 0, 0, 0)]
    heap.pop()
    number = 0
    for i in range(len(starts)):
        heapq.heappush(heap, (begin[i], number, int(starts[i]) + 0, 0, 1, 0))
        number += 1
        if end[i] < np.inf:
            heapq.heappush(heap, (end[i], number, int(starts[i]) + 0, 0, -1, 0))
            number += 1
    dropped = 0
    complete = True
    touched = [0]
    changed = [0]
    changed.clear()
    while len(heap) > 0 and complete:
        now = heap[0][0]
        while len(heap) > 0 and heap[0][0] == now:
            if number > limit:
                complete = False
                break
            touched.clear()
            while len(heap) > 0 and heap[0][0] == now:
                _, _, v, entry, change, hops = heapq.heappop(heap)
                if v >= 0:
                    closed[v] += change
                else:
                    g = entry_group[entry]
                    v = int(owner[g]) + 0
                    before = lost[g] >= needed[g]
                    lost[g] += change
                    after = lost[g] >= needed[g]
                    if after and not before:
                        closed[v] += 1
                    elif before and not after:
                        closed[v] -= 1
                cause[v] = hops
                touched.append(v)
            for i in range(len(touched)):
                v = touched[i]
                down = closed[v] > 0
                if down == is_down[v]:
                    continue
                is_down[v] = down
                changed.append(v)
                for e in range(pointer[v], pointer[v + 1]):
                    then = now + entry_lag[e]
                    if then > horizon:
                        dropped += 1
                        continue
                    heapq.heappush(heap, (then, number, -1, e, 1 if down else -1, cause[v] + 1))
                    number += 1
        for i in range(len(changed)):
            v = changed[i]
            if is_down[v]:
                if layer[v] < 0:
                    first[v] = now
                    layer[v] = cause[v]
                last[v] = np.inf
            elif layer[v] >= 0:
                last[v] = now
        changed.clear()
    return first, last, layer, dropped, complete
