"""Aggregates: from the terms of each owner to one cell. Floating-point sums are in relation-id order, always."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reasoning.measures import exact
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.exact import Den
from reasoning.measures.types import Array, Int32, Int64, Kind

_NO_CURRENCY = np.int32(2**31 - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which rows belong to which cell: rows ``pointer[i]`` up to ``pointer[i + 1]`` make cell ``i``."""

    pointer: Int64
    owners: Int64
    """The cell of each row."""

    @property
    def size(self) -> int:
        """Cells."""
        return len(self.pointer) - 1


def spread(a: Array, rows: int, periods: int, draws: int) -> Array:
    """An array as (rows, periods × draws)."""
    return np.broadcast_to(a, (rows, periods, draws)).reshape(rows, periods * draws)


def counted(flags: Array, groups: Groups) -> Int64:
    """How many rows of each group have a flag: (groups, k) from (rows, k)."""
    return _added(flags, groups)


def _added(values: Array, groups: Groups) -> Int64:
    """Sums of integers that cannot overflow."""
    result = np.zeros((groups.size, values.shape[1]), dtype=np.int64)
    some = np.flatnonzero(np.diff(groups.pointer) > 0)
    if len(some):
        result[some] = np.add.reduceat(values, groups.pointer[:-1][some], axis=0, dtype=np.int64)
    return result


def summed(values: Array, groups: Groups) -> Array:
    """Exact sums of integers: (groups, k) from (rows, k)."""
    longest = int(np.diff(groups.pointer).max(initial=0))
    if values.dtype != object and exact.bound(values) * max(longest, 1) >= 2**62:
        values = exact.wide(values)
    if values.dtype == object:
        result = np.zeros((groups.size, values.shape[1]), dtype=object)
        np.add.at(result, groups.owners, values)
        return exact.narrow(result)
    return _added(values, groups)


def summed_floats(values: Array, groups: Groups) -> Array:
    """Sums of floating-point numbers, each group's one after the other from its first row on."""
    result = np.zeros((groups.size, values.shape[1]), dtype=np.float64)
    if values.shape[1] == 1:
        result[:, 0] = np.bincount(groups.owners, weights=values[:, 0], minlength=groups.size)
        return result
    np.add.at(result, groups.owners, values)
    return result


def extreme(values: Array, groups: Groups, *, largest: bool) -> Array:
    """Smallest or largest of each group that has rows; 0 for others."""
    result = np.zeros((groups.size, values.shape[1]), dtype=values.dtype)
    some = np.flatnonzero(np.diff(groups.pointer) > 0)
    if len(some):
        work = np.maximum if largest else np.minimum
        result[some] = work.reduceat(values, groups.pointer[:-1][some], axis=0)
    return result


def first_where(flags: Array, groups: Groups) -> Int64:
    """The first row of each group that has a flag; -1: none."""
    result = np.full((groups.size, flags.shape[1]), -1, dtype=np.int64)
    rows, columns = np.nonzero(flags)
    if len(rows):
        keys = groups.owners[rows] * flags.shape[1] + columns
        found, at = np.unique(keys, return_index=True)
        result.reshape(-1)[found] = rows[at]
    return result


def _starts(groups: Groups, width: int) -> Int64:
    """The first row of each group; -1: it has none."""
    first = np.where(np.diff(groups.pointer) > 0, groups.pointer[:-1], -1)
    return np.broadcast_to(first[:, None], (groups.size, width))


def aggregate(
    function: str, body: Cells | None, present: Array | None, groups: Groups, rows: int, here: Int64
) -> Cells:
    """The cells of an aggregate.

    Args:
        body: (rows, periods, draws); None for a count of relations.
        present: which rows count, where that differs between periods or draws.
        here: the cause that an error of this aggregate itself has, for each group.
    """
    if body is not None and body.state is not None and not body.state.any():
        body = replace(body, state=None, cause=None)
    shapes = [a.shape for a in _arrays(body)] + ([present.shape] if present is not None else [])
    periods = max((s[1] for s in shapes), default=1)
    draws = max((s[2] for s in shapes), default=1)
    width = periods * draws
    there = np.broadcast_to(np.True_, (rows, width)) if present is None else spread(present, rows, periods, draws)
    if body is None:
        every = np.diff(groups.pointer)[:, None] if present is None else counted(there, groups)
        return _shaped(Cells(Kind.NUMBER, every), periods if present is not None else 1, draws)
    known = np.broadcast_to(KNOWN, (rows, width))
    state = known if body.state is None else spread(body.state, rows, periods, draws)
    clean = body.state is None and present is None
    ok = None if clean else there & (state == KNOWN)
    wrong, unknown, cause = (
        _worst(body, state, there, groups, rows, periods, draws) if not clean else (None, None, None)
    )
    values = spread(body.values, rows, periods, draws)
    lengths = np.broadcast_to(np.diff(groups.pointer)[:, None], (groups.size, width))
    number = lengths if ok is None else counted(ok, groups)
    result, den, missing = _reduced(function, body, values, ok, groups, number, periods, draws)
    found = np.zeros(result.shape, dtype=np.uint8)
    if missing is not None:
        found[missing] = UNKNOWN
    if unknown is not None and function not in ("sum_known", "count", "any", "all"):
        found[unknown] = UNKNOWN
    if function in ("any", "all") and unknown is not None:
        found[unknown & (result == (function == "all"))] = UNKNOWN
    currency = None
    if body.currency is not None and function != "count":
        currency, mixed = _currencies(body, ok, groups, rows, periods, draws, number)
        bad = mixed & (found == KNOWN)
        if bad.any():
            found[bad] = ERROR
            cause = np.where(bad, here, 0 if cause is None else cause)
    if function == "one":
        several = (lengths if present is None else counted(there, groups)) > 1
        if several.any():
            found[several] = ERROR
            cause = np.where(several, here, 0 if cause is None else cause)
            wrong = None if wrong is None else wrong & ~several
    if wrong is not None and wrong.any():
        found[wrong] = ERROR
    kind = Kind.NUMBER if function == "count" else Kind.BOOLEAN if function in ("any", "all") else body.kind
    state_found = found if found.any() else None
    cause_found = cause if state_found is not None and bool((found == ERROR).any()) else None
    return _shaped(Cells(kind, result, state_found, cause_found, den, currency), periods, draws)


