"""``POST /impact`` and ``GET /paths``: what is affected, and how two things hang together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.access.caller import Action, does
from api.routes.parts import Asked, Known, problems, resting_on
from api.wire_answers import ConnectionAnswer, ImpactAnswer
from api.wire_questions import ImpactQuestion, Text, ValidAt, start_of
from reasoning.types import Filters

router = APIRouter(tags=["answers"])


@router.post("/impact", response_model_exclude_unset=True, responses=problems(404, 409, 413, 422, 503))
@does(Action.ASK)
def impact(question: ImpactQuestion, project: Asked, request: Request) -> ImpactAnswer:
    """What is affected if some things fail: who, when, how much money, through what, with the rows behind each step."""
    starts = [start_of(s, project.entity_id(s.entity, question.known_at)) for s in question.begun()]
    found = project.impact(
        starts, semantics=question.sense(starts), filters=question.filters(), known_at=question.known_at,
        limit=question.limit, paths=question.paths,
    )  # fmt: skip
    told = found.to_json()
    resting_on(request, told)
    return ImpactAnswer.model_validate(told)


@router.get("/paths", response_model_exclude_unset=True, responses=problems(404, 409, 422, 503))
@does(Action.ASK)
def paths(
    project: Asked,
    request: Request,
    start: Annotated[Text, Query(alias="from", examples=["Magnetfabrik Kolding A/S"])],
    end: Annotated[Text, Query(alias="to", examples=["Order:1042"])],
    k: Annotated[int, Query(ge=1, le=50, description="How many paths.")] = 3,
    depth: Annotated[int | None, Query(ge=1, le=1000, description="At most so many steps.")] = None,
    valid_at: Annotated[ValidAt, Query(description="What held on that day, or `any` for all of time.")] = "any",
    known_at: Known = None,
) -> ConnectionAnswer:
    """How two things hang together: the shortest ways between them, each step with the rows behind it."""
    found = project.paths(start, end, k, filters=Filters(depth=depth, valid_at=valid_at), known_at=known_at)
    told = found.to_json()
    resting_on(request, told)
    return ConnectionAnswer.model_validate(told)
