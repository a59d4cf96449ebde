"""Checking a project's graph against its rules, and what rules that are not its own yet would find in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.project import Project
    from validation.report import ValidationReport
    from validation.shape_model import Shapes

_RUNS = 20


def validate(
    project: Project, *, changed_since: str | None = None, shape: str | None = None, further: Sequence[Path] = (),
    keep: bool = True, seen: Callable[[Shapes], Shapes] | None = None,
) -> ValidationReport:  # fmt: skip
    """What the project's rules find in its graph, with the records to blame.

    A check of everything by the project's own rules is kept with the run that made the state, for the trend.

    Args:
        changed_since: only what changed after this run.
        shape: only this rule, by name or IRI.
        further: shape files that are tried with the others.
        keep: note the counts with the run.
        seen: leaves out rules that the caller may not see the findings of.

    Raises:
        NotFound: no such run, no such shape.
        ShapeError: a shape file cannot be used.
        LimitExceeded: ``further`` took too much time or memory.
    """
    from graph_engine import findings
    from graph_engine.store.runs import find_run, in_force, read_runs
    from graph_engine.validation_run import Scope, pick, validate_graph
    from validation.shapes import load_shapes

    project.ready()
    runs = read_runs(project.graph)
    scope = Scope(find_run(runs, changed_since)) if changed_since else Scope()
    loaded = load_shapes(project.ontology, project.settings.shapes, instead=further)
    if seen is not None:
        loaded = seen(loaded)
    report = validate_graph(project.graph, project.ontology, pick(loaded, shape), scope=scope, trusted=not further)
    if further or shape or changed_since or not keep:
        return report
    made = next((r for r in reversed(in_force(runs)) if r.published == report.version), None)
    if made is not None:
        findings.keep_counts(project.graph, made.id, report.counts())
    return dataclasses.replace(report, history=findings.history(project.graph, _RUNS))


def would_find(project: Project, files: Sequence[Path], *, shape: str | None = None) -> ValidationReport:
    """What the rules of these files find, and the rules that the graph was last checked by did not. Nothing is kept.

    A warning that becomes a violation is new: until now it let things in.

    Raises:
        NotFound: no such shape.
        ShapeError: a shape file cannot be used.
        LimitExceeded: the files took too much time or memory.
    """
    from graph_engine.findings import all_marks
    from graph_engine.validation_run import pick, validate_graph
    from validation.shapes import load_shapes

    project.ready()
    loaded = load_shapes(project.ontology, project.settings.shapes, instead=files)
    names = {str(f) for f in files}
    tried = loaded.only({s.id for s in loaded.targeted() if s.file in names})
    report = validate_graph(project.graph, project.ontology, pick(tried, shape), trusted=False)
    had = {
        (entity, mark.rule, mark.value, mark.severity)
        for entity, marks in all_marks(project.graph).items()
        for mark in marks
    }
    fresh = tuple(f for f in report.findings if (f.entity, f.rule, f.value, f.severity) not in had)
    return dataclasses.replace(report, findings=fresh)
