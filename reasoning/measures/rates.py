"""Exchange rates as the graph has them: the last closing rate on or before a day (``ExchangeRate`` in the ontology)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from graph_engine.snapshot import Snapshot
from reasoning.measures import currencies
from reasoning.measures.types import Array, Int64

RELATIONS = ("exchange_rate_from", "exchange_rate_to")
CLASS = "ExchangeRate"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rates of one pair, by day."""

    days: Int64
    num: Int64
    den: Int64

    def on(self, days: Array) -> tuple[Array, Array, Array]:
        """Numerator, denominator, and on which days there is a rate."""
        at = np.searchsorted(self.days, days, side="right") - 1
        return self.num[np.maximum(at, 0)], self.den[np.maximum(at, 0)], at >= 0


class Rates:
    """The rates of a snapshot; a rate the other way round counts turned over, where there is none in this direction."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._held: dict[tuple[int, int], dict[int, Fraction]] = {}
        self._tables: dict[tuple[int, int], Table | None] = {}
        members = snapshot.members(CLASS) if CLASS in snapshot._properties else np.zeros(0, dtype=np.int32)
        ends: list[dict[int, int]] = []
        for name in RELATIONS:
            edges = snapshot.relation(name)
            codes = {int(t): currencies.code_of(str(snapshot.value(int(t), "code"))) for t in np.unique(edges.target)}
            ends.append({int(s): codes[int(t)] for s, t in zip(edges.source, edges.target, strict=True)})
        if len(members) == 0:
            return
        on, rate = snapshot.column(CLASS, "on"), snapshot.column(CLASS, "closing_rate")
        for at, entity in enumerate(members.tolist()):
            known = entity in ends[0] and entity in ends[1] and not on.null[at] and not rate.null[at]
            if known and int(rate.values[at]) > 0:
                pair = (ends[0][entity], ends[1][entity])
                self._held.setdefault(pair, {})[int(on.values[at])] = Fraction(int(rate.values[at]), 10**8)

    def table(self, from_: int, to: int) -> Table | None:
        """The rates of a pair of currencies; None: there are none."""
        key = (from_, to)
        if key not in self._tables:
            held = self._held.get(key)
            if held is None:
                held = {day: 1 / rate for day, rate in self._held.get((to, from_), {}).items()}
            self._tables[key] = _table(held) if held else None
        return self._tables[key]

    def rate(self, from_: int, to: int, day: int) -> Fraction | None:
        """The rate of a pair on a day."""
        table = self.table(from_, to)
        if table is None:
            return None
        num, den, known = table.on(np.array([day]))
        return Fraction(int(num[0]), int(den[0])) if known[0] else None


def _table(held: dict[int, Fraction]) -> Table:
    days = sorted(held)
    return Table(
        np.array(days, dtype=np.int64),
        np.array([held[d].numerator for d in days], dtype=np.int64),
        np.array([held[d].denominator for d in days], dtype=np.int64),
    )
