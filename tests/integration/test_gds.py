"""Graph Data Science over edges that are handed in: against what is plain to see; and without it, said clearly."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from api.groups import communities
from graph_engine import gds
from graph_engine.graph import Graph
from ontology.errors import ConfigurationError
from tests.unit.reasoning.test_similarity import LINKS, network

pytestmark = pytest.mark.integration


def cliques() -> tuple[int, gds.Ints, gds.Ints, gds.Floats]:
    """Two cliques of eight, joined by one edge."""
    edges = [*combinations(range(8), 2), *combinations(range(8, 16), 2), (0, 8)]
    source, target = (np.array(side, dtype=np.int64) for side in zip(*edges, strict=True))
    return 16, source, target, np.ones(len(edges), dtype=np.float32)


def test_cliques_are_communities_and_their_vectors_are_near(graph: Graph) -> None:
    size, source, target, weight = cliques()
    with gds.projected(graph, size, source, target, weight) as made:
        found, vectors = made.communities(), made.fast_rp(32)
    assert len(set(found[:8])) == len(set(found[8:])) == 1
    assert found[0] != found[15]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    like = unit @ unit.T
    assert like[1:8, 1:8].mean() > like[1:8, 9:].mean() + 0.3
    with gds.projected(graph, size, source, target, weight) as again:
        assert np.array_equal(again.fast_rp(32), vectors)
        assert np.array_equal(again.communities(), found)


def test_features_are_part_of_vectors(graph: Graph) -> None:
    size, source, target, weight = cliques()
    features = np.zeros((size, 1), dtype=np.float32)
    features[:4] = 5.0
    with gds.projected(graph, size, source, target, weight, features) as made:
        plain, rich = made.fast_rp(32), made.fast_rp(32, properties=0.5)
    assert not np.allclose(plain, rich)


def test_nothing_is_left_behind(graph: Graph) -> None:
    size, source, target, weight = cliques()
    with pytest.raises(RuntimeError, match="stop"), gds.projected(graph, size, source, target, weight):
        raise RuntimeError("stop")
    with graph.driver.session(database=graph.credentials.database) as session:
        assert session.run("CALL gds.graph.list() YIELD graphName RETURN count(*) AS n").single(strict=True)["n"] == 0
        assert session.run("MATCH (n) RETURN count(n) AS n").single(strict=True)["n"] == 0


def test_communities_are_kept_until_enough_has_changed(graph: Graph, tmp_path: Path) -> None:
    shop = network(LINKS, {})
    first = communities(graph, shop, tmp_path, limit=10)
    assert first.total >= 2  # who buys P1 to P4, and who buys P5 and P6, have nothing in common
    one, other = {"P1", "P2", "P3", "P4", "C1", "C2", "C3"}, {"P5", "P6", "C4", "C5", "C6"}
    titles = [{e.title for e in g.centre} for g in first.groups]
    assert any(one & t for t in titles)
    assert any(other & t for t in titles)
    assert not any(one & t and other & t for t in titles)
    assert (tmp_path / "communities.npz").is_file()
    assert communities(graph, shop, tmp_path, limit=10) == first
    half = network(LINKS[: len(LINKS) // 2], {})
    assert communities(graph, half, tmp_path, limit=10).groups != first.groups
    (tmp_path / "communities.npz").write_bytes(b"no file of ours")
    assert communities(graph, shop, tmp_path, limit=10) == first


def test_without_gds_it_is_said_what_works_without(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gds, "is_there", lambda _graph: False)
    with pytest.raises(ConfigurationError, match="no Graph Data Science") as problem:
        communities(graph, network(LINKS, {}), tmp_path, limit=10)
    assert "knockon similar" in problem.value.do
