"""From shapes to statements: for each target one that screens focus nodes, and for each constraint one that explains.

A screen reads every focus node once and gives back those that break any shape of its target; only for these are the
explaining statements run. Both are compiled from the same conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from validation import shape_model as m
from validation.compiler import Conditions, less, literal_kind
from validation.fragments import FALSE, either, fill, no, quoted
from validation.terms import Literal, Term
from validation.vocabulary import PropertySlot, RelationSlot, TypeSlot, Vocabulary
from validation.walk import Branch, Kind, NotInGraph, Spot


@dataclass(frozen=True, slots=True)
class Detail:
    """A statement that gives the results of one constraint: rows ``root``, ``focus``, ``value`` (and ``key``)."""

    text: str
    params: Mapping[str, object]
    owner: Term
    """The targeted shape that it explains."""
    shape: m.Shape
    constraint: m.Constraint
    component: str
    focus: Kind
    value: Kind | None


@dataclass(frozen=True, slots=True)
class Screen:
    """A statement that finds focus nodes of one target that break a shape.

    ``finder`` lists the focus nodes instead where they are not the nodes of one label (``screen`` then takes them).
    """

    target: m.Target
    shapes: tuple[m.Shape, ...]
    whole: str | None
    """Over everything; None: only with ids (given, or from ``finder``)."""
    some: str
    """Over ``$ids``: entity ids, or literals."""
    finder: str | None
    params: Mapping[str, object]
    kind: Kind
    nodes: tuple[Term, ...] = ()
    """The focus nodes themselves (``sh:targetNode``)."""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a set of shapes became, and which shapes stay at the gate, with the reason."""

    screens: tuple[Screen, ...]
    at_the_gate: Mapping[Term, str]


def compile_shapes(shapes: m.Shapes, vocabulary: Vocabulary) -> Compiled:
    """Compile every targeted shape; those that cannot be are listed with the reason."""
    by_target: dict[tuple[m.Target, Kind], list[m.Shape]] = {}
    refused: dict[Term, str] = {}
    for shape in shapes.targeted():
        try:
            places = [(target, kind) for target in shape.targets for kind in _kinds(target, vocabulary)]
            for target, kind in places:
                _Compilation(shapes, vocabulary).screen(target, kind, [shape])
        except NotInGraph as problem:
            refused[shape.id] = str(problem)
            continue
        for place in places:
            by_target.setdefault(place, []).append(shape)
    screens = [
        _Compilation(shapes, vocabulary).screen(target, kind, found) for (target, kind), found in by_target.items()
    ]
    return Compiled(tuple(screens), MappingProxyType(refused))


def _kinds(target: m.Target, vocabulary: Vocabulary) -> Iterator[Kind]:
    """The kinds of focus node that a target can have."""
    match target:
        case m.TargetClass(cls):
            label = vocabulary.label(cls)
            if label is not None:
                yield Kind("node", label=label)
            for type_ in vocabulary.statement_types(cls):
                yield Kind("statement", label=type_)
        case m.TargetNode(node):
            if isinstance(node, Literal):
                yield literal_kind(node)
            else:
                yield Kind("node")
        case m.TargetSubjectsOf(predicate):
            if vocabulary.slots(predicate):
                yield Kind("node")
        case m.TargetObjectsOf(predicate):
            for slot in vocabulary.slots(predicate):
                match slot:
                    case RelationSlot():
                        yield Kind("node")
                    case PropertySlot():
                        yield Kind("literal", slot.datatype, slot.language, slot.scale, slot.text, slot.zoned)
                    case TypeSlot():
                        raise NotInGraph("objects of rdf:type as targets")


