"""Rows on their way from an adapter to the archive: Arrow batches of text, a problem beside each row that has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from ontology.errors import SourceError, Where

BATCH_ROWS = 50_000
PROBLEM = "_problem"
RAW = "_raw"
RESERVED = frozenset({"_row", "_hash", PROBLEM, RAW, "_file", "_ord"})
"""Column names that the archive adds itself."""

NO_ROWS = "Export it again; no rows are not taken for an empty company (`allow_empty: true` says that they are)."
"""What to do about a source without rows."""

Cells = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read properly: kept with its text, set aside by the contract."""

    problem: str
    raw: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One opened source: its columns, then its rows.

    ``batches`` yields record batches with one text column for each of ``columns``, then ``_problem`` and ``_raw``
    (both null for a good row). Reading ends with the iterator; a :class:`SourceError` may come at any point of it.
    """

    columns: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    """What was found out about the source (separator, sheet…), for the archive's metadata."""


def schema_of(columns: Sequence[str]) -> pa.Schema:
    """The Arrow schema of a reading's batches."""
    return pa.schema([(name, pa.string()) for name in (*columns, PROBLEM, RAW)])


def check_columns(columns: Sequence[str], where: Where | str | Path) -> tuple[str, ...]:
    """The column names, if each can be told from the others without regard to case.

    Raises:
        SourceError: a name is empty, twice there, or reserved.
    """
    seen: dict[str, int] = {}
    for position, name in enumerate(columns, 1):
        if not name.strip():
            raise SourceError(
                f"column {position} has no name in the header.",
                where=where,
                do="Name it in the file, or give all names in the mapping: `columns: [...]` with `header: true`.",
            )
        if name.lower() in RESERVED:
            raise SourceError(
                f"a column is called {name!r}, a name that knockon uses itself.",
                where=where,
                do="Rename it, or give the names in the mapping: `columns: [...]`.",
            )
        first = seen.setdefault(name.lower(), position)
        if first != position:
            raise SourceError(
                f"columns {first} and {position} are both called {name!r} (upper and lower case are not told apart).",
                where=where,
                do="Rename one of them, or give all names in the mapping: `columns: [...]` with `header: true`.",
            )
    return tuple(columns)


def batch_of(columns: Sequence[str], rows: Sequence[Cells | BadRow]) -> pa.RecordBatch:
    """A record batch of good and bad rows, in their order. Good rows must have as many cells as there are columns."""
    if any(isinstance(row, BadRow) for row in rows):
        empty: Cells = (None,) * len(columns)
        cells: Sequence[Cells] = [empty if isinstance(row, BadRow) else row for row in rows]
        problems = [row.problem if isinstance(row, BadRow) else None for row in rows]
        raws = [row.raw if isinstance(row, BadRow) else None for row in rows]
    else:
        cells = rows  # type: ignore[assignment]
        problems = raws = [None] * len(rows)
    arrays = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)] if cells else []
    if not arrays:
        arrays = [pa.array([None] * len(rows), pa.string()) for _ in columns]
    arrays += [pa.array(problems, pa.string()), pa.array(raws, pa.string())]
    return pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))


def batches_of(
    columns: Sequence[str], rows: Iterator[Cells | BadRow], size: int = BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    """Record batches of at most ``size`` rows."""
    held: list[Cells | BadRow] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield batch_of(columns, held)
            held = []
    if held:
        yield batch_of(columns, held)


_MOST_DIGITS = 400
"""A number with a longer plain form stays as it was written: ``1e999999999`` must not become a gigabyte."""


def number_text(value: Decimal) -> str:
    """Exact decimal text without exponent and without zeros at the end of the fraction: ``1E+3`` → ``1000``."""
    if not value.is_finite():
        return str(value)
    if value == 0:
        return "0"
    if abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(value: object) -> str | None:
    """The canonical text of one cell: what :mod:`ingest.compile` casts from. Null stays null."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return number_text(Decimal(repr(value)))
        case Decimal():
            return number_text(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return number_text(Decimal(value.days * 86400 + value.seconds) + Decimal(value.microseconds) / 1_000_000)
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)
