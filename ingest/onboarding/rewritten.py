"""Columns that are written otherwise than in the last export: dates in another form, decimal commas, another order.

Compared are the values themselves: the archived ones of the last export, and the first rows of this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from ingest.adapters.rows import PROBLEM
from ingest.compile.sql import identifier, literal

_ROWS = 20_000
_MOST = 0.95
_DATES = {
    "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}",
    "iso": r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}",
    "%d-%m-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "slashes": r"\d{1,2}/\d{1,2}/\d{4}",
    "%Y/%m/%d": r"\d{4}/\d{1,2}/\d{1,2}",
    "%Y%m%d": r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])",
}
_NUMBERS = {"point": r"[+-]?\d+\.\d+", "comma": r"[+-]?[\d.]*\d,\d+"}
_WHOLE = r"[+-]?\d+"
_MOVED = 0.6
"""Share of a place's values that another column held, from which it is taken to be that column now."""
_STAYED = 0.2
_WIDEST = 40
_IN_BOTH = 3
"""Rows that two exports must share before they are compared row by row."""


@dataclass(frozen=True, slots=True)
class Reform:
    """A column whose values are written otherwise now."""

    column: str
    reason: str
    date_format: str | None = None
    """How its dates are written now; empty: as ISO says."""
    decimal_comma: bool | None = None
    """Whether its numbers have a decimal comma now."""


class Fresh:
    """The first rows of an export, beside the archived rows of the last one."""

    def __init__(self, columns: Sequence[str], batches: Iterable[object], before: str) -> None:
        """``before``: the Parquet file of the last export."""
        self.columns = tuple(columns)
        self._connection = duckdb.connect()
        self._connection.execute("SET enable_progress_bar = false")
        self._before = f"read_parquet({literal(before)})"
        held = ", ".join(f"{identifier(c)} VARCHAR" for c in columns)
        self._connection.execute(f"CREATE TABLE fresh ({held})")
        rows = 0
        for batch in batches:
            self._connection.register("batch", batch)
            self._connection.execute(
                f"INSERT INTO fresh SELECT {', '.join(map(identifier, columns))} FROM batch WHERE {PROBLEM} IS NULL"
            )
            self._connection.unregister("batch")
            row = self._connection.execute("SELECT count(*) FROM fresh").fetchone()
            rows = int(row[0]) if row else 0
            if rows >= _ROWS:
                break

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def shared(self, old: str, new: str) -> float | None:
        """The share of the new column's distinct values that the old one had; None where the new one is empty."""
        a, b = identifier(old), identifier(new)
        row = self._connection.execute(
            f"SELECT count(DISTINCT {b}), count(DISTINCT {b}) FILTER ({b} IN (SELECT {a} FROM {self._before})) "
            f"FROM fresh WHERE {b} <> ''"
        ).fetchone()
        return row[1] / row[0] if row is not None and row[0] else None

    def aligned(self, key: Sequence[str], old: str, new: str) -> float | None:
        """The share of the rows in both exports (by ``key``) in which ``new`` says what ``old`` said.

        Rows in which both are empty say nothing. None: too few rows are in both.
        """
        joined = " AND ".join(f"a.{identifier(k)} = b.{identifier(k)}" for k in key)
        now, then = (f"coalesce(trim({c}), '')" for c in (f"a.{identifier(new)}", f"b.{identifier(old)}"))
        row = self._connection.execute(
            f"SELECT count(*), count(*) FILTER ({now} = {then}) FROM fresh a JOIN {self._before} b ON {joined} "
            f"WHERE {now} <> '' OR {then} <> ''"
        ).fetchone()
        return row[1] / row[0] if row is not None and row[0] >= _IN_BOTH else None

    def reforms(self, columns: Iterable[str]) -> list[Reform]:
        """What is written otherwise in these columns."""
        found = []
        for column in columns:
            now = self._form("fresh", column)
            then = self._form(self._before, column) if now is not None else None
            if now is None or then is None or now == then:
                continue
            if now in _NUMBERS and then in _NUMBERS:
                mark = "comma" if now == "comma" else "point"
                found.append(Reform(column, f"its numbers have a decimal {mark} now", decimal_comma=now == "comma"))
            elif now not in _NUMBERS and then not in _NUMBERS and "either" not in (now, then):
                form = "" if now in ("%Y-%m-%d", "iso") else now
                shown = form or "2024-12-31"
                if then not in ("%Y-%m-%d", "iso") or form:
                    found.append(Reform(column, f"its dates are written as {shown} now", date_format=form))
        return found

    def order(self, columns: Sequence[str]) -> tuple[str, ...] | None:
        """For a file without headings: its columns in the order that their values now stand in, if it is another.

        None: they stand as before, or it cannot be told.
        """
        if not 2 <= len(columns) <= _WIDEST or tuple(columns) != self.columns:
            return None
        own = {c: self.shared(c, c) for c in columns}
        moved = [c for c in columns if (share := own[c]) is not None and share < _STAYED and self.distinct(c) > 3]
        places: dict[str, str] = {}
        for place in moved:
            shares = sorted(((self.shared(old, place) or 0.0, old) for old in columns if old != place), reverse=True)
            best, old = shares[0]
            if best >= _MOVED and old not in places.values() and (len(shares) == 1 or shares[1][0] < best - _STAYED):
                places[place] = old
        if len(places) < 2:
            return None
        rest = iter([c for c in columns if c not in places.values()])  # they keep their order among themselves
        return tuple(places[c] if c in places else next(rest) for c in columns)

    def distinct(self, column: str) -> int:
        """How many different values a column has now."""
        row = self._connection.execute(f"SELECT count(DISTINCT {identifier(column)}) FROM fresh").fetchone()
        return int(row[0]) if row is not None else 0

    def _form(self, table: str, column: str) -> str | None:
        """How the values of a column are written; None: neither dates nor numbers with digits after the point."""
        c = identifier(column)
        patterns = {**_DATES, **_NUMBERS}
        parts = ", ".join(f"count(*) FILTER (regexp_full_match(trim({c}), {literal(p)}))" for p in patterns.values())
        first = f"TRY_CAST(regexp_extract({c}, '^(\\d{{1,2}})/(\\d{{1,2}})/', 1) AS INT)"
        second = f"TRY_CAST(regexp_extract({c}, '^(\\d{{1,2}})/(\\d{{1,2}})/', 2) AS INT)"
        row = self._connection.execute(
            f"SELECT count(*), count(*) FILTER (regexp_full_match(trim({c}), {literal(_WHOLE)})), "
            f"count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12), {parts} FROM "
            f"(SELECT {c} FROM {table} WHERE trim({c}) <> '' LIMIT {_ROWS})"
        ).fetchone()
        if row is None or not row[0]:
            return None
        filled, whole, first_over, second_over = (int(n) for n in row[:4])
        counts = dict(zip(patterns, (int(n) for n in row[4:]), strict=True))
        for form in _DATES:
            if counts[form] >= _MOST * filled:
                if form != "slashes":
                    return form
                return "%d/%m/%Y" if first_over and not second_over else "%m/%d/%Y" if second_over else "either"
        for form in _NUMBERS:
            if counts[form] and counts[form] + whole >= _MOST * filled:
                return form
        return None
