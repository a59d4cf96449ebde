"""Which nodes a shape is about: those that it targets, and those that its findings name."""

from __future__ import annotations

from collections.abc import Iterator

from validation import shape_model as m
from validation.graph import TripleIndex
from validation.terms import Term


def reports_elsewhere(shapes: m.Shapes, shape: m.Shape) -> bool:
    """Whether the shape gives findings that stop nothing about other things than those it targets.

    Which of them are mended cannot be told from the targets that were checked, so such a shape is checked as a whole.
    """
    todo = [(shape.id, False)]
    seen: set[tuple[Term, bool]] = set()
    while todo:
        key, away = todo.pop()
        if (key, away) in seen:
            continue
        seen.add((key, away))
        current = shapes.by_id[key]
        if away and current.level is not m.Severity.VIOLATION:
            return True
        children = (c.shape for c in current.constraints if isinstance(c, m.Property))
        todo.extend((child, current.path is not None) for child in children)
    return False


def target_nodes(data: TripleIndex, target: m.Target) -> Iterator[Term]:
    """The focus nodes of a target in a data graph (SHACL 2.1)."""
    match target:
        case m.TargetClass(cls):
            yield from data.instances(cls)
        case m.TargetNode(node):
            yield node
        case m.TargetSubjectsOf(predicate):
            yield from data.nodes_with(predicate, as_object=False)
        case m.TargetObjectsOf(predicate):
            yield from data.nodes_with(predicate, as_object=True)
