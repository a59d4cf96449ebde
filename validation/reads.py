"""What a shape reads, as an automaton.

A shape is turned into a small automaton: states are positions relative to the focus node, transitions are relations.
Walked forwards from focus nodes it says what to load. Walked backwards from what changed, over the union of the state
before and after, it gives every focus node whose verdict can have changed (``docs/semantics.md``, "Validation").
Repeated paths (``*``, ``+``) are cycles in the automaton, so they need no special case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ontology.errors import ShapeError, Where
from ontology.model import Ontology
from validation import shape_model as m
from validation.image import OBJECT, PREDICATE, STATEMENT, SUBJECT, VALID_FROM, VALID_TO, is_reified
from validation.terms import RDFS, SUBCLASS, TYPE, Iri, Term


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where focus nodes come from: entities of a class, or the statements of a relation that start at one."""

    cls: str
    relation: str | None = None
    only: str | None = None
    """One entity id (``sh:targetNode``)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A transition: from a position along relations (backwards when ``inverse``) to another position."""

    origin: int
    names: frozenset[str]
    inverse: bool
    target: int


@dataclass(slots=True)
class Reads:
    """The automaton of one or more shapes. State 0 is the anchor entity."""

    steps: list[Step] = field(default_factory=list)
    entities: set[int] = field(default_factory=lambda: {0})
    """States at which types or values are read."""
    predicates: set[str] = field(default_factory=set)
    """Properties that are read."""
    closed: bool = False
    """All properties are read (``sh:closed``)."""
    size: int = 1


@dataclass(frozen=True, slots=True)
class _Entity:
    state: int


@dataclass(frozen=True, slots=True)
class _Statement:
    subject: int
    object: int


_SAME: frozenset[str] = frozenset()
"""A step that stays at the entity."""

_Position = _Entity | _Statement | None
"""None: a literal."""


