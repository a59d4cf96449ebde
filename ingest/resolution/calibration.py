"""From weights to probabilities without labels: targets against decoys.

For each record the *target* is the weight of what it was matched with, the *decoy* the weight of what it would have
been matched with had its partner been absent. Decoys show how well chance can do, so at any weight
P(wrong) = π₀ · (decoys there) / (targets there), where π₀ is the share of records without a partner (Storey 2002;
target–decoy competition, Elias and Gygi 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

Floats = npt.NDArray[np.float64]
_WINDOW = 30
"""Targets and decoys per bin."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Probability of *same* as a growing function of the weight, by linear interpolation between ``weights``."""

    weights: Floats
    probabilities: Floats
    alone: float
    """Estimated share of records without a partner, 0–1."""

    def of(self, weight: Floats) -> Floats:
        """Probability that pairs of these weights are the same."""
        if not len(self.weights):
            return np.zeros(len(weight))
        return np.interp(weight, self.weights, self.probabilities)


def calibrate(targets: Floats, decoys: Floats, alone: float | None = None) -> Calibration:
    """Estimate the probabilities; −inf stands for a record without target or decoy.

    Args:
        alone: share of records without a partner, where it is known better than from these figures.
    """
    real, chance = np.sort(targets[np.isfinite(targets)]), np.sort(decoys[np.isfinite(decoys)])
    size = max(len(targets), 1)
    if alone is None:
        alone = estimate_alone(targets, decoys)
    if not len(real):
        return Calibration(np.empty(0), np.empty(0), alone)
    expected = alone * size / max(len(decoys), 1)  # wrong targets per decoy
    both = np.sort(np.concatenate([real, chance]))
    count = int(np.clip(len(both) // _WINDOW, 4, 400))
    edges = np.unique(np.quantile(both, np.linspace(0, 1, count + 1)[1:-1]))
    hits = np.bincount(np.searchsorted(edges, real, side="right"), minlength=len(edges) + 1).astype(np.float64)
    fakes = expected * np.bincount(np.searchsorted(edges, chance, side="right"), minlength=len(edges) + 1)
    right = np.clip(1 - (fakes + 0.25 * expected) / np.maximum(hits, 0.5), 0, 1)
    grown = IsotonicRegression(y_min=0, y_max=1).fit_transform(np.arange(len(right)), right, sample_weight=hits + 0.5)
    bounds = np.concatenate([[both[0]], edges, [both[-1]]])
    middles = (bounds[:-1] + bounds[1:]) / 2
    return Calibration(middles, np.asarray(grown, np.float64), alone)


def estimate_alone(given: Floats, by_chance: Floats) -> float:
    """π₀: how often targets are as low as chance is, where chance mostly is."""
    real, chance = np.sort(given[np.isfinite(given)]), np.sort(by_chance[np.isfinite(by_chance)])
    targets, decoys = len(given), len(by_chance)
    if not targets or not decoys:
        return 1.0
    shares = []
    for part in (0.3, 0.5, 0.7):
        at = _quantile_with_absent(chance, decoys, part)
        below = targets - len(real) + np.searchsorted(real, at, side="right")
        null = decoys - len(chance) + np.searchsorted(chance, at, side="right")
        shares.append((below + 1) / targets / ((null + 1) / decoys))
    return float(np.clip(min(shares), 0, 1))


def _quantile_with_absent(chance: Floats, decoys: int, part: float) -> float:
    rank = int(part * decoys) - (decoys - len(chance))
    return float(chance[rank]) if 0 <= rank < len(chance) else -np.inf
