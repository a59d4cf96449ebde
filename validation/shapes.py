"""Shape files: the shipped ``ontology/shapes/*.ttl`` and a user's own. Turtle only, no imports, no network."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import rdflib
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

import ontology as _room
from ontology.errors import ShapeError, Where
from ontology.model import Ontology
from validation import shape_model as m
from validation.shape_parser import ShapeParser
from validation.terms import RDF, RDFS, SH, XSD, Iri, from_rdflib, readable, to_rdflib
from validation.worker import Limits, run_limited

SHIPPED = Path(next(iter(_room.__path__))) / "shapes"
_IMPORTS = URIRef("http://www.w3.org/2002/07/owl#imports")
_FLAGS = frozenset(
    URIRef(SH + n) for n in ("uniqueLang", "closed", "deactivated", "qualifiedValueShapesDisjoint", "optional")
)
_FORMATS = frozenset((".ttl", ".nt", ".turtle"))
_reading = Lock()
_OURS = ("https://w3id.org/knockon/ns#", "https://w3id.org/knockon/meta#")


def load_shapes(
    ontology: Ontology, extra: Sequence[Path] = (), *, shipped: bool = True, instead: Sequence[Path] = ()
) -> m.Shapes:
    """The shipped shapes and the user's files, read as one shapes graph.

    Args:
        instead: files to try. What they call by a name that others have takes the place of that; nobody here answers
            for them, so they are read by a process of their own, with limits on time and memory.

    Raises:
        LimitExceeded: reading ``instead`` took too much.
        ShapeError: a file is not Turtle, a shape is wrong, unsupported or names what the ontology does not have.
    """
    tried = {f.resolve() for f in instead}
    files = [*(sorted(SHIPPED.glob("*.ttl")) if shipped else ()), *(f for f in extra if f.resolve() not in tried)]
    graph = Graph(bind_namespaces="none")
    places: dict[Node, Where] = {}
    for file in [*files, *instead]:
        if file in instead:
            part = run_limited(read_turtle, file, limits=Limits(seconds=60, megabytes=2048))
            for name in {s for s in part.subjects() if isinstance(s, URIRef)}:
                _remove(graph, name)
                places.pop(name, None)
        else:
            part = read_turtle(file)
        if (None, _IMPORTS, None) in part:
            raise ShapeError(
                "owl:imports is not followed.", where=file, do="List the imported file among the shapes instead."
            )
        text = file.read_text(encoding="utf-8")
        for node in set(part.subjects()):
            places.setdefault(node, _place(file, text, node, part))
        graph += part
        for prefix, name in part.namespaces():
            graph.bind(prefix, name)
    return shapes_from_graph(graph, ontology, places, tuple(str(f) for f in (*files, *instead)))


def _remove(graph: Graph, node: Node) -> None:
    """Take out what a graph says of a node, and what that alone refers to."""
    inner = [o for o in graph.objects(node) if isinstance(o, BNode)]
    graph.remove((node, None, None))
    for other in inner:
        if (None, None, other) not in graph:
            _remove(graph, other)


def shapes_from_graph(
    graph: Graph, ontology: Ontology | None = None, places: dict[Node, Where] | None = None, files: tuple[str, ...] = ()
) -> m.Shapes:
    """The shapes of a graph. With an ontology, names in knockon's namespace must exist in it.

    Raises:
        ShapeError: a shape is wrong or unsupported.
    """
    located = places or {}

    def locate(node: Node) -> Where:
        found = located.get(node) or next((located[s] for s in graph.subjects(object=node) if s in located), None)
        return found if found is not None else Where(node=readable(from_rdflib(node)))

    parsed = ShapeParser(canonical_graph(graph), locate, undefined_is_error=ontology is not None).parse()
    if ontology is not None:
        _check_names(parsed, ontology)
    return dataclasses.replace(parsed, files=files)


def read_turtle(file: Path) -> Graph:
    """The triples of a Turtle file. Nothing but the file is read.

    Raises:
        ShapeError: missing, not UTF-8, or not Turtle (with the line).
    """
    if file.suffix.lower() not in _FORMATS:
        raise ShapeError(
            f"{file.suffix or 'A file without an ending'} is not read: shapes are Turtle or N-Triples.",
            where=file,
            do="Convert it to Turtle. (RDF/XML can expand entities without end, JSON-LD can fetch its context.)",
        )
    graph = Graph(bind_namespaces="none")
    try:
        _parse(graph, file.read_text(encoding="utf-8"), file.resolve().as_uri())
    except OSError as problem:
        raise ShapeError(f"Cannot read it: {problem.strerror}.", where=file, do="Check the path.") from problem
    except UnicodeDecodeError as problem:
        raise ShapeError("It is not UTF-8 text.", where=file, do="Save it as UTF-8 Turtle.") from problem
    except RecursionError as problem:
        raise ShapeError("It is nested too deeply.", where=file, do="Break it into named shapes.") from problem
    except BadSyntax as problem:
        line = getattr(problem, "lines", None)
        where = Where(file=str(file), line=line + 1 if isinstance(line, int) else None)
        raise ShapeError(f"It is not Turtle: {_reason(problem)}.", where=where, do="Correct the syntax.") from problem
    return graph


def parse_turtle(text: str, base: str) -> Graph:
    """The triples of a Turtle text.

    Raises:
        ShapeError: it is not Turtle.
    """
    graph = Graph(bind_namespaces="none")
    try:
        _parse(graph, text, base)
    except BadSyntax as problem:
        raise ShapeError(f"It is not Turtle: {_reason(problem)}.", do="Correct the syntax.") from problem
    return graph


def _reason(problem: BadSyntax) -> str:
    return str(getattr(problem, "_why", "") or problem).strip().splitlines()[-1]


def _parse(graph: Graph, text: str, base: str) -> None:
    with _reading:
        before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
        try:
            graph.parse(data=text, format="turtle", publicID=base)
        finally:
            rdflib.NORMALIZE_LITERALS = before


def canonical_graph(graph: Graph) -> Graph:
    """The same graph with every literal in its canonical text, so that all engines compare the same terms.

    Flags are true only as the literal ``true`` (SHACL 4.4.5); prefixes declared by what a declaration imports from the
    same graph are declared there too (SHACL 5.2.1), since pySHACL does not follow them.
    """
    result = Graph(bind_namespaces="none")
    for prefix, name in graph.namespaces():
        result.bind(prefix, name)
    for s, p, o in graph:
        if p in _FLAGS and isinstance(o, RdfLiteral) and str(o.datatype) == XSD + "boolean":
            result.add((s, p, RdfLiteral(str(o) == "true")))
        else:
            plain = isinstance(o, RdfLiteral) and o.datatype is not None and str(o.datatype) != XSD + "string"
            result.add((s, p, to_rdflib(from_rdflib(o)) if plain else o))
    for owner in set(graph.objects(None, URIRef(SH + "prefixes"))):
        for imported in graph.transitive_objects(owner, _IMPORTS):
            for declaration in graph.objects(imported, URIRef(SH + "declare")):
                result.add((owner, URIRef(SH + "declare"), declaration))
    return result


def _place(file: Path, text: str, node: Node, part: Graph) -> Where:
    """Where a shape stands: the first line that begins with its name; for nested ones, the owner's line."""
    named = node
    for _ in range(20):
        if isinstance(named, URIRef):
            break
        owner = next((s for s in part.subjects(object=named)), None)
        if owner is None:
            break
        named = owner
    if isinstance(named, BNode):
        return Where(file=str(file))
    local = readable(from_rdflib(named))
    found = re.search(rf"^[ \t]*[\w-]*:?<?[^\s]*{re.escape(local)}>?(?=[\s;]|$)", text, re.MULTILINE)
    return Where(file=str(file), line=text.count("\n", 0, found.start()) + 1 if found else None, node=local)


