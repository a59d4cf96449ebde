"""Names in formulas: properties, measures and relations, resolved from the class that a name is read at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from graph_engine.snapshot import COMPANY
from ontology.model import Datatype, Ontology, PropertyDef, Role
from reasoning.measures import plan, syntax, units
from reasoning.measures.every import Every
from reasoning.measures.kinds import of
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
class Scope:
    number: int
    class_name: str
    role: Role | Every | None = None
    owner: int | None = None
    name: str = ""


class Names(ABC):
    """Resolves names.

    Args:
        find: a measure's name by class (or an ancestor's, or a role's target) and short name.
        typed: the type of another measure; it may raise :class:`FormulaError` without a place of its own.
        names: short names of the measures of a class.
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
        self._scopes = [Scope(0, declared.class_name)]
        self._shifted = 0

    def _constant(self, tree: syntax.Syntax, type_: Type, value: Fraction | str | bool | date | None) -> Node:
        return plan.Constant(self._sites(), type_, self._text(tree), value)

    @abstractmethod
    def _node(self, tree: syntax.Syntax, open_: tuple[Scope, ...]) -> Node:
        """The plan of a part."""

    def _name(self, tree: syntax.Name, open_: tuple[Scope, ...]) -> Node:
        if len(tree.parts) == 1 and tree.parts[0] in WORDS:
            return self._word(tree)
        if tree.parts[0] in self._ontology.classes:
            return self._of_company(tree)
        scope, rest = self._base(tree, open_)
        if rest[:1] == ("rel",):
            return self._relation_property(tree, scope, rest)
        return self._hop(tree, scope, rest, lambda end, name: self._value(tree, end, name))

    def _of_company(self, tree: syntax.Name) -> Node:
        """``Company.receipts``: a figure of the company as a whole, from anywhere."""
        class_name, *rest = tree.parts
        if class_name != COMPANY or len(rest) != 1:
            raise FormulaError(
                f"`{self._text(tree)}`: {class_name} is a class of things, so it has no one value.", tree.at,
                f"Say what to do with all of them: sum({class_name}, it.{'.'.join(rest) or '…'}), max, mean, count …",
            )  # fmt: skip
        if self._declared.class_name == COMPANY:
            raise FormulaError(f"The formula is of the company itself: write `{rest[0]}`.", tree.at)
        scope = self._open(Every(COMPANY), self._scopes[0], "")
        body = self._value(tree, scope, rest[0])
        return plan.Aggregate(
            self._sites(), body.type, self._text(tree), "one", 0, scope.number, Every(COMPANY), False, None, body
        )

    def _word(self, tree: syntax.Name) -> Node:
        word = tree.parts[0]
        if word == "today":
            return plan.Today(self._sites(), of(Kind.DATE, None), word)
        if self._declared.axis is None:
            raise FormulaError(f"`{word}` needs a time axis.", tree.at, "Add `over: week` to the measure.")
        return plan.PeriodBound(self._sites(), of(Kind.DATE, self._declared.axis), word, word == "period_end")

    def _base(self, tree: syntax.Name, open_: tuple[Scope, ...]) -> tuple[Scope, tuple[str, ...]]:
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

    def _relation_property(self, tree: syntax.Name, scope: Scope, rest: tuple[str, ...]) -> Node:
        if scope.role is None:
            raise FormulaError("`rel` is known only inside an aggregate.", tree.at)
        if isinstance(scope.role, Every):
            raise FormulaError(f"`rel` means nothing here: all {scope.class_name} are read, over no relation.", tree.at)
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

    def _hop(self, tree: syntax.Name, scope: Scope, rest: tuple[str, ...], end: Callable[[Scope, str], Node]) -> Node:
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

    def _value(self, tree: syntax.Name, scope: Scope, name: str) -> Node:
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

    def _reference(self, tree: syntax.Name, scope: Scope, measure: str) -> Node:
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
        if through is None or isinstance(through, Every):
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

    def _role(self, tree: syntax.Syntax, scope: Scope, name: str) -> Role:
        roles = self._ontology.roles(scope.class_name)
        if name not in roles:
            raise FormulaError(
                f"{scope.class_name} has no relation {name!r}.", tree.at,
                suggest(name, roles, otherwise=f"docs/ontology.md lists the relations of {scope.class_name}."),
            )  # fmt: skip
        return roles[name]

    def _open(self, role: Role | Every, owner: Scope, name: str) -> Scope:
        scope = Scope(len(self._scopes), role.target, role, owner.number, name)
        self._scopes.append(scope)
        return scope

    # Calls

    def _text(self, tree: syntax.Syntax) -> str:
        return " ".join(self._formula[tree.at : tree.end].split())
