"""``GET /health`` and ``/ready``, at the root: for whatever watches the process. They tell nothing of the data."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.parts import Asked, problems, published
from api.wire_answers import HealthAnswer, ReadyAnswer

router = APIRouter(tags=["state"])


@router.get("/health")
async def health() -> HealthAnswer:  # waits for no thread: these may all wait for the database
    """The process is up. Says nothing of the database: ask `/ready`."""
    return HealthAnswer()


@router.get("/ready", responses=problems(503))
def ready(project: Asked) -> ReadyAnswer:
    """Questions can be answered: the database answers and a version of the graph is published."""
    return ReadyAnswer(version=published(project.graph))
