"""Clusters of mentions from judgements that may disagree.

The rules, strongest first. For one pair the highest rank that says *same* or *different* decides: person, rule, model.

1. Two mentions that a person calls *different* are never in one cluster, also not through third mentions.
   A rule's *different* does the same, except between mentions that persons hold together.
2. Links are taken in falling strength: persons' *same*, rules', the model's by falling weight. A link that would bring
   together what must stay apart is cut, so the weakest links on the way are the ones that go (single-linkage in the
   order of Kruskal's algorithm, with vetoes).
3. Where links of *equal* strength together cross a veto, nothing says which of them is wrong. All links on a way
   between the two are left out and reported: kept apart until a person settles it, not guessed at.
4. A person's *unsure* takes the model's word off that pair.

Links of one strength are looked at together, so neither the order of arrival nor the names of the mentions matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ingest.resolution.crossings import edges_between
from ingest.resolution.judgements import Decider, Floats, Ints, Links

_SAME, _DIFFERENT, _UNSURE = 0, 1, 2
_MODEL, _RULE, _PERSON = 0, 1, 2
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Judgements that cannot all hold. Positions are those of the mentions.

    ``links`` are the pairs called *same* that lie between ``apart`` (a pair called *different*) and were left out.
    """

    apart: Pair
    links: tuple[Pair, ...]
    decider: Decider
    """Who made the links that were left out."""
    more: int = 0
    """How many further such links there are; ``links`` holds at most 100."""

    def says(self, mentions: Sequence[str]) -> str:
        """The contradiction in plain words."""
        a, b = (mentions[i] for i in self.apart)
        who = {"person": "people say", "rule": "exact keys say", "model": "equally strong matches say"}[self.decider]
        if self.links == (self.apart,):
            return f"{who} both 'same' and 'different' of {a} and {b}. They are kept apart until that is settled."
        chain = "; ".join(f"{mentions[x]} = {mentions[y]}" for x, y in self.links[:6])
        rest = len(self.links) + self.more - 6
        more = f" and {rest} more" if rest > 0 else ""
        return (
            f"{a} and {b} are called different, but {who} that they hang together: {chain}{more}. "
            "Those links are left out until one of the judgements is withdrawn."
        )


@dataclass(frozen=True, slots=True)
class Clustering:
    """Which mention is in which cluster; clusters are numbered by their smallest mention key."""

    labels: Ints
    count: int
    cut: tuple[Pair, ...]
    """Pairs whose link was left out because something must stay apart (contradictions included)."""
    contradictions: tuple[Contradiction, ...]
    overridden: tuple[Pair, ...]
    """Pairs that a rule calls different, held together by people."""


