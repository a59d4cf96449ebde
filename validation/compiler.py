"""SHACL Core as Cypher conditions: whether a node, statement or literal conforms to a shape.

Every condition is two-valued (never null): values are taken only where they are there, and types are known from the
vocabulary, so that no comparison meets what it cannot compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from validation import shape_model as m
from validation.fragments import FALSE, TRUE, both, either, fill, no, quoted
from validation.image import STATEMENT
from validation.patterns import java_pattern
from validation.terms import (
    FLOAT_TYPES,
    INTEGER_TYPES,
    LANG_STRING,
    NUMERIC_TYPES,
    RDF,
    TYPE,
    XSD,
    Iri,
    Literal,
    Term,
    canonical,
    value_of,
)
from validation.vocabulary import PropertySlot, RelationSlot, TypeSlot, Vocabulary
from validation.walk import Branch, Kind, NotInGraph, Spot, Walker

Condition = Callable[[Spot], str]

_INT64 = 2**63


class Conditions:
    """Builds conditions; ``params`` collects the values that they use."""

    def __init__(self, shapes: m.Shapes, vocabulary: Vocabulary, params: dict[str, object]) -> None:
        self.shapes = shapes.by_id
        self.vocabulary = vocabulary
        self.walker = Walker(vocabulary, params)
        self.param = self.walker.param

    # -- over branches ---------------------------------------------------------------------------------------------

    def some(self, branches: Iterable[Branch], condition: Condition) -> str:
        """Some value meets the condition."""
        return either(*(self._some(b, condition) for b in branches))

    def _some(self, branch: Branch, condition: Condition) -> str:
        if not branch.clauses and not branch.many and not branch.guard:
            there = TRUE if not branch.nullable else f"{branch.value} IS NOT NULL"
            return both(there, condition(Spot(branch.value, branch.kind)))
        if not branch.clauses:
            variable = self.walker.fresh()
            met = condition(Spot(variable, branch.kind))
            if met == FALSE:
                return FALSE
            return fill("any_in_list", value=variable, list=branch.as_list(), condition=met)
        met = condition(Spot(branch.value, branch.kind))
        if met == FALSE:
            return FALSE
        walk = " ".join(branch.clauses)
        if met == TRUE:
            return fill("exists_plain", walk=walk, value=branch.value)
        return fill("exists", walk=walk, value=branch.value, condition=met)

    def every(self, branches: Iterable[Branch], condition: Condition) -> str:
        """All values meet the condition."""
        return no(self.some(branches, lambda spot: no(condition(spot))))

    def number(self, branches: Sequence[Branch], condition: Condition | None = None) -> str:
        """How many distinct values meet the condition, as an integer expression."""
        met = condition or (lambda _: TRUE)
        terms = [self._number(group, met) for group in _grouped(branches)]
        terms = [t for t in terms if t != "0"]
        return " + ".join(terms) if terms else "0"

    def _number(self, group: Sequence[Branch], condition: Condition) -> str:
        branch = group[0]
        if len(group) == 1 and not branch.clauses:
            variable = self.walker.fresh()
            if not branch.many and not branch.guard:
                there = self._some(branch, condition)
                return "0" if there == FALSE else "1" if there == TRUE else f"CASE WHEN {there} THEN 1 ELSE 0 END"
            met = condition(Spot(variable, branch.kind))
            if met == FALSE:
                return "0"
            return fill("count_in_list", value=variable, list=branch.as_list(), condition=met)
        parts = self._parts(group, condition)
        return fill("count", parts=parts) if parts else "0"

    def list_of(self, branches: Sequence[Branch]) -> str:
        """The distinct values of branches of one group, as a list."""
        if not branches:
            return "[]"
        if len(branches) == 1 and not branches[0].clauses:
            return branches[0].as_list()
        return fill("collect", parts=self._parts(branches, lambda _: TRUE))

    def merged(self, branches: Iterable[Branch], spot: Spot) -> list[Branch]:
        """The same values, with each value in one branch only: what several ways lead to is one value."""
        found: list[Branch] = []
        for group in _grouped(branches):
            if len(group) == 1:
                found.append(group[0])
                continue
            name = self.walker.fresh()
            clause = fill("call", **{"from": spot.value, "parts": self._parts(group, lambda _: TRUE, name)})
            scale = max(b.kind.scale for b in group)
            found.append(Branch((clause,), name, replace(group[0].kind, scale=scale, label=None)))
        return found

    def _parts(self, group: Sequence[Branch], condition: Condition, name: str = "") -> str:
        scale = max(b.kind.scale for b in group)
        name = name or self.walker.fresh()
        parts = []
        for branch in group:
            clauses, value = self.walker.bound(branch)
            met = condition(Spot(value, branch.kind))
            if met == FALSE:
                continue
            shown = value if branch.kind.scale == scale else f"{value} * {10 ** (scale - branch.kind.scale)}"
            walk = " ".join(clauses)
            if met != TRUE:
                walk += f" WITH {value} WHERE {met}"
            parts.append(fill("part", walk=walk, value=shown, name=name, condition=TRUE))
        return " UNION ".join(parts)

    # -- shapes ----------------------------------------------------------------------------------------------------

    def conforms(self, key: Term, spot: Spot) -> str:
        """The thing at the spot conforms to the shape."""
        shape = self.shapes[key]
        if shape.deactivated:
            return TRUE
        branches = self.values(shape, spot)
        return both(*(self.holds(c, spot, branches) for c in shape.constraints))

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
                    *(f"{self.number(g)} <= 1" for g in _grouped(branches) if g[0].kind.language and not _single(g))
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

    # -- values ----------------------------------------------------------------------------------------------------

    def is_one_of(self, spot: Spot, terms: Sequence[Term]) -> str:
        """The value is one of these terms."""
        kind = spot.kind
        match kind.name:
            case "node":
                keys = [k for t in terms if (k := self.vocabulary.key_of(t)) is not None]
                return f"{spot.value}.{quoted(self.vocabulary.node_key)} IN {self.param(keys)}" if keys else FALSE
            case "statement":
                ids = [t.removeprefix("urn:knockon:relation:") for t in terms if isinstance(t, Iri)]
                return f"{spot.value}.id IN {self.param(ids)}" if ids else FALSE
            case "iri":
                iris = [str(t) for t in terms if isinstance(t, Iri)]
                return f"{spot.value} IN {self.param(iris)}" if iris else FALSE
            case _:
                natives = [v for t in terms if isinstance(t, Literal) and (v := native(t, kind)) is not None]
                return f"{spot.value} IN {self.param(natives)}" if natives else FALSE

    def _text_test(self, spot: Spot, test: Callable[[str], str]) -> str:
        if spot.kind.name == "node" and self.vocabulary.has_blanks():
            return both(no(f"{spot.value}._blank"), test(self.text(spot)))
        return test(self.text(spot))

    def text(self, spot: Spot) -> str:
        """The value's text, as ``str()`` has it in SPARQL."""
        kind = spot.kind
        match kind.name:
            case "node":
                probe = self.vocabulary.term_of("")
                key = f"{spot.value}.{quoted(self.vocabulary.node_key)}"
                return f"({self.param(str(probe))} + {key})" if probe else key
            case "statement":
                return f"({self.param('urn:knockon:relation:')} + {spot.value}.id)"
            case "iri":
                return spot.value
        if kind.text or kind.datatype in (XSD + "string", LANG_STRING) or not _is_typed(kind.datatype):
            return spot.value
        if kind.datatype in INTEGER_TYPES or kind.datatype in (XSD + "boolean", XSD + "date"):
            return f"toString({spot.value})"
        if kind.datatype == XSD + "decimal":
            if kind.scale == 0:
                return f"(toString({spot.value}) + '.0')"
            return fill("decimal_text", v=spot.value, unit=str(10**kind.scale))
        raise NotInGraph(f"the text of a {kind.datatype.removeprefix(XSD)}")

    def _compare(self, name: str, bound: Literal, spot: Spot) -> str:
        kind = spot.kind
        limit = value_of(bound)
        if kind.name != "literal" or kind.text or limit is None:
            return FALSE
        sign = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}[name]
        if kind.datatype in FLOAT_TYPES and bound.datatype in NUMERIC_TYPES:
            number = float(limit)  # type: ignore[arg-type]
            return FALSE if math.isnan(number) else f"{spot.value} {sign} {self.param(number)}"
        if kind.datatype in NUMERIC_TYPES and bound.datatype in NUMERIC_TYPES:
            return self._compare_whole(sign, limit, spot)  # type: ignore[arg-type]
        if kind.datatype != bound.datatype or kind.datatype == LANG_STRING or not _is_typed(kind.datatype):
            return FALSE
        if isinstance(limit, datetime) and (limit.tzinfo is not None) != kind.zoned:
            return FALSE  # one instant with a zone and one without cannot be compared
        return f"{spot.value} {sign} {self.param(limit)}"

    def _compare_whole(self, sign: str, limit: int | float | Decimal, spot: Spot) -> str:
        """Compare a scaled integer with any number, exactly: the bound is moved to the next whole step."""
        if isinstance(limit, float) and not math.isfinite(limit):
            if math.isnan(limit):
                return FALSE
            return TRUE if (limit > 0) == (sign in ("<", "<=")) else FALSE
        exact = Decimal(limit) * (Decimal(10) ** spot.kind.scale)
        floor = math.floor(exact)
        ceiling = math.ceil(exact)
        threshold, test = {
            ">=": (ceiling, ">="), ">": (floor, ">"), "<=": (floor, "<="), "<": (ceiling, "<"),
        }[sign]  # fmt: skip
        if not -_INT64 <= threshold < _INT64:
            return TRUE if (threshold < 0) == (sign in (">", ">=")) else FALSE
        return f"{spot.value} {test} {self.param(threshold)}"

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


