"""Profiles: what things hang together with, over a few relations. Things with like profiles are alike.

A profile counts what is met within three relations, through things that few others share (an order, its lines); what
nearly all have says nothing, what few have says much (inverse document frequency, as for words), what one alone has
cannot be shared.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reasoning.network import Network

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CARRYING = 60
"""What has more relations is met, but not walked through: what lies behind it is everybody's."""
STEPS = (1.0, 0.8, 0.6)
"""What one, two and three relations count."""
_COMMON = 0.5
"""What more than this share of a class hangs together with is left out."""
_TEXTS = ("Passage", "Document")


def ties(network: Network, leave_out: Container[str] = ()) -> sparse.csr_matrix:
    """Which things are tied by a relation, either way: size x size, ones. Texts tie nothing."""
    snapshot = network.snapshot
    heads, tails = [], []
    for name in snapshot.relations:
        if name in leave_out:
            continue
        edges = snapshot.relation(name)
        heads += [edges.source, edges.target]
        tails += [edges.target, edges.source]
    if not heads:
        return sparse.csr_matrix((snapshot.size, snapshot.size))
    row, column = np.concatenate(heads), np.concatenate(tails)
    text = np.zeros(snapshot.size, dtype=bool)
    for name in _TEXTS:
        if name in network.ontology.classes:
            text[snapshot.members(name)] = True
    keep = ~(text[row] | text[column]) & (row != column)
    found = sparse.csr_matrix(
        (np.ones(int(keep.sum())), (row[keep], column[keep])), shape=(snapshot.size, snapshot.size)
    )
    found.data[:] = 1.0
    return found


@dataclass(frozen=True, slots=True)
class Profiles:
    """Profiles of the members of a class as unit rows over all things, and how telling each thing is."""

    members: Ints
    rows: sparse.csr_matrix
    worth: Floats

    @classmethod
    def of(cls, tied: sparse.csr_matrix, members: Ints) -> Profiles:
        """Walk from each of ``members``."""
        size = tied.shape[0]
        degree = np.diff(tied.indptr)
        carries = sparse.diags((degree <= CARRYING).astype(float))
        count = len(members)
        start = sparse.csr_matrix((np.ones(count), (np.arange(count), members)), shape=(count, size))
        met, at = None, start
        for weight in STEPS:
            at = (at @ tied).tocsr()
            at.data[:] = np.minimum(at.data, 50.0)
            step = at.copy()
            step.data[:] = weight * np.log1p(step.data)
            met = step if met is None else met.maximum(step)
            at = (at @ carries).tocsr()
            at.eliminate_zeros()
        assert met is not None
        met = met - met.multiply(start)  # a thing is not part of its own profile
        met.eliminate_zeros()
        shared = np.bincount(met.indices, minlength=size)
        tells = (shared > 1) & (shared <= max(2, _COMMON * len(members)))
        worth = np.where(tells, np.log((len(members) + 1) / np.maximum(shared, 1)), 0.0)
        rows = (met @ sparse.diags(worth)).tocsr()
        rows.eliminate_zeros()
        norm = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        return cls(members, (sparse.diags(1 / np.where(norm > 0, norm, 1)) @ rows).tocsr(), worth)

    def like(self, row: int) -> Floats:
        """How like each member is to one of them: the cosine of their profiles, 0 to 1; 0 for itself."""
        found = np.asarray((self.rows @ self.rows[row].T).todense()).ravel()
        found[row] = 0.0
        return found

    def shared(self, row: int, other: int, most: int) -> list[tuple[int, float]]:
        """What two members have in common, most telling first, with its part of their likeness."""
        both = self.rows[row].multiply(self.rows[other]).tocoo()
        order = np.lexsort((both.col, -both.data))[:most]
        return [(int(both.col[i]), float(both.data[i])) for i in order]
