"""Shapes as knockon holds them after loading: paths, targets, constraints. One model, read by every engine.

Source of the rules: SHACL, W3C Recommendation 20 July 2017, sections 2–4, https://www.w3.org/TR/shacl/.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from rdflib import Graph

from validation.terms import SH, Iri, Literal, Term, readable


@dataclass(frozen=True, slots=True)
class Predicate:
    """One step along a predicate."""

    iri: Iri


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths one after the other."""

    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any one of several paths."""

    options: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``?`` (0..1), ``*`` (0..) or ``+`` (1..)."""

    path: Path
    minimum: int
    unbounded: bool


Path = Predicate | Inverse | Sequence | Alternative | Repeat


def invert(path: Path) -> Path:
    """The inverse of a path with ``Inverse`` only directly around predicates."""
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return simplify(inner)
        case Sequence(steps):
            return Sequence(tuple(invert(s) for s in reversed(steps)))
        case Alternative(options):
            return Alternative(tuple(invert(o) for o in options))
        case Repeat(inner, minimum, unbounded):
            return Repeat(invert(inner), minimum, unbounded)


def simplify(path: Path) -> Path:
    """The same path with ``Inverse`` only directly around predicates."""
    match path:
        case Predicate():
            return path
        case Inverse(inner):
            return invert(inner)
        case Sequence(steps):
            return Sequence(tuple(simplify(s) for s in steps))
        case Alternative(options):
            return Alternative(tuple(simplify(o) for o in options))
        case Repeat(inner, minimum, unbounded):
            return Repeat(simplify(inner), minimum, unbounded)


def path_text(path: Path) -> str:
    """The path as a person reads it, in SPARQL's notation with short names."""
    match path:
        case Predicate(iri):
            return readable(iri)
        case Inverse(inner):
            return "^" + _grouped(inner)
        case Sequence(steps):
            return "/".join(_grouped(s) for s in steps)
        case Alternative(options):
            return "|".join(_grouped(o) for o in options)
        case Repeat(inner, minimum, unbounded):
            return _grouped(inner) + ("?" if not unbounded else "+" if minimum else "*")


def _grouped(path: Path) -> str:
    return path_text(path) if isinstance(path, Predicate) else f"({path_text(path)})"


def predicates(path: Path) -> Iterator[Iri]:
    """All predicates of a path, first hop first."""
    match path:
        case Predicate(iri):
            yield iri
        case Inverse(inner) | Repeat(inner):
            yield from predicates(inner)
        case Sequence(parts) | Alternative(parts):
            for part in parts:
                yield from predicates(part)


class Severity(StrEnum):
    """What a result does to the data it is about."""

    VIOLATION = "violation"  # must not enter
    WARNING = "warning"  # enters and is marked
    INFO = "info"  # enters and is counted


@dataclass(frozen=True, slots=True)
class HasClass:
    """``sh:class``."""

    cls: Iri


@dataclass(frozen=True, slots=True)
class HasDatatype:
    """``sh:datatype``."""

    datatype: Iri


@dataclass(frozen=True, slots=True)
class HasNodeKind:
    """``sh:nodeKind``; the allowed kinds are ``iri``, ``blank``, ``literal``."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class MinCount:
    """``sh:minCount``."""

    count: int


@dataclass(frozen=True, slots=True)
class MaxCount:
    """``sh:maxCount``."""

    count: int


@dataclass(frozen=True, slots=True)
class Compare:
    """``sh:minExclusive``, ``minInclusive``, ``maxExclusive``, ``maxInclusive``: ``name`` is the parameter's."""

    name: str
    bound: Literal


@dataclass(frozen=True, slots=True)
class MinLength:
    """``sh:minLength``."""

    length: int


