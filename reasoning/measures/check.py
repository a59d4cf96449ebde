"""Static checks: names, classes, roles, types and units of a formula. What passes cannot fail for want of a name."""

from __future__ import annotations

from reasoning.measures import plan, syntax, units
from reasoning.measures.calls import Calls
from reasoning.measures.kinds import axis_of, calculated, common, must, numeric, of, plain, words
from reasoning.measures.names import Scope
from reasoning.measures.plan import Node, Type
from reasoning.measures.problems import FormulaError
from reasoning.measures.types import Kind


class Checker(Calls):
    """Turns the tree of one formula into a plan."""

    def check(self, tree: syntax.Syntax) -> Node:
        """The plan.

        Raises:
            FormulaError: what is wrong first.
        """
        return self._node(tree, (self._scopes[0],))

    # What is written

    def _node(self, tree: syntax.Syntax, open_: tuple[Scope, ...]) -> Node:
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

    def _unary(self, tree: syntax.Unary, open_: tuple[Scope, ...]) -> Node:
        operand = self._node(tree.operand, open_)
        if tree.op == "not":
            must(operand, tree, Kind.BOOLEAN)
            return plan.Not(self._sites(), plain(Kind.BOOLEAN, operand), self._text(tree), operand)
        numeric(operand, tree)
        return plan.Negative(self._sites(), operand.type, self._text(tree), operand)

    def _binary(self, tree: syntax.Binary, left: Node, right: Node) -> Node:
        text = self._text(tree)
        axis = axis_of(tree, left, right)
        if tree.op in ("and", "or"):
            must(left, tree, Kind.BOOLEAN)
            must(right, tree, Kind.BOOLEAN)
            return plan.Logic(self._sites(), of(Kind.BOOLEAN, axis), text, tree.op, left, right)
        if tree.op in ("==", "!=", "<", "<=", ">", ">="):
            together = common(tree, (left, right))
            if together.kind in (Kind.BOOLEAN, Kind.TEXT) and tree.op not in ("==", "!="):
                raise FormulaError(f"{words(together)} cannot be ordered with {tree.op}.", tree.at, "Use == or !=.")
            return plan.Comparison(self._sites(), of(Kind.BOOLEAN, axis), text, tree.op, left, right)
        return plan.Arithmetic(self._sites(), calculated(tree, left, right, axis), text, tree.op, left, right)

    def _among(self, tree: syntax.Among, open_: tuple[Scope, ...]) -> Node:
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
