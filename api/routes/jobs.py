"""Changing the graph over HTTP: uploads, ingest, replay, undo as jobs that can be watched and cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse

from api.access.caller import Action, Forbidden, does
from api.access.entered import refuse_dry_run
from api.access.seen import SeenProject, visibility_of
from api.carrying_out import proposed
from api.jobs import work
from api.jobs.shown import job_answer
from api.jobs.uploads import take_in, uploaded
from api.routes.parts import Asked, Cursor, Serving, Who, cursor, place_in, problems
from api.wire_proposals import ProposalAnswer
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
def ingest(question: IngestQuestion, service: Serving, project: Asked, caller: Who) -> JobAnswer:
    """Read the configured sources, or what was uploaded, and bring the graph up to them."""
    held = [uploaded(service.office, id_) for id_ in question.uploads]
    asked = question.model_dump(mode="json")
    started = service.jobs.start(caller, "ingest", asked, work.ingest(service.project, question, held))
    return job_answer(started, project, caller)


@router.post("/runs/undo", status_code=202, responses=problems(404, 409))
@does(Action.UNDO)
def undo(question: UndoQuestion, service: Serving, project: Asked, caller: Who) -> JobAnswer:
    """Make the graph what it would be without a run; later runs are kept, and an undo can be undone."""
    started = service.jobs.start(caller, "undo", question.model_dump(mode="json"), work.undo(question))
    return job_answer(started, project, caller)


@router.post("/runs/replay", status_code=202, response_model=JobAnswer | ProposalAnswer, responses=problems(404, 409))
@does(Action.DECIDE)
def replay(question: ReplayQuestion, service: Serving, project: Asked, caller: Who) -> JobAnswer | ProposalAnswer:
    """Try again what is set aside: what can enter now, enters.

    Where what is withheld from the caller might decide whether a row that he put right can enter, it is only proposed.
    """
    refuse_dry_run(project, question.dry_run)
    asked = question.model_dump(mode="json")
    if isinstance(project, SeenProject) and question.mended:
        places = work.places_of(project, question)
        if not all(map(project.aside.stands_apart, places)):
            because = question.because or "mended by hand"
            return ProposalAnswer.model_validate(asdict(proposed(service, caller, "mend", asked, because)))
    return job_answer(service.jobs.start(caller, "replay", asked, work.replay(question)), project, caller)


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
    return JobsAnswer(jobs=[job_answer(j, project, caller) for j in found[:limit]], next=more)


@router.get("/jobs/{id}", responses=problems(404))
@does(Action.REVIEW)
def job(service: Serving, project: Asked, caller: Who, id_: JobId) -> JobAnswer:
    """One job: whether it is done, and what it did."""
    return job_answer(service.jobs.get(id_), project, caller)


@router.delete("/jobs/{id}", status_code=202, responses=problems(404))
@does(Action.INGEST)
def cancel(service: Serving, project: Asked, caller: Who, id_: JobId) -> JobAnswer:
    """Stop a job at its next step. Nothing stays half-written: the next run puts it right."""
    return job_answer(service.jobs.cancel(id_), project, caller)


@router.post("/jobs/{id}/resume", status_code=202, responses=problems(404, 409))
@does(Action.INGEST)
def resume(service: Serving, project: Asked, caller: Who, id_: JobId) -> JobAnswer:
    """Take up a job that was lost, stopped or failed: a new one that asks for the same. Nothing is done twice."""
    held = service.jobs.get(id_)
    if held.caller != caller.id and not visibility_of(project).everything:
        raise Forbidden("It is somebody else's, and may name what is withheld from you.", do="Ask who sees all.")
    if held.kind == "undo":
        service.require(caller, Action.UNDO)
    again = {**held.asked, "resumes": held.id}
    return job_answer(service.jobs.start(caller, held.kind, again, work.anew(service, held)), project, caller)


@router.get("/jobs/{id}/events", response_class=StreamingResponse, responses=problems(404))
@does(Action.REVIEW)
def events(service: Serving, project: Asked, id_: JobId) -> StreamingResponse:
    """What happens to a job, as server-sent events (`progress`, at last `done`), until it is over."""
    service.jobs.get(id_)  # an unknown one is said at once
    whole = visibility_of(project).everything

    def lines() -> Iterator[str]:
        last = ""
        for event in service.jobs.events(id_):
            if event is None:
                yield ": still here\n\n"
                continue
            name = "progress" if event["state"] == "running" else "done"
            if not whole:  # how much there is to do, and how often that changes, counts what is hidden
                event = {"id": id_, "state": event["state"]}
            told = f"event: {name}\ndata: {json.dumps(event, default=str)}\n\n"
            if whole or told != last:
                last = told
                yield told

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
