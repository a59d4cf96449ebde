"""The arrays of relations that a scenario edits: values, ends, and which are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph_engine.snapshot import Column, Snapshot
from graph_engine.snapshot.assemble import put_csr, put_ragged
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, store
from graph_engine.snapshot.edges import Edges, ragged_parts
from graph_engine.snapshot.texts import Array, Ids, Texts
from ontology.model import PropertyDef
from reasoning.flow import Bool, Int32
from reasoning.scenarios.edited_column import EditedColumn
from reasoning.scenarios.plan import (
    Ref,
    redirected_id,
)


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """Values of one property that differ: of entities of the base, or (``relation`` given) of its relations."""

    definition: PropertyDef
    rows: Int32
    """Entities of the base, or rows of the base's relations."""
    before: Column
    after: Column
    relation: str = ""


class EditedRelation:
    """Relations of one type that are being edited."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.alive: Bool = np.ones(edges.size, dtype=np.bool_)
        self.source: Int32 = edges.source
        self.target: Int32 = edges.target
        self.led: dict[int, tuple[bool, Ref]] = {}
        """Rows whose end is an added entity, which has no number yet."""
        self.cells: dict[str, EditedColumn] = {}


def put_column(arrays: dict[str, Array], prefix: str, column: Column, kept: set[str], name: str) -> None:
    for part in ("/values", "/null", "/rows", "/offsets", "/bytes"):
        arrays.pop(prefix + part, None)
    if column.null.all():
        kept.discard(name)
        return
    store(arrays, prefix, column)
    kept.add(name)


def put_relation(
    arrays: dict[str, Array], entry: dict[str, object], held: EditedRelation, cells: list[Touched], base: Snapshot
) -> tuple[dict[str, object] | None, bool]:
    """Replace the arrays of one relation type; gives its entry (None: none are left) and whether anything changed."""
    edges, prefix = held.edges, f"relation/{held.edges.name}/"
    columns = {name: done for name, cells in held.cells.items() if (done := cells.done()) is not cells.column}
    for name, column in columns.items():
        rows = held.cells[name].rows()
        before = held.cells[name].column.take(rows)
        cells.append(Touched(held.cells[name].definition, rows.astype(np.int32), before, column.take(rows), edges.name))
    moved = not (np.array_equal(held.source, edges.source) and np.array_equal(held.target, edges.target))
    if held.alive.all() and not columns and not moved:
        return entry, False
    kept = set(edges.filled)
    if held.alive.all() and not moved:
        for name, column in columns.items():
            put_column(arrays, f"{prefix}column/{name}", column, kept, name)
        return {**entry, "columns": sorted(kept)}, True
    rows = np.flatnonzero(held.alive)
    offsets, flat = ragged_parts(arrays, prefix + "record", edges.size)
    everything = {name: columns.get(name, edges.column(name)) for name in {*kept, *columns}}
    for key in [k for k in arrays if k.startswith(prefix)]:
        del arrays[key]
    if len(rows) == 0:
        return None, True
    # A relation that leads elsewhere is another one, with an id of its own; rows stay in the order of ids.
    fresh = (held.source != edges.source) | (held.target != edges.target)
    ids = edges.ids
    if fresh.any():
        moved_rows = np.flatnonzero(fresh).tolist()
        own_ids = [
            redirected_id(edges.name, ids[r], base.entity_id(int(held.source[r])), base.entity_id(int(held.target[r])))
            for r in moved_rows
        ]
        packed = Ids.of(own_ids)
        if ids.prefix and packed.prefix == ids.prefix and packed.array.dtype == ids.array.dtype:
            values = ids.array.copy()
            values[fresh] = packed.array
            ids = Ids(values, ids.prefix)
        else:
            renamed = dict(zip(moved_rows, own_ids, strict=True))
            ids = Ids.of([renamed.get(r, edges.ids[r]) for r in range(edges.size)])
        rows = rows[np.argsort(ids.array[rows], kind="stable")]
    arrays[prefix + "id"] = ids.array[rows]
    _put_ends(arrays, prefix, held.source[rows], held.target[rows])
    for part, days, open_ in (("valid_from", edges.valid_from, OPEN_FROM), ("valid_to", edges.valid_to, OPEN_TO)):
        if (days[rows] != open_).any():
            arrays[prefix + part] = days[rows]
    lengths = np.diff(offsets)[rows]
    own = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths, out=own[1:])
    put_ragged(
        arrays, prefix + "record", own, flat[np.repeat(offsets[:-1][rows] - own[:-1], lengths) + np.arange(own[-1])]
    )
    kept = set()
    for name, column in everything.items():
        put_column(arrays, f"{prefix}column/{name}", _compact(column.take(rows)), kept, name)
    return {**entry, "size": len(rows), "prefix": ids.prefix, "columns": sorted(kept)}, True


def _compact(column: Column) -> Column:
    """A column whose dictionary holds only texts that occur."""
    if column.dictionary is None:
        return column
    used = np.unique(column.values[column.values >= 0])
    if len(used) == len(column.dictionary):
        return column
    table = np.full(len(column.dictionary) + 1, -1, dtype=np.int32)
    table[used] = np.arange(len(used), dtype=np.int32)
    texts = Texts.of([column.dictionary[int(code)] for code in used])
    return Column(column.datatype, table[column.values], column.null, texts, column.offsets)


def _put_ends(arrays: dict[str, Array], prefix: str, source: Int32, target: Int32) -> None:
    arrays[prefix + "source"], arrays[prefix + "target"] = source, target
    put_csr(arrays, prefix + "out/", source)
    put_csr(arrays, prefix + "into/", target)