def cluster(mentions: Sequence[str] | pa.Array, links: Links) -> Clustering:
    """Put mentions into clusters by the rules above. Near-linear; only groups that hold a veto cost more.

    Args:
        mentions: distinct mention keys.
        links: judgements in force; ``left`` and ``right`` are positions in ``mentions``.
    """
    size = len(mentions)
    pairs = _decide(links, size)
    rough = _components(size, pairs.left, pairs.right)
    vetoes = pairs.vetoes
    split = np.unique(rough[vetoes[rough[vetoes[:, 0]] == rough[vetoes[:, 1]], 0]]) if len(vetoes) else vetoes[:, 0]
    forest = _Forest()
    contradictions = list(pairs.contradictions)
    cut: list[Pair] = []
    overridden: list[Pair] = []
    labels = rough
    if len(split):
        inside = np.isin(rough[pairs.left], split)
        staged = _staged(pairs, inside, np.isin(rough[vetoes[:, 0]], split), forest, contradictions, cut, overridden)
        kept_left = np.concatenate([pairs.left[~inside], staged[:, 0]])
        kept_right = np.concatenate([pairs.right[~inside], staged[:, 1]])
        labels = _components(size, kept_left, kept_right)
    cut += [contradiction.apart for contradiction in pairs.contradictions]
    labels, count = _number(labels, mentions)
    return Clustering(labels, count, tuple(sorted(set(cut))), tuple(contradictions), tuple(sorted(overridden)))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One effective judgement per pair: links that say same, and vetoes (left, right, rank)."""

    left: Ints
    right: Ints
    rank: Ints
    weight: Floats
    vetoes: Ints
    contradictions: tuple[Contradiction, ...]


def _decide(links: Links, size: int) -> _Pairs:
    """Reduce the ledger to one judgement per pair: the highest rank that has an opinion."""
    lo, hi = np.minimum(links.left, links.right), np.maximum(links.left, links.right)
    use = lo != hi
    code = (lo * max(size, 1) + hi)[use]
    unique, group = np.unique(code, return_inverse=True)
    count = len(unique)
    verdict, decider, weight = links.verdict[use], links.decider[use], links.weight[use]
    said = np.zeros((3, 3, count), bool)  # decider, verdict, pair
    said[decider, verdict, group] = True
    best = np.full((3, count), -np.inf)
    same = verdict == _SAME
    np.maximum.at(best, (decider[same], group[same]), weight[same])

    person = said[_PERSON, _SAME] | said[_PERSON, _DIFFERENT]
    rule = ~person & (said[_RULE, _SAME] | said[_RULE, _DIFFERENT])
    model = ~person & ~rule & ~said[_PERSON, _UNSURE] & ~said[_MODEL, _DIFFERENT] & said[_MODEL, _SAME]
    rank = np.where(person, _PERSON, np.where(rule, _RULE, _MODEL))
    everyone = np.arange(count)
    yes, no = said[rank, _SAME, everyone], said[rank, _DIFFERENT, everyone]
    first, second = unique // max(size, 1), unique % max(size, 1)
    taken = np.flatnonzero((person | rule | model) & yes & ~no)
    veto = np.flatnonzero((person | rule) & no)  # also where both are said: kept apart until it is settled
    both = np.flatnonzero((person | rule) & yes & no)
    strength = np.where(rank == _PERSON, np.inf, best[rank, everyone])
    return _Pairs(
        first[taken],
        second[taken],
        rank[taken],
        strength[taken],
        np.stack([first[veto], second[veto], rank[veto]], axis=1),
        tuple(
            Contradiction(
                (int(first[i]), int(second[i])),
                ((int(first[i]), int(second[i])),),
                Decider.PERSON if rank[i] == _PERSON else Decider.RULE,
            )
            for i in both
        ),
    )


def _components(size: int, left: Ints, right: Ints) -> Ints:
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64) if size else np.empty(0, np.int64)


def _number(labels: Ints, mentions: Sequence[str] | pa.Array) -> tuple[Ints, int]:
    """Number clusters by their smallest mention key."""
    if not len(labels):
        return labels, 0
    keys = mentions if isinstance(mentions, pa.Array) else pa.array(mentions, pa.string())
    order = np.asarray(pc.sort_indices(keys).to_numpy(zero_copy_only=False), np.int64)
    _, first, inverse = np.unique(labels[order], return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    out = np.empty(len(labels), np.int64)
    out[order] = place[inverse]
    return out, len(first)


class _Forest:
    """Union-find with, for each root, the mentions that must stay apart from it."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}
        self.size: dict[int, int] = {}
        self.apart: defaultdict[int, list[tuple[int, Pair]]] = defaultdict(list)

    def find(self, item: int) -> int:
        root = item
        while (above := self.parent.get(root, root)) != root:
            root = above
        while (above := self.parent.get(item, item)) != root:
            self.parent[item] = root
            item = above
        return root

    def union(self, left: int, right: int) -> None:
        a, b = self.find(left), self.find(right)
        if a == b:
            return
        if self.size.get(a, 1) < self.size.get(b, 1):
            a, b = b, a
        self.parent[b] = a
        self.size[a] = self.size.get(a, 1) + self.size.get(b, 1)
        mine, theirs = self.apart[a], self.apart.pop(b, [])
        if len(mine) < len(theirs):
            mine, theirs = theirs, mine
        mine.extend(theirs)
        self.apart[a] = mine

    def veto(self, left: int, right: int) -> None:
        pair = (left, right)
        self.apart[self.find(left)].append((right, pair))
        self.apart[self.find(right)].append((left, pair))

    def crossed(self, roots: set[int]) -> list[tuple[int, int, Pair]]:
        """The vetoes between two of these roots. The root with the longest list needs no look: vetoes are mutual."""
        largest = max(roots, key=lambda root: len(self.apart.get(root, ())))
        found = {}
        for root in roots - {largest}:
            for partner, pair in self.apart.get(root, ()):
                other = self.find(partner)
                if other in roots:
                    found[pair] = (root, other, pair)
        return [found[pair] for pair in sorted(found)]


