"""What formulas do with single values, in exact Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ontology.model import Datatype, PropertyDef
from ontology.types import Value
from reasoning.measures import currencies, plan, units
from reasoning.measures.plan import Node
from reasoning.measures.types import CellValue, Fault, Kind, Scalar


@dataclass(frozen=True, slots=True)
class Amount:
    """A value on the way: as :class:`CellValue`, but money in no currency and in an unstated one are told apart."""

    value: Scalar | None = None
    code: int | None = None
    """Currency code; None: not money."""
    fault: Fault | None = None

    @property
    def known(self) -> bool:
        """Neither unknown nor an error."""
        return self.value is not None and self.fault is None


def rounded(value: Fraction, scale: int) -> Fraction:
    """Half-up (away from zero) to some digits after the point."""
    scaled = abs(value) * 10**scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(-whole if value < 0 else whole, 10**scale)


def cell_value(definition: PropertyDef, value: Value | None, currency: str | None) -> CellValue:
    """A property's value as a cell has it; ``currency`` is that of its sibling."""
    if value is None or isinstance(value, tuple):
        return CellValue()
    if definition.datatype in (Datatype.INTEGER, Datatype.DECIMAL):
        assert isinstance(value, int)
        code = currencies.text_of(currencies.code_of(currency)) if definition.is_money else None
        return CellValue(Fraction(value, 10**definition.scale), code)
    return CellValue(value)


def as_float(value: Scalar | None) -> float:
    assert isinstance(value, Fraction | float | int)
    return float(value)


def calculated(op: str, x: float | Fraction, y: float | Fraction) -> Scalar:
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


def compared(op: str, x: Scalar | None, y: Scalar | None) -> bool:
    if isinstance(x, float) or isinstance(y, float):
        x, y = as_float(x), as_float(y)
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


def numeric(node: Node, value: Scalar | None) -> Scalar:
    assert value is not None
    return as_float(value) if node.type.kind is Kind.FLOAT else value


def total(node: plan.Aggregate, values: Sequence[Scalar]) -> Scalar:
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
            total += as_float(v)
        return total / len(values) if node.function == "mean" else total
    exact = sum((v for v in values if isinstance(v, Fraction)), Fraction(0))
    return exact / len(values) if node.function == "mean" else exact


def worst(parts: Sequence[Amount]) -> Amount | None:
    for part in parts:
        if part.fault is not None:
            return Amount(fault=part.fault)
    return Amount() if any(p.value is None for p in parts) else None


def currency_of(parts: Sequence[Amount]) -> int | None:
    """The currency that parts have together (0: none); None: they have several."""
    codes = {p.code for p in parts if p.code not in (None, currencies.NONE)}
    if len(codes) > 1:
        return None
    return next(iter(codes), currencies.NONE) or currencies.NONE


def code_with(parts: Sequence[Amount], code: int) -> int | None:
    return None if all(p.code is None for p in parts) else code


def code_of_value(value: CellValue) -> int:
    return currencies.NONE if value.currency is None else currencies.code_of(value.currency)


def is_money(node: Node) -> bool:
    return units.money_power(node.type.unit) == 1


def logic(node: plan.Logic, a: Amount, b: Amount) -> Amount:
    for part in (a, b):
        if part.fault is not None:
            return Amount(fault=part.fault)
    decides = node.op == "or"
    for part in (a, b):
        if part.value is not None and bool(part.value) == decides:
            return Amount(decides)
    return Amount() if a.value is None or b.value is None else Amount(not decides)
