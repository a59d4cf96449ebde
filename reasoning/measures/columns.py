"""The column-wise evaluator: a plan and a frame give cells, one operation of numpy for all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Protocol

import numpy as np

from graph_engine.snapshot import days_of
from ontology.model import Datatype, Role
from reasoning.measures import cells as ops
from reasoning.measures import currencies, exact, plan, reduce, timed, units
from reasoning.measures.axis import local_days
from reasoning.measures.cells import ERROR, KNOWN, UNKNOWN, Cells
from reasoning.measures.context import Context
from reasoning.measures.every import Every
from reasoning.measures.faults import encode
from reasoning.measures.frame import NOBODY, Frame, take
from reasoning.measures.plan import Node
from reasoning.measures.tables import Terms
from reasoning.measures.types import Array, FaultKind, Int32, Int64, Kind
from reasoning.measures.weighted import factors, weighted_sum

_FIRST_DAY, _LAST_DAY = days_of(date.min), days_of(date.max)
_AGGREGATE = {"one": FaultKind.SEVERAL}


class Overlay(Protocol):
    """Puts drawn values in the place of a property's or measure's."""

    def __call__(self, found: Cells, frame: Frame, scope: int, name: str) -> Cells:
        """The cells of a property or measure of the entities of a scope, with what is drawn."""
        ...

    def drawn(self, name: str) -> tuple[Int32, Cells] | None:
        """Of which entities a property or measure is drawn, and their cells."""
        ...


class Columns:
    """Evaluates the plan of one measure for frames of its class.

    Args:
        column: cells of a measure, aligned with the members of its class.
        itself: the same of the measure that is evaluated.
        off_axis: dated terms off the time axis are counted here: owner row → before, after, undated.
    """

    def __init__(
        self,
        context: Context,
        policies: tuple[str, str, str],
        column: Callable[[str], Cells],
        itself: Callable[[], Cells],
        *,
        class_of: Mapping[str, str],
        overlay: Overlay | None = None,
    ) -> None:
        self._context = context
        self._policies = policies
        self._column = column
        self._itself = itself
        self._class_of = class_of
        self._overlay = overlay
        self.off_axis: Int64 | None = None
        self._kept: dict[int, tuple[Frame, Cells]] = {}
        self._uses_itself: dict[int, bool] = {}

    def evaluate(self, node: Node, frame: Frame) -> Cells:
        """The cells of a part for the rows of a frame (arrays may have one row that stands for all)."""
        match node:
            case plan.Constant():
                return self._constant(node)
            case plan.Today():
                return ops.constant(Kind.DATE, self._context.today)
            case plan.PeriodBound():
                assert node.type.axis is not None
                days = self._context.bounds(node.type.axis)
                return Cells(Kind.DATE, (days[1:] if node.last else days[:-1])[None, :, None])
            case plan.Property():
                found = self._context.tables.column(node.class_name, node.definition)
                return self._drawn(
                    frame.gather(found, node.scope, node.class_name), frame, node.scope, node.definition.name
                )
            case plan.RelationProperty():
                terms, rows = frame.related(node.scope)
                return take(self._context.tables.related(terms.edges.name, node.definition), rows)
            case plan.Reference():
                found = self._itself() if node.itself else self._column(node.measure)
                class_name = self._class_of[node.measure]
                return self._drawn(frame.gather(found, node.scope, class_name), frame, node.scope, node.measure)
            case plan.Comparison(op="==" | "!="):
                texts = self._same_text(node, frame)
                if texts is not None:
                    return texts
            case plan.Aggregate():
                return self._aggregate(node, frame)
        parts = [self.evaluate(child, frame) for child in plan.children(node)]
        return self._apply(node, parts, frame)

    def at_period(self, node: Node, frame: Frame, period: int) -> Cells:
        """The cells of a part in one period, where the measure's own earlier values are known already."""
        if not self._own(node):
            held = self._kept.get(node.site)
            if held is None or held[0] is not frame:
                held = (frame, self.evaluate(node, frame))
                self._kept[node.site] = held
            return held[1].period(period)
        if isinstance(node, plan.Reference):
            return frame.gather(self._itself(), node.scope, self._class_of[node.measure]).period(period)
        if isinstance(node, plan.Shift):
            if period >= node.by:
                return self.at_period(node.operand, frame, period - node.by)
            if node.default is None:
                return ops.constant(node.type.kind, None)
            return self.at_period(node.default, frame, period)
        return self._apply(node, [self.at_period(child, frame, period) for child in plan.children(node)], frame)

    def _own(self, node: Node) -> bool:
        if node.site not in self._uses_itself:
            self._uses_itself[node.site] = any(isinstance(n, plan.Reference) and n.itself for n in plan.walk(node))
        return self._uses_itself[node.site]

    def _drawn(self, found: Cells, frame: Frame, scope: int, name: str) -> Cells:
        return found if self._overlay is None else self._overlay(found, frame, scope, name)

    def _constant(self, node: plan.Constant) -> Cells:
        value = node.value
        if isinstance(value, Fraction):
            money = currencies.NONE if node.type.literal else None
            return ops.constant(Kind.NUMBER, value.numerator, den=value.denominator, currency=money)
        if isinstance(value, date):
            return ops.constant(Kind.DATE, days_of(value))
        return ops.constant(node.type.kind, value)

    def _same_text(self, node: plan.Comparison, frame: Frame) -> Cells | None:
        """A text property compared with a text as it is written: by its code, without making texts of all rows."""
        left, right = node.left, node.right
        if isinstance(left, plan.Constant):
            left, right = right, left
        if not isinstance(left, plan.Property) or left.definition.datatype is not Datatype.STRING:
            return None
        if not isinstance(right, plan.Constant) or not isinstance(right.value, str) or self._overlay is not None:
            return None
        column = self._context.tables.raw(left.class_name, left.definition.name)
        code = column.code_of(right.value)
        equal = column.values == (-2 if code is None else code)
        state = column.null.view(np.uint8)[:, None, None] if bool(column.null.any()) else None
        flags = equal if node.op == "==" else ~equal
        return frame.gather(Cells(Kind.BOOLEAN, flags[:, None, None], state), left.scope, left.class_name)

    # One operation

    def _apply(self, node: Node, parts: list[Cells], frame: Frame) -> Cells:
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
                return _logic(node.op, parts[0], parts[1])
            case plan.If():
                return _if(parts[0], ops.choose(parts[0].values.astype(np.bool_), parts[1], parts[2]))
            case plan.Coalesce():
                return _coalesce(parts)
            case plan.Extreme():
                return self._extreme(node, parts, frame)
            case plan.Function():
                return self._function(node, parts[0])
            case plan.Convert():
                return self._converted(node, parts[0], parts[1], frame)
            case plan.Cumulative():
                return timed.cumulated(parts[0], self._length(node), self._cause(node, frame, FaultKind.CURRENCY))
            case plan.Shift():
                return timed.shifted(parts[0], parts[1] if len(parts) > 1 else None, node.by, self._length(node))
            case plan.AlongTime():
                operand = node.operand.type.axis
                assert operand is not None
                return timed.along(
                    node.function, parts[0], self._context.bounds(operand), self._cause(node, frame, FaultKind.CURRENCY)
                )
        raise AssertionError(node)

    def _length(self, node: Node) -> int:
        assert node.type.axis is not None
        return len(self._context.bounds(node.type.axis)) - 1

    def _cause(self, node: Node, frame: Frame, kind: FaultKind) -> Int64:
        """The number of an error that arises in this part, for each row."""
        return encode(node.site, kind, frame.of(0))[:, None, None]

    def _arithmetic(self, node: plan.Arithmetic, a: Cells, b: Cells, frame: Frame) -> Cells:
        state, cause = ops.joined(a.state, b.state), ops.caused((a, b))
        if node.type.kind is Kind.DATE:
            days = exact.floor(b.values, b.den)
            values = a.values + (days if node.op == "+" else -days)
            far = np.asarray((values < _FIRST_DAY) | (values > _LAST_DAY), dtype=np.bool_)
            kept = exact.narrow(np.where(far, 0, values))
            return ops.fail(Cells(Kind.DATE, kept, state, cause), far, self._cause(node, frame, FaultKind.OVERFLOW))
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
        return found if mixed is None else ops.fail(found, mixed, self._cause(node, frame, FaultKind.CURRENCY))

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
            return ops.fail(found, b.values == 0, self._cause(node, frame, FaultKind.DIVISION))
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
            found = ops.fail(found, b.values == 0, self._cause(node, frame, FaultKind.DIVISION))
        return ops.fail(found, ~np.isfinite(values), self._cause(node, frame, FaultKind.OVERFLOW))

    def _compared(self, node: plan.Comparison, a: Cells, b: Cells, frame: Frame) -> Cells:
        state, cause = ops.joined(a.state, b.state), ops.caused((a, b))
        (left, right), _, _ = ops.alike((a, b))
        found = Cells(Kind.BOOLEAN, exact.compare(node.op, left, right), state, cause)
        _, mixed = ops.clash(a.currency, b.currency)
        return found if mixed is None else ops.fail(found, mixed, self._cause(node, frame, FaultKind.CURRENCY))

    def _extreme(self, node: plan.Extreme, parts: list[Cells], frame: Frame) -> Cells:
        values, den, kind = ops.alike(parts)
        found, currency = values[0], parts[0].currency
        mixed: Array | None = None
        for value, part in zip(values[1:], parts[1:], strict=True):
            found = np.maximum(found, value) if node.largest else np.minimum(found, value)
            currency, clash = ops.clash(currency, part.currency)
            mixed = clash if mixed is None else mixed if clash is None else mixed | clash
        result = Cells(kind, found, ops.joined(*(p.state for p in parts)), ops.caused(parts), den, currency)
        return result if mixed is None else ops.fail(result, mixed, self._cause(node, frame, FaultKind.CURRENCY))

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
                return Cells(Kind.DATE, local_days(a.values, self._context.zone), a.state, a.cause)
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
            table = self._context.rates.table(code, to)
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
        return ops.fail(found, missing, self._cause(node, frame, FaultKind.RATE))

    # Aggregates

    def _aggregate(self, node: plan.Aggregate, frame: Frame) -> Cells:
        tables = self._context.tables
        if isinstance(node.role, Every):
            return self._of_class(node, frame)
        owners = frame.of(node.owner)
        # Terms of a whole class are kept; others are found anew.
        class_name = frame.class_name if frame.whole and node.owner == frame.scope else ""
        terms = tables.terms(node.role, owners, of_class=class_name)
        if node.distinct:
            terms = _distinct(terms, tables.snapshot.size)
        inner = self._inner(node, frame, terms)
        failed: Cells | None = None
        present: Array | None = None
        if node.where is not None:
            condition = self.evaluate(node.where, inner)
            holds, wrong = _holds(condition)
            if holds.shape[1] == 1 and holds.shape[2] == 1:
                kept = np.broadcast_to(holds[:, 0, 0], (len(inner),))
                terms = terms.select(kept)
                inner = self._inner(node, frame, terms)
                failed = condition.take(np.flatnonzero(kept)) if wrong is not None else None
            else:
                present = np.broadcast_to(holds, (len(inner), *holds.shape[1:]))
                failed = condition if wrong is not None else None
        groups = reduce.Groups(terms.pointer, inner.owners if inner.owners is not None else terms.owners())
        if node.bucket is not None:
            found, counts = self._bucketed(node, inner, groups, failed, present, frame.of(0)[:, None, None])
            self._count_off(frame, counts)
            return found
        if failed is None and present is None:
            quick = self._weighted(node, inner, groups)
            if quick is not None:
                return quick
        body = None if node.body is None else self.evaluate(node.body, inner)
        if failed is not None:
            body = _with_failures(body, failed)
        here = self._cause(node, frame, _AGGREGATE.get(node.function, FaultKind.CURRENCY))[:, :, 0]
        return reduce.aggregate(node.function, body, present, groups, len(inner), here)

    def _of_class(self, node: plan.Aggregate, frame: Frame) -> Cells:
        """An aggregate over all things of a class: one cell, which stands for all rows.

        Errors that arise in it belong to the owner of each row; until they are known ``NOBODY`` stands for him.
        """
        tables = self._context.tables
        class_name = node.role.target
        members = tables.members(class_name)
        inner = Frame(tables, node.scope, class_name, members, whole=True, alone=True)
        present: Array | None = None
        failed: Cells | None = None
        if node.where is not None:
            condition = self.evaluate(node.where, inner)
            holds, wrong = _holds(condition)
            if holds.shape[1] == 1 and holds.shape[2] == 1:
                kept = np.flatnonzero(np.broadcast_to(holds[:, 0, 0], (len(members),)))
                if len(kept) < len(members):
                    inner = Frame(tables, node.scope, class_name, members[kept], alone=True)
                failed = condition.take(kept) if wrong is not None else None
            else:
                present = np.broadcast_to(holds, (len(inner), *holds.shape[1:]))
                failed = condition if wrong is not None else None
        size = len(inner)
        groups = reduce.Groups(np.array([0, size], dtype=np.int64), np.zeros(size, dtype=np.int64))
        nobody = np.full((1, 1, 1), NOBODY, dtype=np.int64)
        if node.bucket is not None:
            found, counts = self._bucketed(node, inner, groups, failed, present, nobody)
            self._count_off(frame, np.repeat(counts, len(frame), axis=0))
        else:
            if failed is None and present is None:
                quick = self._weighted(node, inner, groups)
                if quick is not None:
                    return quick
            body = None if node.body is None else self.evaluate(node.body, inner)
            if failed is not None:
                body = _with_failures(body, failed)
            here = encode(node.site, _AGGREGATE.get(node.function, FaultKind.CURRENCY), nobody)[:, :, 0]
            found = reduce.aggregate(node.function, body, present, groups, size, here)
        if found.cause is None:
            return found
        cause, owners = found.cause, frame.of(0).astype(np.int64)[:, None, None]
        own = (cause & 0xFFFFFFFF) == NOBODY
        cause = np.where(own, (cause >> 32 << 32) | owners, cause)
        return Cells(found.kind, found.values, found.state, cause, found.den, found.currency)

    def _weighted(self, node: plan.Aggregate, inner: Frame, groups: reduce.Groups) -> Cells | None:
        """A sum of products with one drawn factor, where that can be had without the draws of each term."""
        if self._overlay is None or node.body is None or node.function not in ("sum", "sum_known"):
            return None
        parts = factors(node.body)
        uncertain = [(f, held) for f in parts if (held := self._uncertain(f, inner)) is not None]
        if len(uncertain) != 1:
            return None
        factor, (entities, drawn) = uncertain[0]
        others = [self.evaluate(f, inner) for f in parts if f is not factor]
        if isinstance(factor, plan.Reference):
            column = self._itself() if factor.itself else self._column(factor.measure)
            base = inner.gather(column, factor.scope, self._class_of[factor.measure])
        else:
            assert isinstance(factor, plan.Property)
            column = self._context.tables.column(factor.class_name, factor.definition)
            base = inner.gather(column, factor.scope, factor.class_name)
        return weighted_sum(others, base, entities, drawn, inner.entities, groups)

    def _uncertain(self, node: Node, inner: Frame) -> tuple[Int32, Cells] | None:
        if self._overlay is None or not isinstance(node, plan.Property | plan.Reference) or node.scope != inner.scope:
            return None
        return self._overlay.drawn(node.measure if isinstance(node, plan.Reference) else node.definition.name)

    def _inner(self, node: plan.Aggregate, frame: Frame, terms: Terms) -> Frame:
        assert isinstance(node.role, Role)
        return Frame(
            self._context.tables, node.scope, node.role.target, terms.targets, False, frame, terms, terms.owners()
        )

    def _bucketed(
        self,
        node: plan.Aggregate,
        inner: Frame,
        groups: reduce.Groups,
        failed: Cells | None,
        present: Array | None,
        owners: Array,
    ) -> tuple[Cells, Int64]:
        """Sums by period, and how many terms of each group lay off the time axis."""
        assert node.bucket is not None
        assert node.body is not None
        assert node.type.axis is not None
        when, amount = self.evaluate(node.bucket, inner), self.evaluate(node.body, inner)
        if failed is not None:
            amount = _with_failures(amount, failed)
        if when.kind is Kind.INSTANT:
            when = Cells(Kind.DATE, local_days(when.values, self._context.zone), when.state, when.cause)
        mixed, off = (encode(node.site, kind, owners)[:, :, 0] for kind in (FaultKind.CURRENCY, FaultKind.TIME))
        return timed.bucketed(
            node.function, when, amount, present, groups, len(inner), self._context.bounds(node.type.axis),
            self._policies, mixed, off,
        )  # fmt: skip

    def _count_off(self, frame: Frame, counts: Int64) -> None:
        """Add to the count of dated terms off the time axis, for each cell."""
        outermost = frame
        while outermost.parent is not None:
            outermost = outermost.parent
        total = np.zeros((len(outermost), 3), dtype=np.int64) if self.off_axis is None else self.off_axis
        np.add.at(total, frame.root(), counts)
        self.off_axis = total


