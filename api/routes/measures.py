"""``GET /measures``, ``/measures/{name}`` and ``/measures/{name}/explain``: figures, their values, and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from api.access.caller import Action, does
from api.access.seen import visibility_of
from api.measures import ProjectMeasures, measure_json
from api.routes.parts import Asked, Known, problems
from api.wire_measures import ExplanationAnswer, MeasureList, MeasureValues
from api.wire_questions import Name, Text, ValidAt

router = APIRouter(tags=["measures"])
Measured = Annotated[Name, Path(description="Class and name.", examples=["Product.unit_cost"])]
AsOf = Annotated[date | None, Query(description="The day that counts as today.")]
Held = Annotated[ValidAt | None, Query(description="Relations that held on that day, or `any`; unset: as_of.")]


@router.get("/measures", responses=problems(404, 422, 503))
@does(Action.READ)
def measures(
    project: Asked,
    class_name: Annotated[Name | None, Query(alias="class", description="Only those that this class has.")] = None,
) -> MeasureList:
    """The measures that you may see: shipped ones and the company's own."""
    held = ProjectMeasures(project).seen(class_name)
    withheld = list(visibility_of(project).withheld(project.ontology))
    return MeasureList.model_validate({"measures": [_public(measure_json(m)) for m in held], "withheld": withheld})


def _public(measure: dict[str, object]) -> dict[str, object]:
    """Without where the file lies on this machine."""
    return {k: v for k, v in measure.items() if k not in ("file", "line")}


@router.get("/measures/{name}", responses=problems(404, 409, 422, 503))
@does(Action.READ)
def values(
    name: Measured,
    project: Asked,
    class_name: Annotated[Name | None, Query(alias="class", description="Only things of this class.")] = None,
    entity: Annotated[list[Text], Query(max_length=200, description="Only these things.")] = [],  # noqa: B006
    order: Annotated[Literal["worst", "largest", "smallest"], Query(description="What comes first.")] = "worst",
    limit: Annotated[int, Query(ge=0, le=10_000, description="How many to list; counts and totals take all.")] = 20,
    as_of: AsOf = None,
    valid_at: Held = None,
    known_at: Known = None,
) -> MeasureValues:
    """Values of a measure, with what is unknown, what is an error and why, and totals of amounts."""
    descending = {"worst": None, "largest": True, "smallest": False}[order]
    found = ProjectMeasures(project).values(
        name, class_name=class_name, things=entity, descending=descending, limit=limit, as_of=as_of,
        valid_at=None if valid_at is None else str(valid_at), known_at=known_at,
    )  # fmt: skip
    return MeasureValues.model_validate(found.to_json())


@router.get("/measures/{name}/explain", responses=problems(404, 409, 422, 503))
@does(Action.READ)
def explain(
    name: Measured,
    project: Asked,
    entity: Annotated[Text, Query(examples=["Product:PT-2001"])],
    period: Annotated[Name | None, Query(description="Of a measure with a time axis.", examples=["2026-W07"])] = None,
    depth: Annotated[int, Query(ge=1, le=20, description="Levels of measures to follow.")] = 4,
    as_of: AsOf = None,
    valid_at: Held = None,
    known_at: Known = None,
) -> ExplanationAnswer:
    """Why a thing has the value it has: formula, what that reads, and the rows which that comes from."""
    found = ProjectMeasures(project)
    trace = found.explained(
        name, entity, period=period, as_of=as_of, valid_at=None if valid_at is None else str(valid_at),
        known_at=known_at, depth=depth,
    )  # fmt: skip
    network = project.network(project.version_at(known_at))
    return ExplanationAnswer.model_validate({**trace.to_json(), "version": network.snapshot.version})
