"""Property paths of shapes: what they are, turned around, and as a person reads them (SHACL 2.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from validation.terms import Iri, readable


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
