"""Shapes as knockon holds them after loading: paths, targets, constraints. One model, read by every engine.

Source of the rules: SHACL, W3C Recommendation 20 July 2017, sections 2–4, https://www.w3.org/TR/shacl/.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from rdflib import Graph

from validation.constraints import (
    And,
    Closed,
    Compare,
    Constraint,
    Disjoint,
    Equals,
    HasClass,
    HasDatatype,
    HasNodeKind,
    HasValue,
    In,
    LanguageIn,
    LessThan,
    MaxCount,
    MaxLength,
    MinCount,
    MinLength,
    Node,
    Not,
    Or,
    Pattern,
    Property,
    Qualified,
    Sparql,
    UniqueLang,
    Xone,
    component,
    references,
)
from validation.paths import (
    Alternative,
    Inverse,
    Path,
    Predicate,
    Repeat,
    Sequence,
    invert,
    path_text,
    predicates,
    simplify,
)
from validation.terms import SH, Iri, Term


class Severity(StrEnum):
    """What a result does to the data it is about."""

    VIOLATION = "violation"  # must not enter
    WARNING = "warning"  # enters and is marked
    INFO = "info"  # enters and is counted


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
    notes: Mapping[Term, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    """What usually mends a finding (``ko:mend``), by shape and language."""
    digests: Mapping[Term, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """What each shape says, as a digest that does not depend on the names of blank nodes."""

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
        return self._walk(shape, object)

    def reporting(self, shape: Shape) -> Iterator[Shape]:
        """The shapes that what is found by checking this one can be of: itself, and those of its ``sh:property``.

        What ``sh:and``, ``sh:node`` and the like refer to is only tested: the finding is of what refers to it.
        """
        return self._walk(shape, Property)

    def _walk(self, shape: Shape, follows: type) -> Iterator[Shape]:
        seen: set[Term] = set()
        todo = [shape.id]
        while todo:
            key = todo.pop()
            if key in seen:
                continue
            seen.add(key)
            current = self.by_id[key]
            yield current
            todo.extend(r for c in current.constraints if isinstance(c, follows) for r in references(c))

    def uses_sparql(self, shape: Shape) -> bool:
        """Whether only the reference engine can check the shape."""
        return any(isinstance(c, Sparql) for s in self.nested(shape) if not s.deactivated for c in s.constraints)


__all__ = [
    "Alternative",
    "And",
    "Closed",
    "Compare",
    "Constraint",
    "Disjoint",
    "Equals",
    "HasClass",
    "HasDatatype",
    "HasNodeKind",
    "HasValue",
    "In",
    "Inverse",
    "LanguageIn",
    "LessThan",
    "MaxCount",
    "MaxLength",
    "MinCount",
    "MinLength",
    "Node",
    "Not",
    "Or",
    "Path",
    "Pattern",
    "Predicate",
    "Property",
    "Qualified",
    "Repeat",
    "Sequence",
    "Severity",
    "Shape",
    "Shapes",
    "Sparql",
    "Target",
    "TargetClass",
    "TargetNode",
    "TargetObjectsOf",
    "TargetSubjectsOf",
    "UniqueLang",
    "Xone",
    "component",
    "invert",
    "path_text",
    "predicates",
    "references",
    "simplify",
]
