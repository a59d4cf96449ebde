"""The text method, pinned: weights and calibration learned once between two sources, applied to what comes later.

Candidates and likenesses are computed from the texts in force (their word frequencies included); what a likeness is
worth and which probability a weight stands for is pinned. So the pairs are a function of records and model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # scikit-learn and numba are heavy, and many projects compare no texts
    from ingest.resolution.tables import Table
    from ingest.resolution.weights import Weights

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEWEST = 20
"""Records that each of two sources needs before anything is learned from them."""


@dataclass(frozen=True, slots=True)
class TextPairs:
    """Pairs between two tables; ``left`` and ``right`` are row positions."""

    left: Ints
    right: Ints
    weight: Floats
    probability: Floats
    comparisons: tuple[str, ...]
    bits: Floats


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned between two sources."""

    weights: Weights
    curve: tuple[tuple[float, float], ...]
    """(weight, probability), growing."""


@dataclass(frozen=True, slots=True)
class TextModel:
    """Learned weights by pair of sources (``a|b``, a < b)."""

    learned: Mapping[str, Learned]

    def as_json(self) -> dict[str, object]:
        """As JSON objects."""
        return {
            key: {
                "prior": held.weights.prior,
                "scales": [
                    {"name": s.name, "edges": s.edges.tolist(), "bits": s.bits.tolist(), "coefficient": s.coefficient}
                    for s in held.weights.scales
                ],
                "curve": [list(point) for point in held.curve],
            }
            for key, held in sorted(self.learned.items())
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> TextModel:
        """From JSON objects."""
        from ingest.resolution.weights import Scale, Weights

        return cls(
            {
                key: Learned(
                    Weights(
                        tuple(
                            Scale(s["name"], np.array(s["edges"]), np.array(s["bits"]), float(s["coefficient"]))
                            for s in held["scales"]
                        ),
                        float(held["prior"]),
                    ),
                    tuple((float(w), float(p)) for w, p in held["curve"]),
                )
                for key, held in said.items()
            }
        )


def learn(left: Table, right: Table) -> Learned | None:
    """Learn from two tables, without labels; None where they are too small or hold nothing to compare."""
    if min(len(left), len(right)) < FEWEST:
        return None
    from ingest.resolution.matching import match_tables

    found = match_tables(left, right, (None, None))
    if found.model is None:
        return None
    taken = found.probability > 0
    order = np.argsort(found.weight[taken])
    weight, probability = found.weight[taken][order], np.maximum.accumulate(found.probability[taken][order])
    keep = np.unique(np.linspace(0, max(len(weight) - 1, 0), 60).astype(int)) if len(weight) else np.empty(0, int)
    return Learned(found.model, tuple((float(weight[i]), float(probability[i])) for i in keep))


def apply(learned: Learned, left: Table, right: Table) -> TextPairs:
    """Pairs between two tables by what was learned; one partner for each record on either side."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from ingest.resolution import assignment
    from ingest.resolution.columns import map_columns
    from ingest.resolution.comparisons import compare

    with threadpool_limits(limits=1):
        found = compare(left, right, map_columns(left, right, None, None), (None, None))
    names = tuple(scale.name for scale in learned.weights.scales)
    none = np.empty(0, np.int64)
    if not len(found) or not learned.curve:
        return TextPairs(none, none, np.empty(0), np.empty(0), names, np.empty((0, len(names))))
    place = {name: at for at, name in enumerate(found.names)}
    values = np.stack(
        [found.values[:, place[n]] if n in place else np.full(len(found), np.nan, np.float32) for n in names], axis=1
    )
    weight = learned.weights.of(values)
    taken = assignment.one_to_one(found.left, found.right, weight, len(left), len(right))
    x, y = zip(*learned.curve, strict=True)
    # two tables that agree wherever they overlap show no likeness of strangers: then the weight itself has to say it
    probability = np.minimum(np.interp(weight[taken], x, y, left=0.0), 1.0 / (1.0 + np.exp2(-weight[taken])))
    return TextPairs(
        found.left[taken], found.right[taken], weight[taken], probability, names,
        learned.weights.contributions(values[taken]),
    )  # fmt: skip
