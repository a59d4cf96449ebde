"""One cell in exact Python: what explanation, attribution and verifying rest on. Gives what the columns give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import reduce
from math import isfinite
from operator import add
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ontology.model import PropertyDef, Role
from reasoning.measures import currencies, plan
from reasoning.measures.faults import sentence
from reasoning.measures.load import Definition, Measures
from reasoning.measures.operations import (
    Amount,
    as_float,
    calculated,
    cell_value,
    code_of_value,
    code_with,
    compared,
    currency_of,
    is_money,
    logic,
    numeric,
    rounded,
    total,
    worst,
)
from reasoning.measures.plan import Node
from reasoning.measures.types import (
    AggregateTrace,
    Cell,
    CellValue,
    Fault,
    FaultKind,
    Kind,
    Operand,
    OperandKind,
    Periods,
    Scalar,
)

__all__ = ["CellReader", "Reading", "Source", "Term", "cell_value"]


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


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell computed, with what was read for it."""

    value: CellValue
    operands: Mapping[Operand, CellValue]
    """In the order in which the formula read them."""
    aggregates: tuple[AggregateTrace, ...]


@dataclass(slots=True)
class _Log:
    operands: dict[Operand, CellValue] = field(default_factory=dict)
    aggregates: list[AggregateTrace] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """What names are read from: the entity of each scope, and the relation that leads into it."""

    entities: Mapping[int, str]
    relations: Mapping[int, tuple[str, str]]


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
        log = _Log()
        one = _One(definition, cell, source, log)
        found = one.node(definition.plan, _Place({0: cell.entity}, {}), cell.period)
        return Reading(one.finished(found), log.operands, tuple(log.aggregates))


