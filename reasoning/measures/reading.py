"""One cell in exact Python: what explanation, attribution and verifying rest on. Gives what the columns give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import isfinite
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ontology.model import Datatype, PropertyDef, Role
from ontology.types import Value
from reasoning.measures import currencies, plan, units
from reasoning.measures.faults import sentence
from reasoning.measures.load import Definition, Measures
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

UNKNOWN = CellValue()


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


@dataclass(frozen=True, slots=True)
class _Exact:
    """A value on the way: as :class:`CellValue`, but money in no currency and in an unstated one are told apart."""

    value: Scalar | None = None
    code: int | None = None
    """Currency code; None: not money."""
    fault: Fault | None = None

    @property
    def known(self) -> bool:
        """Neither unknown nor an error."""
        return self.value is not None and self.fault is None


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

    def finished(self, found: _Exact) -> CellValue:
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
            value = _float(value) + 0.0
        code = (found.code or currencies.NONE) if measure.is_money else currencies.NONE
        return CellValue(value, currencies.text_of(code))

    def node(self, node: Node, place: _Place, period: int | None) -> _Exact:
        """The value of a part at a place and in a period."""
        match node:
            case plan.Constant():
                money = currencies.NONE if node.type.literal and isinstance(node.value, Fraction) else None
                return _Exact(node.value, money)
            case plan.Today():
                self._log.operands.setdefault(Operand(OperandKind.TODAY, "", "today"), CellValue(self._source.today))
                return _Exact(self._source.today)
            case plan.PeriodBound():
                assert node.type.axis is not None
                assert period is not None
                return _Exact(self._source.periods(node.type.axis).starts[period + node.last])
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
                return _Exact() if node.default is None else self.node(node.default, place, period)
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
                first = _Exact()
                for item in node.items:
                    first = self.node(item, place, period)
                    if first.fault is not None or first.value is not None:
                        break
                return self._typed(node, first)
        parts = [self.node(child, place, period) for child in plan.children(node)]
        return self._apply(node, parts)

    def _typed(self, node: Node, found: _Exact) -> _Exact:
        if node.type.kind is Kind.FLOAT and isinstance(found.value, Fraction):
            return _Exact(_float(found.value), found.code, found.fault)
        return found

    def _read(self, operand: Operand, value: CellValue, money: bool) -> _Exact:
        self._log.operands.setdefault(operand, value)
        if value.fault is not None:
            return _Exact(fault=value.fault)
        return _Exact(value.value, _code_of(value) if money and value.value is not None else None)

    def _reference(self, node: plan.Reference, place: _Place, period: int | None) -> _Exact:
        cell = Cell(node.measure, place.entities[node.scope], period if node.type.axis is not None else None)
        found = self._source.measure(cell)
        self._log.operands.setdefault(Operand(OperandKind.MEASURE, cell.entity, cell.measure, cell.period), found)
        if found.fault is not None:
            return _Exact(fault=found.fault)
        return _Exact(found.value, _code_of(found) if _is_money(node) else None)

    def _fault(self, node: Node, kind: FaultKind) -> Fault:
        return Fault(kind, self._definition.measure.name, self._cell.entity, sentence(kind, node.text))

    # Operations

    def _apply(self, node: Node, parts: list[_Exact]) -> _Exact:
        if isinstance(node, plan.Logic):
            return _logic(node, parts[0], parts[1])
        if isinstance(node, plan.Function) and node.name == "known":
            return parts[0] if parts[0].fault is not None else _Exact(parts[0].value is not None)
        worst = _worst(parts)
        if worst is not None:
            return worst
        match node:
            case plan.Negative():
                return _Exact(-parts[0].value, parts[0].code)  # type: ignore[operator]
            case plan.Not():
                return _Exact(not parts[0].value)
            case plan.Arithmetic():
                return self._arithmetic(node, parts[0], parts[1])
            case plan.Comparison():
                if _clash(parts) is None:
                    return _Exact(fault=self._fault(node, FaultKind.CURRENCY))
                return _Exact(_compared(node.op, parts[0].value, parts[1].value))
            case plan.Extreme():
                code = _clash(parts)
                if code is None:
                    return _Exact(fault=self._fault(node, FaultKind.CURRENCY))
                values = [_numeric(node, p.value) for p in parts]
                return _Exact((max if node.largest else min)(values), _code(parts, code))
            case plan.Function():
                return self._function(node, parts[0])
            case plan.Convert():
                return self._converted(node, parts[0], parts[1])
        raise AssertionError(node)

    def _arithmetic(self, node: plan.Arithmetic, a: _Exact, b: _Exact) -> _Exact:
        x, y = a.value, b.value
        if node.type.kind is Kind.DATE:
            assert isinstance(x, date)
            assert isinstance(y, Fraction)
            try:
                days = timedelta(days=y.numerator // y.denominator)
                return _Exact(x + days if node.op == "+" else x - days)
            except OverflowError:
                return _Exact(fault=self._fault(node, FaultKind.OVERFLOW))
        if isinstance(x, datetime) and isinstance(y, datetime):
            return _Exact(Fraction((x - y) // timedelta(microseconds=1), 3_600_000_000))
        if isinstance(x, date) and isinstance(y, date):
            return _Exact(Fraction((x - y).days))
        code = _clash([a, b])
        result: Scalar
        if isinstance(x, float) or isinstance(y, float):
            if node.op == "/" and y == 0:
                return _Exact(fault=self._fault(node, FaultKind.DIVISION))
            result = _calculated(node.op, _float(x), _float(y))
            if not isfinite(_float(result)):
                return _Exact(fault=self._fault(node, FaultKind.OVERFLOW))
        else:
            assert isinstance(x, Fraction)
            assert isinstance(y, Fraction)
            if node.op == "/" and y == 0:
                return _Exact(fault=self._fault(node, FaultKind.DIVISION))
            result = _calculated(node.op, x, y)
        if code is None:
            return _Exact(fault=self._fault(node, FaultKind.CURRENCY))
        return _Exact(result, _code([a, b], code) if node.type.literal or _is_money(node) else None)

    def _function(self, node: plan.Function, a: _Exact) -> _Exact:
        value = a.value
        match node.name:
            case "abs":
                return _Exact(abs(value), a.code)  # type: ignore[arg-type]
            case "day":
                assert isinstance(value, datetime)
                return _Exact(value.astimezone(self._source.zone).date())
            case "as_unit":
                by = node.number or Fraction(1)
                if isinstance(value, float):
                    return _Exact(value * float(by), a.code)
                return _Exact(value * by, a.code)  # type: ignore[operator]
            case "round":
                assert isinstance(value, Fraction)
                return _Exact(rounded(value, int(node.number or 0)), a.code)
        if isinstance(value, float):
            from math import ceil, floor

            return _Exact(float(floor(value) if node.name == "floor" else ceil(value)), a.code)
        assert isinstance(value, Fraction)
        down = (
            value.numerator // value.denominator if node.name == "floor" else -(-value.numerator // value.denominator)
        )
        return _Exact(Fraction(down), a.code)

    def _converted(self, node: plan.Convert, a: _Exact, on: _Exact) -> _Exact:
        to = currencies.code_of(node.currency)
        code = currencies.NONE if a.code is None else a.code
        if code in (to, currencies.NONE):
            return _Exact(a.value, code)
        assert isinstance(on.value, date)
        rate = self._source.rate(code, to, on.value)
        if rate is None:
            return _Exact(fault=self._fault(node, FaultKind.RATE))
        if isinstance(a.value, float):
            return _Exact(a.value * (rate.numerator / rate.denominator), to)
        return _Exact(a.value * rate, to)  # type: ignore[operator]

    # Aggregates

    def _aggregate(self, node: plan.Aggregate, place: _Place, period: int | None) -> _Exact:
        entity = place.entities[node.owner]
        kept: list[tuple[_Place, _Exact | None]] = []
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
        values = [failed or (_Exact(Fraction(1)) if node.body is None else self.node(node.body, inner, period))
                  for inner, failed in kept]  # fmt: skip
        found = self._reduced(node, values)
        self._noted(node, values, found)
        return found

    def _noted(self, node: plan.Aggregate, values: Sequence[_Exact], found: _Exact) -> None:
        unknown = sum(v.value is None and v.fault is None for v in values)
        code = currencies.text_of(found.code or currencies.NONE)
        shown = CellValue(found.value, code if found.value is not None else None, found.fault)
        self._log.aggregates.append(AggregateTrace(node.text, len(values), unknown, shown))

    def _bucketed(
        self, node: plan.Aggregate, kept: Sequence[tuple[_Place, _Exact | None]], period: int | None
    ) -> _Exact:
        assert node.bucket is not None
        assert node.body is not None
        assert node.type.axis is not None
        assert period is not None
        starts = self._source.periods(node.type.axis).starts
        undatable: Fault | None = None
        refused = False
        values: list[_Exact] = []
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
            found = _Exact(fault=undatable)
        if refused and found.fault is None:
            found = _Exact(fault=self._fault(node, FaultKind.TIME))
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

    def _reduced(self, node: plan.Aggregate, values: Sequence[_Exact]) -> _Exact:
        name = node.function
        if name == "one" and len(values) > 1:
            return _Exact(fault=self._fault(node, FaultKind.SEVERAL))
        fault = next((v.fault for v in values if v.fault is not None), None)
        if fault is not None:
            return _Exact(fault=fault)
        known = [v for v in values if v.value is not None]
        unknown = len(known) < len(values)
        if name == "count":
            return _Exact(Fraction(len(known)))
        if name in ("any", "all"):
            decides = name == "any"
            if any(bool(v.value) == decides for v in known):
                return _Exact(decides)
            return _Exact() if unknown else _Exact(not decides)
        if unknown and name != "sum_known":
            return _Exact()
        if not known:
            if name not in ("sum", "sum_known"):
                return _Exact()
            money = currencies.NONE if _is_money(node) else None
            return _Exact(0.0 if node.type.kind is Kind.FLOAT else Fraction(0), money)
        code = _clash(known)
        if code is None:
            return _Exact(fault=self._fault(node, FaultKind.CURRENCY))
        return _Exact(_total(node, [_numeric(node, v.value) for v in known]), _code(known, code))

    # Time

    def _running(self, node: Node, values: Sequence[_Exact]) -> _Exact:
        fault = next((v.fault for v in values if v.fault is not None), None)
        if fault is not None:
            return _Exact(fault=fault)
        if any(v.value is None for v in values):
            return _Exact()
        code = _clash(values)
        if code is None:
            return _Exact(fault=self._fault(node, FaultKind.CURRENCY))
        total = _numeric(node, values[0].value)
        for v in values[1:]:
            total = total + _numeric(node, v.value)  # type: ignore[operator]
        return _Exact(total, _code(values, code))

    def _along(self, node: plan.AlongTime, place: _Place) -> _Exact:
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
                    return _Exact(starts[period])
            return _Exact()
        values = [self.node(node.operand, place, p) for p in range(last + 1)]
        if node.function == "total":
            return self._running(node, values)
        fault = next((v.fault for v in values if v.fault is not None), None)
        if fault is not None:
            return _Exact(fault=fault)
        if any(v.value is None for v in values):
            return _Exact()
        code = _clash(values)
        if code is None:
            return _Exact(fault=self._fault(node, FaultKind.CURRENCY))
        best = (min if node.function == "lowest" else max)(_numeric(node, v.value) for v in values)
        return _Exact(best, _code(values, code))


def rounded(value: Fraction, scale: int) -> Fraction:
    """Half-up (away from zero) to some digits after the point."""
    scaled = abs(value) * 10**scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(-whole if value < 0 else whole, 10**scale)


def cell_value(definition: PropertyDef, value: Value | None, currency: str | None) -> CellValue:
    """A property's value as a cell has it; ``currency`` is that of its sibling."""
    if value is None or isinstance(value, tuple):
        return UNKNOWN
    if definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL):
        assert isinstance(value, int)
        code = currencies.text_of(currencies.code_of(currency)) if definition.is_money else None
        return CellValue(Fraction(value, 10**definition.scale), code)
    return CellValue(value)


