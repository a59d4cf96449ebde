"""The snapshot: a read-only, columnar copy of one version of the graph."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph_engine.snapshot.columns import Column, Int32, concatenate, load, nothing
from graph_engine.snapshot.container import Container, read
from graph_engine.snapshot.edges import Edges, definition, ragged_owners, ragged_row
from graph_engine.snapshot.rows import RecordRow
from graph_engine.snapshot.texts import Array, Ids, Texts
from ontology.errors import NotFound, StoreDamaged
from ontology.model import Datatype
from ontology.types import Value

FORMAT = 2
"""Raised whenever the layout of the arrays changes; another format is rebuilt."""
_REMEMBERED = 100_000
"""Ids of which it is remembered where they are: explanations ask for the same few again and again."""
COMPANY, COMPANY_ID = "Company", "e_company"
"""Class and id of the company as a whole: no thing in the graph, but what figures of the whole company belong to."""


@dataclass(frozen=True, slots=True)
class Block:
    """Entities of the same most specific classes: ``start <= entity < stop``."""

    number: int
    classes: tuple[str, ...]
    start: int
    stop: int
    columns: frozenset[str]


class Snapshot:
    """One version of the graph. Entities are the numbers ``0 … size - 1``, relations rows of their type's ``Edges``.

    The number ``size`` stands for the company as a whole (unless the ontology has a class of that name): it has an id
    and a title, but no values, relations or records, and lies in no block.
    """

    def __init__(self, container: Container) -> None:
        meta = container.meta
        if meta.get("format") != FORMAT:
            raise StoreDamaged(
                f"The snapshot has format {meta.get('format')}, this knockon reads {FORMAT}.",
                where=container.folder,
                do="Delete that folder; it is built again from the graph.",
            )
        self._container = container
        self._arrays = container.arrays
        self.version = int(str(meta["version"]))
        self.epoch = int(str(meta["epoch"]))
        self.known_at = None if meta["known_at"] is None else int(str(meta["known_at"]))
        self.ontology_digest = str(meta["ontology"])
        self.ontology_version = str(meta["ontology_version"])
        self.size = int(str(meta["size"]))
        self.rank: Int32 = self._arrays["entity/rank"]
        self.ids = Ids(self._arrays["entity/id"], str(meta["entity_prefix"]))
        self.titles = Texts.load(self._arrays, "entity/title")
        self.mentions = Texts.load(self._arrays, "entity/mention")
        self._aliases = Texts.load(self._arrays, "alias/id")
        self.record_ids = Texts.load(self._arrays, "record/id")
        self.file_ids = Texts.load(self._arrays, "file/sha256")
        self._paths = Texts.load(self._arrays, "file/path")
        self.names = Texts.load(self._arrays, "name/key")
        """Folded names, sorted; ``name_entities`` says whose."""
        self.name_entities: Int32 = self._arrays["name/entity"]
        self._classes = _mapping(meta["classes"])
        self._properties = _mapping(meta["properties"])
        self._relation_properties = _mapping(meta["relation_properties"])
        kinds, blocks, relations = meta["record_kinds"], meta["blocks"], meta["relations"]
        assert isinstance(kinds, list)
        assert isinstance(blocks, list)
        assert isinstance(relations, list)
        self.record_kinds: list[str] = kinds
        self.blocks = tuple(
            Block(n, tuple(b["classes"]), b["start"], b["stop"], frozenset(b["columns"])) for n, b in enumerate(blocks)
        )
        self._company = Block(-1, (COMPANY,), self.size, self.size + 1, frozenset())
        self.has_company = COMPANY not in self._classes
        """Whether figures of the whole company have something to belong to."""
        self._starts = np.array([b.start for b in self.blocks], dtype=np.int64)
        self._edges = {
            str(e["name"]): Edges(container, e, self._relation_properties.get(str(e["name"]), {})) for e in relations
        }
        self._members: dict[str, Int32] = {}
        self._places: dict[str, int | None] = {}
        self._tables: tuple[str, ...] | None = None
        self._columns: dict[tuple[str, str], Column] = {}

    @classmethod
    def open(cls, folder: Path, *, mmap: bool = True) -> Snapshot:
        """Open one snapshot folder; ``mmap`` leaves the arrays on disk until they are touched.

        Raises:
            StoreDamaged: it is incomplete, changed, or of another format.
        """
        return cls(read(folder, mmap=mmap))

    @property
    def container(self) -> Container:
        """The arrays underneath."""
        return self._container

    def digest(self) -> str:
        """sha256 over all arrays: equal content at equal ids gives an equal digest."""
        sha = hashlib.sha256()
        for name in sorted(self._arrays):
            array = np.ascontiguousarray(self._arrays[name])
            sha.update(f"{name}{array.dtype.str}{array.shape}".encode())
            sha.update(array.tobytes())
        return sha.hexdigest()

    # Entities

    def find(self, id_: str) -> int | None:
        """The entity with this id, or that this alias leads to."""
        at = self.exact(id_)
        if at is None and (alias := self._aliases.find(id_)) is not None:
            return int(self._arrays["alias/entity"][alias])
        return at

    def exact(self, id_: str) -> int | None:
        """The entity that has this id itself."""
        if id_ == COMPANY_ID and self.has_company:
            return self.size
        if id_ in self._places:
            return self._places[id_]
        found = None
        for block in self.blocks:
            found = self.ids.find(id_, block.start, block.stop)
            if found is not None:
                break
        if len(self._places) >= _REMEMBERED:
            self._places.clear()
        self._places[id_] = found
        return found

    def index(self, id_: str) -> int:
        """Like :meth:`find`.

        Raises:
            NotFound: no entity has or had this id.
        """
        at = self.find(id_)
        if at is None:
            raise NotFound(
                f"There is no {id_!r} in the graph (version {self.version}).", do="`knockon search NAME` searches."
            )
        return at

    def entity_id(self, entity: int) -> str:
        """The id of an entity."""
        if entity == self.size:
            return COMPANY_ID
        text: str = self.ids[entity]
        return text

    def title(self, entity: int) -> str:
        """What a person calls it."""
        if entity == self.size:
            return "The company"
        text: str = self.titles[entity]
        return text

    def mention_key(self, entity: int) -> str:
        """Its smallest mention key: a name that does not depend on the order of arrival."""
        if entity == self.size:
            return COMPANY_ID
        text: str = self.mentions[entity]
        return text

    def block_of(self, entity: int) -> Block:
        """The block an entity lies in."""
        if entity == self.size:
            return self._company
        return self.blocks[int(np.searchsorted(self._starts, entity, side="right")) - 1]

    def block_numbers(self, entities: Array) -> Array:
        """The block number of each entity."""
        return np.searchsorted(self._starts, entities, side="right") - 1

    def classes(self, entity: int) -> tuple[str, ...]:
        """Its most specific classes, sorted."""
        return self.block_of(entity).classes

    def is_a(self, entity: int, class_name: str) -> bool:
        """Whether it belongs to a class or one of its subclasses."""
        return any(self._class_is_a(c, class_name) for c in self.classes(entity))

    def records(self, entity: int) -> Int32:
        """Codes of the records that describe it."""
        if entity == self.size:
            return np.zeros(0, dtype=np.int32)
        return ragged_row(self._arrays, "entity/record", entity)

    def record(self, code: int) -> RecordRow:
        """The record with this code; ``file`` is the file's path."""
        file, row = int(self._arrays["record/file"][code]), int(self._arrays["record/row"][code])
        return RecordRow(
            self.record_ids[code],
            self.record_kinds[int(self._arrays["record/kind"][code])],
            bool(self._arrays["record/stale"][code]),
            self._paths[file] if file >= 0 else None,
            row if row >= 0 else None,
        )

    def record_code(self, id_: str) -> int | None:
        """The code of a record id."""
        return self.record_ids.find(id_)

    def winners(self, entity: int) -> dict[str, tuple[int, ...]]:
        """Property → codes of the records whose value it is; empty when one record alone describes the entity."""
        if entity == self.size:
            return {}
        offsets, pairs = self._arrays["winner/offsets"], self._arrays["winner/pairs"]
        own = pairs[offsets[entity] : offsets[entity + 1]].reshape(-1, 2)
        properties = Texts.load(self._arrays, "winner/property")
        result: dict[str, tuple[int, ...]] = {}
        for name, record in own.tolist():
            result[properties[name]] = (*result.get(properties[name], ()), record)
        return result

    def records_of_kind(self, kind: str) -> Int32:
        """Codes of all records of a kind, ascending."""
        if kind not in self.record_kinds:
            return np.zeros(0, dtype=np.int32)
        return np.flatnonzero(self._arrays["record/kind"] == self.record_kinds.index(kind)).astype(np.int32)

    def described_by(self, records: Int32) -> tuple[Int32, Int32]:
        """Pairs (record code, entity) for some records, by entity."""
        return ragged_owners(self._arrays, "entity/record", records)

    def record_tables(self) -> tuple[str, ...]:
        """What record ids begin with (``source/table/``), sorted."""
        if self._tables is None:
            found: list[str] = []
            at = 0
            while at < len(self.record_ids):
                id_: str = self.record_ids[at]
                table = "/".join(id_.split("/", 2)[:2]) + "/"
                found.append(table)
                at = max(at + 1, self.record_ids.lower_bound(table + "\U0010ffff"))
            self._tables = tuple(found)
        return self._tables

    # Columns

    def members(self, class_name: str) -> Int32:
        """All entities of a class with its subclasses, ascending."""
        if class_name == COMPANY and self.has_company:
            return np.array([self.size], dtype=np.int32)
        if class_name not in self._members:
            parts = [
                np.arange(b.start, b.stop, dtype=np.int32)
                for b in self.blocks
                if any(self._class_is_a(c, class_name) for c in b.classes)
            ]
            empty: Int32 = np.zeros(0, dtype=np.int32)
            self._members[class_name] = parts[0] if len(parts) == 1 else np.concatenate([empty, *parts])
        return self._members[class_name]

    def column(self, class_name: str, name: str) -> Column:
        """A property of a class, aligned with :meth:`members`.

        Raises:
            NotFound: the ontology gives the class no such property.
        """
        key = (class_name, name)
        if key not in self._columns:
            datatype, functional = definition(self._properties.get(class_name, {}), name, f"the class {class_name}")
            parts = [
                self._part(b, name, datatype, functional)
                for b in self.blocks
                if any(self._class_is_a(c, class_name) for c in b.classes)
            ]
            self._columns[key] = concatenate(datatype, parts) if parts else nothing(datatype, 0, functional=functional)
        return self._columns[key]

    def value(self, entity: int, name: str) -> Value | None:
        """One value of an entity; None where it has none."""
        block = self.block_of(entity)
        column = self.block_column(block, name)
        return None if column is None else column.python(entity - block.start)

    def values(self, entity: int) -> dict[str, Value]:
        """All values of an entity, by property name."""
        found = {name: self.value(entity, name) for name in sorted(self.block_of(entity).columns)}
        return {name: value for name, value in found.items() if value is not None}

    # Relations

    @property
    def relations(self) -> tuple[str, ...]:
        """Names of the relations that occur, sorted."""
        return tuple(self._edges)

    def relation(self, name: str) -> Edges:
        """All relations of one type (none of them, if it does not occur)."""
        if name in self._edges:
            return self._edges[name]
        entry: dict[str, object] = {"name": name, "size": 0, "prefix": "", "columns": []}
        return Edges(self._container, entry, self._relation_properties.get(name, {}))

    def locate(self, relation_id: str) -> tuple[str, int] | None:
        """The type and row of a relation."""
        for name, edges in self._edges.items():
            row = edges.ids.find(relation_id)
            if row is not None:
                return name, row
        return None

    def _class_is_a(self, name: str, ancestor: str) -> bool:
        return name == ancestor or ancestor in self._classes.get(name, [])

    def block_column(self, block: Block, name: str) -> Column | None:
        """A property of the entities of one block, aligned with it; None where none of them has it."""
        if name not in block.columns:
            return None
        for class_name in block.classes:
            if name in self._properties.get(class_name, {}):
                return self._part(block, name, *definition(self._properties[class_name], name, class_name))
        return None

    def _part(self, block: Block, name: str, datatype: Datatype, functional: bool) -> Column:
        size = block.stop - block.start
        if name not in block.columns:
            return nothing(datatype, size, functional=functional)
        key = (f"#{block.number}", name)
        if key not in self._columns:
            self._columns[key] = load(self._arrays, f"block/{block.number}/{name}", datatype, size)
        return self._columns[key]


def _mapping(value: object) -> dict[str, dict[str, list[object]]]:
    assert isinstance(value, dict)
    return value
