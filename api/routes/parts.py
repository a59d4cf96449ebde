"""What all routes share: the project, and the problems that they may answer with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from api.problems import MEDIA_TYPE, Problem
from api.project import NotReady, Project
from api.wire_questions import KNOWN_AT, KnownAt
from graph_engine.graph import Graph
from graph_engine.store.current import graph_state

Responses = dict[int | str, dict[str, object]]

_MEANING = {
    404: "Nothing is called that; `candidates` lists what is called something like it.",
    409: "Several things are called that: `candidates` lists them. Or another process is writing.",
    413: "The request is too large.",
    422: "The question cannot be answered as it is asked.",
    500: "A defect; the log says more under the reference.",
    503: "The database does not answer, or holds nothing yet.",
}


def problems(*statuses: int) -> Responses:
    """The problems that a route may answer with, for OpenAPI."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {s: {"description": _MEANING[s], "content": {MEDIA_TYPE: {"schema": schema}}} for s in (*statuses, 500)}


def _project(request: Request) -> Project:
    found = request.app.state.project
    assert isinstance(found, Project)
    return found


Asked = Annotated[Project, Depends(_project)]
Known = Annotated[KnownAt | None, Query(description=KNOWN_AT)]


def published(graph: Graph) -> int:
    """The published graph version.

    Raises:
        DatabaseError: the database does not answer.
        NotReady: nothing was ever published.
    """
    state = graph_state(graph)
    if state is None or state.published == 0:
        raise NotReady("The graph is empty.", do="Run `knockon ingest`.")
    return state.published
