"""``requires`` and ``delayed``: what fails when dependants may need all, any or k of the things they depend on.

Over one relation a dependant needs *all*, *any* or *k* of its distinct suppliers (the ontology's gate); over several
relations it needs each of them. A relation with gate *all* and a weight below 1 is a help, not a need: it alone stops
nothing. With *any* and *k* weights do not count: whoever has lost enough of them has nothing left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ontology.model import Gate
from reasoning.flow import Bool, Float, Flow, Int32, Int64, gather, part_of
from reasoning.gate_kernels import fail, pulses, stand
from reasoning.kernels import EARLIEST, REACH, fast
from reasoning.outcome import Outcome
from reasoning.spreading import reach_from
from reasoning.types import Start

EVENTS = 5_000_000
"""Failures and recoveries looked at before ``delayed`` gives up (cycles can pass a short failure on for ever)."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs of all nodes that starts can reach. Nodes are numbered locally: ``nodes[local]`` is the global one."""

    nodes: Int32
    """Ascending; starts included."""
    starts: Int32
    pointer: Int64
    """Entries of local node u, by supplier: ``pointer[u]:pointer[u + 1]``."""
    entry_group: Int32
    entry_lag: Float
    entry_edge: Int64
    """The flow's edge of each entry."""
    owner: Int32
    """Local node that each group is a need of."""
    needed: Int32
    """How many of a group must fail until it fails."""
    members: Int32
    """How many distinct suppliers a group has, reached or not."""
    helpful: int
    """Relations left out because they are a help, not a need."""
    dropped: int
    """What lies beyond the depth."""


def needs_of(flow: Flow, starts: Sequence[int], depth: int | None) -> Needs:
    """The groups of suppliers of everything that the starts reach; what lies further away than ``depth`` stands."""
    reached = reach_from(flow, starts, [0.0] * len(starts), REACH, depth=depth, cutoff=None)
    return needs_among(flow, np.sort(reached.node), starts, reached.dropped)


