"""From edges of a flow back to what a person can check: relations in words, with the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph_engine.snapshot import OPEN_FROM, OPEN_TO, date_of
from reasoning.flow import Flow, Int32
from reasoning.network import Network
from reasoning.types import Hop, Path, RecordRef

ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A path with the records behind each hop and behind the entities on it."""

    path: Path
    entities: tuple[tuple[RecordRef, ...], ...]
    """Records of each entity on the path, start first."""

    @property
    def records(self) -> tuple[RecordRef, ...]:
        """All records, each once, in the order in which the path meets them."""
        found: dict[str, RecordRef] = {}
        for i, own in enumerate(self.entities):
            if i:
                found.update((r.id, r) for r in self.path.hops[i - 1].records)
            found.update((r.id, r) for r in own)
        return tuple(found.values())


def path_of(network: Network, flow: Flow, edges: Sequence[int], severity: float = 1.0, *, lags: bool = True) -> Path:
    """The path along edges of a flow, in words and with its records; without ``lags`` these are not days."""
    hops = tuple(hop_of(network, flow, edge) for edge in edges)
    if not lags:
        hops = tuple(replace(hop, lag_days=0.0) for hop in hops)
    score, lag = severity, 0.0
    for hop in hops:
        score *= hop.weight
        lag += hop.lag_days
    return Path(hops, score, lag)


def hop_of(network: Network, flow: Flow, edge: int) -> Hop:
    """One edge of a flow as a step that a person can read."""
    origin = flow.origin(edge)
    definition = network.ontology.relations[origin.relation]
    edges = network.snapshot.relation(origin.relation)
    valid_from, valid_to = edges.valid_from[origin.row], edges.valid_to[origin.row]
    return Hop(
        relation=edges.id(origin.row),
        name=origin.relation,
        label=definition.inverse_label if origin.against else definition.label,
        source=network.entity(int(flow.tail[edge])),
        target=network.entity(int(flow.head[edge])),
        weight=float(flow.weight[edge]),
        lag_days=float(flow.lag[edge]),
        valid_from=None if valid_from == OPEN_FROM else date_of(int(valid_from)),
        valid_to=None if valid_to == OPEN_TO else date_of(int(valid_to)),
        records=network.records(edges.records(origin.row)),
    )


def evidence_of(network: Network, path: Path) -> Evidence:
    """A path with the records of the entities on it."""
    indices = [network.snapshot.index(e.id) for e in path.entities]
    return Evidence(path, tuple(network.records(network.snapshot.records(i)) for i in indices))


def assumed_inputs(network: Network, entities: Int32, relations: Iterable[str]) -> int:
    """How many assumptions stand among the records behind entities and the relations between them."""
    codes = network.snapshot.records_of_kind(ASSUMPTION)
    if len(codes) == 0:
        return 0
    inside = np.zeros(network.snapshot.size, dtype=np.bool_)
    inside[entities] = True
    records, owners = network.snapshot.described_by(codes)
    used = set(records[inside[owners]].tolist())
    for name in relations:
        edges = network.snapshot.relation(name)
        records, rows = edges.supported_by(codes)
        used.update(records[inside[edges.source[rows]] & inside[edges.target[rows]]].tolist())
    return len(used)
