"""From weights of candidate pairs to accepted pairs: two tables without duplicates, with duplicates, or one table.

Whether a table has duplicates is read from the data: records left over by a one-to-one matching whose nearest record
is far nearer than chance brings it (:func:`ingest.resolution.calibration.calibrate`) are duplicates of what that
record is matched with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from sklearn.mixture import GaussianMixture

from ingest.resolution import assignment, weights
from ingest.resolution.assignment import best
from ingest.resolution.calibration import calibrate, estimate_alone
from ingest.resolution.clusters import cluster
from ingest.resolution.comparisons import Candidates
from ingest.resolution.judgements import Links

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ROUNDS = 2
"""Times that the weights are fitted anew to what was matched with them."""
_EXCESS = 0.2
"""A table has duplicates when so many of the matches, as a share, are further records for one and the same."""


class Shape(StrEnum):
    """How records of the two sides may go together."""

    ONE_TO_ONE = "one to one"
    RIGHT_REPEATS = "the right table has duplicates"
    LEFT_REPEATS = "the left table has duplicates"
    BOTH_REPEAT = "both tables have duplicates"
    ONE_TABLE = "one table with itself"


@dataclass(frozen=True, slots=True)
class Linkage:
    """What the tables themselves say about each candidate pair."""

    shape: Shape
    weight: Floats
    """Match weight per candidate, bits."""
    probability: Floats
    """Probability that the pair is the same *and* is to be taken, per candidate; 0 where a better pair excludes it."""
    model: weights.Weights | None


def link(candidates: Candidates, rows: int, columns: int, one_table: bool) -> Linkage:
    """Learn weights from the candidates and decide which pairs are the same. No labels, no settings per data set."""
    if not len(candidates):
        nothing = np.zeros(0)
        return Linkage(Shape.ONE_TABLE if one_table else Shape.ONE_TO_ONE, nothing, nothing, None)
    weight = candidates.values[:, 0].astype(np.float64) + candidates.values[:, 1]
    if one_table:
        return _learn(candidates, weight, lambda now, before: _within(candidates, now, before, rows), Shape.ONE_TABLE)
    sides = [
        shape
        for shape, other in ((Shape.RIGHT_REPEATS, candidates.left), (Shape.LEFT_REPEATS, candidates.right))
        if _repeats(_many(candidates, weight, shape, rows, columns), other)
    ]
    if not sides:
        return _learn(candidates, weight, lambda now, _: _one_to_one(candidates, now, rows, columns), Shape.ONE_TO_ONE)
    shape = sides[0] if len(sides) == 1 else Shape.BOTH_REPEAT
    return _many(candidates, weight, shape, rows, columns)


def _learn(
    candidates: Candidates, weight: Floats, judge: Callable[[Floats, Floats | None], Floats], shape: Shape
) -> Linkage:
    """Fit weights to what is matched, match anew with them. ``judge`` gets weights and the probabilities before."""
    model, probability = None, judge(weight, None)
    for _ in range(ROUNDS):
        model = weights.fit(candidates.names, candidates.values, probability)
        weight = model.of(candidates.values)
        probability = judge(weight, probability)
    return Linkage(shape, weight, probability, model)


def _one_to_one(candidates: Candidates, weight: Floats, rows: int, columns: int) -> Floats:
    i, j = candidates.left, candidates.right
    taken = assignment.one_to_one(i, j, weight, rows, columns)
    sure = assignment.clear(i, j, weight, taken, rows, columns)
    chosen = weight[taken]
    probability = np.zeros(len(taken))
    for _ in range(3):
        left = assignment.targets_and_decoys(i, j, weight, taken, sure, rows, columns)
        right = assignment.targets_and_decoys(j, i, weight, taken, sure, columns, rows)
        matched = min(rows * (1 - estimate_alone(*left)), columns * (1 - estimate_alone(*right)))
        by_left = calibrate(*left, alone=1 - matched / rows).of(chosen)
        by_right = calibrate(*right, alone=1 - matched / columns).of(chosen)
        probability = np.minimum(by_left, by_right)
        sure = probability > 0.5
    out = np.zeros(len(weight))
    out[taken] = probability
    return out


def exclusive(
    left: Ints, right: Ints, weight: Floats, probability: Floats, rows: int, columns: int
) -> tuple[Shape, Bools]:
    """For pairs scored by a model of their own: the shape of the two tables, and which pairs it lets stand.

    A table in which few records find a partner that another has taken is free of duplicates: its worse pairs go.
    """
    likely = probability > 0.5
    keep = np.ones(len(weight), bool)
    repeats = {}
    for side, other in (("left", right), ("right", left)):
        matched, count = np.unique(other[likely], return_counts=True)
        repeats[side] = len(matched) > 0 and int((count - 1).sum()) > max(_EXCESS * len(matched), 3.0)
    if not repeats["right"]:  # then no left record has two right ones
        keep &= weight >= best(left, weight, rows)[left]
    if not repeats["left"]:
        keep &= weight >= best(right, weight, columns)[right]
    if not any(repeats.values()):
        chosen = np.zeros(len(weight), bool)
        chosen[assignment.one_to_one(left, right, weight, rows, columns)] = True
        return Shape.ONE_TO_ONE, chosen
    if all(repeats.values()):
        return Shape.BOTH_REPEAT, keep
    return (Shape.RIGHT_REPEATS if repeats["right"] else Shape.LEFT_REPEATS), keep


def _many(candidates: Candidates, weight: Floats, shape: Shape, rows: int, columns: int) -> Linkage:
    return _learn(candidates, weight, lambda now, _: _repeated(candidates, now, shape, rows, columns), shape)


def _repeats(found: Linkage, other: Ints) -> bool:
    """Whether a table has duplicates, when each of its records may take the nearest of the ``other`` side.

    Near relatives (another size, a second edition) also take what is taken already, but at lower weights than true
    partners; duplicates do so at the same weights. So only those above the median of the best are counted.
    """
    taken = np.flatnonzero(found.probability > 0.5)
    if not len(taken):
        return False
    order = taken[np.lexsort((-found.weight[taken], other[taken]))]
    first = np.concatenate([[True], other[order][1:] != other[order][:-1]])
    middle = np.median(found.weight[order][first])
    extra = int((found.weight[order][~first] >= middle).sum())
    return 2 * extra > max(_EXCESS * int(first.sum()), 3.0)


def _nearest(side: Ints, other: Ints, weight: Floats, sure: Ints, rows: int) -> tuple[Floats, Bools]:
    """Probability that each record's nearest is the same thing, regardless of what else that one is matched with.

    Decoys are the nearest of surely matched records, their partner left out; that partner's side must be free of
    duplicates. Returns the probability at each candidate's weight, and which candidates are their record's nearest.
    """
    partner = np.full(rows, -1)
    partner[side[sure]] = other[sure]
    targets = best(side, weight, rows)
    rest = partner[side] != other
    decoys = best(side[rest], weight[rest], rows)[partner >= 0]
    return calibrate(targets, decoys).of(weight), weight >= targets[side]


def _repeated(candidates: Candidates, weight: Floats, shape: Shape, rows: int, columns: int) -> Floats:
    i, j = candidates.left, candidates.right
    out = np.zeros(len(weight))
    for side, other, size, wanted in ((j, i, columns, Shape.RIGHT_REPEATS), (i, j, rows, Shape.LEFT_REPEATS)):
        if shape not in {wanted, Shape.BOTH_REPEAT}:
            continue
        sure = np.flatnonzero(weight >= best(side, weight, size)[side])
        sure = sure[weight[sure] > _bound(side, weight, sure, size)]
        for _ in range(3):
            probability, top = _nearest(side, other, weight, sure, size)
            sure = np.flatnonzero(top & (probability > 0.5))
        out = np.maximum(out, np.where(top, probability, 0.0))
    return out


def _bound(side: Ints, weight: Floats, tops: Ints, rows: int) -> float:
    rest = np.ones(len(weight), bool)
    rest[tops] = False
    second = best(side[rest], weight[rest], rows)
    second = second[np.isfinite(second)]
    return float(np.quantile(second, 0.95)) if len(second) else -np.inf


def _within(candidates: Candidates, weight: Floats, before: Floats | None, rows: int) -> Floats:
    """One table with itself. Decoys: what reaches out of a record's own group of duplicates."""
    i, j = candidates.left, candidates.right
    ends, others, heavy = np.concatenate([i, j]), np.concatenate([j, i]), np.concatenate([weight, weight])
    sure = _upper(weight) if before is None else before > 0.5
    probability = np.zeros(len(weight))
    keys = [f"{n:09}" for n in range(rows)]
    for _ in range(3):
        labels = cluster(keys, Links.same(i[sure], j[sure], weight[sure])).labels
        grouped = np.bincount(labels, minlength=rows)[labels] > 1
        outside = labels[ends] != labels[others]
        decoys = heavy[outside & grouped[ends]]
        wrong = rows / max(1, int(grouped.sum())) * len(decoys)  # what the same rate makes of all records
        probability = calibrate(heavy, decoys, alone=wrong / len(heavy)).of(weight)
        sure = probability > 0.5
    return probability


def _upper(weight: Floats) -> Bools:
    """The upper of two normal distributions that the weights are a mixture of; nothing where there is but one heap."""
    sample = weight[:: max(1, len(weight) // 100_000), None]
    if len(sample) < 10:
        return np.zeros(len(weight), bool)
    mixture = GaussianMixture(2, random_state=0).fit(sample)
    low, high = np.argsort(mixture.means_[:, 0])
    gap = mixture.means_[high, 0] - mixture.means_[low, 0]
    if gap < 3 * np.sqrt(mixture.covariances_[low, 0, 0]):
        return np.asarray(weight > mixture.means_[low, 0] + 8 * np.sqrt(mixture.covariances_[low, 0, 0]), bool)
    chosen = mixture.predict_proba(weight[:, None])[:, high] > 0.9
    return np.asarray(chosen & (weight > mixture.means_[low, 0]), bool)