def needs_among(flow: Flow, nodes: Int32, starts: Sequence[int] = (), dropped: int = 0) -> Needs:
    """The groups of suppliers of some nodes (ascending); whatever is not among them stands."""
    place = gather(flow.back_pointer, nodes)
    edge = flow.back_edge[place].astype(np.int64)
    relation = (flow.kind[edge] // 2).astype(np.int64)
    alone = np.array([gate is Gate.ALL for gate, _ in flow.gates], dtype=np.bool_)[relation]
    weight = flow.weight[edge]
    needed = (weight > 0) & ~(alone & (weight < 1))
    helpful = int(((weight > 0) & ~needed).sum())
    edge, relation = edge[needed], relation[needed]
    order = np.lexsort((flow.lag[edge], flow.tail[edge], relation, flow.head[edge]))
    edge, relation = edge[order], relation[order]
    head, tail = flow.head[edge], flow.tail[edge]
    new_group = _changes(head, relation)
    group = np.cumsum(new_group) - 1
    # Parallel relations to one supplier count once, with the shortest lag.
    distinct = new_group | _changes(tail)
    edge, tail, group = edge[distinct], tail[distinct], group[distinct]
    size = int(group[-1]) + 1 if len(group) else 0
    members = np.bincount(group, minlength=size).astype(np.int32)
    first = np.flatnonzero(new_group)
    inside, local = _local(nodes, tail)
    group, edge, local = group[inside], edge[inside], local[inside]
    by_supplier = np.argsort(local, kind="stable")
    pointer = np.zeros(len(nodes) + 1, dtype=np.int64)
    np.cumsum(np.bincount(local, minlength=len(nodes)), out=pointer[1:])
    return Needs(
        nodes,
        _local(nodes, np.array(starts, dtype=np.int32))[1].astype(np.int32),
        pointer,
        group[by_supplier].astype(np.int32),
        flow.lag[edge[by_supplier]],
        edge[by_supplier],
        _local(nodes, head[first])[1].astype(np.int32),
        _needed(flow, relation[first], members),
        members,
        helpful,
        dropped,
    )


def requires(flow: Flow, starts: Sequence[int], depth: int | None) -> Outcome:
    """What can no longer work: the least fixpoint of failure. Score: 1; hops: the round in which it fails."""
    needs = needs_of(flow, starts, depth)
    work = flow.edges
    layer = fast(fail, work)(
        needs.pointer, needs.entry_group, needs.owner, needs.needed, needs.starts, len(needs.nodes)
    )
    failed = np.flatnonzero(layer > 0)
    outcome = _between(flow, needs, layer >= 0)
    groups = _self_supporting(needs, layer, work) if depth is None else ()
    return Outcome(
        outcome,
        needs.nodes[failed],
        np.ones(len(failed)),
        layer[failed],
        np.full(len(failed), np.nan),
        True,
        reach_from(outcome, starts, [0.0] * len(starts), REACH, depth=None, cutoff=None),
        needs.dropped,
        notes=_notes(needs),
        groups=groups,
    )


def delayed(
    flow: Flow, indices: Sequence[int], starts: Sequence[Start], depth: int | None, cutoff: float | None
) -> Outcome:
    """When things fail, and until when. Score: days until it fails.

    A group of suppliers is down while enough of them are felt to be down (a failure and its end are both felt after the
    lag); a node is down while any of its groups is. Starts without an end stay down.
    """
    needs = needs_of(flow, indices, depth)
    begin = np.array([s.after for s in starts], dtype=np.float64)
    end = np.array([np.inf if s.days is None else s.after + s.days for s in starts], dtype=np.float64)
    horizon = np.inf if cutoff is None else float(cutoff)
    first, last, layer, dropped, complete = fast(pulses, flow.edges)(
        needs.pointer, needs.entry_group, needs.entry_lag, needs.owner, needs.needed, needs.starts, begin, end,
        len(needs.nodes), horizon, EVENTS,
    )  # fmt: skip
    down = ~np.isinf(first)
    down[needs.starts] = True
    others = down.copy()
    others[needs.starts] = False
    failed = np.flatnonzero(others)
    part = _between(flow, needs, down)
    notes = _notes(needs)
    if not complete:
        notes = (*notes, "A short failure runs in a circle here; what happens late was not followed to its end.")
    return Outcome(
        part,
        needs.nodes[failed],
        first[failed],
        layer[failed],
        first[failed],
        False,
        reach_from(part, indices, begin.tolist(), EARLIEST, depth=None, cutoff=None),
        int(dropped) + needs.dropped,
        complete=bool(complete),
        until=last[failed] if np.isfinite(end).any() else None,
        notes=notes,
    )


def _needed(flow: Flow, relation: Int64, members: Int32) -> Int32:
    """Failures until a group fails; a group that has fewer than it needs even now fails with the first."""
    kinds = np.array([gate is Gate.ANY for gate, _ in flow.gates], dtype=np.bool_)
    some = np.array([gate is Gate.K_OF_N for gate, _ in flow.gates], dtype=np.bool_)
    k = np.array([k for _, k in flow.gates], dtype=np.int32)
    result = np.ones(len(relation), dtype=np.int32)
    result = np.where(kinds[relation], members, result)
    result = np.where(some[relation], members - k[relation] + 1, result)
    return np.maximum(result, 1).astype(np.int32)


def _between(flow: Flow, needs: Needs, failed: Bool) -> Flow:
    """The needs between failed nodes as a flow: paths shown lead through what failed only."""
    supplier = np.repeat(np.arange(len(needs.nodes)), np.diff(needs.pointer))
    both = failed[supplier] & failed[needs.owner[needs.entry_group]]
    back_into_starts = np.isin(needs.owner[needs.entry_group], needs.starts)
    return part_of(flow, np.sort(needs.entry_edge[both & ~back_into_starts]))


def _self_supporting(needs: Needs, layer: Int32, work: int) -> tuple[tuple[int, ...], ...]:
    """Sets that were held up from outside before, and now stand only because each needs another of the set."""
    nothing = np.zeros(0, dtype=np.int32)
    run = fast(stand, work)
    arguments = (needs.pointer, needs.entry_group, needs.owner, needs.needed, needs.members)
    before = run(*arguments, nothing, len(needs.nodes))
    now = run(*arguments, np.flatnonzero(layer >= 0).astype(np.int32), len(needs.nodes))
    hanging = before & ~now & (layer < 0)
    if not hanging.any():
        return ()
    supplier = np.repeat(np.arange(len(needs.nodes)), np.diff(needs.pointer))
    owner = needs.owner[needs.entry_group]
    between = hanging[supplier] & hanging[owner]
    return _components(needs.nodes, supplier[between], owner[between], np.flatnonzero(hanging))


def _components(nodes: Int32, a: Int64, b: Int32, members: Int64) -> tuple[tuple[int, ...], ...]:
    parent = {int(m): int(m) for m in members}

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        parent[max(root(x), root(y))] = min(root(x), root(y))
    groups: dict[int, list[int]] = {}
    for m in members.tolist():
        groups.setdefault(root(m), []).append(int(nodes[m]))
    return tuple(tuple(g) for _, g in sorted(groups.items()))


def _notes(needs: Needs) -> tuple[str, ...]:
    if not needs.helpful:
        return ()
    return (f"{needs.helpful:,} relations with a strength below 100% were taken as a help, not a need.",)


def _changes(*columns: Int32 | Int64) -> Bool:
    """Where a row differs from the one before (the first does)."""
    changed = np.ones(len(columns[0]), dtype=np.bool_)
    if len(changed):
        changed[1:] = False
        for column in columns:
            changed[1:] |= column[1:] != column[:-1]
    return changed


def _local(nodes: Int32, some: Int32) -> tuple[Bool, Int64]:
    """Which of some global nodes are among ``nodes``, and their positions there."""
    at = np.minimum(np.searchsorted(nodes, some), max(len(nodes) - 1, 0))
    inside: Bool = nodes[at] == some if len(nodes) else np.zeros(len(some), dtype=np.bool_)
    return inside, at
