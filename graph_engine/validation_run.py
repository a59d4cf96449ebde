"""``knockon validate``: the whole graph, or what changed, against shapes, with the records to blame."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graph_engine.entity_view import places
from graph_engine.graph import Graph
from graph_engine.graph_image import GraphImage
from graph_engine.store.runs import Run
from graph_engine.validate import GraphValidator, missing_nodes
from ontology.errors import NotFound
from ontology.model import Ontology
from validation import shape_model as m
from validation.focus import backward
from validation.gate import Gate
from validation.image import ENTITY, RelationImage, Touched
from validation.reads import ReadsBuilder
from validation.report import Finding, Place, ValidationReport
from validation.terms import Iri, Term
from validation.violations import Violation, predicate_names, to_violations
from validation.vocabulary import OntologyVocabulary

Progress = Callable[[str, int, int], None]

_BLAMED = 20_000
"""So many findings get their records looked up; a rule that breaks more often is explained by its first ones."""


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
    graph: Graph, ontology: Ontology, shapes: m.Shapes, *, scope: Scope | None = None, progress: Progress | None = None
) -> ValidationReport:
    """Check the graph and say which records are to blame.

    Shapes that cannot run inside the graph (SPARQL, some patterns and repeated paths) run at the gate over the graph's
    image, and the report says so.
    """
    begun = time.perf_counter()
    scope = scope or Scope()
    image = GraphImage(graph, ontology)
    validator = GraphValidator(graph, shapes, OntologyVocabulary(ontology))
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
    names = predicate_names(ontology)
    relations, records = _first_hops(graph, ontology, image, [r.focus for r in results], shapes, names)
    violations = list(to_violations(results, relations, shapes, names))
    if validator.refused:
        gate = Gate(shapes.only(set(validator.refused)), ontology)
        report = gate.check(touched, image)
        violations += [*report.violations, *report.warnings, *report.infos]
    ordered = sorted(violations, key=lambda v: (v.shape_id, v.path, v.component, v.focus, v.value or ""))
    return ValidationReport(
        findings=tuple(_blamed(graph, ordered, shapes, records)),
        version=_published(graph),
        shapes=len(shapes.targeted()),
        seconds=time.perf_counter() - begun,
        gate_only=MappingProxyType({shapes.by_id[k].name: why for k, why in validator.refused.items()}),
        since=scope.since.id if scope.since is not None else "",
    )


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


def _first_hops(
    graph: Graph,
    ontology: Ontology,
    image: GraphImage,
    focus: Iterable[Term],
    shapes: m.Shapes,
    names: Mapping[str, str],
) -> tuple[list[RelationImage], dict[str, tuple[str, ...]]]:
    """Relations at the entities that broke a rule, along the paths of the rules, and the records behind each."""
    ids = sorted({str(f).removeprefix(ENTITY) for f in focus if str(f).startswith(ENTITY)})[:_BLAMED]
    on_paths = {
        names[p]
        for s in shapes.by_id.values()
        if s.path is not None
        for p in m.predicates(s.path)
        if p in names and names[p] in ontology.relations
    }
    types = sorted(ontology.relations[n].type for n in on_paths)
    relations: dict[str, RelationImage] = {}
    records: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(ids), 5000):
        for name in ("read/image_outgoing", "read/image_incoming"):
            for row in graph.stream(name, ids=ids[start : start + 5000], types=types):
                relation = image.relation(row)
                relations[relation.id] = relation
                held = row["properties"]
                listed = held.get("_records") if isinstance(held, dict) else None
                records[relation.id] = tuple(str(r) for r in listed) if isinstance(listed, list) else ()
    return list(relations.values()), records


def _blamed(
    graph: Graph, violations: list[Violation], shapes: m.Shapes, relation_records: Mapping[str, tuple[str, ...]]
) -> list[Finding]:
    entities: dict[str, Mapping[str, object]] = {}
    ids = sorted({v.focus for v in violations})[:_BLAMED]
    for start in range(0, len(ids), 5000):
        for row in graph.stream("read/blame_entities", ids=ids[start : start + 5000]):
            entities[str(row["id"])] = row
    chosen = [_records(v, entities.get(v.focus, {}), relation_records) for v in violations]
    wanted = sorted({r for records in chosen for r in records})
    found = {k: Place(k, p.path, p.row) for k, p in places(graph, wanted).items()}
    findings: list[Finding] = []
    for violation, records in zip(violations, chosen, strict=True):
        entity = entities.get(violation.focus, {})
        classes = entity.get("classes")
        key = next((k for k, s in shapes.by_id.items() if str(s.id) == violation.shape_id), None)
        findings.append(
            Finding(
                focus=violation.focus,
                title=str(entity.get("title") or ""),
                cls=str(classes[0]) if isinstance(classes, list) and classes else "",
                shape=violation.shape,
                shape_id=violation.shape_id,
                path=violation.path,
                value=violation.value,
                component=violation.component,
                severity=violation.severity,
                messages=violation.messages,
                records=tuple(found.get(r, Place(r)) for r in records),
                mend=shapes.notes.get(key, "") if key is not None else "",
                on_relation=violation.focus.startswith("r_"),
            )
        )
    return findings


def _records(
    violation: Violation, entity: Mapping[str, object], relation_records: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Records behind the relations on the path, else behind the values, else those that describe the entity."""
    found = sorted({r for relation in violation.relations for r in relation_records.get(relation, ())})
    if not found:
        winners = entity.get("winners")
        for pair in winners if isinstance(winners, list) else ():
            name, _, record = str(pair).partition("=")
            if name in violation.properties:
                found.append(record)
    if not found:
        mentions = entity.get("mentions")
        found = [str(mention).split("#", 1)[0] for mention in mentions] if isinstance(mentions, list) else []
    return tuple(dict.fromkeys(found))
