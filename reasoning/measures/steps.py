"""One operation of a formula on whole columns: arithmetic, comparisons, functions, conversion, time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from graph_engine.snapshot import days_of
from reasoning.measures import cells as ops
from reasoning.measures import currencies, exact, plan, timed, units
from reasoning.measures.axis import local_days
from reasoning.measures.cells import ERROR, KNOWN, Cells
from reasoning.measures.context import Context
from reasoning.measures.faults import encode
from reasoning.measures.frame import Frame
from reasoning.measures.logic import combined, first_known, where_true
from reasoning.measures.plan import Node
from reasoning.measures.types import Array, FaultKind, Int32, Int64, Kind

_FIRST_DAY, _LAST_DAY = days_of(date.min), days_of(date.max)


@dataclass(frozen=True, slots=True)
class Steps:
    """Puts the cells of an operation's parts together."""

    context: Context

    def apply(self, node: Node, parts: list[Cells], frame: Frame) -> Cells:
        """The cells of an operation, from those of its parts in order."""
        match node:
            case plan.Negative():
                (a,) = parts
                return Cells(a.kind, -a.values, a.state, a.cause, a.den, a.currency)
            case plan.Not():
                (a,) = parts
                return Cells(Kind.BOOLEAN, ~a.values.astype(np.bool_), a.state, a.cause)
            case plan.Arithmetic():
                return self._arithmetic(node, parts[0], parts[1], frame)
            case plan.Comparison():
                return self._compared(node, parts[0], parts[1], frame)
            case plan.Logic():
                return combined(node.op, parts[0], parts[1])
            case plan.If():
                return where_true(parts[0], ops.choose(parts[0].values.astype(np.bool_), parts[1], parts[2]))
            case plan.Coalesce():
                return first_known(parts)
            case plan.Extreme():
                return self._extreme(node, parts, frame)
            case plan.Function():
                return self._function(node, parts[0])
            case plan.Convert():
                return self._converted(node, parts[0], parts[1], frame)
            case plan.Cumulative():
                return timed.cumulated(parts[0], self._length(node), cause_of(node, frame, FaultKind.CURRENCY))
            case plan.Shift():
                return timed.shifted(parts[0], parts[1] if len(parts) > 1 else None, node.by, self._length(node))
            case plan.AlongTime():
                operand = node.operand.type.axis
                assert operand is not None
                return timed.along(
                    node.function, parts[0], self.context.bounds(operand), cause_of(node, frame, FaultKind.CURRENCY)
                )
        raise AssertionError(node)

    def _length(self, node: Node) -> int:
        assert node.type.axis is not None
        return len(self.context.bounds(node.type.axis)) - 1

    def _arithmetic(self, node: plan.Arithmetic, a: Cells, b: Cells, frame: Frame) -> Cells:
        state, cause = ops.joined(a.state, b.state), ops.caused((a, b))
        if node.type.kind is Kind.DATE:
            days = exact.floor(b.values, b.den)
            values = a.values + (days if node.op == "+" else -days)
            far = np.asarray((values < _FIRST_DAY) | (values > _LAST_DAY), dtype=np.bool_)
            kept = exact.narrow(np.where(far, 0, values))
            return ops.fail(Cells(Kind.DATE, kept, state, cause), far, cause_of(node, frame, FaultKind.OVERFLOW))
        if a.kind is Kind.DATE:
            return Cells(Kind.NUMBER, a.values - b.values, state, cause)
        if a.kind is Kind.INSTANT:
            return Cells(Kind.NUMBER, a.values - b.values, state, cause, 3_600_000_000)
        currency, mixed = ops.clash(a.currency, b.currency)
        if not carries_currency(node):
            currency = None
        if Kind.FLOAT in (a.kind, b.kind):
            found = self._float(node, ops.as_float(a), ops.as_float(b), state, cause, currency, frame)
        else:
            found = self._exact(node, a, b, state, cause, currency, frame)
        return found if mixed is None else ops.fail(found, mixed, cause_of(node, frame, FaultKind.CURRENCY))

    def _exact(
        self, node: plan.Arithmetic, a: Cells, b: Cells, state: Array | None, cause: Int64 | None,
        currency: Int32 | None, frame: Frame,
    ) -> Cells:  # fmt: skip
        if node.op in ("+", "-"):
            values, den = exact.add(a.values, a.den, b.values, b.den, minus=node.op == "-")
        elif node.op == "*":
            values, den = exact.multiply(a.values, a.den, b.values, b.den)
        else:
            values, den = exact.divide(a.values, a.den, b.values, b.den)
            found = Cells(Kind.NUMBER, values, state, cause, den, currency)
            return ops.fail(found, b.values == 0, cause_of(node, frame, FaultKind.DIVISION))
        return Cells(Kind.NUMBER, values, state, cause, den, currency)

    def _float(
        self, node: plan.Arithmetic, a: Cells, b: Cells, state: Array | None, cause: Int64 | None,
        currency: Int32 | None, frame: Frame,
    ) -> Cells:  # fmt: skip
        with np.errstate(all="ignore"):
            match node.op:
                case "+":
                    values = a.values + b.values
                case "-":
                    values = a.values - b.values
                case "*":
                    values = a.values * b.values
                case _:
                    values = a.values / b.values
        found = Cells(Kind.FLOAT, values, state, cause, 1, currency)
        if node.op == "/":
            found = ops.fail(found, b.values == 0, cause_of(node, frame, FaultKind.DIVISION))
        return ops.fail(found, ~np.isfinite(values), cause_of(node, frame, FaultKind.OVERFLOW))

    def _compared(self, node: plan.Comparison, a: Cells, b: Cells, frame: Frame) -> Cells:
        state, cause = ops.joined(a.state, b.state), ops.caused((a, b))
        (left, right), _, _ = ops.alike((a, b))
        found = Cells(Kind.BOOLEAN, exact.compare(node.op, left, right), state, cause)
        _, mixed = ops.clash(a.currency, b.currency)
        return found if mixed is None else ops.fail(found, mixed, cause_of(node, frame, FaultKind.CURRENCY))

    def _extreme(self, node: plan.Extreme, parts: list[Cells], frame: Frame) -> Cells:
        values, den, kind = ops.alike(parts)
        found, currency = values[0], parts[0].currency
        mixed: Array | None = None
        for value, part in zip(values[1:], parts[1:], strict=True):
            found = np.maximum(found, value) if node.largest else np.minimum(found, value)
            currency, clash = ops.clash(currency, part.currency)
            mixed = clash if mixed is None else mixed if clash is None else mixed | clash
        result = Cells(kind, found, ops.joined(*(p.state for p in parts)), ops.caused(parts), den, currency)
        return result if mixed is None else ops.fail(result, mixed, cause_of(node, frame, FaultKind.CURRENCY))

    def _function(self, node: plan.Function, a: Cells) -> Cells:
        match node.name:
            case "known":
                known = np.ones((1, 1, 1), np.bool_) if a.state is None else a.state == KNOWN
                if a.cause is None:
                    return Cells(Kind.BOOLEAN, known)
                assert a.state is not None
                wrong = np.where(a.state == ERROR, ERROR, KNOWN)
                return Cells(Kind.BOOLEAN, known, wrong, a.cause)
            case "abs":
                return Cells(a.kind, abs(a.values), a.state, a.cause, a.den, a.currency)
            case "day":
                return Cells(Kind.DATE, local_days(a.values, self.context.zone), a.state, a.cause)
            case "as_unit":
                by = node.number or Fraction(1)
                if a.kind is Kind.FLOAT:
                    return Cells(a.kind, a.values * float(by), a.state, a.cause, 1, a.currency)
                factor = np.full((1, 1, 1), by.numerator, dtype=np.int64)
                values, den = exact.multiply(a.values, a.den, factor, by.denominator)
                return Cells(a.kind, values, a.state, a.cause, den, a.currency)
            case "round":
                scale = int(node.number or 0)
                return Cells(a.kind, exact.rounded(a.values, a.den, scale), a.state, a.cause, 10**scale, a.currency)
        if a.kind is Kind.FLOAT:
            down = np.floor(a.values) if node.name == "floor" else np.ceil(a.values)
            return Cells(a.kind, down, a.state, a.cause, 1, a.currency)
        down = exact.floor(a.values, a.den) if node.name == "floor" else -exact.floor(-a.values, a.den)
        return Cells(a.kind, down, a.state, a.cause, 1, a.currency)

    def _converted(self, node: plan.Convert, a: Cells, on: Cells, frame: Frame) -> Cells:
        to = currencies.code_of(node.currency)
        state, cause = ops.joined(a.state, on.state), ops.caused((a, on))
        shape = np.broadcast_shapes(a.values.shape, on.values.shape)
        held = a.currency if a.currency is not None else np.zeros((1, 1, 1), dtype=np.int32)
        codes, days = np.broadcast_to(held, shape), np.broadcast_to(on.values, shape)
        num, den = np.ones(shape, dtype=np.int64), np.ones(shape, dtype=np.int64)
        missing = np.zeros(shape, dtype=np.bool_)
        for code in np.unique(codes).tolist():
            if code in (to, currencies.NONE):
                continue
            here = codes == code
            table = self.context.rates.table(code, to)
            if table is None:
                missing |= here
                continue
            top, bottom, known = table.on(days[here])
            num[here], den[here] = top, bottom
            missing[here] = ~known
        currency = np.where(codes == currencies.NONE, codes, np.int32(to)).astype(np.int32)
        if a.kind is Kind.FLOAT:
            found = Cells(a.kind, a.values * (num / den), state, cause, 1, currency)
        else:
            values, under = exact.multiply(a.values, a.den, num, den)
            found = Cells(a.kind, values, state, cause, under, currency)
        return ops.fail(found, missing, cause_of(node, frame, FaultKind.RATE))


def cause_of(node: Node, frame: Frame, kind: FaultKind) -> Int64:
    """The number of an error that arises in a part, for each row."""
    return encode(node.site, kind, frame.of(0))[:, None, None]


def carries_currency(node: Node) -> bool:
    """Whether a part of a formula is an amount, or a number that may become one."""
    return node.type.literal or units.money_power(node.type.unit) == 1
