"""Cells that stand for what is written above them: a heading of a group of rows, or one cell merged over several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ingest.adapters.rows import Reading
from ontology.errors import SourceError, Where


def filled_down(reading: Reading, columns: Sequence[str], where: Where | str) -> Reading:
    """The same reading; an empty cell of these columns has the value of the nearest filled one above.

    Raises:
        SourceError: there is no such column.
    """
    unknown = [c for c in columns if c not in reading.columns]
    if unknown:
        raise SourceError(
            f"`fill_down` names {unknown[0]!r}, which is no column.", where=where, do="Check it, and `columns:`."
        )
    places = [reading.columns.index(c) for c in columns]
    return replace(reading, batches=_filled(reading.batches, places))


def _filled(batches: Iterator[pa.RecordBatch], places: Sequence[int]) -> Iterator[pa.RecordBatch]:
    above: dict[int, str | None] = dict.fromkeys(places)
    for batch in batches:
        arrays = list(batch.columns)
        for place in places:
            given = pa.concat_arrays([pa.array([above[place]], pa.string()), arrays[place]])
            blank = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(given, "")), "")
            whole = pc.fill_null_forward(pc.if_else(blank, pa.scalar(None, pa.string()), given))
            above[place] = whole[-1].as_py()
            arrays[place] = whole.slice(1)
        yield pa.RecordBatch.from_arrays(arrays, schema=batch.schema)
