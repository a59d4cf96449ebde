"""Relations of one type: edge arrays, rows by either end, properties, supporting records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph_engine.snapshot.columns import OPEN_FROM, OPEN_TO, Bool, Column, Int32, load, nothing
from graph_engine.snapshot.container import Container
from graph_engine.snapshot.texts import Array, Ids, Int64
from ontology.errors import NotFound
from ontology.model import Datatype


@dataclass(frozen=True, slots=True)
class Csr:
    """Relation rows by one of their ends. ``pointer`` covers entities ``first … first + len(pointer) - 2``."""

    first: int
    pointer: Int32
    rows: Int32

    def of(self, entity: int) -> Int32:
        """Rows of the relations at ``entity``, in relation-id order."""
        at = entity - self.first
        if not 0 <= at < len(self.pointer) - 1:
            return self.rows[:0]
        return self.rows[self.pointer[at] : self.pointer[at + 1]]

    def bounds(self, entities: Array) -> tuple[Int32, Int32]:
        """For each entity, where its part of ``rows`` begins and ends (both int32)."""
        last = len(self.pointer) - 1
        at = np.clip(np.asarray(entities, dtype=np.int64) - self.first, 0, last)
        inside = (entities >= self.first) & (entities < self.first + last)
        start = self.pointer[at]
        return start, np.where(inside, self.pointer[np.minimum(at + 1, last)], start).astype(np.int32)


class Edges:
    """All relations of one type, by relation id."""

    def __init__(
        self, container: Container, entry: Mapping[str, object], properties: Mapping[str, list[object]]
    ) -> None:
        self.name = str(entry["name"])
        self.size = int(str(entry["size"]))
        self._arrays = container.arrays
        self._prefix = f"relation/{self.name}/"
        self._properties = properties
        columns = entry["columns"]
        assert isinstance(columns, list)
        self._columns: list[str] = columns
        empty: Int32 = np.zeros(0, dtype=np.int32)
        self.source: Int32 = self._arrays.get(self._prefix + "source", empty)
        self.target: Int32 = self._arrays.get(self._prefix + "target", empty)
        self.ids = Ids(self._arrays.get(self._prefix + "id", np.zeros(0, dtype="S1")), str(entry["prefix"]))

    @cached_property
    def valid_from(self) -> Int32:
        """First day each holds, days since 1970-01-01, or ``OPEN_FROM``."""
        return self._arrays.get(self._prefix + "valid_from", np.full(self.size, OPEN_FROM, dtype=np.int32))

    @cached_property
    def valid_to(self) -> Int32:
        """First day each holds no more, or ``OPEN_TO``."""
        return self._arrays.get(self._prefix + "valid_to", np.full(self.size, OPEN_TO, dtype=np.int32))

    @property
    def is_timed(self) -> bool:
        """Whether any relation begins or ends."""
        return self._prefix + "valid_from" in self._arrays or self._prefix + "valid_to" in self._arrays

    def valid_on(self, day: int) -> Bool:
        """Which relations hold on a day: ``valid_from <= day < valid_to``."""
        if not self.is_timed:
            return np.ones(self.size, dtype=np.bool_)
        return (self.valid_from <= day) & (day < self.valid_to)

    @cached_property
    def out(self) -> Csr:
        """Rows by source."""
        return self._csr("out/")

    @cached_property
    def into(self) -> Csr:
        """Rows by target."""
        return self._csr("into/")

    def id(self, row: int) -> str:
        """The relation's id."""
        text: str = self.ids[row]
        return text

    def records(self, row: int) -> Int32:
        """Codes of the records that support the relation."""
        return ragged_row(self._arrays, self._prefix + "record", row)

    def supported_by(self, records: Int32) -> tuple[Int32, Int32]:
        """Pairs (record code, row) for some records, by row."""
        return ragged_owners(self._arrays, self._prefix + "record", records)

    def column(self, name: str) -> Column:
        """A property of the relation, aligned with the rows.

        Raises:
            NotFound: the ontology gives the relation no such property.
        """
        datatype, functional = definition(self._properties, name, f"the relation {self.name}")
        if name not in self._columns:
            return nothing(datatype, self.size, functional=functional)
        return load(self._arrays, f"{self._prefix}column/{name}", datatype, self.size)

    @property
    def filled(self) -> frozenset[str]:
        """Names of the properties that some of them have."""
        return frozenset(self._columns)

    @property
    def properties(self) -> tuple[str, ...]:
        """Names of the properties that the ontology gives this relation, sorted."""
        return tuple(sorted(self._properties))

    def _csr(self, end: str) -> Csr:
        prefix = self._prefix + end
        if prefix + "rows" not in self._arrays:
            return Csr(0, np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32))
        return Csr(
            int(self._arrays[prefix + "first"][0]), self._arrays[prefix + "pointer"], self._arrays[prefix + "rows"]
        )


def definition(properties: Mapping[str, list[object]], name: str, owner: str) -> tuple[Datatype, bool]:
    """The datatype of a property, and whether it has one value at most."""
    if name not in properties:
        raise NotFound(f"The ontology gives {owner} no property {name!r}.", do="`docs/ontology.md` lists them.")
    datatype, functional = properties[name]
    return Datatype(str(datatype)), bool(functional)


def ragged_row(arrays: Mapping[str, Array], prefix: str, row: int) -> Int32:
    """Row ``row`` of a ragged array; without offsets each row has one code."""
    codes: Int32 | None = arrays.get(prefix + "/codes")
    if codes is None:
        return np.zeros(0, dtype=np.int32)
    offsets = arrays.get(prefix + "/offsets")
    if offsets is None:
        return codes[row : row + 1]
    return codes[offsets[row] : offsets[row + 1]]


def ragged_owners(arrays: Mapping[str, Array], prefix: str, codes: Int32) -> tuple[Int32, Int32]:
    """Pairs (code, row) of a ragged array for some codes, by row."""
    flat: Int32 | None = arrays.get(prefix + "/codes")
    if flat is None or len(codes) == 0:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    at = np.flatnonzero(np.isin(flat, codes))
    offsets = arrays.get(prefix + "/offsets")
    rows = at if offsets is None else np.searchsorted(offsets, at, side="right") - 1
    return flat[at], rows.astype(np.int32)


def ragged_parts(arrays: Mapping[str, Array], prefix: str, rows: int) -> tuple[Int64, Int32]:
    """Offsets and flat codes of a ragged array with ``rows`` rows."""
    codes = arrays.get(prefix + "/codes", np.zeros(0, dtype=np.int32))
    offsets = arrays.get(prefix + "/offsets")
    return np.arange(rows + 1, dtype=np.int64) if offsets is None else offsets, codes
