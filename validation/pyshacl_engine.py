"""The reference engine: pySHACL, with its patterns run by RE2 and nothing fetched from anywhere."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace

import pyshacl.constraints.core.string_based_constraints as _string_constraints
from pyshacl.graph_abstraction import DataGraph
from pyshacl.monkey import apply_patches
from pyshacl.validator import Validator
from rdflib import Graph
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from ontology.errors import ShapeError
from validation import shape_model as m
from validation.engine import Focus, Result
from validation.graph import TripleIndex
from validation.messages import messages_for
from validation.patterns import compiled
from validation.terms import SH, Iri, Term, from_rdflib, to_rdflib

_MAX_DEPTH = 64


def _compile(pattern: str, flags: int = 0) -> object:
    letters = "".join(letter for letter, bit in (("i", re.I), ("m", re.M), ("s", re.S)) if flags & bit)
    return compiled(pattern, letters)


# Python's own engine takes exponential time on `^(a+)+$`.
setattr(_string_constraints, "re", SimpleNamespace(compile=_compile, I=re.I, M=re.M, S=re.S))  # noqa: B010


class PyShaclEngine:
    """pySHACL behind knockon's interface."""

    name = "pyshacl"

    def validate(self, data: TripleIndex, shapes: m.Shapes, focus: Focus | None = None) -> list[Result]:
        """All results; with ``focus`` only those of the given shapes on the given nodes.

        Raises:
            ShapeError: pySHACL cannot run a constraint (a query that SHACL forbids, for example).
        """
        return self.validate_graph(data.to_rdflib(), shapes, focus)

    def validate_graph(self, data: Graph, shapes: m.Shapes, focus: Focus | None = None) -> list[Result]:
        """The same on an rdflib graph."""
        apply_patches()  # type: ignore[no-untyped-call]
        logger = logging.getLogger("knockon.pyshacl")
        logger.setLevel(logging.ERROR)
        graph = DataGraph.from_rdflib(data)
        options = {"logger": logger, "inplace": True, "max_validation_depth": _MAX_DEPTH}
        try:
            validator = Validator(graph, shacl_graph=shapes.graph, options=options)
            executor = validator.make_executor()
            results: list[Result] = []
            for shape in validator.shacl_graph.shapes:
                key = from_rdflib(shape.node)
                if key not in shapes.by_id or not shapes.by_id[key].targets or (focus is not None and key not in focus):
                    continue
                nodes = shape.focus_nodes(graph)
                if focus is not None:
                    wanted = {to_rdflib(n) for n in focus[key]}
                    nodes = wanted & set(nodes)
                if nodes:
                    _, found = shape.validate(executor, graph, focus=list(nodes))
                    results.extend(_result(list(triples), node, shapes) for _, node, triples in found)
        except Exception as problem:
            text = str(getattr(problem, "message", "") or problem).strip().splitlines()
            raise ShapeError(
                f"A constraint cannot be run: {text[0] if text else type(problem).__name__}",
                do="Correct the constraint's query or parameters.",
            ) from problem
        return results


def _result(triples: list[tuple[Node, Node, object]], node: Node, shapes: m.Shapes) -> Result:
    values: dict[str, Term] = {}
    texts: dict[str, str] = {}
    for subject, predicate, raw in triples:
        if subject != node:
            continue
        name = str(predicate)[len(SH) :] if str(predicate).startswith(SH) else ""
        found = raw[1] if isinstance(raw, tuple) and len(raw) == 2 else raw
        if name == "resultMessage" and isinstance(found, RdfLiteral):
            texts[(found.language or "").lower()] = str(found)
        elif name and isinstance(found, Node):
            values[name] = from_rdflib(found)
    shape = shapes.by_id[values["sourceShape"]]
    component = Iri(values["sourceConstraintComponent"])
    short = component.removeprefix(SH).removesuffix("ConstraintComponent")
    path = shape.path
    reported = values.get("resultPath")
    if isinstance(reported, Iri) and (short == "Closed" or path is None):
        path = m.Predicate(reported)
    return Result(
        focus=values["focusNode"],
        shape=shape.id,
        component=component,
        path=path,
        value=values.get("value"),
        severity=Iri(values.get("resultSeverity", shape.severity)),
        messages=_messages(shape, short, values.get("value"), texts, shapes),
    )


def _messages(
    shape: m.Shape, short: str, value: Term | None, texts: Mapping[str, str], shapes: m.Shapes
) -> Mapping[str, str]:
    del value
    for constraint in shape.constraints:
        name = m.component(constraint)
        if name == short or (name == "QualifiedValueShape" and short.startswith("Qualified")):
            if name != "SPARQL":
                return messages_for(shape, constraint, shapes.by_id)
            break
    return MappingProxyType(dict(texts) or {"": f"{shape.name} is broken."})
