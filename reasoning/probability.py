"""``probability``: how likely each thing is hit, if every relation passes a failure on with its weight, independently.

Two-terminal reliability (Ball, Colbourn & Provan 1995), by enumeration where that is small and by Monte Carlo with a
Wilson interval otherwise. 64 worlds are worked on at once, one in each bit. The random bits of a relation depend on the
seed, the relation's id and the number of the world, so the same relation has the same luck in every scenario.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasoning.direct import earliest_days
from reasoning.flow import Float, Flow, Int32, Int64, gather
from reasoning.kernels import NO_BOUND, STRONGEST, fast
from reasoning.network import Network
from reasoning.outcome import Outcome
from reasoning.spreading import Reached, reach_from

UInt64 = npt.NDArray[np.uint64]
DRAWS = 10_000
EFFORT = 400_000_000
"""Edge draws that are affordable; larger regions get fewer draws (at least 640), and the answer says how many."""
EXACT = 4_000_000
"""Worlds × nodes up to which all worlds are enumerated."""
Z = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
_BITS = 32
_FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
# Bit j of the number of a world, for the 64 worlds of one word.
_PATTERNS = np.array(
    [0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0, 0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000,
     0xFFFFFFFF00000000], dtype=np.uint64,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """What the starts can reach, numbered locally, with an extra node 0 whose edges are the starts' own failures."""

    nodes: Int32
    pointer: Int64
    head: Int32
    chance: Float
    key: UInt64


def probability(
    network: Network,
    flow: Flow,
    starts: Sequence[int],
    severity: Sequence[float],
    after: Sequence[float],
    depth: int | None,
    *,
    seed: int = 0,
) -> Outcome:
    """The probability that each thing is hit within ``depth`` hops; a start is hit with its severity."""
    reached = reach_from(flow, starts, severity, STRONGEST, depth=depth, cutoff=None)
    region = region_of(network, flow, reached, starts, severity)
    uncertain = np.flatnonzero(region.chance < 1.0)
    bound = NO_BOUND if depth is None else depth + 1
    size = len(region.nodes) + 1
    if len(uncertain) <= 24 and size * 2 ** len(uncertain) <= EXACT:
        score = _enumerated(region, uncertain, bound)
        low = high = score
        note = "Exact: all combinations were counted."
    else:
        worlds = _affordable(len(region.head), len(uncertain))
        hits = _sampled(region, uncertain, worlds, bound, seed)
        score = hits / worlds
        low, high = wilson(hits, worlds)
        note = (
            f"Estimated from {worlds:,} draws (seed {seed}); the range in brackets holds the truth in 95 of 100 cases."
        )
    order = {int(v): i for i, v in enumerate(region.nodes)}
    events = reached.events
    node = reached.node[events]
    others = ~np.isin(node, np.array(starts, dtype=np.int32))
    events, node = events[others], node[others]
    at = np.array([order[int(v)] for v in node], dtype=np.int64)
    return Outcome(
        flow,
        node,
        score[at],
        reached.hops[events],
        earliest_days(flow, starts, after, depth, node),
        True,
        reached,
        reached.dropped,
        low=low[at],
        high=high[at],
        notes=(note, "Relations are taken as independent of each other."),
    )


def region_of(
    network: Network, flow: Flow, reached: Reached, starts: Sequence[int], severity: Sequence[float]
) -> Region:
    """The part of a flow that the starts reach, ready for drawing."""
    nodes = np.unique(reached.node)
    local = np.zeros(flow.size, dtype=np.int32)
    local[nodes] = np.arange(1, len(nodes) + 1, dtype=np.int32)
    edges = gather(flow.pointer, nodes)
    kept = edges[(flow.weight[edges] > 0) & (local[flow.head[edges]] > 0)]
    tail = np.concatenate([np.zeros(len(starts), dtype=np.int32), local[flow.tail[kept]]])
    head = np.concatenate([local[np.array(starts, dtype=np.int32)], local[flow.head[kept]]])
    chance = np.concatenate([np.array(severity, dtype=np.float64), flow.weight[kept]])
    own = np.array([_hash(network.snapshot.entity_id(s)) for s in starts], dtype=np.uint64)
    key = np.concatenate([own, relation_keys(network, flow, kept)])
    pointer = np.zeros(len(nodes) + 2, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=len(nodes) + 1), out=pointer[1:])
    return Region(nodes, pointer, head, chance, key)


def relation_keys(network: Network, flow: Flow, edges: Int64) -> UInt64:
    """A number for each edge that depends on its relation's id only."""
    keys = np.zeros(len(edges), dtype=np.uint64)
    kinds = flow.kind[edges] // 2
    for kind in np.unique(kinds).tolist():
        chosen = np.flatnonzero(kinds == kind)
        relation = network.snapshot.relation(flow.names[kind])
        keys[chosen] = [_hash(relation.id(row)) for row in flow.row[edges[chosen]].tolist()]
    return keys


