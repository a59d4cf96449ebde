"""A mapping once it is checked: frozen, with the line that each part came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.adapters.spec import ReadSpec
from ingest.transforms import Transform
from ontology.errors import Where


class Mode(StrEnum):
    """What the absence of a key in a new export means."""

    FULL = "full"  # the thing is gone
    UPSERT = "upsert"  # nothing
    APPEND = "append"  # nothing, and what is there never changes


class Missing(StrEnum):
    """What happens to a row whose reference leads nowhere."""

    QUARANTINE = "quarantine"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a text comes from: exactly one of column, columns, const, sql; then transforms, in their order."""

    where: Where
    column: str | None = None
    columns: tuple[str, ...] = ()
    """Several columns, each of which may give a value."""
    const: str | None = None
    sql: str | None = None
    transforms: tuple[Transform, ...] = ()
    date_format: str | None = None
    datetime_format: str | None = None
    timezone: str | None = None
    fold: str | None = None
    """Which of the two instants of a doubled hour is meant: ``earlier`` or ``later``; None: the row is set aside."""
    split: str | None = None
    """Separator of several values in one text; ``json`` for a JSON list."""

    @property
    def label(self) -> str:
        """What to call it in a message: its column, or what it is."""
        return self.column or (", ".join(self.columns) if self.columns else self.sql or "constant")


@dataclass(frozen=True, slots=True)
class PropertyMap:
    """One property and where its value comes from."""

    name: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Target:
    """What a relation leads to; one of three forms.

    * ``table`` and ``key``: the row of that table with that key (``thing``: a further thing that it describes);
    * ``class_name``, ``property`` and ``value``: the thing of a class with that identifying value;
    * ``thing`` alone: a further thing of the same row (empty text: the row's main thing).
    """

    where: Where
    source: str | None = None
    table: str | None = None
    key: tuple[Cell, ...] = ()
    class_name: str | None = None
    property: str | None = None
    value: Cell | None = None
    thing: str | None = None


@dataclass(frozen=True, slots=True)
class RelationMap:
    """One relation that a row states, by its role at the thing it starts from."""

    role: str
    where: Where
    target: Target
    properties: tuple[PropertyMap, ...] = ()
    valid_from: Cell | None = None
    valid_to: Cell | None = None
    missing: Missing = Missing.QUARANTINE
    when: str | None = None
    """A DuckDB condition: the relation is stated only where it is true."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that a row describes; ``name`` is None for the main one."""

    name: str | None
    where: Where
    class_name: str
    key: tuple[Cell, ...] = ()
    properties: tuple[PropertyMap, ...] = ()
    relations: tuple[RelationMap, ...] = ()
    same_as: tuple[Target, ...] = ()
    when: str | None = None
    """A DuckDB condition: the row describes the thing only where it is true."""


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A row that is a relation between two things of other tables."""

    role: str
    where: Where
    start: Target
    class_name: str
    """Class of ``start``: the role is one of its."""
    relation: RelationMap


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What the contract demands of one column."""

    column: str
    where: Where
    type: str | None = None
    scale: int | None = None
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    low: str | None = None
    high: str | None = None
    among: tuple[str, ...] = ()
    reference: Target | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a source."""

    name: str
    where: Where
    read: ReadSpec
    mode: Mode
    key: tuple[Cell, ...]
    things: tuple[Thing, ...]
    """The main thing first, if there is one; then those under ``also``."""
    relation: RelationRow | None
    contract: tuple[ColumnRule, ...]

    @property
    def main(self) -> Thing | None:
        """The thing that the row as a whole describes."""
        return next((t for t in self.things if t.name is None), None)

    def thing(self, name: str | None) -> Thing | None:
        """The thing with this name."""
        return next((t for t in self.things if t.name == name), None)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """The mapping of one source system."""

    source: str
    title: str
    path: Path
    folder: Path
    """Where its files lie; absolute, or relative to the working directory as ``path`` is."""
    timezone: str | None
    currency: str | None
    nulls: tuple[str, ...]
    priority: int
    tables: Mapping[str, Table]
    digest: str
    """sha256 of the file's text."""
    text: str


def cells(table: Table) -> Iterator[Cell]:
    """Every cell that a table's mapping mentions."""
    yield from table.key
    for thing in table.things:
        yield from thing.key
        for same in thing.same_as:
            yield from same.key
        for item in thing.properties:
            yield item.cell
        for relation in thing.relations:
            yield from relation_cells(relation)
    if table.relation is not None:
        yield from table.relation.start.key
        yield from relation_cells(table.relation.relation)
    for rule in table.contract:
        if rule.reference is not None:
            yield from rule.reference.key


def relation_cells(relation: RelationMap) -> Iterator[Cell]:
    """Every cell of a relation."""
    yield from relation.target.key
    if relation.target.value is not None:
        yield relation.target.value
    for item in relation.properties:
        yield item.cell
    if relation.valid_from is not None:
        yield relation.valid_from
    if relation.valid_to is not None:
        yield relation.valid_to


def conditions(table: Table) -> Iterator[tuple[str, Where]]:
    """Every condition (``when:``) of a table's mapping, with its place."""
    for thing in table.things:
        if thing.when is not None:
            yield thing.when, thing.where
        for relation in thing.relations:
            if relation.when is not None:
                yield relation.when, relation.where
    if table.relation is not None and table.relation.relation.when is not None:
        yield table.relation.relation.when, table.relation.relation.where
