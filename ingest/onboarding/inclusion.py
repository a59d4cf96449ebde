"""Which columns' values lie within which other columns: distinct values as sorted 64-bit hashes, compared as sets.

Inclusion dependencies between a column and a column with unique values (unary IND; Papenbrock et al., "Divide &
Conquer-based Inclusion Dependency Discovery", 2015, states the problem). Candidates are cut by kind and range first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from ingest.onboarding.model import ColumnProfile, Kind, TableProfile

Values = NDArray[np.uint64]
Place = tuple[str, str]
"""(table, column)."""
_MOST_DISTINCT = 3_000_000
_LONGEST = 80
_PAIRS = 20_000
_FALLING = -0.6
"""Rank correlation of value and frequency."""
_NEVER = frozenset({Kind.EMPTY, Kind.NESTED, Kind.BOOLEAN, Kind.DATE, Kind.DATETIME, Kind.DECIMAL})


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The values of one column within another's."""

    table: str
    column: str
    to: str
    key: str
    included: float
    """Share of the distinct values that are there."""
    missing: int
    covered: float
    """Share of the other's values that occur."""
    rows: float = 1.0
    """Share of the rows, of those with a value, that lead there; counted where few distinct values do."""
    near: float = 1.0
    """For numbers: the share of the whole numbers between the column's smallest and largest value that are keys."""
    beside: float = 1.0
    """For numbers of which a few are missing: the share of the numbers just beside them that are keys."""


def may_refer(column: ColumnProfile) -> bool:
    """Whether a column's values can be keys of another table."""
    if column.kind in _NEVER or column.filled == 0 or column.longest > _LONGEST:
        return False
    return not (
        column.kind is Kind.INTEGER
        and column.low is not None
        and column.high is not None
        and column.high <= 1
        and column.low >= 0
    )


class ValueSets:
    """Distinct values of columns, fetched once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stored: Mapping[str, str]) -> None:
        self._connection = connection
        self._stored = stored
        self._held: dict[Place, Values] = {}
        self._numbers: dict[Place, NDArray[np.int64]] = {}

    def of(self, table: str, column: ColumnProfile) -> Values:
        """Sorted hashes of the distinct values, in small letters: keys are typed by hand in other systems."""
        place = (table, column.name)
        if place not in self._held:
            c = f"c{column.position}"
            found = self._connection.execute(
                f"SELECT DISTINCT hash(lower({c})) AS h FROM {self._stored[table]} WHERE {c} IS NOT NULL"
            ).fetchnumpy()["h"]
            self._held[place] = np.unique(np.asarray(found, dtype=np.uint64))
        return self._held[place]

    def rows_within(self, table: str, column: ColumnProfile, theirs: Values) -> float:
        """The share of a column's filled rows whose value is among ``theirs``, in [0, 1]."""
        c = f"c{column.position}"
        found = self._connection.execute(
            f"SELECT hash(lower({c})) AS h, count(*) AS n FROM {self._stored[table]} WHERE {c} IS NOT NULL GROUP BY 1"
        ).fetchnumpy()
        held, counts = np.asarray(found["h"], dtype=np.uint64), np.asarray(found["n"], dtype=np.int64)
        return float(counts[np.isin(held, theirs)].sum() / counts.sum()) if len(counts) else 0.0

    def density(self, table: str, key: ColumnProfile, column: ColumnProfile) -> float:
        """How many of the whole numbers in ``column``'s range are values of ``key``, in [0, 1]."""
        held = self._whole_numbers(table, key)
        assert column.low is not None and column.high is not None
        inside = np.searchsorted(held, column.high, "right") - np.searchsorted(held, column.low, "left")
        return min(1.0, float(inside) / (column.high - column.low + 1))

    def beside(self, table: str, column: ColumnProfile, other: str, key: ColumnProfile) -> float:
        """How many of the numbers up to three above or below a column's are values of ``key``, in [0, 1].

        Keys come in runs: numbers within a run are keys, whatever they count. Only where those beside them are hit
        less often do the column's own numbers say something.
        """
        numbers, held = self._whole_numbers(table, column), self._whole_numbers(other, key)
        moved = np.concatenate([numbers + step for step in (-3, -2, -1, 1, 2, 3)])
        moved = moved[(moved >= held[0]) & (moved <= held[-1])]
        return float(np.isin(moved, held).mean()) if len(moved) else 1.0

    def _whole_numbers(self, table: str, column: ColumnProfile) -> NDArray[np.int64]:
        place = (table, column.name)
        if place not in self._numbers:
            c = f"c{column.position}"
            found = self._connection.execute(
                f"SELECT DISTINCT TRY_CAST({c} AS BIGINT) AS n FROM {self._stored[table]} WHERE TRY_CAST({c} AS "
                "BIGINT) IS NOT NULL"
            ).fetchnumpy()["n"]
            self._numbers[place] = np.sort(np.asarray(found, dtype=np.int64))
        return self._numbers[place]

    def falls(self, table: str, column: ColumnProfile) -> bool:
        """Whether small numbers come more often than large ones: counts and positions do, keys of others do not."""
        c = f"TRY_CAST(c{column.position} AS BIGINT)"
        row = self._connection.execute(
            f"SELECT corr(v, n) FROM (SELECT rank() OVER (ORDER BY v) AS v, rank() OVER (ORDER BY n) AS n FROM "
            f"(SELECT {c} AS v, count(*) AS n FROM {self._stored[table]} WHERE {c} IS NOT NULL GROUP BY 1))"
        ).fetchone()
        return row is not None and row[0] is not None and row[0] < _FALLING

    def agreement(
        self,
        table: str,
        column: ColumnProfile,
        other: str,
        key: ColumnProfile,
        own: ColumnProfile,
        theirs: ColumnProfile,
    ) -> tuple[float, float, int]:
        """Over the rows joined by ``column = key``: how often ``own`` and ``theirs`` are equal, how often they would be
        by chance, and how many rows these are."""
        row = self._connection.execute(
            f"WITH pairs AS (SELECT lower(a.c{own.position}) AS u, lower(b.c{theirs.position}) AS v FROM "
            f"{self._stored[table]} a JOIN {self._stored[other]} b ON lower(a.c{column.position}) = "
            f"lower(b.c{key.position}) WHERE a.c{own.position} IS NOT NULL AND b.c{theirs.position} IS NOT NULL "
            f"LIMIT {_PAIRS}) SELECT coalesce(avg((u = v)::INT), 0), coalesce((SELECT sum(m * n) FROM (SELECT u, "
            "count(*) AS m FROM pairs GROUP BY 1) JOIN (SELECT v, count(*) AS n FROM pairs GROUP BY 1) ON u = v) / "
            "pow(count(*), 2), 1), count(*) FROM pairs"
        ).fetchone()
        assert row is not None
        return float(row[0]), float(row[1]), int(row[2])

    def tuples(self, table: str, columns: Sequence[ColumnProfile]) -> Values:
        """Sorted hashes of the distinct combinations in which no part is null."""
        names = [f"c{c.position}" for c in columns]
        whole = " AND ".join(f"{n} IS NOT NULL" for n in names)
        found = self._connection.execute(
            f"SELECT DISTINCT hash({', '.join(f'lower({n})' for n in names)}) AS h FROM {self._stored[table]} "
            f"WHERE {whole}"
        ).fetchnumpy()["h"]
        return np.unique(np.asarray(found, dtype=np.uint64))


