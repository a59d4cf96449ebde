"""One graph of impact from many relations: a merged CSR, filters applied before anything is followed.

An edge runs from what fails to what that affects, whatever the direction of the relation it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_engine.snapshot import Edges, Snapshot
from ontology.model import Direction, Gate, ImpactSpec, Ontology, PropertyDef, RelationDef

Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

DAYS_IN = {"DAY": 1.0, "WK": 7.0, "HR": 1 / 24, "MIN": 1 / 1440, "SEC": 1 / 86_400}
"""Days in a QUDT unit of time."""


class Origin(NamedTuple):
    """What an edge is made from."""

    relation: str
    row: int
    against: bool
    """Whether the edge runs from the relation's target to its source."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A merged graph. Edges are sorted by node, then by the mention key of the node they lead to."""

    size: int
    pointer: Int64
    """Edges of node u: ``pointer[u]:pointer[u + 1]``."""
    tail: Int32
    """Where each edge comes from."""
    head: Int32
    """Where it leads to."""
    weight: Float
    lag: Float
    kind: Int16
    """Which relation: ``2 * position in names``, + 1 when the edge runs against the relation."""
    row: Int32
    names: tuple[str, ...]
    back_pointer: Int64
    """Edges into node v: ``back_edge[back_pointer[v]:back_pointer[v + 1]]``."""
    back_tail: Int32
    back_edge: Int32
    gates: tuple[tuple[Gate, int], ...] = ()
    """How many a dependant needs, for each of ``names``."""
    notes: tuple[str, ...] = ()
    """What was wrong with weights and lags, and how it was read."""
    rooms: dict[float, list[Float]] = field(default_factory=dict, compare=False, repr=False)
    """Arrays to work in, by their worst value, clean again after each use (see :meth:`room`)."""

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.head)

    def room(self, worst: float) -> Float:
        """A row (worst, 0) for each node; give it back with :meth:`leave`. Safe between threads."""
        try:
            return self.rooms[worst].pop()
        except (KeyError, IndexError):
            room = np.zeros((self.size, 2), dtype=np.float64)
            if worst:
                room[:, 0] = worst
            return room

    def leave(self, worst: float, room: Float, used: Int32) -> None:
        """Give a room back; ``used`` are the nodes whose rows were written."""
        room[used, 0] = worst
        room[used, 1] = 0.0
        self.rooms.setdefault(worst, []).append(room)

    def origin(self, edge: int) -> Origin:
        """The relation that an edge is made from."""
        kind = int(self.kind[edge])
        return Origin(self.names[kind // 2], int(self.row[edge]), bool(kind % 2))


@dataclass(frozen=True, slots=True)
class _Part:
    tail: Int32
    head: Int32
    weight: Float
    lag: Float
    kind: int
    row: Int32


def impact_flow(
    snapshot: Snapshot,
    ontology: Ontology,
    relations: Sequence[str],
    *,
    day: int | None,
    avoid: Sequence[str] = (),
    upstream: bool = False,
) -> Flow:
    """Merge relations that carry impact.

    Args:
        relations: ontology names, each with an :class:`ImpactSpec`.
        day: only relations that hold on it (days since 1970-01-01); None: all.
        avoid: classes that nothing leads to.
        upstream: turn every edge around.
    """
    notes: list[str] = []
    parts: list[_Part] = []
    names = tuple(sorted(relations))
    forbidden = _members(snapshot, avoid)
    for code, name in enumerate(names):
        definition = ontology.relations[name]
        spec = definition.impact
        assert spec is not None
        edges = snapshot.relation(name)
        if edges.size == 0:
            continue
        against = spec.direction is Direction.AGAINST
        tail, head = (edges.target, edges.source) if against else (edges.source, edges.target)
        weight = _weights(edges, definition, spec, notes)
        lag = _lags(snapshot, ontology, edges, definition, spec, tail, notes)
        if upstream:
            tail, head, against = head, tail, not against
        keep = _keep(edges, day, head, forbidden)
        row = np.flatnonzero(keep).astype(np.int32)
        parts.append(_Part(tail[row], head[row], weight[row], lag[row], 2 * code + against, row))
    specs = [ontology.relations[name].impact for name in names]
    gates = tuple((spec.gate, spec.k) for spec in specs if spec is not None)
    return merge(snapshot.size, snapshot.rank, parts, names, gates, tuple(notes))


def tie_flow(snapshot: Snapshot, relations: Sequence[str], *, day: int | None, avoid: Sequence[str] = ()) -> Flow:
    """Merge relations of any kind, each in both directions, with the cost of a hop as lag.

    A hop costs 1 + log10(number of relations at the entity it leads to) / 4: of two paths of the same length the one
    through the more specific things comes first; a country or a currency that half the company hangs on costs almost
    two hops.
    """
    names = tuple(sorted(relations))
    forbidden = _members(snapshot, avoid)
    degree = np.ones(snapshot.size, dtype=np.float64)
    kept: list[tuple[int, Edges, Int32]] = []
    for code, name in enumerate(names):
        edges = snapshot.relation(name)
        keep = _keep(edges, day, edges.target, forbidden) & _keep(edges, day, edges.source, forbidden)
        row = np.flatnonzero(keep).astype(np.int32)
        degree += np.bincount(edges.source[row], minlength=snapshot.size)
        degree += np.bincount(edges.target[row], minlength=snapshot.size)
        kept.append((code, edges, row))
    cost = 1.0 + np.log10(degree) / 4.0
    parts: list[_Part] = []
    for code, edges, row in kept:
        one = np.ones(len(row), dtype=np.float64)
        source, target = edges.source[row], edges.target[row]
        parts.append(_Part(source, target, one, cost[target], 2 * code, row))
        parts.append(_Part(target, source, one, cost[source], 2 * code + 1, row))
    return merge(snapshot.size, snapshot.rank, parts, names)


def merge(
    size: int,
    rank: Int32,
    parts: Sequence[_Part],
    names: tuple[str, ...] = (),
    gates: tuple[tuple[Gate, int], ...] = (),
    notes: tuple[str, ...] = (),
) -> Flow:
    """Put edge lists together in CSR form, both ways."""
    tail = np.concatenate([p.tail for p in parts] or [np.zeros(0, np.int32)]).astype(np.int32, copy=False)
    head = np.concatenate([p.head for p in parts] or [np.zeros(0, np.int32)]).astype(np.int32, copy=False)
    weight = np.concatenate([p.weight for p in parts] or [np.zeros(0)])
    lag = np.concatenate([p.lag for p in parts] or [np.zeros(0)])
    kind = np.concatenate([np.full(len(p.row), p.kind, dtype=np.int16) for p in parts] or [np.zeros(0, np.int16)])
    row = np.concatenate([p.row for p in parts] or [np.zeros(0, np.int32)]).astype(np.int32, copy=False)
    wide = np.asarray(rank, dtype=np.int64)
    order = np.argsort(tail * np.int64(max(size, 1)) + wide[head], kind="stable")
    tail, head, kind, row = tail[order], head[order], kind[order], row[order]
    back = np.argsort(head * np.int64(max(size, 1)) + wide[tail], kind="stable").astype(np.int32)
    return Flow(
        size,
        _pointer(tail, size),
        tail,
        head,
        weight[order],
        lag[order],
        kind,
        row,
        names,
        _pointer(head, size),
        tail[back],
        back,
        gates,
        notes,
    )


def from_arrays(
    size: int,
    tail: Int32,
    head: Int32,
    weight: Float,
    lag: Float,
    *,
    relation: Int32 | None = None,
    gates: Sequence[tuple[Gate, int]] = ((Gate.ALL, 1),),
) -> Flow:
    """A flow from bare edge lists, for tests and benchmarks; ``relation`` numbers the gates."""
    row = np.arange(len(tail), dtype=np.int32)
    which = np.zeros(len(tail), dtype=np.int32) if relation is None else relation
    parts = [
        _Part(tail[chosen], head[chosen], weight[chosen], lag[chosen], 2 * code, row[chosen])
        for code in range(len(gates))
        for chosen in [which == code]
    ]
    names = tuple(f"relation {code}" for code in range(len(gates)))
    return merge(size, np.arange(size, dtype=np.int32), parts, names, tuple(gates))


def part_of(flow: Flow, edges: Int64) -> Flow:
    """The same nodes with only some edges (ascending numbers), in the same order."""
    tail, head = flow.tail[edges], flow.head[edges]
    # By node, then as forward: among equals the path search goes by mention key itself.
    back = np.argsort(head, kind="stable").astype(np.int32)
    return Flow(
        flow.size,
        _pointer(tail, flow.size),
        tail,
        head,
        flow.weight[edges],
        flow.lag[edges],
        flow.kind[edges],
        flow.row[edges],
        flow.names,
        _pointer(head, flow.size),
        tail[back],
        back,
        flow.gates,
        flow.notes,
    )


def gather(pointer: Int64, nodes: Int32) -> Int64:
    """Positions of the CSR entries of some nodes, node by node."""
    start = pointer[nodes]
    length = pointer[nodes.astype(np.int64) + 1] - start
    shift = np.zeros(len(nodes), dtype=np.int64)
    np.cumsum(length[:-1], out=shift[1:])
    positions: Int64 = np.repeat(start - shift, length) + np.arange(int(length.sum()), dtype=np.int64)
    return positions


def _pointer(ends: Int32, size: int) -> Int64:
    pointer = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=size), out=pointer[1:])
    return pointer


