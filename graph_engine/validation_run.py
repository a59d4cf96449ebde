"""``knockon validate``: the whole graph, or what changed, against shapes, with the records to blame."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import MappingProxyType

from graph_engine.blame import blamed, first_hops, statements
from graph_engine.graph import Graph
from graph_engine.graph_image import GraphImage
from graph_engine.store.runs import Run
from graph_engine.validate import GraphValidator, missing_nodes
from ontology.errors import NotFound
from ontology.model import Ontology
from validation import shape_model as m
from validation.focus import backward
from validation.gate import Gate
from validation.image import ENTITY, Touched
from validation.reads import ReadsBuilder
from validation.report import ValidationReport
from validation.terms import Iri, Term
from validation.violations import predicate_names, to_violations
from validation.vocabulary import OntologyVocabulary
from validation.worker import Limits

Progress = Callable[[str, int, int], None]

UNTRUSTED = 60.0
"""Seconds that a statement, or the gate, may take for shapes that nobody here answers for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to check: everything, or what changed since a run."""

    since: Run | None = None

    @property
    def version(self) -> int | None:
        """The version after which changes count."""
        return None if self.since is None or self.since.published is None else self.since.published


def pick(shapes: m.Shapes, name: str | None) -> m.Shapes:
    """Only the shapes called ``name``: an IRI, its last part, or ``sh:name``.

    Raises:
        NotFound: there is none with targets.
    """
    if name is None:
        return shapes
    found = {
        s.id for s in shapes.targeted() if name in (str(s.id), s.name) or str(s.id).endswith(("#" + name, "/" + name))
    }
    if not found:
        known = ", ".join(s.name for s in shapes.targeted()[:12])
        raise NotFound(f"There is no shape {name!r} with a target.", do=f"Shapes are, for example: {known}.")
    return shapes.only(found)


def validate_graph(
    graph: Graph, ontology: Ontology, shapes: m.Shapes, *, scope: Scope | None = None,
    progress: Progress | None = None, trusted: bool = True,
) -> ValidationReport:  # fmt: skip
    """Check the graph and say which records are to blame.

    Shapes that cannot run inside the graph (SPARQL, some patterns and repeated paths) run at the gate over the graph's
    image, and the report says so.

    Args:
        trusted: whether someone here answers for the shapes. If not, every statement has a time limit, and what runs
            at the gate runs in a process of its own, with limits on time and memory.

    Raises:
        LimitExceeded: shapes that are not trusted took too long, or too much.
    """
    begun = time.perf_counter()
    scope = scope or Scope()
    image = GraphImage(graph, ontology)
    validator = GraphValidator(graph, shapes, OntologyVocabulary(ontology), seconds=None if trusted else UNTRUSTED)
    builder = ReadsBuilder(shapes, ontology)
    touched, focus = Touched(everything=True), None
    if scope.version is not None:
        touched, focus = _changed(builder, shapes, image, ontology, scope.version)
    results = validator.run(focus=focus, progress=progress)
    targets = {t.node for s in shapes.targeted() for t in s.targets if isinstance(t, m.TargetNode)}
    if targets:
        ids = [str(t).removeprefix(ENTITY) for t in targets]
        present: set[Term] = {Iri(ENTITY + e.id) for e in image.entities(ids)}
        results.extend(missing_nodes(shapes, present))
    refused = _at_the_gate(shapes, validator, ontology, trusted).check(touched, image) if validator.refused else None
    others = () if refused is None else (*refused.violations, *refused.warnings, *refused.infos)
    names = predicate_names(ontology)
    relations = first_hops(
        graph, image, [*(r.focus for r in results), *(Iri(ENTITY + v.entity) for v in others)], shapes, names
    )
    stated = statements(graph, image, [r.focus for r in results])
    known = {**relations, **stated}
    violations = [*to_violations(results, [r.image for r in known.values()], shapes, names), *others]
    ordered = sorted(violations, key=lambda v: (v.shape_id, v.path, v.component, v.focus, v.value or ""))
    return ValidationReport(
        findings=tuple(blamed(graph, ordered, shapes, {i: r.records for i, r in known.items()})),
        version=_published(graph),
        shapes=len(shapes.targeted()),
        seconds=time.perf_counter() - begun,
        gate_only=MappingProxyType({shapes.by_id[k].name: why for k, why in validator.refused.items()}),
        since=scope.since.id if scope.since is not None else "",
    )


def _at_the_gate(shapes: m.Shapes, validator: GraphValidator, ontology: Ontology, trusted: bool) -> Gate:
    only = shapes.only(set(validator.refused))
    if trusted:
        return Gate(only, ontology)
    return Gate(only, ontology, trusted=False, limits=Limits(seconds=UNTRUSTED), batch=100_000)


def _published(graph: Graph) -> int | None:
    state = graph.read("read/graph_state")
    return int(str(state[0]["published"])) if state and state[0]["published"] is not None else None


def _changed(
    builder: ReadsBuilder, shapes: m.Shapes, image: GraphImage, ontology: Ontology, version: int
) -> tuple[Touched, dict[Term, Collection[str]]]:
    """What changed, and for each shape the entities whose verdict that can have altered."""
    anchored = [
        (shape, anchor, builder.build([shape], relation=anchor.relation))
        for shape in shapes.targeted()
        if not shapes.uses_sparql(shape)
        for anchor in builder.anchors(shape)
    ]
    names = {n for _, _, reads in anchored for step in reads.steps for n in step.names}
    touched = image.changed_since(version, names & set(ontology.relations))
    focus: dict[Term, Collection[str]] = {}
    for shape, anchor, reads in anchored:
        ids = {anchor.only} if anchor.only is not None else backward(reads, touched, image)
        focus[shape.id] = {*focus.get(shape.id, ()), *ids}
    return touched, focus
