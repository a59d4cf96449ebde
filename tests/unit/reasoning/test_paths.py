"""Paths between two entities against networkx' k shortest simple paths (Yen), which shares no code with the search."""

from __future__ import annotations

import math
from itertools import islice, pairwise

import networkx as nx
import pytest

from ontology.errors import BadQuestion
from reasoning.network import Network
from reasoning.paths import paths
from reasoning.types import ANY, Filters
from tests.unit.reasoning.company import TODAY, id_of, network


@pytest.fixture(scope="module")
def firm() -> Network:
    return network()


def _costs(firm: Network) -> nx.Graph:
    """The same cost of a hop, computed from the snapshot's edge lists: 1 + log10(1 + relations at its end) / 4."""
    graph = nx.DiGraph()
    pairs = [
        (int(a), int(b))
        for name in firm.snapshot.relations
        for a, b in zip(firm.snapshot.relation(name).source, firm.snapshot.relation(name).target, strict=True)
    ]
    degree: dict[int, int] = {}
    for a, b in pairs:
        degree[a] = degree.get(a, 0) + 1
        degree[b] = degree.get(b, 0) + 1
    for a, b in pairs:
        graph.add_edge(a, b, cost=1 + math.log10(1 + degree[b]) / 4)
        graph.add_edge(b, a, cost=1 + math.log10(1 + degree[a]) / 4)
    return graph


@pytest.mark.parametrize(("a", "b"), [("V1", "C2"), ("V2", "V3"), ("C1", "C2"), ("E1", "V1"), ("P5", "O1")])
def test_best_paths_equal_yen(firm: Network, a: str, b: str) -> None:
    graph = _costs(firm)
    ends = firm.snapshot.index(id_of(a)), firm.snapshot.index(id_of(b))
    expected = list(islice(nx.shortest_simple_paths(graph, *ends, weight="cost"), 4))
    answer = paths(firm, id_of(a), id_of(b), 4, filters=Filters(valid_at=ANY))
    assert answer.complete
    cost = [sum(graph[x][y]["cost"] for x, y in pairwise(p)) for p in expected]
    found = [[firm.snapshot.index(e.id) for e in p.entities] for p in answer.paths]
    assert [sum(graph[x][y]["cost"] for x, y in pairwise(p)) for p in found] == pytest.approx(cost)
    assert found[0] == expected[0]


def test_relations_read_in_the_direction_in_which_they_are_walked(firm: Network) -> None:
    answer = paths(firm, id_of("P3"), id_of("C1"), 1, as_of=TODAY)
    assert answer.paths[0].sentence == (
        "Frame – is built into → City bike – is ordered in → 7-1 – is part of → Order 7 – was placed by → Anna Schmidt"
    )
    back = paths(firm, id_of("C1"), id_of("P3"), 1, as_of=TODAY)
    assert back.paths[0].sentence == (
        "Anna Schmidt – placed → Order 7 – has line → 7-1 – is for → City bike – is made of → Frame"
    )
    assert all(h.records for h in answer.paths[0].hops)
    assert all(h.lag_days == 0 for h in answer.paths[0].hops)


def test_unconnected_and_impossible(firm: Network) -> None:
    assert paths(firm, id_of("DE"), id_of("V1")).paths == ()
    assert paths(firm, id_of("P5"), id_of("P4"), filters=Filters(depth=1), as_of=TODAY).paths == ()
    assert len(paths(firm, id_of("P5"), id_of("P4"), filters=Filters(depth=1, valid_at=ANY)).paths) == 1
    with pytest.raises(BadQuestion, match="Both ends"):
        paths(firm, id_of("V1"), id_of("V1"))
    with pytest.raises(BadQuestion, match="0 paths"):
        paths(firm, id_of("V1"), id_of("V2"), 0)
