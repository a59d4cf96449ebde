"""Operations along the time axis (the second axis of cells), and terms sorted into periods."""

from __future__ import annotations

import numpy as np

from reasoning.measures import cells as ops
from reasoning.measures import exact, reduce
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.reduce import Groups
from reasoning.measures.types import Array, Int32, Int64, Kind

_ABSENT = np.uint8(255)
_LARGEST = np.int32(2**31 - 1)


def cumulated(a: Cells, length: int, here: Int64) -> Cells:
    """Running sums; unknown (or an error) from the first cell on that is."""
    shape = (a.values.shape[0], length, a.values.shape[2])
    state = None if a.state is None else np.broadcast_to(a.state, _wider(a.state, length))
    values: Array = np.broadcast_to(a.values, shape)
    if state is not None:
        clean = np.broadcast_to(state == KNOWN, np.broadcast_shapes(shape, state.shape))
        values = np.where(clean, values, np.zeros((), dtype=values.dtype))
    if a.kind is Kind.FLOAT:
        summed, den = np.cumsum(values, axis=1), a.den
    else:
        den = a.den
        if not isinstance(den, int):
            flat = np.broadcast_to(den, values.shape)
            values, den = reduce._over_one(values, flat, None)
        if values.dtype != object and exact.bound(values) * length >= 2**62:
            values = exact.wide(values)
        summed = exact.narrow(np.cumsum(values, axis=1))
    cause = None
    if state is not None:
        state, cause = _spread(state, a.cause)
    currency = None
    mixed: Array | None = None
    if a.currency is not None:
        currency, mixed = _running_currency(a.currency, length)
    found = Cells(a.kind, summed, state, cause, den, currency)
    return found if mixed is None else ops.fail(found, mixed, here)


def _wider(a: Array, length: int) -> tuple[int, int, int]:
    return (a.shape[0], length, a.shape[2])


def _spread(state: Array, cause: Int64 | None) -> tuple[Array, Int64 | None]:
    """The worst state so far, and the first error's cause from it on."""
    worst = np.maximum.accumulate(state, axis=1)
    if cause is None:
        return worst, None
    wide = np.broadcast_to(cause, state.shape)
    first = np.argmax(state == ERROR, axis=1)[:, None, :]
    return worst, np.where(worst == ERROR, np.take_along_axis(wide, first, axis=1), 0)


def _running_currency(currency: Int32, length: int) -> tuple[Int32, Array]:
    wide = np.broadcast_to(currency, _wider(currency, length))
    high = np.maximum.accumulate(wide, axis=1)
    low = np.minimum.accumulate(np.where(wide == 0, _LARGEST, wide), axis=1)
    return high.astype(np.int32), (high != 0) & (low != high)


def shifted(a: Cells, default: Cells | None, by: int, length: int) -> Cells:
    """The value ``by`` periods before; before the first the default, or unknown."""
    early = (np.arange(length) < by)[None, :, None]

    def moved(x: Array | None) -> Array | None:
        if x is None or x.shape[1] == 1:
            return x
        return np.concatenate([x[:, :1].repeat(min(by, length), axis=1), x[:, : max(length - by, 0)]], axis=1)

    den = a.den if isinstance(a.den, int) else moved(a.den)
    values = moved(a.values)
    assert values is not None
    assert den is not None
    later = Cells(a.kind, values, moved(a.state), moved(a.cause), den, moved(a.currency))
    return ops.choose(early, ops.constant(a.kind, None) if default is None else default, later)


def along(function: str, a: Cells, days: Int64, here: Int64) -> Cells:
    """One value from all periods."""
    length = len(days) - 1
    values = np.broadcast_to(a.values, _wider(a.values, length))
    state = np.zeros((1, length, 1), np.uint8) if a.state is None else np.broadcast_to(a.state, _wider(a.state, length))
    cause = None if a.cause is None else np.broadcast_to(a.cause, _wider(a.cause, length))
    if function == "first_when":
        return _first_when(values, state, cause, days)
    den = a.den if isinstance(a.den, int) else np.broadcast_to(a.den, values.shape)
    if function in ("first", "last"):
        at = 0 if function == "first" else length - 1
        return Cells(a.kind, values, state, cause, den, a.currency).period(at)
    worst = state.max(axis=1, keepdims=True)
    first = np.argmax(state == ERROR, axis=1)[:, None, :]
    causes = None if cause is None else np.where(worst == ERROR, np.take_along_axis(cause, first, axis=1), 0)
    if not isinstance(den, int):
        values, den = reduce._over_one(values, den, None)
    if function == "total":
        clean = np.broadcast_to(state == KNOWN, np.broadcast_shapes(values.shape, state.shape))
        values = np.where(clean, values, np.zeros((), dtype=values.dtype))
        if a.kind is Kind.FLOAT:
            # One period after the other: the order of a running sum, so that both give the same bits.
            result = np.cumsum(values, axis=1)[:, -1:]
        else:
            big = values.dtype != object and exact.bound(values) * length >= 2**62
            result = exact.narrow((exact.wide(values) if big else values).sum(axis=1, keepdims=True))
    else:
        result = values.min(axis=1, keepdims=True) if function == "lowest" else values.max(axis=1, keepdims=True)
    currency, mixed = None, None
    if a.currency is not None:
        high, clash = _running_currency(a.currency, length)
        currency, mixed = high[:, -1:], clash[:, -1:]
    found = Cells(a.kind, result, worst if worst.any() else None, causes, den, currency)
    return found if mixed is None else ops.fail(found, mixed, here)


