"""The column-wise evaluator: a plan and a frame give cells, one operation of numpy for all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

import numpy as np

from graph_engine.snapshot import days_of
from ontology.model import Datatype, Role
from reasoning.measures import cells as ops
from reasoning.measures import currencies, plan, reduce, timed
from reasoning.measures.axis import local_days
from reasoning.measures.cells import Cells
from reasoning.measures.context import Context
from reasoning.measures.every import Every
from reasoning.measures.faults import encode
from reasoning.measures.frame import NOBODY, Frame, take
from reasoning.measures.logic import holds, with_failures
from reasoning.measures.plan import Node
from reasoning.measures.steps import Steps
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
        self._steps = Steps(context)
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
        return self._steps.apply(node, parts, frame)

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
        return self._steps.apply(node, [self.at_period(child, frame, period) for child in plan.children(node)], frame)

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

    def _aggregate(self, node: plan.Aggregate, frame: Frame) -> Cells:
        if isinstance(node.role, Every):
            return self._of_class(node, frame)
        tables = self._context.tables
        owners = frame.of(node.owner)
        # Terms of a whole class are kept; others are found anew.
        class_name = frame.class_name if frame.whole and node.owner == frame.scope else ""
        terms = tables.terms(node.role, owners, of_class=class_name)
        if node.distinct:
            terms = _distinct(terms, tables.snapshot.size)
        inner = self._inner(node, frame, terms)
        counted = self._counted(node, inner)
        if counted.kept is not None:
            terms = terms.select(counted.kept)
            inner = self._inner(node, frame, terms)
        groups = reduce.Groups(terms.pointer, inner.owners if inner.owners is not None else terms.owners())
        found, off = self._summed(node, inner, groups, counted, frame.of(0)[:, None, None])
        if off is not None:
            self._count_off(frame, off)
        return found

    def _of_class(self, node: plan.Aggregate, frame: Frame) -> Cells:
        """An aggregate over all things of a class: one cell, which stands for all rows.

        Errors that arise in it belong to the owner of each row; until they are known ``NOBODY`` stands for him.
        """
        tables = self._context.tables
        class_name = node.role.target
        members = tables.members(class_name)
        inner = Frame(tables, node.scope, class_name, members, whole=True, alone=True)
        counted = self._counted(node, inner)
        if counted.kept is not None and not bool(counted.kept.all()):
            inner = Frame(tables, node.scope, class_name, members[counted.kept], alone=True)
        size = len(inner)
        groups = reduce.Groups(np.array([0, size], dtype=np.int64), np.zeros(size, dtype=np.int64))
        found, off = self._summed(node, inner, groups, counted, np.full((1, 1, 1), NOBODY, dtype=np.int64))
        if off is not None:
            self._count_off(frame, np.repeat(off, len(frame), axis=0))
        if found.cause is None:
            return found
        cause, owners = found.cause, frame.of(0).astype(np.int64)[:, None, None]
        own = (cause & 0xFFFFFFFF) == NOBODY
        cause = np.where(own, (cause >> 32 << 32) | owners, cause)
        return Cells(found.kind, found.values, found.state, cause, found.den, found.currency)

    def _counted(self, node: plan.Aggregate, inner: Frame) -> _Counted:
        """Which terms the aggregate's condition lets count."""
        if node.where is None:
            return _Counted()
        condition = self.evaluate(node.where, inner)
        counts, wrong = holds(condition)
        if counts.shape[1] == 1 and counts.shape[2] == 1:
            kept = np.broadcast_to(counts[:, 0, 0], (len(inner),))
            return _Counted(kept, None, condition.take(np.flatnonzero(kept)) if wrong is not None else None)
        present = np.broadcast_to(counts, (len(inner), *counts.shape[1:]))
        return _Counted(None, present, condition if wrong is not None else None)

    def _summed(
        self, node: plan.Aggregate, inner: Frame, groups: reduce.Groups, counted: _Counted, owners: Array
    ) -> tuple[Cells, Int64 | None]:
        """The cells of the groups, and how many dated terms of each lay off the time axis (None: nothing is dated)."""
        if node.bucket is not None:
            return self._bucketed(node, inner, groups, counted, owners)
        if counted.failed is None and counted.present is None:
            quick = self._weighted(node, inner, groups)
            if quick is not None:
                return quick, None
        body = None if node.body is None else self.evaluate(node.body, inner)
        if counted.failed is not None:
            body = with_failures(body, counted.failed)
        here = encode(node.site, _AGGREGATE.get(node.function, FaultKind.CURRENCY), owners)[:, :, 0]
        return reduce.aggregate(node.function, body, counted.present, groups, len(inner), here), None

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
        self, node: plan.Aggregate, inner: Frame, groups: reduce.Groups, counted: _Counted, owners: Array
    ) -> tuple[Cells, Int64]:
        """Sums by period, and how many terms of each group lay off the time axis."""
        assert node.bucket is not None
        assert node.body is not None
        assert node.type.axis is not None
        when, amount = self.evaluate(node.bucket, inner), self.evaluate(node.body, inner)
        if counted.failed is not None:
            amount = with_failures(amount, counted.failed)
        if when.kind is Kind.INSTANT:
            when = Cells(Kind.DATE, local_days(when.values, self._context.zone), when.state, when.cause)
        mixed, off = (encode(node.site, kind, owners)[:, :, 0] for kind in (FaultKind.CURRENCY, FaultKind.TIME))
        return timed.bucketed(
            node.function, when, amount, counted.present, groups, len(inner), self._context.bounds(node.type.axis),
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


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the condition of an aggregate says of its terms."""

    kept: Array | None = None
    """Which rows count, where that is the same in all periods and draws."""
    present: Array | None = None
    """Which cells count, where it differs."""
    failed: Cells | None = None
    """The condition of what counts, where some of it is an error."""


def _distinct(terms: Terms, size: int) -> Terms:
    """The first relation to each target of an owner."""
    keys = terms.owners() * size + terms.targets
    _, first = np.unique(keys, return_index=True)
    kept = np.zeros(len(keys), dtype=np.bool_)
    kept[first] = True
    return terms.select(kept)