def _float(value: Scalar | None) -> float:
    assert isinstance(value, Fraction | float | int)
    return float(value)


def _calculated(op: str, x: float | Fraction, y: float | Fraction) -> Scalar:
    try:
        match op:
            case "+":
                return x + y
            case "-":
                return x - y
            case "*":
                return x * y
        return x / y
    except OverflowError:
        return float("inf")


def _compared(op: str, x: Scalar | None, y: Scalar | None) -> bool:
    if isinstance(x, float) or isinstance(y, float):
        x, y = _float(x), _float(y)
    match op:
        case "==":
            return x == y
        case "!=":
            return x != y
        case "<":
            return bool(x < y)  # type: ignore[operator]
        case "<=":
            return bool(x <= y)  # type: ignore[operator]
        case ">":
            return bool(x > y)  # type: ignore[operator]
    return bool(x >= y)  # type: ignore[operator]


def _numeric(node: Node, value: Scalar | None) -> Scalar:
    assert value is not None
    return _float(value) if node.type.kind is Kind.FLOAT else value


def _total(node: plan.Aggregate, values: Sequence[Scalar]) -> Scalar:
    match node.function:
        case "one":
            return values[0]
        case "min":
            return min(values)
        case "max":
            return max(values)
    if node.type.kind is Kind.FLOAT:
        total = 0.0
        for v in values:
            total += _float(v)
        return total / len(values) if node.function == "mean" else total
    exact = sum((v for v in values if isinstance(v, Fraction)), Fraction(0))
    return exact / len(values) if node.function == "mean" else exact


def _worst(parts: Sequence[_Exact]) -> _Exact | None:
    for part in parts:
        if part.fault is not None:
            return _Exact(fault=part.fault)
    return _Exact() if any(p.value is None for p in parts) else None


def _clash(parts: Sequence[_Exact]) -> int | None:
    """The currency that parts have together (0: none); None: they have several."""
    codes = {p.code for p in parts if p.code not in (None, currencies.NONE)}
    if len(codes) > 1:
        return None
    return next(iter(codes), currencies.NONE) or currencies.NONE


def _code(parts: Sequence[_Exact], code: int) -> int | None:
    return None if all(p.code is None for p in parts) else code


def _code_of(value: CellValue) -> int:
    return currencies.NONE if value.currency is None else currencies.code_of(value.currency)


def _is_money(node: Node) -> bool:
    return units.money_power(node.type.unit) == 1


def _logic(node: plan.Logic, a: _Exact, b: _Exact) -> _Exact:
    for part in (a, b):
        if part.fault is not None:
            return _Exact(fault=part.fault)
    decides = node.op == "or"
    for part in (a, b):
        if part.value is not None and bool(part.value) == decides:
            return _Exact(decides)
    return _Exact() if a.value is None or b.value is None else _Exact(not decides)
