"""Delimited text: any separator and row end, header or none, any encoding, rows that span lines.

Two readers with one result. Arrow's reader takes the plain dialect (valid UTF-8, separator of one character, rows that
end in a line break); from the first row that it rejects, and for everything else, the reader in
:mod:`ingest.adapters.split` takes over, row for row the same (``tests/unit/ingest/test_delimited.py`` compares them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from ingest.adapters.encoding import TextFile, bad_bytes, inspect, printable
from ingest.adapters.rows import BATCH_ROWS, NO_ROWS, PROBLEM, RAW, BadRow, Cells, Reading, batch_of, check_columns
from ingest.adapters.spec import ReadSpec
from ingest.adapters.split import Dialect, RawRow, rows_of
from ontology.errors import SourceError

_GUESSED = (",", ";", "\t", "|")
_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\0": "\0"}
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Table:
    text: TextFile
    dialect: Dialect
    columns: tuple[str, ...]
    header: bool
    skip: int


def read_delimited(spec: ReadSpec, path: Path) -> Reading:
    """Open a delimited text file.

    Raises:
        SourceError: it is empty, has a header only, is no text, is cut off, or has a header that cannot be used.
    """
    if path.stat().st_size == 0:
        raise SourceError(
            "the file is empty.", where=path, do="Export it again; an empty file is not an empty company."
        )
    text = inspect(path, spec.encoding)
    separator = _unescape(spec.separator) if spec.separator is not None else _guess_separator(text, spec)
    if not separator:
        raise SourceError("the separator is empty.", where=path, do="Give one in the mapping: `separator: ','`.")
    row_end = _unescape(spec.row_end) if spec.row_end is not None else None
    header = spec.header if spec.header is not None else not spec.columns
    columns, dialect = _columns(spec, text, separator, row_end, header, path)
    table = _Table(text, dialect, columns, header, spec.skip_rows)
    notes = (f"separator {separator!r}", "header" if header else "no header")
    return Reading(columns, _batches(table, spec.allow_empty), text.encoding, notes)


def _unescape(text: str) -> str:
    for written, meant in _ESCAPES.items():
        text = text.replace(written, meant)
    return text


def _guess_separator(text: TextFile, spec: ReadSpec) -> str:
    """The candidate that splits the first rows into the same, largest number of fields."""
    best, most = ",", 1
    for candidate in _GUESSED:
        dialect = Dialect(candidate, None, spec.quote if spec.quote is not None else '"', False, None)
        counts = [len(row.cells) for row in islice(rows_of(text, dialect), spec.skip_rows, spec.skip_rows + 20)]
        if counts and min(counts) == max(counts) and counts[0] > most:
            best, most = candidate, counts[0]
    return best


def _columns(
    spec: ReadSpec, text: TextFile, separator: str, row_end: str | None, header: bool, path: Path
) -> tuple[tuple[str, ...], Dialect]:
    quote = spec.quote if spec.quote is not None else ('"' if row_end is None and len(separator) == 1 else "")
    dialect = Dialect(separator, row_end, quote, False, len(spec.columns) or None)
    first = next(iter(islice(rows_of(text, dialect), spec.skip_rows, None)), None)
    if first is None:
        raise SourceError(
            "the file holds no rows.", where=path, do="Export it again; check `skip_rows:` in the mapping."
        )
    if header and not spec.columns:
        bad = bad_bytes("".join(first.cells))
        if bad:
            raise SourceError(
                f"the header holds bytes that are not {text.encoding.upper()}: {bad}.",
                where=path,
                do="Name the right `encoding:` in the mapping.",
            )
        columns = check_columns([cell.strip() for cell in first.cells], path)
    elif spec.columns:
        columns = check_columns(spec.columns, path)
    else:
        columns = tuple(f"column{i}" for i in range(1, len(first.cells) + 1))
    width = len(columns)
    if len(first.cells) != width and not spec.line_breaks:
        raise SourceError(
            f"the first row has {len(first.cells)} fields where {width} columns are expected.",
            where=path,
            do="Check `columns:`, `separator:` and `row_end:` in the mapping.",
        )
    return columns, Dialect(separator, row_end, quote, spec.line_breaks, width)


def _batches(table: _Table, allow_empty: bool) -> Iterator[pa.RecordBatch]:
    done = 0
    if _is_plain(table):
        for batch in _arrow_batches(table):
            done += batch.num_rows
            yield batch
    rest = islice(rows_of(table.text, table.dialect), table.skip + int(table.header) + done, None)
    held: list[Cells | BadRow] = []
    for row in rest:
        held.append(_checked(row, table))
        if len(held) == BATCH_ROWS:
            done += len(held)
            yield _safe_batch(table, held)
            held = []
    done += len(held)
    if held:
        yield _safe_batch(table, held)
    if not done and not allow_empty:
        raise SourceError(
            "the file has a header and no rows.",
            where=table.text.path,
            do=NO_ROWS,
        )


def _checked(row: RawRow, table: _Table) -> Cells | BadRow:
    width = len(table.columns)
    if row.problem:
        return BadRow(row.problem, printable(row.raw))
    if len(row.cells) != width:
        return BadRow(f"{len(row.cells)} fields where {width} are expected", printable(row.raw))
    return row.cells


def _safe_batch(table: _Table, rows: list[Cells | BadRow]) -> pa.RecordBatch:
    """The batch; rows with bytes that did not decode become bad rows."""
    try:
        return batch_of(table.columns, rows)
    except UnicodeEncodeError:
        return batch_of(table.columns, [_decoded(row, table) for row in rows])


def _decoded(row: Cells | BadRow, table: _Table) -> Cells | BadRow:
    if isinstance(row, BadRow):
        return row
    joined = table.dialect.separator.join(cell or "" for cell in row)
    bad = bad_bytes(joined)
    if not bad:
        return row
    return BadRow(f"bytes that are not {table.text.encoding.upper()}: {bad}", printable(joined))


def _is_plain(table: _Table) -> bool:
    """Whether Arrow reads this dialect exactly as the Python reader does."""
    dialect = table.dialect
    return (
        table.text.valid
        and not table.text.lone_cr
        and dialect.row_end is None
        and not dialect.line_breaks
        and len(dialect.separator) == 1
        and dialect.separator.isascii()
        and (not dialect.quote or (len(dialect.quote) == 1 and dialect.quote.isascii()))
        and len(table.columns) > 1
        and not table.skip
    )


def _arrow_batches(table: _Table) -> Iterator[pa.RecordBatch]:
    """Rows up to the first block that holds one that Arrow rejects."""
    quote: str | bool = table.dialect.quote or False
    try:
        reader = arrow_csv.open_csv(
            table.text.path,
            read_options=arrow_csv.ReadOptions(
                column_names=list(table.columns),
                skip_rows_after_names=int(table.header),
                block_size=_BLOCK,
                use_threads=True,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=table.dialect.separator, quote_char=quote, double_quote=True, newlines_in_values=bool(quote)
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in table.columns},
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
        held: pa.RecordBatch | None = None
        for batch in reader:
            if batch.num_rows:
                if held is not None:
                    yield _completed(held, table)
                held = batch
        if held is not None and _closed(held, table):
            yield _completed(held, table)
    except pa.ArrowInvalid:
        return  # the Python reader goes on from here and says what is wrong with the row


def _completed(batch: pa.RecordBatch, table: _Table) -> pa.RecordBatch:
    nothing = pa.nulls(batch.num_rows, pa.string())
    return pa.RecordBatch.from_arrays([*batch.columns, nothing, nothing], names=[*table.columns, PROBLEM, RAW])


def _closed(batch: pa.RecordBatch, table: _Table) -> bool:
    """Whether the last row surely ends outside quotes: Arrow takes one that is open at the end for closed."""
    quote, separator = table.dialect.quote, table.dialect.separator
    if not quote:
        return True
    cell = batch.column(batch.num_columns - 1)[batch.num_rows - 1].as_py()
    if quote in cell or "\n" in cell or "\r" in cell:
        return False
    ends = (separator + cell, separator + quote + cell + quote)
    size = len(ends[1].encode()) + 2
    with table.text.path.open("rb") as stream:
        stream.seek(max(0, table.text.path.stat().st_size - size - 64))
        tail = stream.read().rstrip(b"\r\n")
    return tail.endswith(tuple(end.encode() for end in ends))
