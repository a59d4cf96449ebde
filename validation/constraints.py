"""The constraints of SHACL Core, one class each, as every engine reads them (SHACL 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from validation.terms import Iri, Literal, Term


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
