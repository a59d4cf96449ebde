"""Calls in formulas: aggregates over relations, functions, and what runs along the time axis."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ontology.model import Role
from reasoning.measures import plan, syntax, units
from reasoning.measures.every import Every
from reasoning.measures.kinds import axis_of, common, must, numeric, of, plain
from reasoning.measures.names import AGGREGATES, ALONG_TIME, FUNCTIONS, RESERVED, Names, Scope
from reasoning.measures.plan import Node, Type
from reasoning.measures.problems import FormulaError, suggest
from reasoning.measures.types import Kind

_MOST_DIGITS = 12


class Calls(Names):
    """Resolves calls."""

    def _call(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        name = tree.function
        if name in AGGREGATES and not (name in ("min", "max") and not self._over_relation(tree, open_)):
            return self._aggregate(tree, open_)
        if tree.distinct or tree.alias or tree.where is not None:
            raise FormulaError(
                f"{name}() is no aggregate over a relation: `where`, `as` and `distinct` mean nothing in it.", tree.at,
                f"Aggregates are {', '.join(AGGREGATES)}.",
            )  # fmt: skip
        if name in ALONG_TIME:
            return self._along(tree, open_)
        match name:
            case "min" | "max":
                items = self._items(tree, open_, 2)
                type_ = common(tree, items)
                if type_.kind in (Kind.TEXT, Kind.BOOLEAN):
                    raise FormulaError(f"{name}() takes numbers or dates.", tree.at)
                return plan.Extreme(self._sites(), type_, self._text(tree), name == "max", items)
            case "coalesce":
                items = self._items(tree, open_, 2)
                return plan.Coalesce(self._sites(), common(tree, items), self._text(tree), items)
            case "if":
                return self._if(tree, open_)
            case "abs" | "floor" | "ceil" | "round" | "known" | "as_unit" | "day":
                return self._function(tree, open_)
            case "date":
                return self._date(tree)
            case "convert":
                return self._convert(tree, open_)
            case "cumsum" | "shift":
                return self._timed(tree, open_)
            case "bucket":
                raise FormulaError(
                    "bucket() stands directly in sum(): sum(lines, bucket(it.due_on, it.total)).", tree.at
                )
        raise FormulaError(
            f"There is no function {name!r}.", tree.at, suggest(name, {*AGGREGATES, *FUNCTIONS, *ALONG_TIME})
        )

    def _over_relation(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> bool:
        if tree.distinct or tree.alias or tree.where is not None:
            return True
        first = tree.arguments[0] if tree.arguments else None
        if not isinstance(first, syntax.Name):
            return False
        if first.parts[0] in self._ontology.classes:
            return len(first.parts) == 1
        scope, rest = self._base(first, open_)
        class_name = scope.class_name
        for name in rest:
            roles = self._ontology.roles(class_name)
            if name not in roles:
                return False
            class_name = roles[name].target
        return bool(rest)

    def _aggregate(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        name = tree.function
        first = tree.arguments[0] if tree.arguments else None
        if not isinstance(first, syntax.Name):
            raise FormulaError(
                f"{name}() begins with a relation: {name}(lines{'' if name == 'count' else ', it.total'}).", tree.at
            )
        if len(tree.arguments) > 2 or (len(tree.arguments) < 2 and name != "count"):
            raise FormulaError(f"{name}() takes a relation and one value.", tree.at, f"Write {name}(lines, it.total).")
        if not tree.alias and any(s.role is not None for s in open_):
            raise FormulaError(
                "An aggregate inside another must name its things.", tree.at,
                f"Write {name}({self._text(first)} as part, part.…).",
            )  # fmt: skip
        self._check_alias(tree, open_)
        if len(first.parts) == 1 and first.parts[0] in self._ontology.classes:
            return self._of_class(tree, open_, Every(first.parts[0]))
        scope, rest = self._base(first, open_)
        return self._hop(first, scope, rest, lambda end, role: self._aggregated(tree, open_, end, role))

    def _check_alias(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> None:
        name = tree.alias
        if not name:
            return
        class_ = self._ontology.classes[open_[0].class_name]
        if name in RESERVED or name in {s.name for s in open_}:
            raise FormulaError(f"`as {name}`: the name is taken.", tree.at, "Choose another.")
        if name in class_.properties or name in self._ontology.roles(class_.name) or self._find(class_.name, name):
            raise FormulaError(f"`as {name}`: {class_.name} has a {name!r} already.", tree.at, "Choose another name.")

    def _of_class(self, tree: syntax.Call, open_: tuple[Scope, ...], every: Every) -> Node:
        """An aggregate over all things of a class: the same for all cells, so it may read nothing of their owners."""
        if tree.distinct:
            raise FormulaError(f"Every {every.class_name} counts once: `distinct` means nothing here.", tree.at)
        made = self._terms(tree, open_, open_[0], every)
        inside = {n.scope for n in plan.walk(made) if isinstance(n, plan.Aggregate)}
        for node in plan.walk(made):
            if isinstance(node, plan.Aggregate) and node is not made and node.bucket is not None:
                raise FormulaError(
                    "A sum with bucket() does not stand inside an aggregate over a class.", tree.at,
                    "Make a measure of it.",
                )  # fmt: skip
            read = node.owner if isinstance(node, plan.Aggregate) else getattr(node, "scope", None)
            company = isinstance(node, plan.Aggregate) and isinstance(node.role, Every)
            if node is not made and not company and read is not None and read not in inside:
                own = next(s.class_name for s in open_ if s.number == read)
                it = tree.alias or "it"
                raise FormulaError(
                    f"`{node.text}` is read of the {own}, but this reads all {every.class_name} at once.", tree.at,
                    f"Read of them only ({it}.…); what belongs to one {own} is found over a relation.",
                )  # fmt: skip
        return made

    def _aggregated(self, tree: syntax.Call, open_: tuple[Scope, ...], end: Scope, role_name: str) -> Node:
        return self._terms(tree, open_, end, self._role(tree.arguments[0], end, role_name))

    def _terms(self, tree: syntax.Call, open_: tuple[Scope, ...], end: Scope, role: Role | Every) -> Node:
        name = tree.function
        scope = self._open(role, end, tree.alias)
        within = (*open_, scope)
        where = None
        if tree.where is not None:
            where = self._node(tree.where, within)
            must(where, tree.where, Kind.BOOLEAN)
        body, bucket = None, None
        if len(tree.arguments) == 2:
            body, bucket = self._body(tree, tree.arguments[1], within)
        axis = axis_of(tree, *(n for n in (where, body) if n is not None))
        if bucket is not None:
            axis = self._declared.axis
            if where is not None and where.type.axis is not None:
                raise FormulaError("`where` of a sum with bucket() takes no value with a time axis.", tree.at)
        type_ = self._aggregate_type(tree, body, axis)
        return plan.Aggregate(
            self._sites(),
            type_,
            self._text(tree),
            name,
            end.number,
            scope.number,
            role,
            tree.distinct,
            where,
            body,
            bucket,
        )

    def _body(self, tree: syntax.Call, body: syntax.Syntax, within: tuple[Scope, ...]) -> tuple[Node, Node | None]:
        if not (isinstance(body, syntax.Call) and body.function == "bucket"):
            return self._node(body, within), None
        if tree.function not in ("sum", "sum_known"):
            raise FormulaError("bucket() stands only in sum().", body.at)
        if self._declared.axis is None:
            raise FormulaError("bucket() needs a time axis.", body.at, "Add `over: week` to the measure.")
        when, amount = self._items(body, within, 2, most=2)
        if when.type.kind not in (Kind.DATE, Kind.INSTANT):
            raise FormulaError("bucket() takes a date and a value.", body.at, "Write bucket(it.due_on, it.total).")
        if when.type.axis is not None or amount.type.axis is not None:
            raise FormulaError("bucket() takes a date and a value without a time axis.", body.at)
        return amount, when

    def _aggregate_type(self, tree: syntax.Call, body: Node | None, axis: str | None) -> Type:
        name = tree.function
        if name == "count":
            return Type(Kind.NUMBER, units.parse(""), axis=axis)
        assert body is not None
        if name in ("any", "all"):
            must(body, tree.arguments[1], Kind.BOOLEAN)
        elif name in ("sum", "sum_known", "mean"):
            numeric(body, tree.arguments[1])
        elif name in ("min", "max") and body.type.kind in (Kind.TEXT, Kind.BOOLEAN):
            raise FormulaError(f"{name}() takes numbers or dates.", tree.at)
        return Type(body.type.kind, body.type.unit, axis=axis)

    def _items(self, tree: syntax.Call, open_: tuple[Scope, ...], least: int, most: int = 40) -> tuple[Node, ...]:
        if not least <= len(tree.arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}" if most < 40 else f"{least} or more"
            raise FormulaError(f"{tree.function}() takes {wanted} values, not {len(tree.arguments)}.", tree.at)
        return tuple(self._node(a, open_) for a in tree.arguments)

    def _if(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        condition, then, otherwise = self._items(tree, open_, 3, 3)
        must(condition, tree.arguments[0], Kind.BOOLEAN)
        type_ = common(tree, (then, otherwise))
        axis = axis_of(tree, condition, then, otherwise)
        type_ = Type(type_.kind, type_.unit, type_.literal, axis)
        return plan.If(self._sites(), type_, self._text(tree), condition, then, otherwise)

    def _function(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        name, text = tree.function, self._text(tree)
        second = tree.arguments[1] if len(tree.arguments) == 2 else None
        (operand, *_) = self._items(
            syntax.Call(tree.at, tree.end, name, tree.arguments[:1]) if name in ("round", "as_unit") else tree,
            open_, 1, 1,
        )  # fmt: skip
        if name == "known":
            return plan.Function(self._sites(), plain(Kind.BOOLEAN, operand), text, name, operand)
        if name == "day":
            must(operand, tree, Kind.INSTANT)
            return plan.Function(self._sites(), plain(Kind.DATE, operand), text, name, operand)
        numeric(operand, tree)
        if name == "as_unit":
            return self._as_unit(tree, operand, second)
        number: Fraction | None = None
        if name == "round":
            if second is not None and not isinstance(second, syntax.Number):
                raise FormulaError("round() takes a value and how many digits to keep.", tree.at, "Write round(x, 2).")
            number = second.value if isinstance(second, syntax.Number) else Fraction(0)
            if number.denominator != 1 or number > _MOST_DIGITS:
                raise FormulaError(f"round() keeps 0 to {_MOST_DIGITS} digits.", tree.at)
        if name != "abs" and operand.type.kind is Kind.FLOAT and name == "round":
            raise FormulaError("A floating-point number cannot be rounded exactly.", tree.at, "Leave it as it is.")
        return plan.Function(self._sites(), operand.type, text, name, operand, number)

    def _as_unit(self, tree: syntax.Call, operand: Node, second: syntax.Syntax | None) -> Node:
        if not isinstance(second, syntax.Text):
            raise FormulaError('as_unit() takes a value and a unit: as_unit(x, "hour").', tree.at)
        try:
            unit = units.parse(second.value)
        except ValueError as problem:
            raise FormulaError(str(problem), second.at, "Units are such as day, hour, kilogram, percent.") from problem
        factor = Fraction(1) if operand.type.literal else units.factor(operand.type.unit, unit)
        if factor is None and units.is_plain(operand.type.unit) and not units.money_power(unit):
            factor = Fraction(1)  # a plain number of which the formula says what it counts
        if factor is None:
            have = units.name(operand.type.unit) or "a plain number"
            raise FormulaError(f"{have} cannot be given in {second.value}.", tree.at)
        type_ = Type(operand.type.kind, unit, axis=operand.type.axis)
        return plan.Function(self._sites(), type_, self._text(tree), "as_unit", operand, factor)

    def _date(self, tree: syntax.Call) -> Node:
        only = tree.arguments[0] if len(tree.arguments) == 1 else None
        try:
            if not isinstance(only, syntax.Text):
                raise ValueError
            return self._constant(tree, of(Kind.DATE, None), date.fromisoformat(only.value))
        except ValueError as problem:
            raise FormulaError('date() takes a day as a text: date("2026-03-31").', tree.at) from problem

    def _convert(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        if len(tree.arguments) != 3 or not isinstance(tree.arguments[1], syntax.Text):
            raise FormulaError(
                'convert() takes an amount, a currency and a day: convert(total, "EUR", today).', tree.at
            )
        operand, on = self._node(tree.arguments[0], open_), self._node(tree.arguments[2], open_)
        if units.money_power(operand.type.unit) != 1:
            raise FormulaError("convert() takes an amount of money.", tree.at)
        must(on, tree.arguments[2], Kind.DATE)
        currency = tree.arguments[1].value
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise FormulaError(f"{currency!r} is not the code of a currency.", tree.at, "Write one such as EUR.")
        axis = axis_of(tree, operand, on)
        kind = operand.type.kind
        return plan.Convert(
            self._sites(), Type(kind, operand.type.unit, axis=axis), self._text(tree), operand, currency, on
        )

    def _timed(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        if self._declared.axis is None:
            raise FormulaError(f"{tree.function}() needs a time axis.", tree.at, "Add `over: week` to the measure.")
        if len(open_) > 1:
            raise FormulaError(f"{tree.function}() does not stand inside an aggregate.", tree.at, "Put it around it.")
        if tree.function == "cumsum":
            (operand,) = self._items(tree, open_, 1, 1)
            numeric(operand, tree)
            type_ = Type(operand.type.kind, operand.type.unit, axis=self._declared.axis)
            return plan.Cumulative(self._sites(), type_, self._text(tree), operand)
        by = tree.arguments[1] if len(tree.arguments) in (2, 3) else None
        if not isinstance(by, syntax.Number) or by.digits or not 1 <= by.value <= 10_000:
            raise FormulaError(
                "shift() takes a value, a number of periods (1 or more) and, if you like, what comes before the first.",
                tree.at, "Write shift(balance, 1, opening_balance).",
            )  # fmt: skip
        self._shifted += 1
        operand = self._node(tree.arguments[0], open_)
        self._shifted -= 1
        default = self._node(tree.arguments[2], open_) if len(tree.arguments) == 3 else None
        together = common(tree, (operand, default)) if default is not None else operand.type
        type_ = Type(together.kind, together.unit, axis=self._declared.axis)
        return plan.Shift(self._sites(), type_, self._text(tree), operand, int(by.value), default)

    def _along(self, tree: syntax.Call, open_: tuple[Scope, ...]) -> Node:
        (operand,) = self._items(tree, open_, 1, 1)
        if operand.type.axis is None:
            raise FormulaError(f"{tree.function}() takes a value with a time axis.", tree.at)
        if tree.function == "first_when":
            must(operand, tree, Kind.BOOLEAN)
            return plan.AlongTime(self._sites(), of(Kind.DATE, None), self._text(tree), "first_when", operand)
        if tree.function == "total":
            numeric(operand, tree)
        elif tree.function in ("lowest", "highest") and operand.type.kind in (Kind.TEXT, Kind.BOOLEAN):
            raise FormulaError(f"{tree.function}() takes numbers or dates.", tree.at)
        type_ = Type(operand.type.kind, operand.type.unit)
        return plan.AlongTime(self._sites(), type_, self._text(tree), tree.function, operand)
