"""Match weights learned without labels.

A comparison's value falls into a bin; a bin is worth log2(P(bin | same) / P(bin | different)) bits (Fellegi and Sunter
1969), forced to grow with likeness (isotonic regression) and zero where a value is missing. Comparisons overlap (a
title is also part of the whole record), so their bits can't simply be added: non-negative coefficients, fitted by
penalised logistic regression, weigh them. The weight of a pair is then a plain sum, which is what makes it explainable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

Floats = npt.NDArray[np.float64]
_BINS = 20
_PRIOR = 2.0
"""Pseudo-counts with which each bin starts, spread as the whole is."""
_EVEN = 0.3
"""Coefficient that the penalty pulls towards: a modest part of each comparison's bits."""
_STEP = 1e-4
_LN2 = float(np.log(2))


@dataclass(frozen=True, slots=True)
class Scale:
    """What one comparison is worth: ``bits[b]`` for values in bin ``b`` between ``edges``."""

    name: str
    edges: Floats
    bits: Floats
    coefficient: float

    def of(self, values: npt.NDArray[np.floating]) -> Floats:
        """Bits that each value adds to the match weight; 0 where it is missing."""
        return self.coefficient * _binned(self.edges, self.bits, values)


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model: the weight of a pair is ``prior`` plus the bits of its comparisons."""

    scales: tuple[Scale, ...]
    prior: float

    def contributions(self, values: npt.NDArray[np.floating]) -> Floats:
        """Bits per pair (row) and comparison (column)."""
        return np.stack([scale.of(values[:, at]) for at, scale in enumerate(self.scales)], axis=1)

    def of(self, values: npt.NDArray[np.floating]) -> Floats:
        """The match weight of each pair, bits; a small part goes with the plain values, to order equals."""
        total = np.full(len(values), self.prior)
        for at, scale in enumerate(self.scales):
            column = values[:, at]
            total += scale.of(column) + _STEP * scale.coefficient * np.nan_to_num(column)
        return total


def fit(names: tuple[str, ...], values: npt.NDArray[np.floating], same: Floats) -> Weights:
    """Fit the weights to pairs whose probability of being the same is taken to be ``same``."""
    tables = [_table(values[:, at], same) for at in range(values.shape[1])]
    bits = np.stack([_binned(edges, table, values[:, at]) for at, (edges, table) in enumerate(tables)], axis=1)
    count = bits.shape[1]

    def loss(beta: Floats) -> tuple[float, Floats]:
        z = _LN2 * (bits @ beta[:count]) + beta[count]
        error = 1 / (1 + np.exp(-np.clip(z, -500, 500))) - same
        pull = beta[:count] - _EVEN
        value = float((np.logaddexp(0, z) - same * z).sum() + (pull**2).sum())
        return value, np.append(_LN2 * (bits.T @ error) + 2 * pull, error.sum())

    start = np.append(np.full(count, _EVEN), -2.0)
    bounds = [(0.0, None)] * count + [(None, None)]
    best = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    scales = tuple(
        Scale(name, edges, table, float(coefficient))
        for name, (edges, table), coefficient in zip(names, tables, best[:count], strict=True)
    )
    return Weights(scales, float(best[count] / _LN2))


def _table(values: npt.NDArray[np.floating], same: Floats) -> tuple[Floats, Floats]:
    """Edges and bits of one comparison. Edges are quantiles of the likely and of all pairs, so both are resolved."""
    present = np.isfinite(values)
    x, p = values[present].astype(np.float64), same[present]
    if not len(x):
        return np.empty(0), np.zeros(1)
    at = np.linspace(0, 1, _BINS + 1)[1:-1]
    likely = x[p > 0.5]
    edges = np.unique(np.concatenate([np.quantile(x, at), np.quantile(likely, at) if len(likely) else []]))
    bin_of = np.searchsorted(edges, x, side="right")
    size = len(edges) + 1
    yes, no = np.bincount(bin_of, p, size), np.bincount(bin_of, 1 - p, size)
    spread = (yes + no + 0.1) / (yes + no + 0.1).sum()
    bits = np.log2((yes + _PRIOR * spread) / (yes.sum() + _PRIOR)) - np.log2(
        (no + _PRIOR * spread) / (no.sum() + _PRIOR)
    )
    grown = IsotonicRegression().fit_transform(np.arange(size), bits, sample_weight=yes + no + 0.1)
    return edges, np.asarray(grown, np.float64)


def _binned(edges: Floats, bits: Floats, values: npt.NDArray[np.floating]) -> Floats:
    found = bits[np.searchsorted(edges, values, side="right").clip(0, len(bits) - 1)]
    return np.where(np.isfinite(values), found, 0.0)
