"""From a shapes graph to :class:`validation.shape_model.Shapes`; what is not understood is an error, never skipped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node as RdfNode

from ontology.errors import ShapeError, Where
from ontology.model import KO
from validation import shape_model as m
from validation.patterns import check_pattern
from validation.terms import NUMERIC_TYPES, RDF, RDFS, SH, XSD, Iri, Literal, Term, from_rdflib, readable, value_of

Locate = Callable[[RdfNode], Where]

_TYPE, _FIRST, _REST, _NIL = (URIRef(RDF + n) for n in ("type", "first", "rest", "nil"))
_SUBCLASS, _CLASS = URIRef(RDFS + "subClassOf"), URIRef(RDFS + "Class")
_OWL_CLASS = URIRef("http://www.w3.org/2002/07/owl#Class")
_MEND = URIRef(KO + "mend")


def _sh(name: str) -> URIRef:
    return URIRef(SH + name)


_TARGETS: Mapping[URIRef, Callable[[Term], m.Target]] = {
    _sh("targetClass"): lambda t: m.TargetClass(Iri(t)),
    _sh("targetNode"): m.TargetNode,
    _sh("targetSubjectsOf"): lambda t: m.TargetSubjectsOf(Iri(t)),
    _sh("targetObjectsOf"): lambda t: m.TargetObjectsOf(Iri(t)),
}
_LISTS = ("and", "or", "xone")
_BOUNDS = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_SHAPE_VALUED = ("not", "node", "property", "qualifiedValueShape")
_PROPERTY_ONLY = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape")
_PARAMETERS = frozenset((
    "class", "datatype", "nodeKind", "minCount", "maxCount", *_BOUNDS, "minLength", "maxLength", "pattern",
    "languageIn", "uniqueLang", *_PAIRS, *_SHAPE_VALUED, *_LISTS, "closed", "hasValue", "in", "sparql",
))  # fmt: skip
_COMPANIONS = frozenset((
    "path", "flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
    "severity", "message", "deactivated", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
))  # fmt: skip
_DESCRIPTIVE = frozenset(("name", "description", "order", "group", "defaultValue"))
_QUERY = frozenset(("prefixes", "select", "ask", "declare"))  # a shape may be its own SPARQL constraint
_KNOWN = _PARAMETERS | _COMPANIONS | _DESCRIPTIVE | _QUERY
_REMOTE = re.compile(r"\b(SERVICE|FROM|LOAD)\b", re.IGNORECASE)
_NODE_KINDS = {
    "IRI": {"iri"}, "BlankNode": {"blank"}, "Literal": {"literal"}, "BlankNodeOrIRI": {"blank", "iri"},
    "BlankNodeOrLiteral": {"blank", "literal"}, "IRIOrLiteral": {"iri", "literal"},
}  # fmt: skip


class ShapeParser:
    """Reads every shape of a graph.

    Raises:
        ShapeError: a shape is ill-formed, recursive, or uses what no engine of knockon supports.
    """

    def __init__(self, graph: Graph, locate: Locate, *, undefined_is_error: bool = True) -> None:
        self._graph = graph
        self._locate = locate
        self._undefined_is_error = undefined_is_error
        self._custom = self._custom_parameters()
        self._parents: dict[RdfNode, list[RdfNode]] = {}
        for parent, child in graph.subject_objects(_sh("property")):
            self._parents.setdefault(child, []).append(parent)

    def parse(self) -> m.Shapes:
        """All shapes of the graph."""
        for name in ("select", "ask"):
            for owner, text in self._graph.subject_objects(_sh(name)):
                found = _REMOTE.search(str(text))
                if found:
                    raise self._wrong(
                        owner, f"A query uses {found[0].upper()}, which reaches outside the graph.", "Leave it out."
                    )
        shapes = {from_rdflib(node): self._shape(node) for node in sorted(self._shape_nodes(), key=str)}
        self._refuse_recursion(shapes)
        notes = {from_rdflib(s): str(o) for s, o in self._graph.subject_objects(_MEND)}
        return m.Shapes(MappingProxyType(shapes), self._graph, notes=MappingProxyType(notes))

    def _wrong(self, node: RdfNode, what: str, do: str = "") -> ShapeError:
        return ShapeError(what, where=self._locate(node), do=do)

    # -- which nodes are shapes ------------------------------------------------------------------------------------

    def _shape_nodes(self) -> set[RdfNode]:
        found: set[RdfNode] = set()
        for kind in ("NodeShape", "PropertyShape"):
            found.update(self._graph.subjects(_TYPE, _sh(kind)))
        for predicate in _TARGETS:
            found.update(self._graph.subjects(predicate))
        for name in _PARAMETERS - {"property"}:
            found.update(self._graph.subjects(_sh(name)))
        components = set(self._components())
        parameters = {p for c in components for p in self._graph.objects(c, _sh("parameter"))}
        found -= parameters
        todo = list(found)
        while todo:
            for other in self._referenced(todo.pop()):
                if other not in found:
                    found.add(other)
                    todo.append(other)
        return {n for n in found if not isinstance(n, RdfLiteral)}

    def _referenced(self, node: RdfNode) -> list[RdfNode]:
        found: list[RdfNode] = []
        for name in _SHAPE_VALUED:
            found.extend(self._graph.objects(node, _sh(name)))
        for name in _LISTS:
            for head in self._graph.objects(node, _sh(name)):
                found.extend(self._list(node, head))
        return found

    def _components(self) -> set[RdfNode]:
        kinds: set[RdfNode] = {_sh("ConstraintComponent")}
        size = 0
        while size != len(kinds):
            size = len(kinds)
            kinds.update(s for s, o in self._graph.subject_objects(_SUBCLASS) if o in kinds)
        return {s for kind in kinds for s in self._graph.subjects(_TYPE, kind)}

    def _custom_parameters(self) -> dict[RdfNode, frozenset[RdfNode]]:
        """For each SPARQL-based component, its mandatory parameters' predicates."""
        found: dict[RdfNode, frozenset[RdfNode]] = {}
        for item in self._components():
            needed = frozenset(
                path
                for parameter in self._graph.objects(item, _sh("parameter"))
                if (parameter, _sh("optional"), RdfLiteral(True)) not in self._graph
                for path in self._graph.objects(parameter, _sh("path"))
            )
            if needed and not any(str(p).startswith(SH) for p in needed):
                found[item] = needed
        return found

    # -- one shape -------------------------------------------------------------------------------------------------

    def _shape(self, node: RdfNode) -> m.Shape:
        graph = self._graph
        used = {str(p)[len(SH) :] for p in graph.predicates(node) if str(p).startswith(SH)}
        unknown = used - _KNOWN
        if unknown:
            raise self._wrong(
                node,
                f"sh:{min(unknown)} is not supported.",
                "Express it in SHACL Core or as a SPARQL constraint (sh:sparql), or leave it out.",
            )
        if not used and self._undefined_is_error and (node, _TYPE, None) not in graph:
            raise self._wrong(
                node, f"{readable(from_rdflib(node))} is used as a shape but not defined.", "Check the name."
            )
        paths = list(graph.objects(node, _sh("path")))
        if len(paths) > 1:
            raise self._wrong(node, "A property shape has more than one sh:path.")
        if not paths and (node, _TYPE, _sh("PropertyShape")) in graph:
            raise self._wrong(node, "A property shape has no sh:path.")
        path = m.simplify(self._path(node, paths[0])) if paths else None
        if path is None:
            wrong = used & set(_PROPERTY_ONLY)
            if wrong:
                raise self._wrong(node, f"sh:{min(wrong)} needs a property shape (sh:path).")
        constraints = tuple(self._constraints(node))
        severities = list(graph.objects(node, _sh("severity")))
        return m.Shape(
            id=from_rdflib(node),
            name=self._name(node, path),
            path=path,
            targets=self._targets(node),
            constraints=constraints,
            severity=Iri(severities[0]) if severities and isinstance(severities[0], URIRef) else Iri(SH + "Violation"),
            deactivated=self._flag(node, "deactivated"),
            messages=MappingProxyType({
                (t.language or "").lower(): str(t)
                for t in sorted(graph.objects(node, _sh("message")), key=str)
                if isinstance(t, RdfLiteral)
            }),
            file=self._locate(node).file or "",
            line=self._locate(node).line,
        )  # fmt: skip

    def _name(self, node: RdfNode, path: m.Path | None) -> str:
        names = sorted(str(n) for n in self._graph.objects(node, _sh("name")))
        if names:
            return names[0]
        if isinstance(node, URIRef):
            return readable(Iri(node))
        owner = next((p for p in self._parents.get(node, ()) if isinstance(p, URIRef)), None)
        prefix = readable(Iri(owner)) + " " if owner is not None else ""
        return prefix + (m.path_text(path) if path is not None else "part")

    def _targets(self, node: RdfNode) -> tuple[m.Target, ...]:
        found: list[m.Target] = []
        for predicate, make in _TARGETS.items():
            for value in sorted(self._graph.objects(node, predicate), key=str):
                if predicate != _sh("targetNode") and not isinstance(value, URIRef):
                    raise self._wrong(node, f"The value of sh:{readable(Iri(predicate))} must be an IRI.")
                found.append(make(from_rdflib(value)))
        if isinstance(node, URIRef) and any(self._is_class_type(t) for t in self._graph.objects(node, _TYPE)):
            found.append(m.TargetClass(Iri(node)))
        return tuple(dict.fromkeys(found))

    def _is_class_type(self, node: RdfNode) -> bool:
        return node in (_CLASS, _OWL_CLASS) or _CLASS in set(self._graph.transitive_objects(node, _SUBCLASS))

    # -- constraints -----------------------------------------------------------------------------------------------

    def _constraints(self, node: RdfNode) -> list[m.Constraint]:
        found: list[m.Constraint] = []
        g = self._graph
        for value in self._values(node, "class"):
            found.append(m.HasClass(self._iri(node, value, "class")))
        for value in self._single(node, "datatype"):
            found.append(m.HasDatatype(self._iri(node, value, "datatype")))
        for value in self._single(node, "nodeKind"):
            kinds = _NODE_KINDS.get(str(value)[len(SH) :])
            if kinds is None:
                raise self._wrong(
                    node, f"{value} is not a node kind.", "Use sh:IRI, sh:Literal, sh:BlankNode or a pair."
                )
            found.append(m.HasNodeKind(frozenset(kinds)))
        for value in self._single(node, "minCount"):
            found.append(m.MinCount(self._count(node, value, "minCount")))
        for value in self._single(node, "maxCount"):
            found.append(m.MaxCount(self._count(node, value, "maxCount")))
        for name in _BOUNDS:
            for value in self._single(node, name):
                bound = from_rdflib(value)
                if not isinstance(bound, Literal) or value_of(bound) is None:
                    raise self._wrong(node, f"sh:{name} needs a well-formed number, date or text.")
                found.append(m.Compare(name, bound))
        for value in self._single(node, "minLength"):
            found.append(m.MinLength(self._count(node, value, "minLength")))
        for value in self._single(node, "maxLength"):
            found.append(m.MaxLength(self._count(node, value, "maxLength")))
        flags = "".join(str(f) for f in g.objects(node, _sh("flags")))
        for value in self._values(node, "pattern"):
            check_pattern(str(value), flags, self._locate(node))
            found.append(m.Pattern(str(value), flags))
        for value in self._single(node, "languageIn"):
            found.append(m.LanguageIn(tuple(str(t).lower() for t in self._list(node, value))))
        if self._flag(node, "uniqueLang"):
            found.append(m.UniqueLang())
        for value in self._values(node, "equals"):
            found.append(m.Equals(self._iri(node, value, "equals")))
        for value in self._values(node, "disjoint"):
            found.append(m.Disjoint(self._iri(node, value, "disjoint")))
        for name in ("lessThan", "lessThanOrEquals"):
            for value in self._values(node, name):
                found.append(m.LessThan(self._iri(node, value, name), name.endswith("Equals")))
        found.extend(self._logical(node))
        if self._flag(node, "closed"):
            found.append(self._closed(node))
        for value in self._values(node, "hasValue"):
            found.append(m.HasValue(from_rdflib(value)))
        for value in self._single(node, "in"):
            found.append(m.In(tuple(from_rdflib(v) for v in self._list(node, value))))
        for value in self._values(node, "sparql"):
            found.append(m.Sparql(from_rdflib(value)))
        own = set(g.predicates(node))
        for item, needed in sorted(self._custom.items(), key=lambda i: str(i[0])):
            if needed <= own:
                found.append(m.Sparql(from_rdflib(item)))
        return found

    def _logical(self, node: RdfNode) -> list[m.Constraint]:
        found: list[m.Constraint] = []
        for value in self._values(node, "not"):
            found.append(m.Not(from_rdflib(value)))
        for name, make in (("and", m.And), ("or", m.Or), ("xone", m.Xone)):
            for value in self._values(node, name):
                found.append(make(tuple(from_rdflib(v) for v in self._list(node, value))))
        for value in self._values(node, "node"):
            if (value, _sh("path"), None) in self._graph:
                raise self._wrong(node, "The value of sh:node is a property shape.", "Use sh:property, or wrap it.")
            found.append(m.Node(from_rdflib(value)))
        for value in self._values(node, "property"):
            if (value, _sh("path"), None) not in self._graph:
                raise self._wrong(
                    value if (value, None, None) in self._graph else node, "The value of sh:property has no sh:path."
                )
            found.append(m.Property(from_rdflib(value)))
        for value in self._values(node, "qualifiedValueShape"):
            minimum = [self._count(node, c, "qualifiedMinCount") for c in self._single(node, "qualifiedMinCount")]
            maximum = [self._count(node, c, "qualifiedMaxCount") for c in self._single(node, "qualifiedMaxCount")]
            siblings = self._siblings(node, value) if self._flag(node, "qualifiedValueShapesDisjoint") else ()
            found.append(
                m.Qualified(
                    from_rdflib(value), minimum[0] if minimum else None, maximum[0] if maximum else None, siblings
                )
            )
        return found

    def _siblings(self, node: RdfNode, own: RdfNode) -> tuple[Term, ...]:
        found = {
            shape
            for parent in self._parents.get(node, ())
            for sibling in self._graph.objects(parent, _sh("property"))
            for shape in self._graph.objects(sibling, _sh("qualifiedValueShape"))
        }
        return tuple(sorted((from_rdflib(s) for s in found - {own}), key=str))

    def _closed(self, node: RdfNode) -> m.Closed:
        allowed = {Iri(p) for shape in self._values(node, "property")
                   for p in self._graph.objects(shape, _sh("path")) if isinstance(p, URIRef)}  # fmt: skip
        for head in self._single(node, "ignoredProperties"):
            allowed.update(Iri(p) for p in self._list(node, head) if isinstance(p, URIRef))
        return m.Closed(frozenset(allowed))

    # -- paths, lists, single values -------------------------------------------------------------------------------

    def _path(self, shape: RdfNode, node: RdfNode, seen: frozenset[RdfNode] = frozenset()) -> m.Path:
        if isinstance(node, URIRef) and node != _NIL:
            return m.Predicate(Iri(node))
        if not isinstance(node, BNode) or node in seen:
            raise self._wrong(
                shape, "This is not a path.", "A path is an IRI, a list, or one of sh:inversePath and the like."
            )
        seen |= {node}
        g = self._graph
        if (node, _FIRST, None) in g:
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
        while head != _NIL:
            first, rest = list(self._graph.objects(head, _FIRST)), list(self._graph.objects(head, _REST))
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise self._wrong(owner, "A list is not well-formed.", "Write it as ( a b c ).")
            seen.add(head)
            items.append(first[0])
            head = rest[0]
        return items

    def _values(self, node: RdfNode, name: str) -> list[RdfNode]:
        return sorted(self._graph.objects(node, _sh(name)), key=str)

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

    def _refuse_recursion(self, shapes: Mapping[Term, m.Shape]) -> None:
        done: set[Term] = set()
        for start in shapes:
            trail: list[Term] = []
            stack: list[tuple[Term, bool]] = [(start, False)]
            while stack:
                key, leaving = stack.pop()
                if leaving:
                    trail.pop()
                    done.add(key)
                    continue
                if key in done:
                    continue
                if key in trail:
                    shape = shapes[key]
                    raise ShapeError(
                        f"The shape {shape.name} refers to itself, directly or through others.",
                        where=Where(file=shape.file or None, line=shape.line, node=shape.name),
                        do="SHACL leaves recursive shapes undefined: break the circle.",
                    )
                trail.append(key)
                stack.append((key, True))
                for constraint in shapes[key].constraints:
                    stack.extend((other, False) for other in m.references(constraint))


def parse_path(graph: Graph, node: RdfNode) -> m.Path:
    """A path that stands alone (in a report).

    Raises:
        ShapeError: it is not a path.
    """
    return ShapeParser(graph, lambda n: Where(node=str(n)))._path(node, node)
