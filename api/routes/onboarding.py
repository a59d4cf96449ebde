"""``POST /onboarding``: what a folder of exports holds, what to ask, and the mapping that would be written."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.access.caller import Action, does
from api.onboarding import checked_answers, finding_json, proposal_json
from api.routes.parts import Asked, problems
from ontology.errors import BadQuestion, NotFound

router = APIRouter()


class OnboardingQuestion(BaseModel):
    """A folder below the project's, and the answers given so far."""

    model_config = ConfigDict(extra="forbid")

    folder: Annotated[str, Field(min_length=1, max_length=500, description="Relative to the project's folder.")] = "."
    answers: Annotated[dict[str, str], Field(max_length=200, description="Question id → the value of an option.")] = {}


class OnboardingAnswer(BaseModel):
    """The proposal as it stands under these answers."""

    tables: list[dict[str, object]]
    documents: list[dict[str, object]] = Field(description="Files read as documents: pattern, class, how many.")
    questions: list[dict[str, object]] = Field(description="At most ten, those first on which most hangs.")
    not_asked: list[dict[str, object]] = Field(description="Doubts that took their default.")
    findings: list[dict[str, object]]
    first_look: list[dict[str, object]]
    skipped: list[dict[str, object]]
    currency: str | None
    shape_rules: int = Field(description="Rules for things that are proposed (shapes/proposed.ttl); none is in force.")
    files: dict[str, str] = Field(
        description="Path below the project → the text that `knockon init` would write. Nothing is written."
    )


@router.post("/onboarding", tags=["state"], responses=problems(404, 422))
@does(Action.INGEST)
def onboarding(project: Asked, question: OnboardingQuestion) -> OnboardingAnswer:
    """Look at a folder of exports: its tables, what is not sure (with answers to choose from), and the mapping."""
    from ingest.onboarding.first_look import first_look
    from ingest.onboarding.proposal import propose
    from ingest.onboarding.store import Store
    from ingest.onboarding.survey import survey
    from ingest.onboarding.writing import files_of

    base = project.settings.folder.resolve()
    try:
        folder = (base / question.folder).resolve()
        there = folder.is_dir()
    except (OSError, ValueError) as problem:
        raise BadQuestion("That is not the name of a folder.", do="Name one below the project's.") from problem
    if not folder.is_relative_to(base):
        raise BadQuestion("The folder lies outside the project.", do="Name one below it, such as `exports`.")
    if folder.is_relative_to(project.settings.data.resolve()):
        raise BadQuestion("That is where knockon keeps its own things.", do="Name a folder with exports.")
    if not there:
        raise NotFound(f"There is no folder {question.folder[:100]!r}.", do="Name one below the project's.")
    with Store() as store:
        found = survey(folder, store)
        proposal = propose(found, project.ontology, store)
        if question.answers:
            proposal = propose(found, project.ontology, store, checked_answers(question.answers, proposal))
        seen = first_look(proposal, project.ontology, store)
    files = files_of(proposal, base, project.settings.company)
    return OnboardingAnswer.model_validate(
        {
            **proposal_json(proposal),
            "first_look": [finding_json(f) for f in seen],
            "files": {f.path.relative_to(base).as_posix(): f.text for f in files},
        }
    )
