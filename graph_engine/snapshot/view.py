"""A view: the snapshot as it would be if what a caller may not see were not there.

Hidden things leave before any question is computed, so no path, count, score, rank or suggestion can depend on them:
two snapshots that differ only in what is hidden give views that are equal array for array (but for the version).
Exceptions, stated in ``docs/access.md``: the ids of merged things, and a value that a hidden source won (it is absent).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph_engine.snapshot.assemble import put_csr, put_ragged
from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, Bool, Int32, store
from graph_engine.snapshot.container import in_memory
from graph_engine.snapshot.edges import Edges, ragged_parts
from graph_engine.snapshot.model import Snapshot
from graph_engine.snapshot.names import fold
from graph_engine.snapshot.parts import beginnings, ids_of, part_of, replaced, some_of, taken
from graph_engine.snapshot.texts import Array, Ids, Int64, Texts
from graph_engine.snapshot.visibility import Visibility
from ontology.ids import decode_key, record_of
from ontology.model import Ontology


def view(base: Snapshot, ontology: Ontology, visible: Visibility) -> Snapshot:
    """The part of a snapshot that may be seen."""
    return base if visible.everything else _View(base, ontology, visible).snapshot()


class _View:
    def __init__(self, base: Snapshot, ontology: Ontology, visible: Visibility) -> None:
        self.base, self.ontology, self.visible = base, ontology, visible
        self.old = base.container.arrays
        self.new: dict[str, Array] = {}
        self.record_seen = self._records_seen()
        self.seen = self._entities_seen()
        self.kept: Int64 = np.flatnonzero(self.seen)
        self.moved = np.cumsum(self.seen, dtype=np.int32) - np.int32(1)
        self.offsets, self.codes = some_of(self.old, "entity/record", base.size, self.seen, self.record_seen)
        self.lost: dict[str, Int64] = {}
        """Values that a hidden record won: the entities that lack them here, by property."""
        self.owner, self.pairs, self.hidden = self._winner_pairs()
        self._leave_out_entered()
        self.edges = {name: mask for name in base.relations if (mask := self._relation_seen(base.relation(name))).any()}
        self.used = np.zeros(len(base.record_ids), dtype=np.bool_)
        self.used[self.codes] = True
        for name, mask in self.edges.items():
            edges = base.relation(name)
            _, flat = some_of(self.old, f"relation/{name}/record", edges.size, mask, self.record_seen)
            self.used[flat] = True
        self.wins = self._winners()
        self.recoded = np.cumsum(self.used, dtype=np.int32) - np.int32(1)

    def snapshot(self) -> Snapshot:
        meta = dict(self.base.container.meta)
        meta["size"] = len(self.kept)
        meta["record_kinds"] = self._put_records()
        meta["entity_prefix"] = self._put_entities()
        meta["blocks"] = self._put_blocks()
        alias = self.old["alias/entity"]
        stays = np.flatnonzero(self.seen[alias]) if len(alias) else np.zeros(0, dtype=np.int64)
        taken(Texts.load(self.old, "alias/id"), stays).store(self.new, "alias/id")
        self.new["alias/entity"] = self.moved[alias[stays]].astype(np.int32)
        meta["relations"] = [self._put_relation(name, mask) for name, mask in self.edges.items()]
        return Snapshot(in_memory(meta, self.new))

    # What is seen

    def _records_seen(self) -> Bool:
        table = self.base.record_ids
        seen = np.ones(len(table), dtype=np.bool_)
        for prefix in self.visible.prefixes:
            seen[table.lower_bound(prefix) : table.lower_bound(prefix + "\U0010ffff")] = False
        return seen

    def _entities_seen(self) -> Bool:
        seen = np.ones(self.base.size, dtype=np.bool_)
        for block in self.base.blocks:
            if self.visible.hides_class(block.classes):
                seen[block.start : block.stop] = False
        for path, text in sorted(self.visible.values):
            class_name, _, name = path.partition(".")
            members, column = self.base.members(class_name), self.base.column(class_name, name)
            if not text:
                seen[members[column.null]] = False
            elif (code := column.code_of(text)) is not None:
                hits = np.flatnonzero(column.values == code)
                if column.offsets is not None:
                    hits = np.searchsorted(column.offsets, hits, side="right") - 1
                seen[members[hits]] = False
        return seen & self._supported("entity/record", self.base.size)

    def _supported(self, prefix: str, rows: int) -> Bool:
        """Rows that rest on a record that is seen, or on none."""
        offsets, flat = ragged_parts(self.old, prefix, rows)
        lengths = np.diff(offsets)
        owners = np.repeat(np.arange(rows), lengths)
        supported: Bool = (lengths == 0) | (np.bincount(owners[self.record_seen[flat]], minlength=rows) > 0)
        return supported

    def _relation_seen(self, edges: Edges) -> Bool:
        if edges.name in self.visible.relations:
            return np.zeros(edges.size, dtype=np.bool_)
        seen: Bool = self.seen[edges.source] & self.seen[edges.target]
        return seen & self._supported(f"relation/{edges.name}/record", edges.size)

    def _leave_out_entered(self) -> None:
        """Take out corrections and assumptions of which nothing is seen: that there is one would tell something.

        The order of ties and a title made of a key stay as they are (``docs/access.md``).
        """
        kinds = np.array([k != "source" for k in self.base.record_kinds], dtype=np.bool_)
        entered: Bool = (
            kinds[self.old["record/kind"]] if len(kinds) else np.zeros(len(self.record_seen), dtype=np.bool_)
        )
        counts = np.diff(self.offsets)
        row = np.repeat(np.arange(len(counts)), counts)
        suspected = entered[self.codes] & self._tells_something[row]
        if not suspected.any():
            return
        size = len(self.base.record_ids)
        shown = ~self.hidden & self.seen[self.owner]
        wins = self.moved[self.owner[shown]].astype(np.int64) * size + self.pairs[shown, 1]
        gone = suspected & ~np.isin(row.astype(np.int64) * size + self.codes, wins)
        left = counts - np.bincount(row[gone], minlength=len(counts))
        gone[self.offsets[:-1][(left == 0) & (counts > 0)]] = False  # what was entered by hand rests on that
        counts = counts - np.bincount(row[gone], minlength=len(counts))
        self.codes = self.codes[~gone]
        self.offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])

    @property
    def _tells_something(self) -> Bool:
        """Entities of the view of which some property is hidden."""
        found = np.zeros(self.base.size, dtype=np.bool_)
        for block in self.base.blocks:
            names = [
                n for c in block.classes if c in self.ontology.classes for n in self.ontology.classes[c].properties
            ]
            found[block.start : block.stop] = any(self.visible.hides_property(block.classes, n) for n in names)
        return found[self.kept]

    def _winner_pairs(self) -> tuple[Int64, Array, Bool]:
        """Owner, (property, record) and whether it is hidden, of every winner; marks in ``self.lost`` what is lost."""
        offsets, pairs = self.old["winner/offsets"], self.old["winner/pairs"].reshape(-1, 2)
        owner = np.repeat(np.arange(self.base.size), np.diff(offsets) // 2)
        place = {name: code for code, name in enumerate(Texts.load(self.old, "winner/property"))}
        hidden = np.zeros(len(pairs), dtype=np.bool_)
        for block in self.base.blocks:
            codes = [place[n] for n in block.columns if n in place and self.visible.hides_property(block.classes, n)]
            if codes:
                inside = (owner >= block.start) & (owner < block.stop)
                hidden |= inside & np.isin(pairs[:, 0], codes)
        foreign = ~self.record_seen[pairs[:, 1]]
        for name, code in place.items():
            rows = np.unique(owner[foreign & (pairs[:, 0] == code)])
            if len(rows):
                self.lost[name] = rows
                hidden |= (pairs[:, 0] == code) & np.isin(owner, rows)
        return owner, pairs, hidden

    def _winners(self) -> Array:
        """Rows (entity in the view, property, record) of winners that are seen; those of one record alone are none."""
        owner, pairs = self.owner, self.pairs
        several = np.zeros(self.base.size, dtype=np.bool_)
        several[self.kept] = np.diff(self.offsets) >= 2
        stays = ~self.hidden & self.seen[owner] & several[owner]
        self.used[pairs[stays, 1]] = True
        return np.column_stack([self.moved[owner[stays]], pairs[stays]])

    # Parts

    def _put_records(self) -> list[str]:
        codes = np.flatnonzero(self.used)
        kind, file = self.old["record/kind"][codes], self.old["record/file"][codes]
        kinds = sorted({self.base.record_kinds[k] for k in np.unique(kind).tolist()} | {"source"})
        table = np.array([kinds.index(k) if k in kinds else 0 for k in self.base.record_kinds], dtype=np.uint8)
        files = np.unique(file[file >= 0])
        place = np.full(len(self.base.file_ids) + 1, -1, dtype=np.int32)
        place[files] = np.arange(len(files), dtype=np.int32)
        taken(self.base.record_ids, codes).store(self.new, "record/id")
        self.new["record/kind"], self.new["record/stale"] = table[kind], self.old["record/stale"][codes]
        self.new["record/file"], self.new["record/row"] = place[file], self.old["record/row"][codes]
        for part in ("file/sha256", "file/path"):
            taken(Texts.load(self.old, part), files).store(self.new, part)
        return kinds

    def _put_entities(self) -> str:
        ids = ids_of(self.base.ids, self.kept)
        self.new["entity/id"] = ids.array
        size = len(self.kept)
        mentions, order = self._mentions(ids)
        mentions.store(self.new, "entity/mention")
        rank = np.empty(size, dtype=np.int32)
        rank[order] = np.arange(size, dtype=np.int32)
        self.new["entity/rank"] = rank
        put_ragged(self.new, "entity/record", self.offsets, self.recoded[self.codes].astype(np.int32))
        Texts.load(self.old, "winner/property").store(self.new, "winner/property")
        counts = np.bincount(self.wins[:, 0], minlength=size) * 2
        self.new["winner/offsets"] = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
        pairs = np.column_stack([self.wins[:, 1], self.recoded[self.wins[:, 2]]])
        self.new["winner/pairs"] = pairs.reshape(-1).astype(np.int32)
        self._put_names(rank)
        return ids.prefix

    def _mentions(self, ids: Ids) -> tuple[Texts, Int64]:
        """The smallest mention of each, and their order; where sources are hidden, the smallest record that is seen."""
        if not self.visible.sources:
            return taken(self.base.mentions, self.kept), np.argsort(self.base.rank[self.kept], kind="stable")
        starts, described = self.offsets[:-1], np.diff(self.offsets) > 0
        first = self.codes[starts[described]]
        if described.all():  # records are sorted by their ids
            return taken(self.base.record_ids, first), np.lexsort((ids.array, first))
        bare = np.flatnonzero(~described)
        rows = np.zeros(len(self.kept), dtype=np.int64)
        rows[described] = first
        mentions = replaced(self.base.record_ids, rows, bare, [ids[i] for i in bare.tolist()])
        texts = [*mentions]
        order = sorted(range(len(texts)), key=lambda i: (texts[i], ids[i]))
        return mentions, np.array(order, dtype=np.int64)

    def _put_names(self, rank: Int32) -> None:
        """Titles, and the names by which things are found: a title that is hidden gives way to class and id."""
        named, places, fresh = self._titles()
        titles = replaced(self.base.titles, self.kept, places, fresh)
        titles.store(self.new, "entity/title")
        owner = self.base.name_entities
        changed = np.zeros(len(self.kept), dtype=np.bool_)
        changed[places] = True
        stays = np.flatnonzero(self.seen[owner])
        at = self.moved[owner[stays]]
        whole = named[at] & ~changed[at]
        stays, at = stays[whole], at[whole]  # sorted as they were: by name, then by rank
        found = taken(self.base.names, stays)
        if not self.visible.sources:
            found.store(self.new, "name/key")
            self.new["name/entity"] = at.astype(np.int32)
            return
        folded = dict(zip(at.tolist(), found, strict=True))
        for place, text in zip(places.tolist(), fresh, strict=True):
            if named[place] and (name := fold(text)):
                folded[place] = name
        by_name = sorted(folded, key=lambda i: (folded[i], rank[i]))
        Texts.of([folded[i] for i in by_name]).store(self.new, "name/key")
        self.new["name/entity"] = np.array(by_name, dtype=np.int32)

    def _titles(self) -> tuple[Bool, Int64, list[str]]:
        """What can be found by its title, and which titles are others here (in their order), with what they are."""
        named = np.zeros(len(self.kept), dtype=np.bool_)
        fresh: dict[int, str] = {}
        before = np.diff(ragged_parts(self.old, "entity/record", self.base.size)[0])[self.kept]
        mixed = before != np.diff(self.offsets)
        for block in self.base.blocks:
            inside = np.flatnonzero(self.seen[block.start : block.stop]) + block.start
            if not len(inside):
                continue
            places = self.moved[inside]
            classes = [self.ontology.classes[c] for c in block.classes if c in self.ontology.classes]
            property_ = next((c.title for c in classes if c.title), None)
            if property_ is not None and self.visible.hides_property(block.classes, property_):
                label = classes[0].label
                called = (f"{label} {short}" for short in beginnings(self.base.ids, inside))
                fresh.update(zip(places.tolist(), called, strict=True))
                continue
            named[places] = True
            if self.visible.sources:
                self._retitle(property_, places[mixed[places]].tolist(), fresh)
        order = sorted(fresh)
        return named, np.array(order, dtype=np.int64), [fresh[i] for i in order]

    def _retitle(self, property_: str | None, places: Sequence[int], titles: dict[int, str]) -> None:
        """Titles of things that hidden records describe too: their own value if it is seen, else a seen key."""
        for at in places:
            entity = int(self.kept[at])
            lost = property_ is not None and property_ in self.lost and entity in self.lost[property_]
            if property_ is None or lost or self.base.value(entity, property_) is None:
                record: str = self.base.record_ids[int(self.codes[self.offsets[at]])]
                titles[at] = " / ".join(decode_key(record_of(record).split("/", 2)[2]))

    def _put_blocks(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        start = 0
        for block in self.base.blocks:
            rows = np.flatnonzero(self.seen[block.start : block.stop])
            if not len(rows):
                continue
            kept: list[str] = []
            for name in sorted(block.columns):
                column = self.base.block_column(block, name)
                if column is None or self.visible.hides_property(block.classes, name):
                    continue
                lost = np.isin(rows + block.start, self.lost[name]) if name in self.lost else None
                part = part_of(column, rows, lost)
                if not part.null.all():
                    store(self.new, f"block/{len(found)}/{name}", part)
                    kept.append(name)
            stop = start + len(rows)
            found.append({"classes": list(block.classes), "start": start, "stop": stop, "columns": kept})
            start = stop
        return found

    def _put_relation(self, name: str, mask: Bool) -> dict[str, object]:
        edges, prefix = self.base.relation(name), f"relation/{name}/"
        rows = np.flatnonzero(mask)
        ids = ids_of(edges.ids, rows)
        self.new[prefix + "id"] = ids.array
        for part, way, ends in (("source", "out/", edges.source), ("target", "into/", edges.target)):
            if len(rows) == edges.size and len(self.kept) == self.base.size:  # nothing moved
                self.new[prefix + part] = ends
                self.new |= {prefix + way + n: self.old[prefix + way + n] for n in ("first", "pointer", "rows")}
                continue
            moved = self.moved[ends[rows]].astype(np.int32)
            self.new[prefix + part] = moved
            put_csr(self.new, prefix + way, moved)
        for part, open_, days in (
            ("valid_from", OPEN_FROM, edges.valid_from),
            ("valid_to", OPEN_TO, edges.valid_to),
        ):
            if (days[rows] != open_).any():
                self.new[prefix + part] = days[rows]
        offsets, flat = some_of(self.old, prefix + "record", edges.size, mask, self.record_seen)
        put_ragged(self.new, prefix + "record", offsets, self.recoded[flat].astype(np.int32))
        kept: list[str] = []
        for column_name in sorted(edges.filled):
            if f"{name}.{column_name}" in self.visible.relation_properties:
                continue
            part_ = part_of(edges.column(column_name), rows, None)
            if not part_.null.all():
                store(self.new, f"{prefix}column/{column_name}", part_)
                kept.append(column_name)
        return {"name": name, "size": len(rows), "prefix": ids.prefix, "columns": kept}
