"""Parts of arrays: some rows of texts, ids, ragged arrays and columns, with what no longer occurs left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graph_engine.snapshot.columns import Bool, Column, Int32
from graph_engine.snapshot.edges import ragged_parts
from graph_engine.snapshot.texts import Array, Ids, Int64, Texts
from ontology.model import Datatype

_SHORT = 8


def some_of(arrays: Mapping[str, Array], prefix: str, rows: int, keep: Bool, codes: Bool) -> tuple[Int64, Int32]:
    """A ragged array without some rows and without some codes in the rest."""
    offsets, flat = ragged_parts(arrays, prefix, rows)
    if keep.all() and codes[flat].all():
        return np.asarray(offsets, dtype=np.int64), flat
    owner = np.repeat(np.arange(rows), np.diff(offsets))
    stays = keep[owner] & codes[flat]
    counts = np.bincount(owner[stays], minlength=rows)[keep]
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]), flat[stays]


def _are_all(rows: Array, size: int) -> bool:
    """Whether these are all rows, in their order."""
    return len(rows) == size and (size == 0 or (int(rows[0]) == 0 and bool((np.diff(rows) == 1).all())))


def taken(texts: Texts, rows: Array) -> Texts:
    """Some texts; the very same where all are taken in their order."""
    if _are_all(rows, len(texts)):
        return texts
    lengths = np.diff(texts.offsets)[rows]
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    flat = np.repeat(texts.offsets[:-1][rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
    return Texts(offsets, np.asarray(texts.data)[flat])


def replaced(texts: Texts, rows: Array, places: Int64, fresh: Sequence[str]) -> Texts:
    """Some texts, with others at some places."""
    if not len(places):
        return taken(texts, rows)
    added = Texts.of(fresh)
    offsets = np.concatenate([texts.offsets, texts.offsets[-1] + added.offsets[1:]])
    chosen = rows.astype(np.int64)
    chosen[places] = len(texts) + np.arange(len(added))
    return taken(Texts(offsets, np.concatenate([np.asarray(texts.data), added.data])), chosen)


def beginnings(ids: Ids, rows: Array) -> list[str]:
    """The first eight hexadecimal digits of each id."""
    width = ids.array.dtype.itemsize
    if not ids.prefix or width < _SHORT // 2:
        return [ids[int(i)][2 : 2 + _SHORT] for i in rows]
    raw = np.ascontiguousarray(ids.array[rows]).view(np.uint8).reshape(-1, width)[:, : _SHORT // 2]
    text = raw.tobytes().hex()
    return [text[i : i + _SHORT] for i in range(0, len(text), _SHORT)]


def ids_of(ids: Ids, rows: Array) -> Ids:
    """Some ids; the very same where all are taken in their order."""
    if _are_all(rows, len(ids)):
        return ids
    if ids.prefix and len(rows):
        return Ids(ids.array[rows], ids.prefix)
    return Ids.of([ids[int(i)] for i in rows])


def part_of(column: Column, rows: Array, lost: Bool | None) -> Column:
    """Some rows of a column, without the values ``lost``; its dictionary holds only texts that still occur."""
    kept = column.take(rows)
    null = kept.null if lost is None else kept.null | lost
    values, offsets = kept.values, kept.offsets
    if offsets is not None:
        lengths = np.where(null, 0, np.diff(offsets))
        values = values[np.repeat(~null, np.diff(offsets))]
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    elif lost is not None and lost.any():
        values = np.where(lost, -1 if column.datatype is Datatype.STRING else 0, values).astype(values.dtype)
    if kept.dictionary is None:
        return Column(column.datatype, values, null, None, offsets)
    used = np.zeros(len(kept.dictionary), dtype=np.bool_)
    used[values[values >= 0]] = True
    table = np.append(np.cumsum(used, dtype=np.int32) - np.int32(1), np.int32(-1)).astype(np.int32)
    return Column(column.datatype, table[values], null, taken(kept.dictionary, np.flatnonzero(used)), offsets)
