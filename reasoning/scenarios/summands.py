"""Formulas that are sums, taken apart into their summands: each thing that an aggregate adds up, each period.

A summand reads little, so its difference is divided exactly where that of the whole could only be sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from ontology.model import PropertyDef, Role
from reasoning.measures import plan
from reasoning.measures.every import Every, merged
from reasoning.measures.origin import Source, Term
from reasoning.measures.plan import Node
from reasoning.measures.types import Cell, CellValue, Kind, Periods

T = TypeVar("T")


def summands(node: Node, period: int | None, sign: int = 1) -> Iterator[tuple[int, Node, int | None]]:
    """The parts whose sum a formula is, with their signs and periods (one part, if it is no sum)."""
    if node.type.kind is not Kind.NUMBER:
        yield sign, node, period
        return
    match node:
        case plan.Arithmetic(op="+" | "-") if (
            node.left.type.kind is Kind.NUMBER and node.right.type.kind is Kind.NUMBER
        ):
            yield from summands(node.left, period, sign)
            yield from summands(node.right, period, sign if node.op == "+" else -sign)
        case plan.Negative():
            yield from summands(node.operand, period, -sign)
        case plan.Cumulative():
            assert period is not None
            for earlier in range(period + 1):
                yield from summands(node.operand, earlier, sign)
        case _:
            yield sign, node, period


def pieces(node: Node, owner: str, before: Source, after: Source) -> Iterator[tuple[Source, Source]]:
    """Sources that each show a sum one of its terms only; the two themselves, if the part is no sum over terms."""
    is_sum = isinstance(node, plan.Aggregate) and node.function in ("sum", "sum_known") and node.owner == 0
    if not is_sum or node.type.kind is not Kind.NUMBER:
        yield before, after
        return
    assert isinstance(node, plan.Aggregate)
    if isinstance(node.role, Every):
        name = node.role.class_name
        old, new = ([*s.members(owner, name)] for s in (before, after))
        there, here = set(old), set(new)
        for id_ in merged(old, new):
            yield (
                _OneThing(before, (owner, name), (id_,) if id_ in there else ()),
                _OneThing(after, (owner, name), (id_,) if id_ in here else ()),
            )
        return
    if node.distinct:
        yield before, after
        return
    was, now = ({t.relation: t for t in s.terms(owner, node.role)} for s in (before, after))
    for relation in sorted({*was, *now}):
        yield tuple(  # type: ignore[misc]
            _OneRelation(s, (owner, node.role.name), (t[relation],) if relation in t else ())
            for s, t in ((before, was), (after, now))
        )


class _Narrowed(Generic[T]):
    """A source of which one thing has some of its terms only."""

    def __init__(self, whole: Source, key: tuple[str, str], shown: Sequence[T]) -> None:
        self._whole, self._key, self._shown = whole, key, shown

    def entity_property(self, entity: str, definition: PropertyDef) -> CellValue:
        """A property of an entity."""
        return self._whole.entity_property(entity, definition)

    def relation_property(self, relation: str, name: str, definition: PropertyDef) -> CellValue:
        """A property of a relation."""
        return self._whole.relation_property(relation, name, definition)

    def measure(self, cell: Cell) -> CellValue:
        """Another cell."""
        return self._whole.measure(cell)

    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations of an entity."""
        return self._whole.terms(entity, role)

    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """The things of a class."""
        return self._whole.members(entity, class_name)

    def rate(self, from_: int, to: int, day: date) -> Fraction | None:
        """An exchange rate."""
        return self._whole.rate(from_, to, day)

    def periods(self, axis: str) -> Periods:
        """A time axis."""
        return self._whole.periods(axis)

    @property
    def today(self) -> date:
        """The day that the evaluation is for."""
        return self._whole.today

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return self._whole.zone


class _OneRelation(_Narrowed[Term]):
    def terms(self, entity: str, role: Role) -> Sequence[Term]:
        """The relations of an entity; of the one that is narrowed only those shown."""
        return self._shown if (entity, role.name) == self._key else self._whole.terms(entity, role)


class _OneThing(_Narrowed[str]):
    def members(self, entity: str, class_name: str) -> Sequence[str]:
        """The things of a class; of the one that is narrowed only those shown."""
        return self._shown if (entity, class_name) == self._key else self._whole.members(entity, class_name)
