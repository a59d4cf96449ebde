"""What measures are made of, and what evaluating them gives. Frozen; arrays are read-only by convention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from reasoning.types import EntityRef, RecordRef

Array = npt.NDArray[Any]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
State = npt.NDArray[np.uint8]


class Kind(StrEnum):
    """What an expression gives."""

    NUMBER = "number"  # exact; int64 at the measure's scale
    FLOAT = "float"  # float64
    BOOLEAN = "boolean"
    TEXT = "text"
    DATE = "date"  # days since 1970-01-01
    INSTANT = "instant"  # microseconds since 1970-01-01 in UTC


class CellState(IntEnum):
    """What a cell holds."""

    KNOWN = 0
    UNKNOWN = 1  # null: an input is missing
    ERROR = 2


class FaultKind(StrEnum):
    """Why a cell is an error."""

    DIVISION = "division by zero"
    CURRENCY = "mixed currencies"
    CYCLE = "cycle"
    SEVERAL = "more than one"
    OVERFLOW = "number too large"
    TIME = "date outside the time axis"
    RATE = "no exchange rate"


@dataclass(frozen=True, slots=True)
class Fault:
    """The cause of an error cell, where it arose first."""

    kind: FaultKind
    measure: str
    """``Class.name`` of the measure that it arose in."""
    entity: str
    """Id of the entity that it arose at."""
    text: str
    """One sentence for a person."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        return {"kind": self.kind.value, "measure": self.measure, "entity": self.entity, "text": self.text}


Scalar = Fraction | float | bool | str | date | datetime
"""One known value. Exact numbers (integers, decimals, money) are always ``Fraction``, so that no digit is lost."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """The value of one cell: known, unknown (``value`` and ``fault`` None) or an error (``fault``)."""

    value: Scalar | None = None
    currency: str | None = None
    """ISO 4217 code of an amount; empty: nothing says which; None: no amount, or one of zero in no currency."""
    fault: Fault | None = None

    @property
    def state(self) -> CellState:
        """Known, unknown or error."""
        if self.fault is not None:
            return CellState.ERROR
        return CellState.UNKNOWN if self.value is None else CellState.KNOWN


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell: a measure of one entity, for a measure with a time axis in one period."""

    measure: str
    """``Class.name``."""
    entity: str
    """Entity id."""
    period: int | None = None
    """0-based; None for a measure without an axis."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as declared (``docs/measures.md``), checked."""

    name: str
    """``Class.name``."""
    class_name: str
    short: str
    """``name`` without the class."""
    label: str
    description: str
    formula: str
    kind: Kind
    unit: str
    """``money``, a unit such as ``day`` or ``money / hour``; empty: a plain number (or no number)."""
    scale: int
    """Digits after the point that values are kept with (NUMBER only); rounded half-up."""
    axis: str | None
    """Name of the time axis, if it has one: ``day``, ``week``, ``month``, ``quarter``, ``year``."""
    file: str
    line: int
    uses: tuple[str, ...] = ()
    """``Class.name`` of the other measures that the formula reads, sorted."""
    better: Literal["higher", "lower", ""] = ""
    """Which way is good, for words such as "worse by"."""
    shipped: bool = False
    total: bool = False
    """Whether the sum over all things means something (revenue: yes; unit cost: no)."""

    @property
    def is_money(self) -> bool:
        """Whether values are amounts (or prices for something) in a currency."""
        return "money" in self.unit.split()


@dataclass(frozen=True, slots=True)
class Options:
    """What an evaluation rests on besides the snapshot."""

    as_of: date
    """Today, as formulas have it."""
    valid_at: date | Literal["any"] | None = None
    """Relations that held on that day count; None: on ``as_of``."""
    start: date | None = None
    """The day whose period is the first of every time axis; None: ``as_of``."""
    periods: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Axis → number of periods, in place of the default."""
    zone: str = "UTC"
    """The company's time zone: the day that an instant falls on."""


