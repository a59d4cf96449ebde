"""``GET /similar``, ``/substitutes``, ``/mentions``: what is like a thing, what stands in for it, who names it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.caller import Action, does
from api.routes.parts import Asked, Known, problems

router = APIRouter(tags=["answers"])

Thing = Annotated[str, Query(min_length=1, max_length=500, description="An id, `Class:key`, or a name.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many to list.")]


class SimilarOut(BaseModel):
    """Things like one, best first, each with what both hang together with."""

    model_config = ConfigDict(extra="allow")

    entity: dict[str, object]
    version: int = Field(description="Graph version that it rests on.")
    similar: list[dict[str, object]] = Field(description="Score from 0 to 1, why in words, reasons with their rows.")
    suggested: list[dict[str, object]] = Field(
        description="What is like the things it has, but is not there: may be missing, or come."
    )
    notes: list[str]


@router.get("/similar", responses=problems(404, 409, 422, 503))
@does(Action.ASK)
def similar(project: Asked, thing: Thing, limit: Limit = 10, known_at: Known = None) -> SimilarOut:
    """Things that hang together with the same things; and what is like the things it has, but is not there."""
    return SimilarOut.model_validate(project.similar(thing, known_at=known_at, limit=limit).to_json())


@router.get("/substitutes", responses=problems(404, 409, 422, 503))
@does(Action.ASK)
def substitutes(project: Asked, thing: Thing, limit: Limit = 10, known_at: Known = None) -> SimilarOut:
    """What could stand in for a product or a supplier, and what differs."""
    return SimilarOut.model_validate(project.substitutes(thing, known_at=known_at, limit=limit).to_json())


class MentionsOut(BaseModel):
    """Where texts name a thing, surest first."""

    model_config = ConfigDict(extra="allow")

    entity: dict[str, object]
    version: int = Field(description="Graph version that it rests on.")
    mentions: list[dict[str, object]] = Field(
        description="Document, the words around the name, its characters, how sure, and the record that holds the text."
    )


@router.get("/mentions", responses=problems(404, 409, 422, 503))
@does(Action.ASK)
def mentions(project: Asked, thing: Thing, limit: Limit = 20) -> MentionsOut:
    """The passages of documents and records that name a thing; what may mean several says so."""
    entity, listed = project.mentions(thing, limit=limit)
    body = {
        "entity": entity.to_json(), "version": project.network().snapshot.version,
        "mentions": [m.to_json() for m in listed],
    }  # fmt: skip
    return MentionsOut.model_validate(body)
