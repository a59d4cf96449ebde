"""Graph Data Science over edges that are handed in: one version of the graph, or one caller's view of it.

What is embedded is what the caller gives, not what happens to lie in the database, so nothing hidden takes part, and
an older version is treated as it was. Nothing is written to the graph.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from graph_engine.graph import Graph
from ontology.errors import ConfigurationError

if TYPE_CHECKING:
    from graphdatascience import GraphDataScience
    from graphdatascience.procedure_surface.api.catalog.graph_api import Graph as Catalogued

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SEED = 7
"""Same edges, same vectors and communities."""


def is_there(graph: Graph) -> bool:
    """Whether the server has Graph Data Science."""
    return bool(graph.read("read/gds_present")[0]["present"])


def require(graph: Graph) -> None:
    """Make sure that the server has Graph Data Science.

    Raises:
        ConfigurationError: it has not; what works without it is said.
    """
    if not is_there(graph):
        raise ConfigurationError(
            "This Neo4j has no Graph Data Science, which finds communities.",
            do="Install the plug-in there (the server that knockon runs has it). `knockon similar` and "
            "`knockon substitutes` work without.",
        )


@dataclass(frozen=True, slots=True)
class Projected:
    """A graph in GDS's own memory; nodes are the numbers 0 … size - 1."""

    _gds: GraphDataScience
    _graph: Catalogued
    size: int
    features: tuple[str, ...]

    def fast_rp(self, dimension: int, *, weights: Sequence[float] = (0.0, 1.0, 1.0), properties: float = 0.0) -> Floats:
        """FastRP vectors (Chen et al. 2019, https://arxiv.org/abs/1908.11512), one row a node.

        Args:
            weights: how much each further step counts.
            properties: share of the dimensions that stand for the nodes' features.
        """
        found = self._gds.fast_rp.stream(
            self._graph, embedding_dimension=dimension, iteration_weights=list(weights), normalization_strength=-0.5,
            random_seed=SEED, relationship_weight_property="weight", concurrency=1, log_progress=False,
            property_ratio=properties if self.features else 0.0, feature_properties=list(self.features) or None,
        )  # fmt: skip
        rows = np.zeros((self.size, dimension), dtype=np.float32)
        rows[found["nodeId"].to_numpy()] = np.array(found["embedding"].tolist(), dtype=np.float32)
        return rows

    def communities(self, *, resolution: float = 1.0) -> Ints:
        """Leiden communities (Traag et al. 2019, https://arxiv.org/abs/1810.08473): one number a node."""
        found = self._gds.leiden.stream(
            self._graph, gamma=resolution, random_seed=SEED, relationship_weight_property="weight", concurrency=1,
            log_progress=False,
        )  # fmt: skip
        rows = np.full(self.size, -1, dtype=np.int64)
        rows[found["nodeId"].to_numpy()] = found["communityId"].to_numpy()
        return rows


@contextmanager
def projected(
    graph: Graph, size: int, source: Ints, target: Ints, weight: Floats, features: Floats | None = None
) -> Iterator[Projected]:
    """Hand undirected edges to GDS for as long as the block runs.

    Args:
        features: one row a node: numbers that its vector is to reflect.

    Raises:
        ConfigurationError: the server has no GDS.
    """
    require(graph)
    import pandas as pd
    from graphdatascience import GraphDataScience

    gds = GraphDataScience(graph.driver, database=graph.credentials.database, arrow=False, show_progress=False)
    name = f"knockon_{uuid.uuid4().hex}"
    nodes: dict[str, object] = {"nodeId": np.arange(size), "labels": [["N"]] * size}
    named = () if features is None else tuple(f"f{i}" for i in range(features.shape[1]))
    for at, column in enumerate(named):
        assert features is not None
        nodes[column] = features[:, at].astype(np.float64)
    edges = pd.DataFrame(
        {
            "sourceNodeId": source, "targetNodeId": target, "relationshipType": ["R"] * len(source),
            "weight": weight.astype(np.float64),
        }
    )  # fmt: skip
    made = gds.graph.construct(name, pd.DataFrame(nodes), edges, concurrency=1, undirected_relationship_types=["R"])
    try:
        yield Projected(gds, made, size, named)
    finally:
        made.drop()
