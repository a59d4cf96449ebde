"""The cells of some measures on a snapshot, and what stands in each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np

from graph_engine.snapshot import Snapshot, date_of
from ontology.errors import BadQuestion, NotFound
from reasoning.measures import currencies
from reasoning.measures.catalogue import Definition, Measures
from reasoning.measures.cells import ERROR, UNKNOWN, Cells
from reasoning.measures.context import Context
from reasoning.measures.faults import decode, sentence
from reasoning.measures.finish import stored
from reasoning.measures.levels import Levels, cycle_of
from reasoning.measures.types import (
    Array,
    Cell,
    CellValue,
    Fault,
    FaultKind,
    Int32,
    Int64,
    Kind,
    MeasureColumn,
    OffAxis,
    Options,
    Periods,
    Scalar,
)


class Results:
    """The cells of some measures on a snapshot."""

    def __init__(self, snapshot: Snapshot, measures: Measures, options: Options, names: Sequence[str]) -> None:
        self.snapshot = snapshot
        self.measures = measures
        self.options = options
        self.names = tuple(names)
        """Measures computed, each after those that it uses."""
        self.recomputed = 0
        """Cells that were computed (an update computes few)."""
        self.context = Context(snapshot, options, measures.periods)
        self._columns: dict[str, MeasureColumn] = {}
        self._cells: dict[str, Cells] = {}
        self._off: dict[str, Int64] = {}
        self._levels: dict[str, Levels] = {}
        self._class_of = {n: measures.definitions[n].measure.class_name for n in names}

    # What a reader asks

    def column(self, name: str) -> MeasureColumn:
        """All values of a measure.

        Raises:
            NotFound: there is none of that name, or it was not computed.
        """
        found = self.measures.get(name).name
        if found not in self._columns:
            raise NotFound(f"{found} was not computed.", do=f"Computed are: {', '.join(self.names)}.")
        return self._columns[found]

    def value(self, cell: Cell) -> CellValue:
        """The value of one cell.

        Raises:
            NotFound: there is no such measure or entity, or the entity is not of the measure's class.
            BadQuestion: the period is missing or out of range.
        """
        column = self.column(cell.measure)
        at = self.row(column, cell.entity)
        if (cell.period is None) != (column.measure.axis is None):
            what = "a period" if column.measure.axis else "no period"
            raise BadQuestion(f"{column.measure.name} takes {what}.")
        if cell.period is not None and not 0 <= cell.period < column.values.shape[1]:
            raise BadQuestion(f"{column.measure.name} has periods 0 to {column.values.shape[1] - 1}.")
        return self.at(column, (at,) if cell.period is None else (at, cell.period))

    def row(self, column: MeasureColumn, entity_id: str) -> int:
        """Where an entity stands in a column.

        Raises:
            NotFound: it is not of the measure's class.
        """
        entity = self.snapshot.index(entity_id)
        at = int(np.searchsorted(column.entities, entity))
        if at == len(column.entities) or int(column.entities[at]) != entity:
            raise NotFound(
                f"{self.snapshot.title(entity)} has no {column.measure.name}: it is not a {column.measure.class_name}."
            )
        return at

    def at(self, column: MeasureColumn, place: tuple[int, ...]) -> CellValue:
        """The value at a place of a column."""
        state = column.state[place]
        if state == UNKNOWN:
            return CellValue()
        if state == ERROR:
            assert column.cause is not None
            return CellValue(fault=self.fault(int(column.cause[place])))
        code = 0 if column.currency is None else int(column.currency[place])
        return CellValue(
            scalar(column.measure.kind, column.values[place], column.measure.scale), currencies.text_of(code)
        )

    def fault(self, cause: int) -> Fault:
        """A cause in words."""
        site, kind, entity = decode(cause)
        name, part = self.measures.sites[site]
        text = sentence(kind, part.text)
        if kind is FaultKind.CYCLE:
            definition = self.measures.definitions[name]
            assert definition.through is not None
            circle = cycle_of(self.context.tables, definition.through, entity)
            titles = [self.snapshot.title(e) for e in circle]
            text = f"It leads back to itself: {' → '.join([*titles, *titles[:1]])}."
        return Fault(kind, name, self.snapshot.entity_id(entity), text)

    def periods(self, axis: str) -> Periods:
        """The periods of a time axis."""
        return self.context.periods(axis)

    @property
    def cycles(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Cycles in the data, by measure: entity ids in order. One shortest cycle of each group of entities."""
        found: dict[str, tuple[tuple[str, ...], ...]] = {}
        for name, held in self._levels.items():
            definition = self.measures.definitions[name]
            starts = np.unique(held.first[held.first >= 0]).tolist()
            if starts:
                assert definition.through is not None
                circles = [cycle_of(self.context.tables, definition.through, s) for s in starts]
                found[name] = tuple(tuple(self.snapshot.entity_id(e) for e in circle) for circle in circles)
        return found

    # What evaluators ask

    def cells(self, name: str) -> Cells:
        """A column as cells of the shape (entities, periods, 1)."""
        if name not in self._cells:
            column = self._columns[name]
            self._cells[name] = as_cells(column)
        return self._cells[name]

    @property
    def class_of(self) -> dict[str, str]:
        """Measure → its class."""
        return self._class_of

    def put(self, definition: Definition, cells: Cells, entities: Int32, off: Int64 | None) -> None:
        """Keep a column."""
        measure = definition.measure
        values, state, currency, cause = stored(cells, measure.axis is not None)
        counts = OffAxis() if off is None else OffAxis(*(int(v) for v in off.sum(axis=0)))
        if off is not None:
            self._off[measure.name] = off
        self._columns[measure.name] = MeasureColumn(measure, entities, values, state, currency, cause, counts)
        self._cells.pop(measure.name, None)


def scalar(kind: Kind, value: Any, scale: int) -> Scalar:
    """One value of a column as Python has it."""
    match kind:
        case Kind.NUMBER:
            return Fraction(int(value), 10**scale)
        case Kind.FLOAT:
            return float(value)
        case Kind.BOOLEAN:
            return bool(value)
        case Kind.DATE:
            return date_of(int(value))
        case Kind.INSTANT:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value))
    return str(value)


def as_cells(column: MeasureColumn) -> Cells:
    """A column as cells of the shape (entities, periods, 1)."""

    def wide(a: Array | None) -> Array | None:
        return None if a is None else a[:, :, None] if a.ndim == 2 else a[:, None, None]

    values = wide(column.values)
    assert values is not None
    state = wide(column.state) if bool(column.state.any()) else None
    den = 10**column.measure.scale if column.measure.kind is Kind.NUMBER else 1
    currency = column.currency
    if currency is not None and currency.size and state is None and bool((currency == currency.flat[0]).all()):
        return Cells(
            column.measure.kind, values, state, wide(column.cause), den, currency.reshape(-1)[:1][:, None, None]
        )
    return Cells(column.measure.kind, values, state, wide(column.cause), den, wide(currency))
