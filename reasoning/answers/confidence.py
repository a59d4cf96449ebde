"""How sure an answer is: a chance, fitted on questions with known answers and checked on others (docs/answers.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass


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


# Intercept, then a factor for each signal. docs/answers.md says on what they were fitted.
_WITH_MODEL = (-3.6, 3.6, 2.2, 1.6, 0.4)
_WITHOUT_MODEL = (-3.2, 1.5, 3.0, 1.6, 0.4)


def confidence(signals: Signals, with_model: bool) -> float:
    """The chance, 0 to 1, that the first sentence answers the question."""
    constant, *factors = _WITH_MODEL if with_model else _WITHOUT_MODEL
    parts = (signals.likeness, signals.covered, signals.words, signals.linked)
    return 1.0 / (1.0 + math.exp(-constant - sum(f * p for f, p in zip(factors, parts, strict=True))))
