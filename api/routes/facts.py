"""``/corrections``, ``/assumptions``, ``/history``: what people say of a thing, and what was recorded of it before."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path

from api import past
from api.access.caller import Action, does
from api.access.entered import checked, refuse_dry_run, require_editable
from api.access.seen import SeenProject
from api.carrying_out import kind_of_correction, proposed
from api.four_eyes import needs_two
from api.jobs.shown import job_answer
from api.project import Project
from api.routes.parts import Asked, Serving, Who, problems, published
from api.wire import Json
from api.wire_ontology import Assumption, Correction, HistoryOfAnswer
from api.wire_proposals import ProposalAnswer
from api.wire_questions import Text
from api.wire_service import JobAnswer
from ingest.report import RunReport

router = APIRouter(tags=["things"])


@router.post(
    "/corrections", status_code=202, response_model=JobAnswer | ProposalAnswer, responses=problems(404, 409, 422)
)
@does(Action.DECIDE)
def correct(question: Correction, project: Asked, service: Serving, caller: Who) -> JobAnswer | ProposalAnswer:
    """Put accepted facts right. They are records of their own, survive refreshes, and an undo withdraws them.

    Where policy wants a second person, or what is withheld from the caller might decide whether they can enter, they
    are only proposed.
    """
    refuse_dry_run(project, question.dry_run)
    asked = question.model_dump(mode="json")
    until = question.until.isoformat() if question.until else None
    fixed = service.policies.not_editable(caller.roles, project.ontology)
    apart = True
    if isinstance(project, SeenProject):
        said = checked(
            project, "correct", question.entity, question.changes, because=question.because, until=until
        )  # fmt: skip
        asked |= {"entity": said.entity, "changes": list(said.changes)}
        apart = said.apart
    else:
        project.entity_id(question.entity)  # who is meant is said at once, not by a job that fails
    require_editable(project, fixed, question.entity, question.changes)
    kind = kind_of_correction(project.ontology, question.changes)
    if not question.dry_run and (not apart or needs_two(service.policies, caller, kind)):
        return _proposal(service, caller, kind, asked)

    def work(own: Project) -> RunReport:
        return _entered(
            own, own.state(
                "correct", asked["entity"], asked["changes"], because=question.because, until=until, review=None,
                author=caller.name, dry_run=question.dry_run,
            ),
        )  # fmt: skip

    return job_answer(service.jobs.start(caller, "correct", asked, work), project, caller)


@router.post(
    "/assumptions", status_code=202, response_model=JobAnswer | ProposalAnswer, responses=problems(404, 409, 422)
)
@does(Action.DECIDE)
def assume(question: Assumption, project: Asked, service: Serving, caller: Who) -> JobAnswer | ProposalAnswer:
    """Enter values that no system holds. A source that has them wins; answers say how much they assume.

    Where what is withheld from the caller might decide whether they can enter, they are only proposed.
    """
    refuse_dry_run(project, question.dry_run)
    asked = question.model_dump(mode="json")
    review = question.review.isoformat()
    fixed = service.policies.not_editable(caller.roles, project.ontology)
    if isinstance(project, SeenProject):
        said = checked(
            project, "assume", question.entity, question.changes, because=question.because, review=review
        )  # fmt: skip
        asked |= {"entity": said.entity, "changes": list(said.changes)}
        require_editable(project, fixed, question.entity, question.changes)
        if not said.apart:
            return _proposal(service, caller, "assume", asked)
    else:
        project.entity_id(question.entity)
        require_editable(project, fixed, question.entity, question.changes)

    def work(own: Project) -> RunReport:
        return _entered(
            own, own.state(
                "assume", asked["entity"], asked["changes"], because=question.because, until=None,
                review=review, author=question.owner, dry_run=question.dry_run,
            ),
        )  # fmt: skip

    return job_answer(service.jobs.start(caller, "assume", asked, work), project, caller)


@router.get("/history/{id:path}", responses=problems(404, 409, 422, 503))
@does(Action.READ)
def history(project: Asked, id_: Annotated[Text, Path(alias="id", examples=["Product:OTT-550"])]) -> HistoryOfAnswer:
    """What was recorded of a thing before, change by change, and the run that changed it.

    To callers from whom something is withheld: what they would have seen, and the changes that they would have noticed.
    """
    version = published(project.graph)
    thing, changes = past.history(project, id_)
    return HistoryOfAnswer.model_validate({"id": thing, "version": version, "changes": changes})


def _entered(own: Project, report: RunReport) -> RunReport:
    if not report.dry_run:
        own.refresh()
    return report


def _proposal(service: Serving, caller: Who, kind: str, asked: Json) -> ProposalAnswer:
    return ProposalAnswer.model_validate(asdict(proposed(service, caller, kind, asked, str(asked["because"]))))
