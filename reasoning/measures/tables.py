"""What formulas read from a snapshot, as cells: columns of classes and relations, and the terms of aggregates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph_engine.snapshot import Column, Edges, Snapshot
from ontology.model import Datatype, PropertyDef, Role
from reasoning.measures import currencies
from reasoning.measures.cells import Cells
from reasoning.measures.types import Array, Int32, Int64, Kind

_KINDS = {
    Datatype.STRING: Kind.TEXT, Datatype.INTEGER: Kind.NUMBER, Datatype.DECIMAL: Kind.NUMBER,
    Datatype.FLOAT: Kind.FLOAT, Datatype.BOOLEAN: Kind.BOOLEAN, Datatype.DATE: Kind.DATE,
    Datatype.DATETIME: Kind.INSTANT,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Relations of some owners, one after the other, those of one owner in relation-id order."""

    edges: Edges
    rows: Int32
    targets: Int32
    pointer: Int64
    """Terms of owner ``i``: ``pointer[i]`` up to ``pointer[i + 1]``."""

    def owners(self) -> Int64:
        """The owner's row of each term."""
        return np.repeat(np.arange(len(self.pointer) - 1), np.diff(self.pointer))

    def select(self, kept: Array) -> Terms:
        """Only some of the terms."""
        total = np.zeros(len(kept) + 1, dtype=np.int64)
        np.cumsum(kept, out=total[1:])
        return Terms(self.edges, self.rows[kept], self.targets[kept], total[self.pointer])


class Tables:
    """A snapshot's columns as cells, each made once. ``day`` is the day on which relations must hold; None: any."""

    def __init__(self, snapshot: Snapshot, day: int | None) -> None:
        self.snapshot = snapshot
        self.day = day
        self._columns: dict[tuple[str, str], Cells] = {}
        self._raw: dict[tuple[str, str], Column] = {}
        self._related: dict[tuple[str, str], Cells] = {}
        self._raw_related: dict[tuple[str, str], Column] = {}
        self._terms: dict[tuple[str, bool, str], Terms] = {}
        self._edges: dict[str, Edges] = {}
        self._places: dict[str, tuple[Int32, int]] = {}

    def members(self, class_name: str) -> Int32:
        """All entities of a class, ascending."""
        return self.snapshot.members(class_name)

    def place(self, class_name: str, entities: Array) -> tuple[Array, Array | None]:
        """Where entities stand among the members of a class, and which of them are members (None: all)."""
        if class_name not in self._places:
            members = self.members(class_name)
            first = int(members[0]) if len(members) else 0
            dense = len(members) == 0 or int(members[-1]) - first + 1 == len(members)
            self._places[class_name] = (members, first if dense else -1)
        members, first = self._places[class_name]
        size = len(members)
        if size == 0:
            return np.zeros(len(entities), dtype=np.int64), np.zeros(len(entities), dtype=np.bool_)
        if first >= 0:
            at = entities - np.int32(first)
            if len(at) == 0 or (int(at.min()) >= 0 and int(at.max()) < size):
                return at, None
            return np.clip(at, 0, size - 1), (at >= 0) & (at < size)
        at = np.minimum(np.searchsorted(members, entities), size - 1)
        inside = members[at] == entities
        return at, None if bool(inside.all()) else inside

    def edges(self, relation: str) -> Edges:
        """All relations of a type."""
        if relation not in self._edges:
            self._edges[relation] = self.snapshot.relation(relation)
        return self._edges[relation]

    def raw(self, class_name: str, name: str) -> Column:
        """A property as the snapshot has it."""
        key = (class_name, name)
        if key not in self._raw:
            self._raw[key] = self.snapshot.column(class_name, name)
        return self._raw[key]

    def raw_related(self, relation: str, name: str) -> Column:
        """A property of a relation as the snapshot has it."""
        key = (relation, name)
        if key not in self._raw_related:
            self._raw_related[key] = self.edges(relation).column(name)
        return self._raw_related[key]

    def column(self, class_name: str, definition: PropertyDef) -> Cells:
        """A property of the members of a class."""
        key = (class_name, definition.name)
        if key not in self._columns:
            money = self.raw(class_name, definition.currency) if definition.currency is not None else None
            self._columns[key] = _cells(self.raw(class_name, definition.name), definition, money)
        return self._columns[key]

    def related(self, relation: str, definition: PropertyDef) -> Cells:
        """A property of the relations of a type."""
        key = (relation, definition.name)
        if key not in self._related:
            money = self.raw_related(relation, definition.currency) if definition.currency is not None else None
            self._related[key] = _cells(self.raw_related(relation, definition.name), definition, money)
        return self._related[key]

    def terms(self, role: Role, owners: Int32, *, of_class: str = "") -> Terms:
        """The relations of some owners that hold on the day. ``of_class``: the owners are all members of that class."""
        key = (role.relation.name, role.inverse, of_class)
        if of_class and key in self._terms:
            return self._terms[key]
        edges = self.edges(role.relation.name)
        csr = edges.into if role.inverse else edges.out
        start, stop = csr.bounds(owners)
        counts = (stop - start).astype(np.int64)
        pointer = np.zeros(len(owners) + 1, dtype=np.int64)
        np.cumsum(counts, out=pointer[1:])
        total = int(pointer[-1])
        if len(owners) and bool((start[1:] == stop[:-1]).all()):
            rows = csr.rows[int(start[0]) : int(stop[-1])]  # the owners' parts lie one after the other
        else:
            rows = csr.rows[np.repeat(start - pointer[:-1], counts) + np.arange(total)]
        far = edges.source if role.inverse else edges.target
        found = Terms(edges, rows, far[rows], pointer)
        if self.day is not None and edges.is_timed:
            found = found.select(edges.valid_on(self.day)[rows])
        if of_class:
            self._terms[key] = found
        return found


def _cells(column: Column, definition: PropertyDef, money: Column | None) -> Cells:
    kind = _KINDS[definition.datatype]
    state = column.null.view(np.uint8)[:, None, None] if bool(column.null.any()) else None
    if kind is Kind.TEXT:
        texts = np.array([*(column.dictionary or ()), ""], dtype=object)
        return Cells(kind, texts[column.values][:, None, None], state)
    values = column.values if definition.datatype is not Datatype.DATE else column.values.astype(np.int64)
    return Cells(kind, values[:, None, None], state, None, 10**definition.scale if kind is Kind.NUMBER else 1,
                 None if money is None else _currency(column, money))  # fmt: skip


def _currency(column: Column, money: Column) -> Int32:
    codes = [currencies.code_of(text) for text in money.dictionary or ()]
    missing = bool((money.null & ~column.null).any())
    if len(codes) == 1 and not missing:
        return np.full((1, 1, 1), codes[0], dtype=np.int32)
    table = np.array([*codes, currencies.UNSTATED], dtype=np.int32)
    return table[money.values][:, None, None]
