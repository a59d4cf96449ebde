"""How sure an answer is: a chance, fitted on questions with known answers and checked on others (docs/answers.md).

The parameters are a file with a version (``confidence.json``); ``python -m bench calibrate`` makes it anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("confidence.json")
EDGES = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells right answers from wrong ones, each 0 to 1.

    likeness: cosine of the best sentence with the question (share of telling words without a model); covered: weight of
    the question's words, classes and days that evidence covers; words: of its words in the best sentence and the
    titles above it; linked: share of its names that are surely linked.
    """

    likeness: float
    covered: float
    words: float
    linked: float

    @property
    def row(self) -> tuple[float, ...]:
        """The signals as the fit has them, in the order of the factors."""
        return (self.likeness, self.covered, self.words, self.linked)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A logistic model for answers with an embedding model, one for those without, and below which chance to refuse.

    Each is an intercept, then a factor for each signal.
    """

    version: int
    fitted_on: str
    refuse_below: float
    with_model: tuple[float, ...]
    without_model: tuple[float, ...]


@cache
def fitted() -> Fitted:
    """The parameters that are shipped."""
    held = json.loads(FILE.read_text(encoding="utf-8"))
    return Fitted(
        held["version"], held["fitted_on"], held["refuse_below"], tuple(held["with_model"]),
        tuple(held["without_model"]),
    )  # fmt: skip


def confidence(signals: Signals, with_model: bool) -> float:
    """The chance, 0 to 1, that the first sentence answers the question."""
    return chance(fitted().with_model if with_model else fitted().without_model, signals.row)


def chance(parameters: Sequence[float], row: Sequence[float]) -> float:
    """A logistic model's chance for one row of signals."""
    constant, *factors = parameters
    return 1.0 / (1.0 + math.exp(-constant - sum(f * p for f, p in zip(factors, row, strict=True))))


def fit(
    rows: Sequence[Sequence[float]], right: Sequence[bool], *, ridge: float = 1.0, weights: Sequence[float] = ()
) -> tuple[float, ...]:
    """The logistic model most likely to give what was seen (ridge-penalised, Newton's method).

    No factor is let below 0: more of a signal never makes an answer less sure. ``weights``: what each row counts.
    """
    signals, seen = np.array(rows, dtype=float), np.array(right, dtype=float)
    counts = np.array(weights, dtype=float) if len(weights) else np.ones(len(seen))
    active = list(range(signals.shape[1]))
    while True:
        found = _newton(signals[:, active], seen, counts, ridge)
        against = [i for i, factor in zip(active, found[1:], strict=True) if factor < 0]
        if not against:
            break
        active = [i for i in active if i not in against]
    whole = [0.0] * signals.shape[1]
    for i, factor in zip(active, found[1:], strict=True):
        whole[i] = float(factor)
    return (float(found[0]), *whole)


def _newton(signals: np.ndarray, seen: np.ndarray, counts: np.ndarray, ridge: float) -> np.ndarray:
    rows = np.column_stack([np.ones(len(signals)), signals])
    penalty = np.full(rows.shape[1], ridge)
    penalty[0] = 1e-9
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (counts * (expected - seen)) + penalty * found
        bend = rows.T @ (rows * (counts * expected * (1 - expected))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found = found - step
        if np.abs(step).max() < 1e-9:
            break
    return found


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a confidence in one range: how many, how sure on average, what share was right."""

    low: float
    high: float
    count: int
    sure: float
    right: float


def reliability(sure: Sequence[float], right: Sequence[bool], edges: Sequence[float] = EDGES) -> tuple[Bin, ...]:
    """The reliability table; empty ranges are left out."""
    found = []
    for low, high in pairwise(edges):
        own = [(s, r) for s, r in zip(sure, right, strict=True) if low <= s < high or (high == edges[-1] and s == high)]
        if own:
            found.append(Bin(low, high, len(own), sum(s for s, _ in own) / len(own), sum(r for _, r in own) / len(own)))
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between confidence and share right, by answer (expected calibration error)."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.sure - b.right) for b in bins) / total if total else 0.0


def abstention(sure: Sequence[float], right: Sequence[bool]) -> tuple[tuple[float, float, float], ...]:
    """(share answered, least confidence, share right among those) when only the surest are answered, by tenths."""
    order = sorted(range(len(sure)), key=lambda i: -sure[i])
    found = []
    for tenth in range(1, 11):
        count = round(len(order) * tenth / 10)
        if count:
            own = order[:count]
            found.append((tenth / 10, sure[own[-1]], sum(right[i] for i in own) / count))
    return tuple(found)
