"""Two ways to the same place: what speaks for a reference where several keys hold a column's numbers.

A province lies in a sales territory and in a country, and the territory lies in that country, too. If a column leads to
the territories, then over the rows both ways to the country agree; if it leads to anything else, they agree by chance.
So do two tables about the same people, if both say of each to which territory he belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.onboarding.chance import is_no_chance
from ingest.onboarding.inclusion import ValueSets
from ingest.onboarding.model import Reference, TableProfile

_AGREED = 0.8
"""Share of the rows in which both ways must lead to the same."""
_ROWS = 10
_SCORE = 0.8


def agreed(
    undecided: Sequence[Reference], sure: Sequence[Reference], tables: Mapping[str, TableProfile], sets: ValueSets
) -> list[Reference]:
    """Of references that are possible, by column, the one that agrees with those that are sure, if just one does."""
    found = []
    columns: dict[tuple[str, str], list[Reference]] = {}
    for r in undecided:
        if len(r.columns) == 1 and not tables[r.table].column(r.columns[0]).named:
            columns.setdefault((r.table, r.columns[0]), []).append(r)
    single = [s for s in sure if len(s.columns) == 1]
    for candidates in columns.values():
        fitting = []
        for r in candidates:
            why = next(_agreements(r, single, tables, sets), None)
            if why is not None:
                fitting.append(replace(r, score=max(r.score, _SCORE), reason=f"{why}; {r.reason}"))
        if len(fitting) == 1:
            found.append(fitting[0])
    return found


def _agreements(
    r: Reference, sure: Sequence[Reference], tables: Mapping[str, TableProfile], sets: ValueSets
) -> Iterator[str]:
    own, other = tables[r.table], tables[r.to]
    column = own.column(r.columns[0])
    for s in sure:
        if s.table == own.name and s.columns != r.columns:
            for o in sure:
                if o.table == other.name and o.to == s.to and own.name != other.name:
                    join = (column, other.name, other.column(r.key[0]))
                    compared = (own.column(s.columns[0]), other.column(o.columns[0]))
                    rate, chance, rows = sets.agreement(own.name, *join, *compared)
                    if _telling(rate, chance, rows):
                        yield f"both ways to {tables[s.to].title} agree in {rate:.0%} of {rows} rows"
        if s.to == r.to and s.table != own.name:
            for o in sure:
                ends = (o.columns[0], o.key[0]) if o.table == s.table else (o.key[0], o.columns[0])
                if {o.table, o.to} != {s.table, own.name} or o.columns == s.columns or o.columns == r.columns:
                    continue
                there = tables[s.table]
                join = (own.column(ends[1]), there.name, there.column(ends[0]))
                rate, chance, rows = sets.agreement(own.name, *join, column, there.column(s.columns[0]))
                if _telling(rate, chance, rows):
                    yield f"{there.title} says the same of {rate:.0%} of {rows} rows"


def _telling(rate: float, chance: float, rows: int) -> bool:
    return rows >= _ROWS and rate >= _AGREED and is_no_chance(rate, chance, rows)
