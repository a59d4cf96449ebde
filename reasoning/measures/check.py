"""Static checks: names, classes, roles, types and units of a formula. What passes cannot fail for want of a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ontology.model import Datatype, Ontology, PropertyDef, Role
from reasoning.measures import plan, syntax, units
from reasoning.measures.plan import Node, Type
from reasoning.measures.problems import FormulaError, suggest
from reasoning.measures.types import Kind

AGGREGATES = ("sum", "sum_known", "mean", "min", "max", "count", "any", "all", "one")
FUNCTIONS = (
    "if", "coalesce", "abs", "round", "floor", "ceil", "known", "as_unit", "convert", "day", "date", "bucket", "cumsum",
    "shift",
)  # fmt: skip
ALONG_TIME = ("lowest", "highest", "first", "last", "total", "first_when")
WORDS = ("today", "period_start", "period_end")
RESERVED = frozenset({*AGGREGATES, *FUNCTIONS, *ALONG_TIME, *WORDS, "it", "rel"})
_KINDS = {
    Datatype.STRING: Kind.TEXT, Datatype.INTEGER: Kind.NUMBER, Datatype.DECIMAL: Kind.NUMBER,
    Datatype.FLOAT: Kind.FLOAT, Datatype.BOOLEAN: Kind.BOOLEAN, Datatype.DATE: Kind.DATE,
    Datatype.DATETIME: Kind.INSTANT,
}  # fmt: skip
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Declared:
    """What the checker needs of the measure whose formula it checks."""

    name: str
    class_name: str
    type: Type | None
    """As declared; needed only where the formula uses the measure itself."""
    axis: str | None


@dataclass(frozen=True, slots=True)
class _Scope:
    number: int
    class_name: str
    role: Role | None = None
    owner: int | None = None
    name: str = ""


class Checker:
    """Turns the tree of one formula into a plan.

    Args:
        find: a measure's name by class (or an ancestor's, or a role's target) and short name.
        typed: the type of another measure; it may raise :class:`FormulaError` without a place of its own.
        sites: gives numbers to parts.
    """

    def __init__(
        self,
        ontology: Ontology,
        declared: Declared,
        formula: str,
        find: Callable[[str, str], str | None],
        typed: Callable[[str], Type],
        names: Callable[[str], Mapping[str, str]],
        sites: Callable[[], int],
    ) -> None:
        self._ontology = ontology
        self._declared = declared
        self._formula = formula
        self._find, self._typed, self._names, self._sites = find, typed, names, sites
        self._scopes = [_Scope(0, declared.class_name)]
        self._shifted = 0

    def check(self, tree: syntax.Syntax) -> Node:
        """The plan.

        Raises:
            FormulaError: what is wrong first.
        """
        return self._node(tree, (self._scopes[0],))

    # What is written

    def _node(self, tree: syntax.Syntax, open_: tuple[_Scope, ...]) -> Node:
        match tree:
            case syntax.Number():
                return self._constant(tree, Type(Kind.NUMBER, units.parse(""), literal=True), tree.value)
            case syntax.Text():
                return self._constant(tree, Type(Kind.TEXT, units.parse("")), tree.value)
            case syntax.Word():
                value = {"true": True, "false": False, "null": None}[tree.value]
                kind = None if value is None else Kind.BOOLEAN
                return self._constant(tree, Type(kind, units.parse(""), literal=kind is None), value)
            case syntax.Name():
                return self._name(tree, open_)
            case syntax.Unary():
                return self._unary(tree, open_)
            case syntax.Binary():
                return self._binary(tree, self._node(tree.left, open_), self._node(tree.right, open_))
            case syntax.Among():
                return self._among(tree, open_)
            case syntax.Call():
                return self._call(tree, open_)

    def _constant(self, tree: syntax.Syntax, type_: Type, value: Fraction | str | bool | date | None) -> Node:
        return plan.Constant(self._sites(), type_, self._text(tree), value)

    def _unary(self, tree: syntax.Unary, open_: tuple[_Scope, ...]) -> Node:
        operand = self._node(tree.operand, open_)
        if tree.op == "not":
            self._must(operand, tree, Kind.BOOLEAN)
            return plan.Not(self._sites(), _plain(Kind.BOOLEAN, operand), self._text(tree), operand)
        self._number(operand, tree)
        return plan.Negative(self._sites(), operand.type, self._text(tree), operand)

    def _binary(self, tree: syntax.Binary, left: Node, right: Node) -> Node:
        text = self._text(tree)
        axis = self._axis(tree, left, right)
        if tree.op in ("and", "or"):
            self._must(left, tree, Kind.BOOLEAN)
            self._must(right, tree, Kind.BOOLEAN)
            return plan.Logic(self._sites(), _of(Kind.BOOLEAN, axis), text, tree.op, left, right)
        if tree.op in ("==", "!=", "<", "<=", ">", ">="):
            together = self._common(tree, (left, right))
            if together.kind in (Kind.BOOLEAN, Kind.TEXT) and tree.op not in ("==", "!="):
                raise FormulaError(f"{_words(together)} cannot be ordered with {tree.op}.", tree.at, "Use == or !=.")
            return plan.Comparison(self._sites(), _of(Kind.BOOLEAN, axis), text, tree.op, left, right)
        return plan.Arithmetic(self._sites(), self._calculated(tree, left, right, axis), text, tree.op, left, right)

    def _calculated(self, tree: syntax.Binary, left: Node, right: Node, axis: str | None) -> Type:
        a, b = left.type, right.type
        time = (Kind.DATE, Kind.INSTANT)
        if a.kind in time or b.kind in time:
            return self._dated(tree, a, b, axis)
        self._number(left, tree)
        self._number(right, tree)
        kind = Kind.FLOAT if Kind.FLOAT in (a.kind, b.kind) else Kind.NUMBER
        if tree.op in ("+", "-"):
            together = self._common(tree, (left, right))
            return Type(kind, together.unit, literal=together.literal, axis=axis)
        unit = a.unit * b.unit if tree.op == "*" else a.unit / b.unit
        power = units.money_power(unit)
        if power not in (0, 1):
            what = "Amounts of money are multiplied with each other." if power > 1 else "A number is divided by money."
            raise FormulaError(what, tree.at, "Multiply an amount with a number, or divide an amount by an amount.")
        if power == 0 and units.money_power(a.unit) and tree.op == "*":
            raise FormulaError("An amount times a price per amount is not supported.", tree.at)
        return Type(kind, unit, literal=a.literal and b.literal, axis=axis)

    def _dated(self, tree: syntax.Binary, a: Type, b: Type, axis: str | None) -> Type:
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
            f"{_words(a)} {tree.op} {_words(b)} means nothing.", tree.at,
            "Dates: date - date gives days, date + days gives a date.",
        )  # fmt: skip

    def _among(self, tree: syntax.Among, open_: tuple[_Scope, ...]) -> Node:
        operand = self._node(tree.operand, open_)
        found: Node | None = None
        for value in tree.values:
            compared = self._binary(syntax.Binary(tree.at, tree.end, "==", tree.operand, value), operand,
                                    self._node(value, open_))  # fmt: skip
            both = Type(Kind.BOOLEAN, units.parse(""), axis=compared.type.axis)
            found = compared if found is None else plan.Logic(
                self._sites(), both, self._text(tree), "or", found, compared
            )  # fmt: skip
        assert found is not None
        return found

    # Names

    def _name(self, tree: syntax.Name, open_: tuple[_Scope, ...]) -> Node:
        if len(tree.parts) == 1 and tree.parts[0] in WORDS:
            return self._word(tree)
        scope, rest = self._base(tree, open_)
        if rest[:1] == ("rel",):
            return self._relation_property(tree, scope, rest)
        return self._hop(tree, scope, rest, lambda end, name: self._value(tree, end, name))

    def _word(self, tree: syntax.Name) -> Node:
        word = tree.parts[0]
        if word == "today":
            return plan.Today(self._sites(), _of(Kind.DATE, None), word)
        if self._declared.axis is None:
            raise FormulaError(f"`{word}` needs a time axis.", tree.at, "Add `over: week` to the measure.")
        return plan.PeriodBound(self._sites(), _of(Kind.DATE, self._declared.axis), word, word == "period_end")

    def _base(self, tree: syntax.Name, open_: tuple[_Scope, ...]) -> tuple[_Scope, tuple[str, ...]]:
        """The scope that a name begins at, and what is left of it."""
        first = tree.parts[0]
        if first in ("it", "rel"):
            inner = [s for s in open_ if s.role is not None and not s.name]
            if not inner:
                do = "Use the name given with `as`." if len(open_) > 1 else "It is known only inside an aggregate."
                raise FormulaError(f"`{first}` means nothing here.", tree.at, do)
            return inner[-1], tree.parts[1:] if first == "it" else tree.parts
        for scope in reversed(open_):
            if scope.name == first:
                return scope, tree.parts[1:]
        return open_[0], tree.parts

    def _relation_property(self, tree: syntax.Name, scope: _Scope, rest: tuple[str, ...]) -> Node:
        if scope.role is None:
            raise FormulaError("`rel` is known only inside an aggregate.", tree.at)
        known = scope.role.relation.properties
        name = rest[1] if len(rest) == 2 else ""
        if name not in known:
            where = f"The relation {scope.role.relation.name!r}"
            raise FormulaError(
                f"{where} has no property {'.'.join(rest[1:])!r}.", tree.at, suggest(name, known, otherwise="")
            )
        definition = known[name]
        return plan.RelationProperty(
            self._sites(), self._property_type(tree, definition), self._text(tree), scope.number, definition
        )

    def _hop(self, tree: syntax.Name, scope: _Scope, rest: tuple[str, ...], end: Callable[[_Scope, str], Node]) -> Node:
        """Follow roles that lead to one thing at most; ``end`` reads the last name."""
        if not rest:
            raise FormulaError(f"`{self._text(tree)}` is a thing, not a value.", tree.at, "Name one of its properties.")
        if len(rest) == 1:
            return end(scope, rest[0])
        role = self._role(tree, scope, rest[0])
        single = role.relation.inverse_functional if role.inverse else role.relation.functional
        if not single:
            raise FormulaError(
                f"{scope.class_name} may have several {rest[0]!r}.", tree.at,
                f"Say what to do with them: sum({rest[0]}, it.{'.'.join(rest[1:])}), or max, mean, one …",
            )  # fmt: skip
        inner = self._open(role, scope, "")
        body = self._hop(tree, inner, rest[1:], end)
        return plan.Aggregate(
            self._sites(), body.type, self._text(tree), "one", scope.number, inner.number, role, False, None, body
        )

    def _value(self, tree: syntax.Name, scope: _Scope, name: str) -> Node:
        class_ = self._ontology.classes[scope.class_name]
        if name in class_.properties:
            definition = class_.properties[name]
            return plan.Property(
                self._sites(), self._property_type(tree, definition), self._text(tree), scope.number, class_.name,
                definition,
            )  # fmt: skip
        measure = self._find(class_.name, name)
        if measure is not None:
            return self._reference(tree, scope, measure)
        roles = self._ontology.roles(class_.name)
        if name in roles:
            raise FormulaError(
                f"{name!r} is a relation of {class_.name}, not a value.", tree.at,
                f"Aggregate over it, such as count({name}), or name a property: {name}.name.",
            )  # fmt: skip
        raise FormulaError(
            f"{class_.name} has no property or measure {name!r}.", tree.at,
            suggest(name, {*class_.properties, *self._names(class_.name), *roles, *WORDS}, otherwise=self._below(name)),
        )  # fmt: skip

    def _below(self, name: str) -> str:
        having = sorted(c for c, d in self._ontology.classes.items() if name in d.properties)
        if having:
            return f"{', '.join(having[:4])}{' …' if len(having) > 4 else ''} {'have' if having[1:] else 'has'} it."
        return "docs/ontology.md lists the properties of each class."

    def _reference(self, tree: syntax.Name, scope: _Scope, measure: str) -> Node:
        itself = measure == self._declared.name
        if not itself:
            try:
                type_ = self._typed(measure)
            except FormulaError as problem:
                raise FormulaError(problem.what, tree.at, problem.do) from problem
            return plan.Reference(self._sites(), type_, self._text(tree), scope.number, measure, False)
        declared = self._declared.type
        if declared is None:
            raise FormulaError(
                "A measure that uses itself must say what it gives.", tree.at,
                "Add `unit:` (or `type:`) and `scale:` to it.",
            )  # fmt: skip
        if self._shifted:
            if scope.number != 0:
                raise FormulaError("Through shift() a measure may use only its own earlier values.", tree.at)
            return plan.Reference(self._sites(), declared, self._text(tree), 0, measure, True)
        through = scope.role
        if through is None:
            raise FormulaError(
                f"{measure} is defined by itself.",
                tree.at,
                "A running value reads shift(…, 1): its value a period before.",
            )
        if scope.owner != 0 or not through.relation.acyclic:
            raise FormulaError(
                f"{measure} uses itself through {through.name!r}, which is not declared acyclic.", tree.at,
                "A measure may use itself only directly over a relation such as `components` (ko:AcyclicRelation).",
            )  # fmt: skip
        return plan.Reference(self._sites(), declared, self._text(tree), scope.number, measure, True)

    def _property_type(self, tree: syntax.Syntax, definition: PropertyDef) -> Type:
        if not definition.functional:
            raise FormulaError(f"{definition.name!r} may have several values.", tree.at, "Formulas read single values.")
        return Type(_KINDS[definition.datatype], units.of_property(definition.unit, definition.is_money))

    def _role(self, tree: syntax.Syntax, scope: _Scope, name: str) -> Role:
        roles = self._ontology.roles(scope.class_name)
        if name not in roles:
            raise FormulaError(
                f"{scope.class_name} has no relation {name!r}.", tree.at,
                suggest(name, roles, otherwise=f"docs/ontology.md lists the relations of {scope.class_name}."),
            )  # fmt: skip
        return roles[name]

    def _open(self, role: Role, owner: _Scope, name: str) -> _Scope:
        scope = _Scope(len(self._scopes), role.target, role, owner.number, name)
        self._scopes.append(scope)
        return scope

    # Calls

    def _call(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
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
                type_ = self._common(tree, items)
                if type_.kind in (Kind.TEXT, Kind.BOOLEAN):
                    raise FormulaError(f"{name}() takes numbers or dates.", tree.at)
                return plan.Extreme(self._sites(), type_, self._text(tree), name == "max", items)
            case "coalesce":
                items = self._items(tree, open_, 2)
                return plan.Coalesce(self._sites(), self._common(tree, items), self._text(tree), items)
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

    def _over_relation(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> bool:
        if tree.distinct or tree.alias or tree.where is not None:
            return True
        first = tree.arguments[0] if tree.arguments else None
        if not isinstance(first, syntax.Name):
            return False
        scope, rest = self._base(first, open_)
        class_name = scope.class_name
        for name in rest:
            roles = self._ontology.roles(class_name)
            if name not in roles:
                return False
            class_name = roles[name].target
        return bool(rest)

    def _aggregate(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
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
        scope, rest = self._base(first, open_)
        return self._hop(first, scope, rest, lambda end, role: self._aggregated(tree, open_, end, role))

    def _check_alias(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> None:
        name = tree.alias
        if not name:
            return
        class_ = self._ontology.classes[open_[0].class_name]
        if name in RESERVED or name in {s.name for s in open_}:
            raise FormulaError(f"`as {name}`: the name is taken.", tree.at, "Choose another.")
        if name in class_.properties or name in self._ontology.roles(class_.name) or self._find(class_.name, name):
            raise FormulaError(f"`as {name}`: {class_.name} has a {name!r} already.", tree.at, "Choose another name.")

    def _aggregated(self, tree: syntax.Call, open_: tuple[_Scope, ...], end: _Scope, role_name: str) -> Node:
        name = tree.function
        role = self._role(tree.arguments[0], end, role_name)
        scope = self._open(role, end, tree.alias)
        within = (*open_, scope)
        where = None
        if tree.where is not None:
            where = self._node(tree.where, within)
            self._must(where, tree.where, Kind.BOOLEAN)
        body, bucket = None, None
        if len(tree.arguments) == 2:
            body, bucket = self._body(tree, tree.arguments[1], within)
        axis = self._axis(tree, *(n for n in (where, body) if n is not None))
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

    def _body(self, tree: syntax.Call, body: syntax.Syntax, within: tuple[_Scope, ...]) -> tuple[Node, Node | None]:
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
            self._must(body, tree.arguments[1], Kind.BOOLEAN)
        elif name in ("sum", "sum_known", "mean"):
            self._number(body, tree.arguments[1])
        elif name in ("min", "max") and body.type.kind in (Kind.TEXT, Kind.BOOLEAN):
            raise FormulaError(f"{name}() takes numbers or dates.", tree.at)
        return Type(body.type.kind, body.type.unit, axis=axis)

    def _items(self, tree: syntax.Call, open_: tuple[_Scope, ...], least: int, most: int = 40) -> tuple[Node, ...]:
        if not least <= len(tree.arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}" if most < 40 else f"{least} or more"
            raise FormulaError(f"{tree.function}() takes {wanted} values, not {len(tree.arguments)}.", tree.at)
        return tuple(self._node(a, open_) for a in tree.arguments)

    def _if(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
        condition, then, otherwise = self._items(tree, open_, 3, 3)
        self._must(condition, tree.arguments[0], Kind.BOOLEAN)
        type_ = self._common(tree, (then, otherwise))
        axis = self._axis(tree, condition, then, otherwise)
        type_ = Type(type_.kind, type_.unit, type_.literal, axis)
        return plan.If(self._sites(), type_, self._text(tree), condition, then, otherwise)

    def _function(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
        name, text = tree.function, self._text(tree)
        second = tree.arguments[1] if len(tree.arguments) == 2 else None
        (operand, *_) = self._items(
            syntax.Call(tree.at, tree.end, name, tree.arguments[:1]) if name in ("round", "as_unit") else tree,
            open_, 1, 1,
        )  # fmt: skip
        if name == "known":
            return plan.Function(self._sites(), _plain(Kind.BOOLEAN, operand), text, name, operand)
        if name == "day":
            self._must(operand, tree, Kind.INSTANT)
            return plan.Function(self._sites(), _plain(Kind.DATE, operand), text, name, operand)
        self._number(operand, tree)
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
            return self._constant(tree, _of(Kind.DATE, None), date.fromisoformat(only.value))
        except ValueError as problem:
            raise FormulaError('date() takes a day as a text: date("2026-03-31").', tree.at) from problem

    def _convert(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
        if len(tree.arguments) != 3 or not isinstance(tree.arguments[1], syntax.Text):
            raise FormulaError(
                'convert() takes an amount, a currency and a day: convert(total, "EUR", today).', tree.at
            )
        operand, on = self._node(tree.arguments[0], open_), self._node(tree.arguments[2], open_)
        if units.money_power(operand.type.unit) != 1:
            raise FormulaError("convert() takes an amount of money.", tree.at)
        self._must(on, tree.arguments[2], Kind.DATE)
        currency = tree.arguments[1].value
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise FormulaError(f"{currency!r} is not the code of a currency.", tree.at, "Write one such as EUR.")
        axis = self._axis(tree, operand, on)
        kind = operand.type.kind
        return plan.Convert(
            self._sites(), Type(kind, operand.type.unit, axis=axis), self._text(tree), operand, currency, on
        )

    def _timed(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
        if self._declared.axis is None:
            raise FormulaError(f"{tree.function}() needs a time axis.", tree.at, "Add `over: week` to the measure.")
        if len(open_) > 1:
            raise FormulaError(f"{tree.function}() does not stand inside an aggregate.", tree.at, "Put it around it.")
        if tree.function == "cumsum":
            (operand,) = self._items(tree, open_, 1, 1)
            self._number(operand, tree)
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
        together = self._common(tree, (operand, default)) if default is not None else operand.type
        type_ = Type(together.kind, together.unit, axis=self._declared.axis)
        return plan.Shift(self._sites(), type_, self._text(tree), operand, int(by.value), default)

    def _along(self, tree: syntax.Call, open_: tuple[_Scope, ...]) -> Node:
        (operand,) = self._items(tree, open_, 1, 1)
        if operand.type.axis is None:
            raise FormulaError(f"{tree.function}() takes a value with a time axis.", tree.at)
        if tree.function == "first_when":
            self._must(operand, tree, Kind.BOOLEAN)
            return plan.AlongTime(self._sites(), _of(Kind.DATE, None), self._text(tree), "first_when", operand)
        if tree.function == "total":
            self._number(operand, tree)
        elif tree.function in ("lowest", "highest") and operand.type.kind in (Kind.TEXT, Kind.BOOLEAN):
            raise FormulaError(f"{tree.function}() takes numbers or dates.", tree.at)
        type_ = Type(operand.type.kind, operand.type.unit)
        return plan.AlongTime(self._sites(), type_, self._text(tree), tree.function, operand)

    # Types

    def _common(self, tree: syntax.Syntax, items: tuple[Node, ...]) -> Type:
        """The type that values have together.

        Raises:
            FormulaError: they are of different kinds or units.
        """
        axis = self._axis(tree, *items)
        known = [n.type for n in items if n.type.kind is not None]
        if not known:
            return Type(None, units.parse(""), literal=True, axis=axis)
        kinds = {t.kind for t in known}
        if kinds == {Kind.NUMBER, Kind.FLOAT}:
            kinds = {Kind.FLOAT}
        if len(kinds) > 1:
            a, b = known[0], next(t for t in known if t.kind is not known[0].kind)
            raise FormulaError(f"{_words(a)} and {_words(b)} do not go together.", tree.at)
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

    def _axis(self, tree: syntax.Syntax, *items: Node) -> str | None:
        axes = {n.type.axis for n in items} - {None}
        if len(axes) > 1:
            raise FormulaError(f"Time axes do not mix: {' and '.join(sorted(a for a in axes if a))}.", tree.at)
        return axes.pop() if axes else None

    def _must(self, node: Node, tree: syntax.Syntax, kind: Kind) -> None:
        if node.type.kind not in (kind, None):
            wanted = {Kind.BOOLEAN: "yes or no", Kind.DATE: "a date", Kind.INSTANT: "a moment"}.get(kind, kind.value)
            raise FormulaError(f"`{node.text}` is {_words(node.type)}; {wanted} is expected.", tree.at)

    def _number(self, node: Node, tree: syntax.Syntax) -> None:
        if not node.type.is_number:
            raise FormulaError(f"`{node.text}` is {_words(node.type)}; a number is expected.", tree.at)

    def _text(self, tree: syntax.Syntax) -> str:
        return " ".join(self._formula[tree.at : tree.end].split())


def _of(kind: Kind, axis: str | None) -> Type:
    return Type(kind, units.parse(""), axis=axis)


def _plain(kind: Kind, operand: Node) -> Type:
    return _of(kind, operand.type.axis)


def _words(type_: Type) -> str:
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
