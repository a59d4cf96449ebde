"""SHACL inside Neo4j: runs what :mod:`validation.checks` compiled, and reads results back as SHACL has them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from itertools import islice

from graph_engine.graph import Graph, Row
from validation import shape_model as m
from validation.checks import Compiled, Screen, compile_shapes
from validation.comparisons import native
from validation.details import Detail
from validation.direct import DirectEngine
from validation.engine import Result
from validation.graph import TripleIndex
from validation.image import RELATION
from validation.messages import messages_for
from validation.terms import SH, XSD, Iri, Literal, Term, scaled_decimal_text
from validation.vocabulary import PropertySlot, Vocabulary
from validation.walk import Kind

Progress = Callable[[str, int, int], None]
"""Told what is being checked, how many statements are done, how many there are."""

_BATCH = 2000
_AT_ONCE = 4
"""Statements that run side by side: the server has more than one core, and one waits while another is sent."""


class GraphValidator:
    """Checks what is in the graph against shapes, inside the graph.

    ``refused`` says which shapes cannot be compiled, and why: their results must come from the gate.

    Args:
        seconds: how long one statement may run; None: as long as it takes.

    Raises:
        LimitExceeded: from :meth:`run`, when a statement takes longer.
    """

    def __init__(self, graph: Graph, shapes: m.Shapes, vocabulary: Vocabulary, *, seconds: float | None = None) -> None:
        self._graph = graph
        self._seconds = seconds
        self._shapes = shapes
        self._vocabulary = vocabulary
        self._compiled: Compiled = compile_shapes(shapes, vocabulary)

    @property
    def refused(self) -> Mapping[Term, str]:
        """Shapes that stay at the gate, with the reason."""
        return self._compiled.at_the_gate

    def run(
        self, *, focus: Mapping[Term, Collection[str]] | None = None, progress: Progress | None = None
    ) -> list[Result]:
        """All results, or with ``focus`` only those of these entity ids for each shape.

        Raises:
            DatabaseError: the server refuses or ends a statement.
        """
        screens = self._compiled.screens
        done: set[tuple[Term, str, object]] = set()  # a focus node that two targets of a shape find is one focus node
        explained: list[Future[list[Result]]] = []
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = [pool.submit(self._failing, screen, focus) for screen in screens]
            for number, (screen, failing) in enumerate(zip(screens, found, strict=True)):
                if progress is not None:
                    progress(", ".join(s.name for s in screen.shapes), number, len(screens))
                for ids in _batches(failing.result(), _BATCH):
                    for detail in screen.details:
                        fresh = [i for i in ids if (detail.owner, screen.kind.name, i) not in done]
                        if fresh:
                            explained.append(pool.submit(self._explained, detail, fresh))
                    if len(screen.shapes[0].targets) > 1 or len(screen.shapes) > 1:
                        done.update((s.id, screen.kind.name, i) for s in screen.shapes for i in ids)
            return [result for part in explained for result in part.result()]

    # -- screening -------------------------------------------------------------------------------------------------

    def _failing(self, screen: Screen, focus: Mapping[Term, Collection[str]] | None) -> list[object]:
        candidates: list[object] | None = None
        if screen.nodes:
            candidates = [self._candidate(n, screen.kind) for n in screen.nodes]
        elif screen.finder is not None:
            candidates = [row["id"] for row in self._rows(screen.finder)]
        if focus is not None:
            wanted = {i for s in screen.shapes for i in focus.get(s.id, ())}
            candidates = [c for c in (sorted(wanted) if candidates is None else candidates) if c in wanted]
        if candidates is None and screen.whole is not None:
            return [row["id"] for row in self._rows(screen.whole, **screen.params)]
        found: list[object] = []
        for ids in _batches(candidates or [], _BATCH * 5):
            found.extend(row["id"] for row in self._rows(screen.some, ids=ids, **screen.params))
        return found

    def _rows(self, text: str, /, **params: object) -> Iterator[Row]:
        if self._seconds is None:
            return self._graph.stream_text(text, **params)
        return self._graph.stream_limited(text, self._seconds, **params)

    def _candidate(self, node: Term, kind: Kind) -> object:
        return native(node, kind) if isinstance(node, Literal) else self._vocabulary.key_of(node)

    # -- explaining ------------------------------------------------------------------------------------------------

    def _explained(self, detail: Detail, ids: Sequence[object]) -> list[Result]:
        return list(self._results(detail, ids))

    def _results(self, detail: Detail, ids: Sequence[object]) -> Iterator[Result]:
        for row in self._rows(detail.text, ids=list(ids), **detail.params):
            focus = self.term(row["focus"], detail.focus)
            if isinstance(detail.constraint, m.Closed):
                for predicate, value in self._closed(row, detail, detail.constraint):
                    yield self._result(detail, focus, value, m.Predicate(predicate))
            else:
                shown = None if detail.value is None else self.term(row["value"], detail.value)
                yield self._result(detail, focus, shown, detail.shape.path)

    def _result(self, detail: Detail, focus: Term, value: Term | None, path: m.Path | None) -> Result:
        return Result(
            focus=focus,
            shape=detail.shape.id,
            component=Iri(f"{SH}{detail.component}ConstraintComponent"),
            path=path,
            value=value,
            severity=detail.shape.severity,
            messages=messages_for(detail.shape, detail.constraint, self._shapes.by_id),
        )

    def _closed(self, row: Row, detail: Detail, constraint: m.Closed) -> Iterator[tuple[Iri, Term]]:
        """Predicate and value of each triple that is not allowed; one property can say several things."""
        key, labels = str(row["key"]), row["labels"]
        names = tuple(str(n) for n in labels) if isinstance(labels, list) else ()
        for predicate in self._vocabulary.predicates_of(key, names) or (Iri(f"urn:knockon:property:{key}"),):
            if predicate in constraint.allowed:
                continue
            kind = detail.value or Kind("node")
            if kind.name == "literal":
                for slot in self._vocabulary.slots(predicate):
                    if isinstance(slot, PropertySlot) and slot.key == key:
                        kind = Kind("literal", slot.datatype, slot.language, slot.scale, slot.text, slot.zoned)
            yield predicate, self.term(row["value"], kind)

    def term(self, raw: object, kind: Kind) -> Term:
        """The RDF term of what the driver gave."""
        match kind.name:
            case "node":
                return self._vocabulary.term_of(str(raw))
            case "statement":
                return Iri(RELATION + str(raw))
            case "iri":
                return Iri(str(raw))
            case _:
                return Literal(_text(raw, kind), kind.datatype or XSD + "string", kind.language)


def missing_nodes(shapes: m.Shapes, present: Collection[Term]) -> list[Result]:
    """Results for ``sh:targetNode`` nodes that are not in the graph: SHACL checks them all the same, as bare nodes."""
    focus: dict[Term, list[Term]] = {}
    for shape in shapes.targeted():
        absent = [t.node for t in shape.targets if isinstance(t, m.TargetNode) and t.node not in present]
        absent = [n for n in absent if not isinstance(n, Literal)]
        if absent and not shapes.uses_sparql(shape):
            focus[shape.id] = absent
    return DirectEngine().validate(TripleIndex(), shapes, focus) if focus else []


def _text(raw: object, kind: Kind) -> str:
    """Canonical lexical form of a driver's value."""
    to_native = getattr(raw, "to_native", None)
    value = to_native() if to_native is not None else raw
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return scaled_decimal_text(str(value), kind.scale) if kind.datatype == XSD + "decimal" else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return value.isoformat()
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _batches(ids: Sequence[object], size: int) -> Iterator[list[object]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, size)):
        yield batch


def in_the_graph(graph: Graph) -> Callable[[object, TripleIndex, m.Shapes], list[Result]]:
    """The execution of a suite's case inside the graph (:mod:`validation.suite`)."""
    from graph_engine.rdf_scratch import loaded
    from validation.suite import NotExpressible

    def execute(case: object, data: TripleIndex, shapes: m.Shapes) -> list[Result]:
        del case
        with loaded(graph, data, shapes) as vocabulary:
            validator = GraphValidator(graph, shapes, vocabulary)
            if validator.refused:
                raise NotExpressible("; ".join(sorted(set(validator.refused.values()))))
            return validator.run()

    return execute
