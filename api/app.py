"""The HTTP API of one project."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware

from api.access.gatekeeper import Gatekeeper
from api.edge import BODY_LIMIT, Edge, Whole
from api.once import Once
from api.problems import Problem, add_problem_handlers
from api.project import Project
from api.routes import (
    access,
    answers,
    ask,
    audit,
    entities,
    facts,
    health,
    inbox,
    jobs,
    measures,
    onboarding,
    ontology,
    page,
    pages,
    proposals,
    query,
    reports,
    resolution,
    scenarios,
    similar,
    state,
    validation,
)
from api.routes.parts import EVERYWHERE, admitted
from api.service import Service
from api.trail import SECONDS, Metrics, Trail

PREFIX = "/v1"
V1 = (
    access,
    answers,
    ask,
    audit,
    entities,
    facts,
    inbox,
    jobs,
    measures,
    onboarding,
    ontology,
    proposals,
    query,
    reports,
    resolution,
    scenarios,
    similar,
    state,
    validation,
)
"""The modules whose ``router`` is served below ``/v1``; each route is admitted, limited and audited by that alone."""

_ABOUT = """
One validated graph of a company's records: what is affected if something fails, through what, and the rows behind it.

Things are named as on the command line: by id, `Class:key` or name. A name that means several things is answered with
409 and the `candidates`. Decimals and money are text, so that no digit is lost. Every answer names the graph version
that it rests on. What goes wrong is answered as [problem details](https://www.rfc-editor.org/rfc/rfc9457).
"""


def create_app(
    project: Project, *, hosts: Collection[str] = (), body_limit: int = BODY_LIMIT, anonymous: bool = True,
    rate: float = 100.0, seconds: float = SECONDS,
) -> FastAPI:  # fmt: skip
    """The API over a project, which stays the caller's to close.

    Args:
        hosts: names that it may be asked under, besides those of the loopback.
        body_limit: largest request that is not an upload, in bytes.
        anonymous: who asks a loopback name, not through a proxy, needs no key.
        rate: requests a second that one key may make on average.
        seconds: how long an answer may take.

    Raises:
        ConfigurationError: a policy of the project is not Cedar.
    """
    service = Service(project, anonymous=anonymous, rate=rate)
    _ = service.policies  # one that is wrong is said now, not by every request

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="knockon", version=_version(), description=_ABOUT, redirect_slashes=False, docs_url=None, redoc_url=None,
        lifespan=living, generate_unique_id_function=_operation,
    )  # fmt: skip
    metrics = Metrics()
    app.state.service, app.state.metrics = service, metrics
    # The last one added is the first to see a request.
    app.add_middleware(Once, service=service)
    app.add_middleware(Whole, body_limit=body_limit)
    app.add_middleware(Gatekeeper, service=service)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Trail, metrics=metrics, seconds=seconds)
    app.add_middleware(Edge, hosts=hosts)
    add_problem_handlers(app)
    app.include_router(health.router)
    app.include_router(pages.router)
    app.include_router(page.router)
    app.include_router(access.entrance, prefix=PREFIX, responses=EVERYWHERE)
    for part in V1:
        app.include_router(part.router, prefix=PREFIX, dependencies=[Depends(admitted)], responses=EVERYWHERE)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _operation(route: APIRoute) -> str:
    """The name of a question in the description, and so in clients that are made from it: room and function."""
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"


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
        described["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "An API key, or a token of your own sign-in."},
            "session": {"type": "apiKey", "in": "cookie", "name": "knockon_session", "description": "Signed in."},
        }
        described["security"] = [{"key": []}, {"session": []}]
        app.openapi_schema = described
    return app.openapi_schema


def _version() -> str:
    try:
        return version("knockon")
    except PackageNotFoundError:
        return "0"