def _first_when(values: Array, state: Array, cause: Int64 | None, days: Int64) -> Cells:
    """The first day of the first period that fulfils the condition; unknown if one before might have."""
    shape = np.broadcast_shapes(values.shape, state.shape)
    values, state = np.broadcast_to(values, shape), np.broadcast_to(state, shape)
    stops = values.astype(np.bool_) & (state == KNOWN) | (state != KNOWN)
    first = np.argmax(stops, axis=1)[:, None, :]
    none = ~stops.any(axis=1, keepdims=True)
    found = np.where(none, UNKNOWN, np.take_along_axis(state, first, axis=1)).astype(np.uint8)
    causes = None
    if cause is not None:
        picked = np.take_along_axis(np.broadcast_to(cause, shape), first, axis=1)
        causes = np.where(found == ERROR, picked, 0)
    return Cells(Kind.DATE, days[:-1][first], found if found.any() else None, causes)


def bucketed(
    function: str,
    when: Cells,
    amount: Cells,
    present: Array | None,
    groups: Groups,
    rows: int,
    days: Int64,
    policies: tuple[str, str, str],
    here: Int64,
    refusing: Int64,
) -> tuple[Cells, Int64]:
    """Sums of dated terms by period, and how many terms of each group lay before, after, and had no date.

    ``present``: which terms count, where that differs between draws. Policies say what becomes of terms off the axis:
    ``first`` period, ``drop``, or ``error`` for the whole row.
    """
    there = [] if present is None else [present]
    draws = max(a.shape[2] for a in (when.values, amount.values, *_also(when), *_also(amount), *there))
    length = len(days) - 1
    parts: list[Cells] = []
    counts = np.zeros((groups.size, 3), dtype=np.int64)
    dated = any(a.shape[2] > 1 for a in (when.values, *_also(when), *there))
    if dated and present is None:
        quick = _dated_sums(function, when, amount, groups, days, policies, draws)
        if quick is not None:
            return quick
    for draw in range(draws if dated else 1):
        one = _draw(when, draw) if dated else when
        held = _draw(amount, draw) if dated else amount
        counting = None if present is None else present[:, 0, min(draw, present.shape[2] - 1)]
        found, off = _bucketed(function, one, held, counting, groups, rows, days, policies, here, refusing)
        parts.append(found)
        if draw == 0:
            counts = off
    if len(parts) == 1:
        return parts[0], counts
    return _stacked(parts, length), counts


def _dated_sums(
    function: str, when: Cells, amount: Cells, groups: Groups, days: Int64, policies: tuple[str, str, str], draws: int
) -> tuple[Cells, Int64] | None:
    """Sums of known amounts in one currency whose dates are drawn, all draws at once; None: draw by draw."""
    if function not in ("sum", "sum_known") or amount.kind is not Kind.NUMBER or not isinstance(amount.den, int):
        return None
    values = amount.values
    if values.dtype == object or when.cause is not None or (amount.state is not None and bool(amount.state.any())):
        return None
    if amount.currency is not None and amount.currency.size > 1:
        return None
    rows, length = len(groups.owners), len(days) - 1
    longest = max(int(np.diff(groups.pointer).max(initial=0)), 1)
    if exact.bound(values) * longest >= 2**62:
        return None
    shape = (rows, draws)
    period = np.broadcast_to(np.searchsorted(days, when.values[:, 0, :], side="right") - 1, shape)
    known = np.True_ if when.state is None else when.state[:, 0, :] == KNOWN
    before, after = (np.broadcast_to(known & off, shape) for off in (period < 0, period >= length))
    undated = np.broadcast_to(~np.asarray(known), shape)
    kept = ~(before | after | undated)
    place = np.clip(period, 0, length - 1)
    for off, policy in zip((before, after, undated), policies, strict=True):
        if policy == "error" and bool(off.any()):
            return None
        if policy == "first":
            kept = kept | off
            place = np.where(off, 0, place)
    bins = (groups.owners[:, None] * length + place) * draws + np.arange(draws)
    at = bins[kept]
    size = groups.size * length * draws
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, at, np.broadcast_to(values[:, 0, :], shape)[kept])
    currency = None
    if amount.currency is not None:
        code = np.int32(amount.currency.reshape(-1)[0])
        some = np.zeros(size, dtype=np.bool_)
        some[at] = True
        currency = np.where(some, code, np.int32(0)).astype(np.int32).reshape(groups.size, length, draws)
    counts = np.stack([reduce.counted(f[:, :1], groups)[:, 0] for f in (before, after, undated)], axis=1)
    found = Cells(Kind.NUMBER, total.reshape(groups.size, length, draws), None, None, amount.den, currency)
    return found, counts


