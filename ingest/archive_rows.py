"""The Parquet files of the archive: rows with their numbers and the hash of what is kept of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from ingest.adapters.rows import PROBLEM, RAW
from ingest.compile.sql import identifier, literal

Redact = Callable[[pa.Table, str, int], tuple[pa.Table, list[int]]]
"""(rows, sha256 of their file, number of the first) → the rows as they may be kept, and which were changed
(:mod:`ingest.erasure`)."""

_GROUP = 128 * 1024


def is_whole(path: Path) -> bool:
    """Whether a Parquet file begins and ends as one, with a footer that fits into it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4)
            stream.seek(max(0, size - 8))
            tail = stream.read(8)
    except OSError:
        return False
    return head == tail[4:] == b"PAR1" and 8 + int.from_bytes(tail[:4], "little") < size


def hash_expression(columns: Sequence[str]) -> str:
    """SQL for sha256 over a row's canonical JSON: columns by name, nulls left out, so that neither the order of columns
    nor an absent empty one matters."""
    parts = [f"{literal(json.dumps(c, ensure_ascii=False) + ':')} || to_json({identifier(c)})" for c in sorted(columns)]
    return f"sha256('{{' || concat_ws(',', {', '.join(parts)}) || '}}')"


@dataclass(slots=True)
class Written:
    """What was written to a Parquet file."""

    rows: int = 0
    problems: int = 0
    erased: list[int] = field(default_factory=list)


def write(
    groups: Iterable[pa.Table], columns: Sequence[str], path: Path, digest: str, redact: Redact | None
) -> Written:
    """Rows written to a synced Parquet file, each with its number and the hash of what is kept of it."""
    schema = pa.schema(
        [("_row", pa.int64()), ("_hash", pa.string()), (PROBLEM, pa.string()), (RAW, pa.string())]
        + [(name, pa.string()) for name in columns]
    )
    done = Written()
    with duckdb.connect() as connection, path.open("wb") as sink:
        connection.execute("SET threads = 2")
        content = hash_expression(columns)
        query = (
            f"SELECT CASE WHEN {PROBLEM} IS NULL THEN {content} ELSE sha256(coalesce({RAW}, '')) END AS h FROM batch"
        )
        # Dictionaries and statistics cost more time than they save: files are read whole.
        options = {"compression": "zstd", "write_statistics": False, "use_dictionary": False}
        with parquet.ParquetWriter(sink, schema, **options) as writer:
            for group in groups:
                batch = group
                if redact is not None:
                    batch, erased = redact(group, digest, done.rows + 1)
                    done.erased += erased
                connection.register("batch", batch)
                hashes = connection.sql(query).to_arrow_table().column("h").combine_chunks()
                connection.unregister("batch")
                count = batch.num_rows
                numbers = pa.array(range(done.rows + 1, done.rows + count + 1), pa.int64())
                cells = [batch.column(name).combine_chunks() for name in (PROBLEM, RAW, *columns)]
                writer.write_table(pa.Table.from_arrays([numbers, hashes, *cells], schema=schema))
                done.rows += count
                done.problems += count - batch.column(PROBLEM).null_count
        sink.flush()
        os.fsync(sink.fileno())
    return done


def grouped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Tables of about :data:`_GROUP` rows or 64 MB: small batches make small, slow row groups."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows >= _GROUP or size >= 64 << 20:
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def watched(groups: Iterable[pa.Table], progress: Callable[[int], None]) -> Iterator[pa.Table]:
    for group in groups:
        yield group
        progress(group.num_rows)


def rows_digest(path: Path) -> str:
    """sha256 over the rows' content hashes in their order."""
    digest = hashlib.sha256()
    for batch in parquet.ParquetFile(path).iter_batches(columns=["_hash"]):
        for value in batch.column(0).to_pylist():
            digest.update(value.encode())
    return digest.hexdigest()
