"""``POST /query``: rows and groups of things, asked over the ontology."""

from __future__ import annotations

from fastapi import APIRouter

from api.access.caller import Action, does
from api.access.seen import visibility_of
from api.routes.parts import Asked, cursor, place_in, problems, published
from api.wire_query import GraphQuery, QueryAnswer

router = APIRouter(tags=["answers"])


@router.post("/query", responses=problems(409, 413, 422, 503))
@does(Action.ASK)
def query(query: GraphQuery, project: Asked) -> QueryAnswer:
    """Things of one class that meet conditions, as rows; or groups of them with what is counted over each."""
    from api.query.run import run_query

    version = published(project.graph)
    place = place_in(query.cursor, version, 1)
    skip = max(0, int(place[0])) if place and isinstance(place[0], int) else 0
    visible = visibility_of(project)
    columns, rows, more = run_query(
        project.graph, project.ontology, query, visible, version=version, skip=skip
    )  # fmt: skip
    return QueryAnswer.model_validate(
        {
            "version": version, "columns": [c.name for c in columns], "rows": rows,
            "next": cursor(version, skip + query.limit) if more else None,
            "withheld": list(visible.withheld(project.ontology)),
        }
    )  # fmt: skip