def less(left: Spot, right: Spot, *, or_equals: bool) -> str:
    """SPARQL's ``<`` (or ``<=``) between two values; false where they cannot be compared."""
    a, b = left.kind, right.kind
    if a.name != "literal" or b.name != "literal" or a.text or b.text:
        return FALSE
    sign = "<=" if or_equals else "<"
    if a.datatype in NUMERIC_TYPES and b.datatype in NUMERIC_TYPES:
        if a.datatype in FLOAT_TYPES or b.datatype in FLOAT_TYPES:
            return f"{_as_float(left)} {sign} {_as_float(right)}"
        scale = max(a.scale, b.scale)
        return f"{_scaled(left, scale)} {sign} {_scaled(right, scale)}"
    if a.datatype != b.datatype or a.zoned != b.zoned or a.datatype == LANG_STRING or not _is_typed(a.datatype):
        return FALSE
    return f"{left.value} {sign} {right.value}"


def equal(left: Spot, right: Spot) -> str:
    """Two values of one group are the same term."""
    scale = max(left.kind.scale, right.kind.scale)
    return f"{_scaled(left, scale)} = {_scaled(right, scale)}"


def _scaled(spot: Spot, scale: int) -> str:
    return spot.value if spot.kind.scale == scale else f"{spot.value} * {10 ** (scale - spot.kind.scale)}"


