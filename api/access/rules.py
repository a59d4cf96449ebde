"""Which rules of the data a caller may see the findings of: those that read nothing that is withheld from him.

Decided from the rule and the policy alone, as for measures: a rule that touches a hidden class, property or relation
anywhere in its shape says nothing to him, whatever the data holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING

from api.access.caller import Forbidden
from api.access.seen import SeenProject
from api.project import Project
from graph_engine.snapshot.visibility import Visibility
from ontology.model import Ontology

if TYPE_CHECKING:
    from validation.report import Finding, ValidationReport
    from validation.shape_model import Shape, Shapes


def seen_shapes(shapes: Shapes, ontology: Ontology, visible: Visibility) -> Shapes:
    """The same shapes, without those that read what is hidden."""
    return shapes.only({s.id for s in shapes.targeted() if _is_seen(shapes, s, ontology, visible)})


def require_static(project: Project, because: str) -> None:
    """Refuse callers from whom single rows or values are withheld: what a rule says depends on these.

    Raises:
        Forbidden: such a caller.
    """
    if isinstance(project, SeenProject) and (project.visible.sources or project.visible.values):
        raise Forbidden(because, do="Ask who sees all.")


def seen_report(project: SeenProject, report: ValidationReport) -> ValidationReport:
    """A report of :func:`seen_shapes` without findings on hidden things, named as the caller sees them."""
    snapshot = project.network().snapshot
    places = {id_: at for at in range(snapshot.size) for id_ in (snapshot.entity_id(at),)}
    found: list[Finding] = []
    for finding in report.findings:
        at = places.get(finding.entity or finding.focus)
        if at is not None and not finding.on_relation:
            found.append(replace(finding, title=snapshot.title(at)))
    return replace(report, findings=tuple(found))


def read_by_hidden(shapes: Shapes, ontology: Ontology, visible: Visibility) -> frozenset[str] | None:
    """IRIs that rules name which read something hidden too; None where one may read anything."""
    from validation.constraints import Closed, Sparql

    found: set[str] = set()
    for shape in shapes.targeted():
        if _is_seen(shapes, shape, ontology, visible):
            continue
        found |= {str(i) for i in _texts(shape.targets)}
        for nested in shapes.nested(shape):
            if any(isinstance(c, Closed | Sparql) for c in nested.constraints):
                return None
            found |= {str(i) for i in _texts((nested.path, nested.constraints))}
    return frozenset(found)


def _is_seen(shapes: Shapes, shape: Shape, ontology: Ontology, visible: Visibility) -> bool:
    from validation.constraints import Closed, Sparql

    targets = {str(i) for i in _texts(shape.targets)}
    read: set[str] = set()
    for nested in shapes.nested(shape):
        if any(isinstance(c, Closed | Sparql) for c in nested.constraints):
            return False
        read |= {str(i) for i in _texts((nested.path, nested.constraints))}
    for name, class_ in ontology.classes.items():
        below = [n for n, c in ontology.classes.items() if name == n or name in c.ancestors]
        if class_.iri in targets and visible.hides_class([name]):
            return False
        if class_.iri in read and visible.hides_class(below):
            return False
        for held in class_.properties.values():
            if held.iri in read | targets and visible.hides_property([name], held.name):
                return False
    for name, relation in ontology.relations.items():
        if relation.iri not in read | targets:
            inner = {p.iri for p in relation.properties.values()} & (read | targets)
            if not inner:
                continue
        ends = [n for n, c in ontology.classes.items() if {relation.source, relation.target} & {n, *c.ancestors}]
        hidden = {p for p in visible.relation_properties if p.startswith(f"{name}.")}
        if name in visible.relations or hidden or visible.hides_class(ends):
            return False
    return True


def _texts(value: object) -> Iterator[object]:
    """All texts in a tree of dataclasses."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _texts(item)
