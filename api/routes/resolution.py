"""``/resolution``: open questions about who is who, a person's word on them, and why two records are one or are not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from api import resolution
from api.access.caller import Action, does
from api.access.entered import refuse_dry_run
from api.access.seen import SeenProject
from api.carrying_out import proposed
from api.jobs.queue import Work
from api.jobs.shown import job_answer
from api.project import Project
from api.routes.parts import Asked, Serving, Who, problems, published
from api.wire_proposals import ProposalAnswer
from api.wire_questions import Name
from api.wire_resolution import Decision, Named, QuestionsAnswer, WhyAnswer
from api.wire_service import JobAnswer
from ingest.report import RunReport

router = APIRouter(prefix="/resolution", tags=["resolution"])


@router.get("/questions", responses=problems(422, 503))
@does(Action.REVIEW)
def questions(
    project: Asked,
    class_name: Annotated[Name | None, Query(alias="class", description="Only things of this class.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many to list.")] = 20,
) -> QuestionsAnswer:
    """Pairs that may be one thing; those whose answer changes the graph most come first.

    To callers from whom something is withheld only of kinds of things of which they see all that is compared.
    """
    listed = [resolution.question_json(q) for q in resolution.questions(project, limit, class_name or "")]
    told = {
        "version": published(project.graph),
        "questions": listed,
        "contradictions": list(resolution.standing(project)[1]) if project.sees_all else [],
        "left_out": list(resolution.left_out(project)),
    }
    return QuestionsAnswer.model_validate(told)


@router.get("/why", responses=problems(404, 409, 422, 503))
@does(Action.REVIEW)
def why(project: Asked, left: Annotated[Named, Query()], right: Annotated[Named, Query()]) -> WhyAnswer:
    """Why two things are one, or are not: judgements, what the model sees, and what holds them together."""
    told = resolution.explain(project, left, right).as_json()
    return WhyAnswer.model_validate({"version": published(project.graph), **told})


@router.post(
    "/decisions", status_code=202, response_model=JobAnswer | ProposalAnswer, responses=problems(404, 409, 422)
)
@does(Action.DECIDE)
def decide(question: Decision, project: Asked, service: Serving, caller: Who) -> JobAnswer | ProposalAnswer:
    """Say that two things are the same, different, or that nobody can tell; a job that can be watched.

    Callers from whom something is withheld decide on kinds of things of which they see all that is compared; where
    what they do not see might decide whether the two can be one, it is only proposed.
    """
    refuse_dry_run(project, question.dry_run)
    asked = question.model_dump(mode="json")
    if isinstance(project, SeenProject):
        sides = resolution.decidable(
            project, question.left, question.right, question.verdict, because=question.because
        )  # fmt: skip
        asked |= {"left": sides[0].record or sides[0].entity.id, "right": sides[1].record or sides[1].entity.id}
        if not all(project.apart.thing(s.entity.classes) for s in sides):
            return ProposalAnswer.model_validate(asdict(proposed(service, caller, "judge", asked, question.because)))
    else:
        resolution.side(project, question.left)  # who is meant is said at once, not by a job that fails
        resolution.side(project, question.right)
    work = _deciding(Decision.model_validate(asked), caller.name)
    return job_answer(service.jobs.start(caller, "judge", asked, work), project, caller)


def _deciding(question: Decision, author: str) -> Work:
    def work(own: Project) -> RunReport:
        report = resolution.judge(
            own, question.left, question.right, question.verdict, because=question.because, author=author,
            dry_run=question.dry_run,
        )  # fmt: skip
        if not question.dry_run:
            own.refresh()
        return report

    return work
