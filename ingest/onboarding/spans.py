"""Numbers that begin and end where a key does: what speaks for a reference where no names do.

A column of numbers that has nothing to do with a key of ``n`` rows rarely ends at just ``n``, and the rarer the larger
``n`` is. Counts, ratings and positions begin at 1 as keys do, but small values prevail in them; and a short list is
fitted by chance as soon as several columns fit it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.onboarding.inclusion import ValueSets
from ingest.onboarding.model import ColumnProfile, Kind, Reference, TableProfile
from ingest.onboarding.names import words

RAISED = 0.78
"""The score of a reference that its span speaks for: above what is proposed, below what names and values prove."""
SORTED = 0.72
"""Of one that the names of both tables speak for: below what a span says."""
COUNTS = 0.5
"""At most, where small values prevail: possible, not proposed."""
_LEAST = 4
_ENOUGH = 8
"""Rows of the other table from which one fitting span is enough; below, it must also be the only column that fits."""
_CLOSE = 0.004
"""How far before the key's end a column may end, of that end."""
_DENSE = 0.6


class Spans:
    """Which columns of numbers span just what a key spans."""

    def __init__(self, tables: Sequence[TableProfile], sets: ValueSets) -> None:
        self._sets = sets
        self._ends: dict[tuple[int, int], int] = {}
        for table in tables:
            for column in table.columns:
                if column.kind is Kind.INTEGER and column.low is not None and column.high is not None:
                    place = (column.low, column.high)
                    repeats = column.distinct < column.filled
                    self._ends[place] = self._ends.get(place, 0) + repeats

    def raised(
        self,
        table: TableProfile,
        column: ColumnProfile,
        candidates: Sequence[Reference],
        tables: Mapping[str, TableProfile],
    ) -> list[Reference]:
        """The candidates, the one whose key the column spans (if there is just one) with a higher score."""
        fitting = [r for r in candidates if self._spans(table, column, tables[r.to].column(r.key[0]), r)]
        fitting = [r for r in fitting if not any(speaks_of(tables[r.to], tables[o.to]) for o in fitting if o is not r)]
        if len(fitting) != 1:
            return list(candidates)
        best = fitting[0]
        key = tables[best.to].column(best.key[0])
        few = key.distinct < _ENOUGH
        alone = self._ends.get((column.low or 0, column.high or 0), 0) == 1
        if self._sets.falls(table.name, column) and not sorts(table, tables[best.to]):
            return [replace(r, score=min(r.score, COUNTS)) for r in candidates]
        if few and not alone:
            return list(candidates)
        why = f"its values go from {column.low} to {column.high}, as only the key of {tables[best.to].title} does"
        return [replace(r, score=max(r.score, RAISED), reason=why) if r is best else r for r in candidates]

    def _spans(self, table: TableProfile, column: ColumnProfile, key: ColumnProfile, reference: Reference) -> bool:
        if column.kind is not Kind.INTEGER or column.low is None or column.high is None or reference.to == table.name:
            return False
        if key.low is None or key.high is None or key.distinct < _LEAST or reference.missing or column.unique:
            return False
        slack = int(key.high * _CLOSE)
        own = column.distinct / (column.high - column.low + 1)
        return (
            key.low <= column.low <= key.low + slack
            and key.high - slack <= column.high <= key.high
            and own >= _DENSE
            and column.filled >= 2 * column.distinct
        )


def speaks_of(table: TableProfile, other: TableProfile) -> bool:
    """Whether a table's name holds the other's: ``OrderLines`` speaks of ``Orders``."""
    long, short = words(table.title), words(other.title)
    return 0 < len(short) < len(long) and any(
        long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1)
    )


_KINDS = frozenset({"type", "kind", "category", "group", "model", "class", "status", "method"})
_BELOW = ("sub", "unter")


def sorts(table: TableProfile, other: TableProfile) -> bool:
    """Whether another table, by its name, says of what sort a table's things are.

    ``AddressType`` sorts ``CompanyAddresses``, ``ProductModel`` products, ``PhoneNumberType`` phones; and what is
    called like it but for a ``sub`` lies within it.
    """
    said, named = words(table.title), words(other.title)
    if said != named and tuple(w for w in said if w not in _BELOW) == named:
        return True
    if len(named) < 2 or named[-1] not in _KINDS or said == named:
        return False
    return any(said[-n:] == named[:n] for n in range(1, min(len(said), len(named) - 1) + 1))


def joins(table: TableProfile, tables: Sequence[TableProfile]) -> frozenset[str]:
    """The tables that a table's name is made of, one behind the other: a film category joins films and categories."""
    said = words(table.title)
    names = {words(t.title): t.name for t in tables if t is not table}
    for at in range(1, len(said)):
        if said[:at] in names and said[at:] in names:
            return frozenset({names[said[:at]], names[said[at:]]})
    return frozenset()
