"""Sums of something drawn times something certain: a sparse matrix times the draws, without the draws of each term.

`sum(components, rel.quantity * it.unit_cost)` reads the unit cost of few parts in very many terms. The numbers are
those of :mod:`reasoning.measures.reduce`; what does not fit (unknown values, several currencies, numbers past 64 bits)
is left to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reasoning.measures import exact, plan
from reasoning.measures.cells import KNOWN, Cells
from reasoning.measures.plan import Node
from reasoning.measures.reduce import Groups
from reasoning.measures.types import Array, Int32, Kind

_LIMIT = 2**62


def factors(node: Node) -> list[Node]:
    """The factors of a product (one, if it is none)."""
    if isinstance(node, plan.Arithmetic) and node.op == "*":
        return [*factors(node.left), *factors(node.right)]
    return [node]


def weighted_sum(
    others: Sequence[Cells], base: Cells, entities: Int32, drawn: Cells, asked: Int32, groups: Groups
) -> Cells | None:
    """Sums of products with one drawn factor, for each group of terms and draw; None: it has to be done term by term.

    Args:
        others: the factors that are certain, for each term.
        base: the drawn factor as it is without draws, for each term.
        entities, drawn: of which entities it is drawn, and their draws.
        asked: the entity of each term.
    """
    parts = [*others, base, drawn]
    if not all(_plain(c) for c in parts) or not _known(drawn) or base.den != drawn.den or base.den == 0:
        return None
    if any(c.values.shape[1:] != (1, 1) for c in (*others, base)) or drawn.values.shape[1] != 1:
        return None
    codes = {int(c.currency.reshape(-1)[0]) for c in parts if c.currency is not None} - {0}
    if len(codes) > 1 or not all(_known(c) for c in others):
        return None
    at = np.minimum(np.searchsorted(entities, asked), max(len(entities) - 1, 0))
    here = np.asarray(entities[at] == asked, dtype=np.bool_)
    rows = len(asked)
    if base.state is not None and bool((np.broadcast_to(base.state, (rows, 1, 1))[~here] != KNOWN).any()):
        return None
    weight, den = np.ones((1, 1, 1), dtype=np.int64), 1
    for other in others:
        weight, below = exact.multiply(weight, den, other.values, other.den)
        if not isinstance(below, int) or weight.dtype == object:
            return None
        den = below
    certain = base.values
    longest = max(int(np.diff(groups.pointer).max(initial=0)), 1)
    if exact.bound(weight) * max(exact.bound(drawn.values), exact.bound(certain)) * longest >= _LIMIT:
        return None
    assert isinstance(base.den, int)
    return _product(
        np.broadcast_to(weight, (rows, 1, 1))[:, 0, 0], np.broadcast_to(certain, (rows, 1, 1))[:, 0, 0], at, here,
        drawn.values[:, 0, :], groups, den * base.den, codes, any(c.currency is not None for c in parts),
    )  # fmt: skip


def _plain(cells: Cells) -> bool:
    """Integers over one denominator, in one currency at most."""
    if cells.kind is not Kind.NUMBER or cells.values.dtype == object or not isinstance(cells.den, int):
        return False
    return cells.currency is None or cells.currency.size == 1


def _known(cells: Cells) -> bool:
    return cells.state is None or not bool(cells.state.any())


def _product(
    weight: Array, certain: Array, at: Array, here: Array, values: Array, groups: Groups, den: int, codes: set[int],
    money: bool,
) -> Cells:  # fmt: skip
    from scipy.sparse import csr_matrix

    size = groups.size
    kept = np.flatnonzero(here)
    pointer = np.zeros(len(here) + 1, dtype=np.int64)
    np.cumsum(here, out=pointer[1:])
    matrix = csr_matrix((weight[kept], at[kept], pointer[groups.pointer]), shape=(size, len(values)))
    found: Array = matrix @ values
    if len(kept) < len(here):
        rest = np.zeros(size, dtype=np.int64)
        np.add.at(rest, groups.owners[~here], (weight * certain)[~here])
        found = found + rest[:, None]
    currency = None
    if money:
        some = np.diff(groups.pointer) > 0
        currency = np.where(some, np.int32(next(iter(codes), 0)), np.int32(0))[:, None, None].astype(np.int32)
    return Cells(Kind.NUMBER, found[:, None, :], None, None, den, currency)
