"""Rows → arrays. The arrays depend on the rows' content only, not on their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, Int32, days_of, pack, ragged, store
from graph_engine.snapshot.container import Container, in_memory
from graph_engine.snapshot.model import FORMAT, Snapshot
from graph_engine.snapshot.names import fold
from graph_engine.snapshot.rows import AliasRow, EntityRow, FileRow, RecordRow, RelationRow
from graph_engine.snapshot.texts import Array, Ids, Int64, Texts
from ontology.errors import StoreDamaged
from ontology.ids import record_of
from ontology.model import Ontology, PropertyDef


def assemble(
    ontology: Ontology,
    entities: Iterable[EntityRow],
    relations: Iterable[RelationRow],
    records: Iterable[RecordRow] = (),
    files: Iterable[FileRow] = (),
    aliases: Iterable[AliasRow] = (),
    *,
    version: int = 0,
    epoch: int = 0,
    known_at: int | None = None,
) -> Snapshot:
    """A snapshot in memory, from rows in any order. An id that occurs twice counts once.

    Raises:
        StoreDamaged: a relation points to an entity that is not among the rows.
    """
    return Snapshot(
        arrange(ontology, entities, relations, records, files, aliases, version=version, epoch=epoch, known_at=known_at)
    )


def arrange(
    ontology: Ontology,
    entities: Iterable[EntityRow],
    relations: Iterable[RelationRow],
    records: Iterable[RecordRow],
    files: Iterable[FileRow],
    aliases: Iterable[AliasRow],
    *,
    version: int,
    epoch: int,
    known_at: int | None,
) -> Container:
    """The container of :func:`assemble`."""
    arrays: dict[str, Array] = {}
    things = sorted({row.id: row for row in entities}.values(), key=lambda row: (tuple(sorted(row.classes)), row.id))
    links = sorted({row.id: row for row in relations}.values(), key=lambda row: (row.name, row.id))
    sources = _Records(records, files, things, links)
    sources.store(arrays)
    meta: dict[str, object] = {
        "format": FORMAT,
        "version": version,
        "epoch": epoch,
        "known_at": known_at,
        "ontology": ontology.digest,
        "ontology_version": ontology.version,
        "classes": {name: list(c.ancestors) for name, c in ontology.classes.items()},
        "properties": {
            name: {p.name: [p.datatype.value, p.functional] for p in c.properties.values()}
            for name, c in ontology.classes.items()
        },
        "relation_properties": {
            name: {p.name: [p.datatype.value, p.functional] for p in r.properties.values()}
            for name, r in ontology.relations.items()
        },
        "size": len(things),
        "record_kinds": sources.kinds,
    }
    meta["entity_prefix"] = _entities(arrays, ontology, things, sources)
    meta["blocks"] = _blocks(arrays, ontology, things)
    index = {row.id: i for i, row in enumerate(things)}
    also = {a.id: a.entity for a in aliases if a.id not in index and a.entity in index}
    Texts.of(sorted(also)).store(arrays, "alias/id")
    arrays["alias/entity"] = np.array([index[also[a]] for a in sorted(also)], dtype=np.int32)
    meta["relations"] = _relations(arrays, ontology, links, index, also, sources)
    return in_memory(meta, arrays)


class _Records:
    """Record ids in order, with their codes."""

    def __init__(
        self,
        records: Iterable[RecordRow],
        files: Iterable[FileRow],
        things: Sequence[EntityRow],
        links: Sequence[RelationRow],
    ) -> None:
        known = {row.id: row for row in records}
        used = {record_of(m) for row in things for m in row.mentions}
        used.update(r for row in links for r in row.records)
        used.update(w.split("=", 1)[1] for row in things for w in row.winners)
        self.ids = sorted(used)
        self.codes = {id_: code for code, id_ in enumerate(self.ids)}
        self.kinds = sorted({known[i].kind for i in self.ids if i in known} | {"source"})
        self._known = known
        self._files = sorted({row.sha256: row for row in files}.values())

    def store(self, arrays: dict[str, Array]) -> None:
        kinds = {kind: code for code, kind in enumerate(self.kinds)}
        files = {row.sha256: code for code, row in enumerate(self._files)}
        missing = RecordRow("", "source", False, None, None)
        rows = [self._known.get(i, missing) for i in self.ids]
        Texts.of(self.ids).store(arrays, "record/id")
        arrays["record/kind"] = np.array([kinds[r.kind] for r in rows], dtype=np.uint8)
        arrays["record/stale"] = np.array([bool(r.stale) for r in rows], dtype=np.bool_)
        arrays["record/file"] = np.array([files.get(r.file or "", -1) for r in rows], dtype=np.int32)
        arrays["record/row"] = np.array([-1 if r.row is None else r.row for r in rows], dtype=np.int32)
        Texts.of([f.sha256 for f in self._files]).store(arrays, "file/sha256")
        Texts.of([f.path for f in self._files]).store(arrays, "file/path")


def winner_properties(ontology: Ontology) -> list[str]:
    """All property names of all classes, sorted: the codes of winners."""
    return sorted({p for c in ontology.classes.values() for p in c.properties})


def winner_pairs(
    row: EntityRow, own: Sequence[int], place: Mapping[str, int], codes: Mapping[str, int]
) -> list[tuple[int, int]]:
    """(property, record) of each winner; none for an entity with one record, which has had no choice."""
    if len(own) < 2:
        return []
    split = (w.partition("=") for w in row.winners)
    return sorted((place[name], codes[record]) for name, _, record in split if name in place)


def _entities(arrays: dict[str, Array], ontology: Ontology, things: Sequence[EntityRow], sources: _Records) -> str:
    ids = Ids.of([row.id for row in things])
    arrays["entity/id"] = ids.array
    Texts.of([row.title for row in things]).store(arrays, "entity/title")
    smallest = [min(row.mentions) if row.mentions else row.id for row in things]
    order = sorted(range(len(things)), key=lambda i: (smallest[i], things[i].id))
    rank = np.empty(len(things), dtype=np.int32)
    rank[order] = np.arange(len(things), dtype=np.int32)
    arrays["entity/rank"] = rank
    Texts.of(smallest).store(arrays, "entity/mention")
    codes = [sorted({sources.codes[record_of(m)] for m in row.mentions}) for row in things]
    put_ragged(arrays, "entity/record", *ragged(codes))
    names = winner_properties(ontology)
    Texts.of(names).store(arrays, "winner/property")
    place = {name: code for code, name in enumerate(names)}
    pairs = [winner_pairs(row, own, place, sources.codes) for row, own in zip(things, codes, strict=True)]
    offsets, flat = ragged([code for pair in own for code in pair] for own in pairs)
    arrays["winner/offsets"], arrays["winner/pairs"] = offsets, flat
    folded = [fold(row.title) for row in things]
    by_name = sorted((i for i in range(len(things)) if folded[i]), key=lambda i: (folded[i], rank[i]))
    Texts.of([folded[i] for i in by_name]).store(arrays, "name/key")
    arrays["name/entity"] = np.array(by_name, dtype=np.int32)
    return ids.prefix


def _blocks(arrays: dict[str, Array], ontology: Ontology, things: Sequence[EntityRow]) -> list[dict[str, object]]:
    blocks: list[dict[str, object]] = []
    start = 0
    while start < len(things):
        classes = sorted(things[start].classes)
        stop = start
        while stop < len(things) and sorted(things[stop].classes) == classes:
            stop += 1
        definitions: dict[str, PropertyDef] = {}
        for name in classes:
            if name in ontology.classes:
                definitions.update(ontology.classes[name].properties)
        prefix = f"block/{len(blocks)}/"
        rows = things[start:stop]
        kept: list[str] = []
        for name, definition in sorted(definitions.items()):
            cells = [row.values.get(name) for row in rows]
            if any(cell is not None for cell in cells):
                column = pack(definition.datatype, cells, functional=definition.functional, name=name)
                store(arrays, prefix + name, column)
                kept.append(name)
        blocks.append({"classes": classes, "start": start, "stop": stop, "columns": kept})
        start = stop
    return blocks


def _relations(
    arrays: dict[str, Array],
    ontology: Ontology,
    links: Sequence[RelationRow],
    index: Mapping[str, int],
    also: Mapping[str, str],
    sources: _Records,
) -> list[dict[str, object]]:
    def place(row: RelationRow, id_: str) -> int:
        found = index.get(also.get(id_, id_))
        if found is None:
            raise StoreDamaged(
                f"The relation {row.id} ({row.name}) points to {id_}, which is not in this version of the graph.",
                do="Run `knockon doctor`; `knockon ingest` finishes a run that was interrupted.",
            )
        return found

    found: list[dict[str, object]] = []
    start = 0
    while start < len(links):
        name = links[start].name
        stop = start
        while stop < len(links) and links[stop].name == name:
            stop += 1
        rows = links[start:stop]
        prefix = f"relation/{name}/"
        ids = Ids.of([row.id for row in rows])
        arrays[prefix + "id"] = ids.array
        source = np.array([place(row, row.source) for row in rows], dtype=np.int32)
        target = np.array([place(row, row.target) for row in rows], dtype=np.int32)
        arrays[prefix + "source"], arrays[prefix + "target"] = source, target
        put_csr(arrays, prefix + "out/", source)
        put_csr(arrays, prefix + "into/", target)
        if any(row.valid_from is not None for row in rows):
            arrays[prefix + "valid_from"] = np.array([day_or(r.valid_from, OPEN_FROM) for r in rows], dtype=np.int32)
        if any(row.valid_to is not None for row in rows):
            arrays[prefix + "valid_to"] = np.array([day_or(r.valid_to, OPEN_TO) for r in rows], dtype=np.int32)
        put_ragged(arrays, prefix + "record", *ragged(sorted({sources.codes[r] for r in row.records}) for row in rows))
        kept: list[str] = []
        definition = ontology.relations.get(name)
        for key, prop in sorted(definition.properties.items()) if definition is not None else ():
            cells = [row.values.get(key) for row in rows]
            if any(cell is not None for cell in cells):
                store(
                    arrays, prefix + "column/" + key, pack(prop.datatype, cells, functional=prop.functional, name=key)
                )
                kept.append(key)
        found.append({"name": name, "size": len(rows), "prefix": ids.prefix, "columns": kept})
        start = stop
    return found


def put_csr(arrays: dict[str, Array], prefix: str, ends: Int32) -> None:
    """Rows by one of their ends. ``first`` is the smallest entity that occurs: it keeps the pointer array short."""
    first, last = int(ends.min()), int(ends.max())
    counts = np.bincount(ends - first, minlength=last - first + 1)
    pointer = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=pointer[1:])
    arrays[prefix + "first"] = np.array([first], dtype=np.int32)
    arrays[prefix + "pointer"] = pointer
    arrays[prefix + "rows"] = np.argsort(ends, kind="stable").astype(np.int32)


def put_ragged(arrays: dict[str, Array], prefix: str, offsets: Int64, flat: Int32) -> None:
    """Store a ragged array; without offsets where each row has exactly one value."""
    arrays[prefix + "/codes"] = flat
    if not (len(flat) == len(offsets) - 1 and bool((np.diff(offsets) == 1).all())):
        arrays[prefix + "/offsets"] = offsets


def day_or(day: object, default: np.int32) -> int:
    """Days since 1970-01-01 of a date (Python's or the driver's), or the default."""
    if day is None:
        return int(default)
    to_native = getattr(day, "to_native", None)
    native = to_native() if to_native is not None else day
    assert isinstance(native, date)
    return days_of(native)
