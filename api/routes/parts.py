"""What all routes share: the caller, the project as he sees it, pages, and the problems that they may answer with."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from api.access.caller import CHANGES, Action, Caller, action_of
from api.parts import NotReady
from api.problems import MEDIA_TYPE, Problem
from api.project import Project
from api.service import Service
from api.wire_questions import KNOWN_AT, KnownAt
from graph_engine.graph import Graph
from graph_engine.store.current import graph_state
from ontology.errors import BadQuestion, KnockonError

Responses = dict[int | str, dict[str, object]]

_MEANING = {
    400: "The request is not JSON.",
    401: "No key, or one that is not valid.",
    403: "The caller may not do that.",
    404: "Nothing is called that; `candidates` lists what is called something like it.",
    408: "The request did not arrive in time.",
    409: "Several things are called that: `candidates` lists them. Or another process is writing.",
    412: "The graph has changed since the version that `If-Match` names.",
    413: "The request is too large.",
    422: "The question cannot be answered as it is asked.",
    429: "Too many requests, or too many wrong passwords.",
    500: "A defect; the log says more under the reference.",
    503: "The database does not answer, or holds nothing yet.",
    504: "The answer took too long.",
}


class VersionChanged(KnockonError):
    """The graph is not at the version that a change was meant for."""

    code = "version-changed"
    http_status = 412


def problems(*statuses: int) -> Responses:
    """The problems that a route may answer with, for OpenAPI."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {s: {"description": _MEANING[s], "content": {MEDIA_TYPE: {"schema": schema}}} for s in (*statuses, 500)}


EVERYWHERE = problems(400, 401, 403, 408, 412, 413, 422, 429, 503, 504)
"""What any route below ``/v1`` may answer with."""


# What does not wait for anything is asynchronous, so that no thread is taken for it.
async def _service(request: Request) -> Service:
    found = request.app.state.service
    assert isinstance(found, Service)
    return found


async def _caller(request: Request) -> Caller:
    found = request.state.caller
    assert isinstance(found, Caller)
    return found


Serving = Annotated[Service, Depends(_service)]
Who = Annotated[Caller, Depends(_caller)]
"""Who asks: take his name as the agent of what he changes."""


async def admitted(request: Request, service: Serving, caller: Who) -> None:
    """Let the caller do what the route does, or refuse. A dependency of everything below ``/v1``.

    Raises:
        Forbidden: no policy permits it.
        VersionChanged: ``If-Match`` names another version than the published one.
    """
    action = action_of(getattr(request.scope.get("route"), "endpoint", None), request.method)
    request.state.action = action
    request.state.policies = service.require(caller, action).policies
    wanted = request.headers.get("if-match")
    if wanted is not None and action in CHANGES:
        await run_in_threadpool(lambda: require_version(service.project.graph, wanted))


def require_version(graph: Graph, wanted: str) -> None:
    """Refuse a change that was meant for another version of the graph; ``*`` fits any.

    Raises:
        VersionChanged: the published version is another.
    """
    named = wanted.strip().removeprefix("W/").strip('"')
    if named == "*":
        return
    state = graph_state(graph)
    is_now = 0 if state is None else state.published
    if named != str(is_now):
        raise VersionChanged(
            f"The graph is at version {is_now}, not {named[:40]!r}.", do="Look at what changed, then ask again."
        )


async def _project(request: Request, service: Serving) -> Project:
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller):  # outside /v1: nothing of the data is told there
        return service.project
    found = service.seen.kept(caller.roles)
    return found if found is not None else await run_in_threadpool(service.seen.project, caller.roles)


Asked = Annotated[Project, Depends(_project)]
"""The project as the caller sees it: what he may not see is not in its ``network()`` and ``snapshot()``."""
Known = Annotated[KnownAt | None, Query(description=KNOWN_AT)]
Cursor = Annotated[
    str | None, Query(max_length=400, description="Where to go on: `next` of the page before. Leave out for the first.")
]


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


def cursor(version: int, *place: str | int) -> str:
    """Where the next page begins, in a form that callers only hand back."""
    return base64.urlsafe_b64encode(json.dumps([version, *place]).encode()).decode().rstrip("=")


def place_in(given: str | None, version: int, parts: int) -> list[str | int]:
    """What :func:`cursor` was made of, without the version; empty for the first page.

    Raises:
        BadQuestion: it is not a cursor, or belongs to another version of the graph.
    """
    if given is None:
        return []
    try:
        held = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        held = None
    if not isinstance(held, list) or len(held) != parts + 1 or not all(isinstance(p, str | int) for p in held):
        raise BadQuestion("That is not a cursor.", do="Take `next` of the page before, or leave it out.")
    if held[0] != version:
        raise BadQuestion(
            f"The pages began at version {held[0]}; the graph is at {version} now.", do="Begin with the first page."
        )
    return held[1:]


EVIDENCE = 200
"""Records of an answer that the audit names."""


def resting_on(request: Request, answer: object, *, written_by: str = "") -> None:
    """Tell the audit which records an answer rests on, and which model and prompt wrote it."""
    found: dict[str, None] = {}
    waiting = [answer]
    while waiting and len(found) < EVIDENCE:
        held = waiting.pop()
        if isinstance(held, dict):
            records = held.get("records")
            for record in records if isinstance(records, list) else ():
                if isinstance(record, dict) and isinstance(record.get("id"), str):
                    found[record["id"]] = None
            waiting.extend(held.values())
        elif isinstance(held, list | tuple):
            waiting.extend(held)
    request.state.evidence = sorted(found)[:EVIDENCE]
    if written_by:
        request.state.written_by = written_by


def allows(service: Service, caller: Caller, action: Action) -> bool:
    """Whether a caller may do something, for answers that offer it."""
    return service.policies.decide(caller, action).allowed