def _bucketed(
    function: str, when: Cells, amount: Cells, present: Array | None, groups: Groups, rows: int, days: Int64,
    policies: tuple[str, str, str], here: Int64, refusing: Int64,
) -> tuple[Cells, Int64]:  # fmt: skip
    length = len(days) - 1
    period = np.broadcast_to((np.searchsorted(days, when.values[:, 0, 0], side="right") - 1), (rows,)).astype(np.int64)
    state = np.zeros(rows, np.uint8) if when.state is None else np.broadcast_to(when.state[:, 0, 0], (rows,))
    if present is not None:
        state = np.where(present, state, _ABSENT)
    undated = state == UNKNOWN
    before, after = (state == KNOWN) & (period < 0), (state == KNOWN) & (period >= length)
    counts = np.stack(
        [reduce.counted(f[:, None], groups)[:, 0] for f in (before, after, undated)], axis=1
    )  # fmt: skip
    refused = np.zeros(rows, dtype=np.bool_)
    kept = (state == KNOWN) & ~before & ~after
    place = np.clip(period, 0, length - 1)
    for off, policy in zip((before, after, undated), policies, strict=True):
        if policy == "first":
            kept |= off
            place = np.where(off, 0, place)
        elif policy == "error":
            refused |= off
    at = np.flatnonzero(kept)
    bins = groups.owners[at] * length + place[at]
    order = np.argsort(bins, kind="stable")
    at, bins = at[order], bins[order]
    pointer = np.searchsorted(bins, np.arange(groups.size * length + 1))
    inner = Groups(pointer.astype(np.int64), bins)
    body = amount.take(at)
    here_bins = np.repeat(here, length, axis=0)
    found = reduce.aggregate(function, body, None, inner, len(at), here_bins)
    draws = found.values.shape[2]

    def shaped(a: Array | None) -> Array | None:
        return None if a is None else a.reshape(groups.size, length, draws)

    values = shaped(found.values)
    assert values is not None
    den = found.den if isinstance(found.den, int) else found.den.reshape(values.shape)
    result = Cells(found.kind, values, shaped(found.state), shaped(found.cause), den, shaped(found.currency))
    if refused.any():
        bad = reduce.counted(refused[:, None], groups)[:, :, None] > 0
        result = _refused(result, bad, refusing[:, :, None])
    if when.cause is not None and rows:
        result = _undatable(result, when, state, groups)
    return result, counts


def _refused(result: Cells, bad: Array, here: Int64) -> Cells:
    state = KNOWN if result.state is None else result.state
    earlier = np.int64(0) if result.cause is None else result.cause
    new = bad & (np.asarray(state) != ERROR)
    return Cells(
        result.kind, result.values, np.where(bad, ERROR, np.broadcast_to(state, result.values.shape)),
        np.where(new, here, earlier), result.den, result.currency,
    )  # fmt: skip


def _undatable(result: Cells, when: Cells, state: Array, groups: Groups) -> Cells:
    """A term whose date is an error makes all periods of its owner one."""
    assert when.cause is not None
    first = reduce.first_where((state == ERROR)[:, None], groups)
    causes = np.broadcast_to(when.cause[:, 0, :1], (len(state), 1))[np.maximum(first, 0), 0]
    return _refused(result, (first >= 0)[:, :, None], causes[:, :, None])


def _also(a: Cells) -> list[Array]:
    return [x for x in (a.state, a.currency, None if isinstance(a.den, int) else a.den) if x is not None]


def _draw(a: Cells, draw: int) -> Cells:
    def one(x: Array | None) -> Array | None:
        return x if x is None or x.shape[2] == 1 else x[:, :, draw : draw + 1]

    values = one(a.values)
    den = a.den if isinstance(a.den, int) else one(a.den)
    assert values is not None
    assert den is not None
    return Cells(a.kind, values, one(a.state), one(a.cause), den, one(a.currency))


def _stacked(parts: list[Cells], length: int) -> Cells:
    values, den, kind = ops.alike(parts)
    shape = (max(v.shape[0] for v in values), length, 1)

    def put(arrays: list[Array | None], default: object, dtype: object) -> Array | None:
        if all(a is None for a in arrays):
            return None
        blank = np.full((1, 1, 1), default, dtype=dtype)  # type: ignore[call-overload]
        return np.concatenate([np.broadcast_to(blank if a is None else a, shape) for a in arrays], axis=2)

    dens = den if isinstance(den, int) else np.concatenate([np.broadcast_to(den, shape) for _ in parts], axis=2)
    return Cells(
        kind, np.concatenate([np.broadcast_to(v, shape) for v in values], axis=2),
        put([p.state for p in parts], 0, np.uint8), put([p.cause for p in parts], 0, np.int64), dens,
        put([p.currency for p in parts], 0, np.int32),
    )  # fmt: skip