def propagate(pointer: Int64, head: Int32, alive: UInt64, depth: int, hit: UInt64, fresh: UInt64, then: UInt64) -> None:
    """In which of 64 worlds each node is hit within ``depth`` hops of node 0; all three room arrays are overwritten."""
    size = len(hit)
    for v in range(size):
        hit[v] = 0
        fresh[v] = 0
        then[v] = 0
    full = ~np.uint64(0)
    hit[0] = full
    fresh[0] = full
    layer = 0
    busy = True
    while busy and layer < depth:
        layer += 1
        busy = False
        for u in range(size):
            worlds = fresh[u]
            if worlds == 0:
                continue
            for e in range(pointer[u], pointer[u + 1]):
                v = head[e]
                new = worlds & alive[e] & ~hit[v]
                if new != 0:
                    then[v] |= new
        for v in range(size):
            new = then[v] & ~hit[v]
            fresh[v] = new
            then[v] = 0
            if new != 0:
                hit[v] |= new
                busy = True


def wilson(hits: Float, draws: int) -> tuple[Float, Float]:
    """95 % interval of a share (Wilson 1927)."""
    share = hits / draws
    centre = (share + Z * Z / (2 * draws)) / (1 + Z * Z / draws)
    half = Z / (1 + Z * Z / draws) * np.sqrt(share * (1 - share) / draws + Z * Z / (4 * draws * draws))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _affordable(edges: int, uncertain: int) -> int:
    draws = min(DRAWS, max(640, EFFORT // max(edges + uncertain * _BITS // 8, 1)))
    return math.ceil(draws / 64) * 64


def _sampled(region: Region, uncertain: Int64, worlds: int, depth: int, seed: int) -> Float:
    size = len(region.nodes) + 1
    hits = np.zeros(size, dtype=np.int64)
    room = [np.zeros(size, dtype=np.uint64) for _ in range(3)]
    alive = np.full(len(region.head), _FULL, dtype=np.uint64)
    chance, key = region.chance[uncertain], region.key[uncertain]
    run = fast(propagate, len(region.head) * worlds // 64)
    for word in range(worlds // 64):
        alive[uncertain] = bernoulli(chance, key, seed, word)
        run(region.pointer, region.head, alive, depth, *room)
        hits += np.bitwise_count(room[0])
    return hits[1:].astype(np.float64)


def bernoulli(chance: Float, key: UInt64, seed: int, word: int) -> UInt64:
    """64 independent yes/no draws with a given chance for each key, exact to 2⁻³².

    The binary digits of the chance, least significant first, choose AND (0) or OR (1) with a fresh random word.
    """
    digits = np.minimum(np.floor(chance * 2.0**_BITS), 2.0**_BITS - 1).astype(np.uint64)
    result = np.zeros(len(chance), dtype=np.uint64)
    stream = _mix(key ^ _mix(np.full(len(key), (seed * 0x9E3779B97F4A7C15 + word + 1) & 0xFFFFFFFFFFFFFFFF, np.uint64)))
    for bit in range(_BITS):
        stream = stream + np.uint64(0x9E3779B97F4A7C15)
        draw = _mix(stream)
        one = (digits >> np.uint64(bit)) & np.uint64(1)
        result = np.where(one == 1, draw | result, draw & result)
    return np.where(chance >= 1.0, _FULL, result)


def _mix(x: UInt64) -> UInt64:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _enumerated(region: Region, uncertain: Int64, depth: int) -> Float:
    size = len(region.nodes) + 1
    count = len(uncertain)
    low, words = min(count, 6), 2 ** max(count - 6, 0)
    chance = region.chance[uncertain]
    # The probability of each of the worlds of one word, without the relations that are fixed in the whole word.
    number = np.arange(2**low)
    inside = np.ones(2**low)
    for j in range(low):
        inside *= np.where((number >> j) & 1, chance[j], 1 - chance[j])
    total = np.zeros(size)
    alive = np.full(len(region.head), _FULL, dtype=np.uint64)
    room = [np.zeros(size, dtype=np.uint64) for _ in range(3)]
    run = fast(propagate, len(region.head) * words)
    alive[uncertain[:low]] = _PATTERNS[:low]
    for word in range(words):
        outside = 1.0
        for j in range(6, count):
            on = (word >> (j - 6)) & 1
            alive[uncertain[j]] = _FULL if on else np.uint64(0)
            outside *= chance[j] if on else 1 - chance[j]
        if outside == 0.0:
            continue
        run(region.pointer, region.head, alive, depth, *room)
        bits = (room[0][:, None] >> number.astype(np.uint64)) & np.uint64(1)
        total += outside * (bits @ inside)
    return total[1:]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
