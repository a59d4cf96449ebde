"""Exact arithmetic on columns: integers over a denominator. 64 bits while they suffice, Python's integers past that.

Whether a column is calculated in 64 bits or not never changes a value: results are exact either way.
"""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np

from reasoning.measures.types import Array

Den = int | Array
"""A denominator: one for all cells, or one for each. Always positive."""

_LIMIT = 2**62


def bound(a: Array) -> int:
    """The largest absolute value."""
    if a.size == 0:
        return 0
    return max(int(a.max()), -int(a.min()))


def wide(a: Array) -> Array:
    """In Python's integers."""
    return a if a.dtype == object else a.astype(object)


def narrow(a: Array) -> Array:
    """In 64 bits, if all values fit."""
    return a.astype(np.int64) if a.dtype == object and bound(a) < _LIMIT else a


def times(a: Array, b: Array | int) -> Array:
    """``a * b``."""
    by = abs(b) if isinstance(b, int) else bound(b)
    if a.dtype != object and (isinstance(b, int) or b.dtype != object) and bound(a) * by < _LIMIT and by < _LIMIT:
        return a * b
    return narrow(wide(a) * (b if isinstance(b, int) else wide(b)))


def plus(a: Array, b: Array) -> Array:
    """``a + b``."""
    if a.dtype != object and b.dtype != object and bound(a) + bound(b) < _LIMIT:
        return a + b
    return narrow(wide(a) + wide(b))


def reduced(num: Array, den: Den) -> tuple[Array, Den]:
    """The same fractions with smaller numbers, where all share a factor."""
    if isinstance(den, int) and den > 1 and num.size:
        if num.dtype == object:
            shared = den
            for value in num.flat:
                shared = gcd(shared, int(value))
                if shared == 1:
                    break
        else:
            shared = gcd(int(np.gcd.reduce(num, axis=None)), den)
        if shared > 1:
            return num // shared, den // shared
        return num, den
    if not isinstance(den, int):
        both = np.broadcast_arrays(num, den)
        factor = np.gcd(both[0], both[1])
        factor = np.where(factor == 0, 1, factor)
        return narrow(num // factor), narrow(den // factor)
    return num, den


def multiply(a: Array, da: Den, b: Array, db: Den) -> tuple[Array, Den]:
    """The product of two fractions."""
    if bound(a) * bound(b) >= _LIMIT:
        (a, da), (b, db) = reduced(a, da), reduced(b, db)
    return times(a, b), _den(da, db)


def divide(a: Array, da: Den, b: Array, db: Den) -> tuple[Array, Den]:
    """The quotient; where ``b`` is 0 some number over 1 (the caller marks those cells)."""
    (b, db) = reduced(b, db) if isinstance(db, int) else (b, db)
    sign = np.where(b < 0, -1, 1)
    safe = np.where(b == 0, 1, b)
    num = times(times(a, db), sign)
    if isinstance(da, int):
        return num, times(times(safe, sign), da)
    return num, times(times(safe, sign), da)


def common(parts: list[tuple[Array, Den]]) -> tuple[list[Array], Den]:
    """Numerators of some columns over one denominator."""
    if all(isinstance(d, int) for _, d in parts):
        den = 1
        for _, d in parts:
            assert isinstance(d, int)
            den = den * d // gcd(den, d)
        return [n if d == den else times(n, den // d) for n, d in parts if isinstance(d, int)], den
    shared: Den = 1
    for _, d in parts:
        shared = _den(shared, d)
    found = []
    for at, (num, _) in enumerate(parts):
        for other, (_, d) in enumerate(parts):
            if other != at:
                num = times(num, d)
        found.append(num)
    return found, shared


def add(a: Array, da: Den, b: Array, db: Den, *, minus: bool = False) -> tuple[Array, Den]:
    """The sum (or difference) of two fractions."""
    (left, right), den = common([(a, da), (b, db)])
    return plus(left, -right if minus else right), den


def rounded(num: Array, den: Den, scale: int) -> Array:
    """Integers at ``10**scale``, rounded half-up (half away from zero, as in commerce). May be Python's integers."""
    power = 10**scale
    if isinstance(den, int):
        if power % den == 0:
            return times(num, power // den)
        shared = gcd(power, den)
        power, den = power // shared, den // shared
    scaled = times(num, power)
    divisor = np.asarray(den)
    if scaled.dtype == object or divisor.dtype == object or 2 * bound(scaled) + bound(divisor) >= 2 * _LIMIT:
        scaled, divisor = wide(scaled), wide(divisor)
    size = (2 * abs(scaled) + divisor) // (2 * divisor)
    return narrow(np.where(scaled < 0, -size, size))


def floats(num: Array, den: Den) -> Array:
    """The nearest float64 of each fraction."""
    exact = 2**53
    narrow_den = isinstance(den, int) or den.dtype != object
    if num.dtype != object and narrow_den and max(bound(num), den if isinstance(den, int) else bound(den)) < exact:
        return num.astype(np.float64) / den
    pairs: Any = np.broadcast_arrays(wide(num), np.asarray(den, dtype=object))
    return np.array([n / d for n, d in zip(pairs[0].flat, pairs[1].flat, strict=True)], dtype=np.float64).reshape(
        pairs[0].shape
    )


def floor(num: Array, den: Den) -> Array:
    """The largest integers that are not larger."""
    return num // den


def compare(op: str, a: Array, b: Array) -> Array:
    """``a < b`` and the like, cell by cell."""
    match op:
        case "==":
            found = a == b
        case "!=":
            found = a != b
        case "<":
            found = a < b
        case "<=":
            found = a <= b
        case ">":
            found = a > b
        case _:
            found = a >= b
    return np.asarray(found, dtype=np.bool_)


def _den(a: Den, b: Den) -> Den:
    if isinstance(a, int):
        return a * b if isinstance(b, int) else times(b, a)
    return times(a, b)
