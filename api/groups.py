"""The communities of a project: found by Graph Data Science, kept by version, found anew when enough has changed."""

from __future__ import annotations

import os
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph_engine.gds import projected, require
from graph_engine.graph import Graph
from reasoning.network import Network
from reasoning.similarity.communities import Community, described
from reasoning.similarity.profiles import Ints, ties

CHANGED = 0.05
"""Share of things that came, went or changed since, from which on communities are found anew."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Communities, and of which version of the graph."""

    groups: tuple[Community, ...]
    version: int
    made_for: int
    total: int

    @property
    def told(self) -> str:
        """How fresh they are, and when they are found anew."""
        behind = "" if self.made_for == self.version else f" (the graph is at version {self.version})"
        return (
            f"{self.total:,} groups, found for version {self.made_for}{behind}; found anew when {CHANGED:.0%} of the "
            "things have changed, or with --again."
        )

    def to_json(self) -> dict[str, object]:
        """As the command line has it."""
        return {
            "version": self.version, "made_for": self.made_for, "total": self.total,
            "groups": [g.to_json() for g in self.groups],
        }  # fmt: skip


def communities(graph: Graph, network: Network, folder: Path, *, limit: int, again: bool = False) -> Groups:
    """The largest communities; those that are kept serve while less than :data:`CHANGED` of the things differ.

    Raises:
        ConfigurationError: they have to be found, and the server has no Graph Data Science.
    """
    file = folder / "communities.npz"
    ids = np.array([network.snapshot.entity_id(e) for e in range(network.snapshot.size)])
    kept = None if again else _kept(file)
    if kept is not None:
        version, known, numbers = kept
        order = np.argsort(known)
        at = np.minimum(np.searchsorted(known[order], ids), max(len(known) - 1, 0))
        there = (known[order][at] == ids) if len(known) else np.zeros(len(ids), dtype=bool)
        missing = int((~there).sum()) + len(known) - int(there.sum())
        changed = len(graph.read("read/changed_entities", version=version))
        if max(missing, changed) <= CHANGED * max(len(ids), 1):
            found = np.where(there, numbers[order][at] if len(known) else -1, -1)
            return _groups(network, found.astype(np.int64), version, limit)
    found = _found(graph, network)
    _keep(file, network.snapshot.version, ids, found)
    return _groups(network, found, network.snapshot.version, limit)


def _groups(network: Network, numbers: Ints, version: int, limit: int) -> Groups:
    total = len(set(numbers[numbers >= 0].tolist()))
    return Groups(described(network, numbers, limit=limit), network.snapshot.version, version, total)


def _found(graph: Graph, network: Network) -> Ints:
    """Leiden over all ties; a tie to what many share weighs less."""
    require(graph)
    from scipy import sparse

    tied = ties(network)
    upper = sparse.triu(tied).tocoo()
    if not upper.nnz:
        return np.full(network.snapshot.size, -1, dtype=np.int64)
    degree = np.maximum(np.diff(tied.indptr), 1).astype(np.float64)
    weight = 1 / np.sqrt(degree[upper.row] * degree[upper.col])
    with projected(
        graph, tied.shape[0], upper.row.astype(np.int64), upper.col.astype(np.int64), weight.astype(np.float32)
    ) as made:
        found = made.communities()
    alone = np.flatnonzero(np.diff(tied.indptr) == 0)
    found[alone] = -1
    return found


def _kept(file: Path) -> tuple[int, np.ndarray, Ints] | None:
    try:
        with np.load(file, allow_pickle=False) as held:
            return int(held["version"]), held["ids"], held["numbers"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _keep(file: Path, version: int, ids: np.ndarray, numbers: Ints) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{uuid.uuid4().hex}.npz")
    try:
        np.savez(temporary, version=np.array(version), ids=ids, numbers=numbers)
        os.replace(temporary, file)  # noqa: PTH105 - atomic on one file system
    finally:
        temporary.unlink(missing_ok=True)
