"""Reading a shapes graph: paths, lists, single values, each refused where it is ill-formed."""

from __future__ import annotations

from collections.abc import Callable

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node as RdfNode

from ontology.errors import ShapeError, Where
from validation import shape_model as m
from validation.terms import NUMERIC_TYPES, RDF, SH, XSD, Iri, Literal, from_rdflib, readable, value_of

Locate = Callable[[RdfNode], Where]

_DEEPEST = 64
FIRST, REST, NIL = (URIRef(RDF + n) for n in ("first", "rest", "nil"))


def sh(name: str) -> URIRef:
    """A term of SHACL."""
    return URIRef(SH + name)


class ShapeReader:
    """Reads what shapes are made of.

    Raises:
        ShapeError: a path, a list or a value is ill-formed.
    """

    def __init__(self, graph: Graph, locate: Locate) -> None:
        self._graph = graph
        self._locate = locate

    def _wrong(self, node: RdfNode, what: str, do: str = "") -> ShapeError:
        return ShapeError(what, where=self._locate(node), do=do)

    def _path(self, shape: RdfNode, node: RdfNode, seen: frozenset[RdfNode] = frozenset()) -> m.Path:
        if isinstance(node, URIRef) and node != NIL:
            return m.Predicate(Iri(node))
        if not isinstance(node, BNode) or node in seen:
            raise self._wrong(
                shape, "This is not a path.", "A path is an IRI, a list, or one of sh:inversePath and the like."
            )
        seen |= {node}
        if len(seen) > _DEEPEST:
            raise self._wrong(shape, f"A path is nested more than {_DEEPEST} deep.", "Say it with fewer steps.")
        g = self._graph
        if (node, FIRST, None) in g:
            steps = self._list(shape, node)
            if len(steps) < 2:
                raise self._wrong(shape, "A sequence path needs at least two steps.")
            return m.Sequence(tuple(self._path(shape, s, seen) for s in steps))
        forms = [(p, o) for p, o in g.predicate_objects(node) if str(p).startswith(SH)]
        if len(forms) != 1:
            raise self._wrong(shape, "A path must have exactly one form.")
        form, inner = str(forms[0][0])[len(SH) :], forms[0][1]
        match form:
            case "inversePath":
                return m.Inverse(self._path(shape, inner, seen))
            case "alternativePath":
                options = self._list(shape, inner)
                if len(options) < 2:
                    raise self._wrong(shape, "An alternative path needs at least two options.")
                return m.Alternative(tuple(self._path(shape, o, seen) for o in options))
            case "zeroOrMorePath":
                return m.Repeat(self._path(shape, inner, seen), 0, unbounded=True)
            case "oneOrMorePath":
                return m.Repeat(self._path(shape, inner, seen), 1, unbounded=True)
            case "zeroOrOnePath":
                return m.Repeat(self._path(shape, inner, seen), 0, unbounded=False)
        raise self._wrong(shape, f"sh:{form} is not a kind of path.")

    def _list(self, owner: RdfNode, head: RdfNode) -> list[RdfNode]:
        items: list[RdfNode] = []
        seen: set[RdfNode] = set()
        while head != NIL:
            first, rest = list(self._graph.objects(head, FIRST)), list(self._graph.objects(head, REST))
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise self._wrong(owner, "A list is not well-formed.", "Write it as ( a b c ).")
            seen.add(head)
            items.append(first[0])
            head = rest[0]
        return items

    def _values(self, node: RdfNode, name: str) -> list[RdfNode]:
        return sorted(self._graph.objects(node, sh(name)), key=str)

    def _single(self, node: RdfNode, name: str) -> list[RdfNode]:
        values = self._values(node, name)
        if len(values) > 1:
            raise self._wrong(node, f"sh:{name} is given more than once.")
        return values

    def _iri(self, node: RdfNode, value: RdfNode, name: str) -> Iri:
        if not isinstance(value, URIRef):
            raise self._wrong(node, f"The value of sh:{name} must be an IRI.")
        return Iri(value)

    def _count(self, node: RdfNode, value: RdfNode, name: str) -> int:
        term = from_rdflib(value)
        number = value_of(term) if isinstance(term, Literal) and term.datatype in NUMERIC_TYPES else None
        if not isinstance(number, int) or number < 0:
            raise self._wrong(node, f"sh:{name} needs a whole number, not {readable(term)!r}.")
        return number

    def _flag(self, node: RdfNode, name: str) -> bool:
        values = self._single(node, name)
        if not values:
            return False
        term = from_rdflib(values[0])
        if not isinstance(term, Literal) or term.datatype != XSD + "boolean":
            raise self._wrong(node, f"sh:{name} must be true or false.")
        return term.text == "true"  # "1" is not the literal `true` that SHACL asks for


def parse_path(graph: Graph, node: RdfNode) -> m.Path:
    """A path that stands alone (in a report).

    Raises:
        ShapeError: it is not a path.
    """
    return ShapeReader(graph, lambda n: Where(node=str(n)))._path(node, node)
