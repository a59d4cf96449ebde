"""A table's mapping tried on the first rows of its export: what would be set aside, without archive and database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from ingest.adapters import parts, read
from ingest.adapters.rows import PROBLEM
from ingest.compile.sql import identifier
from ingest.compile.table import compile_table
from ingest.mapping.model import SourceMapping
from ontology.model import Ontology

ROWS = 2_000
"""Rows of each file that are tried."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that rows break."""

    rule: str
    column: str | None
    rows: int
    first: int
    """Data row (1-based) of the first."""
    message: str
    """Of the first."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying one table."""

    rows: int
    broken: tuple[Broken, ...]
    """The most frequent first."""


def try_rows(
    mapping: SourceMapping,
    table: str,
    ontology: Ontology,
    environment: Mapping[str, str],
    others: Iterable[SourceMapping] = (),
    rows: int = ROWS,
) -> Trial:
    """Types, required values, patterns, ranges and keys of the first ``rows`` rows of each file.

    What needs all rows (twice the same key, references) is not tried.

    Raises:
        SourceError: a file is not there or cannot be read.
        MappingProblems: the mapping does not fit the columns.
    """
    definition = mapping.tables[table]
    tried = 0
    counts: dict[tuple[str, str | None], Broken] = {}
    for part in parts(definition.read, mapping.folder):
        reading = read(definition.read, part, environment, mapping.folder)
        compiled = compile_table(mapping, table, ontology, reading.columns, others)
        seen = 0
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            for batch in reading.batches:
                some = batch.slice(0, rows - seen)
                connection.register("arrived", _numbered(some, seen, part.name))
                kept = ", ".join(map(identifier, (*reading.columns, PROBLEM, "_file", "_ord", "_row", "_hash")))
                connection.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {kept} FROM arrived")
                connection.unregister("arrived")
                found = connection.execute(
                    'SELECT v.rule, v."column", count(*), min(_row), arg_min(v.message, _row) '
                    f"FROM (SELECT _row, unnest(violations) AS v FROM ({compiled.stage})) GROUP BY 1, 2"
                ).fetchall()
                for rule, column, count, first, message in found:
                    held = counts.get((rule, column))
                    counts[rule, column] = Broken(
                        str(rule),
                        column,
                        int(count) + (held.rows if held else 0),
                        held.first if held else int(first),
                        held.message if held else str(message),
                    )
                seen += some.num_rows
                if seen >= rows:
                    break
        tried += seen
    return Trial(tried, tuple(sorted(counts.values(), key=lambda b: (-b.rows, b.rule, b.column or ""))))


def _numbered(batch: pa.RecordBatch, before: int, file: str) -> pa.Table:
    """The rows with what the archive adds to each."""
    n = batch.num_rows
    numbers = pa.array(np.arange(before + 1, before + 1 + n), pa.int64())
    return (
        pa.Table.from_batches([batch])
        .append_column("_file", pa.array([file] * n, pa.string()))
        .append_column("_ord", numbers)
        .append_column("_row", numbers)
        .append_column("_hash", pa.array([""] * n, pa.string()))
    )