@dataclass(frozen=True, slots=True)
class Periods:
    """A time axis: period ``i`` is ``[starts[i], starts[i + 1])``."""

    axis: str
    starts: tuple[date, ...]
    """One more than there are periods."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def label(self, period: int) -> str:
        """How a person calls it: ``2026-W07``, ``2026-02``, ``2026-02-14``."""
        day = self.starts[period]
        match self.axis:
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{day:%Y-%m}"
            case "quarter":
                return f"{day.year}-Q{(day.month + 2) // 3}"
            case "year":
                return str(day.year)
        return day.isoformat()


@dataclass(frozen=True, slots=True)
class OffAxis:
    """How many dated terms of a measure lay off its time axis."""

    before: int = 0
    after: int = 0
    undated: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class MeasureColumn:
    """All values of one measure, aligned with ``entities`` (the members of its class, ascending).

    ``values`` is int64 (NUMBER at the measure's scale, DATE, INSTANT), float64, bool, or str (TEXT, as objects), of
    shape ``(entities,)`` or ``(entities, periods)``. What is not KNOWN holds 0 (or an empty text) there.
    """

    measure: Measure
    entities: Int32
    values: Array
    state: State
    """:class:`CellState` of each cell."""
    currency: Int32 | None
    """Money: codes of currencies (``currencies.text_of``); 0: none (an amount of zero, or no known amount)."""
    cause: Int64 | None
    """Error cells: where the error arose (read it with ``Results.value``); None: there is no error."""
    off_axis: OffAxis = OffAxis()

    def __len__(self) -> int:
        return len(self.entities)


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell whose value differs between two results; ``None`` where the entity is not there."""

    cell: Cell
    before: CellValue | None
    after: CellValue | None


# Explanation


class OperandKind(StrEnum):
    """What an operand of a formula is read from."""

    PROPERTY = "property"  # of an entity
    RELATION_PROPERTY = "relation property"
    MEASURE = "measure"  # another cell
    TERM = "term"  # the presence of one relation among the terms of an aggregate
    TODAY = "today"


@dataclass(frozen=True, slots=True, order=True)
class Operand:
    """One thing that a cell's formula reads. Its identity holds across snapshots: ids, never positions."""

    kind: OperandKind
    owner: str
    """Entity id (PROPERTY, MEASURE), relation id (RELATION_PROPERTY, TERM); empty for TODAY."""
    name: str
    """Property name, ``Class.name`` of a measure, or for TERM the entity and role that it belongs to (``id.role``)."""
    period: int | None = None

    @property
    def cell(self) -> Cell | None:
        """The cell, if the operand is one."""
        return Cell(self.name, self.owner, self.period) if self.kind is OperandKind.MEASURE else None


@dataclass(frozen=True, slots=True)
class OperandTrace:
    """An operand with its value and where that comes from."""

    operand: Operand
    value: CellValue
    label: str
    """In words: ``Standard cost of Steel tube``."""
    entity: EntityRef | None
    """Whose value it is; for a relation's: the entity at its far end."""
    records: tuple[RecordRef, ...] = ()
    """The rows that the value (or the relation) comes from; none for a measure, which has operands of its own."""
    assumed: bool = False
    """Whether any of the rows is an assumption."""
    trace: Trace | None = None
    """Of a measure, if the depth asked for reaches it."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        from reasoning.measures.wording import value_json

        return {
            "kind": self.operand.kind.value, "owner": self.operand.owner, "name": self.operand.name,
            "period": self.operand.period, "label": self.label, "value": value_json(self.value),
            "entity": self.entity.to_json() if self.entity else None,
            "records": [r.to_json() for r in self.records], "assumed": self.assumed,
            "trace": self.trace.to_json() if self.trace else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AggregateTrace:
    """How many relations an aggregate of the formula counted."""

    text: str
    """The aggregate as it is written."""
    terms: int
    """Relations counted."""
    unknown: int
    """Of these, terms whose value is not known."""
    value: CellValue

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        from reasoning.measures.wording import value_json

        return {"text": self.text, "terms": self.terms, "unknown": self.unknown, "value": value_json(self.value)}


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a cell has the value it has."""

    cell: Cell
    entity: EntityRef
    label: str
    formula: str
    unit: str
    value: CellValue
    operands: tuple[OperandTrace, ...]
    """In the order in which the formula reads them, each once."""
    aggregates: tuple[AggregateTrace, ...] = ()
    period: str = ""
    """The period's name."""
    more: int = 0
    """Things of a whole class that count too, but are not among the operands: those listed matter most."""

    def to_json(self) -> dict[str, object]:
        """As the wire has it."""
        from reasoning.measures.wording import value_json

        return {
            "measure": self.cell.measure, "entity": self.entity.to_json(), "period": self.period or None,
            "label": self.label, "formula": self.formula, "unit": self.unit, "value": value_json(self.value),
            "aggregates": [a.to_json() for a in self.aggregates],
            "operands": [o.to_json() for o in self.operands], "more": self.more,
        }  # fmt: skip


# Uncertainty


@dataclass(frozen=True, slots=True, order=True)
class Input:
    """A property of an entity that is drawn."""

    entity: str
    """Entity id."""
    name: str
    """Property."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Values of some cells for each draw."""

    cells: tuple[Cell, ...]
    values: npt.NDArray[np.float64]
    """(cells, draws), in plain units (12.5 for 12.50 €); NaN where a draw gives no value."""
    unknown: Int64
    """Draws of each cell that give null."""
    errors: Int64
    """Draws of each cell that give an error."""