def _as_float(spot: Spot) -> str:
    if spot.kind.datatype in FLOAT_TYPES:
        return spot.value
    return f"toFloat({spot.value}) / {float(10**spot.kind.scale)}" if spot.kind.scale else f"toFloat({spot.value})"


def _is_typed(datatype: str) -> bool:
    return datatype in _TYPED


_TYPED = NUMERIC_TYPES | {XSD + n for n in ("string", "boolean", "date", "dateTime", "time")}


def native(literal: Literal, kind: Kind) -> object | None:
    """What the graph holds for a literal, if it can be among the values of this kind."""
    if literal.datatype != kind.datatype or (literal.datatype == LANG_STRING and literal.language != kind.language):
        return None
    value = value_of(literal)
    if kind.text or not _is_typed(kind.datatype):
        return literal.text if kind.text == (value is None and _is_typed(kind.datatype)) else None
    if value is None:
        return None
    if isinstance(value, Decimal):
        scaled = value.scaleb(kind.scale)
        return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < _INT64 else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -_INT64 <= value < _INT64 else None
    if isinstance(value, datetime) and (value.tzinfo is not None) != kind.zoned:
        return None
    return value


def literal_kind(literal: Literal) -> Kind:
    """The kind of one literal that stands alone."""
    value = value_of(literal)
    scale = len(canonical(literal).text.split(".")[1]) if isinstance(value, Decimal) else 0
    zoned = value.tzinfo is not None if isinstance(value, datetime) else True
    text = value is None and _is_typed(literal.datatype)
    return Kind("literal", literal.datatype, literal.language, scale, text, zoned)


def _grouped(branches: Iterable[Branch]) -> list[list[Branch]]:
    groups: dict[object, list[Branch]] = {}
    for branch in branches:
        groups.setdefault(branch.kind.group, []).append(branch)
    return list(groups.values())


def _single(group: Sequence[Branch]) -> bool:
    return len(group) == 1 and not group[0].clauses and not group[0].many
