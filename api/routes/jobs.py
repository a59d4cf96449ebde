"""Changing the graph over HTTP: uploads, ingest, replay, undo as jobs that can be watched and cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse

from api.access.caller import Action, Caller, does
from api.access.seen import visibility_of
from api.jobs import work
from api.jobs.queue import Job
from api.jobs.uploads import take_in, uploaded
from api.project import Project
from api.routes.parts import Asked, Cursor, Serving, Who, cursor, place_in, problems
from api.wire_service import (
    IngestQuestion,
    JobAnswer,
    JobsAnswer,
    ReplayQuestion,
    UndoQuestion,
    UploadAnswer,
)

router = APIRouter(tags=["changes"])
JobId = Annotated[str, Path(alias="id", max_length=40, pattern=r"^job-[0-9a-f]+$", description="The job's id.")]


_FILE = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.put(
    "/uploads/{source}/{file}", status_code=201, responses=problems(404, 413, 422), openapi_extra={"requestBody": _FILE}
)
@does(Action.INGEST)
async def upload(
    request: Request,
    service: Serving,
    caller: Who,
    source: Annotated[str, Path(max_length=60, pattern=r"^\w[\w-]*$", description="A configured source.")],
    file: Annotated[str, Path(max_length=200, description="The file's name, as the source's mapping expects it.")],
) -> UploadAnswer:
    """Take in a file of a source, as it comes (the body is the file); nothing is read before an ingest names it."""
    found = await take_in(service, caller, source, file, request)
    return UploadAnswer.model_validate(asdict(found))


@router.post("/runs/ingest", status_code=202, responses=problems(404, 409))
@does(Action.INGEST)
def ingest(question: IngestQuestion, service: Serving, caller: Who) -> JobAnswer:
    """Read the configured sources, or what was uploaded, and bring the graph up to them."""
    held = [uploaded(service.office, id_) for id_ in question.uploads]
    asked = question.model_dump(mode="json")
    return _job(service.jobs.start(caller, "ingest", asked, work.ingest(service.project, question, held)))


@router.post("/runs/undo", status_code=202, responses=problems(404, 409))
@does(Action.UNDO)
def undo(question: UndoQuestion, service: Serving, caller: Who) -> JobAnswer:
    """Make the graph what it would be without a run; later runs are kept, and an undo can be undone."""
    return _job(service.jobs.start(caller, "undo", question.model_dump(mode="json"), work.undo(question)))


@router.post("/runs/replay", status_code=202, responses=problems(409))
@does(Action.DECIDE)
def replay(question: ReplayQuestion, service: Serving, caller: Who) -> JobAnswer:
    """Try again what is set aside: what can enter now, enters."""
    return _job(service.jobs.start(caller, "replay", question.model_dump(mode="json"), work.replay(question)))


@router.get("/jobs")
@does(Action.REVIEW)
def jobs(
    service: Serving,
    project: Asked,
    caller: Who,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many to list.")] = 50,
    after: Cursor = None,
) -> JobsAnswer:
    """Jobs, newest first. Of others' jobs what was asked, and what came of it, is withheld where things are."""
    place = place_in(after, 0, 1)
    found = service.jobs.list(limit + 1, str(place[0]) if place else None)
    more = cursor(0, found[limit - 1].created) if len(found) > limit else None
    return JobsAnswer(jobs=[_job(_seen(j, project, caller)) for j in found[:limit]], next=more)


@router.get("/jobs/{id}", responses=problems(404))
@does(Action.REVIEW)
def job(service: Serving, project: Asked, caller: Who, id_: JobId) -> JobAnswer:
    """One job: whether it is done, and what it did."""
    return _job(_seen(service.jobs.get(id_), project, caller))


@router.delete("/jobs/{id}", status_code=202, responses=problems(404))
@does(Action.INGEST)
def cancel(service: Serving, id_: JobId) -> JobAnswer:
    """Stop a job at its next step. Nothing stays half-written: the next run puts it right."""
    return _job(service.jobs.cancel(id_))


@router.post("/jobs/{id}/resume", status_code=202, responses=problems(404, 409))
@does(Action.INGEST)
def resume(service: Serving, caller: Who, id_: JobId) -> JobAnswer:
    """Take up a job that was lost, stopped or failed: a new one that asks for the same. Nothing is done twice."""
    held = service.jobs.get(id_)
    if held.kind == "undo":
        service.require(caller, Action.UNDO)
    again = {**held.asked, "resumes": held.id}
    return _job(service.jobs.start(caller, held.kind, again, work.anew(service, held)))


@router.get("/jobs/{id}/events", response_class=StreamingResponse, responses=problems(404))
@does(Action.REVIEW)
def events(service: Serving, project: Asked, caller: Who, id_: JobId) -> StreamingResponse:
    """What happens to a job, as server-sent events (`progress`, at last `done`), until it is over."""
    found = service.jobs.get(id_)
    hidden = _seen(found, project, caller) is not found

    def lines() -> Iterator[str]:
        for event in service.jobs.events(id_):
            if event is None:
                yield ": still here\n\n"
            else:
                name = "progress" if event["state"] == "running" else "done"
                if hidden:
                    event = {k: v for k, v in event.items() if k not in ("result", "problem")}
                yield f"event: {name}\ndata: {json.dumps(event, default=str)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _seen(job: Job, project: Project, caller: Caller) -> Job:
    """A job without what names things, where some are withheld from the caller and it is somebody else's."""
    if job.caller == caller.id or visibility_of(project).everything:
        return job
    return replace(job, asked={}, result=None, problem=None)


def _job(job: Job) -> JobAnswer:
    return JobAnswer.model_validate(asdict(job))
