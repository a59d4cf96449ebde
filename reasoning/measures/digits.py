"""How many digits after the point an exact formula can give."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from reasoning.measures import plan
from reasoning.measures.plan import Node


def digits(node: Node, scale_of: Callable[[str], int]) -> int | None:
    """The digits of a part; None: no bound (a quotient, a mean)."""
    match node:
        case plan.Constant():
            return _of(node.value) if isinstance(node.value, Fraction) else 0
        case plan.Property() | plan.RelationProperty():
            return node.definition.scale
        case plan.Reference():
            return scale_of(node.measure)
        case plan.Arithmetic(op="*"):
            left, right = digits(node.left, scale_of), digits(node.right, scale_of)
            return None if left is None or right is None else left + right
        case plan.Arithmetic(op="/"):
            left = digits(node.left, scale_of)
            by = node.right.value if isinstance(node.right, plan.Constant) else None
            more = _of(1 / by) if isinstance(by, Fraction) and by else None
            return None if left is None or more is None else left + more
        case plan.Arithmetic():
            return _most((node.left, node.right), scale_of)
        case plan.If():
            return _most((node.then, node.otherwise), scale_of)
        case plan.Coalesce() | plan.Extreme():
            return _most(node.items, scale_of)
        case plan.Function(name="round"):
            return int(node.number or 0)
        case plan.Function(name="floor" | "ceil"):
            return 0
        case plan.Function(name="as_unit"):
            inner, more = digits(node.operand, scale_of), _of(node.number or Fraction(1))
            return None if inner is None or more is None else inner + more
        case plan.Convert():
            return None
        case plan.Aggregate(function="mean"):
            return None
        case plan.Aggregate(function="count"):
            return 0
        case plan.Aggregate():
            return None if node.body is None else digits(node.body, scale_of)
        case plan.Shift():
            items = (node.operand,) if node.default is None else (node.operand, node.default)
            return _most(items, scale_of)
        case plan.Negative() | plan.Function() | plan.Cumulative() | plan.AlongTime():
            return digits(node.operand, scale_of)
    return 0


def _most(items: tuple[Node, ...], scale_of: Callable[[str], int]) -> int | None:
    found = [digits(n, scale_of) for n in items]
    known = [d for d in found if d is not None]
    return max(known) if len(known) == len(found) else None


def _of(value: Fraction) -> int | None:
    """Digits of a decimal fraction; None: it has no end."""
    for count in range(13):
        if (value * 10**count).denominator == 1:
            return count
    return None
