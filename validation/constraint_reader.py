"""The constraints of one shape, from its triples."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef
from rdflib.term import Node as RdfNode

from validation import shape_model as m
from validation.patterns import check_pattern
from validation.shape_reader import ShapeReader, sh
from validation.terms import SH, Iri, Literal, Term, from_rdflib, value_of

BOUNDS = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_NODE_KINDS = {
    "IRI": {"iri"}, "BlankNode": {"blank"}, "Literal": {"literal"}, "BlankNodeOrIRI": {"blank", "iri"},
    "BlankNodeOrLiteral": {"blank", "literal"}, "IRIOrLiteral": {"iri", "literal"},
}  # fmt: skip


class ConstraintReader(ShapeReader):
    """Reads the constraints of shapes; subclasses know the components and parents that a graph declares."""

    _custom: Mapping[RdfNode, frozenset[RdfNode]]
    _parents: Mapping[RdfNode, list[RdfNode]]

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
        for name in BOUNDS:
            for value in self._single(node, name):
                bound = from_rdflib(value)
                if not isinstance(bound, Literal) or value_of(bound) is None:
                    raise self._wrong(node, f"sh:{name} needs a well-formed number, date or text.")
                found.append(m.Compare(name, bound))
        for value in self._single(node, "minLength"):
            found.append(m.MinLength(self._count(node, value, "minLength")))
        for value in self._single(node, "maxLength"):
            found.append(m.MaxLength(self._count(node, value, "maxLength")))
        flags = "".join(str(f) for f in g.objects(node, sh("flags")))
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
            if (value, sh("path"), None) in self._graph:
                raise self._wrong(node, "The value of sh:node is a property shape.", "Use sh:property, or wrap it.")
            found.append(m.Node(from_rdflib(value)))
        for value in self._values(node, "property"):
            if (value, sh("path"), None) not in self._graph:
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
            for sibling in self._graph.objects(parent, sh("property"))
            for shape in self._graph.objects(sibling, sh("qualifiedValueShape"))
        }
        return tuple(sorted((from_rdflib(s) for s in found - {own}), key=str))

    def _closed(self, node: RdfNode) -> m.Closed:
        allowed = {Iri(p) for shape in self._values(node, "property")
                   for p in self._graph.objects(shape, sh("path")) if isinstance(p, URIRef)}  # fmt: skip
        for head in self._single(node, "ignoredProperties"):
            allowed.update(Iri(p) for p in self._list(node, head) if isinstance(p, URIRef))
        return m.Closed(frozenset(allowed))
