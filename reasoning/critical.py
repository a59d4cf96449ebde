"""``critical``: single points of failure and dangerous pairs: minimal cuts of one and two, by ``requires``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Literal

import numpy as np

from ontology.errors import BadQuestion
from reasoning.flow import Bool, Flow, Int32, Int64
from reasoning.gate_kernels import fail_sets
from reasoning.gates import Needs, needs_among
from reasoning.kernels import REACH, fast
from reasoning.network import Network
from reasoning.results import Critical, WeakPoint
from reasoning.spreading import reach_from
from reasoning.stakes import class_totals
from reasoning.types import Filters, Towards

MOST = 20_000
"""Candidates tried; with more the answer says that it is not complete."""
MOST_PAIRS = 200_000
_BATCH = 2_000


def critical(
    network: Network,
    *,
    among: Sequence[str] = (),
    target: str | None = None,
    filters: Filters | None = None,
    limit: int = 10,
    pairs: bool = True,
    as_of: date | None = None,
) -> Critical:
    """Find the failures that stop most.

    Args:
        among: classes whose members may fail; empty: whatever depends on nothing itself.
        target: only what stops this entity (id): its minimal cuts of one and two.
        filters: as for ``impact``; ``to`` says what counts as hurt.
        limit: how many singles and pairs to list.

    Raises:
        BadQuestion: upstream or depth is asked for, or a filter names what is not in the ontology.
        NotFound: the target is not in the graph.
    """
    filters = filters or Filters()
    if filters.towards is Towards.UPSTREAM or filters.depth is not None:
        raise BadQuestion("Weak points are looked for downstream and at any depth.", do="Leave depth and upstream out.")
    today = as_of or date.today()
    valid_at: date | Literal["any"] = filters.valid_at or today
    flow = network.flow(filters, valid_at)
    end = None if target is None else network.snapshot.index(target)
    candidates = _candidates(network, flow, among, end)
    complete = len(candidates) <= MOST
    candidates = candidates[:MOST]
    needs = needs_among(flow, np.arange(flow.size, dtype=np.int32))
    search = _Search(network, needs, filters, end, today)
    singles = search.singles(candidates)
    double: list[tuple[int, tuple[int, int]]] = []
    if pairs:
        wanted, whole = search.pairs_that_share()
        complete &= whole
        double = search.pairs(wanted)
    notes = () if complete else (f"Only {MOST:,} things and {MOST_PAIRS:,} pairs were tried.",)
    return Critical(
        network.snapshot.version,
        valid_at,
        filters,
        None if end is None else network.entity(end),
        len(candidates),
        tuple(search.weak_point((c,), hurt) for hurt, c in singles[:limit]),
        tuple(search.weak_point(both, extra) for extra, both in double[:limit]),
        (len(singles), len(double)),
        complete,
        notes,
    )


class _Search:
    """Failing sets of candidates, alone and in pairs, counted on what the question wants counted."""

    def __init__(self, network: Network, needs: Needs, filters: Filters, end: int | None, today: date) -> None:
        self._network = network
        self._needs = needs
        self._end = end
        self._today = today
        self._counts: Bool = np.ones(network.snapshot.size, dtype=np.bool_)
        if filters.to:
            self._counts[:] = False
            for name in network.classes(filters.to):
                self._counts[network.snapshot.members(name)] = True
        self._alone: dict[int, Int32] = {}
        self._touched: dict[int, list[tuple[int, int]]] = {}

    def singles(self, candidates: Int32) -> list[tuple[int, int]]:
        """(hurt, candidate), worst first, ties by mention key; only those that hurt something."""
        nothing = np.full(len(candidates), -1, dtype=np.int32)
        found = []
        for at, failed, groups in self._run(candidates, nothing):
            candidate = int(candidates[at])
            self._alone[candidate] = failed
            for group, lost in groups:
                self._touched.setdefault(group, []).append((candidate, lost))
            hurt = self._hurt(failed, (candidate,))
            if hurt and self._stops(failed):
                found.append((hurt, candidate))
        return sorted(found, key=lambda s: (-s[0], int(self._network.rank[s[1]])))

    def pairs_that_share(self) -> tuple[list[tuple[int, int]], bool]:
        """Pairs that together take enough from some group that neither takes alone; and whether these are all."""
        wanted: set[tuple[int, int]] = set()
        for group, touched in sorted(self._touched.items()):
            needed = int(self._needs.needed[group])
            for (a, x), (b, y) in combinations(touched, 2):
                if x + y >= needed:
                    wanted.add((min(a, b), max(a, b)))
                    if len(wanted) >= MOST_PAIRS:
                        return sorted(wanted), False
        return sorted(wanted), True

    def pairs(self, wanted: Sequence[tuple[int, int]]) -> list[tuple[int, tuple[int, int]]]:
        """(hurt only together, pair), worst first."""
        one = np.array([a for a, _ in wanted], dtype=np.int32)
        two = np.array([b for _, b in wanted], dtype=np.int32)
        rank = self._network.rank
        found = []
        for at, failed, _ in self._run(one, two):
            pair = wanted[at]
            apart = np.union1d(self._alone[pair[0]], self._alone[pair[1]])
            extra = np.setdiff1d(failed, apart)
            hurt = int(self._counts[extra].sum())
            if hurt and self._stops(extra):
                found.append((hurt, (pair if rank[pair[0]] < rank[pair[1]] else (pair[1], pair[0]))))
        return sorted(found, key=lambda s: (-s[0], tuple(int(rank[i]) for i in s[1])))

    def weak_point(self, entities: tuple[int, ...], extra: int) -> WeakPoint:
        """A single or pair with everything that it stops."""
        one = np.array([entities[0]], dtype=np.int32)
        two = np.array([entities[1] if len(entities) > 1 else -1], dtype=np.int32)
        ((_, failed, _),) = self._run(one, two)
        hurt = np.array([v for v in failed.tolist() if v not in entities and self._counts[v]], dtype=np.int32)
        totals = class_totals(self._network, hurt, np.full(len(hurt), np.nan), self._today)
        return WeakPoint(tuple(self._network.entity(e) for e in entities), len(hurt), extra, totals)

    def _hurt(self, failed: Int32, without: Iterable[int]) -> int:
        return int(self._counts[failed].sum()) - sum(int(self._counts[c]) for c in without)

    def _stops(self, failed: Int32) -> bool:
        return self._end is None or bool((failed == self._end).any())

    def _run(self, one: Int32, two: Int32) -> Iterable[tuple[int, Int32, list[tuple[int, int]]]]:
        needs = self._needs
        run = fast(fail_sets, len(needs.entry_group))
        for begin in range(0, len(one), _BATCH):
            part = slice(begin, begin + _BATCH)
            node_offsets, nodes, group_offsets, groups, counts = run(
                needs.pointer, needs.entry_group, needs.owner, needs.needed, one[part], two[part], len(needs.nodes)
            )
            for i in range(len(node_offsets) - 1):
                own = slice(int(group_offsets[i]), int(group_offsets[i + 1]))
                touched = list(zip(groups[own].tolist(), counts[own].tolist(), strict=True))
                yield begin + i, nodes[node_offsets[i] : node_offsets[i + 1]], touched


def _candidates(network: Network, flow: Flow, among: Sequence[str], end: int | None) -> Int32:
    """Who may fail, in order of mention keys."""
    leads_on = np.diff(flow.pointer) > 0
    if among:
        allowed = np.zeros(flow.size, dtype=np.bool_)
        for name in network.classes(among):
            allowed[network.snapshot.members(name)] = True
    else:
        allowed = np.diff(flow.back_pointer) == 0
    chosen: Int64 = np.flatnonzero(leads_on & allowed)
    if end is not None:
        backwards = _turned(flow)
        upstream = reach_from(backwards, [end], [0.0], REACH, depth=None, cutoff=None).node
        chosen = np.intersect1d(chosen, upstream[upstream != end])
    return chosen[np.argsort(network.rank[chosen], kind="stable")].astype(np.int32)


def _turned(flow: Flow) -> Flow:
    """The same edges the other way round (only what reach needs is meaningful)."""
    edges = flow.back_edge
    return Flow(
        flow.size,
        flow.back_pointer,
        flow.head[edges],
        flow.tail[edges],
        flow.weight[edges],
        flow.lag[edges],
        flow.kind[edges],
        flow.row[edges],
        flow.names,
        flow.pointer,
        flow.head,
        flow.back_edge,
        flow.gates,
    )
