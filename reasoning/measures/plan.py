"""A formula checked: every name resolved, every part typed. What both evaluators walk.

A *scope* is a set of entities that names are read from: 0 is the owner of the cell, each aggregate opens one more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ontology.model import PropertyDef, Role
from reasoning.measures.every import Every
from reasoning.measures.types import Kind, Scalar

if TYPE_CHECKING:
    from fractions import Fraction

    from pint import Unit


@dataclass(frozen=True, slots=True)
class Type:
    """What a part of a formula gives."""

    kind: Kind | None
    """None: only ever null."""
    unit: Unit
    literal: bool = False
    """A number as it is written: it takes the unit of what it meets."""
    axis: str | None = None
    """The time axis along which it has values."""

    @property
    def is_number(self) -> bool:
        """Whether one can calculate with it."""
        return self.kind in (Kind.NUMBER, Kind.FLOAT, None)


@dataclass(frozen=True, slots=True)
class Node:
    """A part. ``site`` numbers it among all parts of all measures: the cause of an error names it."""

    site: int
    type: Type
    text: str
    """As it is written."""


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A value as it is written; None: null."""

    value: Scalar | None


@dataclass(frozen=True, slots=True)
class Today(Node):
    """The day that the evaluation is for."""


@dataclass(frozen=True, slots=True)
class PeriodBound(Node):
    """First day of a period (``last``: of the next one)."""

    last: bool


@dataclass(frozen=True, slots=True)
class Property(Node):
    """A property of the entity of a scope."""

    scope: int
    class_name: str
    definition: PropertyDef


@dataclass(frozen=True, slots=True)
class RelationProperty(Node):
    """A property of the relation that leads into a scope."""

    scope: int
    definition: PropertyDef


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """Another measure of the entity of a scope, or (``itself``) this one."""

    scope: int
    measure: str
    itself: bool


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-x``"""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``a + b`` and the like."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``a < b`` and the like."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``a and b``, ``a or b``; unknown as in SQL."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not a``"""

    operand: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """``if(condition, then, otherwise)``: only the part that applies counts."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Coalesce(Node):
    """The first that is known."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """The smallest or largest of some values; unknown if one is."""

    largest: bool
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Function(Node):
    """``abs round floor ceil known as_unit day``; ``number`` is the digits of ``round``, the factor of ``as_unit``."""

    name: str
    operand: Node
    number: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Convert(Node):
    """An amount in another currency, by the exchange rates of a day."""

    operand: Node
    currency: str
    on: Node


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """``sum(role, body where condition)``: one term for each relation (``distinct``: for each target).

    Over a class (``sum(Order, body)``) one term for each thing of it; then it reads nothing of the cell's owner.
    """

    function: str
    owner: int
    scope: int
    role: Role | Every
    distinct: bool
    where: Node | None
    body: Node | None
    """None: only ``count``."""
    bucket: Node | None = None
    """The date by which terms fall into periods (``sum`` only)."""


@dataclass(frozen=True, slots=True)
class Cumulative(Node):
    """Running sum along the time axis."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Shift(Node):
    """The value ``by`` periods before; in the first periods the default."""

    operand: Node
    by: int
    default: Node | None


@dataclass(frozen=True, slots=True)
class AlongTime(Node):
    """One value from all periods: ``lowest highest first last total first_when``."""

    function: str
    operand: Node


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a part, in the order in which they are read."""
    match node:
        case Negative() | Not() | Function() | Cumulative() | AlongTime():
            return (node.operand,)
        case Arithmetic() | Comparison() | Logic():
            return (node.left, node.right)
        case If():
            return (node.condition, node.then, node.otherwise)
        case Coalesce() | Extreme():
            return node.items
        case Convert():
            return (node.operand, node.on)
        case Aggregate():
            return tuple(n for n in (node.where, node.bucket, node.body) if n is not None)
        case Shift():
            return (node.operand,) if node.default is None else (node.operand, node.default)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """All parts, each before its own parts."""
    yield node
    for child in children(node):
        yield from walk(child)
