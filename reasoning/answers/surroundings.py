"""What lies around the things that a question names: a bounded walk that keeps the way which covers most of it.

From each thing named, nodes are met in order of cost (:func:`reasoning.flow.tie_flow`: a hop costs more the more hangs
on what it leads to). A node covers words, classes and days of the question; its way covers what the nodes on it cover
together. The facts of the answer are the ways that cover most at least cost.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from reasoning.evidence import path_of
from reasoning.flow import Flow
from reasoning.network import Network
from reasoning.retrieval.text import terms
from reasoning.structure.dates import Span
from reasoning.types import Filters, Path

_NODES = 4_000  # nodes that are met at most
_COST = 6.5  # how far: some four hops through ordinary things
_HUB = 400  # what has more relations is met, but not walked through, unless it is a start
_SHARED = 12  # what has more relations is shared by many: what lies behind it is theirs, not the start's
_PER_COST = 0.08  # of the weight of one word of the question
_LONG = 80  # characters of a value that is read for words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for besides names: stems with their weight, classes, days."""

    stems: tuple[tuple[str, float], ...]
    classes: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def weights(self) -> tuple[float, ...]:
        """Weight of each item: stems, then classes, then spans."""
        return (*(w for _, w in self.stems), *(0.6 for _ in self.classes), *(1.5 for _ in self.spans))


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a start to a node, as edges of the flow, and what of the question it covers."""

    start: int
    node: int
    edges: tuple[int, ...]
    cost: float
    covered: frozenset[int]
    score: float
    properties: frozenset[str]
    """Properties of the node that a day of the question falls on."""


Content = tuple[frozenset[str], tuple[tuple[str, date], ...]]
_KEPT = 50_000  # things of a network whose words are kept
_CONTENTS: WeakKeyDictionary[Network, dict[int, Content]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything met, with its cost from the nearest start, and the best ways."""

    near: dict[int, float]
    behind: frozenset[int]
    """What was met behind things that many share: near, but not the starts' own."""
    ways: tuple[Way, ...]
    flow: Flow | None

    def path(self, network: Network, way: Way) -> Path | None:
        """A way in words and with its records; None where start and node are one."""
        return path_of(network, self.flow, way.edges, lags=False) if self.flow is not None and way.edges else None


def look_around(
    network: Network, starts: Sequence[int], wanted: Wanted, *, valid_at: date | Literal["any"] = "any", most: int = 6
) -> Surroundings:
    """Walk from ``starts``; the ``most`` best ways, best first, each covering something of the question."""
    if not starts:
        return Surroundings({}, frozenset(), (), None)
    flow = network.ties(Filters(), valid_at)
    cost: dict[int, float] = {}
    came: dict[int, tuple[int, int]] = {}
    covers: dict[int, frozenset[int]] = {}
    dated: dict[int, frozenset[str]] = {}
    behind: set[int] = set()
    own = set(starts)
    queue = [(0.0, int(network.rank[s]), s, -1, -1) for s in starts]
    heapq.heapify(queue)
    while queue and len(cost) < _NODES:
        at, _, node, edge, before = heapq.heappop(queue)
        if node in cost:
            continue
        cost[node], came[node] = at, (edge, before)
        found, days = _covered(network, node, wanted)
        covers[node] = found | covers.get(before, frozenset())
        dated[node] = days
        first, last = int(flow.pointer[node]), int(flow.pointer[node + 1])
        if before in behind or (before >= 0 and before not in own and _degree(flow, before) > _SHARED):
            behind.add(node)
        if last - first > _HUB and node not in own:
            continue
        heads, lags = flow.head[first:last].tolist(), flow.lag[first:last].tolist()
        for offset, (head, lag) in enumerate(zip(heads, lags, strict=True)):
            if head not in cost and at + lag <= _COST:
                heapq.heappush(queue, (at + lag, int(network.rank[head]), head, first + offset, node))
    weights = wanted.weights
    ways = []
    for node, covered in covers.items():
        before = came[node][1]
        if node in behind or not covered or (before >= 0 and covered == covers[before]):
            continue  # the way up to the node before says as much
        score = sum(weights[i] for i in covered) - _PER_COST * cost[node]
        ways.append((-score, cost[node], int(network.rank[node]), node))
    best = tuple(
        Way(*_back(node, came), cost[node], covers[node], -score, dated[node])
        for score, _, _, node in heapq.nsmallest(most, ways)
    )
    return Surroundings(cost, frozenset(behind), best, flow)


def _degree(flow: Flow, node: int) -> int:
    return int(flow.pointer[node + 1] - flow.pointer[node])


def _back(node: int, came: dict[int, tuple[int, int]]) -> tuple[int, int, tuple[int, ...]]:
    edges: list[int] = []
    at = node
    while came[at][1] >= 0:
        edges.insert(0, came[at][0])
        at = came[at][1]
    return at, node, tuple(edges)


def _covered(network: Network, node: int, wanted: Wanted) -> tuple[frozenset[int], frozenset[str]]:
    """Items of the question that a node covers, and its properties that a day of the question falls on."""
    classes = network.snapshot.classes(node)
    if "Passage" in classes:
        return frozenset(), frozenset()
    said, on = _told(network, node)
    found: set[int] = {i for i, (stem, _) in enumerate(wanted.stems) if stem in said}
    offset = len(wanted.stems)
    ontology = network.ontology
    for i, name in enumerate(wanted.classes):
        if any(c in ontology.classes and ontology.is_a(c, name) for c in classes):
            found.add(offset + i)
    offset += len(wanted.classes)
    dated: set[str] = set()
    for i, span in enumerate(wanted.spans):
        days = {name for name, day in on if span.holds(day)}
        if days:
            found.add(offset + i)
            dated |= days
    return frozenset(found), frozenset(dated)


def _told(network: Network, node: int) -> Content:
    """Stems of what a node's title and values say, and its days; kept, since questions walk over the same things."""
    kept = _CONTENTS.setdefault(network, {})
    found = kept.get(node)
    if found is not None:
        return found
    said = set(terms(network.snapshot.title(node)))
    on: list[tuple[str, date]] = []
    for name, value in network.snapshot.values(node).items():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and len(one) <= _LONG:
                said.update(terms(one))
        if isinstance(value, date):
            on.append((name, value.date() if isinstance(value, datetime) else value))
    if len(kept) < _KEPT:
        kept[node] = frozenset(said), tuple(on)
    return frozenset(said), tuple(on)


def rarity(network: Network, stems: Iterable[str], counts: dict[str, int]) -> tuple[tuple[str, float], ...]:
    """Stems with a weight: the rarer among the names of the graph, the more telling; unknown ones tell something."""
    total = max(network.snapshot.size, 2)
    return tuple(
        (stem, float(np.clip(np.log(total / (counts.get(stem, 0) + 1)) / np.log(total), 0.1, 1.0)))
        for stem in dict.fromkeys(stems)
    )