def _members(snapshot: Snapshot, classes: Sequence[str]) -> Bool | None:
    if not classes:
        return None
    mask = np.zeros(snapshot.size, dtype=np.bool_)
    for name in classes:
        mask[snapshot.members(name)] = True
    return mask


def _keep(edges: Edges, day: int | None, leads_to: Int32, forbidden: Bool | None) -> Bool:
    keep = np.ones(edges.size, dtype=np.bool_) if day is None else edges.valid_on(day)
    return keep if forbidden is None else keep & ~forbidden[leads_to]


def _weights(edges: Edges, definition: RelationDef, spec: ImpactSpec, notes: list[str]) -> Float:
    constant = np.full(edges.size, spec.weight)
    if spec.weight_property is None:
        return constant
    values = edges.column(spec.weight_property).floats(definition.properties[spec.weight_property].scale)
    weight = np.where(np.isnan(values), constant, values)
    wrong = (weight < 0) | (weight > 1)
    if wrong.any():
        notes.append(
            f"{int(wrong.sum())} relations '{definition.label}' have a {spec.weight_property} outside 0 to 1 "
            f"(first: {edges.id(int(np.argmax(wrong)))}); read as the nearest bound."
        )
    clipped: Float = np.clip(weight, 0.0, 1.0)
    return clipped


