"""From a shapes graph to :class:`validation.shape_model.Shapes`; what is not understood is an error, never skipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rdflib import Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node as RdfNode

from ontology.errors import ShapeError, Where
from ontology.model import KO
from validation import shape_model as m
from validation.constraint_reader import BOUNDS, ConstraintReader
from validation.shape_digest import shape_digests
from validation.shape_reader import Locate, sh
from validation.terms import RDF, RDFS, SH, Iri, Term, from_rdflib, readable
from validation.unsupported import refuse_reaching_out, refuse_unsupported

_TYPE = URIRef(RDF + "type")
_SUBCLASS, _CLASS = URIRef(RDFS + "subClassOf"), URIRef(RDFS + "Class")
_OWL_CLASS = URIRef("http://www.w3.org/2002/07/owl#Class")
_MEND = URIRef(KO + "mend")


_TARGETS: Mapping[URIRef, Callable[[Term], m.Target]] = {
    sh("targetClass"): lambda t: m.TargetClass(Iri(t)),
    sh("targetNode"): m.TargetNode,
    sh("targetSubjectsOf"): lambda t: m.TargetSubjectsOf(Iri(t)),
    sh("targetObjectsOf"): lambda t: m.TargetObjectsOf(Iri(t)),
}
_LISTS = ("and", "or", "xone")
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_SHAPE_VALUED = ("not", "node", "property", "qualifiedValueShape")
_PROPERTY_ONLY = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape")
_PARAMETERS = frozenset((
    "class", "datatype", "nodeKind", "minCount", "maxCount", *BOUNDS, "minLength", "maxLength", "pattern",
    "languageIn", "uniqueLang", *_PAIRS, *_SHAPE_VALUED, *_LISTS, "closed", "hasValue", "in", "sparql",
))  # fmt: skip
_COMPANIONS = frozenset((
    "path", "flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
    "severity", "message", "deactivated", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
))  # fmt: skip
_DESCRIPTIVE = frozenset(("name", "description", "order", "group", "defaultValue"))
_QUERY = frozenset(("prefixes", "select", "ask", "declare"))  # a shape may be its own SPARQL constraint
_DEEPEST = 64
_KNOWN = _PARAMETERS | _COMPANIONS | _DESCRIPTIVE | _QUERY


class ShapeParser(ConstraintReader):
    """Reads every shape of a graph.

    Raises:
        ShapeError: a shape is ill-formed, recursive, or uses what no engine of knockon supports.
    """

    def __init__(self, graph: Graph, locate: Locate, *, undefined_is_error: bool = True) -> None:
        super().__init__(graph, locate)
        self._undefined_is_error = undefined_is_error
        self._custom = self._custom_parameters()
        parents: dict[RdfNode, list[RdfNode]] = {}
        for parent, child in graph.subject_objects(sh("property")):
            parents.setdefault(child, []).append(parent)
        self._parents = parents

    def parse(self) -> m.Shapes:
        """All shapes of the graph."""
        refuse_reaching_out(self._graph, self._wrong)
        nodes = self._shape_nodes()
        if self._undefined_is_error:
            refuse_unsupported(self._graph, nodes, _KNOWN, self._wrong)
        shapes = {from_rdflib(node): self._shape(node) for node in sorted(nodes, key=str)}
        self._refuse_recursion(shapes)
        notes: dict[Term, dict[str, str]] = {}
        for node, text in self._graph.subject_objects(_MEND):
            language = (text.language or "").lower() if isinstance(text, RdfLiteral) else ""
            notes.setdefault(from_rdflib(node), {})[language] = str(text)
        return m.Shapes(
            MappingProxyType(shapes),
            self._graph,
            notes=MappingProxyType(notes),
            digests=shape_digests(shapes, self._graph),
        )

    # -- which nodes are shapes ------------------------------------------------------------------------------------

    def _shape_nodes(self) -> set[RdfNode]:
        found: set[RdfNode] = set()
        for kind in ("NodeShape", "PropertyShape"):
            found.update(self._graph.subjects(_TYPE, sh(kind)))
        for predicate in _TARGETS:
            found.update(self._graph.subjects(predicate))
        for name in _PARAMETERS - {"property"}:
            found.update(self._graph.subjects(sh(name)))
        components = set(self._components())
        parameters = {p for c in components for p in self._graph.objects(c, sh("parameter"))}
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
            found.extend(self._graph.objects(node, sh(name)))
        for name in _LISTS:
            for head in self._graph.objects(node, sh(name)):
                found.extend(self._list(node, head))
        return found

    def _components(self) -> set[RdfNode]:
        kinds: set[RdfNode] = {sh("ConstraintComponent")}
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
                for parameter in self._graph.objects(item, sh("parameter"))
                if (parameter, sh("optional"), RdfLiteral(True)) not in self._graph
                for path in self._graph.objects(parameter, sh("path"))
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
        paths = list(graph.objects(node, sh("path")))
        if len(paths) > 1:
            raise self._wrong(node, "A property shape has more than one sh:path.")
        if not paths and (node, _TYPE, sh("PropertyShape")) in graph:
            raise self._wrong(node, "A property shape has no sh:path.")
        path = m.simplify(self._path(node, paths[0])) if paths else None
        if path is None:
            wrong = used & set(_PROPERTY_ONLY)
            if wrong:
                raise self._wrong(node, f"sh:{min(wrong)} needs a property shape (sh:path).")
        constraints = tuple(self._constraints(node))
        severities = list(graph.objects(node, sh("severity")))
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
                for t in sorted(graph.objects(node, sh("message")), key=str)
                if isinstance(t, RdfLiteral)
            }),
            file=self._locate(node).file or "",
            line=self._locate(node).line,
        )  # fmt: skip

    def _name(self, node: RdfNode, path: m.Path | None) -> str:
        names = sorted(str(n) for n in self._graph.objects(node, sh("name")))
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
                if predicate != sh("targetNode") and not isinstance(value, URIRef):
                    raise self._wrong(node, f"The value of sh:{readable(Iri(predicate))} must be an IRI.")
                found.append(make(from_rdflib(value)))
        if isinstance(node, URIRef) and any(self._is_class_type(t) for t in self._graph.objects(node, _TYPE)):
            found.append(m.TargetClass(Iri(node)))
        return tuple(dict.fromkeys(found))

    def _is_class_type(self, node: RdfNode) -> bool:
        return node in (_CLASS, _OWL_CLASS) or _CLASS in set(self._graph.transitive_objects(node, _SUBCLASS))

    def _refuse_recursion(self, shapes: Mapping[Term, m.Shape]) -> None:
        height: dict[Term, int] = {}
        for start in shapes:
            trail: list[Term] = []
            stack: list[tuple[Term, bool]] = [(start, False)]
            while stack:
                key, leaving = stack.pop()
                if leaving:
                    trail.pop()
                    inner = (height[other] for c in shapes[key].constraints for other in m.references(c))
                    height[key] = 1 + max(inner, default=0)
                    if height[key] > _DEEPEST:
                        raise ShapeError(
                            f"Shapes are nested more than {_DEEPEST} deep.",
                            where=Where(file=shapes[key].file or None, line=shapes[key].line, node=shapes[key].name),
                            do="Say it with fewer shapes within shapes.",
                        )
                    continue
                if key in height:
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
