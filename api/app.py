"""The HTTP API of one project."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.edge import BODY_LIMIT, Edge
from api.problems import Problem, add_problem_handlers
from api.project import Project
from api.routes import answers, ask, entities, health, state

PREFIX = "/v1"
V1 = (answers, ask, entities, state)
"""The modules whose ``router`` is served below ``/v1``; each route is admitted, limited and audited by that alone."""

_ABOUT = """
One validated graph of a company's records: what is affected if something fails, through what, and the rows behind it.

Things are named as on the command line: by id, `Class:key` or name. A name that means several things is answered with
409 and the `candidates`. Decimals and money are text, so that no digit is lost. Every answer names the graph version
that it rests on. What goes wrong is answered as [problem details](https://www.rfc-editor.org/rfc/rfc9457).
"""


def create_app(project: Project, *, hosts: Collection[str] = (), body_limit: int = BODY_LIMIT) -> FastAPI:
    """The API over a project. It only reads; the project stays the caller's to close.

    Args:
        hosts: names that it may be asked under, besides those of the loopback.
        body_limit: largest request, in bytes.
    """
    app = FastAPI(title="knockon", version=_version(), description=_ABOUT, redirect_slashes=False)
    app.state.project = project
    app.add_middleware(Edge, hosts=hosts, body_limit=body_limit)
    add_problem_handlers(app)
    app.include_router(health.router)
    for part in V1:
        app.include_router(part.router, prefix=PREFIX)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, object]:
    """The description of the API, with the problems that it answers with."""
    if app.openapi_schema is None:
        described = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = described["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs", {}))
        schemas[Problem.__name__] = problem
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = described
    return app.openapi_schema


def _version() -> str:
    try:
        return version("knockon")
    except PackageNotFoundError:
        return "0"
