"""What single cells are read from: the results of an evaluation, or two of them mixed operand by operand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np

from graph_engine.snapshot import days_of
from ontology.model import PropertyDef, Role
from reasoning.measures.every import merged
from reasoning.measures.operations import cell_value
from reasoning.measures.origin import Source, Term
from reasoning.measures.results import Results
from reasoning.measures.types import Cell, CellValue, Operand, OperandKind, Periods


class SnapshotSource:
    """Reads a snapshot's values and the cells computed on it. What is not there is unknown, or no term."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self._context = results.context

    def entity_property(self, entity: str, definition: PropertyDef) -> CellValue:
        """A property of an entity."""
        snapshot = self.results.snapshot
        at = snapshot.find(entity)
        if at is None:
            return CellValue()
        currency = snapshot.value(at, definition.currency) if definition.currency is not None else None
        return cell_value(definition, snapshot.value(at, definition.name), None if currency is None else str(currency))

    def relation_property(self, relation: str, name: str, definition: PropertyDef) -> CellValue:
        """A property of a relation."""
        edges = self._context.tables.edges(name)
        row = edges.ids.find(relation)
        if row is None:
            return CellValue()
        currency = None
        if definition.currency is not None:
            currency = self._context.tables.raw_related(name, definition.currency).python(row)
        value = self._context.tables.raw_related(name, definition.name).python(row)
        return cell_value(definition, value, None if currency is None else str(currency))

    def measure(self, cell: Cell) -> CellValue:
        """Another cell; unknown where the entity is gone or not of the class."""
        column = self.results.column(cell.measure)
        at = self.results.snapshot.find(cell.entity)
        if at is None:
            return CellValue()
        row = int(np.searchsorted(column.entities, at))
        if row == len(column.entities) or int(column.entities[row]) != at:
            return CellValue()
        return self.results.at(column, (row,) if cell.period is None else (row, cell.period))

    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations of an entity that hold, in relation-id order."""
        snapshot = self.results.snapshot
        at = snapshot.find(entity)
        if at is None:
            return ()
        found = self._context.tables.terms(role, np.array([at], dtype=np.int32))
        return [
            Term(found.edges.id(int(row)), snapshot.entity_id(int(target)))
            for row, target in zip(found.rows, found.targets, strict=True)
        ]

    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """All things of a class."""
        del entity
        snapshot = self.results.snapshot
        return [snapshot.entity_id(int(e)) for e in self._context.tables.members(class_name)]

    def rate(self, from_: int, to: int, day: date) -> Fraction | None:
        """An exchange rate."""
        return self._context.rates.rate(from_, to, days_of(day))

    def periods(self, axis: str) -> Periods:
        """A time axis."""
        return self._context.periods(axis)

    @property
    def today(self) -> date:
        """The day that the evaluation is for."""
        return self._context.options.as_of

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return self._context.zone


class Mixed:
    """Takes some operands from ``after`` and all others from ``before``: "what if only these had changed?"

    The presence of a relation is an operand too (``OperandKind.TERM``): one that is only in one of them is there if
    its operand is taken from that one.
    """

    def __init__(self, before: Source, after: Source, taken: frozenset[Operand]) -> None:
        self._before, self._after, self._taken = before, after, taken
        self._single: set[str] = set()
        """Relations that only one side has, as far as they were met."""

    def _of(self, operand: Operand) -> Source:
        return self._after if operand in self._taken else self._before

    def entity_property(self, entity: str, definition: PropertyDef) -> CellValue:
        """A property of an entity."""
        return self._of(Operand(OperandKind.PROPERTY, entity, definition.name)).entity_property(entity, definition)

    def relation_property(self, relation: str, name: str, definition: PropertyDef) -> CellValue:
        """A property of a relation; of one that only one side has, that side's."""
        operand = Operand(OperandKind.RELATION_PROPERTY, relation, definition.name)
        found = self._of(operand).relation_property(relation, name, definition)
        if found.value is not None:
            return found
        other = self._before if operand in self._taken else self._after
        return other.relation_property(relation, name, definition) if relation in self._single else found

    def measure(self, cell: Cell) -> CellValue:
        """Another cell."""
        operand = Operand(OperandKind.MEASURE, cell.entity, cell.measure, cell.period)
        return self._of(operand).measure(cell)

    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations that are there on the side that is taken, in relation-id order."""
        before = {t.relation: t for t in self._before.terms(entity, role)}
        after = {t.relation: t for t in self._after.terms(entity, role)}
        name = f"{entity}.{role.name}"
        found: list[Term] = []
        for relation in sorted({*before, *after}):
            taken = Operand(OperandKind.TERM, relation, name) in self._taken
            term = (after if taken else before).get(relation)
            if term is not None:
                found.append(term)
        self._single |= before.keys() ^ after.keys()
        return found

    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """The things of a class that are there on the side that is taken."""
        before, after = self._before.members(entity, class_name), self._after.members(entity, class_name)
        if before == after:
            return before
        old, new, name = set(before), set(after), f"{entity}.{class_name}"
        return [
            e for e in merged(before, after)
            if e in (new if Operand(OperandKind.TERM, e, name) in self._taken else old)
        ]  # fmt: skip

    def rate(self, from_: int, to: int, day: date) -> Fraction | None:
        """An exchange rate, as it was before."""
        return self._before.rate(from_, to, day)

    def periods(self, axis: str) -> Periods:
        """A time axis."""
        return self._before.periods(axis)

    @property
    def today(self) -> date:
        """The day that the evaluation is for."""
        return self._before.today

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return self._before.zone
