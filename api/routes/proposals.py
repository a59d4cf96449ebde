"""``/proposals``: changes that wait for a second person; ``/privacy``: what is known of a person, and erasing it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from api import four_eyes
from api.access.caller import Action, Caller, Forbidden, does
from api.access.seen import refuse_partial_view, visibility_of
from api.carrying_out import decided, propose_or_start
from api.erasing import erase
from api.four_eyes import Proposal
from api.privacy import subject_data
from api.project import Project
from api.routes.parts import Asked, Serving, Who, problems
from api.service import Service
from api.wire import Json
from api.wire_proposals import ErasePlan, EraseQuestion, ProposalAnswer, ProposalsAnswer, VerdictQuestion
from api.wire_questions import Text
from api.wire_service import JobAnswer

_PARTIAL = "What is proposed is decided over the whole graph, and some of it is withheld from you."
router = APIRouter(tags=["changes"])
ProposalId = Annotated[
    str, Path(alias="id", max_length=40, pattern=r"^proposal-[0-9a-f]+$", description="Of the proposal.")
]


@router.get("/proposals")
@does(Action.REVIEW)
def listed(
    service: Serving,
    project: Asked,
    caller: Who,
    state: Annotated[
        Literal["open", "approved", "rejected", "withdrawn"] | None, Query(description="Only these.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many to list.")] = 100,
) -> ProposalsAnswer:
    """Changes that wait for a second person, and those that were decided, newest first.

    To callers from whom something is withheld: their own.
    """
    whole = visibility_of(project).everything
    found = four_eyes.proposals(service.office, state=state or "", by="" if whole else caller.id, limit=limit)
    return ProposalsAnswer(proposals=[_answer(_seen(p, project)) for p in found])


@router.get("/proposals/{id}", responses=problems(404))
@does(Action.REVIEW)
def one(service: Serving, project: Asked, caller: Who, id_: ProposalId) -> ProposalAnswer:
    """One proposal."""
    return _answer(_seen(_own(service, project, caller, id_), project))


@router.post("/proposals/{id}/decision", responses=problems(404))
@does(Action.DECIDE)
def decide(question: VerdictQuestion, service: Serving, project: Asked, caller: Who, id_: ProposalId) -> ProposalAnswer:
    """Approve a change of somebody else's (it starts as a job), or reject it; its author may withdraw it.

    Approving and rejecting is for those who see all.
    """
    _own(service, project, caller, id_)
    if question.verdict != "withdrawn":
        refuse_partial_view(project, _PARTIAL)
    return _answer(_seen(decided(service, caller, id_, question.verdict, question.because), project))


@router.get("/privacy/export", responses=problems(404, 409))
@does(Action.ADMINISTER)
def export(service: Serving, project: Asked, subject: Annotated[Text, Query(examples=["Customer:1042"])]) -> Json:
    """Everything that is known of one person: values, relations, earlier states, the rows of every source."""
    refuse_partial_view(project, "This would hold values that are withheld from you.")
    return subject_data(project, subject, service.office)


@router.post("/privacy/plan", responses=problems(404, 409))
@does(Action.ADMINISTER)
def plan(question: EraseQuestion, service: Serving, project: Asked, caller: Who) -> ErasePlan:
    """What an erasure would take something out of. Nothing is changed."""
    refuse_partial_view(project, "This would count what is withheld from you.")
    found = erase(
        project, [question.subject], because=question.because, by=(caller.id,), office=service.office,
        audit=service.audit, dry_run=True,
    )  # fmt: skip
    return ErasePlan(things=list(found.things), rows=dict(found.rows), left=list(found.left))


@router.post(
    "/privacy/erasures",
    status_code=202,
    response_model=JobAnswer | ProposalAnswer,
    responses=problems(404, 409),
)
@does(Action.ADMINISTER)
def start_erasing(
    question: EraseQuestion, service: Serving, project: Asked, caller: Who, response: Response
) -> JobAnswer | ProposalAnswer:
    """Erase a person or thing for good, as a job; or propose it, where policy wants a second person."""
    refuse_partial_view(project, "This would erase what is withheld from you.")
    if caller.kind == "local":
        raise Forbidden("Nobody knows who asks from this machine.", do="Sign in, or send a key.")
    subject = project.entity_id(question.subject)  # who is meant is said at once
    asked = {"subject": subject, "because": question.because}
    made = propose_or_start(service, caller, "erase", asked, question.because)
    response.headers["Location"] = f"/v1/{'proposals' if isinstance(made, Proposal) else 'jobs'}/{made.id}"
    return _answer(made) if isinstance(made, Proposal) else JobAnswer.model_validate(asdict(made))


def _own(service: Service, project: Project, caller: Caller, id_: str) -> Proposal:
    """A proposal that the caller may see: any, or where something is withheld from him, one of his own.

    Raises:
        NotFound: there is none.
    """
    held = four_eyes.proposal(service.office, id_)
    if held.caller == caller.id or visibility_of(project).everything:
        return held
    raise four_eyes.unknown(id_)


def _seen(held: Proposal, project: Project) -> Proposal:
    """A proposal without what somebody who sees more said of it, where things are withheld from the caller."""
    if visibility_of(project).everything or held.state == "withdrawn":
        return held
    return replace(held, verdict_because=None, job=None)


def _answer(held: Proposal) -> ProposalAnswer:
    return ProposalAnswer.model_validate(asdict(held))