def contained(own: Values, theirs: Values) -> tuple[int, int]:
    """How many of ``own`` are in ``theirs``, and the number of ``own``."""
    if not len(own) or not len(theirs):
        return 0, len(own)
    at = np.searchsorted(theirs, own)
    at[at == len(theirs)] = len(theirs) - 1
    return int(np.count_nonzero(theirs[at] == own)), len(own)


_ORPHANS = 0.5
"""Share of the distinct values that must be there where the name fits: orphans are few rows, not few values."""
Likely = Callable[[TableProfile, ColumnProfile, TableProfile, ColumnProfile], bool]


def inclusions(
    tables: Sequence[TableProfile],
    targets: Sequence[tuple[TableProfile, ColumnProfile]],
    sets: ValueSets,
    least: float,
    likely: Likely = lambda *_: False,
) -> list[Inclusion]:
    """Every column with at least ``least`` of its distinct values in a target column; where the name makes it
    ``likely``, of its rows: one orphan among eight customers is one row of a thousand. One value of three or more may
    then be missing however many rows have it: the row that it led to is what an export lost."""
    found = []
    for table in tables:
        for column in table.columns:
            if not may_refer(column) or column.distinct > _MOST_DISTINCT:
                continue
            own: Values | None = None
            for other, key in targets:
                if other.name == table.name and key.name == column.name:
                    continue
                named = likely(table, column, other, key)
                if not _comparable(column, key, _ORPHANS if named else least):
                    continue
                own = sets.of(table.name, column) if own is None else own
                theirs = sets.of(other.name, key)
                inside, count = contained(own, theirs)
                rows = 1.0
                if named and count and _ORPHANS <= inside / count < 1:
                    rows = sets.rows_within(table.name, column, theirs)
                one = named and inside > 1 and count - inside == 1
                if count and inside and (inside / count >= least or one or (named and rows >= least and inside > 1)):
                    numbers = column.low is not None and key.low is not None
                    near = sets.density(other.name, key, column) if numbers else 1.0
                    beside = 1.0
                    if numbers and inside < count:
                        beside = sets.beside(table.name, column, other.name, key)
                    share = inside / count
                    covered = inside / len(theirs)
                    missing = count - inside
                    found.append(
                        Inclusion(
                            table.name, column.name, other.name, key.name, share, missing, covered, rows, near, beside
                        )
                    )
    return found


def _comparable(column: ColumnProfile, key: ColumnProfile, least: float) -> bool:
    if key.distinct == 0 or column.distinct * least > key.distinct:
        return False
    if (column.kind is Kind.INTEGER) != (key.kind is Kind.INTEGER):
        return least < 1 and key.kind is not Kind.UUID and column.kind is Kind.TEXT and key.kind is Kind.INTEGER
    if (column.kind is Kind.UUID) != (key.kind is Kind.UUID) or (column.kind is Kind.EMAIL) != (key.kind is Kind.EMAIL):
        return False
    if (
        least == 1
        and column.low is not None
        and key.low is not None
        and column.high is not None
        and key.high is not None
    ):
        return column.low >= key.low and column.high <= key.high
    return True
