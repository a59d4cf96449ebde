"""SHACL Core as Cypher conditions: whether a node, statement or literal conforms to a shape.

Every condition is two-valued (never null): values are taken only where they are there, and types are known from the
vocabulary, so that no comparison meets what it cannot compare.
"""

from __future__ import annotations

from collections.abc import Sequence

from validation import shape_model as m
from validation.branches import grouped, single
from validation.comparisons import ValueConditions, equal, less
from validation.fragments import FALSE, TRUE, both, either, fill, no, quoted
from validation.image import STATEMENT
from validation.patterns import java_pattern
from validation.terms import RDF, TYPE, Iri, Term
from validation.vocabulary import PropertySlot, RelationSlot, TypeSlot, Vocabulary
from validation.walk import Branch, NotInGraph, Spot


class Conditions(ValueConditions):
    """Builds the conditions of shapes; ``params`` collects the values that they use."""

    def __init__(self, shapes: m.Shapes, vocabulary: Vocabulary, params: dict[str, object]) -> None:
        super().__init__(vocabulary, params)
        self.shapes = shapes.by_id

    def conforms(self, key: Term, spot: Spot) -> str:
        """The thing at the spot conforms to the shape."""
        shape = self.shapes[key]
        if shape.deactivated:
            return TRUE
        branches = self.values(shape, spot)
        return both(*(self.holds(c, spot, branches) for c in shape.constraints))

    def broken(self, key: Term, spot: Spot) -> list[str]:
        """Conditions of which one is met at least by whatever breaks the shape; some may be met by what does not.

        For finding what to look at closely, quickly: null is as good as false, and relations are counted, not the
        things that they lead to.
        """
        shape = self.shapes[key]
        if shape.deactivated:
            return []
        branches = self.values(shape, spot)
        return [t for c in shape.constraints for t in self._broken(c, shape, spot, branches)]

    def _broken(self, constraint: m.Constraint, shape: m.Shape, spot: Spot, branches: Sequence[Branch]) -> list[str]:
        plain = all(not b.clauses and not b.many and not b.guard for b in branches)
        match constraint:
            case m.Property(child) | m.Node(child) if shape.path is None:
                return self.broken(child, spot)
            case m.And(children) if shape.path is None:
                return [t for child in children for t in self.broken(child, spot)]
            case m.MaxCount(count) if len(branches) == 1 and len(branches[0].clauses) == 1 and count:
                if branches[0].kind.name == "node":
                    return [fill("more_than", walk=branches[0].clauses[0], count=self.param(count))]
            case m.HasDatatype() | m.Compare() | m.MinLength() | m.MaxLength() | m.Pattern() | m.In() if plain:
                return [self._value_broken(constraint, b) for b in branches]
            case _:
                pass
        return [no(self.holds(constraint, spot, branches))]

    def _value_broken(self, constraint: m.Constraint, branch: Branch) -> str:
        condition = no(self.value_holds(constraint, Spot(branch.value, branch.kind)))
        if condition == FALSE or not branch.nullable:
            return condition
        if condition.startswith("NOT ("):
            return condition  # null where there is no value
        return both(f"{branch.value} IS NOT NULL", condition)

    def values(self, shape: m.Shape, spot: Spot) -> list[Branch]:
        """The value nodes of a shape at a spot."""
        return [self.walker.here(spot)] if shape.path is None else self.walker.walk(shape.path, spot)

    def holds(self, constraint: m.Constraint, spot: Spot, branches: Sequence[Branch]) -> str:
        """The constraint holds for these values of the thing at the spot."""
        match constraint:
            case m.MinCount(0):
                return TRUE
            case m.MinCount(1):
                return self.some(branches, lambda _: TRUE)
            case m.MinCount(count):
                return f"{self.number(branches)} >= {self.param(count)}"
            case m.MaxCount(0):
                return no(self.some(branches, lambda _: TRUE))
            case m.MaxCount(count):
                if len(branches) <= count and all(not b.clauses and not b.many for b in branches):
                    return TRUE
                exact = self.number(branches)
                if len(branches) == 1 and len(branches[0].clauses) == 1 and branches[0].kind.name == "node":
                    return fill("at_most", walk=branches[0].clauses[0], count=self.param(count), exact=exact)
                return f"{exact} <= {self.param(count)}"
            case m.UniqueLang():
                return both(
                    *(f"{self.number(g)} <= 1" for g in grouped(branches) if g[0].kind.language and not single(g))
                )
            case m.HasValue(value):
                return self.some(branches, lambda s: self.is_one_of(s, (value,)))
            case m.Equals() | m.Disjoint() | m.LessThan():
                return no(self.pair_broken(constraint, spot, branches))
            case m.Closed():
                return self.every(branches, lambda s: self.is_closed(constraint, s))
            case m.Qualified(minimum=minimum, maximum=maximum):
                counted = self.number(branches, lambda s: self.qualifies(constraint, s))
                low = TRUE if minimum in (None, 0) else f"{counted} >= {self.param(minimum)}"
                high = TRUE if maximum is None else f"{counted} <= {self.param(maximum)}"
                return both(low, high)
            case m.Sparql():
                raise NotInGraph("SPARQL constraints run at the gate")
            case _:
                return self.every(branches, lambda s: self.value_holds(constraint, s))

    def qualifies(self, constraint: m.Qualified, spot: Spot) -> str:
        """The value counts for a qualified shape."""
        return both(self.conforms(constraint.shape, spot), *(no(self.conforms(s, spot)) for s in constraint.siblings))

    def value_holds(self, constraint: m.Constraint, spot: Spot) -> str:
        """A constraint that looks at one value at a time holds for it."""
        kind = spot.kind
        match constraint:
            case m.HasDatatype(datatype):
                return TRUE if kind.name == "literal" and kind.datatype == datatype and not kind.text else FALSE
            case m.HasClass(cls):
                return self._has_class(cls, spot)
            case m.HasNodeKind(kinds):
                return self._node_kind(kinds, spot)
            case m.Compare(name, bound):
                return self._compare(name, bound, spot)
            case m.MinLength(length):
                return self._text_test(spot, lambda text: f"size({text}) >= {self.param(length)}")
            case m.MaxLength(length):
                return self._text_test(spot, lambda text: f"size({text}) <= {self.param(length)}")
            case m.Pattern(pattern, flags):
                java = java_pattern(pattern, flags)
                if java is None:
                    raise NotInGraph("a pattern whose running time the server's engine does not bound")
                return self._text_test(spot, lambda text: f"{text} =~ {self.param(java)}")
            case m.LanguageIn(ranges):
                tag = kind.language
                fits = tag and any(r == "*" or tag == r or tag.startswith(r + "-") for r in ranges)
                return TRUE if fits else FALSE
            case m.In(values):
                return self.is_one_of(spot, values)
            case m.Not(shape):
                return no(self.conforms(shape, spot))
            case m.And(shapes):
                return both(*(self.conforms(s, spot) for s in shapes))
            case m.Or(shapes):
                return either(*(self.conforms(s, spot) for s in shapes))
            case m.Xone(shapes):
                return self._exactly_one([self.conforms(s, spot) for s in shapes])
            case m.Node(shape) | m.Property(shape):
                return self.conforms(shape, spot)
            case _:
                raise AssertionError(constraint)

    def _exactly_one(self, conditions: list[str]) -> str:
        fixed = sum(c == TRUE for c in conditions)
        rest = [c for c in conditions if c not in (TRUE, FALSE)]
        if not rest:
            return TRUE if fixed == 1 else FALSE
        terms = " + ".join(f"CASE WHEN {c} THEN 1 ELSE 0 END" for c in rest)
        return f"({terms} = {1 - fixed})" if fixed <= 1 else FALSE

    def _has_class(self, cls: Iri, spot: Spot) -> str:
        if spot.kind.name == "node":
            label = self.vocabulary.label(cls)
            if label is None:
                return FALSE
            if spot.kind.label and self.vocabulary.is_a(spot.kind.label, (label,)):
                return TRUE
            return f"{spot.value}:{quoted(label)}"
        if spot.kind.name == "statement":
            if cls in (STATEMENT, Iri(RDF + "Statement")):
                return TRUE
            types = [t for t, iri in self.vocabulary.reified.items() if iri == cls]
            return f"type({spot.value}) IN {self.param(types)}" if types else FALSE
        return FALSE

    def _node_kind(self, kinds: frozenset[str], spot: Spot) -> str:
        match spot.kind.name:
            case "literal":
                return TRUE if "literal" in kinds else FALSE
            case "node" if self.vocabulary.has_blanks():
                blank = f"{spot.value}._blank"
                return (
                    TRUE
                    if {"iri", "blank"} <= kinds
                    else blank
                    if "blank" in kinds
                    else no(blank)
                    if "iri" in kinds
                    else FALSE
                )
            case _:
                return TRUE if "iri" in kinds else FALSE

    # -- pairs and closed ------------------------------------------------------------------------------------------

    def pair_broken(self, constraint: m.Constraint, spot: Spot, branches: Sequence[Branch]) -> str:
        """Some value breaks ``sh:equals``, ``disjoint``, ``lessThan`` or ``lessThanOrEquals``."""
        assert isinstance(constraint, m.Equals | m.Disjoint | m.LessThan)
        others = self.walker.walk(m.Predicate(constraint.predicate), spot)
        match constraint:
            case m.Equals():
                return either(
                    self.some(branches, lambda s: no(self.among(s, others))),
                    self.some(others, lambda s: no(self.among(s, branches))),
                )
            case m.Disjoint():
                return self.some(branches, lambda s: self.among(s, others))
            case m.LessThan(or_equals=or_equals):
                return self.some(branches, lambda s: self.some(others, lambda o: no(less(s, o, or_equals=or_equals))))

    def among(self, spot: Spot, branches: Sequence[Branch]) -> str:
        """The value is one of the values of the branches."""
        same = [b for b in branches if b.kind.group == spot.kind.group]
        if not same:
            return FALSE
        if any(b.kind.scale != spot.kind.scale for b in same):
            return self.some(same, lambda o: equal(spot, o))
        return f"{spot.value} IN {self.list_of(same)}"

    def closed_keys(self, constraint: m.Closed, spot: Spot) -> tuple[str, str]:
        """What ``closed_keys`` and ``closed_types`` allow: an OR-list of keys, a parameter with types."""
        if spot.kind.name != "node":
            raise NotInGraph("sh:closed on what is not an entity")
        keys: list[str] = []
        types: list[str] = []
        for predicate in sorted(constraint.allowed):
            for slot in self.vocabulary.slots(predicate):
                if isinstance(slot, RelationSlot):
                    types.append(slot.type)
                elif isinstance(slot, PropertySlot):
                    test = f"key = {self.param(slot.key)}"
                    if slot.guards and not (spot.kind.label and self.vocabulary.is_a(spot.kind.label, slot.guards)):
                        test = both(test, either(*(f"{spot.value}:{quoted(g)}" for g in slot.guards)))
                    rivals = self.vocabulary.rivals(slot, constraint.allowed)
                    if rivals:
                        test = both(test, no(either(*(f"{spot.value}:{quoted(g)}" for g in rivals))))
                    keys.append(test)
        return "".join(f" OR {k}" for k in keys), self.param(sorted(set(types)))

    def is_closed(self, constraint: m.Closed, spot: Spot) -> str:
        """The node has only allowed properties and relations."""
        if spot.kind.name in ("literal", "iri"):
            return TRUE
        keys, types = self.closed_keys(constraint, spot)
        if TYPE not in constraint.allowed and any(isinstance(s, TypeSlot) for s in self.vocabulary.slots(TYPE)):
            return FALSE
        return both(
            no(fill("closed_keys", node=spot.value, own=self.param(self.vocabulary.node_key), allowed=keys)),
            no(fill("closed_types", node=spot.value, end="", label=quoted(self.vocabulary.node_label), allowed=types)),
        )
