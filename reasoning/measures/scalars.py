"""What single cells do with values: arithmetic, comparison, functions, in exact Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor, isfinite

from reasoning.measures import currencies, plan
from reasoning.measures.catalogue import Definition
from reasoning.measures.faults import sentence
from reasoning.measures.operations import (
    Amount,
    as_float,
    calculated,
    code_with,
    compared,
    currency_of,
    is_money,
    logic,
    numeric,
    rounded,
    worst,
)
from reasoning.measures.origin import Log, Source
from reasoning.measures.plan import Node
from reasoning.measures.types import Cell, Fault, FaultKind, Kind, Scalar


class Scalars:
    """The operations of one cell's formula that need no more than the values of its parts."""

    def __init__(self, definition: Definition, cell: Cell, source: Source, log: Log) -> None:
        self._definition = definition
        self._cell = cell
        self._source = source
        self._log = log

    def _fault(self, node: Node, kind: FaultKind) -> Fault:
        return Fault(kind, self._definition.measure.name, self._cell.entity, sentence(kind, node.text))

    def _typed(self, node: Node, found: Amount) -> Amount:
        if node.type.kind is Kind.FLOAT and isinstance(found.value, Fraction):
            return Amount(as_float(found.value), found.code, found.fault)
        return found

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
