"""Aggregates and the time axis in single cells, in exact Python."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import reduce
from operator import add

from graph_engine.snapshot import COMPANY_ID
from ontology.model import Role
from reasoning.measures import currencies, plan
from reasoning.measures.every import Every
from reasoning.measures.operations import Amount, code_with, currency_of, is_money, numeric, total
from reasoning.measures.origin import Place
from reasoning.measures.plan import Node
from reasoning.measures.scalars import Scalars
from reasoning.measures.types import AggregateTrace, CellValue, Fault, FaultKind, Kind, Operand, OperandKind, Scalar

Reads = dict[Operand, CellValue]


@dataclass(slots=True)
class _Kept:
    """A term that its condition lets count."""

    place: Place
    failed: Amount | None
    """The condition is an error, and so is the term."""
    reads: Reads
    """Where what it reads is noted: of a thing of a whole class apart, until it is known whether it counts."""
    counts: bool = False


class Aggregates(Scalars):
    """Parts of a formula that read many things, or many periods."""

    @abstractmethod
    def node(self, node: Node, place: Place, period: int | None) -> Amount:
        """The value of a part at a place and in a period."""

    def _aggregate(self, node: plan.Aggregate, place: Place, period: int | None) -> Amount:
        reads, noted = self._log.operands, len(self._log.aggregates)
        terms = self._members(node, place) if isinstance(node.role, Every) else self._terms(node, node.role, place)
        kept: list[_Kept] = []
        idle: list[Reads] = []
        for inner, own in terms:
            self._log.operands = own
            condition = None if node.where is None else self.node(node.where, inner, period)
            failed = condition if condition is not None and condition.fault is not None else None
            if condition is None or failed is not None or condition.value:
                kept.append(_Kept(inner, failed, own))
            elif own is not reads:
                idle.append(own)
        if node.bucket is not None:
            found, values = self._bucketed(node, kept, period)
        else:
            values = [self._term(node, one, period) for one in kept]
            found = self._reduced(node, values)
        self._log.operands = reads
        if isinstance(node.role, Every):
            del self._log.aggregates[noted:]  # those of the terms: there may be very many
            for one in kept:
                if one.counts:
                    reads.update(one.reads)
                else:
                    idle.append(one.reads)
            for own in idle:
                self._log.idle.update(own)
        self._noted(node, values, found)
        return found

    def _term(self, node: plan.Aggregate, one: _Kept, period: int | None) -> Amount:
        self._log.operands = one.reads
        one.counts = True
        if one.failed is not None:
            return one.failed
        return Amount(Fraction(1)) if node.body is None else self.node(node.body, one.place, period)

    def _terms(self, node: plan.Aggregate, role: Role, place: Place) -> Iterator[tuple[Place, Reads]]:
        """One term for each relation; ``distinct``: for each thing."""
        entity, reads = place.entities[node.owner], self._log.operands
        seen: set[str] = set()
        for term in self._source.terms(entity, role):
            reads.setdefault(Operand(OperandKind.TERM, term.relation, f"{entity}.{role.name}"), CellValue(True))
            if node.distinct and term.entity in seen:
                continue
            seen.add(term.entity)
            relation = {**place.relations, node.scope: (term.relation, role.relation.name)}
            yield Place({**place.entities, node.scope: term.entity}, relation), reads

    def _members(self, node: plan.Aggregate, place: Place) -> Iterator[tuple[Place, Reads]]:
        """One term for each thing of a class."""
        class_name, owner = node.role.target, place.entities[0]
        for entity in self._source.members(owner, class_name):
            operand = Operand(OperandKind.TERM, entity, f"{owner}.{class_name}")
            own: Reads = {} if entity == COMPANY_ID else {operand: CellValue(True)}
            yield Place({**place.entities, node.scope: entity}, place.relations), own

    def _noted(self, node: plan.Aggregate, values: Sequence[Amount], found: Amount) -> None:
        unknown = sum(v.value is None and v.fault is None for v in values)
        code = currencies.text_of(found.code or currencies.NONE)
        shown = CellValue(found.value, code if found.value is not None else None, found.fault)
        self._log.aggregates.append(AggregateTrace(node.text, len(values), unknown, shown))

    def _bucketed(self, node: plan.Aggregate, kept: Sequence[_Kept], period: int | None) -> tuple[Amount, list[Amount]]:
        assert node.bucket is not None
        assert node.body is not None
        assert node.type.axis is not None
        assert period is not None
        starts = self._source.periods(node.type.axis).starts
        undatable: Fault | None = None
        refused = False
        values: list[Amount] = []
        for one in kept:
            self._log.operands = one.reads
            when = self.node(node.bucket, one.place, None)
            if when.fault is not None:
                undatable = undatable or when.fault
                one.counts = True
                continue
            at, policy = self._period(when.value, starts)
            if policy == "error":
                refused = one.counts = True
            elif policy == "first":
                at = 0
            elif policy == "drop":
                continue
            if at == period:
                values.append(one.failed or self.node(node.body, one.place, None))
                one.counts = True
        found = self._reduced(node, values)
        if undatable is not None and found.fault is None and not refused:
            found = Amount(fault=undatable)
        if refused and found.fault is None:
            found = Amount(fault=self._fault(node, FaultKind.TIME))
        return found, values

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

    def _along(self, node: plan.AlongTime, place: Place) -> Amount:
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
