"""Drawing uncertain values: the same thing gets the same luck in every scenario (common random numbers).

A draw's uniform number comes from Philox keyed by (seed, class, mention key, property), the draw being its position in
that stream: never from the position of a thing, the order of interventions or the scenario. A distribution then turns
it into a value by its quantile function, so scenarios differ only by what they say, not by chance.

Philox: Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC11).
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

import numpy as np

from reasoning.flow import Float
from reasoning.scenarios.types import Distribution, Shape

_NORMAL_95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution."""


def uniforms(seed: int, class_name: str, mention: str, name: str, draws: int) -> Float:
    """Numbers in (0, 1) for one property of one thing; fewer draws are the beginning of more."""
    key = hashlib.sha256("\x1f".join((str(seed), class_name, mention, name)).encode()).digest()
    bits = np.random.Philox(key=int.from_bytes(key[:16], "big")).random_raw(draws) >> np.uint64(11)
    found: Float = (bits.astype(np.float64) + 0.5) / 2.0**53
    return found


def quantiles(distribution: Distribution, p: Float) -> Float:
    """The values below which a share ``p`` of the draws lies."""
    from scipy.special import ndtri

    numbers = [float(x) for x in distribution.parameters]
    match distribution.shape:
        case Shape.UNIFORM:
            low, high = numbers
            found: Float = low + (high - low) * p
        case Shape.TRIANGULAR:
            low, mode, high = numbers
            if high == low:
                return np.full(len(p), low)
            turn = (mode - low) / (high - low)
            rising = low + np.sqrt(p * (high - low) * (mode - low))
            falling = high - np.sqrt((1 - p) * (high - low) * (high - mode))
            found = np.where(p < turn, rising, falling)
        case Shape.NORMAL:
            found = numbers[0] + numbers[1] * np.asarray(ndtri(p))
        case Shape.LOGNORMAL:
            # 95 % lie within median / spread² … median · spread²: sigma = 2 ln(spread) / 1.96
            found = numbers[0] * np.exp(2 * np.log(numbers[1]) / _NORMAL_95 * np.asarray(ndtri(p)))
        case Shape.CHOICE:
            values, weights = np.array(numbers[::2]), np.array(numbers[1::2])
            order = np.argsort(values, kind="stable")
            edges = np.cumsum(weights[order]) / weights.sum()
            found = values[order][np.minimum(np.searchsorted(edges, p, side="right"), len(values) - 1)]
    return found


def median(distribution: Distribution) -> Decimal:
    """The value that half of the draws lie below."""
    match distribution.shape:
        case Shape.NORMAL | Shape.LOGNORMAL:
            return distribution.parameters[0]
        case Shape.UNIFORM:
            return (distribution.parameters[0] + distribution.parameters[1]) / 2
        case _:
            found = float(quantiles(distribution, np.array([0.5]))[0])
            return Decimal(repr(found)) if found != int(found) else Decimal(int(found))
