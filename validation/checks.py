"""From shapes to statements: for each target one that screens focus nodes, and for each constraint one that explains.

A screen reads every focus node once and gives back those that break any shape of its target; only for these are the
explaining statements (:mod:`validation.details`) run. Both are compiled from the same conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from validation import shape_model as m
from validation.comparisons import literal_kind
from validation.details import Detail, Explainer
from validation.fragments import any_of, fill, quoted
from validation.terms import Literal, Term
from validation.vocabulary import PropertySlot, RelationSlot, TypeSlot, Vocabulary
from validation.walk import Kind, NotInGraph, Spot


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


class _Compilation(Explainer):
    """The screens of shapes, with the statements that explain what they find."""

    def screen(self, target: m.Target, kind: Kind, shapes: Sequence[m.Shape]) -> Screen:
        if kind.name == "literal":
            return self._literal_screen(target, kind, shapes)
        spot = Spot("f", kind)
        condition = any_of(*(t for s in shapes for t in self._conditions.broken(s.id, spot)))
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
        details = tuple(replace(d, owner=s.id) for s in shapes for d in self.details(s, kind))
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
        details = tuple(replace(d, owner=s.id) for s in shapes for d in self.details(s, kind))
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
