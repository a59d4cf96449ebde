"""``GET /validation`` and ``/validation/history``: what rules find in the graph, from which rows, and run by run."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.access.caller import Action, does
from api.access.rules import require_static, seen_report, seen_shapes
from api.access.seen import SeenProject, refuse_partial_view
from api.routes.parts import Asked, problems, published
from api.validating import validate
from api.wire_questions import Name
from api.wire_validation import HistoryAnswer, ValidationAnswer
from graph_engine.findings import history

_PARTIAL = "Findings show values of all classes, and some are withheld from you."
router = APIRouter(tags=["state"])


@router.get("/validation", responses=problems(404, 422, 503))
@does(Action.REVIEW)
def validation(
    project: Asked,
    shape: Annotated[Name | None, Query(description="Only this rule, by name or IRI.")] = None,
    changed_since: Annotated[Name | None, Query(description="Only what changed after this run.")] = None,
    language: Annotated[str, Query(max_length=20, description="Of the messages, such as `de`.")] = "en",
    limit: Annotated[int, Query(ge=1, le=1000, description="Findings listed; totals count all.")] = 100,
) -> ValidationAnswer:
    """Check the graph against its rules: what is wrong, in which thing, from which row.

    Rules that read what is withheld from the caller are left out, and so are findings on hidden things.
    """
    require_static(project, _PARTIAL)
    if isinstance(project, SeenProject):
        seen = partial(seen_shapes, ontology=project.ontology, visible=project.visible)
        report = validate(project, shape=shape, changed_since=changed_since, keep=False, seen=seen)
        report = seen_report(project, report)
    else:
        report = validate(project, shape=shape, changed_since=changed_since, keep=False)
    found = [
        {
            "focus": f.focus, "title": f.title, "class": f.cls, "rule": f.rule, "path": f.path, "value": f.value,
            "severity": f.severity, "message": f.message(language), "records": [asdict(p) for p in f.records],
        }
        for f in report.findings[:limit]
    ]  # fmt: skip
    return ValidationAnswer.model_validate(
        {
            "version": report.version, "conforms": report.conforms, "totals": dict(report.totals()),
            "shapes": report.shapes, "findings": found,
        }
    )  # fmt: skip


@router.get("/validation/history", responses=problems(422, 503))
@does(Action.REVIEW)
def validation_history(
    project: Asked, limit: Annotated[int, Query(ge=1, le=1000, description="Runs listed.")] = 20
) -> HistoryAnswer:
    """How often each rule was found broken, run by run."""
    refuse_partial_view(project, _PARTIAL)
    runs = [
        {
            "run": r.run, "version": r.version, "at": r.at, "standing": [asdict(c) for c in r.standing.values()],
            "stopped": [asdict(c) for c in r.stopped.values()],
        }
        for r in history(project.graph, limit)
    ]  # fmt: skip
    return HistoryAnswer.model_validate({"version": published(project.graph), "runs": runs})
