"""What kinds and units go together, and what comes of them."""

from __future__ import annotations

from reasoning.measures import syntax, units
from reasoning.measures.plan import Node, Type
from reasoning.measures.problems import FormulaError
from reasoning.measures.types import Kind


def calculated(tree: syntax.Binary, left: Node, right: Node, axis: str | None) -> Type:
    a, b = left.type, right.type
    time = (Kind.DATE, Kind.INSTANT)
    if a.kind in time or b.kind in time:
        return dated(tree, a, b, axis)
    numeric(left, tree)
    numeric(right, tree)
    kind = Kind.FLOAT if Kind.FLOAT in (a.kind, b.kind) else Kind.NUMBER
    if tree.op in ("+", "-"):
        together = common(tree, (left, right))
        return Type(kind, together.unit, literal=together.literal, axis=axis)
    unit = a.unit * b.unit if tree.op == "*" else a.unit / b.unit
    power = units.money_power(unit)
    if power not in (0, 1):
        what = "Amounts of money are multiplied with each other." if power > 1 else "A number is divided by money."
        raise FormulaError(what, tree.at, "Multiply an amount with a number, or divide an amount by an amount.")
    if power == 0 and units.money_power(a.unit) and tree.op == "*":
        raise FormulaError("An amount times a price per amount is not supported.", tree.at)
    return Type(kind, unit, literal=a.literal and b.literal, axis=axis)


def dated(tree: syntax.Binary, a: Type, b: Type, axis: str | None) -> Type:
    if tree.op == "-" and a.kind is b.kind:
        return Type(Kind.NUMBER, units.parse("day" if a.kind is Kind.DATE else "hour"), axis=axis)
    if tree.op in ("+", "-") and a.kind is Kind.DATE and b.kind is Kind.NUMBER:
        if not b.literal and units.factor(b.unit, units.parse("day")) != 1:
            have = units.name(b.unit) or "a plain number"
            raise FormulaError(
                f"Only days can be added to a date; this is in {have}.", tree.at, 'Write as_unit(x, "day").'
            )
        return Type(Kind.DATE, units.parse(""), axis=axis)
    raise FormulaError(
        f"{words(a)} {tree.op} {words(b)} means nothing.", tree.at,
        "Dates: date - date gives days, date + days gives a date.",
    )  # fmt: skip


def common(tree: syntax.Syntax, items: tuple[Node, ...]) -> Type:
    """The type that values have together.

    Raises:
        FormulaError: they are of different kinds or units.
    """
    axis = axis_of(tree, *items)
    known = [n.type for n in items if n.type.kind is not None]
    if not known:
        return Type(None, units.parse(""), literal=True, axis=axis)
    kinds = {t.kind for t in known}
    if kinds == {Kind.NUMBER, Kind.FLOAT}:
        kinds = {Kind.FLOAT}
    if len(kinds) > 1:
        a, b = known[0], next(t for t in known if t.kind is not known[0].kind)
        raise FormulaError(f"{words(a)} and {words(b)} do not go together.", tree.at)
    kind = kinds.pop()
    measured = [t for t in known if not t.literal]
    if not measured:
        return Type(kind, units.parse(""), literal=True, axis=axis)
    unit = measured[0].unit
    for other in measured[1:]:
        if other.unit != unit:
            one, two = units.name(unit) or "a plain number", units.name(other.unit) or "a plain number"
            same = units.factor(other.unit, unit) is not None
            do = f'Write as_unit(…, "{units.name(unit)}") around one of them.' if same else ""
            raise FormulaError(f"Units do not fit: {one} and {two}.", tree.at, do)
    return Type(kind, unit, axis=axis)


def axis_of(tree: syntax.Syntax, *items: Node) -> str | None:
    axes = {n.type.axis for n in items} - {None}
    if len(axes) > 1:
        raise FormulaError(f"Time axes do not mix: {' and '.join(sorted(a for a in axes if a))}.", tree.at)
    return axes.pop() if axes else None


def must(node: Node, tree: syntax.Syntax, kind: Kind) -> None:
    if node.type.kind not in (kind, None):
        wanted = {Kind.BOOLEAN: "yes or no", Kind.DATE: "a date", Kind.INSTANT: "a moment"}.get(kind, kind.value)
        raise FormulaError(f"`{node.text}` is {words(node.type)}; {wanted} is expected.", tree.at)


def numeric(node: Node, tree: syntax.Syntax) -> None:
    """Refuse a part of another kind (null is of every kind).

    Raises:
        FormulaError: it is.
    """
    if not node.type.is_number:
        raise FormulaError(f"`{node.text}` is {words(node.type)}; a number is expected.", tree.at)


def of(kind: Kind, axis: str | None) -> Type:
    """The time axis of some parts.

    Raises:
        FormulaError: they have several.
    """
    return Type(kind, units.parse(""), axis=axis)


def plain(kind: Kind, operand: Node) -> Type:
    """What arithmetic with dates and moments gives.

    Raises:
        FormulaError: it means nothing.
    """
    return of(kind, operand.type.axis)


def words(type_: Type) -> str:
    """What arithmetic gives.

    Raises:
        FormulaError: it means nothing.
    """
    match type_.kind:
        case Kind.NUMBER | Kind.FLOAT:
            unit = units.name(type_.unit)
            return f"a number in {unit}" if unit else "a number"
        case Kind.BOOLEAN:
            return "yes or no"
        case Kind.TEXT:
            return "a text"
        case Kind.DATE:
            return "a date"
        case Kind.INSTANT:
            return "a moment"
    return "nothing"
