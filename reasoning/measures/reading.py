"""One cell in exact Python: what explanation, attribution and verifying rest on. Gives what the columns give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reasoning.measures import currencies, plan
from reasoning.measures.aggregates import Aggregates
from reasoning.measures.catalogue import Measures
from reasoning.measures.operations import Amount, as_float, cell_value, code_of_value, is_money, rounded
from reasoning.measures.origin import Log, Place, Source, Term
from reasoning.measures.plan import Node
from reasoning.measures.types import AggregateTrace, Cell, CellValue, FaultKind, Kind, Operand, OperandKind

__all__ = ["CellReader", "Reading", "Source", "Term", "cell_value"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell computed, with what was read for it."""

    value: CellValue
    operands: Mapping[Operand, CellValue]
    """In the order in which the formula read them."""
    idle: frozenset[Operand]
    """Those of things of a whole class that did not count here."""
    aggregates: tuple[AggregateTrace, ...]


class CellReader:
    """Computes single cells of some measures from any source."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def read(self, cell: Cell, source: Source) -> Reading:
        """The value of a cell's formula, and everything that was read for it.

        Raises:
            NotFound: there is no such measure.
        """
        definition = self._measures.definition(cell.measure)
        log = Log()
        one = _One(definition, cell, source, log)
        found = one.node(definition.plan, Place({0: cell.entity}, {}), cell.period)
        idle = {o: v for o, v in log.idle.items() if o not in log.operands}
        return Reading(one.finished(found), {**log.operands, **idle}, frozenset(idle), tuple(log.aggregates))

    def part(
        self, cell: Cell, node: Node, period: int | None, source: Source
    ) -> tuple[Amount, Mapping[Operand, CellValue]]:
        """The exact value of a part of a cell's formula, not rounded, and what was read for it."""
        log = Log()
        one = _One(self._measures.definition(cell.measure), cell, source, log)
        found = one.node(node, Place({0: cell.entity}, {}), period)
        return found, {**log.idle, **log.operands}

    def plan(self, measure: str) -> Node:
        """The formula of a measure."""
        return self._measures.definition(measure).plan


class _One(Aggregates):
    """The formula of one cell."""

    def finished(self, found: Amount) -> CellValue:
        """Rounded to the measure's scale."""
        measure = self._definition.measure
        if found.fault is not None or found.value is None:
            return CellValue(fault=found.fault)
        value = found.value
        if measure.kind is Kind.NUMBER:
            assert isinstance(value, Fraction)
            value = rounded(value, measure.scale)
            if abs(value * 10**measure.scale) >= 2**63:
                return CellValue(fault=self._fault(self._definition.plan, FaultKind.OVERFLOW))
        elif measure.kind is Kind.FLOAT:
            value = as_float(value) + 0.0
        code = (found.code or currencies.NONE) if measure.is_money else currencies.NONE
        return CellValue(value, currencies.text_of(code))

    def node(self, node: Node, place: Place, period: int | None) -> Amount:
        """The value of a part at a place and in a period."""
        match node:
            case plan.Constant():
                money = currencies.NONE if node.type.literal and isinstance(node.value, Fraction) else None
                return Amount(node.value, money)
            case plan.Today():
                self._log.operands.setdefault(Operand(OperandKind.TODAY, "", "today"), CellValue(self._source.today))
                return Amount(self._source.today)
            case plan.PeriodBound():
                assert node.type.axis is not None
                assert period is not None
                return Amount(self._source.periods(node.type.axis).starts[period + node.last])
            case plan.Property():
                entity = place.entities[node.scope]
                operand = Operand(OperandKind.PROPERTY, entity, node.definition.name)
                return self._read(
                    operand, self._source.entity_property(entity, node.definition), node.definition.is_money
                )
            case plan.RelationProperty():
                relation, name = place.relations[node.scope]
                operand = Operand(OperandKind.RELATION_PROPERTY, relation, node.definition.name)
                found = self._source.relation_property(relation, name, node.definition)
                return self._read(operand, found, node.definition.is_money)
            case plan.Reference():
                return self._reference(node, place, period)
            case plan.Aggregate():
                return self._aggregate(node, place, period)
            case plan.Shift():
                assert period is not None
                if period >= node.by:
                    return self.node(node.operand, place, period - node.by)
                return Amount() if node.default is None else self.node(node.default, place, period)
            case plan.Cumulative():
                assert period is not None
                return self._running(node, [self.node(node.operand, place, p) for p in range(period + 1)])
            case plan.AlongTime():
                return self._along(node, place)
            case plan.If():
                condition = self.node(node.condition, place, period)
                if not condition.known:
                    return condition
                return self._typed(node, self.node(node.then if condition.value else node.otherwise, place, period))
            case plan.Coalesce():
                first = Amount()
                for item in node.items:
                    first = self.node(item, place, period)
                    if first.fault is not None or first.value is not None:
                        break
                return self._typed(node, first)
        parts = [self.node(child, place, period) for child in plan.children(node)]
        return self._apply(node, parts)

    def _read(self, operand: Operand, value: CellValue, money: bool) -> Amount:
        self._log.operands.setdefault(operand, value)
        if value.fault is not None:
            return Amount(fault=value.fault)
        return Amount(value.value, code_of_value(value) if money and value.value is not None else None)

    def _reference(self, node: plan.Reference, place: Place, period: int | None) -> Amount:
        cell = Cell(node.measure, place.entities[node.scope], period if node.type.axis is not None else None)
        found = self._source.measure(cell)
        self._log.operands.setdefault(Operand(OperandKind.MEASURE, cell.entity, cell.measure, cell.period), found)
        if found.fault is not None:
            return Amount(fault=found.fault)
        return Amount(found.value, code_of_value(found) if is_money(node) else None)
