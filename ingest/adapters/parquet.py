"""Parquet, by row groups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import compute, parquet

from ingest.adapters.nested import text_of_value
from ingest.adapters.rows import BATCH_ROWS, NO_ROWS, Reading, check_columns, schema_of
from ingest.adapters.spec import ReadSpec
from ontology.errors import SourceError


def read_parquet(spec: ReadSpec, path: Path) -> Reading:
    """Open a Parquet file; nested values become JSON text.

    Raises:
        SourceError: it is no Parquet file, or has no rows.
    """
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as problem:
        raise SourceError(
            "this cannot be read as Parquet.",
            where=path,
            do="Export it again, or name its real `format:` in the mapping.",
        ) from problem
    if file.metadata.num_rows == 0 and not spec.allow_empty:
        raise SourceError(
            "the file has no rows.",
            where=path,
            do=NO_ROWS,
        )
    columns = check_columns(spec.columns or file.schema_arrow.names, path)
    if len(columns) != len(file.schema_arrow.names):
        raise SourceError(
            f"the file has {len(file.schema_arrow.names)} columns; the mapping names {len(columns)}.",
            where=path,
            do="Check `columns:`.",
        )
    return Reading(columns, _batches(file, columns, path), None)


def _batches(file: parquet.ParquetFile, columns: tuple[str, ...], path: Path) -> Iterator[pa.RecordBatch]:
    schema = schema_of(columns)
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            nothing = pa.nulls(batch.num_rows, pa.string())
            yield pa.RecordBatch.from_arrays([*(_texts(c) for c in batch.columns), nothing, nothing], schema=schema)
    except (pa.ArrowException, OSError) as problem:
        raise SourceError("the Parquet file is damaged.", where=path, do="Export it again.") from problem


def _texts(column: pa.Array) -> pa.Array:
    """Exact text of a column; integers, texts and truth values stay in Arrow, the rest goes through Python."""
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_large_string(kind):
        return compute.cast(column, pa.string())
    return pa.array([text_of_value(value) for value in column.to_pylist()], pa.string())