@dataclass(frozen=True, slots=True)
class MaxLength:
    """``sh:maxLength``."""

    length: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """``sh:pattern`` with ``sh:flags``."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageIn:
    """``sh:languageIn``; lower-case language ranges."""

    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLang:
    """``sh:uniqueLang true``."""


@dataclass(frozen=True, slots=True)
class Equals:
    """``sh:equals``."""

    predicate: Iri


@dataclass(frozen=True, slots=True)
class Disjoint:
    """``sh:disjoint``."""

    predicate: Iri


@dataclass(frozen=True, slots=True)
class LessThan:
    """``sh:lessThan`` and, with ``or_equals``, ``sh:lessThanOrEquals``."""

    predicate: Iri
    or_equals: bool


@dataclass(frozen=True, slots=True)
class Not:
    """``sh:not``."""

    shape: Term


@dataclass(frozen=True, slots=True)
class And:
    """``sh:and``."""

    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """``sh:or``."""

    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Xone:
    """``sh:xone``."""

    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """``sh:node``."""

    shape: Term


@dataclass(frozen=True, slots=True)
class Property:
    """``sh:property``."""

    shape: Term


@dataclass(frozen=True, slots=True)
class Qualified:
    """``sh:qualifiedValueShape`` with its counts; ``siblings`` only where they must be disjoint."""

    shape: Term
    minimum: int | None
    maximum: int | None
    siblings: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """``sh:closed true``: the predicates that may be used."""

    allowed: frozenset[Iri]


@dataclass(frozen=True, slots=True)
class HasValue:
    """``sh:hasValue``."""

    value: Term


@dataclass(frozen=True, slots=True)
class In:
    """``sh:in``."""

    values: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Sparql:
    """A SPARQL constraint, or one of a SPARQL-based component: run by the reference engine only."""

    node: Term


Constraint = (
    HasClass | HasDatatype | HasNodeKind | MinCount | MaxCount | Compare | MinLength | MaxLength | Pattern
    | LanguageIn | UniqueLang | Equals | Disjoint | LessThan | Not | And | Or | Xone | Node | Property | Qualified
    | Closed | HasValue | In | Sparql
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetClass:
    """Instances of a class and its subclasses (also implicit class targets)."""

    cls: Iri


@dataclass(frozen=True, slots=True)
class TargetNode:
    """One node."""

    node: Term


@dataclass(frozen=True, slots=True)
class TargetSubjectsOf:
    """Subjects of triples with a predicate."""

    predicate: Iri


@dataclass(frozen=True, slots=True)
class TargetObjectsOf:
    """Objects of triples with a predicate."""

    predicate: Iri


Target = TargetClass | TargetNode | TargetSubjectsOf | TargetObjectsOf


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (``path`` None) or property shape."""

    id: Term
    name: str
    """What a person calls it: ``sh:name``, else the IRI's last part, else owner and path."""
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: Iri
    deactivated: bool
    messages: Mapping[str, str]
    file: str = ""
    line: int | None = None

    @property
    def level(self) -> Severity:
        """Violation stops, warning is marked, anything else is counted."""
        return _LEVELS.get(self.severity, Severity.INFO)


_LEVELS = {Iri(SH + "Violation"): Severity.VIOLATION, Iri(SH + "Warning"): Severity.WARNING}


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes that were loaded, with the graph they came from (canonical literals) for the reference engine."""

    by_id: Mapping[Term, Shape]
    graph: Graph = field(repr=False, compare=False)
    files: tuple[str, ...] = ()
    notes: Mapping[Term, str] = field(default_factory=lambda: MappingProxyType({}))
    """Suggestions of what usually mends a finding (``ko:mend``), by shape."""

    def targeted(self) -> tuple[Shape, ...]:
        """Active shapes that have targets, in a stable order."""
        return tuple(
            s for _, s in sorted(self.by_id.items(), key=lambda i: str(i[0])) if s.targets and not s.deactivated
        )

    def only(self, ids: Collection[Term]) -> Shapes:
        """The same shapes, with only these as entry points."""
        by_id = {k: s if k in ids else replace(s, targets=()) for k, s in self.by_id.items()}
        return replace(self, by_id=MappingProxyType(by_id))

    def nested(self, shape: Shape) -> Iterator[Shape]:
        """The shape and all shapes that its constraints refer to, each once."""
        seen: set[Term] = set()
        todo = [shape.id]
        while todo:
            key = todo.pop()
            if key in seen:
                continue
            seen.add(key)
            current = self.by_id[key]
            yield current
            for constraint in current.constraints:
                todo.extend(references(constraint))

    def uses_sparql(self, shape: Shape) -> bool:
        """Whether only the reference engine can check the shape."""
        return any(isinstance(c, Sparql) for s in self.nested(shape) if not s.deactivated for c in s.constraints)


def references(constraint: Constraint) -> tuple[Term, ...]:
    """The shapes that a constraint refers to."""
    match constraint:
        case Not(shape) | Node(shape) | Property(shape):
            return (shape,)
        case And(shapes) | Or(shapes) | Xone(shapes):
            return shapes
        case Qualified(shape=shape, siblings=siblings):
            return (shape, *siblings)
        case _:
            return ()


_COMPONENT_NAMES: Mapping[type, str] = {
    HasClass: "Class", HasDatatype: "Datatype", HasNodeKind: "NodeKind", MinCount: "MinCount", MaxCount: "MaxCount",
    MinLength: "MinLength", MaxLength: "MaxLength", Pattern: "Pattern", LanguageIn: "LanguageIn",
    UniqueLang: "UniqueLang", Equals: "Equals", Disjoint: "Disjoint", Not: "Not", And: "And", Or: "Or", Xone: "Xone",
    Node: "Node", Closed: "Closed", HasValue: "HasValue", In: "In", Sparql: "SPARQL", Property: "Property",
}  # fmt: skip


def component(constraint: Constraint) -> str:
    """Short name of the constraint component (``MinCount`` for ``sh:MinCountConstraintComponent``)."""
    match constraint:
        case Compare(name):
            return name[0].upper() + name[1:]
        case LessThan(or_equals=or_equals):
            return "LessThanOrEquals" if or_equals else "LessThan"
        case Qualified():
            return "QualifiedValueShape"
        case _:
            return _COMPONENT_NAMES[type(constraint)]
