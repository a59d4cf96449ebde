"""The direct engine: SHACL Core evaluated on the triple index, without an RDF library in between.

It exists for speed; pySHACL is the reference that it is tested against (W3C suite, shipped shapes, random graphs).
Section numbers are those of https://www.w3.org/TR/shacl/.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from ontology.errors import ShapeError
from validation import shape_model as m
from validation.engine import Focus, Result
from validation.graph import TripleIndex
from validation.messages import messages_for
from validation.patterns import compiled
from validation.terms import SH, Blank, Iri, Literal, Term, compare, comparison, fits

Finding = tuple[m.Constraint, Term | None, m.Path | None, str]
"""Constraint that failed, offending value, result path if it differs from the shape's, component if it differs."""


class DirectEngine:
    """Evaluates SHACL Core. SPARQL constraints raise: the gate gives those shapes to the reference engine."""

    name = "direct"

    def validate(self, data: TripleIndex, shapes: m.Shapes, focus: Focus | None = None) -> list[Result]:
        """All results; with ``focus`` only those of the given shapes on the given nodes.

        Raises:
            ShapeError: a shape uses SPARQL.
        """
        run = _Run(data, shapes)
        results: list[Result] = []
        for shape in shapes.targeted():
            if focus is not None and shape.id not in focus:
                continue
            wanted = None if focus is None else focus[shape.id]
            for node in run.targets(shape, wanted):
                results.extend(run.results(shape, node))
        return results


