"""Causes of error cells as numbers, and as sentences. A cause is part of a formula, a kind of fault and an entity."""

from __future__ import annotations

import numpy as np

from reasoning.measures.types import Array, FaultKind, Int64

KINDS = tuple(FaultKind)
_TEXT = {
    FaultKind.DIVISION: "`{}` divides by zero.",
    FaultKind.CURRENCY: "`{}` meets amounts in different currencies.",
    FaultKind.CYCLE: "It leads back to itself.",
    FaultKind.SEVERAL: "`{}` finds more than one.",
    FaultKind.OVERFLOW: "`{}` gives a number that is too large.",
    FaultKind.TIME: "`{}` meets a date off the time axis, or none.",
    FaultKind.RATE: "`{}` finds no exchange rate for that day.",
}


def encode(site: int, kind: FaultKind, entities: Array) -> Int64:
    """The numbers of causes: one part of a formula and kind of fault, some entities."""
    base = np.int64((site << 4 | KINDS.index(kind)) << 32)
    found: Int64 = entities.astype(np.int64) | base
    return found


def decode(cause: int) -> tuple[int, FaultKind, int]:
    """Part of a formula (site), kind of fault, entity."""
    return cause >> 36, KINDS[cause >> 32 & 15], cause & 0xFFFFFFFF


def moved(causes: Int64, places: Array) -> Int64:
    """The same causes after entities got other numbers (old → new; -1: gone)."""
    new = places[causes & 0xFFFFFFFF].astype(np.int64)
    found: Int64 = np.where(causes == 0, 0, (causes >> 32 << 32) | np.maximum(new, 0))
    return found


def sentence(kind: FaultKind, part: str) -> str:
    """What happened, for a person."""
    return _TEXT[kind].format(part if len(part) <= 80 else part[:77] + "…")