def _holds(condition: Cells) -> tuple[Array, Array | None]:
    """Where a condition lets a term count (an error does: it spoils the aggregate), and where it is an error."""
    wrong = _flag(condition.state, ERROR) if condition.cause is not None else None
    holds = condition.values.astype(np.bool_)
    if condition.state is not None:
        holds = holds & (condition.state == KNOWN)
    return (holds if wrong is None else holds | wrong), wrong


def carries_currency(node: Node) -> bool:
    """Whether a part of a formula is an amount, or a number that may become one."""
    return node.type.literal or units.money_power(node.type.unit) == 1


def _flag(state: Array | None, which: np.uint8) -> Array:
    return np.zeros((1, 1, 1), np.bool_) if state is None else state == which


def _with_failures(body: Cells | None, failed: Cells) -> Cells:
    """A term whose condition is an error is an error."""
    wrong = _flag(failed.state, ERROR)
    base = ops.constant(Kind.NUMBER, 1) if body is None else body
    state = np.where(wrong, ERROR, KNOWN if base.state is None else base.state)
    assert failed.cause is not None
    cause = np.where(wrong, failed.cause, np.int64(0) if base.cause is None else base.cause)
    return Cells(base.kind, base.values, state, cause, base.den, base.currency)


def _logic(op: str, a: Cells, b: Cells) -> Cells:
    left, right = a.values.astype(np.bool_), b.values.astype(np.bool_)
    if a.state is None and b.state is None:
        return Cells(Kind.BOOLEAN, left & right if op == "and" else left | right)
    state = ops.joined(a.state, b.state)
    assert state is not None
    decides = op == "or"
    settled = (left == decides) & ~_flag(a.state, UNKNOWN) | (right == decides) & ~_flag(b.state, UNKNOWN)
    # A known value that decides makes up for one that is unknown, not for an error.
    state = np.where(settled & (state == UNKNOWN), KNOWN, state)
    values = np.where(settled, decides, not decides)
    return Cells(Kind.BOOLEAN, values, state, ops.caused((a, b)))


def _if(condition: Cells, chosen: Cells) -> Cells:
    if condition.state is None:
        return chosen
    base = KNOWN if chosen.state is None else chosen.state
    state = np.where(condition.state != KNOWN, condition.state, base).astype(np.uint8)
    cause = chosen.cause
    if condition.cause is not None:
        inner = np.int64(0) if cause is None else cause
        cause = np.where(condition.state == ERROR, condition.cause, inner)
    return Cells(chosen.kind, chosen.values, state, cause, chosen.den, chosen.currency)


def _coalesce(parts: list[Cells]) -> Cells:
    found = parts[-1]
    for part in reversed(parts[:-1]):
        if part.state is not None:
            found = ops.choose(part.state != UNKNOWN, part, found)
        else:
            found = part
    return found


def _distinct(terms: Terms, size: int) -> Terms:
    """The first relation to each target of an owner."""
    keys = terms.owners() * size + terms.targets
    _, first = np.unique(keys, return_index=True)
    kept = np.zeros(len(keys), dtype=np.bool_)
    kept[first] = True
    return terms.select(kept)