class _Run:
    def __init__(self, data: TripleIndex, shapes: m.Shapes) -> None:
        self._data = data
        self._shapes = shapes.by_id
        self._checks: dict[Term, Callable[[Term], bool]] = {}

    # -- targets (2.1.3) -------------------------------------------------------------------------------------------

    def targets(self, shape: m.Shape, wanted: Collection[Term] | None) -> Iterable[Term]:
        if wanted is not None:
            return [node for node in wanted if any(self._is_target(t, node) for t in shape.targets)]
        return dict.fromkeys(node for target in shape.targets for node in self._target_nodes(target))

    def _target_nodes(self, target: m.Target) -> Iterator[Term]:
        match target:
            case m.TargetClass(cls):
                yield from self._data.instances(cls)
            case m.TargetNode(node):
                yield node
            case m.TargetSubjectsOf(predicate):
                yield from self._data.nodes_with(predicate, as_object=False)
            case m.TargetObjectsOf(predicate):
                yield from self._data.nodes_with(predicate, as_object=True)

    def _is_target(self, target: m.Target, node: Term) -> bool:
        match target:
            case m.TargetClass(cls):
                return self._data.is_instance(node, cls)
            case m.TargetNode(wanted):
                return node == wanted
            case m.TargetSubjectsOf(predicate):
                return bool(self._data.objects(node, predicate))
            case m.TargetObjectsOf(predicate):
                return bool(self._data.subjects(predicate, node))

    # -- paths (2.3.1) ---------------------------------------------------------------------------------------------

    def values(self, path: m.Path, node: Term) -> Collection[Term]:
        match path:
            case m.Predicate(iri):
                return self._data.objects(node, iri)
            case m.Inverse(m.Predicate(iri)):
                return self._data.subjects(iri, node)
            case m.Inverse(inner):
                return self.values(m.invert(inner), node)
            case m.Sequence(steps):
                current: dict[Term, None] = {node: None}
                for step in steps:
                    current = {v: None for n in current for v in self.values(step, n)}
                return current
            case m.Alternative(options):
                return {v: None for option in options for v in self.values(option, node)}
            case m.Repeat(inner, minimum, unbounded):
                if not unbounded:
                    return {node: None, **dict.fromkeys(self.values(inner, node))}
                found: dict[Term, None] = {} if minimum else {node: None}
                seen, frontier = {node}, [node]
                while frontier:
                    following: list[Term] = []
                    for current_node in frontier:
                        for value in self.values(inner, current_node):
                            found[value] = None
                            if value not in seen:
                                seen.add(value)
                                following.append(value)
                    frontier = following
                return found

    # -- shapes (3.4) ----------------------------------------------------------------------------------------------

    def conforms(self, key: Term, node: Term) -> bool:
        check = self._checks.get(key)
        if check is None:
            check = self._checks[key] = self._compiled(self._shapes[key])
        return check(node)

    def _compiled(self, shape: m.Shape) -> Callable[[Term], bool]:
        """A function that says whether a node conforms: the way to most nodes, which do."""
        if shape.deactivated or not shape.constraints:
            return lambda _: True
        tests = [self._test(c, shape) for c in shape.constraints]
        path = shape.path
        if path is None:
            return lambda node: all(test(node, (node,)) for test in tests)
        find = partial(self.values, path)
        if isinstance(path, m.Predicate):
            out, iri = self._data.objects, path.iri
            if len(tests) == 1:
                only = tests[0]
                return lambda node: only(node, out(node, iri))

            def along(node: Term) -> bool:
                values = out(node, iri)
                return all(test(node, values) for test in tests)

            return along

        def anywhere(node: Term) -> bool:
            values = find(node)
            return all(test(node, values) for test in tests)

        return anywhere

    def _test(self, constraint: m.Constraint, shape: m.Shape) -> Callable[[Term, Collection[Term]], bool]:
        """A constraint as a test on a focus node and its values; what is frequent has a test of its own."""
        match constraint:
            case m.MinCount(count):
                return lambda _, values: len(values) >= count
            case m.MaxCount(count):
                return lambda _, values: len(values) <= count
            case m.HasClass(cls):
                is_instance = self._data.is_instance
                return lambda _, values: all(is_instance(v, cls) for v in values)
            case m.In(allowed):
                known = frozenset(allowed)
                return lambda _, values: known.issuperset(values)
            case m.Pattern(pattern, flags):
                search = compiled(pattern, flags).search
                return lambda _, values: all(type(v) is not Blank and search(_text(v)) is not None for v in values)
            case m.Compare(name, bound):
                fits_bound = comparison(bound, _ALLOWED[name])
                return lambda _, values: all(type(v) is Literal and fits_bound(v) for v in values)
            case m.Property(other) | m.Node(other):
                conforms = self.conforms
                return lambda _, values: all(conforms(other, v) for v in values)
            case _:
                found = self._constraint
                return lambda node, values: next(found(constraint, shape, node, values), None) is None

    def results(self, shape: m.Shape, node: Term) -> Iterator[Result]:
        if self.conforms(shape.id, node):
            return
        for constraint, value, path, name in self._check(shape, node):
            if isinstance(constraint, m.Property):
                if value is not None:
                    yield from self.results(self._shapes[constraint.shape], value)
                continue
            yield Result(
                focus=node,
                shape=shape.id,
                component=Iri(f"{SH}{name or m.component(constraint)}ConstraintComponent"),
                path=path or shape.path,
                value=value,
                severity=shape.severity,
                messages=messages_for(shape, constraint, self._shapes),
            )

    def _check(self, shape: m.Shape, node: Term) -> Iterator[Finding]:
        values: Collection[Term] = (node,) if shape.path is None else self.values(shape.path, node)
        for constraint in shape.constraints:
            yield from self._constraint(constraint, shape, node, values)

    def _constraint(
        self, constraint: m.Constraint, shape: m.Shape, node: Term, values: Collection[Term]
    ) -> Iterator[Finding]:
        match constraint:
            case m.MinCount(count):
                if len(values) < count:
                    yield constraint, None, None, ""
            case m.MaxCount(count):
                if len(values) > count:
                    yield constraint, None, None, ""
            case m.UniqueLang():
                seen: dict[str, int] = {}
                for value in values:
                    if isinstance(value, Literal) and value.language:
                        seen[value.language] = seen.get(value.language, 0) + 1
                yield from ((constraint, None, None, "") for n in seen.values() if n > 1)
            case m.HasValue(wanted):
                if wanted not in values:
                    yield constraint, None, None, ""
            case m.Equals(predicate):
                others = self._data.objects(node, predicate)
                yield from ((constraint, v, None, "") for v in values if v not in others)
                yield from ((constraint, v, None, "") for v in others if v not in values)
            case m.Disjoint(predicate):
                others = self._data.objects(node, predicate)
                yield from ((constraint, v, None, "") for v in values if v in others)
            case m.LessThan(predicate, or_equals):
                limit = (-1, 0) if or_equals else (-1,)
                for value in values:
                    for other in self._data.objects(node, predicate):
                        if not _ordered(value, other, limit):
                            yield constraint, value, None, ""
            case m.Closed(allowed):
                for value in values:
                    for predicate in self._data.predicates(value):
                        if predicate not in allowed:
                            for found in self._data.objects(value, predicate):
                                yield constraint, found, m.Predicate(predicate), ""
            case m.Qualified(minimum=minimum, maximum=maximum):
                count = sum(self._qualifies(constraint, value) for value in values)
                if minimum is not None and count < minimum:
                    yield constraint, None, None, "QualifiedMinCount"
                if maximum is not None and count > maximum:
                    yield constraint, None, None, "QualifiedMaxCount"
            case m.Property(other):
                if not self._shapes[other].deactivated:
                    yield from ((constraint, v, None, "") for v in values if not self.conforms(other, v))
            case m.Sparql():
                raise ShapeError(f"The shape {shape.name} uses SPARQL.", do="Check it with the reference engine.")
            case _:
                yield from ((constraint, v, None, "") for v in values if not self._holds(constraint, v))

    def _qualifies(self, constraint: m.Qualified, value: Term) -> bool:
        return self.conforms(constraint.shape, value) and not any(self.conforms(s, value) for s in constraint.siblings)

    def _holds(self, constraint: m.Constraint, value: Term) -> bool:
        """Constraints that look at one value node at a time."""
        match constraint:
            case m.HasDatatype(datatype):
                return isinstance(value, Literal) and fits(value, datatype)
            case m.HasClass(cls):
                return self._data.is_instance(value, cls)
            case m.HasNodeKind(kinds):
                return _kind(value) in kinds
            case m.Compare(name, bound):
                return isinstance(value, Literal) and compare(value, bound) in _ALLOWED[name]
            case m.MinLength(length):
                return not isinstance(value, Blank) and len(_text(value)) >= length
            case m.MaxLength(length):
                return not isinstance(value, Blank) and len(_text(value)) <= length
            case m.Pattern(pattern, flags):
                return not isinstance(value, Blank) and compiled(pattern, flags).search(_text(value)) is not None
            case m.LanguageIn(ranges):
                return isinstance(value, Literal) and any(_in_range(value.language, r) for r in ranges)
            case m.In(allowed):
                return value in allowed
            case m.Not(shape):
                return not self.conforms(shape, value)
            case m.And(shapes):
                return all(self.conforms(s, value) for s in shapes)
            case m.Or(shapes):
                return any(self.conforms(s, value) for s in shapes)
            case m.Xone(shapes):
                return sum(self.conforms(s, value) for s in shapes) == 1
            case m.Node(shape):
                return self.conforms(shape, value)
            case _:
                raise AssertionError(constraint)


_ALLOWED: Mapping[str, tuple[int, ...]] = {
    "minExclusive": (1,), "minInclusive": (0, 1), "maxExclusive": (-1,), "maxInclusive": (-1, 0),
}  # fmt: skip


def _kind(term: Term) -> str:
    return "literal" if isinstance(term, Literal) else "blank" if isinstance(term, Blank) else "iri"


def _text(term: Term) -> str:
    return term.text if isinstance(term, Literal) else str(term)


def _ordered(left: Term, right: Term, allowed: tuple[int, ...]) -> bool:
    return isinstance(left, Literal) and isinstance(right, Literal) and compare(left, right) in allowed


def _in_range(tag: str, language_range: str) -> bool:
    """Basic filtering, RFC 4647 section 3.3.1."""
    if not tag:
        return False
    return language_range == "*" or tag == language_range or tag.startswith(language_range + "-")
