"""pyshifty behind knockon's interface: optional, a beta, never the default; differential-tested against pySHACL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.errors import ConfigurationError, ShapeError
from validation import shape_model as m
from validation.engine import Focus, Result
from validation.graph import TripleIndex
from validation.messages import messages_for
from validation.terms import LANG_STRING, SH, XSD, Blank, Iri, Literal, Term, Triple, canonical


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
        report = TripleIndex(_parsed(inner._report_ntriples))
        owners = _owners(shapes, wanted)
        return [
            r
            for r in _results(report, shapes)
            if focus is None or any(r.focus in focus[o] for o in owners.get(r.shape, ()))
        ]


_LINE = re.compile(r'(<[^>]*>|_:\S+) <([^>]*)> (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[\w-]+)?) \.')
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _parsed(text: str) -> Iterator[Triple]:
    """N-Triples as pyshifty writes them, blank nodes with the labels that went in (rdflib would rename them)."""
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            raise ShapeError(f"pyshifty answered what is not N-Triples: {line[:80]!r}.", do="Use the engine `direct`.")
        yield _term(found[1]), Iri(found[2]), _term(found[3])


def _term(text: str) -> Term:
    if text.startswith("<"):
        return Iri(_unescaped(text[1:-1]))
    if text.startswith("_:"):
        return Blank(text)
    end = text.rindex('"')
    body, suffix = _unescaped(text[1:end]), text[end + 1 :]
    if suffix.startswith("@"):
        return Literal(body, LANG_STRING, suffix[1:].lower())
    return canonical(Literal(body, suffix[3:-1] if suffix else XSD + "string"))


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else _PLAIN.get(code, code)

    return _ESCAPE.sub(one, text) if "\\" in text else text


def _owners(shapes: m.Shapes, wanted: list[m.Shape]) -> dict[Term, list[Term]]:
    """For each shape, the targeted shapes that it is part of."""
    found: dict[Term, list[Term]] = {}
    for shape in wanted:
        for part in shapes.nested(shape):
            found.setdefault(part.id, []).append(shape.id)
    return found


def _results(report: TripleIndex, shapes: m.Shapes) -> list[Result]:
    found: list[Result] = []
    for node in report.nodes_with(Iri(SH + "result"), as_object=True):
        values = {p[len(SH) :]: o for p in report.predicates(node) for o in report.objects(node, p)}
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
