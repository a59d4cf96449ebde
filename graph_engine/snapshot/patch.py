"""A snapshot brought up to date by change: the arrays of a rebuild, from the old arrays and what is different.

What does not change is not copied (it stays a view of the old file). The result equals a rebuild array for array, so
its digest does too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph_engine.snapshot.assemble import day_or, put_csr, put_ragged, winner_pairs, winner_properties
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, Column, Int32, nothing, pack, store
from graph_engine.snapshot.container import Container
from graph_engine.snapshot.edges import Edges, ragged_parts
from graph_engine.snapshot.model import Block, Snapshot
from graph_engine.snapshot.names import fold
from graph_engine.snapshot.rows import AliasRow, EntityRow, FileRow, RecordRow, RelationRow
from graph_engine.snapshot.texts import Array, Ids, Texts
from graph_engine.snapshot.weave import Weave
from graph_engine.snapshot.woven import bisect, place_of, positions, weave_column, weave_ids
from ontology.errors import StoreDamaged
from ontology.ids import record_of
from ontology.model import Ontology, PropertyDef


@dataclass(frozen=True, slots=True)
class Difference:
    """What makes a later version out of an earlier one."""

    gone_entities: frozenset[str]
    """Ids whose old state holds no more (also of changed ones)."""
    gone_relations: frozenset[str]
    entities: Sequence[EntityRow]
    relations: Sequence[RelationRow]
    records: Mapping[str, RecordRow]
    """Records that are new or different, and all that the rows name and the old snapshot does not have."""
    files: Sequence[FileRow]
    aliases: Sequence[AliasRow]


def patched(base: Snapshot, ontology: Ontology, difference: Difference, *, version: int) -> Container:
    """The container of ``version``.

    Raises:
        CannotPatch: rebuild instead.
        StoreDamaged: a relation points to an entity that there is not.
    """
    return _Patch(base, ontology, difference).container(version)


class _Patch:
    def __init__(self, base: Snapshot, ontology: Ontology, difference: Difference) -> None:
        self.base = base
        self.ontology = ontology
        self.old = base.container.arrays
        self.new: dict[str, Array] = {}
        self.things = sorted(
            {r.id: r for r in difference.entities}.values(), key=lambda r: (tuple(sorted(r.classes)), r.id)
        )
        self.links = sorted({r.id: r for r in difference.relations}.values(), key=lambda r: (r.name, r.id))
        self.difference = difference
        gone = {*difference.gone_entities, *(r.id for r in self.things)}
        self.gone = np.array(sorted(at for id_ in gone if (at := base.exact(id_)) is not None), dtype=np.int64)
        self.entities = self._entity_weave()
        # Where each old entity is now: one that changed came back, perhaps in another block.
        self.moved: Int32 = self.entities.map.copy()
        for row, at in zip(self.things, self.entities.places.tolist(), strict=True):
            if (before := base.exact(row.id)) is not None:
                self.moved[before] = at
        self.same_ends = self.entities.new_size == base.size and bool((self.moved == np.arange(base.size)).all())
        lost = {*difference.gone_relations, *(r.id for r in self.links)}
        self.lost: dict[str, list[int]] = {}
        for id_ in lost:
            if (located := base.locate(id_)) is not None:
                self.lost.setdefault(located[0], []).append(located[1])
        self.records, self.record_ids = self._record_weave()
        codes = {id_: int(self.records.places[i]) for i, id_ in enumerate(self.record_ids)}
        self.codes = _Codes(base, self.records, codes)

    def container(self, version: int) -> Container:
        meta = dict(self.base.container.meta)
        meta["version"] = version
        meta["known_at"] = None
        meta["size"] = self.entities.new_size
        meta["record_kinds"] = self._put_records()
        meta["entity_prefix"] = self._put_entities()
        meta["blocks"] = self._put_blocks()
        index = {row.id: int(self.entities.places[i]) for i, row in enumerate(self.things)}
        self._put_aliases(index)
        meta["relations"] = self._put_relations(index)
        return Container(meta, self.new, 0)  # what is written gets a checksum then

    # Which rows go where

    def _entity_weave(self) -> Weave:
        places: list[int] = []
        starts = {block.classes: block for block in self.base.blocks}
        for row in self.things:
            classes = tuple(sorted(row.classes))
            block = starts.get(classes)
            if block is not None:
                places.append(place_of(self.base.ids, row.id, block.start, block.stop))
            else:
                later = [b.start for b in self.base.blocks if b.classes > classes]
                places.append(min(later, default=self.base.size))
        return Weave(self.base.size, self.gone, places)

    def _record_weave(self) -> tuple[Weave, list[str]]:
        """Records that nothing names any more go, those that something names now come."""
        named = {record_of(m) for r in self.things for m in r.mentions}
        named.update(x for r in self.links for x in r.records)
        named.update(w.split("=", 1)[1] for r in self.things for w in r.winners)
        table = self.base.record_ids
        fresh = sorted(id_ for id_ in named if table.find(id_) is None)
        still = {code for id_ in named if (code := table.find(id_)) is not None}
        doubtful = np.zeros(len(table), dtype=np.int64)
        for array, rows in self._record_users():
            np.add.at(doubtful, array[rows], 1)
        codes = np.setdiff1d(np.flatnonzero(doubtful), np.array(sorted(still), dtype=np.int64))
        if len(codes):
            mask = np.zeros(len(table), dtype=np.bool_)
            mask[codes] = True
            total = np.zeros(len(table), dtype=np.int64)
            for array, _ in self._record_users():
                used = array[mask[array]]
                total += np.bincount(used, minlength=len(table))
            gone = [int(c) for c in codes if total[c] == doubtful[c]]
        else:
            gone = []
        return Weave(len(table), gone, [table.lower_bound(id_) for id_ in fresh]), fresh

    def _record_users(self) -> Iterable[tuple[Int32, Array]]:
        """Arrays of record codes with the positions in them that belong to rows that go."""
        offsets, flat = ragged_parts(self.old, "entity/record", self.base.size)
        yield flat, positions(offsets, self.gone)
        pairs = self.old["winner/pairs"]
        yield pairs[1::2], positions(self.old["winner/offsets"] // 2, self.gone)
        for name in self.base.relations:
            edges = self.base.relation(name)
            offsets, flat = ragged_parts(self.old, f"relation/{name}/record", edges.size)
            yield flat, positions(offsets, sorted(self.lost.get(name, [])))

    # Parts

    def _put_records(self) -> list[str]:
        weave, old = self.records, self.old
        known = self.difference.records
        missing = RecordRow("", "source", False, None, None)
        rows = [known.get(id_, missing) for id_ in self.record_ids]
        base_kinds = self.base.record_kinds
        files = sorted({f.sha256: f for f in self.difference.files}.values())
        place = {f.sha256: code for code, f in enumerate(files)}
        moved = np.array([*(place.get(sha, -1) for sha in self.base.file_ids), -1], dtype=np.int32)
        texts = weave.texts(self.base.record_ids, self.record_ids)
        texts.store(self.new, "record/id")
        every = sorted({*base_kinds, *(r.kind for r in known.values()), "source"})
        code = {kind: i for i, kind in enumerate(every)}
        translate = np.array([code[k] for k in base_kinds], dtype=np.uint8)
        kind = weave.array(translate[old["record/kind"]], [code[r.kind] for r in rows])
        stale = weave.array(old["record/stale"], [bool(r.stale) for r in rows])
        file = weave.array(moved[old["record/file"]], [place.get(r.file or "", -1) for r in rows])
        line = weave.array(old["record/row"], [-1 if r.row is None else r.row for r in rows])
        changed = [(at, row) for id_, row in known.items() if (at := texts.find(id_)) is not None]
        if changed:
            kind, stale, file, line = kind.copy(), stale.copy(), file.copy(), line.copy()
        for at, row in changed:
            kind[at], stale[at] = code[row.kind], bool(row.stale)
            file[at], line[at] = place.get(row.file or "", -1), -1 if row.row is None else row.row
        used = np.bincount(kind, minlength=len(every)) > 0
        kinds = [k for i, k in enumerate(every) if used[i] or k == "source"]
        final = np.array([kinds.index(k) if k in kinds else 0 for k in every], dtype=np.uint8)
        self.new["record/kind"], self.new["record/stale"] = final[kind], stale
        self.new["record/file"], self.new["record/row"] = file, line
        Texts.of([f.sha256 for f in files]).store(self.new, "file/sha256")
        Texts.of([f.path for f in files]).store(self.new, "file/path")
        return kinds

    def _put_entities(self) -> str:
        weave, things = self.entities, self.things
        prefix = self.base.ids.prefix
        self.new["entity/id"] = weave_ids(weave, self.base.ids, [r.id for r in things])
        weave.texts(self.base.titles, [r.title for r in things]).store(self.new, "entity/title")
        smallest = [min(r.mentions) if r.mentions else r.id for r in things]
        weave.texts(self.base.mentions, smallest).store(self.new, "entity/mention")
        rank = self._ranks(smallest)
        self.new["entity/rank"] = rank
        own = [sorted({self.codes[record_of(m)] for m in r.mentions}) for r in things]
        offsets, flat = ragged_parts(self.old, "entity/record", self.base.size)
        put_ragged(self.new, "entity/record", *weave.ragged(offsets, self.codes.moved(flat), own))
        names = winner_properties(self.ontology)
        Texts.of(names).store(self.new, "winner/property")
        place = {name: code for code, name in enumerate(names)}
        wins = [winner_pairs(r, c, place, self.codes) for r, c in zip(things, own, strict=True)]
        pairs = self.old["winner/pairs"]
        if not self.records.is_identity:
            pairs = pairs.copy()
            pairs[1::2] = self.codes.moved(pairs[1::2])
        self.new["winner/offsets"], self.new["winner/pairs"] = weave.ragged(
            self.old["winner/offsets"], pairs, [[c for pair in w for c in pair] for w in wins]
        )
        self._names(rank)
        return prefix if weave.new_size else ""

    def _ranks(self, smallest: Sequence[str]) -> Int32:
        """New ranks; the order of what stays does not change."""
        if self.entities.in_place and all(
            self.base.mention_key(at) == text for at, text in zip(self.gone.tolist(), smallest, strict=True)
        ):
            return self.base.rank
        order = np.empty(self.base.size, dtype=np.int32)
        order[self.base.rank] = np.arange(self.base.size, dtype=np.int32)

        def key(at: int) -> tuple[str, str]:
            return self.base.mention_key(int(order[at])), self.base.entity_id(int(order[at]))

        fresh = sorted((text, row.id, i) for i, (text, row) in enumerate(zip(smallest, self.things, strict=True)))
        places = [bisect(self.base.size, key, (text, id_)) for text, id_, _ in fresh]
        weave = Weave(self.base.size, np.sort(self.base.rank[self.gone]), places)
        own = np.zeros(len(fresh), dtype=np.int32)
        own[[i for _, _, i in fresh]] = weave.places
        ranks: Int32 = self.entities.array(weave.map[self.base.rank], own)
        return ranks

    def _names(self, rank: Int32) -> None:
        base = self.base
        if rank is base.rank and all(
            fold(base.title(at)) == fold(r.title) for at, r in zip(self.gone.tolist(), self.things, strict=True)
        ):
            base.names.store(self.new, "name/key")
            self.new["name/entity"] = base.name_entities
            return
        owner = base.name_entities
        moved = self.entities.map
        gone = np.flatnonzero(moved[owner] < 0)
        places = self.entities.places
        fresh = sorted(
            (folded, int(rank[places[i]]), i) for i, r in enumerate(self.things) if (folded := fold(r.title))
        )

        # Ranks are new, so only names that stay are in order.
        stay = np.flatnonzero(moved[owner] >= 0)

        def key(at: int) -> tuple[str, int]:
            return base.names[int(stay[at])], int(rank[moved[owner[stay[at]]]])

        ends = np.append(stay, len(owner))
        weave = Weave(len(owner), gone, [int(ends[bisect(len(stay), key, (text, at))]) for text, at, _ in fresh])
        weave.texts(base.names, [text for text, _, _ in fresh]).store(self.new, "name/key")
        self.new["name/entity"] = weave.array(moved[owner], [places[i] for _, _, i in fresh])

    def _put_blocks(self) -> list[dict[str, object]]:
        rows: dict[tuple[str, ...], list[EntityRow]] = {}
        for row in self.things:
            rows.setdefault(tuple(sorted(row.classes)), []).append(row)
        old = {block.classes: block for block in self.base.blocks}
        found: list[dict[str, object]] = []
        start = 0
        for classes in sorted({*rows, *old}):
            block, fresh = old.get(classes), rows.get(classes, [])
            size = block.stop - block.start if block else 0
            gone = [g - block.start for g in self.gone.tolist() if block and block.start <= g < block.stop]
            at = [place_of(self.base.ids, r.id, block.start, block.stop) - block.start if block else 0 for r in fresh]
            weave = Weave(size, gone, at)
            if weave.new_size == 0:
                continue
            definitions: dict[str, PropertyDef] = {}
            for name in classes:
                if name in self.ontology.classes:
                    definitions.update(self.ontology.classes[name].properties)
            kept = self._columns(f"block/{len(found)}/", weave, definitions, block, [r.values for r in fresh])
            found.append({"classes": list(classes), "start": start, "stop": start + weave.new_size, "columns": kept})
            start += weave.new_size
        return found

    def _columns(
        self,
        prefix: str,
        weave: Weave,
        definitions: Mapping[str, PropertyDef],
        block: Block | Edges | None,
        fresh: Sequence[Mapping[str, object]],
    ) -> list[str]:
        kept: list[str] = []
        for name, definition in sorted(definitions.items()):
            column: Column | None = None
            if isinstance(block, Block):
                column = self.base.block_column(block, name)
            elif block is not None and name in block.filled:
                column = block.column(name)
            cells = [values.get(name) for values in fresh]
            if column is None and all(cell is None for cell in cells):
                continue
            if column is None:
                column = nothing(definition.datatype, weave.size, functional=definition.functional)
            new = pack(definition.datatype, cells, functional=definition.functional, name=name)
            column = weave_column(weave, column, new)
            if not column.null.all():
                store(self.new, prefix + name, column)
                kept.append(name)
        return kept

    def _put_aliases(self, index: Mapping[str, int]) -> None:
        moved = self.entities.map

        def place(id_: str) -> int | None:
            if id_ in index:
                return index[id_]
            at = self.base.exact(id_)
            return None if at is None or moved[at] < 0 else int(moved[at])

        also = {
            a.id: to for a in self.difference.aliases if place(a.id) is None and (to := place(a.entity)) is not None
        }
        Texts.of(sorted(also)).store(self.new, "alias/id")
        self.new["alias/entity"] = np.array([also[a] for a in sorted(also)], dtype=np.int32)
        self._place = place
        self._also = also

    def _put_relations(self, index: Mapping[str, int]) -> list[dict[str, object]]:
        del index
        fresh: dict[str, list[RelationRow]] = {}
        for row in self.links:
            fresh.setdefault(row.name, []).append(row)
        found: list[dict[str, object]] = []
        for name in sorted({*fresh, *self.base.relations}):
            edges, rows = self.base.relation(name), fresh.get(name, [])
            gone = sorted(self.lost.get(name, []))
            at = [place_of(edges.ids, r.id, 0, edges.size) for r in rows]
            weave = Weave(edges.size, gone, at)
            if weave.new_size:
                found.append(self._relation(name, edges, weave, rows))
        return found

    def _relation(self, name: str, edges: Edges, weave: Weave, rows: Sequence[RelationRow]) -> dict[str, object]:
        prefix, new, moved, same_ends = f"relation/{name}/", self.new, self.moved, self.same_ends
        ids = edges.ids if edges.size else Ids.of([r.id for r in rows])
        new[prefix + "id"] = weave_ids(weave, ids, [r.id for r in rows]) if edges.size else ids.array
        ends = []
        for old, texts in ((edges.source, [r.source for r in rows]), (edges.target, [r.target for r in rows])):
            own = [self._end(row, id_) for row, id_ in zip(rows, texts, strict=True)]
            ends.append(weave.array(old if same_ends else moved[old], own))
        untouched = weave.is_identity and same_ends
        if not untouched and not ((ends[0] >= 0).all() and (ends[1] >= 0).all()):
            at = int(np.argmin((ends[0] >= 0) & (ends[1] >= 0)))
            raise StoreDamaged(
                f"Relation {at} of {name!r} points to an entity that is gone.", do="Run `knockon doctor`."
            )
        new[prefix + "source"], new[prefix + "target"] = ends
        for way, values in (("out/", ends[0]), ("into/", ends[1])):
            if untouched:
                for part in ("first", "pointer", "rows"):
                    new[prefix + way + part] = self.old[prefix + way + part]
            else:
                put_csr(new, prefix + way, values)
        for part, open_, old, days in (
            ("valid_from", OPEN_FROM, edges.valid_from, [r.valid_from for r in rows]),
            ("valid_to", OPEN_TO, edges.valid_to, [r.valid_to for r in rows]),
        ):
            days_ = weave.array(old, [day_or(d, open_) for d in days])
            if (days_ != open_).any():
                new[prefix + part] = days_
        offsets, flat = ragged_parts(self.old, prefix + "record", edges.size)
        own_records = [sorted({self.codes[r] for r in row.records}) for row in rows]
        put_ragged(new, prefix + "record", *weave.ragged(offsets, self.codes.moved(flat), own_records))
        definition = self.ontology.relations.get(name)
        properties = definition.properties if definition is not None else {}
        columns = self._columns(prefix + "column/", weave, properties, edges, [r.values for r in rows])
        return {"name": name, "size": weave.new_size, "prefix": ids.prefix, "columns": columns}

    def _end(self, row: RelationRow, id_: str) -> int:
        at = self._place(id_)
        if at is None:
            at = self._also.get(id_)
        if at is None:
            raise StoreDamaged(
                f"The relation {row.id} ({row.name}) points to {id_}, which is not in this version of the graph.",
                do="Run `knockon doctor`; `knockon ingest` finishes a run that was interrupted.",
            )
        return at


class _Codes(Mapping[str, int]):
    """New codes of records, by id."""

    def __init__(self, base: Snapshot, weave: Weave, fresh: Mapping[str, int]) -> None:
        self._base = base
        self._weave = weave
        self._fresh = fresh

    def moved(self, codes: Int32) -> Int32:
        """Old codes as new ones."""
        return codes if self._weave.is_identity else self._weave.map[codes]

    def __getitem__(self, id_: str) -> int:
        if id_ in self._fresh:
            return self._fresh[id_]
        at = self._base.record_code(id_)
        if at is None:
            raise KeyError(id_)
        return int(self._weave.map[at])

    def __iter__(self) -> object:  # type: ignore[override]
        raise TypeError("record codes are looked up, not listed")

    def __len__(self) -> int:
        return self._weave.new_size
