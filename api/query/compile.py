"""From a query over the ontology to one Cypher statement with parameters, with the caller's view built in.

Names reach the statement only as the ontology writes them (between back-quotes); values only as parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.query.fragments import fill
from api.query.walks import Walk, Walks
from api.wire_query import Aggregate, Condition, Function, GraphQuery, Operator
from graph_engine.snapshot.visibility import Visibility
from ontology import values
from ontology.errors import BadQuestion
from ontology.model import Datatype, Ontology, PropertyDef
from validation.fragments import both, either, no, quoted

PERIODS = ("day", "week", "month", "quarter", "year", "weekday")
"""What days may be grouped by (weeks of ISO 8601; instants in UTC)."""
_PARTS = 100
"""Conditions of one query, those inside others counted."""
_COMPARED = {
    Operator.EQ: "=",
    Operator.NE: "<>",
    Operator.LT: "<",
    Operator.LE: "<=",
    Operator.GT: ">",
    Operator.GE: ">=",
}
Test = Callable[[str], str]
"""The condition on a value, from the expression of the value."""
_ORDERED = frozenset({Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT, Datatype.DATE, Datatype.DATETIME})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the answer: how its cells are to be read."""

    name: str
    definition: PropertyDef | None
    function: Function | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement ready to run, but for ``skip`` and ``limit``."""

    text: str
    params: dict[str, object]
    columns: tuple[Column, ...]


@dataclass
class _Compiler(Walks):
    parts: int = 0

    def query(self, query: GraphQuery) -> Compiled:
        self.params["hidden_sources"] = list(self.visible.prefixes)
        self.params["hidden_classes"] = sorted(self.visible.classes)
        where = both(self.seen("n", self.root), *(self.condition(c) for c in query.where))
        match = fill("start", node="n", **{"class": quoted(self.root)}, condition=where)
        grouped = bool(query.group or query.aggregates)
        return self.groups(query, match) if grouped else self.rows(query, match)

    def rows(self, query: GraphQuery, match: str) -> Compiled:
        title = self.ontology.classes[self.root].title
        paths = list(dict.fromkeys(query.select or ([title] if title else [])))
        if not paths:
            raise BadQuestion(f"{self.root} has no title.", do="Say in `select` which values are wanted.")
        held = [(path, self.walk(path)) for path in paths]
        columns = [f"{self.value(walk)} AS c{i}" for i, (_, walk) in enumerate(held)]
        names = {path: f"c{i}" for i, path in enumerate(paths)}
        single = {path for path, walk in held if walk.is_single}
        text = fill(
            "rows", match=match, node="n", columns=", ".join(columns), order=self.order(query, names, single, "id"),
            names=", ".join(names.values()),
        )  # fmt: skip
        return Compiled(text, self.params, tuple(Column(p, w.definition, many=not w.is_single) for p, w in held))

    def groups(self, query: GraphQuery, match: str) -> Compiled:
        held = [(path, self.walk(path.partition(":")[0])) for path in dict.fromkeys(query.group)]
        for path, walk in held:
            if not walk.is_single:
                raise BadQuestion(
                    f"{path!r} leads to several values, so one thing would count in several groups.",
                    do="Group only over roles that lead to one thing; or begin with the class at the other end.",
                )
        taken = {path for path, _ in held}
        if len({a.name for a in query.aggregates} | taken) < len(query.aggregates) + len(taken):
            raise BadQuestion("Two columns have the same name.", do="Name each aggregate differently.")
        columns = [Column(path, None if ":" in path else walk.definition) for path, walk in held]
        first = [f"{self.cut(path, walk)} AS g{i}" for i, (path, walk) in enumerate(held)]
        second = [f"g{i}" for i in range(len(held))]
        names = {path: f"g{i}" for i, (path, _) in enumerate(held)}
        first.append("n AS n")
        for i, wanted in enumerate(query.aggregates):
            definition = self.aggregated(wanted, taken)
            if definition is not None:
                first.append(f"{self.value(Walk((), (), definition))} AS a{i}")
            second.append(f"{_counted(wanted.fn, f'a{i}', definition)} AS f{i}")
            columns.append(Column(wanted.name, definition, wanted.fn))
            names[wanted.name] = f"f{i}"
        order = self.order(query, names, set(names), *(f"g{i}" for i in range(len(held))))
        text = fill(
            "groups", match=match, columns=", ".join(first), aggregates=", ".join(second), order=order,
            names=", ".join(names.values()),
        )  # fmt: skip
        return Compiled(text, self.params, tuple(columns))

    def cut(self, path: str, walk: Walk) -> str:
        """The value that is grouped by; behind a colon the part of the calendar that days are cut to."""
        _, colon, period = path.partition(":")
        if not colon:
            return self.value(walk)
        if period not in PERIODS or walk.definition.datatype not in (Datatype.DATE, Datatype.DATETIME):
            raise BadQuestion(
                f"{path!r}: {walk.definition.label} cannot be cut to {period!r}.",
                do=f"Days can be grouped by {', '.join(PERIODS)}.",
            )
        return fill("period", value=self.value(walk), param=self.param(period))

    def aggregated(self, wanted: Aggregate, group: set[str]) -> PropertyDef | None:
        if wanted.path is None:
            if wanted.fn is not Function.COUNT:
                raise BadQuestion(f"{wanted.name}: `{wanted.fn}` needs a path.", do="Name the property.")
            return None
        walk = self.walk(wanted.path)
        if walk.roles:
            raise BadQuestion(
                f"{wanted.name}: {wanted.path!r} leads away from {self.root}.",
                do=f"Begin with the class {walk.classes[-1]} and group by a path back.",
            )
        held = walk.definition
        numeric = held.datatype in (Datatype.INTEGER, Datatype.DECIMAL, Datatype.FLOAT)
        if (wanted.fn in (Function.SUM, Function.MEAN) and not numeric) or not held.functional:
            raise BadQuestion(f"{wanted.name}: {wanted.path!r} is not a number.", do="Count it, or take another.")
        if held.currency and wanted.fn is not Function.COUNT and held.currency not in group:
            raise BadQuestion(
                f"{wanted.name}: {wanted.path!r} may be in several currencies, which never mix.",
                do=f"Group by {held.currency!r} too.",
            )
        return held

    def order(self, query: GraphQuery, names: dict[str, str], single: set[str], *ties: str) -> str:
        parts: list[str] = []
        for wanted in query.order:
            if wanted.by not in names or wanted.by not in single:
                raise BadQuestion(
                    f"The rows cannot be ordered by {wanted.by!r}.", do=f"There are: {', '.join(sorted(single))}."
                )
            parts.append(f"{names[wanted.by]}{' DESC' if wanted.descending else ''}")
        return ", ".join([*parts, *ties]) or next(iter(names.values()))

    # -- conditions -------------------------------------------------------------------------------------------------

    def condition(self, wanted: Condition) -> str:
        self.parts += 1
        if self.parts > _PARTS:
            raise BadQuestion(f"The query has more than {_PARTS} conditions.", do="Ask in several queries.")
        if wanted.all:
            return both(*(self.condition(c) for c in wanted.all))
        if wanted.any:
            return either(*(self.condition(c) for c in wanted.any))
        if wanted.not_ is not None:
            return fill("fails", condition=self.condition(wanted.not_))
        assert wanted.path is not None
        walk = self.walk(wanted.path)
        if wanted.op is Operator.MISSING:
            if not walk.roles:
                return fill("is_null", value=self.cell("n", self.root, walk.definition))
            return no(self.exists(walk, lambda value: no(fill("is_null", value=value))))
        test = self.test(walk.definition, wanted)
        if walk.roles:
            return self.exists(walk, lambda value: self.of_one(walk.definition, value, test))
        return self.of_one(walk.definition, self.cell("n", self.root, walk.definition), test)

    def of_one(self, definition: PropertyDef, value: str, test: Test) -> str:
        if definition.functional:
            return test(value)
        return fill("any_of", value=value, condition=test("x"))

    def test(self, definition: PropertyDef, wanted: Condition) -> Test:
        given = wanted.value
        if wanted.op is Operator.IN:
            if not isinstance(given, list) or not 0 < len(given) <= 1000:
                raise BadQuestion("`in` takes a list of 1 to 1000 values.", do="Give the values that fit.")
            name = self.param([_native(definition, v) for v in given])
            return lambda value: fill("compare", value=value, operator="IN", param=name)
        if given is None or isinstance(given, list):
            raise BadQuestion(f"`{wanted.op}` takes one value.", do="Use `missing` for things that have none.")
        if wanted.op in (Operator.CONTAINS, Operator.STARTS):
            if definition.datatype is not Datatype.STRING:
                raise BadQuestion(f"{wanted.path!r} is not a text.", do="Compare it with eq, lt, gt ….")
            name = self.param(str(given))
            return lambda value: fill(wanted.op.value, value=value, param=name)
        if wanted.op not in (Operator.EQ, Operator.NE) and definition.datatype not in _ORDERED:
            raise BadQuestion(f"{wanted.path!r} has no order.", do="Compare it with eq, in, contains, starts.")
        name = self.param(_native(definition, given))
        return lambda value: fill("compare", value=value, operator=_COMPARED[wanted.op], param=name)

    def exists(self, walk: Walk, condition: Test) -> str:
        steps, node, class_name = self.steps(walk)
        cell = self.cell(node, class_name, walk.definition)
        steps[-1] = (steps[-1][0], both(steps[-1][1], condition(cell)))
        return fill("exists", walk="\n".join(f"{step} WHERE {test}" for step, test in steps))


def compile_query(query: GraphQuery, ontology: Ontology, visible: Visibility) -> Compiled:
    """The statement of a query, with what the caller may not see left out of matching, counting and ordering.

    Raises:
        BadQuestion: a name is not in the ontology (or not for this caller), or a comparison makes no sense.
    """
    root = query.class_name
    if root not in ontology.classes or root in visible.classes:
        known = [c for c in sorted(ontology.classes) if c not in visible.classes]
        raise BadQuestion(f"There is no class {root!r}.", do=f"There are: {', '.join(known)}.")
    return _Compiler(ontology, visible, root).query(query)


def _counted(function: Function, value: str, definition: PropertyDef | None) -> str:
    match function:
        case Function.COUNT:
            return "count(*)" if definition is None else f"count({value})"
        case Function.MEAN:
            return f"[sum({value}), count({value})]"
        case _:
            return f"{function.value}({value})"


def _native(definition: PropertyDef, given: object) -> object:
    text = str(given).lower() if isinstance(given, bool) else str(given)
    try:
        return values.native(definition, values.parse(definition, text))
    except ValueError as problem:
        raise BadQuestion(
            f"{text[:60]!r} does not fit {definition.label}: {problem}.", do="Correct the value."
        ) from problem
