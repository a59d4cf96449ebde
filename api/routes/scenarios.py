"""``/scenarios``: what would be different if. Only ``apply`` changes the company's data."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.access.caller import Action, does
from api.access.entered import refuse_dry_run, require_editable_facts
from api.access.seen import SeenProject
from api.carrying_out import proposed
from api.cli import whatif_answers as answers
from api.four_eyes import needs_two
from api.routes.parts import Asked, Serving, Who, problems
from api.scenarios import Scenarios, desk_of
from api.wire import Json
from reasoning.scenarios.types import Scenario

router = APIRouter(prefix="/scenarios", tags=["scenarios"])
Id = Annotated[
    str, Path(min_length=1, max_length=300, description="Its id, the beginning of one, its name, or `last`.")
]
Figure = Annotated[
    str,
    Field(min_length=1, max_length=300, examples=["Product.unit_cost of OTT-1300"], description="MEASURE of THING."),
]


class ScenarioBody(BaseModel):
    """A scenario as its file would have it, or a question in words."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "what if Magnetfabrik Kolding A/S is down for 3 weeks?"},
                {"scenario": {"name": "dearer", "do": [{"scale": "price", "of": "Offer:A4025", "by": "+8 %"}]}},
            ]
        },
    )

    scenario: dict[str, object] | None = Field(None, description="In the form of a scenario file (docs/scenarios.md).")
    question: str | None = Field(None, min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.scenario is None) == (self.question is None):
            raise ValueError("give either `scenario` or `question`")
        return self


class RunBody(BaseModel):
    """What is reported of a run."""

    model_config = ConfigDict(extra="forbid")

    explain: list[Figure] = Field([], max_length=10, description="Why these figures differ.")
    chances: list[Figure] = Field([], max_length=50, description="These figures under uncertainty.")
    draws: int | None = Field(None, ge=1, le=100_000)
    seek: str | None = Field(None, max_length=400, description="`FIGURE >= VALUE`: from which amount on it holds.")
    vary: int = Field(1, ge=1, description="`seek`: which intervention's amount is varied.")
    limit: int = Field(10, ge=1, le=1000, description="Figures listed of each measure.")
    check: bool = Field(True, description="Check the rules of the data inside the scenario.")


class CompareBody(BaseModel):
    """What a scenario is compared with."""

    model_config = ConfigDict(extra="forbid")

    others: list[str] = Field(min_length=1, max_length=20, description="Other kept scenarios.")
    chances: list[Figure] = Field([], max_length=50)
    draws: int | None = Field(None, ge=1, le=100_000)
    limit: int = Field(25, ge=1, le=1000, description="Figures listed.")


class ApplyBody(BaseModel):
    """Who makes a scenario true, and why."""

    model_config = ConfigDict(extra="forbid")

    because: str = Field(min_length=1, max_length=2000)
    author: str = Field("", max_length=200)
    dry_run: bool = False
    assume: bool = Field(False, description="Enter it as assumptions: a source that has a value wins.")
    review: date | None = Field(None, description="Of assumptions: the day on which they are to be looked at again.")

    @model_validator(mode="after")
    def _reviewed(self) -> Self:
        if self.assume and self.review is None:
            raise ValueError("an assumption needs a day of review: give `review` as well")
        return self


@router.post("", status_code=201, responses=problems(404, 409, 413, 422, 503))
@does(Action.ASK)
def create(body: ScenarioBody, project: Asked, caller: Who) -> Json:
    """Keep a scenario: its names become ids, its day and the graph version it rests on are fixed. It is not run."""
    desk = desk_of(project)
    if body.scenario is not None:
        said = desk.content(body.scenario)
    else:
        said = desk.asked(body.question or "")
    made = desk.pinned(said, author=caller.name)
    desk.keep(made)
    return _said(desk, made)


@router.get("", responses=problems(503))
@does(Action.ASK)
def listed(project: Asked) -> Json:
    """The scenarios that are kept, oldest first."""
    return {"scenarios": [answers.kept_answer(k) for k in desk_of(project).listed()]}


