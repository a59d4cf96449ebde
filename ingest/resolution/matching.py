"""Match two tables, or one with itself, with the default configuration: nothing to set, nothing tuned per data set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ingest.resolution.columns import ColumnPair, find_id, map_columns
from ingest.resolution.comparisons import compare
from ingest.resolution.linkage import Linkage, Shape, link
from ingest.resolution.policy import MERGE_AT, REVIEW_AT
from ingest.resolution.tables import Table
from ingest.resolution.weights import Weights

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ACCEPT_AT = 0.50
"""Probability from which an evaluation counts a pair as found: more likely than not."""


class Outcome(StrEnum):
    """What is done with a pair."""

    MERGE = "merge"
    REVIEW = "review"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A probability with what the model expects at and above it."""

    probability: float
    pairs: int
    precision: float
    """Expected share of right ones among the pairs at or above it."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Candidate pairs with weight and probability; ``left`` and ``right`` are row positions."""

    left: Ints
    right: Ints
    weight: Floats
    probability: Floats
    shape: Shape
    mapping: tuple[ColumnPair, ...]
    ids: tuple[str | None, str | None]
    """The columns that name the rows of left and right."""
    comparisons: tuple[str, ...]
    values: npt.NDArray[np.floating]
    """Per pair and comparison: the likeness, or with the party model the bits themselves."""
    model: Weights | None
    advice: tuple[str, ...] = ()

    def bits(self, pairs: Ints) -> Floats:
        """What each comparison adds to the weight of these pairs (positions), in bits."""
        values = self.values[pairs]
        return self.model.contributions(values) if self.model is not None else np.asarray(values, np.float64)

    @property
    def prior(self) -> float:
        """The weight of a pair of which nothing is known, bits; 0 where the model spreads it over the comparisons."""
        return self.model.prior if self.model is not None else 0.0

    def accepted(self, at: float = ACCEPT_AT) -> list[tuple[int, int]]:
        """The pairs from this probability on, heaviest first."""
        rows = np.flatnonzero(self.probability >= at)
        rows = rows[np.lexsort((self.right[rows], self.left[rows], -self.weight[rows]))]
        return list(zip(self.left[rows].tolist(), self.right[rows].tolist(), strict=True))

    def threshold(self, at: float) -> Threshold:
        """What to expect from merging at this probability."""
        return expected(self.probability, at)

    def outcomes(self, merge_at: float = MERGE_AT, review_at: float = REVIEW_AT) -> dict[Outcome, Ints]:
        """Positions of the pairs by outcome; those to review in order of doubt, the most doubtful first."""
        doubtful = np.flatnonzero((self.probability >= review_at) & (self.probability < merge_at))
        return {
            Outcome.MERGE: np.flatnonzero(self.probability >= merge_at),
            Outcome.REVIEW: doubtful[np.argsort(np.abs(self.probability[doubtful] - 0.5), kind="stable")],
            Outcome.APART: np.flatnonzero(self.probability < review_at),
        }


def expected(probability: Floats, at: float) -> Threshold:
    """Expected precision of everything at or above a probability; 1 where there is nothing."""
    chosen = probability[probability >= at]
    return Threshold(at, len(chosen), float(chosen.mean()) if len(chosen) else 1.0)


def match_tables(left: Table, right: Table, ids: tuple[str | None, str | None] | None = None) -> Matches:
    """Match the records of two tables; pass the same table twice to find duplicates within it.

    Args:
        ids: the columns that name the rows; found from the tables where not given.
    """
    own = left is right
    names = ids if ids is not None else (find_id(left), find_id(right))
    mapping = map_columns(left, right, *names)
    with threadpool_limits(limits=1):  # small matrices: more threads only get in each other's way
        candidates = compare(left, right, mapping, names)
        linkage: Linkage = link(candidates, len(left), len(right), own)
    return Matches(
        candidates.left,
        candidates.right,
        linkage.weight,
        linkage.probability,
        linkage.shape,
        mapping,
        names,
        candidates.names,
        candidates.values,
        linkage.model,
    )
