"""``GET /entities/{id}`` and ``GET /search``: one thing with where it came from, and finding it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.routes.parts import Asked, Known, problems
from api.wire import entity_json
from api.wire_answers import EntityAnswer, SearchAnswer
from api.wire_questions import Name, Text, ValidAt

router = APIRouter(tags=["things"])


@router.get("/entities/{id:path}", responses=problems(404, 409, 422, 503))
def entity(
    project: Asked,
    id_: Annotated[Text, Path(alias="id", examples=["Supplier:L-1007"])],
    known_at: Known = None,
    valid_at: Annotated[
        ValidAt, Query(description="Only relations that held on that day; `any`: of all time.")
    ] = "any",
    limit: Annotated[int, Query(ge=1, le=1000, description="Relations listed of each role; totals count all.")] = 25,
) -> EntityAnswer:
    """A thing with its values and relations, and the row that each came from."""
    shown = project.show(id_, known_at=known_at, valid_at=str(valid_at), limit=limit)
    found = entity_json(project.ontology, shown)
    if shown.version is None:
        found["version"] = shown.published
    return EntityAnswer.model_validate(found)


@router.get("/search", responses=problems(404, 422, 503))
def search(
    project: Asked,
    q: Annotated[str, Query(min_length=1, max_length=300, description="A name, a key, or part of one.")],
    class_name: Annotated[Name | None, Query(alias="class", description="Only things of this class.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many to list.")] = 20,
) -> SearchAnswer:
    """Find things by name or key."""
    version, hits = project.search_at(q, class_name=class_name, limit=limit)
    return SearchAnswer.model_validate({"query": q, "version": version, "results": hits})