class _One:
    def __init__(self, definition: Definition, cell: Cell, source: Source, log: _Log) -> None:
        self._definition = definition
        self._cell = cell
        self._source = source
        self._log = log
        self._class_of = {definition.measure.name: definition.measure.class_name}

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

    def node(self, node: Node, place: _Place, period: int | None) -> Amount:
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

    def _typed(self, node: Node, found: Amount) -> Amount:
        if node.type.kind is Kind.FLOAT and isinstance(found.value, Fraction):
            return Amount(as_float(found.value), found.code, found.fault)
        return found

    def _read(self, operand: Operand, value: CellValue, money: bool) -> Amount:
        self._log.operands.setdefault(operand, value)
        if value.fault is not None:
            return Amount(fault=value.fault)
        return Amount(value.value, code_of_value(value) if money and value.value is not None else None)

    def _reference(self, node: plan.Reference, place: _Place, period: int | None) -> Amount:
        cell = Cell(node.measure, place.entities[node.scope], period if node.type.axis is not None else None)
        found = self._source.measure(cell)
        self._log.operands.setdefault(Operand(OperandKind.MEASURE, cell.entity, cell.measure, cell.period), found)
        if found.fault is not None:
            return Amount(fault=found.fault)
        return Amount(found.value, code_of_value(found) if is_money(node) else None)

    def _fault(self, node: Node, kind: FaultKind) -> Fault:
        return Fault(kind, self._definition.measure.name, self._cell.entity, sentence(kind, node.text))

    # Operations

    def _apply(self, node: Node, parts: list[Amount]) -> Amount:
        if isinstance(node, plan.Logic):
            return logic(node, parts[0], parts[1])
        if isinstance(node, plan.Function) and node.name == "known":
            return parts[0] if parts[0].fault is not None else Amount(parts[0].value is not None)
        spoiled = worst(parts)
        if spoiled is not None:
            return spoiled
        match node:
            case plan.Negative():
                return Amount(-parts[0].value, parts[0].code)  # type: ignore[operator]
            case plan.Not():
                return Amount(not parts[0].value)
            case plan.Arithmetic():
                return self._arithmetic(node, parts[0], parts[1])
            case plan.Comparison():
                if currency_of(parts) is None:
                    return Amount(fault=self._fault(node, FaultKind.CURRENCY))
                return Amount(compared(node.op, parts[0].value, parts[1].value))
            case plan.Extreme():
                code = currency_of(parts)
                if code is None:
                    return Amount(fault=self._fault(node, FaultKind.CURRENCY))
                values = [numeric(node, p.value) for p in parts]
                return Amount((max if node.largest else min)(values), code_with(parts, code))
            case plan.Function():
                return self._function(node, parts[0])
            case plan.Convert():
                return self._converted(node, parts[0], parts[1])
        raise AssertionError(node)

    def _arithmetic(self, node: plan.Arithmetic, a: Amount, b: Amount) -> Amount:
        x, y = a.value, b.value
        if node.type.kind is Kind.DATE:
            assert isinstance(x, date)
            assert isinstance(y, Fraction)
            try:
                days = timedelta(days=y.numerator // y.denominator)
                return Amount(x + days if node.op == "+" else x - days)
            except OverflowError:
                return Amount(fault=self._fault(node, FaultKind.OVERFLOW))
        if isinstance(x, datetime) and isinstance(y, datetime):
            return Amount(Fraction((x - y) // timedelta(microseconds=1), 3_600_000_000))
        if isinstance(x, date) and isinstance(y, date):
            return Amount(Fraction((x - y).days))
        code = currency_of([a, b])
        result: Scalar
        if isinstance(x, float) or isinstance(y, float):
            if node.op == "/" and y == 0:
                return Amount(fault=self._fault(node, FaultKind.DIVISION))
            result = calculated(node.op, as_float(x), as_float(y))
            if not isfinite(as_float(result)):
                return Amount(fault=self._fault(node, FaultKind.OVERFLOW))
        else:
            assert isinstance(x, Fraction)
            assert isinstance(y, Fraction)
            if node.op == "/" and y == 0:
                return Amount(fault=self._fault(node, FaultKind.DIVISION))
            result = calculated(node.op, x, y)
        if code is None:
            return Amount(fault=self._fault(node, FaultKind.CURRENCY))
        return Amount(result, code_with([a, b], code) if node.type.literal or is_money(node) else None)

    def _function(self, node: plan.Function, a: Amount) -> Amount:
        value = a.value
        match node.name:
            case "abs":
                return Amount(abs(value), a.code)  # type: ignore[arg-type]
            case "day":
                assert isinstance(value, datetime)
                return Amount(value.astimezone(self._source.zone).date())
            case "as_unit":
                by = node.number or Fraction(1)
                if isinstance(value, float):
                    return Amount(value * float(by), a.code)
                return Amount(value * by, a.code)  # type: ignore[operator]
            case "round":
                assert isinstance(value, Fraction)
                return Amount(rounded(value, int(node.number or 0)), a.code)
        if isinstance(value, float):
            from math import ceil, floor

            return Amount(float(floor(value) if node.name == "floor" else ceil(value)), a.code)
        assert isinstance(value, Fraction)
        down = (
            value.numerator // value.denominator if node.name == "floor" else -(-value.numerator // value.denominator)
        )
        return Amount(Fraction(down), a.code)

    def _converted(self, node: plan.Convert, a: Amount, on: Amount) -> Amount:
        to = currencies.code_of(node.currency)
        code = currencies.NONE if a.code is None else a.code
        if code in (to, currencies.NONE):
            return Amount(a.value, code)
        assert isinstance(on.value, date)
        rate = self._source.rate(code, to, on.value)
        if rate is None:
            return Amount(fault=self._fault(node, FaultKind.RATE))
        if isinstance(a.value, float):
            return Amount(a.value * (rate.numerator / rate.denominator), to)
        return Amount(a.value * rate, to)  # type: ignore[operator]

    # Aggregates

    def _aggregate(self, node: plan.Aggregate, place: _Place, period: int | None) -> Amount:
        entity = place.entities[node.owner]
        kept: list[tuple[_Place, Amount | None]] = []
        seen: set[str] = set()
        for term in self._source.terms(entity, node.role):
            operand = Operand(OperandKind.TERM, term.relation, f"{entity}.{node.role.name}")
            self._log.operands.setdefault(operand, CellValue(True))
            if node.distinct and term.entity in seen:
                continue
            seen.add(term.entity)
            inner = _Place(
                {**place.entities, node.scope: term.entity},
                {**place.relations, node.scope: (term.relation, node.role.relation.name)},
            )
            condition = None if node.where is None else self.node(node.where, inner, period)
            if condition is None or condition.fault is not None or condition.value:
                kept.append((inner, condition if condition is not None and condition.fault is not None else None))
        if node.bucket is not None:
            return self._bucketed(node, kept, period)
        values = [failed or (Amount(Fraction(1)) if node.body is None else self.node(node.body, inner, period))
                  for inner, failed in kept]  # fmt: skip
        found = self._reduced(node, values)
        self._noted(node, values, found)
        return found

    def _noted(self, node: plan.Aggregate, values: Sequence[Amount], found: Amount) -> None:
        unknown = sum(v.value is None and v.fault is None for v in values)
        code = currencies.text_of(found.code or currencies.NONE)
        shown = CellValue(found.value, code if found.value is not None else None, found.fault)
        self._log.aggregates.append(AggregateTrace(node.text, len(values), unknown, shown))

    def _bucketed(
        self, node: plan.Aggregate, kept: Sequence[tuple[_Place, Amount | None]], period: int | None
    ) -> Amount:
        assert node.bucket is not None
        assert node.body is not None
        assert node.type.axis is not None
        assert period is not None
        starts = self._source.periods(node.type.axis).starts
        undatable: Fault | None = None
        refused = False
        values: list[Amount] = []
        for inner, failed in kept:
            when = self.node(node.bucket, inner, None)
            if when.fault is not None:
                undatable = undatable or when.fault
                continue
            at, policy = self._period(when.value, starts)
            if policy == "error":
                refused = True
            elif policy == "first":
                at = 0
            elif policy == "drop":
                continue
            if at == period:
                values.append(failed or self.node(node.body, inner, None))
        found = self._reduced(node, values)
        if undatable is not None and found.fault is None and not refused:
            found = Amount(fault=undatable)
        if refused and found.fault is None:
            found = Amount(fault=self._fault(node, FaultKind.TIME))
        self._noted(node, values, found)
        return found

    def _period(self, when: Scalar | None, starts: Sequence[date]) -> tuple[int, str]:
        definition = self._definition
        if when is None:
            return -1, definition.undated
        day = when.astimezone(self._source.zone).date() if isinstance(when, datetime) else when
        assert isinstance(day, date)
        if day < starts[0]:
            return -1, definition.before
        if day >= starts[-1]:
            return -1, definition.after
        at = 0
        while starts[at + 1] <= day:
            at += 1
        return at, ""

    def _reduced(self, node: plan.Aggregate, values: Sequence[Amount]) -> Amount:
        name = node.function
        if name == "one" and len(values) > 1:
            return Amount(fault=self._fault(node, FaultKind.SEVERAL))
        fault = next((v.fault for v in values if v.fault is not None), None)
        if fault is not None:
            return Amount(fault=fault)
        known = [v for v in values if v.value is not None]
        unknown = len(known) < len(values)
        if name == "count":
            return Amount(Fraction(len(known)))
        if name in ("any", "all"):
            decides = name == "any"
            if any(bool(v.value) == decides for v in known):
                return Amount(decides)
            return Amount() if unknown else Amount(not decides)
        if unknown and name != "sum_known":
            return Amount()
        if not known:
            if name not in ("sum", "sum_known"):
                return Amount()
            money = currencies.NONE if is_money(node) else None
            return Amount(0.0 if node.type.kind is Kind.FLOAT else Fraction(0), money)
        code = currency_of(known)
        if code is None:
            return Amount(fault=self._fault(node, FaultKind.CURRENCY))
        return Amount(total(node, [numeric(node, v.value) for v in known]), code_with(known, code))

    # Time

    def _running(self, node: Node, values: Sequence[Amount]) -> Amount:
        return self._over(node, values, lambda numbers: reduce(add, numbers))

    def _over(self, node: Node, values: Sequence[Amount], combine: Callable[[list[Scalar]], Scalar]) -> Amount:
        """One number from those of all periods: the first fault wins, one unknown leaves all unknown."""
        fault = next((v.fault for v in values if v.fault is not None), None)
        if fault is not None:
            return Amount(fault=fault)
        if any(v.value is None for v in values):
            return Amount()
        code = currency_of(values)
        if code is None:
            return Amount(fault=self._fault(node, FaultKind.CURRENCY))
        return Amount(combine([numeric(node, v.value) for v in values]), code_with(values, code))

    def _along(self, node: plan.AlongTime, place: _Place) -> Amount:
        axis = node.operand.type.axis
        assert axis is not None
        starts = self._source.periods(axis).starts
        last = len(starts) - 2
        if node.function in ("first", "last"):
            return self.node(node.operand, place, 0 if node.function == "first" else last)
        if node.function == "first_when":
            for period in range(last + 1):
                found = self.node(node.operand, place, period)
                if not found.known:
                    return found
                if found.value:
                    return Amount(starts[period])
            return Amount()
        values = [self.node(node.operand, place, p) for p in range(last + 1)]
        if node.function == "total":
            return self._running(node, values)
        return self._over(node, values, min if node.function == "lowest" else max)
