"""``GET /runs`` and ``/quarantine``: what changed the graph, what is set aside."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from api.access.caller import Action, does
from api.access.seen import visibility_of
from api.routes.parts import Asked, Cursor, cursor, place_in, problems, published
from api.wire_answers import QuarantineAnswer, RunsAnswer
from api.wire_questions import Name
from graph_engine.store.runs import in_force
from ontology.types import QuarantineState

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=1000, description="How many to list.")]


@router.get("/runs", tags=["state"], responses=problems(422, 503))
def runs(project: Asked, limit: Limit = 100, after: Cursor = None) -> RunsAnswer:
    """What changed the graph, newest first: what, when, by whom, whether it is in force.

    Why is withheld where other things are: people write names into it.
    """
    whole = visibility_of(project).everything
    version = published(project.graph)
    offset = _place(after, version)
    listed = project.runs()
    held = {r.id for r in in_force(listed)}
    undone = {r.target: r.id for r in listed if r.kind == "undo" and r.id in held}
    lines = [
        {
            "id": r.id, "ordinal": r.ordinal, "kind": r.kind, "status": r.status, "in_force": r.id in held,
            "undone_by": undone.get(r.id),
            "agent": r.agent, "because": r.because if whole else "", "target": r.target, "started": r.started,
            "finished": r.finished, "published": r.published,
        }
        for r in sorted(listed, key=lambda r: -r.ordinal)[offset : offset + limit]
    ]  # fmt: skip
    more = cursor(version, offset + limit) if len(listed) > offset + limit else None
    return RunsAnswer.model_validate({"version": version, "total": len(listed), "runs": lines, "next": more})


@router.get("/quarantine", tags=["state"], responses=problems(422, 503))
@does(Action.REVIEW)
def quarantine(
    project: Asked,
    source: Annotated[Name | None, Query(description="Only of this source or `source.table`.")] = None,
    rule: Annotated[Name | None, Query(description="Only those that broke this rule.")] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> QuarantineAnswer:
    """Rows that were set aside, with where they stand, why, and as they arrived."""
    version = published(project.graph)
    offset = _place(after, version)
    found = project.quarantine(source, rule)
    rows = [_row(r) for r in found[offset : offset + limit]]
    more = cursor(version, offset + limit) if len(found) > offset + limit else None
    distinct = len({(r.source, r.table, r.file, r.row) for r in found})
    return QuarantineAnswer.model_validate(
        {"version": version, "total": len(found), "set_aside": distinct, "rows": rows, "next": more}
    )


def _place(after: str | None, version: int) -> int:
    place = place_in(after, version, 1)
    return max(0, place[0]) if place and isinstance(place[0], int) else 0


def _row(state: QuarantineState) -> dict[str, object]:
    held = asdict(state)
    raw = json.loads(state.raw)
    if not isinstance(raw, dict):
        raw = {"": state.raw}
    texts = {str(n): v if v is None or isinstance(v, str) else json.dumps(v) for n, v in raw.items()}
    del held["hash"], held["path"]
    return {**held, "file": state.path, "sha256": state.file, "raw": texts}