class ReadsBuilder:
    """Builds the automaton of shapes over an ontology.

    Raises:
        ShapeError: a path can't be followed on the image (inverse of a text property, of ``rdf:type``, unknown names).
    """

    def __init__(self, shapes: m.Shapes, ontology: Ontology) -> None:
        self._shapes = shapes
        self._ontology = ontology
        self._relations = {r.iri: r.name for r in ontology.relations.values()}
        self._classes = {c.iri: c.name for c in ontology.classes.values()}
        self._reified = frozenset(r.name for r in ontology.relations.values() if is_reified(r))
        self._properties = {p.iri for c in ontology.classes.values() for p in c.properties.values()}
        for relation in ontology.relations.values():
            self._properties.update(p.iri for p in relation.properties.values())
        self._reads = Reads()
        self._memo: dict[tuple[int, frozenset[str], bool], int] = {}
        self._hubs: dict[tuple[int, m.Path], int] = {}
        self._done: set[tuple[Term, object]] = set()

    def anchors(self, shape: m.Shape) -> tuple[Anchor, ...]:
        """Where the focus nodes of a targeted shape come from."""
        found: list[Anchor] = []
        for target in shape.targets:
            match target:
                case m.TargetClass(cls) if cls in self._classes:
                    found.append(Anchor(self._classes[cls]))
                case m.TargetClass(cls) if cls in self._relations:
                    name = self._relations[cls]
                    found.append(Anchor(self._ontology.relations[name].source, name))
                case m.TargetClass(cls) if cls == STATEMENT:
                    found.extend(Anchor(self._ontology.relations[n].source, n) for n in sorted(self._reified))
                case m.TargetNode(Iri() as node) if node.startswith("urn:knockon:entity:"):
                    found.append(Anchor("", only=node.removeprefix("urn:knockon:entity:")))
                case m.TargetSubjectsOf(predicate) | m.TargetObjectsOf(predicate) if predicate in self._relations:
                    relation = self._ontology.relations[self._relations[predicate]]
                    inverse = isinstance(target, m.TargetObjectsOf)
                    found.append(Anchor(relation.target if inverse else relation.source))
                case m.TargetSubjectsOf(predicate):
                    found.extend(
                        Anchor(c.name)
                        for c in self._ontology.classes.values()
                        if any(p.iri == predicate for p in c.properties.values())
                    )
                case _:
                    raise self._wrong(shape, "has a target that the graph cannot have")
        return tuple(dict.fromkeys(found))

    def build(self, shapes: Iterable[m.Shape], *, relation: str | None = None) -> Reads:
        """The automaton for these shapes on entities, or on the statements of ``relation``."""
        self._reads, self._memo, self._hubs, self._done = Reads(), {}, {}, set()
        start: _Position = _Entity(0)
        if relation is not None:
            start = _Statement(0, self._state(0, frozenset((relation,)), inverse=False))
        for shape in shapes:
            for target in shape.targets:
                match target:
                    case m.TargetSubjectsOf(predicate):
                        self._follow(shape, m.Predicate(predicate), start)
                    case m.TargetObjectsOf(predicate):
                        self._follow(shape, m.Inverse(m.Predicate(predicate)), start)
                    case _:
                        pass
            self._shape(shape, start)
        return self._reads

    # -- construction ----------------------------------------------------------------------------------------------

    def _wrong(self, shape: m.Shape, what: str) -> ShapeError:
        return ShapeError(
            f"The shape {shape.name} {what}.",
            where=Where(file=shape.file or None, line=shape.line, node=shape.name),
            do="See docs/rdf-image.md for what shapes can refer to.",
        )

    def _state(self, origin: int, names: frozenset[str], *, inverse: bool) -> int:
        key = (origin, names, inverse)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._reads.size
            self._reads.size += 1
            self._reads.steps.append(Step(origin, names, inverse, found))
        return found

    def _shape(self, shape: m.Shape, position: _Position) -> None:
        if shape.deactivated or (shape.id, position) in self._done:
            return
        self._done.add((shape.id, position))
        values = {position} if shape.path is None else self._follow(shape, shape.path, position)
        for constraint in shape.constraints:
            match constraint:
                case m.HasClass():
                    self._reads.entities.update(v.state for v in values if isinstance(v, _Entity))
                case m.Equals(predicate) | m.Disjoint(predicate) | m.LessThan(predicate):
                    self._follow(shape, m.Predicate(predicate), position)
                case m.Closed():
                    self._reads.closed = True
                    for value in values:
                        if isinstance(value, _Entity):
                            self._reads.entities.add(value.state)
                            self._state(value.state, frozenset(self._ontology.relations), inverse=False)
                case _:
                    for other in m.references(constraint):
                        for value in values:
                            self._shape(self._shapes.by_id[other], value)

    def _follow(self, shape: m.Shape, path: m.Path, position: _Position) -> set[_Position]:
        match path:
            case m.Predicate(iri):
                return self._forward(shape, iri, position)
            case m.Inverse(m.Predicate(iri)):
                return self._backward(shape, iri, position)
            case m.Inverse(inner):
                return self._follow(shape, m.invert(inner), position)
            case m.Sequence(steps):
                current = {position}
                for step in steps:
                    current = {v for p in current for v in self._follow(shape, step, p)}
                return current
            case m.Alternative(options):
                return {v for option in options for v in self._follow(shape, option, position)}
            case m.Repeat(inner, _, False):
                return self._follow(shape, inner, position) | {position}
            case m.Repeat(inner, minimum):
                if not isinstance(position, _Entity):
                    raise self._wrong(shape, "repeats a path from something that is not an entity")
                hub, fresh = self._hub(position.state, path)
                if fresh:
                    for end in self._follow(shape, inner, _Entity(hub)):
                        if isinstance(end, _Entity):
                            self._reads.steps.append(Step(end.state, _SAME, inverse=False, target=hub))
                ends = self._follow(shape, inner, _Entity(hub))
                return ends if minimum else {_Entity(hub), *ends}

    def _hub(self, origin: int, path: m.Path) -> tuple[int, bool]:
        """The position that a repeated path returns to after each round."""
        found = self._hubs.get((origin, path))
        if found is not None:
            return found, False
        hub = self._hubs[origin, path] = self._reads.size
        self._reads.size += 1
        self._reads.steps.append(Step(origin, _SAME, inverse=False, target=hub))
        return hub, True

    def _forward(self, shape: m.Shape, iri: Iri, position: _Position) -> set[_Position]:
        match position:
            case _Entity(state):
                if iri in self._relations:
                    return {_Entity(self._state(state, frozenset((self._relations[iri],)), inverse=False))}
                if iri in self._properties or iri in (TYPE, SUBCLASS, Iri(RDFS + "label")):
                    self._reads.entities.add(state)
                    self._reads.predicates.add(iri)
                    return {None}
                if iri in (SUBJECT, PREDICATE, OBJECT, VALID_FROM, VALID_TO):
                    return set()
                raise self._wrong(shape, f"reads {iri}, which the graph does not have")
            case _Statement(subject, object_):
                if iri == SUBJECT:
                    return {_Entity(subject)}
                if iri == OBJECT:
                    return {_Entity(object_)}
                return {None}
            case None:
                return set()

    def _backward(self, shape: m.Shape, iri: Iri, position: _Position) -> set[_Position]:
        match position:
            case _Entity(state):
                if iri in self._relations:
                    return {_Entity(self._state(state, frozenset((self._relations[iri],)), inverse=True))}
                if iri == SUBJECT:
                    return {_Statement(state, self._state(state, self._reified, inverse=False))}
                if iri == OBJECT:
                    return {_Statement(self._state(state, self._reified, inverse=True), state)}
                return set()
            case _Statement():
                return set()
        raise self._wrong(shape, "walks backwards from a text or number, which the gate cannot look up")
