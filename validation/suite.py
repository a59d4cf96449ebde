"""Suites in the W3C test manifest format (https://w3c.github.io/data-shapes/data-shapes-test-suite/).

A test names a data graph, a shapes graph and the expected report. The comparison is that of the suite's own rules:
``sh:conforms``, and for each result focus node, path, value, source shape, component and severity. Blank nodes stand
for any blank node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from rdflib import Graph, URIRef
from rdflib.term import Node

from ontology.errors import KnockonError, ShapeError, SourceError
from validation import shape_model as m
from validation.direct import DirectEngine
from validation.engine import Result
from validation.engines import make_engine
from validation.graph import TripleIndex
from validation.pyshacl_engine import PyShaclEngine
from validation.shape_reader import parse_path
from validation.shapes import read_turtle, shapes_from_graph
from validation.terms import SH, Blank, Literal, Term, from_rdflib, readable, value_of

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_SHT = "http://www.w3.org/ns/shacl-test#"
_SPARQL = tuple(URIRef(SH + n) for n in ("sparql", "select", "ask"))

Key = tuple[str, str, str, str, str, str]
"""Focus, path, value, shape, component, severity; ``_`` for a blank node, empty for nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a suite."""

    name: str
    file: Path
    data: Path
    shapes: Path
    sparql: bool
    failure: bool
    """The processor must refuse it."""
    conforms: bool
    expected: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an execution made of a case: ``passed``, ``failed`` or ``not_expressible``, and why."""

    verdict: str
    reason: str = ""
    found: tuple[Key, ...] | None = None
    """None: it was refused."""


def cases(folder: Path) -> Iterator[Case]:
    """All tests that the folder's ``manifest.ttl`` leads to, in its order.

    Raises:
        SourceError: no manifest there, or it names a file that is missing.
    """
    start = folder / "manifest.ttl" if folder.is_dir() else folder
    if not start.is_file():
        raise SourceError("There is no manifest.ttl.", where=folder, do="Give the folder of a W3C-style suite.")
    yield from _cases(start.resolve(), set())


def _cases(file: Path, seen: set[Path]) -> Iterator[Case]:
    if file in seen:
        return
    seen.add(file)
    graph = read_turtle(file)
    manifest = URIRef(file.as_uri())
    for head in graph.objects(manifest, URIRef(_MF + "entries")):
        for entry in graph.items(head):
            yield _case(file, graph, entry)
    for other in sorted(graph.objects(manifest, URIRef(_MF + "include")), key=str):
        target = _path(other)
        if not target.is_file():
            raise SourceError(f"The manifest includes {target.name}, which is missing.", where=file)
        yield from _cases(target, seen)


def _path(node: Node) -> Path:
    return Path(unquote(urlparse(str(node)).path))


def _case(file: Path, graph: Graph, entry: Node) -> Case:
    action = graph.value(entry, URIRef(_MF + "action"))
    expected = graph.value(entry, URIRef(_MF + "result"))
    data, shapes = (graph.value(action, URIRef(_SHT + name)) for name in ("dataGraph", "shapesGraph"))
    if data is None or shapes is None or expected is None:
        raise SourceError(f"The test {entry} lacks a data graph, shapes graph or result.", where=file)
    shapes_graph = graph if _path(shapes) == file else read_turtle(_path(shapes))
    failure = expected == URIRef(_SHT + "Failure")
    conforms = from_rdflib(graph.value(expected, URIRef(SH + "conforms")) or URIRef(""))
    return Case(
        name=str(file.parent.name + "/" + readable(from_rdflib(entry))),
        file=file,
        data=_path(data),
        shapes=_path(shapes),
        sparql=any((None, p, None) in shapes_graph for p in _SPARQL),
        failure=failure,
        conforms=isinstance(conforms, Literal) and value_of(conforms) is True,
        expected=tuple(sorted(_expected(graph, r) for r in graph.objects(expected, URIRef(SH + "result")))),
    )


def _expected(graph: Graph, result: Node) -> Key:
    def text(name: str) -> str:
        found = graph.value(result, URIRef(SH + name))
        return "" if found is None else key_text(from_rdflib(found))

    path = graph.value(result, URIRef(SH + "resultPath"))
    path_text = "" if path is None else str(m.simplify(parse_path(graph, path)))
    return (
        text("focusNode"), path_text, text("value"), text("sourceShape"), text("sourceConstraintComponent"),
        text("resultSeverity"),
    )  # fmt: skip


def key_text(term: Term | None) -> str:
    """A term for comparison; blank nodes are all one."""
    if term is None:
        return ""
    if isinstance(term, Literal):
        return repr(tuple(term))
    return "_" if isinstance(term, Blank) else str(term)


def result_key(result: Result) -> Key:
    """A result for comparison."""
    return (
        key_text(result.focus), "" if result.path is None else str(result.path), key_text(result.value),
        key_text(result.shape), str(result.component), str(result.severity),
    )  # fmt: skip


Execution = Callable[[Case, TripleIndex, m.Shapes], list[Result]]


class NotExpressible(Exception):
    """The execution cannot hold the data or the shapes of a case; the text says what."""


def run_case(case: Case, execute: Execution) -> Outcome:
    """Load a case, execute it, compare with the expected report."""
    try:
        shapes = shapes_from_graph(read_turtle(case.shapes))
        data = TripleIndex.from_rdflib(read_turtle(case.data))
        results = execute(case, data, shapes)
    except NotExpressible as problem:
        return Outcome("not_expressible", str(problem))
    except ShapeError as problem:
        if case.failure:
            return Outcome("passed")
        return Outcome("failed", f"refused: {problem.what}")
    except KnockonError as problem:
        return Outcome("failed", str(problem))
    found = tuple(sorted(result_key(r) for r in results))
    if case.failure:
        return Outcome("failed", "must be refused, but was run", found)
    if found == case.expected:
        return Outcome("passed", found=found)
    missing = [k for k in case.expected if k not in found]
    extra = [k for k in found if k not in case.expected]
    return Outcome("failed", f"missing {missing}, not expected {extra}", found)


def at_the_gate(case: Case, data: TripleIndex, shapes: m.Shapes) -> list[Result]:
    """The gate's way: the direct engine, and pySHACL for shapes that use SPARQL."""
    del case
    targeted = shapes.targeted()
    core = {s.id for s in targeted if not shapes.uses_sparql(s)}
    results: list[Result] = []
    if core:
        results.extend(r for r in DirectEngine().validate(data, shapes.only(core)))
    if len(core) < len(targeted):
        results.extend(PyShaclEngine().validate(data, shapes.only({s.id for s in targeted} - core)))
    return results


def by_reference(case: Case, data: TripleIndex, shapes: m.Shapes) -> list[Result]:
    """pySHACL alone."""
    del case
    return PyShaclEngine().validate(data, shapes)


def by_engine(name: str) -> Execution:
    """One engine alone."""

    def execute(case: Case, data: TripleIndex, shapes: m.Shapes) -> list[Result]:
        del case
        engine = make_engine(name)
        return engine.validate(data, shapes) if engine is not None else []

    return execute