def _lags(
    snapshot: Snapshot,
    ontology: Ontology,
    edges: Edges,
    definition: RelationDef,
    spec: ImpactSpec,
    leaves: Int32,
    notes: list[str],
) -> Float:
    lag = np.full(edges.size, spec.lag)
    name = ""
    if spec.lag_node_property is not None:
        name = spec.lag_node_property
        owner = definition.target if spec.direction is Direction.AGAINST else definition.source
        known = np.full(snapshot.size, np.nan)
        prop = ontology.classes[owner].properties[name]
        known[snapshot.members(owner)] = snapshot.column(owner, name).floats(prop.scale) * _to_days(prop)
        values = known[leaves]
        lag = np.where(np.isnan(values), lag, values)
    if spec.lag_property is not None:
        name = spec.lag_property
        prop = definition.properties[name]
        values = edges.column(name).floats(prop.scale) * _to_days(prop)
        lag = np.where(np.isnan(values), lag, values)
    wrong = lag < 0
    if wrong.any():
        notes.append(
            f"{int(wrong.sum())} relations '{definition.label}' have a negative {name} "
            f"(first: {edges.id(int(np.argmax(wrong)))}); read as 0 days."
        )
    raised: Float = np.maximum(lag, 0.0)
    return raised


def _to_days(prop: PropertyDef) -> float:
    return DAYS_IN.get(prop.unit or "DAY", 1.0)