def _check_names(shapes: m.Shapes, ontology: Ontology) -> None:
    """A misspelt class or property would make a shape that never finds anything."""
    classes = {c.iri for c in ontology.classes.values()} | {r.iri for r in ontology.relations.values()}
    properties = {p.iri for c in ontology.classes.values() for p in c.properties.values()}
    for relation in ontology.relations.values():
        properties.add(relation.iri)
        properties.update(p.iri for p in relation.properties.values())
    meta = {f"{_OURS[1]}{name}" for name in ("Statement", "valid_from", "valid_to")}
    meta |= {*(RDF + n for n in ("type", "subject", "predicate", "object", "Statement")), RDFS + "label"}
    for shape in shapes.by_id.values():
        for iri, kind in _names(shape):
            pool = classes if kind == "class" else properties
            if iri not in pool and iri not in meta:
                raise ShapeError(
                    f"The {kind} {readable(iri)} is not in the ontology.",
                    where=Where(file=shape.file or None, line=shape.line, node=shape.name),
                    do=_suggestion(readable(iri), pool),
                )


def _suggestion(name: str, pool: set[str]) -> str:
    close = difflib.get_close_matches(name, [readable(Iri(i)) for i in pool], n=3)
    return f"Did you mean {' or '.join(close)}?" if close else "See docs/ontology.md for the names."


def _names(shape: m.Shape) -> list[tuple[Iri, str]]:
    found: list[tuple[Iri, str]] = []
    for target in shape.targets:
        match target:
            case m.TargetClass(cls):
                found.append((cls, "class"))
            case m.TargetSubjectsOf(predicate) | m.TargetObjectsOf(predicate):
                found.append((predicate, "property"))
            case _:
                pass
    if shape.path is not None:
        found.extend((p, "property") for p in m.predicates(shape.path))
    for constraint in shape.constraints:
        match constraint:
            case m.HasClass(cls):
                found.append((cls, "class"))
            case m.Equals(predicate) | m.Disjoint(predicate) | m.LessThan(predicate):
                found.append((predicate, "property"))
            case m.Closed(allowed):
                found.extend((p, "property") for p in allowed if p.startswith(_OURS))
            case _:
                pass
    return found


__all__ = ["SHIPPED", "canonical_graph", "load_shapes", "read_turtle", "shapes_from_graph"]
