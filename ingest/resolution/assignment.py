"""Which candidate pairs are taken: greedy by weight, and what chance would have taken."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def one_to_one(left: Ints, right: Ints, weight: Floats, rows: int, columns: int) -> Ints:
    """Positions of the pairs that a greedy matching takes, heaviest first.

    This is the stable matching for symmetric preferences: a pair is passed over only where one side has a heavier one.
    """
    order = np.lexsort((right, left, -weight))
    return np.asarray(order[_greedy(left[order], right[order], rows, columns)], np.int64)


def targets_and_decoys(
    side: Ints, other: Ints, weight: Floats, taken: Ints, sure: npt.NDArray[np.bool_], rows: int, columns: int
) -> tuple[Floats, Floats]:
    """Targets: per record of ``side`` its heaviest pair. Decoys: for each record that surely has a partner, its
    heaviest pair had that partner been absent. −inf for none.

    Both look at the same others: those that are not surely taken, or would leave their partner for this record. Records
    without a sure partner give no decoy: their second best would make chance look weaker than it is.

    Args:
        taken: positions of the pairs that the matching took.
        sure: for each of those, whether it is held to be right.
    """
    firm = taken[sure]
    held = np.full(columns, -np.inf)
    held[other[firm]] = weight[firm]
    partner = np.full(rows, -1)
    partner[side[firm]] = other[firm]
    rest = (weight > held[other]) & (partner[side] != other)
    usable = rest.copy()
    usable[taken] = True
    decoys = best(side[rest], weight[rest], rows)
    return best(side[usable], weight[usable], rows), decoys[partner >= 0]


def clear(left: Ints, right: Ints, weight: Floats, taken: Ints, rows: int, columns: int) -> npt.NDArray[np.bool_]:
    """Which taken pairs are heavier than nineteen in twenty second-best pairs: a first guess at *sure*.

    Second best of the side where they are lower: duplicates in one table lift those of the other.
    """
    rest = np.ones(len(weight), bool)
    rest[taken] = False
    bounds = []
    for side, size in ((left, rows), (right, columns)):
        second = best(side[rest], weight[rest], size)
        second = second[np.isfinite(second)]
        if len(second):
            bounds.append(float(np.quantile(second, 0.95)))
    return weight[taken] > min(bounds, default=-np.inf)


def best(side: Ints, weight: Floats, rows: int) -> Floats:
    """Per record its heaviest pair's weight; −inf for none."""
    out = np.full(rows, -np.inf)
    np.maximum.at(out, side, weight)
    return out


@njit(cache=True)
def _greedy(left, right, rows, columns):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    used_left, used_right = np.zeros(rows, np.bool_), np.zeros(columns, np.bool_)
    keep = np.zeros(len(left), np.bool_)
    for p in range(len(left)):
        if not used_left[left[p]] and not used_right[right[p]]:
            used_left[left[p]] = True
            used_right[right[p]] = True
            keep[p] = True
    return keep