class _Compilation:
    def __init__(self, shapes: m.Shapes, vocabulary: Vocabulary) -> None:
        self._shapes = shapes
        self._vocabulary = vocabulary
        self._params: dict[str, object] = {}
        self._conditions = Conditions(shapes, vocabulary, self._params)
        self._key = quoted(vocabulary.node_key)
        self._base = quoted(vocabulary.node_label)

    # -- screens ---------------------------------------------------------------------------------------------------

    def screen(self, target: m.Target, kind: Kind, shapes: Sequence[m.Shape]) -> Screen:
        if kind.name == "literal":
            return self._literal_screen(target, kind, shapes)
        spot = Spot("f", kind)
        condition = either(*(no(self._conditions.conforms(s.id, spot)) for s in shapes))
        names = {"f": "f", "condition": condition, "base": self._base, "key": self._key}
        whole: str | None = None
        finder: str | None = None
        match target:
            case m.TargetClass() if kind.name == "statement" and kind.label:
                # The source is any entity: the type alone finds the relations.
                whole = fill("screen_statements", source=self._base, type=quoted(kind.label), **names)
                some = fill("screen_statement_ids", type=quoted(kind.label), **names)
            case m.TargetClass() if kind.label:
                whole = fill("screen_class", label=quoted(kind.label), **names)
                some = fill("screen_ids", label=quoted(kind.label), **names)
            case _:
                finder = self._finder(target)
                some = fill("screen_ids", label=self._base, **names)
        nodes = (target.node,) if isinstance(target, m.TargetNode) else ()
        params = dict(self._params)
        details = tuple(replace(d, owner=s.id) for s in shapes for d in self._details(s, kind))
        return Screen(target, tuple(shapes), whole, some, finder, params, kind, nodes, details)

    def _literal_screen(self, target: m.Target, kind: Kind, shapes: Sequence[m.Shape]) -> Screen:
        """Literals are few: they are all explained, none is screened."""
        finder = None
        if isinstance(target, m.TargetObjectsOf):
            node = Spot("n", Kind("node"))
            slots = [s for s in self._vocabulary.slots(target.predicate) if isinstance(s, PropertySlot)]
            branches = [self._conditions.walker.property(s, node) for s in slots]
            found = [
                fill("targets_literals", base=self._base, list=b.as_list())
                for b in branches
                if b.kind.group == kind.group and b.kind.scale == kind.scale
            ]
            finder = " UNION ".join(found)
        nodes = (target.node,) if isinstance(target, m.TargetNode) else ()
        details = tuple(replace(d, owner=s.id) for s in shapes for d in self._details(s, kind))
        some = fill("root_values", f="f") + " RETURN f AS id"
        return Screen(target, tuple(shapes), None, some, finder, dict(self._params), kind, nodes, details)

    def _finder(self, target: m.Target) -> str | None:
        match target:
            case m.TargetSubjectsOf(predicate):
                parts = []
                for slot in self._vocabulary.slots(predicate):
                    match slot:
                        case RelationSlot():
                            parts.append(
                                fill("targets_subjects", f="f", base=self._base, key=self._key, types=quoted(slot.type))
                            )
                        case PropertySlot():
                            labels = " OR ".join(f"f:{quoted(g)}" for g in slot.guards)
                            parts.append(
                                fill(
                                    "targets_property",
                                    f="f",
                                    base=self._base,
                                    key=self._key,
                                    slot=quoted(slot.key),
                                    guard=f" AND ({labels})" if labels else "",
                                )
                            )
                        case TypeSlot():
                            raise NotInGraph("subjects of rdf:type as targets")
                return " UNION ".join(parts)
            case m.TargetObjectsOf(predicate):
                return " UNION ".join(
                    fill("targets_objects", f="f", base=self._base, key=self._key, types=quoted(slot.type))
                    for slot in self._vocabulary.slots(predicate)
                    if isinstance(slot, RelationSlot)
                )
            case _:
                return None

    # -- details ---------------------------------------------------------------------------------------------------

    def _details(self, shape: m.Shape, kind: Kind) -> Iterator[Detail]:
        match kind.name:
            case "statement" if kind.label:
                prefix = fill("root_statements", f="f", type=quoted(kind.label))
            case "literal":
                prefix = fill("root_values", f="f")
            case _:
                prefix = fill("root_nodes", f="f", base=self._base, key=self._key)
        yield from self._explain(shape, Spot("f", kind), prefix)

    def _explain(self, shape: m.Shape, spot: Spot, prefix: str) -> Iterator[Detail]:
        if shape.deactivated:
            return
        build = self._conditions
        branches = build.values(shape, spot)
        for constraint in shape.constraints:
            match constraint:
                case m.Property(child):
                    for branch in build.merged(branches, spot):
                        yield from self._descend(self._shapes.by_id[child], branch, spot, prefix)
                case m.MinCount() | m.MaxCount() | m.HasValue():
                    broken = no(build.holds(constraint, spot, branches))
                    yield from self._whole(shape, constraint, spot, prefix, broken)
                case m.UniqueLang():
                    for group in _by_group(branches):
                        if group[0].kind.language:
                            broken = no(build.holds(constraint, spot, group))
                            yield from self._whole(shape, constraint, spot, prefix, broken)
                case m.Qualified():
                    counted = build.number(branches, lambda s, c=constraint: build.qualifies(c, s))  # type: ignore[misc]
                    if constraint.minimum:
                        broken = f"{counted} < {build.param(constraint.minimum)}"
                        yield from self._whole(shape, constraint, spot, prefix, broken, "QualifiedMinCount")
                    if constraint.maximum is not None:
                        broken = f"{counted} > {build.param(constraint.maximum)}"
                        yield from self._whole(shape, constraint, spot, prefix, broken, "QualifiedMaxCount")
                case m.Equals() | m.Disjoint():
                    others = build.walker.walk(m.Predicate(constraint.predicate), spot)
                    if isinstance(constraint, m.Disjoint):
                        yield from self._values(shape, constraint, spot, prefix, branches,
                                                lambda s, o=others: build.among(s, o))  # type: ignore[misc]  # fmt: skip
                    else:
                        yield from self._values(shape, constraint, spot, prefix, branches,
                                                lambda s, o=others: no(build.among(s, o)))  # type: ignore[misc]  # fmt: skip
                        yield from self._values(shape, constraint, spot, prefix, others,
                                                lambda s: no(build.among(s, branches)))  # fmt: skip
                case m.LessThan():
                    yield from self._less_than(shape, constraint, spot, prefix, build.merged(branches, spot))
                case m.Closed():
                    yield from self._closed(shape, constraint, spot, prefix, build.merged(branches, spot))
                case _:
                    yield from self._values(shape, constraint, spot, prefix, branches,
                                            lambda s, c=constraint: no(build.value_holds(c, s)))  # type: ignore[misc]  # fmt: skip

    def _descend(self, child: m.Shape, branch: Branch, spot: Spot, prefix: str) -> Iterator[Detail]:
        if not branch.clauses and branch.value == spot.value:
            yield from self._explain(child, spot, prefix)
            return
        clauses, value = self._conditions.walker.bound(branch)
        # One round for each focus node: a value that two focus nodes share is explained for both.
        longer = fill("narrow", prefix=prefix, walk=" ".join(clauses), root="f", value=value)
        yield from self._explain(child, Spot(value, branch.kind), longer)

    def _whole(
        self, shape: m.Shape, constraint: m.Constraint, spot: Spot, prefix: str, broken: str, component: str = ""
    ) -> Iterator[Detail]:
        if broken == FALSE:
            return
        text = fill(
            "detail_node", prefix=prefix, carry=_carry(spot), condition=broken,
            root="id", focus=self._shown(spot),
        )  # fmt: skip
        yield self._detail(text, shape, constraint, component, spot.kind, None)

    def _values(
        self,
        shape: m.Shape,
        constraint: m.Constraint,
        spot: Spot,
        prefix: str,
        branches: Iterable[Branch],
        broken: Callable[[Spot], str],
    ) -> Iterator[Detail]:
        for group in _by_group(branches):
            scale = max(b.kind.scale for b in group)
            texts = []
            for branch in group:
                clauses, value = self._conditions.walker.bound(branch)
                condition = broken(Spot(value, branch.kind))
                if condition == FALSE:
                    continue
                shown = self._shown(Spot(value, branch.kind))
                if branch.kind.scale != scale:
                    shown = f"{shown} * {10 ** (scale - branch.kind.scale)}"
                texts.append(
                    fill(
                        "detail_value",
                        prefix=prefix,
                        walk=" ".join(clauses),
                        carry=_carry(spot),
                        value=value,
                        condition=condition,
                        root="id",
                        focus=self._shown(spot),
                        shown=shown,
                    )
                )
            if texts:
                kind = _with_scale(group[0].kind, scale)
                yield self._detail(" UNION ".join(texts), shape, constraint, "", spot.kind, kind)

    def _less_than(
        self, shape: m.Shape, constraint: m.LessThan, spot: Spot, prefix: str, branches: Sequence[Branch]
    ) -> Iterator[Detail]:
        """One result for each pair that is out of order."""
        for other in self._conditions.walker.walk(m.Predicate(constraint.predicate), spot):
            others = self._conditions.list_of([other])
            for branch in branches:
                clauses, value = self._conditions.walker.bound(branch)
                left, right = Spot(value, branch.kind), Spot("other", other.kind)
                condition = no(less(left, right, or_equals=constraint.or_equals))
                text = fill(
                    "detail_value_plain", prefix=prefix, walk=" ".join(clauses), carry=_carry(spot), value=value,
                    others=others, condition=condition, root="id", focus=self._shown(spot),
                    shown=self._shown(left),
                )  # fmt: skip
                yield self._detail(text, shape, constraint, "", spot.kind, branch.kind)

    def _closed(
        self, shape: m.Shape, constraint: m.Closed, spot: Spot, prefix: str, branches: Sequence[Branch]
    ) -> Iterator[Detail]:
        for branch in branches:
            if branch.kind.name in ("literal", "iri"):
                continue
            clauses, value = self._conditions.walker.bound(branch)
            keys, types = self._conditions.closed_keys(constraint, Spot(value, branch.kind))
            shared = {
                "prefix": prefix, "walk": " ".join(clauses), "carry": _carry(spot), "value": value,
                "root": "id", "focus": self._shown(spot),
            }  # fmt: skip
            own = self._conditions.param(self._vocabulary.node_key)
            yield self._detail(
                fill("detail_keys", own=own, allowed=keys, **shared), shape, constraint, "", spot.kind, Kind("literal")
            )
            yield self._detail(
                fill("detail_types", base=self._base, key=self._key, allowed=types, **shared),
                shape, constraint, "", spot.kind, Kind("node"),
            )  # fmt: skip

    def _detail(
        self, text: str, shape: m.Shape, constraint: m.Constraint, component: str, focus: Kind, value: Kind | None
    ) -> Detail:
        used = {name: v for name, v in self._params.items() if f"${name}" in text}
        return Detail(text, used, shape.id, shape, constraint, component or m.component(constraint), focus, value)

    def _shown(self, spot: Spot) -> str:
        match spot.kind.name:
            case "node":
                return f"{spot.value}.{self._key}"
            case "statement":
                return f"{spot.value}.id"
            case _:
                return spot.value


def _carry(spot: Spot) -> str:
    return f"id, f, {spot.value}" if spot.value != "f" else "id, f"


def _by_group(branches: Iterable[Branch]) -> list[list[Branch]]:
    groups: dict[object, list[Branch]] = {}
    for branch in branches:
        groups.setdefault(branch.kind.group, []).append(branch)
    return list(groups.values())


def _with_scale(kind: Kind, scale: int) -> Kind:
    return Kind(kind.name, kind.datatype, kind.language, scale, kind.text, kind.zoned, kind.label)
