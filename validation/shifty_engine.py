"""pyshifty behind knockon's interface: optional, a beta, never the default; differential-tested against pySHACL."""

from __future__ import annotations

from rdflib import BNode, Graph, URIRef
from rdflib.plugins.parsers.ntriples import NTGraphSink, W3CNTriplesParser

from ontology.errors import ConfigurationError, ShapeError
from validation import shape_model as m
from validation.engine import Focus, Result
from validation.graph import TripleIndex
from validation.messages import messages_for
from validation.terms import SH, Iri, Term, from_rdflib


class ShiftyEngine:
    """Runs pyshifty on N-Triples of the data.

    Raises:
        ConfigurationError: the package ``pyshifty`` is not installed.
    """

    name = "shifty"

    def __init__(self) -> None:
        try:
            from shifty import PreparedValidator
        except ImportError as problem:
            raise ConfigurationError(
                "The engine `shifty` is not installed.", do="Run `pip install pyshifty`, or use `direct`."
            ) from problem
        self._prepare = PreparedValidator

    def validate(self, data: TripleIndex, shapes: m.Shapes, focus: Focus | None = None) -> list[Result]:
        """All results; with ``focus`` only those of the given shapes on the given nodes.

        pyshifty takes no focus nodes: it checks every target in the data; what was not asked for is dropped.

        Raises:
            ShapeError: a shape uses SPARQL (left to the reference engine), or pyshifty refuses the shapes.
        """
        wanted = [s for s in shapes.targeted() if focus is None or s.id in focus]
        if any(shapes.uses_sparql(s) for s in wanted):
            raise ShapeError("A shape uses SPARQL.", do="Check it with the reference engine.")
        try:
            validator = self._prepare(shacl_graph=TripleIndex.from_rdflib(shapes.graph).to_n_triples())
            inner = validator._inner.validate_w3c(
                data.to_n_triples(), None, "turtle", "data", None, False, "info", False, "error", False
            )
        except ValueError as problem:
            raise ShapeError(f"pyshifty refuses the shapes: {problem}", do="Use the engine `direct`.") from problem
        report = Graph(bind_namespaces="none")
        names: dict[str, BNode] = _SameName()
        W3CNTriplesParser(NTGraphSink(report), bnode_context=names).parsestring(inner._report_ntriples)
        owners = _owners(shapes, wanted)
        return [
            r
            for r in _results(report, shapes)
            if focus is None or any(r.focus in focus[o] for o in owners.get(r.shape, ()))
        ]


class _SameName(dict[str, BNode]):
    """Blank nodes keep their labels from the input to the report."""

    def __missing__(self, label: str) -> BNode:
        return BNode(label)

    def __contains__(self, label: object) -> bool:
        return True


def _owners(shapes: m.Shapes, wanted: list[m.Shape]) -> dict[Term, list[Term]]:
    """For each shape, the targeted shapes that it is part of."""
    found: dict[Term, list[Term]] = {}
    for shape in wanted:
        for part in shapes.nested(shape):
            found.setdefault(part.id, []).append(shape.id)
    return found


def _results(report: Graph, shapes: m.Shapes) -> list[Result]:
    found: list[Result] = []
    for node in report.objects(None, URIRef(SH + "result")):
        values = {str(p)[len(SH) :]: from_rdflib(o) for p, o in report.predicate_objects(node) if str(p).startswith(SH)}
        shape = shapes.by_id[values["sourceShape"]]
        component = Iri(str(values["sourceConstraintComponent"]))
        short = component.removeprefix(SH).removesuffix("ConstraintComponent")
        reported = values.get("resultPath")
        closed = short == "Closed" and isinstance(reported, Iri)
        cause = next((c for c in shape.constraints if short.startswith(m.component(c)[:9])), None)
        found.append(
            Result(
                focus=values["focusNode"],
                shape=shape.id,
                component=component,
                path=m.Predicate(Iri(str(reported))) if closed else shape.path,
                value=values.get("value"),
                severity=shape.severity,
                messages=messages_for(shape, cause, shapes.by_id) if cause else shape.messages,
            )
        )
    return found
