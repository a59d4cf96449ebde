"""What single cells are read from, and what is noted on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ontology.model import PropertyDef, Role
from reasoning.measures.types import AggregateTrace, Cell, CellValue, Operand, Periods


class Term(NamedTuple):
    """One relation of an aggregate."""

    relation: str
    """Relation id."""
    entity: str
    """Id of the entity at its far end."""


class Source(Protocol):
    """What operands are read from. Everything is named by ids, so that sources of different versions can be mixed."""

    def entity_property(self, entity: str, definition: PropertyDef) -> CellValue:
        """A property of an entity; unknown where it has none. Amounts with their currency (``currencies``)."""
        ...

    def relation_property(self, relation: str, name: str, definition: PropertyDef) -> CellValue:
        """A property of a relation (``name``: the ontology's name of the relation)."""
        ...

    def measure(self, cell: Cell) -> CellValue:
        """Another cell."""
        ...

    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations of an entity that count, in relation-id order."""
        ...

    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """All things of a class, ids in the order of the snapshot, as the cell of an entity reads them."""
        ...

    def rate(self, from_: int, to: int, day: date) -> Fraction | None:
        """An exchange rate (codes as in ``currencies``)."""
        ...

    def periods(self, axis: str) -> Periods:
        """A time axis."""
        ...

    @property
    def today(self) -> date:
        """The day that the evaluation is for."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        ...


@dataclass(slots=True)
class Log:
    """What a formula reads, in the order in which it does."""

    operands: dict[Operand, CellValue] = field(default_factory=dict)
    idle: dict[Operand, CellValue] = field(default_factory=dict)
    """Read only to find that a thing of a whole class does not count (its date lies in another period)."""
    aggregates: list[AggregateTrace] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """What names are read from: the entity of each scope, and the relation that leads into it."""

    entities: Mapping[int, str]
    relations: Mapping[int, tuple[str, str]]