@router.get("/{id}", responses=problems(404, 503))
@does(Action.ASK)
def one(id_: Annotated[Id, Path(alias="id")], project: Asked) -> Json:
    """A kept scenario, as its file would have it, and in sentences."""
    desk = desk_of(project)
    return _said(desk, desk.kept(id_))


@router.post("/{id}/run", responses=problems(404, 409, 413, 422, 503))
@does(Action.ASK)
def run(id_: Annotated[Id, Path(alias="id")], body: RunBody, project: Asked) -> Json:
    """Measures and impact with and without the scenario, on the version it was made on. Nothing is changed."""
    desk = desk_of(project)
    scenario = desk.kept(id_)
    base = desk.base(scenario)
    done = desk.run(scenario, check=body.check)
    found = answers.run_answer(done, body.limit)
    if body.explain:
        made = [desk.explain(done, desk.cell(base, text)) for text in body.explain]
        found["explanations"] = [answers.explanation_answer(e) for e in made]
    if body.chances:
        cells = [desk.cell(base, text) for text in body.chances]
        found["chances"] = answers.outlook_answer(desk.outlook([done], cells, draws=body.draws))
    if body.seek:
        found["sought"] = answers.sought_answer(desk.seek(scenario, body.seek, number=body.vary - 1))
    return found


@router.post("/{id}/compare", responses=problems(404, 409, 422, 503))
@does(Action.ASK)
def compare(id_: Annotated[Id, Path(alias="id")], body: CompareBody, project: Asked) -> Json:
    """Scenarios side by side on the published version: the figures in which they differ most."""
    desk = desk_of(project)
    runs = desk.compared([desk.kept(name) for name in (id_, *body.others)])
    seen = None
    if body.chances:
        cells = [desk.cell(desk.base(runs[0].scenario, newest=True), text) for text in body.chances]
        seen = desk.outlook(runs, cells, draws=body.draws)
    return answers.comparison_answer(runs, desk.side_by_side(runs, limit=body.limit), seen)


@router.post("/{id}/rebase", responses=problems(404, 409, 422, 503))
@does(Action.ASK)
def rebase(id_: Annotated[Id, Path(alias="id")], project: Asked) -> Json:
    """A new scenario on the published version, with the fields that the data changed meanwhile."""
    desk = desk_of(project)
    made = desk.rebase(desk.kept(id_))
    desk.keep(made.scenario)
    return answers.rebase_answer(made)


@router.post("/{id}/apply", responses=problems(404, 409, 422, 503))
@does(Action.DECIDE)
def apply(
    id_: Annotated[Id, Path(alias="id")], body: ApplyBody, response: Response, project: Asked,
    caller: Who, service: Serving,
) -> Json:  # fmt: skip
    """Make a scenario true: its values become corrections, checked by the rules, and can be undone.

    Where policy wants a second person, or something is withheld from the caller, it is only proposed: 202 with the
    proposal. What it comes to is then worked out anew, on the whole graph.
    """
    refuse_dry_run(project, body.dry_run)
    desk = desk_of(project)
    author = body.author or caller.name
    scenario = desk.kept(id_)
    partial = isinstance(project, SeenProject)
    fixed = service.policies.not_editable(caller.roles, project.ontology)
    if partial or fixed:
        require_editable_facts(project, fixed, desk.facts(scenario, assume=body.assume))
    if partial or (not body.dry_run and needs_two(service.policies, caller, "apply")):
        review = None if body.review is None else body.review.isoformat()
        asked = {"scenario": scenario.id, "because": body.because, "assume": body.assume, "review": review}
        made = proposed(service, caller, "apply", asked, body.because)
        response.status_code = 202
        return {"proposal": asdict(made)}
    report = desk.apply(
        scenario, because=body.because, author=author, dry_run=body.dry_run, assume=body.assume,
        review=None if body.review is None else body.review.isoformat(),
    )  # fmt: skip
    found: Json = json.loads(json.dumps(asdict(report), default=str))
    return found


def _said(desk: Scenarios, scenario: Scenario) -> Json:
    return {**answers.scenario_answer(scenario), "sentences": desk.sentences(scenario)}