def _staged(
    pairs: _Pairs,
    inside: npt.NDArray[np.bool_],
    active: npt.NDArray[np.bool_],
    forest: _Forest,
    contradictions: list[Contradiction],
    cut: list[Pair],
    overridden: list[Pair],
) -> Ints:
    """Take the links of groups that hold a veto, one strength after the other; returns the links that hold."""
    kept: list[Pair] = []
    vetoes = [(int(a), int(b), int(rank)) for a, b, rank in pairs.vetoes[active]]
    for a, b, rank in vetoes:
        if rank == _PERSON:
            forest.veto(a, b)
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort((pairs.right[rows], pairs.left[rows], -pairs.weight[rows], -pairs.rank[rows]))]
    edges = np.flatnonzero(np.diff(pairs.rank[rows]) | (pairs.weight[rows][1:] != pairs.weight[rows][:-1])) + 1
    rules_in = False
    for batch in np.split(rows, edges):
        rank = int(pairs.rank[batch[0]]) if len(batch) else _MODEL
        if rank < _PERSON and not rules_in:
            rules_in = True
            for a, b, by in vetoes:
                if by == _RULE:
                    if forest.find(a) == forest.find(b):
                        overridden.append((a, b))
                    else:
                        forest.veto(a, b)
        links = [(int(pairs.left[i]), int(pairs.right[i])) for i in batch]
        _take(links, (Decider.MODEL, Decider.RULE, Decider.PERSON)[rank], forest, contradictions, cut, kept)
    if not rules_in:
        overridden += [(a, b) for a, b, by in vetoes if by == _RULE and forest.find(a) == forest.find(b)]
    return np.array(kept, np.int64).reshape(-1, 2)


def _take(
    links: list[Pair],
    decider: Decider,
    forest: _Forest,
    contradictions: list[Contradiction],
    cut: list[Pair],
    kept: list[Pair],
) -> None:
    """Take links of one strength together; leave out all that lie between two that must stay apart."""
    ends = [(forest.find(a), forest.find(b)) for a, b in links]
    groups = _Forest()
    for a, b in ends:
        groups.union(a, b)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for i, (a, _) in enumerate(ends):
        members[groups.find(a)].append(i)
    refused: set[Pair] = set()
    for local in members.values():
        roots = {root for i in local for root in ends[i]}
        crossed = forest.crossed(roots) if len(roots) > 1 else []
        if not crossed:
            continue
        between = edges_between([ends[i] for i in local], [(a, b) for a, b, _ in crossed])
        for (_, _, apart), hit in zip(crossed, between, strict=True):
            on_the_way = tuple(sorted(links[local[i]] for i in hit))
            refused.update(on_the_way)
            if decider is Decider.PERSON or len({tuple(sorted(ends[local[i]])) for i in hit}) > 1:
                contradictions.append(Contradiction(apart, on_the_way[:100], decider, max(0, len(on_the_way) - 100)))
    for link, (a, b) in zip(links, ends, strict=True):
        if link in refused:
            cut.append(link)
        else:
            kept.append(link)
            forest.union(a, b)