def _worst(
    body: Cells, state: Array, there: Array, groups: Groups, rows: int, periods: int, draws: int
) -> tuple[Array | None, Array, Int64 | None]:
    """Which cells have a term that is an error, which one that is unknown, and the first error's cause."""
    unknown = counted(there & (state == UNKNOWN), groups) > 0
    if body.cause is None:
        return None, unknown, None
    first = first_where(there & (state == ERROR), groups)
    causes = spread(body.cause, rows, periods, draws)
    picked = causes[np.maximum(first, 0), np.arange(first.shape[1])[None, :]] if rows else np.zeros_like(first)
    return first >= 0, unknown, np.where(first >= 0, picked, 0)


def _reduced(
    function: str, body: Cells, values: Array, ok: Array | None, groups: Groups, number: Int64, periods: int, draws: int
) -> tuple[Array, Den, Array | None]:
    """Values, denominator, and which cells have nothing to give."""
    if function == "count":
        return number, 1, None
    if function in ("any", "all"):
        wanted = values if function == "any" else ~values
        some = counted(wanted if ok is None else wanted & ok, groups) > 0
        return (some if function == "any" else ~some), 1, None
    den = body.den
    if not isinstance(den, int):
        values, den = _over_one(values, spread(den, len(values), periods, draws), ok)
    if function in ("sum", "sum_known", "mean"):
        kept = values if ok is None else np.where(ok, values, values.dtype.type(0) if values.dtype != object else 0)
        if body.kind is Kind.FLOAT:
            total = summed_floats(kept, groups)
            if function == "mean":
                return total / np.maximum(number, 1), 1, number == 0
            return total, 1, None
        total = summed(kept, groups)
        if function == "mean":
            by = np.maximum(number, 1)
            return total, exact.times(by, den), number == 0
        return total, den, None
    if function == "one":
        first = _starts(groups, values.shape[1]) if ok is None else first_where(ok, groups)
        if len(values) == 0:
            return np.zeros(first.shape, dtype=values.dtype), den, first < 0
        return values[np.maximum(first, 0), np.arange(first.shape[1])[None, :]], den, first < 0
    largest = function == "max"
    if ok is not None:
        values = np.where(ok, values, _neutral(values, largest))
    return extreme(values, groups, largest=largest), den, number == 0


def _neutral(values: Array, largest: bool) -> float | int:
    if values.dtype == np.float64:
        return -np.inf if largest else np.inf
    edge = 2 * exact.bound(values) + 1 if values.dtype == object else 2**63 - 1
    return -edge if largest else edge


def _over_one(values: Array, dens: Array, ok: Array | None) -> tuple[Array, int]:
    """Fractions with a denominator each, brought over one that all share."""
    shared = 1
    used = dens if ok is None else dens[ok]
    for d in np.unique(used.astype(object) if used.dtype == object else used).tolist():
        shared = int(np.lcm(np.array(shared, dtype=object), int(d)))
    factors = np.where(ok, shared // exact.wide(dens), 0) if ok is not None else shared // exact.wide(dens)
    return exact.narrow(exact.wide(values) * factors), shared


def _currencies(
    body: Cells, ok: Array | None, groups: Groups, rows: int, periods: int, draws: int, number: Int64
) -> tuple[Int32, Array]:
    """The currency of each cell, and where there are several."""
    assert body.currency is not None
    code = np.int32(body.currency.reshape(-1)[0]) if body.currency.size else np.int32(0)
    if code and bool((body.currency == code).all()):
        return np.where(number > 0, code, np.int32(0)), np.zeros(number.shape, dtype=np.bool_)
    codes = spread(body.currency, rows, periods, draws)
    used = codes != 0 if ok is None else ok & (codes != 0)
    low = extreme(np.where(used, codes, _NO_CURRENCY), groups, largest=False)
    high = extreme(np.where(used, codes, np.int32(0)), groups, largest=True)
    some = counted(used, groups) > 0
    return np.where(some, high, np.int32(0)).astype(np.int32), some & (low != high)


def _arrays(body: Cells | None) -> list[Array]:
    if body is None:
        return []
    found: list[Array | None] = [body.values, body.state, body.cause, body.currency]
    if not isinstance(body.den, int):
        found.append(body.den)
    return [a for a in found if a is not None]


def _shaped(cells: Cells, periods: int, draws: int) -> Cells:
    def one(a: Array | None) -> Array | None:
        return None if a is None else a.reshape(a.shape[0], periods, draws)

    values = one(cells.values)
    assert values is not None
    den = cells.den if isinstance(cells.den, int) else cells.den.reshape(values.shape)
    return Cells(cells.kind, values, one(cells.state), one(cells.cause), den, one(cells.currency))
